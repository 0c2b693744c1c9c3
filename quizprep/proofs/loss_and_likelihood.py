"""Proofs for the chapter loss-and-likelihood."""

from __future__ import annotations

import itertools
import math

from quizprep.citations import BISHOP, DEEP_LEARNING
from quizprep.lazy import numpy, torch
from quizprep.proofs import claim, mistake, proof, step, symbol

PREDICTION_ALIASES = [r"\hat y", "yhat", "f"]


# --- regression -----------------------------------------------------------------------------------------


@proof(
    "mean-squared-error",
    title="Mean squared error",
    statement="MSE is the mean of the squared errors; RMSE is its root, MAE the mean of the absolute errors.",
    symbols={
        "y": symbol("vector[N]", "targets", ["t"]),
        "y_hat": symbol("vector[N]", "predictions", PREDICTION_ALIASES),
    },
    steps={
        "errors": step("y - y_hat", aliases=["e"]),
        "absolute_errors": step("abs(errors)"),
        "squared_errors": step("errors^2"),
        "mae": step("mean(abs(errors))", aliases=["MAE"]),
        "mse": step("mean(errors^2)", aliases=["MSE", "loss", "L"]),
        "rmse": step("sqrt(mse)", aliases=["RMSE"]),
    },
    result="mse",
    source=f"{DEEP_LEARNING}, sec. 5.1.4",
    claims=[claim("rmse >= mae - 1e-9", "RMSE is never below MAE")],
    mistakes=[
        mistake("not-squared", "mean(errors)", "The square is missing: positive and negative errors would cancel."),
        mistake("not-averaged", "sum(errors^2)", "That is the sum; the division by N is missing."),
        mistake("rmse", "sqrt(mean(errors^2))", "That is RMSE: MSE has no root."),
        mistake("mae", "mean(abs(errors))", "That is MAE, with absolute values in place of squares."),
        mistake("square-of-the-mean", "mean(errors)^2", "Square first, then average."),
        mistake(
            "mean-of-roots",
            "mean(sqrt(errors^2))",
            "The root comes after the mean; rooted one by one the errors give MAE.",
            of="rmse",
        ),
        mistake(
            "halved",
            "mean(errors^2) / 2",
            ("The mean is halved, as in CS229, so that the 2 of the derivative cancels; the MSE itself is not halved."),
            variant=True,
        ),
    ],
)
def mean_squared_error(y, y_hat):
    errors = y - y_hat
    mse = (errors**2).mean()
    return {
        "errors": errors,
        "absolute_errors": errors.abs(),
        "squared_errors": errors**2,
        "mae": errors.abs().mean(),
        "mse": mse,
        "rmse": torch.sqrt(mse),
    }


@mean_squared_error.oracle("operator", "torch.nn.functional.mse_loss, l1_loss")
def _(y, y_hat):
    return {"mse": torch.nn.functional.mse_loss(y_hat, y), "mae": torch.nn.functional.l1_loss(y_hat, y)}


@mean_squared_error.oracle("closed-form", "variance of the errors plus their squared mean")
def _(y, y_hat):
    variance, mean = torch.var_mean(y_hat - y, correction=0)
    return {"mse": variance + mean**2, "rmse": torch.hypot(torch.std(y_hat - y, correction=0), mean)}


# --- classification -----------------------------------------------------------------------------------------


