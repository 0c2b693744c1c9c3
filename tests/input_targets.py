"""What takes input from outside, each as something to throw inputs at: the log, content, settings, typed answers.

``make`` draws an input; ``take`` gives it to the program's own functions and to what they feed, and says "answered" or
"refused". Whatever else comes out of it is a fault.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol

import input_grammar as grammar
import tomlkit
from drill_content import CHOICE, ORDER, RECALL, TRUTH, number, write_content
from formula_grammar import formula
from torch_free import plain_computed

from quizprep import proofs
from quizprep.ask import ask
from quizprep.content_rules import question_defects
from quizprep.deck import Deck, build, content_directory
from quizprep.deck.check_file import Library, check_file
from quizprep.errors import AuthorError, FormulaError, LearnerError, QuizprepError
from quizprep.formatting import to_json, value
from quizprep.formula.show.prose import render_text
from quizprep.graded import grade, why_wrong, with_key
from quizprep.judge import erratum
from quizprep.judging import Judging
from quizprep.kinds.kind import Input
from quizprep.memory.drill_queue import DrillQueue
from quizprep.memory.log_file import export_log, import_log, lines_of
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.memory.today import glance, statistics
from quizprep.question import Asked, Attempt, Reply
from quizprep.screen.line import COMMANDS, reply_on_line, whole_characters
from quizprep.screen.plain_screen import PlainScreen
from quizprep.screen.progress import Progress
from quizprep.settings import SETTINGS, Settings, shown, variable_of
from quizprep.values import Computed

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
QUESTIONS = 8  # of the folder that logs are about


class Target(Protocol):
    """Somewhere that input goes."""

    def make(self, random: Random) -> Any:
        """An input."""

    def take(self, given: Any) -> str:
        """What became of it: answered or refused."""


@contextmanager
def quiet() -> Iterator[None]:
    """Without what is printed; it is encoded all the same."""
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in streams)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


def say(error: QuizprepError) -> None:
    """The sentences of a refusal: there are some, and they can be printed as they are shown."""
    for said in (error.said["en"], error.said["ko"]):
        assert said.strip(), repr(error)
        assert len(said) < 20_000, len(said)


# The log


class Log:
    """``log import`` into one database after another; and whatever reads what it took."""

    EACH = 40  # imports into one database

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._deck = Deck.open([write_content(folder / "content", QUESTIONS)], cache_path=None)
        self._scheduler = Scheduler(Options(), UTC)
        self._sound = _sound_log(folder / "sound.db", self._scheduler)
        self._store: Store | None = None
        self._taken = 0

    def make(self, random: Random) -> bytes:
        return grammar.log(random, self._sound)

    def take(self, given: bytes) -> str:
        store = self._open()
        reasons: list[str] = []

        def refuse(number: int, line: str, reason: Any) -> None:
            reasons.append(reason["en"] + reason["ko"])
            to_json({"reason": reason["en"], "text": line})

        try:
            done = import_log(store, lines_of(io.BytesIO(given)), refuse=refuse, now=NOW)
        except QuizprepError as error:
            say(error)
            return "refused"
        if done.added and self._taken % 5 == 0:
            self._read_back(store)
        return "refused" if reasons else "answered"

    def _read_back(self, store: Store) -> None:
        """What was taken in comes out again, is known where it goes in again, and every screen can be made of it."""
        lines = [to_json(event) for event in export_log(store)]
        again = import_log(store, lines, now=NOW)
        assert (again.added, again.known) == (0, store.event_count())
        queue = DrillQueue(store, self._scheduler, [entry.id for entry in self._deck.index()], lambda id: (id,))
        pick = queue.next(NOW)
        queue.counts(NOW)
        if pick.card is not None:
            self._scheduler.preview(pick.card.memory, NOW, seed=pick.card.fuzz_seed)
        to_json(asdict(glance(store, self._scheduler, self._deck, NOW).counts))
        statistics(store, self._scheduler, self._deck, NOW)

    def _open(self) -> Store:
        """The database; a new one after so many imports, when the old one must be sound."""
        if self._store is not None and self._taken % self.EACH == 0:
            self._store.check()
            for entry in self._deck.index():
                self._answer(self._store, entry.id)
            self._store.close()
            self._store = None
        if self._store is None:
            self._store = Store.create(self._folder / "log.db")
        self._taken += 1
        return self._store

    def _answer(self, store: Store, question: str) -> None:
        attempt = Attempt(question, "number", "f1-score", 1, "0.5", 0.5, True, None, {}, "cpu", 1.0)
        store.record(attempt, 3, now=NOW, scheduler=self._scheduler, took_ms=1000)


def _sound_log(path: Path, scheduler: Scheduler) -> list[dict[str, Any]]:
    """Events of every kind, as they are exported."""
    with Store.create(path) as store:
        for place in range(30):
            at = NOW - timedelta(days=30 - place)
            results = {"f1": 0.5, "rows": [[1.0, 2.0]]}
            question, wrong = f"q{place % QUESTIONS:02d}", "arithmetic-mean" if place % 5 == 0 else None
            attempt = Attempt(
                question, "number", "f1-score", place, "0.5", 0.5, wrong is None, wrong, results, "cpu", 1.0
            )
            store.record(attempt, 1 + place % 4, now=at, scheduler=scheduler, took_ms=1000, hinted=place % 7 == 0)
        store.undo(now=NOW)
        store.suspend("q01", now=NOW)
        store.unsuspend("q01", now=NOW)
        store.bury("q02", now=NOW, until=NOW + timedelta(days=1))
        store.unbury("q02", now=NOW)
        store.rename([("q03", "q04")], now=NOW)
        return [json.loads(to_json(event)) for event in export_log(store)]


# Content


class Content:
    """What ``lint`` reads: content files and errata; sound questions are asked, shown and graded."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "errata.yaml"
        self._syllabus = Deck.open([], cache_path=None).syllabus()
        self._library = Library(proofs.discover(), *self._syllabus.names())
        self._errata = _entries(content_directory() / "errata.yaml")
        shipped = [entry for path in sorted(content_directory().glob("[a-d]*.yaml")) for entry in _entries(path)]
        own = [number("q00"), number("q01", step="precision"), CHOICE, TRUTH, RECALL, ORDER]
        self._questions = [*own * 20, *shipped]

    def make(self, random: Random) -> tuple[str, bytes]:
        if random.random() < 0.1:
            return "errata", grammar.errata(random, self._errata)
        return "questions", grammar.deck(random, self._questions)

    def take(self, given: tuple[str, bytes]) -> str:
        what, content = given
        if what == "errata":
            self._file.write_bytes(content)
            lines = erratum.defects(self._syllabus, self._file)
            if not lines:
                for each in erratum.load(self._syllabus, self._file):
                    if each.proof is not None and not proofs.get(each.proof).takes_random:  # those train networks
                        erratum.refute(each)
        else:
            found = check_file(content, self._library)
            lines = [defect.message for defect in found.defects]
            for row in found.rows:
                self._ask(row.entry, row.line)
        assert all(line.encode() and len(line) < 2000 for line in lines)
        return "refused" if lines else "answered"

    def _ask(self, entry: Any, line: int) -> None:
        question = build.question(entry, chapter="classification-metrics", plain=True, file="deck.yaml", line=line)
        proof = proofs.get(question.proof)
        if proof.takes_random or question_defects(question, draws=1, device="cpu"):
            return
        for language in ("en", "ko"):
            try:
                asked = ask(question, proof, 1, language)
                computed = plain_computed(proof, asked.values)
            except (FormulaError, KeyError):  # only torch can compute it
                return
            with quiet():
                PlainScreen(language).question(with_key(asked, proof, computed.results), Progress(1, 1))


