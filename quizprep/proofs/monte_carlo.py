"""Proofs for the chapter monte-carlo."""

from __future__ import annotations

import math

from quizprep.lazy import torch
from quizprep.picture import bars, curve
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "monte-carlo-estimate",
    title="Monte Carlo estimate of E[x²]",
    statement=(
        "The expectation of f(x) is estimated by the mean of f over independent draws of x; the spread of those values "
        "over √n is the standard error."
    ),
    symbols={"x": symbol("vector[n]", "the draws")},
    steps={
        "standard_error": step("std(x^2, ddof=1) / sqrt(n)", aliases=["SE"]),
        "estimate": step("mean(x^2)"),
    },
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.2",
    mistakes=[
        mistake("square-of-the-mean", "mean(x)^2", "f is applied to each draw and then averaged, not to the average."),
        mistake("sum", "sum(x^2)", "The sum still has to be divided by the number of draws."),
        mistake("root", "sqrt(mean(x^2))", "No root is taken: asked is the mean of the squares themselves."),
        mistake("without-f", "mean(x)", "That estimates E[x], not E[x²]."),
    ],
)
def monte_carlo_estimate(x):
    values = x**2
    return {"standard_error": values.std(correction=1) / math.sqrt(len(x)), "estimate": values.mean()}


@monte_carlo_estimate.oracle("operator", "the Python standard library's statistics module")
def _(x):
    import statistics

    values = [float(draw) ** 2 for draw in x]
    return {"estimate": statistics.fmean(values), "standard_error": statistics.stdev(values) / len(values) ** 0.5}


@monte_carlo_estimate.oracle("closed-form", "variance plus squared mean of the draws")
def _(x):
    return x.var(correction=0) + x.mean() ** 2


@proof(
    "interval-integral",
    title="Integral from uniform draws",
    statement=(
        "The mean of f over uniform draws from [a, b] estimates the integral divided by b − a, so it is multiplied by "
        "b − a."
    ),
    symbols={
        "a": symbol("real in -3..0", "lower end"),
        "b": symbol("real in 1..4", "upper end"),
        "f": symbol("vector[n]", "values of the function at the draws"),
    },
    steps={"average": step("mean(f)"), "integral": step("(b - a) * average")},
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.2",
    mistakes=[
        mistake("length-forgotten", "mean(f)", "The mean still has to be multiplied by the length of the interval."),
        mistake(
            "divided-by-length", "mean(f) / (b - a)", "The length multiplies: a longer interval has a larger area."
        ),
        mistake(
            "sum-instead-of-mean",
            "(b - a) * sum(f)",
            "The values are averaged, not summed: more draws do not make the area larger.",
        ),
        mistake("ends-added", "(a + b) * mean(f)", "The length is the difference of the ends, b − a."),
    ],
)
def interval_integral(a, b, f):
    average = f.mean()
    return {"average": average, "integral": (b - a) * average}


@interval_integral.oracle("operator", "each value over its density, torch.distributions.Uniform")
def _(a, b, f):
    density = torch.distributions.Uniform(a, b).log_prob((a + b) / 2).exp()
    return (f / density).mean()


@interval_integral.oracle("brute-force", "one strip of width (b − a)/n for each draw")
def _(a, b, f):
    edges = torch.linspace(0, 1, len(f) + 1) * (b - a)
    return (f * edges.diff()).sum()


@proof(
    "bump-integral",
    title="Integral of exp(−x²) by sampling",
    statement="Twice the mean of exp(−x²) over uniform draws from [−1, 1] approaches √π erf(1) ≈ 1.4936.",
    symbols={},
    steps={
        "average": step(note="mean of exp(−x²) over 40000 draws", within=(0.7423, 0.752)),
        "integral": step("2 * average", within=(1.484, 1.504)),
        "exact": step("sqrt(pi) * erf(1)", within=(1.49215, 1.49514)),
        "standard_error": step(note="estimated standard error of the integral", within=(0.001988, 0.002032)),
    },
    result="integral",
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.2",
    vectorized=False,
    claims=[
        claim("abs(integral - exact) < 6 * standard_error", "The error is a few standard errors."),
        claim("abs(integral - exact) < 0.02", "The estimate is close."),
    ],
    mistakes=[
        mistake(
            "mean-is-the-integral",
            "abs(average - exact) < 0.1",
            "The mean is about half of the integral: the uniform density on [−1, 1] is 1/2.",
        ),
        mistake(
            "sampling-is-exact",
            "abs(integral - exact) < 0.000001",
            "A finite sample leaves an error of the order of 1/√n.",
        ),
    ],
)
def bump_integral(random):
    values = torch.exp(-(random.uniform(40_000, low=-1.0, high=1.0) ** 2))
    return {
        "average": values.mean(),
        "integral": 2 * values.mean(),
        "exact": math.sqrt(math.pi) * math.erf(1),
        "standard_error": 2 * values.std() / math.sqrt(len(values)),
    }


