"""The drill's memory at scale, and beside Anki's core, in one run.

    python benchmarks/drill.py [--cards 100000] [--reviews 1000000] [--no-anki]

1. From the grade key to the next card (record, durably, and pick) with 100,000 cards and 1,000,000
   reviews; then the whole program in a terminal of its own: from the grade key to the next question on
   the screen. The target is 20 ms in the median; that of `quizprep stats`, its start included, is a second.
   Beside the clock stands the time of the processor, which does not hang on what else it does.
2. A cold process with 10,000 questions: `quizprep` alone, `quizprep drill` up to its first question, and
   Anki's core (pylib) up to its first due card in a collection of 10,000 notes, on the same disk.
3. One answer, durably written, on those two.

Anki (AGPL) is only measured, from a throwaway environment that this script makes for itself.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from quizprep.memory.drill_queue import DrillQueue, Pick
from quizprep.memory.rows import with_checksum
from quizprep.memory.schedule import Scheduler
from quizprep.memory.statistics import days
from quizprep.memory.store import INSERT_REVIEW, Store
from quizprep.memory.today import statistics as statistics_of
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SCHEDULER = Scheduler(zone=UTC)
TODAY = NOW.date().toordinal()
ROOT = Path(__file__).parents[1]
WARM_UP = 5  # answers that are not counted

# The values of a card after its last review.
CARD = "question, state, step, stability, difficulty, due, at, day, id, repetition + 1, 0, repetition, 5000.0, 0, 0, at"

QUESTION = """
  - id: {id}
    kind: number
    covers: [f1-score]
    proof: f1-score
    params: {{TP: 2..12, FP: 1..8, FN: 1..8}}
    prompt:
      en: "TP = {{TP}}, FP = {{FP}}, FN = {{FN}}: what is F1?"
      ko: "TP = {{TP}}, FP = {{FP}}, FN = {{FN}}일 때 F1은?"
    explain: {{en: By its definition., ko: 정의에서 나온다.}}
"""

# A drill over more questions than a benchmark can write as YAML: only the deck is a stand-in.
SESSION = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from quizprep.cli.common import clock_at
from quizprep.drill_session import Drill
from quizprep.kinds.number import Number
from quizprep.question import Question
from quizprep.values import Draw
from quizprep.text import Text
from quizprep.memory.schedule import Scheduler
from quizprep.screen.drill_screen import DrillScreen
from quizprep.quiz_session import Examiner
from quizprep.memory.store import Store

class Questions:
    def __init__(self, count):
        self.deck = self
        self.topics = {f"q{number:06d}": (f"q{number:06d}"[:5],) for number in range(count)}
        self.groups = self.topics
        self.kinds = {name: "number" for name in self.topics}
        self.ids = list(self.topics)
    def former_ids(self):
        return {}
    def question(self, id):
        draws = {name: Draw(1, 9) for name in ("TP", "FP", "FN")}
        prompt = Text("TP = {TP}, FP = {FP}, FN = {FN}: what is F1?", ko="F1은?")
        topics, explain = self.topics[id], Text("why", ko="왜")
        return Question(id, Number(), "classification-metrics", topics, "f1-score", prompt, explain, params=draws)

with Store.open(sys.argv[1]) as store, DrillScreen("en") as screen:
    examiner = Examiner(screen, "en", "cpu")
    drill = Drill(examiner, store, Scheduler(zone=UTC), Questions(int(sys.argv[2])), clock_at(sys.argv[3]))
    drill.run()
"""

MAKE_ANKI = """
import sys
from anki.collection import Collection, AddNoteRequest
collection = Collection(sys.argv[1])
kind = collection.models.by_name("Basic")
deck = collection.decks.id("quiz")
requests = []
for number in range(int(sys.argv[2])):
    note = collection.new_note(kind)
    note["Front"], note["Back"] = f"question {number}", "answer"
    requests.append(AddNoteRequest(note=note, deck_id=deck))
collection.add_notes(requests)
ids = collection.find_cards("deck:quiz")
collection.sched.set_due_date(ids[: len(ids) // 5], "0")
collection.decks.set_current(deck)
collection.close()
"""

