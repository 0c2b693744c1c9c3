"""``import anki``: a pack of plain cards and a history, from every form of file; hostile ones are refused."""

from __future__ import annotations

import functools
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest
from exchange_cards import BASIC, anki_package, at, collection_of, practise, rows, write_deck
from hypothesis import given, settings
from hypothesis import strategies as st
from program import quizprep
from typer.testing import CliRunner

from quizprep.archives import Limits
from quizprep.cli import application
from quizprep.deck import Deck
from quizprep.errors import LearnerError
from quizprep.exchange import anki_file, pack_files
from quizprep.exchange.anki_import import events, media_of, read_cards
from quizprep.exchange.anki_templates import filled, gaps
from quizprep.exchange.from_html import prose
from quizprep.memory.log_file import export_log, import_log, unite
from quizprep.memory.options import Options
from quizprep.memory.schedule import Calendar, Scheduler
from quizprep.memory.store import Store
from quizprep.packs import files_of_pack

GAPS = {
    "name": "Cloze",
    "type": 1,
    "flds": ["Text", "Extra"],
    "tmpls": [("{{cloze:Text}}", "{{cloze:Text}}<br>{{Extra}}")],
}
CALENDAR = Calendar(None, 4)


def home() -> Path:
    return Path(os.environ["QUIZPREP_HOME"])


program = functools.cache(lambda: application(["export", "import"]))


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(program(), [*map(str, arguments)])


def imported(file: Path, *options: str) -> dict[str, Any]:
    done = run("import", "anki", file, "--pack", "cards", "--json", *options)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def questions() -> dict[str, Any]:
    deck = Deck.open([home() / "packs" / "cards"], cache_path=None)
    return {question.id: question for question in deck.questions([entry.id for entry in deck.index()])}


# ------------------------------------------------------------------------ cards


def test_a_card_is_asked_as_it_was(tmp_path: Path) -> None:
    front = '<b>a &lt; b</b><br><img src="my%20pic.png"> [sound:x.mp3]'
    back = r"costs $5, {n} and \(x^2 &lt; y_{1}\)<script>alert(1)</script>"
    done = imported(anki_package(tmp_path / "a.apkg", [(front, back)], media={"my pic.png": b"PNG"}))
    assert (done["cards"], done["pictures"], done["unshown"], done["missing"]) == (1, 1, ["x.mp3"], [])
    (question,) = questions().values()
    (picture,) = (home() / "packs" / "cards" / "media").iterdir()
    assert picture.read_bytes() == b"PNG"
    assert question.kind.name == "recall" and question.covers == ("cards/tag-tag",)
    assert question.prompt["en"] == f"a < b\n![](media/{picture.name}) ♪ x.mp3"
    assert question.kind.texts[0]["en"] == r"costs \$5, {{n}} and $x^2 < y_{1}$"


@pytest.mark.parametrize(
    ("model", "fields", "expected"),
    [
        (GAPS, ("{{c1::Seoul::city}} in {{c2::Korea}}", "far"), ("word", "[city] in Korea", ["Seoul"], "Seoul in Korea\nfar")),
        (GAPS, (r"{{c1::\(x\)}} here", ""), ("recall", "[…] here", ["$x$"], "$x$ here")),
        ({**BASIC, "tmpls": [("{{Front}}{{type:Back}}", "{{type:Back}}")]}, ("q", "word"), ("word", "q", ["word"], "")),
        (BASIC, ("q", "<ul><li>one</li><li>two</li></ul>"), ("recall", "q", ["one", "two"], "")),
        ({**BASIC, "tmpls": [("{{#Front}}has {{text:Front}}{{/Front}}{{^Back}}no{{/Back}}", "{{Back}}")]}, ("q", "b"), ("recall", "has q", ["b"], "")),
        ({**BASIC, "tmpls": [("{{Front}}", "{{Back}}")]}, ("a", "apple"), ("recall", "a", ["apple"], "")),
    ],
)  # fmt: skip
def test_gaps_typed_answers_and_templates(
    model: dict[str, Any], fields: tuple[str, ...], expected: tuple[Any, ...], tmp_path: Path
) -> None:
    imported(anki_package(tmp_path / "a.apkg", [fields], model))
    question = next(iter(questions().values()))
    texts = [text["en"] for text in question.kind.texts]
    assert (question.kind.name, question.prompt["en"], texts, question.explain["en"]) == expected


