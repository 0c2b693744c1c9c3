"""Proofs for the chapter monte-carlo."""

from __future__ import annotations

import math

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "monte-carlo-estimate",
    title=("Monte Carlo estimate of E[x²]", "E[x²]의 몬테카를로 추정"),
    statement=(
        "The expectation of f(x) is estimated by the mean of f over independent draws of x; the spread of those values "
        "over √n is the standard error.",
        "f(x)의 기댓값은 x를 독립으로 뽑아 f를 평균하면 추정할 수 있다. 그 값들의 표준편차를 √n으로 나누면 표준오차이다.",
    ),
    symbols={"x": symbol("vector[n]", "the draws", "뽑은 표본")},
    steps={
        "standard_error": step("std(x^2, ddof=1) / sqrt(n)", aliases=["SE"]),
        "estimate": step("mean(x^2)"),
    },
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.2",
    mistakes=[
        mistake(
            "square-of-the-mean",
            "mean(x)^2",
            "f is applied to each draw and then averaged, not to the average.",
            "평균에 f를 취하는 것이 아니라 각 표본에 f를 취한 뒤 평균합니다.",
        ),
        mistake(
            "sum",
            "sum(x^2)",
            "The sum still has to be divided by the number of draws.",
            "합을 표본의 수로 나누어야 합니다.",
        ),
        mistake(
            "root",
            "sqrt(mean(x^2))",
            "No root is taken: asked is the mean of the squares themselves.",
            "제곱근을 취하지 않습니다. 구할 것은 제곱의 평균 자체입니다.",
        ),
        mistake(
            "without-f",
            "mean(x)",
            "That estimates E[x], not E[x²].",
            "그것은 E[x²]이 아니라 E[x]의 추정값입니다.",
        ),
    ],
)
def monte_carlo_estimate(x):
    values = x**2
    return {"standard_error": values.std(correction=1) / math.sqrt(len(x)), "estimate": values.mean()}


@monte_carlo_estimate.oracle(
    "operator", "the Python standard library's statistics module", "파이썬 표준 라이브러리 statistics"
)
def _(x):
    import statistics

    values = [float(draw) ** 2 for draw in x]
    return {"estimate": statistics.fmean(values), "standard_error": statistics.stdev(values) / len(values) ** 0.5}


@monte_carlo_estimate.oracle("closed-form", "variance plus squared mean of the draws", "표본의 분산 + 평균의 제곱")
def _(x):
    return x.var(correction=0) + x.mean() ** 2


@proof(
    "interval-integral",
    title=("Integral from uniform draws", "균등 표본으로 구하는 적분"),
    statement=(
        "The mean of f over uniform draws from [a, b] estimates the integral divided by b − a, so it is multiplied by "
        "b − a.",
        "[a, b]에서 균등하게 뽑은 표본의 f 평균은 적분을 b − a로 나눈 값을 추정하므로 b − a를 곱한다.",
    ),
    symbols={
        "a": symbol("real in -3..0", "lower end", "구간의 왼쪽 끝"),
        "b": symbol("real in 1..4", "upper end", "구간의 오른쪽 끝"),
        "f": symbol("vector[n]", "values of the function at the draws", "표본에서의 함숫값"),
    },
    steps={"average": step("mean(f)"), "integral": step("(b - a) * average")},
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.2",
    mistakes=[
        mistake(
            "length-forgotten",
            "mean(f)",
            "The mean still has to be multiplied by the length of the interval.",
            "평균에 구간의 길이를 곱해야 합니다.",
        ),
        mistake(
            "divided-by-length",
            "mean(f) / (b - a)",
            "The length multiplies: a longer interval has a larger area.",
            "길이는 곱해야 합니다. 구간이 길수록 넓이가 커집니다.",
        ),
        mistake(
            "sum-instead-of-mean",
            "(b - a) * sum(f)",
            "The values are averaged, not summed: more draws do not make the area larger.",
            "함숫값을 더하지 않고 평균합니다. 표본이 늘어도 넓이는 커지지 않습니다.",
        ),
        mistake(
            "ends-added",
            "(a + b) * mean(f)",
            "The length is the difference of the ends, b − a.",
            "구간의 길이는 양 끝의 차 b − a입니다.",
        ),
    ],
)
def interval_integral(a, b, f):
    average = f.mean()
    return {"average": average, "integral": (b - a) * average}


@interval_integral.oracle(
    "operator",
    "each value over its density, torch.distributions.Uniform",
    "함숫값을 torch.distributions.Uniform의 밀도로 나누어 평균",
)
def _(a, b, f):
    density = torch.distributions.Uniform(a, b).log_prob((a + b) / 2).exp()
    return (f / density).mean()


