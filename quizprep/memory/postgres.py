"""A class's memory on PostgreSQL, as one of its learners sees it: the same tables and statements as in a file.

Who may read what is the server's to say (``class_schema/``): a row belongs to the role that wrote it. Asks for psycopg,
the extra ``class``.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from quizprep.errors import LearnerError, StoreError
from quizprep.memory.queries import Queries, Row, Server
from quizprep.memory.sqlite_file import DamagedStore, LockedStore, UnavailableStore, UnwritableStore
from quizprep.text import Text

if TYPE_CHECKING:
    import psycopg

SCHEMA = Path(__file__).parent / "class_schema"
OWN, SHARED = "quizprep", "quizprep_shared"  # schemas: a learner's own rows; those that a learner shares with a teacher
NOBODY = ""  # no learner's name: what a teacher sees of the class as a whole
CONNECT_SECONDS = 10  # that one try to connect may take
PATIENCE = 20.0  # seconds for which a connection that was cut off is tried again, where nothing can be lost by it
PAUSE = 0.2  # seconds between two tries
IDLE = 60  # seconds that a transaction waits for its next statement, before the server ends it
_GONE = (  # the server shuts down, crashed, starts, or ended an idle session or transaction
    "57P01", "57P02", "57P03", "57P05", "25P03",
)  # fmt: skip
_FULL = ("53100", "53200", "53300")  # no disk, memory or connection left
_LATER = ("40001", "40P01", "55P03")  # another session was in the way
#: What a learner may not do to a table as a whole goes through functions of the class (``class_schema/``).
_BY_FUNCTION = {
    "DELETE FROM cards WHERE id = ?": "SELECT forget_card(?)",
    "DELETE FROM cards": "SELECT forget_cards()",
    "DELETE FROM undone": "SELECT forget_undone()",
    "DELETE FROM names": "SELECT forget_names()",
}

Result = TypeVar("Result")


class DroppedConnection(LockedStore):
    """The server went away, or the way to it: the same may well succeed in a while."""


def newest_version() -> int:
    """The version of the tables that this program knows."""
    return int(max(SCHEMA.glob("[0-9]*.sql")).stem)


class PostgresDatabase(Queries):
    """An open connection, made again where it was cut off and nothing had been begun."""

    def __init__(self, server: Server, learner: str | None = None) -> None:
        """As the role that the URL names; with ``learner`` what that one shares with the role, only to be read.

        Raises :class:`StoreError` where the server cannot be reached, does not let the role in, or has no class of this
        program's version.
        """
        self.path = server.beside
        self._url, self._learner = server.url, learner
        self._begun = False
        self._connection = self._connect()

    @property
    def is_file(self) -> bool:
        return False

    def damaged(self, what: Text) -> StoreError:
        return DamagedStore(
            Text(
                f"The class's database has a row that is not what was written ({what['en']}). Ask whoever looks after "
                "the server; nothing was changed.",
                ko=f"수업 데이터베이스에 기록과 다른 행이 있습니다({what['ko']}). 서버를 관리하는 사람에게 알리세요. "
                "바뀐 것은 없습니다.",
            ),
            what,
        )

    def close(self) -> None:
        self._connection.close()

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        return self._again(lambda: self._execute(sql, values).fetchall())

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Generator[Row]:
        yield from self.read(sql, values)

    def first(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        return self._again(lambda: self._execute(sql, values).fetchone())

    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        if not self._begun:
            with self.transaction():
                return self.write(sql, values)
        with _explained(self._url):
            return self._execute(sql, values).rowcount

    def write_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with _explained(self._url), closing(self._connection.cursor()) as cursor:
            cursor.executemany(_dialect(sql), [_stored(row) for row in rows])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """As :meth:`Queries.transaction`. Raises :class:`DroppedConnection` where it may or may not have been written.

        Whoever tries again asks inside the next transaction what is there: it waits for the end of this one.
        """
        if self._learner is not None:
            raise UnwritableStore(
                Text("What a learner shares is only to be read.", ko="학생이 공유한 것은 읽기만 할 수 있습니다.")
            )
        self._again(self._begin)
        self._begun = True
        with _explained(self._url):
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if not self._connection.closed:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._begun = False

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        self._again(lambda: self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        self._begun = True
        with _explained(self._url):
            try:
                yield
            finally:
                self._begun = False
                if not self._connection.closed:
                    self._connection.execute("ROLLBACK")

    def check(self) -> None:
        self._again(lambda: self._execute("SELECT 1"))

    # ------------------------------------------------------------------------ inside

    def _execute(self, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Row]:
        return self._connection.execute(_dialect(sql), _stored(values))

    def _begin(self) -> None:
        """Sessions of one learner write one after the other, as they do in a file.

        One whose machine is gone in the middle, and the connection with it unnoticed, does not hold up the others.
        """
        try:
            self._connection.execute(
                f"BEGIN; SET LOCAL idle_in_transaction_session_timeout = '{IDLE}s'; SELECT take_turn()"
            )
        except BaseException:
            if not self._connection.closed:
                self._connection.execute("ROLLBACK")
            raise

    def _again(self, work: Callable[[], Result]) -> Result:
        """What ``work`` gives; where the connection is gone and no transaction with it, on a new one, for a while."""
        started = time.monotonic()
        while True:
            try:
                with _explained(self._url):
                    if self._connection.closed and not self._begun:
                        self._connection = self._connect(anew=True)
                    return work()
            except DroppedConnection:
                if self._begun or time.monotonic() - started > PATIENCE:
                    raise
                self._connection.close()
                time.sleep(PAUSE)

    def _connect(self, *, anew: bool = False) -> psycopg.Connection[Row]:
        driver = psycopg_driver()
        from psycopg.types.numeric import FloatLoader

        try:
            connection: psycopg.Connection[Row] = driver.connect(
                self._url,
                autocommit=True,  # transactions are begun here
                cursor_factory=driver.ClientCursor,  # one way for each statement, and values without types to declare
                connect_timeout=CONNECT_SECONDS,
                application_name="quizprep",
            )
        except (driver.Error, UnicodeError, ValueError) as error:
            raise _unreachable(self._url, error, anew=anew) from error
        connection.adapters.register_loader("numeric", FloatLoader)
        try:
            with _explained(self._url):
                connection.execute(f"SET search_path TO {OWN if self._learner is None else SHARED}")
                connection.execute("SELECT set_config('quizprep.learner', %s, false)", (self._learner or "",))
                if not anew:
                    self._refuse_another_version(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_another_version(self, connection: psycopg.Connection[Row]) -> None:
        errors = psycopg_driver().errors
        try:
            row = connection.execute(
                "SELECT number, has_table_privilege(%s, 'SELECT') FROM version",
                (f"{OWN}.reviews" if self._learner is None else f"{SHARED}.reviews",),
            ).fetchone()
        except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
            if self._learner is not None:
                raise StoreError(
                    Text(
                        f"{place_of(self._url)} is no teacher's role, and sees nothing but its own answers.",
                        ko=f"{place_of(self._url)} 계정은 선생님 역할이 아니어서 자기 답만 볼 수 있습니다.",
                    )
                ) from error
            raise StoreError(
                Text(
                    f"There is no class on {place_of(self._url)}, or none that this role is in. Whoever looks after "
                    "the server makes one with 'quizprep class setup' and lets people in with 'quizprep class add'.",
                    ko=f"{place_of(self._url)}에 수업이 없거나, 이 역할은 수업에 들어 있지 않습니다. 서버를 관리하는 "
                    "사람이 'quizprep class setup'으로 만들고 'quizprep class add'로 사람을 넣습니다.",
                )
            ) from error
        version, newest = int(row[0]) if row else 0, newest_version()
        if row and not row[1]:
            raise StoreError(
                Text(
                    f"{place_of(self._url)} is a teacher's role, which has no answers of its own: learn with a "
                    "learner's URL, or without QUIZPREP_STORE. `quizprep class report` shows what is shared with it.",
                    ko=f"{place_of(self._url)} 계정은 자기 답이 없는 선생님 역할입니다. 공부는 학생 URL로 하거나 "
                    "QUIZPREP_STORE 없이 하세요. 공유된 것은 `quizprep class report`로 봅니다.",
                )
            )
        if version != newest:
            who = Text("this quizprep", ko="이 quizprep") if version > newest else Text("the server", ko="서버")
            raise StoreError(
                Text(
                    f"The class on {place_of(self._url)} has tables of version {version}, this quizprep knows "
                    f"{newest}: {who['en']} is older. Upgrade it ('quizprep class setup' does, on the server). "
                    "Nothing was changed.",
                    ko=f"{place_of(self._url)}의 수업은 표의 버전이 {version}, 이 quizprep이 아는 것은 {newest}입니다. "
                    f"{who['ko']} 쪽이 오래되었으니 올리세요(서버는 'quizprep class setup'으로). 바뀐 것은 없습니다.",
                )
            )


def place_of(url: str) -> str:
    """``role@host/database``: a URL without its password."""
    driver = psycopg_driver()
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(url)
    except driver.Error:
        return "the server"
    where = f"{parts.get('host', 'localhost')}/{parts.get('dbname', '')}"
    return f"{parts['user']}@{where}" if parts.get("user") else where


def psycopg_driver() -> Any:
    """psycopg, which is imported for a class alone. Raises :class:`LearnerError` where it is not installed."""
    try:
        import psycopg

        # It warns of what it could not do with a connection that is gone, which is told here in words of our own.
        logging.getLogger("psycopg").setLevel(logging.CRITICAL)
    except ImportError as error:
        raise LearnerError(
            Text(
                "A class's database asks for psycopg: pip install 'quizprep[class]'",
                ko="수업 데이터베이스에는 psycopg가 필요합니다: pip install 'quizprep[class]'",
            )
        ) from error
    return psycopg


@functools.lru_cache(maxsize=256)
def _dialect(sql: str) -> str:
    """A statement as this server takes it, with the places of values as psycopg marks them."""
    return _BY_FUNCTION.get(sql, sql).replace("%", "%%").replace("?", "%s")


def _stored(values: Sequence[Any]) -> list[Any]:
    """Values as SQLite keeps them: 1 for True, nothing for nan."""
    return [int(value) if isinstance(value, bool) else None if value != value else value for value in values]


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn the failures of psycopg into :class:`StoreError`."""
    try:
        yield
    except psycopg_driver().Error as error:
        raise _explain(url, error) from error


