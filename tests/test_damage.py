"""Damaged databases: what a flipped bit, a lost page or a cut does is noticed, and every event that is whole is kept."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from program import quizprep
from test_store import NOW, answer, attempt, drilled, lines_of

from quizprep.errors import StoreError
from quizprep.memory import backups, carving
from quizprep.memory.database import DamagedStore
from quizprep.memory.options import Options
from quizprep.memory.repair import merge, repair
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.memory.write_ahead_log import FRAME_HEADER, LOG_HEADER, cut_short, log_of

EVENTS = 200
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return drilled(tmp_path_factory.mktemp("whole") / "quizprep.db", EVENTS).read_bytes()


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory, whole: bytes) -> list[str]:
    path = tmp_path_factory.mktemp("lines") / "quizprep.db"
    path.write_bytes(whole)
    with Store.open(path) as store:
        return lines_of(store)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quizprep.db"


def noticed(path: Path) -> bool:
    try:
        with Store.open(path) as store:
            store.check()
    except StoreError as error:
        assert "doctor --repair" in str(error), error
        return True
    return False


def saved(path: Path) -> list[str]:
    """What the log has after a repair, which must have left a sound file."""
    repair(path, now=NOW)
    with Store.open(path) as store:
        store.check()
        return lines_of(store)


def flips(size: int) -> list[tuple[int, int]]:
    chance = random.Random(8)
    places = [*range(24, 100, 5), *(chance.randrange(size) for _ in range(50))]
    return [(place, chance.randrange(8)) for place in places]


def test_a_flipped_bit_is_noticed_or_without_consequence(path: Path, whole: bytes, lines: list[str]) -> None:
    found = 0
    for place, bit in flips(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1 << bit
        path.write_bytes(changed)
        if noticed(path):
            found += 1
            after = saved(path)
            assert set(after) <= set(lines) and len(after) >= len(lines) - 1, (place, bit)
        else:
            with Store.open(path) as store:
                assert lines_of(store) == lines, (place, bit)
        for file in path.parent.iterdir():
            file.unlink()
    assert found > 25


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda data: bytes(PAGE) + data[PAGE:], id="the first page zeroed"),
        pytest.param(lambda data: data[100:], id="the first bytes gone"),
        pytest.param(lambda data: b"\xff" * 300 + data[300:], id="the first bytes overwritten"),
        pytest.param(lambda data: data + b"\0" * 5000, id="a tail too much"),
    ],
)
def test_a_damaged_header_costs_no_event(
    path: Path, whole: bytes, lines: list[str], harm: Callable[[bytes], bytes]
) -> None:
    path.write_bytes(harm(whole))
    assert saved(path) == lines


def test_of_a_file_that_was_cut_all_that_is_left_is_kept(path: Path, whole: bytes, lines: list[str]) -> None:
    path.write_bytes(whole[: len(whole) * 3 // 4])
    left = {event.values[0] for event in carving.events(path)}
    assert noticed(path)
    after = saved(path)
    assert set(after) <= set(lines) and len(left) == len(after) - 1 > EVENTS // 2, "one line is the scheduler's"


def test_a_lost_page_costs_at_most_what_it_held(path: Path, whole: bytes, lines: list[str]) -> None:
    found = 0
    for start in range(PAGE, len(whole), 4 * PAGE):
        path.write_bytes(whole[:start] + bytes(PAGE) + whole[start + PAGE :])
        if noticed(path):
            found += 1
            after = saved(path)
            assert set(after) <= set(lines) and len(after) > len(lines) - 30, start
        else:
            with Store.open(path) as store:
                assert lines_of(store) == lines, start
        for file in path.parent.iterdir():
            file.unlink()
    assert found > 5


def test_an_event_larger_than_a_page_and_one_with_an_odd_id_are_kept(path: Path) -> None:
    with Store.open(path) as store:
        for number in range(3):
            answer(store, f"q{number}" + "long" * 3000, now=NOW + timedelta(minutes=number))
        row = store.database.first("SELECT * FROM reviews LIMIT 1")
        from quizprep.memory.log_file import import_log

        import_log(store, [line.replace(row[1], "an id of another length") for line in lines_of(store)[1:2]])
        lines = lines_of(store)
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    assert saved(path) == lines


def test_the_log_and_all_backups_are_put_together(path: Path) -> None:
    """What only the write-ahead log has, what only a backup has: a killed session, and a page lost later."""
    drilled(path, 40)
    backups.back_up(path, now=NOW)
    with Store.open(path) as store:
        answer(store, "in the log alone", now=NOW + timedelta(days=60))
        lines = lines_of(store)
        kept, log = path.read_bytes(), log_of(path).read_bytes()
    path.write_bytes(kept[: PAGE * 3])
    log_of(path).write_bytes(log)
    repaired = repair(path, now=NOW)
    assert repaired.from_backups > 0
    with Store.open(path) as store:
        assert lines_of(store) == lines and store.check() == 41


def killed(path: Path, answers: int) -> list[str]:
    """A file as a killed session leaves it, with its log; the lines of the log."""
    with Store.open(path) as store:
        store.database.write("PRAGMA wal_autocheckpoint = 0")
        for number in range(answers):
            answer(store, f"q{number}", now=NOW + timedelta(minutes=number))
        lines, kept, log = lines_of(store), path.read_bytes(), log_of(path).read_bytes()
    path.write_bytes(kept)
    log_of(path).write_bytes(log)
    return lines


@pytest.mark.parametrize("place", [3, LOG_HEADER + 5, LOG_HEADER + 9, LOG_HEADER + FRAME_HEADER + 300, -30 * PAGE])
def test_a_flipped_bit_in_the_log_of_a_killed_session_drops_no_answer(path: Path, place: int) -> None:
    lines = killed(path, 12)
    log = bytearray(log_of(path).read_bytes())
    log[place] ^= 4
    log_of(path).write_bytes(log)
    assert noticed(path)
    assert log_of(path).read_bytes() == log
    after = saved(path)
    assert set(after) <= set(lines) and len(after) >= len(lines) - 1


def test_where_the_last_state_of_a_page_is_lost_the_one_before_is_read(path: Path) -> None:
    lines = killed(path, 12)
    log = bytearray(log_of(path).read_bytes())
    frame = FRAME_HEADER + PAGE
    last = {int.from_bytes(log[start : start + 4], "big"): start for start in range(LOG_HEADER, len(log), frame)}
    for start in last.values():
        log[start + FRAME_HEADER : start + frame] = bytes(PAGE)
    log_of(path).write_bytes(log)
    path.write_bytes(b"")
    after = saved(path)
    assert set(after) <= set(lines) and len(after) >= len(lines) - 2


def test_a_torn_last_answer_is_no_damage(path: Path) -> None:
    """The kill came while it was written: nobody was told that it was recorded."""
    lines = killed(path, 5)
    assert not cut_short(log_of(path))
    log = log_of(path).read_bytes()
    log_of(path).write_bytes(log[:-700])
    assert not cut_short(log_of(path))
    with Store.open(path) as store:
        store.check()
        assert set(lines_of(store)) == set(lines[:-1])


def test_a_schema_that_is_no_text_is_damage_like_any_other(path: Path, whole: bytes, lines: list[str]) -> None:
    for name in (b"CREATE TABLE reviews", b"grade  ", b"reviews_by_day", b"cards_due"):
        path.write_bytes(whole.replace(name, name[:-3] + b"\xff\xfe" + name[-1:]))
        for command in (["stats"], ["log", "export"], ["doctor"]):
            done = quizprep(*command, home=path.parent)
            assert done.returncode == (1 if command == ["doctor"] else done.returncode)
        assert saved(path) == lines
        for file in path.parent.glob("quizprep*"):
            file.unlink()


def test_what_follows_from_the_log_is_held_against_it(path: Path) -> None:
    for statement in (
        "UPDATE cards SET due = due + 1",
        "UPDATE cards SET stability = 'much' WHERE id = 'q03'",
        "UPDATE cards SET buried_until = 'long' WHERE id = 'q03'",
        "DELETE FROM cards WHERE id = 'q05'",
        "INSERT INTO undone VALUES (3)",
        "INSERT INTO names VALUES ('q01', 'q02')",
        "DROP INDEX cards_due",
        "UPDATE reviews SET grade = 'good' WHERE number = 3",
        "UPDATE schedulers SET options = replace(options, '0.9', '0.8')",
    ):
        drilled(path, 30)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)
        assert noticed(path), statement
        done = quizprep("stats", home=path.parent)
        assert done.returncode in (0, 2)
        repair(path, now=NOW)
        assert not noticed(path), statement
        for file in path.parent.glob("quizprep*"):
            file.unlink()


def test_what_was_set_aside_can_be_merged_back(path: Path, whole: bytes, lines: list[str]) -> None:
    aside = path.with_name("aside.db")
    aside.write_bytes(whole[:-PAGE])
    with Store.open(path) as store:
        answer(store, "here")
        here = lines_of(store)
        assert 0 < merge(store, aside) <= EVENTS and merge(store, aside) == 0
        store.check()
        assert set(here) < set(lines_of(store)) <= {*here, *lines}
        with pytest.raises(StoreError, match="no file"):
            merge(store, path.with_name("nothing.db"))


def test_a_merge_that_ends_on_the_way_leaves_nothing_behind(
    path: Path, whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events that came in without their cards would be damage, and merging them again would not mend it."""
    aside = path.with_name("aside.db")
    aside.write_bytes(whole)

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    with Store.open(path) as store:
        answer(store, "here")
        here = lines_of(store)
        with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
            broken.setattr(Store, "_derive_many", end)
            merge(store, aside)
        assert store.check() == 1 and lines_of(store) == here
        assert merge(store, aside) == EVENTS and store.check() == EVENTS + 1


