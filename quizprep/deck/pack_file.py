"""A pack: a folder of questions with a name of its own, from its ``pack.yaml``.

::

    name: statistics          # lower-case words with '-': the names of its questions begin with it
    title: Statistics         # or {en: ..., ko: ...}
    languages: [en]           # what its texts are written in
    licence: CC-BY-4.0
    version: "1.0"
    needs: [deep-learning]    # optional: packs whose proofs its questions name
    was: [stats]              # optional: former names, whose history it carries on
    author: ...               # optional

The name is its namespace: inside its files ids, chapters, topics and proofs are written bare, everywhere else as
``statistics/t-test``. The shipped course alone has none, so that its names are the same inside and outside.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from quizprep.frozen import frozen
from quizprep.provided import SEPARATOR
from quizprep.text import LANGUAGES, Text, is_language

if TYPE_CHECKING:
    from quizprep.strict_yaml import Defect, YamlMapping

PACK_FILE = "pack.yaml"
REQUIRED = ("name", "title", "languages")
OPTIONAL = ("licence", "version", "author", "needs", "was")
MAX_NAME, MAX_LINE, MAX_LISTED = 40, 200, 50  # characters of a name and of a line; entries of a list
MAX_ID = 80  # characters of the name of a question, a chapter or a topic
NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_APART = re.compile(r"[^a-z0-9]+")
ADVICE = {
    "name": f"write it in-words-like-this, at most {MAX_NAME} characters",
    "title": "write what the pack is about, a text or {en: ..., ko: ...}",
    "languages": "list what its texts are written in, such as [en]",
    "needs": "list the names of packs",
    "was": "list the names that it had before",
}


class Place(NamedTuple):
    """Where a pack lies. ``module`` is the installed Python package that it is, "" for a mere folder: what lies in a
    folder is never run.
    """

    folder: Path
    module: str = ""


@frozen
class Pack:
    """What ``pack.yaml`` says, and where it stands."""

    name: str
    folder: Path
    title: Text
    languages: tuple[str, ...] = LANGUAGES
    licence: str = ""
    version: str = ""
    author: str = ""
    needs: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    shipped: bool = False
    module: str = ""

    @property
    def namespace(self) -> str:
        """What the names in it begin with outside of it, "" for the shipped course."""
        return "" if self.shipped else self.name

    def full(self, name: str) -> str:
        """A name that is written in its files, as it is known outside of them."""
        return name if self.shipped else f"{self.name}{SEPARATOR}{name}"


#: What is checked as the shipped course is, where no pack is named.
SHIPPED = Pack("deep-learning", Path(), Text(""), shipped=True)


def bare(name: str) -> str:
    """A name without that of its pack."""
    return name.rpartition(SEPARATOR)[2]


def in_words(name: str) -> str:
    """The title of what has none: its name, ``free-fall``, in words.

    >>> in_words("mechanics/free-fall")
    'Free fall'
    """
    words = bare(name).replace("-", " ")
    return words[:1].upper() + words[1:]


def slug(name: str, most: int = MAX_ID) -> str:
    """A name in-words-like-this; where nothing of it is left, a digest.

    >>> slug("Deutsch::Verben (A1)"), slug("한국어")
    ('deutsch-verben-a1', 'x-6aebd12c')
    """
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = _APART.sub("-", letters).strip("-")
    if words and len(words) <= most and len(words) * 2 > len(name):
        return words
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{words[: most - 9].strip('-') or 'x'}-{digest}"


def check(content: bytes) -> tuple[Any, list[Defect]]:
    """The mapping in a pack's file, and everything wrong with it."""
    from quizprep.kinds.fields import describe, shorten
    from quizprep.nearest import did_you_mean
    from quizprep.strict_yaml import Defect, YamlMapping, read

    root, defects = read(content)
    if defects:
        return root, defects
    if not isinstance(root, YamlMapping):
        return root, [Defect(1, f"describes no pack; write {', '.join(f'`{name}:`' for name in REQUIRED)} in it")]
    for name in root:
        if name not in (*REQUIRED, *OPTIONAL):
            advice = (
                did_you_mean(name, (*REQUIRED, *OPTIONAL)) or f"only {', '.join((*REQUIRED, *OPTIONAL))} belong here"
            )
            defects.append(Defect(root.lines[name], f"unknown field `{shorten(name)}`; {advice}"))
    for name in REQUIRED:
        if root.get(name) is None:
            defects.append(Defect(root.lines.get(name, root.line), f"`{name}` is missing; {ADVICE[name]}"))
    written = root.get("name")
    if written is not None and not is_name(written):
        defects.append(Defect(root.lines["name"], f"`{shorten(written)}` is no name; {ADVICE['name']}"))
    _check_lists(root, defects)
    if root.get("title") is not None and not _is_title(root["title"]):
        defects.append(Defect(root.lines["title"], f"`title` {describe(root['title'])}; {ADVICE['title']}"))
    for name in ("licence", "version", "author"):
        if name in root and not _is_line(root[name]):
            advice = f"write it in quotes, at most {MAX_LINE} characters"
            defects.append(Defect(root.lines[name], f"`{name}` {describe(root[name])}; {advice}"))
    return root, defects


def _check_lists(root: YamlMapping, defects: list[Defect]) -> None:
    from quizprep.kinds.fields import describe, shorten
    from quizprep.strict_yaml import Defect, YamlList

    for field in ("languages", "needs", "was"):
        written, fits = root.get(field), is_language if field == "languages" else is_name
        if written is None and field in OPTIONAL and field not in root:
            continue
        if not isinstance(written, YamlList) or not 0 < len(written) <= MAX_LISTED:
            if written is not None or field not in REQUIRED:
                defects.append(Defect(root.lines[field], f"`{field}` {describe(written)}; {ADVICE[field]}"))
            continue
        for entry, line in zip(written, written.lines, strict=True):
            if not isinstance(entry, str) or not fits(entry) or entry == root.get("name"):
                defects.append(Defect(line, f"`{shorten(entry)}` does not belong in `{field}`; {ADVICE[field]}"))


def is_name(written: object) -> bool:
    """Whether it may be a pack's name."""
    return isinstance(written, str) and len(written) <= MAX_NAME and NAME.fullmatch(written) is not None


def _is_line(written: object) -> bool:
    return isinstance(written, str) and 0 < len(written.strip()) <= MAX_LINE and "\n" not in written


def _is_title(written: object) -> bool:
    if not isinstance(written, dict):
        return _is_line(written)
    return bool(written) and all(is_language(name) and _is_line(said) for name, said in written.items())


def build(root: Mapping[str, Any], folder: Path, *, shipped: bool = False, module: str = "") -> Pack:
    """The pack that a checked mapping describes."""
    languages = tuple(root["languages"])
    return Pack(
        root["name"],
        folder,
        title_of(root["title"], languages),
        languages,
        root.get("licence", ""),
        root.get("version", ""),
        root.get("author", ""),
        tuple(root.get("needs", ())),
        tuple(root.get("was", ())),
        shipped,
        module,
    )


def title_of(written: str | Mapping[str, str], languages: tuple[str, ...]) -> Text:
    """A title that is written once, or in each language."""
    return Text.of({languages[0]: written} if isinstance(written, str) else written)