def test_what_cannot_be_asked_is_counted(tmp_path: Path) -> None:
    notes = [("", "b"), ("a", "<img>"), ("a", "x" * 20_000), ("c", "d")]
    assert imported(anki_package(tmp_path / "a.apkg", notes))["left_out"] == {"empty": 2, "long": 1}
    refused = run("import", "anki", anki_package(tmp_path / "b.apkg", notes[:2]), "--pack", "none")
    assert refused.exit_code == 2 and "has no card that can be asked" in refused.output
    assert not (home() / "packs" / "none").exists()


def modern(path: Path) -> None:
    """The tables of schema 18, with an index by a collation that only Anki has."""

    def message(**texts: str) -> bytes:
        parts = zip((1, 2), texts.values(), strict=False)
        return b"".join(bytes((number << 3 | 2, len(text.encode()))) + text.encode() for number, text in parts)

    with closing(sqlite3.connect(path)) as database, database:
        database.create_collation("unicase", lambda one, other: (one > other) - (one < other))
        database.executescript("""
            UPDATE col SET models = '', decks = '', conf = '';
            CREATE TABLE notetypes (id integer PRIMARY KEY, name text COLLATE unicase, config blob);
            CREATE TABLE fields (ntid integer, ord integer, name text COLLATE unicase, config blob, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
            CREATE TABLE templates (ntid integer, ord integer, name text COLLATE unicase, config blob, PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
            CREATE TABLE decks (id integer PRIMARY KEY, name text COLLATE unicase);
            CREATE TABLE config (key text PRIMARY KEY, val blob) WITHOUT ROWID;
            CREATE UNIQUE INDEX by_name ON decks (name);
            INSERT INTO decks VALUES (1, 'Lessons' || char(31) || 'One');
            INSERT INTO config VALUES ('creationOffset', '-540');
            INSERT INTO fields VALUES (1, 0, 'Text', ''), (1, 1, 'Extra', '');
        """)
        template = message(front="{{cloze:Text}}", back="{{cloze:Text}}<br>{{Extra}}")
        database.execute("INSERT INTO templates VALUES (1, 0, 'Cloze', ?)", (template,))
        database.execute("INSERT INTO notetypes VALUES (1, 'Cloze', ?)", (b"\x08\x01",))


def test_the_newest_form_of_a_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    front = '{{c1::Seoul}} <img src="a b.png">'
    old = anki_package(tmp_path / "old.apkg", [(front, "far")], GAPS, damage=modern)
    entry = b"\x0a\x07a b.png\x10\x03"
    with zipfile.ZipFile(old) as package, zipfile.ZipFile(tmp_path / "new.apkg", "w") as new:
        new.writestr("collection.anki21b", zlib.compress(package.read("collection.anki2")))
        new.writestr("collection.anki2", b"only a note that says to update Anki")
        new.writestr("media", zlib.compress(b"\x0a" + bytes([len(entry)]) + entry))
        new.writestr("0", zlib.compress(b"PNG"))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    if sys.version_info < (3, 14):
        assert "pip install 'quizprep[anki]'" in refused(tmp_path / "new.apkg")
    monkeypatch.setitem(sys.modules, "compression", None)
    reader = SimpleNamespace(decompressobj=zlib.decompressobj)  # the same calls, so that the form is read without it
    stand_in = SimpleNamespace(ZstdDecompressor=lambda **_: reader, ZstdError=zlib.error)
    monkeypatch.setitem(sys.modules, "zstandard", stand_in)
    assert imported(tmp_path / "new.apkg")["pictures"] == 1
    (question,) = questions().values()
    assert question.chapter == "cards/lessons-one" and question.prompt["en"].startswith("[…] ![](media/a-b-")
    monkeypatch.setattr(anki_file, "MOST_BYTES", 1000)
    done = run("import", "anki", tmp_path / "new.apkg")
    assert done.exit_code == 2 and "anki21b: is larger than 0 MB" in done.output


def test_a_tag_of_several_decks_leaves_no_chapter_without_a_topic(tmp_path: Path) -> None:
    decks = json.dumps({str(number): {"id": number, "name": f"Deck {number}"} for number in (1, 2)})
    moved = f"UPDATE col SET decks = '{decks}'; UPDATE cards SET did = 2 WHERE nid = 2;"
    imported(anki_package(tmp_path / "a.apkg", [("a", "b"), ("c", "d")], cards=moved))
    covers = {question.chapter: question.covers for question in questions().values()}
    assert covers == {
        "cards/deck-deck-1": ("cards/tag-tag",),
        "cards/deck-deck-2": ("cards/tag-tag", "cards/in-deck-deck-2"),
    }


