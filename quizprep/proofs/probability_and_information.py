"""Proofs for the chapter probability-and-information."""

from __future__ import annotations

import itertools
import math

from quizprep.citations import BISHOP, DEEP_LEARNING
from quizprep.lazy import torch
from quizprep.picture import bars, cells, curve
from quizprep.proofs import claim, mistake, proof, step, symbol

P = symbol("distribution[n]", "the distribution P", aliases=["p"])
Q = symbol("distribution[n]", "the distribution Q", aliases=["q"])


# --- Bayes' rule, joint and conditional distributions -----------------------------------------


@proof(
    "bayes-posterior",
    title="Posterior after a positive test",
    statement="The posterior is prior times likelihood, divided by the evidence.",
    symbols={
        "prior": symbol("open-probability", "share of the population that is ill"),
        "sensitivity": symbol("open-probability", "P(positive | ill)", aliases=["sens", "TPR"]),
        "false_alarm": symbol("open-probability", "P(positive | healthy)", aliases=["FPR"]),
    },
    steps={
        "specificity": step("1 - false_alarm", aliases=["TNR"]),
        "ill_and_positive": step("prior * sensitivity"),
        "healthy_and_positive": step("(1 - prior) * false_alarm"),
        "evidence": step("ill_and_positive + healthy_and_positive"),
        "posterior": step("ill_and_positive / evidence"),
    },
    heads=dict.fromkeys(["P(A | B)", "P(D | positive)", "P(ill | T)", "P(H | E)"], "posterior"),
    notations=[
        {
            "P(B | A)": "sensitivity",
            "P(A)": "prior",
            "P(B)": "evidence",
            "P(B | not A)": "false_alarm",
            "P(not A)": "1 - prior",
        }
    ],
    source=f"{BISHOP}, section 1.2",
    mistakes=[
        mistake("transposed", "sensitivity", "That is P(positive | ill); asked is P(ill | positive)."),
        mistake(
            "ignores-prior",
            "sensitivity / (sensitivity + false_alarm)",
            "The prior is left out, as if half of the population were ill.",
        ),
        mistake(
            "not-normalised",
            "prior * sensitivity",
            "That is the joint probability P(ill, positive); it still has to be divided by P(positive).",
        ),
        mistake(
            "evidence-unweighted",
            "prior * sensitivity / (sensitivity + false_alarm)",
            "In the evidence each likelihood must be weighted by its prior.",
        ),
    ],
    picture=curve("prior", 0.01, 0.99),
)
def bayes_posterior(prior, sensitivity, false_alarm):
    ill_and_positive = prior * sensitivity
    healthy_and_positive = (1 - prior) * false_alarm
    evidence = ill_and_positive + healthy_and_positive
    return {
        "specificity": 1 - false_alarm,
        "ill_and_positive": ill_and_positive,
        "healthy_and_positive": healthy_and_positive,
        "evidence": evidence,
        "posterior": ill_and_positive / evidence,
    }


@bayes_posterior.oracle("operator", "torch.distributions: softmax of the joint log probabilities")
def _(prior, sensitivity, false_alarm):
    hypotheses = torch.distributions.Categorical(torch.stack([prior, 1 - prior]))
    test = torch.distributions.Bernoulli(torch.stack([sensitivity, false_alarm]))
    joint = hypotheses.log_prob(torch.arange(2)) + test.log_prob(torch.ones(2))
    return torch.softmax(joint, dim=0)[0]


@bayes_posterior.oracle("closed-form", "posterior odds = prior odds × likelihood ratio")
def _(prior, sensitivity, false_alarm):
    odds = prior / (1 - prior) * sensitivity / false_alarm
    return odds / (1 + odds)


@proof(
    "conditional-table",
    title="Conditional distribution from a table",
    statement="P(x | y) counts x only among the cases with the given y.",
    symbols={"counts": symbol("matrix[n, m] of positive-count", "cases with each x (rows) and y (columns)")},
    steps={
        "joint": step("counts / sum(counts)"),
        "marginal_x": step("sum(joint, 1)"),
        "marginal_y": step("sum(joint, 0)"),
        "conditional": step("joint / marginal_y"),
    },
    heads={"P(x | y)": "conditional"},
    source=f"{BISHOP}, section 1.2",
    mistakes=[
        mistake(
            "joint-instead",
            "counts / sum(counts)",
            "Divided by all cases, that is the joint P(x, y); divide by the cases with this y.",
        ),
        mistake(
            "other-direction",
            "(joint^T / marginal_x)^T",
            "That is P(y | x): each row sums to 1, but each column should.",
        ),
        mistake("times-marginal", "joint * marginal_y", "The joint is divided by the marginal of y, not multiplied."),
    ],
    picture=cells("conditional"),
)
def conditional_table(counts):
    joint = counts / counts.sum()
    marginal_x, marginal_y = joint.sum(dim=1), joint.sum(dim=0)
    return {"joint": joint, "marginal_x": marginal_x, "marginal_y": marginal_y, "conditional": joint / marginal_y}


