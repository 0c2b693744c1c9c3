r"""The passes through a network as courses write them: ``Z1 = W1A0 + b1``, ``dW2 = 1/m dZ2 A1^T``, ``dA = W.T * dZ``.

A layer has as many spellings as there are courses: numbers behind the letters or in brackets, samples as columns or as
rows, ``dZ`` or ``\partial L/\partial Z``. So such a formula is read for its structure: which factors stand in a
product, of which layer each is, which of them is transposed. What is one of the few right forms is right; of all else
nothing is said here, so that nothing is called wrong for how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from quizprep.frozen import frozen
from quizprep.notes.equations import PARTIAL, Equation, bracket_depths
from quizprep.text import Text

LONGEST = 160  # characters of a formula that is looked at

_FONT = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|mathrm|textbf|textit|text|mathit|textrm|operatorname|vec|mathbb|mathcal)\*?\s*\{([^{}]*)\}"
)
_BARE_FONT = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec)\s+(?=[A-Za-z](?![A-Za-z]))")
_DROPPED = re.compile(r"\\(?:left|right|,|;|!|:|quad|qquad|limits|[bB]igg?[lr]?)(?![A-Za-z])|\$|`|~|\\ |\\(?=_)")
_OUTPUT = re.compile(r"\\hat\s*\{?\s*([Yy])\s*\}?|\b([Yy])_?hat\b|([Yy])\u0302|\b([Yy])_?pred\b")
_BY = re.compile(  # \frac{\partial L}{\partial Z}, d(L)/d(Z), \partial L / \partial Z
    rf"\\[dt]?frac\s*\{{\s*{PARTIAL}\s*\{{?\s*[A-Za-z](?:\([^()]*\))?\s*\}}?\s*\}}\s*\{{\s*{PARTIAL}\s*(?P<below>[^{{}}]*(?:\{{[^{{}}]*\}}[^{{}}]*)*)\}}"
    rf"|\bd\(?[lLJ](?:\([^()]*\))?\)?\s*/\s*d\(?(?P<behind>[A-Za-z]\w?)\)?(?![A-Za-z(])"
)
_LEFT_OUT = re.compile(r"\.\.\.|…|\\(?:[cl]?dots|dots[cbm])(?![A-Za-z])")
_SHARE = re.compile(r"\\[dt]?frac\s*\{\s*1\s*\}\s*\{\s*[mnN]\s*\}|\(\s*1\s*/\s*[mnN]\s*\)|\b1\s*/\s*[mnN](?![A-Za-z])")
_TRANSPOSED = re.compile(
    r"\s*\.T\b|\s*\^\s*\{?\s*(?:\\top|\\intercal|\\mathsf\s*\{?T\}?|T)\s*\}?|\s*\(\s*transposed?\s*\)|\s*\.transpose\(\)"
)
_TRANSPOSED_LAYER = re.compile(r"\^\s*\{\s*(?P<layer>\[[^\[\]]*\]|\([^()]*\))\s*(?:\\top|\\intercal|T)\s*\}")  # ^{[2]T}
_COMPLEMENT = re.compile(  # 1 - A2, 1 - A2^2, 1 - power(A2, 2)
    r"\(\s*1\s*-\s*(?:(?:np\.)?power\(\s*(?P<raised>[aA][^(),]*),\s*2\s*\)|(?P<of>[aA](?:[^()^]|\^\{?[\[(])*?)\s*(?P<square>\^\s*\{?2\}?|\*\*\s*2)?)\s*\)"
)
_SAMPLE = re.compile(r"\s*\^\s*\{\s*\(\s*[ij]\s*\)\s*\}|\(\s*[ij]\s*\)")
_LAYER = re.compile(  # [l-1], ^{[l]}, ^{(l)}, _{l}, _1, or a number that stands directly behind
    r"\s*(?:[\^_]?\s*\{?\s*[\[(]\s*(?P<bracket>\w(?:\s*[+-]\s*1)?)\s*[\])]\s*\}?|_\s*\{\s*(?P<below>\w(?:\s*[+-]\s*1)?)\s*\}"
    r"|_\s*(?P<short>\w)(?!\w)|(?P<digit>\d)(?!\d|\.\d))"
)
_WORD = re.compile(r"\\?[A-Za-z]+")
_CALL = re.compile(  # g(, g'(, g1'(, g^{[1]\prime}(
    r"(?P<function>\\?[A-Za-zσφ]+)(?P<slope>\s*(?:'|\^\s*\{?\s*\\prime\s*\}?))?"
    r"(?:\s*[\^_]?\s*\{?\s*[\[(]\s*\w\s*[\])]\s*(?P<inner>\\prime|')?\s*\}?|_\w|\d)?(?P<late>'|\^\s*\{?\s*\\prime\s*\}?)?\s*(?=\()"
)
_FUNCTIONS = frozenset("g f h sigma sigmoid relu tanh softmax phi varphi activation σ φ".split())
_NAMES = re.compile(r"(?:d?[WwZzAaXxBbYyHhOoTt])+")
_GATHERED = re.compile(r"\s*,\s*(?:axis|keepdims|keep_dims|dim)\s*=\s*\w+")
_INPUTS, _OUTPUTS, _WEIGHTS, _BIASES = "aAhHxXoOzZ", "zZaAyYoOhHuU", "wWθ", "bB"
_ERROR_OF = "zZaAoO"
CLASSIFIES = re.compile(
    r"cross.?entrop|softmax|sigmoid|logistic|log.?loss|\bbce\b|교차|소프트맥스|시그모이드|로지스틱", re.IGNORECASE
)


@frozen
class Pass:
    """What a formula is a step of: the proof and its step, and what it says in words."""

    proof: str
    step: str
    reason: Text


LAYER_SUMS = Pass(
    "forward-propagation",
    "z",
    Text(
        "The weighted sums of a layer, of what the layer before it gives.",
        ko="앞 층의 출력으로 계산한 층의 가중합입니다.",
    ),
)
ACTIVATION = Pass(
    "forward-propagation",
    "hidden",
    Text("What a layer gives: its activation of its weighted sums.", ko="층의 출력은 그 층 가중합의 활성화 값입니다."),
)
AT_THE_OUTPUT = Pass(
    "gradient-at-the-logit",
    "of_cross_entropy",
    Text(
        "The gradient of cross-entropy by the scores behind a sigmoid or softmax.",
        ko="시그모이드나 소프트맥스 앞 점수로 미분한 교차 엔트로피의 기울기입니다.",
    ),
)
OF_WEIGHTS = Pass(
    "backpropagation-two-layers",
    "dw_2",
    Text(
        "The gradient by the weights of a layer: its errors times what it is given.",
        ko="층의 가중치로 미분한 기울기는 그 층의 오차와 입력의 곱입니다.",
    ),
)
OF_BIASES = Pass(
    "squared-error-gradient",
    "grad_b",
    Text(
        "The gradient by the biases of a layer: its errors, added up.",
        ko="층의 편향으로 미분한 기울기는 그 층 오차의 합입니다.",
    ),
)
OF_INPUTS = Pass(
    "delta-passed-down",
    "back",
    Text(
        "The errors of a layer, passed back through its weights.",
        ko="층의 오차를 그 층의 가중치로 되돌려 보낸 것입니다.",
    ),
)
OF_SUMS = Pass(
    "delta-passed-down",
    "delta",
    Text(
        "What comes back to a layer, times the slope of its activation.",
        ko="층으로 돌아온 기울기와 활성화 함수 기울기의 곱입니다.",
    ),
)


@frozen
class _Name:
    """One letter of a network: ``dW2`` is the gradient by the weights of layer 2; without a layer it is ()."""

    letter: str
    gradient: bool = False
    layer: tuple[str, int] | tuple[()] = ()
    transposed: bool = False


@frozen
class _Applied:
    """A function of something: an activation, its slope, or a sum over the samples."""

    function: str
    of: _Terms
    slope: bool = False


@frozen
class _Share:
    """The share of one sample, 1/m."""


_Factor = _Name | _Applied | _Share
_Product = tuple[_Factor, ...]
_Terms = tuple[tuple[str, _Product], ...]  # each with its sign


def passed(equation: Equation, page: str = "") -> Pass | None:
    """What step of a network's passes an equation is; None where it is none, or is not one of the right forms.

    ``page`` is what the note speaks of: that ``A - Y`` is a gradient is said of cross-entropy alone.
    """
    if equation.relation != "=" and not equation.loose:
        return None
    if len(equation.text) > LONGEST or equation.loose:
        return None
    left = _read(equation.left)
    if left is None or len(left) != 1 or left[0][0] != "+" or len(left[0][1]) != 1:
        return None
    name = left[0][1][0]
    if not isinstance(name, _Name) or name.transposed:
        return None
    found: list[Pass] = []
    for side in equation.sides:
        if _LEFT_OUT.search(side):  # w_1 x_1 + ... + w_m x_m
            continue
        terms = _read(side)
        if terms is None:
            return None
        if terms == left:
            continue
        form = _form(name, terms)
        if form is None or (form is AT_THE_OUTPUT and not CLASSIFIES.search(page)):
            return None
        found.append(form)
    return found[-1] if found else None


# --- reading -----------------------------------------------------------------------------------


def _read(text: str) -> _Terms | None:
    """A side of an equation, if it is made of the names of a network alone."""
    for _ in range(2):
        text = _FONT.sub(r" \1 ", text)
    text = _BARE_FONT.sub(" ", text)
    text = _TRANSPOSED_LAYER.sub(r"^{\g<layer>}^T", _DROPPED.sub(" ", text))
    text = re.sub(r"(?<![A-Za-z])d\s+(?=[A-Za-z](?![a-z]))", "d", text)  # d\mathbf{A}
    text = _OUTPUT.sub("ŷ ", text)
    text = re.sub(r"(?<![A-Za-z\\])d\(\s*([A-Za-z])\s*\)(?!\s*/)", r"d\1", text)  # d(z)
    text = _BY.sub(lambda found: " d" + (found["below"] or found["behind"] or "").strip() + " ", text)
    text = _SHARE.sub(" ⅟ ", text)
    text = _GATHERED.sub("", text).strip()
    if text.startswith("(") and bracket_depths(text)[1:-1].count(0) == 0 and text.endswith(")"):
        text = text[1:-1]
    reader = _Reader(text)
    terms = reader.terms()
    return terms if terms and reader.at == len(reader.text) else None


class _Reader:
    """Terms of factors, from left to right; what is not understood ends it, and then nothing is read."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def _next(self) -> str:
        while self.at < len(self.text) and self.text[self.at] in " \t\n{}":
            self.at += 1
        return self.text[self.at : self.at + 1]

    def terms(self) -> _Terms | None:
        found: list[tuple[str, _Product]] = []
        sign = "+"
        if self._next() in ("+", "-"):
            sign = self._take()
        while True:
            product = self._product()
            if not product:
                return None
            found.append((sign, product))
            if self._next() not in ("+", "-"):
                return tuple(found)
            sign = self._take()

    def _take(self) -> str:
        character = self._next()
        self.at += 1
        return character

    def _product(self) -> _Product:
        factors: list[_Factor] = []
        while True:
            self._next()
            sign = re.compile(r"\*|\\(?:cdot|times|odot|circ)(?![A-Za-z])|·|×|⊙|@|∘|/\s*[mnN](?![A-Za-z])").match(
                self.text, self.at
            )
            if sign:
                self.at = sign.end()
                if sign[0].startswith("/"):
                    factors.append(_Share())
                continue
            factor = self._factor()
            if factor is None:
                return tuple(factors)
            factors += factor

    def _factor(self) -> Sequence[_Factor] | None:
        character = self._next()
        if character == "⅟":
            self.at += 1
            return [_Share()]
        if character == "ŷ":
            self.at += 1
            return [_Name("ŷ", False, self._layer())]
        if character == "(":
            return self._bracket()
        return self._word()

    def _bracket(self) -> Sequence[_Factor] | None:
        if (inside := _COMPLEMENT.match(self.text, self.at)) is not None:
            of = _Reader(inside["raised"] or inside["of"]).terms()
            self.at = inside.end()
            return [_Applied("1-a²" if inside["square"] or inside["raised"] else "1-a", of or ())]
        begun = self.at
        self.at += 1
        terms = self.terms()
        if terms is None or self._take() != ")":
            self.at = begun
            return None
        return list(terms[0][1]) if len(terms) == 1 and terms[0][0] == "+" else [_Applied("", terms)]

    def _word(self) -> Sequence[_Factor] | None:
        for gathered in ("np.dot(", "dot(", "np.matmul(", "matmul(", "np.multiply(", "multiply("):
            if self.text.startswith(gathered, self.at):
                return self._of_two(gathered)
        total = re.compile(r"(?:np\.)?sum\s*(?=\()|\\sum(?:_(?:\{[^{}]*\}|\w))?(?:\^(?:\{[^{}]*\}|\w))?").match(
            self.text, self.at
        )
        if total:
            self.at = total.end()
            product = self._product()
            return [_Applied("sum", (("+", product),))] if product else None
        word = _WORD.match(self.text, self.at)
        if word is None:
            return None
        applied = _CALL.match(self.text, self.at)
        if applied and applied["function"].lstrip("\\").lower() in _FUNCTIONS:
            self.at = applied.end() + 1
            terms = self.terms()
            if terms is None or self._take() != ")":
                return None
            slope = bool(applied["slope"] or applied["inner"] or applied["late"])
            return [_Applied(applied["function"].lstrip("\\").lower(), terms, slope)]
        if word[0] in ("\\theta", "θ"):
            self.at = word.end()
            return [self._name("θ", False)]
        if not _NAMES.fullmatch(word[0]) or len(word[0]) > 4:
            return None
        names: list[_Factor] = []
        end = word.end()
        while self.at < end:
            gradient = self.text[self.at] == "d"
            letter = self.text[self.at + gradient]
            self.at += 1 + gradient
            names.append(self._name(letter, gradient) if self.at == end else _Name(letter, gradient))
        return names

    def _of_two(self, call: str) -> Sequence[_Factor] | None:
        begun = self.at
        self.at += len(call)
        first = self._product()
        if not first or self._take() != ",":
            self.at = begun
            return None
        second = self._product()
        if not second or self._take() != ")":
            self.at = begun
            return None
        return [*first, *second]

    def _name(self, letter: str, gradient: bool) -> _Name:
        layer = self._layer()
        transposed = _TRANSPOSED.match(self.text, self.at)
        if transposed:
            self.at = transposed.end()
        layer = layer or self._layer()
        return _Name(letter, gradient, layer, bool(transposed))

    def _layer(self) -> tuple[str, int] | tuple[()]:
        sample = _SAMPLE.match(self.text, self.at)
        if sample:
            self.at = sample.end()
        found = _LAYER.match(self.text, self.at)
        if found is None:
            return ()
        self.at = found.end()
        written = re.sub(r"\s", "", found["bracket"] or found["below"] or found["short"] or found["digit"])
        sample = _SAMPLE.match(self.text, self.at)
        if sample:
            self.at = sample.end()
        if written.isdigit():
            return "", int(written)
        return written[0], int(written[1:] or 0)


