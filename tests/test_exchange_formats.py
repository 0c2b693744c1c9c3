"""Tables, Moodle's GIFT, QTI and printed papers: what is written, and what a table that comes in becomes."""

from __future__ import annotations

import csv
import functools
import io
import json
import os
import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from exchange_cards import write_deck
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from quizprep.cli import application
from quizprep.deck import Deck
from quizprep.errors import LearnerError
from quizprep.exchange import tables
from quizprep.exchange.markup import html, latex
from quizprep.exchange.pack_files import write_pack
from quizprep.exchange.tables import read_table
from quizprep.question import Question

MORE = """
  - id: in-order
    kind: order
    covers: [recall]
    source: "Book (1979), ch. 8"
    prompt: {en: "Which | order?", ko: "어떤 순서?"}
    items: [{en: first = 1, ko: 처음}, {en: "then {2}", ko: 다음}]
    explain: {en: That is it., ko: 그렇다.}
  - id: word
    kind: word
    covers: [recall]
    source: "Book (1979), ch. 8"
    prompt: {en: "What is $1 - TP~x$?", ko: "무엇인가?"}
    accept: [loss, 손실]
    explain: {en: That is it., ko: 그렇다.}
  - id: written
    kind: formula
    covers: [f1-score]
    proof: f1-score
    prompt: {en: "Write F1.", ko: "F1을 쓰라."}
    explain: {en: The harmonic mean., ko: 조화 평균이다.}
"""
program = functools.cache(lambda: application(["export", "import", "paper"]))


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(program(), [*map(str, arguments)])


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_deck(tmp_path_factory.mktemp("content"))
    with (folder / "deck.yaml").open("a", encoding="utf-8") as file:
        file.write(MORE.replace("{2}", "{{2}}"))
    return folder


def written(format: str, content: Path, folder: Path, *options: str) -> Path:
    path = folder / f"out.{format}"
    done = run("export", format, path, "--content", content, *options)
    assert done.exit_code == 0, done.output
    return path


def questions_in(folder: Path) -> dict[str, Question]:
    deck = Deck.open([folder], cache_path=None)
    return {question.prompt["en"]: question for question in deck.questions([entry.id for entry in deck.index()])}


# ------------------------------------------------------------------------ formulas


def test_words_in_formulas_are_words() -> None:
    assert latex(r"eta \le x_out \cdot \text{two words} TP ln(mu) 5% a->b") == (
        r"\eta  \le x_\mathrm{out} \cdot \text{two words} \mathrm{TP} \ln (\mu ) 5\% a\to b"
    )
    assert html("$$a$$ and $b$ for \\$5 <i>") == r"\[a\] and \(b\) for $5 &lt;i&gt;"


# ------------------------------------------------------------------------ tables


