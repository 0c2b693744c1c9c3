"""Proofs for the chapter model-selection."""

from __future__ import annotations

from quizprep.citations import DEEP_LEARNING, STATISTICAL_LEARNING
from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "memorising-random-labels",
    title="A perfect training score without learning",
    statement=(
        "1-nearest-neighbour is right on all training points even if the labels are coin flips; "
        "on fresh points it guesses."
    ),
    symbols={},
    steps={
        "train_score": step(note="accuracy on the 200 training points", within=(1, 1)),
        "test_score": step(note="accuracy on 1000 fresh points", within=(0.43, 0.58)),
    },
    source=f"{STATISTICAL_LEARNING}, sections 2.3.2 and 7.2",
    claims=[
        claim("train_score == 1", "Every training point is its own nearest neighbour."),
        claim("0.4 < test_score and test_score < 0.6", "On fresh points it is no better than chance."),
    ],
    mistakes=[
        mistake(
            "training-score-tells",
            "abs(train_score - test_score) < 0.2",
            "The training score says nothing about fresh data here.",
        ),
    ],
)
def memorising_random_labels(random):
    train, train_labels = random.uniform(200, 2), random.integers(2, 200)  # free: any points
    fresh, fresh_labels = random.uniform(1000, 2), random.integers(2, 1000)  # free: any points

    def score(points, labels):
        nearest = torch.cdist(points, train).argmin(dim=1)
        return (train_labels[nearest] == labels).double().mean()

    return {"train_score": score(train, train_labels), "test_score": score(fresh, fresh_labels)}


@proof(
    "split-sizes",
    title="Sizes of a train/validation/test split",
    statement="The test part is set aside first; the validation part is taken from what is left.",
    symbols={
        "n": symbol("positive-count in 20..1000", "number of samples"),
        "t": symbol("open-probability in 0.05..0.5", "share set aside for testing"),
        "v": symbol("open-probability in 0.05..0.5", "share of the rest used for validation"),
    },
    steps={
        "test_rows": step("n t"),
        "rest": step("n - test_rows"),
        "validation_rows": step("rest v"),
        "train_rows": step("rest - validation_rows"),
    },
    source=f"{STATISTICAL_LEARNING}, section 7.2",
    mistakes=[
        mistake(
            "both-from-all",
            "n - n t - n v",
            "The validation share is taken of all samples; it applies to what is left after the test part.",
        ),
        mistake("test-part-used", "n (1 - v)", "The test part is still in the training data."),
        mistake("validation-part-used", "n (1 - t)", "The validation part is still in the training data."),
        mistake("validation-size", "n (1 - t) v", "That is the size of the validation part."),
    ],
)
def split_sizes(n, t, v):
    test_rows = n * t
    rest = n - test_rows
    validation_rows = rest * v
    return {
        "test_rows": test_rows,
        "rest": rest,
        "validation_rows": validation_rows,
        "train_rows": rest - validation_rows,
    }


@split_sizes.oracle("closed-form", "the chance to escape both draws")
def _(n, t, v):
    return n * torch.exp(torch.log1p(-t) + torch.log1p(-v))


@split_sizes.oracle("simulation", "40,000 rows that are drawn or not", tolerance=0.03, samples=16)
def _(n, t, v):
    chance = torch.rand(2, 40_000, generator=torch.Generator().manual_seed(0), device="cpu")
    return n * ((chance[0] > t.cpu()) & (chance[1] > v.cpu())).double().mean()


@proof(
    "k-fold-counts",
    title="Counting in k-fold cross-validation",
    statement="In k-fold cross-validation each of the k fits trains on k − 1 folds and validates on the one left out.",
    symbols={
        "n": symbol("positive-count in 2..240", "number of samples"),
        "k": symbol("positive-count in 2..12", "number of folds"),
    },
    where=["mod(n, k) = 0"],
    steps={
        "fits": step("k"),
        "validation_rows": step("n / k"),
        "train_rows": step("n - validation_rows"),
        "rows_trained": step("fits * train_rows"),
    },
    result="train_rows",
    source=f"{STATISTICAL_LEARNING}, section 7.10",
    mistakes=[
        mistake("validation-fold", "n / k", "That is the fold that is left out for validation."),
        mistake("one-row-left-out", "n - 1", "That is leave-one-out; here a whole fold is left out."),
        mistake("all-rows", "n", "A model trained on all rows has nothing left to be validated on."),
        mistake("k-rows-left-out", "n - k", "k is the number of folds, not the size of one."),
    ],
)
def k_fold_counts(n, k):
    validation_rows = n / k
    train_rows = n - validation_rows
    return {
        "fits": k + 0.0,
        "validation_rows": validation_rows,
        "train_rows": train_rows,
        "rows_trained": k * train_rows,
    }


