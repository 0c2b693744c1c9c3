"""Decks in Markdown: what notes say is what is asked, and what looks like a question and is none is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_packs import pack
from typer.testing import CliRunner

from quizprep.cli import COMMANDS, application
from quizprep.deck import Deck, defects, findings
from quizprep.deck import markdown as markdown_module
from quizprep.deck.markdown import read
from quizprep.errors import AuthorError, LearnerError
from quizprep.files import alone
from quizprep.folders import data_directory
from quizprep.packs import install
from quizprep.packs.notes import draft
from quizprep.packs.places import FOLDER, lock_of
from quizprep.question import Question
from quizprep.strict_yaml import YamlMapping

NOTES = r"""---
tags: [cards]
---
# Newton's mechanics

Prose is left alone: x == y, `a::b`, $c::d$, and nothing costs $5.

## Laws of motion

<!-- id: inertia -->
Q: What is **inertia**, in {words}?
A: Resistance to change, \(F = m a\)
or to be *moved*.

It goes on here.

---
force::mass times $a$
newton:::unit of force <!--SR:!2021-08-20,13,290-->

- The ==force== is the ==rate of change== of $p$.
- Momentum is ==$p = m v$==.

Which are conserved?
?
- energy
- momentum ^conserved

C: The [order] of a group is [its cardinality], not [[a link]].

### Units

```yaml
id: unit
kind: choice
prompt: Which unit?
choices:
  - {text: newton, right: true}
  - {text: joule, why: That is energy.}
```

