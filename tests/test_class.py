"""A class on a real PostgreSQL: nobody sees another's answers, nothing is lost where the connection is, a teacher's path."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from postgres_server import Postgres, joined
from program import quizprep
from test_store import NOW, SCHEDULER, answer, attempt

from quizprep.classroom import roles
from quizprep.classroom.class_figures import figures, sharing_with
from quizprep.classroom.roles import add, people, set_up, share
from quizprep.errors import LearnerError, StoreError
from quizprep.memory import history
from quizprep.memory import postgres as engine
from quizprep.memory.options import Options
from quizprep.memory.postgres import SCHEMA, DroppedConnection, PostgresDatabase, newest_version
from quizprep.memory.queries import Server
from quizprep.memory.sqlite_file import UnwritableStore
from quizprep.memory.store import Store

TABLES = ("reviews", "schedulers", "cards", "undone", "names")


@pytest.fixture
def place(course: str, tmp_path: Path) -> Server:
    return joined(course, tmp_path / "here.db")


def raw(server: Server) -> psycopg.Connection:
    return psycopg.connect(server.url, autocommit=True)


# ------------------------------------------------------------------------------ the tables


def test_the_tables_are_those_of_a_file(course: str, tmp_path: Path):
    """Column by column, in order, as far as the statements of the store can tell."""
    with Store.open(tmp_path / "here.db") as store:
        own = {table: [row[1] for row in store.database.read(f"PRAGMA table_info({table})")] for table in TABLES}
    with psycopg.connect(course, autocommit=True) as connection:
        for schema, extra in (("quizprep", ["learner"]), ("quizprep_shared", [])):
            found = {
                table: [
                    name
                    for (name,) in connection.execute(
                        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
                        "ORDER BY ordinal_position",
                        (schema, table),
                    )
                ]
                for table in TABLES
            }
            assert found == {table: extra + columns for table, columns in own.items()}


def test_setting_up_again_changes_nothing_and_a_newer_class_is_refused(postgres: Postgres, tmp_path: Path):
    url = postgres.new_database()
    assert set_up(url) == (0, newest_version())
    place = joined(url, tmp_path / "here.db")
    with Store.open(place) as store:
        answer(store, "q")
    assert set_up(url) == (newest_version(), newest_version())
    with Store.open(place) as store:
        assert store.event_count() == 1
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE quizprep.version SET number = 99")
    for opened in (lambda: Store.open(place), lambda: set_up(url)):
        with pytest.raises(StoreError, match="99"):
            opened()


def test_a_class_that_was_set_up_before_is_brought_up_to_date(postgres: Postgres, tmp_path: Path):
    """One of version 3, in which learners had the right to delete rows, and with it that to lock tables."""
    url = postgres.new_database()
    set_up(postgres.new_database())  # which makes the roles that all classes of a server share
    with psycopg.connect(url) as connection:
        (database,) = connection.execute("SELECT current_database()").fetchone() or ("",)
        connection.execute(f"GRANT CREATE ON DATABASE {database} TO {roles.KEEPER}; SET LOCAL ROLE {roles.KEEPER}")
        connection.execute((SCHEMA / "003.sql").read_text("utf-8"))
        connection.execute("UPDATE quizprep.version SET number = 3")
        connection.execute("INSERT INTO quizprep.names (learner, old, current) VALUES ('ada', 'before', 'now')")
    assert set_up(url) == (3, newest_version())
    place = joined(url, tmp_path / "here.db")
    with Store.open(place) as store:
        answer(store, "q")
        assert store.event_count() == 1
    with raw(place) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("BEGIN; LOCK TABLE quizprep.cards IN ACCESS EXCLUSIVE MODE")
    with psycopg.connect(url) as connection:
        connection.execute(f"SET LOCAL ROLE {roles.KEEPER}")
        assert connection.execute("SELECT old, current FROM quizprep.names").fetchall() == [("before", "now")]


def test_where_there_is_no_class_nobody_is_let_in(postgres: Postgres, tmp_path: Path):
    url = postgres.new_database()
    with pytest.raises(StoreError, match="no class"):
        Store.open(Server(url, tmp_path / "here.db"))
    with pytest.raises(LearnerError, match="class setup"):
        add(url, "ada")
    wrong = re.sub(r"keeper:keeper", "keeper:wrong", url)
    for refused in (wrong, "postgresql://keeper:keeper@127.0.0.1:1/none", "postgresql://[::1", f"{url}?nonsense=1"):
        with pytest.raises(StoreError) as caught:
            Store.open(Server(refused, tmp_path / "here.db"))
        assert "wrong" not in str(caught.value).replace("authentication", "") and "keeper:keeper" not in str(
            caught.value
        )


@pytest.mark.parametrize("name", ["", " ada", "pg_ada", "quizprep_keeper", "a" * 64, "한" * 22, "a\nb"])
def test_a_name_that_cannot_be_one_is_refused(course: str, name: str):
    with pytest.raises(LearnerError, match="cannot be the name"):
        add(course, name)


def test_odd_names_are_names(course: str, tmp_path: Path):
    for name in ('o"neil', "김 학생", "x; DROP SCHEMA quizprep CASCADE", "a%b@c/d?e"):
        with Store.open(Server(add(course, name), tmp_path / "here.db")) as store:
            answer(store, "q")
            assert store.card("q").reps == 1
        with pytest.raises(LearnerError, match="already"):
            add(course, name)
    assert "김 학생" in people(course)[0]


def test_a_new_password_keeps_the_answers_and_shuts_the_old_one_out(course: str, tmp_path: Path):
    name = f"l{id(tmp_path):x}"
    old = joined(course, tmp_path / "here.db", name=name)
    with Store.open(old) as store:
        answer(store, "q")
    new = Server(add(course, name, new_password=True), tmp_path / "here.db")
    with Store.open(new) as store:
        assert store.card("q").reps == 1
    with pytest.raises(StoreError, match="password is not accepted"):
        Store.open(old)
    with pytest.raises(LearnerError, match="a learner or a teacher"):
        add(course, name, teacher=True, new_password=True)


# ------------------------------------------------------------------------------ who sees what


def test_a_learner_sees_nothing_of_another(course: str, tmp_path: Path):
    here, there = (joined(course, tmp_path / f"{name}.db") for name in "ab")
    with Store.open(here) as store:
        answer(store, "q", 1)
        answer(store, "r")
        store.undo(now=NOW + timedelta(hours=1))
        store.rename([("q", "p")], now=NOW + timedelta(hours=2))
    with Store.open(there) as store:
        assert (store.event_count(), list(store.cards()), store.schedulers()) == (0, [], {})
        assert store.database.read("SELECT * FROM undone") == store.database.read("SELECT * FROM names") == []
        answer(store, "q")  # of the same id, in nobody's way
    with raw(there) as connection:
        for table in TABLES:
            rows = connection.execute(f"SELECT * FROM quizprep.{table}").fetchall()
            assert {row[0] for row in rows} <= {connection.info.user}
        for statement in (
            "UPDATE quizprep.reviews SET grade = 4",
            "DELETE FROM quizprep.reviews",
            "TRUNCATE quizprep.reviews",
            "UPDATE quizprep.schedulers SET options = ''",
            "UPDATE quizprep.cards SET reps = 1",
            "DELETE FROM quizprep.cards",
            "SELECT * FROM quizprep_shared.reviews",
            "SELECT * FROM quizprep_shared.learners",
            "INSERT INTO quizprep.schedulers (learner, id, options) VALUES ('someone', 'x', 'y')",
            "INSERT INTO quizprep.shares (learner, teacher) VALUES ('someone', 'me')",
            "SET ROLE quizprep_keeper",
            "SET ROLE quizprep_teachers",
            "ALTER TABLE quizprep.reviews DISABLE ROW LEVEL SECURITY",
            "DROP POLICY own ON quizprep.reviews",
            "CREATE TABLE quizprep.mine (x int)",
            "UPDATE quizprep.version SET number = 1",
            "CREATE ROLE another LOGIN",
            "COPY quizprep.reviews TO PROGRAM 'cat'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        connection.execute("SELECT quizprep.forget_cards()")  # its own alone
        assert connection.execute("SELECT count(*) FROM quizprep.cards").fetchone() == (0,)
        connection.execute("SET row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM quizprep.reviews")
    with Store.open(here) as store:
        assert store.card("p").reps == 1 and store.event_count() == 4


def test_a_teacher_reads_what_is_shared_and_nothing_else(course: str, tmp_path: Path):
    shy, open_one = (joined(course, tmp_path / f"{name}.db") for name in "ab")
    teacher, other = (joined(course, tmp_path / f"{name}.db", teacher=True) for name in "cd")
    names = [raw_name(each) for each in (shy, open_one, teacher, other)]
    for place in (shy, open_one):
        with Store.open(place) as store:
            answer(store, "q")
    with pytest.raises(LearnerError, match="no teacher"):
        share(open_one.url, names[0])
    assert share(open_one.url, names[2]) and not share(open_one.url, names[2])
    assert sharing_with(teacher) == [names[1]] and sharing_with(other) == []
    with Store(PostgresDatabase(teacher, names[1])) as store:
        assert store.card("q").reps == 1 and [event.question for event in store.reviews()] == ["q"]
        with pytest.raises(UnwritableStore):
            answer(store, "q")
    for reader, learner in ((teacher, names[0]), (other, names[1])):
        with Store(PostgresDatabase(reader, learner)) as store:
            assert store.event_count() == 0 and list(store.cards()) == []
    with raw(teacher) as connection:
        for table in TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT * FROM quizprep.{table}")
        connection.execute("SELECT set_config('quizprep.learner', %s, false)", (names[0],))
        assert connection.execute("SELECT * FROM quizprep_shared.reviews").fetchall() == []
    assert share(open_one.url, names[2], shared=False)
    with Store(PostgresDatabase(teacher, names[1])) as store:
        assert store.event_count() == 0


def test_a_teacher_who_learns_is_told_how(course: str, tmp_path: Path):
    teacher = joined(course, tmp_path / "t.db", teacher=True)
    with pytest.raises(StoreError, match="teacher's role"):
        Store.open(teacher)
    with pytest.raises(StoreError, match="no teacher's role"):
        sharing_with(joined(course, tmp_path / "l.db"))  # and a learner is no teacher


def raw_name(server: Server) -> str:
    return psycopg.conninfo.conninfo_to_dict(server.url)["user"]


# ------------------------------------------------------------------------------ the connection goes away


class Wire:
    """A way to the server that can be cut: behind the next COMMIT, of which the answer then never arrives."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.cut_behind_commit = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._port))
            for ends in ((client, server, True), (server, client, False)):
                threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, asks: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if asks and self.cut_behind_commit and b"COMMIT" in data:
                    self.cut_behind_commit = False
                    source.shutdown(socket.SHUT_RDWR)  # before the server can answer
                    target.sendall(data)
                    target.recv(65536)  # it did what it was asked to
                    break
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.close()

    def close(self) -> None:
        self._listening.close()


