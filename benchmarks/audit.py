"""What the audit of notes finds: pages, formulas, how many are known, how they are judged, and how long it takes.

    python benchmarks/audit.py PATH...                  files and folders of notes, which lie outside the project
    python benchmarks/audit.py PATH... --jobs 2 --sample 150 --seed 3

It prints, in this order: each formula that is called wrong, for somebody to judge it a second time; for each source
(the folder that a page lies in) how many formulas are known, right, wrong and in doubt, and the worked numbers; the
files of ``--shared``: one that is all right, one with a wrong F1 in 31 notations; of the formulas of ``--published``,
each below the title of its proof, how many of the right ones are called wrong, and how many of those that one edit
has made wrong are found; the time of 60 wrong formulas; the time of 100 pages of 20 KB, which are cut from the pages
that were given. Times of the processor are printed beside those of the clock: their sum, divided by the processes, is
what a quiet machine takes.

Known is what is right or wrong. The share that is known of the formulas for which there is a proof needs somebody who
says which these are: ``--sample N`` lists so many that are not known, drawn with a seed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

OUTCOMES = ("right", "wrong", "in doubt", "unknown")
PUBLISHED = Path(__file__).parent.parent / "tests" / "published.jsonl"
PAGES, SIZE = 100, 20_000
TEXT = (".md", ".qmd", ".tex", ".rst")  # what pages can be cut from
WRONG = 60
#: Wrong formulas, each of which becomes several by another heading; so many have to be judged in 10 s.
WRONG_FORMULAS = (
    ("F1 score", r"F_1 = 2\frac{P+R}{PR}"),
    ("Adam", r"v_t = \beta_1 v_{t-1} + (1 - \beta_1) g_t^2"),
    ("Adam", r"m_t = \beta_1 m_{t-1} - (1 - \beta_1) g_t"),
    ("Standardisation", r"z = \frac{x + \mu}{\sigma}"),
    ("Output size of a convolution", r"O = \frac{W + K + 2P}{S} + 1"),
    ("Attention score", r"score = q \cdot k \sqrt{d_k}"),
    ("Softmax", r"\text{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_i}}"),
    ("Binary cross-entropy", r"\text{BCE} = -(y \log p + (1 - y) \log p)"),
    ("KL divergence", r"KL = \sum_i p_i \log \frac{q_i}{p_i}"),
    ("Precision", r"\text{precision} = \frac{TP}{TP + FN}"),
    ("Optimal discriminator", r"D^*(x) = \frac{p_g(x)}{p_{data}(x) + p_g(x)}"),
    ("Batch normalisation", r"\hat x_i = \frac{x_i - \mu_B}{\sigma_B^2 + \epsilon}"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="list N formulas that are not known")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shared", type=Path, default=Path("../shared/audit"), metavar="FOLDER")
    parser.add_argument("--published", type=Path, default=PUBLISHED, metavar="FILE", help="tests/published.jsonl")
    parser.add_argument("--no-times", action="store_true", help="measure no times")
    options = parser.parse_args()
    pages, seconds, processor = audited(options.paths, options.jobs)
    report_findings(pages, options.sample, options.seed)
    print(f"{len(pages)} pages in {seconds:.1f} s with {options.jobs} processes, {processor:.1f} s of the processor")
    report_shared(options.shared)
    report_published(options.published)
    if not options.no_times:
        report_times([Path(page["file"]) for page in pages], options.jobs)


def audited(
    paths: Sequence[Path | str], jobs: int, home: str | None = None
) -> tuple[list[dict[str, Any]], float, float]:
    """The pages as ``--json`` prints them, with the seconds of the clock and of the processor.

    They are looked at anew, unless ``home`` is a folder in which they were kept before.
    """
    if home is None:
        with tempfile.TemporaryDirectory() as empty:
            return audited(paths, jobs, empty)
    command = [sys.executable, "-m", "quizprep", "audit", "--json", "--jobs", str(jobs), *map(str, paths)]
    environment = {**os.environ, "QUIZPREP_HOME": home}
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode > 1:
        sys.exit(done.stderr)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [json.loads(line) for line in done.stdout.splitlines()], seconds, processor


def report_findings(pages: Sequence[dict[str, Any]], sample: int, seed: int) -> None:
    found = [(page["file"], finding) for page in pages for finding in page["formulas"]]
    for file, finding in found:
        if finding["outcome"] == "wrong":
            proof = finding["proof"] or finding["kind"]
            print(f"wrong  {file}:{finding['line']}  {one_line(finding)}  ({proof}: {finding['reason']})")
    print()
    sources: dict[str, Counter[tuple[str, str]]] = {}
    counted: Counter[str] = Counter()
    for page in pages:
        source = Path(page["file"]).parent.name
        counted[source] += 1
        counts = sources.setdefault(source, Counter())
        counts.update((finding["kind"], finding["outcome"]) for finding in page["formulas"])
    for source, counts in sources.items():
        print(row(source, counted[source], counts))
    print(row("all", counted.total(), sum(sources.values(), Counter())))
    for page in pages:
        if page.get("error"):
            print(f"not read: {page['file']}: {page['error']}")
    unknown = [entry for entry in found if entry[1]["outcome"] in ("unknown", "in doubt")]
    for file, finding in random.Random(seed).sample(unknown, min(sample, len(unknown))):
        said = finding["proof"] or finding["nearest"]
        print(f"{finding['outcome']:8}  {file}:{finding['line']}  {one_line(finding)}  ({said})")


def row(source: str, pages: int, counts: Counter[tuple[str, str]]) -> str:
    formulas = {outcome: counts["formula", outcome] for outcome in OUTCOMES}
    known = formulas["right"] + formulas["wrong"]
    shown = ", ".join(f"{outcome} {number}" for outcome, number in formulas.items())
    numbers = f"{counts['number', 'right']} right, {counts['number', 'wrong']} wrong"
    return f"{source[:40]:40} {pages:4} pages, {sum(formulas.values()):5} formulas, known {known} ({shown}); {numbers}"


def one_line(finding: dict[str, Any]) -> str:
    return " ".join(finding["formula"].split())


def report_shared(folder: Path) -> None:
    for name, wanted in (("all-right.md", "right"), ("one-wrong-f1-in-31-notations.md", "wrong")):
        if not (folder / name).is_file():
            print(f"{folder / name} is not there: see --shared")
            continue
        (page,), _, _ = audited([folder / name], 1)
        counts = Counter(finding["outcome"] for finding in page["formulas"])
        shown = ", ".join(f"{outcome} {counts[outcome]}" for outcome in OUTCOMES)
        print(f"{name}: {counts[wanted]} of {counts.total()} are {wanted} ({shown})")


def report_published(file: Path) -> None:
    from quizprep import proofs

    known, found = proofs.discover(), {"right": Counter[str](), "spoiled": Counter[str]()}
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        for place, row in enumerate(rows):
            formula = row["formula"] if "\\\\" in row["formula"] else row["formula"].replace("\n", "\\\\\n")
            text = f"# {known[row['proof']].title['en']}\n\n$${formula}$$\n"
            Path(folder, f"{place:04}.md").write_text(text, encoding="utf-8")
        pages, _, _ = audited([folder], 1)
    for row, page in zip(rows, pages, strict=True):
        told = {finding["outcome"] for finding in page["formulas"]}
        kind = "spoiled" if row["expect"] == "different" else "right"
        said = next((each for each in ("wrong", "in doubt", "right", "unknown") if each in told), "not seen")
        found[kind][said] += 1
        if (kind, said) == ("right", "wrong"):
            print(f"right, and called wrong: {row['id']} {row['formula']}")
    for kind, counts in found.items():
        print(f"{counts.total()} published formulas, {kind}: " + ", ".join(f"{n} {said}" for said, n in counts.items()))


def report_times(files: Sequence[Path], jobs: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        note = Path(folder, "wrong.md")
        lines = [f"## {heading} {place}\n\n${formula}$\n" for place in range(5) for heading, formula in WRONG_FORMULAS]
        note.write_text("\n".join(lines[:WRONG]), encoding="utf-8")
        (page,), seconds, processor = audited([note], 1)
        print(f"{WRONG} wrong formulas: {page['counts']['wrong']} found in {seconds:.1f} s, {processor:.1f} s of work")
    with tempfile.TemporaryDirectory() as folder:
        texts = list(cut(files))
        if not texts:
            print(f"no page ends in {', '.join(TEXT)}: 100 pages cannot be cut from them")
            return
        for place in range(PAGES):
            name, text = texts[place % len(texts)]
            Path(folder, f"{place:03}-{name}").write_text(text, encoding="utf-8")
        with tempfile.TemporaryDirectory() as home:
            pages, seconds, processor = audited([folder], jobs, home)
            again = audited([folder], jobs, home)[2]
        formulas = sum(len(page["formulas"]) for page in pages)
        stopped = sum("Stopped after" in finding["reason"] for page in pages for finding in page["formulas"])
        errors = sum("error" in page for page in pages)
        print(
            f"{PAGES} pages of 20 KB with {jobs} processes: {formulas} formulas in {seconds:.1f} s, {processor:.1f} s "
            f"of work, {processor / jobs:.1f} s on {jobs} quiet cores; {stopped} stopped, {errors} not read; "
            f"once more, unchanged: {again:.1f} s of work"
        )


def cut(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Pages of 20 KB: the text of each kind of file one after another, cut at the ends of lines."""
    for ending in TEXT:
        page, size = [], 0
        for file in files:
            for line in file.read_text(encoding="utf-8").splitlines(keepends=True) if file.suffix == ending else ():
                page.append(line)
                size += len(line.encode())
                if size >= SIZE:
                    yield f"page{ending}", "".join(page)
                    page, size = [], 0


if __name__ == "__main__":
    main()
