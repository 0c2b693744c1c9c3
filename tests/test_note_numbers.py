"""Numbers in notes: what is worked out is worked out again, with the rounding that is written."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow

COUNTS = "# A test\n\nTP = 9, FP = 3, FN = 1, TN = 7\n\n"


def numbers(note: str) -> list[Finding]:
    return [finding for finding in audit("note.md", note) if finding.kind == "number"]


def outcomes(note: str) -> list[str]:
    return [finding.outcome for finding in numbers(note)]


@pytest.mark.parametrize(
    "line",
    [
        "precision = 9/(9+3) = 0.75",
        "- recall = 9/(9 + 1) = 0.9",
        "5/8 = 0.63",
        "5/8 = 0.62",
        "2/3 ≈ 0.67",
        "$\\frac{9}{9+3} = \\frac{9}{12} = 0.75$",
        "2/4 = 50%",
        "(1.051 - 1) * 100 = 5.1%",
        "$\\frac{2}{10} \\times 100 = 20\\%$",
        "40 + 35 = 75%",
        "the accuracy, which is (90 + 10)/200 = 50%",
        "the layer has $5 \\times 5 \\times 3 \\times 16 = 1,200$ weights",
        "$11 \\times 11 \\times 3 \\times 96 \\approx 35k$",
        "112*112*64=800K",
        "56*56*128=400K",
        "총 6*(4+1) = 30개의 채널",
        "parameter 수는 3x3x8x4 = 288로 같다.",
        "(28 - 5 + 2*2)/1 + 1 = 28",
        "$(3 − 1) ∗ 1 + 3 = 5$",
    ],
)
def test_what_comes_out_as_written_is_right(line: str) -> None:
    assert set(outcomes(line)) == {"right"}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("recall = 9/(9 + 3) = 0.9", "0.75"),
        ("5/8 = 0.64", "0.625"),
        ("$5 \\times 5 \\times 3 \\times 16 = 1,020$", "1200"),
        ("(28 - 5 + 2*2)/1 + 1 = 27", "28"),
        ("2/4 = 40%", "0.5"),
        ("(1.051 - 1) * 100 = 5.2%", "5.1"),
        ("0.4 * 100 = 400%", "40"),
        ("112*112*64=700K", "802816"),
        ("600*400=300K", "240000"),
    ],
)
def test_what_does_not_is_wrong_and_says_what_it_comes_to(line: str, value: str) -> None:
    (finding,) = numbers(line)
    assert finding.outcome == "wrong" and value in finding.reason


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("0.367879 * (-0.53) = -0.20", "in doubt"),  # where -0.53 was -0.534
        ("2.0 * (-0.20) = -0.39", "in doubt"),
        ("1 * (-1.0) = -0.53", "wrong"),
        ("0.5 * 3 = 1.6", "wrong"),  # half is half
        ("2.5 * 0.40 = 1.2", "wrong"),
    ],
)
def test_what_may_come_from_rounding_before_is_in_doubt(line: str, outcome: str) -> None:
    (finding,) = numbers(line)
    assert finding.outcome == outcome
    assert ("rounded before" in finding.reason) == (outcome == "in doubt")


@pytest.mark.parametrize(
    "line",
    [
        "precision = 0.9",
        "x + 2*3 = 7",
        "3 x 3 = 5 x 5",
        "a*8/(8+2) = 5",
        "2*3 = 6x",
        "2^100^-1 = 3",
        "on 2021-02-02 = 5",
        "1/0 = 3",
        "idf = log \\frac{1+3}{1+3} = 0",
        "$\\log \\frac{8}{8} = 0$",
        "$0.1 \\times \\exp (-0.4 \\times 1 \\times 1) \\approx 0.067$",
        "log2 (4*2) = 3",
        "\\log_2 (4*2) = 3",
        "relu (3 - 5) = 0",
        "the score (3 - 5) = 0",
        "sqrt 4*4 = 4",
        "3,000,000 × 1,000 = 30亿",
        "skipped, if 0+1=75% < p",
        "`20 *= 10 / 20 -> 20 *= 1/2 = 2`",
        "- $8 \\times 8$\n- $28 \\times 28$\n- $784$",  # sizes, and no layer between them
        "where the $6 = 3 \\times 2 = 3!$ comes from",
    ],
)
def test_what_is_no_computation_is_not_looked_at(line: str) -> None:
    assert "wrong" not in outcomes(line)


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("precision = 0.75", "right"),
        ("recall = 90%", "right"),
        ("accuracy: 0.8", "right"),
        ("F1 = 0.82", "right"),
        ("정밀도 = 0.75", "right"),
        ("precision = 0.76", "wrong"),
        ("F1 = 0.83", "wrong"),
        ("accuracy = 0.75", "wrong"),
    ],
)
def test_values_under_a_confusion_matrix_are_those_of_the_proofs(line: str, outcome: str) -> None:
    assert outcomes(COUNTS + line) == [outcome]


def test_values_of_another_section_are_other_values() -> None:
    assert outcomes(COUNTS + "# Another test\n\nprecision = 0.1\n") == []


def test_a_share_in_percent_without_its_sign_is_in_doubt() -> None:
    (finding,) = numbers("The rate dropped to 996/1000 = 99.6 then.")
    assert finding.outcome == "in doubt" and "%" in finding.reason


MATRIX = """# Matrix