def test_a_table_goes_out_and_comes_back(content: Path, tmp_path: Path) -> None:
    table = written("csv", content, tmp_path, "--bom", "--variants", "2")
    text = table.read_text("utf-8-sig")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(text))}
    assert table.read_bytes().startswith(b"\xef\xbb\xbf") and {"counted", "counted#2", "chosen"} <= rows.keys()
    assert rows["chosen"]["answer"] == "predicted positives" and "not" not in rows["chosen"]["source"]
    assert rows["in-order"]["answer"] == "first = 1 | then {2}" and rows["in-order"]["prompt"] == "Which | order?"
    done = run("import", "csv", table, "--to", tmp_path / "pack", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["encoding"] == "utf-8-sig" and json.loads(done.stdout)["delimiter"] == "comma"
    found = questions_in(tmp_path / "pack")
    chosen = found["What does precision look at?"]
    assert (chosen.kind.name, chosen.id) == ("choice", "out/chosen")
    assert [alternative.right for alternative in chosen.kind.choices].count(True) == 1
    assert found["What is $1 - TP~x$?"].kind.accept == ("loss", "손실")
    assert {question.kind.name for question in found.values()} == {"choice", "recall", "word"}


def test_numbers_with_a_decimal_comma(content: Path, tmp_path: Path) -> None:
    table = written("csv", content, tmp_path, "--decimal-comma")
    rows = list(csv.DictReader(io.StringIO(table.read_text()), delimiter=";"))
    assert re.fullmatch(r"\d,\d+", rows[0]["answer"])
    read = read_table(table.read_bytes(), "t", "T", shown="t")
    assert (read.delimiter, read.decimal_comma) == (";", True)
    assert read.pack.cards[0].answers == (rows[0]["answer"], rows[0]["answer"].replace(",", "."))
    refused = run("export", "csv", tmp_path / "x.csv", "--decimal-comma", "--delimiter", "comma")
    assert refused.exit_code == 2 and "needs one of the last two" in refused.output


@pytest.mark.parametrize(
    ("text", "encoding", "delimiter", "cards"),
    [
        ("front,back\na,b\nc,d\n", "utf-8", ",", [("a", "b"), ("c", "d")]),
        ("uno;one, or a\ndos;two, 2\n", "utf-8", ";", [("uno", "one, or a"), ("dos", "two, 2")]),
        ("왼쪽\tleft\n오른쪽\tright", "utf-16", "\t", [("왼쪽", "left"), ("오른쪽", "right")]),
        ("Tags|Back|Front\nx|b|a\n", "utf-8-sig", "|", [("a", "b")]),
        ('Question,Answer\n"two\nlines",y\n', "utf-8", ",", [("two\nlines", "y")]),
        ("앞면,뒷면\n가,나\n", "utf-8", ",", [("가", "나")]),
    ],
)
def test_encoding_and_delimiter_are_told(
    text: str, encoding: str, delimiter: str, cards: list[tuple[str, str]]
) -> None:
    table = read_table(text.encode(encoding), "t", "T", shown="t")
    assert (table.delimiter, table.refused) == (delimiter, ())
    assert [(card.prompt, card.answers[0]) for card in table.pack.cards] == cards


def test_rows_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    table = tmp_path / "words.csv"
    rows = ['id,front,back,options', 'x,"a', 'b",c,', ",,only,", "x,d,e,", "y,f,g,g | h", "z,i,j,k | l", "v,m,n,,o", f"w,p,{'q' * 20_000},"]  # fmt: skip
    table.write_text("\n".join(rows))
    done = run("import", "csv", table, "--to", tmp_path / "pack")
    assert done.exit_code == 1 and "2 cards in" in done.output
    lines = [line.partition("words.csv:")[2] for line in done.output.splitlines() if "words.csv:" in line]
    assert [int(line.partition(":")[0]) for line in lines] == [4, 5, 7, 8, 9]
    assert set(questions_in(tmp_path / "pack")) == {"a\nb", "f"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("é,b\n".encode("latin-1") * 3, "line 1 is no utf-8; say what it is with --encoding"),
        (b"", "no row with a front and a back"),
        (b'a,b\nc,"d\n', "line 2: unexpected end of data"),
        (b"a,b\n" * 5, "4 rows"),
        (b"a," + b"x" * 200_000, "field larger than field limit"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused(content: bytes, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 4)
    with pytest.raises(LearnerError, match=re.escape(said)):
        read_table(content, "t", "T", shown="t")


@settings(max_examples=60)
@given(st.text('ab,;\t|"\n\r$\\{}\x1b\u202e=', max_size=80), st.sampled_from(["utf-8", "utf-16", "latin-1"]))
def test_any_table_becomes_a_pack_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("table")
    try:
        table = read_table(text.encode(encoding, "replace"), "t", "T", shown="t")
    except LearnerError as error:
        assert "cannot be used" in str(error)
        return
    write_pack(folder / "pack", table.pack, {})
    assert len(Deck.open([folder / "pack"], cache_path=None).index()) == len(table.pack.cards)


def test_a_megabyte_of_rows_takes_no_more_than_it_has_to(tmp_path: Path) -> None:
    rows = "".join(f"front {number},back {number}\n" for number in range(20_000))
    assert len(read_table(rows.encode(), "t", "T", shown="t").pack.cards) == 20_000


# ------------------------------------------------------------------------ Moodle, QTI


def test_gift(content: Path, tmp_path: Path) -> None:
    text = written("gift", content, tmp_path).read_text()
    assert text.startswith("$CATEGORY: quizprep/")
    blocks = {re.match(r"::(.*?)::", part)[1]: part for part in text.strip().split("\n\n")[1:]}  # type: ignore[index]
    assert blocks.keys() == {"counted", "chosen", "told", "in-order", "word", "written"}
    for part in blocks.values():  # braces around the answers alone; all others are escaped
        assert len(re.findall(r"(?<!\\)[{}]", part)) == 2 and part.endswith("}")
    number = re.search(r"\{#([\d.]+):([\d.]+)####", blocks["counted"])
    assert number and abs(float(number[2]) - 0.01 * float(number[1])) < 1e-6
    assert (
        blocks["chosen"].count("\n  =") == blocks["chosen"].count("\n  ~") == 1
        and "#That is recall." in blocks["chosen"]
    )
    assert "=first \\= 1 -> 1" in blocks["in-order"] and "=then \\{2\\} -> 2" in blocks["in-order"]
    assert "{ =loss =손실####" in blocks["word"] and r"\\(1 - \\mathrm\{TP\}\~x\\)" in blocks["word"]
    assert "{####predictions<br>real positives<br>" in blocks["told"]


def test_qti(content: Path, tmp_path: Path) -> None:
    """The order of the parts, and every reference: what the published schema and a player ask for."""
    namespace = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
    parts = [
        "responseDeclaration",
        "outcomeDeclaration",
        "outcomeDeclaration",
        "itemBody",
        "responseProcessing",
        "modalFeedback",
    ]
    with zipfile.ZipFile(written("qti", content, tmp_path, "--variants", "2")) as package:
        manifest = ElementTree.fromstring(package.read("imsmanifest.xml"))
        files = [each.get("href") for each in manifest.iter("{http://www.imsglobal.org/xsd/imscp_v1p1}file")]
        assert sorted([*files, "imsmanifest.xml"]) == sorted(package.namelist())
        items = {name[8:-4]: ElementTree.fromstring(package.read(name)) for name in files}
    for item in items.values():
        found = [each.tag.removeprefix(namespace) for each in item]
        assert found == [part for part in parts if part in found] and {*parts} - {*found} <= {"responseProcessing"}
        options = {each.get("identifier") for each in item.iter(f"{namespace}simpleChoice")}
        declared = item[0]
        right = [each.text for each in declared.iter(f"{namespace}value")]
        assert declared.get("baseType") != "identifier" or (right and {*right} <= options)
    assert items["counted"].find(f".//{namespace}equal").attrib == {"toleranceMode": "relative", "tolerance": "1 1"}
    assert items["counted"].find(f".//{namespace}p").text != items["counted_2"].find(f".//{namespace}p").text
    assert [each.get("mapKey") for each in items["word"].iter(f"{namespace}mapEntry")] == ["loss", "손실"]
    assert items["in-order"][0].get("cardinality") == "ordered"


# ------------------------------------------------------------------------ paper


def test_a_sheet_with_and_without_answers(content: Path, tmp_path: Path) -> None:
    sheet = written("markdown", content, tmp_path).read_text()
    answers = written("markdown", content, tmp_path, "--answers").read_text()
    assert sheet.startswith("# Questions\n\n6 questions, seed 0") and answers.startswith("# Questions: solutions")
    assert "mode" not in sheet and "predicted positives" in sheet and "not proven" in answers and "minutes" not in sheet
    page = written("html", content, tmp_path, "--lang", "ko").read_text()
    assert page.startswith("<!doctype html>") and "<title>문제</title>" in page


def test_papers_differ_in_their_numbers_and_have_a_key_each(content: Path, tmp_path: Path) -> None:
    command = [
        "paper",
        "counted",
        "chosen",
        "--variants",
        "A,B,C",
        "--content",
        content,
        "--output",
        tmp_path,
        "--json",
    ]
    done = run(*command)
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["files"]) == 13
    pages = {name: (tmp_path / f"paper-{name}.md").read_text() for name in "ABC"}
    numbers = {name: re.search(r"TP = (\d+), FP = (\d+), FN = (\d+)", page) for name, page in pages.items()}
    assert len({found[0] for found in numbers.values() if found}) == 3 and pages["B"].startswith("# Paper B\n")
    for name, found in numbers.items():
        assert found is not None
        tp, fp, fn = map(int, found.groups())
        key = (tmp_path / f"paper-{name}-key.md").read_text()
        assert f"computed answer: {2 * tp / (2 * tp + fp + fn):.6g}" in key.replace("\\", "")
    assert run(*command).exit_code == 0 and (tmp_path / "paper-A.md").read_text() == pages["A"]


@pytest.mark.parametrize("variants", ["", "A,A", "a,A", "../x", "A,,B", ",".join(map(str, range(51)))])
def test_names_of_papers_are_names_of_files(variants: str, tmp_path: Path) -> None:
    done = run("paper", "f1-score", "--variants", variants, "--output", tmp_path)
    assert done.exit_code == 2 and "different names" in done.output and not list(tmp_path.iterdir())


def test_the_answer_stands_in_no_sheet(content: Path, tmp_path: Path) -> None:
    assert os.path.getsize(written("html", content, tmp_path, "counted")) > 500
    page = (tmp_path / "out.html").read_text()
    assert "F_1" not in page and "computed answer" not in page