@proof(
    "binary-cross-entropy",
    title="Binary cross-entropy",
    statement="BCE is the negative log-likelihood of a Bernoulli label: −(y ln p + (1 − y) ln(1 − p)).",
    symbols={
        "y": symbol("bit", "label", ["t"]),
        "p": symbol("open-probability", "predicted probability of label 1", [*PREDICTION_ALIASES, "y_hat"]),
    },
    steps={
        "logit": step("ln(p / (1 - p))", aliases=["logits"]),
        "likelihood": step("p^y * (1 - p)^(1 - y)"),
        "loss": step("-(y * ln(p) + (1 - y) * ln(1 - p))", aliases=["L", "BCE"]),
    },
    source=f"{BISHOP}, sec. 4.3.2",
    mistakes=[
        mistake(
            "sign",
            "y * ln(p) + (1 - y) * ln(1 - p)",
            "The minus sign is missing: that is the log-likelihood, to be maximised; a loss is never negative here.",
        ),
        mistake(
            "positives-only",
            "-y * ln(p)",
            "The term of label 0 is missing: a wrong prediction there would cost nothing.",
        ),
        mistake(
            "labels-swapped", "-(y * ln(1 - p) + (1 - y) * ln(p))", "The labels are swapped: y = 1 goes with ln p."
        ),
        mistake(
            "squared-error", "(y - p)^2", "That is the squared error, which punishes a confident mistake far less."
        ),
        mistake(
            "binary-logarithm",
            "-(y * log2(p) + (1 - y) * log2(1 - p))",
            "The logarithm is to base 2: that is in bits, not in nats.",
            variant=True,
        ),
    ],
    notations=[{"z": "y", "x": "logit"}, {"x": "logit"}, {"p_i": "[y, 1 - y]", "q_i": "[p, 1 - p]"}],
)
def binary_cross_entropy(y, p):
    return {
        "logit": torch.logit(p),
        "likelihood": p**y * (1 - p) ** (1 - y),
        "loss": -(y * torch.log(p) + (1 - y) * torch.log(1 - p)),
    }


@binary_cross_entropy.oracle("operator", "torch.nn.functional.binary_cross_entropy")
def _(y, p):
    return torch.nn.functional.binary_cross_entropy(p, y)


@binary_cross_entropy.oracle("operator", "torch.distributions.Bernoulli")
def _(y, p):
    log_probability = torch.distributions.Bernoulli(probs=p).log_prob(y)
    return {"likelihood": log_probability.exp(), "loss": -log_probability}


@proof(
    "cross-entropy",
    title="Categorical cross-entropy",
    statement="Cross-entropy is −Σ y ln p; with a one-hot target it is −ln of the probability given to the true class.",
    symbols={
        "y": symbol("distribution[K]", "target distribution", ["t"]),
        "p": symbol("distribution[K]", "predicted probabilities", [*PREDICTION_ALIASES, "y_hat", "q"]),
    },
    where=["min(p) > 0"],
    steps={"loss": step("-sum(y * ln(p))", aliases=["L", "CE", "H"])},
    heads={"H(y, p)": "loss"},
    source=f"{DEEP_LEARNING}, sec. 3.13 and 6.2.2",
    mistakes=[
        mistake(
            "sign",
            "sum(y * ln(p))",
            "The minus sign is missing: logarithms of probabilities are negative, the loss is not.",
        ),
        mistake(
            "roles-swapped",
            "-sum(p * ln(y))",
            "The roles are swapped: the logarithm is of the prediction, weighted by the target.",
        ),
        mistake(
            "no-logarithm", "1 - sum(y * p)", "The logarithm is missing: a confident mistake must cost far more than 1."
        ),
        mistake(
            "entropy-of-the-prediction",
            "-sum(p * ln(p))",
            "That is the entropy of the prediction; it does not look at the target.",
        ),
        mistake(
            "binary-logarithm",
            "-sum(y * log2(p))",
            "The logarithm is to base 2: that is in bits, not in nats.",
            variant=True,
        ),
    ],
    notations=[{"p": "y", "q": "p"}, {"P": "y", "Q": "p"}, {"t": "y", "y": "p"}],
)
def cross_entropy(y, p):
    return {"loss": -(y * torch.log(p)).sum()}


@cross_entropy.oracle("operator", "torch.nn.functional.cross_entropy with soft targets")
def _(y, p):
    return torch.nn.functional.cross_entropy(torch.log(p), y)


@cross_entropy.oracle("closed-form", "entropy of the target plus KL divergence")
def _(y, p):
    target, prediction = (torch.distributions.Categorical(probs=each) for each in (y, p))
    return target.entropy() + torch.distributions.kl_divergence(target, prediction)


