"""``order``: arrange items; the right order follows from the proof, or is the one of the content file by definition."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep.frozen import frozen
from quizprep.kinds import fields
from quizprep.kinds.kind import Graded, Input, Judge, Kind, Words, texts_of
from quizprep.question import Asked, Attempt, Option
from quizprep.text import Text, with_particle
from quizprep.values import Computed

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof

ARROW = " → "


@frozen
class Item:
    """One item, sorted by ``value`` (ascending) or by its proof step; by definition where it has neither."""

    text: Text
    value: str | None = None
    step: str | None = None


@frozen
class Order(Kind):
    name: ClassVar[str] = "order"
    input: ClassVar[Input] = Input.SORT
    required: ClassVar[Mapping[str, str]] = {"items": "list what is to be put in order"}
    stated: ClassVar[Mapping[str, str]] = required
    shuffled: ClassVar[bool] = True

    items: tuple[Item, ...] = ()

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        if check.stated:
            for item, line in check.parts("items", least=2):
                check.text(item, line, "an item")
            return
        steps: dict[str, int] = {}
        by_value = False
        for item, line in check.parts("items", least=2):
            check.text(item, line, "an item", beside=("value", "step"))
            if not isinstance(item, dict):
                continue
            if ("value" in item) == ("step" in item):
                check.refuse(line, "an item needs one of `value` and `step`", "write what it is sorted by")
            elif "value" in item:
                by_value = True
                check.expression(item["value"], fields.line_of(item, "value"), "`value` of an item")
            elif check.step(item["step"], fields.line_of(item, "step"), "step"):
                if item["step"] in steps:
                    check.refuse(
                        fields.line_of(item, "step"), f"the step `{item['step']}` is listed twice", "remove one"
                    )
                steps.setdefault(item["step"], fields.line_of(item, "step"))
        if by_value and steps:
            problem = "some items have `value` and some have `step`"
            check.refuse(check.line("items"), problem, "sort all of them by one of the two")
        elif steps and check.proof:
            _check_forced(check, check.proof, steps)

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        return cls(
            tuple(
                Item(fields.text(each), fields.expression(each.get("value")), each.get("step"))
                for each in entry["items"]
            )
        )

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(item.text for item in self.items)

    def asks(self, proof: Proof) -> tuple[str, ...]:
        return tuple(asked for item in self.items if (asked := item.value or item.step))

    def menu(self, facts: Facts, words: Words) -> list[Option]:
        return [Option(words(item.text), correct=False) for item in self.items]

    def key(self, facts: Facts) -> Sequence[int]:
        steps = list(facts.proof.steps)
        if not steps:  # a definition
            return range(len(self.items))
        ranks = [steps.index(item.step) if item.step else facts.value(item.value or "") for item in self.items]
        return sorted(range(len(ranks)), key=ranks.__getitem__)

    def problem(self, asked: Asked, facts: Facts) -> str:
        ranks = [facts.value(item.value) for item in self.items if item.value]
        if len(set(ranks)) < len(ranks):
            return "two items have the same value, so their order is not forced; narrow `params`"
        return ""

    def keys(self, count: int, *, shown: bool) -> Sequence[Text]:
        return (Text(f"1–{count} in the right order, then Enter", ko=f"번호(1–{count})를 올바른 순서로 누르고 Enter"),)

    def grade(self, asked: Asked, reply: tuple[int, ...] | None, facts: Facts, judge: Judge) -> Graded:
        expected = _texts(asked, asked.key)
        if reply is None:
            return Graded(None, expected, 0.0)
        return Graded(_texts(asked, reply), expected, _share_in_order(reply, asked.key))

    def given_text(self, attempt: Attempt) -> str:
        return ARROW.join(texts_of(attempt.given))

    def expected_text(self, attempt: Attempt, computed: Computed, proof: Proof) -> str:
        return ARROW.join(texts_of(attempt.expected))

    def partly(self, attempt: Attempt, credit: float, language: str) -> str:
        """Where the order departs from the right one."""
        pairs = zip(texts_of(attempt.given), texts_of(attempt.expected), strict=False)
        found = next(((place, mine, right) for place, (mine, right) in enumerate(pairs, 1) if mine != right), None)
        if found is None:
            return ""
        place, mine, right = found
        there, due = (with_particle(f"‘{text}’", "이(가)") for text in (mine, right))
        said = Text(
            f"It departs at place {place}: “{mine}” stands where “{right}” belongs.",
            ko=f"{place}번째부터 다릅니다: {due} 올 자리에 {there} 있습니다.",
        )
        return said[language]


def _texts(asked: Asked, positions: Sequence[int]) -> tuple[str, ...]:
    return tuple(asked.options[position].text for position in positions)


def _share_in_order(given: Sequence[int], key: Sequence[int]) -> float:
    """The share of pairs that stand in the right order (Kendall's tau, from 0 to 1); 1 for the key alone."""
    right = set(itertools.combinations(key, 2))
    return len(right & set(itertools.combinations(given, 2))) / len(right)


def _check_forced(check: FieldCheck, proof: Proof, lines: Mapping[str, int]) -> None:
    """Each item's step must need the step before it: else there would be several right orders."""
    needed: dict[str, set[str]] = {}  # a step → itself and every step it needs, directly or not
    for name in proof.steps:
        direct = check.needs_of_step(name, lines.get(name, check.line("items")))
        needed[name] = {name}.union(*(needed.get(other, ()) for other in direct))
    listed = [name for name in proof.steps if name in lines]
    for earlier, later in itertools.pairwise(listed):
        if earlier not in needed[later]:
            problem = f"step `{later}` does not need step `{earlier}`, so either may come first"
            check.refuse(lines[later], problem, "leave one out")
