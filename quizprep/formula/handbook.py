"""The page about the formula language, ``docs/formulas.md``, from the tables that the parser itself uses.

``make docs`` writes it; a test holds the file against it.
"""

from __future__ import annotations

from collections.abc import Sequence

from quizprep.formula.compute.floats import evaluate
from quizprep.formula.functions import GROUPS, OPTIONS, Function
from quizprep.formula.latex import COMMANDS, ENVIRONMENTS, REFUSALS, SIGNS, Command, Environment, Role
from quizprep.formula.read.parse import parse
from quizprep.formula.read.precedence import TABLE
from quizprep.formula.show.render import render

INTRODUCTION = """\
# Formulas

How a formula is typed in an answer, in `quizprep check` and `quizprep equal`, in a proof and in a question.
There is one language everywhere: plain text, Unicode signs and LaTeX may be mixed in one formula.
This page is made from the tables of the program by `make docs`; do not edit it by hand.

- A **name** is a letter or a word, with a subscript, an accent or primes: `x`, `x_1`, `y_hat`, `h_{t-1}`, `x'`.
  `x1`, `x_1` and `x₁` are one name, and so are `yhat`, `ŷ` and `\\hat y`.
- A **product** needs no sign: `2x`, `a b`. Between vectors and matrices `W x`, `W @ x` and `W · x` are the matrix
  product, `x * y` and `x ⊙ y` the product element by element.
- **Subscripts** count from 1, as on paper; `axis`, `argmax` and `one_hot` count from 0, as in code.
- **Conditions** are `<`, `<=`, `>`, `>=`, `=`, `!=` with `and`, `or`, `not`, `xor`,
  `implies`, `iff`; where something is true or false, `∧ ∨ ¬ ⊕ ⇒ ⇔` are read too. A case distinction is
  `if x > 0 then x else 0`, `\\begin{cases}` or `1[x > 0]`.
- **Angles** are in radians: the sine of 30 degrees is `sin(30 pi/180)`. `°` and `deg` are refused in a formula; a typed
  number of a question with a unit is converted (`unit: rad` takes `30°`, `unit: °` takes `0.52 rad`).
- A **number that does not exist** is not an error: `1/0` is infinite, `0/0` and `log(-1)` are no number (nan),
  as IEEE 754 has it. Shapes that do not fit are an error, with its place.
"""

# Typed without names that stand for something, so that the value tells how it was read.
PRECEDENCE = ("-2^2", "2^3^2", "6/2*3", "1/2 * 4", "2^-1", "-3!", "2 * 3!", "sqrt 4 + 5", "ln e^2", "1 - 2 - 3")
READ = (
    "x1^2", r"\frac{1}{2} x_1^2", "sqrt(x^2 + 1)", "sum_{k=1}^{n} k^2", "e^{-x^2/2}", "|x - 1|", "log_2 x",
    "sin^2 x", "sin^{-1} x", "if x > 0 then x else 0", r"x_1 + x_2 + \cdots + x_n", r"\sum_{i=0}^{n-1} x_i",
    r"\sum_{i \in \{1, \dots, n\}} x_i", "(x - 1)_+", r"\mathbf{1}_{x > 0}", "np.exp(-x)", "x.mean()",
    "np.where(x > 0, x, 0)", "sum(v**2 for v in x)",
)  # fmt: skip

