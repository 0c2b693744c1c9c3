"""How soon the program is there, as ratios to ``python -c "import typer"`` in the same run.

    python benchmarks/startup.py [--no-anki]

Measured in a real pseudo-terminal, with a warm cache: ``quizprep --version``, and the first
question on the screen, with the shipped content, with 10,000 questions, and with the shipped content and 10,000
questions in three packs. Beside them a peer:
Anki's core (AGPL; only measured, from a throwaway environment) opening a collection of 10,000
notes and fetching the first card.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from drill import COLD_ANKI, MAKE_ANKI, anki_python

ROOT = Path(__file__).parents[1]
ROUNDS = 15
PACKS = 3
TARGETS = {
    "quizprep --version": 1.5,
    "first question": 2.5,
    "first question, 10,000 questions": 2.5,
    "first question, 10,000 more in 3 packs": 2.5,
}
PROMPT = "›".encode()  # what the screen shows when it waits for an answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-anki", action="store_true")
    arguments = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program keeps its bytecode
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(QUIZPREP_HOME=f"{folder}/home", PYTHONPATH=str(ROOT), TERM="xterm-256color", LANG="C.UTF-8")
        large = large_content(Path(folder) / "content")
        with_packs = home_with_packs(Path(folder) / "home with packs")
        quiz = [sys.executable, "-m", "quizprep", "quiz", "--seed", "7"]
        measured = {
            "import typer": lambda: wall([sys.executable, "-c", "import typer"]),
            "quizprep --version": lambda: wall([sys.executable, "-m", "quizprep", "--version"]),
            "first question": lambda: until_question(quiz),
            "first question, 10,000 questions": lambda: until_question([*quiz, "--content", str(large)]),
            "first question, 10,000 more in 3 packs": lambda: until_question(quiz, home=with_packs),
        }
        python = None if arguments.no_anki else anki_python(Path(folder))
        if python:
            collection = Path(folder) / "collection.anki2"
            subprocess.run([python, "-c", MAKE_ANKI, collection, "10000"], check=True, capture_output=True)
            measured["Anki's core, first card of 10,000 notes"] = lambda: wall(
                [str(python), "-c", COLD_ANKI, str(collection)]
            )
        report(measured)


def report(measured) -> None:
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(ROUNDS + 2):  # in turn, so that the machine's moods fall on all; the first two warm up
        for name, measure in measured.items():
            times[name].append(measure())
    unit = statistics.median(times["import typer"][2:])
    for name, taken in times.items():
        median = statistics.median(taken[2:])
        target = f"   target {TARGETS[name]}" if name in TARGETS else ""
        print(f"{name:<42} {median:7.1f} ms   ratio {median / unit:5.2f}{target}")


def wall(command: list[str]) -> float:
    """Milliseconds a command takes."""
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - started)


def until_question(command: list[str], home: Path | None = None) -> float:
    """Milliseconds until the program waits for an answer in a terminal of 80 × 24."""
    environment = {**os.environ, **({"QUIZPREP_HOME": str(home)} if home else {})}
    started = time.perf_counter()
    process, terminal = pty.fork()
    if process == 0:
        os.execve(command[0], command, environment)
    seen = b""
    try:
        while PROMPT not in seen:
            if not select.select([terminal], [], [], 30)[0]:
                raise SystemExit(f"no question within 30 s: {seen!r}")
            seen += os.read(terminal, 65536)
        taken = 1000 * (time.perf_counter() - started)
    except OSError:  # the program ended without asking
        raise SystemExit(f"{' '.join(command)} ended with: {seen.decode(errors='replace')}") from None
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)
    return taken


def large_content(folder: Path, chapters: int = 20, head: str = "chapter: classification-metrics\n") -> Path:
    """500 questions a file: 10,000 in twenty of them."""
    folder.mkdir(parents=True)
    for chapter in range(chapters):
        entries = "".join(entry(chapter, number) for number in range(500))
        (folder / f"part-{chapter:02d}.yaml").write_text(f"{head}questions:\n{entries}")
    return folder


def home_with_packs(home: Path) -> Path:
    """A data folder with 10,500 questions in three packs."""
    for number in range(PACKS):
        folder = large_content(home / "packs" / f"pack-{number}", 7, "")
        head = f"name: pack-{number}\ntitle: Pack {number}\nlanguages: [en, ko]\nneeds: [deep-learning]\n"
        (folder / "pack.yaml").write_text(head)
    return home


def entry(chapter: int, number: int) -> str:
    return f"""  - id: generated-{chapter}-{number}
    kind: choice
    covers: [f1-score]
    proof: f1-score
    params: {{TP: 4..9, FP: 1..3, FN: 10..30}}
    prompt:
      en: "Number {number}: with TP = {{TP}}, FP = {{FP}}, FN = {{FN}}, which value is the F1 score?"
      ko: "{number}번: TP = {{TP}}, FP = {{FP}}, FN = {{FN}}일 때 F1 점수는?"
    choices:
      - result: f1
      - mistake: arithmetic-mean
      - mistake: upside-down
    explain:
      en: The harmonic mean is pulled towards the smaller of the two values, unlike the arithmetic mean.
      ko: 조화 평균은 산술 평균과 달리 두 값 중 작은 쪽으로 끌려간다.
"""


if __name__ == "__main__":
    main()
