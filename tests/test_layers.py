"""Imports go one way, and nothing costly is imported before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from program import ROOT

PACKAGE = ROOT / "quizprep"
#: Lower layers first; a module may import its own layer and those before it.
LAYERS = (
    ("text", "errors", "kinds", "lazy", "translations", "words", "question", "formatting"),
    ("formula", "proofs"),
    ("ask", "deck", "schedule", "store", "prover", "reference"),
    ("grade", "pick", "check", "errata", "lint"),
    ("engine", "screen"),
    ("session",),
    ("cli",),
)
CHEAP_COMMANDS = (
    ("--version",),
    ("--help",),
    ("topics",),
    ("topics", "attention", "--json"),
    ("prove", "--list"),
    ("errata", "--list"),
    ("search", "harmonic"),
    ("quiz", "no-such-topic"),
)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def layer_of(name: str) -> int | None:
    part = name.split(".")[1] if name.startswith("quizprep.") else None
    return next((place for place, names in enumerate(LAYERS) if part in names), None)


def imports(path: Path, *, top_level: bool = False) -> set[str]:
    """Names of imported modules; with ``top_level`` only those that importing the file runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_its_own_layer_and_lower_ones(path: Path):
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    own = layer_of(name)
    if own is None:
        return
    above = {found for found in imports(path, top_level=True) if (layer := layer_of(found)) is not None and layer > own}
    assert not above


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("typer", {"cli"}),
        ("rich", {"screen"}),
        ("yaml", {"deck", "translations.py"}),
        ("fsrs", {"memory"}),
        ("readline", {"screen", "cli"}),
    ],
)
def test_a_library_has_one_home(library: str, homes: set[str]):
    users = {
        path.relative_to(PACKAGE).parts[0]
        for path in modules()
        if any(found.split(".")[0] == library for found in imports(path))
    }
    assert users <= homes


@pytest.mark.parametrize("path", sorted((PACKAGE / "proofs").glob("*.py")), ids=lambda path: path.stem)
def test_a_proof_file_imports_torch_lazily(path: Path):
    assert not {found.split(".")[0] for found in imports(path, top_level=True)} & {"torch", "numpy"}


@pytest.mark.parametrize("arguments", CHEAP_COMMANDS, ids=" ".join)
def test_a_command_that_needs_no_proof_imports_nothing_costly(arguments: tuple[str, ...]):
    program = (
        "import sys; sys.argv = ['quizprep', *sys.argv[1:]]\n"
        "from quizprep.cli import run\n"
        "run()\n"
        "print('IMPORTED', *(set(sys.modules) & {'torch', 'numpy', 'sympy', 'mpmath'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines()[-1] == "IMPORTED"


def test_the_first_question_is_asked_before_torch_is_imported():
    program = (
        "import sys\n"
        "from quizprep import engine, quiz_session\n"
        "def start():\n"
        "    print('STARTED', 'torch' in sys.modules)\n"
        "    raise SystemExit\n"
        "engine.start = start\n"
        "sys.argv = ['quizprep', 'quiz', '--seed', '7']\n"
        "from quizprep.cli import run\n"
        "run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, input="", check=False
    )
    assert "1/10" in done.stdout
    assert "STARTED False" in done.stdout
