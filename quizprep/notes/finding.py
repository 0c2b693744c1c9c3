"""What is to be said of each equation of a note: right, wrong and why, in doubt and why, or not known.

Right is what is right for any proof that it may be about. Wrong is only what its name or its heading leaves no doubt
about, and what a single named change makes right. Nothing that is not certain is called wrong.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any

from quizprep.errors import QuizprepError
from quizprep.formula.functions import REDUCING, function_named
from quizprep.formula.limits import clock, times_cut_short, within
from quizprep.formula.tree import free_symbols
from quizprep.frozen import frozen
from quizprep.judge.judgement import Verdict
from quizprep.judge.two_formulas import check_equal
from quizprep.notes.agreement import disagreement
from quizprep.notes.catalogue import MOST, Candidate, Catalogue
from quizprep.notes.chains import PROOF as SEQUENCE
from quizprep.notes.chains import chained
from quizprep.notes.classes import of_classes
from quizprep.notes.convolutions import PROOF, STEP, WINDOW_PROOF, Summed, convolved, layered, windowed
from quizprep.notes.equations import PARTIAL, Equation, equations, holds_a_relation, what_is_least
from quizprep.notes.forms import Form, divided_otherwise, falls_apart, form_of
from quizprep.notes.identities import bound, held, slip, speaks_of_distributions, turned_bound
from quizprep.notes.layers import layer_sizes
from quizprep.notes.mending import mended
from quizprep.notes.moments import of_moments
from quizprep.notes.networks import of_a_network
from quizprep.notes.notations import of_a_density, of_a_share, plainer
from quizprep.notes.one_sample import lacks_brackets, of_one_sample
from quizprep.notes.optimisers import of_an_optimiser
from quizprep.notes.page import Piece, read_pieces
from quizprep.notes.passes import Pass, passed
from quizprep.notes.reckoning import Computation, computations
from quizprep.notes.regression import Model, of_a_model
from quizprep.notes.rewriting import Collapsed, of_linear_layers, shortened
from quizprep.notes.slips import hides_a_slip, slips, without_brackets
from quizprep.notes.slopes import Definitions
from quizprep.notes.usual import (
    Reading,
    of_a_bent_line,
    of_a_conditional,
    of_a_game,
    of_a_known_loss,
    of_a_look_ahead,
    of_a_normalised_sum,
    of_a_residual,
    of_a_sigmoid,
    of_a_weak_learner,
    usual,
    with_a_prime,
)
from quizprep.notes.worded import in_words, with_a_number_for_the_stride
from quizprep.proofs import Proof
from quizprep.text import Text, with_particle

OUTCOMES = ("right", "wrong", "in doubt", "unknown")
SEVERITIES = {"right": "none", "wrong": "error", "in doubt": "warning", "unknown": "note"}
MOST_LOOKS = 1_500  # at formulas of one page, held against a proof each; a page of 20 KB takes a few hundred
PAGE_SECONDS = (
    60.0  # of the processor, for one page: well above what so many looks take, which end a page alike anywhere
)
LOOKING_AHEAD = "nesterov-step"
TWO_AVERAGES = "adam-step"  # whose letters other texts exchange
CONVOLUTION, TRANSPOSED = "conv-output-size", "transposed-convolution-size"
FAR_BEHIND = 6.0  # evidence by which a proof may stay behind that still makes right what only a heading makes wrong
LINES_BEFORE = 4  # right formulas of a section with which another one is read
MOST_GUESSED = 2  # names that stand for others in a formula without a name that is called right
GLANCE = (
    1.0  # for one look at whether an equation is that of a proof: most take a fiftieth of it, on a slow machine too
)
LOOK = 3.0  # for a reason
FIRST = 3.0  # for the first look at a proof, whose formulas are read and whose samples are drawn then
_MET: set[str] = set()  # the proofs that were looked at before

_READINGS = (
    of_an_optimiser,
    of_a_bent_line,
    of_a_residual,
    of_a_normalised_sum,
    of_a_sigmoid,
    of_a_weak_learner,
    of_a_game,
    of_a_density,
    of_a_share,
    in_words,
    with_a_number_for_the_stride,
)
_EQUAL_IN_INDEX = re.compile(r"(?<!\\)(?<![A-Za-z])(?P<name>[A-Za-z])_\{(?P<index>[a-z])\s*=\s*1\}")  # m_{t=1}
_DIVERGENCE_OF = re.compile(r"(?P<name>D_\{?JSD?\}?|JSD?)\s*(?:\\left)?\s*\[[^\[\]]*\]")  # D_{JSD}[p, q]
_UPHILL = re.compile(
    r"ascent|ascend|uphill|maximi[sz]|reward|상승|최대화|보상|上升|最大化|奖励|上昇|報酬", re.IGNORECASE
)
#: The gradient of what is to be made large: a reward, a value, a likelihood.
_OF_A_GAIN = re.compile(
    r"\\nabla\s*(?:_\s*(?:\{[^{}]*\}|\\?\w+))?\s*(?:\\(?:bar|hat|tilde|mathcal|mathbb)\s*\{?\s*)*"
    r"(?:[RVQU](?![A-Za-z])|\\?(?:log|ln)(?![A-Za-z])|\\ell(?![A-Za-z]))"
)
# mistakes of letters whose meaning a text says elsewhere: wrong only where what is written leaves no other one
_GRADIENT = re.compile(
    rf"\\nabla|∇|\\[dt]?frac\s*\{{\s*{PARTIAL}|{PARTIAL}\s*\w*\s*/\s*{PARTIAL}|(?<![A-Za-z\\])[gG](?![A-Za-z])"
)
_LOGITS = re.compile(r"(?<![A-Za-z\\])[zx](?![A-Za-z])|logit|softmax", re.IGNORECASE)
_DEFINED_ELSEWHERE = {
    "ascent": _GRADIENT,  # w + η·grad, where that is said to be minus the gradient
    "uphill": _GRADIENT,
    "no-learning-rate": re.compile(r"(?!)"),  # a step of rate 1, or before the rate is spoken of
    "logits-for-probabilities": re.compile(r"\bz\b|\blogits?\b"),  # a is what comes out of the softmax
    "no-exponential": _LOGITS,  # t / sum(t), where t is e^z
    "plain-ratio": _LOGITS,
    "class-ignored": re.compile(r"[fhs]\s*(?:_\w+)?\s*\(|(?<![A-Za-z])w|theta|score"),  # z may be the margin, y f(x)
}
_POWER = re.compile(r"\^\s*\{?\s*\d\s*\}?\s*$|[²³]\s*$")  # \sigma^2, which is more than the name of sigma
_NUMBER_OF_A_ROW = re.compile(r"(?<=[A-Za-z])_?\d$")  # beta_1 and beta_2
_NORMALISED = re.compile(
    r"(?:e\^|\\exp\s*\(?)\{?(?P<exponent>\w+_\{?\w+\}?)\}?\)?\s*\}\s*\{\s*"
    r"\\sum(?:\\limits)?_\{?(?P<index>[a-z])(?:=[^{}]*)?\}?(?:\^\{?\w+\}?)?\s*"
    r"(?:e\^|\\exp\s*\(?)\{?(?P<below>\w+_\{?\w+\}?)\}?\)?\s*\}"
)

_BRACED = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_DERIVED = re.compile(  # f'(x), \\frac{\\partial J}{\\partial w}, \\frac{d}{dx} f(x), \\nabla_w J: with what is derived
    r"^(?P<primed>[^=]*?)(?:'|\^\s*(?:\{\s*\\prime\s*\}|\\prime(?![A-Za-z])))(?P<of>(?:'*)\s*\(.*)$"
    rf"|^\s*\\[dt]?frac\s*\{{\s*{PARTIAL}\s*(?P<above>[^\s{{}}](?:[^{{}}]|{_BRACED})*)\}}\s*{_BRACED}\s*$"
    rf"|^\s*\\[dt]?frac\s*\{{\s*{PARTIAL}\s*\}}\s*{_BRACED}(?P<behind>.+)$"
    rf"|^\s*\\nabla\s*(?:_\s*(?:{_BRACED}|\\?\w+))?\s*(?P<slope>\S.*)$"
)
NEXT_LINES = 3  # between a sentence and the display that it leads to
_SUPPOSED = re.compile(
    r"\bif\s+(?:we|you|one|it|they)\s+(?:simply\s+|just\s+|instead\s+)?(?:used?|took|take|had|were|was|wrote|averaged?)\b"
    r"|\bwould\s+(?:be|give)\b|\b(?:common|frequent|typical)\s+(?:mistake|error|slip)s?\b"
    r"|\b(?:wrongly|mistakenly|incorrect(?:ly)?|wrong|instead\s+of|rather\s+than|why\s+not|n[o']t\s+(?:equal|the\s+same))\b"
    r"|\b(?:nếu|si\s+(?:on|l'on)\s+\w+ait|wenn\s+(?:man|wir)\s+stattdessen|falsch|erreur|error\s+común)\b"
    r"|ошибочно|неверно|неправильно|만약|사용하면|쓰면|쓴다면|썼다면|잘못|틀린|흔한 실수"
    r"|如果用|假如|错误|不是|仮に|間違|誤っ",
    re.IGNORECASE,
)
_CALLED_A_FUNCTION = re.compile(  # J(w), \\mathcal{L}, the cost; \\sigma
    r"^\W*(?:(?:mathcal|text|mathrm)\s*\{?\s*)?(?:[JLC]|[lL]oss|[cC]ost|sigma|σ)(?![A-Za-z'^])(?!\s*[_^']\s*\{?\s*\\?prime)"
)
_A_SLOPE = re.compile(r"slope|grad|delta|^of_|^∂|^d[a-zA-Z]?(?:_|$)")  # the name of a step
#: Kinds of reasons that leave a doubt: what other texts do otherwise on purpose.
_CONVENTIONS = frozenset(
    "domain shape factor offset linear reciprocal line sum-mean log-base ddof floor ceil transpose axis "
    "condition product".split()
)
#: Kinds that leave a doubt where only the heading tells what a formula is: a bias left out, a factor in a name.
_SIMPLER = frozenset("missing-term extra-term missing-factor extra-factor symbol order index extent".split())
_OPERATES = re.compile(
    r"[+\-*/^=·×÷√∑Σ∏]|\\(?:[dt]?frac|sqrt|sum|prod|log|ln|exp|sin|cos|cdot|times|odot|int|max|min)(?![A-Za-z])|\d\s*[A-Za-z\\(]|[A-Z][A-Z]|\b(?:log|exp|max|min|sqrt|sum|sin|cos)\b"
)
_OF_NAMES = re.compile(r"\((?:(?!-|\+|\\(?:cdot|times|[dt]?frac|odot))[^()*/^=])*\)")  # f(x, y), and not f(x + y)
_STACKED = re.compile(r"\[[^\[\]]*[,;][^\[\]]*\]")
_RATIO = re.compile(r"ratio|factor|odds|speed|saving|reduction|compress|share|비율|배수|승산", re.IGNORECASE)
_TERM = re.compile(r"^[\d.]+(?= [+−-] )|(?<= [+−-] )[\d.]+$")
_LETTER_OF_A_STEP = re.compile(
    r"\s*(?:\\(?:mathbf|boldsymbol|bm|hat|tilde|bar|vec)\s*\{?\s*)*(?P<letter>[A-Za-z])(?![A-Za-z])"
)
_THAT_IS = re.compile(r"(?:That is (?:the |an? )?|그것은 |이것은 )(?P<name>[^:,.]{4,40}?)(?:[:,.]|입니다)")
_FONT = re.compile(r"^\W*\\(?:mathbf|boldsymbol|bm|mathcal|mathsf|mathbb|hat|tilde|bar|vec)(?![A-Za-z])\s*\{?\s*")
_WORDS_TOGETHER = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{3,} [A-Za-z]{3,}")  # intersection area
#: Mistakes of a proof that are formulas of other texts in their own right: proof, mistake.
_OF_OTHER_TEXTS = frozenset(
    {("kernel-of-squares", "with-one"), ("lstm-cell", "gates-tied"), ("lstm-cell-update", "gates-tied")}
)
#: What is divided by the degrees of freedom that are left: the text of a reason.
_DEGREES_OF_FREEDOM = re.compile(r"`(?P<count>[A-Za-z]) − \w+` should be `(?P=count)`")
_CLASSIFIED = re.compile(r"`sign` is too much")  # f(x) = sign(w x + b) is the class, and no score
_OTHER_CLASS = re.compile(r"1\s*-\s*(?:[yt](?![A-Za-z])|\\mathbf\s*\{?[yt])")
_SUMMED_OR_NUMBERED = re.compile(r"\\?sum|[∑Σ_]|\\mathbb|\\cdot|\^\s*\{?\s*(?:T|\\top)")
#: A function of a half, a multiple, a sum or minus a name, and of no step before or behind.
_AT_A_FORMULA = re.compile(
    r"(?<=[A-Za-z'}])\s*(?:\\left|\\big|\\Big)?\(\s*(?![a-z]\s*[+-]\s*1\s*\))"
    r"(?:-|\d|\\[dt]?frac|[^(),|;]*[A-Za-z0-9}]\s*(?:[-+/*]|\\cdot|\\times)\s*[A-Za-z0-9\\])"
)
_PADDING = re.compile(r"(?<![A-Za-z\\_])[Pp](?![A-Za-z_])")
_SCRIPT = re.compile(r"[_^]\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z]+|[^\s{}])")
_FONTS = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|vec|hat|tilde|bar|mathcal|mathrm|mathbb|mathsf|text|left|right|limits)(?![A-Za-z])"
)
_ANY_ACTIVATION = re.compile(r"`sigmoid` should be")
_SIGMA = re.compile(r"\\sigma(?![A-Za-z])|σ")
_OF_A_SAMPLE = frozenset({"unbiased", "unbiased-variance"})  # mistakes of proofs about all there are
_INVERSE = re.compile(r"[A-Za-z}]\s*(?:\^\s*\{\s*-\s*1\s*\}|⁻¹)\s*(?:\\left)?\(")  # \sigma^{-1}(p), no power
_POWER_OF_A_NUMBER = re.compile(r"(?<![A-Za-z])(?:e|\d|\))\s*\^")
_A_NAME = (
    r"(?:\\(?!frac|[dt]frac|sqrt|sum|prod|log|ln|exp|int|max|min|cdot|times)[A-Za-z]+|(?!log|ln|exp|sqrt)[^\W\d_]+)"
)
_ARGUMENTS = r"\([^()+\-*/]*\)"
#: What many proofs have a step of: a name, a product or a ratio of two, any function of one, the mean of one; a
#: logarithm, but not minus one, which is what an event tells.
_SLIGHT = re.compile(
    rf"-? ?\(? ?(?:{_A_NAME}(?:(?: |\\cdot|\\times|\\[,;!]|[*·×@⋅])*{_A_NAME})?"
    rf"|(?!\\?(?:sigma|phi|max|min|log|ln|exp|softmax|tanh)(?![A-Za-z]))(?:[A-Za-z]'*|\\[A-Za-z]+) ?{_ARGUMENTS}"
    rf"|(?:\\\||\|{{1,2}}|‖) ?{_A_NAME} ?(?:\\\||\|{{1,2}}|‖)"
    rf"|\\[dt]?frac {{0,2}}(?:1|{_A_NAME}) {{0,2}}{_A_NAME}|(?:1|{_A_NAME}) ?/ ?{_A_NAME}"
    rf"|(?:\\[dt]?frac ?1 ?{_A_NAME}|1 ?/ ?{_A_NAME})? ?(?:\\sum|∑|Σ) ?{_A_NAME} ?(?:{_ARGUMENTS})?) ?\)? ?"
    rf"|\(? ?\\?(?:log|ln|exp) ?[(\[]? ?{_A_NAME} ?(?:{_ARGUMENTS})? ?[)\]]? ?\)? ?"
)
_BY_ONE = re.compile(r"\\[dt]?frac\s*\{(?P<above>[^{}]*)\}\s*\{\s*1\s*\}|/\s*1\s*$")
_ONE_IN_BRACKETS = re.compile(r"(?<![A-Za-z])\(\s*(?P<name>[A-Za-z])\s*\)")  # (X)(W)
#: That something is of a kind, or drawn from something: x \\in R^d, X \\sim N(0, 1).
_OF_A_KIND = re.compile(r"\s*\\?[A-Za-z]\w*(?:_\{\w+\})?\s*(?:\\(?:in|sim)(?![A-Za-z])|∈|∼)")
_A_BARE_CALL = re.compile(r"\s*(?:\\(?:mathrm|mathbb|operatorname)\s*)?\{?\s*E\s*\}?\s*[\[(]\s*(?P<of>\w)\s*[\])]\s*")
#: The gradient at another place than the weights: at \theta - \eta \beta v.
_LOOKS_AHEAD = re.compile(
    r"(?P<sign>[-+])?(?:\s|\\?[A-Za-z]+)*?\\nabla\s*(?:(?:\\mathcal\s*)?\{?\\?[A-Za-z]+\}?\s*)?"
    r"\(\s*[^()=]*?[A-Za-z}\s](?P<ahead>[-+])[^()=]*\)"
)
_OF_TWO = re.compile(
    r"\W*H\s*(?:\\left)?\(\s*(?P<first>[^(),|]+),(?!.*(?:\d|dots|\.\.)\s*\}?\s*(?:\\right)?\))(?P<second>[^(),|]+)\)"
)
_EXPECTED = re.compile(r"(?:\\mathbb\s*\{?\s*E\s*\}?|\\operatorname\{E\}|(?<![A-Za-z])E)\s*(?:_|\\left|\[|\()")
_OF_A_MOMENT = re.compile(r"(?<![A-Za-z])(?:[Vv]ar|Cov|[VE])\s*\}?\s*(?:\\left)?[\[(]")
_ADDS_SPREADS = re.compile(r"(?<![A-Za-z])(?:Var|V)\W.*[+-].*(?<![A-Za-z])(?:Var|V)\W")
_OF_SAMPLES = re.compile(  # the mean of N terms
    r"(?:\\[dt]?frac\s*\{\s*1\s*\}\s*\{\s*(?P<above>[NmMnB])\s*\}|1\s*/\s*(?P<line>[NmMnB]))\s*\\sum(?:\\limits)?\s*"
    r"_\s*\{[^{}]*\}\s*\^\s*\{?\s*(?P<end>[NmMnB])\s*\}?"
)
_A_LETTER_OF_A_LOSS = re.compile(r"\W*(?:(?:mathcal|mathrm|mathbf)\s*\{?\s*)?(?:[LJCE]|ell)(?![A-Za-z])")
_TOTAL = re.compile(r"\s*\\sum(?:\\limits)?\s*_\s*\{[^{}]*\}\s*\^\s*\{?\s*(?P<count>[A-Za-z])\s*\}?")  # \\sum_{i=1}^N
_FIRST_DECAY = re.compile(r"1\s*-\s*\(?\s*(?:\\beta|β|beta)\s*_?\s*\{?\s*[1₁]")
_NEXT = re.compile(r"_\s*\{?\s*(?:[a-z]\s*\+\s*1|new|next)|\^\s*\{?\s*\(?\s*[a-z]\s*\+\s*1")
_ONLY_CALLED = re.compile(r"\s*\\?[A-Za-z]+\s*[\[(][^()\[\]+\-*/^]*[\])]\s*")  # Var[Y], which says nothing of Var[Y]
_ONLY_NAMED = re.compile(  # AV, \\sigma ( w x ), GradNorm, which are other names of what the next side says
    r"[\s{}(]*(?:\\?[A-Za-z가-힣][A-Za-z가-힣 -]*)(?:\s*[\[(][^()\[\]^]*[\])])?'*[\s{})]*'*"
)
_NO_LESS_THAN_ZERO = re.compile(r"(?:\\geq?(?![A-Za-z])|≥|>)\s*0\s*$")
_A_QUANTITY = re.compile(  # KL(P || Q), D_{KL}(p \| q)
    r"\s*(?:\\(?:mathrm|text|operatorname|mathbb|mathcal)\s*\{\s*)?\\?(?P<name>[A-Za-z]+)\s*\}?\s*"
    r"(?:_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w))?\s*(?:\\left)?[\[(](?:\\\||[^()\[\]+\-*/^\\]|\\(?!frac)[A-Za-z]+)*[\])]\s*"
)
_A_FUNCTION = re.compile(  # ReLU(x), \\tanh(z)
    r"\W*(?:(?:text|mathrm|operatorname)\s*\{\s*)?(?P<name>[A-Za-z]{3,})\s*\}?\s*(?:\\left)?\s*\([^()]*\)\s*"
)
_OF_A_SUM = re.compile(r"\(\s*(?:[ST](?:\s*_\s*\{?\s*\w\s*\}?)?\s*\)|\\sum|∑|Σ)")
_OF_SEVERAL = re.compile(r"\(.*,.*\)")
_A_TERM_ALONE = re.compile(r"[-+]\s*(?P<name>[A-Za-z])\s*(?:\\right)?\s*[)\]]")
_ITS_OWN_SLOPE = re.compile(  # σ_n (1 - σ_n): a product, whose σ is a number
    r"(?P<name>(?:\\sigma(?![A-Za-z])|σ)\s*(?:_\s*(?:\{\s*\w+\s*\}|\w))?)\s*(?:\\left)?\(\s*1\s*-\s*(?P=name)(?:\\right)?\)"
)
_AN_EXAMPLE = re.compile(
    r"example|\be\.?g\.|for instance|suppose|case|예를 들|예제|예시|例|比如|假设"
    r"|ejemplo|exemple|beispiel|например|ví dụ",
    re.IGNORECASE,
)
_ARITHMETIC = re.compile(r"(?:[a-z\d+\-*/^(){}\s.]|\\(?:frac|cdot|left|right)(?![A-Za-z]))*")
_ADDS_NOTHING = re.compile(r"[+-]\s*0(?![\d.^])")
_LETTERS_OF_NAMES = re.compile(r"\\?[A-Za-z]+")
_NO_LETTERS = frozenset(
    r"\frac \dfrac \tfrac \sqrt \sum \prod \cdot \times \log \ln \exp \int \quad \pi i j k n N d".split()
)
_GREEK = re.compile(
    r"\\(?:alpha|beta|gamma|epsilon|eta|theta|lambda|mu|rho|sigma|tau|omega)(?![A-Za-z])|[αβγεηθλμρστω]"
)
_COMMANDS_AND_UNITS = re.compile(
    r"\\(?:begin|end)\{\w+\}|\\(?!text)[A-Za-z]+|(?<![A-Za-z])(?:log|ln|exp|sqrt|bits?|nats?)(?![A-Za-z])|약"
)
_OF_THE_LAST_LAYER = re.compile(r"[A-Za-z}]\s*\^\s*(?:L|\{\s*[\[(]?\s*L\s*[\])]?\s*\})(?![A-Za-z])")
_LARGEST = re.compile(r"\s*\\?max\s*(?:\\left|\\[bB]igg?l?)?\s*[({\\]")
_OF_TWO_CLASSES = re.compile(r"binary|\bBCE|이진|二元|二分类|두 클래스", re.IGNORECASE)
_OVER_CLASSES = frozenset(("cross-entropy", "cross-entropy-decomposition"))
_NUMBER_TO_END_AT = re.compile(r"`\d+`\W*$")
#: What tells more of a formula than products, fractions and powers do.
_FUNCTION = re.compile(
    r"(?:log|ln|exp|tanh|softmax|sqrt|sum|prod|max|min|mean|relu|sigma|floor)(?![A-Za-z])|e\s*\^|[|⌊√]"
)


@frozen
class Finding:
    """One equation of a note: ``outcome`` is one of :data:`OUTCOMES`.

    ``reason`` says why it is wrong or in doubt; ``nearest`` names the proof that an unknown one is most like;
    ``written`` is the side of a wrong one that departs, as it stands in the note, and ``repair`` what is right there.
    """

    line: int
    formula: str
    outcome: str
    proof: str | None = None
    step: str | None = None
    reason: str = ""
    counterexample: Mapping[str, Any] | None = None
    nearest: str | None = None
    written: str | None = None
    repair: str | None = None
    kind: str = "formula"

    @property
    def severity(self) -> str:
        """``error``, ``warning``, ``note`` or ``none``."""
        return SEVERITIES[self.outcome]


@lru_cache(maxsize=1)
def _of_all() -> Catalogue:
    return Catalogue.of_all()


def audit(
    name: str,
    text: str,
    *,
    known: Catalogue | None = None,
    language: str = "en",
    looks: int = MOST_LOOKS,
    seconds: float = PAGE_SECONDS,
) -> list[Finding]:
    """As :func:`audited`, without whether it is all that there is to say."""
    return audited(name, text, known=known, language=language, looks=looks, seconds=seconds)[0]


def audited(
    name: str,
    text: str,
    *,
    known: Catalogue | None = None,
    language: str = "en",
    looks: int = MOST_LOOKS,
    seconds: float = PAGE_SECONDS,
) -> tuple[list[Finding], bool]:
    """Every equation and computation of a note with what can be said about it, in the order of the lines.

    With it comes whether nothing was cut short by the time it took, so that another run would say the same.

    ``name`` says by its ending how it is written, ``known`` has the proofs that it may be about (every one there is by
    default). After so many ``looks`` at formulas, or ``seconds`` of the processor,
    one finding says what was not looked at. Raises LearnerError for a notebook that is none.
    """
    known = known or _of_all()
    found: list[Finding] = []
    ends, cut = clock() + seconds, times_cut_short()
    pieces = read_pieces(name, text)
    judge = _Judge(known, language, pieces)
    stated = equations(pieces)
    for place, equation in enumerate(stated):
        if judge.looks >= looks or clock() >= ends:
            found.append(_stopped(equation, place, len(stated) - place, language))
            cut -= clock() >= ends
            break
        said = judge.finding(equation)
        if not equation.bare or said.outcome in ("right", "wrong"):
            found.append(said)
    worked = itertools.chain(computations(pieces, known), layer_sizes(pieces))
    found += [_of_numbers(each, language) for each in worked]
    found = [_in_other_letters(each, found, language) for each in found]
    return sorted(found, key=lambda finding: finding.line), cut == times_cut_short()


def _in_other_letters(finding: Finding, page: Sequence[Finding], language: str) -> Finding:
    """A wrong formula as a doubt, where the page has the step right by another letter: it may be called so there.

    Some texts gather Adam's gradients in v and their squares in s.
    """
    letter = _LETTER_OF_A_STEP.match(finding.formula)
    if finding.outcome != "wrong" or letter is None or finding.proof != TWO_AVERAGES:
        return finding
    for other in page:
        same = (other.outcome, other.proof, other.step) == ("right", finding.proof, finding.step)
        if same and (its := _LETTER_OF_A_STEP.match(other.formula)) and its["letter"] != letter["letter"]:
            if finding.step == "v_hat" and _FIRST_DECAY.search(finding.formula):
                said = Text(
                    f"{letter['letter']} averages the gradients here; the average of their squares is {its['letter']}.",
                    ko=f"여기서 {letter['letter']}는 기울기의 평균입니다. 제곱의 평균은 {its['letter']}로 썼습니다.",
                )
                return Finding(finding.line, finding.formula, "right", TWO_AVERAGES, "m_hat", said[language])
            said = Text(
                f"The letters may stand for other things: line {other.line} has the step right as {its['letter']}.",
                ko=f"문자의 뜻이 다를 수 있습니다. {other.line}행에서는 같은 단계를 {its['letter']}로 바르게 썼습니다.",
            )
            return replace(
                finding, outcome="in doubt", reason=said[language], counterexample=None, written=None, repair=None
            )
    return finding


class _Judge:
    """Equations held against proofs; the same equation is judged once."""

    def __init__(self, known: Catalogue, language: str, page: Sequence[Piece] = ()) -> None:
        self._known, self._language = known, language
        self._page = page
        self._verdicts: dict[tuple[str, str, bool], Verdict] = {}
        self._right_before: deque[tuple[Equation, str]] = deque(maxlen=LINES_BEFORE)  # with their proofs
        self._definitions = Definitions()
        self.looks = 0

    def finding(self, equation: Equation) -> Finding:
        """What is said of an equation: by what it is itself, else by the proofs that it may be about."""
        self.looks += 1
        primed = with_a_prime(equation)
        found = replace(self._finding(primed), formula=equation.text)
        if found.outcome == "right":
            doubt = disagreement(equation, found.proof, found.step) or self._of_the_slope(primed, found)
            if doubt is not None:
                found = replace(found, outcome="in doubt", reason=doubt[self._language])
        if found.outcome == "wrong" and _SUPPOSED.search(self._said_before(equation)):
            said = Text(
                "The words before it may say that it is not so, or ask what would be if it were.",
                ko="앞의 글이 그렇지 않다고 하거나, 그렇다면 어떻게 될지 묻는 듯합니다.",
            )
            found = replace(found, outcome="in doubt", reason=f"{found.reason} {said[self._language]}")
        self._definitions.add(equation)
        if found.outcome == "right" and found.proof is not None:
            self._right_before.append((equation, found.proof))
        return found

    def _said_before(self, equation: Equation) -> str:
        """The last sentence before an equation, on its line or on the one above."""
        lines = [piece for piece in self._page if piece.kind == "line" and piece.line <= equation.line]
        if not lines or equation.line - lines[-1].line > NEXT_LINES:
            return ""
        return re.split(r"(?<=[.!?。])\s+", lines[-1].text.strip())[-1]

    def _of_the_slope(self, equation: Equation, found: Finding) -> Text | None:
        """The doubt where a slope is said to be what is right for the function, or a function to be its slope.

        As of ``f'(x) = max(0, x)`` below ReLU, and of ``J = (2/n) Σ (ŷ - y) x``.
        """
        step = found.step or next((each.proof.result for each in self._known.known_as(found.proof or "", None)), "")
        is_slope = _A_SLOPE.search(step) is not None
        if _CALLED_A_FUNCTION.match(equation.left) and is_slope:
            return Text("That is the slope, not the function itself.", ko="함수 자체가 아니라 기울기입니다.")
        derived = None if is_slope and "''" not in equation.left else _DERIVED.match(equation.left)
        plain = "".join(part for part in derived.groups() if part) if derived else None
        if plain is not None and self._finding(replace(equation, left=plain)).outcome == "right":
            return Text("That is the function itself, not its slope.", ko="기울기가 아니라 함수 자체입니다.")
        return None

    def _finding(self, equation: Equation) -> Finding:
        if _says_nothing_of_a_proof(equation):
            return Finding(equation.line, equation.text, "unknown")
        for read, proof, step in (
            (convolved, PROOF, STEP),
            (windowed, WINDOW_PROOF, None),
            (layered, WINDOW_PROOF, None),
        ):
            if (summed := read(equation)) is not None:
                return self._of_a_sum(equation, summed, proof, step)
        if (chain := chained(equation)) is not None:
            outcome, reason = "right" if chain.right else "wrong", chain.reason()[self._language]
            return Finding(equation.line, equation.text, outcome, SEQUENCE, chain.step, reason)
        if speaks_of_distributions(equation):
            if (form := form_of(equation)) is not None and form.proof == SEQUENCE:
                return self._of_a_form(equation, form)
            cut = times_cut_short()
            if (found := self._of_distributions(equation)) is not None:
                return found
            if cut != times_cut_short():  # it may hold under a condition only: by its letters it would be called right
                return Finding(equation.line, equation.text, "unknown")
        moments = all(map(_OF_A_MOMENT.search, (equation.left, *equation.sides)))  # Var[X + Y] = Var[X] + Var[Y]
        found = self._of_distributions(equation) if moments else None
        if found is not None and found.outcome == "right":
            return found
        if moments and any(map(_ADDS_SPREADS.search, equation.sides)):
            return found or Finding(equation.line, equation.text, "unknown")
        return self._of_a_proof(equation)

    def _of_a_sum(self, equation: Equation, summed: Summed, proof: str, step: str | None) -> Finding:
        found = Finding(equation.line, equation.text, summed.outcome, proof, step, summed.reason[self._language])
        return replace(found, written=summed.side or None, repair=summed.repair)

    def _of_distributions(self, equation: Equation) -> Finding | None:
        """The finding where an equation of distributions holds by itself, or would if they were independent; or if two
        of them were exchanged, which is wrong where the heading says that a rule of probability is meant."""
        holds = held(_without_examples(equation) or equation)
        if holds is not None and (holds.stated or not holds.independent):
            return Finding(equation.line, equation.text, "right", reason=holds.reason()[self._language])
        if holds is None and bound(equation) is not None:
            said = Text(
                "It is the evidence lower bound, or minus it.",
                ko="증거 하한(ELBO), 또는 그것에 마이너스를 붙인 것입니다.",
            )
            return Finding(equation.line, equation.text, "right", reason=said[self._language])
        if holds is None and (turned := turned_bound(equation)) is not None:
            said = Text(
                "The divergence has the wrong sign: of the bound it is taken away, to the loss it is added.",
                ko="발산의 부호가 틀렸습니다. 하한에서는 빼고, 손실에는 더합니다.",
            )
            reason = said[self._language]
            side = equation.sides[-1]
            return Finding(equation.line, equation.text, "wrong", reason=reason, written=side, repair=turned)
        if speaks_of_distributions(equation) and (found := slip(equation)) is not None:
            outcome, reason = "wrong" if found.named else "in doubt", found.text[self._language]
            return Finding(
                equation.line, equation.text, outcome, reason=reason, written=equation.sides[-1], repair=found.repair
            )
        if holds is None:
            return None
        return Finding(equation.line, equation.text, "in doubt", reason=holds.reason()[self._language])

    def _of_a_proof(self, equation: Equation) -> Finding:
        candidates = self._known.candidates(equation)
        if equation.bare:
            candidates = [each for each in candidates if (each.named if equation.beside else each.headed)]
            right = self._right(equation, candidates) or self._right_for(in_words(equation))
            if right is not None:
                return self._found(equation, "right", *right[:2], right[1].statement)
            turned = replace(equation, sides=(f"-({equation.sides[0]})",))  # what is made large is minus a loss
            certain = [each for each in candidates if each.foreign == 0]
            alone = replace(equation, heading=(), near="") if equation.beside else equation
            if (form := form_of(alone)) is not None:
                return self._of_a_form(equation, form)
            doubtful = holds_a_relation(equation.sides[0]) or self._right(turned, candidates) is not None
            wrong = None if doubtful else self._wrong(equation, certain)
            return wrong or Finding(equation.line, equation.text, "unknown")
        if divided_otherwise(equation):
            said = Text(
                "One side is a share of what the other one is whole: they are not equal.",
                ko="한쪽은 다른 쪽을 개수로 나눈 것이어서 서로 같지 않습니다.",
            )
            return Finding(equation.line, equation.text, "in doubt", reason=said[self._language])
        if hides_a_slip(equation) and (found := self._slipped(equation)) is not None:
            return found
        meant = usual(equation)
        known = itertools.chain(of_a_known_loss(meant), of_a_conditional(equation), of_a_look_ahead(equation))
        right = self._right_for(known) or self._right(equation, candidates)
        if right is None and meant != equation:
            right = self._right(meant, self._known.candidates(meant))
        for plain in plainer(meant) if right is None else ():
            of_plain = self._right(plain, self._known.candidates(plain))
            if right is None and of_plain is not None and of_plain[2]:
                right = of_plain
        if right is None:
            tried = {each.proof.id for each in candidates}
            right = self._right(meant, [each for each in self._known.spelled(meant) if each.proof.id not in tried])
        elsewhere = any(each.about and each.step is not None and each.proof.result != "loss" for each in candidates)
        if right is None and not elsewhere and (of_one := of_one_sample(meant)) is not None:
            right = self._right_loss(of_one)
            if right is not None and (side := next(filter(lacks_brackets, equation.sides), None)) is not None:
                said = Text(
                    f"Right with brackets around all that is added up; in `{side.strip()}` the minus stands before the "
                    "first term alone.",
                    ko=f"더하는 것 전체에 괄호를 치면 맞습니다. `{side.strip()}`에서 마이너스는 첫 항에만 붙습니다.",
                )
                return self._found(equation, "in doubt", *right[:2], said[self._language])
        if right is None:
            right = self._right_for(itertools.chain.from_iterable(each(equation) for each in _READINGS))
        if right is None and _updates(_unscripted(equation)):
            right = self._descends(equation)
        if right is None and (step := passed(equation, self._said)) is not None:
            return Finding(
                equation.line, equation.text, "right", step.proof, step.step, reason=step.reason[self._language]
            )
        if right is None and (found := self._with_a_line_before(equation, candidates)) is not None:
            return found
        if (right is None or not right[2]) and (
            form := form_of(equation) or _kept(form_of(meant), equation)
        ) is not None:
            return self._of_a_form(equation, form)
        least = what_is_least(meant) if right is None else None
        if least is not None and (form := form_of(least)) is not None:
            return self._of_a_form(equation, form)
        if right is None and (model := self._computed(equation)) is not None:
            told = model.reason[self._language]
            return Finding(equation.line, equation.text, "right", model.proof, model.step, reason=told)
        if right is None and (rest := shortened(equation)) is not None:
            if (form := form_of(rest)) is not None:
                return self._of_a_form(equation, form)
            if (model := self._computed(rest)) is not None:
                told = model.reason[self._language]
                return Finding(equation.line, equation.text, "right", model.proof, model.step, reason=told)
        if right is None and (slope := self._definitions.slope(equation)) is not None:
            if slope.sign == 0 and (found := self._slope_without_brackets(equation)) is not None:
                return found
            outcome = {1: "right", -1: "wrong", 0: "in doubt"}[slope.sign]
            return Finding(equation.line, equation.text, outcome, reason=slope.reason()[self._language])
        if right is None and (stepped := _index_for_a_step_back(equation)) is not None:
            meant, reason = stepped
            repaired = self._right(meant, candidates)
            if repaired is not None:
                candidate, verdict, _ = repaired
                found = self._found(equation, "right", candidate, verdict, reason[self._language])
                return replace(found, outcome="wrong", written=equation.sides[-1], repair=meant.sides[-1])
        if right is None and (found := self._slipped(equation)) is not None:
            return found
        certain = [each for each in candidates if each.named or each.titled or (each.spelled and each.step)]
        certain.sort(key=lambda each: (each.named, each.spelled, each.step is not None), reverse=True)
        if right is not None:
            candidate, verdict, whole = right
            if verdict.read_with and not (candidate.named or candidate.titled):  # β₁ for the ρ of another proof
                wrong = self._wrong(equation, [each for each in certain if each.titled and each.spelled])
                if wrong is not None:
                    return wrong
            if not whole and (rest := _without_examples(equation, candidate.proof)) is not None:
                whole = (self._right(rest, [candidate]) or (None, None, False))[2]
            if not whole:  # one side of a chain is right: another may be wrong
                wrong = self._wrong(equation, [each for each in certain if each.proof.id == candidate.proof.id])
                if wrong is not None:
                    return wrong
                doubt = None if equation.approximate else self._parted(equation, candidate, verdict)
                if doubt is not None:
                    holds = self._of_distributions(equation)
                    return holds if holds is not None and holds.outcome == "right" else doubt
                unread = None if equation.approximate else self._not_read(equation, candidate)
                if unread is not None:
                    holds = self._of_distributions(equation)
                    return (
                        holds
                        if holds is not None and holds.outcome == "right"
                        else self._half(equation, unread, candidate)
                    )
            if all(falls_apart(each, candidate.proof) for each in (equation, *plainer(meant))):
                if (found := self._slipped(equation)) is not None:
                    return found
                said = Text(
                    "It is written like it, but what has to agree does not: a name, an index or a step is another one.",
                    ko="모양은 같지만 서로 맞아야 할 이름이나 첨자, 단계가 맞지 않습니다.",
                )
                return self._found(equation, "in doubt", candidate, verdict, said[self._language])
            another = _names_another_step(equation, candidate, verdict)
            return self._found(equation, "in doubt" if another else "right", candidate, verdict, verdict.statement)
        if _is_computation(equation):
            return Finding(
                equation.line, equation.text, "unknown", nearest=candidates[0].proof.id if candidates else None
            )
        wrong = self._wrong(equation, certain)
        return wrong or self._of_distributions(equation) or self._doubt(equation, candidates, certain)

    def _of_a_form(self, equation: Equation, form: Form) -> Finding:
        return Finding(equation.line, equation.text, "right", form.proof, form.step, reason=form.reason[self._language])

    def _slope_without_brackets(self, equation: Equation) -> Finding | None:
        """The finding where a derivative of what the note says is one but for brackets."""
        for slipped in without_brackets(equation):
            slope = self._definitions.slope(slipped.meant)
            if slope is not None and slope.sign == 1:
                (written,), (repair,) = equation.sides, slipped.meant.sides
                rest = Text(
                    f"With them it is the derivative of what line {slope.line} says.",
                    ko=f"괄호를 치면 {slope.line}행의 식을 미분한 것과 같습니다.",
                )
                said = f"{slipped.said[self._language]} {rest[self._language]}"
                return Finding(equation.line, equation.text, "wrong", reason=said, written=written, repair=repair)
        return None

    def _slipped(self, equation: Equation) -> Finding | None:
        """The finding where a formula is wrong by one slip, without which it is right by its name or heading."""
        for slipped in slips(equation):
            proof, step = None, None
            meant = usual(slipped.meant)
            found = self._right(meant, self._known.candidates(meant))
            if found is not None and found[2] and _is_sure(found[0]):
                proof, step = found[0].proof.id, found[1].step or found[0].proof.result
            elif (form := form_of(slipped.meant)) is not None:
                proof, step = form.proof, form.step
            if proof is not None:
                (written,), (repair,) = equation.sides, slipped.meant.sides
                reason = slipped.said[self._language]
                return Finding(
                    equation.line, equation.text, "wrong", proof, step, reason, written=written, repair=repair
                )
        return None

    # Right

    def _computed(self, equation: Equation) -> Model | Pass | Collapsed | None:
        """What an equation is that holds for data, or for a network, with which its letters were computed."""
        around = _around(equation)
        return (
            of_classes(equation, around)
            or of_a_model(equation, around)
            or of_a_network(equation, self._said)
            or of_moments(equation, around)
            or of_linear_layers(equation, around)
        )

    def _right(self, equation: Equation, candidates: Sequence[Candidate]) -> tuple[Candidate, Verdict, bool] | None:
        """The first proof that an equation is right for, and whether it is so with all of its sides."""
        partly: tuple[Candidate, Verdict, bool] | None = None
        for candidate in candidates:
            if not _can_be_earned(equation, candidate):
                continue
            for text in self._spelled(equation, candidate):
                verdict = self._glance(candidate.proof, text)
                if self._is_said(equation, equation.sides, candidate, verdict):
                    return candidate, verdict, True
                if verdict.verdict == "undecided" and verdict.step and not _is_name(equation.left):
                    on_the_way = replace(
                        candidate, step=verdict.step
                    )  # L = ... is another step than the one that L names
                    verdict = self._glance(candidate.proof, f"{verdict.step} = {text.partition('=')[2].strip()}")
                    if self._is_said(equation, equation.sides, candidate, verdict, on_the_way):
                        return on_the_way, verdict, True
            if len(equation.sides) > 1 and partly is None:
                for side in itertools.filterfalse(_ONLY_CALLED.fullmatch, equation.sides):
                    for text in self._spelled(equation, candidate, (side,)):
                        verdict = self._glance(candidate.proof, text)
                        another = verdict.step not in (None, candidate.step, candidate.proof.result)
                        if another and any("(" in name for name in verdict.read_with):
                            continue  # a^2 V(X), with V(X) for a name of another step than the chain is called by
                        if self._is_said(equation, (side,), candidate, verdict):
                            partly = partly or (candidate, verdict, False)
        return partly

    def _is_said(
        self,
        equation: Equation,
        sides: Sequence[str],
        candidate: Candidate,
        verdict: Verdict,
        meant: Candidate | None = None,
    ) -> bool:
        """Whether an equation, or some of its ``sides``, states what the proof does, and is no chance likeness.

        ``meant`` is the candidate with the step that it is tried as, where that is not the one its left side names.
        """
        if verdict.verdict != "equivalent" or not _is_earned(equation, meant or candidate, verdict):
            return False
        called = _calls_the_step(equation, candidate, verdict)
        if all(map(_is_slight, sides)) and not called:
            return False
        another = candidate.step is not None and verdict.step not in (None, candidate.step)
        if another and not called and not candidate.titled and not _is_name(equation.left):
            return False  # its letter is that of one step, and the formula is another one
        ahead = [found for side in sides if (found := _LOOKS_AHEAD.search(_SCRIPT.sub("", side))) is not None]
        # what is accumulated is subtracted, so that it looks ahead where it is subtracted there as well
        if ahead and (candidate.proof.id != LOOKING_AHEAD or any(each["sign"] == each["ahead"] for each in ahead)):
            return False
        if _is_of_two(equation, candidate, verdict) or _is_of_two_classes(equation, candidate):
            return False
        if _leaves_out_a_class(equation, sides, candidate):
            return False
        others = [each for each in self._known.candidates(equation) if each.proof.id != candidate.proof.id]
        guessed_step = bool(verdict.read_with) and verdict.step not in (None, candidate.proof.result)
        if guessed_step and self._wrong(equation, [each for each in others if each.named]) is not None:
            return False  # in its own letters it is not what it is called
        all_guessed = len(verdict.read_with) >= candidate.names > 1 and not _is_titled(equation, candidate)
        if all_guessed and any(each.foreign == 0 and _is_titled(equation, each) for each in others):
            return False  # y log p, called cross-entropy, is not n log p: what has that title has just these letters
        if candidate.named:
            return True
        if not called and any(each.named and each.foreign <= candidate.foreign for each in others):
            return False  # it is called as another proof, whose letters it has as well
        below_another = not candidate.titled and any(each.about and each.step is not None for each in others)
        if not called and below_another and verdict.step not in (None, candidate.proof.result):
            return False  # a step on the way to something else, below the heading of what its letter is
        guessed = len(verdict.read_with) > 1 and not candidate.titled
        return not (guessed and any(each.spelled and each.names > 2 for each in others))  # all names are another's

    def _right_for(self, readings: Iterable[Reading]) -> tuple[Candidate, Verdict, bool] | None:
        """The proof that an equation is right for by one of its readings."""
        for read in readings:
            if (right := self._right(read.equation, self._known.known_as(read.proof, read.step))) is not None:
                candidate, verdict, whole = right
                said = " ".join(part for part in (read.said and read.said[self._language], verdict.statement) if part)
                return candidate, replace(verdict, statement=said), whole
        return None

    @cached_property
    def _said(self) -> str:
        """All that the page says, in one text."""
        return " ".join(text for piece in self._page for text in (*piece.heading[:1], piece.text))

    def _descends(self, equation: Equation) -> tuple[Candidate, Verdict, bool] | None:
        """A plain step against the gradient, below whatever heading: other optimisers are compared with it."""
        if _NEXT.search(" ".join(equation.sides)):
            return None  # w_t = w_{t+1} - ...
        right = self._right(equation, self._known.known_as("gradient-descent-step", "w_next"))
        return right if right and "g" not in right[1].read_with.values() else None

    def _right_loss(self, of_one: Equation) -> tuple[Candidate, Verdict, bool] | None:
        """The first proof of a loss of one sample that an equation is right for."""
        losses = [
            each
            for each in self._known.candidates(of_one, behind=FAR_BEHIND, most=2 * MOST)
            if each.proof.result == "loss" and (each.step in (None, "loss"))
        ]
        return self._right(of_one, losses)

    def _with_a_line_before(self, equation: Equation, candidates: Sequence[Candidate]) -> Finding | None:
        r"""The finding where an equation is right with what a line of this section made of one of its names:

        :math:`\theta - v_t` is a step of momentum where :math:`v_t` holds the learning rate.
        """
        used = re.sub(r"\s+", "", " ".join(equation.sides))
        for before, proof in reversed(self._right_before):
            named = re.sub(r"\s+", "", before.left)
            if before.heading != equation.heading or equation.loose or named not in used:
                continue
            for candidate in candidates:
                if candidate.proof.id != proof:
                    continue
                verdict = self._glance(candidate.proof, f"{before.text}\n{equation.text}")
                earned = verdict.verdict == "equivalent" and _is_earned(equation, candidate, verdict)
                if earned and not falls_apart(equation, candidate.proof):
                    said = " ".join(part for part in (verdict.convention, verdict.statement) if part)
                    return self._found(equation, "right", candidate, verdict, said)
        return None

    def _spelled(
        self, equation: Equation, candidate: Candidate, sides: Sequence[str] = (), strict: bool = False
    ) -> Iterator[str]:
        """An equation as the judge may read it: as it stands, then with the proof's name for its left side.

        ``strict``: only where the left side is no more than that name, so that nothing which it says is lost.
        """
        right = self._known.in_letters(" = ".join(sides or equation.sides))
        if not equation.loose:
            yield f"{equation.left} {equation.relation} {right}"
        called = re.match(r"(?P<name>[^(\[]+?)\s*(?:\\left|\\big|\\Big)?[(\[].*[)\]|]$", equation.left)
        if called and not strict and re.search(r"[(\[|\\].*[(\[|\\]", equation.left[called.end("name") :]):
            yield f"{called['name']} {equation.relation} {right}"  # V(G, D^*(x)), KL(q(z|x) ‖ N(0, I))
        if (
            equation.loose
            or (candidate.named and not (strict and _POWER.search(equation.left)))
            or (candidate.step and not strict)
        ):
            yield f"{candidate.step or candidate.proof.result} = {right}"
        if not strict and candidate.step == candidate.proof.title["en"].lower().split()[-1]:
            yield f"{candidate.proof.result} = {right}"  # the score of "attention score", which is scaled
        if (divergence := _DIVERGENCE_OF.sub(r"\g<name>", right)) != right:
            yield f"{candidate.step or called['name'] if called else equation.left} {equation.relation} {divergence}"

    def _glance(self, proof: Proof, text: str) -> Verdict:
        """Whether a text is equivalent to a proof's, without a reason where it is not."""
        return self._checked(proof, text, GLANCE, explain=False)

    def _checked(self, proof: Proof, text: str, seconds: float, explain: bool) -> Verdict:
        from quizprep.judge.against_proof import check_formula

        key = proof.id, text, explain
        if key not in self._verdicts:
            self.looks += 1
            with within(seconds if proof.id in _MET else FIRST):
                self._verdicts[key] = check_formula(proof, text, language=self._language, explain=explain)
            _MET.add(proof.id)
        return self._verdicts[key]

    # Wrong

    def _wrong(self, equation: Equation, certain: Sequence[Candidate]) -> Finding | None:
        """The finding, where a name or a heading says what an equation is, and a reason is known why it is not that."""
        for candidate in certain[:3] if not equation.conditional else ():
            if not self._is_meant(equation, candidate) or _is_at_another_place(equation.left):
                continue
            if _INVERSE.search(equation.left):
                continue
            if _is_of_two_classes(equation, candidate) or _ITS_OWN_SLOPE.search(equation.sides[-1]):
                continue
            for text in self._stated(equation, candidate):
                verdict = self._checked(candidate.proof, text, LOOK, explain=True)
                if verdict.verdict == "different" and self._stands(equation, verdict, candidate):
                    reason = verdict.diagnosis["text"] if verdict.diagnosis else verdict.statement
                    return self._found(equation, "wrong", candidate, verdict, reason)
            if (index := _idle_index(equation)) is not None and candidate.titled:
                said = Text(
                    f"The sum runs over {index}, and what it adds up has no {index}: it adds the same value each time.",
                    ko=f"합의 첨자는 {index}인데 더하는 식에 {index} 첨자가 없습니다. 같은 값만 거듭 더합니다.",
                )
                step = candidate.step or candidate.proof.result
                reason = said[self._language]
                return Finding(equation.line, equation.text, "wrong", candidate.proof.id, step, reason)
        return None

    def _parted(self, equation: Equation, candidate: Candidate, right: Verdict) -> Finding | None:
        """The doubt about a chain one of whose sides is right for a proof, and another one not what that is."""
        for side in itertools.filterfalse(_is_of_numbers, equation.sides):  # which are an example behind it
            if _ONLY_CALLED.fullmatch(side) or _EXPECTED.search(side):
                continue  # another name for it: sigmoid(wx); E(1 - p_i), by weights of which nothing is said
            verdicts = [self._glance(candidate.proof, text) for text in self._spelled(equation, candidate, (side,))]
            alike = [each for each in verdicts if not each.read_with or each.read_with == right.read_with]
            sure = [each for each in alike if each.verdict == "different"]
            different = all(each.verdict in ("different", "unreadable") for each in verdicts)
            if sure and different and not self._is_right_elsewhere(equation, side):
                said = Text(
                    f"One side is right, but `{side.strip()}` is not equal to it.",
                    ko=f"한쪽은 맞지만 `{side.strip()}` 쪽은 그것과 같지 않습니다.",
                )
                return self._found(equation, "in doubt", candidate, sure[0], said[self._language])
        if (unequal := _unequal(equation.sides)) is not None:
            first, second = (side.strip() for side in unequal)
            said = Text(
                f"One side is right, but `{first}` and `{second}` are not equal.",
                ko=f"한쪽은 맞지만 `{first}`와 `{second}`는 서로 같지 않습니다.",
            )
            return self._found(equation, "in doubt", candidate, right, said[self._language])
        return None

    def _half(self, equation: Equation, unread: str, candidate: Candidate) -> Finding:
        """The finding about a chain one side of which is right, and another one not known."""
        said = Text(
            f"One side is right; whether `{unread.strip()}` is equal to it is not known.",
            ko=f"한쪽은 맞습니다. `{unread.strip()}` 쪽이 그것과 같은지는 알 수 없습니다.",
        )
        nearest = candidate.proof.id
        return Finding(equation.line, equation.text, "unknown", reason=said[self._language], nearest=nearest)

    def _not_read(self, equation: Equation, candidate: Candidate) -> str | None:
        """A side of a chain of which nothing is known, though another one is right: ``Var[X] = 2n``."""
        known, rest = list[str](), list[str]()
        for side in equation.sides:
            if _is_an_example(side) or _ONLY_NAMED.fullmatch(_FONTS.sub(" ", _SCRIPT.sub("", side))):
                continue
            texts = self._spelled(equation, candidate, (_NO_LESS_THAN_ZERO.sub("", side),))
            equal = any(self._glance(candidate.proof, text).verdict == "equivalent" for text in texts)
            (known if equal else rest).append(side)
        for side in rest:
            equal = any(check_equal(side, each, diagnose=False).verdict == "equivalent" for each in known)
            if not equal and not self._is_right_elsewhere(equation, side):
                return side
        return None

    def _is_right_elsewhere(self, equation: Equation, side: str) -> bool:
        """Whether a side is what a proof akin to that of another side states: two classes, where that is of many."""
        alone = usual(replace(equation, sides=(side,)))
        akin = [*self._known.candidates(alone, behind=FAR_BEHIND, most=2 * MOST), *self._known.spelled(alone)]
        for each in akin:
            for text in self._spelled(alone, each):
                verdict = self._glance(each.proof, text)
                if verdict.verdict == "equivalent" and verdict.step in (None, each.step, each.proof.result):
                    return True
        return False

    def _stated(self, equation: Equation, candidate: Candidate) -> Iterator[str]:
        """What the judge is to look into: the equation, else those of its sides that can be read."""
        for text in self._spelled(equation, candidate, strict=True):
            verdict = self._glance(candidate.proof, text)
            if verdict.verdict != "unreadable":
                yield text
                return
        for side in equation.sides if len(equation.sides) > 1 else ():
            if _calls_a_quantity(side):
                continue  # C = KL(P || Q) = ..., which is what C is called besides
            for text in self._spelled(equation, candidate, (side,), strict=True):
                if self._glance(candidate.proof, text).verdict not in ("unreadable", "equivalent"):
                    yield text
                    break

    def _is_meant(self, equation: Equation, candidate: Candidate) -> bool:
        """Whether nothing else than this proof can be meant: its name, or a step's below its heading."""
        states = _states(equation)
        called = candidate.step is not None and re.match(r"\W*(?:\\\w+\{)?[A-Za-z]{4,}", equation.left) is not None
        told = candidate.named or candidate.called or (candidate.titled and candidate.step is not None)
        told = told or (candidate.about and candidate.foreign == 0)
        gradient = candidate.gradient and candidate.names > 3
        return states and (told or (candidate.spelled and (candidate.titled or called or gradient)))

    def _stands(self, equation: Equation, verdict: Verdict, candidate: Candidate) -> bool:
        """Whether a difference is a mistake, and no convention of another text.

        One without a reason is, where every name is the proof's own and nothing had to be guessed.
        """
        if any("(" in name for name in verdict.read_with):
            return False  # I(x) for p: what a function of the note's is was guessed
        if verdict.diagnosis is None:
            sure = (
                candidate.spelled and candidate.names > 3 and (candidate.headed or (candidate.named and equation.loose))
            )
            sure = sure and not self._is_of_another(equation, candidate)
            sure = sure and not self._counts_all_padding(equation, candidate)
            # σ' by σ: a function of one variable, however it is written
            sure = sure or (candidate.called and candidate.foreign == 0 and (verdict.step or "").startswith("∂"))
            return sure and not verdict.read_with and verdict.counterexample is not None
        if _leaves_out_half(verdict) or _is_usual_elsewhere(equation, verdict, candidate):
            return False
        if _is_the_largest_so_far(equation, candidate) or _is_of_a_layer(equation, verdict):
            return False
        listed = verdict.diagnosis["kind"] in {mistake.name for mistake in candidate.proof.mistakes}
        if _is_only_below(candidate) or equation.bare:
            slips = listed or verdict.diagnosis["kind"] in ("sign", "reciprocal") or _is_another_term(verdict)
            if not slips or verdict.read_with or verdict.step not in (None, candidate.proof.result):
                return False
        if _is_what_the_note_speaks_of(equation, verdict) or _is_a_mean_anyway(equation, verdict, candidate):
            return False
        if self._total_of(equation, candidate) is not None:
            return False
        if _is_letter(equation.left) and not candidate.named and self._is_another_step(equation, candidate):
            return False
        variants = {mistake.name for mistake in candidate.proof.mistakes if mistake.variant}
        around = " ".join((equation.label, equation.near, *equation.heading[:1]))
        if (candidate.step or candidate.proof.result).endswith("_next") and (
            _UPHILL.search(around) or _OF_A_GAIN.search(equation.text)
        ):
            return False
        if (letter := _DEFINED_ELSEWHERE.get(verdict.diagnosis["kind"])) and not letter.search(equation.text):
            return False
        if not (candidate.named or candidate.called) and not _keeps_the_quantities(candidate.proof, verdict):
            return False
        if listed and not candidate.named and self._is_of_another(equation, candidate):
            return False
        simpler = _SIMPLER - ({"symbol"} if candidate.spelled else set())
        simpler = frozenset() if candidate.named or candidate.called else simpler
        if _is_turned_over(equation, verdict, candidate) or _is_another_term(verdict):
            return True
        return verdict.diagnosis["kind"] not in _CONVENTIONS | variants | simpler

    def _total_of(self, equation: Equation, candidate: Candidate) -> Text | None:
        """The doubt about a loss, called by a letter, that is the sum where the proof has the mean: None of others.

        Both are least at the same place, so that texts train with the one or the other.
        """
        if len(equation.sides) != 1 or not _A_LETTER_OF_A_LOSS.match(equation.left):
            return None
        found = _TOTAL.match(equation.sides[0])
        if found is None:
            return None
        mean = f"\\frac{{1}}{{{found['count']}}} {equation.sides[0]}"
        if not any(self._is_right(candidate, text) for text in self._spelled(equation, candidate, (mean,))):
            return None
        count = found["count"]
        return Text(
            f"That is the sum; the mean is divided by {count}. As a loss to be made small either will do.",
            ko=f"합입니다. 평균이라면 {with_particle(count, '(으)로')} 나눕니다. 줄일 손실로는 어느 쪽이든 됩니다.",
        )

    def _counts_all_padding(self, equation: Equation, candidate: Candidate) -> bool:
        """Whether a size is right with P for the padding of both sides together, as some texts count it."""
        doubled = [_PADDING.sub(r"2\g<0>", side) for side in equation.sides]
        texts = self._spelled(equation, candidate, doubled) if candidate.proof.id == CONVOLUTION else ()
        return doubled != [*equation.sides] and any(self._is_right(candidate, text) for text in texts)

    def _is_of_another(self, equation: Equation, candidate: Candidate) -> bool:
        """Whether a mistake of a proof is what another one proves: plain descent, below a heading of Adagrad."""
        others = self._known.candidates(equation, behind=FAR_BEHIND, most=2 * MOST)
        others += self._known.known_as("gradient-descent-step", "w_next") if _updates(equation) else []
        others += self._known.known_as(TRANSPOSED, "output") if candidate.proof.id == CONVOLUTION else []
        return any(
            self._glance(each.proof, text).verdict == "equivalent"
            for each in others
            if each.proof.id != candidate.proof.id
            for text in self._spelled(equation, each)
        )

    def _is_another_step(self, equation: Equation, candidate: Candidate) -> bool:
        """Whether it is another step of the proof than the one whose letter it has: ``a = w x + b``, which is its z."""
        right = self._known.in_letters(" = ".join(equation.sides))
        return any(self._is_right(candidate, f"{step} = {right}") for step in candidate.proof.steps)

    # Neither

    def _doubt(self, equation: Equation, candidates: Sequence[Candidate], certain: Sequence[Candidate]) -> Finding:
        certain = () if equation.approximate else certain  # that it departs is what ≈ says
        for candidate in certain:
            if not self._is_meant(equation, candidate) or _is_only_below(candidate):
                continue
            if _is_of_two_classes(equation, candidate):
                continue
            if (total := self._total_of(equation, candidate)) is not None:
                return Finding(
                    equation.line, equation.text, "in doubt", candidate.proof.id, candidate.step, total[self._language]
                )
            for text in self._stated(equation, candidate):
                verdict = self._checked(candidate.proof, text, LOOK, explain=True)
                if verdict.read_with and (not candidate.named or candidate.foreign >= candidate.names):
                    continue  # guessed letters that do not fit: it is about something else
                if _leaves_out_half(verdict) or _is_a_mean_anyway(equation, verdict, candidate):
                    continue
                if _is_the_largest_so_far(equation, candidate):
                    continue
                if _is_of_a_sample(verdict, candidate) or _is_what_the_note_speaks_of(equation, verdict):
                    continue
                if verdict.verdict in ("different", "undecided") and verdict.diagnosis is not None:
                    if _DEGREES_OF_FREEDOM.search(verdict.diagnosis["text"]):
                        continue  # the spread of a sample
                    if verdict.diagnosis["kind"] == "brackets" and any(map(_OF_A_MOMENT.search, equation.sides)):
                        continue  # Var[(x - μ)²]: of Var[x - μ²] it is true, and means nothing
                    return self._found(equation, "in doubt", candidate, verdict, verdict.diagnosis["text"])
        nearest = candidates[0].proof.id if candidates else self._known.nearest(equation)
        return Finding(equation.line, equation.text, "unknown", nearest=nearest)

    def _found(self, equation: Equation, outcome: str, candidate: Candidate, verdict: Verdict, reason: str) -> Finding:
        step = verdict.step or candidate.proof.result
        found = Finding(equation.line, equation.text, outcome, candidate.proof.id, step, reason)
        if outcome != "wrong":
            return found
        side = self._departing(equation, candidate)
        return replace(
            found,
            counterexample=verdict.counterexample,
            written=side,
            repair=self._repair(equation, side, candidate, verdict, step),
        )

    def _departing(self, equation: Equation, candidate: Candidate) -> str:
        """The side of a chain that is not right; the only one of an equation."""
        for side in equation.sides[:-1]:
            verdicts = [
                self._glance(candidate.proof, text).verdict for text in self._spelled(equation, candidate, (side,))
            ]
            if "equivalent" not in verdicts and {*verdicts} != {"unreadable"}:
                return side
        return equation.sides[-1]

    def _repair(self, equation: Equation, side: str, candidate: Candidate, verdict: Verdict, step: str) -> str | None:
        def is_right(text: str) -> bool:
            return any(self._is_right(candidate, each) for each in self._spelled(equation, candidate, (text,), True))

        return mended(equation, side, candidate.proof, step, verdict, is_right)

    def _is_right(self, candidate: Candidate, text: str) -> bool:
        return self._glance(candidate.proof, text).verdict == "equivalent"