@conditional_table.oracle("brute-force", "keeping the cases with one y and counting them")
def _(counts):
    rows, columns = counts.shape
    cases = [(x, y) for x in range(rows) for y in range(columns) for _ in range(int(counts[x, y]))]
    kept = [[x for x, y in cases if y == column] for column in range(columns)]
    return torch.tensor([[kept[y].count(x) / len(kept[y]) for y in range(columns)] for x in range(rows)])


@proof(
    "chain-rule-urn",
    title="Chain rule of probability",
    statement=(
        "P(A, B, C) = P(A) P(B | A) P(C | A, B), whether or not the events are independent: "
        "three red balls drawn without putting any back."
    ),
    symbols={
        "red": symbol("integer in 3..9", "red balls in the urn", aliases=["r"]),
        "blue": symbol("integer in 1..6", "blue balls in the urn", aliases=["b"]),
    },
    steps={
        "first": step("red / (red + blue)"),
        "second": step("(red - 1) / (red + blue - 1)"),
        "third": step("(red - 2) / (red + blue - 2)"),
        "all_red": step("first * second * third"),
    },
    source=f"{DEEP_LEARNING}, section 3.6",
    mistakes=[
        mistake(
            "with-replacement",
            "(red / (red + blue))^3",
            "That treats the draws as independent, as if each ball were put back.",
        ),
        mistake(
            "same-denominator",
            "red * (red - 1) * (red - 2) / (red + blue)^3",
            "The ball that was drawn is also missing from the total.",
        ),
        mistake("only-two-factors", "first * second", "The third factor P(C | A, B) is missing."),
    ],
)
def chain_rule_urn(red, blue):
    total = red + blue
    first, second, third = red / total, (red - 1) / (total - 1), (red - 2) / (total - 2)
    return {"first": first, "second": second, "third": third, "all_red": first * second * third}


@chain_rule_urn.oracle("brute-force", "listing every ordered draw of three balls", samples=16)
def _(red, blue):
    balls = [True] * int(red) + [False] * int(blue)
    draws = [all(draw) for draw in itertools.permutations(balls, 3)]
    return sum(draws) / len(draws)


@chain_rule_urn.oracle("closed-form", "choosing 3 of the red balls / 3 of all balls")
def _(red, blue):
    return math.comb(int(red), 3) / math.comb(int(red + blue), 3)


@proof(
    "joint-parameters",
    title="Free parameters of a joint distribution",
    statement=(
        "A joint distribution of n variables with m values each has m^n − 1 free parameters; "
        "conditional independence (a Markov chain) needs far fewer, full independence fewest."
    ),
    symbols={
        "m": symbol("integer in 2..256", "values of each variable"),
        "n": symbol("integer in 1..100", "variables"),
    },
    where=["n * log(m) < 60"],
    steps={
        "independent": step("n * (m - 1)"),
        "markov": step("(m - 1) + (n - 1) * m * (m - 1)"),
        "full": step("m^n - 1"),
    },
    source="Koller & Friedman, Probabilistic Graphical Models (2009), chapter 3",
    mistakes=[
        mistake("forgot-the-sum", "m^n", "The probabilities sum to 1, so one of them is not free."),
        mistake(
            "product-of-free",
            "(m - 1)^n",
            "Free parameters of single variables are not multiplied: count the joint outcomes, then subtract 1.",
        ),
        mistake("independence", "n * (m - 1)", "That is enough only if all variables are independent."),
    ],
    claims=[
        claim(
            "independent <= markov and markov <= full + 1e-9 * full",
            "Each assumption of independence can only save parameters.",
        )
    ],
)
def joint_parameters(m, n):
    return {"independent": n * (m - 1), "markov": (m - 1) + (n - 1) * m * (m - 1), "full": m**n - 1}


@joint_parameters.oracle("brute-force", "chain rule: one table row for each history, m − 1 entries free")
def _(m, n):
    values, count = int(m), int(n)
    histories = {
        "independent": [1] * count,
        "markov": [1] + [values] * (count - 1),
        "full": [values**position for position in range(count)],
    }
    return {name: float(sum(rows * (values - 1) for rows in each)) for name, each in histories.items()}


