"""What is no real number, written over real ones: complex numbers as two formulas, finite sets as lists.

A formula of a complex number becomes a :class:`~quizprep.formula.tree.Typed` of [real part, imaginary part], one of a
set calls functions on lists of its members. So whoever computes, compares or doubts values sees real numbers alone, and
a verdict on complex formulas rests on the same ground as every other.

Powers, roots and logarithms are the principal values: arguments lie in (−π, π].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from quizprep.errors import FormulaError
from quizprep.formula.limits import MAX_NODES
from quizprep.formula.rewrite import rebuild
from quizprep.formula.tree import (
    Applied,
    Between,
    Binary,
    Call,
    Compare,
    Constant,
    Derivative,
    Index,
    Logical,
    Node,
    Number,
    OfSets,
    Piecewise,
    Reduce,
    Stack,
    Symbol,
    Typed,
    Unary,
    walk,
)
from quizprep.text import Text

Parts = tuple[Node | None, Node | None]  # real and imaginary; None is 0, of which nothing need be written

COMPLEX, SET, MEMBERS = "complex", "set", "members"  # MEMBERS: a symbol whose value lists a set, in any order
JOINING = frozenset("∪∩∖Δ")  # what makes a set of two
OF_COMPLEX = {"re": 1, "im": 1, "arg": 1, "conj": 1, "polar": 2}  # functions that are read here alone, their arguments
_REAL = ("re", "im", "arg")  # of a complex number
MOST_FACTORS = 8  # of a power that is written out as products

_ZERO, _ONE, _TWO = (Number(Fraction(whole)) for whole in range(3))


def over_reals(node: Node, kinds: Mapping[str, str]) -> Node:
    """A formula over real numbers that says what one over complex numbers or sets says; itself where it has none.

    ``kinds`` are those of its symbols. Raises FormulaError where something has no meaning for such values.
    """
    sets = _Sets(kinds)
    lists = sets.written(node)
    if sets.is_set(node):
        return Typed(SET, node, lists, span=node.span)
    numbers = _Complex(kinds)
    if not numbers.is_complex(lists):
        real = _limited(numbers.real(lists))
        return real if real is node else Typed("", node, real, span=node.span)
    real, imaginary = map(_or_zero, numbers.parts(lists))
    return Typed(COMPLEX, node, _limited(Stack((real, imaginary), span=node.span)), span=node.span)


def _limited(node: Node) -> Node:
    for count, _ in enumerate(walk(node)):
        if count > MAX_NODES:
            message = Text(
                "the formula is too long in real and imaginary parts: split it into steps",
                ko="실수부와 허수부로 나누면 식이 너무 깁니다. 여러 단계로 나누세요.",
            )
            raise FormulaError(message, span=node.span)
    return node


def _refused(node: Node, english: str, korean: str) -> FormulaError:
    return FormulaError(Text(english, ko=korean), span=node.span)


class _Complex:
    """Writes formulas over complex numbers as their real and imaginary parts."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds
        self._known: dict[int, tuple[Node, bool]] = {}
        self._calls: dict[str, Callable[[Call], Parts]] = {
            "exp": lambda call: _exponential(*self.parts(call.arguments[0])),
            "log": self._logarithm,
            "log2": lambda call: self._divided(_logarithm(self.parts(call.arguments[0])), Call("log", (_TWO,))),
            "log10": lambda call: self._divided(
                _logarithm(self.parts(call.arguments[0])), Call("log", (Number(Fraction(10)),))
            ),
            "sqrt": lambda call: _real_power(self.parts(call.arguments[0]), Number(Fraction(1, 2))),
            "square": lambda call: self._power(call.arguments[0], _TWO),
            "sin": lambda call: _sine(self.parts(call.arguments[0])),
            "cos": lambda call: _cosine(self.parts(call.arguments[0])),
            "tan": lambda call: _quotient(*(each(self.parts(call.arguments[0])) for each in (_sine, _cosine))),
            "sinh": lambda call: _hyperbolic_sine(self.parts(call.arguments[0])),
            "cosh": lambda call: _hyperbolic_cosine(self.parts(call.arguments[0])),
            "tanh": lambda call: _quotient(
                *(each(self.parts(call.arguments[0])) for each in (_hyperbolic_sine, _hyperbolic_cosine))
            ),
        }

    def is_complex(self, node: Node) -> bool:
        """Whether the value is a complex number: of ``|z|`` and ``re(z)`` it is not, though they speak of one."""
        known = self._known.get(id(node))
        if known is None or known[0] is not node:
            known = self._known[id(node)] = (node, self._is_complex(node))
        return known[1]

    def _is_complex(self, node: Node) -> bool:
        if isinstance(node, Constant):
            return node.name == "i"
        if isinstance(node, Symbol):
            return self.kinds.get(node.name) == COMPLEX
        if isinstance(node, Compare):
            return False
        if isinstance(node, Call) and node.function == "abs":
            return False
        if isinstance(node, Applied) and node.name in OF_COMPLEX:
            return node.name not in _REAL
        if isinstance(node, Index):
            return self.is_complex(node.base)
        if isinstance(node, Piecewise):
            values = [value for value, _ in node.branches] + ([node.otherwise] if node.otherwise else [])
            return any(map(self.is_complex, values))
        return any(map(self.is_complex, node.children()))

    def real(self, node: Node) -> Node:
        """A formula whose value is real or a condition, with what is complex inside it written out."""
        if isinstance(node, Call) and node.function == "abs" and self.is_complex(node.arguments[0]):
            return _size(self.parts(node.arguments[0]))
        if isinstance(node, Applied) and node.name in _REAL:
            parts = self.parts(node.arguments[0])
            return _argument(parts) if node.name == "arg" else _or_zero(parts[node.name == "im"])
        if isinstance(node, Compare) and any(map(self.is_complex, node.operands)):
            return self._comparison(node)
        if self.is_complex(node):
            raise _refused(node, "a real number belongs here, and this is complex", "실수가 와야 하는데 복소수입니다.")
        return rebuild(node, self.real)

    def _comparison(self, node: Compare) -> Node:
        if set(node.operators) - {"=", "!="}:
            raise _refused(
                node, "complex numbers have no order: compare |z|, re(z) or im(z)", "복소수에는 크고 작음이 없습니다."
            )
        real, imaginary = zip(*(map(_or_zero, self.parts(operand)) for operand in node.operands), strict=True)
        if node.operators == ("=",) * len(node.operators):
            return _both(Compare(node.operators, real), Compare(node.operators, imaginary))
        if len(node.operators) > 1:
            raise _refused(node, "compare two complex numbers at a time", "복소수는 둘씩 비교하세요.")
        equal = _both(Compare(("=",), real), Compare(("=",), imaginary))
        return Unary("not", equal)

    def parts(self, node: Node) -> Parts:
        """The real and the imaginary part. Raises FormulaError where the value is not defined."""
        if not self.is_complex(node):
            return self.real(node), None
        match node:
            case Constant():
                return None, _ONE
            case Symbol():
                first, second = (Index(node, (place,), span=node.span) for place in (_ONE, _TWO))
                return first, second
            case Unary(operator="-"):
                return _negative(self.parts(node.operand))
            case Binary():
                return self._binary(node)
            case Call() if node.function in self._calls:
                return self._calls[node.function](node)
            case Applied(name="conj"):
                return _conjugate(self.parts(node.arguments[0]))
            case Applied(name="polar"):
                return self._polar(node)
            case Piecewise():
                return self._piecewise(node)
            case Reduce(operator="sum") | Between(operator="integral") | Derivative():
                return self._each_part(node)
        what = f"`{node.function}`" if isinstance(node, Call) else "this"
        raise _refused(
            node,
            f"{what} is not computed of complex numbers; powers and roots are, as z^(1/3)",
            "복소수에 대해서는 계산하지 않습니다. 거듭제곱과 근은 z^(1/3)처럼 적으세요.",
        )

    def _binary(self, node: Binary) -> Parts:
        if node.operator == "^":
            return self._power(node.left, node.right)
        left, right = self.parts(node.left), self.parts(node.right)
        if node.operator in "+-":
            return _sum(left, right if node.operator == "+" else _negative(right))
        return _quotient(left, right) if node.operator == "/" else _product(left, right)

    def _power(self, base: Node, exponent: Node) -> Parts:
        if self.is_complex(exponent):
            if base == Constant("e"):
                return _exponential(*self.parts(exponent))
            return _exponential(*_product(self.parts(exponent), _logarithm(self.parts(base))))
        whole = exponent.operand if isinstance(exponent, Unary) and exponent.operator == "-" else exponent
        parts = self.parts(base)
        if isinstance(whole, Number) and whole.value.denominator == 1 and 1 <= whole.value <= MOST_FACTORS:
            power = parts
            for _ in range(int(whole.value) - 1):
                power = _product(power, parts)
            return power if whole is exponent else _quotient((_ONE, None), power)
        return _real_power(parts, self.real(exponent))

    def _logarithm(self, call: Call) -> Parts:
        found = _logarithm(self.parts(call.arguments[0]))
        bases = [*call.arguments[1:], *(value for name, value in call.options if name == "base")]
        return self._divided(found, Call("log", (self.real(bases[0]),))) if bases else found

    @staticmethod
    def _divided(parts: Parts, by: Node) -> Parts:
        return _quotient(parts, (by, None))

    def _polar(self, call: Applied) -> Parts:
        size, angle = map(self.real, call.arguments)
        return _times(size, Call("cos", (angle,))), _times(size, Call("sin", (angle,)))

    def _piecewise(self, node: Piecewise) -> Parts:
        def part(place: int) -> Node:
            branches = tuple(
                (_or_zero(self.parts(value)[place]), self.real(condition)) for value, condition in node.branches
            )
            otherwise = None if node.otherwise is None else _or_zero(self.parts(node.otherwise)[place])
            return Piecewise(branches, otherwise, span=node.span)

        return part(0), part(1)

    def _each_part(self, node: Reduce | Between | Derivative) -> Parts:
        """A sum, an integral or a derivative over real numbers: of each part by itself."""
        if any(self.is_complex(child) for child in node.children() if child is not node.body):
            raise _refused(node, "its bounds have to be real", "그 범위는 실수여야 합니다.")

        def of(part: Node | None) -> Node | None:
            return None if part is None else rebuild(node, lambda child: part if child is body else self.real(child))

        body = node.body
        real, imaginary = map(of, self.parts(body))
        return real, imaginary


