"""Text → tokens: every notation's characters, spaces and LaTeX commands brought to one alphabet.

Offsets are those of the text as typed. What can hide or reorder text (control, zero-width and
direction characters) is refused here, before anything else is done.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from quizprep.formula.characters import (
    ACCENT_COMMANDS,
    ACCENTS,
    FRACTIONS,
    GREEK,
    GREEK_COMMANDS,
    SUBSCRIPTS,
    SUPERSCRIPTS,
)
from quizprep.formula.functions import function_named, spellings
from quizprep.formula.names import plain, unreadable
from quizprep.text import Text

MAX_LENGTH = 10_000  # characters
MAX_NESTING = 40  # brackets inside brackets
MAX_DIGITS = 400  # of a number, and the size of its decimal exponent


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: number, word, command, accent, super, sub, op, begin, end-env, newline, end.

    ``spaced`` is the white space before it; ``whole`` words are never split into letters.
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: str = ""
    whole: bool = False
    accents: tuple[str, ...] = ()
    value: Fraction | None = None

    def is_op(self, *texts: str) -> bool:
        return self.kind == "op" and self.text in texts


_OPERATORS = {
    "·": "·", "⋅": "·", "∙": "·", "×": "*", "∗": "*", "⊙": "*", "∘": "*", "⨀": "*", "÷": "/", "∕": "/",
    "⁄": "/",
    "−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-", "≤": "<=", "≦": "<=", "⩽": "<=", "≥": ">=", "≧": ">=",
    "⩾": ">=",
    "≠": "!=", "∧": "and", "∨": "or", "¬": "not", "‖": "‖", "∥": "‖", "∣": "|", "∞": "inf", "⊤": "⊤",
    "′": "'",
    "″": "''", "’": "'", "⟨": "⟨", "⟩": "⟩", "〈": "⟨", "〉": "⟩", "←": ":=", "≔": ":=", "☓": "*", "✕": "*",
    "⸱": "·",
    "・": "·", "ㆍ": "·", "∶": "/", "≡": "==",
}  # fmt: skip
_OPERATORS |= {char: char for char in "+-*/^_=<>()[]{}|,;!%@&:√∛∜⌊⌋⌈⌉'"}
_LONG_OPERATORS = ("<=", ">=", "!=", "==", ":=", "**", "=<", "=>", "&&")
_LONG_MEANINGS = {"**": "^", "=<": "<=", "=>": ">=", "&&": "and"}
_BIG = {
    "∑": "sum",
    "∏": "prod",
    "Σ": "sum",
    "Π": "prod",
    "𝔼": "expectation",
    "𝟙": "indicator",
    "𝟏": "indicator",
}

_COMMAND_OPERATORS = {
    "cdot": "·", "cdotp": "·", "times": "*", "ast": "*", "star": "*", "odot": "*", "circ": "*",
    "bullet": "·", "div": "/",
    "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=", "ne": "!=",
    "neq": "!=",
    "lt": "<", "gt": ">", "land": "and", "wedge": "and", "lor": "or", "vee": "or", "neg": "not",
    "lnot": "not",
    "infty": "inf", "top": "⊤", "intercal": "⊤", "prime": "'", "lvert": "|open", "rvert": "|close",
    "vert": "|",
    "mid": "|", "lVert": "‖open", "rVert": "‖close", "Vert": "‖", "|": "‖", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈",
    "rceil": "⌉", "langle": "⟨", "rangle": "⟩", "lbrace": "(", "rbrace": ")", "{": "(", "}": ")",
    "lbrack": "[",
    "rbrack": "]", "%": "%", "parallel": "‖", "gets": ":=", "leftarrow": ":=", "coloneqq": ":=",
    "equiv": "==",
    "&": "and", "lparen": "(", "rparen": ")", "slash": "/", "colon": ":",
    "choose": "choose", "over": "over",
}  # fmt: skip
_SPACE_COMMANDS = frozenset(
    "! , ; : > quad qquad enspace thinspace medspace thickspace displaystyle textstyle scriptstyle "
    "limits nolimits mathstrut "
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm Bigm "
    "rm nonumber notag hfill centering".split()
) | {" "}
_UPRIGHT = frozenset(
    "operatorname mathrm text textrm textit textbf textsf texttt mathit mathsf mathtt mbox hbox".split()
)
_STYLES = frozenset(
    "mathbf boldsymbol bm mathcal mathfrak mathscr symbf pmb boldmath mathbfit mathnormal boxed".split()
)
_WRAPPING_ENVIRONMENTS = frozenset(
    "align aligned equation gather gathered split eqnarray multline math displaymath".split()
)
_TABLES = frozenset("cases dcases rcases matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix array".split())
_TEX_ARGUMENTS = {
    "frac": 2,
    "dfrac": 2,
    "tfrac": 2,
    "cfrac": 2,
    "binom": 2,
    "dbinom": 2,
    "tbinom": 2,
    "sqrt": 1,
}
_TEX_NAMES = {"dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "dbinom": "binom", "tbinom": "binom"}
_BIG_COMMANDS = {"sum": "sum", "prod": "prod"}
_REFUSED_COMMANDS = {
    "int": "integrals", "iint": "integrals", "oint": "integrals", "partial": "derivatives",
    "nabla": "derivatives",
    "lim": "limits", "pm": "± (two formulas in one)", "mp": "∓ (two formulas in one)", "in": "sets",
    "cup": "sets",
    "cap": "sets", "forall": "quantifiers", "exists": "quantifiers", "approx": "≈", "sim": "distributions",
    "to": "arrows", "rightarrow": "arrows", "otimes": "⊗", "oplus": "⊕",
}  # fmt: skip
_REFUSED_CHARACTERS = {
    "∂": "derivatives", "∇": "derivatives", "∫": "integrals", "±": "± (two formulas in one)", "∈": "sets",
    "≈": "≈", "→": "arrows", "∼": "distributions", "⊗": "⊗", "⊕": "⊕", "∀": "quantifiers", "∃": "quantifiers",
}  # fmt: skip
_REFUSED_KOREAN = {
    "integrals": "적분", "derivatives": "미분", "limits": "극한", "± (two formulas in one)": "±(한 식에 두 식)",
    "∓ (two formulas in one)": "∓(한 식에 두 식)", "sets": "집합", "quantifiers": "한정 기호", "distributions": "분포",
    "arrows": "화살표",
}  # fmt: skip

_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+\-−]?\d+(?![\d.]))?")
_THOUSANDS = re.compile(r"\d{1,3}(?:(?:,|\{,\}|\\,)\d{3})+(?:\.\d+)?(?![\d.,])")
_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_HANGUL_RUN = re.compile(r"[가-힣]+")
_PRIMED = re.compile(r"\^\s*(?:\{\s*(?:\\prime\s*)+\}|(?:\\prime(?![a-zA-Z])\s*)+)")
_EXTREME = re.compile(r"(?:\s|\\[,!;:])*\\(max|min)(?![a-zA-Z])")
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)

QUOTED = Text("text in quotes is not part of a formula", ko="따옴표로 묶은 글은 식에 쓸 수 없습니다.")
_NESTED = Text(f"brackets are nested more than {MAX_NESTING} deep", ko=f"괄호가 {MAX_NESTING}겹 넘게 겹쳐 있습니다.")


def foreign(shown: str) -> Text:
    """The refusal of what stands in no formula."""
    return Text(f"`{shown}` is not part of the formula language", ko=f"`{shown}`: 식에 쓸 수 없는 표기입니다.")


def not_evaluated(what: str) -> Text:
    """The refusal of notation that is read in books and has no value here."""
    return Text(
        f"{what} cannot be evaluated here: write the result out",
        ko=f"{_REFUSED_KOREAN.get(what, what)}: 여기서는 계산할 수 없습니다. 결과를 직접 적으세요.",
    )


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
    check_characters(text)
    return _subscripts_first(_Lexer(text).run())


def _subscripts_first(tokens: list[Token]) -> list[Token]:
    """``σ^2_i`` as ``σ_i^2``: TeX takes the two in either order."""
    position = 1
    while position < len(tokens):
        upper = _script_end(tokens, position, "^", "super")
        lower = _script_end(tokens, upper, "_", "sub") if upper else None
        if lower and not tokens[upper].spaced and tokens[position - 1].kind != "number":
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


class _Lexer:
    """One pass over the text; ``self.position`` only grows."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.tokens: list[Token] = []
        self.space = ""
        self.depth = 0  # open brackets and environments: a line break inside them is a space
        self.groups = 0  # TeX groups being read by recursion

    def run(self) -> list[Token]:
        """Every token, and the end."""
        while self.position < len(self.text):
            self._next()
        self._emit("end", "", len(self.text), len(self.text))
        return self.tokens

    def _emit(self, kind: str, text: str, start: int, end: int, **more: object) -> None:
        self.tokens.append(Token(kind, text, start, end, self.space, **more))
        self.space = ""
        self.position = max(self.position, end)

    def _fail(self, message: Text, start: int, end: int | None = None) -> None:
        raise unreadable(message, self.text, start, end)

    def _next(self, single: bool = False) -> None:
        """Read one token; ``single`` takes one digit or letter only, as a TeX argument does."""
        text, start = self.text, self.position
        char = text[start]
        if char == "\n" and self.depth == 0:
            self._emit("newline", "\n", start, start + 1)
        elif char.isspace() or char == "~":
            self.space += char
            self.position += 1
        elif char == "#":
            while self.position < len(text) and text[self.position] != "\n":
                self.position += 1
        elif char == "$":
            self._dollar(start)
        elif char == "\\":
            self._command(start)
        elif char in SUPERSCRIPTS or char in SUBSCRIPTS:
            self._script(start)
        elif char in FRACTIONS:
            self._emit("number", char, start, start + 1, value=FRACTIONS[char])
        elif "0" <= char <= "9" or (
            char == "." and text[start + 1 : start + 2].isascii() and text[start + 1 : start + 2].isdigit()
        ):
            self._number(start, single)
        elif char in _BIG:
            self._emit("command", _BIG[char], start, start + 1)
        elif char in _REFUSED_CHARACTERS:
            self._fail(not_evaluated(_REFUSED_CHARACTERS[char]), start)
        elif char in _OPERATORS or char == "." or "！" <= char <= "～":
            self._operator(start)
        elif char.isalpha():
            self._word(start, single)
        elif char in '"“”`‘':
            self._fail(QUOTED, start)
        elif char == "…":
            self._fail(
                Text(
                    "`…` leaves terms out: write the sum in full, or as sum_{i=1}^{n}",
                    ko="`…` 기호는 항을 생략합니다. 합을 모두 적거나 sum_{i=1}^{n}처럼 적으세요.",
                ),
                start,
            )
        elif unicodedata.combining(char):
            self._fail(
                Text(
                    "this accent stands on no letter: hats, tildes, bars and dots go on the letters of names",
                    ko="이 악센트가 놓일 글자가 없습니다. hat, tilde, bar, dot은 이름의 글자 위에 붙이세요.",
                ),
                start,
            )
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
        line_before = self.text[:start].rsplit("\n", 1)[-1].strip()
        line_after = self.text[end:].split("\n", 1)[0].strip(" \t.,;")
        if line_before and line_after:
            self._fail(
                Text(
                    "`$` marks the beginning and the end of a formula; this one stands inside",
                    ko="`$` 기호는 식의 처음과 끝에만 씁니다. 이것은 식 안에 있습니다.",
                ),
                start,
                end,
            )
        self.space += " "
        self.position = end

    def _number(self, start: int, single: bool) -> None:
        if single and self.text[start] != ".":
            self._emit("number", self.text[start], start, start + 1, value=Fraction(self.text[start]))
            return
        match = _THOUSANDS.match(self.text, start) if self.depth == 0 else None
        match = match or _NUMBER.match(self.text, start)
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
            and self.text[match.end() + 1 : match.end() + 2] != "T"
        ):
            shown = plain(self.text[start : match.end() + 2])
            self._fail(Text(f"`{shown}` is not a number", ko=f"`{shown}`: 수가 아닙니다."), start, match.end() + 1)
        self._emit(
            "number",
            written,
            start,
            match.end(),
            value=Fraction(mantissa + ("e" + exponent if exponent else "")),
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
        pair = text[start : start + 2]
        primed = _PRIMED.match(text, start)
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
                self._fail(
                    Text(
                        "`..` leaves something out: write the formula in full",
                        ko="`..` 표기는 무언가를 생략합니다. 식을 모두 적으세요.",
                    ),
                    start,
                    start + 2,
                )
            self._attribute(start)
        elif pair in _LONG_OPERATORS:
            meaning = _LONG_MEANINGS.get(pair, pair)
            self._emit("word" if meaning == "and" else "op", meaning, start, start + 2, whole=True)
        elif char == "&" and text[start + 1 :].lstrip(" ").startswith("="):
            self.position += 1
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

    def _bracket(self, char: str, start: int) -> None:
        if char in "([{⌊⌈⟨":
            self.depth += 1
            if self.depth > MAX_NESTING:
                self._fail(_NESTED, start)
        elif char in ")]}⌋⌉⟩":
            self.depth = max(0, self.depth - 1)

    def _attribute(self, start: int) -> None:
        after = re.match(r"\.\s*(\w*)", self.text[start : start + 80])
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
        elif self.text[start + 1 :].strip(" \t$\r\n") == "":
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
        if run and not single:
            end = run.end()
            if end < len(text) and unicodedata.combining(text[end]):
                end -= 1  # the last letter carries an accent: a name of its own
            if end > start:
                self._emit("word", text[start:end], start, end)
                return
        if _HANGUL_RUN.match(text, start):
            end = _HANGUL_RUN.match(text, start).end()
            self._emit("word", text[start:end], start, end, whole=True)
            return
        self._letter(start, single)

    def _letter(self, start: int, single: bool) -> None:
        text = self.text
        base, *marks = unicodedata.normalize("NFD", text[start])
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
        self._emit(kind, "".join(table[char] for char in self.text[start:end]), start, end)

    # LaTeX

    def _command(self, start: int) -> None:
        match = _COMMAND.match(self.text, start)
        if match is None:
            self._fail(Text("a `\\` ends the formula", ko="식이 `\\` 기호로 끝납니다."), start)
        name, end = match.group(1).rstrip("*"), match.end()
        if name == "\\":
            self._emit("newline" if self.depth == 0 else "op", "\\\\", start, end)
        elif name in ("begin", "end"):
            self._environment(name, start, end)
        elif name in ("(", ")", "[", "]") or name in _SPACE_COMMANDS:
            self._space_command(name, start, end)
        elif name in _UPRIGHT:
            self._upright(start, end)
        elif name in _STYLES:
            self._style(start, end)
        elif name == "mathbb" or name == "mathds":
            self._blackboard(start, end)
        elif name in ACCENT_COMMANDS:
            self._emit("accent", ACCENT_COMMANDS[name], start, end)
            self._tex_argument(start)
        elif name in _TEX_ARGUMENTS:
            self._emit("command", _TEX_NAMES.get(name, name), start, end)
            self._tex_arguments(name, start)
        elif name in _COMMAND_OPERATORS:
            self._command_operator(_COMMAND_OPERATORS[name], start, end)
        elif name in GREEK_COMMANDS:
            self._emit("word", GREEK_COMMANDS[name], start, end, whole=True)
        elif name in _BIG_COMMANDS:
            self._emit("command", _BIG_COMMANDS[name], start, end)
        elif name == "_":
            self._emit("op", "_", start, end)
        elif name in _REFUSED_COMMANDS:
            self._fail(not_evaluated(_REFUSED_COMMANDS[name]), start, end)
        else:
            self._function_command(name, start, end)

    def _command_operator(self, meaning: str, start: int, end: int) -> None:
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

    def _function_command(self, name: str, start: int, end: int) -> None:
        name = "mod" if name == "bmod" else name
        extreme = _EXTREME.match(self.text, end) if name == "arg" else None
        if extreme:
            name, end = f"arg{extreme[1]}", extreme.end()
        if function_named(name) is None and name not in ("arg", "argmax", "argmin", "Pr", "E"):
            import difflib

            known = (
                *spellings(),
                *GREEK_COMMANDS,
                *_COMMAND_OPERATORS,
                *_TEX_ARGUMENTS,
                *_UPRIGHT,
                "sum",
                "prod",
            )
            close = difflib.get_close_matches(name[:40], known, n=1, cutoff=0.7)
            hint = (
                Text(f"; did you mean `\\{close[0]}`?", ko=f" 혹시 `\\{close[0]}`인가요?") if close else Text("", ko="")
            )
            self._fail(
                Text(
                    f"`\\{plain(name)}` is not a command that is known here{hint['en']}",
                    ko=f"`\\{plain(name)}`: 모르는 명령입니다.{hint['ko']}",
                ),
                start,
                end,
            )
        self._emit("word", name, start, end, whole=True)

    def _space_command(self, name: str, start: int, end: int) -> None:
        if name in ("(", ")", "[", "]") and self.text[:start].strip() and self.text[end:].strip(" \t\n.,;"):
            self._fail(
                Text(
                    f"`\\{name}` marks the beginning or the end of a formula; this one stands inside",
                    ko=f"`\\{name}` 기호는 식의 처음과 끝에만 씁니다. 이것은 식 안에 있습니다.",
                ),
                start,
                end,
            )
        if name in ("left", "right") and self.text[end : end + 1] == ".":
            end += 1
        self.space += " "
        self.position = end
        if name in ("left", "bigl", "Bigl") and self.text[end : end + 1] == "|":
            self._emit("op", "|", end, end + 1, whole=True)

    def _environment(self, which: str, start: int, end: int) -> None:
        match = re.compile(r"\s*\{\s*([A-Za-z]+)\*?\s*\}(\s*\{[lcr| ]*\})?").match(self.text, end)
        if match is None or match.group(1) not in _TABLES | _WRAPPING_ENVIRONMENTS:
            known = "cases, matrix, pmatrix, bmatrix, align"
            self._fail(
                Text(
                    f"this environment is not known here; these are: {known}",
                    ko=f"모르는 환경입니다. 쓸 수 있는 환경: {known}",
                ),
                start,
                match.end() if match else end,
            )
        name = match.group(1)
        close = match.end() if name == "array" or which == "end" else match.end(1) + 1
        close = self.text.index("}", match.end(1)) + 1 if name != "array" else close
        if name in _WRAPPING_ENVIRONMENTS:
            self.space += " "
            self.position = close
            return
        self.depth = self.depth + 1 if which == "begin" else max(0, self.depth - 1)
        if self.depth > MAX_NESTING:
            self._fail(_NESTED, start)
        self._emit("begin" if which == "begin" else "end-env", name, start, close)

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

    def _upright(self, start: int, end: int) -> None:
        r"""``\operatorname{softmax}``, ``\mathrm{TP}``, ``\text{ if }``: one word."""
        self.position = end
        if not re.compile(r"\s*\{").match(self.text, end):
            self._tex_argument(start, bare=True)
            return
        inside, close = self._braces()
        content = self.text[inside:close].replace("\\_", "_").replace("\\", " ").strip(" ,~!;")
        if not content:
            self.space += " "
        elif re.fullmatch(r"[\d.]+", content):
            self.position = inside
            self._number(inside, single=False)
        elif re.fullmatch(r"[^\W\d][\w \-]*", content) and (content.isascii() or _HANGUL_RUN.match(content)):
            word = re.sub(r"[\s\-]+", "_", content)
            self._emit("word", word, start, close + 1, whole=True)
        else:
            self._group(inside, close)
        self.position = close + 1

    def _style(self, start: int, end: int) -> None:
        r"""``\mathbf{x}``: the letter without its weight."""
        self.position = end
        if not re.compile(r"\s*\{").match(self.text, end):
            self._tex_argument(start, bare=True)
            return
        inside, close = self._braces()
        self._group(inside, close)
        self.position = close + 1

    def _blackboard(self, start: int, end: int) -> None:
        match = re.compile(r"\s*(?:\{\s*(\w)\s*\}|(\w))").match(self.text, end)
        letter = (match.group(1) or match.group(2)) if match else ""
        if letter not in ("E", "1", "I"):
            self._fail(
                Text(
                    "of the double-struck letters only the expectation and the indicator are read",
                    ko="칠판 볼드체 글자 가운데 기댓값(𝔼)과 지시 함수(𝟙)만 읽습니다.",
                ),
                start,
                end,
            )
        self._emit("command", "expectation" if letter == "E" else "indicator", start, match.end())

    def _tex_arguments(self, name: str, start: int) -> None:
        if name == "sqrt":
            optional = re.compile(r"\s*\[").match(self.text, self.position)
            if optional:
                while self.position < len(self.text):
                    closed = self.text[self.position] == "]"
                    self._next()
                    if closed:
                        break
        for _ in range(_TEX_ARGUMENTS[name]):
            self._tex_argument(start)

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
        if self.text[self.position] in "+-*/=^_)]},&":
            shown = plain(_COMMAND.match(self.text, start).group())
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
