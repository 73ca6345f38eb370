#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes.  A C file has at most 900 lines (over 600: a note), a function 80 (over 60: a note; class_init 150),
a .ui file 400, a line of C 120 columns (a row of a table, which reads best unbroken, 180)."""

import re

from stylelib import c_files, column_limit, files, finish, is_too_long, lines, note, report

FILE_NOTE, FILE_LIMIT = 600, 900
FUNCTION_NOTE, FUNCTION_LIMIT, CLASS_INIT_LIMIT = 60, 80, 150
UI_LIMIT = 400

NAME = re.compile(r"^(\w+) \(")


def functions(text):
    """(name, first line, number of lines) of each function definition, in the style of the formatter: the name
    starts a line, the body is between braces in the first column."""
    name = first = None
    for number, line in enumerate(text, 1):
        match = NAME.match(line)
        if match:
            name, first = match.group(1), number
        elif line == "}" and name:
            yield name, first, number - first + 1
            name = None
        elif line.endswith(";") and not line.startswith((" ", "\t", "{")):
            name = None


def check_functions(path, text):
    for name, first, size in functions(text):
        limit = CLASS_INIT_LIMIT if name.endswith("_class_init") else FUNCTION_LIMIT
        if size > limit:
            report(path, first, f"{name}() has {size} lines; the limit is {limit}")
        elif size > FUNCTION_NOTE and limit == FUNCTION_LIMIT:
            note(path, first, f"{name}() has {size} lines; aim for {FUNCTION_NOTE}")


for path in c_files():
    text = lines(path)
    if len(text) > FILE_LIMIT:
        report(path, 0, f"{len(text)} lines; the limit is {FILE_LIMIT}")
    elif len(text) > FILE_NOTE:
        note(path, 1, f"{len(text)} lines; aim for {FILE_NOTE}")
    for number, line in enumerate(text, 1):
        if is_too_long(line):
            report(path, number, f"{len(line)} columns; the limit is {column_limit(line)}")
    check_functions(path, text)

for path in files(".ui", under=("data",)):
    size = len(lines(path))
    if size > UI_LIMIT:
        report(path, 0, f"{size} lines; the limit is {UI_LIMIT}")

finish()
