#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Templates.  Each data/ui/X.ui has a class of the same name in src/app, is in the resource file and is well-formed
XML whose template is that class; rows with numbers say what they are to assistive technology; each field that the class
lists has its row."""

import re
import xml.etree.ElementTree as ElementTree

from stylelib import ROOT, files, finish, lines, report

TYPOGRAPHY = re.compile(r">[^<]*\.\.\.[^<]*<")

resources = "".join(path.read_text(encoding="utf-8") for path in files(".gresource.xml", ".gresource.xml.in", under=("data", "src")))
in_resources = set(re.findall(r"<file[^>]*>\s*([^<\s]+)\s*</file>", resources))


def class_name(stem):
    return "".join(word.capitalize() for word in stem.split("-"))


def check_spin_rows(path, tree, text):
    """AdwSpinRow hides itself and its spin button from assistive technology unless it is given a role."""
    for spin_row in tree.iter():
        if spin_row.get("class") != "AdwSpinRow" and spin_row.get("parent") != "AdwSpinRow":
            continue
        roles = [p.text for p in spin_row.findall("property") if p.get("name") == "accessible-role"]
        if roles != ["list-item"]:
            name = spin_row.get("id") or "without an id"
            number = next((n for n, line in enumerate(text, 1) if f'id="{name}"' in line), 1)
            report(path, number, f"AdwSpinRow {name} needs accessible-role list-item, or nobody can find it")


def field_names():
    """Names of the fields by their constants; the table of fields is the only place that has both."""
    table = ROOT / "src/core/plim-inputs.c"
    text = table.read_text(encoding="utf-8") if table.exists() else ""
    return dict(re.findall(r'^  [A-Z] \(([A-Z0-9_]+), \w+, "([a-z0-9_]+)"', text, re.MULTILINE))


def check_field_rows(path, tree, names):
    source = ROOT / "src/app" / f"{path.stem}.c"
    listed = re.findall(r"static const PlimFieldId \w+\[\] = \{([^}]*)\}", source.read_text(encoding="utf-8")) if source.exists() else []
    ids = {node.get("id") for node in tree.iter()}
    for field in re.findall(r"PLIM_FIELD_([A-Z0-9_]+)", "".join(listed)):
        row = names.get(field, field.lower()).replace("_", "-")
        if row not in ids:
            report(path, 0, f"{source.name} lists a field without a row: {row}")


def check_template(path):
    stem, text = path.stem, lines(path)
    if not (ROOT / "src/app" / f"{stem}.c").exists():
        report(path, 0, f"src/app/{stem}.c does not exist")
    if not any(name.endswith(f"{stem}.ui") for name in in_resources):
        report(path, 0, "no .gresource.xml file names it")
    try:
        tree = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        report(path, error.position[0], f"not well-formed: {error}")
        return
    template = tree.find("template")
    if template is not None and template.get("class", "").lower() != class_name(stem).lower():
        report(path, 0, f"its template is {template.get('class')}, not {class_name(stem)}")
    check_spin_rows(path, tree, text)
    check_field_rows(path, tree, FIELDS)
    for number, line in enumerate(text, 1):
        if TYPOGRAPHY.search(line):
            report(path, number, "three full stops; write …")


FIELDS = field_names()
for path in files(".ui", under=("data/ui",)):
    check_template(path)

finish()
