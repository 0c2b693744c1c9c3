"""Proofs as data: a file ``proofs.yaml`` of a pack → proofs, without running any code of the pack.

Such a proof is made of formulas alone. Its routine is the formulas of its steps, its oracles are second derivations in
the same language, or simulations that draw from named distributions. It is held against everything that it declares,
as one in Python is: by the self-test, by the rules of a declaration, and by changing its formulas. ``docs/proofs.md``
says what a file holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from quizprep.proofs import Proof
from quizprep.proofs.data.build_proof import Row, build

if TYPE_CHECKING:
    from quizprep.strict_yaml import Defect

__all__ = ["Row", "build", "check", "read"]

MAX_PROOFS = 500  # of one file
SECONDS = 30.0  # of the processor, to read all of them and to compute them once


def read(content: bytes, namespace: str, shown: str, languages: tuple[str, ...]) -> tuple[list[Proof], list[Defect]]:
    """The proofs of a file, each called ``namespace/id``, and everything wrong with it.

    ``shown`` is the file's path in messages, ``languages`` those of the pack. Proofs with a fault are left out.
    """
    rows, defects = check(content, shown, languages)
    return [build(row, namespace, shown, languages) for row in rows], defects


def check(content: bytes, shown: str, languages: Sequence[str]) -> tuple[list[Row], list[Defect]]:
    """The entries of a file that are in order, as a cache may keep them for :func:`build`, and everything wrong.

    Every formula is read and computed once, in bounded time. Imports yaml and numpy.
    """
    from quizprep.formula.limits import OutOfTime, within
    from quizprep.kinds.fields import describe, shorten
    from quizprep.nearest import did_you_mean
    from quizprep.proofs.data.check_proof import MAX_DEFECTS, ProofCheck, TooManyDefectsError
    from quizprep.strict_yaml import Defect, YamlList, YamlMapping
    from quizprep.strict_yaml import read as read_yaml

    root, defects = read_yaml(content)
    if root is None and defects:
        return [], defects
    entries = root.get("proofs") if isinstance(root, YamlMapping) else None
    if not isinstance(root, YamlMapping) or not isinstance(entries, YamlList) or not entries:
        return [], [*defects, Defect(getattr(root, "line", 1), "holds no proofs; list them below `proofs:`")]
    for name in islice((name for name in root if name != "proofs"), MAX_DEFECTS):
        advice = did_you_mean(name, ("proofs",)) or "remove it, or write it into a proof"
        defects.append(Defect(root.lines[name], f"unknown field `{shorten(name)}`; {advice}"))
    if len(entries) > MAX_PROOFS:
        return [], [*defects, Defect(entries.line, f"{len(entries)} proofs; keep at most {MAX_PROOFS} in a file")]
    rows: list[Row] = []
    first: dict[str, int] = {}
    ends = [*(line - 1 for line in entries.lines[1:]), content.count(b"\n") + 1]
    line = entries.line
    try:
        with within(SECONDS):
            for entry, line, last in zip(entries, entries.lines, ends, strict=True):
                if not isinstance(entry, YamlMapping):
                    defects.append(Defect(line, f"a proof {describe(entry)}; write its fields, `name: value`"))
                    continue
                looked = ProofCheck(entry, last, shown, languages)
                try:
                    looked.check()
                except TooManyDefectsError:
                    looked.defects.append(Defect(line, "too many defects; mend these first"))
                defects += looked.defects
                id = entry.get("id")
                if isinstance(id, str) and first.setdefault(id, line) != line:
                    problem = f"the id `{shorten(id)}` is taken by line {first[id]}"
                    defects.append(Defect(entry.lines["id"], f"{problem}; choose another"))
                elif looked.row is not None:
                    rows.append(looked.row)
                if len(defects) > MAX_DEFECTS:
                    defects = sorted(defects[:MAX_DEFECTS])
                    problem = f"more than {MAX_DEFECTS} defects"
                    defects.append(Defect(defects[-1].line, f"{problem}; mend these and look again"))
                    break
    except OutOfTime:
        problem = f"the proofs up to here take more than {SECONDS:g} s to read"
        defects.append(Defect(line, f"{problem}; split the file, or write them shorter"))
    return rows, defects
