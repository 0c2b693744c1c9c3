"""Tree → Presentation MathML (MathML Core), for pages that a browser shows.

What a page can show better than a line of text is laid out: fractions, powers, roots, indices, sums with their
bounds, matrices, cases. Everything else stands as :func:`quizprep.formula.show.render.render` writes it.
"""

from __future__ import annotations

from html import escape

from quizprep.formula.names import Names
from quizprep.formula.show.render import render
from quizprep.formula.symbols import is_worded
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Index,
    Node,
    Number,
    Piecewise,
    Program,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Unary,
)

SUM, PRODUCT, NEGATION, POWER, ATOM = range(5)  # how tightly a piece holds together
_SIGNS = {"+": (SUM, "+"), "-": (SUM, "−"), "*": (PRODUCT, "·"), "@": (PRODUCT, " "), "juxtapose": (PRODUCT, " ")}
_COMPARISONS = {"<=": "≤", ">=": "≥", "!=": "≠"}
_BRACKETS = {"abs": ("|", "|"), "floor": ("⌊", "⌋"), "ceil": ("⌈", "⌉"), "norm": ("‖", "‖")}


def mathml(node: Node, names: Names | None = None, *, left: str = "") -> str:
    """A ``<math>`` element. ``left`` is a name that stands before it, with an equals sign."""
    body = _Writer(names).at(node, SUM)
    before = f"{_identifier(left)}<mo>=</mo>" if left else ""
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML" displaystyle="true"><mrow>{before}{body}</mrow></math>'


def text_math(content: str) -> str:
    """A text inside formulas, as it stands."""
    return f"<mtext>{escape(content)}</mtext>"


def _identifier(name: str) -> str:
    """A name: its first part, and what follows an underscore below it."""
    shown = render(Symbol(name))
    if is_worded(name):
        return text_math(shown)
    base, _, below = name.partition("_")
    if base and below and "_" not in below:
        return f"<msub>{_letters(render(Symbol(base)))}{_letters(render(Symbol(below)))}</msub>"
    return _letters(shown)


def _letters(shown: str) -> str:
    return f"<mi>{escape(shown)}</mi>"


