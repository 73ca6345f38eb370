#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desktop and a distribution expect of the program, held against their own validators.

test-packaging.py SOURCE_ROOT BUILD_ROOT APP_ID PLIMSOLL"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

ROOT, BUILD = map(pathlib.Path, sys.argv[1:3])
APP_ID, PLIMSOLL = sys.argv[3:5]
DATA, BUILT = ROOT / "data", BUILD / "data"
MANUAL = BUILT / "plimsoll.1"
COMPLETIONS = [BUILT / "plimsoll", BUILT / "_plimsoll", BUILT / "plimsoll.fish"]
NAME = "io.github.plimsoll.Plimsoll"
checks = []


class Skip(Exception):
    pass


def check(function):
    checks.append(function)
    return function


def run(*command, **options):
    if shutil.which(command[0]) is None:
        raise Skip(f"{command[0]} is not installed")
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def expect_silence(*command, **options):
    result = run(*command, **options)
    said = (result.stdout + result.stderr).strip()
    assert result.returncode == 0 and not said, f"{command[0]} says:\n{said}"


def text(path):
    return path.read_text(encoding="utf-8")


def environment(**changes):
    return {**os.environ, **{name: str(value) for name, value in changes.items()}}


@check
def desktop_file_is_valid():
    expect_silence("desktop-file-validate", str(BUILT / f"{APP_ID}.desktop"))
    entry = text(BUILT / f"{APP_ID}.desktop")
    assert f"\nIcon={APP_ID}\n" in entry
    assert "\nMimeType=application/x-plimsoll+json;\n" in entry


@check
def metainfo_is_valid():
    path = BUILT / f"{APP_ID}.metainfo.xml"
    result = run("appstreamcli", "validate", "--no-net", "--explain", str(path))
    assert result.returncode == 0, result.stdout + result.stderr
    assert not re.search(r"^[EWI]: ", result.stdout, re.MULTILINE), result.stdout
    assert text(path).count(APP_ID) >= 3


@check
def metainfo_is_what_stores_ask_for():
    root = ElementTree.parse(BUILT / f"{APP_ID}.metainfo.xml").getroot()
    untranslated = [e for e in root.iter("summary") if not e.attrib]
    assert [len(e.text) <= 35 and not e.text.endswith(".") for e in untranslated] == [True]
    assert len(root.find("description").find("p").text) >= 80
    assert all(len(shots.findtext("caption")) < 100 for shots in root.iter("screenshot"))
    colors = {c.get("scheme_preference"): c.text for c in root.iter("color")}
    assert set(colors) == {"light", "dark"} and colors["light"] != colors["dark"]
    kinds = {u.get("type") for u in root.iter("url")}
    assert kinds == {"homepage", "bugtracker", "vcs-browser", "translate", "contribute", "help"}, kinds
    version = re.search(r"^  version: '([^']+)'", text(ROOT / "meson.build"), re.MULTILINE).group(1)
    assert root.find("releases")[0].get("version") == version, "the newest release is not this version"


@check
def settings_are_valid():
    expect_silence("glib-compile-schemas", "--strict", "--dry-run", str(DATA))


@check
def service_starts_the_window():
    service = text(BUILT / f"{APP_ID}.service")
    assert f"\nName={APP_ID}\n" in service
    assert re.search(r"\nExec=/\S+/plimsoll-window --gapplication-service\n", service), service


@check
def files_are_recognized():
    with tempfile.TemporaryDirectory() as folder:
        packages = pathlib.Path(folder) / "mime" / "packages"
        packages.mkdir(parents=True)
        shutil.copy(BUILT / f"{APP_ID}.xml", packages)
        result = run("update-mime-database", str(packages.parent), env=environment(XDG_DATA_HOME=folder))
        assert result.returncode == 0 and "Warning" not in result.stderr, result.stderr
        example = DATA / "examples" / "qlora-on-one-gpu.plimsoll"
        nameless = pathlib.Path(folder) / "nameless"
        shutil.copy(example, nameless)
        for path in (example, nameless):
            result = run("gio", "info", "-a", "standard::content-type", str(path),
                         env=environment(XDG_DATA_HOME=folder, XDG_DATA_DIRS=folder, GIO_USE_VFS="local"))
            assert "application/x-plimsoll+json" in result.stdout, f"{path.name}: {result.stdout}{result.stderr}"