@contextmanager
def wire_to(server: Server) -> Iterator[tuple[Wire, Server]]:
    port = int(psycopg.conninfo.conninfo_to_dict(server.url)["port"])
    wire = Wire(port)
    try:
        yield wire, Server(server.url.replace(f":{port}/", f":{wire.port}/"), server.beside)
    finally:
        wire.close()


def test_an_answer_whose_acknowledgement_is_lost_is_written_once(place: Server):
    with wire_to(place) as (wire, cut), Store.open(cut) as store:
        answer(store, "q")
        given = attempt("q")
        wire.cut_behind_commit = True
        write = {"now": NOW + timedelta(days=3), "scheduler": SCHEDULER, "took_ms": 4000}
        with pytest.raises(DroppedConnection):
            store.record(given, 3, **write)
        recorded = store.record(given, 3, **write)
        assert recorded.card == store.card("q") and recorded.card.reps == 2
        assert store.event_count() == 2 and store.check() == 2
        later = store.record(given, 3, **{**write, "now": NOW + timedelta(days=9)})  # answered anew, not again
        assert later.card.reps == 3 and store.event_count() == 3


def test_practice_whose_acknowledgement_is_lost_is_written_once(place: Server):
    with wire_to(place) as (wire, cut), Store.open(cut) as store:
        answer(store, "q")
        for minutes in (1, 2):  # the same answer, given twice
            now = NOW + timedelta(minutes=minutes)
            wire.cut_behind_commit = True
            with pytest.raises(DroppedConnection):
                store.practise(attempt("q"), "quiz", now=now, day=now.date())
            store.practise(attempt("q"), "quiz", now=now, day=now.date())
            assert store.event_count() == 1 + minutes


