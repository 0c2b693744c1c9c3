"""Proofs for the chapter generalisation-and-overfitting."""

from __future__ import annotations

from quizprep.citations import BISHOP, DEEP_LEARNING, STATISTICAL_LEARNING
from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol


def powers(x, degree):
    """1, x, ... x^degree in the last axis."""
    return x.unsqueeze(-1) ** torch.arange(degree + 1)


def fitted(x, y, degree, penalty=0.0):
    """The polynomial with the least squared error on (x, y), plus a ridge penalty, as a function."""
    features = powers(x, degree)
    ridge = penalty**0.5 * torch.eye(degree + 1)
    system = torch.cat([features, ridge]) if penalty else features
    target = torch.cat([y, torch.zeros(degree + 1)]) if penalty else y
    coefficients = torch.linalg.lstsq(system, target.unsqueeze(-1)).solution.squeeze(-1)
    return lambda inputs: powers(inputs, degree) @ coefficients


@proof(
    "bias-variance-decomposition",
    title="Bias-variance decomposition",
    statement="The expected squared error at a point is squared bias + variance + noise variance.",
    symbols={
        "f": symbol("real", "true value at the point"),
        "g": symbol("vector[n]", "predictions of the models trained on n data sets", aliases=["p", "f_hat"]),
        "sigma": symbol("nonnegative", "standard deviation of the noise", aliases=["σ"]),
    },
    steps={
        "average": step("mean(g)", aliases=["m"]),
        "bias": step("average - f"),
        "squared_bias": step("(average - f)^2", aliases=["bias2"]),
        "spread": step("mean((g - average)^2)", aliases=["V", "variance"]),
        "noise": step("sigma^2"),
        "error": step("squared_bias + spread + noise"),
    },
    source=f"{STATISTICAL_LEARNING}, section 7.3",
    mistakes=[
        mistake(
            "noise-left-out",
            "squared_bias + spread",
            "The noise is left out: its mean is 0, but its mean square is σ².",
        ),
        mistake(
            "average-squared",
            "(f - average^2)^2 + spread + noise",
            "The average prediction is squared before it is subtracted; the bias is E[f̂] − f, squared as a whole.",
        ),
        mistake(
            "bias-the-other-way",
            "f - average",
            "With the other sign, as some texts have it; squared, it is the same.",
            of="bias",
            variant=True,
        ),
        mistake("bias-not-squared", "abs(average - f) + spread + noise", "The bias enters squared."),
        mistake(
            "standard-deviations",
            "squared_bias + std(g) + sigma",
            "Standard deviations are added where variances belong.",
        ),
    ],
    claims=[
        claim("error >= noise", "No model gets below the noise variance."),
    ],
)
def bias_variance_decomposition(f, g, sigma):
    average = g.mean()
    squared_bias = (average - f) ** 2
    spread = ((g - average) ** 2).mean()
    noise = sigma**2
    return {
        "average": average,
        "bias": average - f,
        "squared_bias": squared_bias,
        "spread": spread,
        "noise": noise,
        "error": squared_bias + spread + noise,
    }


@bias_variance_decomposition.oracle("brute-force", "mean squared error over all models and a noise of ±σ")
def _(f, g, sigma):
    observed = torch.stack([f + sigma, f - sigma])
    return (observed.unsqueeze(-1) - g).square().mean()


@proof(
    "generalisation-gap",
    title="Generalisation gap",
    statement="The generalisation gap is the error on unseen data minus the error on the training data.",
    symbols={
        "y": symbol("vector[n]", "training targets"),
        "p": symbol("vector[n]", "predictions for the training inputs"),
        "u": symbol("vector[m]", "test targets"),
        "q": symbol("vector[m]", "predictions for the test inputs"),
    },
    steps={
        "train_error": step("mean((y - p)^2)"),
        "test_error": step("mean((u - q)^2)"),
        "gap": step("test_error - train_error"),
    },
    source=f"{DEEP_LEARNING}, section 5.2",
    mistakes=[
        mistake(
            "reversed",
            "train_error - test_error",
            "The two are swapped: the training error is subtracted from the test error.",
        ),
        mistake(
            "only-the-test-error",
            "test_error",
            "That is the test error itself, not how far it lies above the training error.",
        ),
        mistake("ratio", "test_error / train_error", "A gap is a difference, not a ratio."),
        mistake(
            "sums",
            "sum((u - q)^2) - sum((y - p)^2)",
            "The errors are summed, not averaged: sets of different size cannot be compared so.",
        ),
    ],
)
def generalisation_gap(y, p, u, q):
    train_error = (y - p).square().mean()
    test_error = (u - q).square().mean()
    return {"train_error": train_error, "test_error": test_error, "gap": test_error - train_error}


