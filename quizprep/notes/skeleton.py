r"""What is left of a formula without its spelling: no fonts, no signs of products, one kind of bracket, LaTeX or not.

``\mathbf{W}_f \cdot [\mathbf{h}_{t-1}, x_t] + b_f`` and ``W_f @ [hₜ₋₁, xₜ] + b_f`` have one skeleton:
``W_{f} ( h_{t-1} , x_{t} ) + b_{f}``. Its parts stand apart by spaces; a fraction is ``frac( above ; below )``, an
accent ``hat.y``, a power of e ``exp ( ... )``. It is made for telling forms apart (:mod:`quizprep.notes.forms`), and
says nothing of values.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from quizprep.formula.characters import ACCENTS, GREEK, GREEK_NAMES, SUBSCRIPTS, SUPERSCRIPTS

LONGEST = 400  # characters of a side that is read
REMEMBERED = 512  # sides
DEEPEST = 30  # brackets in one another

_FONT = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|mathit|mathsf|mathtt|mathscr|textbf|textit|textrm|texttt|text|mbox"
    r"|operatorname|vec|overrightarrow|ensuremath|pmb|rm|bf|it|cal|mathop)\*?(?![A-Za-z])\s*"
)
_DROPPED = re.compile(
    r"\\(?:left|right)\s*\.|\\(?:left|right|middle|[bB]igg?[lrm]?|displaystyle|textstyle|limits|nolimits|quad|qquad|mathstrut)(?![A-Za-z])"
    r"|\\[,;:! ]|[~`$]|\\(?=_)|\\(?:label|tag)\{[^{}]*\}"
)
_ACCENT = {
    **dict.fromkeys(("hat", "widehat"), "hat"),
    **dict.fromkeys(("tilde", "widetilde"), "tilde"),
    **dict.fromkeys(("bar", "overline"), "bar"),
    "dot": "dot",
}
_FUNCTIONS = {
    **{name: name for name in "log exp tanh sin cos max min sqrt softmax relu floor ceil".split()},
    **dict.fromkeys(("Softmax", "SoftMax"), "softmax"),
    **dict.fromkeys(("sigmoid", "Sigmoid"), "sigma"),
    **dict.fromkeys(("ReLU", "RELU", "Relu"), "relu"),
    "ln": "log",
    "Tanh": "tanh",
}
_PRODUCTS = frozenset("cdot times odot circ otimes bigodot ast star bullet bigotimes".split())
_PRODUCT_SIGNS = frozenset("*·×⊙∘∗@⊗⋅•⨀")
_SYMBOLS = {"prime": "'", "top": "T", "intercal": "T", "partial": "d", "varepsilon": "epsilon", "varphi": "phi"}
_NAMES = frozenset(("nabla", "ell", "infty", "cap", "cup", "T", "'"))
_FACTORS = frozenset("alpha beta gamma eta lambda rho tau nabla cap cup".split())  # no functions
_KEPT = frozenset(
    "PE TP TN FP FN lr db dw dW dB Var Cov FFN MLP MHA MSA RNN CNN LN PP PPL PRE REC MIN MAX MEAN STD".split()
)
_OPEN, _CLOSE = {"(": ")", "[": "]", "\\{": "\\}", "\\lfloor": "\\rfloor", "\\lceil": "\\rceil"}, frozenset(")]}")
_BARS = {"\\|": "||", "\\parallel": "||", "\\Vert": "||", "\\lVert": "||", "\\rVert": "||", "‖": "||", "||": "||"}
_BAR = {"|": "|", "\\vert": "|", "\\lvert": "|", "\\rvert": "|", "\\mid": "|"}
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\|\||\d+(?:\.\d+)?|[A-Za-z]+|\S", re.DOTALL)
_WORDS_BELOW = frozenset("new old next prev real fake model total norm".split())
_OF_LETTERS = re.compile(r"QKV?T?|[a-zA-Z]?[WUV][a-zA-Z]?|[A-Z]{3}")  # products, and no names
_FRACTION = re.compile(r"\\[dt]?frac\s*\{(?P<above>[^{}]*)\}\s*\{(?P<below>[^{}]*)\}")
_SUM = re.compile(
    r"(?<![^\s=+\-*/(·×])Σ(?=\s*[(\[]|(?:[ᵢⱼₖₙ]|_\{?[ijkn]\}?)\s*[\w(\[\\]|\s*[A-Za-z][ᵢⱼₖ_])"
)  # and no matrix
_WORD = re.compile(rf"(?!(?:{'|'.join(sorted({*_FUNCTIONS, *_FUNCTIONS.values()}))})$)[A-Za-z]+")  # \text{loss}(y)
_BEGINS_A_NAME = re.compile("[A-Z]|[a-z]_")  # A_1W_2, w_1x_1
_LAYER = re.compile(r"(?P<mark>[_^]\s*\{?\s*[\[(]?\s*)(?:\\ell(?![A-Za-z])|ℓ)")  # W^{[\ell]}
_APART = re.compile(r"(?<![A-Za-z])(?P<name>[A-Za-z])_(?P<index>[A-Za-z0-9])(?=[A-Za-z]_)")  # W_oh_t
_BEHIND_A_LAYER = re.compile(r"[\[(](?P<layer>\w+)[\])],?(?P<mark>T|')")
_NAMED = re.compile(r"(?:(?:hat|tilde|bar)\.)?[A-Za-z]+(?:[_^]\{[^{}\s]*\})*")
_GLUED = re.compile(r"(?P<name>[A-Za-z]{1,2})(?P<function>log|ln|exp|tanh)")
_ROW = "\ue012"  # between two rows
_CASES = re.compile(r"\{[dr]?cases\*?\}(?P<rows>(?:(?!\\begin).)*?)\\end\s*\{[dr]?cases\*?\}", re.DOTALL)
_IF = re.compile(r"\{\s*(?:if|for|when|where)\b(?P<rest>[^{}]*)\}|\b(?:if|for|when|where)\b|만약|当")
_OTHERWISE = re.compile(r"\{?\s*\b(?:otherwise|else|o\.w\.?)(?![A-Za-z])\s*\}?|그\s*외|기타|其他|否则", re.IGNORECASE)
_UNEQUAL = re.compile(r"\\neq?(?![A-Za-z])|≠")
_AT_MOST = re.compile(r"\\(?:(?P<most>leq?(?:slant)?)|geq?(?:slant)?)(?![A-Za-z])|(?P<le>≤)|≥")


class _Unread(Exception):
    """What stands there has no skeleton."""


@lru_cache(maxsize=REMEMBERED)
def skeleton(text: str) -> str | None:
    """The skeleton of one side of an equation; None where it cannot be read."""
    if len(text) > LONGEST:
        return None
    try:
        reader = _Reader(in_ascii(text.replace("\\\\", _ROW)), latex=re.search(r"\\[A-Za-z]|[_^]\{", text) is not None)
        found = reader.expression("")
    except (_Unread, RecursionError):
        return None
    return re.sub(r"\|\|_\{(?:2|F)\}", "||", " ".join(found)) or None  # the usual lengths


def in_ascii(text: str) -> str:
    """With commands for letters of other scripts, and with scripts for raised and lowered characters."""
    text = _LAYER.sub(r"\g<mark>l", _APART.sub(r"\g<name>_{\g<index>} ", _SUM.sub("∑", text)))
    parts: list[str] = []
    raised = {**dict.fromkeys(SUPERSCRIPTS, "^"), **dict.fromkeys(SUBSCRIPTS, "_")}
    plain = {**SUPERSCRIPTS, **SUBSCRIPTS}
    before = ""
    for character in text:
        mark = raised.get(character, "")
        if before and mark != before:
            parts.append("}")
        if mark:
            parts.append((f"{mark}{{" if mark != before else "") + plain[character])
        elif character in ACCENTS and parts:
            letter = parts.pop().strip()
            parts.append(f"\\{ACCENTS[character]} {letter} ")
        elif character in GREEK:
            parts.append(f" \\{GREEK[character]} ")
        elif (simple := unicodedata.normalize("NFD", character)) != character and simple[1:] in ACCENTS:
            parts.append(f" \\{ACCENTS[simple[1:]]} {simple[0]} ")
        else:
            parts.append(character)
        before = mark
    text = "".join(parts) + ("}" if before else "")
    for sign, command in (("∑", "sum"), ("∏", "prod"), ("∂", "partial"), ("∇", "nabla"), ("√", "sqrt"), ("𝔼", "E")):
        text = text.replace(sign, f"\\{command} " if command != "E" else " E ")
    text = (
        text.replace("\\#", " count ")
        .replace("⊤", "\\top ")
        .replace("⟨", "<")
        .replace("⟩", ">")
        .replace("−", "-")
        .replace("’", "'")
    )
    text = re.sub(
        r"\\(?:langle|rangle|lt|gt)(?![A-Za-z])", lambda found: "<" if found[0] in ("\\langle", "\\lt") else ">", text
    )
    text = text.replace("⌈", "\\lceil ").replace("⌉", "\\rceil ").replace("⌊", "\\lfloor ").replace("⌋", "\\rfloor ")
    text = re.sub(r"\\(?:[cl]?dots|dots[bcm])(?![A-Za-z])|\.\.\.|…|⋯", " \\\\dots ", text)
    text = re.sub(r"\*\*\s*", "^", re.sub(r"(?<=[A-Za-z0-9)\]}])\.T(?![A-Za-z])", "^T", text))
    text = re.sub(r"\\mathbb\s*\{?\s*([A-Z])\s*\}?", r" \1 ", text)
    return _DROPPED.sub(" ", _FONT.sub(" ", text))


class _Reader:
    """Parts of a formula from left to right; what is not understood raises _Unread."""

    def __init__(self, text: str, latex: bool) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.latex = latex  # W_fx is W_f x there, and one name in plain text

    def _peek(self) -> str:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        found = _TOKEN.match(self.text, self.at)
        return found[0] if found else ""

    def _take(self) -> str:
        token = self._peek()
        self.at += len(token)
        return token

    def expression(self, closing: str) -> list[str]:
        """The parts up to a closing mark, which is taken; the empty one is the end."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise _Unread
        parts: list[str] = []
        while True:
            token = self._peek()
            if token == "||" and closing == "|":  # |a||b|
                token = closing
            if token == closing or (closing in ("||", "|") and {**_BARS, **_BAR}.get(token) == closing):
                self.at += len(token)
                self.depth -= 1
                return parts
            if not token or token in _CLOSE or token in _OPEN.values():
                raise _Unread
            if token in "+-=,;:<>!":
                parts.append(self._take())
            elif token in _PRODUCT_SIGNS or token[1:] in _PRODUCTS:
                self._take()
            elif token == "/":
                self._take()
                above = parts.pop() if parts else ""
                if not above or above in "+-=,;:":
                    raise _Unread
                parts.append(_fraction(above, self._below()))
            elif token in _BAR or token in _BARS:
                parts.append(self._between_bars(token))
            else:
                parts.append(self.operand())

    def _below(self) -> str:
        """What stands behind a slash: one operand, and behind a sum sign its terms."""
        below = self.operand()
        while below.startswith(("sum", "prod")) and self._peek() not in ("", "+", "-", ")", "]", "}", ",", "="):
            if self._peek() in _PRODUCT_SIGNS:
                self._take()
            below = f"{below} {self.operand()}"
        return below

    def _between_bars(self, token: str) -> str:
        """``| a |`` and ``|| a ||``, or the bar alone where no second one follows: of a condition, of a divergence."""
        begun, depth = self.at + len(token), self.depth
        self.at = begun
        bar = {**_BARS, **_BAR}[token]
        try:
            inside = self.expression(bar)
            if inside and not inside[0].startswith((")", ",")):
                return f"{bar} {' '.join(inside)} {bar}{self._scripts()}"
        except _Unread:
            pass
        self.at, self.depth = begun, depth
        return bar

    def operand(self) -> str:
        token = self._take()
        if not token:
            raise _Unread
        if token in _OPEN:
            inside = self.expression(_OPEN[token])
            name = {"\\lfloor": "floor ", "\\lceil": "ceil "}.get(token, "")
            return self._raised(name, inside)
        if token == "{":
            inside = self.expression("}")
            if len(inside) == 1:
                with_scripts = self._with_scripts(inside[0])
                return self._called(with_scripts) if _WORD.fullmatch(inside[0]) else with_scripts
            if not {"+", "-", ",", "="} & set(inside) and inside:
                return " ".join(inside) + self._scripts()
            return self._raised("", inside)
        if token in _BARS or token in _BAR:
            self.at -= len(token)
            return self._between_bars(token)
        if token.startswith("\\") and len(token) > 2:
            return self._command(token[1:])
        if token[0].isdigit():
            return self._with_scripts(token)
        if token.isalpha() and token.isascii():
            return self._letters(token)
        raise _Unread

    def _raised(self, name: str, inside: list[str]) -> str:
        scripts = self._scripts()
        if len(inside) == 1 and not name and (not scripts or (scripts == "^{T}" and _NAMED.fullmatch(inside[0]))):
            return inside[0] + scripts  # (W^{[1]})^T is W^{[1]T}
        return f"{name}( {' '.join(inside)} ){scripts}"

    def _command(self, name: str) -> str:
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            above, below = self._argument(), self._argument()
            return self._with_scripts(_fraction(above, below)) if self._peek() == "^" else _fraction(above, below)
        if name in _ACCENT:
            of = self._argument()
            mean = _ACCENT[name] == "bar" and (" " in of or of.endswith("^{2}"))  # \\overline{xy}
            return self._called(self._with_scripts(f"bar( {of} )" if mean else f"{_ACCENT[name]}.{of}"))
        if name == "begin":
            return self._cases()
        if name == "dots":
            return name
        if name == "sqrt" and self._peek() == "[":
            return self._root()
        if name in _FUNCTIONS:
            return self._function(_FUNCTIONS[name])
        if name in ("sum", "prod"):
            return name + self._scripts()
        if name == "partial":
            return "d" if self._peek() in ("}", "") else f"d {self.operand()}"
        if name == "mathbb":
            return self.operand()
        name = _SYMBOLS.get(name, name)
        if name == "sigma" and self._peek() in ("(", "["):
            return self._function("sigma")
        if name in GREEK_NAMES or name in _NAMES:
            with_scripts = self._with_scripts(name)
            return with_scripts if name in _FACTORS else self._called(with_scripts)
        raise _Unread

    def _cases(self) -> str:
        """``cases( value ; condition ; value ; condition )``, of two rows; otherwise is ``else``."""
        found = _CASES.match(self.text, self.at)
        if found is None:
            raise _Unread
        self.at = found.end()
        cells = [cell for row in found["rows"].strip(f"{_ROW} \n").split(_ROW) for cell in row.split("&")]
        if len(cells) != 4:
            raise _Unread
        parts = []
        for place, cell in enumerate(cells):
            text = cell.strip().rstrip(",.;")
            if place % 2:
                text = _UNEQUAL.sub(" ! = ", text)
                text = _OTHERWISE.sub("else", _AT_MOST.sub(_in_signs, _IF.sub(lambda found: found["rest"] or "", text)))
            parts.append(" ".join(_Reader(text, self.latex).expression("")))
        return f"cases( {' ; '.join(parts)} )"

    def _argument(self) -> str:
        token = self._peek()
        if token == "{":
            self._take()
            return " ".join(self.expression("}"))
        if token[:1].isalnum():  # \frac12, \hat y
            self.at += 1
            return token[0]
        return self.operand()

    def _root(self) -> str:
        r"""``\sqrt[n]{x}`` as a power of x."""
        self._take()
        degree = "".join(self.expression("]"))
        inside = self._argument()
        return inside if degree == "1" else f"( {inside} )^{{1/{degree}}}" if degree != "2" else f"sqrt ( {inside} )"

    def _letters(self, run: str) -> str:
        if (glued := _GLUED.fullmatch(run)) is not None and run not in _FUNCTIONS:
            self.at -= len(glued["function"])
            return self._called(self._with_scripts(" ".join(glued["name"])))
        if run in _FUNCTIONS:
            return self._function(_FUNCTIONS[run])
        if run == "e" and self._peek() == "^":
            self._take()
            return self._exponent()
        if run == "d" and self._peek().startswith("\\"):
            return f"d {self.operand()}"
        letters = len(run) == 2 or _OF_LETTERS.fullmatch(run) is not None
        if letters and run not in _KEPT:
            return " ".join([*run[:-1], self._called(self._with_scripts(run[-1]))])
        return self._called(self._with_scripts(run))

    def _exponent(self) -> str:
        if self._peek() == "{":
            self._take()
            inside = self.expression("}")
        elif self._peek() == "(":
            self._take()
            inside = self.expression(")")
        else:
            inside = [self._argument()]
        return f"exp {_bracketed(inside)}"

    def _function(self, name: str) -> str:
        scripts = self._scripts()
        if self._peek() in _PRODUCT_SIGNS:
            raise _Unread
        if name == "sqrt" and self._peek() == "{":  # how far a root goes has to be seen
            self._take()
            inside = self.expression("}")
            return f"sqrt{scripts} {_bracketed(inside)}"
        if self._peek() in ("", ")", "]", "}", "+", ",", "="):
            return name + scripts
        if self._peek() == "<":  # cos⟨u, v⟩
            self._take()
            return f"{name}{scripts} ( {' '.join(self.expression('>'))} )"
        if self._peek() == "-":
            self._take()
            return f"{name}{scripts} ( - {self.operand()} )"
        return f"{name}{scripts} {_bracketed([self.operand()])}"

    def _called(self, name: str) -> str:
        """A name with the brackets that stand directly behind it."""
        if self.text[self.at : self.at + 1] in ("(", "[") or (self._peek() == "(" and self.latex):
            bracket = self._take()
            inside = self.expression(_OPEN[bracket])
            return f"{name} ( {' '.join(inside)} ){self._scripts()}"
        return name

    def _with_scripts(self, name: str) -> str:
        scripts = self._scripts()
        if name == "e" and scripts.startswith("^"):
            raise _Unread
        return name + scripts

    def _scripts(self) -> str:
        """The indices, the powers and the primes behind a name: those below first."""
        below, above, primes = "", "", ""
        while self._peek() in ("_", "^", "'"):
            mark = self._take()
            if mark == "'":
                primes += "'"
                continue
            content = self._script()
            if (layer := _BEHIND_A_LAYER.fullmatch(content)) is not None:  # W^{[1]T}, g^{[1]'}
                above += f"^{{{layer['layer']}}}" if layer["layer"] else ""
                content = layer["mark"]
            if content == "'":
                primes += "'"
            elif mark == "_":
                below += f"_{{{content}}}" if content else ""
            else:
                above += f"^{{{content}}}" if content else ""
        return primes + below + above

    def _script(self) -> str:
        self._peek()
        if self.text[self.at : self.at + 1] == "{":
            depth, begun = 0, self.at
            while self.at < len(self.text):
                depth += {"{": 1, "}": -1}.get(self.text[self.at], 0)
                self.at += 1
                if depth == 0:
                    return _plain(self.text[begun + 1 : self.at - 1])
            raise _Unread
        token = self._take()
        if token in ("(", "[", "<"):  # x^(i), a^<t>
            end = self.text.find({"(": ")", "[": "]", "<": ">"}[token], self.at)
            if end < 0:
                raise _Unread
            inside, self.at = self.text[self.at : end], end + 1
            return _plain(inside)
        if token.startswith("\\"):
            return _plain(token)
        apart = self.latex or re.match("T[A-Z]|T[a-z]$", token)  # W^Tx
        if len(token) > 1 and apart and token not in _WORDS_BELOW:
            self.at -= len(token) - 1
            return token[0]
        if token.isdigit() and _BEGINS_A_NAME.match(self.text, self.at):
            return token
        behind = re.match(r"[A-Za-z0-9]+(?:_[A-Za-z0-9]+)*", self.text[self.at :]) if not self.latex else None
        if token.isalnum() and behind:  # W_hh2, m_t_hat
            self.at += behind.end()
            return token + behind[0]
        return token