def test_a_card_that_came_with_its_day_is_due_in_a_drill(tmp_path: Path) -> None:
    day = int(at(2).timestamp() * 1000)
    history = f"""INSERT INTO revlog VALUES ({day}, 100, 0, 3, 4, 0, 2500, 6000, 1);
        UPDATE cards SET type = 2, queue = 2, ivl = 4, reps = 1, due = 5 WHERE id = 100"""
    imported(anki_package(tmp_path / "a.apkg", [("seen", "b"), ("new", "d")], cards=history))
    done = quizprep("drill", "--pack", "cards", "--at", "2026-11-01", "--json", home=home(), stdin="=3\n=3\n")
    asked = [json.loads(line) for line in done.stdout.splitlines()]
    assert [questions()[each["question"]].prompt["en"] for each in asked[:2]] == ["seen", "new"], done.stderr


def test_a_file_that_was_edited_is_not_written_over(tmp_path: Path) -> None:
    package = anki_package(tmp_path / "a.apkg", [("a", "b")])
    imported(package)
    imported(package)
    chapter = home() / "packs" / "cards" / "lessons-one.yaml"
    chapter.write_text(chapter.read_text() + "# mine\n")
    done = run("import", "anki", package, "--pack", "cards")
    assert done.exit_code == 2 and "lessons-one.yaml was not written by an import, or was edited since" in done.output
    assert chapter.read_text().endswith("# mine\n")


def test_the_same_again_leaves_the_pack_in_its_place(tmp_path: Path) -> None:
    package = anki_package(tmp_path / "a.apkg", [("a", "b")])
    imported(package)
    folder = home() / "packs" / "cards"
    before = folder.stat()
    imported(package)
    assert folder.stat() == before
    imported(anki_package(tmp_path / "b.apkg", [("a", "b"), ("c", "d")]))
    assert folder.stat().st_ino != before.st_ino and len(questions()) == 2


