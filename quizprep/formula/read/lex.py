"""Text → tokens: every notation's characters, spaces and LaTeX commands brought to one alphabet.

Offsets are those of the text as typed. What can hide or reorder text (control, zero-width and
direction characters) is refused here, before anything else is done.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any, NoReturn

from quizprep.formula.characters import (
    ACCENTS,
    DOUBLE_STRUCK,
    FRACTIONS,
    GREEK,
    SUBSCRIPTS,
    SUPERSCRIPTS,
)
from quizprep.formula.functions import function_named
from quizprep.formula.latex import (
    COMMANDS,
    ENVIRONMENTS,
    GLYPHS,
    REFUSALS,
    REFUSED_WORDS,
    SIGNS,
    UNKNOWN_ENVIRONMENT,
    Command,
    Role,
    command,
    unknown_command,
)
from quizprep.formula.names import plain, unreadable
from quizprep.formula.read.decimal_comma import refuse_decimal_commas
from quizprep.formula.read.libraries import is_attribute
from quizprep.frozen import frozen
from quizprep.text import Text

MAX_LENGTH = 10_000  # characters
MAX_NESTING = 40  # brackets inside brackets
MAX_DIGITS = 400  # of a number, and the size of its decimal exponent


@frozen
class Token:
    """``kind``: number, word, command, accent, super, sub, op, begin, end-env, newline, refused, end.

    ``refused`` is what a book may write and nothing here can compute; its ``text`` is the key of the reason.
    ``spaced`` is the white space before it; ``whole`` words are never split into letters.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: str = ""
    whole: bool = False
    accents: tuple[str, ...] = ()
    value: Fraction = Fraction(0)  # of a number

    def is_op(self, *texts: str) -> bool:
        return self.kind == "op" and self.text in texts


# Characters as people type them; those that stand for a command are in its row.
_OPERATORS = {glyph: row.meaning for glyph, row in GLYPHS.items() if row.role is Role.OPERATOR}
_OPERATORS |= dict.fromkeys("⋅∙⸱・ㆍ", "·") | dict.fromkeys("⨀☓✕", "*") | dict.fromkeys("∕⁄∶", "/")
_OPERATORS |= dict.fromkeys("−–‐‑﹣", "-") | dict.fromkeys("≦⩽", "<=") | dict.fromkeys("≧⩾", ">=")
_OPERATORS |= {"∥": "‖", "″": "''", "’": "'", "〈": "⟨", "〉": "⟩"}
_OPERATORS |= {char: char for char in "+-*/^_=<>()[]{}|,;!%@&:√∛∜⌊⌋⌈⌉'"}
_LONG_OPERATORS = ("<=", ">=", "!=", "==", ":=", "**", "=<", "=>", "&&")
_LONG_MEANINGS = {"**": "^", "=<": "<=", "=>": ">=", "&&": "and"}
_BIG = {
    "∑": "sum", "∏": "prod", "Σ": "sum", "Π": "prod", "𝔼": "expectation", "𝟙": "indicator", "𝟏": "indicator",
    "𝕀": "indicator",
}  # fmt: skip
_LETTERS, _DIGITS = frozenset(string.ascii_letters), frozenset(string.digits)
_OPENING, _CLOSING = "([{⌊⌈⟨", ")]}⌋⌉⟩"
_SENTENCE_ENDS = re.compile(r"(?:[\s$]|\\[,;!]|\\q?quad(?![a-zA-Z]))*(?:\Z|\\end\s*\{|\\\\)")
_STRUCK_NAMES = {"V": "Var", "P": "P"}  # the variance, a probability
_MEMBER = re.compile(r"\.[A-Za-z]")
_LABELLED_EQUAL = re.compile(r"\s*\{(?:[^{}]|\{[^{}]*\})*\}\s*\{?\s*(?:=|\\equiv(?![a-zA-Z]))\s*\}?")
_LABELS = frozenset(row.shown for row in COMMANDS.values() if row.role is Role.BRACE)
_ARGUMENTS = {Role.FRACTION: 2, Role.BINOMIAL: 2, Role.ROOT: 1}

_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+\-−]?\d+(?![\d.]))?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:,|\{,\}|\\,)\d{3})+(?:\.\d+)?(?![\d.,])", re.ASCII)
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_HANGUL_RUN = re.compile(r"[가-힣]+")
_PRIMED = re.compile(r"\^\s*(?:\{\s*(?:\\prime\s*)+\}|(?:\\prime(?![a-zA-Z])\s*)+)")
_EXTREME = re.compile(r"(?:\s|\\[,!;:])*\\(max|min)(?![a-zA-Z])")
_TYPED_EXTREME = re.compile(r"arg +(max|min)(?![a-zA-Z])")
_SPACE = re.compile(r"\\[,;:!> ]|~")
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_TABLE_MARK = re.compile(r"\\(begin|end)\s*\{[^{}]*\}")
_NOT_EQUAL = re.compile(r"\\not\s*(?:=|\\equiv(?![a-zA-Z])|\{\s*=\s*\})")
_OLD_STYLE = re.compile(r"\{\s*\\(?:rm|bf|it|sf|tt|cal|mathrm|bfseries|itshape)(?![a-zA-Z])\s*(?!\{)")
_OPEN_BRACE = re.compile(r"\\(?:\{|lbrace(?![a-zA-Z]))")
_CLOSED_BRACE = re.compile(r"\s*(?:\\(?:right|[bB]igg?r?)\s*)?\\(?:\}|rbrace(?![a-zA-Z]))")

