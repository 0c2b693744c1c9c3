"""Frozen values behave as frozen dataclasses do, and the functions of ``dataclasses`` know them."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, asdict, field, fields, replace

import pytest

from quizprep.frozen import frozen


@frozen
class Base:
    note: str = field(default="", compare=False, repr=False, kw_only=True)


@frozen
class Pair(Base):
    left: int
    right: int = 2
    seen: list[int] = field(default_factory=list, compare=False)


def test_values_are_those_of_a_dataclass() -> None:
    pair = Pair(1, note="a")
    assert (pair.left, pair.right, pair.seen, pair.note) == (1, 2, [], "a")
    assert repr(pair) == "Pair(left=1, right=2, seen=[])"
    assert [item.name for item in fields(pair)] == ["note", "left", "right", "seen"]
    assert asdict(pair) == {"note": "a", "left": 1, "right": 2, "seen": []}
    assert replace(pair, right=3) == Pair(1, 3) != pair
    assert pickle.loads(pickle.dumps(pair)) == pair


def test_equality_and_hash_follow_the_fields_that_are_compared() -> None:
    assert Pair(1, note="a") == Pair(1, 2, [5], note="b")
    assert len({Pair(1), Pair(1, note="b"), Pair(2)}) == 2
    assert Pair(1) != Base() and Pair(1) != (1, 2)
    assert Pair(1).seen is not Pair(1).seen


def test_a_field_may_have_any_name() -> None:
    @frozen
    class Odd:
        given: int
        values: int
        LEFT_OUT: int
        name: int = 4

    assert asdict(Odd(1, 2, 3)) == {"given": 1, "values": 2, "LEFT_OUT": 3, "name": 4}


def test_nothing_can_be_changed() -> None:
    pair = Pair(1)
    with pytest.raises(FrozenInstanceError):
        pair.left = 2  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del pair.left


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, [], 4), {}), ((1,), {"left": 1}), ((1,), {"other": 1}), ((), {"right": 1})],
    ids=["missing", "too many", "twice", "unknown", "missing beside another"],
)
def test_fields_that_do_not_fit_are_refused(values: tuple, named: dict) -> None:
    with pytest.raises(TypeError, match=r"Pair.__init__\(\) .* argument"):
        Pair(*values, **named)
