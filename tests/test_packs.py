"""Packs: courses of one's own, side by side with the shipped one."""

from __future__ import annotations

import _thread
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program import ROOT, give_compiled_deck, quizprep
from typer.testing import CliRunner

from quizprep import proof_rules, proofs
from quizprep.ask import ask, source_of
from quizprep.cli import COMMANDS, application
from quizprep.content_rules import question_defects
from quizprep.deck import Deck, Place, content_directory, findings
from quizprep.deck.pack_file import Pack, in_words
from quizprep.deck.sources import example_packs
from quizprep.errors import AuthorError, LearnerError
from quizprep.files import alone
from quizprep.mutation_score import score
from quizprep.packs import files_of_pack, install, places
from quizprep.packs.install import add, remove
from quizprep.packs.new import write
from quizprep.proofs import UNPROVEN
from quizprep.prover import compute
from quizprep.self_test import self_test
from quizprep.text import LANGUAGES, Text

FORCES = """questions:
  - id: unit
    kind: choice
    prompt: In what is a force measured?
    choices:
      - {text: newton, right: true}
      - {text: joule, why: That is energy.}
  - id: heavy
    kind: truth
    covers: [fall]
    prompt: A heavy stone falls faster.
    holds: false
  - id: name
    kind: word
    was: [old-name]
    covers: [fall, constants]
    prompt: What is 9.81 m/s² called?
    accept: [gravity]
    explain: It is g.
  - id: laws
    kind: recall
    prompt: What are the laws?
    points: [inertia, action]
  - id: steps
    kind: order
    prompt: In which order?
    items: [draw, resolve, add]
"""


def pack(folder: Path, name: str = "mechanics", more: str = "", **files: str) -> Place:
    """A pack in a folder; ``files`` are its chapters, ``forces`` as above by default."""
    folder.mkdir(exist_ok=True)
    head = f"name: {name}\ntitle: Mechanics\n" + ("" if "languages" in more else "languages: [en]\n")
    (folder / "pack.yaml").write_text(head + more, encoding="utf-8")
    for chapter, text in (files or {"forces": FORCES}).items():
        (folder / f"{chapter}.yaml").write_text(text, encoding="utf-8")
    return Place(folder)


@pytest.fixture
def cache_path(tmp_path: Path) -> Path:
    """A cache that has the shipped course."""
    home = tmp_path / "compiled"
    home.mkdir()
    give_compiled_deck(home)
    return home / "cache" / "deck.db"


def opened(*places: Place, only: list[str] | None = None, cache_path: Path | None = None) -> Deck:
    return Deck.open([], packs=places, only=only or [place.folder.name for place in places], cache_path=cache_path)


def test_a_pack_stands_beside_the_course_under_names_of_its_own(tmp_path: Path, cache_path: Path):
    place = pack(tmp_path / "mechanics")
    deck = Deck.open(packs=[place], cache_path=cache_path)
    added = [entry for entry in deck.index() if "/" in entry.id]
    assert [each.name for each in deck.packs] == ["deep-learning", "mechanics"]
    assert [entry.id for entry in added] == [f"mechanics/{id}" for id in ("unit", "heavy", "name", "laws", "steps")]
    assert len(deck.index()) == len(Deck.open(cache_path=cache_path).index()) + len(added)
    assert {entry.chapter for entry in added} == {"mechanics/forces"}
    assert added[0].covers == ("mechanics/forces",) and added[2].covers == ("mechanics/fall", "mechanics/constants")
    chapter = deck.syllabus().chapters[-1]
    assert (chapter.id, chapter.title) == ("mechanics/forces", Text("Forces"))
    assert [topic.id for topic in chapter.topics] == [f"mechanics/{id}" for id in ("forces", "fall", "constants")]
    assert deck.title("mechanics/fall", "ko") == "Fall"


def test_a_bare_name_will_do_where_one_pack_has_it(tmp_path: Path):
    deck = opened(pack(tmp_path / "mechanics"), pack(tmp_path / "more", "more", other=FORCES))
    for name in ("heavy", "fall"):
        with pytest.raises(LearnerError, match=f"`{name}` is in several packs; give one of mechanics/{name}, more/"):
            deck.select([name])
    assert deck.full_names(["forces", "mechanics/fall"]) == ["mechanics/forces", "mechanics/fall"]
    assert [entry.chapter for entry in deck.select(["more"])] == ["more/other"] * 5
    assert deck.question("mechanics/unit").prompt["ko"] == "In what is a force measured?"
    alone = opened(pack(tmp_path / "mechanics"))
    assert (alone.question("unit").id, alone.question("old-name").id) == ("mechanics/unit", "mechanics/name")


def test_a_name_of_the_course_is_always_that(tmp_path: Path, cache_path: Path):
    precision = FORCES.replace("[fall]", "[precision]")
    deck = Deck.open(packs=[pack(tmp_path / "mechanics", forces=precision)], cache_path=cache_path)
    assert deck.full_names(["precision"]) == deck.full_names(["deep-learning/precision"]) == ["precision"]
    assert "mechanics/heavy" not in [entry.id for entry in deck.select(["precision"])]


def test_only_the_packs_that_are_asked_for(tmp_path: Path, cache_path: Path):
    places = [pack(tmp_path / "mechanics"), pack(tmp_path / "more", "more")]
    deck = Deck.open(packs=places, only=["more"], cache_path=None)
    assert {entry.id.partition("/")[0] for entry in deck.index()} == {"more"}
    assert "attention" in Deck.open(packs=places, only=["deep-learning"], cache_path=cache_path).chapters()
    with pytest.raises(LearnerError, match="There is no pack `mor`; did you mean `more`"):
        Deck.open(packs=places, only=["mor"], cache_path=None)