@check
def manual_page_is_valid():
    page = str(MANUAL)
    result = run("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page, env=environment(MANROFFSEQ=""))
    assert result.returncode == 0 and not result.stderr, result.stderr
    if shutil.which("mandoc"):
        expect_silence("mandoc", "-T", "lint", "-W", "warning", page)


def options_of(command):
    """Options that the program names in the help of a command."""
    result = run(PLIMSOLL, command, "--help", env=environment(LC_ALL="C.UTF-8"))
    assert result.returncode == 0, result.stderr
    return sorted(set(re.findall(r"^ +(--[a-z0-9-]+)", result.stdout, re.MULTILINE)) - {"--help"})


def commands():
    result = run(PLIMSOLL, "help", env=environment(LC_ALL="C.UTF-8"))
    found = re.findall(r"^  ([a-z]+) +[A-Z]", result.stdout, re.MULTILINE)
    assert "estimate" in found and "list" in found, result.stdout
    return [name for name in found if name != "plimsoll"]


def spelled(option, path):
    """How an option stands in each file."""
    if path.suffix == ".1":
        return re.compile(re.escape(option.replace("-", r"\-")) + r"(?!\\-|[a-z])")
    if path.suffix == ".fish":
        return re.compile(rf" -l {re.escape(option[2:])}(?![a-z-])")
    return re.compile(re.escape(option) + r"(?![a-z-])")


@check
def manual_and_completions_know_every_option():
    paths = [MANUAL, *COMPLETIONS]
    missing = []
    for command in commands():
        options = options_of(command) if command != "help" else []
        assert command != "estimate" or len(options) > 30, "the help of estimate was not understood"
        for path in paths:
            content = text(path)
            missing += [f"{path.name}: {command} {o}" for o in options if not spelled(o, path).search(content)]
            missing += [] if re.search(rf"\b{command}\b", content) else [f"{path.name}: {command}"]
    assert not missing, "\n".join(missing)


@check
def manual_and_completions_name_nothing_else():
    """The other way round: an option that the program dropped is dropped everywhere."""
    known = {"--help", "--version"} | {option for command in commands() if command != "help" for option in options_of(command)}
    for path in [MANUAL, *COMPLETIONS]:
        content = re.sub(r"^ *(#|set -l ).*", "", text(path).replace(r"\-", "-"), flags=re.MULTILINE)
        option = r" -l ([a-z][a-z0-9-]+)" if path.suffix == ".fish" else r"(?<![a-z-])--([a-z][a-z0-9-]+)"
        named = re.findall(option, content)
        unknown = sorted({f"--{name}" for name in named} - known)
        assert named and not unknown, f"{path.name}: {' '.join(unknown)}"


@check
def completions_offer_the_same_choices():
    places = {
        "plimsoll": r"%s\) words='([^']*)'",
        "_plimsoll": r"'%s=\[[^]]*\]:[^:]*:\(([^)]*)\)",
        "plimsoll.fish": r" -l %s -a '([^']*)'",
    }
    compared = 0
    for command in commands():
        if command == "help":
            continue
        usage = run(PLIMSOLL, command, "--help", env=environment(LC_ALL="C.UTF-8")).stdout
        for option, choices in re.findall(r"^ +(--[a-z0-9-]+)=(\S+\|\S+)", usage, re.MULTILINE):
            for name, pattern in places.items():
                option_there = option[2:] if name.endswith(".fish") else option
                offered = re.search(pattern % re.escape(option_there), text(BUILT / name))
                assert offered, f"{name}: {option} offers nothing"
                assert offered.group(1).split() == choices.split("|"), f"{name}: {option} offers {offered.group(1)}, not {choices}"
                compared += 1
    assert compared > 40, "the choices in the help were not understood"


@check
def one_id_stands_everywhere():
    files = [path for folder in ("data", "flatpak", "src", "po") for path in (ROOT / folder).rglob("*") if path.is_file()]
    files = [path for path in files if path.suffix in {".c", ".h", ".in", ".xml", ".ui", ".json", ".build"}]
    others = {f"{path.name}: {found}" for path in files
              for found in re.findall(r"io\.github\.plimsoll\.\w+|/io/github/plimsoll/\w+", text(path))
              if re.split(r"[./]", found)[-1] != "Plimsoll"}
    assert not others, "\n".join(sorted(others))


@check
def bash_completes():
    script = BUILT / "plimsoll"
    ask = 'compopt () { :; }; . "$1"; COMP_WORDS=(plimsoll estimate --task q); COMP_CWORD=3; _plimsoll; echo "${COMPREPLY[*]}"'
    result = run("bash", "-c", ask, "bash", str(script))
    assert (result.stdout, result.stderr) == ("qlora\n", ""), result.stdout + result.stderr
    for shell, name in (("zsh", "_plimsoll"), ("fish", "plimsoll.fish")):
        if shutil.which(shell):
            expect_silence(shell, "-n", str(BUILT / name))


@check
def translations_are_complete():
    languages = [line for line in text(ROOT / "po" / "LINGUAS").splitlines() if not line.startswith("#")]
    assert "de" in languages
    with tempfile.TemporaryDirectory() as folder:
        fresh = f"{folder}/fresh.po"
        for language in languages:
            path = ROOT / "po" / f"{language}.po"
            result = run("msgfmt", "--check", "--statistics", "-o", os.devnull, str(path), env=environment(LC_ALL="C"))
            assert result.returncode == 0, result.stderr
            assert "fuzzy" not in result.stderr and "untranslated" not in result.stderr, f"{language}: {result.stderr}"
            template = template_of(folder)
            run("msgmerge", "--quiet", "--no-fuzzy-matching", "-o", fresh, str(path), template)
            result = run("msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", fresh)
            new = [line for line in result.stdout.splitlines() if line.startswith("msgid") and line != 'msgid ""']
            assert not new, f"{language} lacks {len(new)}:\n" + "\n".join(new[:20])


def template_of(folder):
    """The strings of the sources as they are now, with the keywords of meson's preset “glib”."""
    template = f"{folder}/plimsoll.pot"
    keywords = ["_", "N_", "C_:1c,2", "NC_:1c,2", "g_dcgettext:2", "g_dngettext:2,3", "g_dpgettext2:2c,3", "ngettext:1,2"]
    result = run("xgettext", "--from-code=UTF-8", f"--directory={ROOT}", f"--files-from={ROOT}/po/POTFILES.in",
                 f"--output={template}", *(f"--keyword={k}" for k in keywords), env=environment(LC_ALL="C.UTF-8"))
    assert result.returncode == 0 and "warning" not in result.stderr, result.stderr
    return template


@check
def translated_sentences_keep_their_spaces():
    """U+00A0 before a unit or percent sign, and no straight quotation marks, in every translation."""
    for path in sorted((ROOT / "po").glob("*.po")):
        for match in re.finditer(r'^msgstr(?:\[\d\])? "(.*)"$', text(path), re.MULTILINE):
            said = match.group(1)
            assert not re.search(r"\d (?:GiB|GB|%)", said), f"{path.name}: breaks before its unit: {said}"
            assert '\\"' not in said, f"{path.name}: straight quotation marks: {said}"


def box_of(picture, size):
    """Bounding box of what is not transparent: width, height, x, y."""
    with tempfile.TemporaryDirectory() as folder:
        png = f"{folder}/icon.png"
        result = run("rsvg-convert", "-w", str(size), "-h", str(size), "-o", png, str(picture))
        assert result.returncode == 0, result.stderr
        result = run("convert", png, "-alpha", "extract", "-threshold", "5%", "-format", "%@", "info:")
        return tuple(map(int, re.fullmatch(r"(\d+)x(\d+)\+(\d+)\+(\d+)", result.stdout.strip()).groups()))


@check
def icons_have_their_place():
    width, height, x, y = box_of(DATA / "icons" / "scalable" / f"{NAME}.svg", 128)
    assert width <= 124 and height <= 124 and x >= 2 and y >= 2, "the icon fills its canvas"
    assert width >= 100 and height >= 100, "the icon is small"
    box = box_of(DATA / "icons" / "symbolic" / f"{NAME}-symbolic.svg", 16)
    assert box[0] == 16 and 14 <= box[1] <= 16, box


@check
def flatpak_asks_for_a_window_only():
    manifest = json.loads(text(ROOT / "flatpak" / f"{NAME}.json"))
    allowed = {"--share=ipc", "--socket=wayland", "--socket=fallback-x11", "--device=dri"}
    assert manifest["id"] == NAME and manifest["command"] == "plimsoll"
    assert set(manifest["finish-args"]) == allowed, manifest["finish-args"]
    for module in manifest["modules"]:
        for source in module["sources"]:
            pinned = source["type"] == "dir" or re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", source.get("commit", source.get("sha256", "")))
            assert pinned, f"{module['name']}: its source may change"


print(f"1..{len(checks)}")
failed = False
for number, function in enumerate(checks, 1):
    name = function.__name__.replace("_", " ")
    try:
        function()
        print(f"ok {number} - {name}")
    except Skip as reason:
        print(f"ok {number} - {name} # SKIP {reason}")
    except Exception as error:
        failed = True
        print(f"not ok {number} - {name}")
        print("\n".join(f"# {type(error).__name__}: {line}" for line in str(error).splitlines() or [""]))
sys.exit(failed)
