"""Proofs for the chapter variational-autoencoders: the weight of the KL term, and what it does to the code."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

BETA_VAE = "Higgins et al., beta-VAE: Learning Basic Visual Concepts with a Constrained Variational Framework (2017)"


@proof(
    "beta-vae-loss",
    title="Loss of a β-VAE",
    statement="A β-VAE multiplies the KL term of the VAE loss by β; β = 1 is the VAE itself.",
    symbols={
        "x": symbol("vector[n]", "the input"),
        "x_hat": symbol("vector[n]", "the decoder's output"),
        "mu": symbol("vector[d]", "means of the code, one a dimension"),
        "sigma": symbol("vector[d] of positive", "standard deviations of the code"),
        "beta": symbol("positive", "weight of the KL term"),
    },
    steps={
        "reconstruction": step("sum((x - x_hat)^2) / 2"),
        "kl": step("sum(sigma^2 + mu^2 - log(sigma^2) - 1) / 2", aliases=["KL"]),
        "loss": step("reconstruction + beta * kl"),
    },
    source=f"{BETA_VAE}, section 2",
    mistakes=[
        mistake("weight-forgotten", "reconstruction + kl", "That is the VAE, β = 1: the KL term is weighted by β."),
        mistake(
            "weight-on-the-reconstruction",
            "beta * reconstruction + kl",
            "β belongs to the KL term; on the other term it would work the other way.",
        ),
        mistake("both-weighted", "beta * (reconstruction + kl)", "Weighting both terms changes only the scale."),
    ],
)
def beta_vae_loss(x, x_hat, mu, sigma, beta):
    reconstruction = ((x - x_hat) ** 2).sum() / 2
    kl = (sigma**2 + mu**2 - torch.log(sigma**2) - 1).sum() / 2
    return {"reconstruction": reconstruction, "kl": kl, "loss": reconstruction + beta * kl}


@beta_vae_loss.oracle("operator", "torch.nn.MSELoss and torch.distributions.kl_divergence")
def _(x, x_hat, mu, sigma, beta):
    normal = torch.distributions.Normal
    reconstruction = torch.nn.MSELoss(reduction="sum")(x_hat, x) / 2
    prior = normal(torch.zeros_like(mu), torch.ones_like(mu))
    kl = torch.distributions.kl_divergence(normal(mu, sigma), prior).sum()
    return {"reconstruction": reconstruction, "kl": kl, "loss": torch.lerp(reconstruction, reconstruction + kl, beta)}


@proof(
    "posterior-collapse",
    title="When the code of a linear VAE collapses",
    statement=(
        "Data of variance v, a decoder N(wz, s²) and the weight β: at the best w and q the squared error is βs² and "
        "KL is ½ ln(v / (βs²)); where βs² ≥ v, w = 0, q is the prior and the code says nothing about the input."
    ),
    symbols={
        "v": symbol("positive in 0.2..9", "variance of the data"),
        "s": symbol("positive in 0.2..3", "standard deviation that the decoder assumes"),
        "beta": symbol("positive in 0.2..5", "weight of the KL term"),
    },
    steps={
        "limit": step("beta * s^2"),
        "weight": step("sqrt(max(v - limit, 0))"),
        "error": step("min(v, limit)"),
        "kl": step("max(log(v / limit) / 2, 0)", aliases=["KL"]),
    },
    source=(
        "Lucas et al., Don't Blame the ELBO! A Linear VAE Perspective on Posterior Collapse (2019), section 4; "
        "Bowman et al., Generating Sentences from a Continuous Space (2016), section 3"
    ),
    claims=[claim("kl >= 0 and error <= v", "The error is at most the variance of the data.")],
    mistakes=[
        mistake("half-forgotten", "max(log(v / limit), 0)", "The factor ½ of a Gaussian's divergence is missing."),
        mistake("never-collapses", "log(v / limit) / 2", "KL is never negative: at βs² ≥ v the code is switched off."),
        mistake(
            "deviation-for-variance", "max(log(v / (beta * s)) / 2, 0)", "The decoder's variance s² counts, not s."
        ),
        mistake("error-of-the-data", "v", "Only a collapsed code leaves the whole variance as error.", of="error"),
    ],
)
def posterior_collapse(v, s, beta):
    limit = beta * s**2
    return {
        "limit": limit,
        "weight": torch.sqrt((v - limit).clamp(min=0)),
        "error": torch.minimum(v, limit),
        "kl": (torch.log(v / limit) / 2).clamp(min=0),
    }


@posterior_collapse.oracle(
    "brute-force", "the loss of 20001 decoders, each with its best code, on a grid", tolerance=5e-3, samples=32
)
def _(v, s, beta):
    w = torch.linspace(0, 1.2, 20_001) * torch.sqrt(v)
    spread = torch.linalg.inv((1 + w**2 / (beta * s**2))[:, None, None])[:, 0, 0]  # prior times likelihood^(1/beta)
    slope = spread * w / (beta * s**2)  # mean of the code for one unit of x
    error = v * (1 - w * slope) ** 2 + w**2 * spread
    normal = torch.distributions.Normal
    # a code with the mean of size |slope| sqrt(v) has the divergence that data of variance v have on average
    kl = torch.distributions.kl_divergence(normal(slope * torch.sqrt(v), torch.sqrt(spread)), normal(0.0, 1.0))
    best = (error / (2 * s**2) + beta * kl).argmin()
    return {"weight": w[best], "error": error[best], "kl": kl[best]}