def _is_earned(equation: Equation, candidate: Candidate, verdict: Verdict) -> bool:
    """Whether that a formula is a proof's says something: ``z = W x`` is a learning rate times a gradient as well.

    Where letters stand for others, the left side has to say which step it is, or the shape of the formula has to tell:
    a product, a sum or a maximum is that of many.
    """
    if not verdict.read_with:
        return True
    counts = {name for name, its in verdict.read_with.items() if its in candidate.proof.axis_lengths()}
    if any(found["name"] in counts for side in equation.sides for found in _A_TERM_ALONE.finditer(side)):
        return False  # softmax(S - M), where M is no number of things
    if all(map(_is_call, equation.sides)):
        return False  # average = O(n), of a proof in which the average is p
    if not candidate.named and any(_OF_SEVERAL.search(name) for name in verdict.read_with):
        return False  # N(x, mu, sigma^2) is no mean of another proof
    if candidate.titled and set(verdict.read_with.values()) <= set(candidate.proof.axis_lengths()):
        return True  # only how many there are has another letter
    if (verdict.step or "").startswith("∂") and not (candidate.titled or candidate.step):
        return False  # df/dx = (f(x + h) - f(x))/h, of what does not depend on x
    if _is_called(equation, candidate) and verdict.step in (None, candidate.step, candidate.proof.result):
        return True
    if candidate.titled and len(verdict.read_with) == 1 and (candidate.names > 2 or _updates(equation)):
        return True  # the heading says what it is, and all names but one do
    if len(verdict.read_with) >= candidate.names > 1 and not _FUNCTION.search(" ".join(equation.sides)):
        return False  # z = W x is the product of any two, and nothing in it was not guessed
    return candidate.shaped and len(verdict.read_with) <= MOST_GUESSED


