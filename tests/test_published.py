"""Formulas as they stand in documentation, textbooks and papers (``published.jsonl``), each beside its proof.

A row says what the judge should answer: ``equivalent``, ``variant`` (equivalent in another convention, which is
named), or ``different`` for the rows that one edit has made wrong. How many right ones are recognised only grows; how
many of them are called different, and the list of wrong ones that are accepted, only gets shorter.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest

from quizprep import proofs
from quizprep.judge.against_proof import check_formula

ROWS = [json.loads(line) for line in (Path(__file__).parent / "published.jsonl").read_text().splitlines()]
RIGHT = [row for row in ROWS if row["expect"] != "different"]
WRONG = [row for row in ROWS if row["expect"] == "different"]
RECOGNISED = 350  # of the right ones, at least; raise it with every notation that is learnt
CALLED_DIFFERENT = 0  # of the right ones, at most; lower it likewise
ACCEPTED = {"w078"}  # wrong ones: take each off as soon as it is refuted

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    """Verdict → the formulas that got it, of the rows that are right; and of those that are wrong, under ``wrong …``."""
    known = proofs.discover()
    verdicts = defaultdict(list)
    for row in ROWS:
        verdict = check_formula(known[row["proof"]], row["formula"], diagnose=False).verdict
        kind = verdict if row["expect"] != "different" else f"wrong {verdict}"
        verdicts[kind].append(f"{row['id']} {row['proof']}: {row['formula']}")
    return verdicts


def test_rows_are_well_formed() -> None:
    known = proofs.discover()
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert not [row["id"] for row in ROWS if row["proof"] not in known or known[row["proof"]].takes_random]
    assert {row["expect"] for row in ROWS} == {"equivalent", "variant", "different"}
    assert len(RIGHT) >= 250
    assert len(WRONG) >= 60


def test_no_wrong_formula_is_accepted(found: dict[str, list[str]]) -> None:
    assert [line for line in found["wrong equivalent"] if line.split()[0] not in ACCEPTED] == []


def test_right_formulas_are_not_called_different(found: dict[str, list[str]]) -> None:
    called = found["different"]
    assert len(called) <= CALLED_DIFFERENT, "\n".join(called)


def test_right_formulas_are_recognised(found: dict[str, list[str]]) -> None:
    missing = found["different"] + found["undecided"] + found["unreadable"]
    assert len(found["equivalent"]) >= RECOGNISED, "\n".join(missing)
