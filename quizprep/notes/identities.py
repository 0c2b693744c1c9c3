r"""Equations of probability that hold whatever the distributions are: Bayes' rule, the chain rule, divergences.

No proof has such an equation as its formula; it is held against itself as a line of a derivation is
(:mod:`quizprep.derivation`). What notes write otherwise is written so first: ``P(\text{spam} \mid w)`` with letters,
``p(x_1, \dots, x_n)`` for three or four variables, ``D[p, q]`` as a sum. That an equation does not hold says nothing:
it may be a model, or a definition.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from quizprep.derivation.account import account_of
from quizprep.errors import QuizprepError
from quizprep.formula.limits import within
from quizprep.frozen import frozen
from quizprep.notes.equations import ALL_VALUES, Equation
from quizprep.notes.variables import with_densities
from quizprep.text import Text

SECONDS = 5.0  # of the processor, for one equation: the dearest take one of a quiet one
REMEMBERED = 1024  # equations
LONGEST = 400  # characters
LONGEST_WRITTEN = 4_000  # characters with every product written out: more are products of products
LEAST_VARIABLES = 3  # that dots stand for
MOST_EXCHANGED = 4  # distributions of a side in which an exchange is looked for

_LETTERS = "abcdghjklstuvyzABCDGJKLMSTUVWYZ"  # that no distribution is called by, nor an expectation
_WRAPPED = re.compile(
    r"\\(?:mathcal|mathbf|boldsymbol|bm|mathrm|textbf|textit|text|mathit|textrm|operatorname|mathbb(?!\{E\}|E))\*?\s*\{([^{}]*)\}"
)
_BARE_LETTER = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|mathrm|mathbb|mathcal|textbf|rm|Bbb)\s+(?=[A-Za-z](?![A-Za-z]))"
)  # \mathbf x
_BRACED_NAME = re.compile(r"(?<![\\A-Za-z}])\{\s*(?P<name>[A-Za-z])\s*\}(?=\s*_)|_\s*\{\s*(?P<below>[A-Za-z]+)\s*\}")
_PARAMETERS = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[pq])_(?P<below>\{\s*\\?[A-Za-z]+\s*(?:_\s*\w\s*)?\}|\\[A-Za-z]+|\w)\s*(?=\()"
)  # p_\theta(x)
_OF_A_MODEL = re.compile(  # p^{NB}(y | x), p^{NB}_\\theta(y)
    r"(?<![A-Za-z\\])(?P<name>[pPq])\s*\^\s*"
    r"(?:\{\s*(?:\\[a-z]+\s*\{\s*)?[A-Za-z]{2,}\s*\}?\s*\}|\\[a-z]+\s*\{\s*[A-Za-z]{2,}\s*\}|[A-Z]{2,}(?![A-Za-z]))\s*(?=[(_])"
)
_POSTERIOR = re.compile(r"\s*q(?P<below>_(?:\{[^{}]*\}|\\?\w+))?\s*(?=\([^()|]*(?:\||\\mid))")
_A_FRACTION = re.compile(r"\\[dt]?frac(?![A-Za-z])|/")
_OF_Q = re.compile(r"(?<![A-Za-z\\])q(?![A-Za-z])")
_OF_PARAMETERS = ("\\theta", "\\phi", "\\psi", "\\lambda", "\\varphi")
_ABOUT_A_BOUND = re.compile(
    r"\bVAEs?\b|\bEM\b|expectation.maximi|ELBO|variational|evidence lower bound|변분|오토인코더|autoencoder",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\W*(?:(?:mathcal|text|mathrm|textrm|operatorname)\s*\{?\s*)?(?:ELBO|VLB|[LJF]|loss)(?![A-Za-z])", re.IGNORECASE
)
_OF_PARAMETERS_TOO = re.compile(
    r"\s*(?:\||\\mid(?![A-Za-z])|;|,)\s*\\theta\s*(?=(?:\\right\s*)?\))"
)  # p(x, z | \\theta)
_EXPECTED_OVER_CODES = re.compile(  # E_z[...], E_q[...], of the codes of a sample
    r"(?:\\(?:mathbb|mathbf|mathrm)\s*\{?\s*E\s*\}?|(?<![A-Za-z])E)\s*_\s*(?:\{\s*[zq]\s*\}|[zq])(?=\s*(?:\\left)?\s*\[)"
)
_BY_SAMPLES = re.compile(  # \frac{1}{L} \sum_{l=1}^L \log p(x | z^{(l)}), which draws the codes
    r"\\[dt]?frac\s*\{\s*1\s*\}\s*\{\s*(?P<end>[A-Z])\s*\}\s*\\sum\s*"
    r"(?:_\s*\{\s*(?P<index>[a-z])\s*=\s*1\s*\}\s*\^\s*\{?\s*(?P=end)\s*\}?|\^\s*\{?\s*(?P=end)\s*\}?\s*_\s*\{\s*(?P<behind>[a-z])\s*=\s*1\s*\})"
    r"\s*[(\[]?\s*\\?log\s*(?P<of>p\s*(?:_\s*(?:\{[^{}]*\}|\\?\w+)\s*)?\()\s*x\s*(?:\^\s*\{\s*\(\w\)\s*\}|_\s*\w)?\s*(?:\||\\mid|\\vert)\s*"
    r"z\s*(?:\^|_)\s*\{\s*\(?(?:\w\s*,\s*)?(?:(?P=index)|(?P=behind))\)?\s*\}\s*\)\s*[)\]]?"
)
_SAMPLED = re.compile(r"_\s*\{\s*(?P<name>[A-Z])\s*\\sim")  # E_{Z \sim q}, whose values are z
_OF_A_CODE = re.compile(r"q[^()]*\([^()|]*z[^()|]*(?:\||\\mid|\\vert)")  # q_\\phi(z | x)
_SIGN_OF_A_DIVERGENCE = re.compile(
    r"(?P<sign>[+-])\s*(?:\\(?:text|mathrm|operatorname|mathbb)\s*\{\s*)?(?:D\s*\}?\s*_\s*\{?\s*(?:\\(?:text|mathrm)\s*\{\s*)?)?K\s*L(?![A-Za-z])"
)
_SAMPLE = re.compile(r"\^\s*(?:\{\(\w\)\}|\{\[\w\]\}|\(\w\))")  # x^{(i)}: of one sample, and the same on both sides
_OVER_A_SET = re.compile(r"(?<=[mt])_\s*\{\s*([A-Za-z]\w*'?)\s*\\in[^{}]*\}")
_DENSITY = re.compile(
    r"(?<![A-Za-z\\])(?P<name>\\?Pr|[PpqQ])(?P<below>_(?:\{(?:[^{}()]|\{[^{}()]*\})*\}|\\[A-Za-z]+|\w))?\s*(?P<open>\()"
)
_DIVERGENCE = re.compile(r"(?:D_?\{?(?P<first>KL|JSD?)\}?|(?P<second>KL|JSD?))\s*[(\[](?P<of>[^\[\]]*)[)\]]")
_INTEGRAL_BELOW = re.compile(
    r"\\int(?:\\limits)?\s*_\s*\{?\s*(?P<variable>[a-z])\s*\}?(?![^=]*(?<![A-Za-z\\])d\s*[a-z](?![A-Za-z]))"
)
_INTEGRAL = re.compile(
    r"\\int(?:\\limits)?(?:\s*_\s*(?:\{\s*-\s*\\infty\s*\}|-\\infty)\s*\^\s*(?:\{\s*\+?\s*\\infty\s*\}|\\infty)"
    r"|\s*_\s*(?:\{[^{}]*\}|\w))?(?P<body>(?:(?!\\int|=).)*?)(?<![A-Za-z\\])d\s*(?P<variable>[a-z])(?![A-Za-z])"
)
_A_DENSITY = _DENSITY.pattern.replace("?P<name>", "?:").replace("?P<below>", "?:").replace("?P<open>", "?:")
_SPEAKS_OF_VARIABLES = re.compile(
    rf"{_A_DENSITY}"
    rf"|{_DIVERGENCE.pattern.replace('?P<first>', '?:').replace('?P<second>', '?:').replace('?P<of>', '?:')}"
    r"|(?<![A-Za-z_])(?<!_\{)E(?![a-z])|Var|Cov|(?<![A-Za-z])M?[HI]\s*(?:\\left)?\s*[(\[]|\\(?:rho|sigma|int)|(?<![A-Za-z\\])V\s*[(\[]"
)
_OF_DISTRIBUTIONS = re.compile(
    rf"{_A_DENSITY}"
    r"|(?<![A-Za-z_])E\s*\}?\s*(?:_\s*(?:\{[^{}]*\}|\S))?\s*(?:\\left)?\s*[\[(]|Var|Cov|KL|JSD?"
    r"|(?<![A-Za-z])M?[HIVD]\s*(?:\\left)?\s*[(\[]"
)
_GRADIENT = re.compile(r"\\nabla(?![A-Za-z])|∇")
_A_LETTER = re.compile(r"\s*\\?[A-Za-z]+\s*\}?(?:[_^](?:\{[^{}]*\}|\w))*\s*")
_NAMED = re.compile(r"\W*(?:(?:text|mathrm|operatorname|textrm)\s*\{\s*)?[A-Za-z]{2,}")
_DOTS = r"(?:\\(?:[cl]?dots|dotsc|dotsb|cdot\s*\\cdot\s*\\cdot)(?![A-Za-z])|\.\.\.|…)"
_LIST = re.compile(
    rf"(?P<name>[A-Za-z])_\{{?1\}}?\s*,(?:\s*(?P=name)_\{{?\d\}}?\s*,)*\s*{_DOTS}\s*,?\s*(?P=name)_(?:\{{(?P<long>[^{{}}]+)\}}|(?P<last>\w))"
)
_RANGE = re.compile(r"(?P<name>[A-Za-z])_\{\s*(?:1\s*:\s*(?P<to>[^{},:]+)|<\s*(?P<below>\w))\s*\}")
_TIMES = r"(?:\\(?:cdot|times)(?![A-Za-z])\s*)?"
_FACTORS = re.compile(rf"\)\s*{_TIMES}{_DOTS}\s*{_TIMES}(?=[Pp])")
_UP_TO = re.compile(
    r"(?P<name>(?<![A-Za-z\\])[A-Za-z])_\{?1\}?\s*\^\s*(?:\{\s*(?P<to>[A-Za-z](?:\s*-\s*1)?)\s*\}|(?P<last>[A-Za-z]))"
)  # w_1^{t-1}
_ITS_VALUE = re.compile(  # X_1 = x_1
    r"(?<![A-Za-z\\])(?P<name>[A-Z])_(?P<index>\w|\{[\w\\+\- ]+\})\s*=\s*(?P<value>[a-z])_(?P=index)"
)
_DOWN_TO = re.compile(  # w_{t-1}, \dots, w_1
    rf"(?P<name>[A-Za-z])_\{{(?P<last>\w\s*-\s*1)\}}\s*,(?:\s*(?P=name)_\{{\w\s*-\s*\d\}}\s*,)*\s*{_DOTS}\s*,\s*"
    r"(?:(?P=name)_\{?2\}?\s*,\s*)?(?P=name)_\{?1\}?(?!\d)"
)
_ROW = re.compile(
    rf"(?<=[(|])(?P<row>(?:\s*(?:[A-Za-z]_(?:\w|\{{[\w+\- ]+\}})|{_DOTS}))+)\s*(?=[)|])"
)  # w_1 w_2 \dots w_n
_OF_A_SENTENCE = re.compile(r"\s*[Pp]\s*\(\s*(?P<name>[A-Z])\s*\)")  # P(S), with the words on the other side
_OF_A_ROW = re.compile(rf"[A-Za-z]_(?:\w|\{{[^{{}}]*\}})|{_DOTS}")
_PRODUCT = re.compile(
    r"\\prod(?:\\limits)?\s*_\s*\{\s*(?P<index>[a-z])\s*=\s*(?P<first>[12])\s*\}\s*\^\s*(?:\{(?P<long>\w+)\}|(?P<last>\w))"
)
_INDEX = re.compile(r"_(?:\{\s*(?P<letter>[a-zA-Z]|\d+)\s*(?:(?P<sign>[+-])\s*(?P<step>\d))?\s*\}|(?P<alone>[a-zA-Z]))")
_INDEPENDENT = re.compile(
    r"independen|indepency|\bi\.?i\.?d|naive|naïve|markov|\\perp|⊥|独立|朴素|马尔可夫|独立同分布|독립|나이브|마르코프",
    re.IGNORECASE,
)
_OF_A_CHAIN = re.compile(
    r"diffusion|forward process|noising|\bn-?\s?gram|bigram|trigram|HMM|random walk"
    r"|확산|순방향 과정|바이그램|扩散|加噪",
    re.IGNORECASE,
)
_OF_DATA = re.compile(r"p_\s*\{?\s*(?:\\?(?:text|mathrm)\s*\{)?\s*(?:data|real|model)")
_UNEQUAL = re.compile(r"\\(?:geq?|leq?|geqslant|leqslant)(?![A-Za-z])|[≥≤]")
_GIVEN_A_NEIGHBOUR = re.compile(r"[pPq]\s*\(\s*(?P<letter>[A-Za-z])_(?P<of>\d)\s*\|\s*(?P=letter)_(?P<given>\d)\s*\)")
_OF_ONE_VALUE = re.compile(r"[pPq]\s*\(\s*[A-Za-z]_\d\s*\)")
_IN_WORDS = re.compile(  # 2 \\times Jensen-Shannon Divergence (JSD): what the next side is called
    r"\s*(?:\d+\s*(?:\\times|\\cdot|[×·*])?\s*)?[A-Z][a-z]{3,}(?:(?:[\s-]|\\ )+[A-Za-z][a-z]{2,})+"
    r"(?:\s|\\ )*(?:\(\w+\))?\s*"
)
_VARIABLES = r"(?:[^()|\\]|\\(?!mid|vert)[A-Za-z]+)+?"
_WHOLE = re.compile(  # p(x), p(x | y): one distribution with nothing nested in it
    rf"(?<![A-Za-z\\])(?P<name>\\?Pr|[Pp])\s*\(\s*(?P<asked>{_VARIABLES})\s*"
    rf"(?:(?P<bar>\||\\mid(?![A-Za-z])|\\vert(?![A-Za-z]))\s*(?P<given>{_VARIABLES})\s*)?\)"
)
_FORM = re.compile(  # of a product or a fraction, without its factors
    r"\\(?:[dt]?frac|cdot|times|left|right|,|;|!|quad)(?![A-Za-z])|[{}()/*\s.]"
)
_RULE = re.compile(
    r"bayes|chain rule|product rule|multiplication rule|\bjoint\b|conditional prob|posterior"
    r"|베이즈|연쇄|곱셈|결합|조건부|사후",
    re.IGNORECASE,
)
_OVER_AN_INDEX = re.compile(  # \sum_{j=1}^K, \sum_{y'}
    r"\\sum(?:\\limits)?\s*_\s*\{?(?P<index>[a-z]'?)\s*(?:=\s*1\s*)?\}?\s*(?:\^\s*(?:\{\w+\}|\w))?"
)
_ABOVE_A_LINE = re.compile(
    r"\\[dt]?frac\s*\{(?P<above>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}$"
)
_INDEXED = re.compile(r"(?<![A-Za-z\\])(?P<name>[A-Z]|\\omega)_\{?(?P<which>\w)\}?")  # C_1
_LABELLED = re.compile(r"(?P<name>[A-Za-z])\s*=\s*(?P<which>[01])(?!\w)")  # y = 1
_A_PARAMETER = re.compile(r"\\?(?:theta|Theta|beta|omega|phi)|[wW]")
_UP_TO_A_NUMBER = re.compile(  # \\sum_{i=0}^{9}: over all values, of which there are ten
    r"\\sum(?:\\limits)?\s*(?:_\s*\{\s*(?P<index>[a-z])\s*=\s*[01]\s*\}\s*\^\s*(?:\{\d+\}|\d)"
    r"|\^\s*(?:\{\d+\}|\d)\s*_\s*\{\s*(?P<behind>[a-z])\s*=\s*[01]\s*\})"
)
_AT_X = re.compile(r"(?<=[A-Za-z])\s*\(\s*[a-z]\s*\)")  # p(x), which is p in a divergence
_NOTHING_LEFT = re.compile(r"\|\s*(?=\))|,\s*(?=[|)])")


@frozen
class Held:
    """That an equation holds: for all distributions, or only for independent ones.

    ``stated`` tells that the note says such an assumption, near it or in the heading. ``prior``: it is that the
    parameters are independent of the inputs, before anything is seen. ``predictive``: that what is seen tells of new
    values through the parameters alone. ``chain``: that each depends on the one before it alone. ``classes``: that
    there are two of them. ``algebra``: that there is no distribution in it.
    """

    independent: bool = False
    stated: bool = False
    prior: bool = False
    predictive: bool = False
    chain: bool = False
    classes: bool = False
    algebra: bool = False

    def reason(self) -> Text:
        """Why it is right, or what it takes to be."""
        if self.prior:
            return Text(
                "It holds where the prior of the parameters does not depend on the inputs.",
                ko="파라미터의 사전 분포가 입력과 무관할 때 성립합니다.",
            )
        if self.predictive:
            return Text(
                "It holds where what was seen tells of it through the parameters alone.",
                ko="관측값이 파라미터를 통해서만 영향을 줄 때 성립합니다.",
            )
        if self.chain:
            return Text(
                "It holds where each depends on the one before it alone: for a Markov chain.",
                ko="각 변수가 바로 앞 변수에만 의존할 때, 즉 마르코프 연쇄에서 성립합니다.",
            )
        if self.classes:
            return Text("It holds where there are no other classes.", ko="그 밖의 클래스가 없을 때 성립합니다.")
        if self.algebra:
            return Text("The sides are equal, whatever the letters are.", ko="문자가 무엇이든 양쪽이 같습니다.")
        if not self.independent:
            return Text("It holds for all distributions.", ko="어떤 분포에서도 성립합니다.")
        return Text(
            "It does not hold for all distributions: it takes some variables to be independent.",
            ko="모든 분포에서 성립하지는 않습니다. 일부 변수가 독립이라고 가정한 식입니다.",
        )


@frozen
class Slip:
    """One exchange after which an equation of distributions holds: ``text`` says which, ``repair`` is the right side.

    ``named`` tells that a rule of probability stands in the heading or the label, so that nothing else is meant.
    """

    text: Text
    repair: str
    named: bool


def slip(equation: Equation) -> Slip | None:
    """What is exchanged in an equation of distributions that does not hold for all of them; None where nothing is.

    Only a right side that is made of distributions alone is looked at: a product of them, or a fraction. Either what is
    asked and what is given are exchanged in one, ``p(x|y)`` for ``p(y|x)``, or two stand in each other's place, or one
    is of another variable.
    """
    side = equation.sides[-1]
    found = list(_WHOLE.finditer(side))
    if len(equation.sides) > 1 or not 2 <= len(found) <= MOST_EXCHANGED or _FORM.sub("", _WHOLE.sub("", side)):
        return None
    asked = re.sub(r"\s+", "", equation.left)
    for text, repair in (*_exchanges(side, found), *_others(equation.left, side, found)):
        if asked not in re.sub(r"\s+", "", repair) and _holds(f"{equation.left} = {repair}") is False:
            around = " ".join((equation.label, *equation.heading))
            return Slip(text, repair, _RULE.search(around) is not None)
    return None


def _exchanges(side: str, found: Sequence[re.Match[str]]) -> Iterator[tuple[Text, str]]:
    for each in found:
        if each["given"] is not None:
            turned = f"{each['name']}({each['given'].strip()} {each['bar']} {each['asked'].strip()})"
            said = Text(
                f"`{each[0]}` is turned round: it should be `{turned}`.",
                ko=f"`{each[0]}`: 조건이 뒤바뀌었습니다. `{turned}`이어야 합니다.",
            )
            yield said, side[: each.start()] + turned + side[each.end() :]
    for first, second in itertools.combinations(found, 2):
        said = Text(
            f"`{first[0]}` and `{second[0]}` stand in each other's place.",
            ko=f"`{first[0]}`와 `{second[0]}`: 자리가 서로 바뀌었습니다.",
        )
        between = side[first.end() : second.start()]
        yield said, side[: first.start()] + second[0] + between + first[0] + side[second.end() :]


def _others(left: str, side: str, found: Sequence[re.Match[str]]) -> Iterator[tuple[Text, str]]:
    """One distribution of one variable of the left side exchanged for that of another."""
    variables = [part.strip() for each in _WHOLE.finditer(left) for part in (each["asked"], each["given"]) if part]
    for each in found:
        for other in variables if each["given"] is None and each["asked"] in variables else ():
            if other != each["asked"]:
                meant = f"{each['name']}({other})"
                said = Text(f"`{each[0]}` should be `{meant}`.", ko=f"`{each[0]}`: `{meant}`이어야 합니다.")
                yield said, side[: each.start()] + meant + side[each.end() :]


def speaks_of_distributions(equation: Equation) -> bool:
    """Whether an equation is about distributions and no other thing: two are named, one of them under a condition."""
    plain = (_OF_A_MODEL.sub(r"\g<name>", side) for side in (equation.left, *equation.sides))
    named = [found for side in plain for found in _DENSITY.finditer(side)]
    return len(named) > 1 and re.search(r"\([^()]*(?:\||\\mid|\\vert)[^()]*\)", equation.text) is not None


def held(equation: Equation) -> Held | None:
    """Whether an equation of distributions holds by itself; None where that is not known."""
    sides = [side for side in equation.sides if not _IN_WORDS.fullmatch(side)] or equation.sides
    if len(sides) > 1 and _NAMED.match(equation.left) and not _SPEAKS_OF_VARIABLES.search(equation.left):
        return None  # PP(W) = p(W)^{1/N} = \sqrt[N]{p(W)}: that the sides are equal does not make them what is named
    text = " ".join(f"{equation.left} = {' = '.join(sides)}".split())
    text = _OF_A_MODEL.sub(r"\g<name>", ALL_VALUES.sub(r"\g<sum>_{\g<of>}", text))
    text = _of_values(text)
    if len(text) > LONGEST or not _SPEAKS_OF_VARIABLES.search(text):
        return None
    if equation.relation != "=" or _GRADIENT.search(text):
        return None  # w + \nabla V(s), a step along the gradient of a value, which is no variance
    if _A_LETTER.fullmatch(equation.left) and not any(map(_SPEAKS_OF_VARIABLES.search, sides)):
        return None  # A_E = \pi R^2 = R^2 \pi, which is algebra
    around = " ".join((equation.label, equation.near, *equation.heading))
    if _ABOUT_A_BOUND.search(around) and _OF_A_CODE.search(text):
        text = _EXPECTED_OVER_CODES.sub(lambda found: "E_{q(z|x)}", text)
    with within(SECONDS):  # all the ways to read it together
        if "\\propto" in text:
            return _proportional(text)
        independent = _holds(text)
        unequal = _UNEQUAL.search(text)
        if unequal is not None and "=" in text[: unequal.start()] and _holds(text[: unequal.start()]) is None:
            return None  # a'' = Var(y) ≥ 0: that a variance is not negative says nothing of a''
        stated = _INDEPENDENT.search(around) is not None
        if independent and any(map(_is_a_chain, _written_out(text))) and not equation.approximate:
            return Held(independent, stated or _OF_A_CHAIN.search(around) is not None, chain=True)
        written = () if _OF_DATA.search(text) else with_densities(text, around)  # p_G is no density of G there
        if independent is not False and any(_holds(each) is False for each in written):
            independent = False
        if independent is None:
            of_two = _of_two_classes(text)
            return Held(classes=True) if of_two is not None and _holds(of_two) is False else None
        if _names_a_value(text) or (independent and (_is_a_name_for_it(text) or equation.approximate)):
            return None
        if not independent and not _OF_DISTRIBUTIONS.search(text):
            return Held(algebra=True)
        if independent and not stated and any(_holds(each) is False for each in _with_prior(text)):
            return Held(independent, stated=True, prior=True)
        if independent and not stated and any(_holds(each) is False for each in _with_all_given(text)):
            return Held(independent, stated=True, predictive=True)
        return Held(independent, stated)


def _names_a_value(text: str) -> bool:
    """Whether one side is the other one for one value: ``P(x | y) = P(x = 1 | y)``, which holds where x is 1."""
    plain = re.sub(r"\s|=\s*\d+(?=\s*[,|)])", "", text)
    left, _, side = plain.partition("=")
    return left == side and plain != re.sub(r"\s", "", text)


def _is_a_name_for_it(text: str) -> bool:
    """Whether one distribution is said to be another one, of something else: ``p(j | u) = P(y = j | x)``."""
    sides = [_WHOLE.fullmatch(side.strip()) for side in _plain(text).split("=", 1)]
    return all(sides) and len({side["asked"].strip() for side in sides if side}) > 1


def _is_a_chain(written: str) -> bool:
    """Whether each factor on the right is of one value given its neighbour alone: ``q(x_2 | x_1) q(x_3 | x_2)``."""
    steps = set()
    rest = written.partition("=")[2]
    for found in _GIVEN_A_NEIGHBOUR.finditer(rest):
        steps.add((found["letter"], int(found["of"]) - int(found["given"])))
    left_over = _OF_ONE_VALUE.sub("", _GIVEN_A_NEIGHBOUR.sub("", rest), count=1)
    return len(steps) == 1 and abs(steps.pop()[1]) == 1 and not left_over.strip()


def _of_values(text: str) -> str:
    r"""With the letter of its values for a variable, ``E_{z \sim q}[\log q(z)]``, where a value stands only in
    distributions: ``(X - x)^2`` is of two things."""
    outside = _WHOLE.sub(" ", re.sub(r"(?<![A-Za-z\\])[pqPQ]\s*\([^()]*\)", " ", text))
    for name in sorted({found["name"] for found in _SAMPLED.finditer(text)} - set("EHPQ")):
        if not re.search(rf"(?<![A-Za-z\\]){name.lower()}(?![A-Za-z])", outside):
            text = re.sub(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", name.lower(), text)
    return text


def _proportional(text: str) -> Held | None:
    r"""Whether ``p(\theta | D) = \frac{...}{p(D)} \propto ...`` holds: what stands last is what is above the line."""
    first, last = text.rsplit("\\propto", 1)
    first = first.strip().removesuffix("\\").strip()
    fraction = _ABOVE_A_LINE.search(first)
    if fraction is None or "\\propto" in first:
        return None
    same = re.sub(r"\s|\\[,;!]", "", fraction["above"]) == re.sub(r"\s|\\[,;!]", "", last)
    return Held() if _holds(first) is False and (same or _holds(f"{fraction['above']} = {last}") is False) else None


@lru_cache(maxsize=REMEMBERED)
def _holds(text: str) -> bool | None:
    """Whether an equation that holds does so for independent variables only; None where it is not known to hold."""
    found: bool | None = None
    for written in _written_out(text):
        with suppress(QuizprepError, RecursionError):
            with within(SECONDS):
                lines = account_of(written, reasons=False).lines
            if lines and all(line.status in ("follows", "holds") for line in lines):
                assuming = [line.assuming for line in lines if line.assuming]
                if not all("independent" in each for each in assuming):
                    return None  # only for some numbers
                if not assuming:
                    return False
                found = True
    return found


def bound(equation: Equation) -> Held | None:
    r"""Whether an equation gives the evidence lower bound, or minus it, which is the loss of a VAE.

    ``\mathcal{L} = E_{q(z|x)}[\log p(x|z)] - KL(q(z|x) \| p(z))`` defines the letter, and is held against the bound.
    """
    around = " ".join((equation.left, equation.label, equation.near, *equation.heading))
    if not (_BOUND.match(equation.left) and _ABOUT_A_BOUND.search(around)):
        return None
    side = _OF_PARAMETERS_TOO.sub("", equation.sides[-1])
    if re.search(r"(?<![A-Za-z\\])Z(?![A-Za-z])", side):
        side = re.sub(r"(?<![A-Za-z\\])[XZ](?![A-Za-z])", lambda found: found[0].lower(), side)
    posterior = "q(z|x)" if re.search(r"z[^()]*(?:\||\\mid|\\vert)", side.partition("q")[2]) else "q(z)"
    side = _EXPECTED_OVER_CODES.sub(lambda found: f"E_{{{posterior}}}", side)
    side = _BY_SAMPLES.sub(lambda found: f"E_{{{posterior}}}[\\log {found['of']}x | z)]", side)
    of_a_bound = rf"E_{{{posterior}}}[\log p(x, z) - \log {posterior}]"
    signs = ("",) if "ELBO" in equation.left else ("", "-")
    for sign in signs:
        found = held(replace(equation, left=f"{sign}{of_a_bound}", sides=(side,)))
        if found is not None and not found.independent:
            return found
    return None


def turned_bound(equation: Equation) -> str | None:
    """The right side of a bound whose divergence has the wrong sign, as it should be; None of all else.

    The bound is E[log p(x|z)] − KL and the loss is −E[log p(x|z)] + KL, so that the two never have the same sign.
    """
    side = equation.sides[-1]
    signs = list(_SIGN_OF_A_DIVERGENCE.finditer(side))
    if len(signs) != 1:
        return None
    (found,) = signs
    turned = f"{side[: found.start('sign')]}{'-' if found['sign'] == '+' else '+'}{side[found.end('sign') :]}"
    return turned if bound(replace(equation, sides=(turned,))) is not None else None


def _written_out(text: str) -> Iterator[str]:
    """An equation as derivations are written; nothing where the same letter would stand for two things."""
    plain = _plain(text)
    readings = [plain, _of_one_letter(plain)]
    left, _, sides = plain.partition("=")
    if _POSTERIOR.match(left) and _A_FRACTION.search(sides) and not _OF_Q.search(sides):  # q(z|x) = p(x, z)/p(x)
        readings.append(_plain(f"{_POSTERIOR.sub('p', left)} = {sides}"))
    readings += [_over_values(each) for each in readings]
    for each in dict.fromkeys(readings):
        lettered = _in_letters(each)
        if lettered is not None:
            yield lettered


def _of_one_letter(text: str) -> str:
    """With p for P, where one is of what is counted, the other of what is measured, and never both of the same."""
    of: dict[str, set[str]] = {"p": set(), "P": set()}
    for found in re.finditer(r"(?<![A-Za-z\\])(?P<name>[pP])\s*\((?P<of>[^()]*)\)", text):
        of[found["name"]].add(re.sub(r"\s", "", found["of"]))
    if not of["p"] or of["p"] & of["P"]:
        return text
    return re.sub(r"(?<![A-Za-z\\])P(?=\s*\()", "p", text)


def _plain(text: str) -> str:
    """Without fonts and layout, with sums for integrals and for divergences, and with every list written out."""
    for _ in range(2):
        text = _WRAPPED.sub(r" \1 ", text)
    text = re.sub(r"\\(?:big|bigg|Big|Bigg)[lrm]?(?![A-Za-z])|\\(?:left|right|middle)(?![A-Za-z])", "", text)
    text = _plain_names(text)
    text = re.sub(r"\\(?:,|;|!|:|quad|qquad)(?![A-Za-z])|\\ ", " ", text)
    text = _SAMPLE.sub("", re.sub(r"\\(?:l|r)?vert(?![A-Za-z])|\\mid(?![A-Za-z])", "|", text))
    text = _UP_TO_A_NUMBER.sub(lambda found: f"\\sum_{{{found['index'] or found['behind']}}}", text)
    text = _OVER_A_SET.sub(r"_{\1}", _summed(_close(text)))
    return _divergences(_dots(text))


# --- values and classes ------------------------------------------------------------------------


def _over_values(text: str) -> str:
    r"""With one letter for a variable and for what a sum over its values calls it: ``\sum_{y'} p(x, y')``.

    The values are primed, ``y = k`` beside ``y = j``, or events with an index, ``A_i`` beside ``A_j``. What is summed
    up has to have the index of the sum, and no other value: ``\sum_{y'} p(x, y)`` is not read so.
    """
    place = 0
    while (found := _OVER_AN_INDEX.search(text, place)) is not None:
        index, place = found["index"], found.end()
        body = _factor(text[found.end() :])
        rest = text[: found.start()] + text[found.end() + len(body) :]
        named = rf"(?<![A-Za-z\\])(?P<name>[A-Za-z])_\{{?{re.escape(index)}\}}?(?![\w'])"
        names = {each["name"] for each in re.finditer(named, body)} - {"p", "P"}
        written = ""
        if index.endswith("'") and not _stands_in(index[0], body):
            written, other = index[0], re.escape(index)
        elif len(names) == 1 and not re.search(rf"(?<![A-Za-z\\_{{]){index}(?![A-Za-z'])", body):
            (name,) = names
            indexed = rf"(?<![A-Za-z\\]){name}_(?:\{{\w\}}|\w)(?![\w'])"
            free = set(re.findall(indexed, rest))
            if len(free) <= 1 and not re.search(rf"(?<![A-Za-z\\]){name.lower()}(?![A-Za-z_])", text):
                rest_before, rest_behind = (
                    re.sub(indexed, name.lower(), part)
                    for part in (text[: found.start()], text[found.end() + len(body) :])
                )
                body = re.sub(named, name.lower(), body)
                text = f"{rest_before}\\sum_{{{name.lower()}}} {body}{rest_behind}"
                place = len(rest_before) + 1
            continue
        elif (values := set(re.findall(r"=([a-z])(?![A-Za-z])", rest)) - {index}) and re.search(
            rf"={index}(?!\w)", body
        ):
            written, other = (values.pop(), index) if len(values) == 1 else ("", "")
        if not written or _stands_in(written, body):
            continue
        body = re.sub(rf"(?<![A-Za-z\\]){other}(?![A-Za-z'])", written, body)
        text = (
            text[: found.start()]
            + f"\\sum_{{{written}}} {body}"
            + text[found.end() + len(_factor(text[found.end() :])) :]
        )
    return text


def _stands_in(letter: str, text: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z'])", text) is not None


def _of_two_classes(text: str) -> str | None:
    r"""An equation of two classes as one of an event and of what is left: ``C_1`` and ``C_2``, ``y = 1`` and ``y = 0``.

    None where they are not two, or stand together in one distribution, as two variables do.
    """
    plain = _plain(text)
    for pattern in (_INDEXED, _LABELLED):
        found = list(pattern.finditer(plain))
        which = {each["which"] for each in found}
        free = {each for each in which if each.isalpha()}  # W_i, of any of them: of the first
        if len({each["name"] for each in found}) != 1 or sorted(which - free) not in (["0", "1"], ["1", "2"]):
            continue
        if len(free) > 1 or any(len(pattern.findall(each[0])) > 1 for each in _WHOLE.finditer(plain)):
            continue
        letter = next(each for each in "ABCDKMS" if not _stands_in(each, plain))
        names = {each: letter if each in ("1", *free) else rf"\neg {letter}" for each in which}
        return pattern.sub(lambda each, names=names: names[each["which"]], plain)  # type: ignore[misc]
    return None


def _with_prior(text: str) -> Iterator[str]:
    """An equation with the prior of the parameters given what else is: of ``p(\\theta)`` it is ``p(\\theta | x)``."""
    plain = _plain(text)
    for each in _WHOLE.finditer(plain):
        if each["given"] is None and _A_PARAMETER.fullmatch(each["asked"].strip()):
            for other in re.findall(r"\|([^|()]*)\)", plain):
                given = [part for part in other.split(",") if not _A_PARAMETER.fullmatch(part.strip())]
                if len(given) == len(other.split(",")):
                    prior = f"{each['name']}({each['asked'].strip()}|{','.join(given)})"
                    yield plain[: each.start()] + prior + plain[each.end() :]


def _with_all_given(text: str) -> Iterator[str]:
    """An equation with all that is given on its left given on its right as well, where there are parameters."""
    left, _, side = _plain(text).partition("=")
    asked = _WHOLE.fullmatch(left.strip())
    if asked is None or asked["given"] is None or not re.search(r"\\theta|\\omega|\\phi|[wW]", side):
        return

    def given_all(found: re.Match[str]) -> str:
        given = [part.strip() for part in (found["given"] or "").split(",") if part.strip()]
        given += [part.strip() for part in asked["given"].split(",") if part.strip() not in given]
        return f"{found['name']}({found['asked'].strip()}|{','.join(given)})"

    yield f"{left} = {_WHOLE.sub(given_all, side)}"


def _close(text: str) -> str:
    """Without spaces before an index and inside of brackets, with an index for a number above: ``p(w^1, w^2)``."""
    text = re.sub(r"(?<=[A-Za-z])\s+(?=_)|(?<=[(|,])\s+|\s+(?=[)|,])", "", text)
    text = re.sub(r"\\prod\s*\^\s*(\{[^{}]*\}|\w)\s*_\s*(\{[^{}]*\})", r"\\prod_\2^\1", text)
    return _WHOLE.sub(lambda found: re.sub(r"(?<=[A-Za-z])\^(?=\{[^{}]*\}|\w)", "_", found[0]), text)


def _summed(text: str) -> str:
    """Integrals over a variable as sums, of which all that is said of distributions holds alike."""
    text = _INTEGRAL_BELOW.sub(r" \\sum_{\g<variable>} ", text)
    while (integral := _INTEGRAL.search(text)) is not None:
        text = (
            f"{text[: integral.start()]} \\sum_{{{integral['variable']}}} {integral['body']} {text[integral.end() :]}"
        )
    return text


def _plain_names(text: str) -> str:
    r"""With ``D_{KL}(q \| p)`` for ``{ D }_{ KL }( q || p )``, and p for p_θ where no other p stands beside it."""
    text = re.sub(r"(?<![A-Za-z])K\s+L(?![A-Za-z])", "KL", text)
    text = re.sub(r"\\mathbb\s*\{\s*E\s*\}|\\mathbb\s+E|\\mathop\s*\{\s*E\s*\}", " E", _BARE_LETTER.sub("", text))
    text = _BRACED_NAME.sub(lambda found: found["name"] or f"_{{{found['below']}}}", text)
    text = re.sub(r"\\parallel(?![A-Za-z])|\\\|\s*\\\||\|\|", r"\\|", text)
    text = re.sub(r"(?<![A-Za-z])K\s+L(?=\s*\()", "KL", re.sub(r"D\s*_\s*\{?\s*KL\s*\}?", "KL", text))
    below: dict[str, set[str]] = {}
    for found in re.finditer(r"(?<![A-Za-z\\])(?P<name>[pq])(?:_(?P<below>\{[^{}]*\}|\\[A-Za-z]+|\w))?\s*(?=\()", text):
        below.setdefault(found["name"], set()).add(re.sub(r"[{}\s]", "", found["below"] or ""))
    plain = {
        name
        for name, each in below.items()
        if len(each) == 1 or (len(each) == 2 and each & {"", *_OF_PARAMETERS} == each)
    }
    return _PARAMETERS.sub(lambda found: found["name"] if found["name"] in plain else found[0], text)


# --- dots --------------------------------------------------------------------------------------


def _dots(text: str) -> str:
    """With every list of variables and every product of factors written out, for as few variables as tell."""
    if not re.search(rf"{_DOTS}|_\{{[^{{}}]*[:<]|\\prod", text):
        return text
    text = _in_order(text)
    lasts = [found["long"] or found["last"] for found in _LIST.finditer(text)]
    lasts += [found["to"].strip() for found in _RANGE.finditer(text) if found["to"]]
    lasts += [found["long"] or found["last"] for found in _PRODUCT.finditer(text)]
    listed = {found["long"] or found["last"] for found in _LIST.finditer(text)}
    if listed and any((found["long"] or found["last"]) not in listed for found in _PRODUCT.finditer(text)):
        return text  # a product up to N, of as many as T
    alone = [last for last in lasts if re.fullmatch(r"[A-Za-z]|\d+", last)]
    if not alone:
        return text
    named = [int(number) for number in re.findall(r"_\{?(\d)\}?(?!\d)", text)]
    many = max(LEAST_VARIABLES, *named, 0)
    values = {last: many for last in alone if not last.isdigit()}
    largest = max((int(last) for last in alone if last.isdigit()), default=0)
    if largest > many:
        values |= {str(largest): many, str(largest - 1): many - 1}
    left_out = _FACTORS.search(text) is not None
    text = _FACTORS.sub(")", text)
    while products := list(_PRODUCT.finditer(text)):
        found = products[-1]  # the innermost first, whose factors are then those of the products around it
        body = _factor(text[found.end() :])
        upper = values.get(found["long"] or found["last"], many)
        factors = [_numbered(body, {found["index"]: number}) for number in range(int(found["first"]), upper + 1)]
        text = text[: found.start()] + " ".join(factors) + " " + text[found.end() + len(body) :]
        if len(text) > LONGEST_WRITTEN:
            return text
    text = _NOTHING_LEFT.sub("", _numbered(text, values))
    if left_out:  # the last factor, where it is the last but the dots as well
        text = re.sub(
            r"([Pp]\((?P<inside>[^()]*)\))\s*[Pp]\((?P=inside)\)", r"\1", re.sub(r"\s*([|,])\s*", r"\1", text)
        )
    for name in dict.fromkeys(re.findall(r"(?<![A-Za-z])([A-Za-z])_1", text)):  # p(x) of all of them
        whole = ",".join(f"{name}_{place}" for place in range(1, many + 1))
        text = re.sub(rf"(?<=[(|,]){name}(?=[)|,])", whole, text)
    return text


def _in_order(text: str) -> str:
    r"""With ``w_1, \dots, w_n`` for ``w_1 w_2 \dots w_n``, ``w_{t-1}, \dots, w_1`` and ``w_1^{t-1}``."""
    if "\\tau" in text and "T" not in text:
        text = re.sub(r"\\tau(?![A-Za-z])", "T", text)
    text = _ITS_VALUE.sub(r"\g<value>_\g<index>", text)
    text = _UP_TO.sub(lambda found: f"{found['name']}_{{1:{found['to'] or found['last']}}}", text)
    text = _ROW.sub(lambda found: ", ".join(_OF_A_ROW.findall(found["row"])), text)
    text = _DOWN_TO.sub(lambda found: f"{found['name']}_1, \\dots, {found['name']}_{{{found['last']}}}", text)
    whole = _OF_A_SENTENCE.match(text)
    if whole is None or len(re.findall(rf"(?<![A-Za-z\\]){whole['name']}(?![A-Za-z_])", text)) > 1:
        return text
    lists = [found[0] for found in _LIST.finditer(text) if "-" not in (found["long"] or "")]
    product = _PRODUCT.search(text)
    factor = re.match(r"\s*[Pp]\s*\(\s*(?P<name>[A-Za-z])_", text[product.end() :]) if product else None
    if product and factor:
        lists = [f"{factor['name']}_1, \\dots, {factor['name']}_{{{product['long'] or product['last']}}}"]
    return text[: whole.start("name")] + max(lists, key=len, default=whole["name"]) + text[whole.end("name") :]


def _factor(text: str) -> str:
    """What a product sign stands before: up to a sum, a relation, or the end of the brackets that it is in."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth < 0 or (depth == 0 and character in "+=-"):
            return text[:place]
    return text


def _numbered(text: str, values: Mapping[str, int]) -> str:
    """With numbers for what indices are, and lists up to them written out."""

    def number(written: str) -> int | None:
        found = re.fullmatch(r"\s*(\w+)\s*(?:([+-])\s*(\d))?\s*", written)
        if found is None:
            return None
        value = values.get(found[1], int(found[1]) if found[1].isdigit() else None)
        return None if value is None else value + int(f"{found[2] or '+'}{found[3] or 0}")

    def listed(name: str, last: int | None, whole: str) -> str:
        return whole if last is None or last > 9 else ", ".join(f"{name}_{place}" for place in range(1, last + 1))

    def in_range(found: re.Match[str]) -> str:
        below = number(found["below"]) if found["below"] else None
        return listed(found["name"], number(found["to"]) if found["to"] else below and below - 1, found[0])

    def index(found: re.Match[str]) -> str:
        value = number(found[0][1:].strip("{}"))
        return found[0] if value is None else f"_{value}"

    text = _LIST.sub(lambda found: listed(found["name"], number(found["long"] or found["last"]), found[0]), text)
    return _INDEX.sub(index, _RANGE.sub(in_range, text))


# --- letters -----------------------------------------------------------------------------------


def _in_letters(text: str) -> str | None:
    """With one letter for every variable of the distributions in it."""
    written: list[tuple[int, int, list[str], list[str]]] = []
    for found in _DENSITY.finditer(text):
        end = _closing(text, found.end("open"))
        if end is None:
            return None
        inside = re.split(r";", text[found.end("open") : end])[0]
        first, _, second = inside.replace("\\cap", ",").replace("\\land", ",").partition("|")
        before, behind = ([_bare(part) for part in side.split(",") if part.strip()] for side in (first, second))
        if not before or any("(" in part or part.isdigit() for part in (*before, *behind)):
            return None  # P(3) is a number, and no distribution of anything
        written.append((found.end("open"), end, before, behind))
    same: dict[str, str] = {}  # the value of a variable is called by its letter: P(X = x)
    for *_, before, behind in written:
        for part in (*before, *behind):
            name, equals, value = part.partition("=")
            if equals:
                if same.setdefault(value if value.isalpha() else part, name) != name or not name:
                    return None
                same[part] = name
    if len({part for part in same if "=" in part}) != len({same[part] for part in same if "=" in part}):
        return None  # P(Y = 0) beside P(Y = 1)
    letters: dict[str, str] = {}
    free = [letter for letter in _LETTERS if not re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", text)]

    def lettered(part: str) -> str:
        negated = re.match(r"\\(?:neg|lnot)\s*", part)
        name = part[negated.end() :] if negated else part
        name = same.get(name, name)
        if name not in letters:
            plain = re.fullmatch(r"[A-Za-z](?:_\d)?", name) and name not in ("w", "E", "H", "P", "p", "q", "Q")
            letters[name] = name if plain else free.pop(0)
        return f"\\neg {letters[name]}" if negated else letters[name]

    pieces, place = [], 0
    try:
        for start, end, before, behind in written:
            inside = ", ".join(map(lettered, before)) + (" | " + ", ".join(map(lettered, behind)) if behind else "")
            pieces += [text[place:start], inside]
            place = end
    except IndexError:  # more variables than letters
        return None
    whole = "".join([*pieces, text[place:]])
    for name, letter in (letters | {value: letters[name] for value, name in same.items() if name in letters}).items():
        if name != letter and re.fullmatch(r"\\?\w+'?", name):
            bounds = (rf"(?<=_)\{{?{re.escape(name)}\}}?(?![\w'])", rf"(?<=d)\s*{re.escape(name)}(?![\w'])")
            whole = re.sub("|".join(bounds), letter, whole)
    return re.sub(r"\\?Pr(?![A-Za-z])", "P", whole)


def _bare(part: str) -> str:
    return re.sub(r"[\s{}]+", "", part)


def _closing(text: str, place: int) -> int | None:
    depth = 1
    for position in range(place, len(text)):
        depth += (text[position] in "([") - (text[position] in ")]")
        if depth == 0:
            return position
    return None


# --- divergences -------------------------------------------------------------------------------


def _divergences(text: str) -> str:
    r"""With divergences of letters, and of their mixtures, written as sums: ``D_{KL}[p_G, \frac{p_G + q}{2}]``."""
    names: dict[str, str] = {}

    def density(name: str) -> str:
        below = re.sub(r"[^a-z]", "", name.lower().partition("_")[2])
        return names.setdefault(below, "pqr"[len(names)] if len(names) < 3 else name)

    def named(part: str) -> str:
        return re.sub(r"[PpqQ]_(?:\{\s*\\?\w+\s*\}|\\[A-Za-z]+|\w)", lambda found: density(found[0]), part)

    def summed(found: re.Match[str]) -> str:
        parts = re.split(r"\\\||\|\||,|‖", found["of"])
        if len(parts) != 2:
            return found[0]
        first, second = (_AT_X.sub("", named(part)).strip() for part in parts)
        if (found["first"] or found["second"]).startswith("J"):
            return f"JS({first} \\| {second})"
        first, second = (re.sub(r"(?<![A-Za-z\\])([pqrPQ])(?![A-Za-z(])", r"\1(x)", part) for part in (first, second))
        return rf"\sum_x {first} \log \frac{{{first}}}{{{second}}}"

    if not re.search(r"[PpqQ]_", text) or not _DIVERGENCE.search(text):
        return text
    return named(re.sub(r"\\?log(?=[^A-Za-z])", r"\\log ", _DIVERGENCE.sub(summed, text)))