class _Writer:
    def __init__(self, names: Names | None) -> None:
        self.names = names

    def at(self, node: Node, least: int) -> str:
        """A node for a place that needs at least ``least``."""
        written, level = self.write(node)
        return written if level >= least else f"<mrow><mo>(</mo>{written}<mo>)</mo></mrow>"

    def write(self, node: Node) -> tuple[str, int]:
        match node:
            case Number() if node.value.denominator == 1 and node.value >= 0:
                return f"<mn>{render(node)}</mn>", ATOM
            case Number():
                return f"<mn>{escape(render(node))}</mn>", NEGATION if node.value < 0 else PRODUCT
            case Constant():
                return f"<mi>{escape(render(node))}</mi>", ATOM
            case Symbol():
                return _identifier(node.name), ATOM
            case Unary(operator="-"):
                return f"<mrow><mo>−</mo>{self.at(node.operand, PRODUCT)}</mrow>", NEGATION
            case Binary(operator="/"):
                return f"<mfrac>{self.at(node.left, SUM)}{self.at(node.right, SUM)}</mfrac>", ATOM
            case Binary(operator="^"):
                return f"<msup>{self.at(node.left, ATOM)}{self.at(node.right, SUM)}</msup>", POWER
            case Binary() if node.operator in _SIGNS:
                level, sign = _SIGNS[node.operator]
                left, right = self.at(node.left, level), self.at(node.right, level + 1)
                between = f"<mo>{sign}</mo>" if sign.strip() else '<mspace width="0.25em"/>'  # so that words stay apart
                return f"<mrow>{left}{between}{right}</mrow>", level
            case Transpose():
                return f"<msup>{self.at(node.operand, ATOM)}<mi>T</mi></msup>", POWER
            case Index(base=Symbol()):
                inside = "<mo>,</mo>".join(self.at(index, SUM) for index in node.indices)
                return f"<msub>{self.at(node.base, ATOM)}<mrow>{inside}</mrow></msub>", ATOM
            case Reduce():
                return self._reduce(node), SUM
            case Call():
                return self._call(node)
            case Compare():
                return self._compare(node), SUM
            case Stack() if node.elements:
                return self._matrix(node), ATOM
            case Piecewise():
                return self._cases(node), ATOM
            case Program():
                return self._program(node), SUM
        return text_math(render(node, self.names)), SUM

    def _reduce(self, node: Reduce) -> str:
        sign = f"<mo>{'∑' if node.operator == 'sum' else '∏'}</mo>"
        below = _identifier(node.index)
        if node.low is not None:
            below = f"<mrow>{below}<mo>=</mo>{self.at(node.low, SUM)}</mrow>"
        body = self.at(node.body, PRODUCT)
        if node.high is None:
            return f"<mrow><munder>{sign}{below}</munder>{body}</mrow>"
        return f"<mrow><munderover>{sign}{below}<mrow>{self.at(node.high, SUM)}</mrow></munderover>{body}</mrow>"

    def _call(self, node: Call) -> tuple[str, int]:
        if not node.options and len(node.arguments) == 1:
            (argument,) = node.arguments
            if node.function == "sqrt":
                return f"<msqrt>{self.at(argument, SUM)}</msqrt>", ATOM
            if node.function == "exp":
                return f"<msup><mi>e</mi>{self.at(argument, SUM)}</msup>", POWER
            if node.function in _BRACKETS:
                opening, closing = _BRACKETS[node.function]
                return f"<mrow><mo>{opening}</mo>{self.at(argument, SUM)}<mo>{closing}</mo></mrow>", ATOM
        if node.options:
            return text_math(render(node, self.names)), ATOM
        name, bracket, _ = render(node, self.names).partition("(")
        if not bracket or not name.replace("_", "").isalnum():
            return text_math(render(node, self.names)), ATOM
        inside = "<mo>,</mo>".join(self.at(argument, SUM) for argument in node.arguments)
        return f"<mrow><mi>{escape(name)}</mi><mo>⁡</mo><mo>(</mo>{inside}<mo>)</mo></mrow>", ATOM

    def _compare(self, node: Compare) -> str:
        parts = [self.at(node.operands[0], SUM)]
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            parts += [f"<mo>{escape(_COMPARISONS.get(operator, operator))}</mo>", self.at(operand, SUM)]
        return f"<mrow>{''.join(parts)}</mrow>"

    def _matrix(self, node: Stack) -> str:
        rows = [row.elements if isinstance(row, Stack) else (row,) for row in node.elements]
        if not any(isinstance(row, Stack) for row in node.elements) and node.separator == ",":
            rows = [node.elements]
        cells = "".join(f"<mtr>{''.join(f'<mtd>{self.at(cell, SUM)}</mtd>' for cell in row)}</mtr>" for row in rows)
        return f"<mrow><mo>[</mo><mtable>{cells}</mtable><mo>]</mo></mrow>"

    def _cases(self, node: Piecewise) -> str:
        rows = [(self.at(value, SUM), self.at(condition, SUM)) for value, condition in node.branches]
        if node.otherwise is not None:
            rows.append((self.at(node.otherwise, SUM), text_math("otherwise")))
        cells = "".join(f"<mtr><mtd>{value}</mtd><mtd>{condition}</mtd></mtr>" for value, condition in rows)
        return f"<mrow><mo>{{</mo><mtable>{cells}</mtable></mrow>"

    def _program(self, node: Program) -> str:
        rows = [f"{_identifier(name)}<mo>=</mo>{self.at(value, SUM)}" for name, value in node.assignments]
        if not node.assignments or node.result != Symbol(node.assignments[-1][0]):
            rows.append(self.at(node.result, SUM))
        return f"<mtable>{''.join(f'<mtr><mtd><mrow>{row}</mrow></mtd></mtr>' for row in rows)}</mtable>"