def test_a_large_deck_becomes_several_files_and_a_pack_that_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file of it all would have more values than a file of a pack may have."""
    monkeypatch.setattr(pack_files, "MOST_VALUES", 500)
    package = anki_package(tmp_path / "a.apkg", [(f"front {n}", "b") for n in range(100)])
    imported(package)
    files = sorted(path.name for path in (home() / "packs" / "cards").glob("lessons-one*"))
    assert files == ["lessons-one.2.yaml", "lessons-one.3.yaml", "lessons-one.yaml"]
    assert {question.prompt["en"] for question in questions().values()} == {f"front {n}" for n in range(100)}


def test_it_is_held_to_what_a_pack_of_a_stranger_is_held_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    media = {"large.png": bytes((16 << 20) + 1)}
    package = anki_package(tmp_path / "a.apkg", [('<img src="large.png">', "b")], media=media)
    for arguments, said in (
        (("--pack", "cards"), r"media/large-\w+\.png: is larger than 16 MB"),
        (("--pack", "deep-learning"), "the name deep-learning is that of the pack in"),
    ):
        done = run("import", "anki", package, *arguments)
        assert done.exit_code == 2 and re.search(said, " ".join(done.output.split())), done.output
        assert list((home() / "packs").iterdir()) == [] and not (home() / "quizprep.db").exists()
        package = anki_package(tmp_path / "b.apkg", [("a", "b")])
    imported(package)
    before = {path: path.read_bytes() for path in (home() / "packs").rglob("*.yaml")}
    monkeypatch.setattr(files_of_pack, "MAX_TOTAL", 1000)
    done = run("import", "anki", anki_package(tmp_path / "c.apkg", [("c" * 2000, "d")]), "--pack", "cards")
    assert done.exit_code == 2 and "holds more than 0 MB" in done.output
    assert {path: path.read_bytes() for path in (home() / "packs").rglob("*.yaml")} == before


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
@pytest.mark.parametrize("phase", ["pack begun", "pack there", "log begun"])
def test_a_killed_import_leaves_all_or_nothing_and_is_done_again(phase: str, tmp_path: Path) -> None:
    """Killed while the pack is written, once it is there, and while the log is: no half of a pack, no half of a log."""
    place, log = home() / "packs", home() / "quizprep.db-wal"
    reached = {
        "pack begun": lambda: any(place.glob(".adding-*/pack/*")) or (place / "cards").exists(),
        "pack there": (place / "cards").exists,
        "log begun": lambda: log.exists() and log.stat().st_size > 0,
    }[phase]
    day = int(at(2).timestamp() * 1000)
    reviews = "; ".join(
        f"INSERT INTO revlog VALUES ({day + 86_400_000 * n + card}, {100 * card}, 0, 3, {n + 1}, {n}, 2500, 6000, 1)"
        for card in range(1, 301)
        for n in range(8)
    )
    seen = f"{reviews}; UPDATE cards SET type = 2, queue = 2, ivl = 8, reps = 8, due = 16"
    package = anki_package(tmp_path / "a.apkg", [(f"front {n}", "b") for n in range(300)], cards=seen)
    command = [sys.executable, "-m", "quizprep", "import", "anki", str(package), "--pack", "cards"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not reached() and running.poll() is None:
        time.sleep(0.001)
    running.kill()
    running.wait()
    if (place / "cards").exists():
        assert len(questions()) == 300
    with Store.open(home() / "quizprep.db") as store:
        assert store.event_count() in (0, 2400)
        store.check()
    assert imported(package)["cards"] == 300
    with Store.open(home() / "quizprep.db") as store:
        assert store.event_count() == 2400 and len(list(store.cards())) == 300
        store.check()


# ------------------------------------------------------------------------ history


def test_reviews_and_days_come_along_once(tmp_path: Path) -> None:
    day = int(at(2).timestamp() * 1000)
    history = f"""
        INSERT INTO revlog VALUES ({day}, 100, 0, 3, -600, 0, 0, 5000, 0), ({day + 700_000}, 100, 0, 3, 4, 0, 2500, 6000, 0),
          ({day + 4 * 86_400_000}, 100, 0, 1, -600, 4, 2300, 7000, 1), ({day + 4 * 86_400_000 + 700_000}, 100, 0, 3, 1, 4, 2300, 8000, 2),
          ({day + 1}, 300, 0, 3, 10, 0, 2500, 1000, 0), ({day + 86_400_000}, 300, 0, 0, 0, 0, 0, 0, 4);
        UPDATE cards SET type = 2, queue = 2, ivl = 1, reps = 4, due = 20 WHERE id = 100;
        UPDATE cards SET type = 2, queue = -1, ivl = 30, reps = 9, due = 40, mod = {int(at(9).timestamp())} WHERE id = 200;
    """
    package = anki_package(tmp_path / "a.apkg", [("a", "b"), ("c", "d"), ("e", "f")], cards=history)
    done = imported(package)
    assert done["events"]["added"] == 4 + 1 + 2 and done["undated"] == 1
    assert imported(package)["events"]["added"] == 0
    ids = sorted(questions(), key=lambda id: questions()[id].prompt["en"])
    with Store.open(home() / "quizprep.db") as store:
        reviews = list(store.reviews(ids[0]))
        first, second = store.card(ids[0]), store.card(ids[1])
        store.check()
        assert store.rebuild() == 2 and store.card(ids[0]) == first  # the log alone leads to the same
    assert [(review.grade, review.ms) for review in reviews] == [(3, 5000.0), (3, 6000.0), (1, 7000.0), (3, 8000.0)]
    assert reviews[0].at == at(2) and (first.reps, first.lapses) == (4, 1)
    assert first.memory is not None and second.memory is not None
    assert [memory.state for memory in (reviews[0].memory, reviews[2].memory) if memory] == [1, 3]
    # by its last review it would come back on the 7th; its own row says day 20, counted from the 1st
    assert CALENDAR.day_of(first.memory.due) == at(21).date()
    assert CALENDAR.day_of(second.memory.due) == at(41).date() and second.suspended and not first.suspended


def test_what_was_exported_comes_back(tmp_path: Path) -> None:
    practise(home(), "counted", "3313", began=at(1))
    practise(home(), "told", "34", began=at(3))
    assert (
        run("export", "anki", tmp_path / "a.apkg", "--content", write_deck(tmp_path / "c"), "--history").exit_code == 0
    )
    assert imported(tmp_path / "a.apkg")["cards"] == 3
    compare_histories(tmp_path / "a.apkg", tmp_path)


def test_a_picture_of_a_pack_goes_out_again(tmp_path: Path) -> None:
    front = 'look <img src="a.png"> and <img src="gone.png">'
    imported(anki_package(tmp_path / "a.apkg", [(front, "b")], media={"a.png": b"PNG"}))
    assert run("export", "anki", tmp_path / "b.apkg", "--pack", "cards").exit_code == 0
    with collection_of(tmp_path / "b.apkg", tmp_path) as (database, media):
        ((fields,),) = rows(database, "SELECT flds FROM notes")
    (name,) = media.values()
    assert f'look <img src="{name}"> and ![](gone.png)' in fields
    assert zipfile.ZipFile(tmp_path / "b.apkg").read("0") == b"PNG"


def compare_histories(package: Path, folder: Path) -> None:
    """The reviews and due days of the cards that were imported are those of the questions that were exported."""
    by_front = {question.prompt["en"][:8]: id for id, question in questions().items()}
    with Store.open_to_read(home() / "quizprep.db") as store:
        for question, front in (("counted", "$\\mathrm"), ("told", "What do ")):
            old, new = store.card(question), store.card(by_front[front])
            reviews = [
                [(round(each.at.timestamp(), 3), each.grade, each.ms) for each in store.reviews(id)]
                for id in (question, by_front[front])
            ]
            assert reviews[0] == reviews[1] and reviews[0]
            assert old.memory is not None and new.memory is not None
            assert CALENDAR.day_of(old.memory.due) == CALENDAR.day_of(new.memory.due)
            assert (old.reps, old.lapses, old.memory.state) == (new.reps, new.lapses, new.memory.state)


# ------------------------------------------------------------------------ Anki itself


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    (tmp_path / "anki").mkdir()
    return tmp_path / "anki" / "collection.anki2"


@pytest.mark.parametrize("legacy", [True, False])
def test_anki_sends_back_what_it_was_given(legacy: bool, collection: Path, tmp_path: Path) -> None:
    """Out to Anki, from Anki in each of its formats, and in again: nothing is lost."""
    from anki.collection import (
        Collection,
        ExportAnkiPackageOptions,
        ImportAnkiPackageOptions,
        ImportAnkiPackageRequest,
    )

    practise(home(), "counted", "3313", began=at(1))
    practise(home(), "told", "34", began=at(3))
    exported = tmp_path / "out.apkg"
    assert run("export", "anki", exported, "--content", write_deck(tmp_path / "c"), "--history").exit_code == 0
    opened = Collection(str(collection))
    try:
        options = ImportAnkiPackageOptions(with_scheduling=True)
        opened.import_anki_package(ImportAnkiPackageRequest(package_path=str(exported), options=options))
        sent = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, with_deck_configs=True, legacy=legacy)
        opened.export_anki_package(out_path=str(tmp_path / "back.apkg"), options=sent, limit=None)
    finally:
        opened.close()
    done = imported(tmp_path / "back.apkg")
    assert (done["cards"], done["pictures"], done["missing"]) == (3, 1, [])
    compare_histories(tmp_path / "back.apkg", tmp_path)


def test_a_collection_of_anki_with_everything(collection: Path, tmp_path: Path) -> None:
    from anki.collection import Collection
    from anki.scheduler.v3 import CardAnswer

    opened = Collection(str(collection))
    try:
        for type_, fields in (
            ("Basic (and reversed card)", ("ser &amp; estar", r"to be \(x &lt; 3\)")),
            ("Basic (type in the answer)", ("capital of Spain", "Madrid")),
            ("Cloze", ("{{c1::Seoul::city}} in {{c2::Korea}}", "far")),
        ):
            note = opened.new_note(opened.models.by_name(type_))
            note.fields[:2] = fields
            opened.add_note(note, opened.decks.id("Lingua::Verbs"))
        opened.decks.select(opened.decks.id("Lingua::Verbs"))
        for grade in (CardAnswer.EASY, CardAnswer.GOOD, CardAnswer.AGAIN):
            (queued,) = opened.sched.get_queued_cards(fetch_limit=1).cards
            card = opened.get_card(queued.card.id)
            card.start_timer()
            opened.sched.answer_card(opened.sched.build_answer(card=card, states=queued.states, rating=grade))
        moved, aside = opened.find_cards("is:new")[:2]
        opened.sched.set_due_date([moved], "7")
        opened.sched.suspend_cards([aside])
        reviewed = opened.db.scalar("SELECT count() FROM revlog WHERE ease > 0")
        days = sorted(
            card.due - opened.sched.today for card in map(opened.get_card, opened.find_cards("")) if card.type == 2
        )
        count = opened.card_count()
        opened.export_collection_package(str(tmp_path / "all.colpkg"), include_media=True, legacy=False)
    finally:
        opened.close()
    done = imported(tmp_path / "all.colpkg")
    assert done["cards"] == count == 5
    kinds = sorted((question.kind.name, question.prompt["en"]) for question in questions().values())
    assert kinds == [
        ("recall", "ser & estar"), ("recall", "to be $x < 3$"), ("word", "Seoul in […]"), ("word", "[city] in Korea"),
        ("word", "capital of Spain"),
    ]  # fmt: skip
    with Store.open_to_read(home() / "quizprep.db") as store:
        cards = list(store.cards())
        today = CALENDAR.day_of(datetime.now(UTC))
        due = [CALENDAR.day_of(card.memory.due) for card in cards if card.memory and card.memory.state == 2]
        assert not Counter(days) - Counter((each - today).days for each in due)  # near midnight Anki learns by days
        assert len(list(store.reviews())) == reviewed + done["undated"]
        assert sum(card.suspended for card in cards) == 1


# ------------------------------------------------------------------------ hostile files


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def scrambled(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[200:9000] = os.urandom(8800)
    path.write_bytes(content)


def view(path: Path) -> None:
    """A table that never ends in place of one that does."""
    with closing(sqlite3.connect(path)) as database, database:
        columns = (
            "1 AS id, 1 AS nid, 1 AS did, 0 AS ord, 0 AS mod, 0 AS type, 0 AS queue, 0 AS due, 0 AS ivl, 0 AS reps"
        )
        database.executescript(
            "DROP TABLE cards; CREATE VIEW cards AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
            f"SELECT {columns}, 0 AS odue, 0 AS odid FROM n;"
        )


@pytest.mark.parametrize("damage", [truncated, scrambled, view, lambda path: path.write_bytes(b"no database")])
def test_a_damaged_collection_is_refused(damage: Callable[[Path], None], tmp_path: Path) -> None:
    package = anki_package(tmp_path / "a.apkg", [("a" * 300, "b" * 300)] * 50, damage=damage)
    refused(package)


def refused(package: Path) -> str:
    done = run("import", "anki", package, "--pack", "cards")
    assert done.exit_code == 2 and package.name in "".join(done.output.split()), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert not (home() / "packs").exists() and not (home() / "quizprep.db").exists()
    return str(done.output)


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    good = anki_package(tmp_path / "good.apkg", [("a", "b")]).read_bytes()
    for content in (b"", b"PK", good[:-30], good[: len(good) // 2], b"x" * 1000):
        (tmp_path / "a.apkg").write_bytes(content)
        refused(tmp_path / "a.apkg")
    with zipfile.ZipFile(tmp_path / "b.apkg", "w") as package:
        package.writestr("../collection.anki2", b"x")
    assert "is no Anki package; give a .apkg" in refused(tmp_path / "b.apkg")


def test_a_bomb_is_refused_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anki_file, "MOST_BYTES", 1 << 20)
    bomb = anki_package(tmp_path / "a.apkg", [("a", "b")], damage=lambda path: path.write_bytes(bytes(3 << 20)))
    assert "collection.anki2: is larger than 1 MB" in refused(bomb)
    with monkeypatch.context() as few:
        few.setattr(anki_file, "LIMITS", Limits(1 << 20, 1, 1 << 20))
        assert "has 2 files; pack fewer than 1." in refused(bomb)
    monkeypatch.setattr(anki_file, "MOST_CARDS", 3)
    assert "has more than 3 cards; export one deck at a time" in refused(
        anki_package(tmp_path / "b.apkg", [("a", "b")] * 4)
    )


def packed_anew(old: Path, new: Path, collection: Callable[[bytes], bytes]) -> Path:
    """The package in its newest form, with what ``collection`` makes of the collection."""
    with zipfile.ZipFile(old) as package, zipfile.ZipFile(new, "w") as anew:
        anew.writestr("collection.anki21b", collection(package.read("collection.anki2")))
    return new


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda packed: packed[: len(packed) // 2], "collection.anki21b: is damaged .it ends too early."),
        (lambda packed: packed[:10], "is damaged .it ends too early."),
        (lambda packed: b"no zstd" + packed, "collection.anki21b: is damaged"),
        (lambda packed: packed[:200] + os.urandom(50) + packed[250:], "is damaged"),
    ],
)
def test_broken_zstandard_is_refused(spoil: Callable[[bytes], bytes], said: str, tmp_path: Path) -> None:
    import zstandard

    old = anki_package(tmp_path / "old.apkg", [(f"front {n}", "b" * 300) for n in range(50)])
    package = packed_anew(old, tmp_path / "a.apkg", lambda content: spoil(zstandard.compress(content)))
    assert re.search(said, refused(package))


def test_a_schema_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """SQLite quotes it in its message, which Python cannot decode."""
    old = anki_package(tmp_path / "old.apkg", [("front", "back")])
    broken = packed_anew(
        old,
        tmp_path / "a.apkg",
        lambda content: zstandard_of(content.replace(b"CREATE TABLE col", b"CREATE TABLE \xaf\xaf\xaf")),
    )
    assert "is damaged" in refused(broken)


def zstandard_of(content: bytes) -> bytes:
    import zstandard

    return zstandard.compress(content)


def test_a_bomb_within_zstandard_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gigabyte of nothing takes 30 kB."""
    import zstandard

    monkeypatch.setattr(anki_file, "MOST_BYTES", 4 << 20)
    packer = zstandard.ZstdCompressor().compressobj()
    bomb = b"".join([*(packer.compress(bytes(1 << 20)) for _ in range(1024)), packer.flush()])
    package = packed_anew(anki_package(tmp_path / "old.apkg", [("a", "b")]), tmp_path / "a.apkg", lambda _: bomb)
    assert "collection.anki21b: is larger than 4 MB" in refused(package)


