"""How tightly operators bind: the one table that the reader follows and that docs/formulas.md prints."""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import NamedTuple

from quizprep.text import Text


class Level(IntEnum):
    """Binding power, the loosest first: of two operators around an operand the one that binds tighter takes it."""

    CHOICE = 1
    IFF = 2
    IMPLIES = 3
    OR = 4
    XOR = 5
    AND = 6
    NOT = 7
    COMPARISON = 8
    SUM = 9
    PRODUCT = 10
    SIGN = 11
    POWER = 12
    BEHIND = 13


class Associativity(Enum):
    """How several operators of one level are read, one after another."""

    LEFT = Text("from the left", ko="왼쪽부터")
    RIGHT = Text("from the right", ko="오른쪽부터")
    CHAIN = Text("all at once", ko="한꺼번에")
    BEFORE = Text("before its operand", ko="피연산자 앞")
    BEHIND = Text("behind its operand", ko="피연산자 뒤")


class Row(NamedTuple):
    """Operators that bind equally tightly and mean alike.

    ``tokens`` are the one spelling of each that the reader knows; ``example`` is read as ``meaning``, where
    brackets leave no choice.
    """

    name: str
    level: Level
    associativity: Associativity
    tokens: tuple[str, ...]
    said: Text
    example: str
    meaning: str
    right: Level  # how tightly the operators of the right operand bind, at least


def _row(
    name: str,
    level: Level,
    associativity: Associativity,
    tokens: tuple[str, ...],
    said: Text,
    example: str,
    meaning: str,
) -> Row:
    takes_its_own = associativity in (Associativity.RIGHT, Associativity.BEFORE) or level is Level.BEHIND
    right = level if takes_its_own else Level(level + 1)
    return Row(name, level, associativity, tokens, said, example, meaning, right)


_LEFT, _RIGHT, _CHAIN, _BEFORE, _BEHIND = Associativity

TABLE = (
    _row("choice", Level.CHOICE, _RIGHT, ("if",),
        Text("one value or another", ko="조건에 따라 고르기"),
        "a if p > 0 else b if q > 0 else c", "if p > 0 then a else (if q > 0 then b else c)"),
    _row("iff", Level.IFF, _LEFT, ("iff", "⇔"),
        Text("both conditions hold, or neither", ko="둘 다 성립하거나 둘 다 성립하지 않음"),
        "p > 0 iff q > 0 implies r > 0", "(p > 0) iff ((q > 0) implies (r > 0))"),
    _row("implies", Level.IMPLIES, _RIGHT, ("implies", "⇒"),
        Text("the second holds wherever the first does", ko="앞이 성립하면 뒤도 성립"),
        "p > 0 implies q > 0 or r > 0", "(p > 0) implies ((q > 0) or (r > 0))"),
    _row("stack", Level.OR, _LEFT, ("choose", "over"),
        Text("all before it above all behind it", ko="앞의 모두를 위에, 뒤의 모두를 아래에"),
        r"{n + 1 \choose k - 1}", "binomial(n + 1, k - 1)"),
    _row("or", Level.OR, _CHAIN, ("or",),
        Text("one of the conditions holds", ko="조건 가운데 하나가 성립"),
        "p > 0 or q > 0 and r > 0", "(p > 0) or ((q > 0) and (r > 0))"),
    _row("xor", Level.XOR, _LEFT, ("xor", "⊕"),
        Text("exactly one of the two holds", ko="둘 가운데 하나만 성립"),
        "p > 0 xor q > 0 and r > 0", "(p > 0) xor ((q > 0) and (r > 0))"),
    _row("and", Level.AND, _CHAIN, ("and",),
        Text("all conditions hold", ko="조건이 모두 성립"),
        "not p > 0 and q > 0", "(not (p > 0)) and (q > 0)"),
    _row("not", Level.NOT, _BEFORE, ("not",),
        Text("the condition does not hold", ko="조건이 성립하지 않음"),
        "not p > 0", "not (p > 0)"),
    _row("comparison", Level.COMPARISON, _CHAIN, ("<", "<=", ">", ">=", "=", "==", "!="),
        Text("a chain of comparisons", ko="이어진 비교"),
        "0 < x + 1 <= 2 y", "0 < (x + 1) <= (2*y)"),
    _row("member", Level.COMPARISON, _LEFT, ("∈", "∉", "⊆"),
        Text("member of a set, subset of one", ko="집합의 원소, 부분집합"),
        "x ∈ {a} ∪ {b}", "x ∈ ({a} ∪ {b})"),
    _row("sum", Level.SUM, _LEFT, ("+", "-"),
        Text("sum and difference", ko="합과 차"),
        "a - b - c*d", "(a - b) - (c*d)"),
    _row("union", Level.SUM, _LEFT, ("∪", "∖", "Δ"),
        Text("union, difference and symmetric difference of sets", ko="합집합, 차집합, 대칭차집합"),
        "A ∪ B ∩ C", "A ∪ (B ∩ C)"),
    _row("product", Level.PRODUCT, _LEFT, ("*", "/", "·", "@"),
        Text("product and quotient; also a product without a sign", ko="곱과 몫, 기호 없는 곱"),
        "a/b c", "(a/b)*c"),
    _row("intersection", Level.PRODUCT, _LEFT, ("∩",),
        Text("intersection of sets", ko="교집합"),
        "A ∩ B ∖ C", "(A ∩ B) ∖ C"),
    _row("remainder", Level.PRODUCT, _LEFT, ("mod", "%"),
        Text("remainder; a % behind a number is a hundredth", ko="나머지, 수 뒤의 %는 백분율"),
        "a + b mod c", "a + mod(b, c)"),
    _row("total", Level.PRODUCT, _BEFORE, ("Σ", "Π"),
        Text("sum or product of the whole product that follows", ko="뒤따르는 곱 전체의 합이나 곱"),
        "Σ_i x_i*y_i + 1", "(Σ_i (x_i*y_i)) + 1"),
    _row("sign", Level.SIGN, _BEFORE, ("-", "+"),
        Text("negative", ko="음수"),
        "-x^2*y", "(-(x^2))*y"),
    _row("power", Level.POWER, _RIGHT, ("^",),
        Text("power; with T the transpose", ko="거듭제곱, T를 붙이면 전치"),
        "2^3^-x", "2^(3^(-x))"),
    _row("root", Level.POWER, _BEFORE, ("√", "∛", "∜"),
        Text("root of one factor", ko="인수 하나의 근"),
        "√x^2 y", "sqrt(x^2)*y"),
    _row("behind", Level.BEHIND, _BEHIND, ("!", ".T", "⊤", "'", "_"),
        Text("factorial, transpose, index", ko="계승, 전치, 첨자"),
        "-x!^2", "-((x!)^2)"),
)  # fmt: skip

BEFORE = {token: row for row in TABLE for token in row.tokens if row.associativity is _BEFORE}
BETWEEN = {token: row for row in TABLE for token in row.tokens if row.associativity not in (_BEFORE, _BEHIND)}
COMPARISONS = {
    token: "=" if token == "==" else token for row in TABLE if row.name == "comparison" for token in row.tokens
}
