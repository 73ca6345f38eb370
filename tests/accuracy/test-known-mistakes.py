#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-known-mistakes.py PLIMSOLL: answers that other tools got wrong are right here: to half a thousandth, or as near
as the row says where the source rounds or an allocator is followed."""

import json
import pathlib
import subprocess
import sys


def main():
    rows = json.loads((pathlib.Path(__file__).parent / "known-mistakes.json").read_text(encoding="utf-8"))["mistakes"]
    document = {"format": "plimsoll", "version": 1,
                "scenarios": [{"id": str(i), "name": row["id"], "inputs": row["inputs"]} for i, row in enumerate(rows)]}
    result = subprocess.run([sys.argv[1], "estimate", "-", "--format", "json"], input=json.dumps(document), text=True,
                            capture_output=True, check=False)
    assert result.returncode == 0, result.stderr
    failed = False
    print(f"1..{len(rows)}")
    for number, (row, scenario) in enumerate(zip(rows, json.loads(result.stdout)["scenarios"]), 1):
        terms = {term["id"]: max(term["moments"].values()) for term in scenario["roles"][0]["terms"]}
        found = scenario["roles"][0]["peak_bytes"] if row["figure"] == "peak" else sum(terms.get(name, 0) for name in row["figure"].split("+"))
        # A right answer that the wrong one would pass as well would prove nothing.
        tells_apart = abs(row["wrong_bytes"] - row["right_bytes"]) > 0.01 * max(row["wrong_bytes"], row["right_bytes"])
        good = abs(found - row["right_bytes"]) <= row.get("within", 0.0005) * row["right_bytes"] and tells_apart
        failed = failed or not good
        print(f"{'ok' if good else 'not ok'} {number} - {row['id']}: {found:,}, not {row['wrong_bytes']:,}"
              + ("" if good else f"; right is {row['right_bytes']:,}"))
    sys.exit(failed)


if __name__ == "__main__":
    main()
