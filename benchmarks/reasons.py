"""The reasons that the judge gives for wrong formulas, counted.

    python benchmarks/reasons.py [--sample N] [--seed S] [--show M] [--proof ID] [--published]

Every step's formula of every proof, or every published formula that is accepted, is changed in one place
(`mutations.py`), so that the mistake is known, and held against the proof. Printed: how many changed formulas were
refuted, how many of those got a reason, and whether it was right. A reason is right where the formula put right,
typed in again, is equivalent, and it names one change or a mistake that the proof lists; it is wrong where that
formula is refuted, and weak where the reason comes without a repair (a part of the domain, two constants, a line of a
program). Changed
formulas that were accepted are listed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))

from mutations import Mutation, mutations

from quizprep import proofs
from quizprep.errors import QuizprepError
from quizprep.formula.read.parse import parse
from quizprep.formula.show.render import render
from quizprep.formula.tree import Node
from quizprep.judge.against_proof import check_formula
from quizprep.judge.judgement import Verdict
from quizprep.proofs import Proof

PUBLISHED = Path(__file__).parent.parent / "tests" / "published.jsonl"
Changed = tuple[Proof, str, Node, Mutation]  # the proof, the step that is stated, the right formula, the change
WEAK = ("domain", "linear")  # true of the formula, but no single change


def changed_steps() -> Iterator[Changed]:
    """Every change of every step's formula."""
    for proof in proofs.discover().values():
        for step in () if proof.takes_random else proof.steps:
            tree = proof.step_formula(step)
            for mutation in () if tree is None else mutations(tree, known=proof.names):
                yield proof, step, tree, mutation


def changed_published() -> Iterator[Changed]:
    """Every change of the published formulas that are accepted, in the names of the proof."""
    for line in PUBLISHED.read_text().splitlines():
        row = json.loads(line)
        proof = proofs.get(row["proof"])
        verdict = check_formula(proof, row["formula"], diagnose=False)
        if verdict.verdict != "equivalent" or verdict.convention or "\n" in verdict.read_as:
            continue
        tree = parse(verdict.read_as, proof.names)
        for mutation in mutations(tree, known=proof.names):
            yield proof, verdict.step or proof.result, tree, mutation


def stated(step: str, formula: str) -> str:
    """A formula under the name of the step that it is to be; lines of a program as they stand."""
    return formula if "\n" in formula else f"{step} = {formula}"


def judged(proof: Proof, step: str, mutation: Mutation) -> tuple[str, Verdict] | None:
    """The changed formula as it is typed, and its verdict; None for one that cannot be read."""
    try:
        text = stated(step, render(mutation.tree, proof.names))
    except QuizprepError:
        return None
    verdict = check_formula(proof, text)
    return None if verdict.verdict == "unreadable" else (text, verdict)


def class_of(proof: Proof, step: str, verdict: Verdict) -> str:
    """right, weak or wrong; none where no reason was given."""
    reason = verdict.diagnosis
    if reason is None:
        return "none"
    if reason["kind"] in {mistake.name for mistake in proof.mistakes}:
        return "right"
    if reason["kind"] in WEAK or "repair" not in reason:
        return "weak"
    again = check_formula(proof, stated(step, reason.get("repair", "")), diagnose=False)
    return "right" if again.verdict == "equivalent" else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="reasons to print")
    parser.add_argument("--proof", default="", help="of this proof alone")
    parser.add_argument("--published", action="store_true", help="the published formulas, not the proofs' own")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    everything = list(changed_published() if options.published else changed_steps())
    everything = [changed for changed in everything if options.proof in ("", changed[0].id)]
    chosen = random.Random(options.seed).sample(everything, min(options.sample, len(everything)))
    counts: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    kinds: dict[str, Counter[str]] = {}
    shown = 0
    started = time.perf_counter()
    for proof, step, right, mutation in chosen:
        found = judged(proof, step, mutation)
        if found is None:
            counts["unreadable"] += 1
            continue
        text, verdict = found
        counts[verdict.verdict] += 1
        if verdict.verdict != "different":
            original = render(right, proof.names)
            print(f"{verdict.verdict}: {proof.id}: {text}  (from {original}; {mutation.kind})")
            continue
        kind = class_of(proof, step, verdict)
        classes[kind] += 1
        kinds.setdefault(mutation.kind, Counter())[kind] += 1
        if kind in ("wrong", "weak", "none") or shown < options.show:
            shown += kind == "right"
            original = render(right, proof.names)
            reason = verdict.diagnosis["text"] if verdict.diagnosis else verdict.statement
            print(f"[{kind}] {proof.id}: {text}   ({mutation.kind}; right: {original})\n    {reason}")
    refuted = max(1, counts["different"])
    print(
        f"\n{len(chosen)} of {len(everything)} changed formulas, {time.perf_counter() - started:.0f} s: {dict(counts)}"
    )
    print(
        "reasons: "
        + ", ".join(
            f"{name} {classes[name]} ({classes[name] / refuted:.1%})" for name in ("right", "weak", "wrong", "none")
        )
    )
    for kind, found_kinds in sorted(kinds.items()):
        print(f"  {kind:<12}{dict(found_kinds)}")


if __name__ == "__main__":
    main()
