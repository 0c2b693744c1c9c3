"""The tables of a class and the roles of its people, made by whoever looks after the server.

A learner is a role that may log in and belongs to the role ``quizprep_learners``; a teacher to ``quizprep_teachers``.
The tables belong to ``quizprep_keeper``, with which nobody logs in.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from quizprep.errors import LearnerError, StoreError
from quizprep.memory.postgres import SCHEMA, newest_version, place_of, psycopg_driver
from quizprep.text import Text

if TYPE_CHECKING:
    import psycopg

KEEPER, LEARNERS, TEACHERS = "quizprep_keeper", "quizprep_learners", "quizprep_teachers"
LONGEST_NAME = 63  # bytes of a role's name, beyond which PostgreSQL cuts it
PASSWORD_BYTES = 12
CONNECTIONS = 20  # at once, of one person: nobody takes all that the server has
PATIENCE = 10  # seconds that the setup waits for sessions that are in its way


def set_up(url: str) -> tuple[int, int]:
    """Make the class's tables in a database, or bring them up to date: the version before (0: none), and the one now.

    ``url`` is of a role that may make roles and schemas there. All in one transaction. Raises :class:`StoreError`.
    """
    with _administering(url) as connection, connection.transaction():
        connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        for role in (KEEPER, LEARNERS, TEACHERS):
            if not _is_role(connection, role):
                connection.execute(f"CREATE ROLE {role} NOLOGIN")
        ((name, database),) = connection.execute("SELECT current_user, current_database()").fetchall()
        connection.execute(_sql("GRANT CREATE ON DATABASE {} TO {}", database, KEEPER))
        connection.execute(_sql("GRANT {} TO {}", KEEPER, name))
        connection.execute(f"SET LOCAL ROLE {KEEPER}")
        before, newest = _version(connection, alone=True), newest_version()
        if before > newest:
            raise StoreError(
                Text(
                    f"The class has tables of version {before}, this quizprep knows {newest}. Upgrade quizprep; "
                    "nothing was changed.",
                    ko=f"수업의 표는 버전 {before}, 이 quizprep이 아는 것은 {newest}입니다. quizprep을 올리세요. "
                    "바뀐 것은 없습니다.",
                )
            )
        for step in sorted(SCHEMA.glob("[0-9]*.sql")):
            if int(step.stem) > before:
                connection.execute(step.read_text("utf-8"))
        connection.execute("UPDATE quizprep.version SET number = %s", (newest,))
        connection.execute(
            _sql("GRANT USAGE ON SCHEMA quizprep TO {}", name)
        )  # for who adds people, no superuser maybe
        connection.execute(_sql("GRANT SELECT ON quizprep.version TO {}", name))
        connection.execute(_sql("GRANT EXECUTE ON FUNCTION quizprep.is_known TO {}", name))
        connection.execute("RESET ROLE")
        connection.execute(_sql("REVOKE {} FROM {}", KEEPER, name))
        connection.execute(_sql("REVOKE CREATE ON DATABASE {} FROM {}", database, KEEPER))
        # Only who is let in comes in, and nobody leaves functions where the statements of others might find them.
        connection.execute(_sql("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC", database))
        if connection.execute("SELECT to_regnamespace('public')").fetchone() != (None,):
            connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    return before, newest


def add(url: str, name: str, *, teacher: bool = False, new_password: bool = False) -> str:
    """Let a person into the class; the URL to give to that person, which holds a new password.

    Raises :class:`LearnerError` for a name that cannot be one, and for a role that there is already: with
    ``new_password`` it keeps its answers and gets another password.
    """
    _refuse(name)
    group, other = (TEACHERS, LEARNERS) if teacher else (LEARNERS, TEACHERS)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with _administering(url) as connection, connection.transaction():
        if not _version(connection):
            raise LearnerError(
                Text(
                    f"There is no class on {place_of(url)} yet; make it with 'quizprep class setup'.",
                    ko=f"{place_of(url)}에 아직 수업이 없습니다. 'quizprep class setup'으로 만드세요.",
                )
            )
        # What the server is told is the password's hash, so that it stands in no log.
        hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        if _is_role(connection, name):
            groups = {group for group, names in _members(connection).items() if name in names}
            if not new_password or groups != {group}:
                raise LearnerError(_taken(name, other if other in groups else None))
            connection.execute(_sql("ALTER ROLE {} PASSWORD ", name) + _literal(hashed))
        else:
            if connection.execute("SELECT quizprep.is_known(%s)", (name,)).fetchone() == (True,):
                raise LearnerError(_left(name))
            new = _sql(f"CREATE ROLE {{}} LOGIN CONNECTION LIMIT {CONNECTIONS} IN ROLE {{}} PASSWORD ", name, group)
            connection.execute(new + _literal(hashed))
            ((database,),) = connection.execute("SELECT current_database()").fetchall()
            connection.execute(_sql("GRANT CONNECT ON DATABASE {} TO {}", database, name))
        info = connection.info
        where = f"{info.host or 'localhost'}:{info.port}/{quote(info.dbname)}"
    return f"postgresql://{quote(name, safe='')}:{password}@{where}"


def people(url: str) -> tuple[list[str], list[str]]:
    """The learners and the teachers of the class, by name."""
    with _administering(url) as connection:
        members = _members(connection)
    return members[LEARNERS], members[TEACHERS]


def share(url: str, teacher: str, *, shared: bool = True) -> bool:
    """Let a teacher read all of this learner's answers, or no longer; whether that changed anything.

    ``url`` is the learner's own. Raises :class:`LearnerError` where there is no such teacher.
    """
    with _administering(url) as connection, connection.transaction():
        if shared and teacher not in _members(connection)[TEACHERS]:
            raise LearnerError(
                Text(
                    f"There is no teacher {teacher!r} in this class; teachers: "
                    f"{', '.join(_members(connection)[TEACHERS]) or 'none yet'}.",
                    ko=f"이 수업에 {teacher!r} 선생님이 없습니다. 있는 사람: "
                    f"{', '.join(_members(connection)[TEACHERS]) or '아직 없음'}.",
                )
            )
        if not shared:
            return connection.execute("SELECT quizprep.share_no_longer(%s)", (teacher,)).fetchone() != (0,)
        statement = "INSERT INTO quizprep.shares (teacher) VALUES (%s) ON CONFLICT DO NOTHING"
        return connection.execute(statement, (teacher,)).rowcount > 0


def _refuse(name: str) -> None:
    if not name.strip() or name != name.strip() or len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        problem = Text("give a name of 1 to 63 bytes", ko="1~63바이트인 이름을 적으세요")
    elif name.startswith(("pg_", "quizprep_")) or not name.isprintable():
        problem = Text("PostgreSQL or quizprep keeps it", ko="PostgreSQL이나 quizprep이 쓰는 이름입니다")
    else:
        return
    raise LearnerError(
        Text(
            f"{name[:40]!r} cannot be the name of a person in the class: {problem['en']}.",
            ko=f"{name[:40]!r}: 수업에 쓸 수 없는 이름입니다: {problem['ko']}.",
        )
    )


def _left(name: str) -> Text:
    return Text(
        f"There are answers of an earlier {name!r} in the class, or answers that are shared with one; choose another "
        "name, for whoever had this one would see them.",
        ko=f"수업에 예전 {name!r}의 답이나 그 사람에게 공유된 답이 있습니다. 새 사람에게 보이지 않도록 다른 이름을 "
        "고르세요.",
    )


def _taken(name: str, other: str | None) -> Text:
    if other is not None:
        return Text(
            f"{name!r} is in the class already, in the other part: a person is a learner or a teacher.",
            ko=f"{name!r} 이름은 이미 수업에 있습니다. 한 사람은 학생이거나 선생님입니다.",
        )
    return Text(
        f"The server has a role {name!r} already; choose another name, or give a new password with --new-password "
        "where it is in the class.",
        ko=f"서버에 이미 {name!r} 역할이 있습니다. 다른 이름을 쓰거나, 수업에 있는 사람이면 --new-password로 새 "
        "비밀번호를 주세요.",
    )


@contextmanager
def _administering(url: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A connection to the class's database as the role that the URL names."""
    driver = psycopg_driver()
    try:
        with driver.connect(url, autocommit=True, connect_timeout=10, application_name="quizprep class") as connection:
            # Before anything else: whoever may make functions in a schema on the path has them run by this role.
            connection.execute("SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false)")
            yield connection
    except driver.errors.LockNotAvailable as error:
        raise StoreError(
            Text(
                f"Somebody's session on {place_of(url)} is in the way and does not end; nothing was changed. End the "
                "class's sessions (pg_terminate_backend), or restart the server, and do it again.",
                ko=f"{place_of(url)}에서 누군가의 세션이 끝나지 않아 막고 있습니다. 바뀐 것은 없습니다. 수업의 세션을 "
                "끝내거나(pg_terminate_backend) 서버를 다시 시작한 뒤 다시 하세요.",
            )
        ) from error
    except driver.errors.InsufficientPrivilege as error:
        raise StoreError(
            Text(
                f"{place_of(url)} may not do that: {error.diag.message_primary}.",
                ko=f"{place_of(url)}에는 그럴 권한이 없습니다: {error.diag.message_primary}.",
            )
        ) from error
    except (driver.Error, UnicodeError) as error:
        said = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        raise StoreError(
            Text(f"{place_of(url)} cannot be used: {said}.", ko=f"{place_of(url)} 서버를 쓸 수 없습니다: {said}.")
        ) from error


