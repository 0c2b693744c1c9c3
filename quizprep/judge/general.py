"""Formulas with a quantity that the proof has no symbol for, as β in F_β where the proof is one of F₁. No torch.

At its usual value the formula is that of the proof; that it is right otherwise is looked at as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from string import Formatter
from typing import TYPE_CHECKING

from quizprep.formula.tree import Binary, Node, Number, Symbol
from quizprep.formula.vocabulary import ROLES, Role
from quizprep.judge.judgement import Doubt
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.proofs import Mistake, Proof

ANY = (Fraction(7), Fraction(13, 2))  # a quantity that cancels may have any value; it is looked at for these
ELSEWHERE = (1, 2)  # above its usual value: where such a quantity is looked at


def general_forms(proof: Proof, step: str, values: Mapping[str, int], conventions: Sequence[Mistake]) -> Iterator[Node]:
    """The formulas of a step with further quantities, role → value: those of the proof, and a weight before a loss."""
    for form in proof.general if step == proof.result else ():
        used = {name for _, name, _, _ in Formatter().parse(form) if name}
        usual = {role.name: role.plain for role in ROLES if role.name in used}
        if values.keys() <= used:
            yield proof.formula(form.format_map({name: f"({value})" for name, value in {**usual, **values}.items()}))
    if values.keys() == {"sample weight"}:  # of a mean that is divided by the sum of weights it makes no difference
        for formula in (Symbol(step), *(proof.formula(entry.formula) for entry in conventions)):
            yield Binary("*", Number(Fraction(values["sample weight"])), formula)
            yield formula


def only_usual(plain: Mapping[str, Role], above: int) -> Doubt:
    """That a formula is right for the usual value of a quantity alone: for β = 1 a wrong one of F_β is that of F₁."""
    usual, other = (_at(plain, by) for by in (0, above))
    let = usual.replace(" ", "")
    return Doubt(
        Text(
            f"For {usual} it is the formula of the proof, but for {other} it is not known to be right.",
            ko=f"{usual}일 때는 증명의 식과 같지만 {other}일 때도 맞는지는 알 수 없습니다.",
        ),
        Text(
            f"If only {usual} is meant, say so: --let '{let}'.",
            ko=f"{usual}만 뜻했다면 --let '{let}' 꼴로 알려 주세요.",
        ),
    )


def as_usual(plain: Mapping[str, Role]) -> list[Text]:
    """What is said of a formula with such quantities that is right."""
    if not plain:
        return []
    usual, others = _at(plain, 0), [_at(plain, above) for above in ELSEWHERE]
    return [
        Text(
            f"The proof has it for {usual}; for {' and for '.join(others)} it is right as well.",
            ko=f"증명은 {usual}일 때의 식입니다. {', '.join(others)}일 때도 맞습니다.",
        )
    ]


def _at(plain: Mapping[str, Role], above: int) -> str:
    return ", ".join(f"{name} = {value_at(role, above)}" for name, role in plain.items())


def value_at(role: Role, above: int) -> int:
    """The usual value of a quantity, or one so much above it."""
    assert role.plain is not None, "only such roles are read as numbers"
    return role.plain + above
