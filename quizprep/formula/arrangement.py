"""A formula up to the order of its terms and factors: ``a/b + c`` and ``c + a·b⁻¹`` are arranged alike. No torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from fractions import Fraction

from quizprep.formula.rewrite import inline
from quizprep.formula.tree import Binary, Call, Constant, Node, Number, Program, Symbol, Unary

Rational = int | Fraction  # whole numbers are counted as such: fractions take their time
MAX_POWER = 64  # of a number that is raised


class Arrangement:
    """``arrangement(tree)`` is one text for all formulas that differ only in how they are arranged.

    Terms and factors are sorted, like ones counted; quotients and roots are powers. Nothing is multiplied out:
    two texts may differ though the formulas are equal. ``scalar`` says of which factors the order says nothing;
    it is asked about the factors of products of linear algebra. Parts that trees share are arranged once.
    """

    def __init__(self, scalar: Callable[[Node], bool]) -> None:
        self.scalar = scalar
        self._known: dict[int, tuple[Node, str]] = {}

    def __call__(self, node: Node) -> str:
        known = self._known.get(id(node))
        if known is None or known[0] is not node:
            known = self._known[id(node)] = (node, self._text(node))
        return known[1]

    def _text(self, node: Node) -> str:
        if isinstance(node, Symbol):
            return node.name
        if isinstance(node, Program):
            written = inline(node)
            return self._parts(node) if written is None or isinstance(written, Program) else self(written)
        if _is_sum(node):
            number, text = self._signed_sum(node)
            return _product(number, {text: 1} if text else {})
        if isinstance(node, Number | Unary | Binary | Call):
            factors: dict[str, Rational] = {}
            number = self._multiply(node, 1, factors)
            return _product(number, factors)
        return self._parts(node)

    def _parts(self, node: Node) -> str:
        """A part of any other kind: its fields in order."""
        texts = [self._value(getattr(node, item.name)) for item in fields(node) if item.name != "span"]
        return f"{type(node).__name__}({'; '.join(texts)})"

    def _value(self, value: object) -> str:
        if isinstance(value, Node):
            return self(value)
        if isinstance(value, tuple):
            return f"({', '.join(map(self._value, value))})"
        return str(value)

    # Sums

    def _signed_sum(self, node: Node) -> tuple[Rational, str]:
        """A sum whose first term is positive, and the sign before it: a − b and b − a have one text."""
        terms: dict[str, Rational] = {}
        self._add(node, 1, terms)
        kept = sorted((term, count) for term, count in terms.items() if count)
        if len(kept) < 2:
            return (kept[0][1], kept[0][0]) if kept else (0, "0")
        sign = 1 if kept[0][1] > 0 else -1
        return sign, f"[{' + '.join(f'{sign * count} {term}' for term, count in kept)}]"

    def _add(self, node: Node, times: Rational, terms: dict[str, Rational]) -> None:
        """Count the terms of a sum."""
        if isinstance(node, Binary) and node.operator in ("+", "-"):
            self._add(node.left, times, terms)
            self._add(node.right, times if node.operator == "+" else -times, terms)
        elif isinstance(node, Unary) and node.operator == "-":
            self._add(node.operand, -times, terms)
        else:
            factors: dict[str, Rational] = {}
            number = self._multiply(node, 1, factors)
            term = _product(1, factors) if factors else ""
            terms[term] = terms.get(term, 0) + times * number

    # Products

    def _multiply(self, node: Node, power: Rational, factors: dict[str, Rational]) -> Rational:
        """Count the factors of a product to a power; the number before them is returned."""
        if isinstance(node, Number):
            if node.value and power.denominator == 1 and abs(int(power)) <= MAX_POWER:
                return _plain(node.value ** int(power))
        elif isinstance(node, Unary) and node.operator == "-" and power.denominator == 1:
            return self._multiply(node.operand, power, factors) * (-1 if int(power) % 2 else 1)
        elif isinstance(node, Binary) and power.denominator == 1:
            if node.operator == "/":
                return self._multiply(node.left, power, factors) * self._multiply(node.right, -power, factors)
            if node.operator == "*" or (
                node.operator == "juxtapose" and (self.scalar(node.left) or self.scalar(node.right))
            ):
                return self._multiply(node.left, power, factors) * self._multiply(node.right, power, factors)
        if isinstance(node, Call) and power.denominator == 1 and (base := _base(node)) is not None:
            bottom = self._parts(Call("log", (base,)))
            factors[bottom] = factors.get(bottom, 0) - power
            node = Call("log", node.arguments[:1])
        raised = _raised(node)
        if raised is not None:
            within, exponent = raised
            if power.denominator == 1:
                return self._multiply(within, power * exponent, factors)
        if _is_sum(node) and power.denominator == 1:
            number, text = self._signed_sum(node)
            factors[text] = factors.get(text, 0) + power
            return _plain(Fraction(number) ** int(power)) if number else 1  # 0 stays a factor, of any power
        text = self._factor(node)
        factors[text] = factors.get(text, 0) + power
        return 1

    def _factor(self, node: Node) -> str:
        """What is neither a product nor a power with a number for its exponent."""
        if isinstance(node, Number):
            return str(node.value)
        if isinstance(node, Binary) and node.operator == "^":
            if node.left == Constant("e"):
                return self._parts(Call("exp", (node.right,)))
            return f"({self(node.left)})^({self(node.right)})"
        if isinstance(node, Binary) and node.operator in ("@", "juxtapose"):
            return f"({self(node.left)} @ {self(node.right)})"
        if _is_sum(node):
            return self(node)
        return self._parts(node) if isinstance(node, Binary | Unary | Call) else self(node)


class Leaves:
    """``leaves(tree)`` is one number for all formulas with the same symbols, each as often: a quick look before
    they are arranged."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Node, int]] = {}

    def __call__(self, node: Node) -> int:
        known = self._known.get(id(node))
        if known is None or known[0] is not node:
            total = hash(node.name) if isinstance(node, Symbol) else sum(map(self, node.children()))
            known = self._known[id(node)] = (node, total)
        return known[1]


