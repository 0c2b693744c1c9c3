r"""Forms in which courses write what the proofs prove, told by their skeleton (:mod:`quizprep.notes.skeleton`).

A row says which proof's step a form states, how its left side and its right side are written, and what has to agree in
it: ``\theta_{new} = \theta_{old} - \alpha \, dL/d\theta`` is a step of gradient descent where all three are the same
parameter, and a gate of an LSTM has the weights of that gate. What is one of these forms is right; of all else nothing
is said here. ``states`` is the form in the letters of the proof, against which it is held by the tests.

The rows are data (``forms.yaml``). Patterns are made of the parts of a skeleton. ``<x>`` is a name, ``<x:...>`` one
that a regular expression tells, ``<*x>`` any formula, each the same wherever it stands again; a name may be a piece of
a part, ``)^{1-<y>}``. ``[? ... ?]`` may be missing, ``[: ... or ... :]`` is a choice.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from quizprep import proofs, strict_yaml
from quizprep.frozen import frozen
from quizprep.notes.equations import Equation
from quizprep.notes.skeleton import is_one, skeleton
from quizprep.notes.weighted import counts_up, is_a_weighted_sum, terms_of
from quizprep.proofs import Proof
from quizprep.text import Text

MOST_TERMS = 4  # of a sum, whose order says nothing

_NAME = r"(?:(?:hat|tilde|bar|dot)\.)*[A-Za-z]+'*(?:[_^]\{[^{}\s]*\})*"
_TABLE = Path(__file__).with_suffix(".yaml")
_SHARE_OF_ALL = re.compile(
    r"(?:- )?(?:frac\( 1 ; (?P<by>[a-zA-Z]) \) )?(?:(?P<sum>sum\S*) .+|\|\| [^|]+ \|\|(?:[_^]\S+)*)"
)
_OPERATES = re.compile(r"(?<!\S)(?:[+*-]|frac\(|sum\S*|prod\S*|log\S*|exp|sqrt\()(?!\S)")
_FRAGMENT = re.compile(r"\$\{(?P<name>\w+)\}")
_CALLED = re.compile(rf"{_NAME}|frac\( d [^;]+ ; d {_NAME} \)")
_PRIMED = re.compile(r"[A-Za-z]+'\S* \S")  # f' ( x )
_OF_ONE_INPUT = frozenset("sigmoid tanh relu softmax neuron activations-side-by-side".split())
_PIECE = re.compile(r"<(?P<run>\*)?(?P<name>[a-z]\w*)(?::(?P<told>\S+))?>")
_PIECE_INSIDE = re.compile(r"<(?P<name>[a-z]\w*)(?::(?P<told>[^\s<>]+))?>")  # in a part: )^{1-<y>}
Parts = Mapping[str, str]  # what stands for the names of a pattern
Check = Callable[[Parts], bool]


@frozen
class Form:
    """One form: the step of a proof, what it is called, what has to be spoken of around it, and how it is written."""

    proof: str
    step: str
    states: str
    reason: Text
    left: str
    sides: tuple[str, ...]
    about: str = ""
    agrees: Check | None = None
    alone: tuple[str, ...] = ()
    bare: bool = False


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """Every form, as the table has it."""
    table, _ = strict_yaml.read(_TABLE.read_bytes())
    fragments = table["fragments"]

    def whole(pattern: str) -> str:
        while (fragment := _FRAGMENT.search(pattern)) is not None:
            pattern = pattern.replace(fragment[0], fragments[fragment["name"]])
        return pattern

    return tuple(
        Form(
            row["proof"],
            row["step"],
            row["states"],
            Text(row["en"], ko=row["ko"]),
            whole(row["left"]),
            tuple(map(whole, row["sides"])),
            whole(row.get("about", "")),
            globals()[f"_{row['agrees']}"] if "agrees" in row else None,
            tuple(row.get("alone", ())),
            bool(row.get("bare", False)),
        )
        for row in table["forms"]
    )


def form_of(equation: Equation) -> Form | None:
    """The form that an equation has, with all of its sides; None where one of them has none."""
    if equation.approximate:
        return None
    if equation.bare:
        return _unnamed(equation)
    found = _found(equation, equation.left, equation.sides)
    if found is None and len(equation.sides) == 1:  # u·v/(|u||v|) = cos(u, v)
        found = _found(equation, equation.sides[0], (equation.left,))
    return found


def falls_apart(equation: Equation, proof: Proof) -> bool:
    r"""Whether an equation has no form only because what has to agree in it does not: then it is not right for a proof.

    A judge who may read any name for another one takes :math:`\theta_1 - \alpha\, \partial J/\partial\theta_2` for
    a step, and the weights of one gate for those of another.
    """
    name = skeleton(equation.left)
    if name is None or form_of(equation) is not None:
        return False
    sides = [side for side in map(skeleton, equation.sides) if side]
    for form in _called(equation, name):
        if proof.id in form.alone:
            return True
        if form.agrees is not None and form.agrees in _CONTRADICTING and _topic(form.proof) == proof.topic:
            written = replace(form, agrees=_CONTRADICTING[form.agrees])
            if any(_has(written, name, side) and not _has(form, name, side) for side in sides):
                return True
    return False


def _topic(proof: str) -> str:
    return proofs.discover()[proof].topic


def _found(equation: Equation, left: str, sides: Sequence[str]) -> Form | None:
    name = skeleton(left)
    written = [skeleton(side) for side in sides]
    if name is None or not all(written):
        return None
    known = _called(equation, name)
    made = [name, *(side for side in written if side and _CALLED.fullmatch(side))]  # h(x) = a_1 = g(z_1)
    last = None
    for side in written:
        form = next((form for form in known if side and all(_has(form, each, side) for each in made)), None)
        if form is None and side and _goes_along_a_chain(name, side):
            continue
        if form is None and not (side and _is_a_name(side) and any(_matched(each.left, side) for each in known)):
            return None
        last = form or last
    return last


def divided_otherwise(equation: Equation) -> bool:
    r"""Whether one side is a sum or a length and another one its share: ``\\|x - y\\|^2 = 1/n \\sum ...``."""
    sides = [side for side in map(skeleton, equation.sides) if side]
    whole = (_SHARE_OF_ALL.fullmatch(side) for side in sides)
    found = [each for each in whole if each is not None and (each["sum"] is None or len(terms_of(each[0])) == 1)]
    return not equation.approximate and len({each["by"] for each in found}) > 1


_SLOPES = re.compile(r"(?:frac\( d (?P<of>\S+)(?: \( [^()]+ \))? ; d (?P<by>\S+) \) ?)+")
_SLOPE = re.compile(r"frac\( d (?P<of>\S+)(?: \( [^()]+ \))? ; d (?P<by>\S+) \)")


def _goes_along_a_chain(left: str, side: str) -> bool:
    r"""Whether a side is what the left one names, slope by slope: ``dz = \frac{dL}{da} \frac{da}{dz} = a - y``."""
    slopes = list(_SLOPE.finditer(side))
    if not _SLOPES.fullmatch(side) or any(one["by"] != next_["of"] for one, next_ in itertools.pairwise(slopes)):
        return False
    own = _SLOPE.fullmatch(left)
    by = slopes[-1]["by"]
    return (own["of"], own["by"]) == (slopes[0]["of"], by) if own else left in (f"d {by}", f"d{by}")


def _is_a_name(side: str) -> bool:
    """Whether a side is no more than another name of what is on the left: ``cos(θ)``, ``\\partial L/\\partial z``."""
    return _CALLED.fullmatch(side) is not None or not _OPERATES.search(side)


def _unnamed(equation: Equation) -> Form | None:
    """The form that a formula without a left side has, where its topic is spoken of."""
    side = skeleton(equation.sides[0])
    known = _spoken_of(equation, (form for form in forms() if form.bare and form.about))
    return next((form for form in known if side and _has(form, "", side)), None)


def _called(equation: Equation, name: str) -> list[Form]:
    """The forms that have such a left side, where what they need is spoken of."""
    slope = _PRIMED.match(name) is not None
    known = (form for form in forms() if not slope or form.proof not in _OF_ONE_INPUT or form.step == "slope")
    return _spoken_of(equation, (form for form in known if _matched(form.left, name) is not None))


def _spoken_of(equation: Equation, known: Iterable[Form]) -> list[Form]:
    around = " ".join((equation.left, equation.label, equation.near, *equation.heading))
    return [form for form in known if not form.about or re.search(form.about, around, re.IGNORECASE)]


def _has(form: Form, left: str, side: str) -> bool:
    """Whether a side has a form, with its terms in any order, be there brackets around all of it or not."""
    named = _matched(form.left, left) or {}
    whole = [side, side[2:-2]] if side.startswith("( ") and side.endswith(" )") and is_one(side) else [side]
    for arranged in itertools.chain.from_iterable(map(_arranged, whole)):
        for pattern in form.sides:
            parts = _matched(pattern, arranged)
            if parts is None or any(parts.get(name, part) != part for name, part in named.items()):
                continue
            if form.agrees is None or form.agrees({**named, **parts}):
                return True
    return False


def _arranged(side: str) -> Iterator[str]:
    """A side with its terms in every order; as it stands first."""
    yield side
    terms = terms_of(side)
    if 1 < len(terms) <= MOST_TERMS:
        for order in itertools.permutations(terms):
            text = " ".join(f"{sign} {term}" for sign, term in order).removeprefix("+ ")
            if text != side:
                yield text


# --- patterns ----------------------------------------------------------------------------------


def _matched(pattern: str, text: str) -> Parts | None:
    """What stands for the names of a pattern in a text that has it; formulas in it have to close their brackets."""
    found = _compiled(pattern).fullmatch(f"{text} ")
    if found is None:
        return None
    parts = {name: part.strip() for name, part in found.groupdict().items() if part is not None}
    return parts if all(_closes(part) for part in parts.values()) else None


def _closes(part: str) -> bool:
    depth = 0
    for piece in part.split(" "):
        depth += piece.endswith("(") - piece.startswith(")")
        if depth < 0:
            return False
    return depth == 0


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    seen: set[str] = set()
    marks = {"[?": "(?:", "?]": ")?", "[:": "(?:", "or": "|", ":]": ")"}

    def named(found: re.Match[str], told: str) -> str:
        if found["name"] in seen:
            return f"(?P={found['name']})"
        seen.add(found["name"])
        return f"(?P<{found['name']}>{found['told'] or told})"

    def piece(token: str) -> str:
        if token in marks:
            return marks[token]
        if (found := _PIECE.fullmatch(token)) is not None:
            return named(found, r"[^ ]+(?: [^ ]+)*?" if found["run"] else _NAME) + " "
        parts, at = [], 0
        for found in _PIECE_INSIDE.finditer(token):
            parts += [re.escape(token[at : found.start()]), named(found, "[^ ]+?")]
            at = found.end()
        return "".join(parts) + re.escape(token[at:]) + " "

    return re.compile("".join(map(piece, pattern.split())))


# --- what has to agree -------------------------------------------------------------------------

#: How a step is told, by what it is behind the one before.
_TIMES = {
    **dict.fromkeys(("t-1", "k-1", "n-1", "i-1", "old", "prev", "before", "previous"), -1),
    **dict.fromkeys(("t", "k", "n", "current"), 0),
    **dict.fromkeys(("t+1", "k+1", "n+1", "i+1", "new", "next", "after", "+", "*", "ast", "star"), 1),
}
_SCRIPT = re.compile(r"[_^]\{(?P<script>[^{}\s]*)\}")
_TIME_IN = re.compile(r"\((?P<time>[tk](?:[+-]1)?|\d)\)$|,(?P<last>[tk](?:[+-]1)?)$")  # dw(t-1); dw,t-1
_TIME_FIRST = re.compile(r"(?P<time>[tk](?:[+-]1)?),(?P<rest>\w+)")  # t-1,i


def _timed(name: str) -> tuple[str, int]:
    """A name without the step that it belongs to, and which step that is: of ``theta_{t+1}`` it is ``theta``, 1."""
    step = 0

    def without(found: re.Match[str]) -> str:
        nonlocal step
        script = found["script"]
        if script in _TIMES:
            step = _TIMES[script]
            return ""
        if (first := _TIME_FIRST.fullmatch(script)) is not None:
            step = _TIMES[first["time"]]
            return f"{found[0][:2]}{first['rest']}}}"
        if (time := _TIME_IN.search(script)) is not None and script[: time.start()].strip(","):  # V_{dw(t-1)}
            step = int(at) if (at := time["time"] or time["last"]).isdecimal() else _TIMES[at]
            return f"{found[0][:2]}{script[: time.start()].strip(',')}}}"
        return found[0]

    without_step = _SCRIPT.sub(without, name).lower().replace("hat.", "")
    if "'" in without_step and not step:  # θ' = θ - ...
        return without_step.replace("'", ""), 1
    return without_step, step


def _base(name: str) -> str:
    """The letter of a name, without accents, primes and indices."""
    return re.sub(r"^(?:(?:hat|tilde|bar|dot)\.)*|'|[_^]\{[^{}\s]*\}", "", name)


def _scripts(name: str) -> str:
    return ",".join(found["script"] for found in _SCRIPT.finditer(name))


def _given(parts: Parts, letter: str) -> list[str]:
    """What stands for the names of a pattern that begin with a letter and go on with a number."""
    return [part for name, part in parts.items() if re.fullmatch(rf"{letter}\d*", name)]


_KEPT_FOR_NOW = re.compile(r"(?:temp|tmp)(?P<of>[a-z]*)", re.IGNORECASE)


def _follows(parts: Parts) -> bool:
    """Whether the new value and the old one are those of one parameter, and the gradient is by it."""
    numbers = _scripts(parts["new"]), _scripts(parts["old"])
    if re.fullmatch(r"([a-z])\+1 \1|([a-z]) \2-1", " ".join(numbers)):  # w_{i+1} and w_i, w_i and w_{i-1}
        stepped = [name for name, part in parts.items() if _scripts(part) in numbers]
        parts = {**parts, **{name: _base(parts[name]) for name in stepped}}
    if (kept := _KEPT_FOR_NOW.fullmatch(_base(parts["new"]))) is not None:  # temp_0, tempW: all are set at once
        of = (kept["of"].lower() or _base(parts["old"]).lower(), numbers[0] or numbers[1])
        if of == (_base(parts["old"]).lower(), numbers[1]):
            parts = {**parts, "new": parts["old"]}
    (new, after), (old, before) = _timed(parts["new"]), _timed(parts["old"])
    by = [_timed(part)[0] for part in _given(parts, "by")]
    gains = [
        part for part in _given(parts, "of") if re.match(r"(?:\( )?log (?!\( 1 \+)", part)
    ]  # of what is made large
    return not gains and new == old and after >= before and all(each == new for each in by) and _by_the_same(parts, new)


def _by_the_same(parts: Parts, parameter: str) -> bool:
    """Whether a nabla that has an index has that parameter for it."""
    indices = [_SCRIPT.search(part) for part in _given(parts, "nabla")]
    return all(each is None or _letters(_timed(each["script"])[0]) == _letters(parameter) for each in indices)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name)


_GATES = {"f": "f", "i": "i", "o": "o", "r": "r", "z": "zu", "u": "uz", "g": "gc", "c": "cgh", "h": "hcgn", "n": "nhg"}


def _is_of_the_gate(parts: Parts) -> bool:
    """Whether the weights and biases of a gate are its own, and those of the input and the state each at its place."""
    base = _base(parts["gate"])
    told = re.sub("[^a-z]|t", "", _scripts(parts["gate"]).lower()) if base == "Gamma" else base.lower()
    own = _GATES.get(told[:1], "")
    if parts["gate"].startswith(("tilde.", "hat.", "bar.")):
        own = "chgsna"
    for weight in itertools.chain.from_iterable(_given(parts, each) for each in ("w", "wx", "wh", "u", "b", "d")):
        letters = set(re.findall("[a-z]", _scripts(weight).lower().replace("text", "")))
        if letters - set("xhsatw") and not letters & set(own):
            return False
        if own == "i" and letters & set("fog"):
            return False
    return bool(own) and _input_and_state(parts) and _is_before(parts, parts["gate"])


def _input_and_state(parts: Parts) -> bool:
    """Whether weights that are called after the input stand before it, and not before the state."""
    of_x = [_scripts(each).lower() for each in _given(parts, "wx")]
    of_h = [_scripts(each).lower() for each in _given(parts, "wh")]
    if any("x" in each for each in of_h):
        return False
    return not (of_h and any("x" not in each and "h" in each and len(each.replace(",", "")) > 1 for each in of_x))


def _recurs(parts: Parts) -> bool:
    """Whether a new state is made of the one before."""
    before = {_base(each).lower() for each in _given(parts, "old") or _given(parts, "h")}
    return _base(parts["new"]).lower() in before and _input_and_state(parts) and _is_before(parts, parts["new"])


def _is_before(parts: Parts, new: str) -> bool:
    """Whether a state goes with the input of its step."""
    return all(_timed(each)[1] in (_timed(new)[1], 0) for each in _given(parts, "x"))


def _is_of_one_step(parts: Parts) -> bool:
    """Whether all weights and biases are those of one gate, or of none, and go with the input and the state."""
    weights = [each for letter in "wubd" for each in _given(parts, letter)]
    weights += [*_given(parts, "wx"), *_given(parts, "wh")]
    gates = {letter for each in weights for letter in _scripts(each).lower() if letter in "zifogcrun"}
    return len(gates) < 2 and _input_and_state(parts) and _is_before(parts, parts["new"])


def _is_projected(parts: Parts) -> bool:
    """Whether queries are made with the weights of queries, keys with those of keys, of the same head."""
    letter = parts["q"][0].lower()
    called = re.sub(r"(?i)d_?[kv]|head|[()]", "", _scripts(parts["w"]).lower())
    others = set("qkv") - {letter}
    numbers = [set(re.findall(r"\d", _scripts(part))) for part in (parts["q"], parts["w"])]
    fits = letter in called and not others & set(called)
    return fits and (not all(numbers) or numbers[0] == numbers[1]) and _base(parts["x"]).lower() not in "qkvw"


def _sums_up(parts: Parts) -> bool:
    """Whether what a sum adds up has its index in both factors."""
    below = re.search(r"_\{([a-z]'?)(?:=[^{}]*|in[^{}]*)?\}", parts["sum"])
    weights, values = _scripts(parts["w"]), _scripts(parts["v"])
    shared = set(re.findall(r"[a-z]'?", weights)) & set(re.findall(r"[a-z]'?", values))
    return below[1] in shared if below else bool(shared) and "_" not in parts["sum"]


def _is_turned(parts: Parts) -> bool:
    """Whether the two factors are what the left side names, the first of them transposed."""
    return parts["turned"] in (f"{parts['a']}^{{T}}", parts["a"], f"( {parts['a']} )^{{T}}")


def _is_of_both(parts: Parts) -> bool:
    """Whether an inner product is of the two vectors whose lengths it is divided by."""
    lengths = {parts[name].removesuffix("^{2}") for name in "ab"}
    turned = [(parts.get(f"{name}2", f"{parts[name]}^{{T}}"), parts[name]) for name in "ab"]
    summed = "total" not in parts or all(re.search(r"_\{\w+\}|\^\{\w+\}$", each) for each in lengths)
    both = {parts["first"].removesuffix("^{T}"), parts["second"]} == lengths and len(lengths) == 2
    return both and summed and all(first == f"{second}^{{T}}" for first, second in turned)


def _is_a_label(parts: Parts) -> bool:
    """Whether label and prediction differ, neither is a sum, and a sum over samples has its index in both."""
    y, p = parts["y"], parts["p"]
    if y == p or any(sign in f" {part} " for part in (y, p) for sign in (" + ", " - ", " sum")):
        return False
    first = [found[1] for each in _given(parts, "s") if (found := re.match(r"sum_\{([a-z])=[01]\}", each))]
    if any(re.match(r"sum_\{[a-z]=0\}\^\{[A-Za-z]\}", each) for each in _given(parts, "s")):
        return False  # from 0 to m there are m + 1
    return all(re.search(rf"[_^]\{{[^{{}}]*{index}", part) for index in first[:1] for part in (y, p))


def _penalises(parts: Parts) -> bool:
    """Whether a penalty of weights is added to a loss, which is no mean with another factor than 1/m."""
    loss = f" {parts['loss']} "
    if re.search(r"frac\( (?!1 ;)[^();]+ ; [^();]+ \) sum", loss) or " - lambda" in loss:
        return False  # of a mean by another count, or with a penalty that is taken away
    return re.search(r" (?:[LJECR]|loss|Loss|MSE|RSS|SSE|ell|l|cost)(?=[ _'^])", loss) is not None or (
        re.search(r"sum\S* \( .*- .* \)\^\{2\}|\|\| .*- .* \|\|\^\{2\}", loss) is not None
    )


def _shrinks(parts: Parts) -> bool:
    return _follows(parts) and all(_timed(each)[0] == _timed(parts["new"])[0] for each in _given(parts, "w"))


def _gathers(parts: Parts) -> bool:
    """Whether an average of gradients goes on from its own value before, with a decay that is not the other one's."""
    (new, after), (old, before) = _timed(parts["new"]), _timed(parts["old"])
    of_a_loss = bool(_given(parts, "of"))  # \\nabla L, and no letter for it
    g = parts.get("mean") or parts.get("g2") or parts.get("g", "").removesuffix("^{2}")
    squares = not of_a_loss and "mean" not in parts
    if g.endswith("^{2}") or any(each.endswith("^{2}") for each in _given(parts, "of")):
        return False
    number = re.search(r"\d", _scripts(parts["decay"]))
    fits = number is None or number[0] == ("2" if squares else "1")
    of = re.search(r"d([wb])", _scripts(parts["new"]).lower())
    by = {_base(each).lower() for each in _given(parts, "by")} or {_timed(g)[0].lower().removeprefix("d")}
    its = of is None or any(each.startswith(of[1]) for each in by) or (of_a_loss and not _given(parts, "by"))
    return new == old and after >= before and fits and its


