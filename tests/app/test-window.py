#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-window.py PROGRAM FOLDER: works the window as a person would, by accessible name, and leaves pictures in FOLDER."""

import json
import os
import sys
import tempfile
import traceback

import driver

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli"))
import model_files  # noqa: E402

PROGRAM, FOLDER = sys.argv[1:3]

# Roles a person operates; each such node needs a name.
CONTROLS = {"button", "push button", "toggle button", "check box", "radio button", "combo box", "spin button", "entry", "text", "list item", "menu button"}


def test_starts_on_an_example():
    with driver.Window(PROGRAM) as window:
        verdict = driver.wait_for("a verdict", window.verdict)
        assert verdict.startswith("Fits:"), verdict


def test_changes_the_verdict():
    """Model, task, precision and batch by accessible name; the verdict follows each."""
    with driver.Window(PROGRAM) as window:
        window.resize(1400, 1560)
        seen = [driver.wait_for("a verdict", window.verdict)]

        def changed(what):
            seen.append(driver.wait_for(f"another verdict after {what}", lambda: (v := window.verdict()) != seen[-1] and v))

        window.key("alt+m")
        window.find("Search models")
        window.type("llama 2 13b")
        window.key("Return")
        changed("the model")
        assert any(name.startswith("Llama 2 13B") for _, name, _ in window.nodes()), "the form does not show the model"

        batch = window.find("Micro-Batch", {"spin button"})
        batch.get_value_iface().set_current_value(8)
        changed("the batch")

        window.click(window.find("Task", {"combo box"}))
        window.key("Home", "Return")
        changed("the task")

        window.click(window.find("Weights", {"combo box"}))
        window.type("INT8")
        window.key("Down", "Return")
        changed("the precision")
        window.key("ctrl+z")
        changed("undo")


def test_applies_a_fix():
    with driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        window.find("Micro-Batch", {"spin button"}).get_value_iface().set_current_value(64)
        driver.wait_for("an unfit verdict", lambda: (window.verdict() or "").startswith("Does not fit"))
        window.key("ctrl+Return")
        driver.wait_for("a better verdict", lambda: not (window.verdict() or "Does not fit").startswith("Does not fit"))


def test_pages():
    """Each page opens by its key and shows its own heading."""
    headings = ["Where It Goes", "GPUs Needed by Memory Size", "Training Time", "How Memory Grows", "Six Ways to Estimate", "What Differs"]
    with driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        for number, heading in enumerate(headings, 1):
            window.key(f"ctrl+{number}")
            window.find(heading)


def extent(window, name, roles=None):
    """Top and height of what is named, in the window."""
    box = window.find(name, roles).get_component_iface().get_extents(driver.Atspi.CoordType.WINDOW)
    return box.y, box.height


def test_narrow_pages():
    """In a narrow window a page opens where it can be seen, and its row is marked."""
    with driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        window.resize(360, 740)
        window.key("ctrl+4")
        driver.wait_for("the page in sight", lambda: 0 < extent(window, "Longest Context")[0] < 700)
        row = window.find("Limits", {"list item"})
        assert row.get_state_set().contains(driver.Atspi.StateType.SELECTED), "the row of the page is not marked"


def test_encoder():
    """An encoder's speed is one chart, not two of the same."""
    inputs = {"task": "inference", "model": "bert-base-uncased", "gpu": "rtx-4090"}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "encoder.plimsoll")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"format": "plimsoll", "version": 1, "scenarios": [{"id": "a", "name": "Encoder", "inputs": inputs}]}, file)
        with driver.Window(PROGRAM, path) as window:
            driver.wait_for("a verdict", window.verdict)
            window.key("ctrl+3")
            window.find("Reading Speed")
            assert sum(role == "label" and name.startswith("Reading Speed") for role, name, _ in window.nodes()) == 1


def test_compare_ends_with_its_rows():
    """The card of the comparison is as high as its rows: seven of them at most for one scenario."""
    with driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        window.resize(1400, 1560)
        window.key("ctrl+6")
        assert extent(window, "", {"table"})[1] < 300, extent(window, "", {"table"})


def focused(window):
    return next((name for _, name, node in window.nodes() if node.get_state_set().contains(driver.Atspi.StateType.FOCUSED)), None)


def test_regions():
    """F6 goes from the bar to the first row of the form and back, not to the buttons above them."""
    with driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        seen = []
        for _ in range(2):
            window.key("F6")
            seen.append(focused(window) or "nothing")
        assert any(name.startswith("Model") for name in seen) and any("GiB" in name for name in seen), seen


