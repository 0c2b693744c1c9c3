"""Proofs for the chapter loss-and-likelihood."""

from __future__ import annotations

import itertools
import math

from quizprep.citations import BISHOP, DEEP_LEARNING
from quizprep.lazy import numpy, torch
from quizprep.picture import bars, curve
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
    picture=curve("p", 0.02, 0.98),
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
    picture=bars("y", "p"),
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
    picture=curve("p", 0.01, 0.99, "likelihood"),
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


# --- choosing a loss ----------------------------------------------------------------------------------------------


@proof(
    "gradient-at-the-logit",
    title="Cross-entropy and squared error behind a sigmoid",
    statement=(
        "By the logit the cross-entropy has the derivative p − y; the squared error has 2(p − y)p(1 − p), "
        "which is almost 0 where the model is confident, even if it is wrong."
    ),
    symbols={
        "y": symbol("bit", "label", ["t"]),
        "z": symbol("real in -8..8", "logit"),
    },
    steps={
        "p": step("1 / (1 + exp(-z))", aliases=[r"\hat y", "y_hat"]),
        "of_squared_error": step("2 * (p - y) * p * (1 - p)"),
        "of_cross_entropy": step("p - y", aliases=["gradient", "delta"]),
    },
    source=f"{DEEP_LEARNING}, sec. 6.2.2.2",
    mistakes=[
        mistake("sign", "y - p", "The sign is turned: where p exceeds the label the loss grows with the logit."),
        mistake(
            "slope-not-cancelled",
            "(p - y) * p * (1 - p)",
            "The slope p(1 − p) of the sigmoid cancels against the derivative of the logarithm.",
        ),
        mistake(
            "by-the-probability",
            "-y / p + (1 - y) / (1 - p)",
            "That is the derivative by the probability; the sigmoid's slope is still to be multiplied.",
        ),
        mistake("logit-for-probability", "z - y", "The logit has to go through the sigmoid first."),
    ],
    claims=[claim("abs(of_squared_error) <= abs(of_cross_entropy) / 2 + 1e-9", "The squared error's is at most half.")],
)
def gradient_at_the_logit(y, z):
    p = 1 / (1 + torch.exp(-z))
    return {"p": p, "of_squared_error": 2 * (p - y) * p * (1 - p), "of_cross_entropy": p - y}


@gradient_at_the_logit.oracle("autograd", "torch's losses differentiated by the logit")
def _(y, z):
    def derivative(loss):
        logit = z.detach().requires_grad_()
        return torch.autograd.grad(loss(logit), logit)[0]

    functional = torch.nn.functional
    return {
        "of_cross_entropy": derivative(lambda logit: functional.binary_cross_entropy_with_logits(logit, y)),
        "of_squared_error": derivative(lambda logit: functional.mse_loss(torch.sigmoid(logit), y)),
    }


@proof(
    "softmax-cross-entropy-gradient",
    title="Gradient of softmax with cross-entropy",
    statement="By the logits the cross-entropy of a softmax has the gradient p − y, prediction minus target.",
    symbols={
        "z": symbol("vector[K]", "logits"),
        "y": symbol("distribution[K]", "target, one-hot or soft", ["t"]),
    },
    steps={
        "p": step("softmax(z)", aliases=[r"\hat y", "y_hat"]),
        "gradient": step("p - y", aliases=["dz", "delta"]),
    },
    source=f"{BISHOP}, sec. 4.3.4",
    mistakes=[
        mistake("sign", "y - p", "The sign is turned: the loss falls where the logit of the true class grows."),
        mistake("logits-for-probabilities", "z - y", "The logits have to go through softmax first."),
        mistake(
            "by-the-probabilities", "-y / p", "That is the gradient by the probabilities; softmax is still in between."
        ),
        mistake("true-class-only", "y * (p - 1)", "The logits of the wrong classes get a gradient too: their share p."),
    ],
)
def softmax_cross_entropy_gradient(z, y):
    p = torch.softmax(z, 0)
    return {"p": p, "gradient": p - y}