COLD_ANKI = """
import sys
from anki.collection import Collection
collection = Collection(sys.argv[1])
queued = collection.sched.get_queued_cards()
print(queued.cards[0].card.id, queued.review_count)
"""

ANSWER_ANKI = """
import sys, time
from anki.collection import Collection
from anki.scheduler.v3 import CardAnswer
collection = Collection(sys.argv[1])
times = []
for _ in range(int(sys.argv[2])):
    queued = collection.sched.get_queued_cards().cards[0]
    started = time.perf_counter()
    card = collection.get_card(queued.card.id)
    card.start_timer()
    answer = collection.sched.build_answer(card=card, states=queued.states, rating=CardAnswer.GOOD)
    collection.sched.answer_card(answer)
    times.append(1000 * (time.perf_counter() - started))
times.sort()
print(times[len(times) // 2], times[int(len(times) * 0.95)])
collection.close()
"""


def main() -> None:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--reviews", type=int, default=1_000_000)
    parser.add_argument("--answers", type=int, default=300)
    parser.add_argument("--no-anki", action="store_true")
    arguments = parser.parse_args()
    # Where bytecode is not kept, every start would compile everything: no installed program does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["QUIZPREP_HOME"] = folder
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/bytecode"
        scale(Path(folder) / "large" / "quizprep.db", arguments.cards, arguments.reviews, arguments.answers)
        beside_anki(Path(folder), with_anki=not arguments.no_anki)


def scale(path: Path, cards: int, reviews: int, answers: int) -> None:
    started = time.perf_counter()
    build(path, cards, reviews)
    size = path.stat().st_size / 2**20
    seconds = time.perf_counter() - started
    print(f"{cards:,} cards, {reviews:,} reviews: {size:.0f} MiB, built in {seconds:.0f} s")
    with Store.open(path) as store:
        queue = queue_of(store, cards)
        started = time.perf_counter()
        pick = queue.next(NOW)
        report("first card (plans the day)", [1000 * (time.perf_counter() - started)])
        began = time.process_time()
        recorded, shown = answer_all(store, queue, pick, answers)
        used = 1000 * (time.process_time() - began) / len(shown)
        report("grade → recorded on the disk", recorded)
        report("grade → next card", shown, used)
        report("20 due cards", timed(lambda: store.due_reviews(NOW, NOW + timedelta(hours=19), limit=20), 20))
        report("counts for the header", timed(lambda: queue.counts(NOW), 20))
        month = NOW.date() - timedelta(days=30)
        report("30 days of statistics", timed(lambda: days(store, month, NOW.date()), 5))
        report("all days of statistics", timed(lambda: days(store), 3))
        report("undo", timed(lambda: store.undo(now=NOW), 20))
        entries, folder = Entries(cards), path.parent
        for what, times in (("first time", 1), ("sums over the log kept", 5)):
            began = time.process_time()
            taken = timed(lambda: statistics_of(store, SCHEDULER, entries, NOW, None, folder), times)
            report(f"all figures of stats, {what}", taken, 1000 * (time.process_time() - began) / times)
    report("grade key → next question on the screen", *on_the_screen(path, cards))
    environment = os.environ | {"QUIZPREP_HOME": str(path.parent)}
    for command in ("stats", "cards", "forecast"):
        program = [sys.executable, "-m", "quizprep", command, "--json", "--at", NOW.isoformat()]
        times, processors = [], []
        for _ in range(6):
            began, before = time.perf_counter(), os.times().children_user + os.times().children_system
            subprocess.run(program, check=True, capture_output=True, cwd=ROOT, env=environment)
            times.append(1000 * (time.perf_counter() - began))
            processors.append(1000 * (os.times().children_user + os.times().children_system - before))
        # The first compiles the content, and sums the log up.
        report(f"quizprep {command}, a cold process", times[1:], statistics.mean(processors[1:]))


