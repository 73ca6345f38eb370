# SPDX-License-Identifier: GPL-3.0-or-later
"""What the style checks share: the files of the project, and one way to report."""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED_FOLDERS = {"build", "builddir", "_build", ".git", "__pycache__", "subprojects", ".flatpak-builder"}
# Any file the build makes may lie beside the sources in an editor's own build folder, so folders are named.
SOURCE_FOLDERS = ("src", "tests")

# "{ ... }," or "[INDEX] = { ... }," or "MACRO (...)," or a continued line of such a macro's definition.
TABLE_ROW = re.compile(r"^\s*(?:\{.*\},?|\[.*\] = .*,|[A-Z]\w* \(.*\),)\s*(?:\\|/\*.*\*/)?$")
COLUMN_LIMIT, TABLE_LIMIT = 120, 180

findings = []


def files(*suffixes, under=("",)):
    """Every file of the project below the folders `under` that ends with one of the suffixes, sorted."""
    found = []
    for folder in under:
        for parent, folders, names in os.walk(ROOT / folder):
            folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
            found += [pathlib.Path(parent, name) for name in names if name.endswith(suffixes)]
    return sorted(found)


def c_files():
    return files(".c", ".h", under=SOURCE_FOLDERS)


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def column_limit(line):
    """The limit for a line of C; a row of a table reads best unbroken."""
    return TABLE_LIMIT if TABLE_ROW.match(line) else COLUMN_LIMIT


def is_too_long(line):
    return len(line) > column_limit(line)


def code_lines(path):
    """The lines of a C file with comments and the insides of string literals blanked, for searching code only."""
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)

    def blank(match):
        word = match.group()
        if word[0] in "\"'":
            return word[0] + " " * (len(word) - 2) + word[0]
        return re.sub(r"[^\n]", " ", word)

    return pattern.sub(blank, text).splitlines()


def comments(path):
    """(line number, text) of every comment of a C file."""
    text = path.read_text(encoding="utf-8")
    pattern = re.compile(r'(/\*.*?\*/|//[^\n]*)|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
    for match in pattern.finditer(text):
        if match.group(1):
            yield text.count("\n", 0, match.start()) + 1, match.group(1)


def report(path, number, rule):
    """Note a breach of a rule; `number` is the line, or 0 for the file as a whole."""
    name = path.relative_to(ROOT) if path.is_absolute() else path
    findings.append(f"{name}:{number}: {rule}" if number else f"{name}: {rule}")


def note(path, number, text):
    """Say something that is not a breach."""
    print(f"note: {path.relative_to(ROOT)}:{number}: {text}")


def finish():
    """Print the findings and exit: 0 when there are none."""
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} finding(s)")
    sys.exit(1 if findings else 0)
