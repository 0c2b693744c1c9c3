r"""LaTeX: one row a command, which says how the parser reads it (or why not) and what the screen shows.

The lexer (:mod:`quizprep.formula.read.lex`) and the screen (:mod:`quizprep.formula.show.prose`) both
go by these rows, and so does the handbook. What the screen shows for a command can be typed: it is
read as the command is, or refused for the same reason. A new command is one row.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from quizprep.formula.characters import GREEK, GREEK_LETTERS
from quizprep.formula.functions import function_named, spellings
from quizprep.formula.names import plain
from quizprep.text import Text


class Role(Enum):
    """What a command does; the value is the heading of its rows in the handbook."""

    OPERATOR = "Operators, signs and brackets"
    LETTER = "Letters"
    NAME = "Names of functions"
    ACCENT = "Accents of a name"
    BIG = "Sums and products"
    FRACTION = "Fractions"
    BINOMIAL = "Binomial coefficients"
    ROOT = "Roots"
    BETWEEN = "Fractions written between their parts"
    STYLE = "Styles, which change nothing"
    UPRIGHT = "Words for the name of a function or a quantity"
    TEXT = "Words"
    BLACKBOARD = "Double-struck letters"
    BRACE = "Braces with a label"
    BELOW = "What stands below a name"
    SPACE = "Spaces and layout, which change nothing"
    SIZE = "Sizes of brackets, which change nothing"
    IGNORED = "Left out with their argument"
    REFUSED = "Shown in texts, refused in formulas that are judged"
    UNSHOWN = "Refused in texts too, because no line can hold them"


class Command(NamedTuple):
    """``meaning``: the token it is read as, or of a refused one the key of its reason in ``REFUSALS``, or itself.

    A space on the sides of ``shown`` is shown too. What follows a command that ``joins`` stands directly behind it.
    """

    role: Role
    meaning: str = ""
    shown: str = ""
    joins: bool = False


class Environment(NamedTuple):
    r"""``\begin{...}``: ``rows`` says what its rows are: lines, cases or a matrix, shown as ``shown`` has it."""

    rows: str
    shown: str = "{}"
    bars: str = ""  # read around it


def _without_value(what: str, korean: str) -> Text:
    return Text(
        f"{what} cannot be evaluated here: write the result out",
        ko=f"{korean}: 여기서는 계산할 수 없습니다. 결과를 직접 적으세요.",
    )


#: Why a command is refused, by the ``meaning`` of its row; a sign that means itself has its reason below the rows.
REFUSALS: dict[str, Text] = {
    what: _without_value(what, korean)
    for what, korean in {
        "integrals": "적분", "derivatives": "미분", "limits": "극한", "sets": "집합", "quantifiers": "한정 기호",
        "distributions": "분포", "arrows": "화살표", "± (two formulas in one)": "±(한 식에 두 식)",
        "∓ (two formulas in one)": "∓(한 식에 두 식)",
    }.items()
} | {
    "ellipsis": Text(
        "`…` leaves terms out: write the sum in full, or as sum_{i=1}^{n}",
        ko="`…` 기호는 항을 생략합니다. 합을 모두 적거나 sum_{i=1}^{n}처럼 적으세요.",
    ),
    "double-struck": Text(
        "of the double-struck letters only the expectation, the indicator, the variance and a probability are read",
        ko="칠판 볼드체 글자 가운데 기댓값(𝔼), 지시 함수(𝟙), 분산(𝕍), 확률(ℙ)만 읽습니다.",
    ),
    "dollar": Text(
        "`$` marks the beginning and the end of a formula; this one stands inside",
        ko="`$` 기호는 식의 처음과 끝에만 씁니다. 이것은 식 안에 있습니다.",
    ),
    "colour": Text(
        "colours have no form on one line of text: take the command out and leave what it colours",
        ko="색은 한 줄의 글로 나타낼 수 없습니다. 명령을 빼고 색을 입힌 부분만 남기세요.",
    ),
    "above": Text(
        "what stands above a sign has no form on one line of text: say it in words",
        ko="기호 위에 얹은 것은 한 줄의 글로 나타낼 수 없습니다. 말로 적으세요.",
    ),
    "below": Text(
        "only a name can have something below it",
        ko="아래에 무언가를 적을 수 있는 것은 이름 하나뿐입니다.",
    ),
    "struck": Text(
        "what is struck out has no form on one line of text: leave it out",
        ko="취소선은 한 줄의 글로 나타낼 수 없습니다. 그 부분을 빼세요.",
    ),
    "arg": Text("`arg` stands before `max` or `min` only", ko="`arg` 뒤에는 `max`나 `min`만 올 수 있습니다."),
    "⊗": Text(
        "`⊗` may be the outer, the Kronecker or the elementwise product: write outer(x, y), kron(A, B) or x ⊙ y",
        ko="`⊗` 기호는 외적, 크로네커곱, 원소별 곱 가운데 무엇인지 알 수 없습니다. "
        "outer(x, y), kron(A, B), x ⊙ y 가운데 하나로 적으세요.",
    ),
    "number sign": Text(
        "`#` begins a remark here: write the number of things as a name",
        ko="`#` 기호는 여기서 설명글을 시작합니다. 개수는 이름으로 적으세요.",
    ),
}  # fmt: skip

UNKNOWN_ENVIRONMENT = Text(
    "this environment is not known here; these are: cases, matrix, pmatrix, bmatrix, align",
    ko="모르는 환경입니다. 쓸 수 있는 환경: cases, matrix, pmatrix, bmatrix, align",
)

_O, _R = Role.OPERATOR, Role.REFUSED
_ROWS: tuple[tuple[str, Command], ...] = (
    # operators, as the parser spells them
    ("cdot cdotp", Command(_O, "·", "·")),
    ("bullet", Command(_O, "·", "•")),
    ("times", Command(_O, "*", " × ")),
    ("ast", Command(_O, "*", "∗")),
    ("star", Command(_O, "*", "⋆")),
    ("odot", Command(_O, "*", " ⊙ ")),
    ("circ", Command(_O, "*", " ∘ ")),
    ("div", Command(_O, "/", " ÷ ")),
    ("slash", Command(_O, "/", "/")),
    ("le leq leqslant", Command(_O, "<=", " ≤ ")),
    ("ge geq geqslant", Command(_O, ">=", " ≥ ")),
    ("ne neq", Command(_O, "!=", " ≠ ")),
    ("lt", Command(_O, "<", "<")),
    ("gt", Command(_O, ">", ">")),
    ("equiv", Command(_O, "==", " ≡ ")),
    ("gets leftarrow", Command(_O, ":=", " ← ")),
    ("coloneqq", Command(_O, ":=", " ≔ ")),
    ("triangleq", Command(_O, ":=", " ≜ ")),
    ("land wedge", Command(_O, "and", " ∧ ")),
    ("&", Command(_O, "and", "&")),
    ("lor vee", Command(_O, "or", " ∨ ")),
    ("neg lnot", Command(_O, "not", "¬", joins=True)),
    ("infty", Command(_O, "inf", "∞")),
    ("top intercal", Command(_O, "⊤", "⊤")),
    ("prime", Command(_O, "'", "′")),
    ("%", Command(_O, "%", "%")),
    ("_", Command(_O, "_", "_")),
    ("colon", Command(_O, ":", ":")),
    ("mid", Command(_O, "|", " ∣ ")),
    # brackets
    ("vert", Command(_O, "|", "|", joins=True)),
    ("lvert", Command(_O, "|open", "|", joins=True)),
    ("rvert", Command(_O, "|close", "|")),
    ("Vert | parallel", Command(_O, "‖", "‖", joins=True)),
    ("lVert", Command(_O, "‖open", "‖", joins=True)),
    ("rVert", Command(_O, "‖close", "‖")),
    ("lfloor", Command(_O, "⌊", "⌊", joins=True)),
    ("rfloor", Command(_O, "⌋", "⌋")),
    ("lceil", Command(_O, "⌈", "⌈", joins=True)),
    ("rceil", Command(_O, "⌉", "⌉")),
    ("langle", Command(_O, "⟨", "⟨", joins=True)),
    ("rangle", Command(_O, "⟩", "⟩")),
    ("{ lbrace", Command(_O, "(", "{")),
    ("} rbrace", Command(_O, ")", "}")),
    ("lbrack", Command(_O, "[", "[")),
    ("llbracket", Command(_O, "[", "⟦", joins=True)),
    ("rrbracket", Command(_O, "]", "⟧")),
    ("rbrack", Command(_O, "]", "]")),
    ("lparen", Command(_O, "(", "(")),
    ("rparen", Command(_O, ")", ")")),
    # letters; the Greek ones follow below
    ("ell", Command(Role.LETTER, "l", "ℓ")),
    ("Pr", Command(Role.LETTER, "P", "P")),
    ("E", Command(Role.LETTER, "E", "E")),
    # names; every function has its command besides
    ("bmod", Command(Role.NAME, "mod", "mod")),
    ("arg", Command(Role.NAME, "arg", "arg")),
    ("hat widehat", Command(Role.ACCENT, "hat")),
    ("tilde widetilde", Command(Role.ACCENT, "tilde")),
    ("bar overline", Command(Role.ACCENT, "bar")),
    ("dot", Command(Role.ACCENT, "dot")),
    ("vec", Command(Role.ACCENT, "vec")),
    ("sum", Command(Role.BIG, "sum", "Σ")),
    ("prod", Command(Role.BIG, "prod", "Π")),
    ("frac dfrac tfrac cfrac nicefrac sfrac", Command(Role.FRACTION, "frac")),
    ("binom dbinom tbinom", Command(Role.BINOMIAL, "binom")),
    ("sqrt", Command(Role.ROOT, "sqrt", "√")),
    ("over", Command(Role.BETWEEN, "over")),
    ("choose", Command(Role.BETWEEN, "choose")),
    ("underbrace", Command(Role.BRACE, "_", "⏟")),
    ("overbrace", Command(Role.BRACE, "^", "⏞")),
    ("underset", Command(Role.BELOW)),
    # words and styles
    ("text textrm textit textbf textsf texttt mbox hbox", Command(Role.TEXT)),
    ("operatorname mathrm mathit mathsf mathtt", Command(Role.UPRIGHT)),
    (
        "mathbf boldsymbol bm mathcal mathfrak mathscr symbf pmb boldmath mathbfit mathnormal mathop boxed substack "
        "large Large LARGE huge Huge small tiny normalsize footnotesize "
        "mathord mathbin mathrel mathopen mathclose mathpunct mathinner",
        Command(Role.STYLE),
    ),
    ("mathbb mathds", Command(Role.BLACKBOARD)),
    # layout
    (", ; : > enspace medspace thickspace thinspace hfill", Command(Role.SPACE, shown=" ")),
    ("quad qquad", Command(Role.SPACE, shown="  ")),
    (
        "! displaystyle textstyle scriptstyle limits nolimits mathstrut rm nonumber notag centering",
        Command(Role.SPACE),
    ),
    ("left bigl Bigl biggl Biggl", Command(Role.SIZE, "open")),
    ("right middle big Big bigg Bigg bigr Bigr biggr Biggr bigm Bigm", Command(Role.SIZE)),
    ("tag label phantom hphantom vphantom hspace vspace", Command(Role.IGNORED)),
    # what a book may write and nothing here can compute
    ("int", Command(_R, "integrals", "∫", joins=True)),
    ("iint", Command(_R, "integrals", "∬", joins=True)),
    ("oint", Command(_R, "integrals", "∮", joins=True)),
    ("partial", Command(_R, "derivatives", "∂", joins=True)),
    ("nabla", Command(_R, "derivatives", "∇", joins=True)),
    ("lim", Command(_R, "limits", "lim")),
    ("pm", Command(_R, "± (two formulas in one)", " ± ")),
    ("mp", Command(_R, "∓ (two formulas in one)", " ∓ ")),
    ("in", Command(_R, "sets", " ∈ ")),
    ("notin", Command(_R, "sets", " ∉ ")),
    ("subset", Command(_R, "sets", " ⊂ ")),
    ("subseteq", Command(_R, "sets", " ⊆ ")),
    ("cup", Command(_R, "sets", " ∪ ")),
    ("cap", Command(_R, "sets", " ∩ ")),
    ("setminus", Command(_R, "sets", " ∖ ")),
    ("emptyset varnothing", Command(_R, "sets", "∅")),
    ("forall", Command(_R, "quantifiers", "∀", joins=True)),
    ("exists", Command(_R, "quantifiers", "∃", joins=True)),
    ("sim", Command(_R, "distributions", "∼")),
    ("approx", Command(_R, "≈", " ≈ ")),
    ("simeq", Command(_R, "≃", "≃")),
    ("propto", Command(_R, "∝", " ∝ ")),
    ("ll", Command(_R, "≪", " ≪ ")),
    ("gg", Command(_R, "≫", " ≫ ")),
    ("otimes", Command(_R, "⊗", " ⊗ ")),
    ("oplus", Command(_R, "⊕", " ⊕ ")),
    ("perp", Command(_R, "⊥", "⊥")),
    ("angle", Command(_R, "∠", "∠")),
    ("dagger", Command(_R, "†", "†")),
    ("hbar", Command(_R, "ℏ", "ℏ")),
    ("to rightarrow", Command(_R, "arrows", " → ")),
    ("Rightarrow implies", Command(_R, "arrows", " ⇒ ")),
    ("iff Leftrightarrow", Command(_R, "arrows", " ⇔ ")),
    ("leftrightarrow", Command(_R, "arrows", " ↔ ")),
    ("mapsto", Command(_R, "arrows", " ↦ ")),
    ("ldots dots dotsc dotso", Command(_R, "ellipsis", "…")),
    ("cdots dotsb dotsm", Command(_R, "ellipsis", "⋯")),
    ("vdots", Command(_R, "ellipsis", "⋮")),
    ("$", Command(_R, "dollar", "$")),
    # what no line of text can show
    ("#", Command(Role.UNSHOWN, "number sign")),
    ("color textcolor colorbox", Command(Role.UNSHOWN, "colour")),
    ("overset stackrel", Command(Role.UNSHOWN, "above")),
    ("xrightarrow xleftarrow", Command(Role.UNSHOWN, "above")),
    ("cancel bcancel xcancel sout", Command(Role.UNSHOWN, "struck")),
)  # fmt: skip
REFUSALS = {
    row.meaning: _without_value(row.meaning, row.meaning)
    for _, row in _ROWS
    if row.role is _R and row.meaning == row.shown.strip()
} | REFUSALS
_VARIANTS = {name: f"var{name}" for name in ("epsilon", "theta", "phi", "rho", "sigma", "pi")}


def _commands() -> dict[str, Command]:
    table = {}
    for name in dict.fromkeys(GREEK.values()):
        row = Command(Role.LETTER, name, GREEK_LETTERS[name])
        table[name] = row
        if name in _VARIANTS:
            table[_VARIANTS[name]] = row
    for names, row in _ROWS:
        table.update(dict.fromkeys(names.split(), row))
    table |= {" ": Command(Role.SPACE, shown=" "), "\n": Command(Role.SPACE, shown=" ")}
    return table


#: Every command but those of functions, which :mod:`quizprep.formula.functions` lists, by its name.
COMMANDS: dict[str, Command] = _commands()

ENVIRONMENTS: dict[str, Environment] = {
    **dict.fromkeys(
        "align aligned equation gather gathered split eqnarray multline math displaymath".split(),
        Environment("lines"),
    ),
    **dict.fromkeys("cases dcases rcases".split(), Environment("cases", "{{{}}}")),
    **dict.fromkeys("matrix pmatrix bmatrix Bmatrix smallmatrix array".split(), Environment("matrix", "[{}]")),
    "vmatrix": Environment("matrix", "det([{}])"),
    "Vmatrix": Environment("matrix", "‖[{}]‖", bars="‖"),
}

#: What the screen shows for a command, as a character that can be typed in its place.
GLYPHS: dict[str, Command] = {
    row.shown.strip(): row
    for row in reversed(COMMANDS.values())
    if row.role in (Role.OPERATOR, Role.REFUSED) and row.shown and not row.shown.strip().isascii()
}
#: Signs that are read in some places, and what they say there; refused wherever else they stand.
SIGNS: dict[str, str] = {
    "∈": "below a sum, what it runs over; behind a number, a member of the set",
    "∼": "below an expectation, what is drawn from what",
    "∩": "between sets, and in bars the size of an intersection that has a name",
    "∪": "between sets, and in bars the size of a union that has a name",
    "∖": "between sets, what is left of the first",
    "∉": "behind a number, not a member of the set",
    "⊆": "between sets, a subset",
    "∅": "the empty set, where sets are spoken of",
    "⇒": "between conditions, implies",
    "⇔": "between conditions, iff",
    "⊕": "between conditions, xor",
    "…": "between terms that fix a pattern, those left out",
    "⋯": "between terms that fix a pattern, those left out",
    "∫": "with two bounds and dx behind its function, the integral",
    "∇": "in an update, the gradient that a symbol stands for",
    "∂": "in an update, the gradient that a symbol stands for",
}
#: Words that are shown for a refused command, and refused alike.
REFUSED_WORDS: dict[str, Command] = {
    row.shown: row for row in COMMANDS.values() if row.role is Role.REFUSED and row.shown and row.shown.isalpha()
}


def command(name: str) -> Command | None:
    """The row of a command by its name without the backslash, a function's too; None where it is not known."""
    row = COMMANDS.get(name)
    if row is None and function_named(name) is not None:
        row = Command(Role.NAME, name, name)
    return row


def unknown_command(name: str) -> Text:
    """The refusal of a command that stands in no row."""
    import difflib  # only where an error is about to be shown

    close = difflib.get_close_matches(name[:40], (*spellings(), *COMMANDS), n=1, cutoff=0.7)
    hint = Text(f"; did you mean `\\{close[0]}`?", ko=f" 혹시 `\\{close[0]}`인가요?") if close else Text("", ko="")
    return Text(
        f"`\\{plain(name)}` is not a command that is known here{hint['en']}",
        ko=f"`\\{plain(name)}`: 모르는 명령입니다.{hint['ko']}",
    )