def test_whatever_is_tried_again_when_its_acknowledgement_is_lost_happens_once(place: Server):
    """Above all what takes back the last answer: a second time it would take back the one before."""
    with wire_to(place) as (wire, cut), Store.open(cut) as store:
        for day in range(3):
            answer(store, "q", now=NOW + timedelta(days=3 * day))
        later = NOW + timedelta(days=20)
        for write in (
            lambda: store.undo(now=later),
            lambda: store.flag("q", "odd", now=later),
            lambda: store.suspend("q", now=later),
        ):
            count = store.event_count()
            wire.cut_behind_commit = True
            with pytest.raises(DroppedConnection):
                write()
            assert write() is not None and store.event_count() == count + 1
        assert store.card("q").reps == 2 and store.check() == 6
        assert store.undo(now=later).kind == "suspend" and store.undo(now=later).kind == "review"  # each takes one back


def test_an_answer_that_did_not_arrive_is_written_when_it_is_tried_again(place: Server, course: str, monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE", 30.0)
    with Store.open(place) as store:
        answer(store, "q")
        with pytest.raises(DroppedConnection), store.database.transaction():
            store.append(history.Review("x", "unbury", "q", NOW))
            with psycopg.connect(course, autocommit=True) as keeper:
                keeper.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (raw_name(place),)
                )
            store.append(history.Review("y", "unbury", "q", NOW))
        assert store.event_count() == 1
        assert answer(store, "q", now=NOW + timedelta(days=1)).card.reps == 2


