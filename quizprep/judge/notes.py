"""Reading a note for formulas, and holding each against the proofs that know its left-hand side.

``find_formulas`` and ``Catalogue`` need no torch; ``audit`` does. It never guesses: a formula is
called wrong only where the proof that it belongs to is certain and a single named change of the
formula makes it right. Everything else that differs is left in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quizprep import proofs
from quizprep.errors import FormulaError
from quizprep.formula.read.written import canonical_name
from quizprep.frozen import frozen
from quizprep.proofs import Proof
from quizprep.text import normalise_word

CONTEXT = 12  # lines above a formula in which the name of its proof is looked for
LONGEST = 600  # characters of a formula; a longer one is prose or a derivation
OUTCOMES = ("right", "wrong", "in doubt", "unknown")

_OPENS_DISPLAY = re.compile(r"\$\$|\\\[|\\begin\{(?:equation|align|gather)\*?\}")
_CLOSES = {"$$": "$$", "\\[": "\\]", "\\(": "\\)"}  # any other display formula ends with its environment
_ENDS_ENVIRONMENT = "\\end{"
_OPENS_INLINE = re.compile(r"\\?\$(?!\$)(?P<dollars>[^$\n]+?)\\?\$|`(?P<code>[^`\n]+)`|\\\(")
_PLAIN = re.compile(r"^[\s\-*+>•◦]*(?P<formula>[^=:]{1,40}=[^=].*)$")
_EQUALS = re.compile(r"(?<![<>=!:≤≥≠])=(?![=>])")
_DERIVATIVE = re.compile(
    r"^\s*(?:\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*(?P<top>\w*)\s*\}\s*\{\s*(?:\\partial|d)\s*(?P<by>\w+)\s*\}"
    r"|[∂d](?P<top2>\w+)\s*/\s*[∂d](?P<by2>\w+))\s*$"
)
_LOSSES = {"loss", "l", "e", "j", "cost", "error", "mse"}


@frozen
class Formula:
    """``left = right`` as it stands in a note; ``chain`` are the sides of ``a = b = c`` after the first."""

    line: int
    text: str
    left: str
    chain: tuple[str, ...]


@frozen
class Finding:
    """What is to be said about one formula: ``outcome`` is one of :data:`OUTCOMES`."""

    line: int
    formula: str
    outcome: str
    proof: str | None = None
    step: str | None = None
    reason: str = ""
    counterexample: Mapping[str, Any] | None = None


# --- finding -----------------------------------------------------------------------------------


def find_formulas(text: str) -> list[Formula]:
    """The equations of a Markdown or text note: display and inline LaTeX, code spans, and plain lines."""
    found: dict[tuple[int, str], Formula] = {}
    for line, piece in _pieces(text):
        formula = _equation(line, piece)
        if formula:
            found.setdefault((line, formula.text), formula)
    return sorted(found.values(), key=lambda formula: formula.line)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """(line, text) of everything that may be a formula; what is LaTeX is not read as a plain line again."""
    rest, end, number = [], 0, 1
    for start, body_start, body_end, stop in _enclosed(text, _OPENS_DISPLAY):
        rest += [text[end:start], "\n" * text.count("\n", start, stop)]
        number += text.count("\n", end, body_start)
        body = text[body_start:body_end]
        for offset, row in enumerate(body.split("\n")):
            yield from ((number + offset, piece) for piece in re.split(r"\\\\|,\s*\\ |;|\\quad", row))
        number += text.count("\n", body_start, stop)
        end = stop
    rest.append(text[end:])
    fenced = False
    for number, line in enumerate("".join(rest).split("\n"), 1):
        fenced ^= line.lstrip().startswith("```")
        if fenced:
            continue
        spans = [line[start:end] for _, start, end, _ in _enclosed(line, _OPENS_INLINE)]
        for span in spans:
            yield number, span
        plain = _PLAIN.match(line)
        if plain and not spans:
            yield number, plain["formula"]


def _enclosed(text: str, opens: re.Pattern[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where formulas stand between marks: (start, start of the body, its end, stop), each mark looked at once."""
    position, missing = 0, set()
    while match := opens.search(text, position):
        position = match.end()
        if match.lastgroup:
            yield match.start(), *match.span(match.lastgroup), position
            continue
        closing = _CLOSES.get(match[0], _ENDS_ENVIRONMENT)
        end = -1 if closing in missing else text.find(closing, position + 1)
        if end < 0:
            missing.add(closing)  # nor is it there for any later one
            continue
        yield match.start(), position, end, end + len(closing)
        position = end + len(closing)


def _equation(line: int, piece: str) -> Formula | None:
    text = piece.replace("&", "").strip().rstrip(".,;")
    sides = _sides(text) if len(text) <= LONGEST else []
    if len(sides) < 2 or not all(sides):
        return None
    return Formula(line, text, sides[0], tuple(sides[1:]))


def _sides(text: str) -> list[str]:
    """The sides of ``a = b = c``; an equals sign inside brackets, as below a sum, separates nothing."""
    cuts, depth = [0], 0
    equals = {match.start() for match in _EQUALS.finditer(text)}
    for place, character in enumerate(text):
        depth += (character in "{([") - (character in "})]")
        if depth == 0 and place in equals:
            cuts += [place, place + 1]
    return [text[start:end].strip() for start, end in zip(cuts[::2], [*cuts[1::2], len(text)], strict=True)]


