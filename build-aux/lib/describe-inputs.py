#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""describe-inputs.py SCHEMA TEMPLATE: writes TEMPLATE with the inputs of the command line filled in.

The manual page and the completions of the shells name every input; what each is called, takes and means stands once,
in the schema of scenario files.  "$comment" of a member is the heading of the section that it opens, "aliases" are its
other names, each with its own words where it has any.  A line "@INPUTS@" of the template becomes the inputs in the form that the template's
name asks for, "@INPUT_NAMES@" their options, in bash also "@NUMBERS@" those that take a number."""

import json
import pathlib
import re
import sys
import textwrap

MOST_CHOICES = 14  # longer lists are asked of `plimsoll list`
CATALOGUES = {"model": "models", "draft_model": "models", "gpu": "gpus"}


def read_inputs(schema_path):
    members = json.loads(schema_path.read_text(encoding="utf-8"))["$defs"]["inputs"]["properties"]
    inputs = [{"name": name, "option": name.replace("_", "-"), **member} for name, member in members.items()]
    for meant in list(inputs):
        for name, words in meant.get("aliases", {}).items():
            other = {key: value for key, value in meant.items() if key not in ("$comment", "default")}
            inputs.append({**other, "option": name, "alias_of": meant["option"], **({"enum": words} if words else {})})
    return inputs


def catalogue(entry):
    """What `plimsoll list` knows the values of an input, or None."""
    if entry["name"] in CATALOGUES:
        return CATALOGUES[entry["name"]]
    if len(entry.get("enum", [])) > MOST_CHOICES:
        return "precisions"
    return None


def first_sentence(entry):
    if "alias_of" in entry:
        return f"the same as --{entry['alias_of']}"
    sentence = re.split(r"[.;:](?: |$)", entry["description"])[0]
    return sentence[:1].lower() + sentence[1:] if not re.match(r"[A-Z]{2}", sentence) else sentence


def plain(text):
    return text.translate(str.maketrans({"“": '"', "”": '"', "’": "'"}))


def manual(entry):
    def roff(text):
        text = plain(text).replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(cq")
        return re.sub(r'"([^"]*)"', r"\\fB\1\\fR", text)

    lines = [f'.SS {entry["$comment"]}'] if "$comment" in entry else []
    kind = "NAME" if catalogue(entry) else "CHOICE" if "enum" in entry else "N"
    kind = "SIZE" if "ytes" in entry["description"].split(";")[0] and kind == "N" else kind
    lines += [".TP", rf".BI \-\-{roff(entry['option'])}\~ {kind}"]
    if "alias_of" in entry:
        return lines + [rf"The same as \fB\-\-{roff(entry['alias_of'])}\fR" + words_of(entry, roff) + "."]
    lines += textwrap.wrap(roff(entry["description"]), 110, break_on_hyphens=False)
    if catalogue(entry):
        lines.append(rf"See \fBplimsoll list {catalogue(entry)}\fR.")
    elif "enum" in entry:
        choices = [rf"\fB{roff(c)}\fR" + (" (default)" if c == entry.get("default") else "") for c in entry["enum"]]
        lines += textwrap.wrap(f"One of {', '.join(choices)}.", 110, break_on_hyphens=False, break_long_words=False)
    elif entry.get("default"):
        lines.append(f"Default: {entry['default']:.15g}.")
    return lines


def words_of(entry, roff):
    if catalogue(entry) or "enum" not in entry:
        return ""
    return ": " + ", ".join(rf"\fB{roff(word)}\fR" for word in entry["enum"])


def bash(entry):
    if catalogue(entry):
        return [f"      --{entry['option']}) words=$(_plimsoll_ids {catalogue(entry)}) ;;"]
    if "enum" in entry:
        return [f"      --{entry['option']}) words='{' '.join(entry['enum'])}' ;;"]
    return []


def zsh(entry):
    if catalogue(entry):
        value = f"id:_plimsoll_ids {catalogue(entry)}"
    elif "enum" in entry:
        value = f"choice:({' '.join(entry['enum'])})"
    else:
        value = "number: "
    text = plain(first_sentence(entry)).translate(str.maketrans({"'": "’", "[": "(", "]": ")", ":": ","}))
    return [f"    '--{entry['option']}=[{text}]:{value}' \\"]


def fish(entry):
    values = ""
    if catalogue(entry):
        values = f" -a '(__plimsoll_ids {catalogue(entry)})'"
    elif "enum" in entry:
        values = f" -a '{' '.join(entry['enum'])}'"
    text = plain(first_sentence(entry)).replace("'", "’")
    return [f"complete -c plimsoll -n $estimate -x -l {entry['option']}{values} -d '{text[:1].upper()}{text[1:]}'"]


FORMS = {"plimsoll.1.in": manual, "plimsoll.bash.in": bash, "_plimsoll.in": zsh, "plimsoll.fish.in": fish}


def main():
    schema, template = map(pathlib.Path, sys.argv[1:3])
    inputs = read_inputs(schema)
    options = [f"--{entry['option']}" for entry in inputs]
    numbers = [f"--{entry['option']}" for entry in inputs if "enum" not in entry and not catalogue(entry)]
    filled = {
        "@INPUTS@": [line for entry in inputs for line in FORMS[template.name](entry)],
        "@INPUT_NAMES@": textwrap.wrap(" ".join(options), 104, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False),
        "@NUMBERS@": [" | ".join(numbers) + " | \\"],
    }
    for line in template.read_text(encoding="utf-8").splitlines():
        print("\n".join(filled.get(line.strip(), [line])))


if __name__ == "__main__":
    main()
