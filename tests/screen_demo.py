"""A small session for the screen's own tests: ``python screen_demo.py LANGUAGE KIND ...``."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import replace

from quizprep.question import Agreement, Asked, Attempt, Computed, Option, Question, StepValue
from quizprep.screen import open_screen
from quizprep.screen.progress import Progress, Summary, TopicScore
from quizprep.text import Text

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
    "formula": Text("Write h from q and s.", ko="q와 s로 h를 적어라."),
    "recall": Text("Why do gates help?", ko="게이트는 왜 도움이 되는가?"),
    "order": Text("Order the steps of an LSTM.", ko="LSTM의 단계를 순서대로 놓아라."),
}
TITLES = Text("Classification metrics", ko="분류 지표")
OPTIONS = {
    "choice": ("0.3125", "0.456", "3.2", "[[1, 0], [0, 1]]"),
    "truth": ("true", "false"),
    "recall": ("additive path", "learned forgetting", "bounded output"),
    "order": ("gates", "candidate", "cell", "output"),
}


def asked(kind: str, language: str) -> Asked:
    question = Question("demo", kind, "classification-metrics", (), "f1-score", PROMPTS[kind], Text("why", ko="이유"))
    if kind == "word":
        question = replace(question, accept=("과적합", "overfitting"))
    options = tuple(Option(text, index == 0) for index, text in enumerate(OPTIONS.get(kind, ())))
    values = {"q": 1.0, "s": 2.0} if kind == "formula" else {}
    return Asked(
        question,
        7,
        language,
        PROMPTS[kind][language],
        "",
        values,
        options,
        key=tuple(range(len(options))) if kind == "order" else (0,),
    )


COMPUTED = Computed(
    {"f1": 0.3125},
    (
        StepValue("precision", "TP / (TP + FP)", 5 / 7),
        StepValue("attention", "softmax(Q Kᵀ / √d) V", [[0.123456789, -1.5, 100.0], [2 / 3, 0.0, -0.25]]),
        StepValue("f1", "2 · precision · recall / (precision + recall)", 0.3125),
    ),
    (Agreement("counting labels one by one", 0.0, True), Agreement("torch", 0.5, False)),
    "cpu",
    0.314,
)


def main(language: str, kinds: list[str]) -> None:
    with open_screen(language) as screen:
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
            current = asked(kind, language)
            screen.question(current, Progress(number, len(kinds), number - 1, number - 1, TITLES[language]))
            while True:
                reply = screen.reply(current)
                if reply.command == "hint":
                    screen.hint("Think of the harmonic mean.")
                elif reply.command == "help":
                    screen.help()
                else:
                    break
            screen.note(f"got {reply.value!r} {reply.command}".rstrip())
            if reply.command == "end":
                break
            right = reply.value in (0, "0.8", "과적합", (0, 1), (0, 1, 2, 3))
            given = None if reply.command else reply.value
            attempt = Attempt("demo", kind, "f1-score", 7, given, 0.3125, right, None, {}, "cpu", 0.3)
            wrong = "" if right else Text("The fraction is upside down.", ko="분자와 분모가 뒤집혔습니다.")[language]
            screen.outcome(
                attempt,
                current,
                COMPUTED,
                mistake=wrong,
                explain=Text("The harmonic mean.", ko="조화 평균이다.")[language],
            )
            if screen.pause() == "end":
                break
        screen.summary(
            Summary(1, 2, 1, (TopicScore("f1-score", 1, 2, "F1 score"),), "f1-score", "quizprep quiz f1-score")
        )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
