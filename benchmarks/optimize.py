"""Fitting FSRS weights: quizprep's optimizer beside fsrs's own, on the same logs in one run.

    python benchmarks/optimize.py [--reviews 4000] [--logs 6] [--device cpu] [--only real]

Each is given the first 70 % of a log (by time) and judged on the rest by one scoring function: the
mean log loss of the chance of recall foreseen, over reviews a day or more after the one before.
The logs are simulated learners whose true weights differ from the defaults, and the real log in
../shared/review-log where that is there. The last line is the mean over the simulated logs: on one
log of 4,000 reviews two good fits differ by chance. Needs ``pip install "fsrs[optimizer]"``.

    python benchmarks/optimize.py --adopted [--reviews 1000] [--logs 60] [--spread 0.15] [--first-seed 1]

counts harmful adoptions instead, without fsrs's optimizer: whether the weights that would be adopted foresee further
reviews of the same learner worse than the defaults do, by the log loss to be expected under the learner's true weights.
"""

from __future__ import annotations

import argparse
import csv
import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from quizprep.memory.weights import Histories

REAL = Path(__file__).parents[2] / "shared" / "review-log" / "review_log.csv"
FURTHER = 2500  # reviews that adopted weights are judged on
Row = tuple[str, datetime, int]  # card, time, grade


def main() -> None:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=plain)
    parser.add_argument("--reviews", type=int, default=4000, help="in each simulated log")
    parser.add_argument("--logs", type=int, default=6, help="simulated ones")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--only", choices=["simulated", "real"])
    parser.add_argument("--adopted", action="store_true", help="count harmful adoptions")
    parser.add_argument("--spread", type=float, default=0.35, help="of the true weights around the defaults")
    parser.add_argument("--first-seed", type=int, default=1)
    arguments = parser.parse_args()
    if arguments.adopted:
        seeds = range(arguments.first_seed, arguments.first_seed + arguments.logs)
        adopted(arguments.reviews, arguments.spread, seeds)
        return

    started = time.perf_counter()
    import torch  # noqa: F401

    torch_seconds = time.perf_counter() - started
    try:
        import fsrs.optimizer

        fsrs.optimizer.torch  # noqa: B018  absent where the extra is not installed
    except AttributeError:
        raise SystemExit('fsrs has no optimizer here: pip install "fsrs[optimizer]"') from None

    logs = []
    if arguments.only != "real":
        logs += [(f"simulated {seed}", simulated(arguments.reviews, seed)) for seed in range(1, arguments.logs + 1)]
    if arguments.only != "simulated" and REAL.exists():
        logs.append(("real", real()))
    print(f"importing torch: {torch_seconds:.1f} s (both need it; not counted below)")
    head = f"{'log':<12} {'reviews':>8} {'default':>8} {'fsrs':>8} {'ours':>8} {'fsrs s':>8} {'ours s':>7}"
    print(f"{head} {'times faster':>13}")
    simulations = []
    for name, rows in logs:
        measured = compared(rows, arguments.device)
        print(line(name, len(rows), *measured), flush=True)
        if name != "real":
            simulations.append(measured)
    if simulations:
        columns = zip(*simulations, strict=True)
        print(line("mean", arguments.reviews, *(statistics.mean(column) for column in columns)))
        better = sum(ours <= theirs for _, theirs, ours, *_ in simulations)
        print(f"ours at least as good on {better} of {len(simulations)} simulated logs")


def line(
    name: str, reviews: int, default: float, theirs: float, ours: float, peer_seconds: float, seconds: float
) -> str:
    """One line of the table."""
    losses = f"{default:>8.4f} {theirs:>8.4f} {ours:>8.4f}"
    return f"{name:<12} {reviews:>8} {losses} {peer_seconds:>8.1f} {seconds:>7.1f} {peer_seconds / seconds:>13.1f}"


def compared(rows: list[Row], device: str) -> tuple[float, float, float, float, float]:
    """The held-out losses of the defaults, fsrs's weights and ours; the seconds that fsrs and we took."""
    from quizprep.memory.weights import fit_answers, histories, log_loss, split_time

    answers = as_answers(rows)
    split = split_time(answers)
    held_out = histories(answers, since=split)
    started = time.perf_counter()
    fit = fit_answers(answers, device=device)
    ours_seconds = time.perf_counter() - started
    started = time.perf_counter()
    theirs = peer([row for row in rows if row[1] < split])
    peer_seconds = time.perf_counter() - started
    return fit.loss_default, log_loss(theirs, held_out), fit.loss_fitted, peer_seconds, ours_seconds


def peer(rows: list[Row]) -> list[float]:
    """The weights that fsrs's own optimizer finds."""
    from fsrs import Optimizer, Rating, ReviewLog

    numbers = {card: number for number, card in enumerate(dict.fromkeys(row[0] for row in rows))}
    logs = [ReviewLog(numbers[card], Rating(grade), at, None) for card, at, grade in rows]
    return Optimizer(logs).compute_optimal_parameters()


