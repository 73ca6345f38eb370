#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# analyze-cppcheck.sh BUILD_FOLDER: cppcheck finds nothing in the layers without GTK.
set -eu
build=$1
cd "$(dirname "$0")/../.."
. tests/style/analyzed.sh

need cppcheck
cache=$build/cppcheck
mkdir -p "$cache"
# missingIncludeSystem: cppcheck works without the libraries' headers, it knows GLib from --library=gtk.
# ...OutOfMemory: GLib ends the program when memory is out.
# normalCheckLevelMaxBranches: it says so where it stops early; clang-tidy goes on there.
analyzed "$build" file | tr '\0' '\n' >"$cache/files"
# The macros are those of GLib that --library=gtk does not know; at an unknown one cppcheck stops reading.
cppcheck --quiet --error-exitcode=1 --inline-suppr --std=c17 --library=gtk --enable=warning,performance,portability \
  --suppress=missingIncludeSystem --suppress=nullPointerOutOfMemory --suppress=ctunullpointerOutOfMemory \
  --suppress=normalCheckLevelMaxBranches -j 2 --cppcheck-build-dir="$cache" $(printf -- '-I%s ' src/*/) \
  -DHAVE_CONFIG_H -DG_BEGIN_DECLS= -DG_END_DECLS= \
  -DG_GINT64_MODIFIER='"l"' -DG_GINT64_FORMAT='"li"' -DG_GUINT64_FORMAT='"lu"' -DG_GSIZE_FORMAT='"lu"' \
  -D'G_DECLARE_FINAL_TYPE(a,b,c,d,e)=' -D'G_DEFINE_FINAL_TYPE(a,b,c)=' -D'G_DEFINE_FINAL_TYPE_WITH_CODE(a,b,c,d)=' \
  -D'G_DEFINE_QUARK(a,b)=' -D'G_DEFINE_AUTOPTR_CLEANUP_FUNC(a,b)=' \
  --template='{file}:{line}: {severity}: {message} [{id}]' --file-list="$cache/files"
