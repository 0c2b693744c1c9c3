r"""Steps of optimisers as courses write them, in the letters of the proofs: ``vdW = beta1*vdW + (1 - beta1)*dW``.

What is called after a weight tells what it is: ``dW``, ``\partial L/\partial W`` and ``\nabla_W L`` are its gradient,
``vdW`` and ``S_{dW}`` what was gathered of its gradients. Named so, an equation is held against the proofs of the
optimisers. It is only ever called right when it is read so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quizprep.notes.equations import PARTIAL, Equation
from quizprep.notes.usual import Reading
from quizprep.text import Text

LONGEST = 200  # characters of an equation that is looked at

_BETWEEN = "\ue011"
_FONT = re.compile(r"\\(?:mathbf|boldsymbol|bm|mathrm|textbf|textit|text|mathit|textrm|vec|mathcal)\*?\s*\{([^{}]*)\}")
_WEIGHT = r"(?:\\[tT]heta|θ|theta|params?|parameters|weights?|bias|[WwBbXx])"
_OF_A_LAYER = (
    r"(?:\s*(?:\^?\s*\{?\s*[\[(]\s*\w\s*[\])]\s*\}?|_\s*\{\s*[a-zA-Z0-9]\s*\}|_\s*(?!t)\w(?!\w)|(?<=[WwBb])\d(?!\w)))?"
)
_LOSS = (
    r"(?:\\mathcal\s*)?(?:[JLCEfl]|\\ell|Loss|loss)(?:\s*[\^_]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w))*"
    r"(?:\s*\((?:[^()]|\([^()]*\))*\))?"
)
_SLOPE = re.compile(  # the gradient of a loss, in every way that it is written
    rf"\\[dt]?frac\s*\{{\s*{PARTIAL}\s*\{{?\s*{_LOSS}\s*\}}?\s*\}}\s*\{{\s*{PARTIAL}\s*\{{?\s*(?P<below>{_WEIGHT}{_OF_A_LAYER})\s*\}}?\s*\}}"
    rf"|(?:{PARTIAL}\s*{_LOSS}|\bd\(\s*{_LOSS})\s*/\s*{PARTIAL}\s*\(?(?P<behind>{_WEIGHT}{_OF_A_LAYER})\)?"
    rf"|\\nabla\s*_\s*\{{?\s*(?P<nabla>{_WEIGHT}{_OF_A_LAYER})\s*\}}?\s*(?:{_LOSS})?"
    rf"|(?<![A-Za-z\\])(?P<said>{_WEIGHT}{_OF_A_LAYER})_(?:gradients?|grads?)\b|\b(?:gradients?|grads?)_(?P<said_of>{_WEIGHT}{_OF_A_LAYER})"
)
_CORRECTED = r"(?P<corrected>\s*[\^_]\s*\{?\s*_?(?:corr(?:ected)?|hat|bc)\s*\}?)?"
_GATHERED = re.compile(
    rf"(?<![A-Za-z\\])(?P<letter>[VvMmSs])(?:\s*_?\s*\{{\s*|_)?d\s*(?P<of>{_WEIGHT}{_OF_A_LAYER})(?:\s*\}})?{_CORRECTED}(?![A-Za-z])"
)
_CALLED = re.compile(r"(?<![A-Za-z_])(?:cache|velocity)(?![A-Za-z_])")
_DIFFERENTIAL = re.compile(rf"(?<![A-Za-z\\])d\s*(?P<of>{_WEIGHT}{_OF_A_LAYER})(?![A-Za-z])")
_RATE = re.compile(
    r"\\(?:eta|alpha|epsilon|gamma|lambda)(?![A-Za-z])|(?<![A-Za-z])(?:learning_rate|lr|alpha|eta|step_size)(?![A-Za-z])|η|α"
)
_DECAY = re.compile(
    r"(?:\\(?:beta|gamma|mu|rho|alpha|nu)(?![A-Za-z])|(?<![A-Za-z])(?:beta|gamma|mu|rho|alpha|momentum|decay_rate|decay)(?![A-Za-z_])|β|ρ|γ|μ)"
    r"\s*(?:_\s*\{?\s*)?(?P<number>[12](?!\d))?(?:\s*\})?"
)
_NO_SMALL = Text(
    "Without the small constant that keeps the root from zero.", ko="0으로 나누지 않게 하는 작은 상수를 뺀 식입니다."
)
_SMALL = re.compile(r"\\(?:var)?epsilon(?![A-Za-z])|(?<![A-Za-z])(?:epsilon|eps)(?![A-Za-z])|ε|ϵ")


def of_an_optimiser(equation: Equation) -> Iterator[Reading]:
    """An equation as a step of an optimiser, in the letters of its proof.

    Nothing where it is of two weights or layers, or where two decays stand in one average.
    """
    if equation.loose or len(equation.text) > LONGEST or len(equation.sides) != 1:
        return
    text = _BETWEEN.join((equation.left.strip(), equation.sides[0]))
    for _ in range(2):
        text = _FONT.sub(r" \1 ", text)
    text = re.sub(r"\\(?:mathbf|boldsymbol|bm)\s+(?=[A-Za-z](?![A-Za-z]))", "", text)
    text = re.sub(r"\\(?:left|right|,|;|!|:|quad)(?![A-Za-z])|\\ |~|\\(?=_)", " ", text)
    weights: set[str] = set()

    def gradient(found: re.Match[str]) -> str:
        weights.add(_bare(next(each for each in found.groups() if each)))
        return " g "

    def gathered(found: re.Match[str]) -> str:
        weights.add(_bare(found["of"]))
        letter = "a" if found["letter"] in "VvMm" else "s"
        return f" {letter}_{{hat}} " if found["corrected"] else f" {letter} "

    text = _GATHERED.sub(gathered, _SLOPE.sub(gradient, text))
    text = _DIFFERENTIAL.sub(gradient, _CALLED.sub(lambda found: " s " if found[0] == "cache" else " a ", text))
    if len(weights) != 1:
        return
    (weight,) = weights
    text = re.sub(
        rf"(?<![A-Za-z\\_])({_WEIGHT}{_OF_A_LAYER})(?![A-Za-z])",
        lambda found: " w " if _bare(found[1]) == weight else found[0],
        text,
    )
    left, right = text.split(_BETWEEN)
    for proof, step, written in _steps(left.strip(), right):
        said = _NO_SMALL if "epsilon" in written and not _SMALL.search(right) else None
        yield Reading(proof, step, replace(equation, left=step, sides=(written,), relation="="), said)


def _bare(weight: str) -> str:
    return re.sub(r"[\s{}^_]", "", weight)


def _steps(left: str, right: str) -> Iterator[tuple[str, str, str]]:
    """The steps that a text in ``w``, ``g``, ``a`` and ``s`` may be, with what it says in the letters of the proof."""
    gathers, squares = re.search(r"(?<![A-Za-z])a(?![A-Za-z])", right), re.search(r"(?<![A-Za-z])s(?![A-Za-z])", right)
    if left == "w":
        right = _SMALL.sub(" epsilon ", right)
        right = _RATE.sub(" eta ", right)
        if gathers and squares:
            yield "adam-step", "w_next", _named(_with_small(right), a="m_hat", s="v_hat")
        elif gathers:
            yield "momentum-step", "w_next", _named(right, a="a_next")
        elif squares:
            for proof in ("rmsprop-step", "adagrad-step"):
                yield proof, "w_next", _named(_with_small(right), s="s_next")
        else:
            yield "gradient-descent-step", "w_next", right
        return
    decays = {found["number"] or "" for found in _DECAY.finditer(right)}
    names = {re.sub(r"[\s{}_\\]", "", found[0]) for found in _DECAY.finditer(right)}
    if len(names) > 1:
        return
    if left in ("a", "a_{hat}") and gathers and "2" not in decays:
        if re.search(r"\^\s*\{?\s*t|\*\*\s*t", right):
            yield "adam-step", "m_hat", _named(_DECAY.sub(" beta_1 ", right), a="m_next")
        else:
            yield "adam-step", "m_next", _named(_DECAY.sub(" beta_1 ", right), a="m")
            yield "momentum-step", "a_next", _DECAY.sub(" beta ", right)
    if left in ("s", "s_{hat}") and squares and "1" not in decays:
        if re.search(r"\^\s*\{?\s*t|\*\*\s*t", right):
            yield "adam-step", "v_hat", _named(_DECAY.sub(" beta_2 ", right), s="v_next")
        else:
            yield "rmsprop-step", "s_next", _DECAY.sub(" rho ", right)
            yield "adagrad-step", "s_next", right


def _named(text: str, **names: str) -> str:
    for letter, name in names.items():
        text = re.sub(rf"(?<![A-Za-z\\]){letter}(?:_\{{hat\}})?(?![A-Za-z_])", f" {name} ", text)
    return text


def _with_small(text: str) -> str:
    """With the small constant that keeps a root from zero, where a text leaves it out: √s alone below the line."""
    if "epsilon" in text:
        return text
    root = r"(?:\\sqrt\s*\{\s*s(?:_\{hat\})?\s*\}|sqrt\s*\(\s*s(?:_\{hat\})?\s*\)|√\s*s)"
    return re.sub(root, lambda found: f" ({found[0]} + epsilon) ", text)
