#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""File heads.  Each source says its licence first and then, in C, what the file is; headers have #pragma once and the
declaration guards of GLib."""

import os
import re

from stylelib import ROOT, c_files, files, finish, lines, report

C_LICENCE = "/* SPDX-License-Identifier: GPL-3.0-or-later */"
LICENCE = re.compile(r"SPDX-License-Identifier: (?:GPL-3\.0-or-later|CC0-1\.0)")

for path in c_files():
    text = lines(path)
    if not text or text[0] != C_LICENCE:
        report(path, 1, f"the first line must be {C_LICENCE}")
        continue
    rest = [line for line in text[1:6] if line.strip()]
    if not rest or not rest[0].startswith("/*"):
        report(path, 2, "after the licence comes a comment: what the file is")
    if path.suffix == ".h" and "#pragma once" not in text:
        report(path, 1, "no #pragma once")

scripts = [p for p in files("", under=("build-aux", ".ci", "tests", "flatpak")) if os.access(p, os.X_OK) and p.suffix != ".json"]
others = files("meson.build", "meson.options", ".py", ".sh", ".css", ".ui", ".gresource.xml", ".gschema.xml", ".metainfo.xml.in",
               ".metainfo.xml.in.in", ".yml", ".yaml", ".clang-tidy", ".clang-format")
for path in sorted(set(scripts + others)):
    if path.relative_to(ROOT).parts[0] == "subprojects":
        continue
    if not any(LICENCE.search(line) for line in lines(path)[:4]):
        report(path, 1, "no SPDX-License-Identifier in the first lines")

finish()
