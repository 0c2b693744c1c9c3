"""Proofs for the chapter ensembles."""

from __future__ import annotations

import itertools

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

STATISTICAL_LEARNING = "Hastie, Tibshirani, Friedman, The Elements of Statistical Learning (2nd ed., 2009)"


@proof(
    "out-of-bag-share",
    title=("Out-of-bag share", "OOB 비율"),
    statement=(
        "n draws with replacement from n samples miss a given sample with probability (1 − 1/n)^n, about 36.8%.",
        "표본 n개에서 n번 복원 추출하면 어떤 표본이 한 번도 뽑히지 않을 확률은 (1 − 1/n)^n, 약 36.8%이다.",
    ),
    symbols={"n": symbol("positive-count in 2..60", "samples, and draws", "표본 수이자 추출 횟수")},
    steps={
        "missed_once": step("1 - 1 / n"),
        "never_drawn": step("missed_once^n", aliases=["oob"]),
        "distinct": step("n (1 - never_drawn)"),
    },
    result="never_drawn",
    source=f"{STATISTICAL_LEARNING}, section 7.11",
    mistakes=[
        mistake(
            "one-draw",
            "1 - 1 / n",
            "That is the chance to be missed by one draw; there are n of them.",
            "그것은 한 번의 추출에서 빠질 확률입니다. 추출은 n번입니다.",
        ),
        mistake(
            "drawn",
            "1 - (1 - 1 / n)^n",
            "That is the chance to be drawn at least once.",
            "그것은 한 번 이상 뽑힐 확률입니다.",
        ),
        mistake(
            "drawn-every-time",
            "(1 / n)^n",
            "That is the chance to be drawn every time.",
            "그것은 매번 뽑힐 확률입니다.",
        ),
        mistake(
            "without-replacement",
            "0",
            "Without replacement n draws would reach every sample; a bootstrap draws with replacement.",
            "비복원 추출이라면 모두 뽑히지만, 부트스트랩은 복원 추출입니다.",
        ),
    ],
    claims=[claim("never_drawn < 1 / e", "It approaches 1/e from below.", "아래에서 1/e로 다가간다.")],
)
def out_of_bag_share(n):
    missed_once = 1 - 1 / n
    never_drawn = missed_once**n
    return {"missed_once": missed_once, "never_drawn": never_drawn, "distinct": n * (1 - never_drawn)}


@out_of_bag_share.oracle(
    "operator", "torch.distributions.Binomial: no success in n draws", "torch.distributions.Binomial: n번 중 0번 성공"
)
def _(n):
    never = torch.distributions.Binomial(n, 1 / n).log_prob(torch.zeros(())).exp()
    return {"never_drawn": never, "distinct": n - n * never}


@out_of_bag_share.oracle("simulation", "4000 bootstrap samples", "부트스트랩 표본 4000개", tolerance=0.03, samples=12)
def _(n):
    generator = torch.Generator().manual_seed(0)
    draws = torch.randint(0, int(n), (4000, int(n)), generator=generator, device="cpu")
    return (draws != 0).all(dim=1).double().mean()


