"""Cards and histories for the tests of exchange with other programs."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from quizprep.exchange import anki_schema
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

DECK = """chapter: classification-metrics
questions:
  - id: counted
    kind: number
    covers: [f1-score, precision]
    proof: f1-score
    params: {TP: 2..12, FP: 1..8, FN: 1..8}
    prompt: {en: "$TP < {TP}0$ & \\\\$5: TP = {TP}, FP = {FP}, FN = {FN}, F1?", ko: "TP = {TP}, FP = {FP}, FN = {FN}, F1은?"}
    explain: {en: "By $F_1 = \\\\frac{2 P R}{P+R}$.", ko: 정의에서 나온다.}
  - id: chosen
    kind: choice
    covers: [recall]
    source: "Book (1979), ch. 7"
    prompt: {en: What does precision look at?, ko: 정밀도가 보는 것은?}
    choices:
      - text: {en: predicted positives, ko: 양성 예측}
        right: true
      - text: {en: real <b>positives</b>, ko: 실제 양성}
        why: {en: That is recall., ko: 그것은 재현율이다.}
    explain: {en: Look at the denominator., ko: 분모를 보라.}
  - id: told
    kind: recall
    covers: [accuracy]
    source: "Book (1979), ch. 7"
    prompt: {en: What do they look at?, ko: 무엇을 보는가?}
    points:
      - {en: predictions, ko: 예측}
      - {en: real positives, ko: 실제 양성}
    explain: {en: Look at the denominator., ko: 분모를 보라.}
"""


def write_deck(folder: Path) -> Path:
    """A content folder with numbers and a picture, with options, and with key points."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.yaml").write_text(DECK, encoding="utf-8")
    return folder


def practise(home: Path, question: str, grades: str, *, began: datetime) -> None:
    """Answers to a question, each when the card came back, into the database of ``home``."""
    scheduler = Scheduler()
    attempt = Attempt(question, "number", "f1-score", 1, "1", 1.0, True, None, {}, "", 1.0)
    with Store.open(home / "quizprep.db") as store:
        now = began
        for grade in map(int, grades):
            done = store.record(attempt, grade, now=now, scheduler=scheduler, took_ms=4321)
            assert done.card.memory is not None
            now = done.card.memory.due + timedelta(minutes=1)


@contextmanager
def collection_of(package: Path, folder: Path) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    """The tables and the media names of a package of the oldest kind."""
    with zipfile.ZipFile(package) as zipped:
        zipped.extract("collection.anki2", folder)
        media = json.loads(zipped.read("media"))
    with closing(sqlite3.connect(folder / "collection.anki2")) as database:
        yield database, media


def fields_of(database: sqlite3.Connection) -> dict[str, list[str]]:
    """The fields of every note by its first, which names the question."""
    return {row.split("\x1f")[0]: row.split("\x1f")[1:] for (row,) in database.execute("SELECT flds FROM notes")}


def at(day: int, hour: int = 12) -> datetime:
    """An instant in October 2026."""
    return datetime(2026, 10, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)


def rows(database: sqlite3.Connection, query: str) -> list[Any]:
    """All rows of a query."""
    return database.execute(query).fetchall()


BASIC = {"name": "Basic", "type": 0, "flds": ["Front", "Back"], "tmpls": [("{{Front}}", "{{FrontSide}}<hr>{{Back}}")]}


def anki_package(
    path: Path,
    notes: list[tuple[str, ...]],
    model: dict[str, Any] = BASIC,
    *,
    media: dict[str, bytes] | None = None,
    cards: str = "",
    damage: Any = None,
) -> Path:
    """A package of schema 11 with these fields of notes. ``cards`` is SQL that is run on the tables at the end, and
    ``damage`` is given the file of the collection before it is packed.
    """
    collection = path.with_suffix(".anki2")
    collection.unlink(missing_ok=True)
    type_ = {
        "id": 1,
        "name": model["name"],
        "type": model["type"],
        "flds": [{"name": name, "ord": place} for place, name in enumerate(model["flds"])],
        "tmpls": [
            {"name": f"Card {place}", "ord": place, "qfmt": front, "afmt": back}
            for place, (front, back) in enumerate(model["tmpls"])
        ],
    }
    head = [{"creationOffset": 0}, {"1": type_}, {"1": {"id": 1, "name": "Lessons::One"}}, {}, {}]
    with closing(sqlite3.connect(collection)) as database, database:
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(anki_schema.TABLES)
        values = (int(at(1, 4).timestamp()), *map(json.dumps, head))
        database.execute("INSERT INTO col VALUES (1, ?, 0, 0, 11, 0, 0, 0, ?, ?, ?, ?, ?)", values)
        for number, fields in enumerate(notes, 1):
            row = (number, f"guid{number}", "\x1f".join(fields))
            database.execute("INSERT INTO notes VALUES (?, ?, 1, 0, 0, ' tag ', ?, '', 0, 0, '')", row)
            for place in range(len(model["tmpls"])):
                made = (number * 100 + place, number, place)
                database.execute(f"INSERT INTO cards VALUES (?, ?, 1, ?{', 0' * 13}, '')", made)
        database.executescript(cards)
    if damage is not None:
        damage(collection)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.write(collection, "collection.anki2")
        package.writestr("media", json.dumps({str(place): name for place, name in enumerate(media or {})}))
        for place, content in enumerate((media or {}).values()):
            package.writestr(str(place), content)
    return path
