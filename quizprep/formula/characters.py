"""Characters that stand for something in plain text: Greek letters, accents, raised and lowered ones, fractions."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta",
    "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu", "ξ": "xi", "ο": "omicron", "π": "pi",
    "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
    "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Υ": "Upsilon", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
    "ς": "sigma", "ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ϱ": "rho", "ϖ": "pi", "µ": "mu",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values())
#: How a name is shown. Σ and Π are left to sums and products, so that what is shown can be typed.
GREEK_LETTERS = {name: letter for letter, name in reversed(GREEK.items())} | {"Sigma": "𝛴", "Pi": "𝛱"}

ACCENTS = {
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0305": "bar",
    "\u0307": "dot",
    "\u20d7": "vec",
}

ACCENT_MARKS = {name: mark for mark, name in reversed(ACCENTS.items())}

SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵝᵞᵟᵠᵡ",
        "0123456789+-=()niabcdefghjklmoprstuvwxyzTβγδφχ",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", "0123456789+-=()aehijklmnoprstuvxβγρφχ", strict=True))

FRACTIONS = {char: Fraction(unicodedata.numeric(char)).limit_denominator(10) for char in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"}

_DOUBLE_STRUCK = {"C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ"}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#: Double-struck character → the letter or digit.
DOUBLE_STRUCK = {
    **{_DOUBLE_STRUCK.get(letter, chr(0x1D538 + place)): letter for place, letter in enumerate(_LETTERS[:26])},
    **{chr(0x1D552 + place): letter for place, letter in enumerate(_LETTERS[26:])},
    **{chr(0x1D7D8 + digit): str(digit) for digit in range(10)},
}
