"""Proofs for the chapter generalisation-and-overfitting."""

from __future__ import annotations

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
    title=("Bias-variance decomposition", "편향-분산 분해"),
    statement=(
        "The expected squared error at a point is squared bias + variance + noise variance.",
        "한 점에서의 기대 제곱 오차는 편향의 제곱 + 분산 + 노이즈의 분산이다.",
    ),
    symbols={
        "f": symbol("real", "true value at the point", "그 점의 참값"),
        "g": symbol(
            "vector[n]",
            "predictions of the models trained on n data sets",
            "n개의 데이터셋으로 학습한 모델들의 예측",
            aliases=["p", "f_hat"],
        ),
        "sigma": symbol("nonnegative", "standard deviation of the noise", "노이즈의 표준편차", aliases=["σ"]),
    },
    steps={
        "average": step("mean(g)", aliases=["m"]),
        "squared_bias": step("(average - f)^2", aliases=["bias2"]),
        "spread": step("mean((g - average)^2)", aliases=["V"]),
        "noise": step("sigma^2"),
        "error": step("squared_bias + spread + noise"),
    },
    source="Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2nd ed., 2009), section 7.3",
    mistakes=[
        mistake(
            "noise-left-out",
            "squared_bias + spread",
            "The noise is left out: its mean is 0, but its mean square is σ².",
            "노이즈 항이 빠졌습니다. 노이즈의 평균은 0이지만 제곱의 평균은 σ²입니다.",
        ),
        mistake(
            "average-squared",
            "(f - average^2)^2 + spread + noise",
            "The average prediction is squared before it is subtracted; the bias is f − E[f̂], squared as a whole.",
            "평균 예측을 먼저 제곱했습니다. 편향은 f − E[f̂]이며 이를 통째로 제곱해야 합니다.",
        ),
        mistake(
            "bias-not-squared",
            "abs(average - f) + spread + noise",
            "The bias enters squared.",
            "편향은 제곱해서 더해야 합니다.",
        ),
        mistake(
            "standard-deviations",
            "squared_bias + std(g) + sigma",
            "Standard deviations are added where variances belong.",
            "분산 대신 표준편차를 더했습니다.",
        ),
    ],
    claims=[
        claim(
            "error >= noise", "No model gets below the noise variance.", "어떤 모델도 노이즈의 분산보다 낮아질 수 없다."
        ),
    ],
)
def bias_variance_decomposition(f, g, sigma):
    average = g.mean()
    squared_bias = (average - f) ** 2
    spread = ((g - average) ** 2).mean()
    noise = sigma**2
    return {
        "average": average,
        "squared_bias": squared_bias,
        "spread": spread,
        "noise": noise,
        "error": squared_bias + spread + noise,
    }


@bias_variance_decomposition.oracle(
    "brute-force", "mean squared error over all models and a noise of ±σ", "모든 모델과 ±σ 노이즈에 대한 평균 제곱 오차"
)
def _(f, g, sigma):
    observed = torch.stack([f + sigma, f - sigma])
    return (observed.unsqueeze(-1) - g).square().mean()


