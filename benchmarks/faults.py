"""Would a test say so? Single faults in the files that keep answers and judge them, and the tests that notice.

    python benchmarks/faults.py [--count 30] [--seed 1] [--only memory/schedule.py] [--jobs 2] [--keep FILE]

Each fault is one small change of the source: a comparison turned round, a condition negated, a number or an operator
changed, a statement left out. Of each file a sample of them is made, the same for the same seed, and the tests that
come by the changed line are run, the quickest first, until one fails. Those are the tests that work on the package
itself; what only a test of the whole program in a process of its own would notice, in minutes, counts as unnoticed.

Nothing is written: everything is imported once, and for each fault that process is forked. There the changed function
takes the place of the sound one, or, where the fault is in no function, the package is imported anew. Which tests come
by which line is found out first, by running all of them once; ``--keep`` keeps that in a file, and what was noticed, so
that the next run tries only what was not. Delete it after a change of the tests or of the code.

Printed are the faults that nothing noticed, and what part was noticed of each file's sample. Those that cannot be
noticed, because the program does the same with them, are listed with the reason in :data:`EQUIVALENT` and not counted.
"""

from __future__ import annotations

import argparse
import ast
import copy
import gc
import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import SourceFileLoader
from itertools import accumulate
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "quizprep"
MODULES = (
    "memory/store.py",
    "memory/backups.py",
    "memory/schedule.py",
    "memory/drill_queue.py",
    "memory/practice.py",
    "memory/open_mistakes.py",
    "memory/history.py",
    "memory/replacing.py",
    "memory/database.py",
    "drill_session.py",
    "quiz_session.py",
    "mock/draw_paper.py",
    "mock/sitting.py",
    "judge/compare.py",
    *(f"kinds/{path.name}" for path in sorted((PACKAGE / "kinds").glob("*.py")) if path.name != "__init__.py"),
)
TESTS = (  # those that call the package itself and not the program
    "backups compare damage database deck grade history honest_numerics mistakes mock queue quiz_session "
    "read_only_home replacing rounding schedule sessions stats store"
).split()
SECONDS = 10  # of a processor that a fault has beyond three times what its tests take: then it made something endless
WAITING = 60  # seconds that it has beyond twenty times what they take: then it waits for what never comes
MEMORY = 6 * 2**30  # bytes that it may take
LONGEST = 20.0  # seconds that all tests of a fault may take together; the slowest are then not asked

#: Faults that no test can notice: of each file, what is changed (in whatever place it stands), and why it is the same.
EQUIVALENT: Mapping[str, Mapping[str, str]] = {
    "memory/store.py": {
        "len(card_ids) < 1000 → len(card_ids) <= 1000": "both ways make the same cards; the number is about speed",
    },
    "memory/backups.py": {
        "True in: return closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)) → False":
            "an SQLite built to take addresses, as most are, takes them unasked",
    },
    "memory/schedule.py": {
        "0 in: return self._card(card_id=0, due=now) → 1": "fsrs computes nothing from the number of a card",
        "0 in: card_id=0, → 1": "fsrs computes nothing from the number of a card",
    },
    "memory/drill_queue.py": {
        "len(self._reviews) < LOOK_AHEAD → len(self._reviews) <= LOOK_AHEAD":
            "of as many cards as are looked at, all are looked at",
    },
    "memory/replacing.py": {
        "0 in: if self._file >= 0: → 1": "0 is the standard input, and never the file of a lock",
        "1 in: self._file = -1 → 2": "every number below 0 says that the file is closed",
    },
    "drill_session.py": {
        "0.0 in: minutes=sum(review.ms or 0.0 for review in reviews) / 60000, → 1.0": "a drill's answer has its time",
    },
    "mock/draw_paper.py": {
        "1.0 in: total = sum(shares.values()) or 1.0 → 2.0": "every share is 0 then, whatever it is divided by",
    },
    "kinds/kind.py": {
        "raise NotImplementedError → left out": "every kind has its own",
    },
    "judge/compare.py": {
        "False in: points: Points | None = field(default=None, repr=False, compare=False) → True":
            "how a comparison is printed is for whoever looks for an error",
    },
}  # fmt: skip

TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
SWAPPED: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
}  # fmt: skip
OTHER_NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


# ---------------------------------------------------------------------------- faults


@dataclass(frozen=True)
class Fault:
    """One change of a file: the node's place in the walk of its tree, and the number of the change there."""

    module: str
    node: int
    change: int
    line: int
    what: str  # the text before → the text after

    @property
    def reason(self) -> str:
        """Why nobody can notice it; "" where somebody could."""
        return EQUIVALENT.get(self.module, {}).get(self.what, "")

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.what}"


def changes_of(node: ast.AST) -> Iterator[Callable[[Any], ast.AST | None]]:
    """What can be made wrong at a node: functions that change it in place and return the part that was changed."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in TURNED:
        yield lambda node: node.ops.__setitem__(0, TURNED[type(node.ops[0])]())
    elif isinstance(node, ast.BoolOp):
        yield lambda node: setattr(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.BinOp) and type(node.op) in SWAPPED and not _is_text(node):
        yield lambda node: setattr(node, "op", SWAPPED[type(node.op)]())
    elif isinstance(node, (ast.If, ast.IfExp, ast.While)) and not _is_text(node) and not _is_turned(node.test):
        yield lambda node: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.comprehension) and node.ifs:
        yield lambda node: node.ifs.__setitem__(0, ast.UnaryOp(ast.Not(), node.ifs[0]))
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield lambda node: setattr(node, "value", node.value + 1 if abs(node.value) < 10 else node.value // 10)
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield lambda node: setattr(node, "value", not node.value)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in OTHER_NAMES:
        yield lambda node: setattr(node.func, "id", OTHER_NAMES[node.func.id])
    elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
        yield lambda node: setattr(node, "value", ast.Constant(None))
    elif (
        isinstance(node, (ast.AugAssign, ast.Raise))
        or (isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.YieldFrom)))
        or isinstance(node, (ast.Break, ast.Continue))
    ):
        yield _left_out


def _left_out(node: ast.stmt) -> None:
    node.__class__ = ast.Pass  # type: ignore[assignment]


def _is_turned(node: ast.AST) -> bool:
    """Whether turning a comparison round is to negate it: then the fault is in the list already."""
    return isinstance(node, ast.Compare) and isinstance(
        node.ops[0], (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
    )


def _is_text(node: ast.AST) -> bool:
    """Whether an expression makes a sentence: what one says is for readers, not for tests."""
    return any(isinstance(part, ast.JoinedStr) for part in ast.walk(node)) and not isinstance(node, ast.If)


def _silent(node: ast.AST) -> bool:
    """Whether faults below a node mean nothing: sentences, annotations, what is there for the type checker alone."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
        return True
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return True
    return isinstance(node, (ast.Assert, ast.arg, ast.FormattedValue))


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that can be made wrong, in the order of the source."""
    if _silent(node):
        return
    yield node
    for name, value in ast.iter_fields(node):
        if name not in ("annotation", "returns"):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from walk(child)


def faults_of(module: str) -> list[Fault]:
    """Every single fault of a file."""
    found = []
    for place, node in enumerate(walk(ast.parse((PACKAGE / module).read_text("utf-8")))):
        for number, change in enumerate(changes_of(node)):
            before, line = _shown(node), getattr(node, "lineno", 0) or node.target.lineno
            changed = copy.deepcopy(node)
            change(changed)
            after = "left out" if isinstance(changed, ast.Pass) else _shown(changed)
            if isinstance(node, ast.Constant):
                before, after = f"{before} in: {_source(module)[line - 1].strip()}", after
            found.append(Fault(module, place, number, line, f"{before} → {after}"))
    return found


def _source(module: str) -> list[str]:
    return (PACKAGE / module).read_text("utf-8").splitlines()


def _shown(node: ast.AST) -> str:
    """A node in one line, without what it holds."""
    if isinstance(node, (ast.If, ast.While)):
        return f"{type(node).__name__.lower()} {ast.unparse(ast.fix_missing_locations(node.test))}"
    return " ".join(ast.unparse(ast.fix_missing_locations(node)).split())


def with_fault(fault: Fault) -> ast.Module:
    """The tree of a file with one fault, everything at the lines of the sound file."""
    tree = ast.parse((PACKAGE / fault.module).read_text("utf-8"))
    node = next(node for place, node in enumerate(walk(tree)) if place == fault.node)
    list(changes_of(node))[fault.change](node)
    return ast.fix_missing_locations(tree)


# ---------------------------------------------------------------------------- putting a fault into a running process


def install(fault: Fault) -> None:
    """Make this process run the file with the fault."""
    path = PACKAGE / fault.module
    code = compile(with_fault(fault), str(path), "exec", dont_inherit=True)
    sound = _functions(compile(path.read_text("utf-8"), str(path), "exec", dont_inherit=True))
    changed = {key: function for key, function in _functions(code).items() if function != sound.get(key)}
    inside = any(key[1] <= fault.line <= _last_line(function) for key, function in sound.items())
    living = [
        found
        for found in gc.get_objects()
        if type(found) is FunctionType  # asking a lazy module for its class would import what it stands for
        and found.__code__.co_filename == str(path)
        and (found.__code__.co_qualname, found.__code__.co_firstlineno) in changed
    ]
    if inside and len(changed) == 1 and living:
        for function in living:
            function.__code__ = changed[function.__code__.co_qualname, function.__code__.co_firstlineno]
    else:
        name = ".".join(("quizprep", *Path(fault.module).with_suffix("").parts))
        tests = {path.stem for path in (ROOT / "tests").glob("*.py")}
        for loaded in [name for name in sys.modules if name.split(".")[0] in {"quizprep", *tests}]:
            del sys.modules[loaded]
        sys.meta_path.insert(0, _Changed(name, path, code))


def _functions(code: CodeType) -> dict[tuple[str, int], CodeType]:
    """The outermost functions of a file: those that others are inside of have them among their constants."""
    found = {}
    for part in code.co_consts:
        if isinstance(part, CodeType):
            if part.co_flags & 0x2:  # CO_NEWLOCALS: a function; the body of a class has none
                found[part.co_qualname, part.co_firstlineno] = part
            else:
                found |= _functions(part)
    return found


def _last_line(code: CodeType) -> int:
    own = [line for *_, line in code.co_lines() if line is not None]
    return max([*own, *(_last_line(part) for part in code.co_consts if isinstance(part, CodeType))])


class _Changed(MetaPathFinder):
    """Imports one module from code at hand."""

    def __init__(self, name: str, path: Path, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        if fullname != self._name:
            return None
        loader = SourceFileLoader(fullname, str(self._path))
        loader.get_code = lambda _: self._code  # type: ignore[method-assign]
        return importlib.util.spec_from_file_location(fullname, self._path, loader=loader)


# ---------------------------------------------------------------------------- tests


class Chosen:
    """A plugin of pytest: only some tests, in the order given; remembers the one that failed."""

    def __init__(self, order: Sequence[str]) -> None:
        self._rank = {name: place for place, name in enumerate(order)}
        self.failed = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((item for item in items if item.nodeid in self._rank), key=lambda it: self._rank[it.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


class Coverage:
    """A plugin of pytest: by which lines of which file each test comes, and how long it takes."""

    def __init__(self) -> None:
        self._files = {str(PACKAGE / module): module for module in MODULES}
        self._lines: set[tuple[str, int]] = set()
        self.tests: dict[str, dict[str, Any]] = {}

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._lines = set()
        started = time.process_time()
        sys.settrace(self._called)
        threading.settrace(self._called)
        yield
        sys.settrace(None)
        threading.settrace(None)  # type: ignore[arg-type]
        by_file = defaultdict(list)
        for module, line in sorted(self._lines):
            by_file[module].append(line)
        self.tests[item.nodeid] = {"seconds": time.process_time() - started, "lines": by_file}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed and report.when == "call":
            print(f"left out, for it fails or is skipped without a fault: {report.nodeid}", file=sys.__stderr__)
            self._lines = set()  # nothing that it would notice

    def _called(self, frame: FrameType, event: str, _: Any) -> Any:
        module = self._files.get(frame.f_code.co_filename)
        if module is None:
            return None
        self._lines.add((module, frame.f_lineno))
        return self._traced

    def _traced(self, frame: FrameType, event: str, _: Any) -> Any:
        self._lines.add((self._files[frame.f_code.co_filename], frame.f_lineno))
        return self._traced


def run_tests(*plugins: object, files: Sequence[str] = TESTS, more: Sequence[str] = ()) -> int:
    """Run pytest on files of tests in this process, silently; its exit code."""
    options = ["-x", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "-m", "not slow", "--tb=no"]
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning", "--rootdir", str(ROOT)]
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        return int(
            pytest.main(
                [*options, *quiet, *more, *(str(ROOT / "tests" / f"test_{name}.py") for name in files)],
                plugins=[*plugins],
            )
        )


def tests_of(fault: Fault, tests: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The tests that come by a fault, the quickest first; where it is in no function, all that come by the file."""
    bodies = _function_lines(fault.module)
    wanted = {fault.line} if fault.line in bodies else bodies
    found = [name for name, test in tests.items() if not wanted.isdisjoint(test["lines"].get(fault.module, ()))]
    if fault.line not in bodies:  # and those named after it, which may look at a constant alone
        own = f"tests/test_{Path(fault.module).stem}.py::"
        found += [name for name in tests if name.startswith(own) and name not in found]
    found.sort(key=lambda name: tests[name]["seconds"])
    until = accumulate(tests[name]["seconds"] for name in found)
    return [name for name, seconds in zip(found, until, strict=True) if seconds < LONGEST]