# --- forms -------------------------------------------------------------------------------------


def _form(left: _Name, terms: _Terms) -> Pass | None:
    """The form that a side has, all of whose layers fit that of the left side."""
    if left.gradient:
        return _gradient(left, terms)
    if len(terms) == 2 and _is_layer(left, terms):
        return LAYER_SUMS
    if len(terms) == 1 and terms[0][0] == "+" and left.letter in "aAhHŷoOyY":
        (factors,) = (product for _, product in terms)
        if len(factors) == 1 and isinstance(factors[0], _Applied) and not factors[0].slope:
            of = _only(factors[0].of)
            if factors[0].function not in _FUNCTIONS:
                return None
            if isinstance(of, _Name) and of.letter in "zZ" and not of.gradient:
                return ACTIVATION if _same(left, of) else None
            return ACTIVATION if len(factors[0].of) == 2 and _is_layer(left, factors[0].of) else None
    return None


def _gradient(left: _Name, terms: _Terms) -> Pass | None:
    if len(terms) == 2:
        (first, one), (second, other) = terms
        output, target = _sole(one), _sole(other)
        fits = first == "+" and second == "-" and output is not None and target is not None
        if fits and output and target and target.letter in "yYtT" and not target.layer and left.letter in _ERROR_OF:
            given = output.letter in "ŷ" or (output.letter in "aAoO" and output.letter.lower() != left.letter.lower())
            return AT_THE_OUTPUT if given and not (output.gradient or target.gradient) and _same(left, output) else None
        return None
    sign, product = terms[0]
    if len(terms) != 1 or sign != "+":
        return None
    factors = list(_flattened(product))
    if left.letter in _BIASES:
        error = _sole(tuple(factors))
        fits = error is not None and error.gradient and error.letter in "zZ" and not error.transposed
        return OF_BIASES if fits and error and _same(left, error) else None
    if left.letter in _WEIGHTS:
        return OF_WEIGHTS if _is_of_weights(left, factors) else None
    if left.letter in "aAhHxX":
        return OF_INPUTS if _is_of_inputs(left, factors) else None
    if left.letter in "zZ":
        return OF_SUMS if _is_of_sums(left, factors) else None
    return None