@interval_integral.oracle(
    "brute-force", "one strip of width (b − a)/n for each draw", "표본마다 폭이 (b − a)/n인 띠의 넓이"
)
def _(a, b, f):
    edges = torch.linspace(0, 1, len(f) + 1) * (b - a)
    return (f * edges.diff()).sum()


@proof(
    "bump-integral",
    title=("Integral of exp(−x²) by sampling", "표본으로 구하는 exp(−x²)의 적분"),
    statement=(
        "Twice the mean of exp(−x²) over uniform draws from [−1, 1] approaches √π erf(1) ≈ 1.4936.",
        "[−1, 1]에서 균등하게 뽑은 표본의 exp(−x²) 평균에 2를 곱하면 √π erf(1) ≈ 1.4936에 가까워진다.",
    ),
    symbols={},
    steps={
        "average": step(en="mean of exp(−x²) over 40000 draws", ko="표본 40000개의 exp(−x²) 평균"),
        "integral": step("2 * average"),
        "exact": step("sqrt(pi) * erf(1)"),
        "standard_error": step(en="estimated standard error of the integral", ko="적분 추정값의 표준오차"),
    },
    result="integral",
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.2",
    vectorized=False,
    claims=[
        claim(
            "abs(integral - exact) < 6 * standard_error",
            "The error is a few standard errors.",
            "오차는 표준오차의 몇 배 이내이다.",
        ),
        claim("abs(integral - exact) < 0.02", "The estimate is close.", "추정값이 참값에 가깝다."),
    ],
    mistakes=[
        mistake(
            "mean-is-the-integral",
            "abs(average - exact) < 0.1",
            "The mean is about half of the integral: the uniform density on [−1, 1] is 1/2.",
            "평균은 적분의 약 절반입니다. [−1, 1]에서 균등 분포의 밀도는 1/2입니다.",
        ),
        mistake(
            "sampling-is-exact",
            "abs(integral - exact) < 0.000001",
            "A finite sample leaves an error of the order of 1/√n.",
            "표본이 유한하면 1/√n 정도의 오차가 남습니다.",
        ),
    ],
)
def bump_integral(random):
    values = torch.exp(-(random.uniform(40_000, low=-1.0, high=1.0) ** 2))
    return {
        "average": values.mean(),
        "integral": 2 * values.mean(),
        "exact": math.sqrt(math.pi) * math.erf(1),
        "standard_error": 2 * values.std() / math.sqrt(len(values)),
    }


@proof(
    "monte-carlo-error",
    title=("Standard error and sample size", "표준오차와 표본 크기"),
    statement=(
        "The mean of n independent values with standard deviation σ has the standard error σ/√n: "
        "k times as many draws divide it by √k.",
        "표준편차가 σ인 독립인 값 n개의 평균은 표준오차가 σ/√n이다. 표본을 k배로 늘리면 √k분의 1이 된다.",
    ),
    symbols={
        "sigma": symbol("positive", "standard deviation of one value", "값 하나의 표준편차"),
        "n": symbol("positive-count", "number of draws", "표본의 수"),
        "k": symbol("positive-count", "factor by which the sample grows", "표본을 늘리는 배수"),
    },
    where=["k > 1", "n > 1"],
    steps={
        "error": step("sigma / sqrt(n)", aliases=["SE"]),
        "error_with_more": step("sigma / sqrt(k * n)"),
        "factor": step("error / error_with_more"),
    },
    result="error",
    source="Wasserman, All of Statistics (2004), sections 3.4 and 24.2",
    mistakes=[
        mistake(
            "divided-by-n",
            "sigma / n",
            "The variance falls as 1/n, the standard error only as 1/√n.",
            "1/n로 줄어드는 것은 분산이고 표준오차는 1/√n로 줄어듭니다.",
        ),
        mistake(
            "variance",
            "sigma^2 / n",
            "That is the variance of the mean; its root is the standard error.",
            "그것은 평균의 분산입니다. 제곱근을 취해야 표준오차입니다.",
        ),
        mistake(
            "sample-spread",
            "sigma",
            "That is the spread of single values, which more draws do not change.",
            "그것은 값 하나의 표준편차로, 표본을 늘려도 변하지 않습니다.",
        ),
        mistake(
            "grows",
            "sigma * sqrt(n)",
            "That is the standard deviation of the sum, not of the mean.",
            "그것은 평균이 아니라 합의 표준편차입니다.",
        ),
    ],
)
def monte_carlo_error(sigma, n, k):
    error, error_with_more = sigma / torch.sqrt(n), sigma / torch.sqrt(k * n)
    return {"error": error, "error_with_more": error_with_more, "factor": error / error_with_more}


