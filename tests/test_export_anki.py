"""``export anki``: what stands in the package, and what Anki itself makes of it."""

from __future__ import annotations

import functools
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from exchange_cards import at, collection_of, fields_of, practise, rows, write_deck
from typer.testing import CliRunner

from quizprep.cli import application
from quizprep.memory.schedule import Calendar
from quizprep.memory.store import Store

program = functools.cache(lambda: application(["export"]))


def export(file: Path, content: Path, *options: str) -> None:
    done = CliRunner().invoke(program(), ["export", "anki", str(file), "--content", str(content), *options])
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_deck(tmp_path_factory.mktemp("content"))


def home() -> Path:
    return Path(os.environ["QUIZPREP_HOME"])


def test_fields_hold_the_question_its_answer_and_the_working(content: Path, tmp_path: Path) -> None:
    export(tmp_path / "a.apkg", content, "--variants", "3", "--lang", "en")
    with collection_of(tmp_path / "a.apkg", tmp_path) as (database, media):
        notes = fields_of(database)
        tags = dict(rows(database, "SELECT substr(flds, 1, instr(flds, char(31)) - 1), tags FROM notes"))
    assert {"counted", "counted#2", "counted#3", "chosen", "told"} == notes.keys()
    front, options, back, solution, picture, source = notes["counted"]
    assert (
        front.startswith(r"\(\mathrm{TP} &lt; {") and " &amp; $5: TP = " in front
    )  # MathJax, nothing that HTML would read
    assert (options, source) == ("", "")
    assert r"By \(F_1 = \frac{2 P R}{P+R}\)." in solution and "<math" in solution and back
    assert len({notes[name][0] for name in ("counted", "counted#2", "counted#3")}) == 3
    assert "real &lt;b&gt;positives&lt;/b&gt;" in notes["chosen"][1]
    assert notes["chosen"][2].endswith(". predicted positives")
    assert (
        "That is recall." in notes["chosen"][3] and notes["chosen"][5] == "not proven · definition: Book (1979), ch. 7"
    )
    assert notes["told"][1] == "" and notes["told"][2] == "<ul><li>predictions</li><li>real positives</li></ul>"
    name = picture.removeprefix('<img src="').removesuffix('">')
    assert name in media.values() and name.endswith(".svg")
    assert tags["counted"].split() == [
        f"quizprep::classification-metrics::{topic}" for topic in ("f1-score", "precision")
    ]


def test_both_languages_stand_on_one_note_that_keeps_its_name(content: Path, tmp_path: Path) -> None:
    names = []
    for options in (["--lang", "both"], ["--lang", "ko"], ["--lang", "both", "told"]):
        export(tmp_path / "a.apkg", content, *options)
        with collection_of(tmp_path / "a.apkg", tmp_path) as (database, _):
            names.append(dict(rows(database, "SELECT substr(flds, 1, 4), guid FROM notes")))
            front = fields_of(database)["told"][0]
        if "both" in options:
            assert front == '<div lang="en">What do they look at?</div><div lang="ko">무엇을 보는가?</div>'
    assert names[0] == names[1] and names[2] == {"told": names[0]["told"]}


