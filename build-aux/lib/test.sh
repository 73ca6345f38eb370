#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# test.sh BUILD_DIR PLATFORM_ID [MESON_TEST_ARGUMENT...]: what build-aux/test does once it is on the platform.
set -uo pipefail
build_dir=$1 id=$2; shift 2
here=$(cd "${BASH_SOURCE[0]%/*}" && pwd -P)
broken=0
ran=()
headless=("$here/../headless")
if ! command -v Xvfb >/dev/null || ! command -v dbus-run-session >/dev/null; then
  echo "Xvfb and dbus-run-session are not both installed: the tests with windows will fail."
  headless=()
fi

# one_run NAME OPTIONS... -- TEST_ARGUMENTS...
one_run ()
{
  local name=$1 options=(); shift
  while [[ $1 != -- ]]; do options+=("$1"); shift; done
  shift
  echo "=== $name"
  if ! "$here/build.sh" "$build_dir/$name" "$id" -Dwerror=true "${options[@]}"; then
    echo "=== $name: the build failed"
    broken=1
    return
  fi
  rm -f "$build_dir/$name"/meson-logs/testlog*
  ${headless[@]+"${headless[@]}"} meson test -C "$build_dir/$name" --no-rebuild --print-errorlogs "$@"
  ran+=("$build_dir/$name/meson-logs")
}

one_run test -Dbuildtype=debugoptimized -- "$@"

# The suites that read sources, not run the program, say nothing new under the sanitizers.
# No strict_string_checks: cairo copies by length from buffers without a terminator, as strndup allows.
export ASAN_OPTIONS=abort_on_error=0:detect_stack_use_after_return=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export LSAN_OPTIONS=suppressions=$here/lsan.supp:print_suppressions=0
if [[ -n ${PLIMSOLL_TRACED:-} ]]; then
  echo "=== sanitize: left out, because the sanitizers do not work inside proot"
else
  one_run sanitize -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false -- \
    --no-suite style --no-suite analysis --no-suite data --no-suite platform --timeout-multiplier 4 "$@"
fi

python3 "$here/count-tests.py" "$broken" ${ran[@]+"${ran[@]}"}
