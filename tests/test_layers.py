"""Imports go one way, nothing is imported in a circle, and nothing costly before it is needed.

The layers are the rows of the table "The house, lowest first" in ARCHITECTURE.md, which names every file of the package
or the folder it lies in; the most particular row counts. A file may import files of its own row and of the rows above it
in the table, at the top and inside functions alike, and also where only the type checker looks.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from itertools import count
from pathlib import Path

import pytest
from program import ROOT, give_compiled_deck
from terminal import Terminal

PACKAGE = ROOT / "quizprep"
MAP = ROOT / "ARCHITECTURE.md"
FILES = sorted(PACKAGE.rglob("*.py"))
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


def place_of(path: Path) -> str:
    """``formula/read/lex.py``: the path inside the package."""
    return path.relative_to(PACKAGE).as_posix()


def rows() -> list[list[str]]:
    """The places of each layer, lowest first: files such as ``ask.py`` and folders such as ``deck/``."""
    section = MAP.read_text(encoding="utf-8").partition("\n## The house, lowest first\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [re.findall(r"`([^`]+)`", line.split("|")[1]) for line in lines]


LAYERS = {place: layer for layer, places in enumerate(rows()) for place in places}


def row_of(place: str, layers: Mapping[str, int] = LAYERS) -> int | None:
    """The layer of a file: its own, or that of the nearest folder around it; None where it stands on none."""
    around = [f"{folder.as_posix()}/" for folder in Path(place).parents]
    return next((layers[name] for name in (place, *around) if name in layers), None)


def modules(tree: ast.AST) -> Iterator[tuple[str, str | None]]:
    """Every import in a tree, wherever it stands: a module, and a name that is taken from it or None."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written in full"
            yield from ((str(node.module), alias.name) for alias in node.names)


@functools.cache
def imports(path: Path, *, running: bool = False) -> frozenset[tuple[str, str | None]]:
    """What a file imports; with ``running``, without what only the type checker imports."""
    tree: ast.AST = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(modules(_Running().visit(tree) if running else tree))


def top_level_imports(path: Path) -> set[str]:
    """The names of the modules that importing a file imports."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    here = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return {module for module, _ in modules(ast.Module(body=here, type_ignores=[]))}


class _Running(ast.NodeTransformer):
    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        return node.orelse if ast.unparse(node.test) == "TYPE_CHECKING" else self.generic_visit(node)


def files_imported(path: Path, *, running: bool = False) -> set[str]:
    """The files of the package that a file imports."""
    found = {file_of(f"{module}.{name}") or file_of(module) for module, name in imports(path, running=running)}
    return {place for place in found if place is not None and place != place_of(path)}


def file_of(module: str) -> str | None:
    """The file of a module of the package."""
    package, *parts = module.split(".")
    inside = PACKAGE.joinpath(*parts)
    candidates = (inside.with_suffix(".py"), inside / "__init__.py") if package == "quizprep" else ()
    return next((place_of(file) for file in candidates if file.exists()), None)


def circles(graph: Mapping[str, Set[str]]) -> list[list[str]]:
    """The sets of files that import one another, by Tarjan's algorithm: the strong components of more than one."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []
    counter = count()

    def visit(file: str) -> None:
        number[file] = lowest[file] = next(counter)
        stack.append(file)
        for target in sorted(graph.get(file, ())):
            if target not in number:
                visit(target)
                lowest[file] = min(lowest[file], lowest[target])
            elif target in stack:
                lowest[file] = min(lowest[file], number[target])
        if lowest[file] == number[file]:
            place = stack.index(file)
            if len(stack) - place > 1:
                found.append(sorted(stack[place:]))
            del stack[place:]

    for file in graph:
        if file not in number:
            visit(file)
    return found


def test_the_map_names_what_there_is():
    places = [place for row in rows() for place in row]
    assert len(places) == len(set(places)), "named twice"
    assert [place for place in places if not (PACKAGE / place).exists()] == []


@pytest.mark.parametrize("path", FILES, ids=place_of)
def test_a_file_imports_only_its_own_layer_and_lower_ones(path: Path):
    own = row_of(place_of(path))
    assert own is not None, f"{place_of(path)} stands on no layer; ARCHITECTURE.md has to say what it is"
    for target in files_imported(path):
        layer = row_of(target)
        assert layer is not None and layer <= own, f"{place_of(path)} imports {target}, which stands above it"


def test_no_file_imports_itself_by_a_detour():
    assert circles({place_of(path): files_imported(path, running=True) for path in FILES}) == []


def test_circles_are_found():
    graph = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}
    assert circles(graph) == [["d", "e"], ["a", "b", "c"]]


def test_a_name_stands_for_one_thing():
    """No two files of one name in different folders; the proofs are named for the chapters of the course."""
    places = defaultdict(list)
    for path in FILES:
        if path.stem != "__init__" and path.parent.name != "proofs":
            places[path.name].append(place_of(path))
    assert [same for same in places.values() if len(same) > 1] == []


@pytest.mark.parametrize(
    ("library", "homes"),
    [
        ("typer", {"cli"}),
        ("rich", {"screen", "formatting.py"}),
        ("yaml", {"strict_yaml.py", "translations.py"}),
        ("fsrs", {"memory"}),
        ("sqlite3", {"memory", "deck", "exchange", "submissions"}),
        ("readline", {"screen", "cli"}),
        ("platformdirs", {"folders.py"}),
        ("tomlkit", {"settings.py"}),
    ],
)
def test_a_library_has_one_home(library: str, homes: set[str]):
    users = {
        path.relative_to(PACKAGE).parts[0]
        for path in FILES
        if any(module.split(".")[0] == library for module, _ in imports(path))
    }
    assert users <= homes


@pytest.mark.parametrize("path", sorted((PACKAGE / "proofs").glob("*.py")), ids=lambda path: path.stem)
def test_a_proof_file_imports_torch_lazily(path: Path):
    assert not {found.split(".")[0] for found in top_level_imports(path)} & {"torch", "numpy"}


@pytest.mark.parametrize("arguments", CHEAP_COMMANDS, ids=" ".join)
def test_a_command_that_needs_no_proof_imports_nothing_costly(arguments: tuple[str, ...]):
    program = (
        "import sys; sys.argv = ['quizprep', *sys.argv[1:]]\n"
        "from quizprep.cli import run\n"
        "run()\n"
        "print('IMPORTED', *(set(sys.modules) & {'torch', 'numpy', 'sympy', 'mpmath', 'tomlkit'}))"
    )
    if arguments != ("topics",):  # which compiles the deck first, as the first command ever does
        give_compiled_deck(os.environ["QUIZPREP_HOME"])
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines()[-1] == "IMPORTED"


def test_the_first_question_is_asked_before_torch_or_a_reader_of_formulas_is_imported(tmp_path):
    waited_for = "{'torch', 'numpy', 'sympy', 'quizprep.formula.read.parse', 'quizprep.kinds.answer'}"
    program = (
        "import sys\n"
        "from quizprep import engine, quiz_session\n"
        "def start():\n"
        f"    print('STARTED', *sorted(set(sys.modules) & {waited_for}))\n"
        "    raise SystemExit\n"
        "engine.start = start\n"
        "sys.argv = ['quizprep', 'quiz', '--seed', '7', '--kind', 'number']\n"
        "from quizprep.cli import run\n"
        "run()"
    )
    with Terminal(["-c", program], env={"QUIZPREP_HOME": str(tmp_path)}) as terminal:
        assert terminal.ends(60)
        shown = terminal.lines
    assert any("1/10" in line for line in shown)
    assert "STARTED" in [line.strip() for line in shown]
