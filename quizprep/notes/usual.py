r"""How many texts write what the proofs write otherwise: ``h_\theta(x^{(i)})`` for a prediction, ``\mathbf{H}_t``.

A formula is only ever called right when it is read so: such a reading loses a part of what is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quizprep.formula.quantities import IN_ENGLISH
from quizprep.frozen import frozen
from quizprep.notes.equations import ALL_VALUES, Equation, bracket_depths
from quizprep.text import Text

_BETWEEN = "\ue010"
_SAMPLE = re.compile(r"\^\s*(?:\{\((\w)\)\}|\{\[(\w)\]\}|\((\w)\))")  # y^{(i)}, the i-th sample
_PREDICTION = re.compile(
    r"(?:(?<![A-Za-z\\])[hf]_(?:\{\s*(?:\\theta|\\mathbf\{w\}|w|W)(?:\s*,\s*b)?\s*\}|\\theta|w|W)|\\hat\s*\{?[fy]\}?)"
    r"\s*\(\s*(?:\\mathbf\{x\}|\\mathbf x|\\boldsymbol\{x\}|x)(?P<index>_\{?\w\}?)?\s*\)"
)
_DOUBLE_INDEX = re.compile(
    r"(?<!partial)(?<!nabla)_\{[a-xz]_(?:\{([a-z])\}|([a-z]))\}"
)  # σ_{z_i}; y_i is the class of a sample
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
_LAYER_AND_SAMPLE = re.compile(r"\^\s*\{\s*\[\s*(?P<layer>\w+)\s*\]\s*\(\s*(?P<sample>\w)\s*\)\s*\}")  # a^{[2](i)}
_OF_SAMPLES = re.compile(r"\^\s*\{?\s*\(\s*i\s*\)\s*\}?")
_LAYER = re.compile(r"\^\s*\{?\s*[\[(]\s*(?P<layer>[lL]|\d)\s*[\])]\s*\}?")  # W^{[l]}, of the l-th layer
_BEFORE = re.compile(r"\^\s*\{?\s*[\[(]\s*[lL]\s*-\s*1")
_TERM = r"(?P<{0}>{1})\s*(?:[_^]\s*\{{?\s*[\[(]?\s*(?P<{0}_of>[A-Za-z0-9](?:\s*-\s*1)?)\s*[\])]?\s*\}}?)?\s*"
_LINEAR = re.compile(
    _TERM.format("output", "[zZ]")
    + _BETWEEN
    + r"\s*"
    + _TERM.format("weights", "W")
    + r"(?:\\cdot|\\times|\\,|\*)?\s*"
    + _TERM.format("input", "[aAhHxX]")
    + r"\+\s*"
    + _TERM.format("bias", "b")
)  # Z^{[l]} = W^{[l]} A^{[l-1]} + b^{[l]}
_SCORES = re.compile(  # f(x_i, W, b) = W x_i + b
    r"f\s*\(\s*x(?:_\{?i\}?)?\s*[,;]\s*W\s*,\s*b\s*\)" + _BETWEEN + r"\s*W\s*x(?:_\{?i\}?)?\s*\+\s*b"
)
_TIMES = re.compile(r"(?<=[)}A-Z])\s*\\times\s*(?=[A-Z](?![A-Za-z]))")  # softmax(...) \times V, a product of matrices
_SLOPE = re.compile(  # η f'(x) of a step
    r"(?P<rate>\\(?:eta|alpha|gamma|epsilon)(?:_\{?\w\}?)?\s*(?:\\,|\\cdot|\*)?\s*)(?P<of>[fLJ])\s*'\s*(?=\()"
)
_OF_A_CODE = re.compile(  # the mean and the deviation of the code of x
    r"\\(?P<name>mu|sigma|Sigma)\s*(?:\{\s*)?(?:_\s*(?:\\[a-z]+|\w|\{[^{}]*\})\s*)?\(\s*[xX](?:_\{?\w\}?)?\s*\)(?:\s*\})?"
)
_LETTER = r"(?:(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?\{{\s*(?:{0})\s*\}}|(?:\\(?:mathbf|boldsymbol|bm|vec)\s+)?(?:{0}))"
_SCORE = (  # w^T x + b, W A + b, \theta^T x
    _LETTER.format(r"[wW]|\\theta|\\beta|\\Theta")
    + r"(?:\s*_\s*\w|\s*_\s*\{\w\})?\s*(?:\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?|\\cdot|\*)?\s*"
    + _LETTER.format(r"[xXaAhH]")
    + r"(?:\s*_\s*\w|\s*_\s*\{\w\})?(?:\s*\+\s*"
    + _LETTER.format("b")
    + r"(?:\s*_\s*\w)?)?"
)
_SCORE = (
    rf"(?:{_SCORE}|"
    + _LETTER.format("[xX]")
    + r"(?:\s*_\s*\w)?\s*"
    + _LETTER.format(r"[wW]|\\theta|\\beta")
    + r"(?:\s*_\s*\w)?)"
)
_INSIDE = rf"(?:\\left)?\s*[(\[{{]\s*{_SCORE}\s*(?:\\right)?\s*[)\]}}]"
_SIGMOID = re.compile(  # 1 + e^{-(w^T x + b)}: of one number, whatever it is made of
    rf"(?P<sum>1\s*\+\s*(?:\\?exp|e\s*\^)\s*(?:\\left)?\s*[({{]\s*-)\s*(?:{_INSIDE}|{_SCORE})\s*(?=(?:\\right)?\s*[)}}])"
)
_ODDS = re.compile(  # e^{w^T x} / (1 + e^{w^T x})
    rf"(?:\\?exp|e\s*\^)\s*(?:\\left)?\s*(?P<open>[({{])\s*(?:{_INSIDE}|{_SCORE})\s*(?:\\right)?\s*(?P<close>[)}}])"
)
_SIGMOID_CALL = re.compile(rf"\\sigma\s*(?:{_INSIDE}|\(\s*Z\s*\))")
_NABLA = re.compile(r"\\Delta(?=\s*_\s*\{?\s*\\?(?:theta|w|W)\s*\}?\s*[JLC]\s*\()")  # Δ_θ J(θ), which is meant as ∇
_OF_GRADIENTS = re.compile(r"\W*[vVmMsSrRGE](?![A-Za-z])")  # the letter of an average of gradients
_GRADIENT_OF_WEIGHTS = re.compile(  # \nabla W_t, the gradient of what the loss is by W
    r"\\nabla\s*(?:[WwV]|\\theta)(?:\s*_\s*(?:\{\s*t\s*\}|t))?(?![A-Za-z_^(])(?!\s*[A-Za-z(\\])"
)
_DIFFERENTIAL = r"(?<![A-Za-z\\_{{])(?:d|\\mathrm\s*\{{d\}})\s*{}(?![A-Za-z])"  # of w - α dw


_VARIATION = re.compile(  # \frac{\delta L}{\delta z}, which is meant as a derivative
    r"(?P<begun>\\[dt]?frac\s*\{\s*)\\delta(?P<above>[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*\{\s*)\\delta(?![A-Za-z])"
)
_GATE = re.compile(r"\\(?:otimes|bigodot|circledast|bullet|ast)(?![A-Za-z])|⊗|∗")
_OF_TIME = re.compile(r"[hcCsa]\s*(?:\}\s*)?_\s*\{?\s*t(?![A-Za-z])")
_STACKED_OTHERWISE = re.compile(  # [x_t, h_{t-1}]: in which order they are stacked is that of the weights
    r"\[\s*(?P<input>(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?[xX]\}?_\{?t\}?)\s*[,;]\s*"
    r"(?P<state>(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?[hHaA]\}?_\{\s*t\s*-\s*1\s*\})\s*\]"
)
_GATE_WEIGHTS = re.compile(
    r"(?P<weights>(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?\s*[WU]\s*\}?\s*_\s*(?:\{\s*\w+\s*\}|\w))(?P<turned>\s*\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?)?"
)
_GATE_ABOVE = re.compile(  # W_x^{(z)}, b^{(z)}: of the gate z
    r"(?P<of>(?<![A-Za-z\\])[WUb])\s*(?:_\s*\{?\s*(?P<by>[xh])\s*\}?)?\s*\^\s*\{\s*\(\s*(?P<gate>[zrifocg])\s*\)\s*\}"
)
_SHARE_OF_A_CLASS = re.compile(r"(?<![A-Za-z\\])p\s*\(\s*(?P<index>[ijkc])\s*(?:\||\\mid)\s*[A-Za-z]\s*\)")  # p(i | t)
_NORMALISED = re.compile(
    r"(?<![A-Za-z\\])[zZ]\s*_\s*\{?\s*(?:\\(?:text|mathrm)\s*\{)?\s*norm(?:ali[sz]ed)?\s*\}{0,2}(?![A-Za-z])"
)
_NUMBERED = re.compile(r"(?P<name>(?<![A-Za-z])[A-Za-z]\w*)(?:\[(?P<bracket>[ijk])\]|\((?P<call>[ijk])\))")
_OF_ITS_LOGIT = re.compile(
    r"1\s*\+\s*(?:\\?exp|e\s*\^)\s*(?:\\left)?\s*[({]\s*-\s*(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?(?P<of>[a-z])\}?\s*(?:\\right)?\s*[)}]"
)
_GATES_OF_A_GRU = re.compile(
    r"^(?!.*(?<![A-Za-z])[fioc]\s*\}?\s*_\s*\{?\s*t).*(?<![A-Za-z])[rz]\s*\}?\s*_\s*\{?\s*t", re.DOTALL
)
_CANDIDATE = re.compile(
    r"(?P<before>[Wb]\s*\}?\s*_\s*\{?\s*[xh]?)g(?![A-Za-z])|(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?(?<![A-Za-z])g\s*\}?\s*_\s*(?:\{\s*t\s*\}|t)(?![A-Za-z])"
)
_SCORE_OF_X = re.compile(
    r"(?<![A-Za-z\\])(?P<score>[a-zA-Z]_\{?\w\}?)\s*\(\s*(?:\\(?:mathbf|boldsymbol|bm)\s*)?\{?\s*[xX]\s*\}?\s*\)"
)


_X_BETWEEN_WORDS = re.compile(  # 2 x precision x recall
    r"(?<=[A-Za-z\d}])\s+[xX]\s+(?=(?!tanh|softmax|sqrt|sign|relu|floor|mean|text)[A-Za-z]{4,}|\\text\s*\{\s*[A-Za-z]{4,})"
)


_FOREIGN = re.compile(rf"(?<![^\W_])(?:{'|'.join(IN_ENGLISH)})(?![^\W_])", re.IGNORECASE)
_INDEX_IN_BRACES = re.compile(r"\{\s*(?P<index>_\s*(?:\w|\{[^{}]*\}))\s*\}")  # L{_i}
_TWICE_IN_BRACES = re.compile(r"\{\s*\{(?P<of>[^{}]*)\}\s*\}")
_TIMES_A_LOGARITHM = re.compile(r"\\times\s*(?=\\?(?:log|ln)(?![A-Za-z]))")
_SPREAD_OF = re.compile(
    r"\s*(?:\\(?:mathbb|mathrm|operatorname|text)\s*\{?\s*)?(?:V|Var)\s*\}?\s*[(\[]\s*(?P<of>[a-z])\s*[)\]]\s*"
)
_EXPECTED_OVER_ALL = re.compile(r"(?P<e>(?:\\mathbb\s*\{?\s*E\s*\}?|(?<![A-Za-z])E))\s*_\s*\{\s*[a-z]\s*\\sim[^{}]*\}")


def _in_english(found: re.Match[str]) -> str:
    return IN_ENGLISH[found[0].lower()]


def _plainly(text: str) -> str:
    """Without what changes nothing: braces within braces, names of other languages, a sign before a logarithm."""
    text = _FOREIGN.sub(_in_english, _INDEX_IN_BRACES.sub(r"\g<index>", text))
    for _ in range(3):
        text = _TWICE_IN_BRACES.sub(r"{\g<of>}", text)
    text = _TIMES_A_LOGARITHM.sub(" ", ALL_VALUES.sub(r"\g<sum>_{\g<of>}", text))
    return _BETWEEN.join(map(_with_brackets, text.split(_BETWEEN)))


def _with_brackets(side: str) -> str:
    """With the round brackets that nobody closed before a square one: ``[\\log(1 - D(G(z))]``."""
    parts: list[str] = []
    open_: list[str] = []
    for character in side:
        if character in "([":
            open_.append(character)
        elif character in ")]":
            while character == "]" and "[" in open_ and open_[-1] == "(":
                parts.append(")")
                open_.pop()
            if open_:
                open_.pop()
        parts.append(character)
    return "".join(parts)


def _of_a_spread(text: str) -> str:
    """``Var(x) = E_x[(x - E[x])^2]`` of a capital letter, as variables are written."""
    left, *sides = text.split(_BETWEEN)
    spread = _SPREAD_OF.fullmatch(left)
    if spread is None or re.search(r"(?<![A-Za-z\\])[pPf]\s*\(", _EXPECTED_OVER_ALL.sub("E", text)):
        return text
    plain = (_EXPECTED_OVER_ALL.sub(r"\g<e>", side) for side in (f"Var({spread['of']})", *sides))
    return _BETWEEN.join(
        re.sub(rf"(?<![A-Za-z\\]){spread['of']}(?![A-Za-z])", spread["of"].upper(), side) for side in plain
    )


def usual(equation: Equation) -> Equation:
    """An equation with the letters that the proofs use."""
    whole = _of_a_spread(_plainly(_BETWEEN.join((equation.left.strip(), *equation.sides))))
    equation = replace(equation, left=whole.split(_BETWEEN)[0], sides=tuple(whole.split(_BETWEEN)[1:]))
    text = _LAYER_AND_SAMPLE.sub(_sample_of_a_layer, _BETWEEN.join((equation.left.strip(), *equation.sides)))
    text = _usual(_of_a_layer(text))
    left, *sides = text.split(_BETWEEN)
    if re.fullmatch(r"\\?[A-Za-z]+", left):  # dw for the gradient in w - α dw
        differential = _DIFFERENTIAL.format(re.escape(left))
        sides = [re.sub(differential, " g", side) if left in side[: len(left) + 1] else side for side in sides]
    if (
        equation.relation == "="
        and re.fullmatch(r"[a-z]", left)
        and re.search(rf"(?<![A-Za-z\\]){left}(?![A-Za-z])", sides[0])
    ):
        left += "'"  # x = (x - min x)/(max x - min x): another x
    return replace(equation, left=left, sides=tuple(sides))


_CALLED_A_SLOPE = re.compile(  # sigmoid\_derivative(x), relu_prime(z)
    r"(?:\\(?:text|mathrm|operatorname)\s*\{)?(?P<of>[A-Za-z]{3,})\\?_\{?(?:derivative|deriv|prime|gradient|grad)\}{0,2}(?=\s*\()"
)


def with_a_prime(equation: Equation) -> Equation:
    """An equation whose left side has a prime where a word says that it is a slope: ``sigmoid_derivative(x)``."""
    return replace(equation, left=_CALLED_A_SLOPE.sub(r"\g<of>'", equation.left))


_A_LOSS = r"\{?\s*(?:\\mathcal\s*\{?\s*|\\)?(?:[JLCElH]|ell|[lL]oss)(?![A-Za-z])[^/={}]*(?:\{[^{}]*\})?\s*\}?"
_A_LOGIT = r"\{?\s*[zoafsZ]\s*(?:[_^]\s*(?:\{[^{}]*\}|\w))*\s*\}?"
_BY_A_SCORE = re.compile(
    rf"\\[dt]?frac\s*\{{\s*(?:\\partial|d)\s*{_A_LOSS}\s*\}}\s*\{{\s*(?:\\partial|d)\s*{_A_LOGIT}\s*\}}"
    rf"|\\partial\s*{_A_LOSS}\s*/\s*\\partial\s*{_A_LOGIT}"
    rf"|\\(?:partial|nabla)\s*_\s*{_A_LOGIT}\s*(?:{_A_LOSS}|\\?(?:[JLCElH]|ell)\s*\(.*\))"
)
_WHETHER = re.compile(  # 1(y_i = k), 1\{y = k\}: 1 for the class of the sample
    r"(?:\\(?:mathbb|mathbf|mathrm)\s*\{?\s*[1I]\s*\}?|\\mathbbm\s*\{1\}|(?<![\w.])1|\\delta)\s*(?:\\left)?\s*\\?[({\[]\s*"
    r"(?:y(?:_\{?\w\}?)?\s*=+\s*(?P<behind>[a-z])|(?P<before>[a-z])\s*=+\s*y(?:_\{?\w\}?)?)\s*(?:\\right)?\s*\\?[)}\]]"
)
_OUTPUT = re.compile(r"^\s*a(?P<index>(?:_\{?\w\}?)?)\s*-\s*(?=[yt](?:_\{?\w\}?)?\s*$)")  # a - y
_OF_A_SAMPLE = re.compile(r"_\{\s*i\s*,?\s*([jk])\s*\}")  # y_{ij}, of the sample i
_CLASSIFIES = re.compile(
    r"cross.?entrop|softmax|sigmoid|logistic|log.?loss|교차|소프트맥스|시그모이드|로지스틱", re.IGNORECASE
)
_TRUE_CLASS = re.compile(r"_\s*\{\s*y(?:_\s*(?:\{\s*\w\s*\}|\w))?\s*\}")  # f_{y_i}


@frozen
class Reading:
    """An equation in the letters of a proof, as a step of it; ``said`` is what the reader is told about it."""

    proof: str
    step: str
    equation: Equation
    said: Text | None = None


_PARAMETER = re.compile(r"\\alpha(?![A-Za-z])|α|(?<![A-Za-z\\])(?:alpha|a)(?![A-Za-z])")
_BENT = re.compile(r"max\b|\\begin\s*\{[dr]?cases\}|\bif\b")
_BENT_LINES = re.compile(r"leaky|[a-z]relu|(?<![a-z])elu(?![a-z])|누수", re.IGNORECASE)
_BENT_AT = (("leaky_relu", "0.01"), ("elu", "1"))


def of_a_bent_line(equation: Equation) -> Iterator[Reading]:
    r"""An activation with a parameter, ``\max(\alpha x, x)``: the one of the proof, at the number that stands there."""
    if len(equation.sides) != 1 or not _BENT.search(side := equation.sides[0]):
        return
    around = " ".join((equation.left, equation.label, *equation.heading[:1]))
    if re.search(r"(?<![A-Za-z])relu", equation.left, re.IGNORECASE) and not _BENT_LINES.search(around):
        return  # it is said to be the plain one
    if not _PARAMETER.search(side) and re.search(r"(?<![\d.])0?\.01(?!\d)", side):
        yield Reading("activations-side-by-side", "leaky_relu", replace(equation, left="leaky_relu"))
    if len(_PARAMETER.findall(side)) != 1:
        return
    for step, number in _BENT_AT:
        written = replace(equation, left=step, sides=(_PARAMETER.sub(f" {number} ", side),))
        said = Text(f"Compared with α = {number}.", ko=f"α = {number}일 때를 비교했습니다.")
        yield Reading("activations-side-by-side", step, written, said)


_RESIDUAL = re.compile(  # y - f(x), \hat y - y
    r"(?:y|\\hat\s*\{?y\}?)(?:_\{?\w\}?)?\s*-\s*(?:[fh](?:_\{?\\?\w+\}?)?\s*\(\s*x(?:_\{?\w\}?)?\s*\)|\\hat\s*\{?y\}?(?:_\{?\w\}?)?|y(?:_\{?\w\}?)?)"
)


def of_a_residual(equation: Equation) -> Iterator[Reading]:
    """Huber's loss, which is written of the residual and of what it is the difference of."""
    if (
        len(equation.sides) != 1
        or not _BENT.search(side := equation.sides[0])
        or ("delta" not in side and "δ" not in side)
    ):
        return
    differences = {re.sub(r"\s", "", found[0]) for found in _RESIDUAL.finditer(side)}
    if len(differences) == 1:
        yield Reading("huber", "loss", replace(equation, left="loss", sides=(_RESIDUAL.sub(" e ", side),)))


_LOGISTIC = re.compile(r"sigmoid|logistic|시그모이드|로지스틱", re.IGNORECASE)
_OWN_SLOPE = re.compile(  # g'(z), d/dz g(z), \frac{dg}{dz}
    r"\s*(?:(?P<primed>\\?[a-zA-Z]+)\s*'\s*\(\s*(?P<at>[a-z])\s*\)"
    r"|\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*\}\s*\{\s*(?:\\partial|d)\s*(?P<by>[a-z])\s*\}\s*(?P<of>\\?[a-zA-Z]+)\s*\(\s*(?P=by)\s*\)"
    r"|\\[dt]?frac\s*\{\s*(?:\\partial|d)\s*(?P<over>\\?[a-zA-Z]+)\s*\}\s*\{\s*(?:\\partial|d)\s*(?P<below>[a-z])\s*\})\s*"
)


def of_a_sigmoid(equation: Equation) -> Iterator[Reading]:
    """The slope of the function that a note calls a sigmoid, by any letter: ``g'(z) = g(z)(1 - g(z))``."""
    slope = _OWN_SLOPE.fullmatch(equation.left)
    if slope is None or not _LOGISTIC.search(" ".join((equation.label, equation.near, *equation.heading))):
        return
    name, at = slope["primed"] or slope["of"] or slope["over"], slope["at"] or slope["by"] or slope["below"]
    if name in ("s", "\\partial", "d"):
        return
    of = rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])\s*(?:\(\s*{at}\s*\))?"
    sides = tuple(re.sub(of, " s ", side) for side in equation.sides)
    if all(re.fullmatch(r"[\s()s1\-*{}\\leftrighcdo.,·]+", side) for side in sides):
        yield Reading("sigmoid", "slope", replace(equation, left="slope", sides=sides))


