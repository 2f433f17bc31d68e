#!/usr/bin/env python3
"""schema.py MARKETCTL SOURCE

The published JSON Schema against a standard validator (python3-jsonschema) and against marketctl:
every design that marketctl finds no fault of shape in is valid, every design with such a fault is
not, and so is every valid design with a key more, a key less or another type somewhere.
"""
import copy
import json
import pathlib
import re
import subprocess
import sys

import jsonschema
import yaml

marketctl, source = sys.argv[1], pathlib.Path(sys.argv[2])
SHAPE = {"D003", "D004", "D010"}  # unknown key; type, unit, missing; not decimal
# What no schema can say: the text of a value against another value, or a rule of YAML itself.
BEYOND = {"D004-leases-of-ipv6", "D010-not-decimal", "D205-two-untagged"}

schema = json.loads((source / "config/share/schema/market-design.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


class Text(yaml.SafeLoader):
    """YAML 1.2 words: dates, sexagesimals and `on` are text."""


Text.yaml_implicit_resolvers = {
    first: [(tag, words) for tag, words in resolvers
            if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Text.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), "tf")


def rules(path):
    """The rules that marketctl finds broken; of a golden design they are written beside it."""
    expected = path.with_suffix(".expected")
    if expected.exists():
        return set(re.findall(r": (D\d{3}): ", expected.read_text()))
    said = subprocess.run([marketctl, "check", "-o", "json", path], capture_output=True, timeout=60)
    return {problem["rule"] for problem in json.loads(said.stdout)["problems"]}


def places(value, path=()):
    yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, path + (key,))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, path + (index,))


def at(value, path):
    for step in path:
        value = value[step]
    return value


def damaged(design):
    """Copies of a valid design, each with one fault of shape."""
    free = {"port-roles", "ports", "service"}  # maps whose keys are names
    for path, value in places(design):
        if isinstance(value, dict) and not (path and path[-1] in free):
            broken = copy.deepcopy(design)
            at(broken, path)["no-such-key"] = 1
            yield path + ("no-such-key",), broken
        if path:
            broken = copy.deepcopy(design)
            at(broken, path[:-1])[path[-1]] = None
            yield path + ("null",), broken


failures = []
designs = sorted((source / "config/share/examples").glob("*.yaml"))
designs += sorted((source / "tests/golden/design").glob("*.yaml"))
valid = faulty = mutants = 0
for path in designs:
    try:
        design = yaml.load(path.read_text(), Loader=Text)
    except (yaml.YAMLError, UnicodeDecodeError):
        continue  # D001: no YAML, so nothing for a schema
    broken = rules(path)
    if broken & {"D001", "D002", "D008", "D009"} or path.stem in BEYOND:
        continue
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:160]}" for e in validator.iter_errors(design)]
    if broken & SHAPE and not errors:
        failures.append(f"{path.name}: marketctl finds {sorted(broken & SHAPE)}, the schema nothing")
    elif not broken & SHAPE and errors and "D005" not in broken:
        failures.append(f"{path.name}: marketctl finds its shape right, the schema says {errors}")
    valid += not errors
    faulty += bool(errors)
    if errors or path.parent.name != "examples":
        continue
    for where, mutant in damaged(design):
        mutants += 1
        if validator.is_valid(mutant):
            failures.append(f"{path.name}: a fault at {'/'.join(map(str, where))} is not seen")

print(f"{valid} designs are valid, {faulty} are not, {mutants} damaged ones are refused")
print("\n".join(failures))
sys.exit(bool(failures) or not valid or not faulty or not mutants)
