"""What needs no torch imports none; what torch confirms is what the formulas say, and else our mistake."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from program import give_compiled_deck

from quizprep import proofs
from quizprep.judge.against_proof import check_formula
from quizprep.judge.confirmation import confirm
from quizprep.judge.reference import Reference
from quizprep.packs import install
from quizprep.packs.new import write

HEAVY = ("torch", "mpmath", "scipy", "numpy.ma", "numpy.random", "numpy.testing")
PACK = ("--pack", "mechanics")
ASKED = ("statistics/power-of-a-test", "statistics/error-of-a-slope")
RUN = f"""
import sys
from quizprep.__main__ import main
try:
    main()
except SystemExit:
    pass
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def printed(home: Path, *arguments: str) -> tuple[dict, Sequence[str]]:
    """The verdict that a command prints, and which heavy modules it imported."""
    environment = {"QUIZPREP_HOME": str(home), "PATH": "", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments, "--json"], env=environment, capture_output=True, text=True, check=True
    )
    verdict, imported = done.stdout.splitlines()
    return json.loads(verdict), imported.split()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "verdict"),
    [
        (("check", "f1-score", "2*P*R/(P+R)"), "equivalent"),
        (("check", "f1-score", "P*R/(P+R)"), "different"),
        (("check", "scaled-dot-product-attention", "softmax(Q K^T / √d_k) V"), "equivalent"),
        (("check", "kl-gaussian", "μ", "--gradient", "μ"), "equivalent"),
        (("equal", "(x+1)^2", "x^2 + 2x + 1"), "equivalent"),
        (("equal", "(x+1)^2", "x^2 + 1"), "different"),
        (("equal", "A^{-1} A", "I", "--where", "A square matrix"), "equivalent"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_a_verdict_that_formulas_decide_imports_no_torch(
    arguments: tuple[str, ...], verdict: str, tmp_path: Path
) -> None:
    found, imported = printed(tmp_path, *arguments)
    assert found["verdict"] == verdict
    assert found["confirmed"] is None
    assert "torch" not in imported
    assert not set(imported) - {"mpmath"}


@pytest.mark.slow
def test_torch_says_whether_it_confirms_where_it_is_asked(tmp_path: Path) -> None:
    found, imported = printed(tmp_path, "check", "f1-score", "2*P*R/(P+R)", "--confirm")
    assert found["confirmed"] is True
    assert "torch" in imported


def test_what_the_routine_alone_computes_is_confirmed_by_it() -> None:
    unwritten = next(each for each in proofs.discover().values() if not each.takes_random and each.formulas is None)
    step = next(name for name, entry in unwritten.steps.items() if entry.formula is not None)
    assert check_formula(unwritten, f"{step} = {unwritten.steps[step].formula}").confirmed is True


def test_a_routine_that_departs_from_its_formula_is_our_mistake() -> None:
    proof = proofs.get("f1-score")
    departing = replace(proof, routine=lambda TP, FP, FN: {**proof.routine(TP, FP, FN), "f1": TP / (TP + FP)})
    found = confirm(departing)
    assert found.agrees is False
    assert found.counterexample is not None and found.counterexample.yours != found.counterexample.expected
    assert confirm(departing, "precision").agrees is True


WRITTEN = [each.id for each in proofs.discover().values() if not each.takes_random and each.formulas is not None]


def test_most_proofs_are_written_in_formulas() -> None:
    assert len(WRITTEN) > 200


@pytest.mark.slow
@pytest.mark.parametrize("id", WRITTEN)
def test_torch_confirms_every_step(id: str) -> None:
    proof = proofs.get(id)
    known = Reference(proof, "cpu", 0)
    for step in proof.steps:
        if step in known.points.values:
            assert confirm(proof, step).agrees is True, step


@pytest.mark.slow
@pytest.mark.parametrize("command", ["quiz", "drill"])
def test_a_pack_whose_proofs_are_data_is_asked_and_graded_without_torch(command: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, command, *ASKED, "--content", "examples/packs/statistics", "-n", "2"],
        env={"QUIZPREP_HOME": str(tmp_path), "PATH": "", "LANG": "C.UTF-8"},
        capture_output=True, text=True, check=True, input="0.25\n1\n" * 8, cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert "Power" in done.stdout and "standard error" in done.stdout
    assert "torch" not in done.stdout.splitlines()[-1].split()


@pytest.fixture(scope="module")
def home_of_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a pack whose proofs are data, and a wrong answer to one of its questions."""
    folder = tmp_path_factory.mktemp("data")
    home = folder / "home"
    home.mkdir()
    give_compiled_deck(home)
    write("mechanics", folder / "mechanics")
    install.add(folder / "mechanics", home / "packs", [])
    _, imported = ended(home, "quiz", "mechanics/mean-speed-of-two-halves", "-n", "1", stdin="1\n")
    assert imported == []
    return home


def ended(home: Path, *arguments: str, stdin: str = "") -> tuple[str, list[str]]:
    """What a command prints, and whether it imported torch."""
    environment = {"QUIZPREP_HOME": str(home), "PATH": "", "LANG": "C.UTF-8"}
    code = RUN.replace(repr(HEAVY), repr(("torch",)))
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        input=stdin,
    )
    *printed, imported = done.stdout.splitlines()
    return "\n".join(printed) + done.stderr, imported.split()


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("mistakes",), "", "quiz"),
        (("mistakes", "--brief"), "", "mean-speed-of-two-halves"),
        (("show", "mechanics/mean-speed-of-two-halves"), "", "harmonic mean"),
        (("exam", "mock", "--questions", "3", "--minutes", "5"), "1\n\n1\n\n1\n\n:e\ne\n", "mock-"),
        (("exam", "mock", "--paper", "--questions", "3"), "", "solutions.html"),
        (("paper", "--variants", "A,B", "--questions", "2"), "", "paper-B-key.html"),
        (("export", "html", "sheet.html"), "", "sheet.html"),
        (("drill", "-n", "1"), "1\n", "recorded"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, tuple) else "",
)
def test_proofs_that_are_data_need_no_torch(
    home_of_data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    stdin: str,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    printed, imported = ended(home_of_data, *arguments, *(() if arguments[0] == "show" else PACK), stdin=stdin)
    assert said in printed and imported == []


DISORDERED = """
import sys
from quizprep.judge.reference import reference
from quizprep.notes.catalogue import Catalogue
for proof in Catalogue.of_all().proofs:
    reference(proof)
    if "torch" in sys.modules:
        sys.exit(proof.id)
"""


@pytest.mark.slow
def test_notes_are_held_against_every_proof_without_torch() -> None:
    """A step that is declared before those it is made of cannot be computed from its formula: the routine would be."""
    done = subprocess.run([sys.executable, "-c", DISORDERED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