@monte_carlo_error.oracle(
    "operator",
    "covariance matrix of n independent values, averaged",
    "독립인 값 n개의 공분산 행렬에서 구한 평균의 분산",
)
def _(sigma, n, k):
    def error(count):
        weights = torch.full((int(count),), 1 / int(count))
        return (sigma**2 * weights**2).sum().sqrt()  # off the diagonal the covariance is 0

    return {"error": error(n), "error_with_more": error(k * n)}


@proof(
    "error-in-repeats",
    title=("The error seen in repeated estimates", "반복 추정에서 본 오차"),
    statement=(
        "With 100 times as many draws, repeated estimates scatter about a tenth as much.",
        "표본을 100배로 늘리면 반복한 추정값의 흩어짐이 약 10분의 1로 준다.",
    ),
    symbols={},
    steps={
        "scatter_small": step(
            en="standard deviation of 200 estimates from 50 draws each",
            ko="표본 50개로 한 추정 200번의 표준편차",
        ),
        "scatter_large": step(en="the same with 5000 draws each", ko="표본 5000개로 한 추정 200번의 표준편차"),
        "ratio": step("scatter_small / scatter_large"),
        "formula": step(en="standard error for 50 draws by σ/√n", ko="σ/√n으로 구한 표본 50개의 표준오차"),
    },
    result="ratio",
    source="Wasserman, All of Statistics (2004), section 24.2",
    vectorized=False,
    claims=[
        claim("6.5 < ratio < 15", "The scatter falls about tenfold.", "흩어짐이 약 10분의 1이 된다."),
        claim("abs(scatter_small / formula - 1) < 0.3", "It is what σ/√n says.", "σ/√n과 맞는다."),
    ],
    mistakes=[
        mistake(
            "falls-as-one-over-n",
            "ratio > 50",
            "100 times the draws divide the error by 10, not by 100.",
            "표본을 100배로 늘리면 오차는 100분의 1이 아니라 10분의 1이 됩니다.",
        ),
        mistake(
            "sample-size-is-irrelevant",
            "ratio < 2",
            "More draws do make the estimate more exact.",
            "표본이 많을수록 추정은 더 정확해집니다.",
        ),
    ],
)
def error_in_repeats(random):
    def estimates(draws):
        return 2 * torch.exp(-(random.uniform(200, draws, low=-1.0, high=1.0) ** 2)).mean(dim=1)

    grid = torch.exp(-(torch.linspace(-1, 1, 10_001) ** 2))
    small, large = estimates(50).std(), estimates(5000).std()
    return {
        "scatter_small": small,
        "scatter_large": large,
        "ratio": small / large,
        "formula": 2 * grid.std() / math.sqrt(50),
    }


@proof(
    "law-of-large-numbers-conditions",
    title=("What convergence of the mean needs", "평균이 수렴하기 위한 조건"),
    statement=(
        "Means of independent draws settle if the expectation exists; strongly dependent draws settle far more slowly, "
        "and Cauchy draws, which have no expectation, not at all.",
        "독립인 표본의 평균은 기댓값이 존재하면 수렴한다. 서로 크게 의존하는 표본은 훨씬 느리게 수렴하고, 기댓값이 없는 코시 "
        "분포의 표본은 전혀 수렴하지 않는다.",
    ),
    symbols={},
    steps={
        "independent": step(
            en="standard deviation of means of 500 independent normals",
            ko="독립인 정규 표본 500개 평균의 표준편차",
        ),
        "dependent": step(
            en="the same for a chain with correlation 0.95", ko="상관이 0.95인 사슬 500개 평균의 표준편차"
        ),
        "cauchy_few": step(en="median |mean| of 5 Cauchy draws", ko="코시 표본 5개 평균의 절댓값의 중앙값"),
        "cauchy_many": step(en="median |mean| of 500 Cauchy draws", ko="코시 표본 500개 평균의 절댓값의 중앙값"),
    },
    result="dependent",
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), sections 3.2 and 12.3",
    vectorized=False,
    claims=[
        claim(
            "dependent > 3 * independent",
            "Dependence makes the mean less exact.",
            "의존성이 있으면 평균이 덜 정확하다.",
        ),
        claim("independent < 0.06", "Independent means have settled.", "독립 표본의 평균은 안정되었다."),
        claim("0.4 * cauchy_few < cauchy_many", "Cauchy means do not settle.", "코시 표본의 평균은 안정되지 않는다."),
    ],
    mistakes=[
        mistake(
            "dependence-is-harmless",
            "dependent < 1.5 * independent",
            "Draws that resemble each other carry less information than as many independent ones.",
            "서로 닮은 표본은 같은 수의 독립 표본보다 정보가 적습니다.",
        ),
        mistake(
            "always-converges",
            "cauchy_many < 0.2 * cauchy_few",
            "Independence alone is not enough: the expectation must exist.",
            "독립만으로는 부족합니다. 기댓값이 존재해야 합니다.",
        ),
    ],
)
def law_of_large_numbers_conditions(random):
    repeats, draws, correlation = 400, 500, 0.95
    noise = random.normal(draws, repeats)
    state, total = noise[0], torch.zeros(repeats)
    for shock in noise:
        state = correlation * state + math.sqrt(1 - correlation**2) * shock
        total = total + state
    cauchy = torch.tan(math.pi * (random.uniform(draws, repeats) - 0.5))
    return {
        "independent": noise.mean(dim=0).std(),
        "dependent": (total / draws).std(),
        "cauchy_few": cauchy[:5].mean(dim=0).abs().median(),
        "cauchy_many": cauchy.mean(dim=0).abs().median(),
    }


