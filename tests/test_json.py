"""What ``--json`` prints is what docs/json.md says: every command is run, and its output held against its schema."""

from __future__ import annotations

import json
from pathlib import Path

import generate
import json_schema
import pytest
import typer
from json_samples import SAMPLES, sampled
from jsonschema import Draft202012Validator
from program import quizprep

from quizprep import JSON_VERSION
from quizprep.cli import COMMANDS, application

#: Those that need a server, a long history, or Anki: their own tests run them.
ELSEWHERE = {"class add", "class list", "class import", "class report", "optimize", "import anki"}
MODES = ("--all", "--list", "--mutants", "--source", "--status")  # options that make another command of one


def entry_of(command: str, arguments: str) -> str:
    """The entry of json.yaml that says what a command prints with these arguments."""
    known = json_schema.written()["commands"]
    named = [f"{command} {mode}" for mode in MODES if mode in arguments.split(" ") and f"{command} {mode}" in known]
    return named[0] if named else command


def test_every_command_with_json_is_described_and_no_other() -> None:
    program = typer.main.get_command(application(COMMANDS))
    printing = {
        name.removeprefix("quizprep ")
        for name, command in generate._sections("quizprep", program.commands.items())
        if any("--json" in option.opts for option in command.params)
    }
    described = json_schema.written()["commands"]
    assert {name.partition(" --")[0] for name in described} == printing
    run = {entry_of(command, arguments) for command, arguments, _ in SAMPLES}
    assert run | ELSEWHERE == set(described)


@pytest.mark.slow
def test_every_command_prints_what_is_described(tmp_path: Path) -> None:
    found = []
    for command, arguments, printed in sampled(tmp_path):
        entry = entry_of(command, arguments)
        assert json_schema.written()["commands"][entry].get("lines") or len(printed) == 1, entry
        validator = Draft202012Validator(json_schema.schema_of(entry))
        for each in printed:
            found += [
                f"{entry} {arguments}: {error.json_path}: {error.message[:200]}"
                for error in validator.iter_errors(each)
            ]
    assert found == []


@pytest.mark.parametrize("entry", json_schema.written()["commands"])
def test_a_schema_is_one_and_refuses_what_is_not_described(entry: str) -> None:
    schema = json_schema.schema_of(entry)
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors("text"))


def test_the_version_is_told(tmp_path: Path) -> None:
    assert json.loads(quizprep("doctor", "--json", "--device", "cpu").stdout)["json"] == JSON_VERSION
    assert f"version {JSON_VERSION} of what" in generate.json_page()
