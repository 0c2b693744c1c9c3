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
    begun, processor = time.perf_counter(), time.thread_time()
    try:
        yield
    finally:
        _own.uncounted = getattr(_own, "uncounted", 0.0) + time.thread_time() - processor
        _own.waited = getattr(_own, "waited", 0.0) + time.perf_counter() - begun


def times_cut_short() -> int:
    """How often something of this thread ran out of time: what was found meanwhile may be less than there is."""
    times: int = getattr(_own, "cut_short", 0)
    return times


class _Limit:
    """Seconds that may be spent. Most verdicts stand before the processor's clock is looked at: until then all the time

    that passed is taken to have been the processor's, but where the limit is ``exact``.
    """

    __slots__ = ("begun", "end", "seconds")

    def __init__(self, seconds: float, *, exact: bool) -> None:
        self.seconds, self.begun = seconds, _passed()
        self.end = clock() + seconds if exact else math.inf

    def over(self, now: float) -> bool:
        if self.end == math.inf:
            self.end = now + self.seconds - (_passed() - self.begun)
        return now > self.end


def _passed() -> float:
    """The time of day that counts, in seconds."""
    return time.perf_counter() - getattr(_own, "waited", 0.0)


@contextmanager
def within(seconds: float, *, exact: bool = False) -> Iterator[None]:
    """Let what is computed inside take so many seconds of this thread's processor, and no more than around it.

    Whoever computes asks :func:`in_time` again and again, which raises OutOfTime. ``exact`` reads the slow clock at the
    beginning too: time in which the machine did something else is not taken for the processor's then.
    """
    limits: list[_Limit] = _own.__dict__.setdefault("limits", [])
    limits.append(_Limit(seconds, exact=exact))
    _own.looked = time.perf_counter()
    try:
        yield
    finally:
        limits.pop()
        _own.looked = -math.inf


def in_time() -> None:
    """Counts an operation. Raises OutOfTime where the time that :func:`within` gave is spent."""
    _own.operations = getattr(_own, "operations", 0) + 1
    limits: list[_Limit] = getattr(_own, "limits", [])
    if not limits or time.perf_counter() < _own.looked + LOOK:
        return
    _own.looked = time.perf_counter()
    now = clock()
    if any(limit.over(now) for limit in limits):
        _own.cut_short = times_cut_short() + 1
        raise OutOfTime
