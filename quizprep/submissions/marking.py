"""What an answer is worth: the rules of docs/grading.md. Imports torch where a question's proof has to be run.

Every answer is judged by what judges it in a quiz: formulas and code by :mod:`quizprep.judge`, derivations by
:mod:`quizprep.derivation`, everything else by the question's kind. What is special to marks stands here.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quizprep import engine, proofs
from quizprep.errors import AuthorError, LearnerError, QuizprepError
from quizprep.formula_question import formula_question
from quizprep.judging import Judging
from quizprep.kinds.kind import Graded, Input, Kind
from quizprep.question import Question
from quizprep.submissions.follow_on import own_proofs, own_results
from quizprep.submissions.tasks import Marks, Task
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.judge.judgement import Verdict
    from quizprep.proofs import Proof
    from quizprep.worked import Posed

SLIP = 0.5  # marks of a formula that one small change puts right,
SLIPS = ("sign", "brackets", "factor", "offset")  # of these kinds; a mistake that the proof names is none
KEPT = 256  # questions on their numbers that a process keeps
NAMED = 4096  # names of questions and proofs of which it keeps what they are
KINDS = ("formula", "number", "derivation", "code")


class UnmarkableError(LearnerError):
    """A row that cannot be marked whatever its answer is: it names no question that there is, say."""


def needs_torch(deck: Deck, asked: Iterable[tuple[str, str]]) -> bool:
    """Whether any answer, to a question or proof of this name and of this kind, is judged by what torch computes."""
    kinds = {entry.id: (entry.kind, entry.proof) for entry in deck.index()}
    known = proofs.discover()
    for name, kind in asked:
        if name not in kinds and name not in known:  # a former name, or one without its pack
            with suppress(LearnerError):
                name = deck.question(name).id
        own, proof = kinds.get(name, ("formula", name))
        declared = known.get(proof)
        by_formulas = (kind or own) in ("formula", "code", "derivation")
        if declared is not None and declared.place is None and not (by_formulas and declared.formulas is not None):
            return True
    return False


class Marker:
    """Marks the answers to questions of a deck, and to proofs."""

    def __init__(self, deck: Deck, language: str) -> None:
        self._deck, self._language = deck, language
        self._posed = functools.lru_cache(maxsize=KEPT)(self._pose)
        self._named = functools.lru_cache(maxsize=NAMED)(self._find)  # to look a name up takes longer than to judge

    def mark(self, task: Task) -> Marks:
        """What the answer is worth; whatever is wrong with the row or the answer is said in the marks."""
        try:
            question, proof = self._asked(task)
            if not task.answer.strip():
                return Marks("blank", 0.0)
            return self._marked(question, proof, task)
        except QuizprepError as error:
            fault = isinstance(error, UnmarkableError | AuthorError)
            reason = error.said[self._language].splitlines()[0]
            return Marks("not judged" if fault else "unreadable", reason=reason)

    # What is asked

    def _asked(self, task: Task) -> tuple[Question, Proof]:
        """The question and its proof; one that asks for the formula where a proof alone is named."""
        found = self._named(task.question, task.proof)
        if found is None:
            name = task.proof or task.question
            said = Text(f"there is no question and no proof `{name}`", ko=f"`{name}` 문제나 증명이 없습니다")
            raise UnmarkableError(said)
        return found

    def _find(self, question: str, name: str) -> tuple[Question, Proof] | None:
        """What is asked under these names; None for nothing."""
        if self._is_question(question) and any(self._deck.select([question])):
            asked = self._deck.question(question)
            return asked, proofs.get(asked.proof, asked.chapter)
        name = name or question
        proof = proofs.discover().get(name)
        return None if proof is None else (formula_question(name, proof, None), proof)

    def _is_question(self, name: str) -> bool:
        try:
            return bool(name) and bool(self._deck.question(name))
        except LearnerError:
            return False

    def _pose(self, question: str, seed: int) -> Posed:
        from quizprep.worked import pose

        found = self._deck.question(question)
        if engine.needed(proofs.get(found.proof, found.chapter)):
            engine.ready()
        return pose(found, seed, self._language)

    def _numbers(self, question: Question, task: Task) -> Posed:
        """The question on the numbers that the student saw."""
        if question.id not in {entry.id for entry in self._deck.index()}:
            raise UnmarkableError(
                Text(
                    "a number is judged on a question's numbers: name a question and its variant or seed",
                    ko="수는 문제의 수로 판정합니다. 문제와 시험지나 시드를 적으세요",
                )
            )
        if task.seed is None and (question.params or question.kind.versions > 1):
            raise UnmarkableError(
                Text(
                    "its numbers are drawn: say which with `seed`, or with `variant` and --paper",
                    ko="수를 뽑는 문제입니다. `seed`를 적거나 `variant`와 --paper로 알려 주세요",
                )
            )
        posed = self._posed(question.id, task.seed or 0)
        if task.shown and digest_of(posed) != task.shown:
            raise UnmarkableError(
                Text(
                    "the question has changed since the paper was written",
                    ko="시험지를 만든 뒤에 문제가 바뀌었습니다",
                )
            )
        return posed

    def _step(self, proof: Proof, part: str) -> str:
        """The step that a part names."""
        named = {alias: name for name, step in proof.steps.items() for alias in step.aliases}
        name = part if part in proof.steps else named.get(part, "")
        if not name:
            there = ", ".join(proof.steps)
            raise UnmarkableError(
                Text(
                    f"{proof.id} has no step `{part}`; there are {there}", ko=f"`{part}` 단계가 없습니다. 단계: {there}"
                )
            )
        return name

    # What it is worth

    def _marked(self, question: Question, proof: Proof, task: Task) -> Marks:
        own = question.kind.name
        kind = task.kind or ("number" if task.part and own == "number" else own)
        if kind in ("formula", "code"):
            return self._formula(question, proof, task, kind)
        if kind == "derivation" and own != "derivation":
            return self._derivation(proof, task)
        if kind == "number" and own != "number":
            return self._number(question, proof, task, _number_kind(self._step(proof, task.part or proof.result)))
        if kind != own:
            raise UnmarkableError(
                Text(
                    f"`{kind}` is no kind of answer to a question of kind {own}", ko=f"{own} 문제의 답이 아님: `{kind}`"
                )
            )
        if kind == "number":
            asked = _number_kind(self._step(proof, task.part)) if task.part else question.kind
            return self._number(question, proof, task, asked)
        return self._other(question, proof, task)

    def _other(self, question: Question, proof: Proof, task: Task) -> Marks:
        """An answer to a question that is picked, ticked, sorted or typed."""
        if question.kind.hidden:
            raise UnmarkableError(Text("this is for you to mark", ko="직접 채점해야 하는 문제입니다"))
        posed = self._numbers(question, task)
        value = _reply(posed, task.answer)
        graded = posed.question.kind.grade(posed.asked, value, posed.facts, Judging(proof, "cpu", self._language))
        return self._of_grade(posed, graded)

    def _number(self, question: Question, proof: Proof, task: Task, kind: Kind) -> Marks:
        posed = self._numbers(question, task)
        judging = Judging(proof, "cpu", self._language)
        graded = kind.grade(posed.asked, task.answer, posed.facts, judging)
        marks = self._of_grade(replace(posed, question=replace(posed.question, kind=kind)), graded)
        if graded.credit == 1:
            return marks
        for results in own_results(posed, task, self._step):
            again = kind.grade(posed.asked, task.answer, replace(posed.facts, results=results), judging)
            if again.credit == 1 and again.expected != graded.expected:
                from quizprep.formatting import value

                shown = value(again.expected)
                reason = Text(
                    f"Right with the student's own value of an earlier part, which gives {shown}.",
                    ko=f"앞에서 자신이 구한 값으로는 맞습니다({shown}).",
                )
                return replace(marks, verdict="follow-on", marks=1.0, mistake="", reason=reason[self._language])
        return marks

    def _of_grade(self, posed: Posed, graded: Graded) -> Marks:
        from quizprep.worked import in_words

        worked = in_words(posed, graded)
        credit = round(graded.credit, 4)
        verdict = "right" if credit == 1 else "partly" if credit else "wrong"
        reason = worked.mistake or (
            "" if credit == 1 else posed.question.kind.partly(worked.attempt, credit, self._language)
        )
        named = {mistake.name for mistake in posed.proof.mistakes}
        mistake = graded.mistake if graded.mistake in named else ""
        return Marks(verdict, credit, mistake or "", reason, expected=worked.expected)

    def _formula(self, question: Question, proof: Proof, task: Task, kind: str) -> Marks:
        step = self._step(proof, task.part or getattr(question.kind, "answer", None) or proof.result)
        if kind != "code":
            return self._of_formula(proof, step, task, task.answer)
        from quizprep.submissions.python_lines import as_formula

        try:
            code = as_formula(task.answer)
        except LearnerError as error:  # it may well be right: nobody has read it
            return Marks("not judged", reason=error.said[self._language])
        marks = self._of_formula(proof, step, task, code.text)
        return replace(marks, reason=code.as_written(marks.reason), read_as=code.as_written(marks.read_as))

    def _of_formula(self, proof: Proof, step: str, task: Task, text: str) -> Marks:
        marks = self._of_verdict(proof, step, text)
        if marks.verdict not in ("wrong", "partly"):
            return marks
        for own in own_proofs(proof, step, task, self._step):
            if self._verdict(own, step, text).verdict == "equivalent":
                reason = Text(
                    "Right with the student's own formula of an earlier part.",
                    ko="앞에서 자신이 구한 식으로는 맞습니다.",
                )
                return replace(marks, verdict="follow-on", marks=1.0, mistake="", reason=reason[self._language])
        return marks

    def _verdict(self, proof: Proof, step: str, text: str) -> Verdict:
        from quizprep.judge.against_proof import check_formula

        if proof.formulas is None:
            engine.ready()
        verdict = check_formula(proof, text, step=step, language=self._language)
        if verdict.verdict == "equivalent" and verdict.step is not None and verdict.step not in proof.steps:
            # it states a derivative: is that what is asked for?
            verdict = check_formula(proof, text.rpartition("=")[2], step=step, language=self._language)
        return verdict

    def _of_verdict(self, proof: Proof, step: str, text: str) -> Marks:
        verdict = self._verdict(proof, step, text)
        expected = _shown_step(proof, step)
        read_as = verdict.read_as or ""
        if verdict.verdict == "equivalent":
            stated = verdict.step or proof.result
            if stated == step:
                convention = verdict.convention or ""
                return Marks("right", 1.0, reason=convention, expected=expected, read_as=read_as)
            reason = Text(
                f"That is right for {stated}; {step} is asked for.",
                ko=f"{stated}의 식으로는 맞습니다. 구할 것은 {step}입니다.",
            )
            return Marks("wrong", 0.0, "another-step", reason[self._language], expected=expected, read_as=read_as)
        if verdict.verdict == "different":
            diagnosis = verdict.diagnosis or {}
            mistake, example = diagnosis.get("kind", ""), verdict.counterexample
            named = {each.name for each in proof.mistakes}
            slip = mistake in SLIPS and mistake not in named and "repair" in diagnosis and example and example["inputs"]
            return Marks(
                "partly" if slip else "wrong",
                SLIP if slip else 0.0,
                mistake,
                diagnosis.get("text") or verdict.statement,
                example,
                expected,
                read_as,
            )
        return Marks(verdict.verdict, reason=verdict.statement, read_as=read_as)

    def _derivation(self, proof: Proof, task: Task) -> Marks:
        """A share of the lines: each that follows counts, and so does a last one that states the proof's formula."""
        from quizprep.submissions.line_accounts import account_for

        step = self._step(proof, task.part or proof.result)
        account = account_for(proof, step, task.answer, self._language)
        lines = [line for line in account.lines if line.status not in ("given", "start")]
        unknown = next((line for line in lines if line.status in ("undecided", "unreadable")), None)
        if unknown is not None or not lines:
            said = f"{unknown.line}: {unknown.statement}" if unknown else _NO_LINE[self._language]
            return Marks(unknown.status if unknown else "unreadable", reason=said)
        first, *others = account.readings
        end = self._of_verdict(proof, step, first)
        for reading in others:
            if end.verdict in ("unreadable", "undecided"):
                end = self._of_verdict(proof, step, reading)
        if end.marks is None:
            return replace(end, reason=f"{_END[self._language]} {end.reason}")
        follow = sum(line.status in ("follows", "holds") for line in lines)
        reached = end.verdict == "right"
        marks = round((follow + reached) / (len(lines) + 1), 4)
        verdict = "right" if marks == 1 else "partly" if marks else "wrong"
        wrong = account.first_wrong
        if wrong is None:
            reason = "" if reached else f"{_END[self._language]} {end.reason}"
            return replace(end, verdict=verdict, marks=marks, reason=reason)
        diagnosis = wrong.diagnosis or {}
        said = diagnosis.get("text") or wrong.statement
        at = Text(f"Line {wrong.line}: {said}", ko=f"{wrong.line}번째 줄: {said}")[self._language]
        return Marks(verdict, marks, diagnosis.get("kind", ""), at, wrong.counterexample, end.expected)


