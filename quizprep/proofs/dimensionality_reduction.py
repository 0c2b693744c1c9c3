"""Proofs for the chapter dimensionality-reduction."""

from __future__ import annotations

import math

from quizprep.citations import BISHOP, DEEP_LEARNING, STATISTICAL_LEARNING
from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "edge-of-a-neighbourhood",
    title="How far a neighbourhood reaches",
    statement=(
        "A cube that holds the share r of uniform data in d dimensions has edges of length r^(1/d): "
        "soon nearly the whole range."
    ),
    symbols={
        "r": symbol("open-probability in 0.001..0.9", "share of the data"),
        "d": symbol("positive-count in 1..30", "number of dimensions"),
    },
    steps={"edge": step("r^(1 / d)")},
    source=f"{STATISTICAL_LEARNING}, section 2.5",
    mistakes=[
        mistake("as-on-a-line", "r", "That holds in one dimension; with every further one the cube must be wider."),
        mistake(
            "divided",
            "r / d",
            "The share is divided by the dimension; volumes multiply, so the d-th root belongs here.",
        ),
        mistake("power", "r^d", "That is the volume of a cube with edge r."),
        mistake("square-root", "sqrt(r)", "That is the edge in two dimensions."),
    ],
    picture=curve("d", 1, 40),
)
def edge_of_a_neighbourhood(r, d):
    return {"edge": r ** (1 / d)}


@edge_of_a_neighbourhood.oracle("brute-force", "halving the interval of edges until the volume fits")
def _(r, d):
    low, high = torch.zeros(()), torch.ones(())
    for _ in range(60):
        middle = (low + high) / 2
        too_small = torch.full((int(d),), float(middle)).prod() < r
        low, high = (middle, high) if too_small else (low, middle)
    return middle


@edge_of_a_neighbourhood.oracle("simulation", "quantile of the largest of d coordinates", tolerance=0.05, samples=8)
def _(r, d):
    points = torch.rand(20_000, int(d), generator=torch.Generator().manual_seed(0), device="cpu")
    return points.max(dim=1).values.quantile(float(r))


@proof(
    "distances-become-similar",
    title="Distances become similar",
    statement=(
        "Among 500 uniform points the farthest is many times as far as the nearest in 2 dimensions, "
        "hardly farther in 1000."
    ),
    symbols={},
    steps={
        "ratio_2": step(note="farthest / nearest distance in 2 dimensions", within=(18, 130)),
        "ratio_10": step(note="in 10 dimensions", within=(2.5, 4.4)),
        "ratio_100": step(note="in 100 dimensions", within=(1.32, 1.46)),
        "ratio_1000": step(note="in 1000 dimensions", within=(1.092, 1.131)),
    },
    source="Beyer, Goldstein, Ramakrishnan, Shaft, When Is Nearest Neighbor Meaningful? (ICDT 1999)",
    claims=[
        claim(
            "ratio_2 > 2 * ratio_10 and ratio_10 > 1.5 * ratio_100 and ratio_100 > 1.2 * ratio_1000",
            "The ratio falls with the dimension.",
        ),
        claim("ratio_1000 < 1.5", "In 1000 dimensions all points are about equally far."),
    ],
    mistakes=[
        mistake("contrast-grows", "ratio_1000 > ratio_2", "The contrast between near and far vanishes."),
    ],
)
def distances_become_similar(random):
    def ratio(dimensions):
        points, queries = random.uniform(500, dimensions), random.uniform(10, dimensions)
        distances = torch.cdist(queries, points)
        return (distances.max(dim=1).values / distances.min(dim=1).values).median()

    return {f"ratio_{dimensions}": ratio(dimensions) for dimensions in (2, 10, 100, 1000)}


