"""``quizprep audit``: formulas found in notes, right ones never called wrong."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from program import PATIENCE, ROOT, quizprep
from terminal import Terminal

from quizprep.notes.catalogue import Catalogue
from quizprep.notes.equations import equations
from quizprep.notes.finding import Finding, audit, audited
from quizprep.notes.page import read_pieces

pytestmark = pytest.mark.slow

NOTE = r"""# My notes

- precision = TP / (TP + FP)
- F1-score = 2 * (precision + recall) / (precision * recall)

Gradient descent goes `W_{t+1} = W_t + \eta g_t`, or so I wrote.

W_t+1=W_t-rG

$$
m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t
$$

### Adam
The second moment is $v_t = \beta_2 v_{t-1} - (1-\beta_2) g_t^2$.

index_col=0 means the first column, and 2 + 2 = 4. What is $E = mc^2$?

```python
precision = TP + FP
```
"""


@functools.cache
def judged(note: str, name: str = "note.md") -> tuple[Finding, ...]:
    return tuple(audit(name, note))


def outcomes(note: str) -> list[str]:
    return [finding.outcome for finding in judged(note)]


@pytest.mark.parametrize(
    ("start", "outcome", "proof"),
    [
        ("precision = TP / (TP + FP)", "right", None),
        ("F1-score", "wrong", "f1-score"),
        ("W_{t+1} = W_t-rG", "right", "gradient-descent-step"),
        (r"m_t = \beta_1", "right", "adam-step"),
        (r"v_t = \beta_2", "wrong", "adam-step"),
        ("E = mc^2", "unknown", None),
    ],
)
def test_outcomes(start: str, outcome: str, proof: str | None) -> None:
    finding = next(finding for finding in judged(NOTE) if finding.formula.startswith(start))
    assert finding.outcome == outcome, finding
    assert proof in (None, finding.proof)
    assert (outcome == "wrong") == bool(finding.counterexample)


@pytest.mark.parametrize(
    "formula",
    [
        r"W_{t+1} = W_t - \frac{\eta}{\sqrt{G_t + \epsilon}} g_t",  # ε under the root is a convention
        "F1 = 2PR/(P+R) + 0*x",
        r"loss = \frac{1}{N}\sum^N_{i=1}(y_i-\hat{y_i})^2",
        "f = ma",
        "y = wx + b",
        r"H(P, P) = H(P)",
        r"\text{leaky ReLU}(x) = \begin{cases} x & x > 0, \\ 0.01 x & \text{otherwise} \end{cases}",
        r"\theta = \arccos(u \cdot v)",
        r"L = \frac12 \sum_i (y_i - \hat y_i)^2",
        r"\text{MSE} = \frac{1}{2n} \sum_i (y_i - \hat y_i)^2",
        r"H = -\sum_i p_i \log_2 p_i",
        r"\mathbf{x}_t = (1 - t) \mathbf{x}_0 + t \boldsymbol{\epsilon}",  # flow matching, and no diffusion
        r"\text{RMSNorm}(x) = \frac{x}{\sqrt{\frac{1}{d}\sum_{i=1}^{d} x_i^2 + \epsilon}} \cdot \gamma",
    ],
)
@pytest.mark.parametrize("heading", ["", "# Entropy", "# Forward propagation", "# Diffusion", "# Layer normalisation"])
def test_what_is_standard_or_unclear_is_never_called_wrong(formula: str, heading: str) -> None:
    assert "wrong" not in outcomes(f"{heading}\n\n${formula}$")


@pytest.mark.parametrize(
    "formula",
    [
        r"x_t = \sqrt{\alpha_t} x_{t-1} + \sqrt{\beta_t} \epsilon_t",  # one step, where β = 1 − α
        r"x_t = \sqrt{1 - \beta_t} x_{t-1} + \sqrt{\beta_t} \epsilon",
        r"x_t = \alpha_t x_0 + \sigma_t \epsilon",
    ],
)
def test_what_only_other_quantities_would_put_right_is_no_mistake_below_a_heading(formula: str) -> None:
    assert "wrong" not in outcomes(f"# Diffusion\n\n## Forward process\n\n${formula}$\n")


def test_what_the_same_quantities_put_right_is_a_mistake_below_a_heading() -> None:
    assert outcomes("# Diffusion\n\n$x_t = \\sqrt{\\bar\\alpha_t} x_0 + (1 - \\bar\\alpha_t) \\epsilon$\n") == ["wrong"]


def test_a_bias_that_is_left_out_below_a_heading_is_no_mistake() -> None:
    assert "wrong" not in outcomes("# Forward propagation\n\n$z = W x$\n")


@pytest.mark.parametrize(
    "formula",
    [
        r"\sigma(t) = \frac{1}{1 + \exp(-t)}",
        r"f(t) = \frac{1}{1 + e^{-t}}",
        r"\operatorname{softmax}(a)_k = \frac{\exp(a_k)}{\sum_{l} \exp(a_l)}",
        r"\mathrm{IoU} = \frac{|A \cap B|}{|A \cup B|}",
        "Output size = (W - F + 2P)/S + 1",
        "mean squared error = $\\frac{1}{m}\\sum_{k=1}^{m} (y_k - \\hat y_k)^2$",
        "정밀도 = TP / (TP + FP)",
        "F1점수 = 2 * 정밀도 * 재현율 / (정밀도 + 재현율)",
        r"\hat x_i \leftarrow \frac{x_i - \mu_B}{\sqrt{\sigma_B^2 + \epsilon}}",
        r"V(D,G)=\mathbb E_{x\sim p_{data}(x)}[logD(x)] + \mathbb E_{z\sim p_z(z)}[log(1-D(G(z)))]",
        r"D^*_G(x)=\frac{p_{data}(x)}{p_{data}(x)+p_G(x)}",
        r"V(G,D^*_G(x)) = 2 D_{JSD} - log4",
        r"D_{KL}(q_\phi(z|x)||\mathcal N(0,I))=\frac{1}{2}\sum^D_{i=1}(\mu^2_{z_i}+\sigma^2_{z_i}-1-ln(\sigma^2_{z_i}))",
        r"w \leftarrow w - \eta \frac{\partial loss}{\partial w}",
        r"H_t = \rho H_{t-1} + (1-\rho)(\Delta w_t)^2",
        r"V(G, D^*(x)) = 2 D_{JSD}[p_{data}, p_g] - \log 4",
    ],
)
def test_a_right_formula_is_known(formula: str) -> None:
    note = formula if " = " in formula and "\\" not in formula.split("=")[0] and "$" in formula else f"${formula}$"
    note = formula if "size" in formula or "정밀도" in formula else note
    assert outcomes(f"{HEADINGS.get(formula[:1], '')}\n\n{note}\n") == ["right"]


HEADINGS = {
    "V": "# Generative adversarial networks (GAN)",
    "O": "# Convolution",
    "w": "# Gradient descent",
    "H": "# Adadelta",
}


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Activation functions", r"\sigma'(z) = \sigma(z)(1 - \sigma(z))"),
        ("Activation functions", r"\frac{d\sigma}{dz} = \sigma(z)(1 - \sigma(z))"),
        ("Activation functions", r"\frac{d}{dx} \tanh(x) = 1 - \tanh^2(x)"),
        ("활성화 함수", r"\tanh'(x) = 1 - \tanh^2(x)"),  # no tanh² times x of the proof that has a step tanh
        ("Layers", r"Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}"),
        ("Layers", r"z^{(2)} = W^{(2)} a^{(1)} + b^{(2)}"),
        ("Layers", r"Z_1 = W_1 X + b_1"),
        ("Loss", r"\mathcal{L} = \frac{1}{2} (\hat{y} - y)^2"),
        ("Gradient descent", r"\theta = \theta - \alpha \text{ } d\theta"),
        ("Gradient descent", r"W^{[l]} = W^{[l]} - \alpha \, dW^{[l]}"),
        ("Gradient descent", r"\theta_{n+1} = \theta_n - \eta \cdot \Delta_{\theta} J(\theta)"),
        ("Adam", r"\hat{m_t} = m_t / (1 - {\beta_1}^t) \text{\quad Bias correction}"),
        ("Attention", r"\text{Attention}(Q, K, V) = \text{softmax}(\frac{QK^T}{\sqrt{d_k}}) \times V"),
    ],
)
def test_what_public_notes_write_otherwise_is_known(heading: str, formula: str) -> None:
    assert outcomes(f"# {heading}\n\n${formula}$\n") == ["right"]


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Activation functions", r"\sigma'(z) = \sigma(z)(1 + \sigma(z))"),
        ("Activation functions", r"\tanh'(x) = 1 - \tanh(x)"),
        ("Layers", r"Z^{[l]} = W^{[l]} A^{[l]} + b^{[l]}"),
        ("Layers", r"z^{[2]} = W^{[1]} a^{[1]} + b^{[2]}"),
        ("Gradient descent", r"W^{[l]} = W^{[l]} + \alpha \, dW^{[l]}"),
        ("Gradient descent", r"W = W - \alpha \, db"),
    ],
)
def test_what_is_nearly_so_is_not_right(heading: str, formula: str) -> None:
    assert "right" not in outcomes(f"# {heading}\n\n${formula}$\n")


@pytest.mark.parametrize(
    "line",
    [
        "F1: 2*(P+R)/(P*R)",
        "F1 is 2*(P+R)/(P*R).",
        "**F1** = 2*(P+R)/(P*R)",
        "F1점수 = 2*(정밀도+재현율)/(정밀도*재현율)",
        "| F1 score | $2\\frac{P+R}{PR}$ |",
        "F-measure = 2*(P+R)/(P*R)",
        "```\nF1 = 2*(P+R)/(P*R)\n```",
        "$F_1\\text{-score} \\approx 2\\frac{P+R}{PR}$",
        "$$\\begin{aligned} F_1 &= \\frac{2}{1/P + 1/R} \\\\ &= 2\\frac{P+R}{PR} \\end{aligned}$$",
    ],
)
def test_a_wrong_formula_is_found_however_it_is_written(line: str) -> None:
    (finding,) = judged(f"# Metrics\n\n{line}\n")
    assert (finding.outcome, finding.proof) == ("wrong", "f1-score"), finding


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("L2 penalty", r"z = W x"),
        ("LSTM cell update", r"e_{t,i} = u^T \tanh(W s_{t-1} + U h_i)"),
        ("Variance of an estimator", r"\text{Var}(y) = b''(\theta)"),
        ("Ridge regression", r"f(x) = \sum_j \beta_j x_j = \beta^T x"),
        ("Tensors", r"y_{ab} = x_{abcd} w_{cd}"),
        ("Graphs", r"r = \min_{v} e_v"),
    ],
)
def test_letters_that_could_stand_for_anything_make_no_formula_right(heading: str, formula: str) -> None:
    assert "right" not in outcomes(f"# {heading}\n\n${formula}$\n")


def test_the_side_that_is_named_wrong_is_one_that_can_be_read() -> None:
    sides = (
        r"\frac{\partial}{\partial b} \frac{1}{N} \sum_i (y_i - w x_i - b)^2",
        r"\frac{2}{N} \sum_i (y_i - w x_i - b)",
    )
    (finding,) = judged(f"$\\frac{{\\partial L}}{{\\partial b}} = {sides[0]} = {sides[1]}$\n")
    assert (finding.outcome, finding.written) == ("wrong", sides[1])


def test_two_plausible_proofs_make_right_what_is_right_for_either() -> None:
    note = "# Cross-entropy\n\n$L = \\frac{1}{n}\\sum_i (y_i - \\hat y_i)^2$\n"
    assert outcomes(note) == ["right"]


def test_what_is_not_known_names_the_nearest_proof() -> None:
    (finding,) = judged("# Adam\n\n$\\hat v_t = \\beta_2 \\cdot \\nabla\\nabla q_{t}^{7}$\n")
    assert finding.outcome != "right"
    assert finding.nearest or finding.reason


@pytest.mark.parametrize("limit", [{"looks": 4}, {"seconds": 0.0}])
def test_a_page_has_a_budget_and_says_where_it_stopped(limit: dict[str, Any]) -> None:
    note = "# F1\n\n" + "".join(f"$F_1 = {factor}PR/(P+R)$\n\n" for factor in range(2, 12))
    *looked, stopped = audit("note.md", note, **limit)
    assert len(looked) < 4 and all("Stopped" not in finding.reason for finding in looked)
    assert (stopped.outcome, stopped.line) == ("in doubt", 3 + 2 * len(looked))
    assert f"Stopped after {len(looked)} formulas: the {10 - len(looked)} from here on" in stopped.reason


def test_products_of_products_take_no_time() -> None:
    product = "".join(f"\\prod_{{{index}=1}}^{{{index.upper()}}}" for index in "nvckm")
    note = f"$p(D|G) = \\prod_{{i=1}}^N p(x_i|G) = {product} p(x_{{nvckm}}|G)$\n"
    assert [finding.outcome for finding in audit("note.md", note)] == ["unknown"]


def test_no_torch_is_imported() -> None:
    program = (
        "import sys\nfrom quizprep.notes.finding import audit\n"
        "assert [each.outcome for each in audit('n.md', '# Adam\\n$m = \\\\beta_1 m + (1-\\\\beta_1) g$')]\n"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_language_changes_no_outcome() -> None:
    note = f"{NOTE}\nprecision = 2*precision\n"  # cannot be read as it stands: it uses what it gives
    english, korean = (
        [(finding.formula, finding.outcome) for finding in audit("note.md", note, language=language)]
        for language in ("en", "ko")
    )
    assert english == korean and english[-1][1] in ("in doubt", "unknown")


def test_names_are_matched_in_both_languages() -> None:
    known = Catalogue.of_all()
    for left in ("F1 score", "f1-score", "F1 점수", "**F1-score**", "F1점수"):
        (equation,) = equations(read_pieces("n.md", f"{left} = 2*a*b/(a+b)"))
        assert known.candidates(equation)[0].proof.id == "f1-score", left


def test_no_proof_that_something_speaks_for_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    note = (ROOT / "README.md").read_text(encoding="utf-8") + NOTE + "$\\sigma'(z) = a$, Softmax: $y = e^x$, $rG = z/n$"
    stated = equations(read_pieces("n.md", note))
    assert len(stated) > 5
    found = [[Catalogue.of_all().candidates(each) for each in stated]]
    monkeypatch.setattr("quizprep.notes.catalogue._Index.spoken_of", lambda *_: None)  # then every proof is looked at
    found.append([Catalogue.of_all().candidates(each) for each in stated])
    assert found[0] == found[1] and any(found[0])


# The command


def test_the_command(tmp_path: Path) -> None:
    file = tmp_path / "note.md"
    file.write_text(NOTE, encoding="utf-8")
    done = quizprep("audit", str(file), "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert found["counts"]["wrong"] == 3
    assert {formula["severity"] for formula in found["formulas"]} >= {"error", "none"}
    korean = quizprep("audit", str(file), "--lang", "ko")
    assert "분수가 뒤집혔습니다" in korean.stdout


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b"\xff\xfe\x00", "UTF-8"), (b"x" * 5_000_001, "longer")]
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "note.md"
    if content is not None:
        file.write_bytes(content)
    done = quizprep("audit", str(file))
    assert done.returncode == 2
    assert said in done.stderr


def test_pages_are_kept_until_they_change(tmp_path: Path) -> None:
    notes, home = tmp_path / "notes", tmp_path / "home"
    notes.mkdir()
    home.mkdir()
    for name, formula in (("a.md", "F1 = 2*P*R/(P+R)"), ("b.md", "F1 = P*R/(P+R)"), ("c.txt", "recall = TP/(TP+FP)")):
        (notes / name).write_text(f"{formula}\n", encoding="utf-8")
    first = quizprep("audit", str(notes), "--json", "--jobs", "2", home=home)
    (kept,) = (home / "cache").glob("notes-*.json")
    assert len(json.loads(kept.read_text(encoding="utf-8").partition("\n")[2])) == 3
    marked = kept.stat().st_mtime_ns
    assert quizprep("audit", str(notes), "--json", home=home).stdout == first.stdout
    assert kept.stat().st_mtime_ns == marked  # nothing was looked at
    (notes / "b.md").write_text("F1 = 2*P*R/(P+R)\n", encoding="utf-8")  # what a.md says
    (notes / "c.txt").rename(notes / "d.txt")
    pages = [json.loads(line) for line in quizprep("audit", str(notes), "--json", home=home).stdout.splitlines()]
    assert [(Path(page["file"]).name, page["formulas"][0]["outcome"]) for page in pages] == [
        ("a.md", "right"), ("b.md", "right"), ("d.txt", "wrong"),
    ]  # fmt: skip
    assert kept.stat().st_mtime_ns == marked
    assert quizprep("audit", str(notes), "--json", "--lang", "ko", home=home).stdout != first.stdout


def test_a_page_that_ran_out_of_time_is_not_kept() -> None:
    assert audited("a.md", NOTE)[1]
    assert not audited("a.md", NOTE, seconds=0)[1]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_folder_is_read_page_by_page(tmp_path: Path, jobs: str) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.md").write_text("F1 = 2*P*R/(P+R)\n", encoding="utf-8")
    (tmp_path / "b" / "c.tex").write_text("$F_1 = 2\\frac{P+R}{PR}$\n", encoding="utf-8")
    (tmp_path / "d.ipynb").write_text("no notebook", encoding="utf-8")
    (tmp_path / "e.py").write_text("F1 = 2*(P+R)/(P*R)\n", encoding="utf-8")
    done = quizprep("audit", str(tmp_path), "--json", "--jobs", jobs)
    pages = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(page["file"]).name for page in pages] == ["a.md", "c.tex", "d.ipynb"]
    assert [page["counts"]["wrong"] for page in pages] == [0, 1, 0]
    assert "no Jupyter notebook" in pages[2]["error"]
    assert done.returncode == 1


def test_no_progress_bar_is_left_between_the_pages(tmp_path: Path) -> None:
    for name in ("a.md", "b.md", "c.md"):
        (tmp_path / name).write_text("F1 = 2*P*R/(P+R)\n", encoding="utf-8")
    with Terminal(["-m", "quizprep", "audit", str(tmp_path), "--jobs", "1"], columns=200) as terminal:
        terminal.wait_for("right 3")
        assert "c.md" in terminal.history and "/3 " not in terminal.history


def test_annotations_for_github(tmp_path: Path) -> None:
    file = tmp_path / "note.md"
    file.write_text("# F1\n\n$F_1 = 2\\frac{P+R}{PR}$, 100%\n", encoding="utf-8")
    done = quizprep("audit", str(file), "--format", "github")
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"::error file={file},line=3,title=quizprep%3A wrong (f1-score)::F_1 = ")
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--write"], "--fix"),
        (["--format", "xml"], "github"),
        (["--watch", "-"], "stdin"),
    ],
)
def test_options_that_do_not_go_together(tmp_path: Path, options: list[str], said: str) -> None:
    done = quizprep("audit", str(tmp_path), *options)
    assert done.returncode == 2 and said in done.stderr


def test_watching_looks_again_at_what_changed_and_says_what_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "note.md"

    def save(text: bytes) -> None:
        draft = tmp_path / "draft"
        draft.write_bytes(text)
        draft.replace(file)

    save(b"# F1 score\n\n$F_1 = 2 P R / (P + R)$\n")
    program = [sys.executable, "-m", "quizprep", "audit", str(file), "--watch", "--json", "--lang", "en"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QUIZPREP_HOME": str(tmp_path / "home")}
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as watching:
        assert watching.stdout is not None and watching.stderr is not None
        patience = threading.Timer(PATIENCE, watching.kill)
        patience.start()
        try:
            assert json.loads(watching.stdout.readline())["counts"]["right"] == 1
            save(b"# F1 score\n\n$F_1 = 2 (P + R)/(P R)$\n")
            assert json.loads(watching.stdout.readline())["counts"]["wrong"] == 1
            save(b"\xff\xfe\xff # F1")
            assert str(file) in watching.stderr.readline()
            save(b"# F1 score\n\n$F_1 = 2 P R / (P + R)$ and $F_1 = 2 P R / (R + P)$\n")
            assert json.loads(watching.stdout.readline())["counts"]["right"] == 2
            watching.send_signal(signal.SIGINT)
            assert "Traceback" not in watching.stderr.read()
        finally:
            watching.kill()
            patience.cancel()


def test_a_folder_without_notes_is_refused(tmp_path: Path) -> None:
    done = quizprep("audit", str(tmp_path))
    assert done.returncode == 2 and ".md" in done.stderr


# The errors of public notes


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Tanh", r"\tanh(x/2) = \frac{1 - e^{-x}}{1 + e^{-x}}"),  # what it says of tanh is right
        ("Sigmoid", r"\sigma(-x) = 1 - \sigma(x)"),
        ("Sigmoid", r"\sigma'(x) = a \sigma(x) (1 - \sigma(x))"),  # of a steeper one
        ("Sigmoid", r"\sigma^{-1}(x) = \ln \frac{x}{1 - x}"),
        ("Hard sigmoid", r"\sigma(x) = \max(0, \min(1, \frac{x + 1}{2}))"),
        ("Output size of a convolution", r"O = \frac{W - K + P}{S} + 1"),  # P may be the padding of both sides
        ("Output size of a convolution", r"O = (W - 1) S - 2P + K"),  # of a transposed one
    ],
)
def test_what_is_right_in_another_sense_is_not_called_wrong(heading: str, formula: str) -> None:
    assert "wrong" not in outcomes(f"## {heading}\n\n${formula}$\n")


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Sigmoid", r"\text{Sigmoid}(x) = \sigma(x) = \frac{1 + \exp(-x)}{1}"),
        ("Binary cross-entropy", r"H(p,q) = -\sum_i p_i \log q_i = -y \log \hat{y} + (1 - y) \log(1 - \hat{y})"),
    ],
)
def test_a_chain_with_a_side_that_departs_is_not_right(heading: str, formula: str) -> None:
    assert "right" not in outcomes(f"## {heading}\n\n${formula}$\n")


def test_a_side_of_another_proof_does_not_part_a_chain() -> None:
    chain = r"H(p,q) = -\sum_i p_i \log q_i = -y \log \hat{y} - (1-y) \log(1-\hat{y})"  # of two classes, at last
    assert outcomes(f"## Cross-entropy\n\n${chain}$\n") == ["right"]


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        (
            "Cross-entropy",
            r"\text{CE}(y_{1:N}, p_{1:N}) = -\frac{1}{N}\sum_{i=1}^N y_i^\top \cdot \log p_i"
            r" = -\frac{1}{N}\sum_{i=1}^N \log P(y_i|x_i)",
        ),
        (
            "KL divergence",
            r"D_{\mathrm{KL}}(\hat{p}_{\text{data}} \Vert p_{\text{model}}) = \mathbb{E}_{x \sim \hat{p}_{\text{data}}}"
            r"\left[ \log \hat{p}_{\text{data}}(x) - \log p_{\text{model}}(x;\theta) \right]",
        ),
    ],
)
def test_a_mean_over_samples_or_an_expectation_is_no_mistake(heading: str, formula: str) -> None:
    assert "wrong" not in outcomes(f"## {heading}\n\n${formula}$\n")


@pytest.mark.parametrize(("left", "outcome"), [(r"\mathcal{L}(\theta)", "in doubt"), ("MSE", "wrong")])
def test_a_loss_may_be_a_sum_but_a_mean_is_none(left: str, outcome: str) -> None:
    (finding,) = judged(f"## MSE\n\n${left} = \\sum_{{i=1}}^N (y_i - \\hat{{y}}_i)^2$\n")
    assert finding.outcome == outcome, finding
    assert outcome == "wrong" or "divided by N" in finding.reason


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Loss", r"L = -y_i \log \hat y_i = \log \hat y_i"),
        ("Latent diffusion", r"\mathbf{z} = \mathcal{E}(\mathbf{x})"),
        ("Convolutional networks", r"Z_i = W^T A_{[i - \lfloor k/2 \rfloor : i]}"),
        ("Backpropagation in a small network", r"A^2 = Z^2 = {W^2}^T A^1"),
        ("Unsupervised learning", r"z_1 = w^1 \cdot x"),
        ("Unsupervised learning", r"S w^1 = \lambda_1 w^1"),
        ("Regularisation", r"S w = \alpha w"),
        ("Adam, in short", r"\theta = \theta - \alpha \frac{m}{\sqrt{v} + \epsilon}"),  # without the correction
        ("Entropy", r"H(P, Q) = -\mathbb{E}_{x \sim P}[\log Q(x)] = -\frac{1}{n} \sum_x P(x) \log Q(x)"),
        ("Attention", r"\text{Attention} = \text{softmax}\left(\frac{QK^T}{\sqrt{d}}\right)"),  # without V
        ("Binary cross-entropy", r"L = -\sum_{i=1}^N y_i \log p_i + (1 - y_i) \log(1 - p_i)"),
        ("Initial weights", r"\mathrm{Var}[w_{ij}] = \sigma^2"),
        ("Variance of a forest", r"\hat{f}(x) = \frac{1}{B} \sum_{b=1}^B T(x, \theta_b)"),
        ("A small network", r"\text{MSE} = (y - w \cdot x)^2"),
        ("Mahalanobis distance", r"Q\ =\ \Sigma^{-1}"),  # no reciprocal of a number
        ("Random samples", r"\pi_i = \frac{n}{N}"),
        ("Weights of experts", r"w_i = \frac{e^{\theta_j}}{\sum_i e^{\theta_i}}"),
        ("Early stopping", r"w_i = w_{i-1} - \eta \frac{g_{i-1}}{\|g_{i-1}\|}"),  # no first step of Adam
        ("Area of the event", r"A_E = \pi \frac{R^2 \times 3}{4} = \frac{3\pi R^2}{4}"),  # no distribution
        ("Einstein", r"E = m c^2 = c^2 m"),
        ("Decision trees", r"Gini = p (1 - p)"),  # half of that of two classes
        ("Regularisation", r"L = MSE - \lambda_1 \sum_j |w_j| + \lambda_2 \sum_j w_j^2"),
        ("Reinforcement learning", r"\theta \leftarrow \theta - \alpha \delta \nabla_\theta V(s)"),  # no variance
        ("A score network", r"p(x) = \pi p_1(x) + (1 - \pi) p_2(x)"),  # a mixture, and no prediction
    ],
)
def test_a_chance_likeness_to_a_step_of_some_proof_is_not_called_right(heading: str, formula: str) -> None:
    assert "right" not in outcomes(f"## {heading}\n\n${formula}$\n")


def test_the_gradient_of_a_logistic_model_is_that_of_cross_entropy() -> None:
    slope = r"$\frac{\partial J(\theta)}{\partial \theta_j} = \frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}$"
    for heading, proof in (("Logistic", "gradient-at-the-logit"), ("Linear", "squared-error-gradient")):
        (finding,) = judged(f"# {heading} regression\n\n{slope}\n")
        assert (finding.outcome, finding.proof) == ("right", proof)


def test_the_variance_of_weights_is_that_of_either_initialisation() -> None:
    found = judged("# Initial weights\n\n$Var(W) = \\frac{2}{n_{in} + n_{out}}$\n")
    assert [(finding.outcome, finding.step) for finding in found] == [("right", "xavier")]


def test_a_number_in_a_circle_is_no_number_to_compute_with() -> None:
    assert outcomes("# Sums\n\n$\\frac{\\partial L}{\\partial y} = ① + 2 x$\n") == ["unknown"]


def test_a_sum_of_exponentials_is_no_softmax() -> None:
    formula = r"$\log \sum_i e^{z_i} = m + \log \sum_i e^{z_i - m}$"
    assert [finding.proof for finding in judged(f"# Softmax without overflow\n\n{formula}\n")] != ["softmax"]


def test_brackets_left_out_behind_a_minus_and_a_sum_are_told() -> None:
    bare = r"y^{(i)} \log(a^{(i)}) + (1 - y^{(i)}) \log(1 - a^{(i)})"
    for sign in (r"-\sum_{i=1}^m", r"-\frac{1}{m} \sum_{i=1}^m"):
        (left_out,) = judged(f"## Cost\n\n$J = {sign} {bare}$\n")
        assert left_out.outcome == "in doubt" and "brackets" in left_out.reason, left_out
        assert outcomes(f"## Cost\n\n$J = {sign} [{bare}]$\n") == ["right"]


def test_a_gradient_taken_further_on_is_that_of_nesterov() -> None:
    (ahead,) = judged("## Momentum\n\n$v_t = \\beta v_{t-1} + \\nabla J(\\theta_t - \\eta \\beta v_{t-1})$\n")
    assert (ahead.outcome, ahead.proof) in (("right", "nesterov-step"), ("unknown", None))
    (here,) = judged("## Momentum\n\n$v_t = \\beta v_{t-1} + \\nabla J(\\theta_t)$\n")
    assert (here.outcome, here.proof) == ("right", "momentum-step")


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Cross-entropy", r"$H(P, Q) = -(0 \cdot \log 0.2 + 1 \cdot \log 0.8)$"),
        ("Entropy", "H = -0.8 log₂(0.8) - 0.2 log₂(0.2)"),
        ("Softmax", r"$softmax([1.5, 3.5]) = [\frac{4.48}{37.6}, \frac{33.1}{37.6}]$"),
        ("Logistic regression", r"$-\ln L(w, b) = -\ln f(x_1) - \ln f(x_2) - \ln(1 - f(x_3))$"),
        ("GELU", r"$GELU(x) \approx 0.5 x (1 + \tanh[\sqrt{2/\pi} (x + 0.044715 x^3)])$"),
        ("Softmax", r"$y_1 = \frac{e^{z_1}}{\sum_{j=1}^3 e^{z_j}}$"),
    ],
)
def test_an_example_or_an_approximation_is_no_cause_of_doubt(heading: str, formula: str) -> None:
    assert not {"in doubt", "wrong"} & {*outcomes(f"## {heading}\n\n{formula}\n")}


def test_words_in_brackets_behind_a_formula_are_a_remark() -> None:
    note = "## 배치 정규화\n\nx_hat = (x - mu_B) / sqrt(sigma_B^2 + epsilon)  (정규화)\n\n## Entropy\n\nH = -Σ P log P (불확실성)\n"
    assert outcomes(note) == ["right", "right"]
    assert [each.formula for each in judged("cost = a * (가격)\n")] == ["cost = a * (가격)"]


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Regression with the mean squared error", r"L = \frac{1}{m} \sum_i (y_i - w x_i + b)^2"),
        ("Attention score", r"score = q \cdot k \sqrt{d_k}"),
        ("Output size of a convolution", r"O = \frac{S}{W - K + 2P} + 1"),
        ("Adam", r"v_t = \beta_1 v_{t-1} + (1 - \beta_1) g_t^2"),
        ("Adam", r"\hat v_t = \frac{v_t}{1 - \beta_1^t}"),
        ("Standardisation", r"z = \frac{x + \mu}{\sigma}"),
        ("Softmax", r"\text{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_i}}"),
        ("Softmax", r"\text{softmax}(z)_i = \frac{z_i}{\sum_j z_j}"),
        ("KL divergence", r"C = KL(P || Q) = \sum_i q_i \log \frac{p_i}{q_i}"),
        ("Standard error", r"SE(\bar X) = \sqrt{n} \sigma"),
        ("Gradient descent", r"w \leftarrow w + \alpha \nabla L(w)"),
        ("SVM", r"\text{hinge loss} = \max(0, 1 - f(x))"),
        ("Decision trees", r"Gini = 2 \sum_i p_i (1 - p_i)"),
        ("Cross-entropy", r"L_{BCE} = -[y \log \hat y + (1 - y) \log (1 + \hat y)]"),
        ("Metrics", r"MSE = \frac{1}{n + p} \sum_i (y_i - \hat y_i)^2"),
        ("LSTM", r"c_t = f_t \odot c_{t-1} - i_t \odot \tilde c_t"),
        ("Adam", r"v_t = \beta_2 v_{t=1} + (1-\beta_2) g_t^2"),
        ("Positional encoding", r"PE_{(pos,2i)} = \sin(pos / 10000^{2i} / d)"),
        ("Positional encoding", r"PE(pos, 2i) = \sin\left(\frac{pos}{10000^{2i}/d_{model}}\right)"),
        ("Sigmoid", r"\sigma'(z) = \sigma(z) (1 + \sigma(z))"),
        ("Sigmoid", r"\sigma'(x) = 1 - (1 + \sigma(x))"),
        ("The sigmoid", r"\frac{d\sigma}{dz} = 1 - \sigma(z)"),
        ("Sigmoid", r"\sigma(x) = \frac{1}{1 + e^{x}}"),
        ("Bayes' rule", r"p(x|y) = \frac{p(x) p(y)}{p(y|x)}"),
        ("Bayes' theorem", r"P(A|B) = \frac{P(B|A) P(B)}{P(A)}"),
        ("Bayes", r"P(\text{spam} \mid w) = \frac{P(\text{spam} \mid w) P(\text{spam})}{P(w)}"),
        ("Joint probability", r"p(x,y) = p(x)p(x|y)"),
        ("Product rule", r"P(A \cap B) = P(A \mid B) P(A)"),
        ("Conditional probability", r"P(A|B) = \frac{P(A, B)}{P(A)}"),
        ("A line", r"\frac{\partial L}{\partial b} = -\frac{1}{N} \sum_{i=1}^N -2 (y_i - w x_i - b)"),
        ("A line", r"\frac{\partial loss}{\partial w} = -\frac{1}{N} \sum_{i=1}^N -2 (y_i - w x_i - b) x_i"),
    ],
)
def test_real_errors_are_found(heading: str, formula: str) -> None:
    (finding,) = judged(f"## {heading}\n\n${formula}$\n")
    assert finding.outcome == "wrong" and finding.reason, finding


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Momentum", r"\theta = \theta - v_t"),
        ("Bayes' rule", r"p(x|y) = p(y|x) p(x)"),  # = for ∝
        ("Bayes' rule for independent events", r"P(A|B) = \frac{P(A) P(B)}{P(B|A)}"),
        ("Naive Bayes", r"P(x, y | z) = P(x|z) P(y|z)"),
        ("Two tests", r"p(x|y) = \frac{p(x) p(y)}{p(y|x)}"),
        ("The joint distribution", r"P(A \mid B) = P(B \mid A)"),
        ("Variances", r"Var(X + Y) = Var(X) + Var(Y)"),
        ("Positional encoding", r"PE_{(pos,2i)} = \sin(pos / 10000^{2i/d})"),
        ("Adam", r"\hat s_t = \frac{s_t}{1 - \beta_2^t}"),
        ("RMSprop", r"v_t = \beta_1 v_{t-1} + (1 - \beta_1) g_t^2"),
        ("Output size of a convolution", r"O = \lfloor \frac{W - K + 2P}{S} \rfloor + 1"),
        ("Softmax", r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}"),
        ("Softmax", r"a^{[L]} = \frac{t}{\sum_{j=1}^{n_L} t_j}"),  # where t is e^z
        ("KL divergence", r"C = KL(P || Q) = \sum_i \sum_j p_{ij} \log \frac{p_{ij}}{q_{ij}}"),
        ("Standard error", r"SE(S_n) = \sqrt{n} \sigma"),  # of a sum
        ("Hinge loss", r"l_{hinge}(z) = \max(0, 1 - z)"),  # of a margin
        ("SVM", r"f(x) = \text{sign}(w^T x + b)"),  # the class, and no score
        ("Decision trees", r"Gini = 2 p (1 - p)"),  # of two classes
        ("Cross-entropy", r"L_{BCE} = -[w y \log \hat y + (1 - y) \log (1 - \hat y)]"),  # weighted
        ("Metrics", r"MSE = \frac{1}{n - p} \sum_i (y_i - \hat y_i)^2"),  # of a regression, unbiased
        ("LSTM", r"c_t = f_t \odot c_{t-1} + (1 - f_t) \odot \tilde c_t"),  # with coupled gates
        ("PPO", r"\theta \leftarrow \theta + \eta \nabla \bar{R}_\theta"),  # a reward is to rise
        ("Logistic regression by gradients", r"\theta \leftarrow \theta + \alpha \nabla_\theta \ell(\theta)"),
    ],
)
def test_what_looks_like_such_an_error_is_none(heading: str, formula: str) -> None:
    (finding,) = judged(f"## {heading}\n\n${formula}$\n")
    assert finding.outcome != "wrong", finding


@pytest.mark.parametrize(
    "note",
    [
        # plain descent, from which the section goes on to what adapts its step
        "# Adagrad\n\nThe usual rule is\n\n$\\theta_{t+1,i} = \\theta_{t,i} - \\eta \\cdot g_{t,i}$\n",
        "# Attention\n\n$\\text{Attention}(Q, K, V) = \\text{softmax}(\\frac{QK^T}{\\sqrt{d_k}}) \\times V$\n",
        "# Gradient descent and ascent\n\nAscent, which maximises:\n\n"
        "$w^{(k+1)} = w^{(k)} + \\eta \\frac{\\partial J}{\\partial w}$\n",
        "# Tails\n\nThe average of $n$ variables ($\\hat{\\mu}=\\frac{1}{n}\\sum_{i=1}^n X_i$) is near.\n",
        "# A boundary\n\n$$\nx_1 + x_2\n-\\frac{3}{2}=0\n$$\n",
    ],
)
def test_what_public_notes_have_right_is_not_called_wrong(note: str) -> None:
    assert "wrong" not in outcomes(note)


@pytest.mark.parametrize(
    ("velocity", "step", "outcome"),
    [
        (r"v_t = \gamma v_{t-1} + \eta g_t", r"\theta_t = \theta_{t-1} - v_t", "right"),
        (r"v_t = \gamma v_{t-1} - \eta g_t", r"\theta_t = \theta_{t-1} + v_t", "right"),
        (r"v_t = \gamma v_{t-1} + \eta \nabla_\theta J(\theta)", r"\theta = \theta - v_t", "right"),
        (r"v_t = \gamma v_{t-1} + \eta g_t", r"\theta_t = \theta_{t-1} + v_t", "not"),
        (r"v_t = \gamma v_{t-1} + g_t", r"\theta_t = \theta_{t-1} - v_t", "not"),  # the rate is nowhere
    ],
)
def test_a_line_is_read_with_the_one_that_defines_what_it_uses(velocity: str, step: str, outcome: str) -> None:
    first, second = outcomes(f"# Momentum\n\n$${velocity}$$\n\n$${step}$$\n")
    assert first == "right" and (second == "right") == (outcome == "right")
    (_, elsewhere) = outcomes(f"# Momentum\n\n$${velocity}$$\n\n# Momentum of others\n\n$${step}$$\n")
    assert elsewhere != "right"


def test_a_display_in_a_quotation_is_read_without_its_marks() -> None:
    note = "# Positions\n\n> $$\n> PE(pos, 2i+1) = \\cos\\left(\\frac{pos}{10000^{2i/d}}\\right)\n> $$\n"
    assert [(finding.line, finding.outcome) for finding in judged(note)] == [(4, "right")]


# Repairs


@pytest.mark.parametrize(
    ("heading", "wrong", "right"),
    [
        ("F1", "$F_1 = 2\\frac{P+R}{PR}$", "$F_1 = \\frac{2 \\cdot P \\cdot R}{P + R}$"),
        ("F1", "F1 = 2*(P+R)/(P*R)", "F1 = 2 * P * R / (P + R)"),
        (
            "Sigmoid",
            "$\\sigma'(x) = \\sigma(x)(1 + \\sigma(x))$",
            "$\\sigma'(x) = \\sigma\\left(x\\right) \\cdot \\left(1 - \\sigma\\left(x\\right)\\right)$",
        ),
        ("Standardisation", "$z = \\frac{x + \\mu}{\\sigma}$", "$z = \\frac{x - \\mu}{\\sigma}$"),
    ],
)
def test_a_repair_is_a_diff_in_the_letters_of_the_author(tmp_path: Path, heading: str, wrong: str, right: str) -> None:
    file = tmp_path / "note.md"
    content = f"\ufeff# {heading}\r\n\r\nSo: {wrong}\r\n"
    file.write_text(content, encoding="utf-8", newline="")
    done = quizprep("audit", str(file), "--fix")
    assert done.returncode == 1
    assert f"-So: {wrong}" in done.stdout and f"+So: {right}" in done.stdout
    assert file.read_bytes().decode() == content, "nothing is written without being told"
    written = quizprep("audit", str(file), "--fix", "--write")
    assert "1 line" in written.stderr, written
    assert file.read_bytes().decode() == content.replace(wrong, right)
    assert quizprep("audit", str(file)).returncode == 0


def test_no_repair_is_proposed_in_letters_that_the_author_does_not_write() -> None:
    (finding,) = judged("# Output size of a convolution\n\nOutput size = S/(W - K + 2P) + 1\n")
    assert finding.repair is None or "span" not in finding.repair


# What a name in words says, and what it does not


@pytest.mark.parametrize(
    "line",
    [
        "F1 loss = 1 - 2*P*R/(P+R)",
        "Dice loss = 1 - 2*TP/(2*TP + FP + FN)",
        "sigmoid의 미분 = sigmoid(x) * (1 - sigmoid(x))",
        "sigmoid 도함수 = sigmoid(x) * (1 - sigmoid(x))",
        "sigmoid函数的导数为 = sigmoid(x) * (1 - sigmoid(x))",
        "Derivative of the sigmoid = sigmoid(x) * (1 - sigmoid(x))",
        "root mean squared error = $\\sqrt{\\frac{1}{n}\\sum (y_i-\\hat y_i)^2}$",
        "BCE = -(y*log(p) + (1-y)*log(1-p))",
        "KL = -0.5 * sum(1 + logvar - mu^2 - exp(logvar))",
        "binary cross-entropy: -(y*log(p) + (1-y)*log(1-p))",
        "softmax with temperature = exp(z_i/T)/sum_j exp(z_j/T)",
        "$\\text{sigmoid}^{-1}(p) = \\log\\frac{p}{1-p}$",
        "ReLU6(x) = min(max(0, x), 6)",
        "mean IoU = sum(IoU)/n",
    ],
)
def test_a_name_with_more_in_it_is_that_of_something_else(line: str) -> None:
    assert "wrong" not in outcomes(f"# Notes\n\n{line}\n")


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Binary cross-entropy", "BCE = -(y*log(p) + (1-y)*log(1-p))"),
        ("Errors", "root mean squared error = $\\sqrt{\\frac{1}{n}\\sum (y_i-\\hat y_i)^2}$"),
        ("Scaling", r"$x = {{x - x_{min}} \over {x_{max} - x_{min}}}$"),
        (
            "GRU",
            r"$\mathbf{H}_t = \mathbf{Z}_t \odot \mathbf{H}_{t-1} + (1 - \mathbf{Z}_t) \odot \tilde{\mathbf{H}}_t$",
        ),
        ("LSTM", r"$f_t = \sigma(W_f x_t + U_f h_{t-1} + b_f)$"),
        ("LSTM", r"$c_i = f_i \odot c_{i-1} + i_i \odot g_i$"),
        ("Entropy", r"$H(X) = -\sum_{x \in X}p(x_i) \log p(x_i)$"),
        ("Softmax", r"$\hat{y}_i = \frac{e^{z_i}}{{\sum_j} e^{z_j}}$"),
        ("Softmax", "$b = softmax(a)$"),
        ("지표", "참고로 정확도 = (TN + TP) / (TN + FP + FN + TP)"),
        ("Errors", r"$MSE = \frac{1}{N} \sum^N_{i=1} (y_i - \acute{y_i})^2$"),
        ("Sigmoid", "$g'(z) = g(z)(1 - g(z))$"),
        ("Rates", "真正率（TPR） = TP/(TP+FN)"),
        ("Gradient descent", r"$w \leftarrow w - \micro \nabla L(w)$"),
        ("Neural network", "- input x * weight w + bias b = z, z * activation = s"),
        ("신경망", "- 인풋 x * 가중치 w + 편향 b = z"),
        ("Bias and variance", r"$$e = \underbrace{(f-\mathbb{E}[\hat f])^2}_{\text{bias}^2}$$"),
    ],
)
def test_a_right_formula_is_known_in_the_letters_of_other_texts(heading: str, line: str) -> None:
    assert "right" in outcomes(f"# {heading}\n\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        r"$\frac{df(x)}{dx} = \frac{f(x + h) - f(x)}{h}$",
        "평균적인 경우(Average) = O(N^2)",
        r"$\sigma(S_\alpha) = \sigma(S_\beta)$",
    ],
)
def test_what_any_letter_would_make_right_is_not_called_right(line: str) -> None:
    assert "right" not in outcomes(f"# Notes\n\n{line}\n")


def test_a_part_with_its_name_below_is_judged_by_itself() -> None:
    stack = r"\stackrel{\mathbb{E}[(f-\mathbb{E}[\hat f]^2)^2]}{bias^2} + \stackrel{\mathbb{E}[(\mathbb{E}[\hat f]-\hat f)^2]}{variance}"
    found = judged(f"# Bias and variance\n\n$$cost = {stack}$$\n")
    assert {finding.formula.split(" =")[0]: finding.outcome for finding in found if finding.proof} == {
        "bias^2": "wrong",
        "variance": "right",
    }


def test_an_update_without_a_gradient_is_wrong_below_a_heading_in_korean() -> None:
    note = "(12) 경사하강법\n\n- 손실을 줄인다\n - \\circ \\$W_{t+1} = r * W_{t} + b\\$\n"
    (finding,) = judged(note)
    assert (finding.outcome, finding.proof) == ("wrong", "gradient-descent-step")


def test_two_formulas_with_a_space_between_them_are_two() -> None:
    found = judged(r"# Softmax" + "\n\n" + r"$p_k = \frac{e^{f_k}}{\sum_j e^{f_j}} \hspace{1in} L_i = -\log p_i$")
    assert [finding.formula[:3] for finding in found] == ["p_k", "L_i"]


def test_the_other_letter_for_an_average_makes_no_doubt() -> None:
    """v for the average of the gradients, as courses write momentum and then Adam."""
    assert outcomes("# Adam\n\n$v^{corrected}_{dW} = \\frac{v_{dW}}{1 - (\\beta_1)^t}$\n") == ["right"]


def test_what_no_proof_knows_is_counted_and_found(tmp_path: Path) -> None:
    file = tmp_path / "note.md"
    file.write_text("# Tides\n\nThe height: $h = a + 3 b^7$\n", encoding="utf-8")
    counted = quizprep("audit", str(file)).stdout
    assert "unknown 1" in counted and "b^7" not in counted and "--all" in counted
    assert "--all" in quizprep("audit", str(file), "--lang", "ko").stdout
    listed = quizprep("audit", str(file), "--all").stdout
    assert "b^7" in listed and "--all" not in listed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "line", "expected"),
    [
        (r"Beam search", r"$P(\mathbf{y} \mid \mathbf{x}) = \prod_{t=1}^{T_y} P(y^{\langle t \rangle} \mid \mathbf{x}, y^{\langle 1 \rangle}, \ldots, y^{\langle t-1 \rangle})$", "right"),
        (r"Beam search", r"$P(\mathbf{y} \mid \mathbf{x}) = \sum_{t=1}^{T_y} \log P(y^{\langle t \rangle} \mid \mathbf{x}, y^{\langle 1 \rangle}, \ldots, y^{\langle t-1 \rangle})$", "wrong"),
        (r"Objective", r"$$\max_{\Phi} \sum_{(x, y) \in \mathcal{Z}} \sum_{t=1}^{|y|} \log \left(P_{\Phi}\left(y_t \mid x, y_{<t}\right)\right)$$", "right"),
        (r"Decoder", r"$p(y_1,\ldots,y_m \mid x_1,\ldots,x_n) = \prod_{t=1}^{m} p(y_t \mid y_{<t},\,x_1,\ldots,x_n)$", "right"),
        (r"Sequences", r"$P(X_1,\dots,X_t) = \prod^t_{s=1}P(X_s|X_{s-1},\dots,X_1)$", "right"),
        (r"Decoding", r"$P(y|x)=P(y_1|x)P(y_2|y_1,x)P(y_3|y_2,y_1,x)\dots P(y_T|y_1,\dots,y_{T-1},x)=\prod^T_1P(y_t|y_1,\dots,y_{t-1},x)$", "right"),
        (r"Decoding", r"$score(y_1,\dots,y_t)=logP_{LM}(y_1,\dots,y_t|x)=\sum_{i=1}^tlogP_{LM}(y_i|y_1,\dots,y_{i-1},x)$", "right"),
        (r"LM", r"$p(w_{1:T}) = \prod_{t=1}^T p(w_t | w_{1:t-1})$", "right"),
        (r"LM", r"$\log p(x) = \sum_{i=1}^n \log p(x_i | x_{<i})$", "right"),
        (r"LM", r"$p(w_{1:T}) = \prod_{t=1}^T p(w_t | w_{t-1})$", None),
        (r"LM", r"$p(w_{1:T}) = \prod_{t=1}^T p(w_t | w_{1:t})$", None),
        (r"LM", r"$p(w_{1:T}) = \sum_{t=1}^T p(w_t | w_{1:t-1})$", None),
        (r"LM", r"$\log p(w_{1:T}) = \prod_{t=1}^T p(w_t | w_{1:t-1})$", None),
        (r"LM", r"$p(y|x) = \prod_{t=1}^T p(y_t | y_{<t})$", None),
        (r"LM", r"$p(y|x) = \prod_{t=1}^T p(x_t | x_{<t}, y)$", None),
        (r"LM", r"$p(y_1,\dots,y_T) = \prod_{t=1}^N p(y_t | y_{<t})$", None),
        (r"LM", r"$P(y|x)=P(y_1|x)P(y_2|y_1,x)P(y_3|y_1,x)\dots P(y_T|y_1,\dots,y_{T-1},x)$", None),
        (r"LM", r"$$\min_\theta \sum_{t=1}^{|y|} \log P(y_t \mid x, y_{<t})$$", None),
        (r"KL", r"$D_{KL}(P\|Q)=-\sum^9_{i=0}P(i)\ln\frac{Q(i)}{P(i)}=\sum^9_{i=0}[(-P(i)\ln Q(i))-(-P(i)\ln P(i))]$", "right"),
        (r"KL", r"$D_{KL}(P\|Q)=-\sum^9_{i=0}P(i)\ln\frac{P(i)}{Q(i)}$", None),
        (r"KL", r"$-\mathbb{E}_{x\sim P(x)}[logQ(x)] = 크로스\ 엔트로피$", "right"),
        (r"KL", r"$\mathbb{E}_{x\sim P(x)}[logP(x)] = 엔트로피$", "wrong"),
        (r"Precision", r"$\frac{TP}{TP+FP} = \text{precision}$", "right"),
        (r"Metrics", r"$\frac{TP}{TP+FN} = \text{precision}$", "wrong"),
        (r"Métricas", r"$exhaustividad = \frac{tp}{tp+fn}$", "right"),
        (r"Métricas", r"$exhaustividad = \frac{tp}{tp+fp}$", None),
        (r"Métricas", r"$F_1 = 2\cdot \frac{precision\cdot exhaustividad}{precision + exhaustividad}$", "right"),
        (r"Métricas", r"$F_1 = 2\cdot \frac{precision + exhaustividad}{precision\cdot exhaustividad}$", None),
        (r"Bayes", r"$Pr(A|B) = \frac{Pr(A)*Pr(B|A)}{Pr(B)}$", "right"),
        (r"Bayes", r"$Pr(A|B) = \frac{Pr(A)*Pr(B|A)}{Pr(A)}$", None),
        (r"Variance", r"$Var(X) = \sum_{\text{all } x} (x - \mu)^2 p(x)$", "right"),
        (r"Variance", r"$Var(X) = \sum_{\text{all } x} (x - \mu) p(x)$", None),
        (r"Variance", r"$\mathbb{V}(x) = \mathbb{E}_{x\sim P(x)}[(x-\mathbb{E}[x])^2]$", "right"),
        (r"Variance", r"$\mathbb{V}(x) = \mathbb{E}_{x\sim P(x)}[(x+\mathbb{E}[x])^2]$", None),
        (r"Cross-entropy loss", r"$cross\ entropy=-y\times \log \left( \hat{y} \right)$", "right"),
        (r"Binary cross-entropy", r"$BCE = -y \log \hat y$", "wrong"),
        (r"Adam and its variants", r"$v_t = \max(\beta_2 v_{t-1} + (1-\beta_2) g_t^2, v_{t-1})$", "unknown"),
        (r"Softmax loss", r"$L{_i} =  - \log \left( {\frac{{{e^{{f_{{y_i}}}}}}}{{\sum _j {{e^{{f_j}}}} }}} \right)$", "right"),
        (r"Softmax loss", r"$L{_i} =  \log \left( {\frac{{{e^{{f_{{y_i}}}}}}}{{\sum _j {{e^{{f_j}}}} }}} \right)$", None),
        (r"GAN", r"$V(D,G) = \mathbb{E}_{x \sim p_{data}(x)}[\log D(x)] + \mathbb{E}_{z \sim p_z(z)}[\log(1-D(G(z))]$", "right"),
        (r"GAN", r"$V(D,G) = \mathbb{E}_{x \sim p_{data}(x)}[\log D(x)] - \mathbb{E}_{z \sim p_z(z)}[\log(1-D(G(z))]$", None),
        (r"Perceptron", r"${\bf{w}}(\tau) = {\bf{w}}(\tau-1) - \eta\nabla J({\bf{w}})$", "right"),
        (r"Perceptron", r"${\bf{w}}(\tau) = {\bf{w}}(\tau+1) - \eta\nabla J({\bf{w}})$", None),
        (r"Descent", r"$\mathbf w\leftarrow \mathbf w - \alpha \frac{\partial \cal R(\mathbf w,b)}{\partial \mathbf w}，（3.8）$", "right"),
        (r"Decision trees", r"$Gini(Q) = 1 - \sum_{k=0}^{1} \sum_{i=1}^{M} \dfrac{1}{M} I(G(x_i)=k)$", "wrong"),
        (r"Decision trees", r"$Gini(Q) = 1 - \sum_{k=0}^{1} \sum_{i=1}^{M} w_i I(G(x_i)=k)$", "wrong"),
        (r"Decision trees", r"$Gini(D) = 1 - \sum_{k=1}^{K} (\frac{n_k}{n})^2$", "right"),
        (r"R2 score", r"$\bar{y} = \sum_{i=1}^N y_i$", "wrong"),
        (r"R2 score", r"$\bar{y} = \sum_{i=1}^N w_i y_i$", "unknown"),
        (r"Updates", r"$W_V \leftarrow W_V - \eta \frac{\partial L}{\partial W_K}$", "wrong"),
        (r"Updates", r"$\theta_1 := \theta_1 - \alpha \frac{\partial J(\theta)}{\partial \theta_0}$", None),
        (r"Updates", r"$W_V \leftarrow W_V - \eta \frac{\partial L}{\partial W_V}$", "right"),
    ],
)  # fmt: skip
def test_sequences_and_names_are_read_as_courses_write_them(heading: str, line: str, expected: str | None) -> None:
    outcomes = {finding.outcome for finding in audit("note.md", f"# {heading}\n\n{line}\n")}
    assert outcomes == {expected} if expected is not None else "right" not in outcomes