# --- matching ----------------------------------------------------------------------------------


@frozen
class Match:
    """A step of a proof that a left-hand side may stand for; ``named`` where it spells the proof itself."""

    proof: Proof
    step: str
    named: bool


class Catalogue:
    """Which names stand for which steps of which proofs."""

    def __init__(self, known: Sequence[Proof]) -> None:
        self._by_symbol: dict[str, list[Match]] = {}
        self._by_words: dict[str, list[Match]] = {}
        for proof in known:
            if proof.takes_random or not proof.domains:
                continue
            for spelling in (proof.id, proof.id.replace("-", " "), proof.title["en"], proof.title["ko"]):
                self._by_words.setdefault(normalise_word(spelling), []).append(Match(proof, proof.result, named=True))
            for name, step in proof.steps.items():
                for alias in (name, *step.aliases):
                    self._by_symbol.setdefault(_canonical(alias) or alias, []).append(Match(proof, name, named=False))

    @classmethod
    def of_all(cls) -> Catalogue:
        """The catalogue of every proof there is."""
        return cls(list(proofs.discover().values()))

    def matches(self, left: str) -> list[Match]:
        """The steps that a left-hand side may stand for, each proof's step once; named ones first."""
        words = normalise_word(_words(left))
        found = [*self._by_words.get(words, ()), *self._by_words.get(words.replace("-", " "), ())]
        for spelling in _spellings(left):
            found += self._by_symbol.get(spelling, [])
        return list({(match.proof.id, match.step): match for match in reversed(found)}.values())[::-1]


def _words(left: str) -> str:
    """A left-hand side without list marks and emphasis: ``- **F1-score**`` is ``F1-score``."""
    return re.sub(r"\\(?:text|mathrm|operatorname)\{([^}]*)\}|[*_`]{2}", r"\1", left).strip(" -*•`\\$")


def _spellings(left: str) -> Iterator[str]:
    """The canonical names that a left-hand side may mean."""
    derivative = _DERIVATIVE.match(left)
    if derivative:
        top, by = derivative["top"] or derivative["top2"] or "", derivative["by"] or derivative["by2"]
        tops = [top, "L"] if top.lower() in _LOSSES else [top]
        yield from (f"d{name}_d{by}" for name in tops)
        return
    text = re.sub(r"^(\w+)_(\w)([+-])(\d)$", r"\1_{\2\3\4}", _words(left))  # W_t+1 on a plain line is W_{t+1}
    canonical = _canonical(text)
    if canonical:
        yield canonical


def _canonical(text: str) -> str | None:
    try:
        return canonical_name(text)
    except FormulaError:
        return None


# --- judging -----------------------------------------------------------------------------------


def audit(text: str, *, device: str = "cpu", language: str = "en") -> list[Finding]:
    """Every equation of a note with what can be said about it, in the order of the lines. Imports torch."""
    catalogue = Catalogue.of_all()
    lines = text.split("\n")
    return [
        _judge(formula, catalogue.matches(formula.left), _context(lines, formula.line), device, language)
        for formula in find_formulas(text)
    ]


def _context(lines: Sequence[str], line: int) -> str:
    above = [text[:LONGEST] for text in lines[max(0, line - 1 - CONTEXT) : line]]
    return normalise_word(" ".join(above)).replace("-", " ")


def _judge(formula: Formula, matches: Sequence[Match], context: str, device: str, language: str) -> Finding:
    """Right where any reading is; wrong where the only proof that reads it refutes it by name; else in doubt."""
    from quizprep.judge.against_proof import check_formula

    judged = []
    for match in matches:
        for side in formula.chain:
            verdict = check_formula(match.proof, f"{match.step} = {side}", device=device, language=language)
            if verdict.circular:
                verdict = check_formula(match.proof, side, device=device, language=language)
            if verdict.verdict == "equivalent":
                return Finding(formula.line, formula.text, "right", match.proof.id, match.step, verdict.statement)
            if verdict.verdict == "different":
                judged.append((match, verdict))
    if not judged:
        return Finding(formula.line, formula.text, "unknown")
    certain = [entry for entry in judged if entry[0].named or _is_about(entry[0].proof, context)]
    alone = (
        len({match.proof.id for match, _ in judged}) == 1 and len(_words(formula.left)) > 1
    )  # a bare y may be anything
    candidates = certain or (judged if alone else [])
    for match, verdict in candidates:
        if verdict.diagnosis and verdict.diagnosis["kind"] not in {"domain", "shape", *_variants(match.proof)}:
            return Finding(
                formula.line,
                formula.text,
                "wrong",
                match.proof.id,
                match.step,
                verdict.diagnosis["text"],
                verdict.counterexample,
            )
    match = (candidates or judged)[0][0]
    return Finding(formula.line, formula.text, "in doubt", match.proof.id, match.step)


def _variants(proof: Proof) -> set[str]:
    """Names of the differences that are only another convention."""
    return {mistake.name for mistake in proof.mistakes if mistake.variant}


def _is_about(proof: Proof, context: str) -> bool:
    """Whether the text above names what the proof is about (the first word of its id, such as ``adam``)."""
    names = {proof.id.replace("-", " "), normalise_word(proof.title["en"]), normalise_word(proof.title["ko"])}
    first = proof.id.split("-")[0]
    return any(name in context for name in names) or (
        len(first) > 3 and re.search(rf"\b{re.escape(first)}", context) is not None
    )