def test_a_path_in_a_pack_belongs_to_it(tmp_path: Path):
    folder = pack(tmp_path / "mechanics").folder
    for path in (folder, folder / "forces.yaml"):
        assert Deck.open([path], cache_path=None).index()[0].id == "mechanics/unit"


def test_histories_follow_a_pack_that_was_renamed(tmp_path: Path):
    deck = opened(pack(tmp_path / "mechanics", more="was: [physics]\n"))
    former = deck.former_ids()
    assert former["physics/unit"] == "mechanics/unit"
    assert former["physics/old-name"] == former["mechanics/old-name"] == "mechanics/name"
    beside = opened(pack(tmp_path / "mechanics", more="was: [physics]\n"), pack(tmp_path / "physics", "physics"))
    assert "physics/unit" not in beside.former_ids()  # it is there itself


def test_an_exam_may_name_a_pack_that_is_not_there(tmp_path: Path):
    deck = opened(pack(tmp_path / "mechanics", more="was: [physics]\n"))
    names = ("attention", "physics/forces", "mechanics/nothing")
    assert {entry.chapter for entry in deck.asked_in(names)} == {"mechanics/forces"}
    assert deck.asked_in(["attention"]) == [] and len(deck.asked_in([])) == 5


def test_a_syllabus_says_which_chapters_and_topics_there_are(tmp_path: Path):
    place = pack(tmp_path / "mechanics")
    syllabus = place.folder / "syllabus.yaml"
    syllabus.write_text("chapters:\n  - id: forces\n    title: Forces and fall\n    topics: [{id: fall}]\n")
    found = findings([place.folder]).defects
    assert [line.partition(": ")[2].partition(";")[0] for line in found] == [
        "`covers` is missing",
        "the syllabus has no topic `constants`",
        "`covers` is missing",
        "`covers` is missing",
    ]
    pack(place.folder, forces="questions:\n  - {id: a, kind: word, covers: [fall], prompt: What?, accept: [b]}\n")
    deck = opened(place)
    (chapter,) = deck.syllabus().chapters
    assert (chapter.id, chapter.title["ko"]) == ("mechanics/forces", "Forces and fall")
    assert deck.title("mechanics/fall", "en") == "Fall"


@pytest.mark.parametrize(
    ("written", "line", "message"),
    [
        ("", 1, "describes no pack; write `name:`"),
        ("name: Mechanics\ntitle: M\nlanguages: [en]", 1, "`Mechanics` is no name; write it in-words"),
        ("name: a/b\ntitle: M\nlanguages: [en]", 1, "`a/b` is no name"),
        ("name: m\nlanguages: [en]", 1, "`title` is missing; write what the pack is about"),
        ("name: m\ntitle: M\nlanguages: english", 3, "`languages` is `english`; list what its texts"),
        ("name: m\ntitle: M\nlanguages: [english]", 3, "`english` does not belong in `languages`"),
        ("name: m\ntitle: M\nlanguages: [en]\nversion: 1.10", 4, "`version` is the number 1.1; write it in quotes"),
        ("name: m\ntitle: M\nlanguages: [en]\nneed: [x]", 4, "unknown field `need`; did you mean `needs`"),
        ("name: m\ntitle: M\nlanguages: [en]\nneeds: [m]", 4, "`m` does not belong in `needs`"),
        ('name: m\ntitle: "\\e[31m"\nlanguages: [en]', 2, "the control character U+001B; delete it"),
    ],
)
def test_defects_of_a_pack(tmp_path: Path, written: str, line: int, message: str):
    folder = pack(tmp_path / "m").folder
    (folder / "pack.yaml").write_text(written)
    (found,) = findings([folder]).defects
    assert found.startswith(f"{folder / 'pack.yaml'}:{line}: ") and message in found


def test_a_pack_in_one_language_is_whole_and_a_missing_one_a_warning(tmp_path: Path):
    german = FORCES.replace("In what is a force measured?", "{de: Worin misst man Kraft?, ko: 힘의 단위는?}")
    more = german.replace("A heavy stone falls faster.", "{de: Ein schwerer Stein fällt schneller.}")
    place = pack(tmp_path / "mechanics", more="languages: [de, ko]\n", forces=more)
    defects, warnings = findings([place.folder])
    assert len(defects) == 12 and all("write it as {de: ..., ko: ...}" in line for line in defects[:4])
    assert warnings == [
        f"{place.folder / 'forces.yaml'}:11: `prompt` is missing in ko; translate it, or take the language out of pack.yaml"
    ]
    deck = opened(pack(tmp_path / "mechanics", more="languages: [de]\n"))
    question = deck.question("unit")
    assert question.prompt.by_language == {"de": "In what is a force measured?"}
    for language in ("en", "ko"):
        asked = ask(question, UNPROVEN, 3, language)
        assert asked.prompt == "In what is a force measured?"
        assert {option.text for option in asked.options} == {"newton", "joule"}


def test_a_plain_card_is_asked_and_not_proven(tmp_path: Path):
    deck = opened(pack(tmp_path / "mechanics"))
    for question in deck.questions([entry.id for entry in deck.index()]):
        assert question_defects(question, draws=200, device="cpu") == []
        assert not question.proven and source_of(question, "en") == "plain card, no source"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{id: a, kind: number, prompt: How much?}", "the answer of a number question is computed; name the proof"),
        ("{id: a, kind: word, prompt: What?}", "`accept` is missing"),
        ("{id: a, kind: word, prompt: What?, accept: [b], when: x > 1}", "`when` says nothing where no proof computes"),
        ("{id: a, kind: word, prompt: '{x}?', accept: [b]}", "shows {x}, which is not drawn"),
        ("{id: A, kind: word, prompt: What?, accept: [b]}", "`A` is no id"),
        ("{id: a, kind: word, covers: [B b], prompt: What?, accept: [b]}", "`B b` is no name of a topic"),
        ("{id: a, kind: word, proof: f1-score, prompt: What?, accept: [b]}", "there is no proof `f1-score`"),
    ],
)
def test_defects_of_a_plain_card(tmp_path: Path, entry: str, message: str):
    folder = pack(tmp_path / "mechanics", forces=f"questions:\n  - {entry}\n").folder
    assert message in findings([folder]).defects[0]


