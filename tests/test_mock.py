"""A mock exam: the paper that is drawn, the sitting that survives a kill, the marks, and the report."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from xml.dom import minidom

import pytest
from hypothesis import given
from hypothesis import strategies as st
from program import quizprep
from terminal import Terminal

from quizprep import proofs
from quizprep.deck import Deck, Entry
from quizprep.errors import LearnerError, StoreError
from quizprep.formula.read.parse import parse
from quizprep.formula.show.mathml import mathml
from quizprep.kinds.kind import Input
from quizprep.mock.draw_paper import draw_paper
from quizprep.mock.marks import mark
from quizprep.mock.sitting import Paper, Sitting, sittings
from quizprep.question import Reply
from quizprep.screen.plain_screen import MAX_LINE

PAPER = Paper(7, "en", 10.0, ("a", "b", "c"), (1, 2, 3), "2026-12-01T09:00:00+00:00")
CHAPTERS = ("classification-metrics", "attention")
PART = """chapter: classification-metrics
questions:
  - id: rounded
    kind: number
    covers: [f1-score]
    proof: f1-score
    params: {TP: 8, FP: 2, FN: 4}
    prompt: {en: What is F1?, ko: F1은?}
    answer: f1
    explain: {en: By its definition., ko: 정의에서 나온다.}
  - id: sorted
    kind: order
    covers: [confusion-matrix]
    proof: confusion-matrix
    params: {actual: 8 of 0..1, predicted: 8 of 0..1}
    prompt: {en: The smallest first., ko: 작은 것부터.}
    items:
      - {en: false negatives, ko: 거짓 음성, value: FN}
      - {en: one more, ko: 하나 더, value: FN + 1}
      - {en: two more, ko: 둘 더, value: FN + 2}
    explain: {en: By counting., ko: 세어 보면 된다.}
  - id: told
    kind: recall
    covers: [precision]
    proof: accuracy
    params: {TP: 1..9, FP: 1..9, FN: 1..9, TN: 1..9}
    prompt: {en: What is precision made of?, ko: 정밀도를 이루는 것은?}
    points: [{en: true positives, ko: 참 양성}, {en: false positives, ko: 거짓 양성}]
    explain: {en: Both of them., ko: 둘 다이다.}
