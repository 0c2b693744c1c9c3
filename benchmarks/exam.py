"""Planning toward an exam: quizprep's planner beside other policies, on the same simulated learners in one run.

    python benchmarks/exam.py [--learners 1000] [--seed 1] [--device cpu] [--settings 300/30 ...] [--policies ...]
    python benchmarks/exam.py --calibration [--learners 200]

A learner has weights and learning rates of their own, and cards that differ; a third forget exponentially; an answer to
a card strengthens the others on its proof a little; one in five misses a day in four. The policies believe FSRS's
defaults at first. A day has minutes, not answers: cards of three kinds take 15, 30 and 45 seconds in the mean, new ones
1.4 times that, each answer its own time. Each card is asked at most once a day.

The table has the share of the exam's cards that are known on the day (in %): the mean over the learners, its standard
error, the tenth percentile, and the cards never met. ``planner`` goes through `quizprep.exam.planner`, the others are
written here. ``--calibration`` holds the score that the planner foretells half-way (and its 80 % interval) against what
comes. The planner was tuned on seeds from 1000 on; report others.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable

import torch
from torch import Tensor

from quizprep.exam.belief import Belief, nothing_known, observe, weigh
from quizprep.exam.memory_models import Family, after, family, first, recall
from quizprep.exam.numpy_or_torch import cumulative, order_of, put, take
from quizprep.exam.planner import Goal, scores
from quizprep.exam.price import prices
from quizprep.memory.options import DEFAULT_WEIGHTS
from quizprep.memory.schedule import EASY, GRADES, HARD

SECONDS = (15.0, 30.0, 45.0)  # an answer to a card of each kind, in the mean
NEW_TAKES = 1.4  # times as long
NOT_ASKED = -1e9
SETTINGS = {  # cards, days, minutes a day; 20 minutes are about 40 answers
    "300/30": (300, 30, 20.0),
    "600/60": (600, 60, 20.0),
    "300/30 at 60 %": (300, 30, 12.0),
    "100/30 to spare": (100, 30, 20.0),
    "657 real/21": (657, 21, 45.0),
}
CHUNK = 250  # learners at a time


class Learners:
    """Who learns: true weights ``[learners, 1]``, true cards ``[learners, cards]``."""

    def __init__(self, count: int, cards: int, seed: int, proofs: Tensor, device: str) -> None:
        generator = torch.Generator().manual_seed(seed)  # on the CPU: the same learners on every device

        def normal(*shape: int) -> Tensor:
            return torch.randn(*shape, generator=generator)

        def uniform(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=generator)

        self.count, self.cards = count, cards
        weights = torch.tensor(DEFAULT_WEIGHTS).repeat(count, 1) * torch.exp(0.2 * normal(count, 21))
        weights[:, :4] *= torch.exp(0.5 * normal(count, 1))
        weights[:, 8] += 0.4 * normal(count)
        weights[:, 4] = weights[:, 4].clamp(2, 9)
        weights[:, 7] = weights[:, 7].clamp(0.001, 0.75)
        weights = weights.to(device)
        self.mind = Family(tuple(weights[:, place : place + 1] for place in range(21)), weights[:, :1])
        self.exponential = (uniform(count, 1) < 1 / 3).to(device)
        self.first_lasts = torch.exp(0.5 * normal(count, cards)).to(device)
        self.repeating_adds = torch.exp(0.25 * normal(count, cards)).to(device)
        self.harder = (1.2 * normal(count, cards)).to(device)
        self.first_right = (0.6 + 0.12 * normal(count, 1)).clamp(0.2, 0.9).to(device)
        self.shared = (0.1 * uniform(count, 1)).to(device)
        self.misses = (0.25 * (uniform(count) < 0.2)).to(device)
        kinds = torch.randint(0, len(SECONDS), (cards,), generator=generator)
        self.minutes = (torch.tensor(SECONDS)[kinds] / 60).to(device)
        self.proofs = proofs.to(device)

    def recall(self, elapsed: Tensor, stability: Tensor) -> Tensor:
        exponential = torch.exp(math.log(0.9) * elapsed / stability)
        return torch.where(self.exponential, exponential, recall(self.mind, elapsed, stability))


class Truth:
    """The learners' memories as they are, and the days that go by."""

    def __init__(self, learners: Learners, seed: int, device: str) -> None:
        self.of = learners
        none = torch.zeros(learners.count, learners.cards, device=device)
        self.stability, self.difficulty, self.last, self.seen = none + 1, none + 5, none, none
        self._generator = torch.Generator(device=device).manual_seed(seed)

    def draw(self, *shape: int) -> Tensor:
        return torch.rand(*shape, generator=self._generator, device=self.seen.device)

    def chance(self, day: float) -> Tensor:
        known = self.of.recall(day - self.last, self.stability)
        return torch.where(self.seen > 0, known, self.of.first_right)

    def cost(self) -> Tensor:
        """Minutes that an answer takes in the mean, ``[learners, cards]``."""
        return self.of.minutes * torch.where(self.seen > 0, 1.0, NEW_TAKES)

    def session(self, score: Tensor, minutes: float, day: int) -> tuple[Tensor, Tensor]:
        """Answer the cards of the highest scores within the minutes: the cards, and their grades (0: not reached)."""
        most = min(self.of.cards, int(minutes * 60 / SECONDS[0] * 2))
        order = order_of(score)[:, :most]
        asked = take(score, order) > NOT_ASKED
        noise = torch.exp(0.25 * (self.draw(*order.shape) - 0.5) * math.sqrt(12) - 0.03)
        spent = cumulative(torch.where(asked, take(self.cost(), order) * noise, 0.0))
        here = self.draw(self.of.count) >= self.of.misses
        reached = asked & (spent <= minutes) & here[:, None]
        chance = take(self.chance(day), order)
        kind = self.draw(*order.shape)
        right = torch.where(kind < 0.12, HARD, torch.where(kind < 0.87, 3, EASY))
        grades = torch.where(self.draw(*order.shape) < chance, right, 1) * reached
        self._learn(order, grades, chance, day)
        return order, grades

    def _learn(self, order: Tensor, grades: Tensor, chance: Tensor, day: int) -> None:
        of = self.of
        stability, difficulty = take(self.stability, order), take(self.difficulty, order)
        last, met = take(self.last, order), take(self.seen, order) > 0
        new_stability, new_difficulty = stability, difficulty
        for grade in GRADES:
            later, level = after(of.mind, stability, difficulty, day - last, chance, grade)
            if grade > 1:
                later = stability + (later - stability) * take(of.repeating_adds, order)
            begun, begun_level = first(of.mind, grade)
            later = torch.where(met, later, begun * take(of.first_lasts, order))
            level = torch.where(met, level, (begun_level + take(of.harder, order)).clamp(1, 10))
            new_stability = torch.where(grades == grade, later, new_stability)
            new_difficulty = torch.where(grades == grade, level, new_difficulty)
        self.stability = put(self.stability, order, new_stability)
        self.difficulty = put(self.difficulty, order, new_difficulty)
        self.last = put(self.last, order, torch.where(grades > 0, float(day), last))
        self.seen = put(self.seen, order, torch.maximum(take(self.seen, order), (grades > 0).float()))
        self._share(order, (grades > 1).float())

    def _share(self, order: Tensor, right: Tensor) -> None:
        """A right answer strengthens the other cards on its proof that were met."""
        proofs = self.of.proofs
        count = int(proofs.max()) + 1
        by_proof = torch.zeros(self.of.count, count, device=right.device).scatter_add(1, proofs[order], right)
        own = put(torch.zeros_like(self.stability), order, right)
        others = by_proof[:, proofs] - own
        self.stability = torch.where(self.seen > 0, self.stability * (1 + self.of.shared * others), self.stability)