@proof(
    "conditional-independence",
    title="Conditional independence",
    statement="x and y that are independent given z still tell something about each other while z is unknown.",
    symbols={
        "p_z": symbol("open-probability", "P(z = 1)"),
        "x_if_one": symbol("open-probability", "P(x = 1 | z = 1)"),
        "x_if_zero": symbol("open-probability", "P(x = 1 | z = 0)"),
        "y_if_one": symbol("open-probability", "P(y = 1 | z = 1)"),
        "y_if_zero": symbol("open-probability", "P(y = 1 | z = 0)"),
    },
    steps={
        "x_marginal": step("p_z * x_if_one + (1 - p_z) * x_if_zero"),
        "x_given_y_and_z": step("(p_z * x_if_one * y_if_one) / (p_z * y_if_one)"),
        "z_given_y": step("p_z * y_if_one / (p_z * y_if_one + (1 - p_z) * y_if_zero)"),
        "x_given_y": step("z_given_y * x_if_one + (1 - z_given_y) * x_if_zero"),
    },
    source=f"{BISHOP}, section 8.2",
    mistakes=[
        mistake(
            "independent-anyway",
            "x_marginal",
            "That is P(x = 1): it takes x and y to be independent without knowing z.",
        ),
        mistake("as-if-z-known", "x_if_one", "That is P(x = 1 | z = 1): seeing y = 1 does not make z = 1 certain."),
        mistake(
            "joint-instead",
            "p_z * x_if_one * y_if_one + (1 - p_z) * x_if_zero * y_if_zero",
            "That is the joint P(x = 1, y = 1); divide it by P(y = 1).",
        ),
    ],
)
def conditional_independence(p_z, x_if_one, x_if_zero, y_if_one, y_if_zero):
    z_given_y = p_z * y_if_one / (p_z * y_if_one + (1 - p_z) * y_if_zero)
    return {
        "x_marginal": p_z * x_if_one + (1 - p_z) * x_if_zero,
        "x_given_y_and_z": (p_z * x_if_one * y_if_one) / (p_z * y_if_one),
        "z_given_y": z_given_y,
        "x_given_y": z_given_y * x_if_one + (1 - z_given_y) * x_if_zero,
    }


@conditional_independence.oracle("brute-force", "sums over the table P(x, y, z)")
def _(p_z, x_if_one, x_if_zero, y_if_one, y_if_zero):
    z = torch.stack([1 - p_z, p_z])
    x = torch.stack([torch.stack([1 - x_if_zero, 1 - x_if_one]), torch.stack([x_if_zero, x_if_one])])
    y = torch.stack([torch.stack([1 - y_if_zero, 1 - y_if_one]), torch.stack([y_if_zero, y_if_one])])
    table = torch.einsum("xz,yz,z->xyz", x, y, z)
    return {
        "x_marginal": table[1].sum(),
        "x_given_y_and_z": table[1, 1, 1] / table[:, 1, 1].sum(),
        "z_given_y": table[:, 1, 1].sum() / table[:, 1].sum(),
        "x_given_y": table[1, 1].sum() / table[:, 1].sum(),
    }


# --- expectation, variance, entropy -----------------------------------------------------------


@proof(
    "expectation-and-variance",
    title="Expectation and variance",
    statement=(
        "A discrete expectation is the sum of values times their probabilities; the variance is the expected "
        "squared distance from it."
    ),
    symbols={
        "P": symbol("distribution[n]", "probability of each value", aliases=["p"]),
        "x": symbol("vector[n]", "the values"),
    },
    steps={
        "expectation": step("sum(P * x)", aliases=["mu"]),
        "second_moment": step("sum(P * x^2)"),
        "variance": step("sum(P * (x - expectation)^2)"),
    },
    source=f"{DEEP_LEARNING}, section 3.8",
    mistakes=[
        mistake("no-centre", "sum(P * x^2)", "That is the second moment; the squared mean has to be subtracted."),
        mistake(
            "unweighted",
            "mean((x - expectation)^2)",
            "The squares must be weighted by their probabilities, not all alike.",
        ),
        mistake(
            "standard-deviation",
            "sqrt(sum(P * (x - expectation)^2))",
            "That is the standard deviation, the root of the variance.",
        ),
        mistake("plain-mean", "mean(x)", "The expectation weights each value by its probability.", of="expectation"),
    ],
)
def expectation_and_variance(P, x):
    expectation = (P * x).sum()
    return {
        "expectation": expectation,
        "second_moment": (P * x**2).sum(),
        "variance": (P * (x - expectation) ** 2).sum(),
    }


