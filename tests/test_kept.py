"""Results kept between runs: the same while code and content are, and computed again where the file is damaged."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from program import PATIENCE, ROOT, quizprep

from quizprep import kept as kept_module
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


def test_another_version_of_what_computes_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(tmp_path, "figures")
    kept.put("x", 1)
    kept.save()
    for name in ("torch", "numpy"):
        with monkeypatch.context() as patched:
            patched.setattr(
                kept_module,
                "version",
                lambda each, name=name: "99" if each == name else importlib.metadata.version(each),
            )
            assert Kept(tmp_path, "figures").get("x") is None
    assert Kept(tmp_path, "figures").get("x") == 1


def test_what_is_edited_while_it_runs_is_not_kept(tmp_path: Path) -> None:
    beside = tmp_path / "content.yaml"
    beside.write_text("a: 1")
    kept = Kept(tmp_path / "cache", "figures", beside=[beside])
    kept.put("x", 1)
    beside.write_text("a: 2")
    kept.save()
    assert not (tmp_path / "cache").exists()


# Proofs

PACK = "name: motion\ntitle: Motion\nlanguages: [en]\nlicence: CC-BY-4.0\n"
PROOFS = """
proofs:
- id: braking-distance
  title: Braking distance
  statement: The distance to a stop is the square of the speed over twice the deceleration.
  symbols:
    v: {domain: 'positive in 1..60', meaning: speed in m/s}
    a: {domain: 'positive in 0.5..12', meaning: deceleration in m/s²}
  steps:
    d: {formula: v^2 / (2 a), note: braking distance}
  oracles:
  - {kind: brute-force, via: the integral of the speed up to the stop, formula: 'integral(v - a u, u, 0, v / a)'}
  mistakes:
  - {name: no-half, formula: v^2 / a, text: 'The speed falls to zero: the mean speed is half of it.'}
  - {name: time, formula: v / a, text: 'That is the time to the stop, not the distance.'}
  - {name: not-squared, formula: v / (2 a), text: 'The distance grows with the square of the speed.'}
  source: Taylor, Classical Mechanics (2005), ch. 1
"""


class Installed:
    """A program of its own, with one chapter of proofs and a home."""

    def __init__(self, folder: Path) -> None:
        self.package, self.home = folder / "quizprep", folder / "home"
        shutil.copytree(ROOT / "quizprep", self.package, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copytree(ROOT / "content", folder / "content")
        for file in (self.package / "proofs").glob("*.*"):
            if not file.name.startswith(("__init__", "classification_metrics")):
                file.unlink()

    def prove(self, *arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "quizprep", "prove", "--all", "--device", "cpu", "--json", *arguments]
        env = {**os.environ, "PYTHONPATH": str(self.package.parent), "QUIZPREP_HOME": str(self.home)}
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=self.package.parent
        )
        assert "Traceback" not in done.stderr, done.stderr
        return json.loads(done.stdout)

    def edit(self, file: str, old: str, new: str) -> None:
        path = self.package / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """One that has proven everything."""
    installed = Installed(tmp_path_factory.mktemp("installed"))
    first = installed.prove()
    assert first["failed"] == first["kept"] == 0
    return installed


@pytest.fixture
def installed(proven: Installed, tmp_path: Path) -> Iterator[Installed]:
    """The same at the same place, as it was before a test changed it."""
    shutil.copytree(proven.package.parent, tmp_path / "before")
    yield proven
    shutil.rmtree(proven.package.parent)
    shutil.copytree(tmp_path / "before", proven.package.parent)


@pytest.mark.slow
def test_a_second_run_says_the_same_and_that_it_is_kept(installed: Installed) -> None:
    fresh, again = installed.prove("--fresh"), installed.prove()
    assert again["kept"] == len(again["proofs"]) > 10 and all(each["kept"] for each in again["proofs"])
    for each in (*fresh["proofs"], *again["proofs"]):
        del each["ms"], each["kept"]
    assert fresh["proofs"] == again["proofs"] and fresh["kept"] == 0


CHANGES: dict[str, tuple[str, str, str]] = {
    "a proof": ("proofs/classification_metrics.py", '"upside-down"', '"upside-down-again"'),
    "a comment in it": ("proofs/classification_metrics.py", "from __future__", "# one more\nfrom __future__"),
    "its Korean": ("proofs/classification_metrics.ko.yaml", "f1-score:", "# one more\nf1-score:"),
    "the self-test": ("self_test.py", "SAMPLES = 256", "SAMPLES = 128"),
    "the formula language": ("formula/functions.py", "from __future__", "# one more\nfrom __future__"),
    "the version": ("__init__.py", '__version__ = "', '__version__ = "9'),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_nothing_of_before_counts(installed: Installed, change: str) -> None:
    file, old, new = CHANGES[change]
    installed.edit(file, old, new)
    assert installed.prove()["kept"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--seed", "1"], ["--lang", "ko"]], ids=" ".join)
def test_another_question_is_not_answered_from_what_is_kept(installed: Installed, arguments: list[str]) -> None:
    assert installed.prove(*arguments)["kept"] == 0
    assert installed.prove()["kept"] > 0


@pytest.mark.slow
def test_a_proof_that_is_broken_fails_and_goes_on_failing(installed: Installed) -> None:
    """Only what holds is kept, and a change of one chapter leaves what is kept of packs."""
    pack = installed.home / "packs" / "motion"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text(PACK)
    (pack / "proofs.yaml").write_text(PROOFS)
    ran = installed.prove()
    (own,) = (each for each in ran["proofs"] if each["proof"] == "motion/braking-distance")
    assert own["passed"] and not own["kept"], own
    assert installed.prove()["kept"] == len(ran["proofs"])
    (pack / "proofs.yaml").write_text(PROOFS.replace("v^2 / (2 a), note", "v^2 / (2 a) + 1, note"))
    for _ in range(2):
        broken = installed.prove()
        (own,) = (each for each in broken["proofs"] if each["proof"] == "motion/braking-distance")
        assert not own["passed"] and not own["kept"] and broken["failed"] == 1
        assert broken["kept"] == len(ran["proofs"]) - 1


def test_a_chapter_of_proofs_imports_no_other() -> None:
    """What a proof follows from is its chapter's file and the program: what is kept of it is told apart by these."""
    for file in (ROOT / "quizprep" / "proofs").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) else ""
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not any(f"{each}.".startswith("quizprep.proofs.") for each in names), file
            assert not str(module).startswith("quizprep.proofs."), file
            if module == "quizprep.proofs":
                assert {each.name for each in node.names} <= {"claim", "mistake", "proof", "step", "symbol"}, file