def _corrects(parts: Parts) -> bool:
    """Whether what is corrected is the average that the left side names."""
    new, old = (re.sub(r"corr[a-z0-9]*|hat", "", _letters(_timed(parts[name])[0])) for name in ("new", "old"))
    return new == old


def _corrects_with_its_own(parts: Parts) -> bool:
    """Whether an average is corrected with the decay that made it: m with the first one, v with a single one."""
    (decay,) = _given(parts, "decay")
    return _base(parts["new"]) in "mM" or "_" not in decay


def _gathers_squares(parts: Parts) -> bool:
    """Whether the squares of a gradient are added to their own sum or average before."""
    (new, after), (old, before) = _timed(parts["new"]), _timed(parts["old"])
    slope = re.match(r"(?:nabla|g|G|d[wWbB])(?=[ _^]|$)|frac\( d ", parts["g"])
    return new == old and after >= before and slope is not None and " + " not in parts["g"]


def _goes_by_both_of_one_entry(parts: Parts) -> bool:
    """As :func:`_goes_by_both`, where both averages are of one entry and one step, which is written."""
    (m, at), (v, also), after = _timed(parts["m"]), _timed(parts["v"]), _timed(parts["new"])[1]
    return (
        bool(_scripts(parts["m"]))
        and _goes_by_both(parts)
        and _scripts(m) == _scripts(v)
        and at == also
        and at in (after, 0)
    )