@proof(
    "pi-by-sampling",
    title=("π from points in a square", "정사각형 속 점으로 구하는 π"),
    statement=(
        "Of uniform points in a square, the share inside the inscribed circle estimates π/4.",
        "정사각형에 균등하게 찍은 점 가운데 내접원 안에 드는 비율은 π/4의 추정값이다.",
    ),
    symbols={
        "inside": symbol("positive-count", "points inside the circle", "원 안의 점"),
        "outside": symbol("positive-count", "points outside", "원 밖의 점"),
    },
    steps={"share": step("inside / (inside + outside)"), "pi_estimate": step("4 * share")},
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.2",
    mistakes=[
        mistake(
            "area-of-the-square-forgotten",
            "inside / (inside + outside)",
            "The share estimates π/4: the circle fills π/4 of its square.",
            "비율은 π/4의 추정값입니다. 원은 정사각형의 π/4를 차지합니다.",
        ),
        mistake(
            "odds",
            "4 * inside / outside",
            "The share is taken of all points, not of those outside.",
            "원 밖의 점이 아니라 전체 점에 대한 비율이어야 합니다.",
        ),
        mistake(
            "outside-counted",
            "4 * outside / (inside + outside)",
            "Inside and outside are swapped.",
            "원 안과 밖이 바뀌었습니다.",
        ),
    ],
)
def pi_by_sampling(inside, outside):
    share = inside / (inside + outside)
    return {"share": share, "pi_estimate": 4 * share}


@pi_by_sampling.oracle(
    "brute-force", "mean over the points of 4 inside and 0 outside", "점마다 안이면 4, 밖이면 0으로 놓은 평균"
)
def _(inside, outside):
    return torch.cat([torch.full((int(inside),), 4.0), torch.zeros(int(outside))]).mean()


@proof(
    "importance-weights",
    title=("Importance sampling", "중요도 표집"),
    statement=(
        "Draws from Q estimate an expectation under P if each value is weighted by P/Q.",
        "Q에서 뽑은 표본이라도 값마다 P/Q를 곱하면 P에 대한 기댓값을 추정할 수 있다.",
    ),
    symbols={
        "P": symbol("distribution[n]", "the distribution of interest", "관심 있는 분포"),
        "Q": symbol("distribution[n]", "the distribution that is sampled", "표본을 뽑는 분포"),
        "f": symbol("vector[n]", "values of the function", "함숫값"),
    },
    steps={"weights": step("P / Q", aliases=["w"]), "expected": step("sum(Q * weights * f)")},
    source="Robert & Casella, Monte Carlo Statistical Methods (2nd ed., 2004), section 3.3",
    mistakes=[
        mistake(
            "unweighted",
            "sum(Q * f)",
            "Without weights that is the expectation under Q.",
            "가중치가 없으면 Q에 대한 기댓값입니다.",
        ),
        mistake(
            "weights-upside-down",
            "sum(Q * (Q / P) * f)",
            "The weights are upside down: what Q draws too often must count less.",
            "가중치가 뒤집혔습니다. Q가 너무 자주 뽑는 값은 덜 세어야 합니다.",
        ),
        mistake(
            "density-not-ratio",
            "sum(Q * P * f)",
            "The weight is the ratio P/Q, not P alone.",
            "가중치는 P가 아니라 비 P/Q입니다.",
        ),
    ],
)
def importance_weights(P, Q, f):
    weights = P / Q
    return {"weights": weights, "expected": (Q * weights * f).sum()}


@importance_weights.oracle("closed-form", "the expectation under P itself", "P에 대한 기댓값을 직접 계산")
def _(P, Q, f):
    return torch.dot(P, f)


@importance_weights.oracle(
    "simulation",
    "systematic draws from Q, weighted",
    "Q에서 계통 추출한 가중 표본",
    tolerance=0.01,
    samples=16,
)
def _(P, Q, f):
    quantiles = (torch.arange(400_000) + 0.5) / 400_000
    drawn = torch.bucketize(quantiles, Q.cumsum(0)[:-1])
    return (torch.exp(torch.log(P) - torch.log(Q))[drawn] * f[drawn]).mean()