def _says_nothing_of_a_proof(equation: Equation) -> bool:
    """Whether an equation says of what kind something is, ``x \\in R^d``, or that a constant is its own mean."""
    mean = _A_BARE_CALL.fullmatch(equation.sides[0]) if len(equation.sides) == 1 else None
    constant = mean is not None and mean["of"] == equation.left.strip()
    drawn = re.search(r"\\sim(?![A-Za-z])|∼", _SCRIPT.sub("", equation.left)) is not None
    return constant or drawn or any(map(_OF_A_KIND.match, (equation.left, *equation.sides)))


def _kept(form: Form | None, equation: Equation) -> Form | None:
    """A form of an equation without its layers, unless it is that of a layer, which hangs on them."""
    layered = re.search(r"\^\s*\{?\s*[\[(]?\s*[lL\d]", equation.text) is not None
    return None if form is not None and layered and form.proof == "forward-propagation" else form


def _around(equation: Equation) -> str:
    """What stands before an equation, and the headings above it."""
    return " ".join((equation.label, equation.near, *equation.heading[:3]))


def _is_slight(side: str) -> bool:
    """Whether a side has so little in it that it is a step of many proofs."""
    if _POWER_OF_A_NUMBER.search(side):
        return False
    side = _ONE_IN_BRACKETS.sub(r" \g<name> ", _BY_ONE.sub(r"\g<above>", side))
    plain = re.sub(r"[{}]", " ", _FONTS.sub(" ", _SCRIPT.sub("", _SCRIPT.sub("", side.replace("\\_", "_")))))
    return _SLIGHT.fullmatch(" ".join(plain.split())) is not None