_AVERAGES = "mvsr"  # of gradients and of their squares, in the order in which two of these letters are used


def _goes_by_both(parts: Parts) -> bool:
    """Whether a parameter goes on by two averages of its own gradients, and they are two."""
    of = [re.search(r"d([wWbB])", _scripts(parts[name])) for name in ("m", "v")]
    same = all(found is None or found[1].lower() == _base(parts["new"]).lower() for found in of)
    entries = {_scripts(_timed(parts[name])[0]) for name in ("m", "v")}
    same = same and len(entries) == 1
    first, second = (_AVERAGES.find(_base(parts[name]).lower()) for name in ("m", "v"))
    return _follows(parts) and same and first < second


def _is_pulled(parts: Parts) -> bool:
    """Whether what is added to a gradient is the weight that it is by."""
    weight = _letters(parts["w"].lower())
    by = [_letters(each.lower()) for each in _given(parts, "by")]
    new = _letters(parts["new"].lower())[1:] if "new" in parts else weight
    return all(each == weight for each in (*by, new))


_OF_A_LAYER_WEIGHT = re.compile(r"(?:[wWUV]|[tT]heta|alpha|beta|[oO]mega|weights?)(?:[_^]\{[^{}\s]*\})*")
_OF_A_LAYER_INPUT = re.compile(
    r"(?:(?:hat|tilde)\.)?(?:[xXaAhHfoOzZsSceu]|phi|inputs?|features?)(?:[_^]\{[^{}\s]*\})*(?: \( x\S* \)| x\S*)?"
)
_OF_A_LAYER_BIAS = re.compile(
    r"(?:[bBcd]|bias|beta|(?:w|theta|alpha|beta|omega|W)_\{[^{}\s]*0[^{}\s]*\})(?:[_^]\{[^{}\s]*\})*"
)


def _is_a_weighted_sum(parts: Parts) -> bool:
    """Whether weights stand before their own inputs, and are those of what the left side names."""
    if re.match(r"\w+ = 0(?![\d.])", parts.get("event", "")):
        return False  # P(Y = 0 | x), what is left of it
    return bool(_weighs(parts))


def _is_written_as_a_weighted_sum(parts: Parts) -> bool:
    return _weighs(parts) is not None


def _weighs(parts: Parts) -> bool | None:
    return is_a_weighted_sum(parts.get("new") or parts.get("called") or "", parts["sum"])


def _weighted(term: str) -> tuple[str, str] | None:
    """A weight and what it is the weight of: no column times a row, and no row of a batch turned into a column."""
    first, _, second = term.partition(" ")
    if _OF_A_LAYER_WEIGHT.fullmatch(first) and _OF_A_LAYER_INPUT.fullmatch(second) and "^{T}" not in second:
        return first, second
    given, _, weight = term.rpartition(" ")
    if not _OF_A_LAYER_WEIGHT.fullmatch(weight) or not _OF_A_LAYER_INPUT.fullmatch(given):
        return None
    return None if "^{T}" in given and ("^{T}" in weight or given[0].isupper()) else (weight, given)


def _place(name: str) -> str | None:
    """Which one of a row a name is: its last index that is none of a sample."""
    found = re.search(r"_\{[^{}\s]*?(\w(?:[+-]\d)?)\}", name)
    return found[1] if found else None


def _is_a_layer(parts: Parts) -> bool:
    """Whether weights and bias are those of one layer, and its input is that of the layer before."""
    terms = terms_of(parts["layer"])
    product = next((found for _, term in terms if (found := _weighted(term)) is not None), None)
    bias = next((term for _, term in terms if _OF_A_LAYER_BIAS.fullmatch(term)), None)
    if len(terms) > 2 or any(sign != "+" for sign, _ in terms) or product is None:
        return False
    weight, given = product
    new = parts.get("new", "")
    if bias is None:  # y_t = W_{hy} h_t, whose letters say what it leads from and to
        ends = sorted(f"{_base(given)}{_base(new.removeprefix('hat.'))}".lower())
        return len(terms) == 1 and len(ends) == 2 and sorted(re.sub("[^a-z]", "", _scripts(weight).lower())) == ends
    layers = [_layer(each) for each in (new, weight, bias, given)]
    matrix = _base(weight) in ("W", "U", "V", "Theta", "Omega", "theta")
    units = {_place(each) for each in (new, weight, bias) if re.search(r"_\{\d\}\^\{\d\}", each)}
    return matrix and len(units) < 2 and _follow(layers) and _go_together(new, weight, bias, given)


def _layer(name: str) -> tuple[str, int] | None:
    """The layer that a name belongs to: a letter and what is added to it."""
    for script in reversed(re.split(r"[,()\[\]]+", _scripts(name))):  # that above stands last
        found = re.fullmatch(r"(?P<letter>[lLkn]?)(?P<number>[+-]?\d+)?", script)
        if script and found is not None:
            return found["letter"], int(found["number"] or 0)
    return None


def _follow(layers: Sequence[tuple[str, int] | None]) -> bool:
    """Whether what is made, weights, bias and input belong to one layer, or the input to the one before."""
    new, weight, bias, given = layers
    if len({each[0] for each in layers if each is not None}) > 1 or (weight and bias and weight != bias):
        return False
    of = weight or bias
    if of is None or (new is None and given is None):
        return True
    if new is not None and new[1] - of[1] not in (0, 1):
        return False
    return given is None or given[1] == (new or of)[1] - 1


