"""Questions in Moodle's GIFT format: https://docs.moodle.org/en/GIFT_format

Choices, true and false, words and numbers with their tolerance are marked by Moodle itself. What it cannot judge fairly
(key points, formulas, vectors) becomes an essay with the answer as feedback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from quizprep.exchange.exercises import Exercise, answers_of, options_of, reasons_of
from quizprep.exchange.markup import html
from quizprep.kinds.kind import Input
from quizprep.worked import Worked

_ESCAPED = str.maketrans({mark: f"\\{mark}" for mark in "\\~=#{}:"} | {"\n": " "})


def lines(found: Iterable[Exercise], title: Callable[[str], str]) -> Iterator[str]:
    """The file, piece by piece: a category for each chapter, a question for each exercise."""
    chapter = None
    for exercise in found:
        if exercise.question.chapter != chapter:
            chapter = exercise.question.chapter
            yield f"$CATEGORY: quizprep/{title(chapter).replace('/', '-')}\n\n"
        language = next(iter(exercise.worked))
        worked = exercise.main
        explained = f"####{_text(worked.explain)}" if worked.explain else ""
        name = exercise.name.translate(_ESCAPED)
        prompt = _text(worked.posed.asked.prompt)
        yield f"::{name}::[html]{prompt} {{{_answers(worked, language)}{explained}}}\n\n"


def _text(content: str) -> str:
    return html(content).translate(_ESCAPED)


def _answers(worked: Worked, language: str) -> str:
    kind, asked = worked.posed.question.kind, worked.posed.asked
    reasons = dict(reasons_of(worked, language))
    if kind.input is Input.PICK:
        return "".join(
            f"\n  {'=' if option.correct else '~'}{_text(option.text)}"
            + (f"#{_text(reasons[option.text])}" if option.text in reasons else "")
            for option in options_of(worked)
        )
    if kind.input is Input.SORT:
        return "".join(
            f"\n  ={_text(asked.options[place].text)} -> {position}" for position, place in enumerate(asked.key, 1)
        )
    expected = worked.attempt.expected
    tolerance = getattr(kind, "tolerance", None)
    if tolerance is not None and isinstance(expected, int | float):
        return f"#{expected:.12g}:{abs(expected) * tolerance or tolerance:.6g}"
    if accepted := getattr(kind, "accept", ()):
        return "".join(f" ={_text(word)}" for word in accepted)
    return "####" + "<br>".join(map(_text, answers_of(worked))) + ("<br>" if worked.explain else "")