def as_version_1(path: Path) -> None:
    """The file as the first version would have written it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE reviews DROP COLUMN checksum")
        connection.execute("ALTER TABLE cards DROP COLUMN checksum")
        connection.execute("PRAGMA user_version = 1")


def test_an_old_database_gets_checksums_and_a_backup_before(path: Path) -> None:
    drilled(path, 50)
    with Store.open(path) as store:
        lines = lines_of(store)
    as_version_1(path)
    with Store.open(path) as store:
        assert store.check() == 50 and lines_of(store) == lines
    (backup,) = backups.backups(path)
    assert backup.schema == 1 and backups.inspect(backup.path).events == 50
    assert {event.checked for event in carving.events(backup.path)} == {False}


def test_of_an_old_database_events_that_make_no_sense_get_no_checksum(path: Path) -> None:
    drilled(path, 20)
    backups.back_up(path, now=NOW)
    with Store.open(path) as store:
        lines = lines_of(store)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE reviews SET results = '{\"loss\": [0.5' WHERE number = 3")
        connection.execute("UPDATE reviews SET kind = 'rdview' WHERE number = 5")
    as_version_1(path)
    assert noticed(path)
    assert saved(path) == lines, "the backup has them whole"


def test_without_a_backup_what_makes_no_sense_is_left_out_and_the_rest_kept(path: Path) -> None:
    drilled(path, 20)
    with Store.open(path) as store:
        lines = lines_of(store)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE reviews SET kind = 'rdview' WHERE number = 5")
    as_version_1(path)
    path.write_bytes(bytes(100) + path.read_bytes()[100:])
    after = saved(path)
    assert set(after) < set(lines) and len(after) == len(lines) - 1


def test_an_old_database_that_is_damaged_is_saved_all_the_same(path: Path) -> None:
    drilled(path, 50)
    with Store.open(path) as store:
        lines = lines_of(store)
    as_version_1(path)
    path.write_bytes(bytes(200) + path.read_bytes()[200:])
    assert saved(path) == lines


def test_a_damaged_database_is_never_migrated(path: Path) -> None:
    drilled(path, 400)
    as_version_1(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP INDEX reviews_by_day")
    before = path.read_bytes()
    with pytest.raises(DamagedStore):
        Store.open(path)
    assert path.read_bytes() == before


def test_options_that_a_flipped_bit_changed_are_not_taken_for_those_of_their_name(path: Path) -> None:
    options = Options(desired_retention=0.85)
    with Store.open(path) as store:
        store.record(attempt("a"), 3, now=NOW, scheduler=Scheduler(options, UTC), took_ms=1)
    assert carving.options(path) == {options.scheduling_id(): options.scheduling()}
    content = path.read_bytes()
    assert content.count(b"0.85") == 1
    path.write_bytes(content.replace(b"0.85", b"0.75"))
    assert carving.options(path) == {}
    repair(path, now=NOW, known=[options])
    with Store.open(path) as store:
        assert store.check() == 1 and store.schedulers() == {options.scheduling_id(): options.scheduling()}
