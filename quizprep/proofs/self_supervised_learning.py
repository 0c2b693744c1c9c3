"""Proofs for the chapter self-supervised-learning."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

# --- labels that the data give --------------------------------------------------------------------------------


@proof(
    "next-value-fit",
    title=("A series labels itself", "스스로 레이블을 만드는 시계열"),
    statement=(
        "A series of m values gives m − 1 pairs (xₜ, xₜ₊₁) without any human label; least squares fits xₜ₊₁ = a xₜ to them.",
        "값 m개의 시계열에서 사람의 레이블 없이 m − 1개의 쌍 (xₜ, xₜ₊₁)이 나오고, 최소 제곱으로 xₜ₊₁ = a xₜ를 적합한다.",
    ),
    symbols={"x": symbol("vector[m]", "series", "시계열")},
    where=("abs(x_1) > 0.1",),
    steps={
        "pairs": step("m - 1"),
        "products": step("sum_{t=1}^{m-1} x_t * x_{t+1}"),
        "squares": step("sum_{t=1}^{m-1} x_t^2"),
        "a": step("products / squares"),
    },
    source="Box, Jenkins, Reinsel & Ljung, Time Series Analysis (5th ed., 2015), chapter 7",
    mistakes=[
        mistake(
            "upside-down",
            "squares / products",
            "The fraction is upside down: divide by the squares of the inputs.",
            "분자와 분모가 뒤집혔습니다. 입력의 제곱합으로 나눕니다.",
        ),
        mistake(
            "copying",
            "1",
            "That repeats the last value; the coefficient is learned from the pairs.",
            "그것은 마지막 값을 되풀이하는 것입니다. 계수는 쌍에서 배웁니다.",
        ),
        mistake(
            "squares-of-targets",
            "products / (sum_{t=1}^{m-1} x_{t+1}^2)",
            "Divide by the squares of the inputs, not of the targets.",
            "목푯값이 아니라 입력의 제곱합으로 나눕니다.",
        ),
        mistake(
            "all-squares",
            "products / sum(x^2)",
            "The last value is a target only, never an input.",
            "마지막 값은 목푯값일 뿐 입력이 아닙니다.",
        ),
    ],
)
def next_value_fit(x):
    inputs, targets = x[:-1], x[1:]
    products, squares = (inputs * targets).sum(), (inputs**2).sum()
    return {"pairs": torch.ones_like(inputs).sum(), "products": products, "squares": squares, "a": products / squares}


@next_value_fit.oracle(
    "operator", "torch.linalg.lstsq on the sliding windows of length two", "길이 2인 창에 torch.linalg.lstsq"
)
def _(x):
    windows = x.unfold(0, 2, 1)
    gram = windows.T @ windows
    return {
        "pairs": windows.shape[0],
        "products": gram[0, 1],
        "squares": gram[0, 0],
        "a": torch.linalg.lstsq(windows[:, :1], windows[:, 1:]).solution.squeeze(),
    }


@proof(
    "learning-without-human-labels",
    title=("Targets made from the data", "데이터에서 만든 목푯값"),
    statement=(
        "Trained on targets cut from the series itself, a model recovers its rule; shuffled targets teach it nothing.",
        "시계열에서 잘라 낸 목푯값으로 학습하면 그 규칙을 찾지만, 목푯값을 뒤섞으면 아무것도 배우지 못한다.",
    ),
    symbols={},
    steps={
        "pairs": step(en="pairs of input and target from 4001 values", ko="값 4001개에서 나온 입력과 목푯값의 쌍"),
        "learned": step(
            en="coefficient learned by gradient descent (the true one is 0.9)", ko="경사하강으로 배운 계수 (참값 0.9)"
        ),
        "learned_shuffled": step(en="the same with shuffled targets", ko="목푯값을 뒤섞었을 때 배운 계수"),
    },
    result="learned",
    source="Balestriero et al., A Cookbook of Self-Supervised Learning (2023), section 1",
    vectorized=False,
    claims=[
        claim("abs(learned - 0.9) < 0.05", "The rule is learned.", "규칙을 배운다."),
        claim("abs(learned_shuffled) < 0.15", "Shuffled targets hold no rule.", "뒤섞인 목푯값에는 규칙이 없다."),
        claim(
            "pairs > 3999 and pairs < 4001",
            "Every step but the last gives a pair.",
            "마지막을 뺀 모든 시점이 쌍을 준다.",
        ),
    ],
    mistakes=[
        mistake(
            "one-example",
            "pairs < 2",
            "Every value but the last is the input of one example: one series gives thousands.",
            "마지막을 뺀 모든 값이 예의 입력이 되므로 시계열 하나에서 예가 수천 개 나옵니다.",
        ),
        mistake(
            "any-targets-do",
            "abs(learned_shuffled) > 0.5",
            "The target must be predictable from the input.",
            "목푯값은 입력으로부터 예측할 수 있어야 합니다.",
        ),
    ],
)
def learning_without_human_labels(random):
    lags = 0.9 ** torch.arange(60.0).flip(0)
    series = random.normal(4060).unfold(0, 60, 1) @ lags  # x[t+1] = 0.9 x[t] + noise, written out
    inputs, targets = series[:-1], series[1:]

    def fitted(wanted):  # gradient descent on half the mean squared error: a supervised loss
        coefficient = torch.zeros(())
        for _ in range(60):
            coefficient = coefficient - 0.1 * ((coefficient * inputs - wanted) * inputs).mean()
        return coefficient

    return {
        "pairs": len(targets),
        "learned": fitted(targets),
        "learned_shuffled": fitted(targets[random.permutation(len(targets))]),
    }


@proof(
    "rotation-labels",
    title=("Rotations as labels", "회전을 레이블로"),
    statement=(
        "Turning each of N unlabelled images by 0°, 90°, 180° and 270° gives 4N labelled ones, N for each of four classes.",
        "레이블 없는 이미지 N장을 각각 0°, 90°, 180°, 270° 돌리면 레이블이 있는 이미지 4N장이 되고 네 클래스에 N장씩이다.",
    ),
    symbols={
        "N": symbol("size in 1..10000", "unlabelled images", "레이블 없는 이미지의 수"),
        "B": symbol("size in 1..100", "images a batch", "배치의 크기"),
    },
    steps={
        "a_class": step("N"),
        "chance": step("1 / 4"),
        "batches": step("ceil(examples / B)"),
        "examples": step("4 * N"),
    },
    source="Gidaris, Singh & Komodakis, Unsupervised Representation Learning by Predicting Image Rotations (2018)",
    mistakes=[
        mistake(
            "turned-only",
            "3 * N",
            "The unturned image is an example as well, with the label 0°.",
            "돌리지 않은 이미지도 레이블이 0°인 예입니다.",
        ),
        mistake(
            "no-new-ones",
            "N",
            "Each image gives one example for each of the four angles.",
            "이미지마다 각도 네 개에 대해 예가 하나씩 나옵니다.",
        ),
        mistake(
            "pairs",
            "4 * N * (N - 1)",
            "An example is one turned image, not a pair of images.",
            "예는 이미지의 쌍이 아니라 돌린 이미지 한 장입니다.",
        ),
    ],
)
def rotation_labels(N, B):
    examples = 4 * N
    return {"a_class": N, "chance": 1 / 4, "batches": -(-examples // B), "examples": examples}


@rotation_labels.oracle(
    "brute-force", "turning images with torch.rot90 and counting labels", "torch.rot90으로 돌려 레이블 세기", samples=12
)
def _(N, B):
    images = torch.arange(4.0).reshape(1, 2, 2).expand(N, 2, 2)
    turned = torch.cat([torch.rot90(images, quarter, (1, 2)) for quarter in range(4)])
    labels = torch.arange(4).repeat_interleave(N)
    return {
        "a_class": (labels == 3).sum(),
        "chance": 1 / len(labels.unique()),
        "batches": len(turned.split(B)),
        "examples": len(turned),
    }


# --- masking ----------------------------------------------------------------------------------------------------


@proof(
    "restoring-a-masked-value",
    title=("Restoring a masked value", "가려진 값의 복원"),
    statement=(
        "From a visible value x the best linear guess of a masked one is b + ρ (t/s)(x − a), with error variance t²(1 − ρ²).",
        "보이는 값 x로부터 가려진 값을 추정하는 최적의 선형식은 b + ρ (t/s)(x − a)이고 오차의 분산은 t²(1 − ρ²)이다.",
    ),
    symbols={
        "x": symbol("real in -3..3", "visible value", "보이는 값"),
        "a": symbol("real in -3..3", "mean of the visible value", "보이는 값의 평균"),
        "b": symbol("real in -3..3", "mean of the masked value", "가려진 값의 평균"),
        "s": symbol("positive in 0.2..3", "standard deviation of the visible value", "보이는 값의 표준편차"),
        "t": symbol("positive in 0.2..3", "standard deviation of the masked value", "가려진 값의 표준편차"),
        "rho": symbol("real in -0.95..0.95", "their correlation ρ", "두 값의 상관계수 ρ"),
    },
    steps={
        "error_variance": step("t^2 * (1 - rho^2)"),
        "share": step("1 - rho^2"),
        "guess": step("b + rho * t / s * (x - a)"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), section 2.3.1",
    mistakes=[
        mistake(
            "the-mean",
            "b",
            "The mean ignores the visible value, which tells something whenever ρ is not 0.",
            "평균은 보이는 값을 무시합니다. ρ가 0이 아니면 보이는 값에 정보가 있습니다.",
        ),
        mistake(
            "deviations-swapped",
            "b + rho * s / t * (x - a)",
            "The deviations are swapped: the guess is on the scale of the masked value.",
            "표준편차가 바뀌었습니다. 추정값은 가려진 값의 척도를 따릅니다.",
        ),
        mistake(
            "no-correlation",
            "b + t / s * (x - a)",
            "The correlation is missing: the weaker it is, the closer the guess stays to the mean.",
            "상관계수가 빠졌습니다. 상관이 약할수록 추정값은 평균에 가깝습니다.",
        ),
        mistake(
            "linear-in-rho",
            "1 - abs(rho)",
            "The explained share is ρ², so that 1 − ρ² remains.",
            "설명되는 비율은 ρ²이므로 1 − ρ²이 남습니다.",
            of="share",
        ),
    ],
)
def restoring_a_masked_value(x, a, b, s, t, rho):
    share = 1 - rho**2
    return {"error_variance": t**2 * share, "share": share, "guess": b + rho * t / s * (x - a)}


@restoring_a_masked_value.oracle(
    "closed-form", "conditioning a Gaussian through its precision matrix", "정밀도 행렬로 구한 가우시안의 조건부 분포"
)
def _(x, a, b, s, t, rho):
    correlation = torch.stack([torch.stack([torch.ones_like(rho), rho]), torch.stack([rho, torch.ones_like(rho)])])
    scale = torch.diag(torch.stack([s, t]))
    precision = torch.linalg.inv(scale @ correlation @ scale)
    variance = precision[1, 1].reciprocal()
    return {
        "error_variance": variance,
        "share": variance / scale[1, 1].square(),
        "guess": b.sub(variance * precision[1, 0] * (x - a)),
    }


@proof(
    "masked-learning",
    title=("Learning to restore what is hidden", "가려진 부분을 복원하는 학습"),
    statement=(
        "A hidden value can be restored from the others if the values depend on each other, and not if they are independent.",
        "값들이 서로 의존하면 가려진 값을 나머지로 복원할 수 있고, 서로 독립이면 복원할 수 없다.",
    ),
    symbols={},
    steps={
        "error_dependent": step(
            en="error on new dependent data, relative to the mean as a guess",
            ko="의존하는 새 데이터의 오차 (평균으로 추정할 때 대비)",
        ),
        "error_independent": step(
            en="error on new independent data, relative to the mean as a guess",
            ko="독립인 새 데이터의 오차 (평균으로 추정할 때 대비)",
        ),
    },
    result="error_dependent",
    source="Devlin et al., BERT (2019), section 3.1; He et al., Masked Autoencoders Are Scalable Vision Learners (2022)",
    vectorized=False,
    claims=[
        claim("error_dependent < 0.2", "Dependent values are restored.", "서로 의존하는 값은 복원된다."),
        claim("error_independent > 0.8", "Independent values are not.", "독립인 값은 복원되지 않는다."),
    ],
    mistakes=[
        mistake(
            "always-restorable",
            "error_independent < 0.5",
            "What is hidden must be predictable from what is visible.",
            "가려진 부분은 보이는 부분으로 예측할 수 있어야 합니다.",
        ),
        mistake(
            "never-on-new-data",
            "error_dependent > 0.5",
            "The relation between the values holds for new data, too.",
            "값 사이의 관계는 새 데이터에서도 성립합니다.",
        ),
    ],
)
def masked_learning(random):
    spread = torch.linalg.qr(random.normal(6, 2))[0] * 6**0.5
    spread[2] = torch.tensor([1.0, 1.0])  # the third value depends on both hidden causes

    def error(train, test):  # input: the vector with its third value masked; target: the original value
        visible = torch.ones(6).scatter(0, torch.tensor([2]), 0.0)
        weights = torch.linalg.lstsq(train[:, visible > 0], train[:, 2]).solution
        return ((test[:, visible > 0] @ weights - test[:, 2]) ** 2).mean() / (
            (test[:, 2] - train[:, 2].mean()) ** 2
        ).mean()

    def dependent():
        return random.normal(400, 2) @ spread.T + 0.2 * random.normal(400, 6)

    return {
        "error_dependent": error(dependent(), dependent()),
        "error_independent": error(random.normal(400, 6), random.normal(400, 6)),
    }


@proof(
    "masking-robustness",
    title=("Masking in training makes robust", "학습 때의 마스킹과 강건성"),
    statement=(
        "A model trained with randomly masked inputs leans on all of them and loses less when one is missing.",
        "무작위로 가린 입력으로 학습한 모델은 입력을 고루 쓰므로 하나가 없어져도 성능이 덜 떨어진다.",
    ),
    symbols={},
    steps={
        "full_plain": step(
            en="error with all inputs, trained without masking", ko="마스킹 없이 학습, 입력이 모두 있을 때의 오차"
        ),
        "full_masked": step(
            en="error with all inputs, trained with masking", ko="마스킹하며 학습, 입력이 모두 있을 때의 오차"
        ),
        "missing_plain": step(
            en="error with the best input missing, trained without masking",
            ko="마스킹 없이 학습, 가장 좋은 입력이 없을 때의 오차",
        ),
        "missing_masked": step(
            en="error with the best input missing, trained with masking",
            ko="마스킹하며 학습, 가장 좋은 입력이 없을 때의 오차",
        ),
    },
    result="missing_masked",
    source="Vincent et al., Extracting and Composing Robust Features with Denoising Autoencoders (2008), section 2",
    vectorized=False,
    claims=[
        claim(
            "missing_masked < 0.8 * missing_plain",
            "Masking helps when an input is missing.",
            "입력이 없을 때 마스킹이 도움이 된다.",
        ),
        claim(
            "full_masked > full_plain + 0.02",
            "It costs something when all are there.",
            "모두 있을 때는 조금 손해를 본다.",
        ),
    ],
    mistakes=[
        mistake(
            "always-better",
            "full_masked < full_plain",
            "With all inputs present the model that relies on the best one is more exact.",
            "입력이 모두 있으면 가장 좋은 입력에 의존하는 모델이 더 정확합니다.",
        ),
        mistake(
            "no-gain",
            "missing_masked >= missing_plain",
            "Masking forces the model to use the other inputs as well.",
            "마스킹은 다른 입력도 쓰도록 만듭니다.",
        ),
    ],
)
def masking_robustness(random):
    def sample(size):
        signal = random.normal(size)
        noise = random.normal(size, 5) * torch.tensor([0.05, 0.8, 0.8, 0.8, 0.8])  # one clean copy, four noisy ones
        return signal.unsqueeze(1) + noise, signal

    (train, target), (test, wanted) = sample(2000), sample(2000)
    masked = train * (random.uniform(2000, 5) > 0.5)
    missing = test * torch.tensor([0.0, 1.0, 1.0, 1.0, 1.0])
    plain_weights = torch.linalg.lstsq(train, target).solution
    masked_weights = torch.linalg.lstsq(masked, target).solution
    return {
        "full_plain": ((test @ plain_weights - wanted) ** 2).mean(),
        "full_masked": ((test @ masked_weights - wanted) ** 2).mean(),
        "missing_plain": ((missing @ plain_weights - wanted) ** 2).mean(),
        "missing_masked": ((missing @ masked_weights - wanted) ** 2).mean(),
    }


# --- contrast and few labels ------------------------------------------------------------------------------------


@proof(
    "contrastive-loss",
    title=("Contrastive loss of one image", "이미지 하나의 대조 손실"),
    statement=(
        "SimCLR's loss of one view is the cross-entropy of finding its partner: −ln of the softmax of its similarity over τ.",
        "SimCLR에서 한 뷰의 손실은 짝을 찾는 교차 엔트로피이다. 유사도를 τ로 나눈 소프트맥스에서 짝의 확률에 −ln을 취한다.",
    ),
    symbols={
        "p": symbol(
            "real in -1..1", "similarity to the other view of the same image", "같은 이미지의 다른 뷰와의 유사도"
        ),
        "s": symbol(
            "vector[n] of real in -1..1", "similarities to the views of other images", "다른 이미지의 뷰들과의 유사도"
        ),
        "tau": symbol("positive in 0.1..2", "temperature", "온도"),
    },
    steps={
        "partner": step("exp(p / tau)"),
        "others": step("sum(exp(s / tau))"),
        "loss": step("-log(partner / (partner + others))"),
    },
    source="Chen, Kornblith, Norouzi & Hinton, A Simple Framework for Contrastive Learning of Visual Representations (2020), equation 1",
    gradients=["p", "s"],
    mistakes=[
        mistake(
            "partner-left-out",
            "-log(partner / others)",
            "The partner belongs in the denominator, too: it is a softmax.",
            "짝은 분모에도 들어갑니다. 소프트맥스이기 때문입니다.",
        ),
        mistake(
            "no-temperature",
            "-log(exp(p) / (exp(p) + sum(exp(s))))",
            "The similarities are divided by the temperature τ.",
            "유사도를 온도 τ로 나누어야 합니다.",
        ),
        mistake(
            "probability",
            "partner / (partner + others)",
            "That is the probability of the partner; the loss is −ln of it.",
            "그것은 짝의 확률입니다. 손실은 −ln을 취한 값입니다.",
        ),
        mistake(
            "times-temperature",
            "-log(exp(p * tau) / (exp(p * tau) + sum(exp(s * tau))))",
            "Divide by the temperature, do not multiply.",
            "온도는 곱하지 않고 나눕니다.",
        ),
    ],
)
def contrastive_loss(p, s, tau):
    partner, others = torch.exp(p / tau), torch.exp(s / tau).sum()
    return {"partner": partner, "others": others, "loss": -torch.log(partner / (partner + others))}


@contrastive_loss.oracle(
    "operator",
    "torch.nn.functional.cross_entropy with the partner as class 0",
    "짝을 클래스 0으로 둔 torch.nn.functional.cross_entropy",
)
def _(p, s, tau):
    scores = torch.cat([p.unsqueeze(0), s]).div(tau)
    loss = torch.nn.functional.cross_entropy(scores.unsqueeze(0), torch.zeros(1, dtype=torch.int64))
    return {"partner": scores[0].exp(), "others": scores[1:].logsumexp(0).exp(), "loss": loss}


@proof(
    "few-labels-many-points",
    title=("Few labels, many unlabelled points", "적은 레이블과 많은 무레이블 데이터"),
    statement=(
        "On two rings one label each, spread along neighbouring unlabelled points, classifies better than the nearest label does.",
        "고리 두 개에 레이블이 하나씩 있을 때, 이웃한 무레이블 점을 따라 레이블을 퍼뜨리면 가장 가까운 레이블을 쓰는 것보다 정확하다.",
    ),
    symbols={},
    steps={
        "nearest_label": step(en="accuracy of the nearest labelled point", ko="가장 가까운 레이블을 썼을 때의 정확도"),
        "spread_labels": step(en="accuracy of labels spread over neighbours", ko="이웃으로 퍼뜨린 레이블의 정확도"),
    },
    source="Zhu & Ghahramani, Learning from Labeled and Unlabeled Data with Label Propagation (2002)",
    vectorized=False,
    claims=[
        claim("spread_labels > 0.95", "The labels follow the rings.", "레이블이 고리를 따라간다."),
        claim("nearest_label < 0.85", "Distance alone does not.", "거리만으로는 안 된다."),
    ],
    mistakes=[
        mistake(
            "unlabelled-are-useless",
            "nearest_label >= spread_labels",
            "Unlabelled points show where the data lie, and so where the labels belong.",
            "레이블 없는 점은 데이터가 놓인 모양을 보여 주므로 레이블이 갈 곳을 알려 줍니다.",
        ),
    ],
)
def few_labels_many_points(random):
    angles, truth = random.uniform(200, high=6.2832), torch.arange(200) % 2
    radius = 1 + 2.0 * truth + 0.1 * random.normal(200)
    points = torch.stack([radius * angles.cos(), radius * angles.sin()], 1)
    distances = torch.cdist(points, points)
    nearest = distances[:, 1] < distances[:, 0]  # points 0 and 1 are the only labelled ones
    near = torch.exp(-(distances**2) / 0.05)
    near = near / near.sum(1, keepdim=True)
    scores = torch.zeros(200, 2)
    for _ in range(300):  # every point takes the mean of its neighbours; the two labels stay
        scores = near @ scores
        scores[:2] = torch.eye(2)
    return {
        "nearest_label": (nearest == (truth == 1)).double().mean(),
        "spread_labels": (scores.argmax(1) == truth).double().mean(),
    }