@k_fold_counts.oracle("brute-force", "dealing the rows into folds and counting")
def _(n, k):
    folds = [set(range(start, int(n), int(k))) for start in range(int(k))]
    trainings = [set(range(int(n))) - fold for fold in folds]
    count = torch.tensor(float(len(trainings[0])))
    total = torch.tensor(float(sum(map(len, trainings))))
    return {"fits": torch.tensor(float(len(folds))), "train_rows": count, "rows_trained": total}


@proof(
    "leave-one-out-score",
    title="A cross-validation score by hand",
    statement="Each value is predicted by the mean of the others; the score is the average of the k validation errors.",
    symbols={"y": symbol("vector[n]", "targets, one a fold")},
    steps={
        "predictions": step("(sum(y) - y) / (len(y) - 1)"),
        "errors": step("(y - predictions)^2"),
        "score": step("mean(errors)"),
    },
    source=f"{STATISTICAL_LEARNING}, section 7.10",
    mistakes=[
        mistake(
            "training-error",
            "mean((y - mean(y))^2)",
            "The model has seen the value that it is validated on: that is the training error.",
        ),
        mistake("summed", "sum(errors)", "The k errors must be averaged, not summed."),
        mistake("best-fold", "min(errors)", "The best fold is picked; the score is the average over all folds."),
    ],
    claims=[
        claim(
            "score > mean((y - mean(y))^2) or max(y) - min(y) < 1e-6",
            "The cross-validation error is larger than the training error.",
        ),
    ],
)
def leave_one_out_score(y):
    predictions = (y.sum() - y) / (len(y) - 1)
    errors = (y - predictions) ** 2
    return {"predictions": predictions, "errors": errors, "score": errors.mean()}


@leave_one_out_score.oracle("brute-force", "a loop that leaves one value out", samples=32)
def _(y):
    values = y.tolist()
    held_out = []
    for index, value in enumerate(values):
        others = values[:index] + values[index + 1 :]
        held_out.append((value - sum(others) / len(others)) ** 2)
    return torch.tensor(held_out).mean()


@leave_one_out_score.oracle("closed-form", "(n / (n − 1))² times the training error")
def _(y):
    return y.var(correction=0) * (len(y) / (len(y) - 1)) ** 2


@proof(
    "learned-parameters",
    title="What is learned in a two-layer network",
    statement="Weights and biases are learned; sizes, learning rate, batch size and epochs are set before training.",
    symbols={
        "d": symbol("size in 1..12", "inputs"),
        "h": symbol("size in 1..12", "hidden neurons"),
        "k": symbol("size in 1..12", "outputs"),
    },
    steps={
        "weights": step("d h + h k"),
        "biases": step("h + k"),
        "parameters": step("weights + biases"),
    },
    source=f"{DEEP_LEARNING}, sections 5.3 and 6.3",
    mistakes=[
        mistake("no-biases", "d h + h k", "The biases are learned as well."),
        mistake("neurons", "d + h + k", "Neurons are counted; every connection has a weight of its own."),
        mistake(
            "hyperparameters-counted",
            "weights + biases + 3",
            "The three sizes are hyperparameters: set before training, not learned.",
        ),
        mistake(
            "biases-at-the-input", "weights + d + h", "Inputs have no biases; hidden and output neurons have them."
        ),
    ],
)
def learned_parameters(d, h, k):
    weights, biases = torch.tensor(d * h + h * k + 0.0), torch.tensor(h + k + 0.0)
    return {"weights": weights, "biases": biases, "parameters": weights + biases}


@learned_parameters.oracle("operator", "torch.nn.Sequential(...).parameters()")
def _(d, h, k):
    network = torch.nn.Sequential(torch.nn.Linear(d, h), torch.nn.ReLU(), torch.nn.Linear(h, k))
    return torch.tensor(sum(parameter.numel() for parameter in network.parameters()) + 0.0)