_ERROR = r"(?P<error>(?:\\?(?:var)?epsilon|\\?eps|err|e|ε|ϵ)(?:_(?:\{\w\}|\w))?)"
_SAY_OF_A_LEARNER = re.compile(rf"1\s*-\s*{_ERROR}")


def of_a_weak_learner(equation: Equation) -> Iterator[Reading]:
    """The say of a learner in AdaBoost, by whatever letter its error has."""
    error = _SAY_OF_A_LEARNER.search(equation.sides[0])
    if error is None or not re.match(r"\W*(?:alpha|α)", equation.left):
        return
    sides = tuple(
        re.sub(rf"(?<![A-Za-z\\]){re.escape(error['error'])}(?![A-Za-z_])", " error ", side) for side in equation.sides
    )
    yield Reading("adaboost-round", "alpha", replace(equation, left="alpha", sides=sides))


def of_a_normalised_sum(equation: Equation) -> Iterator[Reading]:
    """Batch normalisation of the weighted sums of a layer, ``z_norm``, which the proof calls x."""
    if _NORMALISED.search(equation.text):
        step = "x_hat" if _NORMALISED.search(equation.left) else "y"
        yield Reading("batch-normalisation", step, replace(usual(equation), left=step))


def of_a_known_loss(equation: Equation) -> Iterator[Reading]:
    r"""An equation as one of the few proofs about a softmax or a sigmoid and its loss: the proof, its step, the text.

    ``\partial L / \partial z_i = p_i - y_i`` is said of cross-entropy alone, and only where the note speaks of it.
    """
    around = " ".join((equation.label, equation.near, *equation.heading[:2]))
    if _BY_A_SCORE.fullmatch(equation.left.strip()) and _CLASSIFIES.search(around):
        sides = tuple(
            _OUTPUT.sub(
                r"\\hat y\g<index> - ",
                _OF_A_SAMPLE.sub(r"_\1", _WHETHER.sub(lambda found: f" y_{found['behind'] or found['before']}", side)),
            )
            for side in equation.sides
        )
        for proof, step in (
            ("softmax-cross-entropy-gradient", "gradient"),
            ("gradient-at-the-logit", "of_cross_entropy"),
        ):
            yield Reading(proof, step, replace(equation, left=step, sides=sides))
    if any(_TRUE_CLASS.search(side) for side in equation.sides) and re.match(
        r"\W*(?:[LJCEl]|ell|loss|H)\b|\W*[LJ]_", equation.left
    ):
        yield Reading("true-class-cross-entropy", "loss", replace(equation, left="loss"))


