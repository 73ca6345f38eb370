#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The formatter has nothing to change.  Pinned to clang-format 19: another version formats differently.
set -eu
cd "$(dirname "$0")/../.."

tool=
for name in clang-format-19 clang-format; do
  if command -v "$name" >/dev/null && "$name" --version | grep -q 'version 19\.'; then tool=$name; break; fi
done
if [ -z "$tool" ]; then
  echo "clang-format 19 is not installed"
  [ -z "${CI:-}" ] || exit 1
  exit 77
fi

if ! find src tests -name '*.[ch]' -print0 | sort -z | xargs -0 "$tool" --dry-run -Werror; then
  echo "Run: build-aux/shell build-aux/format"
  exit 1
fi
