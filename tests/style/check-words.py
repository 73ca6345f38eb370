#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that do not belong.  No notes to self, no code in comments, no paths of one machine; in src/core nothing that
depends on the locale, and no unit of allocation in a formula."""

import re

from stylelib import c_files, code_lines, comments, files, finish, lines, report

NOTES = re.compile(r"\b(?:TODO|FIXME|XXX|HACK|TBD)\b")
FILLERS = re.compile(r"\b(?:dummy|lorem ipsum)\b", re.IGNORECASE)
# Absolute paths that exist on somebody's machine only; a path that every system has is fine.
MACHINE_PATHS = re.compile(r"(?<![\w.:/])/(?:home/(?!user\b|\.\.\.|\$)\w+|Users/\w+|work/|opt/dev\b|root/\w+|mnt/[a-z]/)")
# A comment line that ends as a statement does, with something only code has before it.
CODE_IN_COMMENT = re.compile(
    r"^\s*(?:/?\*+|//)?\s*(?:(?:return|goto|break|continue)\b[^.]*;|\w+ \([^)]*\);|\w+(?:->|\.)?\w* [-+*/]?= [^.]*;|#\s*(?:if|endif|include|define)\b|[{}])\s*(?:\*/)?$"
)
# Functions that read the locale or the clock, or that round-trip through text.
NOT_IN_CORE = re.compile(
    r"\b(strtod|strtof|strtold|atof|scanf|sscanf|toupper|tolower|isalpha|isdigit|isspace|isupper|islower|setlocale|"
    r"localeconv|g_strdup_printf|g_ascii_strtod|g_get_monotonic_time|g_get_real_time|time|rand|g_random_\w+|getenv|g_getenv|"
    r"malloc|calloc|realloc|g_malloc0?|g_new0?|g_slice_new0?|g_strdup|g_array_\w+|g_ptr_array_\w+|g_hash_table_\w+) \("
)
FLOAT_FORMAT = re.compile(r'%[-+ #0-9.*]*[feEgG]\b')
LOCALE_NUMBERS = re.compile(r"\b(strtod|strtof|atof|toupper|tolower|g_strcasecmp) \(")


def check_text(path, text):
    for number, line in enumerate(text, 1):
        if NOTES.search(line):
            report(path, number, f"a note to self ({NOTES.search(line).group()}): do it or file an issue")
        if FILLERS.search(line):
            report(path, number, f"a filler ({FILLERS.search(line).group()})")
        if MACHINE_PATHS.search(line):
            report(path, number, f"a path of one machine ({MACHINE_PATHS.search(line).group()})")
        if line != line.rstrip():
            report(path, number, "blanks at the end of the line")
        if "\t" in line and path.suffix in (".c", ".h", ".py", ".ui", ".sh"):
            report(path, number, "a tab")


def check_comments(path):
    for first, comment in comments(path):
        for offset, line in enumerate(comment.splitlines()):
            if CODE_IN_COMMENT.match(line) and line.strip() not in ("/*", "*/"):
                report(path, first + offset, "code in a comment; version control remembers it")


def check_core(path, text):
    raw = lines(path)
    for number, line in enumerate(text, 1):
        match = NOT_IN_CORE.search(line)
        if match:
            report(path, number, f"{match.group(1)}() in src/core: no locale, no clock, no allocation there")
        if '"' in line and FLOAT_FORMAT.search(raw[number - 1]) and "print" in line:
            report(path, number, "a fraction printed in src/core follows the locale; format it in src/text")


for path in c_files():
    text = code_lines(path)
    check_comments(path)
    if "src/core/" in path.as_posix():
        check_core(path, text)
    elif "/src/" in path.as_posix():
        for number, line in enumerate(text, 1):
            if LOCALE_NUMBERS.search(line):
                report(path, number, f"{LOCALE_NUMBERS.search(line).group(1)}() follows the locale; use the g_ascii_ one")

TEXT = (".c", ".h", ".py", ".sh", ".ui", ".build", ".options", ".css", ".md", ".json", ".xml", ".in", ".desktop", ".yml")
for path in files(*TEXT):
    if path.name not in ("check-words.py",):
        check_text(path, lines(path))

finish()