@proof(
    "true-class-cross-entropy",
    title="Cross-entropy with an integer label",
    statement="With the class index the loss is −ln softmax(z)ₖ: the very value that the one-hot target gives.",
    symbols={
        "z": symbol("vector[K]", "logits of three classes"),
        "k": symbol("integer in 0..2", "true class, counted from 0"),
    },
    lengths={"K": 3},
    steps={
        "p": step("softmax(z)", aliases=["probs", r"\hat y"]),
        "log_p": step("ln(p)", aliases=["log_softmax", "log_probs"]),
        "one_hot_loss": step("-sum(one_hot(k, 3) * ln(p))"),
        "loss": step("-ln(p_{k+1})"),
    },
    source=f"{DEEP_LEARNING}, sec. 6.2.2.3",
    mistakes=[
        mistake(
            "probability-for-loss", "p_{k+1}", "The logarithm is missing: a probability of 1 must give the loss 0."
        ),
        mistake("logit-only", "-z_{k+1}", "The other logits count too: the logit has to go through softmax."),
        mistake(
            "all-classes",
            "-sum(ln(p))",
            "Only the true class enters; the zeros of the one-hot target remove the others.",
        ),
        mistake(
            "one-minus",
            "1 - p_{k+1}",
            "The loss is the negative logarithm; 1 − p would hardly punish a confident mistake.",
        ),
    ],
    vectorized=False,
    notations=[{"x": "log_p"}],
)
def true_class_cross_entropy(z, k):
    p = torch.softmax(z, 0)
    one_hot = torch.nn.functional.one_hot(k.long(), 3)
    return {
        "p": p,
        "log_p": torch.log(p),
        "one_hot_loss": -(one_hot * torch.log(p)).sum(),
        "loss": -torch.log(p[k.long()]),
    }


@true_class_cross_entropy.oracle("operator", "torch.nn.functional.cross_entropy, index and one-hot")
def _(z, k):
    index = k.long()
    one_hot = torch.nn.functional.one_hot(index, 3).to(z.dtype)
    return {
        "loss": torch.nn.functional.cross_entropy(z, index),
        "one_hot_loss": torch.nn.functional.cross_entropy(z, one_hot),
    }


# --- losses from distributions ----------------------------------------------------------------------------------


@proof(
    "gaussian-negative-log-likelihood",
    title="Squared error from a normal distribution",
    statement=(
        "For a normal distribution with variance 1 the negative log-likelihood is half the squared error "
        "plus a constant."
    ),
    symbols={
        "y": symbol("real", "target", ["x"]),
        "mu": symbol("real", "prediction: the mean of the distribution", ["y_hat", r"\hat y", "input"]),
    },
    steps={
        "half_squared_error": step("(y - mu)^2 / 2"),
        "constant": step("ln(2 * pi) / 2", aliases=["const"]),
        "nll": step("half_squared_error + constant", aliases=["loss", "NLL"]),
    },
    source=f"{BISHOP}, sec. 3.1.1",
    general=[
        "ln({variance}) / 2 + (y - mu)^2 / (2 * {variance}) + constant",
        "ln(max({variance}, {least variance})) / 2 + (y - mu)^2 / (2 * max({variance}, {least variance})) + constant",
        "ln({standard deviation}) + (y - mu)^2 / (2 * {standard deviation}^2) + constant",
    ],
    mistakes=[
        mistake("absolute-error", "abs(y - mu) + ln(2)", "The absolute error belongs to the Laplace distribution."),
        mistake("sign", "-half_squared_error - constant", "The minus sign is missing: that is the log-likelihood."),
        mistake("half-forgotten", "(y - mu)^2 + constant", "The 1/2 from the exponent is missing."),
        mistake(
            "no-logarithm",
            "exp(-half_squared_error) / sqrt(2 * pi)",
            "That is the density itself, before the negative logarithm.",
        ),
    ],
)
def gaussian_negative_log_likelihood(y, mu):
    half_squared_error = (y - mu) ** 2 / 2
    constant = torch.tensor(math.log(2 * math.pi) / 2)
    return {"half_squared_error": half_squared_error, "constant": constant, "nll": half_squared_error + constant}


