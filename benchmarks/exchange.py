"""How long cards and reviews take to and from other programs, beside genanki (out) and Anki itself (in).

    python benchmarks/exchange.py                       10,000 cards, 100,000 reviews
    python benchmarks/exchange.py --cards 1000 --each 5

A table of plain cards comes in and becomes a pack; the pack goes out as an Anki package, without a history; a package
of as many cards comes in without reviews, and one with ``--each`` reviews of each; what the second takes longer is what
the reviews take, so that each has a limit of its own. It comes in again (which adds nothing), and goes out with its
history.
Every line is one command in a process of its own: seconds of the clock, and of the processor, which are what a quiet
machine takes. genanki writes the same notes without reviews; Anki takes in the same package. Both are timed in a
process that has them imported already, so that the ratios hold our start against us.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from quizprep.exchange.anki_package import History, Note, write_package
from quizprep.memory.history import Card, Review
from quizprep.memory.schedule import AGAIN, GOOD, Calendar, Memory, Scheduler

BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--each", type=int, default=10, help="reviews of a card")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["QUIZPREP_HOME"] = str(folder / "home")
        table, alone, package = folder / "cards.csv", folder / "cards.apkg", folder / "reviewed.apkg"
        table.write_text("front,back\n" + "".join(f"Front {n} $x^{{{n}}}$,Back {n}\n" for n in range(options.cards)))
        write_package(alone, map(note, range(options.cards)), {}, Calendar(), date(2025, 12, 31))
        write_package(package, notes(options.cards, options.each), {}, Calendar(), date(2025, 12, 31))
        print(f"{options.cards:,} cards, {options.cards * options.each:,} reviews")
        each = options.cards * options.each
        timed("a table in", "import", "csv", table, "--pack", "plain")
        timed("Anki out, without history", "export", "anki", folder / "plain.apkg", "--pack", "plain")
        cards = timed("Anki in, cards alone", "import", "anki", alone, "--pack", "alone")
        ours = timed("Anki in, with reviews", "import", "anki", package, "--pack", "reviewed")
        print(
            f"  of the processor: {cards:.1f} s for the cards ({options.cards / cards:,.0f}/s), {ours - cards:.1f} s "
            f"more for the reviews ({each / (ours - cards):,.0f}/s)"
        )
        report_anki(package, folder, ours)
        timed("the same again", "import", "anki", package, "--pack", "reviewed")
        timed("Anki out, with history", "export", "anki", folder / "out.apkg", "--pack", "reviewed", "--history")
        report_genanki(options.cards, folder / "peer.apkg")


def timed(what: str, *arguments: str | Path) -> float:
    """Run a command of the program, and print how long it took; its seconds of the processor."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "quizprep", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{what:<28}{seconds:7.1f} s  processor {processor:6.1f} s  {done.stdout.splitlines()[-1:] or ''}", flush=True
    )
    return processor


def notes(cards: int, each: int) -> Iterator[Note]:
    """Notes with reviews, one answer in seven forgotten."""
    scheduler = Scheduler()
    for number in range(cards):
        reviews: list[Review] = []
        memory: Memory | None = None
        at = BEGAN + timedelta(minutes=number)
        for place in range(each):
            grade = GOOD if (number + place) % 7 else AGAIN
            memory = scheduler.review(memory, grade, at, seed=str(number))
            id = f"{number}-{place}"
            reviews.append(Review(id, "review", f"q{number}", at, grade=grade, ms=4000.0, memory=memory))
            at = memory.due + timedelta(seconds=1)
        history = History(Card(f"q{number}", memory, reps=each), tuple(reviews))
        fields = (f"id{number}", f"Front {number} \\(x^{{{number}}}\\)", "", f"Back {number}", "", "", "")
        yield Note(f"note{number}", fields, f"Deck::{number % 20}", ("tag",), history)


def report_genanki(cards: int, path: Path) -> None:
    """The peer, where it is installed."""
    try:
        import genanki
    except ImportError:
        print("genanki is not installed; pip install genanki to compare")
        return
    started = time.process_time()
    names = ("ID", "Front", "Options", "Back", "Solution", "Picture", "Source")
    templates = [{"name": "Card 1", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr>{{Back}}"}]
    model = genanki.Model(1, "plain", fields=[{"name": name} for name in names], templates=templates)
    deck = genanki.Deck(2, "Deck")
    for number in range(cards):
        fields = [f"id{number}", f"Front {number} \\(x^{{{number}}}\\)", "", f"Back {number}", "", "", ""]
        deck.add_note(genanki.Note(model=model, fields=fields, tags=["tag"]))
    genanki.Package(deck).write_to_file(str(path))
    theirs = time.process_time() - started
    started = time.process_time()
    write_package(path, (note(number) for number in range(cards)), {}, Calendar(), date(2025, 12, 31))
    ours = time.process_time() - started
    print(
        f"writing a package alone: genanki {theirs:.2f} s, ours {ours:.2f} s of the processor: {ours / theirs:.2f} of "
        f"its time, {cards / ours:,.0f} cards/s"
    )


def report_anki(package: Path, folder: Path, ours: float) -> None:
    """Anki itself, taking in the same package with its reviews."""
    try:
        from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
    except ImportError:
        print("anki is not installed; pip install anki to compare")
        return
    (folder / "anki").mkdir()
    collection = Collection(str(folder / "anki" / "collection.anki2"))
    started = time.process_time()
    options = ImportAnkiPackageOptions(with_scheduling=True)
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options))
    theirs = time.process_time() - started
    cards, reviews = collection.card_count(), collection.db.scalar("SELECT count() FROM revlog")
    collection.close()
    print(
        f"  Anki's own import: {theirs:.1f} s of the processor ({cards:,} cards, {reviews:,} reviews); ours takes "
        f"{ours / theirs:.1f} times as long, with its start and the memory model computed for each review"
    )


def note(number: int) -> Note:
    """A note without a history."""
    fields = (f"id{number}", f"Front {number} \\(x^{{{number}}}\\)", "", f"Back {number}", "", "", "")
    return Note(f"note{number}", fields, "Deck", ("tag",))


if __name__ == "__main__":
    main()
