"""What a member of a class can do with psql and the own password alone, against the others: read, pretend, stand in the way."""

from __future__ import annotations

import csv
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from postgres_server import Postgres, joined
from psycopg import sql
from test_class import NOW, raw, raw_name
from test_store import answer, attempt

from quizprep.classroom import roles
from quizprep.classroom.class_figures import figures, sharing_with
from quizprep.classroom.report_page import as_csv, as_html, tables
from quizprep.classroom.roles import add, people, set_up, share
from quizprep.deck import Entry
from quizprep.errors import LearnerError, StoreError
from quizprep.memory import postgres as engine
from quizprep.memory.options import Options
from quizprep.memory.postgres import DroppedConnection, PostgresDatabase
from quizprep.memory.queries import Server
from quizprep.memory.store import Store

DENIED = psycopg.errors.InsufficientPrivilege
HELD = psycopg.errors.InvalidCursorName


@pytest.fixture
def ada(course: str, tmp_path: Path) -> Server:
    return joined(course, tmp_path / "ada.db")


@pytest.fixture
def eve(course: str, tmp_path: Path) -> Server:
    """Who attacks."""
    return joined(course, tmp_path / "eve.db")


def tables_of(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'v', 'S') AND relnamespace IN "
        "('quizprep'::regnamespace, 'quizprep_shared'::regnamespace)"
    )
    return [name for (name,) in rows]


# ------------------------------------------------------------------------------ to read


def test_no_relation_of_the_class_gives_another_ones_rows(ada: Server, eve: Server):
    """Whatever there is, read in every way that PostgreSQL has."""
    with Store.open(ada) as store:
        answer(store, "q", 1)
        answer(store, "secret")
        store.undo(now=NOW + timedelta(hours=1))
        store.rename([("q", "p")], now=NOW + timedelta(hours=2))
    with raw(eve) as connection:
        relations = tables_of(connection)
        assert len(relations) > 12
        for relation in relations:
            for statement in (
                f"SELECT * FROM {relation}",
                f"TABLE {relation}",
                f"SELECT * FROM {relation} WHERE ctid = '(0,1)'",
                f"SELECT * FROM {relation} TABLESAMPLE SYSTEM (100)",
                f"SELECT row_to_json(each) FROM {relation} each",
                f"DECLARE cursor_{abs(hash(relation))} CURSOR WITH HOLD FOR SELECT * FROM {relation}",
            ):
                with suppress(DENIED, psycopg.errors.FeatureNotSupported, psycopg.errors.WrongObjectType, HELD):
                    done = connection.execute(statement)
                    if done.description is not None:
                        assert raw_name(ada) not in str(done.fetchall()), statement
            with suppress(DENIED, psycopg.Error), connection.cursor().copy(f"COPY {relation} TO STDOUT") as copy:
                assert raw_name(ada).encode() not in b"".join(map(bytes, copy))
        for view in ("pg_stats", "pg_stats_ext", "pg_sequences"):
            assert "secret" not in str(connection.execute(f"SELECT * FROM {view}").fetchall())


def test_a_function_that_tells_what_it_sees_is_shown_nothing(ada: Server, eve: Server, course: str):
    """One that costs nothing and is run first, were the policy not before it."""
    with Store.open(ada) as store:
        answer(store, "secret")
    with psycopg.connect(course, autocommit=True) as keeper:  # some class may let its members make functions
        keeper.execute(f"CREATE SCHEMA open_{id(ada)}")
        keeper.execute(f"GRANT ALL ON SCHEMA open_{id(ada)} TO PUBLIC")
    told: list[str] = []
    with raw(eve) as connection:
        connection.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
        connection.execute(
            f"CREATE FUNCTION open_{id(ada)}.leak(text) RETURNS bool COST 0.0000001 LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
        )
        for table, column in (("reviews", "question"), ("cards", "id"), ("schedulers", "options")):
            connection.execute(f"SELECT * FROM quizprep.{table} WHERE open_{id(ada)}.leak({column})")
    assert told == []


