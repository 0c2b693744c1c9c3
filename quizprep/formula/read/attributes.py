"""Python as documentation writes it: ``np.exp(x)``, ``F.softmax(z, dim=-1)``, ``x.mean(axis=0)``, ``np.pi``."""

from __future__ import annotations

from fractions import Fraction

from quizprep.formula.functions import function_named
from quizprep.formula.read import calls, operators
from quizprep.formula.read.lex import Token
from quizprep.formula.read.libraries import CONSTANTS, INNER, MODULES, OPERANDS, OPERATIONS, TENSORFLOW, TORCH
from quizprep.formula.read.precedence import Level
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.written import read_name
from quizprep.formula.tree import Binary, Call, Constant, Node, Number, Piecewise, Symbol, Transpose, Unary, placed
from quizprep.text import Text

_ZERO, _ONE, _TWO = (Number(Fraction(number)) for number in range(3))
_SPREADS = ("std", "var")
_EXTREMES = ("max", "min")


def of_module(reader: Reader) -> Node | None:
    """``np.exp(x)`` and ``math.pi``; None where no module stands here."""
    token = reader.peek()
    if token.text not in MODULES or not reader.peek(1).is_op(".") or reader.names.find(token.text) is not None:
        return None
    reader.position += 2
    while reader.peek().text in INNER and reader.peek(1).is_op("."):
        reader.position += 2
    if reader.peek().text in CONSTANTS and not reader.peek(1).is_op("("):
        return Constant(CONSTANTS[reader.advance().text], span=(token.start, reader.end))
    return _called(reader, token, None)


def longer(reader: Reader, left: Node, least: Level) -> Node | None:
    """``left`` with a method that is called on it, or with any other thing that follows."""
    if not reader.peek().is_op("."):
        return operators.longer(reader, left, least)
    reader.advance()
    gradient = reader.accept_word("grad")
    if gradient and not reader.open:
        reader.fail(
            Text(
                "`.grad` is known to the program that computed it: write the gradient as a symbol, g",
                ko="`.grad`: 이를 계산한 프로그램만 아는 값입니다. 기울기는 g 같은 기호로 적으세요.",
            ),
            gradient.start,
            gradient.end,
        )
    if gradient:
        return reader.made(Symbol("grad"), left)
    if reader.accept_word("shape"):
        axis = reader.group()
        return reader.made(Call("len", (left if axis == _ZERO else Transpose(left),)), left)
    return reader.made(_called(reader, reader.peek(), left), left)


def _called(reader: Reader, token: Token, of: Node | None) -> Node:
    """The function or the method that is named here, with its arguments; ``of`` is what stands before the dot."""
    written = read_name(reader)
    spelling = f"{written.base}_{written.subscript}" if written.subscript else written.base
    name = OPERATIONS.get(spelling) or function_named(spelling)
    opened = reader.peek()
    if name is None or not opened.is_op("("):
        reader.fail(
            Text(
                f"`{spelling}` is not a function that is known here",
                ko=f"`{spelling}`: 모르는 함수입니다.",
            ),
            reader.tokens[reader.position - 1].start,
            reader.end,
        )
    arguments, options = calls.arguments_of(reader, reader.advance(), name, () if of is None else (of,))
    span = (token.start, reader.end)
    if name in OPERATIONS.values() and name not in _EXTREMES and name != "abs":
        return placed(_operation(reader, name, spelling, arguments, span), *span)
    if name == "clip":
        return placed(_clipped(reader, arguments, options, token), *span)
    if name in _SPREADS:
        _divisor(reader, name, options, token, of)
    if name in _EXTREMES:
        _along(reader, name, spelling, arguments, options, span, of)
    if name == "norm" and "axis" in options and len(arguments) == 1:
        if reader.rank(arguments[0]) < 2:
            return calls.applied(reader, name, arguments, {}, token)
        squares = calls.applied(reader, "sum", [Call("square", (arguments[0],))], options, token)
        return Call("sqrt", (squares,), span=span)
    if name == "leaky_relu" and token.text in TENSORFLOW and len(arguments) == 1:
        arguments.append(Number(Fraction(2, 10)))  # the slope that is not given differs from that of the others
    return calls.applied(reader, name, arguments, options, token)


