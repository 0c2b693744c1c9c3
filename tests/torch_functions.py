"""What torch computes for each function of the table, of single samples: an oracle that shares no code with ours."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor


def _of_reciprocal(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    return lambda x: function(x.reciprocal())


def _gamma(x: Tensor) -> Tensor:
    """Of x > 0."""
    return torch.lgamma(x).exp()


def _conv(signal: Tensor, kernel: Tensor) -> Tensor:
    convolve = F.conv1d if signal.dim() == 1 else F.conv2d
    return convolve(signal[None, None], kernel[None, None])[0, 0]


def _extreme(of_all: Callable[[Tensor], Tensor], of_two: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda *values: of_all(values[0]) if len(values) == 1 else functools.reduce(of_two, values)


def _round(x: Tensor) -> Tensor:
    return torch.where(x.frac().abs() == 0.5, x + x.sign() / 2, x.round())


TORCH: dict[str, Callable[..., Tensor]] = {
    "abs": torch.abs, "arccos": torch.arccos, "arccot": lambda x: math.pi / 2 - torch.arctan(x) - math.pi * (x < 0).double(),
    "arccsc": _of_reciprocal(torch.arcsin), "arcosh": torch.arccosh, "arcoth": _of_reciprocal(torch.arctanh),
    "arcsch": _of_reciprocal(torch.arcsinh), "arcsec": _of_reciprocal(torch.arccos), "arcsin": torch.arcsin,
    "arctan": torch.arctan, "argmax": lambda x: x.argmax().double(), "argmin": lambda x: x.argmin().double(),
    "arsech": _of_reciprocal(torch.arccosh), "arsinh": torch.arcsinh, "artanh": torch.arctanh, "atan2": torch.arctan2,
    "binomial": lambda n, k: _gamma(n + 1) / (_gamma(k + 1) * _gamma(n - k + 1)),
    "cbrt": lambda x: x.sign() * x.abs() ** (1 / 3), "ceil": torch.ceil, "clip": torch.clamp, "conv": _conv,
    "cos": torch.cos, "cosh": torch.cosh, "cosine_similarity": lambda x, y: F.cosine_similarity(x.flatten(), y.flatten(), 0),
    "cot": lambda x: torch.cos(x) / torch.sin(x), "coth": lambda x: torch.cosh(x) / torch.sinh(x),
    "cov": lambda x, y: torch.cov(torch.stack([x, y]), correction=0)[0, 1], "cross": torch.linalg.cross,
    "csc": lambda x: 1 / torch.sin(x), "csch": lambda x: 1 / torch.sinh(x), "cumprod": lambda x: x.cumprod(-1),
    "cumsum": lambda x: x.cumsum(-1), "det": torch.linalg.det, "diag": torch.diag, "digamma": torch.digamma,
    "dot": lambda x, y: (x * y).sum(), "elu": F.elu, "erf": torch.erf, "erfc": torch.erfc, "exp": torch.exp,
    "expm1": torch.expm1, "floor": torch.floor, "gamma": _gamma,
    "gcd": lambda x, y: torch.gcd(x.long(), y.long()).double(), "gelu": F.gelu,
    "heaviside": lambda x: torch.heaviside(x, torch.ones_like(x)), "hypot": torch.hypot,
    "identity": lambda x: torch.eye(len(x), dtype=x.dtype), "inv": torch.linalg.inv, "kron": torch.kron,
    "lcm": lambda x, y: torch.lcm(x.long(), y.long()).double(), "leaky_relu": F.leaky_relu,
    "len": lambda x: torch.tensor(float(len(x))), "lerp": torch.lerp, "lgamma": torch.lgamma, "log": torch.log,
    "log10": torch.log10, "log1p": torch.log1p, "log2": torch.log2, "log_softmax": lambda x: F.log_softmax(x, -1),
    "logit": torch.logit, "logsumexp": lambda x: torch.logsumexp(x.flatten(), 0),
    "max": _extreme(torch.amax, torch.maximum), "mean": torch.mean, "median": lambda x: torch.quantile(x.flatten(), 0.5),
    "min": _extreme(torch.amin, torch.minimum), "mish": F.mish, "mod": torch.remainder,
    "norm": lambda x: torch.linalg.vector_norm(x), "normal_cdf": torch.special.ndtr,
    "normal_pdf": lambda x: torch.distributions.Normal(0.0, 1.0).log_prob(x).exp(),
    "normalize": lambda x: F.normalize(x, dim=-1), "one_hot": lambda place, n: F.one_hot(place.long(), int(n)).double(),
    "outer": torch.outer, "probit": torch.special.ndtri, "prod": torch.prod, "relu": torch.relu,
    "root": lambda x, n: x ** (1 / n), "round": _round, "sec": lambda x: 1 / torch.cos(x),
    "sech": lambda x: 1 / torch.cosh(x), "selu": F.selu, "sigmoid": torch.sigmoid, "sign": torch.sign, "silu": F.silu,
    "sin": torch.sin, "sinh": torch.sinh, "softmax": lambda x: torch.softmax(x, -1), "softplus": F.softplus,
    "softsign": F.softsign, "sqrt": torch.sqrt, "square": torch.square, "std": lambda x: torch.std(x, correction=0),
    "sum": torch.sum, "tan": torch.tan, "tanh": torch.tanh, "trace": torch.trace, "trunc": torch.trunc,
    "var": lambda x: torch.var(x, correction=0),
}  # fmt: skip