@proof(
    "monte-carlo-error",
    title="Standard error and sample size",
    statement=(
        "The mean of n independent values with standard deviation σ has the standard error σ/√n: "
        "k times as many draws divide it by √k."
    ),
    symbols={
        "sigma": symbol("positive", "standard deviation of one value"),
        "n": symbol("positive-count", "number of draws"),
        "k": symbol("positive-count", "factor by which the sample grows"),
    },
    where=["k > 1", "n > 1"],
    steps={
        "error": step("sigma / sqrt(n)", aliases=["SE"]),
        "error_with_more": step("sigma / sqrt(k * n)"),
        "factor": step("error / error_with_more"),
    },
    result="error",
    source="Wasserman, All of Statistics (2004), sections 3.4 and 24.2",
    mistakes=[
        mistake("divided-by-n", "sigma / n", "The variance falls as 1/n, the standard error only as 1/√n."),
        mistake("variance", "sigma^2 / n", "That is the variance of the mean; its root is the standard error."),
        mistake("sample-spread", "sigma", "That is the spread of single values, which more draws do not change."),
        mistake("grows", "sigma * sqrt(n)", "That is the standard deviation of the sum, not of the mean."),
    ],
    picture=curve("n", 1, 100),
)
def monte_carlo_error(sigma, n, k):
    error, error_with_more = sigma / torch.sqrt(n), sigma / torch.sqrt(k * n)
    return {"error": error, "error_with_more": error_with_more, "factor": error / error_with_more}


@monte_carlo_error.oracle("operator", "covariance matrix of n independent values, averaged")
def _(sigma, n, k):
    def error(count):
        weights = torch.full((int(count),), 1 / int(count))
        return (sigma**2 * weights**2).sum().sqrt()  # off the diagonal the covariance is 0

    return {"error": error(n), "error_with_more": error(k * n)}


@proof(
    "error-in-repeats",
    title="The error seen in repeated estimates",
    statement="With 100 times as many draws, repeated estimates scatter about a tenth as much.",
    symbols={},
    steps={
        "scatter_small": step(note="standard deviation of 200 estimates from 50 draws each", within=(0.045, 0.069)),
        "scatter_large": step(note="the same with 5000 draws each", within=(0.0042, 0.007)),
        "ratio": step("scatter_small / scatter_large", within=(6.4, 14.2)),
        "formula": step(note="standard error for 50 draws by σ/√n", within=(0.0568023, 0.0569161)),
    },
    result="ratio",
    source="Wasserman, All of Statistics (2004), section 24.2",
    vectorized=False,
    claims=[
        claim("6.5 < ratio < 15", "The scatter falls about tenfold."),
        claim("abs(scatter_small / formula - 1) < 0.3", "It is what σ/√n says."),
    ],
    mistakes=[
        mistake("falls-as-one-over-n", "ratio > 50", "100 times the draws divide the error by 10, not by 100."),
        mistake("sample-size-is-irrelevant", "ratio < 2", "More draws do make the estimate more exact."),
    ],
)
def error_in_repeats(random):
    def estimates(draws):
        return 2 * torch.exp(-(random.uniform(200, draws, low=-1.0, high=1.0) ** 2)).mean(dim=1)

    grid = torch.exp(-(torch.linspace(-1, 1, 10_001) ** 2))
    small, large = estimates(50).std(), estimates(5000).std()
    return {
        "scatter_small": small,
        "scatter_large": large,
        "ratio": small / large,
        "formula": 2 * grid.std() / math.sqrt(50),
    }


