#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-speed.py PLIMSOLL SOURCE_ROOT TABLE: serving speed against published measurements.

Each row of data/speeds.json has the inputs of a scenario and a rate or time that was measured.  The measurement should lie in the
range of the estimate, low to high, and most do; a row that does not is listed as a known miss with its cause, and the list
must be exact.  The table of errors of the likely value is printed and written to TABLE."""

import json
import pathlib
import subprocess
import sys
import tempfile

PLIMSOLL, TABLE = sys.argv[1], sys.argv[3]
ROOT = pathlib.Path(sys.argv[2])

# Where there are rows enough, by figure: largest median error of the likely value, and the least share of rows within the range.
CLASSES = {
    "decode_tokens_per_s": (0.1, 0.9),
    "prefill_tokens_per_s": (0.25, 0.7),
}


def estimate(rows):
    document = {"format": "plimsoll", "version": 1,
                "scenarios": [{"id": row["id"], "name": row["id"], "inputs": row["inputs"]} for row in rows]}
    result = subprocess.run([PLIMSOLL, "estimate", "-", "--format", "json"], input=json.dumps(document), text=True,
                            capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    return {scenario["id"]: scenario["time"] for scenario in json.loads(result.stdout)["scenarios"]}


def document_is_current():
    with tempfile.TemporaryDirectory() as folder:
        fresh = pathlib.Path(folder, "speed.md")
        subprocess.run([sys.executable, ROOT / "build-aux" / "update-speed", TABLE, fresh], check=True)
        return fresh.read_text(encoding="utf-8") == (ROOT / "docs" / "speed.md").read_text(encoding="utf-8")


def main():
    data = json.loads((ROOT / "data" / "speeds.json").read_text(encoding="utf-8"))
    rows = data["speeds"]
    known = {miss["id"] for miss in data["known_misses"]}
    times = estimate(rows)
    lines, checks, by_figure = [], [], {}
    for row in rows:
        figure, measured = row["measured"]["figure"], row["measured"]["value"]
        likely, (low, high) = times[row["id"]][figure], times[row["id"]][figure + "_range"]
        misses = not low <= measured <= high
        by_figure.setdefault(figure, []).append((abs(likely / measured - 1), misses))
        mark = "" if not misses else "known miss" if row["id"] in known else "MISS"
        lines.append(f"{figure:20} {row['id']:58} {measured:10.4g} {likely:10.4g} {likely / measured - 1:+7.1%} "
                     f"{low:10.4g} {high:10.4g} {mark}".rstrip())
        checks.append((f"{figure} {row['id']}", misses == (row["id"] in known)))
    summary = []
    for figure, results in by_figure.items():
        errors = sorted(error for error, _ in results)
        median, within = errors[len(errors) // 2], sum(not misses for _, misses in results) / len(results)
        summary.append(f"{figure:20} {len(results):4} rows, median error {median:6.1%}, {within:4.0%} within the range")
        if figure in CLASSES:
            checks.append((summary[-1], median <= CLASSES[figure][0] and within >= CLASSES[figure][1]))
    table = "\n".join([*summary, "", f"{'figure':20} {'row':58} {'measured':>10} {'likely':>10} {'error':>7} {'low':>10} {'high':>10}",
                       *lines, ""])
    pathlib.Path(TABLE).write_text(table, encoding="utf-8")
    print("\n".join(f"# {line}" for line in table.splitlines()))
    checks.append(("docs/speed.md is what build-aux/update-speed writes", document_is_current()))
    print(f"1..{len(checks)}")
    for number, (name, passed) in enumerate(checks, 1):
        print(f"{'ok' if passed else 'not ok'} {number} - {name}")
    sys.exit(not all(passed for _, passed in checks))


if __name__ == "__main__":
    main()
