"""Prose with formulas between dollar signs → text for a terminal.

The author's notation is kept (``P(A ∣ B)`` or ``3 × 4`` would not survive being read as a value):
commands become Unicode, fractions and roots one line, scripts raised and lowered characters where
these exist. Nothing is lost where something is not known.
"""

from __future__ import annotations

import re

from quizprep.formula.characters import ACCENT_COMMANDS, FRACTIONS, GREEK_COMMANDS, GREEK_NAMES
from quizprep.formula.show.symbols import COMBINING, GREEK_LETTERS, accented, subscript, superscript

MAX_DEPTH = 20  # braces inside braces; deeper ones are left as they are

_FORMULA = re.compile(r"(?<!\\)(\$\$?)((?:\\.|[^$\\])+?)\1", re.DOTALL)
_GLYPHS = {(value.numerator, value.denominator): glyph for glyph, value in FRACTIONS.items()}
_COMMANDS = {
    "cdot": "·", "times": "×", "ast": "∗", "star": "⋆", "odot": "⊙", "circ": "∘", "bullet": "•", "div": "÷",
    "pm": "±",
    "mp": "∓", "otimes": "⊗", "oplus": "⊕", "le": "≤", "leq": "≤", "leqslant": "≤", "ge": "≥", "geq": "≥",
    "geqslant": "≥", "ne": "≠", "neq": "≠", "lt": "<", "gt": ">", "ll": "≪", "gg": "≫", "approx": "≈",
    "equiv": "≡",
    "sim": "∼", "simeq": "≃", "propto": "∝", "land": "∧", "wedge": "∧", "lor": "∨", "vee": "∨", "neg": "¬",
    "lnot": "¬",
    "forall": "∀", "exists": "∃", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪",
    "cap": "∩",
    "emptyset": "∅", "setminus": "∖", "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "implies": "⇒",
    "iff": "⇔",
    "leftarrow": "←", "gets": "←", "leftrightarrow": "↔", "mapsto": "↦", "infty": "∞", "partial": "∂",
    "nabla": "∇",
    "int": "∫", "sum": "Σ", "prod": "Π", "mid": "∣", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖",
    "lVert": "‖",
    "rVert": "‖", "|": "‖", "parallel": "‖", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "langle": "⟨",
    "rangle": "⟩", "{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "ldots": "…", "dots": "…", "cdots": "⋯",
    "vdots": "⋮", "top": "⊤", "intercal": "⊤", "prime": "′", "perp": "⊥", "angle": "∠", "ell": "ℓ", "%": "%",
    "&": "&",
    "#": "#", "_": "_", "$": "$", "dagger": "†", "colon": ":", "triangleq": "≜", "Pr": "Pr", "hbar": "ℏ",
}  # fmt: skip
_PREFIXES = frozenset("∂∇∫|‖⌊⌈⟨¬∀∃")  # TeX drops the space behind the command
_DROPPED = frozenset(
    "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr displaystyle textstyle scriptstyle "
    "limits nolimits rm nonumber".split()
)
_SPACES = {"!": "", ",": " ", ";": " ", ":": " ", ">": " ", " ": " ", "quad": "  ", "qquad": "  ", "\n": " "}
_VERBATIM = frozenset("text textrm textit textbf textsf texttt mbox operatorname mathrm mathit mathsf mathtt".split())
_STYLES = frozenset("mathbf boldsymbol bm mathcal mathfrak mathscr mathbb mathds".split())
_BLACKBOARD = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "E": "E", "P": "ℙ", "1": "1"}
_LOWERED = "[₀-₉₊₋ₐ-ₜᵢ-ᵪⱼ]"
_WORD_OPERATORS = (("<=", "≤"), (">=", "≥"), ("!=", "≠"), ("==", "="), ("->", "→"))


def render_text(text: str) -> str:
    r"""Prose for the screen: ``$...$`` and ``$$...$$`` as Unicode mathematics, ``\$`` as a dollar.

    >>> render_text(r"The rate is $\frac{2PR}{P+R}$, $x_i^2 \le \sigma$; it costs \$5.")
    'The rate is 2PR/(P+R), xᵢ² ≤ σ; it costs $5.'
    """
    pieces, end = [], 0
    for match in _FORMULA.finditer(text):
        pieces += [text[end : match.start()].replace("\\$", "$"), formula_text(match.group(2))]
        end = match.end()
    return "".join(pieces) + text[end:].replace("\\$", "$")


