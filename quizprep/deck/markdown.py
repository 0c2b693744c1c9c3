r"""Markdown decks: notes with questions in them, read as the mapping that a chapter's YAML would be. Imports yaml.

Read are ``Q:``/``A:`` and ``C: … [gap]`` (as hashcards has them), ``question::answer``, ``question:::answer`` for both
ways, a ``?`` or ``??`` on a line between question and answer, and ``==gaps==`` in a text, with their ``^[hint]`` and
``[^1]`` (as the plugin for spaced repetition of Obsidian has them), and blocks of YAML between fences, which hold
questions as a chapter does. The first heading is the chapter, those below it are topics. Everything else is prose, and
no question.

Every step takes time in proportion to the length: what a stranger wrote must not make the reading slow.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from quizprep import strict_yaml
from quizprep.deck.pack_file import in_words, slug
from quizprep.formatting import shorten
from quizprep.strict_yaml import Defect, YamlList, YamlMapping
from quizprep.text import normalise_word

SUFFIX = ".md"
MAX_CARDS = 20_000  # of one file
MAX_NAMED = 1_000  # places of one file that are no questions, or are twice there
MAX_GAPS = 100  # of one text
MAX_YAML = 2**21  # characters of all its blocks of YAML
MAX_LINE = 20_000  # characters
LONGEST_WORD = 60  # characters of a gap that is to be typed
MAX_POINTS = 9  # of a list that is an answer
GAP = "[…]"
_ID_WORDS = 5  # of a question, at the beginning of an id that is made from it

_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_RULE = re.compile(r"(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)")
_TAG = re.compile(r"(?:\*\*)?([QAC]):(?:\*\*)?(?:[ \t]+|$)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,4}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_MADE_OF_QUESTIONS = re.compile(r"^[ \t]*(?:-[ \t]+)?(?:kind|questions)[ \t]*:", re.MULTILINE)
_NAMED = re.compile(r"(?:title|name)[ \t]*[:=][ \t]*(\S.*)")
_ID = re.compile(r"[ \t]*id[ \t]*:[ \t]*(\S+)[ \t]*")
_BLOCK_ID = re.compile(r"[ \t]\^([A-Za-z0-9-]{1,80})[ \t]*$")
_APART = re.compile(r"[^a-z0-9]+")
# What is left alone where marks are looked for; each stops at the end of its line or at what it begins with.
_FORMULA = r"\\\([^\n\\]*(?:\\[^()\n][^\n\\]*)*\\\)|\$\$[^$]+\$\$|\$(?=\S)[^$\n]+?(?<=\S)\$(?!\d)"
_LINK = r"!?\[\[[^\[\]\n]*\]\]|!?\[[^\[\]\n]*\]\([^()\s]*\)"
_LEFT_ALONE = re.compile(rf"{_FORMULA}|\\.|`[^`\n]*`|{_LINK}")
# Behind a gap of the plugin for Obsidian: a hint, and which gaps are asked at once.
_SAID_OF_GAP = re.compile(r"(?:\^\[([^\[\]\n]{0,200})\])?(?:\[\^(\d{1,3}|[ash]{1,100})\])?")
_DECK_TAG = re.compile(r"(?<!\S)#flashcards?(?:/[\w/-]*)?(?!\S)[ \t]*", re.IGNORECASE)  # the plugin's mark of a card
_BRACKETS = re.compile(r"\[([^\[\]]+)\]")
_TEMPLATE = re.compile(r"\{(\w+)\}")
_EMPHASIS = re.compile(  # not the stars of 2*3*4
    r"(?<![a-z0-9])\*{2,3}(?=[^\s*])([^*\n]*[^\s*])\*{2,3}(?![0-9])|(?<!\w)\*(?=[^\s*])([^*\n]*[^\s*])\*(?!\w)"
    r"|(?<!\w)_{1,2}(?=[^\s_])([^_\n]*[^\s_])_{1,2}(?!\w)",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)


class Read(NamedTuple):
    """What a file holds: the mapping of its chapter, what is wrong with it, and what looks like a question and is none.

    ``titles`` are the headings, by the names that they give to the chapter and to topics.
    """

    root: YamlMapping | None
    defects: list[Defect]
    unread: list[Defect]
    titles: dict[str, str]


def read(content: bytes, stem: str) -> Read:
    """The questions of a Markdown file. ``stem`` names the chapter where no heading does."""
    text, defects = strict_yaml.decoded(content)
    if defects:
        return Read(None, defects, [], {})
    return _Reader(text, stem).read()


class _Block(NamedTuple):
    """Some lines that belong together, from ``line`` on: ``heading``, ``rule``, ``fence`` or ``text``."""

    kind: str
    line: int
    lines: list[str]
    mark: str = ""  # the language of a fence, the signs of a heading


class _Tagged:
    """A question begun with ``Q:`` or ``C:``, until the next one, a heading or a rule ends it."""

    def __init__(self, tag: str, line: int, first: str) -> None:
        self.tag, self.line, self.end = tag, line, line
        self.sides: dict[str, list[str]] = {tag: [first]}
        self._last = self.sides[tag]

    def answer(self, line: int, first: str) -> None:
        self._last = self.sides["A"] = [first]
        self.end = line

    def add(self, line: int, lines: Sequence[str]) -> None:
        self._last.extend(lines)
        self.end = line + len(lines) - 1

    def text(self, tag: str) -> str:
        return "\n".join(self.sides.get(tag, ())).strip()


class _TooMuchError(Exception):
    """The file holds more than is read of one; ``defect`` says what."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.defect = Defect(line, problem)


