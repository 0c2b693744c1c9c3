"""Which numbers the papers of a class have: the file that ``quizprep paper`` writes beside them, for ``grade``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quizprep.errors import LearnerError
from quizprep.frozen import frozen
from quizprep.text import Text

NAME = "paper-seeds.json"
MOST = 1 << 24  # bytes of such a file


@frozen
class PaperSeeds:
    """The questions of a paper, in order, and for each variant their seeds and digests as they are printed."""

    language: str
    questions: tuple[str, ...]
    variants: Mapping[str, Sequence[tuple[int, str]]]

    def text(self) -> str:
        """The file."""
        found = {
            "language": self.language,
            "questions": self.questions,
            "variants": {
                name: [{"seed": seed, "shown": shown} for seed, shown in drawn] for name, drawn in self.variants.items()
            },
        }
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, path: Path) -> PaperSeeds:
        """The file, or that of its folder. Raises LearnerError where it is none."""
        path = path / NAME if path.is_dir() else path
        try:
            with path.open(encoding="utf-8") as file:
                return cls._of(json.loads(file.read(MOST)))
        except OSError as error:
            raise _no_paper(path, str(error.strerror), "읽을 수 없습니다") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise _no_paper(path, f"it is no {NAME} of `quizprep paper`", f"{NAME} 파일이 아닙니다") from error

    @classmethod
    def _of(cls, found: Any) -> PaperSeeds:
        questions = tuple(map(str, found["questions"]))
        variants = {
            str(name): [(int(each["seed"]), str(each["shown"])) for each in drawn]
            for name, drawn in found["variants"].items()
        }
        if not questions or not variants or {len(drawn) for drawn in variants.values()} != {len(questions)}:
            raise ValueError
        return cls(str(found["language"]), questions, variants)

    def variant_named(self, variant: str) -> str:
        """The name of a variant as the paper has it; "" is the only one. Raises LearnerError where there is none."""
        called = {name.casefold(): name for name in self.variants}
        name = called.get(variant.casefold(), "") if variant else next(iter(self.variants), "")
        if not name or (not variant and len(self.variants) > 1):
            there = ", ".join(self.variants)
            raise LearnerError(Text(f"the variant is one of {there}", ko=f"시험지는 이 가운데 하나: {there}"))
        return name

    def drawn(self, variant: str, question: str) -> tuple[int, str, str]:
        """The seed, the id and the digest of a question, named by its id or its number on the paper.

        Raises LearnerError for what is not on the paper.
        """
        name = self.variant_named(variant)
        if question.isdecimal() and question.isascii() and len(question) < 5:
            place = int(question) - 1
        else:
            place = self.questions.index(question) if question in self.questions else -1
        if not 0 <= place < len(self.questions):
            most = len(self.questions)
            raise LearnerError(
                Text(f"the paper has no question `{question}`, but 1 to {most}", ko=f"시험지의 문제는 1–{most}번")
            )
        seed, shown = self.variants[name][place]
        return seed, self.questions[place], shown


def _no_paper(path: Path, problem: str, korean: str) -> LearnerError:
    return LearnerError(Text(f"{path} cannot be used: {problem}.", ko=f"{path}: {korean}."))