def test_a_connection_that_is_cut_off_leaves_no_word_of_the_driver_on_the_screen(place: Server, course: str, caplog):
    with Store.open(place) as store, pytest.raises(DroppedConnection), store.database.transaction():
        with psycopg.connect(course, autocommit=True) as keeper:
            keeper.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (raw_name(place),)
            )
        store.database.write_many("INSERT INTO undone (review) VALUES (?)", [(1,), (2,)])
    assert not [record for record in caplog.records if record.name.startswith("psycopg")]


@pytest.mark.slow
@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_a_session_goes_on_when_the_server_was_away(how: str, own_postgres: Postgres, tmp_path: Path):
    """It is stopped as for an upgrade, and as in a crash."""
    url = own_postgres.new_database()
    set_up(url)
    with Store.open(joined(url, tmp_path / "here.db")) as store:
        answer(store, "q")
        own_postgres.restart(how)
        assert store.card("q").reps == 1
        own_postgres.restart(how)
        assert answer(store, "q", now=NOW + timedelta(days=1)).card.reps == 2
        assert store.check() == 2


# ------------------------------------------------------------------------------ the program


def test_without_psycopg_the_program_says_what_to_install(place: Server, tmp_path: Path):
    code = "import sys; sys.modules['psycopg'] = None; from quizprep.__main__ import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "stats", "--lang", "en"],
        env={**_environment(tmp_path), "QUIZPREP_STORE": place.url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "quizprep[class]" in done.stderr and "Traceback" not in done.stderr


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "QUIZPREP_HOME": str(home)}


