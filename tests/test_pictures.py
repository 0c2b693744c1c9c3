"""Pictures of proofs: what is drawn is what the routine computes, and it can be told apart without colour."""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as xml
from dataclasses import replace
from pathlib import Path

import pytest
from program import quizprep

from quizprep import proof_rules, proofs
from quizprep.drawing import Columns, Grid, Line, Lines, as_json, draw
from quizprep.formatting import cell_width
from quizprep.numeric_prover import simplest_values
from quizprep.picture import bars, cells, curve, trace
from quizprep.prover import results_of
from quizprep.screen.layout import View
from quizprep.screen.plot import plot
from quizprep.svg import svg

PICTURED = [proof for proof in proofs.discover().values() if proof.picture is not None]


def drawn(name: str, mistake: str | None = None, **values):
    proof = proofs.get(name)
    return draw(proof, values, results_of(proof, values), mistake)


def test_forty_proofs_and_more_have_a_picture():
    assert len(PICTURED) >= 40


@pytest.mark.slow
@pytest.mark.parametrize("proof", PICTURED, ids=lambda proof: proof.id)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_picture_can_be_drawn_and_fits(proof, language: str):
    values = simplest_values(proof)
    if not values:
        pytest.skip("no small numbers meet its conditions")
    drawing = draw(proof, values, results_of(proof, values), language=language)
    assert drawing is not None
    for width in (40, 80, 120):
        for plain in (False, True):
            lines = plot(drawing, width, plain=plain)
            assert max(map(cell_width, lines)) <= width
            assert len(lines) <= 24
            assert any(line.strip() for line in lines)
    assert xml.fromstring(svg(drawing)).tag.endswith("svg")
    assert json.loads(json.dumps(as_json(drawing), allow_nan=False))