def _is_layer(left: _Name, terms: _Terms) -> bool:
    """``W A + b`` with the weights and the bias of one layer and the input from the one before."""
    (first, product), (second, rest) = terms
    summed = product[0] if len(product) == 1 else None
    if isinstance(summed, _Applied) and summed.function == "sum" and (over := _over_inputs(summed)) is not None:
        product = over
    bias, names = _sole(rest), [each for each in product if isinstance(each, _Name)]
    if first != "+" or second != "+" or bias is None or bias.letter not in _BIASES or len(names) != len(product) != 2:
        return False
    if len(names) != 2 or any(each.gradient for each in (*names, bias)) or left.letter not in _OUTPUTS:
        return False
    weights = [each for each in names if each.letter in _WEIGHTS]
    if not weights:  # Y = A X + B
        weights = [each for each in names if each.letter == "A" and names[0] is each]
    inputs = [each for each in names if each.letter in _INPUTS and each not in weights]
    if len(weights) != 1 or len(inputs) != 1 or bias.transposed:
        return False
    layer = weights[0].layer
    if bias.layer not in (layer, ()) or left.layer not in (layer, ()):
        return False
    return _is_before(inputs[0], layer) and not (left.letter == inputs[0].letter and left.layer == inputs[0].layer)


def _over_inputs(summed: _Applied) -> _Product | None:
    r"""The factors of ``\sum_j w_j x_j`` without their index, which is the same."""
    factors = summed.of[0][1] if len(summed.of) == 1 else ()
    names = [each for each in factors if isinstance(each, _Name)]
    if len(names) != 2 or len(factors) != 2 or names[0].layer != names[1].layer or not names[0].layer:
        return None
    return tuple(_Name(each.letter) for each in names) if names[0].layer[0] and not names[0].layer[1] else None


