# SPDX-License-Identifier: GPL-3.0-or-later
"""Speed of published training runs against the engine: predicted, and from the utilization of their class.

Half of the rows of each class were held out.  The median utilization of the others, computed by the engine from their measured
speed, is the utilization of the class; with it the time of the rows that were held out is estimated.  The prediction uses
neither: the range should hold what was measured."""

import json
import subprocess

KINDS = ("training_time", "throughput")
RANGE_SHARE = 0.7    # of rows whose measured speed lies in the predicted range
CLASS_BAND = 0.15    # of the time from the utilization of the class
CLASS_SHARE = 0.85   # of held-out rows within it


def estimate(plimsoll, rows, utilizations):
    scenarios = [{"id": row["id"], "name": row["id"],
                  "inputs": {"steps": 1, **row["inputs"],
                             **({"utilization": utilizations[row["id"]]} if row["id"] in utilizations else {})}}
                 for row in rows]
    result = subprocess.run([plimsoll, "estimate", "-", "--format", "json"], text=True, capture_output=True, check=False,
                            input=json.dumps({"format": "plimsoll", "version": 1, "scenarios": scenarios}))
    assert result.returncode == 0, result.stderr
    return {scenario["id"]: scenario["time"] for scenario in json.loads(result.stdout)["scenarios"]}


def median(values):
    return sorted(values)[len(values) // 2]


def class_utilizations(rows, times):
    """The median utilization of the rows of each class that were not held out."""
    found = {}
    for row in rows:
        if not row["held_out"]:
            time = times[row["id"]]
            found.setdefault(row["run_class"], []).append(
                time["mfu"] * row["measured"]["tokens_per_gpu_s"] / time["tokens_per_gpu_s"])
    return {name: median(values) for name, values in found.items()}


def score(plimsoll, rows, known):
    """Summary and lines for the table, rows that fail as {id: reason}, and checks as (name, passed)."""
    predicted = estimate(plimsoll, rows, {})
    by_class = class_utilizations(rows, predicted)
    given = estimate(plimsoll, rows, {row["id"]: round(by_class[row["run_class"]], 6) for row in rows})
    lines, failures = [], {}
    errors, insides, class_errors = {}, {}, []
    for row in rows:
        time, measured = predicted[row["id"]], row["measured"]["tokens_per_gpu_s"]
        ratio = time["tokens_per_gpu_s"] / measured
        reached = time["mfu"] / ratio
        low, high = time["mfu_range"]
        is_inside = low <= reached <= high
        class_error = measured / given[row["id"]]["tokens_per_gpu_s"] - 1
        part = "held out" if row["held_out"] else "seen"
        errors.setdefault(part, []).append(abs(ratio - 1))
        insides.setdefault(part, []).append(is_inside)
        if row["held_out"]:
            class_errors.append(abs(class_error))
        mark = "" if is_inside else "known miss" if row["id"] in known else "MISS"
        lines.append(f"{row['kind']:16} {row['id']:34} {part:8} {measured:10,.0f} {time['tokens_per_gpu_s']:10,.0f} {ratio - 1:+7.1%} "
                     f"{reached:6.1%} {low:6.1%} {high:6.1%} {class_error:+8.1%} {mark}".rstrip())
        if is_inside == (row["id"] in known):
            failures[row["id"]] = "no longer misses" if is_inside else f"{reached:.1%} is not in {low:.1%} to {high:.1%}"
    summary = [f"training speed   {len(insides[part]):4} rows {part}: median error {median(errors[part]):6.1%}, "
               f"{sum(insides[part]) / len(insides[part]):.0%} in the predicted range" for part in ("seen", "held out")]
    close = sum(error <= CLASS_BAND for error in class_errors) / len(class_errors)
    summary.append(f"training speed   {len(class_errors):4} rows held out: median error {median(class_errors):6.1%} from the utilization "
                   f"of their class, {close:.0%} within {CLASS_BAND:.0%}")
    heading = (f"{'kind':16} {'row':34} {'part':8} {'measured':>10} {'predicted':>10} {'error':>7} {'MFU':>6} {'low':>6} {'high':>6} "
               f"{'by class':>8}   (tokens a second and GPU; the error by class is of the time)")
    checks = [(f"{sum(insides[part]) / len(insides[part]):.0%} of the training runs {part} lie in the predicted range",
               sum(insides[part]) >= RANGE_SHARE * len(insides[part])) for part in insides]
    checks.append((f"{close:.0%} of the training runs held out take the time of their class's utilization", close >= CLASS_SHARE))
    return summary, [heading, *lines], failures, checks
