"""What `prove` and `lint` say of a proof before it is run: its declaration and its translations."""

from __future__ import annotations

import importlib.util
import inspect
import itertools
import re
import sys
from pathlib import Path

import pytest

from quizprep import mutation_score, proof_rules, proofs
from quizprep.cli import prove
from quizprep.formula.domain import BASES, Domain
from quizprep.proofs import Proof
from quizprep.self_test import self_test

CHAPTER = """
from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "area",
    title="Area of a rectangle",
    statement="The area is width times height.",
    symbols={"w": symbol("positive", "width"), "h": symbol("positive", "height")},
    steps={"doubled": step(note="twice the area"), "area": step("w * h")},
    source="Euclid, Elements, book I",
    mistakes=[mistake("added", "w + h", "The sides are multiplied, not added.")],
    claims=[claim("area > 0", "An area is positive.")],
)
def area(w, h):
    return {"doubled": 2 * w * h, "area": w * h}


@area.oracle("operator", "torch.outer")
def _(w, h):
    return torch.outer(w.reshape(1), h.reshape(1))[0, 0]


@area.oracle("brute-force", "strip by strip")
def _(w, h):
    return torch.stack([w * h / 4] * 4).sum()
"""
KOREAN = """\
area:
  title: 직사각형의 넓이
  statement: 넓이는 가로와 세로의 곱이다.
  symbols:
    w: 가로
    h: 세로
  steps:
    doubled: 넓이의 두 배
  mistakes:
    added: 두 변은 더하는 것이 아니라 곱합니다.
  claims:
    area > 0: 넓이는 양수이다.
  oracles:
    strip by strip: 띠를 하나씩
"""
_numbers = itertools.count()


@pytest.fixture
def chapter(tmp_path: Path):
    """Writes a chapter with its Korean texts, and gives its one proof; it is forgotten afterwards."""
    # All that are shipped: a test that finds them for the first time would have them forgotten. None of a pack: they
    # are another test's, and stand elsewhere.
    before = dict(proofs.of_pack(""))

    def write(python: str = CHAPTER, korean: str | None = KOREAN, id: str = "area") -> Proof:
        file = tmp_path / "rectangles.py"
        file.write_text(python, encoding="utf-8")
        if korean is not None:
            (tmp_path / "rectangles.ko.yaml").write_text(korean, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(f"rectangles_{next(_numbers)}", file)
        module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return proofs._registry[id]

    yield write
    for name in [name for name in sys.modules if name.startswith("rectangles_")]:
        del sys.modules[name]
    proofs._registry.clear()
    proofs._registry.update(before)


def found(proof: Proof) -> list[str]:
    """Everything that is said of a chapter's one proof, with file names alone."""
    lines = proof_rules.defects(proof) + proof_rules.chapter_defects(proof.file)
    return [line.removeprefix(f"{proof.file.parent}/") for line in lines]


def test_a_proof_and_its_translation_without_a_defect(chapter):
    proof = chapter()
    assert found(proof) == []
    assert proof.title.by_language == {"en": "Area of a rectangle", "ko": "직사각형의 넓이"}
    assert proof.symbols["h"].meaning["ko"] == "세로"
    assert proof.steps["doubled"].note["ko"] == "넓이의 두 배"
    assert proof.mistake("added").text["ko"] == "두 변은 더하는 것이 아니라 곱합니다."
    assert proof.claims[0].text["ko"] == "넓이는 양수이다."
    assert [oracle.via["ko"] for oracle in proof.oracles] == ["torch.outer", "띠를 하나씩"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("    h: 세로\n", "", "rectangles.ko.yaml:4: area, symbols: 'h' is missing"),
        ("  title: 직사각형의 넓이\n", "", "rectangles.ko.yaml:1: area: 'title' is missing"),
        ("  claims:\n    area > 0: 넓이는 양수이다.\n", "", "rectangles.ko.yaml:1: area, claims: 'area > 0' is missing"),
        ("added:", "adding:", "rectangles.ko.yaml:10: area, mistakes has no 'adding'"),
        ("added:", "adding:", "rectangles.ko.yaml:9: area, mistakes: 'added' is missing"),
        ("doubled:", "area:", "rectangles.ko.yaml:8: area, steps has no 'area'"),
        ("  symbols:", "  symbol:", "rectangles.ko.yaml:4: area has no 'symbol'"),
        ("w: 가로", "w: 3", "rectangles.ko.yaml:5: area, symbols: 'w' is no text"),
        ("w: 가로", "w:", "rectangles.ko.yaml:5: area, symbols: 'w' is no text"),
        ("w: 가로", "w: 가로\n    w: 폭", "rectangles.ko.yaml:6: `w` is given twice"),
        ("  oracles:\n    strip by strip: 띠를 하나씩\n", "  oracles: 띠\n", "rectangles.ko.yaml:13: area: 'oracles' holds texts by name"),
        ("area:\n", "areas:\n", "rectangles.ko.yaml:1: area is missing"),
        ("area:\n", "areas:\n", "rectangles.ko.yaml:1: 'areas' is no proof of rectangles.py"),
        ("area:\n", "area: [\n", "rectangles.ko.yaml:3: cannot be read as YAML"),
        (KOREAN, "- area\n", "rectangles.ko.yaml:1: holds no proofs"),
        (KOREAN, "", "rectangles.ko.yaml:1: holds no proofs"),
        (KOREAN, "# nothing yet\n", "rectangles.ko.yaml:1: holds no proofs"),
        ("넓이는 양수이다.", "The area is positive.", "rectangles.ko.yaml:12: area, claims: 'area > 0' is English"),
    ],
)  # fmt: skip
def test_a_translation_that_does_not_fit_is_named_with_its_line(chapter, before: str, after: str, said: str):
    assert before in KOREAN
    lines = found(chapter(korean=KOREAN.replace(before, after, 1)))
    assert any(line.startswith(said) and "; " in line for line in lines), lines


