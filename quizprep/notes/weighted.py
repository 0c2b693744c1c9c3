r"""Weighted sums written out, whose indices have to agree: ``a_1^2 = \sigma(w_{11}^2 x_1 + w_{12}^2 x_2 + b_1^2)``.

A skeleton (:mod:`quizprep.notes.skeleton`) keeps which layer, unit and input each letter names. Every weight stands
before its own input, from the layer before; the weights and the bias are those of the unit that is made. Texts number
from 0 or 1, the weights of a unit as rows or as columns, and give the bias a letter of its own or the next weight.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from quizprep.frozen import frozen

_SCRIPTS = r"(?:[_^]\{[^{}\s]*\})*"
_WEIGHT = re.compile(rf"(?:[wWUV]|[tT]heta|beta|[oO]mega|weights?|(?P<open>[abcm]|alpha|phi)){_SCRIPTS}")
_INPUT = re.compile(
    rf"(?:(?:hat|tilde)\.)?(?:[xXaAhHfoOzZsSceui]|phi|inputs?|features?|out){_SCRIPTS}(?: \( x\S* \)| x\S*)?"
)
_BIAS = re.compile(rf"(?:[bBcd]|bias|beta|alpha|(?P<weight>[wWa]|[tT]heta|[oO]mega)(?=_)){_SCRIPTS}")
_NOISE = re.compile(r"(?:epsilon|varepsilon|e|u)(?:_\{\w\})?")
_SUM_OF = re.compile(
    r"sum(?:_\{(?P<index>[a-z])?(?:=(?P<first>[01]))?[^{}\s]*\})?(?:\^\{(?P<last>[^{}\s]*)\})? (?P<of>.+)"
)
_PARTS = re.compile(r"(?:(?:hat|tilde|bar)\.)*(?P<letter>[A-Za-z]+)'*(?P<scripts>(?:[_^]\{[^{}\s]*\})*).*")
_SCRIPT = re.compile(r"(?P<mark>[_^])\{(?P<text>[^{}\s]*)\}")
_LAYER = re.compile(r"(?P<letter>[lLknihj]?)(?P<number>[+-]?\d+)?")
_OF_PARAMETERS = frozenset("theta Theta w W b beta wb".split())


@frozen
class _Named:
    """A letter, its indices below, and what stands above it but a transpose: a layer, or a sample."""

    letter: str
    below: tuple[str, ...] = ()
    above: str = ""
    turned: bool = False


@frozen
class _Product:
    weight: _Named
    input: _Named
    text: str


def terms_of(side: str) -> list[tuple[str, str]]:
    """The terms of a skeleton with their signs."""
    terms: list[tuple[str, list[str]]] = [("+", [])]
    depth = 0
    for part in side.split(" "):
        depth += part.endswith("(") - part.startswith(")")
        if depth == 0 and part in "+-":
            if terms[-1][1]:
                terms.append((part, []))
            else:
                terms[-1] = (part, [])
        else:
            terms[-1][1].append(part)
    return [(sign, " ".join(parts)) for sign, parts in terms]


def is_a_weighted_sum(new: str, row: str) -> bool | None:
    """Whether a row adds weights times their inputs for what the left side names, as its indices tell.

    False where it is written like one and an index, a unit or a layer is another one; None of what is none.
    """
    row = re.sub(r"(?<=[^+]) dots (?=[^+])", " + dots + ", row)  # \theta_1 x_1 ... \theta_n x_n
    products: list[_Product] = []
    biases: list[_Named] = []
    summed: re.Match[str] | None = None
    order: list[str] = []  # of the products and the dots
    for sign, term in terms_of(row):
        found = _SUM_OF.fullmatch(term)
        product = _product(found["of"] if found else term)
        if sign != "+":
            return None
        if product is not None:
            products.append(product)
            summed = found or summed
            order.append("product")
        elif term == "dots":
            order.append(term)
        elif _BIAS.fullmatch(alone := term.removesuffix(" 1")):
            biases.append(_named(alone))
        elif not _NOISE.fullmatch(term):
            return None
    if not products or len(biases) > 1 or (summed and len(products) > 1) or order.count("dots") > 1:
        return None
    bias = biases[0] if biases else None
    if len({each.weight.letter for each in products}) > 1 or len({each.input.letter for each in products}) > 1:
        return None
    if any(len(each.weight.below) == 1 for each in products):  # w_1 ... w_{12}, the twelfth
        products = [replace(each, weight=_numbered(each.weight), input=_numbered(each.input)) for each in products]
    made = _named(new) if new else None
    if len(products) == 1 and bias and products[0].input.below == (products[0].weight.above,) == bias.below:
        numbered = replace(products[0].weight, below=bias.below, above="")  # of the unit i, above it
        return _units(made) == bias.below and _is_one_product(made, replace(products[0], weight=numbered), bias)
    if not _has_weights(products, bias, order):
        return None
    if all(each.input.above and each.weight.below == (each.input.above,) for each in products) and not summed:
        products = [_turned(each) for each in products]  # x_1^2, of the sample 1
    if summed is not None:
        return _sums_up(summed, products[0], bias)
    follows = _follow(made, products, bias)
    if not follows:
        return follows
    if len(order) == 1:
        return _is_one_product(made, products[0], bias)
    return _is_written_out(made, products, bias, order)


def _product(term: str) -> _Product | None:
    """A weight and what it is the weight of: no column times a row, and no row of a batch turned into a column."""
    term = term[2:-2] if term.startswith("( ") and term.endswith(" )") else term
    first, _, second = term.partition(" ")
    if _WEIGHT.fullmatch(first) and _INPUT.fullmatch(second) and "T}" not in second and first[0] not in "xX":
        return _Product(_named(first), _named(second), term)
    given, _, weight = term.rpartition(" ")
    if not _WEIGHT.fullmatch(weight) or not _INPUT.fullmatch(given):
        return None
    if "T}" in given and ("T}" in weight or given[0].isupper()):
        return None
    return _Product(_named(weight), _named(given), term)


def _numbered(name: _Named) -> _Named:
    """A name with a number of two digits, where those of its kind have one index."""
    digits = len(name.below) == 2 and all(map(str.isdecimal, name.below))
    return replace(name, below=("".join(name.below),)) if digits else name


def _turned(product: _Product) -> _Product:
    """A product whose input has the sample below it and its own number above."""
    given = product.input
    return replace(product, input=replace(given, below=(*given.below, given.above), above=""))


def _named(text: str) -> _Named:
    found = _PARTS.match(text)
    if found is None:
        return _Named(text)
    below: list[str] = []
    above, turned = "", False
    for script in _SCRIPT.finditer(found["scripts"]):
        inside = script["text"]
        if script["mark"] == "_":
            below += _indices(inside)
        elif (plain := re.fullmatch(r"[\[(]?(?P<layer>[^\[\]()]*?)[\])]?T", inside)) is not None:
            above, turned = plain["layer"] or above, True
        elif inside != "*":
            above = inside
    return _Named(found["letter"], tuple(below), above, turned)


def _indices(text: str) -> list[str]:
    """The indices in a script: of ``11``, ``jk`` and ``1,2`` there are two, of ``N-1`` one."""
    if "," in text:
        return [part for part in text.split(",") if part]
    return [*text] if re.fullmatch(r"[a-z\d]{2}", text) else [text]


def _has_weights(products: Sequence[_Product], bias: _Named | None, order: Sequence[str]) -> bool:
    """Whether the letters are those of weights: letters that stand for anything need an intercept, and data."""
    letter, given = products[0].weight.letter, products[0].input.letter
    if letter in ("w", "W", "theta", "Theta", "weights", "weight"):
        return True
    if _WEIGHT.fullmatch(letter)["open"] is not None:  # type: ignore[index]
        return bias is not None and given in "xX" and (len(order) > 1 or bias.letter == letter)
    return bias is not None or "dots" in order


def _sums_up(summed: re.Match[str], product: _Product, bias: _Named | None) -> bool | None:
    r"""Whether a sum sign runs over the weights and their inputs: ``\sum_j w_j x_j + b``."""
    weight, given = product.weight, product.input
    if weight.above:
        return None  # of one layer of a network, which is computed elsewhere
    if summed["first"] == "0" and (summed["last"] or "").isalpha() and bias:
        return False  # w_0 is the bias
    shared = set(weight.below) & {*given.below, given.above}
    index = summed["index"] or next((each for each in sorted(shared) if each.isalpha()), "")
    if (index and index not in shared) or (weight.below and given.below and not shared):
        return False
    return not (index and bias and index in bias.below)


def _follow(made: _Named | None, products: Sequence[_Product], bias: _Named | None) -> bool | None:
    """Whether what stands above the letters is one layer, and the one before for the inputs; or the same sample."""
    weights, inputs = ({getattr(each, name).above for each in products} for name in ("weight", "input"))
    if len(weights) > 1 or len(inputs) > 1:
        return False if any(weights) else None  # powers of the inputs
    (weight,), (given,) = weights, inputs
    new = made.above if made else ""
    if not weight:
        sample = not given or given == new or (not new and given.isalpha())
        return None if bias and bias.above else sample or None
    if bias and bias.above and bias.above != weight:
        return False
    layers = [_layer(each) for each in (new, weight, given)]
    if len({each[0] for each in layers if each}) > 1 or layers[1] is None:
        return None
    of, before = (each and each[1] for each in (layers[0], layers[2]))
    own = layers[1][1]
    if of is not None and of - own not in (0, 1):
        return False  # the weights lead into the layer, or out of the one before
    if before is not None:
        return before == of - 1 if of is not None else before in (own, own - 1)
    first = own if of is None else of
    return True if products[0].input.letter in "xXi" and (layers[1][0] or first in (1, 2)) else None


def _layer(text: str) -> tuple[str, int] | None:
    found = _LAYER.fullmatch(text)
    return (found["letter"], int(found["number"] or 0)) if text and found else None


def _units(made: _Named | None) -> tuple[str, ...]:
    """What says which unit, or sample, is made: of ``net_{h1}`` it is 1; of ``h_\\theta`` nothing."""
    below = tuple(each for each in (made.below if made else ()) if each not in _OF_PARAMETERS)
    return below[-1:] if made and made.letter in ("net", "out") else below


def _is_one_product(made: _Named | None, product: _Product, bias: _Named | None) -> bool | None:
    r"""Whether ``w_i^T x + b_i`` is of one unit, or ``w_0 x + w_1`` a line."""
    weight, given, units = product.weight, product.input, _units(made)
    if weight.letter in "WUV":
        return None
    if bias is not None and bias.letter == weight.letter:  # w_0 + w_1 x
        if bias.below == ("0",) and weight.below == given.below and weight.below[-1:] != ("0",):
            return True  # w_i x_i + w_0
        numbers = [weight.below, bias.below]
        line = numbers == [("1",), ("0",)] or (numbers == [("0",), ("1",)] and weight.letter == "w")
        return (not given.below or given.below == units or not units) if line else None
    if bias is None and not weight.turned:
        return None
    if given.below and given.below != weight.below and weight.below and not weight.turned:
        return None
    if not given.below and bias and bias.below not in ((), ("0",)):
        told = [each for each in (weight.below, units, bias.below) if each]
        return len(set(told)) == 1 if weight.below or units else None
    return True


def _is_written_out(
    made: _Named | None, products: Sequence[_Product], bias: _Named | None, order: Sequence[str]
) -> bool | None:
    """Whether every weight has the number of its input, and the unit of what is made."""
    weights = [each.weight.below for each in products]
    inputs = [each.input.below for each in products]
    if len({*map(len, weights)}) > 1 or not all(weights) or not all(inputs) or len(weights[0]) > 2:
        return None
    places, samples = [each[-1] for each in inputs], {each[:-1] for each in inputs}
    if len(samples) > 1:
        return False
    units = _units(made)
    if len(weights[0]) == 1:
        numbers = [each[0] for each in weights]
        if numbers != places:
            return _numbered_on(made, numbers, places, order)
        own = _is_the_bias(bias, products[0].weight.letter, (), numbers) and (
            bias is None or not bias.below or bias.below == ("0",) or not units or bias.below == units
            or bias.letter == products[0].weight.letter or made is None or made.letter == "net"
        )  # fmt: skip
        return own and counts_up(numbers, order)
    rows, columns = ([each[place] for each in weights] for place in (0, 1))
    for unit, numbers in ((rows, columns), (columns, rows)):
        if len(set(unit)) == 1 and numbers == places and counts_up(numbers, order):
            nodes = bias is not None and len(bias.below) == 2 and made is not None and made.letter in "yo"
            fits = not units or unit[0] in units or nodes  # y_1 is what node 8 gives
            if fits and _is_the_bias(bias, products[0].weight.letter, (unit[0],), numbers):
                return True
    return False


def _numbered_on(
    made: _Named | None, numbers: Sequence[str], places: Sequence[str], order: Sequence[str]
) -> bool | None:
    """Whether weights are numbered through a network, unit by unit: ``net_{h2} = w_3 i_1 + w_4 i_2 + b_1``."""
    if len({*numbers}) < len(numbers) or len({*places}) < len(places):
        return False
    if "dots" in order or not all(map(str.isdecimal, (*numbers, *places))):
        return None
    if sorted(numbers) == sorted(places):
        return False
    counted, unit = [int(each) for each in numbers], "".join(_units(made))
    consecutive = counted == [*range(counted[0], counted[0] + len(counted))]
    if made is None or not unit.isdecimal() or list(places) != [f"{n}" for n in range(1, len(places) + 1)]:
        return None
    before = counted[0] - 1 - (int(unit) - 1) * len(counted)
    return True if consecutive and before >= 0 and before % len(counted) == 0 else None


def _is_the_bias(bias: _Named | None, letter: str, unit: tuple[str, ...], numbers: Sequence[str]) -> bool:
    """Whether a bias is that of the unit, and no weight again: ``b_1``, ``w_{10}``, ``w_{1b}``, or the next weight."""
    if bias is None or not bias.below:
        return True
    if bias.letter != letter and letter not in ("a", "alpha"):
        return bias.below == ("0",) or not unit or bias.below == unit
    if bias.below[:-1] != unit and bias.below[1:] != unit:
        return False
    rest = [each for each in bias.below if each not in unit] or [bias.below[-1]]
    if rest[0] in numbers or numbers[0] == "0":
        return rest[0] not in numbers and _next(numbers[-1]) == rest[0]
    return rest[0] in ("0", "b")


def _next(number: str) -> str:
    if number.isdecimal():
        return f"{int(number) + 1}"
    return number.removesuffix("-1") if number.endswith("-1") else f"{number}+1"


def counts_up(numbers: Sequence[str], order: Sequence[str]) -> bool:
    """Whether numbers go on from the first one, then dots, then the last one, which is a letter or further on."""
    dots = order.index("dots") if "dots" in order else len(order)
    before, behind = numbers[:dots], numbers[dots:]
    if not before or len({*numbers}) < len(numbers):
        return False
    if not all(map(str.isdecimal, before)):
        return dots == len(order)
    counted = [int(each) for each in before] == [*range(int(before[0]), int(before[0]) + len(before))]
    if dots == len(order):
        return counted and len(before) > 1
    if not behind:
        return counted and len(before) > 1  # w_1 x_1 + w_2 x_2 + ... + b
    last = behind[0] if len(behind) == 1 else ""
    further = last.isdecimal() and int(last) > int(before[-1])
    return counted and int(before[0]) < 2 and (further or re.fullmatch(r"[A-Za-z](?:-1)?", last) is not None)