def test_a_pack_names_the_proofs_of_packs_that_it_needs(tmp_path: Path):
    number = (
        "questions:\n  - {id: a, kind: number, proof: PROOF, params: {TP: 8, FP: 2, FN: 4}, prompt: F1?, explain: E}\n"
    )
    for name in ("f1-score", "deep-learning/f1-score"):
        place = pack(tmp_path / "m", "m", "needs: [deep-learning]\n", forces=number.replace("PROOF", name))
        assert opened(place).index()[0].proof == "f1-score"
    place = pack(tmp_path / "m", "m", "needs: [nowhere]\n")
    assert "it needs the pack nowhere, which is not installed" in findings([place.folder]).defects[0]


def test_a_faulty_pack_is_left_out_unless_it_is_asked_for(tmp_path: Path, cache_path: Path):
    good, bad = pack(tmp_path / "good", "good"), pack(tmp_path / "bad", "bad", forces=FORCES.replace("word", "wort"))
    twice = pack(tmp_path / "twice", "twice", a=FORCES, b=FORCES)
    empty, torn = pack(tmp_path / "empty", "empty", pack="name: empty\ntitle: E\nlanguages: [en]"), tmp_path / "torn"
    torn.mkdir()
    for _ in range(2):
        deck = Deck.open(packs=[good, bad, twice, empty, Place(torn)], cache_path=cache_path)
        assert {*deck.unusable} == {"bad", "twice", "empty", str(torn)}
        assert deck.question("good/unit") and [each.name for each in deck.packs] == ["deep-learning", "good"]
    for name in ("bad", "twice", "empty"):
        with pytest.raises(AuthorError):
            Deck.open(packs=[good, bad, twice, empty], only=[name], cache_path=cache_path)


def test_the_cache_knows_what_a_pack_means(tmp_path: Path):
    cache = tmp_path / "cache.db"
    first = opened(pack(tmp_path / "mechanics"), cache_path=cache)
    assert opened(pack(tmp_path / "mechanics"), cache_path=cache).index() == first.index()
    renamed = Deck.open([], packs=[pack(tmp_path / "mechanics", "statics")], only=["statics"], cache_path=cache)
    assert renamed.index()[0].id == "statics/unit" and renamed.question("unit").prompt == first.question("unit").prompt


def test_the_course_is_a_pack_as_any_other(cache_path: Path):
    shipped = Deck.open(cache_path=cache_path).packs[0]
    assert (shipped.name, shipped.namespace, shipped.folder) == ("deep-learning", "", content_directory())
    assert isinstance(shipped, Pack) and shipped.languages == LANGUAGES


def test_names_become_titles():
    assert in_words("mechanics/free-fall") == "Free fall"


PROOFS = """\
proofs:
- id: fall
  title: Free fall
  statement: A body falls half the acceleration times the square of the time.
  symbols:
    g: {domain: positive in 1..20, meaning: acceleration}
    t: {domain: positive in 0.5..9, meaning: time}
  steps:
    s: g t^2 / 2
  oracles:
  - {kind: closed-form, via: mean velocity times time, formula: '(0 + g t) / 2 * t'}
  source: Galilei, Discorsi (1638), third day
"""
FALL = """questions:
  - id: deep
    kind: number
    proof: fall
    params: {g: 10, t: 1..5}
    prompt: How deep after {t} s, with g = {g}?
"""


def test_a_pack_brings_proofs_as_data(tmp_path: Path):
    place, cache = pack(tmp_path / "mechanics", wells=FALL), tmp_path / "cache"
    (place.folder / "proofs.yaml").write_text(PROOFS, encoding="utf-8")
    for _ in ("compiled", "from the cache"):
        deck = opened(place, cache_path=cache)
        asked = deck.question("mechanics/deep")
        proof = proofs.get(asked.proof, asked.chapter)
        assert (proof.id, proof.line) == ("mechanics/fall", 2) and "mechanics/fall" in proofs.discover()
        assert question_defects(asked, draws=20, device="cpu") == []
        assert compute(proof, {"g": 10, "t": 3}).results == {"s": 45}
    (place.folder / "proofs").mkdir()
    (place.folder / "proofs" / "more.yaml").write_text(PROOFS, encoding="utf-8")
    with pytest.raises(AuthorError, match=r"more.yaml:2: the id `fall` is taken by .*proofs.yaml:2; choose another"):
        opened(place)
    (place.folder / "proofs" / "more.yaml").write_text(PROOFS.replace("t^2", "u^2"), encoding="utf-8")
    with pytest.raises(AuthorError, match=r"more.yaml:9: step `s` cannot be read"):
        opened(place)


IDLE = """questions:
  - {id: asked, kind: truth, proof: fall, params: {g: 10, t: 1..5}, prompt: 'Deeper than {t} m?', when: s > t}
  - {id: named, kind: word, proof: fall, params: {g: 10, t: 1..5}, prompt: What is it?, accept: [fall]}
  - {id: empty, kind: truth, proof: fall, params: {g: 10, t: 1..5}, prompt: Well?, when: s = s}
  - {id: round, kind: truth, proof: fall, params: {g: 10, t: 1..5}, prompt: Well?, when: 2 s / 2 - s < t and t > 2}
"""


