"""The account of a derivation: what is said of each of its lines.

Lines are read in order. A chain ``a = b = c`` is compared side by side; a line with a left side of its own defines it,
holds by itself, or has to hold wherever the lines before it do. Behind a line that does not follow the next one may
go on from it or from the last one that did: a right line is never called wrong for the fault of another.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

from quizprep.derivation import follow
from quizprep.derivation.entropies import is_entropy
from quizprep.derivation.follow import Relation, Step
from quizprep.derivation.givens import grant
from quizprep.derivation.lines import Line, alternatives, lines_of, sides
from quizprep.derivation.notation import Operator, plain_name
from quizprep.derivation.sheet import Sheet
from quizprep.derivation.survey import sheet_for
from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.functions import FUNCTIONS
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.caret import caret
from quizprep.formula.show.render import render
from quizprep.formula.tree import Applied, Binary, Call, Node, Number, Symbol, free_symbols, walk
from quizprep.frozen import frozen
from quizprep.judge.judgement import failure, too_deep
from quizprep.text import Text

STATUSES = ("given", "start", "follows", "holds", "wrong", "undecided", "unreadable")
MAX_LINES = 400
MAX_CHARACTERS = 100_000
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
_SET_TO_ZERO = re.compile(r"\bset(?:ting)?\b.*\b(?:0|zero)\b|0으로|0이\s*되|영으로", re.IGNORECASE)
_HEADING = re.compile(r"\s*(?:#{1,6}\s|\\(?:sub)*section)")


@frozen
class Judged:
    """One line with what is said of it; ``status`` is one of :data:`STATUSES`.

    ``after`` is the number of the line that it was compared with, ``assuming`` what it holds under,
    ``counterexample`` numbers to check (``inputs``, and what the line before and this one give).
    """

    line: int
    text: str
    status: str
    statement: str = ""
    reason: str = ""
    after: int | None = None
    assuming: str = ""
    counterexample: Mapping[str, Any] | None = None
    diagnosis: Mapping[str, str] | None = None
    caret: str = ""


_LETTER = re.compile(r"\\[A-Za-z]+|(?<![A-Za-z])[A-Za-z](?![A-Za-z])|[^\W\d_A-Za-z가-힣]")


def _letters(text: str) -> set[str]:
    """The names of the letters that stand alone in a text, Greek ones among them."""
    names = {plain_name(match) for match in _LETTER.findall(text)}
    return {name for name in names if not name.startswith("\\") and name not in FUNCTIONS}


_NAME = re.compile(r"\\?[^\W\d]\w*'*(?:_\{\w+\})?|[A-Z]\w*(?:_\{\w+\})?\(.*\)")  # L_{CE}, KL(P ‖ Q); not log(p)


@frozen
class Account:
    """What is said of a derivation: its lines in order, and those that assumptions were needed for."""

    lines: Sequence[Judged]
    conclusion: tuple[str, str] = ("", "")  # the left side of the last chain ("" of none), and its last side

    @property
    def readings(self) -> tuple[str, ...]:
        """The last line as formulas to hold against a proof, the likeliest first: its last side, behind its left side
        where that is a name. Any other left side, −log(p), is no name of what is stated.
        """
        left, right = self.conclusion
        return (f"{left} = {right}", right) if _NAME.fullmatch(left.strip()) else (right,)

    assumptions: Sequence[str] = field(default_factory=tuple)

    @property
    def is_doubtful(self) -> bool:
        """Whether a line does not follow, or nothing can be said of it."""
        return any(line.status in ("wrong", "undecided", "unreadable") for line in self.lines)

    @property
    def first_wrong(self) -> Judged | None:
        return next((line for line in self.lines if line.status == "wrong"), None)

    @property
    def exit_code(self) -> int:
        """0 every line follows, 1 one does not or is not decided, 2 one cannot be read or there is nothing to judge."""
        statuses = {line.status for line in self.lines}
        if "wrong" in statuses:
            return 1
        if "unreadable" in statuses or not statuses & {"follows", "holds", "undecided"}:
            return 2
        return 1 if "undecided" in statuses else 0


def account_of(
    text: str, *, where: str = "", language: str = "en", reasons: bool = True, grows: bool = True
) -> Account:
    """Judge a derivation line by line. Raises LearnerError where it is too long to be one.

    ``grows`` says whether its author can add a line that says more: in a question nobody can.
    """
    if len(text) > MAX_CHARACTERS:
        raise LearnerError(
            Text(
                f"A derivation has at most {MAX_CHARACTERS:,} characters.", ko=f"유도는 {MAX_CHARACTERS:,}자까지입니다."
            )
        )
    lines = lines_of(text)
    if where:
        lines = [Line(0, where, given=True), *lines]
    if len(lines) > MAX_LINES:
        raise LearnerError(Text(f"A derivation has at most {MAX_LINES} lines.", ko=f"유도는 {MAX_LINES}줄까지입니다."))
    headings = [number for number, row in enumerate(text.splitlines(), 1) if _HEADING.match(row)]
    reader = _Reader(lines, language, reasons, headings, grows=grows)
    account = reader.account()
    if not reader.sheet.guessed or not account.is_doubtful:
        return account
    numbers = _Reader(lines, language, reasons, headings, as_numbers=True, grows=grows)
    return _of_both(account, numbers.account(), reader.sheet, reader.misshapen, language)


def _of_both(account: Account, of_numbers: Account, sheet: Sheet, misshapen: Collection[int], language: str) -> Account:
    """What is said of tensors, where lines that only numbers would let follow are not decided.

    Where a guess fits no shapes, the letters are numbers; but not in ``misshapen`` lines.
    """
    kinds = [f"{name} {'matrix' if len(sheet.shapes[name]) == 2 else 'vector'}" for name in sorted(sheet.guessed)]
    said = Text(
        "of numbers this follows, of matrices and vectors it does not: say which are meant, as in "
        f"`let {', '.join(kinds)}`",
        ko=f"수라면 성립하지만 행렬과 벡터라면 성립하지 않습니다. 무엇인지 적으세요: `let {', '.join(kinds)}`",
    )
    follows = ("follows", "holds", "given")
    lines = []
    for line, other in zip(account.lines, of_numbers.lines, strict=True):
        if line.status == "wrong" and other.status in follows:
            line = replace(other, status="undecided", statement=said[language], assuming="")
        elif line.line not in misshapen and line.status in ("undecided", "unreadable") and other.status in follows:
            line = other
        lines.append(line)
    return replace(account, lines=lines)


@frozen
class _Place:
    """A side that later ones are compared with."""

    text: str
    tree: Node
    line: int


class _Reader:
    def __init__(
        self,
        lines: Sequence[Line],
        language: str,
        reasons: bool,
        headings: Sequence[int] = (),
        *,
        as_numbers: bool = False,
        grows: bool = True,
    ) -> None:
        self.grows = grows  # whether its author can add a line that says more
        self.lines, self.language, self.reasons, self.headings = lines, language, reasons, headings
        self.defined_at: dict[str, int] = {}  # lines of the definitions that were met on the way
        self.sheet = sheet_for(lines, as_numbers=as_numbers)
        self.judged: list[Judged] = []
        self.current: _Place | None = None  # the last side
        self.sound: _Place | None = None  # the last side that followed, where the last one did not
        self.head = ""  # the left side of the last chain
        self.relations: list[Relation] = []
        self.doubtful: Relation | None = None  # the last relation, where it did not follow
        self.seen: set[str] = set()  # symbols of the lines so far
        self.assumptions: dict[str, None] = {}
        self.lost: dict[str, int] = {}  # letters of lines that could not be followed, with the numbers of these
        self.misshapen: set[int] = set()  # lines in which a column stands before a matrix
        self.under, self.at = "", 0  # the case that the last line was one of, and its number

    def account(self) -> Account:
        for line in self._ordered():
            try:
                with self._in_its_case(line):
                    self._line(line)
            except FormulaError as error:
                self._unreadable(line, error)
            except RecursionError:
                self._unreadable(line, too_deep())
            except Exception as error:  # a fault of this program, or of numpy, is no verdict on a line
                self._say(line, "undecided", failure(error))
        self.judged.sort(key=lambda judged: judged.line)
        shown = [line for line in self.judged if line.line > 0 or line.status != "given"]
        last = self.current.text if self.current else ""
        return Account(shown, (self.head, last), tuple(self.assumptions))

    @contextmanager
    def _in_its_case(self, line: Line) -> Iterator[None]:
        """Grant ``if x > 0`` to a line and to those that go on from it, and to no other."""
        goes_on = not line.given and (line.number == self.at or not sides(line.text)[0][0])
        self.under, self.at = line.under or (self.under if goes_on else ""), line.number
        domains, where, relations = dict(self.sheet.domains), list(self.sheet.where), list(self.relations)
        if self.under:
            grant(self.sheet, self.under)
        yield
        if self.under:
            self.sheet.domains, self.sheet.where, self.relations = domains, where, relations

    def _ordered(self) -> Iterator[Line]:
        """What is given first: a ``where`` behind a line says what is meant in it."""
        yield from (line for line in self.lines if line.given)
        yield from (line for line in self.lines if not line.given)

    def _unreadable(self, line: Line, error: FormulaError) -> None:
        error.text = error.text or line.text
        shown = caret(error) if error.span is not None else ""
        self._say(line, "unreadable", error.said, caret=shown)

    def _say(self, line: Line, status: str, said: Text | None = None, *, counts: bool = False, **more: Any) -> None:
        """Note what is said of a line; ``counts`` where it is not decided and counts from here on all the same."""
        undecided = status in ("unreadable", "undecided") and not counts
        if undecided and (line.given or sides(line.text)[0][0]):
            for letter in _letters(line.text):
                self.lost.setdefault(letter, line.number)
        statement = said[self.language] if said else ""
        self.judged.append(Judged(line.number, line.text, status, self._readable(statement), line.reason, **more))

    def _readable(self, text: str) -> str:
        """A sentence with operators in place of the names that stood for them."""
        operators = self.sheet.notation.operators

        def shown(match: re.Match[str]) -> str:
            digits = "".join(str("₀₁₂₃₄₅₆₇₈₉".find(character)) for character in match[1])
            operator = operators.get(f"Xi_{digits}")
            return operator.whole if operator else match[0]

        return re.sub(r"Ξ([₀-₉]+)", shown, text)

    # Lines

    def _line(self, line: Line) -> None:
        if line.given:
            grant(self.sheet, line.text)
            self.relations += [Relation(a, "=", b) for a, b in self.sheet.granted]
            self.sheet.granted.clear()
            self._say(line, "given")
            return
        if len(cases := alternatives(line.text)) > 1:
            self._alternatives(line, cases)
            return
        parts, signs = sides(line.text)
        if len(parts) == 2 and signs == ["="] and parts[0].strip() == "0":
            parts = parts[::-1]  # 0 = ... is set as ... = 0 is
        if any(not part for part in parts[1:]):
            raise FormulaError(
                Text("a formula is missing behind the sign", ko="기호 뒤에 식이 없습니다"), text=line.text
            )
        if not signs:
            self._start(line, parts[0])
            return
        first: _Place | None
        if parts[0]:
            if self._defines(line, parts, signs):
                return
            first = _Place(parts[0], self._read(parts[0], line), line.number)
            steps = self._relation(line, first, parts, signs)
        else:
            first = self.current
            if first is None:
                raise FormulaError(
                    Text("there is no line before that this goes on from", ko="이어질 앞줄이 없습니다"), text=line.text
                )
            steps = self._chain(line, parts[1:], signs)
        self._verdict(line, steps)

    def _alternatives(self, line: Line, cases: Sequence[tuple[str, str]]) -> None:
        """``x = 2 or x = 3``, ``x = ±2``: one of them holds where the product of their differences is 0."""
        product: Node | None = None
        for left, right in cases:
            first, second = self._read(left, line), self._read(right, line)
            size = Binary("+", ONE, Binary("+", Call("abs", (first,)), Call("abs", (second,))))
            difference = Binary("/", Binary("-", first, second), size)
            product = difference if product is None else Binary("*", product, difference)
        assert product is not None
        place = _Place(line.text, product, line.number)
        zero = _Place("0", ZERO, line.number)
        step, _ = self._judged_relation(line, Relation(product, "=", ZERO, complete=True))
        told = self._unless_new(step, place, zero)
        if told.status == "wrong" and told.counterexample is not None:
            said = Text(
                "at these numbers the lines before hold, and none of these equations does",
                ko="이 수에서 앞줄들은 성립하지만 이 식들은 하나도 성립하지 않습니다",
            )
            shown = replace(told.counterexample, yours=None, expected=None)
            told = replace(told, statement=said, counterexample=shown, comparison=None)
        self._note(product)
        if step.status != "wrong":
            self.relations.append(Relation(product, "=", ZERO))
        self._verdict(line, [(told, place, zero)])

    def _read(self, text: str, line: Line) -> Node:
        try:
            tree = self.sheet.read(text)
        except FormulaError as error:
            offset = line.text.find(error.text) if error.text else -1
            if error.span is not None and offset >= 0:
                raise FormulaError(
                    error.said, text=line.text, span=(error.span[0] + offset, error.span[1] + offset)
                ) from error
            raise
        return tree

    def _start(self, line: Line, text: str) -> None:
        """An expression alone: a chain begins with it."""
        tree = self._read(text, line)
        self.current, self.sound, self.head = _Place(text, tree, line.number), None, text
        self._note(tree)
        self._say(line, "start")

    def _note(self, *trees: Node) -> None:
        for tree in trees:
            self.seen.update(free_symbols(tree))
            self.seen.update(part.name for part in walk(tree) if isinstance(part, Applied))

    def _defines(self, line: Line, parts: Sequence[str], signs: Sequence[str]) -> bool:
        """A new name on the left: what it stands for from here on. Whether the line is such a one."""
        sheet = self.sheet
        head = sheet.head(parts[0]) if signs[0] == "=" else None
        if head is None:
            return False
        kind, name, parameters = head
        if kind == "density" and (name in sheet.random.tables or (name, len(parameters)) in sheet.densities):
            return False
        if self._defines_anew(line, name, parts):
            return True
        if kind == "name" and self._solves(name, parts):
            return False
        if self._is_quantity_of_another(kind, name, parts):
            pass  # p = σ(z), behind L(p)
        elif (sheet.known(name) and not (kind == "name" and sheet.only_shaped(name))) or name in self.seen:
            return False
        if kind == "function" and (name in sheet.random.functions or len(set(parameters)) < len(parameters)):
            return False
        if not sheet.define(parts[0], parts[1]):
            return False
        self.seen.add(name)
        self.defined_at[name] = line.number
        self.head = parts[0]
        right = self._read(parts[1], line)
        self._note(right)
        self.current, self.sound = _Place(parts[1], right, line.number), None
        if len(parts) > 2:
            self._verdict(line, self._chain(line, parts[2:], signs[1:]))
        else:
            self._say(line, "given")
        return True

    def _derivative_before(self) -> Operator | None:
        """The derivative whose value the last line is."""
        if self.current is None or not self.head:
            return None
        with suppress(FormulaError):
            head = self.sheet.read(self.head)
            operator = self.sheet.notation.operators.get(head.name) if isinstance(head, Symbol) else None
            return operator if operator is not None and operator.kind == "derivative" else None
        return None

    def _solves(self, name: str, parts: Sequence[str]) -> bool:
        """Whether a line says where the derivative of the line before is 0: ``c = E[X]`` behind d/dc E[(X − c)²]."""
        operator = self._derivative_before()
        if operator is None or set(map(plain_name, operator.by)) != {name} or self.sheet.defined(name):
            return False
        with suppress(FormulaError):
            right = self.sheet.read(parts[1])
            return not follow.is_number(right) and name not in free_symbols(right)
        return False

    def _is_quantity_of_another(self, kind: str, name: str, parts: Sequence[str]) -> bool:
        """Whether a letter that nothing was concluded of is a formula of symbols that are met here first."""
        sheet = self.sheet
        if kind != "name" or sheet.defined(name) or name in sheet.random.names or len(parts) > 2 or self.relations:
            return False
        with suppress(FormulaError):
            used = set(free_symbols(sheet.read(parts[1])))
            return name not in used and any(
                other not in self.seen and not sheet.known(other) and other not in sheet.notation.operators
                for other in used
            )
        return False

    def _defines_anew(self, line: Line, name: str, parts: Sequence[str]) -> bool:
        """Another meaning of a name behind a heading: whether it is one cannot be told, and it counts from here on."""
        at = self.defined_at.get(name)
        if at is None or len(parts) > 2 or not any(at < heading < line.number for heading in self.headings):
            return False
        left, right = (self._read(part, line) for part in parts)
        if self._by_itself(Relation(left, "=", right)).status != "wrong" or not self.sheet.define(parts[0], parts[1]):
            return False
        self.defined_at[name] = line.number
        self.relations.clear()
        self.head, self.current, self.sound = parts[0], _Place(parts[1], self._read(parts[1], line), line.number), None
        said = f"line {at} says something else of {name}; from here on this is what counts"
        korean = f"{at}번째 줄의 {name} 정의와 다릅니다. 여기서부터는 이 정의를 씁니다."
        self._say(line, "undecided", Text(said, ko=korean), counts=True)
        return True

    def _relation(
        self, line: Line, first: _Place, parts: Sequence[str], signs: Sequence[str]
    ) -> list[tuple[Step, _Place, _Place]]:
        """A line with a left side of its own, which holds by itself or where the lines before it do."""
        second = _Place(parts[1], self._read(parts[1], line), line.number)
        relation = Relation(first.tree, signs[0], second.tree, _slack(second.text))
        slope = self._set_to_zero(line, first, parts)
        self.head = parts[0]
        step, by_itself = self._judged_relation(line, relation)
        if slope and step.holds and not by_itself and step.assuming is None:
            step = replace(step, assuming=Text(f"{slope} = 0"))
        self._note(first.tree)
        told = self._unless_new(step, first, second)
        self._note(second.tree)
        if step.status == "wrong":
            self.doubtful = relation
        else:
            if not by_itself or step.assuming:  # what always holds says nothing about anything else
                self.relations.append(relation)
            self.doubtful = None
        steps = [(told, first, second)]
        self.current, self.sound = second, None if step.status != "wrong" else first
        if len(parts) > 2:
            steps += self._chain(line, parts[2:], signs[1:])
        return steps

    def _set_to_zero(self, line: Line, first: _Place, parts: Sequence[str]) -> str:
        """Grant that the derivative of the line before is 0, where this line says so or solves for its variable.

        Returns that derivative as it is written where nobody said so.
        """
        operator = self._derivative_before()
        if operator is None or self.current is None or first.tree == self.sheet.read(self.head):
            return ""
        said = self.current.tree == ZERO or _SET_TO_ZERO.search(line.reason) is not None
        solves = isinstance(first.tree, Symbol) and self._solves(first.tree.name, parts)
        if solves or said:
            self.relations.append(Relation(self.current.tree, "=", ZERO))
        return "" if said or not solves else self.head.strip()

    def _judged_relation(self, line: Line, relation: Relation) -> tuple[Step, bool]:
        """What is said of a relation, and whether it holds by itself."""
        by_itself = self._by_itself(relation)
        if by_itself.holds:
            return self._under_what_was_given(relation, by_itself), True
        value = self.sheet.entropies and is_entropy(self.head) and follow.is_number(relation.right)  # H(X, Y) = 3
        if value or self._is_set(line, relation) or self._is_law(relation):
            return Step("given", Text("")), False
        premises = [*self.relations, *([self.doubtful] if self.doubtful else [])]
        if premises and relation.sign in ("=", "<=", ">=", "<", ">"):
            implied = follow.implied(self.sheet, premises, relation)
            if self.doubtful and (implied is None or implied.status == "wrong"):  # nothing is wrong for its fault
                implied = follow.implied(self.sheet, self.relations, relation)
                if implied is None or not implied.holds:
                    by_the_doubtful = follow.implied(self.sheet, [self.doubtful], relation)
                    implied = by_the_doubtful if by_the_doubtful and by_the_doubtful.holds else implied
            if implied is not None and implied.status == "wrong" and self._is_a_value_besides(relation, premises):
                return Step("given", Text("")), False
            if implied is not None and (implied.holds or by_itself.status != "undecided"):
                unsolved = (
                    implied.status == "undecided" and by_itself.status == "wrong" and self._is_claim(line, relation)
                )
                return (by_itself if unsolved else implied), False
        if by_itself.status == "wrong" and not (self._is_claim(line, relation) or follow.is_constant(by_itself)):
            return Step("given", Text("")), False  # an equation to work with
        return by_itself, False

    def _is_a_value_besides(self, relation: Relation, premises: Sequence[Relation]) -> bool:
        """Whether it is the value of a probability, a mean or the like which the lines before allow: P(B|A) = 0.5."""
        left = relation.left
        operator = self.sheet.notation.operators.get(left.name) if isinstance(left, Symbol) else None
        if operator is None or operator.kind in ("derivative", "prime") or not follow.is_number(relation.right):
            return False
        return follow.compatible(self.sheet, [*premises, relation])

    def _by_itself(self, relation: Relation) -> Step:
        if relation.sign in ("=", "≈") and (rounded := follow.rounded(self.sheet, relation)):
            return rounded
        if relation.sign == "=":
            return follow.equal(self.sheet, relation.left, relation.right, only_whether=not self.reasons)
        if relation.sign in ("<=", ">=", "<", ">"):
            return follow.ordered(self.sheet, relation.left, relation.sign, relation.right)
        return _not_followed(relation.sign)

    def _is_set(self, line: Line, relation: Relation) -> bool:
        """A derivative, or the line before, that is set to 0: an equation that is stated and not derived."""
        if relation.sign != "=" or not follow.is_number(relation.right):
            return False
        if isinstance(relation.left, Symbol) and self.sheet.notation.operators.get(relation.left.name, None):
            return self._is_derivative_to_set(self.sheet.notation.operators[relation.left.name])
        said = re.search(
            r"\bset\b|\bsetting\b|optimum|stationary|minimum|maximum|0으로|영으로|극값", line.reason, re.IGNORECASE
        )
        if said:
            return True
        if self.relations and relation.right != ZERO:
            return False
        places = [place for place in (self.current, self.sound) if place is not None]
        before = [place.tree for place in places if not follow.is_number(place.tree)]
        if self.doubtful is not None:
            before.append(self.doubtful.left)  # whose right side was wrong: this one may be the right one
        return relation.left in before or any(
            follow.equal(self.sheet, side, relation.left).status == "follows" for side in before
        )

    def _is_derivative_to_set(self, operator: Operator) -> bool:
        """Whether an operator is a derivative, and not the value at a number of one that is known: f'(0)."""
        if operator.kind == "prime" and plain_name(operator.name) in self.sheet.functions:
            with suppress(FormulaError):
                return not follow.is_number(self.sheet.read(operator.body))
        return operator.kind in ("derivative", "prime")

    def _derivative_set(self, sign: str, place: _Place) -> Node | None:
        """The derivative that a chain begins with where it ends with 0: ``f'(x) = 2x - 2 = 0``."""
        if sign == "=" and follow.is_number(place.tree):
            with suppress(FormulaError):
                head = self.sheet.read(self.head)
                operator = self.sheet.notation.operators.get(head.name) if isinstance(head, Symbol) else None
                return head if operator is not None and operator.kind in ("derivative", "prime") else None
        return None

    def _is_law(self, relation: Relation) -> bool:
        """Whether a distribution or a function of which nothing is said has a formula, with no such thing in it."""
        operators = self.sheet.notation.operators
        left = operators.get(relation.left.name) if isinstance(relation.left, Symbol) else None
        of_density = left is not None and left.kind == "density" and not follow.is_number(relation.right)
        of_function = isinstance(relation.left, Applied) and not self.sheet.defined(relation.left.name)
        if relation.sign == "=" and left is not None and self._is_of_unknown(left):
            return self._unknown_functions(relation.right).isdisjoint(self.sheet.random.functions)
        if relation.sign != "=" or not (of_density or of_function):
            return False
        if of_function and not (set(free_symbols(relation.right)) - set(operators) <= self._known()):
            return True  # V(t) = u + γ V(w) says something new of V
        name = relation.left.name if isinstance(relation.left, Applied) else ""
        if any(
            (isinstance(part, Applied) and part.name != name) or part == relation.left for part in walk(relation.right)
        ):
            return False
        stated = any(
            earlier.left == relation.left
            or any(isinstance(part, Applied) and part.name == name for part in walk(earlier.left))
            for earlier in self.relations
        )
        return not stated and not any(name in operators for name in free_symbols(relation.right))

    def _is_of_unknown(self, operator: Operator) -> bool:
        """Whether it is the derivative of a function of which nothing was said: ``f'(x)``."""
        if operator.kind == "prime":
            return plain_name(operator.name) in self.sheet.random.functions
        if operator.kind != "derivative":
            return False
        with suppress(FormulaError):
            tree = self.sheet.read(operator.body)
            return isinstance(tree, Applied) and tree.name in self.sheet.random.functions
        return False

    def _unknown_functions(self, tree: Node) -> set[str]:
        """Functions of which nothing was said in a side, also by the coefficients that stand for them."""
        with suppress(FormulaError):
            tree = self.sheet.expand(tree)
        return {self._function_of(name) for name in free_symbols(tree)}

    def _function_of(self, name: str) -> str:
        """The function of whose coefficients a symbol is one; the symbol itself of others."""
        function = name.rstrip("0123456789")
        return function if function in self.sheet.random.functions else name

    def _is_claim(self, line: Line, relation: Relation) -> bool:
        """Whether a relation says something of quantities that are known, and is no equation to be solved."""
        if self.relations:
            return True
        operators, sheet = self.sheet.notation.operators, self.sheet
        known = any(
            isinstance(part, Applied)
            or (isinstance(part, Symbol) and (part.name in operators or sheet.defined(part.name)))
            for part in walk(relation.left)
        )
        if follow.is_number(relation.right):
            return known and not isinstance(relation.left, Symbol)
        if known or self._goes_on(line):
            return True
        left, right = (self._bases(side) for side in (relation.left, relation.right))
        return right <= left and not self._is_solved(line, relation)

    def _bases(self, tree: Node) -> set[str]:
        """The symbols that a side comes down to, without those that count entries or stand for one."""
        try:
            tree = self.sheet.expand(tree)
        except FormulaError:
            return set()
        lengths = {axis for axes in self.sheet.shapes.values() for axis in axes}
        return set(free_symbols(tree)) - lengths - self.sheet.running()

    def _goes_on(self, line: Line) -> bool:
        """Whether a chain goes on from a line, which nobody does with an equation that is to be solved."""
        later = next((each for each in self.lines if not each.given and each.number > line.number), None)
        return len(sides(line.text)[0]) > 2 or (later is not None and not sides(later.text)[0][0])

    def _is_solved(self, line: Line, relation: Relation) -> bool:
        """Whether the next line follows from an equation that does not always hold: then it was to be solved."""
        later = (each for each in self.lines if not each.given and each.number > line.number)
        following = next(later, None)
        parts, signs = sides(following.text) if following else ([], [])
        if len(parts) < 2 or not parts[0]:
            return False
        try:
            new = Relation(self.sheet.read(parts[0]), signs[0], self.sheet.read(parts[1]))
        except FormulaError:
            return False
        step = None if self._by_itself(new).holds else follow.implied(self.sheet, [relation], new)
        return step is not None and step.holds

    def _chain(self, line: Line, texts: Sequence[str], signs: Sequence[str]) -> list[tuple[Step, _Place, _Place]]:
        """The sides of ``= b = c`` one after the other, each held against the one before it."""
        steps = []
        for text, sign in zip(texts, signs, strict=True):
            place = _Place(text, self._read(text, line), line.number)
            assert self.current is not None
            step, after = self._next(self.current, sign, place)
            if step.status == "wrong" and (derivative := self._derivative_set(sign, place)) is not None:
                self.relations.append(Relation(derivative, sign, place.tree))
                self.doubtful = Relation(self.current.tree, sign, place.tree) if self.sound is not None else None
                step = Step("given", Text(""))
            steps.append((self._unless_new(step, after, place), after, place))
            self._note(place.tree)
            if step.status == "wrong":
                self.sound = self.sound or self.current
            elif after is not self.current or self.sound is None:
                self.sound = None
            self.current = place
        return steps

    def _unless_new(self, step: Step, before: _Place, place: _Place) -> Step:
        """The step; undecided where symbols of which nothing was said stand in a side that differs, or some of which
        a line that could not be followed says something.
        """
        new: list[str] = []
        lost = {self.lost[letter] for text in (before.text, place.text) for letter in _letters(text) & set(self.lost)}
        if step.status == "wrong" and lost:
            number = min(lost)
            said = f"line {number} was not followed, and this may follow from it"
            return follow.undecided(
                Text(said, ko=f"{number}번째 줄을 따라가지 못했고, 이 줄은 거기서 나올 수 있습니다.")
            )
        if step.status == "wrong":
            new = sorted({*map(self._function_of, self._bases(place.tree) - self._known() - set(FUNCTIONS))})
        if not new:
            return step
        new = list(dict.fromkeys(name.rstrip("°•") for name in new))
        shown = ", ".join(render(Symbol(name)) for name in new)
        said = f"nothing before says what {shown} {'is' if len(new) == 1 else 'are'}"
        korean = f"{shown}: 앞에 없던 기호입니다."
        if self.grows:
            said += f": say it, as in `let {new[0]} = ...`"
            korean += f" `let {new[0]} = ...`처럼 무엇인지 적으세요."
        if len(new) == 1 and (meant := self._in_its_place(new[0], before, place)):
            said += f"; with {meant} in its place this follows"
            korean += f" 그 자리에 {meant} 기호를 쓰면 맞습니다."
        return follow.undecided(Text(said, ko=korean))

    def _unless_misshapen(self, line: Line, step: Step, place: _Place) -> Step:
        """The step; undecided where it holds only if a column before a matrix is read as a row."""
        column = self.sheet.column_before_a_matrix(place.tree) if step.holds else None
        if column is None:
            return step
        self.misshapen.add(line.number)
        shown = render(column)
        said = f"{shown} is a column, and what stands behind it a matrix: such a product has no value"
        return follow.undecided(Text(said, ko=f"{shown}: 열벡터 뒤에 행렬이 오는 곱은 정의되지 않습니다."))

    def _in_its_place(self, new: str, before: _Place, place: _Place) -> str | None:
        """The symbol of the side before that makes a side equal to it where it stands for a new one."""
        operators = self.sheet.notation.operators
        for name in (name for name in dict.fromkeys(free_symbols(before.tree)) if name not in operators):
            other = Relation(before.tree, "=", substitute(place.tree, {new: Symbol(name)}))
            if follow.equal(self.sheet, other.left, other.right, only_whether=True).status == "follows":
                return render(Symbol(name))
        return None

    def _known(self) -> set[str]:
        """The symbols that the lines before are made of, and those of which something was given."""
        random = self.sheet.random
        laws = [
            parameter for _, parameters in (*random.laws.values(), *random.entries.values()) for parameter in parameters
        ]
        given = [value for moments in random.moments.values() for value in moments.values()]
        of_laws = {name for tree in (*laws, *given) for name in free_symbols(tree)}
        known = {*self.seen, *self.sheet.domains, *random.names, *of_laws}
        for name in self.seen:
            with suppress(FormulaError):
                known.update(free_symbols(self.sheet.expand(Symbol(name))))
        return known

    def _next(self, before: _Place, sign: str, place: _Place) -> tuple[Step, _Place]:
        step = self._held(before, sign, place)
        if step.status == "wrong" and self.sound is not None:
            again = self._held(self.sound, sign, place)
            if again.holds:
                return again, self.sound
        return step, before

    def _held(self, before: _Place, sign: str, place: _Place) -> Step:
        relation = Relation(before.tree, sign, place.tree, _slack(place.text))
        step = self._by_itself(relation)
        if step.status == "wrong" and self.relations:
            implied = follow.implied(self.sheet, self.relations, relation)
            if implied is not None and implied.holds:
                return implied
        return self._under_what_was_given(relation, step) if step.holds else step

    def _under_what_was_given(self, relation: Relation, step: Step) -> Step:
        """A step that holds, without the assumption that nobody needs where the lines before say as much."""
        if step.assuming and self.relations:
            implied = follow.implied(self.sheet, self.relations, relation)
            if implied is not None and implied.holds and not implied.assuming:
                return implied
        return step

    def _verdict(self, line: Line, steps: Sequence[tuple[Step, _Place, _Place]]) -> None:
        """What is said of a line of several steps: the worst of them."""
        ranks = {"wrong": 0, "undecided": 1, "holds": 2, "given": 3, "follows": 4}
        steps = [(self._unless_misshapen(line, step, place), before, place) for step, before, place in steps]
        step, before, place = min(steps, key=lambda entry: ranks[entry[0].status])
        held = [entry[0] for entry in steps if entry[0].holds and entry[0].assuming]
        assumed = [step.assuming[self.language] for step in held if step.assuming]
        assumed = [said for said in assumed if said not in self.assumptions]
        for each in held:
            follow.keep(self.sheet, each)
        self.assumptions.update(dict.fromkeys(assumed))
        example = None
        if step.counterexample is not None and step.status == "wrong":
            found = step.counterexample
            meant = follow.as_meant(self.sheet, found.inputs)
            inputs = {re.sub("[°•]", "", name): value for name, value in meant.items()}
            example = {"inputs": inputs, "before": found.expected, "this": found.yours}
        diagnosis = None
        if step.status == "wrong" and self.reasons and step.comparison is not None:
            reason = follow.reason(self.sheet, before.tree, place.tree, step)
            fitted = reason is not None and reason.kind in ("factor", "linear") and not follow.is_of_numbers(step)
            if reason is not None and not fitted and reason.kind not in ("domain", "shape"):
                diagnosis = {"kind": reason.kind, "text": self._readable(reason.text[self.language])}
                if reason.repair:
                    diagnosis["repair"] = self._readable(reason.repair)
        status = step.status
        after = before.line if status != "given" and before.line != line.number else None
        self._say(
            line,
            status,
            None if status == "given" else step.statement,
            after=after,
            assuming="; ".join(dict.fromkeys(assumed)),
            counterexample=example,
            diagnosis=diagnosis,
        )


_DECIMAL = re.compile(r"[-−]?\s*\d*\.(?P<digits>\d+)")


def _slack(text: str) -> float:
    """By how much what is written as a decimal may be off: half of its last digit; 0 of other formulas.

    A single digit that is not 0, as in 0.2, is no rounded value.
    """
    match = _DECIMAL.fullmatch(text.strip())
    digits = re.sub(r"\D", "", text).lstrip("0")
    return 0.5000001 * 10.0 ** -len(match["digits"]) if match and len(digits) > 1 else 0.0


def _not_followed(sign: str) -> Step:
    said = f"steps with {sign} are not followed here: what was left out cannot be told"
    return follow.undecided(Text(said, ko=f"{sign} 단계는 판정하지 않습니다. 무엇을 생략했는지 알 수 없습니다."))