def _or_zero(part: Node | None) -> Node:
    return _ZERO if part is None else part


def _both(first: Node, second: Node) -> Node:
    return Logical("and", (first, second))


def _times(left: Node | None, right: Node | None) -> Node | None:
    if left is None or right is None:
        return None
    if left == _ONE or right == _ONE:
        return right if left == _ONE else left
    return Binary("*", left, right)


def _plus(left: Node | None, right: Node | None, sign: str = "+") -> Node | None:
    if right is None:
        return left
    if left is None:
        return right if sign == "+" else Unary("-", right)
    return Binary(sign, left, right)


def _negative(parts: Parts) -> Parts:
    real, imaginary = (None if part is None else Unary("-", part) for part in parts)
    return real, imaginary


def _conjugate(parts: Parts) -> Parts:
    return parts[0], None if parts[1] is None else Unary("-", parts[1])


def _sum(left: Parts, right: Parts) -> Parts:
    return _plus(left[0], right[0]), _plus(left[1], right[1])


def _product(left: Parts, right: Parts) -> Parts:
    (a, b), (c, d) = left, right
    return _plus(_times(a, c), _times(b, d), "-"), _plus(_times(a, d), _times(b, c))


def _quotient(left: Parts, right: Parts) -> Parts:
    (a, b), (c, d) = left, right
    if d is None:
        real, imaginary = (None if part is None else Binary("/", part, _or_zero(c)) for part in left)
        return real, imaginary
    if c is None:
        return (None if b is None else Binary("/", b, d)), (None if a is None else Unary("-", Binary("/", a, d)))
    square = Binary("+", Binary("^", c, _TWO), Binary("^", d, _TWO))
    upper = _plus(_times(a, c), _times(b, d)), _plus(_times(b, c), _times(a, d), "-")
    real, imaginary = (None if part is None else Binary("/", part, square) for part in upper)
    return real, imaginary


