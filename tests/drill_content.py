"""A small content folder of the tests' own: one proof, several kinds, short sessions."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QUIZPREP_DRILL_ORDER", "content")  # what is written here comes in the order of its writing

HEAD = "chapter: classification-metrics\nquestions:\n"
TOPICS = ("f1-score", "precision", "recall", "accuracy", "confusion-matrix")

NUMBER = """
  - id: {id}
    kind: number
    covers: [{topic}]
    proof: f1-score
    params: {{TP: 2..12, FP: 1..8, FN: 1..8}}
    prompt: {{en: "{id}: TP = {{TP}}, FP = {{FP}}, FN = {{FN}}, what is {step}?", ko: "{id}: TP = {{TP}}, FP = {{FP}}, FN = {{FN}}일 때 {step}은?"}}
    answer: {step}
    hint: {{en: Think of the harmonic mean., ko: 조화 평균을 생각하라.}}
    explain: {{en: By its definition., ko: 정의에서 나온다.}}
"""
CHOICE = """
  - id: which-value
    kind: choice
    covers: [f1-score]
    proof: f1-score
    params: {TP: 4..9, FP: 1..3, FN: 10..30}
    prompt: {en: "which-value: TP = {TP}, FP = {FP}, FN = {FN}?", ko: "which-value: TP = {TP}, FP = {FP}, FN = {FN}?"}
    choices: [{result: f1}, {mistake: arithmetic-mean}, {mistake: missing-two}]
    explain: {en: The harmonic mean is pulled down., ko: 조화 평균은 작은 쪽으로 끌려간다.}
"""
TRUTH = """
  - id: never-above
    kind: truth
    covers: [f1-score]
    proof: f1-score
    params: {TP: 1..12, FP: 0..8, FN: 0..8}
    prompt: {en: "never-above: F1 can be above the mean.", ko: "never-above: F1은 산술 평균보다 클 수 있다."}
    when: f1 > (precision + recall) / 2 + 1e-9
    explain: {en: It never is., ko: 그럴 수 없다.}
"""
RECALL = """
  - id: key-points
    kind: recall
    covers: [precision]
    proof: f1-score
    params: {TP: 1..12, FP: 1..8, FN: 1..8}
    prompt: {en: "key-points: what is F1 made of?", ko: "key-points: F1을 이루는 것은?"}
    points: [{en: precision, ko: 정밀도}, {en: recall, ko: 재현율}]
    explain: {en: Both of them., ko: 둘 다이다.}
"""
ORDER = """
  - id: in-order
    kind: order
    covers: [recall]
    proof: f1-score
    params: {TP: 2..4, FP: 1..2, FN: 9..12}
    prompt: {en: "in-order: smallest first", ko: "in-order: 작은 것부터"}
    items: [{en: recall, ko: 재현율, value: recall}, {en: precision, ko: 정밀도, value: precision}]
    explain: {en: There are many misses., ko: 놓친 것이 많다.}
"""


def number(id: str, topic: str = "f1-score", step: str = "f1") -> str:
    return NUMBER.format(id=id, topic=topic, step=step)


def write_content(folder: Path, numbers: int = 8, *, kinds: bool = True) -> Path:
    """A folder with ``numbers`` number questions on several topics and, with ``kinds``, one of other kinds each."""
    folder.mkdir(parents=True, exist_ok=True)
    steps = ("f1", "precision", "recall")
    entries = [number(f"q{place:02d}", TOPICS[place % len(TOPICS)], steps[place % 3]) for place in range(numbers)]
    others = [CHOICE, TRUTH, RECALL, ORDER] if kinds else []
    (folder / "drill.yaml").write_text(HEAD + "".join([*entries, *others]), encoding="utf-8")
    return folder