@pytest.mark.parametrize("proof", [each for each in PICTURED if each.formulas], ids=lambda proof: proof.id)
def test_a_curve_is_the_routines(proof):
    """Drawn from formulas, without torch; the routine has to give the same heights."""
    values = simplest_values(proof)
    drawing = draw(proof, values, {**dict.fromkeys(proof.steps, 0.0), **results_of(proof, values)}) if values else None
    if not isinstance(drawing, Lines):
        pytest.skip("no curve")
    steps = proof.picture.steps or (proof.result,)
    for line, step in zip(drawing.lines, steps, strict=False):
        for place, height in line.points[:: len(line.points) // 5]:
            if math.isfinite(height):
                expected = results_of(proof, {**values, proof.picture.symbol: place})[step]
                assert height == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_the_mistake_that_was_made_is_drawn_beside_the_right_curve():
    plain, wrong = drawn("f1-score", TP=8, FP=2, FN=4), drawn("f1-score", "arithmetic-mean", TP=8, FP=2, FN=4)
    assert [line.wrong for line in plain.lines] == [False]
    assert [(line.name, line.wrong) for line in wrong.lines] == [("f1", False), ("arithmetic-mean", True)]
    right, mistaken = (dict(line.points)[8.0] for line in wrong.lines)
    assert right == pytest.approx(2 * 0.8 * (2 / 3) / (0.8 + 2 / 3))
    assert mistaken == pytest.approx((0.8 + 2 / 3) / 2)
    assert wrong.marked == 8
    shown = "\n".join(plot(wrong, 80))
    assert "✗ arithmetic-mean" in shown and "▲" in shown


def test_the_lines_are_called_what_the_worked_solution_calls_them():
    proof = proofs.get("sigmoid")
    values, results = {"x": 1.0}, {"s": 0.7310585786300049, "slope": 0.19661193324148185}
    for language, name in (("en", "slope"), ("ko", "기울기 (slope)")):
        drawing = draw(proof, values, results, language=language)
        assert name in [line.name for line in drawing.lines]


def test_a_mistake_goes_by_its_sentence_too():
    for sentence in proofs.get("f1-score").mistake("arithmetic-mean").text.by_language.values():
        assert drawn("f1-score", sentence, TP=8, FP=2, FN=4).lines[-1].name == "arithmetic-mean"


def test_a_mistake_of_another_step_is_not_drawn():
    assert len(drawn("sigmoid", "square-for-product", x=1.0).lines) == 3
    assert len(drawn("gaussian-peak", "no-such-mistake", sigma=1.0).lines) == 1


def test_a_question_without_numbers_is_drawn_on_those_that_its_proof_was_run_on():
    proof = proofs.get("f1-score")
    drawing = draw(proof, {}, results_of(proof, simplest_values(proof)), "arithmetic-mean")
    assert [line.name for line in drawing.lines] == ["f1", "arithmetic-mean"]


def test_lines_are_told_apart_by_how_they_are_broken():
    line = tuple((float(x), 0.5) for x in range(100))
    samples = {
        tuple(char for row in plot(Lines("x", (*[Line("", ())] * index, Line("n", line))), 80)[:10] for char in row)
        for index in range(4)
    }
    assert len(samples) == 4


def test_a_line_is_interrupted_where_it_is_no_number():
    points = tuple((float(x), math.nan if 40 < x < 60 else 1.0) for x in range(100))
    rows = plot(Lines("x", (Line("n", points),)), 80)[:10]
    (row,) = [row for row in rows if any("\u2800" < char <= "\u28ff" for char in row)]
    assert "   " in row.partition("│")[2].strip()


def test_plain_pictures_are_ascii():
    drawing = drawn("sigmoid", "tanh", x=1.0)
    assert all(line.isascii() for line in plot(drawing, 80, plain=True))
    grid = Grid("m", ((0.0, 1.0), (0.5, math.nan)), "rows", "columns")
    assert all(line.isascii() for line in plot(grid, 80, plain=True))


def test_a_matrix_shows_its_numbers_or_where_they_do_not_fit_its_shades():
    small = plot(Grid("m", ((0.0, 1.0), (0.25, 0.5))), 80)
    assert small[0].split() == ["0", "██", "1"] or small[0].split() == ["0", "██1"]
    wide = plot(Grid("m", tuple(tuple(float(row == column) for column in range(38)) for row in range(38))), 80)
    assert wide[0].startswith("██") and max(map(cell_width, wide)) <= 80


def test_bars_below_zero_go_to_the_left():
    first, second = plot(Columns(("x",), ((-1.0,), (1.0,))), 60)
    assert first.index("█") < first.index("│") and second.index("│") < second.index("█")


def test_a_trace_is_drawn_in_order():
    proof = replace_picture("expectation-and-variance", trace("x", over="P"))
    values = {"P": [0.5, 0.5], "x": [1.0, 3.0]}
    drawing = draw(proof, values, results_of(proof, values))
    assert drawing.lines[0].points == ((0.5, 1.0), (0.5, 3.0))


def replace_picture(name: str, picture):
    return replace(proofs.get(name), picture=picture)


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (curve("z", -1, 1), "runs over `z`"),
        (curve("x", 1, -1), "give the smaller number first"),
        (curve("x", -1, 1, "nothing"), "has `nothing`"),
        (cells("nothing"), "has `nothing`"),
        (bars("s", "nothing"), "has `nothing`"),
        (trace("s", over="nothing"), "has `nothing`"),
    ],
)
def test_a_picture_of_what_the_proof_does_not_know_is_a_defect(picture, said: str):
    assert any(said in line for line in proof_rules.defects(replace_picture("sigmoid", picture)))


def test_a_wrong_answer_shows_the_picture_at_the_end():
    view = View("ko", 80)
    lines = view.picture(drawn("sigmoid", x=1.0))
    assert any("⠤" in line for line in lines) and all(cell_width(line) <= 80 for line in lines)


@pytest.mark.slow
def test_prove_shows_it_and_gives_the_points(tmp_path: Path):
    done = quizprep("prove", "sigmoid", "x=1", home=tmp_path)
    assert done.returncode == 0 and "▲" in done.stdout and "⠤⠤⠤⠤  s" in done.stdout
    found = json.loads(quizprep("prove", "sigmoid", "x=1", "--json", home=tmp_path).stdout)
    assert found["picture"]["marked"] == 1 and [line["name"] for line in found["picture"]["lines"]] == ["s", "slope"]
    done = quizprep("prove", "sigmoid", "x=1", home=tmp_path, env={"PYTHONIOENCODING": "ascii"}, fresh=True)
    assert "****  s" in done.stdout