class _Reader:
    def __init__(self, text: str, stem: str) -> None:
        self.text, self.stem = text, stem
        self.defects: list[Defect] = []
        self.unread: list[Defect] = []
        self.questions = YamlList(line=1)
        self.chapter = ""
        self.topic = ""
        self.titles: dict[str, str] = {}
        self.open: _Tagged | None = None
        self.marks: deque[tuple[int, str]] = deque()  # ids given in comments, with their lines, that none has taken
        self.used: dict[str, int] = {}  # ids made from texts, and where
        self.repeated: Counter[str] = Counter()  # how often the same gap came again
        self.yaml = 0  # characters of its blocks

    def read(self) -> Read:
        lines, first = self._lines()
        try:
            for block in _blocks(lines, first):
                self._take(block)
            self._close()
        except _TooMuchError as error:
            self.defects.append(error.defect)
        for line, id in self.marks:
            self.unread.append(
                Defect(line, f"the id `{shorten(id, 60)}` stands at no question; put it right above one")
            )
        if not self.questions and not self.defects:
            problem = "holds no questions; write `Q: ...` and `A: ...`, or keep notes in a folder of their own"
            self.defects.append(Defect(1, problem))
        root = YamlMapping(line=1)
        _set(root, "chapter", self.chapter or slug(self.stem), 1)
        _set(root, "questions", self.questions, 1)
        return Read(root, self.defects, sorted(self.unread), self.titles)

    # --- lines and blocks -----------------------------------------------------------------

    def _lines(self) -> tuple[list[str], int]:
        """The lines without comments and front matter, and the number of the first."""
        lines = self._without_comments().replace("\r\n", "\n").split("\n")
        if lines[0].rstrip() not in ("---", "+++"):
            return lines, 1
        end = next((place for place in range(1, min(len(lines), 200)) if lines[place].rstrip() == lines[0].rstrip()), 0)
        named = (match[1] for line in lines[1:end] if (match := _NAMED.fullmatch(line.rstrip())))
        if said := next(named, "").strip("\"' "):
            self.chapter = self._heading(said)
        return lines[end + 1 :] if end else lines, end + 2 if end else 1

    def _without_comments(self) -> str:
        """The text with nothing where comments were, but for the ends of their lines; ids in them are kept."""
        pieces, end, line = [], 0, 1
        while (start := self.text.find("<!--", end)) >= 0:
            close = self.text.find("-->", start)
            if close < 0:
                break
            line += self.text.count("\n", end, start)
            if match := _ID.fullmatch(self.text, start + 4, close):
                self.marks.append((line, match[1]))
            inside = self.text.count("\n", start, close)
            pieces += [self.text[end:start], "\n" * inside]
            line += inside
            end = close + 3
        return "".join([*pieces, self.text[end:]])

    def _take(self, block: _Block) -> None:
        if block.kind == "heading":
            self._close()
            name = self._heading(block.lines[0])
            if block.mark == "#" and not self.chapter and not self.topic and not self.questions:
                self.chapter = name
            else:
                self.topic = name
        elif block.kind == "rule":
            self._close()
        elif block.kind == "fence":
            body = "\n".join(block.lines[1:-1])
            if block.mark in ("yaml", "yml") and _MADE_OF_QUESTIONS.search(body):
                self._close()
                self._take_yaml(body, block.line)
            elif self.open:
                self.open.add(block.line + 1, [line if "`" in line else f"`{line}`" for line in block.lines[1:-1]])
        else:
            self._take_text(block)

    def _heading(self, written: str) -> str:
        said = shorten(_plain(written.rstrip("# \t")), 100)
        name = slug(said)
        if in_words(name) != said:
            self.titles.setdefault(name, said)
        return name

    def _take_text(self, block: _Block) -> None:
        """A paragraph: tagged lines, more of what is open, or a question in another way of writing."""
        long = next((place for place, line in enumerate(block.lines) if len(line) > MAX_LINE), None)
        if long is not None:
            self._close()
            self.unread.append(Defect(block.line + long, f"a line of more than {MAX_LINE:,} characters; break it"))
            return
        first = next((place for place, line in enumerate(block.lines) if _TAG.match(line)), len(block.lines))
        loose = block.lines[:first]
        if loose and self.open and not _is_question(loose):
            self.open.add(block.line, ["", *loose])
            self.open.end = block.line + len(loose) - 1
        elif loose:
            self._close()
            self._take_loose(loose, block.line)
        for place in range(first, len(block.lines)):
            line, number = block.lines[place], block.line + place
            tag = _TAG.match(line)
            if tag is None:
                if self.open:
                    self.open.add(number, [line])
            elif tag[1] == "A":
                if self.open and self.open.tag == "Q" and "A" not in self.open.sides:
                    self.open.answer(number, line[tag.end() :])
                else:
                    self.unread.append(Defect(number, "`A:` without a `Q:` above it; write the question there"))
            else:
                self._close()
                self.open = _Tagged(tag[1], number, line[tag.end() :])

    def _close(self) -> None:
        card, self.open = self.open, None
        if card is None:
            return
        if card.tag == "C":
            if not self._add_gaps(card.text("C"), card.line, card.end, brackets=True):
                self._pass_by(card.line, card.end, "`C:` without a gap; put what is asked in [brackets]")
        elif not card.text("Q") or not card.text("A"):
            problem = "`Q:` without `A:`; write the answer below it"
            if not card.text("Q"):
                problem = "`Q:` without a text; write what is asked"
            self._pass_by(card.line, card.end, problem)
        else:
            self._add_card(card.text("Q"), card.text("A"), card.line, card.end)

    def _take_loose(self, lines: list[str], line: int) -> None:
        """A paragraph with no tag in it: sides apart by a line, by ``::``, or gaps."""
        lines = [_DECK_TAG.sub("", each) if "#" in each else each for each in lines]
        for place, each in enumerate(lines):
            if each.strip() in ("?", "??") and len(lines) > 1:
                asked, answer = "\n".join(lines[:place]).strip(), "\n".join(lines[place + 1 :]).strip()
                if asked and answer:
                    self._add_card(asked, answer, line, line + len(lines) - 1, both=each.strip() == "??")
                else:
                    end = line + len(lines) - 1
                    self._pass_by(line + place, end, "`?` without a text above and below it; write both sides")
                return
        for number, part in _parts(lines, line):
            end = number + part.count("\n")
            sides = _sides(part)
            if sides is None:
                self._add_gaps(part, number, end)
            elif sides[0].strip() and sides[2].strip():
                self._add_card(sides[0].strip(), sides[2].strip(), number, end, both=sides[1] == ":::")
            else:
                problem = f"`{sides[1]}` without a text on both sides; write them, or put code between `ticks`"
                self._pass_by(number, end, problem)

    def _pass_by(self, line: int, end: int, problem: str) -> None:
        """What looks like a question and is none, with the id that it was given."""
        self._given_id(line, end)
        self.unread.append(Defect(line, problem))
        if len(self.unread) > MAX_NAMED:
            raise _TooMuchError(line, f"more than {MAX_NAMED:,} places up to here are no questions; mend them first")

    # --- questions ------------------------------------------------------------------------

    def _add_card(self, asked: str, answer: str, line: int, end: int, *, both: bool = False) -> None:
        """A plain card: think, look, say what you had; ``both`` ways."""
        asked, own = _block_id(asked)
        answer, other = _block_id(answer)
        id = self._given_id(line, end) or other or own or self._made_id(asked, line)
        self._add(id, line, prompt=_prose(asked), points=_points(answer, line))
        if both:
            self._add(f"{id}-reverse", line, prompt=_prose(answer), points=_points(asked, line))

    def _add_gaps(self, text: str, line: int, end: int, *, brackets: bool = False) -> bool:
        """A question for each gap of a text, which shows the others; whether it has any."""
        found = _in_brackets(text) if brackets else _highlighted(text)
        if not found:
            return False
        if len(found) > MAX_GAPS:
            self._pass_by(line, end, f"more than {MAX_GAPS} gaps in a text; split it")
            return True
        if any(gap.order.isalpha() for gap in found):
            self._pass_by(
                line, end, "gaps that hide one another, [^ash], are not read; write each as a text of its own"
            )
            return True
        text, own = _block_id(text)
        given = self._given_id(line, end) or own
        pieces, start = [], 0
        together: dict[str, list[int]] = {}  # places of the gaps that are asked at once
        for place, gap in enumerate(found):
            pieces += [text[start : gap.start], gap.inside]
            start = gap.end
            together.setdefault(gap.order or f"alone {place}", []).append(place)
        pieces.append(text[start:])
        whole = "".join(pieces).strip()
        for count, places in enumerate(together.values(), start=1):
            opened = list(pieces)
            for place in places:
                opened[2 * place + 1] = f"[{found[place].hint}]" if found[place].hint else GAP
            shown, inside = "".join(opened), [found[place].inside for place in places]
            id = given and (given if len(together) == 1 else f"{given}-{count}")
            id = id or self._made_id("\0".join([whole, *inside]), line, again=True)
            answer = _plain(inside[0])
            typed = len(answer) <= LONGEST_WORD and not any(mark in answer for mark in ("$", "\n", "![]("))
            if len(inside) > 1:
                points = _listed(map(_prose, inside), line)
                self._add(id, line, prompt=_prose(shown.strip()), points=points, explain=_prose(whole))
            elif typed and normalise_word(answer):
                accept = YamlList(line=line)
                accept.append(answer)
                accept.lines.append(line)
                self._add(id, line, prompt=_prose(shown.strip()), accept=accept, explain=_prose(whole))
            else:
                points = _points(inside[0], line)
                self._add(id, line, prompt=_prose(shown.strip()), points=points, explain=_prose(whole))
        return True

    def _add(self, id: str, line: int, **fields: Any) -> None:
        if len(self.questions) >= MAX_CARDS:
            raise _TooMuchError(line, f"more than {MAX_CARDS:,} questions up to here; split the file")
        entry = YamlMapping(line=line)
        _set(entry, "id", id, line)
        _set(entry, "kind", "word" if "accept" in fields else "recall", line)
        if self.topic:
            _set(entry, "covers", self._covers(line), line)
        for name, value in fields.items():
            _set(entry, name, value, line)
        self.questions.append(entry)
        self.questions.lines.append(line)

    def _take_yaml(self, body: str, line: int) -> None:
        """The questions of a block between fences; ``line`` is that of the fence above it."""
        self.yaml += len(body)
        if self.yaml > MAX_YAML:
            self.defects.append(Defect(line, f"more than {MAX_YAML:,} characters of YAML up to here; split the file"))
            return
        root, defects = strict_yaml.read(body.encode())
        self.defects += [Defect(line + defect.line, defect.message) for defect in defects]
        if root is None:
            return
        _move(root, line)
        entries = root.get("questions") if isinstance(root, YamlMapping) and "questions" in root else root
        if isinstance(entries, YamlMapping):
            alone = YamlList(line=entries.line)
            alone.append(entries)
            alone.lines.append(entries.line)
            entries = alone
        if not isinstance(entries, YamlList):
            self.defects.append(Defect(line, "this block is no question; write its fields, `name: value`"))
            return
        for entry, number in zip(entries, entries.lines, strict=True):
            if isinstance(entry, YamlMapping):
                given = self._given_id(number, number)
                if "id" not in entry:
                    _set(entry, "id", given or self._made_id(_said(entry.get("prompt")), number), number)
                if "covers" not in entry and self.topic:
                    _set(entry, "covers", self._covers(number), number)
            self.questions.append(entry)
            self.questions.lines.append(number)

    def _covers(self, line: int) -> YamlList:
        covers = YamlList(line=line)
        covers.append(self.topic)
        covers.lines.append(line)
        return covers

    # --- ids ------------------------------------------------------------------------------

    def _given_id(self, line: int, end: int) -> str:
        """The id that a comment in these lines or above them gives; "" for none."""
        marks = []
        while self.marks and self.marks[0][0] <= end:
            marks.append(self.marks.popleft())
        for where, id in marks[:-1]:
            problem = f"the id `{shorten(id, 60)}` stands at no question; put it right above one"
            self.unread.append(Defect(where, problem))
        return marks[-1][1] if marks else ""

    def _made_id(self, text: str, line: int, *, again: bool = False) -> str:
        """An id from what is asked. The same question twice is a defect, unless they may come ``again``: as gaps."""
        said = " ".join(unicodedata.normalize("NFC", text).split())
        letters = unicodedata.normalize("NFKD", said[:200]).encode("ascii", "ignore").decode().lower()
        words = "-".join(_APART.sub(" ", letters).split()[:_ID_WORDS])[:40].strip("-")
        digest = hashlib.blake2b(said.encode(), digest_size=5).hexdigest()
        id = f"{words or 'card'}-{digest}"
        if id in self.used and not again:
            advice = "change one, or give each an id in a comment above it, `<!-- id: ... -->`"
            self.defects.append(Defect(line, f"the question of line {self.used[id]} again; {advice}"))
            if len(self.defects) > MAX_NAMED:
                raise _TooMuchError(line, f"more than {MAX_NAMED:,} defects up to here; mend them first")
        elif id in self.used:
            self.repeated[id] += 1
            id = f"{id}-{self.repeated[id] + 1}"
        self.used.setdefault(id, line)
        return id


