"""Proofs for the chapter gan-variants-and-diffusion: how far generated samples are from the data."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "wasserstein-distance",
    title="Wasserstein distance of two samples",
    statement=(
        "On a line the Wasserstein distance of two equally large samples is the mean distance of the sorted values: "
        "what it costs to move one onto the other. Of samples that do not overlap it still tells how far they are "
        "apart, where the Jensen–Shannon divergence is ln 2 however far."
    ),
    symbols={
        "x": symbol("vector[n] of real in -3..3", "values of the data"),
        "y": symbol("vector[n] of real in -3..3", "values of the generator"),
        "shift": symbol("real in 7..20", "by how much the generator's values are moved away"),
    },
    steps={
        "data_sorted": step(note="values of the data in ascending order", axes=1),
        "fakes_sorted": step(note="values of the generator in ascending order", axes=1),
        "distance": step("mean(abs(data_sorted - fakes_sorted))", aliases=["W"]),
        "shifted": step("mean(y) + shift - mean(x)"),
        "jsd_shifted": step("log(2)"),
    },
    result="distance",
    source="Arjovsky, Chintala & Bottou, Wasserstein GAN (2017), section 2 and example 1",
    claims=[claim("shifted > jsd_shifted", "Moved apart, the one grows, the other stays ln 2.")],
    mistakes=[
        mistake("not-sorted", "mean(abs(x - y))", "The samples are not paired: sort both for the cheapest way."),
        mistake("means-only", "abs(mean(x) - mean(y))", "Equal means do not make equal distributions."),
        mistake(
            "squared", "mean((data_sorted - fakes_sorted)^2)", "The cost of moving is the distance, not its square."
        ),
        mistake("summed", "sum(abs(data_sorted - fakes_sorted))", "Each of the n values carries the mass 1/n."),
    ],
)
def wasserstein_distance(x, y, shift):
    data, fakes = torch.sort(x).values, torch.sort(y).values
    places = torch.cat([data, fakes + shift])
    same = (places.unsqueeze(0) == places.unsqueeze(1)).to(x.dtype)  # a value that comes twice is one place
    p, q = same[:, : len(x)].mean(1), same[:, len(x) :].mean(1)
    terms = torch.special.entr((p + q) / 2) - (torch.special.entr(p) + torch.special.entr(q)) / 2
    divergence = (terms / same.sum(1)).sum()
    return {
        "data_sorted": data,
        "fakes_sorted": fakes,
        "distance": (data - fakes).abs().mean(),
        "shifted": (fakes + shift - data).mean(),
        "jsd_shifted": divergence,
    }


@wasserstein_distance.oracle("brute-force", "area between the two cumulative distributions", samples=48)
def _(x, y, shift):
    def area(first, second):
        places = torch.cat([first, second]).sort().values
        heights = [(sample[:, None] <= places[:-1]).double().mean(0) for sample in (first, second)]
        return ((heights[0] - heights[1]).abs() * torch.diff(places)).sum()

    ranks = [(sample[:, None] > sample).sum(1) + (sample[:, None] == sample).tril(-1).sum(1) for sample in (x, y)]
    data, fakes = (torch.zeros_like(each).scatter(0, rank, each) for each, rank in zip((x, y), ranks, strict=True))
    return {
        "data_sorted": data,
        "fakes_sorted": fakes,
        "distance": area(x, y),
        "shifted": area(x, y + shift),
    }


@proof(
    "frechet-distance",
    title="Fréchet distance of two Gaussians (FID)",
    statement=(
        "FID fits a Gaussian to the features of the data and one to those of the generated images: with independent "
        "features it is the squared distance of the means plus that of the standard deviations; smaller is better."
    ),
    symbols={
        "m": symbol("vector[d]", "means of the features of the data"),
        "s": symbol("vector[d] of positive in 0.2..4", "their standard deviations"),
        "mu": symbol("vector[d]", "means of the features of the generated images"),
        "sigma": symbol("vector[d] of positive in 0.2..4", "their standard deviations"),
    },
    steps={
        "means": step("sum((m - mu)^2)"),
        "spreads": step("sum((s - sigma)^2)"),
        "fid": step("means + spreads", aliases=["FID"]),
    },
    source=(
        "Heusel et al., GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium (2017), "
        "section 2, equation 6"
    ),
    claims=[claim("fid >= 0", "It is 0 only for equal means and deviations.")],
    mistakes=[
        mistake("means-only", "sum((m - mu)^2)", "A collapsed generator may have the right means; spread counts."),
        mistake("variances", "means + sum((s^2 - sigma^2)^2)", "The deviations are compared, not the variances."),
        mistake("variances-added", "means + sum(s^2 + sigma^2)", "The term −2√(C₁C₂) of the spreads is missing."),
        mistake("root", "sqrt(means + spreads)", "FID is the squared distance."),
    ],
)
def frechet_distance(m, s, mu, sigma):
    means, spreads = ((m - mu) ** 2).sum(), ((s - sigma) ** 2).sum()
    return {"means": means, "spreads": spreads, "fid": means + spreads}


@frechet_distance.oracle(
    "operator", "|m − μ|² + tr(C₁ + C₂ − 2(C₁C₂)^½) with the eigenvalues of rotated matrices", tolerance=1e-7
)
def _(m, s, mu, sigma):
    size = len(m)
    turn = torch.linalg.qr(torch.eye(size) + torch.ones(size, size).triu(1))[0]
    first, second = turn @ torch.diag(s**2) @ turn.T, turn @ torch.diag(sigma**2) @ turn.T
    roots = torch.linalg.eigvals(first @ second).real.clamp(min=0).sqrt()
    spreads = torch.trace(first) + torch.trace(second) - 2 * roots.sum()
    means = torch.dist(m, mu).square()
    return {"means": means, "spreads": spreads, "fid": means + spreads}