def _calls_the_step(equation: Equation, candidate: Candidate, verdict: Verdict) -> bool:
    """Whether the left side, by name or letter, is the step that a formula was found to state."""
    stated = verdict.step or candidate.proof.result
    if re.sub(r"\W", "", equation.left).lower() == stated:
        return True
    result = candidate.proof.result
    named = candidate.named and candidate.step in (None, result)  # Var(y) is no mean, which that proof results in
    return stated == candidate.step or (named and stated == result) or stated.startswith("∂")


def _names_another_step(equation: Equation, candidate: Candidate, verdict: Verdict) -> bool:
    """Whether a left side in words is the result of a proof, and the formula one of its steps: attention without V."""
    if candidate.step not in (None, candidate.proof.result) or verdict.step in (None, candidate.proof.result):
        return False
    called = _A_FUNCTION.fullmatch(equation.left)
    name = function_named(called["name"].lower()) if called else None
    if name is not None and name not in REDUCING:  # Var(W) is no formula of W, but what W is drawn with
        return not (verdict.step or "").startswith("∂")  # ReLU(x) = 1 if x > 0 else 0
    return candidate.step is not None and (
        re.match(r"\W*(?:(?:text|mathrm|operatorname|mathbf|textbf)\s*\{\s*)?[A-Za-z]{4,}\W*$", equation.left)
        is not None
    )