def test_leaves_a_picker():
    """Escape in the search of a picker brings the form back with what was there before."""
    with driver.Window(PROGRAM) as window:
        seen = driver.wait_for("a verdict", window.verdict)
        window.key("alt+g")
        window.find("Search GPUs")
        window.type("h200")
        window.key("Down")
        driver.wait_for("a tried verdict", lambda: window.verdict() != seen)
        window.key("Escape")
        driver.wait_for("the form", lambda: not any(name == "Search GPUs" for _, name, _ in window.nodes()))
        assert window.verdict() == seen


def test_scenarios():
    """Duplicate, delete and undo."""
    with driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        window.key("ctrl+d")
        window.find("QLoRA on One RTX 4090, copy")
        window.key("ctrl+Delete")
        window.find("Scenario deleted")
        window.key("ctrl+z")
        window.find("QLoRA on One RTX 4090, copy")


def test_reads_a_model():
    """A model file opens as the model of the scenario; one undo takes it back; a bad one is named and changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "small.gguf")
        model_files.write_gguf(path, 256, 2, 4, 2, 512, 320)
        with driver.Window(PROGRAM, path) as window:
            window.find("small.gguf: ")
            driver.wait_for("the model in the form", lambda: any(name == "test" for _, name, _ in window.nodes()))
            window.key("ctrl+z")
            driver.wait_for("the model before", lambda: not any(name == "test" for _, name, _ in window.nodes()))
        with open(path, "wb") as file:
            file.write(b"GGUF")
        with driver.Window(PROGRAM, path) as window:
            window.find("The File Could Not Be Read")


LOG = ("load_tensors:        CUDA0 model buffer size =  4403.49 MiB\n"
       "llama_kv_cache:      CUDA0 KV buffer size =  1024.00 MiB\n"
       "sched_reserve:      CUDA0 compute buffer size =   258.50 MiB\n")


def has_name(window, text):
    return lambda: any(name == text for _, name, _ in window.nodes())


def test_reads_a_log():
    """A log opened as a file puts measured figures on the Memory page; undo takes them back, and a button removes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "server.log")
        with open(path, "w", encoding="utf-8") as file:
            file.write(LOG)
        with driver.Window(PROGRAM, path) as window:
            window.resize(1400, 1560)
            # 4,403.49 + 1,024 + 258.5 MiB are 5.55 GiB.
            window.find("Measured 5.55\u00a0GiB; the estimate is ")
            window.find("server.log, llama.cpp, CUDA0")
            window.find("Measured beside estimated")
            window.find("258\u00a0MiB", {"label"})
            window.key("ctrl+z")
            driver.wait_for("no figures after undo", lambda: not has_name(window, "server.log, llama.cpp, CUDA0")())
            window.key("ctrl+shift+z")
            window.find("server.log, llama.cpp, CUDA0")
            window.press(window.find("Remove Measured Figures", {"button", "push button"}))
            window.find("Measured figures removed")
            driver.wait_for("no figures", lambda: not has_name(window, "server.log, llama.cpp, CUDA0")())
            window.find("Compare with a Log…")


def test_pastes():
    """A log, a configuration and files, by key; a text entry keeps its own paste; what is of no kind is said."""
    with tempfile.TemporaryDirectory() as folder, driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        window.resize(1400, 1560)
        driver.wait_for("the focus", window.has_focus)
        with driver.Clipboard("text", LOG):
            window.key("ctrl+v")
            window.find("Clipboard, llama.cpp, CUDA0")

        model_files.write_llama_folder(folder)
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            config = file.read()
        with driver.Clipboard("text", config):
            window.key("ctrl+v")
            window.find("Clipboard: 86,848 parameters")

        gguf, log = os.path.join(folder, "small.gguf"), os.path.join(folder, "second.log")
        model_files.write_gguf(gguf, 256, 2, 4, 2, 512, 320)
        with open(log, "w", encoding="utf-8") as file:
            file.write(LOG)
        with driver.Clipboard("files", gguf, log):
            window.key("ctrl+v")
            driver.wait_for("the model in the form", has_name(window, "test"))
            window.find("second.log, llama.cpp, CUDA0")

        adapter = os.path.join(folder, "alpaca")
        model_files.write_adapter(adapter, "meta-llama/Llama-2-7b-hf")
        with driver.Clipboard("files", adapter):
            window.key("ctrl+v")
            window.find("alpaca: an adapter on Llama 2 7B")
            driver.wait_for("its base in the form", has_name(window, "Llama 2 7B"))

        with driver.Clipboard("text", "llama 2 13b"):
            window.key("alt+m")
            window.find("Search models")
            window.key("ctrl+v")
            driver.wait_for("the pasted search", lambda: any("Llama 2 13B" in name for _, name, _ in window.nodes()))
            window.key("Escape")
            window.key("Escape")
        with driver.Clipboard("text", "nothing of ours"):
            window.find("Where It Goes")
            window.key("F6", "ctrl+v")
            window.find("The File Could Not Be Read")
            window.find("Clipboard: no memory figures found")


