"""Days are even: cards come back on the emptiest day of their range, fewer on easy days, siblings apart, none lost.

A day is held against its fair share: its weekday's share of all cards after the first week, while the learning itself
grows by a quarter. Which cards come back after one day or two, which no range moves, is chance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from quizprep.drill_session import tomorrow
from quizprep.errors import LearnerError
from quizprep.memory.balance import Balance, group_names
from quizprep.memory.drill_queue import Counts, DrillQueue
from quizprep.memory.options import Options, weekdays
from quizprep.memory.schedule import EASY, GOOD, REVIEW, Memory, Scheduler, fuzz_range, place_of
from quizprep.memory.store import Store
from quizprep.memory.topic_options import TopicOptions
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)  # a Tuesday
DAYS = 60


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        yield store


def answer(store: Store, question: str, grade: int, now: datetime, scheduler: Scheduler, wanted=None):
    attempt = Attempt(question, "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 1.0)
    return store.record(attempt, grade, now=now, scheduler=scheduler, took_ms=1000, wanted=wanted)


class Learner:
    """Drills every day what the queue gives, in a session of its own; forgets every ninth card.

    Keeps the cards shown on each day.
    """

    def __init__(self, store: Store, options: Options, about: Callable[[int], list[str]], deck: int = 900) -> None:
        self.groups = {f"q{number:04d}": about(number) for number in range(deck)}
        self.store, self.scheduler = store, Scheduler(options, UTC)
        self.begin_session()
        self.shown: list[list[str]] = []
        self.answers = 0

    def begin_session(self) -> None:
        self.queue = DrillQueue(self.store, self.scheduler, list(self.groups), self.groups.__getitem__)
        self.balance = Balance(self.store, self.scheduler, self.groups)

    def drill(self, days: int) -> Learner:
        for day in range(len(self.shown), len(self.shown) + days):
            self.begin_session()
            now, shown = NOW + timedelta(days=day), {}
            while (card := self.queue.next(now).card) is not None:
                self.answers += 1
                grade = 1 if self.answers % 9 == 0 else GOOD
                recorded = answer(self.store, card.id, grade, now, self.scheduler, self.balance.wanted(card.id))
                self.balance.moved(card, recorded.card)
                self.queue.answered(card.id)
                shown[card.id] = None
                now += timedelta(seconds=15)
            self.shown.append(list(shown))
        return self

    def with_siblings(self) -> float:
        """The share of cards on whose day a sibling came."""
        met = 0
        for day in self.shown:
            about = Counter(group for id in day for group in self.groups[id])
            met += sum(any(about[group] > 1 for group in self.groups[id]) for id in day)
        return met / sum(map(len, self.shown))


def shift(learner: Learner) -> float:
    """How much longer intervals are in the mean than stabilities ask for, as a share."""
    shifts = []
    for review in learner.store.reviews():
        wanted = learner.scheduler.interval(review.memory.stability)
        if review.memory.state == REVIEW and wanted > 2:  # shorter ones are not moved
            shifts.append((review.memory.due - review.at).days / wanted - 1)
    return sum(shifts) / len(shifts)


def heaviest(learner: Learner, counts: list[int]) -> dict[float, float]:
    """By the share of a weekday, the most cards of such a day after the first week, in parts of its fair share."""
    shares = [learner.scheduler.options.shares[(NOW + timedelta(days=day)).weekday()] for day in range(len(counts))]
    whole = sum(len(day) for day in learner.shown[7:]) / sum(shares[7:])
    found: dict[float, float] = {}
    for count, share in list(zip(counts, shares, strict=True))[7:]:
        found[share] = max(found.get(share, 0.0), count / (share * whole))
    return found


def unmoved(learner: Learner) -> list[int]:
    """Of each day, the cards that could come on no other: new ones, and those whose range is a single day."""
    counts = [len(day) for day in learner.shown]
    first = learner.scheduler.calendar.day_of(NOW).toordinal()
    for review in learner.store.reviews():
        lowest, highest = fuzz_range(learner.scheduler.interval(review.memory.stability), 36500)
        day = review.day + (review.memory.due - review.at).days - first
        if review.memory.state == REVIEW and lowest < highest and day < len(counts):
            counts[day] -= 1
    return counts


@pytest.mark.slow
def test_sixty_days_with_easy_ones_are_even_beside_those_of_their_share(store):
    """What no range moves is more than the fair share of some easy days; little comes on top of it."""
    options = Options(new_per_day=20, easy_days=weekdays("sat sun"))
    learner = Learner(store, options, lambda number: [f"t{number // 3}"], deck=1200).drill(DAYS)
    most, least = heaviest(learner, [len(day) for day in learner.shown]), heaviest(learner, unmoved(learner))
    assert least[0.5] > 1 and most[0.5] < least[0.5] + 0.25
    assert max(most.values()) < 1.35
    assert abs(shift(learner)) < 0.02


@pytest.mark.slow
def test_sixty_days_are_even_and_no_due_card_is_lost(store):
    learner = Learner(store, Options(new_per_day=20), lambda number: [f"t{number // 3}"], deck=1200)
    unshown = 0
    for _ in range(DAYS):
        now = NOW + timedelta(days=len(learner.shown))
        end = learner.scheduler.calendar.end_of(now)
        due = {card.id for card in store.cards() if card.memory.due < end and not card.suspended}
        learner.drill(1)
        unshown += len(due - set(learner.shown[-1]))
    assert unshown == 0
    assert {card.id for card in store.cards()} == {f"q{number:04d}" for number in range(20 * DAYS)}
    assert heaviest(learner, [len(day) for day in learner.shown])[1.0] <= 1.3
    assert learner.with_siblings() < 0.2
    assert abs(shift(learner)) < 0.02


def in_review(days: int) -> Memory:
    """A card that was seen so many days ago."""
    then = NOW - timedelta(days=days)
    return Memory(REVIEW, None, float(days), 5.0, NOW, then, then.toordinal())


def intervals(scheduler: Scheduler, wanted=None, draws: int = 200) -> Counter[int]:
    """The intervals that a card gets, by how often, over many seeds."""
    dues = (scheduler.review(in_review(20), GOOD, NOW, seed=f"q {n}", wanted=wanted).due for n in range(draws))
    return Counter((due - NOW).days for due in dues)


def fill(store: Store, scheduler: Scheduler, cards: dict[str, int]) -> None:
    """Let cards come back after so many days."""
    for question, days in cards.items():
        answer(store, question, EASY, NOW - timedelta(days=2), scheduler)
        store.set_due(question, now=NOW, due=NOW + timedelta(days=days))


def test_a_card_goes_to_the_emptiest_day_of_its_range(store):
    scheduler = Scheduler(Options(), UTC)
    balance = Balance(store, scheduler, {})
    spread = intervals(scheduler, balance.wanted("q"))
    assert len(spread) > 5 and spread == intervals(scheduler), "where no day has any, all are as good"
    empty = sorted(spread)[2]
    fill(store, scheduler, {f"{day} {number}": day for day in spread.keys() - {empty} for number in range(9)})
    assert intervals(scheduler, balance.wanted("q")) == spread, "the days are read once"
    balance.refresh()
    assert intervals(scheduler, balance.wanted("q")) == {empty: 200}


def test_a_card_keeps_away_from_the_days_of_its_siblings(store):
    scheduler = Scheduler(Options(), UTC)
    taken = sorted(intervals(scheduler))[3]
    fill(store, scheduler, {"sibling" if day == taken else f"q {day}": day for day in intervals(scheduler)})
    groups = {"q": ["=f1"], "sibling": ["=f1"], **{f"q {day}": ["=auc"] for day in range(99)}}
    after = intervals(scheduler, Balance(store, scheduler, groups).wanted("q"), draws=600)
    others = [after[taken - 1], after[taken + 1]]
    assert 0 < after[taken] < 0.6 * sum(others) / 2


def test_a_card_keeps_away_from_days_on_which_others_gather_shortly_before(store):
    """Mondays here: what was answered on the last Tuesdays came back then, and nothing has a date in a month yet."""
    scheduler = Scheduler(Options(easy_days=weekdays("sun")), UTC)

    def on_monday(_: int, lowest: int, highest: int) -> list[float]:
        return [float(days == 6) for days in range(lowest, highest + 1)]

    for number in range(36):
        tuesday = NOW - timedelta(days=7 * (1 + number % 3), minutes=number)
        answered = answer(store, f"q{number}", EASY, tuesday, scheduler, on_monday)
        assert (answered.card.memory.due - tuesday).days == 6
    before, after = (
        Counter((NOW + timedelta(days=days)).weekday() for days in found.elements())
        for found in (
            intervals(scheduler, draws=600),
            intervals(scheduler, Balance(store, scheduler, {}).wanted("q"), draws=600),
        )
    )
    assert after[0] < before[0] / 10 and min(after[weekday] for weekday in range(1, 6)) > 10


def test_intervals_of_another_retention_do_not_count_as_moved(store):
    """Those of a topic that is asked more often are shorter because that is wanted there."""
    rows = TopicOptions({"t": {"desired_retention": 0.97}}, {"q": ("t",)})
    scheduler = Scheduler(Options(), UTC, rows)
    balance = Balance(store, scheduler, {})
    before = intervals(scheduler, balance.wanted("other"))
    for number in range(50):
        store.reset("q", now=NOW - timedelta(days=2, seconds=-number))
        card = store.card("q")
        balance.moved(card, answer(store, "q", EASY, NOW - timedelta(days=2, minutes=-number - 1), scheduler).card)
    assert {review.scheduler for review in store.reviews()} == {scheduler.of("q").id} != {scheduler.id}
    assert intervals(scheduler, balance.wanted("other")).keys() == before.keys()
    assert intervals(scheduler, Balance(store, scheduler, {}).wanted("other")).keys() == before.keys()


def test_easy_days_have_fewer_cards_and_fewer_new_ones(store):
    learner = Learner(store, Options(new_per_day=8, easy_days=weekdays("sat sun=0")), lambda number: [str(number)])
    assert learner.queue.counts(NOW + timedelta(days=4)).new == 4  # a Saturday
    learner.drill(40)
    assert len(learner.shown[4]) - len({*learner.shown[4]} & {id for day in learner.shown[:4] for id in day}) == 4
    by_weekday: dict[int, list[int]] = {}
    for number, day in enumerate(learner.shown[12:], start=12):
        by_weekday.setdefault((NOW + timedelta(days=number)).weekday(), []).append(len(day))
    means = {weekday: sum(counts) / len(counts) for weekday, counts in by_weekday.items()}
    ordinary = sum(means[weekday] for weekday in range(5)) / 5
    assert means[6] < means[5] < ordinary and means[6] < 0.8 * ordinary


def test_a_day_without_any_cards_is_possible():
    assert Options(easy_days=weekdays("sun=0")).new_on(date(2026, 12, 6)) == 0
    assert Options(easy_days=weekdays("sun=0")).new_on(date(2026, 12, 7)) == 20
    assert place_of(0.5, [0.0, 0.0, 0.0, 0.0]) == 2 and place_of(0.99, [1.0, 0.0]) == 0


@pytest.mark.parametrize(
    ("text", "days"),
    [("sat sun", ("sat=0.5", "sun=0.5")), ("Sunday=0, mon=1", ("mon=1", "sun=0")), ("none", ()), ("", ())],
)
def test_weekdays_are_read(text, days):
    assert weekdays(text) == days == weekdays(" ".join(days))


@pytest.mark.parametrize("text", ["weekend", "sat=2", "sat=-0.1", "sat=", "sat=half"])
def test_what_is_no_weekday_is_refused(text):
    with pytest.raises(LearnerError):
        weekdays(text)


def test_new_cards_of_a_day_are_no_siblings_where_there_are_others(store):
    """Of sixty, each six of which share a proof, a day's five share none, nor one with what is due."""
    learner = Learner(store, Options(new_per_day=5), lambda number: [f"p{number // 6}"], deck=60)
    learner.drill(2)
    about = [learner.groups[id][0] for id in learner.shown[0]]
    assert len(set(about)) == 5
    new = {id for id in learner.shown[1] if id not in learner.shown[0]}
    about = [learner.groups[id][0] for id in learner.shown[1]]
    assert len(new) == 5 and len(set(about)) == len(about), "nor one with a review of the day"


