"""Proofs for the chapter optimisers: learning rates that change, and decay beside adaptive steps."""

from __future__ import annotations

import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "warm-up-and-cosine",
    title="Warm-up and cosine decay",
    statement=(
        "The rate rises in a straight line to its peak over the first w steps, and then falls as half a cosine to 0 "
        "at step T."
    ),
    symbols={
        "eta": symbol("positive", "peak of the learning rate", ["lr", "alpha"]),
        "t": symbol("count in 0..100", "step, from 0"),
        "w": symbol("positive-count in 1..40", "steps of the warm-up"),
        "T": symbol("positive-count in 50..100", "steps in all"),
    },
    where=["t <= T"],
    steps={
        "progress": step("max(0, (t - w) / (T - w))"),
        "rising": step("eta * t / w"),
        "falling": step("eta / 2 * (1 + cos(pi * progress))"),
        "rate": step("min(rising, falling) if t < w else falling"),
    },
    source="Loshchilov & Hutter, SGDR (2017), sec. 3 (arXiv 1608.03983)",
    mistakes=[
        mistake("no-warm-up", "eta / 2 * (1 + cos(pi * t / T))", "The warm-up is missing: the rate begins small."),
        mistake("straight-decay", "rising if t < w else eta * (1 - progress)", "That is a straight line."),
        mistake("constant", "rising if t < w else eta", "Behind the warm-up the rate falls."),
        mistake(
            "not-halved", "rising if t < w else eta * (1 + cos(pi * progress))", "1 + cos is 2 at the peak: halve it."
        ),
    ],
    claims=[claim("0 <= rate and rate <= eta * (1 + 1e-9)", "the rate never exceeds its peak")],
)
def warm_up_and_cosine(eta, t, w, T):
    progress = ((t - w) / (T - w)).clamp(min=0)
    rising, falling = eta * t / w, eta / 2 * (1 + torch.cos(math.pi * progress))
    return {
        "progress": progress,
        "rising": rising,
        "falling": falling,
        "rate": torch.where(t < w, torch.minimum(rising, falling), falling),
    }


@warm_up_and_cosine.oracle(
    "operator", "equal rises added up, then torch.optim.lr_scheduler.CosineAnnealingLR", samples=24
)
def _(eta, t, w, T):
    scheduler = torch.optim.lr_scheduler
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=float(eta))
    steps, warm = int(t), int(w)
    if steps < warm:
        return {"rate": float(eta) * sum(1 / warm for _ in range(steps))}
    falling = scheduler.CosineAnnealingLR(optimiser, int(T) - warm)
    for _ in range(steps - warm):
        optimiser.step()
        falling.step()
    return {"rate": optimiser.param_groups[0]["lr"], "falling": optimiser.param_groups[0]["lr"]}


@proof(
    "step-decay",
    title="Step decay",
    statement="Step decay multiplies the rate by q after every k epochs: η q^⌊n/k⌋ in epoch n.",
    symbols={
        "eta": symbol("positive", "learning rate at the start", ["lr", "alpha"]),
        "q": symbol("open-probability", "factor", ["gamma"]),
        "k": symbol("positive-count in 1..10", "epochs between two cuts"),
        "n": symbol("count in 0..40", "epoch, from 0"),
    },
    steps={"cuts": step("floor(n / k)"), "rate": step("eta * q^cuts")},
    source="torch.optim.lr_scheduler.StepLR",
    mistakes=[
        mistake("every-epoch", "eta * q^n", "The rate is cut every k epochs only."),
        mistake("without-steps", "eta * q^(n / k)", "Between two cuts the rate stays: round down."),
        mistake("subtracted", "eta * (1 - cuts * (1 - q))", "Each cut multiplies what is left."),
    ],
)
def step_decay(eta, q, k, n):
    cuts = torch.floor(n / k)
    return {"cuts": cuts, "rate": eta * q**cuts}


@step_decay.oracle("operator", "torch.optim.lr_scheduler.StepLR", samples=16)
def _(eta, q, k, n):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=float(eta))
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, int(k), gamma=float(q))
    for _ in range(int(n)):
        optimiser.step()
        schedule.step()
    return {"rate": optimiser.param_groups[0]["lr"]}


@proof(
    "adamw-first-step",
    title="AdamW decays the weight itself",
    statement=(
        "AdamW shrinks the weight by η λ w beside Adam's step; an L2 penalty in Adam's gradient is divided away with "
        "it, so the first step is η long however strong the penalty is."
    ),
    symbols={
        "w": symbol("real in 0.5..4", "weight"),
        "g": symbol("real in 0.2..4", "first gradient of the loss"),
        "eta": symbol("positive in 0.001..0.5", "learning rate", ["lr", "alpha"]),
        "lam": symbol("positive in 0.01..1", "weight decay", ["lambda", "λ"]),
    },
    steps={
        "adam_with_l2": step("w - eta * (g + lam * w) / abs(g + lam * w)"),
        "w_next": step("(1 - eta * lam) * w - eta * g / abs(g)"),
    },
    source="Loshchilov & Hutter, Decoupled weight decay regularization (2019), algorithm 2 (arXiv 1711.05101)",
    mistakes=[
        mistake(
            "penalty-in-the-gradient",
            "adam_with_l2",
            "Inside the gradient the penalty is normalised away; AdamW keeps it apart.",
        ),
        mistake("no-decay", "w - eta * g / abs(g)", "That is Adam without weight decay."),
        mistake(
            "rate-forgotten", "(1 - lam) * w - eta * g / abs(g)", "The decay is scaled by the learning rate as well."
        ),
    ],
)
def adamw_first_step(w, g, eta, lam):
    penalised = g + lam * w
    return {
        "adam_with_l2": w - eta * penalised / penalised.abs(),
        "w_next": (1 - eta * lam) * w - eta * g / g.abs(),
    }


@adamw_first_step.oracle(
    "operator", "torch.optim.AdamW and torch.optim.Adam with weight decay, ε tiny", tolerance=1e-6, samples=16
)
def _(w, g, eta, lam):
    def stepped(optimiser):
        weight = torch.nn.Parameter(w.detach().cpu().double().reshape(1).clone())
        weight.grad = g.detach().cpu().double().reshape(1).clone()
        optimiser([weight], lr=float(eta), weight_decay=float(lam), eps=1e-12).step()
        return weight.detach().squeeze()

    return {"adam_with_l2": stepped(torch.optim.Adam), "w_next": stepped(torch.optim.AdamW)}