def _go_together(new: str, weight: str, bias: str, given: str) -> bool:
    """Whether letters below weights and bias are those of what they lead from and to: ``y_t = W_{hy} h_t + b_y``."""
    of_weight, of_bias = (re.sub("[^a-z]", "", _scripts(each).lower()) for each in (weight, bias))
    if new and _timed(new)[1] != _timed(given)[1] and _layer(given) is None:
        return False
    if len(of_weight) == len(of_bias) == 1 and of_weight != of_bias:
        return False  # H W_o + b_h
    if len(of_weight) != 2 or _layer(weight) is not None:
        return True
    return _base(given).lower() in of_weight and set(of_bias) <= set(of_weight)


def _is_of_two_layers(parts: Parts) -> bool:
    """Whether a second layer stands around the first one, on the same side of its input, with weights of its own."""
    inner = next((found for _, term in terms_of(parts["layer"]) if (found := _weighted(term)) is not None), None)
    if inner is None or not _is_a_layer({"layer": parts["layer"]}):
        return False
    after = "after" in parts
    weight = parts["after" if after else "before"]
    names = parts["layer"].split(" ")
    behind = names.index(inner[1].split(" ")[0]) < names.index(inner[0])
    layers = [_layer(each) for each in (weight, parts["b"], inner[0])]
    return after == behind and weight != inner[0] and layers[0] == layers[1] and layers[0] != layers[2]


def _joins_heads(parts: Parts) -> bool:
    """Whether heads of one kind stand beside one another, from the first one on, before the weights of the output."""
    turned = bool(set(_scripts(parts["w"]).lower()) & set("qkv"))  # of queries, keys or values
    if "joined" in parts:
        return not turned
    names = [each for each in re.split(r" ?[,;|] ?| ", parts["heads"]) if each and each != "dots"]
    numbers = [_scripts(each) for each in names]
    counted = not all(numbers) or len(names) == 1 or (numbers[0] in ("0", "1") and len(set(numbers)) == len(numbers))
    heads = len({_base(each) for each in names}) == 1 and re.match(
        r"[hH](?:eads?)?$|[Aa]ttention$|[HZYOAoz]$", _base(names[0])
    )
    return counted and bool(heads) and not turned


_SUBLAYER = re.compile(
    r"(?P<name>(?!frac\()(?:F|f|G|[Ss]ub-?[Ll]ayer\S*|M?H?S?A|FFN|FF|MLP|[Mm]ulti[Hh]ead\w*|[Ss]elf[Aa]ttention|[Aa]ttention|[Aa]ttn|SelfAttn|"
    r"[Mm]ultihead\w*|MultiheadSelfAttention|Dropout))\S* (?P<of>.+)"
)


def _adds_its_input(parts: Parts) -> bool:
    """Whether what is added to an input is a function of it, as that of a block or a sublayer is."""
    terms = [term for sign, term in terms_of(parts["added"]) if sign == "+"]
    if len(terms) != 2 or len(terms_of(parts["added"])) != 2:
        return False
    for given, block in (terms, terms[::-1]):
        found = _SUBLAYER.fullmatch(block)
        if found is not None and re.fullmatch(_NAME, given):
            of = found["of"]
            own = re.search(rf"(?<!\S){re.escape(given)}(?!\S)", of) is not None
            return own or ("norm" in parts and re.fullmatch(r"\( Q\S* , K\S* , V\S* \)", of) is not None)
    return False


_PRODUCT = r"prod_\{{\w=1\}}\^\{{(?P<{0}>\w)\}}"
_INVERSE_ROOT = re.compile(
    rf"(?:frac\( 1 ; )?(?:[pP]\S* \( (?P<words>[^()]+) \)|\( {_PRODUCT.format('last')} [pP]\S* \( [^()]+ \) \))"
    r"\^\{(?P<sign>-?)1/(?P<n>\w+)\}(?: \))?"
    rf"|\( (?:{_PRODUCT.format('end')} )?frac\( 1 ; [pP]\S* \( (?P<below>[^()]+) \) \) \)\^\{{1/(?P<many>\w+)\}}"
)


def _is_an_inverse_root(parts: Parts) -> bool:
    """Whether a probability is below one and the root is of as many as there are words in it."""
    found = _INVERSE_ROOT.fullmatch(parts["root"])
    if found is None or (found["n"] and (found["sign"] == "-") == parts["root"].startswith("frac(")):
        return False
    many, ends = found["n"] or found["many"], found["last"] or found["end"]
    words = re.findall(r"_\{(\w+)\}(?! \|)", (found["words"] or found["below"] or "").split(" | ")[0])
    return ends == many if ends else not words or words[-1] == many


def _goes_word_by_word(parts: Parts) -> bool:
    """Whether every word of a sum stands under the condition of those before it."""
    index = re.search(r"_\{(\w)\}$", parts["x"])
    over = re.match(r"(?:sum|prod)_\{(?P<index>\w)(?:=1)?\}(?:\^\{(?P<last>\S+)\})?$", parts["s"])
    if index is None or over is None or over["index"] != index[1]:
        return False
    negative = re.match("NLL|[lL]oss", parts.get("l", "")) is not None
    if (negative and "minus" not in parts) or (not {"l", "l2"} & set(parts) and "minus" in parts):
        return False  # a loss without its minus, a logarithm with one
    name, each = re.escape(parts["x"][: index.start()]), index[1]
    known = parts["given"].split(" ; ")[0].split(" , ")
    behind = rf"<{each}|(?:1|{each}-\w+)?:{each}-1|{each}-\w+|1|2"
    before = rf"{name}_\{{(?:{behind})\}}|{name}_\{{1\}}\^\{{{each}-1\}}|dots|[A-Za-z]+(?:\^\{{\w+\}})?"
    own = [part for part in known if part != "dots" and "_" in part]
    if "dots" not in known and not any(re.search(r"[<:^]", part) for part in own):
        return False  # only the word before, or the last two
    averaged = "n" not in parts or over["last"] in (None, parts["n"])
    whole = "all" not in parts or _is_the_text_of(parts["all"], parts["x"][: index.start()], known, over["last"])
    return bool(own) and averaged and whole and all(re.fullmatch(before, part) for part in known)


def _is_the_text_of(whole: str, name: str, known: Sequence[str], last: str | None) -> bool:
    """Whether a product over words of a name, up to a last one, is that of a whole text: under the same condition."""
    asked, _, condition = whole.partition(" | ")
    under = [part for part in condition.split(" , ") if part]
    listed = re.search(r"dots , \S+_\{(\w+)\}$", asked)
    fits = listed is None or last in (None, listed[1])
    same = not under or "dots" in under or set(under) <= set(known)
    worded = len(known) > 1 and all(re.fullmatch("[a-z]{4,}", part) for part in under)  # image, coded as z
    return fits and name not in under and (same or worded)


def _is_centred(parts: Parts) -> bool:
    """Whether a mean and a variance of the same thing are taken away and divided by."""
    means = parts["m"] != parts["x"] and (_base(parts["m"]) != "x" or parts["m"].startswith("bar."))
    called = _base(parts["m"]) == "E"
    spread = called and parts.get("v") in ("Var", "V", "var")
    return means and ("at1" in parts) == called and ("at2" in parts) == spread


def _is_over_all(parts: Parts) -> bool:
    """Whether a sum over samples is divided by as many as it has, and what is added up has its index."""
    found = re.fullmatch(r"sum_\{(?P<index>[a-z])=1\}\^\{(?P<last>\S+)\}", parts["s"])
    plain = re.fullmatch(r"sum_\{(?P<index>[a-z])\}", parts["s"])
    index = (found or plain)["index"] if found or plain else None  # type: ignore[index]
    fits = found is None or found["last"] == parts["n"]
    return index is not None and fits and index in _scripts(parts["x"]) and index not in _scripts(parts.get("m", ""))


def _predicts(parts: Parts) -> bool:
    """Whether what a label is compared with is made of the same sample's input."""
    taken = "taken" in parts  # from the label: y - w x + b takes w x away alone, and y - w x - b is right
    p, index = parts["taken" if taken else "p"], _SCRIPT.search(parts["y"])
    if index is None or "=0}^" in parts["s"] or " sum" in f" {p}" or "log" in p:
        return False
    inside = re.search(
        rf"(?<![A-Za-z])[xX](?:_\{{{re.escape(index['script'])}\}}|\^\{{{re.escape(index['script'])}\}})", p
    )
    flat = re.sub(r"\( [^()]*(?:\( [^()]* \)[^()]*)* \)", "", p)
    other = " + " if taken else " - "
    return inside is not None and other not in flat and not ("y" in parts["y"][0] and parts["y"] in p)


def _is_of_the_normal(parts: Parts) -> bool:
    return parts["t"] in (parts["w"], f"{parts['w']}^{{T}}")


def _is_one_head(parts: Parts) -> bool:
    """Whether queries, keys and values have the same index, or none."""
    return len({_scripts(parts[name].removesuffix("^{T}")) for name in "qkv"}) == 1


def _is_of_a_fake(parts: Parts) -> bool:
    """Whether the discriminator sees a fake in the second term, and none in the first."""
    fake = r"[gG]\S* \(|(?:tilde|hat)\.x|G\S*$|x_\{?(?:fake|g)"
    judges = {_base(each) for each in _given(parts, "d")}
    taken = all(re.match(fake, each) for each in _given(parts, "fake"))
    return len(judges) == 1 and taken and not any(each[0] in "gG" for each in _given(parts, "x"))