QUOTED = Text("text in quotes is not part of a formula", ko="따옴표로 묶은 글은 식에 쓸 수 없습니다.")
_NESTED = Text(f"brackets are nested more than {MAX_NESTING} deep", ko=f"괄호가 {MAX_NESTING}겹 넘게 겹쳐 있습니다.")


def degrees(shown: str) -> Text:
    """The refusal of a sign or a word for degrees. A typed number may be of degrees, and need not be changed."""
    return Text(
        f"`{shown}` is not part of the formula language; inside of sin, cos and tan, which take radians, 30 degrees "
        "are 30 pi/180",
        ko=f"`{shown}`: 식에 쓸 수 없는 표기입니다. 라디안을 받는 sin, cos, tan 안에서 30도는 30 pi/180입니다.",
    )


def foreign(shown: str) -> Text:
    """The refusal of what stands in no formula."""
    return Text(f"`{shown}` is not part of the formula language", ko=f"`{shown}`: 식에 쓸 수 없는 표기입니다.")


def not_evaluated(what: str) -> Text:
    """The refusal of notation that is read in books and has no value here."""
    return REFUSALS[what]


def check_characters(text: str) -> None:
    """Refuse what cannot be part of a formula; raises FormulaError at the first such place."""
    if len(text) > MAX_LENGTH:
        message = Text(
            f"the formula has {len(text):,} characters; at most {MAX_LENGTH:,} are read",
            ko=f"식이 {len(text):,}자입니다. {MAX_LENGTH:,}자까지만 읽습니다.",
        )
        raise unreadable(message, text, MAX_LENGTH)
    if text.isascii() and text.isprintable():
        return
    for position, char in enumerate(text):
        if char in "\n\t\r " or char.isprintable():
            continue
        category = unicodedata.category(char)
        if category == "Zs":
            continue
        code, name = (
            f"U+{ord(char):04X}",
            unicodedata.name(char, "control character" if category == "Cc" else "unnamed"),
        )
        message = Text(
            f"character {position + 1} is {code} ({name.lower()}), which is invisible; delete it",
            ko=f"{position + 1}번째 글자는 보이지 않는 문자 {code}입니다. 지우세요.",
        )
        raise unreadable(message, text, position)


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text``, the last of kind ``end``. Raises FormulaError."""
    return refuse(text, tokenize_all(text))


def tokenize_all(text: str) -> list[Token]:
    """As :func:`tokenize`, with what has no value here as tokens of kind ``refused``."""
    check_characters(text)
    refuse_decimal_commas(text)
    return _subscripts_first(_unbraced(_Lexer(text).run()))


def _unbraced(tokens: list[Token]) -> list[Token]:
    """``{g}_{k}`` as ``g_{k}``: braces around one name in front of its subscript."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        if token.is_op("{", "}"):
            opened = place if token.text == "{" else place - 2
            inside = tokens[opened : opened + 4]
            braced = len(inside) == 4 and inside[0].is_op("{") and inside[1].kind == "word" and inside[2].is_op("}")
            before = tokens[opened - 1] if opened > 0 else None
            argument = before is not None and (before.kind in ("command", "accent") or before.is_op("}", "^", "_"))
            if braced and inside[3].is_op("_") and not argument:
                continue
            if _around_brackets(tokens, place):
                continue
        kept.append(token)
    return kept


def _around_brackets(tokens: list[Token], place: int) -> bool:
    """Whether the brace here only stands around brackets behind a name: ``Q{(x)}``."""
    step = 1 if tokens[place].text == "{" else -1
    if not (0 < place < len(tokens) - 1 and tokens[place + step].is_op("(" if step > 0 else ")")):
        return False
    depth, other = 0, place
    while 0 <= other < len(tokens):
        depth += {"{": 1, "}": -1}.get(tokens[other].text, 0) * step if tokens[other].kind == "op" else 0
        if depth == 0:
            break
        other += step
    opened, closed = min(place, other), max(place, other)
    if not (opened > 0 and closed < len(tokens) and tokens[opened + 1].is_op("(") and tokens[closed - 1].is_op(")")):
        return False
    inner = 0
    for token in tokens[opened + 1 : closed - 1]:
        inner += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "op" else 0
        if inner == 0:
            return False
    named = tokens[opened - 1].kind == "word" and function_named(tokens[opened - 1].text) is None
    return named and not tokens[opened - 1].spaced.startswith("_")


