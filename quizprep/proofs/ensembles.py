"""Proofs for the chapter ensembles."""

from __future__ import annotations

import itertools

from quizprep.citations import STATISTICAL_LEARNING
from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "out-of-bag-share",
    title="Out-of-bag share",
    statement="n draws with replacement from n samples miss a given sample with probability (1 − 1/n)^n, about 36.8%.",
    symbols={"n": symbol("positive-count in 2..60", "samples, and draws")},
    steps={
        "missed_once": step("1 - 1 / n"),
        "never_drawn": step("missed_once^n", aliases=["oob"]),
        "drawn": step("1 - never_drawn"),
        "distinct": step("n (1 - never_drawn)"),
    },
    result="never_drawn",
    source=f"{STATISTICAL_LEARNING}, section 7.11",
    mistakes=[
        mistake("one-draw", "1 - 1 / n", "That is the chance to be missed by one draw; there are n of them."),
        mistake("drawn", "1 - (1 - 1 / n)^n", "That is the chance to be drawn at least once."),
        mistake("drawn-every-time", "(1 / n)^n", "That is the chance to be drawn every time."),
        mistake(
            "without-replacement",
            "0",
            "Without replacement n draws would reach every sample; a bootstrap draws with replacement.",
        ),
    ],
    claims=[claim("never_drawn < 1 / e", "It approaches 1/e from below.")],
    picture=curve("n", 1, 40, "never_drawn"),
)
def out_of_bag_share(n):
    missed_once = 1 - 1 / n
    never_drawn = missed_once**n
    return {
        "missed_once": missed_once,
        "never_drawn": never_drawn,
        "drawn": 1 - never_drawn,
        "distinct": n * (1 - never_drawn),
    }


@out_of_bag_share.oracle("operator", "torch.distributions.Binomial: no success in n draws")
def _(n):
    never = torch.distributions.Binomial(n, 1 / n).log_prob(torch.zeros(())).exp()
    return {"never_drawn": never, "distinct": n - n * never}


@out_of_bag_share.oracle("simulation", "4000 bootstrap samples", tolerance=0.03, samples=12)
def _(n):
    generator = torch.Generator().manual_seed(0)
    draws = torch.randint(0, int(n), (4000, int(n)), generator=generator, device="cpu")
    return (draws != 0).all(dim=1).double().mean()


@proof(
    "bootstrap-and-pasting",
    title="Bootstrap samples and pasting",
    statement="A bootstrap sample has n of n samples drawn with replacement: some repeat, about 37% are missing.",
    symbols={},
    steps={
        "size": step(note="size of a bootstrap sample of 1000", within=(1000, 1000)),
        "distinct": step(note="different samples in it", within=(587, 670)),
        "most_repeats": step(note="how often the most frequent one appears", within=(2.5, 8.5)),
        "pasted_distinct": step(note="different samples among 1000 drawn without replacement", within=(1000, 1000)),
    },
    source="Breiman, Bagging Predictors (Machine Learning, 1996)",
    claims=[
        claim("size == 1000", "A bootstrap sample is as large as the data set."),
        claim("distinct > 580 and distinct < 690", "About 63% of the samples are in it."),
        claim("most_repeats >= 3", "Samples repeat."),
        claim("pasted_distinct == 1000", "Without replacement nothing repeats."),
    ],
    mistakes=[
        mistake("a-smaller-subset", "distinct == size", "A bootstrap sample is no subset: it holds repeats."),
        mistake("pasting-repeats", "pasted_distinct < 1000", "Pasting draws without replacement."),
    ],
)
def bootstrap_and_pasting(random):
    counts = random.integers(1000, 1000).bincount(minlength=1000)
    return {
        "size": counts.sum().double(),
        "distinct": (counts > 0).double().sum(),
        "most_repeats": counts.max().double(),
        "pasted_distinct": random.permutation(1000).unique().numel() + torch.zeros(()),
    }


