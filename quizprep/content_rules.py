"""The dynamic half of lint: every question's key on many draws, and what the questions are together. Imports torch.

A question is asked here exactly as a learner would be asked it, so what passes holds on the screen.
Every line is ``file:line: what; what to do``.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from quizprep import proofs
from quizprep.ask import ask, draw, version_of
from quizprep.deck import SYLLABUS_FILE, Deck, content_directory, shown_path, syllabus
from quizprep.deck.check_entry import OPTIONAL, REQUIRED, STATED
from quizprep.deck.check_file import Library, check_file
from quizprep.errors import AuthorError, LearnerError, TooMuchWorkError
from quizprep.formula.limits import OutOfTime
from quizprep.grade import with_key
from quizprep.kinds import KINDS, kind_class
from quizprep.kinds.facts import Facts
from quizprep.proofs import Proof
from quizprep.prover import SEEDS, results_of
from quizprep.question import Question
from quizprep.text import LANGUAGES, normalise_word
from quizprep.values import Value

MANY = 10  # different wrong draws of one question are not all worth a line
KINDS_OF_A_CORE_TOPIC = 2  # ways in which a core topic is asked for at least
_EXAMPLE = re.compile(r"^### (\w+)\n.*?```yaml\n(.*?)```", re.DOTALL | re.MULTILINE)


# --- one question ---------------------------------------------------------------------------


def question_defects(question: Question, *, draws: int, device: str) -> list[str]:
    """A line for every way in which a question's key is not finite, unique or true.

    A question without drawn numbers is asked once, one on a proof about behaviour on twenty seeds.
    """
    proof = proofs.get(question.proof, question.chapter)
    problems: dict[str, int] = {}
    keys: set[tuple[int, ...]] = set()
    for seed in _seeds(question, proof, draws):
        try:
            problem = _problem(question, proof, seed, device, keys)
        except (AuthorError, LearnerError) as error:
            problem = str(error).removeprefix(f"{question.file}:{question.line}: ")
            if isinstance(error.__cause__, TooMuchWorkError | OutOfTime):  # as long on every other draw
                problems = {problem: seed}
                break
        if problem:
            problems.setdefault(problem, seed)
            if len(problems) >= MANY:
                break
    if question.kind.same_menu and len(keys) == 1 and not problems and draws > SEEDS:
        advice = "let it vary with `params`, or add a `counterclaim`" if question.proven else "add a `counterclaim`"
        return [f"{question.place}: its answer is the same on every draw; {advice}"]
    return [
        f"{question.place}: {problem}; see `quizprep show {question.id} --seed {seed}`"
        for problem, seed in problems.items()
    ]


def _seeds(question: Question, proof: Proof, draws: int) -> Iterator[int]:
    """The seeds to ask it with: those of its draws whose numbers no earlier one has, for the key follows from them."""
    if proof.takes_random:
        yield from range(min(draws, SEEDS))
        return
    varied = question.kind.versions > 1 or any(each.fixed is None for each in (question.params or {}).values())
    seen = set()
    for seed in range(draws if varied else 1):
        try:
            numbers = f"{version_of(question, seed)} {draw(question, proof, seed)!r}" if varied else ""
        except AuthorError as error:
            numbers = str(error)
        if numbers not in seen:
            seen.add(numbers)
            yield seed


@functools.lru_cache(maxsize=50 * SEEDS)
def _behaviour(proof: Proof, seed: int, device: str) -> Mapping[str, Value]:
    """The results of a proof about behaviour that takes no numbers: simulated once for all the questions on it."""
    return results_of(proof, {}, seed=seed, device=device)


def _problem(question: Question, proof: Proof, seed: int, device: str, keys: set[tuple[int, ...]]) -> str:
    """What is wrong with one draw; "" for nothing. Its key is added to ``keys``."""
    kind = question.kind
    if flaw := kind.flaw(proof):
        return flaw
    if not (kind.drawn or question.params):
        return ""
    values = draw(question, proof, seed)
    if unmet := _outside(proof, values):
        return unmet
    simulated = proof.takes_random and not values
    results = _behaviour(proof, seed, device) if simulated else results_of(proof, values, seed=seed, device=device)
    asked = with_key(ask(question, proof, seed, "en", None if question.plain else results), proof, results)
    keys.add(asked.key)
    return asked.question.kind.problem(asked, Facts(question.place, proof, values, results))


def _outside(proof: Proof, values: Mapping[str, Value]) -> str:
    unmet = proof.unmet(values)
    return f"a draw misses the proof's condition {unmet}; add it to `where` or narrow `params`" if unmet else ""


# --- the questions together -----------------------------------------------------------------


def repeated(questions: Sequence[Question]) -> list[str]:
    """A line for every question whose prompt, in some language, another one has before it."""
    lines = []
    for language in LANGUAGES:
        first: dict[str, Question] = {}
        for question in questions:
            earlier = first.setdefault(normalise_word(question.prompt[language]), question)
            if earlier is not question:
                problem = f"its {language} prompt is the one of {earlier.id} ({earlier.file}:{earlier.line})"
                lines.append(f"{question.place}: {problem}; ask in other words")
    return lines


def gaps(deck: Deck, questions: Sequence[Question]) -> list[str]:
    """What the shipped content lacks as a whole: kinds, proofs and core topics that are not asked for, examples."""
    folder = content_directory()
    return [
        *_misplaced(questions),
        *_unused_kinds(folder, questions),
        *_unused_proofs(questions),
        *_thin_topics(folder / SYLLABUS_FILE, deck, questions),
        *readme_defects(folder / "README.md", deck),
    ]


def _misplaced(questions: Sequence[Question]) -> Iterator[str]:
    for question in questions:
        if Path(question.file).stem != question.chapter:
            yield f"{question.place}: its chapter is {question.chapter}; move it to {question.chapter}.yaml"


def _unused_kinds(folder: Path, questions: Sequence[Question]) -> Iterator[str]:
    asked = {question.kind.name for question in questions}
    for kind in KINDS:
        if kind not in asked:
            yield f"{shown_path(folder)}:1: no question is of kind {kind}; write one"


def _unused_proofs(questions: Sequence[Question]) -> Iterator[str]:
    used = {question.proof for question in questions}
    for name, proof in proofs.discover().items():
        if name not in used:
            yield f"{shown_path(proof.file)}:{proof.line}: no question asks for proof {name}; write one"


def _thin_topics(file: Path, deck: Deck, questions: Sequence[Question]) -> Iterator[str]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for question in questions:
        for covered in question.covers:
            kinds[covered].add(question.kind.name)
    lines = syllabus.lines_of_topics(file.read_bytes())
    for topic in deck.syllabus().topics():
        if topic.core and len(kinds[topic.id]) < KINDS_OF_A_CORE_TOPIC:
            asked = f"only in a {kinds[topic.id].pop()} question" if kinds[topic.id] else "in no question"
            where = f"{shown_path(file)}:{lines[topic.id]}"
            yield f"{where}: the core topic {topic.id} is asked for {asked}; add one of another kind"


def readme_defects(file: Path, deck: Deck) -> list[str]:
    """Lines for a guide to the format whose examples do not load, or that leaves out a kind or a field."""
    if not file.exists():
        return []
    text = file.read_text(encoding="utf-8")
    lines = []

    def refuse(offset: int, what: str, advice: str) -> None:
        lines.append(f"{shown_path(file)}:{text.count(chr(10), 0, offset) + 1}: {what}; {advice}")

    _check_examples(text, Library(proofs.discover(), *deck.syllabus().names()), refuse)
    own = [field for kind in map(kind_class, KINDS) for field in (*kind.required, *(kind.stated or ()), *kind.optional)]
    for field in (*REQUIRED, *STATED, *OPTIONAL, *own):
        if f"`{field}`" not in text:
            refuse(0, f"the field `{field}` is not explained", "say what it holds")
    return lines


def _check_examples(text: str, library: Library, refuse: Callable[[int, str, str], None]) -> None:
    """The whole files below a heading of level three, each named like a kind and holding questions of it."""
    examples = {match[1]: match for match in _EXAMPLE.finditer(text)}
    for kind in KINDS:
        if kind not in examples:
            refuse(0, f"kind {kind} has no example", f"add a section `### {kind}` with a file that loads")
    for kind, match in examples.items():
        found = check_file(match[2].encode(), library)
        above = text.count("\n", 0, match.start(2))
        for defect in found.defects:
            what, _, advice = defect.message.rpartition("; ")
            refuse(_offset(text, above + defect.line), what, advice)
        if {row.entry["kind"] for row in found.rows} - {kind}:
            refuse(match.start(), f"the example of {kind} has questions of another kind", "move them")


def _offset(text: str, line: int) -> int:
    """Where a line (from 1) begins."""
    return sum(map(len, text.splitlines(keepends=True)[: line - 1]))