```cpp
std::vector
```
"""


def asked(tmp_path: Path, text: str, more: str = "") -> list[Question]:
    """The questions of a pack whose one chapter is this Markdown."""
    folder = pack(tmp_path / "mechanics", more=more).folder
    (folder / "forces.yaml").unlink()
    (folder / "notes.md").write_text(text, encoding="utf-8")
    deck = Deck.open([folder], cache_path=None)
    return deck.questions([entry.id for entry in deck.index()])


def entries(text: str) -> list[YamlMapping]:
    root = read(text.encode(), "notes").root
    assert root is not None
    return root["questions"]


def test_every_way_of_writing_is_read(tmp_path: Path) -> None:
    found = asked(tmp_path, NOTES)
    said = [(each.line, each.kind.name, each.prompt["en"], [text["en"] for text in each.kind.texts]) for each in found]
    whole = "Resistance to change, $F = m a$\nor to be moved.\n\nIt goes on here."
    assert said == [
        (11, "recall", "What is inertia, in {{words}}?", [whole]),
        (18, "recall", "force", ["mass times $a$"]),
        (19, "recall", "newton", ["unit of force"]),
        (19, "recall", "unit of force", ["newton"]),
        (21, "word", "The […] is the rate of change of $p$.", ["force"]),
        (21, "word", "The force is the […] of $p$.", ["rate of change"]),
        (22, "recall", "Momentum is […].", ["$p = m v$"]),
        (24, "recall", "Which are conserved?", ["energy", "momentum"]),
        (29, "word", "The […] of a group is its cardinality, not a link.", ["order"]),
        (29, "word", "The order of a group is […], not a link.", ["its cardinality"]),
        (34, "choice", "Which unit?", ["newton", "joule", "That is energy."]),
    ]
    ids = [each.id for each in found]
    assert ids[0] == "mechanics/inertia" and ids[7] == "mechanics/conserved" and ids[10] == "mechanics/unit"
    assert ids[3] == f"{ids[2]}-reverse" and len(set(ids)) == len(ids)
    assert {each.covers for each in found[:10]} == {("mechanics/laws-of-motion",)}
    assert found[10].covers == ("mechanics/units",) and found[10].chapter == "mechanics/newton-s-mechanics"
    assert not any(each.proof for each in found)


def test_headings_are_titles(tmp_path: Path) -> None:
    asked(tmp_path, "# 역학과 힘\n\n## Newton's laws\n\nQ: a\nA: b\n")
    deck = Deck.open([tmp_path / "mechanics"], cache_path=None)
    (chapter,) = deck.syllabus().chapters
    assert chapter.title["en"] == "역학과 힘" and chapter.topics[0].title["en"] == "Newton's laws"
    assert deck.title(chapter.topics[0].id, "en") == "Newton's laws"


def test_a_question_with_numbers_names_a_proof(tmp_path: Path) -> None:
    block = "kind: number\nproof: f1-score\nparams: {TP: 4..9, FP: 1..3, FN: 2..5}\nprompt: With {TP}, {FP}, {FN}?"
    with pytest.raises(AuthorError, match=r"notes\.md:5: there is no proof `f1-score`"):
        asked(tmp_path, f"# F\n\n```yaml\n{block}\n```\n")
    (one,) = asked(tmp_path, f"```yaml\n{block}\n```\n", more="needs: [deep-learning]\n")
    assert one.proof == "f1-score" and set(one.params) == {"TP", "FP", "FN"}


def test_an_id_follows_from_the_question_or_is_given() -> None:
    def ids(text: str) -> list[str]:
        return [entry["id"] for entry in entries(text)]

    first = ids("Q: What is a force?\nA: mass times acceleration\n")
    assert ids("# Else\n\nQ: What is  a force?\nA: An answer that was mended.\n") == first
    assert ids("Q: What was a force?\nA: mass times acceleration\n") != first
    assert ids("<!-- id: f -->\nQ: What was a force?\nA: m a\n") == ["f"]
    more = ids("A ==b== c ==d==.\n")
    assert set(ids("A ==b== ==c== ==d==.\n")) > set(more)  # another gap leaves those that were there
    assert ids("a ==b== and ==b== <!-- id: two -->") == ["two-1", "two-2"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a::b\n\nQ: lonely\n\n# Next\n", 3),
        ("a::b\n\nA: lonely\n", 3),
        ("a::b\n\nC: no gap\n", 3),
        ("a::b\n\n\nonly::\n", 4),
        ("a::b\n\n?\nonly\n", 3),
        ("a::b\n\n<!-- id: of-nothing -->\n", 3),
        ("a::b\n\nQ: lonely <!-- id: of-nothing -->\n\n# Next\nc::d\n", 3),
        (f"a::b\n\n{'x' * 30_000}\n", 3),
    ],
)
def test_what_looks_like_a_question_is_named(text: str, line: int) -> None:
    found = read(text.encode(), "notes")
    assert [defect.line for defect in found.unread] == [line] and not found.defects
    assert all(entry["id"] != "of-nothing" for entry in found.root["questions"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Only prose.\n", "1: holds no questions"),
        ("Q: twice\nA: a\n\nQ: twice\nA: b\n", "4: the question of line 1 again"),
        ("\n\n<!-- id: Not An Id -->\nQ: a\nA: b\n", "4: "),
        ("a::b\n\n```yaml\nkind: word\nprompt: a\naccept: [b\n```\n", "3: "),
        ("a::b\n\n```yaml\nkind: ward\nprompt: a\n```\n", "4: unknown kind `ward`"),
        ("a::\x07b\n", "1: the control character U+0007"),
    ],
)
def test_a_fault_has_its_file_and_line(tmp_path: Path, text: str, said: str) -> None:
    text = text.replace("Not An Id", "Not-An-Id")
    with pytest.raises(AuthorError) as error:
        asked(tmp_path, text)
    path = tmp_path / "mechanics" / "notes.md"
    if "yaml" in text and "[b" in text:  # the parser says where the list was to be closed
        assert all(line.startswith(f"{path}:") for line in error.value.defects)
    else:
        assert any(line.startswith(f"{path}:{said}") for line in error.value.defects), error.value.defects


def test_which_files_of_a_pack_are_decks(tmp_path: Path) -> None:
    folder = pack(tmp_path / "mechanics").folder
    for name in ("README", "CHANGELOG", "licence"):
        (folder / f"{name}.md").write_text("Only prose.\n")
    assert defects([folder]) == []
    (folder / "ideas.md").write_text("Only prose.\n")
    assert defects([folder])[0].startswith(f"{folder / 'ideas.md'}:1: holds no questions; ")
    (tmp_path / "loose.md").write_text("a::b\n")
    assert "quizprep pack import" in defects([tmp_path / "loose.md"])[0]


def test_korean_notes_in_a_pack_of_two_languages(tmp_path: Path) -> None:
    found = asked(tmp_path, "Q: 힘이란?\nA: 질량 곱하기 가속도\n", more="languages: [en, ko]\n")
    assert found[0].prompt.by_language == {"ko": "힘이란?"}


def test_gaps_with_hints_and_numbers_are_read_as_the_plugin_reads_them(tmp_path: Path) -> None:
    """The examples of https://www.stephenmwangi.com/obsidian-spaced-repetition/flashcards/cloze-cards/"""
    text = (
        "This ==note== doesn't need to have ==number==^[hint] on clozes <!--SR:!2024-05-22,1,230-->\n\n"
        "This is a ==cloze==^[a hint][^1]. This is ==too, but without hint==[^2]. "
        "And this one is asked ==together with the first cloze==[^1].\n"
    )
    found = [(each.prompt["en"], each.kind.name, texts_of(each)) for each in asked(tmp_path, text)]
    assert found == [
        ("This […] doesn't need to have number on clozes", "word", ["note"]),
        ("This note doesn't need to have [hint] on clozes", "word", ["number"]),
        (
            "This is a [a hint]. This is too, but without hint. And this one is asked […].",
            "recall",
            ["cloze", "together with the first cloze"],
        ),
        (
            "This is a cloze. This is […]. And this one is asked together with the first cloze.",
            "word",
            ["too, but without hint"],
        ),
    ]
    (problem,) = read(b"==Item 1==[^ashh] and ==Item 2==[^hash]", "n").unread
    assert problem.line == 1 and "gaps that hide one another" in problem.message