def _explain(url: str, error: psycopg.Error) -> StoreError:
    state = error.sqlstate or ""
    said = error.diag.message_primary or str(error).strip()
    if state in _GONE or state.startswith("08") or (isinstance(error, psycopg_driver().OperationalError) and not state):
        return _dropped(url)
    if state in _FULL or state in _LATER:
        kind = LockedStore if state in _LATER else UnavailableStore
        return kind(
            Text(
                f"The class's server cannot write just now ({said}); nothing already recorded is lost. Try again.",
                ko=f"수업 서버가 지금은 쓰지 못합니다({said}). 이미 기록된 것은 그대로 있습니다. 다시 시도하세요.",
            )
        )
    if state == "42501":
        return UnwritableStore(
            Text(f"The class's server does not allow that ({said}).", ko=f"수업 서버가 허용하지 않습니다({said}).")
        )
    return StoreError(
        Text(f"The class's server refused a statement: {said}.", ko=f"수업 서버가 문장을 거절했습니다: {said}.")
    )


def _dropped(url: str) -> DroppedConnection:
    return DroppedConnection(
        Text(
            f"The connection to {place_of(url)} is gone; nothing already recorded is lost.",
            ko=f"{place_of(url)} 연결이 끊겼습니다. 이미 기록된 것은 그대로 있습니다.",
        )
    )