def _sample_of_a_layer(found: re.Match[str]) -> str:
    """The layer of what has one and a sample; the sample where the layer is the one that gives the output."""
    return f"^{{[{found['layer']}]}}" if "\\sum" not in found.string else f"_{{{found['sample']}}}"


def _of_a_layer(text: str) -> str:
    """The formula of a layer without its number: the weighted inputs are those of the layer before, or the data."""
    if (linear := _LINEAR.fullmatch(_OF_SAMPLES.sub("", text))) is not None:
        layer, before = linear["output_of"], (linear["input_of"] or "").replace(" ", "")
        fits = linear["weights_of"] == layer == linear["bias_of"]
        first = linear["input"] in "xX" and not before
        follows = before == f"{layer}-1" or ((layer or "").isdigit() and before == f"{int(layer or 0) - 1}")
        return f"z{_BETWEEN}W x + b" if layer and fits and (first or follows) else text
    if _SCORES.fullmatch(text):
        return f"z{_BETWEEN}W x + b"
    layers = {found["layer"] for found in _LAYER.finditer(text)}
    return _LAYER.sub("", text) if len(layers) == 1 and not _BEFORE.search(text) else text


def _of_code(text: str) -> str:
    """Samples numbered as in code: ``sum(y[j] * log(p[j]))`` and ``mean = 1/m * sum(x(i))``, each of the one index."""
    indices = {found["bracket"] or found["call"] for found in _NUMBERED.finditer(text)}
    return _NUMBERED.sub(r"\g<name>", text) if len(indices) == 1 and "\\sum" not in text else text


