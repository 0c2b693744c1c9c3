"""What the audit of notes finds: pages, formulas, how many are known, how they are judged, and how long it takes.

    python benchmarks/audit.py PATH...            files and folders of notes, which lie outside the project
    python benchmarks/audit.py --jobs 2 PATH...

Every formula that is called wrong is listed, for somebody to judge it a second time. Known is what is right, wrong or
in doubt; the share that is known of those for which there is a proof needs somebody who says which these are:
``--sample N`` prints so many formulas, drawn with a seed, with what was said of each.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sample", type=int, default=0, metavar="N")
    options = parser.parse_args()
    command = [sys.executable, "-m", "quizprep", "audit", "--json", "--jobs", str(options.jobs), *options.paths]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode > 1:
        sys.exit(done.stderr)
    pages = [json.loads(line) for line in done.stdout.splitlines()]
    found = [(page["file"], finding) for page in pages for finding in page["formulas"]]
    for file, finding in found:
        if finding["outcome"] == "wrong":
            print(f"wrong  {file}:{finding['line']}  {finding['formula']}  ({finding['proof']}: {finding['reason']})")
    for file, finding in random.Random(0).sample(found, min(options.sample, len(found))):
        said = finding["proof"] or finding["nearest"]
        print(f"{finding['outcome']:8}  {file}:{finding['line']}  {finding['formula']}  ({said})")
    for kind in ("formula", "number"):
        counts = Counter(finding["outcome"] for _, finding in found if finding["kind"] == kind)
        known = sum(counts.values()) - counts["unknown"]
        shown = ", ".join(f"{outcome} {counts[outcome]}" for outcome in ("right", "wrong", "in doubt", "unknown"))
        print(f"{kind}s: {sum(counts.values())}, known {known} ({shown})")
    errors = sum("error" in page for page in pages)
    print(f"{len(pages)} pages, {errors} of them could not be read, {seconds:.1f} s with {options.jobs} processes")


if __name__ == "__main__":
    main()
