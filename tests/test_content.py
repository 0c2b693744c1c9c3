"""The shipped content has no defect, and what lint says of content that has: question by question, and as a whole."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from quizprep.ask import ask
from quizprep.content_figures import content_figures
from quizprep.content_rules import gaps, question_defects, readme_defects, repeated
from quizprep.deck import Deck, content_directory, defects, shown_path
from quizprep.kinds import KINDS
from quizprep.kinds.choice import Choice
from quizprep.proofs import get
from quizprep.text import Text

DRAWS = 200
DECK = Deck.open(cache_path=None) if not defects() else None
QUESTIONS = DECK.questions([entry.id for entry in DECK.index()]) if DECK else []
README = (content_directory() / "README.md").read_text(encoding="utf-8")


def test_the_content_has_no_defect():
    assert defects() == []


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_question_has_one_right_answer_on_every_draw(question):
    assert question_defects(question, draws=DRAWS, device="cpu") == []


def test_korean_says_in_korean_where_a_definition_stands():
    places = re.compile(r"\b(?:section|chapter|figure|equation|appendix|page|abstract)s?\b")
    assert [each.id for each in QUESTIONS if each.source and places.search(each.source["ko"])] == []


def test_a_particle_behind_a_drawn_value_is_written_as_a_pair():
    alone = re.compile(r"\{\w+\}(?:와|과|은|는|이|가|을|를|로|으로)(?=\s)")
    for path in content_directory().glob("*.yaml"):
        assert not alone.search(path.read_text(encoding="utf-8")), (path.name, alone.search(path.read_text())[0])


def test_the_content_repeats_nothing_and_lacks_nothing():
    assert repeated(QUESTIONS) == []
    assert gaps(DECK, QUESTIONS) == []


def test_the_content_lacks_nothing(figure):
    """Topics that nothing asks, questions without hint or difficulty, wrong options without a reason, …"""
    figures = content_figures(DECK.syllabus(), QUESTIONS)
    lacking = figures["lacking"]
    asked = {topic for question in QUESTIONS for topic in question.covers}
    for beyond, named in ((False, "of the notes"), (True, "beyond them")):
        topics = [topic.id for topic in DECK.syllabus().topics() if topic.beyond is beyond]
        figure(f"content: {len(asked.intersection(topics))} of {len(topics)} topics {named} are asked")
    figure(f"content: {figures['questions']} questions, {figures['definitions']} of them definitions with a source")
    figure(f"content: lacking {sum(lacking.values())} in {len(lacking)} rows")
    assert len(lacking) >= 9
    assert {name: found for name, found in lacking.items() if found} == {}


def test_what_is_lacking_is_counted():
    choice = next(
        question for question in QUESTIONS
        if question.kind.name == "choice" and sum(each.text is not None for each in question.kind.choices) > 2
    )  # fmt: skip
    bare = tuple(replace(each, why=None) for each in choice.kind.choices)
    whole = tuple(each if each.text is None else replace(each, why=Text("a", ko="가")) for each in choice.kind.choices)
    counted = [
        content_figures(DECK.syllabus(), [replace(choice, hint=None, difficulty=None, kind=Choice(choices))])["lacking"]
        for choices in (bare, whole)
    ]
    silent = sum(each.text is not None for each in bare) - (not any(each.result or each.right for each in bare))
    silent -= any(each.right for each in bare)
    assert [each["options_without_reason"] for each in counted] == [silent, 0]
    assert (counted[0]["questions_without_hint"], counted[0]["questions_without_difficulty"]) == (1, 1)
    assert counted[0]["topics_not_asked"] == len(list(DECK.syllabus().topics())) - len(choice.covers)
    one = replace(choice, prompt=Text("only English"))
    assert content_figures(DECK.syllabus(), [one])["lacking"]["texts_in_one_language"] == 1


def test_a_claim_with_the_same_answer_on_every_draw_is_found():
    varied = next(question for question in QUESTIONS if question.id == "f1-never-above-the-mean")
    constant = replace(varied, kind=replace(varied.kind, counterclaim=None))
    (defect,) = question_defects(constant, draws=50, device="cpu")
    assert "its answer is the same on every draw" in defect
    assert question_defects(varied, draws=50, device="cpu") == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_prompt_that_another_question_has_is_found(language: str):
    first, second = QUESTIONS[:2]
    same = {"en": second.prompt["en"], "ko": second.prompt["ko"], language: f" {first.prompt[language]}"}
    copy = replace(second, prompt=type(first.prompt)(same.pop("en"), **same))
    assert repeated([first, copy]) == [
        f"{copy.place}: its {language} prompt is the one of {first.id} ({first.file}:{first.line}); ask in other words"
    ]


def test_what_no_question_asks_for_is_found_where_it_stands():
    proof = QUESTIONS[0].proof
    found = gaps(DECK, [question for question in QUESTIONS if question.kind.name != "word" and question.proof != proof])
    assert f"{shown_path(content_directory())}:1: no question is of kind word; write one" in found
    assert any(f".py:{_line_of_proof(proof)}: no question asks for proof {proof}; write one" in line for line in found)
    topic = QUESTIONS[0].covers[0]
    alone = [question for question in QUESTIONS if topic not in question.covers or question is QUESTIONS[0]]
    line = next(
        number
        for number, text in enumerate((content_directory() / "syllabus.yaml").read_text().splitlines(), 1)
        if f"id: {topic}" in text
    )
    kind = QUESTIONS[0].kind.name
    wanted = (
        f"syllabus.yaml:{line}: the core topic {topic} is asked for only in a {kind} question; add one of another kind"
    )
    assert any(wanted in found for found in gaps(DECK, alone))


def _line_of_proof(name: str) -> int:
    from quizprep.proofs import get

    return get(name).line


def test_a_question_in_the_file_of_another_chapter_is_found():
    moved = replace(QUESTIONS[0], file="content/elsewhere.yaml")
    said = f"{moved.place}: its chapter is {moved.chapter}; move it to {moved.chapter}.yaml"
    assert said in gaps(DECK, [*QUESTIONS, moved])


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("### word\n", "### words\n", "### words", "kind word has no example; add a section `### word`"),
        ("`tolerance` is relative", "It is relative", "", "the field `tolerance` is not explained; say what it holds"),
        ("accept: [harmonic,", "acept: [harmonic,", "acept:", "unknown field `acept`; did you mean `accept`?"),
        ("kind: word", "kind: formula", "accept:", "`accept` does not belong to kind formula"),
    ],
)
def test_a_guide_that_does_not_fit_the_format_is_found(old: str, new: str, at: str, said: str, tmp_path: Path):
    assert old in README
    file = tmp_path / "README.md"
    text = README.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    found = readme_defects(file, DECK)
    line = text.count("\n", 0, text.index(at)) + 1 if said.startswith(("unknown", "`accept`")) else 1
    assert any(each.startswith(f"{file}:{line}: {said}") for each in found), found


def test_every_kind_has_a_section_in_the_guide_in_the_order_of_the_kinds():
    places = [README.index(f"\n### {kind}\n") for kind in KINDS]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "id",
    [
        "regression-between-two-examples",
        "nearest-class-of-two",
        "likelihood-of-a-coin",
        "mle-of-a-coin",
        "mle-candidates-by-likelihood",
        "layers-from-end-to-end",
    ],
)
def test_one_of_a_thing_is_not_written_as_many(id: str):
    (question,) = (each for each in QUESTIONS if each.id == id)
    proof = get(question.proof, question.chapter)
    prompts = [ask(question, proof, seed, "en").prompt for seed in range(100)]
    assert not [prompt for prompt in prompts if re.search(r"\b1 (hours|heads|patches)\b", prompt)]