def test_history_goes_along(content: Path, tmp_path: Path) -> None:
    practise(home(), "counted", "3313", began=at(1))
    with Store.open(home() / "quizprep.db") as store:
        store.suspend("chosen", now=at(2))
        memory = store.card("counted").memory
        answers = [review.at for review in store.reviews("counted")]
    assert memory is not None
    export(tmp_path / "a.apkg", content, "--history", "--variants", "2")
    with collection_of(tmp_path / "a.apkg", tmp_path) as (database, _):
        ((created,),) = rows(database, "SELECT crt FROM col")
        reviews = rows(database, "SELECT id, ease, time, type FROM revlog ORDER BY id")
        cards = {
            name: card
            for name, *card in rows(
                database,
                "SELECT substr(flds, 1, instr(flds, char(31)) - 1), type, queue, due, reps FROM cards JOIN notes "
                "ON nid = notes.id",
            )
        }
    assert [row[0] for row in reviews] == [int(instant.timestamp() * 1000) for instant in answers]
    assert [row[1:3] for row in reviews] == [(grade, 4321) for grade in (3, 3, 1, 3)]
    assert [row[3] for row in reviews] == [0, 0, 1, 2]  # learnt twice, forgotten in review, learnt again
    calendar = Calendar(None, 4)
    day = calendar.day_of(datetime.fromtimestamp(created, UTC)) + timedelta(days=cards["counted"][2])
    assert cards["counted"] == [2, 2, cards["counted"][2], 4] and day == calendar.day_of(memory.due)
    assert cards["counted#2"][:2] == [0, 0] and cards["chosen"][:2] == [0, -1]


def test_a_file_that_cannot_be_written_is_refused(content: Path, tmp_path: Path) -> None:
    command = ["export", "anki", str(tmp_path / "no" / "a.apkg"), "told", "--content", str(content)]
    done = CliRunner().invoke(program(), command)
    assert done.exit_code == 2 and "cannot be written" in done.output and not list(tmp_path.iterdir())


# ------------------------------------------------------------------------ Anki itself


def import_into_anki(collection: Path, *packages: Path) -> list[dict[str, int]]:
    """Import packages into Anki's own collection; how many notes were new, updated and as before."""
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    counts = []
    opened = Collection(str(collection))
    try:
        for package in packages:
            options = ImportAnkiPackageOptions(with_scheduling=True)
            log = opened.import_anki_package(ImportAnkiPackageRequest(package_path=str(package), options=options)).log
            counts.append({name: len(getattr(log, name)) for name in ("new", "updated", "duplicate", "conflicting")})
    finally:
        opened.close()
    return counts


def test_anki_takes_it_updates_it_and_knows_the_days(content: Path, tmp_path: Path) -> None:
    from anki.collection import Collection

    practise(home(), "counted", "3313", began=at(1))
    with Store.open_to_read(home() / "quizprep.db") as store:
        memory = store.card("counted").memory
    assert memory is not None
    first, second = tmp_path / "a.apkg", tmp_path / "b.apkg"
    export(first, content, "--history")
    export(second, content, "--lang", "ko")
    later = datetime.now().timestamp() + 60
    with collection_of(second, tmp_path) as (database, _):  # Anki tells by the second which note is newer
        database.execute("UPDATE notes SET mod = ?", (int(later),))
        database.commit()
    with zipfile.ZipFile(second) as package:
        others = {name: package.read(name) for name in package.namelist() if name != "collection.anki2"}
    with zipfile.ZipFile(second, "w") as package:
        package.write(tmp_path / "collection.anki2", "collection.anki2")
        for name, data in others.items():
            package.writestr(name, data)
    collection = tmp_path / "anki" / "collection.anki2"
    collection.parent.mkdir()
    counts = import_into_anki(collection, first, first, second)
    assert [count["new"] for count in counts] == [3, 0, 0]
    assert counts[1]["duplicate"] == 3 and counts[2]["updated"] == 3
    opened = Collection(str(collection))
    try:
        (card,) = [opened.get_card(card) for card in opened.find_cards("tag:quizprep::*f1-score ID:counted")]
        due = datetime.now() + timedelta(days=card.due - opened.sched.today)
        assert Calendar(None, 4).day_of(due.astimezone()) == Calendar(None, 4).day_of(memory.due)
        assert (card.reps, card.lapses) == (4, 1)
        assert abs(card.memory_state.stability - memory.stability) < 1e-3
        assert "F1은?" in card.question() and opened.db.scalar("SELECT count() FROM revlog") == 4
        assert not opened.media.check().missing and opened.fix_integrity()[1]
    finally:
        opened.close()
