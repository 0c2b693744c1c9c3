r"""The macros of a page, written out: ``\newcommand{\bx}{\mathbf{x}}`` in it, and those that many courses share.

What a macro stands for is put in its place before anything is read. How often that is done, and how long a text may
become, is bounded: a page may be a stranger's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from quizprep.formula.latex import COMMANDS
from quizprep.frozen import frozen

MOST_MACROS = 300  # of one page
MOST_ROUNDS = 6  # a macro made of macros made of macros
LONGEST_BODY = 400  # characters
LONGEST_WRITTEN = 12_000  # characters of a text with its macros written out: it stays as it was where it would be more

_DEFINED = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|DeclareRobustCommand)\*?\s*(?:\{\s*\\(?P<new>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))"
    r"\s*(?:\[(?P<count>[1-9])\])?(?P<default>\[[^\[\]]*\])?\s*(?=\{)"
    r"|\\def\s*\\(?P<old>[A-Za-z]+)\s*(?P<places>(?:#[1-9]){0,9})\s*(?=\{)"
    r"|\\DeclareMathOperator\*?\s*\{?\s*\\(?P<operator>[A-Za-z]+)\s*\}?\s*(?=\{)"
)
_USED = re.compile(r"\\([A-Za-z]+)")
_PLACE = re.compile(r"#([1-9])")
_LETTER = re.compile(r"(?!be|ba|bf$)(?:[bmv]|rv|bf)([A-Za-z])")  # \bx, \mW, \vx, \rvz: a bold letter


@frozen
class Macro:
    """What a command stands for, and how many arguments it takes."""

    body: str
    arguments: int = 0


#: Commands that many courses define in a file of their own, which a page does not show.
_SHARED: dict[str, Macro] = {
    **dict.fromkeys(("giv", "given", "cond"), Macro(r"\mid ")),
    **dict.fromkeys(("Expect", "EE", "expect", "expectation"), Macro(r"\mathbb{E}")),
    **dict.fromkeys(("RR", "Real", "real", "reals", "R"), Macro(r"\mathbb{R}")),
    **dict.fromkeys(("KL", "DKL"), Macro(r"D_{KL}")),
    **dict.fromkeys(("T", "transp", "transpose", "trans"), Macro(r"\top ")),
    **dict.fromkeys(("norm", "Norm"), Macro(r"\lVert #1 \rVert ", 1)),
    **dict.fromkeys(("abs",), Macro(r"\lvert #1 \rvert ", 1)),
    **dict.fromkeys(("bold", "mat", "vect", "vb", "mathbold"), Macro(r"\mathbf{#1}", 1)),
    "ELBO": Macro(r"\mathrm{ELBO}"),
    "Var": Macro(r"\operatorname{Var}"),
    "d": Macro(r"\, d"),
    "pd": Macro(r"\frac{\partial #1}{\partial #2}", 2),
    "pdv": Macro(r"\frac{\partial #1}{\partial #2}", 2),
}


def macros_of(content: str) -> dict[str, Macro]:
    """The macros that a page defines, by their names without the backslash; the last definition counts."""
    found: dict[str, Macro] = {}
    for defined in (
        _DEFINED.finditer(content) if "\\newcommand" in content or "\\def" in content or "\\De" in content else ()
    ):
        body = _group(content, defined.end())
        if body is None or len(body) > LONGEST_BODY or len(found) >= MOST_MACROS or defined["default"]:
            continue
        if defined["operator"]:
            found[defined["operator"]] = Macro(f"\\operatorname{{{body}}}")
        else:
            name = defined["new"] or defined["bare"] or defined["old"]
            count = int(defined["count"] or 0) if defined["old"] is None else len(defined["places"]) // 2
            found[name] = Macro(" ".join(body.split()), count)
    return found


def without_definitions(text: str) -> str:
    """A text without the definitions of macros in it, which are no formulas."""
    while (defined := _DEFINED.search(text)) is not None:
        body = _group(text, defined.end())
        if body is None:
            return text[: defined.start()]
        text = text[: defined.start()] + " " + text[defined.end() + len(body) + 2 :]
    return text


def expanded(text: str, macros: Mapping[str, Macro]) -> str:
    """A text with what its macros stand for; a command that is neither defined nor shared stays as it is."""
    written = text
    for _ in range(MOST_ROUNDS):
        before, written = written, _once(written, macros)
        if len(written) > LONGEST_WRITTEN:
            return text
        if written == before:
            return written
    return written


def _once(text: str, macros: Mapping[str, Macro]) -> str:
    parts, at = [], 0
    for used in _USED.finditer(text):
        if used.start() < at:  # in the argument of another one
            continue
        macro = macros.get(used[1]) or _shared(used[1], text[used.end() : used.end() + 1])
        if macro is None:
            continue
        arguments, end = _arguments(text, used.end(), macro.arguments)
        if len(arguments) < macro.arguments:
            continue
        body = _filled(macro.body, arguments)
        glue = " " if end < len(text) and text[end].isalpha() and re.search(r"\\[A-Za-z]+$", body) else ""
        parts += [text[at : used.start()], body, glue]
        at = end
    return "".join((*parts, text[at:]))


def _filled(body: str, arguments: Sequence[str]) -> str:
    def given(place: re.Match[str]) -> str:
        number = int(place[1])
        return arguments[number - 1] if number <= len(arguments) else ""

    return _PLACE.sub(given, body)


def _shared(name: str, behind: str) -> Macro | None:
    if name in COMMANDS:
        return None
    if (letter := _LETTER.fullmatch(name)) is not None:
        return None if behind == "{" else Macro(f"\\mathbf{{{letter[1]}}}")
    return _SHARED.get(name)


def _arguments(text: str, place: int, count: int) -> tuple[list[str], int]:
    """So many arguments behind a command, in braces or of one character each, and where they end."""
    found: list[str] = []
    while len(found) < count:
        at = place
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text) or text[at] in "}&$":
            break
        body = _group(text, at) if text[at] == "{" else None
        if text[at] == "{" and body is None:
            break
        command = _USED.match(text, at)
        one = command[0] if command else text[at]
        found.append(one if body is None else body)
        place = at + (len(one) if body is None else len(body) + 2)
    return found, place


def _group(text: str, place: int) -> str | None:
    """What stands in the braces that open at a place; None where they do not close."""
    depth = 0
    for at in range(place, min(len(text), place + LONGEST_WRITTEN)):
        if text[at] == "\\":
            continue
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return text[place + 1 : at]
    return None
