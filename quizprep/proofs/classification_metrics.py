"""Proofs for the chapter classification-metrics."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.picture import cells, curve
from quizprep.proofs import claim, mistake, proof, step, symbol

TP = symbol("count", "true positives")
FP = symbol("count", "false positives")
FN = symbol("count", "false negatives")
TN = symbol("count", "true negatives")

RETRIEVAL_BOOK = "Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, ch. 8.3"
ROC_PAPER = "Fawcett (2006), An introduction to ROC analysis, Pattern Recognition Letters 27(8)"


def labelled_samples(TP, FP, FN, TN=0):
    """The counts spelled out again: (predicted, actual), two 0/1 vectors with one entry a sample."""
    counts = [int(count) for count in (TP, FP, FN, TN)]
    predicted = torch.cat([torch.full((count,), bit) for count, bit in zip(counts, (1, 1, 0, 0), strict=True)])
    actual = torch.cat([torch.full((count,), bit) for count, bit in zip(counts, (1, 0, 1, 0), strict=True)])
    return predicted, actual


# --- counts and the metrics made of them ------------------------------------------------------


@proof(
    "confusion-matrix",
    title="Confusion matrix",
    statement="Rows are the true classes, columns the predicted ones, negative first: [[TN, FP], [FN, TP]].",
    symbols={
        "actual": symbol("vector[n] of bit", "true labels, 1 = positive"),
        "predicted": symbol("vector[n] of bit", "predicted labels, 1 = positive"),
    },
    steps={
        "TN": step("sum((1 - actual) * (1 - predicted))"),
        "FP": step("sum((1 - actual) * predicted)"),
        "FN": step("sum(actual * (1 - predicted))"),
        "TP": step("sum(actual * predicted)"),
        "matrix": step("[[TN, FP], [FN, TP]]"),
    },
    source="scikit-learn user guide, Metrics and scoring: confusion matrix",
    mistakes=[
        mistake(
            "transposed",
            "[[TN, FN], [FP, TP]]",
            "Rows and columns are swapped: a row holds one true class, a column one predicted class.",
        ),
        mistake(
            "positive-first",
            "[[TP, FN], [FP, TN]]",
            "That puts the positive class first; in the order 0, 1 the negative class comes first.",
        ),
        mistake("diagonals-swapped", "[[FP, TN], [TP, FN]]", "Correct predictions belong on the main diagonal."),
    ],
    claims=[
        claim("FN + TP = sum(actual)", "a row sums to the size of its true class"),
        claim("FP + TP = sum(predicted)", "a column sums to how often its class is predicted"),
    ],
    picture=cells("matrix", rows="actual", columns="predicted"),
)
def confusion_matrix(actual, predicted):
    TN, FP = ((1 - actual) * (1 - predicted)).sum(), ((1 - actual) * predicted).sum()
    FN, TP = (actual * (1 - predicted)).sum(), (actual * predicted).sum()
    matrix = torch.stack([torch.stack([TN, FP]), torch.stack([FN, TP])])
    return {"TN": TN, "FP": FP, "FN": FN, "TP": TP, "matrix": matrix}


@confusion_matrix.oracle("operator", "torch.Tensor.index_put_")
def _(actual, predicted):
    matrix = torch.zeros(2, 2)
    return matrix.index_put_((actual.long(), predicted.long()), torch.ones(len(actual)), accumulate=True)


@proof(
    "accuracy",
    title="Accuracy",
    statement="Accuracy is the share of all samples that are classified correctly.",
    symbols={"TP": TP, "FP": FP, "FN": FN, "TN": TN},
    where=["TP + FP + FN + TN > 0"],
    steps={
        "correct": step("TP + TN"),
        "total": step("TP + FP + FN + TN"),
        "accuracy": step("(TP + TN) / (TP + FP + FN + TN)"),
    },
    source=RETRIEVAL_BOOK,
    mistakes=[
        mistake(
            "true-positives-only", "TP / total", "True negatives are correct as well: they belong in the numerator."
        ),
        mistake("error-rate", "(FP + FN) / total", "That is the error rate, the share of wrong predictions."),
        mistake(
            "correct-to-wrong", "(TP + TN) / (FP + FN)", "The denominator is all samples, not only the wrong ones."
        ),
        mistake("precision", "TP / (TP + FP)", "That is precision, which looks at the predicted positives only."),
        mistake(
            "balanced-accuracy",
            "(TP / (TP + FN) + TN / (TN + FP)) / 2",
            "That is balanced accuracy, which weighs both classes alike whatever their size.",
        ),
    ],
)
def accuracy(TP, FP, FN, TN):
    correct = TP + TN
    total = TP + FP + FN + TN
    return {"correct": correct, "total": total, "accuracy": correct / total}


@accuracy.oracle("brute-force", "share of equal labels, sample by sample")
def _(TP, FP, FN, TN):
    predicted, actual = labelled_samples(TP, FP, FN, TN)
    return (predicted == actual).double().mean()


@proof(
    "precision",
    title="Precision",
    statement="Precision is the share of the predicted positives that are positive.",
    symbols={"TP": TP, "FP": FP, "FN": FN},
    where=["TP + FP > 0"],
    steps={
        "predicted_positives": step("TP + FP"),
        "precision": step("TP / predicted_positives", aliases=["P"]),
    },
    source=RETRIEVAL_BOOK,
    mistakes=[
        mistake("recall", "TP / (TP + FN)", "That is recall: precision divides by the predicted positives, TP + FP."),
        mistake("odds", "TP / FP", "The denominator is all predicted positives, the true ones included."),
        mistake("false-discovery-rate", "FP / (TP + FP)", "That is the share of wrong alarms, 1 − precision."),
        mistake("all-errors", "TP / (TP + FP + FN)", "Missed positives do not count against precision."),
    ],
    picture=curve("FP", 0, 20),
)
def precision(TP, FP, FN):
    predicted_positives = TP + FP
    return {"predicted_positives": predicted_positives, "precision": TP / predicted_positives}


@precision.oracle("brute-force", "share of positives among the samples predicted positive")
def _(TP, FP, FN):
    predicted, actual = labelled_samples(TP, FP, FN)
    return actual[predicted == 1].double().mean()


@proof(
    "recall",
    title="Recall (sensitivity)",
    statement="Recall is the share of the actual positives that are found.",
    symbols={"TP": TP, "FP": FP, "FN": FN},
    where=["TP + FN > 0"],
    steps={
        "actual_positives": step("TP + FN"),
        "miss_rate": step("FN / actual_positives", aliases=["FNR"]),
        "recall": step("TP / actual_positives", aliases=["R", "TPR"]),
    },
    source=RETRIEVAL_BOOK,
    mistakes=[
        mistake("precision", "TP / (TP + FP)", "That is precision: recall divides by the actual positives, TP + FN."),
        mistake("odds", "TP / FN", "The denominator is all actual positives, the found ones included."),
        mistake("miss-rate", "FN / (TP + FN)", "That is the share that is missed, 1 − recall."),
        mistake("all-errors", "TP / (TP + FP + FN)", "False alarms do not count against recall."),
    ],
    picture=curve("FN", 0, 20),
)
def recall(TP, FP, FN):
    actual_positives = TP + FN
    return {"actual_positives": actual_positives, "miss_rate": FN / actual_positives, "recall": TP / actual_positives}


@recall.oracle("brute-force", "share of the positive samples that are predicted positive")
def _(TP, FP, FN):
    predicted, actual = labelled_samples(TP, FP, FN)
    return predicted[actual == 1].double().mean()


@proof(
    "f1-score",
    title="F1 score",
    statement="F1 is the harmonic mean of precision and recall.",
    symbols={"TP": TP, "FP": FP, "FN": FN},
    where=["TP > 0"],
    steps={
        "precision": step("TP / (TP + FP)", aliases=["P"]),
        "recall": step("TP / (TP + FN)", aliases=["R"]),
        "f1": step("2 * precision * recall / (precision + recall)", aliases=["F1"]),
    },
    source="van Rijsbergen, Information Retrieval (2nd ed., 1979), ch. 7",
    general=[
        "(1 + {beta of F}^2) * precision * recall / ({beta of F}^2 * precision + recall)",
        "(1 + {square of beta}) * precision * recall / ({square of beta} * precision + recall)",
    ],
    mistakes=[
        mistake(
            "upside-down",
            "2 * (precision + recall) / (precision * recall)",
            "The fraction is upside down: the product belongs on top.",
        ),
        mistake(
            "arithmetic-mean",
            "(precision + recall) / 2",
            "That is the arithmetic mean; F1 is the harmonic one, which the smaller value dominates.",
        ),
        mistake(
            "missing-two", "precision * recall / (precision + recall)", "The factor 2 of the harmonic mean is missing."
        ),
        mistake(
            "geometric-mean",
            "sqrt(precision * recall)",
            "That is the geometric mean (Fowlkes-Mallows index); F1 is the harmonic one.",
        ),
    ],
    claims=[
        claim("0 < f1 and f1 <= 1", "F1 lies between 0 and 1"),
        claim("min(precision, recall) <= f1 + 1e-12", "F1 is never below the smaller of the two"),
        claim("f1 < 2 * min(precision, recall)", "F1 stays below twice the smaller of the two"),
    ],
    picture=curve("TP", 1, 40),
)
def f1_score(TP, FP, FN):
    precision = TP / (TP + FP)
    recall = TP / (TP + FN)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


@f1_score.oracle("brute-force", "overlap of two sets of samples (Dice)")
def _(TP, FP, FN):
    predicted, actual = labelled_samples(TP, FP, FN)
    return 2 * (predicted & actual).sum() / (predicted.sum() + actual.sum())


# --- imbalance --------------------------------------------------------------------------------


@proof(
    "always-negative-classifier",
    title="A model against always saying no",
    statement="A classifier that always says negative is as accurate as the share of negatives, with F1 = 0.",
    symbols={"TP": TP, "FP": FP, "FN": FN, "TN": TN},
    where=["TP > 0", "TN + FP > 0"],
    steps={
        "model_accuracy": step("(TP + TN) / (TP + FP + FN + TN)"),
        "model_f1": step("2 * TP / (2 * TP + FP + FN)"),
        "baseline_accuracy": step("(TN + FP) / (TP + FP + FN + TN)"),
        "baseline_f1": step(note="0: not one positive is found"),
        "baseline_f1_swapped": step("2 * (TN + FP) / (2 * (TN + FP) + TP + FN)"),
    },
    result="baseline_accuracy",
    source="He & Garcia (2009), Learning from imbalanced data, IEEE TKDE 21(9), sec. 4.1",
    mistakes=[
        mistake(
            "true-negatives-only",
            "TN / (TP + FP + FN + TN)",
            "All actual negatives are answered correctly, also those the model takes for positive.",
        ),
        mistake(
            "model-accuracy",
            "(TP + TN) / (TP + FP + FN + TN)",
            "That is the model's accuracy, not that of always saying negative.",
        ),
        mistake(
            "predicted-negatives",
            "(TN + FN) / (TP + FP + FN + TN)",
            "The share of actual negatives counts, not how often the model says negative.",
        ),
        mistake("coin", "1 / 2", "Only with as many positives as negatives is it one half."),
    ],
)
def always_negative_classifier(TP, FP, FN, TN):
    positives, negatives, total = TP + FN, TN + FP, TP + FP + FN + TN
    return {
        "model_accuracy": (TP + TN) / total,
        "model_f1": 2 * TP / (2 * TP + FP + FN),
        "baseline_accuracy": negatives / total,
        "baseline_f1": torch.zeros_like(total),
        "baseline_f1_swapped": 2 * negatives / (2 * negatives + positives),
    }


@always_negative_classifier.oracle("brute-force", "both classifiers, sample by sample")
def _(TP, FP, FN, TN):
    predicted, actual = labelled_samples(TP, FP, FN, TN)
    constant = torch.zeros_like(actual)

    def f1(said, truth):  # overlap of two sets of samples
        return 2 * (said * truth).sum().double() / (said.sum() + truth.sum())

    return {
        "model_accuracy": (predicted == actual).double().mean(),
        "model_f1": f1(predicted, actual),
        "baseline_accuracy": (constant == actual).double().mean(),
        "baseline_f1": f1(constant, actual),
        "baseline_f1_swapped": f1(1 - constant, 1 - actual),
    }


@proof(
    "imbalance-bound",
    title="High accuracy with low F1",
    statement=(
        "With accuracy at least a and F1 at most s, at most (1 − a)(1 + s / (2 (1 − s))) of the samples are positive."
    ),
    symbols={
        "a": symbol("real in 0.7..1", "accuracy, at least"),
        "s": symbol("real in 0..0.8", "F1 score, at most"),
    },
    steps={
        "most_errors": step("1 - a"),
        "most_found": step("most_errors * s / (2 * (1 - s))"),
        "most_positives": step("most_errors + most_found"),
    },
    source="follows from F1 = 2 TP / (2 TP + FP + FN); van Rijsbergen, Information Retrieval (2nd ed., 1979), ch. 7",
    mistakes=[
        mistake("errors-only", "1 - a", "Positives that were found count as well, not only those that were missed."),
        mistake("accuracy-itself", "a", "That is the accuracy: a share of correct samples, not of positives."),
        mistake("half", "1 / 2", "High accuracy with low F1 rules out balanced classes."),
    ],
)
def imbalance_bound(a, s):
    most_errors = 1 - a
    most_found = most_errors * s / (2 * (1 - s))  # F1 <= s bounds TP by the errors
    return {"most_errors": most_errors, "most_found": most_found, "most_positives": most_errors + most_found}


@imbalance_bound.oracle("brute-force", "largest share over all splits of the errors, TP by bisection", samples=16)
def _(a, s):
    errors = (1 - a) * torch.linspace(0, 1, 51).reshape(-1, 1) + 1e-300
    missed = errors * torch.linspace(0, 1, 51)
    low, high = torch.zeros(51, 51), torch.ones(51, 51)
    for _ in range(60):
        found = (low + high) / 2
        precision, recall = found / (found + errors - missed), found / (found + missed)
        allowed = 2 / (1 / precision + 1 / recall) <= s
        low, high = torch.where(allowed, found, low), torch.where(allowed, high, found)
    return (low + missed).max()


# --- thresholds and the ROC curve -------------------------------------------------------------


@proof(
    "threshold-on-scores",
    title="From scores to metrics",
    statement=(
        "Samples that score at least the threshold are predicted positive; precision, "
        "recall and the false-positive rate follow."
    ),
    symbols={
        "positives": symbol("vector[p] of probability", "scores of the positive samples"),
        "negatives": symbol("vector[q] of probability", "scores of the negative samples"),
        "threshold": symbol("probability", "score from which on a sample is called positive"),
    },
    where=["max(max(positives), max(negatives)) >= threshold"],
    steps={
        "TP": step("sum(indicator(positives >= threshold))"),
        "FP": step("sum(indicator(negatives >= threshold))"),
        "precision": step("TP / (TP + FP)"),
        "recall": step("TP / len(positives)", aliases=["TPR"]),
        "false_positive_rate": step("FP / len(negatives)", aliases=["FPR"]),
    },
    result="precision",
    source=ROC_PAPER,
    mistakes=[
        mistake(
            "recall",
            "TP / len(positives)",
            "That is recall: it divides by all positives, not by the samples called positive.",
        ),
        mistake(
            "false-positive-rate",
            "FP / len(negatives)",
            "That is the false-positive rate: the share of the negatives that raise an alarm.",
        ),
        mistake(
            "below-the-threshold",
            "(len(positives) - TP) / (len(positives) - TP + len(negatives) - FP)",
            "Samples at or above the threshold are the predicted positives, not those below.",
        ),
        mistake(
            "precision-of-all-errors", "TP / (len(positives) + FP)", "Missed positives do not count against precision."
        ),
    ],
    picture=curve("threshold", 0, 1, "precision", "recall"),
)
def threshold_on_scores(positives, negatives, threshold):
    TP = (positives >= threshold).sum()
    FP = (negatives >= threshold).sum()
    return {
        "TP": TP,
        "FP": FP,
        "precision": TP / (TP + FP),
        "recall": TP / len(positives),
        "false_positive_rate": FP / len(negatives),
    }


@threshold_on_scores.oracle("brute-force", "each sample judged in turn")
def _(positives, negatives, threshold):
    samples = [(score, True) for score in positives.tolist()] + [(score, False) for score in negatives.tolist()]
    called = [positive for score, positive in samples if score >= threshold.item()]
    return {
        "precision": torch.tensor(sum(called) / len(called)),
        "recall": torch.tensor(sum(called) / len(positives)),
        "false_positive_rate": torch.tensor((len(called) - sum(called)) / len(negatives)),
    }


@proof(
    "threshold-trade-off",
    title="Precision against recall",
    statement=(
        "Raising the threshold lowers recall and here raises precision; the costlier false positives are, "
        "the higher the best threshold."
    ),
    symbols={},
    steps={
        "recall_low": step(note="recall at threshold 0", within=(0.915, 0.951)),
        "recall_high": step(note="recall at threshold 2", within=(0.276, 0.34)),
        "precision_low": step(note="precision at threshold 0", within=(0.64, 0.662)),
        "precision_high": step(note="precision at threshold 2", within=(0.904, 0.957)),
        "spam_threshold": step(note="cheapest threshold, false positive 10, false negative 1", within=(1.87, 2.78)),
        "spam_precision": step(note="precision there", within=(0.918, 0.985)),
        "spam_recall": step(note="recall there", within=(0.08, 0.36)),
        "equal_recall": step(note="recall at the cheapest threshold for equal costs", within=(0.65, 0.88)),
        "cancer_threshold": step(note="cheapest threshold, false positive 1, false negative 10", within=(-1.4, -0.2)),
        "cancer_precision": step(note="precision there", within=(0.51, 0.62)),
        "cancer_recall": step(note="recall there", within=(0.972, 1)),
    },
    source="Elkan (2001), The foundations of cost-sensitive learning, IJCAI, sec. 1-2",
    claims=[
        claim("recall_high < recall_low - 0.3", "a higher threshold finds fewer positives"),
        claim("precision_high > precision_low + 0.1", "with these scores it is right more often when it says positive"),
        claim("spam_threshold > cancer_threshold + 1", "costly false positives ask for a high threshold"),
        claim("spam_precision > cancer_precision + 0.2", "the spam filter ends up with the higher precision"),
        claim("cancer_recall > equal_recall + 0.05", "the cancer test ends up with the highest recall"),
        claim("equal_recall > spam_recall + 0.2", "equal costs lie in between"),
    ],
    mistakes=[
        mistake(
            "recall-rises",
            "recall_high > recall_low",
            "A higher threshold can only turn predicted positives into negatives, so recall cannot rise.",
        ),
        mistake(
            "low-threshold-for-spam",
            "spam_threshold < cancer_threshold",
            "It is the costly false negative that asks for a low threshold.",
        ),
    ],
)
def threshold_trade_off(random):
    negatives, positives = random.normal(5000), random.normal(5000) + 1.5
    thresholds = torch.linspace(-3, 4, 141)
    TP = (positives >= thresholds.reshape(-1, 1)).sum(1)
    FP = (negatives >= thresholds.reshape(-1, 1)).sum(1)
    recall, precision = TP / 5000, TP / (TP + FP)
    low, high = 60, 100  # where the thresholds 0 and 2 stand
    FN = 5000 - TP
    spam, equal, cancer = ((cost * FP + FN).argmin() for cost in (10, 1, 0.1))
    return {
        "recall_low": recall[low],
        "recall_high": recall[high],
        "precision_low": precision[low],
        "precision_high": precision[high],
        "spam_threshold": thresholds[spam],
        "spam_precision": precision[spam],
        "spam_recall": recall[spam],
        "equal_recall": recall[equal],
        "cancer_threshold": thresholds[cancer],
        "cancer_precision": precision[cancer],
        "cancer_recall": recall[cancer],
    }


@proof(
    "roc-auc",
    title="AUC by ranking pairs",
    statement=(
        "AUC is the share of positive-negative pairs in which the positive scores higher (ties count half); "
        "it equals the area under the ROC curve."
    ),
    symbols={
        "positives": symbol("vector[p]", "scores of the positive samples"),
        "negatives": symbol("vector[q]", "scores of the negative samples"),
    },
    steps={
        "pairs": step("len(positives) * len(negatives)"),
        "ordered": step("sum_i sum_j (1 + sign(positives_i - negatives_j)) / 2"),
        "auc": step("ordered / pairs", aliases=["AUC"]),
    },
    source="Hanley & McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143(1)",
    mistakes=[
        mistake("reversed", "1 - auc", "The pairs are ordered the wrong way round: the positive should score higher."),
        mistake(
            "accuracy-at-half",
            "(sum(indicator(positives >= 1/2)) + sum(indicator(negatives < 1/2))) / (len(positives) + len(negatives))",
            "That is the accuracy at the threshold 0.5; AUC uses no threshold.",
        ),
        mistake(
            "best-negative",
            "mean(indicator(positives > max(negatives)))",
            "That compares with the highest negative only; every pair counts.",
        ),
        mistake(
            "mean-difference",
            "mean(positives) - mean(negatives)",
            "AUC depends on the ranking of the scores only, not on their distances.",
        ),
    ],
)
def roc_auc(positives, negatives):
    pairs = torch.tensor(float(len(positives) * len(negatives)))
    ordered = (1 + torch.sign(positives.reshape(-1, 1) - negatives)).sum() / 2
    return {"pairs": pairs, "ordered": ordered, "auc": ordered / pairs}


@roc_auc.oracle("brute-force", "area under the ROC curve by the trapezoid rule")
def _(positives, negatives):
    thresholds = torch.cat([positives, negatives]).unique().flip(0)
    rates = [torch.stack([(scores >= cut).double().mean() for cut in thresholds]) for scores in (positives, negatives)]
    true_rate, false_rate = (torch.cat([torch.zeros(1), rate]) for rate in rates)
    return torch.trapezoid(true_rate, false_rate)


@proof(
    "auc-of-normal-scores",
    title="AUC of two bell curves",
    statement="If negatives score N(0, 1) and positives N(d, 1), AUC = Φ(d / √2): 0.5 where the scores know nothing.",
    symbols={"d": symbol("real in -3..3", "distance of the two means")},
    steps={"auc": step("normal_cdf(d / sqrt(2))", aliases=["AUC"])},
    source="Hanley & McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143(1)",
    mistakes=[
        mistake(
            "one-random-score",
            "normal_cdf(d)",
            "Both scores are random, so their difference has variance 2: divide d by √2.",
        ),
        mistake(
            "variance-for-deviation", "normal_cdf(d / 2)", "The variance of the difference is 2; divide by its root."
        ),
        mistake("always-half", "1 / 2", "Only without any separation is the AUC one half."),
    ],
    picture=curve("d", 0, 4),
)
def auc_of_normal_scores(d):
    return {"auc": torch.special.ndtr(d / 2**0.5)}


@auc_of_normal_scores.oracle("closed-form", "area under the curve TPR(FPR), integrated on a grid")
def _(d):
    thresholds = torch.linspace(-12, 12, 2001)
    density = torch.distributions.Normal(0.0, 1.0).log_prob(thresholds).exp()
    return torch.trapezoid(density * torch.special.ndtr(d - thresholds), thresholds)


# --- metric and loss, top-k -------------------------------------------------------------------


@proof(
    "accuracy-has-no-gradient",
    title="Metric and loss",
    statement="A small change of the logits leaves accuracy as it is, while cross-entropy has the gradient p − y.",
    symbols={
        "logits": symbol("vector[k]", "scores of the classes; the first class is the true one"),
    },
    steps={
        "probabilities": step("softmax(logits)", aliases=["p"]),
        "correct": step("indicator(argmax(logits) = 0)"),
        "loss": step("-log(probabilities_1)"),
        "accuracy_gradient": step(note="change of accuracy per logit for a step of 1e-7"),
        "loss_gradient": step("probabilities - one_hot(0, len(logits))"),
    },
    source="Goodfellow, Bengio & Courville (2016), Deep Learning, sec. 8.1.2",
    mistakes=[
        mistake(
            "label-minus-probability",
            "one_hot(0, len(logits)) - probabilities",
            "The sign is reversed: that is the direction of descent.",
        ),
        mistake("probabilities-only", "probabilities", "The label is missing: subtract 1 at the true class."),
        mistake(
            "logit-minus-label",
            "logits - one_hot(0, len(logits))",
            "The softmax is missing: the gradient compares probabilities with the label.",
        ),
    ],
    claims=[
        claim("max(abs(accuracy_gradient)) = 0", "accuracy is flat: no step of a logit changes it"),
    ],
)
def accuracy_has_no_gradient(logits):
    probabilities = torch.softmax(logits, 0)
    label = (torch.arange(len(logits)) == 0) + 0.0
    moved = logits + 1e-7 * torch.eye(len(logits))
    correct = (logits.argmax() == 0) + 0.0
    return {
        "probabilities": probabilities,
        "correct": correct,
        "loss": -torch.log(probabilities[0]),
        "accuracy_gradient": ((moved.argmax(1) == 0) + 0.0 - correct) / 1e-7,
        "loss_gradient": probabilities - label,
    }


@accuracy_has_no_gradient.oracle("autograd", "torch.nn.functional.cross_entropy")
def _(logits):
    logits = logits.detach().requires_grad_()
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(0))
    return {"loss": loss, "loss_gradient": torch.autograd.grad(loss, logits)[0]}


@proof(
    "top-k-guess",
    title="Top-k error of guessing",
    statement=(
        "A sample counts as right in top-k if its class is among the k largest scores; random scores reach k of n."
    ),
    symbols={
        "k": symbol("size in 1..8", "how many of the largest scores count"),
        "n": symbol("size in 1..1000", "number of classes"),
    },
    where=["k <= n"],
    steps={"rate": step("k / n"), "error": step("1 - rate")},
    source="Russakovsky et al. (2015), ImageNet Large Scale Visual Recognition Challenge, sec. 4.1 (arXiv 1409.0575)",
    mistakes=[
        mistake("top-one", "1 - 1 / n", "That is the top-1 error; with k guesses more samples count as right."),
        mistake("rate-for-error", "k / n", "That is the share that counts as right; the error is what is left."),
        mistake(
            "repeated-guesses",
            "(1 - 1 / n)^k",
            "The k classes are different ones, so no guess is wasted on a repetition.",
        ),
    ],
)
def top_k_guess(k, n):
    rate = torch.tensor(k / n)
    return {"rate": rate, "error": 1 - rate}


@top_k_guess.oracle("simulation", "torch.topk on 2000 random score vectors", tolerance=0.05, samples=8)
def _(k, n):
    generator = torch.Generator().manual_seed(0)
    scores = torch.rand(2000, n, generator=generator, device="cpu")
    found = (scores.topk(k).indices == 0).any(1)
    return 1 - found.double().mean()


# --- several classes, rare positives ----------------------------------------------------------


@proof(
    "macro-and-micro-f1",
    title="Macro and micro average of F1",
    statement=(
        "The macro average counts every class alike, the micro average every sample; with one class a sample the micro "
        "F1 is the accuracy."
    ),
    symbols={"M": symbol("matrix[k, k] of positive-count in 1..100", "confusion matrix, true classes in rows")},
    steps={
        "precision": step("diag(M) / sum(M, axis=0)"),
        "recall": step("diag(M) / sum(M, axis=1)"),
        "f1": step("2 * precision * recall / (precision + recall)"),
        "micro": step("sum(diag(M)) / sum(M)"),
        "macro": step("mean(f1)"),
    },
    source="Manning, Raghavan & Schütze (2008), Introduction to Information Retrieval, ch. 13.6",
    mistakes=[
        mistake("micro-average", "sum(diag(M)) / sum(M)", "That is the micro average: every sample counts alike."),
        mistake(
            "weighted-by-size",
            "sum(f1 * sum(M, axis=1)) / sum(M)",
            "That weights the classes by their size; the macro average gives a rare class the same weight.",
        ),
        mistake("mean-precision", "mean(precision)", "That is the macro average of precision, not of F1."),
        mistake("mean-recall", "mean(recall)", "That is the macro average of recall, not of F1."),
        mistake(
            "f1-of-means",
            "2 * mean(precision) * mean(recall) / (mean(precision) + mean(recall))",
            "That is the F1 of the averaged precision and recall, as Sokolova & Lapalme (2009) define the macro F1.",
            variant=True,
        ),
    ],
)
def macro_and_micro_f1(M):
    hits = M.diagonal()
    precision, recall = hits / M.sum(dim=0), hits / M.sum(dim=1)
    f1 = 2 * precision * recall / (precision + recall)
    return {"precision": precision, "recall": recall, "f1": f1, "micro": hits.sum() / M.sum(), "macro": f1.mean()}


@macro_and_micro_f1.oracle("brute-force", "every sample judged for every class in turn", samples=16)
def _(M):
    samples = [(row, column) for row in range(len(M)) for column in range(len(M)) for _ in range(int(M[row, column]))]
    scores, right, wrong = [], 0, 0
    for each in range(len(M)):
        hit = sum(true == each == called for true, called in samples)
        alarm = sum(called == each != true for true, called in samples)
        miss = sum(true == each != called for true, called in samples)
        scores.append(2 * hit / (2 * hit + alarm + miss))
        right, wrong = right + 2 * hit, wrong + alarm + miss
    return {"macro": sum(scores) / len(scores), "micro": right / (right + wrong), "f1": torch.tensor(scores)}


@proof(
    "average-precision",
    title="Average precision",
    statement=(
        "Average precision, the area under the precision-recall curve in steps, is the mean of the precisions at the "
        "scores of the positives."
    ),
    symbols={
        "positives": symbol("vector[p]", "scores of the positive samples"),
        "negatives": symbol("vector[q]", "scores of the negative samples"),
    },
    steps={
        "average_precision": step(
            "sum_i (sum_j indicator(positives_j >= positives_i)) / ((sum_j indicator(positives_j >= positives_i)) + "
            "(sum_k indicator(negatives_k >= positives_i))) / len(positives)",
            aliases=["AP"],
        ),
    },
    source=RETRIEVAL_BOOK.replace("8.3", "8.4"),
    mistakes=[
        mistake(
            "precision-of-all",
            "len(positives) / (len(positives) + len(negatives))",
            "That is the precision where everything is called positive, the last point of the curve only.",
        ),
        mistake(
            "precision-down-to-the-last",
            "len(positives) / (len(positives) + sum(indicator(negatives >= min(positives))))",
            "That is the precision at full recall; the precisions at all positives are averaged.",
        ),
        mistake(
            "area-under-roc",
            "sum_i sum_j (1 + sign(positives_i - negatives_j)) / 2 / len(positives) / len(negatives)",
            "That is the area under the ROC curve.",
        ),
    ],
)
def average_precision(positives, negatives):
    found = (positives >= positives.reshape(-1, 1)).sum(1)
    alarms = (negatives >= positives.reshape(-1, 1)).sum(1)
    return {"average_precision": (found / (found + alarms)).mean()}


@average_precision.oracle("brute-force", "precision times the gain of recall, threshold by threshold")
def _(positives, negatives):
    area, before = 0.0, 0
    for threshold in sorted({*positives.tolist(), *negatives.tolist()}, reverse=True):
        found = sum(score >= threshold for score in positives.tolist())
        called = found + sum(score >= threshold for score in negatives.tolist())
        area, before = area + (found - before) / len(positives) * found / called, found
    return area


@proof(
    "precision-at-a-roc-point",
    title="Precision of a point on the ROC curve",
    statement=(
        "A point of the ROC curve does not know how rare the positives are; its precision does, and falls with their "
        "share."
    ),
    symbols={
        "t": symbol("open-probability in 0.1..0.99", "true-positive rate", ["TPR"]),
        "f": symbol("open-probability in 0.01..0.9", "false-positive rate", ["FPR"]),
        "s": symbol("open-probability in 0.001..0.9", "share of positive samples"),
    },
    steps={
        "hits": step("s t"),
        "alarms": step("(1 - s) f"),
        "precision": step("hits / (hits + alarms)"),
    },
    source="Saito & Rehmsmeier (2015), The precision-recall plot is more informative than the ROC plot, PLoS ONE 10(3)",
    mistakes=[
        mistake("classes-equal", "t / (t + f)", "That is the precision where both classes are equally large."),
        mistake("recall", "t", "That is the recall: it asks the positives, precision asks those called positive."),
        mistake("not-alarmed", "1 - f", "That is the specificity, the share of the negatives that raise no alarm."),
        mistake("shares-swapped", "(1 - s) t / ((1 - s) t + s f)", "The share of the positives goes with the hits."),
    ],
)
def precision_at_a_roc_point(t, f, s):
    hits, alarms = s * t, (1 - s) * f
    return {"hits": hits, "alarms": alarms, "precision": hits / (hits + alarms)}


@precision_at_a_roc_point.oracle("brute-force", "counting a hundred million samples", tolerance=1e-4)
def _(t, f, s):
    count = 10**8
    positives = round(count * float(s))
    hits, alarms = round(positives * float(t)), round((count - positives) * float(f))
    return {"hits": hits / count, "alarms": alarms / count, "precision": hits / (hits + alarms)}