# --- pieces of text -----------------------------------------------------------------------


def _blocks(lines: list[str], first: int) -> Iterator[_Block]:
    """Headings, rules, what is between fences, and paragraphs."""
    paragraph: list[str] = []
    place = 0

    def flush(end: int) -> Iterator[_Block]:
        if paragraph:
            yield _Block("text", first + end - len(paragraph), list(paragraph))
            paragraph.clear()

    while place < len(lines):
        line = lines[place]
        fence = _FENCE.match(line)
        if fence:
            yield from flush(place)
            close = place + 1
            while close < len(lines) and not lines[close].strip().startswith(fence[1]):
                close += 1
            yield _Block("fence", first + place, lines[place : close + 1], fence[2].lower())
            place = close
        elif not line.strip():
            yield from flush(place)
        elif heading := _HEADING.fullmatch(line.rstrip()):
            yield from flush(place)
            yield _Block("heading", first + place, [heading[2]], heading[1])
        elif _RULE.fullmatch(line.strip()):
            yield from flush(place)
            yield _Block("rule", first + place, [])
        else:
            paragraph.append(line)
        place += 1
    yield from flush(len(lines))


def _parts(lines: list[str], line: int) -> Iterator[tuple[int, str]]:
    """The entries of a list, lines with two sides, and what else is between them, each with its line."""
    gathered: list[str] = []
    start = line
    for number, written in enumerate(lines, line):
        item = _ITEM.match(written)
        apart = item is not None or _sides(written) is not None
        if apart and gathered:
            yield start, "\n".join(gathered)
            gathered = []
        if not gathered:
            start = number
        gathered.append(written[item.end() :] if item else written.strip())
        if apart and item is None:
            yield start, "\n".join(gathered)
            gathered = []
    if gathered:
        yield start, "\n".join(gathered)