def _plain(script: str) -> str:
    """What stands in a script, in one word; brackets around all of it say nothing."""
    text = _FRACTION.sub(r"\g<above>/\g<below>", script)
    text = re.sub(r"\\([A-Za-z]+)", lambda found: _SYMBOLS.get(found[1], found[1] + " "), text)
    text = re.sub(r"[\s{}\\]+", "", text).strip()
    while len(text) > 2 and (text[0], text[-1]) in (("(", ")"), ("[", "]"), ("<", ">")):
        text = text[1:-1]
    return text


def _in_signs(found: re.Match[str]) -> str:
    return "<=" if found["most"] or found["le"] else ">="


def _fraction(above: str, below: str) -> str:
    return f"frac( {_differential(_unbracketed(above))} ; {_differential(_unbracketed(below))} )"


def _unbracketed(part: str) -> str:
    return part[2:-2] if part.startswith("( ") and part.endswith(" )") and is_one(part) else part


def _differential(part: str) -> str:
    """``d L`` for ``dL``, above and below a line."""
    return re.sub(r"^d(?=[A-Za-z](?:\s|[_^']|$))", "d ", part)


def _bracketed(inside: list[str]) -> str:
    text = " ".join(inside)
    if text.startswith("( ") and text.endswith(" )") and is_one(text):
        return text
    return text if len(inside) == 1 and "+" not in text.split()[:1] else f"( {text} )"


def is_one(text: str) -> bool:
    """Whether the bracket that a text begins with is closed by its last one."""
    depth = 0
    for place, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0 and place < len(text) - 1:
            return False
    return True
