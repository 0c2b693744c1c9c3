"""The planner: state, minutes and date → the order of today and the days to come; numpy and torch alike."""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from quizprep.exam import planner
from quizprep.exam.belief import Belief, nothing_known, observe, weigh
from quizprep.exam.memory_models import Family, family, numbers, recall, varied
from quizprep.exam.outlook import Habits, interval, outlook, without_today
from quizprep.exam.planner import FIRST_OF_ALL, Goal, forecast, reserved, scores, within
from quizprep.exam.price import Prices, index_of, prices
from quizprep.memory.fsrs7 import SEVEN_WEIGHTS
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.memory.schedule import Scheduler

HORIZON = 40
NONE = np.zeros(1, dtype=np.float32)
MODELS = family(NONE)
DEFAULT = family(NONE, alone=True)


@functools.cache
def tables(alone: bool = False) -> list[Prices]:
    return prices(DEFAULT if alone else MODELS, HORIZON)


def as_torch(models: Family) -> Family:
    return Family(tuple(map(torch.from_numpy, models.weights)), torch.from_numpy(models.kinds))


def floats(values) -> np.ndarray:
    return np.asarray(values, dtype=np.float32)


class Session:
    """A learner who follows the planner day by day."""

    def __init__(self, cost: np.ndarray, marks: np.ndarray, rank: np.ndarray, seed: int) -> None:
        self.cost, self.marks, self.rank = cost, marks, rank
        self.belief = nothing_known(MODELS, 0 * cost)
        self.random = np.random.default_rng(seed)

    def plan(self, day: int, minutes: list[float]) -> tuple[np.ndarray, np.ndarray]:
        _, of_card = weigh(MODELS, self.belief)
        goal = Goal(len(minutes), self.marks, minutes)
        score = scores(MODELS, tables(), self.belief, of_card, [goal], self.cost, self.rank, float(day))
        return within(score, self.cost, minutes[0])

    def sit(self, day: int, minutes: list[float], stops_after: float = 1.0) -> float:
        """A session that may stop early; the minutes spent."""
        order, fits = self.plan(day, minutes)
        chosen = order[fits]
        chosen = chosen[: int(np.ceil(stops_after * len(chosen)))]
        grades = np.where(self.random.random(len(chosen)) < 0.7, 3, 1)
        self.belief = observe(MODELS, self.belief, chosen, grades, float(day))
        return float(self.cost[chosen].sum())


# ------------------------------------------------------------------------ memory


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, SEVEN_WEIGHTS], ids=["FSRS-6", "FSRS-7"])
def test_a_family_of_one_is_the_scheduler(weights: tuple[float, ...]):
    scheduler = Scheduler(Options(fuzz=False, learning_steps=(), relearning_steps=(), weights=weights), UTC)
    own = family(NONE, weights, alone=True)
    memory, belief = None, nothing_known(own, floats([0]))
    start = datetime(2026, 12, 1, 9, tzinfo=UTC)
    for day, grade in ((0, 3), (0, 1), (2, 3), (9, 4), (10, 2), (40, 1), (41, 3), (60, 3)):
        memory = scheduler.review(memory, grade, start + timedelta(days=day))
        belief = observe(own, belief, np.array([0]), np.array([grade]), float(day))
        assert belief.stability[0, 0] == pytest.approx(memory.stability, rel=1e-4)
        assert belief.difficulty[0, 0] == pytest.approx(memory.difficulty, rel=1e-4)
        then = start + timedelta(days=day + 7)
        foreseen = recall(own, floats([[7]]), belief.stability)[0, 0]
        assert foreseen == pytest.approx(scheduler.retrievability(memory, then), abs=1e-4)


def test_models_of_fsrs_7_differ_as_those_of_fsrs_6_do_and_torch_has_them_too():
    models = family(NONE, SEVEN_WEIGHTS)
    assert models.size == MODELS.size and models.seven and not MODELS.seven
    assert len(set(varied(SEVEN_WEIGHTS))) == models.size
    age = floats([[1.0, 20.0, 300.0]])
    chance = recall(models, age, floats([[20.0]]) + 0 * models.weights[0])
    assert np.all((chance > 0) & (chance < 1)) and np.all(np.diff(chance) < 0)
    of_torch = recall(as_torch(models), torch.from_numpy(age), torch.full((models.size, 1), 20.0))
    np.testing.assert_allclose(of_torch.numpy(), chance, rtol=1e-4)
    table, same = prices(models, 2)[-1], prices(as_torch(models), 2)[-1]
    assert np.isfinite(table.cards).all() and np.isfinite(table.new).all()
    np.testing.assert_allclose(same.new.numpy(), table.new, rtol=1e-2, atol=1e-3)