@proof(
    "what-training-changes",
    title="What training changes",
    statement="Gradient descent changes weight and bias; the learning rate stays as it was set.",
    symbols={},
    steps={
        "weight_change": step(note="largest change of a weight in 20 steps", within=(1.55, 2.18)),
        "bias_change": step(note="change of the bias"),
        "rate_change": step(note="change of the learning rate that the optimiser holds"),
        "loss_change": step(note="change of the loss", within=(-26, -3)),
        "slow_loss": step(note="loss after 20 steps with a rate 100 times smaller", within=(4, 23)),
        "loss": step(note="loss after 20 steps"),
    },
    source=f"{DEEP_LEARNING}, section 5.3",
    claims=[
        claim("abs(weight_change - 2) < 0.5 and abs(bias_change - 3) < 0.5", "Weight and bias are learned."),
        claim("rate_change == 0", "The learning rate is not."),
        claim("slow_loss > 50 * loss", "Yet the result depends on it."),
    ],
    mistakes=[
        mistake("rate-is-learned", "rate_change != 0", "The learning rate is set by the user."),
        mistake("rate-does-not-matter", "abs(slow_loss - loss) < loss", "The rate decides how far training gets."),
    ],
)
def what_training_changes(random):
    x = random.normal(50, 2)
    y = x @ torch.tensor([2.0, -1.0]) + 3

    def train(rate):
        model = torch.nn.Linear(2, 1)
        model.weight.data, model.bias.data = torch.zeros(1, 2), torch.zeros(1)
        optimiser = torch.optim.SGD(model.parameters(), lr=rate)

        def loss():
            return (model(x).squeeze(1) - y).square().mean()

        first_loss = loss().detach()
        for _ in range(20):
            optimiser.zero_grad()
            loss().backward()
            optimiser.step()
        (group,) = optimiser.param_groups
        last_loss = loss().detach()
        return (
            model.weight.detach().abs().max(),
            model.bias.detach().abs().max(),
            torch.tensor(group["lr"] - rate),
            last_loss - first_loss,
            last_loss,
        )

    rate = 0.1
    *changes, loss = train(rate)
    names = ("weight_change", "bias_change", "rate_change", "loss_change")
    return {**dict(zip(names, changes, strict=True)), "slow_loss": train(rate / 100)[-1], "loss": loss}


@proof(
    "grid-search-fits",
    title="Cost of a grid search",
    statement="A grid search trains once for every combination and fold: the numbers of values multiply.",
    symbols={
        "m": symbol("vector[h] of positive-count in 1..5", "number of values of each hyperparameter"),
        "k": symbol("positive-count in 1..10", "folds of the cross-validation"),
    },
    steps={
        "combinations": step("prod(m)"),
        "fits": step("k combinations"),
    },
    source="Bergstra and Bengio, Random Search for Hyper-Parameter Optimization (JMLR 2012), section 1",
    mistakes=[
        mistake(
            "values-added",
            "k sum(m)",
            "The numbers of values are added; every value meets every other, so they multiply.",
        ),
        mistake("folds-forgotten", "prod(m)", "Each combination is trained once a fold."),
        mistake("folds-added", "prod(m) + k", "The folds multiply the fits."),
        mistake("one-fold-short", "(k - 1) prod(m)", "Each combination is validated on all k folds."),
    ],
)
def grid_search_fits(m, k):
    combinations = m.prod()
    return {"combinations": combinations, "fits": k * combinations}


@grid_search_fits.oracle("brute-force", "torch.cartesian_prod", samples=24)
def _(m, k):
    lists = [torch.arange(int(count)) for count in (*m.tolist(), float(k))]
    return torch.tensor(float(len(torch.cartesian_prod(*lists))))


@proof(
    "log-uniform-share",
    title="Searching a learning rate on a log scale",
    statement="Log-uniform draws spread evenly over the decades; uniform draws nearly all land in the highest one.",
    symbols={
        "a": symbol("positive in 1e-5..1e-3", "lower end"),
        "b": symbol("positive in 0.5..2", "upper end"),
        "c": symbol("positive in 1e-3..0.5", "threshold"),
    },
    steps={
        "uniform_share": step("(c - a) / (b - a)"),
        "log_share": step("log(c / a) / log(b / a)"),
    },
    source="Bergstra and Bengio, Random Search for Hyper-Parameter Optimization (JMLR 2012), section 2",
    mistakes=[
        mistake("uniform", "(c - a) / (b - a)", "That is the share of uniform draws."),
        mistake("above", "1 - log(c / a) / log(b / a)", "That is the share above the threshold."),
        mistake("plain-logarithms", "log(c) / log(b / a)", "The logarithm of the lower end must be subtracted."),
    ],
)
def log_uniform_share(a, b, c):
    return {"uniform_share": (c - a) / (b - a), "log_share": torch.log(c / a) / torch.log(b / a)}