def _is_question(lines: list[str]) -> bool:
    """Whether a paragraph behind an answer is a question of its own, and no more of the answer."""
    return any(line.strip() in ("?", "??") or _sides(line) or _highlighted(line) for line in lines)


def _masked(text: str) -> str:
    """The text with code, formulas and links blotted out; as long as it was."""
    return _LEFT_ALONE.sub(lambda match: " " * len(match[0]), text)


def _sides(text: str) -> tuple[str, str, str] | None:
    """What stands before and behind the first ``::`` or ``:::``, and which it is."""
    if "::" not in text:
        return None
    found = re.search(r":{2,}", _masked(text))
    if found is None or len(found[0]) > 3:
        return None
    return text[: found.start()], found[0], text[found.end() :]


class _Gap(NamedTuple):
    start: int
    end: int
    inside: str
    hint: str = ""
    order: str = ""  # gaps of one number are asked at once; of letters, one for each question, what becomes of the gap


def _highlighted(text: str) -> list[_Gap]:
    """The gaps between ``==`` and ``==``; a first one that fits no second opens nothing."""
    if "==" not in text:
        return []
    masked = _masked(text)
    found, opened = [], None
    for match in re.finditer(r"={2,}", masked):
        start, end = match.span()
        if end - start > 2:
            opened = None
        elif opened is not None and start > opened and not text[start - 1].isspace():
            said = _SAID_OF_GAP.match(text, end)
            hint, order = (said[1] or "", said[2] or "") if said else ("", "")
            found.append(_Gap(opened - 2, said.end() if said else end, text[opened:start], hint.strip(), order))
            opened = None
        elif end < len(text) and not text[end].isspace():
            opened = end
    return found