def test_links_and_passwords_in_a_package_are_refused(tmp_path: Path) -> None:
    content = anki_package(tmp_path / "good.apkg", [("a", "b")]).read_bytes()
    place = content.index(b"PK\x01\x02")  # the entry of the collection in the list
    for at_byte, value, said in ((41, 0o120777 >> 8, "is a link"), (8, content[place + 8] | 1, "is encrypted")):
        spoilt = bytearray(content)
        spoilt[place + at_byte] = value
        (tmp_path / "a.apkg").write_bytes(spoilt)
        assert f"collection.anki2: {said}" in refused(tmp_path / "a.apkg")


def test_a_million_rows_are_refused_when_they_are_counted(tmp_path: Path) -> None:
    rows = "WITH RECURSIVE n(x) AS (SELECT 1000 UNION ALL SELECT x + 1 FROM n LIMIT 1000000)"
    many = f"{rows} INSERT INTO cards SELECT x, 1, 1, 0{', 0' * 13}, '' FROM n"
    package = anki_package(tmp_path / "a.apkg", [("a", "b")], cards=many)
    assert "has more than 200,000 cards; export one deck at a time" in refused(package)


NASTY = st.text("ab {}<>/$\\()[]:;=#&\x00\x1b\x1f\u202e\ud7ff'\"`|-\n\té한🂡", max_size=30)
WHOLE = st.integers(-(2**63), 2**63 - 1) | st.integers(-5, 5) | st.integers(0, 4 * 10**12)