def refuse(text: str, tokens: list[Token]) -> list[Token]:
    """The tokens, with signs that are read in some places (``∈`` below a sum) as operators.

    Raises FormulaError at the first token that has no value anywhere.
    """
    kept = []
    for token in tokens:
        if token.kind == "refused":
            written = text[token.start : token.end]
            row = COMMANDS.get(written.removeprefix("\\"))
            sign = row.shown.strip() if row else "…" if written == "..." else written
            if sign not in SIGNS:
                raise unreadable(REFUSALS[token.text], text, token.start, token.end)
            token = replace(token, kind="op", text=sign)
        kept.append(token)
    return kept


def _subscripts_first(tokens: list[Token]) -> list[Token]:
    """``σ^2_i`` as ``σ_i^2``: TeX takes the two in either order."""
    position = 1
    while position < len(tokens):
        upper = _script_end(tokens, position, "^", "super")
        lower = _script_end(tokens, upper, "_", "sub") if upper else None
        if upper and lower and not tokens[upper].spaced and tokens[position - 1].kind != "number":
            tokens[position:lower] = [*tokens[upper:lower], *tokens[position:upper]]
            position = lower
        position += 1
    return tokens


def _script_end(tokens: list[Token], position: int, mark: str, kind: str) -> int | None:
    """Where the exponent or subscript at ``position`` ends; None where none stands that ends for certain."""
    if tokens[position].kind == kind:
        return position + 1
    if not tokens[position].is_op(mark):
        return None
    first = tokens[position + 1]
    if not first.is_op("{"):
        letter = mark == "_" and first.kind == "word"  # e^z_i is e^{z_i}
        return position + 2 if letter or first.kind == "number" or first.is_op("⊤") else None
    depth = 0
    for end in range(position + 1, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[end].text, 0) if tokens[end].kind == "op" else 0
        if depth == 0:
            return end + 1
    return None


def _is_sum(tokens: list[Token]) -> bool:
    """Do these tokens add or subtract outside of brackets, and compare nothing?"""
    depth, found = 0, False
    for token in tokens:
        if token.kind == "op":
            depth += 1 if token.text in _OPENING else -1 if token.text in _CLOSING else 0
            if depth == 0 and token.text in ("=", "<", ">", "<=", ">=", "!=", "==", ":=", ","):
                return False
            found = found or (depth == 0 and token.text in ("+", "-"))
    return found


