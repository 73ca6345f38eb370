#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""drag.py PATH…: a window "drag-source" from which the files can be dragged, as from a file manager, until it is killed.
Says "ready" when it stands."""

import pathlib
import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def main():
    data = "".join(f"{pathlib.Path(path).as_uri()}\r\n" for path in sys.argv[1:])
    Gtk.init()
    window = Gtk.Window(title="drag-source", default_width=200, default_height=100)
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.set_content(Gdk.ContentProvider.new_for_bytes("text/uri-list", GLib.Bytes.new(data.encode())))
    box = Gtk.Box()
    box.add_controller(source)
    window.set_child(box)
    window.present()
    GLib.timeout_add(500, lambda: print("ready", flush=True))
    GLib.MainLoop().run()


main()