def formula_text(formula: str) -> str:
    """One formula, in LaTeX or in plain text, as a line of Unicode."""
    line = _Reader(formula).all()
    line = re.sub(r"(?<! ) ?([×⊙∘÷±∓⊗⊕≤≥≠≪≫≈≡∝∧∨∈∉⊂⊆∪∩∖→⇒⇔←↔↦∣≜]) ?", r" \1 ", line)
    return re.sub(r" {3,}", "  ", line).strip()


class _Reader:
    """Left to right over the formula; every method returns text for the screen."""

    def __init__(self, source: str, depth: int = 0) -> None:
        self.source = source
        self.position = 0
        self.depth = depth
        self.written = ""

    def all(self) -> str:
        while self.position < len(self.source):
            self.written += self._next()
        return self.written

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
            return self._raised()
        if char == "_" and self.written[-1:].strip():
            self.position += 1
            return self._lowered()
        if char == "{":
            return self._inner(self._braces())
        if char.isascii() and char.isalpha():
            return self._word()
        self.position += 1
        return {"~": " ", "&": "", "-": "−", "*": "·", "\n": " ", "'": "′"}.get(char, char)

    def _inner(self, source: str) -> str:
        if self.depth >= MAX_DEPTH:
            return source
        return _Reader(source, self.depth + 1).all()

    def _braces(self) -> str:
        """The inside of the braces at the position, or the rest where they are never closed."""
        depth, start = 0, self.position + 1
        for index in range(self.position, len(self.source)):
            escaped = self.source[index - 1] == "\\" and index > self.position
            depth += 0 if escaped else {"{": 1, "}": -1}.get(self.source[index], 0)
            if depth == 0:
                self.position = index + 1
                return self.source[start:index]
        self.position = len(self.source)
        return self.source[start:]

    def _skip_spaces(self) -> None:
        while self.source[self.position : self.position + 1].isspace():
            self.position += 1

    def _argument(self) -> str:
        """The next TeX argument, unconverted: a group, a command or one character."""
        self._skip_spaces()
        match = re.compile(r"\\(?:[A-Za-z]+|.)(?:\{[^{}]*\})?|.", re.DOTALL).match(self.source, self.position)
        if match is None:
            return ""
        if match.group() == "{":
            return self._braces()
        self.position = match.end()
        return match.group()

    def _word(self) -> str:
        word = re.compile(r"[A-Za-z]+").match(self.source, self.position).group()
        self.position += len(word)
        if word == "sqrt" and self.source.startswith("(", self.position):
            return "√"
        if word == "sum" and self.source[self.position : self.position + 1] in ("_", "("):
            return "Σ"
        return GREEK_LETTERS[word] if word in GREEK_NAMES else word

    def _raised(self) -> str:
        if self.source.startswith("(", self.position):
            match = re.compile(r"\(([^()]*)\)").match(self.source, self.position)
            inside = match.group(1) if match else ""
            self.position += len(match.group()) if match else 1
            raised = superscript(inside)
            return raised or (f"^({self._inner(inside)})" if match else "^(")
        match = re.compile(r"[+-]?\d+").match(self.source, self.position)
        argument = match.group() if match else self._argument()
        self.position = max(self.position, match.end() if match else 0)
        if argument == "*":
            return "^*"
        inside = self._inner(argument).strip()
        if inside in ("⊤", "T"):
            return "ᵀ"
        if inside in ("′", "∘", "°"):
            return "′" if inside == "′" else "°"
        return superscript(inside.replace(" ", "")) or (f"^{inside}" if len(inside) == 1 else f"^({inside})")

    def _lowered(self) -> str:
        match = re.compile(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*").match(self.source, self.position)
        if match:
            self.position = match.end()
            inside = GREEK_LETTERS.get(match.group(), match.group())
        else:
            inside = self._inner(self._argument()).strip()
        compact = inside.replace(" ", "")
        if subscript(compact):
            return subscript(compact)
        return f"_{inside}" if re.fullmatch(r"\w+", inside) else f"_{{{inside}}}"

    def _command(self) -> str:
        match = re.compile(r"\\([A-Za-z]+\*?|.)?", re.DOTALL).match(self.source, self.position)
        name = (match.group(1) or "\\").rstrip("*") or "*"
        self.position = match.end()
        if name in _DROPPED:
            if self.source[self.position : self.position + 1] == ".":
                self.position += 1
            return ""
        if name in _SPACES:
            return _SPACES[name]
        if name == "\\":
            return "; "
        if name in ("begin", "end"):
            return self._environment(name)
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return _fraction(self._inner(self._argument()), self._inner(self._argument()))
        if name in ("binom", "dbinom", "tbinom"):
            return f"C({self._inner(self._argument())}, {self._inner(self._argument())})"
        if name == "sqrt":
            return self._root()
        if name in ACCENT_COMMANDS:
            return self._accent(ACCENT_COMMANDS[name])
        if name in _VERBATIM:
            return self._spaced_word(
                self._argument().replace("\\_", "_").replace("\\ ", " "), keep=name.startswith("text")
            )
        if name in _STYLES:
            argument = self._argument()
            return _BLACKBOARD.get(argument, argument) if name in ("mathbb", "mathds") else self._inner(argument)
        if name in GREEK_COMMANDS:
            return GREEK_LETTERS.get(GREEK_COMMANDS[name], "ℓ")
        if name in _COMMANDS:
            if _COMMANDS[name] in _PREFIXES:
                self._skip_spaces()
            return _COMMANDS[name]
        return self._spaced_word(name)

    def _spaced_word(self, word: str, keep: bool = False) -> str:
        """A function's name with spaces where letters or digits would run into it."""
        if keep:
            return word
        last = self.written[-1:]
        before = " " if last.isalnum() or last in (")", "]", "}") else ""
        runs_on = re.compile(r"[A-Za-z0-9]|\\(?!left|right|big|Big|[^A-Za-z])").match(self.source, self.position)
        return before + word + (" " if runs_on else "")

    def _accent(self, accent: str) -> str:
        inside = self._inner(self._argument())
        if accent == "vec" or not inside:
            return inside
        if len(inside) == 1 or re.fullmatch(rf"\w_.*|\w{_LOWERED}+", inside):
            return accented(inside[0], accent) + inside[1:]
        return "".join(char + COMBINING[accent] for char in inside) if len(inside) < 4 else inside

    def _root(self) -> str:
        order = ""
        if self.source.startswith("[", self.position):
            end = self.source.find("]", self.position)
            order = self.source[self.position + 1 : end] if end > 0 else ""
            self.position = end + 1 if end > 0 else self.position
        inside = self._inner(self._argument())
        sign = {"": "√", "2": "√", "3": "∛", "4": "∜"}.get(order) or f"{superscript(order) or order}√"
        single = re.fullmatch(rf"\d+|\w{_LOWERED}*|\w_\w+", inside)
        return sign + (inside if single else f"({inside})")

    def _environment(self, which: str) -> str:
        name = self._argument().rstrip("*")
        if which == "end":
            return ""
        end = self.source.find("\\end{" + name, self.position)
        body = self.source[self.position : end if end >= 0 else len(self.source)]
        if name == "array" and body.lstrip().startswith("{"):
            body = body[body.index("}") + 1 :] if "}" in body else body
        self.position = end if end >= 0 else len(self.source)
        rows = [row for row in re.split(r"\\\\", body) if row.strip()]
        if name.endswith("cases"):
            return "{" + "; ".join(self._case(row) for row in rows) + "}"
        if name.endswith("matrix") or name == "array":
            cells = [", ".join(self._inner(cell).strip() for cell in row.split("&")) for row in rows]
            return "[" + "; ".join(cells) + "]"
        return "; ".join(self._inner(row).strip() for row in rows)

    def _case(self, row: str) -> str:
        value, _, condition = (self._inner(part).strip() for part in row.partition("&"))
        if not condition:
            return value
        joined = "" if re.match(r"(if|otherwise|else|for|when)\b", condition) else "if "
        return f"{value} {joined}{condition}"


def _fraction(top: str, bottom: str) -> str:
    top, bottom = top.strip(), bottom.strip()
    if top.isdecimal() and bottom.isdecimal():
        glyph = _GLYPHS.get((int(top[:3]), int(bottom[:3]))) if len(top + bottom) < 6 else None
        if glyph:
            return glyph
    return f"{_held_together(top, product=True)}/{_held_together(bottom)}"


def _held_together(text: str, product: bool = False) -> str:
    """With brackets where a fraction bar reaches further than ``/`` does; ``product``: above the bar."""
    flat = re.sub(rf"{_LOWERED}+|_\{{[^}}]*\}}|_\w+", "", text.strip())
    inner = ""
    while inner != flat:  # what stands in brackets counts as one thing
        inner, flat = flat, re.sub(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|\|[^|]*\||‖[^‖]*‖", "⋄", flat)
    loose = r"[+−±=<>≤≥≠,∣→]" if product else r"[+−±=<>≤≥≠,∣→·×/⊙ ]"
    name = re.fullmatch(r"[A-Za-z]{3,}⋄?|[A-Z]{2}", flat)
    several = re.search(r"[\w⋄][²³⁰-⁹ⁿ]*[^\W\d]|[^\W\d]\w*⋄", flat) and not name
    return f"({text})" if re.search(loose, flat) or (several and not product) else text
