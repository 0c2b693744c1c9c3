"""``quizprep derive``: whether each line of a derivation follows from the one before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import (
    Device,
    Json,
    Language,
    ProofPacks,
    complete_proof,
    device_of,
    find_proof,
    language_of,
    load_torch,
    read_text,
)
from quizprep.formula.symbols import symbol
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.derivation.account import Account
    from quizprep.judge.judgement import Verdict
    from quizprep.proofs import Proof

PANEL = "Check"
MAX_BYTES = 400_000  # of a derivation
ADVICE = Text("save the derivation as UTF-8.", ko="UTF-8로 저장하세요.")


def derive(
    proof_or_file: Annotated[
        str,
        typer.Argument(
            metavar="[PROOF] FILE",
            help="A proof that the last line has to state, if any.",
            autocompletion=complete_proof,
        ),
    ],
    file: Annotated[
        str | None, typer.Argument(metavar="", help="A derivation in LaTeX, Markdown or plain text; - is stdin.")
    ] = None,
    where: Annotated[
        str, typer.Option("--where", help='What is given besides: "x > 0, X matrix[n, d], q = 1 - p".')
    ] = "",
    pack: ProofPacks = None,
    lang: Language = None,
    device: Device = None,
    json: Json = False,
) -> None:
    r"""Read a derivation line by line: which lines follow from the one before, which do not, with numbers and a reason.

    A line goes on from the one before it with "= ..." or "≤ ...", or states an equation that has to follow. Lines that
    begin with let, where or assume are given; a reason may stand behind a line: (chain rule), by Jensen, since x > 0.
    Exit code 1 where a line does not follow or is not decided, 2 where one cannot be read.

    Examples:

      quizprep derive sigmoid.md

      quizprep derive softmax-gradient answer.tex --lang ko

      printf '(a+b)^2\n= a^2 + 2ab + b^2\n' | quizprep derive -
    """
    language = language_of(lang)
    proof = find_proof(proof_or_file, "derive", f" {file}", pack) if file is not None else None
    text = read_text(file or proof_or_file, ADVICE, most=MAX_BYTES)
    from quizprep.derivation.account import account_of

    account = account_of(text, where=where, language=language)
    verdict = None if proof is None else _against(proof, account, device_of(device, "cpu"), language)
    code = max(account.exit_code, 0 if verdict is None else verdict.exit_code)
    if json:
        entry: dict[str, Any] = {"file": file or proof_or_file, "lines": [asdict(line) for line in account.lines]}
        entry["counts"] = dict(Counter(line.status for line in account.lines))
        entry["first_wrong"] = account.first_wrong.line if account.first_wrong else None
        entry["assumptions"] = list(account.assumptions)
        if proof is not None and verdict is not None:
            entry["proof"] = {"id": proof.id, **verdict.as_json()}
        report.json(entry)
        raise typer.Exit(code)
    from quizprep.screen.account_text import show

    show(account, language)
    if proof is not None and verdict is not None:
        _show_proof(proof, verdict, language)
    raise typer.Exit(code)


def _against(proof: Proof, account: Account, device: str, language: str) -> Verdict:
    """The last line held against the proof: with its left side where that is a name that reads, or else alone."""
    if proof.formulas is None:
        from quizprep import engine

        load_torch(language)
        device = engine.resolve(device)
    else:
        device = "cpu"
    from quizprep.judge.against_proof import check_formula

    first, *others = account.readings
    verdict = check_formula(proof, first, device=device, language=language)
    for reading in others:
        if verdict.verdict in ("unreadable", "undecided"):
            alone = check_formula(proof, reading, device=device, language=language)
            verdict = alone if alone.verdict != "unreadable" else verdict
    return verdict


def _show_proof(proof: Proof, verdict: Verdict, language: str) -> None:
    english = language == "en"
    name = f"{proof.id} ({proof.title[language]})"
    if verdict.verdict == "equivalent":
        step = f", {'step' if english else '단계'} {symbol(verdict.step)}" if verdict.step else ""
        report.line(
            f"The last line is the formula of {name}{step}." if english else f"마지막 줄은 {name}의 식입니다{step}.",
            "green",
        )
        return
    report.line(
        f"The last line is not shown to be the formula of {name}:"
        if english
        else f"마지막 줄은 {name}의 식이라고 할 수 없습니다:",
        "red",
    )
    from quizprep.screen.verdict import show

    show(verdict, language)
