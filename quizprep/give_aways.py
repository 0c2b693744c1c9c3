"""What tells the right answer to somebody who does not know it, as far as a machine can find it. Pure.

These are warnings: whether an option gives itself away is for its author to judge. Found are a right option that alone
lies where the answer has to lie, one that alone repeats a word of the prompt, and a word that the prompt holds already.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence

from quizprep.kinds.choice import Choice
from quizprep.kinds.word import Word, forms
from quizprep.question import Asked, Option
from quizprep.text import LANGUAGES

OFTEN = 0.5  # the share of the draws on which the right option has to stand alone
_RANGES: tuple[tuple[str, Callable[[float], bool]], ...] = (
    ("from 0 to 1", lambda number: 0 <= number <= 1),
    ("that is not negative", lambda number: number >= 0),
    ("that is a whole number", lambda number: number == math.floor(number)),
)
_WORD = re.compile(r"[A-Za-z]{4,}|[가-힣]{2,}")
_FUNCTION_WORDS = frozenset(
    "along also because become does each every from have instead into less like made make more most much only other "
    "same some such than that their them then there these they this those through what when where which while whose "
    "with without would your".split()
)
_PARTICLE = re.compile(r"(?:은|는|이|가|을|를|의|에|와|과|도|로|으로|에서)$")


def give_aways(seen: Sequence[Asked]) -> list[str]:
    """A line for each way in which a question gives its answer away; ``seen`` are its draws, with their keys."""
    if not seen:
        return []
    question = seen[0].question
    if isinstance(question.kind, Choice):
        found = [*_alone_in_range(seen), *_repeats(seen)]
    else:
        found = list(_held(seen[0])) if isinstance(question.kind, Word) else []
    return [f"{question.place}: {each}" for each in found]


def _alone_in_range(seen: Sequence[Asked]) -> Iterator[str]:
    """The answer has to be a probability, say, and only one option is."""
    menus = [[(option, _number(option)) for option in asked.options] for asked in seen]
    if any(number is None for menu in menus for _, number in menu):
        return
    for name, inside in _RANGES:
        fitting = [[option for option, number in menu if number is not None and inside(number)] for menu in menus]
        always = all(any(option.correct for option in options) for options in fitting)
        alone = sum(len(options) == 1 for options in fitting)
        if always and alone > OFTEN * len(seen):
            yield (
                f"on {alone} of {len(seen)} draws the right option is the only number {name}; "
                "add a wrong one that lies there too"
            )
            return


def _number(option: Option) -> float | None:
    try:
        return float(option.text.replace("−", "-"))
    except ValueError:
        return None


def _repeats(seen: Sequence[Asked]) -> Iterator[str]:
    """On most draws the right option, and no other, has a word of the prompt."""
    shared: list[set[str]] = []
    for asked in seen:
        prompt = _words(asked.prompt)
        right = set().union(*(_words(option.text) for option in asked.options if option.correct))
        wrong = set().union(*(_words(option.text) for option in asked.options if not option.correct))
        shared.append((right & prompt) - wrong)
    common = sum(map(bool, shared))
    if common > OFTEN * len(seen):
        word = min(next(words for words in shared if words))
        yield f"the right option alone repeats “{word}” of the prompt; say it in other words, or in a wrong option too"


def _words(text: str) -> set[str]:
    return {_PARTICLE.sub("", word) or word for word in _WORD.findall(text.casefold())} - _FUNCTION_WORDS


def _held(asked: Asked) -> Iterator[str]:
    """The word asked for stands in the prompt already."""
    kind, prompt = asked.question.kind, asked.question.prompt
    assert isinstance(kind, Word)
    for language in LANGUAGES:
        written = re.split(r"[^\w\-]+", prompt[language])
        runs = {" ".join(written[start : start + size]) for start in range(len(written)) for size in (1, 2, 3)}
        held = frozenset[str]().union(*(forms(run) for run in runs if run.strip()))
        answer = next((word for word in kind.accept if len(word) > 2 and forms(word) & held), None)
        if answer is not None:
            yield f"its answer “{answer}” stands in the {language} prompt; ask without it"
