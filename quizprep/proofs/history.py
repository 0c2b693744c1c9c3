"""Proofs for the chapter history."""

from __future__ import annotations

import datetime

from quizprep.lazy import torch
from quizprep.proofs import mistake, proof, step, symbol

MILESTONES = {
    "dqn": ("DQN", 1312, 5602),
    "encoder_decoder": ("RNN encoder-decoder", 1406, 1078),
    "gan": ("GAN", 1406, 2661),
    "vgg": ("VGG", 1409, 1556),
    "inception": ("Inception (GoogLeNet)", 1409, 4842),
    "resnet": ("ResNet", 1512, 3385),
    "inception_four": ("Inception-v4", 1602, 7261),
    "densenet": ("DenseNet", 1608, 6993),
    "xception": ("Xception", 1610, 2357),
    "transformer": ("Transformer", 1706, 3762),
    "senet": ("SENet", 1709, 1507),
    "bert": ("BERT", 1810, 4805),
    "simclr": ("SimCLR", 2002, 5709),
    "gpt_three": ("GPT-3", 2005, 14165),
}  # name of the result → its title and the two parts of its arXiv number, the first of which is year and month

FIRST_SUBMITTED = {
    "dqn": (2013, 12, 19), "encoder_decoder": (2014, 6, 3), "gan": (2014, 6, 10), "vgg": (2014, 9, 4),
    "inception": (2014, 9, 17), "resnet": (2015, 12, 10), "inception_four": (2016, 2, 23), "densenet": (2016, 8, 25),
    "xception": (2016, 10, 7), "transformer": (2017, 6, 12), "senet": (2017, 9, 5), "bert": (2018, 10, 11),
    "simclr": (2020, 2, 13), "gpt_three": (2020, 5, 28),
}  # fmt: skip


def arxiv(month, number):
    """An arXiv number as it is written: four digits until 2014, then five."""
    return f"arXiv {month}.{number:0{4 if month <= 1412 else 5}d}"


