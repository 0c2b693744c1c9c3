"""What Windows lacks is asked for nowhere that a command there comes by."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import ROOT, give_compiled_deck

PACKAGE = ROOT / "quizprep"
FILES = sorted(PACKAGE.rglob("*.py"))
LACKING = frozenset(  # modules of Python on POSIX alone
    "curses fcntl grp posix pty pwd readline resource syslog termios tty".split()
)
MISSING = {  # what modules that are there have on POSIX alone
    "os": frozenset(
        "O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK WNOHANG chown chroot fchdir fchmod fchown fork forkpty getegid "
        "geteuid getgid getgroups getloadavg getpgid getpgrp getpriority getsid getuid initgroups killpg lchown mkfifo "
        "mknod nice openpty posix_fadvise posix_fallocate pread preadv pwrite pwritev sched_getaffinity "
        "sched_setaffinity sendfile setegid seteuid setgid setpgid setpriority setsid setuid statvfs sync sysconf tcgetpgrp "
        "tcsetpgrp ttyname uname wait wait3 wait4".split()
    ),
    "signal": frozenset(
        "SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGUSR1 SIGUSR2 "
        "SIGWINCH SIGXCPU alarm getitimer pause pthread_kill pthread_sigmask setitimer siginterrupt sigpending sigwait".split()
    ),
}
NEVER_THERE = {  # files, and why nothing of them runs on Windows
    "screen/keys.py": "the keyboard of a terminal that has termios: screen.output.is_terminal asks",
    "screen/terminal.py": "the same terminal",
    "screen/mock_screen.py": "the same terminal",
    "batch.py": "answers() refuses first",
    "judge/sandbox.py": "StudentFunction refuses first",
    "judge/student.py": "what StudentFunction runs",
}


def place_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def unguarded(source: str) -> list[str]:
    """The modules that Windows lacks and that importing a file with this source would import there."""

    def found(nodes: list[ast.stmt]) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in LACKING)
            elif isinstance(node, ast.ImportFrom):
                yield from [str(node.module)] if str(node.module).partition(".")[0] in LACKING else []
            elif isinstance(node, ast.If) and any(word in ast.unparse(node.test) for word in ("platform", "os.name")):
                continue
            elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                yield from found(node.orelse)
            elif isinstance(node, ast.Try):
                caught = any("ImportError" in ast.unparse(handler.type or node) for handler in node.handlers)
                yield from found([] if caught else node.body)
                yield from found([*node.orelse, *node.finalbody, *(each for h in node.handlers for each in h.body)])
            elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):  # classes, with, for ...
                yield from found([each for each in ast.iter_child_nodes(node) if isinstance(each, ast.stmt)])

    return list(found(ast.parse(source).body))


def used(source: str) -> list[str]:
    """What a file uses that Windows lacks, anywhere in it: modules, and names of modules that are there."""
    wanted = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            wanted += [f"{node.value.id}.{node.attr}"] if node.attr in MISSING.get(node.value.id, ()) else []
        elif isinstance(node, ast.ImportFrom):
            wanted += [
                f"{node.module}.{each.name}" for each in node.names if each.name in MISSING.get(str(node.module), ())
            ]
    return wanted


@pytest.mark.parametrize(
    ("source", "there"),
    [
        ("import fcntl", ["fcntl"]),
        ("from termios import tcgetattr", ["termios"]),
        ("class A:\n    import pwd", ["pwd"]),
        ("try:\n    import resource\nexcept OSError:\n    import grp", ["resource", "grp"]),
        ("if True:\n    import tty", ["tty"]),
        ("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None", []),
        ("import sys\nif sys.platform == 'win32':\n    import msvcrt\nelse:\n    import fcntl", []),
        ("def late():\n    import fcntl", []),
        ("if TYPE_CHECKING:\n    import resource", []),
    ],
)
def test_an_import_that_windows_cannot_make_is_seen(source: str, there: list[str]) -> None:
    assert unguarded(source) == there


def test_a_name_that_windows_lacks_is_seen() -> None:
    assert used("import os\ndef f():\n    os.pwrite(3, b'', 0)\nfrom signal import SIGHUP") == [
        "signal.SIGHUP",
        "os.pwrite",
    ]
    assert used("os.write(3, b''); getattr(os, 'O_NOFOLLOW', 0)") == []


@pytest.mark.parametrize("path", FILES, ids=place_of)
def test_every_file_can_be_imported_on_windows(path: Path) -> None:
    assert unguarded(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", [path for path in FILES if place_of(path) not in NEVER_THERE], ids=place_of)
def test_no_file_uses_what_windows_lacks(path: Path) -> None:
    assert used(path.read_text(encoding="utf-8")) == []


def test_the_files_that_never_run_there_are_those_that_use_it() -> None:
    using = {place_of(path) for path in FILES if used(path.read_text(encoding="utf-8"))}
    assert using <= NEVER_THERE.keys() <= {place_of(path) for path in FILES}


AS_ON_WINDOWS = f"""
import fcntl, multiprocessing, os, shutil, signal, subprocess, sys, tempfile, types  # these have chosen by now
lacking, missing = {set(LACKING)}, { {name: set(names) for name, names in MISSING.items()} }
NBLCK = 2
def locking(descriptor, mode, count):  # as Microsoft's: of so many bytes from where the file stands, OSError at once
    assert (mode, count) == (NBLCK, 1)
    fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, count, os.lseek(descriptor, 0, os.SEEK_CUR))