def _size(parts: Parts) -> Node:
    real, imaginary = parts
    if real is None or imaginary is None:
        return Call("abs", (_or_zero(real if imaginary is None else imaginary),))
    return Call("hypot", (real, imaginary))


def _argument(parts: Parts) -> Node:
    # adding 0 makes a 0 with a sign one without: the argument of −1 is π, however the 0 came about
    return Call("atan2", (Binary("+", _or_zero(parts[1]), _ZERO), Binary("+", _or_zero(parts[0]), _ZERO)))


def _exponential(real: Node | None, imaginary: Node | None) -> Parts:
    size = None if real is None else Call("exp", (real,))
    if imaginary is None:
        return size or _ONE, None
    turned = Call("cos", (imaginary,)), Call("sin", (imaginary,))
    return (turned[0], turned[1]) if size is None else (_times(size, turned[0]), _times(size, turned[1]))


def _logarithm(parts: Parts) -> Parts:
    return Call("log", (_size(parts),)), _argument(parts)


def _real_power(parts: Parts, exponent: Node) -> Parts:
    size = Binary("^", _size(parts), exponent)
    angle = Binary("*", exponent, _argument(parts))
    return Binary("*", size, Call("cos", (angle,))), Binary("*", size, Call("sin", (angle,)))


def _turning(real: str, imaginary: str, first: str, second: str, sign: str) -> Callable[[Parts], Parts]:
    """f(a + bi) = real(a)·first(b) ± i·imaginary(a)·second(b), as of the sine and its like."""

    def of(parts: Parts) -> Parts:
        a, b = map(_or_zero, parts)
        other = Binary("*", Call(imaginary, (a,)), Call(second, (b,)))
        return Binary("*", Call(real, (a,)), Call(first, (b,))), Unary("-", other) if sign == "-" else other

    return of


