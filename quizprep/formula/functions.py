"""Every function of the formula language, one row each: the only table of them.

A new function is a row here and its implementations in ``compute``: each evaluator names the rows that it
lacks, and a test fails where implementations and gaps together are not this table.

Conventions that the evaluators share:

* ``axis`` counts from 0, negative from the end. ``softmax``, ``log_softmax``, ``cumsum``,
  ``cumprod`` and ``normalize`` take the last axis by default, reductions (``sum``, ``mean`` ...) all entries.
* ``var`` and ``std`` divide by n; ``ddof=1`` divides by n - 1. ``norm(x, p)`` has p = 2.
* ``max``/``min`` of one argument reduce it, of several compare them element by element.
* ``log`` is natural, or to a second argument; ``lg`` and ``lb`` are to 10 and 2 (ISO 80000-2).
  ``argmax`` and ``one_hot(k, n)`` count from 0, as class labels do; subscripts count from 1.
* ``conv(x, k)`` slides the kernel without flipping it. ``root(x, n)`` and ``cbrt`` are real: an
  odd root of a negative number is negative. ``round`` rounds halves away from 0.

At the edges they follow IEEE 754 and C99; where libraries differ, as follows:

* A nan in an argument is a nan in the value: of ``sign``, ``heaviside``, ``clip``, ``max``, ``median`` and
  ``logsumexp`` too. C's exceptions stay: ``x^0`` and ``1^x`` are 1, ``hypot(inf, x)`` is infinite. A branch that
  is not taken says nothing: ``leaky_relu(1, nan)`` is 1. ``argmax`` and ``argmin`` give the place of the first nan,
  of equal extremes the first.
* Poles: ``gamma(±0)`` is ±inf and ``digamma(±0)`` ∓inf, both nan at negative whole numbers, where ``lgamma`` is
  inf. There is no factorial below 0, no logarithm to a base of 0 or less, no root of degree 0, and no root of a
  negative number but of odd degree: nan. ``mod(x, 0)`` is nan.
* ``silu(-inf)``, ``gelu(-inf)``, ``mish(-inf)``, ``softsign(inf)`` and the softmax of an infinite entry are what
  the arithmetic of their definitions gives, nan; so are sums that overflow on the way.
* ``gcd`` and ``lcm`` are exact for whole numbers of any size, ``lcm(0, x)`` is 0, nan for others. ``cosine_similarity``
  and ``norm`` of a number are those of a vector of length 1; ``len``, ``diag`` and ``softmax`` of one are refused.
* No value is empty: an axis has at least one entry.
* Fifty digits know neither infinities that were not given nor the sign of a zero: there is no value there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from quizprep.text import Text


class Signature(NamedTuple):
    """How a function may be called. One plain argument more than ``most`` stands for the option ``extra``."""

    least: int = 1
    most: int = 1
    options: tuple[str, ...] = ()
    extra: str | None = None


class Axes(NamedTuple):
    """How many axes a value has, from those of the arguments: 0 for a number, 1 for a vector, 2 for a matrix."""

    said: Text
    count: Callable[[Sequence[int]], int]


ONE, TWO, THREE, FOUR = Signature(), *(Signature(count, count) for count in (2, 3, 4))
ONE_OR_TWO, SEVERAL = Signature(1, 2), Signature(1, 64)
ALONG = Signature(1, 1, ("axis",), "axis")
SPREAD = Signature(1, 1, ("axis", "ddof"), "axis")
EXTREME = Signature(1, 64, ("axis",))
LOGARITHM = Signature(1, 2, ("base",))

SAME = Axes(Text("entry by entry", ko="원소별"), max)
KEPT = Axes(Text("of the same shape", ko="같은 모양"), max)
AS_MANY = Axes(Text("as many axes, of other lengths", ko="축의 수는 같고 길이는 다르다"), max)
NUMBER = Axes(Text("a number", ko="수"), lambda ranks: 0)
REDUCED = Axes(
    Text("a number; one axis less with `axis`", ko="수. `axis`를 주면 축이 하나 줄어든다"),
    lambda ranks: 0 if len(ranks) == 1 else max(ranks),
)
MATRIX = Axes(Text("a matrix", ko="행렬"), lambda ranks: 2)
ONE_MORE = Axes(Text("one axis more", ko="축이 하나 늘어난다"), lambda ranks: ranks[0] + 1)
DIAGONAL = Axes(
    Text("a matrix of a vector, a vector of a matrix", ko="벡터는 행렬로, 행렬은 벡터로"), lambda ranks: 3 - ranks[0]
)
JOINED = Axes(Text("the parts in a row", ko="차례로 이어 붙인 것"), lambda ranks: max(1, *ranks))
PRODUCT = Axes(Text("of a matrix product", ko="행렬곱의 모양"), lambda ranks: max(0, sum(ranks) - 2))


class Function(NamedTuple):
    """One function.

    ``spellings`` are other words for it, ``latex`` the commands of LaTeX that name it (every spelling is read
    behind a backslash and in ``\\operatorname`` too), ``notations`` the signs for it, written with x, y, n, k, A.
    ``rivals`` are the functions that it is taken for, the likeliest first; ``shown`` is its name on the screen.
    ``sugar`` is read as another node of the tree, which evaluators know without a function.
    """

    name: str
    takes: Signature
    axes: Axes
    help: Text
    spellings: tuple[str, ...]
    latex: tuple[str, ...]
    rivals: tuple[str, ...]
    notations: tuple[str, ...]
    shown: str
    sugar: bool
    unspelt: bool

    @property
    def reduces(self) -> bool:
        """Whether one argument is reduced to a number, or along an axis."""
        return self.axes is REDUCED


def _row(
    name: str,
    takes: Signature,
    axes: Axes,
    en: str,
    ko: str,
    *,
    spellings: str = "",
    latex: str = "",
    notations: str = "",
    rivals: str = "",
    shown: str = "",
    sugar: bool = False,
    unspelt: bool = False,
) -> Function:
    """A row of the table; words are divided by a space, notations by two."""
    written = tuple(filter(None, notations.split("  ")))
    spelt, commands, confused = (tuple(listed.split()) for listed in (spellings, latex, rivals))
    text = Text(en, ko=ko)
    return Function(name, takes, axes, text, spelt, commands, confused, written, shown or name, sugar, unspelt)


# fmt: off
GROUPS: tuple[tuple[Text, tuple[Function, ...]], ...] = (
    (Text("Powers and logarithms", ko="거듭제곱과 로그"), (
        _row("exp", ONE, SAME, "e to the power of x", "e의 x제곱", latex="exp", notations="e^x", rivals="log"),
        _row("expm1", ONE, SAME, "eˣ − 1, precise near 0", "eˣ − 1, 0 근처에서도 정확하다"),
        _row("log", LOGARITHM, SAME, "the natural logarithm, or the one to the base of a second argument",
             "자연로그. 두 번째 인자가 있으면 그 수를 밑으로 하는 로그",
             spellings="ln", latex="log ln", notations="log_b x", rivals="log2 log10 exp", shown="ln"),
        _row("log1p", ONE, SAME, "ln(1 + x), precise near 0", "ln(1 + x), 0 근처에서도 정확하다"),
        _row("log2", ONE, SAME, "the logarithm to base 2", "밑이 2인 로그",
             spellings="lb", notations="log_2 x", rivals="log log10", shown="log₂"),
        _row("log10", ONE, SAME, "the logarithm to base 10", "상용로그",
             spellings="lg", latex="lg", notations="log_{10} x", rivals="log log2", shown="log₁₀"),
        _row("pow", TWO, SAME, "x to the power of y", "x의 y제곱",
             spellings="power", notations="x^y  x**y", sugar=True),
        _row("square", ONE, SAME, "x²", "x²", rivals="sqrt"),
        _row("sqrt", ONE, SAME, "the square root", "제곱근",
             spellings="square_root", notations=r"√x  \sqrt{x}", rivals="square"),
        _row("cbrt", ONE, SAME, "the real cube root", "실수 세제곱근", notations="∛x"),
        _row("root", TWO, SAME, "root(x, n): the real n-th root; of a negative number for odd n only",
             "root(x, n): 실수 n제곱근. 음수에는 n이 홀수일 때만 값이 있다", notations=r"\sqrt[n]{x}"),
        _row("hypot", TWO, SAME, "√(x² + y²) without overflow on the way", "√(x² + y²), 도중에 넘치지 않는다"),
    )),
    (Text("Parts of a number", ko="수의 부분"), (
        _row("abs", ONE, SAME, "the absolute value", "절댓값", spellings="absolute", notations="|x|"),
        _row("sign", ONE, SAME, "−1, 0 or 1", "−1, 0, 1 가운데 하나", spellings="sgn"),
        _row("floor", ONE, SAME, "the largest whole number that is not above x", "x보다 크지 않은 가장 큰 정수",
             notations="⌊x⌋", rivals="ceil round"),
        _row("ceil", ONE, SAME, "the smallest whole number that is not below x", "x보다 작지 않은 가장 작은 정수",
             spellings="ceiling", notations="⌈x⌉", rivals="floor round"),
        _row("round", ONE, SAME, "the nearest whole number, halves away from 0",
             "가장 가까운 정수. 0.5는 0에서 먼 쪽으로", rivals="floor ceil"),
        _row("trunc", ONE, SAME, "x without the digits behind the point", "소수점 아래를 버린 값"),
        _row("mod", TWO, SAME, "the remainder of x/y, with the sign of y", "x를 y로 나눈 나머지. 부호는 y를 따른다",
             spellings="remainder", notations=r"x % y  x \bmod y"),
        _row("gcd", TWO, SAME, "the greatest common divisor of whole numbers", "정수의 최대공약수", latex="gcd"),
        _row("lcm", TWO, SAME, "the least common multiple of whole numbers", "정수의 최소공배수"),
        _row("clip", THREE, SAME, "clip(x, low, high): min(max(x, low), high)",
             "clip(x, low, high): min(max(x, low), high)", spellings="clamp"),
        _row("heaviside", ONE, SAME, "1 for x ≥ 0, else 0", "x ≥ 0이면 1, 아니면 0", spellings="step unit_step"),
        _row("indicator", ONE, SAME, "1 where a condition holds, else 0", "조건이 참이면 1, 아니면 0",
             notations=r"1[x > y]  \mathbb{1}[x > y]", sugar=True),
        _row("lerp", THREE, SAME, "lerp(x, y, t): x + t·(y − x)", "lerp(x, y, t): x + t·(y − x)"),
    )),
    (Text("Activations", ko="활성화 함수"), (
        _row("sigmoid", ONE, SAME, "1/(1 + e⁻ˣ)", "1/(1 + e⁻ˣ)",
             spellings="logistic expit", notations=r"σ(x)  \sigma(x)", rivals="tanh relu softmax log_softmax"),
        _row("log_sigmoid", ONE, SAME, "ln σ(x) = −softplus(−x)", "ln σ(x) = −softplus(−x)", sugar=True),
        _row("logit", ONE, SAME, "ln(p/(1 − p)), the inverse of the sigmoid", "ln(p/(1 − p)), 시그모이드의 역함수"),
        _row("relu", ONE, SAME, "max(x, 0)", "max(x, 0)", rivals="sigmoid tanh"),
        _row("relu6", ONE, SAME, "min(max(x, 0), 6)", "min(max(x, 0), 6)", sugar=True),
        _row("leaky_relu", ONE_OR_TWO, SAME, "x where x > 0, else slope·x; the slope is 0.01 unless given",
             "x > 0이면 x, 아니면 기울기·x. 기울기는 따로 적지 않으면 0.01", spellings="lrelu"),
        _row("elu", ONE_OR_TWO, SAME, "x where x > 0, else α(eˣ − 1); α is 1 unless given",
             "x > 0이면 x, 아니면 α(eˣ − 1). α는 따로 적지 않으면 1"),
        _row("selu", ONE, SAME, "1.0507·elu(x, 1.6733), with the constants to all digits",
             "1.0507·elu(x, 1.6733). 상수는 모든 자리까지"),
        _row("gelu", ONE, SAME, "x·Φ(x), exact", "x·Φ(x), 근사가 아닌 값"),
        _row("silu", ONE, SAME, "x·σ(x)", "x·σ(x)", spellings="swish"),
        _row("mish", ONE, SAME, "x·tanh(softplus(x))", "x·tanh(softplus(x))"),
        _row("softplus", ONE, SAME, "ln(1 + eˣ)", "ln(1 + eˣ)"),
        _row("softsign", ONE, SAME, "x/(1 + |x|)", "x/(1 + |x|)"),
        _row("softmax", ALONG, KEPT, "eˣ divided by its sum along an axis, the last unless given",
             "eˣ를 한 축을 따른 합으로 나눈 값. 축은 따로 적지 않으면 마지막 축", rivals="log_softmax sigmoid"),
        _row("log_softmax", ALONG, KEPT, "the logarithm of the softmax", "소프트맥스의 로그",
             rivals="softmax sigmoid"),
        _row("logsumexp", ALONG, REDUCED, "the logarithm of the sum of eˣ", "eˣ의 합의 로그",
             spellings="log_sum_exp reduce_logsumexp"),
    )),
    (Text("Trigonometric functions", ko="삼각함수"), (
        _row("sin", ONE, SAME, "sine, of radians", "사인, 라디안", latex="sin", rivals="cos tan"),
        _row("cos", ONE, SAME, "cosine", "코사인", latex="cos", rivals="sin tan"),
        _row("tan", ONE, SAME, "tangent", "탄젠트", spellings="tg", latex="tan", rivals="sin cos"),
        _row("sec", ONE, SAME, "1/cos x", "1/cos x", latex="sec"),
        _row("csc", ONE, SAME, "1/sin x", "1/sin x", spellings="cosec", latex="csc"),
        _row("cot", ONE, SAME, "1/tan x", "1/tan x", spellings="ctg", latex="cot"),
        _row("arcsin", ONE, SAME, "inverse sine", "사인의 역함수",
             spellings="asin", latex="arcsin", notations="sin^{-1} x"),
        _row("arccos", ONE, SAME, "inverse cosine", "코사인의 역함수",
             spellings="acos", latex="arccos", notations="cos^{-1} x"),
        _row("arctan", ONE, SAME, "inverse tangent", "탄젠트의 역함수",
             spellings="atan", latex="arctan", notations="tan^{-1} x"),
        _row("arcsec", ONE, SAME, "arccos(1/x)", "arccos(1/x)", spellings="asec", notations="sec^{-1} x"),
        _row("arccsc", ONE, SAME, "arcsin(1/x)", "arcsin(1/x)", spellings="acsc", notations="csc^{-1} x"),
        _row("arccot", ONE, SAME, "arctan(1/x), π/2 at 0", "arctan(1/x), 0에서는 π/2",
             spellings="acot", notations="cot^{-1} x"),
        _row("atan2", TWO, SAME, "atan2(y, x): the angle of the point (x, y)", "atan2(y, x): 점 (x, y)의 편각",
             spellings="arctan2"),
    )),
    (Text("Hyperbolic functions", ko="쌍곡선함수"), (
        _row("sinh", ONE, SAME, "(eˣ − e⁻ˣ)/2", "(eˣ − e⁻ˣ)/2", latex="sinh", rivals="cosh tanh"),
        _row("cosh", ONE, SAME, "(eˣ + e⁻ˣ)/2", "(eˣ + e⁻ˣ)/2", latex="cosh", rivals="sinh tanh"),
        _row("tanh", ONE, SAME, "sinh x/cosh x", "sinh x/cosh x", latex="tanh", rivals="sigmoid relu sinh cosh"),
        _row("sech", ONE, SAME, "1/cosh x", "1/cosh x"),
        _row("csch", ONE, SAME, "1/sinh x", "1/sinh x"),
        _row("coth", ONE, SAME, "1/tanh x", "1/tanh x", latex="coth"),
        _row("arsinh", ONE, SAME, "inverse of sinh", "sinh의 역함수",
             spellings="asinh arcsinh", notations="sinh^{-1} x"),
        _row("arcosh", ONE, SAME, "inverse of cosh", "cosh의 역함수",
             spellings="acosh arccosh", notations="cosh^{-1} x"),
        _row("artanh", ONE, SAME, "inverse of tanh", "tanh의 역함수",
             spellings="atanh arctanh", notations="tanh^{-1} x"),
        _row("arsech", ONE, SAME, "arcosh(1/x)", "arcosh(1/x)", spellings="asech arcsech", notations="sech^{-1} x"),
        _row("arcsch", ONE, SAME, "arsinh(1/x)", "arsinh(1/x)", spellings="acsch arccsch", notations="csch^{-1} x"),
        _row("arcoth", ONE, SAME, "artanh(1/x)", "artanh(1/x)", spellings="acoth arccoth", notations="coth^{-1} x"),
    )),
    (Text("Counting and special functions", ko="경우의 수와 특수함수"), (
        _row("factorial", ONE, SAME, "n·(n − 1)···1, and Γ(n + 1) between whole numbers",
             "n·(n − 1)···1. 정수 사이에서는 Γ(n + 1)", spellings="fact", notations="n!", sugar=True),
        _row("binomial", TWO, SAME, "binomial(n, k): the number of ways to choose k of n",
             "binomial(n, k): n개에서 k개를 고르는 경우의 수",
             spellings="binom choose comb", notations=r"\binom{n}{k}"),
        _row("permutations", TWO, SAME, "permutations(n, k): the number of ways to choose k of n in order",
             "permutations(n, k): n개에서 k개를 골라 늘어놓는 경우의 수", spellings="perm", sugar=True),
        _row("gamma", ONE, SAME, "the gamma function, (x − 1)! at whole numbers", "감마 함수. 정수에서는 (x − 1)!",
             notations=r"Γ(x)  \Gamma(x)"),
        _row("lgamma", ONE, SAME, "ln|Γ(x)|", "ln|Γ(x)|"),
        _row("digamma", ONE, SAME, "the derivative of ln Γ(x)", "ln Γ(x)의 도함수"),
        _row("erf", ONE, SAME, "the error function", "오차 함수"),
        _row("erfc", ONE, SAME, "1 − erf(x), precise for large x", "1 − erf(x), x가 클 때도 정확하다"),
        _row("normal_cdf", ONE, SAME, "the distribution function of the standard normal distribution",
             "표준정규분포의 누적분포함수", notations=r"Φ(x)  \Phi(x)"),
        _row("normal_pdf", ONE, SAME, "the density of the standard normal distribution", "표준정규분포의 확률밀도함수"),
        _row("probit", ONE, SAME, "the inverse of Φ", "Φ의 역함수"),
    )),
    (Text("Sums, means and extremes", ko="합, 평균, 최댓값"), (
        _row("sum", ALONG, REDUCED, "the sum of the entries", "원소의 합",
             spellings="reduce_sum", latex="sum", notations="Σ(x)", rivals="mean"),
        _row("prod", ALONG, REDUCED, "the product of the entries", "원소의 곱",
             spellings="product reduce_prod", latex="prod", notations="Π(x)"),
        _row("mean", ALONG, REDUCED, "the mean of the entries", "원소의 평균",
             spellings="avg average expectation reduce_mean", notations=r"E[x]  \mathbb{E}[x]", rivals="sum"),
        _row("median", ALONG, REDUCED, "the middle of the sorted entries, of the two middle ones their mean",
             "정렬한 원소의 가운데 값. 가운데가 둘이면 그 평균"),
        _row("var", SPREAD, REDUCED, "the variance: divided by n, with ddof=1 by n − 1",
             "분산. n으로 나누고 ddof=1이면 n − 1로 나눈다", spellings="variance reduce_variance", rivals="std"),
        _row("std", SPREAD, REDUCED, "the standard deviation, the root of the variance", "표준편차, 분산의 제곱근",
             spellings="stddev reduce_std", rivals="var"),
        _row("max", EXTREME, REDUCED, "the largest entry; of several arguments the larger ones",
             "가장 큰 원소. 인자가 여럿이면 원소별로 큰 쪽",
             spellings="maximum reduce_max", latex="max", rivals="min"),
        _row("min", EXTREME, REDUCED, "the smallest entry; of several arguments the smaller ones",
             "가장 작은 원소. 인자가 여럿이면 원소별로 작은 쪽",
             spellings="minimum reduce_min", latex="min", rivals="max"),
        _row("argmax", ALONG, REDUCED, "the place of the largest entry, from 0; the first of several",
             "가장 큰 원소의 위치, 0부터. 여럿이면 첫째",
             spellings="arg_max", latex="argmax", notations=r"\arg\max x", rivals="argmin"),
        _row("argmin", ALONG, REDUCED, "the place of the smallest entry, from 0; the first of several",
             "가장 작은 원소의 위치, 0부터. 여럿이면 첫째",
             spellings="arg_min", latex="argmin", notations=r"\arg\min x", rivals="argmax"),
        _row("cumsum", ALONG, KEPT, "the sums of the first 1, 2, ... entries", "처음 1개, 2개, ... 원소의 합"),
        _row("cumprod", ALONG, KEPT, "the products of the first 1, 2, ... entries", "처음 1개, 2개, ... 원소의 곱"),
        _row("cov", TWO, NUMBER, "the covariance of two vectors, divided by n", "두 벡터의 공분산, n으로 나눈다",
             spellings="covariance"),
        _row("len", ONE, NUMBER, "the length of the first axis", "첫째 축의 길이"),
    )),
    (Text("Logic", ko="논리"), (
        _row("xor", TWO, SAME, "xor(p, q): exactly one of two conditions holds",
             "xor(p, q): 두 조건 가운데 하나만 성립한다", sugar=True),
        _row("implies", TWO, SAME, "implies(p, q): q holds wherever p does",
             "implies(p, q): p가 성립하면 q도 성립한다", sugar=True),
        _row("iff", TWO, SAME, "iff(p, q): both conditions hold, or neither",
             "iff(p, q): 두 조건이 모두 성립하거나 모두 성립하지 않는다", sugar=True),
    )),
    (Text("Derivatives, integrals and equations", ko="미분, 적분과 방정식"), (
        _row("diff", TWO, NUMBER, "diff(f, x): the derivative of f by x; diff(f, x = a) its value at a",
             "diff(f, x): f를 x로 미분한 도함수. diff(f, x = a)는 a에서의 값",
             notations=r"\frac{d}{dx} y", sugar=True),
        _row("integral", FOUR, NUMBER,
             "integral(f, x, a, b): the integral of f over x from a to b, to 13 digits or refused",
             "integral(f, x, a, b): f를 x에 대해 a부터 b까지 적분한 값. 13자리까지 구하지 못하면 거절한다",
             notations=r"∫_n^k x dx  \int_n^k x \, dx", sugar=True),
        _row("solve", FOUR, NUMBER,
             "solve(f, x, a, b): the x between a and b where f crosses 0, refused where that is not once",
             "solve(f, x, a, b): a와 b 사이에서 f가 0을 지나는 x. 꼭 한 번이 아니면 거절한다", sugar=True),
    )),
    (Text("Vectors and matrices", ko="벡터와 행렬"), (
        _row("norm", ONE_OR_TWO, NUMBER, "norm(x, p): the p-norm of all entries, p = 2 unless given",
             "norm(x, p): 모든 원소의 p-노름. p는 따로 적지 않으면 2", notations="‖x‖  ‖x‖_1"),
        _row("normalize", ALONG, KEPT, "x divided by its norm along an axis, the last unless given",
             "한 축을 따른 노름으로 나눈 x. 축은 따로 적지 않으면 마지막 축"),
        _row("dot", TWO, NUMBER, "the sum of the products of matching entries", "같은 자리 원소의 곱의 합",
             spellings="inner"),
        _row("cosine_similarity", TWO, NUMBER, "dot(x, y)/(‖x‖·‖y‖)", "dot(x, y)/(‖x‖·‖y‖)", spellings="cossim"),
        _row("cross", TWO, KEPT, "the vector product of two vectors of length 3", "길이 3인 두 벡터의 벡터곱"),
        _row("outer", TWO, MATRIX, "the matrix of all products of two vectors", "두 벡터의 모든 곱으로 된 행렬"),
        _row("kron", TWO, AS_MANY, "the Kronecker product of two vectors or two matrices",
             "두 벡터나 두 행렬의 크로네커곱"),
        _row("matmul", TWO, PRODUCT, "the matrix product", "행렬곱", notations="A @ A", sugar=True),
        _row("transpose", ONE, AS_MANY, "rows as columns", "행과 열을 바꾼 것",
             notations=r"Aᵀ  A^T  A^\top", sugar=True),
        _row("inv", ONE, KEPT, "the inverse of a square matrix, nan where it is singular",
             "정사각행렬의 역행렬. 특이행렬이면 nan", spellings="inverse", notations="A^{-1}"),
        _row("det", ONE, NUMBER, "the determinant of a square matrix", "정사각행렬의 행렬식",
             spellings="determinant", latex="det", rivals="trace"),
        _row("trace", ONE, NUMBER, "the sum of the diagonal of a square matrix", "정사각행렬의 대각 원소의 합",
             spellings="tr", rivals="det"),
        _row("diag", ONE, DIAGONAL, "the diagonal matrix of a vector, or the diagonal of a matrix",
             "벡터의 대각행렬, 또는 행렬의 대각 원소"),
        _row("identity", ONE, MATRIX, "the identity matrix of the size of a square matrix",
             "정사각행렬과 크기가 같은 단위행렬", unspelt=True),
        _row("concat", SEVERAL, JOINED, "the arguments one behind the other", "인자를 차례로 이어 붙인 것",
             spellings="cat concatenate", notations="[x, y]", sugar=True),
        _row("one_hot", TWO, ONE_MORE, "one_hot(k, n): n entries, a 1 at place k counted from 0, zeros elsewhere",
             "one_hot(k, n): 0부터 세어 k번 자리만 1이고 나머지는 0인 원소 n개"),
        _row("conv", TWO, AS_MANY, "the kernel slid over x without flipping it, as networks do",
             "신경망에서처럼 커널을 뒤집지 않고 x 위로 민 결과", spellings="convolve convolution conv1d conv2d"),
    )),
)
# fmt: on

TABLE: tuple[Function, ...] = tuple(row for _, rows in GROUPS for row in rows)
FUNCTIONS: dict[str, Function] = {row.name: row for row in TABLE}
CALLED = frozenset(row.name for row in TABLE if not row.sugar)  # those that a tree can call: what evaluators are for
REDUCING = frozenset(row.name for row in TABLE if row.reduces)
# f^{-1} of these is the inverse function, not the reciprocal.
INVERSES = {name: inverse for name in FUNCTIONS for inverse in ("arc" + name, "ar" + name) if inverse in FUNCTIONS}
# What an option may be called.
OPTIONS = {
    "axis": "axis", "dim": "axis", "keepdims": "keepdims", "keepdim": "keepdims", "base": "base", "ddof": "ddof",
    "correction": "ddof", "unbiased": "ddof",
}  # fmt: skip

_SPELLINGS = {spelling: row.name for row in TABLE if not row.unspelt for spelling in (row.name, *row.spellings)}
_PLAIN = {spelling.replace("_", ""): name for spelling, name in _SPELLINGS.items()}


def function_named(spelling: str) -> str | None:
    """The canonical name of a function in any spelling (``ReLU`` → ``relu``, ``ln`` → ``log``), else None."""
    return _PLAIN.get(spelling.replace("_", "").lower())


def signature(function: str) -> Signature:
    """How many arguments and which options a canonical function takes."""
    return FUNCTIONS[function].takes


def spellings() -> tuple[str, ...]:
    """Every spelling, for suggestions."""
    return tuple(_SPELLINGS)
