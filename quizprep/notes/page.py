"""A note as pieces of text that may hold formulas: Markdown, LaTeX, notebooks, the text of a PDF.

A page is read once, line by line, and every line is looked at a bounded number of times, so that the time grows with
the length of the page and with nothing else. Code, HTML and comments are no pieces; their lines count all the same.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence

from quizprep.errors import LearnerError
from quizprep.frozen import frozen
from quizprep.notes.macros import expanded, macros_of, without_definitions
from quizprep.text import Text

LONGEST_LINE = 12_000  # characters of a line that is looked at: a longer one is data
LONGEST_DISPLAY = 100  # lines of a formula between its marks; one that does not end there was never begun
NEAR = 4  # lines of text before a piece, and behind it, that say what it is about

_NOTEBOOK, _LATEX, _RESTRUCTURED = ".ipynb", (".tex", ".latex", ".sty"), ".rst"
_ITALICS = (*range(0x1D400, 0x1D538), *range(0x1D56C, 0x1D7CB))  # letters in fonts, but for 𝔼 and its like
_LIGATURES = str.maketrans(
    {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\f": " ", "\u00a0": " ", "\u00ad": ""}
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "")  # of no width
    | {"∥": "‖", "ˉ": "\u0304", "ℎ": "h"}
    | {letter: unicodedata.normalize("NFKC", letter) for letter in map(chr, _ITALICS)}
)
_FENCE = re.compile(r"[ \t>]*(?P<mark>`{3,}|~{3,})[ \t]*\{?\.?(?P<language>[\w+-]*)")
_MATHEMATICS = ("math", "latex", "tex", "katex")
_PLAIN_FENCES = ("", "text", "txt", "plain", "plaintext", "md", "markdown")
#: Boxes of notes, which are written as any other text: ```{note}, ```ad-definition.
_BOX = re.compile(
    r"ad-[\w-]+|note|tip|hint|warning|important|caution|attention|danger|seealso|admonition|margin|sidebar|topic|dropdown"
    r"|definition|theorem|lemma|corollary|proof|example|remark|prf"
)
_DIRECTIVE = re.compile(r"(?P<indent>\s*)\.\.\s+(?P<name>[\w-]+)::(?P<argument>.*)$")
_OPTION = re.compile(r"\s*:[\w-]+:(?:\s.*)?$")
_ROLE = re.compile(r":math:`(?P<formula>[^`]+)`")
_IN_A_COMMENT = re.compile(r"(?<!\$)\$\$(?!\$)(?P<of>[^$]*(?:=|\\[A-Za-z])[^$]*)\$\$")
_NO_TEXT = ("code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "raw", "image", "figure", "doctest")
_TITLE_MARKS = re.compile(r"(?P<mark>[~^\"'*+#:.])(?P=mark){2,}\s*$")
_ENVIRONMENTS = "equation|align|aligned|alignat|gather|gathered|multline|eqnarray|displaymath|math|split|flalign"
#: Marks of page generators that stand for two dollars: {% math %} ... {% endmath %}, {{< katex >}} ... {{< /katex >}}.
_SHORTCODE = re.compile(
    r"\{%-?\s*(?:end)?(?:katex|math)\s*-?%\}|\{\{[<%]\s*/?\s*(?:katex|mathjax|math|latex|tex)\b[^{}<>%]{0,80}[>%]\}\}"
)
_OPENS = re.compile(  # a table of rows is a display where its line begins with it
    r"(?<!\\)\$\$|(?P<escaped>(?<!\\)\\\\\[(?!\s*-?[\d.]+\s*(?:em|ex|pt|mm|cm)\]))"
    rf"|(?<!\\)\\\[|\\begin\{{(?P<environment>(?:{_ENVIRONMENTS})\*?)\}}(?:\{{\d+\}})?"
    r"|^\s*\\begin\{(?P<table>array)\}(?:\[[a-z| ]*\])?(?:\{[lcr| ]*\})?"
)
#: LaTeX in Markdown that takes every backslash before a sign for its own: \\\\[ p(x \\| y) \\\\].
_ESCAPED_INLINE = re.compile(r"(?<!\\)\\\\\((?P<formula>(?:(?!\\\\[()]).){1,600})\\\\\)")
_ESCAPED_SIGN = re.compile(r"\\{2,4}(?=\s|$)|\\\\(?=\S)|\\(?P<sign>[_*|()\[\]])")
_COVERED = re.compile(r"``[^`]*``|`[^`]*`")
_HIDDEN = re.compile(
    r"<!--|<(?P<tag>script|style|pre|svg|code)\b[^<>]{0,300}>"
    r"|\\begin\{(?P<verbatim>verbatim|lstlisting|minted|tikzpicture|thebibliography)\*?\}",
    re.IGNORECASE,
)
_SUBSCRIPTS = re.compile(r"<su(?P<which>[bp])>(?P<script>[^<>]{1,40})</su[bp]>", re.IGNORECASE)
_RAISED_OVER_LOWERED = re.compile(r"\^\{(?P<above>[^{}]+)\}\s*/\s*_\{(?P<below>[^{}]+)\}")  # <sup>1</sup>/<sub>m</sub>
_TAG = re.compile(  # not the step of a^{<t>}
    r"(?<!\^)(?<!\^\{)(?<!\^\{ )(?<!\^\{[(\[]\w[)\]])</?[a-zA-Z][a-zA-Z0-9-]{0,20}(?:\s[^<>]{0,2000})?/?>"
)
_LINK = re.compile(
    r"(?P<formula>\$[^$]+\$)|!?\[(?P<text>[^\[\]]{0,400})\]\([^()\s]{0,1000}(?:\s[^()]{0,200})?\)|https?://\S+"
)
_NAMES_WHAT_FOLLOWS = re.compile(r"[^\W\d_]{2}[^$=]*=\s*$")  # Recall = $$\frac{TP}{TP + FN}$$
_ATTRIBUTES = re.compile(
    r"\\[a-zA-Z]+\*?\[[^\[\]$]*=[^\[\]$]*\](?:\{[^{}$]*\})?"  # \includegraphics[width=...]{...}
    r"|(?<![\w$}^])\{:?\s*(?:[#.:]|[a-z-]+=)[^{}$\\]{0,200}\}|:(?:width|label|eqlabel|numref|cite)\w*:`[^`]*`"
)
_COMMENT = re.compile(r"(?<!\\)%.*")
_HEADING = re.compile(r"[ \t>]*(?P<marks>#{1,6})[ \t]+(?P<text>.+?)[ \t]*#*$")
_SECTION = re.compile(
    r"\s*\\(?P<name>part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)\*?\{(?P<text>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
)
_SECTIONS = ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph")
_NUMBERED = re.compile(r"\s*(?:\d+(?:\.\d+)*[.)]?|\(\d+\))[ \t]+(?P<text>[^\W\d][^=$]{2,60})$")
_EMPHASISED = re.compile(r"[ \t>*+-]*(?P<marks>\*\*|__|==)(?P<text>[^*_=]{2,80})(?P=marks):?[ \t]*$")
_QUOTED = re.compile(r"[ \t]*(?:>[ \t]*)+")
_UNDERLINE = re.compile(r"[ \t]*(?:={3,}|-{3,})[ \t]*$")
_FALLBACK_LEVEL = 8  # of what is a heading by its looks alone


@frozen
class Piece:
    """Text that may hold formulas, with its first line, and what stands around it.

    ``kind`` is ``display`` for LaTeX on lines of its own and ``line`` for a line of text. ``heading`` are the
    headings above it, the innermost first; ``near`` are words before and behind it.
    """

    line: int
    text: str
    kind: str
    heading: tuple[str, ...] = ()
    near: str = ""


def read_pieces(name: str, content: str) -> list[Piece]:
    """The pieces of a note in their order; ``name`` says by its ending what kind of note it is.

    Raises LearnerError for a notebook that is none.
    """
    lines = list(_lines(name, content))
    walk = _Walk(lines)
    walk.all_lines()
    texts = [(number, re.sub(r"\s+", " ", text)[:300]) for number, text in walk.said]
    return [_placed(found, heading, texts, place) for found, heading, place in walk.found]


def _placed(found: Piece, heading: tuple[str, ...], texts: Sequence[tuple[int, str]], place: int) -> Piece:
    around = texts[max(0, place - NEAR) : place + NEAR]
    return Piece(found.line, found.text, found.kind, heading, " ".join(text for _, text in around))


# --- lines -------------------------------------------------------------------------------------


def _lines(name: str, content: str) -> Iterator[tuple[int, str]]:
    """The lines of a note with their numbers, without what is no text."""
    lower = name.lower()
    if lower.endswith(_NOTEBOOK):
        yield from _notebook_lines(name, content)
        return
    latex = lower.endswith(_LATEX)
    lines = content.split("\n")
    if lower.endswith(_RESTRUCTURED):
        yield from _restructured_lines([line.rstrip("\r").translate(_LIGATURES) for line in lines])
        return
    first = _front_matter(lines)
    for number, line in enumerate(lines[first:], first + 1):
        text = line.rstrip("\r").translate(_LIGATURES)
        yield number, _COMMENT.sub("", text) if latex else text


def _restructured_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines of reStructuredText as those of Markdown: its formulas between dollars, no code, titles underlined."""
    place = 0
    while place < len(lines):
        line, number = lines[place], place + 1
        place += 1
        directive = _DIRECTIVE.match(line)
        literal = directive is None and line.rstrip().endswith("::")
        if not (literal or (directive and directive["name"] in ("math", *_NO_TEXT))):
            title = _TITLE_MARKS.match(line)
            yield number, "---" if title else _ROLE.sub(lambda found: f"${found['formula'].strip()}$", line)
            continue
        indent = len(line) - len(line.lstrip())
        body: list[tuple[int, str]] = []
        while place < len(lines) and (not lines[place].strip() or lines[place][: indent + 1].isspace()):
            body.append((place + 1, lines[place]))
            place += 1
        if directive and directive["name"] == "math":
            formula = [(number, directive["argument"])]
            formula += [(at, text) for at, text in body if not _OPTION.match(text)]
            yield from _between_dollars(formula)
        elif literal:
            yield number, line.rstrip()[:-1]


