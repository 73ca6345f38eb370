#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each check finds what it is there for, in a small project that has every fault once, and nothing in a clean one.
Speaks TAP."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
HEAD = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n\n/* What it is. */\n\n"

CLEAN = {
    "src/core/plim-a.h": HEAD + "#pragma once\n\n#include <glib.h>\n\nint plim_a (int a);\n",
    "src/core/plim-a.c": HEAD + '#include "plim-a.h"\n\nint\nplim_a (int a)\n{\n  return a;\n}\n',
    "src/app/plim-row.c": HEAD + '#include "plim-a.h"\n\n#include <adwaita.h>\n#include <glib/gi18n.h>\n\n'
    'const char *\nname (void)\n{\n  return _ ("Name");\n}\n',
    "data/ui/plim-row.ui": '<?xml version="1.0"?>\n<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n<interface>\n'
    '  <template class="PlimRow" parent="AdwSpinRow">\n    <property name="accessible-role">list-item</property>\n'
    '    <property name="title" translatable="yes">A…</property>\n  </template>\n</interface>\n',
    "data/x.gresource.xml": "<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n<gresources><gresource>"
    "<file>ui/plim-row.ui</file></gresource></gresources>\n",
    "po/POTFILES.in": "data/ui/plim-row.ui\nsrc/app/plim-row.c\n",
}

LONG_FUNCTION = "static void\nlong_one (void)\n{\n" + "  plim_a (1);\n" * 90 + "}\n"

# Check, file that gets the fault, what is appended to it (or replaces it, after "="), what must be found.
FAULTS = [
    ("limits", "src/core/plim-a.c", "\n" + LONG_FUNCTION, r"plim-a\.c:14: long_one\(\) has 93 lines; the limit is 80"),
    ("limits", "src/core/plim-a.c", "/* a */\n" * 900, r"plim-a\.c: 911 lines; the limit is 900"),
    ("limits", "src/core/plim-a.c", f"/* {'x' * 120} */\n", r"plim-a\.c:12: 126 columns; the limit is 120"),
    ("limits", "data/ui/plim-row.ui", "\n" * 400, r"plim-row\.ui: \d+ lines; the limit is 400"),
    ("layers", "src/core/plim-a.c", "#include <gtk/gtk.h>\n", r"plim-a\.c:12: src/core includes <gtk/gtk\.h>: GTK"),
    ("layers", "src/core/plim-a.c", "#include <gio/gio.h>\n", r"plim-a\.c:12: src/core includes <gio/gio\.h>"),
    ("layers", "src/chart/plim-c.h", "=" + HEAD + "#pragma once\n#include <yyjson.h>\n", r"plim-c\.h:6: src/chart includes <yyjson\.h>"),
    ("layers", "src/core/plim-a.c", '#include "plim-row.h"\n', None),
    ("layers", "src/other/plim-o.c", "=" + HEAD, r"plim-o\.c: src/other is not a layer"),
    ("translations", "po/POTFILES.in", "=src/app/plim-row.c\n", r"plim-row\.ui:6: a string to translate"),
    ("translations", "po/POTFILES.in", "src/core/plim-a.c\n", r"POTFILES\.in:3: src/core/plim-a\.c has no string"),
    ("translations", "po/POTFILES.in", "src/gone.c\n", r"POTFILES\.in:3: src/gone\.c does not exist"),
    ("deprecated", "src/app/plim-row.c", "GtkTreeIter iter;\n", r"plim-row\.c:\d+: GtkTreeIter is outside the baseline"),
    ("deprecated", "src/app/plim-row.c", "GType t = GTK_TYPE_INFO_BAR;\n", r"GTK_TYPE_INFO_BAR is outside the baseline; use AdwBanner"),
    ("deprecated", "src/app/plim-row.c", "GtkTreeListModel *m; /* not GtkTreeModel */\n", None),
    ("deprecated", "data/ui/plim-row.ui", '<object class="AdwLeaflet"/>\n', r"plim-row\.ui:9: AdwLeaflet is outside"),
    ("headers", "src/core/plim-b.c", "=int b;\n", r"plim-b\.c:1: the first line must be"),
    ("headers", "src/core/plim-b.h", "=" + HEAD, r"plim-b\.h:1: no #pragma once"),
    ("headers", "src/meson.build", "=x\n", r"meson\.build:1: no SPDX"),
    ("ui", "data/ui/plim-new.ui", '=<interface><template class="PlimNew"/></interface>', r"plim-new\.ui: src/app/plim-new\.c does not exist"),
    ("ui", "data/x.gresource.xml", "=<gresources/>", r"plim-row\.ui: no \.gresource\.xml file names it"),
    ("ui", "data/ui/plim-row.ui", '=<interface><template class="PlimRow" parent="AdwSpinRow"/></interface>', r"needs accessible-role"),
    ("ui", "src/app/plim-row.c", "static const PlimFieldId shown[] = {\n  PLIM_FIELD_GPU_LAYERS,\n};\n", r"plim-row\.c lists a field without a row: gpu-layers"),
    ("ui", "data/ui/plim-row.ui", "=<interface>", r"plim-row\.ui:1: not well-formed"),
    ("words", "src/core/plim-a.c", "/* TO" "DO: more */\n", r"plim-a\.c:12: a note to self"),
    ("words", "src/core/plim-a.c", "/* return a + 1; */\n", r"plim-a\.c:12: code in a comment"),
    ("words", "src/core/plim-a.c", "/* It returns a, or b. */\n", None),
    ("words", "src/core/plim-a.c", "double d = strtod (text, NULL);\n", r"plim-a\.c:12: strtod\(\) in src/core"),
    ("words", "src/core/plim-a.c", 'g_print ("%.2f", d);\n', r"plim-a\.c:12: a fraction printed"),
    ("words", "src/core/plim-a.c", "int a; \n", r"plim-a\.c:12: blanks at the end"),
]


def build(root, fault=None):
    shutil.copytree(HERE, root / "tests/style", ignore=shutil.ignore_patterns("__pycache__", "test-checks.py"))
    for name, text in CLEAN.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    if fault:
        path, text = root / fault[1], fault[2]
        path.parent.mkdir(parents=True, exist_ok=True)
        before = "" if text.startswith("=") else path.read_text(encoding="utf-8")
        path.write_text(before + text.removeprefix("="), encoding="utf-8")


def check(name, fault=None):
    with tempfile.TemporaryDirectory() as folder:
        build(pathlib.Path(folder), fault)
        done = subprocess.run([sys.executable, f"{folder}/tests/style/check-{name}.py"], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


names = sorted({fault[0] for fault in FAULTS})
print(f"1..{len(names) + len(FAULTS)}")
number = 0
for name in names:
    number += 1
    status, output = check(name)
    print("ok" if status == 0 else "not ok", number, f"{name}: a clean project")
    if status != 0:
        print("# " + output.replace("\n", "\n# "))
for fault in FAULTS:
    number += 1
    status, output = check(fault[0], fault)
    good = status == 0 if fault[3] is None else status == 1 and re.search(fault[3], output)
    print("ok" if good else "not ok", number, f"{fault[0]}: {fault[3] or 'no finding'}")
    if not good:
        print("# " + output.replace("\n", "\n# "))
