r"""What the left side of a line says besides its name: its arguments, its step of time, its index. No torch.

``KL(Q‖P) = \sum Q \ln(Q/P)`` has the roles of a proof of ``KL(P‖Q)`` exchanged, and is right so; where the letters on
the right cannot follow the exchange, the left side names something else than the proof computes. A left side may also
contradict its own right side: ``\theta_t = \theta_{t+1} - \eta g`` makes the earlier of the later. What only decorates,
``J(\theta)`` or ``\mathcal L(y, \hat y)``, says nothing of that.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.quantities import quantities_called, quantities_of_letter, quantities_spoken_of
from quizprep.formula.read.statements import Head, Statement, read_head
from quizprep.formula.read.written import canonical_name
from quizprep.formula.symbols import as_typed
from quizprep.formula.symbols import symbol as shown
from quizprep.formula.tree import Applied, Index, Node, Reduce, Symbol, free_symbols, walk
from quizprep.frozen import frozen
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.formula.names import Names
    from quizprep.proofs import Proof

#: What results are called where nothing more is said.
RESULTS = frozenset("L l J loss cost error E y y_hat z f F output out o result score H D KL D_KL".split())
LOSSES = frozenset("loss cost nll bce ce cross_entropy".split())
#: What is never written `H(p)`.
_OF_TWO_DISTRIBUTIONS = quantities_called("kl") | quantities_called("jsd") | quantities_called("mutual_information")
_ESTIMATED = re.compile(r"(?P<base>mu|sigma)_hat(?P<below>(_.+)?)")
_INDEX = re.compile(r"(?P<base>.+)_\{?(?P<index>[a-z0-9](?:,?[a-z0-9])*)\}?'*")
_BELOW = re.compile(r"(?P<base>.+?)_\{?(?P<below>[^_{}]+)\}?")
_MOMENT = re.compile(r"[tknl]|[a-z](?P<away>[+-]\d+)")
_WORD = re.compile("[A-Za-z]{3,}")
_LETTERS = re.compile("[A-Za-z]+")
_WORDS = {"old": -1, "prev": -1, "tm1": -1, "in": -1, "out": 1, "new": 1, "next": 1, "tp1": 1}


# Arguments


def roles(statements: Sequence[Statement], proof: Proof) -> dict[str, str]:
    """What letters stand for by their place in a left side: ``Q`` for P and ``P`` for Q below ``KL(Q‖P)``.

    Only those that stand on the right side under another name than the proof's.
    """
    found: dict[str, str] = {}
    for statement in statements:
        used = _applied_to(statement.sides)
        for head, declared in _declared(statement.heads, proof):
            for written, meant in _pairs(head, declared, proof.names):
                if written in used and proof.names.find(written) != meant:
                    found[written] = meant
        below = {written: meant for head in statement.heads for written, meant in _by_index(head, proof)}
        if any(written != meant for written, meant in below.items()):
            found |= {written: meant for written, meant in below.items() if written in used}
    return found


def _by_index(head: Head, proof: Proof) -> Iterator[tuple[str, str]]:
    """Each letter below a left side, with the symbol in its place: i and pos of ``p_{i,2j}`` beside ``PE_{pos,2i}``."""
    form = _form(head.name)
    if form is None:
        return
    for entry in proof.steps.values():
        spelled = [other for alias in entry.aliases if (other := _form(canonical_name(alias))) is not None]
        own = (other for other in spelled if other.index == form.index and set(other.letters) <= proof.symbols.keys())
        if any((other.base, other.index) == (form.base, form.index) for other in spelled):
            for other in itertools.islice(own, 1):
                yield from zip(form.letters, other.letters, strict=True)


@frozen
class _Form:
    """``PE_{pos,2i}``: PE, the index without its letters, and these."""

    base: str
    index: str
    letters: tuple[str, ...]


def _form(name: str) -> _Form | None:
    """A name with an index of several places, of which one is reckoned."""
    base, _, below = name.partition("_{")
    if "," not in below or not any(character.isdigit() for character in below):
        return None
    return _Form(base, _LETTERS.sub("·", below), tuple(_LETTERS.findall(below)))


def _declared(heads: Sequence[Head], proof: Proof) -> Iterator[tuple[Head, Head]]:
    """The heads whose name and number of arguments are those of one that the proof declares."""
    for head in heads:
        for text in proof.heads:
            declared = read_head(text)
            if _is_alike(head, declared):
                yield head, declared


def step_applied(node: Applied, proof: Proof) -> str | None:
    """The step that ``H(P, Q)`` is inside of a formula, if its arguments are those of the proof in their order.

    The empty text where the proof declares others: ``H(Q)``.
    """
    inside = tuple(tuple(part.name for part in walk(each) if isinstance(part, Symbol)) for each in node.arguments)
    head = Head(node.name, inside=inside)
    for text, step in proof.heads.items():
        declared = read_head(text)
        if _is_alike(head, declared):
            pairs = zip(inside, declared.inside, strict=True)
            return step if all([_meant(n, proof) for n in a] == [_meant(n, proof) for n in b] for a, b in pairs) else ""
    return None


def declared_step(head: Head, proof: Proof) -> str | None:
    """The step that a proof computes under a head, told by its name and the number of its arguments."""
    return next((step for text, step in proof.heads.items() if _is_alike(head, read_head(text))), None)


def _is_alike(head: Head, declared: Head) -> bool:
    same = len(head.inside) == len(declared.inside) and head.conditional >= declared.conditional
    return same and _is_called(head.name, declared.name)


def _is_called(name: str, declared: str) -> bool:
    """Whether a name is the declared one: that letter, or a name for the same quantity."""
    alike = name.lower() == declared.lower() if len(name) > 1 else name == declared
    return alike or bool(quantities_called(name) & quantities_called(declared))


def _pairs(head: Head, declared: Head, names: Names) -> Iterator[tuple[str, str]]:
    """Each argument that is a name, with the one that the proof has in its place."""
    for written, meant in zip(head.inside, declared.inside, strict=True):
        if written and len(meant) == 1 and meant[0] in names.symbols_known:
            yield written[0], names.find(meant[0]) or meant[0]


def _applied_to(sides: Sequence[Node]) -> set[str]:
    """The names on a right side; ``p`` of ``p(x)`` as well."""
    parts = [part for side in sides for part in walk(side)]
    return {part.name for part in parts if isinstance(part, Applied | Symbol)}


# Contradictions


def contradiction(statement: Statement, head: Head, proof: Proof, step: str, given: Collection[str]) -> Text | None:
    """Why a line cannot state a step of the proof under its left side, although its formula is that of the step.

    ``statement`` is the line as it was written; ``given`` are the names that lines before it give values to.
    """
    if head.derivative or head.labelled:
        return None
    return (
        _other_arguments(statement, head, proof)
        or _no_probability(head, proof, step)
        or _two_distributions(head, proof)
        or _made_of_itself(statement, head, proof, step, given)
        or (None if statement.updates else _input(head, proof, step, given))
        or _other_index(statement, head)
    )


def _other_arguments(statement: Statement, head: Head, proof: Proof) -> Text | None:
    """``P(y | x)`` above the formula of ``P(x | y)``: an argument that has another place in the proof."""
    used = _applied_to(statement.sides)
    for _, declared in _declared([head], proof):
        places = [{_meant(name, proof) for name in names} for names in declared.inside]
        shared = set.intersection(*places) if len(places) > 1 else set()
        exchanged = {name for name, _ in _pairs(head, declared, proof.names) if name in used}
        for written, meant in zip(head.inside, places, strict=True):
            named = {_meant(name, proof) for name in written} - shared
            known = set().union(*places, proof.symbols if len(written) == 1 else ())
            if named & known - meant and not named & meant and not exchanged & set(written):
                return _names_something_else(head, declared)
    return None


def _no_probability(head: Head, proof: Proof, step: str) -> Text | None:
    """``p(y | x)`` above the formula of a loss."""
    called = {step, *proof.steps[step].aliases} if step in proof.steps else {step}
    if head.name not in ("p", "P", "Pr", "q") or not head.arguments or not called & LOSSES:
        return None
    return Text(
        f"The left side names a probability, {_display(head)}, and this is the formula of a loss: "
        f"write `-log {_display(head)} = …`, or give the loss its own name.",
        ko=f"좌변의 {_display(head)}: 확률의 이름인데 이 식은 손실의 식입니다. "
        f"`-log {_display(head)} = …` 꼴로 적거나 손실의 이름으로 고치세요.",
    )


def _two_distributions(head: Head, proof: Proof) -> Text | None:
    """``H(P, Q)`` above the formula of ``H(P)``; ``H(X, Y)`` is of two variables with one distribution."""
    declared = [other for other in map(read_head, proof.heads) if _is_called(head.name, other.name)]
    if len(head.inside) != 2 or not declared or any(len(other.inside) != 1 for other in declared):
        return None
    names = {name for inside in head.inside for name in inside}
    return None if names <= set("ABUVXYZ") else _names_something_else(head, declared[0])


def _meant(name: str, proof: Proof) -> str:
    """What a proof calls an argument; ``q`` of ``q_\\phi`` where it knows none such."""
    return proof.names.find(name) or name.partition("_")[0]


def _names_something_else(head: Head, declared: Head) -> Text:
    left, right = _display(head), _display(declared)
    return Text(
        f"The left side names {left}, but the proof computes {right}: say which one is meant.",
        ko=f"좌변은 {left}, 증명의 값은 {right}입니다. 어느 쪽인지 좌변을 고쳐 적으세요.",
    )


def _display(head: Head) -> str:
    inside = [as_typed(names[0]) if names else "…" for names in head.inside]
    return f"{as_typed(head.name)}({(' | ' if head.conditional else ', ').join(inside)})"


def _made_of_itself(statement: Statement, head: Head, proof: Proof, step: str, given: Collection[str]) -> Text | None:
    """``c_t = f c_t + i g``, ``w_t = w_{t+1} - ηg``: a value that is made of itself, or of what follows it.

    That a name gets a new value of its old one is an update, where the proof has a new value of it.
    """
    base, moment = _in_time(head.name)
    for name in _names_on_the_right(statement.sides, head):
        other, then = _in_time(name)
        if moment is not None and then is not None and then > moment and _is_shifted(head, proof, step):
            return _of_itself(head.name, name, proof, step)
        if other != base or {name, head.name} & set(given) or (head.arguments and moment is None):
            continue
        if proof.names.find(head.name) in proof.steps and proof.names.find(name) in proof.symbols:
            continue  # so they are called in the proof
        if moment is None and then is None:
            wrong = not (statement.updates or _is_updated(name, proof, step))
        elif then == (moment or 0):
            wrong = moment is not None and not statement.updates
        else:
            wrong = (moment or 0) < (then or 0) or (then is None and (moment or 0) < 0)
        if wrong:
            return _of_itself(head.name, name, proof, step)
    return None


def _is_shifted(head: Head, proof: Proof, step: str) -> bool:
    """Whether a head is a step of the proof at another time: ``x_{t-1}`` of ``x_t``."""
    known = [spelling for spelling, meant in proof.names.known.items() if meant == step]
    times = {moment for base, moment in map(_in_time, known) if base == _in_time(head.name)[0]} - {None}
    return proof.names.find(head.name) is None and bool(times) and _in_time(head.name)[1] not in times


def _of_itself(head: str, name: str, proof: Proof, step: str) -> Text:
    left, right, meant = as_typed(head), shown(name), shown(step)
    if _in_time(head) == _in_time(name):
        return Text(
            f"The left side names {left}, which its own formula is made of; the proof computes {meant}: "
            "give the result its own name, or leave the name out.",
            ko=f"좌변의 {left}: 우변에도 있는 값입니다. 증명의 값은 {meant}입니다. "
            "좌변의 이름을 고치거나 빼고 적으세요.",
        )
    return Text(
        f"The left side names {left}, and {right} on the right side does not come before it; "
        f"the proof computes {meant} of what came before.",
        ko=f"우변의 {right}: 좌변의 {left}보다 앞선 값이 아닙니다. 증명은 앞선 값에서 {meant} 값을 구합니다.",
    )


def _is_updated(name: str, proof: Proof, step: str) -> bool:
    """Whether the proof goes from an old value of a name to a new one; a letter may be the author's own."""
    symbol = proof.names.find(name)
    own = len(name) == 1 or name in GREEK_NAMES
    if symbol in proof.symbols and not (own and symbol != name):
        return f"{symbol}_next" in proof.steps
    return step.endswith("_next")