def test_a_proof_has_to_reach_the_answer(tmp_path: Path):
    place = pack(tmp_path / "mechanics", idle=IDLE)
    (place.folder / "proofs.yaml").write_text(PROOFS, encoding="utf-8")
    deck = opened(place)
    said = {}
    for question in deck.questions([entry.id for entry in deck.index()]):
        said[question.id] = " ".join(question_defects(question, draws=5, device="cpu"))
    assert said["mechanics/asked"] == ""
    assert "no result of proof mechanics/fall decides what is right" in said["mechanics/named"]
    assert "whatever proof mechanics/fall computes, `s = s` says the same" in said["mechanics/empty"]
    assert "whatever proof mechanics/fall computes, `2 s / 2 - s < t and t > 2`" in said["mechanics/round"]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("more", "x" * (17 * 2**20), ":1: cannot be read (larger than 16 MB)"),
        ("more", "questions:\n" + "- a\n" * 300_000, ":199999: more than 200,000 values up to here; split the file"),
        ("more", "a: &a [x]\n" + "b: [*a, *a]\n" * 2_000, ":1: the anchor &a is not allowed"),
        ("more", "questions: " + "[" * 2**20, ":1: nested more than 20 deep"),
        (
            "more",
            'questions:\n- {id: a, kind: word, prompt: "\\e]0;x", accept: [b]}',
            ":2: the control character U+001B",
        ),
        ("pack", "name: mechanics\ntitle: M\nlanguages: [en]\n" + "# x\n" * 2**23, ":1: cannot be read (larger"),
        ("syllabus", "chapters: " + "{a: " * 2**18, ":1: nested more than 20 deep"),
        ("proofs", "proofs:\n" + "- a\n" * 300_000, ":199999: more than 200,000 values up to here"),
    ],
    ids=["large", "many", "aliases", "deep", "escape", "large pack", "deep syllabus", "many proofs"],
)
def test_a_hostile_file_is_refused_with_its_line(tmp_path: Path, file: str, text: str, said: str):
    folder = pack(tmp_path / "mechanics").folder
    (folder / f"{file}.yaml").write_text(text, encoding="utf-8")
    lines = findings([folder]).defects
    assert lines[0].startswith(str(folder / f"{file}.yaml") + said) and len(lines) < 110
    assert all(line.isprintable() and len(line) < 600 for line in lines)


# --- on this machine --------------------------------------------------------------------------


def test_the_pack_to_begin_with_is_sound_in_every_way(tmp_path: Path):
    write("my-course", tmp_path / "my-course")
    assert findings([tmp_path / "my-course"]) == ([], [])
    deck, warnings = Deck.open([tmp_path / "my-course"], cache_path=None), []
    for question in deck.questions([entry.id for entry in deck.index()]):
        assert question_defects(question, draws=50, device="cpu", warnings=warnings) == []
    assert warnings == []
    proof = proofs.get("my-course/mean-speed")
    assert self_test(proof).failures == () and score(proof).survivors == ()
    with pytest.raises(LearnerError, match="is there already; choose another name"):
        write("my-course", tmp_path / "my-course")
    with pytest.raises(LearnerError, match="is no name for a pack"):
        write("../up", tmp_path / "up")


def test_a_pack_is_added_updated_removed_and_put_back(tmp_path: Path):
    home, source = tmp_path / "packs", tmp_path / "mechanics"
    pack(source, more='version: "1.0"\n')
    for name in (".git/config", "run.py", "media/picture.png"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("x")
    done = add(source, home, [])
    assert (done.pack.name, done.questions, done.before, done.left_out) == ("mechanics", 5, None, ("run.py",))
    there = sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
    assert there == ["mechanics/forces.yaml", "mechanics/media/picture.png", "mechanics/pack.yaml"]
    pack(source, more='version: "1.1"\n')
    assert add(source, home, [Place(home / "mechanics")]).before == "1.0"
    pack(source, forces=FORCES.replace("kind: word", "kind: wort"))
    with pytest.raises(AuthorError, match=f"{source}/forces.yaml:14: unknown kind `wort`"):
        add(source, home, [Place(home / "mechanics")])
    assert Deck.open([home / "mechanics"], cache_path=None).packs[0].version == "1.1"
    remove("mechanics", home)
    assert list(home.iterdir()) == []
    for name in ("mechanics", "deep-learning", "..", ""):
        with pytest.raises(LearnerError, match="There is no pack"):
            remove(name, home)


def test_an_update_that_was_interrupted_is_undone(tmp_path: Path):
    pack(tmp_path / ".mechanics.old")
    (tmp_path / ".adding-x").mkdir()
    assert places.folders(tmp_path) == [tmp_path / "mechanics"]
    assert places.folders(tmp_path / "nowhere") == []


def test_the_name_of_the_course_is_taken_and_no_address_is_fetched(tmp_path: Path):
    with pytest.raises(AuthorError, match=r"pack\.yaml:1: the name deep-learning is that of the pack in"):
        add(pack(tmp_path / "x", "deep-learning").folder, tmp_path / "packs", [])
    with pytest.raises(LearnerError, match="fetch it first"):
        add(Path("https://example.org/x.git"), tmp_path / "packs", [])
    (tmp_path / "bare").mkdir()
    with pytest.raises(LearnerError, match=r"there is no pack.yaml in it"):
        add(tmp_path / "bare", tmp_path / "packs", [])


def test_a_folder_with_links_is_refused(tmp_path: Path):
    folder = pack(tmp_path / "mechanics").folder
    secret = tmp_path / "secret.yaml"
    secret.write_text("x: 1")
    (folder / "more.yaml").symlink_to(secret)
    with pytest.raises(LearnerError, match=r"more\.yaml: is a link"):
        add(folder, tmp_path / "packs", [])
    (folder / "more.yaml").unlink()
    (folder / "media").symlink_to(tmp_path)
    with pytest.raises(LearnerError, match="media: is a link"):
        add(folder, tmp_path / "packs", [])


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, str]) -> Path:
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in (
            ("m/pack.yaml", "name: m\ntitle: M\nlanguages: [en]\n"),
            ("m/forces.yaml", FORCES),
            *entries,
        ):
            file.writestr(name, text)
    return path


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def packed(name: str, method: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = method
    return info


def test_a_zip_is_a_pack(tmp_path: Path):
    done = add(zipped(tmp_path / "m.zip", ("m/__pycache__/x.pyc", "x"), (".hidden", "x")), tmp_path / "packs", [])
    assert (done.pack.name, done.questions, done.left_out) == ("m", 5, ("m/__pycache__/x.pyc",))


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (("../up.yaml", "x: 1"), r"\.\./up\.yaml: leaves the folder of the pack"),
        (("m/../../up.yaml", "x: 1"), "leaves the folder of the pack"),
        (("/up.yaml", "x: 1"), "leaves the folder of the pack"),
        (("m\\..\\up.yaml", "x: 1"), "a name with such characters"),
        (("C:/up.yaml", "x: 1"), "a name with such characters"),
        (("m/\x1b[31m.yaml", "x: 1"), "␛.* a name with such characters"),
        (("m/\u202ey.yaml", "x: 1"), "a name with such characters"),
        ((link("m/link.yaml"), "/etc/passwd"), r"m/link\.yaml: is a link"),
        (("m/Forces.yaml", "x: 1"), r"m/Forces\.yaml: stands in it twice"),
        (("m/forces.yaml", "x: 1"), "stands in it twice"),
        (("/".join("abcdefghij") + ".yaml", "x: 1"), "too long or too deep"),
        ((f"m/{'x' * 300}.yaml", "x: 1"), "too long or too deep"),
        (("m/bomb.yaml", "0" * (17 * 2**20)), r"m/bomb\.yaml: is larger than 16 MB"),
        ((packed("m/x.yaml", zipfile.ZIP_LZMA), "x: 1"), "packed in an unusual way"),
    ],
)
def test_a_hostile_zip_is_refused_and_leaves_nothing(tmp_path: Path, entry: tuple, said: str):
    archive = zipped(tmp_path / "m.zip", entry)
    with pytest.raises(LearnerError, match=said) as refusal:
        add(archive, tmp_path / "packs", [])
    assert str(refusal.value).isprintable()
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["m.zip", "packs", "packs.lock"]