def _is_of_two(equation: Equation, candidate: Candidate, verdict: Verdict) -> bool:
    """Whether it is H(P, Q), of two distributions, where the entropy of one is meant."""
    entropy = "entropy" in (candidate.proof.id, verdict.step)
    return entropy and _OF_TWO.match(equation.left) is not None


def _is_of_two_classes(equation: Equation, candidate: Candidate) -> bool:
    """Whether a formula is of one of two classes, ``2 p (1 - p)`` or ``y log p + (1 - y) log(1 - p)``, where the proof
    adds up over any number of them."""
    if candidate.proof.id == "cross-entropy" and len(equation.sides) == 1:
        return _OTHER_CLASS.search(equation.sides[0]) is not None
    return candidate.proof.id == "gini-impurity" and not _SUMMED_OR_NUMBERED.search(" ".join(equation.sides))


def _leaves_out_a_class(equation: Equation, sides: Sequence[str], candidate: Candidate) -> bool:
    """Whether ``-y \\log p``, which is right of vectors, is said of two classes and one number for both."""
    binary = _OF_TWO_CLASSES.search(" ".join((equation.left, equation.label, *equation.heading[:1])))
    return bool(binary) and candidate.proof.id in _OVER_CLASSES and not any("\\sum" in side for side in sides)


