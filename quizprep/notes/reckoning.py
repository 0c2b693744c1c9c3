"""Numbers in a note: what is worked out is worked out again, and values are held against the proofs they come from.

``precision = 8/(8+2) = 0.8`` is right as it is written; ``5/8 = 0.62`` is too, for it is rounded, or cut off, at the
digit that is written. Where a section gives every input of a proof (``TP = 8``, ``FP = 2``), the values under it
(``precision = 0.75``) have to be those of the proof.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction

from quizprep.errors import QuizprepError
from quizprep.formatting import number as shown_number
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.read.parse import parse
from quizprep.frozen import frozen
from quizprep.notes.catalogue import Catalogue, canonical
from quizprep.notes.confusion import ConfusionMatrix
from quizprep.notes.equations import LIST_MARKS
from quizprep.notes.page import Piece
from quizprep.proofs import Proof
from quizprep.text import Text

LONGEST = 200  # characters of a computation
MOST_CHAIN = 8  # sides of one chain
MOST_ROUNDED = 5  # numbers of a computation that may have been rounded before

_SUFFIXES = {"k": 3, "K": 3, "M": 6, "B": 9, "G": 9, "%": -2, "": 0}
_RELATION = re.compile(r"(?<![<>=!:≤≥≠*/+\-])=(?![=>])|≈|≒|\\approx(?![A-Za-z])|\\simeq(?![A-Za-z])")
_NEAR = ("≈", "≒", "\\approx", "\\simeq")
_NUMBER = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_VALUE = re.compile(rf"[\s\\,]*(?P<sign>[-−]?)\s*(?P<number>{_NUMBER})\s*(?P<suffix>\\?%|[kKMBG](?![A-Za-z]))?")
_COMPUTES = (
    r"(?:\d[\d.,]*+|[()+*/×·^−-]|(?<=[\d)])\s*[xX]\s*(?=[\d(])"
    r"|\\(?:[dt]?frac|times|cdot|left|right|sqrt|[lr]floor|[lr]ceil|exp|ln|log|big[lr]?|Big[lr]?)(?![A-Za-z])"
    r"|(?<=log)_|(?<![A-Za-z\\])e(?=\s*\^)|[⌊⌋⌈⌉{}\s]|\\[,;!])"
)
_EXPRESSION_AT_END = re.compile(rf"{_COMPUTES}{{3,160}}$")
_EXPRESSION_AT_START = re.compile(rf"^{_COMPUTES}{{3,160}}")
_OPERATOR = re.compile(r"[+*/×·^]|\s[-−]\s|\\(?:[dt]?frac|times|cdot|sqrt|exp|ln|log)|\d\s*[xX]\s*\d")
_WORD_AT_END = re.compile(r"(?:[가-힣\u3040-\u30ff\u4e00-\u9fff：，、]|[A-Za-z]{2,}[.:,]?|[:,;])$")
_ANY_BASE = re.compile(r"\\log(?![A-Za-z])(?!\s*_)")  # whose base the text says elsewhere, or nowhere
_BASES = (r"\\ln ", r"\\log_2 ", r"\\log_{10} ")
_IN_A_FONT = re.compile(r"\\(?:text|mathrm|textrm|mbox|textbf|mathbf|boxed|underline)\s*\{(?P<of>[^{}]*)\}")
_GROUPED = re.compile(r"(?<=\d)(?:\{,\}|\\,)(?=\d{3}(?!\d))")  # 1{,}792
_ROW_ENDS = re.compile(r"\\\\(?![*%])|\\q?quad(?![A-Za-z])")
_GOES_ON_BELOW = re.compile(r"\s*&?\s*(?:=|\\approx|≈)")
_EXACT = re.compile(r"[\d\s()+*×·^−xX{},-]*(?:\\(?:times|cdot|left|right)[\d\s()+*×·^−xX{},-]*)*")
#: What takes the numbers behind it: a command of LaTeX, a function by its name, a word right before a bracket.
_FUNCTION_AT_END = re.compile(
    r"\\(?!(?:quad|qquad|approx|to|item|Rightarrow|rightarrow|implies|therefore|because|cdot|times)(?![A-Za-z]))[A-Za-z]+\s*$"
    r"|(?<![A-Za-z])(?:log|ln|lg|exp|sqrt|sin|cos|tan|tanh|sigmoid|softmax|relu|max|min|abs|round|floor|ceil|mod|mean|var|std)"
    r"(?:_?\{?\d+\}?)?\s*$",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?<![A-Za-z])(?!(?:is|are|was|be|gives|equals|or|and|to|of)(?:\s|$))[A-Za-z]\w*\}?\s*$")
_ROUNDED = re.compile(r"(?<![\d.])(?:[1-9]\d*\.\d+|0\.0*[1-9]\d+)(?![\d.])")  # two digits or more, with a point
_TIMES_A_HUNDRED = re.compile(r"(?:[*×·xX]|\\times|\\cdot)\s*100\s*$|^\s*100\s*(?:[*×·xX]|\\times|\\cdot)")
_ONLY_ADDED = re.compile(r"[\d\s+−-]+")
_ONLY_SIZES = re.compile(r"^[\s\d(]*(?:\d+\s*(?:[xX×]|\\times)\s*)+\d+[\s)]*$")
_OF_A_UNIT = re.compile(
    r"[\s\\,~]*(?:[kKMGTP]?i?B(?:ytes?)?|[kKMGTP]i?b(?:its?)?|bytes?|bits?|[kKMGTP]?(?:FLOPs?|Hz)|[mµμn]s"
    r"|sec(?:ond)?s?|min(?:ute)?s?|hours?|days?|바이트|비트|초|분|시간|일)(?![A-Za-z])",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[-−]?\d*[1-9](?P<zeros>0+)[kKMBG]")
_GIVEN = re.compile(
    r"(?P<name>[A-Za-z가-힣][\w가-힣]*(?:[ -][A-Za-z가-힣][\w가-힣]*){0,3})[*_`$|\s]*(?:=|:|\|)[*_`$\s]*"
    rf"(?P<value>-?(?:{_NUMBER}))(?P<suffix>\\?%)?(?![\w.]|[\s$]*[*/+×^(]|\s[-−]\s)"
)


@frozen
class Computation:
    """What a note works out: ``text`` as it stands, ``found`` the value that it comes to."""

    line: int
    text: str
    right: bool
    found: float
    proof: str | None = None
    step: str | None = None
    named: str = ""  # what is right, where that is no single number
    rounded: bool = False  # not right, but it may be for numbers that are written as these are when they are rounded
    percent: bool = False  # not right, but it is where the number is meant in percent: 999/1000 = 99.9

    def reason(self) -> Text:
        """Why it is wrong, or in doubt."""
        if self.named:
            return Text(f"That comes to {self.named}.", ko=f"계산하면 {self.named}입니다.")
        digits = max(6, min(15, 1 + sum(map(str.isdigit, self.text.rpartition("=")[2]))))  # one more than are written
        shown = shown_number(self.found, digits) if abs(self.found) < 1e6 else f"{self.found:,.0f}"
        if self.percent:
            return Text(
                f"That comes to {shown}; it is right only in percent, and then the sign % is missing.",
                ko=f"계산하면 {shown}입니다. 퍼센트로 쓴 값일 때만 맞고, 그러면 % 기호가 빠졌습니다.",
            )
        if self.rounded:
            return Text(
                f"That comes to {shown}; it is right only if the numbers in it were rounded before.",
                ko=f"계산하면 {shown}입니다. 식에 쓴 수가 앞에서 반올림한 값일 때만 맞을 수 있습니다.",
            )
        return Text(f"That comes to {shown}.", ko=f"계산하면 {shown}입니다.")


def computations(pieces: Sequence[Piece], known: Catalogue) -> Iterator[Computation]:
    """Everything that the pieces of a note work out in numbers, with the value that it has."""
    given: dict[tuple[str, ...], dict[str, Fraction]] = defaultdict(dict)
    matrix, waiting = ConfusionMatrix(), set[tuple[str, ...]]()  # sections with a matrix of which nothing was said yet
    for piece in pieces:
        if counted := matrix.after(piece):
            counts = {canonical(name): Fraction(number) for name, number in counted.items()}
            if piece.heading in waiting:  # values below may be of either
                given[piece.heading] = {
                    name: value for name, value in given[piece.heading].items() if name not in counts
                }
            else:
                given[piece.heading].update(counts)
                waiting.add(piece.heading)
        for offset, line in _lines(piece):
            if not any(character.isdigit() for character in line):
                continue
            yield from _worked(piece.line + offset, line, marked=piece.kind != "display")
            values = given[piece.heading]
            for name, written in _values(line):
                found = _proof_value(name, values, known)
                if found is not None:
                    waiting.discard(piece.heading)
                    proof, step, value = found
                    right = agrees(value, written, near=False)
                    yield Computation(piece.line + offset, f"{name} = {written.strip()}", right, value, proof.id, step)
                number = _number(written)
                if number is not None:
                    values[canonical(name)] = number[0]


def _lines(piece: Piece) -> Iterator[tuple[int, str]]:
    """The lines of a piece with their places in it; in a display what goes on with a relation is one."""
    found: list[tuple[int, str]] = []
    for offset, line in enumerate(piece.text.split("\n")):
        if found and piece.kind == "display" and _GOES_ON_BELOW.match(line) and len(found[-1][1]) < 4 * LONGEST:
            place, before = found[-1]
            found[-1] = place, before.rstrip().removesuffix("\\\\") + " " + line
        else:
            found.append((offset, line))
    yield from found


# --- as it is written --------------------------------------------------------------------------


def _worked(line: int, text: str, marked: bool) -> Iterator[Computation]:
    """The computations of a line that stand before a relation and their value behind it.

    ``marked``: a dash that it begins with is the mark of a list; in a display the row before goes on.
    """
    if marked:
        text = LIST_MARKS.sub("", text)
    text = _ROW_ENDS.sub(" ; ", _GROUPED.sub(",", _IN_A_FONT.sub(r" \g<of> ", text)))
    text = (
        re.sub(r"[$`&]|\*\*|\\\\(?=\*)", " ", text.replace("\\*", "*"))
        .replace("∗", "*")
        .replace("⋅", "·")
        .replace("\\%", "%")
        .replace("\\ ", " ")
    )
    relations = list(_RELATION.finditer(text))[:MOST_CHAIN]
    chain: list[tuple[str, float]] = []  # computations that the next one goes on with
    for place, relation in enumerate(relations):
        begun = relations[place - 1].end() if place else 0
        ends = relations[place + 1].start() if place + 1 < len(relations) else len(text)
        left, behind = text[begun : relation.start()], text[relation.end() : ends]
        computed = _computed(left, begins=place > 0)
        if computed is None:
            chain = []
            continue
        expression, value = computed
        near = relation[0] in _NEAR
        other = _EXPRESSION_AT_START.match(behind)
        if other and _OPERATOR.search(other[0]) and place + 1 < len(relations) and other.end() >= len(behind.rstrip()):
            chain.append(computed)
            continue  # a chain of computations: each is held against the number at its end
        before, chain = chain, []
        said = _VALUE.match(behind)
        if said is None or _goes_on(behind[said.end() :]) or _are_sizes(expression, behind):
            continue
        value = next((each for each in _with_any_base(expression, value) if agrees(each, said[0], near)), value)
        right = agrees(value, said[0], near)
        added = _ONLY_ADDED.fullmatch(expression)
        if said["suffix"] == "%" and (added or _TIMES_A_HUNDRED.search(expression)):  # 0.8 * 100 = 80%, 40 + 35 = 75%
            right = right or agrees(value, said["sign"] + said["number"], near)
            if added and not right:
                continue  # 0 + 1 = 75%, of what goes by the numbers 0 and 1
        if not right and _OF_A_UNIT.match(behind, said.end()):
            continue  # 7e9 * 4 = 26.1 GiB, 96 * 32 = 3 GiB: what is multiplied is of another unit
        rounded = not right and _may_be_rounded(expression, said[0], near)
        percent = not right and 0 < value <= 1 and not said["suffix"] and agrees(100 * value, said[0], near)
        first = [(text, each) for text, each in before if right and all(map(_EXACT.fullmatch, (text, expression)))]
        if (slipped := next((each for _, each in first if not agrees(each, said[0], near)), None)) is not None:
            right, value = False, slipped  # (27 + 1) * 64 = 27 * 64 = 1728
        agreeing = [text for text, each in before if agrees(each, said[0], near) or slipped is not None]
        whole = f" {relation[0]} ".join([*agreeing, expression.strip()])
        yield Computation(
            line, f"{whole} {relation[0]} {said[0].strip()}", right, value, rounded=rounded, percent=percent
        )


def _with_any_base(expression: str, value: float) -> Iterator[float]:
    """The values of a computation, one for each base that a logarithm without one may have."""
    yield value
    if _ANY_BASE.search(expression):
        for base in _BASES:
            if (computed := _evaluated(_ANY_BASE.sub(base, expression))) is not None:
                yield computed[1]


def _may_be_rounded(expression: str, written: str, near: bool) -> bool:
    """Whether numbers that are rounded to those of a computation give what is written: ``0.368 * 0.53 = 0.20``."""
    found = list(_ROUNDED.finditer(expression))
    if not 0 < len(found) <= MOST_ROUNDED:
        return False
    values = []
    for signs in itertools.product((-1, 1), repeat=len(found)):
        text, behind = "", 0
        for each, sign in zip(found, signs, strict=True):
            half = Fraction(1, 2 * 10 ** len(each[0].partition(".")[2]))
            text += expression[behind : each.start()] + f"{float(Fraction(each[0]) + sign * half):.12f}"
            behind = each.end()
        computed = _evaluated(text + expression[behind:])
        if computed is None:
            return False
        values.append(computed[1])
    said = _number(written)
    return said is not None and (
        min(values) <= float(said[0]) <= max(values) or any(agrees(value, written, near) for value in values)
    )


def _are_sizes(left: str, right: str) -> bool:
    """Whether both sides only say how large something is: ``3 x 3 = 5 x 5`` computes nothing."""
    return _ONLY_SIZES.match(left) is not None and _ONLY_SIZES.match(right) is not None


def _computed(left: str, begins: bool) -> tuple[str, float] | None:
    """The computation that a text ends with, and its value; None where it ends with something else.

    ``begins``: a minus that the text begins with is its sign.
    """
    found = _EXPRESSION_AT_END.search(left[-LONGEST:])
    if found is None:
        return None
    before, expression = left[-LONGEST:][: found.start()], found[0]
    if not _OPERATOR.search(expression):
        return None
    if before.strip() and not (expression[:1].isspace() and _WORD_AT_END.search(before)):
        return None  # it is only the end of something else, of ``x + 2*3``
    if _FUNCTION_AT_END.search(before) or (expression.lstrip()[:1] == "(" and _CALLED.search(before)):
        return None  # what is computed is a function of it: exp (2*3)
    expression = expression.strip()
    signed = begins and not before.strip()
    if not re.match(r"[\d(.\\e⌊⌈{-]" if signed else r"[\d(.\\e⌊⌈]", expression) or expression.count(
        "("
    ) != expression.count(")"):
        return None
    if expression.count("^") > 1 and "{" not in expression:
        return None  # 2^100^ marks what is raised in some notes
    return _evaluated(expression)


def _evaluated(expression: str) -> tuple[str, float] | None:
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", expression)
    text = re.sub(r"(?<=[\d)])\s*[xX]\s*(?=[\d(])", " * ", text)
    with suppress(QuizprepError, ArithmeticError, RecursionError, ValueError, TypeError):
        value = evaluate(parse(text), {})
        if isinstance(value, (int, float, Fraction)) and abs(float(value)) < 1e300:
            return expression, float(value)
    return None


def _goes_on(rest: str) -> bool:
    """Whether what follows a number makes it a part of something else: ``2 x``, ``3 + y``, ``0.5\\pi``."""
    if re.match(r"\s*(?:mil|bil|thousand|trillion|백만|천|만|억|조|[万萬億亿兆千])", rest, re.IGNORECASE):
        return True  # 120 million, 30亿
    return bool(re.match(r"\s*(?:[*/+^_×·(\\{!]|[-−]\s*[\w(\\]|[A-Za-z](?![A-Za-z])|e[-+]?\d|[.,]\d)", rest))


def _number(written: str) -> tuple[Fraction, Fraction] | None:
    """The number that is written, and one unit of its last digit."""
    found = _VALUE.match(written)
    if found is None:
        return None
    digits = found["number"].replace(",", "")
    scale = Fraction(10) ** _SUFFIXES[(found["suffix"] or "").lstrip("\\")]
    places = len(digits.partition(".")[2])
    sign = -1 if found["sign"] else 1
    return sign * Fraction(digits) * scale, Fraction(1, 10**places) * scale


def agrees(value: float, written: str, near: bool) -> bool:
    """Whether a value is the written one, rounded or cut off where its digits end.

    A whole number that is written out is meant as it is; ``≈`` may leave more out.
    """
    number = _number(written)
    if number is None:
        return True
    said, unit = number
    slack = 1e-9 * max(1.0, abs(value))
    if (thousands := _THOUSANDS.fullmatch(written.strip())) is not None:  # 800K: its zeros are no digits that count
        whole = 10 ** len(thousands["zeros"]) * unit
        return abs(value - float(said)) <= min(float(whole) / 2, 0.05 * abs(value)) + slack
    if unit == 1 and float(value).is_integer() and not near:
        return abs(value - float(said)) <= slack
    if near:
        return abs(value - float(said)) <= max(float(unit), 0.05 * abs(value)) + slack
    cut_off = abs(value) - abs(float(said))
    return abs(value - float(said)) <= float(unit) / 2 + slack or -slack <= cut_off < float(unit) - slack


# --- values of proofs --------------------------------------------------------------------------


def _values(line: str) -> Iterator[tuple[str, str]]:
    """The names on a line that are given a number, and the number as it is written."""
    for found in _GIVEN.finditer(line):
        yield found["name"].strip(), found["value"] + (found["suffix"] or "").lstrip("\\")


def _proof_value(name: str, given: Mapping[str, Fraction], known: Catalogue) -> tuple[Proof, str, float] | None:
    """What a name stands for, where it is that of a proof all of whose inputs are given before."""
    if len(given) < 2:
        return None
    for proof in known.called(name):
        values: dict[str, float] = {}
        for written, number in given.items():
            meant = proof.names.find(written)
            if meant is not None and meant in proof.symbols:
                values[meant] = float(number)
        if proof.symbols.keys() != values.keys() or any(domain.shape for domain in proof.domains.values()):
            continue
        with suppress(QuizprepError, ArithmeticError, KeyError, TypeError):
            if proof.unmet(values) is not None:
                continue
            steps: dict[str, float] = dict(values)
            for step in proof.steps:
                formula = proof.step_formula(step)
                if formula is not None:
                    steps[step] = float(evaluate(formula, steps))
            return proof, proof.result, steps[proof.result]
    return None
