"""The examples in content/README.md are whole files that load, one or more for every kind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quizprep.deck import Deck, content_directory, defects
from quizprep.kinds import KINDS

README = (content_directory() / "README.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^### (\w+)\n.*?```yaml\n(.*?)```", README, re.DOTALL | re.MULTILINE))


def test_every_kind_has_an_example():
    assert list(EXAMPLES) == list(KINDS)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_example_loads(kind: str, tmp_path: Path):
    file = tmp_path / "example.yaml"
    file.write_text(EXAMPLES[kind], encoding="utf-8")
    assert defects([file]) == []
    deck = Deck.open([file], cache_path=None)
    assert {entry.kind for entry in deck.index()} == {kind}


def test_every_field_is_explained():
    from quizprep.deck.check_entry import OPTIONAL, OPTIONAL_BY_KIND, REQUIRED, REQUIRED_BY_KIND

    own = [name for names in (*REQUIRED_BY_KIND.values(), *OPTIONAL_BY_KIND.values()) for name in names]
    for name in (*REQUIRED, *OPTIONAL, *own):
        assert f"`{name}`" in README or f"{name}:" in README
