"""Functions applied to what follows them, with or without brackets: ``sin(x)``, ``sin^2 x``, ``log_2 x``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from quizprep.formula.functions import FUNCTIONS, INVERSES, OPTIONS, function_named, signature
from quizprep.formula.names import plain, spell
from quizprep.formula.read import integrals, sums
from quizprep.formula.read.brackets import square
from quizprep.formula.read.lex import Token
from quizprep.formula.read.operators import juxtaposed, power
from quizprep.formula.read.piecewise import indicator
from quizprep.formula.read.precedence import Level
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.refusals import unexpected
from quizprep.formula.read.words import known_pieces, split_unknown
from quizprep.formula.read.written import Written, read_name, skip_script, starts_subscript
from quizprep.formula.rewrite import connected, rebuild, substitute
from quizprep.formula.tree import (
    Applied,
    Binary,
    Call,
    Compare,
    Constant,
    Logical,
    Node,
    Number,
    Reduce,
    Stack,
    Transpose,
    Unary,
    free_symbols,
    placed,
)
from quizprep.text import Text

_MINUS_ONE = Unary("-", Number(Fraction(1)))
_OVER_INDICES = ("max", "min", "argmax", "argmin", "mean")  # max_i x_i is max(x)


def named(reader: Reader, written: Written, token: Token) -> Node | None:
    """The function of that name with what it is applied to; None where the name is no function here."""
    if written.accents or written.primes:
        return None
    if written.base in reader.names.renamed and reader.peek().is_op("("):
        return None
    joined = function_named(f"{written.base}_{written.subscript}") if written.identifier else None
    of_two_words = joined not in ("log", "max", "min") or function_named(written.base) is None
    if joined and not written.subscript[0].isdigit() and of_two_words:
        return call(reader, joined, token)
    if written.base == "arg" and reader.peek().kind == "word" and reader.peek().text in ("max", "min"):
        return named(reader, replace(read_name(reader), base="arg" + reader.last.text), token)
    name = function_named(written.base)
    subscripted = written.subscript and name not in ("log", "sum", "prod") and not reader.free
    if subscripted and not _argument_behind(reader):  # mean_i is a name
        return None
    if name is None or not _reads_as_function(reader, written, token):
        return None
    reader.position = written.after_base
    if name == "diff":
        return integrals.derivative(reader, token)
    if name in integrals.NAMES:
        return integrals.called(reader, name, token)
    if starts_subscript(reader):
        if name in ("sum", "prod"):
            return sums.over_index(reader, name, token)
        if name in _OVER_INDICES:
            return _over_index(reader, name, token)
        if name != "log":
            skip_script(reader)
    elif name in ("sum", "prod") and _is_sign(reader):
        return sums.of_all(reader, name, token)
    elif name == "mean" and _is_sign(reader) and _power_behind(reader):
        reader.fail(
            Text(
                "is the mean raised, or what it is the mean of? Write mean((x)^2) or mean(x)^2",
                ko="평균을 제곱하는지, 제곱의 평균인지 알 수 없습니다. mean((x)^2)나 mean(x)^2로 적으세요",
            ),
            token.start,
            reader.peek().end,
        )
    return _logarithm(reader, token) if name == "log" else call(reader, name, token)


def _is_sign(reader: Reader) -> bool:
    """Whether the word ``sum`` stands for Σ: apart from what is added up, as in ``sum p log p`` or ``sum (x - m)^2``.

    With a bracket at the word, ``sum(x)^2``, or one that holds arguments or a loop, it is a function.
    """
    token = reader.peek()
    if not token.spaced or not _takes_argument(reader) or token.is_op("^", "_"):
        return False
    return not (token.is_op("(") and (several_inside(reader) or _loops(reader)))


def _power_behind(reader: Reader) -> bool:
    """Whether a power follows the brackets that open here."""
    if not reader.peek().is_op("("):
        return False
    end = next((place for place, (depth, _) in enumerate(reader.depths(reader.position)) if not depth), None)
    behind = None if end is None else reader.peek(end + 1)
    return behind is not None and (behind.is_op("^") or behind.kind == "super")


def several_inside(reader: Reader) -> bool:
    """Do the brackets that open here hold arguments, ``Σ(A, axis=0)``, and not a formula?"""
    for depth, token in reader.depths(reader.position):
        if depth == 0:
            return False
        if depth == 1 and token.is_op(","):
            return True
    return False


def _argument_behind(reader: Reader) -> bool:
    """Whether an argument without brackets begins here: ``max_i -x_i``, but not ``mean_i - x``."""
    token = reader.peek()
    return reader.starts_operand(token) or (token.is_op("-") and not reader.peek(1).spaced)


def _reads_as_function(reader: Reader, written: Written, token: Token) -> bool:
    """A word spelt exactly like a function, or in other letters where it cannot be a product."""
    if not _takes_argument(reader) and not written.whole and _is_product_of_symbols(reader, written):
        return False
    if written.base == "Gamma":  # Γ(x) is told by its brackets; Γ_f is a gate
        return False
    if written.base.islower() or written.whole or written.base in ("ReLU", "Var"):
        spelt = reader.text[token.start : token.start + 1] == "g"
        return written.base != "gamma" or (spelt and reader.peek().is_op("(") and not written.subscript)
    return reader.free or known_pieces(written, reader.names, reader.bound) is None


def _takes_argument(reader: Reader) -> bool:
    token = reader.peek()
    return reader.starts_operand(token) or token.is_op("^", "_", "-") or token.kind in ("super", "sub")


def _is_product_of_symbols(reader: Reader, written: Written) -> bool:
    """``tr`` beside symbols t and r is their product where nothing follows to take the trace of."""
    if reader.free:
        return written.base in ("lb", "lg", "tr")
    return all(reader.names.find(spell(letter)) for letter in written.base)


def _over_index(reader: Reader, name: str, token: Token) -> Node:
    """``max_i x_i``: the elements that the index runs over are all of x."""
    start = reader.position
    below = sums.limits(reader)
    whole = below.low in (None, Number(Fraction(0)), Number(Fraction(1)))
    if below.condition is not None or not whole:
        reader.fail(
            Text(
                f"`{name}` is taken over all entries here: what is left out cannot be said below it",
                ko=f"`{name}` 함수는 모든 원소에 걸쳐 구합니다. 일부만 고르는 조건은 아래에 적을 수 없습니다.",
            ),
            reader.tokens[start].start,
            reader.end,
        )
    with sums.binding(reader.bound, below.indices), sums.binding(reader.spread, below.indices):
        node = call(reader, name, token)
    over = [index for index in below.indices if index in free_symbols(_without_applied(node))]
    if over:  # max_w (w - 3)^2: w is no index of entries
        reader.fail(
            Text(
                f"`{name}` is that of the entries of a vector or a matrix: over all values of `{over[0]}` it is not "
                "computed here",
                ko=f"`{name}` 함수는 벡터나 행렬의 원소에서 구합니다. `{over[0]}`의 모든 값에서 구하지는 않습니다",
            ),
            reader.tokens[start].start,
            reader.end,
        )
    return node


def _without_applied(node: Node) -> Node:
    """A formula without what unknown functions are applied to: ``Q(s, a)`` may be a table with an entry for a."""
    return Constant("e") if isinstance(node, Applied) else rebuild(node, _without_applied)


def _logarithm(reader: Reader, token: Token) -> Node:
    base = None
    if reader.peek().kind == "sub":
        base = reader.script_value(reader.advance())
    elif reader.accept("_"):
        base = reader.group() if reader.peek().is_op("{") else reader.lone_factor()
    node = call(reader, "log", token)
    return node if base is None else _with_base(node, base)


def call(reader: Reader, name: str, token: Token) -> Node:
    """The function applied to what stands here: powers first, then brackets or a bare product."""
    exponent = _power_of(reader, name)
    if isinstance(exponent, str):
        name, exponent = exponent, None
    opened = reader.peek()
    options: dict[str, Node] = {}
    if opened.is_op("(") and signature(name).most != 2 and _loops(reader):
        return _over_loop(reader, name, token)
    if opened.is_op("(") or (opened.is_op("{") and signature(name).most > 1 and _lists(reader)):
        arguments, options = arguments_of(reader, reader.advance(), name)
    elif opened.is_op("{"):
        arguments = [reader.group()]
    elif opened.is_op("[") and signature(name).most == 1:
        arguments = [square(reader, reader.advance())]
    else:
        arguments = [_bare_argument(reader, name, token)]
    node = applied(reader, name, arguments, options, token)
    return node if exponent is None else Binary("^", node, exponent, span=node.span)


def _loops(reader: Reader) -> bool:
    """Whether the brackets that open here hold Python's ``x**2 for x in xs``."""
    inside = itertools.takewhile(lambda pair: pair[0] > 0, reader.depths(reader.position))
    words = [token.text for depth, token in inside if depth == 1 and token.kind == "word"]
    return "for" in words and "in" in words[words.index("for") :]