@gaussian_negative_log_likelihood.oracle("operator", "torch.distributions.Normal")
def _(y, mu):
    return -torch.distributions.Normal(mu, torch.ones(())).log_prob(y)


@gaussian_negative_log_likelihood.oracle("operator", "torch.nn.functional.gaussian_nll_loss(full=True)")
def _(y, mu):
    return torch.nn.functional.gaussian_nll_loss(mu.reshape(1), y.reshape(1), torch.ones(1), full=True)


# --- likelihood ---------------------------------------------------------------------------------------------------


@proof(
    "binomial-likelihood",
    title="Probability and likelihood of a coin",
    statement=(
        "C(n, k) pᵏ(1 − p)ⁿ⁻ᵏ sums to 1 over the outcomes k; as a function of p, the likelihood, "
        "it integrates to 1/(n + 1)."
    ),
    symbols={
        "n": symbol("positive-count in 1..10", "tosses", ["N"]),
        "k": symbol("count in 0..10", "heads", ["x"]),
        "p": symbol("open-probability", "probability of heads", ["theta"]),
    },
    where=["k <= n"],
    steps={
        "sum_over_outcomes": step("sum_{j=0}^{n} binomial(n, j) * p^j * (1 - p)^(n - j)"),
        "integral_over_p": step("1 / (n + 1)"),
        "likelihood": step("binomial(n, k) * p^k * (1 - p)^(n - k)", aliases=["L"]),
    },
    source="Fisher (1922), On the mathematical foundations of theoretical statistics; Bishop (2006), sec. 2.1",
    mistakes=[
        mistake(
            "one-order-only",
            "p^k * (1 - p)^(n - k)",
            "That is the probability of one particular order of heads; the number of orders is missing.",
        ),
        mistake(
            "heads-and-tails-swapped",
            "binomial(n, k) * p^(n - k) * (1 - p)^k",
            "Heads and tails are swapped: p goes with the k heads.",
        ),
        mistake("tails-forgotten", "binomial(n, k) * p^k", "The n − k tails have a probability too."),
        mistake(
            "integrates-to-one",
            "1",
            "The likelihood is no density over p: it need not integrate to 1.",
            of="integral_over_p",
        ),
    ],
    vectorized=False,
)
def binomial_likelihood(n, k, p):
    def probability(heads):
        return math.comb(int(n), heads) * p**heads * (1 - p) ** (n - heads)

    return {
        "sum_over_outcomes": sum(probability(heads) for heads in range(int(n) + 1)),
        "integral_over_p": 1 / (n + 1),
        "likelihood": probability(int(k)),
    }


@binomial_likelihood.oracle("operator", "torch.distributions.Binomial")
def _(n, k, p):
    outcomes = torch.distributions.Binomial(int(n), probs=p)
    return {
        "likelihood": outcomes.log_prob(k).exp(),
        "sum_over_outcomes": outcomes.log_prob(torch.arange(int(n) + 1) + 0.0).exp().sum(),
    }


@binomial_likelihood.oracle("brute-force", "every sequence of tosses listed", samples=12)
def _(n, k, p):
    heads = p.item()
    sequences = [toss for toss in itertools.product((0, 1), repeat=int(n)) if sum(toss) == int(k)]
    return math.fsum(math.prod(heads if face else 1 - heads for face in toss) for toss in sequences)


@binomial_likelihood.oracle("closed-form", "Gauss-Legendre integral over p")
def _(n, k, p):
    nodes, weights = numpy.polynomial.legendre.leggauss(12)  # exact for polynomials up to degree 23
    places = (nodes + 1) / 2
    values = math.comb(int(n), int(k)) * places ** int(k) * (1 - places) ** (int(n) - int(k))
    return {"integral_over_p": float((weights * values).sum() / 2)}