def _is_scaled(parts: Parts) -> bool:
    """Whether the scale and the shift are both Greek letters or both Latin ones, and something new is made."""
    return parts["y"] != parts["n"] and (parts["g"][0] == "g") == (parts["b"][0] == "b")


def _is_one_score(parts: Parts) -> bool:
    """Whether a label is multiplied by one thing that it is not: a name, a call, or a sum in brackets."""
    if parts["score"] == parts["y"]:
        return False
    return not re.search(r"(?:^|\) )[+-] ", re.sub(r"\( [^()]* \)\S*", "", parts["score"]) + " ")


def _is_a_plain_sum(parts: Parts) -> bool:
    return "=0}^" not in parts["s"] and "^{2}" not in parts["x"]


def _is_a_share(parts: Parts) -> bool:
    return not any(re.search(r" [+-] ", parts.get(name, "")) for name in "ab")


def _is_quadratic(parts: Parts) -> bool:
    """Whether the same vector stands on both sides of a matrix."""
    return parts["w"] in (parts.get("t", "").removesuffix("^{T}"), parts.get("t2"))


def _is_at_the_same_step(parts: Parts) -> bool:
    return _scripts(parts["new"]) == _scripts(parts["old"]) and _base(parts["new"]) != _base(parts["old"])


def _is_of_the_same_unit(parts: Parts) -> bool:
    """Whether an activation is that of its own weighted sum."""
    (old,) = _given(parts, "old")
    return _scripts(parts["new"]) == _scripts(old) and _base(parts["new"]) != _base(old)


def _is_an_error_of_one_unit(parts: Parts) -> bool:
    """Whether a prediction, its label and the score have the same index, and the label is no prediction."""
    (by,) = _given(parts, "by")
    p, y = parts["p"], parts["y"]
    units = [
        sorted(re.findall(r"[a-z\d]+(?:[+-]1)?", re.sub(r"[A-Z\[\]()]|\bl\b", "", _scripts(each)))) for each in (p, y)
    ]
    own = sorted(re.findall(r"[a-z\d]+(?:[+-]1)?", re.sub(r"[A-Z\[\]()]|\bl\b", "", _scripts(by))))
    return units[0] == units[1] and own in (units[0], []) and _base(p) + p[:3] != _base(y) + y[:3] and p != y


def _is_of_the_channels_around(parts: Parts) -> bool:
    """Whether the squares are those of the channels before and behind the one that is divided, which the left names."""
    limits = re.match(r"sum_\{(?P<index>[a-z])=(?P<first>[^{}]*)\}\^\{(?P<last>[^{}]*)\}", parts["s"])
    each = parts.get("each") or parts["each2"].removesuffix("^{2}")
    own, index = _scripts(parts["a"]), limits["index"] if limits else ""
    around = [script for script in re.split(r"[,()\[\]]", own) if script and script not in _scripts(each)]
    if limits is None or own != _scripts(parts["b"]) or _base(each) != _base(parts["a"]) or len(around) != 1:
        return False
    channel = around[0]
    moved = re.sub(rf"(?<![a-z]){channel}(?![a-z])", index, own)
    return moved == _scripts(each) and f"{channel}-" in limits["first"] and f"{channel}+" in limits["last"]


def _is_a_share_of_all_exponentials(parts: Parts) -> bool:
    """Whether the exponential is the one that the left side names, and stands over all of its kind, or their name."""
    (x,) = _given(parts, "x")
    own = _scripts(parts["p"]) if "p" in parts else None
    of_all_or_one = (x, _base(x))
    named = own in (None, "", _scripts(x)) and all(each in of_all_or_one for each in _given(parts, "of"))
    below = parts["all"].removeprefix("( ").removesuffix(" )")
    index = re.match(r"sum_\{(\w)", below)
    apart = index is None or _scripts(x) != index[1]  # e^{z_i} above a sum over i is none of its terms
    return named and apart and (re.fullmatch(r"[uZSDC]", below) is not None or _adds_exponentials(below, _base(x)))


def _is_of_all_exponentials(parts: Parts) -> bool:
    found = re.search(r"exp (?:\( )?(?P<letter>[a-z])", parts["all"])
    return found is not None and _adds_exponentials(parts["all"], found["letter"])


def _is_written_in_exponentials(parts: Parts) -> bool:
    terms = [term for _, term in terms_of(parts["all"])]
    return len(terms) > 1 and all(term == "dots" or term.startswith("exp ") for term in terms)


def _adds_exponentials(sides: str, letter: str) -> bool:
    """Whether exponentials of one letter are added up, from the first one on."""
    name = rf"(?:\( )?{letter}_\{{(?P<number>[^{{}}\s]+)\}}(?:\^\{{\S+\}})?(?: \))?"  # z_j^L
    terms = [term for sign, term in terms_of(sides) if sign == "+"]
    summed = re.fullmatch(rf"sum(?:_\{{(?P<index>[a-z])\S*\}})? exp {name}", sides)
    if summed is not None:
        return summed["index"] in (None, summed["number"])
    found = [re.fullmatch(rf"exp {name}", term) for term in terms if term != "dots"]
    numbers = [each["number"] for each in found if each is not None]
    order = ["dots" if term == "dots" else "" for term in terms]
    return len(numbers) == len(found) and len(terms) == len(terms_of(sides)) and counts_up(numbers, order)


def _goes_from_the_first_to_the_second(parts: Parts) -> bool:
    """Whether the weights of the layer behind stand before those of the one before it, as columns have it."""
    second, first = (re.fullmatch(r"\[?\(?(\d)\)?\]?", _scripts(parts[name])) for name in ("second", "first"))
    return second is not None and first is not None and int(second[1]) == int(first[1]) + 1


def _is_less_one_at_the_label(parts: Parts) -> bool:
    """Whether 1 is taken away at the class of the label alone, of the probability whose score the slope is by."""
    (by,) = _given(parts, "z")
    told = [parts.get("i") or parts["i1"], parts.get("y") or parts["y1"]]
    one, other = (re.fullmatch(r"(?P<of>.*)_\{(?P<index>\S+)\}", parts[name]) for name in ("one", "other"))
    if (
        one is None
        or other is None
        or one["of"] != other["of"]
        or ("j" in parts and {parts["j"], parts["k"]} != {*told})
    ):
        return False
    places = re.split("[,()]", _scripts(by))
    return other["index"] in told and other["index"] in places and one["index"] in told


def _is_the_slope_of_its_output(parts: Parts) -> bool:
    """Whether an output and what the slope is taken at have the same indices."""
    at = parts.get("z") or parts["z2"]
    return _scripts(parts["a"]) == _scripts(at) and _base(parts["a"]) != _base(at)


def _is_of_the_same_query(parts: Parts) -> bool:
    return _scripts(parts["a"]) == _scripts(parts["s"]) and _base(parts["a"]) != _base(parts["s"])


def _is_the_deviation_of_all(parts: Parts) -> bool:
    """Whether each distance is that of its own value from the one mean of all, which is averaged over all."""
    index = _index_of(parts["s"])
    mean = _base(parts["m"]) in ("mu", "m", _base(parts["x"]))
    return mean and not (index and _has_index(parts["m"], index)) and _is_the_mean_of_all(parts)


def _is_normalised(parts: Parts) -> bool:
    """Whether mean and variance are of the same, and something new is made."""
    of = [set(re.findall("[A-Za-z]", _scripts(parts[name]))) for name in ("m", "v")]
    return (
        (of[0] == of[1] or not all(of)) and parts["y"] != parts["x"] and (parts["g"][0] == "g") != (parts["b"] == "g")
    )


def _is_along_one_side(parts: Parts) -> bool:
    """Whether output, input and kernel are all heights or all widths, where that is said."""
    told = [
        found[0].lower()
        for each in (parts["o"], parts["n"], parts["k"])
        if (found := re.search("[HWhw]", f"{_scripts(each)} {_base(each)}"))
    ]
    return len(set(told)) < 2 and parts["o"] != parts["n"]


def _is_of_what_it_is_called_with(parts: Parts) -> bool:
    at = parts.get("at") or parts.get("at1") or parts["x"]
    return at == parts["x"] and parts.get("y") != parts["x"]


def _is_along_the_normal(parts: Parts) -> bool:
    """Whether a vector is that by whose length it is divided, and a difference goes from the negative side over."""
    normal = all(each.removesuffix("^{T}") == parts["w"] for each in _given(parts, "t"))
    turned = re.search(r"neg|-|minus", _scripts(parts.get("one", ""))) or re.search(
        r"pos|[+]|plus", _scripts(parts.get("other", ""))
    )
    return normal and turned is None and ("one" not in parts or parts["one"] != parts["other"])


def _is_of_the_same_word(parts: Parts) -> bool:
    """Whether an embedding and the code that picks it are of the same word, and two things."""
    of = [_scripts(parts[name]) for name in ("e", "code")]
    return (of[0] == of[1] or not all(of)) and _base(parts["e"]) not in ("E", _base(parts["code"]))


def _is_of_its_map(parts: Parts) -> bool:
    """Whether a weight is of the map that it stands before or is the gradient by, and of the class that is asked."""
    of_map = re.findall("[a-z]", _scripts(parts["map"]))
    of_weight = re.findall("[a-z]", _scripts(parts["a"]))
    sums = [index for each in _given(parts, "s") if (index := _index_of(each))]
    if "y" in parts:
        return set(of_weight) <= {*of_map, *re.findall("[a-z]", _scripts(parts["y"]))} and set(sums) <= set(of_map)
    return all(index in of_map and index in of_weight for index in sums)