LATEX = """\
## LaTeX

Formulas in texts stand between dollar signs and are shown on one line. What is shown can be typed: it is read as the
command is, or refused for the same reason. A command that stands in no table here, and one whose meaning no line can
hold, is a fault of the text that `quizprep lint` reports; on the screen such a formula stays as it is written.
Every function above has its command, too.
"""
#: Roles whose rows differ in nothing but their name, and what is to be said of them.
_ALIKE = {
    Role.FRACTION: "`\\frac{a}{b}` is shown and read as `a/b`.",
    Role.BINOMIAL: "`\\binom{n}{k}` is shown and read as `binom(n, k)`.",
    Role.ROOT: "`\\sqrt{x}` is `√x`, `\\sqrt[3]{x}` is `∛x`, `\\sqrt[n]{x}` is `root(x, n)`.",
    Role.BETWEEN: "`{a \\over b}` is `a/b`, `{n \\choose k}` is `binom(n, k)`.",
    Role.STYLE: "`\\mathbf{x}` is `x`.",
    Role.UPRIGHT: "`\\operatorname{softmax}` is `softmax`: one word, with spaces around it.",
    Role.TEXT: "`\\text{if}` is `if`; commands and formulas have no place in it.",
    Role.BLACKBOARD: "`\\mathbb{E}` is `𝔼`, the mean; `\\mathbb{1}` is `𝟙`, the indicator; the others are shown only.",
    Role.BRACE: "`\\underbrace{x}_{loss}` is shown as `x⏟{loss}` and read as `x`.",
    Role.BELOW: "`\\underset{x}{\\max}` is `\\max_x`.",
    Role.ACCENT: "`\\hat y` is `ŷ`, of a word `\\hat{loss}` is `loss_hat`; `\\vec` is left out.",
    Role.SPACE: "",
    Role.SIZE: "A `.` behind them stands for no bracket.",
    Role.IGNORED: "",
}

BEYOND_REALS = """\
## Complex numbers

In a proof with a symbol of the domain `complex`, or with `numbers: complex`, `i` and `j` are the imaginary unit where
they are neither names nor indices of a sum; everywhere else they are letters as all others are. There are

- `+ - * /`, powers, `exp`, `ln`, `log`, `sqrt`, `sin`, `cos`, `tan`, `sinh`, `cosh`, `tanh`, sums, integrals over
  a real variable, derivatives by one, case distinctions, and the comparisons `=` and `!=`;
- `|z|`, `arg(z)`, `re(z)`, `im(z)`, `conj(z)`, and `polar(r, φ)`, which is r e^{iφ}.

**Of several values the principal one is meant**: `arg` is in (−π, π], and `sqrt(z)`, `z^(1/3)`, `z^w` and `ln(z)`
follow from it. The other n-th roots are `z^(1/n) e^(2 pi i k/n)`. What has no meaning (`z < w`, `floor(z)`, a vector of
complex numbers) is refused; so is `root(z, n)`, which is the real root. An answer is typed as `3+4i`, `5 e^(0.927i)` or
`polar(5, 0.927)`, and is as near as its distance in the plane says.

## Sets

In a proof with a symbol of a domain such as `set[n] of integer in 1..6`, or with a step that is a set, braces hold one.

| written | meaning |
| --- | --- |
| `{1, 2, 3}`, `{}`, `∅` | a set of numbers, at most 32; order and repeats make no difference |
| `A ∪ B`, `A ∩ B`, `A ∖ B`, `A Δ B` | union, intersection, difference, symmetric difference |
| `x ∈ A`, `x ∉ A`, `A ⊆ B`, `A = B`, `A != B` | conditions |
| `\\|A\\|`, `\\|A × B\\|`, `\\|2^A\\|` | how many members: of a set, of all pairs, of all its subsets |

Members that differ by less than 1e-9 of their size are one. An answer is typed as `{1, 2, 3}`, in any order.
"""


def formulas_markdown() -> str:
    """The whole page."""
    parts = (
        INTRODUCTION,
        examples_markdown(),
        precedence_markdown(),
        functions_markdown(),
        BEYOND_REALS,
        latex_markdown(),
    )
    return "\n".join(parts)


def examples_markdown() -> str:
    """How the parser reads some formulas, and what binds more tightly than what."""
    read = [(text, render(parse(text))) for text in READ]
    values = [(text, f"{evaluate(parse(text), {}):g}") for text in PRECEDENCE]
    return "\n".join(
        (
            "## How it is read\n",
            _table(("typed", "read as"), [tuple(map(_code, row)) for row in read]),
            "Powers are taken from the right, a factorial before them, a minus sign after them;\n"
            "products and quotients from the left.\n",
            _table(("typed", "value"), [(_code(text), value) for text, value in values]),
        )
    )


