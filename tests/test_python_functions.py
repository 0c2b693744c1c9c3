"""A student's own Python functions, from real files in the real sandbox: their names, their layouts, where they break."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizprep import proofs
from quizprep.judge.judgement import Verdict
from quizprep.judge.python_function import check_function

pytestmark = pytest.mark.slow

NUMPY = """
import numpy as np

def softmax(z):
    e = np.exp(z)
    return e / e.sum()

def stable(z):
    e = np.exp(z - z.max())
    return e / e.sum()

def logits(logits, axis=-1, **options):
    e = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return {"probabilities": e / e.sum(axis=axis, keepdims=True)}

def rows(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def columns(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True) if z.ndim == 2 else z[:, 0]

def in_place(z):
    z -= z.max()
    e = np.exp(z)
    return e / e.sum()

def squeezed(z):
    return stable(z).squeeze()

def single(z):
    return stable(z).astype(np.float32)

def as_list(z):
    return [float(entry) for entry in stable(z)]

def unnormalised(z):
    return np.exp(z)

def wrong_axis(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def raises(z):
    return z.nothing

def two(first, second):
    return first

def attention(queries, keys, values, mask=None):
    s = queries @ keys.T / np.sqrt(queries.shape[-1])
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True) @ values, e

def attention_of_columns(Q, K, V):
    s = K.T @ Q / np.sqrt(Q.shape[0])
    e = np.exp(s - s.max(0, keepdims=True))
    return V @ (e / e.sum(0, keepdims=True))

def swapped(a, b, c):
    return attention(a, b, c)[0] * 2
"""

TORCH = """
import torch

def naive(x):
    return torch.exp(x) / (1 + torch.exp(x))

def stable(x):
    return torch.sigmoid(x)

def detached(x):
    return torch.sigmoid(x).detach()
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("functions")
    found = {}
    for name, text in (("softmax", NUMPY), ("scaled-dot-product-attention", NUMPY), ("sigmoid", TORCH)):
        found[name] = folder / f"{name.replace('-', '_')}.py"
        found[name].write_text(text)
    return found


def judged(files: dict[str, Path], proof: str, function: str, language: str = "en") -> Verdict:
    return check_function(proofs.get(proof), files[proof], function, language=language)


@pytest.mark.parametrize(
    ("proof", "function", "read_with"),
    [
        ("softmax", "stable", {}),
        ("softmax", "as_list", {}),
        ("softmax", "logits", {"logits": "z"}),
        ("sigmoid", "stable", {}),
        ("scaled-dot-product-attention", "attention", {"queries": "Q", "keys": "K", "values": "V"}),
    ],
)
def test_a_right_function_is_right_under_its_own_names(files, proof, function, read_with) -> None:
    verdict = judged(files, proof, function)
    assert (verdict.verdict, verdict.convention, list(verdict.breaks)) == ("equivalent", None, []), verdict
    assert dict(verdict.read_with) == read_with and "breaks" not in verdict.as_json()


@pytest.mark.parametrize(
    ("proof", "function", "said", "korean"),
    [
        ("softmax", "rows", "vectors are rows", "행"),
        ("softmax", "columns", "vectors are columns", "열"),
        ("scaled-dot-product-attention", "attention_of_columns", "transposed", "전치"),
    ],
)
def test_another_layout_is_a_convention(files, proof, function, said, korean) -> None:
    verdict = judged(files, proof, function)
    assert verdict.verdict == "equivalent" and said in verdict.convention, verdict
    assert korean in judged(files, proof, function, "ko").convention


@pytest.mark.parametrize(
    ("proof", "function", "said", "inputs"),
    [
        ("softmax", "softmax", "breaks at z = [1000, 0]: nan instead of [1, 0]", {"z": [1000.0, 0.0]}),
        ("sigmoid", "naive", "breaks at x = 1000: nan instead of 1", {"x": 1000.0}),
        ("softmax", "squeezed", "keepdims=True", None),
        ("softmax", "in_place", "writes into its arguments: z", {}),
        ("softmax", "single", "float32", {}),
        ("sigmoid", "detached", "no gradient reaches its inputs", {}),
    ],
)
def test_a_right_function_that_breaks_says_where(files, proof, function, said, inputs) -> None:
    verdict = judged(files, proof, function)
    assert verdict.verdict == "equivalent" and verdict.exit_code == 0, verdict
    found = [each for each in verdict.as_json()["breaks"] if said in each["text"]]
    assert len(found) == 1, verdict.breaks
    assert inputs is None or found[0]["inputs"] == inputs
    assert any("맞" in each["text"] for each in judged(files, proof, function, "ko").breaks)


@pytest.mark.parametrize("function", ["unnormalised", "wrong_axis"])
def test_a_wrong_function_is_never_right_in_any_layout(files, function) -> None:
    assert judged(files, "softmax", function).verdict == "different"


def test_names_that_are_only_guessed_decide_nothing(files) -> None:
    verdict = judged(files, "scaled-dot-product-attention", "swapped")
    assert verdict.verdict == "undecided" and set(verdict.read_with) == {"a", "b", "c"}


@pytest.mark.parametrize(("function", "said"), [("raises", "line 46: AttributeError"), ("two", "parameter first")])
def test_what_goes_wrong_in_a_file_is_said_with_its_line(files, function, said) -> None:
    verdict = judged(files, "softmax", function)
    assert verdict.verdict == "unreadable" and said in verdict.statement, verdict.statement