@generalisation_gap.oracle("operator", "torch.nn.functional.mse_loss")
def _(y, p, u, q):
    mse = torch.nn.functional.mse_loss
    return mse(q, u) - mse(p, y)


@proof(
    "error-differences",
    title="Reading the four errors",
    statement="From the lowest possible error over training and train-dev to dev: each rise has its own cause.",
    symbols={
        "best": symbol("nonnegative", "lowest possible error", aliases=["optimal"]),
        "train": symbol("nonnegative", "training error"),
        "held": symbol(
            "nonnegative", "train-dev error: unseen, but from the training distribution", aliases=["train_dev"]
        ),
        "dev": symbol("nonnegative", "dev error: the distribution that counts"),
    },
    steps={
        "underfit": step("train - best", aliases=["avoidable_bias"]),
        "overfit": step("held - train"),
        "mismatch": step("dev - held"),
        "rises": step("[underfit, overfit, mismatch]"),
    },
    source="Ng, Machine Learning Yearning (2018), chapters 40-41",
    mistakes=[
        mistake(
            "raw-errors",
            "[train, held, dev]",
            "Those are the errors themselves; what matters is how much each adds to the one before.",
        ),
        mistake(
            "all-from-the-best",
            "[train - best, held - best, dev - best]",
            "All are measured from the lowest possible error; each must be measured from the one before it.",
        ),
        mistake(
            "no-train-dev",
            "[train - best, dev - train, 0]",
            "Without the train-dev error a mismatch is taken for overfitting.",
        ),
    ],
)
def error_differences(best, train, held, dev):
    underfit, overfit, mismatch = train - best, held - train, dev - held
    return {
        "underfit": underfit,
        "overfit": overfit,
        "mismatch": mismatch,
        "rises": torch.stack([underfit, overfit, mismatch]),
    }


@error_differences.oracle("operator", "torch.diff")
def _(best, train, held, dev):
    return torch.diff(torch.stack([best, train, held, dev]))


@error_differences.oracle("closed-form", "solving for rises that add up to the errors")
def _(best, train, held, dev):
    return torch.linalg.solve(torch.ones(3, 3).tril(), torch.stack([train, held, dev]) - best)


@proof(
    "three-polynomial-fits",
    title="A line, a degree-4 and a degree-11 polynomial",
    statement=(
        "On 12 noisy points of a cosine (30 sets) the line underfits, degree 11 overfits, and degree 4 predicts best."
    ),
    symbols={},
    steps={
        "noise": step(note="variance of the noise", within=(0.03996, 0.04004)),
        "train_line": step(note="training error of the line", within=(0.49, 0.65)),
        "new_line": step(note="its error on new points", within=(0.525, 0.586)),
        "train_middle": step(note="training error of degree 4", within=(0.015, 0.035)),
        "new_middle": step(note="its error on new points", within=(0.044, 0.064)),
        "train_wiggly": step(note="training error of degree 11"),
        "new_wiggly": step(note="its error on new points", within=(0.44, 3.7)),
    },
    source=f"{BISHOP}, section 1.1",
    claims=[
        claim(
            "train_wiggly < 1e-9 and new_wiggly > 10 * noise",
            "Degree 11 passes through every training point and fails on new ones: overfitting.",
        ),
        claim(
            "train_line > 5 * noise and new_line > 5 * noise",
            "The line fails on training and new points alike: underfitting.",
        ),
        claim(
            "new_middle < new_line / 2 and new_line < new_wiggly / 1.1",
            "Degree 4 predicts new points best, degree 11 worst.",
        ),
        claim("train_wiggly < train_middle and train_middle < train_line", "The training error falls with the degree."),
    ],
    mistakes=[
        mistake(
            "lowest-training-error-wins",
            "new_wiggly < new_middle",
            "The lowest training error does not mean the lowest error on new data.",
        ),
        mistake("simple-never-fails", "new_line < new_middle", "A model that is too simple fails on new data as well."),
    ],
)
def three_polynomial_fits(random):
    deviation, degrees = 0.2, {"line": 1, "middle": 4, "wiggly": 11}
    errors = []
    for _ in range(30):
        x, new_x = torch.linspace(-1, 1, 12), random.uniform(200, low=-1, high=1)
        y, new_y = (torch.cos(torch.pi * each) + deviation * random.normal(len(each)) for each in (x, new_x))
        models = [fitted(x, y, degree) for degree in degrees.values()]
        errors.append(
            [
                (model(inputs) - targets).square().mean()
                for model in models
                for inputs, targets in ((x, y), (new_x, new_y))
            ]
        )
    names = [f"{data}_{name}" for name in degrees for data in ("train", "new")]
    return {"noise": torch.tensor(deviation**2), **dict(zip(names, torch.tensor(errors).mean(dim=0), strict=True))}


