# SPDX-License-Identifier: GPL-3.0-or-later
# The platform the program is built and run on: this host where it is new enough, else a private Debian 13 userland.
# Sourced by build-aux/run, build-aux/test and build-aux/shell; needs bash.
#
#   platform_prepare run|test      make the platform ready, once; everything it says goes to stderr
#   platform_enter MODE CMD...     run CMD on it.  MODE person: the caller's home, files, display and session.
#                                  MODE test: a private home and /tmp, no display, no session.
#
# Settings, all optional:
#   PLIMSOLL_NATIVE=1|0            force this host, or force the userland
#   PLIMSOLL_USERLAND=DIR          use the root file system at DIR
#   PLIMSOLL_ENTER=bwrap|chroot|proot   force one way in
#   PLIMSOLL_DEBIAN_MIRROR=URL     take Debian from there

source_dir=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
[[ -n ${HOME:-} ]] || export HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"
cache_dir=${XDG_CACHE_HOME:-$HOME/.cache}/plimsoll
packages_file=$source_dir/build-aux/packages.txt

# The locales of the translations, beside the caller's own.
userland_locales='de_DE en_US es_ES fr_FR ja_JP pt_BR zh_CN'

say () { printf '%s\n' "plimsoll: $*" >&2; }

die ()
{
  say "$1"; shift
  [[ $# -eq 0 ]] || printf '  %s\n' "$@" >&2
  exit 1
}

have () { command -v "$1" >/dev/null 2>&1; }

# packages FILE GROUP...: the names in those groups, or in all.
packages ()
{
  local file=$1 groups=" ${*:2} " group= line
  while read -r line; do
    line=${line%%#*}; line=${line// /}
    case $line in
      '') ;;
      '['*']') group=${line:1:-1} ;;
      *) [[ $groups == '  ' || $groups == *" $group "* ]] && printf '%s\n' "$line" ;;
    esac
  done <"$file"
  return 0
}

# as_root CMD...: run it as root, if that needs nobody's password.
as_root ()
{
  if [[ $(id -u) == 0 ]]; then "$@"
  elif have sudo && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1; fi
}

can_be_root () { as_root true 2>/dev/null; }

# --- this host -------------------------------------------------------------------------------------------------------

native_has_baseline ()
{
  have cc && have meson && have ninja && have pkg-config && have msgfmt &&
    pkg-config --exists 'gtk4 >= 4.18' 'libadwaita-1 >= 1.7' 'glib-2.0 >= 2.84' yyjson 2>/dev/null
}

# Does this distribution carry the baseline, whether or not it is installed?
native_carries_baseline ()
{
  local ID= VERSION_ID= ID_LIKE=
  [[ -r /etc/os-release ]] && . /etc/os-release
  case $ID in
    debian) [[ -z $VERSION_ID ]] || (( ${VERSION_ID%%.*} >= 13 )) ;;
    ubuntu) (( 10#${VERSION_ID%%.*} >= 25 )) ;;
    fedora) (( ${VERSION_ID%%.*} >= 42 )) ;;
    *) return 1 ;;
  esac
}

