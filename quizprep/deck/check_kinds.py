"""The fields that belong to one kind of question: a function a kind, listed in :data:`CHECKS`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from quizprep.deck.check_entry import EntryCheck, describe, is_condition, is_number, shorten
from quizprep.deck.strict_yaml import YamlMapping
from quizprep.formula.tree import free_symbols
from quizprep.nearest import did_you_mean

MAX_UNIT = 20  # characters
_OPTION_FORMS = "write {result: NAME}, {mistake: NAME} or {text: {en: ..., ko: ...}, when: CONDITION}"


def _truth(check: EntryCheck) -> None:
    _optional_condition(check)


def _word(check: EntryCheck) -> None:
    check.words("accept", "list the words that are right")
    _optional_condition(check)


def _optional_condition(check: EntryCheck) -> None:
    if check.entry.get("when") is not None:
        check.condition(check.entry["when"], check.line("when"), "`when`")


def _formula(check: EntryCheck) -> None:
    if check.entry.get("answer") is not None:
        check.expression(check.entry["answer"], check.line("answer"), "`answer`")


def _number(check: EntryCheck) -> None:
    _formula(check)
    tolerance = check.entry.get("tolerance")
    if tolerance is not None and not (is_number(tolerance) and 0 <= tolerance < 1):
        advice = "write a relative one from 0 to below 1, e.g. 0.01"
        check.refuse(check.line("tolerance"), f"`tolerance` {describe(tolerance)}", advice)
    unit = check.entry.get("unit")
    if unit is not None and not (isinstance(unit, str) and 0 < len(unit.strip()) <= MAX_UNIT):
        check.refuse(check.line("unit"), f"`unit` {describe(unit)}", "write a short text, e.g. bits")


def _recall(check: EntryCheck) -> None:
    for point, line in check.parts("points", least=1):
        check.text(point, line, "a key point", beside=("when",))
        if isinstance(point, YamlMapping) and "when" in point:
            check.condition(point["when"], point.lines["when"], "`when` of a key point")


# --- choice -----------------------------------------------------------------------------------


def _choice(check: EntryCheck) -> None:
    named: list[tuple[str, Any]] = []
    texts = 0
    for option, line in check.parts("choices", least=2):
        sort = _sort_of(check, option, line)
        if sort == "text":
            texts += 1
            _text_option(check, option)
        elif sort:
            if (sort, option[sort]) in named:
                check.refuse(line, f"the {sort} `{shorten(option[sort])}` is listed twice", "remove one")
            named.append((sort, option[sort]))
            (_result_option if sort == "result" else _mistake_option)(check, option)
    results = sum(sort == "result" for sort, _ in named)
    if results > 1:
        problem = "several options are results, and a result is always right"
        check.refuse(check.line("choices"), problem, "keep one of them")
    if named and not results and not texts:
        problem = "all options are mistakes, so none is right"
        check.refuse(check.line("choices"), problem, "add a `result` or a `text` with `when`")


def _sort_of(check: EntryCheck, option: Any, line: int) -> str | None:
    """Whether an option is a result, a mistake or a text; None where it is not exactly one of them."""
    written = option if isinstance(option, YamlMapping) else {}
    sorts = [name for name in ("result", "mistake", "text") if name in written]
    if len(sorts) != 1:
        check.refuse(line, "an option must be exactly one of result, mistake and text", _OPTION_FORMS)
        return None
    for name in written:
        if name != sorts[0] and (sorts[0], name) != ("text", "when"):
            problem = f"`{shorten(name)}` does not belong beside `{sorts[0]}`"
            check.refuse(written.lines[name], problem, _OPTION_FORMS)
    return sorts[0]


def _result_option(check: EntryCheck, option: YamlMapping) -> None:
    _step(check, option["result"], option.lines["result"], "result")


def _mistake_option(check: EntryCheck, option: YamlMapping) -> None:
    name, line = option["mistake"], option.lines["mistake"]
    if check.proof is None:
        return
    formulas = {mistake.name: mistake.formula for mistake in check.proof.mistakes}
    if not isinstance(name, str) or name not in formulas:
        advice = did_you_mean(name, formulas) or f"its mistakes are {', '.join(formulas) or 'none'}"
        check.refuse(line, f"proof `{check.proof.id}` has no mistake `{shorten(name)}`", advice)
        return
    tree = check.formula_of_proof(formulas[name], line, f"mistake `{name}`")
    if tree and is_condition(tree):
        problem = f"mistake `{name}` is a false claim and has no value to show"
        check.refuse(line, problem, "write a `text` with `when` instead")


def _text_option(check: EntryCheck, option: YamlMapping) -> None:
    check.text(option["text"], option.lines["text"], "an option")
    if option.get("when") is None:
        advice = "write the condition under which this option is right"
        check.refuse(option.lines["text"], "`when` of an option is missing", advice)
    else:
        check.condition(option["when"], option.lines["when"], "`when` of an option")


# --- order ------------------------------------------------------------------------------------


def _order(check: EntryCheck) -> None:
    steps: dict[str, int] = {}
    by_value = False
    for item, line in check.parts("items", least=2):
        check.text(item, line, "an item", beside=("value", "step"))
        if not isinstance(item, YamlMapping):
            continue
        if ("value" in item) == ("step" in item):
            check.refuse(line, "an item needs one of `value` and `step`", "write what it is sorted by")
        elif "value" in item:
            by_value = True
            check.expression(item["value"], item.lines["value"], "`value` of an item")
        elif _step(check, item["step"], item.lines["step"], "step"):
            if item["step"] in steps:
                check.refuse(item.lines["step"], f"the step `{item['step']}` is listed twice", "remove one")
            steps.setdefault(item["step"], item.lines["step"])
    if by_value and steps:
        problem = "some items have `value` and some have `step`"
        check.refuse(check.line("items"), problem, "sort all of them by one of the two")
    elif steps:
        _forced(check, steps)


def _step(check: EntryCheck, name: Any, line: int, noun: str) -> bool:
    """Whether the proof has a step (which is a result) of that name."""
    if check.proof is None:
        return False
    known = check.proof.steps
    if isinstance(name, str) and name in known:
        return True
    advice = did_you_mean(name, known) or f"its {noun}s are {', '.join(known)}"
    check.refuse(line, f"proof `{check.proof.id}` has no {noun} `{shorten(name)}`", advice)
    return False


def _forced(check: EntryCheck, lines: Mapping[str, int]) -> None:
    """Each item's step must need the step before it: else there would be several right orders."""
    needed: dict[str, set[str]] = {}  # a step → itself and every step it needs, directly or not
    for name, step in check.proof.steps.items():
        line = lines.get(name, check.line("items"))
        tree = check.formula_of_proof(step.formula, line, f"step `{name}`") if step.formula else None
        direct = free_symbols(tree) if tree else ()
        needed[name] = {name}.union(*(needed.get(other, ()) for other in direct))
    listed = [name for name in check.proof.steps if name in lines]
    for earlier, later in itertools.pairwise(listed):
        if earlier not in needed[later]:
            problem = f"step `{later}` does not need step `{earlier}`, so either may come first"
            check.refuse(lines[later], problem, "leave one out")


CHECKS: Mapping[str, Callable[[EntryCheck], None]] = {
    "choice": _choice,
    "truth": _truth,
    "number": _number,
    "word": _word,
    "recall": _recall,
    "order": _order,
    "formula": _formula,
}
