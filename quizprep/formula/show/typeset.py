r"""Tree → LaTeX, for what is written back into a note: ``\frac{2 P R}{P + R}``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.symbols import is_worded, symbol
from quizprep.formula.tree import (
    Applied,
    Binary,
    Call,
    Constant,
    Index,
    Node,
    Number,
    Reduce,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
)

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_CONSTANTS = {"pi": r"\pi", "e": "e", "inf": r"\infty"}
_COMMANDS = frozenset("log exp sin cos tan tanh max min ln".split())
_ACCENTS = ("hat", "tilde", "bar", "dot")
_SIGNS = {"*": r" \cdot ", "@": " ", "juxtapose": " "}


def typeset(node: Node, called: Mapping[str, str] | None = None) -> str | None:
    r"""The formula in LaTeX, None where it has a part that has no plain way to be written.

    ``called`` gives names that are to be written otherwise: name → LaTeX.
    """
    try:
        return _Typeset(called or {}, has_sigma="sigma" in free_symbols(node)).write(node)[0]
    except LookupError:
        return None


class _Typeset:
    def __init__(self, called: Mapping[str, str], *, has_sigma: bool) -> None:
        self._called = called
        self._has_sigma = has_sigma  # then \sigma is that number, and the sigmoid has its name

    def at(self, node: Node, least: int) -> str:
        text, level = self.write(node)
        return text if level >= least else rf"\left({text}\right)"

    def write(self, node: Node) -> tuple[str, int]:
        """The LaTeX of a node and how tightly it holds together. Raises LookupError for what it cannot write."""
        if isinstance(node, Number):
            return self._number(node)
        if isinstance(node, Constant):
            return _CONSTANTS[node.name], _ATOM
        if isinstance(node, Symbol):
            return self.name(node.name), _ATOM
        if isinstance(node, Unary) and node.operator == "-":
            return f"-{self.at(node.operand, _PRODUCT)}", _SUM
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Call):
            return self._call(node)
        if isinstance(node, Applied):
            return f"{self.name(node.name)}({', '.join(self.write(each)[0] for each in node.arguments)})", _ATOM
        if isinstance(node, Index):
            below = "".join(self.write(each)[0] for each in node.indices)
            return f"{self.at(node.base, _ATOM)}_{{{below}}}", _ATOM
        if isinstance(node, Transpose):
            return f"{self.at(node.operand, _ATOM)}^T", _POWER
        if isinstance(node, Reduce):
            return self._reduce(node)
        raise LookupError(type(node).__name__)

    def name(self, name: str) -> str:
        """A canonical name: ``beta_1`` is ``\\beta_1``, ``C_tilde_t`` is ``\\tilde{C}_t``."""
        if name in self._called:
            return self._called[name]
        if is_worded(name):
            return rf"\text{{{symbol(name)}}}"
        base, *parts = name.rstrip("'").replace("{", "").replace("}", "").split("_")
        text = f"\\{base}" if base in GREEK_NAMES else base if len(base) == 1 else rf"\text{{{base}}}"
        while parts and parts[0] in _ACCENTS:
            text = rf"\{parts.pop(0)}{{{text}}}"
        below = ",".join(parts)
        if below:
            word = re.fullmatch("[A-Za-z]{3,}", below)
            text += rf"_\text{{{below}}}" if word else f"_{below}" if len(below) == 1 else f"_{{{below}}}"
        return text + "'" * (len(name) - len(name.rstrip("'")))

    def _number(self, node: Number) -> tuple[str, int]:
        value = node.value
        if value.denominator == 1:
            return str(value.numerator), _ATOM if value >= 0 else _SUM
        sign = "-" if value < 0 else ""
        return rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}", _PRODUCT if not sign else _SUM

    def _binary(self, node: Binary) -> tuple[str, int]:
        operator = node.operator
        if operator == "/":
            return rf"\frac{{{self.write(node.left)[0]}}}{{{self.write(node.right)[0]}}}", _ATOM
        if operator == "^":
            return f"{self.at(node.left, _ATOM)}^{{{self.write(node.right)[0]}}}", _POWER
        if operator in "+-":
            right = self.at(node.right, _SUM if operator == "+" else _PRODUCT)
            return f"{self.at(node.left, _SUM)} {operator} {right}", _SUM
        return f"{self.at(node.left, _PRODUCT)}{_SIGNS[operator]}{self.at(node.right, _PRODUCT)}", _PRODUCT

    def _call(self, node: Call) -> tuple[str, int]:
        if node.options:
            raise LookupError(node.function)
        inside = ", ".join(self.write(each)[0] for each in node.arguments)
        if node.function == "sqrt":
            return rf"\sqrt{{{inside}}}", _ATOM
        if node.function == "abs":
            return f"|{inside}|", _ATOM
        if node.function in ("floor", "ceil"):
            return rf"\l{node.function} {inside} \r{node.function}", _ATOM
        if node.function in ("sum", "mean"):
            raise LookupError(node.function)  # over which index is the author's to say
        if node.function == "sigmoid" and not self._has_sigma:
            return rf"\sigma\left({inside}\right)", _ATOM
        named = f"\\{node.function}" if node.function in _COMMANDS else rf"\text{{{node.function}}}"
        return rf"{named}\left({inside}\right)", _ATOM

    def _reduce(self, node: Reduce) -> tuple[str, int]:
        low = "" if node.low is None else f"={self.write(node.low)[0]}"
        high = "" if node.high is None else f"^{{{self.write(node.high)[0]}}}"
        return rf"\{node.operator}_{{{node.index}{low}}}{high} {self.at(node.body, _PRODUCT)}", _PRODUCT
