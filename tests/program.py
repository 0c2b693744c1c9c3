"""The real program in a subprocess, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120  # seconds; generous, because machines that run tests may be busy


def quizprep(
    *arguments: str, stdin: str | bytes = "", home: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run ``quizprep ARGUMENTS``; its output as text, and no traceback in it, ever."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
    environment |= {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **(env or {})}
    if home is not None:
        environment["QUIZPREP_HOME"] = str(home)
    done = subprocess.run(
        [sys.executable, "-m", "quizprep", *arguments],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=PATIENCE,
        env=environment,
        check=False,
    )
    out, err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    assert "Traceback" not in out + err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def objects(output: str) -> list[dict[str, Any]]:
    """The JSON objects of an output with one a line."""
    return [json.loads(line) for line in output.splitlines()]