def test_nothing_of_a_zip_is_written_before_all_its_names_are_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(files_of_pack.Taking, "copy")
    with pytest.raises(LearnerError, match="leaves the folder of the pack"):
        add(zipped(tmp_path / "m.zip", ("../up.yaml", "x: 1")), tmp_path / "packs", [])


def test_a_defect_has_the_file_that_its_author_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the data folder lies below the working directory, as it does for whoever works in the home folder."""
    monkeypatch.chdir(tmp_path)
    folder = pack(tmp_path / "mine", forces="questions: 3\n").folder
    with pytest.raises(AuthorError) as refusal:
        add(Path(folder.name), tmp_path / "data" / "packs", [])
    assert refusal.value.defects[0].startswith("mine/forces.yaml:1: ")


def test_a_zip_that_holds_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    many = [(f"m/{number}.yaml", "x: 1") for number in range(9)]
    monkeypatch.setattr(files_of_pack, "MAX_FILES", 10)
    with pytest.raises(LearnerError, match="has more than 10 files"):
        add(zipped(tmp_path / "m.zip", *many), tmp_path / "packs", [])
    monkeypatch.setattr(files_of_pack, "MAX_TOTAL", 50)
    with pytest.raises(LearnerError, match="holds more than 0 MB"):
        add(zipped(tmp_path / "m.zip"), tmp_path / "packs", [])
    monkeypatch.setattr(files_of_pack, "MAX_DIRECTORY", 100)
    with pytest.raises(LearnerError, match="is too large; keep it below"):
        add(zipped(tmp_path / "m.zip"), tmp_path / "packs", [])


def test_what_a_zip_says_of_its_sizes_and_password_is_not_believed(tmp_path: Path):
    content = zipped(tmp_path / "m.zip").read_bytes()
    place = content.rindex(b"PK\x01\x02")
    encrypted = content[: place + 8] + bytes([content[place + 8] | 1]) + content[place + 9 :]
    (tmp_path / "m.zip").write_bytes(encrypted)
    with pytest.raises(LearnerError, match="is encrypted"):
        add(tmp_path / "m.zip", tmp_path / "packs", [])
    for text in (b"", b"PK", content[:-30], b"PK\x05\x06" + b"\0" * 18):
        (tmp_path / "m.zip").write_bytes(text)
        with pytest.raises(LearnerError, match=r"is no zip that can be read|there is no pack\.yaml"):
            add(tmp_path / "m.zip", tmp_path / "packs", [])


@given(changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=12))
@settings(max_examples=150)
def test_a_torn_zip_is_read_or_refused_and_nothing_lies_outside(tmp_path: Path, changes: list[tuple[float, int]]):
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    archive = zipped(folder / "m.zip", ("m/media/a.png", "x" * 100), ("m/notes.md", "y"))
    content = bytearray(archive.read_bytes())
    for place, value in changes:
        content[int(place * len(content))] = value
    archive.write_bytes(content)
    try:
        files_of_pack.unpack(archive, folder / "target")
    except LearnerError as error:
        assert str(error).isprintable()
    assert {path.name for path in folder.iterdir()} <= {"m.zip", "target"}
    assert not any(path.is_symlink() for path in folder.rglob("*"))


def python_package(home: Path, name: str, *, proofs: str = "") -> None:
    """An installed package that is a pack."""
    write(name, home / "site-packages" / f"pack_of_{name}")
    if proofs:
        (home / "site-packages" / f"pack_of_{name}" / "proofs.py").write_text(proofs)
        (home / "site-packages" / f"pack_of_{name}" / "__init__.py").write_text("")
    info = home / "site-packages" / f"pack_of_{name}-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: pack-of-{name}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[quizprep.packs]\n{name} = pack_of_{name}\n")


PYTHON_PROOF = """
from quizprep.proofs import mistake, proof, step, symbol