class Policy:
    """What comes next. It sees its own belief and the date, never the truth."""

    alone = True  # believes in one memory model, FSRS's defaults

    def begin(self, truth: Truth, days: int, minutes: float) -> None:
        none = torch.zeros_like(truth.seen)
        self.days, self.minutes, self.truth = days, minutes, truth
        self.models = family(none, alone=self.alone)
        self.belief: Belief = nothing_known(self.models, none)
        self.rank = torch.arange(none.shape[1], device=none.device).float()

    def score(self, day: int) -> Tensor:
        raise NotImplementedError

    def observe(self, order: Tensor, grades: Tensor, day: int) -> None:
        self.belief = observe(self.models, self.belief, order, grades, float(day))

    # what the simple policies are made of

    def new(self) -> Tensor:
        return self.belief.seen == 0

    def recall(self, day: int) -> Tensor:
        elapsed = (day - self.belief.last)[:, None]
        return recall(self.models, elapsed, self.belief.stability)[:, 0]

    def paced(self, score: Tensor, day: int) -> Tensor:
        """Today's even share of the new cards before everything else, and no other new card."""
        new = self.new()
        today = torch.ceil(new.sum(1) / max(1, self.days - day - 2))[:, None]
        is_today = new.cumsum(1) <= today
        return torch.where(new, torch.where(is_today, 1e3 - self.rank / 1e4, NOT_ASKED), score)

    def gains(self, day: int) -> Tensor:
        """What an answer now adds to the chance of recall on the exam's day, under each model."""
        belief, models = self.belief, self.models
        left = self.days - day + 0 * belief.stability
        elapsed = (day - belief.last)[:, None] + 0 * belief.stability
        chance = recall(models, elapsed, belief.stability)
        right, wrong = (
            after(models, belief.stability, belief.difficulty, elapsed, chance, grade)[0] for grade in (3, 1)
        )
        gain = chance * recall(models, left, right) + (1 - chance) * recall(models, left, wrong)
        gain = gain - recall(models, elapsed + left, belief.stability)
        begun = [recall(models, left, first(models, grade)[0] + 0 * left) for grade in (3, 1)]
        return torch.where(self.new()[:, None], 0.6 * begun[0] + 0.4 * begun[1], gain)