@softmax_cross_entropy_gradient.oracle("autograd", "torch.nn.functional.cross_entropy differentiated")
def _(z, y):
    logits = z.detach().requires_grad_()
    return torch.autograd.grad(torch.nn.functional.cross_entropy(logits, y), logits)[0]


@proof(
    "metric-without-gradient",
    title="Why accuracy is no loss",
    statement=(
        "A tiny change of the weights leaves the accuracy as it is, so it has no gradient to follow; cross-entropy and "
        "the mean squared error change with every weight."
    ),
    symbols={},
    steps={
        "accuracy_far": step(
            note="largest change of the accuracy for 50 large changes of the weights", within=(0.18, 1)
        ),
        "accuracy_moved": step(note="largest change of the accuracy for 50 tiny changes of the weights"),
        "cross_entropy_moved": step(note="change of the cross-entropy, the smallest of the 50"),
        "mse_moved": step(note="change of the MSE of a regression, the smallest of the 50"),
    },
    result="accuracy_moved",
    source=f"{DEEP_LEARNING}, sec. 5.1.2 and 8.1.2",
    claims=[
        claim("accuracy_moved == 0", "The accuracy stays the same."),
        claim("0.1 < accuracy_far <= 1", "Only large changes move it."),
        claim("cross_entropy_moved > 0 and mse_moved > 0", "Both losses notice every change."),
    ],
    mistakes=[
        mistake(
            "any-metric-trains",
            "accuracy_moved > 0",
            "Accuracy only counts; between two samples' borders it is constant and its derivative 0.",
        ),
    ],
    vectorized=False,
)
def metric_without_gradient(random):
    x, noise, w = random.normal(40, 3), random.normal(40), random.normal(3)  # free: any inputs, noise and weights
    truth = x @ torch.ones(3) + noise
    y = (truth > 0).double()

    def values(weights):
        score = x @ weights
        return (
            ((score > 0) == (y > 0.5)).double().mean(),
            torch.nn.functional.binary_cross_entropy_with_logits(score, y),
            torch.nn.functional.mse_loss(score, truth),
        )

    nearest = ((x @ w).abs() / x.norm(dim=1)).min()  # no sample changes sides within half of this

    def moves(length):
        taken = [length * torch.nn.functional.normalize(random.normal(3), dim=0) for _ in range(50)]
        rows = [torch.stack(values(w + each)) - torch.stack(values(w)) for each in taken]  # free: in either direction
        return torch.stack(rows).abs().unbind(dim=1)

    accuracy, cross_entropy, mse = moves(nearest / 2)
    accuracy_far, *_ = moves(4 * w.norm())
    return {
        "accuracy_far": accuracy_far.max(),
        "accuracy_moved": accuracy.max(),
        "cross_entropy_moved": cross_entropy.min(),
        "mse_moved": mse.min(),
    }


@proof(
    "normal-with-predicted-spread",
    title="Likelihood of a prediction with its own uncertainty",
    statement=(
        "A network that outputs μ and σ is trained with ln σ + (y − μ)²/(2σ²), up to a constant: "
        "a large error costs less where a large σ was announced, and announcing it costs ln σ."
    ),
    symbols={
        "y": symbol("real", "target"),
        "mu": symbol("real", "predicted mean", ["y_hat", r"\hat y"]),
        "sigma": symbol("positive in 0.1..5", "predicted standard deviation"),
    },
    steps={
        "error_part": step("(y - mu)^2 / (2 * sigma^2)"),
        "spread_part": step("ln(sigma)"),
        "nll": step("error_part + spread_part + ln(2 * pi) / 2", aliases=["loss", "NLL"]),
    },
    source="Nix & Weigend (1994), Estimating the mean and variance of the target probability distribution",
    mistakes=[
        mistake(
            "spread-is-free",
            "error_part + ln(2 * pi) / 2",
            "Without ln σ the loss would fall for ever as σ grows, and the network would announce no certainty at all.",
        ),
        mistake(
            "not-scaled", "(y - mu)^2 / 2 + spread_part + ln(2 * pi) / 2", "The squared error is divided by 2σ², not 2."
        ),
        mistake(
            "sigma-unsquared",
            "(y - mu)^2 / (2 * sigma) + spread_part + ln(2 * pi) / 2",
            "The exponent holds the variance σ², not σ.",
        ),
        mistake("sign", "-error_part - spread_part - ln(2 * pi) / 2", "The minus sign is missing: that is ln p(y)."),
        mistake(
            "constant-dropped",
            "error_part + spread_part",
            "The constant ½ ln 2π is left out, as torch.nn.GaussianNLLLoss does; it moves no minimum.",
            variant=True,
        ),
    ],
)
def normal_with_predicted_spread(y, mu, sigma):
    error_part, spread_part = (y - mu) ** 2 / (2 * sigma**2), torch.log(sigma)
    return {
        "error_part": error_part,
        "spread_part": spread_part,
        "nll": error_part + spread_part + math.log(2 * math.pi) / 2,
    }


