"""A small session for the screen's own tests: ``python screen_demo.py LANGUAGE KIND ...``.

The questions are asked and graded by the program itself. Only what the proof computed is written here, with a matrix
and an oracle that disagrees among it, so that nobody has to wait for torch.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time

from quizprep import proofs
from quizprep.ask import ask
from quizprep.errors import LearnerError
from quizprep.graded import grade, why_wrong, with_key
from quizprep.kinds.choice import Alternative, Choice
from quizprep.kinds.formula import Formula
from quizprep.kinds.kind import Kind
from quizprep.kinds.number import Number
from quizprep.kinds.order import Item, Order
from quizprep.kinds.recall import Point, Recall
from quizprep.kinds.truth import Truth
from quizprep.kinds.word import Word
from quizprep.proofs import Proof
from quizprep.question import Asked, Question, Reply
from quizprep.screen import open_screen
from quizprep.screen.progress import Progress, Summary, TopicScore
from quizprep.screen.terminal import Screen
from quizprep.text import Text
from quizprep.values import Agreement, Computed, Draw, StepValue

CLOCKS = {"still": lambda: 0.0, "leaping": itertools.count().__next__}  # of a terminal alone
F1 = proofs.get("f1-score", "classification-metrics")
DISCRIMINATOR = proofs.get("optimal-discriminator", "gan")
SEED = 40  # with it, a menu of four stays in the order of the content
PROMPTS = {
    "choice": Text(
        "With TP = 5, FP = 2, FN = 20, which value is x[i] of [bold] F₁?",
        ko="TP = 5, FP = 2, FN = 20일 때 x[i]는 무엇인가? [bold] F₁",
    ),
    "truth": Text("σ(x) ∈ (0, 1) for every x.", ko="모든 x에 대해 σ(x) ∈ (0, 1)이다."),
    "number": Text("What is the F1 score?", ko="F1 점수는 얼마인가?"),
    "word": Text(
        "Low training loss, high test loss: what is it called?", ko="훈련 손실은 낮은데 시험 손실이 높은 현상은?"
    ),
    "formula": Text("Write the best discriminator from p and q.", ko="p와 q로 최적의 판별자를 적어라."),
    "recall": Text("Why do gates help?", ko="게이트는 왜 도움이 되는가?"),
    "order": Text("Order the steps of an LSTM.", ko="LSTM의 단계를 순서대로 놓아라."),
}
TITLES = Text("Classification metrics", ko="분류 지표")
KINDS: dict[str, Kind] = {
    "choice": Choice(
        (
            Alternative(result="f1"),
            Alternative(mistake="arithmetic-mean"),
            Alternative(mistake="upside-down"),
            Alternative(text=Text("[[1, 0], [0, 1]]"), when="f1 > 1"),
        )
    ),
    "truth": Truth("f1 <= 1"),
    "number": Number(),
    "word": Word(("과적합", "overfitting")),
    "formula": Formula(),
    "recall": Recall(tuple(Point(Text(text)) for text in ("additive path", "learned forgetting", "bounded output"))),
    "order": Order(
        tuple(Item(Text(text), str(rank)) for rank, text in enumerate(("gates", "candidate", "cell", "output")))
    ),
}
COMPUTED = Computed(
    {"precision": 5 / 7, "recall": 0.2, "f1": 0.3125},
    (
        StepValue("precision", "precision", "TP / (TP + FP)", 5 / 7),
        StepValue("attention", "attention", "softmax(Q Kᵀ / √d) V", [[0.123456789, -1.5, 100.0], [2 / 3, 0.0, -0.25]]),
        StepValue("f1", "f1", "2 · precision · recall / (precision + recall)", 0.3125),
    ),
    (Agreement("counting labels one by one", 0.0, True), Agreement("torch", 0.5, False)),
    "cpu",
    0.314,
)


def proof_of(kind: str) -> Proof:
    return DISCRIMINATOR if kind == "formula" else F1


def asked(kind: str, language: str) -> Asked:
    drawn = {} if kind == "formula" else {"TP": Draw(fixed=5), "FP": Draw(fixed=2), "FN": Draw(fixed=20)}
    proof = proof_of(kind)
    question = Question(
        "demo", KINDS[kind], proof.topic, (), proof.id, PROMPTS[kind], Text("why", ko="이유"), params=drawn
    )
    return with_key(ask(question, proof, SEED, language), proof, COMPUTED.results)


def put(screen, kind: str, language: str, progress: Progress) -> bool:
    """One question to its outcome; False to end."""
    current = asked(kind, language)
    screen.question(current, progress)
    while True:
        reply = screen.reply(current)
        if reply.command == "hint":
            screen.hint("Think of the harmonic mean.")
        elif reply.command == "help":
            screen.help()
        else:
            try:
                attempt = grade(current, Reply() if reply.command else reply, COMPUTED, F1)
            except LearnerError as error:
                screen.error(error.said[language])
                continue
            break
    screen.note(f"got {reply.value!r} {reply.command}".rstrip())
    if reply.command == "end":
        return False
    screen.outcome(
        attempt,
        COMPUTED,
        given=current.question.kind.given_text(attempt),
        expected=current.question.kind.expected_text(attempt, COMPUTED, F1),
        mistake=why_wrong(current, attempt, F1),
        explain=Text("The harmonic mean.", ko="조화 평균이다.")[language],
    )
    return screen.pause() != "end"


def main(language: str, kinds: list[str]) -> None:
    clock = CLOCKS.get(os.environ.get("CLOCK", ""))
    with Screen(language, clock) if clock else open_screen(language) as screen:
        for number, kind in enumerate(kinds, 1):
            if kind == "wait":
                ready = threading.Event()
                threading.Timer(1.0, ready.set).start()
                screen.note(f"ready={screen.waiting(ready.wait, 'F1')}")
                continue
            if kind == "busy":
                screen.note("busy")
                time.sleep(1.5)
                screen.note("was busy")
                continue
            if kind == "crash":
                raise RuntimeError("crash")
            if not put(screen, kind, language, Progress(number, len(kinds), number - 1, number - 1, TITLES[language])):
                break
        screen.summary(
            Summary(1, 2, 1, (TopicScore("f1-score", 1, 2, "F1 score"),), "f1-score", "quizprep quiz f1-score")
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