class DueThenNew(Policy):
    """The usual: what is due, the most probably forgotten first, then new cards."""

    def __init__(self, retention: float) -> None:
        self.retention = retention

    def score(self, day: int) -> Tensor:
        chance = self.recall(day)
        due = torch.where(chance <= self.retention, 2 - chance, NOT_ASKED)
        return torch.where(self.new(), -self.rank / 1e4, due)


class PacedDue(Policy):
    """New cards paced, then what is due, then whatever is most probably forgotten."""

    def __init__(self, retention: float) -> None:
        self.retention = retention

    def score(self, day: int) -> Tensor:
        chance = self.recall(day)
        return self.paced(torch.where(chance <= self.retention, 2 - chance, -chance), day)


class Random(Policy):
    def score(self, day: int) -> Tensor:
        return self.truth.draw(*self.belief.seen.shape)


class Gain(Policy):
    """What adds most on the day per minute: for all cards, with new ones paced, or over due cards alone."""

    def __init__(self, *, paced: bool, due: bool = False) -> None:
        self._is_paced, self._is_due = paced, due

    def score(self, day: int) -> Tensor:
        score = self.gains(day)[:, 0] / self.truth.cost()
        if self._is_due:
            score = torch.where(self.new() | (self.recall(day) <= 0.9), score, NOT_ASKED)
        return self.paced(score, day) if self._is_paced else score


class SspMmc(Policy):
    """Intervals that reach a long stability at the least cost, new cards paced, the rest by gain.

    After J. Ye et al., A stochastic shortest path algorithm for optimizing spaced repetition scheduling (KDD 2022),
    section 4, on FSRS's memory: the chance of recall at which a card comes back depends on its state.
    """

    def begin(self, truth: Truth, days: int, minutes: float) -> None:
        super().begin(truth, days, minutes)
        self._stabilities = torch.logspace(-1.5, 2.5, 33)
        levels, chances = torch.linspace(1, 10, 10), torch.linspace(0.7, 0.97, 10)
        models = family(levels, alone=True)
        stability, level, chance = torch.meshgrid(self._stabilities, levels, chances, indexing="ij")
        after_each = [
            after(models, stability.reshape(1, -1), level.reshape(1, -1), torch.ones(1), chance.reshape(1, -1), grade)
            for grade in (3, 1)
        ]
        places = [(self._place(s), (d.round() - 1).long().clamp(0, 9)) for s, d in after_each]
        cost = torch.full((33, 10), 30.0)
        for _ in range(60):
            cost[self._stabilities >= 3 * days] = 0
            right, wrong = (cost[place, level].reshape(33, 10, 10) for place, level in places)
            options = 1 + chance * right + (1 - chance) * (wrong + 1)
            cost, best = options.min(-1)
        self._retention = chances[best].to(truth.seen.device)

    def _place(self, stability: Tensor) -> Tensor:
        return ((stability.log10() + 1.5) * 8).round().long().clamp(0, 32)

    def score(self, day: int) -> Tensor:
        belief = self.belief
        level = (belief.difficulty[:, 0].round() - 1).long().clamp(0, 9)
        chance = self.recall(day)
        due = chance <= self._retention[self._place(belief.stability[:, 0]), level]
        gain = self.gains(day)[:, 0] / self.truth.cost()
        return self.paced(torch.where(due, 100 - chance, gain), day)


