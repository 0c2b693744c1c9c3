"""Backups: made when there is something to save, kept by a ladder, and put back without losing anything unseen."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drill_content import write_content
from drill_driver import Driver
from test_store import NOW, answer, damage, drilled, lines_of, untouched

from quizprep.errors import StoreError
from quizprep.memory import backups
from quizprep.memory.backups import Backup
from quizprep.memory.database import DamagedStore
from quizprep.memory.repair import difference, restore
from quizprep.memory.sqlite_file import copy_database
from quizprep.memory.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quizprep.db"


def backup_at(path: Path, now: datetime) -> Path:
    """A backup made then, of a database with one answer more."""
    with Store.open(path) as store:
        answer(store, "q", now=now)
    made = backups.back_up(path, now=now)
    assert made is not None
    return made


# ------------------------------------------------------------------------------ the ladder


def named(at: datetime, schema: int | None = None) -> Backup:
    return Backup(Path(f"{at.isoformat()} {schema}"), at, schema)


def test_the_ladder_keeps_days_weeks_and_months() -> None:
    found: list[Backup] = []
    now = datetime(2025, 1, 1, 12, tzinfo=UTC)
    for _ in range(800):
        found += [named(now), named(now + timedelta(hours=1))]
        keep = backups.kept(found, now)
        found = [backup for backup in found if backup.path in keep]
        now += timedelta(days=1)
    days = sorted({backup.day for backup in found}, reverse=True)
    assert days[:7] == [(now - timedelta(days=number)).date() for number in range(1, 8)]
    assert len({(day.year, day.month) for day in days}) == 12
    assert len(found) <= 3 + 7 + 4 + 12 and (days[0] - days[-1]).days > 300


def test_of_a_year_of_daily_backups_the_last_of_each_period_are_kept() -> None:
    now = datetime(2026, 12, 2, 12, tzinfo=UTC)  # a Wednesday
    daily = [named(now - timedelta(days=number)) for number in range(500, -1, -1)]
    keep = backups.kept(daily, now)
    kept = sorted({backup.day for backup in daily if backup.path in keep}, reverse=True)
    days = [f"2026-{day}" for day in ("12-02", "12-01", "11-30", "11-29", "11-28", "11-27", "11-26")]
    weeks = ["2026-11-22", "2026-11-15"]  # and the two of those days
    months = [f"2026-{day}" for day in "10-31 09-30 08-31 07-31 06-30 05-31 04-30 03-31 02-28 01-31".split()]
    assert [day.isoformat() for day in kept] == [*days, *weeks, *months]


def test_a_clock_that_is_a_day_ahead_is_a_zone_and_no_time_to_come(path: Path) -> None:
    ahead = [named(NOW + timedelta(hours=24, seconds=seconds)) for seconds in (0, 1)]
    far = [named(NOW + timedelta(days=300 + number)) for number in range(3)]
    keep = backups.kept([*ahead, *far], NOW)
    assert [backup.path in keep for backup in ahead] == [True, False]
    backup_at(path, NOW + timedelta(hours=24))
    assert backups.back_up(path, now=NOW) is None
    assert backups.back_up(path, now=NOW - timedelta(seconds=1)) is not None


def test_the_same_month_of_another_year_is_another_month() -> None:
    marches = [named(datetime(year, 3, 10, 12, tzinfo=UTC)) for year in range(2021, 2026)]
    lately = [named(NOW - timedelta(days=number)) for number in range(40, 0, -1)]  # fills the days and the weeks
    assert {backup.path for backup in marches} <= backups.kept([*marches, *lately], NOW)


def test_what_the_clock_says_is_to_come_pushes_nothing_out() -> None:
    today = [named(NOW - timedelta(days=number)) for number in range(7)]
    later = [named(NOW + timedelta(days=300 + number)) for number in range(12)]
    keep = backups.kept(sorted([*today, *later], key=lambda backup: backup.at), NOW)
    assert {backup.path for backup in today} <= keep
    assert {backup.path for backup in later} & keep == {backup.path for backup in later[-3:]}


def test_backups_from_before_a_change_of_the_tables_are_kept_apart() -> None:
    changes = [named(NOW - timedelta(days=900 - number), schema=1) for number in range(5)]
    usual = [named(NOW - timedelta(hours=number)) for number in range(30, 0, -1)]
    keep = backups.kept([*changes, *usual], NOW)
    assert [backup.path in keep for backup in changes] == [False, False, True, True, True]


def test_strangers_are_left_alone(path: Path) -> None:
    made = backup_at(path, NOW)
    stranger = path.parent / "backups" / "quizprep-holiday.db"
    stranger.write_text("mine")
    for number in range(1, 12):
        backup_at(path, NOW + timedelta(hours=number))
    assert stranger.exists() and not made.exists()
    assert len(backups.backups(path)) == 3, "the last three, all of one day"


def test_backups_of_earlier_versions_are_found_by_their_day(path: Path) -> None:
    made = backup_at(path, NOW)
    old = made.with_name("quizprep-2026-11-03.db")
    made.rename(old)
    assert backups.find(path, "2026-11-03").path == old
    later = [backup_at(path, datetime(2026, 11, 3, hour).astimezone(UTC)) for hour in (9, 15, 18)]
    assert backups.find(path, "2026-11-03").path == later[-1], "the last of a day"
    assert backups.find(path, " 2026-11-03 15").path == later[1]


# ------------------------------------------------------------------------------ when one is made


def test_one_is_made_only_of_something_new(path: Path) -> None:
    Store.open(path).close()
    assert backups.back_up(path, now=NOW) is None, "nothing was answered yet"
    made = backup_at(path, NOW)
    assert made == path.parent / "backups" / "quizprep-2026-12-01T090000Z.db"
    assert backups.back_up(path, now=NOW + timedelta(hours=1)) is None
    backup_at(path, NOW + timedelta(hours=2))
    assert [backup.at.hour for backup in backups.backups(path)] == [9, 11]


def test_a_backup_from_a_time_to_come_does_not_stand_for_one_of_today(path: Path) -> None:
    ahead = backup_at(path, NOW + timedelta(days=300))
    made = backups.back_up(path, now=NOW)
    assert made is not None and made != ahead
    assert backups.back_up(path, now=NOW + timedelta(hours=1)) is None


def test_a_changed_event_is_never_backed_up(path: Path) -> None:
    backup_at(drilled(path), NOW)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE reviews SET grade = 2 WHERE number = 7")
    with Store.open(path) as store:
        answer(store, "q", now=NOW + timedelta(days=90))
    with pytest.raises(DamagedStore, match="doctor --repair"):
        backups.back_up(path, now=NOW + timedelta(days=1))
    assert len(list((path.parent / "backups").iterdir())) == 1


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_the_modes_of_files_are_kept(path: Path) -> None:
    drilled(path, 3).chmod(0o600)
    made = backup_at(path, NOW)
    assert made.stat().st_mode & 0o777 == 0o600
    made.chmod(0o644)
    restore(path, backups.find(path, "2026-12-01"), now=NOW)
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()
    made.chmod(0o600)
    restore(path, backups.find(path, "2026-12-01"), now=NOW)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_a_copy_is_the_learners_alone_while_it_is_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    real = shutil.copymode

    def watched(source: Path, target: Path) -> None:
        modes.append(Path(target).stat().st_mode & 0o777)
        real(source, target)

    drilled(path, 3).chmod(0o644)
    monkeypatch.setattr(shutil, "copymode", watched)
    assert backup_at(path, NOW).stat().st_mode & 0o777 == 0o644
    assert modes == [0o600]


def test_a_session_backs_up_at_its_end_and_another_what_a_killed_one_left(tmp_path: Path) -> None:
    driver = Driver(tmp_path / "home", write_content(tmp_path / "content", numbers=6, kinds=False))
    path = driver.home / "quizprep.db"
    driver.run("drill", "--json", "--at", "2027-03-01T09:00", stdin="=4 1\n=4 1\n")
    (first,) = backups.backups(path)
    assert abs(first.at - datetime.now(UTC)) < timedelta(hours=1), "by the real clock"
    assert backups.inspect(first.path).events == 2
    with Store.open(path) as store:
        answer(store, "left by a killed session", now=datetime.now(UTC))
    driver.run("drill", "--json", stdin="\x04")
    assert backups.inspect(backups.backups(path)[-1].path).events == 3


# ------------------------------------------------------------------------------ on the disk, and what a kill leaves


def changes_of_folders(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """From now on every fsync and every rename, in order, each with the inode that it concerned."""
    seen: list[tuple[str, int]] = []
    sync, replace = os.fsync, os.replace

    def watched_sync(descriptor: int) -> None:
        seen.append(("fsync", os.fstat(descriptor).st_ino))
        sync(descriptor)

    def watched_replace(source: str, target: str, **options: int) -> None:
        replace(source, target, **options)
        seen.append(("rename", os.stat(target).st_ino))

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(os, "replace", watched_replace)
    return seen


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a folder cannot be opened")
def test_a_backup_has_reached_the_disk_before_it_has_its_name_and_its_name_after(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drilled(path, 5)
    seen = changes_of_folders(monkeypatch)
    made = backups.back_up(path, now=NOW)
    file, folder = made.stat().st_ino, made.parent.stat().st_ino
    assert seen == [("fsync", file), ("rename", file), ("fsync", folder)]
    seen.clear()
    restore(path, backups.backups(path)[0], now=NOW)
    file, folder = path.stat().st_ino, path.parent.stat().st_ino
    assert [each for each in seen if each in (("fsync", file), ("rename", file), ("fsync", folder))] == [
        ("fsync", file), ("rename", file), ("fsync", folder),  # it is finished, and is to take the place
        ("fsync", file), ("rename", file), ("fsync", folder),  # and has taken it
    ]  # fmt: skip


@pytest.mark.parametrize("broken", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_the_earlier_backups_and_nothing_half(
    path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    for number in range(4):
        backup_at(path, NOW + timedelta(hours=number))
    with Store.open(path) as store:
        answer(store, "another", now=NOW + timedelta(days=1))
    before = {file: file.read_bytes() for file in (path.parent / "backups").iterdir()}
    assert len(before) == 3

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, broken, fails)
        with pytest.raises(StoreError, match="Input/output error"):
            backups.back_up(path, now=NOW + timedelta(days=1))
    assert {file: file.read_bytes() for file in (path.parent / "backups").iterdir()} == before
    assert backups.back_up(path, now=NOW + timedelta(days=1)) is not None


def test_a_database_with_the_same_last_answer_and_more_before_it_is_backed_up(path: Path) -> None:
    with Store.open(path) as store:
        answer(store, "last")
        (last,) = store.events()
        scheduler = store.schedulers()
    made = backups.back_up(path, now=NOW)
    assert made is not None and backups.back_up(path, now=NOW + timedelta(hours=1)) is None
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()
    made.rename(made.with_suffix(".elsewhere"))
    with Store.open(path) as store:
        answer(store, "another")
        with store.database.transaction():
            store.add_schedulers(scheduler.items())
            store.append(last)
            store.bring_up_to_date([last])
    made.with_suffix(".elsewhere").rename(made)
    assert backups.back_up(path, now=NOW + timedelta(hours=1)) is not None


def test_an_unfinished_backup_is_left_to_its_session_for_an_hour(path: Path) -> None:
    made = backup_at(path, NOW)
    age = {"just begun": 0, "slow": 1800, "killed": 3660}
    for name, seconds in age.items():
        partial = made.with_name(f"quizprep-{name}.partial")
        partial.write_bytes(b"half of a database")
        os.utime(partial, (time.time() - seconds,) * 2)
    made.with_name("quizprep-gone.partial").symlink_to("where another session has deleted it meanwhile")
    backup_at(path, NOW + timedelta(hours=1))
    made.with_name("quizprep-gone.partial").unlink()
    left = {partial.name for partial in made.parent.glob("*.partial")}
    assert left == {"quizprep-just begun.partial", "quizprep-slow.partial"}


def test_a_copy_that_went_wrong_is_no_backup(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was copied is read again: a disk may take it and give back something else."""
    made = backup_at(path, NOW)
    with Store.open(path) as store:
        answer(store, "another", now=NOW + timedelta(days=1))

    def badly(source: sqlite3.Connection, target: Path, like: Path) -> None:
        copy_database(source, target, like)
        with closing(sqlite3.connect(target)) as connection, connection:
            connection.execute("UPDATE reviews SET grade = 5 - grade WHERE number = 1")

    monkeypatch.setattr(backups, "copy_database", badly)
    with pytest.raises(DamagedStore):
        backups.back_up(path, now=NOW + timedelta(days=1))
    assert list(made.parent.iterdir()) == [made]


