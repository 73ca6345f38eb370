#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Layers.  Each folder of src includes only the project's headers of the layers it may use, and only the system
headers that belong to it: no GTK outside src/app, nothing but GLib and the C library in src/core.  The build says the
same with its dependency lists; this check also covers headers that a library drags in."""

import re

from stylelib import ROOT, code_lines, files, finish, report

BELOW = {
    "core": set(),
    "text": {"core"},
    "catalog": {"core", "text"},
    "import": {"core", "text", "catalog"},
    "plan": {"core", "text", "catalog"},
    "document": {"core", "text", "catalog", "plan", "import"},
    "chart": {"core", "text"},
    "report": {"core", "text", "catalog", "plan", "document", "chart"},
    "cli": {"core", "text", "catalog", "import", "plan", "document", "chart", "report"},
    "app": {"core", "text", "catalog", "import", "plan", "document", "chart", "report"},
    ".": {"core", "text", "catalog", "import", "plan", "document", "chart", "report", "cli", "app"},
}

# Families of system headers beyond the C library, and who may include them.
FAMILIES = [
    (re.compile(r"^(gtk|gdk|gsk)/|^adwaita\.h$|^libadwaita"), "GTK and libadwaita", {"app"}),
    (re.compile(r"^(cairo|pango)"), "cairo and pango", {"chart", "report", "app", "cli"}),
    (re.compile(r"^yyjson\.h$"), "yyjson", {"catalog", "import", "document", "report", "cli"}),
    (re.compile(r"^(gio/|glib-object\.h$)"), "GIO and GObject", set(BELOW) - {"core"}),
    (re.compile(r"^(glib\.h|glib/gi18n\.h|glib/gi18n-lib\.h|glib/gstdio\.h|glib-unix\.h)$"), "GLib", set(BELOW)),
]
CORE_SYSTEM = {"float.h", "glib.h", "glib/gi18n.h", "glib/gi18n-lib.h", "limits.h", "math.h", "stddef.h", "stdint.h", "string.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')

sources = files(".c", ".h", under=("src",))
home = {}
for path in sources:
    if path.suffix == ".h":
        home[path.name] = path.parent.relative_to(ROOT / "src").as_posix().split("/")[0]


def check_include(path, number, layer, quoted, name):
    own = home.get(name.rsplit("/", 1)[-1])
    if quoted and own:
        if own != layer and own not in BELOW[layer]:
            report(path, number, f"src/{layer} includes {name} of src/{own}, which is not below it")
        return
    if quoted:
        return
    if layer == "core" and name not in CORE_SYSTEM:
        report(path, number, f"src/core includes <{name}>; it may use GLib's types and the C library's mathematics only")
    for pattern, family, allowed in FAMILIES:
        if pattern.search(name) and layer not in allowed and layer != ".":
            report(path, number, f"src/{layer} includes <{name}>: {family} may be used in {', '.join(sorted(allowed))}")


for path in sources:
    layer = path.parent.relative_to(ROOT / "src").as_posix().split("/")[0]
    if layer not in BELOW:
        report(path, 0, f"src/{layer} is not a layer that tests/style/check-layers.py knows")
        continue
    raw = path.read_text(encoding="utf-8").splitlines()
    for number, code in enumerate(code_lines(path), 1):
        match = INCLUDE.match(raw[number - 1]) if code.lstrip().startswith("#") else None
        if match:
            check_include(path, number, layer, match.group(1) == '"', match.group(2))

finish()
