#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# analyze-gcc.sh BUILD_FOLDER: gcc's own analyzer finds nothing in the layers without GTK.
# Each file is compiled as the build compiles it, with -fanalyzer added and the result thrown away.
set -eu
build=$1
cd "$(dirname "$0")/../.."
. tests/style/analyzed.sh

need gcc
# Without optimization: with it the analyzer takes g_strdup()'s test for a constant NULL, which is inlined, for a path.
analyzed "$build" command | xargs -0 -P 2 -n 1 sh -c '
  cd "$0" && eval "$1 -fanalyzer -O0 -Werror -fdiagnostics-color=never -fdiagnostics-path-format=separate-events -o /dev/null"
' "$build"
