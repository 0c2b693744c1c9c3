"""A pack to begin with: small, sound, and ready to be drilled."""

from __future__ import annotations

from pathlib import Path

from quizprep.deck import schema
from quizprep.deck.pack_file import MAX_NAME, PACK_FILE, in_words, is_name
from quizprep.errors import LearnerError
from quizprep.text import Text

_FILES = {
    PACK_FILE: """\
name: {name}              # stands before the names of its questions: {name}/...
title: {title}
languages: [en]           # what its texts are written in
licence: CC-BY-4.0
version: "0.1"
# needs: [deep-learning]  # packs whose proofs its questions name
# was: [old-name]         # names that it had before, whose history it carries on
""",
    "proofs.yaml": """\
# What computes the answers, and what vouches for it. docs/proofs.md says what may stand here.
proofs:
- id: mean-speed
  title: Mean speed
  statement: The mean speed is the whole distance divided by the whole time, whatever the speeds of the parts.
  symbols:
    d: {{domain: positive in 1..500, meaning: length of each half of the way}}
    u: {{domain: positive in 1..50, meaning: speed on the first half}}
    v: {{domain: positive in 1..80, meaning: speed on the second half}}
  steps:
    time: {{formula: d / u + d / v, note: time for both halves}}
    mean: {{formula: 2 d / time, note: mean speed}}
  oracles:
  - {{kind: closed-form, via: harmonic mean of the two speeds, formula: 2 u v / (u + v)}}
  mistakes:
  - {{name: arithmetic, formula: (u + v) / 2, text: "That weighs the speeds alike, but the slower half takes longer."}}
  - {{name: one-half, formula: d / time, text: That counts the way of one half only.}}
  - {{name: no-two, formula: u v / (u + v), text: The harmonic mean of two numbers has a 2 in it.}}
  claims:
  - {{condition: mean <= (u + v) / 2 + 1e-9, text: It is never above the arithmetic mean.}}
  source: Feynman, The Feynman Lectures on Physics (1964), vol. 1, ch. 8
""",
    "first-steps.yaml": """\
# A chapter: its name is that of the file. content/README.md has an example of every kind of question.
questions:
  - id: mean-speed-of-two-halves
    kind: number
    covers: [mean-speed]
    proof: mean-speed
    params: {{d: 60, u: 10..30 step 5, v: 40..60 step 5}}
    prompt: A car drives half of a way at {{u}} m/s and the other half at {{v}} m/s. What is its mean speed in m/s?
    hint: How long does each half take?
    explain: The slower half takes longer, so that the mean speed lies below the middle of the two.

  - id: slower-half
    kind: choice
    covers: [mean-speed]
    prompt: Two halves of a way are driven at different speeds. Which of the two speeds counts for more in the mean?
    choices:
      - text: the slower one
        right: true
      - text: the faster one
        why: It lasts for a shorter time.
      - text: both alike
        why: That would be so for two halves of the time.
    explain: The mean speed is a mean over time, and more time is spent at the lower speed.

  - id: unit-of-speed
    kind: word
    covers: [units]
    prompt: What is the SI unit of speed?
    accept: [metre per second, meter per second, m/s]
""",
}


def write(name: str, folder: Path) -> list[Path]:
    """Write a pack of that name into a new folder; its files. Raises LearnerError where something is in the way.

    Beside its files lie the schemas by which an editor knows their fields.
    """
    if not is_name(name):
        raise LearnerError(
            Text(
                f"`{name[:80]}` is no name for a pack: write it in-words-like-this, at most {MAX_NAME} characters.",
                ko=f"`{name[:80]}` 이름은 쓸 수 없습니다. 소문자 낱말을 -로 이어 {MAX_NAME}자까지 쓰세요.",
            )
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LearnerError(
            Text(
                f"{folder} is there already; choose another name, or another place with --folder.",
                ko=f"{folder} 폴더가 이미 있습니다. 다른 이름을 쓰거나 --folder로 다른 곳을 정하세요.",
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        file: schema.first_line(file) + text.format(name=name, title=in_words(name)) for file, text in _FILES.items()
    }
    files |= {f"{schema.FOLDER}/{file}": text for file, text in schema.texts().items()}
    (folder / schema.FOLDER).mkdir()
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return [folder / file for file in files]