def _function_lines(module: str) -> set[int]:
    """The lines that are run when something is called, without those of what is run at import."""
    code = compile((PACKAGE / module).read_text("utf-8"), module, "exec", dont_inherit=True)
    found: set[int] = set()

    def collect(part: CodeType) -> None:
        found.update(line for *_, line in part.co_lines() if line and line != part.co_firstlineno)
        for inner in part.co_consts:
            if isinstance(inner, CodeType):
                collect(inner)

    for function in _functions(code).values():
        collect(function)
    return found


# ---------------------------------------------------------------------------- one process for each fault


class Pool:
    """At most so many forks of this process at a time, each with a text to report and a time to end in."""

    def __init__(self, jobs: int, done: Callable[[Any, str], None]) -> None:
        self._jobs, self._done = jobs, done
        self._running: dict[int, tuple[Any, Path, float, Path]] = {}

    def start(self, what: Any, work: Callable[[], str], usual: float) -> None:
        """Do some work in a process of its own as soon as there is room; ``usual`` are the seconds that it takes."""
        seconds = int(SECONDS + 3 * usual)
        while len(self._running) >= self._jobs:
            self._look()
        folder = Path(tempfile.mkdtemp(prefix="faults-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
        report = folder / "report"
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.setsid()
                silence = os.open(os.devnull, os.O_RDWR)
                for descriptor in (0, 1):
                    os.dup2(silence, descriptor)
                resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 10))
                resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
                os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
                report.write_text(work(), "utf-8")
                code = 0
            except Exception:
                report.write_text("an error outside of all tests", "utf-8")
                code = 0
            finally:
                os._exit(code)
        self._running[pid] = what, report, time.monotonic() + WAITING + 20 * usual, folder

    def finish(self) -> None:
        """Wait for all of them."""
        while self._running:
            self._look()

    def _look(self) -> None:
        time.sleep(0.02)
        for pid, (what, report, latest, folder) in list(self._running.items()):
            ended, _ = os.waitpid(pid, os.WNOHANG)
            if not ended and time.monotonic() < latest:
                continue
            try:
                os.killpg(pid, signal.SIGKILL)
            except ProcessLookupError:
                ended = pid
            if not ended:
                os.waitpid(pid, 0)
            del self._running[pid]
            text = report.read_text("utf-8") if report.exists() else "no end"
            shutil.rmtree(folder, ignore_errors=True)
            self._done(what, text)


