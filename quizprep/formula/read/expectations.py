"""``E[x]``, ``E_{x∼P}[...]`` over a distribution that is given, and ``E_{x∼X}[...]`` over a sample."""

from __future__ import annotations

import itertools
import re

from quizprep.formula.read.lex import Token
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.sums import Limits, binding, is_vector, over_elements, stands_alone
from quizprep.formula.rewrite import substitute
from quizprep.formula.tree import Binary, Call, Index, Node, Reduce, Symbol, walk
from quizprep.text import Text

_DISTRIBUTION = re.compile(r"[pqPQ](_.+)?'*")  # the names that distributions have
_SAMPLE = re.compile(r"[XYDS](_.+)?|data|samples?")


def expectation(reader: Reader, below: list[Token], token: Token) -> Node:
    """The mean of the brackets that stand here; ``below`` are the tokens of the subscript of E."""
    index, name = _drawn(below) if below else _drawn_inside(reader)
    if name is not None and reader.names.find(name) is None and is_vector(reader, name.swapcase()):
        name = name.swapcase()  # x∼P, where the density p is what is given
    vector = None if name is None else reader.names.find(name)
    if vector is not None and reader.names.rank(vector) != 1:
        vector = None
    if vector is None and index and name and reader.open and _DISTRIBUTION.fullmatch(name):
        vector = name if reader.names.find(name) is None else None
    if vector is None or name is None or not (index or _DISTRIBUTION.fullmatch(name)):
        body, weights = _body(reader, token), reader.names.weights
        if weights is None:
            return Call("mean", (body,), span=(token.start, reader.end))
        weighted = Binary("*", Symbol(weights), body, span=body.span)
        return Call("sum", (weighted,), span=(token.start, reader.end))
    with binding(reader.bound, [index or "_"]):
        body = _body(reader, token)
    span = (token.start, reader.end)
    if _DISTRIBUTION.fullmatch(name):
        body = substitute(body, {name.swapcase(): Symbol(vector)})  # the density of P is written p
    if index and _SAMPLE.fullmatch(name):
        return Call("mean", (substitute(body, {index: Symbol(vector)}),), span=span)
    weighted = Binary("*", Index(Symbol(vector), (Symbol(index or "_"),)), body, span=body.span)
    if index and stands_alone(body, index) and is_vector(reader, index):  # E_{x∼P}[x] of a vector of values x
        return over_elements(reader, "sum", Limits([index], elements=index), weighted, span)
    placed = any(isinstance(part, Index) and Symbol(index or "") in part.indices for part in walk(body))
    if index and placed and not stands_alone(body, index):
        return Reduce("sum", index, None, None, weighted, span=span)
    if reader.rank(body) != 1:
        reader.fail(
            Text(
                f"how this depends on what is drawn from `{name}` is not known here: "
                f"write it with {name}(x), or as a sum",
                ko=f"`{name}`에서 뽑은 값에 따라 이 식이 어떻게 달라지는지 알 수 없습니다. "
                f"{name}(x)를 쓰거나 합으로 적으세요.",
            ),
            *span,
        )
    return Call("sum", (Binary("*", Symbol(vector), body, span=body.span),), span=span)


def _drawn(below: list[Token]) -> tuple[str | None, str | None]:
    """What is drawn and the name of what it is drawn from, as far as the subscript says it."""
    inside = [token for token in below if not token.is_op("_", "{", "}")]
    tilde = next((place for place, token in enumerate(inside) if token.is_op("∼")), None)
    if tilde is None:
        only = inside[0].text if len(inside) == 1 and inside[0].kind in ("word", "sub") else None
        return None, only
    drawn, source = inside[:tilde], inside[tilde + 1 :]
    plain = len(drawn) == 1 and drawn[0].kind == "word" and bool(source) and source[0].kind == "word"
    bare = len(source) == 1 or (len(source) > 1 and source[1].is_op("("))
    return (drawn[0].text, source[0].text) if plain and bare else (None, None)


def _drawn_inside(reader: Reader) -> tuple[str | None, str | None]:
    """``E[-log p(X)]``: X is drawn from p, where that is the only distribution that is taken at X."""
    found: set[tuple[str, str]] = set()
    tokens = [token for _, token in itertools.takewhile(lambda pair: pair[0] > 0, reader.depths(reader.position))]
    for name, opened, drawn, closed in zip(
        tokens, tokens[1:], tokens[2:], [*tokens[3:], reader.tokens[-1]], strict=False
    ):
        applied = name.kind == "word" and opened.is_op("(") and drawn.kind == "word" and closed.is_op(")")
        capital = len(drawn.text) == 1 and drawn.text.isupper() and reader.names.find(drawn.text) is None
        if applied and capital and is_vector(reader, name.text) and _DISTRIBUTION.fullmatch(name.text):
            found.add((drawn.text, name.text))
    return found.pop() if len(found) == 1 else (None, None)


def _body(reader: Reader, token: Token) -> Node:
    if reader.peek().is_op("[", "(", "{"):
        return reader.group()
    if not reader.starts_operand(reader.peek()):
        reader.fail(
            Text("what the mean is taken of belongs in brackets: E[x]", ko="평균을 구할 식은 괄호로 묶으세요: E[x]"),
            token.start,
            token.end,
        )
    return reader.single_factor()