def _is_computation(equation: Equation) -> bool:
    """Whether only numbers stand on every side: an example of a formula, with a value for each of its names."""
    return all(map(_is_of_numbers, equation.sides))


def _is_of_numbers(side: str) -> bool:
    return not re.search(r"[^\W\d_₀-₉⁰-⁹¹²³]", _COMMANDS_AND_UNITS.sub("", side))


def _is_an_example(side: str) -> bool:
    """Whether a side is of numbers alone; Greek letters are none."""
    return _is_of_numbers(side) and not _GREEK.search(side)


def _without_examples(equation: Equation, proof: Proof | None = None) -> Equation | None:
    r"""A chain without the sides that are an example of the one before: with values, or with letters of the example's.

    ``\sigma^2 = E[X^2] - \mu^2 = a^2 + 8 p - a^2 = 8 p``; None where there is none, nothing else, or where the example
    does not come out: ``= p + p^2 = p(1 - p)``. What has quantities of the ``proof``, TP behind P and R, is none.
    """
    for_example = _AN_EXAMPLE.search(_around(equation)) is not None
    names = _named(equation.sides[0])
    for place, side in enumerate(equation.sides[1:], start=1):
        its = _named(side)
        own = proof is not None and any(len(name) > 1 and proof.names.find(name) for name in its)
        elsewhere = for_example and not own and not its & names and not _FUNCTION.search(side)
        if _is_an_example(side) or _ADDS_NOTHING.search(side) or elsewhere:
            example = equation.sides[place:]  # what follows goes on with it
            return None if _unequal(example) else replace(equation, sides=equation.sides[:place])
        names |= its
    return None


