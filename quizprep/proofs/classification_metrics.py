"""Proofs for the chapter classification-metrics."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import mistake, proof, step, symbol

TP = symbol("count", "true positives", "참 양성 수")
FP = symbol("count", "false positives", "거짓 양성 수")
FN = symbol("count", "false negatives", "거짓 음성 수")
TN = symbol("count", "true negatives", "참 음성 수")


def labelled_samples(TP, FP, FN, TN=0):
    """The counts spelled out again: (predicted, actual), two 0/1 vectors with one entry a sample."""
    counts = [int(count) for count in (TP, FP, FN, TN)]
    predicted = torch.cat([torch.full((count,), bit) for count, bit in zip(counts, (1, 1, 0, 0), strict=True)])
    actual = torch.cat([torch.full((count,), bit) for count, bit in zip(counts, (1, 0, 1, 0), strict=True)])
    return predicted, actual


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
            "upside-down", "2 * (precision + recall) / (precision * recall)",
            "The fraction is upside down: the product belongs on top.",
            "분수가 뒤집혔습니다. 곱이 분자에 와야 합니다.",
        ),
        mistake(
            "arithmetic-mean", "(precision + recall) / 2",
            "That is the arithmetic mean; F1 is the harmonic one, which the smaller value dominates.",
            "그것은 산술 평균입니다. F1은 작은 쪽 값에 끌려가는 조화 평균입니다.",
        ),
        mistake(
            "missing-two", "precision * recall / (precision + recall)",
            "The factor 2 of the harmonic mean is missing.",
            "조화 평균의 계수 2가 빠졌습니다.",
        ),
    ],
)  # fmt: skip
def f1_score(TP, FP, FN):
    precision = TP / (TP + FP)
    recall = TP / (TP + FN)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}


@f1_score.oracle("brute-force", "overlap of two sets of samples (Dice)", "두 표본 집합의 겹침 (다이스 계수)")
def _(TP, FP, FN):
    predicted, actual = labelled_samples(TP, FP, FN)
    return 2 * (predicted & actual).sum() / (predicted.sum() + actual.sum())