def test_drops():
    """A model's file dragged onto the window, as from a file manager."""
    with tempfile.TemporaryDirectory() as folder, driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        window.resize(1400, 1300)
        gguf = os.path.join(folder, "small.gguf")
        model_files.write_gguf(gguf, 256, 2, 4, 2, 512, 320)
        with driver.DragSource(gguf) as source:
            source.drag_to(700, 600, 1400, lambda: window.find("Drop to open"))
            driver.wait_for("the model in the form", has_name(window, "test"))


def test_scans():
    """Models of this computer, found on request, searched and chosen by key."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("org/tiny", "org/other"):
            model_files.write_hub_model(folder, name)
        with driver.Window(PROGRAM, environment={"HF_HUB_CACHE": folder, "HOME": folder}) as window:
            driver.wait_for("a verdict", window.verdict)
            window.key("alt+m")
            window.find("Scan This Computer…")
            window.key("ctrl+shift+f")
            window.find("org/other, safetensors, ")
            window.find("Search models of this computer")
            window.type("tiny")
            driver.wait_for("one model", lambda: not any(name.startswith("org/other") for _, name, _ in window.nodes()))
            window.shoot(os.path.join(FOLDER, "scan.png"))
            window.key("Return")
            window.find("org/tiny: 86,848 parameters")
            driver.wait_for("the model in the form", has_name(window, "org/tiny"))
            window.key("ctrl+z")
            driver.wait_for("the model before", lambda: not has_name(window, "org/tiny")())


def test_draft_and_pool():
    """The draft model is chosen as the model is, and taken away again; vLLM's room for caches is on the Memory page."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "run.plimsoll")
        scenario = {"id": "a", "name": "A", "inputs": {"task": "inference", "model": "llama-3.1-8b", "gpu": "rtx-4090", "runtime": "vllm"}}
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"format": "plimsoll", "version": 1, "scenarios": [scenario]}, file)
        with driver.Window(PROGRAM, path) as window:
            window.resize(1400, 1560)
            window.find("Room for caches")
            seen = driver.wait_for("a verdict", window.verdict)
            window.key("alt+d")
            window.find("Search draft models")
            window.type("llama 3.2 1b")
            window.key("Return")
            driver.wait_for("a term for the draft", has_name(window, "Draft model"))
            assert window.verdict() != seen
            window.key("alt+d")
            window.find("Search draft models")
            window.type("none")
            window.key("Return")
            driver.wait_for("the verdict before", lambda: window.verdict() == seen)


def test_names():
    """No control without a name."""
    with driver.Window(PROGRAM) as window:
        driver.wait_for("a verdict", window.verdict)
        # The value of a combo row is a list item whose name is the label inside it.
        nameless = [role for role, name, node in window.nodes() if role in CONTROLS and not any((part.get_name() or "").strip() for part in driver.walk(node))]
        assert not nameless, f"controls without a name: {nameless}"


def test_pictures():
    for scheme in ("light", "dark"):
        os.environ["ADW_DEBUG_COLOR_SCHEME"] = f"prefer-{scheme}"
        with driver.Window(PROGRAM) as window:
            driver.wait_for("a verdict", window.verdict)
            for width, height in ((1400, 900), (800, 900), (360, 740)):
                path = os.path.join(FOLDER, f"window-{width}-{scheme}.png")
                window.resize(width, height)
                window.shoot(path)
                assert os.path.getsize(path) > 5000, f"{path} is empty"
    del os.environ["ADW_DEBUG_COLOR_SCHEME"]


def main():
    tests = [(name, function) for name, function in globals().items() if name.startswith("test_")]
    failed = 0
    print(f"1..{len(tests)}")
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
            print(f"ok {number} {name}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} {name}", flush=True)
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