#: What a layer is given comes before what is made of it.
_BEFORE = {**dict.fromkeys("xX", 0), **dict.fromkeys("hsaHSA", 1), **dict.fromkeys("ozyuOZYU", 2)}


def _passes_back(parts: Parts) -> bool:
    """Whether a gradient is passed from what a layer makes to what it is given, at the same step."""
    names = []
    for place in ("below", "above"):
        name = parts.get(place) or parts.get(f"{place}1") or ""
        names.append(re.sub(r"^nabla_\{(?P<by>\S*)\}$", r"\g<by>", name))
    below, above = (_BEFORE.get(name[:1]) for name in names)
    behind = [re.sub(r"[\W_]", "", name[1:]) for name in names]
    return below is not None and above is not None and below < above and behind[0] == behind[1]


def _keeps_its_name(parts: Parts) -> bool:
    return _base(parts["new"]) == _base(parts["g"])


def _is_of_an_input(parts: Parts) -> bool:
    return _base(parts["x"]).lower() in ("x", "z", "t", "a", "h", "s", "u", "v", "beta", "theta", "w")


def _is_of_errors(parts: Parts) -> bool:
    """Whether one difference is squared."""
    return re.fullmatch(r"[^+-]+ - [^+-]+", re.sub(r"\( [^()]* \)", "", parts["e"])) is not None


def _goes_down_a_layer(parts: Parts) -> bool:
    layers = [_scripts(parts[name]) for name in ("new", "delta")]
    fits = [re.search(r"(?<![A-Za-z])([lL])([+-]1)?", each) for each in layers]
    behind = [int(each[2] or "0") if each else None for each in fits]
    below = re.search(r"_\{([a-z])(?:=[^{}]*)?\}", parts["sum"])
    index = below is not None and all(below[1] in _scripts(parts[name]) for name in ("w", "delta"))
    return index and (None in behind or behind[0] == (behind[1] or 0) - 1)


def _runs(parts: Parts) -> bool:
    """Whether a running average goes on with itself, and gathers the same statistic of a batch."""
    (new, _), (old, _) = _timed(parts["new"]), _timed(parts["old"])
    mean = re.sub("^bar[.]", "", parts["mean"])
    return new == old and _base(mean) == _base(parts["new"]) and _timed(mean)[0] != old


def _widens(parts: Parts) -> bool:
    """Whether a layer adds to the receptive field of the one before, in steps of all strides before it."""
    layer, before = _scripts(parts["new"]), _scripts(parts["old"])
    fits = re.fullmatch(r"([a-z])([+]1)?", layer)
    if fits is None or _base(parts["new"]) != _base(parts["old"]):
        return False
    behind = fits[1] if fits[2] else f"{fits[1]}-1"
    over = re.fullmatch(r"prod_\{(?P<index>[a-z])=1\}\^\{(?P<end>[^{}]+)\}", parts.get("product", ""))
    strides = "product" not in parts or (over and (over["end"], over["index"]) == (behind, _scripts(parts["s"])))
    return before == behind and _scripts(parts["k"]) == layer and bool(strides)


def _is_of_one_class(parts: Parts) -> bool:
    return len({_scripts(part) for letter in ("fp", "tn") for part in _given(parts, letter)}) <= 1


def _is_noised(parts: Parts) -> bool:
    """Whether a jump from the start has the product of all factors, and one step the factor of that step."""
    jump = not parts["from"].endswith("_{t-1}")
    factor = parts.get("a", "")
    return factor.startswith("bar.") == jump if factor else not jump


def _is_predicted(parts: Parts) -> bool:
    (noise,), (guess,) = _given(parts, "eps"), _given(parts, "guess")
    return noise != guess


def _is_a_head(parts: Parts) -> bool:
    """Whether queries, keys and values have the weights of their own, all of one head."""
    weights = [_scripts(parts[name]).lower() for name in ("wq", "wk", "wv")]
    heads = {re.sub("[qkv,()]", "", each) for each in weights}
    own = all(
        letter in each and not (set("qkv") - {letter}) & set(each) for letter, each in zip("qkv", weights, strict=True)
    )
    return own and len(heads) == 1 and _scripts(parts["l"]) in (*heads, "")


def _is_a_pair(parts: Parts) -> bool:
    """Whether a score is of the query and the key whose indices it has."""
    of_query, of_key = (
        re.sub(r"\W|(?<![a-z])T$", "", _scripts(re.sub(r"\^\{T\}", "", parts[name]))) for name in ("q", "k")
    )
    indices = re.sub(r"\W", "", _scripts(parts["n"]))
    turned = [parts[name].endswith("^{T}") for name in ("q", "k")]
    return bool(of_query and of_key) and indices in (of_query + of_key, of_key + of_query) and not all(turned)


def _is_added(parts: Parts) -> bool:
    return parts["s"] != parts["h"] and parts["w"] != parts.get("u")


def _index_of(summed: str) -> str:
    """The index that a sum runs over; none where it runs over a set of pairs, or none is written."""
    below = re.match(r"(?:sum|prod)_\{([a-z]'?)(?:=[01]|in[^{}]*)?\}", summed)
    return below[1] if below else ""


def _has_index(part: str, index: str) -> bool:
    """Whether an index stands below or above a name, or in the brackets behind one; ``D^Y`` has that over y in Y."""
    together = (found["script"] for found in _SCRIPT.finditer(part) if re.fullmatch("[a-z]{2,3}", found["script"]))
    return any(index in script for script in together) or (
        re.search(rf"(?<![A-Za-z]){index}(?![A-Za-z])", part, re.IGNORECASE) is not None
    )


def _adds_up(parts: Parts) -> bool:
    """Whether what every sum adds up has its index, from its first place on, and is counted to its end."""
    terms = [part for name, part in parts.items() if re.fullmatch(r"[pqxy]\d*", name)]
    for summed in _given(parts, "s"):
        index = _index_of(summed)
        if re.search(r"=0\}\^\{[A-Za-z]\}", summed) or (index and not all(_has_index(term, index) for term in terms)):
            return False
    return True


#: A sum, a multiple, or a whole by its part: ``frac( | D | ; | D_{k} | )``.
_NO_SHARE = re.compile(r" [+-] |(?:^|\( )[2-9]\d* |frac\( (?:\| )?[A-Za-z] (?:\| )?; (?:\| )?[A-Za-z][_^]")


def _adds_up_shares(parts: Parts) -> bool:
    """Whether shares are added up, and not what is left of them; two of them are two."""
    shares = [*_given(parts, "p"), *_given(parts, "q")]
    of_two = len(shares) < 2 or shares[0] != shares[1]
    several = " , " in f" {parts.get('of', '')} " and not any(" , " in share for share in shares)
    whole = not any(_NO_SHARE.search(share) for share in shares)
    return of_two and not several and _adds_up(parts) and whole


def _is_the_mean_of_all(parts: Parts) -> bool:
    """Whether a sum is divided by as many as it adds up."""
    ends = [found[1] for each in _given(parts, "s") if (found := re.search(r"\}\^\{(\w+)\}$", each))]
    counts = _given(parts, "n")
    squared = any("^{2}" in each for each in (*_given(parts, "x"), *_given(parts, "y")))
    return not squared and all(end == count for end in ends for count in counts) and _adds_up(parts)


def _is_a_centre(parts: Parts) -> bool:
    """Whether a centre is the mean of the points of its own cluster."""
    index = re.search(r"_\{([a-z\d])(?:[,^(]\S*)?\}", parts["m"])
    told = [part for name, part in parts.items() if re.fullmatch(r"[ncrsw]\d*", name)]
    own = index is None or any(_has_index(each, index[1]) for each in told)
    return own and not any("^{2}" in each for each in _given(parts, "x")) and _adds_up(parts)


def _splits(parts: Parts) -> bool:
    """Whether each child's impurity is weighted by its own share: what tells the one from the other is the same."""
    (first, second), (left, right) = _given(parts, "n"), _given(parts, "g")
    ends = [re.search(r"[_^]\{([^{}\s]*)\}$", each) for each in (first, second)]
    if first == second or not all(ends):
        return False
    one, other = (f"{{{found[1]}}}" for found in ends if found)
    return one in left and left.replace(one, other) == right and first.replace(one, other) == second


def _is_standard(parts: Parts) -> bool:
    """Whether what is taken away and what it is divided by are those of the same letter, and nothing is squared."""
    letter = _base(parts["x"]).lower()
    marked = [part for name, part in parts.items() if re.fullmatch(r"(?:m|y|lo|hi)\d*", name)]
    letters = {_base(part).lower() for part in marked if part.startswith(("bar.", "hat.")) or part[0] in "xXyYzZ"}
    squared = "^{2}" in f"{parts['x']} {parts.get('s', '')}"
    told = [_scripts(part) for name, part in parts.items() if re.fullmatch(r"(?:m|lo|hi|s)\d*", name)]
    columns = {script for script in told if re.fullmatch("[i-n]", script)}  # Min_j, of x_{ij}
    own = len(columns) < 2 and all(_scripts(parts["x"]).endswith(column) for column in columns)
    return letters <= {letter} and not squared and own


def _is_a_part(parts: Parts) -> bool:
    """Whether what is weighted is a part of the set that is split, with the index of the sum."""
    index = _index_of(parts["s"])
    return _base(parts["part"]) == _base(parts["set"].split(" ")[0]) and (not index or _has_index(parts["part"], index))


def _is_of_samples(parts: Parts) -> bool:
    """Whether errors are those of one sample after the other."""
    same = parts["p"].startswith("bar.") or _scripts(parts["p"]) in ("", _scripts(parts["y"]))
    same = same or not set("ij") & set(_scripts(parts["p"]))  # of a node: ŷ_m
    return same and parts["y"] != parts["p"] and _adds_up({**parts, "p": parts["y"]})


