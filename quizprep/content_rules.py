"""The dynamic half of lint: every question's key on many draws, and what the questions are together. Imports torch.

A question is asked here exactly as a learner would be asked it, so what passes holds on the screen.
Every line is ``file:line: what; what to do``.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from pathlib import Path

from quizprep import proofs
from quizprep.ask import ask, draw, version_of
from quizprep.deck import SYLLABUS_FILE, Deck, content_directory, shown_path, syllabus
from quizprep.deck.check_entry import OPTIONAL, REQUIRED, STATED
from quizprep.deck.check_file import Library, check_file
from quizprep.errors import AuthorError, FormulaError, LearnerError, TooMuchWorkError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.limits import OutOfTime
from quizprep.formula.tree import Binary, Compare, Logical, Node, Unary, free_symbols
from quizprep.give_aways import give_aways
from quizprep.graded import with_key
from quizprep.kinds import KINDS, kind_class
from quizprep.kinds.facts import Facts
from quizprep.proofs import Proof
from quizprep.prover import SEEDS, results_of
from quizprep.question import Asked, Question
from quizprep.text import counted, normalise_word
from quizprep.values import Value
from quizprep.vouching import asked_results

MANY = 10  # different wrong draws of one question are not all worth a line
KINDS_OF_A_CORE_TOPIC = 2  # ways in which a core topic is asked for at least
_CHANGES: Sequence[Callable[[float, int], float]] = (  # of a number, and its place among those of a tensor
    lambda number, place: number + place,
    lambda number, place: number - place,
    lambda number, place: -number * place - 0.5,
    lambda number, place: 1000 * place * (number + 1),
    lambda number, place: 0.0,
    lambda number, place: (-1) ** place * (abs(number) + 1),
)
_EXAMPLE = re.compile(r"^### (\w+)\n.*?```yaml\n(.*?)```", re.DOTALL | re.MULTILINE)


# --- one question ---------------------------------------------------------------------------


def question_defects(question: Question, *, draws: int, device: str, warnings: list[str] | None = None) -> list[str]:
    """A line for every way in which a question's key is not finite, unique or true.

    ``warnings`` gets a line for what may be meant so: a give-away, a wrong option without a reason.
    A question without drawn numbers is asked once, one on a proof about behaviour on twenty seeds.
    """
    proof = proofs.get(question.proof, question.chapter)
    problems: dict[str, int] = {}
    seen: list[Asked] = []
    known: list[Facts] = []
    for seed in _seeds(question, proof, draws):
        try:
            problem = _problem(question, proof, seed, device, seen, known)
        except (AuthorError, LearnerError) as error:
            problem = str(error).removeprefix(f"{question.file}:{question.line}: ")
            if isinstance(error.__cause__, TooMuchWorkError | OutOfTime):  # as long on every other draw
                problems = {problem: seed}
                break
        if problem:
            problems.setdefault(problem, seed)
            if len(problems) >= MANY:
                break
    if warnings is not None and not problems:
        warnings += [*give_aways(seen), *_unreasoned(question, seen)]
    if question.proven and not problems and (idle := _idle_proof(question, proof, known)):
        return [f"{question.place}: {idle}"]
    if question.kind.same_menu and len({asked.key for asked in seen}) == 1 and not problems and draws > SEEDS:
        if not question.proven and question.source is None:  # a plain card, as its author has it
            return []
        advice = "let it vary with `params`, or add a `counterclaim`" if question.proven else "add a `counterclaim`"
        return [f"{question.place}: its answer is the same on every draw; {advice}"]
    return [
        f"{question.place}: {problem}; see `quizprep show {question.id} --seed {seed}`"
        for problem, seed in problems.items()
    ]


def is_wrong(question: Question, proof: Proof, seed: int) -> bool:
    """Whether a question on a proof is wrong on one seed, that is has not exactly one right answer, or none at all."""
    try:
        return bool(_problem(question, proof, seed, "cpu", []))
    except (AuthorError, LearnerError):
        return True


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


def _unreasoned(question: Question, seen: Sequence[Asked]) -> Iterator[str]:
    """The texts of a menu that were wrong on some draw and say nothing on why."""
    if question.kind.computed_menu:
        options = (option for asked in seen for option in asked.options)
        silent = {option.text for option in options if not (option.correct or option.mistake or option.why)}
        if silent:
            yield f"{question.place}: {counted(len(silent), 'wrong option')} without a word on why; write `why`"


def _idle_proof(question: Question, proof: Proof, known: Sequence[Facts]) -> str:
    """What is wrong where the proof could as well be another one: no result of it reaches the answer; "" for nothing.

    A result reaches the answer where another value of it, on the same numbers, would change what is asked for.
    """
    if question.kind.derivation is not None or not (question.kind.drawn or question.params):
        return ""
    asked = question.kind.asks(proof)
    results = asked_results(question.kind, proof)
    if not results:
        advice = "add a condition on one, or write a `source` in place of `proof`"
        return f"no result of proof {proof.id} decides what is right; {advice}"
    if any(_is_reached(facts, text, results) for facts in known for text in asked):
        return ""
    problem = f"whatever proof {proof.id} computes, {' and '.join(f'`{text}`' for text in asked)} says the same"
    return f"{problem}; ask for a result, or write a `source` in place of `proof`"


def _is_reached(facts: Facts, text: str, results: Set[str]) -> bool:
    """Whether the value of an expression, or what a condition compares, changes with one of these results."""
    known = {**facts.proof.with_axes(facts.values), **(facts.results or {})}
    for tree in _compared(facts.proof.condition(text)):
        for name in sorted(results & {*free_symbols(tree)}):
            for change in _CHANGES:
                other = {**known, name: _changed(known[name], change, itertools.count(1))}
                try:
                    if not _is_close(evaluate(tree, other), evaluate(tree, known)):
                        return True
                except FormulaError:  # no value beside that one
                    continue
    return False


def _compared(tree: Node) -> Iterator[Node]:
    """The differences that decide a condition; an expression itself."""
    if isinstance(tree, Compare):
        yield from (Binary("-", left, right) for left, right in itertools.pairwise(tree.operands))
    elif isinstance(tree, Logical) or (isinstance(tree, Unary) and tree.operator == "not"):
        yield from itertools.chain.from_iterable(map(_compared, tree.children()))
    else:
        yield tree


def _is_close(one: Value, other: Value) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_close, one, other))
    if isinstance(one, list) or isinstance(other, list):
        return False
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _changed(value: Value, change: Callable[[float, int], float], places: Iterator[int]) -> Value:
    if isinstance(value, list):
        return [_changed(entry, change, places) for entry in value]
    return change(value, next(places))


def _problem(
    question: Question, proof: Proof, seed: int, device: str, seen: list[Asked], known: list[Facts] | None = None
) -> str:
    """What is wrong with one draw; "" for nothing. What was asked is added to ``seen``, with its key, and what the
    proof says of it to ``known``.
    """
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
    facts = Facts(question.place, proof, values, results)
    seen.append(asked)
    if known is not None:
        known.append(facts)
    return asked.question.kind.problem(asked, facts)


def _outside(proof: Proof, values: Mapping[str, Value]) -> str:
    unmet = proof.unmet(values)
    return f"a draw misses the proof's condition {unmet}; add it to `where` or narrow `params`" if unmet else ""


# --- the questions together -----------------------------------------------------------------


def repeated(questions: Sequence[Question]) -> list[str]:
    """A line for every question whose prompt, in some language, another one has before it."""
    lines = []
    for language in dict.fromkeys(language for question in questions for language in question.prompt.by_language):
        first: dict[str, Question] = {}
        for question in questions:
            if language not in question.prompt.by_language:
                continue
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
            problem = f"the core topic {topic.id} is asked for in no question"
            if kinds[topic.id]:
                problem = f"the core topic {topic.id} is asked for only in a {kinds[topic.id].pop()} question"
            yield f"{shown_path(file)}:{lines[topic.id]}: {problem}; add one of another kind"


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