def _over_loop(reader: Reader, name: str, token: Token) -> Node:
    """``sum(x**2 for x in xs)``, ``sum(a*b for a, b in zip(x, y))`` and ``sum(x[i] for i in range(n))``."""
    opened, start = reader.advance(), reader.position
    depths = reader.depths(start)
    reader.position = start + next(
        place for place, (depth, word) in enumerate(depths) if not depth and word.text == "for"
    )
    end = reader.position
    reader.advance()
    names = [reader.advance().text]
    while reader.accept(","):
        names.append(reader.advance().text)
    word = reader.accept_word("in")
    ranged, zipped = reader.accept_word("range"), reader.accept_word("zip")
    over = [reader.group()] if ranged else _zipped(reader) if zipped else [reader.expression()]
    if word is None or len(over) != len(names):
        unexpected(reader, reader.peek())
    reader.close(opened)
    after = reader.position
    reader.position = start
    with sums.binding(reader.bound, names):
        body = reader.expression()
    if reader.position != end:
        unexpected(reader, reader.peek())
    reader.position = after
    span = (token.start, reader.end)
    if ranged and name in ("sum", "prod"):
        last = Binary("-", over[0], Number(Fraction(1)))
        return Reduce(name, names[0], Number(Fraction(0)), last, sums.from_zero(body, names[0]), span=span)
    if ranged:
        reader.fail(
            Text(
                f"`{name}` over a range is not read: name the vector, as in {name}(x)",
                ko=f"범위에 대한 `{name}` 표기는 읽지 않습니다. {name}(x)처럼 벡터를 적으세요.",
            ),
            *span,
        )
    whole = substitute(body, dict(zip(names, over, strict=True)))
    if whole == body:
        reader.fail(
            Text(
                f"the terms are all alike: `{names[0]}` does not stand in them",
                ko=f"항이 모두 같습니다. `{names[0]}`: 항 안에 나오지 않습니다.",
            ),
            *span,
        )
    return applied(reader, name, [whole], {}, token)


