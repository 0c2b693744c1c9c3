"""Formulas as published, held against their proofs; and what becomes of them with one thing changed.

    python benchmarks/published.py [FILE] [--mutations N] [--rows N] [--seed S] [--list]

FILE (by default ours, tests/published.jsonl) has a formula a line, with its proof and what is expected. Printed: how
many are as expected, called different, undecided and unreadable. Then every accepted formula, in the letters of the
proof, is changed in one place (N changes each, `mutations.py`): how many changed ones are accepted although they are
not equal (50 digits for numbers, float64 on small tensors), and how many reasons are right (`reasons.py`).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

from mutations import mutations
from reasons import class_of, stated

from quizprep import proofs
from quizprep.errors import QuizprepError
from quizprep.formula.compute import digits, floats
from quizprep.formula.names import Names
from quizprep.formula.read.parse import parse
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import Node
from quizprep.judge.against_proof import check_formula
from quizprep.judge.judgement import Verdict
from quizprep.judge.reference import reference
from quizprep.proofs import Proof

OURS = Path(__file__).parent.parent / "tests" / "published.jsonl"
POINTS = 24  # on which two formulas are held against each other
TOLERANCE = 1e-9  # relative, where there are no digits


@dataclass(frozen=True)
class Row:
    id: str
    proof: Proof
    formula: str
    expect: str
    verdict: Verdict

    @property
    def found(self) -> str:
        return "variant" if self.verdict.convention else self.verdict.verdict


def judged(path: Path) -> list[Row]:
    known = proofs.discover()
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return [
        Row(
            row["id"],
            (proof := known[row["proof"]]),
            row["formula"],
            row["expect"],
            check_formula(proof, row["formula"]),
        )
        for row in rows
    ]


def report(rows: list[Row], listed: bool) -> None:
    right = [row for row in rows if row.expect != "different"]
    wrong = [row for row in rows if row.expect == "different"]
    counts = Counter(row.verdict.verdict for row in right)
    recognised, unnamed = counts["equivalent"], [row for row in right if row.found not in (row.expect, "different")]
    print(
        f"{len(right)} formulas as published: {recognised} recognised ({recognised / max(1, len(right)):.1%}), ", end=""
    )
    print(", ".join(f"{counts[name]} {name}" for name in ("different", "undecided", "unreadable")))
    other = [row for row in unnamed if row.verdict.verdict == "equivalent"]
    print(f"convention named otherwise than expected: {len(other)}")
    refused = Counter(row.verdict.verdict for row in wrong)
    print(f"{len(wrong)} with a mistake: {dict(refused)}")
    for row in rows:
        missed = row.verdict.verdict != ("different" if row.expect == "different" else "equivalent")
        grave = row.verdict.verdict == ("equivalent" if row.expect == "different" else "different")
        if grave or (missed and listed):
            print(f"  {row.id} {row.found:<11}{row.proof.id}: {row.formula!r}\n      {row.verdict.statement}")


class Truth:
    """Whether a formula is another than the published one, its step and the conventions for it: without the judge."""

    def __init__(self, proof: Proof, step: str, published: Node) -> None:
        self.proof = proof
        points = reference(proof).points
        self.points = [
            {name: value[place].tolist() for name, value in points.values.items()}
            for place in range(0, len(next(iter(points.values.values()), ())), max(1, points.count // POINTS))
        ]
        self.steps = {name: tree for name in proof.steps if (tree := proof.step_formula(name)) is not None}
        own = [
            proof.formula(entry.formula) for entry in proof.mistakes if entry.variant and _about(entry, proof) == step
        ]
        right = (published, self.steps.get(step), *own)  # a derivative is a step of no proof
        self.right = [self._whole(tree) for tree in right if tree is not None]

    def holds(self, tree: Node) -> bool:
        return any(self._equal(self._whole(tree), right) for right in self.right)

    def _whole(self, tree: Node) -> Node:
        for name in reversed(self.steps):
            tree = substitute(tree, {name: self.steps[name]})
        return tree

    def _equal(self, left: Node, right: Node) -> bool:
        return all(_agree(left, right, point) for point in self.points)


def _about(entry: Any, proof: Proof) -> str:
    return entry.of or proof.result


def _agree(left: Node, right: Node, point: dict[str, Any]) -> bool:
    try:
        return digits.agree(left, right, point) is not False
    except (digits.Unsupported, TypeError):
        pass
    try:
        return _close(floats.evaluate(left, point), floats.evaluate(right, point))
    except (QuizprepError, ArithmeticError, ValueError, IndexError):
        return True  # no evidence


def _close(left: Any, right: Any) -> bool:
    if isinstance(left, list) or isinstance(right, list):
        same = isinstance(left, list) and isinstance(right, list) and len(left) == len(right)
        return same and all(map(_close, left, right))
    return math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def changed(rows: list[Row], count: int, seed: int) -> None:
    """Judges ``count`` changes of every accepted formula."""
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    accepted = []
    started = time.perf_counter()
    for row in rows:
        step = row.verdict.step or row.proof.result
        tree = _read_again(row)
        if tree is None:
            verdicts["not read again"] += 1
            continue
        truth = Truth(row.proof, step, tree)
        everything = list(mutations(tree))
        for mutation in random.Random(f"{seed} {row.id}").sample(everything, min(count, len(everything))):
            try:
                text = stated(step, render(mutation.tree, row.proof.names))
            except QuizprepError:
                continue
            verdict = check_formula(row.proof, text)
            verdicts[verdict.verdict] += 1
            if verdict.verdict == "equivalent":
                if not truth.holds(mutation.tree):
                    accepted.append(f"{row.id} {row.proof.id}: {text}  ({mutation.kind}; {verdict.convention or '='})")
            elif verdict.verdict == "different":
                reasons[class_of(row.proof, step, verdict)] += 1
    refuted = max(1, verdicts["different"])
    seconds = time.perf_counter() - started
    print(f"\n{len(rows)} accepted formulas, {count} changes of each, {seconds:.0f} s: {dict(verdicts)}")
    print(f"accepted and not equal: {len(accepted)}", *accepted, sep="\n  ")
    shares = (f"{name} {reasons[name]} ({reasons[name] / refuted:.1%})" for name in ("right", "weak", "wrong", "none"))
    print("reasons: " + ", ".join(shares))


def _read_again(row: Row) -> Node | None:
    """What an accepted formula was read as, in the letters of the proof."""
    names: Names = replace(row.proof.names)
    try:
        return parse(row.verdict.read_as or "", names)
    except QuizprepError:
        return None


def measure(file: Path, count: int = 20, most: int = 10_000, seed: int = 0, listed: bool = False) -> None:
    rows = judged(file)
    report(rows, listed)
    accepted = [row for row in rows if row.verdict.verdict == "equivalent"]
    changed(random.Random(seed).sample(accepted, min(most, len(accepted))), count, seed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=OURS)
    parser.add_argument("--mutations", type=int, default=20)
    parser.add_argument("--rows", type=int, default=10_000, help="accepted formulas that are changed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--list", action="store_true", help="every formula that is not as expected")
    options = parser.parse_args()
    measure(options.file, options.mutations, options.rows, options.seed, options.list)


if __name__ == "__main__":
    main()