@normal_with_predicted_spread.oracle("operator", "torch.distributions.Normal")
def _(y, mu, sigma):
    return -torch.distributions.Normal(mu, sigma).log_prob(y)


@proof(
    "mse-of-mean-and-spread",
    title="MSE as variance plus squared bias",
    statement="The mean squared error is the variance of the errors plus the square of their mean.",
    symbols={
        "m": symbol("real", "mean of the errors", ["bias"]),
        "v": symbol("nonnegative", "variance of the errors", ["variance", "Var"]),
    },
    steps={"mse": step("m^2 + v", aliases=["MSE"])},
    source=f"{DEEP_LEARNING}, sec. 5.4.4",
    mistakes=[
        mistake("variance-alone", "v", "That holds only where the errors average 0; a shift costs its square as well."),
        mistake("mean-not-squared", "m + v", "The mean error enters squared, in the unit of the variance."),
        mistake("difference", "v - m^2", "The squared mean is added: $E[e^2] = Var(e) + E[e]^2$."),
        mistake("spread-for-variance", "m^2 + sqrt(v)", "The variance enters, not the standard deviation."),
    ],
)
def mse_of_mean_and_spread(m, v):
    return {"mse": m**2 + v}


@mse_of_mean_and_spread.oracle("brute-force", "squaring and averaging errors with this mean and variance")
def _(m, v):
    shape = torch.tensor([-1.5, -0.5, 0.25, 1.75])
    errors = m + shape / shape.std(correction=0) * torch.sqrt(v)
    return torch.nn.functional.mse_loss(errors, torch.zeros(4))


@proof(
    "best-constant-prediction",
    title="The conditional mean minimises the squared error",
    statement=(
        "If the target takes the value tᵢ with probability pᵢ for this input, the prediction with the least expected "
        "squared error is Σ pᵢtᵢ; what remains is the variance."
    ),
    symbols={
        "t": symbol("vector[n]", "values that the target can take", ["y"]),
        "p": symbol("distribution[n]", "their probabilities for this input"),
    },
    lengths={"n": 3},
    steps={
        "best": step("sum(p * t)", aliases=["f", r"\hat y", "y_hat"]),
        "remaining": step("sum(p * (t - best)^2)"),
    },
    result="best",
    source=f"{BISHOP}, sec. 1.5.5",
    mistakes=[
        mistake("unweighted", "mean(t)", "Each value counts by its probability."),
        mistake("midpoint", "(max(t) + min(t)) / 2", "The middle of the range minimises the largest error."),
        mistake("second-moment", "sum(p * t^2)", "The values are averaged, not their squares."),
        mistake("probabilities-squared", "sum(p^2 * t)", "Each value is weighted by its probability, not its square."),
    ],
)
def best_constant_prediction(t, p):
    best = (p * t).sum()
    return {"best": best, "remaining": (p * (t - best) ** 2).sum()}


@best_constant_prediction.oracle("autograd", "one Newton step on the expected squared error, from 0")
def _(t, p):
    def risk(prediction):
        return torch.dot(p, torch.square(prediction - t))

    start = torch.zeros(())
    slope = torch.autograd.functional.jacobian(risk, start)
    best = start - slope / torch.autograd.functional.hessian(risk, start)  # exact: the risk is a parabola
    return {"best": best, "remaining": risk(best)}


# --- estimating a distribution ------------------------------------------------------------------------------------


