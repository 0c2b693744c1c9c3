"""The log summed up by study day and by foreseen chance, kept between runs.

The log is only ever added to, so that sums over its first events do not change: they are kept up to one event, those of
later events are added, and those of answers that were taken back are subtracted each time. The file is disposable and
lies in the cache. It says of which database it is, up to which event, and how many those were; where that is not so any
more, or the file cannot be read, the whole log is summed up.
"""

from __future__ import annotations

import hashlib
import json
import math
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from quizprep.errors import LearnerError
from quizprep.files import write_in_one_step
from quizprep.memory.queries import Row
from quizprep.memory.sqlite_file import explained
from quizprep.memory.statistics import DAY_SUMS, Bin, Day, span_of
from quizprep.memory.store import Store

FILE = "sums.json"
BINS = 10  # of equal width of the foreseen chance
MANY = 20_000  # events since those that are kept, from which on the index is faster than the rows one by one
WORTH_KEEPING = 2_000  # events that are summed up in no time
_VERSION = 1  # of the file
_EDGES = [index / BINS for index in range(1, BINS)]
_COLUMNS = "day, repetition, grade, correct, predicted, ms"
# As text put together no index for reviews alone is used, which would be read whole.
_IS_REVIEW = "kind || '' = 'review'"


class Sums:
    """What days and bins of the foreseen chance sum up to; the columns of a day are those of :class:`Day`."""

    def __init__(self) -> None:
        self.days: dict[int, list[float]] = {}
        self.bins: list[list[float]] = [[0, 0.0, 0] for _ in range(BINS)]

    def add(self, review: Row, sign: int = 1) -> None:
        """Add a review, with the columns ``day, repetition, grade, correct, predicted, ms``, or take it out (-1)."""
        ordinal, repetition, grade, correct, predicted, ms = review
        counted = int(predicted is not None)
        recalled = int(counted and grade > 1)
        added = (1, repetition == 0, correct == 1, counted, recalled, predicted or 0.0, ms or 0.0)
        _add(self.days.setdefault(_day(ordinal), [0, 0, 0, 0, 0, 0.0, 0.0]), added, sign)
        if counted:
            _add(self.bins[bisect_right(_EDGES, predicted)], (1, predicted, recalled), sign)

    def by_day(self) -> list[Day]:
        """The days that have an answer, oldest first."""
        found = []
        for ordinal, (answers, new, correct, counted, recalled, predicted, ms) in sorted(self.days.items()):
            if answers:
                counts = (int(answers), int(new), int(correct), int(counted), int(recalled))
                found.append(Day(date.fromordinal(ordinal), *counts, predicted if counted else 0.0, ms))
        return found

    def calibration(self) -> list[Bin]:
        """The bins that have a review, by the chance foreseen."""
        return [
            Bin(int(count), predicted / count, recalled / count) for count, predicted, recalled in self.bins if count
        ]


def sums_of(store: Store, folder: Path | None) -> Sums:
    """The sums over the reviews that were not taken back; what was kept in the folder spares reading most of them."""
    with store.database.snapshot():
        return _sums_of(store, folder)


def dropped_as_wrong(store: Store, folder: Path) -> Path | None:
    """Hold what is kept against the whole log; the file that was taken away, where the two differ.

    Raises :class:`StoreError` where it cannot be taken away.
    """
    path = folder / FILE
    if not path.exists():
        return None
    with store.database.snapshot():
        kept, whole = _sums_of(store, folder), _sums_of(store, None)
    if _alike(kept, whole):
        return None
    with explained(path):
        path.unlink(missing_ok=True)
    return path


def _sums_of(store: Store, folder: Path | None) -> Sums:
    last = store.last_number()
    path = folder / FILE if folder and store.database.is_file and last > WORTH_KEEPING else None
    before, sums = _kept(path, store) if path else (0, Sums())
    if not before or last - before > MANY:
        sums = _whole(store)
    else:
        new = f"SELECT {_COLUMNS} FROM reviews WHERE number > ? AND {_IS_REVIEW}"
        for _ in store.database.made(sums.add, new, (before,)):
            pass
    if path and (not before or last - before > WORTH_KEEPING):
        _keep(path, store, last, sums)
    undone = f"SELECT {_COLUMNS} FROM undone CROSS JOIN reviews WHERE number = review AND {_IS_REVIEW}"
    for _ in store.database.made(partial(sums.add, sign=-1), undone):
        pass
    return sums


def _alike(kept: Sums, whole: Sums) -> bool:
    """Whether the sums are the same, but for the order in which they were added up."""

    def figures(sums: Sums) -> list[float]:
        days = [(float(day), *each) for day, each in sorted(sums.days.items()) if each[0]]
        return [float(figure) for each in (*days, *sums.bins) for figure in each]

    pairs = zip_longest(figures(kept), figures(whole), fillvalue=math.inf)
    return all(math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6) for one, other in pairs)


def _whole(store: Store) -> Sums:
    """Over all reviews, also those that were taken back."""
    sums = Sums()
    which = "FROM reviews WHERE kind = 'review'"
    by_day = store.database.made(
        lambda row: (_day(row[0]), [float(figure) for figure in row[1:]]),
        f"SELECT day, {DAY_SUMS} {which} GROUP BY day",
    )
    sums.days = dict(by_day)
    by_bin = store.database.read(
        f"SELECT {span_of('predicted', _EDGES)}, count(*), sum(predicted), count(*) FILTER (WHERE grade > 1) {which} "
        "AND predicted IS NOT NULL GROUP BY 1"
    )
    for number, *figures in by_bin:
        sums.bins[int(number)] = [float(figure) for figure in figures]
    return sums


def _add(sums: list[float], added: Sequence[float], sign: int) -> None:
    for place, value in enumerate(added):
        sums[place] += sign * value


def _day(ordinal: int) -> int:
    """The ordinal of a study day. Raises ValueError or TypeError for one that is none."""
    return date.fromordinal(ordinal).toordinal()


def _named(store: Store, last: int) -> list[Any]:
    """What tells the first events of this log from any others."""
    file = store.path.stat()
    number = store.database.first("SELECT id FROM reviews WHERE number = ?", (last,))
    later = store.database.count("SELECT count(*) FROM reviews WHERE number > ?", (last,))
    return [_VERSION, file.st_dev, file.st_ino, last, number and number[0], store.event_count() - later]


def _kept(path: Path, store: Store) -> tuple[int, Sums]:
    """The number of the last event of what is kept, and the sums; 0 where nothing is, or it is of another log."""
    sums = Sums()
    with suppress(OSError, ValueError, KeyError, TypeError):
        checksum, _, text = path.read_text(encoding="utf-8").partition("\n")
        if checksum == _checksum(text):  # a flipped bit must not become a figure
            kept = json.loads(text)
            last = int(kept["log"][3])
            if kept["log"] == _named(store, last):
                sums.days = {int(day): figures for day, figures in kept["days"].items()}
                sums.bins = kept["bins"]
                return last, sums
    return 0, sums


def _keep(path: Path, store: Store, last: int, sums: Sums) -> None:
    """Where nothing can be written, all is summed up again next time."""
    with suppress(OSError, LearnerError):
        text = json.dumps({"log": _named(store, last), "days": sums.days, "bins": sums.bins})
        write_in_one_step(path, [f"{_checksum(text)}\n", text], make_folder=True)


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