def _in_brackets(text: str) -> list[_Gap]:
    return [_Gap(*match.span(), text[match.start(1) : match.end(1)]) for match in _BRACKETS.finditer(_masked(text))]


def _block_id(text: str) -> tuple[str, str]:
    """A text without the name that Obsidian gives to its paragraph, and that name where it may be an id."""
    match = _BLOCK_ID.search(text[-100:])
    if match is None:
        return text, ""
    return text[: len(text) - len(match[0])], match[1] if match[1] == slug(match[1]) else ""


def _points(text: str, line: int) -> YamlList:
    """The key points of an answer: the entries of a list, else all of it."""
    lines = [each for each in text.split("\n") if each.strip()]
    entries = [_prose(_ITEM.sub("", each, count=1)) for each in lines if _ITEM.match(each)]
    entries = list(dict.fromkeys(entry for entry in entries if entry))
    if len(lines) < 2 or not 1 < len(entries) <= MAX_POINTS or sum(map(bool, map(_ITEM.match, lines))) < len(lines):
        entries = [_prose(text)]
    return _listed(entries, line)


def _listed(texts: Iterable[str], line: int) -> YamlList:
    entries = list(dict.fromkeys(texts))
    points = YamlList(line=line)
    points.extend(entries)
    points.lines.extend([line] * len(entries))
    return points


