"""Whatever comes in from outside is answered, or refused in words: a part of what benchmarks/fuzz_inputs.py tries."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from input_targets import TARGETS

pytestmark = pytest.mark.slow

EACH = 150


@pytest.mark.parametrize("name", TARGETS)
def test_every_input_is_answered_or_refused(name: str, tmp_path: Path) -> None:
    target = TARGETS[name](tmp_path)
    came_of_it = [target.take(target.make(Random(f"test:{number}"))) for number in range(EACH)]
    assert {"answered", "refused"} == set(came_of_it)
    assert repr(target.make(Random("test"))) == repr(target.make(Random("test"))), "a seed names an input"
