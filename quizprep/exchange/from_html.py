r"""HTML of a card → prose of ours: text with ``$...$``, where a terminal can show it, and what stands for the rest.

Every step takes time in proportion to the length: what a stranger wrote must not make the reading slow.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from quizprep.formatting import visible
from quizprep.formula.symbols import subscript, superscript
from quizprep.frozen import frozen

_CLOSERS = {
    "\\(": "\\)", "\\[": "\\]", "[$]": "[/$]", "[$$]": "[/$$]", "[latex]": "[/latex]",
    "<anki-mathjax": "</anki-mathjax>",
}  # fmt: skip
_DELIMITER = re.compile(r"\\[()\[\]]|\[/?\$\$?\]|\[/?latex\]|<anki-mathjax[^<>]*>|</anki-mathjax>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*+)([^<>]*+)>")
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SOUND = re.compile(r"\[sound:([^\[\]\n]*)\]|\[anki:play:[^\[\]\n]*\]|\[/?anki:tts[^\[\]\n]*\]")
_MATHS = re.compile(r"\\(?:begin|end)\{(?:math|displaymath|equation\*?)\}")
_NAME = re.compile(r"\{(\w+)\}")
_BLOCKS = frozenset(
    "address article blockquote center dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li ol p pre section "
    "table tr ul".split()
)
_SKIPPED = frozenset(("script", "style", "svg", "object", "head", "title"))


@frozen
class Prose:
    """A text, with the pictures that it names and what of it cannot be shown."""

    text: str
    pictures: tuple[str, ...] = ()
    unshown: tuple[str, ...] = ()


_NOTHING = Prose("")


def prose(content: str) -> Prose:
    r"""HTML with MathJax or LaTeX as prose of ours.

    >>> prose("<div>a &lt; b</div><div>\\(x^2\\) costs $5</div>").text
    'a < b\n$x^2$ costs \\$5'
    """
    if not content:
        return _NOTHING
    reader = _Reader()
    for part, is_formula in _formulas(content):
        if is_formula:
            reader.formula(part)
        else:
            reader.prose(part)
    return Prose(_tidied("".join(reader.pieces)), tuple(dict.fromkeys(reader.pictures)), tuple(reader.unshown))


def _formulas(content: str) -> Iterator[tuple[str, bool]]:
    """The parts of the text, each with whether it is a formula."""
    place, opened, closer = 0, -1, ""
    for match in _DELIMITER.finditer(content):
        found = match[0].lower()
        if opened < 0:
            key = "<anki-mathjax" if found.startswith("<anki-mathjax") else found
            if key in _CLOSERS:
                yield content[place : match.start()], False
                place, opened, closer = match.start(), match.end(), _CLOSERS[key]
        elif found == closer:
            yield content[opened : match.start()], True
            place, opened = match.end(), -1
    yield content[place:], False


class _Reader:
    """Takes parts of a text in order."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.pictures: list[str] = []
        self.unshown: list[str] = []
        self._skipped = ""  # the tag inside of which nothing is text
        self._raised: list[tuple[str, int]] = []  # tags of scripts that are open, and where their text begins

    def formula(self, content: str) -> None:
        """A formula between dollar signs; one that is empty is left out."""
        text = html.unescape(_TAG.sub(" ", content))
        text = " ".join(visible(_MATHS.sub(" ", text.strip().strip("$"))).split())  # LaTeX brings its dollars along
        text = re.sub(r"(?<!\\)\$", r"\\$", text).rstrip("\\")
        if text and not self._skipped:
            before = next(filter(None, reversed(self.pieces)), "")
            joined = before.lstrip().startswith("$") or before.endswith("\\")  # $a$$b$ and \$a$ are read otherwise
            self.pieces.append(f" ${text}$" if joined else f"${text}$")

    def prose(self, content: str) -> None:
        """HTML without formulas."""
        place = 0
        content = _without_comments(content)
        for match in _TAG.finditer(content):
            self._text(content[place : match.start()])
            place = match.end()
            name = match[2].lower()
            if self._skipped:
                if match[1] and name == self._skipped:
                    self._skipped = ""
            elif match[1]:
                self._close(name)
            else:
                self._open(name, match[3])
        self._text(content[place:])

    def _text(self, content: str) -> None:
        if self._skipped or not content:
            return
        pieces, place = [], 0
        for match in _SOUND.finditer(content):
            pieces.append(_plain(content[place : match.start()]))
            place = match.end()
            if match[1]:
                self.unshown.append(_plain(match[1]))
                pieces.append(f" ♪ {_plain(match[1])} ")
        self.pieces += [*pieces, _plain(content[place:])]

    def _open(self, name: str, attributes: str) -> None:
        if name in _SKIPPED:
            if not attributes.endswith("/"):
                self._skipped = name
            if name in ("svg", "object"):
                self.unshown.append(name)
        elif name == "img":
            found = _SOURCE.search(attributes)
            picture = unquote(html.unescape(next(filter(None, found.groups()), ""))) if found else ""
            if picture:
                self.pictures.append(picture)
                self.pieces.append(f" ![]({PICTURE}{len(self.pictures) - 1}{PICTURE}) ")
        elif name in ("audio", "video", "iframe", "embed"):
            self.unshown.append(name)
        elif name in ("sup", "sub"):
            self._raised.append((name, len(self.pieces)))
        elif name in ("td", "th"):
            self.pieces.append(" | ")
        elif name == "br" or name in _BLOCKS:
            self.pieces.append("\n• " if name == "li" else "\n")

    def _close(self, name: str) -> None:
        if name in ("sup", "sub") and self._raised and self._raised[-1][0] == name:
            _, begun = self._raised.pop()
            text = "".join(self.pieces[begun:]).strip()
            moved = superscript(text) if name == "sup" else subscript(text)
            mark = "^" if name == "sup" else "_"
            self.pieces[begun:] = [moved or (f"{mark}({text})" if len(text) > 1 else f"{mark}{text}")] if text else []
        elif name in _BLOCKS:
            self.pieces.append("\n")


PICTURE = "\ue000"  # a character that no text has by now stands around the number of a picture


def _without_comments(content: str) -> str:
    pieces, place = [], 0
    while (begun := content.find("<!--", place)) >= 0:
        pieces.append(content[place:begun])
        ended = content.find("-->", begun)
        if ended < 0:
            return "".join(pieces)
        place = ended + 3
    return "".join([*pieces, content[place:]])


def _plain(content: str) -> str:
    """Text of a page as a text of ours: nothing in it is read as a formula or as a number to be drawn."""
    text = visible(html.unescape(content).replace("\r", "").replace("\u200b", "")).replace(PICTURE, "")
    return _NAME.sub(r"{{\1}}", text.replace("$", "\\$"))


def _tidied(text: str) -> str:
    """Lines without spaces around them, and none that is empty."""
    return "\n".join(line for written in text.split("\n") if (line := " ".join(written.split())))