def test_answers_say_what_kind_of_learner_it_is():
    """Sixty cards asked after a day, three and nine: all remembered, or most forgotten."""
    cards = np.arange(60)
    lasting = {}
    for chance in (0.98, 0.35):
        random, belief = np.random.default_rng(1), nothing_known(MODELS, np.zeros(60, np.float32))
        for day in (0, 1, 4, 13):
            belief = observe(MODELS, belief, cards, np.where(random.random(60) < chance, 3, 1), float(day))
        kinds, of_card = weigh(MODELS, belief)
        assert kinds.sum() == pytest.approx(1, abs=1e-4) and of_card.sum(0) == pytest.approx(np.ones(60), abs=1e-3)
        lasting[chance] = (kinds @ (MODELS.kinds @ MODELS.weights[2]))[0]
    assert lasting[0.98] > 2 * lasting[0.35]


# ------------------------------------------------------------------------ the price of an answer


def test_on_the_eve_an_answer_is_worth_what_it_adds():
    stability, age = floats([[0.5, 3, 10, 40]]), floats([[4, 4, 4, 4]])
    found = index_of(tables(alone=True)[0], numbers(DEFAULT), stability, 0 * stability + 4.6, age)
    belief = nothing_known(DEFAULT, 0 * stability[0])
    belief = Belief(
        stability,
        0 * stability + 4.6,
        *(getattr(belief, name) for name in ("likelihood", "last")),
        belief.seen + 1,
        belief.told,
    )
    chance = recall(DEFAULT, age, stability)
    after = [observe(DEFAULT, belief, np.arange(4), np.full(4, grade), 4.0).stability for grade in (3, 1)]
    then = [recall(DEFAULT, 0 * age + 1, each) for each in after]
    gain = chance * then[0] + (1 - chance) * then[1] - recall(DEFAULT, age + 1, stability)
    assert found == pytest.approx(gain, abs=0.02)


def test_a_card_that_was_just_answered_can_wait_and_a_weak_one_cannot():
    table = tables(alone=True)[9]
    stability = floats([[8, 8, 2]])
    young, old, weak = index_of(table, numbers(DEFAULT), stability, 0 * stability + 5, floats([[1, 8, 8]]))[0]
    assert weak > old > 10 * max(young, 1e-3)


def test_torch_and_numpy_give_the_same_order():
    session = Session(floats(np.linspace(0.2, 1, 30)), np.ones(30, np.float32), floats(np.arange(30)), 3)
    for day in range(6):
        session.sit(day, [6.0] * (12 - day))
    models, belief = (
        as_torch(MODELS),
        Belief(*(torch.from_numpy(getattr(session.belief, name)) for name in Belief.__annotations__)),
    )
    goal = Goal(6, torch.ones(30), [6.0] * 6)
    arguments = ([goal], torch.from_numpy(session.cost), torch.from_numpy(session.rank), 6.0)
    theirs = scores(models, prices(models, 6), belief, weigh(models, belief)[1], *arguments)
    ours = scores(
        MODELS,
        tables(),
        session.belief,
        weigh(MODELS, session.belief)[1],
        [Goal(6, session.marks, [6.0] * 6)],
        session.cost,
        session.rank,
        6.0,
    )
    assert theirs.numpy() == pytest.approx(ours, rel=1e-3, abs=1e-4)


# ------------------------------------------------------------------------ the day


@given(
    unseen=st.floats(0, 500),
    minutes=st.lists(st.sampled_from([0.0, 10.0, 30.0, 90.0]), min_size=1, max_size=HORIZON),
)
def test_what_is_reserved_is_enough_and_within_the_day(unseen: float, minutes: list[float]):
    left = unseen
    for day in range(len(minutes)):
        today = float(reserved(floats([left]), minutes[day:])[0])
        assert 0 <= today <= minutes[day] + 1e-3
        left -= today
    assert unseen > sum(minutes) or left <= 0.01 + 1e-3 * unseen


@settings(max_examples=25, deadline=None)
@given(
    cards=st.integers(1, 60),
    days=st.integers(4, HORIZON),
    room=st.floats(1.6, 5),
    stops_after=st.sampled_from([1.0, 0.8, 0.6]),
    seed=st.integers(0, 1000),
)
def test_every_card_is_met_where_the_minutes_allow_it(
    cards: int, days: int, room: float, stops_after: float, seed: int
):
    """Also where every session stops early: ``room`` times the minutes of the first answers are really used."""
    random = np.random.default_rng(seed)
    cost = floats(random.uniform(0.2, 1.0, cards))
    session = Session(cost, floats(random.uniform(0.5, 2, cards)), floats(random.permutation(cards)), seed)
    minutes = max(room * float(cost.sum()) / days / stops_after, 2 * float(cost.max()))
    for day in range(days):
        spent = session.sit(day, [minutes] * (days - day), stops_after)
        assert spent <= minutes + 1e-3
    assert session.belief.seen.all()


@settings(max_examples=25, deadline=None)
@given(cards=st.integers(2, 60), days=st.integers(1, HORIZON), minutes=st.floats(1, 40), seed=st.integers(0, 1000))
def test_new_cards_come_in_their_order_and_the_plan_is_always_the_same(
    cards: int, days: int, minutes: float, seed: int
):
    random = np.random.default_rng(seed)
    cost = floats(np.full(cards, 0.5))
    session = Session(cost, np.ones(cards, np.float32), floats(random.permutation(cards)), seed)
    order, fits = session.plan(0, [minutes] * days)
    again, same = session.plan(0, [minutes] * days)
    assert (order == again).all() and (fits == same).all()
    assert session.rank[order[fits]].tolist() == sorted(session.rank[order[fits]])


