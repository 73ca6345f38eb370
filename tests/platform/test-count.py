#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""build-aux/lib/count-tests.py counts what happened.  Speaks TAP."""

import json
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "build-aux/lib/count-tests.py"
TAP = "TAP version 14\n1..{}\n{}"

# What happened: records of (result, output, path of the program); the closing line; the status.
CASES = [
    ("a plain test that passes", [("OK", "", "tests/x")], 0, "1 passed, 0 failed, 0 skipped", 0),
    ("a plain test that fails", [("FAIL", "ok so far\n", "tests/x")], 0, "0 passed, 1 failed, 0 skipped", 1),
    ("subtests", [("OK", TAP.format(3, "ok 1 a\n# ok\nok 2 b\nok 3 c\n"), "tests/x")], 0, "3 passed, 0 failed, 0 skipped", 0),
    ("one of the subtests fails", [("FAIL", TAP.format(2, "ok 1 a\nnot ok 2 b\n"), "tests/x")], 0, "1 passed, 1 failed, 0 skipped", 1),
    ("a crash after good subtests", [("ERROR", TAP.format(3, "ok 1 a\nok 2 b\n"), "tests/x")], 0, "2 passed, 1 failed, 0 skipped", 1),
    ("a time-out", [("TIMEOUT", "", "tests/x")], 0, "0 passed, 1 failed, 0 skipped", 1),
    ("a skipped subtest", [("OK", TAP.format(2, "ok 1 a\nok 2 b # SKIP no such tool\n"), "tests/x")], 0, "1 passed, 0 failed, 1 skipped", 0),
    ("a skipped test", [("OK", "", "tests/x"), ("SKIP", "", "tests/y")], 0, "1 passed, 0 failed, 1 skipped", 0),
    ("a skipped window test", [("OK", "", "tests/x"), ("SKIP", "", "build/tests/app/test-w")], 0, "1 passed, 1 failed, 0 skipped", 1),
    ("a broken build", [("OK", "", "tests/x")], 1, "1 passed, 1 failed, 0 skipped", 1),
    ("nothing ran", [], 0, "0 passed, 0 failed, 0 skipped", 1),
]


def run(records, broken):
    with tempfile.TemporaryDirectory() as folder:
        logs = pathlib.Path(folder, "test", "meson-logs")
        logs.mkdir(parents=True)
        lines = [json.dumps({"name": "t", "result": r, "stdout": out, "command": [f"/{path}"]}) for r, out, path in records]
        (logs / "testlog.json").write_text("\n".join(lines), encoding="utf-8")
        return subprocess.run([sys.executable, SCRIPT, str(broken), logs], capture_output=True, text=True, check=False)


print(f"1..{len(CASES)}")
for number, (name, records, broken, line, status) in enumerate(CASES, 1):
    done = run(records, broken)
    last = done.stdout.splitlines()[-1] if done.stdout else done.stderr
    good = last == line and done.returncode == status
    print("ok" if good else "not ok", number, name)
    if not good:
        print(f"# got    {last!r} with status {done.returncode}\n# wanted {line!r} with status {status}")