def test_the_tag_of_a_deck_is_no_part_of_a_question(tmp_path: Path) -> None:
    text = "#flashcards/science\nTwo\nlines #x\n?\nanswer\n<!--SR:!2024-08-16,51,230-->\n\n#flashcards Q2::A2 <!--SR:!2023-09-02,4,270-->\n"
    assert [(each.prompt["en"], texts_of(each)) for each in asked(tmp_path, text)] == [
        ("Two\nlines #x", ["answer"]),
        ("Q2", ["A2"]),
    ]


def texts_of(question: Question) -> list[str]:
    return [text["en"] for text in question.kind.texts]


def test_pictures_beside_notes_come_along_and_the_rest_is_named(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    (vault / "attachments").mkdir(parents=True)
    for name in ("a b.png", "attachments/shot 1.png", "root.webp", "song.mp3", "large.png", "../secret.png"):
        (vault / name).write_bytes(b"x" * (17 << 20 if name == "large.png" else 3))
    (vault / "link.png").symlink_to(tmp_path / "secret.png")
    targets = [
        "a%20b.png",
        "@/root.webp",
        "song.mp3",
        "large.png",
        "../secret.png",
        "link.png",
        "gone.png",
        "/etc/x.png",
    ]
    targets += ["https://example.org/y.png"]
    notes = vault / "notes.md"
    lines = [f"What is ![]({target})?::answer {place}" for place, target in enumerate(targets)]
    notes.write_text("\n".join([*lines, "What is ![[shot 1.png]]?::a shot"]))
    made = draft(notes, tmp_path / "packs" / "notes", [])
    assert made.pictures == {
        "a b.png": vault / "a b.png",
        "@/root.webp": vault / "root.webp",
        "shot 1.png": vault / "attachments" / "shot 1.png",
    }
    said = [line.removeprefix(f"{notes}:") for line in made.left]
    assert said == [
        "3: song.mp3: is no picture; it cannot be shown",
        "4: large.png: is larger than 16 MB; split it, or make the picture smaller",
        "5: ../secret.png: leaves the folder of the pack; pack it again",
        "6: link.png: is a link; put the file itself there",
        "7: gone.png: is not there; put it beside the notes",
        "8: /etc/x.png: leaves the folder of the pack; pack it again",
        "9: https://example.org/y.png: stays on the web; put the picture beside the notes to have it",
    ]
    assert not (tmp_path / "packs").exists()
    made.write()
    there = tmp_path / "packs" / "notes"
    assert sorted(path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file()) == [
        "@/root.webp", "a b.png", "notes.md", "pack.yaml", "shot 1.png",
    ]  # fmt: skip
    (vault / "a b.png").write_bytes(b"new")
    draft(notes, there, []).write()
    assert (there / "a b.png").read_bytes() == b"new" and (there / "a b.png.old").read_bytes() == b"xxx"


def program(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(application(COMMANDS), list(arguments))
    return result.exit_code, result.output


def test_import_shows_first_and_writes_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    notes = tmp_path / "week 1.md"
    notes.write_text("# Forces\n\nforce::$m a$\n\nQ: lonely\n", encoding="utf-8")
    target = tmp_path / "course" / "week-1.md"
    code, out = program("pack", "import", str(notes), "--into", str(target.parent))
    assert code == 0 and not target.parent.exists() and "--write" in out
    assert "week 1.md:3: recall: force → m a" in out and "week 1.md:5: `Q:` without" in out
    assert "1 question (1 recall) → new pack course" in out
    program("pack", "import", str(notes), "--into", str(target.parent), "--write")
    assert target.read_bytes() == notes.read_bytes()
    assert Deck.open([target.parent], cache_path=None).index()[0].id.startswith("course/force-")
    notes.write_text("power::work by time\n")
    code, out = program("pack", "import", str(notes), "--into", str(target.parent), "--write", "--json")
    assert json.loads(out)["new"] is False and target.read_text() == notes.read_text()
    assert "Forces" in target.with_name("week-1.md.old").read_text()  # nothing is lost
    assert findings([target.parent]).defects == []


def test_notes_are_written_while_nobody_else_changes_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "PATIENCE", 0.05)
    notes = tmp_path / "notes.md"
    notes.write_text("force::$m a$\n")
    home = data_directory() / FOLDER
    first, second = (draft(notes, home / "course", []) for _ in range(2))
    home.mkdir(parents=True)
    with alone(lock_of(home), 1), pytest.raises(LearnerError, match="Another `quizprep pack` command is at work"):
        first.write()
    assert list(home.iterdir()) == []
    first.write()
    with pytest.raises(LearnerError, match="course has become a pack since it was looked at"):
        second.write()


def test_notes_with_a_fault_change_nothing(tmp_path: Path) -> None:
    folder = pack(tmp_path / "mechanics").folder
    notes = tmp_path / "notes.md"
    notes.write_text("<!-- id: unit -->\nQ: a\nA: b\n\n<!-- id: Bad -->\nQ: c\nA: d\n")
    with pytest.raises(AuthorError, match=r"notes\.md:6: `Bad` is no id"):
        draft(notes, folder, [])
    notes.write_text("<!-- id: unit -->\nQ: a\nA: b\n")  # an id of the pack
    with pytest.raises(
        AuthorError, match=r"notes\.md:2: the id `mechanics/unit` is taken by .*mechanics/forces\.yaml:2;"
    ):
        draft(notes, folder, [])
    assert sorted(each.name for each in folder.iterdir()) == ["forces.yaml", "pack.yaml"]


PIECES = st.sampled_from(
    "Q: |A: |C: |::|:::|?|??|==|[|]|$|$$|`|```|```yaml\n|kind: word\n|prompt: a\n|accept: [b]\n|- |# |## |---|<br>|\n|\n\n"
    "|<!-- id: x -->|<!--|-->|\\(|\\)|\\|{x}|**|*|_|![[|[[|]]|![](|)| |a|힘|^b|\r\n|\ufffc|\t".split("|")
)


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_written_is_read_or_named(text: str) -> None:
    found = read(text.encode(), "notes")
    last = text.count("\n") + 1
    assert all(1 <= defect.line <= last for defect in (*found.defects, *found.unread))
    assert found.root is not None and all(1 <= line <= last for line in found.root["questions"].lines)
    if not found.root["questions"]:
        assert found.defects


@pytest.mark.parametrize(
    "piece",
    [
        "<!--",
        "[[",
        "\\(",
        "$$",
        "$",
        "`",
        "==a ",
        "![](",
        "**",
        "*a",
        "_a ",
        "Q: a\n",
        "::",
        "[a",
        "a::b\n",
        "::a\n",
        "- ==a==\n",
        "==a== ",
        "==a==\n",
        "?\n",
        "<!-- id: a -->",
        "<!-- id: a -->\n",
        "C: [a]\n",
    ],
)
def test_long_notes_take_time_in_proportion(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks that are opened and never closed: as many steps for twice the text would be a minute here."""
    monkeypatch.setattr(markdown_module, "MAX_LINE", 10**9)
    read((piece * (200_000 // len(piece))).encode(), "notes")
