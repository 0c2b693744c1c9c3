"""Proofs for the chapter classification-metrics."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import claim, mistake, proof, step, symbol

TP = symbol("count", "true positives", "참 양성 수")
FP = symbol("count", "false positives", "거짓 양성 수")
FN = symbol("count", "false negatives", "거짓 음성 수")
TN = symbol("count", "true negatives", "참 음성 수")

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
    title=("Confusion matrix", "혼동 행렬"),
    statement=(
        "Rows are the true classes, columns the predicted ones, negative first: [[TN, FP], [FN, TP]].",
        "행은 실제 클래스, 열은 예측 클래스이고 음성이 먼저다: [[TN, FP], [FN, TP]].",
    ),
    symbols={
        "actual": symbol("vector[n] of bit", "true labels, 1 = positive", "실제 레이블, 1 = 양성"),
        "predicted": symbol("vector[n] of bit", "predicted labels, 1 = positive", "예측 레이블, 1 = 양성"),
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
            "행과 열이 뒤바뀌었습니다. 행은 실제 클래스, 열은 예측 클래스입니다.",
        ),
        mistake(
            "positive-first",
            "[[TP, FN], [FP, TN]]",
            "That puts the positive class first; in the order 0, 1 the negative class comes first.",
            "양성 클래스를 먼저 놓았습니다. 0, 1의 순서에서는 음성 클래스가 먼저입니다.",
        ),
        mistake(
            "diagonals-swapped",
            "[[FP, TN], [TP, FN]]",
            "Correct predictions belong on the main diagonal.",
            "맞힌 예측은 주대각선에 와야 합니다.",
        ),
    ],
    claims=[
        claim(
            "FN + TP = sum(actual)", "a row sums to the size of its true class", "행의 합은 그 실제 클래스의 크기이다"
        ),
        claim(
            "FP + TP = sum(predicted)",
            "a column sums to how often its class is predicted",
            "열의 합은 그 클래스로 예측한 횟수이다",
        ),
    ],
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
    title=("Accuracy", "정확도"),
    statement=(
        "Accuracy is the share of all samples that are classified correctly.",
        "정확도는 전체 표본 중 바르게 분류한 비율이다.",
    ),
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
            "true-positives-only",
            "TP / total",
            "True negatives are correct as well: they belong in the numerator.",
            "참 음성도 맞힌 것이므로 분자에 들어가야 합니다.",
        ),
        mistake(
            "error-rate",
            "(FP + FN) / total",
            "That is the error rate, the share of wrong predictions.",
            "그것은 틀린 비율, 곧 오류율입니다.",
        ),
        mistake(
            "correct-to-wrong",
            "(TP + TN) / (FP + FN)",
            "The denominator is all samples, not only the wrong ones.",
            "분모는 틀린 표본이 아니라 전체 표본입니다.",
        ),
        mistake(
            "precision",
            "TP / (TP + FP)",
            "That is precision, which looks at the predicted positives only.",
            "그것은 양성으로 예측한 것만 보는 정밀도입니다.",
        ),
        mistake(
            "balanced-accuracy",
            "(TP / (TP + FN) + TN / (TN + FP)) / 2",
            "That is balanced accuracy, which weighs both classes alike whatever their size.",
            "그것은 두 클래스에 크기와 상관없이 같은 비중을 주는 균형 정확도입니다.",
        ),
    ],
)
def accuracy(TP, FP, FN, TN):
    correct = TP + TN
    total = TP + FP + FN + TN
    return {"correct": correct, "total": total, "accuracy": correct / total}


@accuracy.oracle("brute-force", "share of equal labels, sample by sample", "표본마다 레이블이 같은지 센 비율")
def _(TP, FP, FN, TN):
    predicted, actual = labelled_samples(TP, FP, FN, TN)
    return (predicted == actual).double().mean()


@proof(
    "precision",
    title=("Precision", "정밀도"),
    statement=(
        "Precision is the share of the predicted positives that are positive.",
        "정밀도는 양성으로 예측한 것 중 실제로 양성인 비율이다.",
    ),
    symbols={"TP": TP, "FP": FP, "FN": FN},
    where=["TP + FP > 0"],
    steps={
        "predicted_positives": step("TP + FP"),
        "precision": step("TP / predicted_positives", aliases=["P"]),
    },
    source=RETRIEVAL_BOOK,
    mistakes=[
        mistake(
            "recall",
            "TP / (TP + FN)",
            "That is recall: precision divides by the predicted positives, TP + FP.",
            "그것은 재현율입니다. 정밀도는 양성으로 예측한 수 TP + FP로 나눕니다.",
        ),
        mistake(
            "odds",
            "TP / FP",
            "The denominator is all predicted positives, the true ones included.",
            "분모는 참 양성까지 포함해 양성으로 예측한 전부입니다.",
        ),
        mistake(
            "false-discovery-rate",
            "FP / (TP + FP)",
            "That is the share of wrong alarms, 1 − precision.",
            "그것은 잘못된 양성 예측의 비율, 곧 1 − 정밀도입니다.",
        ),
        mistake(
            "all-errors",
            "TP / (TP + FP + FN)",
            "Missed positives do not count against precision.",
            "놓친 양성은 정밀도에 들어가지 않습니다.",
        ),
    ],
)
def precision(TP, FP, FN):
    predicted_positives = TP + FP
    return {"predicted_positives": predicted_positives, "precision": TP / predicted_positives}


@precision.oracle(
    "brute-force",
    "share of positives among the samples predicted positive",
    "양성으로 예측한 표본 중 양성의 비율",
)
def _(TP, FP, FN):
    predicted, actual = labelled_samples(TP, FP, FN)
    return actual[predicted == 1].double().mean()


@proof(
    "recall",
    title=("Recall (sensitivity)", "재현율 (민감도)"),
    statement=(
        "Recall is the share of the actual positives that are found.",
        "재현율은 실제 양성 중 찾아낸 비율이다.",
    ),
    symbols={"TP": TP, "FP": FP, "FN": FN},
    where=["TP + FN > 0"],
    steps={
        "actual_positives": step("TP + FN"),
        "recall": step("TP / actual_positives", aliases=["R", "TPR"]),
    },
    source=RETRIEVAL_BOOK,
    mistakes=[
        mistake(
            "precision",
            "TP / (TP + FP)",
            "That is precision: recall divides by the actual positives, TP + FN.",
            "그것은 정밀도입니다. 재현율은 실제 양성의 수 TP + FN으로 나눕니다.",
        ),
        mistake(
            "odds",
            "TP / FN",
            "The denominator is all actual positives, the found ones included.",
            "분모는 찾아낸 것까지 포함한 실제 양성 전부입니다.",
        ),
        mistake(
            "miss-rate",
            "FN / (TP + FN)",
            "That is the share that is missed, 1 − recall.",
            "그것은 놓친 비율, 곧 1 − 재현율입니다.",
        ),
        mistake(
            "all-errors",
            "TP / (TP + FP + FN)",
            "False alarms do not count against recall.",
            "거짓 양성은 재현율에 들어가지 않습니다.",
        ),
    ],
)
def recall(TP, FP, FN):
    actual_positives = TP + FN
    return {"actual_positives": actual_positives, "recall": TP / actual_positives}


@recall.oracle(
    "brute-force", "share of the positive samples that are predicted positive", "양성 표본 중 양성으로 예측한 비율"
)
def _(TP, FP, FN):
    predicted, actual = labelled_samples(TP, FP, FN)
    return predicted[actual == 1].double().mean()


@proof(
    "f1-score",
    title=("F1 score", "F1 점수"),
    statement=(
        "F1 is the harmonic mean of precision and recall.",
        "F1 점수는 정밀도와 재현율의 조화 평균이다.",
    ),
    symbols={"TP": TP, "FP": FP, "FN": FN},
    where=["TP > 0"],
    steps={
        "precision": step("TP / (TP + FP)", aliases=["P"]),
        "recall": step("TP / (TP + FN)", aliases=["R"]),
        "f1": step("2 * precision * recall / (precision + recall)", aliases=["F1"]),
    },
    source="van Rijsbergen, Information Retrieval (2nd ed., 1979), ch. 7",
    mistakes=[
        mistake(
            "upside-down",
            "2 * (precision + recall) / (precision * recall)",
            "The fraction is upside down: the product belongs on top.",
            "분수가 뒤집혔습니다. 곱이 분자에 와야 합니다.",
        ),
        mistake(
            "arithmetic-mean",
            "(precision + recall) / 2",
            "That is the arithmetic mean; F1 is the harmonic one, which the smaller value dominates.",
            "그것은 산술 평균입니다. F1은 작은 쪽 값에 끌려가는 조화 평균입니다.",
        ),
        mistake(
            "missing-two",
            "precision * recall / (precision + recall)",
            "The factor 2 of the harmonic mean is missing.",
            "조화 평균의 계수 2가 빠졌습니다.",
        ),
        mistake(
            "geometric-mean",
            "sqrt(precision * recall)",
            "That is the geometric mean (Fowlkes-Mallows index); F1 is the harmonic one.",
            "그것은 기하 평균(Fowlkes-Mallows 지수)입니다. F1은 조화 평균입니다.",
        ),
    ],
    claims=[
        claim("0 < f1 and f1 <= 1", "F1 lies between 0 and 1", "F1은 0과 1 사이이다"),
        claim(
            "min(precision, recall) <= f1 + 1e-12",
            "F1 is never below the smaller of the two",
            "F1은 둘 중 작은 값보다 작지 않다",
        ),
        claim(
            "f1 < 2 * min(precision, recall)",
            "F1 stays below twice the smaller of the two",
            "F1은 작은 값의 두 배를 넘지 못한다",
        ),
    ],
)
def f1_score(TP, FP, FN):
    precision = TP / (TP + FP)
    recall = TP / (TP + FN)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


@f1_score.oracle("brute-force", "overlap of two sets of samples (Dice)", "두 표본 집합의 겹침 (다이스 계수)")
def _(TP, FP, FN):
    predicted, actual = labelled_samples(TP, FP, FN)
    return 2 * (predicted & actual).sum() / (predicted.sum() + actual.sum())


# --- imbalance --------------------------------------------------------------------------------


@proof(
    "always-negative-classifier",
    title=("A model against always saying no", "모델과 '항상 음성' 분류기"),
    statement=(
        "A classifier that always says negative is as accurate as the share of negatives, with F1 = 0.",
        "항상 음성이라고 답하는 분류기의 정확도는 음성의 비율과 같고 F1은 0이다.",
    ),
    symbols={"TP": TP, "FP": FP, "FN": FN, "TN": TN},
    where=["TP > 0", "TN + FP > 0"],
    steps={
        "model_accuracy": step("(TP + TN) / (TP + FP + FN + TN)"),
        "model_f1": step("2 * TP / (2 * TP + FP + FN)"),
        "baseline_accuracy": step("(TN + FP) / (TP + FP + FN + TN)"),
        "baseline_f1": step(en="0: not one positive is found", ko="0: 양성을 하나도 찾지 못함"),
        "baseline_f1_swapped": step("2 * (TN + FP) / (2 * (TN + FP) + TP + FN)"),
    },
    result="baseline_accuracy",
    source="He & Garcia (2009), Learning from imbalanced data, IEEE TKDE 21(9), sec. 4.1",
    mistakes=[
        mistake(
            "true-negatives-only",
            "TN / (TP + FP + FN + TN)",
            "All actual negatives are answered correctly, also those the model takes for positive.",
            "모델이 양성으로 잘못 본 것까지 포함해 실제 음성을 모두 맞힙니다.",
        ),
        mistake(
            "model-accuracy",
            "(TP + TN) / (TP + FP + FN + TN)",
            "That is the model's accuracy, not that of always saying negative.",
            "그것은 '항상 음성' 분류기가 아니라 모델의 정확도입니다.",
        ),
        mistake(
            "predicted-negatives",
            "(TN + FN) / (TP + FP + FN + TN)",
            "The share of actual negatives counts, not how often the model says negative.",
            "모델이 음성이라고 답한 비율이 아니라 실제 음성의 비율입니다.",
        ),
        mistake(
            "coin",
            "1 / 2",
            "Only with as many positives as negatives is it one half.",
            "양성과 음성의 수가 같을 때만 1/2입니다.",
        ),
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


@always_negative_classifier.oracle("brute-force", "both classifiers, sample by sample", "두 분류기를 표본마다 채점")
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
    title=("High accuracy with low F1", "높은 정확도와 낮은 F1"),
    statement=(
        "With accuracy at least a and F1 at most s, at most (1 − a)(1 + s / (2 (1 − s))) of the samples are positive.",
        "정확도가 a 이상이고 F1이 s 이하이면 양성의 비율은 (1 − a)(1 + s / (2 (1 − s)))를 넘지 못한다.",
    ),
    symbols={
        "a": symbol("real in 0.7..1", "accuracy, at least", "정확도의 하한"),
        "s": symbol("real in 0..0.8", "F1 score, at most", "F1 점수의 상한"),
    },
    steps={
        "most_errors": step("1 - a"),
        "most_found": step("most_errors * s / (2 * (1 - s))"),
        "most_positives": step("most_errors + most_found"),
    },
    source="follows from F1 = 2 TP / (2 TP + FP + FN); van Rijsbergen, Information Retrieval (2nd ed., 1979), ch. 7",
    mistakes=[
        mistake(
            "errors-only",
            "1 - a",
            "Positives that were found count as well, not only those that were missed.",
            "놓친 양성뿐 아니라 찾아낸 양성도 세어야 합니다.",
        ),
        mistake(
            "accuracy-itself",
            "a",
            "That is the accuracy: a share of correct samples, not of positives.",
            "그것은 정확도로, 양성이 아니라 맞힌 표본의 비율입니다.",
        ),
        mistake(
            "half",
            "1 / 2",
            "High accuracy with low F1 rules out balanced classes.",
            "정확도가 높고 F1이 낮으면 두 클래스가 반반일 수 없습니다.",
        ),
    ],
)
def imbalance_bound(a, s):
    most_errors = 1 - a
    most_found = most_errors * s / (2 * (1 - s))  # F1 <= s bounds TP by the errors
    return {"most_errors": most_errors, "most_found": most_found, "most_positives": most_errors + most_found}


@imbalance_bound.oracle(
    "brute-force",
    "largest share over all splits of the errors, TP by bisection",
    "오류를 나누는 모든 경우에서 가장 큰 비율, TP는 이분법",
    samples=16,
)
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
    title=("From scores to metrics", "점수에서 지표로"),
    statement=(
        "Samples that score at least the threshold are predicted positive; precision, recall and the false-positive rate follow.",
        "점수가 문턱값 이상인 표본을 양성으로 예측하면 정밀도, 재현율, 거짓 양성 비율이 정해진다.",
    ),
    symbols={
        "positives": symbol("vector[p] of probability", "scores of the positive samples", "양성 표본의 점수"),
        "negatives": symbol("vector[q] of probability", "scores of the negative samples", "음성 표본의 점수"),
        "threshold": symbol(
            "probability", "score from which on a sample is called positive", "양성으로 판정하는 최소 점수"
        ),
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
            "그것은 재현율입니다. 양성으로 판정한 수가 아니라 실제 양성의 수로 나눈 값입니다.",
        ),
        mistake(
            "false-positive-rate",
            "FP / len(negatives)",
            "That is the false-positive rate: the share of the negatives that raise an alarm.",
            "그것은 거짓 양성 비율, 곧 음성 중 양성으로 판정한 비율입니다.",
        ),
        mistake(
            "below-the-threshold",
            "(len(positives) - TP) / (len(positives) - TP + len(negatives) - FP)",
            "Samples at or above the threshold are the predicted positives, not those below.",
            "문턱값 미만이 아니라 이상인 표본이 양성으로 판정됩니다.",
        ),
        mistake(
            "precision-of-all-errors",
            "TP / (len(positives) + FP)",
            "Missed positives do not count against precision.",
            "놓친 양성은 정밀도에 들어가지 않습니다.",
        ),
    ],
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


@threshold_on_scores.oracle("brute-force", "each sample judged in turn", "표본을 하나씩 판정")
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
    title=("Precision against recall", "정밀도와 재현율의 맞바꿈"),
    statement=(
        "Raising the threshold lowers recall and here raises precision; the costlier false positives are, "
        "the higher the best threshold.",
        "문턱값을 올리면 재현율이 낮아지고 여기서는 정밀도가 높아지며, 거짓 양성의 비용이 클수록 최적 문턱값이 높다.",
    ),
    symbols={},
    steps={
        "recall_low": step(en="recall at threshold 0", ko="문턱값 0의 재현율"),
        "recall_high": step(en="recall at threshold 2", ko="문턱값 2의 재현율"),
        "precision_low": step(en="precision at threshold 0", ko="문턱값 0의 정밀도"),
        "precision_high": step(en="precision at threshold 2", ko="문턱값 2의 정밀도"),
        "spam_threshold": step(
            en="cheapest threshold, false positive 10, false negative 1",
            ko="거짓 양성 비용 10, 거짓 음성 1일 때 가장 싼 문턱값",
        ),
        "spam_precision": step(en="precision there", ko="그 문턱값의 정밀도"),
        "spam_recall": step(en="recall there", ko="그 문턱값의 재현율"),
        "equal_recall": step(
            en="recall at the cheapest threshold for equal costs",
            ko="두 비용이 같을 때 가장 싼 문턱값의 재현율",
        ),
        "cancer_threshold": step(
            en="cheapest threshold, false positive 1, false negative 10",
            ko="거짓 양성 비용 1, 거짓 음성 10일 때 가장 싼 문턱값",
        ),
        "cancer_precision": step(en="precision there", ko="그 문턱값의 정밀도"),
        "cancer_recall": step(en="recall there", ko="그 문턱값의 재현율"),
    },
    source="Elkan (2001), The foundations of cost-sensitive learning, IJCAI, sec. 1-2",
    claims=[
        claim(
            "recall_high < recall_low - 0.3",
            "a higher threshold finds fewer positives",
            "문턱값이 높으면 찾아내는 양성이 줄어든다",
        ),
        claim(
            "precision_high > precision_low + 0.1",
            "with these scores it is right more often when it says positive",
            "이 점수에서는 양성이라고 했을 때 맞는 비율이 높아진다",
        ),
        claim(
            "spam_threshold > cancer_threshold + 1",
            "costly false positives ask for a high threshold",
            "거짓 양성이 비싸면 문턱값을 높여야 한다",
        ),
        claim(
            "spam_precision > cancer_precision + 0.2",
            "the spam filter ends up with the higher precision",
            "스팸 필터의 정밀도가 더 높아진다",
        ),
        claim(
            "cancer_recall > equal_recall + 0.05",
            "the cancer test ends up with the highest recall",
            "암 검사의 재현율이 가장 높아진다",
        ),
        claim("equal_recall > spam_recall + 0.2", "equal costs lie in between", "비용이 같은 경우는 그 사이에 있다"),
    ],
    mistakes=[
        mistake(
            "recall-rises",
            "recall_high > recall_low",
            "A higher threshold can only turn predicted positives into negatives, so recall cannot rise.",
            "문턱값을 올리면 양성 예측이 음성으로 바뀔 뿐이므로 재현율은 오를 수 없습니다.",
        ),
        mistake(
            "low-threshold-for-spam",
            "spam_threshold < cancer_threshold",
            "It is the costly false negative that asks for a low threshold.",
            "문턱값을 낮춰야 하는 것은 거짓 음성이 비쌀 때입니다.",
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
    title=("AUC by ranking pairs", "순위 쌍으로 구하는 AUC"),
    statement=(
        "AUC is the share of positive-negative pairs in which the positive scores higher (ties count half); "
        "it equals the area under the ROC curve.",
        "AUC는 양성-음성 쌍 중 양성의 점수가 더 높은 쌍의 비율(동점은 절반)이며, ROC 곡선 아래 넓이와 같다.",
    ),
    symbols={
        "positives": symbol("vector[p]", "scores of the positive samples", "양성 표본의 점수"),
        "negatives": symbol("vector[q]", "scores of the negative samples", "음성 표본의 점수"),
    },
    steps={
        "pairs": step("len(positives) * len(negatives)"),
        "ordered": step("sum_i sum_j (1 + sign(positives_i - negatives_j)) / 2"),
        "auc": step("ordered / pairs", aliases=["AUC"]),
    },
    source="Hanley & McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143(1)",
    mistakes=[
        mistake(
            "reversed",
            "1 - auc",
            "The pairs are ordered the wrong way round: the positive should score higher.",
            "쌍의 순서가 거꾸로입니다. 양성의 점수가 더 높아야 합니다.",
        ),
        mistake(
            "accuracy-at-half",
            "(sum(indicator(positives >= 1/2)) + sum(indicator(negatives < 1/2))) / (len(positives) + len(negatives))",
            "That is the accuracy at the threshold 0.5; AUC uses no threshold.",
            "그것은 문턱값 0.5에서의 정확도입니다. AUC에는 문턱값이 없습니다.",
        ),
        mistake(
            "best-negative",
            "mean(indicator(positives > max(negatives)))",
            "That compares with the highest negative only; every pair counts.",
            "가장 높은 음성하고만 비교했습니다. 모든 쌍을 세어야 합니다.",
        ),
        mistake(
            "mean-difference",
            "mean(positives) - mean(negatives)",
            "AUC depends on the ranking of the scores only, not on their distances.",
            "AUC는 점수의 차이가 아니라 순위에만 달려 있습니다.",
        ),
    ],
)
def roc_auc(positives, negatives):
    pairs = torch.tensor(float(len(positives) * len(negatives)))
    ordered = (1 + torch.sign(positives.reshape(-1, 1) - negatives)).sum() / 2
    return {"pairs": pairs, "ordered": ordered, "auc": ordered / pairs}


@roc_auc.oracle(
    "brute-force", "area under the ROC curve by the trapezoid rule", "사다리꼴 법칙으로 구한 ROC 곡선 아래 넓이"
)
def _(positives, negatives):
    thresholds = torch.cat([positives, negatives]).unique().flip(0)
    rates = [torch.stack([(scores >= cut).double().mean() for cut in thresholds]) for scores in (positives, negatives)]
    true_rate, false_rate = (torch.cat([torch.zeros(1), rate]) for rate in rates)
    return torch.trapezoid(true_rate, false_rate)


@proof(
    "auc-of-normal-scores",
    title=("AUC of two bell curves", "두 정규 분포의 AUC"),
    statement=(
        "If negatives score N(0, 1) and positives N(d, 1), AUC = Φ(d / √2): 0.5 where the scores know nothing.",
        "음성의 점수가 N(0, 1), 양성의 점수가 N(d, 1)이면 AUC = Φ(d / √2)이고, 점수에 정보가 없으면 0.5이다.",
    ),
    symbols={"d": symbol("real in -3..3", "distance of the two means", "두 평균의 차이")},
    steps={"auc": step("normal_cdf(d / sqrt(2))", aliases=["AUC"])},
    source="Hanley & McNeil (1982), The meaning and use of the area under a ROC curve, Radiology 143(1)",
    mistakes=[
        mistake(
            "one-random-score",
            "normal_cdf(d)",
            "Both scores are random, so their difference has variance 2: divide d by √2.",
            "두 점수가 모두 확률 변수이므로 차이의 분산은 2입니다. d를 √2로 나눕니다.",
        ),
        mistake(
            "variance-for-deviation",
            "normal_cdf(d / 2)",
            "The variance of the difference is 2; divide by its root.",
            "차이의 분산이 2이므로 그 제곱근으로 나눕니다.",
        ),
        mistake(
            "always-half",
            "1 / 2",
            "Only without any separation is the AUC one half.",
            "두 분포가 같을 때만 AUC가 0.5입니다.",
        ),
    ],
)
def auc_of_normal_scores(d):
    return {"auc": torch.special.ndtr(d / 2**0.5)}


@auc_of_normal_scores.oracle(
    "closed-form",
    "area under the curve TPR(FPR), integrated on a grid",
    "곡선 TPR(FPR) 아래 넓이를 격자에서 적분",
)
def _(d):
    thresholds = torch.linspace(-12, 12, 2001)
    density = torch.distributions.Normal(0.0, 1.0).log_prob(thresholds).exp()
    return torch.trapezoid(density * torch.special.ndtr(d - thresholds), thresholds)


# --- metric and loss, top-k -------------------------------------------------------------------


@proof(
    "accuracy-has-no-gradient",
    title=("Metric and loss", "평가 지표와 손실"),
    statement=(
        "A small change of the logits leaves accuracy as it is, while cross-entropy has the gradient p − y.",
        "로짓이 조금 변해도 정확도는 그대로지만, 교차 엔트로피의 기울기는 p − y이다.",
    ),
    symbols={
        "logits": symbol(
            "vector[k]",
            "scores of the classes; the first class is the true one",
            "클래스 점수. 첫째 클래스가 정답",
        ),
    },
    steps={
        "probabilities": step("softmax(logits)", aliases=["p"]),
        "correct": step("indicator(argmax(logits) = 0)"),
        "loss": step("-log(probabilities_1)"),
        "accuracy_gradient": step(
            en="change of accuracy per logit for a step of 1e-7",
            ko="로짓을 1e-7씩 바꿀 때 정확도의 변화율",
        ),
        "loss_gradient": step("probabilities - one_hot(0, len(logits))"),
    },
    source="Goodfellow, Bengio & Courville (2016), Deep Learning, sec. 8.1.2",
    mistakes=[
        mistake(
            "label-minus-probability",
            "one_hot(0, len(logits)) - probabilities",
            "The sign is reversed: that is the direction of descent.",
            "부호가 반대입니다. 그것은 손실이 줄어드는 방향입니다.",
        ),
        mistake(
            "probabilities-only",
            "probabilities",
            "The label is missing: subtract 1 at the true class.",
            "정답 레이블이 빠졌습니다. 정답 클래스에서 1을 뺍니다.",
        ),
        mistake(
            "logit-minus-label",
            "logits - one_hot(0, len(logits))",
            "The softmax is missing: the gradient compares probabilities with the label.",
            "소프트맥스가 빠졌습니다. 기울기는 확률과 레이블을 비교합니다.",
        ),
    ],
    claims=[
        claim(
            "max(abs(accuracy_gradient)) = 0",
            "accuracy is flat: no step of a logit changes it",
            "정확도는 평평해서 로짓을 조금 바꿔도 변하지 않는다",
        ),
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
    title=("Top-k error of guessing", "무작위 추측의 top-k 오류율"),
    statement=(
        "A sample counts as right in top-k if its class is among the k largest scores; random scores reach k of n.",
        "정답 클래스가 점수 상위 k개에 들면 top-k로 맞힌 것이며, 무작위 점수는 n개 중 k의 비율로 맞힌다.",
    ),
    symbols={
        "k": symbol("size in 1..8", "how many of the largest scores count", "상위 몇 개까지 인정하는가"),
        "n": symbol("size in 1..1000", "number of classes", "클래스의 수"),
    },
    where=["k <= n"],
    steps={"rate": step("k / n"), "error": step("1 - rate")},
    source="Russakovsky et al. (2015), ImageNet Large Scale Visual Recognition Challenge, sec. 4.1 (arXiv 1409.0575)",
    mistakes=[
        mistake(
            "top-one",
            "1 - 1 / n",
            "That is the top-1 error; with k guesses more samples count as right.",
            "그것은 top-1 오류율입니다. k개까지 인정하면 맞는 표본이 더 많습니다.",
        ),
        mistake(
            "rate-for-error",
            "k / n",
            "That is the share that counts as right; the error is what is left.",
            "그것은 맞힌 비율입니다. 오류율은 나머지입니다.",
        ),
        mistake(
            "repeated-guesses",
            "(1 - 1 / n)^k",
            "The k classes are different ones, so no guess is wasted on a repetition.",
            "k개의 클래스는 서로 다르므로 같은 추측이 되풀이되지 않습니다.",
        ),
    ],
)
def top_k_guess(k, n):
    rate = torch.tensor(k / n)
    return {"rate": rate, "error": 1 - rate}


@top_k_guess.oracle(
    "simulation",
    "torch.topk on 2000 random score vectors",
    "무작위 점수 벡터 2000개에 torch.topk",
    tolerance=0.05,
    samples=8,
)
def _(k, n):
    generator = torch.Generator().manual_seed(0)
    scores = torch.rand(2000, n, generator=generator, device="cpu")
    found = (scores.topk(k).indices == 0).any(1)
    return 1 - found.double().mean()
