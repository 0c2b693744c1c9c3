"""Proofs for the chapter autoregressive-generative-models."""

from __future__ import annotations

import itertools
import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- what a generative model learns -----------------------------------------------------------------------------


@proof(
    "learned-frequencies",
    title=("A generative model of one die", "주사위 하나의 생성 모델"),
    statement=(
        "The categorical model that fits counts best has their frequencies; its samples follow the same distribution.",
        "횟수에 가장 잘 맞는 범주형 모델의 확률은 상대 빈도이며, 그 표본도 같은 분포를 따른다.",
    ),
    symbols={
        "c": symbol(
            "vector[k] of positive-count", "how often each value was seen", "값별로 관측된 횟수", aliases=["counts"]
        ),
        "m": symbol("positive-count", "samples drawn from the model", "모델에서 뽑는 표본의 수"),
    },
    steps={
        "p": step("c / sum(c)"),
        "expected": step("m * c / sum(c)"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 2.2",
    mistakes=[
        mistake(
            "uniform",
            "m / k + 0 * c",
            "The samples follow the learned distribution, they are not spread evenly.",
            "표본은 고르게 퍼지지 않고 학습한 분포를 따릅니다.",
        ),
        mistake(
            "replay",
            "c",
            "The training data are not replayed: m new values are drawn.",
            "학습 데이터를 그대로 되풀이하지 않고 새 값 m개를 뽑습니다.",
        ),
        mistake(
            "adding-up",
            "m + c",
            "New samples are not added to the data; their number is shared out by the learned probabilities.",
            "새 표본은 데이터에 더해지지 않고 학습한 확률에 따라 나뉩니다.",
        ),
    ],
)
def learned_frequencies(c, m):
    p = c / c.sum()
    return {"p": p, "expected": m * p}


@learned_frequencies.oracle(
    "operator", "the mean of torch.distributions.Multinomial", "torch.distributions.Multinomial의 평균"
)
def _(c, m):
    model = torch.distributions.Multinomial(total_count=int(m), logits=c.log())
    return {"p": model.probs, "expected": model.mean}


@learned_frequencies.oracle(
    "autograd",
    "the likelihood is flat at the softmax that rebuilds the counts",
    "로그 가능도의 기울기로 확인",
    samples=16,
)
def _(c, m):
    logits = c.log().detach().requires_grad_()
    (slope,) = torch.autograd.grad((c * logits.log_softmax(0)).sum(), logits)  # counts less what is expected
    expected = c.detach() - slope
    return {
        "p": expected / torch.dot(c, torch.ones_like(c)),
        "expected": expected * (m / torch.dot(c, torch.ones_like(c))),
    }


@proof(
    "new-samples",
    title=("New samples, not copies", "복사가 아닌 새 표본"),
    statement=(
        "Samples of a fitted model show the correlation of the data without repeating any of its points; shuffled columns lose it.",
        "적합한 모델의 표본은 데이터의 점을 되풀이하지 않으면서도 같은 상관을 보인다. 열을 따로 섞으면 상관이 사라진다.",
    ),
    symbols={},
    steps={
        "correlation_data": step(en="correlation of the training data", ko="학습 데이터의 상관계수"),
        "correlation_model": step(
            en="correlation of samples of the fitted model", ko="적합한 모델이 낸 표본의 상관계수"
        ),
        "correlation_shuffled": step(
            en="correlation with each column sampled by itself", ko="열마다 따로 뽑았을 때의 상관계수"
        ),
        "copies_model": step(
            en="share of the model's samples that are training points", ko="모델의 표본 중 학습 데이터와 같은 점의 비율"
        ),
        "copies_memory": step(
            en="the same for points drawn from the training set", ko="학습 데이터에서 다시 뽑은 점에서의 같은 비율"
        ),
    },
    result="correlation_model",
    source="Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks (2016), section 1",
    vectorized=False,
    claims=[
        claim("abs(correlation_model - correlation_data) < 0.12", "The correlation is learned.", "상관을 배운다."),
        claim("correlation_model > 0.6", "It is strong.", "상관이 강하다."),
        claim(
            "correlation_shuffled < 0.3",
            "Learning each variable alone loses it.",
            "변수마다 따로 배우면 상관을 잃는다.",
        ),
        claim("copies_model < 0.01 and copies_memory > 0.99", "Only the memory copies.", "기억만 하는 쪽이 복사한다."),
    ],
    mistakes=[
        mistake(
            "copying",
            "copies_model > 0.5",
            "Samples are drawn from the learned distribution, not from the list of training points.",
            "표본은 학습 데이터 목록이 아니라 학습한 분포에서 뽑습니다.",
        ),
        mistake(
            "columns-suffice",
            "correlation_shuffled > 0.6",
            "The distribution of each variable alone does not tell how they go together.",
            "변수 각각의 분포만으로는 변수 사이의 관계를 알 수 없습니다.",
        ),
    ],
)
def new_samples(random):
    first, noise = random.normal(2, 500)
    data = torch.stack([first, 0.8 * first + 0.6 * noise], 1)
    fitted = torch.distributions.MultivariateNormal(data.mean(0), data.T.cov())
    samples = fitted.loc + random.normal(500, 2) @ fitted.scale_tril.T
    memory = data[random.integers(500, 500)]
    shuffled = torch.stack([data[random.permutation(500), 0], data[random.permutation(500), 1]], 1)

    def copies(points):
        return (points.unsqueeze(1) == data).all(2).any(1).double().mean()

    return {
        "correlation_data": data.T.corrcoef()[0, 1],
        "correlation_model": samples.T.corrcoef()[0, 1],
        "correlation_shuffled": shuffled.T.corrcoef()[0, 1],
        "copies_model": copies(samples),
        "copies_memory": copies(memory),
    }


# --- explicit and implicit models -------------------------------------------------------------------------------


@proof(
    "density-ratio-of-two-inputs",
    title=("An explicit model compares two inputs", "명시적 모델로 두 입력 비교하기"),
    statement=(
        "A density N(μ, σ²) tells how many times more plausible one input is than another.",
        "밀도 N(μ, σ²)은 한 입력이 다른 입력보다 몇 배 그럴듯한지 알려 준다.",
    ),
    symbols={
        "mu": symbol("real in -3..3", "mean of the model", "모델의 평균"),
        "sigma": symbol("positive in 0.3..3", "standard deviation of the model", "모델의 표준편차"),
        "a": symbol("real in -3..3", "first input", "첫째 입력"),
        "b": symbol("real in -3..3", "second input", "둘째 입력"),
    },
    steps={
        "log_ratio": step("((b - mu)^2 - (a - mu)^2) / (2 * sigma^2)"),
        "ratio": step("exp(log_ratio)"),
    },
    result="log_ratio",
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 2.3",
    mistakes=[
        mistake(
            "missing-two",
            "((b - mu)^2 - (a - mu)^2) / sigma^2",
            "The exponent of a Gaussian has the factor ½.",
            "가우시안의 지수에는 계수 ½이 있습니다.",
        ),
        mistake(
            "other-way",
            "((a - mu)^2 - (b - mu)^2) / (2 * sigma^2)",
            "The sign is flipped: the farther from the mean, the smaller the density.",
            "부호가 반대입니다. 평균에서 멀수록 밀도가 작습니다.",
        ),
        mistake(
            "not-squared",
            "(abs(b - mu) - abs(a - mu)) / sigma",
            "A Gaussian falls with the square of the distance.",
            "가우시안은 거리의 제곱에 따라 작아집니다.",
        ),
        mistake(
            "deviation-not-squared",
            "((b - mu)^2 - (a - mu)^2) / (2 * sigma)",
            "Divide by the variance σ², not by σ.",
            "σ가 아니라 분산 σ²으로 나누어야 합니다.",
        ),
    ],
)
def density_ratio_of_two_inputs(mu, sigma, a, b):
    log_ratio = ((b - mu) ** 2 - (a - mu) ** 2) / (2 * sigma**2)
    return {"log_ratio": log_ratio, "ratio": torch.exp(log_ratio)}


@density_ratio_of_two_inputs.oracle("operator", "torch.distributions.Normal.log_prob")
def _(mu, sigma, a, b):
    model = torch.distributions.Normal(mu, sigma)
    log_ratio = model.log_prob(a) - model.log_prob(b)
    return {"log_ratio": log_ratio, "ratio": log_ratio.exp()}


@proof(
    "explicit-and-implicit-models",
    title=("Explicit and implicit models", "명시적 모델과 암시적 모델"),
    statement=(
        "A density gives the probability of an input and samples; a network fed with noise gives samples only.",
        "밀도 모델은 입력의 확률과 표본을 모두 주고, 잡음을 넣는 신경망은 표본만 준다.",
    ),
    symbols={},
    steps={
        "density_scores": step(
            en="1 if the density gives a log-probability of an input", ko="밀도 모델이 입력의 로그 확률을 주면 1"
        ),
        "density_samples": step(
            en="1 if the density gives different samples", ko="밀도 모델이 서로 다른 표본을 주면 1"
        ),
        "network_scores": step(
            en="1 if the network gives a log-probability of an input", ko="신경망이 입력의 로그 확률을 주면 1"
        ),
        "network_samples": step(en="1 if the network gives different samples", ko="신경망이 서로 다른 표본을 주면 1"),
    },
    result="density_scores",
    source="Goodfellow, NIPS 2016 Tutorial: Generative Adversarial Networks (2016), section 2",
    vectorized=False,
    claims=[
        claim(
            "density_scores > 0.5 and density_samples > 0.5",
            "The explicit model does both.",
            "명시적 모델은 둘 다 한다.",
        ),
        claim(
            "network_scores < 0.5 and network_samples > 0.5",
            "The implicit model only generates.",
            "암시적 모델은 생성만 한다.",
        ),
    ],
    mistakes=[
        mistake(
            "all-models-score",
            "network_scores > 0.5",
            "A generator maps noise to a sample; it has no formula for the probability of a given input.",
            "생성자는 잡음을 표본으로 바꿀 뿐 주어진 입력의 확률을 구하는 식이 없습니다.",
        ),
        mistake(
            "explicit-cannot-sample",
            "density_samples < 0.5",
            "A density can be sampled from as well.",
            "밀도 모델에서도 표본을 뽑을 수 있습니다.",
        ),
    ],
)
def explicit_and_implicit_models(random):
    density = torch.distributions.Normal(torch.zeros(2), torch.ones(2))
    first, second = random.normal(2, 2, 4)
    network = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    for part, weight in ((network[0], first), (network[2], second)):
        part.weight.data, part.bias.data = weight.reshape(part.weight.shape).clone(), torch.ones(part.out_features)
    noise = 5 * random.normal(20, 2)
    return {
        "density_scores": float(hasattr(density, "log_prob")),
        "density_samples": float((density.loc + density.scale * noise).std() > 0.1),
        "network_scores": float(hasattr(network, "log_prob")),
        "network_samples": float(network(noise).detach().std() > 0.1),
    }


# --- pixel after pixel ------------------------------------------------------------------------------------------


@proof(
    "pixel-by-pixel-likelihood",
    title=("Likelihood of an image, pixel by pixel", "픽셀별로 구하는 이미지의 가능도"),
    statement=(
        "The probability of a binary image is the product of its conditionals: pᵢ where the pixel is 1, 1 − pᵢ where it is 0.",
        "이진 이미지의 확률은 조건부 확률의 곱이다. 픽셀이 1이면 pᵢ, 0이면 1 − pᵢ를 곱한다.",
    ),
    symbols={
        "x": symbol("vector[n] of bit", "pixels of the image", "이미지의 픽셀"),
        "p": symbol(
            "vector[n] of open-probability in 0.02..0.98",
            "probability of a 1, given the pixels before",
            "앞의 픽셀이 주어졌을 때 1일 확률",
        ),
    },
    steps={
        "conditionals": step("x * p + (1 - x) * (1 - p)"),
        "likelihood": step("prod(x * p + (1 - x) * (1 - p))"),
        "nll": step("-log(likelihood)", aliases=["loss"]),
    },
    result="likelihood",
    source="Larochelle & Murray, The Neural Autoregressive Distribution Estimator (2011), section 2",
    mistakes=[
        mistake(
            "ones-only",
            "prod(p^x)",
            "A pixel that is 0 counts too, with the probability 1 − p.",
            "값이 0인 픽셀도 확률 1 − p로 계산해야 합니다.",
        ),
        mistake(
            "product-of-p",
            "prod(p)",
            "That is the probability of the image whose pixels are all 1.",
            "그것은 모든 픽셀이 1인 이미지의 확률입니다.",
        ),
        mistake(
            "mean",
            "mean(x * p + (1 - x) * (1 - p))",
            "The conditionals are multiplied, not averaged.",
            "조건부 확률은 평균이 아니라 곱합니다.",
        ),
        mistake(
            "swapped",
            "prod(x * (1 - p) + (1 - x) * p)",
            "0 and 1 are swapped: p is the probability of a 1.",
            "0과 1이 바뀌었습니다. p는 1일 확률입니다.",
        ),
    ],
)
def pixel_by_pixel_likelihood(x, p):
    conditionals = x * p + (1 - x) * (1 - p)
    likelihood = conditionals.prod()
    return {"conditionals": conditionals, "likelihood": likelihood, "nll": -torch.log(likelihood)}


@pixel_by_pixel_likelihood.oracle(
    "operator",
    "torch.distributions.Bernoulli and binary_cross_entropy",
    "torch.distributions.Bernoulli, binary_cross_entropy",
)
def _(x, p):
    log_conditionals = torch.distributions.Bernoulli(p).log_prob(x)
    nll = torch.nn.functional.binary_cross_entropy(p, x, reduction="sum")
    return {"conditionals": log_conditionals.exp(), "likelihood": log_conditionals.sum().exp(), "nll": nll}


@proof(
    "chain-rule-of-two-pixels",
    title=("Two pixels, two orders", "두 픽셀의 두 가지 순서"),
    statement=(
        "Either order of two pixels rebuilds the same joint probability, from different conditionals.",
        "두 픽셀을 어느 순서로 두어도 같은 결합 확률이 나오지만 조건부 확률은 서로 다르다.",
    ),
    symbols={
        "p": symbol("open-probability", "P(x₁ = 1)", "P(x₁ = 1)"),
        "q": symbol("open-probability", "P(x₂ = 1 | x₁ = 1)", "P(x₂ = 1 | x₁ = 1)"),
        "r": symbol("open-probability", "P(x₂ = 1 | x₁ = 0)", "P(x₂ = 1 | x₁ = 0)"),
    },
    steps={
        "both": step("p * q"),
        "second": step("p * q + (1 - p) * r"),
        "first_given_second": step("both / second"),
        "rebuilt": step("second * first_given_second"),
    },
    result="second",
    source="Koller & Friedman, Probabilistic Graphical Models (2009), section 2.1",
    mistakes=[
        mistake(
            "only-after-one",
            "p * q",
            "That is the probability that both are 1; x₂ can also be 1 after x₁ = 0.",
            "그것은 둘 다 1일 확률입니다. x₁ = 0인 뒤에도 x₂가 1일 수 있습니다.",
        ),
        mistake(
            "plain-mean",
            "(q + r) / 2",
            "The two cases are weighted with the probabilities of x₁.",
            "두 경우를 x₁의 확률로 가중해야 합니다.",
        ),
        mistake(
            "conditional-added",
            "q + r",
            "Conditionals on different events cannot simply be added.",
            "조건이 다른 확률은 그냥 더할 수 없습니다.",
        ),
        mistake(
            "weights-swapped",
            "(1 - p) * q + p * r",
            "The weights are swapped: q belongs to x₁ = 1.",
            "가중치가 바뀌었습니다. q는 x₁ = 1인 경우입니다.",
        ),
    ],
)
def chain_rule_of_two_pixels(p, q, r):
    both = p * q
    second = both + (1 - p) * r
    first_given_second = both / second
    return {
        "both": both,
        "second": second,
        "first_given_second": first_given_second,
        "rebuilt": second * first_given_second,
    }


@chain_rule_of_two_pixels.oracle("brute-force", "summing the table of the joint distribution", "결합 분포의 표를 합산")
def _(p, q, r):
    first = torch.stack([1 - p, p])
    table = torch.diag(first) @ torch.stack([torch.stack([1 - r, r]), torch.stack([1 - q, q])])  # rows x1, columns x2
    column = table.T.sum(1)
    return {
        "both": table[1, 1],
        "second": column[1],
        "first_given_second": table.T.div(column.unsqueeze(1))[1, 1],
        "rebuilt": table[1, 1],
    }


@proof(
    "nade-sums-to-one",
    title=("NADE gives a normalised probability", "NADE의 정규화된 확률"),
    statement=(
        "With any weights NADE's probabilities of all images sum to 1, and a pixel depends on the earlier ones only.",
        "가중치가 무엇이든 NADE가 주는 모든 이미지의 확률을 더하면 1이고, 각 픽셀은 앞선 픽셀에만 의존한다.",
    ),
    symbols={},
    steps={
        "total": step(
            en="sum of the probabilities of all 2⁶ images of six pixels", ko="픽셀 6개로 된 이미지 2⁶개의 확률의 합"
        ),
        "later_change": step(
            en="change of the conditionals of pixels 1 to 4 when pixel 4 changes",
            ko="픽셀 4를 바꿀 때 픽셀 1–4의 조건부 확률의 변화",
        ),
        "earlier_change": step(
            en="change of the conditional of pixel 6 when pixel 4 changes",
            ko="픽셀 4를 바꿀 때 픽셀 6의 조건부 확률의 변화",
        ),
        "independence_gap": step(
            en="distance of the joint from the product of its pixels' marginals (total variation)",
            ko="결합 분포와 픽셀별 주변 분포의 곱 사이의 거리 (총변동)",
        ),
    },
    result="total",
    source="Larochelle & Murray, The Neural Autoregressive Distribution Estimator (2011), section 3",
    vectorized=False,
    claims=[
        claim("abs(total - 1) < 1e-9", "The joint is normalised.", "결합 분포는 정규화되어 있다."),
        claim(
            "later_change < 1e-12",
            "No pixel sees itself or a later one.",
            "어떤 픽셀도 자신이나 뒤의 픽셀을 보지 않는다.",
        ),
        claim("earlier_change > 1e-5", "A pixel sees the earlier ones.", "픽셀은 앞선 픽셀을 본다."),
        claim("independence_gap > 0.02", "The pixels are not independent.", "픽셀은 서로 독립이 아니다."),
    ],
    mistakes=[
        mistake(
            "independent-pixels",
            "independence_gap < 1e-6",
            "The chain rule assumes no independence: each pixel depends on the earlier ones.",
            "연쇄 법칙은 독립을 가정하지 않습니다. 각 픽셀은 앞선 픽셀에 의존합니다.",
        ),
        mistake(
            "unnormalised",
            "abs(total - 1) > 0.01",
            "Each conditional is a probability, so their products sum to 1 without a normaliser.",
            "조건부 확률이 모두 확률이므로 곱의 합은 따로 나누지 않아도 1입니다.",
        ),
    ],
)
def nade_sums_to_one(random):
    weights, outputs = 2 * random.normal(5, 6), 2 * random.normal(6, 5)
    bias, offset = random.normal(5), random.normal(6)

    def conditionals(images):  # P(pixel i = 1 | pixels before i)
        hidden = [torch.sigmoid(images[:, :i] @ weights[:, :i].T + bias) for i in range(6)]
        return torch.stack([torch.sigmoid(hidden[i] @ outputs[i] + offset[i]) for i in range(6)], 1)

    images = torch.tensor(list(itertools.product([0.0, 1.0], repeat=6)))
    chances = conditionals(images)
    joint = torch.where(images == 1, chances, 1 - chances).prod(1)
    marginals = joint @ images
    product = torch.where(images == 1, marginals, 1 - marginals).prod(1)
    flipped = images.clone()
    flipped[:, 3] = 1 - flipped[:, 3]
    change = (conditionals(flipped) - chances).abs().max(0).values
    return {
        "total": joint.sum(),
        "later_change": change[:4].max(),
        "earlier_change": change[5],
        "independence_gap": (joint - product).abs().sum() / 2,
    }


@proof(
    "binary-image-states",
    title=("A table for every binary image", "모든 이진 이미지의 확률표"),
    statement=(
        "n binary pixels have 2ⁿ images; a full table needs 2ⁿ − 1 numbers, a Markov chain 2n − 1, independent pixels n.",
        "이진 픽셀 n개로 만들 수 있는 이미지는 2ⁿ개이다. 파라미터는 전체 확률표가 2ⁿ − 1개, 마르코프 사슬이 2n − 1개, 독립 픽셀이 n개이다.",
    ),
    symbols={"n": symbol("size in 1..12", "binary pixels", "이진 픽셀의 수")},
    steps={
        "states": step("2^n"),
        "independent": step("n"),
        "markov": step("2 * n - 1"),
        "full": step("2^n - 1"),
    },
    source="Koller & Friedman, Probabilistic Graphical Models (2009), section 3.1",
    mistakes=[
        mistake(
            "all-states",
            "2^n",
            "The probabilities sum to 1, so the last one follows from the others.",
            "확률의 합이 1이므로 마지막 하나는 나머지로 정해집니다.",
        ),
        mistake(
            "two-for-each-pixel",
            "2 * n",
            "The states of the pixels multiply: 2·2·…·2, not 2 + 2 + … + 2.",
            "픽셀의 경우의 수는 더하지 않고 곱합니다.",
        ),
        mistake(
            "independent-pixels",
            "n",
            "One number for each pixel suffices only if the pixels are independent.",
            "픽셀마다 하나씩이면 되는 것은 픽셀들이 독립일 때뿐입니다.",
        ),
        mistake(
            "unrestricted",
            "2^n - 1",
            "That many are needed without any assumption about the pixels.",
            "그것은 픽셀에 아무 가정도 하지 않을 때의 수입니다.",
            of="markov",
        ),
        mistake(
            "first-pixel-too",
            "2 * n",
            "The first pixel has none before it and needs one probability, not two.",
            "첫 픽셀은 앞에 픽셀이 없으므로 확률이 두 개가 아니라 하나 필요합니다.",
            of="markov",
        ),
        mistake(
            "no-neighbour",
            "n",
            "A pixel needs one probability for either value of the pixel before it.",
            "픽셀마다 앞 픽셀의 값에 따라 확률이 하나씩 필요합니다.",
            of="markov",
        ),
        mistake(
            "square",
            "n^2 - 1",
            "2 and n are swapped: n factors of 2.",
            "밑과 지수가 바뀌었습니다. 2를 n번 곱합니다.",
        ),
    ],
)
def binary_image_states(n):
    return {"states": 2**n, "independent": n, "markov": 2 * n - 1, "full": 2**n - 1}


@binary_image_states.oracle(
    "brute-force", "listing all images and the contexts of each pixel", "모든 이미지와 픽셀별 문맥을 나열"
)
def _(n):
    images = list(itertools.product((0, 1), repeat=n))

    def rows(seen):  # different contexts of each pixel, one free number for each
        return sum(len({image[seen(i) : i] for image in images}) for i in range(n))

    return {
        "states": len(set(images)),
        "independent": rows(lambda i: i),
        "markov": rows(lambda i: max(i - 1, 0)),
        "full": rows(lambda i: 0),
    }


@proof(
    "uniform-image-bits",
    title=("Pixels at chance level", "무작위 수준의 픽셀"),
    statement=(
        "If each of n conditionals over m values is uniform, the log-likelihood is −n ln m and costs log₂ m bits a dimension.",
        "값이 m개인 조건부 분포 n개가 모두 균등하면 로그 가능도는 −n ln m이고 차원마다 log₂ m비트가 든다.",
    ),
    symbols={
        "n": symbol(
            "size in 1..800",
            "conditionals, one for each pixel or colour channel",
            "조건부 분포의 수 (픽셀 또는 채널마다 하나)",
        ),
        "m": symbol("size in 2..256", "values of each", "값의 수"),
    },
    steps={
        "log_likelihood": step("-n * log(m)"),
        "bits": step("-log_likelihood / (n * log(2))"),
    },
    result="log_likelihood",
    source="van den Oord, Kalchbrenner & Kavukcuoglu, Pixel Recurrent Neural Networks (2016), section 5",
    mistakes=[
        mistake(
            "one-pixel",
            "-log(m)",
            "That is one conditional; the logs of all of them are added.",
            "그것은 조건부 분포 하나의 값입니다. 모두 더해야 합니다.",
        ),
        mistake(
            "probability-of-one",
            "n / m",
            "The probabilities are multiplied, so that their logarithms are added.",
            "확률은 곱하므로 로그를 더합니다.",
        ),
        mistake(
            "sign",
            "n * log(m)",
            "The logarithm of a probability is negative.",
            "확률의 로그는 음수입니다.",
        ),
    ],
)
def uniform_image_bits(n, m):
    log_likelihood = -n * math.log(m)
    return {"log_likelihood": log_likelihood, "bits": -log_likelihood / (n * math.log(2))}


@uniform_image_bits.oracle(
    "operator",
    "torch.nn.functional.cross_entropy with equal scores",
    "점수가 모두 같은 torch.nn.functional.cross_entropy",
    samples=24,
)
def _(n, m):
    scores, values = torch.zeros(n, m), torch.zeros(n, dtype=torch.int64)
    total = torch.nn.functional.cross_entropy(scores, values, reduction="sum")
    return {
        "log_likelihood": -total,
        "bits": torch.nn.functional.cross_entropy(scores, values) / torch.tensor(2.0).log(),
    }
