"""``choice``: pick one of several options; each is a result, a mistake, or a text with a condition.

Where the answer is a definition, all are texts, and one of them is marked as right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep import formatting
from quizprep.frozen import frozen
from quizprep.kinds import fields
from quizprep.kinds.fields import describe, shorten
from quizprep.kinds.kind import Graded, Input, Judge, Kind, Words, graded_pick
from quizprep.nearest import did_you_mean
from quizprep.question import Asked, Option
from quizprep.text import Text

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof

SHOWN_DIGITS = 4  # significant digits of the numbers in a menu
LONGEST_QUOTED = 40  # characters of an option that is repeated in a message
_FORMS = "write {result: NAME}, {mistake: NAME} or {text: {en: ..., ko: ...}, when: CONDITION}"
_STATED_FORMS = "write {text: {en: ..., ko: ...}, right: true} once, and {text: ..., why: ...} for the others"
_BESIDE_TEXT = ("when", "why")


@frozen
class Alternative:
    """One option in the content: exactly one of the three ways to be right or wrong."""

    result: str | None = None  # name of a result: shows its value, and is the key
    mistake: str | None = None  # name of a mistake: shows the value it gives, and is wrong
    text: Text | None = None  # words, right exactly when ``when`` holds
    when: str | None = None
    why: Text | None = None  # why the text is wrong where it is
    right: bool = False  # that the text is right by definition

    def formula(self, proof: Proof) -> str:
        """The formula whose value is shown, where there is no text."""
        return self.result if self.result else proof.mistake(self.mistake or "").formula


@frozen
class Choice(Kind):
    name: ClassVar[str] = "choice"
    input: ClassVar[Input] = Input.PICK
    required: ClassVar[Mapping[str, str]] = {"choices": "list two or more options"}
    stated: ClassVar[Mapping[str, str]] = required
    shuffled: ClassVar[bool] = True
    computed_menu: ClassVar[bool] = True

    choices: tuple[Alternative, ...] = ()

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        if check.stated:
            _check_stated(check)
            return
        named: list[tuple[str, Any]] = []
        texts = 0
        for option, line in check.parts("choices", least=2):
            sort = _sort_of(check, option, line)
            if sort == "text":
                texts += 1
                _check_text(check, option)
            elif sort:
                if (sort, option[sort]) in named:
                    check.refuse(line, f"the {sort} `{shorten(option[sort])}` is listed twice", "remove one")
                named.append((sort, option[sort]))
                if sort == "result":
                    check.step(option["result"], fields.line_of(option, "result"), "result")
                else:
                    _check_mistake(check, option)
        results = sum(sort == "result" for sort, _ in named)
        if results > 1:
            problem = "several options are results, and a result is always right"
            check.refuse(check.line("choices"), problem, "keep one of them")
        if named and not results and not texts:
            problem = "all options are mistakes, so none is right"
            check.refuse(check.line("choices"), problem, "add a `result` or a `text` with `when`")

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        return cls(
            tuple(
                Alternative(
                    option.get("result"),
                    option.get("mistake"),
                    fields.text(option["text"]) if "text" in option else None,
                    option.get("when"),
                    fields.text(option["why"]) if "why" in option else None,
                    option.get("right", False),
                )
                for option in entry["choices"]
            )
        )

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(text for choice in self.choices for text in (choice.text, choice.why) if text)

    def asks(self, proof: Proof) -> tuple[str, ...]:
        return tuple(filter(None, (each.result or each.when for each in self.choices)))

    def menu(self, facts: Facts, words: Words) -> list[Option]:
        formulas = {place: each.formula(facts.proof) for place, each in enumerate(self.choices) if each.text is None}
        values = facts.menu_values(formulas) if formulas else {}
        return [
            Option(
                words(each.text) if each.text else formatting.value(values[place], SHOWN_DIGITS),
                correct=False,
                mistake=each.mistake,
                why=words(each.why) if each.why else "",
            )
            for place, each in enumerate(self.choices)
        ]

    def key(self, facts: Facts) -> Sequence[int]:
        return [
            place
            for place, each in enumerate(self.choices)
            if each.right or each.result or (each.when is not None and facts.holds(each.when))
        ]

    def problem(self, asked: Asked, facts: Facts) -> str:
        if len(asked.key) != 1:
            return f"{len(asked.key) or 'no'} options are right; exactly one must be: mend the `when` conditions"
        texts = [option.text for option in asked.options]
        if len(set(texts)) < len(texts):
            twice = next(text for text in texts if texts.count(text) > 1)
            what = "two options read the same" if len(twice) > LONGEST_QUOTED else f"two options read {twice}"
            return f"{what}; narrow `params` or add a `where`"
        if any(text in ("nan", "∞", "-∞") for text in texts):
            return "an option is not finite; narrow `params`"
        return ""

    def keys(self, count: int, *, shown: bool) -> Sequence[Text]:
        return (Text(f"1–{count} answer", ko=f"1–{count} 답 고르기"),)

    def grade(self, asked: Asked, reply: int | None, facts: Facts, judge: Judge) -> Graded:
        return graded_pick(asked, reply)


def _sort_of(check: FieldCheck, option: Any, line: int) -> str | None:
    """Whether an option is a result, a mistake or a text; None where it is not exactly one of them."""
    written = option if isinstance(option, dict) else {}
    sorts = [name for name in ("result", "mistake", "text") if name in written]
    if len(sorts) != 1:
        check.refuse(line, "an option must be exactly one of result, mistake and text", _FORMS)
        return None
    for name in written:
        if name != sorts[0] and not (sorts[0] == "text" and name in _BESIDE_TEXT):
            check.refuse(fields.line_of(option, name), f"`{shorten(name)}` does not belong beside `{sorts[0]}`", _FORMS)
    return sorts[0]


def _check_mistake(check: FieldCheck, option: Any) -> None:
    name, line = option["mistake"], fields.line_of(option, "mistake")
    if check.proof is None:
        return
    formulas = {mistake.name: mistake.formula for mistake in check.proof.mistakes}
    if not isinstance(name, str) or name not in formulas:
        advice = did_you_mean(name, formulas) or f"its mistakes are {', '.join(formulas) or 'none'}"
        check.refuse(line, f"proof `{check.proof.id}` has no mistake `{shorten(name)}`", advice)
    elif check.is_claim(formulas[name], line, f"mistake `{name}`"):
        problem = f"mistake `{name}` is a false claim and has no value to show"
        check.refuse(line, problem, "write a `text` with `when` instead")


def _check_text(check: FieldCheck, option: Any) -> None:
    check.text(option["text"], fields.line_of(option, "text"), "an option")
    if option.get("when") is None:
        advice = "write the condition under which this option is right"
        check.refuse(fields.line_of(option, "text"), "`when` of an option is missing", advice)
    else:
        check.condition(option["when"], fields.line_of(option, "when"), "`when` of an option")
    _check_why(check, option)


def _check_why(check: FieldCheck, option: Any) -> None:
    if "why" in option:
        check.text(option["why"], fields.line_of(option, "why"), "`why` of an option", sentence=True)


def _check_stated(check: FieldCheck) -> None:
    """Texts alone, and one that is marked as right."""
    right = 0
    for option, line in check.parts("choices", least=2):
        if not isinstance(option, dict) or "text" not in option or not option.keys() <= {"text", "why", "right"}:
            check.refuse(line, "an option of a definition is a text, alone or with `right` or `why`", _STATED_FORMS)
            continue
        check.text(option["text"], fields.line_of(option, "text"), "an option")
        _check_why(check, option)
        if option.get("right", True) is not True:
            problem = f"`right` of an option {describe(option['right'])}"
            check.refuse(fields.line_of(option, "right"), problem, "write `right: true` or leave it out")
        right += "right" in option
    if check.entry.get("choices") is not None and right != 1:
        check.refuse(check.line("choices"), f"{right or 'no'} options are marked as right", _STATED_FORMS)
