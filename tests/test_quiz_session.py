"""What a quiz shows, counts and keeps, on scripted screens: the real session and files, without torch."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from drill_content import write_content
from test_sessions import END, HINT, UNREADABLE, WRONG, Diary, kept_diary, quizzed
from torch_free import FormulaExaminer

from quizprep import proofs, quiz_session
from quizprep.deck import Deck
from quizprep.memory.store import Store
from quizprep.question import Asked, Attempt, Reply
from quizprep.quiz_session import Examiner, topic_scores
from quizprep.screen.drill_screen import DrillPlainScreen
from quizprep.screen.plain_screen import PlainScreen
from quizprep.screen.progress import Progress

BACK, SKIP, HELP = (Reply(command=name) for name in ("back", "skip", "help"))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path / "content", numbers=4, kinds=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quizprep.db"


class QuizDiary(Diary):
    """A diary of a quiz; ``pauses`` are the keys pressed below an answer."""

    outcome_as_it_is = DrillPlainScreen.outcome
    commands, nothing_given, help_lines = PlainScreen.commands, PlainScreen.nothing_given, PlainScreen.help_lines

    def __init__(self, replies: Sequence[Reply], pauses: Sequence[str] = (), language: str = "en") -> None:
        super().__init__(replies)
        self.language = language
        self._pauses = iter(pauses)
        self.pages: list[str] = []  # what is put on the screen, in order: questions and answers

    def question(self, asked: Asked, progress: Any) -> None:
        super().question(asked, progress)
        self.pages.append(asked.question.id)

    def outcome(self, attempt: Attempt, *values: Any, **named: Any) -> None:
        self.outcome_as_it_is(attempt, *values, **named)
        self.pages.append(f"answer to {attempt.question}")

    def pause(self, *, earlier: bool = True, returns: bool = False) -> str:
        return next(self._pauses, "next")


def test_a_quiz_says_where_it_stands_and_how_it_went(content: Path) -> None:
    screen = QuizDiary([Reply("right"), WRONG, SKIP, WRONG])
    quiz = quizzed(content, screen, 4)
    heads = [line for line in screen.lines if "CLASSIFICATION-METRICS" in line]
    assert [head.split(" · CLASS")[0] for head in heads] == [
        "1/4",
        "2/4 · 1 of 1 right",
        "3/4 · 1 of 2 right",
        "4/4 · 1 of 2 right",
    ]
    end = screen.lines[screen.lines.index("1 of 3 right (33 %)") :]
    assert end[:4] == ["1 of 3 right (33 %)", "skipped: 1", "  0/1  PRECISION", "  0/1  ACCURACY"]
    assert "  1/1  F1-SCORE" in end and "Weakest topic of these answers: PRECISION" in end
    assert "Practise it with: quizprep quiz precision" in end
    (summary,) = [told["summary"] for told in screen.told if "summary" in told]
    assert summary["seed"] == 1 and summary["wrong"] == ("q01", "q03") and summary["repeat"]
    assert [each.attempt.question for each in quiz.answered] == ["q00", "q01", "q03"]


def test_where_all_was_right_no_topic_is_the_weakest(content: Path) -> None:
    screen = QuizDiary([Reply("right")])
    quizzed(content, screen)
    (summary,) = [told["summary"] for told in screen.told if "summary" in told]
    assert (summary["weakest"], summary["command"], summary["wrong"], summary["repeat"]) == ("", "", (), "")
    nothing = QuizDiary([END])
    quizzed(content, nothing)
    assert "Nothing was answered." in nothing.lines and nothing.told[-1]["summary"]["weakest"] == ""


def test_topics_are_listed_from_the_weakest_and_those_with_more_answers_first() -> None:
    answers = [(["a"], True), (["a"], False), (["b"], False), (["c", "d"], True), (["d"], True), (["b"], None)]
    scores = topic_scores([*answers, (["e"], False)], str.upper)
    assert [(score.title, score.correct, score.answered) for score in scores] == [
        ("B", 0, 2),
        ("E", 0, 1),
        ("A", 1, 2),
        ("D", 2, 2),
        ("C", 1, 1),
    ]


@pytest.mark.parametrize(
    ("replies", "pauses", "pages"),
    [
        # from below an answer to the one before it; nowhere where there is none
        ([WRONG, WRONG, END], ["next", "back", "next"], ["q00", "0", "q01", "1", "q00", "0", "q02"]),
        ([WRONG, WRONG, WRONG, END], ["next", "next", "back", "next"], ["q00", "0", "q01", "1", "q02", "2", "q01", "1", "q03"]),
        ([WRONG, END], ["back", "next"], ["q00", "0", "q01"]),
        ([WRONG, SKIP, END], ["next", "back", "next"], ["q00", "0", "q01", "1", "q00", "0", "q02"]),
        ([SKIP, END], ["back"], ["q00", "0", "q01"]),
        ([WRONG, WRONG, WRONG, END], ["next", "next", "back", "back", "next"], ["q00", "0", "q01", "1", "q02", "2", "q01", "1", "q00", "0", "q03"]),
        # from a question to the last answer and those before it, and back to it, or out
        ([WRONG, WRONG, BACK, END], ["next", "next", "back", "next"], ["q00", "0", "q01", "1", "q02", "q01", "1", "q00", "0", "q02"]),
        ([WRONG, BACK], ["next", "end"], ["q00", "0", "q01", "q00", "0"]),
        ([WRONG, BACK, END], ["next", "next"], ["q00", "0", "q01", "q00", "0", "q01"]),
        ([BACK, WRONG, END], [], ["q00", "0", "q01"]),
        ([WRONG, WRONG], ["end"], ["q00", "0"]),
        ([END], [], ["q00"]),
    ],
)  # fmt: skip
def test_the_ways_back_and_out_of_a_quiz(
    content: Path, replies: Sequence[Reply], pauses: Sequence[str], pages: Sequence[str]
) -> None:
    screen = QuizDiary(replies, pauses)
    quizzed(content, screen, 4)
    assert screen.pages == [f"answer to q0{page}" if len(page) == 1 else page for page in pages]


def test_a_question_that_is_come_back_to_stands_there_as_before(content: Path) -> None:
    screen = QuizDiary([BACK, WRONG, HINT, BACK, END], ["next", "next"])
    quizzed(content, screen, 2)
    assert "There is no earlier answer." in screen.lines
    heads = [line for line in screen.lines if line.startswith("2/2")]
    assert len(heads) == 2 and heads[0] == heads[1] and heads[0].endswith("CLASSIFICATION-METRICS")
    assert screen.lines.count("Hint: Think of the harmonic mean.") == 2


def test_help_and_hints_stay_at_the_question(content: Path) -> None:
    screen = QuizDiary([HELP, HINT, WRONG])
    quizzed(content, screen)
    assert screen.lines.index("the help") < screen.lines.index("Hint: Think of the harmonic mean.")
    without = content / "drill.yaml"
    without.write_text("\n".join(line for line in without.read_text().splitlines() if "hint:" not in line))
    for language, words in (("en", "There is no further hint."), ("ko", "힌트가 더 없습니다.")):
        screen = QuizDiary([HINT, HINT, HINT, WRONG], language=language)
        quizzed(content, screen)
        hints = [line.partition(": ")[2] for line in screen.lines if line.startswith(("Hint: ", "힌트: "))]
        assert hints[0].startswith("f1 = ") and hints[1].startswith("precision = ") and hints[2] == words


def test_an_interrupted_session_asks_nothing_more_and_has_its_end(path: Path, content: Path) -> None:
    class Interrupted(QuizDiary):
        def reply(self, asked: Asked) -> Reply:
            self.interrupted = True
            return UNREADABLE

    screen = Interrupted([])
    assert quizzed(content, screen, 2).answered == [] and screen.pages == ["q00"]
    assert "Nothing was answered." in screen.lines
    begun = QuizDiary([WRONG])
    begun.interrupted = True
    assert not kept_diary(path, content, begun).asked_anything and begun.pages == []
    drill = kept_diary(path, content, Interrupted([]))
    assert drill.pages == ["q00"] and drill.summary_of_all()["answered"] == 0


def test_where_torch_was_not_waited_for_the_session_ends(path: Path, content: Path) -> None:
    class Impatient(FormulaExaminer):
        def await_torch(self, proof: Any) -> bool:
            return False

    screen = QuizDiary([WRONG, WRONG])
    assert quizzed(content, screen, 2, examiner=Impatient).answered == [] and screen.pages == ["q00"]
    screen = QuizDiary([WRONG, WRONG])
    kept_diary(path, content, screen, examiner=Impatient(screen, "en"))
    assert screen.pages == ["q00"] and screen.summary_of_all()["answered"] == 0


@pytest.mark.parametrize(
    ("timed", "seconds", "took"), [(True, 400.0, 300_000), (True, 12.5, 12_500), (False, 12.5, None)]
)
def test_the_time_of_an_answer_in_a_quiz_is_kept_where_it_means_something(
    content: Path, monkeypatch: pytest.MonkeyPatch, timed: bool, seconds: float, took: float | None
) -> None:
    clock = itertools.count(1000.0, seconds)
    monkeypatch.setattr(quiz_session, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    quizzed(content, QuizDiary([HINT, WRONG]), timed=timed)
    with Store.open(content / "quizprep.db") as store:
        assert [(event.kind, event.ms, event.hinted) for event in store.events()] == [("practice", took, True)]


def test_answers_of_a_quiz_that_could_not_be_kept_are_counted_in_the_end(content: Path) -> None:
    (content / "quizprep.db").mkdir()
    screen = QuizDiary([WRONG, WRONG])
    quizzed(content, screen, 2)
    (error,) = screen.errors
    assert "2" in error and screen.told[-1]["summary"]["answered"] == 2


def test_a_question_whose_menu_is_computed_shows_its_prompt_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []

    class Watched(QuizDiary):
        def question(self, asked: Asked, progress: Any) -> None:
            events.append(f"{len(asked.options)} options, {progress.chapter}")

    class Computing(Examiner):
        ready = True

        def await_torch(self, proof: Any) -> bool:
            events.append("waits")
            return self.ready

        _compute = FormulaExaminer._compute

    monkeypatch.setattr(quiz_session.engine, "start", lambda: events.append("torch begins"))
    deck = Deck.open([write_content(tmp_path / "content")], cache_path=None)
    (choice,) = deck.questions(["which-value"])
    examiner = Computing(Watched([]), "en", titles=str.upper)
    asked, proof = examiner.put(replace(choice, plain=False), 1, Progress(1, 1))
    assert proof.id == "f1-score" and len(asked.options) == 3
    shown = "options, CLASSIFICATION-METRICS"
    assert events == [f"0 {shown}", "torch begins", "waits", f"3 {shown}"]
    events.clear()
    examiner.ready = False
    assert examiner.put(replace(choice, plain=False), 1, Progress(1, 1))[0].options == ()
    assert events == [f"0 {shown}", "torch begins", "waits"]
    events.clear()
    assert len(examiner.put(choice, 1, Progress(1, 1))[0].options) == 3
    assert events == [f"3 {shown}", "torch begins"]


def test_the_device_is_looked_for_once_torch_is_there_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []

    class Waiting(QuizDiary):
        there = True

        def waiting(self, wait: Any, what: str) -> bool:
            events.append(what)
            return self.there

    monkeypatch.setattr(quiz_session.engine, "ready", lambda: events.append("ready"))
    monkeypatch.setattr(quiz_session.engine, "resolve", lambda device: events.append(device) or "the processor")
    proof = proofs.get("f1-score")
    examiner = Examiner(Waiting([]), "en", "auto")
    examiner.screen.there = False
    assert not examiner.await_torch(proof) and events == [proof.title["en"]]
    examiner.screen.there = True
    assert examiner.await_torch(proof) and examiner.await_torch(proof) and examiner._resolved == "the processor"
    assert events[1:] == [proof.title["en"], "ready", "auto", proof.title["en"], "ready"]


def test_a_question_without_a_right_option_does_not_end_the_quiz(content: Path) -> None:
    file = content / "drill.yaml"
    options = "choices:\n      - text: {en: a, ko: 가}\n        when: f1 > 2\n      - text: {en: b, ko: 나}\n        when: f1 > 3"
    text = re.sub(r"\n    answer: .*", "", file.read_text(), count=1)
    file.write_text(text.replace("kind: number", f"kind: choice\n    {options}", 1))
    screen = QuizDiary([Reply(0), WRONG])
    quizzed(content, screen, 2)
    assert any("no option is right" in line for line in screen.errors)
    assert screen.pages
