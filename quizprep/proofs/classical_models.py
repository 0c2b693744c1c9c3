"""Proofs for the chapter classical-models."""

from __future__ import annotations

import math

from quizprep.citations import BISHOP
from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol

CORTES = "Cortes and Vapnik, Support-Vector Networks (Machine Learning, 1995)"
BREIMAN = "Breiman, Friedman, Olshen, Stone, Classification and Regression Trees (1984), chapters 2 and 4"


@proof(
    "gini-impurity",
    title="Gini impurity",
    statement="The Gini impurity of a node is 1 − Σ p_k²: 0 for a pure node, at most 1 − 1/K for K classes.",
    symbols={"c": symbol("vector[n] of count", "samples of each class in the node")},
    where=["sum(c) > 0"],
    steps={
        "shares": step("c / sum(c)", aliases=["p"]),
        "gini": step("1 - sum(shares^2)", aliases=["G"]),
    },
    source=BREIMAN,
    mistakes=[
        mistake("purity", "sum(shares^2)", "That is the chance that two samples agree; the impurity is 1 minus it."),
        mistake(
            "misclassification",
            "1 - max(shares)",
            "That is the misclassification rate; the shares must be squared and summed.",
        ),
        mistake("entropy", "-sum(shares log2(shares))", "That is the entropy in bits, another measure of impurity."),
        mistake(
            "gini-coefficient",
            "sum_{i=1}^{n} sum_{j=1}^{n} abs(shares_i - shares_j) / (2 n)",
            "That is the Gini coefficient: it measures inequality and grows where the impurity falls.",
        ),
        mistake("not-squared", "1 - sum(shares)", "The shares must be squared: without it the result is always 0."),
    ],
    claims=[
        claim("gini >= -1e-12 and gini <= 1 - 1 / n + 1e-12", "It lies between 0 and 1 − 1/K."),
    ],
)
def gini_impurity(c):
    shares = c / c.sum()
    return {"shares": shares, "gini": 1 - shares.square().sum()}


@gini_impurity.oracle("brute-force", "the chance that two samples drawn from the node differ in class", samples=16)
def _(c):
    labels = torch.repeat_interleave(torch.arange(len(c)), c.long())
    return (labels.unsqueeze(0) != labels.unsqueeze(1)).double().mean()


@gini_impurity.oracle("closed-form", "summed variances of the class indicators")
def _(c):
    return torch.distributions.Bernoulli(c / c.sum()).variance.sum()