@proof("twice", title="Twice", statement="Twice.", symbols={"x": symbol("real", "x")}, steps={"y": step("2 * x")},
       source="Euclid, Elements, book I", mistakes=[mistake("half", "x / 2", "Half.")])
def twice(x):
    return {"y": 2 * x}
"""


def test_an_installed_package_is_a_pack_and_alone_may_bring_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    python_package(tmp_path, "installed", proofs=PYTHON_PROOF)
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    remembered = tmp_path / "cache" / places.REMEMBERED
    found = [place for place in places.packages(remembered) if place.module == "pack_of_installed"]
    assert "pack_of_installed" not in sys.modules
    assert found == [Place(tmp_path / "site-packages" / "pack_of_installed", "pack_of_installed")]
    monkeypatch.setattr(places, "_look", None)  # from now on it has to be remembered
    assert found[0] in places.packages(remembered)
    opened(found[0]._replace(module=""), only=["installed"])
    assert "installed/twice" not in proofs.discover() and "pack_of_installed" not in sys.modules
    opened(found[0], only=["installed"])
    assert proofs.get("installed/twice").title["en"] == "Twice" and "installed/mean-speed" in proofs.discover()
    assert "twice" not in proofs.discover()
    assert proof_rules.chapter_defects(proofs.get("installed/twice").file) == []  # it need not be in Korean


@pytest.mark.slow
def test_commands_take_packs(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    source = tmp_path / "mechanics"
    assert str(source / "pack.yaml") in quizprep("pack", "new", "mechanics", "--folder", str(source), home=home).stdout
    assert quizprep("lint", str(source), "--draws", "5", home=home).stderr == "3 questions, no defects\n"
    added = json.loads(quizprep("pack", "add", str(source), "--json", home=home).stdout)
    assert (added["name"], added["questions"], added["before"]) == ("mechanics", 3, None)
    asked = quizprep("quiz", "--pack", "mechanics", "--json", "-n", "1", "--kind", "word", home=home, stdin="m/s\n")
    record = json.loads(asked.stdout.splitlines()[0])
    assert (record["question"], record["correct"], record["proven"]) == ("mechanics/unit-of-speed", True, False)
    proven = json.loads(quizprep("prove", "mean-speed", "d=60", "u=20", "v=30", "--json", home=home).stdout)
    assert (proven["proof"], proven["result"], proven["passed"]) == ("mechanics/mean-speed", pytest.approx(24), True)
    of_the_pack = ("--pack", "mechanics", "--lang", "en")
    assert quizprep("check", "mean-speed", "2 u v / (u + v)", *of_the_pack, home=home).returncode == 0
    said = quizprep("check", "sigmoid", "1/(1+e^(-x))", *of_the_pack, home=home).stderr
    assert "There is no proof `sigmoid`" in said
    said = quizprep("check", "sigmoid", "1/(1+e^(-x))", "--pack", "biology", "--lang", "en", home=home).stderr
    assert "There is no pack `biology`" in said
    (tmp_path / "derived.md").write_text("m = 2d/(d/u + d/v)\n= 2uv/(u + v)\n", encoding="utf-8")
    derived = quizprep("derive", "mean-speed", str(tmp_path / "derived.md"), *of_the_pack, home=home)
    assert "mechanics/mean-speed" in derived.stdout, derived.stdout
    found = json.loads(quizprep("doctor", "--json", home=home).stdout)
    assert found["packs"] == {"mechanics 0.1": str(home / "packs" / "mechanics")} and found["python_proofs"] == []
    chapters = json.loads(quizprep("topics", "--pack", "mechanics", "--json", home=home).stdout)["chapters"]
    assert [each["id"] for each in chapters] == ["mechanics/first-steps"]
    (home / "packs" / "mechanics" / "pack.yaml").write_text("name: mechanics\n")
    said = quizprep("topics", "attention", home=home)
    assert said.returncode == 0 and "is left out; `quizprep pack list` says why." in said.stderr
    assert quizprep("pack", "list", home=home).returncode == 1
    assert "history stays" in quizprep("pack", "remove", "mechanics", home=home).stdout
    assert quizprep("topics", "attention", home=home).stderr == ""


def test_lint_watches_until_it_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks again when a file was saved, and not before; a fault does not end it."""
    folder = pack(tmp_path / "mechanics").folder
    chapter = folder / "forces.yaml"
    chapter.write_text(FORCES.replace("kind: word", "kind: ward"), encoding="utf-8")
    pauses = iter([lambda: None, lambda: chapter.write_text(FORCES, encoding="utf-8"), _thread.interrupt_main])
    monkeypatch.setattr("quizprep.cli.lint.time.sleep", lambda _: next(pauses)())
    result = CliRunner().invoke(application(COMMANDS), ["lint", "--watch", "--draws", "1", str(folder)])
    assert result.exit_code == 130
    assert result.output.count("unknown kind `ward`") == 1 and result.output.count("5 questions, no defects") == 1


def test_a_question_is_shown_again_when_it_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = pack(tmp_path / "mechanics").folder
    chapter = folder / "forces.yaml"
    texts = iter([FORCES.replace("kind: word", "kind: ward"), FORCES.replace("9.81 m/s²", "9.8 m/s²")])

    def save() -> None:
        chapter.write_text(next(texts, None) or _thread.interrupt_main() or FORCES, encoding="utf-8")

    monkeypatch.setattr("quizprep.cli.preview.is_looked_at", lambda: True)
    monkeypatch.setattr("quizprep.cli.preview.time.sleep", lambda _: save())
    result = CliRunner().invoke(application(COMMANDS), ["preview", "name", "--content", str(folder)])
    assert result.exit_code == 130
    before, fault, after = (result.output.index(said) for said in ("9.81 m/s²", "unknown kind `ward`", "9.8 m/s²"))
    assert before < fault < after


