"""The prices kept between runs: they follow from the weights alone, and take a second to compute.

The file is disposable and lies in the cache. It is written in one step; one that cannot be read is made again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from quizprep.exam import memory_models, price
from quizprep.exam.memory_models import Family
from quizprep.exam.price import Prices, prices
from quizprep.memory import fsrs7

HORIZON = 90  # days ahead; farther ones are planned as this one


def kept_prices(models: Family, weights: Sequence[float], days: int, folder: Path) -> list[Prices]:
    """The prices with 1 to ``days`` days to go (at most :data:`HORIZON`), from the folder or computed into it."""
    days = max(1, min(days, HORIZON))
    path = folder / f"exam-prices-{_name(weights)}.npy"
    rows = _read(path, models.size)
    if rows is None or len(rows) < days:
        found = prices(models, days)
        rows = np.stack([np.concatenate([each.cards, each.new]) for each in found]).astype(np.float32)
        _write(path, rows)
    return [Prices(row[: -models.size], row[-models.size :]) for row in rows]


def _name(weights: Sequence[float]) -> str:
    """Of all that decides the prices."""
    code = b"".join(Path(str(module.__file__)).read_bytes() for module in (price, memory_models, fsrs7))
    return hashlib.blake2b(code + repr(tuple(weights)).encode(), digest_size=8).hexdigest()


def _read(path: Path, models: int) -> np.ndarray | None:
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    is_ours = rows.ndim == 2 and rows.dtype == np.float32 and rows.shape[1] == models * (price.STATES + 1)
    return rows if is_ours else None


def _write(path: Path, rows: np.ndarray) -> None:
    with suppress(OSError):  # where nothing can be written, the next run computes them again
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("exam-prices-*.npy"):
            old.unlink()
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        with temporary.open("wb") as file:
            np.save(file, rows)
        temporary.replace(path)
