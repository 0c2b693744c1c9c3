"""Proofs for the chapter normalisation."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.picture import bars, cells
from quizprep.proofs import claim, mistake, proof, step, symbol

EPSILON = symbol("positive", "small constant against division by zero", ["eps"])
BATCH_NORM_SOURCE = "Ioffe & Szegedy (2015), Batch normalization (arXiv 1502.03167), algorithm 1"
NORMALISED = [r"\hat x", "x_normalized", "x_normalised", "x_i_normalized", "x_i_normalised", "x_norm"]


@proof(
    "batch-normalisation",
    title="Batch normalisation",
    statement=(
        "A feature is centred and divided by its standard deviation over the mini-batch, "
        "then scaled by γ and shifted by β."
    ),
    symbols={
        "x": symbol("vector[m]", "one feature over the mini-batch"),
        "gamma": symbol("real", "learnt scale"),
        "beta": symbol("real", "learnt shift"),
        "epsilon": EPSILON,
    },
    steps={
        "mu": step("mean(x)", aliases=["mu_B"]),
        "variance": step("mean((x - mu)^2)", aliases=["var_B", "v"]),
        "sigma": step("sqrt(variance)", aliases=["sigma_B"]),
        "x_hat": step("(x - mu) / sqrt(variance + epsilon)", aliases=NORMALISED),
        "y": step("gamma * x_hat + beta"),
    },
    source=BATCH_NORM_SOURCE,
    claims=[
        claim("abs(mean(y) - beta) < 1e-9", "the output has the mean β"),
        claim("std(y) <= abs(gamma) + 1e-9", "its standard deviation is at most |γ|"),
    ],
    mistakes=[
        mistake(
            "no-root",
            "(x - mu) / (variance + epsilon)",
            "The square root is missing: divide by the standard deviation, not by the variance.",
            of="x_hat",
        ),
        mistake("not-centred", "x / sqrt(variance + epsilon)", "The batch mean is not subtracted.", of="x_hat"),
        mistake(
            "epsilon-outside-the-root",
            "(x - mu) / (sqrt(variance) + epsilon)",
            "ε belongs under the root, next to the variance.",
            of="x_hat",
        ),
        mistake(
            "unbiased-variance",
            "sum((x - mu)^2) / (m - 1)",
            "Batch normalisation divides by m when it normalises; m − 1 is only used for the running variance.",
            of="variance",
        ),
        mistake(
            "standard-deviation-for-variance",
            "sqrt(mean((x - mu)^2))",
            "That is the standard deviation; the root comes later.",
            of="variance",
        ),
        mistake("shift-first", "gamma * (x_hat + beta)", "Scale first, then shift: β is not multiplied by γ."),
        mistake("scale-and-shift-swapped", "beta * x_hat + gamma", "γ scales and β shifts."),
        mistake("scale-and-shift-forgotten", "x_hat", "The learnt scale γ and shift β are missing."),
        mistake(
            "without-epsilon",
            "gamma * (x - mu) / sigma + beta",
            "Without ε, as in the derivation; it only keeps the division from failing where the variance is 0.",
            variant=True,
        ),
        mistake(
            "normalised-without-epsilon",
            "(x - mu) / sigma",
            "Without ε, as in the derivation; it only keeps the division from failing where the variance is 0.",
            of="x_hat",
            variant=True,
        ),
        mistake(
            "epsilon-in-the-deviation",
            "sqrt(variance + epsilon)",
            "ε is counted into the spread, as in Wu & He (2018); here it is added where x is divided.",
            of="sigma",
            variant=True,
        ),
        mistake(
            "epsilon-in-the-variance",
            "mean((x - mu)^2) + epsilon",
            "ε is counted into the variance, as in d2l.ai; here it is added where x is divided.",
            of="variance",
            variant=True,
        ),
    ],
    picture=bars("x", "y"),
)
def batch_normalisation(x, gamma, beta, epsilon):
    mu = x.mean()
    variance = ((x - mu) ** 2).mean()
    x_hat = (x - mu) / torch.sqrt(variance + epsilon)
    return {"mu": mu, "variance": variance, "sigma": torch.sqrt(variance), "x_hat": x_hat, "y": gamma * x_hat + beta}


@batch_normalisation.oracle("operator", "torch.nn.functional.batch_norm")
def _(x, gamma, beta, epsilon):
    def normalise(**options):
        return torch.nn.functional.batch_norm(x.unsqueeze(1), None, None, training=True, eps=epsilon.item(), **options)

    return {
        "x_hat": normalise().squeeze(1),
        "y": normalise(weight=gamma.reshape(1), bias=beta.reshape(1)).squeeze(1),
    }


@batch_normalisation.oracle("closed-form", "second moment minus squared mean")
def _(x, gamma, beta, epsilon):
    variance = torch.dot(x, x) / len(x) - (x.sum() / len(x)) ** 2
    return {"variance": variance, "y": gamma * (x - x.sum() / len(x)) * torch.rsqrt(variance + epsilon) + beta}


@proof(
    "batch-norm-evaluation",
    title="Batch normalisation at evaluation",
    statement="Training normalises with the statistics of the batch, evaluation with the running averages.",
    symbols={
        "x": symbol("vector[m]", "one feature over the mini-batch"),
        "r": symbol("real", "running mean", ["running_mean", "moving_mean"]),
        "s": symbol("positive", "running variance", ["running_var", "moving_var", "moving_variance"]),
        "epsilon": EPSILON,
    },
    steps={
        "training": step("(x - mean(x)) / sqrt(var(x) + epsilon)"),
        "evaluation": step("(x - r) / sqrt(s + epsilon)"),
    },
    source=BATCH_NORM_SOURCE.replace("algorithm 1", "sec. 3.1"),
    mistakes=[
        mistake(
            "batch-statistics",
            "(x - mean(x)) / sqrt(var(x) + epsilon)",
            "Those are the statistics of the batch, used in training; evaluation takes the running averages.",
        ),
        mistake("nothing-done", "x", "Evaluation normalises too, with the running averages."),
        mistake("running-mean-only", "x - r", "The division by the running standard deviation is missing."),
        mistake("no-root", "(x - r) / (s + epsilon)", "The square root is missing."),
    ],
)
def batch_norm_evaluation(x, r, s, epsilon):
    return {
        "training": (x - x.mean()) / torch.sqrt(x.var(correction=0) + epsilon),
        "evaluation": (x - r) / torch.sqrt(s + epsilon),
    }


@batch_norm_evaluation.oracle("operator", "torch.nn.functional.batch_norm in both modes")
def _(x, r, s, epsilon):
    def normalise(training):
        column = x.unsqueeze(1)
        result = torch.nn.functional.batch_norm(
            column, r.clone().reshape(1), s.clone().reshape(1), training=training, eps=epsilon.item()
        )
        return result.squeeze(1)

    return {"training": normalise(True), "evaluation": normalise(False)}


@proof(
    "batch-norm-running-mean",
    title="Running mean of batch normalisation",
    statement="Every training batch moves the running mean a fraction of the way to the batch mean.",
    symbols={
        "r": symbol("real", "running mean before the batch", ["running_mean", "moving_mean"]),
        "x": symbol("vector[m]", "one feature over the mini-batch"),
        "q": symbol("open-probability", "momentum, as torch counts it", ["momentum", "alpha"]),
    },
    steps={
        "batch_mean": step("mean(x)", aliases=["mu", "mu_B"]),
        "r_next": step("(1 - q) * r + q * batch_mean"),
    },
    source="Ioffe & Szegedy (2015), Batch normalization, sec. 3.1; torch.nn.BatchNorm1d",
    mistakes=[
        mistake(
            "weights-swapped",
            "q * r + (1 - q) * batch_mean",
            (
                "The weights are swapped: momentum is the share of the old mean, as in Keras; in torch it "
                "is the share of the new batch."
            ),
            variant=True,
        ),
        mistake("replaced", "batch_mean", "The running mean remembers earlier batches, it is not replaced."),
        mistake("added-in-full", "r + q * batch_mean", "The old value has to give way, by the factor 1 − q."),
    ],
    notations=[{"x_hat": "r", "x_t": "batch_mean"}],
)
def batch_norm_running_mean(r, x, q):
    batch_mean = x.mean()
    return {"batch_mean": batch_mean, "r_next": (1 - q) * r + q * batch_mean}


@batch_norm_running_mean.oracle("operator", "buffer of torch.nn.functional.batch_norm")
def _(r, x, q):
    running, variance = r.clone().reshape(1), torch.ones(1)
    torch.nn.functional.batch_norm(x.unsqueeze(1), running, variance, training=True, momentum=q.item())
    return running[0]


@proof(
    "batch-norm-invariance",
    title="Batch normalisation and the scale of its input",
    statement=(
        "Scaling a feature by a positive number or shifting it changes nothing after batch normalisation (ε = 0)."
    ),
    symbols={
        "x": symbol("vector[m]", "one feature over the mini-batch"),
        "c": symbol("positive", "factor"),
        "s": symbol("real", "shift"),
    },
    where=["var(x) > 0.01"],
    steps={
        "plain": step("(x - mean(x)) / std(x)"),
        "rescaled": step("(c * x + s - mean(c * x + s)) / std(c * x + s)"),
    },
    source="Ioffe & Szegedy (2015), Batch normalization, sec. 3.3",
    claims=[claim("max(abs(plain - rescaled)) < 1e-8", "nothing changes")],
    mistakes=[
        mistake(
            "scaled-along", "c * (x - mean(x)) / std(x)", "The standard deviation grows by the same factor: it cancels."
        ),
        mistake(
            "shifted-along", "(x - mean(x)) / std(x) + s", "The shift moves the mean as well and is subtracted again."
        ),
        mistake("shrunk", "(x - mean(x)) / (c * std(x))", "The numerator grows by the same factor: it cancels."),
    ],
)
def batch_norm_invariance(x, c, s):
    def normalise(values):
        return (values - values.mean()) / values.std(correction=0)

    return {"plain": normalise(x), "rescaled": normalise(c * x + s)}


@batch_norm_invariance.oracle("operator", "torch.nn.functional.batch_norm of both", tolerance=1e-8)
def _(x, c, s):
    def normalise(values):
        return torch.nn.functional.batch_norm(values.unsqueeze(1), None, None, training=True, eps=1e-30).squeeze(1)

    return {"plain": normalise(x), "rescaled": normalise(c * x + s)}


@proof(
    "layer-normalisation",
    title="Layer normalisation",
    statement=(
        "A sample is centred and divided by its standard deviation over its own features, "
        "then scaled and shifted per feature."
    ),
    symbols={
        "x": symbol("vector[d]", "features of one sample"),
        "gamma": symbol("vector[d]", "learnt scale per feature"),
        "beta": symbol("vector[d]", "learnt shift per feature"),
        "epsilon": EPSILON,
    },
    steps={
        "mu": step("mean(x)"),
        "variance": step("mean((x - mu)^2)", aliases=["v"]),
        "sigma": step("sqrt(variance)"),
        "x_hat": step("(x - mu) / sqrt(variance + epsilon)", aliases=NORMALISED),
        "y": step("gamma * x_hat + beta"),
    },
    source="Ba, Kiros & Hinton (2016), Layer normalization (arXiv 1607.06450), eq. 3 and 4",
    mistakes=[
        mistake(
            "no-root",
            "gamma * (x - mu) / (variance + epsilon) + beta",
            "The square root is missing: divide by the standard deviation.",
        ),
        mistake(
            "not-centred", "gamma * x / sqrt(variance + epsilon) + beta", "The mean of the sample is not subtracted."
        ),
        mistake("shift-first", "gamma * (x_hat + beta)", "Scale first, then shift: β is not multiplied by γ."),
        mistake(
            "root-mean-square",
            "gamma * x / sqrt(mean(x^2) + epsilon) + beta",
            "That is RMSNorm with a shift: layer normalisation subtracts the mean first.",
        ),
        mistake(
            "unbiased-variance",
            "sum((x - mu)^2) / (d - 1)",
            "Layer normalisation divides by the number of features, not by one less.",
            of="variance",
        ),
        mistake(
            "without-epsilon",
            "gamma * (x - mu) / sigma + beta",
            "Without ε, as in the derivation; it only keeps the division from failing where the variance is 0.",
            variant=True,
        ),
        mistake(
            "normalised-without-epsilon",
            "(x - mu) / sigma",
            "Without ε, as in the derivation; it only keeps the division from failing where the variance is 0.",
            of="x_hat",
            variant=True,
        ),
        mistake(
            "neither-scaled-nor-shifted",
            "(x - mu) / sigma",
            "Without ε and without the learnt scale and shift: what comes out at γ = 1 and β = 0.",
            variant=True,
        ),
        mistake(
            "epsilon-in-the-deviation",
            "sqrt(variance + epsilon)",
            "ε is counted into the spread, as in Wu & He (2018); here it is added where x is divided.",
            of="sigma",
            variant=True,
        ),
        mistake(
            "epsilon-outside-the-root",
            "gamma * (x - mu) / (sigma + epsilon) + beta",
            ("ε is added to the standard deviation, as in the Annotated Transformer; torch adds it under the root."),
            variant=True,
        ),
    ],
    picture=bars("x", "y"),
)
def layer_normalisation(x, gamma, beta, epsilon):
    mu = x.mean()
    variance = ((x - mu) ** 2).mean()
    x_hat = (x - mu) / torch.sqrt(variance + epsilon)
    return {"mu": mu, "variance": variance, "sigma": torch.sqrt(variance), "x_hat": x_hat, "y": gamma * x_hat + beta}


@layer_normalisation.oracle("operator", "torch.nn.functional.layer_norm")
def _(x, gamma, beta, epsilon):
    return torch.nn.functional.layer_norm(x, x.shape, gamma, beta, epsilon.item())


@layer_normalisation.oracle("operator", "group_norm with one group")
def _(x, gamma, beta, epsilon):
    return torch.nn.functional.group_norm(x.unsqueeze(0), 1, gamma, beta, epsilon.item())[0]


@proof(
    "normalisation-axes",
    title="Over which axis is normalised?",
    statement=(
        "Batch normalisation takes mean and variance down each column (a feature over the samples), "
        "layer normalisation along each row (a sample over its features). Here ε = 0."
    ),
    symbols={"X": symbol("matrix[n, d]", "a row a sample, a column a feature", ["x"])},
    where=["min(var(X, axis=0)) > 0.01", "min(var(X, axis=1)) > 0.01"],
    steps={
        "layer_norm": step("((X^T - mean(X, axis=1)) / std(X, axis=1))^T"),
        "batch_norm": step("(X - mean(X, axis=0)) / std(X, axis=0)"),
    },
    source="Wu & He (2018), Group normalization (arXiv 1803.08494), sec. 3",
    mistakes=[
        mistake(
            "rows-for-columns",
            "((X^T - mean(X, axis=1)) / std(X, axis=1))^T",
            "Those are the rows, each sample by itself: layer normalisation.",
        ),
        mistake(
            "all-entries",
            "(X - mean(X)) / std(X)",
            "One mean for all entries mixes the features; batch normalisation has one per feature.",
        ),
        mistake("only-centred", "X - mean(X, axis=0)", "The division by the standard deviation is missing."),
    ],
    picture=cells("batch_norm"),
)
def normalisation_axes(X):
    def normalise(axis):
        return (X - X.mean(axis, keepdim=True)) / X.std(axis, correction=0, keepdim=True)

    return {"layer_norm": normalise(1), "batch_norm": normalise(0)}


@normalisation_axes.oracle("operator", "torch.nn.functional.batch_norm and layer_norm")
def _(X):
    return {
        "batch_norm": torch.nn.functional.batch_norm(X, None, None, training=True, eps=1e-30),
        "layer_norm": torch.nn.functional.layer_norm(X, X.shape[1:], eps=1e-30),
    }


# --- other axes, and what the scale of the weights does ------------------------------------------------


@proof(
    "group-and-instance-normalisation",
    title="Layer, group and instance normalisation",
    statement=(
        "For one sample layer normalisation takes mean and variance over all channels and places, group normalisation "
        "over the channels of a group, instance normalisation over each channel by itself."
    ),
    symbols={"X": symbol("matrix[4, pixels]", "four channels (rows) of one sample, one column a pixel")},
    where=["min(var(X, axis=1)) > 0.01"],
    steps={
        "halves": step("[[1/2, 1/2, 0, 0], [1/2, 1/2, 0, 0], [0, 0, 1/2, 1/2], [0, 0, 1/2, 1/2]]"),
        "group_mean": step("halves mean(X, axis=1)"),
        "group_variance": step("halves mean(X * X, axis=1) - group_mean^2"),
        "layer": step("(X - mean(X)) / std(X)"),
        "instance": step("((X^T - mean(X, axis=1)) / std(X, axis=1))^T"),
        "group": step("((X^T - group_mean) / sqrt(group_variance))^T"),
    },
    source="Wu & He, Group normalization (2018), sec. 3 (arXiv 1803.08494)",
    mistakes=[
        mistake("one-group", "layer", "With a single group it is layer normalisation; here there are two."),
        mistake("a-group-a-channel", "instance", "With a group for each channel it is instance normalisation."),
        mistake("across-channels", "(X - mean(X, axis=0)) / std(X, axis=0)", "The places of a group share one mean."),
    ],
)
def group_and_instance_normalisation(X):
    groups = X.reshape(2, -1)
    mean, variance = groups.mean(1), groups.var(1, correction=0)
    spread = X.std(1, correction=0)
    row = torch.ones_like(mean)
    return {
        "halves": torch.block_diag(torch.outer(row, row) / 2, torch.outer(row, row) / 2),
        "group_mean": mean.repeat_interleave(2),
        "group_variance": variance.repeat_interleave(2),
        "layer": (X - X.mean()) / X.std(correction=0),
        "instance": (X - X.mean(1, keepdim=True)) / spread.unsqueeze(1),
        "group": ((groups - mean.unsqueeze(1)) / variance.sqrt().unsqueeze(1)).reshape(X.shape),
    }


@group_and_instance_normalisation.oracle("operator", "torch.nn.functional.group_norm", tolerance=1e-6, samples=24)
def _(X):
    one, two, four = (torch.nn.functional.group_norm(X[None], groups, eps=1e-12)[0] for groups in (1, 2, 4))
    return {"layer": one, "group": two, "instance": four}


@proof(
    "batch-norm-and-the-scale-of-weights",
    title="Larger weights get smaller gradients below a batch normalisation",
    statement=(
        "Batch normalisation makes the loss the same for w and c·w, so the gradient in c·w is 1/c times as large and "
        "stands at a right angle to the weights: too long a step lengthens them and so shortens the next steps."
    ),
    symbols={
        "X": symbol("matrix[4, 2] of real in -3..3", "batch: a row a sample"),
        "y": symbol("vector[4] of real in -2..2", "targets"),
        "w": symbol("vector[2] of real in -2..2", "weights below the normalisation"),
        "c": symbol("positive in 0.5..20", "factor by which the weights grow"),
    },
    where=["var(X w) > 0.2", "norm(w) > 0.3"],
    steps={
        "loss": step("mean(((X w - mean(X w)) / std(X w) - y)^2)"),
        "loss_scaled": step("mean(((c * (X w) - mean(c * (X w))) / std(c * (X w)) - y)^2)"),
        "gradient": step(note="gradient of the loss in w", axes=1),
        "gradient_scaled": step(note="gradient of the loss in the weights c·w", axes=1),
        "along": step("dot(w, gradient)"),
    },
    result="gradient_scaled",
    source="Ioffe & Szegedy, Batch normalization (2015), sec. 3.3 (arXiv 1502.03167)",
    mistakes=[
        mistake("unchanged", "gradient", "The same loss over a longer way is a smaller slope."),
        mistake(
            "grows-along", "c * gradient", "Without normalisation gradients may grow with weights; here they shrink."
        ),
        mistake("vanishes", "0 * gradient", "It is smaller by the factor c, not 0."),
    ],
    claims=[
        claim("abs(loss - loss_scaled) < 1e-9", "the loss does not change with the scale"),
        claim("max(abs(c * gradient_scaled - gradient)) < 1e-7", "the gradient does, inversely"),
        claim("abs(along) < 1e-7", "no part of it points along the weights"),
    ],
)
def batch_norm_and_the_scale_of_weights(X, y, w, c):
    def loss(weights):
        z = X @ weights
        return (((z - z.mean()) / z.std(correction=0)) - y).square().mean()

    gradient = torch.func.grad(loss)(w)
    return {
        "loss": loss(w),
        "loss_scaled": loss(c * w),
        "gradient": gradient,
        "gradient_scaled": torch.func.grad(loss)(c * w),
        "along": w @ gradient,
    }


@batch_norm_and_the_scale_of_weights.oracle("closed-form", "the backward pass written out", tolerance=1e-6, samples=24)
def _(X, y, w, c):
    def gradient(weights):
        z = X @ weights
        deviation = ((z - z.mean()) ** 2).mean().sqrt()
        normal = (z - z.mean()) / deviation
        arriving = 2 * (normal - y) / len(y)
        passed = (arriving - arriving.mean() - normal * (arriving * normal).mean()) / deviation
        return X.T @ passed

    return {"gradient": gradient(w), "gradient_scaled": gradient(c * w)}


@proof(
    "rate-with-and-without-normalisation",
    title="The largest learning rate, with and without normalisation",
    statement=(
        "For a weight on a feature of mean m and standard deviation s the squared error has the curvature 2 (m² + s²), "
        "so gradient descent bears rates up to 1/(m² + s²); on the normalised feature it bears 1, whatever m and s are."
    ),
    symbols={
        "m": symbol("real in -6..6", "mean of the feature over the batch"),
        "s": symbol("positive in 0.5..8", "its standard deviation"),
    },
    steps={
        "plain": step("1 / (m^2 + s^2)"),
        "normalised": step("1"),
        "ratio": step("normalised / plain"),
    },
    result="plain",
    source="Ioffe & Szegedy, Batch normalization (2015), sec. 3.3 (arXiv 1502.03167)",
    mistakes=[
        mistake("mean-forgotten", "1 / s^2", "The mean of the feature adds to the curvature."),
        mistake("not-squared", "1 / (abs(m) + s)", "The feature enters the squared error squared."),
        mistake("grows-with-the-scale", "m^2 + s^2", "The larger the feature, the smaller the rate that is borne."),
    ],
)
def rate_with_and_without_normalisation(m, s):
    plain = 1 / (m**2 + s**2)
    return {"plain": plain, "normalised": torch.ones_like(plain), "ratio": m**2 + s**2}


@rate_with_and_without_normalisation.oracle(
    "brute-force", "bisection for the largest rate at which descent comes back", tolerance=1e-6, samples=16
)
def _(m, s):
    batch = torch.stack([m - s, m + s])
    normal = torch.nn.functional.batch_norm(batch[:, None], None, None, training=True, eps=1e-12)[:, 0]

    def largest(feature):
        square, low, high = feature.square().mean().item(), 0.0, 64.0
        for _ in range(80):
            rate, w = (low + high) / 2, 1.0
            for _ in range(9):
                w = w - rate * 2 * square * w
            low, high = (rate, high) if abs(w) <= 1 else (low, rate)
        return low

    plain, normalised = largest(batch), largest(normal)
    return {"plain": plain, "normalised": normalised, "ratio": normalised / plain}
