r"""Text → statements: what each line says, as people write equations. No torch.

A line is a chain of sides, ``F_1 = \frac{2}{P^{-1} + R^{-1}} = 2\frac{PR}{P+R}``. A side that only names
something (``F_1``, ``\sigma(z)_i``, ``D_{KL}(P\|Q)``) is a head; the others are formulas, and every one is read.
What only goes with an equation is left out: numbers and boxes, the layout of aligned lines, ``for i = 1..n``,
``\forall i``, ``W \in \mathbb{R}^{n \times d}`` (which declares a shape).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import field, replace
from functools import cache, lru_cache

from quizprep.errors import FormulaError, about
from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.functions import REDUCING, function_named
from quizprep.formula.latex import REFUSALS
from quizprep.formula.names import Names, unreadable
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import Token, refuse, tokenize_all
from quizprep.formula.read.parse import MAX_LINES, NOTHING, lines_of, read_formula, reader_of
from quizprep.formula.read.refusals import unexpected
from quizprep.formula.read.words import CONSTANTS
from quizprep.formula.read.written import Written, read_name, read_subscript, starts_subscript
from quizprep.formula.tree import NOWHERE, Index, Node, Number, Span, Symbol, free_symbols, walk
from quizprep.frozen import frozen
from quizprep.text import Text

REMEMBERED = 512  # texts whose equations are kept told apart
RELATIONS = ("=", ":=", "==")
APPROXIMATE = ("≈", "≃")
_WIDE = re.compile(r"\\q?quad(?![a-zA-Z])|\\hspace\*?\s*\{")
_CONNECTIVE = re.compile(r"(and|or|hence|so|thus|therefore|equivalently|respectively|i\.e\.)(_[a-z]+)*", re.IGNORECASE)
_DISTRIBUTIONS = ("P", "Pr", "p", "q")
_INDICES = re.compile(r"[a-zA-Z](?:,?[a-zA-Z0-9])*|[a-zA-Z][+-]\d+")
_ELEMENT = re.compile(r"(?P<base>.+)_\{?(?P<index>[a-z](?:,?[a-z])*)\}?")
_FUNCTIONS = ("sigma", "Gamma", "Phi")  # letters that are functions where brackets follow
LOG_CHANCE = "log p"  # the name of the head `\log p(y | x)`, which no other can have
_CLAUSES = ("where", "with", "wherein", "such", "given")  # what follows explains, or defines
_OPENS = {"(": 1, "[": 1, "{": 1, "⌊": 1, "⌈": 1, "⟨": 1, ")": -1, "]": -1, "}": -1, "⌋": -1, "⌉": -1, "⟩": -1}


@frozen
class Head:
    r"""A side that only names something.

    ``name`` is canonical, with its subscript; ``index`` is what stands below a head with arguments
    (``softmax(z)_i``), ``inside`` every name in each argument. ``derivative`` counts primes before arguments and
    ``d/dx``; ``by`` is the name it is differentiated by, None where it goes without saying. ``power`` is that of
    ``\sigma_B^2 = ...``.
    """

    name: str
    arguments: tuple[Node, ...] = ()
    index: tuple[str, ...] = ()
    negative: bool = False
    derivative: int = 0
    by: str | None = None
    power: int = 1
    of: Node | None = None  # the formula that is differentiated, where it is more than a name
    inside: tuple[tuple[str, ...], ...] = field(default=(), compare=False)
    conditional: bool = field(default=False, compare=False)  # P(x | y)
    labelled: bool = field(default=False, compare=False)  # y^{LS}: another y
    value: Node | None = field(
        default=None, compare=False
    )  # read as a formula: of σ(z), of a name behind the first side
    span: Span = field(default=NOWHERE, compare=False)


@frozen
class Statement:
    """One line: ``heads`` name what the ``sides``, one or more formulas, are said to be equal to.

    ``head`` is the first of the heads, None for a bare formula; ``updates`` whether it is given a new value, by ``:=``
    or ``+=``; ``name`` what later lines know the value by, ``over``
    the indices that it is given for: ``p`` and ``k`` of ``p_k = c_k/Σ_j c_j``. ``unread`` tells why a side could not
    be read, where another one could.
    """

    head: Head | None
    sides: tuple[Node, ...]
    approximate: bool = False
    updates: bool = False
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    heads: tuple[Head, ...] = ()
    unread: tuple[FormulaError, ...] = ()
    name: str | None = None
    over: tuple[str, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)

    def changed(self, change: Callable[[Node], Node]) -> Statement:
        """With another tree for every side, and for every name that is read as a formula."""
        heads = tuple(head if head.value is None else replace(head, value=change(head.value)) for head in self.heads)
        head = heads[0] if heads else self.head
        return replace(self, head=head, heads=heads, sides=tuple(map(change, self.sides)))


def read_statements(text: str, names: Names | None = None) -> tuple[Statement, ...]:
    """The statements of a formula, or of a program of several lines, one after another.

    A name that a line gives a value to is known in the lines behind it. Raises FormulaError with the place
    where a line cannot be read at all.
    """
    known = names or Names()
    statements: list[Statement] = []
    lines, declared = _told_apart(text, names is not None and names.open)
    for line in lines:
        statement = _statement(text, line, known, names is None)
        if statement is None:
            continue
        name, over = _given(statement, known)
        if name is not None:
            known = known.assigned(name, Ranks(known)(statement.sides[0]) + len(over))
            statement = replace(statement, name=known.find(name), over=over)
        statements.append(replace(statement, declared=declared))
    if not statements:
        dots = next(
            (token for token in tokenize_all(text) if token.kind == "refused" and token.text == "ellipsis"), None
        )
        raise FormulaError(
            REFUSALS["ellipsis"] if dots else NOTHING, text=text, span=(dots.start, dots.end) if dots else None
        )
    return tuple(statements)


@cache
def read_head(text: str) -> Head:
    """A left side with arguments alone, ``KL(P, Q)``. Raises FormulaError for anything else."""
    head = read_statements(f"{text} = 0")[0].head
    if head is None or not head.inside:
        message = Text(
            "a name with its arguments belongs here: `KL(P, Q)`", ko="인수가 있는 이름이 필요합니다: `KL(P, Q)`"
        )
        raise FormulaError(message, text=text)
    return head


def _given(statement: Statement, names: Names) -> tuple[str | None, tuple[str, ...]]:
    """The name that a statement gives a value to, σ in ``σ² = …`` too, and the free indices that stand below it."""
    head, value = statement.head, statement.sides[0]
    if head is None or head.derivative or head.power not in (1, 2):
        return None, ()
    if head.arguments and head.name in _FUNCTIONS:
        return None, ()  # σ(x) = 1/(1 + e⁻ˣ): in the lines behind it σ(x) is a function as well
    below = _ELEMENT.fullmatch(head.name)
    if below and names.find(head.name) is None:
        indices = tuple(_indices(below["index"]))
        elements = (part for part in walk(value) if isinstance(part, Index))
        used = {index.name for part in elements for index in part.indices if isinstance(index, Symbol)}
        if used.intersection(free_symbols(value)).issuperset(indices):
            return below["base"], indices
    return head.name, ()


# Lines, and the equations in a line


def _told_apart(text: str, averages: bool) -> tuple[Iterable[list[Token]], dict[str, tuple[str, ...]]]:
    """The tokens of each equation of a text, and the indices that it declares: remembered, whatever names are known.

    Of a text with a fault somewhere they come one by one, so that the first one is told.
    """
    with suppress(FormulaError):
        lines, declared = _all_told_apart(text, averages)
        return map(list, lines), dict(declared)
    declared = {}
    return _equations(text, declared, averages), declared


@lru_cache(maxsize=REMEMBERED)
def _all_told_apart(text: str, averages: bool) -> tuple[tuple[tuple[Token, ...], ...], dict[str, tuple[str, ...]]]:
    declared: dict[str, tuple[str, ...]] = {}
    return tuple(map(tuple, _equations(text, declared, averages))), declared


def _equations(text: str, declared: dict[str, tuple[str, ...]], averages: bool) -> Iterator[list[Token]]:
    """The tokens of each equation; those behind ``where`` first, because they define what is used before it."""
    tokens = tokenize_all(text)
    tokens = list(_one_word(_without_history(list(_bars(tokens))))) if averages else tokens
    lines = [said for line in lines_of(text, tokens) for row in _unwrapped(line) for said in _connected(text, row)]
    if len(lines) > MAX_LINES:
        message = Text(f"at most {MAX_LINES} lines are read", ko=f"{MAX_LINES}줄까지만 읽습니다.")
        raise unreadable(message, text, lines[MAX_LINES][0].start)
    for line in lines:
        main: list[list[Token]] = []
        defining: list[list[Token]] = []
        explains = conditional = False
        pieces = [_in_place(piece) for piece in _pieces(text, line)]
        for place, piece in enumerate(pieces):
            word = piece[0].text.lower() if _is_a_word(piece, 0) else ""
            clause = word in _CLAUSES
            joined = explains and word == "and"
            explains = explains or clause
            tokens = _without_conditions(text, piece[1:] if clause or joined else piece, declared, place == 0)
            related = _relates(tokens)
            if not tokens or (not related and (explains or conditional)) or (explains and _is_a_chance(tokens)):
                conditional = True
                continue
            conditional = len(tokens) < len(piece)
            fixes = bool(main) and len(pieces) == 2 and _fixes(tokens, main[0])
            (defining if explains or fixes else main).append(tokens)
        for tokens in (*defining, *_without_ranges(text, main)):
            yield [*tokens, _end_behind(tokens[-1])]


def _fixes(tokens: list[Token], formula: list[Token]) -> bool:
    """Whether ``\\beta = 1`` stands here behind a formula that is made with β."""
    relation = next((place for place, token in enumerate(formula) if _relation(token)), -1)
    names = {token.text for token in formula[relation + 1 :] if token.kind == "word"}
    return len(tokens) == 3 and tokens[0].text in names and tokens[1].is_op("=", ":=") and tokens[2].kind == "number"


def _connected(text: str, line: list[Token]) -> Iterator[list[Token]]:
    """The equations that arrows and words join: ``a = b ⇒ c = d``, ``a = b or equivalently c = d``.

    ``w → w - ηg`` gives w a new value, ``x → LN(x) = ...`` says what the function is of.
    """
    chosen = not {"if", "otherwise", "else", "when", *_CLAUSES}.isdisjoint(token.text for token in line)
    related = [place for place, (depth, token) in enumerate(_at_top(line)) if depth == 0 and _relation(token)]
    start = 0
    for place, (depth, token) in enumerate(_at_top(line)):
        arrow = depth == 0 and token.kind == "refused" and token.text == "arrows"
        word = depth == 0 and not chosen and _is_a_word(line, place) and _CONNECTIVE.fullmatch(token.text)
        before, behind = any(start <= each < place for each in related), any(each > place for each in related)
        maps = text[token.start : token.end] in ("→", "\\to", "\\rightarrow")
        if arrow and maps and not before and not behind and place > start:
            line = [*line[:place], replace(token, kind="op", text=":="), *line[place + 1 :]]
        elif (arrow or word) and before and behind:
            yield line[start:place]
            start = place + 1
        elif arrow and maps and not before and behind:
            start = place + 1
    yield line[start:]


def _without_history(tokens: list[Token]) -> list[Token]:
    r"""``P(x_t \mid x_{t-1}, \dots, x_1)`` as ``P(x_t)``: given all that went before it is one number for t."""
    kept: list[Token] = []
    bars: list[int | None] = []  # of each open bracket the place in kept of its bar
    for token in tokens:
        if token.is_op("(", "["):
            bars.append(None)
        elif bars and token.is_op("|") and bars[-1] is None:
            bars[-1] = len(kept)
        elif bars and token.is_op(")", "]"):
            bar = bars.pop()
            if bar is not None and any(each.kind == "refused" and each.text == "ellipsis" for each in kept[bar:]):
                del kept[bar:]
        kept.append(token)
    return kept


def _one_word(tokens: list[Token]) -> Iterator[Token]:
    """``Δx`` as one word, and ``E[g^2]_t``: the running average of g² at step t, which is no mean of anything."""
    place = 0
    while place < len(tokens):
        token, following = tokens[place], tokens[place + 1 : place + 2]
        closing = None
        if _is_an_entry(tokens, place):
            yield replace(following[0], spaced=token.spaced)
            place += 3
            continue
        if (token.text in ("E", "expectation") and following) and following[0].is_op("["):
            closing = next((end for end in range(place, len(tokens)) if tokens[end].is_op("]")), None)
        if closing is not None and _at_a_step(tokens[closing + 1 :]):
            name = "".join(each.text for each in tokens[place + 1 : closing + 1] if not each.is_op("{", "}"))
            yield replace(token, kind="word", text=f"E{name}", end=tokens[closing].end, whole=True)
            place = closing
        elif token.text == "Delta" and following and _is_a_letter(following[0]):
            yield replace(following[0], text=f"Δ{following[0].text}", start=token.start, whole=True)
            place += 1
        else:
            yield token
        place += 1


def _is_an_entry(tokens: list[Token], place: int) -> bool:
    """Whether ``[H]_{i,j}`` begins here, which is ``H_{i,j}``."""
    part = tokens[place : place + 5]
    bracketed = len(part) == 5 and part[0].is_op("[") and part[1].kind == "word" and part[2].is_op("]")
    before = tokens[place - 1] if place else None
    indexed = before is not None and not before.spaced and (before.kind == "word" or before.is_op(")", "]", "}"))
    named = bracketed and not (before is not None and before.kind == "word")
    return named and not indexed and part[3].is_op("_") and (part[4].is_op("{") or part[4].kind == "word")


def _bars(tokens: list[Token]) -> Iterator[Token]:
    """``KL(P || Q)`` with one sign between what it is of."""
    opened: list[int] = []
    joined: set[int] = set()
    for place, token in enumerate(tokens):
        if token.is_op("("):
            opened.append(place)
        elif token.is_op(")") and opened:
            start = opened.pop()
            bars = [each for each in range(start, place) if tokens[each].is_op("|")]
            named = start and (tokens[start - 1].kind in ("word", "sub") or tokens[start - 1].is_op("}"))
            adjacent = len(bars) == 2 and bars[1] == bars[0] + 1 and not tokens[bars[1]].spaced
            if named and adjacent and start + 1 < bars[0] and bars[1] + 1 < place:
                joined.add(bars[0])
    for place, token in enumerate(tokens):
        if place in joined:
            yield replace(token, text="‖", end=token.end + 1)
        elif place - 1 not in joined:
            yield token


def _is_a_letter(token: Token) -> bool:
    return token.kind == "word" and (not token.whole or token.text in GREEK_NAMES)


def _at_a_step(tokens: list[Token]) -> bool:
    """Whether ``_t`` or ``_{t-1}`` stands here."""
    if not tokens or not (tokens[0].is_op("_") or tokens[0].kind == "sub"):
        return False
    inside = next((token for token in tokens if not token.is_op("_", "{")), tokens[0])
    return inside.text in ("t", "k", "n")


def _end_behind(token: Token) -> Token:
    return Token("end", "", token.end, token.end)


def _unwrapped(line: list[Token]) -> Iterator[list[Token]]:
    r"""The rows of ``\begin{array}{ll} a = b \\ c = d \end{array}`` where that is all of the line."""
    body = line[:-1]
    if not (body and body[0].kind == "begin" and body[0].text == "array" and body[-1].kind == "end-env"):
        yield body
        return
    rows: list[list[Token]] = [[]]
    for depth, token in _at_top(body[1:-1]):
        if depth == 0 and token.is_op("\\\\"):
            rows.append([])
        elif not (depth == 0 and token.is_op("&")):
            rows[-1].append(token)
    if not any(map(_relates, rows)):
        yield body
        return
    yield from (row for row in rows if row)


def _at_top(tokens: list[Token]) -> Iterator[tuple[int, Token]]:
    """The tokens, each with the number of brackets and environments around it."""
    depth = 0
    for token in tokens:
        change = _OPENS.get(token.text, 0) if token.kind == "op" else {"begin": 1, "end-env": -1}.get(token.kind, 0)
        depth += min(change, 0)
        yield max(depth, 0), token
        depth += max(change, 0)


def _relation(token: Token) -> bool:
    return token.is_op(*RELATIONS) or (token.kind == "refused" and token.text in APPROXIMATE)


def _in_place(tokens: list[Token]) -> list[Token]:
    """``x += a`` as ``x := x + (a)``."""
    for place, (depth, token) in enumerate(_at_top(tokens)):
        sign = tokens[place - 1] if place else token
        if depth == 0 and token.is_op("=") and sign.is_op("+", "-", "*", "/") and not token.spaced:
            name, value = tokens[: place - 1], tokens[place + 1 :]
            if not (name and value):
                return tokens
            opened = Token("op", "(", value[0].start, value[0].start)
            closed = Token("op", ")", value[-1].end, value[-1].end)
            return [*name, replace(token, text=":="), *name, sign, opened, *value, closed]
    return tokens


def _relates(tokens: list[Token]) -> bool:
    """Whether a relation stands outside of brackets."""
    return any(depth == 0 and _relation(token) for depth, token in _at_top(tokens))


def _pieces(text: str, line: list[Token]) -> list[list[Token]]:
    """The line cut at commas and wide spaces outside of brackets, and before ``for`` and ``where``.

    Before the first relation only what is a condition is cut off, and nothing in a formula that chooses between values.
    """
    words = [token.text for token in line if token.kind == "word"]
    if words.count("for") > 1 or not {"if", "otherwise", "else", "when"}.isdisjoint(words):
        return [line]
    pieces: list[list[Token]] = [[]]
    related = False
    cuts: tuple[str, ...] = ("for", *_CLAUSES)
    for position, (depth, token) in enumerate(_at_top(line)):
        comma, cut = depth == 0 and token.is_op(","), related
        if depth == 0 and pieces[-1]:
            wide = _WIDE.search(text, pieces[-1][-1].end, token.start) is not None
            word = token.text.lower() if _is_a_word(line, position) else ""
            parted = comma or wide or word in cuts
            cut = related or (parted and _is_a_condition(text, line[position + comma :]))
            if parted and cut:
                pieces.append([])
            cuts = (*cuts, "and") if word in _CLAUSES else cuts
        if not (comma and cut):
            pieces[-1].append(token)
        related = related or (depth == 0 and _relation(token))
    return [piece for piece in pieces if piece]


def _is_a_condition(text: str, tokens: list[Token]) -> bool:
    r"""Whether ``where ...``, ``\forall ...``, ``\epsilon \sim ...`` or ``x \in ...`` stands here."""
    if not tokens or (tokens[0].kind == "word" and tokens[0].text.lower() in ("for", *_CLAUSES)):
        return bool(tokens)
    if _is_a_range(tokens):
        return True
    marks = (place for place, (depth, token) in enumerate(_at_top(tokens)) if not depth)
    mark = next((place for place in marks if _marks_a_condition(text, tokens[place])), None)
    if not mark:
        return mark == 0 and tokens[mark].text == "quantifiers"
    return _name_of(tokens[:mark]) is not None


def _is_a_range(tokens: list[Token]) -> bool:
    r"""Whether ``i = 1, \dots, N`` stands here."""
    elided = any(token.kind == "refused" and token.text == "ellipsis" for token in tokens[3:6])
    return elided and tokens[0].kind == "word" and len(tokens[0].text) == 1 and tokens[1].is_op("=")


def _marks_a_condition(text: str, token: Token) -> bool:
    r"""Whether this is ``\forall``, ``\sim`` or ``\in``."""
    marks = token.kind == "refused" and token.text in ("quantifiers", "distributions")
    return marks or _is_sign(text, token, "∈", "in")


def _is_a_chance(tokens: list[Token]) -> bool:
    """Whether the last side is ``P(X = x_i)``, which says what a letter stands for and gives it no value."""
    side = list(itertools.takewhile(lambda token: not _relation(token), reversed(tokens)))[::-1]
    applied = len(side) > 3 and side[0].text in _DISTRIBUTIONS and side[1].is_op("(")
    return applied and [depth for depth, _ in _at_top(side)].count(0) == 3


def _is_a_word(tokens: list[Token], position: int) -> bool:
    """Whether a word stands there that is no part of a longer name: not the ``with`` of ``error_with_more``."""
    before, behind = tokens[max(position - 1, 0) : position], tokens[position + 1 : position + 2]
    joined = [*before, *(token for token in behind if not token.spaced)]
    return tokens[position].kind == "word" and not any(token.is_op("_") for token in joined)


def _without_conditions(
    text: str, tokens: list[Token], declared: dict[str, tuple[str, ...]], first: bool
) -> list[Token]:
    r"""What stands before ``\forall i``, ``for i = 1..n``, ``\sim N(0, 1)``, ``\in \mathbb{R}^n``; a shape is declared.

    ``first``: what begins the line is a formula, and not a name with its distribution.
    """
    if not tokens or (tokens[0].kind == "word" and tokens[0].text == "for"):
        return []
    for position, (depth, token) in enumerate(_at_top(tokens)):
        if depth or not _marks_a_condition(text, token):
            continue
        if token.text == "quantifiers":
            return tokens[:position]
        if tokens[position + 1 :]:
            before = tokens[:position]
            shape = _shape(tokens[position + 1 :]) if token.text == "sets" else ()
            related = _relates(before)
            named = before[: next((i for i, other in enumerate(before) if _relation(other)), len(before))]
            written = _name_of(named)
            if shape and written is not None:
                declared[written.canonical] = shape
            if first and written is not None and not related and token.text == "distributions":
                return tokens
            if related or first or written is not None or not before:
                return before if related or (first and written is None) else []
    return tokens


def _shape(tokens: list[Token]) -> tuple[str, ...]:
    r"""``n, d`` of ``\mathbb{R}^{n \times d}``; nothing of another set."""
    if not (tokens[0].kind == "refused" and tokens[0].text == "double-struck"):
        return ()
    lengths = [token.text for token in tokens[1:] if token.kind in ("word", "number")]
    return tuple(lengths)


def _name_of(tokens: list[Token]) -> Written | None:
    """The one name that the tokens are; None of anything else."""
    if not tokens or tokens[0].kind not in ("word", "accent"):
        return None
    cursor = Cursor("", [*tokens, _end_behind(tokens[-1])])
    try:
        written = read_name(cursor)
    except FormulaError:
        return None
    return written if cursor.peek().kind == "end" else None


def _without_ranges(text: str, pieces: list[list[Token]]) -> Iterator[list[Token]]:
    r"""Without the pieces of ``i = 1, \dots, N``. Raises FormulaError for a list where an equation belongs."""
    skipping = False
    for position, piece in enumerate(pieces):
        following = pieces[position + 1] if position + 1 < len(pieces) else []
        elided = any(token.kind == "refused" and token.text == "ellipsis" for token in (*piece, *following))
        related = _relates(piece)
        if position and elided and related and len(piece) >= 3 and piece[0].kind == "word" and len(piece[0].text) == 1:
            skipping = True
            continue
        if skipping and not related:
            continue
        skipping = False
        if position and not related:
            unexpected(Cursor(text, [*piece, _end_behind(piece[-1])]), Token("op", ",", piece[0].start, piece[0].end))
        yield piece


# One equation


def _statement(text: str, line: list[Token], names: Names, free: bool) -> Statement | None:
    """The statement of one equation; None where it only lists the elements of what it names."""
    parts, approximate = _sides(line)
    heads: list[Head] = []
    sides: list[Node] = []
    unread: list[FormulaError] = []
    for position, part in enumerate(parts):
        if len(part) == 1 and position == 0 and len(parts) > 1:
            continue  # `= 2PR/(P + R)`: the name was left out
        if position == 0 and names.open:
            part = _without_optimum(part, len(parts) > 1)
        head = _head(text, part, names, free, position == 0) if len(parts) > 1 else None
        if head is not None and not heads and sides and _is_an_input(head, names, sides):
            head = None  # tanh x = x: what is computed with names no result
        if head is not None and (position < len(parts) - 1 or sides):
            plain = not (head.index or head.derivative)
            if plain and (head.name in _FUNCTIONS or (position and not head.arguments)):
                with suppress(FormulaError):
                    head = replace(head, value=_formula(text, part, names, free, heads[0].name if heads else None))
            heads.append(head)
            if position == 0 and head.arguments and names.open and names.find(head.name) is None:
                names = replace(names, functions=names.functions | {head.name})  # S of 1 - S(-x)
            if not _computable(head) and not (position and function_named(head.name)):
                continue
        elif len(parts) > 1 and (
            (_elided_list(part) and not _computes(part)) or _list_of_names(part) or _is_an_operation(part)
        ):
            continue  # L = {l_1, ..., l_N}, S_t = (m_t, v_t): the elements are what other equations give
        try:
            sides.append(_formula(text, part, names, free, heads[0].name if heads else None))
        except FormulaError as error:
            if head is None or not _computable(head):
                unread.append(error)
    if not sides:
        if unread:
            raise unread[0]
        return None
    return Statement(
        heads[0] if heads else None,
        tuple(sides),
        approximate,
        updates=any(depth == 0 and token.is_op(":=") for depth, token in _at_top(line)),
        heads=tuple(heads),
        unread=tuple(unread),
        span=(line[0].start, line[-1].end),
    )


def _without_optimum(part: list[Token], named: bool) -> list[Token]:
    r"""``V(D, G)`` of ``\min_G \max_D V(D, G)``: who plays for what says nothing of the value.

    Of a formula that is not ``named`` only over what is a function there, and never over an index.
    """
    rest, over = part, set[str]()
    while len(rest) > 2 and rest[0].text in ("min", "max") and (rest[1].is_op("_") or rest[1].kind == "sub"):
        cursor = Cursor("", rest)
        cursor.advance()
        start = cursor.position
        read_subscript(cursor)
        over |= {token.text for token in rest[start : cursor.position] if token.kind in ("word", "sub")}
        rest = rest[cursor.position :]
    applied = {token.text for token, behind in itertools.pairwise(rest) if token.kind == "word" and behind.is_op("(")}
    below = {token.text for sign, token in itertools.pairwise(rest) if sign.is_op("_", "{") and token.kind == "word"}
    played = over & applied or (over & GREEK_NAMES and over & below)
    return rest if (named or played) and len(rest) > 1 else part


def _is_an_input(head: Head, names: Names, sides: list[Node]) -> bool:
    """Whether a name behind a formula is one of its own symbols, or a symbol of the proof that is no step."""
    name = names.find(head.name) or head.name
    used = {symbol for side in sides for symbol in free_symbols(side)}
    return not head.arguments and (name in used or (name in names.symbols and name not in names.ranks))


def _elided_list(tokens: list[Token]) -> bool:
    """Whether dots stand between commas, and neither between terms nor among what a function is of."""
    applied: list[bool] = []  # of each open bracket whether a name stands before it
    for before, token in itertools.pairwise([Token("end", "", 0, 0), *tokens]):
        if token.is_op("(", "[", "{"):
            applied.append(before.kind == "word" and token.is_op("("))
        elif token.is_op(")", "]", "}") and applied:
            applied.pop()
        elif token.kind == "refused" and token.text == "ellipsis" and before.is_op(",", ";") and not any(applied):
            return True
    return False


def _computes(tokens: list[Token]) -> bool:
    """Whether anything is computed in a side, outside of its indices: a list of such is more than what it counts up."""
    scripts: list[bool] = []  # of each open brace whether it is an index or a power
    for before, token in itertools.pairwise([Token("end", "", 0, 0), *tokens]):
        if token.is_op("{"):
            scripts.append(before.is_op("_", "^"))
        elif token.is_op("}") and scripts:
            scripts.pop()
        elif not any(scripts) and (
            token.kind == "command"
            or token.is_op("+", "-", "*", "/")
            or (token.kind == "word" and function_named(token.text) is not None)
        ):
            return True
    return False


def _is_an_operation(tokens: list[Token]) -> bool:
    """Whether a side is ``(K * I)(i, j)``, which only says by its sign what other sides write out."""
    inside = [token for token in tokens if token.kind != "end"]
    named = len(inside) > 7 and [token.text for token in (inside[0], inside[2], inside[4], inside[5])] == [*"(*)("]
    return named and inside[-1].is_op(")") and _list_of_names(inside[5:])


def _list_of_names(tokens: list[Token]) -> bool:
    """Whether a side is nothing but names in brackets, with commas between them."""
    inside = [token for token in tokens if token.kind != "end"]
    if len(inside) < 2 or not (inside[0].is_op("(") and inside[-1].is_op(")")):
        return False
    signs = [token for token in inside[1:-1] if token.kind not in ("word", "number", "sub", "accent")]
    return any(token.is_op(",") for token in signs) and all(token.is_op(",", "_", "{", "}") for token in signs)


def _formula(text: str, part: list[Token], names: Names, free: bool, target: str | None = None) -> Node:
    with about(text):
        return read_formula(reader_of(text, refuse(text, part), names, free), target)


def _sides(line: list[Token]) -> tuple[list[list[Token]], bool]:
    """The sides of a chain, each with an ``end``, and whether one is only said to be near."""
    parts: list[list[Token]] = [[]]
    approximate = chosen = False
    for depth, token in _at_top(line):
        chosen = chosen or (token.kind == "word" and token.text in ("if", "when", "for"))
        if depth == 0 and not chosen and _relation(token):
            approximate = approximate or token.kind == "refused"
            parts[-1].append(Token("end", "", token.start, token.start))
            parts.append([])
        else:
            parts[-1].append(token)
    return parts, approximate


# Heads


def _head(text: str, part: list[Token], names: Names, free: bool, first: bool) -> Head | None:
    """The head that a side is; None of a formula. ``first``: only there an unknown function takes a formula."""
    cursor = Cursor(text, part)
    negative = cursor.accept("-") is not None
    start = cursor.position
    try:
        found = _differentiated(text, cursor, names, free)
        if found is None:
            cursor.position = start
            found = _log_chance(cursor, names) or _named(cursor, names, first)
    except FormulaError:
        return None
    if found is None or cursor.peek().kind != "end":
        return None
    return replace(found, negative=negative, span=(part[0].start, part[-1].end))


def _computable(head: Head) -> bool:
    """Whether a head such as ``\\tanh(x)`` has a value of its own: that of a function of what stands in brackets."""
    function = function_named(head.name)
    plain = not (head.index or head.derivative or head.power != 1)
    elements = any(isinstance(argument, Symbol) and "_" in argument.name for argument in head.arguments)
    reduces = function in REDUCING and len(head.arguments) == 1  # max(0, x) has a value, mean(x) says of what
    return plain and bool(head.arguments) and function is not None and not reduces and not elements


def _named(cursor: Cursor, names: Names, first: bool) -> Head | None:
    r"""``F_1``, ``\sigma(z)_i``, ``\hat x_i``, ``\sigma_B^2``, ``Hinge loss``."""
    if cursor.peek().kind not in ("word", "accent"):
        return None
    written = read_name(cursor)
    if written.bare and written.base in CONSTANTS and names.find(written.canonical) is None:
        return None
    name = _with_more_words(cursor, written)
    above, power = cursor.position, _above(cursor)
    if power is None:
        return None
    labelled = power == 1 and cursor.position > above
    moment = _moment(cursor.tokens[above : cursor.position])
    if labelled and moment and not written.subscript:
        name, labelled = replace(written, subscript=moment).canonical, False  # as h^{(t)} is read in a formula
    if starts_subscript(cursor):
        name = replace(written, subscript=read_subscript(cursor)).canonical
    if cursor.peek().kind == "end":
        return Head(name, power=power, labelled=labelled)
    if not cursor.peek().is_op("(", "["):
        return None
    if written.base == "E" and names.weights is not None:
        return None  # the expectation is known, so that E[X] has a value
    opened, start = cursor.advance(), cursor.position
    pieces = _arguments(cursor)
    bars = sum(not depth and token.is_op("|") for depth, token in _at_top(cursor.tokens[start : cursor.position - 1]))
    arguments = [_argument(piece, names) for piece in pieces]
    index = tuple(_indices(read_subscript(cursor))) if starts_subscript(cursor) else ()
    if None in arguments and not (first and (index or _names_any(written, opened, names, len(pieces)))):
        return None
    base = name.rstrip("'")
    given = names.find(base) in names.symbols or (names.open and names.find(base) and base not in names.functions)
    derivative = 0 if given or names.find(name) is not None else written.primes  # q'(k) is a new value of the input q
    return Head(
        name.rstrip("'") if derivative else name,
        tuple(argument for argument in arguments if argument is not None),
        index,
        derivative=derivative,
        power=power,
        inside=tuple(map(_names_in, pieces)),
        conditional=bars == 1,
        labelled=labelled,
    )


def _log_chance(cursor: Cursor, names: Names) -> Head | None:
    r"""``\log p(y | x)``; nothing is stepped over where something else stands."""
    start = cursor.position
    if cursor.advance().text in ("log", "ln") and cursor.peek().kind == "word":
        found = _named(cursor, names, True)
        if found is not None and found.conditional and found.name.partition("_")[0] in _DISTRIBUTIONS:
            return Head(LOG_CHANCE, found.arguments, inside=found.inside)
    cursor.position = start
    return None


def _names_any(written: Written, opened: Token, names: Names, arguments: int) -> bool:
    """Whether a name says what the brackets behind it are the mean, the chance ... of, whatever they hold."""
    if opened.is_op("[") or written.base in ("P", "Pr", "Var", "Cov", "Bias"):
        return True
    known = arguments == 1 and (names.find(written.canonical) is not None or written.base in _FUNCTIONS)
    return not known and function_named(written.base) in (None, *REDUCING)


def _names_in(piece: list[Token]) -> tuple[str, ...]:
    """The names in an argument: ``N``, ``mu``, ``sigma`` of ``N(mu, sigma^2)``."""
    cursor, found = Cursor("", [*piece, _end_behind(piece[-1])]), []
    while cursor.peek().kind != "end":
        if cursor.peek().kind in ("word", "accent"):
            with suppress(FormulaError):
                found.append(read_name(cursor).canonical)
                continue
        cursor.advance()
    return tuple(found)


def _with_more_words(cursor: Cursor, written: Written) -> str:
    """``Hinge loss`` as one name: whole words that stand one after another."""
    parts = [written.canonical]
    while written.bare and len(written.base) > 2 and cursor.peek().kind == "word" and len(cursor.peek().text) > 2:
        parts.append(cursor.advance().text)
    return "_".join(parts)


def _above(cursor: Cursor) -> int | None:
    r"""Step over what stands above a name: its power; 1 for a label (``y^{LS}``, ``a^{[l]}``), None of a formula."""
    token = cursor.peek()
    if token.kind == "super":
        cursor.advance()
        return int(token.text) if token.text.isdecimal() else 1 if token.text.isalpha() else None
    if not cursor.accept("^"):
        return 1
    inside = [cursor.advance()]
    if inside[0].is_op("{"):
        inside = _up_to_closing(cursor)
    if len(inside) == 1 and inside[0].kind == "number":
        return int(inside[0].value) if inside[0].value.denominator == 1 else None
    signs = ("(", ")", "[", "]", "<", ">", "⟨", "⟩", "*", "+", "-")
    label = all(part.kind in ("word", "number") or part.is_op(*signs) for part in inside)
    return 1 if label and not (len(inside) == 1 and inside[0].is_op("+", "-")) else None


def _moment(tokens: list[Token]) -> str:
    """``t-1`` of ``^{(t-1)}``; nothing of another label."""
    inside = "".join(token.text for token in tokens if not token.is_op("^", "{", "}"))
    match = re.fullmatch(r"[(\[<⟨]([tk](?:[+-]\d)?)[)\]>⟩]", inside)
    return match[1] if match else ""


def _up_to_closing(cursor: Cursor) -> list[Token]:
    """Step over the bracket that closes the one behind which the cursor stands; the tokens before it."""
    inside: list[Token] = []
    for depth, token in cursor.depths(cursor.position):
        cursor.advance()
        if depth < 0 or token.kind == "end":
            break
        inside.append(token)
    return inside


def _arguments(cursor: Cursor) -> list[list[Token]]:
    """The arguments in the brackets behind whose opening the cursor stands: ``z``; ``P‖Q``; ``X = k``."""
    pieces: list[list[Token]] = [[]]
    for depth, token in _at_top(_up_to_closing(cursor)):
        if depth == 0 and token.is_op(",", ";", "|", "‖", "="):
            pieces.append([])
        else:
            pieces[-1].append(token)
    return [piece for piece in pieces if piece]


def _argument(piece: list[Token], names: Names) -> Node | None:
    """A name, a number, or a name applied to names (``p_θ(z)``) among the arguments of a head."""
    if len(piece) == 1 and piece[0].kind == "number":
        return Number(piece[0].value, span=(piece[0].start, piece[0].end))
    if piece[0].kind not in ("word", "accent"):
        return None
    cursor = Cursor("", [*piece, _end_behind(piece[-1])])
    try:
        written = read_name(cursor)
    except FormulaError:
        return None
    if cursor.peek().is_op("("):
        cursor.advance()
        if any(_argument(inner, names) is None for inner in _arguments(cursor)):
            return None
    elif _above(cursor) != 1:
        return None
    if cursor.peek().kind != "end":
        return None
    return Symbol(names.find(written.canonical) or written.canonical, span=(piece[0].start, piece[-1].end))


def _indices(subscript: str) -> list[str]:
    """``i``, ``j`` of ``ij`` and ``i,j``; any other subscript is one."""
    if not _INDICES.fullmatch(subscript):
        return [subscript]
    return [part for part in re.split(r"[,_]|(?<=\w)(?=\w)", subscript) if part]


# Derivatives


def _differentiated(text: str, cursor: Cursor, names: Names, free: bool) -> Head | None:
    r"""``\frac{dL}{dw}``, ``∂L/∂w``, ``\frac{d}{dx} σ(x)``, ``∇_w L``."""
    token = cursor.peek()
    below = cursor.peek(1).is_op("_") or cursor.peek(1).kind == "sub"  # ∂_w L
    if _is_sign(text, token, "∇", "nabla") or (below and _is_sign(text, token, "∂", "partial")):
        cursor.advance()
        by = read_subscript(cursor) if below else None
        body: list[Token] | None = []
    else:
        quotient = _quotient(cursor)
        if quotient is None:
            return None
        body, by = _differential(text, quotient[0], names), _variable(text, quotient[1])
        if body is None or by is None:
            return None
    rest = cursor.tokens[cursor.position : -1]
    cursor.position = len(cursor.tokens) - 1
    if body and rest:
        return None
    if not body and not rest:
        return Head("", derivative=1, by=by) if by is not None else None
    body = [*(body or rest), cursor.tokens[-1]]
    inner = Cursor(text, body)
    try:
        named = _named(inner, names, True)
    except FormulaError:
        named = None
    if named is not None and inner.peek().kind == "end" and not _computable(named):
        return replace(named, derivative=1, by=by)
    return Head("", derivative=1, by=by, of=_formula(text, body, names, free))


def _quotient(cursor: Cursor) -> tuple[list[Token], list[Token]] | None:
    """Step over the fraction that stands here; what is above and below: of ``d/dx f(x)`` ``d`` and ``dx``."""
    if cursor.peek().kind == "command" and cursor.peek().text == "frac":
        cursor.position += 2
        above = _up_to_closing(cursor)
        return (above, _up_to_closing(cursor)) if cursor.accept("{") else None
    start = cursor.position
    slash = next(
        (place for place, (depth, part) in enumerate(_at_top(cursor.tokens)) if not depth and part.is_op("/")), 0
    )
    if not slash:
        return None
    cursor.position = slash + 1
    if cursor.peek().kind == "refused":
        cursor.advance()
    if cursor.peek().kind not in ("word", "accent"):
        return None
    read_name(cursor)
    return cursor.tokens[start:slash], cursor.tokens[slash + 1 : cursor.position]


def _is_sign(text: str, token: Token, *signs: str) -> bool:
    return token.kind == "refused" and text[token.start : token.end].lstrip("\\") in signs


def _differential(text: str, tokens: list[Token], names: Names) -> list[Token] | None:
    """What stands behind the d or ∂ that the tokens begin with; None where they begin with something else."""
    first = tokens[0] if tokens else _end_behind(Token("end", "", 0, 0))
    if _is_sign(text, first, "∂", "partial") or (first.kind == "word" and first.text == "d"):
        return tokens[1:] if first.kind == "refused" or names.find("d") is None else None
    if first.kind != "word" or first.whole or first.text[0] != "d":
        return None
    if names.find(first.text) is not None and names.find(first.text[1:]) is None:
        return None
    return [replace(first, text=first.text[1:], start=first.start + 1), *tokens[1:]]


def _variable(text: str, tokens: list[Token]) -> str | None:
    """``x`` of ``dx`` and ``∂x``."""
    inside = _differential(text, tokens, Names())
    written = _name_of(inside) if inside else None
    return None if written is None else written.canonical