@expectation_and_variance.oracle("closed-form", "half the expected squared distance of two independent draws")
def _(P, x):
    return {"variance": (torch.outer(P, P) * (x[:, None] - x[None, :]) ** 2).sum() / 2}


@expectation_and_variance.oracle("operator", "numpy.average and numpy.cov")
def _(P, x):
    import numpy

    values, weights = x.cpu().numpy(), P.cpu().numpy()
    expectation = float(numpy.average(values, weights=weights))
    return {"expectation": expectation, "variance": float(numpy.cov(values, aweights=weights, ddof=0))}


@proof(
    "bernoulli-distribution",
    title="Bernoulli distribution",
    statement="One parameter p fixes a binary variable: mean p, variance p(1 − p), and an entropy largest at p = 1/2.",
    symbols={"p": symbol("open-probability", "P(X = 1)")},
    steps={
        "average": step("p"),
        "variance": step("p * (1 - p)"),
        "entropy": step("-p * log(p) - (1 - p) * log(1 - p)", aliases=["H"]),
    },
    source=f"{BISHOP}, section 2.1",
    mistakes=[
        mistake("one-term", "-p * log(p)", "The outcome 0 contributes too: add -(1 - p) ln(1 - p)."),
        mistake(
            "missing-sign",
            "p * log(p) + (1 - p) * log(1 - p)",
            "The minus sign is missing: logarithms of probabilities are negative.",
        ),
        mistake(
            "bits",
            "-p * log2(p) - (1 - p) * log2(1 - p)",
            "The logarithm is to base 2: that is in bits, not in nats.",
            variant=True,
        ),
        mistake(
            "square-of-p", "p^2", "The variance multiplies p by the probability of the other outcome.", of="variance"
        ),
    ],
    claims=[
        claim(
            "variance <= 1/4 + 1e-12 and entropy <= log(2) + 1e-12",
            "Both spread and uncertainty are at most those of a fair coin.",
        )
    ],
    picture=curve("p", 0.01, 0.99, "entropy", "variance"),
)
def bernoulli_distribution(p):
    entropy = -p * torch.log(p) - (1 - p) * torch.log(1 - p)
    return {"average": p.clone(), "variance": p * (1 - p), "entropy": entropy}


@bernoulli_distribution.oracle("operator", "torch.distributions.Bernoulli")
def _(p):
    coin = torch.distributions.Bernoulli(p)
    return {"average": coin.mean, "variance": coin.variance, "entropy": coin.entropy()}


@bernoulli_distribution.oracle("brute-force", "expectations over both outcomes 0 and 1")
def _(p):
    outcomes, weights = torch.tensor([0.0, 1.0]), torch.stack([1 - p, p])
    average = weights @ outcomes
    surprise = torch.special.entr(weights)
    return {"average": average, "variance": weights @ (outcomes - average) ** 2, "entropy": surprise.sum()}


@proof(
    "entropy",
    title="Entropy",
    statement=(
        "Entropy is the expected surprise -ln P; it lies between 0 and ln n and is largest for equal probabilities."
    ),
    symbols={"P": P},
    steps={
        "surprise": step("-log(P)"),
        "entropy": step("sum(P * surprise)", aliases=["H"]),
    },
    heads={"H(P)": "entropy"},
    source="Shannon, A Mathematical Theory of Communication (1948), section 6",
    mistakes=[
        mistake("missing-sign", "sum(P * log(P))", "The minus sign is missing: an entropy is never negative."),
        mistake("unweighted", "mean(-log(P))", "Each surprise must be weighted by its own probability."),
        mistake("bits", "-sum(P * log2(P))", "The logarithm is to base 2: that is in bits, not in nats.", variant=True),
        mistake("no-logarithm", "1 - sum(P^2)", "That is the Gini impurity, a different measure of uncertainty."),
        mistake(
            "surprise-in-bits",
            "-log2(P)",
            "The logarithm is to base 2: that is in bits, not in nats.",
            of="surprise",
            variant=True,
        ),
    ],
    claims=[claim("entropy >= 0 and entropy <= log(len(P)) + 1e-9", "It is at least 0 and at most ln n.")],
    picture=bars("P", "surprise"),
)
def entropy(P):
    surprise = -torch.log(P)
    return {"surprise": surprise, "entropy": (P * surprise).sum()}


@entropy.oracle("operator", "torch.distributions.Categorical(P).entropy()")
def _(P):
    return torch.distributions.Categorical(probs=P).entropy()


