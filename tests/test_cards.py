"""`quizprep cards` and `quizprep card`: the deck card by card, one with its history, and what can be changed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drill_content import write_content
from program import quizprep

from quizprep.memory.browser import FILTERS, SORTS, browse, history_of
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SCHEDULER = Scheduler(Options(leech_lapses=1, leech_action="mark"), UTC)


class Entry:
    def __init__(self, id: str) -> None:
        self.id, self.kind, self.chapter = id, "number", "classification-metrics"


def answer(store: Store, question: str, days: float, grade: int) -> None:
    attempt = Attempt(question, "number", "p", 1, "0.5", 1.0, grade > 1, None, {}, "cpu", 1.0)
    store.record(attempt, grade, now=NOW + timedelta(days=days), scheduler=SCHEDULER, took_ms=4000 if days else None)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        answer(store, "known", 0, 4)
        answer(store, "forgotten", 0, 4)
        answer(store, "forgotten", 9, 1)
        answer(store, "begun", 9, 3)
        answer(store, "hidden", 0, 4)
        store.suspend("hidden", now=NOW)
        store.flag("known", "old", now=NOW)
        store.flag("known", "two options are right", now=NOW + timedelta(hours=1))
        store.flag("begun", "bad", now=NOW)
        store.flag("begun", "", now=NOW + timedelta(hours=1))
        yield store


def test_cards_are_filtered_and_sorted(store):
    entries = [Entry(id) for id in ("unseen", "known", "forgotten", "begun", "hidden")]
    later = NOW + timedelta(days=9, hours=1)

    def ids(*only: str, sort: str = "course") -> list[str]:
        return [line.entry.id for line in browse(store, SCHEDULER, entries, later, only, sort)]

    assert ids() == ["unseen", "known", "forgotten", "begun", "hidden"]
    assert ids("new") == ["unseen"] and ids("suspended") == ["hidden"] and ids("leech") == ["forgotten"]
    assert ids("learning") == ["forgotten", "begun"] and ids("due") == ["known", "forgotten", "begun"]
    assert ids("flagged") == ["known"] and ids("flagged", "learning") == []
    assert ids(sort="lapses")[0] == ids(sort="reviews")[0] == ids(sort="time")[0] == "forgotten"
    for sort in ("due", "recall", "stability", "difficulty"):
        assert ids(sort=sort)[-1] == "unseen" and len(ids(sort=sort)) == 5, "what has no value comes last"
    assert ids(sort="difficulty")[0] == "forgotten"
    (line,) = browse(store, SCHEDULER, [entries[1]], later)
    assert line.flag == "two options are right" and line.state == "review" and 0 < line.recall < 1


def test_a_history_has_the_days_between_the_answers(store):
    assert [(review.grade, days) for review, days in history_of(store, "forgotten")] == [(4, None), (1, 9.0)]
    assert history_of(store, "unseen") == []


def test_the_program_lists_what_it_can_filter_and_sort_by():
    from quizprep.cli import cards

    assert tuple(FILTERS) == cards._FILTERS and tuple(SORTS) == cards._SORTS


def test_a_card_is_shown_and_changed_in_the_program(tmp_path: Path) -> None:
    home, content = tmp_path / "home", write_content(tmp_path / "content", numbers=2)
    with Store.open(home / "quizprep.db") as store:
        answer(store, "q00", 0, 3)
        answer(store, "q00", 1, 3)
    own = ("--content", str(content), "--at", "2026-12-03")
    changed = quizprep("card", "q00", "--due", "2026-12-24", "--flag", "bad", *own, home=home)
    assert "due 2026-12-24" in changed.stdout and "flag: bad" in changed.stdout and "0.5" in changed.stdout
    shown = json.loads(quizprep("card", "q00", "--suspend", "--json", *own, home=home).stdout)
    assert (shown["state"], shown["flag"], [each["grade"] for each in shown["history"]]) == ("suspended", "bad", [3, 3])
    listed = quizprep("cards", "--only", "flagged", "--only", "suspended", *own, home=home, env={"LANG": "ko_KR.UTF-8"})
    assert "q00" in listed.stdout and "보류" in listed.stdout and "q01" not in listed.stdout
    new = quizprep("card", "q01", "--due", "2026-12-24", *own, home=home)
    assert new.returncode == 2 and "no date yet" in new.stderr
    assert quizprep("cards", "--sort", "colour", *own, home=home).returncode == 2
    with Store.open(home / "quizprep.db") as store:
        store.check()


def test_the_history_of_a_card_has_what_else_happened_to_it(tmp_path: Path):
    write_content(tmp_path / "content", numbers=1, kinds=False)
    (tmp_path / "config.toml").write_text(f'content = "{tmp_path / "content"}"\n')
    quizprep("drill", "--at", "2026-12-01", stdin="=4\n", home=tmp_path)
    changes = (("--due", "2026-12-24"), ("--suspend",), ("--unsuspend",), ("--flag", "bad"), ("--reset",))
    for day, change in enumerate(changes, start=2):
        assert quizprep("card", "q00", *change, "--at", f"2026-12-0{day}", home=tmp_path).returncode == 0
    found = json.loads(quizprep("card", "q00", "--json", home=tmp_path).stdout)
    assert [each["kind"] for each in found["changes"]] == ["due", "suspend", "unsuspend", "flag", "reset"]
    assert found["changes"][0]["due"].startswith("2026-12-24") and len(found["history"]) == 1 and found["reviews"] == 0
    said = quizprep("card", "q00", home=tmp_path).stdout
    for words in ("date set: 2026-12-24", "suspended", "brought back", "flagged", "new again"):
        assert words in said
    assert said.index("Easy") < said.index("date set") < said.index("new again"), "in order of time"
    assert "새 카드로 되돌림" in quizprep("card", "q00", "--lang", "ko", home=tmp_path).stdout
