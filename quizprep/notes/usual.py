r"""How many texts write what the proofs write otherwise: ``h_\theta(x^{(i)})`` for a prediction, ``\mathbf{H}_t``.

A formula is only ever called right when it is read so: such a reading loses a part of what is written.
"""

from __future__ import annotations

import re
from dataclasses import replace

from quizprep.notes.equations import Equation

_BETWEEN = "\ue010"
_SAMPLE = re.compile(r"\^\s*(?:\{\((\w)\)\}|\{\[(\w)\]\}|\((\w)\))")  # y^{(i)}, the i-th sample
_PREDICTION = re.compile(
    r"(?:(?<![A-Za-z\\])[hf]_(?:\{\s*(?:\\theta|\\mathbf\{w\}|w|W)(?:\s*,\s*b)?\s*\}|\\theta|w|W)|\\hat\s*\{?[fy]\}?)"
    r"\s*\(\s*(?:\\mathbf\{x\}|\\mathbf x|\\boldsymbol\{x\}|x)(?P<index>_\{?\w\}?)?\s*\)"
)
_DOUBLE_INDEX = re.compile(r"_\{[a-z]_\{?([a-z])\}?\}")  # σ_{z_i}
_EXTREME = re.compile(
    r"(?<![A-Za-z\\])(?P<of>[xXz])_(?:\{\s*(?:\\text\s*\{|\\mathrm\s*\{)\s*(?P<first>min|max)\s*\}\s*\}|\{\s*\\?(?P<second>min|max)\s*\})"
)
_PROBABILITY_OF_ONE = re.compile(r"(?<![A-Za-z\\])(?P<name>[pqPQ])\(\s*x_\{?(?P<index>[a-z])\}?\s*\)")
_OVER_A_SET = re.compile(r"_\{\s*(?P<name>[a-z])\s*\\in\s*\\?\w+\s*\}(?P<rest>[^\ue010]*)")  # \sum_{x \in X} p(x_i)
_MATRIX = re.compile(  # of a batch
    r"\\(?:mathbf|boldsymbol|bm)\s*\{\s*(?:(?P<accent>\\tilde)\s*\{?\s*(?P<under>[A-Z])\}?|(?P<letter>[A-Z]))\s*\}"
)
_STATE = re.compile(r"_\{?t\s*-\s*1\}?")
_STEP_OF_I = re.compile(r"_\{\s*i\s*-\s*1\s*\}")


def usual(equation: Equation) -> Equation:
    """An equation with the letters that the proofs use."""
    left, *sides = _usual(_BETWEEN.join((equation.left, *equation.sides))).split(_BETWEEN)
    if (
        equation.relation == "="
        and re.fullmatch(r"[a-z]", left)
        and re.search(rf"(?<![A-Za-z\\]){left}(?![A-Za-z])", sides[0])
    ):
        left += "'"  # x = (x - min x)/(max x - min x): another x
    return replace(equation, left=left, sides=tuple(sides))


def _usual(text: str) -> str:
    text = text.replace("\\acute", "\\hat")
    text = _SAMPLE.sub(lambda found: f"_{found[1] or found[2] or found[3]}", text)
    text = _PREDICTION.sub(lambda found: f" \\hat y{found['index'] or ''} ", text)
    text = _DOUBLE_INDEX.sub(r"_{\1}", text)
    text = _EXTREME.sub(lambda found: f"\\{found['first'] or found['second']}({found['of']})", text)
    text = _PROBABILITY_OF_ONE.sub(r"\g<name>_\g<index>", _OVER_A_SET.sub(_indexed, text))
    if _STEP_OF_I.search(text) and not re.search(r"\\(?:sum|prod)|\d_\{?i", text):  # c_{i-1}: a step in time
        text = re.sub(r"_(?:\{\s*i\s*\}|i(?![A-Za-z]))", "_t", _STEP_OF_I.sub("_{t-1}", text))
    if _STATE.search(text):
        text = _MATRIX.sub(
            lambda found: f" {found['accent'] or ''} {(found['under'] or found['letter']).lower()}", text
        )
    return text


def _indexed(found: re.Match[str]) -> str:
    name, rest = found["name"], found["rest"]
    return f"_{{i}}{rest}" if re.search(rf"\({name}_\{{?i\}}?\)", rest) else found[0]