@log_uniform_share.oracle("operator", "torch.distributions.Uniform(...).cdf")
def _(a, b, c):
    uniform = torch.distributions.Uniform
    return {"uniform_share": uniform(a, b).cdf(c), "log_share": uniform(a.log10(), b.log10()).cdf(c.log10())}


@log_uniform_share.oracle("simulation", "20,000 draws", tolerance=0.02, samples=8)
def _(a, b, c):
    generator = torch.Generator().manual_seed(0)
    exponent = a.log10().cpu() + (b / a).log10().cpu() * torch.rand(20_000, generator=generator, device="cpu")
    return (10**exponent < c.cpu()).double().mean()


@proof(
    "best-of-many-on-one-test-set",
    title="Choosing by the test set",
    statement=(
        "The best of 1000 guessing models on a test set of 50 looks good there and is no better than chance elsewhere."
    ),
    symbols={},
    steps={
        "test_score": step(note="test accuracy of the chosen model", within=(0.57, 0.86)),
        "fresh_score": step(note="its accuracy on 5000 fresh samples", within=(0.47, 0.537)),
        "first_score": step(note="mean test accuracy of all the models", within=(0.485, 0.513)),
    },
    source=f"{STATISTICAL_LEARNING}, sections 7.2 and 7.10.2",
    claims=[
        claim("test_score > 0.62", "The chosen model looks good on the test set."),
        claim("abs(fresh_score - 0.5) < 0.04", "On fresh samples it guesses."),
        claim("abs(first_score - 0.5) < 0.02", "Without a choice the test set tells the truth."),
    ],
    mistakes=[
        mistake(
            "test-score-stays-fair",
            "test_score < fresh_score + 0.05",
            "A test score by which the model was chosen is too good.",
        ),
    ],
)
def best_of_many_on_one_test_set(random):
    models = random.normal(8, 1000)  # 1000 linear rules that were never trained

    def scores(rules, count):  # the labels are coin flips, so that no rule can be better than guessing
        # free: nothing can be learned from any inputs
        inputs, labels = random.normal(count, 8), random.integers(2, count)
        # free: a guess is as good as its opposite
        return ((inputs @ rules > 0) == labels.unsqueeze(1)).double().mean(dim=0)

    on_test = scores(models, 50)
    best = on_test.argmax()
    return {
        "test_score": on_test[best],
        "fresh_score": scores(models[:, [best]], 5000)[0],
        "first_score": on_test.mean(),
    }


@proof(
    "choosing-the-penalty",
    title="Tuning a penalty",
    statement="The training error always prefers no penalty; only validation data show which one predicts best.",
    symbols={},
    steps={
        "train_weak": step(note="training error, λ = 0.001", within=(0.45, 1.05)),
        "train_middle": step(note="training error, λ = 10", within=(0.87, 1.55)),
        "train_strong": step(note="training error, λ = 10,000", within=(3.6, 7)),
        "validation_weak": step(note="validation error, λ = 0.001", within=(4.6, 9.8)),
        "validation_middle": step(note="validation error, λ = 10", within=(3, 4.4)),
        "validation_strong": step(note="validation error, λ = 10,000", within=(3.8, 7.2)),
    },
    source=f"{STATISTICAL_LEARNING}, sections 3.4.1 and 7.2",
    claims=[
        claim(
            "train_weak < train_middle and train_middle < train_strong",
            "The training error prefers the weakest penalty.",
        ),
        claim(
            "1.1 * validation_middle < min(validation_weak, validation_strong)",
            "The validation error prefers the one in the middle.",
        ),
    ],
    mistakes=[
        mistake(
            "tune-on-training-data",
            "validation_weak < validation_middle",
            "Tuned on the training data, the penalty always ends at its weakest value.",
        ),
    ],
)
def choosing_the_penalty(random):
    penalties = {"weak": 1e-3, "middle": 10.0, "strong": 1e4}  # free: three that lie far apart
    errors = []
    for _ in range(20):
        true_weight = random.normal(20) * 0.4
        x, new_x = random.normal(30, 20), random.normal(100, 20)  # free: any inputs of a size
        y, new_y = (each @ true_weight + 1.5 * random.normal(len(each)) for each in (x, new_x))
        weights = [torch.linalg.solve(x.T @ x + penalty * torch.eye(20), x.T @ y) for penalty in penalties.values()]
        errors.append(
            [
                (each @ weight - target).square().mean()
                for each, target in ((x, y), (new_x, new_y))
                for weight in weights
            ]
        )
    names = [f"{data}_{name}" for data in ("train", "validation") for name in penalties]
    return dict(zip(names, torch.tensor(errors).mean(dim=0), strict=True))


