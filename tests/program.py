"""The real program in a process of its own, for tests."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from drill_driver import ask

ROOT = Path(__file__).resolve().parents[1]
COMPUTING = {
    "audit", "check", "derive", "doctor", "edit", "equal", "errata", "exam", "grade", "lint", "optimize", "prove", "quiz",
    "show",
}  # fmt: skip
PATIENCE = 120  # seconds; generous, because machines that run tests may be busy


def quizprep(
    *arguments: str,
    stdin: str | bytes = "",
    home: Path | None = None,
    env: Mapping[str, str] | None = None,
    fresh: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run ``quizprep ARGUMENTS``; its output as text, and no traceback in it, ever.

    A command that computes is forked from a process in which torch is imported, unless it is to start ``fresh``.
    """
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    environment |= {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **(env or {})}
    if home is not None:
        environment["QUIZPREP_HOME"] = str(home)
    give_compiled_deck(environment["QUIZPREP_HOME"])
    typed = stdin.encode() if isinstance(stdin, str) else stdin
    forked = not fresh and arguments and arguments[0] in COMPUTING
    code, out, err = (_forked if forked else _started)(arguments, typed, environment)
    assert "Traceback" not in out + err, err
    return subprocess.CompletedProcess(arguments, code, out, err)


def give_compiled_deck(home: str | Path) -> None:
    """Spare a program that starts in an empty home the second of compiling the shipped content."""
    folder = Path(home)
    if os.path.isdir(folder) and not any(folder.iterdir()) and os.access(folder, os.W_OK):
        (folder / "cache").mkdir()
        shutil.copyfile(_compiled_deck(), folder / "cache" / "deck.db")


@functools.cache
def _compiled_deck() -> Path:
    home = tempfile.mkdtemp(prefix="quizprep-deck-")
    atexit.register(shutil.rmtree, home)
    command = [sys.executable, "-m", "quizprep", "topics", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QUIZPREP_HOME": home}
    subprocess.run(command, env=environment, capture_output=True, check=True)
    return Path(home, "cache", "deck.db")


def _started(arguments: Sequence[str], stdin: bytes, env: Mapping[str, str]) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "quizprep", *arguments],
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        env=env,
        check=False,
    )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def _forked(arguments: Sequence[str], stdin: bytes, env: Mapping[str, str]) -> tuple[int, str, str]:
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder, name) for name in ("stdin", "stdout", "stderr")}
        files["stdin"].write_bytes(stdin)
        request = {"arguments": arguments, "env": env, "tty": None, "file_size": None, "seconds": PATIENCE}
        started = ask({**request, **{name: str(path) for name, path in files.items()}})
        code = ask({"wait": started["pid"]})["code"]
        out, err = (files[name].read_bytes().decode(errors="replace") for name in ("stdout", "stderr"))
    return code, out, err


def objects(output: str) -> list[dict[str, Any]]:
    """The JSON objects of an output with one a line."""
    return [json.loads(line) for line in output.splitlines()]


@contextmanager
def as_a_mere_user() -> Iterator[None]:
    """Permissions mean nothing to root: become nobody for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@contextmanager
def as_root() -> Iterator[None]:
    """Inside :func:`as_a_mere_user`: be for a while who one was."""
    mere = os.geteuid()
    os.seteuid(os.getuid())
    try:
        yield
    finally:
        os.seteuid(mere)
