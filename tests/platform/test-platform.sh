#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The parts of build-aux/lib/platform.sh that can be tried without making a userland.  Speaks TAP.
set -uo pipefail
source_dir=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch/home XDG_CACHE_HOME=$scratch/cache
unset LC_ALL LANG LC_NUMERIC LC_TIME
. "$source_dir/build-aux/lib/platform.sh"
n=0

# is GOT WANTED NAME
is ()
{
  n=$((n + 1))
  if [[ $1 == "$2" ]]; then echo "ok $n $3"
  else echo "not ok $n $3"; printf '# got    %q\n# wanted %q\n' "$1" "$2"; fi
}

cat >"$scratch/packages" <<'EOF'
# a comment
[one]
alpha  # why alpha
beta

[two]
gamma
EOF
is "$(packages "$scratch/packages" | paste -sd' ')" 'alpha beta gamma' 'all groups'
is "$(packages "$scratch/packages" two | paste -sd' ')" 'gamma' 'one group'
is "$(packages "$scratch/packages" one two | paste -sd' ')" 'alpha beta gamma' 'two groups'
is "$(packages "$packages_file" build | grep -c '^libgtk-4-dev$')" 1 'the real list has GTK in its build group'

packages_file=$scratch/packages
first=$(userland_path)
is "${first%-*}" "$scratch/cache/plimsoll/userland" 'the userland is in the cache folder'
echo '# another comment' >>"$scratch/packages"
is "$(userland_path)" "$first" 'a comment does not make a new userland'
echo delta >>"$scratch/packages"
is "$([[ $(userland_path) != "$first" ]] && echo new)" new 'a package does'

# A locale archive is searched for the names it holds, so a file of names stands for one.
userland=$scratch/root
mkdir -p "$userland/usr/lib/locale"
printf 'de_DE.utf8\0fr_FR.utf8\0' >"$userland/usr/lib/locale/locale-archive"
settings () { env_args=(); userland_locale_settings; printf '%s\n' "${env_args[@]}" | grep -v '^-u$' | paste -sd' '; }
is "$(settings)" 'LC_ALL LANG=C.UTF-8' 'no locale'
is "$(LANG=de_DE.ISO-8859-1 settings)" 'LC_ALL LANG=de_DE.UTF-8' 'a locale in another encoding'
is "$(LANG=de_AT.UTF-8 settings)" 'LC_ALL LANG=de_DE.UTF-8' 'the language of another country'
is "$(LANG=xx_YY.UTF-8 settings)" 'LC_ALL LANG=C.UTF-8' 'an unknown language'
is "$(LANG=fr_FR.UTF-8 LC_NUMERIC=de_DE.UTF-8 LC_TIME=en_DK.UTF-8 settings)" \
  'LC_ALL LC_NUMERIC=de_DE.UTF-8 LC_TIME LANG=fr_FR.UTF-8' 'a category of its own, and one that is not there'
is "$(LC_ALL=POSIX LANG=de_DE.UTF-8 settings)" 'LC_ALL LANG=C.UTF-8' 'LC_ALL goes first'

is "$(person_folders | grep -cE '^/(usr|etc|proc|dev|sys)$')" 0 "the system's folders are not the person's"

echo "1..$n"
