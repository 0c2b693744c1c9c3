"""A comma between two digits: a decimal comma, or a separator?  ``0,636`` is neither 636 nor a list of two numbers.

Formulas have decimal points. A comma that may be meant as one is never read as anything else: who wrote it is asked.
"""

from __future__ import annotations

import re

from quizprep.errors import FormulaError
from quizprep.formula.functions import function_named, signature
from quizprep.text import Text

_DIGITS = r"(?<![\w.,，])\d+"
_COMMA = r"(?:,|，|\{,\})"
_PAIR = re.compile(rf"({_DIGITS}){_COMMA}(\d+)(?![\d.]|{_COMMA}(?:\d|\s*(?:[\\…]|\.\.)))", re.ASCII)
_POINT = re.compile(r"\d\.\d|(?<![\w.])\.\d|\d\.(?!\w)")
_GROWING = re.compile(r"\\(?:left|right|[bB]ig+[lr]?)$")  # before a bracket
_CALLED = re.compile(r"(?:[^\W\d]\w*'*|[}\])])$")
_NAME = re.compile(r"[^\W\d]\w*$")
_ARGUMENT = re.compile(r"(?:\^|\}|\\[a-zA-Z]+)$")
_SPACED = re.compile(r"[,，]\s|;|；|\\\\")


def refuse_decimal_commas(text: str) -> None:
    """Raises FormulaError, with its place, at a comma that may stand for a decimal point.

    In brackets commas without a space separate, as in ``max(0,1-x)`` and ``[1,2,3]``, unless others there have one:
    ``[0,5, 1]``.
    """
    for pair in _PAIR.finditer(text):
        if _may_be_decimal(text, pair):
            whole, decimals = pair.groups()
            listed = any(text[place] in "[(" for place in _open_at(text, pair.start())[-1:])
            raise FormulaError(_asked(pair.group(), whole, decimals, listed), text=text, span=pair.span())


def has_tight_comma(text: str) -> bool:
    """Whether some comma stands between two digits, so that a list may be numbers with decimal commas."""
    return re.search(rf"\d{_COMMA}\d", text) is not None


def _may_be_decimal(text: str, pair: re.Match[str]) -> bool:
    opened = _open_at(text, pair.start())
    if not opened:
        return True
    before = [_GROWING.sub("", text[:place].rstrip()).rstrip() for place in opened]
    if any(text[place] == "{" and head.endswith("_") for place, head in zip(opened, before, strict=True)):
        return False  # a subscript
    bracket, head, inside = text[opened[-1]], before[-1], _inside(text, opened[-1])
    if bracket == "{":  # an exponent or the argument of a command, or else a set
        return bool(_ARGUMENT.search(head))
    if bracket == "(" and not _CALLED.search(head):
        return True  # these brackets group: no list stands in them
    called = _NAME.search(head) if bracket == "(" else None
    if called and _takes_one(called.group()) and _GROWING.sub("", inside.strip()).strip() == pair.group():
        return True  # of one number, or of one to the base of another
    return bool(_SPACED.search(inside)) and not _POINT.search(inside)


def _open_at(text: str, place: int) -> list[int]:
    """Where the brackets begin that are open at ``place``, the innermost last."""
    opened: list[int] = []
    for position, char in enumerate(text[:place]):
        if char in "([{":
            opened.append(position)
        elif char in ")]}" and opened:
            opened.pop()
    return opened


def _takes_one(word: str) -> bool:
    """Whether this is a function of one number: of two only to a base, as in ``log(8, 2)``."""
    name = function_named(word)
    return name is not None and (signature(name).most == 1 or name == "log")


def _inside(text: str, opened: int) -> str:
    """What stands in a bracket, without what stands in brackets of its own."""
    depth, inside = 0, []
    for char in text[opened:]:
        depth += (char in "([{") - (char in ")]}")
        if depth == 0:
            break
        if depth == 1:
            inside.append(char)
    return "".join(inside[1:])


def _asked(written: str, whole: str, decimals: str, listed: bool) -> Text:
    point = f"{whole}.{decimals}"
    if len(decimals) == 3 and not whole.startswith("0") and len(whole) <= 3:
        return Text(
            f"`{written}` can be read in two ways: write {whole}{decimals} or {point}",
            ko=f"`{written}`: 두 가지로 읽힙니다. {whole}{decimals} 또는 {point}처럼 적으세요.",
        )
    english = f"; in a list, put a space behind the comma: {whole}, {decimals}" if listed else ""
    korean = f" 목록이면 쉼표 뒤를 띄워 {whole}, {decimals}처럼 적으세요." if listed else ""
    return Text(
        f"a decimal has a point, not a comma: write {point}{english}",
        ko=f"소수점은 쉼표가 아니라 마침표입니다. {point}처럼 적으세요.{korean}",
    )
