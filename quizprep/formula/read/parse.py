"""Text → tree. One grammar for infix, Unicode and LaTeX, mixed freely.

The tokens (:mod:`lex`) of each line are read by an operator-precedence parser (:mod:`reader`), whose operators stand
in one table (:mod:`precedence`). How operands begin is in :mod:`operands` and what it leads to, what follows
them in :mod:`operators`; here the two are put together, and what needs the whole line is done.

A function without brackets takes the product that follows, up to the next function:
``sin 2x cos x`` is sin(2x)·cos(x). A root sign takes one factor: ``√2x`` is √2·x.
``Σ`` takes the whole product that follows, up to the next ``+`` or ``-`` outside brackets: ``Σ(x-m)^2`` is a
sum of squares. ``sum(x-m)^2``, the function, is the square of a sum. A ``Σ`` without an index binds
those of its term: ``Σ p_i log p_i`` is Σ_i (see :mod:`indices`).
"""

from __future__ import annotations

from dataclasses import replace

from quizprep.errors import FormulaError, about
from quizprep.formula.beyond_reals import over_reals
from quizprep.formula.limits import MAX_NODES
from quizprep.formula.names import Names, unreadable
from quizprep.formula.read.attributes import longer
from quizprep.formula.read.identity import has_outer_product, with_identity
from quizprep.formula.read.indices import bind_indices
from quizprep.formula.read.lex import Token, tokenize
from quizprep.formula.read.operands import operand
from quizprep.formula.read.reader import Grammar, Reader
from quizprep.formula.read.written import read_name
from quizprep.formula.tree import Node, Program, Symbol, Typed, free_symbols
from quizprep.text import Text

MAX_CHAIN = 200  # depth of the tree, so that every walk over it is safe
MAX_LINES = 200  # of a program
_OPENS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
GRAMMAR = Grammar(operand, longer)
NOTHING = Text(
    "there is no formula here: write something like 2*P*R/(P+R)", ko="식이 없습니다. 2*P*R/(P+R)처럼 적으세요."
)


def parse(text: str, names: Names | None = None) -> Node:
    """The tree of a formula; of ``name = formula`` the formula's, of several lines a Program.

    Without ``names`` every plausible name is a scalar. Raises FormulaError with the place.
    """
    lines = _lines(text)
    if len(lines) > 1:
        return _program(text, lines, names)
    reader = reader_of(text, lines[0], names)
    return read_formula(reader, _target(reader))


def parse_condition(text: str, names: Names | None = None) -> Node:
    """As :func:`parse` for one line, but ``a = b`` is a comparison and never an assignment."""
    lines = _lines(text)
    if len(lines) > 1:
        message = Text("one condition belongs here, on one line", ko="여기에는 조건 하나를 한 줄로 적습니다.")
        raise unreadable(message, text, lines[1][0].start)
    return _without_sizes(reader_of(text, lines[0], names))


def parse_program(text: str, names: Names | None = None) -> Program:
    """The lines ``name = formula``, the last of which may go without a name, as a Program."""
    return _program(text, _lines(text), names)


def _lines(text: str) -> list[list[Token]]:
    return lines_of(text, tokenize(text))


def lines_of(text: str, tokens: list[Token]) -> list[list[Token]]:
    """The tokens of each line that holds something, every line with an ``end``."""
    lines: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += _OPENS.get(token.text, 0) if token.kind == "op" else 0
        if token.kind in ("newline", "end") or (depth <= 0 and token.is_op(";")):
            lines[-1].append(Token("end", "", token.start, token.start, token.spaced))
            lines.append([])
        else:
            lines[-1].append(token)
    lines.pop()  # behind the end
    if len(lines) > MAX_LINES:
        message = Text(f"at most {MAX_LINES} lines are read", ko=f"{MAX_LINES}줄까지만 읽습니다.")
        raise unreadable(message, text, lines[MAX_LINES][0].start)
    filled = [_without_trailing_comma(line) for line in lines if len(line) > 1]
    if not filled:
        raise FormulaError(NOTHING, text=text)
    return filled


def _without_trailing_comma(line: list[Token]) -> list[Token]:
    while len(line) > 2 and line[-2].is_op(","):
        line = [*line[:-2], line[-1]]
    return line