@proof(
    "variance-of-an-average",
    title="Variance of an ensemble's average",
    statement="The average of n predictors with variance σ² and correlation ρ has variance ρσ² + (1 − ρ)σ²/n.",
    symbols={
        "n": symbol("positive-count in 1..30", "number of predictors", aliases=["B"]),
        "rho": symbol("probability", "correlation of any two of them", aliases=["ρ"]),
        "sigma": symbol("positive", "standard deviation of each", aliases=["σ"]),
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
        ),
        mistake("no-gain", "sigma^2", "That is the variance of one predictor."),
        mistake(
            "shares-swapped",
            "(1 - rho) sigma^2 + rho sigma^2 / n",
            "The parts are swapped: the correlated part stays, the rest is divided by n.",
        ),
        mistake("only-shared", "rho sigma^2", "That is the limit for infinitely many predictors."),
    ],
    claims=[claim("total <= sigma^2 + 1e-9", "Averaging never hurts.")],
    picture=curve("n", 1, 30),
)
def variance_of_an_average(n, rho, sigma):
    shared, own = rho * sigma**2, (1 - rho) * sigma**2 / n
    return {"shared": shared, "own": own, "total": shared + own}


@variance_of_an_average.oracle("brute-force", "mean over all entries of the covariance matrix")
def _(n, rho, sigma):
    size = int(n)
    covariance = sigma**2 * (rho * torch.ones(size, size) + (1 - rho) * torch.eye(size))
    return covariance.mean()


@proof(
    "bagged-nearest-neighbour",
    title="Bagging lowers the variance",
    statement=(
        "The average of bootstrapped 1-NN regressors varies far less over redrawn data than one; "
        "its bias barely changes."
    ),
    symbols={},
    steps={
        "single_variance": step(note="variance of one regressor over 300 data sets", within=(0.17, 0.34)),
        "bagged_variance": step(note="variance of the average of 30", within=(0.072, 0.169)),
        "single_bias": step(note="distance of one's mean prediction from the truth", within=(0, 0.16)),
        "bagged_bias": step(note="the same for the average of 30", within=(0, 0.084)),
    },
    source="Breiman, Bagging Predictors (Machine Learning, 1996)",
    claims=[
        claim("bagged_variance < 0.75 * single_variance", "The variance falls."),
        claim("abs(bagged_bias - single_bias) < 0.1 * sqrt(single_variance)", "The bias barely changes."),
    ],
    mistakes=[
        mistake(
            "divided-by-thirty",
            "bagged_variance < single_variance / 15",
            "The 30 regressors share their data, so the variance falls, but not to a thirtieth.",
        ),
    ],
)
def bagged_nearest_neighbour(random):
    x = random.uniform(300, 50, low=-1, high=1)  # free: any inputs around the place
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
    title="Majority vote",
    statement="Independent classifiers that are right with probability p > ½ are right more often together.",
    symbols={
        "n": symbol("positive-count in 1..11", "number of classifiers (odd)"),
        "p": symbol("probability", "accuracy of each"),
    },
    where=["mod(n, 2) = 1"],
    steps={"majority": step("sum_{k=(n+1)/2}^{n} binomial(n, k) p^k (1 - p)^(n - k)")},
    source="Kuncheva, Combining Pattern Classifiers (2004), section 4.2",
    vectorized=False,
    mistakes=[
        mistake("all-right", "p^n", "That is the chance that all are right; more than half suffice."),
        mistake(
            "at-least-one", "1 - (1 - p)^n", "That is the chance that at least one is right; a majority is needed."
        ),
        mistake("no-gain", "p", "That is one classifier alone."),
        mistake(
            "exactly-the-smallest-majority",
            "binomial(n, (n + 1) / 2) p^((n + 1) / 2) (1 - p)^((n - 1) / 2)",
            "Larger majorities count as well.",
        ),
    ],
    picture=curve("p", 0.05, 0.95),
)
def majority_of_voters(n, p):
    k = torch.arange(int(n) // 2 + 1, int(n) + 1) + 0.0
    ways = torch.exp(torch.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1)).round()
    return {"majority": (ways * p**k * (1 - p) ** (n - k)).sum()}