def answer_all(store: Store, queue: DrillQueue, pick: Pick, answers: int) -> tuple[list[float], list[float]]:
    """Milliseconds from each answer until it is recorded, and until the card after it is there."""
    recorded, shown, now = [], [], NOW
    for number in range(answers):
        now += timedelta(seconds=8)
        question, grade = pick.card.id, 1 if number % 9 == 0 else 3
        attempt = Attempt(question, "number", "p", 7, "1.5", 1.5, grade > 1, None, {"loss": 1.5}, "cpu", 1.0)
        started = time.perf_counter()
        store.record(attempt, grade, now=now, scheduler=SCHEDULER, took_ms=8000, seen=pick.card)
        recorded.append(1000 * (time.perf_counter() - started))
        queue.answered(question)
        pick = queue.next(now)
        shown.append(1000 * (time.perf_counter() - started))
        if pick.card is None:
            break
    return recorded, shown


class Entries:
    """As much of a deck as the figures of statistics ask for: a thousand topics."""

    def __init__(self, count: int) -> None:
        names = [f"q{number:06d}" for number in range(count)]
        self._entries = [SimpleNamespace(id=name, covers=(name[:5],), proof="", chapter=name[:3]) for name in names]

    def index(self) -> list[SimpleNamespace]:
        return self._entries

    def syllabus(self) -> SimpleNamespace:
        return SimpleNamespace(chapters=(), topics=tuple)


def on_the_screen(path: Path, cards: int, answers: int = 60) -> tuple[list[float], float]:
    """Milliseconds from a grade key to the next question, in a terminal, over the real session and screen.

    And the mean milliseconds of the processor between them, which do not hang on what else it does.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    from terminal import Terminal

    times, used, tomorrow = [], [], NOW + timedelta(days=1)  # with a day's reviews of its own
    with Terminal(
        ["-c", SESSION, str(path), str(cards), tomorrow.isoformat()], env={"OMP_NUM_THREADS": "1"}
    ) as terminal:
        terminal.wait_for("1 ·", "›")
        for _ in range(answers):
            terminal.send("1\n")
            terminal.wait_for("1 Again")
            terminal.settle()
            seen, began, started = b"", processor(terminal.child.pid), time.perf_counter()
            terminal.send("3")
            while b"what is F1?" not in seen:
                seen += terminal.child.read_nonblocking(65536, timeout=30)
            times.append(1000 * (time.perf_counter() - started))
            used.append(processor(terminal.child.pid) - began)
            terminal.take(seen)
    return times[WARM_UP:], statistics.mean(used[WARM_UP:])


def processor(process: int) -> float:
    """Milliseconds of the processor that a process's first thread has used, torch being imported in another.

    They are nan where the system does not say so as Linux does.
    """
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]) / 1e6
    except OSError:
        return float("nan")


def first_words(command: list[str], said: bytes) -> float:
    """Milliseconds from the start of a command until it has said something."""
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
    ) as program:
        seen = b""
        while said not in seen:
            data = program.stdout.read1()
            if not data:
                raise SystemExit(f"{command} ended without {said!r}: {seen[-300:]!r}")
            seen += data
        taken = 1000 * (time.perf_counter() - started)
        program.kill()
    return taken


def write_questions(folder: Path, count: int) -> Path:
    """A content folder of so many number questions, in files of 1,000."""
    folder.mkdir()
    for first in range(0, count, 1000):
        entries = [QUESTION.format(id=f"q{number:06d}") for number in range(first, min(count, first + 1000))]
        text = "chapter: classification-metrics\nquestions:\n" + "".join(entries)
        (folder / f"part-{first:06d}.yaml").write_text(text, encoding="utf-8")
    return folder


def beside_anki(folder: Path, *, with_anki: bool) -> None:
    print("\n10,000 cards, 2,000 of them due")
    ours = folder / "quizprep.db"
    build(ours, 10_000, 100_000, due=2000)
    os.environ["QUIZPREP_CONTENT"] = str(write_questions(folder / "content", 10_000))
    program = [sys.executable, "-m", "quizprep"]
    started = time.perf_counter()
    subprocess.run(program, check=True, capture_output=True, cwd=ROOT)
    print(f"the content compiled, once, in {time.perf_counter() - started:.0f} s")
    cold = {
        "quizprep alone": (program, b"Next:"),
        "quizprep drill": ([*program, "drill", "--at", NOW.isoformat()], b"what is F1?"),
    }
    python = anki_python(folder) if with_anki else None
    if python:
        theirs = folder / "collection.anki2"
        subprocess.run([python, "-c", MAKE_ANKI, theirs, "10000"], check=True, capture_output=True)
        cold["Anki's core"] = ([str(python), "-c", COLD_ANKI, str(theirs)], b" ")
    times: dict[str, list[float]] = {name: [] for name in cold}
    for _ in range(12):  # in turn, so that the machine's moods fall on both; the first two warm up
        for name, (command, said) in cold.items():
            times[name].append(first_words(command, said))
    for name in cold:
        report(f"cold process → first words, {name}", times[name][2:])
    with Store.open(ours) as store:
        queue = queue_of(store, 10_000)
        recorded, _ = answer_all(store, queue, queue.next(NOW), 100)
    report("durable answer, quizprep", recorded)
    if python:
        command = [python, "-c", ANSWER_ANKI, theirs, "100"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        median, late = map(float, done.stdout.split())
        name = "durable answer, Anki's core"
        print(f"{name:<48} median {median:8.2f} ms   p95 {late:8.2f} ms")
        for name in ("quizprep alone", "quizprep drill"):
            ratio = statistics.median(times["Anki's core"][2:]) / statistics.median(times[name][2:])
            print(f"cold start: Anki's core takes {ratio:.1f} times as long as {name}")


def anki_python(folder: Path) -> Path | None:
    """The interpreter of a throwaway environment with Anki's core in it; None where that fails."""
    venv.create(folder / "anki", with_pip=True)
    python = folder / "anki" / "bin" / "python"
    command = [python, "-m", "pip", "install", "-q", "anki"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"Anki's core could not be installed, so it is left out: {done.stderr.strip()[-300:]}")
        return None
    return python


