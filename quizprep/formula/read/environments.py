"""LaTeX environments: ``\\begin{cases}`` and matrices."""

from __future__ import annotations

from quizprep.formula.read.lex import Token
from quizprep.formula.read.piecewise import choices
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.refusals import unexpected
from quizprep.formula.tree import Call, Compare, Logical, Node, Piecewise, Stack
from quizprep.text import Text


def environment(reader: Reader, token: Token) -> Node:
    """The value of the environment that ``token`` began."""
    if token.text.endswith("cases"):
        return choices(reader, None, token, lambda: _ends(reader))
    rows = _rows(reader, token)
    span = (token.start, reader.end)
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        reader.fail(Text("the rows of this matrix differ in length", ko="이 행렬은 행마다 길이가 다릅니다."), *span)
    if token.text == "Bmatrix" and all(len(row) == 2 and isinstance(row[1], Compare | Logical) for row in rows):
        return Piecewise(tuple((value, condition) for value, condition in rows), None, span=span)
    matrix = _matrix(rows, span)
    return Call("det", (matrix,), span=span) if token.text == "vmatrix" else matrix


def _rows(reader: Reader, token: Token) -> list[list[Node]]:
    rows: list[list[Node]] = [[]]
    while not _ends(reader):
        if reader.peek().kind == "end":
            reader.fail(
                Text(
                    "this matrix is never closed: \\end{...} is missing",
                    ko="이 행렬이 닫히지 않았습니다. \\end{...} 명령이 빠졌습니다.",
                ),
                token.start,
                token.end,
            )
        rows[-1].append(reader.expression())
        if reader.accept("\\\\"):
            rows.append([])
        elif not reader.accept("&") and reader.peek().kind != "end-env":
            unexpected(reader, reader.peek())
    return [row for row in rows if row]


def _ends(reader: Reader) -> bool:
    """Step over the end of an environment, if it is here."""
    if reader.peek().kind != "end-env":
        return False
    reader.advance()
    return True


def _matrix(rows: list[list[Node]], span: tuple[int, int]) -> Stack:
    """One column or one row is a vector, else rows of rows."""
    if all(len(row) == 1 for row in rows):
        return Stack(tuple(row[0] for row in rows), ";" if len(rows) > 1 else ",", span=span)
    if len(rows) == 1:
        return Stack(tuple(rows[0]), span=span)
    return Stack(tuple(Stack(tuple(row), span=span) for row in rows), span=span)