def _of_gates(text: str) -> str:
    """The states of a recurrent cell: gates multiply entry by entry, and weights are as good as transposed ones."""
    text = _STACKED_OTHERWISE.sub(r"[\g<state>, \g<input>]", _GATE.sub(r"\\odot ", text))
    weights = list(_GATE_WEIGHTS.finditer(text))
    if weights and all(found["turned"] for found in weights):
        text = _GATE_WEIGHTS.sub(lambda found: f"{found['weights']} ", text)
    return text


_EVALUATED = re.compile(  # \\nabla L|_{w_t}: where a gradient is taken
    r"\s*(?:\\(?:left|right|[bB]igg?[lrm]?)\s*)?(?:\||\\[lr]?vert(?![A-Za-z])|\\mid(?![A-Za-z]))\s*"
    r"_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+)"
)
_BARS = re.compile(r"\||\\[lr]?[vV]ert(?![A-Za-z])|\\mid(?![A-Za-z])")
_A_TIMED_NAME = (
    r"(?<![A-Za-z\\])(?P<name>[A-Za-z]|\\(?:theta|sigma|delta|hat\s*\{?\s*[A-Za-z]\s*\}?)"
    r"|\{*\\(?:mathbf|boldsymbol|bm|bf)\s*\{?\s*[A-Za-z]\s*\}*)"
)
_AT_A_TIME = re.compile(_A_TIMED_NAME + r"\s*\(\s*(?P<time>[tk]|\\tau)\s*(?P<step>[+-]\s*1)?\s*\)(?P<alone>)")  # v(t-1)
_TIME_ABOVE = re.compile(  # \\sigma^{t-1}
    _A_TIMED_NAME + r"\s*\^\s*(?:\{\s*(?P<time>[tk])\s*(?P<step>[+-]\s*1)?\s*\}|(?P<alone>[tk])(?![A-Za-z]))"
)


