"""``derivation``: a derivation with a line missing, which is typed, or with one that does not follow, which is picked.

The steps are those of the content; a missing line is any that follows from the one before it and that the next one
follows from (:mod:`quizprep.derivation`), and not the one that the author had in mind alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep.errors import LearnerError, UndecidedError
from quizprep.frozen import frozen
from quizprep.kinds.kind import TYPED, Graded, Input, Judge, Kind, Steps, Words, graded_pick
from quizprep.question import Asked, Attempt, Option
from quizprep.text import Text
from quizprep.values import Computed

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof

GAP = "…"
LEAST, MOST = 3, 9  # steps; each has a digit


@frozen
class Derivation(Kind):
    name: ClassVar[str] = "derivation"
    required: ClassVar[Mapping[str, str]] = {"steps": "list the lines of the derivation"}
    optional: ClassVar[tuple[str, ...]] = ("given", "missing", "wrong", "instead")
    drawn: ClassVar[bool] = False

    steps: tuple[str, ...] = ()  # all of them right
    place: int = 0  # of the line that is missing or wrong, from 0
    instead: str | None = None  # what stands there where the line is wrong; None where it is missing
    given: str = ""  # what is granted: `x > 0, w vector[d]`

    @property
    def input(self) -> Input:  # type: ignore[override]  # of a question, not of the kind: one line is typed, one picked
        return Input.TYPE if self.instead is None else Input.PICK

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        steps = check.words("steps", cls.required["steps"])
        if steps and not LEAST <= len(steps) <= MOST:
            check.refuse(check.line("steps"), f"there are {len(steps)} steps", f"write {LEAST} to {MOST} of them")
        places = [name for name in ("missing", "wrong") if check.entry.get(name) is not None]
        if len(places) != 1:
            problem = "a derivation has one line that is `missing` or `wrong`"
            check.refuse(check.line("steps"), problem, "write the number of that step as `missing: 2` or as `wrong: 2`")
            return
        (which,) = places
        number = check.entry[which]
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= max(1, len(steps)):
            check.refuse(check.line(which), f"`{which}` is no number of a step", "write e.g. 2")
        instead = check.entry.get("instead")
        if (which == "wrong") != isinstance(instead, str):
            advice = "write the wrong line as `instead`" if which == "wrong" else "leave `instead` out"
            check.refuse(check.line("instead"), f"`instead` does not fit `{which}`", advice)
        if not isinstance(check.entry.get("given", ""), str):
            check.refuse(check.line("given"), "`given` is no text", "write it as `x > 0, w vector[d]`")

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        number = entry.get("missing") or entry.get("wrong") or 1
        return cls(tuple(entry["steps"]), number - 1, entry.get("instead"), entry.get("given") or "")

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(map(_formula, (*self.steps, *filter(None, (self.instead,)))))

    @property
    def derivation(self) -> Steps:
        return Steps(self.steps, self.given, self.place, self.instead)

    def menu(self, facts: Facts, words: Words) -> list[Option]:
        shown = [*self.steps]
        shown[self.place] = self.instead or GAP
        return [Option(GAP if line == GAP else words(_formula(line)), correct=False) for line in shown]

    def key(self, facts: Facts) -> Sequence[int]:
        return (self.place,)

    def keys(self, count: int, *, shown: bool) -> Sequence[Text]:
        if self.input is Input.TYPE:
            return (TYPED,)
        return (Text(f"1–{count} the first line that does not follow", ko=f"1–{count} 처음으로 틀린 줄 고르기"),)

    def names(self, proof: Proof) -> Collection[str]:
        return (*proof.symbols, "e")  # Euler's number

    def grade(self, asked: Asked, reply: Any, facts: Facts, judge: Judge) -> Graded:
        if self.instead is not None:
            return graded_pick(asked, reply)
        expected = self.steps[self.place]
        if reply is None:
            return Graded(None, expected, 0.0)
        typed = _with_sign(reply.strip(), expected)
        for neighbour in (self.steps[self.place - 1], *self.steps[self.place + 1 : self.place + 2]):
            if _bare(typed) == _bare(neighbour):
                raise LearnerError(
                    Text(
                        "That line stands there already: write what leads from the one before to the one behind.",
                        ko="이미 있는 줄입니다. 앞줄에서 뒷줄로 이어지는 식을 적으세요.",
                    )
                )
        verdict = judge.step(typed, self.derivation)
        if verdict.verdict == "unreadable":
            raise LearnerError("\n".join(filter(None, (verdict.statement, verdict.caret))))
        if verdict.verdict == "undecided":
            raise UndecidedError(verdict.statement)
        right = verdict.verdict == "equivalent"
        return Graded(reply.strip(), expected, float(right), None if right else (verdict.diagnosis or {}).get("text"))

    def expected_text(self, attempt: Attempt, computed: Computed, proof: Proof) -> str:
        from quizprep.formula.show.prose import render_text

        return render_text(_formula(self.steps[self.place])["en"])


def _formula(line: str) -> Text:
    return Text(f"${line}$")


def _bare(line: str) -> str:
    """A line without its relation sign and its spaces, to tell whether it is the same."""
    return "".join(line.split()).lstrip("=≤≥<>")


def _with_sign(typed: str, expected: str) -> str:
    """What was typed, with the relation sign of the line where it was left out."""
    if "=" in typed or any(sign in typed for sign in "≤≥"):
        return typed
    sign = "".join(itertools.takewhile(lambda character: character in "=≤≥<> ", expected))
    return f"{sign}{typed}"