@proof(
    "inside-and-outside-the-training-range",
    title="Generalisation needs the same distribution",
    statement="A model that predicts unseen points of the training range well can fail outside of it.",
    symbols={},
    steps={
        "train_error": step(note="error on the 500 training points of [−1, 1]", within=(0.0067, 0.0132)),
        "unseen_error": step(note="error on unseen points of [−1, 1]", within=(0.0073, 0.0133)),
        "outside_error": step(note="error on points of [2, 3]", within=(0, 1.2e6)),
    },
    source=f"{DEEP_LEARNING}, section 5.2",
    claims=[
        claim(
            "abs(unseen_error - train_error) < 0.005 and unseen_error < 0.02",
            "On unseen points of the same distribution the model is as good as on the training points.",
        ),
        claim("outside_error > 30000 * unseen_error", "On another distribution it fails."),
    ],
    mistakes=[
        mistake(
            "good-on-any-data",
            "outside_error < 2 * unseen_error",
            "Generalisation is promised for the distribution of the training data only.",
        ),
    ],
)
def inside_and_outside_the_training_range(random):
    def noisy(x):
        return torch.sin(3 * x) + 0.1 * random.normal(500)  # free: any curve

    # free: any two ranges apart from one another
    x, unseen, outside = (random.uniform(500, low=low, high=high) for low, high in ((-1, 1), (-1, 1), (2, 3)))
    y = noisy(x)
    model = fitted(x, y, 7)
    return {
        "train_error": (model(x) - y).square().mean(),
        "unseen_error": (model(unseen) - noisy(unseen)).square().mean(),
        "outside_error": (model(outside) - noisy(outside)).square().mean(),
    }


@proof(
    "underfitting-and-more-data",
    title="More data does not cure underfitting",
    statement="A line explains nothing of y = x² on [−1, 1], however many points it gets; a parabola explains all.",
    symbols={},
    steps={
        "line_few": step(note="R² of a line on 50 points"),
        "line_many": step(note="R² of a line on 50,000 points"),
        "parabola_few": step(note="R² of a parabola on 50 points"),
    },
    source="Ng, Machine Learning Yearning (2018), chapters 28-31",
    claims=[
        claim("line_many < 0.001", "With 50,000 points the line still explains nothing."),
        claim("line_few < 0.4", "With 50 points the line is poor."),
        claim("parabola_few > 0.999", "One more parameter cures it."),
    ],
    mistakes=[
        mistake("more-data-helps", "line_many > 0.5", "The line is too simple: no amount of data bends it."),
    ],
)
def underfitting_and_more_data(random):
    def r_squared(degree, count):
        x = random.uniform(count, low=-1, high=1)
        y = x**2
        return 1 - (fitted(x, y, degree)(x) - y).square().mean() / y.var(correction=0)

    return {"line_few": r_squared(1, 50), "line_many": r_squared(1, 50_000), "parabola_few": r_squared(2, 50)}