def _zipped(reader: Reader) -> list[Node]:
    opened = reader.advance()
    over = [reader.expression()]
    while reader.accept(","):
        over.append(reader.expression())
    reader.close(opened)
    return over


def _lists(reader: Reader) -> bool:
    """Whether the braces that open here hold several arguments: ``max{0, x}``."""
    for depth, token in reader.depths(reader.position):
        if depth == 0:
            return False
        if depth == 1 and token.is_op(","):
            return True
    return False


def _power_of(reader: Reader, name: str) -> Node | str | None:
    """``sin^2 x``: the exponent; for ``sin^{-1}`` the name of the inverse function."""
    token = reader.peek()
    if token.kind == "super" and token.text != "T":
        exponent = reader.superscript()
    elif token.is_op("^"):
        reader.advance()
        exponent = reader.group() if reader.peek().is_op("{") else _bare_exponent(reader, token)
    else:
        return None
    return INVERSES[name] if exponent == _MINUS_ONE and name in INVERSES else exponent


def _bare_exponent(reader: Reader, token: Token) -> Node:
    negative = reader.accept("-")
    if reader.peek().is_op("("):
        exponent = reader.group()
    elif reader.peek().kind in ("number", "word"):
        exponent = reader.single_factor()
    else:
        reader.fail(
            Text(
                "the exponent of the function belongs here: sin^2 x",
                ko="여기에 함수의 지수가 있어야 합니다: sin^2 x",
            ),
            token.start,
            reader.peek().end,
        )
    return Unary("-", exponent, span=exponent.span) if negative else exponent