def _timed(text: str) -> str:
    """With the step below a name that others write behind it, or above: ``v(t) = \\beta v(t-1) + g(t)``."""
    for pattern in (_AT_A_TIME, _TIME_ABOVE):
        if any(found["step"] for found in pattern.finditer(text)):
            text = pattern.sub(_below, text)
    return text


def _below(found: re.Match[str]) -> str:
    time = (found["time"] or found["alone"]).replace("\\tau", "t")
    return f"{found['name']}_{{{time}{found['step'] or ''}}}"


def _usual(text: str) -> str:
    text = _timed(_X_BETWEEN_WORDS.sub(r" \\times ", _of_code(text)))
    if "\\nabla" in text or "\\partial" in text:
        text = _EVALUATED.sub(" ", text) if len(_BARS.findall(text)) == 1 else text
    text = _GATE_ABOVE.sub(lambda found: f"{found['of']}_{{{found['by'] or ''}{found['gate']}}}", text)
    if "\\sum" in text:
        text = _SHARE_OF_A_CLASS.sub(lambda found: f" p_{found['index']} ", text)
    if _NORMALISED.search(text):  # z_norm, of the sums z of a layer
        text = re.sub(r"(?<![A-Za-z\\])[zZ](?![A-Za-z])", "x", _NORMALISED.sub(r" \\hat x ", text))
    if (logit := _OF_ITS_LOGIT.search(text)) and not re.search(r"(?<![A-Za-z\\])[xz](?![A-Za-z])", text):
        text = re.sub(r"(?<![A-Za-z\\])a(?![A-Za-z])", "z", text) if logit["of"] == "a" else text
    if re.search(r"(?<![A-Za-z])g\s*\}?\s*_\s*\{?\s*t", text) and _GATES_OF_A_GRU.search(text):
        text = _CANDIDATE.sub(lambda found: f"{found['before']}h" if found["before"] else r"\tilde h_t", text)
    text = _VARIATION.sub(r"\g<begun>\\partial\g<above>\\partial", text)
    if _STATE.search(text) or _OF_TIME.search(text):
        text = _of_gates(text)
    if "\\sum" in text and re.search(r"\\?exp|e\s*\^", text):
        text = _SCORE_OF_X.sub(r"\g<score> ", text)
    text = _TIMES.sub(" ", _NABLA.sub(r"\\nabla", text))
    text = _SLOPE.sub(r"\g<rate>\\nabla \g<of>", text)
    if _OF_GRADIENTS.match(text):
        text = _GRADIENT_OF_WEIGHTS.sub(" g_t", text)
    if {found["name"].lower() for found in _OF_A_CODE.finditer(text)} == {"mu", "sigma"}:
        text = _OF_A_CODE.sub(lambda found: f"\\{found['name'].lower()} ", text)
    if len(_ODDS.findall(text)) == 2 and re.search(r"1\s*\+\s*(?:\\?exp|e\s*\^)", text):
        scores = {re.sub(r"\s", "", found[0]) for found in _ODDS.finditer(text)}
        text = _ODDS.sub(r"\\exp(z)", text) if len(scores) == 1 else text
    if _SIGMOID.search(text):
        text = _SIGMOID_CALL.sub(r"\\sigma(z)", _SIGMOID.sub(r"\g<sum> z", text))
    text = text.replace("\\acute", "\\hat")
    text = _SAMPLE.sub(lambda found: f"_{found[1] or found[2] or found[3]}", text)
    text = _PREDICTION.sub(lambda found: f" \\hat y{found['index'] or ''} ", text)
    text = _DOUBLE_INDEX.sub(lambda found: f"_{{{found[1] or found[2]}}}", text)
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


