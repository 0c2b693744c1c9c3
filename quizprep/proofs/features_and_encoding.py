"""Proofs for the chapter features-and-encoding."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

STATISTICAL_LEARNING = "Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2nd ed., 2009)"
BISHOP = "Bishop, Pattern Recognition and Machine Learning (2006)"
DEEP_LEARNING = "Goodfellow, Bengio, Courville, Deep Learning (2016)"


@proof(
    "one-hot-distance",
    title=("One-hot codes are equally far apart", "원-핫 코드는 서로 같은 거리에 있다"),
    statement=(
        "The one-hot codes of two different classes are orthogonal and √2 apart, whatever the classes' numbers.",
        "서로 다른 두 클래스의 원-핫 코드는 클래스 번호와 관계없이 직교하고 거리가 √2이다.",
    ),
    symbols={
        "i": symbol("count in 0..9", "number of the first class", "첫째 클래스의 번호"),
        "j": symbol("count in 0..9", "number of the second class", "둘째 클래스의 번호"),
    },
    where=["i != j"],
    steps={
        "first": step("one_hot(i, 10)"),
        "second": step("one_hot(j, 10)"),
        "similarity": step("first · second"),
        "distance": step("norm(first - second)"),
    },
    source=f"{BISHOP}, section 4.1.2",
    mistakes=[
        mistake(
            "difference-of-numbers",
            "abs(i - j)",
            "That is the distance of the integer codes, which one-hot codes are meant to remove.",
            "그것은 정수 코드 사이의 거리입니다. 원-핫 코드는 바로 이것을 없애려고 씁니다.",
        ),
        mistake(
            "one",
            "1",
            "The codes differ in two places, not in one.",
            "두 코드는 한 자리가 아니라 두 자리에서 다릅니다.",
        ),
        mistake(
            "root-forgotten", "sum((first - second)^2)", "That is the squared distance.", "그것은 거리의 제곱입니다."
        ),
        mistake(
            "similarity",
            "first · second",
            "That is the inner product: 0, the codes are orthogonal.",
            "그것은 내적입니다. 두 코드는 직교하므로 0입니다.",
        ),
    ],
    claims=[claim("similarity == 0", "Different classes are orthogonal.", "서로 다른 클래스는 직교한다.")],
)
def one_hot_distance(i, j):
    classes = torch.arange(10)
    first, second = (classes == i) + 0.0, (classes == j) + 0.0
    return {"first": first, "second": second, "similarity": first @ second, "distance": (first - second).norm()}


@one_hot_distance.oracle("operator", "torch.nn.functional.one_hot, torch.cdist")
def _(i, j):
    codes = torch.nn.functional.one_hot(torch.stack([i, j]).long(), 10).to(i.dtype)
    return {"distance": torch.cdist(codes, codes)[0, 1], "similarity": (codes @ codes.T)[0, 1]}


@proof(
    "embedding-lookup",
    title=("An embedding is a lookup", "임베딩은 행 조회이다"),
    statement=(
        "Multiplying a one-hot code with the weight matrix picks one row: an embedding layer looks it up directly.",
        "원-핫 코드에 가중치 행렬을 곱하면 행 하나가 뽑힌다. 임베딩 층은 그 행을 바로 조회한다.",
    ),
    symbols={
        "W": symbol("matrix[v, d]", "embedding matrix, one row a word", "임베딩 행렬 (단어마다 한 행)"),
        "i": symbol("count in 0..3", "id of the word, from 0", "단어의 id (0부터)"),
    },
    lengths={"v": 4},
    steps={
        "code": step("one_hot(i, 4)"),
        "vector": step("code W"),
    },
    source=f"{DEEP_LEARNING}, section 12.4.2",
    mistakes=[
        mistake(
            "counted-from-one",
            "one_hot(mod(i + 3, 4), 4) W",
            "The ids count from 0: id 1 is the second row.",
            "id는 0부터 셉니다. id 1은 둘째 행입니다.",
        ),
        mistake(
            "average",
            "mean(W, axis=0)",
            "That is the average of all rows, not the row of this word.",
            "그것은 모든 행의 평균입니다. 이 단어의 행이 아닙니다.",
        ),
        mistake(
            "id-as-a-number",
            "i * W_1",
            "The id is no quantity to multiply with; it names a row.",
            "id는 곱할 수 있는 양이 아니라 행의 이름입니다.",
        ),
        mistake(
            "all-rows-added",
            "sum(W, axis=0)",
            "A one-hot code has a single 1, so a single row remains.",
            "원-핫 코드에는 1이 하나뿐이므로 한 행만 남습니다.",
        ),
    ],
)
def embedding_lookup(W, i):
    code = (torch.arange(4) == i) + 0.0
    return {"code": code, "vector": code @ W}


@embedding_lookup.oracle("operator", "torch.nn.functional.embedding")
def _(W, i):
    return torch.nn.functional.embedding(i.long(), W)


@proof(
    "embedding-size",
    title=("Numbers in an embedding layer", "임베딩 층의 파라미터 수"),
    statement=(
        "An embedding of V words in d dimensions learns V·d numbers, one row of d a word.",
        "단어 V개를 d차원에 임베딩하면 단어마다 d개씩 모두 V·d개의 수를 학습한다.",
    ),
    symbols={
        "V": symbol("positive-count in 2..5000", "size of the vocabulary", "어휘 크기"),
        "d": symbol("positive-count in 2..300", "dimensions of a word vector", "단어 벡터의 차원"),
        "n": symbol("positive-count in 2..50", "words in the input", "입력 단어 수"),
    },
    steps={
        "parameters": step("V d"),
        "output_numbers": step("n d"),
        "one_hot_numbers": step("n V"),
    },
    result="parameters",
    source=f"{DEEP_LEARNING}, section 12.4.2",
    mistakes=[
        mistake(
            "added",
            "V + d",
            "Every word has d numbers of its own, so the two multiply.",
            "단어마다 d개씩 있으므로 더하지 말고 곱해야 합니다.",
        ),
        mistake("with-bias", "V d + d", "An embedding has no bias.", "임베딩에는 편향이 없습니다."),
        mistake(
            "size-of-the-output",
            "n d",
            "That is the size of the output for this input; the layer holds all words.",
            "그것은 이 입력에 대한 출력의 크기입니다. 층에는 모든 단어의 벡터가 있습니다.",
        ),
        mistake(
            "size-of-the-one-hot-input",
            "n V",
            "That is the size of the one-hot input.",
            "그것은 원-핫 입력의 크기입니다.",
        ),
    ],
)
def embedding_size(V, d, n):
    return {"parameters": V * d, "output_numbers": n * d, "one_hot_numbers": n * V}


@embedding_size.oracle("operator", "torch.nn.Embedding (meta device)", "torch.nn.Embedding (meta 장치)", samples=6)
def _(V, d, n):
    layer = torch.nn.Embedding(int(V), int(d), device="meta")
    ids = torch.zeros(int(n), dtype=torch.long, device="meta")
    codes = torch.nn.functional.one_hot(torch.zeros(int(n), dtype=torch.long), int(V))
    sizes = (layer.weight.numel(), layer(ids).numel(), codes.numel())
    return dict(zip(("parameters", "output_numbers", "one_hot_numbers"), torch.tensor(sizes) + 0.0, strict=True))


@proof(
    "standardisation",
    title=("Standardisation", "표준화"),
    statement=(
        "(x − mean) / standard deviation has mean 0 and standard deviation 1; the shape of the distribution stays.",
        "(x − 평균) / 표준편차는 평균이 0, 표준편차가 1이 되며 분포의 모양은 그대로이다.",
    ),
    symbols={"x": symbol("vector[n]", "values of a feature", "특징의 값")},
    where=["std(x) > 0.05"],
    steps={
        "centre": step("mean(x)", aliases=["mu", "μ"]),
        "deviation": step("std(x)", aliases=["s", "sigma", "σ"]),
        "z": step("(x - centre) / deviation"),
    },
    source=f"{STATISTICAL_LEARNING}, section 14.3.3",
    mistakes=[
        mistake(
            "divided-by-the-variance",
            "(x - mean(x)) / var(x)",
            "Divide by the standard deviation, not by the variance.",
            "분산이 아니라 표준편차로 나눠야 합니다.",
        ),
        mistake("not-centred", "x / std(x)", "The mean must be subtracted first.", "먼저 평균을 빼야 합니다."),
        mistake(
            "min-max", "(x - min(x)) / (max(x) - min(x))", "That is min-max scaling.", "그것은 min-max 스케일링입니다."
        ),
        mistake(
            "not-scaled",
            "x - mean(x)",
            "That only centres the values; divide by the standard deviation as well.",
            "그것은 중심화만 한 것입니다. 표준편차로도 나눠야 합니다.",
        ),
    ],
    claims=[
        claim(
            "abs(mean(z)) < 1e-9 and abs(std(z) - 1) < 1e-9",
            "Mean 0 and standard deviation 1.",
            "평균 0, 표준편차 1이다.",
        ),
        claim(
            "abs(mean(z^3) - mean((x - centre)^3) / deviation^3) < 1e-6", "The skewness stays.", "왜도는 그대로이다."
        ),
    ],
)
def standardisation(x):
    centre, deviation = x.mean(), x.std(correction=0)
    return {"centre": centre, "deviation": deviation, "z": (x - centre) / deviation}


@standardisation.oracle("operator", "torch.nn.functional.layer_norm", tolerance=1e-7)
def _(x):
    return torch.nn.functional.layer_norm(x, x.shape, eps=0.0)


@proof(
    "min-max-scaling",
    title=("Min-max scaling", "min-max 스케일링"),
    statement=(
        "(x − min) / (max − min) maps the smallest value to 0 and the largest to 1.",
        "(x − 최솟값) / (최댓값 − 최솟값)은 가장 작은 값을 0, 가장 큰 값을 1로 보낸다.",
    ),
    symbols={"x": symbol("vector[n]", "values of a feature", "특징의 값")},
    where=["max(x) - min(x) > 0.05"],
    steps={
        "low": step("min(x)"),
        "span": step("max(x) - min(x)"),
        "scaled": step("(x - low) / span"),
    },
    source="Han, Kamber, Pei, Data Mining: Concepts and Techniques (3rd ed., 2011), section 3.5.2",
    mistakes=[
        mistake(
            "divided-by-the-maximum",
            "x / max(x)",
            "The minimum must be subtracted, and the range is the divisor.",
            "최솟값을 빼고, 범위로 나눠야 합니다.",
        ),
        mistake(
            "wrong-divisor",
            "(x - min(x)) / max(x)",
            "Divide by the range, maximum minus minimum.",
            "최댓값이 아니라 (최댓값 − 최솟값)으로 나눠야 합니다.",
        ),
        mistake(
            "mean-subtracted",
            "(x - mean(x)) / (max(x) - min(x))",
            "The minimum is subtracted, not the mean.",
            "평균이 아니라 최솟값을 빼야 합니다.",
        ),
        mistake("standardised", "(x - mean(x)) / std(x)", "That is standardisation.", "그것은 표준화입니다."),
    ],
    claims=[
        claim("min(scaled) == 0 and abs(max(scaled) - 1) < 1e-12", "The values fill [0, 1].", "값이 [0, 1]을 채운다.")
    ],
)
def min_max_scaling(x):
    low, span = x.min(), x.max() - x.min()
    return {"low": low, "span": span, "scaled": (x - low) / span}


@min_max_scaling.oracle(
    "closed-form",
    "the line through (min, 0) and (max, 1), solved for",
    "(최솟값, 0)과 (최댓값, 1)을 지나는 직선의 해",
    tolerance=1e-8,
)
def _(x):
    ends = torch.stack([x.min(), x.max()])
    slope, intercept = torch.linalg.solve(torch.stack([ends, torch.ones(2)], dim=1), torch.tensor([0.0, 1.0]))
    return slope * x + intercept


@proof(
    "share-of-the-distance",
    title=("Which feature decides the distance", "어느 특징이 거리를 정하는가"),
    statement=(
        "A feature's share of a squared distance grows with the square of its scale; dividing by the scale removes that.",
        "제곱 거리에서 한 특징이 차지하는 몫은 스케일의 제곱에 비례해 커진다. 스케일로 나누면 이를 없앨 수 있다.",
    ),
    symbols={
        "a": symbol("vector[n] of positive", "differences of two samples, feature by feature", "두 표본의 특징별 차이"),
        "s": symbol("vector[n] of positive", "standard deviations of the features", "특징별 표준편차"),
    },
    steps={
        "raw": step("a^2 / sum(a^2)"),
        "z": step("a / s"),
        "shares": step("z^2 / sum(z^2)"),
    },
    source=f"{STATISTICAL_LEARNING}, section 14.3.3",
    mistakes=[
        mistake(
            "unscaled",
            "a^2 / sum(a^2)",
            "The features are not scaled: the one with the largest values decides.",
            "스케일링하지 않았습니다. 값이 가장 큰 특징이 거리를 정합니다.",
        ),
        mistake(
            "multiplied",
            "(a * s)^2 / sum((a * s)^2)",
            "Divide by the standard deviation; multiplying makes it worse.",
            "표준편차를 곱하지 말고 나눠야 합니다.",
        ),
        mistake(
            "not-squared", "z / sum(z)", "The Euclidean distance adds squares.", "유클리드 거리는 제곱을 더합니다."
        ),
    ],
    claims=[claim("abs(sum(shares) - 1) < 1e-9", "The shares sum to 1.", "몫의 합은 1이다.")],
)
def share_of_the_distance(a, s):
    z = a / s
    return {"raw": a.square() / a.square().sum(), "z": z, "shares": z.square() / z.square().sum()}


@share_of_the_distance.oracle(
    "autograd", "relative growth of the distance with each feature", "특징별 거리의 상대 증가율"
)
def _(a, s):
    def log_distance(differences, scales):
        return torch.dist(differences / scales, torch.zeros_like(differences)).log()

    return {
        "shares": a * torch.func.grad(log_distance)(a, s),
        "raw": a * torch.func.grad(log_distance)(a, torch.ones_like(a)),
    }


@proof(
    "scaling-for-nearest-neighbours",
    title=("Scaling and nearest neighbours", "스케일링과 최근접 이웃"),
    statement=(
        "Unscaled, a noise feature with values in the thousands decides the neighbours; standardised, the informative one counts.",
        "스케일링하지 않으면 값이 수천인 노이즈 특징이 이웃을 정하고, 표준화하면 유용한 특징이 힘을 낸다.",
    ),
    symbols={},
    steps={
        "raw_score": step(en="1-NN accuracy on raw features", ko="원래 특징을 쓴 1-NN 정확도"),
        "scaled_score": step(en="1-NN accuracy on standardised features", ko="표준화한 특징을 쓴 1-NN 정확도"),
        "tree_raw": step(
            en="accuracy of the best single threshold, raw", ko="가장 좋은 임계값 하나의 정확도 (원래 특징)"
        ),
        "tree_scaled": step(en="the same, standardised", ko="가장 좋은 임계값 하나의 정확도 (표준화)"),
    },
    source=f"{STATISTICAL_LEARNING}, section 13.3",
    claims=[
        claim("raw_score < 0.62", "Raw, 1-NN is hardly better than chance.", "원래 특징으로는 찍는 수준이다."),
        claim("scaled_score > 0.85", "Standardised, it classifies well.", "표준화하면 잘 분류한다."),
        claim(
            "tree_raw == tree_scaled",
            "A threshold rule does not care about scales.",
            "임계값 규칙은 스케일과 무관하다.",
        ),
    ],
    mistakes=[
        mistake(
            "scaling-does-not-matter",
            "abs(raw_score - scaled_score) < 0.1",
            "Distances depend on the units of the features.",
            "거리는 특징의 단위에 따라 달라집니다.",
        ),
    ],
)
def scaling_for_nearest_neighbours(random):
    def drawn(rows):
        labels = torch.arange(rows) % 2
        informative = random.normal(rows) * 0.25 + labels
        return torch.stack([informative, 1000 * random.normal(rows)], dim=1), labels

    (x, y), (new_x, new_y) = drawn(300), drawn(500)
    scale = x.std(dim=0)

    def score(divisor):
        nearest = torch.cdist(new_x / divisor, x / divisor).argmin(dim=1)
        return (y[nearest] == new_y).double().mean()

    def best_threshold(divisor):
        values = x / divisor  # each sample's value tried as threshold, in either feature
        agree = ((values.unsqueeze(0) >= values.unsqueeze(1)).long() == y.view(1, -1, 1)).double().mean(dim=1)
        return torch.maximum(agree, 1 - agree).max()

    return {
        "raw_score": score(torch.ones(2)),
        "scaled_score": score(scale),
        "tree_raw": best_threshold(torch.ones(2)),
        "tree_scaled": best_threshold(scale),
    }


@proof(
    "outlier-and-scaling",
    title=("An outlier under min-max scaling", "이상치와 min-max 스케일링"),
    statement=(
        "One outlier stretches the range, so min-max scaling squeezes all other values together.",
        "이상치 하나가 범위를 늘려 min-max 스케일링은 나머지 값들을 한곳에 몰아넣는다.",
    ),
    symbols={
        "m": symbol(
            "positive-count in 2..9", "largest ordinary value (1, 2, ..., m)", "보통 값의 최댓값 (1, 2, ..., m)"
        ),
        "o": symbol("positive in 10..5000", "outlier", "이상치"),
    },
    steps={"squeezed": step("(m - 1) / (o - 1)")},
    source="Han, Kamber, Pei, Data Mining: Concepts and Techniques (3rd ed., 2011), section 3.5.2",
    mistakes=[
        mistake(
            "share-of-the-maximum",
            "m / o",
            "The minimum 1 must be subtracted on top and below.",
            "분자와 분모에서 모두 최솟값 1을 빼야 합니다.",
        ),
        mistake(
            "outlier-ignored",
            "1",
            "m is not the largest value any more; the outlier is.",
            "이제 최댓값은 m이 아니라 이상치입니다.",
        ),
        mistake(
            "gap-to-the-outlier",
            "(o - m) / (o - 1)",
            "That is the empty part of the range.",
            "그것은 범위에서 비어 있는 부분입니다.",
        ),
    ],
)
def outlier_and_scaling(m, o):
    return {"squeezed": (m - 1) / (o - 1)}


@outlier_and_scaling.oracle(
    "brute-force", "scaling 1, 2, ..., m and the outlier", "1, 2, ..., m과 이상치를 직접 스케일링"
)
def _(m, o):
    values = torch.cat([torch.arange(1, int(m) + 1) + 0.0, o.unsqueeze(0)])
    scaled = torch.lerp(
        torch.zeros(len(values)), torch.ones(len(values)), (values - values.min()) / values.sub(values.min()).max()
    )
    return scaled[:-1].max()


@proof(
    "product-feature",
    title=("A combined feature", "특징 조합"),
    statement=(
        "If the class is the sign of x₁x₂, no linear rule on x₁ and x₂ works, but their product alone decides.",
        "클래스가 x₁x₂의 부호라면 x₁과 x₂의 선형 규칙으로는 맞힐 수 없지만, 두 특징의 곱 하나면 충분하다.",
    ),
    symbols={},
    steps={
        "linear_score": step(en="accuracy of a linear rule on x₁ and x₂", ko="x₁과 x₂를 쓴 선형 규칙의 정확도"),
        "product_score": step(en="accuracy with the product as a feature", ko="곱을 특징으로 더한 정확도"),
        "largest_correlation": step(
            en="largest correlation of x₁ or x₂ with the class", ko="x₁ 또는 x₂와 클래스의 상관계수 중 큰 것"
        ),
    },
    source=f"{DEEP_LEARNING}, section 6.1",
    claims=[
        claim(
            "linear_score < 0.7 and product_score > linear_score + 0.2",
            "The raw features are of little use to a linear rule.",
            "원래 특징은 선형 규칙에 별 쓸모가 없다.",
        ),
        claim("product_score > 0.85", "The product makes the task easy.", "곱을 더하면 쉬워진다."),
        claim(
            "largest_correlation < 0.2",
            "Neither feature correlates with the class.",
            "어느 특징도 클래스와 상관이 없다.",
        ),
    ],
    mistakes=[
        mistake(
            "no-correlation-no-use",
            "product_score < 0.6",
            "Features without correlation can decide together.",
            "상관이 없는 특징들도 함께라면 클래스를 정할 수 있습니다.",
        ),
    ],
)
def product_feature(random):
    x = random.normal(1000, 2)
    y = x.prod(dim=1).sign()

    def score(features):
        weights = torch.linalg.lstsq(features, y.unsqueeze(1)).solution.squeeze(1)
        return ((features @ weights).sign() == y).double().mean()

    ones = torch.ones(1000, 1)
    correlations = torch.corrcoef(torch.cat([x, y.unsqueeze(1)], dim=1).T)[:2, 2]
    return {
        "linear_score": score(torch.cat([ones, x], dim=1)),
        "product_score": score(torch.cat([ones, x, x.prod(dim=1, keepdim=True)], dim=1)),
        "largest_correlation": correlations.abs().max(),
    }


@proof(
    "correlation-misses-a-parabola",
    title=("Correlation misses a parabola", "상관계수가 놓치는 포물선"),
    statement=(
        "On [−1, 1] the correlation of x and x² is 0, although x determines x² completely.",
        "[−1, 1]에서 x와 x²의 상관계수는 0이지만, x²은 x로 완전히 정해진다.",
    ),
    symbols={},
    steps={
        "correlation": step(en="Pearson correlation of x and x²", ko="x와 x²의 피어슨 상관계수"),
        "line_fit": step(en="R² of a line", ko="직선의 R²"),
        "parabola_fit": step(en="R² with x² as a further feature", ko="x²을 특징으로 더했을 때의 R²"),
    },
    source="Anscombe, Graphs in Statistical Analysis (The American Statistician, 1973)",
    claims=[
        claim("abs(correlation) < 1e-9 and line_fit < 1e-9", "The correlation is 0.", "상관계수는 0이다."),
        claim("parabola_fit > 0.999999", "Yet x explains everything.", "하지만 x가 모든 것을 설명한다."),
    ],
)
def correlation_misses_a_parabola():
    x = torch.linspace(-1, 1, 1001)
    y = x**2

    def r_squared(*features):
        inputs = torch.stack([torch.ones(1001), *features], dim=1)
        fit = inputs @ torch.linalg.lstsq(inputs, y.unsqueeze(1)).solution
        return 1 - (fit.squeeze(1) - y).square().sum() / (y - y.mean()).square().sum()

    return {
        "correlation": torch.corrcoef(torch.stack([x, y]))[0, 1],
        "line_fit": r_squared(x),
        "parabola_fit": r_squared(x, x**2),
    }


@proof(
    "selection-and-extraction",
    title=("Feature selection and extraction", "특징 선택과 특징 추출"),
    statement=(
        "Selection keeps some of the original columns; extraction (such as PCA) computes new ones from all of them.",
        "특징 선택은 원래 열 중 일부를 그대로 쓰고, 특징 추출(PCA 등)은 모든 열로 새 열을 계산한다.",
    ),
    symbols={},
    steps={
        "selected_original": step(
            en="how many of two selected columns are original columns", ko="선택한 두 열 중 원래 열의 수"
        ),
        "extracted_original": step(
            en="how many of two principal components are original columns", ko="주성분 두 개 중 원래 열의 수"
        ),
        "width": step(en="columns after either of them", ko="어느 쪽이든 남는 열의 수"),
        "inputs_used": step(en="original columns that the first component mixes", ko="첫째 주성분에 섞인 원래 열의 수"),
    },
    source="Guyon and Elisseeff, An Introduction to Variable and Feature Selection (JMLR 2003), section 5",
    claims=[
        claim(
            "selected_original == 2 and extracted_original == 0",
            "Selected columns are original, extracted ones new.",
            "선택한 열은 원래 열이고 추출한 열은 새로운 열이다.",
        ),
        claim(
            "width == 2 and inputs_used == 4",
            "Both give two columns; a component mixes all four.",
            "둘 다 열은 두 개이며, 주성분은 네 열을 모두 섞은 것이다.",
        ),
    ],
    mistakes=[
        mistake(
            "components-are-columns",
            "extracted_original > 0",
            "A principal component is a new mixture of columns.",
            "주성분은 원래 열들을 섞은 새로운 값입니다.",
        ),
    ],
)
def selection_and_extraction(random):
    x = random.normal(100, 4) @ random.normal(4, 4)
    axes = torch.linalg.svd(x - x.mean(dim=0), full_matrices=False).Vh[:2]
    selected, extracted = x[:, [0, 2]], (x - x.mean(dim=0)) @ axes.T

    def original(columns):
        return sum(bool(torch.isclose(columns[:, [index]], x).all(dim=0).any()) for index in range(2))

    return {
        "selected_original": torch.tensor(original(selected) + 0.0),
        "extracted_original": torch.tensor(original(extracted) + 0.0),
        "width": torch.tensor(extracted.shape[1] + 0.0),
        "inputs_used": (axes[0].abs() > 1e-9).double().sum(),
    }


@proof(
    "noise-features-and-neighbours",
    title=("Irrelevant features and k-NN", "무관한 특징과 k-NN"),
    statement=(
        "Irrelevant features add noise to every distance: 5-NN gets worse the more of them there are.",
        "무관한 특징은 모든 거리에 노이즈를 더하므로, 많을수록 5-NN의 성능이 떨어진다.",
    ),
    symbols={},
    steps={
        "score_0": step(en="accuracy with 2 informative features", ko="유용한 특징 2개만 쓴 정확도"),
        "score_30": step(en="with 30 noise features more", ko="노이즈 특징 30개를 더했을 때"),
        "score_100": step(en="with 100 noise features more", ko="노이즈 특징 100개를 더했을 때"),
    },
    source=f"{STATISTICAL_LEARNING}, sections 2.5 and 13.4",
    claims=[
        claim(
            "score_0 > score_30 + 0.02 and score_30 > score_100 + 0.03",
            "Every noise feature costs accuracy.",
            "노이즈 특징이 늘수록 정확도가 떨어진다.",
        ),
    ],
    mistakes=[
        mistake(
            "more-features-help",
            "score_100 > score_0",
            "More features help only if they say something about the class.",
            "특징은 클래스에 대한 정보가 있을 때만 도움이 됩니다.",
        ),
    ],
)
def noise_features_and_neighbours(random):
    def drawn(rows):
        labels = torch.arange(rows) % 2
        x = random.normal(rows, 102)
        x[:, :2] += 1.5 * labels.unsqueeze(1)
        return x, labels

    (x, y), (new_x, new_y) = drawn(200), drawn(1500)

    def score(width):
        nearest = torch.cdist(new_x[:, :width], x[:, :width]).topk(5, largest=False).indices
        return ((y[nearest].double().mean(dim=1) > 0.5) == new_y).double().mean()

    return {"score_0": score(2), "score_30": score(32), "score_100": score(102)}