@proof(
    "overfitting-remedies",
    title="What helps against overfitting",
    statement=(
        "Fewer parameters, more data, less noise, a penalty or early stopping: each narrows the gap of a model that "
        "overfits."
    ),
    symbols={},
    steps={
        "base": step(note="gap of degree 11 on 15 points", within=(0.08, 0.43)),
        "fewer": step(note="gap with degree 4", within=(0.0085, 0.18)),
        "more": step(note="gap with 1000 points", within=(-0.015, 0.021)),
        "penalised": step(note="gap with an L2 penalty of 0.1", within=(0.017, 0.14)),
        "cleaner": step(note="gap with a tenth of the noise", within=(0.0007, 0.0048)),
        "stopped": step(
            note="gap of gradient descent, stopped where 15 other points are predicted best", within=(0.011, 0.17)
        ),
        "stopped_error": step(note="its error on new points"),
        "richer": step(note="gap with degree 13", within=(0.71, 12)),
    },
    source=f"{DEEP_LEARNING}, chapters 5 and 7",
    claims=[
        claim("fewer < 0.7 * base", "Fewer parameters narrow the gap."),
        claim("abs(more) < base / 5", "More data narrow the gap."),
        claim("penalised < 0.7 * base", "A penalty narrows the gap."),
        claim("cleaner < base / 30", "Less noise narrows the gap."),
        claim(
            "0 < stopped and stopped < 0.7 * base and stopped_error < 0.25",
            "Stopping early narrows the gap, and the curve is learned.",
        ),
        claim("richer > 1.5 * base", "More parameters widen the gap."),
    ],
    mistakes=[
        mistake("more-parameters-help", "richer < base", "More parameters make overfitting worse."),
    ],
)
def overfitting_remedies(random):
    def gap(degree=11, count=15, penalty=0.0, deviation=0.3, repetitions=12):
        gaps = []
        for _ in range(repetitions):
            x = torch.linspace(-1, 1, count)
            new_x = random.uniform(200, low=-1, high=1)
            # free: any curve that a polynomial of low degree cannot follow
            y, new_y = (torch.sin(3 * each) + deviation * random.normal(len(each)) for each in (x, new_x))
            model = fitted(x, y, degree, penalty)
            gaps.append((model(new_x) - new_y).square().mean() - (model(x) - y).square().mean())
        return torch.stack(gaps).mean()

    def stopped_early(repetitions=12):
        inputs = torch.linspace(-1, 1, 15), random.uniform(15, low=-1, high=1), random.uniform(200, low=-1, high=1)
        # free: any such curve
        targets = [torch.sin(3 * each) + 0.3 * random.normal(repetitions, len(each)) for each in inputs]
        features = [powers(each, 11) for each in inputs]
        weights, best, lowest = torch.zeros(repetitions, 12), torch.zeros(repetitions, 12), torch.inf
        for _ in range(300):
            weights = weights - 0.2 * (weights @ features[0].T - targets[0]) @ features[0] / 15
            held_out = (weights @ features[1].T - targets[1]).square().mean(dim=1, keepdim=True)
            best, lowest = torch.where(held_out < lowest, weights, best), held_out.clamp(max=lowest)
        train, _, new = (
            (best @ each.T - target).square().mean() for each, target in zip(features, targets, strict=True)
        )
        return new - train, new

    stopped, stopped_error = stopped_early()
    return {
        "base": gap(),
        "fewer": gap(degree=4),
        "more": gap(count=1000),
        "penalised": gap(penalty=0.1),
        "cleaner": gap(deviation=0.03),
        "stopped": stopped,
        "stopped_error": stopped_error,
        "richer": gap(degree=13),
    }


@proof(
    "bias-and-variance-by-degree",
    title="Bias and variance by degree",
    statement=(
        "Redraw the noise and fit again: a line is off on average (bias), degree 9 scatters from fit to fit (variance)."
    ),
    symbols={},
    steps={
        "bias_1": step(note="squared bias of degree 1", within=(0.408, 0.4144)),
        "variance_1": step(note="variance of degree 1", within=(0.0065, 0.0112)),
        "bias_3": step(note="squared bias of degree 3", within=(0.0336, 0.0368)),
        "variance_3": step(note="variance of degree 3", within=(0.0138, 0.0196)),
        "bias_9": step(note="squared bias of degree 9", within=(1.5e-5, 0.0011)),
        "variance_9": step(note="variance of degree 9", within=(0.037, 0.049)),
    },
    source=f"{BISHOP}, section 3.2",
    claims=[
        claim("variance_1 < variance_3 and variance_3 < variance_9", "The variance grows with the degree."),
        claim("bias_1 > 10 * bias_3 and bias_1 > 300 * bias_9", "Only the line has a large bias."),
    ],
    mistakes=[
        mistake(
            "one-model-has-both-lowest",
            "bias_1 < bias_9 and variance_1 < variance_9",
            "The simplest model has the lowest variance and the largest bias.",
        ),
    ],
)
def bias_and_variance_by_degree(random):
    x, grid = torch.linspace(-2, 2, 20), torch.linspace(-2, 2, 101)
    results = {}
    targets = torch.sin(2 * x) + 0.3 * random.normal(300, 20)
    for degree in (1, 3, 9):
        predict = powers(grid, degree) @ torch.linalg.pinv(powers(x, degree))
        predictions = targets @ predict.T
        results[f"bias_{degree}"] = (predictions.mean(dim=0) - torch.sin(2 * grid)).square().mean()
        results[f"variance_{degree}"] = predictions.var(dim=0).mean()
    return results