@proof(
    "gini-of-a-split",
    title="Impurity after a split",
    statement=(
        "A split is judged by the impurity of its children, weighted by their sizes; it never exceeds the parent's."
    ),
    symbols={
        "l": symbol("vector[n] of count", "samples of each class in the left child", aliases=["left"]),
        "r": symbol("vector[n] of count", "samples of each class in the right child", aliases=["right"]),
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
        mistake("plain-average", "(left_gini + right_gini) / 2", "The children are averaged without their sizes."),
        mistake(
            "summed", "left_gini + right_gini", "The impurities are added; they must be averaged, weighted by size."
        ),
        mistake(
            "weights-swapped",
            "(1 - left_share) left_gini + left_share right_gini",
            "The weights of the two children are swapped.",
        ),
        mistake("before-the-split", "parent", "That is the impurity before the split."),
    ],
    notations=[
        {
            "H(Q_m_left(theta))": "left_gini",
            "H(Q_m_right(theta))": "right_gini",
            "n_m_left": "sum(l)",
            "n_m_right": "sum(r)",
            "n_m": "sum(l) + sum(r)",
        },
        {"Gini(D_1)": "left_gini", "Gini(D_2)": "right_gini", "D_1": "sum(l)", "D_2": "sum(r)", "D": "sum(l) + sum(r)"},
        {
            "m_left": "sum(l)",
            "m_right": "sum(r)",
            "m": "sum(l) + sum(r)",
            "G_left": "left_gini",
            "G_right": "right_gini",
        },
    ],
    claims=[claim("gain > -1e-12", "No split raises the weighted impurity.")],
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


@gini_of_a_split.oracle("brute-force", "the chance that a sample and another of its child differ", samples=12)
def _(l, r):  # noqa: E741
    differing = []
    for child in (l, r):
        labels = torch.repeat_interleave(torch.arange(len(child)), child.long())
        differing.extend((labels != label).double().mean() for label in labels)
    return torch.stack(differing).mean()


@proof(
    "svm-score",
    title="Score, distance and slack in an SVM",
    statement="The sign of w·x + b is the class, |w·x + b| / ‖w‖ the distance, max(0, 1 − y(w·x + b)) the slack.",
    symbols={
        "w": symbol("vector[d]", "weights"),
        "b": symbol("real", "bias"),
        "x": symbol("vector[d]", "sample"),
        "y": symbol("sign", "its class, +1 or −1"),
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
        ),
        mistake("class-ignored", "max(0, 1 - score)", "The class y is ignored."),
        mistake("not-clipped", "1 - y score", "Samples beyond the margin have slack 0, not a negative one."),
        mistake(
            "zero-one", "heaviside(-y score)", "That counts misclassified samples; the slack grows with the violation."
        ),
        mistake(
            "bias-subtracted",
            "max(0, 1 - y * (w · x - b))",
            "The offset b is subtracted, as in Wikipedia: its sign is exchanged.",
            variant=True,
        ),
        mistake(
            "without-bias",
            "max(0, 1 - y * (w · x))",
            "Without bias, as in CS231n: it is counted among the weights, of an input that is always 1.",
            variant=True,
        ),
    ],
    notations=[{"w": "score"}, {"t": "y", "y": "score"}, {"y": "score"}, {"y_true": "y", "y_pred": "score"}],
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
    title="Width of the street",
    statement="The lines w·x + b = 1 and w·x + b = −1 are 2/‖w‖ apart, so the widest street has the smallest ‖w‖.",
    symbols={
        "w": symbol("vector[d]", "weights"),
        "b": symbol("real", "bias"),
    },
    where=["norm(w) > 0.1"],
    steps={
        "length": step("norm(w)"),
        "margin": step("1 / length"),
        "width": step("2 margin"),
    },
    source=CORTES,
    mistakes=[
        mistake("one-side", "1 / norm(w)", "That is the distance to one of the two edges; the street has two sides."),
        mistake("upside-down", "norm(w) / 2", "The fraction is upside down: a larger ‖w‖ makes the street narrower."),
        mistake("squared-norm", "2 / norm(w)^2", "The norm is squared; it must not be."),
        mistake(
            "absolute-sum", "2 / sum(abs(w))", "The length of w is the Euclidean norm, not the sum of its entries."
        ),
    ],
)
def svm_margin_width(w, b):
    length = w.norm()
    return {"length": length, "margin": 1 / length, "width": 2 / length}


@svm_margin_width.oracle("operator", "distance of the points of the two edges nearest to 0 (torch.linalg.pinv)")
def _(w, b):
    direction = torch.linalg.pinv(w.unsqueeze(0)).squeeze(1)
    return torch.dist(direction * (1 - b), direction * (-1 - b))


@proof(
    "widest-gap-on-a-line",
    title="Maximum margin on a line",
    statement="On a line the SVM's boundary is the middle between the closest two samples of the two classes.",
    symbols={
        "a": symbol("vector[n] of real in -9..0", "samples of the left class"),
        "b": symbol("vector[m] of real in 0..9", "samples of the right class"),
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
        ),
        mistake(
            "between-the-extremes",
            "(min(a) + max(b)) / 2",
            "That is the middle between the farthest samples; the closest ones are the support vectors.",
        ),
        mistake("mean-of-all", "(sum(a) + sum(b)) / (n + m)", "That is the mean of all samples."),
        mistake(
            "at-a-support-vector", "max(a)", "The boundary runs through the middle of the street, not along its edge."
        ),
    ],
)
def widest_gap_on_a_line(a, b):
    left, right = a.max(), b.min()
    return {"left_support": left, "right_support": right, "width": right - left, "boundary": (left + right) / 2}