_NO_LINE = Text("There is no line that has to follow.", ko="따라 나와야 하는 줄이 없습니다.")
_END = Text("The last line is not what is asked for.", ko="마지막 줄이 구할 것이 아닙니다.")


def _number_kind(step: str) -> Kind:
    from quizprep.kinds.number import Number

    return Number(step)


def _shown_step(proof: Proof, step: str) -> str:
    from quizprep.formula.show.render import render

    tree = proof.step_formula(step)
    return step if tree is None else render(tree)


def digest_of(posed: Posed) -> str:
    """Of a question as it stands on a paper."""
    shown = "\0".join([posed.asked.prompt, *(option.text for option in posed.asked.options)])
    return hashlib.blake2b(shown.encode(), digest_size=8).hexdigest()


def _reply(posed: Posed, answer: str) -> Any:
    """An answer written on paper as a :class:`quizprep.question.Reply` has it: options by number, letter or text."""
    kind, options = posed.question.kind, posed.asked.options
    typed = " ".join(answer.split())
    if kind.input is Input.TYPE:
        return answer
    alike = [place for place, option in enumerate(options) if option.text.casefold() == typed.casefold()]
    if kind.input is Input.PICK:
        if len(alike) == 1:
            return alike[0]
        if typed.casefold() in kind.shortcuts:
            return kind.shortcuts[typed.casefold()]
    places = list(_places(typed))
    fits = places and all(0 <= place < len(options) for place in places) and len({*places}) == len(places)
    if not fits or (kind.input is Input.PICK and len(places) != 1):
        raise LearnerError(
            Text(f"the options have the numbers 1 to {len(options)}", ko=f"보기의 번호는 1–{len(options)}입니다")
        )
    if kind.input is Input.PICK:
        return places[0]
    if kind.input is Input.SORT and len(places) != len(options):
        raise LearnerError(
            Text(f"the order has {len(options)} numbers", ko=f"순서에는 번호가 {len(options)}개 있어야 합니다")
        )
    return tuple(sorted(places) if kind.input is Input.TICK else places)


def _places(typed: str) -> Iterator[int]:
    """The numbers that were written, from 0: ``2 1 3``, ``2,1,3`` or ``213``."""
    parts: Sequence[str] = typed.replace(",", " ").replace(";", " ").replace(">", " ").replace("→", " ").split()
    if len(parts) == 1 and parts[0].isdecimal() and parts[0].isascii():
        parts = list(parts[0])
    for part in parts:
        yield int(part) - 1 if part.isdecimal() and part.isascii() and len(part) < 4 else -1
