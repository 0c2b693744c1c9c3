"""Questions on numbers that were drawn for them, worked out, in one language or in several: what every export is made
of. Imports torch where a proof needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from quizprep.ask import derive_seed
from quizprep.errors import AuthorError
from quizprep.frozen import frozen
from quizprep.graded import sentence_of
from quizprep.kinds.kind import Input, NoJudge
from quizprep.question import Option, Question
from quizprep.worked import Posed, Worked, in_words, pose

REDRAWS = 8  # seeds for each variant until one gives other numbers than those before it


@frozen
class Exercise:
    """A question on one draw of its numbers, by language. Its texts hold formulas as authors write them: ``$x^2$``.

    ``variant`` counts from 0; a question without numbers has one.
    """

    question: Question
    variant: int
    worked: Mapping[str, Worked]

    @property
    def name(self) -> str:
        """The question's id, with the number of the variant where it is not the first."""
        return f"{self.question.id}#{self.variant + 1}" if self.variant else self.question.id

    @property
    def main(self) -> Worked:
        """The working in the first of the languages."""
        return next(iter(self.worked.values()))


def exercises(
    questions: Sequence[Question],
    languages: Sequence[str],
    *,
    variants: int = 1,
    seed: int = 0,
    device: str = "cpu",
    step: Callable[[str], None] = lambda _: None,
) -> Iterator[Exercise]:
    """Every question, one with numbers on up to ``variants`` draws that differ; ``step`` is told of each before it.

    The same ``seed`` gives the same numbers. Raises AuthorError for a question that cannot be asked.
    """
    for question in questions:
        step(question.id)
        seen: set[tuple[object, ...]] = set()
        for variant in range(variants if _is_varied(question) else 1):
            drawn = _another(question, seed, variant, languages[0], device, seen)
            if drawn is None:
                break
            number, first = drawn
            others = {
                language: _in_words(pose(question, number, language, device, show=as_written))
                for language in languages[1:]
            }
            yield Exercise(question, variant, {languages[0]: first, **others})


def _is_varied(question: Question) -> bool:
    """Whether another seed asks something else."""
    return bool(question.params) or question.kind.versions > 1


def seeds_of(question: Question, count: int, language: str, *, seed: int = 0, device: str = "cpu") -> list[int]:
    """As many seeds, on numbers that differ as far as the question has others; its options differ in their order.

    Raises AuthorError as :func:`exercises` does.
    """
    seen: set[tuple[object, ...]] = set()
    seeds: list[int] = []
    for variant in range(count):
        drawn = _another(question, seed, variant, language, device, seen if _is_varied(question) else set())
        if drawn is None:  # there are no more numbers
            drawn = _another(question, seed, variant, language, device, set())
        assert drawn is not None  # what was seen before is all that keeps a seed from being taken
        seeds.append(drawn[0])
    return seeds


def _another(
    question: Question, seed: int, variant: int, language: str, device: str, seen: set[tuple[object, ...]]
) -> tuple[int, Worked] | None:
    """A seed that asks something else than the variants before, and the question on it; None where none is found."""
    problem = ""
    for attempt in range(REDRAWS):
        number = derive_seed(seed, question.id, variant, *([attempt] if attempt else []))
        posed = pose(question, number, language, device, show=as_written)
        problem = question.kind.problem(posed.asked, posed.facts)  # a proof that draws itself may fail its condition
        asked = (posed.asked.prompt, repr(posed.asked.values))
        if not problem and asked not in seen:
            seen.add(asked)
            return number, _in_words(posed)
    if not seen:
        raise AuthorError(f"{question.place}: {problem}")
    return None


def _in_words(posed: Posed) -> Worked:
    graded = posed.question.kind.grade(posed.asked, None, posed.facts, NoJudge())
    return in_words(posed, graded, show=as_written)


def as_written(text: str) -> str:
    """Prose with its formulas as they are written, for a program that can set them."""
    return text


def options_of(worked: Worked) -> tuple[Option, ...]:
    """The options that are shown with the question: none where the learner is to think first."""
    posed = worked.posed
    return () if posed.question.kind.hidden else posed.asked.options


def answers_of(worked: Worked) -> tuple[str, ...]:
    """What is right: the option, the options in their order, the key points, or what is to be typed."""
    asked = worked.posed.asked
    if worked.posed.question.kind.input is Input.TYPE:
        return (worked.expected,)
    return tuple(asked.options[place].text for place in asked.key)


def reasons_of(worked: Worked, language: str) -> tuple[tuple[str, str], ...]:
    """The wrong options with a sentence each on what is wrong with it, where there is one."""
    proof = worked.posed.proof
    said = (
        (option.text, sentence_of(option.mistake, proof, language) or option.why)
        for option in options_of(worked)
        if not option.correct
    )
    return tuple((text, why) for text, why in said if why)