def _is_before(given: _Name, layer: tuple[str, int] | tuple[()]) -> bool:
    """Whether something is given by the layer before: ``A1`` for layer 2, ``X`` for the first."""
    if not given.layer:
        first = not layer or layer[0] != "" or layer[1] <= 1
        return first or given.letter not in "xX"
    if not layer:
        return False
    return given.layer == (layer[0], layer[1] - 1) or (given.layer == ("h", 0) and layer == ("o", 0))


def _same(left: _Name, other: _Name) -> bool:
    return left.layer == other.layer or (other.letter == "ŷ" and not other.layer)


def _is_of_weights(left: _Name, factors: Sequence[_Factor]) -> bool:
    """The errors times the inputs, one of them transposed where these are matrices."""
    if len(factors) != 2 or not all(isinstance(each, _Name) for each in factors):
        return False
    errors = [each for each in factors if isinstance(each, _Name) and each.gradient and each.letter in "zZ"]
    inputs = [each for each in factors if isinstance(each, _Name) and not each.gradient and each.letter in "aAhHxX"]
    if len(errors) != 1 or len(inputs) != 1 or not _same(left, errors[0]) or not _is_before(inputs[0], left.layer):
        return False
    turned = errors[0].transposed + inputs[0].transposed
    numbers = errors[0].letter + inputs[0].letter + left.letter
    return turned == 1 or (turned == 0 and numbers.islower())