@settings(max_examples=60)
@given(
    fields=st.lists(st.tuples(NASTY, NASTY), min_size=1, max_size=3),
    names=st.tuples(NASTY, NASTY, NASTY),
    numbers=st.lists(st.tuples(*[WHOLE] * 6), max_size=4),
    state=st.tuples(*[WHOLE] * 6),
    media=st.dictionaries(NASTY.map(lambda name: f"{name}.png"), st.binary(max_size=5), max_size=2),
)
def test_any_collection_becomes_a_pack_that_opens_and_a_sound_log_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
    fields: list[tuple[str, str]],
    names: tuple[str, str, str],
    numbers: list[tuple[int, ...]],
    state: tuple[int, ...],
    media: dict[str, bytes],
) -> None:
    """Whatever the rows of a whole database say: nothing is written outside, and no control character is kept."""
    deck, tags, template = names

    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database, database:
            decks = json.dumps({"1": {"id": 1, "name": deck}})
            database.execute("UPDATE col SET decks = ?", (decks,))
            database.execute("UPDATE notes SET tags = ?", (tags,))
            database.execute("UPDATE cards SET mod = ?, type = ?, queue = ?, due = ?, ivl = ?, reps = ?", state)
            for at_time, *rest in numbers:
                row = (at_time, *rest)
                database.execute("INSERT OR IGNORE INTO revlog VALUES (?, 100, 0, ?, ?, 0, ?, ?, ?)", row)

    folder = tmp_path_factory.mktemp("any")
    model = {**BASIC, "tmpls": [("{{Front}}" + template, "{{Back}}")]}
    shown = [(front + "".join(f'<img src="{name}">' for name in media), back) for front, back in fields]
    package = anki_package(folder / "a.apkg", shown, model, media=media, damage=change)
    scheduler = Scheduler(Options(fuzz=False))
    try:
        with anki_file.Collection.open(package) as collection:
            found = read_cards(collection, "cards", "Cards", None)
            pack_files.write_pack(folder / "cards", found.pack, media_of(found, collection))
            happened = list(events(found, collection.answers(), collection, scheduler))
    except LearnerError as error:
        assert str(error).isprintable()
        return
    assert {path.name for path in folder.iterdir()} == {"a.apkg", "a.anki2", "cards"}
    for path in (folder / "cards").rglob("*.yaml"):
        assert path.read_text("utf-8").replace("\n", "").isprintable()
    if found.pack.cards:
        assert len(Deck.open([folder / "cards"], cache_path=None).index()) == found.taken.cards
    with Store.open(folder / "log.db") as store:
        unite(store, happened, scheduler.options)
        store.check()
        lines = [json.dumps(line) for line in export_log(store)]
    with Store.open(folder / "again.db") as store:  # whatever came in can go to another machine
        import_log(store, lines)


