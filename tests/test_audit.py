"""``quizprep audit``: formulas found in notes, right ones never called wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from program import quizprep

from quizprep.judge.notes import Catalogue, audit, find_formulas

pytestmark = pytest.mark.slow

NOTE = r"""# My notes

- precision = TP / (TP + FP)
- F1-score = 2 * (precision + recall) / (precision * recall)

Gradient descent goes `W_{t+1} = W_t + \eta g_t`, or so I wrote.

W_t+1=W_t-rG

$$
\frac{\partial loss}{\partial w} = -\frac{1}{N}\sum^N_{i=1}-2(y_i-wx_i-b)x_i \\
m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t
$$

### Adam
The second moment is $v_t = \beta_2 v_{t-1} - (1-\beta_2) g_t^2$.

index_col=0 means the first column, and 2 + 2 = 4. What is $E = mc^2$?

```python
precision = TP + FP
```
"""


@pytest.fixture(scope="module")
def findings() -> dict[str, object]:
    return {finding.formula: finding for finding in audit(NOTE)}


def test_every_equation_is_found_with_its_line():
    found = {(formula.line, formula.left) for formula in find_formulas(NOTE)}
    assert {(3, "precision"), (4, "F1-score"), (6, "W_{t+1}"), (8, "W_t+1"), (12, "m_t"), (16, "v_t")} <= found
    assert not any(line >= 20 for line, _ in found), "what stands in a code block is no note"


def test_an_equals_sign_below_a_sum_separates_nothing():
    formula = find_formulas(r"$s = \sum_{i=1}^n x_i = 3$")[0]
    assert formula.chain == (r"\sum_{i=1}^n x_i", "3")


@pytest.mark.parametrize(
    ("start", "outcome", "proof"),
    [
        ("precision = TP / (TP + FP)", "right", None),
        ("F1-score", "wrong", "f1-score"),
        (r"W_{t+1} = W_t + \eta", "wrong", "gradient-descent-step"),
        ("W_t+1=W_t-rG", "right", "gradient-descent-step"),
        (r"\frac{\partial loss}", "wrong", "squared-error-gradient"),
        (r"m_t = \beta_1", "right", "adam-step"),
        (r"v_t = \beta_2", "wrong", "adam-step"),
        ("E = mc^2", "unknown", None),
    ],
)
def test_outcomes(findings, start: str, outcome: str, proof: str | None):
    finding = next(finding for formula, finding in findings.items() if formula.startswith(start))
    assert finding.outcome == outcome, finding
    assert proof in (None, finding.proof)
    assert (outcome == "wrong") == bool(finding.reason and finding.counterexample)


@pytest.mark.parametrize(
    "formula",
    [
        r"W_{t+1} = W_t - \frac{\eta}{\sqrt{G_t + \epsilon}} g_t",  # ε under the root is a convention
        "F1 = 2PR/(P+R) + 0*x",
        r"loss = \frac{1}{N}\sum^N_{i=1}(y_i-\hat{y_i})^2",
        "z = 3",
        "f = ma",
        "y = wx + b",
    ],
)
def test_what_is_standard_or_unclear_is_never_called_wrong(formula: str):
    assert all(finding.outcome != "wrong" for finding in audit(f"${formula}$"))


def test_the_language_changes_no_outcome(findings):
    note = f"{NOTE}\nprecision = 2*precision\n"  # cannot be read as it stands: it uses what it gives
    english, korean = (
        [(finding.formula, finding.outcome) for finding in audit(note, language=language)] for language in ("en", "ko")
    )
    assert english == korean and english[-1] == ("precision = 2*precision", "in doubt")


def test_names_are_matched_in_both_languages():
    catalogue = Catalogue.of_all()
    for left in ("F1 score", "f1-score", "F1 점수", "**F1-score**"):
        assert any(match.proof.id == "f1-score" for match in catalogue.matches(left)), left


def test_the_command(tmp_path: Path):
    file = tmp_path / "note.md"
    file.write_text(NOTE, encoding="utf-8")
    done = quizprep("audit", str(file), "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1
    assert report["counts"]["wrong"] == 4
    korean = quizprep("audit", str(file), "--lang", "ko")
    assert "분수가 뒤집혔습니다" in korean.stdout


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"\xff\xfe\x00", "UTF-8"), (b"x" * 5_000_001, "longer")]
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, said: str):
    file = tmp_path / "note.md"
    if content is not None:
        file.write_bytes(content)
    done = quizprep("audit", str(file))
    assert done.returncode == 2
    assert said in done.stderr