def _bare_argument(reader: Reader, name: str, token: Token) -> Node:
    """``ln 2x``: factors without signs between them, up to the next function or sign."""
    if not (reader.starts_operand(reader.peek()) or reader.peek().is_op("-")):
        shown = plain(reader.text[token.start : token.end])
        reader.fail(
            Text(
                f"`{shown}` needs an argument: {shown}(...)",
                ko=f"`{shown}` 함수에는 인자가 필요합니다: {shown}(...)",
            ),
            token.start,
            token.end,
        )
    if name in ("sqrt", "cbrt"):
        return reader.expression(Level.POWER)
    start = reader.accept("-")
    node = reader.expression(Level.POWER)
    while reader.starts_operand(reader.peek()) and not _starts_function(reader, reader.peek()):
        node = juxtaposed(reader, node)
    return Unary("-", node, span=(start.start, node.span[1])) if start else node


def _starts_function(reader: Reader, token: Token) -> bool:
    """Does a factor begin here that ends the argument of a function without brackets?"""
    if token.kind == "command":
        return token.text in ("sum", "prod", "expectation", "indicator")
    if token.kind != "word" or reader.names.find(spell(token.text)) is not None:
        return False
    if function_named(token.text) is not None:
        return True
    if token.whole:
        return False
    if reader.free:
        return function_named(split_unknown(token.text, True)[0]) is not None
    heads = (token.text[:size] for size in range(2, len(token.text)))
    return any(head.islower() and function_named(head) for head in heads)


def arguments_of(
    reader: Reader, opened: Token, name: str, first: Sequence[Node] = ()
) -> tuple[list[Node], dict[str, Node]]:
    """The arguments in the brackets that ``opened`` opened, behind those that are known, and the options."""
    if first and reader.peek().is_op(")"):
        reader.close(opened)
        return list(first), {}
    if reader.peek().is_op(")"):
        reader.fail(
            Text(
                f"`{name}` needs an argument between these brackets",
                ko=f"이 괄호 안에 `{name}` 함수의 인자가 필요합니다.",
            ),
            opened.start,
            reader.peek().end,
        )
    reader.open_bars()
    arguments: list[Node] = list(first)
    options: dict[str, Node] = {}
    while True:
        token, following = reader.peek(), reader.peek(1)
        if token.kind == "word" and following.is_op("=") and (token.text in OPTIONS or _is_end(name, token)):
            reader.position += 2
            options[OPTIONS.get(token.text, token.text)] = _option(reader)
        else:
            arguments.append(reader.expression())
        if not reader.accept(",", ";"):
            break
    reader.close_bars()
    reader.close(opened)
    return arguments, options


def _is_end(name: str, token: Token) -> bool:
    """``clamp(x, min=0)``."""
    return name == "clip" and token.text in ("min", "max")


def _option(reader: Reader) -> Node:
    """The value of an option: a formula, or Python's True and False as 1 and 0."""
    word = reader.accept_word("True", "False")
    return Number(Fraction(word.text == "True")) if word else reader.expression()


