"""``quizprep grade``: tables of answers read, marked by the proofs, in processes that may fail, and broken off."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from program import ROOT, give_compiled_deck, quizprep

from quizprep.deck import Deck
from quizprep.errors import LearnerError
from quizprep.question import Question
from quizprep.submissions.grading_journal import Journal
from quizprep.submissions.grading_run import Grading, Summary, survey
from quizprep.submissions.judging_pool import in_processes
from quizprep.submissions.marking import Marker, needs_torch
from quizprep.submissions.paper_seeds import PaperSeeds
from quizprep.submissions.python_lines import as_formula
from quizprep.submissions.student_totals import harmless
from quizprep.submissions.submission_rows import MAX_ANSWER, MAX_LINE, Submission, Submissions
from quizprep.submissions.tasks import Marks, Task


@pytest.fixture(scope="module")
def marker() -> Marker:
    return Marker(Deck.open(cache_path=None), "en")


# Tables


def table(folder: Path, content: bytes, encoding: str | None = None) -> list[Submission]:
    path = folder / "answers"
    path.write_bytes(content)
    return list(Submissions(path, encoding))


@pytest.mark.parametrize(
    "content",
    [
        b"student,question,answer\nAnn,f1,1\nBob,f1,2\n",
        b"\xef\xbb\xbfStudent;Question;Answer\r\nAnn;f1;1\r\nBob;f1;2\r\n",
        "\ufeffstudent\tquestion\tanswer\nAnn\tf1\t1\nBob\tf1\t2".encode("utf-16-le"),
        "학생,문제,답\nAnn,f1,1\n\nBob,f1,2\n".encode(),
        b'{"student": "Ann", "question": "f1", "answer": 1}\n\n{"student": "Bob", "question": "f1", "answer": "2"}',
        b"answer,note,question,student\n1,x,f1,Ann\n2,y,f1,Bob",
    ],
)
def test_a_table_is_read_however_it_is_written(tmp_path: Path, content: bytes) -> None:
    found = table(tmp_path, content)
    assert [(each.student, each.question, each.answer, each.problem) for each in found] == [
        ("Ann", "f1", "1", None),
        ("Bob", "f1", "2", None),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "must name the columns"),
        (b"student,question\nAnn,f1\n", "must name the columns"),
        (b"", "must name the columns"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(LearnerError, match=said):
        table(tmp_path, content)


def test_a_bad_row_is_said_by_its_number_and_nothing_behind_it_is_lost(tmp_path: Path) -> None:
    rows = [
        b"question,answer",
        b"f1,1",
        b'f1,"never closed',
        b"f1,2",
        b'f1,"a"b',
        b"f1,\xff\xfe",
        b"f1," + b"x" * (MAX_ANSWER + 1),
        b"f1," + b"y" * (MAX_LINE + 1),
        b"f1,3,4,5",
        b",6",
        b'f1,"two\nlines"',
        b"f1,7",
    ]
    found = table(tmp_path, b"\n".join(rows))
    assert [(each.row, each.answer) for each in found if each.problem is None] == [
        (2, "1"),
        (4, "2"),
        (11, "two\nlines"),
        (12, "7"),
    ]
    assert [each.row for each in found] == list(range(2, 13))


def test_a_bad_line_of_json_is_said_by_its_number(tmp_path: Path) -> None:
    lines = [b'{"question": "f1", "answer": "1"}', b"{", b"[]", b'{"question": ["f1"], "answer": "1"}', b"[" * 100_000]
    lines += [b'{"answer": "' + b"z" * MAX_LINE + b'"}', b'{"question": "f1", "answer": 0.10}']
    found = table(tmp_path, b"\n".join(lines))
    assert [(each.row, each.answer) for each in found if each.problem is None] == [(1, "1"), (7, "0.10")]
    assert len(found) == len(lines)


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(rows=st.lists(st.tuples(cells, cells), max_size=8), delimiter=st.sampled_from(",;\t"))
def test_what_a_spreadsheet_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows, delimiter) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(["student", "question", "answer"])
    writer.writerows([student, "f1", answer] for student, answer in rows)
    found = table(tmp_path_factory.mktemp("table"), written.getvalue().encode())
    assert [(each.student, each.answer) for each in found] == [(student.strip(), answer) for student, answer in rows]


# Code


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def f(z):\n    e = np.exp(z)  # why\n    return e / e.sum()", "locala = np.exp( z )\nlocala / locala.sum( )"),
        ("def f(x): return 1/(1+math.exp(-x))", "1 /( 1 + math.exp( - x ) )"),
        ("import numpy as np\nx = x + 1\nx *= 2\nx", "locala = x + 1\nlocalb = locala *( 2 )\nlocalb"),
        ("def f(x):\n    'doc'\n    return x if x > 0 else 0", "x if x > 0 else 0"),
    ],
)
def test_a_function_straight_on_is_read_as_a_formula(source: str, lines: str) -> None:
    assert as_formula(source).text == lines


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.system('touch owned')",
        "__import__('os').system('touch owned')",
        "open('owned', 'w')",
        "x.__class__",
        "exec('1')",
        "[x for x in y]",
        "lambda x: x",
        "def f(x):\n    for i in x: pass\n    return x",
        "def f(x):\n    if x: return 1\n    return 2",
        "def f(x=1): return x",
        "x ^ 2",
        "x[0]",
        "x // 2",
        "unknown(x)",
        "np.max(0, x)",  # the axis in numpy, the maximum of two in a formula
        "np.sum(x, 0)",
        "x.max(1)",
        "torch.max(x, dim=0)",  # a pair
        "torch.var(x)",  # divides by n - 1
        "x.var()",
        "np.log(x, 2)",
        "return",
        "",
        "x = 1",
        "'''",
        "def f(x):\n  return x\n return x",
        "x; y",
    ],
)
def test_what_may_mean_something_else_in_python_is_left_to_a_person(source: str) -> None:
    with pytest.raises(LearnerError):
        as_formula(source)


# Marks

F1_NUMBERS = "f1-from-counts"  # of seed 3: precision 0.625, recall 0.4545, F1 0.5263


@pytest.mark.parametrize(
    ("task", "verdict", "marks", "mistake"),
    [
        (("", "f1-score", "", "", None, "2*P*R/(P+R)"), "right", 1, ""),
        (("f1-score", "", "", "", None, "2 TP/(2 TP + FP + FN)"), "right", 1, ""),
        (("", "f1-score", "", "", None, "(P+R)/2"), "wrong", 0, "arithmetic-mean"),
        (("", "f1-score", "", "", None, "P*R/(P+R)"), "wrong", 0, "missing-two"),  # a named mistake is no slip
        (("", "f1-score", "", "", None, "2*P*R/(P-R)"), "partly", 0.5, "sign"),
        (("", "f1-score", "", "", None, "P = TP/(TP+FP)"), "wrong", 0, "another-step"),
        (("", "f1-score", "", "P", None, "TP/(TP+FP)"), "right", 1, ""),
        (("", "f1-score", "", "", None, "2*P*R/(P+R"), "unreadable", None, ""),
        (("", "f1-score", "", "", None, "  "), "blank", 0, ""),
        (("", "f1-score", "", "nothing", None, "1"), "not judged", None, ""),
        (("", "no-such-proof", "", "", None, "1"), "not judged", None, ""),
        (("f1-formula", "", "", "", None, "2PR/(P+R)"), "right", 1, ""),
        (("f1-formula", "", "derivation", "", None, "2*P*R/(P+R)\n= 2/(1/P+1/R)\n= 2 TP/(2 TP+FP+FN)"), "right", 1, ""),
        (("f1-formula", "", "derivation", "", None, "2*P*R/(P+R)\n= 2/(1/P-1/R)"), "wrong", 0, "sign"),
        (("f1-formula", "", "derivation", "", None, "(P+R)/2\n= P/2+R/2"), "partly", 0.5, "arithmetic-mean"),
        (("", "entropy", "derivation", "surprise", None, "-log(P)\n= log(1/P)"), "right", 1, ""),  # no bullet, no head
        (
            ("", "precision", "derivation", "predicted_positives", None, "TP + FP\n= FP + TP"),
            "right",
            1,
            "",
        ),  # no prose
        (("", "softmax", "code", "", None, "def f(z):\n    e = np.exp(z)\n    return e / e.sum()"), "right", 1, ""),
        (("", "softmax", "code", "", None, "def f(z):\n    return np.exp(z)"), "wrong", 0, "missing-factor"),
        (("", "softmax", "code", "", None, "import os\nos.remove('x')"), "not judged", None, ""),
        ((F1_NUMBERS, "", "", "", 3, "0.5263"), "right", 1, ""),
        ((F1_NUMBERS, "", "", "", 3, "0.5398"), "wrong", 0, "arithmetic-mean"),
        ((F1_NUMBERS, "", "", "", 3, "0.5"), "partly", 0.5, ""),
        ((F1_NUMBERS, "", "", "recall", 3, "0.4545"), "right", 1, ""),
        ((F1_NUMBERS, "", "", "", None, "0.5263"), "not judged", None, ""),  # on which numbers?
        (("", "f1-score", "number", "", 3, "0.5263"), "not judged", None, ""),
        (("f1-which-value", "", "", "", 3, "1"), "right", 1, ""),
        (("f1-which-value", "", "", "", 3, "0.25"), "right", 1, ""),
        (("f1-which-value", "", "", "", 3, "9"), "unreadable", None, ""),
        (("f1-never-above-the-mean", "", "", "", 3, "false"), "right", 1, ""),
        (("f1-which-value", "", "word", "", 3, "1"), "not judged", None, ""),
    ],
)
def test_marks_follow_the_rules(marker: Marker, task, verdict, marks, mistake) -> None:
    found = marker.mark(Task(*task))
    assert (found.verdict, found.marks, found.mistake) == (verdict, marks, mistake), found
    assert found.reason or found.marks in (0, 1), found
    assert Marks.read(found.line()) == found and Task.read(Task(*task).line()) == Task(*task)


@pytest.mark.parametrize(
    ("earlier", "answer", "verdict"),
    [
        ((("precision", "0.9"),), "0.604", "follow-on"),  # 2·0.9·0.4545/(0.9 + 0.4545)
        ((("P", "0.9"), ("recall", "0.5")), "0.6429", "follow-on"),
        ((("precision", "0.9"), ("recall", "0.4545")), "0.604", "follow-on"),  # the right one was rounded
        ((("precision", "0.9"),), "0.7", "wrong"),
        ((("precision", "0.625"),), "0.604", "wrong"),
        ((("precision", "nonsense"),), "0.604", "wrong"),
        ((("precision", "0.9"),), "0.5263", "right"),  # of his own value he thought better
        ((("precision", "[1, 2]"),), "0.604", "wrong"),
        ((("precision", "0"), ("recall", "0")), "0.604", "wrong"),  # there is no F1 of these
        ((), "0.604", "wrong"),
    ],
)
def test_nobody_pays_twice_for_one_wrong_number(marker: Marker, earlier, answer, verdict) -> None:
    found = marker.mark(Task(F1_NUMBERS, "", "", "", 3, answer, "", earlier))
    assert found.verdict == verdict, found
    assert found.marks == (1 if verdict in ("right", "follow-on") else 0)


def test_nobody_pays_twice_for_one_wrong_formula(marker: Marker) -> None:
    own = "2*TP/(TP+FN)*R/(TP/(TP+FN)+R)"  # with recall in the place of precision
    assert marker.mark(Task("", "f1-score", "", "", None, own)).verdict == "wrong"
    earlier = (("P", "P = TP/(TP+FN)"),)
    assert marker.mark(Task("", "f1-score", "", "", None, own, "", earlier)).verdict == "follow-on"
    assert marker.mark(Task("", "f1-score", "", "", None, "P+R", "", earlier)).verdict == "wrong"
    circular = (("P", "F1"),)
    assert marker.mark(Task("", "f1-score", "", "", None, own, "", circular)).verdict == "wrong"


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To find that a proof's name is no question's took longer than to judge the formula, each time."""
    asked: list[str] = []
    question = Deck.question

    def counted(self: Deck, id: str) -> Question:
        asked.append(id)
        return question(self, id)

    monkeypatch.setattr(Deck, "question", counted)
    fresh = Marker(Deck.open(cache_path=None), "en")
    for name, proof in [("f1-score", ""), ("f1-scor", ""), ("", "f1-score")]:
        for answer in ("2*P*R/(P+R)", "P+R", "P*R"):
            fresh.mark(Task(name, proof, "formula", "", None, answer))
    assert asked == ["f1-score", "f1-scor"]