def test_a_statement_that_fails_names_no_row_of_another(ada: Server, eve: Server):
    """A row in another's name is refused alike whether there is one of that id or not."""
    with Store.open(ada) as store:
        identity = answer(store, "q").review.id
    said = set()
    with raw(eve) as connection:
        for name in (identity, "none-of-that-id"):
            for ending in ("", " ON CONFLICT DO NOTHING", " ON CONFLICT (learner, id) DO NOTHING"):
                with pytest.raises(DENIED) as caught:
                    connection.execute(
                        "INSERT INTO quizprep.reviews (learner, id, kind, question, at) VALUES (%s, %s, 'flag', 'q', 0)"
                        + ending,
                        (raw_name(ada), name),
                    )
                said.add((caught.value.diag.message_primary, caught.value.diag.message_detail))
    assert len(said) == 1 and identity not in str(said)


def test_explain_does_not_tell_how_much_another_has_answered(ada: Server, eve: Server, course: str):
    with Store.open(ada) as store:
        for number in range(300):
            store.practise(attempt("q"), "quiz", now=NOW + timedelta(minutes=number), day=NOW.date())
    with psycopg.connect(course, autocommit=True) as keeper:
        keeper.execute("ANALYZE quizprep.reviews")
    with raw(eve) as connection:

        def foreseen(column: str, content: str) -> float:
            plan = connection.execute(
                f"EXPLAIN (FORMAT JSON) SELECT 1 FROM quizprep.reviews WHERE {column} = '{content}'"
            ).fetchone()
            return plan[0][0]["Plan"]["Plan Rows"]

        assert foreseen("learner", raw_name(ada)) == foreseen("learner", "nobody at all")
        for column in ("question", "given", "mistake", "id"):
            assert foreseen(column, "q") == foreseen(column, "not that")


def test_the_others_sessions_do_not_show_their_statements(ada: Server, eve: Server):
    with Store.open(ada) as store:
        answer(store, "secret")
        with raw(eve) as connection:
            rows = connection.execute("SELECT query FROM pg_stat_activity WHERE usename <> current_user").fetchall()
            assert any("insufficient" in str(query) for (query,) in rows)
            assert "secret" not in str(rows)
            for statement in (
                "SELECT pg_read_file('PG_VERSION')",
                "SELECT pg_ls_dir('.')",
                "SELECT lo_import('/etc/passwd')",
                "COPY (SELECT 1) TO '/tmp/quizprep-attack'",
                "CREATE EXTENSION dblink",
                "CREATE SCHEMA mine",
                "CREATE TABLE public.mine (x int)",
                "CREATE FUNCTION public.hashtextextended(text, int) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'",
                "CREATE TEMP TABLE reviews (x int)",
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{raw_name(ada)}'",
                "SELECT * FROM pg_authid",
                "SELECT nextval('quizprep.reviews_number_seq')",
                "SELECT setval('quizprep.reviews_number_seq', 1)",
                "CREATE TRIGGER mine BEFORE INSERT ON quizprep.reviews EXECUTE FUNCTION suppress_redundant_updates_trigger()",
                "CREATE RULE mine AS ON INSERT TO quizprep.reviews DO INSTEAD NOTHING",
                "CREATE STATISTICS mine ON id, question FROM quizprep.reviews",
                "COMMENT ON TABLE quizprep.reviews IS 'mine'",
                f'SET ROLE "{raw_name(ada)}"',
                f'GRANT quizprep_teachers TO "{raw_name(eve)}"',
                f"ALTER ROLE \"{raw_name(ada)}\" PASSWORD 'mine'",
                "SELECT quizprep.is_known('x')",
            ):
                with pytest.raises((DENIED, psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedFile)):
                    connection.execute(statement)


# ------------------------------------------------------------------------------ to pretend


