"""What a database of the learner's memory answers, whichever engine it is: a SQLite file, or a class's PostgreSQL.

The statements of this folder are in the SQL that both engines have, with ``?`` for values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any, TypeVar

from quizprep.errors import StoreError
from quizprep.frozen import frozen
from quizprep.text import Text

Row = tuple[Any, ...]
Made = TypeVar("Made")


@frozen
class Server:
    """A class's database: its URL, and the file beside which this machine keeps what is its own (it is not made)."""

    url: str
    beside: Path


class Queries(ABC):
    """An open database. Usable from one thread; close it. Every failure is raised as a :class:`StoreError`.

    When :meth:`transaction` is left, what was written has reached the disk.
    """

    path: Path  # of the file, or beside which this machine keeps what is its own

    @property
    @abstractmethod
    def is_file(self) -> bool:
        """Whether it is a file of this machine, which is backed up here."""

    @property
    def is_in_place(self) -> bool:
        """Whether what is opened under this name is still this one."""
        return True

    @abstractmethod
    def damaged(self, what: Text) -> StoreError:
        """The error that says that the database is damaged, how, and what to do."""

    @abstractmethod
    def close(self) -> None:
        """Close it; whatever was recorded is on the disk already."""

    @abstractmethod
    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""

    @abstractmethod
    def stream(self, sql: str, values: Sequence[Any] = ()) -> Generator[Row]:
        """Rows one by one; closing the generator ends the query."""

    @abstractmethod
    def first(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query; None where there is none."""

    @abstractmethod
    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement, on its own a transaction of its own; how many rows it wrote."""

    @abstractmethod
    def write_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of the rows."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing, and on the disk when it is left. Waits for another session's to end."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[None]:
        """What is read inside is of one moment, whatever other sessions write meanwhile."""

    @abstractmethod
    def check(self) -> None:
        """Hold the tables against what they should be. Raises :class:`StoreError`."""

    def made(self, make: Callable[[Row], Made], sql: str, values: Sequence[Any] = ()) -> Generator[Made]:
        """What ``make`` makes of each row. Raises :class:`StoreError` for one that it cannot take."""
        with closing(self.stream(sql, values)) as rows:
            for row in rows:
                try:
                    made = make(row)
                except (ValueError, TypeError, OverflowError, RecursionError) as error:
                    raise self.damaged(Text(str(error), ko=str(error))) from error
                yield made

    def made_of_all(self, make: Callable[[list[Row]], Made], sql: str, values: Sequence[Any] = ()) -> Made:
        """As :meth:`made`, of all rows together: of a hundred thousand that takes half the time."""
        rows = self.read(sql, values)
        try:
            return make(rows)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise self.damaged(Text(str(error), ko=str(error))) from error

    def first_made(self, make: Callable[[Row], Made], sql: str, values: Sequence[Any] = ()) -> Made | None:
        """As :meth:`made`, of the first row alone; None where there is none."""
        with closing(self.made(make, sql, values)) as rows:
            return next(rows, None)

    def count(self, sql: str, values: Sequence[Any] = ()) -> int:
        """The number that a query for one number gives."""
        return int(self.read(sql, values)[0][0])
