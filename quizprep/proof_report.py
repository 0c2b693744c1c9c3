"""What the self-test of a proof found, and reports kept between runs. No torch."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import Any

from quizprep import proofs
from quizprep.frozen import frozen
from quizprep.kept import Kept
from quizprep.proofs import Proof
from quizprep.values import Value


@frozen
class OracleReport:
    """One oracle over the samples: its largest relative difference."""

    kind: str
    via: str
    samples: int
    difference: float
    tolerance: float
    agreed: bool


@frozen
class MistakeReport:
    """One mistake: whether some input tells it from the truth, and the simplest such input found."""

    name: str
    formula: str
    text: str
    refuted: bool
    inputs: Mapping[str, Value] = field(default_factory=dict)
    wrong: Value | None = None
    right: Value | None = None


@frozen
class ClaimReport:
    """One claim: on how many samples (or seeds) it held."""

    condition: str
    text: str
    held: int
    samples: int


@frozen
class ProofReport:
    """What the self-test of a proof found. ``failures`` says in words what went wrong; empty if nothing did."""

    proof: str
    oracles: tuple[OracleReport, ...]
    mistakes: tuple[MistakeReport, ...]
    claims: tuple[ClaimReport, ...]
    samples: int
    device: str
    ms: float
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


class KeptReports:
    """Reports of proofs that hold, for as long as nothing has changed that they follow from; without a folder none.

    ``place`` is all that is to be known of the device; ``asked`` what else the reports depend on, such as the seed. A
    report that found a fault is never kept: faults name places, and somebody is about to mend them.
    """

    def __init__(self, folder: Path | None, place: str, *asked: object) -> None:
        self._kept = Kept(folder, "proofs", platform.machine(), place, *asked, but_for=chapter_files())

    def get(self, proof: Proof) -> ProofReport | None:
        """The report of an earlier run; None where something may have changed."""
        found, digest = self._kept.get(proof.id), digest_of_proof(proof)
        if found is None or digest is None or found["of"] != digest:
            return None
        return _report(found["report"])

    def put(self, proof: Proof, report: ProofReport) -> None:
        """Keep the report of a proof that was just run, if it holds."""
        digest = digest_of_proof(proof)
        if report.passed and digest is not None:
            self._kept.put(proof.id, {"of": digest, "report": asdict(report)})

    def save(self) -> None:
        """Write what is new."""
        self._kept.save()


def _report(found: Mapping[str, Any]) -> ProofReport:
    parts = {"oracles": OracleReport, "mistakes": MistakeReport, "claims": ClaimReport}
    read = {name: tuple(kind(**each) for each in found[name]) for name, kind in parts.items()}
    return ProofReport(**{**found, **read, "failures": tuple(found["failures"])})


def digest_of_proof(proof: Proof) -> str | None:
    """Of the files that are the proof's own; None for Python of a pack, which may import anything.

    What its chapter's file imports is the program's (``tests/test_kept.py``), and so in the name of what is kept.
    """
    if proof.place is not None:
        files = sorted({proof.file, *proof.file.parent.glob("*.yaml")})
    elif proof.file.parent == _CHAPTERS:
        files = _files_of(proof.file.stem)
    else:
        return None
    found = hashlib.blake2b(digest_size=12)
    for path in files:
        content = path.read_bytes()
        found.update(f"{path}\n{len(content)}\n".encode() + content)
    return found.hexdigest()


_CHAPTERS = Path(proofs.__file__).parent


def chapter_files() -> set[Path]:
    """The files that are the proofs' own, which :func:`digest_of_proof` looks after."""
    return {file for chapter in proofs.topics() for file in _files_of(chapter)}


def _files_of(chapter: str) -> list[Path]:
    """A chapter's Python file and its translations."""
    return sorted(_CHAPTERS.glob(f"{chapter}.*"))