def _is_of_the_truth(parts: Parts) -> bool:
    """Whether a label is given what it is predicted from: that of the same sample."""
    index, given = _scripts(parts["y"]), parts.get("x", "")
    fits = not index or not re.search(r"[_^]\{", given) or index.split(",")[0] in given
    return "s" not in parts or (fits and _adds_up({"s": parts["s"], "y": parts["y"]}))


def _is_the_share_of_a_class(parts: Parts) -> bool:
    """Whether a class of some is divided by all of them, and the left side names that class."""
    part, whole = parts["part"], parts["whole"]
    index = _scripts(part)
    asked = f"{_scripts(parts['v'])} {parts.get('a', '')}"
    named = bool(index) and (index in asked or index.lower() in asked.lower().split())
    return named and _base(part).lower() == _base(whole).lower() and index != _scripts(whole)


def _is_of_all_components(parts: Parts) -> bool:
    """Whether what is summed up is what stands above the line, of each component."""
    one, each = f"{parts['w']} ( {parts['one']} )", f"{parts['w2']} ( {parts['each']} )"
    index = _index_of(parts["s"])
    own = re.search(r"_\{(\w)\}$", parts["w"])
    if own is None or not index:
        return False
    return re.sub(rf"_\{{{index}\}}", "_{#}", each) == re.sub(rf"_\{{{own[1]}\}}", "_{#}", one) and "#" not in index


def _is_a_residual(parts: Parts) -> bool:
    """Whether the residual of a sample is that of its own prediction."""
    index = _SCRIPT.search(parts["r"])
    told = parts.get("at") or parts.get("h2") or ""
    return index is None or not re.search(r"[_^]\{", told) or index["script"].split(",")[0][:1] in told


def _is_counted(parts: Parts) -> bool:
    """Whether what is summed over is another value of what is asked."""
    return "other" not in parts or _base(parts["other"]) == _base(parts["a"])


def _is_of_one_sample(parts: Parts) -> bool:
    """Whether a prediction and a label are those of the same sample, and two things."""
    y, p = parts["y"], parts["p"]
    index = _scripts(y)
    return y != p and (not index or not re.search(r"[_^]\{", p) or any(each in p for each in index.split(",")))


def _is_a_line(parts: Parts) -> bool:
    """Whether an intercept and a slope are two: of two letters, or the first and the second of one."""
    intercept, slope = parts["b"], parts["w"]
    numbers = [_scripts(part) for part in (intercept, slope)]
    if _base(intercept) == _base(slope):
        return numbers[0] == "0" and numbers[1] in ("", "1")
    return "0" not in numbers[1:] and {_base(intercept), _base(slope)} <= set("abmcw") | {"alpha", "beta", "omega"}


def _is_the_other(parts: Parts) -> bool:
    """Whether the second of two probabilities is that of what is not so: ``P(NotNext)`` beside ``P(IsNext)``."""
    first, second = parts["p"], parts["q"]
    turned = (first.replace("Is", "Not"), first.replace("is", "not"), first.replace("= 1", "= 0"))
    return second != first and second in turned


def _is_of_one_axis(parts: Parts) -> bool:
    """Whether no part of a size is that of the height, and another one that of the width."""
    told = {
        letter for part in parts.values() for letter in re.findall("(?<![a-z])[hw](?![a-z])", _scripts(part).lower())
    }
    return len(told) < 2


def _is_summed(parts: Parts) -> bool:
    """Whether the gradients whose squares are added up are those that the step goes along."""
    (g,) = _given(parts, "g")
    squared = g if "g2" in parts else g.removesuffix("^{2}")
    timed = _timed(parts["new"]), _timed(parts["old"])
    fits = timed[0][0] == timed[1][0] and timed[0][1] >= timed[1][1]
    return fits and ("g2" in parts or g != squared) and _base(squared) == _base(parts["by"])


def _reconstructs(parts: Parts) -> bool:
    """Whether one of the two is made of the other: an accent, a prime, or a function of a function of it."""
    x, y = parts["x"], parts["y"]
    names = [_base(each).lower() for each in (x, y)]
    if x != y and names[0] == names[1] and " " not in x + y:
        return True
    rebuilt = re.fullmatch(r"(?P<outer>\S+) \( (?P<inner>\S+) \( (?P<of>\S+) \) \)", y)
    return rebuilt is not None and _base(rebuilt["of"]) == _base(x) and rebuilt["outer"] != rebuilt["inner"]


def _is_the_gap(parts: Parts) -> bool:
    """Whether the divergence is of a q from the posterior, given what the evidence is of."""
    q, posterior, of = parts["q"], parts["posterior"], parts["of"].partition(" | ")[0]
    given = re.fullmatch(r"[pP]\S* \( \S+ \| (?P<given>.*) \)", posterior)
    return q[0] == "q" and given is not None and of in re.split(" [,;] ", given["given"])


def _is_its_variance(parts: Parts) -> bool:
    (variance,) = _given(parts, "v")
    return parts["s"] in ("std", variance.removesuffix("^{2}"))


def _factors(product: str) -> list[str]:
    """The names of a product, a square as two; none of what is more than a product of names."""
    names: list[str] = []
    for part in product.removeprefix("( ").removesuffix(" )").split(" "):
        squared = part.endswith("^{2}")
        name = part.removesuffix("^{2}")
        if not re.fullmatch(_NAME, name) or "^" in name:
            return []
        names += [name] * (1 + squared)
    return names


def _convolves(names: Sequence[str]) -> tuple[set[str], set[str]] | None:
    """The two sides of kernel and map, and the two channels, of the multiplications of a convolution."""
    counted = Counter(names)
    twice = {name for name, count in counted.items() if count == 2}
    once = {name for name, count in counted.items() if count == 1}
    return (twice, once) if len(names) == 6 and len(twice) == len(once) == 2 else None


def _multiplies(parts: Parts) -> bool:
    return _convolves(_factors(parts["product"])) is not None


def _separated(depthwise: str, pointwise: str) -> tuple[str, str, str, str] | None:
    """Kernel, map, and the channels in and out, of a depthwise and a pointwise convolution."""
    first, second = Counter(_factors(depthwise)), Counter(_factors(pointwise))
    twice = {name for name, count in first.items() if count == 2}
    of_map = {name for name, count in second.items() if count == 2}
    once, out = set(first) - twice, set(second) - of_map
    if (sum(first.values()), sum(second.values()), len(twice), len(once)) != (5, 4, 2, 1) or len(of_map) != 1:
        return None
    if not of_map <= twice or len(out) != 2 or not once <= out:
        return None
    (kernel,), (side,), (channels,), (others,) = twice - of_map, of_map, once, out - once
    return kernel, side, channels, others


def _multiplies_twice(parts: Parts) -> bool:
    return _separated(parts["depthwise"], parts["pointwise"]) is not None


def _is_the_share_left(parts: Parts) -> bool:
    """Whether a fraction is what the two convolutions multiply, over what the whole one does."""
    first, plus, second = parts["separable"].partition(" + ")
    separated, full = _separated(first, second) if plus else None, _convolves(_factors(parts["full"]))
    if separated is None or full is None:
        return False
    kernel, side, channels, others = separated
    own = full == ({kernel, side}, {channels, others})
    return own and parts["n"] == others and kernel in (parts.get("k"), parts.get("square", "").removesuffix("^{2}"))


def _is_behind_the_target(parts: Parts) -> bool:
    """Whether a value is taken from the reward plus the discounted best one, or the other way round."""
    (difference,) = _given(parts, "taken")
    value, target = r"Q\S* \( [^()]* \)", r"\S*[rR]\S* \+ gamma\S* max\S* \S*Q\S* \( [^()]* \)"
    return any(
        re.fullmatch(pattern, difference)
        for pattern in (f"(?:{target}|[yY]\\S*) - {value}", f"{value} - (?:\\( {target} \\)|[yY]\\S*)")
    )


def _averages(parts: Parts) -> bool:
    """Whether an average goes on with its own value one step before, and takes in the new value of something else."""
    new, x = parts["new"], _SCRIPT.search(parts["x"])
    return (
        _is_one_step_behind(parts["old"], new)
        and x is not None
        and x["script"] == _scripts(new)
        and (_base(parts["x"]) != _base(new))
    )


def _is_one_step_behind(old: str, new: str) -> bool:
    return _base(old) == _base(new) and _scripts(old) == f"{_scripts(new)}-1"


def _follows_its_own(parts: Parts) -> bool:
    """Whether a step goes against a gradient that has the index of the parameter, or none but the time."""
    own, of = (_scripts(_timed(parts[name])[0]) for name in ("new", "g"))
    return _follows(parts) and (not of or of == own)


def _decays(parts: Parts) -> bool:
    """Whether a decay is no second name of the learning rate, which would make a step an average."""
    own, of = (_scripts(_timed(parts.get(name, ""))[0]) for name in ("new", "g"))
    rates = parts.get("rate1", parts["r"]) == parts["r"] and parts["r"] not in (parts.get("c0"), parts.get("c1"))
    return _follows(parts) and rates and (not of or of == own)


def _is_of_its_label(parts: Parts) -> bool:
    return bool(_scripts(parts["y"])) and _scripts(parts["y"]) == _scripts(parts["p"])