@widest_gap_on_a_line.oracle(
    "brute-force", "the midpoint of two samples that is farthest from all samples and separates", samples=32
)
def _(a, b):
    midpoints = (a.unsqueeze(0) + b.unsqueeze(1)).flatten() / 2
    nearest = torch.minimum(
        (midpoints.unsqueeze(1) - a).min(dim=1).values, (b - midpoints.unsqueeze(1)).min(dim=1).values
    )
    return {"boundary": midpoints[nearest.argmax()], "width": 2 * nearest.max()}


@proof(
    "soft-margin-of-two-points",
    title="C and the street between two points",
    statement="For one sample of each class at ±d, C ½w² is traded for slack: w = min(2Cd, 1/d), width 2/w.",
    symbols={
        "d": symbol("positive in 0.25..4", "distance of each sample from 0"),
        "C": symbol("positive in 0.01..10", "price of the slack"),
    },
    steps={
        "w": step("min(2 C d, 1 / d)"),
        "slack": step("1 - w d"),
        "width": step("2 / w"),
    },
    source=CORTES,
    mistakes=[
        mistake("hard-margin", "2 d", "That is the hard margin; a small C lets the street be wider than the gap."),
        mistake(
            "other-branch",
            "2 / max(2 C d, 1 / d)",
            "The weight stops growing when the slack is 0: the smaller of the two values counts.",
        ),
        mistake("one-sample", "2 / min(C d, 1 / d)", "Both samples pay slack: the factor 2 is missing."),
        mistake("weight-itself", "w", "That is the weight; the width is 2 divided by it."),
    ],
    claims=[claim("width > 2 d - 1e-9", "The street is never narrower than the gap.")],
    picture=curve("C", 0.01, 2),
)
def soft_margin_of_two_points(d, C):
    w = torch.minimum(2 * C * d, 1 / d)
    return {"w": w, "slack": 1 - w * d, "width": 2 / w}


@soft_margin_of_two_points.oracle("closed-form", "the dual problem, its multiplier clipped to [0, C]")
def _(d, C):
    multiplier = (1 / (2 * d**2)).clamp(max=C)
    return 1 / (multiplier * d)