@proof(
    "gaussian-peak",
    title="Density and probability of a Gaussian",
    statement="The value of a density is no probability and may exceed 1; only areas under it are probabilities.",
    symbols={"sigma": symbol("positive in 0..10", "standard deviation", aliases=["s"])},
    steps={
        "within_sigma": step("erf(1 / sqrt(2))"),
        "peak": step("1 / (sigma * sqrt(2 * pi))"),
    },
    source=f"{BISHOP}, sections 1.2.1 and 1.2.4",
    mistakes=[
        mistake(
            "variance-for-deviation", "1 / (sigma^2 * sqrt(2 * pi))", "In front of the exponential stands σ, not σ²."
        ),
        mistake(
            "no-sigma",
            "1 / sqrt(2 * pi)",
            "That is the peak for σ = 1; a narrower curve must be higher to keep the area 1.",
        ),
        mistake("no-root", "1 / (2 * pi * sigma)", "The root over 2π is missing."),
    ],
    picture=curve("sigma", 0.2, 3),
)
def gaussian_peak(sigma):
    return {
        "within_sigma": torch.erf(torch.ones_like(sigma) / math.sqrt(2)),
        "peak": 1 / (sigma * math.sqrt(2 * math.pi)),
    }


@gaussian_peak.oracle("brute-force", "trapezoid areas under exp(-x²/2σ²)", tolerance=1e-6)
def _(sigma):
    x = torch.linspace(-12, 12, 24001) * sigma
    height = torch.exp(-(x**2) / (2 * sigma**2))
    area, inside = torch.trapezoid(height, x), x.abs() <= sigma * (1 + 1e-9)
    return {"peak": 1 / area, "within_sigma": torch.trapezoid(height[inside], x[inside]) / area}


@gaussian_peak.oracle("operator", "torch.distributions.Normal")
def _(sigma):
    normal = torch.distributions.Normal(torch.zeros(()), sigma)
    return {
        "peak": normal.log_prob(torch.zeros(())).exp(),
        "within_sigma": normal.cdf(sigma) - normal.cdf(-sigma),
    }


@proof(
    "rectified-normal",
    title="A variable that is neither discrete nor continuous",
    statement=(
        "max(0, Z) for a standard normal Z is exactly 0 half of the time, and otherwise spread without repetition."
    ),
    symbols={},
    steps={
        "zero_share": step(note="share of draws that are exactly 0", within=(0.462, 0.532)),
        "distinct_share": step(note="share of different values among the positive draws", within=(0.97, 1)),
    },
    result="zero_share",
    source=f"{DEEP_LEARNING}, section 3.3",
    claims=[
        claim("0.45 < zero_share < 0.55", "A point carries half of the mass."),
        claim("distinct_share > 0.999", "Positive values do not repeat."),
    ],
    mistakes=[
        mistake(
            "purely-continuous",
            "zero_share < 0.01",
            "A continuous variable takes no single value with positive probability, this one does.",
        ),
        mistake(
            "purely-discrete",
            "distinct_share < 0.9",
            "A discrete variable would repeat its values, the positive ones here do not.",
        ),
    ],
    vectorized=False,
)
def rectified_normal(random):
    x = torch.relu(random.normal(4000))
    positive = x[x > 0]
    return {"zero_share": (x == 0).double().mean(), "distinct_share": positive.unique().numel() / positive.numel()}


@proof(
    "observed-frequencies",
    title="Data only approximate the distribution",
    statement="Frequencies in a sample approach the unknown probabilities as the sample grows, and seldom equal them.",
    symbols={},
    steps={
        "error_small": step(note="total variation from the truth after 50 throws, mean of many samples"),
        "error_large": step(note="the same after 20000 throws"),
        "expected_small": step(note="what a normal approximation expects of 50 throws"),
    },
    source="Wasserman, All of Statistics (2004), chapters 5 and 7",
    claims=[
        claim("error_large < error_small / 2", "More data come closer."),
        claim("abs(error_small / expected_small - 1) < 0.1", "On average they are off by Σ √(p(1 − p)/(2πn))."),
        claim("abs(error_large / error_small * 20 - 1) < 0.25", "400 times as many throws come 20 times as close."),
        claim("error_large > 0", "They still differ from the truth."),
    ],
    mistakes=[
        mistake(
            "data-are-the-distribution",
            "error_small < 0.001",
            "The observed frequencies are not the distribution itself.",
        ),
    ],
    vectorized=False,
)
def observed_frequencies(random):
    truth = torch.tensor([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])

    def total_variation(throws):
        faces = torch.bucketize(random.uniform(throws), truth.cumsum(0)[:-1])
        return (torch.bincount(faces, minlength=6) / throws - truth).abs().sum() / 2

    return {
        "error_small": torch.stack([total_variation(50) for _ in range(400)]).mean(),
        "error_large": torch.stack([total_variation(20_000) for _ in range(100)]).mean(),
        "expected_small": (truth * (1 - truth) / (100 * torch.pi)).sqrt().sum(),
    }