def _goes_term_by_term(parts: Parts) -> bool:
    """Whether every label stands before the probability of its own class, each class once."""
    labels, shares = _given(parts, "y"), _given(parts, "p")
    indices = [_scripts(each) for each in labels]
    letters = [{_SCRIPT.sub("", each) for each in names} for names in (labels, shares)]
    own = all(index and index in (_scripts(share), share) for index, share in zip(indices, shares, strict=True))
    return (
        own
        and len(set(indices)) == len(indices)
        and all(len(each) == 1 for each in letters)
        and letters[0] != letters[1]
    )


def _is_expected(parts: Parts) -> bool:
    """Whether an expectation is over the first of two distributions, ``E_P`` or ``E_{x \\sim P}``."""
    over = re.sub(r"[_{}]", "", parts["e"][1:])
    of = re.sub(r"[_{}]", "", parts["p"])
    return (
        parts["p"] != parts["q"]
        and re.fullmatch(rf"(?:[a-zA-Z]sim)?{re.escape(of)}(?:\([a-zA-Z]\))?", over) is not None
    )


def _counts_what_is_asked(parts: Parts) -> bool:
    """Whether what is counted has the index of what is asked, and what it is divided by has not."""
    asked = set(re.findall(r"[A-Za-z0-9]+", _scripts(parts["a"]) or parts["a"]))
    counted = set(re.findall(r"[A-Za-z0-9]+", _scripts(parts["c"])))
    return bool(asked & counted) and not asked & set(re.findall(r"[A-Za-z0-9]+", _scripts(parts.get("n", ""))))


def _is_its_share(parts: Parts) -> bool:
    """Whether the count of a class is divided by those of all classes."""
    own = _scripts(parts["p"]).split(",")[0]
    of_all = "s" not in parts or (
        _base(parts["c2"]) == _base(parts["c"]) and _index_of(parts["s"]) in ("", _scripts(parts["c2"]))
    )
    return _scripts(parts["c"]) == own and of_all


def _goes_through_the_means(parts: Parts) -> bool:
    """Whether an intercept and a slope are two, and so are the letters of the means."""
    x, y = (_base(parts[name]) for name in "xy")
    return parts["b"] != parts["w"] and x != y and y not in "xX" and x not in "ytYT"


def _is_of_the_input(parts: Parts) -> bool:
    """Whether a slope is by the spread of x, and not of what is predicted from it."""
    x, y = (_base(parts[name]) for name in "xy")
    return x != y and x not in "ytYT" and y not in "xX"


def _is_the_mean_of_its_letter(parts: Parts) -> bool:
    end = re.search(r"\}\^\{(\w+)\}$", parts["s"])
    first = "=0}" not in parts["s"]
    return first and (end is None or end[1] == parts["n"]) and _index_of(parts["s"]) in ("", parts["i"])


def _is_of_tokens(parts: Parts) -> bool:
    """Whether the probabilities of all tokens are taken, as many as their mean is over."""
    index, end = _index_of(parts["s"]), re.search(r"\}\^\{(\w+)\}$", parts["s"])
    of = next(part for name in ("x", "x2", "p3") if (part := parts.get(name)) is not None)
    return (end is None or end[1] == parts["n"]) and bool(index) and _has_index(of, index)


def _picks_the_true_class(parts: Parts) -> bool:
    """Whether a sum over classes asks for the class that it runs over, and takes its probability."""
    index = _index_of(parts["s"]) if "s" in parts else ""
    told = [part for name, part in parts.items() if re.fullmatch(r"[ij]\d?", name)]
    return all(each == index for each in told)


def _diverges(parts: Parts) -> bool:
    """Whether the divergence is of what it is called after, summed over all that both have."""
    p, q = parts["p"], parts["q"]
    named = "first" not in parts or (_base(parts["first"]) == _base(p).upper() or _base(parts["first"]) == _base(p))
    indices = set(re.findall("[a-z]", re.sub(r"[=^].*?\}", "}", " ".join(_given(parts, "s")).replace("sum", ""))))
    return named and _scripts(p) == _scripts(q) and set(_scripts(p).replace(",", "")) == indices


def _is_of_their_mean(parts: Parts) -> bool:
    """Whether a middle distribution is another one, or the mean of the two."""
    m, p, q = parts["m"], parts["p"], parts["q"]
    means = {f"frac( {first} + {second} ; 2 )" for first, second in ((p, q), (q, p))}
    return p != q and (m in means or (" " not in m and m not in (p, q)))


def _is_a_share_of_all(parts: Parts) -> bool:
    return parts["k"] not in ("1", parts.get("n", parts.get("m")))  # 1/(1 + e^{-z}) is no share of what was counted


def _is_the_mean_of_its_samples(parts: Parts) -> bool:
    """Whether samples of the letter that has the bar are added up, as many as they are divided by."""
    if "matrix" in parts:
        return parts["matrix"].lower() == parts["x"]
    index, end = _index_of(parts["s"]), re.search(r"\}\^\{(\w+)\}$", parts["s"])
    own = _base(parts["y"]) == parts["x"] and index in ("", *_scripts(parts["y"]))
    return own and "=0}" not in parts["s"] and (end is None or end[1] == parts["n"])


def _spreads_about_its_mean(parts: Parts) -> bool:
    return _is_the_mean_of_its_samples({**parts, "x": _base(parts["mean"])})


def _keeps_some(parts: Parts) -> bool:
    return parts["k"] != parts["d"]


def _attends_to_all(parts: Parts) -> bool:
    """Whether the sum runs over what is attended to, and the weights as well."""
    if "sum" not in parts:
        return True
    index = _index_of(parts["sum"])
    return bool(index) and _has_index(parts["w"], index) and _has_index(parts["v"], index)


def _sums_over_others(parts: Parts) -> bool:
    """Whether counts are added up over what stands first, and what stands second stays."""
    index = re.fullmatch(r"sum_\{(\w'?)\}", parts.get("s", ""))
    return "s" not in parts or (
        index is not None and parts["other"] == index[1] and index[1] in (parts["x"], f"{parts['x']}'")
    )


def _compares_each(parts: Parts) -> bool:
    """Whether a label and a prediction of the same sample are compared, and as many as they are divided by."""
    y, p = parts["y"], parts["p"]
    index, end = _index_of(parts["s"]), re.search(r"\}\^\{(\w+)\}$", parts["s"])
    own = y != p and (not index or (_has_index(y, index) and _has_index(p, index)))
    return own and "=0}" not in parts["s"] and (end is None or end[1] == parts["n"])


def _counts(parts: Parts) -> bool:
    """Whether what is counted is what the name says: FP, how many are called positive and are not."""
    names = [parts["one"], parts["other"]]
    predicted = [each.startswith("hat.") or _base(each) in ("p", "pred", "prediction") for each in names]
    if sorted(predicted) != [False, True] or _scripts(names[0]) != _scripts(names[1]):
        return False
    positive = [parts.get(f"sign{place}") != "-" and parts[f"value{place}"] == "1" for place in "12"]
    called, true = positive if predicted[0] else positive[::-1]
    return called == (parts["count"][1] == "P") and (called == true) == (parts["count"][0] == "T")


def _is_of_two_things(parts: Parts) -> bool:
    return parts["p"] != parts["q"]


def _is_of_two_weights(parts: Parts) -> bool:
    return parts["first"] != parts["second"] and parts["one"] not in (parts["first"], parts["second"])


def _runs_over_its_place(parts: Parts) -> bool:
    """Whether a sum runs over the place that is taken in it, and not over that of the result."""
    return parts["k"] != parts["n"] and re.match(rf"sum_\{{{parts['k']}(?:=|\}})", parts["s"]) is not None


def _is_of_one_layer(parts: Parts) -> bool:
    """Whether a logit and its prediction are those of one layer, and of one class or sample."""
    z = next(iter(_given(parts, "z")), "") or parts.get("dz", "")
    places = {_scripts(each) for each in (z, parts["p"]) if _scripts(each)}
    return len(places) < 2 and _scripts(parts["y"]) in ("", *places, *(each.split(",")[-1] for each in places))


def _is_expected_by_the_first(parts: Parts) -> bool:
    """Whether both distributions are those of the divergence, each at its place, and the first one expects."""

    def name(part: str) -> str:
        return re.sub(r"[{}]", "", part.split(" ( ")[0]).lower()

    named, written = (parts["first"], parts["second"]), (parts["p"], parts["q"])
    alike = name(named[0]) == name(named[1])  # q(z|x) and q(z)
    same = named == written if alike else tuple(map(name, named)) == tuple(map(name, written))
    over = _scripts(parts["e"]).rpartition("sim")[2].split("(")[0].lower() if "e" in parts else name(named[0])
    return same and written[0] != written[1] and over == name(named[0])


def _is_where_one_is_given(parts: Parts) -> bool:
    """Whether a sum runs over what is drawn alone, and what is given is one value: H[r | q], and not H(Y | X)."""
    return (
        parts["given"].islower() and re.match(rf"sum_\{{{re.escape(parts['of'])}(?:in\S*)?\}}", parts["s"]) is not None
    )


#: What tells that names, indices or steps contradict one another, and not only what kind of thing a part is; with it
#: what tells that a part is of that kind at all, where the pattern does not.
_CONTRADICTING: Mapping[Check, Check | None] = {
    **dict.fromkeys(
        (
            _corrects,
            _follows,
            _gathers,
            _goes_by_both,
            _goes_down_a_layer,
            _is_a_head,
            _is_an_error_of_one_unit,
            _is_a_share_of_all_exponentials,
            _is_of_both,
            _is_of_the_gate,
            _is_of_the_truth,
            _is_one_head,
            _is_projected,
            _is_turned,
            _recurs,
            _shrinks,
            _sums_up,
        )
    ),
    _is_of_all_exponentials: _is_written_in_exponentials,
    _is_a_weighted_sum: _is_written_as_a_weighted_sum,
}
