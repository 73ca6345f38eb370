#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clipboard.py text TEXT | files PATH…: owns the clipboard of the display, as a text editor or a file manager does, until it is killed.
Says "ready" when it does."""

import pathlib
import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402


def main():
    kind, *arguments = sys.argv[1:]
    if kind == "files":
        mime, data = "text/uri-list", "".join(f"{pathlib.Path(path).as_uri()}\r\n" for path in arguments)
    else:
        mime, data = "text/plain;charset=utf-8", arguments[0]
    provider = Gdk.ContentProvider.new_for_bytes(mime, GLib.Bytes.new(data.encode()))
    Gtk.init()
    Gdk.Display.get_default().get_clipboard().set_content(provider)
    print("ready", flush=True)
    GLib.MainLoop().run()


main()