#: What libpq says where it does not connect, in words of our own; it adds hints ("Is the server running …?") in lines.
_REASONS = {
    "Connection refused": Text("nothing answers there, so the server may be off", ko="응답이 없습니다(꺼져 있는 듯함)"),
    "could not translate host name": Text("there is no such host", ko="그런 호스트가 없습니다"),
    "failed to resolve host": Text("there is no such host", ko="그런 호스트가 없습니다"),
    "timeout expired": Text("it did not answer in time", ko="제때 응답하지 않습니다"),
    "password authentication failed": Text("the password is not accepted", ko="비밀번호가 맞지 않습니다"),
}


def _why_unreachable(said: str) -> Text:
    """The reason in what libpq says: one that is known in both languages, else its last line as it is."""
    for words, reason in _REASONS.items():
        if words in said:
            return reason
    last = said.splitlines()[-1].strip()
    return Text(last, ko=last)


def _unreachable(url: str, error: Exception, *, anew: bool) -> StoreError:
    if anew:
        return _dropped(url)
    said = _why_unreachable(str(error).strip() or type(error).__name__)
    return StoreError(
        Text(
            f"{place_of(url)} cannot be used: {said['en']}. Look at QUIZPREP_STORE; it is a URL such as "
            "postgresql://ada:password@server/course.",
            ko=f"{place_of(url)} 서버를 쓸 수 없습니다: {said['ko']}. QUIZPREP_STORE를 확인하세요. "
            "postgresql://ada:password@server/course 같은 URL입니다.",
        )
    )