def test_torch_is_there_before_the_first_answer_where_any_needs_it() -> None:
    deck = Deck.open(cache_path=None)
    former = next(iter(deck.former_ids().items()), None)
    assert needs_torch(deck, [(F1_NUMBERS, "")]) and needs_torch(deck, [("f1-score", ""), (F1_NUMBERS, "number")])
    assert not needs_torch(
        deck, [("f1-score", ""), ("f1-formula", "derivation"), ("nothing", ""), (F1_NUMBERS, "code")]
    )
    if former is not None:
        assert needs_torch(deck, [(former[0], "")]) == needs_torch(deck, [(former[1], "")])


# Runs


class Naughty:
    """A marker that some answers are too much for."""

    def mark(self, task: Task) -> Marks:
        if task.answer == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if task.answer == "hang":
            time.sleep(3600)
        if task.answer == "eat":
            bytearray(1 << 42)
        if task.answer == "raise":
            raise ValueError("a reason")
        return Marks("right", 1.0, reason=task.answer)


def graded(folder: Path, rows: list[str], jobs: int = 2, name: str = "out") -> tuple[list[dict[str, str]], Summary]:
    path = folder / "answers.csv"
    path.write_text("\n".join(["student,question,answer", *(f"s{place},q,{row}" for place, row in enumerate(rows))]))
    submissions = Submissions(path)
    found = survey(submissions)
    with Journal.open(folder / f"{name}.journal", found.digest) as journal:
        grading = Grading(submissions, found, journal, None, "en")
        grading.judge(in_processes(Naughty, "en", jobs=jobs, seconds=2.0), lambda *_: None)  # type: ignore[arg-type]
        summary = grading.write(folder / name, lambda *_: None)
    with (folder / name).open(newline="") as file:
        return list(csv.DictReader(file)), summary