@proof(
    "bootstrap-and-pasting",
    title=("Bootstrap samples and pasting", "부트스트랩 표본과 페이스팅"),
    statement=(
        "A bootstrap sample has n of n samples drawn with replacement: some repeat, about 37% are missing.",
        "부트스트랩 표본은 n개에서 n개를 복원 추출한 것으로, 일부는 반복되고 약 37%는 빠진다.",
    ),
    symbols={},
    steps={
        "size": step(en="size of a bootstrap sample of 1000", ko="1000개에서 뽑은 부트스트랩 표본의 크기"),
        "distinct": step(en="different samples in it", ko="그 안의 서로 다른 표본 수"),
        "most_repeats": step(en="how often the most frequent one appears", ko="가장 자주 뽑힌 표본의 횟수"),
        "pasted_distinct": step(
            en="different samples among 1000 drawn without replacement", ko="비복원 추출 1000개 중 서로 다른 표본 수"
        ),
    },
    source="Breiman, Bagging Predictors (Machine Learning, 1996)",
    claims=[
        claim(
            "size == 1000",
            "A bootstrap sample is as large as the data set.",
            "부트스트랩 표본의 크기는 원래 데이터와 같다.",
        ),
        claim("distinct > 580 and distinct < 690", "About 63% of the samples are in it.", "표본의 약 63%가 들어 있다."),
        claim("most_repeats >= 3", "Samples repeat.", "같은 표본이 반복된다."),
        claim("pasted_distinct == 1000", "Without replacement nothing repeats.", "비복원 추출에서는 반복되지 않는다."),
    ],
    mistakes=[
        mistake(
            "a-smaller-subset",
            "distinct == size",
            "A bootstrap sample is no subset: it holds repeats.",
            "부트스트랩 표본은 부분집합이 아니라 중복이 있는 표본입니다.",
        ),
        mistake(
            "pasting-repeats",
            "pasted_distinct < 1000",
            "Pasting draws without replacement.",
            "페이스팅은 비복원 추출입니다.",
        ),
    ],
)
def bootstrap_and_pasting(random):
    counts = random.integers(1000, 1000).bincount(minlength=1000)
    return {
        "size": counts.sum() + 0.0,
        "distinct": (counts > 0).double().sum(),
        "most_repeats": counts.max() + 0.0,
        "pasted_distinct": random.permutation(1000).unique().numel() + torch.zeros(()),
    }


@proof(
    "variance-of-an-average",
    title=("Variance of an ensemble's average", "앙상블 평균의 분산"),
    statement=(
        "The average of n predictors with variance σ² and correlation ρ has variance ρσ² + (1 − ρ)σ²/n.",
        "분산이 σ², 상관이 ρ인 예측기 n개의 평균은 분산이 ρσ² + (1 − ρ)σ²/n이다.",
    ),
    symbols={
        "n": symbol("positive-count in 1..30", "number of predictors", "예측기 수", aliases=["B"]),
        "rho": symbol("probability", "correlation of any two of them", "두 예측기 사이의 상관계수", aliases=["ρ"]),
        "sigma": symbol("positive", "standard deviation of each", "각 예측기의 표준편차", aliases=["σ"]),
    },
    steps={
        "shared": step("rho sigma^2"),
        "own": step("(1 - rho) sigma^2 / n"),
        "total": step("shared + own"),
    },
    source=f"{STATISTICAL_LEARNING}, section 15.2",
    mistakes=[
        mistake(
            "independent",
            "sigma^2 / n",
            "That holds for independent predictors only; what they share does not average out.",
            "그것은 서로 독립일 때만 맞습니다. 공통된 부분은 평균해도 사라지지 않습니다.",
        ),
        mistake("no-gain", "sigma^2", "That is the variance of one predictor.", "그것은 예측기 하나의 분산입니다."),
        mistake(
            "shares-swapped",
            "(1 - rho) sigma^2 + rho sigma^2 / n",
            "The parts are swapped: the correlated part stays, the rest is divided by n.",
            "두 부분이 바뀌었습니다. 상관된 부분은 그대로 남고 나머지가 n으로 나뉩니다.",
        ),
        mistake(
            "only-shared",
            "rho sigma^2",
            "That is the limit for infinitely many predictors.",
            "그것은 예측기가 무한히 많을 때의 극한입니다.",
        ),
    ],
    claims=[claim("total <= sigma^2 + 1e-9", "Averaging never hurts.", "평균을 내서 분산이 커지는 일은 없다.")],
)
def variance_of_an_average(n, rho, sigma):
    shared, own = rho * sigma**2, (1 - rho) * sigma**2 / n
    return {"shared": shared, "own": own, "total": shared + own}


@variance_of_an_average.oracle(
    "brute-force", "mean over all entries of the covariance matrix", "공분산 행렬의 모든 원소의 평균"
)
def _(n, rho, sigma):
    size = int(n)
    covariance = sigma**2 * (rho * torch.ones(size, size) + (1 - rho) * torch.eye(size))
    return covariance.mean()