@proof(
    "likelihood-of-many",
    title="Why the logarithm of the likelihood",
    statement=(
        "The likelihood of n independent observations is a product, which floating point soon rounds to 0; its "
        "logarithm is a sum, stays in range, and is largest at the same parameter."
    ),
    symbols={
        "n": symbol("size in 1..4000", "observations"),
        "p": symbol("open-probability in 0.05..0.95", "probability that the model gives to each"),
    },
    steps={
        "product": step("p^n", note="product of the n probabilities"),
        "log_sum": step("n * ln(p)", aliases=["l", "log_likelihood"]),
    },
    source=f"{DEEP_LEARNING}, sec. 5.5",
    vectorized=False,
    mistakes=[
        mistake("log-of-one", "ln(p)", "That is the logarithm of one factor; each observation adds one."),
        mistake("power-of-the-log", "ln(p)^n", "Logarithms of factors are added, not multiplied."),
        mistake("log-of-the-sum", "ln(n * p)", "The probabilities are multiplied, not added, before the logarithm."),
    ],
)
def likelihood_of_many(n, p):
    return {"product": p**n, "log_sum": n * torch.log(p)}


@likelihood_of_many.oracle("brute-force", "factor by factor, and logarithm by logarithm", samples=16)
def _(n, p):
    probability = float(p)
    return {"product": math.prod([probability] * n), "log_sum": math.fsum([math.log(probability)] * n)}


@proof(
    "maximum-likelihood-categorical",
    title="Maximum likelihood for a categorical distribution",
    statement="The likelihood of category counts is largest at the relative frequencies.",
    symbols={"c": symbol("vector[K] of positive-count in 1..20", "how often each category was seen", ["n", "counts"])},
    steps={
        "total": step("sum(c)", aliases=["N"]),
        "shares": step("c / total", aliases=["p", r"\hat p", "theta", r"\hat\theta"]),
    },
    source=f"{BISHOP}, sec. 2.2",
    mistakes=[
        mistake("softmax", "softmax(c)", "The counts are divided by their sum; no exponential is taken."),
        mistake("smoothed", "(c + 1) / (total + K)", "That is add-one smoothing, the mean of a posterior."),
        mistake("by-the-largest", "c / max(c)", "The shares have to sum to 1: divide by the total."),
        mistake("uniform", "c * 0 + 1 / K", "Maximum likelihood follows the data, not the belief in equal shares."),
    ],
)
def maximum_likelihood_categorical(c):
    total = c.sum()
    return {"total": total, "shares": c / total}