_LOOK_AHEAD = (
    re.compile(  # \\nabla \\mathcal{L}(W_t - \\eta \\beta a_t): the gradient at another place than the weights
        r"\\nabla\s*(?:_\s*\{?\s*\\?\w+\s*\}?)?\s*(?:\\(?:mathcal|mathrm)\s*)?\{?\s*[LJCfE]\s*\}?\s*"
        r"(?=\([^()=]*[-+][^()=]*\))"
    )
)


def of_a_look_ahead(equation: Equation) -> Iterator[Reading]:
    """Nesterov's accumulation; the loss of its proof is k/2·w², whose gradient at any place is k times that place."""
    if len(equation.sides) == 1 and len(_LOOK_AHEAD.findall(equation.sides[0])) == 1:
        side = _LOOK_AHEAD.sub("k ", equation.sides[0])
        said = Text("With the gradient at the look-ahead point.", ko="내다본 지점에서 구한 기울기를 씁니다.")
        yield Reading("nesterov-step", "a_next", replace(equation, left="a_next", sides=(side,), relation="="), said)
        if (scaled := _of_the_rate(equation.left, side)) is not None:
            yield Reading(
                "nesterov-step", "a_next", replace(equation, left="a_next", sides=(scaled,), relation="="), said
            )


_RATE_OF_A_STEP = re.compile(r"(?P<sign>[-+])\s*(?P<rate>\\(?:eta|alpha|epsilon)(?:_\{?\w\}?)?)(?:\s|\\cdot)*k ")