@proof(
    "scatter-of-validation-scores",
    title="Scatter of validation scores",
    statement=(
        "Over redrawn data sets the mean score of 5 folds scatters less than one hold-out score, "
        "for five fits instead of one."
    ),
    symbols={},
    steps={
        "holdout_scatter": step(note="standard deviation of a hold-out score (10 of 50)", within=(0.38, 0.64)),
        "folds_scatter": step(note="standard deviation of the mean of 5 folds", within=(0.2, 0.276)),
        "holdout_mean": step(note="mean hold-out score", within=(0.98, 1.21)),
        "folds_mean": step(note="mean 5-fold score", within=(1.033, 1.132)),
    },
    source=f"{STATISTICAL_LEARNING}, section 7.10",
    claims=[
        claim("folds_scatter < 0.7 * holdout_scatter", "The averaged score scatters less."),
        claim("abs(folds_mean - holdout_mean) < 0.15", "Both estimate the same error."),
    ],
    mistakes=[
        mistake(
            "cross-validation-lowers-the-error",
            "folds_mean < 0.8 * holdout_mean",
            "Cross-validation measures the error more steadily; it does not make the model better.",
        ),
    ],
)
def scatter_of_validation_scores(random):
    x = random.normal(400, 50, 3)
    y = x.sum(dim=2) + random.normal(400, 50)
    scores = []
    for fold in range(5):
        held = torch.arange(50) % 5 == fold
        weights = torch.linalg.lstsq(x[:, ~held], y[:, ~held].unsqueeze(2)).solution
        scores.append((x[:, held] @ weights - y[:, held].unsqueeze(2)).square().mean(dim=(1, 2)))
    single, averaged = scores[0], torch.stack(scores).mean(dim=0)
    return {
        "holdout_scatter": single.std(),
        "folds_scatter": averaged.std(),
        "holdout_mean": single.mean(),
        "folds_mean": averaged.mean(),
    }