@soft_margin_of_two_points.oracle("brute-force", "a fine grid over w", tolerance=1e-3, samples=16)
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
    title="Support vectors decide",
    statement="Only samples on the edge of the street (or inside) shape the SVM's boundary; all others can be removed.",
    symbols={},
    steps={
        "samples": step(note="number of samples", within=(40, 40)),
        "supports": step(note="samples with a multiplier above 0", within=(0.57, 5.2)),
        "largest_score": step(note="largest y·f of a support vector"),
        "others_removed": step(note="change of w without the other samples"),
        "supports_removed": step(note="change of w without the support vectors"),
    },
    source=CORTES,
    claims=[
        claim("supports < samples / 4", "Few samples are support vectors."),
        claim("largest_score < 1.01", "They lie on the edge of the street."),
        claim("others_removed < 1e-5", "Removing all others changes nothing."),
        claim("supports_removed > 0.003", "Removing the support vectors does."),
    ],
    mistakes=[
        mistake("every-sample-counts", "others_removed > 0.01", "Samples beyond the edge have multiplier 0."),
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

    def change(kept):
        return (fit(kept.nonzero().squeeze(1))[0] - weights).norm()

    return {
        "samples": torch.tensor(40.0),
        "supports": support.double().sum(),
        "largest_score": scores[support].max(),
        "others_removed": change(support),
        "supports_removed": change(~support),
    }


@proof(
    "svm-penalty-and-street",
    title="C narrows the street",
    statement=(
        "On overlapping classes a small C buys a wide street with many violations, a large C a narrow one with few."
    ),
    symbols={},
    steps={
        "wide": step(note="width for C = 0.01", within=(3.1, 5.4)),
        "narrow": step(note="width for C = 10", within=(0.25, 3.7)),
        "many": step(note="violations y·f < 1 for C = 0.01", within=(35, 63)),
        "few": step(note="violations y·f < 1 for C = 10", within=(2.3, 50)),
    },
    source=CORTES,
    claims=[
        claim("wide > 2 * narrow", "A small C makes the street wider."),
        claim("many > 1.5 * few", "A small C allows more violations."),
    ],
    mistakes=[
        mistake(
            "large-means-wide", "narrow > wide", "C is the price of violations: a large C pays with a narrow street."
        ),
    ],
)
def svm_penalty_and_street(random):
    y = torch.ones(60)
    y[:30] = -1
    x = random.normal(60, 2)  # free: around any point
    x[:, 0] += 1.2 * y
    widths, violations = [], []
    for penalty in (0.01, 10.0):
        weights, _ = dual_coordinate_descent(x, y, penalty, 150)
        widths.append(2 / weights[:2].norm())
        violations.append((y * (x @ weights[:2] + weights[2]) < 1 - 1e-3).double().sum())
    return {"wide": widths[0], "narrow": widths[1], "many": violations[0], "few": violations[1]}


@proof(
    "three-nearest-neighbours",
    title="k-nearest neighbours on a line",
    statement="k-NN predicts from the labels of the k training samples nearest to the query, here k = 3.",
    symbols={
        "x": symbol("vector[n]", "training inputs"),
        "y": symbol("vector[n]", "their labels or target values"),
        "q": symbol("real", "query"),
    },
    lengths={"n": 5},
    steps={
        "distances": step("abs(x - q)"),
        "neighbours": step(note="labels of the 3 nearest", axes=1),
        "average": step("mean(neighbours)"),
    },
    source="Cover and Hart, Nearest Neighbor Pattern Classification (IEEE Transactions on Information Theory, 1967)",
    mistakes=[
        mistake("all-samples", "mean(y)", "All samples are asked, not the three nearest."),
        mistake(
            "one-neighbour",
            "sum(y * heaviside(min(distances) - distances)) / sum(heaviside(min(distances) - distances))",
            "Only the nearest sample is asked.",
        ),
        mistake("weighted-by-distance", "sum(y distances) / sum(distances)", "Farther samples are given more weight."),
    ],
)
def three_nearest_neighbours(x, y, q):
    distances = (x - q).abs()
    neighbours = y[distances.topk(3, largest=False).indices]
    return {"distances": distances, "neighbours": neighbours, "average": neighbours.mean()}


@three_nearest_neighbours.oracle("brute-force", "sorting by squared distance", samples=32)
def _(x, y, q):
    ranked = sorted(zip(x.tolist(), y.tolist(), strict=True), key=lambda pair: (pair[0] - float(q)) ** 2)
    return torch.tensor(sum(label for _, label in ranked[:3]) / 3)


@proof(
    "k-means-step",
    title="One step of k-means",
    statement="k-means assigns every point to its nearest centre, then moves each centre to the mean of its points.",
    symbols={
        "x": symbol("vector[n]", "points (no labels)"),
        "a": symbol("real", "first centre"),
        "b": symbol("real", "second centre"),
    },
    where=["min(abs(x - a) - abs(x - b)) < -1e-6", "max(abs(x - a) - abs(x - b)) > 1e-6"],
    steps={
        "nearer": step(note="1 for points nearer to the first centre, else 0", axes=1),
        "first": step("sum(x nearer) / sum(nearer)"),
        "second": step("sum(x (1 - nearer)) / sum(1 - nearer)"),
        "centres": step("[first, second]"),
    },
    source="Lloyd, Least Squares Quantization in PCM (IEEE Transactions on Information Theory, 1982)",
    mistakes=[
        mistake(
            "one-mean", "[mean(x), mean(x)]", "Each centre moves to the mean of its own points, not of all points."
        ),
        mistake("halfway", "[(a + first) / 2, (b + second) / 2]", "The centre jumps all the way to the mean."),
        mistake("assigned-to-the-other", "[second, first]", "Each point belongs to the nearer centre."),
    ],
)
def k_means_step(x, a, b):
    nearer = ((x - a).abs() < (x - b).abs()) + 0.0
    first = (x * nearer).sum() / nearer.sum()
    second = (x * (1 - nearer)).sum() / (1 - nearer).sum()
    return {"nearer": nearer, "first": first, "second": second, "centres": torch.stack([first, second])}


@k_means_step.oracle("operator", "torch.linalg.lstsq on the one-hot assignments")
def _(x, a, b):
    groups = torch.cdist(x.unsqueeze(1), torch.stack([a, b]).unsqueeze(1)).argmin(dim=1)
    assignments = torch.nn.functional.one_hot(groups, 2).to(x.dtype)
    return torch.linalg.lstsq(assignments, x.unsqueeze(1)).solution.squeeze(1)


@proof(
    "flipped-labels",
    title="k-NN uses labels, k-means does not",
    statement=(
        "Flip all labels: every k-NN prediction flips, while k-means needs no labels at all to find the two groups."
    ),
    symbols={},
    steps={
        "flipped": step(note="share of 3-NN predictions that change", within=(1, 1)),
        "grouped": step(note="share of points that k-means puts with their own group", within=(0.97, 1)),
        "missed": step(note="distance of the centres from the true ones at ±3", within=(0.028, 1.4)),
        "score": step(note="3-NN accuracy with the right labels", within=(0.97, 1)),
    },
    source=f"{BISHOP}, sections 2.5.2 and 9.1",
    claims=[
        claim("flipped == 1", "All k-NN predictions follow the labels."),
        claim("grouped > 0.95", "k-means finds the groups from positions alone."),
        claim("missed < 0.7 and score > 0.95", "Both find the structure of the data."),
    ],
    mistakes=[
        mistake("both-unsupervised", "flipped == 0", "k-NN is supervised: it votes with labels."),
        mistake("both-supervised", "grouped < 0.6", "k-means is unsupervised: positions alone show it the groups."),
    ],
)
def flipped_labels(random):
    labels = torch.arange(100) % 2
    sides = 2.0 * labels - 1
    x, fresh = random.normal(100, 2) + 3 * sides.unsqueeze(1), random.normal(100, 2) + 3 * sides.unsqueeze(1)

    def predictions(known):
        return known[torch.cdist(fresh, x).topk(3, largest=False).indices].mode(dim=1).values

    found = x[random.permutation(100)[:2]]
    for _ in range(10):
        groups = torch.cdist(x, found).argmin(dim=1)
        found = torch.stack([x[groups == 0].mean(dim=0), x[groups == 1].mean(dim=0)])
    found = found[found[:, 0].argsort()]
    groups = torch.cdist(x, found).argmin(dim=1)
    return {
        "flipped": (predictions(labels) != predictions(1 - labels)).double().mean(),
        "grouped": (groups == labels).double().mean(),
        "missed": (found - torch.tensor([[-3.0], [3.0]])).norm(dim=1).max(),
        "score": (predictions(labels) == labels).double().mean(),
    }


@proof(
    "tree-of-two-questions",
    title="A decision tree is a chain of questions",
    statement=(
        "Starting at the root, a tree asks one if-then question about one feature after the other; the leaf that is "
        "reached gives the prediction."
    ),
    symbols={
        "x_1": symbol("real", "first feature"),
        "x_2": symbol("real", "second feature"),
        "s": symbol("real", "threshold of the root, which asks x₁ ≤ s"),
        "t": symbol("real", "threshold of its right child, which asks x₂ ≤ t"),
        "a": symbol("real", "prediction where the root says yes"),
        "b": symbol("real", "prediction where it says no and the child says yes"),
        "c": symbol("real", "prediction where both say no"),
    },
    where=["abs(x_1 - s) > 0.001", "abs(x_2 - t) > 0.001"],
    steps={
        "right_child": step("b if x_2 <= t else c"),
        "prediction": step("a if x_1 <= s else right_child"),
    },
    source=BREIMAN,
    mistakes=[
        mistake("child-asked-first", "a if x_2 <= t else (b if x_1 <= s else c)", "The root asks about the first one."),
        mistake(
            "answers-swapped", "right_child if x_1 <= s else a", "Yes leads to the left leaf, no to the right child."
        ),
        mistake("root-forgotten", "right_child", "The child is asked only where the root says no."),
        mistake("leaves-averaged", "(a + b + c) / 3", "A sample falls into one leaf; the leaves are not averaged."),
        mistake("child-swapped", "a if x_1 <= s else (c if x_2 <= t else b)", "Yes leads to the left leaf b."),
    ],
)
def tree_of_two_questions(x_1, x_2, s, t, a, b, c):
    right_child = torch.where(x_2 <= t, b, c)
    return {"right_child": right_child, "prediction": torch.where(x_1 <= s, a, right_child)}


@tree_of_two_questions.oracle("brute-force", "each leaf's box of the plane, and the one that holds the point")
def _(x_1, x_2, s, t, a, b, c):
    far = torch.tensor(math.inf)
    boxes = [(-far, s, -far, far, a), (s, far, -far, t, b), (s, far, t, far, c)]
    return sum(
        value * ((left < x_1) & (x_1 <= right) & (low < x_2) & (x_2 <= high)) for left, right, low, high, value in boxes
    )


@proof(
    "kernel-of-squares",
    title="The kernel trick",
    statement=(
        "(x·y)² is the inner product of the feature vectors (x₁², √2x₁x₂, x₂²) and (y₁², √2y₁y₂, y₂²), computed "
        "without them."
    ),
    symbols={
        "x": symbol("vector[d]", "first sample"),
        "y": symbol("vector[d]", "second sample", ["z"]),
    },
    lengths={"d": 2},
    steps={
        "features_of_x": step("[x_1^2, sqrt(2) * x_1 * x_2, x_2^2]"),
        "features_of_y": step("[y_1^2, sqrt(2) * y_1 * y_2, y_2^2]"),
        "kernel": step("dot(x, y)^2", aliases=["K", "k"]),
    },
    source="Boser, Guyon & Vapnik, A Training Algorithm for Optimal Margin Classifiers (COLT 1992)",
    mistakes=[
        mistake("linear", "dot(x, y)", "That is the linear kernel, the inner product of the inputs themselves."),
        mistake("squares-only", "dot(x^2, y^2)", "The mixed feature √2x₁x₂ is missing."),
        mistake("norms", "dot(x, x) * dot(y, y)", "Those are the lengths; a kernel compares x with y."),
        mistake("with-one", "(dot(x, y) + 1)^2", "The 1 brings in the linear features and a constant as well."),
    ],
)
def kernel_of_squares(x, y):
    def features(v):
        return torch.stack([v[0] ** 2, math.sqrt(2) * v[0] * v[1], v[1] ** 2])

    return {"features_of_x": features(x), "features_of_y": features(y), "kernel": (x @ y) ** 2}


@kernel_of_squares.oracle("brute-force", "all products of two entries as features")
def _(x, y):
    return (torch.outer(x, x) * torch.outer(y, y)).sum()


@kernel_of_squares.oracle("closed-form", "lengths and inner products of the feature vectors from outer products")
def _(x, y):
    def triangle(v):
        products = torch.outer(v, v)
        return torch.stack([products[0, 0], (products[0, 1] + products[1, 0]) / math.sqrt(2), products[1, 1]])

    return {"features_of_x": triangle(x), "features_of_y": triangle(y), "kernel": triangle(x) @ triangle(y)}