@pytest.mark.parametrize("command", [("stats",), ("topics",), ("forecast", "--days", "2"), ("equal", "2x", "x+x")])
def test_nothing_of_an_extra_is_imported_without_it(tmp_path: Path, command: tuple[str, ...]):
    extras = ("psycopg", "distributed", "dask", "cryptography", "quizprep.classroom", "quizprep.sync")
    code = (
        "import sys; from quizprep.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in sys.modules if name.startswith({extras})])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command, "--lang", "en"],
        env=_environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("url", ["sqlite:///x.db", "nonsense", "http://example.org"])
def test_what_is_no_class_is_refused(url: str):
    for command in (("stats",), ("class", "list"), ("drill", "-n", "1")):
        done = quizprep(*command, "--lang", "en", env={"QUIZPREP_STORE": url})
        assert done.returncode == 2 and "QUIZPREP_STORE" in done.stderr, done.stderr


def test_a_class_command_without_a_class_says_what_to_set():
    done = quizprep("class", "list", "--lang", "en")
    assert done.returncode == 2 and "postgresql://ada:password@server/course" in done.stderr


def test_the_doctor_reads_the_class_and_does_not_mend_it(place: Server):
    with Store.open(place) as store:
        answer(store, "q")
    env = {"QUIZPREP_STORE": place.url}
    done = quizprep("doctor", "--json", env=env)
    found = json.loads(done.stdout)
    assert "(1 event)" in found["database"] and place.url not in done.stdout
    done = quizprep("doctor", "--repair", "--lang", "en", env=env)
    assert done.returncode == 2 and "QUIZPREP_STORE" in done.stderr


def test_figures_of_a_class(course: str, tmp_path: Path):
    """By hand: two learners share, one has forgotten a card three times with the same mistake."""
    from quizprep.deck import Entry

    teacher = joined(course, tmp_path / "t.db", teacher=True)
    pupils = [joined(course, tmp_path / f"{name}.db") for name in "ab"]
    entries = [Entry(name, "number", "chapter", (f"topic-{name}",), "p", True) for name in "qrs"]
    for place in pupils:
        share(place.url, raw_name(teacher))
    with Store.open(pupils[0]) as store:
        now = NOW
        for grade in (3, 3, 1, 3, 3, 1, 3, 3, 1):
            recorded = answer(store, "q", grade, now)
            now = max(recorded.card.memory.due, now) + timedelta(minutes=1)
        answer(store, "gone", 1, now)  # of a question that the content no longer has
    with Store.open(pupils[1]) as store:
        answer(store, "r", 1)
    found = figures(teacher, entries, Options(), now)
    names = [raw_name(place) for place in pupils]
    assert {each.learner for each in found.learners} == set(names)
    assert [(each.question, each.mistake, each.learners, each.times) for each in found.mistakes] == [
        ("q", "forgot the mean", 1, 3),
        ("r", "forgot the mean", 1, 1),
    ]
    assert all(each.examples == ("0.5",) for each in found.mistakes)
    (stuck,) = found.stuck
    assert (stuck.learner, stuck.question) == (names[0], "q") and (stuck.lapses >= 3 or stuck.times == 3)
    topics = {each.topic: each for each in found.topics}
    assert topics["topic-s"].begun == 0 and topics["topic-s"].recall == 0
    assert topics["topic-q"].begun == 1 and 0 < topics["topic-q"].recall < 0.51