def adopted(reviews: int, spread: float, seeds: range) -> None:
    """What adopting the fitted weights does to learners: a line for each, and the sums."""
    from quizprep.memory.weights import fit_answers, histories

    gains, taken = [], []
    for seed in seeds:
        fit = fit_answers(as_answers(simulated(reviews, seed, spread)))
        later = histories(as_answers(simulated(FURTHER, seed, spread, draws=1)))
        true = truth_of(seed, spread)
        gain = expected_loss(true, (), later) - expected_loss(true, fit.weights, later)
        gains.append(gain)
        taken.append(fit.adopted)
        said = "adopted" if fit.adopted else "left"
        held_out = f"{fit.gain:8.5f} ± {fit.error:.5f}  log evidence {fit.evidence:6.2f}"
        print(f"{seed:>5} {fit.model} gain held out {held_out}  true {gain:8.5f}  {said}", flush=True)
    chosen = [gain for gain, was in zip(gains, taken, strict=True) if was]
    harmful = sum(gain < 0 for gain in chosen)
    in_use = [gain if was else 0.0 for gain, was in zip(gains, taken, strict=True)]
    would = sum(gain < 0 for gain in gains)
    print(f"{len(chosen)} of {len(gains)} adopted, {harmful} of these harmful; of all, {would} would be")
    error = statistics.stdev(in_use) / len(in_use) ** 0.5
    print(f"mean true gain of a learner: {statistics.mean(in_use):.5f} ± {error:.5f} of log loss")


def expected_loss(true: Sequence[float], weights: Sequence[float], batch: Histories) -> float:
    """The mean log loss to be expected under true weights, where others (the defaults for none) foresee."""
    import torch

    from quizprep.memory.options import DEFAULT_WEIGHTS
    from quizprep.memory.weights import SEVEN, SIX

    weights = weights or DEFAULT_WEIGHTS
    model = SEVEN if len(weights) == len(SEVEN.default) else SIX
    chance = SIX.predict(torch.tensor([list(true)], dtype=torch.float64), batch)[0]
    foreseen = model.predict(torch.tensor([list(weights)], dtype=torch.float64), batch)[0].clamp(1e-9, 1 - 1e-9)
    return float(-(chance * foreseen.log() + (1 - chance) * (1 - foreseen).log()).mean())


def as_answers(rows: list[Row]) -> list:
    """Rows in order of time, with the whole 24-hour periods between a card's reviews, as fsrs counts."""
    from quizprep.memory.weights import Answer

    last: dict[str, datetime] = {}
    answers = []
    for card, at, grade in sorted(rows, key=lambda row: row[1]):
        answers.append(Answer(card, at, grade, (at - last.get(card, at)).days))
        last[card] = at
    return answers


def real() -> list[Row]:
    with REAL.open() as file:
        return [
            (row["card_id"], datetime.fromisoformat(row["review_time"]), int(row["review_rating"]))
            for row in csv.DictReader(file)
        ]


def truth_of(seed: int, spread: float, generator: random.Random | None = None) -> list[float]:
    """The weights of a simulated learner: the defaults times a lognormal number of that spread each, within bounds."""
    from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

    from quizprep.memory.options import DEFAULT_WEIGHTS

    generator = generator or random.Random(seed)
    bounds = zip(LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS, strict=True)
    return [
        min(max(weight * generator.lognormvariate(0, spread), low), high)
        for weight, (low, high) in zip(DEFAULT_WEIGHTS, bounds, strict=True)
    ]


def simulated(reviews: int, seed: int, spread: float = 0.35, draws: int = 0) -> list[Row]:
    """A learner with weights of their own, scheduled with the defaults, 15 new cards a day.

    Other ``draws`` are other answers of the same learner.
    """
    import fsrs

    generator = random.Random(seed)
    truth = truth_of(seed, spread, generator)
    if draws:
        generator = random.Random(f"{seed} {draws}")
    mind, scheduler = fsrs.Scheduler(truth, enable_fuzzing=False), fsrs.Scheduler(enable_fuzzing=False)
    start = datetime(2026, 1, 1, 9, tzinfo=UTC)
    believed: dict[int, fsrs.Card] = {}
    true: dict[int, fsrs.Card] = {}
    rows: list[Row] = []
    day = 0
    while len(rows) < reviews:
        now = start + timedelta(days=day)
        for _ in range(15):
            card = len(believed)
            believed[card], true[card] = fsrs.Card(card, due=now), fsrs.Card(card, due=now)
        for card in [card for card, state in believed.items() if state.due <= now + timedelta(hours=12)]:
            at = now
            while believed[card].due <= now + timedelta(hours=12):
                known = mind.get_card_retrievability(true[card], at) if true[card].last_review else 0.6
                grade = 1 if generator.random() > known else generator.choices((2, 3, 4), (15, 75, 10))[0]
                believed[card], _ = scheduler.review_card(believed[card], fsrs.Rating(grade), at)
                true[card], _ = mind.review_card(true[card], fsrs.Rating(grade), at)
                rows.append((str(card), at, grade))
                at = max(at + timedelta(seconds=20), believed[card].due)
        day += 1
    return rows[:reviews]


if __name__ == "__main__":
    main()