@proof(
    "pca-of-two-features",
    title="PCA of two features",
    statement=(
        "The variances along the principal axes are the eigenvalues of the covariance matrix; "
        "their sum is the total variance."
    ),
    symbols={
        "a": symbol("positive", "variance of the first feature"),
        "b": symbol("positive", "variance of the second feature"),
        "rho": symbol("real in -1..1", "their correlation", aliases=["ρ"]),
    },
    steps={
        "c": step("rho sqrt(a b)"),
        "total": step("a + b"),
        "largest": step("total / 2 + sqrt(((a - b) / 2)^2 + c^2)", aliases=["lambda_1"]),
        "smallest": step("total - largest", aliases=["lambda_2"]),
        "ratio": step("largest / total"),
    },
    source=f"{BISHOP}, section 12.1",
    mistakes=[
        mistake(
            "largest-feature",
            "max(a, b) / total",
            "That is the share of the feature with the larger variance; correlated features share an axis.",
        ),
        mistake(
            "square-roots",
            "sqrt(largest) / (sqrt(largest) + sqrt(abs(smallest)))",
            "Standard deviations are compared; the explained ratio compares variances.",
        ),
        mistake(
            "over-the-other",
            "smallest / largest",
            "The eigenvalue is divided by the sum of all eigenvalues, not by another one.",
        ),
        mistake("one-axis-of-two", "1 / 2", "One of two axes holds half the variance only if no direction is special."),
    ],
    claims=[claim("largest >= max(a, b) - 1e-9", "No feature alone varies more than the first axis.")],
)
def pca_of_two_features(a, b, rho):
    c = rho * (a * b).sqrt()
    total = a + b
    largest = total / 2 + (((a - b) / 2) ** 2 + c**2).sqrt()
    return {"c": c, "total": total, "largest": largest, "smallest": total - largest, "ratio": largest / total}


def covariance_of_two(a, b, rho):
    c = rho * (a * b).sqrt()
    return torch.stack([torch.stack([a, c]), torch.stack([c, b])])


@pca_of_two_features.oracle("operator", "torch.linalg.eigvalsh")
def _(a, b, rho):
    smallest, largest = torch.linalg.eigvalsh(covariance_of_two(a, b, rho))
    return {"largest": largest, "smallest": smallest, "ratio": largest / (largest + smallest)}


@pca_of_two_features.oracle("brute-force", "the best of 3600 directions", tolerance=1e-5, samples=24)
def _(a, b, rho):
    angles = torch.linspace(0, torch.pi, 3600)
    directions = torch.stack([angles.cos(), angles.sin()])
    along = (directions * (covariance_of_two(a, b, rho) @ directions)).sum(dim=0)
    return {"largest": along.max(), "ratio": along.max() / (a + b)}


@proof(
    "variance-along-a-direction",
    title="Variance along a direction",
    statement=(
        "Centre the data, project them on the unit vector, take the variance: "
        "PCA looks for the direction where it is largest."
    ),
    symbols={
        "X": symbol("matrix[n, d]", "samples, one a row"),
        "u": symbol("vector[d]", "direction"),
    },
    where=["norm(u) > 0.1"],
    steps={
        "unit": step("u / norm(u)"),
        "projections": step("X unit"),
        "along": step("mean((projections - mean(projections))^2)"),
    },
    source=f"{BISHOP}, section 12.1",
    mistakes=[
        mistake(
            "not-a-unit-vector", "var(X u)", "The direction must be a unit vector, or its length scales the variance."
        ),
        mistake("not-centred", "mean((X unit)^2)", "The mean of the projections must be subtracted first."),
        mistake(
            "standard-deviation", "std(X unit)", "That is the standard deviation; PCA's eigenvalues are variances."
        ),
        mistake(
            "scatter",
            "sum((X unit)^2)",
            "X is centred already, and the squares are added: n times the variance, with the same best direction.",
            variant=True,
        ),
        mistake("total-variance", "sum(var(X, axis=0))", "That is the variance along all axes together."),
    ],
)
def variance_along_a_direction(X, u):
    unit = u / u.norm()
    projections = X @ unit
    return {"unit": unit, "projections": projections, "along": (projections - projections.mean()).square().mean()}


