"""What a new user stumbled over who tried every command of the README, in both languages: it stays mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from program import ROOT, quizprep
from terminal import Terminal


def test_a_number_in_a_unit_that_is_not_asked_for_is_told_so(tmp_path: Path) -> None:
    for language, said in (("en", "no unit is asked for"), ("ko", "단위를 묻지 않았습니다")):
        asked = quizprep("quiz", "f1-from-counts", "--lang", language, stdin="0.1 kg\n:q\n", home=tmp_path)
        assert said in asked.stdout + asked.stderr


def test_too_few_reviews_are_said_before_torch_is_imported(tmp_path: Path) -> None:
    (tmp_path / "fake" / "torch").mkdir(parents=True)
    (tmp_path / "fake" / "torch" / "__init__.py").write_text("raise SystemExit('torch was imported')\n")
    home = tmp_path / "home"
    home.mkdir()
    quizprep("drill", "f1-from-counts", "-n", "1", stdin="0.5\n1\n", home=home)
    path = {"PYTHONPATH": f"{tmp_path / 'fake'}:{ROOT}"}
    done = quizprep("optimize", "--lang", "en", home=home, env=path, fresh=True)
    assert done.returncode == 2 and "fitting takes at least 100" in done.stderr


def test_the_history_of_a_card_tells_a_flag_from_one_taken_away(tmp_path: Path) -> None:
    quizprep("card", "f1-from-counts", "--flag", "two are right", home=tmp_path)
    shown = quizprep("card", "f1-from-counts", "--flag", "", "--lang", "en", home=tmp_path).stdout
    assert shown.count("· flagged") == 1 and shown.count("· flag taken away") == 1
    assert "표시를 지움" in quizprep("card", "f1-from-counts", "--lang", "ko", home=tmp_path).stdout


def test_what_a_card_is_already_is_no_event_of_its_history(tmp_path: Path) -> None:
    for change in (["--unsuspend"], ["--reset"], ["--flag", ""]):
        shown = quizprep("card", "f1-from-counts", *change, "--lang", "en", home=tmp_path)
        assert shown.returncode == 0 and "·" not in shown.stdout
    for _ in range(2):
        shown = quizprep("card", "f1-from-counts", "--suspend", "--lang", "en", home=tmp_path)
    assert shown.stdout.count("· suspended") == 1


@pytest.mark.parametrize(("language", "said"), [("en", "8 questions can be meant: "), ("ko", "문제가 8개 있습니다: ")])
def test_a_topic_in_place_of_a_question_leads_to_its_cards(language: str, said: str, tmp_path: Path) -> None:
    refused = quizprep("card", "f1-score", "--lang", language, home=tmp_path)
    assert refused.returncode == 2 and f"{said}quizprep cards f1-score" in refused.stderr


def test_cards_in_two_languages_are_told_in_the_learners(tmp_path: Path) -> None:
    written = quizprep(
        *("export", "anki", str(tmp_path / "f1.apkg"), "f1-score", "--variants", "2", "--lang", "both"),
        home=tmp_path,
        env={"QUIZPREP_LANG": "ko"},
    )
    assert "파일에 노트 " in written.stderr


def test_what_is_no_zip_is_told_in_korean(tmp_path: Path) -> None:
    (tmp_path / "cards.apkg").write_text("front,back\n")
    refused = quizprep("import", "anki", str(tmp_path / "cards.apkg"), "--lang", "ko", home=tmp_path)
    assert "읽을 수 있는 zip이 아닙니다(아니면 끝이 잘렸습니다)." in refused.stderr


def test_a_server_that_is_off_is_told_in_the_learners_language(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    away = {"QUIZPREP_STORE": "postgresql://ada@127.0.0.1:1/course"}  # nothing listens on port 1
    said = {
        language: quizprep("stats", "--lang", language, home=tmp_path, env=away).stderr for language in ("en", "ko")
    }
    assert "ada@127.0.0.1/course cannot be used: nothing answers there" in said["en"]
    assert "ada@127.0.0.1/course 서버를 쓸 수 없습니다: 응답이 없습니다" in said["ko"]


def test_a_path_longer_than_the_line_can_be_copied(tmp_path: Path) -> None:
    home = tmp_path / ("a-folder-with-a-long-name-" * 4)
    home.mkdir()
    arguments = ["-m", "quizprep", "config", "--no-pager", "--lang", "en"]
    with Terminal(arguments, columns=60, rows=20, env={"QUIZPREP_HOME": str(home)}) as screen:
        screen.wait()
    assert str(home / "config.toml").encode() in screen.raw


ANSWERS = """student,question,answer,kind
Dan,f1-score,(P+R)/2,
Eve,softmax,"def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()",code
"""


def test_marks_are_korean_in_korean_and_show_code_with_its_own_names(tmp_path: Path) -> None:
    (tmp_path / "답안 표.csv").write_text(ANSWERS)
    quizprep("grade", str(tmp_path / "답안 표.csv"), "--lang", "ko", home=tmp_path / "home")
    marks = (tmp_path / "답안 표.marked.csv").read_text()
    assert "낸 답 0.416667, 정답 0.4" in marks and "yours" not in marks
    assert "e = exp(z − max(z))\ne/Σ(e)" in marks and "local" not in marks


def test_totals_in_place_of_the_answers_are_refused_by_their_own_option(tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    answers.write_text(ANSWERS)
    refused = quizprep("grade", str(answers), "--totals", str(answers), "--lang", "en", home=tmp_path / "home")
    assert refused.returncode == 2 and "name another --totals." in refused.stderr
    assert answers.read_text() == ANSWERS


def test_papers_are_not_replaced_by_others(tmp_path: Path) -> None:
    write = ("paper", "f1-from-counts", "--output", str(tmp_path / "papers"))
    assert quizprep(*write, home=tmp_path / "home").returncode == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "papers").iterdir()}
    refused = quizprep(*write, "--seed", "7", "--lang", "en", home=tmp_path / "home")
    assert refused.returncode == 2 and "has the numbers of other papers" in refused.stderr
    assert {path.name: path.read_bytes() for path in (tmp_path / "papers").iterdir()} == before
    assert quizprep(*write, home=tmp_path / "home").returncode == 0
    assert quizprep(*write, "--seed", "7", "--overwrite", home=tmp_path / "home").returncode == 0
    assert (tmp_path / "papers" / "paper-seeds.json").read_bytes() != before["paper-seeds.json"]


def test_an_exam_that_was_given_no_name_is_called_one_in_the_learners_language(tmp_path: Path) -> None:
    for language, name in (("en", "exam"), ("ko", "시험")):
        said = quizprep("exam", "set", "2099-12-10", "--lang", language, home=tmp_path).stdout
        assert said.startswith(f"{name}: 2099-12-10")
    assert quizprep("exam", "list", "--lang", "ko", home=tmp_path).stdout.splitlines()[1].startswith("exam ")


def test_the_answer_to_a_mistake_is_in_the_language_it_is_read_in(tmp_path: Path) -> None:
    question = "gru-gate-like-forget-and-input"
    quizprep("quiz", question, "--lang", "ko", stdin="no gate at all\n", home=tmp_path)
    shown = quizprep("mistakes", "--lang", "en", home=tmp_path).stdout
    assert "computed answer  update" in shown and "업데이트" not in shown


def test_an_option_that_was_chosen_is_told_in_the_language_of_the_reader(tmp_path: Path) -> None:
    content = tmp_path / "deck.yaml"
    content.write_text(CHOSEN, encoding="utf-8")
    home = tmp_path / "home"
    options = ("--content", str(content), "--lang")
    for digit in "12":  # one of them is wrong
        quizprep("quiz", "--seed", "1", *options, "ko", stdin=digit, home=home)
    quizprep("drill", *options, "ko", stdin="1\n2\n1\n2\n", home=home)
    for language, wrong, right in (("en", "real positives", "predicted positives"), ("ko", "실제 양성", "양성 예측")):
        for command, said in (("mistakes", [wrong]), ("card", [wrong, right])):
            shown = quizprep(command, "chosen", *options, language, home=home).stdout
            assert any(option in shown for option in said), shown
            assert bool(re.search("[가-힣]", shown)) is (language == "ko"), shown


CHOSEN = """
chapter: classification-metrics
questions:
  - id: chosen
    kind: choice
    covers: [f1-score]
    source: "van Rijsbergen, Information Retrieval (1979), ch. 7"
    prompt: {en: What does precision look at?, ko: 정밀도가 보는 것은?}
    choices:
      - text: {en: predicted positives, ko: 양성 예측}
        right: true
      - text: {en: real positives, ko: 실제 양성}
        why: {en: That is recall., ko: 그것은 재현율이다.}
    explain: {en: Look at the denominator., ko: 분모를 보라.}
"""