def test_where_the_minutes_do_not_suffice_the_least_weighty_are_left_out():
    cards = 40
    marks = floats([2.0] * 20 + [0.5] * 20)
    rank = floats(np.r_[np.arange(20, 40), np.arange(20)])  # the weighty ones come last in the syllabus
    session = Session(np.ones(cards, np.float32), marks, rank, 1)
    for day in range(5):
        session.sit(day, [4.0] * (5 - day))
    assert session.belief.seen[:20].sum() > 2 * session.belief.seen[20:].sum()


def test_on_the_eve_there_is_something_to_repeat_though_nothing_is_due():
    session = Session(np.ones(50, np.float32), np.ones(50, np.float32), floats(np.arange(50)), 1)
    for day in range(19):
        session.sit(day, [20.0] * (20 - day))
    _, fits = session.plan(19, [20.0])
    assert fits.sum() == 20


def test_several_exams_share_a_day():
    """A card in both exams is worth more than one in either; each exam's unseen cards have their own reserve."""
    belief = nothing_known(MODELS, np.zeros(30, np.float32))
    marks = floats([1] * 20 + [0] * 10), floats([0] * 10 + [1] * 20)
    goals = [Goal(3, marks[0], [10.0] * 3), Goal(30, marks[1], [10.0] * 30)]
    cost, rank = np.ones(30, np.float32), floats(np.arange(30))
    found = scores(MODELS, tables(), belief, weigh(MODELS, belief)[1], goals, cost, rank, 0.0)
    forced = found > FIRST_OF_ALL / 2
    assert forced[:8].all() and not forced[25:].any()
    both, one = found[12:20], found[22:30]
    assert both.min() > one.max()


# ------------------------------------------------------------------------ the days to come


def foreseen(session: Session, day: int, minutes: list[float], **options):
    goal = options.pop("goal", Goal(len(minutes), session.marks, minutes))
    costs = session.cost, session.cost
    return outlook(MODELS, tables(), session.belief, goal, costs, session.rank, float(day), Habits(), **options)


def test_a_forecast_keeps_to_the_minutes_and_ends_where_the_plan_leads():
    session = Session(np.ones(40, np.float32), np.ones(40, np.float32), floats(np.arange(40)), 1)
    for day in range(5):
        session.sit(day, [12.0] * (15 - day))
    found = foreseen(session, 5, [12.0] * 10)
    assert len(found.minutes) == len(found.new) == len(found.reviews) == len(found.score) == 10
    assert max(found.minutes) <= 12 and found.met == pytest.approx(np.ones(40), abs=0.05)
    assert sum(found.new) == pytest.approx(float((session.belief.seen == 0).sum()), abs=0.5)
    assert found.score[-1] > found.score[0] and found.score[-1] == pytest.approx(float(found.known.mean()), abs=1e-3)
    mean, low, high = interval(found)
    assert 0 <= low < mean < high <= 1
    assert (foreseen(session, 5, [12.0] * 10).outcomes == found.outcomes).all()


def test_a_day_that_is_missed_costs_something_and_a_day_off_takes_nothing():
    session = Session(np.ones(60, np.float32), np.ones(60, np.float32), floats(np.arange(60)), 1)
    minutes = [8.0, 0.0, *[8.0] * 10]
    with_today = foreseen(session, 0, minutes)
    missed = foreseen(session, 0, minutes, goal=without_today(Goal(12, session.marks, minutes)))
    assert with_today.minutes[1] == missed.minutes[0] == 0
    assert with_today.score[-1] > missed.score[-1]


def test_the_forecast_is_the_planner():
    """With one model, no luck and one future, the forecast asks what the planner asks day by day."""
    cards, days = 30, 10
    session = Session(np.ones(cards, np.float32), np.ones(cards, np.float32), floats(np.arange(cards)), 1)
    model = np.zeros((1, cards), dtype=np.int64)
    ones = np.ones((1, days), np.float32)
    found = forecast(
        DEFAULT, tables(alone=True), nothing_known(DEFAULT, 0 * session.cost), model, Goal(days, session.marks, [9.0] * days),
        (session.cost, session.cost), session.rank, 0.0, first_right=np.ones((1, 1), np.float32), attends=ones,
        luck=np.zeros((days + 1, 1, cards), np.float32),
    )  # fmt: skip
    belief, new = nothing_known(DEFAULT, 0 * session.cost), []
    for day in range(days):
        goal = Goal(days - day, session.marks, [9.0] * (days - day))
        score = scores(
            DEFAULT,
            tables(alone=True),
            belief,
            weigh(DEFAULT, belief)[1],
            [goal],
            session.cost,
            session.rank,
            float(day),
        )
        order, fits = within(score, session.cost, 9.0)
        new.append(float((belief.seen[order[fits]] == 0).sum()))
        belief = observe(DEFAULT, belief, order[fits], np.full(int(fits.sum()), 3), float(day))
    assert list(found.new) == new
    assert days > planner.SWEEP