| {corner} | {first} | {second} |
|---|---|---|
| {third} | 50 | {wrong_way} |
| {fourth} | {other_way} | 35 |

- precision = 0.91
- recall = {recall}
- accuracy = 0.85
"""
ROWS = {"corner": "", "first": "predicted positive", "second": "predicted negative", "third": "actual positive"}
ROWS |= {"fourth": "actual negative", "wrong_way": "10", "other_way": "5"}
ACROSS = {**ROWS, "first": "실제 양성", "second": "실제 음성", "third": "예측 양성", "fourth": "예측 음성"}
ACROSS |= {"wrong_way": "5", "other_way": "10 (FN)"}
CORNER = {**ROWS, "corner": "actual \\ predicted", "first": "yes", "second": "no", "third": "yes", "fourth": "no"}


@pytest.mark.parametrize("labels", [ROWS, ACROSS, CORNER])
@pytest.mark.parametrize(("recall", "right"), [("0.83", True), ("0.91", False), ("83.3%", True)])
def test_values_under_a_confusion_matrix_are_those_of_its_counts(
    labels: dict[str, str], recall: str, right: bool
) -> None:
    found = audit("n.md", MATRIX.format(**labels, recall=recall))
    assert [finding.outcome for finding in found if finding.kind == "number"] == [
        "right",
        "right" if right else "wrong",
        "right",
    ]


@pytest.mark.parametrize(
    "labels",
    [
        {**ROWS, "first": "pos", "second": "neg", "third": "pos", "fourth": "neg"},  # which axis is the prediction?
        {**ROWS, "other_way": "5 (FN)"},
        {**ROWS, "first": "predicted cat", "second": "predicted dog"},
        {**ROWS, "first": "predicted positive", "third": "predicted positive"},
        {**ROWS, "wrong_way": "n/a"},
    ],
)
def test_a_matrix_that_does_not_say_what_it_counts_is_none(labels: dict[str, str]) -> None:
    found = audit("n.md", MATRIX.format(**labels, recall="0.1"))
    assert {finding.outcome for finding in found} <= {"unknown"}


def test_of_two_matrices_above_the_values_neither_is_meant() -> None:
    matrix, _, values = MATRIX.format(**ROWS, recall="0.1").rpartition("\n\n")
    other = matrix.partition("\n\n")[2].replace("50", "70")
    assert audit("n.md", f"{matrix}\n\n{other}\n\n{values}") == []


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        (r"$O = \lfloor\frac{5-3+2 \times 0}{1}\rfloor + 1 = 3$", "right"),
        (r"$O = \lfloor\frac{5-3+2 \times 0}{1}\rfloor + 1 = 4$", "wrong"),
        (r"$$O = \left\lfloor \frac{224 - 3 + 2}{2} \right\rfloor + 1 = \left\lfloor \frac{223}{2} \right\rfloor + 1 = 111 + 1 = 112$$", "right"),
        (r"$$O = \left\lfloor \frac{224 - 3 + 2}{2} \right\rfloor + 1 = 111 + 1 = 113$$", "wrong"),
        (r"$$64 \times (3 \times 3 \times 3 + 1) = 64 \times 28 = 1{,}792 \text{ parameters}$$", "right"),
        (r"$$64 \times (3 \times 3 \times 3 + 1) = 64 \times 28 = 1{,}793 \text{ parameters}$$", "wrong"),
        (r"$$64 \times (3 \times 3 \times 3 + 1) = 64 \times 27 = 1{,}728$$", "wrong"),
        ("参数 $ (3 * 3 * 3+1) * 2 = 56 $", "right"),
        ("参数 $ (3 * 3 * 3+1) * 2 = 54 $", "wrong"),
        (r"$\frac{1}{1+e^{-0.3775}} = 0.5933$", "right"),
        (r"$\frac{1}{1+e^{-0.3775}} = 0.6033$", "wrong"),
        (r"$P = \frac{3-1}{2} = 1$", "right"),
        (r"$$H = -0.5 \log_2 0.5 - 0.5 \log_2 0.5 = 1$$", "right"),
        (r"$$H = -0.9 \log 0.9 - 0.1 \log 0.1 = 0.469$$", "right"),
        (r"$$H = -0.9 \log 0.9 - 0.1 \log 0.1 = 0.325$$", "right"),
        (r"$$H = -0.9 \log 0.9 - 0.1 \log 0.1 = 0.225$$", "wrong"),
        ("$$\n\\begin{aligned}\nL &= 3 \\times 4 \\\\\n &= 12\n\\end{aligned}\n$$", "right"),
        ("$$\n\\begin{aligned}\nL &= 3 \\times 4 \\\\\n &= 14\n\\end{aligned}\n$$", "wrong"),
    ],
)  # fmt: skip
def test_a_row_of_numbers_is_reckoned(row: str, outcome: str) -> None:
    assert [(each.kind, each.outcome) for each in audit("note.md", f"## Sizes\n\n{row}\n")] == [("number", outcome)]


def test_a_formula_with_its_example_behind_is_two_findings() -> None:
    row = r"$$y = \frac{1}{1 + e^{-z}} = \frac{1}{1 + e^{-0.3775}} = 0.593$$"
    assert [(each.kind, each.outcome) for each in audit("note.md", f"## Sigmoid\n\n{row}\n")] == [
        ("formula", "right"),
        ("number", "right"),
    ]