def test_nobody_shares_or_writes_in_the_name_of_another(ada: Server, eve: Server, course: str, tmp_path: Path):
    teacher = joined(course, tmp_path / "t.db", teacher=True)
    with Store.open(ada) as store:
        answer(store, "q")
    share(eve.url, raw_name(teacher))
    with raw(eve) as connection:
        for table, columns, values in (
            ("shares", "learner, teacher", (raw_name(ada), raw_name(teacher))),
            ("cards", "learner, id, reps, lapses, correct, ms, suspended, buried_until, changed",
             (raw_name(ada), "q", 0, 0, 0, 0, 0, 0, 0)),
            ("undone", "learner, review", (raw_name(ada), 1)),
            ("names", "learner, old, current", (raw_name(ada), "a", "b")),
        ):  # fmt: skip
            with pytest.raises(DENIED):
                connection.execute(
                    f"INSERT INTO quizprep.{table} ({columns}) VALUES ({', '.join(['%s'] * len(values))})", values
                )
        with pytest.raises(DENIED):
            connection.execute("UPDATE quizprep.shares SET learner = %s", (raw_name(ada),))
        for function in ("forget_cards()", "forget_undone()", "forget_names()", "forget_card('q')"):
            connection.execute(f"SELECT quizprep.{function}")
        connection.execute("SELECT quizprep.share_no_longer(%s)", (raw_name(teacher),))
        for statement in ("UPDATE quizprep.reviews SET grade = 4", "DELETE FROM quizprep.reviews"):
            with pytest.raises(DENIED):  # the own past as well
                connection.execute(statement)
    assert sharing_with(teacher) == []
    with Store.open(ada) as store:
        assert store.card("q").reps == 1 and store.check() == 1


def test_what_is_shared_no_longer_is_gone_also_for_who_is_connected(ada: Server, course: str, tmp_path: Path):
    teacher = joined(course, tmp_path / "t.db", teacher=True)
    with Store.open(ada) as store:
        answer(store, "q")
    share(ada.url, raw_name(teacher))
    with raw(teacher) as connection:
        connection.execute("SELECT set_config('quizprep.learner', %s, false)", (raw_name(ada),))
        relations = [name for name in tables_of(connection) if name.startswith("quizprep_shared.")]
        assert connection.execute("SELECT count(*) FROM quizprep_shared.reviews").fetchone() == (1,)
        assert share(ada.url, raw_name(teacher), shared=False)
        for relation in relations:
            if not relation.endswith("version"):
                assert connection.execute(f"SELECT * FROM {relation}").fetchall() == []
        for statement in (
            "INSERT INTO quizprep_shared.reviews (id) VALUES ('x')",
            "DELETE FROM quizprep_shared.cards",
            "UPDATE quizprep_shared.reviews SET grade = 1",
            "SELECT * FROM quizprep.shares",
            "SELECT quizprep.take_turn()",
        ):
            with pytest.raises((DENIED, psycopg.errors.ObjectNotInPrerequisiteState)):
                connection.execute(statement)


def test_somebody_new_does_not_come_by_the_answers_of_the_same_name(postgres: Postgres, tmp_path: Path):
    url = postgres.new_database()
    set_up(url)
    names = {name: f"{name}{id(tmp_path):x}" for name in ("ada", "kim")}
    ada = Server(add(url, names["ada"]), tmp_path / "a.db")
    add(url, names["kim"], teacher=True)
    with Store.open(ada) as store:
        answer(store, "q")
    share(ada.url, names["kim"])
    with psycopg.connect(url, autocommit=True) as keeper:
        for name in names.values():  # as docs/class.md says
            keeper.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            keeper.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
    assert people(url) == ([], [])
    with pytest.raises(StoreError, match="cannot be used"):
        Store.open(ada)
    for name, teacher in ((names["ada"], False), (names["kim"], True), (names["kim"], False)):
        with pytest.raises(LearnerError, match="an earlier"):
            add(url, name, teacher=teacher)


def test_two_classes_on_one_server_are_apart(postgres: Postgres, course: str, tmp_path: Path):
    url = postgres.new_database()
    set_up(url)
    here = joined(url, tmp_path / "here.db")
    there = joined(course, tmp_path / "there.db", teacher=True)
    assert people(url) == ([raw_name(here)], [])
    for place in (here.url.replace(url.rsplit("/")[-1], course.rsplit("/")[-1]),
                  there.url.replace(course.rsplit("/")[-1], url.rsplit("/")[-1])):  # fmt: skip
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(place)


# ------------------------------------------------------------------------------ what others' statements find


