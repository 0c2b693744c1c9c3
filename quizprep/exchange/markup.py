r"""Our prose for other programs: ``$...$`` becomes what they set formulas with, and nothing else of it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from quizprep.formatting import visible
from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.show.prose import FORMULA, render_text

_OPERATORS = {"<=": r"\le ", ">=": r"\ge ", "!=": r"\ne ", "==": "=", "->": r"\to ", "%": r"\%", "#": r"\#"}
_FUNCTIONS = frozenset("arg cos cosh cot det dim exp gcd inf ker lim ln log max min sin sinh sup tan tanh".split())
_PART = re.compile(  # what LaTeX reads as it stands, and what it would not read as we do
    r"\\(?:text|mathrm|mathit|mathbf|mathbb|mathcal|operatorname|mbox|begin|end)\*?\s*\{[^{}]*\}|\\(?:[A-Za-z]+|.)"
    r"|(?P<word>[A-Za-z]{2,})|(?P<operator><=|>=|!=|==|->|[%#])",
    re.DOTALL,
)


def _mapped(text: str, prose: Callable[[str], str], formula: Callable[[str, bool], str]) -> str:
    """The text with its prose and its formulas turned into something else; ``formula`` is told which are set off."""
    pieces, end = [], 0
    for match in FORMULA.finditer(text):
        pieces.append(prose(text[end : match.start()].replace("\\$", "$")))
        pieces.append(formula(latex(match[2]), match[1] == "$$"))
        end = match.end()
    return "".join([*pieces, prose(text[end:].replace("\\$", "$"))])


def latex(formula: str) -> str:
    r"""A formula of ours for a program that knows LaTeX alone: there a word is a product of letters.

    >>> latex(r"eta <= x_out \cdot softmax(z) 5%")
    '\\eta  \\le  x_\\mathrm{out} \\cdot \\mathrm{softmax}(z) 5\\%'
    """

    def replaced(match: re.Match[str]) -> str:
        if match["operator"]:
            return _OPERATORS[match["operator"]]
        word = match["word"]
        if word is None:
            return match[0]
        return f"\\{word} " if word in GREEK_NAMES or word in _FUNCTIONS else rf"\mathrm{{{word}}}"

    return _PART.sub(replaced, visible(formula))


def html(text: str) -> str:
    r"""HTML with MathJax: a line break is ``<br>``.

    >>> html("a < b and $x < 3$\nc")
    'a &lt; b and \\(x &lt; 3\\)<br>c'
    """
    return _mapped(text, _html, lambda formula, apart: escape(rf"\[{formula}\]" if apart else rf"\({formula}\)", False))


def _html(prose: str) -> str:
    return escape(visible(prose), quote=False).replace("\n", "<br>")


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#|$&"})


def markdown(text: str) -> str:
    r"""Markdown with ``$...$``, and nothing else in it that Markdown would read.

    >>> markdown("2 * 3 and $x_i$")
    '2 \\* 3 and $x_i$'
    """
    return _mapped(text, lambda prose: visible(prose).translate(_MARKS), lambda formula, _: f"${formula}$")


def plain(text: str) -> str:
    """Text alone, its formulas as a terminal shows them."""
    return visible(render_text(text))
