"""Proofs for the chapter normalisation."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

EPSILON = symbol("positive", "small constant against division by zero", "0으로 나누는 것을 막는 작은 상수", ["eps"])
BATCH_NORM_SOURCE = "Ioffe & Szegedy (2015), Batch normalization (arXiv 1502.03167), algorithm 1"


@proof(
    "batch-normalisation",
    title=("Batch normalisation", "배치 정규화"),
    statement=(
        "A feature is centred and divided by its standard deviation over the mini-batch, then scaled by γ and shifted by β.",
        "특성마다 미니배치의 평균을 빼고 표준편차로 나눈 뒤, γ를 곱하고 β를 더한다.",
    ),
    symbols={
        "x": symbol("vector[m]", "one feature over the mini-batch", "미니배치에 걸친 특성 하나"),
        "gamma": symbol("real", "learnt scale", "학습되는 배율"),
        "beta": symbol("real", "learnt shift", "학습되는 이동"),
        "epsilon": EPSILON,
    },
    steps={
        "mu": step("mean(x)", aliases=["mu_B"]),
        "variance": step("mean((x - mu)^2)", aliases=["var_B", "v"]),
        "sigma": step("sqrt(variance)", aliases=["sigma_B"]),
        "x_hat": step("(x - mu) / sqrt(variance + epsilon)", aliases=[r"\hat x"]),
        "y": step("gamma * x_hat + beta"),
    },
    source=BATCH_NORM_SOURCE,
    claims=[
        claim("abs(mean(y) - beta) < 1e-9", "the output has the mean β", "출력의 평균은 β이다"),
        claim("std(y) <= abs(gamma) + 1e-9", "its standard deviation is at most |γ|", "출력의 표준편차는 |γ| 이하이다"),
    ],
    mistakes=[
        mistake(
            "no-root",
            "(x - mu) / (variance + epsilon)",
            "The square root is missing: divide by the standard deviation, not by the variance.",
            "제곱근이 빠졌습니다. 분산이 아니라 표준편차로 나눕니다.",
            of="x_hat",
        ),
        mistake(
            "not-centred",
            "x / sqrt(variance + epsilon)",
            "The batch mean is not subtracted.",
            "배치 평균을 빼지 않았습니다.",
            of="x_hat",
        ),
        mistake(
            "epsilon-outside-the-root",
            "(x - mu) / (sqrt(variance) + epsilon)",
            "ε belongs under the root, next to the variance.",
            "ε은 제곱근 안에서 분산에 더합니다.",
            of="x_hat",
        ),
        mistake(
            "unbiased-variance",
            "sum((x - mu)^2) / (m - 1)",
            "Batch normalisation divides by m when it normalises; m − 1 is only used for the running variance.",
            "정규화에는 m으로 나눈 분산을 씁니다. m − 1은 이동 평균 분산에만 쓰입니다.",
            of="variance",
        ),
        mistake(
            "standard-deviation-for-variance",
            "sqrt(mean((x - mu)^2))",
            "That is the standard deviation; the root comes later.",
            "그것은 표준편차입니다. 제곱근은 나중에 구합니다.",
            of="variance",
        ),
        mistake(
            "shift-first",
            "gamma * (x_hat + beta)",
            "Scale first, then shift: β is not multiplied by γ.",
            "먼저 γ를 곱하고 β를 더합니다. β에는 γ를 곱하지 않습니다.",
        ),
        mistake(
            "scale-and-shift-swapped",
            "beta * x_hat + gamma",
            "γ scales and β shifts.",
            "γ는 곱하고 β는 더합니다.",
        ),
        mistake(
            "scale-and-shift-forgotten",
            "x_hat",
            "The learnt scale γ and shift β are missing.",
            "학습되는 γ와 β가 빠졌습니다.",
        ),
    ],
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


@batch_normalisation.oracle("closed-form", "second moment minus squared mean", "제곱의 평균 − 평균의 제곱")
def _(x, gamma, beta, epsilon):
    variance = torch.dot(x, x) / len(x) - (x.sum() / len(x)) ** 2
    return {"variance": variance, "y": gamma * (x - x.sum() / len(x)) * torch.rsqrt(variance + epsilon) + beta}


@proof(
    "batch-norm-evaluation",
    title=("Batch normalisation at evaluation", "평가 모드의 배치 정규화"),
    statement=(
        "Training normalises with the statistics of the batch, evaluation with the running averages.",
        "훈련 때는 배치의 통계량으로, 평가 때는 이동 평균으로 정규화한다.",
    ),
    symbols={
        "x": symbol("vector[m]", "one feature over the mini-batch", "미니배치에 걸친 특성 하나"),
        "r": symbol("real", "running mean", "이동 평균", ["running_mean"]),
        "s": symbol("positive", "running variance", "이동 분산", ["running_var"]),
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
            "그것은 훈련 때 쓰는 배치의 통계량입니다. 평가 때는 이동 평균을 씁니다.",
        ),
        mistake(
            "nothing-done",
            "x",
            "Evaluation normalises too, with the running averages.",
            "평가 때도 이동 평균으로 정규화합니다.",
        ),
        mistake(
            "running-mean-only",
            "x - r",
            "The division by the running standard deviation is missing.",
            "이동 분산의 제곱근으로 나누지 않았습니다.",
        ),
        mistake(
            "no-root",
            "(x - r) / (s + epsilon)",
            "The square root is missing.",
            "제곱근이 빠졌습니다.",
        ),
    ],
)
def batch_norm_evaluation(x, r, s, epsilon):
    return {
        "training": (x - x.mean()) / torch.sqrt(x.var(correction=0) + epsilon),
        "evaluation": (x - r) / torch.sqrt(s + epsilon),
    }


@batch_norm_evaluation.oracle(
    "operator", "torch.nn.functional.batch_norm in both modes", "두 모드의 torch.nn.functional.batch_norm"
)
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
    title=("Running mean of batch normalisation", "배치 정규화의 이동 평균"),
    statement=(
        "Every training batch moves the running mean a fraction of the way to the batch mean.",
        "훈련 배치마다 이동 평균은 배치 평균 쪽으로 일정 비율만큼 움직인다.",
    ),
    symbols={
        "r": symbol("real", "running mean before the batch", "갱신 전 이동 평균", ["running_mean"]),
        "x": symbol("vector[m]", "one feature over the mini-batch", "미니배치에 걸친 특성 하나"),
        "q": symbol("open-probability", "momentum, as torch counts it", "torch 방식의 모멘텀", ["momentum", "alpha"]),
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
            "The weights are swapped: in torch the momentum is the share of the new batch.",
            "가중치가 뒤바뀌었습니다. torch의 모멘텀은 새 배치의 비율입니다.",
        ),
        mistake(
            "replaced",
            "batch_mean",
            "The running mean remembers earlier batches, it is not replaced.",
            "이동 평균은 새 값으로 통째로 바뀌지 않고 이전 배치들을 기억합니다.",
        ),
        mistake(
            "added-in-full",
            "r + q * batch_mean",
            "The old value has to give way, by the factor 1 − q.",
            "이전 값은 1 − q배로 줄여야 합니다.",
        ),
    ],
)
def batch_norm_running_mean(r, x, q):
    batch_mean = x.mean()
    return {"batch_mean": batch_mean, "r_next": (1 - q) * r + q * batch_mean}


@batch_norm_running_mean.oracle(
    "operator", "buffer of torch.nn.functional.batch_norm", "torch.nn.functional.batch_norm의 버퍼"
)
def _(r, x, q):
    running, variance = r.clone().reshape(1), torch.ones(1)
    torch.nn.functional.batch_norm(x.unsqueeze(1), running, variance, training=True, momentum=q.item())
    return running[0]


@proof(
    "batch-norm-invariance",
    title=("Batch normalisation and the scale of its input", "배치 정규화와 입력의 크기"),
    statement=(
        "Scaling a feature by a positive number or shifting it changes nothing after batch normalisation (ε = 0).",
        "특성에 양수를 곱하거나 수를 더해도 배치 정규화를 거친 값은 변하지 않는다 (ε = 0).",
    ),
    symbols={
        "x": symbol("vector[m]", "one feature over the mini-batch", "미니배치에 걸친 특성 하나"),
        "c": symbol("positive", "factor", "곱하는 수"),
        "s": symbol("real", "shift", "더하는 수"),
    },
    where=["var(x) > 0.01"],
    steps={
        "plain": step("(x - mean(x)) / std(x)"),
        "rescaled": step("(c * x + s - mean(c * x + s)) / std(c * x + s)"),
    },
    source="Ioffe & Szegedy (2015), Batch normalization, sec. 3.3",
    claims=[claim("max(abs(plain - rescaled)) < 1e-8", "nothing changes", "아무것도 변하지 않는다")],
    mistakes=[
        mistake(
            "scaled-along",
            "c * (x - mean(x)) / std(x)",
            "The standard deviation grows by the same factor: it cancels.",
            "표준편차도 같은 배로 커지므로 약분됩니다.",
        ),
        mistake(
            "shifted-along",
            "(x - mean(x)) / std(x) + s",
            "The shift moves the mean as well and is subtracted again.",
            "더한 수는 평균도 옮기므로 다시 빠집니다.",
        ),
        mistake(
            "shrunk",
            "(x - mean(x)) / (c * std(x))",
            "The numerator grows by the same factor: it cancels.",
            "분자도 같은 배로 커지므로 약분됩니다.",
        ),
    ],
)
def batch_norm_invariance(x, c, s):
    def normalise(values):
        return (values - values.mean()) / values.std(correction=0)

    return {"plain": normalise(x), "rescaled": normalise(c * x + s)}


@batch_norm_invariance.oracle(
    "operator", "torch.nn.functional.batch_norm of both", "두 입력의 torch.nn.functional.batch_norm", tolerance=1e-8
)
def _(x, c, s):
    def normalise(values):
        return torch.nn.functional.batch_norm(values.unsqueeze(1), None, None, training=True, eps=1e-30).squeeze(1)

    return {"plain": normalise(x), "rescaled": normalise(c * x + s)}


@proof(
    "layer-normalisation",
    title=("Layer normalisation", "층 정규화"),
    statement=(
        "A sample is centred and divided by its standard deviation over its own features, then scaled and shifted per feature.",
        "샘플마다 자기 특성들의 평균을 빼고 표준편차로 나눈 뒤, 특성별로 γ를 곱하고 β를 더한다.",
    ),
    symbols={
        "x": symbol("vector[d]", "features of one sample", "한 샘플의 특성들"),
        "gamma": symbol("vector[d]", "learnt scale per feature", "특성별로 학습되는 배율"),
        "beta": symbol("vector[d]", "learnt shift per feature", "특성별로 학습되는 이동"),
        "epsilon": EPSILON,
    },
    steps={
        "mu": step("mean(x)"),
        "variance": step("mean((x - mu)^2)", aliases=["v"]),
        "sigma": step("sqrt(variance)"),
        "x_hat": step("(x - mu) / sqrt(variance + epsilon)", aliases=[r"\hat x"]),
        "y": step("gamma * x_hat + beta"),
    },
    source="Ba, Kiros & Hinton (2016), Layer normalization (arXiv 1607.06450), eq. 3 and 4",
    mistakes=[
        mistake(
            "no-root",
            "gamma * (x - mu) / (variance + epsilon) + beta",
            "The square root is missing: divide by the standard deviation.",
            "제곱근이 빠졌습니다. 표준편차로 나눕니다.",
        ),
        mistake(
            "not-centred",
            "gamma * x / sqrt(variance + epsilon) + beta",
            "The mean of the sample is not subtracted.",
            "샘플의 평균을 빼지 않았습니다.",
        ),
        mistake(
            "shift-first",
            "gamma * (x_hat + beta)",
            "Scale first, then shift: β is not multiplied by γ.",
            "먼저 γ를 곱하고 β를 더합니다. β에는 γ를 곱하지 않습니다.",
        ),
        mistake(
            "root-mean-square",
            "gamma * x / sqrt(mean(x^2) + epsilon) + beta",
            "That is RMSNorm with a shift: layer normalisation subtracts the mean first.",
            "그것은 RMSNorm에 가깝습니다. 층 정규화는 먼저 평균을 뺍니다.",
        ),
        mistake(
            "unbiased-variance",
            "sum((x - mu)^2) / (d - 1)",
            "Layer normalisation divides by the number of features, not by one less.",
            "층 정규화는 특성 수 d로 나눕니다. d − 1이 아닙니다.",
            of="variance",
        ),
    ],
)
def layer_normalisation(x, gamma, beta, epsilon):
    mu = x.mean()
    variance = ((x - mu) ** 2).mean()
    x_hat = (x - mu) / torch.sqrt(variance + epsilon)
    return {"mu": mu, "variance": variance, "sigma": torch.sqrt(variance), "x_hat": x_hat, "y": gamma * x_hat + beta}


@layer_normalisation.oracle("operator", "torch.nn.functional.layer_norm")
def _(x, gamma, beta, epsilon):
    return torch.nn.functional.layer_norm(x, x.shape, gamma, beta, epsilon.item())


@layer_normalisation.oracle("operator", "group_norm with one group", "그룹이 하나인 group_norm")
def _(x, gamma, beta, epsilon):
    return torch.nn.functional.group_norm(x.unsqueeze(0), 1, gamma, beta, epsilon.item())[0]


@proof(
    "normalisation-axes",
    title=("Over which axis is normalised?", "어느 축으로 정규화하는가?"),
    statement=(
        "Batch normalisation takes mean and variance down each column (a feature over the samples), "
        "layer normalisation along each row (a sample over its features). Here ε = 0.",
        "배치 정규화는 열마다(샘플에 걸친 특성 하나), 층 정규화는 행마다(샘플 하나의 특성들) 평균과 분산을 구한다. 여기서 ε = 0이다.",
    ),
    symbols={"X": symbol("matrix[n, d]", "a row a sample, a column a feature", "행은 샘플, 열은 특성", ["x"])},
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
            "그것은 행, 곧 샘플마다 정규화하는 층 정규화입니다.",
        ),
        mistake(
            "all-entries",
            "(X - mean(X)) / std(X)",
            "One mean for all entries mixes the features; batch normalisation has one per feature.",
            "전체에 평균 하나를 쓰면 특성들이 섞입니다. 배치 정규화는 특성마다 따로 구합니다.",
        ),
        mistake(
            "only-centred",
            "X - mean(X, axis=0)",
            "The division by the standard deviation is missing.",
            "표준편차로 나누지 않았습니다.",
        ),
    ],
)
def normalisation_axes(X):
    def normalise(axis):
        return (X - X.mean(axis, keepdim=True)) / X.std(axis, correction=0, keepdim=True)

    return {"layer_norm": normalise(1), "batch_norm": normalise(0)}


@normalisation_axes.oracle(
    "operator", "torch.nn.functional.batch_norm and layer_norm", "torch.nn.functional.batch_norm과 layer_norm"
)
def _(X):
    return {
        "batch_norm": torch.nn.functional.batch_norm(X, None, None, training=True, eps=1e-30),
        "layer_norm": torch.nn.functional.layer_norm(X, X.shape[1:], eps=1e-30),
    }