def _between_dollars(rows: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The formulas of a directive, which empty lines part."""
    for written, group in itertools.groupby(rows, key=lambda row: bool(row[1].strip())):
        if written:
            formula = list(group)
            last = len(formula) - 1
            for place, (number, text) in enumerate(formula):
                yield number, ("$$ " if place == 0 else "") + text.strip() + (" $$" if place == last else "")
        else:
            yield from group


def _front_matter(lines: Sequence[str]) -> int:
    """How many lines of settings stand before the note, between two lines of dashes."""
    if not lines or lines[0].strip() != "---":
        return 0
    return next((place + 1 for place, line in enumerate(lines[1:60], 1) if line.strip() == "---"), 0)


def _notebook_lines(name: str, content: str) -> Iterator[tuple[int, str]]:
    """The lines of a notebook's Markdown cells, with the lines of the file that they stand on."""
    try:
        notebook = json.loads(content)
        cells = notebook.get("cells") or [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]
        sources = [cell["source"] for cell in cells if cell["cell_type"] == "markdown"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LearnerError(
            Text(
                f"{name} is no Jupyter notebook; open it there and save it.",
                ko=f"{name}: 주피터 노트북이 아닙니다. 주피터에서 열어 다시 저장하세요.",
            )
        ) from error
    raw = content.split("\n")
    at = 0
    for source in sources:
        lines = source.split("\n") if isinstance(source, str) else [str(line).rstrip("\n") for line in source]
        for line in lines:
            written = [json.dumps(line, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True)]
            place = next((n for n in range(at, min(at + 400, len(raw))) if any(w in raw[n] for w in written)), None)
            if line.strip() and place is not None:
                at = place
            yield at + 1, line.translate(_LIGATURES)
        yield at + 1, ""


# --- walking -----------------------------------------------------------------------------------


class _Walk:
    """One pass over the lines: what is a piece, what a heading, and what is neither."""

    def __init__(self, lines: Sequence[tuple[int, str]]) -> None:
        self._lines = [(number, _SHORTCODE.sub("$$", line) if "{" in line else line) for number, line in lines]
        self._at = 0
        self._macros = macros_of("\n".join(line for _, line in lines))
        self._next: dict[str, int] = {}  # closing mark → the next line that has it
        self._headings: list[tuple[int, str]] = []
        self.found: list[tuple[Piece, tuple[str, ...], int]] = []
        self.said: list[tuple[int, str]] = []  # lines of text, which tell what is near

    def all_lines(self) -> None:
        while self._at < len(self._lines):
            number, line = self._lines[self._at]
            self._at += 1
            if len(line) <= LONGEST_LINE:
                self._line(number, line)

    def _line(self, number: int, line: str) -> None:
        fence = _FENCE.match(line)
        if fence and "`" not in line[fence.end() :]:
            self._fence(fence["mark"], fence["language"].lower())
            return
        line = self._shown(line)
        if not line.strip():
            return
        if self._heads(line):
            if "=" in line:
                self._keep(number, line.lstrip(" #>"), "line")
            return
        self._text(number, line)

    def _fence(self, mark: str, language: str) -> None:
        """Step over a fence; what it holds is a formula, text, or code, as its language says."""
        begun = self._at
        close = re.compile(rf"[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$")
        while self._at < len(self._lines) and not close.match(self._lines[self._at][1]):
            self._at += 1
        inside = self._lines[begun : self._at]
        self._at += 1
        if _BOX.fullmatch(language):
            outside = self._lines, self._at
            self._lines, self._at = inside, 0
            self.all_lines()
            self._lines, self._at = outside
        elif language in _MATHEMATICS and inside:
            self._keep_display(inside)
        elif language in _PLAIN_FENCES:
            for number, line in inside:
                if len(line) <= LONGEST_LINE:
                    self._keep(number, line, "line")
        else:
            for number, line in inside:  # a comment of a program: # $$f(x) = \\max(0, x)$$
                for found in _IN_A_COMMENT.finditer(line) if len(line) <= LONGEST_LINE else ():
                    self._keep_display([(number, found["of"].replace("\\\\", "\\"))])

    def _shown(self, line: str) -> str:
        """A line without comments and HTML; of what spans lines the rest is stepped over."""
        for _ in range(20):
            hidden = _HIDDEN.search(line)
            if hidden is None:
                break
            end = self._end_of(hidden)
            position = line.lower().find(end, hidden.end())
            if position >= 0:
                line = line[: hidden.start()] + " " + line[position + len(end) :]
                continue
            rest = self._after(end)
            if rest is None:  # it is never closed: a word in angle brackets
                line = line[: hidden.start()] + " " + line[hidden.end() :]
                continue
            line = line[: hidden.start()] + " " + rest
        if "<" in line and ">" in line:
            line = _SUBSCRIPTS.sub(
                lambda found: ("_{" if found["which"] in "bB" else "^{") + found["script"] + "}", line
            )
            line = _TAG.sub(" ", _RAISED_OVER_LOWERED.sub(r"\\frac{\g<above>}{\g<below>}", line))
        return line

    @staticmethod
    def _end_of(hidden: re.Match[str]) -> str:
        if hidden["tag"]:
            return f"</{hidden['tag'].lower()}>"
        return f"\\end{{{hidden['verbatim'].lower()}" if hidden["verbatim"] else "-->"

    def _after(self, end: str) -> str | None:
        """What stands behind a closing mark on a later line, which is where the walk goes on; None without one."""
        place = self._next_with(end)
        if place >= min(self._at + 4 * LONGEST_DISPLAY, len(self._lines)):
            return None
        line = self._lines[place][1]
        self._at = place + 1
        return line[line.lower().find(end) + len(end) :][:LONGEST_LINE]

    def _next_with(self, mark: str) -> int:
        """The next line that has a mark, behind the last one where none has; no line is looked at twice for it."""
        place = self._next.get(mark, 0)
        if place < self._at:
            place = self._at
            while place < len(self._lines) and mark not in self._lines[place][1].lower():
                place += 1
            self._next[mark] = place
        return place

    # Headings

    def _heads(self, line: str) -> bool:
        """Whether a line is a heading, which is then the one above all that follows."""
        heading = _HEADING.match(line)
        section = _SECTION.match(line)
        emphasised = _EMPHASISED.match(line) or _NUMBERED.match(line)
        if heading:
            level, text = len(heading["marks"]), heading["text"]
        elif section:
            level, text = _SECTIONS.index(section["name"]), section["text"]
        elif (
            self._at < len(self._lines)
            and _UNDERLINE.match(self._lines[self._at][1])
            and line.strip("-=| ")
            and "|" not in line
        ):
            level, text = (1 if "=" in self._lines[self._at][1] else 2), line
        elif emphasised:
            level, text = _FALLBACK_LEVEL, emphasised["text"]
        else:
            return False
        self._headings = [entry for entry in self._headings if entry[0] < level]
        self._headings.append((level, text.strip(" *_=#")))
        self.said.append((self._at, text))
        return True

    # Text and formulas

    def _text(self, number: int, line: str) -> None:
        """A line of text, with the formulas on lines of their own that begin on it."""
        while True:
            opens = self._opening(line)
            if opens is None:
                self._plain(number, line)
                return
            inside = self._display(number, line, opens)
            if inside is None:
                line = line[: opens.start()] + " " + line[opens.end() :]
                continue
            rows, rest = inside
            if opens["escaped"]:
                rows = [(row, _unescaped(text)) for row, text in rows]
            before = line[: opens.start()]
            if _NAMES_WHAT_FOLLOWS.search(before) and len(rows) == 1:
                self._keep(number, f"{before}${rows[0][1].strip()}$", "line")
            else:
                self._keep_display(rows, before)
                if re.search(r"[^\s.,;:|>()]", before) and "=" in before:
                    self._keep(number, before, "line")
            if not rest.strip(" .,;:|&\\"):
                return
            number, line = rows[-1][0], rest

    @staticmethod
    def _opening(line: str) -> re.Match[str] | None:
        for found in _OPENS.finditer(line):
            if not any(span.start() < found.start() < span.end() for span in _COVERED.finditer(line)):
                return found
        return None

    def _display(self, number: int, line: str, opens: re.Match[str]) -> tuple[list[tuple[int, str]], str] | None:
        """The lines between the marks, and what is left of the last one; None where the second mark is missing."""
        environment = opens["environment"] or opens["table"]
        close = f"\\end{{{environment}}}" if environment else "$$" if opens[0] == "$$" else opens[0].replace("[", "]")
        rows: list[tuple[int, str]] = []
        rest = line[opens.end() :]
        if close not in rest and self._next_with(close) >= self._at + LONGEST_DISPLAY:
            return None
        for place in range(self._at, min(self._at + LONGEST_DISPLAY, len(self._lines)) + 1):
            end = rest.find(close)
            if end >= 0:
                rows.append((number, rest[:end]))
                self._at = place
                return rows, rest[end + len(close) :]
            rows.append((number, rest))
            if place == len(self._lines):
                return None
            number, rest = self._lines[place]
            if _FENCE.match(rest) or _HEADING.match(rest) or _SECTION.match(rest) or len(rest) > LONGEST_LINE:
                return None
        return None

    def _plain(self, number: int, line: str) -> None:
        if line.count("$") % 2 and self._at < len(self._lines):  # a formula that goes on on the next line
            following = self._lines[self._at][1]
            if following.count("$") % 2 and "$$" not in following and len(line) + len(following) < LONGEST_LINE:
                self._at += 1
                line = f"{line} {following.strip()}"
        line = _ESCAPED_INLINE.sub(lambda found: f"${_unescaped(found['formula'])}$", line)
        line = _ATTRIBUTES.sub(" ", _LINK.sub(lambda found: found["formula"] or found["text"] or " ", line))
        self.said.append((number, line))
        self._keep(number, line, "line")

    def _keep_display(self, rows: Sequence[tuple[int, str]], before: str = "") -> None:
        first = next((place for place, (_, text) in enumerate(rows) if text.strip()), None)
        if first is None:
            return
        if before.strip():
            self.said.append((rows[0][0], before))
        if all(_QUOTED.match(text) for _, text in rows[1:]):  # in a quotation, each of whose lines begins with >
            rows = [rows[0], *((number, _QUOTED.sub("", text)) for number, text in rows[1:])]
        text = "\n".join(text for _, text in rows[first:])
        self._keep(rows[first][0], text, "display")

    def _keep(self, number: int, text: str, kind: str) -> None:
        heading = tuple(text for _, text in reversed(self._headings))
        if "\\" in text:
            text = expanded(without_definitions(text), self._macros)
        self.found.append((Piece(number, text, kind), heading, len(self.said)))


def _unescaped(text: str) -> str:
    """LaTeX as its author wants it, in whose text Markdown takes the first backslash before a sign away."""
    return _ESCAPED_SIGN.sub(
        lambda found: found["sign"] or ("\\\\" if not text[found.end() : found.end() + 1].strip() else "\\"), text
    )