@proof(
    "noise-features-fit-noise",
    title="As many features as samples",
    statement="With as many features as samples least squares explains pure noise perfectly, and predicts nothing.",
    symbols={},
    steps={
        "few": step(note="training R² with 5 noise features and 30 samples", within=(0, 0.73)),
        "half": step(note="training R² with 15", within=(0.1, 1.8)),
        "full": step(note="training R² with 30"),
        "new": step(note="R² on new samples with 30"),
    },
    source=f"{STATISTICAL_LEARNING}, section 18.1",
    claims=[
        claim("few < half and half < full and full > 0.999999", "The training score climbs to 1."),
        claim("new < 0", "On new samples it is worse than predicting the mean."),
    ],
    mistakes=[
        mistake("a-perfect-fit-found-something", "new > 0.5", "There was nothing to find: the target is noise."),
    ],
)
def noise_features_fit_noise(random):
    # free: noise of any size
    x, y, new_x, new_y = random.normal(30, 30), random.normal(30), random.normal(500, 30), random.normal(500)

    def r_squared(inputs, targets, weights):
        return 1 - (inputs @ weights - targets).square().sum() / targets.square().sum()

    weights = [torch.linalg.lstsq(x[:, :count], y.unsqueeze(1)).solution.squeeze(1) for count in (5, 15, 30)]
    few, half, full = (r_squared(x[:, : len(weight)], y, weight) for weight in weights)
    return {"few": few, "half": half, "full": full, "new": r_squared(new_x, new_y, weights[-1])}


@proof(
    "penalty-that-is-too-strong",
    title="A penalty that is too strong",
    statement=(
        "A polynomial that could follow a sine underfits under a strong penalty; a weaker penalty cures that, "
        "more data do not."
    ),
    symbols={},
    steps={
        "train_strong": step(note="training error with the strong penalty on 40 points", within=(0.21, 0.57)),
        "new_strong": step(note="error on new points with the strong penalty", within=(0.28, 0.51)),
        "new_weaker": step(note="the same with a penalty 10,000 times weaker", within=(0.025, 0.072)),
        "train_more_data": step(note="training error with the strong penalty on 4000 points"),
        "new_more_data": step(note="the same with the strong penalty on 4000 points", within=(0.33, 0.47)),
        "new_stronger": step(note="the same with a penalty ten times as strong", within=(0.42, 0.66)),
        "noise": step(note="variance of the noise", within=(0.03996, 0.04004)),
    },
    result="new_weaker",
    source=f"{DEEP_LEARNING}, section 5.2.2 and figure 5.5",
    claims=[
        claim("train_strong > 3 * noise and new_strong > 3 * noise", "Both errors are high: the model underfits."),
        claim("abs(new_weaker / noise - 1) < 0.4", "The weaker penalty cures it."),
        claim(
            "abs(new_more_data - train_more_data) < 0.03", "With many points, errors on new ones are as in training."
        ),
        claim(
            "new_more_data > 3 * noise and new_stronger > new_strong", "More data do not, and more penalty is worse."
        ),
    ],
    mistakes=[
        mistake("a-penalty-always-helps", "new_stronger < new_weaker", "A penalty helps against overfitting only."),
        mistake(
            "more-data-help", "new_more_data < 2 * noise", "The penalty holds the model back on any amount of data."
        ),
    ],
)
def penalty_that_is_too_strong(random):
    deviation, new_x = 0.2, torch.linspace(-1, 1, 4000)

    def errors(penalty, count):
        x = torch.linspace(-1, 1, count)
        y = torch.sin(3 * x) + deviation * random.normal(count)
        model = fitted(x, y, 5, penalty * count)  # the penalty is weighed against the mean of the squared errors
        new_y = torch.sin(3 * new_x) + deviation * random.normal(4000)
        return (model(x) - y).square().mean(), (model(new_x) - new_y).square().mean()

    train_strong, new_strong = errors(1.0, 40)
    train_more_data, new_more_data = errors(1.0, 4000)
    return {
        "train_strong": train_strong,
        "new_strong": new_strong,
        "new_weaker": errors(1e-4, 40)[1],
        "train_more_data": train_more_data,
        "new_more_data": new_more_data,
        "new_stronger": errors(10.0, 40)[1],
        "noise": torch.tensor(deviation**2),
    }