def _is_of_inputs(left: _Name, factors: Sequence[_Factor]) -> bool:
    """The weights times the errors of the layer whose inputs these are: ``W^T dZ``, or ``dZ W^T`` of rows."""
    if len(factors) != 2 or not all(isinstance(each, _Name) for each in factors):
        return False
    errors = [each for each in factors if isinstance(each, _Name) and each.gradient and each.letter in "zZ"]
    weights = [each for each in factors if isinstance(each, _Name) and not each.gradient and each.letter in _WEIGHTS]
    if len(errors) != 1 or len(weights) != 1 or errors[0].transposed or weights[0].layer != errors[0].layer:
        return False
    given = _Name(left.letter, False, left.layer)
    fits = _is_before(given, weights[0].layer) if left.layer or weights[0].layer else True
    numbers = (errors[0].letter + weights[0].letter + left.letter).islower()
    return fits and (weights[0].transposed or numbers)


def _is_of_sums(left: _Name, factors: Sequence[_Factor]) -> bool:
    """What comes back to the outputs of a layer, times the slope of its activation at its own sums."""
    slopes = [each for each in factors if isinstance(each, _Applied) and each.slope]
    rest = [each for each in factors if each not in slopes]
    written = [each for each in rest if isinstance(each, _Applied) and each.function in ("1-a", "1-a²")]
    if len(slopes) == 1 and not written:
        of = _only(slopes[0].of)
        if not isinstance(of, _Name) or of.letter not in "zZ" or of.gradient or not _same(left, of):
            return False
    elif not slopes and len(written) == 1:
        rest.remove(written[0])
        own = _only(written[0].of)
        if not isinstance(own, _Name) or own.letter not in "aA" or own.gradient or not _same(left, own):
            return False
        if written[0].function == "1-a":
            if own not in rest:
                return False
            rest.remove(own)
    else:
        return False
    if len(rest) == 1:
        back = rest[0]
        return isinstance(back, _Name) and back.gradient and back.letter in "aAhH" and _same(left, back)
    outputs = _Name("A" if left.letter.isupper() else "a", True, left.layer)
    errors = [each for each in rest if isinstance(each, _Name) and each.gradient]
    return bool(left.layer) and len(errors) == 1 and bool(errors[0].layer) and _is_of_inputs(outputs, rest)


def _sole(product: _Product) -> _Name | None:
    name = product[0] if len(product) == 1 else None
    return name if isinstance(name, _Name) else None


def _only(terms: _Terms) -> _Factor | None:
    return terms[0][1][0] if len(terms) == 1 and len(terms[0][1]) == 1 and terms[0][0] == "+" else None


def _flattened(product: _Product) -> Iterator[_Factor]:
    """The factors of a product without shares of a sample and sums over samples, which a mean is made of."""
    for factor in product:
        if isinstance(factor, _Share):
            continue
        if (
            isinstance(factor, _Applied)
            and factor.function in ("sum", "")
            and len(factor.of) == 1
            and factor.of[0][0] == "+"
        ):
            yield from _flattened(factor.of[0][1])
        else:
            yield factor