def applied(reader: Reader, name: str, arguments: list[Node], options: dict[str, Node], token: Token) -> Node:
    """The node of a function call, with the number of arguments checked and sugar resolved."""
    span = (token.start, reader.end)
    expected = signature(name)
    keep = FUNCTIONS[name].reduces and options.pop("keepdims", None) == Number(Fraction(1))
    if expected.extra and len(arguments) == expected.most + 1 and expected.extra not in options:
        options[expected.extra] = arguments.pop()
    _check_signature(reader, name, arguments, options, span)
    base = options.pop("base", None)
    if name == "log" and len(arguments) == 2:
        base = arguments.pop()
    if name == "pow":
        return placed(power(reader, *arguments), *span)
    if FUNCTIONS[name].reduces and len(arguments) == 1 and isinstance(arguments[0], Compare | Logical):
        arguments = [indicator(arguments[0], arguments[0].span)]  # the share of what is true
    node = _made_call(name, tuple(arguments), tuple(sorted(options.items())), span)
    if keep and reader.rank(node) == 1 and dict(options).get("axis") != Number(Fraction(0)):
        node = Call("outer", (node, Stack((Number(Fraction(1)),))), span=span)  # a column, which stands beside each row
    return node if base is None else _with_base(node, base)


def _check_signature(
    reader: Reader, name: str, arguments: list[Node], options: dict[str, Node], span: tuple[int, int]
) -> None:
    expected = signature(name)
    if not expected.least <= len(arguments) <= expected.most:
        wanted = Text(f"{expected.least} to {expected.most}", ko=f"{expected.least}~{expected.most}")
        if expected.least == expected.most:
            wanted = Text(str(expected.least), ko=str(expected.least))
        reader.fail(
            Text(
                f"`{name}` takes {wanted['en']} argument(s), not {len(arguments)}",
                ko=f"`{name}` 함수에는 인자가 {wanted['ko']}개 필요한데 {len(arguments)}개를 적었습니다.",
            ),
            *span,
        )
    for option in options:
        if option not in expected.options:
            known = ", ".join(expected.options)
            accepted = Text(f"; it takes {known}", ko=f" 쓸 수 있는 옵션: {known}") if known else Text("", ko="")
            reader.fail(
                Text(
                    f"`{name}` has no option `{option}`{accepted['en']}",
                    ko=f"`{name}` 함수에는 `{option}` 옵션이 없습니다.{accepted['ko']}",
                ),
                *span,
            )


def _with_base(node: Node, base: Node) -> Node:
    """A natural logarithm made one to ``base`` (under the power of ``log_b^2 x``)."""
    if isinstance(node, Binary):
        return replace(node, left=_with_base(node.left, base))
    if not isinstance(node, Call) or base == Constant("e"):
        return node
    name = {Fraction(2): "log2", Fraction(10): "log10"}.get(base.value) if isinstance(base, Number) else None
    return replace(node, function=name) if name else replace(node, arguments=(*node.arguments, base))


def _made_call(
    name: str, arguments: tuple[Node, ...], options: tuple[tuple[str, Node], ...], span: tuple[int, int]
) -> Node:
    if name == "log_sigmoid":
        return Unary("-", Call("softplus", (Unary("-", *arguments),)), span=span)
    if name == "relu6":
        return Call("min", (Call("max", (*arguments, Number(Fraction(0)))), Number(Fraction(6))), span=span)
    if name == "transpose":
        return Transpose(*arguments, span=span)
    if name == "factorial":
        return Unary("!", *arguments, span=span)
    if name == "matmul":
        return Binary("@", *arguments, span=span)
    if name == "indicator":
        return indicator(arguments[0], span)
    if name == "permutations":
        return Binary("*", Call("binomial", arguments), Unary("!", arguments[1]), span=span)
    if name in ("xor", "implies", "iff"):
        return placed(connected(name, *arguments), *span)
    if name == "concat":
        only = arguments[0]
        return only if len(arguments) == 1 and isinstance(only, Stack) else Stack(arguments, span=span)
    return Call(name, arguments, options, span=span)
