"""Proofs for the chapter model-selection."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

STATISTICAL_LEARNING = "Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2nd ed., 2009)"


@proof(
    "memorising-random-labels",
    title=("A perfect training score without learning", "배운 것 없이 만점인 학습 점수"),
    statement=(
        "1-nearest-neighbour is right on all training points even if the labels are coin flips; on fresh points it guesses.",
        "레이블이 동전 던지기여도 1-최근접 이웃은 학습 데이터를 모두 맞히지만, 새 데이터에서는 찍는 것과 같다.",
    ),
    symbols={},
    steps={
        "train_score": step(en="accuracy on the 200 training points", ko="학습점 200개에서의 정확도"),
        "test_score": step(en="accuracy on 1000 fresh points", ko="새 점 1000개에서의 정확도"),
    },
    source=f"{STATISTICAL_LEARNING}, sections 2.3.2 and 7.2",
    claims=[
        claim(
            "train_score == 1",
            "Every training point is its own nearest neighbour.",
            "모든 학습점의 최근접 이웃은 자기 자신이다.",
        ),
        claim(
            "0.4 < test_score and test_score < 0.6",
            "On fresh points it is no better than chance.",
            "새 점에서는 찍는 것과 다르지 않다.",
        ),
    ],
    mistakes=[
        mistake(
            "training-score-tells",
            "abs(train_score - test_score) < 0.2",
            "The training score says nothing about fresh data here.",
            "여기서 학습 점수는 새 데이터에 대해 아무것도 알려 주지 않습니다.",
        ),
    ],
)
def memorising_random_labels(random):
    train, train_labels = random.uniform(200, 2), random.integers(2, 200)
    fresh, fresh_labels = random.uniform(1000, 2), random.integers(2, 1000)

    def score(points, labels):
        nearest = torch.cdist(points, train).argmin(dim=1)
        return (train_labels[nearest] == labels).double().mean()

    return {"train_score": score(train, train_labels), "test_score": score(fresh, fresh_labels)}


@proof(
    "split-sizes",
    title=("Sizes of a train/validation/test split", "학습/검증/테스트 분할의 크기"),
    statement=(
        "The test part is set aside first; the validation part is taken from what is left.",
        "테스트 데이터를 먼저 떼어 두고, 남은 데이터에서 검증 데이터를 떼어 낸다.",
    ),
    symbols={
        "n": symbol("positive-count in 20..1000", "number of samples", "표본 수"),
        "t": symbol("open-probability in 0.05..0.5", "share set aside for testing", "테스트용 비율"),
        "v": symbol("open-probability in 0.05..0.5", "share of the rest used for validation", "나머지 중 검증용 비율"),
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
            "검증 비율을 전체에 적용했습니다. 테스트 데이터를 뗀 나머지에 적용해야 합니다.",
        ),
        mistake(
            "test-part-used",
            "n (1 - v)",
            "The test part is still in the training data.",
            "테스트 데이터가 학습 데이터에 남아 있습니다.",
        ),
        mistake(
            "validation-part-used",
            "n (1 - t)",
            "The validation part is still in the training data.",
            "검증 데이터가 학습 데이터에 남아 있습니다.",
        ),
        mistake(
            "validation-size",
            "n (1 - t) v",
            "That is the size of the validation part.",
            "그것은 검증 데이터의 크기입니다.",
        ),
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


@split_sizes.oracle("closed-form", "the chance to escape both draws", "두 번의 추출을 모두 피할 확률")
def _(n, t, v):
    return n * torch.exp(torch.log1p(-t) + torch.log1p(-v))


@split_sizes.oracle(
    "simulation", "40,000 rows that are drawn or not", "뽑히거나 남는 40,000개의 행", tolerance=0.03, samples=16
)
def _(n, t, v):
    chance = torch.rand(2, 40_000, generator=torch.Generator().manual_seed(0), device="cpu")
    return n * ((chance[0] > t.cpu()) & (chance[1] > v.cpu())).double().mean()


@proof(
    "k-fold-counts",
    title=("Counting in k-fold cross-validation", "k-겹 교차검증에서 세어 보기"),
    statement=(
        "In k-fold cross-validation each of the k fits trains on k − 1 folds and validates on the one left out.",
        "k-겹 교차검증에서는 매번 k − 1개의 폴드로 학습하고 남은 폴드 하나로 검증하기를 k번 반복한다.",
    ),
    symbols={
        "n": symbol("positive-count in 2..240", "number of samples", "표본 수"),
        "k": symbol("positive-count in 2..12", "number of folds", "폴드 수"),
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
        mistake(
            "validation-fold",
            "n / k",
            "That is the fold that is left out for validation.",
            "그것은 검증용으로 빼 두는 폴드의 크기입니다.",
        ),
        mistake(
            "one-row-left-out",
            "n - 1",
            "That is leave-one-out; here a whole fold is left out.",
            "그것은 하나만 빼는 방법(LOO)입니다. 여기서는 폴드 하나를 통째로 뺍니다.",
        ),
        mistake(
            "all-rows",
            "n",
            "A model trained on all rows has nothing left to be validated on.",
            "전부 학습에 쓰면 검증할 데이터가 남지 않습니다.",
        ),
        mistake(
            "k-rows-left-out",
            "n - k",
            "k is the number of folds, not the size of one.",
            "k는 폴드의 크기가 아니라 개수입니다.",
        ),
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


@k_fold_counts.oracle("brute-force", "dealing the rows into folds and counting", "표본을 폴드에 나눠 담고 세기")
def _(n, k):
    folds = [set(range(start, int(n), int(k))) for start in range(int(k))]
    trainings = [set(range(int(n))) - fold for fold in folds]
    count = torch.tensor(float(len(trainings[0])))
    total = torch.tensor(float(sum(map(len, trainings))))
    return {"fits": torch.tensor(float(len(folds))), "train_rows": count, "rows_trained": total}


@proof(
    "leave-one-out-score",
    title=("A cross-validation score by hand", "손으로 구하는 교차검증 점수"),
    statement=(
        "Each value is predicted by the mean of the others; the score is the average of the k validation errors.",
        "각 값을 나머지 값들의 평균으로 예측하고, k개의 검증 오차를 평균한 것이 점수이다.",
    ),
    symbols={"y": symbol("vector[n]", "targets, one a fold", "정답 (폴드마다 하나)")},
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
            "검증할 값을 학습에 이미 썼습니다. 그것은 학습 오차입니다.",
        ),
        mistake(
            "summed",
            "sum(errors)",
            "The k errors must be averaged, not summed.",
            "k개의 오차를 더하지 말고 평균해야 합니다.",
        ),
        mistake(
            "best-fold",
            "min(errors)",
            "The best fold is picked; the score is the average over all folds.",
            "가장 좋은 폴드를 골랐습니다. 점수는 모든 폴드의 평균입니다.",
        ),
    ],
    claims=[
        claim(
            "score > mean((y - mean(y))^2) or max(y) - min(y) < 1e-6",
            "The cross-validation error is larger than the training error.",
            "교차검증 오차는 학습 오차보다 크다.",
        ),
    ],
)
def leave_one_out_score(y):
    predictions = (y.sum() - y) / (len(y) - 1)
    errors = (y - predictions) ** 2
    return {"predictions": predictions, "errors": errors, "score": errors.mean()}


@leave_one_out_score.oracle("brute-force", "a loop that leaves one value out", "값을 하나씩 빼는 반복문", samples=32)
def _(y):
    values = y.tolist()
    held_out = []
    for index, value in enumerate(values):
        others = values[:index] + values[index + 1 :]
        held_out.append((value - sum(others) / len(others)) ** 2)
    return torch.tensor(held_out).mean()


@leave_one_out_score.oracle("closed-form", "(n / (n − 1))² times the training error", "학습 오차의 (n / (n − 1))²배")
def _(y):
    return y.var(correction=0) * (len(y) / (len(y) - 1)) ** 2


@proof(
    "learned-parameters",
    title=("What is learned in a two-layer network", "2층 신경망에서 학습되는 것"),
    statement=(
        "Weights and biases are learned; sizes, learning rate, batch size and epochs are set before training.",
        "가중치와 편향은 학습되고, 층의 크기, 학습률, 배치 크기, 에포크 수는 학습 전에 정해 둔다.",
    ),
    symbols={
        "d": symbol("size in 1..12", "inputs", "입력 수"),
        "h": symbol("size in 1..12", "hidden neurons", "은닉 뉴런 수"),
        "k": symbol("size in 1..12", "outputs", "출력 수"),
    },
    steps={
        "weights": step("d h + h k"),
        "biases": step("h + k"),
        "parameters": step("weights + biases"),
    },
    source="Goodfellow, Bengio, Courville, Deep Learning (2016), sections 5.3 and 6.3",
    mistakes=[
        mistake("no-biases", "d h + h k", "The biases are learned as well.", "편향도 학습되는 파라미터입니다."),
        mistake(
            "neurons",
            "d + h + k",
            "Neurons are counted; every connection has a weight of its own.",
            "뉴런의 수를 셌습니다. 연결마다 가중치가 하나씩 있습니다.",
        ),
        mistake(
            "hyperparameters-counted",
            "weights + biases + 3",
            "The three sizes are hyperparameters: set before training, not learned.",
            "세 가지 크기는 학습되지 않고 미리 정하는 하이퍼파라미터입니다.",
        ),
        mistake(
            "biases-at-the-input",
            "weights + d + h",
            "Inputs have no biases; hidden and output neurons have them.",
            "입력에는 편향이 없습니다. 은닉 뉴런과 출력 뉴런에 있습니다.",
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
    title=("What training changes", "학습이 바꾸는 것"),
    statement=(
        "Gradient descent changes weight and bias; the learning rate stays as it was set.",
        "경사하강법은 가중치와 편향을 바꾸고, 학습률은 처음에 정한 그대로 둔다.",
    ),
    symbols={},
    steps={
        "weight_change": step(en="largest change of a weight in 20 steps", ko="20스텝 동안 가중치의 최대 변화"),
        "bias_change": step(en="change of the bias", ko="편향의 변화"),
        "rate_change": step(en="change of the learning rate", ko="학습률의 변화"),
        "loss_change": step(en="change of the loss", ko="손실의 변화"),
        "slow_loss": step(
            en="loss after 20 steps with a rate 100 times smaller", ko="학습률이 1/100일 때 20스텝 뒤의 손실"
        ),
        "loss": step(en="loss after 20 steps", ko="20스텝 뒤의 손실"),
    },
    source="Goodfellow, Bengio, Courville, Deep Learning (2016), section 5.3",
    claims=[
        claim("weight_change > 0.1 and bias_change > 0.1", "Weight and bias are learned.", "가중치와 편향은 학습된다."),
        claim("rate_change == 0", "The learning rate is not.", "학습률은 학습되지 않는다."),
        claim("slow_loss > 3 * loss", "Yet the result depends on it.", "하지만 결과는 학습률에 따라 달라진다."),
    ],
    mistakes=[
        mistake(
            "rate-is-learned",
            "rate_change != 0",
            "The learning rate is set by the user.",
            "학습률은 사용자가 정합니다.",
        ),
        mistake(
            "rate-does-not-matter",
            "abs(slow_loss - loss) < loss",
            "The rate decides how far training gets.",
            "학습률에 따라 학습이 얼마나 진행되는지가 달라집니다.",
        ),
    ],
)
def what_training_changes(random):
    x = random.normal(50, 2)
    y = x @ torch.tensor([2.0, -1.0]) + 3

    def train(rate):
        weight, bias, first_rate = torch.zeros(2), torch.tensor(0.0), rate
        first_loss = y.square().mean()
        for _ in range(20):
            error = x @ weight + bias - y
            weight, bias = weight - rate * 2 * (error @ x) / 50, bias - rate * 2 * error.mean()
        loss = (x @ weight + bias - y).square().mean()
        return weight.abs().max(), bias.abs(), torch.tensor(rate - first_rate), loss - first_loss, loss

    *changes, loss = train(0.1)
    names = ("weight_change", "bias_change", "rate_change", "loss_change")
    return {**dict(zip(names, changes, strict=True)), "slow_loss": train(0.001)[-1], "loss": loss}


@proof(
    "grid-search-fits",
    title=("Cost of a grid search", "그리드 서치의 비용"),
    statement=(
        "A grid search trains once for every combination and fold: the numbers of values multiply.",
        "그리드 서치는 조합과 폴드마다 한 번씩 학습하므로 값의 개수들이 곱해진다.",
    ),
    symbols={
        "m": symbol(
            "vector[h] of positive-count in 1..5",
            "number of values of each hyperparameter",
            "하이퍼파라미터별 값의 개수",
        ),
        "k": symbol("positive-count in 1..10", "folds of the cross-validation", "교차검증의 폴드 수"),
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
            "값의 개수를 더했습니다. 모든 값이 서로 조합되므로 곱해야 합니다.",
        ),
        mistake(
            "folds-forgotten",
            "prod(m)",
            "Each combination is trained once a fold.",
            "조합마다 폴드 수만큼 학습해야 합니다.",
        ),
        mistake(
            "folds-added", "prod(m) + k", "The folds multiply the fits.", "폴드 수는 더하는 것이 아니라 곱해야 합니다."
        ),
        mistake(
            "one-fold-short",
            "(k - 1) prod(m)",
            "Each combination is validated on all k folds.",
            "각 조합은 k개 폴드 모두에서 검증됩니다.",
        ),
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
    title=("Searching a learning rate on a log scale", "로그 스케일에서 학습률 탐색"),
    statement=(
        "Log-uniform draws spread evenly over the decades; uniform draws nearly all land in the highest one.",
        "로그 균등 추출은 자릿수마다 고르게 퍼지지만, 균등 추출은 대부분 가장 큰 자릿수에 몰린다.",
    ),
    symbols={
        "a": symbol("positive in 1e-5..1e-3", "lower end", "하한"),
        "b": symbol("positive in 0.5..2", "upper end", "상한"),
        "c": symbol("positive in 1e-3..0.5", "threshold", "기준값"),
    },
    steps={
        "uniform_share": step("(c - a) / (b - a)"),
        "log_share": step("log(c / a) / log(b / a)"),
    },
    source="Bergstra and Bengio, Random Search for Hyper-Parameter Optimization (JMLR 2012), section 2",
    mistakes=[
        mistake(
            "uniform", "(c - a) / (b - a)", "That is the share of uniform draws.", "그것은 균등 추출일 때의 비율입니다."
        ),
        mistake(
            "above",
            "1 - log(c / a) / log(b / a)",
            "That is the share above the threshold.",
            "그것은 기준값보다 큰 비율입니다.",
        ),
        mistake(
            "plain-logarithms",
            "log(c) / log(b / a)",
            "The logarithm of the lower end must be subtracted.",
            "하한의 로그를 빼야 합니다.",
        ),
    ],
)
def log_uniform_share(a, b, c):
    return {"uniform_share": (c - a) / (b - a), "log_share": torch.log(c / a) / torch.log(b / a)}


@log_uniform_share.oracle("operator", "torch.distributions.Uniform(...).cdf")
def _(a, b, c):
    uniform = torch.distributions.Uniform
    return {"uniform_share": uniform(a, b).cdf(c), "log_share": uniform(a.log10(), b.log10()).cdf(c.log10())}


@log_uniform_share.oracle("simulation", "20,000 draws", "20,000번의 추출", tolerance=0.02, samples=8)
def _(a, b, c):
    generator = torch.Generator().manual_seed(0)
    exponent = a.log10().cpu() + (b / a).log10().cpu() * torch.rand(20_000, generator=generator, device="cpu")
    return (10**exponent < c.cpu()).double().mean()


@proof(
    "best-of-many-on-one-test-set",
    title=("Choosing by the test set", "테스트셋으로 고르기"),
    statement=(
        "The best of 1000 guessing models on a test set of 50 looks good there and is no better than chance elsewhere.",
        "찍기만 하는 모델 1000개 중 테스트셋 50개에서 가장 좋은 것은 그 테스트셋에서만 좋아 보인다.",
    ),
    symbols={},
    steps={
        "test_score": step(en="test accuracy of the chosen model", ko="선택된 모델의 테스트 정확도"),
        "fresh_score": step(en="its accuracy on 5000 fresh samples", ko="새 표본 5000개에서의 정확도"),
        "first_score": step(
            en="test accuracy of a model not chosen by it", ko="고르지 않은 모델의 테스트 정확도 (1000개 평균)"
        ),
    },
    source=f"{STATISTICAL_LEARNING}, sections 7.2 and 7.10.2",
    claims=[
        claim(
            "test_score > 0.62", "The chosen model looks good on the test set.", "고른 모델은 테스트셋에서 좋아 보인다."
        ),
        claim("abs(fresh_score - 0.5) < 0.04", "On fresh samples it guesses.", "새 표본에서는 찍는 수준이다."),
        claim(
            "abs(first_score - 0.5) < 0.02",
            "Without a choice the test set tells the truth.",
            "고르지 않으면 테스트셋은 사실을 알려 준다.",
        ),
    ],
    mistakes=[
        mistake(
            "test-score-stays-fair",
            "test_score < fresh_score + 0.05",
            "A test score by which the model was chosen is too good.",
            "모델을 고르는 데 쓴 테스트 점수는 실제보다 좋게 나옵니다.",
        ),
    ],
)
def best_of_many_on_one_test_set(random):
    test_labels, fresh_labels = random.integers(2, 50), random.integers(2, 5000)
    scores = (random.integers(2, 1000, 50) == test_labels).double().mean(dim=1)
    fresh_guesses = random.integers(2, 5000)
    return {
        "test_score": scores.max(),
        "fresh_score": (fresh_guesses == fresh_labels).double().mean(),
        "first_score": scores.mean(),
    }


@proof(
    "choosing-the-penalty",
    title=("Tuning a penalty", "규제 강도 튜닝"),
    statement=(
        "The training error always prefers no penalty; only validation data show which one predicts best.",
        "학습 오차는 항상 규제가 없는 쪽을 고른다. 어떤 규제가 가장 잘 예측하는지는 검증 데이터로만 알 수 있다.",
    ),
    symbols={},
    steps={
        "train_weak": step(en="training error, λ = 0.001", ko="학습 오차, λ = 0.001"),
        "train_middle": step(en="training error, λ = 10", ko="학습 오차, λ = 10"),
        "train_strong": step(en="training error, λ = 10,000", ko="학습 오차, λ = 10,000"),
        "validation_weak": step(en="validation error, λ = 0.001", ko="검증 오차, λ = 0.001"),
        "validation_middle": step(en="validation error, λ = 10", ko="검증 오차, λ = 10"),
        "validation_strong": step(en="validation error, λ = 10,000", ko="검증 오차, λ = 10,000"),
    },
    source=f"{STATISTICAL_LEARNING}, sections 3.4.1 and 7.2",
    claims=[
        claim(
            "train_weak < train_middle and train_middle < train_strong",
            "The training error prefers the weakest penalty.",
            "학습 오차는 가장 약한 규제를 고른다.",
        ),
        claim(
            "1.1 * validation_middle < min(validation_weak, validation_strong)",
            "The validation error prefers the one in the middle.",
            "검증 오차는 중간 규제를 고른다.",
        ),
    ],
    mistakes=[
        mistake(
            "tune-on-training-data",
            "validation_weak < validation_middle",
            "Tuned on the training data, the penalty always ends at its weakest value.",
            "학습 데이터로 튜닝하면 규제는 언제나 가장 약한 값으로 정해집니다.",
        ),
    ],
)
def choosing_the_penalty(random):
    penalties = {"weak": 1e-3, "middle": 10.0, "strong": 1e4}
    errors = []
    for _ in range(20):
        true_weight = random.normal(20) * 0.4
        x, new_x = random.normal(30, 20), random.normal(100, 20)
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
    title=("Scatter of validation scores", "검증 점수의 흔들림"),
    statement=(
        "Over redrawn data sets the mean score of 5 folds scatters less than one hold-out score, for five fits instead of one.",
        "데이터셋을 다시 뽑을 때 5-겹 평균 점수는 홀드아웃 점수 하나보다 덜 흔들린다. 대신 다섯 번 학습해야 한다.",
    ),
    symbols={},
    steps={
        "holdout_scatter": step(
            en="standard deviation of a hold-out score (10 of 50)", ko="홀드아웃 점수의 표준편차 (50개 중 10개)"
        ),
        "folds_scatter": step(en="standard deviation of the mean of 5 folds", ko="5-겹 평균 점수의 표준편차"),
        "holdout_mean": step(en="mean hold-out score", ko="홀드아웃 점수의 평균"),
        "folds_mean": step(en="mean 5-fold score", ko="5-겹 점수의 평균"),
    },
    source=f"{STATISTICAL_LEARNING}, section 7.10",
    claims=[
        claim(
            "folds_scatter < 0.7 * holdout_scatter", "The averaged score scatters less.", "평균한 점수가 덜 흔들린다."
        ),
        claim("abs(folds_mean - holdout_mean) < 0.15", "Both estimate the same error.", "둘 다 같은 오차를 추정한다."),
    ],
    mistakes=[
        mistake(
            "cross-validation-lowers-the-error",
            "folds_mean < 0.8 * holdout_mean",
            "Cross-validation measures the error more steadily; it does not make the model better.",
            "교차검증은 오차를 더 안정적으로 잴 뿐 모델을 더 좋게 만들지는 않습니다.",
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