def test_no_name_in_it_leads_out_of_the_pack(tmp_path: Path) -> None:
    name = "../../../escaped.png"
    media = {name: b"PNG", "/abs.png": b"PNG", "\x1b[31m.png": b"PNG", "~.svg": b"<svg/>"}
    front = "".join(f'<img src="{each}">' for each in media)
    package = tmp_path / "a.apkg"
    anki_package(package, [(front, "b\x1b[2J\u202e")], media=media, cards="UPDATE notes SET tags = ' ../../x \x1b[0m '")
    before = sorted(tmp_path.rglob("*"))
    assert imported(package)["pictures"] == 4
    assert sorted(tmp_path.rglob("*")) == before
    written = [path for path in (home() / "packs").rglob("*") if path.is_file()]
    assert {path.parent.name for path in written} == {"cards", "media"}
    for path in written:
        assert path.suffix != ".yaml" or path.read_text().replace("\n", "").isprintable()
    assert all("\x1b" not in question.prompt["en"] for question in questions().values())


def test_fields_are_no_sql_and_no_template(tmp_path: Path) -> None:
    notes = [("'); DROP TABLE notes; --", "{{Front}} {{c1::x}} {{#a}}"), ("$ {x} \\(", "\\) }} {{")]
    imported(anki_package(tmp_path / "a.apkg", notes))
    prompts = sorted(question.prompt["en"] for question in questions().values())
    assert prompts == ["'); DROP TABLE notes; --", r"\$ {{x}} \("]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (r"\(a\)\(b\)\(c\)", "$a$ $b$ $c$"),
        (r"[$]a[/$]<b>\(b\)</b>", "$a$ $b$"),
        (r"C:\\(x\)", "C:\\ $x$"),
        (r"$\(x\)", r"\$$x$"),
    ],
)
def test_formulas_side_by_side_stay_two(content: str, text: str) -> None:
    from quizprep.template import balanced

    assert prose(content).text == text and balanced(text)


