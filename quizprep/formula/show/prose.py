"""Prose with formulas between dollar signs → text for a terminal.

The author's notation is kept (``P(A ∣ B)`` or ``3 × 4`` would not survive being read as a value):
commands become Unicode, fractions and roots one line, scripts raised and lowered characters where
these exist. What one line of text cannot show is refused, never dropped: an author hears of it
from :func:`problems`, a learner sees the formula as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NoReturn

from quizprep.errors import FormulaError
from quizprep.formula.characters import DOUBLE_STRUCK, FRACTIONS, GREEK_LETTERS, GREEK_NAMES
from quizprep.formula.latex import (
    COMMANDS,
    ENVIRONMENTS,
    REFUSALS,
    UNKNOWN_ENVIRONMENT,
    Command,
    Role,
    command,
    unknown_command,
)
from quizprep.formula.names import unreadable
from quizprep.formula.symbols import accented, subscript, superscript
from quizprep.text import Text

MAX_DEPTH = 20  # braces inside braces

FORMULA = re.compile(r"(?<!\\)(\$\$?)((?:\\.|[^$\\])+?)\1", re.DOTALL)
_GLYPHS = {(value.numerator, value.denominator): glyph for glyph, value in FRACTIONS.items()}
_STRUCK = {letter: glyph for glyph, letter in DOUBLE_STRUCK.items()}
_SPACED = "".join(
    dict.fromkeys(row.shown.strip() for row in COMMANDS.values() if row.shown and row.shown[0] == " " != row.shown)
)
_NAME = r"\\([A-Za-z]+\*?|.|$)"
_LOWERED = "[₀-₉₊₋ₐ-ₜᵢ-ᵪⱼ]"
_WORD_OPERATORS = (("<=", "≤"), (">=", "≥"), ("!=", "≠"), ("==", "="), ("->", "→"))
_SUM = re.compile(r"[\w⋄]\s*[+−±=<>≤≥≠]\s*[\w⋄]")
_FACTORS = frozenset(
    {Role.LETTER, Role.NAME, Role.ACCENT, Role.BIG, Role.FRACTION, Role.BINOMIAL, Role.ROOT, Role.STYLE, Role.UPRIGHT}
)
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:\\,|\{,\})\d{3})+(?!\d)")

_DEEP = Text(f"braces are nested more than {MAX_DEPTH} deep", ko=f"중괄호가 {MAX_DEPTH}겹 넘게 겹쳐 있습니다.")
_OPEN = Text("this `{` is never closed: a `}` is missing", ko="이 `{` 괄호가 닫히지 않았습니다. `}` 괄호가 빠졌습니다.")
_STRAY = Text("this `}` closes nothing", ko="이 `}` 괄호에 맞는 여는 괄호가 없습니다.")
_MISSING = Text("an argument is missing here", ko="여기에 인자가 빠졌습니다.")
_TWICE = Text(
    "two scripts of one letter stand here: put the first with its letter in braces",
    ko="한 글자에 같은 쪽 첨자가 둘 붙었습니다. 글자와 첫 첨자를 중괄호로 묶으세요.",
)
_COLUMN = Text(
    "`&` belongs into an environment such as align or cases", ko="`&` 기호는 align, cases 등의 환경 안에 씁니다."
)
_WIDE = Text("an accent stands on one name, not on a formula", ko="악센트는 식이 아니라 이름 하나에만 붙입니다.")
_MARKUP = Text("words hold no commands and no formulas", ko="글 안에는 명령이나 식을 쓸 수 없습니다.")
_UNENDED = Text("this environment has no \\end", ko="이 환경에는 \\end 명령이 없습니다.")
_UNBEGUN = Text("this \\end closes no environment", ko="이 \\end 명령에 맞는 \\begin 명령이 없습니다.")
_OUTSIDE = Text(
    "LaTeX stands outside of dollar signs and would be shown as it is typed: put the formula between them",
    ko="LaTeX 명령이 달러 기호 밖에 있어 적힌 그대로 보입니다. 식을 달러 기호로 묶으세요.",
)


def render_text(text: str) -> str:
    r"""Prose for the screen: ``$...$`` and ``$$...$$`` as Unicode mathematics, ``\$`` as a dollar.

    A formula that one line cannot show stays as it is written, dollar signs and all.

    >>> render_text(r"The rate is $\frac{2PR}{P+R}$, $x_i^2 \le \sigma$; it costs \$5.")
    'The rate is 2PR/(P+R), xᵢ² ≤ σ; it costs $5.'
    >>> render_text(r"$\overset{a}{b}$")
    '$\\overset{a}{b}$'
    """
    pieces, end = [], 0
    for match in FORMULA.finditer(text):
        pieces.append(text[end : match.start()].replace("\\$", "$"))
        try:
            pieces.append(formula_text(match.group(2)))
        except FormulaError:
            pieces.append(match.group())
        end = match.end()
    return "".join(pieces) + text[end:].replace("\\$", "$")


def problems(text: str) -> Iterator[tuple[str, FormulaError]]:
    """The parts of a text that :func:`render_text` leaves as they are typed, each with the reason."""
    if "$" not in text and "\\" not in text:
        return
    end = 0
    for match in FORMULA.finditer(text):
        yield from _loose_commands(text[end : match.start()])
        try:
            formula_text(match.group(2))
        except FormulaError as error:
            yield match.group(), error
        end = match.end()
    yield from _loose_commands(text[end:])


def _loose_commands(text: str) -> Iterator[tuple[str, FormulaError]]:
    for match in re.finditer(r"\\([A-Za-z]+|[()\[\]])", text):
        name = match.group(1)
        if not name.isalpha() or name in ("begin", "end") or command(name):
            yield match.group(), unreadable(_OUTSIDE, text, match.start(), match.end())


def formula_text(formula: str) -> str:
    r"""One formula, in LaTeX or in plain text, as a line of Unicode.

    Raises FormulaError where something of it would be lost: an unknown command or environment,
    braces that do not match, a missing argument.

    >>> formula_text(r"\underbrace{(y-\hat y)^2}_{\text{data}} + \lambda w^2")
    '(y−ŷ)²⏟{data} + λ w²'
    """
    line = _Reader(formula).all()
    line = re.sub(rf"(?<! ) ?([{_SPACED}]) ?", r" \1 ", line)
    return re.sub(r" {3,}", "  ", line).strip()


_CLOSERS = ("|close", "‖close", "⌋", "⌉", "⟩", "]")  # what commands mean that close a bracket


class _Reader:
    """Left to right over the formula; every method returns text for the screen."""

    def __init__(self, source: str, depth: int = 0, columns: bool = False) -> None:
        self.source = source
        self.position = 0
        self.depth = depth
        self.columns = columns  # inside an environment, where & aligns
        self.written = ""
        self.scripts: set[str] = set()  # those that the last letter carries

    def all(self) -> str:
        while self.position < len(self.source):
            mark = self.source[self.position]
            piece = self._next()
            if mark not in "^_*":
                self.scripts.clear()
            self.written += piece
        return self.written

    def _ahead(self, pattern: str) -> re.Match[str] | None:
        return re.compile(pattern, re.DOTALL).match(self.source, self.position)

    def _fail(self, message: Text, start: int | None = None) -> NoReturn:
        raise unreadable(message, self.source, self.position if start is None else start)

    def _next(self) -> str:
        source, start = self.source, self.position
        char = source[start]
        for written, operator in _WORD_OPERATORS:
            if source.startswith(written, start):
                self.position += 2
                return operator
        if char == "\\":
            return self._command()
        if char == "^" or source.startswith("**", start):
            self.position += 1 if char == "^" else 2
            self._script("^")
            return self._raised()
        if char == "_" and self.written[-1:].strip():
            self.position += 1
            self._script("_")
            return self._lowered()
        if char == "{":
            return self._group(self._inner(self._braces()))
        if char.isascii() and char.isalpha():
            return self._word()
        thousands = _THOUSANDS.match(source, start)
        if thousands and not self.written[-1:].isdigit():
            self.position = thousands.end()
            return re.sub(r"\D+", ",", thousands.group())
        if char == "}":
            self._fail(_STRAY)
        if char == "&" and not self.columns:
            self._fail(_COLUMN)
        self.position += 1
        return {"~": " ", "&": "", "-": "−", "*": "·", "\n": " ", "'": "′"}.get(char, char)

    def _script(self, mark: str) -> None:
        if mark in self.scripts:
            self._fail(_TWICE, self.position - 1)
        self.scripts.add(mark)

    def _inner(self, source: str) -> str:
        if self.depth >= MAX_DEPTH:
            self._fail(_DEEP)
        return _Reader(source, self.depth + 1).all()

    def _group(self, inside: str, product: bool = True) -> str:
        """A group without its braces, in brackets where what stands beside it would cut it apart.

        ``product``: it is raised as a whole, which letters in bold are not.
        """
        before = self.written.rstrip()[-1:]
        cut = before.isalnum() or (before and before in ")]·×⊙/−") or (before == "+" and inside.startswith("−"))
        flat = _flat(inside)
        negative = re.match(r"[−±]\s*\w", flat)
        power = self._script_follows()
        whole = power or (before and before in "÷/")
        if whole and product and not re.fullmatch(r".?|[0-9]+|[A-Za-z]{3,}", flat):
            return f"({inside})"
        if (negative and (cut or power)) or (_SUM.search(flat) and (cut or power or self._factor_follows())):
            return f"({inside})"
        return inside

    def _script_follows(self) -> bool:
        return self._ahead(r"\s*(?:[!^_]|\*\*)") is not None

    def _factor_follows(self) -> bool:
        match = self._ahead(r"\s*(?:([A-Za-z0-9({\[])|\\([A-Za-z]+))")
        if match is None or match.group(1):
            return match is not None
        row = command(match.group(2))
        return row is not None and (row.role in _FACTORS or row.meaning in ("·", "*", "/"))

    def _braces(self) -> str:
        """The inside of the braces at the position."""
        depth, start, index = 0, self.position + 1, self.position
        while index < len(self.source):
            char = self.source[index]
            if char == "\\":
                index += 1
            depth += {"{": 1, "}": -1}.get(char, 0)
            index += 1
            if depth == 0:
                self.position = index
                return self.source[start : index - 1]
        self._fail(_OPEN)

    def _skip_spaces(self) -> None:
        while self.source[self.position : self.position + 1].isspace():
            self.position += 1

    def _argument(self) -> str:
        """The next TeX argument, unconverted: a group, a command or one character."""
        self._skip_spaces()
        match = self._ahead(r"\\(?:[A-Za-z]+|.)|.")
        if match is None or match.group() in ("}", "&"):
            self._fail(_MISSING)
        if match.group() == "{":
            return self._braces()
        self.position = match.end()
        return match.group()

    def _argument_text(self) -> str:
        """The next TeX argument for the screen; a command takes its own arguments along."""
        self._skip_spaces()
        if not self.source.startswith("\\", self.position):
            return self._inner(self._argument())
        before, self.written = self.written, ""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._fail(_DEEP)
        shown = self._command()
        self.depth -= 1
        self.written = before
        return shown

    def _word(self) -> str:
        match = self._ahead(r"[A-Za-z]+")
        assert match, "a letter stands here"
        self.position, word = match.end(), match.group()
        if word == "sqrt" and self.source.startswith("(", self.position):
            return "√"
        if word == "sum" and self.source[self.position : self.position + 1] in ("_", "("):
            return "Σ"
        return GREEK_LETTERS[word] if word in GREEK_NAMES else word

    # scripts

    def _raised(self) -> str:
        if self.source.startswith("(", self.position):
            match = self._ahead(r"\(([^()]*)\)")
            inside = match.group(1) if match else ""
            self.position += len(match.group()) if match else 1
            raised = superscript(inside)
            return raised or (f"^({self._inner(inside)})" if match else "^(")
        match = self._ahead(r"[+-]?\d+")
        if match:
            self.position = match.end()
        inside = self._inner(match.group()) if match else self._argument_text().strip()
        if not inside:
            return ""
        if inside == "·":  # of ^*
            return "^*"
        if inside in ("⊤", "T"):
            return "ᵀ"
        if inside in ("′", "∘", "°"):
            return "′" if inside == "′" else "°"
        word = re.search(r"[^\W\d_]{3}", inside)  # tanh b, run together, would be a product of letters
        raised = None if word else superscript(inside.replace(" ", ""))
        return raised or (f"^{inside}" if len(inside) == 1 else f"^({inside})")

    def _lowered(self) -> str:
        match = self._ahead(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*")
        if match:
            self.position = match.end()
            inside = GREEK_LETTERS.get(match.group(), match.group())
        else:
            inside = self._argument_text().strip()
        return _below(inside)

    # commands

    def _command(self) -> str:
        start = self.position
        match = self._ahead(_NAME)
        assert match, "a backslash stands here"
        name = match.group(1).rstrip("*") or match.group(1)
        self.position = match.end()
        if name == "\\":
            return "; "
        if name == "begin":
            return self._environment(start)
        if name == "end":
            self._fail(_UNBEGUN, start)
        row = command(name)
        if row is None:
            self._fail(unknown_command(name), start)
        return WRITERS[row.role](self, row, name)

    def _sign(self, row: Command, name: str) -> str:
        if row.meaning in _CLOSERS or (row.meaning == "‖" and self.written.count("‖") % 2):
            self.written = self.written.rstrip()
        if row.joins:
            self._skip_spaces()
        if name == "%" and self._ahead(r"\s*(?:[A-Za-z0-9(]|\\(?!text|[^A-Za-z]))"):
            self._skip_spaces()
            return "%·"  # 50% x would be a remainder
        if row.shown.isalpha() and row.shown.isascii():
            return self._spaced_word(row.shown)
        return row.shown.strip() if row.shown.strip() in _SPACED else row.shown

    def _function(self, row: Command, name: str) -> str:
        if name != "arg":
            return self._spaced_word(row.shown)
        extreme = self._ahead(r"(?:\s|\\[,!;:])*\\(max|min)(?![a-zA-Z])")
        if extreme is None:
            self._fail(REFUSALS["arg"])
        self.position = extreme.end()
        return self._spaced_word(f"arg{extreme[1]}")

    def _size(self, row: Command, name: str) -> str:
        if self.source[self.position : self.position + 1] == ".":
            self.position += 1
        return ""

    def _space(self, row: Command, name: str) -> str:
        return row.shown

    def _refused(self, row: Command, name: str) -> NoReturn:
        self._fail(REFUSALS[row.meaning])

    def _ignored(self, row: Command, name: str) -> str:
        self._argument()
        return ""

    def _ratio(self, row: Command, name: str) -> str:
        ratio = _fraction(self._argument_text(), self._argument_text())
        before = ""
        if "/" not in ratio and re.search(r"[^\W\d_]\w*$|[)\]}]$", self.written.rstrip()):
            self.written, before = self.written.rstrip(), "·"  # x½ would be a mixed number
        if "/" in ratio and (self.written.rstrip()[-1:] in tuple("÷/") or self._script_follows()):
            return f"({ratio})"
        return before + ratio + (" " if self._runs_on() and "/" in ratio else "")

    def _binomial(self, row: Command, name: str) -> str:
        return self._spaced_word(f"binom({self._argument_text()}, {self._argument_text()})")

    def _between(self, row: Command, name: str) -> str:
        r"""``a \over b``: all of the group before and behind."""
        top, bottom = self.written, self._inner(self.source[self.position :]).strip()
        if not (top.strip() and bottom):
            self._fail(_MISSING)
        self.written, self.position = "", len(self.source)
        return _fraction(top, bottom) if name == "over" else f"binom({top.strip()}, {bottom})"

    def _styled(self, row: Command, name: str) -> str:
        return self._group(self._argument_text(), product=False)

    def _blackboard(self, row: Command, name: str) -> str:
        letter = self._argument()
        if letter not in _STRUCK:
            self._fail(REFUSALS["double-struck"])
        return _STRUCK[letter]

    def _upright(self, row: Command, name: str) -> str:
        word = re.sub(r"\\[,;:!> ]|~", " ", self._argument().replace("\\_", "_"))
        return self._spaced_word(word if re.fullmatch(r"[^\\{}$^]*", word) else self._inner(word))

    def _text(self, row: Command, name: str) -> str:
        words = re.sub(r"\\([_ %&#])", r"\1", self._argument())
        if re.search(r"[\\{}$]", words):
            self._fail(_MARKUP)
        before = " " if self.written[-1:].isalnum() and words[:1].isalnum() else ""
        return before + words + (" " if words[-1:].isalnum() and self._runs_on() else "")

    def _spaced_word(self, word: str) -> str:
        """A function's name with spaces where letters or digits would run into it."""
        last = self.written[-1:]
        before = " " if last.isalnum() or last in (")", "]", "}") else ""
        return before + word + (" " if self._runs_on() else "")

    def _runs_on(self) -> bool:
        """Does a letter, a digit or a command follow without a space?"""
        return bool(self._ahead(r"[A-Za-z0-9]|\\(?!left|right|big|Big|[^A-Za-z])"))

    def _accented(self, row: Command, name: str) -> str:
        inside, accent = self._argument_text().strip(), row.meaning
        if accent == "vec":
            return inside
        if re.fullmatch(rf"\w|\w_.*|\w{_LOWERED}+", inside):
            return accented(inside[0], accent) + inside[1:]
        if re.fullmatch(r"[^\W\d]\w*", inside):
            return self._spaced_word(f"{inside}_{accent}")
        self._fail(_WIDE)

    def _labelled(self, row: Command, name: str) -> str:
        body, label = self._argument_text().strip(), ""
        self._skip_spaces()
        if self.source.startswith(row.meaning, self.position):
            self.position += 1
            label = f"{row.shown}{{{self._argument_text().strip()}}}"
        return self._group(body) + label

    def _underset(self, row: Command, name: str) -> str:
        below = self._argument_text().strip()
        above = self._argument_text().strip()
        if not above.isalpha():
            self._fail(REFUSALS["below"])
        return self._spaced_word(above + _below(below))

    def _root(self, row: Command, name: str) -> str:
        order = ""
        if self.source.startswith("[", self.position):
            end = self.source.find("]", self.position)
            if end < 0:
                self._fail(_MISSING)
            order = self._inner(self.source[self.position + 1 : end])
            self.position = end + 1
        inside = self._argument_text()
        if order not in ("", "2", "3", "4"):
            return self._spaced_word(f"root({inside}, {order})")
        single = re.fullmatch(rf"\d+|\w{_LOWERED}*|\w_\w+", inside)
        root = {"3": "∛", "4": "∜"}.get(order, "√") + (inside if single else f"({inside})")
        if self._script_follows():
            return f"({root})"
        return root + (" " if single and self._runs_on() else "")

    # environments

    def _environment(self, start: int) -> str:
        name = self._argument().strip().rstrip("*")
        environment = ENVIRONMENTS.get(name)
        if environment is None:
            self._fail(UNKNOWN_ENVIRONMENT, start)
        body = self._body(start)
        if name == "array":
            body = re.sub(r"^\s*\{[^{}]*\}", "", body)
        rows = [row for row in _split(body, r"\\") if row.strip()]
        if environment.rows == "cases":
            shown = [self._case(row) for row in rows]
        elif environment.rows == "matrix":
            shown = [", ".join(self._inner(cell).strip() for cell in _split(row, "&")) for row in rows]
        else:
            shown = [_Reader(row, self.depth + 1, columns=True).all().strip() for row in rows]
        return environment.shown.format("; ".join(shown))

    def _body(self, begin: int) -> str:
        r"""What stands before the ``\end`` of this environment, which is passed."""
        start, open_ones = self.position, 1
        for match in re.compile(r"\\(begin|end)\s*\{[^{}]*\}").finditer(self.source, start):
            open_ones += 1 if match.group(1) == "begin" else -1
            if open_ones == 0:
                self.position = match.end()
                return self.source[start : match.start()]
        self._fail(_UNENDED, begin)

    def _case(self, row: str) -> str:
        value, *rest = (self._inner(part).strip() for part in _split(row, "&"))
        condition = " ".join(part for part in rest if part)
        if not condition:
            return value
        joined = "" if re.match(r"(if|otherwise|else|for|when)\b", condition) else "if "
        return f"{value} {joined}{condition}"


