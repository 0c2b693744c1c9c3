"""Options of chapters and topics: the most particular row counts, in the queue, the dates, the log and every command."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drill_content import write_content
from hypothesis import given
from hypothesis import strategies as st
from program import objects, quizprep

from quizprep.deck import Entry
from quizprep.errors import LearnerError
from quizprep.memory.drill_queue import DrillQueue
from quizprep.memory.log_file import export_log, import_log
from quizprep.memory.options import Options
from quizprep.memory.rescheduling import reschedule
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.memory.topic_options import NO_ROWS, Rooms, TopicOptions
from quizprep.question import Attempt
from quizprep.settings import Settings, topic_key

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ENTRIES = [
    Entry(f"q{number:02d}", "number", f"c{number % 2}", (f"t{number % 4}", f"t{number % 3}"), "p", True)
    for number in range(24)
]


def scheduler_of(rows, **options) -> Scheduler:
    return Scheduler(Options(**options), UTC, TopicOptions.of(rows, ENTRIES))


def answer(store: Store, question: str, grade: int, now: datetime, scheduler: Scheduler):
    attempt = Attempt(question, "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 1.0)
    return store.record(attempt, grade, now=now, scheduler=scheduler, took_ms=1000)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        yield store


def test_each_option_comes_from_the_most_particular_row_that_sets_it():
    topics = TopicOptions.of(
        {"c0": {"desired_retention": 0.8, "new_per_day": 3}, "t0": {"desired_retention": 0.95}, "t2": {}}, ENTRIES
    )
    general = Options()
    assert topics.options(general, "q00").desired_retention == 0.95 and topics.row("q00", "desired_retention") == "t0"
    assert topics.options(general, "q00").new_per_day == 3 and topics.row("q00", "new_per_day") == "c0"
    assert topics.options(general, "q02").desired_retention == 0.8
    assert topics.options(general, "q01") is general and topics.row("q01", "new_per_day") is None
    assert TopicOptions.of({}, ENTRIES) is NO_ROWS


def test_a_card_is_scheduled_by_the_options_of_its_topic_and_the_log_says_which(store):
    rows = {"t0": {"desired_retention": 0.99, "learning_steps": ()}, "c1": {"desired_retention": 0.7}}
    scheduler = scheduler_of(rows, fuzz=False)
    for question in ("q00", "q01", "q02"):
        answer(store, question, 4, NOW, scheduler)
    days = [(store.card(question).memory.due - NOW).days for question in ("q00", "q01", "q02")]
    assert days[0] < days[2] < days[1]
    again = answer(store, "q12", 3, NOW, scheduler)
    assert again.card.memory.state == 2, "no learning steps there"
    assert len({review.scheduler for review in store.reviews()}) == 3
    with Store.open(store.path.with_name("again.db")) as copy:
        import_log(copy, map(json.dumps, export_log(store)))
        assert [*copy.cards()] == [*store.cards()]
        copy.rebuild()
        assert [*copy.cards()] == [*store.cards()] and copy.check()


def test_where_histories_interleave_each_card_is_computed_anew_by_its_own_scheduler(store):
    scheduler = scheduler_of({"t0": {"desired_retention": 0.97}}, fuzz=False, learning_steps=())
    first = answer(store, "q00", 3, NOW, scheduler)
    answer(store, "q00", 3, NOW + timedelta(days=5), scheduler)
    store.undo(now=NOW + timedelta(days=6), event_id=first.review.id)
    alone = scheduler.of("q00").review(None, 3, NOW + timedelta(days=5))
    assert store.card("q00").memory.due == alone.due != scheduler.review(None, 3, NOW + timedelta(days=5)).due


def drilled(store: Store, scheduler: Scheduler, now: datetime) -> list[tuple[str, str | None]]:
    questions = [entry.id for entry in ENTRIES]
    queue, asked = DrillQueue(store, scheduler, questions, lambda id: [id]), []
    counted = queue.counts(now)
    while (pick := queue.next(now)).card is not None:
        asked.append((pick.card.id, pick.why))
        answer(store, pick.card.id, 4, now, scheduler)
        queue.answered(pick.card.id)
        now += timedelta(seconds=1)
    kinds = Counter(why for _, why in asked)
    assert (kinds["new"], kinds["review"]) == (counted.new, counted.review), "what was counted is what came"
    left = queue.counts(now)
    assert (left.new, left.review) == (0, 0)
    return asked


ROWS = st.dictionaries(
    st.sampled_from(["c0", "c1", "t0", "t1", "t2", "t3"]),
    st.dictionaries(st.sampled_from(["new_per_day", "reviews_per_day"]), st.integers(0, 5), min_size=1),
    max_size=4,
)


@given(rows=ROWS, new=st.integers(0, 12), reviews=st.integers(0, 12), bury=st.booleans())
def test_no_limit_is_broken_and_none_keeps_a_card_that_all_of_them_let_through(
    tmp_path_factory, rows, new, reviews, bury
):
    scheduler = scheduler_of(rows, new_per_day=new, reviews_per_day=reviews, bury_siblings=bury, fuzz=False)
    with Store.open(tmp_path_factory.mktemp("store") / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")
        general = Scheduler(Options(fuzz=False), UTC)
        seen = [entry.id for entry in ENTRIES[::2]]
        for question in seen:
            answer(store, question, 4, NOW - timedelta(days=40), general)
        asked = drilled(store, scheduler, NOW)
    for why, field, limit, there in (
        ("new", "new_per_day", new, [entry.id for entry in ENTRIES if entry.id not in seen]),
        ("review", "reviews_per_day", reviews, seen),
    ):
        shown = [question for question, each in asked if each == why]
        by_row = Counter(scheduler.topics.row(question, field) for question in shown)
        assert len(shown) <= limit
        assert all(by_row[name] <= most for name, most in scheduler.topics.limits(field).items())
        possible = [*Rooms(scheduler.topics, field).through(there)]
        assert len(shown) == min(limit, len(possible)), "each topic of its own: nothing else keeps one back"


def test_limits_hold_across_sessions_and_an_undo_gives_room_again(store):
    scheduler = scheduler_of({"t1": {"new_per_day": 1}, "t0": {"new_per_day": 0}}, new_per_day=20)
    assert sum(scheduler.topics.row(id, "new_per_day") == "t1" for id, _ in drilled(store, scheduler, NOW)) == 1
    assert drilled(store, scheduler, NOW + timedelta(hours=1)) == []
    tomorrow = DrillQueue(store, scheduler, [entry.id for entry in ENTRIES], lambda id: [id]).next(NOW).next_at
    assert tomorrow == scheduler.calendar.end_of(NOW)
    last = next(each for each in store.reviews() if scheduler.topics.row(each.question, "new_per_day") == "t1")
    store.undo(now=NOW + timedelta(hours=2), event_id=last.id)
    assert [id for id, _ in drilled(store, scheduler, NOW + timedelta(hours=3))] == [last.question]


def test_another_retention_of_a_topic_moves_its_cards_alone(store):
    plain = scheduler_of({})
    for entry in ENTRIES:
        answer(store, entry.id, 4, NOW, plain)
    before = {card.id: card.memory.due for card in store.cards()}
    changed = scheduler_of({"t0": {"desired_retention": 0.97}})
    with store.database.transaction():
        done = reschedule(store, changed, NOW, lambda id: changed.of(id).id != plain.of(id).id)
    moved = {card.id for card in store.cards() if card.memory.due != before[card.id]}
    concerned = {entry.id for entry in ENTRIES if "t0" in entry.covers}
    assert moved <= concerned and done.cards == len(moved) > 0
    assert store.check()


def test_the_file_has_rows_that_are_read_written_and_refused(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_text(
        '[drill]\nretention = 0.9\n[drill.topics.attention]\nretention = 0.95\n[drill.topics."p/t"]\nnew_per_day = 1\n'
    )
    settings = Settings(path, {})
    assert settings.topic_options() == {"attention": {"desired_retention": 0.95}, "p/t": {"new_per_day": 1}}
    settings.set(topic_key("drill.learning_steps", "p/t"), "1 5")
    again = Settings(path, {})
    assert again.topic_options()["p/t"] == {"new_per_day": 1, "learning_steps": (1.0, 5.0)}
    assert again.find("drill.topics.attention.new_per_day").origin == "default"
    assert again.find("drill.topics.other.retention").value == 0.9
    again.unset("drill.topics.attention.retention")
    assert "attention" not in Settings(path, {}).topic_options()
    for key, text, said in (
        (topic_key, "drill.retentoin", "did you mean `retention`"),
        (topic_key, "drill.fuzz", "can have new_per_day"),
    ):
        with pytest.raises(LearnerError, match=said):
            key(text, "attention")
    with pytest.raises(LearnerError, match="must lie between 0 and 1"):
        again.set("drill.topics.attention.retention", "95")
    path.write_text("[drill.topics.attention]\nretentoin = 0.95\n")
    with pytest.raises(
        LearnerError, match=r"drill.topics.attention.retentoin` is no setting; did you mean `retention`"
    ):
        Settings(path, {}).options()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_content(tmp_path / "content", kinds=False)
    (tmp_path / "config.toml").write_text(
        f'content = "{tmp_path / "content"}"\n[drill.topics.precision]\nnew_per_day = 1\nretention = 0.8\n'
        "[drill.topics.f1-score]\nlearning_steps = []\n[drill.topics.classification-metrics]\nretention = 0.97\n"
    )
    return tmp_path


def test_card_and_stats_and_config_tell_the_same(home: Path):
    done = quizprep("drill", "--json", "--at", "2026-12-01", stdin="=4\n" * 20, home=home)
    asked = [each["question"] for each in objects(done.stdout) if "question" in each]
    assert len(asked) == 7 and sum(id in ("q01", "q06") for id in asked) == 1
    card = objects(quizprep("card", "q01", "--json", home=home).stdout)[0]
    assert card["options"]["retention"] == {"value": 0.8, "from": "precision"}
    assert card["options"]["learning_steps"] == {"value": [1, 10], "from": None}
    assert (
        objects(quizprep("card", "q00", "--json", home=home).stdout)[0]["options"]["retention"]["from"]
        == "classification-metrics"
    )
    assert "retention 0.8 (precision)" in quizprep("card", "q01", home=home).stdout
    stats = objects(quizprep("stats", "--json", "--at", "2026-12-01", home=home).stdout)[0]
    rows = {row["name"]: row for row in stats["topic_options"]}
    assert rows["precision"]["options"] == {"new_per_day": 1, "retention": 0.8}
    assert rows["precision"]["today"]["new"] == 1 and rows["precision"]["questions"] == 2
    assert stats["left"]["new"] == 0
    assert "new_per_day 1/1" in quizprep("stats", "--at", "2026-12-01", home=home).stdout
    assert (
        objects(quizprep("config", "--json", home=home).stdout)[0]["drill.topics.precision.retention"]["value"] == 0.8
    )


def test_a_wrong_name_is_answered_with_the_nearest(home: Path):
    wrong = quizprep("config", "drill.retention", "0.9", "--topic", "precsion", home=home)
    assert wrong.returncode and "did you mean `precision`?" in wrong.stderr
    assert quizprep("config", "drill.retention", "0.9", "--topic", "q01", home=home).returncode, (
        "a question is no topic"
    )
    assert quizprep("config", "drill.fuzz", "no", "--topic", "precision", home=home).returncode
    changed = quizprep("config", "drill.retention", "0.9", "--topic", "precision", home=home)
    assert changed.returncode == 0
    assert quizprep("config", "drill.retention", "--topic", "precision", home=home).stdout == "0.9\n"
    assert quizprep("config", "drill.retention", "--topic", "precision", "--unset", home=home).returncode == 0
    assert quizprep("config", "drill.retention", "--topic", "precision", home=home).stdout == "0.9\n"
    with (home / "config.toml").open("a") as file:
        file.write("[drill.topics.acuracy]\nretention = 0.8\n")
    assert "did you mean `accuracy`?" in quizprep("cards", home=home).stderr
    assert quizprep("config", "drill.retention", "--unset", "--topic", "acuracy", home=home).returncode == 0