@proof(
    "bagged-nearest-neighbour",
    title=("Bagging lowers the variance", "배깅은 분산을 낮춘다"),
    statement=(
        "The average of bootstrapped 1-NN regressors varies far less over redrawn data than one; its bias barely changes.",
        "부트스트랩한 1-NN 회귀들의 평균은 데이터를 다시 뽑을 때 하나일 때보다 훨씬 덜 변하며, 편향은 거의 그대로이다.",
    ),
    symbols={},
    steps={
        "single_variance": step(
            en="variance of one regressor over 300 data sets", ko="데이터셋 300개에 대한 회귀 모델 하나의 분산"
        ),
        "bagged_variance": step(en="variance of the average of 30", ko="30개 평균의 분산"),
        "single_bias": step(en="distance of one's mean prediction from the truth", ko="하나의 평균 예측과 참값의 차이"),
        "bagged_bias": step(en="the same for the average of 30", ko="30개 평균의 경우"),
    },
    source="Breiman, Bagging Predictors (Machine Learning, 1996)",
    claims=[
        claim("bagged_variance < 0.75 * single_variance", "The variance falls.", "분산이 낮아진다."),
        claim(
            "abs(bagged_bias - single_bias) < 0.1 * sqrt(single_variance)",
            "The bias barely changes.",
            "편향은 거의 변하지 않는다.",
        ),
    ],
    mistakes=[
        mistake(
            "divided-by-thirty",
            "bagged_variance < single_variance / 15",
            "The 30 regressors share their data, so the variance falls, but not to a thirtieth.",
            "30개 모델은 같은 데이터를 공유하므로 분산이 줄어도 1/30까지 줄지는 않습니다.",
        ),
    ],
)
def bagged_nearest_neighbour(random):
    x = random.uniform(300, 50, low=-1, high=1)
    y = torch.sin(3 * x) + 0.5 * random.normal(300, 50)
    distances = (x - 0.5).abs()
    single = y.gather(1, distances.argmin(dim=1, keepdim=True)).squeeze(1)
    chosen = random.integers(50, 300, 30 * 50)
    nearest = distances.gather(1, chosen).view(300, 30, 50).argmin(dim=2, keepdim=True)
    bagged = y.gather(1, chosen).view(300, 30, 50).gather(2, nearest).mean(dim=(1, 2))
    truth = torch.sin(torch.tensor(1.5))
    return {
        "single_variance": single.var(),
        "bagged_variance": bagged.var(),
        "single_bias": (single.mean() - truth).abs(),
        "bagged_bias": (bagged.mean() - truth).abs(),
    }


@proof(
    "majority-of-voters",
    title=("Majority vote", "다수결"),
    statement=(
        "Independent classifiers that are right with probability p > ½ are right more often together.",
        "정확도 p가 ½보다 큰 독립적인 분류기들은 다수결로 모이면 더 자주 맞힌다.",
    ),
    symbols={
        "n": symbol("positive-count in 1..11", "number of classifiers (odd)", "분류기 수 (홀수)"),
        "p": symbol("probability", "accuracy of each", "각 분류기의 정확도"),
    },
    where=["mod(n, 2) = 1"],
    steps={"majority": step("sum_{k=(n+1)/2}^{n} binomial(n, k) p^k (1 - p)^(n - k)")},
    source="Kuncheva, Combining Pattern Classifiers (2004), section 4.2",
    vectorized=False,
    mistakes=[
        mistake(
            "all-right",
            "p^n",
            "That is the chance that all are right; more than half suffice.",
            "그것은 모두 맞힐 확률입니다. 절반 넘게 맞히면 됩니다.",
        ),
        mistake(
            "at-least-one",
            "1 - (1 - p)^n",
            "That is the chance that at least one is right; a majority is needed.",
            "그것은 적어도 하나가 맞힐 확률입니다. 과반수가 맞혀야 합니다.",
        ),
        mistake("no-gain", "p", "That is one classifier alone.", "그것은 분류기 하나의 정확도입니다."),
        mistake(
            "exactly-the-smallest-majority",
            "binomial(n, (n + 1) / 2) p^((n + 1) / 2) (1 - p)^((n - 1) / 2)",
            "Larger majorities count as well.",
            "더 큰 과반수도 더해야 합니다.",
        ),
    ],
)
def majority_of_voters(n, p):
    k = torch.arange(int(n) // 2 + 1, int(n) + 1) + 0.0
    ways = torch.exp(torch.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1)).round()
    return {"majority": (ways * p**k * (1 - p) ** (n - k)).sum()}