def test_a_preview_into_a_pipe_ends(tmp_path: Path) -> None:
    folder = pack(tmp_path / "mechanics").folder
    done = quizprep("preview", "name", "--content", str(folder), home=tmp_path / "home")  # would wait for Ctrl-C
    assert done.returncode == 0 and "9.81 m/s²" in done.stdout, done.stderr
    (folder / "forces.yaml").write_text(FORCES.replace("kind: word", "kind: ward"), encoding="utf-8")
    done = quizprep("preview", "name", "--content", str(folder), home=tmp_path / "home")
    assert done.returncode == 2 and "unknown kind `ward`" in done.stderr


LENS = """proofs:
- id: lens
  title: Thin lens
  statement: One over the distance of the picture is 1/f − 1/g.
  symbols:
    f: {domain: positive in 0.1..1, meaning: focal length}
    g: {domain: positive in 2..9, meaning: distance of the object}
  steps:
    b: {formula: 1 / (1/f - 1/g)}
  oracles:
  - {kind: brute-force, via: the root, formula: 'solve(f (g + x) - g x, x, 0, 100)'}
  mistakes:
  - {name: added, formula: f + g, text: Not the distances are added.}
  - {name: not-turned-over, formula: 1/f - 1/g, text: That is one over it.}
  - {name: half, formula: f / 2, text: The object is not so near.}
  source: Hecht, Optics (2002), ch. 5
"""
PICTURES = """questions:
- {id: b, kind: number, covers: [lens], proof: lens, params: {f: 0.5, g: 2..4}, prompt: "f = {f}, g = {g}. b?"}
- id: which
  kind: choice
  covers: [lens]
  proof: lens
  params: {f: 0.5, g: 2..4}
  prompt: "Which is b for f = {f}, g = {g}?"
  choices: [{result: b}, {mistake: not-turned-over}, {mistake: added}, {mistake: half}]
"""


def linted(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """What lint says of the pack of a lens in which something is written otherwise: lines without their places."""
    text = LENS
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (folder / "proofs.yaml").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(application(COMMANDS), ["lint", "--json", "--draws", "20", str(folder)])
    return [line.split(": ", 1)[1] for line in json.loads(result.stdout)["defects"]]


def test_lint_says_a_cause_once_and_blames_what_is_wrong(tmp_path: Path) -> None:
    """Of a step that is wrong, the oracle speaks first; of a mistake that is right, no question on it."""
    folder = pack(tmp_path / "optics", "optics", lens=PICTURES).folder
    assert linted(folder) == []
    (line,) = linted(folder, ("1 / (1/f - 1/g)}", "1/f - 1/g}"))
    assert line.startswith("step `b` is the formula of mistake `not-turned-over`, and an oracle comes to another value")
    first, second = linted(folder, ("1 / (1/f - 1/g)}", "(g - f) / (f g)}"))
    assert first.startswith("oracle the root differs by")
    assert second.startswith("the proof agrees with its mistake not-turned-over wherever it was tried, and an oracle")
    (line,) = linted(folder, ("formula: 1/f - 1/g,", "formula: f g / (g - f),"))
    assert line.startswith("mistake not-turned-over is not refuted")
    (line,) = linted(folder, ("formula: 1/f - 1/g,", "formula: 1 / (-1/g + 1/f),"))
    assert line.startswith("mistake `not-turned-over` is the right formula")
    (line,) = linted(folder, ("x, 0, 100)", "x, 0, 2.05)"), ("in 0.1..1,", "in 0.1..1.2,"))
    assert line.startswith("it cannot be run: ") and "cross 0 exactly once" in line and "Error" not in line


@pytest.mark.parametrize(
    ("file", "written", "said"),
    [
        ("proofs", LENS.replace("That is one over it.", "That is, as it were, one over it."), "14: `as it were`"),
        ("lens", "questions:\n- {id: a, kind: word, covers: [x], prompt: Who, then?, accept: [b]}\n", "2: `then?`"),
    ],
)
def test_a_comma_within_braces_is_told_from_an_unknown_field(
    tmp_path: Path, file: str, written: str, said: str
) -> None:
    folder = pack(tmp_path / "optics", "optics", **{"proofs": LENS, "lens": PICTURES, file: written}).folder
    (line,) = findings([folder]).defects
    assert f"{file}.yaml:{said} has no value in {{...}}, where a comma ends a text; put a text that has a comma" in line


def test_a_name_of_a_question_and_a_topic_is_said_to_be_both(tmp_path: Path) -> None:
    entry = "- {{id: {}, kind: word, covers: [lens], prompt: 'What is {}?', accept: [glass]}}\n"
    text = "questions:\n" + entry.format("lens", "a lens") + entry.format("other", "that")
    folder = pack(tmp_path / "optics", "optics", glass=text).folder
    (warning,) = findings([folder]).warnings
    assert "glass.yaml:2: the id `lens` is the name of a topic too" in warning
    for command in ("quiz", "drill"):
        done = quizprep(command, "lens", "--content", str(folder), home=tmp_path / "home", stdin="glass\nglass\n")
        assert "`optics/lens` is a question, and a topic too: all of the topic is asked." in done.stderr, done.stderr
        done = quizprep(command, "other", "--content", str(folder), home=tmp_path / "home", stdin="glass\n")
        assert "a topic too" not in done.stderr


# Several at once, and killed in the middle

ADDING = """
import sys
from pathlib import Path
from quizprep.deck import Place
from quizprep.packs import install
source, home, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
for _ in range(times):
    install.add(source, home, [])
"""
READING = """
import sys
from pathlib import Path
from quizprep.deck import Deck
from quizprep.packs import places
home, times = Path(sys.argv[1]), int(sys.argv[2])
for _ in range(times):
    found = places.folders(home)
    assert found == [home / "mechanics"], found
"""


SLOWLY = """
import pathlib, time
rename = pathlib.Path.rename
pathlib.Path.rename = lambda *paths: (rename(*paths), time.sleep(0.05))[0]
"""


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True)