# native_install GROUP...: install what is missing, quietly; fails where the user may not.
native_install ()
{
  local wanted missing=() name
  can_be_root || return 1
  if have apt-get; then
    for name in $(packages "$packages_file" "$@"); do
      [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
    done
    host_apt_install ${missing[@]+"${missing[@]}"}
  elif have dnf; then
    mapfile -t wanted < <(packages "$source_dir/build-aux/packages-fedora.txt" "$@")
    as_root dnf install -y "${wanted[@]}" >&2 </dev/null
  else
    return 1
  fi
}

host_apt_install ()
{
  [[ $# -gt 0 ]] || return 0
  say "installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2 </dev/null ||
    { as_root apt-get update -q >&2 </dev/null &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2 </dev/null; }
}

# --- the userland ----------------------------------------------------------------------------------------------------

# Named after what it is made from: the packages, the locales and the way it is made.
userland_path ()
{
  local sum
  sum=$( { printf '%s\n' "$userland_locales" "$(uname -m)"; declare -f userland_stream; packages "$packages_file"; } |
    sha256sum)
  printf '%s\n' "$cache_dir/userland-${sum:0:12}"
}

# The tools that make it and enter it; each is installed only when it is missing.
userland_tools ()
{
  local missing=() tool
  for tool in mmdebstrap:mmdebstrap bwrap:bubblewrap newuidmap:uidmap; do
    have "${tool%%:*}" || missing+=("${tool#*:}")
  done
  [[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || missing+=(debian-archive-keyring)
  [[ ${#missing[@]} -gt 0 ]] || return 0
  have apt-get && host_apt_install "${missing[@]}" && return 0
  have mmdebstrap && { have bwrap || [[ $(id -u) == 0 ]]; } && return 0
  die "this host is older than GTK 4.18 and libadwaita 1.7, and the tools to put them in a folder of their own are missing." \
      "Please ask the administrator to install: ${missing[*]}" \
      "or set PLIMSOLL_USERLAND to the folder of a Debian 13 root file system that has the packages of" \
      "$packages_file"
}

# userland_stream: a tar of a Debian 13 root with every package, on stdout.
userland_stream ()
{
  local include how=() proxy locale name caller=${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}
  include=$(packages "$packages_file" | paste -sd,)
  caller=${caller%%.*}
  if [[ $(id -u) != 0 ]] && ! { have newuidmap && grep -qE "^($(id -un)|$(id -u)):" /etc/subuid 2>/dev/null; }; then
    can_be_root || die "making the Debian 13 userland needs a range of subordinate user ids for $(id -un)." \
                       "Please ask the administrator for one (lines in /etc/subuid and /etc/subgid), or run this once as root."
    how=(sudo -n)
  fi
  have apt-config && eval "$(apt-config shell proxy Acquire::http::Proxy)"
  how+=(mmdebstrap --variant=minbase --format=tar "--include=$include"
        --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Retries "3"'
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/info/*'
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*/*'
        --dpkgopt='path-exclude=/usr/share/gir-1.0/*' --dpkgopt='path-exclude=/usr/share/vulkan/registry/*'
        --dpkgopt='path-exclude=/usr/lib/*/lib*.a' --dpkgopt='path-include=/usr/lib/gcc/*')
  # The static libraries that belong to the C library itself.
  for name in c c_nonshared m m-2.41 mvec pthread dl rt util resolv; do
    how+=(--dpkgopt="path-include=/usr/lib/*/lib$name.a")
  done
  [[ -z ${proxy:-} ]] || how+=(--aptopt="Acquire::http::Proxy \"$proxy\"")
  for locale in $userland_locales; do
    how+=(--dpkgopt="path-include=/usr/share/locale/${locale%_*}/*" --dpkgopt="path-include=/usr/share/locale/$locale/*")
  done
  locale=$(printf '%s\n' $userland_locales "$caller" | grep -xE '[a-z]{2,3}_[A-Z]{2}' | sort -u | paste -sd' ')
  # settings.ini is what GTK reads where no desktop tells it a font; the empty files are where the host's are put.
  how+=(--customize-hook='cd "$1" && mkdir -p etc/gtk-4.0 &&
    printf "[Settings]\ngtk-font-name=Cantarell 11\n" >etc/gtk-4.0/settings.ini &&
    : >etc/machine-id && : >etc/resolv.conf &&
    for name in '"$locale"'; do chroot . localedef -i $name -f UTF-8 $name.UTF-8 || true; done &&
    rm -rf usr/share/i18n usr/share/doc var/cache/apt var/log/*')
  "${how[@]}" trixie - ${PLIMSOLL_DEBIAN_MIRROR:+"$PLIMSOLL_DEBIAN_MIRROR"} </dev/null
}

# Made under another name and renamed when whole, so a half-made one is never used.  Call with the lock held.
userland_make ()
{
  local final=$1 making=$1.making
  [[ ! -e $making ]] || { chmod -R u+rwX "$making" 2>/dev/null; rm -rf "$making"; }
  mkdir -p "$making"
  say "making a Debian 13 userland in $final (once; about 1 GB and two minutes)"
  if ! (set -o pipefail; userland_stream | tar -C "$making" --exclude='./dev/*' -xf - >&2); then
    rm -rf "$making"
    die "the userland could not be made; the messages above say why." \
        "It needs a Debian mirror within reach (or PLIMSOLL_DEBIAN_MIRROR), and 2 GB free in $cache_dir and ${TMPDIR:-/tmp}."
  fi
  : >"$making/.in-use"
  mv "$making" "$final"
}

# Userlands of other package lists that no process is inside.
userland_remove_others ()
{
  local keep=$1 other
  for other in "$cache_dir"/userland-*; do
    [[ $other != "$keep" && -d $other ]] || continue
    if [[ ! -e $other/.in-use ]] || flock -n "$other/.in-use" true; then
      say "removing $other (made for another package list)"
      chmod -R u+rwX "$other" 2>/dev/null
      rm -rf "$other"
    fi
  done
}

userland_prepare ()
{
  userland=${PLIMSOLL_USERLAND:-}
  if [[ -n $userland ]]; then
    [[ -x $userland/usr/bin/meson ]] || die "PLIMSOLL_USERLAND=$userland is not a root file system with meson in it."
    return
  fi
  userland=$(userland_path)
  if [[ ! -e $userland/.in-use ]]; then
    userland_tools
    mkdir -p "$cache_dir"
    exec {lock}>"$cache_dir/lock"
    flock -n "$lock" || { say "waiting for another one that is making the userland"; flock "$lock"; }
    if [[ ! -e $userland/.in-use ]]; then
      userland_make "$userland"
      userland_remove_others "$userland"
    fi
    exec {lock}>&-
  elif ! have bwrap; then
    userland_tools
  fi
}

# --- entering --------------------------------------------------------------------------------------------------------

# Where the caller's files are: every top folder of the host that is not the system's own.
person_folders ()
{
  local folder
  for folder in /*; do
    case $folder in
      /bin|/boot|/dev|/etc|/lib*|/proc|/run|/sbin|/sys|/usr|/var|/lost+found) continue ;;
    esac
    [[ -d $folder && -r $folder && -x $folder ]] && printf '%s\n' "$folder"
  done
  for folder in /run/media /var/home /var/tmp "$HOME" "$PWD" "$source_dir" "$cache_dir"; do
    case $folder in
      /var/*|/run/*|/usr/src/*|/usr/local/*) [[ -d $folder ]] && printf '%s\n' "$folder" ;;
    esac
  done
  return 0
}

# The folders of the userland's /usr; src and local are the host's business, and may hold the sources or the caller.
userland_usr ()
{
  local folder
  for folder in "$userland"/usr/*; do
    case ${folder##*/} in src|local) ;; *) printf '%s\n' "${folder##*/}" ;; esac
  done
}

# Variables of the host that mean something else, or nothing, inside.
foreign_variables='LD_LIBRARY_PATH LD_PRELOAD GI_TYPELIB_PATH GTK_PATH GTK_MODULES GTK_EXE_PREFIX GTK_DATA_PREFIX
  GDK_PIXBUF_MODULE_FILE GIO_EXTRA_MODULES GIO_MODULE_DIR XDG_DATA_DIRS XDG_CONFIG_DIRS PYTHONPATH PYTHONHOME
  PKG_CONFIG_PATH LIBRARY_PATH CPATH C_INCLUDE_PATH CC CFLAGS CPPFLAGS LDFLAGS GSETTINGS_SCHEMA_DIR GTK_THEME LOCPATH'

# userland_has_locale NAME: in UTF-8, whatever encoding NAME asks for.
userland_has_locale ()
{
  case ${1%%.*} in
    C|POSIX) true ;;
    *) grep -qaF "${1%%[.@]*}.utf8" "$userland/usr/lib/locale/locale-archive" 2>/dev/null ;;
  esac
}

# One category in a locale that is not there would turn all of them into C, so each is checked.
userland_locale_settings ()
{
  local wanted=${LC_ALL:-${LANG:-C}} name
  env_args+=(-u LC_ALL)
  for name in ${!LC_@}; do
    [[ $name != LC_ALL ]] || continue
    if [[ -z ${LC_ALL:-} && -n ${!name} ]] && userland_has_locale "${!name}"; then
      env_args+=("$name=${!name%%[.@]*}.UTF-8")
    else
      env_args+=(-u "$name")
    fi
  done
  if [[ ${wanted%%.*} == POSIX ]]; then
    wanted=C
  elif ! userland_has_locale "$wanted"; then
    # The same language as another country writes it is better than none.
    for name in $userland_locales C; do
      [[ ${name%_*} == "${wanted%%_*}" || $name == C ]] && break
    done
    wanted=$name
  fi
  env_args+=("LANG=${wanted%%[.@]*}.UTF-8")
}

# The lines of /etc/passwd and /etc/group without which a session bus refuses to start.
account_lines ()
{
  printf 'root:x:0:0:root:/root:/bin/sh\n'
  [[ $(id -u) == 0 ]] || printf '%s:x:%s:%s::%s:/bin/bash\n' "$(id -un)" "$(id -u)" "$(id -g)" "$HOME"
}

group_lines ()
{
  printf 'root:x:0:\n'
  [[ $(id -g) == 0 ]] || printf '%s:x:%s:\n' "$(id -gn 2>/dev/null || echo user)" "$(id -g)"
}

# Fills `env_args` with NAME=VALUE settings and -u NAME removals for env(1).
make_environment ()
{
  local mode=$1 name
  env_args=()
  if [[ $mode == test ]]; then
    env_args+=(-i "HOME=/tmp/home" "LANG=C.UTF-8" "TERM=${TERM:-dumb}" "XDG_RUNTIME_DIR=/tmp/runtime")
    for name in CI NINJA_STATUS MESON_TESTTHREADS; do
      [[ -z ${!name:-} ]] || env_args+=("$name=${!name}")
    done
  else
    for name in $foreign_variables; do env_args+=(-u "$name"); done
    userland_locale_settings
    env_args+=("XDG_RUNTIME_DIR=$runtime_dir")
    [[ -n ${TZ:-} || ! -e /etc/localtime ]] || env_args+=("TZ=:/run/host/localtime")
    [[ -e /dev/dri || -n ${GDK_DISABLE:-} ]] || env_args+=("GDK_DISABLE=gl,vulkan")
  fi
  env_args+=("PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
}

bwrap_works ()
{
  have bwrap && bwrap --ro-bind "$userland/usr" /usr --symlink usr/lib /lib --symlink usr/lib64 /lib64 --dev /dev \
    --proc /proc /usr/bin/true 2>/dev/null
}

# enter_bwrap MODE CMD...
enter_bwrap ()
{
  local mode=$1 folder a; shift
  # Only usr, etc and var come from the userland: the rest is bwrap's own, so a mount point can be made for any path.
  a=(--ro-bind "$userland/etc" /etc --ro-bind "$userland/var" /var
     --symlink usr/bin /bin --symlink usr/sbin /sbin --symlink usr/lib /lib --symlink usr/lib64 /lib64
     --dev /dev --proc /proc --ro-bind-try /sys /sys --tmpfs /run --die-with-parent)
  while read -r folder; do a+=(--ro-bind "$userland/usr/$folder" "/usr/$folder"); done < <(userland_usr)
  [[ -e $userland/etc/resolv.conf && -e /etc/resolv.conf ]] && a+=(--ro-bind "$(realpath /etc/resolv.conf)" /etc/resolv.conf)
  exec {accounts}< <(account_lines) {groups}< <(group_lines)
  a+=(--ro-bind-data "$accounts" /etc/passwd --ro-bind-data "$groups" /etc/group)
  if [[ $mode == test ]]; then
    a+=(--perms 1777 --tmpfs /tmp --dir /tmp/home --perms 0700 --dir /tmp/runtime --perms 1777 --tmpfs /var/tmp
        --bind "$source_dir" "$source_dir" --bind "$build_dir" "$build_dir" --unshare-pid --unshare-ipc)
  else
    while read -r folder; do a+=(--bind-try "$folder" "$folder"); done < <(person_folders)
    a+=(--dev-bind-try /dev/dri /dev/dri --ro-bind-try /etc/localtime /run/host/localtime)
    a+=(--ro-bind-try /usr/share/fonts /usr/local/share/fonts)
    [[ ! -s /etc/machine-id || ! -e $userland/etc/machine-id ]] || a+=(--ro-bind /etc/machine-id /etc/machine-id)
    case $runtime_dir in
      /tmp/*) ;;
      *) a+=(--bind "$runtime_dir" "$runtime_dir") ;;
    esac
    case ${XAUTHORITY:-} in
      /usr/*|/var/*|/run/*) a+=(--ro-bind-try "$XAUTHORITY" "$XAUTHORITY") ;;
    esac
  fi
  a+=(--chdir "$PWD")
  bwrap "${a[@]}" -- env "${env_args[@]}" "$@"
}

# enter_chroot MODE CMD...: for root where bwrap does not work; mounts in a mount namespace of its own.
enter_chroot ()
{
  local mode=$1 folders; shift
  if [[ $mode == test ]]; then
    folders=$(printf '%s\n' "$source_dir" "$build_dir")
  else
    folders=$(person_folders; printf '%s\n' "$runtime_dir")
  fi
  userland=$userland usr=$(userland_usr) folders=$folders mode=$mode accounts=$(account_lines) groups=$(group_lines) \
    unshare --mount --propagation private -- bash -euc '
      view=$(mktemp -d "${TMPDIR:-/tmp}/plimsoll-view.XXXXXX")
      trap "umount -l \"$view\"; rmdir \"$view\"" EXIT
      mount -t tmpfs -o mode=0755 tmpfs "$view"
      mkdir "$view"/{usr,etc,var,dev,proc,sys,run,tmp}
      chmod 1777 "$view/tmp"
      ln -s usr/bin usr/sbin usr/lib usr/lib64 "$view"
      for name in $usr; do
        mkdir "$view/usr/$name"
        mount --bind "$userland/usr/$name" "$view/usr/$name"
        mount -o remount,ro,bind "$view/usr/$name"
      done
      cp -a "$userland/etc/." "$view/etc"
      cp -a "$userland/var/." "$view/var"
      printf "%s\n" "$accounts" >"$view/etc/passwd"
      printf "%s\n" "$groups" >"$view/etc/group"
      [[ ! -e /etc/resolv.conf ]] || cp -L /etc/resolv.conf "$view/etc/resolv.conf" || true
      mount --rbind /dev "$view/dev"
      mount --rbind /proc "$view/proc"
      mount --rbind /sys "$view/sys"
      if [[ $mode == test ]]; then mkdir -p "$view/tmp/home"; mkdir -p -m 0700 "$view/tmp/runtime"
      else mkdir -p "$view/run/host"; [[ ! -e /etc/localtime ]] || cp -L /etc/localtime "$view/run/host/localtime"; fi
      while read -r folder; do
        [[ -n $folder ]] || continue
        mkdir -p "$view$folder"; mount --rbind "$folder" "$view$folder"
      done <<<"$folders"
      cwd=$PWD
      unset usr folders mode accounts groups userland
      rc=0
      chroot "$view" /usr/bin/env --chdir="$cwd" "$@" || rc=$?
      exit $rc' plimsoll "${env_args[@]}" "$@"
}

# enter_proot MODE CMD...: for a container that may neither make namespaces nor mount.  It traces every system call, so
# building takes several times as long, and a program inside cannot be traced by another.
enter_proot ()
{
  local mode=$1 folder private a rc=0; shift
  private=$(mktemp -d)
  mkdir -p -m 0700 "$private/tmp/home" "$private/tmp/runtime"
  account_lines >"$private/passwd"
  group_lines >"$private/group"
  a=(-r "$userland" -w "$PWD" -b /dev -b /proc -b /sys
     -b "$private/passwd:/etc/passwd" -b "$private/group:/etc/group")
  [[ ! -e /etc/resolv.conf ]] || a+=(-b /etc/resolv.conf)
  if [[ $mode == test ]]; then
    a+=(-b "$private/tmp:/tmp" -b "$source_dir" -b "$build_dir")
    env_args+=("PLIMSOLL_TRACED=1")
  else
    while read -r folder; do a+=(-b "$folder"); done < <(person_folders; printf '%s\n' "$runtime_dir")
    [[ ! -e /etc/localtime ]] || a+=(-b /etc/localtime:/run/host/localtime)
  fi
  proot "${a[@]}" /usr/bin/env "${env_args[@]}" "$@" || rc=$?
  rm -rf "$private"
  return "$rc"
}

# The first way in that works here; nothing when none does.
way_in ()
{
  if [[ -n ${PLIMSOLL_ENTER:-} ]]; then printf '%s\n' "$PLIMSOLL_ENTER"
  elif bwrap_works; then echo bwrap
  elif [[ $(id -u) == 0 ]] && unshare --mount true 2>/dev/null; then echo chroot
  elif have proot || { have apt-get && host_apt_install proot; }; then echo proot
  fi
}

# --- what the commands call ------------------------------------------------------------------------------------------

# platform_prepare run|test: sets `platform` to native or userland.
platform_prepare ()
{
  local groups=(build look)
  [[ $1 == run ]] || groups=(build look test style)
  case ${PLIMSOLL_NATIVE:-} in
    1) platform=native ;;
    0) platform=userland ;;
    *) if [[ -n ${PLIMSOLL_USERLAND:-} ]]; then platform=userland
       elif native_has_baseline && { [[ $1 == run ]] || { have Xvfb && have clang-format; }; }; then platform=native
       elif native_carries_baseline && native_install "${groups[@]}" && native_has_baseline; then platform=native
       elif native_has_baseline; then platform=native
       else platform=userland; fi ;;
  esac
  if [[ $platform == native ]]; then
    native_has_baseline || die "this host lacks a package of the baseline." \
      "Needed: $(packages "$packages_file" "${groups[@]}" | paste -sd' ')"
    platform_id=native
  else
    userland_prepare
    platform_id=$userland
  fi
  build_dir=$source_dir/build
  if ! mkdir -p "$build_dir" 2>/dev/null || [[ ! -w $build_dir ]]; then
    build_dir=$cache_dir/build-$(printf '%s' "$source_dir" | sha256sum | cut -c1-12)
    mkdir -p "$build_dir"
  fi
}

# platform_enter person|test CMD...
platform_enter ()
{
  local mode=$1 runtime_dir=${XDG_RUNTIME_DIR:-} private rc=0
  if [[ $platform == native ]]; then
    shift
    if [[ $mode == test ]]; then
      private=$(mktemp -d)
      mkdir -p -m 0700 "$private/home" "$private/runtime"
      env -u DISPLAY -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS -u XDG_DATA_HOME -u XDG_CONFIG_HOME \
        -u XDG_STATE_HOME -u XDG_CACHE_HOME LANG=C.UTF-8 HOME="$private/home" XDG_RUNTIME_DIR="$private/runtime" \
        "$@" || rc=$?
      rm -rf "$private"
      return "$rc"
    fi
    [[ -e /dev/dri || -n ${GDK_DISABLE:-} ]] || export GDK_DISABLE=gl,vulkan
    "$@"
    return
  fi
  if [[ $mode == person && ! -d $runtime_dir ]]; then
    runtime_dir=$(mktemp -d)
    chmod 0700 "$runtime_dir"
    private=$runtime_dir
  fi
  # Held by everything that runs inside, so that nobody removes the userland under it.
  [[ ! -e $userland/.in-use ]] || { exec {inside}<"$userland/.in-use"; flock -s "$inside"; }
  make_environment "$mode"
  case $(way_in) in
    bwrap) enter_bwrap "$@" || rc=$? ;;
    chroot) enter_chroot "$@" || rc=$? ;;
    proot) enter_proot "$@" || rc=$? ;;
    *) die "the Debian 13 userland in $userland cannot be entered here." \
           "bubblewrap needs user namespaces, and this host does not allow them to $(id -un);" \
           "chroot needs root and the right to mount; proot is not installed." ;;
  esac
  [[ -z ${private:-} ]] || rm -rf "$private"
  return "$rc"
}
