"""What follows an operand and makes it longer: operators, products without a sign, and what stands behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from quizprep.formula.limits import MAX_EXPONENT
from quizprep.formula.magnitude import magnitude
from quizprep.formula.names import plain
from quizprep.formula.read import opened, subscripts
from quizprep.formula.read.ellipsis import DOTS, left_out
from quizprep.formula.read.lex import Token
from quizprep.formula.read.piecewise import choice_after
from quizprep.formula.read.precedence import BETWEEN, COMPARISONS, Level, Row
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.refusals import missing_operand
from quizprep.formula.read.written import starts_limits, starts_subscript
from quizprep.formula.rewrite import connected
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Index,
    Logical,
    Node,
    Number,
    OfSets,
    Symbol,
    Transpose,
    Unary,
    is_condition,
)
from quizprep.text import Text

_PRODUCT, _POWER = BETWEEN["*"], BETWEEN["^"]
OF_SETS = frozenset(token for token, row in BETWEEN.items() if row.name in ("member", "union", "intersection"))
CONNECTIVES = frozenset(token for token, row in BETWEEN.items() if row.name in ("iff", "implies", "xor"))
_ONE = Number(Fraction(1))
_MINUS_ONE = Unary("-", Number(Fraction(1)))


def longer(reader: Reader, left: Node, least: Level) -> Node | None:
    """``left`` with what follows it, if that binds at least as tightly as ``least``; else None."""
    return _behind(reader, left) or _element(reader, left) or _between(reader, left, least)


def _element(reader: Reader, left: Node) -> Node | None:
    """``x[2]``, and ``p(x)`` in a sum over x: an element binds more tightly than any operator, as in ``2·x[1]``."""
    if reader.peek().is_op("("):
        return subscripts.applied(reader, left)
    return subscripts.in_brackets(reader, left) if reader.peek().is_op("[") else None


def _between(reader: Reader, left: Node, least: Level) -> Node | None:
    """``left`` with the operator that follows and its right side; None where the expression ends."""
    token = reader.peek()
    if token.kind == "end":
        return None
    if reader.names.sets and token.kind == "word" and token.text == "Delta" and reader.names.find("Delta") is None:
        token = reader.tokens[reader.position] = replace(token, kind="op", text="Δ")
    if token.kind == "op" and (token.is_op(*DOTS) or reader.peek(1).is_op(*DOTS)):
        return _left_out(reader, left, token, least)
    if token.kind == "word" and token.text == "choose" and reader.names.find("choose") is None:
        return _chosen(reader, left, token, least)
    keyword = token.kind == "word" and reader.is_keyword(token)
    connective = token.text in CONNECTIVES and _connects(reader, left, token)
    unread = token.text in CONNECTIVES or (token.text in OF_SETS and not reader.names.sets)
    if keyword or connective or (token.kind == "op" and not unread):
        row = BETWEEN.get(token.text)
        if row is not None:
            return INFIX[row.name](reader, left, token, row) if least <= row.level else None
    elif token.kind == "super":
        return power(reader, left, reader.superscript()) if least <= _POWER.level else None
    if least <= _PRODUCT.level and not (keyword or connective) and reader.starts_operand(token):
        return juxtaposed(reader, left)
    return None


def _connects(reader: Reader, left: Node, token: Token) -> bool:
    """Whether a word or a sign between two operands is a connective of logic here.

    ``⇒``, ``⇔`` and ``⊕`` mean other things where nothing is true or false.
    """
    if token.kind == "word":
        return reader.names.find(token.text) is None
    return token.kind == "op" and (reader.names.logic or is_condition(left))


def _left_out(reader: Reader, left: Node, token: Token, least: Level) -> Node | None:
    """``+ … +``, ``· … ·`` and ``⋯`` between factors."""
    if token.is_op("+", "*", "·"):
        if least > BETWEEN[token.text].level:
            return None
        reader.advance()
        return left_out(reader, left, token)
    if token.is_op(*DOTS) and least <= _PRODUCT.level and isinstance(left, Binary | Index):
        return left_out(reader, left, token)
    return None


def _chosen(reader: Reader, left: Node, token: Token, least: Level) -> Node | None:
    """``n choose k``: of the two numbers beside it. In a sum it is not said what else belongs to them."""
    if least > _POWER.level:
        return None
    start = next(place for place, before in enumerate(reader.tokens) if before.start >= left.span[0])
    before = reader.tokens[start - 1] if start else token
    reader.advance()
    right = reader.single_factor()
    if before.is_op("+", "-") or reader.peek().is_op("+", "-"):
        shown = plain(reader.text[left.span[0] : reader.end])
        reader.fail(
            Text(
                f"what belongs to `{shown}` is not clear beside + or -: write binom(n, k)",
                ko=f"`{shown}`: + 또는 - 옆에서는 어디까지인지 알 수 없습니다. binom(n, k)로 적으세요.",
            ),
            left.span[0],
            reader.end,
        )
    return reader.made(Call("binomial", (left, right)), left)


# One function for each row of the table of precedence; the cursor stands on the operator


def _arithmetic(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    right = _right(reader, token, row)
    if token.text == "·":
        return _product(reader, left, right)
    return reader.made(Binary(token.text, left, right), left)


def _right(reader: Reader, token: Token, row: Row) -> Node:
    """Step over an operator that is read from the left; its right side."""
    reader.advance()
    follows = reader.peek()
    if follows.is_op("*", "/", "^", "=", ")", "]", "}", ",", "@", "<", ">") or follows.kind == "end":
        missing_operand(reader, token)
    return reader.expression(row.right)


def _remainder(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    if token.kind == "word":
        reader.advance()
        return reader.made(Call("mod", (left, reader.expression(row.right))), left)
    if token.whole or not reader.starts_operand(reader.peek(1)):
        reader.advance()
        return reader.made(_percent(left), left)
    return reader.made(Call("mod", (left, _right(reader, token, row))), left)


def _percent(node: Node) -> Node:
    if isinstance(node, Number):
        return Number(node.value / 100)
    return Binary("/", node, Number(Fraction(100)))


def _stacked(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    """``{n \\choose k}`` and ``{a \\over b}``: all that stands before is above all that follows."""
    reader.advance()
    right = reader.expression(row.right)
    return reader.made(Binary("/", left, right) if token.text == "over" else Call("binomial", (left, right)), left)


def _logical(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    operands = [left]
    while reader.accept_word(token.text):
        operands.append(reader.expression(row.right))
    return reader.made(Logical(token.text, tuple(operands)), left)


def _connective(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    return reader.made(connected(row.name, left, _right(reader, token, row)), left)


def _of_sets(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    return reader.made(OfSets(token.text, (left, _right(reader, token, row))), left)


def _member(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    right = _right(reader, token, row)
    if token.text == "⊆":
        return reader.made(Compare(("<=",), (left, right)), left)
    wanted = Number(Fraction(token.text == "∈"))
    return reader.made(Compare(("=",), (OfSets("∈", (left, right)), wanted)), left)


def _comparison(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    operators, operands = [], [left]
    while written := reader.accept(*COMPARISONS):
        following = reader.peek()
        if following.is_op(*COMPARISONS):
            shown = written.text + " " + following.text
            reader.fail(
                Text(
                    f"`{shown}` is not a comparison: write ==, <=, >= or !=",
                    ko=f"`{shown}`: 비교 기호가 아닙니다. ==, <=, >=, != 가운데 하나를 쓰세요.",
                ),
                written.start,
                following.end,
            )
        operators.append(COMPARISONS[written.text])
        operands.append(reader.expression(row.right))
    return reader.made(Compare(tuple(operators), tuple(operands)), left)


def _power_written(reader: Reader, left: Node, token: Token, row: Row) -> Node:
    reader.advance()
    _cut_transpose(reader, left)
    if _transposes(reader, left):
        return reader.made(Transpose(left), left)
    if _positive_part_above(reader):
        return _positive_part(reader, left, token)
    following = reader.peek()
    if following.kind == "end" or following.is_op(")", "]", "}", "*", "/", "^", ","):
        missing_operand(reader, token)
    exponent = reader.group() if following.is_op("{") else reader.expression(row.right)
    return power(reader, left, exponent)


INFIX: dict[str, Callable[[Reader, Node, Token, Row], Node | None]] = {
    "choice": lambda reader, left, token, row: choice_after(reader, left),
    "iff": _connective,
    "implies": _connective,
    "stack": _stacked,
    "or": _logical,
    "xor": _connective,
    "and": _logical,
    "comparison": _comparison,
    "member": _member,
    "sum": _arithmetic,
    "union": _of_sets,
    "intersection": _of_sets,
    "product": _arithmetic,
    "remainder": _remainder,
    "power": _power_written,
}


# Powers


def power(reader: Reader, left: Node, exponent: Node) -> Node:
    """``left`` to a power: transposed with ⊤, e^x the exponential, A^{-1} of a matrix its inverse."""
    if exponent == Symbol("⊤"):
        return reader.made(Transpose(left), left)
    _check_exponent(reader, exponent)
    if left == Constant("e"):
        return reader.made(Call("exp", (exponent,)), left)
    if exponent == _MINUS_ONE and reader.rank(left) == 2:
        return reader.made(Call("inv", (left,)), left)
    return reader.made(Binary("^", left, exponent), left)


def _check_exponent(reader: Reader, exponent: Node) -> None:
    """A written exponent of a size that no exact arithmetic would end with is refused."""
    size = None if isinstance(exponent, Constant) else magnitude(exponent)
    if size is not None and abs(size) > MAX_EXPONENT:
        reader.fail(
            Text(
                f"this exponent is too large: at most {MAX_EXPONENT:,} is computed",
                ko=f"지수가 너무 큽니다. {MAX_EXPONENT:,}까지만 계산합니다.",
            ),
            *exponent.span,
        )


def _transposes(reader: Reader, left: Node) -> bool:
    """Step over ``T`` or ``⊤`` (also in braces) above something that can be transposed."""
    braced = reader.peek().is_op("{") and reader.peek(2).is_op("}")
    mark = reader.peek(1) if braced else reader.peek()
    letter = mark.kind == "word" and mark.text == "T"
    letter = letter and (reader.free or reader.rank(left) > 0 or reader.names.find("T") is None)
    if not (mark.is_op("⊤") or (letter and not isinstance(left, Number | Constant))):
        return False
    reader.position += 3 if braced else 1
    return True


def _cut_transpose(reader: Reader, left: Node) -> None:
    """``x^Ty`` as ``x^T y``, as TeX reads it, where x has a shape, is not known, or the text is LaTeX."""
    token = reader.peek()
    if token.kind != "word" or token.whole or token.text[0] != "T" or reader.names.find(token.text) is not None:
        return
    unknown = reader.open and opened.starts_transposed(reader, token)
    if len(token.text) > 1 and (reader.rank(left) or unknown or (reader.free and "\\" in reader.text)):
        mark = replace(token, text="T", end=token.start + 1, whole=True)
        rest = replace(token, text=token.text[1:], start=token.start + 1)
        reader.tokens[reader.position : reader.position + 1] = [mark, rest]


def _positive_part_above(reader: Reader) -> bool:
    """Step over ``+`` or ``{+}`` above an operand, behind which no operand stands."""
    if reader.peek().is_op("{") and reader.peek(1).is_op("+") and reader.peek(2).is_op("}"):
        reader.position += 3
        return True
    behind = reader.peek(1)
    if not reader.peek().is_op("+") or reader.peek().spaced:
        return False
    if not behind.spaced and (behind.is_op("-", "+") or reader.starts_operand(behind)):  # x^+2
        return False
    reader.position += 1
    return True


def _positive_part(reader: Reader, left: Node, token: Token) -> Node:
    """``x^+`` and ``(x)_+``: max(0, x); of a matrix it would be the pseudo-inverse, of a name a part of it."""
    foreign_name = isinstance(left, Symbol) and not reader.free and reader.names.find(left.name) is None
    negative = any(
        mark.is_op("^", "_") and after.is_op("-") and beyond.text in ("", ")", "]", "}", ",", "/", "=")
        for mark, after, beyond in zip(reader.tokens, reader.tokens[1:], reader.tokens[2:], strict=False)
    )
    if reader.rank(left) == 2 or foreign_name or negative:
        shown = plain(reader.text[left.span[0] : reader.end])
        reader.fail(
            Text(
                f"`{shown}` may be the positive part, a name or a pseudo-inverse: write max(0, x), or x_p for the name",
                ko=f"`{shown}`: 양의 부분인지 이름인지 유사역행렬인지 알 수 없습니다. max(0, x)로 적거나 "
                "이름이라면 x_p처럼 적으세요.",
            ),
            token.start,
            reader.end,
        )
    return reader.made(Call("max", (Number(Fraction(0)), left)), left)


# Products without a sign


def juxtaposed(reader: Reader, left: Node) -> Node:
    """``left`` times the factor that begins here."""
    token = reader.peek()
    if token.kind in ("number", "command"):
        _refuse_number_behind(reader, left, token)
    return _product(reader, left, reader.expression(_PRODUCT.right))


def _product(reader: Reader, left: Node, right: Node) -> Node:
    """A product without a sign, or with a dot: of linear algebra where both sides have a shape."""
    if left == Transpose(_ONE) and reader.rank(right) == 1:  # the vector of ones, transposed
        return reader.made(Call("sum", (right,)), left)
    operator = "juxtapose" if reader.may_have_shape(left) and reader.may_have_shape(right) else "*"
    return reader.made(Binary(operator, left, right), left)


def _refuse_number_behind(reader: Reader, left: Node, token: Token) -> None:
    """``x 2``, ``2 3`` and ``1 1/2``: the sign that is left out may be one or the other."""
    if _is_mixed_number(reader, left, token):
        reader.fail(
            Text(
                "a whole number beside a fraction: write 1+1/2 or 1*1/2",
                ko="정수 옆에 분수가 있습니다. 1+1/2 또는 1*1/2처럼 적으세요.",
            ),
            token.start,
            token.end,
        )
    last = reader.last
    if token.kind != "number" or not isinstance(_rightmost(left), Number | Symbol) or last.is_op(")", "]", "}", "|"):
        return
    if last.kind == "number" and reader.peek(1).is_op("/"):
        meant = f"{last.text}+{token.text}/{reader.peek(2).text}"
        reader.fail(
            Text(
                f"a whole number beside a fraction: write {meant}",
                ko=f"정수 옆에 분수가 있습니다. {meant}처럼 적으세요.",
            ),
            token.start,
            token.end,
        )
    shown = plain(reader.text[last.start : token.end])
    reader.fail(
        Text(
            f"an operator is missing in `{shown}`: `*` or `^`?",
            ko=f"`{shown}`: 연산 기호가 빠졌습니다. `*`인가요, `^`인가요?",
        ),
        token.start,
        token.end,
    )


def _is_mixed_number(reader: Reader, left: Node, token: Token) -> bool:
    if not (isinstance(left, Number) and left.value.denominator == 1 and reader.last.kind == "number"):
        return False
    if token.kind == "number":
        return not token.text.isascii()
    if token.text != "frac":
        return False
    inside = [reader.peek(ahead) for ahead in range(1, 7)]
    return "".join("n" if item.kind == "number" else item.text for item in inside) == "{n}{n}"


def _rightmost(node: Node) -> Node:
    """The operand that stands directly before the next token."""
    while isinstance(node, Binary) and node.operator in ("*", "juxtapose"):
        node = node.right
    return node


# Behind an operand


def _behind(reader: Reader, left: Node) -> Node | None:
    """``left`` with the factorial, transpose or subscript directly behind it; None where none stands."""
    token = reader.peek()
    if token.kind != "op" and token.kind != "sub":
        return None
    if token.is_op("!"):
        reader.advance()
        if reader.peek().is_op("!"):
            reader.fail(
                Text(
                    "double factorials are not read: write the product out",
                    ko="이중 계승은 읽지 않습니다. 곱을 풀어 적으세요.",
                ),
                token.start,
                reader.peek().end,
            )
        return reader.made(Unary("!", left), left)
    if token.is_op(".T", "⊤"):
        reader.advance()
        return reader.made(Transpose(left), left)
    if token.is_op("_") and (reader.peek(1).is_op("+") or (reader.peek(2).is_op("+") and reader.peek(3).is_op("}"))):
        reader.position += 2 if reader.peek(1).is_op("+") else 4
        return _positive_part(reader, left, token)
    if starts_subscript(reader) and not starts_limits(reader):
        return subscripts.subscripted(reader, left)
    if token.is_op("'"):
        reader.fail(Text("a prime stands on names only", ko="프라임(')은 이름에만 붙입니다."), token.start)
    return None
