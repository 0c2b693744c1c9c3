"""Reads Anki's packages and collections, ``.apkg`` and ``.colpkg``, in every form in use: nothing of them is trusted.

The collection is ``collection.anki2`` or ``.anki21`` (SQLite, schema 11: note types and decks as JSON in one row), or
``.anki21b`` (schema 18: tables of their own with protobuf in them, packed with Zstandard). In a package of the last
form ``collection.anki2`` holds one note that tells old programs to be brought up to date.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from quizprep.archives import Archive, Limits
from quizprep.exchange import protobuf
from quizprep.formatting import shorten, visible
from quizprep.frozen import frozen
from quizprep.memory.schedule import Calendar

COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")  # the newest that there is counts
LIMITS = Limits(archive=8 << 30, entries=200_000, directory=32 << 20)  # of a package, with its media
MOST_BYTES = 1 << 30  # of the collection
MOST_MEDIA = 32 << 20  # bytes of a picture, and of the list of them
LATEST = 32_503_000_000  # seconds: the year 2999
MOST_CARDS = 200_000
MOST_REVIEWS = 2_000_000
_WHOLE = {int}  # types of a row that nothing is wrong with
_TABLES = {
    "col": ("crt",),
    "notes": ("id", "guid", "mid", "tags", "flds"),
    "cards": ("id", "nid", "did", "ord", "mod", "type", "queue", "due", "ivl", "reps", "odue", "odid"),
    "revlog": ("id", "cid", "ease", "ivl", "time", "type", "factor"),
}


@frozen
class Template:
    """How a card is made of a note: what is asked and what is answered, as HTML with ``{{fields}}``."""

    name: str
    front: str
    back: str


@frozen
class NoteType:
    """The fields of a note, and the cards that are made of it. One of gaps has a card for each gap."""

    name: str
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    gaps: bool


@frozen
class Note:
    """What somebody wrote. ``guid`` is the same in every collection."""

    guid: str
    type: NoteType
    fields: tuple[str, ...]
    tags: tuple[str, ...]


@frozen
class Answer:
    """A row of the log. ``at`` is in milliseconds; ``interval`` in days, or in seconds below zero.

    ``sort`` is 0 learning, 1 review, 2 learning again, 3 out of turn, 4 and 5 moved by hand; ``grade`` is then 0.
    """

    at: int
    grade: int
    interval: int
    spent: int
    sort: int
    ease: int


@frozen
class Card:
    """One card of a note, with its place in the scheduler.

    ``type`` is 0 new, 1 learning, 2 review, 3 learning again; ``due`` a day since day 0 of the collection where it is
    in review. ``changed`` is in seconds.
    """

    id: int
    note: Note
    deck: str
    place: int
    changed: int
    type: int
    suspended: bool
    due: int
    interval: int
    reviews: int


class Collection:
    """An open collection. Everything that it gives is bounded; raises LearnerError where it makes no sense."""

    def __init__(self, database: sqlite3.Connection, archive: Archive, media: Mapping[str, str], packed: bool) -> None:
        self._database = database
        self._archive = archive
        self._media = media  # name → the name in the archive
        self._packed = packed
        self._types: dict[int, NoteType] = {}
        self._decks: dict[int, str] = {}
        self.created = 0  # day 0, in seconds
        self.west: int | None = None  # minutes that its zone lies west of Greenwich; None where it does not say

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Collection]:
        """The collection in a package."""
        with Archive.open(path, LIMITS) as archive, TemporaryDirectory(prefix="quizprep-") as folder:
            name = next((name for name in COLLECTIONS if name in archive), None)
            if name is None:
                raise archive.refused(
                    "",
                    "is no Anki package; give a .apkg or .colpkg that Anki exported.",
                    "Anki 파일이 아닙니다. Anki에서 내보낸 .apkg나 .colpkg를 주세요.",
                )
            packed = name == COLLECTIONS[0]
            extracted = Path(folder) / "collection"
            pieces = archive.unpacked(name, MOST_BYTES) if packed else archive.chunks(name, MOST_BYTES)
            with extracted.open("wb") as out:
                out.writelines(pieces)
            try:
                with closing(_opened(extracted)) as database:
                    collection = cls(database, archive, _media_of(archive, packed), packed)
                    collection._read_head()
                    yield collection
            except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
                # SQLite quotes what it cannot read, and Python cannot read that quotation where it is no UTF-8
                what = "no UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
                raise archive.refused(
                    name,
                    f"is damaged ({what}); check the collection in Anki (Tools), and export it again.",
                    f"손상되었습니다({what}). Anki의 도구에서 점검한 뒤 다시 내보내세요.",
                ) from error

    def cards(self) -> Iterator[Card]:
        """Every card with its note, those of one note together."""
        self._count("cards", MOST_CARDS)
        self._count("notes", MOST_CARDS)
        last, note = None, None
        for row in self._rows(
            "SELECT notes.id, guid, mid, tags, flds, cards.id, did, ord, cards.mod, type, queue, due, ivl, reps, odue, "
            "odid FROM cards JOIN notes ON notes.id = nid ORDER BY notes.id, ord, cards.id"
        ):
            identity, guid, type_, tags, fields, card, deck, place, changed, sort, queue, due, interval, reps, *home = (
                row
            )
            if identity != last:
                last, note = identity, self._note(guid, type_, tags, fields)
            if note is None:
                continue
            numbers = tuple(map(_whole, (card, place, changed, sort, queue, due, interval, reps)))
            original_due, original_deck = map(_whole, home)
            card, place, changed, sort, queue, due, interval, reps = numbers
            yield Card(
                card,
                note,
                self._decks.get(original_deck or _whole(deck), "Default"),
                place,
                changed,
                sort,
                queue == -1,
                original_due if original_deck and original_due else due,
                interval,
                reps,
            )

    def answers(self) -> Iterator[tuple[int, Answer]]:
        """Every row of the log with its card's id, those of one card together and in order of time."""
        self._count("revlog", MOST_REVIEWS)
        for row in self._database.execute("SELECT cid, id, ease, ivl, time, type, factor FROM revlog ORDER BY cid, id"):
            card, *rest = row if set(map(type, row)) == _WHOLE else map(_whole, row)
            yield card, Answer(*rest)

    def count_cards(self) -> int:
        """How many cards it has."""
        return int(self._database.execute("SELECT count(*) FROM cards").fetchone()[0])

    def count_answers(self) -> int:
        """How many rows the log has."""
        return int(self._database.execute("SELECT count(*) FROM revlog").fetchone()[0])

    def day_zero(self, calendar: Calendar) -> date:
        """The study day that days are counted from."""
        zone = calendar.zone if self.west is None else timezone(-timedelta(minutes=self.west))
        return datetime.fromtimestamp(self.created, UTC).astimezone(zone).date()

    def has_media(self, name: str) -> bool:
        """Whether the package has a file that notes show."""
        return self._media.get(name, "") in self._archive

    def media(self, name: str) -> bytes | None:
        """A file that notes show; None where the package does not have it."""
        member = self._media.get(name)
        if member is None or member not in self._archive:
            return None
        if self._packed:
            return b"".join(self._archive.unpacked(member, MOST_MEDIA))
        return self._archive.read(member, MOST_MEDIA)

    # ------------------------------------------------------------------------ inside

    def _rows(self, query: str, values: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        yield from self._database.execute(query, tuple(values))

    def _count(self, table: str, most: int) -> None:
        ((count,),) = self._database.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {most + 1})")
        if count > most:
            raise self._archive.refused(
                "",
                f"has more than {most:,} {table}; export one deck at a time.",
                f"{table} 행이 {most:,}개가 넘습니다. 덱을 하나씩 내보내세요.",
            )

    def _read_head(self) -> None:
        """Note types, decks and day 0."""
        for table, columns in _TABLES.items():
            found = {name for _, name, *_ in self._database.execute(f"PRAGMA table_info({table})")}
            plain = "SELECT 1 FROM sqlite_master WHERE name = ? AND type = 'table' AND rootpage > 0"
            if not found.issuperset(columns) or self._database.execute(plain, (table,)).fetchone() is None:
                raise self._archive.refused(
                    "",
                    f"its table {table} is missing; export it from Anki again.",
                    f"{table} 표가 없습니다. Anki에서 다시 내보내세요.",
                )
        ((created,),) = self._database.execute("SELECT crt FROM col LIMIT 1").fetchall() or [(0,)]
        self.created = min(max(_whole(created), 0), LATEST)
        tables = {name for (name,) in self._database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        read = self._read_tables if {"notetypes", "fields", "templates", "decks"} <= tables else self._read_json
        try:
            read()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            said = shorten(visible(str(error)))
            raise self._archive.refused(
                "",
                f"its note types make no sense ({said}); export it from Anki again.",
                f"노트 유형을 읽을 수 없습니다({said}). Anki에서 다시 내보내세요.",
            ) from error

    def _read_json(self) -> None:
        """Schema 11."""
        models, decks, settings = (
            json.loads(text)
            for text in self._database.execute("SELECT models, decks, conf FROM col LIMIT 1").fetchone()
        )
        for model in models.values():
            templates = tuple(
                Template(str(each["name"]), str(each["qfmt"]), str(each["afmt"]))
                for each in sorted(model["tmpls"], key=lambda each: int(each.get("ord") or 0))
            )
            fields = sorted(model["flds"], key=lambda each: int(each.get("ord") or 0))
            names = tuple(str(each["name"]) for each in fields)
            self._types[int(model["id"])] = NoteType(str(model["name"]), names, templates, model.get("type") == 1)
        self._decks = {int(deck["id"]): str(deck["name"]) for deck in decks.values()}
        west = settings.get("creationOffset")
        self.west = west if isinstance(west, int) and abs(west) < 1440 else None

    def _read_tables(self) -> None:
        """Schema 15 and later."""
        fields: dict[int, list[str]] = {}
        templates: dict[int, list[Template]] = {}
        for type_, name in self._rows("SELECT ntid, name FROM fields ORDER BY ntid, ord"):
            fields.setdefault(type_, []).append(str(name))
        for type_, name, written in self._rows("SELECT ntid, name, config FROM templates ORDER BY ntid, ord"):
            texts = {number: value for number, value in protobuf.fields(written) if isinstance(value, bytes)}
            front, back = (texts.get(number, b"").decode(errors="replace") for number in (1, 2))
            templates.setdefault(type_, []).append(Template(str(name), front, back))
        for type_, name, written in self._rows("SELECT id, name, config FROM notetypes"):
            gaps = dict(protobuf.fields(written)).get(1) == 1
            own = tuple(templates.get(type_, ()))
            self._types[type_] = NoteType(str(name), tuple(fields.get(type_, ())), own, gaps)
        self._decks = {deck: str(name).replace("\x1f", "::") for deck, name in self._rows("SELECT id, name FROM decks")}
        row = self._database.execute("SELECT val FROM config WHERE key = 'creationOffset'").fetchone()
        west = json.loads(row[0]) if row else None
        self.west = west if isinstance(west, int) and abs(west) < 1440 else None

    def _note(self, guid: Any, type_: Any, tags: Any, fields: Any) -> Note | None:
        """None for a note of a type that there is not."""
        found = self._types.get(_whole(type_))
        if found is None:
            return None
        return Note(str(guid), found, tuple(str(fields).split("\x1f")), tuple(str(tags).split()))


def _whole(value: Any) -> int:
    """A number of a row; 0 for what is none, and within what SQLite holds."""
    return int(value) if isinstance(value, int | float) and abs(value) < 2**63 else 0


def _opened(path: Path) -> sqlite3.Connection:
    """A file of a stranger, opened to be read: nothing that its schema says is run."""
    database = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA query_only = ON")
    database.execute("PRAGMA cell_size_check = ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 16 << 20)  # all note types stand in one value
    database.text_factory = lambda content: content.decode("utf-8", "replace")
    database.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    return database


def _media_of(archive: Archive, packed: bool) -> dict[str, str]:
    """The names of the files that notes show, each with its name in the archive."""
    if "media" not in archive:
        return {}
    if packed:
        listed = protobuf.fields(b"".join(archive.unpacked("media", MOST_MEDIA)))
        entries = [entry for number, entry in listed if number == 1 and isinstance(entry, bytes)]
        names = [dict(protobuf.fields(entry)).get(1) for entry in entries]
        return {
            name.decode(errors="replace"): str(place) for place, name in enumerate(names) if isinstance(name, bytes)
        }
    try:
        written = json.loads(archive.read("media", MOST_MEDIA) or b"{}")
        return {str(name): str(place) for place, name in written.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise archive.refused(
            "media", "is no list of files; export it from Anki again.", "미디어 목록이 아닙니다. 다시 내보내세요."
        ) from error
