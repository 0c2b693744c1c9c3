"""Would a test say so? Single faults in the files that keep answers and compare formulas, and the tests that notice.

    python benchmarks/faults.py [--count 40] [--seed 1] [--only memory/schedule.py]

Each fault is one small change of the source: a comparison turned round, a condition negated, a number changed, a
statement left out. A sample of them, the same for the same seed, is made one at a time in a copy of the project, and
the quick tests of that file are run there until one fails. Printed are those that nothing noticed. Some of them cannot
be noticed, because they change nothing that matters: a wait that is a little longer, a limit that no test should name.
"""

from __future__ import annotations

import argparse
import ast
import copy
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = {  # of each file, the quickest to notice first
    "memory/schedule.py": ("test_schedule.py", "test_queue.py", "test_sessions.py", "test_stats.py"),
    "memory/store.py": ("test_store.py", "test_sessions.py", "test_queue.py", "test_replacing.py"),
    "memory/backups.py": ("test_backups.py",),
    "judge/compare.py": ("test_compare.py", "test_rounding.py", "test_honest_numerics.py"),
}
SECONDS = 300  # after which a fault counts as noticed: it made something endless
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def faults(source: str) -> Iterator[tuple[str, str]]:
    """Every single fault: where and what it is, and the whole source with it."""
    tree = ast.parse(source)
    for place, node in enumerate(ast.walk(tree)):
        for what, change in changes_of(node):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[place]
            change(target)
            line = getattr(node, "lineno", 0)
            yield (
                f"{line}: {what}: {source.splitlines()[line - 1].strip()}",
                ast.unparse(ast.fix_missing_locations(changed)),
            )


def changes_of(node: ast.AST) -> Iterator[tuple[str, Callable[..., None]]]:
    """What can be made wrong at a node: in words, and the function that does it."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield "comparison", lambda target: target.ops.__setitem__(0, TURNED[type(target.ops[0])]())
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield "condition negated", lambda target: setattr(target, "test", ast.UnaryOp(ast.Not(), target.test))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "number", lambda target: setattr(target, "value", target.value + 1)
    elif isinstance(node, (ast.FunctionDef, ast.With, ast.For)):
        for place, statement in enumerate(node.body):
            if isinstance(statement, (ast.AugAssign, ast.Raise)) or (
                isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            ):
                yield (
                    f"left out at {statement.lineno}",
                    lambda target, place=place: target.body.__setitem__(place, ast.Pass()),
                )


def notices(project: Path, tests: tuple[str, ...]) -> str:
    """The test that fails in a copy of the project; "" where none does."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--tb=no", "--no-header", "-p", "no:cacheprovider"]
    files = [str(Path("tests", name)) for name in tests]
    try:
        done = subprocess.run(
            [*command, "-m", "not slow", *files],
            cwd=project,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "no end"
    failed = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return failed[0] if failed else "" if done.returncode == 0 else "the tests cannot be run"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=40, help="faults in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=list(TESTS), help="one file")
    asked = parser.parse_args()
    names = [asked.only] if asked.only else list(TESTS)
    chance, noticed, survivors = random.Random(asked.seed), 0, []
    with tempfile.TemporaryDirectory(prefix="quizprep-faults-") as folder:
        project = Path(folder, "project")
        shutil.copytree(ROOT, project, ignore=shutil.ignore_patterns(".*", "build"), symlinks=True)
        for place, name in enumerate(names):
            path = project / "quizprep" / name
            source = path.read_text("utf-8")
            share = asked.count // len(names) + (place < asked.count % len(names))
            every = list(faults(source))
            for what, changed in chance.sample(every, min(share, len(every))):
                path.write_text(changed, "utf-8")
                test = notices(project, TESTS[name])
                print(f"{name}:{what}  →  {test or 'NOTHING'}", flush=True)
                noticed += bool(test)
                survivors += [] if test else [f"{name}:{what}"]
            path.write_text(source, "utf-8")
    print(f"{noticed} of {noticed + len(survivors)} faults noticed")
    for each in survivors:
        print(f"not noticed: {each}")


if __name__ == "__main__":
    main()
