"""YAML, read strictly: what is written is what is meant. Imports yaml.

Plain YAML has traps for people who write about numbers: ``yes`` becomes True, ``012`` becomes 10,
``1:30`` becomes 90, ``1e-3`` stays text, a repeated key silently wins. Here a plain scalar is

* a number where it is spelled as a decimal number (``3``, ``-0.5``, ``1e-3``),
* true or false where it is exactly ``true`` or ``false``,
* None where nothing is written, and
* the text as it stands in every other case.

Repeated keys, anchors, aliases, tags, second documents and control characters are refused. Every
mapping and list remembers the lines it was written on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any, NamedTuple

import yaml

from quizprep.formatting import shorten

MAX_DEPTH = 20
MAX_PARTS = 200_000  # texts, numbers, lists and mappings of one file
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the parser in C is ten times as fast

_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_ONLY_TEXT = re.compile(r"[^\W\d_][\w()/^*+.,;-]*(?: [\w()/^*+.,;-]+)*")
_WIDTH = 100  # characters of a line that is written
_NUMBER_LENGTH = 40  # longer digit strings stay text: nobody means them as a number
_WORDS = {"": None, "true": True, "false": False}
_UNPRINTABLE = re.compile(  # controls, what ends a line elsewhere, what turns the direction of writing, no characters
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TOO_DEEP = f"nested more than {MAX_DEPTH} deep; write it flatter"
_ADVICE = "check the indentation, and quote text that has ': ' in it or begins with { [ & * ! | > % @"


class Defect(NamedTuple):
    """One thing wrong with a file, and the line (from 1) it stands on."""

    line: int
    message: str


class YamlMapping(dict[Any, Any]):
    """A mapping with the line it begins on, and the line of every key."""

    __slots__ = ("line", "lines")

    def __init__(self, entries: Iterable[tuple[Any, Any]] = (), *, line: int = 0) -> None:
        super().__init__(entries)  # as whoever copies a mapping gives them
        self.line = line
        self.lines: dict[str, int] = {}


class YamlList(list[Any]):
    """A list with the line it begins on, and the line of every element."""

    __slots__ = ("line", "lines")

    def __init__(self, entries: Iterable[Any] = (), *, line: int = 0) -> None:
        super().__init__(entries)  # as whoever copies a list gives them
        self.line = line
        self.lines: list[int] = []


class _UnreadableError(Exception):
    """Reading cannot go on; carries the defect."""

    def __init__(self, line: int, message: str) -> None:
        self.defect = Defect(line, message)


def read(content: bytes) -> tuple[Any, list[Defect]]:
    """The value that a file's bytes spell, and everything wrong with their YAML.

    Mappings and lists are :class:`YamlMapping` and :class:`YamlList`, scalars str, int, float,
    bool or None. The value is None where the file's structure cannot be relied on.
    """
    defects: list[Defect] = []
    try:
        text = _decode(content)
        return _Builder(defects, text).build(yaml.parse(text, Loader=LOADER)), defects
    except _UnreadableError as error:
        return None, [*defects, error.defect]
    except yaml.MarkedYAMLError as error:
        return None, [*defects, _syntax_defect(error, text)]
    except yaml.YAMLError as error:
        return None, [*defects, Defect(1, f"cannot be read as YAML ({error}); {_ADVICE}")]


def decoded(content: bytes) -> tuple[str, list[Defect]]:
    """The text of a file of any sort, held to the same characters; "" and the defect where it has others."""
    try:
        return _decode(content), []
    except _UnreadableError as error:
        return "", [error.defect]


def excerpt(text: str, key: str, number: int) -> list[str]:
    """The lines of an entry of the list that a file's mapping has under a key, comments among them, from column 0.

    ``text`` is one that :func:`read` found nothing wrong with, and the entry a mapping.
    """
    root = yaml.compose(text, Loader=LOADER)
    entry = next(value for name, value in root.value if name.value == key).value[number]
    first, last, indent = entry.start_mark.line, entry.end_mark.line, entry.start_mark.column
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[first : last + 1]
    lines[-1] = lines[-1][: entry.end_mark.column]  # where the next entry begins, or a bracket closed
    lines[0] = lines[0][indent:]
    lines[1:] = [line.lstrip() if line[:indent].strip() else line[indent:] for line in lines[1:]]
    while len(lines) > 1 and not lines[-1].strip():
        lines.pop()
    return lines


def dumped(value: Any) -> list[str]:
    """The lines of a mapping that :func:`read` reads back as the same."""

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        """Quotes every text that could be taken for something else, and writes out what stands twice."""

        def ignore_aliases(self, data: object) -> bool:
            return True

    def text(dumper: yaml.SafeDumper, written: str) -> yaml.Node:
        style = None if _ONLY_TEXT.fullmatch(written) else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", written, style=style)

    Dumper.add_representer(str, text)
    Dumper.add_representer(YamlMapping, Dumper.represent_dict)
    Dumper.add_representer(YamlList, Dumper.represent_list)
    lines: str = yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return lines.splitlines()


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the offset counts from behind a byte order mark, which holds no line break
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _UnreadableError(line, "a byte that is not UTF-8; save the file as UTF-8") from None
    if found := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise _UnreadableError(line, f"the control character U+{ord(found[0]):04X}; delete it")
    return text


def _syntax_defect(error: yaml.MarkedYAMLError, text: str) -> Defect:
    mark = error.problem_mark or error.context_mark
    lines = text.split("\n")
    number = min(mark.line if mark else 0, len(lines) - 1)
    written = lines[number]
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return Defect(number + 1, "a tab indents this line; indent with spaces")
    problem = shorten(error.problem or error.context or "")
    if "nesting" in problem:  # a parser that looks ahead meets its own limit before ours
        return Defect(number + 1, _TOO_DEEP)
    return Defect(number + 1, f"cannot be read as YAML ({problem}); {_ADVICE}")


class _Builder:
    """Turns the parser's events into values, without recursion.

    ``open_nodes`` are the mappings and lists not closed yet; ``keys`` holds for each of them the
    key that waits for its value (None in a list, and in a mapping whose next scalar is a key), and
    ``bare_keys`` those that have no colon behind them, with their lines, of one in braces.
    """

    def __init__(self, defects: list[Defect], text: str) -> None:
        self.defects = defects
        self.text = text
        self.refused = False
        self.documents = 0
        self.parts = 0
        self.root: Any = None
        self.open_nodes: list[YamlMapping | YamlList] = []
        self.keys: list[str | None] = []
        self.bare_keys: list[list[tuple[int, str]] | None] = []
        self.key_end = 0  # the place behind the last key

    def build(self, events: Iterable[yaml.Event]) -> Any:
        for event in events:
            kind = type(event)
            if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._refuse_cut_text(self.open_nodes.pop(), self.bare_keys.pop())
                self.keys.pop()
            elif isinstance(event, yaml.NodeEvent):
                self._add(event, kind, event.start_mark.line + 1)
            elif kind is yaml.DocumentStartEvent:
                self.documents += 1
                if self.documents > 1:
                    line = event.start_mark.line + 1
                    raise _UnreadableError(line, "a second document begins here; keep one document a file")
        return None if self.refused else self.root

    def _add(self, event: yaml.NodeEvent, kind: type, line: int) -> None:
        """One scalar, alias, or beginning of a mapping or list: a key, or a value of its parent."""
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise _UnreadableError(line, f"more than {MAX_PARTS:,} values up to here; split the file")
        if kind is yaml.AliasEvent or event.anchor is not None or event.tag is not None:
            self.defects.append(Defect(line, _refusal(event)))
            self.refused = True
        parent = self.open_nodes[-1] if self.open_nodes else None
        if isinstance(parent, YamlMapping) and self.keys[-1] is None:
            self._begin_key(event, parent, line)
            return
        value: Any
        if kind is yaml.ScalarEvent:
            value = self._scalar(event, line)
        else:
            value = YamlMapping(line=line) if kind is yaml.MappingStartEvent else YamlList(line=line)
        if isinstance(parent, YamlMapping):
            key = str(self.keys[-1])
            bare = self.bare_keys[-1]
            if bare is not None and value is None and ":" not in self.text[self.key_end : event.start_mark.index]:
                bare.append((parent.lines[key], key))
            parent.setdefault(key, value)
            self.keys[-1] = None
        elif parent is not None:
            parent.append(value)
            parent.lines.append(line)
        else:
            self.root = value
        if kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self.open_nodes.append(value)
            self.keys.append(None)
            self.bare_keys.append([] if kind is yaml.MappingStartEvent and event.flow_style else None)
            if len(self.open_nodes) > MAX_DEPTH:
                raise _UnreadableError(line, _TOO_DEEP)

    def _begin_key(self, event: yaml.NodeEvent, parent: YamlMapping, line: int) -> None:
        if type(event) is not yaml.ScalarEvent:
            raise _UnreadableError(line, "a key is no plain text; write one word or name before the colon")
        key = self.keys[-1] = event.value
        self.key_end = event.end_mark.index
        self._refuse_controls(event, line)
        if key in parent:
            first = parent.lines[key]
            self.defects.append(Defect(line, f"`{_name(key)}` is given twice (first on line {first}); keep one"))
        parent.lines.setdefault(key, line)

    def _refuse_cut_text(self, node: YamlMapping | YamlList, bare: list[tuple[int, str]] | None) -> None:
        """Inside of braces a comma ends a text, and what stands behind it is a key without a colon."""
        if bare and len(bare) < len(node):
            line, key = bare[0]
            what = f"`{_name(key)}` has no value in {{...}}, where a comma ends a text"
            self.defects.append(Defect(line, f"{what}; put a text that has a comma in it into quotes"))
            self.refused = True

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> str | int | float | bool | None:
        if event.implicit[0]:
            return _resolve(event.value)
        self._refuse_controls(event, line)
        text: str = event.value
        return text

    def _refuse_controls(self, event: yaml.ScalarEvent, line: int) -> None:
        """Only between double quotes can one be written that the file itself does not have."""
        if event.style == '"' and (found := _UNPRINTABLE.search(event.value)):
            self.defects.append(Defect(line, f"the control character U+{ord(found[0]):04X}; delete it"))
            self.refused = True


def _refusal(event: yaml.NodeEvent) -> str:
    if type(event) is yaml.AliasEvent:
        return f"the alias *{_name(event.anchor)} is not allowed; write the value out again, or quote the text"
    if event.anchor is not None:
        return f"the anchor &{_name(event.anchor)} is not allowed; remove it, or quote the text"
    return f"the tag {_name(event.tag)} is not allowed; remove it, or quote the text"


def _name(written: str) -> str:
    """A name in a message: it may be as long as the file."""
    return shorten(written, 60)


def _resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain (unquoted) scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789" and len(text) <= _NUMBER_LENGTH and _NUMBER.fullmatch(text):
        if text.lstrip("+-").isdigit():
            return int(text)
        number = float(text)
        return number if math.isfinite(number) else text
    return text
