"""A function in Python, read as the lines of a formula; nothing of it is run.

What is read is straight on: names given to values, then the value that is returned. Its names for what comes between
are nobody's letters: they are written as others, which no proof has.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from tokenize import TokenInfo
from typing import NamedTuple

from quizprep.errors import LearnerError
from quizprep.text import Text

MODULES = {"numpy", "torch", "math", "typing", "__future__"}
ROOTS = {"np", "numpy", "torch", "math", "F", "nn", "functional"}  # what stands before a function
METHODS = {"T", "sum", "mean", "max", "min", "exp", "log", "sqrt", "tanh", "sigmoid", "abs", "square", "shape"}
FUNCTIONS = {
    *("exp", "log", "log2", "log10", "log1p", "expm1", "sqrt", "abs", "fabs", "square", "power", "pow"),
    *("sin", "cos", "tan", "sinh", "cosh", "tanh", "sigmoid", "relu", "softmax", "softplus"),
    *("maximum", "minimum", "max", "min", "sum", "mean", "prod", "matmul", "outer", "var", "std", "len"),
}  # fmt: skip
OF_SEVERAL = {"power", "pow", "maximum", "minimum", "matmul", "outer"}
OF_NUMPY = {"var", "std"}  # which divide by n there, and by n − 1 in torch
KEYWORDS = {"axis", "dim", "keepdims", "keepdim"}
OPERATORS = {"+", "-", "*", "/", "**", "@", "(", ")", ",", ".", "=", "<", ">", "<=", ">="}
_WORDS = {"if", "else", "True", "False"}
_KEYWORDS_OF_PYTHON = {
    *("for", "while", "lambda", "with", "try", "class", "def", "yield", "await", "async", "not", "and", "or", "is"),
    *("in", "None", "del", "global", "nonlocal", "raise", "assert", "pass", "return", "import", "from", "elif"),
}  # fmt: skip


class Read(NamedTuple):
    """The lines of a formula, in which what the code assigns has names that mean nothing else in formulas."""

    text: str
    names: Mapping[str, str]  # of these → as the code has them

    def as_written(self, shown: str) -> str:
        """What is shown of the formula, with the names that the code has."""
        return re.sub(r"\blocal[a-z]+\b", lambda found: self.names.get(found[0], found[0]), shown)


def as_formula(source: str) -> Read:
    """A formula that says what the function returns. Raises LearnerError for what is not read."""
    lines = list(_logical_lines(source))
    result = ""
    assigned: list[str] = []
    local: dict[str, str] = {}
    names: dict[str, str] = {}
    defined = False
    for line in lines:
        if result:
            raise _not_read(_shown(line), "behind the value", "값 뒤의")
        first = line[0].string
        if line[0].type == tokenize.STRING and len(line) == 1:
            continue
        if first in ("import", "from"):
            _allow_import(line)
        elif first == "def" and not defined and not assigned:
            defined = True
            rest = _behind_head(line)
            if rest:
                result = _result(rest, local)
        elif first == "return" and len(line) > 1:
            result = _result(line, local)
        elif (target := _assigned(line)) is not None:
            name, value = target
            written = _written(value, local)
            local[name] = f"local{_letters(len(assigned))}"
            names[local[name]] = name
            assigned.append(f"{local[name]} = {written}")
        elif not defined and line is lines[-1]:
            result = _written(line, local)
        else:
            raise _not_read(_shown(line))
    if not result:
        raise LearnerError(Text("It returns nothing.", ko="돌려주는 값이 없습니다."))
    return Read("\n".join([*assigned, result]), names)


def _result(line: Sequence[TokenInfo], local: Mapping[str, str]) -> str:
    if line[0].string != "return" or len(line) < 2:
        raise _not_read(_shown(line))
    return _written(line[1:], local)


def _logical_lines(source: str) -> Iterator[list[TokenInfo]]:
    """The tokens of each line, without comments; statements between ``;`` are lines."""
    line: list[TokenInfo] = []
    layout = (tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    try:
        for token in tokenize.generate_tokens(io.StringIO(f"{source.strip()}\n").readline):
            if token.type == tokenize.NEWLINE or token.string == ";":
                if line:
                    yield line
                line = []
            elif token.type not in layout:
                line.append(token)
    except (tokenize.TokenError, SyntaxError) as error:
        raise LearnerError(Text("That is no Python.", ko="Python 코드가 아닙니다.")) from error


def _allow_import(line: Sequence[TokenInfo]) -> None:
    if line[1].string not in MODULES or "*" in {token.string for token in line}:
        raise _not_read(_shown(line))


def _behind_head(line: Sequence[TokenInfo]) -> Sequence[TokenInfo]:
    """What stands behind the colon of ``def f(x, y):``; parameters have no default values."""
    depth = 0
    for place, token in enumerate(line):
        depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        if token.string in ("=", "*", "**", "/"):
            raise _not_read(_shown(line))
        if token.string == ":" and depth == 0:
            return line[place + 1 :]
    raise _not_read(_shown(line))


def _assigned(line: Sequence[TokenInfo]) -> tuple[str, Sequence[TokenInfo]] | None:
    """The name and the value of ``name = value`` or ``name += value``; None for any other line."""
    if len(line) < 3 or line[0].type != tokenize.NAME or line[1].type != tokenize.OP:
        return None
    sign = line[1].string
    if sign == "=":
        return line[0].string, line[2:]
    if sign in ("+=", "-=", "*=", "/=", "@="):
        operator, opened, closed = (line[1]._replace(string=text) for text in (sign[:-1], "(", ")"))
        return line[0].string, [line[0], operator, opened, *line[2:], closed]
    return None


def _written(tokens: Sequence[TokenInfo], local: Mapping[str, str]) -> str:
    """An expression in the formula language: the same but for its names. Raises LearnerError for what may differ."""
    parts: list[str] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        text = token.string
        before, behind = (tokens[at].string if 0 <= at < len(tokens) else "" for at in (place - 1, place + 1))
        if text == "shape" and before == ".":
            index = _index(tokens, place + 1)
            parts.append(f"shape[{index}]")
            place += 2 + len(index)
        elif token.type == tokenize.NUMBER:
            if "_" in text or text[-1] in "jJ" or text[:2].casefold() in ("0x", "0b", "0o"):
                raise _not_read(text)
            parts.append(text)
        elif token.type == tokenize.NAME:
            root = tokens[place - 2].string if before == "." else ""
            parts.append(_name(text, before, behind, root, local))
            if behind == "(" and text in FUNCTIONS | METHODS:
                _check_call(text, root, [each.string for each in tokens[place + 1 :]])
        elif token.type == tokenize.OP and text in OPERATORS:
            if text == "=" and before not in KEYWORDS:
                raise _not_read(_shown(tokens))
            parts.append(text)
        else:
            raise _not_read(text)
        place += 1
    return _spaced(parts)


def _name(text: str, before: str, behind: str, root: str, local: Mapping[str, str]) -> str:
    if text in _WORDS:
        return text
    if text in _KEYWORDS_OF_PYTHON:
        raise _not_read(text)
    if behind == "=" and text in KEYWORDS and before in ("(", ","):
        return text
    if before == ".":
        function = root in ROOTS and root not in local
        known = text in FUNCTIONS | ROOTS | {"pi", "e"} if function else text in METHODS
        if not known or (text in OF_NUMPY and root not in ("np", "numpy")):
            raise _not_read(f"{root}.{text}")
        return text
    if behind == "(" and text not in local:
        if text not in FUNCTIONS - OF_NUMPY:
            raise _not_read(f"{text}()")
        return text
    if behind == "(":
        raise _not_read(f"{text}()")
    return local.get(text, text)


def _check_call(function: str, root: str, tokens: Sequence[str]) -> None:
    """Raises LearnerError where a call means something else in Python than in a formula: ``np.max(0, x)``, say."""
    method = root != "" and root not in ROOTS
    several = function in OF_SEVERAL or (function in ("max", "min") and not root)
    depth = 0
    for place, text in enumerate(tokens):
        depth += (text in ("(", "[")) - (text in (")", "]"))
        if depth == 0:
            return
        begins = depth == 1 and (text == "," or (place == 0 and method)) and tokens[place + 1] not in (")", ",")
        if not begins:
            continue
        named = tokens[place + 1] in KEYWORDS and tokens[place + 2] == "="
        pair_of_torch = (
            function in ("max", "min") and root and (root == "torch" or tokens[place + 1] in ("dim", "keepdim"))
        )
        if pair_of_torch or (not named and not several):
            raise _not_read(" ".join([f"{root}.{function}" if root else function, *tokens[: place + 3]]))


def _index(tokens: Sequence[TokenInfo], place: int) -> str:
    """The number in ``shape[-1]``. Raises LearnerError for any other use of a shape."""
    inside = [token.string for token in tokens[place : place + 4]]
    if inside[:1] == ["["] and len(inside) >= 3:
        if inside[1].isdigit() and inside[2] == "]":
            return inside[1]
        if inside[1] == "-" and inside[2].isdigit() and inside[3:] == ["]"]:
            return f"-{inside[2]}"
    raise _not_read("shape")


def _spaced(parts: Sequence[str]) -> str:
    """Operators with spaces around them, so that nothing runs into its neighbour."""
    text = " ".join(parts)
    for joined in (" . ", " ."):
        text = text.replace(joined, ".")
    return text.replace(" (", "(") if not any(part in _WORDS for part in parts) else text


def _letters(count: int) -> str:
    """a, b, ..., z, ba, bb, ...: names of letters alone."""
    letters = ""
    while True:
        count, last = divmod(count, 26)
        letters = chr(ord("a") + last) + letters
        if not count:
            return letters


def _shown(tokens: Sequence[TokenInfo]) -> str:
    return " ".join(token.string for token in tokens[:6])[:60]


def _not_read(what: str, english: str = "", korean: str = "") -> LearnerError:
    where = f" {english}" if english else ""
    return LearnerError(
        Text(
            f"`{what[:60]}`{where} is not read as a formula, and nothing of a submission is run: look at it yourself.",
            ko=f"{korean} `{what[:60]}` 부분은 식으로 읽지 못합니다. 실행하지 않으니 직접 확인하세요.".strip(),
        )
    )
