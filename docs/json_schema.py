"""What ``--json`` prints, as JSON Schema: made of the short forms in ``json.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parent / "json.yaml"
Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SIMPLE = ("string", "integer", "number", "boolean", "null")


def written() -> dict[str, Any]:
    """The file: ``shapes`` by name, and ``commands`` with what each prints."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def shapes() -> Schema:
    """The JSON Schemas that those of several commands have in common, by their names."""
    file = written()
    return {name: _schema(short, file["shapes"]) for name, short in file["shapes"].items()}


def printed_by(command: str) -> Schema:
    """The JSON Schema of an object that a command prints, beside the ``$defs`` of :func:`shapes`."""
    file = written()
    return _schema(file["commands"][command]["prints"], file["shapes"])


def schema_of(command: str) -> Schema:
    """The JSON Schema of an object that a command prints, which stands alone."""
    return {"$schema": DIALECT, **printed_by(command), "$defs": shapes()}


def _schema(short: Any, shapes: dict[str, Any]) -> Schema:
    if isinstance(short, str):
        options = [_named(name.strip(), shapes) for name in short.split("|")]
        return options[0] if len(options) == 1 else {"anyOf": options}
    if isinstance(short, list):
        return {"type": "array", "items": _schema(short[0], shapes)}
    if "either" in short:
        return {"anyOf": [_schema(each, shapes) for each in short["either"]]}
    fields = {**shapes[short["all of"]], **short} if "all of" in short else short
    named = {name.rstrip("?"): _schema(each, shapes) for name, each in fields.items() if name not in ("*", "all of")}
    others = _schema(fields["*"], shapes) if "*" in fields else False
    needed = [name for name in fields if not name.endswith("?") and name not in ("*", "all of")]
    return {"type": "object", "properties": named, "required": needed, "additionalProperties": others}


def _named(name: str, shapes: dict[str, Any]) -> Schema:
    if name == "any":
        return {}
    if name == "list":
        return {"type": "array"}
    if name in _SIMPLE:
        return {"type": name}
    if name not in shapes:
        raise KeyError(f"json.yaml has no shape {name}")
    return {"$ref": f"#/$defs/{name}"}