@proof(
    "milestone-dates",
    title="When the milestones appeared",
    statement=(
        "The arXiv number of a paper begins with its year and month; here it is read as months since January 2000."
    ),
    symbols={},
    steps={name: step(note=f"{title}, {arxiv(month, number)}") for name, (title, month, number) in MILESTONES.items()},
    result="gan",
    source="arXiv.org, the dates of first submission",
    mistakes=[
        mistake("gan-in-2015", "12 * 15 + 6 - 1", "GAN appeared in June 2014, although some timelines put it in 2015."),
        mistake("month-before-year", "12 * 6 + 14 - 1", "An arXiv number gives the year first, then the month."),
        mistake(
            "inception-after-resnet",
            "resnet + 1",
            "Inception is of 2014, before ResNet; only Inception-v4 came after it.",
            of="inception",
        ),
    ],
)
def milestone_dates():
    return {name: torch.tensor(12 * (month // 100) + month % 100 - 1) for name, (_, month, _) in MILESTONES.items()}


@milestone_dates.oracle("closed-form", "the dates of first submission")
def _():
    days = {name: datetime.date(*day) for name, day in FIRST_SUBMITTED.items()}
    return {name: 12 * (day.year - 2000) + day.month - 1 for name, day in days.items()}


@proof(
    "relative-error-cut",
    title="How much of the error a model removes",
    statement="The relative cut is the fall of the error divided by the error before; AlexNet removed 42 % in 2012.",
    symbols={
        "a": symbol("positive in 1..50", "error before, in percent"),
        "b": symbol("positive in 1..50", "error after, in percent"),
    },
    where=["b < a"],
    steps={
        "points": step("a - b"),
        "cut": step("points / a"),
    },
    source=(
        "Krizhevsky, Sutskever & Hinton, ImageNet classification with deep convolutional neural networks (2012), sec. 6"
    ),
    mistakes=[
        mistake(
            "absolute",
            "(a - b) / 100",
            "Those are percentage points; relative to the error there was, the cut is larger.",
        ),
        mistake("relative-to-the-new", "(a - b) / b", "Divide by the error before, not by the one after."),
        mistake("what-is-left", "b / a", "That is the share of the error that remains."),
    ],
)
def relative_error_cut(a, b):
    return {"points": a - b, "cut": (a - b) / a}


@relative_error_cut.oracle("brute-force", "counting the wrong ones of ten million images", tolerance=1e-5)
def _(a, b):
    before, after = (round(float(rate) * 100_000) for rate in (a, b))
    return len(range(after, before)) / before


@proof(
    "q-learning-target",
    title="The target of DQN",
    statement=(
        "DQN moves Q(s, a) towards the reward plus the discounted best value of the next state, "
        "or the reward at the end."
    ),
    symbols={
        "r": symbol("real in -5..5", "reward"),
        "g": symbol("probability", "discount", aliases=["γ"]),
        "q": symbol("vector[3] of real in -5..5", "values of the actions in the next state"),
        "d": symbol("bit", "1 where the episode ends"),
        "v": symbol("real in -5..5", "present estimate Q(s, a)"),
    },
    steps={
        "best": step("max(q)"),
        "target": step("r + g * (1 - d) * best"),
        "loss": step("(target - v)^2"),
    },
    result="target",
    source="Mnih et al., Playing Atari with deep reinforcement learning (2013), sec. 2 (arXiv 1312.5602)",
    mistakes=[
        mistake(
            "average-action",
            "r + g * (1 - d) * mean(q)",
            "Q-learning assumes the best next action, not an average one.",
        ),
        mistake("not-discounted", "r + (1 - d) * best", "The next state's value is discounted."),
        mistake(
            "terminal-ignored",
            "r + g * best",
            ("That holds for a step that does not end the episode; where it ends, d = 1 and only the reward counts."),
            variant=True,
        ),
        mistake("reward-discounted", "g * (r + (1 - d) * best)", "The reward comes now and is not discounted."),
    ],
)
def q_learning_target(r, g, q, d, v):
    target = r + g * (1 - d) * q.max()
    return {"best": q.max(), "target": target, "loss": (target - v) ** 2}


@q_learning_target.oracle("brute-force", "best return over all next actions", samples=24)
def _(r, g, q, d, v):
    returns = [float(r) + (0.0 if d else float(g) * value) for value in q.tolist()]
    loss = torch.nn.functional.mse_loss(v, torch.tensor(max(returns)))
    return {"target": max(returns), "loss": loss}


@proof(
    "language-model-size",
    title="Weights of a GPT",
    statement=(
        "A transformer block of width d has about 12 d² weights, 4 d² in attention and 8 d² in the feed-forward part."
    ),
    symbols={
        "n": symbol("positive-count in 1..96", "number of blocks", aliases=["L"]),
        "d": symbol("positive-count in 1..12288", "model dimension"),
    },
    steps={
        "attention": step("4 * d^2"),
        "feed_forward": step("2 * d * (4 * d)"),
        "weights": step("n * (attention + feed_forward)"),
    },
    source="Brown et al., Language models are few-shot learners (2020), table 2.1 (arXiv 2005.14165)",
    mistakes=[
        mistake("attention-only", "4 * n * d^2", "The feed-forward part has twice as many weights as attention."),
        mistake("linear-in-width", "12 * n * d", "The weights grow with the square of the width."),
        mistake(
            "output-projection-forgotten",
            "n * (3 * d^2 + feed_forward)",
            "Besides query, key and value there is an output projection.",
        ),
    ],
)
def language_model_size(n, d):
    attention, feed_forward = 4 * d**2, 2 * d * (4 * d)
    return {"attention": attention, "feed_forward": feed_forward, "weights": n * (attention + feed_forward)}


@language_model_size.oracle("operator", "torch.nn.TransformerEncoderLayer (meta device)", samples=12)
def _(n, d):
    block = torch.nn.TransformerEncoderLayer(int(d), 1, dim_feedforward=4 * int(d), device="meta")
    matrices = {name: parameter.numel() for name, parameter in block.named_parameters() if parameter.dim() == 2}
    return {
        "attention": sum(size for name, size in matrices.items() if "attn" in name),
        "weights": int(n) * sum(matrices.values()),
    }