@variance_along_a_direction.oracle("operator", "uᵀ torch.cov(X) u / uᵀu")
def _(X, u):
    return u @ torch.cov(X.T, correction=0) @ u / (u @ u)


@proof(
    "principal-axes",
    title="The principal axes",
    statement=(
        "The top eigenvector beats every other direction; the axes are orthogonal and their eigenvalues "
        "the variances along them."
    ),
    symbols={},
    steps={
        "first": step(note="variance along the first axis", within=(0, 160)),
        "best_trial": step(note="largest variance along 2000 random directions", within=(0, 160)),
        "second": step(note="variance along the second axis", within=(0, 17)),
        "third": step(note="variance along the third axis"),
        "overlap": step(note="largest inner product of two axes"),
        "eigenvalue_error": step(note="largest difference of eigenvalue and variance"),
    },
    source=f"{BISHOP}, section 12.1",
    claims=[
        claim(
            "first >= best_trial and best_trial / first > 0.9",
            "No direction has a larger variance than the first axis; the best of 2000 come near.",
        ),
        claim("first > second and second > third", "The variances decrease."),
        claim("overlap < 1e-9", "The axes are orthogonal."),
        claim("eigenvalue_error < 1e-9 * first", "Each eigenvalue is the variance along its axis."),
    ],
    mistakes=[
        mistake("axes-overlap", "overlap > 0.1", "Each axis is orthogonal to the ones before."),
    ],
)
def principal_axes(random):
    # free: any data of three different variances
    x = random.normal(200, 3) @ (random.normal(3, 3) * torch.tensor([3.0, 1.5, 0.7]))
    x = x - x.mean(dim=0)
    axes = torch.linalg.svd(x, full_matrices=False).Vh
    along = (x @ axes.T).var(dim=0)
    eigenvalues = torch.linalg.eigvalsh(torch.cov(x.T)).flip(0)
    trials = torch.nn.functional.normalize(random.normal(2000, 3), dim=1)
    return {
        "first": along[0],
        "best_trial": (x @ trials.T).var(dim=0).max(),
        "second": along[1],
        "third": along[2],
        "overlap": (axes @ axes.T - torch.eye(3)).abs().max(),
        "eigenvalue_error": (along - eigenvalues).abs().max(),
    }


@proof(
    "pca-reconstruction-error",
    title="What PCA keeps and loses",
    statement=(
        "Keeping the axes with the largest eigenvalues loses the sum of the other eigenvalues, "
        "the smallest loss possible."
    ),
    symbols={
        "k": symbol("vector[m] of positive in 3..9", "eigenvalues that are kept", aliases=["kept"]),
        "s": symbol("vector[n] of positive in 0.1..3", "smaller eigenvalues that are dropped", aliases=["dropped"]),
    },
    where=["min(k) >= max(s)"],
    steps={
        "total": step("sum(k) + sum(s)"),
        "ratio": step("sum(k) / total"),
        "error": step("sum(s)"),
    },
    notations=[{"lambda": "[k; s]", "k": "m", all_axes: "m + n"} for all_axes in ("d", "p", "n", "D", "N")],
    source=f"{BISHOP}, section 12.1",
    mistakes=[
        mistake("kept-instead", "sum(k)", "That is the variance that is kept; the error is what is dropped."),
        mistake("first-dropped-only", "max(s)", "All dropped eigenvalues count, not the largest alone."),
        mistake("roots", "sum(sqrt(s))", "The eigenvalues are variances already; no root is taken."),
        mistake("share-lost", "sum(s) / total", "That is the share of the variance that is lost."),
    ],
)
def pca_reconstruction_error(k, s):
    total = k.sum() + s.sum()
    return {"total": total, "ratio": k.sum() / total, "error": s.sum()}