def _program(text: str, lines: list[list[Token]], names: Names | None) -> Program:
    assignments: list[tuple[str, Node]] = []
    known = names or Names()
    used: set[str] = set()  # names without a value of their own, in the lines so far
    for number, line in enumerate(lines):
        reader = Reader(text, line, known, names is None, GRAMMAR)
        target = _target(reader)
        if target in used and (names is None or names.find(target) is None):
            raise _too_late(target, text, line[0])
        value = read_formula(reader, target)
        used.update(name for name in free_symbols(value) if known.find(name) is None)
        if target is None:
            if number < len(lines) - 1:
                message = Text(
                    "a line that is not the last needs a name: `name = formula`",
                    ko="마지막 줄이 아니면 이름이 필요합니다: `이름 = 식`",
                )
                raise unreadable(message, text, line[0].start, line[-1].end)
            return Program(tuple(assignments), value)
        known = known.assigned(target, reader.rank(value))
        if isinstance(value, Typed) or known.kinds:
            symbol = known.find(target) or target
            kind = value.kind if isinstance(value, Typed) else ""
            known = replace(known, kinds={**known.kinds, symbol: kind})
        assignments.append((known.find(target) or target, value))
    return Program(tuple(assignments), Symbol(assignments[-1][0], span=assignments[-1][1].span))


def _too_late(name: str, text: str, line: Token) -> FormulaError:
    """A line above needs what this one gives: to take the name there for a variable would leave this line out."""
    message = Text(
        f"a line above this one uses {name}, which is given only here: move this line above it (lines that need "
        "one another say nothing)",
        ko=f"{name}: 앞줄에서 이미 썼는데 값은 이 줄에서야 정해집니다. 이 줄을 앞으로 옮기세요. "
        "서로를 필요로 하는 줄은 아무것도 정하지 않습니다.",
    )
    return unreadable(message, text, line.start, line.end)


def reader_of(text: str, line: list[Token], names: Names | None, free: bool = False) -> Reader:
    """A reader of the tokens of one line; ``free`` or without ``names`` every plausible name is a scalar."""
    return Reader(text, line, names or Names(), free or names is None, GRAMMAR)


def _target(reader: Reader) -> str | None:
    """Step over ``name =`` (also ``f(x) =``) if the line starts so; the name, canonical."""
    if reader.accept("="):  # the name was left out
        return None
    start = reader.position
    if reader.peek().kind in ("word", "accent"):
        try:
            written = read_name(reader)
        except FormulaError:
            reader.position = start
            return None
        if reader.peek().is_op("(") and reader.names.find(written.canonical) is None:
            _skip_brackets(reader)
        if reader.accept("=", ":="):
            return written.canonical
    reader.position = start
    return None


def _skip_brackets(reader: Reader) -> None:
    """To behind the bracket that closes the one that opens here, or to the end of the line."""
    for depth, token in reader.depths(reader.position, "()"):
        if token.kind == "end":
            return
        reader.advance()
        if depth == 0:
            return


def read_formula(reader: Reader, target: str | None = None) -> Node:
    """The formula of a line, which is the value of ``target`` if it has one. Raises FormulaError."""
    node = _without_sizes(reader, target)
    if not (reader.names.has_matrix or has_outer_product(reader.text)):
        return node
    with about(reader.text):
        return with_identity(node, reader.rank)


def _without_sizes(reader: Reader, target: str | None = None) -> Node:
    """The formula of a line; an identity matrix in it has no size yet."""
    names = reader.names
    whole = bind_indices(_limited(reader.whole(), reader.text), names, reader.free or reader.open, target)
    if not (names.imaginary or names.sets):
        return whole
    with about(reader.text):
        return over_reals(whole, names.kinds)


def _limited(node: Node, text: str) -> Node:
    """The node, if it is not too large: measured without recursion."""
    pending = [(node, 1)]
    count = 0
    while pending:
        current, depth = pending.pop()
        count += 1
        if depth > MAX_CHAIN or count > MAX_NODES:
            limit = Text(f"{MAX_NODES} parts", ko=f"{MAX_NODES}개가 넘는 부분이 있습니다.")
            if depth > MAX_CHAIN:
                limit = Text(f"{MAX_CHAIN} operations in a row", ko=f"연산이 {MAX_CHAIN}개 넘게 이어집니다.")
            message = Text(f"the formula is too long: more than {limit['en']}", ko=f"식이 너무 깁니다. {limit['ko']}")
            error = FormulaError(message, text=text)
            error.at(current.span)
            raise error
        pending.extend((child, depth + 1) for child in current.children())
    return node
