"""Derivations with one line made wrong: seeded edits of one thing each, checked to be truly different.

A line is changed as a person errs: a sign, a number, an exponent, a letter, an index, a term or a factor left out, an
inequality turned round. Whether the line is wrong now is told by numbers alone: both versions are written out and
evaluated at points where nothing is large, apart from the comparison that is tested.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from quizprep.derivation import account
from quizprep.derivation.lines import lines_of, sides, signs
from quizprep.derivation.sheet import Sheet
from quizprep.derivation.spaces import spaces
from quizprep.errors import FormulaError
from quizprep.formula.compute.arrays import TooMuchWork, run
from quizprep.formula.domain import BASES
from quizprep.formula.tree import Node
from quizprep.judge.samples import draw

FOLDER = Path(__file__).parent / "derivations"
DERIVATIONS = sorted(FOLDER.glob("*.md"))
EACH = 10  # errors made in a derivation
POINTS = 64
APART = 1e-4  # relative difference that is no rounding


@dataclass(frozen=True)
class Spoiled:
    """A derivation whose line ``line`` is wrong, and what was done to it."""

    name: str
    line: int
    kind: str
    was: str
    now: str
    text: str


def spoiled(path: Path, each: int = EACH) -> list[Spoiled]:
    """The errors made in one derivation: always the same ones, spread over its lines and over kinds of error."""
    text = path.read_text(encoding="utf-8")
    reader = account._Reader(lines_of(text), "en", reasons=False)
    found = reader.account()
    steps = [line for line in found.lines if line.status in ("follows", "holds")]
    choose = random.Random(path.stem)
    made: list[Spoiled] = []
    proposals = [(line, edit) for line in steps for edit in _edits(line.text, text)]
    choose.shuffle(proposals)
    used: dict[tuple[int, str], int] = {}
    for most in (1, 2, 100):  # of one kind in one line
        for line, (kind, now) in proposals:
            if len(made) == each:
                return made
            if used.get((line.line, kind), 0) >= most or any(one.now == now and one.line == line.line for one in made):
                continue
            changed = _exchanged(text, line.line, line.text, now)
            if changed is not None and _is_wrong(reader.sheet, line.text, now):
                used[line.line, kind] = used.get((line.line, kind), 0) + 1
                made.append(Spoiled(path.stem, line.line, kind, line.text, now, changed))
    return made


def _exchanged(text: str, number: int, was: str, now: str) -> str | None:
    """The text with one line changed; None where the line does not stand there as it was read."""
    rows = text.split("\n")
    for row in range(number - 1, min(number + 2, len(rows))):
        pattern = r"\s*&?\s*".join(re.escape(part) for part in re.split(r"\s+", _spread(was)) if part)
        match = re.search(pattern, _as_read(rows[row]))
        if match:
            source = _as_read(rows[row])
            rows[row] = source[: match.start()] + now + source[match.end() :]
            return "\n".join(rows)
    return None


def _as_read(row: str) -> str:
    """A row with the layout that says nothing taken out, as lines are read."""
    return re.sub(r"\\[,;!]", " ", row)


def _spread(text: str) -> str:
    return re.sub(r"(<=|>=|=|\\le\b|\\ge\b|≤|≥)", r" \1 ", text)


# Edits


def _edits(line: str, text: str) -> Iterator[tuple[str, str]]:
    cuts = signs(line)
    begun = cuts[-1][1] if cuts else 0
    head, side = line[:begun], line[begun:]
    for place, sign in enumerate(re.findall(r"<=|>=|≤|≥|\\le\b|\\ge\b", head)):
        turned = {"<=": ">=", ">=": "<=", "≤": "≥", "≥": "≤", r"\le": r"\ge", r"\ge": r"\le"}[sign]
        if place == 0:
            yield "inequality", head.replace(sign, turned, 1) + side
    for kind, changed in _of_side(side, text):
        if changed != side and not (changed.startswith(" 2 (") and head.split("=")[0].strip() == "0"):  # twice 0 is 0
            yield kind, head + changed


def _of_side(side: str, text: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r"(?<![\w^_])[+-]|(?<=\{)-|(?<=\s)[+-](?=\s)", side):
        if match[0] in "+-":
            other = "-" if match[0] == "+" else "+"
            yield "sign", side[: match.start()] + other + side[match.end() :]
    for match in re.finditer(r"(?<![\w.\\])(?<!_)(?<!_\{)(\d+)(?![\w.])", side):
        yield "number", side[: match.start()] + str(int(match[0]) + 1) + side[match.end() :]
    for match in re.finditer(r"\^(?:2|\{2\})(?!\w)", side):
        yield "exponent", side[: match.start()] + side[match.end() :]
    for match in re.finditer(r"\^(?:T(?!\w)|\\top)", side):
        yield "transpose", side[: match.start()] + " " + side[match.end() :]
    letters = sorted(set(_letters(side)))
    for match in _letter_places(side):
        for other in letters:
            if other != match[0] and other.islower() == match[0].islower():
                yield "letter", side[: match.start()] + other + side[match.end() :]
    for match in re.finditer(r"(?<=_)([ij])(?!\w)", side):
        yield "index", side[: match.start()] + ("j" if match[0] == "i" else "i") + side[match.end() :]
    for function, other in ((r"\log", r"\exp"), ("log", "exp"), ("tanh", "sin"), (r"\sigma", r"\tanh"), ("σ", "tanh")):
        for match in re.finditer(rf"(?<![A-Za-z\\]){re.escape(function)}(?![A-Za-z_])", side):
            yield "function", side[: match.start()] + other + side[match.end() :]
    yield from (("term", changed) for changed in _without(side, "+-"))
    yield from (("factor", changed) for changed in _without(side, " "))
    yield "factor", f" 2 ({side.strip()})"


def _letter_places(side: str) -> Iterator[re.Match[str]]:
    for match in re.finditer(r"(?<![A-Za-z\\_{])[A-Za-z](?![A-Za-z'(_{])", side):
        before = side[: match.start()]
        if not re.search(r"(?:\\(?:frac|mathbb|mathcal|mathrm|text|begin|end)\{[^}]*|[∂∇_]|\\partial\s*)$", before):
            yield match


def _letters(side: str) -> list[str]:
    return [match[0] for match in _letter_places(side) if match[0] not in "deET"]


def _without(side: str, marks: str) -> Iterator[str]:
    """The side with one of its outer terms, or factors, left out."""
    depth, cuts = 0, [0]
    for place, character in enumerate(side):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character in marks and side[:place].strip() and not re.search(r"[\^_*/(]\s*$", side[:place]):
            cuts.append(place)
    cuts.append(len(side))
    if len(cuts) < 3:
        return
    for begun, end in itertools.pairwise(cuts):
        piece, rest = side[begun:end].strip(), (side[:begun] + " " + side[end:]).strip()
        if marks == " " and not re.fullmatch(r"(?:[\w\\{}^()']|\\[a-z]+)+(?:_\{?\w+\}?)?", piece):
            continue
        if re.search(r"[A-Za-z0-9]", piece) and re.search(r"[A-Za-z0-9]", rest):
            yield " " + rest


# Truth


def _is_wrong(sheet: Sheet, was: str, now: str) -> bool:
    """Whether the changed line says something else than the right one, told by numbers alone."""
    (before, relations), (after, others) = sides(was), sides(now)
    if relations != others:
        return True  # an inequality that was turned round
    if len(before) != len(after) or any(relation != "=" for relation in relations):
        return False  # a smaller side may still be a bound
    try:
        trees = [sheet.expand(sheet.read(side)) for side in (before[-1], after[-1])]
        return bool(_values_differ(sheet, *trees))
    except (FormulaError, TooMuchWork):
        return False  # what cannot be read is no error of this kind


@np.errstate(all="ignore")
def _values_differ(sheet: Sheet, first: Node, second: Node) -> bool:
    for space in spaces(sheet, (first, second)):
        points = draw(space, seed=3)
        chosen = points.pick(np.arange(points.count - POINTS, points.count)).copies()
        generator = np.random.default_rng(3)
        for name, domain in space.domains.items():
            if not BASES[domain.base].integer:
                low, high = max(domain.low, -2.0 if domain.low < 0 else 0.2), min(domain.high, 2.0)
                margin = 0.05 * (high - low)
                chosen[name] = generator.uniform(low + margin, high - margin, chosen[name].shape)
        try:
            a, b = (np.asarray(run(tree, chosen, batched=True), dtype=float) for tree in (first, second))
        except FormulaError:
            continue
        if a.shape != b.shape:
            return False
        known = np.isfinite(a) & np.isfinite(b)
        apart = np.abs(a - b) > APART * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
        return bool(known.sum() >= known.size / 4 and (apart & known).sum() >= known.sum() / 8)
    return False
