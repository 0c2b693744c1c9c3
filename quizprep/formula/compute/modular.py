"""Formulas as rational functions, compared modulo a prime: no floats, no torch.

By the Schwartz–Zippel lemma two different formulas of degree d agree at a random point modulo a prime
p with probability at most d/p. Sub-formulas that are not rational (``ln x``, ``sqrt(y)``) are taken
as unknowns of their own, where both sides share them.
"""

from __future__ import annotations

import functools
import math
import random
from typing import NamedTuple

from quizprep.formula.functions import CALLED
from quizprep.formula.tree import Binary, Call, Constant, Node, Number, Program, Symbol, Unary
from quizprep.frozen import frozen

BITS = 137  # of the prime
MAX_DEGREE = 10**9  # with which a random point modulo the prime errs less than once in 10³⁰

_SMALL = math.factorial(199)  # its factors are those that most numbers have one of

LACKS = CALLED  # every function of the table is an unknown of its own here


class _Irrational(Exception):
    """The formula is no rational function with a value at this point."""


@functools.cache
def _source() -> random.Random:
    """Numbers that nobody foresees: begun by the system's own, which are slow to come by."""
    return random.Random()


@functools.cache
def _random_prime() -> int:
    """A prime that is chosen anew in every process: no formula can be made to vanish modulo it."""
    while True:
        candidate = _source().getrandbits(BITS) | (1 << (BITS - 1)) | 1
        if math.gcd(candidate, _SMALL) == 1 and _is_prime(candidate):
            return candidate


def _is_prime(number: int, rounds: int = 10) -> bool:
    """Miller–Rabin. Of a random number these rounds are enough, and one that passes for a prime has large factors."""
    twos = ((number - 1) & -(number - 1)).bit_length() - 1
    odd = (number - 1) >> twos
    for _ in range(rounds):
        power = pow(_source().randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


@frozen
class Identity:
    """``same``: both formulas are one rational function; the probability that they are not is below 10⁻³⁰.

    ``conclusive`` tells whether a difference is certain too: not so where sub-formulas stood as unknowns.
    """

    same: bool
    conclusive: bool


def identical(left: Node, right: Node) -> Identity | None:
    """Compare two formulas as rational functions; None where this says nothing."""
    field = _Field(_random_prime())
    try:
        a, b = field(left), field(right)
    except (_Irrational, RecursionError):
        return None
    degree = max(a.top + b.bottom, b.top + a.bottom, 1)
    if degree > MAX_DEGREE:
        return None
    return Identity(a.value == b.value, not field.opaque)


class _Residue(NamedTuple):
    """A value modulo the prime, and bounds on the degrees of the fraction it stands for."""

    value: int
    top: int = 0
    bottom: int = 0


class _Field:
    def __init__(self, prime: int) -> None:
        self.prime = prime
        self.unknowns: dict[Node, _Residue] = {}
        self.scope: dict[str, _Residue] = {}
        self.opaque = False

    def _unknown(self, node: Node) -> _Residue:
        if node not in self.unknowns:
            self.unknowns[node] = _Residue(_source().randrange(1, self.prime), 1)
        return self.unknowns[node]

    def __call__(self, node: Node) -> _Residue:
        prime = self.prime
        if isinstance(node, Number):
            top, bottom = node.value.as_integer_ratio()
            return _Residue(top % prime if bottom == 1 else top * self._inverse(bottom % prime) % prime)
        if isinstance(node, Symbol):
            return self.scope.get(node.name) or self._unknown(node)
        if isinstance(node, Constant):
            if node.name == "inf":
                raise _Irrational("infinity")
            self.opaque = self.opaque or node.name != "pi"  # pi alone is as good as a variable: transcendental
            return self._unknown(node)
        if isinstance(node, Binary):
            return self._binary(node)
        if isinstance(node, Unary) and node.operator == "-":
            operand = self(node.operand)
            return _Residue(-operand.value % prime, operand.top, operand.bottom)
        if isinstance(node, Program):
            outside, self.scope = self.scope, dict(self.scope)
            for name, value in node.assignments:
                self.scope[name] = self(value)
            result = self(node.result)
            self.scope = outside  # the other formula's m is not this one's m after m = m + 1
            return result
        if self.scope or not isinstance(node, (Call, Binary)):
            raise _Irrational("not rational")
        self.opaque = True
        return self._unknown(node)

    def _inverse(self, value: int) -> int:
        if value == 0:
            raise _Irrational("division by zero")
        return pow(value, -1, self.prime)

    def _binary(self, node: Binary) -> _Residue:
        prime = self.prime
        if node.operator == "^":
            return self._power(node)
        a, b = self(node.left), self(node.right)
        if node.operator == "/":
            return _Residue(a.value * self._inverse(b.value) % prime, a.top + b.bottom, a.bottom + b.top)
        if node.operator in ("+", "-"):
            value = a.value + b.value if node.operator == "+" else a.value - b.value
            return _Residue(value % prime, max(a.top + b.bottom, b.top + a.bottom), a.bottom + b.bottom)
        return _Residue(a.value * b.value % prime, a.top + b.top, a.bottom + b.bottom)

    def _power(self, node: Binary) -> _Residue:
        exponent = _whole_number(node.right)
        if exponent is None:
            if self.scope:
                raise _Irrational("not rational")
            self.opaque = True
            return self._unknown(node)
        base = self(node.left)
        if exponent == 0 and base.value == 0:
            raise _Irrational("0^0")
        value = base.value if exponent >= 0 else self._inverse(base.value)
        top, bottom = (base.top, base.bottom) if exponent >= 0 else (base.bottom, base.top)
        size = abs(exponent)
        return _Residue(pow(value, size, self.prime), top * size, bottom * size)


def _whole_number(node: Node) -> int | None:
    """The value of an exponent written as a whole number."""
    if isinstance(node, Unary) and node.operator == "-":
        inner = _whole_number(node.operand)
        return None if inner is None else -inner
    if isinstance(node, Number) and node.value.denominator == 1 and abs(node.value.numerator) <= 10**6:
        return node.value.numerator
    return None