def test_functions_that_a_learner_leaves_in_public_are_not_run_by_the_keeper(postgres: Postgres, tmp_path: Path):
    """PostgreSQL before 15 let everybody make objects there; one that fits better is chosen before the server's own."""
    url = postgres.new_database()
    with psycopg.connect(url, autocommit=True) as keeper:
        keeper.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")
        keeper.execute("CREATE ROLE trap NOLOGIN" if not role_exists(keeper, "trap") else "SELECT 1")
        keeper.execute("SET ROLE trap")
        for name, arguments in (
            ("to_regclass", "unknown_text text"),
            ("pg_advisory_xact_lock", "bigint"),
            ("hashtextextended", "text, integer"),
            ("has_database_privilege", "oid, name, text"),
        ):
            keeper.execute(
                f"CREATE FUNCTION public.{name}({arguments}) RETURNS text LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'caught %', session_user; END $$"
            )
        keeper.execute(
            "CREATE FUNCTION public.same(name, name) RETURNS bool LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'caught %', session_user; END $$"
        )
        keeper.execute("CREATE OPERATOR public.= (leftarg = name, rightarg = name, function = public.same)")
    assert set_up(url)[0] == 0 and set_up(url)[0] > 0
    place = joined(url, tmp_path / "l.db")
    assert people(url) == ([raw_name(place)], [])
    with psycopg.connect(url, autocommit=True) as keeper:
        keeper.execute("SET ROLE trap")
        with pytest.raises(DENIED):
            keeper.execute("CREATE TABLE public.mine (x int)")


def role_exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is not None


def test_who_may_make_roles_need_not_be_a_superuser(postgres: Postgres, tmp_path: Path):
    """As on a server that somebody else runs."""
    name = f"owner{id(tmp_path):x}"
    url = postgres.new_database()
    database = url.rsplit("/")[-1]
    with psycopg.connect(url, autocommit=True) as keeper:
        keeper.execute(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'x'")
        keeper.execute(f"ALTER DATABASE {database} OWNER TO {name}")
    own = postgres.url(database, name, "x")
    set_up(own)
    with Store.open(Server(add(own, f"l{name}"), tmp_path / "l.db")) as store:
        answer(store, "q")
    add(own, f"t{name}", teacher=True)
    assert people(own) == ([f"l{name}"], [f"t{name}"])
    with psycopg.connect(own, autocommit=True) as connection, pytest.raises(DENIED):
        connection.execute("SELECT * FROM quizprep.reviews")


# ------------------------------------------------------------------------------ to stand in the way


def test_nobody_locks_the_class_out(ada: Server, eve: Server):
    """Locks of tables, rows and names, held by somebody who does not end the transaction."""
    with Store.open(ada) as store:
        answer(store, "q")
    with raw(eve) as connection, connection.transaction():
        for mode in ("ACCESS EXCLUSIVE", "EXCLUSIVE", "SHARE ROW EXCLUSIVE", "SHARE", "SHARE UPDATE EXCLUSIVE"):
            for relation in tables_of(connection):
                with pytest.raises((DENIED, psycopg.errors.WrongObjectType)), connection.transaction():
                    connection.execute(f"LOCK TABLE {relation} IN {mode} MODE")
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (raw_name(ada),))
        for relation in ("reviews", "schedulers", "cards", "undone", "names", "shares"):
            connection.execute(f"LOCK TABLE quizprep.{relation} IN ROW EXCLUSIVE MODE")
        connection.execute("SELECT quizprep.take_turn()")
        with Store(database_in_a_hurry(ada)) as store:
            assert answer(store, "q", now=NOW + timedelta(days=1)).card.reps == 2
            assert store.rebuild() == 1


def database_in_a_hurry(server: Server) -> PostgresDatabase:
    """Of which a statement that waits for two seconds fails."""
    database = PostgresDatabase(server)
    database.read("SELECT set_config('lock_timeout', '2s', false)")
    return database


def test_the_sessions_of_one_learner_take_turns(ada: Server):
    with Store(database_in_a_hurry(ada)) as one, Store(database_in_a_hurry(ada)) as two:
        for times in range(2):  # the first time nobody ever had a turn
            with one.database.transaction(), pytest.raises(StoreError, match="just now"):
                answer(two, "q")
            assert answer(two, "q", now=NOW + timedelta(days=times)).card.reps == times + 1


def test_a_device_that_is_gone_in_the_middle_does_not_hold_up_the_others(ada: Server, monkeypatch: pytest.MonkeyPatch):
    """The server takes its connection for alive."""
    monkeypatch.setattr(engine, "IDLE", 1)
    with Store.open(ada) as gone, Store.open(ada) as other:
        with pytest.raises(DroppedConnection), gone.database.transaction():
            assert answer(other, "q").card.reps == 1  # waits for a second
            gone.database.write("SELECT 1")
        assert answer(gone, "q", now=NOW + timedelta(days=1)).card.reps == 2


