# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the window and works it from outside: accessibility tree, pointer and keys.  Runs under build-aux/headless."""

import os
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def wait_for(what, probe, seconds=20):
    """The first true answer of `probe`; fails naming `what` when none comes in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            answer = probe()
        except GLib.Error:
            answer = None
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds} s in vain for {what}")


def walk(node):
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child is not None:
            yield from walk(child)


class Program:
    """Another program beside the window: a script of this folder, until the end of the block."""

    script = None

    def __init__(self, *arguments):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), self.script)
        self.process = subprocess.Popen([sys.executable, script, *arguments], stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Clipboard(Program):
    """Owns the clipboard; the window hears of its new owner, and asks what it has, a moment later."""

    script = "clipboard.py"

    def __init__(self, *arguments):
        super().__init__(*arguments)
        time.sleep(1)


class DragSource(Program):
    """Has files to drag, in a window below."""

    script = "drag.py"

    def drag_to(self, x, y, top, before_drop=lambda: None):
        """From its window, moved down to `top`, to a point of the display; looks before it lets go."""
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)], capture_output=True, text=True)
        own = found.stdout.split()[-1]
        steps = [("windowmove", "--sync", own, "0", str(top)), ("mousemove", "60", str(top + 70)), ("mousedown", "1"),
                 ("mousemove", "80", str(top + 60)), ("mousemove", "100", str(top + 40)), ("mousemove", str(x), str(y)),
                 ("mousemove", str(x + 5), str(y + 5))]
        for step in steps:
            subprocess.run(["xdotool", *step], check=True, timeout=20)
            time.sleep(0.3)
        before_drop()
        subprocess.run(["xdotool", "mouseup", "1"], check=True, timeout=20)


class Window:
    def __init__(self, program, *arguments, environment=None):
        self.home = tempfile.TemporaryDirectory()
        folders = {f"XDG_{name}_HOME": os.path.join(self.home.name, name.lower()) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
        self.process = subprocess.Popen([program, *arguments], env={**os.environ, **folders, **(environment or {})}, stdout=subprocess.DEVNULL)
        self.node = wait_for("the accessibility tree", self._find_application)
        self.id = wait_for("the window", self._find_window).split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.home.cleanup()

    def _find_application(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(i)
            if application is not None and application.get_process_id() == self.process.pid:
                return application
        return None

    def _find_window(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the window ended with status {self.process.returncode}")
        done = subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)], capture_output=True, text=True)
        return done.stdout

    def resize(self, width, height):
        subprocess.run(["xdotool", "windowsize", self.id, str(width), str(height)], check=True)
        time.sleep(1.0)

    def shoot(self, path):
        subprocess.run(["import", "-window", self.id, path], check=True)

    def key(self, *keys):
        for key in keys:
            subprocess.run(["xdotool", "key", key], check=True)
            time.sleep(0.3)

    def type(self, text):
        subprocess.run(["xdotool", "type", "--delay", "20", text], check=True)
        time.sleep(0.5)

    def nodes(self):
        found = []
        for node in walk(self.node):
            try:
                if node.get_state_set().contains(Atspi.StateType.SHOWING):
                    found.append((node.get_role_name(), node.get_name() or "", node))
            except GLib.Error:
                continue
        return found

    def find(self, name, roles=None):
        """The last showing node whose name begins with `name`."""
        def probe():
            hits = [node for role, text, node in self.nodes() if text.startswith(name) and (roles is None or role in roles)]
            return hits[-1] if hits else None
        return wait_for(f"“{name}”", probe)

    def click(self, node):
        box = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        subprocess.run(["xdotool", "mousemove", "--window", self.id, str(box.x + box.width // 2), str(box.y + box.height // 2), "click", "1"], check=True)
        time.sleep(0.6)

    def press(self, node):
        """As assistive technology does, wherever the node is."""
        node.get_action_iface().do_action(0)
        time.sleep(0.6)

    def has_focus(self):
        return any(node.get_state_set().contains(Atspi.StateType.FOCUSED) for _, _, node in self.nodes())

    def verdict(self):
        """The hero's title, the label every page shows."""
        starts = ("Fits", "Tight", "Does not fit", "Not enough")
        for role, text, _ in self.nodes():
            if role == "label" and text.startswith(starts) and ":" in text:
                return text
        return None