@maximum_likelihood_categorical.oracle("autograd", "L-BFGS on the log-likelihood of logits", samples=6, tolerance=1e-6)
def _(c):
    logits = torch.zeros(len(c), requires_grad=True)
    search = torch.optim.LBFGS(
        [logits], max_iter=200, tolerance_grad=1e-12, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def loss():
        search.zero_grad()
        value = -(c * torch.log_softmax(logits, 0)).sum() / c.norm()
        value.backward()
        return value

    with torch.enable_grad():
        search.step(loss)
    return torch.softmax(logits.detach(), 0)


@proof(
    "fits-of-two-families",
    title="Parametric and non-parametric estimates",
    statement=(
        "A normal distribution has two parameters however much data there is, and stays wrong on data with two peaks; "
        "a kernel density estimate keeps every sample and comes closer as data are added."
    ),
    symbols={},
    steps={
        "normal_small": step(note="area between the true density and a fitted normal, 100 samples"),
        "normal_large": step(note="the same with 3000 samples", within=(0.8468, 0.8499)),
        "kernel_small": step(
            note="area between the true density and a kernel density estimate, 100 samples", within=(0.065, 0.56)
        ),
        "kernel_large": step(note="the same with 3000 samples", within=(0.009, 0.096)),
    },
    result="kernel_large",
    source=f"{BISHOP}, sec. 2.5",
    claims=[
        claim("kernel_large < kernel_small / 1.5", "The kernel estimate improves with data."),
        claim("abs(normal_large / normal_small - 1) < 0.05", "The normal one stays about as far away."),
        claim("kernel_large < normal_large / 3", "In the end the kernel estimate is far closer."),
    ],
    mistakes=[
        mistake(
            "data-cure-the-family",
            "normal_large < normal_small / 2",
            "More data estimate two parameters better; they do not change the shape of the family.",
        ),
        mistake(
            "nothing-to-learn-without-parameters",
            "kernel_large > 0.9 * kernel_small",
            "Non-parametric means that the model grows with the data, not that it learns nothing.",
        ),
    ],
    vectorized=False,
)
def fits_of_two_families(random):
    grid = torch.linspace(-8, 8, 401)

    def normal(x, mean, deviation):
        return torch.distributions.Normal(mean, deviation).log_prob(x).exp()

    truth = (normal(grid, torch.tensor(-2.5), 0.8) + normal(grid, 2.5, 0.8)) / 2

    def distances(count):
        data = 0.8 * random.normal(count) + 5 * random.integers(2, count) - 2.5
        fitted = normal(grid, data.mean(), data.std())
        kernels = normal(grid.unsqueeze(1), data, 0.8 * count**-0.2).mean(dim=1)
        return [torch.trapezoid((each - truth).abs(), grid) for each in (fitted, kernels)]

    (normal_small, kernel_small), (normal_large, kernel_large) = distances(100), distances(3000)
    return {
        "normal_small": normal_small,
        "normal_large": normal_large,
        "kernel_small": kernel_small,
        "kernel_large": kernel_large,
    }


@proof(
    "family-before-parameters",
    title="Look at the data, fit, then test",
    statement=(
        "Maximum likelihood fits a normal distribution to any data; on waiting times it gives a sixth of its mass to "
        "negative times, has the lower likelihood, and fails a Kolmogorov-Smirnov test that the right family passes."
    ),
    symbols={},
    steps={
        "negative_mass": step(
            note="probability below 0 under the normal distribution fitted to 1000 waiting times", within=(0.123, 0.195)
        ),
        "gain": step(
            note="log-likelihood per sample of a fitted exponential minus that of the normal", within=(0.27, 0.57)
        ),
        "wrong_family": step(
            note="Kolmogorov-Smirnov distance of the fitted normal times the root of n", within=(3.9, 6.2)
        ),
        "right_family": step(note="the same for the fitted exponential", within=(0.27, 2.1)),
    },
    result="wrong_family",
    source="Wasserman, All of Statistics (2004), sections 9.3 and 10.8; Massey (1951), The Kolmogorov-Smirnov test",
    claims=[
        claim("negative_mass > 0.1", "The fitted normal expects negative waiting times."),
        claim("0.2 < gain < 1", "The exponential family is likelier."),
        claim("wrong_family > 3 and right_family < 2", "A test rejects the wrong family and not the right one."),
    ],
    mistakes=[
        mistake(
            "estimation-is-enough",
            "wrong_family < 1.5",
            "An estimate comes out for any data; whether the family fits is another question, for a test.",
        ),
    ],
    vectorized=False,
)
def family_before_parameters(random):
    times = (-4 * torch.log(1 - random.uniform(1000))).sort().values
    normal = torch.distributions.Normal(times.mean(), times.std(correction=0))
    exponential = torch.distributions.Exponential(1 / times.mean())

    def distance(family):
        gaps = family.cdf(times) - (torch.arange(1000) + 0.5) / 1000  # to the middle of each step of the sample's own
        return (gaps.abs().max() + 0.5 / 1000) * math.sqrt(1000)

    return {
        "negative_mass": normal.cdf(torch.zeros(())),
        "gain": (exponential.log_prob(times) - normal.log_prob(times)).mean(),
        "wrong_family": distance(normal),
        "right_family": distance(exponential),
    }


@proof(
    "sampling-distribution-of-a-mean",
    title="Sampling distribution of the mean",
    statement=(
        "Means of many samples of size n scatter by σ/√n and look normal, however skewed the data in one sample are."
    ),
    symbols={},
    steps={
        "data_spread": step(
            note="standard deviation within one sample of 2000 exponential values of mean 3", within=(2.57, 3.5)
        ),
        "data_skew": step(note="skewness within that sample", within=(1.1, 2.8)),
        "mean_spread": step(note="standard deviation of the means of 4000 samples of 50 values", within=(0.399, 0.449)),
        "mean_skew": step(note="skewness of those means", within=(0.1, 0.52)),
    },
    result="mean_spread",
    source="Wasserman, All of Statistics (2004), sections 3.4 and 5.4",
    claims=[
        claim(
            "2.4 < data_spread < 3.75 and 1.2 < data_skew < 4", "The data are spread and skewed as their distribution."
        ),
        claim("abs(mean_spread * sqrt(50) / 3 - 1) < 0.1", "Means scatter by σ/√n."),
        claim("0.1 < mean_skew < 0.6", "They are nearly symmetric."),
    ],
    mistakes=[
        mistake(
            "means-scatter-like-data",
            "mean_spread > data_spread / 2",
            "The sampling distribution is that of the statistic: the mean of n values scatters √n times less.",
        ),
        mistake("means-keep-the-skew", "mean_skew > 1", "Averaging makes the distribution of the mean nearly normal."),
    ],
    vectorized=False,
)
def sampling_distribution_of_a_mean(random):
    def exponential(*shape):
        return -3 * torch.log(1 - random.uniform(*shape))

    def skew(values):
        return (((values - values.mean()) / values.std()) ** 3).mean()

    data, means = exponential(2000), exponential(4000, 50).mean(dim=1)
    return {
        "data_spread": data.std(),
        "data_skew": skew(data),
        "mean_spread": means.std(),
        "mean_skew": skew(means),
    }


# --- losses beside the usual ones ---------------------------------------------------------------------------------


@proof(
    "median-minimises-absolute-error",
    title="The median minimises the absolute error",
    statement="Of all constant predictions the median has the least mean absolute error, the mean the least MSE.",
    symbols={"t": symbol("vector[n]", "targets of one and the same input", ["y", "x"])},
    lengths={"n": 5},
    steps={
        "least_error": step("mean(abs(t - median(t)))"),
        "best": step("median(t)", aliases=["f", r"\hat y"]),
    },
    source=f"{BISHOP}, sec. 1.5.5",
    mistakes=[
        mistake("mean", "mean(t)", "The mean minimises the squared error; one outlier pulls it along."),
        mistake("midpoint", "(max(t) + min(t)) / 2", "The middle of the range minimises the largest error."),
        mistake("trimmed", "(sum(t) - max(t) - min(t)) / 3", "Leaving out the extremes is a trimmed mean."),
    ],
)
def median_minimises_absolute_error(t):
    best = t.median()
    return {"least_error": (t - best).abs().mean(), "best": best}


@median_minimises_absolute_error.oracle("brute-force", "the candidate with the least total distance")
def _(t):
    totals = torch.cdist(t.unsqueeze(1), t.unsqueeze(1), p=1).sum(dim=1)
    return {"best": t[totals.argmin()], "least_error": totals.min() / len(t)}


@proof(
    "huber",
    title="Huber loss",
    statement=(
        "Up to an error of δ the Huber loss is half the square, beyond it a straight line of slope δ: smooth at 0 like "
        "the squared error, and as little disturbed by outliers as the absolute error."
    ),
    symbols={
        "e": symbol("real", "error y − ŷ", ["a"]),
        "delta": symbol("positive in 0.2..4", "error at which the square ends", ["d"]),
    },
    where=["abs(abs(e) - delta) > 0.001"],
    steps={
        "slope": step("clip(e, -delta, delta)"),
        "loss": step("e^2 / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)", aliases=["L"]),
    },
    source="Huber, Robust Estimation of a Location Parameter (Annals of Mathematical Statistics, 1964)",
    mistakes=[
        mistake("squared-throughout", "e^2 / 2", "Beyond δ the loss is a straight line: a large error must cost less."),
        mistake("absolute-throughout", "delta * abs(e)", "Near 0 the loss is a square, and the line lies δ²/2 lower."),
        mistake(
            "does-not-meet",
            "e^2 / 2 if abs(e) <= delta else delta * abs(e)",
            "The line lies δ²/2 lower, so that it meets the square at δ.",
        ),
        mistake(
            "not-halved", "e^2 if abs(e) <= delta else delta * (abs(e) - delta / 2)", "The square is halved near 0."
        ),
    ],
)
def huber(e, delta):
    inside = e.abs() <= delta
    return {
        "slope": torch.where(inside, e, delta * e.sign()),
        "loss": torch.where(inside, e**2 / 2, delta * (e.abs() - delta / 2)),
    }


@huber.oracle("operator", "torch.nn.functional.huber_loss and its autograd")
def _(e, delta):
    error = e.detach().requires_grad_()
    loss = torch.nn.functional.huber_loss(error, torch.zeros(()), delta=float(delta))
    return {"loss": loss.detach(), "slope": torch.autograd.grad(loss, error)[0]}


@proof(
    "class-weights",
    title="Class weights",
    statement=(
        "Balanced class weights N/(K·n_k) give every class the same total weight in the loss, and an average of 1 a "
        "sample."
    ),
    symbols={"n": symbol("vector[K] of positive-count in 1..90", "samples of each class", ["c"])},
    steps={
        "total": step("sum(n)", aliases=["N"]),
        "weights": step("total / (K * n)", aliases=["w"]),
    },
    source="King & Zeng (2001), Logistic regression in rare events data, sec. 4.2",
    mistakes=[
        mistake("shares", "n / total", "Those are the shares of the classes: a rare class needs a large weight."),
        mistake("classes-forgotten", "total / n", "Divided by the number of classes, the average weight is 1."),
        mistake("against-the-largest", "max(n) / n", "The largest class is taken as 1 here; the average is not 1."),
        mistake("one-minus-share", "1 - n / total", "That raises rare classes too little: their total stays smaller."),
    ],
    claims=[claim("max(abs(weights * n - total / K)) < 1e-6", "Every class has the same total weight.")],
)
def class_weights(n):
    total = n.sum()
    return {"total": total, "weights": total / (len(n) * n)}


@class_weights.oracle("operator", "torch.linalg.solve: equal totals, average weight 1")
def _(n):
    equations = torch.diag(n) - torch.diag(n).roll(-1, 0)  # neighbouring classes have equal totals
    equations[-1] = n
    right = torch.zeros(len(n))
    right[-1] = n.sum()
    return torch.linalg.solve(equations, right)


@proof(
    "log-sum-exp",
    title="Log-sum-exp",
    statement=(
        "ln Σ exp(zᵢ) is computed as max(z) + ln Σ exp(zᵢ − max(z)): the same number, but no exponential overflows."
    ),
    symbols={"z": symbol("vector[K] of real in -900..900", "logits")},
    steps={
        "overflows": step(note="1 where some exp(z) is beyond double precision, else 0"),
        "lse": step("max(z) + ln(sum(exp(z - max(z))))", aliases=["LSE"]),
    },
    source=f"{DEEP_LEARNING}, sec. 4.1",
    mistakes=[
        mistake("maximum-only", "max(z)", "The other exponentials add to it, unless the maximum is far above them."),
        mistake(
            "maximum-not-added", "ln(sum(exp(z - max(z))))", "The factor exp(max) that was taken out has to come back."
        ),
        mistake("subtracted-twice", "ln(sum(exp(z - max(z)))) - max(z)", "The maximum is added back, not taken off."),
        mistake("sum-of-logits", "sum(z)", "The logarithm of a sum is not the sum of the logarithms."),
    ],
    claims=[claim("lse >= max(z) - 1e-9 and lse <= max(z) + ln(K) + 1e-9", "It lies at most ln K above the maximum.")],
)
def log_sum_exp(z):
    return {
        "overflows": torch.isinf(torch.exp(z)).any() + 0.0,
        "lse": z.max() + torch.log(torch.exp(z - z.max()).sum()),
    }


@log_sum_exp.oracle("operator", "torch.logsumexp; the largest double of the Python standard library")
def _(z):
    import sys

    limit = math.log(sys.float_info.max)
    return {"lse": torch.logsumexp(z, 0), "overflows": torch.tensor(float(max(z.tolist()) > limit))}