def _unequal(sides: Sequence[str]) -> tuple[str, str] | None:
    """Two sides one behind the other, of the same letters and of nothing but arithmetic, that are not equal."""
    for first, second in itertools.pairwise(sides):
        alike = _named(first) and _named(first) == _named(second)
        readable = alike and _ARITHMETIC.fullmatch(first) and _ARITHMETIC.fullmatch(second)
        if readable and check_equal(first, second, diagnose=False).verdict == "different":
            return first, second
    return None


def _named(side: str) -> set[str]:
    """The names in a side, without what they are marked with."""
    return set(_LETTERS_OF_NAMES.findall(_FONTS.sub(" ", side))) - _NO_LETTERS


def _updates(equation: Equation) -> bool:
    """Whether a name is given a new value that is made of its old one: ``h \\leftarrow h + g^2``."""
    name = re.escape(equation.left.strip())
    return re.match(rf"\s*{name}\s*[+-]", equation.sides[-1]) is not None


def _unscripted(equation: Equation) -> Equation:
    """An equation without indices: of ``w_{t+1} = w_t - g_t`` it is w that is given a new value."""
    return replace(
        equation, left=_SCRIPT.sub("", equation.left), sides=tuple(_SCRIPT.sub("", side) for side in equation.sides)
    )


def _is_sure(candidate: Candidate) -> bool:
    """Whether a formula that is right for a proof can be about nothing else: by name or heading, or by four names."""
    return candidate.named or candidate.titled or (candidate.shaped and candidate.names > MOST_GUESSED + 1)


def _can_be_earned(equation: Equation, candidate: Candidate) -> bool:
    """Whether there is any use in judging: names that have to be guessed earn no verdict (:func:`_is_earned`)."""
    if candidate.titled or _is_called(equation, candidate):
        return True
    return candidate.foreign <= (MOST_GUESSED + 1 if candidate.shaped else 0)


def _states(equation: Equation) -> bool:
    """Whether a side is more than a name, or a call of one: \\sigma(W x + b) is."""
    return any(_OPERATES.search(_OF_NAMES.sub(" ", re.sub(r"[_^]\{[^{}]*\}", " ", side))) for side in equation.sides)