@pca_reconstruction_error.oracle("operator", "torch.linalg.svd of rotated data with these variances", samples=16)
def _(k, s):
    variances = torch.cat([k, s])
    size = len(variances)
    rotations = [
        torch.linalg.qr(torch.randn(size, size, generator=torch.Generator().manual_seed(seed), device="cpu"))[0]
        for seed in (0, 1)
    ]
    first, second = (rotation.to(variances) for rotation in rotations)
    data = first @ torch.diag(variances.sqrt()) @ second
    left, values, right = torch.linalg.svd(data)
    rebuilt = left[:, : len(k)] * values[: len(k)] @ right[: len(k)]
    error = (data - rebuilt).square().sum()
    return {"error": error, "ratio": 1 - error / data.square().sum()}


@proof(
    "linear-autoencoder-reaches-pca",
    title="A linear autoencoder finds the PCA subspace",
    statement=(
        "Trained on the squared error, a linear autoencoder ends at PCA's error for the same code size, "
        "in the same subspace."
    ),
    symbols={},
    steps={
        "start": step(note="reconstruction error before training", within=(4.9, 8.5)),
        "trained": step(note="reconstruction error after training", within=(0.37, 0.68)),
        "pca": step(note="reconstruction error of PCA with the same code size", within=(0.37, 0.68)),
        "subspace_gap": step(note="distance of the two projections"),
    },
    source="Baldi and Hornik, Neural Networks and Principal Component Analysis (Neural Networks, 1989)",
    claims=[
        claim("0.999999 < trained / pca < 1.01", "The error meets PCA's and never falls below it."),
        claim("subspace_gap < 0.001", "The subspace is the same."),
        claim("start > 2 * pca", "It was learned."),
    ],
    mistakes=[
        mistake(
            "better-than-pca",
            "trained < 0.99 * pca",
            "PCA is the best linear code; only a non-linear autoencoder can do better.",
        ),
    ],
)
def linear_autoencoder_reaches_pca(random):
    rotation = torch.linalg.qr(random.normal(5, 5))[0]
    x = random.normal(300, 5) * torch.tensor([2.0, 1.5, 0.5, 0.4, 0.3]) @ rotation
    x = x - x.mean(dim=0)
    covariance = x.T @ x / 300
    encoder, decoder = 0.1 * random.normal(2, 5), 0.1 * random.normal(5, 2)  # free: any small start

    def error():
        return ((x - x @ encoder.T @ decoder.T) ** 2).sum(dim=1).mean()

    start = error()
    for _ in range(500):
        residual = (decoder @ encoder - torch.eye(5)) @ covariance
        decoder, encoder = decoder - 0.1 * residual @ encoder.T, encoder - 0.1 * decoder.T @ residual
    axes = torch.linalg.eigh(covariance).eigenvectors[:, -2:]
    basis = torch.linalg.qr(decoder)[0]
    return {
        "start": start,
        "trained": error(),
        "pca": ((x - x @ axes @ axes.T) ** 2).sum(dim=1).mean(),
        "subspace_gap": (basis @ basis.T - axes @ axes.T).abs().max(),
    }


