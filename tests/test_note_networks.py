r"""Networks and text in notes of others: what is written otherwise is right, and its spoiled twin is not."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit


def finding(heading: str, line: str) -> Finding:
    """What is said of the last formula of a note."""
    return [each for each in audit("note.md", f"# {heading}\n\n{line}\n") if each.kind == "formula"][-1]


@pytest.mark.parametrize(
    "line", [r"$$z^{(0)} = a^{(0)} \odot x$$", r"$$Z_0 = W_0 X_0$$", r"$$h_i^{(0)} = E(x_i) + P(i)$$"]
)
def test_a_layer_before_the_first_one_ends_no_page(line: str) -> None:
    assert finding("Vision transformers, softmax cross-entropy", line).outcome == "unknown"