def _operation(reader: Reader, name: str, spelling: str, arguments: list[Node], span: tuple[int, int]) -> Node:
    wanted = OPERANDS.get(name, 2)
    if name == "transpose":  # (-2, -1), the axes that it exchanges
        del arguments[1:]
    if len(arguments) != wanted:
        reader.fail(
            Text(
                f"`{spelling}` takes {wanted} argument(s), not {len(arguments)}",
                ko=f"`{spelling}` 함수에는 인자가 {wanted}개 필요한데 {len(arguments)}개를 적었습니다.",
            ),
            *span,
        )
    first, *rest = arguments
    if name == "where":
        return Piecewise(((rest[0], first),), rest[1])
    if name == "transpose":
        return Transpose(first)
    if name == "negative":
        return Unary("-", first)
    if name == "reciprocal":
        return Binary("/", _ONE, first)
    if name == "rsqrt":
        return Binary("/", _ONE, Call("sqrt", (first,)))
    if name == "squared_difference":
        return Binary("^", Binary("-", first, *rest), _TWO)
    if name == "mse_loss":
        return Call("mean", (Binary("^", Binary("-", first, *rest), _TWO),))
    if name == "l1_loss":
        return Call("mean", (Call("abs", (Binary("-", first, *rest),)),))
    if name == "size":
        return Call("len", (first if rest[0] == _ZERO else Transpose(first),))
    if name == "dot":
        return Binary("@", first, *rest) if 2 in map(reader.rank, arguments) else Call("dot", (first, *rest))
    return Binary(name, first, *rest)


def _clipped(reader: Reader, arguments: list[Node], options: dict[str, Node], token: Token) -> Node:
    """``clamp(min=0)`` as max(x, 0); with both ends as clip."""
    low, high = options.pop("min", None), options.pop("max", None)
    if len(arguments) == 2 and low is None:
        low = arguments.pop()
    if len(arguments) != 1 or (low is None and high is None):
        return calls.applied(reader, "clip", arguments, options, token)
    if low is not None and high is not None:
        return calls.applied(reader, "clip", [*arguments, low, high], options, token)
    name, end = ("max", low) if low is not None else ("min", high)
    return calls.applied(reader, name, [*arguments, *filter(None, [end])], options, token)


def _divisor(reader: Reader, name: str, options: dict[str, Node], token: Token, of: Node | None) -> None:
    """Torch divides by n − 1 unless told otherwise, the other libraries by n; a method does not say whose it is."""
    if "ddof" in options:
        return
    if of is None:
        options.update({"ddof": _ONE} if token.text in TORCH else {})
        return
    reader.fail(
        Text(
            f"`.{name}()` divides by n in numpy and by n − 1 in torch: "
            f"write {name}(...) for n, or {name}(..., ddof=1) for n − 1",
            ko=f"`.{name}()`: numpy는 n으로, torch는 n − 1로 나눕니다. "
            f"n이면 {name}(...), n − 1이면 {name}(..., ddof=1)로 적으세요.",
        ),
        token.start,
        reader.end,
    )


def _along(
    reader: Reader,
    name: str,
    spelling: str,
    arguments: list[Node],
    options: dict[str, Node],
    span: tuple[int, int],
    of: Node | None,
) -> None:
    """``x.max(0)`` is along the axis; ``np.max(x, 0)`` too, but may be meant as the larger of the two."""
    if len(arguments) != 2 or not isinstance(arguments[1], Number | Unary) or spelling in ("maximum", "minimum"):
        return
    if of is None:
        reader.fail(
            Text(
                f"the second argument of `{spelling}` is an axis: write axis=..., or {name}imum(a, b) for one of two",
                ko=f"`{spelling}` 함수의 둘째 인자는 축입니다. axis=...로 적거나, "
                f"둘 가운데 하나라면 {name}imum(a, b)로 적으세요.",
            ),
            *span,
        )
    options["axis"] = arguments.pop()
