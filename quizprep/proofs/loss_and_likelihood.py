"""Proofs for the chapter loss-and-likelihood."""

from __future__ import annotations

import itertools
import math

from quizprep.lazy import numpy, torch
from quizprep.proofs import claim, mistake, proof, step, symbol

PREDICTION_ALIASES = [r"\hat y", "yhat", "f"]


# --- regression -----------------------------------------------------------------------------------------


@proof(
    "mean-squared-error",
    title=("Mean squared error", "평균 제곱 오차(MSE)"),
    statement=(
        "MSE is the mean of the squared errors; RMSE is its root, MAE the mean of the absolute errors.",
        "MSE는 오차 제곱의 평균이고, RMSE는 그 제곱근, MAE는 절대 오차의 평균이다.",
    ),
    symbols={
        "y": symbol("vector[N]", "targets", "목푯값", ["t"]),
        "y_hat": symbol("vector[N]", "predictions", "예측값", PREDICTION_ALIASES),
    },
    steps={
        "errors": step("y - y_hat", aliases=["e"]),
        "mae": step("mean(abs(errors))", aliases=["MAE"]),
        "mse": step("mean(errors^2)", aliases=["MSE", "loss", "L"]),
        "rmse": step("sqrt(mse)", aliases=["RMSE"]),
    },
    result="mse",
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 5.1.4",
    claims=[claim("rmse >= mae - 1e-9", "RMSE is never below MAE", "RMSE는 MAE보다 작지 않다")],
    mistakes=[
        mistake(
            "not-squared",
            "mean(errors)",
            "The square is missing: positive and negative errors would cancel.",
            "제곱이 빠졌습니다. 양의 오차와 음의 오차가 상쇄됩니다.",
        ),
        mistake(
            "not-averaged",
            "sum(errors^2)",
            "That is the sum; the division by N is missing.",
            "그것은 합입니다. N으로 나누지 않았습니다.",
        ),
        mistake(
            "rmse",
            "sqrt(mean(errors^2))",
            "That is RMSE: MSE has no root.",
            "그것은 RMSE입니다. MSE에는 제곱근이 없습니다.",
        ),
        mistake(
            "mae",
            "mean(abs(errors))",
            "That is MAE, with absolute values in place of squares.",
            "그것은 제곱 대신 절댓값을 쓴 MAE입니다.",
        ),
        mistake(
            "square-of-the-mean",
            "mean(errors)^2",
            "Square first, then average.",
            "먼저 제곱한 뒤 평균해야 합니다.",
        ),
        mistake(
            "mean-of-roots",
            "mean(sqrt(errors^2))",
            "The root comes after the mean; rooted one by one the errors give MAE.",
            "제곱근은 평균한 뒤에 구합니다. 하나씩 구하면 MAE가 됩니다.",
            of="rmse",
        ),
    ],
)
def mean_squared_error(y, y_hat):
    errors = y - y_hat
    mse = (errors**2).mean()
    return {"errors": errors, "mae": errors.abs().mean(), "mse": mse, "rmse": torch.sqrt(mse)}


@mean_squared_error.oracle("operator", "torch.nn.functional.mse_loss, l1_loss")
def _(y, y_hat):
    return {"mse": torch.nn.functional.mse_loss(y_hat, y), "mae": torch.nn.functional.l1_loss(y_hat, y)}


@mean_squared_error.oracle("closed-form", "variance of the errors plus their squared mean", "오차의 분산 + 평균의 제곱")
def _(y, y_hat):
    variance, mean = torch.var_mean(y_hat - y, correction=0)
    return {"mse": variance + mean**2, "rmse": torch.hypot(torch.std(y_hat - y, correction=0), mean)}


# --- classification -----------------------------------------------------------------------------------------


