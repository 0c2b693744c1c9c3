r"""How a page is cut into formulas: every right one is known however it is set, every wrong one so set is not right."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow


def findings(text: str, name: str = "note.md") -> list[Finding]:
    return audit(name, text)


def outcomes(text: str) -> list[str]:
    return [finding.outcome for finding in findings(text)]


def test_a_layer_with_the_number_nought_is_that_of_no_network() -> None:
    found = findings(
        "## Embeddings\n\nWe classify with a softmax and cross-entropy.\n\n$$\nh_i^{(0)} = E(x_i) + P(i) + S(s_i),\n$$\n"
    )
    assert [finding.outcome for finding in found] == ["unknown"]