def _in_time(name: str) -> tuple[str, int | None]:
    """A name without its step of time, and how far that is from t; None where it says nothing of time."""
    bare = name.rstrip("'")
    match = _BELOW.fullmatch(bare)
    below = match["below"].strip("()") if match else ""
    moment = _MOMENT.fullmatch(below)
    if match and moment:
        return match["base"], int(moment["away"] or 0)
    if match and below in _WORDS:
        return match["base"], _WORDS[below]
    if match and below in ("i", "j"):
        return match["base"], None  # an entry
    return (bare, None) if bare == name else (bare, 1)


def _names_on_the_right(sides: Sequence[Node], head: Head) -> Iterator[str]:
    """The names that the sides are made of; an entry under the name of the entry, ``z_i``, and D of ``D(x)``."""
    for side in sides:
        yield from free_symbols(side)
        for part in walk(side):
            if isinstance(part, Applied) and not head.inside:
                yield part.name
            if isinstance(part, Index) and isinstance(part.base, Symbol):
                below = [index.name for index in part.indices if isinstance(index, Symbol)]
                yield f"{part.base.name}_{''.join(below)}"


def _input(head: Head, proof: Proof, step: str, given: Collection[str]) -> Text | None:
    """``FN = TP/(TP + FP)``: the name of an input of the proof, which is no name for results."""
    word = _WORD.fullmatch(head.name) and head.name not in GREEK_NAMES
    name = (proof.names.find(head.name) or head.name) if word else head.name
    updated = f"{name}_next" in proof.steps
    if name not in proof.symbols or head.name in given or head.arguments or updated or called_as_a_result(head):
        return None
    return Text(
        f"The left side names {shown(name)} ({proof.symbols[name].meaning['en']}), the proof computes {shown(step)}: "
        "give the result its own name, or leave the name out.",
        ko=f"좌변의 {shown(name)}: {proof.symbols[name].meaning['ko']}. 증명의 값은 {shown(step)}입니다. "
        "좌변의 이름을 고치거나 빼고 적으세요.",
    )