# ------------------------------------------------------------------------------ what is in one, and back to it


def test_back_to_a_backup_and_what_that_costs(path: Path) -> None:
    drilled(path, 30)
    with Store.open(path) as store:
        backups.back_up(path, now=NOW)
        kept = lines_of(store)
        answer(store, "after the backup", now=NOW + timedelta(days=60))
        later = lines_of(store)
    (backup,) = backups.backups(path)
    assert backups.find(path, backup.shown) == backups.find(path, f" {backup.day}") == backup
    costs = difference(path, backup.path)
    assert (costs.brings, costs.loses, costs.last_lost) == (0, 1, NOW + timedelta(days=60))
    with pytest.raises(StoreError, match="2026-12-01T"):
        backups.find(path, "2026-11-30")
    aside = restore(path, backup, now=NOW)
    with Store.open(path) as store, Store.open(aside) as replaced:
        assert lines_of(store) == kept and lines_of(replaced) == later
        answer(store, "goes on")
    assert restore(path, backup, now=NOW) != aside


def test_restore_refuses_a_damaged_backup_and_replaces_a_damaged_file(path: Path) -> None:
    drilled(path, 400)
    backups.back_up(path, now=NOW)
    broken = backup_at(path, NOW + timedelta(days=90))
    damage(broken)
    damage(path)
    untouched(path, lambda: restore(path, backups.backups(path)[-1], now=NOW), DamagedStore, "backup", "another one")
    restore(path, backups.backups(path)[0], now=NOW)
    with Store.open(path) as store:
        assert store.check() == 400


