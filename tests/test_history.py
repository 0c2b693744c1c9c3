"""What the log means: the bounds of its events, the names of questions, what a card counts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from quizprep.memory import history
from quizprep.memory.history import Card, Review

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
REVIEW = {
    "id": "i", "kind": "review", "question": "q", "at": "2026-12-01T09:00:00+00:00", "grade": 3, "day": "2026-12-01",
    "repetition": 0, "scheduler": "s", "correct": True, "state": 2, "stability": 3.5, "difficulty": 5.0,
    "due": "2026-12-04T09:00:00+00:00",
}  # fmt: skip
AT_THE_EDGE = {  # of a field: the outermost values that are taken, and the nearest that are not
    "grade": ((1, 4), (0, 5, 2.5, True, "3")),
    "state": ((2,), (0, 4)),
    "step": ((0, 1000), (-1, 1001, 0.5)),
    "repetition": ((0, 2**31), (-1, 2**31 + 1)),
    "seed": ((-(2**63), 2**63 - 1), (-(2**63) - 1, 2**63)),
    "stability": ((1e-9, 1e9, 3), (0, 1.1e9, "deep", float("nan"), float("inf"))),
    "difficulty": ((1, 10), (0.9, 10.1)),
    "predicted": ((0, 1), (-0.1, 1.1)),
    "ms": ((0, 1e12), (-1, 2e12)),
    "hinted": ((True, False), (1, "yes")),
    "mistake": (("m" * 100_000, "ㄱ"), ("m" * 100_001, "\ud800", 7)),
    "given": (("any", 1.5, [[1], {"a": None}]), ("half \udc00", ["\ud800"], {"\ud800": 1}, {"a": ["\ud800"]})),
    "results": (({}, {"loss": [0.5]}), ([], "loss")),
    "at": (
        ("2026-12-01T18:00:00+09:00", "2026-12-04T23:59:59+00:00", "2026-11-28T00:00:00+00:00"),
        ("2026-12-01T09:00:00", "soon", 7, "2026-12-05T00:00:00+00:00", "2026-11-27T23:59:59+00:00"),
    ),
    "day": (("2026-11-28", "2026-12-04"), ("2026-11-27", "2026-12-05", "today", 7)),
    "due": (
        ("1970-01-01T00:00:00+00:00", "3999-12-31T23:59:59+00:00"),
        ("1969-12-31T23:59:59+00:00", "4000-01-01T00:00:00+00:00", "9999-12-31T23:59:59-10:00", "0001-01-01T00:00:00+10:00"),
    ),
    "colour": ((), ("red",)),
}  # fmt: skip


@pytest.mark.parametrize("field", AT_THE_EDGE)
def test_a_field_of_an_event_is_taken_up_to_its_bounds_and_not_beyond(field):
    good, bad = AT_THE_EDGE[field]
    for value in good:
        event = history.from_json(REVIEW | {field: value})
        assert history.from_json(history.to_json(event)) == event
        assert history.is_possible(event)
    for value in bad:
        with pytest.raises(ValueError, match=field) as caught:
            history.from_json(REVIEW | {field: value})
        assert len(str(caught.value)) < 200


def test_an_event_lies_between_1970_and_3000():
    undo = {"id": "i", "kind": "undo", "question": "q", "target": "t"}
    for at, taken in (("1970-01-01", True), ("1969-12-31", False), ("2999-12-31", True), ("3000-01-01", False)):
        instant = datetime.fromisoformat(f"{at}T00:00:00+00:00")
        assert history.is_possible(Review("i", "undo", "q", instant, target="t")) is taken
        if taken:
            assert history.from_json(undo | {"at": instant.isoformat()}).at == instant
        else:
            with pytest.raises(ValueError, match="at is not between 1970 and 2999"):
                history.from_json(undo | {"at": instant.isoformat()})


@pytest.mark.parametrize("kind", sorted(history.KINDS))
def test_an_event_without_what_its_kind_needs_is_refused(kind):
    whole = {**REVIEW, "target": "t", "until": REVIEW["due"], "kind": kind}
    needed = {
        "review": "grade day repetition scheduler correct state stability difficulty due",
        "practice": "target day correct", "undo": "target", "rename": "target", "bury": "until", "due": "until",
        "reschedule": "day scheduler state stability difficulty due", "flag": "target",
    }.get(kind, "")  # fmt: skip
    assert history.from_json(whole).kind == kind
    for name in {"id", "kind", "question", "at", *needed.split()}:
        for without in ({**whole, name: None}, {key: value for key, value in whole.items() if key != name}):
            with pytest.raises(ValueError, match=f"{name}.* missing"):
                history.from_json(without)
    for name in {"mistake", "given", "ms", "target", "until"} - set(needed.split()):
        assert history.from_json({key: value for key, value in whole.items() if key != name}).kind == kind
    with pytest.raises(ValueError, match="id is missing"):
        history.from_json({**whole, "id": ""})
    with pytest.raises(ValueError, match="unknown kind"):
        history.from_json({**whole, "kind": [kind]})


@pytest.mark.parametrize("state", [1, 3])
def test_only_a_card_in_review_has_no_step(state):
    with pytest.raises(ValueError, match="step missing"):
        history.from_json(REVIEW | {"state": state})
    memory = history.from_json(REVIEW | {"state": state, "step": 1}).memory
    assert (memory.state, memory.step, memory.day) == (state, 1, date(2026, 12, 1).toordinal())
    assert memory.last_review == datetime.fromisoformat(REVIEW["at"])


def test_an_answer_is_at_most_fifty_lists_deep():
    nested: object = 1
    for _ in range(50):
        nested = [nested]
    assert history.from_json(REVIEW | {"given": nested}).given == nested
    for deeper in ([nested], {"a": nested}):
        with pytest.raises(ValueError, match="nested more than 50 deep"):
            history.from_json(REVIEW | {"given": deeper})


def test_names_that_are_taken_up_again_or_passed_on_lead_to_the_present_one():
    def names(*pairs):
        events = [
            Review(f"{number}", "rename", old, NOW + timedelta(seconds=number), target=new)
            for number, (old, new) in enumerate(pairs)
        ]
        assert history.current_names(reversed(events)) == history.current_names(events)
        return history.current_names(events)

    assert names(("a", "b"), ("b", "c"), ("x", "y")) == {"a": "c", "b": "c", "x": "y"}
    assert names(("a", "b"), ("b", "a")) == {"b": "a"}


def test_an_id_tells_the_time_it_was_made_and_one_before_1970_is_the_first():
    digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    number = 0
    for letter in history.new_id(NOW + timedelta(milliseconds=7)):
        number = number * 32 + digits.index(letter)
    assert number >> 80 == int(NOW.timestamp()) * 1000 + 7
    assert history.new_id(datetime(1960, 1, 1, tzinfo=UTC)).startswith("0" * 10)


def test_a_card_counts_its_reviews_and_what_it_forgot():
    card = Card("q")
    for number, (grade, state, correct, ms) in enumerate(
        [(1, 1, False, 5.0), (3, 2, True, None), (1, 3, False, 7.0), (1, 2, True, 1.0), (2, 2, True, 1.0)]
    ):
        memory = history.Memory(state, None, 1.0, 5.0, NOW, NOW, 1)
        event = Review(f"{number}", "review", "q", NOW, grade=grade, correct=correct, ms=ms)
        card = card.after(event, memory)
    assert (card.reps, card.lapses, card.correct, card.ms, card.last_id) == (5, 1, 3, 14.0, "4")
    assert history.fuzz_seed("q", 5) == card.fuzz_seed


@pytest.mark.parametrize("field", ["at", "due", "until"])
def test_a_time_without_a_zone_is_refused_as_that(field):
    with pytest.raises(ValueError, match=f"^{field} has no zone: '2026-12-01T09:00'$"):
        history.from_json(REVIEW | {field: "2026-12-01T09:00"})