@proof(
    "law-of-large-numbers-conditions",
    title="What convergence of the mean needs",
    statement=(
        "Means of independent draws settle if the expectation exists; strongly dependent draws settle far more slowly, "
        "and Cauchy draws, which have no expectation, not at all."
    ),
    symbols={},
    steps={
        "independent": step(note="standard deviation of means of 500 independent normals", within=(0.035, 0.053)),
        "dependent": step(note="the same for a chain with correlation 0.95", within=(0.21, 0.33)),
        "cauchy_few": step(note="median |mean| of 5 Cauchy draws", within=(0.62, 1.46)),
        "cauchy_many": step(note="median |mean| of 500 Cauchy draws", within=(0.61, 1.44)),
    },
    result="dependent",
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), sections 3.2 and 12.3",
    vectorized=False,
    claims=[
        claim(
            "5 < dependent / independent < 7.5",
            "Dependence makes the mean less exact, by about √((1 + 0.95)/(1 − 0.95)).",
        ),
        claim("abs(independent * sqrt(500) - 1) < 0.15", "Independent means have settled as 1/√n."),
        claim(
            "abs(cauchy_few - 1) < 0.3 and abs(cauchy_many - 1) < 0.3",
            "Cauchy means do not settle: each is distributed as a single draw.",
        ),
    ],
    mistakes=[
        mistake(
            "dependence-is-harmless",
            "dependent < 1.5 * independent",
            "Draws that resemble each other carry less information than as many independent ones.",
        ),
        mistake(
            "always-converges",
            "cauchy_many < 0.2 * cauchy_few",
            "Independence alone is not enough: the expectation must exist.",
        ),
    ],
)
def law_of_large_numbers_conditions(random):
    repeats, draws, correlation = 1000, 500, 0.95
    noise = random.normal(draws, repeats)
    state, total = noise[0], torch.zeros(repeats)
    for shock in noise:
        state = math.sqrt(1 - correlation**2) * shock + correlation * state
        total = total + state
    cauchy = torch.tan(math.pi * (random.uniform(draws, repeats) - 0.5))
    return {
        "independent": noise.mean(dim=0).std(),
        "dependent": (total / draws).std(),
        "cauchy_few": cauchy[:5].mean(dim=0).abs().median(),
        "cauchy_many": cauchy.mean(dim=0).abs().median(),
    }


@proof(
    "pi-by-sampling",
    title="π from points in a square",
    statement="Of uniform points in a square, the share inside the inscribed circle estimates π/4.",
    symbols={
        "inside": symbol("positive-count", "points inside the circle"),
        "outside": symbol("positive-count", "points outside"),
    },
    steps={"share": step("inside / (inside + outside)"), "pi_estimate": step("4 * share")},
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.2",
    mistakes=[
        mistake(
            "area-of-the-square-forgotten",
            "inside / (inside + outside)",
            "The share estimates π/4: the circle fills π/4 of its square.",
        ),
        mistake("odds", "4 * inside / outside", "The share is taken of all points, not of those outside."),
        mistake("outside-counted", "4 * outside / (inside + outside)", "Inside and outside are swapped."),
    ],
)
def pi_by_sampling(inside, outside):
    share = inside / (inside + outside)
    return {"share": share, "pi_estimate": 4 * share}


@pi_by_sampling.oracle("brute-force", "mean over the points of 4 inside and 0 outside")
def _(inside, outside):
    return torch.cat([torch.full((int(inside),), 4.0), torch.zeros(int(outside))]).mean()


@proof(
    "importance-weights",
    title="Importance sampling",
    statement="Draws from Q estimate an expectation under P if each value is weighted by P/Q.",
    symbols={
        "P": symbol("distribution[n]", "the distribution of interest"),
        "Q": symbol("distribution[n]", "the distribution that is sampled"),
        "f": symbol("vector[n]", "values of the function"),
    },
    steps={"weights": step("P / Q", aliases=["w"]), "expected": step("sum(Q * weights * f)")},
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.3",
    mistakes=[
        mistake("unweighted", "sum(Q * f)", "Without weights that is the expectation under Q."),
        mistake(
            "weights-upside-down",
            "sum(Q * (Q / P) * f)",
            "The weights are upside down: what Q draws too often must count less.",
        ),
        mistake("density-not-ratio", "sum(Q * P * f)", "The weight is the ratio P/Q, not P alone."),
    ],
    picture=bars("P", "Q", "weights"),
)
def importance_weights(P, Q, f):
    weights = P / Q
    return {"weights": weights, "expected": (Q * weights * f).sum()}


@importance_weights.oracle("closed-form", "the expectation under P itself")
def _(P, Q, f):
    return torch.dot(P, f)


@importance_weights.oracle("simulation", "systematic draws from Q, weighted", tolerance=0.01, samples=16)
def _(P, Q, f):
    quantiles = (torch.arange(400_000) + 0.5) / 400_000
    drawn = torch.bucketize(quantiles, Q.cumsum(0)[:-1])
    return (torch.exp(torch.log(P) - torch.log(Q))[drawn] * f[drawn]).mean()