@majority_of_voters.oracle("brute-force", "all 2ⁿ outcomes", samples=12)
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
    title="One tree and a random forest",
    statement="Trees on bootstrap samples, each split limited to random features, predict better by vote than alone.",
    symbols={},
    steps={
        "tree_train": step(note="training accuracy of a full tree (mean of 3)", within=(1, 1)),
        "tree_test": step(note="test accuracy of such a tree (mean of 3)", within=(0.61, 0.73)),
        "member_test": step(note="mean test accuracy of the forest's trees", within=(0.59, 0.72)),
        "forest_test": step(note="test accuracy of their vote", within=(0.67, 0.87)),
        "agreement": step(note="how often two of the trees agree", within=(0.51, 0.69)),
    },
    source="Breiman, Random Forests (Machine Learning, 2001)",
    claims=[
        claim("tree_train == 1", "A full tree fits its training data perfectly."),
        claim("forest_test > tree_test + 0.02", "The forest predicts better than one tree."),
        claim("forest_test > member_test + 0.05", "The vote is better than its voters."),
        claim("agreement < 0.95", "The trees differ."),
    ],
    mistakes=[
        mistake(
            "as-good-as-its-trees",
            "abs(forest_test - member_test) < 0.03",
            "The vote evens out the errors of single trees.",
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
    title="A round of AdaBoost",
    statement=(
        "A model with error ε gets the weight α = ½ ln((1 − ε)/ε); "
        "afterwards the misclassified samples weigh one half in all."
    ),
    symbols={
        "m": symbol("positive-count in 1..20", "misclassified samples"),
        "r": symbol("positive-count in 1..40", "correctly classified samples"),
    },
    where=["m < r"],
    steps={
        "error": step("m / (m + r)", aliases=["eps", "ε", "err", "estimator_error"]),
        "alpha": step("log((1 - error) / error) / 2", aliases=["α", "estimator_weight"]),
        "raised": step("exp(alpha) / (m + r)"),
        "lowered": step("exp(-alpha) / (m + r)"),
        "weight_right": step("lowered / (m raised + r lowered)"),
        "weight_wrong": step("raised / (m raised + r lowered)"),
    },
    source="Freund and Schapire, A Decision-Theoretic Generalization of On-Line Learning (1997)",
    mistakes=[
        mistake("unchanged", "1 / (m + r)", "That is the weight before the round; misclassified samples gain weight."),
        mistake(
            "not-normalised",
            "exp(alpha) / (m + r)",
            "The weights must be divided by their sum, so that they sum to 1 again.",
        ),
        mistake("right-and-wrong-swapped", "1 / (2 r)", "That is the weight of a correctly classified sample."),
        mistake("only-wrong-ones-kept", "1 / m", "The correctly classified samples stay, with less weight."),
        mistake(
            "half-forgotten",
            "log((1 - error) / error)",
            (
                "Without the ½, as in scikit-learn and in The Elements of Statistical Learning: every α is "
                "twice as large."
            ),
            of="alpha",
            variant=True,
        ),
        mistake(
            "error-on-top",
            "log(error / (1 - error)) / 2",
            "The fraction is upside down: a good model must get a positive weight.",
            of="alpha",
        ),
    ],
    claims=[
        claim(
            "abs(m weight_wrong - 1/2) < 1e-9 and abs(r weight_right - 1/2) < 1e-9",
            "Afterwards both groups weigh one half.",
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


@adaboost_round.oracle("operator", "torch.softmax of ±α over all samples", samples=32)
def _(m, r):
    score = torch.atanh((r - m) / (m + r))
    signs = torch.cat([torch.ones(int(m)), -torch.ones(int(r))])
    weights = torch.softmax(score * signs, dim=0)
    return {"alpha": score, "weight_wrong": weights[0], "weight_right": weights[-1]}


@adaboost_round.oracle("autograd", "α at which the exponential loss is flat", samples=16)
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
    title="Out-of-bag score",
    statement=(
        "Scored only by the models that did not see it, each training sample serves for validation: "
        "close to the test score."
    ),
    symbols={},
    steps={
        "train_score": step(note="training accuracy of 30 bagged 1-NN models", within=(0.97, 1)),
        "oob_score": step(note="their out-of-bag accuracy", within=(0.61, 0.86)),
        "test_score": step(note="their test accuracy", within=(0.59, 0.86)),
    },
    source="Breiman, Random Forests (Machine Learning, 2001), section 3.1",
    claims=[
        claim("abs(oob_score - test_score) < 0.1", "The out-of-bag score is close to the test score."),
        claim("train_score > test_score + 0.1", "The training score is far too good."),
    ],
    mistakes=[
        mistake(
            "as-good-as-the-training-score",
            "abs(oob_score - train_score) < 0.05",
            "Out-of-bag samples were not seen by the models that score them.",
        ),
    ],
)
def out_of_bag_score(random):
    def drawn(rows):
        labels = torch.arange(rows) % 2
        return random.normal(rows, 2) + 1.2 * labels.unsqueeze(1), labels

    (x, y), (new_x, new_y) = drawn(400), drawn(500)
    bags = random.integers(400, 30, 400)
    apart, new_apart = torch.cdist(x, x), torch.cdist(new_x, x)
    votes, new_votes, unseen = [], [], []
    for bag in bags:
        votes.append(y[bag][apart[:, bag].argmin(dim=1)])
        new_votes.append(y[bag][new_apart[:, bag].argmin(dim=1)])
        unseen.append(torch.bincount(bag, minlength=400) == 0)
    votes, new_votes, unseen = torch.stack(votes) + 0.0, torch.stack(new_votes) + 0.0, torch.stack(unseen)
    out_of_bag = (votes * unseen).sum(dim=0) / unseen.sum(dim=0).clamp(min=1)
    return {
        "train_score": ((votes.mean(dim=0) > 0.5) == y).double().mean(),
        "oob_score": ((out_of_bag > 0.5) == y).double().mean(),
        "test_score": ((new_votes.mean(dim=0) > 0.5) == new_y).double().mean(),
    }


@proof(
    "gradient-boosting-step",
    title="A step of gradient boosting",
    statement=(
        "The next tree is fitted to what is left over, the negative gradient of the loss, and a share of it is added "
        "to the prediction."
    ),
    symbols={
        "y": symbol("vector[4]", "targets; the new tree has the first two samples in its left leaf"),
        "F": symbol("vector[4]", "predictions of the trees so far"),
        "nu": symbol("open-probability in 0.05..0.95", "learning rate (shrinkage)", aliases=["ν", "eta"]),
    },
    steps={
        "residuals": step("y - F"),
        "left": step("(residuals_1 + residuals_2) / 2"),
        "right": step("(residuals_3 + residuals_4) / 2"),
        "updated": step("F + nu * [left, left, right, right]"),
    },
    source="Friedman, Greedy Function Approximation: A Gradient Boosting Machine (Annals of Statistics, 2001), s. 4.1",
    mistakes=[
        mistake(
            "tree-on-the-targets",
            "F + nu * [y_1 + y_2, y_1 + y_2, y_3 + y_4, y_3 + y_4] / 2",
            "The tree is fitted to the residuals; the targets are partly predicted already.",
        ),
        mistake("rate-forgotten", "F + [left, left, right, right]", "Only the share ν of the tree is added."),
        mistake("tree-alone", "nu * [left, left, right, right]", "The new tree is added to the earlier ones."),
        mistake(
            "subtracted",
            "F - nu * [left, left, right, right]",
            "The residuals point from the prediction to the target.",
        ),
    ],
    claims=[claim("sum((y - updated)^2) <= sum((y - F)^2) + 1e-9", "The step never raises the training error.")],
)
def gradient_boosting_step(y, F, nu):
    residuals = y - F
    left, right = residuals[:2].mean(), residuals[2:].mean()
    return {
        "residuals": residuals,
        "left": left,
        "right": right,
        "updated": F + nu * torch.stack([left, left, right, right]),
    }


@gradient_boosting_step.oracle("autograd", "minus the gradient of half the squared error, fitted by torch.linalg.lstsq")
def _(y, F, nu):
    descent = -torch.func.grad(lambda prediction: (y - prediction).square().sum() / 2)(F)
    leaves = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    values = torch.linalg.lstsq(leaves, descent.unsqueeze(1)).solution
    return {"residuals": descent, "updated": F + nu * (leaves @ values).squeeze(1)}