@proof(
    "variance-along-direction",
    title="Variance of a Gaussian along a direction",
    statement=(
        "Two independent Gaussian coordinates have variance v₁cos²θ + v₂sin²θ along the angle θ; it is the same in "
        "all directions only if both variances are equal: the isotropic case."
    ),
    symbols={
        "v_1": symbol("positive", "variance of the first coordinate"),
        "v_2": symbol("positive", "variance of the second coordinate"),
        "theta": symbol("real in 0..3.15", "angle to the first axis, in radians"),
    },
    steps={"along": step("v_1 * cos(theta)^2 + v_2 * sin(theta)^2")},
    source=f"{BISHOP}, section 2.3",
    mistakes=[
        mistake(
            "unsquared", "v_1 * cos(theta) + v_2 * sin(theta)", "Scaling a variable by c multiplies its variance by c²."
        ),
        mistake("sum", "v_1 + v_2", "That is the total variance over all directions."),
        mistake(
            "swapped",
            "v_1 * sin(theta)^2 + v_2 * cos(theta)^2",
            "Sine and cosine are swapped: along θ = 0 the variance must be v₁.",
        ),
    ],
)
def variance_along_direction(v_1, v_2, theta):
    return {"along": v_1 * torch.cos(theta) ** 2 + v_2 * torch.sin(theta) ** 2}


@variance_along_direction.oracle("operator", "rotating the covariance matrix of MultivariateNormal")
def _(v_1, v_2, theta):
    normal = torch.distributions.MultivariateNormal(torch.zeros(2), torch.diag(torch.stack([v_1, v_2])))
    back = torch.linalg.matrix_exp(theta * torch.tensor([[0.0, 1.0], [-1.0, 0.0]]))
    return (back @ normal.covariance_matrix @ back.T)[0, 0]


# --- divergences ------------------------------------------------------------------------------


@proof(
    "kl-discrete",
    title="KL divergence of discrete distributions",
    statement="KL(P‖Q) = Σ P ln(P/Q) is never negative, is 0 only for equal distributions, and is not symmetric.",
    symbols={"P": P, "Q": Q},
    steps={
        "backward": step("sum(Q * log(Q / P))"),
        "terms": step("P * log(P / Q)"),
        "kl": step("sum(P * log(P / Q))", aliases=["KL", "forward", "D_KL"]),
    },
    heads={"KL(P, Q)": "kl", "D(P, Q)": "kl"},
    source="Cover & Thomas, Elements of Information Theory (2nd ed., 2006), sections 2.3 and 2.6",
    mistakes=[
        mistake(
            "other-direction",
            "sum(Q * log(Q / P))",
            "That is KL(Q‖P): the average runs over Q, but it should run over P.",
        ),
        mistake(
            "sign-flipped",
            "sum(P * log(Q / P))",
            "The ratio is upside down, so the sign is wrong: KL is never negative.",
        ),
        mistake("unweighted", "mean(log(P / Q))", "Each log ratio must be weighted by P."),
        mistake("cross-entropy-instead", "-sum(P * log(Q))", "That is the cross-entropy; subtract the entropy of P."),
        mistake(
            "squared-distance",
            "sum((P - Q)^2)",
            "That is a squared distance between the vectors, not an information measure.",
        ),
        mistake(
            "bits", "sum(P * log2(P / Q))", "The logarithm is to base 2: that is in bits, not in nats.", variant=True
        ),
    ],
    claims=[claim("kl >= -1e-12", "It is never negative.")],
    picture=bars("P", "Q"),
)
def kl_discrete(P, Q):
    terms = P * torch.log(P / Q)
    return {"backward": (Q * torch.log(Q / P)).sum(), "terms": terms, "kl": terms.sum()}


@kl_discrete.oracle("operator", "torch.distributions.kl_divergence of two Categoricals")
def _(P, Q):
    first, second = torch.distributions.Categorical(P), torch.distributions.Categorical(Q)
    divergence = torch.distributions.kl_divergence
    return {"kl": divergence(first, second), "backward": divergence(second, first)}


