"""A student's formula, or a program of several lines, against a proof. No torch is imported until it has been read.

:func:`check_formula` raises nothing for what a student may type: the verdict is then ``unreadable``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from quizprep.errors import FormulaError, NoValueError, QuizprepError, TooMuchWorkError
from quizprep.formula.limits import OutOfTime, uncounted, within
from quizprep.formula.names import is_letter
from quizprep.formula.quantities import quantities_called, quantities_of_letter
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.indices import whole_tensors
from quizprep.formula.read.statements import LOG_CHANCE, Head, Statement, read_statements
from quizprep.formula.rewrite import rebuild, substitute
from quizprep.formula.tree import Binary, Call, Node, Symbol, Transpose, free_symbols
from quizprep.frozen import frozen
from quizprep.judge.dataflow import Given, behind, elements_written_out
from quizprep.judge.general import ELSEWHERE, as_usual, general_forms, only_usual, value_at
from quizprep.judge.heads import called_as_a_result, contradiction, names_another
from quizprep.judge.judgement import DIAGNOSING, SECONDS, Doubt, Verdict, answered, refused, rendered, verdict_of
from quizprep.judge.korean_words import joined, korean_names
from quizprep.judge.sentences import (
    ENTRIES,
    NOT_SO_READ,
    VECTORS_AS_ROWS,
    another_length,
    another_step,
    called_another,
    departs,
    is_the_step,
    may_be_any_number,
    not_read,
    only_at,
    read_with,
    stands_for_nothing,
)
from quizprep.judge.targets import Target, step_named, target
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.formula.names import Names
    from quizprep.judge.compare import Comparison, Side
    from quizprep.judge.diagnose import Diagnosis
    from quizprep.judge.matching import Reading
    from quizprep.judge.reference import Reference
    from quizprep.proofs import Mistake, Proof


def check_formula(
    proof: Proof,
    text: str,
    *,
    device: str = "cpu",
    language: str = "en",
    seed: int = 0,
    gradient: str | None = None,
    step: str | None = None,
    diagnose: bool = True,
    explain: bool = True,
    let: Mapping[str, str] | None = None,
) -> Verdict:
    """Hold a formula, an equation or a program of several lines against a proof.

    Symbols, earlier steps and their aliases may be used. ``F1 = ...`` is held against the step of that name
    where there is one; a formula without a name against ``step``, the proof's result by default. Every side of
    an equation and every line that states a step is judged. ``gradient`` names the symbol by which the proof's
    result is differentiated: the formula is then held against that derivative. Other names are matched to the
    proof's (:mod:`matching`); ``let`` fixes what they stand for. A formula that is not equivalent so is tried in the
    notations of other texts that the proof lists. Without ``explain`` no reason is looked for, which takes most of
    the time, for whoever asks only whether it is equivalent. It takes two seconds of the processor at most, besides
    those of the proof's own values, which are computed once.
    """
    started = time.perf_counter()
    text, korean = joined(proof, text), korean_names(proof, text)

    def in_notation(
        known: Reference,
        called: Mapping[str, str],
        fixed: Mapping[str, str],
        diagnose: bool,
        applied: Mapping[str, str] = MappingProxyType({}),
    ) -> Verdict:
        from quizprep.judge.applications import written_out
        from quizprep.judge.matching import open_names, readings

        try:
            names = open_names(known)
            statements = read_statements(text, replace(names, known={**names.known, **called}))
            if applied and (rewritten := written_out(statements, applied, proof)):
                statements, _ = rewritten
            spelled = replace(known.names, known={**known.names.known, **called})
            by = known.symbol(gradient) if gradient else None
            verdicts = (
                (
                    reading,
                    _Judged(known, spelled, reading, text, by, step, statements, explain).verdict(
                        language, diagnose, started
                    ),
                )
                for reading in readings(statements, known, fixed)
            )
            decided = _decided(verdicts, language)
            by_torch = proof.formulas is None and proof.place is None
            return replace(decided, confirmed=True) if by_torch else decided
        except QuizprepError as error:
            return refused(error, started, device, language, text)

    def judged() -> Verdict:
        from quizprep.judge.reference import reference

        if (proof.names.imaginary or proof.names.sets) and gradient is None:
            from quizprep.judge.complex_or_set import judge

            return judge(proof, text, step, device, language, seed, diagnose and explain)
        known = reference(proof, device, seed)
        with within(SECONDS):
            verdict = in_notation(known, korean, let or {}, diagnose)
            if verdict.verdict == "equivalent" or let:
                return verdict
            of_a_step: Verdict | None = None
            try:
                turned = _turned(proof) if verdict.verdict != "different" else []
                for notation in [*_signalled(proof.notations, text, known), *turned]:
                    other, called = _written_otherwise(notation, text, known, in_notation)
                    if other is not None and other.verdict == "equivalent":
                        return _written_in(called, other, language)
                    if of_a_step is None and other is not None and other.verdict == "undecided" and other.step:
                        of_a_step = _written_in(called, other, language)
            except OutOfTime:
                if verdict.verdict == "different":
                    raise  # in a notation that nobody tried it may be right
            return verdict if of_a_step is None or verdict.verdict == "different" else of_a_step

    return answered(judged, started, device, language, text)


def _signalled(notations: Sequence[Mapping[str, str]], text: str, known: Reference) -> list[Mapping[str, str]]:
    """The notations that a text may be in: all, if it has a letter that the proof has not; else those that only
    exchange letters, or say what functions stand for."""
    from quizprep.judge.applications import patterns

    if not notations or _written_names(text, known) - known.names.known.keys():
        return list(notations)
    return [each for each in notations if each.keys() == set(each.values()) or patterns(each)]


def _turned(proof: Proof) -> list[Mapping[str, str]]:
    """The notation of ``W^T x + b``: every matrix is the proof's, transposed.

    Only where a matrix acts on vectors and is not square, so that its shape tells which way it is meant.
    """
    shapes = {name: domain.shape for name, domain in proof.domains.items()}
    matrices = {name for name, shape in shapes.items() if len(shape) == 2 and not any("+" in part for part in shape)}
    acts = any((shapes[name][1],) in shapes.values() and shapes[name][0] != shapes[name][1] for name in matrices)
    spelled = {spelling: f"{name}^T" for spelling, name in proof.names.known.items() if name in matrices}
    return [spelled] if acts else []


def _written_names(text: str, known: Reference) -> set[str]:
    from quizprep.judge.matching import open_names

    return _names_in(read_statements(text, open_names(known)))


def _names_in(statements: Sequence[Statement]) -> set[str]:
    return {name for each in statements for side in each.sides for name in free_symbols(side)}


def _written_otherwise(
    notation: Mapping[str, str],
    text: str,
    known: Reference,
    judge: Callable[[Reference, Mapping[str, str], Mapping[str, str], bool, Mapping[str, str]], Verdict],
) -> tuple[Verdict | None, dict[str, str]]:
    """The verdict in another notation, and the names in the text that it gives a name of the proof to.

    A name may also stand for a formula: ``p_h`` for ``2 p``. No verdict where none of its names is written, or the
    text cannot be read.
    """
    from quizprep.judge.applications import patterns, written_out
    from quizprep.judge.fitting import split_subscript
    from quizprep.judge.matching import open_names

    with suppress(QuizprepError):
        statements = read_statements(text, open_names(known))
        applied = patterns(notation)
        if applied:
            rewritten = written_out(statements, applied, known.proof)
            if rewritten is None:
                return None, {}
            notation = {name: notation[name] for name in notation.keys() - applied.keys()}
            statements, applied = rewritten
        used = _names_in(statements)
        if _given_twice(notation, used, known):
            return None, {}
        used |= {head.name for each in statements for head in each.heads}
        others = used - notation.keys()  # of x_{n,y_n} it is the x that the notation has
        bases = {base for name in others if (base := split_subscript(name)[0])} - used
        written = {name: meant for name, meant in notation.items() if name in used | bases}
        renamed = {name: meant for name, meant in notation.items() if meant in known.names.symbols_known}
        renamed = {name: meant for name, meant in renamed.items() if name not in bases or known.names.find(name)}
        fixed = {name: meant for name, meant in written.items() if name not in renamed}
        if written or applied:
            called = {**applied, **{name: written[name] for name in renamed if name in written}}
            return judge(known, renamed, fixed, False, applied), called
    return None, {}


def _given_twice(notation: Mapping[str, str], used: set[str], known: Reference) -> bool:
    """Whether a notation gives a letter of the proof the name that another one in the text has already.

    ``x`` may be the input of the second sub-layer, but not beside ``y``, which is that.
    """
    find = known.names.find
    meant = {find(name) for name in used - notation.keys()}
    return any(notation[name] in meant for name in notation.keys() & used if find(name) not in (None, notation[name]))


def _written_in(notation: Mapping[str, str], verdict: Verdict, language: str) -> Verdict:
    """A verdict on a formula in the whole notation of another text, which is said."""
    shown = {name if "(" in name else rendered(Symbol(name)): meant for name, meant in notation.items()}
    said = [note[language] for note in read_with(shown)]
    statement = " ".join([*said, verdict.statement])
    return replace(verdict, read_with={**notation, **verdict.read_with}, statement=statement)


def _decided(verdicts: Iterable[tuple[Reading, Verdict]], language: str) -> Verdict:
    """The verdict where a formula can be read in more than one way.

    That of a certain reading stands. Of others one that is right is enough: the statement says how it was read. A
    formula is called different only where the reason is known and no name was guessed; else the author is asked
    what the names stand for.
    """
    first: Verdict | None = None
    guessed, unmatched = False, ()
    try:
        for reading, verdict in verdicts:
            if reading.certain or verdict.verdict == "equivalent":
                return verdict
            unmatched = unmatched if first else reading.unmatched
            first, guessed = first or verdict, guessed or reading.guessed
    except OutOfTime:
        if first is None:
            raise
        guessed = True  # a reading that nobody looked at may be right
    assert first is not None, "there is a reading, or an error says why not"
    explained = first.diagnosis is not None and not guessed
    if not unmatched and (first.verdict != "different" or explained):
        return first
    doubt = stands_for_nothing(unmatched) if unmatched else NOT_SO_READ
    statement = " ".join(note[language] for note in (*read_with(first.read_with), doubt.said))
    remedy = doubt.remedy[language] if doubt.remedy else ""
    read_as = None if unmatched else first.read_as
    return replace(
        first,
        verdict="undecided",
        read_as=read_as,
        counterexample=None,
        diagnosis=None,
        statement=statement,
        remedy=remedy,
    )


@frozen
class _Line:
    """A line with what it is held against; None of one that only gives a value to a name of the author's."""

    number: int
    statement: Statement
    target: Target | None