@proof(
    "binary-cross-entropy",
    title=("Binary cross-entropy", "이진 교차 엔트로피(BCE)"),
    statement=(
        "BCE is the negative log-likelihood of a Bernoulli label: −(y ln p + (1 − y) ln(1 − p)).",
        "BCE는 베르누이 레이블의 음의 로그 가능도 −(y ln p + (1 − y) ln(1 − p))이다.",
    ),
    symbols={
        "y": symbol("bit", "label", "레이블", ["t"]),
        "p": symbol(
            "open-probability",
            "predicted probability of label 1",
            "레이블이 1일 예측 확률",
            [*PREDICTION_ALIASES, "y_hat"],
        ),
    },
    steps={
        "likelihood": step("p^y * (1 - p)^(1 - y)"),
        "loss": step("-(y * ln(p) + (1 - y) * ln(1 - p))", aliases=["L", "BCE"]),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), sec. 4.3.2",
    mistakes=[
        mistake(
            "sign",
            "y * ln(p) + (1 - y) * ln(1 - p)",
            "The minus sign is missing: that is the log-likelihood, to be maximised; a loss is never negative here.",
            "음의 부호가 빠졌습니다. 그것은 최대화할 로그 가능도이고, 이 손실은 음수가 될 수 없습니다.",
        ),
        mistake(
            "positives-only",
            "-y * ln(p)",
            "The term of label 0 is missing: a wrong prediction there would cost nothing.",
            "레이블이 0일 때의 항이 빠졌습니다. 그러면 그때는 틀려도 손실이 0입니다.",
        ),
        mistake(
            "labels-swapped",
            "-(y * ln(1 - p) + (1 - y) * ln(p))",
            "The labels are swapped: y = 1 goes with ln p.",
            "레이블이 뒤바뀌었습니다. y = 1이면 ln p를 씁니다.",
        ),
        mistake(
            "squared-error",
            "(y - p)^2",
            "That is the squared error, which punishes a confident mistake far less.",
            "그것은 제곱 오차입니다. 확신하고 틀린 예측에 훨씬 관대합니다.",
        ),
        mistake(
            "binary-logarithm",
            "-(y * log2(p) + (1 - y) * log2(1 - p))",
            "The logarithm is the natural one; base 2 counts in bits.",
            "자연로그를 씁니다. 밑이 2이면 비트 단위가 됩니다.",
        ),
    ],
)
def binary_cross_entropy(y, p):
    return {"likelihood": p**y * (1 - p) ** (1 - y), "loss": -(y * torch.log(p) + (1 - y) * torch.log(1 - p))}


@binary_cross_entropy.oracle("operator", "torch.nn.functional.binary_cross_entropy")
def _(y, p):
    return torch.nn.functional.binary_cross_entropy(p, y)


@binary_cross_entropy.oracle("operator", "torch.distributions.Bernoulli")
def _(y, p):
    log_probability = torch.distributions.Bernoulli(probs=p).log_prob(y)
    return {"likelihood": log_probability.exp(), "loss": -log_probability}


@proof(
    "cross-entropy",
    title=("Categorical cross-entropy", "범주형 교차 엔트로피(CCE)"),
    statement=(
        "Cross-entropy is −Σ y ln p; with a one-hot target it is −ln of the probability given to the true class.",
        "교차 엔트로피는 −Σ y ln p이다. 목표가 원-핫이면 정답 클래스에 준 확률의 −ln이다.",
    ),
    symbols={
        "y": symbol("distribution[K]", "target distribution", "목표 분포", ["t"]),
        "p": symbol("distribution[K]", "predicted probabilities", "예측 확률", [*PREDICTION_ALIASES, "y_hat", "q"]),
    },
    where=["min(p) > 0"],
    steps={"loss": step("-sum(y * ln(p))", aliases=["L", "CE", "H"])},
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 3.13 and 6.2.2",
    mistakes=[
        mistake(
            "sign",
            "sum(y * ln(p))",
            "The minus sign is missing: logarithms of probabilities are negative, the loss is not.",
            "음의 부호가 빠졌습니다. 확률의 로그는 음수이지만 손실은 음수가 아닙니다.",
        ),
        mistake(
            "roles-swapped",
            "-sum(p * ln(y))",
            "The roles are swapped: the logarithm is of the prediction, weighted by the target.",
            "역할이 뒤바뀌었습니다. 예측의 로그를 목표로 가중합니다.",
        ),
        mistake(
            "no-logarithm",
            "1 - sum(y * p)",
            "The logarithm is missing: a confident mistake must cost far more than 1.",
            "로그가 빠졌습니다. 확신하고 틀리면 손실이 1보다 훨씬 커야 합니다.",
        ),
        mistake(
            "entropy-of-the-prediction",
            "-sum(p * ln(p))",
            "That is the entropy of the prediction; it does not look at the target.",
            "그것은 예측의 엔트로피로, 목표를 보지 않습니다.",
        ),
        mistake(
            "binary-logarithm",
            "-sum(y * log2(p))",
            "The logarithm is the natural one; base 2 counts in bits.",
            "자연로그를 씁니다. 밑이 2이면 비트 단위가 됩니다.",
        ),
    ],
)
def cross_entropy(y, p):
    return {"loss": -(y * torch.log(p)).sum()}


