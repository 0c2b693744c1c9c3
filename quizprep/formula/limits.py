"""How large a formula may be, and the work that it asks for: the same for whoever reads, rewrites or computes it."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MAX_NODES = 4000  # parts of one formula
MAX_TERMS = 10_000  # of one sum or product over an index
MAX_EXPONENT = 1_000_000  # of a power whose exponent is written out in numbers
MAX_NUMBERS = 1 << 24  # drawn for one symbol of a batch
SECONDS = 2.0  # of the processor, for one value in plain numbers
LOOK = 0.005  # seconds that must have passed before the processor's clock, which is slow to read, is looked at again

_own = threading.local()  # of a thread: the end of what it may compute, its time that does not count, its operations


class OutOfTime(Exception):
    """The processor time that was given is spent. No error of a formula: nobody reads on elsewhere."""


def clock() -> float:
    """The processor time of this thread that counts, in seconds."""
    return time.thread_time() - getattr(_own, "uncounted", 0.0)


def operations() -> int:
    """How many operations of formulas this thread has computed: the same on every machine."""
    done: int = getattr(_own, "operations", 0)
    return done


@contextmanager
def uncounted() -> Iterator[None]:
    """What is done inside is done once for all that follows, an import say: it takes nothing from any limit."""
    begun = time.thread_time()
    try:
        yield
    finally:
        _own.uncounted = getattr(_own, "uncounted", 0.0) + time.thread_time() - begun


def times_cut_short() -> int:
    """How often something of this thread ran out of time: what was found meanwhile may be less than there is."""
    times: int = getattr(_own, "cut_short", 0)
    return times


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let what is computed inside take so many seconds of this thread's processor, and no more than around it.

    Whoever computes asks :func:`in_time` again and again, which raises OutOfTime. Time in which the machine did
    something else is not taken for the processor's: a verdict is the same on a busy one.
    """
    ends: list[float] = _own.__dict__.setdefault("ends", [])
    ends.append(clock() + seconds)
    _own.looked = time.perf_counter()
    try:
        yield
    finally:
        ends.pop()
        _own.looked = -math.inf


def in_time() -> None:
    """Counts an operation. Raises OutOfTime where the time that :func:`within` gave is spent."""
    _own.operations = getattr(_own, "operations", 0) + 1
    ends: list[float] = getattr(_own, "ends", [])
    if not ends or time.perf_counter() < _own.looked + LOOK:
        return
    _own.looked = time.perf_counter()
    if clock() > min(ends):
        _own.cut_short = times_cut_short() + 1
        raise OutOfTime
