#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""count-tests.py BROKEN MESON_LOGS_FOLDER...: adds up what `meson test` logged and prints one closing line.

A test that speaks TAP counts once for each of its subtests, any other test once.  A TAP program that crashes, or
stops before its plan is done, counts one failure more.  A test with a window that was skipped is a failure: there
always is a display here.  BROKEN is the number of builds that failed; each counts as a failure.
The status is 0 when something ran and nothing failed.
"""

import json
import pathlib
import re
import sys

SUBTEST = re.compile(r"^(not )?ok\b[^#\n]*(?:#\s*(\w+))?", re.MULTILINE)
PLAN = re.compile(r"^1\.\.\d+", re.MULTILINE)
PASSED = {"OK", "EXPECTEDFAIL"}


def count(test):
    """(passed, failed, skipped) of one record of testlog.json."""
    result, output = test["result"], test.get("stdout") or ""
    if result == "SKIP":
        return 0, 0, 1
    if not PLAN.search(output):
        return (1, 0, 0) if result in PASSED else (0, 1, 0)
    passed = failed = skipped = 0
    for bad, directive in SUBTEST.findall(output):
        if directive.upper() == "SKIP":
            skipped += 1
        elif bad:
            failed += 1
        else:
            passed += 1
    if result not in PASSED and failed == 0:
        failed = 1
    return passed, failed, skipped


def needs_window(test):
    """Whether it is one of the tests of the application, which open windows."""
    return any("/tests/app/" in word for word in test["command"])


def main():
    broken = int(sys.argv[1])
    passed, failed, skipped = 0, broken, 0
    problems = ["a build failed"] * broken
    for folder in sys.argv[2:]:
        log = pathlib.Path(folder, "testlog.json")
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        for test in map(json.loads, lines):
            p, f, s = count(test)
            if s and needs_window(test):
                p, f, s = p, f + s, 0
            passed, failed, skipped = passed + p, failed + f, skipped + s
            if f:
                problems.append(f"{log.parts[-3]}: {test['name']} ({test['result']})")
            elif s:
                print(f"skipped: {log.parts[-3]}: {test['name']}")
    for problem in problems:
        print("FAILED:", problem)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
