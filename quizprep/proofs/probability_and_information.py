"""Proofs for the chapter probability-and-information."""

from __future__ import annotations

import itertools
import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

P = symbol("distribution[n]", "the distribution P", "분포 P", aliases=["p"])
Q = symbol("distribution[n]", "the distribution Q", "분포 Q", aliases=["q"])


# --- Bayes' rule, joint and conditional distributions -----------------------------------------


@proof(
    "bayes-posterior",
    title=("Posterior after a positive test", "양성 판정 뒤의 사후 확률"),
    statement=(
        "The posterior is prior times likelihood, divided by the evidence.",
        "사후 확률은 사전 확률과 가능도의 곱을 증거로 나눈 값이다.",
    ),
    symbols={
        "prior": symbol("open-probability", "share of the population that is ill", "인구 중 환자의 비율"),
        "sensitivity": symbol(
            "open-probability", "P(positive | ill)", "P(양성 | 환자), 민감도", aliases=["sens", "TPR"]
        ),
        "false_alarm": symbol(
            "open-probability", "P(positive | healthy)", "P(양성 | 비환자), 거짓 양성률", aliases=["FPR"]
        ),
    },
    steps={
        "ill_and_positive": step("prior * sensitivity"),
        "healthy_and_positive": step("(1 - prior) * false_alarm"),
        "evidence": step("ill_and_positive + healthy_and_positive"),
        "posterior": step("ill_and_positive / evidence"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 1.2",
    mistakes=[
        mistake(
            "transposed",
            "sensitivity",
            "That is P(positive | ill); asked is P(ill | positive).",
            "그것은 P(양성 | 환자)입니다. 구할 것은 P(환자 | 양성)입니다.",
        ),
        mistake(
            "ignores-prior",
            "sensitivity / (sensitivity + false_alarm)",
            "The prior is left out, as if half of the population were ill.",
            "사전 확률이 빠졌습니다. 인구의 절반이 환자라고 본 셈입니다.",
        ),
        mistake(
            "not-normalised",
            "prior * sensitivity",
            "That is the joint probability P(ill, positive); it still has to be divided by P(positive).",
            "그것은 결합 확률 P(환자, 양성)입니다. P(양성)으로 나누어야 합니다.",
        ),
        mistake(
            "evidence-unweighted",
            "prior * sensitivity / (sensitivity + false_alarm)",
            "In the evidence each likelihood must be weighted by its prior.",
            "증거를 구할 때 각 가능도에 사전 확률을 곱해야 합니다.",
        ),
    ],
)
def bayes_posterior(prior, sensitivity, false_alarm):
    ill_and_positive = prior * sensitivity
    healthy_and_positive = (1 - prior) * false_alarm
    evidence = ill_and_positive + healthy_and_positive
    return {
        "ill_and_positive": ill_and_positive,
        "healthy_and_positive": healthy_and_positive,
        "evidence": evidence,
        "posterior": ill_and_positive / evidence,
    }


@bayes_posterior.oracle(
    "operator",
    "torch.distributions: softmax of the joint log probabilities",
    "torch.distributions: 결합 로그 확률의 소프트맥스",
)
def _(prior, sensitivity, false_alarm):
    hypotheses = torch.distributions.Categorical(torch.stack([prior, 1 - prior]))
    test = torch.distributions.Bernoulli(torch.stack([sensitivity, false_alarm]))
    joint = hypotheses.log_prob(torch.arange(2)) + test.log_prob(torch.ones(2))
    return torch.softmax(joint, dim=0)[0]


@bayes_posterior.oracle(
    "closed-form", "posterior odds = prior odds × likelihood ratio", "사후 오즈 = 사전 오즈 × 가능도비"
)
def _(prior, sensitivity, false_alarm):
    odds = prior / (1 - prior) * sensitivity / false_alarm
    return odds / (1 + odds)


@proof(
    "conditional-table",
    title=("Conditional distribution from a table", "표에서 구하는 조건부 분포"),
    statement=(
        "P(x | y) counts x only among the cases with the given y.",
        "P(x | y)는 주어진 y에 해당하는 경우만 놓고 x를 센 분포이다.",
    ),
    symbols={
        "counts": symbol(
            "matrix[n, m] of positive-count", "cases with each x (rows) and y (columns)", "x(행)와 y(열)별 사례 수"
        )
    },
    steps={
        "joint": step("counts / sum(counts)"),
        "marginal_x": step("sum(joint, 1)"),
        "marginal_y": step("sum(joint, 0)"),
        "conditional": step("joint / marginal_y"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 1.2",
    mistakes=[
        mistake(
            "joint-instead",
            "counts / sum(counts)",
            "Divided by all cases, that is the joint P(x, y); divide by the cases with this y.",
            "전체 사례로 나누면 결합 확률 P(x, y)입니다. 해당 y의 사례 수로 나누어야 합니다.",
        ),
        mistake(
            "other-direction",
            "(joint^T / marginal_x)^T",
            "That is P(y | x): each row sums to 1, but each column should.",
            "그것은 P(y | x)입니다. 각 행이 아니라 각 열의 합이 1이어야 합니다.",
        ),
        mistake(
            "times-marginal",
            "joint * marginal_y",
            "The joint is divided by the marginal of y, not multiplied.",
            "결합 확률에 y의 주변 확률을 곱할 것이 아니라 나누어야 합니다.",
        ),
    ],
)
def conditional_table(counts):
    joint = counts / counts.sum()
    marginal_x, marginal_y = joint.sum(dim=1), joint.sum(dim=0)
    return {"joint": joint, "marginal_x": marginal_x, "marginal_y": marginal_y, "conditional": joint / marginal_y}


@conditional_table.oracle("brute-force", "keeping the cases with one y and counting them", "해당 y의 사례만 골라 세기")
def _(counts):
    rows, columns = counts.shape
    cases = [(x, y) for x in range(rows) for y in range(columns) for _ in range(int(counts[x, y]))]
    kept = [[x for x, y in cases if y == column] for column in range(columns)]
    return torch.tensor([[kept[y].count(x) / len(kept[y]) for y in range(columns)] for x in range(rows)])


@proof(
    "chain-rule-urn",
    title=("Chain rule of probability", "확률의 연쇄 법칙"),
    statement=(
        "P(A, B, C) = P(A) P(B | A) P(C | A, B), whether or not the events are independent: "
        "three red balls drawn without putting any back.",
        "사건의 독립 여부와 관계없이 P(A, B, C) = P(A) P(B | A) P(C | A, B)이다: "
        "공을 다시 넣지 않고 빨간 공 세 개를 뽑는 경우.",
    ),
    symbols={
        "red": symbol("integer in 3..9", "red balls in the urn", "항아리 속 빨간 공의 수", aliases=["r"]),
        "blue": symbol("integer in 1..6", "blue balls in the urn", "항아리 속 파란 공의 수", aliases=["b"]),
    },
    steps={
        "first": step("red / (red + blue)"),
        "second": step("(red - 1) / (red + blue - 1)"),
        "third": step("(red - 2) / (red + blue - 2)"),
        "all_red": step("first * second * third"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 3.6",
    mistakes=[
        mistake(
            "with-replacement",
            "(red / (red + blue))^3",
            "That treats the draws as independent, as if each ball were put back.",
            "공을 다시 넣은 것처럼 각 시행을 독립으로 본 값입니다.",
        ),
        mistake(
            "same-denominator",
            "red * (red - 1) * (red - 2) / (red + blue)^3",
            "The ball that was drawn is also missing from the total.",
            "뽑은 공은 전체 개수에서도 빠집니다.",
        ),
        mistake(
            "only-two-factors",
            "first * second",
            "The third factor P(C | A, B) is missing.",
            "세 번째 인수 P(C | A, B)가 빠졌습니다.",
        ),
    ],
)
def chain_rule_urn(red, blue):
    total = red + blue
    first, second, third = red / total, (red - 1) / (total - 1), (red - 2) / (total - 2)
    return {"first": first, "second": second, "third": third, "all_red": first * second * third}


@chain_rule_urn.oracle(
    "brute-force", "listing every ordered draw of three balls", "공 세 개의 모든 순열 나열", samples=16
)
def _(red, blue):
    balls = [True] * int(red) + [False] * int(blue)
    draws = [all(draw) for draw in itertools.permutations(balls, 3)]
    return sum(draws) / len(draws)


@chain_rule_urn.oracle(
    "closed-form", "choosing 3 of the red balls / 3 of all balls", "조합의 비: 빨간 공 3개 / 전체 3개"
)
def _(red, blue):
    return math.comb(int(red), 3) / math.comb(int(red + blue), 3)


@proof(
    "joint-parameters",
    title=("Free parameters of a joint distribution", "결합 분포의 자유 파라미터 수"),
    statement=(
        "A joint distribution of n variables with m values each has m^n − 1 free parameters; "
        "conditional independence (a Markov chain) needs far fewer, full independence fewest.",
        "값이 m개인 변수 n개의 결합 분포는 자유 파라미터가 m^n − 1개이다. "
        "조건부 독립(마르코프 사슬)을 가정하면 훨씬 적고, 완전 독립이면 가장 적다.",
    ),
    symbols={
        "m": symbol("integer in 2..256", "values of each variable", "변수 하나가 갖는 값의 수"),
        "n": symbol("integer in 1..100", "variables", "변수의 수"),
    },
    where=["n * log(m) < 60"],
    steps={
        "independent": step("n * (m - 1)"),
        "markov": step("(m - 1) + (n - 1) * m * (m - 1)"),
        "full": step("m^n - 1"),
    },
    source="Koller & Friedman, Probabilistic Graphical Models (2009), chapter 3",
    mistakes=[
        mistake(
            "forgot-the-sum",
            "m^n",
            "The probabilities sum to 1, so one of them is not free.",
            "확률의 합이 1이므로 하나는 자유롭지 않습니다.",
        ),
        mistake(
            "product-of-free",
            "(m - 1)^n",
            "Free parameters of single variables are not multiplied: count the joint outcomes, then subtract 1.",
            "변수별 자유 파라미터를 곱하면 안 됩니다. 결합 결과의 수를 센 뒤 1을 빼야 합니다.",
        ),
        mistake(
            "independence",
            "n * (m - 1)",
            "That is enough only if all variables are independent.",
            "그 수는 모든 변수가 독립일 때만 충분합니다.",
        ),
    ],
    claims=[
        claim(
            "independent <= markov and markov <= full + 1e-9 * full",
            "Each assumption of independence can only save parameters.",
            "독립을 가정할수록 파라미터는 줄어들 뿐 늘지 않는다.",
        )
    ],
)
def joint_parameters(m, n):
    return {"independent": n * (m - 1), "markov": (m - 1) + (n - 1) * m * (m - 1), "full": m**n - 1}


@joint_parameters.oracle(
    "brute-force",
    "chain rule: one table row for each history, m − 1 entries free",
    "연쇄 법칙: 앞선 값의 조합마다 표의 한 행, 행마다 m − 1개가 자유",
)
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
    title=("Conditional independence", "조건부 독립"),
    statement=(
        "x and y that are independent given z still tell something about each other while z is unknown.",
        "z가 주어졌을 때 독립인 x와 y도 z를 모르면 서로에 대한 정보를 준다.",
    ),
    symbols={
        "p_z": symbol("open-probability", "P(z = 1)", "P(z = 1)"),
        "x_if_one": symbol("open-probability", "P(x = 1 | z = 1)", "P(x = 1 | z = 1)"),
        "x_if_zero": symbol("open-probability", "P(x = 1 | z = 0)", "P(x = 1 | z = 0)"),
        "y_if_one": symbol("open-probability", "P(y = 1 | z = 1)", "P(y = 1 | z = 1)"),
        "y_if_zero": symbol("open-probability", "P(y = 1 | z = 0)", "P(y = 1 | z = 0)"),
    },
    steps={
        "x_marginal": step("p_z * x_if_one + (1 - p_z) * x_if_zero"),
        "x_given_y_and_z": step("(p_z * x_if_one * y_if_one) / (p_z * y_if_one)"),
        "z_given_y": step("p_z * y_if_one / (p_z * y_if_one + (1 - p_z) * y_if_zero)"),
        "x_given_y": step("z_given_y * x_if_one + (1 - z_given_y) * x_if_zero"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 8.2",
    mistakes=[
        mistake(
            "independent-anyway",
            "x_marginal",
            "That is P(x = 1): it takes x and y to be independent without knowing z.",
            "그것은 P(x = 1)입니다. z를 모르는데도 x와 y를 독립으로 본 값입니다.",
        ),
        mistake(
            "as-if-z-known",
            "x_if_one",
            "That is P(x = 1 | z = 1): seeing y = 1 does not make z = 1 certain.",
            "그것은 P(x = 1 | z = 1)입니다. y = 1을 보아도 z = 1이 확실해지지는 않습니다.",
        ),
        mistake(
            "joint-instead",
            "p_z * x_if_one * y_if_one + (1 - p_z) * x_if_zero * y_if_zero",
            "That is the joint P(x = 1, y = 1); divide it by P(y = 1).",
            "그것은 결합 확률 P(x = 1, y = 1)입니다. P(y = 1)로 나누어야 합니다.",
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


@conditional_independence.oracle("brute-force", "sums over the table P(x, y, z)", "표 P(x, y, z)에서 합 구하기")
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
    title=("Expectation and variance", "기댓값과 분산"),
    statement=(
        "A discrete expectation is the sum of values times their probabilities; the variance is the expected "
        "squared distance from it.",
        "이산 확률변수의 기댓값은 값과 확률의 곱을 더한 것이고, 분산은 기댓값에서 떨어진 거리의 제곱의 기댓값이다.",
    ),
    symbols={
        "P": symbol("distribution[n]", "probability of each value", "각 값의 확률", aliases=["p"]),
        "x": symbol("vector[n]", "the values", "확률변수의 값"),
    },
    steps={
        "expectation": step("sum(P * x)", aliases=["mu"]),
        "second_moment": step("sum(P * x^2)"),
        "variance": step("sum(P * (x - expectation)^2)"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 3.8",
    mistakes=[
        mistake(
            "no-centre",
            "sum(P * x^2)",
            "That is the second moment; the squared mean has to be subtracted.",
            "그것은 2차 적률입니다. 평균의 제곱을 빼야 합니다.",
        ),
        mistake(
            "unweighted",
            "mean((x - expectation)^2)",
            "The squares must be weighted by their probabilities, not all alike.",
            "제곱한 값에 똑같은 가중치가 아니라 각 확률을 곱해야 합니다.",
        ),
        mistake(
            "standard-deviation",
            "sqrt(sum(P * (x - expectation)^2))",
            "That is the standard deviation, the root of the variance.",
            "그것은 분산의 제곱근인 표준편차입니다.",
        ),
        mistake(
            "plain-mean",
            "mean(x)",
            "The expectation weights each value by its probability.",
            "기댓값은 각 값에 확률을 곱해 더한 것입니다.",
            of="expectation",
        ),
    ],
)
def expectation_and_variance(P, x):
    expectation = (P * x).sum()
    return {
        "expectation": expectation,
        "second_moment": (P * x**2).sum(),
        "variance": (P * (x - expectation) ** 2).sum(),
    }


@expectation_and_variance.oracle(
    "closed-form",
    "half the expected squared distance of two independent draws",
    "독립인 두 표본 사이 거리 제곱의 기댓값의 절반",
)
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
    title=("Bernoulli distribution", "베르누이 분포"),
    statement=(
        "One parameter p fixes a binary variable: mean p, variance p(1 − p), and an entropy largest at p = 1/2.",
        "이진 변수는 파라미터 p 하나로 정해진다. 평균은 p, 분산은 p(1 − p)이고 엔트로피는 p = 1/2에서 가장 크다.",
    ),
    symbols={"p": symbol("open-probability", "P(X = 1)", "P(X = 1)")},
    steps={
        "average": step("p"),
        "variance": step("p * (1 - p)"),
        "entropy": step("-p * log(p) - (1 - p) * log(1 - p)", aliases=["H"]),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 2.1",
    mistakes=[
        mistake(
            "one-term",
            "-p * log(p)",
            "The outcome 0 contributes too: add -(1 - p) ln(1 - p).",
            "결과 0도 기여합니다. -(1 - p) ln(1 - p)를 더해야 합니다.",
        ),
        mistake(
            "missing-sign",
            "p * log(p) + (1 - p) * log(1 - p)",
            "The minus sign is missing: logarithms of probabilities are negative.",
            "음의 부호가 빠졌습니다. 확률의 로그는 음수입니다.",
        ),
        mistake(
            "bits",
            "-p * log2(p) - (1 - p) * log2(1 - p)",
            "That is in bits; with the natural logarithm it is in nats.",
            "그것은 비트 단위입니다. 자연로그를 쓰면 내트 단위입니다.",
        ),
        mistake(
            "square-of-p",
            "p^2",
            "The variance multiplies p by the probability of the other outcome.",
            "분산은 p에 다른 결과의 확률을 곱한 값입니다.",
            of="variance",
        ),
    ],
    claims=[
        claim(
            "variance <= 1/4 + 1e-12 and entropy <= log(2) + 1e-12",
            "Both spread and uncertainty are at most those of a fair coin.",
            "분산과 불확실성 모두 공정한 동전의 값을 넘지 않는다.",
        )
    ],
)
def bernoulli_distribution(p):
    entropy = -p * torch.log(p) - (1 - p) * torch.log(1 - p)
    return {"average": p.clone(), "variance": p * (1 - p), "entropy": entropy}


@bernoulli_distribution.oracle("operator", "torch.distributions.Bernoulli")
def _(p):
    coin = torch.distributions.Bernoulli(p)
    return {"average": coin.mean, "variance": coin.variance, "entropy": coin.entropy()}


@bernoulli_distribution.oracle("brute-force", "expectations over both outcomes 0 and 1", "결과 0과 1에 대한 기댓값")
def _(p):
    outcomes, weights = torch.tensor([0.0, 1.0]), torch.stack([1 - p, p])
    average = weights @ outcomes
    surprise = torch.special.entr(weights)
    return {"average": average, "variance": weights @ (outcomes - average) ** 2, "entropy": surprise.sum()}


@proof(
    "entropy",
    title=("Entropy", "엔트로피"),
    statement=(
        "Entropy is the expected surprise -ln P; it lies between 0 and ln n and is largest for equal probabilities.",
        "엔트로피는 놀람 -ln P의 기댓값으로 0과 ln n 사이에 있으며 확률이 모두 같을 때 가장 크다.",
    ),
    symbols={"P": P},
    steps={
        "surprise": step("-log(P)"),
        "entropy": step("sum(P * surprise)", aliases=["H"]),
    },
    source="Shannon, A Mathematical Theory of Communication (1948), section 6",
    mistakes=[
        mistake(
            "missing-sign",
            "sum(P * log(P))",
            "The minus sign is missing: an entropy is never negative.",
            "음의 부호가 빠졌습니다. 엔트로피는 음수가 될 수 없습니다.",
        ),
        mistake(
            "unweighted",
            "mean(-log(P))",
            "Each surprise must be weighted by its own probability.",
            "각 놀람에 그 사건의 확률을 곱해 더해야 합니다.",
        ),
        mistake(
            "bits",
            "-sum(P * log2(P))",
            "That is in bits; with the natural logarithm it is in nats.",
            "그것은 비트 단위입니다. 자연로그를 쓰면 내트 단위입니다.",
        ),
        mistake(
            "no-logarithm",
            "1 - sum(P^2)",
            "That is the Gini impurity, a different measure of uncertainty.",
            "그것은 불확실성의 다른 척도인 지니 불순도입니다.",
        ),
    ],
    claims=[
        claim(
            "entropy >= 0 and entropy <= log(len(P)) + 1e-9",
            "It is at least 0 and at most ln n.",
            "0 이상이고 ln n 이하이다.",
        )
    ],
)
def entropy(P):
    surprise = -torch.log(P)
    return {"surprise": surprise, "entropy": (P * surprise).sum()}


@entropy.oracle("operator", "torch.distributions.Categorical(P).entropy()")
def _(P):
    return torch.distributions.Categorical(probs=P).entropy()


@proof(
    "gaussian-peak",
    title=("Density and probability of a Gaussian", "가우시안의 밀도와 확률"),
    statement=(
        "The value of a density is no probability and may exceed 1; only areas under it are probabilities.",
        "밀도의 값은 확률이 아니며 1보다 클 수 있다. 그 아래의 넓이만이 확률이다.",
    ),
    symbols={"sigma": symbol("positive in 0..10", "standard deviation", "표준편차", aliases=["s"])},
    steps={
        "within_sigma": step("erf(1 / sqrt(2))"),
        "peak": step("1 / (sigma * sqrt(2 * pi))"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), sections 1.2.1 and 1.2.4",
    mistakes=[
        mistake(
            "variance-for-deviation",
            "1 / (sigma^2 * sqrt(2 * pi))",
            "In front of the exponential stands σ, not σ².",
            "지수 함수 앞의 분모에는 σ²이 아니라 σ가 옵니다.",
        ),
        mistake(
            "no-sigma",
            "1 / sqrt(2 * pi)",
            "That is the peak for σ = 1; a narrower curve must be higher to keep the area 1.",
            "그것은 σ = 1일 때의 값입니다. 폭이 좁아지면 넓이 1을 유지하도록 더 높아져야 합니다.",
        ),
        mistake(
            "no-root",
            "1 / (2 * pi * sigma)",
            "The root over 2π is missing.",
            "2π에 제곱근이 빠졌습니다.",
        ),
    ],
)
def gaussian_peak(sigma):
    return {
        "within_sigma": torch.erf(torch.ones_like(sigma) / math.sqrt(2)),
        "peak": 1 / (sigma * math.sqrt(2 * math.pi)),
    }


@gaussian_peak.oracle(
    "brute-force", "trapezoid areas under exp(-x²/2σ²)", "exp(-x²/2σ²) 아래 넓이의 사다리꼴 근사", tolerance=1e-6
)
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
    title=("A variable that is neither discrete nor continuous", "이산형도 연속형도 아닌 확률변수"),
    statement=(
        "max(0, Z) for a standard normal Z is exactly 0 half of the time, and otherwise spread without repetition.",
        "Z가 표준정규분포를 따를 때 max(0, Z)는 절반의 확률로 정확히 0이고, 나머지는 겹치지 않고 퍼져 있다.",
    ),
    symbols={},
    steps={
        "zero_share": step(en="share of draws that are exactly 0", ko="정확히 0인 표본의 비율"),
        "distinct_share": step(
            en="share of different values among the positive draws", ko="양수 표본 중 서로 다른 값의 비율"
        ),
    },
    result="zero_share",
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 3.3",
    claims=[
        claim("0.45 < zero_share < 0.55", "A point carries half of the mass.", "한 점에 확률의 절반이 모여 있다."),
        claim("distinct_share > 0.999", "Positive values do not repeat.", "양수 값은 반복되지 않는다."),
    ],
    mistakes=[
        mistake(
            "purely-continuous",
            "zero_share < 0.01",
            "A continuous variable takes no single value with positive probability, this one does.",
            "연속형이라면 한 값을 가질 확률이 0이어야 하지만 이 변수는 그렇지 않습니다.",
        ),
        mistake(
            "purely-discrete",
            "distinct_share < 0.9",
            "A discrete variable would repeat its values, the positive ones here do not.",
            "이산형이라면 값이 되풀이되어야 하지만 양수 값은 되풀이되지 않습니다.",
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
    title=("Data only approximate the distribution", "데이터는 분포의 근사일 뿐이다"),
    statement=(
        "Frequencies in a sample approach the unknown probabilities as the sample grows, and seldom equal them.",
        "표본의 상대 도수는 표본이 커질수록 미지의 확률에 가까워지지만 정확히 같아지는 일은 드물다.",
    ),
    symbols={},
    steps={
        "error_small": step(
            en="total variation from the truth after 50 throws", ko="50번 던진 뒤 참 분포와의 총변동 거리"
        ),
        "error_large": step(en="the same after 20000 throws", ko="20000번 던진 뒤의 총변동 거리"),
    },
    source="Wasserman, All of Statistics (2004), chapters 5 and 7",
    claims=[
        claim("error_large < error_small / 2", "More data come closer.", "데이터가 많을수록 더 가깝다."),
        claim("error_large > 0", "They still differ from the truth.", "그래도 참 분포와 같지는 않다."),
    ],
    mistakes=[
        mistake(
            "data-are-the-distribution",
            "error_small < 0.001",
            "The observed frequencies are not the distribution itself.",
            "관측한 상대 도수가 곧 분포인 것은 아닙니다.",
        ),
    ],
    vectorized=False,
)
def observed_frequencies(random):
    truth = torch.tensor([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])

    def total_variation(throws):
        faces = torch.bucketize(random.uniform(throws), truth.cumsum(0)[:-1])
        return (torch.bincount(faces, minlength=6) / throws - truth).abs().sum() / 2

    return {"error_small": total_variation(50), "error_large": total_variation(20_000)}


@proof(
    "variance-along-direction",
    title=("Variance of a Gaussian along a direction", "방향에 따른 가우시안의 분산"),
    statement=(
        "Two independent Gaussian coordinates have variance v₁cos²θ + v₂sin²θ along the angle θ; it is the same in "
        "all directions only if both variances are equal: the isotropic case.",
        "독립인 두 가우시안 좌표는 각도 θ 방향으로 분산이 v₁cos²θ + v₂sin²θ이다. 두 분산이 같을 때만 모든 방향에서 "
        "같으며 이를 등방성이라 한다.",
    ),
    symbols={
        "v_1": symbol("positive", "variance of the first coordinate", "첫째 좌표의 분산"),
        "v_2": symbol("positive", "variance of the second coordinate", "둘째 좌표의 분산"),
        "theta": symbol("real in 0..3.15", "angle to the first axis, in radians", "첫째 축과 이루는 각(라디안)"),
    },
    steps={"along": step("v_1 * cos(theta)^2 + v_2 * sin(theta)^2")},
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 2.3",
    mistakes=[
        mistake(
            "unsquared",
            "v_1 * cos(theta) + v_2 * sin(theta)",
            "Scaling a variable by c multiplies its variance by c².",
            "변수를 c배 하면 분산은 c²배가 됩니다.",
        ),
        mistake(
            "sum",
            "v_1 + v_2",
            "That is the total variance over all directions.",
            "그것은 모든 방향의 분산을 합한 값입니다.",
        ),
        mistake(
            "swapped",
            "v_1 * sin(theta)^2 + v_2 * cos(theta)^2",
            "Sine and cosine are swapped: along θ = 0 the variance must be v₁.",
            "사인과 코사인이 바뀌었습니다. θ = 0 방향의 분산은 v₁이어야 합니다.",
        ),
    ],
)
def variance_along_direction(v_1, v_2, theta):
    return {"along": v_1 * torch.cos(theta) ** 2 + v_2 * torch.sin(theta) ** 2}


@variance_along_direction.oracle(
    "operator", "rotating the covariance matrix of MultivariateNormal", "MultivariateNormal의 공분산 행렬 회전"
)
def _(v_1, v_2, theta):
    normal = torch.distributions.MultivariateNormal(torch.zeros(2), torch.diag(torch.stack([v_1, v_2])))
    back = torch.linalg.matrix_exp(theta * torch.tensor([[0.0, 1.0], [-1.0, 0.0]]))
    return (back @ normal.covariance_matrix @ back.T)[0, 0]


# --- divergences ------------------------------------------------------------------------------


@proof(
    "kl-discrete",
    title=("KL divergence of discrete distributions", "이산 분포의 KL 발산"),
    statement=(
        "KL(P‖Q) = Σ P ln(P/Q) is never negative, is 0 only for equal distributions, and is not symmetric.",
        "KL(P‖Q) = Σ P ln(P/Q)는 음수가 되지 않고, 두 분포가 같을 때만 0이며, 대칭이 아니다.",
    ),
    symbols={"P": P, "Q": Q},
    steps={
        "backward": step("sum(Q * log(Q / P))"),
        "kl": step("sum(P * log(P / Q))", aliases=["KL", "forward"]),
    },
    source="Cover & Thomas, Elements of Information Theory (2nd ed., 2006), sections 2.3 and 2.6",
    mistakes=[
        mistake(
            "other-direction",
            "sum(Q * log(Q / P))",
            "That is KL(Q‖P): the average runs over Q, but it should run over P.",
            "그것은 KL(Q‖P)입니다. Q가 아니라 P에 대해 평균해야 합니다.",
        ),
        mistake(
            "sign-flipped",
            "sum(P * log(Q / P))",
            "The ratio is upside down, so the sign is wrong: KL is never negative.",
            "비가 뒤집혀 부호가 반대입니다. KL은 음수가 될 수 없습니다.",
        ),
        mistake(
            "unweighted",
            "mean(log(P / Q))",
            "Each log ratio must be weighted by P.",
            "각 로그비에 P를 곱해 더해야 합니다.",
        ),
        mistake(
            "cross-entropy-instead",
            "-sum(P * log(Q))",
            "That is the cross-entropy; subtract the entropy of P.",
            "그것은 교차 엔트로피입니다. P의 엔트로피를 빼야 합니다.",
        ),
        mistake(
            "squared-distance",
            "sum((P - Q)^2)",
            "That is a squared distance between the vectors, not an information measure.",
            "그것은 벡터 사이 거리의 제곱이며 정보량이 아닙니다.",
        ),
    ],
    claims=[claim("kl >= -1e-12", "It is never negative.", "음수가 되지 않는다.")],
)
def kl_discrete(P, Q):
    return {"backward": (Q * torch.log(Q / P)).sum(), "kl": (P * torch.log(P / Q)).sum()}


@kl_discrete.oracle(
    "operator",
    "torch.distributions.kl_divergence of two Categoricals",
    "torch.distributions.kl_divergence (Categorical)",
)
def _(P, Q):
    first, second = torch.distributions.Categorical(P), torch.distributions.Categorical(Q)
    divergence = torch.distributions.kl_divergence
    return {"kl": divergence(first, second), "backward": divergence(second, first)}


@kl_discrete.oracle("operator", "torch.nn.functional.kl_div")
def _(P, Q):
    return torch.nn.functional.kl_div(torch.log(Q), P, reduction="sum")


@proof(
    "cross-entropy-decomposition",
    title=("Cross-entropy = entropy + KL", "교차 엔트로피 = 엔트로피 + KL"),
    statement=(
        "H(P, Q) = H(P) + KL(P‖Q): with fixed labels P, lowering the cross-entropy is lowering the KL divergence.",
        "H(P, Q) = H(P) + KL(P‖Q)이다. 레이블 P가 고정되면 교차 엔트로피를 줄이는 것은 KL 발산을 줄이는 것이다.",
    ),
    symbols={
        "P": symbol("distribution[n]", "the labels", "레이블의 분포", aliases=["p"]),
        "Q": symbol("distribution[n]", "the model", "모델의 분포", aliases=["q"]),
    },
    steps={
        "entropy": step("-sum(P * log(P))", aliases=["H"]),
        "kl": step("sum(P * log(P / Q))", aliases=["KL"]),
        "cross_entropy": step("entropy + kl", aliases=["CE"]),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 3.13",
    mistakes=[
        mistake(
            "difference",
            "entropy - kl",
            "KL is added: a wrong model is more surprised than the right one, never less.",
            "KL은 더해야 합니다. 틀린 모델은 참 모델보다 더 놀랄 뿐 덜 놀라지 않습니다.",
        ),
        mistake(
            "roles-swapped",
            "-sum(Q * log(P))",
            "Labels and model are swapped: the labels weight, the model stands in the logarithm.",
            "레이블과 모델이 바뀌었습니다. 레이블이 가중치이고 모델이 로그 안에 옵니다.",
        ),
        mistake(
            "only-kl",
            "kl",
            "That is the KL divergence alone; the entropy of the labels is missing.",
            "그것은 KL 발산뿐입니다. 레이블의 엔트로피가 빠졌습니다.",
        ),
        mistake(
            "model-entropy",
            "-sum(Q * log(Q))",
            "That is the entropy of the model; the labels do not enter at all.",
            "그것은 모델의 엔트로피입니다. 레이블이 전혀 들어가지 않았습니다.",
        ),
    ],
    claims=[
        claim(
            "cross_entropy >= entropy - 1e-12",
            "The entropy of the labels is the smallest cross-entropy there is.",
            "교차 엔트로피의 최솟값은 레이블의 엔트로피이다.",
        )
    ],
)
def cross_entropy_decomposition(P, Q):
    entropy = -(P * torch.log(P)).sum()
    kl = (P * torch.log(P / Q)).sum()
    return {"entropy": entropy, "kl": kl, "cross_entropy": entropy + kl}


@cross_entropy_decomposition.oracle(
    "operator", "torch.nn.functional.cross_entropy with soft labels", "torch.nn.functional.cross_entropy (확률 레이블)"
)
def _(P, Q):
    return torch.nn.functional.cross_entropy(torch.log(Q), P)


@cross_entropy_decomposition.oracle("operator", "torch.distributions.Categorical")
def _(P, Q):
    labels, model = torch.distributions.Categorical(P), torch.distributions.Categorical(Q)
    return {"entropy": labels.entropy(), "kl": torch.distributions.kl_divergence(labels, model)}


@proof(
    "likelihood-and-kl",
    title=("Maximum likelihood minimises KL", "최대 가능도는 KL을 최소화한다"),
    statement=(
        "For a share p of ones in the data and a model q, KL and mean log-likelihood add up to -H(p), which q "
        "cannot change.",
        "데이터에서 1의 비율이 p이고 모델이 q일 때 KL과 평균 로그 가능도의 합은 -H(p)이며 q와 무관하다.",
    ),
    symbols={
        "p": symbol("open-probability", "share of ones in the data", "데이터에서 1의 비율"),
        "q": symbol("open-probability", "the model's P(x = 1)", "모델의 P(x = 1)"),
    },
    steps={
        "log_likelihood": step("p * log(q) + (1 - p) * log(1 - q)"),
        "entropy": step("-p * log(p) - (1 - p) * log(1 - p)"),
        "slope": step("p / q - (1 - p) / (1 - q)"),
        "kl": step("-entropy - log_likelihood"),
    },
    source="Goodfellow, Bengio & Courville, Deep Learning (2016), section 5.5",
    mistakes=[
        mistake(
            "likelihood-itself",
            "-log_likelihood",
            "That is the negative log-likelihood; it exceeds KL by the entropy of the data.",
            "그것은 음의 로그 가능도입니다. 데이터의 엔트로피만큼 KL보다 큽니다.",
        ),
        mistake(
            "opposite-sign",
            "entropy + log_likelihood",
            "The sign is flipped: KL is smallest where the likelihood is largest.",
            "부호가 반대입니다. 가능도가 가장 클 때 KL이 가장 작습니다.",
        ),
        mistake(
            "entropy-added",
            "entropy - log_likelihood",
            "The entropy has to be taken away from the cross-entropy.",
            "교차 엔트로피에서 엔트로피를 빼야 합니다.",
        ),
    ],
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


@likelihood_and_kl.oracle(
    "operator",
    "torch.distributions.kl_divergence of two Categoricals",
    "torch.distributions.kl_divergence (Categorical)",
)
def _(p, q):
    data, model = (torch.distributions.Categorical(torch.stack([share, 1 - share])) for share in (p, q))
    return torch.distributions.kl_divergence(data, model)


@likelihood_and_kl.oracle("autograd", "slope of the mean log-likelihood in q", "평균 로그 가능도의 q에 대한 기울기")
def _(p, q):
    model = q.detach().requires_grad_()
    loss = torch.nn.functional.binary_cross_entropy(model, p)
    return {"log_likelihood": -loss.detach(), "slope": -torch.autograd.grad(loss, model)[0]}


@proof(
    "jensen-shannon-divergence",
    title=("Jensen–Shannon divergence", "옌센–섀넌 발산"),
    statement=(
        "JSD averages the KL divergences of P and Q to their mean; it is symmetric and at most ln 2.",
        "JSD는 P와 Q 각각에서 두 분포의 평균까지의 KL 발산을 평균한 것으로, 대칭이고 ln 2를 넘지 않는다.",
    ),
    symbols={"P": P, "Q": Q},
    steps={
        "M": step("(P + Q) / 2"),
        "from_P": step("sum(P * log(P / M))"),
        "from_Q": step("sum(Q * log(Q / M))"),
        "jsd": step("(from_P + from_Q) / 2", aliases=["JSD"]),
    },
    source="Lin, Divergence Measures Based on the Shannon Entropy, IEEE Trans. Inf. Theory 37 (1991)",
    mistakes=[
        mistake(
            "not-halved",
            "from_P + from_Q",
            "The two KL divergences are averaged: a factor 1/2 is missing.",
            "두 KL 발산을 평균해야 합니다. 1/2이 빠졌습니다.",
        ),
        mistake(
            "without-the-mean",
            "(sum(P * log(P / Q)) + sum(Q * log(Q / P))) / 2",
            "That compares P and Q directly; JSD compares each of them with their mean, which keeps it finite.",
            "P와 Q를 직접 비교한 값입니다. JSD는 각각을 두 분포의 평균과 비교하므로 항상 유한합니다.",
        ),
        mistake(
            "arguments-swapped",
            "(sum(M * log(M / P)) + sum(M * log(M / Q))) / 2",
            "The mean belongs in the second place of both KL divergences.",
            "두 KL 발산 모두에서 평균 분포가 둘째 자리에 와야 합니다.",
        ),
    ],
    claims=[claim("jsd >= -1e-12 and jsd <= log(2) + 1e-12", "It lies between 0 and ln 2.", "0과 ln 2 사이에 있다.")],
)
def jensen_shannon_divergence(P, Q):
    M = (P + Q) / 2
    from_P, from_Q = (P * torch.log(P / M)).sum(), (Q * torch.log(Q / M)).sum()
    return {"M": M, "from_P": from_P, "from_Q": from_Q, "jsd": (from_P + from_Q) / 2}


@jensen_shannon_divergence.oracle(
    "closed-form", "entropy of the mean minus mean entropy", "평균 분포의 엔트로피 − 엔트로피의 평균"
)
def _(P, Q):
    mixed, first, second = (torch.special.entr(each).sum() for each in ((P + Q) / 2, P, Q))
    return mixed - (first + second) / 2
