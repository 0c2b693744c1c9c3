"""What the field's quantities are called. No torch.

``recall = TP/(TP + FP)`` is wrong although the formula is that of a known quantity: of the precision. A name in this
table means the quantities of its rows and nothing else; a name that is in none, ``L`` or ``score``, may mean anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

_ELSEWHERE = {
    "accuracy": "exactitud acurácia acuracia genauigkeit accuratezza 准确率 正确率 準確率 正解率",
    "precision": "precisión precisão precisao précision precisione 精确率 精確率 精准率 查准率 適合率",
    "recall": "exhaustividad sensibilidad revocação revocacao sensibilidade rappel 召回率 查全率 再現率",
    "specificity": "especificidad especificidade spécificité 特异度 特異度",
}
#: Names of other languages that stand in formulas, and the English ones.
IN_ENGLISH: Mapping[str, str] = {word: name for name, words in _ELSEWHERE.items() for word in words.split()}

#: By the first name of a row: what it is called in Korean, where a name of several words is written as one.
_KOREAN: Mapping[str, str] = {
    "accuracy": "정확도",
    "precision": "정밀도",
    "recall": "재현율 민감도",
    "specificity": "특이도",
    "fpr": "위양성률 거짓양성률 특이도",
    "fnr": "위음성률 거짓음성률",
    "error_rate": "오류율 오분류율",
    "f_1": "f1점수 f1스코어",
    "iou": "자카드지수",
    "mse": "평균제곱오차 제곱오차",
    "rmse": "평균제곱근오차",
    "mae": "평균절대오차 절대오차",
    "r_squared": "결정계수",
    "entropy": "엔트로피",
    "cross_entropy": "교차엔트로피 크로스엔트로피 가능도 로그가능도",
    "kl": "쿨백라이블러발산 상대엔트로피",
    "mutual_information": "상호정보량",
    "information_gain": "정보이득",
    "gini": "지니불순도 지니계수",
    "perplexity": "퍼플렉시티 혼란도",
    "variance": "분산",
    "standard_deviation": "표준편차",
    "standard_error": "표준오차",
    "covariance": "공분산",
    "correlation": "상관계수",
    "sigmoid": "시그모이드",
    "tanh": "쌍곡탄젠트 하이퍼볼릭탄젠트",
    "relu": "렐루",
    "softmax": "소프트맥스",
    "batch_norm": "배치정규화",
    "layer_norm": "층정규화 계층정규화",
    "discriminator": "판별자",
    "generator": "생성자",
}

#: A row for each quantity: its names without regard to case, words joined by ``_``. One name may be of several rows.
QUANTITIES = tuple(
    frozenset([*row.split(), *_KOREAN.get(row.split()[0], "").split()])
    for row in (
        f"accuracy acc {_ELSEWHERE['accuracy']}",
        f"precision ppv positive_predictive_value {_ELSEWHERE['precision']}",
        "posterior ppv npv",
        f"recall tpr sensitivity hit_rate true_positive_rate tp_rate detection_rate {_ELSEWHERE['recall']}",
        f"specificity tnr selectivity true_negative_rate tn_rate {_ELSEWHERE['specificity']}",
        "fpr fp_rate false_positive_rate fall_out fallout specificity",  # 1 - specificity is said to be the FPR
        "fnr fn_rate false_negative_rate miss_rate",
        "npv negative_predictive_value",
        "fdr false_discovery_rate",
        "error_rate misclassification_rate",
        "balanced_accuracy",
        "f_1 f1 f_measure dsc dice dice_coefficient sørensen",
        "f_beta fbeta",
        "iou jaccard intersection_over_union jaccard_index",
        "mcc matthews",
        "auc auroc roc_auc",
        "mse mean_squared_error msd mean_square_error squared_error",
        "rmse rmsd rms root_mean_squared_error",
        "mae mean_absolute_error absolute_error",
        "sse rss sum_of_squared_errors squared_error",
        "mape",
        "r_squared coefficient_of_determination",
        "huber",
        "hinge slack",
        "entropy shannon_entropy",
        "cross_entropy bce ce nll log_likelihood negative_log_likelihood log_loss logloss likelihood",
        "kl kld kl_divergence kullback_leibler relative_entropy d_kl",
        "jsd js jensen_shannon jensen_shannon_divergence d_js d_jsd",
        "mutual_information",
        "information_gain ig",
        "gini gini_impurity gini_index",
        "elbo evidence_lower_bound variational_lower_bound",
        "perplexity ppl",
        "variance var sigma_squared squared_deviation",
        "standard_deviation std stddev stdev sd deviation",
        "standard_error se",
        "covariance cov",
        "correlation corr pearson",
        "sigmoid logistic expit",
        "tanh hyperbolic_tangent",
        "relu rectifier rectified_linear_unit",
        "leaky_relu leakyrelu prelu",
        "elu",
        "gelu",
        "silu swish",
        "softplus",
        "softmax",
        "log_softmax logsoftmax",
        "logsumexp log_sum_exp lse",
        "expectation expected_value average",
        "batch_norm batchnorm batch_normalisation batch_normalization bn",
        "layer_norm layernorm layer_normalisation layer_normalization ln",
        "instance_norm instancenorm instance_normalisation instance_normalization",
        "group_norm groupnorm group_normalisation group_normalization gn",
        "discriminator d_opt",
        "generator",
    )
)

#: What a letter is for where a quantity of a family is stated, and only there: the names of the family, and for each
#: pattern of a letter, with ``()`` where arguments follow, the quantities that it may mean.
FAMILIES: tuple[tuple[str, Mapping[str, str]], ...] = (
    (
        "accuracy precision recall specificity fpr fnr npv fdr error_rate balanced_accuracy f_1 f_beta iou mcc",
        {
            "err(or)?": "error_rate",
            "A": "accuracy",
            "P": "precision",
            "R": "recall",
            "S": "recall specificity f_1",
            "J": "iou",
            "F": "f_1 f_beta",
            r"F_(?!1$)[\d{.}]+": "f_beta",
        },
    ),
    ("mse rmse mae sse mape r_squared", {"R_2": "r_squared"}),
    (
        "entropy gini cross_entropy kl jsd mutual_information information_gain",
        {"H": "entropy cross_entropy", "G": "gini information_gain", "I": "mutual_information information_gain"},
    ),
    (
        "expectation variance covariance standard_deviation",
        {r"E\(\)": "expectation", "sigma": "standard_deviation", "sigma_2": "variance"},
    ),
    ("sigmoid tanh relu leaky_relu elu gelu silu softplus", {r"sigma\(\)": "sigmoid"}),
    ("discriminator generator", {r"D(\(\))?": "discriminator", r"G(\(\))?": "generator"}),
)

#: Words beside the name of a quantity that do not change it: ``L_{MSE}``, ``hinge loss``, ``f1_score``.
_BESIDE = frozenset("l j e d loss score error cost value mean total train test val batch".split())


@cache
def quantities_called(name: str) -> frozenset[int]:
    """The rows of :data:`QUANTITIES` that a canonical name is one of; none where it may be a name for anything."""
    words = [word for word in re.split(r"[\W_]+", name.lower()) if word]
    bare = [word for word in words if word not in _BESIDE]
    spellings = {"_".join(words), "_".join(bare)} if len("".join(bare)) > 1 else {"_".join(words)}
    return frozenset(place for place, row in enumerate(QUANTITIES) if row & spellings)


def quantities_of_letter(letter: str, stated: frozenset[int]) -> frozenset[int]:
    """The rows that a letter is for where one of the family is stated: ``R`` is the recall beside a precision."""
    for members, letters in FAMILIES:
        if stated & _rows(members):
            return _rows(next((names for pattern, names in letters.items() if re.fullmatch(pattern, letter)), ""))
    return frozenset()


def _rows(names: str) -> frozenset[int]:
    return frozenset[int]().union(*map(quantities_called, names.split()))


def quantities_spoken_of(texts: Iterable[str]) -> frozenset[int]:
    """The rows that a sentence names; ``mean squared error`` is the name of one, and not of the squared error too."""
    said = " ".join(re.split(r"[^a-zà-ÿ0-9]+", " ".join(texts).lower()))
    found: set[int] = set()
    for words, places in _longest_first():
        if words in said and (left := re.sub(rf"\b{re.escape(words)}\b", "", said)) != said:
            found |= places
            said = left
    return frozenset(found)


@cache
def _longest_first() -> tuple[tuple[str, frozenset[int]], ...]:
    """The names of all quantities as words, with the rows that each is in."""
    named = {name: place for place, row in enumerate(QUANTITIES) for name in row}
    rows = {name: frozenset(place for place, row in enumerate(QUANTITIES) if name in row) for name in named}
    return tuple((name.replace("_", " "), rows[name]) for name in sorted(named, key=len, reverse=True))