@cross_entropy.oracle(
    "operator",
    "torch.nn.functional.cross_entropy with soft targets",
    "소프트 레이블의 torch.nn.functional.cross_entropy",
)
def _(y, p):
    return torch.nn.functional.cross_entropy(torch.log(p), y)


@cross_entropy.oracle("closed-form", "entropy of the target plus KL divergence", "목표의 엔트로피 + KL 발산")
def _(y, p):
    target, prediction = (torch.distributions.Categorical(probs=each) for each in (y, p))
    return target.entropy() + torch.distributions.kl_divergence(target, prediction)


@proof(
    "true-class-cross-entropy",
    title=("Cross-entropy with an integer label", "정수 레이블의 교차 엔트로피"),
    statement=(
        "With the class index the loss is −ln softmax(z)ₖ: the very value that the one-hot target gives.",
        "클래스 번호를 쓰면 손실은 −ln softmax(z)ₖ로, 원-핫 목표로 계산한 값과 똑같다.",
    ),
    symbols={
        "z": symbol("vector[K]", "logits of three classes", "세 클래스의 로짓"),
        "k": symbol("integer in 0..2", "true class, counted from 0", "정답 클래스 (0부터)"),
    },
    lengths={"K": 3},
    steps={
        "p": step("softmax(z)"),
        "one_hot_loss": step("-sum(one_hot(k, 3) * ln(p))"),
        "loss": step("-ln(p_{k+1})"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), sec. 6.2.2.3",
    mistakes=[
        mistake(
            "probability-for-loss",
            "p_{k+1}",
            "The logarithm is missing: a probability of 1 must give the loss 0.",
            "로그가 빠졌습니다. 확률이 1이면 손실은 0이어야 합니다.",
        ),
        mistake(
            "logit-only",
            "-z_{k+1}",
            "The other logits count too: the logit has to go through softmax.",
            "다른 로짓도 영향을 줍니다. 로짓을 소프트맥스에 통과시켜야 합니다.",
        ),
        mistake(
            "all-classes",
            "-sum(ln(p))",
            "Only the true class enters; the zeros of the one-hot target remove the others.",
            "정답 클래스만 들어갑니다. 원-핫의 0이 나머지를 없앱니다.",
        ),
        mistake(
            "one-minus",
            "1 - p_{k+1}",
            "The loss is the negative logarithm; 1 − p would hardly punish a confident mistake.",
            "손실은 음의 로그입니다. 1 − p는 확신하고 틀린 예측을 거의 벌하지 않습니다.",
        ),
    ],
    vectorized=False,
)
def true_class_cross_entropy(z, k):
    p = torch.softmax(z, 0)
    one_hot = torch.nn.functional.one_hot(k.long(), 3)
    return {"p": p, "one_hot_loss": -(one_hot * torch.log(p)).sum(), "loss": -torch.log(p[k.long()])}


@true_class_cross_entropy.oracle(
    "operator",
    "torch.nn.functional.cross_entropy, index and one-hot",
    "torch.nn.functional.cross_entropy, 번호와 원-핫",
)
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
    title=("Squared error from a normal distribution", "정규분포에서 나오는 제곱 오차"),
    statement=(
        "For a normal distribution with variance 1 the negative log-likelihood is half the squared error plus a constant.",
        "분산이 1인 정규분포의 음의 로그 가능도는 제곱 오차의 절반에 상수를 더한 것이다.",
    ),
    symbols={
        "y": symbol("real", "target", "목푯값", ["x"]),
        "mu": symbol("real", "prediction: the mean of the distribution", "예측값: 분포의 평균", ["y_hat", r"\hat y"]),
    },
    steps={
        "half_squared_error": step("(y - mu)^2 / 2"),
        "constant": step("ln(2 * pi) / 2"),
        "nll": step("half_squared_error + constant", aliases=["loss", "NLL"]),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), sec. 3.1.1",
    mistakes=[
        mistake(
            "absolute-error",
            "abs(y - mu) + ln(2)",
            "The absolute error belongs to the Laplace distribution.",
            "절대 오차는 라플라스 분포에서 나옵니다.",
        ),
        mistake(
            "sign",
            "-half_squared_error - constant",
            "The minus sign is missing: that is the log-likelihood.",
            "음의 부호가 빠졌습니다. 그것은 로그 가능도입니다.",
        ),
        mistake(
            "half-forgotten",
            "(y - mu)^2 + constant",
            "The 1/2 from the exponent is missing.",
            "지수의 1/2이 빠졌습니다.",
        ),
        mistake(
            "no-logarithm",
            "exp(-half_squared_error) / sqrt(2 * pi)",
            "That is the density itself, before the negative logarithm.",
            "그것은 음의 로그를 취하기 전의 밀도입니다.",
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
    title=("Probability and likelihood of a coin", "동전의 확률과 가능도"),
    statement=(
        "C(n, k) pᵏ(1 − p)ⁿ⁻ᵏ sums to 1 over the outcomes k; as a function of p, the likelihood, it integrates to 1/(n + 1).",
        "C(n, k) pᵏ(1 − p)ⁿ⁻ᵏ을 결과 k에 대해 더하면 1이지만, p의 함수인 가능도로 보고 적분하면 1/(n + 1)이다.",
    ),
    symbols={
        "n": symbol("positive-count in 1..10", "tosses", "던진 횟수", ["N"]),
        "k": symbol("count in 0..10", "heads", "앞면이 나온 횟수", ["x"]),
        "p": symbol("open-probability", "probability of heads", "앞면의 확률", ["theta"]),
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
            "그것은 앞면이 나오는 순서 하나의 확률입니다. 순서의 가짓수가 빠졌습니다.",
        ),
        mistake(
            "heads-and-tails-swapped",
            "binomial(n, k) * p^(n - k) * (1 - p)^k",
            "Heads and tails are swapped: p goes with the k heads.",
            "앞면과 뒷면이 뒤바뀌었습니다. p는 앞면의 횟수 k만큼 곱합니다.",
        ),
        mistake(
            "tails-forgotten",
            "binomial(n, k) * p^k",
            "The n − k tails have a probability too.",
            "뒷면이 나온 n − k번의 확률도 곱해야 합니다.",
        ),
        mistake(
            "integrates-to-one",
            "1",
            "The likelihood is no density over p: it need not integrate to 1.",
            "가능도는 p에 대한 밀도가 아니므로 적분이 1일 필요가 없습니다.",
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


@binomial_likelihood.oracle(
    "brute-force", "every sequence of tosses listed", "동전을 던진 모든 순서를 나열", samples=12
)
def _(n, k, p):
    heads = p.item()
    sequences = [toss for toss in itertools.product((0, 1), repeat=int(n)) if sum(toss) == int(k)]
    return math.fsum(math.prod(heads if face else 1 - heads for face in toss) for toss in sequences)


@binomial_likelihood.oracle("closed-form", "Gauss-Legendre integral over p", "p에 대한 가우스-르장드르 적분")
def _(n, k, p):
    nodes, weights = numpy.polynomial.legendre.leggauss(12)  # exact for polynomials up to degree 23
    places = (nodes + 1) / 2
    values = math.comb(int(n), int(k)) * places ** int(k) * (1 - places) ** (int(n) - int(k))
    return {"integral_over_p": float((weights * values).sum() / 2)}


@proof(
    "maximum-likelihood-coin",
    title=("Maximum likelihood for a coin", "동전의 최대 가능도 추정"),
    statement=(
        "After k heads in n tosses the likelihood pᵏ(1 − p)ⁿ⁻ᵏ is largest at p = k/n.",
        "n번 던져 앞면이 k번 나왔을 때 가능도 pᵏ(1 − p)ⁿ⁻ᵏ은 p = k/n에서 가장 크다.",
    ),
    symbols={
        "n": symbol("positive-count in 2..20", "tosses", "던진 횟수", ["N"]),
        "k": symbol("positive-count in 1..19", "heads", "앞면이 나온 횟수"),
    },
    where=["k < n"],
    steps={
        "tails": step("n - k"),
        "p_hat": step("k / n", aliases=["p", r"\hat p", "theta", r"\hat\theta"]),
    },
    source="Fisher (1922), On the mathematical foundations of theoretical statistics; Bishop (2006), sec. 2.1",
    mistakes=[
        mistake(
            "odds",
            "k / tails",
            "Those are the odds, heads to tails; divide by all tosses.",
            "그것은 앞면과 뒷면의 비입니다. 전체 횟수로 나눠야 합니다.",
        ),
        mistake(
            "smoothed",
            "(k + 1) / (n + 2)",
            "That is the mean of the posterior under a uniform prior, not the maximum of the likelihood.",
            "그것은 균등 사전분포를 쓴 사후 평균입니다. 가능도의 최댓점이 아닙니다.",
        ),
        mistake(
            "tails-share",
            "tails / n",
            "That is the share of tails.",
            "그것은 뒷면의 비율입니다.",
        ),
        mistake(
            "fair",
            "1/2",
            "Maximum likelihood follows the data, not the belief that the coin is fair.",
            "최대 가능도는 동전이 공평하다는 믿음이 아니라 데이터를 따릅니다.",
        ),
    ],
)
def maximum_likelihood_coin(n, k):
    return {"tails": n - k, "p_hat": k / n}


@maximum_likelihood_coin.oracle(
    "autograd", "zero of the log-likelihood's derivative by bisection", "로그 가능도 도함수의 영점 (이분법)", samples=16
)
def _(n, k):
    low, high = torch.tensor(1e-9), torch.tensor(1 - 1e-9)
    for _ in range(60):
        middle = ((low + high) / 2).requires_grad_()
        (slope,) = torch.autograd.grad(torch.distributions.Binomial(int(n), probs=middle).log_prob(k), middle)
        low, high = (middle.detach(), high) if slope > 0 else (low, middle.detach())
    return (low + high) / 2


@proof(
    "maximum-likelihood-normal",
    title=("Maximum likelihood for a normal distribution", "정규분포의 최대 가능도 추정"),
    statement=(
        "The likelihood of a normal sample is largest at the sample mean and at the variance with divisor n.",
        "정규분포 표본의 가능도는 표본 평균과 n으로 나눈 분산에서 가장 크다.",
    ),
    symbols={"x": symbol("vector[n]", "sample", "표본")},
    where=["var(x) > 0.01"],
    steps={
        "mu": step("mean(x)", aliases=[r"\hat\mu", "m"]),
        "variance": step("mean((x - mu)^2)", aliases=["v"]),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), sec. 1.2.4",
    mistakes=[
        mistake(
            "unbiased",
            "sum((x - mu)^2) / (n - 1)",
            "That is the unbiased estimate; maximum likelihood divides by n.",
            "그것은 불편 추정량입니다. 최대 가능도는 n으로 나눕니다.",
        ),
        mistake(
            "standard-deviation",
            "sqrt(mean((x - mu)^2))",
            "That is the standard deviation: the variance has no root.",
            "그것은 표준편차입니다. 분산에는 제곱근이 없습니다.",
        ),
        mistake(
            "not-averaged",
            "sum((x - mu)^2)",
            "The division by n is missing.",
            "n으로 나누지 않았습니다.",
        ),
        mistake(
            "second-moment",
            "mean(x^2)",
            "The mean has to be subtracted first.",
            "먼저 평균을 빼야 합니다.",
        ),
    ],
)
def maximum_likelihood_normal(x):
    mu = x.mean()
    return {"mu": mu, "variance": ((x - mu) ** 2).mean()}


@maximum_likelihood_normal.oracle(
    "autograd", "Newton's method on the log-likelihood", "로그 가능도에 대한 뉴턴법", samples=8
)
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


@maximum_likelihood_normal.oracle(
    "brute-force", "half the mean squared distance of all pairs", "모든 쌍의 제곱 거리 평균의 절반"
)
def _(x):
    return {"variance": ((x.unsqueeze(0) - x.unsqueeze(1)) ** 2).mean() / 2}