def _version(connection: psycopg.Connection[tuple[Any, ...]], *, alone: bool = False) -> int:
    """The version of the class's tables, 0 where there are none; ``alone``: nobody else changes it meanwhile."""
    if connection.execute("SELECT to_regclass('quizprep.version')").fetchone() == (None,):
        return 0
    row = connection.execute(f"SELECT number FROM quizprep.version{' FOR UPDATE' if alone else ''}").fetchone()
    return int(row[0]) if row else 0


def _is_role(connection: psycopg.Connection[tuple[Any, ...]], name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone() is not None


def _members(connection: psycopg.Connection[tuple[Any, ...]]) -> dict[str, list[str]]:
    """The people of each part of the class, by name."""
    rows = connection.execute(
        "SELECT part.rolname, member.rolname FROM pg_auth_members JOIN pg_roles AS part ON part.oid = roleid "
        "JOIN pg_roles AS member ON member.oid = member WHERE part.rolname = ANY(%s) AND member.rolcanlogin "
        "AND has_database_privilege(member.oid, current_database(), 'CONNECT') ORDER BY member.rolname",
        ([LEARNERS, TEACHERS],),
    ).fetchall()
    return {part: [name for group, name in rows if group == part] for part in (LEARNERS, TEACHERS)}


def _sql(statement: str, *names: str) -> Any:
    """A statement with names of roles and databases in it, each quoted."""
    from psycopg import sql

    return sql.SQL(statement).format(*map(sql.Identifier, names))


def _literal(text: str) -> Any:
    from psycopg import sql

    return sql.Literal(text)
