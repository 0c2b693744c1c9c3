"""The JSON Schemas: they know every field that the loader knows, take what it takes, and refuse what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quizprep.deck import check_entry, schema
from quizprep.deck.sources import content_directory, example_packs
from quizprep.kinds import KINDS, kind_class
from quizprep.packs.new import write
from quizprep.strict_yaml import read


def test_every_field_of_every_kind_is_known() -> None:
    fields = {*check_entry.REQUIRED, *check_entry.OPTIONAL, *check_entry.STATED}
    for kind in map(kind_class, KINDS):
        fields |= {*kind.required, *kind.optional, *(kind.stated or ())}
    assert fields == schema.FIELDS.keys()


def test_a_new_pack_has_them_where_its_files_say(tmp_path: Path) -> None:
    for file in write("mechanics", tmp_path / "mechanics"):
        if file.suffix == ".yaml":
            first = file.read_text(encoding="utf-8").splitlines()[0]
            named = file.parent / first.removeprefix("# yaml-language-server: $schema=")
            assert json.loads(named.read_text(encoding="utf-8"))["$schema"] == schema.DIALECT


def faults(name: str, text: str | bytes) -> list[str]:
    import jsonschema

    made, _ = schema.SCHEMAS[name]
    jsonschema.Draft7Validator.check_schema(made())
    root, defects = read(text if isinstance(text, bytes) else text.encode())
    assert not defects
    return [error.message for error in jsonschema.Draft7Validator(made()).iter_errors(root)]


def test_they_take_what_is_shipped() -> None:
    chapters = sorted(content_directory().glob("*.yaml"))[:4]
    for folder in example_packs().values():
        chapters += sorted(folder.glob("*.yaml"))
    others = {own: name for name, (_, own) in schema.SCHEMAS.items() if own}
    for file in chapters:
        if file.name not in ("errata.yaml",):
            assert faults(others.get(file.name, schema.CHAPTER), file.read_bytes()) == [], file


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("chapter", "questions:\n- {id: a, kind: ward, prompt: x}\n", "'ward' is not one of"),
        ("chapter", "questions:\n- {id: a, kind: word, prompt: x}\n", "'accept' is a required property"),
        ("chapter", "questions:\n- {id: a, kind: number, prompt: x}\n", "'proof' is a required property"),
        ("chapter", "questions:\n- {id: a, kind: word, prompt: x, accept: [b], unit: m}\n", "False schema"),
        ("chapter", "questions:\n- {id: a, kind: word, promt: x, prompt: x, accept: [b]}\n", "'promt' was unexpected"),
        ("pack", "name: A b\ntitle: x\nlanguages: [en]\n", "'A b' does not match"),
        ("syllabus", "chapters:\n- {id: a, topics: [{id: b, kinds: formula}]}\n", "'kinds' was unexpected"),
        ("proofs", "proofs:\n- {id: a, title: x, statement: y, steps: {z: 1}}\n", "'source' is a required property"),
    ],
)  # fmt: skip
def test_they_refuse_what_the_loader_refuses(name: str, text: str, said: str) -> None:
    assert any(said in fault for fault in faults(name, text))
