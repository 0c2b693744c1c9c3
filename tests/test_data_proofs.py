"""Proofs as data: what a file may hold, what it is told, and that such proofs are held like those in Python."""

from __future__ import annotations

import re
import subprocess
import sys
from random import Random

import numpy as np
import pytest
from program import ROOT

from quizprep import mutation_score, numeric_prover, proof_rules
from quizprep.drawing import Lines, draw
from quizprep.judge.against_proof import check_formula
from quizprep.proof_source import data_of
from quizprep.proofs import Proof
from quizprep.proofs.data import build, check, read
from quizprep.proofs.data.distributions import DISTRIBUTIONS, RandomDraw
from quizprep.proofs.data.formula_mutants import changed_proofs
from quizprep.prover import compute
from quizprep.self_test import self_test
from quizprep.strict_yaml import Defect

GUIDE = (ROOT / "docs" / "proofs.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"\n## Proofs as data\n.*?```yaml\n(.*?)```", GUIDE, re.DOTALL)[1]
AREA = """\
proofs:
- id: area
  title: Area
  statement: The area of a rectangle is width times height.
  symbols:
    w: {domain: positive, meaning: width}
    h: {domain: positive, meaning: height}
  steps:
    doubled: 2 * w * h
    area: doubled / 2
  oracles:
  - {kind: closed-form, via: difference of squares, formula: ((w + h)^2 - (w - h)^2) / 4}
  mistakes:
  - {name: added, formula: w + h, text: The sides are multiplied.}
  - {name: doubled, formula: doubled, text: That is twice the area.}
  - {name: squared, formula: w^2, text: The sides differ.}
  claims:
  - {condition: area > 0, text: An area is positive.}
  source: Euclid, Elements, book I
"""


def proofs_of(text: str, languages: tuple[str, ...] = ("en",)) -> list[Proof]:
    found, defects = read(text.encode(), "pack", "pack/proofs.yaml", languages)
    assert defects == []
    return found


def defects_of(text: str, languages: tuple[str, ...] = ("en",)) -> list[Defect]:
    _, defects = read(text.encode(), "pack", "pack/proofs.yaml", languages)
    assert all("; " in defect.message for defect in defects), "what to do is missing"
    return defects


def test_the_guide_s_proofs_pass_every_test():
    found = proofs_of(EXAMPLE)
    assert [proof.id for proof in found] == [
        "pack/sample-variance",
        "pack/standard-error-of-the-mean",
        "pack/means-look-normal",
    ]
    for proof in found:
        assert self_test(proof).failures == ()
        if not proof.takes_random:
            score = mutation_score.score(proof)
            assert score.survivors == () and set(score.noticed_by) <= {"oracle", "claim"}
    assert [proof.takes_random for proof in found] == [False, False, True]
    assert mutation_score.score(found[0]).mutants > 8


def test_a_proof_gives_what_its_formulas_say():
    variance, error, means = proofs_of(EXAMPLE)
    computed = compute(variance, {"x": [1, 2, 6]})
    assert computed.results == {"m": 3, "v": 7}
    assert [oracle.agreed for oracle in computed.oracles] == [True, True]
    assert compute(error, {"sigma": 2.0, "n": 16}).results == {"se": 0.5}
    one, again, other = (compute(means, {}, seed=seed).results["inside"] for seed in (3, 3, 4))
    assert one == again != other


def test_a_tick_is_given_by_an_oracle_that_agrees_and_by_none_else():
    wrong = AREA.replace("(w - h)^2", "(w - h)^3")
    (proof,) = proofs_of(wrong)
    assert [oracle.agreed for oracle in compute(proof, {"w": 3, "h": 5}).oracles] == [False]
    assert any("difference of squares differs by" in line for line in self_test(proof).failures)
    (without,) = proofs_of(re.sub(r"  oracles:\n.*\n", "", AREA))
    assert compute(without, {"w": 3, "h": 5}).oracles == ()
    assert self_test(without).failures == (), "a claim vouches for it"
    (nothing,) = proofs_of(re.sub(r"  (oracles|claims):\n.*\n", "", AREA))
    assert any("nothing vouches for it" in line for line in self_test(nothing).failures)


def test_a_mistake_that_nothing_refutes_is_refused():
    (proof,) = proofs_of(AREA.replace("formula: w^2", "formula: w * |h|"))
    (failure,) = self_test(proof).failures
    assert failure.startswith("pack/proofs.yaml:2: mistake squared is not refuted")


def test_what_is_drawn_is_changed_too():
    means = proofs_of(EXAMPLE)[2]
    changes = dict(changed_proofs(means))
    assert "x: 1000 x 10 of exponential(2)" in changes
    assert mutation_score.score(means).survivors == ()
    loose = proofs_of(EXAMPLE.replace("0.92 < inside and inside < 0.98", "0 <= inside and inside <= 1"))[2]
    assert any("exponential(2)" in survivor.change for survivor in mutation_score.score(loose).survivors)


def test_a_step_that_nothing_vouches_for_is_found_out():
    loose = AREA.replace("    area: doubled / 2", "    half: w * h / 2\n    area: doubled / 2")
    (proof,) = proofs_of(loose)
    survivors = mutation_score.score(proof).survivors
    assert survivors and all(survivor.change.startswith("half = ") for survivor in survivors if not survivor.of_claim)


def test_the_rules_of_a_declaration_hold():
    (proof,) = proofs_of(re.sub(r"  - \{name: squared.*\n", "", AREA))
    assert proof_rules.defects(proof) == [
        "pack/proofs.yaml:2: it knows 2 mistakes; a proof made of formulas names at least 3"
    ]


def test_a_student_s_formula_is_judged():
    (proof,) = proofs_of(AREA)
    assert check_formula(proof, "h w").verdict == "equivalent"
    wrong = check_formula(proof, "w + h")
    assert wrong.verdict == "different" and wrong.diagnosis["kind"] == "added"
    assert check_formula(proof, "h", gradient="w").verdict == "equivalent"


def test_a_proof_is_shown_as_it_is_written(tmp_path):
    file = tmp_path / "proofs.yaml"
    file.write_text(EXAMPLE, encoding="utf-8")
    found, _ = read(file.read_bytes(), "pack", str(file), ("en",))
    code = data_of(found[1])
    assert code.line == found[1].line == EXAMPLE[: EXAMPLE.index("- id: standard-error")].count("\n") + 1
    assert code.text.startswith("- id: standard-error") and code.text.endswith("(2004), ch. 7")


def test_texts_are_in_the_languages_of_the_pack():
    words = re.sub(r"(title|statement|meaning|text|via): ('[^'\n]*'|[^}\n,]*)", r"\1: {ko: \2, de: \2}", AREA)
    (proof,) = proofs_of(words, ("ko", "de"))
    assert proof.title["ko"] == proof.title["en"] == "Area"
    assert any("no language of the pack" in message for _, message in defects_of(words, ("de",)))
    assert any("write it as {en: ..., ko: ...}" in message for _, message in defects_of(AREA, ("en", "ko")))


def test_a_picture_is_drawn_from_the_formulas():
    (proof,) = proofs_of(AREA.replace("  source:", "  picture: {curve: w, from: 1, to: 3}\n  source:"))
    drawing = draw(proof, {"w": 2, "h": 5}, compute(proof, {"w": 2, "h": 5}).results, "added")
    assert isinstance(drawing, Lines) and drawing.marked == 2
    right, wrong = drawing.lines
    assert (right.points[0], right.points[-1]) == ((1, 5), (3, 15)) and wrong.points[0] == (1, 6)


def test_a_row_outlives_a_cache_of_json():
    import json

    rows, _ = check(EXAMPLE.encode(), "f", ("en",))
    kept = [type(row)(*json.loads(json.dumps(row))) for row in rows]
    built = [build(row, "other", "f", ("en",)) for row in kept]
    assert built[2].id == "other/means-look-normal" and built[2].steps["x"].axes == 2
    assert compute(built[0], {"x": [1, 3]}).results["v"] == 2


FAULTS = [
    ("proofs:\n- id: area", "proof:\n- id: area", 1, "holds no proofs"),
    ("id: area", "id: An area", 2, "`An area` is no id"),
    ("  title: Area\n", "", 2, "`title` of a proof is missing"),
    ("title:", "titel:", 3, "unknown field `titel` of a proof; did you mean `title`?"),
    ("domain: positive, meaning: width", "domain: positiv, meaning: width", 6, "the domain of `w` cannot be read"),
    ("domain: positive, meaning: width", "domain: real in 3..1, meaning: width", 6, "holds no number"),
    ("domain: positive, meaning: width", "domain: 'vector[99999]', meaning: width", 6, "is too large"),
    (", meaning: width", "", 6, "`meaning` of symbol `w` is missing"),
    ("    h: {", "    w_1: {domain: real, meaning: a}\n    w1: {domain: real, meaning: a}\n    h: {", 8, "`w1` is the name of w_1"),
    ("2 * w * h", "2 * (w * h", 9, "step `doubled` cannot be read"),
    ("2 * w * h", "2 * w * area", 9, "uses `area`, which has no value here; move that step above it"),
    ("2 * w * h", "w > h", 9, "step `doubled` is a condition"),
    ("2 * w * h", "", 9, "step `doubled` is empty"),
    ("2 * w * h", "{draw: 'normal(w)'}", 9, "the draw of step `doubled` has 1 parameters"),
    ("2 * w * h", "{draw: 'norml(w, h)'}", 9, "did you mean `normal`?"),
    ("2 * w * h", "{draw: 'm of normal(w, h)'}", 9, "draws `m` numbers"),
    ("closed-form, via: difference of squares, formula: (", "simulation, draw: {z: 'normal(w, -h)'}, samples: 200, "
     "tolerance: 0.1, via: drawing, formula: (z + ", 12, "normal needs a standard deviation of 0 or more"),
    ("2 * w * h", "'[1, 2] * [1, 2, 3]'", 9, "step `doubled` has no value on small numbers"),
    ("((w + h)^2 - (w - h)^2) / 4", "h * w", 12, "is the formula of `area` itself"),
    ("((w + h)^2 - (w - h)^2) / 4", "doubled - w h", 12, "uses the step `doubled`"),
    ("((w + h)^2 - (w - h)^2) / 4", "'[w h, w h]'", 12, "the oracle gives length 2 and `area` is a single number"),
    ("kind: closed-form", "kind: autograd", 12, "`autograd` is no kind of oracle"),
    ("kind: closed-form", "kind: simulation", 12, "`draw` of a simulation is missing"),
    ("kind: closed-form", "kind: closed-form, samples: 1000", 12, "`samples` belongs to a simulation"),
    ("kind: closed-form", "kind: closed-form, tolerance: 5", 12, "write a number from 0 to 0.2"),
    ("kind: closed-form", "kind: closed-form, of: areas", 12, "`areas`, which is no step; did you mean `area`?"),
    ("formula: w + h", "formula: h * w", 14, "mistake `added` is the right formula"),
    ("formula: w + h", "formula: w > h", 14, "mistake `added` is a condition"),
    ("area > 0", "area + 1", 18, "a claim is no condition"),
    ("  source: Euclid, Elements, book I\n", "", 2, "`source` of a proof is missing"),
    ("  source:", "  where: [area > 1]\n  source:", 19, "uses `area`, which has no value here"),
    ("  source:", "  where: [w > 10^9]\n  source:", 19, "no small numbers meet its `where`"),
    ("  source:", "  result: surface\n  source:", 19, "`surface`, which is no step"),
    ("  source:", "  picture: {curve: w, from: 0}\n  source:", 19, "`to` of `picture` is missing"),
    ("  source:", "  lengths: {n: 3}\n  source:", 19, "there is no axis `n`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "said"), FAULTS, ids=[fault[3] for fault in FAULTS])
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, said: str):
    assert old in AREA
    found = defects_of(AREA.replace(old, new, 1))
    assert any(defect.line == line and said in defect.message for defect in found), found


def test_every_fault_of_a_file_is_told():
    broken = AREA.replace("2 * w * h", "2 * (w").replace("area > 0", "area >") + AREA.removeprefix("proofs:\n")
    lines = [line for line, _ in defects_of(broken)]
    assert lines == [9, 18, 20]  # the last one is that of the id


SLOW = "Σ_{i=1}^9999 Σ_{j=1}^200 (i j)^0.5"
HOSTILE = {
    "aliases": "a: &a [x, x]\nproofs:\n- id: [*a, *a, *a]\n",
    "steps": "proofs:\n- id: a\n  steps:\n" + "".join(f"    s{number}: 1\n" for number in range(250_000)),
    "many steps": AREA.replace("  steps:\n", "  steps:\n" + "".join(f"    s_{n}: w\n" for n in range(41))),
    "deep": "proofs:\n- steps: " + "[" * 5000 + "]" * 5000,
    "long formula": AREA.replace("2 * w * h", "+".join(["w"] * 290)),
    "slow steps": AREA.replace("  steps:\n", "  steps:\n" + "".join(f"    s_{n}: {SLOW}\n" for n in range(35))),
    "nested sums": AREA.replace("2 * w * h", "Σ_{i=1}^9999 Σ_{j=1}^9999 Σ_{k=1}^9999 (i j k)"),
    "powers": AREA.replace("2 * w * h", "9^9^9^9^9^9"),
    "factorial": AREA.replace("2 * w * h", "binomial(10^9, 5 10^8) (10^9)!"),
    "integrals": AREA.replace(
        "2 * w * h", "integral(integral(integral(sin(x y z w), x, 0, 999), y, 0, 999), z, 0, 999)"
    ),
    "connectives": AREA.replace("2 * w * h", "1[" + " xor ".join(f"w > {n}" for n in range(40)) + "]"),
    "complex": AREA.replace("2 * w * h", "|" + " ".join(["(w + i)"] * 60) + "|") + "  numbers: complex\n",
    "large set": AREA.replace("2 * w * h", "'|{" + ", ".join(f"w + {n}" for n in range(60)) + "} ∪ {1}|'"),
    "many draws": AREA.replace("2 * w * h", "{draw: 99999 x 99999 of normal(w, h)}"),
    "many arrivals": AREA.replace("2 * w * h", "{draw: poisson(10^12)}"),
    "control character": AREA.replace("title: Area", 'title: "\\e[2J"'),
    "number": AREA.replace("domain: positive, meaning: width", "domain: size in 1..1e400, meaning: width"),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_in_bounded_time(text: str):
    found, defects = read(text.encode(), "pack", "proofs.yaml", ("en",))
    for proof in found:  # what is not refused has a value, or none, in time
        self_test(proof)
    assert defects or all(np.isfinite(proof.line) for proof in found)
    assert all(defect.line >= 1 and "\x1b" not in defect.message for defect in defects)


PARTS = [
    "{draw: 'n of normal(w, h)'}", "sum(", "^2", "x_i", "Σ", "|", "1e999", "-1", "null", "true", "vector[n]", "size", "~",
    "*a", "\t", "pi", "[1, 2; 3]", "if w > 1 else 0", "\\frac{1}{2}", "kind: simulation", "samples: 5", "of: area", "\n  ",
    "inv(w)", "w^T", ": ", "- ", "{", "]", "'", "%", "…", "가",
]  # fmt: skip


def test_whatever_a_file_holds_it_is_read_or_refused():
    random, read_well = Random(7), 0
    for _ in range(600):
        text = AREA
        for _ in range(random.randint(1, 2)):
            start = random.randrange(len(text))
            text = text[:start] + random.choice([*PARTS, ""]) + text[start + random.randint(0, 8) :]
        found, defects = read(text.encode(), "pack", "proofs.yaml", ("en",))
        assert found or defects
        assert all(defect.line >= 1 and "; " in defect.message for defect in defects)
        for proof in found:
            read_well += 1
            numeric_prover.compute(proof, {})
    assert read_well > 20


def test_growth_by_doubling_is_bounded():
    """Steps that each use the one before twice would be 2^39 parts, written out."""
    steps = "".join(f"    s_{n}: s_{n - 1} + s_{n - 1}^2\n" for n in range(1, 38))
    (proof,) = proofs_of(AREA.replace("  steps:\n", "  steps:\n    s_0: w / 100\n" + steps))
    assert check_formula(proof, "w h").verdict == "equivalent"


MOMENTS = {
    "normal(2, 3)": (2, 9),
    "uniform(-1, 3)": (1, 16 / 12),
    "bernoulli(0.3)": (0.3, 0.21),
    "binomial(7, 0.4)": (2.8, 1.68),
    "poisson(2.5)": (2.5, 2.5),
    "exponential(2)": (0.5, 0.25),
    "integers(1, 6)": (3.5, 35 / 12),
    "categorical([0.2, 0.3, 0.5])": (1.3, 0.61),
}


def test_a_condition_on_a_length_is_met_by_the_small_numbers_too():
    (proof,) = proofs_of(
        AREA.replace("domain: positive, meaning: width", "domain: 'vector[n] of positive', meaning: widths")
        .replace("2 * w * h", "2 * sum(w) * h")
        .replace("((w + h)^2 - (w - h)^2) / 4", "(sum(w + 1) - len(w)) h")
        .replace("w + h", "h")
        .replace("w^2", "h^2")
        .replace("  source:", "  where: [len(w) > 3]\n  source:")
    )
    assert len(compute(proof, {}).values["w"]) == 4
    assert self_test(proof).failures == ()
    assert mutation_score.score(proof).mutants > 4


@pytest.mark.parametrize("text", MOMENTS)
def test_a_distribution_has_its_moments(text: str):
    draw, (mean, variance) = RandomDraw.parse(f"40000 of {text}"), MOMENTS[text]
    parameters = [np.array([eval(part)], dtype=float) for part in draw.parameters]
    numbers = draw.numbers(Random(1), 1, (40000,), parameters)[0]
    assert numbers.shape == (40000,)
    assert abs(numbers.mean() - mean) < 4 * (variance / 40000) ** 0.5
    assert abs(numbers.var() - variance) < 0.06 * variance


def test_every_distribution_is_tried_and_explained():
    assert {text.partition("(")[0] for text in MOMENTS} == {*DISTRIBUTIONS}
    assert all(f"| `{name}(" in GUIDE for name in DISTRIBUTIONS)


def test_vectors_of_parameters_give_vectors():
    draw = RandomDraw.parse("5 of normal(mu, 0)")
    numbers = draw.numbers(Random(1), 3, (5,), [np.array([[1.0, 2.0]]), np.zeros(1)])
    assert numbers.shape == (3, 5, 2) and (numbers[1, 4] == [1, 2]).all()


def test_numpy_and_torch_compute_the_same():
    for proof in proofs_of(EXAMPLE):
        plain, by_torch = numeric_prover.compute(proof, {}, seed=5), compute(proof, {}, seed=5)
        assert plain.values == by_torch.values and plain.steps == by_torch.steps
        assert [each.results for each in plain.oracles] == [each.results for each in by_torch.oracles]
        for one, other in zip(plain.oracles, by_torch.oracles, strict=True):
            assert one.agreed and abs(one.difference - other.difference) < 1e-12


def test_reading_and_computing_import_no_torch():
    program = (
        "import sys\n"
        "from quizprep import engine\n"
        "from quizprep.proofs.data import read\n"
        f"found, _ = read({AREA!r}.encode(), 'pack', 'f', ('en',))\n"
        "computed = engine.compute(found[0], {'w': 3, 'h': 5}, device='auto', seed=0, language='en')\n"
        "print(computed.results['area'], computed.oracles[0].agreed, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "15.0 True False\n"