@proof(
    "who-is-validated",
    title="Folds and random hold-out sets",
    statement=(
        "The k folds of 200 shuffled samples validate each exactly once; k random hold-out sets of the same size miss "
        "some samples and use others repeatedly."
    ),
    symbols={"k": symbol("size in 4..10", "folds, or random hold-out sets")},
    steps={
        "least_folds": step(note="how often the rarest sample is validated, folds", within=(1, 1)),
        "most_folds": step(note="how often the most frequent one is", within=(1, 1)),
        "least_random": step(note="the rarest one, random hold-out sets"),
        "missed_random": step(note="share of the samples that random hold-out sets never validate"),
        "most_random": step(note="the most frequent one"),
    },
    result="most_folds",
    source=f"{STATISTICAL_LEARNING}, section 7.10",
    vectorized=False,
    claims=[
        claim("least_folds = 1 and most_folds = 1", "Every sample is validated once."),
        claim("abs(missed_random - (1 - 1 / k)^k) < 0.2", "A share of (1 − 1/k)^k is missed."),
        claim("least_random = 0 and most_random > 1", "By chance some never are, and some repeatedly."),
    ],
    mistakes=[
        mistake("holdout-does-the-same", "least_random = 1 and most_random = 1", "Random sets overlap and leave gaps."),
        mistake("k-times", "most_folds > 1", "A sample is validated once and trained on k − 1 times."),
    ],
)
def who_is_validated(k, random):
    def counts(sets):
        return torch.cat(sets).bincount(minlength=200)

    folds = counts(list(random.permutation(200).tensor_split(k)))  # free: folds validate each once in any order
    holdouts = counts([random.permutation(200)[: 200 // k] for _ in range(k)])
    return {
        "least_folds": folds.min(),
        "most_folds": folds.max(),
        "least_random": holdouts.min(),
        "missed_random": (holdouts == 0).double().mean(),
        "most_random": holdouts.max(),
    }


@proof(
    "grid-and-random-search",
    title="Grid and random search",
    statement=(
        "Where only one of two hyperparameters matters, 25 random trials test 25 values of it and a 5 × 5 grid five, "
        "so the best random trial is usually nearer to the optimum."
    ),
    symbols={},
    steps={
        "values_grid": step(note="different values of the hyperparameter that matters, grid", within=(5, 5)),
        "values_random": step(note="the same, random trials", within=(25, 25)),
        "gap_grid": step(
            note="mean distance of the best trial from the optimum over 500 problems, grid", within=(0.046, 0.0552)
        ),
        "gap_random": step(note="the same, random trials", within=(0.014, 0.025)),
    },
    result="gap_random",
    source="Bergstra & Bengio, Random Search for Hyper-Parameter Optimization (2012), section 1 and figure 1",
    claims=[
        claim("values_grid = 5 and values_random = 25", "The grid repeats the same five values."),
        claim("gap_random < 0.6 * gap_grid", "Random trials come nearer to the optimum."),
    ],
    mistakes=[
        mistake(
            "grid-is-thorough",
            "gap_grid < gap_random",
            "Five of the grid's trials differ only in the hyperparameter that does not matter.",
        ),
    ],
)
def grid_and_random_search(random):
    optima = random.uniform(500, 1)  # of the one that matters, in [0, 1]
    grid = torch.cartesian_prod(torch.linspace(0.1, 0.9, 5), torch.linspace(0.1, 0.9, 5))[:, 0]
    trials = random.uniform(500, 25, 2)[:, :, 0]
    return {
        "values_grid": float(len(grid.unique())),
        "values_random": float(len(trials[0].unique())),
        "gap_grid": (grid - optima).abs().amin(dim=1).mean(),
        "gap_random": (trials - optima).abs().amin(dim=1).mean(),
    }


@proof(
    "price-of-held-out-samples",
    title="The price of holding samples out",
    statement=(
        "Least squares with d features and n samples has the expected error s (1 + d / (n − d − 1)) on new data: "
        "every sample that is held out makes the fitted model worse."
    ),
    symbols={
        "n": symbol("positive-count in 4..120", "number of samples"),
        "h": symbol("count in 0..90", "samples held out"),
        "d": symbol("positive-count in 1..12", "features, without intercept"),
        "s": symbol("positive in 0.5..4", "variance of the noise"),
    },
    where=["n - h > d + 1"],
    steps={
        "train_rows": step("n - h"),
        "full_error": step("s (1 + d / (n - d - 1))"),
        "error": step("s (1 + d / (train_rows - d - 1))"),
        "price": step("error - full_error"),
    },
    result="error",
    source="Breiman & Freedman, How Many Variables Should Be Entered in a Regression Equation? (JASA, 1983)",
    mistakes=[
        mistake("nothing-held-out", "full_error", "That is the error of a model trained on all samples."),
        mistake("noise-only", "s", "That is reached with infinitely many training samples only."),
        mistake(
            "held-out-rows-counted", "s (1 + d / (h + d + 1))", "The samples that train count, not those held out."
        ),
    ],
    claims=[claim("price >= 0", "Holding out never makes the fitted model better.")],
)
def price_of_held_out_samples(n, h, d, s):
    train_rows = n - h
    full_error, error = s * (1 + d / (n - d - 1)), s * (1 + d / (train_rows - d - 1))
    return {"train_rows": train_rows, "full_error": full_error, "error": error, "price": error - full_error}


@price_of_held_out_samples.oracle(
    "closed-form", "the mean of the inverse Wishart distribution, from moments of the chi-squared", tolerance=1e-6
)
def _(n, h, d, s):
    def error(rows):
        # an entry on the diagonal of (XᵀX)⁻¹ is one over a chi-squared number with rows - d + 1 degrees of freedom
        half = (rows - d + 1) / 2
        inverse_mean = torch.exp(torch.lgamma(half - 1) - torch.lgamma(half)) / 2
        return s + s * d * inverse_mean

    return {"full_error": error(n), "error": error(n - h)}


@proof(
    "refit-after-cross-validation",
    title="After cross-validation: train once more on everything",
    statement=(
        "With the penalty that 3 folds have chosen, a model trained on all training data predicts better than the fold "
        "models, also than the luckiest of them."
    ),
    symbols={},
    steps={
        "fold_error": step(note="true error of the three fold models, mean over 300 data sets", within=(1.49, 1.64)),
        "lucky_error": step(note="true error of the fold model with the best validation score", within=(1.4, 1.59)),
        "refit_error": step(note="true error of a model trained on all training data", within=(1.32, 1.47)),
    },
    result="refit_error",
    source=f"{STATISTICAL_LEARNING}, section 7.10",
    claims=[
        claim("1.02 * refit_error < fold_error", "More training data make the better model."),
        claim("lucky_error < fold_error", "A good score is a sign of a good model, if a weak one."),
        claim("1.02 * refit_error < lucky_error", "The best validation score of a fold is mostly luck."),
    ],
    mistakes=[
        mistake(
            "keep-the-luckiest", "lucky_error < refit_error", "A good score on one fold is luck for the most part."
        ),
    ],
)
def refit_after_cross_validation(random):
    count, rows, width = 300, 30, 8
    weight = random.normal(count, width, 1) / 2
    x = random.normal(count, rows, width)
    y = x @ weight + random.normal(count, rows, 1)
    penalties = (1.0, 30.0)  # free: two that lie far apart

    def ridge(inputs, targets, penalty):
        gram = inputs.mT @ inputs + penalty * torch.eye(width)
        return torch.linalg.solve(gram, inputs.mT @ targets)

    def true_error(fit):  # features and noise have variance 1
        return 1 + (fit - weight).square().sum(dim=(1, 2))

    def folds(penalty):
        scores, errors = [], []
        for fold in range(3):
            held = torch.arange(rows) % 3 == fold
            fit = ridge(x[:, ~held], y[:, ~held], penalty)
            scores.append((x[:, held] @ fit - y[:, held]).square().mean(dim=(1, 2)))
            errors.append(true_error(fit))
        return torch.stack(scores), torch.stack(errors)

    tried = [folds(penalty) for penalty in penalties]
    scores = torch.stack([score for score, _ in tried])  # [penalty, fold, data set]
    errors = torch.stack([error for _, error in tried])
    chosen, each = scores.mean(dim=1).argmin(dim=0), torch.arange(count)
    luckiest = scores[chosen, :, each].argmin(dim=1)
    refits = torch.stack([true_error(ridge(x, y, penalty)) for penalty in penalties])
    return {
        "fold_error": errors[chosen, :, each].mean(),
        "lucky_error": errors[chosen, luckiest, each].mean(),
        "refit_error": refits[chosen, each].mean(),
    }


@proof(
    "expected-improvement",
    title="Expected improvement",
    statement=(
        "Bayesian optimisation tries next where a model of the score, with mean m and deviation s, promises "
        "the largest expected gain over the best score so far."
    ),
    symbols={
        "m": symbol("vector[k] of real in -2..2", "predicted mean score of each candidate", aliases=["mu", "μ"]),
        "s": symbol("vector[k] of positive in 0.5..3", "uncertainty of each prediction", aliases=["sigma", "σ"]),
        "best": symbol("real in -2..2", "best score found so far (higher is better)"),
    },
    steps={
        "z": step("(m - best) / s"),
        "improvement": step("(m - best) * normal_cdf(z) + s * normal_pdf(z)", aliases=["EI"]),
    },
    source="Jones, Schonlau & Welch, Efficient Global Optimization (Journal of Global Optimization, 1998), section 4.1",
    mistakes=[
        mistake(
            "mean-only", "relu(m - best)", "The uncertainty is left out: a candidate may turn out better than its mean."
        ),
        mistake("probability", "normal_cdf(z)", "That is how likely a gain is, not how large it is to be expected."),
        mistake("uncertainty-only", "s + 0 m", "That explores the unknown only, however poor it is expected to be."),
        mistake("losses-counted", "m - best", "A worse result loses nothing, for the best so far is kept."),
    ],
    claims=[claim("min(improvement) > -1e-12", "Trying a candidate never lowers the best score.")],
)
def expected_improvement(m, s, best):
    z = (m - best) / s
    density = torch.exp(-z.square() / 2) / (2 * torch.pi) ** 0.5
    return {"z": z, "improvement": (m - best) * torch.special.ndtr(z) + s * density}


@expected_improvement.oracle(
    "brute-force", "the gain, weighted by the density on a fine grid", tolerance=1e-5, samples=16
)
def _(m, s, best):
    steps = (torch.arange(20_000) + 0.5) / 20_000 * 20 - 10
    scores = m.unsqueeze(1) + s.unsqueeze(1) * steps
    density = torch.exp(-steps.square() / 2) / (2 * torch.pi) ** 0.5
    return ((scores - best).clamp(min=0) * density).sum(dim=1) * 20 / 20_000


@proof(
    "selection-outside-cross-validation",
    title="Choosing features outside of cross-validation",
    statement=(
        "Features chosen on all data before cross-validation have seen the validation labels: on pure noise the score "
        "looks good, and on fresh data it is chance."
    ),
    symbols={},
    steps={
        "outside": step(
            note="5-fold score where the 10 features were chosen on all data, mean over 8 data sets",
            within=(0.72, 0.91),
        ),
        "inside": step(note="5-fold score where each fold chooses on its training part", within=(0.36, 0.65)),
        "fresh": step(note="accuracy on fresh data of the features chosen on all data", within=(0.459, 0.55)),
    },
    result="inside",
    source=f"{STATISTICAL_LEARNING}, section 7.10.2",
    claims=[
        claim("outside > 0.7", "Chosen on all data, the score is far above chance."),
        claim(
            "0.35 < inside and inside < 0.6 and 0.42 < fresh and fresh < 0.58", "In truth there is nothing to learn."
        ),
    ],
    mistakes=[
        mistake("no-labels-no-leak", "abs(outside - inside) < 0.05", "The choice of features looked at the labels."),
    ],
)
def selection_outside_cross_validation(random):
    x, new_x = random.normal(8, 50, 300), random.normal(8, 200, 300)  # free: noise of any size
    y, new_y = torch.arange(50) // 25, torch.arange(200) // 100  # the features are noise whatever the labels

    def chosen(rows):
        apart = x[:, rows & (y == 1)].mean(dim=1) - x[:, rows & (y == 0)].mean(dim=1)
        return apart.abs().topk(10).indices.unsqueeze(1)  # free: apart in either direction, or in one

    def score(features, rows, inputs, labels):
        def columns(each):
            return each.gather(2, features.expand(-1, each.shape[1], -1))

        known = columns(x)
        distances = [
            (columns(inputs) - known[:, rows & (y == each)].mean(dim=1, keepdim=True)).square().sum(dim=2)
            for each in (0, 1)
        ]
        return ((distances[1] < distances[0]) == (labels == 1)).double().mean()

    everything, outside, inside = torch.ones(50, dtype=torch.bool), [], []
    for fold in range(5):
        rows = torch.arange(50) % 5 != fold
        outside.append(score(chosen(everything), rows, x[:, ~rows], y[~rows]))
        inside.append(score(chosen(rows), rows, x[:, ~rows], y[~rows]))
    return {
        "outside": torch.stack(outside).mean(),
        "inside": torch.stack(inside).mean(),
        "fresh": score(chosen(everything), everything, new_x, new_y),
    }


@proof(
    "fold-without-positives",
    title="A fold without a positive",
    statement=(
        "A fold that is drawn at random can miss a rare class altogether; "
        "stratified folds hold each class in its share."
    ),
    symbols={
        "n": symbol("positive-count in 2..60", "samples"),
        "p": symbol("positive-count in 1..8", "positive ones among them"),
        "m": symbol("positive-count in 1..30", "size of the fold"),
    },
    where=["p + m <= n"],
    steps={
        "none": step("binomial(n - p, m) / binomial(n, m)"),
        "stratified": step("p m / n"),
    },
    result="none",
    source="Kohavi, A Study of Cross-Validation and Bootstrap (IJCAI 1995), section 2.2",
    mistakes=[
        mistake("with-replacement", "((n - p) / n)^m", "A sample cannot be drawn twice into one fold."),
        mistake("share-of-negatives", "(n - p) / n", "That is the chance that a single sample is negative."),
        mistake("at-least-one", "1 - none", "That is the chance that the fold holds a positive."),
    ],
)
def fold_without_positives(n, p, m):
    def log_ways(count):
        return torch.lgamma(count + 1) - torch.lgamma(count - m + 1)

    return {"none": torch.exp(log_ways(n - p) - log_ways(n)), "stratified": p * m / n}


@fold_without_positives.oracle("brute-force", "drawing the fold sample by sample; a fold dealt class by class")
def _(n, p, m):
    none = 1.0
    for drawn in range(int(m)):
        none *= (float(n - p) - drawn) / (float(n) - drawn)
    share = torch.cat([torch.ones(int(p)), torch.zeros(int(n - p))]).mean()
    return {"none": none, "stratified": share * m}
