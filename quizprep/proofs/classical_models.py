"""Proofs for the chapter classical-models."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

CORTES = "Cortes and Vapnik, Support-Vector Networks (Machine Learning, 1995)"
BREIMAN = "Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), chapters 2 and 4"


@proof(
    "gini-impurity",
    title=("Gini impurity", "지니 불순도"),
    statement=(
        "The Gini impurity of a node is 1 − Σ p_k²: 0 for a pure node, at most 1 − 1/K for K classes.",
        "노드의 지니 불순도는 1 − Σ p_k²이다. 순수하면 0이고 클래스가 K개일 때 최대 1 − 1/K이다.",
    ),
    symbols={"c": symbol("vector[n] of count", "samples of each class in the node", "노드에 있는 클래스별 표본 수")},
    where=["sum(c) > 0"],
    steps={
        "shares": step("c / sum(c)", aliases=["p"]),
        "gini": step("1 - sum(shares^2)", aliases=["G"]),
    },
    source=BREIMAN,
    mistakes=[
        mistake(
            "purity",
            "sum(shares^2)",
            "That is the chance that two samples agree; the impurity is 1 minus it.",
            "그것은 두 표본의 클래스가 같을 확률입니다. 불순도는 1에서 이를 뺀 값입니다.",
        ),
        mistake(
            "misclassification",
            "1 - max(shares)",
            "That is the misclassification rate; the shares must be squared and summed.",
            "그것은 오분류율입니다. 비율을 제곱하여 더해야 합니다.",
        ),
        mistake(
            "entropy",
            "-sum(shares log2(shares))",
            "That is the entropy in bits, another measure of impurity.",
            "그것은 비트 단위의 엔트로피로, 불순도를 재는 다른 방법입니다.",
        ),
        mistake(
            "gini-coefficient",
            "sum_{i=1}^{n} sum_{j=1}^{n} abs(shares_i - shares_j) / (2 n)",
            "That is the Gini coefficient: it measures inequality and grows where the impurity falls.",
            "그것은 불평등을 재는 지니 계수로, 불순도가 낮을수록 커집니다.",
        ),
        mistake(
            "not-squared",
            "1 - sum(shares)",
            "The shares must be squared: without it the result is always 0.",
            "비율을 제곱해야 합니다. 제곱하지 않으면 항상 0이 됩니다.",
        ),
    ],
    claims=[
        claim(
            "gini >= -1e-12 and gini <= 1 - 1 / n + 1e-12", "It lies between 0 and 1 − 1/K.", "0과 1 − 1/K 사이에 있다."
        ),
    ],
)
def gini_impurity(c):
    shares = c / c.sum()
    return {"shares": shares, "gini": 1 - shares.square().sum()}


@gini_impurity.oracle(
    "brute-force",
    "the chance that two samples drawn from the node differ in class",
    "노드에서 뽑은 두 표본의 클래스가 다를 확률",
    samples=16,
)
def _(c):
    labels = torch.repeat_interleave(torch.arange(len(c)), c.long())
    return (labels.unsqueeze(0) != labels.unsqueeze(1)).double().mean()


@gini_impurity.oracle("closed-form", "summed variances of the class indicators", "클래스 지시 변수들의 분산의 합")
def _(c):
    return torch.distributions.Bernoulli(c / c.sum()).variance.sum()


@proof(
    "gini-of-a-split",
    title=("Impurity after a split", "분할 뒤의 불순도"),
    statement=(
        "A split is judged by the impurity of its children, weighted by their sizes; it never exceeds the parent's.",
        "분할은 자식 노드의 크기로 가중 평균한 불순도로 평가하며, 이 값은 부모의 불순도를 넘지 않는다.",
    ),
    symbols={
        "l": symbol(
            "vector[n] of count",
            "samples of each class in the left child",
            "왼쪽 자식의 클래스별 표본 수",
            aliases=["left"],
        ),
        "r": symbol(
            "vector[n] of count",
            "samples of each class in the right child",
            "오른쪽 자식의 클래스별 표본 수",
            aliases=["right"],
        ),
    },
    where=["sum(l) > 0", "sum(r) > 0"],
    steps={
        "left_gini": step("1 - sum((l / sum(l))^2)"),
        "right_gini": step("1 - sum((r / sum(r))^2)"),
        "left_share": step("sum(l) / (sum(l) + sum(r))"),
        "parent": step("1 - sum(((l + r) / sum(l + r))^2)"),
        "weighted": step("left_share left_gini + (1 - left_share) right_gini"),
        "gain": step("parent - weighted"),
    },
    result="weighted",
    source=BREIMAN,
    mistakes=[
        mistake(
            "plain-average",
            "(left_gini + right_gini) / 2",
            "The children are averaged without their sizes.",
            "자식 노드의 크기를 반영하지 않고 평균했습니다.",
        ),
        mistake(
            "summed",
            "left_gini + right_gini",
            "The impurities are added; they must be averaged, weighted by size.",
            "더하지 말고 크기로 가중 평균해야 합니다.",
        ),
        mistake(
            "weights-swapped",
            "(1 - left_share) left_gini + left_share right_gini",
            "The weights of the two children are swapped.",
            "두 자식의 가중치가 뒤바뀌었습니다.",
        ),
        mistake(
            "before-the-split", "parent", "That is the impurity before the split.", "그것은 분할 전의 불순도입니다."
        ),
    ],
    claims=[
        claim(
            "gain > -1e-12", "No split raises the weighted impurity.", "어떤 분할도 가중 평균 불순도를 높이지 않는다."
        )
    ],
)
def gini_of_a_split(l, r):  # noqa: E741 - the usual name of the left child
    def gini(counts):
        return 1 - (counts / counts.sum()).square().sum()

    left_share = l.sum() / (l.sum() + r.sum())
    weighted = left_share * gini(l) + (1 - left_share) * gini(r)
    return {
        "left_gini": gini(l),
        "right_gini": gini(r),
        "left_share": left_share,
        "parent": gini(l + r),
        "weighted": weighted,
        "gain": gini(l + r) - weighted,
    }


@gini_of_a_split.oracle(
    "brute-force",
    "the chance that a sample and another of its child differ",
    "한 표본과 같은 자식의 다른 표본의 클래스가 다를 확률",
    samples=12,
)
def _(l, r):  # noqa: E741
    differing = []
    for child in (l, r):
        labels = torch.repeat_interleave(torch.arange(len(child)), child.long())
        differing.extend((labels != label).double().mean() for label in labels)
    return torch.stack(differing).mean()


@proof(
    "svm-score",
    title=("Score, distance and slack in an SVM", "SVM의 점수, 거리, 슬랙"),
    statement=(
        "The sign of w·x + b is the class, |w·x + b| / ‖w‖ the distance, max(0, 1 − y(w·x + b)) the slack.",
        "w·x + b의 부호가 클래스, |w·x + b| / ‖w‖가 거리, max(0, 1 − y(w·x + b))가 슬랙이다.",
    ),
    symbols={
        "w": symbol("vector[d]", "weights", "가중치"),
        "b": symbol("real", "bias", "편향"),
        "x": symbol("vector[d]", "sample", "표본"),
        "y": symbol("sign", "its class, +1 or −1", "클래스 (+1 또는 −1)"),
    },
    where=["norm(w) > 0.01"],
    steps={
        "score": step("w · x + b", aliases=["f"]),
        "distance": step("abs(score) / norm(w)"),
        "slack": step("max(0, 1 - y score)", aliases=["xi"]),
    },
    source=CORTES,
    mistakes=[
        mistake(
            "margin-forgotten",
            "max(0, -y score)",
            "Samples inside the street violate the margin, too: the 1 is missing.",
            "도로 안의 표본도 마진 위반입니다. 1이 빠졌습니다.",
        ),
        mistake("class-ignored", "max(0, 1 - score)", "The class y is ignored.", "클래스 y를 반영하지 않았습니다."),
        mistake(
            "not-clipped",
            "1 - y score",
            "Samples beyond the margin have slack 0, not a negative one.",
            "마진 밖의 표본은 슬랙이 음수가 아니라 0입니다.",
        ),
        mistake(
            "zero-one",
            "heaviside(-y score)",
            "That counts misclassified samples; the slack grows with the violation.",
            "그것은 오분류 여부입니다. 슬랙은 위반한 만큼 커집니다.",
        ),
    ],
)
def svm_score(w, b, x, y):
    score = w @ x + b
    return {"score": score, "distance": score.abs() / w.norm(), "slack": torch.relu(1 - y * score)}


@svm_score.oracle("operator", "torch.nn.functional.margin_ranking_loss, torch.linalg.pinv")
def _(w, b, x, y):
    score = torch.nn.functional.linear(x, w.unsqueeze(0), b.unsqueeze(0)).squeeze()
    step_to_plane = torch.linalg.pinv(w.unsqueeze(0)) @ -score.unsqueeze(0)
    return {
        "distance": torch.dist(x + step_to_plane, x),
        "slack": torch.nn.functional.margin_ranking_loss(score, torch.zeros(()), y, margin=1.0),
    }


@proof(
    "svm-margin-width",
    title=("Width of the street", "마진의 폭"),
    statement=(
        "The lines w·x + b = 1 and w·x + b = −1 are 2/‖w‖ apart, so the widest street has the smallest ‖w‖.",
        "두 직선 w·x + b = 1과 w·x + b = −1 사이의 거리는 2/‖w‖이므로, 폭이 가장 넓을 때 ‖w‖가 가장 작다.",
    ),
    symbols={
        "w": symbol("vector[d]", "weights", "가중치"),
        "b": symbol("real", "bias", "편향"),
    },
    where=["norm(w) > 0.1"],
    steps={
        "length": step("norm(w)"),
        "margin": step("1 / length"),
        "width": step("2 margin"),
    },
    source=CORTES,
    mistakes=[
        mistake(
            "one-side",
            "1 / norm(w)",
            "That is the distance to one of the two edges; the street has two sides.",
            "그것은 한쪽 경계까지의 거리입니다. 도로에는 양쪽이 있습니다.",
        ),
        mistake(
            "upside-down",
            "norm(w) / 2",
            "The fraction is upside down: a larger ‖w‖ makes the street narrower.",
            "분수가 뒤집혔습니다. ‖w‖가 클수록 폭은 좁아집니다.",
        ),
        mistake(
            "squared-norm",
            "2 / norm(w)^2",
            "The norm is squared; it must not be.",
            "노름을 제곱했습니다. 제곱하지 않습니다.",
        ),
        mistake(
            "absolute-sum",
            "2 / sum(abs(w))",
            "The length of w is the Euclidean norm, not the sum of its entries.",
            "w의 크기는 성분의 합이 아니라 유클리드 노름입니다.",
        ),
    ],
)
def svm_margin_width(w, b):
    length = w.norm()
    return {"length": length, "margin": 1 / length, "width": 2 / length}


@svm_margin_width.oracle(
    "operator",
    "distance of the points of the two edges nearest to 0 (torch.linalg.pinv)",
    "두 경계에서 원점에 가장 가까운 점 사이의 거리 (torch.linalg.pinv)",
)
def _(w, b):
    direction = torch.linalg.pinv(w.unsqueeze(0)).squeeze(1)
    return torch.dist(direction * (1 - b), direction * (-1 - b))


@proof(
    "widest-gap-on-a-line",
    title=("Maximum margin on a line", "수직선 위의 최대 마진"),
    statement=(
        "On a line the SVM's boundary is the middle between the closest two samples of the two classes.",
        "수직선에서 SVM의 결정 경계는 두 클래스에서 서로 가장 가까운 두 표본의 가운데이다.",
    ),
    symbols={
        "a": symbol("vector[n] of real in -9..0", "samples of the left class", "왼쪽 클래스의 표본"),
        "b": symbol("vector[m] of real in 0..9", "samples of the right class", "오른쪽 클래스의 표본"),
    },
    where=["max(a) < min(b)"],
    steps={
        "left_support": step("max(a)"),
        "right_support": step("min(b)"),
        "width": step("right_support - left_support"),
        "boundary": step("(left_support + right_support) / 2"),
    },
    source=CORTES,
    mistakes=[
        mistake(
            "between-the-means",
            "(mean(a) + mean(b)) / 2",
            "That is the middle between the class means; only the closest samples count.",
            "그것은 두 클래스 평균의 중간입니다. 가장 가까운 표본만 중요합니다.",
        ),
        mistake(
            "between-the-extremes",
            "(min(a) + max(b)) / 2",
            "That is the middle between the farthest samples; the closest ones are the support vectors.",
            "그것은 가장 먼 표본들의 중간입니다. 서포트 벡터는 가장 가까운 표본입니다.",
        ),
        mistake(
            "mean-of-all",
            "(sum(a) + sum(b)) / (n + m)",
            "That is the mean of all samples.",
            "그것은 모든 표본의 평균입니다.",
        ),
        mistake(
            "at-a-support-vector",
            "max(a)",
            "The boundary runs through the middle of the street, not along its edge.",
            "경계는 도로의 가장자리가 아니라 한가운데를 지납니다.",
        ),
    ],
)
def widest_gap_on_a_line(a, b):
    left, right = a.max(), b.min()
    return {"left_support": left, "right_support": right, "width": right - left, "boundary": (left + right) / 2}


@widest_gap_on_a_line.oracle(
    "brute-force",
    "the midpoint of two samples that is farthest from all samples and separates",
    "두 표본의 중점 중 클래스를 가르면서 모든 표본에서 가장 먼 것",
    samples=32,
)
def _(a, b):
    midpoints = (a.unsqueeze(0) + b.unsqueeze(1)).flatten() / 2
    nearest = torch.minimum(
        (midpoints.unsqueeze(1) - a).min(dim=1).values, (b - midpoints.unsqueeze(1)).min(dim=1).values
    )
    return {"boundary": midpoints[nearest.argmax()], "width": 2 * nearest.max()}


@proof(
    "soft-margin-of-two-points",
    title=("C and the street between two points", "C와 두 점 사이의 마진"),
    statement=(
        "For one sample of each class at ±d, C ½w² is traded for slack: w = min(2Cd, 1/d), width 2/w.",
        "±d에 클래스별 표본이 하나씩 있으면 ½w²와 슬랙의 균형에서 w = min(2Cd, 1/d)이고 폭은 2/w이다.",
    ),
    symbols={
        "d": symbol("positive in 0.25..4", "distance of each sample from 0", "각 표본과 0 사이의 거리"),
        "C": symbol("positive in 0.01..10", "price of the slack", "슬랙의 가격"),
    },
    steps={
        "w": step("min(2 C d, 1 / d)"),
        "slack": step("1 - w d"),
        "width": step("2 / w"),
    },
    source=CORTES,
    mistakes=[
        mistake(
            "hard-margin",
            "2 d",
            "That is the hard margin; a small C lets the street be wider than the gap.",
            "그것은 하드 마진입니다. C가 작으면 폭이 표본 사이의 간격보다 넓어질 수 있습니다.",
        ),
        mistake(
            "other-branch",
            "2 / max(2 C d, 1 / d)",
            "The weight stops growing when the slack is 0: the smaller of the two values counts.",
            "슬랙이 0이 되면 가중치는 더 커지지 않습니다. 둘 중 작은 값을 써야 합니다.",
        ),
        mistake(
            "one-sample",
            "2 / min(C d, 1 / d)",
            "Both samples pay slack: the factor 2 is missing.",
            "두 표본 모두 슬랙이 있으므로 2를 곱해야 합니다.",
        ),
        mistake(
            "weight-itself",
            "w",
            "That is the weight; the width is 2 divided by it.",
            "그것은 가중치입니다. 폭은 2를 가중치로 나눈 값입니다.",
        ),
    ],
    claims=[
        claim(
            "width > 2 d - 1e-9",
            "The street is never narrower than the gap.",
            "폭은 표본 사이의 간격보다 좁아지지 않는다.",
        )
    ],
)
def soft_margin_of_two_points(d, C):
    w = torch.minimum(2 * C * d, 1 / d)
    return {"w": w, "slack": 1 - w * d, "width": 2 / w}


@soft_margin_of_two_points.oracle(
    "closed-form", "the dual problem, its multiplier clipped to [0, C]", "승수를 [0, C]로 자른 쌍대 문제"
)
def _(d, C):
    multiplier = (1 / (2 * d**2)).clamp(max=C)
    return 1 / (multiplier * d)


@soft_margin_of_two_points.oracle(
    "brute-force", "a fine grid over w", "w의 촘촘한 격자 탐색", tolerance=1e-3, samples=16
)
def _(d, C):
    w = torch.linspace(1e-4, 1, 200_001) / d
    cost = w**2 / 2 + 2 * C * torch.relu(1 - w * d)
    return 2 / w[cost.argmin()]


def dual_coordinate_descent(x, y, penalty, sweeps):
    """Weights (the last one the bias) and multipliers of a soft-margin SVM on rows x, labels ±1.

    The bias is the weight of a constant feature, so the dual has box constraints only
    (Hsieh et al., A Dual Coordinate Descent Method for Large-scale Linear SVM, 2008).
    """
    rows = [[*row, 1.0] for row in x.tolist()]
    labels = y.tolist()
    multipliers, weights = [0.0] * len(rows), [0.0] * len(rows[0])
    squares = [sum(value**2 for value in row) for row in rows]
    for _ in range(sweeps):
        for index, (row, label, square) in enumerate(zip(rows, labels, squares, strict=True)):
            score = sum(weight * value for weight, value in zip(weights, row, strict=True))
            moved = min(max(multipliers[index] + (1 - label * score) / square, 0.0), penalty)
            change = (moved - multipliers[index]) * label
            if change:
                multipliers[index] = moved
                weights = [weight + change * value for weight, value in zip(weights, row, strict=True)]
    return torch.tensor(weights), torch.tensor(multipliers)


@proof(
    "support-vectors-decide",
    title=("Support vectors decide", "서포트 벡터가 경계를 정한다"),
    statement=(
        "Only samples on the edge of the street (or inside) shape the SVM's boundary; all others can be removed.",
        "도로의 가장자리(또는 안쪽)에 있는 표본만 SVM의 경계를 정하며, 나머지는 없애도 된다.",
    ),
    symbols={},
    steps={
        "samples": step(en="number of samples", ko="표본 수"),
        "supports": step(en="samples with a multiplier above 0", ko="승수가 0보다 큰 표본 수"),
        "largest_score": step(en="largest y·f of a support vector", ko="서포트 벡터의 y·f 최댓값"),
        "others_removed": step(en="change of w without the other samples", ko="나머지 표본을 없앴을 때 w의 변화"),
        "supports_removed": step(en="change of w without the support vectors", ko="서포트 벡터를 없앴을 때 w의 변화"),
    },
    source=CORTES,
    claims=[
        claim("supports < samples / 4", "Few samples are support vectors.", "서포트 벡터는 일부 표본뿐이다."),
        claim("largest_score < 1.01", "They lie on the edge of the street.", "서포트 벡터는 도로의 가장자리에 있다."),
        claim("others_removed < 1e-5", "Removing all others changes nothing.", "나머지를 모두 없애도 달라지지 않는다."),
        claim("supports_removed > 0.003", "Removing the support vectors does.", "서포트 벡터를 없애면 달라진다."),
    ],
    mistakes=[
        mistake(
            "every-sample-counts",
            "others_removed > 0.01",
            "Samples beyond the edge have multiplier 0.",
            "가장자리 밖에 있는 표본의 승수는 0입니다.",
        ),
    ],
)
def support_vectors_decide(random):
    y = torch.ones(40)
    y[:20] = -1
    x = random.normal(40, 2)
    x[:, 0] += 4 * y

    def fit(chosen):
        return dual_coordinate_descent(x[chosen], y[chosen], 10.0, 300)

    weights, multipliers = fit(torch.arange(40))
    support = multipliers > 1e-8
    scores = y * (x @ weights[:2] + weights[2])
    return {
        "samples": torch.tensor(40.0),
        "supports": support.double().sum(),
        "largest_score": scores[support].max(),
        "others_removed": (fit(support.nonzero().squeeze(1))[0] - weights).abs().max(),
        "supports_removed": (fit((~support).nonzero().squeeze(1))[0] - weights).abs().max(),
    }


@proof(
    "svm-penalty-and-street",
    title=("C narrows the street", "C가 클수록 마진이 좁아진다"),
    statement=(
        "On overlapping classes a small C buys a wide street with many violations, a large C a narrow one with few.",
        "겹치는 클래스에서 C가 작으면 위반이 많은 넓은 마진, C가 크면 위반이 적은 좁은 마진이 된다.",
    ),
    symbols={},
    steps={
        "wide": step(en="width for C = 0.01", ko="C = 0.01일 때의 폭"),
        "narrow": step(en="width for C = 10", ko="C = 10일 때의 폭"),
        "many": step(en="violations y·f < 1 for C = 0.01", ko="C = 0.01일 때 위반(y·f < 1) 수"),
        "few": step(en="violations y·f < 1 for C = 10", ko="C = 10일 때 위반(y·f < 1) 수"),
    },
    source=CORTES,
    claims=[
        claim("wide > 2 * narrow", "A small C makes the street wider.", "C가 작으면 폭이 넓다."),
        claim("many > 1.5 * few", "A small C allows more violations.", "C가 작으면 위반을 더 많이 허용한다."),
    ],
    mistakes=[
        mistake(
            "large-means-wide",
            "narrow > wide",
            "C is the price of violations: a large C pays with a narrow street.",
            "C는 위반의 가격입니다. C가 크면 대신 폭이 좁아집니다.",
        ),
    ],
)
def svm_penalty_and_street(random):
    y = torch.ones(60)
    y[:30] = -1
    x = random.normal(60, 2)
    x[:, 0] += 1.2 * y
    widths, violations = [], []
    for penalty in (0.01, 10.0):
        weights, _ = dual_coordinate_descent(x, y, penalty, 150)
        widths.append(2 / weights[:2].norm())
        violations.append((y * (x @ weights[:2] + weights[2]) < 1 - 1e-3).double().sum())
    return {"wide": widths[0], "narrow": widths[1], "many": violations[0], "few": violations[1]}


@proof(
    "three-nearest-neighbours",
    title=("k-nearest neighbours on a line", "수직선 위의 k-최근접 이웃"),
    statement=(
        "k-NN predicts from the labels of the k training samples nearest to the query, here k = 3.",
        "k-NN은 질의에 가장 가까운 학습 표본 k개의 레이블로 예측한다. 여기서는 k = 3이다.",
    ),
    symbols={
        "x": symbol("vector[n]", "training inputs", "학습 입력"),
        "y": symbol("vector[n]", "their labels or target values", "레이블 또는 목표값"),
        "q": symbol("real", "query", "질의"),
    },
    lengths={"n": 5},
    steps={
        "distances": step("abs(x - q)"),
        "neighbours": step(en="labels of the 3 nearest", ko="가장 가까운 3개의 레이블", axes=1),
        "average": step("mean(neighbours)"),
    },
    source="Cover and Hart, Nearest Neighbor Pattern Classification (IEEE Transactions on Information Theory, 1967)",
    mistakes=[
        mistake(
            "all-samples",
            "mean(y)",
            "All samples are asked, not the three nearest.",
            "가까운 3개가 아니라 모든 표본을 썼습니다.",
        ),
        mistake(
            "one-neighbour",
            "sum(y * heaviside(min(distances) - distances)) / sum(heaviside(min(distances) - distances))",
            "Only the nearest sample is asked.",
            "가장 가까운 표본 하나만 썼습니다.",
        ),
        mistake(
            "weighted-by-distance",
            "sum(y distances) / sum(distances)",
            "Farther samples are given more weight.",
            "먼 표본에 더 큰 가중치를 주었습니다.",
        ),
    ],
)
def three_nearest_neighbours(x, y, q):
    distances = (x - q).abs()
    neighbours = y[distances.topk(3, largest=False).indices]
    return {"distances": distances, "neighbours": neighbours, "average": neighbours.mean()}


@three_nearest_neighbours.oracle("brute-force", "sorting by squared distance", "거리의 제곱으로 정렬", samples=32)
def _(x, y, q):
    ranked = sorted(zip(x.tolist(), y.tolist(), strict=True), key=lambda pair: (pair[0] - float(q)) ** 2)
    return torch.tensor(sum(label for _, label in ranked[:3]) / 3)


@proof(
    "k-means-step",
    title=("One step of k-means", "k-means의 한 단계"),
    statement=(
        "k-means assigns every point to its nearest centre, then moves each centre to the mean of its points.",
        "k-means는 모든 점을 가장 가까운 중심에 배정한 뒤, 각 중심을 배정된 점들의 평균으로 옮긴다.",
    ),
    symbols={
        "x": symbol("vector[n]", "points (no labels)", "점 (레이블 없음)"),
        "a": symbol("real", "first centre", "첫째 중심"),
        "b": symbol("real", "second centre", "둘째 중심"),
    },
    where=["min(abs(x - a) - abs(x - b)) < -1e-6", "max(abs(x - a) - abs(x - b)) > 1e-6"],
    steps={
        "nearer": step(
            en="1 for points nearer to the first centre, else 0", ko="첫째 중심에 더 가까운 점은 1, 아니면 0", axes=1
        ),
        "first": step("sum(x nearer) / sum(nearer)"),
        "second": step("sum(x (1 - nearer)) / sum(1 - nearer)"),
        "centres": step("[first, second]"),
    },
    source="Lloyd, Least Squares Quantization in PCM (IEEE Transactions on Information Theory, 1982)",
    mistakes=[
        mistake(
            "one-mean",
            "[mean(x), mean(x)]",
            "Each centre moves to the mean of its own points, not of all points.",
            "각 중심은 전체가 아니라 자기에게 배정된 점들의 평균으로 옮겨 갑니다.",
        ),
        mistake(
            "halfway",
            "[(a + first) / 2, (b + second) / 2]",
            "The centre jumps all the way to the mean.",
            "중심은 절반이 아니라 평균까지 완전히 옮겨 갑니다.",
        ),
        mistake(
            "assigned-to-the-other",
            "[second, first]",
            "Each point belongs to the nearer centre.",
            "각 점은 더 가까운 중심에 배정됩니다.",
        ),
    ],
)
def k_means_step(x, a, b):
    nearer = ((x - a).abs() < (x - b).abs()) + 0.0
    first = (x * nearer).sum() / nearer.sum()
    second = (x * (1 - nearer)).sum() / (1 - nearer).sum()
    return {"nearer": nearer, "first": first, "second": second, "centres": torch.stack([first, second])}


@k_means_step.oracle(
    "operator", "torch.linalg.lstsq on the one-hot assignments", "원-핫 배정에 대한 torch.linalg.lstsq"
)
def _(x, a, b):
    groups = torch.cdist(x.unsqueeze(1), torch.stack([a, b]).unsqueeze(1)).argmin(dim=1)
    assignments = torch.nn.functional.one_hot(groups, 2).to(x.dtype)
    return torch.linalg.lstsq(assignments, x.unsqueeze(1)).solution.squeeze(1)


@proof(
    "flipped-labels",
    title=("k-NN uses labels, k-means does not", "k-NN은 레이블을 쓰고 k-means는 쓰지 않는다"),
    statement=(
        "Flip all labels: every k-NN prediction flips, while k-means, which never sees a label, finds the same centres.",
        "레이블을 모두 뒤집으면 k-NN의 예측은 모두 뒤집히지만, 레이블을 보지 않는 k-means의 중심은 그대로이다.",
    ),
    symbols={},
    steps={
        "flipped": step(en="share of 3-NN predictions that change", ko="달라진 3-NN 예측의 비율"),
        "moved": step(en="change of the k-means centres", ko="k-means 중심의 변화"),
        "missed": step(en="distance of the centres from the true ones at ±3", ko="찾은 중심과 참 중심 ±3 사이의 거리"),
        "score": step(en="3-NN accuracy with the right labels", ko="올바른 레이블을 쓴 3-NN의 정확도"),
    },
    source="Bishop, Pattern Recognition and Machine Learning (2006), sections 2.5.2 and 9.1",
    claims=[
        claim("flipped == 1", "All k-NN predictions follow the labels.", "k-NN의 예측은 모두 레이블을 따른다."),
        claim("moved == 0", "k-means is indifferent to labels.", "k-means는 레이블과 무관하다."),
        claim("missed < 0.7 and score > 0.95", "Both find the structure of the data.", "둘 다 데이터의 구조를 찾는다."),
    ],
    mistakes=[
        mistake(
            "both-unsupervised",
            "flipped == 0",
            "k-NN is supervised: it votes with labels.",
            "k-NN은 지도 학습으로, 레이블로 투표합니다.",
        ),
        mistake(
            "both-supervised",
            "moved > 0",
            "k-means is unsupervised: it uses positions only.",
            "k-means는 비지도 학습으로, 위치만 씁니다.",
        ),
    ],
)
def flipped_labels(random):
    labels = torch.arange(100) % 2
    sides = 2.0 * labels - 1
    x, fresh = random.normal(100, 2) + 3 * sides.unsqueeze(1), random.normal(100, 2) + 3 * sides.unsqueeze(1)

    def predictions(known):
        return known[torch.cdist(fresh, x).topk(3, largest=False).indices].mode(dim=1).values

    def centres(known):
        # the labels travel with the points, but only the positions can be used
        points = torch.cat([x, known.unsqueeze(1)], dim=1)[:, :2]
        found = points[:2]
        for _ in range(10):
            groups = torch.cdist(points, found).argmin(dim=1)
            found = torch.stack([points[groups == 0].mean(dim=0), points[groups == 1].mean(dim=0)])
        return found[found[:, 0].argsort()]

    found = centres(labels)
    return {
        "flipped": (predictions(labels) != predictions(1 - labels)).double().mean(),
        "moved": (found - centres(1 - labels)).abs().max(),
        "missed": (found - torch.tensor([[-3.0], [3.0]])).norm(dim=1).max(),
        "score": (predictions(labels) == labels).double().mean(),
    }