def _is_call(side: str) -> bool:
    """Whether a side is no more than a function of a name."""
    letter = r"(?:[A-Za-z]|\\(?!text|operatorname|tanh|log|exp|max|min)[A-Za-z]+)"  # softmax(z) says what it is
    return re.fullmatch(rf"\s*{letter}\([^()+\-*/]*\)\s*", _SCRIPT.sub("", side)) is not None


def _calls_a_quantity(side: str) -> bool:
    """Whether a side is no more than the name of a quantity with what it is of, KL(P || Q): of no function, as ReLU."""
    called = _A_QUANTITY.fullmatch(side)
    return called is not None and function_named(called["name"]) is None


def _is_name(left: str) -> bool:
    """Whether a left side says what it is, and is no letter that may stand for anything."""
    return re.match(r"\W*(?:[a-z]+\s*\{\s*)?+[A-Za-z가-힣]{2,}", left) is not None  # \mathcal{L} is a letter


def _is_called(equation: Equation, candidate: Candidate) -> bool:
    """Whether the left side is the name of the proof, or says which of its steps it is."""
    left = _FONT.sub("", equation.left)  # \\mathbf{z} is a letter
    step = candidate.step is not None and (candidate.titled or re.match(r"\\?[A-Za-z]{2}", left) is not None)
    return candidate.named or step


def _is_titled(equation: Equation, candidate: Candidate) -> bool:
    """Whether the words on the left stand in the title of a proof."""
    words = re.findall(r"(?<!\\)[a-z]{2,}", _FONTS.sub(" ", equation.left).lower())
    return bool(words) and all(word in candidate.proof.title["en"].lower() for word in words)


def _is_at_another_place(left: str) -> bool:
    r"""Whether a left side is a function of more than a name: of ``\tanh(x/2)`` the proof of tanh says nothing."""
    return _AT_A_FORMULA.search(left) is not None


def _is_letter(left: str) -> bool:
    return re.fullmatch(r"\W*[A-Za-z]\W*", _FONT.sub("", left)) is not None


def _is_usual_elsewhere(equation: Equation, verdict: Verdict, candidate: Candidate) -> bool:
    """Whether a difference is one that texts make on purpose, or that the reading made.

    A bias is counted among the weights, a mean was subtracted before, words side by side are one name and no product.
    """
    reason = verdict.diagnosis or {}
    if (candidate.proof.id, reason.get("kind")) in _OF_OTHER_TEXTS:
        return True
    told = str(reason.get("text"))
    if _CLASSIFIED.match(told) or (_DEGREES_OF_FREEDOM.search(told) and "MSE" in equation.left):
        return True
    general = reason.get("kind") == "function" and _ANY_ACTIVATION.match(str(reason.get("text")))
    if (general and _SIGMA.search(equation.text)) or _is_of_a_sample(verdict, candidate):
        return True  # σ for any activation
    if reason.get("kind") == "swapped" and any(_STACKED.search(side) for side in equation.sides):
        return True  # [x, h] for [h, x]
    left_out = r"b|μ" if verdict.step == "variance" else "b"
    if reason.get("kind") == "missing-term" and re.search(rf"`[+−-]?\s*(?:{left_out})`", str(reason.get("text"))):
        return True
    return any(_WORDS_TOGETHER.search(side) for side in equation.sides) and "·" in str(reason.get("text"))


def _is_the_largest_so_far(equation: Equation, candidate: Candidate) -> bool:
    """Whether a step is the maximum of what it would be and what it was, as AMSGrad has it."""
    step = candidate.proof.steps.get(candidate.step or candidate.proof.result)
    return bool(step and step.formula and "max" not in step.formula) and any(map(_LARGEST.match, equation.sides))


def _is_of_a_layer(equation: Equation, verdict: Verdict) -> bool:
    """Whether what was taken for a power says the layer: z^L."""
    powers = "power" in str((verdict.diagnosis or {}).get("text"))
    return powers and any(map(_OF_THE_LAST_LAYER.search, equation.sides))


def _is_of_a_sample(verdict: Verdict, candidate: Candidate) -> bool:
    """Whether a variance is divided by n − 1, that of a sample, where the proof has that of all there are."""
    return "− 1`" in str((verdict.diagnosis or {}).get("text")) and any(
        mistake.name in _OF_A_SAMPLE for mistake in candidate.proof.mistakes
    )


def _is_what_the_note_speaks_of(equation: Equation, verdict: Verdict) -> bool:
    """Whether the heading names what the reason says that it is, by its longer name: "Leaky ReLU", for ``ReLU(x)``."""
    said = _THAT_IS.match(str((verdict.diagnosis or {}).get("text")))
    name = said["name"].lower().replace("-", " ") if said else ""
    around = " ".join((equation.label, *equation.heading[:1])).lower().replace("-", " ")
    if "of the sum" in str((verdict.diagnosis or {}).get("text")) and _OF_A_SUM.search(equation.left):
        return True  # SE(S_n)
    *which, kind = name.split() or [""]  # linear kernel: kernel by that word or by its letter, K(x, z)
    if not which or not all(re.search(rf"\b{re.escape(word)}\b", around) for word in which):
        return False
    written = {word.lower() for word in re.findall(r"[A-Za-z]{3,}", equation.left)}
    return kind in written or re.match(rf"\W*{kind[0]}(?![a-z])", equation.left.lower()) is not None


def _is_only_below(candidate: Candidate) -> bool:
    """Whether nothing but the heading tells that a formula is that of a proof: its left side is no name of a step."""
    return candidate.about and candidate.step is None and not (candidate.named or candidate.called)


def _is_turned_over(equation: Equation, verdict: Verdict, candidate: Candidate) -> bool:
    """Whether all of a formula is upside down that is called by its name, or is what the heading says.

    A ratio is one either way round.
    """
    if (verdict.diagnosis or {}).get("kind") != "reciprocal" or not (candidate.named or candidate.about):
        return False
    said = " ".join((equation.left, candidate.step or candidate.proof.result, candidate.proof.title["en"]))
    return not _RATIO.search(said) and (candidate.about or _is_name(equation.left))


def _is_another_term(verdict: Verdict) -> bool:
    """Whether a number stands where another one is added, or taken away from: ``2 - s`` for ``1 - s``."""
    reason = verdict.diagnosis or {}
    quoted = re.findall(r"`([^`]+)`", str(reason.get("text")))
    if reason.get("kind") != "factor" or len(quoted) != 2:
        return False
    written, meant = (_TERM.sub("#", each) for each in quoted)
    return written == meant and "#" in written


def _is_a_mean_anyway(equation: Equation, verdict: Verdict, candidate: Candidate) -> bool:
    """Whether a reason takes for a mistake what makes a mean of a formula.

    The factor of a mean over samples, which the proof of one sample has not; the weights that an expectation holds; a
    sum over as many classes as the note has.
    """
    reason = verdict.diagnosis or {}
    kind = reason.get("kind")
    if kind in ("bounds", "extent"):
        return _NUMBER_TO_END_AT.search(str(reason.get("text")).rstrip(". ")) is not None
    if kind == "extra-factor" and candidate.proof.result == "loss":
        means = [found for side in equation.sides for found in _OF_SAMPLES.finditer(side)]
        return any((found["above"] or found["line"]) == found["end"] for found in means)
    if candidate.proof.id == "expectation-and-variance" and kind in ("plain-mean", "unweighted"):
        return _EXPECTED.search(equation.left) is None  # the mean and the variance of n samples
    return kind == "unweighted" and any(_EXPECTED.search(side) for side in equation.sides)


def _leaves_out_half(verdict: Verdict) -> bool:
    """Whether only one half of a stacked input is written, ``W x`` for ``W [h; x]``: its name may stand for both."""
    return "[0·" in (verdict.read_as or "").replace(" ", "")


def _keeps_the_quantities(proof: Proof, verdict: Verdict) -> bool:
    """Whether a formula is put right with the quantities that it is written of: ``\\sqrt\\beta`` is no slip for
    ``\\sqrt{1 - \\bar\\alpha}``, but β of another definition. One of a row for another, β₁ for β₂, is a slip.

    A mistake that the proof lists is one whatever it is written of; of other reasons without a repair only a fraction
    upside down says that nothing else is changed.
    """
    reason = verdict.diagnosis or {}
    if "repair" not in reason:
        return reason.get("kind") in {"upside-down", *(mistake.name for mistake in proof.mistakes)}
    with suppress(QuizprepError):
        written, repaired = (
            {_NUMBER_OF_A_ROW.sub("", name) for name in free_symbols(proof.formula(text))}
            for text in (verdict.read_as or "", reason["repair"])
        )
        return written == repaired or (repaired < written and reason["kind"].startswith("extra-"))
    return False


def _of_numbers(computation: Computation, language: str) -> Finding:
    """A computation of a note as a finding."""
    outcome = "right" if computation.right else "in doubt" if computation.rounded or computation.percent else "wrong"
    reason = "" if computation.right else computation.reason()[language]
    return Finding(
        computation.line, computation.text, outcome, computation.proof, computation.step, reason, kind="number"
    )


def _index_for_a_step_back(equation: Equation) -> tuple[Equation, Text] | None:
    """The equation with ``m_{t-1}`` for ``m_{t=1}``, and what is wrong; None where nothing is so written."""
    last = equation.sides[-1]
    found = _EQUAL_IN_INDEX.search(last)
    if found is None:
        return None
    meant = replace(equation, sides=(*equation.sides[:-1], _EQUAL_IN_INDEX.sub(r"\g<name>_{\g<index>-1}", last)))
    index = found["index"]
    return meant, Text(
        f"The index {index}=1 should be {index}-1: it is the value of the step before.",
        ko=f"첨자 {index}=1은 {index}-1이어야 합니다. 바로 앞 단계의 값입니다.",
    )


def _idle_index(equation: Equation) -> str | None:
    """The index of a sum below a fraction line, none of whose terms has it: ``\\sum_j e^{z_i}`` under ``e^{z_i}``."""
    for side in equation.sides:
        for found in _NORMALISED.finditer(side):
            if found["index"] not in re.findall(r"[A-Za-z]", found["below"]) and found["below"] == found["exponent"]:
                return found["index"]
    return None


def _stopped(equation: Equation, looked: int, left: int, language: str) -> Finding:
    """The finding that stands for all equations from this one on."""
    said = Text(
        f"Stopped after {looked} formulas: the {left} from here on would take too long; audit the page in parts.",
        ko=f"식 {looked}개를 보고 멈췄습니다. 여기부터 {left}개는 너무 오래 걸려 보지 못했습니다. 나누어 확인하세요.",
    )
    return Finding(equation.line, equation.text, "in doubt", reason=said[language])
