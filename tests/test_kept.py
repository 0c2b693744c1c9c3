"""Results kept between runs: the same while code and content are, and computed again where the file is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import quizprep

from quizprep.kept import FILES, Kept


def test_what_was_kept_is_found_again_for_the_same_question_alone(tmp_path: Path) -> None:
    beside = tmp_path / "content.yaml"
    beside.write_text("a: 1")
    kept = Kept(tmp_path / "cache", "figures", "cpu", beside=[beside])
    assert kept.get("x") is None
    kept.put("x", {"refuted": True, "inputs": {"a": [1.5, 2.0]}})
    kept.save()
    assert Kept(tmp_path / "cache", "figures", "cpu", beside=[beside]).get("x")["inputs"] == {"a": [1.5, 2.0]}
    assert Kept(tmp_path / "cache", "figures", "cuda", beside=[beside]).get("x") is None
    beside.write_text("a: 2")
    assert Kept(tmp_path / "cache", "figures", "cpu", beside=[beside]).get("x") is None


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "figures")
    kept.put("x", {"refuted": True})
    kept.save()
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text().replace("true", "null"))
    assert Kept(tmp_path, "figures").get("x") is None


def test_only_the_latest_files_are_left(tmp_path: Path) -> None:
    for number in range(FILES + 2):
        kept = Kept(tmp_path, "figures", number)
        kept.put("x", number)
        kept.save()
    assert len(list(tmp_path.iterdir())) == FILES


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    for folder in (None, tmp_path / "cache"):
        kept = Kept(folder, "figures")
        kept.put("x", 1)
        kept.save()
        assert Kept(folder, "figures").get("x") is None


@pytest.mark.slow
def test_errata_are_refuted_once(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = quizprep("errata", "optimisers", "--json", home=home)
    (file,) = (home / "cache").glob("errata-*.json")
    kept = file.read_text()
    assert "gives" in kept
    assert quizprep("errata", "optimisers", "--json", home=home).stdout == first.stdout
    file.write_text(kept[:-20])
    assert quizprep("errata", "optimisers", "--json", home=home).stdout == first.stdout
    assert file.read_text() == kept
