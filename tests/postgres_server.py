"""A real PostgreSQL, begun for the tests that ask for one and ended with them."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizprep.memory.queries import Server


def programs() -> Path | None:
    """The folder of the server's programs, which Debian keeps off the path."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return folders[-1] if folders else None


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


class Postgres:
    """A server on loopback, of a folder of its own. PostgreSQL does not run as root: it is nobody's then."""

    def __init__(self, bin: Path, folder: Path) -> None:
        self._bin, self._folder, self.port = bin, folder, _free_port()
        self._user = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        if self._user:
            os.chown(folder, 65534, 65534)
        password = folder / "password"
        password.write_text("keeper\n")
        if self._user:
            os.chown(password, 65534, 65534)
        self._call(
            "initdb", "-D", folder / "data", "-U", "keeper", "--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8",
            "--no-sync",
        )  # fmt: skip
        settings = f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
        with (folder / "data" / "postgresql.conf").open("a", encoding="ascii") as written:
            written.write(f"{settings}max_connections = 200\nshared_buffers = 32MB\n")
        self.start()

    def _call(self, program: str, *arguments: object) -> None:
        command = [self._bin / program, *map(str, arguments)]
        done = subprocess.run(
            command, **self._user, cwd=self._folder, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, (program, done.stdout[-2000:], done.stderr[-2000:])

    def start(self) -> None:
        log = self._folder / "log"
        command = [self._bin / "pg_ctl", "-D", self._folder / "data", "-l", log, "-w", "-t", "60", "start"]
        subprocess.run(
            command, **self._user, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
        )

    def stop(self, how: str = "immediate") -> None:
        self._call("pg_ctl", "-D", self._folder / "data", "-w", "-m", how, "stop")

    def restart(self, how: str = "immediate") -> None:
        """As a crash and what follows it; every connection is cut off."""
        self.stop(how)
        self.start()

    def url(self, database: str, user: str = "keeper", password: str = "keeper") -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of an empty database, as the one who looks after the server."""
        import psycopg

        name = f"course_{secrets.token_hex(4)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)


def _running() -> Iterator[Postgres]:
    bin = programs()
    if bin is None:
        pytest.skip("PostgreSQL's programs are not installed (Debian: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="quizprep-postgres-"))  # where nobody can come: pytest's own are closed
    try:
        server = Postgres(bin, folder)
        try:
            yield server
        finally:
            with contextlib.suppress(AssertionError):
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server that the tests share."""
    yield from _running()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server of one test, to be stopped and started."""
    yield from _running()


@pytest.fixture(scope="session")
def course(postgres: Postgres) -> str:
    """The URL of a database with a class in it, as its keeper."""
    from quizprep.classroom.roles import set_up

    url = postgres.new_database()
    set_up(url)
    return url


def joined(course: str, beside: Path, *, teacher: bool = False, name: str | None = None) -> Server:
    """A new learner's place in the class."""
    from quizprep.classroom.roles import add

    return Server(add(course, name or f"l{secrets.token_hex(6)}", teacher=teacher), beside)
