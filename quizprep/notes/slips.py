r"""Slips of the pen that no text makes on purpose, each with what was meant: ``(W - F + 2P)/(S + 1)``.

That a formula has such a shape says nothing. Where what was meant is right, by its name or below its heading, and what
is written is not, it is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quizprep.frozen import frozen
from quizprep.notes.equations import Equation, bracket_depths
from quizprep.text import Text

_OF_A_SIGMOID = re.compile(
    r"\W*(?:(?:text|mathrm|operatorname)\s*\{\s*)?(?:sigma|σ|[sS]igmoid|[lL]ogistic)\s*\}?\s*(?:\\left)?\s*\("
)
_MINUS_POWER = re.compile(
    r"(?P<begun>\s*(?:\\[dt]?frac\s*\{\s*1\s*\}\s*\{|1\s*/\s*\()\s*1)\s*-\s*"
    r"(?P<rest>(?:\\?exp|e\s*\^)\s*(?:\\left)?\s*[({]\s*-.*)",
    re.DOTALL,
)
_FRACTION = re.compile(
    r"\\[dt]?frac\s*\{(?P<above>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\s*\{(?P<below>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
)
_AND_ONE = re.compile(r"(?P<below>.*\S)\s*\+\s*1\s*")
_UNWRAPPED = re.compile(r"^\s*\((?P<of>[^()]*)\)\s*$")
_SLASH_AND_ONE = re.compile(r"(?P<above>[(\[][^()\[\]=]*[)\]])\s*/\s*\(\s*(?P<below>[^()=]*[^()=\s])\s*\+\s*1\s*\)")
_ROOT = re.compile(
    r"\\sqrt\s*\{\s*(?P<inside>\\[dt]?frac\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})\s*\}"
)
_GATHERED = re.compile(
    r"\s*(?P<decay>\\(?:gamma|rho|beta|alpha)(?:_\{?2\}?)?|γ|ρ|β|0?\.9\d*)(?:\s|\\cdot|\\,|\*)*(?P<old>[^+]+?)\s*\+\s*(?P<new>[^+-]+)"
)
_AVERAGED = re.compile(
    r"\s*(?P<before>\\(?:gamma|rho|beta|alpha)(?:_\{?2\}?)?[^+()]*\+\s*\(\s*1\s*-[^()]*\)(?:\s|\\cdot|\\times|\\,|\*)*)"
    r"(?P<new>(?:g|\\nabla)(?![A-Za-z]).*)"
)
_OTHER_AVERAGES = re.compile(r"momentum|adam|모멘텀|아담", re.IGNORECASE)
_AN_OPTIMISER = re.compile(
    r"rms\s*-?prop|root mean square|momentum|adam|adagrad|adadelta|nesterov|모멘텀|아담", re.IGNORECASE
)
_OF_SQUARES = re.compile(r"\W*[vVsSrRG](?:_\{?t\}?)?\W*$")
_SQUARED = re.compile(r"\^\s*\{?\s*2|\\(?:odot|otimes|circ)(?![A-Za-z])|[⊙⊗∘]|²|\*\*\s*2")
_BIAS_BEHIND = re.compile(
    r"^(?P<call>.*)(?P<close>(?:\\right|\\[bB]igg?r?)?\s*[)\]])\s*\+\s*"
    r"(?P<bias>(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?\{?b\}?(?:_(?:\{[^{}]*\}|\w)|\^\{[^{}]*\})*)\s*$",
    re.DOTALL,
)
_CALL = re.compile(
    r"\s*(?:\\(?:text|mathrm|operatorname)\s*\{\s*)?(?:\\?(?:sigma|tanh|sigmoid|relu|ReLU|phi)|σ|[gf])\s*\}?\s*"
    r"(?:_\w|_\{[^{}]*\})?\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[]"
)
_GINI = re.compile(r"\W*(?:(?:text|mathrm|operatorname)\s*\{\s*)?(?:Gini|GINI|gini)(?![a-z])")
_ONE_MINUS_ALL = re.compile(
    r"\s*1\s*-\s*(?P<sum>\\sum\s*(?:_\s*(?:\{[^{}]*\}|\w)|\^\s*(?:\{[^{}]*\}|\w))+)\s*(?P<shares>[^+]+)"
)
_SUM_SIGN = re.compile(r"\\sum\s*(?:_\s*(?:\{[^{}]*\}|\w)|\^\s*(?:\{[^{}]*\}|\w))*")
_BARRED = re.compile(r"\s*\\(?:bar|overline)\s*(?:\{\s*(?P<braced>[a-zA-Z])\s*\}|(?P<bare>[a-zA-Z]))\s*")
_SUM_OF_ALL = re.compile(
    r"\s*\\sum(?:\\limits)?\s*_\s*\{\s*(?P<index>[a-z])\s*=\s*1\s*\}\s*\^\s*\{?\s*(?P<end>[A-Za-z])\s*\}?\s*"
    r"(?P<of>[a-zA-Z])\s*_\s*\{?\s*(?P=index)\s*\}?\s*"
)
_ONE_OF_SEVERAL = re.compile(
    r"\s*(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?\s*(?P<letter>[wWUVb]|\\theta)\s*\}?\s*_\s*\{?\s*(?P<index>[A-Zabd-hj-su-z]|[1-9])\s*\}?\s*"
)
_ALONG = re.compile(
    r"\s*(?P<old>[^-+=]+?)\s*-\s*(?:\\(?:eta|alpha|gamma|epsilon)|η|α)(?:\s|\\cdot|\\,|\*)*"
    r"\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*(?:\\mathcal\s*)?\{?\s*[A-Z]\s*\}?\s*(?:\([^()]*\))?\s*\}\s*"
    r"\{\s*(?:\\partial|d)\s*(?P<by>[^{}]+(?:\{[^{}]*\}[^{}]*)*)\}\s*"
)
_OF_A_STEP = re.compile(r"_\s*\{?\s*\(?\s*t(?![A-Za-z])")
_STEP_BY_A_LOSS = re.compile(
    r"(?P<old>(?:\\(?:theta|mathbf|boldsymbol|bm)|[A-Za-z])(?:\{[^{}]*\})?(?:\s*[_^]\s*(?:\{[^{}]*\}|\w))*)\s*-\s*"
    r"(?P<rate>\\(?:eta|alpha|epsilon|gamma)(?:_\{?\w\}?)?)\s*(?:\\cdot|\\times|\\,|\*)?\s*\{?\s*"
    r"(?P<loss>(?:\\(?:mathcal|mathrm)\s*\{?\s*)?(?:[JLC]|\\ell|l|[lL]oss|[cC]ost)(?![A-Za-z])\s*\}?(?:_\{?\w+\}?)?"
    r"\s*(?:\\left)?\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|[lL]oss|[cC]ost|[JL]|\\mathcal\s*\{?\s*[JL]\s*\}?)\s*\}?"
)
_NEXT_WEIGHTS = re.compile(
    r"\s*(?P<name>(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?\s*(?:\\theta|[wW])\s*\}?)\s*_\s*\{\s*t\s*\+\s*1\s*\}\s*"
)
_STEP_ALONE = re.compile(
    r"\s*-?\s*(?P<step>\\(?:eta|alpha|epsilon|gamma)(?:_\{?t\}?)?\s*(?:\\cdot|\\,)?\s*"
    r"(?:\\nabla(?![A-Za-z])|\\frac\s*\{\s*\\partial)[^+\-=]*)"
)
_DESCENDS = re.compile(r"descent|\bsgd\b|optimi[sz]|하강|최적화|下降|优化", re.IGNORECASE)
_STEP_OF_A_NAME = re.compile(
    r"[_^]\s*(?:\{\s*\(?\s*[tkn]\s*(?:[+-]\s*1)?\s*\)?\s*\}|[tkn](?!\w))|_\{?(?:new|old|next)\}?"
)
_INDEX_ABOVE = re.compile(r"\\beta\s*\^\s*\{\s*t\s*_\s*\{?\s*(?P<index>[12])\s*\}?\s*\}")
_OF_PADDING = re.compile(
    r"(?P<sign>[+-])\s*2\s*(?:\\cdot|\\times|\\,|\*)?\s*(?:[pP](?:_(?:\{[^{}]*\}|\w))?|\\text\{[Pp]adding\})(?![A-Za-z])"
)
_STEPS = re.compile(r"steps|strides|moves|이동", re.IGNORECASE)  # of a kernel: one less than its positions
_ADDED_ONE = re.compile(r"(?P<sign>[+-])\s*1(?![\d.])")
_KERNEL_ADDED = re.compile(r"(?P<sign>\+)\s*(?:[kKfF](?:_(?:\{[^{}]*\}|\w))?)(?![A-Za-z])")
_AN_ENTROPY = re.compile(  # of one distribution: H(X), and no H(p, q)
    r"\W*(?:(?:text|mathrm|operatorname|mathbf|mathcal)\s*\{\s*)?(?:H|Entropy|entropy|Ent)\s*\}?\s*"
    r"(?:_\s*(?:\{[^{}]*\}|\w))?\s*(?:(?:\\left)?[(\[][^(),|]*[)\]])?\s*"
)
_UNWEIGHTED = re.compile(
    r"(?P<sum>\s*-\s*\\sum(?:\\limits)?\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w)(?:\s*\^\s*(?:\{[^{}]*\}|\w))?)\s*"
    r"(?P<log>\\?(?:log|ln)(?:_\{?\w+\}?)?)(?:\\[ ,]|\s)*"
    r"(?P<share>[pP]\s*(?:_\s*(?:\{\w\}|\w)|\(\s*\w(?:_\{?\w\}?)?\s*\)))\s*"
)
_A_SUM_OF_LOGARITHMS = re.compile(r"\s*(?:\\displaystyle\s*)?(?:\\sum|∑|Σ)(?![^+]*\s-)[^+]*\\?(?:log|ln)")
_COUNT = r"\s*\{{?\s*(?P<{0}>[TF][PN])\s*\}}?\s*"
_SHARE_OF_COUNTS = re.compile(  # TP/(TN + FP)
    rf"\s*(?:\\[dt]?frac\s*\{{{_COUNT.format('above')}\}}\s*\{{\s*\(?|[ (]*{_COUNT.format('over')}[ )]*/\s*\()"
    rf"{_COUNT.format('first')}\+{_COUNT.format('second')}[\s)}}]*"
)
_SPEAKS_OF_ENTROPY = re.compile(r"entropy|엔트로피|熵|энтроп", re.IGNORECASE)
_TURNED = re.compile(r"negative|minus|negentropy|maximi[sz]|relative|음의|负", re.IGNORECASE)
_AVERAGES_SQUARES = re.compile(r"rms\s*-?prop|root mean square", re.IGNORECASE)

_PERPLEXITY = re.compile(r"\W*(?:(?:text|mathrm|operatorname)\s*\{\s*)?(?:perplexity|PPL?)(?![a-z])", re.IGNORECASE)
_POSITIVE_ROOT = re.compile(
    r"(?<=\))\s*\^\s*\{\s*(?:\\[dt]?frac\s*\{\s*1\s*\}\s*\{\s*(?P<first>\w)\s*\}|1\s*/\s*(?P<second>\w))\s*\}\s*$"
)
_ROOT_OF_ALL = re.compile(r"\s*\\sqrt\s*\[\s*(?P<degree>\w)\s*\]\s*\{\s*(?P<of>P\s*\([^()]*\))\s*\}\s*")
_BY_THE_ROOT = re.compile(
    r"\s*(?P<product>(?:\\\w+\s*\{\s*)?[qQ](?![A-Za-z])[^+\-/=]*[kK](?![A-Za-z])[^+\-/=]*?)(?:\\cdot|\\times|\*|·|×|\s|\\,)*"
    r"(?P<root>\\sqrt\s*(?:\{[^{}]*(?:\{[^{}]*\})?\s*\}|\w)|√\w+)\s*"
)
_TAKEN_AWAY = re.compile(r"-\s*(?P<first>[^()+\-=\s][^()+\-=]*?)\s*\+\s*(?P<second>[^()+\-=]*[^()+\-=\s])\s*(?=\))")


@frozen
class Slip:
    """What was meant, and what is wrong in what is written."""

    meant: Equation
    said: Text


def slips(equation: Equation) -> Iterator[Slip]:
    """The slips that a formula may hold, of which there are few."""
    if len(equation.sides) != 1 or equation.approximate:
        return
    (side,) = equation.sides
    for meant, said in (
        *_minus_in_a_sigmoid(equation, side),
        *_one_below(side),
        *_turned_in_a_root(side),
        *_no_average(equation, side),
        *_not_squared(equation, side),
        *_bias_behind(equation, side),
        *_shares_not_squared(equation, side),
        *_no_mean(equation, side),
        *_by_another(equation, side),
        *_no_gradient(equation, side),
        *_from_nowhere(equation, side),
        *_index_at_the_power(side),
        *_positions_of_a_kernel(equation, side),
        *_not_inverse(equation, side),
        *_no_entropy(equation, side),
        *_not_among(side),
        *_times_the_root(side),
    ):
        yield Slip(replace(equation, sides=(meant,)), said)


def without_brackets(equation: Equation) -> Iterator[Slip]:
    """A sum of which only the first term is taken away: ``y - ax + b`` for ``y - (ax + b)``."""
    if len(equation.sides) != 1 or equation.approximate:
        return
    (side,) = equation.sides
    for found in _TAKEN_AWAY.finditer(side):
        taken = f"- ({found['first']} + {found['second']})"
        said = Text(
            f"Brackets are missing: `{found[0].strip()}` should be `{taken}`.",
            ko=f"괄호가 빠졌습니다. `{found[0].strip()}`가 아니라 `{taken}`입니다.",
        )
        yield Slip(replace(equation, sides=(f"{side[: found.start()]}{taken}{side[found.end() :]}",)), said)


def _minus_in_a_sigmoid(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """``1/(1 - e^{-z})`` for the sigmoid, which a formula of that name alone can be meant as."""
    if _OF_A_SIGMOID.match(equation.left) and (found := _MINUS_POWER.fullmatch(side)) is not None:
        said = Text(
            "Below the line e^(−z) is added to 1: with a minus it would leave the range from 0 to 1.",
            ko="분모에서는 1에 e^(−z)를 더합니다. 빼면 0과 1 사이를 벗어납니다.",
        )
        yield f"{found['begun']} + {found['rest']}", said


def _one_below(side: str) -> Iterator[tuple[str, Text]]:
    """``n/(s + 1)`` for ``n/s + 1``."""
    said = Text("The 1 is added to the fraction, and not below its line.", ko="1은 분모가 아니라 분수 전체에 더합니다.")
    for found in _FRACTION.finditer(side):
        if (below := _AND_ONE.fullmatch(_UNWRAPPED.sub(r"\g<of>", found["below"]))) is not None:
            meant = rf"\frac{{{found['above']}}}{{{below['below']}}} + 1"
            yield side[: found.start()] + meant + side[found.end() :], said
    for found in _SLASH_AND_ONE.finditer(side):
        meant = f"{found['above']}/{found['below']} + 1"
        yield side[: found.start()] + meant + side[found.end() :], said


def _turned_in_a_root(side: str) -> Iterator[tuple[str, Text]]:
    """The root of a fraction that is upside down."""
    said = Text("The fraction below the root is upside down.", ko="근호 안의 분수가 뒤집혔습니다.")
    for found in _ROOT.finditer(side):
        turned = _FRACTION.sub(r"\\frac{\g<below>}{\g<above>}", found["inside"])
        yield rf"{side[: found.start()]}\sqrt{{{turned}}}{side[found.end() :]}", said


def _no_average(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """Squares gathered without the share of the new one, where a moving average of them is meant."""
    found = _GATHERED.fullmatch(side)
    if (
        found is None
        or not _SQUARED.search(found["new"])
        or not _AVERAGES_SQUARES.search(" ".join(equation.heading[:1]))
    ):
        return
    decay = found["decay"]
    said = Text(
        f"The factor 1 − {_shown(decay)} is missing at the new square: a moving average weighs both by shares of one.",
        ko=f"새 제곱에 1 − {_shown(decay)}을(를) 곱해야 합니다. 이동 평균은 두 항의 가중치 합이 1입니다.",
    )
    yield f"{decay} {found['old']} + (1 - {decay}) {found['new']}", said


def hides_a_slip(equation: Equation) -> bool:
    """Whether a slip would be right with a name read for another one: a loss for its gradient, t₁ for t.

    Gradients that are averaged below RMSprop, which averages their squares, would be as those of momentum.
    """
    return any(
        any(True for _ in (*_not_squared(equation, side), *_no_gradient(equation, side), *_index_at_the_power(side)))
        for side in equation.sides[:1]
    )


def _not_squared(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    heading = next(filter(_AN_OPTIMISER.search, equation.heading), "")  # the nearest one that names an optimiser
    found = _AVERAGED.fullmatch(side)
    others = _OTHER_AVERAGES.search(f"{equation.label} {heading}") or not _OF_SQUARES.match(equation.left)
    if found is None or others or _SQUARED.search(found["new"]) or not _AVERAGES_SQUARES.search(heading):
        return
    said = Text(
        "RMSprop averages the squares of the gradients; here the gradients themselves are averaged.",
        ko="RMSprop은 기울기의 제곱을 평균합니다. 여기서는 기울기 자체를 평균했습니다.",
    )
    yield f"{found['before']} ({found['new'].strip()})^2", said


def _bias_behind(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """A bias behind the brackets that it belongs into: that of a recurrent cell, for others may move an output too."""
    found, call = _BIAS_BEHIND.match(side), _CALL.match(side)
    if found is None or call is None or not _OF_A_STEP.search(equation.left):
        return
    inside = bracket_depths(side)[call.end() : found.start("close")]
    if inside and min(inside) >= 1:
        bias = found["bias"]
        said = Text(
            f"The bias {bias} belongs into the brackets: it is added before the activation.",
            ko=f"편향 {bias}은(는) 괄호 안에 있어야 합니다. 활성화 함수를 씌우기 전에 더합니다.",
        )
        yield f"{found['call']} + {bias} {found['close']}", said


def _no_gradient(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    found = _STEP_BY_A_LOSS.fullmatch(side.strip())
    if found is None or _bare(found["old"]) != _bare(equation.left):
        return
    said = Text(
        "The loss itself is taken away, and not its gradient: the step says nothing of the direction.",
        ko="손실의 기울기가 아니라 손실 자체를 뺐습니다. 어느 쪽으로 움직일지 알 수 없습니다.",
    )
    yield f"{found['old']} - {found['rate']} \\nabla {found['loss']}", said


def _from_nowhere(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    r"""``\theta_{t+1} \gets \eta \nabla L``: the step alone, where new weights are the old ones and the step."""
    named = _NEXT_WEIGHTS.fullmatch(equation.left)
    step = _STEP_ALONE.fullmatch(side)
    if named is None or step is None or not _DESCENDS.search(" ".join((equation.label, *equation.heading))):
        return
    said = Text(
        "The old weights are left out: the step is taken from them.",
        ko="이전 가중치가 빠졌습니다. 걸음은 이전 가중치에서 뺍니다.",
    )
    yield f"{named['name']}_{{t}} - {step['step']}", said


def _bare(name: str) -> str:
    """A name without the step that it belongs to."""
    return re.sub(r"\s|[{}]", "", _STEP_OF_A_NAME.sub("", name))


def _index_at_the_power(side: str) -> Iterator[tuple[str, Text]]:
    """``\\beta^{t_1}`` for ``\\beta_1^t``: the index of the decay at its power."""
    for found in _INDEX_ABOVE.finditer(side):
        said = Text(
            f"The index {found['index']} belongs to β, not to its power t: there is one time and two decays.",
            ko=f"첨자 {found['index']}은(는) 지수 t가 아니라 β에 붙습니다. 시간은 하나이고 감쇠율이 둘입니다.",
        )
        yield f"{side[: found.start()]}\\beta_{found['index']}^t{side[found.end() :]}", said


def _positions_of_a_kernel(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """One sign of ``(n + 2p - k)/s + 1`` turned, or no 1 added."""
    if (found := _OF_PADDING.search(side)) is None:
        return
    one = _ADDED_ONE.search(side, found.end())
    count = Text(
        "The positions are one more than the steps: 1 is added.",
        ko="자리 수는 이동 횟수보다 하나 많으므로 1을 더합니다.",
    )
    if one is None:
        if not _STEPS.search(equation.left):
            yield f"{side} + 1", count
    elif one["sign"] == "-":
        yield f"{side[: one.start()]} + 1 {side[one.end() :]}", count
    if found["sign"] == "-":
        yield (
            f"{side[: found.start('sign')]}+{side[found.end('sign') :]}",
            Text("The padding on both sides is added.", ko="양쪽 패딩은 더합니다."),
        )
    for kernel in _KERNEL_ADDED.finditer(side, 0, one.start() if one else len(side)):
        yield (
            f"{side[: kernel.start('sign')]}-{side[kernel.end('sign') :]}",
            Text("The size of the kernel is taken away.", ko="커널 크기는 뺍니다."),
        )


def _not_inverse(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """The root of a probability where perplexity, its inverse, is meant."""
    if not _PERPLEXITY.match(equation.left):
        return
    said = Text(
        "Perplexity is the inverse of that mean probability: the exponent has a minus.",
        ko="퍼플렉시티는 그 평균 확률의 역수입니다. 지수에 마이너스가 붙습니다.",
    )
    meant = _POSITIVE_ROOT.sub(r"^{-1/\g<first>\g<second>}", side)
    if meant != side:
        yield meant, said
    if (root := _ROOT_OF_ALL.fullmatch(side)) is not None:
        yield rf"\sqrt[{root['degree']}]{{\frac{{1}}{{{root['of']}}}}}", said


def _no_entropy(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """An entropy without its minus, where one is spoken of, or without the shares that weigh the logarithms."""
    around = " ".join((equation.label, equation.near, *equation.heading[:2]))
    if not _AN_ENTROPY.fullmatch(equation.left) or _TURNED.search(around) or not _SPEAKS_OF_ENTROPY.search(around):
        return
    if _A_SUM_OF_LOGARITHMS.match(side):
        said = Text(
            "The minus sign is missing: an entropy is never negative.",
            ko="마이너스가 빠졌습니다. 엔트로피는 음수가 아닙니다.",
        )
        yield f"-{side.strip()}", said
    if (found := _UNWEIGHTED.fullmatch(side)) is not None:
        said = Text(
            f"Each logarithm is weighed by its probability: the factor `{found['share']}` is missing.",
            ko=f"로그마다 그 확률을 곱해야 합니다. `{found['share']}`를 빠뜨렸습니다.",
        )
        yield f"{found['sum']} {found['share']} {found['log']} {found['share']}", said


def _not_among(side: str) -> Iterator[tuple[str, Text]]:
    """A share of counts of which that above the line is none of those below: ``TP/(TN + FP)``."""
    found = _SHARE_OF_COUNTS.fullmatch(side.replace("\\text", " ").replace("\\mathrm", " "))
    above = found and (found["above"] or found["over"])
    if found is None or above in (found["first"], found["second"]):
        return
    said = Text(
        f"{above} is none of what it is divided by: a share is of what it counts.",
        ko=f"분자의 {above}가 분모에 없습니다. 비율은 분모에 있는 것 가운데 하나를 셉니다.",
    )
    for meant in (found["first"], found["second"]):
        yield rf"\frac{{{meant}}}{{{found['first']} + {found['second']}}}", said


def _times_the_root(side: str) -> Iterator[tuple[str, Text]]:
    r"""The product of a query and a key, made larger by the root of their length: ``q \cdot k \sqrt{d}``."""
    if (found := _BY_THE_ROOT.fullmatch(side)) is None:
        return
    said = Text(
        "The product is multiplied by the root of the length; it must be divided by it.",
        ko="내적에 차원의 제곱근을 곱했습니다. 나누어야 합니다.",
    )
    yield rf"\frac{{{found['product']}}}{{{found['root']}}}", said


def _shares_not_squared(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """The Gini impurity of shares that nobody squared: one minus all of them is always 0."""
    found = _ONE_MINUS_ALL.fullmatch(side)
    if found is None or not _GINI.match(equation.left):
        return
    shares = _SUM_SIGN.sub("", found["shares"])
    if _SQUARED.search(shares) or re.search(r"[\^-]", shares):
        return
    said = Text(
        "The shares are not squared: one minus the sum of all shares is always 0.",
        ko="비율을 제곱하지 않았습니다. 1에서 비율의 합을 빼면 언제나 0입니다.",
    )
    yield rf"1 - {found['sum']} \left({found['shares'].strip()}\right)^2", said


def _no_mean(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """The sum of all samples for their mean, ``\\bar x``."""
    mean, found = _BARRED.fullmatch(equation.left), _SUM_OF_ALL.fullmatch(side)
    if mean is None or found is None or (mean["braced"] or mean["bare"]) != found["of"]:
        return
    count = found["end"]
    said = Text(
        f"That is the sum: for the mean it is divided by {count}.",
        ko=f"합입니다. 평균은 이것을 {count}(으)로 나눈 값입니다.",
    )
    yield rf"\frac{{1}}{{{count}}} {side.strip()}", said


def _by_another(equation: Equation, side: str) -> Iterator[tuple[str, Text]]:
    """A step of one parameter along the gradient by another one of the same letter: ``W_V - \\eta dL/dW_K``."""
    own, found = _ONE_OF_SEVERAL.fullmatch(equation.left), _ALONG.fullmatch(side)
    if own is None or found is None or re.sub(r"\s", "", found["old"]) != re.sub(r"\s", "", equation.left):
        return
    by = _ONE_OF_SEVERAL.fullmatch(found["by"])
    if by is None or by["letter"] != own["letter"] or by["index"] == own["index"]:
        return
    said = Text(
        f"`{equation.left.strip()}` goes along the gradient by `{found['by'].strip()}`: it should be that by itself.",
        ko=f"`{found['by'].strip()}`의 기울기를 따라 움직입니다. `{equation.left.strip()}`의 기울기여야 합니다.",
    )
    yield f"{side[: found.start('by')]}{equation.left.strip()}{side[found.end('by') :]}", said


def _shown(decay: str) -> str:
    letters = {"gamma": "γ", "rho": "ρ", "beta": "β", "alpha": "α", "beta_2": "β₂", "beta_{2}": "β₂"}
    return letters.get(decay.lstrip("\\"), decay)
