"""Proofs for the chapter history."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import mistake, proof, step, symbol


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