def test_a_backup_that_is_damaged_beside_its_events_is_refused(path: Path) -> None:
    backup_at(drilled(path), NOW)
    (backup,) = backups.backups(path)
    with closing(sqlite3.connect(backup.path)) as connection:
        ((page,),) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'cards'").fetchall()
    content = bytearray(backup.path.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = bytes(4096)
    backup.path.write_bytes(content)
    with pytest.raises(DamagedStore, match=r"(?s)^The backup \S+ is damaged \(.+\)\. Move it away") as caught:
        backups.contents(backup)
    assert "--repair" not in caught.value.said["en"], "that is for the database"


def test_a_backup_whose_index_is_not_that_of_its_table_is_refused(path: Path) -> None:
    backup_at(drilled(path), NOW)
    (backup,) = backups.backups(path)

    def schema(*statements: str) -> None:
        with closing(sqlite3.connect(backup.path, isolation_level=None)) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                connection.execute(statement)

    with closing(sqlite3.connect(backup.path)) as connection:
        (row,) = connection.execute("SELECT * FROM sqlite_master WHERE name = 'reviews_by_time'").fetchall()
    schema("UPDATE reviews SET at = at + 1 WHERE number = 7")
    schema("DELETE FROM sqlite_master WHERE name = 'reviews_by_time'")
    schema("UPDATE reviews SET at = at - 1 WHERE number = 7")
    schema(f"INSERT INTO sqlite_master VALUES ('index', 'reviews_by_time', 'reviews', {row[3]}, '{row[4]}')")
    with pytest.raises(DamagedStore, match="is damaged"):
        backups.contents(backup)


def test_what_another_session_thins_out_meanwhile_is_no_failure(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def thinned_out(found: list[Backup], now: datetime) -> set[Path]:
        for backup in found[:-1]:
            backup.path.unlink()
        return {found[-1].path}

    backup_at(path, NOW)
    monkeypatch.setattr(backups, "kept", thinned_out)
    last = backup_at(path, NOW + timedelta(hours=1))
    assert [backup.path for backup in backups.backups(path)] == [last]


def test_a_foreign_and_an_empty_backup_are_refused(path: Path) -> None:
    made = backup_at(path, NOW)
    with closing(sqlite3.connect(path.parent / "theirs.db")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    (path.parent / "theirs.db").replace(made)
    untouched(path, lambda: restore(path, backups.backups(path)[0], now=NOW), StoreError, "another program", made.name)
    Store.open(path.parent / "empty.db").close()
    (path.parent / "empty.db").replace(made)
    untouched(path, lambda: restore(path, backups.backups(path)[0], now=NOW), StoreError, "no answers")


@pytest.mark.parametrize("how", ["no events", "no bytes", "gone"])
def test_a_database_that_was_emptied_is_not_that_of_a_new_learner(path: Path, how: str) -> None:
    drilled(path, 3)
    backups.back_up(path, now=NOW)
    if how == "no events":
        with closing(sqlite3.connect(path)) as other:
            other.executescript("DELETE FROM reviews; DELETE FROM cards;")
    else:
        path.write_bytes(b"") if how == "no bytes" else path.unlink()
    with pytest.raises(DamagedStore, match="missing or empty"):
        Store.open(path)
    restore(path, backups.backups(path)[0], now=NOW)
    with Store.open(path) as store:
        assert store.check() == 3