@pytest.mark.slow
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_hostile_answer_costs_itself_alone(tmp_path: Path, jobs: int) -> None:
    rows, summary = graded(tmp_path, ["a", "die", "b", "hang", "c", "eat", "raise", "d", "a", "die"], jobs)
    verdicts = ["right", "not judged", "right", "not judged", "right", "not judged", "not judged", "right", "right"]
    assert [row["verdict"] for row in rows] == [*verdicts, "not judged"]
    assert all(row["reason"] and not row["marks"] for row in rows if row["verdict"] == "not judged")
    assert summary.verdicts == Counter(right=5) + Counter({"not judged": 5}) and summary.open == 5


def test_answers_that_are_alike_are_judged_once(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text('question,answer\nq,x + 1\nq,"  x  +   1 "\nq,x+1\np,x + 1\n')
    submissions = Submissions(path)
    sent: list[str] = []

    def judge(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
        for line in lines:
            sent.append(line)
            yield line, Marks("right", 1.0).line()

    with Journal.open(tmp_path / "journal", "") as journal:
        grading = Grading(submissions, survey(submissions), journal, None, "en")
        assert grading.judge(judge, lambda *_: None) == 3
        grading.write(tmp_path / "out", lambda *_: None)
    assert len(sent) == len({*sent}) == 3
    assert (tmp_path / "out").read_text().count("right") == 4


def test_a_run_that_is_broken_off_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("question,answer\n" + "".join(f"q,{number}\n" for number in range(100)))
    submissions = Submissions(path)
    found = survey(submissions)
    sent: list[list[str]] = [[], []]

    def judge(run: int, most: int):
        def some(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
            for line in lines:
                if len(sent[run]) == most:
                    raise KeyboardInterrupt
                sent[run].append(line)
                yield line, Marks("right", 1.0, reason=line).line()

        return some

    with pytest.raises(KeyboardInterrupt), Journal.open(tmp_path / "journal", found.digest) as journal:
        Grading(submissions, found, journal, None, "en").judge(judge(0, 40), lambda *_: None)
    with Journal.open(tmp_path / "journal", found.digest) as journal:
        grading = Grading(submissions, found, journal, None, "en")
        assert grading.judge(judge(1, 100), lambda *_: None) == 60
        grading.write(tmp_path / "out", lambda *_: None)
        with pytest.raises(LearnerError, match="in use"), Journal.open(tmp_path / "journal", found.digest):
            pass
    assert not {*sent[0]} & {*sent[1]}
    with Journal.open(tmp_path / "journal", "of other answers") as journal:
        assert Grading(submissions, found, journal, None, "en").judge(judge(1, 1000), lambda *_: None) == 100


def test_a_journal_that_is_none_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "journal").write_bytes(os.urandom(5000))
    with Journal.open(tmp_path / "journal", "a") as journal:
        journal.keep(b"key", "marks")
    with Journal.open(tmp_path / "journal", "a") as journal:
        assert journal.marks(b"key") == "marks"


# The command

ANSWERS = """\
student;question;answer;kind;seed;part
Ann;f1-from-counts;0,5263;;3;
Bob;f1-from-counts;0,9;;3;precision
Bob;f1-from-counts;0,604;;3;
=cmd|' /C calc'!A0;f1-score;2*P*R/(P-R);formula;;
Cem;f1-score;(P+R)/2;;;
Dan;softmax;exp(z)/sum(exp(z));;;
Eve;f1-from-counts;1;;x;
Fay;f1-score;1;poem;;
Gus;f1-from-counts;1;;;
"""


@pytest.mark.slow
def test_the_command_marks_a_table_the_same_for_any_number_of_processes(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    answers = tmp_path / "answers.csv"
    answers.write_text(ANSWERS)
    done = quizprep("grade", str(answers), "--jobs", "1", home=home)
    assert done.returncode == 1 and "answers.marked.csv" in done.stdout and "3 answers are for you" in done.stderr
    written = answers.with_name("answers.marked.csv").read_bytes()
    with io.StringIO(written.decode(), newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    verdicts = ["right", "wrong", "follow-on", "partly", "wrong", "right", *["not judged"] * 3]
    assert [row["verdict"] for row in rows] == verdicts
    assert rows[3]["student"].startswith("'=cmd") and rows[3]["marks"] == "0,5" and rows[3]["mistake"] == "sign"
    assert rows[4]["counterexample"].startswith("TP = ")
    again = quizprep("grade", str(answers), home=home)
    assert again.returncode == 2 and "--overwrite" in again.stderr
    done = quizprep("grade", str(answers), "--jobs", "3", "--overwrite", "--json", home=home)
    assert answers.with_name("answers.marked.csv").read_bytes() == written
    assert json.loads(done.stdout)["verdicts"]["not judged"] == 3
    assert not list(tmp_path.glob("*.journal*"))


TOTALS = """\
student,question,answer,part
Ann,f1-score,P + R,
Bob,f1-score,2*P*R/(P+R),
Ann,f1-score,2*P*R/(P+R),
Ann,f1-score,TP/(TP+FP),precision
=Cem,f1-score,see my notebook,
=Cem,f1-score,2*P*R/(P-R),f1
"""


@pytest.mark.slow
def test_a_table_from_a_pipe_is_marked_and_added_up(tmp_path: Path) -> None:
    home, answers = tmp_path / "home", tmp_path / "answers.csv"
    home.mkdir()
    answers.write_text(TOTALS)
    totals, totals_json = tmp_path / "totals.csv", tmp_path / "totals.jsonl"
    done = quizprep("grade", str(answers), "--totals", str(totals), "--json", home=home)
    assert json.loads(done.stdout)["totals"] == str(totals)
    with totals.open(newline="") as file:
        found = {row["student"]: row for row in csv.DictReader(file)}
    assert [*found] == ["Ann", "Bob", "'=Cem"]  # in the order of their rows, and no formula to a spreadsheet
    named = ("marks", "of", "open", "answers", "replaced")
    assert [found["Ann"][name] for name in named] == ["2", "2", "0", "2", "1"]  # the last answer counts
    assert [found["Bob"][name] for name in named] == ["1", "1", "0", "1", "0"]
    assert [found["'=Cem"][name] for name in named] == ["0.5", "2", "1", "2", "0"]
    piped = quizprep("grade", "-", "--totals", str(totals_json), home=home, stdin=TOTALS)
    assert piped.returncode == 1 and "1 answers are for you" in piped.stderr
    assert piped.stdout == answers.with_name("answers.marked.csv").read_text()
    lines = [json.loads(line) for line in totals_json.read_text().splitlines()]
    assert [(line["student"], line["marks"], line["of"]) for line in lines] == [
        ("Ann", 2.0, 2), ("Bob", 1.0, 1), ("=Cem", 0.5, 2),
    ]  # fmt: skip
    for arguments, said in ((["-", "--json"], "--output"), ([str(answers), "--totals", str(totals)], "--overwrite")):
        refused = quizprep("grade", *arguments, home=home, stdin=TOTALS)
        assert refused.returncode == 2 and said in refused.stderr and not refused.stdout


@pytest.mark.slow
def test_a_paper_is_marked_by_its_seeds(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    named = ["f1-from-counts", "f1-which-value", "f1-formula"]
    assert quizprep("paper", *named, "--output", str(tmp_path), "--seed", "5", home=home).returncode == 0
    seeds = PaperSeeds.read(tmp_path)
    assert [*seeds.variants] == ["A", "B"] and seeds.questions == tuple(named)
    marker = Marker(Deck.open(cache_path=None), "en")
    right = {}
    for variant in "AB":
        seed, name, _ = seeds.drawn(variant, "1")
        right[variant] = marker.mark(Task(name, "", "", "", seed, "1e9")).expected
    lines = [{"student": each, "variant": each, "question": 1, "answer": right[each]} for each in "AB"]
    lines += [
        {"variant": "A", "question": named[0], "answer": right["B"]},
        {"variant": "C", "question": 1, "answer": "1"},
    ]
    lines += [{"variant": "a", "question": "9", "answer": "1"}, {"question": 3, "variant": "B", "answer": "2PR/(P+R)"}]
    answers = tmp_path / "answers.jsonl"
    answers.write_text("".join(json.dumps(line) + "\n" for line in lines))
    totals = tmp_path / "totals.jsonl"
    first = quizprep("grade", str(answers), "--paper", str(tmp_path), "--json", "--totals", str(totals), home=home)
    assert json.loads(first.stdout)["answers"] == len(lines)
    of = {(line["student"], line["variant"]): line for line in map(json.loads, totals.read_text().splitlines())}
    assert (of["A", "A"]["marks"], of["A", "A"]["of"]) == (1.0, 3)  # the paper has three questions
    assert (of["", "A"]["of"], of["", "A"]["open"]) == (3, 1) and of["", "C"]["open"] == 1
    found = [json.loads(line) for line in answers.with_name("answers.marked.jsonl").read_text().splitlines()]
    assert [each["verdict"] for each in found] == ["right", "right", "wrong", "not judged", "not judged", "right"]
    changed = json.loads((tmp_path / "paper-seeds.json").read_text())
    changed["variants"]["A"][0]["shown"] = "other"
    (tmp_path / "paper-seeds.json").write_text(json.dumps(changed))
    quizprep("grade", str(answers), "--paper", str(tmp_path), "--overwrite", home=home)
    first = json.loads(answers.with_name("answers.marked.jsonl").read_text().splitlines()[0])
    assert first["verdict"] == "not judged" and "changed" in first["reason"]


@pytest.mark.slow
def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "answers.csv").write_text("question,answer\nf1-score,1\n")
    (tmp_path / "paper-seeds.json").write_text("{}")
    for arguments, said in (
        (["none.csv"], "none.csv"),
        (["answers.csv", "--paper", "paper-seeds.json"], "no paper-seeds.json"),
        (["answers.csv", "--paper", "none"], "none"),
        (["answers.csv", "--output", "answers.csv", "--overwrite"], "replace the answers"),
        (["answers.csv", "--encoding", "nothing"], "no encoding"),
    ):
        arguments = [str(tmp_path / each) if "." in each or each == "none" else each for each in arguments]
        done = quizprep("grade", *arguments, home=tmp_path / "home")
        assert done.returncode == 2 and said in done.stderr, done


@pytest.mark.slow
def test_a_run_that_was_killed_is_finished_by_the_same_command(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    give_compiled_deck(home)
    formulas = [f"2*P*R/(P+R) + {number}*x" for number in range(400)]
    answers = tmp_path / "answers.csv"
    answers.write_text("\n".join(["question,answer", *(f"f1-score,{formula}" for formula in formulas)]))
    command = [sys.executable, "-m", "quizprep", "grade", str(answers), "--jobs", "2"]
    environment = {**os.environ, "QUIZPREP_HOME": str(home), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    log = tmp_path / "answers.marked.csv.journal-wal"
    until = time.monotonic() + 120
    while time.monotonic() < until and not (log.exists() and log.stat().st_size > 80_000):
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    running.kill()
    running.wait()
    assert not (tmp_path / "answers.marked.csv").exists()
    done = quizprep("grade", str(answers), "--jobs", "2", home=home)
    left = int(done.stdout.split(" answers judged")[0].split()[-1])
    assert 0 < left < 400, done.stdout
    first = (tmp_path / "answers.marked.csv").read_bytes()
    quizprep("grade", str(answers), "--jobs", "1", "--overwrite", home=home)
    assert (tmp_path / "answers.marked.csv").read_bytes() == first


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        (" =1+1", "' =1+1"),
        ("\t@SUM(A1)", "' @SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\u202e=nnA", "\\u202e=nnA"),
        ("\x1b]0;x\x07Ann", "␛]0;x␇Ann"),
        ("Ann\tBee", "Ann Bee"),
        ("-3,5", "-3,5"),
        ("Ann = Bee", "Ann = Bee"),
    ],
)
def test_no_cell_of_a_table_acts(typed: str, written: str) -> None:
    """On a spreadsheet, or on the terminal that shows the file; a number stays one."""
    assert harmless(typed) == written
