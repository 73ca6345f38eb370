#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# build.sh FOLDER PLATFORM_ID [MESON_OPTION...]: sets FOLDER up once and builds it.  Runs on the platform.
# A folder set up on another platform, with other options, or never to the end is set up anew.
set -euo pipefail
folder=$1 id=$2; shift 2
source_dir=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)

mkdir -p "${folder%/*}"
exec {lock}>"$folder.lock"
flock -n "$lock" || { echo "plimsoll: waiting for another build in $folder" >&2; flock "$lock"; }

stamp=$folder/.plimsoll-platform
want="$id $*"
if [[ ! -e $folder/build.ninja || ! -e $stamp || $(<"$stamp") != "$want" ]]; then
  rm -rf "$folder"
  log=$folder.setup.log
  meson setup "$folder" "$source_dir" "$@" >"$log" 2>&1 || { cat "$log"; exit 1; }
  printf '%s\n' "$want" >"$stamp"
fi

# A change of meson.build is seen by ninja, which configures again by itself.
log=$folder/.plimsoll-build.log
if ninja -C "$folder" >"$log" 2>&1; then
  grep -q 'no work to do' "$log" || tail -n 3 "$log"
else
  cat "$log"
  exit 1
fi

# For a person: install into the folder itself, so that schema, icons and translations are found as when installed.
if [[ " $* " == *" -Dprefix=$folder/install "* ]]; then
  program=$folder/install/bin/plimsoll
  if [[ ! -e $program ]] || ! grep -q 'no work to do' "$log"; then
    meson install -C "$folder" --no-rebuild --quiet
  fi
fi