@majority_of_voters.oracle("brute-force", "all 2ⁿ outcomes", "2ⁿ가지 결과를 모두 나열", samples=12)
def _(n, p):
    total = 0.0
    for votes in itertools.product((0, 1), repeat=int(n)):
        if 2 * sum(votes) > n:
            total = total + p ** sum(votes) * (1 - p) ** (int(n) - sum(votes))
    return torch.as_tensor(total)


# --- a decision tree, by hand -----------------------------------------------------------------


def grown(x, y, random, tried):
    """A full classification tree on rows x and labels y, trying ``tried`` random features a split.

    A leaf is its class; a node is (feature, threshold, left, right).
    """
    if y.min() == y.max() or (x == x[0]).all():
        return y.double().mean().round()
    features = random.permutation(x.shape[1])[:tried]
    order = x[:, features].argsort(dim=0)
    values, labels = x[:, features].gather(0, order), y.double()[order]
    size = torch.arange(1, len(y)).unsqueeze(1) + 0.0
    left, right = labels.cumsum(dim=0)[:-1], labels.sum(dim=0) - labels.cumsum(dim=0)[:-1]
    # the weighted Gini impurity of two classes is 2 p (1 - p) a child; a threshold needs a gap
    impurity = left * (1 - left / size) + right * (1 - right / (len(y) - size))
    impurity = impurity.masked_fill(values[1:] == values[:-1], torch.inf)
    place, column = divmod(int(impurity.argmin()), len(features))
    if impurity[place, column] == torch.inf:
        return y.double().mean().round()
    feature, threshold = features[column], values[place : place + 2, column].mean()
    below = x[:, feature] <= threshold
    return feature, threshold, grown(x[below], y[below], random, tried), grown(x[~below], y[~below], random, tried)


def predicted(tree, x):
    """The classes that a tree gives to rows x."""
    if not isinstance(tree, tuple):
        return tree.expand(len(x))
    feature, threshold, left, right = tree
    return torch.where(x[:, feature] <= threshold, predicted(left, x), predicted(right, x))


@proof(
    "tree-and-forest",
    title=("One tree and a random forest", "결정 트리 하나와 랜덤 포레스트"),
    statement=(
        "Trees on bootstrap samples, each split limited to random features, predict better by vote than alone.",
        "부트스트랩 표본으로, 분할마다 무작위 특징만 보며 키운 트리들은 투표하면 혼자일 때보다 잘 예측한다.",
    ),
    symbols={},
    steps={
        "tree_train": step(
            en="training accuracy of a full tree (mean of 3)", ko="완전히 키운 트리의 학습 정확도 (3개 평균)"
        ),
        "tree_test": step(en="test accuracy of such a tree (mean of 3)", ko="그 트리의 테스트 정확도 (3개 평균)"),
        "member_test": step(
            en="mean test accuracy of the forest's trees", ko="포레스트에 속한 트리들의 평균 테스트 정확도"
        ),
        "forest_test": step(en="test accuracy of their vote", ko="투표한 결과의 테스트 정확도"),
        "agreement": step(en="how often two of the trees agree", ko="두 트리의 예측이 일치하는 비율"),
    },
    source="Breiman, Random Forests (Machine Learning, 2001)",
    claims=[
        claim(
            "tree_train == 1",
            "A full tree fits its training data perfectly.",
            "완전히 키운 트리는 학습 데이터를 모두 맞힌다.",
        ),
        claim(
            "forest_test > tree_test + 0.02",
            "The forest predicts better than one tree.",
            "포레스트가 트리 하나보다 잘 예측한다.",
        ),
        claim(
            "forest_test > member_test + 0.05",
            "The vote is better than its voters.",
            "투표 결과가 투표한 트리들보다 낫다.",
        ),
        claim("agreement < 0.95", "The trees differ.", "트리들은 서로 다르다."),
    ],
    mistakes=[
        mistake(
            "as-good-as-its-trees",
            "abs(forest_test - member_test) < 0.03",
            "The vote evens out the errors of single trees.",
            "투표하면 개별 트리의 오류가 상쇄됩니다.",
        ),
    ],
)
def tree_and_forest(random):
    def drawn(rows):
        x = random.normal(rows, 9)
        return x, (x.sum(dim=1) + 0.3 * random.normal(rows) > 0).double()

    new_x, new_y = drawn(1000)
    single = []
    for _ in range(3):
        x, y = drawn(100)
        tree = grown(x, y, random, tried=9)
        single.append(
            [(predicted(tree, inputs) == labels).double().mean() for inputs, labels in ((x, y), (new_x, new_y))]
        )
    bags = [random.integers(100, 100) for _ in range(17)]
    votes = torch.stack([predicted(grown(x[bag], y[bag], random, tried=3), new_x) for bag in bags])
    tree_train, tree_test = torch.tensor(single).mean(dim=0)
    return {
        "tree_train": tree_train,
        "tree_test": tree_test,
        "member_test": (votes == new_y).double().mean(),
        "forest_test": (votes.mean(dim=0).round() == new_y).double().mean(),
        "agreement": (votes[:-1] == votes[1:]).double().mean(),
    }


