"""A git repository as the folder: cloned beside the data, brought up to date before an exchange and pushed behind it.

Each device changes files of its own alone, so that nothing has to be merged: where another was faster, this one takes
what that wrote and tries again.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from quizprep.errors import LearnerError, reason_of
from quizprep.text import Text

TRIES = 8  # of pushing, while other devices push as well
BRANCH = "quizprep"
_REMOTE = re.compile(r"[\w+.-]+://|[\w.-]+@[\w.-]+:|.*\.git/?$")
Result = TypeVar("Result")


def is_remote(target: str) -> bool:
    """Whether a target names a git repository rather than a folder."""
    return bool(_REMOTE.match(target))


def in_repository(remote: str, data: Path, work: Callable[[Path], Result]) -> Result:
    """Do ``work`` on a clone of the repository, and push what it wrote. Raises LearnerError where git refuses."""
    clone = data / "sync" / hashlib.blake2b(remote.encode(), digest_size=6).hexdigest()
    if not (clone / ".git").is_dir():
        clone.mkdir(parents=True, exist_ok=True)
        _git(clone, "init", "--quiet", f"--initial-branch={BRANCH}")
        _git(clone, "remote", "add", "origin", remote)
    for _ in range(TRIES):
        _follow(clone)
        result = work(clone)
        _git(clone, "add", "--all")
        if not _git(clone, "status", "--porcelain"):
            return result
        _git(clone, "-c", "user.name=quizprep", "-c", "user.email=quizprep", "commit", "--quiet", "-m", "Review log")
        if _git(clone, "push", "--quiet", "origin", BRANCH, refusal="rejected") is not None:
            return result
    raise LearnerError(
        Text(
            "Other devices pushed all the while; sync again.",
            ko="다른 기기가 계속 쓰고 있습니다. 잠시 뒤 다시 동기화하세요.",
        )
    )


def _follow(clone: Path) -> None:
    """The files as they are in the repository now; what this device wrote and could not push is written again."""
    _git(clone, "fetch", "--quiet", "origin")
    if _git(clone, "branch", "--remotes", "--list", f"origin/{BRANCH}"):
        _git(clone, "reset", "--quiet", "--hard", f"origin/{BRANCH}")
    _git(clone, "clean", "--quiet", "--force", "-d")  # half-written files of a process that was killed


def _git(folder: Path, *arguments: str, refusal: str | None = None) -> str | None:
    """What a git command prints; None where it failed with a message that has ``refusal`` in it."""
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise LearnerError(
            Text(f"git cannot be run: {error.strerror}.", ko=f"git을 실행할 수 없습니다: {reason_of(error)['ko']}.")
        ) from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        if refusal and refusal in said:
            return None
        lines = said.splitlines() or [f"exit code {done.returncode}"]
        reason = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[-1])
        raise LearnerError(Text(f"git {arguments[0]}: {reason}", ko=f"git {arguments[0]}: {reason}"))
    return done.stdout.decode(errors="replace").strip()
