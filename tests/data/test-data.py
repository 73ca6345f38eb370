#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped data against their schemas, the schemas against the program.

test-data.py SOURCE_ROOT PRINT_FIELDS PLIMSOLL: the last two are programs of the build."""

import copy
import json
import pathlib
import subprocess
import sys

import jsonschema
import referencing

ROOT = pathlib.Path(sys.argv[1])
PRINT_FIELDS, PLIMSOLL = sys.argv[2:4]
DATA = ROOT / "data"
checks = []


def check(function):
    checks.append(function)
    return function


def read(path):
    """JSON without duplicate members, which Python would accept in silence."""

    def unique(pairs):
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), f"{path}: a member twice in {names}"
        return dict(pairs)

    return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=unique)


def schema(name):
    content = read(DATA / "schema" / f"{name}.schema.json")
    jsonschema.Draft202012Validator.check_schema(content)
    return content


def closed(part):
    """A schema that also refuses members it does not describe: what the program writes is described in full."""
    if isinstance(part, list):
        return [closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    more = {"additionalProperties": False} if part.get("type") == "object" and "properties" in part else {}
    return {**{key: closed(value) for key, value in part.items()}, **more}


def validate(name, content, what):
    registry = referencing.Registry().with_contents((s["$id"], s) for s in (schema("plimsoll"),))
    errors = jsonschema.Draft202012Validator(closed(schema(name)), registry=registry).iter_errors(content)
    found = [f"{what}: /{'/'.join(map(str, e.absolute_path))}: {e.message[:160]}" for e in errors]
    assert not found, "\n".join(found[:10])


def plimsoll(*arguments, text=None):
    return subprocess.run([PLIMSOLL, *arguments], input=text, capture_output=True, text=True, check=False)


def examples():
    found = sorted((DATA / "examples").glob("*.plimsoll"))
    assert found, "no examples"
    return found


def estimate(*arguments, text=None):
    result = plimsoll("estimate", *arguments, "--format", "json", text=text)
    assert result.returncode == 0, f"estimate {' '.join(arguments)}: {result.stderr}"
    content = json.loads(result.stdout)
    validate("estimate", content, f"estimate {' '.join(map(str, arguments))}")
    return content


@check
def gpus_follow_their_schema():
    validate("gpus", read(DATA / "gpus.json"), "gpus.json")


@check
def models_follow_their_schema():
    validate("models", read(DATA / "models.json"), "models.json")


@check
def names_are_unique():
    for kind in ("gpus", "models"):
        names = [n for row in read(DATA / f"{kind}.json")[kind] for n in [row["id"], *row.get("aliases", [])]]
        twice = sorted({n for n in names if names.count(n) > 1})
        assert not twice, f"{kind}: {twice}"


@check
def rates_are_dense():
    """Makers print figures for sparse matrices, twice the dense ones.  Here the dense BF16 figures of data sheets (FP16
    where the GPU has no BF16); consumer cards at 32-bit accumulation, which training uses."""
    published = {
        "a100-sxm4-80gb": 312, "h100-sxm5-80gb": 989.5, "h100-pcie-80gb": 756.5, "h200-sxm5-141gb": 989.5, "l4": 121,
        "l40s": 362, "a10": 125, "t4": 65, "rtx-3090": 71, "rtx-4090": 165.2, "rtx-5090": 209.5, "instinct-mi300x": 1307.4,
    }
    rates = {gpu["id"]: gpu["peak_tflops"] for gpu in read(DATA / "gpus.json")["gpus"]}
    for gpu, expected in published.items():
        found = rates[gpu].get("bf16", rates[gpu].get("f16"))
        assert abs(found / expected - 1) < 0.02, f"{gpu}: {found}, not {expected}"
    # Halving the width doubles the rate; accumulating in fewer bits doubles it once more.
    for gpu, known in rates.items():
        for wide, narrow in (("bf16", "fp8"), ("bf16", "int8"), ("fp8", "fp4"), ("int8", "int4")):
            if wide in known and narrow in known:
                assert known[narrow] <= 4.5 * known[wide], f"{gpu}: {narrow} {known[narrow]}, {wide} {known[wide]}"


@check
def reported_memory_is_near_the_marketed():
    """Drivers report a little less than the marketed size, which for memory is in units of 2^30 bytes; a board's
    spare stacks make a few report a little more."""
    for gpu in read(DATA / "gpus.json")["gpus"]:
        memory = gpu["memory"]
        if "reported_mib" in memory:
            share = memory["reported_mib"] / 1024 / memory["marketed_gb"]
            assert 0.88 <= share <= 1.03, f"{gpu['id']}: {memory['reported_mib']} MiB of {memory['marketed_gb']} GB"


@check
def patterns_name_every_kind_of_layer():
    for model in read(DATA / "models.json")["models"]:
        if "layers" in model:
            used = {index for index, _ in model["pattern"]}
            assert used == set(range(len(model["layers"]))), f"{model['id']}: kinds {used} of {len(model['layers'])}"
        else:
            assert "parameters" in model, f"{model['id']} has neither shapes nor a count"


@check
def scenario_schema_is_the_field_table():
    fields = json.loads(subprocess.run([PRINT_FIELDS], capture_output=True, text=True, check=True).stdout)
    members = schema("plimsoll")["$defs"]["inputs"]["properties"]
    assert list(members) == [f["name"] for f in fields], "the members are not those of the field table, in its order"
    for field in fields:
        member, name = members[field["name"]], field["name"]
        assert member.get("description"), f"{name} has no description"
        assert member.get("aliases", {}) == field["aliases"], f"{name}: {field['aliases']}"
        if field["type"] == "choice":
            assert member["enum"] == field["choices"], f"{name}: {field['choices']}"
            # QLoRA has another precision when none is given.
            assert name == "precision" or member["default"] == field["choices"][int(field["initial"])], name
        elif field["type"] == "text":
            assert (member["type"], member["maxLength"]) == ("string", 63), name
        else:
            expected = "number" if field["type"] == "number" else "integer"
            assert member["type"] == expected, f"{name}: {expected}"
            for key, value in (("minimum", "minimum"), ("maximum", "maximum"), ("default", "initial")):
                assert member[key] == field[value], f"{name}: {key} {member[key]}, in the table {field[value]}"


@check
def examples_follow_the_schema():
    for path in examples():
        content = read(path)
        validate("plimsoll", content, path.name)
        ids = [s["id"] for s in content["scenarios"]]
        assert len(ids) == len(set(ids)), f"{path.name}: ids {ids}"


@check
def examples_name_known_models_and_gpus():
    known = {kind: {row["id"] for row in read(DATA / f"{kind}s.json")[f"{kind}s"]} for kind in ("gpu", "model")}
    for path in examples():
        for scenario in read(path)["scenarios"]:
            for kind, ids in known.items():
                assert scenario["inputs"].get(kind, next(iter(ids))) in ids, f"{path.name}: {kind}"


@check
def schema_refuses_what_the_program_refuses():
    sound = read(DATA / "examples" / "qlora-on-one-gpu.plimsoll")
    faults = {
        "format": lambda c: c.update(format="other"),
        "no scenarios": lambda c: c.pop("scenarios"),
        "choice": lambda c: c["scenarios"][0]["inputs"].update(task="dreaming"),
        "range": lambda c: c["scenarios"][0]["inputs"].update(batch=0),
        "fraction": lambda c: c["scenarios"][0]["inputs"].update(context=4096.5),
        "long id": lambda c: c["scenarios"][0]["inputs"].update(model="x" * 64),
        "inputs": lambda c: c["scenarios"][0].update(inputs=[]),
        "measured": lambda c: c["scenarios"][0].update(measured={"peak_bytes": -1}),
    }
    for name, spoil in faults.items():
        content = copy.deepcopy(sound)
        spoil(content)
        assert not jsonschema.Draft202012Validator(schema("plimsoll")).is_valid(content), f"schema accepts: {name}"
        result = plimsoll("validate", "-", text=json.dumps(content))
        assert result.returncode == 3, f"validate accepts: {name} ({result.returncode}, {result.stdout})"


@check
def program_accepts_the_examples():
    result = plimsoll("validate", *map(str, examples()))
    assert result.returncode == 0, result.stderr


@check
def program_compares_the_examples():
    result = plimsoll("compare", *map(str, examples()), "--all-inputs", "--format", "json")
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
    json.loads(result.stdout)


@check
def estimates_follow_their_schema():
    for path in examples():
        for scenario, asked in zip(estimate(str(path))["scenarios"], read(path)["scenarios"]):
            for name, value in asked["inputs"].items():
                assert scenario["inputs"][name] == value, f"{path.name}: {name} {scenario['inputs'][name]}"
            for role in scenario["roles"]:
                assert role["headroom_bytes"] == role["usable_bytes"] - role["peak_bytes"], f"{path.name}: headroom"
                assert role["peak_bytes"] == sum(t["bytes"] for t in role["terms"]), f"{path.name}: terms"
                assert role["peak_bytes"] == max(role["moments"].values()), f"{path.name}: moments"
    estimate()


@check
def estimates_of_every_method_and_task_follow_their_schema():
    choices = schema("plimsoll")["$defs"]["inputs"]["properties"]
    for method in choices["method"]["enum"]:
        for task in choices["task"]["enum"]:
            estimate("--method", method, "--task", task, "--model", "llama-3.1-8b", "--gpu", "h100-sxm5-80gb",
                     "--tokens", "1G", "--steps", "1000", "--deadline-hours", "10")
    estimate("--model", "mixtral-8x7b", "--gpu", "rtx-4090", "--gpus", "2", "--precision", "q4_k", "--runtime", "llama.cpp")
    estimate("--parameters", "70B", "--method", "24-bytes-per-parameter")


@check
def imports_follow_their_schema():
    configs = sorted((ROOT / "tests" / "import" / "configs").glob("*.json"))
    assert len(configs) > 50
    result = plimsoll("import", *map(str, configs), "--format", "json")
    content = json.loads(result.stdout)
    validate("import", content, "import")
    assert len(content["files"]) == len(configs) and result.stderr == "", result.stderr


@check
def speeds_follow_their_schema():
    content = read(DATA / "speeds.json")
    validate("speeds", content, "speeds.json")
    ids = [row["id"] for row in content["speeds"]]
    assert len(ids) == len(set(ids)), "speeds.json: an id stands twice"
    assert {miss["id"] for miss in content["known_misses"]} <= set(ids)


@check
def measurements_follow_their_schema():
    content = read(DATA / "measurements.json")
    validate("measurements", content, "measurements.json")
    ids = [row["id"] for part in ("measurements", "unmapped") for row in content[part]]
    assert len(ids) == len(set(ids)), "a measurement twice"


@check
def textbook_example_is_exact():
    """CS190C, lecture 9, “Resource Calculation”: 16 N + 4 A bytes with N = 266,888,192 parameters."""
    scenario = estimate(str(DATA / "examples" / "textbook-transformer.plimsoll"))["scenarios"][0]
    assert scenario["peak_bytes"] == 5_617_631_232, scenario["peak_bytes"]
    assert round(scenario["time"]["seconds"], 2) == 10_460.76, scenario["time"]["seconds"]


print(f"1..{len(checks)}")
failed = False
for number, function in enumerate(checks, 1):
    name = function.__name__.replace("_", " ")
    try:
        function()
        print(f"ok {number} - {name}")
    except (AssertionError, KeyError, OSError, ValueError, subprocess.SubprocessError) as error:
        failed = True
        print(f"not ok {number} - {name}")
        print("\n".join(f"# {type(error).__name__}: {line}" for line in str(error).splitlines()))
sys.exit(failed)