def _other_index(statement: Statement, head: Head) -> Text | None:
    """``softmax(z)_j = e^{z_i}/\\sum_j e^{z_j}``: the index on the left is the one that is summed over."""
    match = _BELOW.fullmatch(head.name)
    below = head.index or ((match["below"],) if match else ())
    named = {name for inside in head.inside for name in inside}
    for side in statement.sides:
        bound = {part.index for part in walk(side) if isinstance(part, Reduce)}
        free = set(free_symbols(side)) & {
            index.name
            for part in walk(side)
            if isinstance(part, Index)
            for index in part.indices
            if isinstance(index, Symbol)
        }
        if not head.index and named & bound and not named & free:
            below = tuple(sorted(named & bound))  # P(y = j | x)
        if free - bound and below and set(below) <= bound - free and not free & set(below):
            left, right = ", ".join(below), ", ".join(sorted(free - bound))
            return Text(
                f"The left side is the entry {left}, the right side the entry {right}.",
                ko=f"좌변의 원소는 {left}, 우변의 원소는 {right}입니다.",
            )
    return None


# Names


def names_another(head: Head, step: str, proof: Proof, general: bool = False) -> bool:
    """Whether a head is the name of a quantity of the field that is not a step's: ``recall`` above the precision.

    A name that the proof knows is not asked about, nor one that its texts speak of where the step is none of those.
    ``general``: the formula has a parameter, at whose usual value it is that of the step, as F_β is F₁.
    """
    name = head.name if head.power == 1 else f"{head.name}_{head.power}"
    if proof.names.find(name) is not None:
        return False
    texts = [proof.id, proof.title["en"]]
    whole = (proof.id,) if step == proof.result else ()
    stated = frozenset[int]().union(*map(quantities_called, (step, *proof.steps[step].aliases, *whole)))
    if general and stated & quantities_called("f_1"):
        stated |= quantities_called("f_beta")
    called = quantities_called(name) or quantities_of_letter(name + "()" * bool(head.arguments), stated)
    if head.name == "H" and head.arguments and stated & _OF_TWO_DISTRIBUTIONS:
        called = quantities_called("entropy" if len(head.arguments) == 1 else "cross_entropy")
    if not stated:
        meanings = (symbol.meaning["en"] for symbol in proof.symbols.values())
        texts += [proof.statement["en"], *proof.steps, *meanings]
    elif step != proof.result:
        texts = []
    return bool(called) and not called & (stated | quantities_spoken_of(texts))


def called_as_a_result(head: Head) -> bool:
    """Whether a name that the proof does not know is one that is given to results."""
    if head.name == "E" and head.inside:
        return False  # E[X]
    return any(spelling in RESULTS for spelling, _ in spellings(head.name))


def spellings(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name, and without the index below it."""
    yield name, ()
    match = _INDEX.fullmatch(name)
    if match:
        yield match["base"], tuple(match["index"].split(","))
    estimated = _ESTIMATED.fullmatch(name)
    if estimated:  # the hat on a statistic
        yield estimated["base"] + estimated["below"], ()
        yield estimated["base"], ()