@proof(
    "pca-ignores-the-target",
    title="PCA ignores the target",
    statement="If the class depends on the feature with the smallest variance, PCA drops exactly what decides.",
    symbols={},
    steps={
        "kept": step(note="share of the variance in 4 of 5 components", within=(0.99771, 0.99859)),
        "all_score": step(note="accuracy with all features", within=(0.941, 1)),
        "pca_score": step(note="accuracy with 4 components", within=(0.45, 0.59)),
    },
    source=f"{STATISTICAL_LEARNING}, section 3.5.1",
    claims=[
        claim("kept > 0.99", "Four components keep over 99% of the variance."),
        claim("all_score > 0.9 and pca_score < 0.65", "The class is lost with the last one."),
    ],
    mistakes=[
        mistake(
            "variance-is-information",
            "pca_score > 0.9 * all_score",
            "Variance is not relevance: PCA never sees the target.",
        ),
    ],
)
def pca_ignores_the_target(random):
    deviations = torch.tensor([10.0, 5.0, 3.0, 2.0, 0.5])
    x = random.normal(1000, 5) * deviations
    y = x[:, 4].sign()
    axes = torch.linalg.eigh(torch.cov(x.T)).eigenvectors[:, 1:]

    def score(features):
        weights = torch.linalg.lstsq(features, y.unsqueeze(1)).solution.squeeze(1)
        return ((features @ weights).sign() == y).double().mean()

    codes = x @ axes
    return {"kept": codes.var(dim=0).sum() / x.var(dim=0).sum(), "all_score": score(x), "pca_score": score(codes)}


@proof(
    "number-of-axes",
    title="How many axes PCA needs",
    statement="Reducing n dimensions by p leaves n − p, and takes n − p axes: one a remaining dimension.",
    symbols={
        "n": symbol("positive-count in 3..20", "dimensions of the data"),
        "p": symbol("positive-count in 1..19", "dimensions to be removed"),
    },
    where=["p < n"],
    steps={"axes": step("n - p")},
    source=f"{BISHOP}, section 12.1",
    mistakes=[
        mistake("one-more-than-removed", "p + 1", "p dimensions are removed; the axes are those that remain, n − p."),
        mistake("removed", "p", "That many dimensions are dropped."),
        mistake("all-axes", "n", "With all n axes nothing is reduced."),
    ],
)
def number_of_axes(n, p):
    return {"axes": n - p}


@number_of_axes.oracle("operator", "torch.linalg.matrix_rank of data rebuilt after dropping p axes", samples=16)
def _(n, p):
    data = torch.randn(40, int(n), generator=torch.Generator().manual_seed(0), device="cpu").to(n.device)
    left, values, right = torch.linalg.svd(data, full_matrices=False)
    values[int(n) - int(p) :] = 0
    return torch.linalg.matrix_rank(left * values @ right) + 0.0


# --- what a reduction is good for, and manifolds ------------------------------------------------------


@proof(
    "code-found-without-labels",
    title="Fewer dimensions, found without labels",
    statement=(
        "Among 300 inputs, of which one tells the classes apart, nearest neighbours are lost in noise; on the one axis "
        "that PCA finds in 520 unlabelled samples, 20 labels are enough."
    ),
    symbols={},
    steps={
        "all_inputs": step(
            note="accuracy of the nearest of 20 labelled samples on all 300 inputs", within=(0.45, 0.99)
        ),
        "one_axis": step(
            note="the same on the first principal axis of 520 samples, found without their labels", within=(0.91, 1.03)
        ),
        "few_samples_axis": step(
            note="the same on the first principal axis of the 20 labelled samples alone", within=(0.21, 1.6)
        ),
    },
    result="one_axis",
    source=f"{DEEP_LEARNING}, sections 5.11.1 and 15.1",
    claims=[
        claim("one_axis > 0.9 and one_axis > all_inputs + 0.04", "One good axis beats 300 inputs."),
        claim("all_inputs > 0.5 and all_inputs < 0.9", "On all inputs the neighbours are often the wrong ones."),
        claim("few_samples_axis < one_axis - 0.02", "The unlabelled samples are what finds the axis."),
    ],
    mistakes=[
        mistake("more-inputs-are-better", "all_inputs >= one_axis", "Inputs without information blur the distances."),
        mistake("axis-needs-labels", "one_axis < 0.8", "PCA finds the axis from the inputs alone."),
    ],
    vectorized=False,
)
def code_found_without_labels(random):
    classes = random.integers(2, 820)
    x = random.normal(820, 300)
    x[:, 0] += 2.5 * (2.0 * classes - 1)
    known, fresh = x[:520], x[520:]

    def accuracy(axes):
        nearest = torch.cdist(fresh @ axes, known[:20] @ axes).argmin(dim=1)
        return (classes[:20][nearest] == classes[520:]).double().mean()

    def first_axis(samples):
        return torch.linalg.svd(samples - samples.mean(dim=0), full_matrices=False).Vh[:1].T

    return {
        "all_inputs": accuracy(torch.eye(300)),
        "one_axis": accuracy(first_axis(known)),
        "few_samples_axis": accuracy(first_axis(known[:20])),
    }


