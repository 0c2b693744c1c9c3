"""Names on the screen: words and symbols as a text prints them, and what is shown can be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from quizprep import proofs, step_names
from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.functions import FUNCTIONS
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.formula.show.mathml import mathml
from quizprep.formula.show.render import render
from quizprep.formula.show.typeset import typeset
from quizprep.formula.symbols import is_worded, symbol
from quizprep.formula.tree import Node
from quizprep.proofs import Proof
from quizprep.step_names import step_label

#: What stands around an underscore, but for a letter with its label (W_f, D_fake), indices of sums and functions.
UNDERSCORED = re.compile(r"[^\W\d_][^\s()\[\]{}·/,+−^|⌊⌋√=]*_\w+|\b\w+_\w+")
LETTER = re.compile(r"[^\W\d_][\u0300-\u036f]?\*?_[^\W_]+['²³]?|[ΣΠ∑∏]_.*")


def formulas(proof: Proof) -> Iterator[Node]:
    for name in proof.steps:
        if (tree := proof.step_formula(name)) is not None:
            yield tree
    for entry in proof.mistakes:
        if not proof.takes_random:
            yield proof.wrong_formula(entry)


def internal(text: str) -> list[str]:
    """The internal names in a text."""
    return [found for found in UNDERSCORED.findall(text) if not LETTER.fullmatch(found) and found not in FUNCTIONS]


def test_no_internal_name_is_shown_of_any_proof() -> None:
    assert internal("1 − missed_onceⁿ + per_cell") == ["missed_onceⁿ", "per_cell"]
    shown = [
        *(symbol(name) for proof in proofs.discover().values() for name in (*proof.symbols, *proof.steps)),
        *(
            step_label(proof, name, language)
            for proof in proofs.discover().values()
            for name in proof.steps
            for language in ("en", "ko")
        ),
        *(
            render(tree, names)
            for proof in proofs.discover().values()
            for tree in formulas(proof)
            for names in (proof.names, None)
        ),
    ]
    assert [text for text in shown if internal(text)] == []


def test_what_is_shown_of_any_proof_reads_back() -> None:
    for proof in proofs.discover().values():
        for tree in formulas(proof):
            if not proof.takes_random:
                shown = render(tree, proof.names)
                assert render(parse(shown, proof.names), proof.names) == shown, proof.id


NAMES = declare(["missed_once", "n", "left_share", "left_gini", "log_ratio", "ratio", "ill_and_positive", "code_side"])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1 - missed_once^n", "1 − (missed once)ⁿ"),
        ("left_share*left_gini", "left share · left gini"),
        ("left_share/n", "left share / n"),
        ("sqrt(code_side)", "√(code side)"),
        ("exp(log_ratio)", "exp(log ratio)"),
        ("-log_ratio/n", "−log ratio / n"),
        ("1 - ill_and_positive", "1 − ill and positive"),
    ],
)
def test_a_name_of_several_words_is_shown_as_words_and_typed_so(written: str, shown: str) -> None:
    tree = parse(written, NAMES)
    assert render(tree, NAMES) == render(tree) == shown
    assert parse(shown, NAMES) == tree
    assert parse(shown.replace(" · ", "*").replace("−", "-").replace("ⁿ", "^n"), NAMES) == tree


def test_the_gates_of_a_cell_are_written_in_one_style() -> None:
    assert [symbol(name) for name in ("W_f", "W_i", "W_g", "W_o", "b_f", "b_i", "x_i", "h_t")] == [
        "W_f", "W_i", "W_g", "W_o", "b_f", "b_i", "xᵢ", "hₜ",
    ]  # fmt: skip
    proof = proofs.get("lstm-cell", "lstm-and-gru")
    assert render(proof.step_formula("i")) == "σ(W_i [h; x] + b_i)"  # type: ignore[arg-type]


def test_words_stand_upright_on_pages_and_in_tex() -> None:
    tree = parse("1 - missed_once^n", NAMES)
    assert "<mtext>missed once</mtext>" in mathml(tree, NAMES)
    assert typeset(tree) == r"1 - \text{missed once}^{n}"


def test_a_sigmoid_is_sigma_in_tex_unless_that_is_a_number() -> None:
    assert typeset(parse("sigmoid(x)")) == r"\sigma\left(x\right)"
    assert typeset(parse("sigmoid(x) + sigma^2")) == r"\text{sigmoid}\left(x\right) + \sigma^{2}"


def test_every_step_that_is_called_by_words_has_its_korean_name() -> None:
    named = {name for proof in proofs.of_pack("").values() for name in proof.steps}  # not of packs that a test added
    words = {name for name in named if is_worded(name) or re.match("[a-z]{3,}", name)}
    words = {name for name in words if name.partition("_")[0].rstrip("'") not in GREEK_NAMES}
    with (Path(step_names.__file__).with_suffix(".ko.yaml")).open(encoding="utf-8") as file:
        known = set(yaml.load(file, Loader=yaml.BaseLoader))  # as it is read: `no` would be a truth value
    assert words <= known <= named


def test_a_step_is_called_by_its_words_in_korean_with_those_of_the_formulas_behind() -> None:
    proof = proofs.get("out-of-bag-share", "ensembles")
    assert step_label(proof, "missed_once", "en") == "missed once"
    assert step_label(proof, "missed_once", "ko") == "한 번 빠질 확률 (missed once)"
    cells = proofs.get("yolo-output")
    assert step_label(cells, "later_version", "ko") == "나중 판"
    assert step_label(proofs.get("f1-score"), "precision", "ko") == "정밀도 (precision)"
    assert step_label(proofs.get("f1-score"), "f1", "ko") == "f1"
    assert step_label(proofs.get("roc-auc"), "auc", "ko") == "AUC"


def test_numbers_are_written_in_one_style() -> None:
    """A power of ten is 10⁻⁵ on the screen, nowhere e-05."""
    for proof in proofs.discover().values():
        assert not [name for name, domain in proof.domains.items() if re.search(r"\de[-+]?\d", str(domain))]
