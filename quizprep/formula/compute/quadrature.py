"""Integrals and roots of functions of one real number, over plain numbers and over arrays of many samples.

Integrals by the adaptive rule of Gauss and Kronrod with 7 and 15 nodes: R. Piessens and others, *QUADPACK*, Springer
1983, whose estimate of the error this is. An end that is infinite, or where the function is, is drawn in by a
substitution. Nothing poorer than ``PRECISION`` is ever given: what cannot be computed so well is refused.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

from quizprep.errors import TooMuchWorkError
from quizprep.formula.tree import Call, Node, Piecewise, walk
from quizprep.text import Text

PRECISION = 1e-13  # the estimated error of an integral, relative to that of the absolute value
PANELS = 10  # into which the range is divided at first: what is narrower than a node in 150 may be overlooked
MAX_PANELS = 400
SPLITS = (0.5, 0.39, 0.57, 0.43, 0.63, 0.36, 0.53, 0.46)  # of a panel in two, by how many partitions were tried before
STEPS = 63  # of a range in which a root is looked for: none at its middle, where roots like to lie
HALVINGS = 64

UNEVEN = frozenset(
    "abs argmax argmin atan2 ceil clip elu floor heaviside leaky_relu max median min mod norm relu round selu sign "
    "softsign trunc".split()
)  # functions that jump, or turn at once

# fmt: off
NODES = (
    0.991455371120812639206854697526329, 0.949107912342758524526189684047851, 0.864864423359769072789712788640926,
    0.741531185599394439863864773280788, 0.586087235467691130294144691693331, 0.405845151377397166906606412076961,
    0.207784955007898467600689403773245, 0.0,
)
KRONROD = (
    0.022935322010529224963732008058970, 0.063092092629978553290700663189204, 0.104790010322250183839876322541518,
    0.140653259715525918745189590510238, 0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
    0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
)
GAUSS = (
    0.0, 0.129484966168869693270611432679082, 0.0, 0.279705391489276667901467771423780,
    0.0, 0.381830050505118944950369775488975, 0.0, 0.417959183673469387755102040816327,
)
# fmt: on
ALL_NODES = (*(-node for node in NODES[:-1]), *reversed(NODES))
ALL_KRONROD = (*KRONROD[:-1], *reversed(KRONROD))
ALL_GAUSS = (*GAUSS[:-1], *reversed(GAUSS))


def is_uneven(body: Node) -> bool:
    """Whether a formula may jump, or turn at once, at some place."""
    parts = walk(body)
    return any(isinstance(part, Piecewise) or (isinstance(part, Call) and part.function in UNEVEN) for part in parts)


def poor() -> TooMuchWorkError:
    """What is said of an integral that cannot be computed to ``PRECISION``."""
    return TooMuchWorkError(
        Text(
            "This integral cannot be computed accurately enough: it may be infinite, the function may have no value "
            "somewhere, or be too uneven.",
            ko="이 적분은 충분히 정확하게 계산할 수 없습니다. 값이 무한하거나, 함수에 값이 없는 곳이 있거나, 너무 "
            "고르지 않을 수 있습니다.",
        )
    )


def no_single_root() -> TooMuchWorkError:
    """What is said where not exactly one root is found."""
    return TooMuchWorkError(
        Text(
            "The function does not cross 0 exactly once between these bounds: choose others.",
            ko="이 구간에서 함수가 0을 꼭 한 번 지나지 않습니다. 구간을 바꾸세요.",
        )
    )


def drawn_in(place: Any, low: Any, high: Any, start: float, end: float) -> tuple[Any, Any]:
    """Where a place from 0 to 1 lies between the bounds, and how fast that moves. Both ends are approached slowly.

    ``start`` and ``end`` tell whether the bounds are infinite; places and bounds may be arrays.
    """
    part, speed = place * place * (3 - 2 * place), 6 * place * (1 - place)
    rest = (1 - place) * (1 - place) * (1 + 2 * place)  # 1 − part, without cancellation
    if math.isinf(start) and math.isinf(end):
        side = 1 if end > start else -1
        whole = part - rest
        within = 4 * part * rest  # 1 − whole²
        return side * whole / within, side * speed * 2 * (1 + whole * whole) / (within * within)
    if math.isinf(end):
        side = 1 if end > 0 else -1
        return low + side * part / rest, side * speed / (rest * rest)
    if math.isinf(start):
        side = 1 if start > 0 else -1
        return high + side * rest / part, -side * speed / (part * part)
    return low + (high - low) * part, (high - low) * speed


def integral(function: Callable[[float], float], low: float, high: float, *, uneven: bool = False) -> float:
    """The integral of a function, which may be ``uneven``. Raises TooMuchWorkError where it cannot be computed well.

    So it is where the function has no value: float64 may have none of it although it exists, inf/inf of large numbers.
    No node lies at the very end of a panel, so that a jump or a bend there is not seen: the integral is computed again,
    with panels that have these ends in their middles, until two such partitions agree.
    """
    if math.isnan(low) or math.isnan(high):
        raise poor()

    def panel(first: float, last: float) -> tuple[float, float, float, float, float]:
        half, middle = (last - first) / 2, (first + last) / 2
        values = []
        for node in ALL_NODES:
            x, speed = drawn_in(middle + half * node, low, high, low, high)
            values.append(function(x) * speed)
        if not all(map(math.isfinite, values)):
            raise poor()
        fine = sum(weight * value for weight, value in zip(ALL_KRONROD, values, strict=True))
        rough = sum(weight * value for weight, value in zip(ALL_GAUSS, values, strict=True))
        size = sum(weight * abs(value) for weight, value in zip(ALL_KRONROD, values, strict=True))
        spread = sum(weight * abs(value - fine / 2) for weight, value in zip(ALL_KRONROD, values, strict=True))
        error = spread * min(1.0, (200 * abs(fine - rough) / spread) ** 1.5) if spread else 0.0
        return first, last, half * fine, half * size, half * error

    panels = [panel(place / PANELS, (place + 1) / PANELS) for place in range(PANELS)]
    found: list[float] = []
    while True:
        size, error = (math.fsum(each[part] for each in panels) for part in (3, 4))
        if not size and (math.isinf(low) or math.isinf(high)):
            raise poor()  # nothing was seen of it
        if error <= PRECISION * size:
            found.append(math.fsum(each[2] for each in panels))
            if not uneven or (len(found) > 1 and abs(found[-1] - found[-2]) <= 4 * PRECISION * size):
                return found[-1]
            if len(found) == len(SPLITS):
                raise poor()
            middles = sorted((each[0] + each[1]) / 2 for each in panels)
            panels = [panel(*ends) for ends in itertools.pairwise([0.0, *middles, 1.0])]
            continue
        if len(panels) >= MAX_PANELS or not math.isfinite(size):
            raise poor()
        limit = PRECISION * size / (2 * len(panels))
        panels = [half for each in panels for half in (_split(panel, each, len(found)) if each[4] > limit else [each])]


def _split(panel: Callable[[float, float], Any], each: tuple[float, ...], partition: int) -> list[Any]:
    """A panel in two; in each partition elsewhere, lest the ends come to lie where they were."""
    middle = each[0] + (each[1] - each[0]) * SPLITS[partition]
    return [panel(each[0], middle), panel(middle, each[1])]


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function crosses 0 between two bounds, by halving.

    Raises TooMuchWorkError where it does not cross 0 exactly once, as far as ``STEPS`` steps show.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise no_single_root()
    places = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    values = [function(place) for place in places]
    if any(map(math.isnan, values)):
        raise no_single_root()
    zeros = [place for place, value in zip(places, values, strict=True) if value == 0]
    crossed = [step for step in range(STEPS) if values[step] * values[step + 1] < 0]
    if len(zeros) + len(crossed) != 1:
        raise no_single_root()
    if zeros:
        return zeros[0]
    first, last = places[crossed[0]], places[crossed[0] + 1]
    rising = values[crossed[0]] < 0
    for _ in range(HALVINGS):
        middle = (first + last) / 2
        if (function(middle) < 0) == rising:
            first = middle
        else:
            last = middle
    found = (first + last) / 2
    if not abs(function(found)) <= max(abs(values[crossed[0]]), abs(values[crossed[0] + 1])):
        raise no_single_root()  # a pole
    return found