_sine = _turning("sin", "cos", "cosh", "sinh", "+")
_cosine = _turning("cos", "sin", "cosh", "sinh", "-")
_hyperbolic_sine = _turning("sinh", "cosh", "cos", "sin", "+")
_hyperbolic_cosine = _turning("cosh", "sinh", "cos", "sin", "+")


class _Sets:
    """Writes formulas over finite sets as operations on lists."""

    def __init__(self, kinds: Mapping[str, str]) -> None:
        self.kinds = kinds

    def is_set(self, node: Node) -> bool:
        """Whether the value is a set."""
        if isinstance(node, Symbol):
            return self.kinds.get(node.name) in (SET, MEMBERS)
        if isinstance(node, OfSets):
            return node.operator == "{}" or node.operator in JOINING
        return isinstance(node, Binary) and node.operator == "-" and self.is_set(node.left) and self.is_set(node.right)

    def written(self, node: Node) -> Node:
        """The formula with its sets as lists. Raises FormulaError where a set has no meaning."""
        if isinstance(node, Symbol):
            return OfSets("{}", (node,), span=node.span) if self.kinds.get(node.name) == MEMBERS else node
        if isinstance(node, OfSets) and node.operator in JOINING:
            return replace(node, operands=tuple(map(self._set, node.operands)))
        if isinstance(node, OfSets) and node.operator == "∈":
            member, container = node.operands
            self._refuse_sets(node, [member])
            return replace(node, operands=(self.written(member), self._set(container)))
        if isinstance(node, Call) and node.function == "abs":
            counted = self._count(node.arguments[0], node)
            if counted is not None:
                return counted
        if self.is_set(node) and isinstance(node, Binary):
            return OfSets("∖", (self._set(node.left), self._set(node.right)), span=node.span)
        if isinstance(node, Compare) and any(map(self.is_set, node.operands)):
            return self._comparison(node)
        self._refuse_sets(node, node.children())
        return rebuild(node, self.written)

    def _set(self, node: Node) -> Node:
        if not self.is_set(node):
            raise _refused(node, "a set belongs here, such as {1, 2}", "여기에는 {1, 2} 같은 집합이 와야 합니다.")
        return self.written(node)

    def _count(self, node: Node, around: Node) -> Node | None:
        """How many members: of a set, of A × B, of all subsets of one, 2^A."""
        if self.is_set(node):
            return OfSets("||", (self.written(node),), span=around.span)
        if isinstance(node, Binary) and node.operator == "*":
            left, right = self._count(node.left, around), self._count(node.right, around)
            return None if left is None or right is None else Binary("*", left, right, span=around.span)
        if isinstance(node, Binary) and node.operator == "^" and node.left == _TWO and self.is_set(node.right):
            return Binary("^", _TWO, OfSets("||", (self.written(node.right),)), span=around.span)
        return None

    def _comparison(self, node: Compare) -> Node:
        if len(node.operators) > 1 or node.operators[0] not in ("=", "!=", "<="):
            raise _refused(node, "sets are compared by =, ≠ and ⊆, two at a time", "집합은 둘씩 =, ≠, ⊆로 비교합니다.")
        left, right = map(self._set, node.operands)
        rest = OfSets("||", (OfSets("∖" if node.operators[0] == "<=" else "Δ", (left, right)),))
        return Compare(("!=" if node.operators[0] == "!=" else "=",), (rest, _ZERO), span=node.span)

    def _refuse_sets(self, node: Node, parts: Sequence[Node]) -> None:
        for part in parts:
            if self.is_set(part):
                raise _refused(
                    node,
                    "a set has no value here: |A| is its size, and ∪ ∩ ∖ Δ join sets",
                    "집합의 값이 필요한 곳이 아닙니다. |A|는 크기이고 ∪ ∩ ∖ Δ는 집합을 잇습니다.",
                )