@kl_discrete.oracle("operator", "torch.nn.functional.kl_div")
def _(P, Q):
    return torch.nn.functional.kl_div(torch.log(Q), P, reduction="sum")


@proof(
    "cross-entropy-decomposition",
    title="Cross-entropy = entropy + KL",
    statement=(
        "H(P, Q) = H(P) + KL(P‖Q): with fixed labels P, lowering the cross-entropy is lowering the KL divergence."
    ),
    symbols={
        "P": symbol("distribution[n]", "the labels", aliases=["p"]),
        "Q": symbol("distribution[n]", "the model", aliases=["q"]),
    },
    steps={
        "entropy": step("-sum(P * log(P))", aliases=["H"]),
        "kl": step("sum(P * log(P / Q))", aliases=["KL"]),
        "cross_entropy": step("entropy + kl", aliases=["CE"]),
    },
    heads={"H(P, Q)": "cross_entropy", "H(P)": "entropy", "KL(P, Q)": "kl"},
    source=f"{DEEP_LEARNING}, section 3.13",
    mistakes=[
        mistake(
            "difference", "entropy - kl", "KL is added: a wrong model is more surprised than the right one, never less."
        ),
        mistake(
            "roles-swapped",
            "-sum(Q * log(P))",
            "Labels and model are swapped: the labels weight, the model stands in the logarithm.",
        ),
        mistake("only-kl", "kl", "That is the KL divergence alone; the entropy of the labels is missing."),
        mistake(
            "model-entropy", "-sum(Q * log(Q))", "That is the entropy of the model; the labels do not enter at all."
        ),
        mistake("bits", "-sum(P * log2(Q))", "The logarithm is to base 2: that is in bits, not in nats.", variant=True),
    ],
    claims=[
        claim("cross_entropy >= entropy - 1e-12", "The entropy of the labels is the smallest cross-entropy there is.")
    ],
)
def cross_entropy_decomposition(P, Q):
    entropy = -(P * torch.log(P)).sum()
    kl = (P * torch.log(P / Q)).sum()
    return {"entropy": entropy, "kl": kl, "cross_entropy": entropy + kl}


@cross_entropy_decomposition.oracle("operator", "torch.nn.functional.cross_entropy with soft labels")
def _(P, Q):
    return torch.nn.functional.cross_entropy(torch.log(Q), P)


@cross_entropy_decomposition.oracle("operator", "torch.distributions.Categorical")
def _(P, Q):
    labels, model = torch.distributions.Categorical(P), torch.distributions.Categorical(Q)
    return {"entropy": labels.entropy(), "kl": torch.distributions.kl_divergence(labels, model)}


@proof(
    "likelihood-and-kl",
    title="Maximum likelihood minimises KL",
    statement=(
        "For a share p of ones in the data and a model q, KL and mean log-likelihood add up to -H(p), which q "
        "cannot change."
    ),
    symbols={
        "p": symbol("open-probability", "share of ones in the data"),
        "q": symbol("open-probability", "the model's P(x = 1)"),
    },
    steps={
        "log_likelihood": step("p * log(q) + (1 - p) * log(1 - q)"),
        "entropy": step("-p * log(p) - (1 - p) * log(1 - p)"),
        "slope": step("p / q - (1 - p) / (1 - q)"),
        "kl": step("-entropy - log_likelihood"),
    },
    heads={"KL(p, q)": "kl", "H(p)": "entropy"},
    source=f"{DEEP_LEARNING}, section 5.5",
    mistakes=[
        mistake(
            "likelihood-itself",
            "-log_likelihood",
            "That is the negative log-likelihood; it exceeds KL by the entropy of the data.",
        ),
        mistake(
            "opposite-sign",
            "entropy + log_likelihood",
            "The sign is flipped: KL is smallest where the likelihood is largest.",
        ),
        mistake(
            "entropy-added", "entropy - log_likelihood", "The entropy has to be taken away from the cross-entropy."
        ),
    ],
    picture=curve("q", 0.02, 0.98, "kl", "log_likelihood"),
)
def likelihood_and_kl(p, q):
    log_likelihood = p * torch.log(q) + (1 - p) * torch.log(1 - q)
    entropy = -p * torch.log(p) - (1 - p) * torch.log(1 - p)
    return {
        "log_likelihood": log_likelihood,
        "entropy": entropy,
        "slope": p / q - (1 - p) / (1 - q),
        "kl": -entropy - log_likelihood,
    }