def precedence_markdown() -> str:
    """What binds more tightly than what: the table that the parser follows."""
    body = [
        (
            str(int(row.level)),
            ", ".join(_code(f"\\{token}" if row.name == "stack" else token) for token in row.tokens),
            row.said["en"],
            row.associativity.value["en"],
            _code(row.example),
            _code(row.meaning),
        )
        for row in TABLE
    ]
    return "\n".join(
        (
            "## What binds more tightly\n",
            "The loosest first: of two operators around an operand the one of the higher level takes it; of one level, "
            "in\nthe order that is given. A product without a sign binds like one with a sign.\n",
            _table(("level", "operators", "meaning", "several are read", "for example", "is read as"), body),
        )
    )


def functions_markdown() -> str:
    """Every function: how it is called, how else it is written, what it is."""
    others = ", ".join(f"`{word}` for `{option}`" for word, option in OPTIONS.items() if word != option)
    parts = [
        "## Functions\n",
        "Capital letters and `_` make no difference in a function's name (`ReLU`, `LeakyReLU`), and every name is\n"
        f"read in LaTeX too: `\\softmax`, `\\operatorname{{softmax}}`. Options may be called {others}.\n",
    ]
    for title, rows in GROUPS:
        parts.append(f"### {title['en']}\n")
        body = [(_code(_call(row)), _others(row), row.axes.said["en"], row.help["en"]) for row in rows]
        parts.append(_table(("function", "also written", "shape of its value", "what it is"), body))
    return "\n".join(parts)


def latex_markdown() -> str:
    """Every command and environment of LaTeX: what the screen shows, how it is read or why it is refused."""
    parts = [LATEX]
    for role in Role:
        rows: dict[Command, list[str]] = {}
        for name, row in COMMANDS.items():
            if row.role is role and name.strip():
                rows.setdefault(row, []).append(f"\\{name}")
        if role in _ALIKE:
            listed = ", ".join(_code(name) for names in rows.values() for name in names)
            parts.append(f"### {role.value}\n\n{listed}. {_ALIKE[role]}".rstrip() + "\n")
        else:
            body = [(", ".join(map(_code, names)), _shown(row), _read(row)) for row, names in rows.items()]
            parts.append(f"### {role.value}\n\n" + _table(("command", "shown", "read as"), body))
    kinds = {"lines": "lines under each other", "cases": "a case distinction", "matrix": "a matrix"}
    groups: dict[Environment, list[str]] = {}
    for name, environment in ENVIRONMENTS.items():
        groups.setdefault(environment, []).append(name)
    rows_of = [
        (", ".join(map(_code, names)), _code(each.shown.format("…; …")), kinds[each.rows])
        for each, names in groups.items()
    ]
    parts.append("### Environments\n\n" + _table(("environment", "shown", "read as"), rows_of))
    return "\n".join(parts)


def _shown(row: Command) -> str:
    return _code(row.shown.strip()) if row.shown.strip() else ""


def _read(row: Command) -> str:
    if row.role in (Role.REFUSED, Role.UNSHOWN):
        said = REFUSALS[row.meaning]["en"]
        return f"{SIGNS[row.shown.strip()]}; else: {said}" if row.shown.strip() in SIGNS else said
    return _code(row.meaning.removesuffix("open").removesuffix("close"))


def _call(row: Function) -> str:
    """``log(x[, y], base=)``: what a function takes."""
    if row.unspelt:
        return "I"
    takes = row.takes
    arguments = ", ".join("xyz"[: takes.least])
    if takes.most > 3:
        arguments += ", ..."
    elif takes.most > takes.least:
        arguments += "[, y]"
    return f"{row.name}({', '.join((arguments, *(f'{option}=' for option in takes.options)))})"


def _others(row: Function) -> str:
    commands = (f"\\{command}" for command in row.latex)
    return ", ".join(map(_code, (*row.spellings, *commands, *row.notations)))


def _code(text: str) -> str:
    return f"`{text}`"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = ["|" + "|".join(" " + cell.replace("|", "\\|") + " " for cell in row) + "|" for row in (head, *rows)]
    lines.insert(1, "|" + " --- |" * len(head))
    return "\n".join(lines) + "\n"