def versions(folder: Path) -> list[Path]:
    """Two versions of a pack, whose files all say which."""
    chapters = {
        f"c{number}": FORCES.replace("id: ", f"id: c{number}-").replace("old-", f"c{number}-old-")
        for number in range(12)
    }
    found = []
    for version in "12":
        texts = {name: f"# version {version}\n{text}" for name, text in chapters.items()}
        found.append(pack(folder / version, "mechanics", f'version: "{version}"\n', **texts).folder)
    return found


def whole(folder: Path) -> str:
    """The version of the pack that lies in a folder, all files of which are of it."""
    (found,) = Deck.open([], packs=[Place(folder)], only=["mechanics"], cache_path=None).packs
    texts = [file.read_text() for file in folder.glob("c*.yaml")]
    assert len(texts) == 12 and all(text.startswith(f"# version {found.version}\n") for text in texts)
    return found.version


def test_packs_that_are_added_and_read_at_once_stay_whole(tmp_path: Path) -> None:
    first, second = versions(tmp_path)
    home = tmp_path / "home" / "packs"
    add(first, home, [])
    adding = [python(SLOWLY + ADDING, source, home, 4) for source in (first, second) * 2]
    reading = [python(READING, home, 4000) for _ in range(2)]
    for process in (*adding, *reading):
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert [place.name for place in home.iterdir()] == ["mechanics"] and whole(home / "mechanics") in "12"


KILLED = """
import os, pathlib, shutil, signal, sys
left = [int(sys.argv.pop(1))]
def counted(function):
    def call(*arguments, **options):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call
pathlib.Path.rename, os.unlink, os.rmdir = map(counted, (pathlib.Path.rename, os.unlink, os.rmdir))
os.open, pathlib.Path.mkdir = map(counted, (os.open, pathlib.Path.mkdir))
"""


def test_an_add_that_is_killed_at_any_step_leaves_a_whole_pack(tmp_path: Path) -> None:
    """Before each step that changes files: the version of before is there, or the new one."""
    first, second = versions(tmp_path)
    home = tmp_path / "home" / "packs"
    add(first, home, [])
    seen = set()
    for step in itertools.count(1):
        process = python(KILLED + ADDING, step, second, home, 1)
        _, said = process.communicate(timeout=60)
        (folder,) = places.folders(home)
        seen.add(whole(folder))
        if process.returncode != -signal.SIGKILL:
            assert process.returncode == 0, said
            break
        if whole(folder) == "2":
            add(first, home, [])
    assert seen == {"1", "2"} and step > 10
    assert [place.name for place in home.iterdir()] == ["mechanics"], "nothing of what was killed is left"


def test_a_removal_that_is_killed_leaves_the_pack_or_nothing_of_it(tmp_path: Path) -> None:
    first, _ = versions(tmp_path)
    home = tmp_path / "home" / "packs"
    removing = "import sys\nfrom pathlib import Path\nfrom quizprep.packs import install\ninstall.remove('mechanics', Path(sys.argv[1]))"
    for step in itertools.count(1):
        if not places.folders(home):
            add(first, home, [])
        process = python(KILLED + removing, step, home)
        _, said = process.communicate(timeout=60)
        assert all(whole(folder) == "1" for folder in places.folders(home))
        if process.returncode != -signal.SIGKILL:
            assert process.returncode == 0, said
            break
    assert list(home.iterdir()) == [] and step > 3


def test_an_add_that_never_ends_is_not_waited_for_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = versions(tmp_path)
    monkeypatch.setattr(install, "PATIENCE", 0.05)
    with alone(tmp_path / "packs.lock", 1), pytest.raises(LearnerError, match="Another `quizprep pack` command is at"):
        add(first, tmp_path / "packs", [])
    assert add(first, tmp_path / "packs", []).before is None


def test_notes_and_derivations_are_held_against_the_proofs_of_packs(tmp_path: Path) -> None:
    home, notes, lines = tmp_path / "home", tmp_path / "notes.md", tmp_path / "period.txt"
    home.mkdir()
    give_compiled_deck(home)
    install.add(example_packs()["mechanics"], home / "packs", [])
    notes.write_text("A spring swings with $T = 2\\pi\\sqrt{m/k}$, and $F_1 = 2PR/(P+R)$.\n")
    lines.write_text("T = 2 π / ω\nω = √(k/m)\nT = 2 π √(m/k)\n")

    def judged(*arguments: str) -> list[tuple[str, str]]:
        done = quizprep("audit", str(notes), "--json", *arguments, home=home)
        return [(each["outcome"], each["proof"]) for each in json.loads(done.stdout)["formulas"]]

    assert judged() == [("right", "mechanics/spring-period"), ("right", "f1-score")]
    assert judged("--pack", "deep-learning")[0][0] == judged("--pack", "mechanics")[1][0] == "unknown"
    refused = quizprep("audit", str(notes), "--pack", "mechanic", home=home)
    assert refused.returncode == 2 and "did you mean `mechanics`?" in refused.stderr
    derived = quizprep("derive", "mechanics/spring-period", str(lines), "--json", home=home)
    assert json.loads(derived.stdout)["proof"]["id"] == "mechanics/spring-period"


def test_the_version_of_before_is_told_of_a_pack_that_cannot_be_opened(tmp_path: Path) -> None:
    first, second = versions(tmp_path)
    home = tmp_path / "home"
    add(first, home, [])
    (home / "mechanics" / "c1.yaml").write_text("questions: [")
    assert add(second, home, []).before == "1"