def _prose(text: str) -> str:
    r"""Markdown as a text of ours: formulas between dollar signs, everything else as it is read.

    >>> _prose(r"**Bold** {x} for \$5, \(a_1\) and ==$b$==")
    'Bold {{x}} for \\$5, $a_1$ and $b$'
    """
    return _mapped(text, lambda plain: _TEMPLATE.sub(r"{{\1}}", plain).replace("$", "\\$"))


def _plain(text: str) -> str:
    """Markdown as a text in which nothing is read but formulas."""
    return _mapped(text, lambda plain: plain)


def _mapped(text: str, prose: Callable[[str], str]) -> str:
    text = _BREAK.sub("\n", text)
    start, unmarked = 0, []
    for gap in _highlighted(text):
        unmarked += [text[start : gap.start], gap.inside]
        start = gap.end
    text = "".join([*unmarked, text[start:]])
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        whole = match[0]
        if whole[0] == "`":
            kept.append(prose(whole[1:-1]))
        elif whole[0] == "$":
            kept.append(" ".join(whole.split()))
        elif whole.startswith("\\("):
            kept.append(f"${whole[2:-2].strip()}$")
        elif whole[0] == "\\":
            kept.append(prose(whole[1]) if not whole[1].isalnum() else prose(whole))
        elif whole[:3] == "![[":
            kept.append(f"![]({whole[3:-2].partition('|')[0]})")
        elif whole[0] == "!":
            kept.append(f"![]({whole[whole.index('](') + 2 : -1]})")
        elif whole[:2] == "[[":
            kept.append(prose(whole[2:-2].rpartition("|")[2]))
        else:
            kept.append(prose(whole[1 : whole.index("](")]))
        return "\ufffc"

    bare = _LEFT_ALONE.sub(keep, text.replace("\ufffc", ""))
    bare = _EMPHASIS.sub(lambda match: match[1] or match[2] or match[3], bare)
    pieces = bare.split("\ufffc")
    joined = [prose(pieces[0])]
    for between, piece in zip(kept, pieces[1:], strict=True):
        joined += [between, prose(piece)]
    return "\n".join(line.rstrip() for line in "".join(joined).strip().split("\n"))


# --- YAML ---------------------------------------------------------------------------------


def _set(mapping: YamlMapping, name: str, value: Any, line: int) -> None:
    mapping[name] = value
    mapping.lines[name] = line


def _said(prompt: Any) -> str:
    return "\n".join(map(str, prompt.values())) if isinstance(prompt, YamlMapping) else str(prompt)


def _move(value: Any, by: int) -> None:
    """Lines of a value that was read alone, as the whole file has them."""
    if isinstance(value, YamlMapping):
        value.line += by
        value.lines = {name: line + by for name, line in value.lines.items()}
        for each in value.values():
            _move(each, by)
    elif isinstance(value, YamlList):
        value.line += by
        value.lines = [line + by for line in value.lines]
        for each in value:
            _move(each, by)
