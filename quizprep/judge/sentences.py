"""What the judge says besides its verdict: how a formula was read, what is doubtful about it. No torch."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from quizprep.errors import FormulaError
from quizprep.formula.symbols import symbol
from quizprep.formula.tree import Symbol
from quizprep.judge.general import ANY
from quizprep.judge.judgement import Doubt, rendered
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.reference import Reference
    from quizprep.proofs import Proof


def stands_for_nothing(names: Sequence[str]) -> Doubt:
    shown = ", ".join(f"`{name}`" for name in names)
    return Doubt(
        Text(
            f"Nothing of this proof was found to stand for {shown}.",
            ko=f"{shown}: 이 증명에서 짝이 될 기호를 찾지 못했습니다.",
        ),
        Text(
            f"Write the formula without it, or say what it is: --let '{names[0]}=…' with a name of the proof or a "
            "number.",
            ko=f"이 이름 없이 적거나, 증명의 기호나 수로 뜻을 알려 주세요: --let '{names[0]}=…'",
        ),
    )


def may_be_any_number(names: Sequence[str]) -> list[Text]:
    """That a formula is right whatever number a name stands for that the proof has not: c of softmax(z + c)."""
    return [
        Text(
            f"`{name}` drops out: it may be any number, and is {ANY[0]} here.",
            ko=f"`{name}`: 계산에서 사라지므로 어떤 수여도 됩니다. 여기서는 {ANY[0]}입니다.",
        )
        for name in names
    ]


NOT_SO_READ = Doubt(
    Text("So read, it is not the formula of the proof.", ko="이렇게 읽으면 증명의 식과 다릅니다."),
    Text(
        "If the names stand for something else, say so: --let 'a=b'.",
        ko="기호의 뜻이 다르면 --let 'a=b' 꼴로 알려 주세요.",
    ),
)


_SYMBOL = re.compile(r"[^\W\d]\w*(_\{[^{}]*\})?'*")


def only_at(matched: Mapping[str, str]) -> list[Text]:
    """That a name read as a number was looked at for that number alone: β of F_β = (1 + β²)PR/(β²P + R)."""
    at = ", ".join(f"{written} = {meant}" for written, meant in matched.items() if meant.isdecimal())
    if not at:
        return []
    return [
        Text(
            f"That is for {at}; whether it is right for other values was not looked at.",
            ko=f"{at}일 때만 비교했습니다. 다른 값에서도 맞는지는 확인하지 않았습니다.",
        )
    ]


def read_with(matched: Mapping[str, str]) -> list[Text]:
    """``Read with o for z, n for N.``, if anything was matched."""
    if not matched:
        return []
    pairs = [
        (written, _SYMBOL.sub(lambda name: rendered(Symbol(name[0])), meant)) for written, meant in matched.items()
    ]
    english = ", ".join(f"{written} for {meant}" for written, meant in pairs)
    korean = ", ".join(f"{written} → {meant}" for written, meant in pairs)
    return [Text(f"Read with {english}.", ko=f"기호를 이렇게 읽었습니다: {korean}.")]


#: What a proof does with entries that a line gives one by one.
ENTRIES = {
    "mean": Text("For each entry; the proof takes their mean.", ko="원소마다 적은 식입니다. 증명은 그 평균을 씁니다."),
    "sum": Text("For each entry; the proof takes their sum.", ko="원소마다 적은 식입니다. 증명은 그 합을 씁니다."),
}


#: How an inner product is written where vectors are rows.
VECTORS_AS_ROWS = Text(
    "Vectors are rows: `x yᵀ` there is the inner product, which is `xᵀ y` of columns.",
    ko="벡터가 행입니다. 그 표기의 `x yᵀ`: 내적이며, 열벡터로는 `xᵀ y`입니다.",
)


def another_length(name: str, meant: str) -> Doubt:
    """That a letter which counts entries here may be meant for something else, and the formula is right if so."""
    return Doubt(
        Text(
            f"Here `{name}` is a number of entries, and so read it is not the formula of the proof.",
            ko=f"`{name}`: 여기서는 원소의 개수이고, 그렇게 읽으면 증명의 식과 다릅니다.",
        ),
        Text(
            f"If it stands for {rendered(Symbol(meant))}, say so: --let '{name}={meant}'.",
            ko=f"{rendered(Symbol(meant))} 뜻이면 --let '{name}={meant}' 꼴로 알려 주세요.",
        ),
    )


def another_step(step: str, asked: str, reference: Reference) -> Text:
    stated = rendered(Symbol(step), reference.names)
    of, result = (_described(name, reference) for name in (step, asked))
    return Text(
        f"This is the formula of {of['en']}, a step on the way; what is asked for is {result['en']}. "
        f"To check the step, write `{stated} = …`.",
        ko=f"도중 단계인 {of['ko']}의 식입니다. 물은 것은 {result['ko']}입니다. "
        f"그 단계를 확인하려면 `{stated} = …` 꼴로 적으세요.",
    )


def is_the_step(step: str, asked: str, proof: Proof) -> Text:
    note = proof.steps[step].note if proof.steps[step].formula else None
    english, korean = (
        ("", "") if note is None else (f" ({symbol(step)}: {note['en']})", f"({symbol(step)}: {note['ko']})")
    )
    return Text(
        f"This is the step `{symbol(step)}`, not {symbol(asked)}{english}.",
        ko=f"`{symbol(step)}` 단계의 값이며 {symbol(asked)} 값이 아닙니다{korean}.",
    )


def _described(step: str, reference: Reference) -> Text:
    """A step with what it is called in words, where the proof says that: ``f (forget gate)``."""
    shown, declared = rendered(Symbol(step), reference.names), reference.proof.steps[step]
    if declared.note is None or declared.formula is None:
        return Text(shown, ko=shown)
    return Text(f"{shown} ({declared.note['en']})", ko=f"{shown}({declared.note['ko']})")


def called_another(name: str, proof: Proof, step: str) -> Text:
    title = f" ({proof.title['en']})" if step == proof.result else ""
    korean = f" ({proof.title['ko']})" if step == proof.result else ""
    return Text(
        f"You call it {name}, but this is the formula of {symbol(step)}{title}, which is something else: "
        "give the formula its own name, or leave the name out.",
        ko=f"{name}: 다른 값의 이름입니다. 이 식은 {symbol(step)}{korean}의 식입니다. 이름을 고치거나 빼고 적으세요.",
    )


def not_read(error: FormulaError) -> Text:
    shown = error.text[slice(*error.span)] if error.span else ""
    return Text(
        f"One side could not be read (`{shown}`: {error.said['en']}); what could be read is right.",
        ko=f"읽지 못한 부분이 있습니다(`{shown}`: {error.said['ko']}). 읽은 부분은 맞습니다.",
    )


def departs(number: int, label: str, values: str, reason: Text | None) -> Text:
    more = Text("", ko="") if reason is None else Text(" " + reason["en"], ko=" " + reason["ko"])
    return Text(
        f"Line {number} is the first that departs: {label}{values}.{more['en']}",
        ko=f"{number}번째 줄의 {label}부터 값이 어긋납니다{values}.{more['ko']}",
    )
