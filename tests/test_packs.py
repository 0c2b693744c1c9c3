"""Packs: courses of one's own, side by side with the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from quizprep import proofs
from quizprep.ask import ask, source_of
from quizprep.content_rules import question_defects
from quizprep.deck import Deck, Place, content_directory, findings
from quizprep.deck.pack import Pack, in_words
from quizprep.errors import AuthorError, LearnerError
from quizprep.proofs import UNPROVEN
from quizprep.prover import compute
from quizprep.text import Text

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


def opened(*places: Place, only: list[str] | None = None, cache_path: Path | None = None) -> Deck:
    return Deck.open([], packs=places, only=only or [place.folder.name for place in places], cache_path=cache_path)


def test_a_pack_stands_beside_the_course_under_names_of_its_own(tmp_path: Path):
    place = pack(tmp_path / "mechanics")
    deck = Deck.open(packs=[place], cache_path=None)
    added = [entry for entry in deck.index() if "/" in entry.id]
    assert [each.name for each in deck.packs] == ["deep-learning", "mechanics"]
    assert [entry.id for entry in added] == [f"mechanics/{id}" for id in ("unit", "heavy", "name", "laws", "steps")]
    assert len(deck.index()) == len(Deck.open(cache_path=None).index()) + len(added)
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


def test_a_name_of_the_course_is_always_that(tmp_path: Path):
    precision = FORCES.replace("[fall]", "[precision]")
    deck = Deck.open(packs=[pack(tmp_path / "mechanics", forces=precision)], cache_path=None)
    assert deck.full_names(["precision"]) == deck.full_names(["deep-learning/precision"]) == ["precision"]
    assert "mechanics/heavy" not in [entry.id for entry in deck.select(["precision"])]


def test_only_the_packs_that_are_asked_for(tmp_path: Path):
    places = [pack(tmp_path / "mechanics"), pack(tmp_path / "more", "more")]
    deck = Deck.open(packs=places, only=["more"], cache_path=None)
    assert {entry.id.partition("/")[0] for entry in deck.index()} == {"more"}
    assert "attention" in Deck.open(packs=places, only=["deep-learning"], cache_path=None).chapters()
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


def test_a_faulty_pack_is_left_out_unless_it_is_asked_for(tmp_path: Path):
    good, bad = pack(tmp_path / "good", "good"), pack(tmp_path / "bad", "bad", forces=FORCES.replace("word", "wort"))
    twice = pack(tmp_path / "twice", "twice", a=FORCES, b=FORCES)
    empty, torn = pack(tmp_path / "empty", "empty", pack="name: empty\ntitle: E\nlanguages: [en]"), tmp_path / "torn"
    torn.mkdir()
    for cache_path in (None, tmp_path / "cache.db", tmp_path / "cache.db"):
        deck = Deck.open(packs=[good, bad, twice, empty, Place(torn)], cache_path=cache_path)
        assert {*deck.unusable} == {"bad", "twice", "empty", str(torn)}
        assert deck.question("good/unit") and [each.name for each in deck.packs] == ["deep-learning", "good"]
    for name in ("bad", "twice", "empty"):
        with pytest.raises(AuthorError):
            Deck.open(packs=[good, bad, twice, empty], only=[name], cache_path=tmp_path / "cache.db")


def test_the_cache_knows_what_a_pack_means(tmp_path: Path):
    cache = tmp_path / "cache.db"
    first = opened(pack(tmp_path / "mechanics"), cache_path=cache)
    assert opened(pack(tmp_path / "mechanics"), cache_path=cache).index() == first.index()
    renamed = Deck.open([], packs=[pack(tmp_path / "mechanics", "statics")], only=["statics"], cache_path=cache)
    assert renamed.index()[0].id == "statics/unit" and renamed.question("unit").prompt == first.question("unit").prompt


def test_the_course_is_a_pack_as_any_other():
    shipped = Deck.open(cache_path=None).packs[0]
    assert (shipped.name, shipped.namespace, shipped.folder) == ("deep-learning", "", content_directory())
    assert isinstance(shipped, Pack) and findings().warnings == []


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
