"""What the shell completes, asked as bash, zsh and fish ask for it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from program import PATIENCE, ROOT, give_compiled_deck

from quizprep.kinds import KINDS

SHELLS = ("bash", "zsh", "fish")


def completed(line: str, shell: str = "bash") -> tuple[set[str], str]:
    """What is offered for the last word of a line, and which costly modules finding it took."""
    program = (
        "import sys; sys.argv = ['quizprep']\n"
        "from quizprep.__main__ import main\n"
        "try: main()\n"
        "finally: print(*(set(sys.modules) & {'torch', 'numpy', 'sympy'}), file=sys.stderr)"
    )
    words = line.split(" ")
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {
            "_TYPER_COMPLETE_ARGS": line,
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
        },
    }[shell]
    give_compiled_deck(os.environ["QUIZPREP_HOME"])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "_QUIZPREP_COMPLETE": f"complete_{shell}", **asked}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    if shell == "zsh":
        return set(re.findall(r'"([^"]*)"', done.stdout)), done.stderr.strip()
    return {row.partition("\t")[0] for row in done.stdout.splitlines()} - {""}, done.stderr.strip()


OFFERED = {
    "quizprep quiz --kind ": set(KINDS),
    "quizprep drill --kind n": {"number"},
    "quizprep stats --lang ": {"en", "ko"},
    "quizprep prove f1-score T": {"TP="},
    "quizprep prove f1-score TP=8 ": {"FP=", "FN="},
    "quizprep check kl-gaussian x --let o=": {"o=mu", "o=sigma"},
    "quizprep check kl-gaussian --gradient ": {"mu", "sigma"},
    "quizprep errata f1-up": {"f1-upside-down"},
    "quizprep errata 00": {"000", "001", "002", "003", "004"},
    "quizprep errata --severity t": {"typo"},
    "quizprep card f1-from-c": {"f1-from-counts"},
    "quizprep cards --only susp": {"suspended"},
    "quizprep prove f1-s": {"f1-score"},
}


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("line", OFFERED)
def test_the_shell_completes(line: str, shell: str) -> None:
    offered, imported = completed(line, shell)
    assert offered == OFFERED[line]
    assert imported == ""


@pytest.mark.slow
def test_what_names_no_proof_completes_nothing() -> None:
    assert completed("quizprep prove no-such-proof T") == (set(), "")