#: How a command of each role is shown.
WRITERS: dict[Role, Callable[[_Reader, Command, str], str]] = {
    Role.OPERATOR: _Reader._sign,
    Role.LETTER: _Reader._space,
    Role.NAME: _Reader._function,
    Role.ACCENT: _Reader._accented,
    Role.BIG: _Reader._space,
    Role.FRACTION: _Reader._ratio,
    Role.BINOMIAL: _Reader._binomial,
    Role.ROOT: _Reader._root,
    Role.BETWEEN: _Reader._between,
    Role.STYLE: _Reader._styled,
    Role.UPRIGHT: _Reader._upright,
    Role.TEXT: _Reader._text,
    Role.BLACKBOARD: _Reader._blackboard,
    Role.BRACE: _Reader._labelled,
    Role.BELOW: _Reader._underset,
    Role.SPACE: _Reader._space,
    Role.SIZE: _Reader._size,
    Role.IGNORED: _Reader._ignored,
    Role.REFUSED: _Reader._sign,
    Role.UNSHOWN: _Reader._refused,
}


def _split(source: str, mark: str) -> list[str]:
    """The parts between the marks that stand in no braces and in no inner environment."""
    parts, depth, start, index = [], 0, 0, 0
    while index < len(source):
        step = 2 if source[index] == "\\" else 1
        inner = re.compile(r"\\(begin|end)(?![A-Za-z])").match(source, index)
        if source.startswith(mark, index) and depth == 0:
            parts.append(source[start:index])
            start = index + len(mark)
        elif inner:
            depth += 1 if inner.group(1) == "begin" else -1
        elif step == 1:
            depth += {"{": 1, "}": -1}.get(source[index], 0)
        index += step
    return [*parts, source[start:]]