def test_with(fault: Fault, names: Sequence[str]) -> str:
    """The test that fails with a fault; "" where none does."""
    install(fault)
    chosen = Chosen(names)
    code = run_tests(chosen, files=[file for file in TESTS if any(f"/test_{file}.py::" in name for name in names)])
    return chosen.failed or ("" if code == 0 else f"pytest ends with {code}")


def covered() -> dict[str, dict[str, Any]]:
    """What :class:`Coverage` finds."""

    def work() -> str:
        coverage = Coverage()
        run_tests(coverage, more=["--maxfail=1000"])
        return json.dumps(coverage.tests)

    found: list[str] = []
    pool = Pool(1, lambda _, text: found.append(text))
    pool.start(None, work, 1000)
    pool.finish()
    return dict(json.loads(found[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=30, help="faults of each file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=MODULES, help="one file; can be given again")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a file for what is found out")
    parser.add_argument("--list", action="store_true", help="only list the sample")
    asked = parser.parse_args()
    modules = asked.only or MODULES
    sample = {}
    for module in modules:
        every = faults_of(module)
        chosen = random.Random(f"{asked.seed} {module}").sample(every, min(asked.count, len(every)))
        sample[module] = sorted(chosen, key=lambda fault: fault.line)
    if asked.list:
        print(*(fault for faults in sample.values() for fault in faults), sep="\n")
        return
    sys.dont_write_bytecode = False
    with tempfile.TemporaryDirectory(prefix="faults-compiled-") as compiled:
        sys.pycache_prefix = compiled
        sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
        run_tests(more=["--collect-only"])
        kept = json.loads(asked.keep.read_text("utf-8")) if asked.keep and asked.keep.exists() else {}
        tests, noticed = kept.get("tests") or covered(), kept.get("noticed", {})
        print(f"{len(tests)} tests, {sum(test['seconds'] for test in tests.values()):.0f} s", flush=True)
        found = noticed_of(sample, tests, noticed, asked.jobs)
        if asked.keep:
            noticed |= {str(fault): test for fault, test in found.items() if test}
            asked.keep.write_text(json.dumps({"tests": tests, "noticed": noticed}), "utf-8")
    report(sample, found)


def noticed_of(
    sample: Mapping[str, Sequence[Fault]],
    tests: Mapping[str, Mapping[str, Any]],
    noticed: Mapping[str, str],
    jobs: int,
) -> dict[Fault, str]:
    """The test that notices each fault of a sample; "" where none does. ``noticed`` are known from an earlier run."""
    found: dict[Fault, str] = {}

    def done(fault: Fault, text: str) -> None:
        found[fault] = text
        print(f"{fault}  ⇒  {text or fault.reason or 'NOTHING'}", flush=True)

    pool = Pool(jobs, done)
    for fault in (fault for faults in sample.values() for fault in faults):
        names = tests_of(fault, tests)
        if names and str(fault) not in noticed and not fault.reason:
            usual = sum(tests[name]["seconds"] for name in names)
            pool.start(fault, lambda fault=fault, names=names: test_with(fault, names), usual)
        else:
            done(fault, noticed.get(str(fault), ""))
    pool.finish()
    return found


def report(sample: Mapping[str, Sequence[Fault]], found: Mapping[Fault, str]) -> None:
    """What was noticed, by file, and what was not."""
    print(f"\n{'file':28} {'noticed':>8} {'of':>5} {'equivalent':>11}")
    rows = {module: [fault for fault in faults if fault in found] for module, faults in sample.items()}
    for name, faults in {**rows, "all": list(found)}.items():
        noticed = sum(bool(found[fault]) for fault in faults)
        same = sum(bool(not found[fault] and fault.reason) for fault in faults)
        of = len(faults) - same
        print(f"{name:28} {noticed:8} {of:5} {same:11}  {noticed / max(1, of):.0%}")
    for fault in found:
        if not found[fault]:
            print(f"equivalent: {fault} ({fault.reason})" if fault.reason else f"not noticed: {fault}")


if __name__ == "__main__":
    main()