@given(st.text("<>/a&;{}c1:[]()\\$!-\"'# \n=", max_size=60), st.text("<>ab/{}#^$c1:\\()", max_size=40))
def test_any_text_becomes_prose_in_order(content: str, template: str) -> None:
    from quizprep.template import balanced, names

    gaps(content, 1)
    text = prose(filled(template, {"a": content})).text
    assert balanced(text) and not set(names(text, ())) and text.replace("\n", "").isprintable()


@functools.cache
def some_package() -> bytes:
    with TemporaryDirectory() as folder:
        return anki_package(Path(folder, "a.apkg"), [("a", "b")], media={"a.png": b"PNG"}).read_bytes()


@settings(max_examples=60)
@given(data=st.data())
def test_a_flipped_byte_ends_in_words(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    content = bytearray(some_package())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    (folder / "b.apkg").write_bytes(content)
    try:
        with anki_file.Collection.open(folder / "b.apkg") as collection:
            read_cards(collection, "cards", "Cards", None)
            list(collection.answers())
            collection.media("a.png")
    except LearnerError as error:
        assert str(folder / "b.apkg") in str(error) and str(error).isprintable()


def test_time_is_in_proportion_to_the_length() -> None:
    """None of these may take time that grows with the square: they would not end."""
    for piece in ("<", "<a ", "<!--", "\\(", "{{c1::", "[sound:", "<sup>", "$", "<img src=", "&", "[$]", "}}"):
        content = piece * (400_000 // len(piece))
        prose(content)
        gaps(content, 1)
