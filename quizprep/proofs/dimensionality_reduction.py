"""Proofs for the chapter dimensionality-reduction."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

STATISTICAL_LEARNING = "Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2nd ed., 2009)"
BISHOP = "Bishop, Pattern Recognition and Machine Learning (2006), section 12.1"


@proof(
    "edge-of-a-neighbourhood",
    title=("How far a neighbourhood reaches", "이웃의 범위"),
    statement=(
        "A cube that holds the share r of uniform data in d dimensions has edges of length r^(1/d): soon nearly the whole range.",
        "d차원의 균등한 데이터에서 비율 r을 담는 정육면체의 한 변은 r^(1/d)로, 곧 전체 범위와 비슷해진다.",
    ),
    symbols={
        "r": symbol("open-probability in 0.001..0.9", "share of the data", "데이터의 비율"),
        "d": symbol("positive-count in 1..30", "number of dimensions", "차원 수"),
    },
    steps={"edge": step("r^(1 / d)")},
    source=f"{STATISTICAL_LEARNING}, section 2.5",
    mistakes=[
        mistake(
            "as-on-a-line",
            "r",
            "That holds in one dimension; with every further one the cube must be wider.",
            "그것은 1차원일 때입니다. 차원이 늘수록 변이 더 길어져야 합니다.",
        ),
        mistake(
            "divided",
            "r / d",
            "The share is divided by the dimension; volumes multiply, so the d-th root belongs here.",
            "비율을 차원으로 나눴습니다. 부피는 변의 곱이므로 d제곱근을 취해야 합니다.",
        ),
        mistake(
            "power", "r^d", "That is the volume of a cube with edge r.", "그것은 한 변이 r인 정육면체의 부피입니다."
        ),
        mistake("square-root", "sqrt(r)", "That is the edge in two dimensions.", "그것은 2차원일 때의 변입니다."),
    ],
)
def edge_of_a_neighbourhood(r, d):
    return {"edge": r ** (1 / d)}


@edge_of_a_neighbourhood.oracle(
    "brute-force", "halving the interval of edges until the volume fits", "부피가 맞을 때까지 구간을 반으로 나누기"
)
def _(r, d):
    low, high = torch.zeros(()), torch.ones(())
    for _ in range(60):
        middle = (low + high) / 2
        too_small = torch.full((int(d),), float(middle)).prod() < r
        low, high = (middle, high) if too_small else (low, middle)
    return middle


@edge_of_a_neighbourhood.oracle(
    "simulation", "quantile of the largest of d coordinates", "좌표 d개 중 최댓값의 분위수", tolerance=0.05, samples=8
)
def _(r, d):
    points = torch.rand(20_000, int(d), generator=torch.Generator().manual_seed(0), device="cpu")
    return points.max(dim=1).values.quantile(float(r))


@proof(
    "distances-become-similar",
    title=("Distances become similar", "거리가 비슷해진다"),
    statement=(
        "Among 500 uniform points the farthest is many times as far as the nearest in 2 dimensions, hardly farther in 1000.",
        "균등한 점 500개 중 가장 먼 점은 2차원에서 가장 가까운 점보다 훨씬 멀지만 1000차원에서는 별 차이가 없다.",
    ),
    symbols={},
    steps={
        "ratio_2": step(
            en="farthest / nearest distance in 2 dimensions", ko="2차원에서 (가장 먼 거리) / (가장 가까운 거리)"
        ),
        "ratio_10": step(en="in 10 dimensions", ko="10차원에서"),
        "ratio_100": step(en="in 100 dimensions", ko="100차원에서"),
        "ratio_1000": step(en="in 1000 dimensions", ko="1000차원에서"),
    },
    source="Beyer, Goldstein, Ramakrishnan, Shaft, When Is Nearest Neighbor Meaningful? (ICDT 1999)",
    claims=[
        claim(
            "ratio_2 > 2 * ratio_10 and ratio_10 > 1.5 * ratio_100 and ratio_100 > 1.2 * ratio_1000",
            "The ratio falls with the dimension.",
            "차원이 높을수록 비가 작아진다.",
        ),
        claim(
            "ratio_1000 < 1.5",
            "In 1000 dimensions all points are about equally far.",
            "1000차원에서는 모든 점이 비슷하게 멀다.",
        ),
    ],
    mistakes=[
        mistake(
            "contrast-grows",
            "ratio_1000 > ratio_2",
            "The contrast between near and far vanishes.",
            "가까운 점과 먼 점의 차이는 사라집니다.",
        ),
    ],
)
def distances_become_similar(random):
    def ratio(dimensions):
        points, queries = random.uniform(500, dimensions), random.uniform(10, dimensions)
        distances = torch.cdist(queries, points)
        return (distances.max(dim=1).values / distances.min(dim=1).values).median()

    return {f"ratio_{dimensions}": ratio(dimensions) for dimensions in (2, 10, 100, 1000)}


@proof(
    "pca-of-two-features",
    title=("PCA of two features", "특징 두 개의 주성분 분석"),
    statement=(
        "The variances along the principal axes are the eigenvalues of the covariance matrix; their sum is the total variance.",
        "주성분 축 방향의 분산은 공분산 행렬의 고윳값이고, 그 합은 전체 분산이다.",
    ),
    symbols={
        "a": symbol("positive", "variance of the first feature", "첫째 특징의 분산"),
        "b": symbol("positive", "variance of the second feature", "둘째 특징의 분산"),
        "rho": symbol("real in -1..1", "their correlation", "두 특징의 상관계수", aliases=["ρ"]),
    },
    steps={
        "c": step("rho sqrt(a b)"),
        "total": step("a + b"),
        "largest": step("total / 2 + sqrt(((a - b) / 2)^2 + c^2)", aliases=["lambda_1"]),
        "smallest": step("total - largest", aliases=["lambda_2"]),
        "ratio": step("largest / total"),
    },
    source=BISHOP,
    mistakes=[
        mistake(
            "largest-feature",
            "max(a, b) / total",
            "That is the share of the feature with the larger variance; correlated features share an axis.",
            "그것은 분산이 큰 특징의 비율입니다. 상관된 특징들은 한 축에 모입니다.",
        ),
        mistake(
            "square-roots",
            "sqrt(largest) / (sqrt(largest) + sqrt(abs(smallest)))",
            "Standard deviations are compared; the explained ratio compares variances.",
            "표준편차를 비교했습니다. 설명된 비율은 분산끼리 비교합니다.",
        ),
        mistake(
            "over-the-other",
            "smallest / largest",
            "The eigenvalue is divided by the sum of all eigenvalues, not by another one.",
            "다른 고윳값이 아니라 모든 고윳값의 합으로 나눠야 합니다.",
        ),
        mistake(
            "one-axis-of-two",
            "1 / 2",
            "One of two axes holds half the variance only if no direction is special.",
            "두 축 중 하나가 절반을 갖는 것은 특별한 방향이 없을 때뿐입니다.",
        ),
    ],
    claims=[
        claim(
            "largest >= max(a, b) - 1e-9",
            "No feature alone varies more than the first axis.",
            "어떤 특징도 첫째 축보다 분산이 크지 않다.",
        )
    ],
)
def pca_of_two_features(a, b, rho):
    c = rho * (a * b).sqrt()
    total = a + b
    largest = total / 2 + (((a - b) / 2) ** 2 + c**2).sqrt()
    return {"c": c, "total": total, "largest": largest, "smallest": total - largest, "ratio": largest / total}


def covariance_of_two(a, b, rho):
    c = rho * (a * b).sqrt()
    return torch.stack([torch.stack([a, c]), torch.stack([c, b])])


@pca_of_two_features.oracle("operator", "torch.linalg.eigvalsh")
def _(a, b, rho):
    smallest, largest = torch.linalg.eigvalsh(covariance_of_two(a, b, rho))
    return {"largest": largest, "smallest": smallest, "ratio": largest / (largest + smallest)}


@pca_of_two_features.oracle(
    "brute-force", "the best of 3600 directions", "3600개 방향 중 분산이 가장 큰 것", tolerance=1e-5, samples=24
)
def _(a, b, rho):
    angles = torch.linspace(0, torch.pi, 3600)
    directions = torch.stack([angles.cos(), angles.sin()])
    along = (directions * (covariance_of_two(a, b, rho) @ directions)).sum(dim=0)
    return {"largest": along.max(), "ratio": along.max() / (a + b)}


@proof(
    "variance-along-a-direction",
    title=("Variance along a direction", "한 방향의 분산"),
    statement=(
        "Centre the data, project them on the unit vector, take the variance: PCA looks for the direction where it is largest.",
        "데이터를 중심화해 단위 벡터에 사영하고 분산을 구한다. PCA는 이 값이 가장 큰 방향을 찾는다.",
    ),
    symbols={
        "X": symbol("matrix[n, d]", "samples, one a row", "표본 (한 행에 하나)"),
        "u": symbol("vector[d]", "direction", "방향"),
    },
    where=["norm(u) > 0.1"],
    steps={
        "unit": step("u / norm(u)"),
        "projections": step("X unit"),
        "along": step("mean((projections - mean(projections))^2)"),
    },
    source=BISHOP,
    mistakes=[
        mistake(
            "not-a-unit-vector",
            "var(X u)",
            "The direction must be a unit vector, or its length scales the variance.",
            "방향은 단위 벡터여야 합니다. 아니면 벡터의 길이만큼 분산이 커집니다.",
        ),
        mistake(
            "not-centred",
            "mean((X unit)^2)",
            "The mean of the projections must be subtracted first.",
            "사영의 평균을 먼저 빼야 합니다.",
        ),
        mistake(
            "standard-deviation",
            "std(X unit)",
            "That is the standard deviation; PCA's eigenvalues are variances.",
            "그것은 표준편차입니다. PCA의 고윳값은 분산입니다.",
        ),
        mistake(
            "total-variance",
            "sum(var(X, axis=0))",
            "That is the variance along all axes together.",
            "그것은 모든 축의 분산을 합한 것입니다.",
        ),
    ],
)
def variance_along_a_direction(X, u):
    unit = u / u.norm()
    projections = X @ unit
    return {"unit": unit, "projections": projections, "along": (projections - projections.mean()).square().mean()}


@variance_along_a_direction.oracle("operator", "uᵀ torch.cov(X) u / uᵀu")
def _(X, u):
    return u @ torch.cov(X.T, correction=0) @ u / (u @ u)


@proof(
    "principal-axes",
    title=("The principal axes", "주성분 축"),
    statement=(
        "The top eigenvector beats every other direction; the axes are orthogonal and their eigenvalues the variances along them.",
        "가장 큰 고유벡터 방향의 분산이 가장 크다. 축들은 서로 직교하고 고윳값은 각 축 방향의 분산이다.",
    ),
    symbols={},
    steps={
        "first": step(en="variance along the first axis", ko="첫째 축 방향의 분산"),
        "best_trial": step(en="largest variance along 2000 random directions", ko="무작위 방향 2000개 중 가장 큰 분산"),
        "second": step(en="variance along the second axis", ko="둘째 축 방향의 분산"),
        "third": step(en="variance along the third axis", ko="셋째 축 방향의 분산"),
        "overlap": step(en="largest inner product of two axes", ko="두 축의 내적의 최댓값"),
        "eigenvalue_error": step(en="largest difference of eigenvalue and variance", ko="고윳값과 분산의 최대 차이"),
    },
    source=BISHOP,
    claims=[
        claim(
            "first >= best_trial",
            "No direction has a larger variance than the first axis.",
            "첫째 축보다 분산이 큰 방향은 없다.",
        ),
        claim("first > second and second > third", "The variances decrease.", "분산은 차례로 작아진다."),
        claim("overlap < 1e-9", "The axes are orthogonal.", "축들은 서로 직교한다."),
        claim(
            "eigenvalue_error < 1e-9 * first",
            "Each eigenvalue is the variance along its axis.",
            "고윳값은 그 축 방향의 분산이다.",
        ),
    ],
    mistakes=[
        mistake(
            "axes-overlap",
            "overlap > 0.1",
            "Each axis is orthogonal to the ones before.",
            "각 축은 앞의 축들과 직교합니다.",
        ),
    ],
)
def principal_axes(random):
    x = random.normal(200, 3) @ (random.normal(3, 3) * torch.tensor([3.0, 1.5, 0.7]))
    x = x - x.mean(dim=0)
    axes = torch.linalg.svd(x, full_matrices=False).Vh
    along = (x @ axes.T).var(dim=0)
    eigenvalues = torch.linalg.eigvalsh(torch.cov(x.T)).flip(0)
    trials = torch.nn.functional.normalize(random.normal(2000, 3), dim=1)
    return {
        "first": along[0],
        "best_trial": (x @ trials.T).var(dim=0).max(),
        "second": along[1],
        "third": along[2],
        "overlap": (axes @ axes.T - torch.eye(3)).abs().max(),
        "eigenvalue_error": (along - eigenvalues).abs().max(),
    }


@proof(
    "pca-reconstruction-error",
    title=("What PCA keeps and loses", "PCA가 남기고 버리는 것"),
    statement=(
        "Keeping the axes with the largest eigenvalues loses the sum of the other eigenvalues, the smallest loss possible.",
        "고윳값이 큰 축만 남기면 나머지 고윳값의 합만큼 잃으며, 이것이 가능한 가장 작은 손실이다.",
    ),
    symbols={
        "k": symbol("vector[m] of positive in 3..9", "eigenvalues that are kept", "남긴 고윳값", aliases=["kept"]),
        "s": symbol(
            "vector[n] of positive in 0.1..3",
            "smaller eigenvalues that are dropped",
            "버린 작은 고윳값",
            aliases=["dropped"],
        ),
    },
    where=["min(k) >= max(s)"],
    steps={
        "total": step("sum(k) + sum(s)"),
        "ratio": step("sum(k) / total"),
        "error": step("sum(s)"),
    },
    source=BISHOP,
    mistakes=[
        mistake(
            "kept-instead",
            "sum(k)",
            "That is the variance that is kept; the error is what is dropped.",
            "그것은 남긴 분산입니다. 오차는 버린 쪽의 합입니다.",
        ),
        mistake(
            "first-dropped-only",
            "max(s)",
            "All dropped eigenvalues count, not the largest alone.",
            "가장 큰 것 하나가 아니라 버린 고윳값을 모두 더해야 합니다.",
        ),
        mistake(
            "roots",
            "sum(sqrt(s))",
            "The eigenvalues are variances already; no root is taken.",
            "고윳값이 이미 분산이므로 제곱근을 취하지 않습니다.",
        ),
        mistake(
            "share-lost",
            "sum(s) / total",
            "That is the share of the variance that is lost.",
            "그것은 잃은 분산의 비율입니다.",
        ),
    ],
)
def pca_reconstruction_error(k, s):
    total = k.sum() + s.sum()
    return {"total": total, "ratio": k.sum() / total, "error": s.sum()}


@pca_reconstruction_error.oracle(
    "operator",
    "torch.linalg.svd of rotated data with these variances",
    "이 분산을 갖는 회전된 데이터의 torch.linalg.svd",
    samples=16,
)
def _(k, s):
    variances = torch.cat([k, s])
    size = len(variances)
    rotations = [
        torch.linalg.qr(torch.randn(size, size, generator=torch.Generator().manual_seed(seed), device="cpu"))[0]
        for seed in (0, 1)
    ]
    first, second = (rotation.to(variances) for rotation in rotations)
    data = first @ torch.diag(variances.sqrt()) @ second
    left, values, right = torch.linalg.svd(data)
    rebuilt = left[:, : len(k)] * values[: len(k)] @ right[: len(k)]
    error = (data - rebuilt).square().sum()
    return {"error": error, "ratio": 1 - error / data.square().sum()}


@proof(
    "linear-autoencoder-reaches-pca",
    title=("A linear autoencoder finds the PCA subspace", "선형 오토인코더는 PCA 부분공간을 찾는다"),
    statement=(
        "Trained on the squared error, a linear autoencoder ends at PCA's error for the same code size, in the same subspace.",
        "제곱 오차로 학습한 선형 오토인코더는 같은 코드 크기의 PCA와 같은 오차, 같은 부분공간에 이른다.",
    ),
    symbols={},
    steps={
        "start": step(en="reconstruction error before training", ko="학습 전 복원 오차"),
        "trained": step(en="reconstruction error after training", ko="학습 후 복원 오차"),
        "pca": step(en="reconstruction error of PCA with the same code size", ko="코드 크기가 같은 PCA의 복원 오차"),
        "subspace_gap": step(en="distance of the two projections", ko="두 사영 행렬의 차이"),
    },
    source="Baldi and Hornik, Neural Networks and Principal Component Analysis (Neural Networks, 1989)",
    claims=[
        claim(
            "trained < 1.01 * pca and trained > 0.999999 * pca",
            "The error meets PCA's and never falls below it.",
            "오차가 PCA와 같아지고 그 아래로는 내려가지 않는다.",
        ),
        claim("subspace_gap < 0.1", "The subspace is the same.", "부분공간이 같다."),
        claim("start > 2 * pca", "It was learned.", "학습으로 얻은 것이다."),
    ],
    mistakes=[
        mistake(
            "better-than-pca",
            "trained < 0.99 * pca",
            "PCA is the best linear code; only a non-linear autoencoder can do better.",
            "PCA가 최선의 선형 코드입니다. 더 나아지려면 비선형 오토인코더여야 합니다.",
        ),
    ],
)
def linear_autoencoder_reaches_pca(random):
    rotation = torch.linalg.qr(random.normal(5, 5))[0]
    x = random.normal(300, 5) * torch.tensor([2.0, 1.5, 0.5, 0.4, 0.3]) @ rotation
    x = x - x.mean(dim=0)
    covariance = x.T @ x / 300
    encoder, decoder = 0.1 * random.normal(2, 5), 0.1 * random.normal(5, 2)

    def error():
        return ((x - x @ encoder.T @ decoder.T) ** 2).sum(dim=1).mean()

    start = error()
    for _ in range(500):
        residual = (decoder @ encoder - torch.eye(5)) @ covariance
        decoder, encoder = decoder - 0.1 * residual @ encoder.T, encoder - 0.1 * decoder.T @ residual
    axes = torch.linalg.eigh(covariance).eigenvectors[:, -2:]
    basis = torch.linalg.qr(decoder)[0]
    return {
        "start": start,
        "trained": error(),
        "pca": ((x - x @ axes @ axes.T) ** 2).sum(dim=1).mean(),
        "subspace_gap": (basis @ basis.T - axes @ axes.T).abs().max(),
    }


@proof(
    "pca-ignores-the-target",
    title=("PCA ignores the target", "PCA는 목표값을 보지 않는다"),
    statement=(
        "If the class depends on the feature with the smallest variance, PCA drops exactly what decides.",
        "클래스가 분산이 가장 작은 특징으로 정해진다면 PCA는 바로 그 결정적인 정보를 버린다.",
    ),
    symbols={},
    steps={
        "kept": step(en="share of the variance in 4 of 5 components", ko="주성분 5개 중 4개가 설명하는 분산의 비율"),
        "all_score": step(en="accuracy with all features", ko="모든 특징을 쓴 정확도"),
        "pca_score": step(en="accuracy with 4 components", ko="주성분 4개를 쓴 정확도"),
    },
    source=f"{STATISTICAL_LEARNING}, section 3.5.1",
    claims=[
        claim(
            "kept > 0.99", "Four components keep over 99% of the variance.", "주성분 4개가 분산의 99% 이상을 담는다."
        ),
        claim(
            "all_score > 0.9 and pca_score < 0.65",
            "The class is lost with the last one.",
            "마지막 축과 함께 클래스 정보가 사라진다.",
        ),
    ],
    mistakes=[
        mistake(
            "variance-is-information",
            "pca_score > 0.9 * all_score",
            "Variance is not relevance: PCA never sees the target.",
            "분산이 곧 중요도는 아닙니다. PCA는 목표값을 보지 않습니다.",
        ),
    ],
)
def pca_ignores_the_target(random):
    deviations = torch.tensor([10.0, 5.0, 3.0, 2.0, 0.5])
    x = random.normal(1000, 5) * deviations
    y = x[:, 4].sign()
    x = x - x.mean(dim=0)
    axes = torch.linalg.svd(x, full_matrices=False).Vh[:4]

    def score(features):
        weights = torch.linalg.lstsq(features, y.unsqueeze(1)).solution.squeeze(1)
        return ((features @ weights).sign() == y).double().mean()

    codes = x @ axes.T
    return {"kept": codes.var(dim=0).sum() / x.var(dim=0).sum(), "all_score": score(x), "pca_score": score(codes)}


@proof(
    "number-of-axes",
    title=("How many axes PCA needs", "PCA에 필요한 축의 수"),
    statement=(
        "Reducing n dimensions by p leaves n − p, and takes n − p axes: one a remaining dimension.",
        "n차원을 p만큼 줄이면 n − p차원이 남고, 축도 남은 차원마다 하나씩 n − p개가 필요하다.",
    ),
    symbols={
        "n": symbol("positive-count in 3..20", "dimensions of the data", "데이터의 차원"),
        "p": symbol("positive-count in 1..19", "dimensions to be removed", "줄일 차원 수"),
    },
    where=["p < n"],
    steps={"axes": step("n - p")},
    source=BISHOP,
    mistakes=[
        mistake(
            "one-more-than-removed",
            "p + 1",
            "p dimensions are removed; the axes are those that remain, n − p.",
            "p는 줄이는 차원의 수입니다. 축은 남는 차원 수 n − p만큼 필요합니다.",
        ),
        mistake("removed", "p", "That many dimensions are dropped.", "그것은 버리는 차원의 수입니다."),
        mistake("all-axes", "n", "With all n axes nothing is reduced.", "n개 축을 모두 쓰면 줄어들지 않습니다."),
    ],
)
def number_of_axes(n, p):
    return {"axes": n - p}


@number_of_axes.oracle(
    "operator",
    "torch.linalg.matrix_rank of data rebuilt after dropping p axes",
    "축 p개를 버리고 복원한 데이터의 torch.linalg.matrix_rank",
    samples=16,
)
def _(n, p):
    data = torch.randn(40, int(n), generator=torch.Generator().manual_seed(0), device="cpu").to(n.device)
    left, values, right = torch.linalg.svd(data, full_matrices=False)
    values[int(n) - int(p) :] = 0
    return torch.linalg.matrix_rank(left * values @ right) + 0.0