def build(path: Path, cards: int, reviews: int, due: int | None = None) -> None:
    """A database with a history, written as rows: each card reviewed equally often, due now or later."""
    generator = random.Random(1)
    each = reviews // cards
    due = cards // 50 if due is None else due
    day_in_micros = 86_400_000_000
    now = int(NOW.timestamp() * 1e6)

    def rows():
        for repetition in range(each):
            for card in range(cards):
                ago = (each - repetition) * 20 + card % 17
                at = now - ago * day_in_micros + card * 1000
                grade = 1 if generator.random() < 0.1 else 3
                until = now + day_in_micros * (-(card % 10) if card < due else 1 + card % 200)
                yield (
                    f"{repetition:03d}{card:023d}",
                    "review",
                    f"q{card:06d}",
                    at,
                    None,
                    None,
                    card,
                    '"0.5"',
                    "0.5",
                    '{"loss": 0.5}',
                    grade > 1,
                    None,
                    5000.0,
                    "cpu",
                    False,
                    grade,
                    TODAY - ago,
                    repetition,
                    f"{repetition - 1:03d}{card:023d}" if repetition else None,
                    0.9 if repetition else None,
                    SCHEDULER.id,
                    2,
                    None,
                    20.0 + card % 50,
                    5.0,
                    until,
                )

    with Store.open(path) as store:
        database = store.database
        database.write("PRAGMA synchronous = OFF")
        with database.transaction():
            store.add_schedulers([(SCHEDULER.id, SCHEDULER.options.scheduling())])
            database.write_many(INSERT_REVIEW, map(with_checksum, rows()))
            database.write(
                f"INSERT INTO cards SELECT {CARD}, checksum({CARD}) FROM reviews WHERE repetition = ?",
                (each - 1,),
            )


def queue_of(store: Store, cards: int) -> DrillQueue:
    questions = [f"q{number:06d}" for number in range(cards)]
    return DrillQueue(store, SCHEDULER, questions, lambda question: (question[:5],))


def timed(action, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        action()
        taken.append(1000 * (time.perf_counter() - started))
    return taken


def report(what: str, milliseconds: list[float], processor: float | None = None) -> None:
    """A line of a figure, and the mean milliseconds of the processor where they are known."""
    ordered = sorted(milliseconds)
    late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    used = "" if processor is None else f"   processor {processor:8.2f} ms"
    print(f"{what:<48} median {statistics.median(ordered):8.2f} ms   p95 {late:8.2f} ms{used}")


if __name__ == "__main__":
    main()
