"""Formulas as published, held against their proofs; and what becomes of them with one thing changed.

    python benchmarks/published.py [FILE] [--mutations N] [--rows N] [--seed S] [--seconds S] [--no-reasons] [--list]

FILE (by default ours, tests/published.jsonl) has a formula a line, with its proof and what is expected. Printed: how
many are as expected, called different, undecided and unreadable. Then every accepted formula, in the letters of the
proof, is changed in one place (N changes each, `mutations.py`): how many changed ones are accepted although they are
not equal (50 digits for numbers, float64 on small tensors), and how many reasons are right (`reasons.py`). How far it
has come is shown on stderr; after S seconds, or when it is interrupted, the figures are those until then.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

from mutations import Mutation, mutations
from reasons import class_of, stated

from quizprep import proofs
from quizprep.errors import QuizprepError
from quizprep.formula.compute import digits, floats
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
REASONS = ("right", "weak", "wrong", "none")


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
    entries = [json.loads(line) for line in path.read_text().splitlines()]
    rows = []
    for place, entry in enumerate(entries):
        if place % 10 == 0:
            progress(f"{place} of {len(entries)} formulas judged")
        proof = known[entry["proof"]]
        verdict = check_formula(proof, entry["formula"])
        rows.append(Row(entry["id"], proof, entry["formula"], entry["expect"], verdict))
    progress()
    return rows


def progress(text: str = "") -> None:
    """One line on stderr, in the place of the one before; without a text it is cleared."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    elif text:
        print(text, file=sys.stderr, flush=True)


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

    def holds(self, tree: Node) -> bool | None:
        """None where it has a value at none of the points."""
        found = [self._equal(self._whole(tree), right) for right in self.right]
        return True if True in found else False if False in found else None

    def _whole(self, tree: Node) -> Node:
        for name in reversed(self.steps):
            tree = substitute(tree, {name: self.steps[name]})
        return tree

    def _equal(self, left: Node, right: Node) -> bool | None:
        found = {_agree(left, right, point) for point in self.points}
        return False if False in found else True if True in found else None


def _about(entry: Any, proof: Proof) -> str:
    return entry.of or proof.result


def _agree(left: Node, right: Node, point: dict[str, Any]) -> bool | None:
    """Whether both have one value at a point; None where they have none there."""
    try:
        return digits.agree(left, right, point)
    except (digits.Unsupported, TypeError):
        pass
    try:
        return _close(floats.evaluate(left, point), floats.evaluate(right, point))
    except (QuizprepError, ArithmeticError, ValueError, IndexError):
        return None


def _close(left: Any, right: Any) -> bool:
    if isinstance(left, list) or isinstance(right, list):
        same = isinstance(left, list) and isinstance(right, list) and len(left) == len(right)
        return same and all(map(_close, left, right))
    return math.isclose(left, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


@dataclass
class Changes:
    """What became of the changed formulas so far."""

    explain: bool
    formulas: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    equal: int = 0  # accepted, and rightly
    accepted: list[str] = field(default_factory=list)  # though another formula, or nobody knows

    wrong: list[str] = field(default_factory=list)  # reasons whose repair is not right

    def judge(self, row: Row, count: int, seed: int) -> None:
        step = row.verdict.step or row.proof.result
        try:
            tree = parse(row.verdict.read_as or "", row.proof.names)  # in the letters of the proof
        except QuizprepError:
            self.verdicts["not read again"] += 1
            return
        self.formulas += 1
        truth = None
        for mutation in _some(mutations(tree, known=row.proof.names), count, f"{seed} {row.id}"):
            try:
                text = stated(step, render(mutation.tree, row.proof.names))
            except QuizprepError:
                continue
            verdict = check_formula(row.proof, text, explain=self.explain, diagnose=self.explain)
            self.verdicts[verdict.verdict] += 1
            if verdict.verdict == "equivalent":
                truth = truth or Truth(row.proof, step, tree)
                holds = truth.holds(mutation.tree)
                self.equal += holds is True
                if not holds:
                    doubt = "" if holds is False else "no value to compare; "
                    convention = verdict.convention or "="
                    self.accepted.append(f"{row.id} {row.proof.id}: {text}  ({doubt}{mutation.kind}; {convention})")
            elif verdict.verdict == "different" and self.explain:
                kind = class_of(row.proof, step, verdict)
                self.reasons[kind] += 1
                if kind == "wrong" and verdict.diagnosis is not None:
                    said, repair = verdict.diagnosis["text"], verdict.diagnosis.get("repair")
                    self.wrong.append(f"{row.id} {row.proof.id}: {text}  ({mutation.kind}): {said} → {repair}")

    def report(self, seconds: float, listed: bool) -> None:
        print(f"\n{self.formulas} accepted formulas, {self.verdicts.total()} changed ones, {seconds:.0f} s: ", end="")
        print(dict(self.verdicts))
        print(f"accepted and equal: {self.equal}; accepted and not equal: {len(self.accepted)}")
        print(*(f"  {line}\n" for line in self.accepted), sep="", end="")
        if self.explain:
            shares = (
                f"{name} {self.reasons[name]} ({self.reasons[name] / max(1, self.reasons.total()):.1%})"
                for name in REASONS
            )
            print("reasons: " + ", ".join(shares))
            print(*(f"  {line}\n" for line in self.wrong if listed), sep="", end="")


def _some(everything: Iterator[Mutation], count: int, seed: str) -> list[Mutation]:
    listed = list(everything)
    return random.Random(seed).sample(listed, min(count, len(listed)))


def changed(rows: list[Row], count: int, seed: int, seconds: float, explain: bool, listed: bool) -> None:
    """Judges ``count`` changes of every accepted formula, until the time is over."""
    found, started = Changes(explain), time.perf_counter()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for place, row in enumerate(rows):
            passed = time.perf_counter() - started
            if passed > seconds:
                break
            counted = f"{found.verdicts.total()} changed ones, {len(found.accepted)} accepted and not equal"
            progress(f"{place} of {len(rows)} formulas, {passed:.0f} s: {counted}; now {row.id} {row.proof.id}")
            found.judge(row, count, seed)
    except KeyboardInterrupt:
        pass  # what was found until here is reported
    finally:
        signal.signal(signal.SIGTERM, before)
    progress()
    found.report(time.perf_counter() - started, listed)


def measure(
    file: Path,
    count: int = 20,
    most: int = 10_000,
    seed: int = 0,
    listed: bool = False,
    seconds: float = math.inf,
    explain: bool = True,
) -> None:
    rows = judged(file)
    report(rows, listed)
    accepted = [row for row in rows if row.verdict.verdict == "equivalent"]
    changed(random.Random(seed).sample(accepted, min(most, len(accepted))), count, seed, seconds, explain, listed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, default=OURS)
    parser.add_argument("--mutations", type=int, default=20)
    parser.add_argument("--rows", type=int, default=10_000, help="accepted formulas that are changed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=math.inf, help="for the changed formulas")
    parser.add_argument("--no-reasons", action="store_true", help="ask only what is accepted, in a third of the time")
    parser.add_argument("--list", action="store_true", help="every formula that is not as expected")
    options = parser.parse_args()
    explain = not options.no_reasons
    measure(options.file, options.mutations, options.rows, options.seed, options.list, options.seconds, explain)


if __name__ == "__main__":
    main()
