#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-accuracy.py PLIMSOLL SOURCE_ROOT TABLE: the engine against published measurements.

Each row of data/measurements.json has the inputs of a scenario and what was measured of it.  The table of errors is printed and
written to TABLE.  A row outside the band of its kind fails, unless it is a known miss; a known miss that no longer misses
fails too, so that the list stays true."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

PLIMSOLL, TABLE = sys.argv[1], sys.argv[3]
ROOT = pathlib.Path(sys.argv[2])
GIB = 1024**3

# Largest error accepted: as a share, and in bytes where that is more.  Mixes are known by name only.
BANDS = {
    "weights": (0.01, 0),
    "kv_cache": (0.005, 0),
    "recurrent_state": (0.005, 0),
    "compute_buffer": (0.15, 0),
    "inference_total": (0.05, 0.4 * GIB),
}
MIX_BAND = 0.015


def estimate(rows):
    document = {"format": "plimsoll", "version": 1,
                "scenarios": [{"id": row["id"], "name": row["id"], "inputs": row["inputs"]} for row in rows]}
    result = subprocess.run([PLIMSOLL, "estimate", "-", "--format", "json"], input=json.dumps(document), text=True,
                            capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    return {scenario["id"]: scenario for scenario in json.loads(result.stdout)["scenarios"]}


def product(text):
    value = 1
    for factor in re.split("[×*]", text):
        value *= int(factor.strip())
    return value


def figure_of(scenario, measured):
    """The figure that was measured, of the fullest GPU; "file" = all weights as they are stored."""
    role = scenario["roles"][0]
    terms = {term["id"]: term for term in role["terms"]}
    if measured["figure"] == "peak":
        return role["peak_bytes"]
    if measured["figure"] == "file":
        return scenario["model"]["stored_bytes"]
    term = terms.get(measured["figure"])
    if term is None:
        return 0
    if "part" in measured:
        parts = term["substituted"].split("+")
        return product(parts[0] if measured["part"] == "whole" else parts[1])
    return max(term["moments"].values())


def band_of(row):
    share, least = BANDS[row["kind"]]
    if row["kind"] == "weights" and row["measured"]["figure"] == "file":
        share = MIX_BAND
    return max(share * row["measured"]["bytes"], least)


def document_is_current():
    with tempfile.TemporaryDirectory() as folder:
        fresh = pathlib.Path(folder, "accuracy.md")
        subprocess.run([sys.executable, ROOT / "build-aux" / "update-accuracy", TABLE, fresh], check=True)
        return fresh.read_text(encoding="utf-8") == (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")


def main():
    data = json.loads((ROOT / "data" / "measurements.json").read_text(encoding="utf-8"))
    rows = data["measurements"]
    known = {miss["id"]: miss["cause"] for miss in data["known_misses"]}
    scenarios = estimate(rows)
    lines, failures, by_kind = [], [], {}
    for row in rows:
        found = figure_of(scenarios[row["id"]], row["measured"])
        expected = row["measured"]["bytes"]
        error = found / expected - 1
        misses = abs(found - expected) > band_of(row)
        by_kind.setdefault(row["kind"], []).append((abs(error), misses))
        mark = "known miss" if misses and row["id"] in known else "MISS" if misses else ""
        lines.append(f"{row['kind']:16} {row['id']:32} {expected:16,} {found:16,} {error:+8.2%} {mark}".rstrip())
        if misses != (row["id"] in known):
            failures.append((row, "no longer misses" if not misses else f"{error:+.2%}"))
    summary = []
    for kind, errors in by_kind.items():
        shares = sorted(error for error, _ in errors)
        summary.append(f"{kind:16} {len(errors):4} rows, median error {shares[len(shares) // 2]:7.2%}, largest {shares[-1]:7.2%}, "
                       f"outside the band {sum(misses for _, misses in errors)}")
    table = "\n".join([*summary, "", f"{'kind':16} {'row':32} {'measured':>16} {'estimated':>16} {'error':>8}", *lines, ""])
    pathlib.Path(TABLE).write_text(table, encoding="utf-8")
    print("\n".join(f"# {line}" for line in table.splitlines()))
    print(f"1..{len(rows) + 1}")
    bad = {row["id"]: reason for row, reason in failures}
    for number, row in enumerate(rows, 1):
        print(f"{'not ok' if row['id'] in bad else 'ok'} {number} - {row['kind']} {row['id']}"
              + (f": {bad[row['id']]}" if row["id"] in bad else ""))
    current = document_is_current()
    print(f"{'ok' if current else 'not ok'} {len(rows) + 1} - docs/accuracy.md is what build-aux/update-accuracy writes")
    sys.exit(bool(failures) or not current)


if __name__ == "__main__":
    main()
