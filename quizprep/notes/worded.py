r"""Formulas whose quantities are words, and sizes with the stride written out: ``\frac{X - MIN}{MAX - MIN}``.

Words of several languages stand for the letters of a proof, ``(\text{Kernel Height} \times \text{Kernel Width} \times
\text{Input Channels} + 1) \times \text{Filters}``; the number in ``W - F + 2P + 1`` (for stride 1) for its stride.
Nothing is judged here: a reading is held against its proof as any formula is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from quizprep.notes.equations import Equation, bracket_depths
from quizprep.notes.usual import Reading
from quizprep.text import Text

_IN_A_FONT = re.compile(r"\\(?:text|mathrm|textrm|mbox|operatorname|mathit|mathbf|textit)\*?\s*\{(?P<of>[^{}]*)\}")
_SIGNS = re.compile(r"\\(?:times|cdot|ast)(?![A-Za-z])|[×·∗]")
_DECORATION = re.compile(r"\\(?:displaystyle|left|right|[bB]igg?[lr]?|,|;|!|:)(?![A-Za-z])|[|$]")
_SCRIPTS = r"(?:\s*_\s*(?:\{[^{}]*\}|\w+))?"
_OF_ITS_LETTER = r"(?:\s*\(\s*[A-Za-z]\w*(?:_\{?\w+\}?)?\s*\))?"

#: Statistics of the values of a feature, by their names: in what stands for one, the longest name first.
_STATISTICS: Mapping[str, str] = {
    "min(x)": r"minimum|min|최솟값|최소값|最小値|最小值|mínimo|mín",
    "max(x)": r"maximum|max|최댓값|최대값|最大値|最大值|máximo|máx",
    "mean(x)": r"mean|average|avg|moyenne|moy|media|média|mittelwert|평균|平均値|平均值|均值|平均",
    "std(x)": r"standard[\s_]?deviation|std[\s_]?dev|stdev|std|sd|écart[\s_-]?type|desviación\s?estándar"
    r"|desvio\s?padrão"
    r"|표준\s?편차|標準偏差|标准差",
}
_LETTERS_OF_STATISTICS = {
    "mean(x)": rf"\\mu(?![A-Za-z]){_SCRIPTS}|μ{_SCRIPTS}|\\bar\s*\{{?\s*[xX]\s*\}}?{_SCRIPTS}",
    "std(x)": rf"\\sigma(?![A-Za-z]){_SCRIPTS}|σ{_SCRIPTS}",
}
_NAME = re.compile(r"(?<![\\A-Za-z])[^\W\d_]+(?:_(?:\{[^{}]*\}|[A-Za-z0-9]+))?(?:\^\s*\{?\([a-z]\)\}?)?")
_FUNCTIONS = frozenset("min max mean std frac dfrac tfrac sqrt".split())
_STATISTICS_OF = (
    ("min-max-scaling", "scaled", frozenset(("min(x)", "max(x)"))),
    ("standardisation", "z", frozenset(("mean(x)", "std(x)"))),
)

#: Sizes of a convolution: the letter of the proofs, and what it is called; the longest name first.
_SIZES: Mapping[str, str] = {
    "C_out": r"(?:(?:number|no\.?|num|#)[\s_]?(?:of[\s_])?)(?:filters|kernels)|n_filters|output[\s_]channels?"
    r"|out[\s_]channels?"
    r"|filters|출력\s?채널(?:\s?수)?|필터\s?(?:개수|수)|输出通道数?|卷积核(?:个数|数量)",
    "C_in": r"(?:number[\s_]of[\s_])?(?:input|in)[\s_]channels?|channels?|input[\s_]depth|depth"
    r"|입력\s?채널(?:\s?수)?|输入通道数?",
    "k": r"(?:kernel|filter)(?:[\s_](?:size|width|height|length|w|h))?"
    r"|(?:커널|필터)\s?(?:크기|너비|높이)|卷积核大小|核大小",
    "n": r"(?:input|image)(?:[\s_](?:size|width|height|length|dim(?:ension)?))?"
    r"|입력\s?(?:크기|너비|높이)|输入(?:大小|尺寸)",
    "p": r"padding|pad|패딩|填充",
    "s": r"strides?|스트라이드|보폭|步长|步幅",
}
_BIASES = re.compile(
    r"1\s*(?:\(\s*bias(?:es)?\s*\)|bias(?:es)?(?![A-Za-z])|편향)|(?<![A-Za-z])(?:bias(?:es)?|편향)(?![A-Za-z])",
    re.IGNORECASE,
)
_OF_PARAMETERS = re.compile(r"param|매개변수|파라미터|参数", re.IGNORECASE)
_OF_WEIGHTS = re.compile(r"weights|가중치|权重", re.IGNORECASE)
_OF_A_LAYER = re.compile(r"conv|stride|kernel|합성곱|컨볼루션|스트라이드|卷积|步长|畳み込み", re.IGNORECASE)
_STRIDE = re.compile(r"(?<![A-Za-z\\])[sS](?![A-Za-z])")
_SIZE = re.compile(
    r"(?<![A-Za-z\\])(?:[WNHIn]|[wh])(?:_(?:\{\w+\}|\w+))?(?![A-Za-z]).*(?<![A-Za-z\\])[FKfk](?![A-Za-z])"
)
_ALONG = re.compile(r"(?<![A-Za-z\\])(?:_\s*\{?\s*)?[HWhw](?![A-Za-z])")  # which side of an image
_ADDS_ONE = re.compile(r"^(?P<rest>.*\S)\s*\+\s*1$", re.DOTALL)
_DIVIDED = re.compile(
    r"\\[dt]?frac\s*\{(?P<above>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\s*\{\s*(?P<by>[1-8])\s*\}|\((?P<line>[^()]*)\)\s*/\s*(?P<of>[1-8])"
)


def in_words(equation: Equation) -> Iterator[Reading]:
    """An equation whose quantities are words, in the letters of the proofs that these words are of."""
    if len(equation.sides) == 1:
        yield from _of_statistics(equation)
        yield from _of_a_layer(equation)


def _called(names: str, scripts: str = _SCRIPTS) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z_\\])\\?(?:{names})(?![A-Za-z]){scripts}{_OF_ITS_LETTER}", re.IGNORECASE)


def _plain(side: str) -> str:
    """A side without fonts and decoration, with one sign for a product."""
    return _SIGNS.sub(" * ", _DECORATION.sub(" ", _IN_A_FONT.sub(r" \g<of> ", side))).strip()


def _of_statistics(equation: Equation) -> Iterator[Reading]:
    side = _plain(equation.sides[0])
    meant: set[str] = set()
    worded = False
    held: list[str] = []
    columns: set[str] = set()  # that the statistics are of, where they say so
    for statistic, names in _STATISTICS.items():
        for pattern, is_word in (
            (_called(names), True),
            (re.compile(_LETTERS_OF_STATISTICS.get(statistic, r"(?!)")), False),
        ):
            written = [found[0] for found in pattern.finditer(side)]
            side, count = pattern.subn(f"\ue020{len(held)}\ue021", side)
            if count:
                columns.update(re.findall(r"_\s*\{?\s*(\w+)", " ".join(written)))
                held.append(statistic)
                meant.add(statistic)
                worded = worded or is_word
    values = {re.sub(r"\s", "", found[0]) for found in _NAME.finditer(side) if found[0] not in _FUNCTIONS}
    if not worded or len(values) != 1 or len(columns) > 1:
        return
    side = _NAME.sub(lambda found: found[0] if found[0] in _FUNCTIONS else " x ", side)
    side = re.sub("\ue020(\\d+)\ue021", lambda found: f" {held[int(found[1])]} ", side)
    for proof, step, of in _STATISTICS_OF:
        if meant == of:
            yield Reading(proof, step, replace(equation, left=step, sides=(side,), bare=False, loose=False))


def _of_a_layer(equation: Equation) -> Iterator[Reading]:
    side = _BIASES.sub("1", _plain(equation.sides[0]))
    meant: set[str] = set()
    for letter, names in _SIZES.items():
        side, count = _called(names, "").subn(f" \ue020{letter}\ue021 ", side)
        if count:
            meant.add(letter)
    rest = (
        {found[0] for found in _NAME.finditer(re.sub("\ue020\\w+\ue021", " ", side))}
        - _FUNCTIONS
        - {"floor", "lfloor", "rfloor"}
    )
    if len(meant) < 3 or rest:
        return
    side = re.sub("\ue020(\\w+)\ue021", r"\1", side)
    if {"n", "k"} <= meant:
        yield Reading(
            "conv-output-size", "output", replace(equation, left="output", sides=(side,), bare=False, loose=False)
        )
    for step, called in (("parameters", _OF_PARAMETERS), ("weights", _OF_WEIGHTS)):
        if {"k", "C_in", "C_out"} == meant and called.search(f"{equation.left} {equation.label}"):
            yield Reading("conv-parameters", step, replace(equation, left=step, sides=(side,), bare=False, loose=False))


def with_a_number_for_the_stride(equation: Equation) -> Iterator[Reading]:
    """A size whose stride is a number: ``W - F + 2P + 1``, ``(W - F + 2P)/2 + 1``."""
    around = " ".join((equation.left, equation.label, equation.near, *equation.heading))
    if len(equation.sides) != 1 or not _OF_A_LAYER.search(around):
        return
    side = _DECORATION.sub(" ", equation.sides[0]).strip()
    along = {found[0].strip("_{ ").lower() for found in _ALONG.finditer(f"{equation.left} {side}")}
    if not _SIZE.search(side) or _STRIDE.search(side) or len(along) > 1:
        return
    divided = list(_DIVIDED.finditer(side))
    adds = _ADDS_ONE.match(side)
    if len(divided) == 1:
        found = divided[0]
        stride = found["by"] or found["of"]
        read = f"{side[: found.start()]}\\frac{{{found['above'] or found['line']}}}{{s}}{side[found.end() :]}"
    elif (
        not divided and adds and "/" not in side and "frac" not in side and bracket_depths(side)[adds.end("rest")] == 0
    ):
        stride, read = "1", f"\\frac{{{adds['rest']}}}{{s}} + 1"
    else:
        return
    said = Text(f"Right for a stride of {stride}.", ko=f"스트라이드가 {stride}일 때 맞습니다.")
    yield Reading("conv-output-size", "output", replace(equation, left="output", sides=(read,)), said)
