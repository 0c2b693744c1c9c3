r"""Our prose for other programs: ``$...$`` becomes what they set formulas with, and nothing else of it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from quizprep.formatting import visible
from quizprep.formula.show.prose import FORMULA, render_text

_WORD_OPERATORS = {"<=": r"\le ", ">=": r"\ge ", "!=": r"\ne ", "==": "=", "->": r"\to "}
_OPERATOR = re.compile("|".join(map(re.escape, _WORD_OPERATORS)))


def _mapped(text: str, prose: Callable[[str], str], formula: Callable[[str, bool], str]) -> str:
    """The text with its prose and its formulas turned into something else; ``formula`` is told which are set off."""
    pieces, end = [], 0
    for match in FORMULA.finditer(text):
        pieces.append(prose(text[end : match.start()].replace("\\$", "$")))
        pieces.append(formula(latex(match[2]), match[1] == "$$"))
        end = match.end()
    return "".join([*pieces, prose(text[end:].replace("\\$", "$"))])


def latex(formula: str) -> str:
    r"""A formula of ours for a program that knows LaTeX alone.

    >>> latex("x_i <= 3")
    'x_i \\le  3'
    """
    return _OPERATOR.sub(lambda match: _WORD_OPERATORS[match[0]], visible(formula))


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
