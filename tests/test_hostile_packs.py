"""No control character of a pack reaches the terminal, whatever text of it holds one and whichever command is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from terminal import Terminal

HEAD = "name: evil\ntitle: Evil\nlanguages: [en]\nlicence: CC0-1.0\nversion: '1'\n"
CARD = "questions:\n- id: card\n  kind: recall\n  covers: [a]\n  prompt: p\n  points: [x]\n  explain: e\n"
EVIL = ("\\e]0;OWNED\\a", "\\e[2J", "\\x9b31m", "\\u202e", "\\b\\b")
PACKS = {
    "prompt": {"a.yaml": CARD.replace("prompt: p", 'prompt: "p{}"')},
    "point": {"a.yaml": CARD.replace("[x]", '["x{}"]')},
    "id": {"a.yaml": CARD.replace("id: card", 'id: "card{}"')},
    "unknown field": {"a.yaml": CARD + '  "{}": 1\n'},
    "title": {"a.yaml": CARD, "pack.yaml": HEAD.replace("title: Evil", 'title: "Evil{}"')},
    "name": {"a.yaml": CARD, "pack.yaml": HEAD.replace("name: evil", 'name: "evil{}"')},
    "proof": {"a.yaml": CARD, "proofs.yaml": 'proofs:\n- id: p\n  title: "{}"\n  source: "{}"\n'},
    "syllabus": {"a.yaml": CARD, "syllabus.yaml": 'chapters:\n- id: a\n  title: "{}"\n'},
}
RAW = {"markdown": {"a.md": "Q: what{}\nA: this{}\n"}, "file name": {"a{}.yaml": CARD}}


@pytest.mark.slow
@pytest.mark.parametrize("where", [*PACKS, *RAW])
def test_no_control_character_of_a_pack_reaches_the_terminal(tmp_path: Path, where: str) -> None:
    folder = tmp_path / "evil"
    folder.mkdir()
    (folder / "pack.yaml").write_text(HEAD, encoding="utf-8")
    written = "".join(EVIL)
    if where in RAW:
        written = written.replace("\\e", "\\x1b").encode().decode("unicode_escape")
    for name, text in {**PACKS, **RAW}[where].items():
        name, text = (part.replace("{}", written) for part in (name, text))
        (folder / name).write_text(text, encoding="utf-8")
    for command in (["lint"], ["pack", "add"], ["quiz", "-n", "1", "--content"]):
        home = {"QUIZPREP_HOME": str(tmp_path / "home")}
        with Terminal(["-m", "quizprep", *command, str(folder)], env=home) as terminal:
            assert terminal.wait() != 0
            assert terminal.screen.title == ""  # nobody wrote into the title bar
            for sent in (b"OWNED\x07", b"\x1b]0;", "\x9b".encode(), "\u202e".encode(), b"\b\b", b"\x1b[2Jp"):
                assert sent not in terminal.raw, (command, sent)
            assert "evil" in terminal.text + terminal.history  # it was looked at, and something said of it