@proof(
    "rolled-up-sheet",
    title="A sheet rolled up in space",
    statement=(
        "A rolled-up sheet in 30 dimensions is flat nearby (two axes hold nearly all of the variance of neighbours) "
        "but not as a whole. Unrolling it makes some class boundaries straight and breaks others apart."
    ),
    symbols={},
    steps={
        "nearby": step(note="share of the variance on two principal axes, among 16 neighbours", within=(0.978, 0.999)),
        "overall": step(note="share of the variance on two principal axes, all 600 points", within=(0.686, 0.778)),
        "along_rolled": step(
            note="classes halves of the sheet: accuracy of a linear rule in space", within=(0.5, 0.74)
        ),
        "along_flat": step(note="the same on the unrolled sheet", within=(0.957, 1.015)),
        "across_rolled": step(
            note="classes left and right in space: accuracy of a linear rule in space", within=(0.957, 1)
        ),
        "across_flat": step(note="the same on the unrolled sheet", within=(0.58, 0.75)),
    },
    result="nearby",
    source="Tenenbaum, de Silva & Langford (2000), Isomap, Science 290; Géron (2022), chapter 8",
    claims=[
        claim("0.95 < nearby <= 1", "Near any point the data are flat."),
        claim("overall < 0.85", "As a whole they are not."),
        claim("along_flat > 0.95 and along_rolled < 0.8", "Unrolling can make a boundary straight."),
        claim("across_rolled > 0.95 and across_flat < 0.8", "Unrolling can also break a straight boundary apart."),
    ],
    mistakes=[
        mistake("pca-unrolls", "overall > 0.95", "PCA is linear: it cannot flatten what is rolled up."),
        mistake(
            "unrolling-always-helps",
            "across_flat >= across_rolled",
            "A class that is split by a plane in space can lie in several strips on the unrolled sheet.",
        ),
    ],
    vectorized=False,
)
def rolled_up_sheet(random):
    turn = 1.5 * math.pi * (1 + 2 * random.uniform(600))
    height = 20 * random.uniform(600)
    space = torch.stack([turn * torch.cos(turn), height, turn * torch.sin(turn)], 1)
    directions = torch.linalg.qr(random.normal(30, 3)).Q
    data = space @ directions.T + 0.02 * random.normal(600, 30)

    def share(points):
        variances = torch.linalg.svdvals(points - points.mean(dim=0)) ** 2
        return variances[:2].sum() / variances.sum()

    def accuracy(features, classes):
        features = torch.cat([features, torch.ones(600, 1)], 1)
        weights = torch.linalg.lstsq(features, classes.unsqueeze(1)).solution.squeeze(1)
        return ((features @ weights > 0) == (classes > 0)).double().mean()

    neighbours = torch.cdist(data[:100], data).topk(16, largest=False).indices
    sheet = torch.stack([turn, height], 1)
    halves, sides = torch.where(turn > turn.median(), 1.0, -1.0), torch.where(space[:, 0] > 0, 1.0, -1.0)
    return {
        "nearby": torch.stack([share(data[group]) for group in neighbours]).mean(),
        "overall": share(data),
        "along_rolled": accuracy(space, halves),
        "along_flat": accuracy(sheet, halves),
        "across_rolled": accuracy(space, sides),
        "across_flat": accuracy(sheet, sides),
    }
