"""The functions that the language knows, by canonical name, with their spellings: for every reader.

Conventions that the evaluators share:

* ``axis`` counts from 0, negative from the end. ``softmax``, ``log_softmax``, ``cumsum``,
  ``cumprod`` and ``normalize`` take the last axis by default, reductions (``sum``, ``mean`` ...) all entries.
* ``var`` and ``std`` divide by n; ``ddof=1`` divides by n - 1. ``norm(x, p)`` has p = 2.
* ``max``/``min`` of one argument reduce it, of several compare them element by element.
* ``log`` is natural, or to a second argument; ``lg`` and ``lb`` are to 10 and 2 (ISO 80000-2).
  ``argmax`` and ``one_hot(k, n)`` count from 0, as class labels do; subscripts count from 1.
* ``conv(x, k)`` slides the kernel without flipping it. ``root(x, n)`` and ``cbrt`` are real: an
  odd root of a negative number is negative. ``round`` rounds halves away from 0.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """How a function may be called. One plain argument more than ``most`` stands for ``extra``."""

    least: int = 1
    most: int = 1
    options: tuple[str, ...] = ()
    extra: str | None = None


_ELEMENTWISE = (
    "sigmoid tanh relu gelu silu softplus selu softsign mish logit exp expm1 log1p log2 log10 sqrt cbrt "
    "abs sign floor ceil round trunc heaviside square sin cos tan sec csc cot arcsin arccos arctan arcsec "
    "arccsc arccot sinh cosh sech csch coth arsinh arcosh artanh arsech arcsch arcoth gamma lgamma digamma "
    "erf erfc normal_cdf normal_pdf probit"
)
_REDUCTIONS = "sum prod mean logsumexp argmax argmin"
_ALONG_AN_AXIS = "softmax log_softmax cumsum cumprod normalize"
_OF_TWO = "root mod atan2 hypot gcd lcm binomial dot cross outer kron one_hot conv cosine_similarity"

FUNCTIONS: dict[str, Function] = {
    **dict.fromkeys(_ELEMENTWISE.split(), Function()),
    **dict.fromkeys("median trace det inv diag len".split(), Function()),
    **dict.fromkeys((_REDUCTIONS + " " + _ALONG_AN_AXIS).split(), Function(1, 1, ("axis",), "axis")),
    **dict.fromkeys(_OF_TWO.split(), Function(2, 2)),
    "max": Function(1, 64, ("axis",)),
    "min": Function(1, 64, ("axis",)),
    "var": Function(1, 1, ("axis", "ddof"), "axis"),
    "std": Function(1, 1, ("axis", "ddof"), "axis"),
    "cov": Function(2, 2),
    "log": Function(1, 2, ("base",)),
    "norm": Function(1, 2),
    "clip": Function(3, 3),
    "leaky_relu": Function(1, 2),
    "elu": Function(1, 2),
    "lerp": Function(3, 3),
}

# Written as functions, read as other nodes.
SUGAR: dict[str, Function] = {
    "transpose": Function(),
    "factorial": Function(),
    "matmul": Function(2, 2),
    "pow": Function(2, 2),
    "concat": Function(1, 64),
    "indicator": Function(),
}

ALIASES: dict[str, str] = {
    "ln": "log", "lg": "log10", "lb": "log2", "sgn": "sign", "ceiling": "ceil", "logistic": "sigmoid", "expit": "sigmoid",
    "swish": "silu", "avg": "mean", "average": "mean", "expectation": "mean", "variance": "var", "stddev": "std",
    "tr": "trace",
    "inverse": "inv", "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asec": "arcsec",
    "acsc": "arccsc",
    "acot": "arccot", "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh", "asech": "arsech",
    "acsch": "arcsch",
    "acoth": "arcoth", "arcsinh": "arsinh", "arccosh": "arcosh", "arctanh": "artanh", "arcsech": "arsech",
    "arccsch": "arcsch", "arccoth": "arcoth", "cosec": "csc", "arctan2": "atan2", "tg": "tan", "ctg": "cot",
    "binom": "binomial", "choose": "binomial", "comb": "binomial", "clamp": "clip", "cat": "concat",
    "concatenate": "concat", "maximum": "max", "minimum": "min", "power": "pow", "convolve": "conv",
    "convolution": "conv", "conv1d": "conv", "conv2d": "conv", "arg_max": "argmax", "arg_min": "argmin",
    "log_sum_exp": "logsumexp", "lrelu": "leaky_relu", "inner": "dot",
    "cossim": "cosine_similarity",
    "covariance": "cov", "step": "heaviside", "remainder": "mod", "absolute": "abs", "product": "prod",
    "fact": "factorial",
    "determinant": "det", "square_root": "sqrt", "unit_step": "heaviside",
}  # fmt: skip

# f^{-1} of these is the inverse function, not the reciprocal.
INVERSES: dict[str, str] = {
    **{name: "arc" + name for name in ("sin", "cos", "tan", "sec", "csc", "cot")},
    **{name: "ar" + name for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
}
REDUCING = frozenset({*_REDUCTIONS.split(), "max", "min", "var", "std", "median"})

_SPELLINGS = {name.replace("_", ""): name for name in (*FUNCTIONS, *SUGAR)}
_SPELLINGS |= {alias.replace("_", ""): name for alias, name in ALIASES.items()}


def function_named(spelling: str) -> str | None:
    """The canonical name of a function in any spelling (``ReLU`` → ``relu``, ``ln`` → ``log``), else None."""
    plain = spelling.replace("_", "")
    return _SPELLINGS.get(plain.lower())


def signature(function: str) -> Function:
    """How many arguments and which options a canonical function takes."""
    return FUNCTIONS.get(function) or SUGAR[function]


def spellings() -> tuple[str, ...]:
    """Every spelling, for suggestions."""
    return (*FUNCTIONS, *SUGAR, *ALIASES)
