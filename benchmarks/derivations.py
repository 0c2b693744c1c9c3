"""Derivations with and without an error: how many lines are judged, and whether an error is found where it is.

Each of the derivations in ``tests/derivations`` is judged as it is, and with ten errors in a single line each (a sign,
a number, an index, a term left out ...), which are made by seeded edits and checked by numbers to be errors.

    python benchmarks/derivations.py [NAME...] [--folder FOLDER] [--each N] [--missed] [--reasons]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from spoiled import DERIVATIONS, EACH, Spoiled, spoiled

from quizprep.derivation.account import Account, account_of


def outcome(error: Spoiled, found: Account) -> str:
    """Where the error was found: at its line, at another one, undecided, or not at all."""
    first = found.first_wrong
    wrong = {line.line for line in found.lines if line.status == "wrong"}
    if first is not None and first.line == error.line:
        return "at its line" if wrong == {error.line} else "at its line, and right lines are called wrong"
    if first is not None:
        return "at another line"
    here = next((line.status for line in found.lines if line.line == error.line), "not read")
    return f"missed ({here})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="only these derivations")
    parser.add_argument("--folder", type=Path, help="other derivations than those of the tests")
    parser.add_argument("--each", type=int, default=EACH, help="errors in a derivation")
    parser.add_argument("--missed", action="store_true", help="show each error that was not found at its line")
    parser.add_argument("--reasons", action="store_true", help="look for the reason of each error as well")
    options = parser.parse_args()
    paths = sorted(options.folder.glob("*.*")) if options.folder else DERIVATIONS
    chosen = [path for path in paths if not options.names or path.stem in options.names]
    started, lines, accepted = time.process_time(), 0, 0
    for path in chosen:
        found = account_of(path.read_text(encoding="utf-8"))
        lines += len(found.lines)
        accepted += found.exit_code == 0
        if found.exit_code and options.missed:
            print(f"  {path.stem} is not accepted:")
            for line in found.lines:
                print(f"      {line.line} {line.status}: {line.text} | {line.statement}")
    seconds = time.process_time() - started
    print(f"right derivations: {accepted} of {len(chosen)} accepted, {lines} lines in {seconds:.1f} s of the processor")
    outcomes: Counter[str] = Counter()
    reasons, judging = 0, 0.0
    for path in chosen:
        for error in spoiled(path, options.each):
            started = time.process_time()
            found = account_of(error.text, reasons=options.reasons)
            judging += time.process_time() - started
            said = outcome(error, found)
            outcomes[said] += 1
            reasons += bool(found.first_wrong and found.first_wrong.diagnosis)
            if options.missed and said != "at its line":
                print(f"  {error.name}:{error.line} {error.kind}: `{error.was}` -> `{error.now}`: {said}")
                for line in found.lines:
                    if line.status in ("wrong", "undecided", "unreadable"):
                        numbers = line.counterexample or ""
                        print(f"      {line.line} {line.status}: {line.text} | {line.statement} {numbers}")
    total = sum(outcomes.values())
    print(f"errors: {total}, judged in {judging:.1f} s of the processor")
    if options.reasons:
        print(f"  a reason is given for {reasons}")
    for said, count in outcomes.most_common():
        print(f"  {count:4}  {100 * count / max(total, 1):5.1f} %  {said}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