@proof(
    "adaboost-round",
    title=("A round of AdaBoost", "AdaBoost의 한 라운드"),
    statement=(
        "A model with error ε gets the weight α = ½ ln((1 − ε)/ε); afterwards the misclassified samples weigh one half in all.",
        "오류율이 ε인 모델의 가중치는 α = ½ ln((1 − ε)/ε)이고, 갱신 뒤 틀린 표본들의 가중치 합은 ½이 된다.",
    ),
    symbols={
        "m": symbol("positive-count in 1..20", "misclassified samples", "틀린 표본 수"),
        "r": symbol("positive-count in 1..40", "correctly classified samples", "맞힌 표본 수"),
    },
    where=["m < r"],
    steps={
        "error": step("m / (m + r)", aliases=["eps", "ε"]),
        "alpha": step("log((1 - error) / error) / 2", aliases=["α"]),
        "raised": step("exp(alpha) / (m + r)"),
        "lowered": step("exp(-alpha) / (m + r)"),
        "weight_right": step("lowered / (m raised + r lowered)"),
        "weight_wrong": step("raised / (m raised + r lowered)"),
    },
    source="Freund and Schapire, A Decision-Theoretic Generalization of On-Line Learning (1997)",
    mistakes=[
        mistake(
            "unchanged",
            "1 / (m + r)",
            "That is the weight before the round; misclassified samples gain weight.",
            "그것은 갱신 전의 가중치입니다. 틀린 표본은 가중치가 커집니다.",
        ),
        mistake(
            "not-normalised",
            "exp(alpha) / (m + r)",
            "The weights must be divided by their sum, so that they sum to 1 again.",
            "가중치의 합이 다시 1이 되도록 합으로 나눠야 합니다.",
        ),
        mistake(
            "right-and-wrong-swapped",
            "1 / (2 r)",
            "That is the weight of a correctly classified sample.",
            "그것은 맞힌 표본의 가중치입니다.",
        ),
        mistake(
            "only-wrong-ones-kept",
            "1 / m",
            "The correctly classified samples stay, with less weight.",
            "맞힌 표본도 가중치가 줄어든 채 남습니다.",
        ),
        mistake(
            "half-forgotten", "log((1 - error) / error)", "The factor ½ is missing.", "계수 ½이 빠졌습니다.", of="alpha"
        ),
        mistake(
            "error-on-top",
            "log(error / (1 - error)) / 2",
            "The fraction is upside down: a good model must get a positive weight.",
            "분수가 뒤집혔습니다. 좋은 모델은 양의 가중치를 받아야 합니다.",
            of="alpha",
        ),
    ],
    claims=[
        claim(
            "abs(m weight_wrong - 1/2) < 1e-9 and abs(r weight_right - 1/2) < 1e-9",
            "Afterwards both groups weigh one half.",
            "갱신 뒤 두 무리의 가중치 합은 각각 ½이다.",
        )
    ],
)
def adaboost_round(m, r):
    error = m / (m + r)
    alpha = torch.log((1 - error) / error) / 2
    raised, lowered = torch.exp(alpha) / (m + r), torch.exp(-alpha) / (m + r)
    total = m * raised + r * lowered
    return {
        "error": error,
        "alpha": alpha,
        "raised": raised,
        "lowered": lowered,
        "weight_right": lowered / total,
        "weight_wrong": raised / total,
    }