class _Lexer:
    """One pass over the text; ``self.position`` only grows."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.tokens: list[Token] = []
        self.space = ""
        self.depth = 0  # open brackets and environments: a line break inside them is a space
        self.tables = 0  # open environments with columns
        self.lines = 0  # open environments of aligned lines
        self.groups = 0  # TeX groups being read by recursion

    def run(self) -> list[Token]:
        """Every token, and the end."""
        while self.position < len(self.text):
            self._next()
        self._emit("end", "", len(self.text), len(self.text))
        return self.tokens

    def _emit(self, kind: str, text: str, start: int, end: int, **more: Any) -> None:
        self.tokens.append(Token(kind, text, start, end, self.space, **more))
        self.space = ""
        if end > self.position:
            self.position = end

    def _fail(self, message: Text, start: int, end: int | None = None) -> NoReturn:
        raise unreadable(message, self.text, start, end)

    def _next(self, single: bool = False) -> None:
        """Read one token; ``single`` takes one digit or letter only, as a TeX argument does."""
        text, start = self.text, self.position
        char = text[start]
        if char in _LETTERS:  # what most characters are, first
            self._word(start, single)
        elif char in _DIGITS or (char == "." and text[start + 1 : start + 2] in _DIGITS):
            self._number(start, single)
        elif char == "\n" and self.depth == 0:
            self._emit("newline", "\n", start, start + 1)
        elif char.isspace() or (char == "~" and ("\\" in text or text[start - 1 : start].isalnum())):
            self.space += char
            self.position += 1
        elif char == "#":
            while self.position < len(text) and text[self.position] != "\n":
                self.position += 1
        elif char == "$":
            self._dollar(start)
        elif char == "\\":
            self._command(start)
        elif char == "{" and (old := _OLD_STYLE.match(text, start)):  # {\rm TP} is \mathrm{TP}
            self._words(start, old.end(), self._braces()[1])
        elif char in SUPERSCRIPTS or char in SUBSCRIPTS:
            self._script(start)
        elif char in FRACTIONS:
            self._emit("number", char, start, start + 1, value=FRACTIONS[char])
        elif char in _BIG:
            self._emit("command", _BIG[char], start, start + 1)
        elif char in GLYPHS and GLYPHS[char].role is Role.REFUSED:
            self._emit("refused", GLYPHS[char].meaning, start, start + 1)
        elif char in _LABELS:
            self.position += 1
            self.position = self._braces()[1] + 1
        elif DOUBLE_STRUCK.get(char) in _STRUCK_NAMES:
            self._emit("word", _STRUCK_NAMES[DOUBLE_STRUCK[char]], start, start + 1, whole=True)
        elif char in DOUBLE_STRUCK:
            self._emit("refused", "double-struck", start, start + 1)
        elif char in _OPERATORS or char == "." or "！" <= char <= "～":
            self._operator(start)
        elif char.isalpha():
            self._word(start, single)
        elif char in '"“”`‘':
            self._fail(QUOTED, start)
        elif unicodedata.combining(char):
            self._fail(
                Text(
                    "this accent stands on no letter: hats, tildes, bars and dots go on the letters of names",
                    ko="이 악센트가 놓일 글자가 없습니다. hat, tilde, bar, dot은 이름의 글자 위에 붙이세요.",
                ),
                start,
            )
        elif char in "°º˚":
            self._fail(degrees(char), start)
        else:
            code, name = f"U+{ord(char):04X}", unicodedata.name(char, "unnamed").lower()
            self._fail(
                Text(
                    f"`{plain(char)}` ({code}, {name}) is not part of the formula language",
                    ko=f"`{plain(char)}` ({code}): 식에 쓸 수 없는 문자입니다.",
                ),
                start,
            )

    def _dollar(self, start: int) -> None:
        end = start + (2 if self.text.startswith("$$", start) else 1)
        if self.groups:  # \text{if $x > 0$}
            self.position = end
            self.space += " "
            return
        line_before = self.text[:start].rsplit("\n", 1)[-1].strip()
        line_after = self.text[end:].split("\n", 1)[0].strip(" \t.,;")
        if line_before and line_after:
            self._fail(REFUSALS["dollar"], start, end)
        self.space += " "
        self.position = end

    def _number(self, start: int, single: bool) -> None:
        if single and self.text[start] != ".":
            self._emit("number", self.text[start], start, start + 1, value=Fraction(self.text[start]))
            return
        match = (_THOUSANDS.match(self.text, start) if self.depth == 0 else None) or _NUMBER.match(self.text, start)
        assert match, "a digit stands here"
        written = match.group()
        mantissa, _, exponent = (
            written.replace(",", "").replace("{}", "").replace("\\", "").replace("−", "-").lower().partition("e")
        )
        if len(mantissa) > MAX_DIGITS or (exponent and abs(int(exponent[:8])) > MAX_DIGITS):
            self._fail(
                Text(
                    f"this number is too long: at most {MAX_DIGITS} digits are read",
                    ko=f"수가 너무 깁니다. {MAX_DIGITS}자리까지만 읽습니다.",
                ),
                start,
                match.end(),
            )
        if (
            match.end() < len(self.text)
            and self.text[match.end()] == "."
            and self.text[match.end() + 1 : match.end() + 2] not in ("T", ".")
        ):
            shown = plain(self.text[start : match.end() + 2])
            self._fail(Text(f"`{shown}` is not a number", ko=f"`{shown}`: 수가 아닙니다."), start, match.end() + 1)
        self._emit(
            "number",
            written,
            start,
            match.end(),
            value=Fraction(f"{mantissa}e{exponent}" if exponent else int(mantissa) if mantissa.isdigit() else mantissa),
        )

    def _operator(self, start: int) -> None:
        text = self.text
        char = text[start]
        if "！" <= char <= "～":  # full-width forms of ASCII, as Korean keyboards type them
            char = chr(ord(char) - 0xFEE0)
            if char.isalnum():
                self._fail(
                    Text(
                        "full-width letters and digits are not read: type them half-width",
                        ko="전각 글자와 숫자는 읽지 않습니다. 반각으로 입력하세요.",
                    ),
                    start,
                )
        if char == ";" and self.tables:
            char = ","  # x > 0; \\ in a table
        pair = text[start : start + 2]
        primed = _PRIMED.match(text, start) if char == "^" else None
        if primed:  # x^{\prime} is x'
            for _ in range(primed[0].count("\\prime")):
                self._emit("op", "'", start, primed.end())
            return
        if pair in ("<<", ">>"):
            self._fail(foreign(pair), start, start + 2)
        if pair == "//":
            self._fail(
                Text(
                    "`//` is not part of the formula language: for the whole part of a quotient write floor(a/b)",
                    ko="`//`: 식에 쓸 수 없는 표기입니다. 몫의 정수 부분은 floor(a/b)로 적으세요.",
                ),
                start,
                start + 2,
            )
        if char == ".":
            if text.startswith("..", start):
                self._emit("refused", "ellipsis", start, start + (3 if text.startswith("...", start) else 2))
                return
            self._attribute(start)
        elif pair in _LONG_OPERATORS:
            meaning = _LONG_MEANINGS.get(pair, pair)
            self._emit("word" if meaning == "and" else "op", meaning, start, start + 2, whole=True)
        elif char == "&" and self._aligns(start):
            self.position += 1
        elif char == "&" and not self.tables and "\\" in text:  # what is left of an alignment
            self.space += " "
            self.position += 1
        elif char == "&" and not self.tables:
            self._emit("word", "and", start, start + 1, whole=True)
        elif char in _OPERATORS:
            self._bracket(char, start)
            meaning = _OPERATORS[char]
            if meaning in ("and", "or", "not", "inf"):
                self._emit("word", meaning, start, start + 1, whole=True)
            elif meaning == "''":
                self._emit("op", "'", start, start + 1)
                self._emit("op", "'", start, start + 1)
            else:
                self._emit("op", meaning, start, start + 1)
        else:
            self._fail(foreign(plain(char)), start)

    def _aligns(self, start: int) -> bool:
        """Does the ``&`` here only say what stands below what?"""
        return self.text[start + 1 :].lstrip(" ").startswith("=") or (self.lines > 0 and not self.tables)

    def _bracket(self, char: str, start: int) -> None:
        if char in _OPENING:
            self.depth += 1
            if self.depth > MAX_NESTING:
                self._fail(_NESTED, start)
        elif char in _CLOSING:
            self.depth = max(0, self.depth - 1)

    def _attribute(self, start: int) -> None:
        after = re.match(r"\.\s*(\w*)", self.text[start : start + 80])
        if after and is_attribute(after[1], self.text[start + after.end() : start + after.end() + 1]):
            self._emit("op", ".", start, start + 1)
            return
        if after and after.group(1) == "T":
            self._emit("op", ".T", start, start + after.end())
        elif after and after.group(1):
            name = plain(after.group(1))
            what = Text(
                f"`.{name}` is not read: formulas have no attributes, only `.T` (transpose)",
                ko=f"`.{name}`: 읽지 않습니다. 식에는 속성이 없고 `.T`(전치)만 쓸 수 있습니다.",
            )
            if function_named(name):
                what = Text(
                    f"functions stand alone here: write {name}(...) without what is before the dot",
                    ko=f"함수는 단독으로 씁니다. 점 앞을 빼고 {name}(...)처럼 적으세요.",
                )
            elif len(name) == 1:
                what = Text(
                    f"`.{name}` is not read: a product is written with `*`, `·` or a space, "
                    "a matrix product also with `@`",
                    ko=f"`.{name}`: 읽지 않습니다. 곱은 `*`, `·` 또는 빈칸으로 적고, 행렬곱에는 `@`도 쓸 수 있습니다.",
                )
            self._fail(what, start, start + after.end())
        elif _SENTENCE_ENDS.match(self.text, start + 1):
            self.position += 1  # the full stop that ends a sentence
            if not self.tokens:
                self._fail(Text("a single `.` is not a number", ko="`.` 하나만으로는 수가 아닙니다."), start)
        else:
            self._fail(
                Text(
                    "a `.` stands alone here: a number has digits beside it",
                    ko="여기에 `.`만 있습니다. 수라면 옆에 숫자가 있어야 합니다.",
                ),
                start,
            )

    def _word(self, start: int, single: bool = False) -> None:
        """A run of Latin letters and digits, of Hangul, or one Greek or accented letter."""
        text = self.text
        run = _LATIN_RUN.match(text, start)
        if run and run.group() == "self" and _MEMBER.match(text, run.end()):  # self.eps
            self.position = run.end() + 1
            return
        extreme = _TYPED_EXTREME.match(text, start)
        if extreme and not single:
            self._emit("word", f"arg{extreme[1]}", start, extreme.end(), whole=True)
            return
        if run and not single:
            end = run.end()
            if run.group() in REFUSED_WORDS:
                self._fail(REFUSALS[REFUSED_WORDS[run.group()].meaning], start, end)
            if end < len(text) and unicodedata.combining(text[end]):
                end -= 1  # the last letter carries an accent: a name of its own
            if end > start:
                self._emit("word", text[start:end], start, end)
                return
        hangul = _HANGUL_RUN.match(text, start)
        if hangul:
            self._emit("word", hangul.group(), start, hangul.end(), whole=True)
            return
        self._letter(start, single)

    def _letter(self, start: int, single: bool) -> None:
        text = self.text
        base, *marks = list(unicodedata.normalize("NFD", text[start]))
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            marks.append(text[end])
            end += 1
            if len(marks) > 3:
                self._fail(
                    Text("a letter carries more than three accents here", ko="한 글자에 악센트가 세 개를 넘습니다."),
                    start,
                    end,
                )
        accents = []
        for mark in marks:
            if mark not in ACCENTS:
                name = unicodedata.name(mark, "unnamed").lower()
                self._fail(
                    Text(
                        f"U+{ord(mark):04X} ({name}) is no accent of a name: hat, tilde, bar and dot are",
                        ko=f"U+{ord(mark):04X}: 이름에 쓸 수 없는 악센트입니다. hat, tilde, bar, dot을 쓰세요.",
                    ),
                    start,
                    end,
                )
            accents.append(ACCENTS[mark])
        folded = unicodedata.normalize("NFKC", base)
        styled = 0x1D400 <= ord(base) <= 0x1D7FF or 0x2100 <= ord(base) <= 0x214F
        if styled and len(folded) == 1:
            base = folded
        if styled and base.isdigit():
            self._emit("number", base, start, end, value=Fraction(base))
            return
        if not (base.isascii() or base in GREEK) or not base.isalpha():
            shown = f"`{plain(text[start])}` (U+{ord(text[start]):04X})"
            self._fail(
                Text(f"{shown} is not a letter of the formula language", ko=f"{shown}: 식에 쓸 수 없는 글자입니다."),
                start,
            )
        name = GREEK.get(base, base)
        digits = re.compile(r"[0-9]+").match(text, end)
        if digits and not single and not styled:
            end, name = digits.end(), name + digits.group()
        self._emit("word", name, start, end, whole=base in GREEK or bool(accents), accents=tuple(accents))

    def _script(self, start: int) -> None:
        """A run of superscript or subscript characters, translated."""
        table, kind = (SUPERSCRIPTS, "super") if self.text[start] in SUPERSCRIPTS else (SUBSCRIPTS, "sub")
        end = start
        while end < len(self.text) and self.text[end] in table:
            end += 1
        letters = "".join(table[char] for char in self.text[start:end])
        self._emit(kind, GREEK.get(letters, letters), start, end)

    # LaTeX

    def _command(self, start: int) -> None:
        match = _COMMAND.match(self.text, start)
        if match is None:
            self._fail(Text("a `\\` ends the formula", ko="식이 `\\` 기호로 끝납니다."), start)
        name, end = match.group(1).rstrip("*"), match.end()
        unequal = _NOT_EQUAL.match(self.text, start)
        if unequal:
            self._emit("op", "!=", start, unequal.end())
        elif name == "\\":
            self._emit("newline" if self.depth == 0 else "op", "\\\\", start, end)
        elif name in ("begin", "end"):
            self._environment(name, start, end)
        elif name in ("(", ")", "[", "]"):
            self._formula_mark(name, start, end)
        else:
            row = command(name)
            if row is None:
                self._fail(unknown_command(name), start, end)
            self.position = end
            READERS[row.role](self, row, start, end)

    def _refused(self, row: Command, start: int, end: int) -> None:
        self._emit("refused", row.meaning, start, end)

    def _unshown(self, row: Command, start: int, end: int) -> None:
        equal = _LABELLED_EQUAL.match(self.text, end) if row.meaning == "above" else None
        if equal:  # \overset{\text{def}}{=}
            self._emit("op", "=", start, equal.end())
            return
        self._fail(REFUSALS[row.meaning], start, end)

    def _whole_word(self, row: Command, start: int, end: int) -> None:
        meaning = row.meaning
        if meaning == "arg":
            extreme = _EXTREME.match(self.text, end)
            if extreme is None:
                self._fail(REFUSALS["arg"], start, end)
            meaning, end = f"arg{extreme[1]}", extreme.end()
        self._emit("word", meaning, start, end, whole=True)

    def _accented(self, row: Command, start: int, end: int) -> None:
        self._emit("accent", row.meaning, start, end)
        self._tex_argument(start)

    def _big(self, row: Command, start: int, end: int) -> None:
        self._emit("command", row.meaning, start, end)

    def _command_operator(self, row: Command, start: int, end: int) -> None:
        meaning = row.meaning
        if meaning in ("and", "or", "not", "inf"):
            self._emit("word", meaning, start, end, whole=True)
            return
        self._bracket(meaning[0], start)
        marked = meaning.endswith("open") or meaning == "%"  # \% is never the remainder
        self._emit(
            "op",
            meaning.removesuffix("open").removesuffix("close"),
            start,
            end,
            whole=marked,
        )

    def _formula_mark(self, name: str, start: int, end: int) -> None:
        if self.text[:start].strip() and self.text[end:].strip(" \t\n.,;"):
            self._fail(
                Text(
                    f"`\\{name}` marks the beginning or the end of a formula; this one stands inside",
                    ko=f"`\\{name}` 기호는 식의 처음과 끝에만 씁니다. 이것은 식 안에 있습니다.",
                ),
                start,
                end,
            )
        self.space += " "
        self.position = end

    def _spacing(self, row: Command, start: int, end: int) -> None:
        self.space += " "

    def _bracket_size(self, row: Command, start: int, end: int) -> None:
        self.space += " "
        if self.text[end : end + 1] == ".":
            self.position = end + 1
        elif row.meaning == "open" and self.text[end : end + 1] == "|":
            self._emit("op", "|", end, end + 1, whole=True)

    def _ignored(self, row: Command, start: int, end: int) -> None:
        _, close = self._braces()
        self.space += " "
        self.position = close + 1

    def _environment(self, which: str, start: int, end: int) -> None:
        match = re.compile(r"\s*\{\s*([A-Za-z]+)\*?\s*\}(\s*\{[lcr| ]*\})?").match(self.text, end)
        if match is None or match.group(1) not in ENVIRONMENTS:
            self._fail(UNKNOWN_ENVIRONMENT, start, match.end() if match else end)
        name = match.group(1)
        close = match.end() if name == "array" or which == "end" else match.end(1) + 1
        close = self.text.index("}", match.end(1)) + 1 if name != "array" else close
        environment = ENVIRONMENTS[name]
        step = 1 if which == "begin" else -1
        if environment.rows == "lines":
            self.lines += step
            self.space += " "
            self.position = close
            return
        self.tables += step
        self.depth = max(0, self.depth + step)
        if self.depth > MAX_NESTING:
            self._fail(_NESTED, start)
        if environment.bars and which == "begin":
            self._emit("op", environment.bars, start, start, whole=True)
        if which == "begin" and environment.rows == "matrix" and self._begins_cases(close):
            self.tokens.pop()
            self.depth -= 1
            name = "cases"
        self._emit("begin" if which == "begin" else "end-env", name, start, close)
        if environment.bars and which == "end":
            self._emit("op", environment.bars, close, close)

    def _begins_cases(self, inside: int) -> bool:
        r"""``\left\{\begin{array}{ll} ... \end{array}\right.``: a brace that no other closes, before a table."""
        opened = self.tokens[-1] if self.tokens else None
        if opened is None or not opened.is_op("(") or not _OPEN_BRACE.match(self.text, opened.start):
            return False
        depth = 1
        for mark in _TABLE_MARK.finditer(self.text, inside):
            depth += 1 if mark[1] == "begin" else -1
            if depth == 0:
                return not _CLOSED_BRACE.match(self.text, mark.end())
        return False

    def _braces(self) -> tuple[int, int]:
        """The inside of the braces at the position (after spaces)."""
        match = re.compile(r"\s*\{").match(self.text, self.position)
        if match is None:
            self._fail(
                Text("a `{` belongs here", ko="여기에 `{` 괄호가 있어야 합니다."), min(self.position, len(self.text))
            )
        depth, inside = 1, match.end()
        for index in range(inside, len(self.text)):
            depth += {"{": 1, "}": -1}.get(self.text[index], 0)
            if depth == 0:
                return inside, index
        return self._fail(
            Text(
                "this `{` is never closed: a `}` is missing",
                ko="이 `{` 괄호가 닫히지 않았습니다. `}` 괄호가 빠졌습니다.",
            ),
            match.end() - 1,
        )

    def _upright(self, row: Command, start: int, end: int) -> None:
        r"""``\operatorname{softmax}``, ``\mathrm{TP}``, ``\text{ if }``: one word."""
        if not re.compile(r"\s*\{").match(self.text, end):
            self._tex_argument(start, bare=True)
            return
        self._words(start, *self._braces())

    def _words(self, start: int, inside: int, close: int) -> None:
        """``text[inside:close]`` as one word or number; as a formula where it is neither."""
        content = _SPACE.sub(" ", self.text[inside:close].replace("\\_", "_")).strip().rstrip(" ,;:").strip()
        if content[-1:] == "." and content[:-1].isalpha():  # the full stop of \text{otherwise.}
            content = content[:-1]
        if not content:
            self.space += " "
        elif re.fullmatch(r"[0-9]+(\.[0-9]*)?|\.[0-9]+", content):
            self.position = self.text.index(content, inside)
            self._number(self.position, single=False)
        elif re.fullmatch(r"[^\W\d][\w \-]*", content) and (content.isascii() or _HANGUL_RUN.match(content)):
            word = re.sub(r"[\s\-]+", "_", content)
            self._emit("word", word, start, close + 1, whole=True)
        else:
            self._group(inside, close)
        self.position = close + 1

    def _style(self, row: Command, start: int, end: int) -> None:
        r"""``\mathbf{x}``: the letter without its weight."""
        if not re.compile(r"\s*\{").match(self.text, end):
            self._tex_argument(start, bare=True)
            return
        inside, close = self._braces()
        first = len(self.tokens)
        self._group(inside, close)
        self.position = close + 1
        if len(self.tokens) > first + 1 and _is_sum(self.tokens[first:]):  # 2\boxed{x+1} is 2(x+1)
            self.tokens.insert(first, Token("op", "(", inside - 1, inside, self.tokens[first].spaced))
            self._emit("op", ")", close, close + 1)

    def _blackboard(self, row: Command, start: int, end: int) -> None:
        match = re.compile(r"\s*(?:\{\s*(\w)\s*\}|(\w))").match(self.text, end)
        letter = (match.group(1) or match.group(2)) if match else ""
        if match is None:
            self._fail(REFUSALS["double-struck"], start, end)
        if letter in _STRUCK_NAMES:
            self._emit("word", _STRUCK_NAMES[letter], start, match.end(), whole=True)
            return
        if letter not in ("E", "1", "I"):
            self._emit("refused", "double-struck", start, match.end())
            return
        self._emit("command", "expectation" if letter == "E" else "indicator", start, match.end())

    def _with_arguments(self, row: Command, start: int, end: int) -> None:
        self._emit("command", row.meaning, start, end)
        if row.role is Role.ROOT:
            optional = re.compile(r"\s*\[").match(self.text, self.position)
            if optional:
                while self.position < len(self.text):
                    closed = self.text[self.position] == "]"
                    self._next()
                    if closed:
                        break
        for _ in range(_ARGUMENTS[row.role]):
            self._tex_argument(start)

    def _labelled(self, row: Command, start: int, end: int) -> None:
        r"""``\underbrace{x^2}_{\text{loss}}``: its body; the label says nothing about its value."""
        self._tex_argument(start)
        label = re.compile(rf"\s*{re.escape(row.meaning)}\s*(\\[A-Za-z]+|[^\s{{]|(?={{))").match(
            self.text, self.position
        )
        if label:
            self.position = label.end()
            if not label[1]:
                self.position = self._braces()[1] + 1

    def _below(self, row: Command, start: int, end: int) -> None:
        r"""``\underset{i}{\max}`` as ``\max_{i}``."""
        inside, close = self._braces()
        self.position = close + 1
        first = len(self.tokens)
        self._style(row, start, end)
        above = self.tokens[first:]
        if len(above) != 1 or not (above[0].kind == "word" or above[0].text == "expectation"):
            self._fail(REFUSALS["below"], start, end)
        after = self.position
        self._emit("op", "_", start, end)
        self._emit("op", "{", inside - 1, inside)
        self._group(inside, close)
        self._emit("op", "}", close, close + 1)
        self.position = after

    def _tex_argument(self, start: int, bare: bool = False) -> None:
        """One argument, always as ``{ ... }`` (``bare``: without the braces where it is one token)."""
        while self.position < len(self.text) and self.text[self.position].isspace():
            self.position += 1
        if self.position >= len(self.text):
            self._fail(
                Text(
                    "the formula ends where this command needs an argument",
                    ko="이 명령의 인자가 있어야 할 곳에서 식이 끝났습니다.",
                ),
                start,
                self.position,
            )
        if self.text[self.position] in "+-*/=^_)]},&" or (not bare and self.text[self.position] in "([|"):
            shown = plain(self.text[start : self.position].rstrip())
            self._fail(
                Text(
                    f"`{shown}` needs its arguments in braces: `{{...}}`",
                    ko=f"`{shown}` 명령의 인자는 중괄호로 묶으세요: `{{...}}`",
                ),
                start,
                self.position + 1,
            )
        self.groups += 1
        if self.groups > MAX_NESTING:
            self._fail(
                Text(
                    f"commands are nested more than {MAX_NESTING} deep",
                    ko=f"명령이 {MAX_NESTING}겹 넘게 겹쳐 있습니다.",
                ),
                start,
            )
        self._one_argument(bare)
        self.groups -= 1

    def _one_argument(self, bare: bool) -> None:
        if self.text[self.position] == "{":
            inside, close = self._braces()
            self._emit("op", "{", inside - 1, inside)
            self._group(inside, close)
            self._emit("op", "}", close, close + 1)
            return
        first = self.position
        if not bare:
            self._emit("op", "{", first, first)
        self._next(single=True)
        if not bare:
            self._emit("op", "}", self.position, self.position)

    def _group(self, inside: int, close: int) -> None:
        """Lex ``text[inside:close]`` in place."""
        self.groups += 1
        self.depth += 1
        if self.groups > MAX_NESTING or self.depth > MAX_NESTING:
            self._fail(_NESTED, inside)
        self.position = inside
        while self.position < close:
            self._next()
        self.groups -= 1
        self.depth -= 1


#: How the lexer reads a command of each role.
READERS: dict[Role, Callable[[_Lexer, Command, int, int], None]] = {
    Role.OPERATOR: _Lexer._command_operator,
    Role.BETWEEN: _Lexer._command_operator,
    Role.LETTER: _Lexer._whole_word,
    Role.NAME: _Lexer._whole_word,
    Role.ACCENT: _Lexer._accented,
    Role.BIG: _Lexer._big,
    Role.FRACTION: _Lexer._with_arguments,
    Role.BINOMIAL: _Lexer._with_arguments,
    Role.ROOT: _Lexer._with_arguments,
    Role.STYLE: _Lexer._style,
    Role.UPRIGHT: _Lexer._upright,
    Role.TEXT: _Lexer._upright,
    Role.BLACKBOARD: _Lexer._blackboard,
    Role.BRACE: _Lexer._labelled,
    Role.BELOW: _Lexer._below,
    Role.SPACE: _Lexer._spacing,
    Role.SIZE: _Lexer._bracket_size,
    Role.IGNORED: _Lexer._ignored,
    Role.REFUSED: _Lexer._refused,
    Role.UNSHOWN: _Lexer._unshown,
}