def _below(inside: str) -> str:
    """A subscript: lowered characters where these exist and are easy to read."""
    lowered = subscript(inside.replace(" ", ""))
    return lowered or (f"_{inside}" if re.fullmatch(r"\w+", inside) else f"_{{{inside}}}")


def _fraction(top: str, bottom: str) -> str:
    top, bottom = top.strip(), bottom.strip()
    if top.isdecimal() and bottom.isdecimal():
        glyph = _GLYPHS.get((int(top[:3]), int(bottom[:3]))) if len(top + bottom) < 6 else None
        if glyph:
            return glyph
    return f"{_held_together(top, product=True)}/{_held_together(bottom)}"


def _held_together(text: str, product: bool = False) -> str:
    """With brackets where a fraction bar reaches further than ``/`` does; ``product``: above the bar."""
    flat = _flat(text)
    loose = r"[+−±=<>≤≥≠,∣→]" if product else r"[+−±=<>≤≥≠,∣→·×/⊙ ]"
    name = re.fullmatch(r"[A-Za-z]{3,}⋄?|[A-Z]{2}", flat)
    several = re.search(r"[\w⋄][²³⁰-⁹ⁿ]*[^\W\d]|[^\W\d]\w*⋄", flat) and not name
    return f"({text})" if re.search(loose, flat) or (several and not product) else text


def _flat(text: str) -> str:
    """The text without subscripts, what stands in brackets as one thing."""
    flat = re.sub(rf"{_LOWERED}+|_\{{[^}}]*\}}|_\w+", "", text.strip())
    inner = ""
    while inner != flat:
        inner, flat = flat, re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|\|[^|]*\||‖[^‖]*‖", "⋄", flat)
    return flat