def _is_sum(node: Node) -> bool:
    return isinstance(node, Binary) and node.operator in ("+", "-")


def _raised(node: Node) -> tuple[Node, Rational] | None:
    """Base and exponent, where the exponent is a number."""
    if isinstance(node, Call) and len(node.arguments) == 1 and not node.options:
        exponents: dict[str, Rational] = {"sqrt": Fraction(1, 2), "square": 2, "cbrt": Fraction(1, 3)}
        exponent = exponents.get(node.function)
        return None if exponent is None else (node.arguments[0], exponent)
    if isinstance(node, Binary) and node.operator == "^":
        exponent = _number(node.right)
        return None if exponent is None else (node.left, exponent)
    return None


def _base(node: Call) -> Node | None:
    """The base of a logarithm that is not the natural one."""
    if node.function == "log" and len(node.arguments) == 2 and not node.options:
        return node.arguments[1]
    base = {"log2": 2, "log10": 10}.get(node.function)
    return None if base is None else Number(Fraction(base))


def _number(node: Node) -> Rational | None:
    """The value of a number as it may be written: −½, 1/2."""
    if isinstance(node, Number):
        return _plain(node.value)
    if isinstance(node, Unary) and node.operator == "-":
        value = _number(node.operand)
        return None if value is None else -value
    if isinstance(node, Binary) and node.operator == "/":
        top, bottom = _number(node.left), _number(node.right)
        return None if top is None or not bottom else _plain(Fraction(top) / bottom)
    return None


def _plain(number: Fraction) -> Rational:
    return number.numerator if number.denominator == 1 else number


def _written(number: Rational) -> str:
    """The number; one of thousands of digits to the base 16, which takes no time."""
    size = max(number.numerator.bit_length(), number.denominator.bit_length())
    return str(number) if size < 10_000 else f"{number.numerator:x}/{number.denominator:x}"


def _product(number: Rational, factors: dict[str, Rational]) -> str:
    if not number:
        return "0"
    kept = sorted((factor, power) for factor, power in factors.items() if power)
    texts = [factor if power == 1 else f"{factor}^{power}" for factor, power in kept]
    if number != 1 or not texts:
        texts.insert(0, _written(number))
    return "·".join(texts)