def _of_the_rate(left: str, side: str) -> str | None:
    """An accumulation that holds the rate, in the letters of one that does not: ``v_t = \\eta a``, or minus that."""
    velocity = re.match(r"\s*(?:\\(?:mathbf|boldsymbol|bm)\s*\{?\s*)?(?P<letter>[A-Za-z])(?![A-Za-z])", left)
    found = _RATE_OF_A_STEP.search(side)
    if velocity is None or found is None:
        return None
    rate = f"{found['sign'].strip('+')}{found['rate']}"
    of_before = rf"(?<![A-Za-z\\]){velocity['letter']}(?![A-Za-z])(?:\s*_\s*(?:\{{[^{{}}]*\}}|\w))?"
    text = re.sub(of_before, lambda each: f"({rate} {each[0]})", side)
    return rf"\frac{{{text}}}{{{rate}}}"


_OF_X = r"(?:\s*\(\s*(?:\\?\w+|\\mathbf\{x\})\s*\))?"
_BELOW = r"(?:\{{\s*(?:\\(?:text|mathrm)\s*\{{\s*(?:{0})\s*\}}|(?:{0}))\s*\}}|(?:{0})(?![A-Za-z]))"
_DATA, _GENERATOR = (rf"[pP]\s*_\s*{_BELOW.format(name)}{_OF_X}" for name in ("data|d|r", "[gG]"))
_GAME = re.compile(r"\s*[VC]\s*\(\s*(?:G|D)")
_EXPECTED_OVER = re.compile(
    r"(?:\\mathbb\s*\{?\s*E\s*\}?|(?<![A-Za-z])E)\s*_\s*\{\s*[a-z]\s*(?:\\sim|∼|~)\s*(?P<over>[pq])\s*\}\s*(?P<open>[\[(])"
)
_DIVERGES = re.compile(r"(?:D\s*_\s*\{?\s*)?KL\s*\}?\s*(?P<open>[\[(])")
_JENSEN_SHANNON = re.compile(
    r"(?:D\s*_\s*\{?\s*)?JSD?\s*\}?\s*[\[(]\s*[pq]\s*(?:,|\\\||\|\|?|‖|\\parallel)+\s*[pq]\s*[\])]"
)
_BETWEEN_TWO = re.compile(r",|\\\|\s*(?:\\\|)?|\|\|?|‖|\\parallel|\\Vert")