def test_a_class_that_somebody_holds_is_not_waited_for_for_ever(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(roles, "PATIENCE", 1)
    url = postgres.new_database()
    set_up(url)
    with psycopg.connect(url) as other:
        other.execute("UPDATE quizprep.version SET number = number")
        with pytest.raises(StoreError, match="is in the way"):
            set_up(url)
    eve = joined(url, tmp_path / "eve.db")
    with raw(eve) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtextextended('quizprep class setup', 0))")
        assert set_up(url)[0] > 0


def test_nobody_takes_all_connections(eve: Server):
    held = []
    try:
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            for _ in range(roles.CONNECTIONS + 1):
                held.append(raw(eve))
    finally:
        for each in held:
            each.close()


# ------------------------------------------------------------------------------ what a teacher is shown


FORGED = [
    ("reviews", "INSERT INTO quizprep.reviews (id, kind, question, at, checksum) VALUES ('x', 'review', 'q', 0, 1)"),
    ("deep", "INSERT INTO quizprep.reviews (id, kind, question, at, given) VALUES ('x', 'practice', 'q', 0, repeat('[', 100000))"),
    ("cards", "INSERT INTO quizprep.cards (id, reps, lapses, correct, ms, suspended, buried_until, changed) "
     "VALUES ('q', 1, 9, 0, 'NaN', 0, 0, 0)"),
    ("strengths", "INSERT INTO quizprep.cards (id, state, step, stability, difficulty, due, last_review, day, reps, lapses, "
     "correct, ms, suspended, buried_until, changed) VALUES ('q', 2, 0, 'NaN', 5, 0, 0, 9000000000, 1, 9, 0, 0, 0, 0, 0)"),
]  # fmt: skip


@pytest.mark.parametrize("statement", [statement for _, statement in FORGED], ids=[name for name, _ in FORGED])
def test_one_who_forges_rows_keeps_no_teacher_from_the_others(
    statement: str, ada: Server, eve: Server, course: str, tmp_path: Path
):
    teacher = joined(course, tmp_path / "t.db", teacher=True)
    for place in (ada, eve):
        share(place.url, raw_name(teacher))
    with Store.open(ada) as store:
        answer(store, "q", 1)
    with raw(eve) as connection:
        connection.execute(statement)
    found = figures(teacher, [Entry("q", "number", "chapter", ("topic",), "p", True)], Options(), NOW)
    assert [each.learner for each in found.learners] == [raw_name(ada)] and found.unusable == (raw_name(eve),)
    assert [each.mistake for each in found.mistakes] == ["forgot the mean"]


def test_nothing_that_a_learner_typed_acts_in_a_report(ada: Server, course: str, tmp_path: Path):
    """A mistake's name and an answer, written by hand: into a spreadsheet, a page, a terminal."""
    teacher = joined(course, tmp_path / "t.db", teacher=True)
    share(ada.url, raw_name(teacher))
    evil = (
        "=cmd|' /C calc'!A0",
        "<script>alert(1)</script>",
        "\x1b]52;c;eA==\x07",
        "\u202e+1",
        "\t=1",
        "＝1",
        "x" * 9999,
    )
    with Store.open(ada) as store:
        for number, text in enumerate(evil):
            given = replace(attempt("q", False, text), given=text)
            store.practise(given, "quiz", now=NOW + timedelta(minutes=number), day=NOW.date())
    found = figures(
        teacher, [Entry("q", "number", "chapter", ("topic",), "p", True)], Options(), NOW + timedelta(hours=1)
    )
    parts = tables(found, str, lambda question, name: name)
    (mistakes,) = (part for part in parts if part.name == "mistakes")
    assert len(mistakes.rows) == len(evil)
    written = "".join(as_csv(mistakes))
    for row in csv.reader(written.splitlines()[1:]):
        for cell in row:
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")), cell
            assert cell.isprintable() and len(cell) < 1000
    page = as_html(found, parts, "en")
    assert "<script>alert" not in page and "\x1b" not in page and "\u202e" not in page and "x" * 1000 not in page
