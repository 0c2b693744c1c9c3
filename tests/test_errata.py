"""The errata of the notes: the file, its checks, live refutations and the command."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from program import objects, quizprep

from quizprep.deck import Deck
from quizprep.errors import AuthorError, LearnerError
from quizprep.judge import erratum
from quizprep.proofs import get

SOUND = """\
errata:
  - id: upside-down
    where: ["000 §7"]
    chapter: classification-metrics
    claim: {en: F1 is upside down., ko: F1이 거꾸로이다.}
    truth: {en: It is not., ko: 그렇지 않다.}
    severity: wrong
    proof: f1-score
    mistake: upside-down
"""
BY_CONDITION = SOUND.replace("mistake: upside-down", "when: f1 > 1\n    values: {TP: 1, FP: 1, FN: 1}")
BY_FORMULA = SOUND.replace("mistake: upside-down", "formula: (precision + recall) / 2")


@pytest.fixture(scope="module")
def syllabus():
    return Deck.open([], cache_path=None).syllabus()


@pytest.fixture(scope="module")
def shipped(syllabus) -> list[erratum.Erratum]:
    return erratum.load(syllabus)


@pytest.fixture
def write(tmp_path: Path):
    def write_errata(content: str) -> Path:
        file = tmp_path / "errata.yaml"
        file.write_text(content, encoding="utf-8")
        return file

    return write_errata


# --- the shipped errata ---------------------------------------------------------------------


@pytest.mark.slow
def test_lint_finds_nothing_wrong_with_the_errata(syllabus):
    (file,) = erratum.files_among(None)
    assert erratum.defects(syllabus, file) == []
    assert erratum.unrefuted(syllabus, file) == []


def test_there_are_over_two_hundred_in_all_notes_and_severities(shipped, figure):
    figure(f"errata: {len(shipped)}, {sum(each.proof is None for each in shipped)} of them with a source")
    assert len(shipped) >= 210
    assert sum(each.proof is None for each in shipped) <= len(shipped) / 5, "most are refuted, not only looked up"
    assert {note for each in shipped for note in each.notes} == {"000", "001", "002", "003", "004"}
    assert {each.severity for each in shipped} == set(erratum.SEVERITIES)


@pytest.mark.parametrize(
    "id",
    [
        "f1-upside-down",
        "update-without-gradient",
        "gini-one-half-is-low",
        "updating-on-the-way-back",
        "elbo-is-error-plus-kl",
    ],
)
def test_the_best_known_mistakes_are_listed_as_wrong(shipped, id: str):
    assert next(each for each in shipped if each.id == id).severity == "wrong"


def test_counterexamples_have_the_numbers(shipped):
    found = {each.id: erratum.refute(each) for each in shipped if each.proof in ("f1-score", "gini-impurity")}
    upside_down = found["f1-upside-down"].counterexample()
    TP, FP, FN = (upside_down["inputs"][name] for name in ("TP", "FP", "FN"))
    assert upside_down["results"] == {"f1": pytest.approx(2 * TP / (2 * TP + FP + FN))}
    assert upside_down["gives"] == pytest.approx(4 / upside_down["results"]["f1"])
    assert found["gini-one-half-is-low"].results == {"gini": 0.5}


# --- refuting -------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [SOUND, BY_CONDITION, BY_FORMULA])
def test_each_way_refutes(syllabus, write, content: str):
    (one,) = erratum.load(syllabus, write(content))
    refutation = erratum.refute(one)
    assert refutation.refuted and refutation.results and refutation.inputs


def test_what_is_true_is_not_refuted(syllabus, write):
    (by_formula,) = erratum.load(syllabus, write(BY_FORMULA))
    (by_condition,) = erratum.load(syllabus, write(BY_CONDITION))
    assert not erratum.refute(replace(by_formula, formula="2 TP / (2 TP + FP + FN)")).refuted
    assert not erratum.refute(replace(by_condition, when="f1 <= 1")).refuted


def test_a_condition_over_vectors_holds_only_where_it_holds_everywhere(syllabus, write):
    (by_condition,) = erratum.load(syllabus, write(BY_CONDITION))
    softmax = replace(by_condition, proof="softmax", chapter="activation-functions", values={"z": [0.0, 0.0, 5.0]})
    assert erratum.refute(replace(softmax, when="p > 0.5")).refuted
    assert not erratum.refute(replace(softmax, when="p > 0")).refuted


def test_a_claim_about_behaviour_must_fail_on_every_seed(syllabus, write):
    (one,) = erratum.load(syllabus, write(SOUND))
    behaviour = replace(one, proof="memorising-random-labels", chapter="model-selection", mistake=None)
    assert erratum.refute(replace(behaviour, when="test_score > 0.7")).refuted
    seeds = [
        erratum._results("memorising-random-labels", "{}", seed, "cpu")["test_score"] for seed in range(erratum.SEEDS)
    ]
    assert min(seeds) < max(seeds)
    assert not erratum.refute(replace(behaviour, when=f"test_score >= {max(seeds)}")).refuted


# --- the file -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("severity: wrong", "severity: bad", 7, "`severity` is `bad`"),
        (
            "chapter: classification-metrics",
            "chapter: classification-metric",
            4,
            "did you mean `classification-metrics`",
        ),
        ("proof: f1-score", "proof: f1-scores", 8, "did you mean `f1-score`"),
        ("mistake: upside-down", "mistake: upside", 9, "its mistakes are upside-down"),
        ("mistake: upside-down", "formula: 2 (P", 9, "cannot be read"),
        ("mistake: upside-down", "formula: 2 TQ", 9, "TQ"),
        ("mistake: upside-down", "formula: 2 TP\n    of: f2", 10, "no step `f2`"),
        ("mistake: upside-down", "mistake: upside-down\n    formula: 2 TP", 2, "exactly one way"),
        ("    mistake: upside-down\n", "", 2, "exactly one way"),
        ("mistake: upside-down", "mistake: upside-down\n    of: f1", 10, "`of` belongs to `formula`"),
        ("mistake: upside-down", "when: f1 > 1", 2, "its symbols are TP, FP, FN"),
        ("mistake: upside-down", "when: f1 > 1\n    values: {TP: -1, FP: 1, FN: 1}", 10, "outside"),
        ("mistake: upside-down", "when: f1 > 1\n    values: {TP: 0, FP: 1, FN: 1}", 10, "needs TP > 0"),
        ("mistake: upside-down", "when: f1 > 1\n    values: {TP: many, FP: 1, FN: 1}", 10, "TP is no number"),
        ("mistake: upside-down", "when: TP > 3\n    values: {TP: 1, FP: 1, FN: 1}", 9, "does not depend on a result"),
        ("mistake: upside-down", "when: f1\n    values: {TP: 1, FP: 1, FN: 1}", 9, "is no condition"),
        ('where: ["000 §7"]', "where: [section 7]", 3, "no place in the notes"),
        (", ko: F1이 거꾸로이다.", "", 5, "`ko` of `claim` is missing"),
        (
            "ko: F1이 거꾸로이다.",
            "ko: F1 is upside down.",
            5,
            "`ko` of `claim` has no Korean letter; write it in Korean",
        ),
        ("en: It is not.", "en: 그렇지 않다.", 6, "`en` of `truth` has Korean letters; write it in English"),
        ("id: upside-down", "id: Upside down", 2, "is no id"),
        ("    truth: {en: It is not., ko: 그렇지 않다.}\n", "", 2, "`truth` is missing"),
        ("severity: wrong", "severity: [wrong]", 7, "`severity` is a list"),
        ("mistake: upside-down", "when: f1 > 1\n    values: {TP: [[many]], FP: 1, FN: 1}", 10, "TP is no number"),
        ("mistake: upside-down", "when: f1 > 1\n    values: [1, 1, 1]", 10, "its symbols are TP, FP, FN"),
        ("severity: wrong", "severity: wrong\n    colour: red", 8, "unknown field `colour`"),
        (SOUND, SOUND + SOUND.removeprefix("errata:\n"), 10, "taken by line 2"),
        (SOUND, "errata:\n  - one\n", 2, "an erratum is a mapping"),
        (SOUND, "errata: []\n", 1, "missing or empty"),
        (SOUND, "errata:\n\t- one\n", 2, "a tab"),
    ],
)
def test_defects_name_file_and_line(syllabus, write, old: str, new: str, line: int, said: str):
    assert old in SOUND
    file = write(SOUND.replace(old, new))
    found = erratum.defects(syllabus, file)
    assert any(each.startswith(f"{file}:{line}: ") and said in each for each in found), found
    with pytest.raises(AuthorError):
        erratum.load(syllabus, file)


@pytest.mark.parametrize("field", ["mistake: upside-down", "formula: f1\n    of: f1"])
def test_a_name_without_end_is_cut_short_in_the_defect(syllabus, write, field: str):
    file = write(SOUND.replace("mistake: upside-down", field + "x" * 5000))
    (line,) = erratum.defects(syllabus, file)
    assert "xxx" in line and len(line) < 1000


def test_a_missing_file_is_said(syllabus, tmp_path: Path):
    with pytest.raises(AuthorError, match="check the path"):
        erratum.load(syllabus, tmp_path / "errata.yaml")


def test_a_proof_about_behaviour_takes_no_formula(syllabus, write):
    assert get("memorising-random-labels").takes_random
    file = write(BY_FORMULA.replace("f1-score", "memorising-random-labels"))
    assert any("write a condition" in each for each in erratum.defects(syllabus, file))


def test_selecting(shipped):
    assert {each.chapter for each in erratum.select(shipped, "optimisers")} == {"optimisers"}
    assert all("003" in each.notes for each in erratum.select(shipped, "003"))
    assert [each.id for each in erratum.select(shipped, "f1-upside-down")] == ["f1-upside-down"]
    assert {each.severity for each in erratum.select(shipped, None, "typo")} == {"typo"}
    with pytest.raises(LearnerError, match="did you mean `optimisers`") as refused:
        erratum.select(shipped, "optimizers")
    assert refused.value.said["ko"] == "`optimizers`에 해당하는 오류가 없습니다. 혹시 `optimisers`인가요?"
    with pytest.raises(LearnerError, match="wrong, typo, imprecise"):
        erratum.select(shipped, None, "grave")


# --- the commands ---------------------------------------------------------------------------


@pytest.mark.slow
def test_json_has_an_object_for_each(tmp_path: Path):
    done = quizprep("errata", "classification-metrics", "--json", home=tmp_path)
    found = objects(done.stdout)
    assert done.returncode == 0 and found
    for each in found:
        assert set(each) >= {"id", "where", "claim", "truth", "severity", "proof", "refuted", "counterexample"}
        assert each["refuted"] is True and each["counterexample"]["results"]
        assert set(each["claim"]) == set(each["truth"]) == {"en", "ko"}


@pytest.mark.slow
def test_text_shows_claim_truth_and_numbers_in_korean(tmp_path: Path):
    done = quizprep("errata", "002", "--lang", "ko", home=tmp_path)
    assert done.returncode == 0
    for part in ("[부정확]", "002", "주장", "사실", "반증", "sparse-autoencoder-loss"):
        assert part in done.stdout


def test_a_list_refutes_nothing(tmp_path: Path):
    done = quizprep("errata", "--list", "--severity", "typo", "--json", home=tmp_path)
    assert {(each["severity"], each["refuted"]) for each in objects(done.stdout)} == {("typo", None)}


@pytest.mark.parametrize(("language", "said"), [("en", "No errata of `{}` are typo"), ("ko", "오타 항목은 없습니다")])
def test_where_there_is_none_of_a_severity_it_says_of_which_there_are(tmp_path: Path, language: str, said: str):
    shipped = erratum.load(Deck.open([], cache_path=None).syllabus())
    without = next(each.chapter for each in shipped if not erratum.select(shipped, each.chapter, "typo"))
    done = quizprep("errata", without, "--severity", "typo", "--lang", language, home=tmp_path)
    assert done.returncode == 0 and said.format(without) in done.stdout and ": " in done.stdout


def test_an_unknown_name_is_refused(tmp_path: Path):
    done = quizprep("errata", "005", home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the notes are 000, 001, 002, 003, 004" in done.stderr


def test_what_no_computation_can_tell_has_a_source_and_is_not_called_refuted(tmp_path: Path):
    done = quizprep("errata", "gan-of-2015", "--json", home=tmp_path)
    (found,) = objects(done.stdout)
    assert (done.returncode, found["proof"], found["refuted"]) == (0, None, None)
    assert "1406.2661" in found["source"]["en"]
    done = quizprep("errata", "gan-of-2015", "--lang", "ko", home=tmp_path)
    assert "출처" in done.stdout and "반증 0개, 출처가 있는 것 1개" in done.stderr


def test_a_source_stands_in_place_of_a_proof(syllabus, write):
    source = "source: {en: A paper of 2020, ko: 2020년의 논문}"
    file = write(re.sub(r"    proof: .*(\n    mistake: .*)?", "    " + source, SOUND))
    assert erratum.defects(syllabus, file) == []
    (one,) = erratum.load(syllabus, file)
    assert one.proof is None and one.source is not None and one.source["ko"] == "2020년의 논문"
    assert erratum.unrefuted(syllabus, file) == []
    both = write(SOUND.rstrip("\n") + f"\n    {source}\n")
    assert any("`proof` beside a `source`" in each for each in erratum.defects(syllabus, both))


@pytest.mark.slow
def test_lint_reports_defects_and_what_is_not_refuted(write, tmp_path: Path):
    file = write(SOUND.replace("severity: wrong", "severity: bad"))
    done = quizprep("lint", str(file), "--json", home=tmp_path / "home")
    assert done.returncode == 1
    assert json.loads(done.stdout)["defects"] == [f"{file}:7: `severity` is `bad`; write one of wrong, typo, imprecise"]
    file = write(BY_FORMULA.replace("(precision + recall) / 2", "2 TP / (2 TP + FP + FN)"))
    done = quizprep("lint", str(file), "--json", home=tmp_path / "home")
    assert done.returncode == 1
    assert f"{file}:2: upside-down: proof `f1-score` does not refute" in json.loads(done.stdout)["defects"][0]


def test_the_deck_takes_no_errata_for_questions(write):
    file = write(SOUND)
    (file.parent / "own.yaml").write_text("chapter: optimisers\n", encoding="utf-8")
    from quizprep.deck import defects

    assert all("own.yaml" in line for line in defects([file.parent]))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_numbers_that_refute_are_shown_whole_and_called_in_the_readers_language(tmp_path, language: str):
    run = quizprep("errata", "one-hot-is-an-ingredient", "--lang", language, home=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "x = [1, 2]" in run.stdout and "y = [2, 4]" in run.stdout
    (again,) = objects(quizprep("errata", "one-hot-is-an-ingredient", "--json", home=tmp_path).stdout)
    assert again["counterexample"]["inputs"]["x"] == [1, 2]
    assert ("이후 손실 (loss after) = " in run.stdout) is (language == "ko"), run.stdout