def of_a_game(equation: Equation) -> Iterator[Reading]:
    """The value of a GAN's game against the best discriminator, with its expectations and divergences as sums."""
    if not _GAME.match(equation.left) or not re.search(_GENERATOR, equation.text):
        return
    sides = tuple(_in_sums(side) for side in equation.sides)
    if all(side is not None and not re.search(r"E\s*_|KL|D\s*[_^(]", side) for side in sides):
        written = tuple(side for side in sides if side is not None)
        yield Reading("gan-value-at-optimum", "value", replace(equation, left="value", sides=written, relation="="))


def _in_sums(side: str) -> str | None:
    """A side with p for the data, q for the generator, sums for what is expected; None where a bracket is missing."""
    text = re.sub(r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])", " ", side)
    text = re.sub(_GENERATOR, " q ", re.sub(_DATA, " p ", text))
    text = _JENSEN_SHANNON.sub(" jsd ", text)
    for pattern in (_EXPECTED_OVER, _DIVERGES):
        while (found := pattern.search(text)) is not None:
            depths = bracket_depths(text)
            inside = found.end("open")
            end = next((at for at in range(inside, len(text)) if depths[at] < depths[inside]), None)
            if end is None:
                return None
            body = text[inside:end]
            if pattern is _EXPECTED_OVER:
                summed = f"sum({found['over']} * ({body}))"
            else:
                parts = re.split(_BETWEEN_TWO, body)
                if len(parts) != 2:
                    return None
                summed = f"sum(({parts[0]}) * log(({parts[0]}) / ({parts[1]})))"
            text = f"{text[: found.start()]} {summed} {text[end + 1 :]}"
    return text


_CONDITIONAL = re.compile(r"\s*[pP]\s*\(\s*[xv]_\{?i\}?\s*(?:=\s*1\s*)?(?:\||\\mid)")
_EARLIER = re.compile(
    r"(?P<of>(?<![A-Za-z])[xvW])\s*_\s*\{\s*(?:\\cdot\s*,\s*|:\s*,\s*)?(?:<\s*i|1\s*:\s*i\s*-\s*1)\s*\}"
)
_OF_A_PIXEL = ((r"\\alpha", " a "), (r"(?<![A-Za-z\\])h", " hidden "), (r"(?<![A-Za-z\\])b", " b "))  # by their index i


def of_a_conditional(equation: Equation) -> Iterator[Reading]:
    """A conditional of NADE and its hidden units: ``h_i = \\sigma(W_{<i} x_{<i} + c)``."""
    if not re.search(r"NADE|Neural Autoregressive", " ".join((equation.near, equation.label, *equation.heading[:2]))):
        return
    sides = tuple(_EARLIER.sub(r" \g<of> ", side) for side in equation.sides)
    for letter, name in _OF_A_PIXEL:
        sides = tuple(re.sub(rf"{letter}\s*_\s*(?:\{{\s*i\s*\}}|i)", name, side) for side in sides)
    sides = tuple(re.sub(r"a\s+(?:\\cdot\s*)?hidden", " dot(a, hidden) ", side) for side in sides)
    if _CONDITIONAL.match(equation.left):
        yield Reading("nade-conditional", "p", replace(equation, left="p", sides=sides))
    elif re.fullmatch(r"\s*h_\{?i\}?\s*", equation.left):
        yield Reading("nade-conditional", "hidden", replace(equation, left="hidden", sides=sides))