@likelihood_and_kl.oracle("operator", "torch.distributions.kl_divergence of two Categoricals")
def _(p, q):
    data, model = (torch.distributions.Categorical(torch.stack([share, 1 - share])) for share in (p, q))
    return torch.distributions.kl_divergence(data, model)


@likelihood_and_kl.oracle("autograd", "slope of the mean log-likelihood in q")
def _(p, q):
    model = q.detach().requires_grad_()
    loss = torch.nn.functional.binary_cross_entropy(model, p)
    return {"log_likelihood": -loss.detach(), "slope": -torch.autograd.grad(loss, model)[0]}


@proof(
    "jensen-shannon-divergence",
    title="Jensen–Shannon divergence",
    statement="JSD averages the KL divergences of P and Q to their mean; it is symmetric and at most ln 2.",
    symbols={"P": P, "Q": Q},
    steps={
        "M": step("(P + Q) / 2"),
        "from_P": step("sum(P * log(P / M))"),
        "from_Q": step("sum(Q * log(Q / M))"),
        "jsd": step("(from_P + from_Q) / 2", aliases=["JSD"]),
    },
    source="Lin, Divergence Measures Based on the Shannon Entropy, IEEE Trans. Inf. Theory 37 (1991)",
    mistakes=[
        mistake("not-halved", "from_P + from_Q", "The two KL divergences are averaged: a factor 1/2 is missing."),
        mistake(
            "without-the-mean",
            "(sum(P * log(P / Q)) + sum(Q * log(Q / P))) / 2",
            "That compares P and Q directly; JSD compares each of them with their mean, which keeps it finite.",
        ),
        mistake(
            "arguments-swapped",
            "(sum(M * log(M / P)) + sum(M * log(M / Q))) / 2",
            "The mean belongs in the second place of both KL divergences.",
        ),
        mistake(
            "bits",
            "(sum(P * log2(P / M)) + sum(Q * log2(Q / M))) / 2",
            "The logarithm is to base 2: that is in bits, not in nats.",
            variant=True,
        ),
    ],
    claims=[claim("jsd >= -1e-12 and jsd <= log(2) + 1e-12", "It lies between 0 and ln 2.")],
    picture=bars("P", "Q", "M"),
)
def jensen_shannon_divergence(P, Q):
    M = (P + Q) / 2
    from_P, from_Q = (P * torch.log(P / M)).sum(), (Q * torch.log(Q / M)).sum()
    return {"M": M, "from_P": from_P, "from_Q": from_Q, "jsd": (from_P + from_Q) / 2}


@jensen_shannon_divergence.oracle("closed-form", "entropy of the mean minus mean entropy")
def _(P, Q):
    mixed, first, second = (torch.special.entr(each).sum() for each in ((P + Q) / 2, P, Q))
    return mixed - (first + second) / 2


@proof(
    "largest-entropy",
    title="The largest entropy",
    statement="Of all distributions over n outcomes the uniform one has the largest entropy, ln n.",
    symbols={"n": symbol("size in 2..12", "number of outcomes")},
    steps={
        "uniform_entropy": step(note="entropy of the uniform distribution"),
        "best_trial": step(note="largest entropy among 2000 random distributions"),
        "climbed_entropy": step(note="entropy after gradient ascent from a random distribution"),
        "climbed_distance": step(note="largest distance of the distribution found from 1/n"),
    },
    result="uniform_entropy",
    source=f"{BISHOP}, section 1.6",
    vectorized=False,
    claims=[
        claim("0.6 * uniform_entropy < best_trial < uniform_entropy", "No random distribution has a larger one."),
        claim("abs(climbed_entropy - uniform_entropy) < 1e-6", "Ascent ends at the same entropy."),
        claim("climbed_distance < 1e-3", "It ends at the uniform distribution."),
    ],
    mistakes=[
        mistake("one-sure-outcome", "best_trial > uniform_entropy", "The more predictable, the smaller the entropy."),
    ],
)
def largest_entropy(n, random):
    def entropy(logits):
        return torch.special.entr(logits.softmax(dim=-1)).sum(dim=-1)

    logits = random.normal(n)
    for _ in range(3000):
        share = logits.softmax(dim=0)
        logits = logits - 2 * share * (share.log() + entropy(logits))
    trials = entropy(2 * random.normal(2000, n))  # free: any distributions
    return {
        "uniform_entropy": entropy(torch.zeros(n)),
        "best_trial": trials.max(),
        "climbed_entropy": entropy(logits),
        "climbed_distance": (logits.softmax(dim=0) - 1 / n).abs().max(),
    }