@frozen
class _Outcome:
    """What was found about one line: ``side`` is its side at fault, else its first."""

    line: _Line
    side: Node
    tree: Node  # the side, with the lines before it
    target: Target
    comparison: Comparison
    convention: Text | None = None

    @property
    def verdict(self) -> str:
        return self.comparison.verdict


class _Judged:
    """Statements in the proof's own letters, held against it."""

    def __init__(
        self,
        reference: Reference,
        names: Names,
        reading: Reading,
        text: str,
        gradient: str | None,
        step: str | None,
        written: Sequence[Statement],
        explain: bool = True,
    ) -> None:
        self.explain = explain
        self.reference, self.text, self.proof, self.gradient = reference, text, reference.proof, gradient
        self.names = names  # by which a head names a step
        self.asked, self.is_asked, self.written = step or self.proof.result, step is not None, written
        self.read_with, self.only, statements = reading.read_with, reading.only, reading.statements
        self.convention = reading.convention
        self.reading = reading
        self.general = any(meant.isdecimal() for meant in reading.read_with.values())
        self.lines = [self._line(place, statements) for place in range(len(statements))]

    def _line(self, place: int, statements: Sequence[Statement]) -> _Line:
        statement = statements[place]
        number = self._numbers(statements)[place]
        last = place == len(statements) - 1
        if self.gradient is not None:
            return _Line(number, statement, Target(Symbol(self.proof.result), None, self.gradient) if last else None)
        head, names = statement.head, self.names
        if head is None and not last:
            raise FormulaError(
                Text(
                    "a line that is not the last needs a name: `name = formula`",
                    ko="마지막 줄이 아니면 이름이 필요합니다: `이름 = 식`",
                ),
                text=self.text,
                span=statement.span,
            )
        if head is not None and not head.derivative and step_named(head, self.proof, names) is None:
            later = {name for other in statements[place + 1 :] for side in other.sides for name in free_symbols(side)}
            if statement.name in later:
                return _Line(number, statement, None)
        return _Line(number, statement, target(head, self.proof, names, self.asked))

    def _numbers(self, statements: Sequence[Statement]) -> list[int]:
        """The lines of the text that the statements stand on; how many-th they are where one line holds several."""
        lines = [self.text[: statement.span[0]].count("\n") + 1 for statement in statements]
        if len(set(lines)) == len(lines):
            return lines
        order = sorted(range(len(statements)), key=lambda place: statements[place].span)
        return [order.index(place) + 1 for place in range(len(statements))]

    # The verdict

    def verdict(self, language: str, diagnose: bool, started: float) -> Verdict:
        outcome, found = self._with_guessed_numbers(self._in_general(self._outcome())), None
        if outcome.verdict == "different":
            reason, blamed = None, None
            if self.explain and not self._is_doubted_anyway(outcome):
                with suppress(OutOfTime), within(DIAGNOSING):  # the difference stands without a reason, too
                    blamed = self._mistaken(outcome.line)
                    reason = self._diagnosed(outcome) if blamed is None else None
            explained = reason is not None or blamed is not None
            other = self._of_another_step(outcome, explained)
            if other is not None and not self.is_asked:
                outcome = other
            elif (doubt := self._another_length(outcome)) is not None:
                outcome = replace(outcome, comparison=_in_doubt(outcome.comparison, *doubt))
            elif other is not None:
                from quizprep.judge.diagnose import Diagnosis

                reason = reason or Diagnosis("step", other.comparison.statement)
            elif not explained:
                outcome = self._doubted(self._unexplained(outcome))
            elif self._is_entrywise(outcome):
                outcome = self._doubted(outcome)
            if diagnose and outcome.verdict == "different":
                found = self._reason(outcome, reason, blamed)
        held = self.convention if outcome.verdict == "equivalent" else None
        conventions = [each[language] for each in (held, outcome.convention) if each is not None]
        return verdict_of(
            outcome.comparison,
            rendered(outcome.tree, self.reference.names),
            self.reference.space,
            found,
            self.reference.device,
            language,
            started,
            step=self._stated(outcome.target),
            convention=" ".join(conventions) or None,
            notes=self._notes(outcome),
            read_with=self.read_with,
        )

    def _outcome(self) -> _Outcome:
        """That of the first line that departs, else of the line that states what is asked for, else of the last."""
        outcomes: list[_Outcome] = []
        settled: dict[int, Node] = {}  # of a line that is right in a convention, the step that it states
        for place, line in enumerate(self.lines):
            if line.target is None:
                continue
            outcome = self._named_right(self._judge(line, line.target, self._own(place)), self._own(place))
            if outcome.verdict != "equivalent" and settled:
                own = self._own(place, settled)  # the values of the proof, where lines before follow a convention
                other = self._named_right(self._judge(line, line.target, own), own)
                outcome = other if other.verdict == "equivalent" else outcome
            if outcome.verdict != "equivalent":
                return outcome
            if outcome.convention is not None and outcome.target.tree == Symbol(outcome.target.step or ""):
                settled[place] = outcome.target.tree
            outcomes.append(outcome)
        answer = next((each for each in outcomes if each.target.step == self.asked), outcomes[-1])
        conventions = [each.convention for each in outcomes if each.convention is not None]
        answer = replace(answer, convention=answer.convention or next(iter(conventions), None))
        if (mixed := self._mixed(outcomes)) is not None:
            return replace(answer, comparison=_in_doubt(answer.comparison, mixed), convention=None)
        unread = next((error for line in self.lines for error in line.statement.unread), None)
        return answer if unread is None else replace(answer, comparison=_in_doubt(answer.comparison, not_read(unread)))

    def _in_general(self, outcome: _Outcome) -> _Outcome:
        """A formula that is right where its further quantities have their usual values, if it is so at others as well.

        F_β is that of the proof of F₁ for β = 1, and so is a wrong formula of F_β.
        """
        reading = self.reading
        if outcome.verdict != "equivalent" or reading.elsewhere is None:
            return outcome
        stated = outcome.target.step or self.asked
        for above in ELSEWHERE:
            values = {role.name: value_at(role, above) for role in reading.plain.values()}
            other = replace(reading, statements=reading.elsewhere(above), elsewhere=None)
            asked = self.asked if self.is_asked else None
            judged = _Judged(self.reference, self.names, other, self.text, self.gradient, asked, self.written)
            forms = general_forms(self.proof, stated, values, self._conventions(outcome.target))
            if not any(judged._states(form, outcome, stated) for form in forms):
                doubt = only_usual(reading.plain, above)
                return replace(outcome, comparison=_in_doubt(outcome.comparison, *doubt))
        return outcome

    def _with_guessed_numbers(self, outcome: _Outcome) -> _Outcome:
        """The outcome, unless it hangs on the mean or the spread of a letter that was guessed to be a single number.

        ``var(x) + var(y)`` with y for one number is the variance of x, because that of a number is 0.
        """
        if outcome.verdict != "equivalent" or not self.reading.steady:
            return outcome
        letters = ", ".join(f"`{name}`" for name in self.reading.steady)
        doubt = Text(
            f"This holds only with {letters} for a single number, which is its own mean and has the spread 0.",
            ko=f"{letters}: 평균이 자기 자신이고 흩어짐이 0인 수 하나로 읽을 때에만 성립합니다.",
        )
        return replace(outcome, comparison=_in_doubt(outcome.comparison, doubt))

    def _states(self, form: Node, outcome: _Outcome, stated: str) -> bool:
        """Whether the line of an outcome, read here, states a formula in the place of its step."""
        aim = outcome.target
        place = next(place for place, line in enumerate(self.lines) if line.number == outcome.line.number)
        try:
            held = self._held(
                self.lines[place], replace(aim, tree=substitute(aim.tree, {stated: form})), self._own(place)
            )
        except QuizprepError:
            return False
        return held.verdict == "equivalent"

    def _mixed(self, outcomes: Sequence[_Outcome]) -> Text | None:
        """The doubt about a program one line of which follows a convention that another one could, and does not."""
        for outcome in outcomes:
            for other in outcomes:
                open_to = {entry.text for entry in self._conventions(other.target)}
                if outcome.convention in open_to and other.convention != outcome.convention:
                    return Text(
                        f"Line {outcome.line.number}: {outcome.convention['en']} Line {other.line.number} is not so.",
                        ko=f"{outcome.line.number}번째 줄: {outcome.convention['ko']} "
                        f"{other.line.number}번째 줄은 그렇지 않습니다.",
                    )
        return None

    def _own(self, place: int, settled: Mapping[int, Node] = MappingProxyType({})) -> list[Given]:
        """What the lines before give values to, in their order; ``settled`` instead of what some of them say."""
        own: list[Given] = []
        for number, line in enumerate(self.lines[:place]):
            if line.statement.name is not None:
                value = settled.get(number) or elements_written_out(line.statement.sides[0], own)
                if line.statement.head.power == 2:
                    value = Call("sqrt", (value,))
                own.append(Given(line.statement.name, value, line.statement.over))
        return own

    def _judge(self, line: _Line, aim: Target, own: Sequence[Given]) -> _Outcome:
        """Every side of a line against what it states; against another step, where its name is the author's own."""
        outcome = self._held(line, aim, own)
        if outcome.verdict == "equivalent":
            return self._about_the_proof(self._named_alike(outcome, own))
        for entry in self._conventions(aim):
            formula = self.proof.formula(entry.formula)
            if self.reference.leaves_out(formula, aim.step or self.asked) & {*free_symbols(outcome.tree)}:
                continue  # var(x + ε) is not "without ε": it is there, and does nothing
            stated = {aim.step or self.asked: formula}  # σ², where the entry is about σ
            other = self._held(line, replace(aim, tree=substitute(aim.tree, stated)), own)
            if other.verdict == "equivalent":
                return self._named_alike(replace(other, target=aim, convention=entry.text), own)
        return self._of_rows(outcome) or self._otherwise(outcome, line, aim, own) or outcome

    def _of_rows(self, outcome: _Outcome) -> _Outcome | None:
        """The outcome where ``q kᵀ`` of two vectors is a number: written with rows, as attention is in papers."""
        if outcome.comparison.tier != "shape" or self.gradient is not None:
            return None
        rank = Ranks(self.reference.names)

        def visit(node: Node) -> Node:
            product = isinstance(node, Binary) and node.operator == "juxtapose" and isinstance(node.right, Transpose)
            if product and rank(node.left) == rank(node.right) == 1 and not isinstance(node.left, Transpose):
                return Call("dot", (node.left, node.right.operand), span=node.span)
            return rebuild(node, visit)

        tree = visit(outcome.tree)
        if tree == outcome.tree:
            return None
        comparison, tree = self._compared(tree, self._side(outcome.target))
        if comparison.verdict != "equivalent":
            return None
        return replace(outcome, tree=tree, comparison=comparison, convention=VECTORS_AS_ROWS)

    def _named_right(self, outcome: _Outcome, own: Sequence[Given]) -> _Outcome:
        """The outcome, if every head of its line may name what the line states.

        Another head that the proof knows is judged as well; one that is the field's name for something else is a doubt.
        """
        line, aim = outcome.line, outcome.target
        if outcome.verdict != "equivalent" or self.gradient is not None:
            return outcome
        with uncounted():
            from quizprep.judge.fitting import split_subscript

        stated, given = aim.step or self.asked, {each.name for each in own}
        written = self.written[self.lines.index(line)]
        for head in line.statement.heads:
            doubt = contradiction(written, head, self.proof, stated, given)
            if doubt is not None:
                return replace(outcome, comparison=_in_doubt(outcome.comparison, doubt))
            named = step_named(head, self.proof, self.names)
            if (named not in (None, aim.step) and not head.derivative) or head.name == LOG_CHANCE:
                other = self._held(line, target(head, self.proof, self.names, self.asked), own)
                if other.verdict == "different":
                    return other
            elif split_subscript(head.name)[1] in given:
                continue  # F_β where β has a value
            elif stated in self.proof.steps and names_another(head, stated, self.proof, self.general):
                doubt = called_another(rendered(Symbol(head.name)).replace("_", " "), self.proof, stated)
                return replace(outcome, comparison=_in_doubt(outcome.comparison, doubt))
        return outcome

    def _otherwise(self, outcome: _Outcome, line: _Line, aim: Target, own: Sequence[Given]) -> _Outcome | None:
        """What else a line may state under its head: each entry, a slope of another step, a step by its value."""
        head = line.statement.head
        if self.gradient is None and head is None and len(line.statement.sides) > 1:  # E[x²] = Σ p x²: an equation
            return self._of_a_step(line, own)
        if head is None or self.gradient is not None:
            return None
        if aim.by is not None:
            unnamed = head.of is None and step_named(head, self.proof, self.names) is None
            return self._first(line, [Target(Symbol(step), step, aim.by) for step in self._others()], own, unnamed)
        each = self._each_entry(outcome, line, aim)
        if each is not None or aim.step is not None:
            return each
        if called_as_a_result(head) and outcome.comparison.tier != "shape":  # `loss = …` may list the entries
            return None
        if head.value is not None and self._equals(head.value, aim.tree):  # σ(x) in the proof of the sigmoid
            return None
        return self._of_a_step(line, own)

    def _each_entry(self, outcome: _Outcome, line: _Line, aim: Target) -> _Outcome | None:
        """``l_n = (x_n - y_n)^2`` where the proof goes on to the mean, or the sum, of these."""
        over = line.statement.over
        if outcome.comparison.tier != "shape" or not over or len(line.statement.sides) > 1:
            return None
        for function, said in ENTRIES.items():
            together = Call(function, (whole_tensors(outcome.tree, list(over)),))
            try:
                comparison, _ = self._compared(together, self._side(aim))
            except QuizprepError:
                continue
            if comparison.verdict == "equivalent":
                return replace(outcome, comparison=comparison, convention=said)
        return None

    def _about_the_proof(self, outcome: _Outcome) -> _Outcome:
        """The outcome, if what it differentiates is a value of the proof: a truth about anything else is no answer."""
        aim = outcome.target
        if aim.by is None or isinstance(aim.tree, Symbol) or self.gradient is not None:
            return outcome
        if any(self._equals(aim.tree, Symbol(step)) for step in self.proof.steps):
            return outcome
        shown = rendered(aim.tree, self.reference.names)
        doubt = Text(
            f"This holds, but `{shown}` is no value of {self.proof.id}.",
            ko=f"이 식은 성립하지만 `{shown}`: {self.proof.id} 증명에 나오는 값이 아닙니다.",
        )
        return replace(outcome, comparison=_in_doubt(outcome.comparison, doubt))

    def _of_a_step(self, line: _Line, own: Sequence[Given]) -> _Outcome | None:
        """The outcome for the step whose value a line gives, under a name that the proof does not know."""
        aims = [Target(Symbol(step), step) for step in self._others()]
        if line.target is not None and isinstance(
            line.target.tree, Binary
        ):  # σ_B² may be the name of the result, and not its square
            aims = [Target(Symbol(self.asked), None), *aims]
        return self._first(line, aims, own)

    def _others(self) -> list[str]:
        return [step for step in self.proof.steps if step != self.asked and step in self.reference.points.values]

    def _first(self, line: _Line, aims: Sequence[Target], own: Sequence[Given], fits: bool = True) -> _Outcome | None:
        """The outcome for the first of the targets that a line gives the value of."""
        for aim in aims if fits else ():
            try:
                outcome = self._held(line, aim, own, only_whether=True)
            except QuizprepError:
                continue
            if outcome.verdict == "equivalent":
                return self._named_alike(outcome, own)
        return None

    def _named_alike(self, outcome: _Outcome, own: Sequence[Given]) -> _Outcome:
        """The outcome of a line whose formulas are right, with the names behind its first one.

        ``F1 = 2PR/(P+R) = precision``: a name of the proof has a value of its own, and that has to be the same.
        """
        for head in outcome.line.statement.heads[1:]:
            tree = self._value_named(head, outcome.target, own)
            if tree is None:
                continue
            doubt = Text(
                f"Whether `{self._shown(head)}` is equal to the other sides is not known; these are right.",
                ko=f"`{self._shown(head)}` 쪽이 다른 쪽과 같은지는 알 수 없습니다. 다른 쪽은 맞습니다.",
            )
            try:
                comparison, tree = self._compared(tree, self._side(outcome.target))
            except QuizprepError:
                return replace(outcome, comparison=_in_doubt(outcome.comparison, doubt))
            if comparison.verdict != "equivalent":
                if head.arguments:  # σ(z): what it is a letter for is not certain
                    comparison = _in_doubt(comparison, doubt)
                return replace(
                    outcome, side=replace(tree, span=head.span), tree=tree, comparison=comparison, convention=None
                )
        return outcome

    def _value_named(self, head: Head, aim: Target, own: Sequence[Given]) -> Node | None:
        """The value of a side that is a name; None of another name of what the line states, and of one not known."""
        names, proof = self.names, self.proof
        step = step_named(head, proof, names)
        if head.value is None and (step is None or head.index or head.derivative):
            return None
        stated = aim.step or self.asked
        again = step == stated or (names.find(head.name) != head.name and f"{names.find(head.name)}_next" == stated)
        if again and aim.by is None and head.power == 1 and not head.negative:
            return None
        tree = head.value or Symbol(step, span=head.span)
        if isinstance(tree, Symbol) and step:
            tree = Symbol(step, span=head.span)  # Precision, p_i
        given = {each.name for each in own}
        spelled = {name: names.find(name) for name in free_symbols(tree) if name not in given}
        if not all(name in proof.symbols or name in proof.steps for name in spelled.values()):
            return tree if head.arguments else None  # σ(z_i) beside softmax: has no value here, which is a doubt
        return behind(own, substitute(tree, {name: Symbol(known) for name, known in spelled.items() if known != name}))

    def _shown(self, head: Head) -> str:
        return self.text[slice(*head.span)].strip() or rendered(Symbol(head.name), self.reference.names)

    def _held(self, line: _Line, aim: Target, own: Sequence[Given], only_whether: bool = False) -> _Outcome:
        """The first side of a line that departs from a target, else its first side."""
        against = self._side(aim)
        first: _Outcome | None = None
        for side in self._stating(line.statement):
            tree = behind(own, side)
            if aim.by is None:
                self.reference.allow(tree, aim.step or self.asked)
            comparison, tree = self._compared(tree, against, only_whether)
            outcome = _Outcome(line, side, tree, aim, comparison)
            if comparison.verdict != "equivalent":
                return outcome
            first = first or outcome
        return first

    def _stating(self, statement: Statement) -> tuple[Node, ...]:
        """The sides but for a first one that only names the result: ``LN(x)`` of layer normalisation."""
        head, sides = statement.head, statement.sides
        if head is None or len(sides) < 2 or not isinstance(sides[0], Call):
            return sides
        if len(sides[0].arguments) != len(head.arguments):
            return sides
        words = self.proof.id.split("-")
        named = "_".join(words).startswith(sides[0].function) or head.name.lower() == "".join(word[0] for word in words)
        plain = all(isinstance(argument, Symbol) for argument in (*head.arguments, *sides[0].arguments))
        return sides[1:] if plain and named else sides

    def _conventions(self, aim: Target) -> list[Mistake]:
        """Other conventions that texts have for a step."""
        stated = aim.step or self.asked
        base = aim.tree.left if isinstance(aim.tree, Binary) and aim.tree.operator == "^" else aim.tree
        if aim.by is not None or base != Symbol(stated):
            return []
        listed = [entry for entry in self.proof.mistakes if (entry.of or self.proof.result) == stated]
        return [entry for entry in listed if entry.variant and not (entry.special and self.is_asked)]

    def _side(self, aim: Target) -> Side:
        if aim.by is not None:
            return self.reference.gradient(aim.by, aim.tree)
        return self.reference.side(aim.tree.name) if isinstance(aim.tree, Symbol) else self.reference.student(aim.tree)

    def _compared(self, tree: Node, side: Side, only_whether: bool = False) -> tuple[Comparison, Node]:
        """The comparison under the reading of the products that fits: linear algebra first, then element by element."""
        first: tuple[Comparison, Node] | None = None
        for reading in self._readings(tree):
            try:
                comparison = self._comparison(reading, side, only_whether)
            except FormulaError:
                if first is None:
                    raise
                break  # only the first reading fits
            if comparison.verdict == "equivalent":
                return comparison, reading
            if first is None or (first[0].tier == "shape" and comparison.tier != "shape"):
                first = comparison, reading
        return first

    def _readings(self, tree: Node) -> Iterator[Node]:
        from quizprep.formula.compute.arrays import elementwise

        yield tree
        other = elementwise(tree, self.reference.points.values)
        if other is not tree:
            yield other

    def _comparison(self, tree: Node, side: Side, only_whether: bool = False) -> Comparison:
        """As :func:`compare`; shapes that do not fit inside the formula are a difference, with the place as reason."""
        from quizprep.judge.compare import Comparison, compare

        space, points = self.reference.space, self.reference.points
        try:
            student = self.reference.student(tree)
            only_whether = only_whether or not self.explain
            return compare(student, side, space, seed=self.reference.seed, only_whether=only_whether)
        except (NoValueError, TooMuchWorkError):
            raise
        except FormulaError as error:
            if space.scalar:
                raise
            return Comparison(
                "different", "shape", 0, None, error.said, points=points, expected=side.evaluate(points.values)
            )

    def _unexplained(self, outcome: _Outcome) -> _Outcome:
        """A difference for which there is no reason, as a doubt where the name of its line is at fault:

        one that is a step's may be the author's for something else, in a program whose result is right.
        """
        line, last = outcome.line, self.lines[-1]
        if last is line or last.target is None or outcome.target.step is None:
            return outcome
        if self._judge(last, last.target, self._own(len(self.lines) - 1)).verdict != "equivalent":
            return outcome
        label = rendered(Symbol(outcome.target.step), self.reference.names)
        doubt = Text(
            f"The result is right, but line {line.number} gives {label} another meaning than the proof: rename it.",
            ko=f"결과는 맞지만 {line.number}번째 줄의 {label}: 증명과 뜻이 다릅니다. 다른 이름을 쓰세요.",
        )
        return replace(outcome, comparison=_in_doubt(outcome.comparison, doubt))

    def _of_another_step(self, outcome: _Outcome, explained: bool) -> _Outcome | None:
        """The doubt about a formula that is right for another step, under no name or a result's: what is it to be?

        None about one without a name which no slip from the result explains: it is that step, and is said to be.
        Where a question asks for a step, a formula without a name is an answer to that.
        """
        line, head = outcome.line, outcome.line.statement.head
        if self.gradient is not None or line is not self.lines[-1]:
            return None
        if head is not None and (self.is_asked or not called_as_a_result(head) or self._is_spelled(head)):
            return None
        if explained and outcome.comparison.tier == "shape":  # -sum(p) log p is no step, though Σp = 1
            return None
        other = self._of_a_step(line, self._own(len(self.lines) - 1))
        if other is None or other.target.step is None:
            return None
        whole = not any(each.statement.unread for each in self.lines)
        if head is None and whole and not explained and not self.is_asked:
            return other  # no slip from the result leads there, so the step is meant
        doubt = another_step(other.target.step, self.asked, self.reference)
        return replace(other, comparison=_in_doubt(other.comparison, doubt))

    def _another_length(self, outcome: _Outcome) -> Doubt | None:
        """The doubt about a letter that counts entries here, and with which the formula is right for something else:

        ``\\sqrt n`` with n for the size of the keys, where the proof has n queries. A question says what it means.
        """
        reference, used = self.reference, set(free_symbols(outcome.tree))
        scalars = [name for name, value in reference.points.values.items() if value.ndim == 1]
        lengths = [name for name in scalars if len(name) == 1 and name not in {*self.proof.symbols, *self.proof.steps}]
        allowed = reference.before(outcome.target.step or self.asked) - used
        rights = [
            outcome.target.tree,
            *(self.proof.formula(each.formula) for each in self._conventions(outcome.target)),
        ]
        for name in () if self.is_asked or outcome.target.by else lengths:
            for meant in [other for other in scalars if other in allowed and is_letter(other)] if name in used else ():
                tree = substitute(outcome.tree, {name: Symbol(meant)})
                if any(self._equals(tree, right) for right in rights):
                    return another_length(name, meant)
        return None

    def _is_spelled(self, head: Head) -> bool:
        """Whether a name says of itself which quantity it is: a step of the proof, F of the F-score."""
        own = quantities_called(self.asked) | quantities_called(self.proof.id)
        letter = quantities_of_letter(head.name, own)
        return head.name in self.proof.steps or bool(quantities_called(head.name) or letter)

    def _is_doubted_anyway(self, outcome: _Outcome) -> bool:
        """Whether a difference is never told: a name was guessed, and the line says of itself which step it is."""
        return self.reading.guessed and outcome.line.statement.head is not None

    def _is_entrywise(self, outcome: _Outcome) -> bool:
        """Whether a formula in letters of the author's own has one value for each entry, or sample."""
        return outcome.comparison.tier == "shape" and bool(self.read_with)

    def _doubted(self, outcome: _Outcome) -> _Outcome:
        """A difference without a reason, as a doubt where the formula itself may have been read otherwise than meant:

        it has another shape, or a name could stand for something else as well.
        """
        if outcome.verdict != "different":
            return outcome
        said, statement = outcome.comparison.statement, outcome.line.statement
        bare = statement.head is None and statement.over and not self.read_with  # P_i log(P_i/Q_i), without its sum
        if outcome.comparison.tier == "shape" and not bare:
            doubt = Doubt(
                Text(
                    f"{said['en']} Are the shapes meant so? Write it for one sample, with the shapes of the proof.",
                    ko=f"{said['ko']} 증명과 같은 모양으로, 표본 하나에 대한 식으로 적어 주세요.",
                )
            )
        elif not self.only:
            doubt = NOT_SO_READ
        else:
            return outcome
        return replace(outcome, comparison=_in_doubt(outcome.comparison, *doubt))

    def _stated(self, aim: Target) -> str | None:
        """What was stated, where that is not the result."""
        if aim.by is not None and self.gradient is None:
            return self.reference.label(aim.step or self.proof.result, aim.by)
        stated = aim.step or (self.asked if aim.tree == Symbol(self.asked) else None)
        return None if stated == self.proof.result else stated

    # What is said of it

    def _reason(
        self, outcome: _Outcome, found: Diagnosis | None, blamed: tuple[_Line, Mistake] | None
    ) -> Diagnosis | None:
        """Why a line departs; in a program with its number, which may be that of a line before it."""
        from quizprep.judge.diagnose import Diagnosis

        if len(self.lines) == 1 or self.gradient is not None:
            return found
        if blamed is not None:
            line, entry = blamed
            label = rendered(Symbol(line.statement.head.name), self.reference.names)
            return Diagnosis("line", departs(line.number, label, "", entry.text))
        if outcome.target.step is None:
            return found
        label = rendered(Symbol(outcome.target.step), self.reference.names)
        example = outcome.comparison.counterexample
        values = ""
        if found is None and example is not None and not isinstance(example.expected, list):
            values = f" ({example.yours} ≠ {example.expected})"
        return Diagnosis("line", departs(outcome.line.number, label, values, found and found.text))

    def _mistaken(self, departing: _Line) -> tuple[_Line, Mistake] | None:
        """The first line under a name of the author's own that has one of the mistakes which the proof knows."""
        for place, line in enumerate(self.lines):
            if line is departing:
                return None
            if line.target is None:
                tree = behind(self._own(place), line.statement.sides[0])
                for entry in self.proof.mistakes:
                    if self._equals(tree, self.proof.formula(entry.formula)):
                        return line, entry
        return None

    def _equals(self, tree: Node, other: Node) -> bool:
        try:
            return self._comparison(tree, self.reference.student(other), True).verdict == "equivalent"
        except QuizprepError:
            return False

    def _diagnosed(self, outcome: _Outcome) -> Diagnosis | None:
        with uncounted():
            from quizprep.judge.diagnose import diagnose

        aim = outcome.target
        step = aim.step or self.asked
        label = self.reference.label(step, aim.by)
        plain = isinstance(aim.tree, Symbol)
        return diagnose(
            outcome.tree,
            self._side(aim),
            self.reference.space,
            outcome.comparison,
            label=Text(label, ko=label),
            mistakes=self.reference.mistakes(step, free_symbols(outcome.tree)) if plain and aim.by is None else (),
            symbols=self.reference.mentionable(outcome.tree, step),
            right=[substitute(aim.tree, {step: way}) for way in self.reference.ways(step)] if aim.by is None else (),
            names=self.reference.names,
            side=self.reference.student,
        )

    def _other_names(self, outcome: _Outcome) -> list[Text]:
        """That a side which is no more than a name the proof does not know, ``q²``, is taken to name the result."""
        own = self._own(self.lines.index(outcome.line))
        unknown = [
            head
            for head in outcome.line.statement.heads[1:]
            if step_named(head, self.proof, self.names) is None and self._value_named(head, outcome.target, own) is None
        ]
        if not unknown:
            return []
        shown = ", ".join(f"`{self._shown(head)}`" for head in unknown)
        return [Text(f"Taken for another name of it: {shown}.", ko=f"다른 이름으로 본 것: {shown}.")]

    def _notes(self, outcome: _Outcome) -> list[Text]:
        """What has to be said besides the verdict: what was read how, and which side or line it is about."""
        statement, step = outcome.line.statement, outcome.target.step
        notes = read_with(self.read_with)
        if outcome.verdict == "equivalent":
            plain = self.reading.plain
            notes += only_at({name: meant for name, meant in self.read_with.items() if name not in plain})
            notes += [*as_usual(plain), *may_be_any_number(self.reading.unmatched)]
            notes += self._other_names(outcome)
        if outcome.verdict == "different" and len({*statement.sides, outcome.side}) > 1:
            shown = self.text[slice(*outcome.side.span)].strip() or rendered(outcome.side, self.reference.names)
            notes.append(Text(f"The side `{shown}` departs.", ko=f"`{shown}` 쪽이 다릅니다."))
        head, names = statement.head, self.names
        named = head is not None and step_named(head, self.proof, names) is not None
        if step not in (None, self.asked) and not named and outcome.verdict == "equivalent":
            notes.append(is_the_step(step, self.asked, self.proof))
        if statement.approximate:
            notes.append(Text("`≈` is read as `=`.", ko="`≈` 기호는 `=` 기호로 읽었습니다."))
        return notes


def _in_doubt(comparison: Comparison, said: Text, remedy: Text | None = None) -> Comparison:
    return replace(comparison, verdict="undecided", statement=said, remedy=remedy, counterexample=None)
