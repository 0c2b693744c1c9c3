"""Every command that prints JSON, run on what it reports about: a home with answers, an exam, a class, packs and files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from program import quizprep

from quizprep.memory.store import Store

NOTE = "# F1\n\n$F_1 = \\frac{P + R}{2}$\n\n$\\sigma(x) = \\frac{1}{1 + e^{-x}}$\n"
LINES = '{"id": 1, "proof": "f1-score", "formula": "(P+R)/2"}\n'
PAIRS = '{"id": 1, "left": "2x", "right": "x+x"}\n'
ANSWERS = "1\n2\n1\n0.5\n1\n2\n"
AT = ["--at", "2026-12-01T09:00"]

#: In this order: the command, the rest of the arguments (FOLDER is where the files lie), and what is typed.
SAMPLES: tuple[tuple[str, str, str], ...] = (
    ("exam set", "2026-12-20 --minutes 40 --at 2026-12-01T09:00", ""),
    ("drill", "-n 6 --at 2026-11-30T09:00", ANSWERS),
    ("quiz", "-n 2 --seed 3", "1\n0.5\n"),
    ("quiz", "f1-from-counts --seed 3", "0.123\n"),
    ("card", "f1-from-counts --flag odd", ""),
    ("cards", "", ""),
    ("forecast", "--at 2026-12-01T09:00", ""),
    ("forecast", "--all --stores FOLDER/stores --days 3 --jobs 1 --at 2026-12-01T09:00", ""),
    ("mistakes", "", ""),
    ("readiness", "--at 2026-12-01T09:00", ""),
    ("search", "harmonic mean", ""),
    ("show", "f1-from-counts --seed 3", ""),
    ("show", "lstm-step-order", ""),
    ("stats", "--at 2026-12-01T09:00", ""),
    ("topics", "", ""),
    ("topics", "attention", ""),
    ("audit", "FOLDER/note.md --all --jobs 1", ""),
    ("check", "f1-score (P+R)/2", ""),
    ("check", "f1-score 2*P*R/(P+R)", ""),
    ("check", "f1-score 2*(", ""),
    ("check", "--batch -", LINES),
    ("derive", "FOLDER/derivation.md", ""),
    ("equal", "(a+b)^2 a^2+b^2", ""),
    ("equal", "--batch -", PAIRS),
    ("errata", "optimisers", ""),
    ("errata", "000 --list", ""),
    ("prove", "f1-score TP=8 FP=2 FN=4", ""),
    ("prove", "f1-score --source", ""),
    ("prove", "f1-score --mutants --per-proof 3", ""),
    ("prove", "--list", ""),
    ("config", "", ""),
    ("doctor", "--device cpu", ""),
    ("lint", "FOLDER/own --draws 20", ""),
    ("paper", "optimisers --variants A --questions 2 --seed 1 --output FOLDER/papers", ""),
    ("exam list", "", ""),
    ("exam plan", "--at 2026-12-01T09:00", ""),
    ("exam mock", "--questions 2 --seed 1 --paper --output FOLDER/mock", ""),
    ("import csv", "FOLDER/words.csv --pack words", ""),
    ("log import", "FOLDER/log.jsonl", ""),
    ("sync", "FOLDER/shared", ""),
    ("sync", "FOLDER/shared --status", ""),
    ("pack add", "statistics", ""),
    ("pack list", "", ""),
    ("pack import", "FOLDER/cards.md", ""),
    ("prove", "--all --pack statistics --device cpu", ""),
    ("grade", "FOLDER/answers.csv", ""),
    ("optimize", "--all --stores FOLDER/stores --jobs 1", ""),
    ("edit", "--list", ""),
)


def write_files(folder: Path) -> None:
    """The files that the samples name."""
    from drill_content import write_content

    written = {
        "note.md": NOTE,
        "derivation.md": "f = x^2\ndf/dx\n= 2x\n= 3x\n",
        "words.csv": "Hund,dog\nKatze,cat\n",
        "cards.md": "# Animals\n\nQ: Hund\nA: dog\n",
        "answers.csv": "student,proof,answer\nada,f1-score,2*P*R/(P+R)\nbob,f1-score,(P+R)/2\n",
        "log.jsonl": "",
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "shared").mkdir()
    (folder / "stores").mkdir()
    Store.open(folder / "stores" / "ada.db").close()
    write_content(folder / "own", kinds=False)


def sampled(folder: Path) -> Iterator[tuple[str, str, list[Any]]]:
    """The command, its arguments, and the objects that it printed, for each of the samples."""
    write_files(folder)
    home = folder / "home"
    for command, rest, typed in SAMPLES:
        arguments = [part.replace("FOLDER", str(folder)) for part in rest.split(" ") if part]
        done = quizprep(*command.split(" "), *arguments, "--json", stdin=typed, home=home)
        assert done.returncode in (0, 1, 2) and done.stdout.strip(), (command, rest, done.stderr)
        yield command, rest, [json.loads(line) for line in done.stdout.splitlines()]
