r"""What has to agree in a formula whatever it is about: steps of time, and the index of a sum with what it adds up.

A judge reads :math:`w_{t-1}` and :math:`w_t` as names that may stand for one of a proof, so that
:math:`w_{t+1} = w_{t-1} - \eta g_t` is a step to it, and :math:`-\sum_k y_j \log p_k` a cross-entropy. Here names are
not looked at for what they mean, but for what they are marked with. Nothing is called wrong for it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from quizprep.frozen import frozen
from quizprep.notes.equations import Equation
from quizprep.notes.skeleton import skeleton
from quizprep.text import Text

_NOT_BRACKETS = re.compile(  # \sum{x_i - \bar{x}}^2
    r"\\sum(?:\\limits)?(?:\s*[_^]\s*(?:\{[^{}]*\}|\w))*\s*\{(?:[^{}()]|\{[^{}]*\})*[-+](?:[^{}()]|\{[^{}]*\})*\}\s*\^"
)
_ARROW = re.compile(r"\\(?:long)?leftarrow|\\gets|[←⟵]")
_NAME = re.compile(r"(?P<letter>(?:(?:hat|tilde|bar|dot)\.)*[A-Za-z]+'*)(?P<scripts>(?:[_^]\{[^{}\s]*\})*)")
_SCRIPT = re.compile(r"[_^]\{(?P<script>[^{}\s]*)\}")
_TIME = re.compile(r"(?:(?P<first>[^,]*),)?(?P<time>t)(?P<step>[+-]1)?(?:,(?P<rest>[^,]*))?")
_CELLS = frozenset(("lstm-cell", "lstm-cell-update", "gru-cell", "gru-update", "rnn-cell"))
_STATES = frozenset("h c s a y".split())  # of the step before, where they are fed back
_CORRECTED = frozenset(("m_hat", "v_hat"))
#: In which an average of the step before may stand beside what is of this one.
_TWO_STEPS = frozenset(("adadelta-step", "momentum-step", "nesterov-step"))

_INDEX = "ijkmn"
_SUM = re.compile(r"(?:sum|prod)(?:_\{(?P<below>[^{}\s]*)\})?(?:\^\{[^{}\s]*\})?")
_BOUND = re.compile(rf"(?P<index>[{_INDEX}])(?:=[^{{}}]*|in.*)?")
_SOMETHING = "..."  # what a sum runs over that is no plain index
_PLACES = re.compile(rf"[{_INDEX}](?:,?[{_INDEX}0-9])*|[0-9](?:,?[{_INDEX}])+")
_SAMPLE = re.compile(r"\^\{([ij])\}")
_SIZES = frozenset("d D N M K n m".split())  # d_k, N_j: how many there are


def disagreement(equation: Equation, proof: str | None, step: str | None) -> Text | None:
    """What in an equation does not agree, though it was found to state a step of a proof; None where all does."""
    if proof is None or step is None:
        return None
    left = skeleton(equation.left)
    sides = [side for side in map(skeleton, equation.sides) if side]
    if left is None:
        return None
    if any(map(_NOT_BRACKETS.search, equation.sides)):
        return Text(
            "Braces are not printed: as it stands the power is that of the last name alone.",
            ko="중괄호는 출력되지 않습니다. 이대로는 마지막 이름만 거듭제곱한 것입니다.",
        )
    if (said := _uphill(equation)) is not None or (said := _same_aim(equation, proof)) is not None:
        return said
    for side in sides:
        if (said := _of_another_mean(side)) is not None:
            return said
        if (said := _out_of_step(left, side, proof, step, _ARROW.search(equation.text) is not None)) is not None:
            return said
        if (said := _astray(left, side)) is not None:
            return said
    return None


_OF_THE_DISCRIMINATOR = re.compile(
    r"[_^]\s*\{?\s*(?:\(\s*)?(?:\\(?:text|mathrm)\s*\{\s*)?[dD](?:isc\w*)?\s*[)}]*\s*$|\\phi\s*$"
)
_VALUE_OF_A_GAME = re.compile(r"(?<![A-Za-z])V\s*(?:\\left)?\(\s*[^()]*[DG]")
_BOTH = re.compile(r"\s*\\?(?P<aim>min|max)(?![a-z])\s*_[^=]{1,20}?\\?(?P=aim)(?![a-z])\s*_")  # \min_G \min_D
_DOWN = re.compile(r"-\s*(?:\\[a-z]+|[a-zηα])(?:\s|\\,|\\cdot)*(?:\\nabla|\\[dt]?frac)")


def _uphill(equation: Equation) -> Text | None:
    """A step of a discriminator down the value that it is to make large."""
    if not _OF_THE_DISCRIMINATOR.search(equation.left.strip()):
        return None
    if not any(_VALUE_OF_A_GAME.search(side) and _DOWN.search(side) for side in equation.sides):
        return None
    return Text(
        "The discriminator makes that value large: its step goes up.", ko="판별자는 이 값을 크게 합니다. 더해야 합니다."
    )


def _same_aim(equation: Equation, proof: str) -> Text | None:
    """A game whose two players want the same: ``\\min_G \\min_D``."""
    if proof != "gan-objective" or _BOTH.match(equation.text) is None:
        return None
    return Text(
        "One of the two makes that value large, the other one small.", ko="둘 중 하나는 크게, 하나는 작게 합니다."
    )


def _of_another_mean(side: str) -> Text | None:
    """A mean that is taken away from what it is no mean of: ``x - bar.y``."""
    parts = side.split()
    letters = {found["letter"] for part in parts if (found := _NAME.fullmatch(part))}
    for value, sign, mean in zip(parts, parts[1:], parts[2:], strict=False):
        of, its = _NAME.fullmatch(value), _NAME.fullmatch(mean)
        if sign != "-" or of is None or its is None or not re.fullmatch(r"bar\.[a-z]", its["letter"]):
            continue
        letter = its["letter"].removeprefix("bar.")
        if re.fullmatch("[a-z]", of["letter"]) and of["letter"] != letter and letter not in letters:
            return Text(
                f"`{mean}` is no mean of `{value}`, from which it is taken away.",
                ko=f"`{mean}`는 `{value}`의 평균이 아닌데 뺐습니다.",
            )
    return None


# --- steps of time -----------------------------------------------------------------------------


def _timed(name: str) -> tuple[str, int] | None:
    """A name without the step that it belongs to, and how far behind t that is; None where it has none."""
    if (found := _NAME.fullmatch(name)) is None:
        return None
    for script in _SCRIPT.finditer(found["scripts"]):
        if (time := _TIME.fullmatch(script["script"])) is not None:
            kept = "".join(part for part in (time["first"], time["rest"]) if part)
            return f"{found['letter']}{found['scripts'].replace(script[0], '')}{kept}", int(time["step"] or 0)
    return None


def _out_of_step(left: str, side: str, proof: str, step: str, assigned: bool) -> Text | None:
    """What is taken of another step than the left side allows."""
    recurs = proof in _CELLS
    if (new := _timed(left)) is None or not (recurs or step in _CORRECTED or step.endswith("_next")):
        return None
    name, at = new
    name = name.lower() if recurs else name
    before = (at - 1, at) if assigned else (at - 1,)
    outer = _outermost(side)
    gates: set[int] = set()
    averages: set[int] = set()
    for part in side.split():
        if (timed := _timed(part)) is None:
            continue
        its, time = timed
        its = its.lower() if recurs else its
        letter = its[:1] if "." not in its else ""
        allowed: Sequence[int] = (at - 1, at)
        if step in _CORRECTED:
            allowed = (at,)
        elif its == name:
            allowed = before if recurs or part in outer else allowed
        elif recurs and letter not in _STATES:
            gates.add(time)
            allowed = (at, at - 1) if at == 1 else (at,)
        elif recurs and not step.startswith("h") and letter == "h":
            allowed = (at - 1,)
        elif proof in _TWO_STEPS:
            continue
        elif its.startswith("hat."):
            averages.add(time)
        if time not in allowed:
            return _of_another_step(part, left)
    if len(gates) > 1 or len(averages) > 1:
        return Text(
            "What is multiplied and added here is of different steps.", ko="서로 다른 단계의 값을 섞어 썼습니다."
        )
    return None


def _of_another_step(part: str, left: str) -> Text:
    return Text(
        f"`{part}` is of another step than `{left}` is made from.",
        ko=f"`{part}`는 `{left}`를 만드는 데 쓰는 단계의 값이 아닙니다.",
    )


def _outermost(side: str) -> set[str]:
    """The names outside of all brackets of a call: those that a gradient is taken at are not."""
    outer, depth, called = set(), 0, [False]
    before = ""
    for part in side.split():
        if part.endswith("("):
            called.append(called[-1] or (part == "(" and re.match("[A-Za-z]", before) is not None))
            depth += 1
        elif part.startswith(")") and len(called) > 1:
            called.pop()
            depth -= 1
        elif not called[-1] and not before.startswith(("nabla", "d")):
            outer.add(part)
        before = part
    return outer


# --- indices -----------------------------------------------------------------------------------


@frozen
class _Use:
    """A name with indices: which ones, those of the sums around it, and which part of the side it is."""

    name: str
    indices: frozenset[str]
    bound: tuple[str, ...]
    place: int

    @property
    def samples(self) -> frozenset[str]:
        """The indices above, which are those of samples."""
        return frozenset(_SAMPLE.findall(self.name))


def _astray(left: str, side: str) -> Text | None:
    """A name whose index is not the one that its sum, or the left side, has."""
    uses = list(_uses(side))
    named, sample = _indices_of(left), _SAMPLE.search(left)
    sums = [found["below"] or "" for part in side.split() if (found := _SUM.fullmatch(part))]
    said_below = {
        letter for below in sums for letter in re.findall(rf"(?<![a-z])[{_INDEX}](?![a-z])|(?<=neq)\w", below)
    }
    everywhere = {index for use in uses for index in use.indices if index not in use.bound}
    for use in uses:
        if not use.indices or use.name in _SIZES:
            continue
        foreign = use.indices - named
        if use.bound:
            bound = use.bound[-1]
            alone = not use.indices & {*use.bound} and foreign == use.indices and not foreign & said_below
            together = any(bound in each.indices and each.indices & foreign for each in uses)
            outside = any(not each.bound and each.indices & foreign for each in uses)
            if bound not in ("", _SOMETHING) and alone and not together and not outside:
                return Text(
                    f"The sum runs over {bound}, and `{use.name}` in it has the index {_shown(use.indices)}.",
                    ko=f"합의 첨자는 {bound}인데 그 안의 `{use.name}`에는 첨자 {_shown(use.indices)}가 붙었습니다.",
                )
        elif named and foreign & said_below and not use.indices & named:
            return Text(
                f"`{use.name}` stands outside the sum over {_shown(foreign)}.",
                ko=f"`{use.name}`는 {_shown(foreign)}에 대한 합 바깥에 있습니다.",
            )
        elif sample and use.samples - named - said_below:
            return Text(
                f"`{use.name}` is of the sample {_shown(use.samples)}, and the left side of {_shown(named)}.",
                ko=f"`{use.name}`는 {_shown(use.samples)}번째 표본인데 왼쪽은 {_shown(named)}번째 표본입니다.",
            )
        elif len(named) == 1 and foreign and not foreign & said_below and not named & everywhere:
            return Text(
                f"The left side has the index {_shown(named)}, and `{use.name}` has {_shown(use.indices)}.",
                ko=f"왼쪽의 첨자는 {_shown(named)}인데 `{use.name}`의 첨자는 {_shown(use.indices)}입니다.",
            )
    for first, second in itertools.pairwise(uses):
        adjacent = second.place == first.place + 1 and first.bound == second.bound == ("",)
        two = len(first.indices) == len(second.indices) == 1 and first.indices != second.indices
        if adjacent and two and not (first.indices | second.indices) & named:
            return Text(
                f"`{first.name}` and `{second.name}` are multiplied, and have different indices.",
                ko=f"곱하는 `{first.name}`와 `{second.name}`의 첨자가 서로 다릅니다.",
            )
    return None


def _shown(indices: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(indices))


def _indices_of(text: str) -> frozenset[str]:
    """The indices in a text, and the letters that stand for one alone: of ``P ( y = k )`` it is k."""
    named = {part for part in text.split() if part in _INDEX}
    return frozenset(named.union(*(_places(part) for part in text.split())))


def _places(part: str) -> frozenset[str]:
    found: set[str] = set()
    for script in re.finditer(r"(?P<mark>[_^])\{(?P<script>[^{}\s]*)\}", part):
        if _PLACES.fullmatch(script["script"]) and (script["mark"] == "_" or script["script"] in "ij"):
            found |= set(script["script"]) & set(_INDEX)
    return frozenset(found)


def _uses(side: str) -> Iterator[_Use]:
    scopes: list[list[str]] = [[]]
    for place, part in enumerate(side.split()):
        if (found := _SUM.fullmatch(part)) is not None:
            bound = _BOUND.fullmatch(found["below"] or "")
            unread = _SOMETHING if found["below"] else ""
            scopes[-1] = [*scopes[-1], bound["index"] if bound else unread]
        elif part.endswith("("):
            scopes.append(scopes[-1])
        elif part.startswith(")") and len(scopes) > 1:
            scopes.pop()
        elif part == ";" and len(scopes) > 1:
            scopes[-1] = scopes[-2]
        elif (name := _NAME.fullmatch(part)) is not None:
            yield _Use(part, _places(name["scripts"]), tuple(scopes[-1]), place)
