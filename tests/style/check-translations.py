#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Translations.  Each file with strings to translate is in po/POTFILES.in (or, on purpose, in po/POTFILES.skip), and
each entry there is a file with such strings."""

import re

from stylelib import ROOT, code_lines, files, finish, report

C_STRING = re.compile(r'\b(?:(?:_|N_|C_|NC_|Q_|ngettext) ?\(|g_d[np]?gettext2? ?\(GETTEXT_PACKAGE, )"')
XML_STRING = re.compile(r"translatable\s*=\s*[\"'](?:yes|true)|<summary>|<description>", re.IGNORECASE)
DESKTOP_STRING = re.compile(r"^(?:Name|GenericName|Comment|Keywords)=", re.MULTILINE)
KINDS = [
    ((".c", ".h"), "src", C_STRING),
    ((".ui",), "data", XML_STRING),
    ((".gschema.xml", ".gschema.xml.in", ".metainfo.xml.in", ".metainfo.xml.in.in"), "data", XML_STRING),
    ((".desktop.in", ".desktop.in.in"), "data", DESKTOP_STRING),
]


def entries(name):
    path = ROOT / "po" / name
    if not path.exists():
        return {}
    text = path.read_text(encoding="utf-8").splitlines()
    return {line.strip(): number for number, line in enumerate(text, 1) if line.strip() and not line.startswith("#")}


listed, skipped = entries("POTFILES.in"), entries("POTFILES.skip")
potfiles = ROOT / "po" / "POTFILES.in"

for suffixes, folder, pattern in KINDS:
    for path in files(*suffixes, under=(folder,)):
        name = path.relative_to(ROOT).as_posix()
        text = "\n".join(code_lines(path)) if folder == "src" else path.read_text(encoding="utf-8")
        match = pattern.search(text)
        if match and name not in listed and name not in skipped:
            number = text.count("\n", 0, match.start()) + 1
            report(path, number, "a string to translate, in a file that po/POTFILES.in does not name")
        elif name in listed and not match:
            report(potfiles, listed[name], f"{name} has no string to translate")

for name, number in listed.items():
    if not (ROOT / name).is_file():
        report(potfiles, number, f"{name} does not exist")
if list(listed) != sorted(listed):
    report(potfiles, 0, "the entries are not in alphabetical order")

finish()
