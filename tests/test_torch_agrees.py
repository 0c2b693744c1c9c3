"""Every function of the table, in numpy, has the value that torch computes, on random samples."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch_functions import TORCH

from quizprep.formula.compute.arrays import run
from quizprep.formula.functions import CALLED
from quizprep.formula.tree import Call, Symbol

ENTRY = (-3.0, 3.0)
BETWEEN = {  # where the arguments lie
    **{name: [(-0.99, 0.99)] for name in "arccos arcsin artanh".split()},
    **{name: [(1.01, 9.0)] for name in "arccsc arcosh arcoth arcsec".split()},
    **{name: [(0.01, 0.99)] for name in "arsech logit probit".split()},
    **{name: [(0.1, 9.0)] for name in "arcsch digamma gamma lgamma log log10 log1p log2 sqrt".split()},
    "root": [(0.1, 9.0), (1.0, 5.0)], "mod": [ENTRY, (0.5, 3.0)], "clip": [ENTRY, (-1.0, 0.0), (0.0, 1.0)],
    "cot": [(0.2, 2.9)], "csc": [(0.2, 2.9)], "coth": [(0.1, 3.0)], "csch": [(0.1, 3.0)],
}  # fmt: skip
WHOLE = {
    "binomial": [(8, 12), (0, 8)],
    "gcd": [(1, 60), (1, 60)],
    "lcm": [(1, 60), (1, 60)],
    "one_hot": [(0, 3), (4, 4)],
}
VECTORS = frozenset(
    "argmax argmin cov cumprod cumsum log_softmax logsumexp mean median norm normalize prod softmax std sum var dot "
    "cosine_similarity outer kron len conv diag".split()
)
SQUARE = frozenset({"det", "identity", "inv", "trace"})


def shapes(name: str, arity: int) -> list[tuple[int, ...]]:
    if name == "conv":
        return [(5,), (2,)]
    return [(3,) if name in VECTORS | {"cross"} else (3, 3) if name in SQUARE else ()] * arity


@pytest.mark.parametrize("name", sorted(CALLED))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_numpy_computes_what_torch_computes(name: str, data: st.DataObject) -> None:
    two = {"atan2", "cosine_similarity", "cov", "cross", "dot", "hypot", "kron", "outer", "conv"}
    intervals = WHOLE.get(name) or BETWEEN.get(name) or [ENTRY] * (3 if name == "lerp" else 2 if name in two else 1)
    values = []
    for (low, high), shape in zip(intervals, shapes(name, len(intervals)), strict=True):
        entry = st.integers(low, high) if name in WHOLE else st.floats(low, high).map(lambda x: round(x, 3) + 0.0)
        numbers = data.draw(
            st.lists(entry, min_size=int(np.prod(shape)), max_size=int(np.prod(shape)), unique=bool(shape))
        )
        values.append(np.array(numbers, dtype=float).reshape(shape))
    if name in SQUARE:
        values[0] = values[0] + 7 * np.eye(3)  # far from singular
    names = "xyz"[: len(values)]
    found = run(Call(name, tuple(map(Symbol, names))), dict(zip(names, values, strict=True)))
    expected = TORCH[name](*(torch.tensor(value) for value in values)).double().numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def test_torch_has_a_function_for_every_row() -> None:
    assert set(TORCH) == CALLED
