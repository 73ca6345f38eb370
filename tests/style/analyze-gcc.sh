#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# analyze-gcc.sh BUILD_FOLDER: gcc's own analyzer finds nothing in the layers without GTK.
# Each file is compiled as the build compiles it, with -fanalyzer added and the result thrown away.
set -eu
build=$1
cd "$(dirname "$0")/../.."
. tests/style/analyzed.sh

need gcc
# -Wanalyzer-too-complex is off by default; GLib's cleanup functions are seen as what they are, calls.
analyzed "$build" command | xargs -0 -P 2 -n 1 sh -c '
  cd "$0" && eval "$1 -fanalyzer -O2 -Werror -o /dev/null"' "$build"