class FamilyGain(Policy):
    """The prototype: gain less half of what waiting would keep, over a family of models, new cards paced."""

    alone = False

    def score(self, day: int) -> Tensor:
        _, of_card = weigh(self.models, self.belief)
        gain = self.gains(day)
        left = self.days - day
        later = [self.gains(day + wait) for wait in {max(1, left // 4), left // 2} if 0 < wait < left]
        if later:
            gain = gain - 0.5 * torch.stack(later).amax(0).clamp(min=0)
        return self.paced((of_card * gain).sum(1) / self.truth.cost(), day)


class Planner(Policy):
    """quizprep's own module."""

    alone = False

    def begin(self, truth: Truth, days: int, minutes: float) -> None:
        super().begin(truth, days, minutes)
        self.tables = prices(self.models, days)

    def goal(self, day: int) -> Goal:
        left = self.days - day
        return Goal(left, torch.ones_like(self.rank), [self.minutes] * left)

    def score(self, day: int) -> Tensor:
        _, of_card = weigh(self.models, self.belief)
        cost = self.truth.cost()
        found = scores(self.models, self.tables, self.belief, of_card, [self.goal(day)], cost, self.rank, float(day))
        return torch.where(found > 0, found, NOT_ASKED)


POLICIES: dict[str, Callable[[], Policy]] = {
    "due first, then new, 0.90": lambda: DueThenNew(0.9),
    "due first, then new, 0.95": lambda: DueThenNew(0.95),
    "random": Random,
    "paced new, due 0.90": lambda: PacedDue(0.9),
    "paced new, due 0.95": lambda: PacedDue(0.95),
    "SSP-MMC-like": SspMmc,
    "gain, no reserve": lambda: Gain(paced=False),
    "gain, paced new": lambda: Gain(paced=True),
    "exam.date of before": lambda: Gain(paced=True, due=True),
    "prototype": FamilyGain,
    "planner": Planner,
}


def proofs_of(setting: str, cards: int) -> Tensor:
    """The number of each card's proof: three cards a proof, or as the shipped content has them."""
    if "real" not in setting:
        return torch.arange(cards) // 3
    from quizprep.deck import Deck

    entries = Deck.open(cache_path=None).index()[:cards]
    if len(entries) < cards:
        raise SystemExit(f"the content has {len(entries)} questions")
    numbers: dict[str, int] = {}
    return torch.tensor([numbers.setdefault(entry.proof, len(numbers)) for entry in entries])


def simulated(
    name: str, setting: str, count: int, seed: int, device: str, each_day: Callable[[Policy, int], None] | None = None
) -> tuple[Tensor, Tensor, Truth]:
    """The score (0..1) and the cards never met of each learner, and their memories in the end."""
    cards, days, minutes = SETTINGS[setting]
    learners = Learners(count, cards, seed, proofs_of(setting, cards), device)
    truth, policy = Truth(learners, seed, device), POLICIES[name]()
    policy.begin(truth, days, minutes)
    for day in range(days):
        if each_day:
            each_day(policy, day)
        policy.observe(*truth.session(policy.score(day), minutes, day), day)
    known = torch.where(truth.seen > 0, truth.chance(days), 0.0)
    return known.mean(1), (truth.seen == 0).sum(1).float(), truth


def table(setting: str, names: list[str], count: int, seed: int, device: str) -> None:
    cards, days, minutes = SETTINGS[setting]
    print(f"\n{setting}: {cards} cards, {days} days, {minutes:g} minutes a day, {count} learners from seed {seed}")
    print(f"{'policy':<28} {'mean':>6} {'s.e.':>6} {'p10':>6} {'unmet':>6} {'s':>6}")
    for name in names:
        started = time.perf_counter()
        sizes = [min(CHUNK, count - begun) for begun in range(0, count, CHUNK)]
        parts = [simulated(name, setting, size, seed + number, device)[:2] for number, size in enumerate(sizes)]
        score, unmet = (100 * torch.cat([part[0] for part in parts]), torch.cat([part[1] for part in parts]))
        error = score.std() / math.sqrt(count)
        figures = f"{score.mean():>6.1f} {error:>6.2f} {score.quantile(0.1):>6.1f} {unmet.mean():>6.1f}"
        print(f"{name:<28} {figures} {time.perf_counter() - started:>6.0f}", flush=True)


def calibration(setting: str, count: int, seed: int, device: str) -> None:
    """What the planner foretells half-way against what comes."""
    from quizprep.exam.outlook import Habits, interval, outlook

    _, days, minutes = SETTINGS[setting]
    foretold: list[tuple[float, float, float]] = []

    def each_day(policy: Policy, day: int) -> None:
        if day != days // 2:
            return
        assert isinstance(policy, Planner)
        belief = policy.belief
        models = family(belief.stability.cpu().numpy())
        tables = prices(models, days - day)
        cost = policy.truth.of.minutes.cpu().numpy()
        for row in range(count):
            one = Belief(*(getattr(belief, part)[row].cpu().numpy() for part in Belief.__annotations__))
            met = int(one.seen.sum())
            right = int(policy.first_right[row])  # type: ignore[attr-defined]
            habits = Habits(met, right, day, int(policy.used[row]))  # type: ignore[attr-defined]
            left = days - day
            goal = Goal(left, 1 + 0 * cost, [minutes] * left)
            rank = policy.rank.cpu().numpy()
            found = outlook(models, tables, one, goal, (NEW_TAKES * cost, cost), rank, float(day), habits, seed=row)
            foretold.append(interval(found))

    class Counting(Planner):
        """The planner, which also counts first answers and days, as the log of a learner does."""

        def begin(self, truth: Truth, days: int, minutes: float) -> None:
            super().begin(truth, days, minutes)
            self.first_right = torch.zeros(truth.of.count, device=truth.seen.device)
            self.used = torch.zeros(truth.of.count, device=truth.seen.device)

        def observe(self, order: Tensor, grades: Tensor, day: int) -> None:
            was_new = take(self.belief.seen, order) == 0
            self.first_right += (was_new & (grades > 1)).sum(1)
            self.used += (grades > 0).any(1)
            super().observe(order, grades, day)

    POLICIES["counting"] = Counting
    _, _, truth = simulated("counting", setting, count, seed, device, each_day)
    known = torch.where(truth.seen > 0, truth.chance(days), 0.0)
    outcome = (truth.draw(*known.shape) < known).float().mean(1).cpu()
    mean, low, high = torch.tensor(foretold).T
    inside = ((low <= outcome) & (outcome <= high)).float()
    for label, chosen in (
        ("all", torch.ones(count).bool()),
        ("exponential", truth.of.exponential[:, 0].cpu()),
        ("missing days", (truth.of.misses > 0).cpu()),
        ("others", ~truth.of.exponential[:, 0].cpu() & (truth.of.misses == 0).cpu()),
    ):
        error = 100 * (mean - outcome)[chosen]
        wide = 100 * (high - low)[chosen].mean()
        print(
            f"{setting:<16} {label:<14} {int(chosen.sum()):>5} learners: foretold less what came "
            f"{error.mean():+.1f} (mean size {error.abs().mean():.1f}); 80 % interval {wide:.1f} wide, "
            f"holds {100 * inside[chosen].mean():.0f} %",
            flush=True,
        )


def main() -> None:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--learners", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--settings", nargs="*", choices=list(SETTINGS), default=list(SETTINGS))
    parser.add_argument("--policies", nargs="*", choices=list(POLICIES), default=list(POLICIES))
    parser.add_argument("--calibration", action="store_true")
    arguments = parser.parse_args()
    for setting in arguments.settings:
        if arguments.calibration:
            calibration(setting, arguments.learners, arguments.seed, arguments.device)
        else:
            table(setting, arguments.policies, arguments.learners, arguments.seed, arguments.device)


if __name__ == "__main__":
    main()