@proof(
    "generalisation-gap",
    title=("Generalisation gap", "일반화 격차"),
    statement=(
        "The generalisation gap is the error on unseen data minus the error on the training data.",
        "일반화 격차는 처음 보는 데이터의 오차에서 학습 데이터의 오차를 뺀 값이다.",
    ),
    symbols={
        "y": symbol("vector[n]", "training targets", "학습 데이터의 정답"),
        "p": symbol("vector[n]", "predictions for the training inputs", "학습 데이터에 대한 예측"),
        "u": symbol("vector[m]", "test targets", "테스트 데이터의 정답"),
        "q": symbol("vector[m]", "predictions for the test inputs", "테스트 데이터에 대한 예측"),
    },
    steps={
        "train_error": step("mean((y - p)^2)"),
        "test_error": step("mean((u - q)^2)"),
        "gap": step("test_error - train_error"),
    },
    source="Goodfellow, Bengio, Courville, Deep Learning (2016), section 5.2",
    mistakes=[
        mistake(
            "reversed",
            "train_error - test_error",
            "The two are swapped: the training error is subtracted from the test error.",
            "순서가 바뀌었습니다. 테스트 오차에서 학습 오차를 빼야 합니다.",
        ),
        mistake(
            "only-the-test-error",
            "test_error",
            "That is the test error itself, not how far it lies above the training error.",
            "그것은 테스트 오차 자체이지 학습 오차와의 차이가 아닙니다.",
        ),
        mistake(
            "ratio",
            "test_error / train_error",
            "A gap is a difference, not a ratio.",
            "격차는 비율이 아니라 차이입니다.",
        ),
        mistake(
            "sums",
            "sum((u - q)^2) - sum((y - p)^2)",
            "The errors are summed, not averaged: sets of different size cannot be compared so.",
            "평균이 아니라 합을 썼습니다. 크기가 다른 데이터끼리는 합으로 비교할 수 없습니다.",
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
    title=("Reading the four errors", "네 가지 오차 읽기"),
    statement=(
        "From the lowest possible error over training and train-dev to dev: each rise has its own cause.",
        "가능한 최저 오차, 학습 오차, 훈련-개발 오차, 개발 오차 사이의 증가분은 저마다 원인이 다르다.",
    ),
    symbols={
        "best": symbol("nonnegative", "lowest possible error", "가능한 최저 오차", aliases=["optimal"]),
        "train": symbol("nonnegative", "training error", "학습 오차"),
        "held": symbol(
            "nonnegative",
            "train-dev error: unseen, but from the training distribution",
            "훈련-개발 오차 (학습 분포의 처음 보는 데이터)",
            aliases=["train_dev"],
        ),
        "dev": symbol("nonnegative", "dev error: the distribution that counts", "개발 오차 (실제 목표 분포)"),
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
            "그것은 오차 자체입니다. 앞 단계보다 얼마나 늘었는지를 봐야 합니다.",
        ),
        mistake(
            "all-from-the-best",
            "[train - best, held - best, dev - best]",
            "All are measured from the lowest possible error; each must be measured from the one before it.",
            "모두 최저 오차를 기준으로 쟀습니다. 바로 앞 단계를 기준으로 재야 합니다.",
        ),
        mistake(
            "no-train-dev",
            "[train - best, dev - train, 0]",
            "Without the train-dev error a mismatch is taken for overfitting.",
            "훈련-개발 오차를 쓰지 않아 데이터 불일치를 과대적합으로 착각했습니다.",
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


@error_differences.oracle(
    "closed-form", "solving for rises that add up to the errors", "누적하면 오차가 되는 증가분을 푼 해"
)
def _(best, train, held, dev):
    return torch.linalg.solve(torch.ones(3, 3).tril(), torch.stack([train, held, dev]) - best)


@proof(
    "three-polynomial-fits",
    title=("A line, a degree-4 and a degree-11 polynomial", "직선, 4차, 11차 다항식 적합"),
    statement=(
        "On 12 noisy points of a cosine (30 sets) the line underfits, degree 11 overfits, and degree 4 predicts best.",
        "노이즈가 있는 코사인의 점 12개(30세트)에서 직선은 과소적합, 11차는 과대적합하고 4차가 가장 잘 예측한다.",
    ),
    symbols={},
    steps={
        "noise": step(en="variance of the noise", ko="노이즈의 분산"),
        "train_line": step(en="training error of the line", ko="직선의 학습 오차"),
        "new_line": step(en="its error on new points", ko="새 점에서 직선의 오차"),
        "train_middle": step(en="training error of degree 4", ko="4차의 학습 오차"),
        "new_middle": step(en="its error on new points", ko="새 점에서 4차의 오차"),
        "train_wiggly": step(en="training error of degree 11", ko="11차의 학습 오차"),
        "new_wiggly": step(en="its error on new points", ko="새 점에서 11차의 오차"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 1.1",
    claims=[
        claim(
            "train_wiggly < 1e-9 and new_wiggly > 10 * noise",
            "Degree 11 passes through every training point and fails on new ones: overfitting.",
            "11차는 모든 학습점을 지나지만 새 점에서 크게 틀린다: 과대적합.",
        ),
        claim(
            "train_line > 5 * noise and new_line > 5 * noise",
            "The line fails on training and new points alike: underfitting.",
            "직선은 학습점과 새 점 모두에서 크게 틀린다: 과소적합.",
        ),
        claim(
            "new_middle < new_line / 2 and new_line < new_wiggly / 1.1",
            "Degree 4 predicts new points best, degree 11 worst.",
            "새 점은 4차가 가장 잘, 11차가 가장 못 예측한다.",
        ),
        claim(
            "train_wiggly < train_middle and train_middle < train_line",
            "The training error falls with the degree.",
            "차수가 높을수록 학습 오차는 작아진다.",
        ),
    ],
    mistakes=[
        mistake(
            "lowest-training-error-wins",
            "new_wiggly < new_middle",
            "The lowest training error does not mean the lowest error on new data.",
            "학습 오차가 가장 낮다고 새 데이터의 오차도 가장 낮은 것은 아닙니다.",
        ),
        mistake(
            "simple-never-fails",
            "new_line < new_middle",
            "A model that is too simple fails on new data as well.",
            "너무 단순한 모델은 새 데이터에서도 틀립니다.",
        ),
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
    title=("Generalisation needs the same distribution", "일반화는 같은 분포에서의 성능이다"),
    statement=(
        "A model that predicts unseen points of the training range well can fail outside of it.",
        "학습 범위 안의 처음 보는 점을 잘 예측하는 모델도 그 범위를 벗어나면 실패할 수 있다.",
    ),
    symbols={},
    steps={
        "train_error": step(en="error on the 500 training points of [−1, 1]", ko="[−1, 1]의 학습점 500개에서의 오차"),
        "unseen_error": step(en="error on unseen points of [−1, 1]", ko="[−1, 1]의 처음 보는 점에서의 오차"),
        "outside_error": step(en="error on points of [2, 3]", ko="[2, 3]의 점에서의 오차"),
    },
    source="Goodfellow, Bengio, Courville, Deep Learning (2016), section 5.2",
    claims=[
        claim(
            "abs(unseen_error - train_error) < 0.005 and unseen_error < 0.02",
            "On unseen points of the same distribution the model is as good as on the training points.",
            "같은 분포의 처음 보는 점에서는 학습점에서만큼 잘 맞힌다.",
        ),
        claim("outside_error > 100 * unseen_error", "On another distribution it fails.", "다른 분포에서는 실패한다."),
    ],
    mistakes=[
        mistake(
            "good-on-any-data",
            "outside_error < 2 * unseen_error",
            "Generalisation is promised for the distribution of the training data only.",
            "일반화는 학습 데이터와 같은 분포에서의 이야기입니다.",
        ),
    ],
)
def inside_and_outside_the_training_range(random):
    def noisy(x):
        return torch.sin(3 * x) + 0.1 * random.normal(500)

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
    title=("More data does not cure underfitting", "데이터를 늘려도 과소적합은 해결되지 않는다"),
    statement=(
        "A line explains nothing of y = x² on [−1, 1], however many points it gets; a parabola explains all.",
        "[−1, 1]의 y = x²에서 직선은 점이 아무리 많아도 아무것도 설명하지 못하지만 포물선은 전부 설명한다.",
    ),
    symbols={},
    steps={
        "line_few": step(en="R² of a line on 50 points", ko="점 50개에서 직선의 R²"),
        "line_many": step(en="R² of a line on 50,000 points", ko="점 50,000개에서 직선의 R²"),
        "parabola_few": step(en="R² of a parabola on 50 points", ko="점 50개에서 포물선의 R²"),
    },
    source="Ng, Machine Learning Yearning (2018), chapters 28-31",
    claims=[
        claim(
            "line_many < 0.01",
            "With 50,000 points the line still explains nothing.",
            "점이 50,000개여도 직선은 아무것도 설명하지 못한다.",
        ),
        claim("line_few < 0.4", "With 50 points the line is poor.", "점이 50개일 때 직선은 성능이 나쁘다."),
        claim("parabola_few > 0.999", "One more parameter cures it.", "파라미터를 하나 늘리면 해결된다."),
    ],
    mistakes=[
        mistake(
            "more-data-helps",
            "line_many > 0.5",
            "The line is too simple: no amount of data bends it.",
            "직선은 너무 단순해서 데이터가 아무리 많아도 휘지 않습니다.",
        ),
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
    title=("What helps against overfitting", "과대적합의 해결 방법"),
    statement=(
        "Fewer parameters, more data, a penalty or less noise: each narrows the gap of a model that overfits.",
        "파라미터 줄이기, 데이터 늘리기, 규제, 노이즈 제거는 모두 과대적합한 모델의 격차를 줄인다.",
    ),
    symbols={},
    steps={
        "base": step(en="gap of degree 11 on 15 points", ko="점 15개, 11차 다항식의 격차"),
        "fewer": step(en="gap with degree 4", ko="4차로 낮췄을 때의 격차"),
        "more": step(en="gap with 1000 points", ko="점을 1000개로 늘렸을 때의 격차"),
        "penalised": step(en="gap with an L2 penalty of 0.1", ko="L2 규제(0.1)를 적용했을 때의 격차"),
        "cleaner": step(en="gap with a tenth of the noise", ko="노이즈를 1/10로 줄였을 때의 격차"),
        "richer": step(en="gap with degree 13", ko="13차로 높였을 때의 격차"),
    },
    source="Goodfellow, Bengio, Courville, Deep Learning (2016), chapters 5 and 7",
    claims=[
        claim("fewer < 0.7 * base", "Fewer parameters narrow the gap.", "파라미터를 줄이면 격차가 줄어든다."),
        claim("more < base / 2", "More data narrow the gap.", "데이터를 늘리면 격차가 줄어든다."),
        claim("penalised < 0.7 * base", "A penalty narrows the gap.", "규제를 적용하면 격차가 줄어든다."),
        claim("cleaner < base / 2", "Less noise narrows the gap.", "노이즈를 줄이면 격차가 줄어든다."),
        claim("richer > 1.5 * base", "More parameters widen the gap.", "파라미터를 늘리면 격차가 커진다."),
    ],
    mistakes=[
        mistake(
            "more-parameters-help",
            "richer < base",
            "More parameters make overfitting worse.",
            "파라미터를 늘리면 과대적합이 심해집니다.",
        ),
    ],
)
def overfitting_remedies(random):
    def gap(degree=11, count=15, penalty=0.0, deviation=0.3, repetitions=12):
        gaps = []
        for _ in range(repetitions):
            x = torch.linspace(-1, 1, count)
            new_x = random.uniform(200, low=-1, high=1)
            y, new_y = (torch.sin(3 * each) + deviation * random.normal(len(each)) for each in (x, new_x))
            model = fitted(x, y, degree, penalty)
            gaps.append((model(new_x) - new_y).square().mean() - (model(x) - y).square().mean())
        return torch.stack(gaps).mean()

    return {
        "base": gap(),
        "fewer": gap(degree=4),
        "more": gap(count=1000),
        "penalised": gap(penalty=0.1),
        "cleaner": gap(deviation=0.03),
        "richer": gap(degree=13),
    }


@proof(
    "bias-and-variance-by-degree",
    title=("Bias and variance by degree", "차수에 따른 편향과 분산"),
    statement=(
        "Redraw the noise and fit again: a line is off on average (bias), degree 9 scatters from fit to fit (variance).",
        "노이즈를 다시 뽑아 적합하기를 반복하면 직선은 평균이 어긋나고(편향), 9차는 적합할 때마다 흩어진다(분산).",
    ),
    symbols={},
    steps={
        "bias_1": step(en="squared bias of degree 1", ko="1차의 편향 제곱"),
        "variance_1": step(en="variance of degree 1", ko="1차의 분산"),
        "bias_3": step(en="squared bias of degree 3", ko="3차의 편향 제곱"),
        "variance_3": step(en="variance of degree 3", ko="3차의 분산"),
        "bias_9": step(en="squared bias of degree 9", ko="9차의 편향 제곱"),
        "variance_9": step(en="variance of degree 9", ko="9차의 분산"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 3.2",
    claims=[
        claim(
            "variance_1 < variance_3 and variance_3 < variance_9",
            "The variance grows with the degree.",
            "차수가 높을수록 분산이 커진다.",
        ),
        claim(
            "bias_1 > 10 * bias_3 and bias_1 > 10 * bias_9",
            "Only the line has a large bias.",
            "편향이 큰 것은 직선뿐이다.",
        ),
    ],
    mistakes=[
        mistake(
            "one-model-has-both-lowest",
            "bias_1 < bias_9 and variance_1 < variance_9",
            "The simplest model has the lowest variance and the largest bias.",
            "가장 단순한 모델은 분산이 가장 작지만 편향이 가장 큽니다.",
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
    title=("As many features as samples", "표본만큼 많은 특징"),
    statement=(
        "With as many features as samples least squares explains pure noise perfectly, and predicts nothing.",
        "특징이 표본만큼 많으면 최소제곱은 순수한 노이즈도 완벽히 설명하지만 아무것도 예측하지 못한다.",
    ),
    symbols={},
    steps={
        "few": step(en="training R² with 5 noise features and 30 samples", ko="표본 30개, 노이즈 특징 5개의 학습 R²"),
        "half": step(en="training R² with 15", ko="노이즈 특징 15개의 학습 R²"),
        "full": step(en="training R² with 30", ko="노이즈 특징 30개의 학습 R²"),
        "new": step(en="R² on new samples with 30", ko="노이즈 특징 30개의 새 표본 R²"),
    },
    source="Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2nd ed., 2009), section 18.1",
    claims=[
        claim(
            "few < half and half < full and full > 0.999999",
            "The training score climbs to 1.",
            "학습 점수는 1까지 오른다.",
        ),
        claim(
            "new < 0",
            "On new samples it is worse than predicting the mean.",
            "새 표본에서는 평균을 예측하는 것보다 못하다.",
        ),
    ],
    mistakes=[
        mistake(
            "a-perfect-fit-found-something",
            "new > 0.5",
            "There was nothing to find: the target is noise.",
            "목표값이 노이즈이므로 찾을 것이 없었습니다.",
        ),
    ],
)
def noise_features_fit_noise(random):
    x, y, new_x, new_y = random.normal(30, 30), random.normal(30), random.normal(500, 30), random.normal(500)

    def r_squared(inputs, targets, weights):
        return 1 - (inputs @ weights - targets).square().sum() / targets.square().sum()

    weights = [torch.linalg.lstsq(x[:, :count], y.unsqueeze(1)).solution.squeeze(1) for count in (5, 15, 30)]
    few, half, full = (r_squared(x[:, : len(weight)], y, weight) for weight in weights)
    return {"few": few, "half": half, "full": full, "new": r_squared(new_x, new_y, weights[-1])}