def _entries(path: Path) -> list[str]:
    """The entries of a content file as they are written."""
    return re.findall(r"^  - id:.*?(?=^  - id:|^  #|\Z)", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


# Settings


def _as_toml(value: Any) -> str:
    return "None" if value is None else tomlkit.item(list(value) if isinstance(value, tuple) else value).as_string()


class Configuration:
    """The file and the environment: what is accepted must be able to schedule, and be written and read again."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "config.toml"
        self._names = [variable_of(key) for key in SETTINGS]
        self._values = {"lang": "ko", "content": str(folder), "exam.date": NOW.date()}
        self._written = {key: _as_toml(self._values.get(key, setting.default)) for key, setting in SETTINGS.items()}

    def make(self, random: Random) -> tuple[bytes, dict[str, str], str, str]:
        content, environment = grammar.settings(random, self._written, self._names)
        key = random.choice(list(SETTINGS))
        sound = shown(self._values.get(key, SETTINGS[key].default))
        return content, environment, key, grammar.setting(random) if random.random() < 0.4 else sound

    def take(self, given: tuple[bytes, dict[str, str], str, str]) -> str:
        content, environment, key, text = given
        self._path.write_bytes(content)
        refused = False

        def tried(action: Callable[[], Any]) -> Any:
            nonlocal refused
            try:
                return action()
            except QuizprepError as error:
                say(error)
                refused = True
                return None

        chosen = tried(lambda: Settings(self._path, environment))
        if chosen is None:
            return "refused"
        for found in tried(lambda: list(chosen.all())) or ():
            to_json({found.key: found.value if found.value is None else shown(found.value)})
        options = tried(chosen.options)
        if options is not None:
            self._drill(options)
        if tried(lambda: chosen.set(key, text)) is not None:
            bare = Settings(self._path, {})
            assert variable_of(key) in environment or bare.get(key) == chosen.get(key)
            assert Settings(self._path, {variable_of(key): shown(bare.get(key))}).get(key) == bare.get(key)
            bare.unset(key)
        return "refused" if refused else "answered"

    @staticmethod
    def _drill(options: Options) -> None:
        """A card from its first answer to its tenth."""
        scheduler = Scheduler(options, UTC)
        memory, now = None, NOW
        for grade_ in (3, 1, 3, 3, 4, 4, 2, 1, 3, 4):
            scheduler.preview(memory, now, seed="a")
            memory = scheduler.review(memory, grade_, now, seed="a")
            scheduler.retrievability(memory, now)
            now = min(max(now, memory.due), NOW + timedelta(days=300_000))
        assert Options.from_scheduling(options.scheduling()).scheduling() == options.scheduling()


# Answers


class Answers:
    """Typed answers to questions of every kind that were really asked, judged by the real judge."""

    JUDGED = 0.02  # share of the answers to formulas, which take a hundred times as long; a fuzz of their own has them

    def __init__(self, folder: Path) -> None:
        self._store = Store.create(folder / "answers.db")
        self._scheduler = Scheduler(Options(), UTC)
        self._asked: dict[str, list[tuple[Asked, Computed]]] = {}
        deck = Deck.open(None, cache_path=None)
        for question in deck.questions([entry.id for entry in deck.index() if entry.plain]):
            of_its_kind = self._asked.setdefault(question.kind.name, [])
            if len(of_its_kind) < 25 and (put := _put(question, len(of_its_kind))):
                of_its_kind.append(put)

    def make(self, random: Random) -> tuple[str, int, str]:
        kinds = sorted(self._asked)
        kind = (
            "formula"
            if random.random() < self.JUDGED
            else random.choice([*(set(kinds) - {"formula"}), "number", "number"])
        )
        place = random.randrange(len(self._asked[kind]))
        asked, computed = self._asked[kind][place]
        facts_of_it = grade(asked, Reply(), computed, proofs.get(asked.question.proof)).expected
        return kind, place, grammar.answer(random, value(facts_of_it).split(" / ")[0], formula)

    def take(self, given: tuple[str, int, str]) -> str:
        kind, place, typed = given
        asked, computed = self._asked[kind][place]
        proof = proofs.get(asked.question.proof)
        reply = reply_on_line(whole_characters(typed), asked)
        if reply is None:
            return "refused"
        if reply.command:
            assert reply.command in COMMANDS.values()
            return "answered"

        try:
            attempt = grade(asked, reply, computed, proof, Judging(proof, "cpu", asked.language))
        except LearnerError as error:
            say(error)
            return "refused"
        self._show(asked, attempt, computed)
        return "answered"

    def _show(self, asked: Asked, attempt: Attempt, computed: Computed) -> None:
        """The outcome on a screen, and in the log."""
        kind, proof = asked.question.kind, proofs.get(asked.question.proof)
        with quiet():
            PlainScreen(asked.language).outcome(
                attempt,
                None,
                given=kind.given_text(attempt),
                expected="" if kind.name == "formula" else kind.expected_text(attempt, computed, proof),
                mistake=why_wrong(asked, attempt, proof),
                explain=render_text(asked.question.explain[asked.language]),
            )
        to_json(asdict(attempt))
        if kind.input is Input.TYPE:
            recorded = self._store.record(attempt, 3, now=NOW, scheduler=self._scheduler, took_ms=1)
            assert self._store.event(recorded.review.id).given == attempt.given


def _put(question: Any, seed: int) -> tuple[Asked, Computed] | None:
    """A question with its key; None where only torch can compute it."""
    proof = proofs.get(question.proof, question.chapter)
    try:
        asked = ask(question, proof, seed, ("en", "ko")[seed % 2])
        nothing = Computed({}, (), (), "formulas", 0.0)  # of a question without numbers, whose answer is judged
        computed = plain_computed(proof, asked.values) if question.kind.drawn else nothing
        return with_key(asked, proof, computed.results), computed
    except (AuthorError, FormulaError, KeyError):
        return None


TARGETS: dict[str, Callable[[Path], Target]] = {
    "log": Log,
    "content": Content,
    "settings": Configuration,
    "answers": Answers,
}
