# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the analyze scripts: what they read.  BUILD_FOLDER/compile_commands.json says what is compiled, and how.

# need TOOL: without it the test is skipped, but never in continuous integration.
need ()
{
  command -v "$1" >/dev/null && return
  echo "$1 is not installed"
  [ -z "${CI:-}" ] || exit 1
  exit 77
}

# analyzed BUILD_FOLDER file|command: of each C file of the layers without GTK its name, or the command that compiles it
# without where the results go; each ended by a NUL.
analyzed ()
{
  python3 - "$1" "$PWD" "$2" <<'EOF'
import json, os, re, sys

LAYERS = {"core", "text", "catalog", "import", "plan", "document", "chart", "report", "cli"}
RESULTS = re.compile(r" -MD| -M[QF] \S+| -o \S+")
build, root, what = sys.argv[1:]
found = {}
with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as database:
    for entry in json.load(database):
        path = os.path.relpath(os.path.join(entry["directory"], entry["file"]), root)
        parts = path.split(os.sep)
        if parts[0] == "src" and parts[1] in LAYERS:
            found[path] = RESULTS.sub("", entry["command"])
for path in sorted(found):
    sys.stdout.write((path if what == "file" else found[path]) + "\0")
EOF
}
