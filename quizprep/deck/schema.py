"""JSON Schemas of the files of a pack, made from the tables by which they are checked.

An editor that knows a schema completes fields and underlines faults while one types. What hangs on proofs, on a
syllabus or on the formula language it cannot tell: ``quizprep lint`` can.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from quizprep.deck import check_entry, pack_file, syllabus
from quizprep.deck.pack_file import MAX_ID, NAME, PACK_FILE
from quizprep.deck.sources import PROOFS_FILE, SYLLABUS_FILE
from quizprep.kinds import KINDS, kind_class
from quizprep.proofs.data import check_proof

FOLDER = ".schema"  # of a pack: what begins with a dot is no part of it
CHAPTER = "chapter"
DIALECT = "http://json-schema.org/draft-07/schema#"  # the one that editors know best

Schema = dict[str, Any]

_STRING: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_TEXT: Schema = {"type": ["string", "object"], "additionalProperties": _STRING}
_EXPRESSION: Schema = {"type": ["string", "number"]}
_ID: Schema = {"type": "string", "maxLength": MAX_ID, "pattern": f"^{NAME.pattern}$"}


def _list(of: Schema, least: int = 1, most: int | None = None) -> Schema:
    return {"type": "array", "items": of, "minItems": least} | ({"maxItems": most} if most else {})


_CONDITIONS: Schema = {"type": ["string", "array"], "items": _STRING}
_OPTION: Schema = {
    "type": "object",
    "properties": {
        "result": _STRING, "mistake": _STRING, "text": _TEXT, "when": _STRING, "why": _TEXT, "right": _FLAG,
    },
    "oneOf": [{"required": [name]} for name in ("result", "mistake", "text")],
    "additionalProperties": False,
}  # fmt: skip
#: What stands in each field of a question; the tables of the kinds say which of them a kind has.
FIELDS: Mapping[str, Schema] = {
    "id": _ID,
    "kind": {"enum": list(KINDS)},
    "covers": _list(_ID),
    "proof": _STRING,
    "source": _TEXT,
    "params": {"type": "object"},
    "where": _CONDITIONS,
    "prompt": _TEXT,
    "hint": _TEXT,
    "explain": _TEXT,
    "difficulty": {"enum": list(check_entry.DIFFICULTIES)},
    "was": _list(_ID),
    "choices": _list(_OPTION, 2, check_entry.MAX_OPTIONS),
    "steps": _list(_STRING),
    "given": _STRING,
    "missing": {"type": "integer", "minimum": 1},
    "wrong": {"type": "integer", "minimum": 1},
    "instead": _STRING,
    "answer": _EXPRESSION,
    "tolerance": {"type": "number", "minimum": 0},
    "figures": {"type": "integer", "minimum": 1},
    "unit": _STRING,
    "unit_asked": _FLAG,
    "items": _list({"type": ["string", "object"]}, 2, check_entry.MAX_OPTIONS),
    "points": _list({"type": ["string", "object"]}, 1, check_entry.MAX_OPTIONS),
    "accept": _list(_STRING),
    "when": _STRING,
    "holds": _FLAG,
    "counterclaim": {"type": ["string", "object"]},
}


def chapter() -> Schema:
    """Of a file of questions, in YAML."""
    questions = _list({"$ref": "#/definitions/question"})
    root = _mapping({"chapter": _ID, "questions": questions}, ["questions"])
    return {"$schema": DIALECT, "title": "Questions of quizprep", **root, "definitions": {"question": _question()}}


def _question() -> Schema:
    named = {name: {**schema, **_said(check_entry.ADVICE.get(name, ""))} for name, schema in FIELDS.items()}
    kinds = [rule for name in KINDS for rule in _rules_of(name)]
    return {**_mapping(named, ["id", "kind", "prompt"]), "allOf": kinds}


def _rules_of(name: str) -> Iterable[Schema]:
    """What a question of a kind has to have, with a proof and without; which fields it cannot have."""
    kind = kind_class(name)
    stated = kind.stated
    common = {*check_entry.REQUIRED, *check_entry.OPTIONAL}
    alone = {**kind.required, **(stated or {})}
    foreign = sorted(FIELDS.keys() - common - {*check_entry.STATED, *alone, *kind.optional})
    is_kind = {"required": ["kind"], "properties": {"kind": {"const": name}}}
    yield {"if": is_kind, "then": {"properties": dict.fromkeys(foreign, False)}}
    proven = {**is_kind, "required": ["kind", "proof"]}
    if stated is None:
        yield {"if": is_kind, "then": {"required": ["proof", *kind.required]}}
        return
    yield {"if": proven, "then": {"required": [*kind.required]}}
    unproven = {**is_kind, "not": {"required": ["proof"]}}
    needless = dict.fromkeys(check_entry.OF_A_PROOF, False)
    yield {"if": unproven, "then": {"required": [*stated], "properties": needless}}


def pack() -> Schema:
    """Of ``pack.yaml``."""
    name: Schema = {**_ID, "maxLength": pack_file.MAX_NAME}
    lists = {"languages": _list(_STRING), "needs": _list(name), "was": _list(name)}
    fields: dict[str, Schema] = {"name": name, "title": _TEXT, **lists}
    for other in (*pack_file.REQUIRED, *pack_file.OPTIONAL):
        fields.setdefault(other, _STRING)
        fields[other] = {**fields[other], **_said(pack_file.ADVICE.get(other, ""))}
    return {"$schema": DIALECT, "title": "A pack of quizprep", **_mapping(fields, pack_file.REQUIRED)}


def syllabus_file() -> Schema:
    """Of ``syllabus.yaml``."""
    known: dict[str, Schema] = {
        "id": _ID, "title": _TEXT, "kind": {"enum": list(syllabus.TOPIC_KINDS)}, "core": _FLAG, "beyond": _FLAG,
        "where": _list(_STRING), "needs": _list(_ID),
    }  # fmt: skip
    topic = _mapping({name: known[name] for name in syllabus.FIELDS}, ["id"])
    one = {
        "type": "object",
        "required": ["id", "topics"],
        "properties": {"id": _ID, "title": _TEXT, "topics": _list(topic)},
    }
    root = _mapping({"chapters": _list(one)}, ["chapters"])
    return {"$schema": DIALECT, "title": "The syllabus of a pack of quizprep", **root}


def proofs() -> Schema:
    """Of ``proofs.yaml`` and ``proofs/*.yaml``."""
    parts = {name: _part(name) for name in check_proof.PARTS}
    step = {"type": ["string", "number", "object"], **{k: v for k, v in parts["steps"].items() if k != "type"}}
    step["properties"]["draw"] = _STRING
    step["required"] = []
    most = check_proof.MAX_ENTRIES
    fields: dict[str, Schema] = {
        "id": _ID,
        "title": _TEXT,
        "statement": _TEXT,
        "source": _STRING,
        "symbols": {"type": "object", "additionalProperties": parts["symbols"], "maxProperties": most},
        "steps": {"type": "object", "additionalProperties": step, "minProperties": 1, "maxProperties": most},
        "oracles": _list(parts["oracles"], 1, check_proof.MAX_ORACLES),
        "mistakes": _list(parts["mistakes"], 1, most),
        "claims": _list(parts["claims"], 1, most),
        "gradients": _list(_STRING),
        "notations": _list({"type": "object"}),
        "lengths": {"type": "object"},
        "heads": {"type": "object"},
        "numbers": {"const": "complex"},
        "picture": {
            "type": "object",
            "oneOf": [{"required": [*needed]} for needed, _ in check_proof.PICTURES.values()],
        },
    }
    known = {name: fields.get(name, {}) for name in (*check_proof.ENTRY, *check_proof.OPTIONAL)}
    described = {name: {**schema, **_said(check_proof.ADVICE.get(name, ""))} for name, schema in known.items()}
    root = _mapping({"proofs": _list(_mapping(described, check_proof.ENTRY))}, ["proofs"])
    return {"$schema": DIALECT, "title": "Proofs of a pack of quizprep", **root}


def _part(name: str) -> Schema:
    needed, others = check_proof.PARTS[name]
    known: Mapping[str, Schema] = {
        "kind": {"enum": list(check_proof.ORACLES)},
        "via": _TEXT, "text": _TEXT, "meaning": _TEXT, "note": _TEXT, "name": _ID,
        "formula": _EXPRESSION, "condition": _STRING, "aliases": _list(_STRING), "draw": {"type": ["string", "object"]},
        "variant": _FLAG, "special": _FLAG,
        "tolerance": {"type": "number", "minimum": 0, "maximum": check_proof.LOOSEST},
        "samples": {"type": "integer", "minimum": 1, "maximum": check_proof.MAX_SAMPLES},
        "inputs": {"type": "integer", "minimum": 1, "maximum": check_proof.MAX_INPUTS},
    }  # fmt: skip
    fields = {
        each: {**known.get(each, _STRING), **_said(check_proof.ADVICE.get(each, ""))} for each in (*needed, *others)
    }
    return _mapping(fields, needed)


def _mapping(fields: Mapping[str, Schema], required: Iterable[str]) -> Schema:
    return {"type": "object", "properties": dict(fields), "required": [*required], "additionalProperties": False}


def _said(advice: str) -> Schema:
    return {"description": advice} if advice else {}


#: By the name of the schema: what makes it, and which file of a pack it is for; "" for a chapter.
SCHEMAS = {
    CHAPTER: (chapter, ""),
    "pack": (pack, PACK_FILE),
    "syllabus": (syllabus_file, SYLLABUS_FILE),
    "proofs": (proofs, PROOFS_FILE),
}


def texts() -> dict[str, str]:
    """The schemas as JSON, by the names of their files."""
    return {
        f"{name}.json": json.dumps(make(), indent=1, ensure_ascii=False) + "\n" for name, (make, _) in SCHEMAS.items()
    }


def first_line(file: str) -> str:
    """The line at the top of a file of a pack by which an editor finds its schema."""
    name = next((name for name, (_, own) in SCHEMAS.items() if own == file), CHAPTER)
    return f"# yaml-language-server: $schema={FOLDER}/{name}.json\n"
