#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# analyze-clang-tidy.sh BUILD_FOLDER: clang-tidy 19 finds nothing in the layers without GTK.
set -eu
build=$1
cd "$(dirname "$0")/../.."
. tests/style/analyzed.sh

need clang-tidy
# gcc's own warning options mean nothing to clang; precompiled headers and the like are not used.
analyzed "$build" file | xargs -0 -P 2 -n 4 clang-tidy --quiet -p "$build" \
  --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error 2>"$build/clang-tidy.log" || {
  grep -v '^\[[0-9].*Processing file\|^\.$\|warnings\? generated\|Suppressed\|Use -header-filter' "$build/clang-tidy.log" || true
  exit 1
}