def test_a_missing_translation_is_shown_in_english_and_named(chapter):
    proof = chapter(korean=None)
    assert proof.title["ko"] == proof.title["en"]
    assert found(proof) == ["rectangles.ko.yaml:1: is missing; write the texts of rectangles.py in it"]


def test_a_folder_in_place_of_a_translation_is_named(chapter):
    proof = chapter(korean=None)
    proof.file.with_name("rectangles.ko.yaml").mkdir()
    assert proof.title["ko"] == proof.title["en"]
    assert found(proof) == ["rectangles.ko.yaml:1: is missing; write the texts of rectangles.py in it"]


def test_a_language_is_a_file(chapter):
    proof = chapter()
    german = proof.file.with_name("rectangles.de.yaml")
    german.write_text("area:\n  title: Fläche eines Rechtecks\n", encoding="utf-8")
    assert proof.title["de"] == "Fläche eines Rechtecks"
    assert proof.statement["de"] == proof.statement["en"]
    assert any(line.startswith("rectangles.de.yaml:1: area: 'statement' is missing") for line in found(proof))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('source="Euclid, Elements, book I"', 'source=" "', "`source` is empty"),
        ('title="Area of a rectangle"', 'title=""', "the text of title is empty"),
        ('"The sides are multiplied, not added."', '""', "the text of mistake added is empty"),
        ('step(note="twice the area")', "step()", "step doubled has neither a formula nor a note"),
        ('step(note="twice the area")', 'step("2 * area")', "it knows 1 mistakes"),
        ('"operator", "torch.outer"', '"closed-form", "torch.outer", tolerance=1e-3', "oracle torch.outer is closed-form"),
        ("mistakes=[", 'mistakes=[mistake("added", "w", "One side."), ', "2 mistakes are called added"),
        ('title="Area of a rectangle"', 'title="넓이"', "the text of title has Korean letters; write it in English"),
        ('claim("area > 0"', 'claim("area + 1"', "claim 'area + 1' is no condition; write one"),
        ("    claims=[", '    where=["w"],\n    claims=[', "`where` 'w' is no condition; write one"),
        ("    claims=[", '    gradients=["x"],\n    claims=[', "there is no symbol `x` for `gradients`"),
        ("    claims=[", '    heads={"A(w, h)": "x"},\n    claims=[', "`heads` has `x`, which is no step"),
        ("    claims=[", '    heads={"A": "area"},\n    claims=[', "`heads` has `A`, which is no left side with arguments"),
    ],
)  # fmt: skip
def test_a_declaration_that_lacks_something_is_named_with_its_line(chapter, before: str, after: str, said: str):
    assert before in CHAPTER
    lines = found(chapter(python=CHAPTER.replace(before, after, 1)))
    assert any(line.startswith(f"rectangles.py:6: {said}") for line in lines), lines


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"area": step("w * h")', '"area": step("w * foo(h)")', "the formula of step area cannot be read: `foo`"),
        ("    claims=[", '    where=["w > 1e9"],\n    claims=[', "no input that was drawn meets its `where`; loosen it"),
        ('return {"doubled": 2 * w * h, ', "return {", "it cannot be run: TypeError: proof area declares"),
        ("2 * w * h", "2 * w * k", "it cannot be run: NameError: name 'k' is not defined; mend the routine"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("as_json", [False, True])
def test_prove_says_what_a_proof_that_cannot_be_run_lacks(
    chapter, capsys, before: str, after: str, said: str, as_json: bool
):
    assert before in CHAPTER
    proof = chapter(python=CHAPTER.replace(before, after, 1))
    assert prove._prove_one(proof, [], "en", "cpu", 0, full=False, json=as_json) == 1
    assert f"rectangles.py:6: {said}" in capsys.readouterr().out


# --- docs/proofs.md -----------------------------------------------------------------------------

GUIDE = (Path(__file__).parents[1] / "docs" / "proofs.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_example_of_the_guide_holds_and_is_complete(chapter):
    (python,), (korean, _) = blocks("python"), blocks("yaml")
    proof = chapter(python=python, korean=korean, id="huber-loss")
    assert found(proof) == []
    report = self_test(proof)
    assert report.passed, report.failures
    assert len(report.oracles) == 2 and all(mistake.refuted for mistake in report.mistakes)
    assert mutation_score.score(proof).survivors == ()


def test_the_guide_names_every_argument_kind_and_rule():
    for function in (proofs.proof, proofs.symbol, proofs.step, proofs.mistake, proofs.claim, Proof.oracle):
        for name in set(inspect.signature(function).parameters) - {"self"}:
            assert re.search(rf"\b{name}\b", GUIDE), f"{function.__name__}({name})"
    assert all(f"| `{kind}` |" in GUIDE for kind in proofs.ORACLE_KINDS)
    assert f"{proof_rules.EXACT_TOLERANCE:g}".replace("e-0", "e-") in GUIDE
    assert re.findall(r"at least \*\*(\w+)\*\*", GUIDE) == ["three"] and proof_rules.MISTAKES == 3


def test_the_guide_lists_the_domains_that_there_are():
    section = GUIDE.split("## Domains")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == list(BASES)
    for phrase in re.search(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)[1].splitlines():
        assert Domain.parse(str(Domain.parse(phrase))) == Domain.parse(phrase)