@adaboost_round.oracle(
    "operator", "torch.softmax of ±α over all samples", "모든 표본의 ±α에 대한 torch.softmax", samples=32
)
def _(m, r):
    score = torch.atanh((r - m) / (m + r))
    signs = torch.cat([torch.ones(int(m)), -torch.ones(int(r))])
    weights = torch.softmax(score * signs, dim=0)
    return {"alpha": score, "weight_wrong": weights[0], "weight_right": weights[-1]}


@adaboost_round.oracle(
    "autograd", "α at which the exponential loss is flat", "지수 손실의 기울기가 0이 되는 α", samples=16
)
def _(m, r):
    def loss(alpha):
        return m * torch.exp(alpha) + r * torch.exp(-alpha)

    alpha = torch.zeros(())
    for _ in range(12):
        slope = torch.func.grad(loss)(alpha)
        alpha = alpha - slope / loss(alpha)  # the second derivative of this loss is the loss itself
    return {"alpha": alpha}


@proof(
    "out-of-bag-score",
    title=("Out-of-bag score", "OOB 점수"),
    statement=(
        "Scored only by the models that did not see it, each training sample serves for validation: close to the test score.",
        "각 학습 표본을 그 표본을 보지 않은 모델들로만 채점하면 검증이 되며, 그 점수는 테스트 점수에 가깝다.",
    ),
    symbols={},
    steps={
        "train_score": step(en="training accuracy of 30 bagged 1-NN models", ko="배깅한 1-NN 모델 30개의 학습 정확도"),
        "oob_score": step(en="their out-of-bag accuracy", ko="OOB 정확도"),
        "test_score": step(en="their test accuracy", ko="테스트 정확도"),
    },
    source="Breiman, Random Forests (Machine Learning, 2001), section 3.1",
    claims=[
        claim(
            "abs(oob_score - test_score) < 0.1",
            "The out-of-bag score is close to the test score.",
            "OOB 점수는 테스트 점수에 가깝다.",
        ),
        claim("train_score > test_score + 0.1", "The training score is far too good.", "학습 점수는 지나치게 좋다."),
    ],
    mistakes=[
        mistake(
            "as-good-as-the-training-score",
            "abs(oob_score - train_score) < 0.05",
            "Out-of-bag samples were not seen by the models that score them.",
            "OOB 표본은 채점하는 모델이 보지 않은 표본입니다.",
        ),
    ],
)
def out_of_bag_score(random):
    def drawn(rows):
        labels = torch.arange(rows) % 2
        return random.normal(rows, 2) + 1.2 * labels.unsqueeze(1), labels

    (x, y), (new_x, new_y) = drawn(400), drawn(500)
    bags = random.integers(400, 30, 400)
    votes, new_votes, unseen = [], [], []
    for bag in bags:
        votes.append(y[bag][torch.cdist(x, x[bag]).argmin(dim=1)])
        new_votes.append(y[bag][torch.cdist(new_x, x[bag]).argmin(dim=1)])
        unseen.append(torch.bincount(bag, minlength=400) == 0)
    votes, new_votes, unseen = torch.stack(votes) + 0.0, torch.stack(new_votes) + 0.0, torch.stack(unseen)
    out_of_bag = (votes * unseen).sum(dim=0) / unseen.sum(dim=0).clamp(min=1)
    return {
        "train_score": ((votes.mean(dim=0) > 0.5) == y).double().mean(),
        "oob_score": ((out_of_bag > 0.5) == y).double().mean(),
        "test_score": ((new_votes.mean(dim=0) > 0.5) == new_y).double().mean(),
    }