for name in lacking:
    sys.modules[name] = None
for name, names in missing.items():
    for each in names - {{"uname"}}:  # which torch asks, where it is not built for Windows
        vars(sys.modules[name]).pop(each, None)
sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_NBLCK=NBLCK)
platform, sys.platform = sys.platform, "win32"
import quizprep.files
sys.platform = platform
"""


def on_windows(home: Path, *arguments: str, stdin: str) -> subprocess.CompletedProcess[str]:
    """The program where Python has what it has on Windows: modules, signals, functions of ``os``, locks."""
    give_compiled_deck(home)
    code = f"{AS_ON_WINDOWS}\nimport runpy; runpy.run_module('quizprep', run_name='__main__', alter_sys=True)"
    environment = {**os.environ, "QUIZPREP_HOME": str(home), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=stdin, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.skipif(sys.platform == "win32", reason="Python as it is on Windows, made of one on POSIX")
def test_a_mock_exam_is_sat_on_windows(tmp_path: Path) -> None:
    output = str(tmp_path / "out")
    begun = on_windows(tmp_path / "home", "exam", "mock", "--questions", "2", "--seed", "3", stdin="")
    assert begun.returncode == 0, begun.stderr
    done = on_windows(tmp_path / "home", "exam", "mock", "--output", output, "--json", stdin=":e\ne\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["questions"]


LOCKS = """
from pathlib import Path
path, how = Path(sys.argv[1]), sys.argv[2]
if how.isdecimal():
    with quizprep.files.alone(path, float(how)) as taken:
        print(taken, flush=True)
        sys.stdin.read()
else:
    file = path.open("r+b")
    print(file.read(2), quizprep.files.take_lock(file.fileno(), shared=how == "shared"), file.read())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="locks as Windows has them, made of those of POSIX")
def test_one_process_at_a_time_has_a_lock_of_windows(tmp_path: Path) -> None:
    path = tmp_path / "exam"
    path.write_bytes(b"abcd")

    def holding(how: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", AS_ON_WINDOWS + LOCKS, str(path), how]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    with holding("0") as first:
        assert first.stdout and first.stdout.readline() == "True\n"
        for how, taken in (("0", "False"), ("alone", "b'ab' False b'cd'"), ("shared", "b'ab' True b'cd'")):
            with holding(how) as other:
                assert other.communicate()[0] == f"{taken}\n", "a file is read on from where it stood"
        with holding("60") as waiting:
            first.communicate()  # ends it
            assert waiting.communicate()[0] == "True\n"