"""


@pytest.fixture(scope="module")
def deck() -> Deck:
    return Deck.open(None, cache_path=None)


# ------------------------------------------------------------------------------ the paper


@given(count=st.integers(1, 60), seed=st.integers(0, 2**31))
def test_no_two_questions_of_a_paper_are_on_one_thing(deck: Deck, count: int, seed: int) -> None:
    entries = deck.index()
    drawn = draw_paper(entries, count, seed)
    assert drawn == draw_paper(entries, count, seed) and len(drawn) == min(count, len(drawn))
    for one, other in combinations(drawn, 2):
        assert (one.proof or one.id) != (other.proof or other.id) and not set(one.covers) & set(other.covers)
    places = [deck.chapters().index(entry.chapter) for entry in drawn]
    assert places == sorted(places), "in the order of the course"


def test_chapters_get_questions_by_their_weights(deck: Deck) -> None:
    entries = [entry for entry in deck.index() if entry.chapter in CHAPTERS]
    for weight, least, most in ((1.0, 2, 6), (100.0, 8, 8), (0.0, 0, 0)):
        drawn = draw_paper(entries, 8, 1, weights={"attention": weight})
        assert least <= [entry.chapter for entry in drawn].count("attention") <= most, weight
    assert not draw_paper([], 5, 1)


def test_a_paper_asks_in_many_ways_and_for_what_is_core_first(deck: Deck) -> None:
    core = {topic.id for topic in deck.syllabus().topics() if topic.core}
    drawn = draw_paper(deck.index(), 35, 3, core=core)
    assert len({entry.kind for entry in drawn}) >= 6
    assert sum(bool(core & set(entry.covers)) for entry in drawn) >= 30


def test_what_is_asked_for_but_not_there_is_left_out() -> None:
    entries = [Entry(f"q{place}", "number", "c", ("t",), f"p{place}", True) for place in range(4)]
    assert len(draw_paper(entries, 4, 0)) == 1, "all are on one topic"


def entry(name: str, kind: str = "number", chapter: str = "c", topic: str = "", proof: str = "") -> Entry:
    return Entry(name, kind, chapter, (topic or f"topic of {name}",), proof or f"proof of {name}", True)


@pytest.mark.parametrize("seed", range(5))
def test_the_kinds_of_a_chapter_take_turns_among_its_first_eight(seed: int) -> None:
    def kinds(numbers: int) -> list[str]:
        entries = [entry(f"n{place}") for place in range(numbers)]
        core = {entry.covers[0] for entry in entries}
        return [each.kind for each in draw_paper([*entries, entry("x", "choice")], 2, seed, core=core)]

    assert sorted(kinds(8)) == ["choice", "number"], "of the seven that are left and it"
    assert kinds(9) == ["number", "number"], "core topics fill the eight"


@pytest.mark.parametrize("seed", range(5))
def test_difficulties_take_turns_where_kinds_do_not_decide(seed: int) -> None:
    entries = [entry(f"q{place}")._replace(difficulty=1 + place % 3) for place in range(6)]
    drawn = [each.difficulty for each in draw_paper(entries, 3, seed)]
    assert sorted(drawn) == [1, 2, 3]
    assert sorted(each.difficulty for each in draw_paper(entries, 6, seed)) == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize("seed", range(5))
def test_chapters_share_a_paper_evenly_and_one_without_a_weight_waits(seed: int) -> None:
    entries = [entry(f"{chapter}{place}", chapter=chapter) for chapter in "abc" for place in range(4)]
    for count in (3, 6, 12, 20):
        drawn = [each.chapter for each in draw_paper(entries, count, seed)]
        assert [drawn.count(chapter) for chapter in "abc"] == [min(4, count // 3)] * 3
    weighted = [each.chapter for each in draw_paper(entries, 6, seed, weights={"a": 2, "c": 0})]
    assert [weighted.count(chapter) for chapter in "abc"] == [4, 2, 0]
    assert len(draw_paper(entries, 10, seed, weights={"a": 2, "c": 0})) == 10, "it fills up what the others lack"
    assert len(draw_paper(entries, 6, seed, weights={"of no chapter": 1})) == 6
    assert draw_paper(entries, 0, seed) == []


def test_one_proof_or_one_topic_is_one_thing() -> None:
    one, same_proof, same_topic = entry("a", proof="p", topic="s"), entry("b", proof="p"), entry("c", topic="s")
    for other in (same_proof, same_topic):
        assert len(draw_paper([one, other], 2, 0)) == 1
    assert len(draw_paper([one, entry("d")], 2, 0)) == 2


# ------------------------------------------------------------------------------ the sitting


def test_a_sitting_goes_on_where_it_was(tmp_path: Path) -> None:
    with Sitting.begin(tmp_path, PAPER) as sitting:
        sitting.reply(0, Reply(2), 10.0, 10.0)
        sitting.reply(1, Reply((2, 0, 1)), 25.0, 15.0)
        sitting.reply(0, Reply(1), 30.0, 12.0)
        sitting.flag(2, 31.0)
        sitting.go_to(2, 32.0)
        with pytest.raises(LearnerError, match="another window"):
            Sitting.open(sitting.path)
    (path,) = sittings(tmp_path)
    with Sitting.open(path) as again:
        assert again.paper == PAPER and again.position == 2 and again.flagged == {2}
        assert again.replies == {0: Reply(1), 1: Reply((2, 0, 1))} and again.seconds_left == 600 - 32
        again.reply(2, Reply("0.5"), 40.0, 8.0)
        again.hand_in(41.0)
    with Sitting.open(path) as ended:
        assert ended.is_over and ended.replies[2] == Reply("0.5") and not ended.kept


def test_what_follows_an_exam_is_kept_with_it(tmp_path: Path) -> None:
    with Sitting.begin(tmp_path, PAPER) as sitting:
        sitting.flag(1, 5.04)
        sitting.flag(2, 6.0)
        sitting.flag(1, 7.0)
        assert not sitting.is_over and sitting.seconds_left == 593
        sitting.tick(2, (1, 0))
        sitting.go_to(1, 3.0)
        assert sitting.used == 7, "no clock that went back gives time back"
    with Sitting.open(sitting.path) as again:
        assert (again.flagged, again.points, again.position) == ({2}, {2: (1, 0)}, 1)
        assert (again.handed_in, again.kept, again.dropped, again.used) == (False, False, False, 7)
        again.hand_in(600.0)
        again.keep()
    with Sitting.open(sitting.path) as again:
        assert (again.handed_in, again.kept, again.dropped, again.used) == (True, True, False, 600)
        again.drop()
    with Sitting.open(sitting.path) as again:
        assert again.dropped and again.is_over and again.seconds_left == 0


def test_an_exam_is_over_with_its_time(tmp_path: Path) -> None:
    with Sitting.begin(tmp_path, PAPER) as sitting:
        sitting.go_to(0, 599.9)
        assert not sitting.is_over
        sitting.go_to(0, 600.0)
        assert sitting.is_over and not sitting.handed_in


def test_exams_are_found_the_latest_first_and_a_second_takes_the_place_of_none(tmp_path: Path) -> None:
    folder = tmp_path / "mock"
    assert list(sittings(folder)) == []
    paths = []
    for day in ("02", "01", "03"):
        with Sitting.begin(folder, replace(PAPER, started=f"2026-12-{day}T09:00:00+00:00")) as sitting:
            paths.append(sitting.path)
    assert list(sittings(folder)) == sorted(paths, reverse=True)
    with Sitting.begin(folder, replace(PAPER, started="2026-12-03T09:00:00+00:00")) as another:
        assert another.path not in paths
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used"):
        Sitting.begin(tmp_path / "file", PAPER)
    with pytest.raises(StoreError, match="cannot be used"):
        Sitting.open(folder / "none.jsonl")


def test_every_answer_is_on_the_disk_before_anything_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int]] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        seen.append((os.fstat(descriptor).st_ino, os.fstat(descriptor).st_size))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    with Sitting.begin(tmp_path, PAPER) as sitting:
        assert [inode for inode, _ in seen] == [sitting.path.stat().st_ino, tmp_path.stat().st_ino]
        sitting.reply(0, Reply(1), 10.0, 10.0)
        assert seen[2:] == [(sitting.path.stat().st_ino, sitting.path.stat().st_size)]


def test_a_sitting_of_a_newer_version_is_refused_as_that(tmp_path: Path) -> None:
    with Sitting.begin(tmp_path, PAPER) as sitting:
        head = sitting.path.read_text()
    assert json.loads(head)["version"] == 1
    sitting.path.write_text(head.replace('"version": 1', '"version": 2'))
    with pytest.raises(StoreError, match="newer quizprep"):
        Sitting.open(sitting.path)


def test_a_sitting_has_room_for_answers_as_long_as_lines_may_be(tmp_path: Path) -> None:
    with Sitting.begin(tmp_path, PAPER) as sitting:
        for place in range(40):
            sitting.reply(place % 3, Reply("x" * MAX_LINE), float(place), 1.0)
    with Sitting.open(sitting.path) as again:
        assert len(again.replies) == 3


def test_two_sittings_of_one_second_have_files_of_their_own(tmp_path: Path) -> None:
    for answer in ("first", "second"):
        with Sitting.begin(tmp_path, PAPER) as sitting:
            sitting.reply(0, Reply(answer), 1.0, 1.0)
    latest, _ = sittings(tmp_path)
    with Sitting.open(latest) as again:
        assert again.replies[0] == Reply("second")


@given(cut=st.integers(0, 400), garbage=st.binary(max_size=20))
def test_whatever_a_kill_leaves_of_a_line_the_whole_ones_before_it_count(
    tmp_path_factory: pytest.TempPathFactory, cut: int, garbage: bytes
) -> None:
    folder = tmp_path_factory.mktemp("sitting")
    with Sitting.begin(folder, PAPER) as sitting:
        for place in range(3):
            sitting.reply(place, Reply(f"answer {place}"), 10.0 * place, 1.0)
    content = sitting.path.read_bytes()
    head = content.index(b"\n") + 1
    kept = content[: head + min(cut, len(content) - head)]
    sitting.path.write_bytes(kept + garbage.replace(b"\n", b""))
    with Sitting.open(sitting.path) as again:
        assert len(again.replies) == kept.count(b"\n") - 1
        again.reply(2, Reply("new"), 50.0, 1.0)
    with Sitting.open(sitting.path) as last:
        assert last.replies[2] == Reply("new") and len(last.replies) >= kept.count(b"\n") - 1


@pytest.mark.parametrize("content", ["", "{}\n", "[]\n", '{"seed": 1, "questions": []}\n', '{"version": 99}\n', "\0\0"])
def test_a_file_that_is_no_sitting_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(content)
    with pytest.raises(StoreError):
        Sitting.open(path)
    assert path.read_text() == content, "what is no sitting is left as it was"


@pytest.mark.parametrize(
    "line",
    [
        '{"place": "0", "reply": 1}', '{"at": 1, "reply": 1}', '{"place": 9, "reply": 1}', '{"place": 0, "points": 1}',
        '{"place": 0, "flag"', '{"used": "x"}', '{"used": []}', "[1]", "\0", "[" * 100_000,
    ],
)  # fmt: skip
def test_a_line_that_means_nothing_is_passed_by(tmp_path: Path, line: str) -> None:
    with Sitting.begin(tmp_path, PAPER) as sitting:
        sitting.reply(0, Reply(1), 10.0, 10.0)
    with sitting.path.open("a") as file:
        file.write(f'{line}\n{{"place": 1, "reply": 2, "used": 20}}\n')
    with Sitting.open(sitting.path) as again:
        assert again.replies == {0: Reply(1), 1: Reply(2)} and again.used == 20


def test_a_line_without_a_time_takes_none(tmp_path: Path) -> None:
    with Sitting.begin(tmp_path, PAPER) as sitting, sitting.path.open("a") as file:
        file.write('{"place": 1, "reply": 2}\n')
    with Sitting.open(sitting.path) as again:
        assert again.replies == {1: Reply(2)} and again.used == 0 and again.seconds == {1: 0}


def test_a_file_that_is_larger_than_any_sitting_is_refused_and_left_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sitting.begin(tmp_path, PAPER) as sitting:
        sitting.reply(0, Reply("x" * 500), 10.0, 10.0)
    size = sitting.path.stat().st_size
    monkeypatch.setattr("quizprep.mock.sitting.MAX_BYTES", size)
    with Sitting.open(sitting.path) as again:
        assert again.replies == {0: Reply("x" * 500)}
    monkeypatch.setattr("quizprep.mock.sitting.MAX_BYTES", size - 1)
    with pytest.raises(StoreError, match="larger"):
        Sitting.open(sitting.path)
    assert sitting.path.stat().st_size == size


def test_on_a_full_disk_an_answer_is_no_traceback_and_follows_once_there_is_room(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    sitting = Sitting.begin(tmp_path, PAPER)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (sitting.path.stat().st_size + 20, before[1]))
        with pytest.raises(StoreError, match="cannot be used"):
            sitting.reply(0, Reply(1), 10.0, 10.0)
        assert sitting.replies == {}
        with pytest.raises(StoreError, match="cannot be used"):
            sitting.flag(1, 11.0)
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sitting.reply(0, Reply(2), 12.0, 10.0)
        sitting.close()
        with Sitting.open(sitting.path) as again:
            assert again.replies == {0: Reply(2)} and again.used == 12
            resource.setrlimit(resource.RLIMIT_FSIZE, (again.path.stat().st_size, before[1]))
            with pytest.raises(StoreError):
                again.reply(1, Reply(3), 13.0, 1.0)
            with pytest.raises(StoreError, match="cannot be used"):
                again.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


# ------------------------------------------------------------------------------ MathML


@pytest.mark.parametrize(
    ("formula", "there"),
    [
        ("2*P*R/(P+R)", "<mfrac>"),
        ("sqrt(x)", "<msqrt>"),
        ("(a+b)^2", "<mo>(</mo>"),
        ("sum_{i=1}^{n} x_i", "<munderover>"),
        ("exp(-x)", "<msup><mi>e</mi>"),
        ("a - (b - c)", "<mo>(</mo>"),
        ("|x|", "<mo>|</mo>"),
        ("x < y", "<mo>&lt;</mo>"),
    ],
)
def test_formulas_are_laid_out(formula: str, there: str) -> None:
    shown = mathml(parse(formula))
    assert there in shown
    minidom.parseString(shown)


def test_every_formula_of_the_proofs_is_well_formed_mathml() -> None:
    for proof in proofs.discover().values():
        whole = proofs.get(proof.id)
        for name in whole.steps:
            tree = whole.step_formula(name)
            if tree is not None:
                minidom.parseString(mathml(tree, whole.names, left=name))


# ------------------------------------------------------------------------------ the program


def sat(home: Path, stdin: str, *more: str, code: int = 0) -> str:
    options = ["--questions", "4", "--seed", "3", "--output", str(home / "out"), *more]
    done = quizprep("exam", "mock", *options, home=home, stdin=stdin)
    assert done.returncode == code, done.stderr
    return done.stdout


def test_what_is_written_lies_in_the_data_folder_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    home = tmp_path / "home"
    done = quizprep("exam", "mock", "--paper", "--questions", "2", "--seed", "5", home=home, fresh=True)
    assert done.returncode == 0, done.stderr
    assert not [*here.iterdir()] and (home / "mock" / "paper-5.md").exists()
    assert str(home / "mock" / "paper-5.html") in done.stdout


def test_a_paper_is_sat_left_resumed_handed_in_and_marked_once(tmp_path: Path) -> None:
    first = sat(tmp_path, ":n\n", "--chapters", "classification-metrics")
    assert "Left open" in first and "right" not in first and "computed answer" not in first
    assert not (tmp_path / "out").exists()
    refused = quizprep("exam", "mock", "--questions", "9", home=tmp_path)
    assert refused.returncode == 2 and "--new" in refused.stderr
    done = quizprep("exam", "mock", "--output", str(tmp_path / "out"), "--json", home=tmp_path, stdin=":e\ne\n")
    (result,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert result["total"] == 4 and result["seed"] == 3 and "goes on" in done.stderr
    assert {each["question"] for each in result["questions"] if each["credit"] < 1} == {
        each["question"] for each in json.loads(quizprep("mistakes", "--json", home=tmp_path).stdout)["mistakes"]
    }
    markdown, page = (Path(path).read_text() for path in sorted(result["report"], key=lambda path: path[-3:] != ".md"))
    assert markdown.startswith("# Mock exam") and "not answered" in markdown and "| step |" in markdown
    assert_sound(page)
    again = quizprep("exam", "mock", "--questions", "2", home=tmp_path, stdin="")
    assert "goes on" not in again.stderr, "what is marked is done with"


def test_answers_earn_marks_and_part_of_them(tmp_path: Path) -> None:
    content = tmp_path / "deck.yaml"
    content.write_text(PART)
    options = ("--content", str(content), "--output", str(tmp_path / "out"), "--json", "--questions", "3")
    home = tmp_path / "home"
    home.mkdir()
    answers = {"rounded": "0.7", "sorted": "3 2 1", "told": "the harmonic mean"}
    before = quizprep("exam", "mock", *options, "--seed", "1", home=home, stdin=":n\n:n\n:p\n:p\n")
    (path,) = sittings(home / "mock")
    order = json.loads(path.read_text().splitlines()[0])["questions"]
    lines = [answers[id] for id in order]
    done = quizprep("exam", "mock", *options[:5], home=home, stdin="\n".join([*lines, ":e", "e", "1", ""]))
    result = json.loads(done.stdout.splitlines()[-1])
    credit = {each["question"]: each["credit"] for each in result["questions"]}
    assert "true positives" not in before.stdout, "what is to be recalled is not shown"
    assert credit["rounded"] == 0.5 and credit["sorted"] == pytest.approx(2 / 3) and credit["told"] == 0.5, done.stderr
    report = Path(result["report"][0]).read_text()
    assert (
        "rounded to too few digits" in report
        and "Missed:" in report
        and "departs at place 2" in report
        and "the harmonic mean" in report
    )


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_paper_to_print_has_no_answers_and_its_solutions_do(tmp_path: Path, language: str) -> None:
    output = tmp_path / "out"
    done = quizprep(
        "exam", "mock", "--paper", "--seed", "5", "--questions", "6", "--output", str(output), "--lang", language,
        "--json", home=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["files"]) == 4
    computed = {"en": "computed answer", "ko": "계산한 답"}[language]
    for suffix in ("md", "html"):
        blank = (output / f"paper-5.{suffix}").read_text()
        solved = (output / f"paper-5-solutions.{suffix}").read_text()
        assert computed not in blank and computed in solved
    assert_sound((output / "paper-5-solutions.html").read_text())
    assert not list(sittings(tmp_path / "mock")), "nothing was sat"


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.links += [str(value) for name, value in attributes if name in ("href", "src")]
        if tag not in ("meta", "mspace"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def assert_sound(page: str) -> None:
    """Every tag is closed where it belongs, and nothing is fetched from elsewhere."""
    tags = _Tags()
    tags.feed(page)
    assert tags.open == [] and tags.links == [] and "<math" in page and "@media print" in page


def test_an_exam_is_killed_half_way_and_goes_on(tmp_path: Path, deck: Deck) -> None:
    env = {"QUIZPREP_HOME": str(tmp_path), "QUIZPREP_LANG": "en"}
    command = ["-m", "quizprep", "exam", "mock", "--output", str(tmp_path / "out")]
    with Terminal([*command, "--questions", "4", "--seed", "2", "--chapters", CHAPTERS[0]], env=env) as terminal:
        terminal.wait_for("1/4", "left")
        (path,) = sittings(tmp_path / "mock")
        questions = json.loads(path.read_text().splitlines()[0])["questions"]
        for place, id in enumerate(questions[:2], 1):
            terminal.send(keys_for(deck, id))
            terminal.wait_for(f"{place + 1}/4")
        terminal.child.kill(signal.SIGKILL)
        terminal.wait_until(lambda: not terminal.pump(), "its end")
    with Terminal(command, env=env) as terminal:
        terminal.wait_for("3/4", "left")
        events = [json.loads(line) for line in path.read_text().splitlines()[1:]]
        assert {event["place"] for event in events if "reply" in event} == {0, 1}
        terminal.send(":m\r" if deck.question(questions[2]).kind.input is Input.TYPE else "m")
        terminal.wait_for("1✓", "›3·", "4·")
        terminal.send("4\r")
        terminal.wait_for("4/4")
        typed = deck.question(questions[3]).kind.input is Input.TYPE
        terminal.send(":e\r" if typed else "e")
        terminal.wait_for("2 without an answer")
        terminal.send("e")
        terminal.wait_for("of 4 marks", "Report:")
    assert len(list((tmp_path / "out").iterdir())) == 2


def keys_for(deck: Deck, id: str) -> str:
    kind = deck.question(id).kind
    if kind.hidden:
        return "what I remember\r"
    return {Input.PICK: "1", Input.TICK: "1\r", Input.SORT: "123456789\r", Input.TYPE: "1\r"}[kind.input]


def test_when_the_time_is_up_what_was_answered_is_marked(tmp_path: Path) -> None:
    sat(tmp_path, "", "--minutes", "1")
    (path,) = sittings(tmp_path / "mock")
    with path.open("a") as file:
        file.write('{"at": 1, "used": 60.0}\n')
    done = quizprep("exam", "mock", "--output", str(tmp_path / "out"), "--json", home=tmp_path, stdin="1\n")
    assert json.loads(done.stdout.splitlines()[-1])["total"] == 4 and "Time is up" in done.stderr


def test_a_damaged_file_keeps_nobody_from_another_exam(tmp_path: Path) -> None:
    sat(tmp_path, "")
    (path,) = sittings(tmp_path / "mock")
    path.write_bytes(path.read_bytes()[:60])
    refused = quizprep("exam", "mock", home=tmp_path)
    assert refused.returncode == 2 and "--new" in refused.stderr
    assert "Left open" in sat(tmp_path, "", "--new", "--chapters", "attention")
    assert len(path.read_bytes()) == 60


def test_the_hour_is_that_of_the_learner(tmp_path: Path) -> None:
    paper = replace(PAPER, started="2026-12-01T20:30:00+00:00")
    done = subprocess.run(
        [sys.executable, "-c", f"from quizprep.mock.sitting import Paper; print(Paper(**{asdict(paper)!r}).began)"],
        env={**os.environ, "TZ": "Asia/Seoul"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("2026-12-02 05:30")


def test_an_exam_goes_on_in_another_language_and_says_which_content_it_misses(tmp_path: Path) -> None:
    (tmp_path / "deck.yaml").write_text(PART)
    content, home = ("--content", str(tmp_path / "deck.yaml")), tmp_path / "home"
    home.mkdir()
    quizprep("exam", "mock", *content, home=home)
    missing = quizprep("exam", "mock", home=home)
    assert missing.returncode == 2 and "--content" in missing.stderr
    assert "남은 시간" in quizprep("exam", "mock", *content, "--lang", "ko", home=home).stdout


def test_what_is_recalled_is_written_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "deck.yaml").write_text(PART)
    env = {"QUIZPREP_HOME": str(tmp_path), "QUIZPREP_LANG": "en"}
    command = ["-m", "quizprep", "exam", "mock", "--content", str(tmp_path / "deck.yaml"), "--seed", "1"]
    with Terminal(command, env=env) as terminal:
        place = keys_until(terminal, "write your answer, then Enter")
        assert "Space" not in terminal.text
        terminal.send("m\r")
        terminal.wait_for("A number goes to that question", f"›{place}·")


def test_a_map_tells_of_each_question_whether_it_is_answered_and_whether_it_is_flagged(tmp_path: Path) -> None:
    (tmp_path / "deck.yaml").write_text(PART)
    env = {"QUIZPREP_HOME": str(tmp_path), "QUIZPREP_LANG": "en"}
    command = ["-m", "quizprep", "exam", "mock", "--content", str(tmp_path / "deck.yaml"), "--seed", "1"]
    with Terminal(command, env=env) as terminal:
        place = keys_until(terminal, "write your answer, then Enter")
        terminal.send("g\r")
        terminal.wait_for("flagged")
        terminal.send("what I remember\r")
        terminal.wait_until(lambda: "what I remember" not in terminal.text or place == 3, "the next question")
        terminal.settle()
        terminal.send("m" if "order" in terminal.text.splitlines()[-1] else "m\r")
        terminal.wait_for("A number goes to that question", f"{place}✓?")
        terminal.send("17\r")
        terminal.wait_for("There is no question 17. Type a number from 1 to 3")
        terminal.send(f"{place}\r")
        terminal.wait_for("flagged", "answered: what I remember")
        terminal.send("m\r")
        terminal.wait_for(f"›{place}✓?", "✓ answered")
        terminal.send("\r")
        terminal.settle()
        terminal.send("g\r")
        terminal.wait_for("no longer flagged")
        terminal.settle()
        terminal.send("e\r")
        terminal.wait_for("2 without an answer, 0 flagged", "e hand in n go on")
        terminal.send("z")
        terminal.wait_for("! “z” does nothing here e hand in n go on")
        terminal.send("\x03")
        terminal.wait_for("Left open")
        assert terminal.wait() == 130


@pytest.mark.parametrize("leave", ["q", "\x03"])
def test_whoever_leaves_the_marking_is_told_what_becomes_of_it(tmp_path: Path, leave: str) -> None:
    (tmp_path / "deck.yaml").write_text(PART)
    env = {"QUIZPREP_HOME": str(tmp_path), "QUIZPREP_LANG": "en"}
    command = ["-m", "quizprep", "exam", "mock", "--content", str(tmp_path / "deck.yaml"), "--seed", "1"]
    with Terminal(command, env=env) as terminal:
        keys_until(terminal, "write your answer, then Enter")
        terminal.send("what I remember\r")
        terminal.wait_until(lambda: "what I remember" not in terminal.text, "the next question")
        terminal.settle()
        terminal.send("e" if "order" in terminal.text.splitlines()[-1] else "e\r")
        terminal.wait_for("without an answer")
        terminal.send("e")
        terminal.wait_for("Tick the key points", "leave, to be marked later", "ticked ›")
        terminal.send("1")
        terminal.wait_for("ticked › 1")
        terminal.send("?")
        terminal.wait_for("tick a key point, or take the tick away", "Space back")
        assert "flag" not in terminal.text
        terminal.send(" ")
        terminal.wait_for("ticked › 1")
        terminal.send("n")
        terminal.wait_for("! “n” does nothing here ticked › 1")
        terminal.settle()
        terminal.send(leave)
        terminal.wait_for("answers whose key points are to be ticked: 1", "quizprep exam mock")
        assert terminal.wait() == (130 if leave == "\x03" else 0)
    with Terminal(command[:6], env=env) as terminal:
        terminal.wait_for("ticked ›")
        assert "is over and not marked yet" in terminal.history
        terminal.send("1\r")
        terminal.wait_for("of 3 marks", "Report:")
        assert terminal.wait() == 0


def test_all_of_the_marks_and_the_report_are_told_on_a_low_screen(tmp_path: Path) -> None:
    env = {"QUIZPREP_HOME": str(tmp_path), "QUIZPREP_LANG": "en"}
    command = ["-m", "quizprep", "exam", "mock", "--chapters", "attention", "--questions", "3", "--seed", "1"]
    with Terminal(command, env=env, rows=10) as terminal:
        keys_until(terminal, "1/3")
        terminal.settle()
        terminal.send(":e\r" if "+ Enter" in terminal.text else "e")
        terminal.wait_for("without an answer")
        terminal.send("e")
        assert terminal.wait() == 0
        shown = f"{terminal.history}\n{terminal.text}"
    assert all(each in shown for each in ("0 of 3 marks", "chapter", ".md", ".html", "drill --mistakes")), shown


def test_an_exam_that_is_not_gone_on_with_is_not_said_to_go_on(tmp_path: Path) -> None:
    sat(tmp_path, "")
    said = quizprep("exam", "mock", "--questions", "2", home=tmp_path)
    assert said.returncode == 2 and "An exam is open" in said.stderr and "goes on" not in said.stderr


def test_an_exam_that_is_given_up_is_not_said_to_go_on(tmp_path: Path) -> None:
    sat(tmp_path, "")
    said = quizprep("exam", "mock", "--new", "--questions", "1", home=tmp_path)
    assert "is given up; 0 of its 4 questions were answered" in said.stderr and "goes on" not in said.stderr


@pytest.mark.slow
def test_the_time_may_be_up_while_it_is_asked_whether_to_hand_in(tmp_path: Path) -> None:
    sat(tmp_path, "", "--minutes", "1")
    (path,) = sittings(tmp_path / "mock")
    with path.open("a") as file:
        file.write('{"at": 1, "used": 55.0}\n')
    with Terminal(["-m", "quizprep", "exam", "mock"], env={"QUIZPREP_HOME": str(tmp_path)}) as terminal:
        terminal.wait_until(lambda: "left, until" in terminal.text or "Time is up" in terminal.text)
        terminal.settle()
        terminal.send(":e\r" if "+ Enter" in terminal.text else "e")
        terminal.wait_for("Time is up", "of 4 marks")
        assert terminal.wait() == 0 and "Traceback" not in terminal.history


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (":m\nlast\n2\n", "There is no question last. Type a number from 1 to 4, or Enter alone."),
        (":m\n0\n\n", "There is no question 0."),
    ],
)
def test_a_place_that_is_not_there_is_told_where_lines_are_read(tmp_path: Path, lines: str, said: str) -> None:
    done = quizprep("exam", "mock", "--questions", "4", "--seed", "3", home=tmp_path, stdin=lines)
    assert said in done.stderr and "here: 1" in done.stdout and "open: 1 2 3 4" in done.stdout


def keys_until(terminal: Terminal, wanted: str) -> int:
    """Go from question to question until one shows what is wanted; its place."""
    for place in range(1, 4):
        terminal.wait_for(f"{place}/3", "leave")
        if wanted in terminal.text:
            return place
        terminal.send("n" if "order" in terminal.text.splitlines()[-1] else "n\r")
    raise AssertionError(terminal.text)


def test_a_formula_that_cannot_be_read_is_reported_in_words(deck: Deck, tmp_path: Path) -> None:
    paper = replace(PAPER, questions=("f1-formula",), seeds=(1,))
    with Sitting.begin(tmp_path, paper) as sitting:
        sitting.reply(0, Reply("2 P R/(P+R"), 1.0, 1.0)
        (marked,) = mark(sitting, [deck.question("f1-formula")])
    assert "never closed" in marked.note and "\n" not in marked.note and "^" not in marked.note


def test_a_report_on_a_formula_that_is_not_decided_says_nothing_of_what_to_type(deck: Deck, tmp_path: Path) -> None:
    paper = replace(PAPER, questions=("f1-formula",), seeds=(1,))
    with Sitting.begin(tmp_path, paper) as sitting:
        sitting.reply(0, Reply("2 a"), 1.0, 1.0)
        (marked,) = mark(sitting, [deck.question("f1-formula")])
    assert "cannot be decided" in marked.note and not re.search("--let|another way|skip", marked.note), marked.note


def test_one_question_in_one_minute_is_no_plural(tmp_path: Path) -> None:
    options = ("--paper", "--questions", "1", "--minutes", "1", "--seed", "5", "--output", str(tmp_path))
    quizprep("exam", "mock", *options, home=tmp_path)
    assert "1 question, 1 minute, seed 5" in (tmp_path / "paper-5.md").read_text()


def test_what_cannot_be_read_is_said_at_once_and_no_more(tmp_path: Path) -> None:
    content = tmp_path / "deck.yaml"
    content.write_text(PART.partition("  - id: sorted")[0])
    home = tmp_path / "home"
    home.mkdir()
    options = ("--content", str(content), "--output", str(tmp_path / "out"), "--json")
    done = quizprep("exam", "mock", *options, "--seed", "1", home=home, stdin="(0.7\n0.1\n:e\ne\n")
    assert "no number" in done.stderr and "Type it again" in done.stderr
    (given,) = json.loads(done.stdout.splitlines()[-1])["questions"]
    assert given["given"] == "0.1" and given["credit"] == 0
    quizprep("exam", "mock", *options, "--seed", "1", home=home, stdin="(0.7\n(0.7\n:e\ne\n")
    assert '"reply": "(0.7"' in max(sittings(home / "mock")).read_text(), "the same once more is kept"


def test_a_paper_is_over_what_the_next_exam_asks(tmp_path: Path) -> None:
    day = str(date.today() + timedelta(days=30))
    chapters = ["--chapters", "attention,classification-metrics", "--weights", "attention=100"]
    assert quizprep("exam", "set", day, *chapters, home=tmp_path).returncode == 0
    output = str(tmp_path / "out")
    drawn = quizprep("exam", "mock", "--paper", "--questions", "6", "--output", output, "--json", home=tmp_path)
    asked = Deck.open(None, cache_path=None)
    assert {asked.question(id).chapter for id in json.loads(drawn.stdout)["questions"]} == {"attention"}
