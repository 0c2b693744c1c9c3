"""Translations of the proofs' texts: a file ``<chapter>.<language>.yaml`` beside the chapter's Python file.

A file holds, under every proof's id, its texts by the names of the things they belong to::

    f1-score:
      title: F1 점수
      statement: F1은 정밀도와 재현율의 조화 평균이다.
      symbols:
        TP: 참 양성
      mistakes:
        upside-down: 분자와 분모가 뒤집혔습니다.

``symbols``, ``steps`` (those with a note) and ``mistakes`` go by name, ``claims`` by their condition,
``oracles`` by their English name. A file is read when a text in its language is first asked for;
what is missing in it is shown in English, and ``quizprep lint`` and ``quizprep prove`` name it
(:mod:`quizprep.proof_rules`).
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from quizprep.text import Text


def translation_file(chapter: Path, language: str) -> Path:
    """Where the texts of a chapter's Python file stand in another language."""
    return chapter.with_suffix(f".{language}.yaml")


def translated(english: str, chapter: Path, *keys: str) -> Text:
    """A text whose translations stand under ``keys`` in the files beside ``chapter``."""
    return Text(english, lambda language: _find(translation_file(chapter, language), keys))


def every_text(path: Path) -> dict[str, str]:
    """The texts of a file that has no names within names."""
    return dict(_read(path) or {})


def _find(path: Path, keys: tuple[str, ...]) -> str | None:
    found: Any = _read(path)
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


@functools.cache
def _read(path: Path) -> Any:
    """The file's nested texts, all scalars as they are written; None where it cannot be read, which lint reports."""
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return yaml.load(path.read_bytes(), Loader=loader)
    except (OSError, yaml.YAMLError):
        return None