@proof(
    "maximum-likelihood-coin",
    title="Maximum likelihood for a coin",
    statement="After k heads in n tosses the likelihood pᵏ(1 − p)ⁿ⁻ᵏ is largest at p = k/n.",
    symbols={
        "n": symbol("positive-count in 2..20", "tosses", ["N"]),
        "k": symbol("positive-count in 1..19", "heads", ["n_H"]),
    },
    where=["k < n"],
    steps={
        "tails": step("n - k", aliases=["n_T"]),
        "p_hat": step("k / n", aliases=["p", r"\hat p", "theta", r"\hat\theta"]),
    },
    source="Fisher (1922), On the mathematical foundations of theoretical statistics; Bishop (2006), sec. 2.1",
    mistakes=[
        mistake("odds", "k / tails", "Those are the odds, heads to tails; divide by all tosses."),
        mistake(
            "smoothed",
            "(k + 1) / (n + 2)",
            "That is the mean of the posterior under a uniform prior, not the maximum of the likelihood.",
        ),
        mistake("tails-share", "tails / n", "That is the share of tails."),
        mistake("fair", "1/2", "Maximum likelihood follows the data, not the belief that the coin is fair."),
    ],
)
def maximum_likelihood_coin(n, k):
    return {"tails": n - k, "p_hat": k / n}


@maximum_likelihood_coin.oracle("autograd", "zero of the log-likelihood's derivative by bisection", samples=16)
def _(n, k):
    low, high = torch.tensor(1e-9), torch.tensor(1 - 1e-9)
    for _ in range(60):
        middle = ((low + high) / 2).requires_grad_()
        (slope,) = torch.autograd.grad(torch.distributions.Binomial(int(n), probs=middle).log_prob(k), middle)
        low, high = (middle.detach(), high) if slope > 0 else (low, middle.detach())
    return (low + high) / 2


@proof(
    "maximum-likelihood-normal",
    title="Maximum likelihood for a normal distribution",
    statement="The likelihood of a normal sample is largest at the sample mean and at the variance with divisor n.",
    symbols={"x": symbol("vector[n]", "sample")},
    where=["var(x) > 0.01"],
    steps={
        "mu": step("mean(x)", aliases=[r"\hat\mu", "m"]),
        "variance": step("mean((x - mu)^2)", aliases=["v"]),
        "deviation": step("sqrt(variance)", aliases=["sigma", r"\hat\sigma", "s"]),
    },
    result="variance",
    source=f"{BISHOP}, sec. 1.2.4",
    mistakes=[
        mistake(
            "unbiased", "sum((x - mu)^2) / (n - 1)", "That is the unbiased estimate; maximum likelihood divides by n."
        ),
        mistake(
            "standard-deviation", "sqrt(mean((x - mu)^2))", "That is the standard deviation: the variance has no root."
        ),
        mistake("not-averaged", "sum((x - mu)^2)", "The division by n is missing."),
        mistake("second-moment", "mean(x^2)", "The mean has to be subtracted first."),
    ],
)
def maximum_likelihood_normal(x):
    mu = x.mean()
    variance = ((x - mu) ** 2).mean()
    return {"mu": mu, "variance": variance, "deviation": torch.sqrt(variance)}


@maximum_likelihood_normal.oracle("autograd", "Newton's method on the log-likelihood", samples=8)
def _(x):
    def loss(natural):  # convex in the precision and in precision times mean
        precision, weighted = natural
        return (precision * x**2 / 2 - weighted * x).mean() + weighted**2 / (2 * precision) - torch.log(precision) / 2

    mean, precision = x.mean() + 0.01, 1 / x.var(correction=1)  # close by, but not there
    point = torch.stack([precision, precision * mean])
    for _ in range(12):
        gradient = torch.autograd.functional.jacobian(loss, point)
        point = point - torch.linalg.solve(torch.autograd.functional.hessian(loss, point), gradient)
    return {"mu": point[1] / point[0], "variance": 1 / point[0]}


@maximum_likelihood_normal.oracle("brute-force", "half the mean squared distance of all pairs")
def _(x):
    return {"variance": ((x.unsqueeze(0) - x.unsqueeze(1)) ** 2).mean() / 2}