@pytest.mark.parametrize(
    ("bury", "first"),
    [(True, ["q0000", "q0002", "q0004"]), (False, ["q0000", "q0002", "q0004", "q0001", "q0003", "q0005"])],
)
def test_siblings_are_left_for_another_day_where_that_is_wanted(store, bury, first):
    about = {f"q{number:04d}": [f"p{number // 2}"] for number in range(6)}
    scheduler = Scheduler(Options(bury_siblings=bury, new_per_day=6), UTC)
    queue = DrillQueue(store, scheduler, list(about), about.__getitem__)
    assert queue.counts(NOW) == Counts(len(first), 0, 0)
    shown = []
    while (card := queue.next(NOW).card) is not None:
        shown.append(card.id)
        answer(store, card.id, EASY, NOW, scheduler)
        queue.answered(card.id)
        assert queue.counts(NOW).new == len(first) - len(shown)
    assert shown == first
    for question in about.keys() - set(shown):
        answer(store, question, EASY, NOW, scheduler)
    due = NOW + timedelta(days=30)
    queue.refresh()
    assert queue.counts(due).review == len(first)
    answer(store, queue.next(due).card.id, GOOD, due, scheduler)
    queue.refresh()
    assert queue.counts(due).review == len(first) - 1
    assert queue.counts(due + timedelta(days=1)).review == (3 if bury else 5), "what was left comes then"


def test_tomorrow_has_no_siblings_where_they_are_left_for_another_day(store):
    groups = {f"q{number:04d}": [f"p{number // 3}"] for number in range(9)}
    scheduler = Scheduler(Options(bury_siblings=True), UTC)
    due, new = tomorrow(store, scheduler, groups, NOW)
    morning = NOW + timedelta(days=1)
    assert (
        (due, new) == (0, DrillQueue(store, scheduler, list(groups), groups.__getitem__).counts(morning).new) == (0, 3)
    )


def test_what_a_question_is_about():
    assert group_names(("f1-score",), "f1-score") == {"f1-score", "=f1-score"}
    assert group_names(("history",), "") == {"history"}
