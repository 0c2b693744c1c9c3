"""``quizprep prove``: a proof on chosen numbers, and whether it can be trusted."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import (
    Device,
    Json,
    Language,
    Packs,
    Pager,
    cache_path,
    complete_proof,
    complete_value,
    device_of,
    find_proof,
    known_proofs,
    language_of,
    open_deck,
)
from quizprep.errors import LearnerError
from quizprep.formatting import number, value
from quizprep.formula.domain import in_words
from quizprep.formula.symbols import symbol
from quizprep.screen import report
from quizprep.screen.pager import page
from quizprep.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from quizprep.mutation_score import Score, Survivor
    from quizprep.proof_report import MistakeReport, ProofReport
    from quizprep.proof_source import Code
    from quizprep.proofs import Proof
    from quizprep.question import Question
    from quizprep.values import Computed, Value

PANEL = "Check"
TESTING = Text("Testing the proof", ko="증명을 시험하는 중")


def prove(
    proof: Annotated[str | None, typer.Argument(help="Name of a proof.", autocompletion=complete_proof)] = None,
    values: Annotated[
        list[str] | None,
        typer.Argument(help="SYMBOL=VALUE: a number, a fraction or nested lists.", autocompletion=complete_value),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Run every proof; exit 1 if one fails.")] = False,
    listing: Annotated[bool, typer.Option("--list", help="List the proofs.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Say of each mistake what it confuses, and show numbers that refute it.")
    ] = False,
    source: Annotated[bool, typer.Option("--source", help="Show its routine and oracles as written.")] = False,
    mutants: Annotated[
        bool,
        typer.Option("--mutants", help="Change it in one place, again and again; exit 1 if too little is noticed."),
    ] = False,
    per_proof: Annotated[
        int | None,
        typer.Option("--per-proof", min=1, help="With --mutants: so many changes of a proof, drawn by --seed."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="With --all: run also what held before and has not changed since.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the samples.")] = 0,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show a proof: its steps and result on your numbers, its oracles, and its mistakes refuted.

    Examples:

      quizprep prove f1-score TP=8 FP=2 FN=4

      quizprep prove scaled-dot-product-attention "Q=[[1,0],[0,1]]" "K=[[1,0],[0,1]]" "V=[[1],[2]]"

      quizprep prove f1-score --source

      quizprep prove --all

      quizprep prove --all --fresh

      quizprep prove --all --mutants --per-proof 10
    """
    language = language_of(lang)
    page(pager and not json and not every)
    if listing:
        _list(language, json, pack)
        return
    if mutants and (every or proof is not None):
        raise typer.Exit(_prove_mutants(None if every else proof, language, per_proof, seed, json))
    if every:
        raise typer.Exit(_prove_all(language, device_of(device), seed, json, pack, fresh))
    if proof is None:
        raise LearnerError(
            Text("Name a proof, or give --list or --all.", ko="증명 이름을 적거나 --list 또는 --all을 쓰세요.")
        )
    if source:
        _show_source(find_proof(proof), language, json)
        return
    raise typer.Exit(_prove_one(find_proof(proof), values or [], language, device_of(device), seed, full, json))


def _list(language: str, json: bool, packs: Sequence[str] | None) -> None:
    known = known_proofs(packs)
    if json:
        report.json(
            [
                {"id": each.id, "topic": each.topic, "title": each.title.by_language, "symbols": list(each.symbols)}
                for each in known
            ]
        )
    else:
        columns = ["proof", "about"] if language == "en" else ["증명", "내용"]
        report.table(columns, [(each.id, each.title[language]) for each in known])


def _show_source(proof: Proof, language: str, json: bool) -> None:
    """The routine, the oracles and what both call, as they stand in the proof's file. Needs no torch."""
    from quizprep.proof_source import code_of, data_of, helpers_of

    if proof.place is not None:
        code = data_of(proof)
        if json:
            report.json({"proof": proof.id, **_code_json(code), "oracles": [], "helpers": []})
            return
        report.heading(proof.title[language])
        report.line(f"{code.file}:{code.line}", "dim")
        report.code(code.text)
        return
    oracles = [(oracle, code_of(oracle.function)) for oracle in proof.oracles]
    helpers = {name: code_of(function) for name, function in helpers_of(proof).items()}
    if json:
        written = {
            "oracles": [{"kind": each.kind, "via": each.via.by_language, **_code_json(code)} for each, code in oracles],
            "helpers": [{"name": name, **_code_json(code)} for name, code in helpers.items()],
        }
        report.json({"proof": proof.id, **_code_json(code_of(proof.routine)), **written})
        return
    parts = [(proof.title[language], code_of(proof.routine))]
    parts += [(oracle.via[language], code) for oracle, code in oracles]
    parts += list(helpers.items())
    for title, code in parts:
        report.heading(title)
        report.line(f"{code.file}:{code.line}", "dim")
        report.code(code.text)


def _code_json(code: Code) -> dict[str, Any]:
    return {"file": str(code.file), "line": code.line, "text": code.text}


def _prove_one(proof: Proof, written: list[str], language: str, device: str, seed: int, full: bool, json: bool) -> int:
    numbers = read_values(proof, written)
    from quizprep import engine
    from quizprep.proof_rules import chapter_defects, in_its_place

    with report.doing(TESTING[language]):
        engine.ready()
        from quizprep.drawing import as_json, draw
        from quizprep.mutation_score import Score, score
        from quizprep.numeric_prover import simplest_values
        from quizprep.prover import compute
        from quizprep.self_test import not_run, self_test

        place = engine.resolve(device)
        numbers = numbers or simplest_values(proof)
        tested = self_test(proof, device=place, seed=seed, language=language)
        computed, mutants, wrong = None, Score({}, {}, ()), []
        try:
            computed = compute(proof, numbers, device=place, seed=seed, language=language)
            if not proof.takes_random:  # one about behaviour takes a minute: `--mutants`
                mutants = score(proof)
        except Exception as error:  # a broken proof is a line of the report here too
            wrong = [] if tested.failures else [in_its_place(proof, not_run(error))]
    wrong += [
        *(_unnoticed(proof, each) for each in mutants.survivors if not each.of_claim),
        *chapter_defects(proof.file),
    ]
    tested = replace(tested, failures=(*tested.failures, *wrong))
    if json:
        drawing = (
            draw(proof, numbers, computed.results, language=language, device=place, seed=seed) if computed else None
        )
        report.json(
            {
                "proof": proof.id,
                "title": proof.title.by_language,
                "source": proof.source,
                "values": numbers,
                "result": computed.results[proof.result] if computed else None,
                "results": computed.results if computed else {},
                "picture": as_json(drawing) if drawing else None,
                **report_json(tested),
                "mutants": _score_json(proof, mutants),
            }
        )
    else:
        _describe(proof, language)
        if computed:
            _show_steps(proof, numbers, computed, language, seed)
        _show_trust(proof, tested, mutants, numbers, language, full)
    return 0 if tested.passed else 1


def read_values(proof: Proof, written: list[str]) -> dict[str, Value]:
    """``SYMBOL=VALUE`` arguments, checked against the proof's domains; {} for none at all.

    Raises LearnerError for unknown or missing symbols, values that cannot be read or are outside.
    """
    from quizprep.errors import FormulaError
    from quizprep.formula.compute.floats import evaluate
    from quizprep.formula.read.parse import parse
    from quizprep.formula.read.written import canonical_name, declare

    values: dict[str, Any] = {}
    for entry in written:
        name, equals, text = entry.partition("=")
        symbol = proof.names.find(canonical_name("_".join(name.split()))) if equals and name.strip() else None
        if symbol is None or symbol not in proof.symbols:
            known = ", ".join(proof.symbols)
            raise LearnerError(
                Text(
                    f"`{entry[:60]}`: write SYMBOL=VALUE; the symbols of {proof.id} are {known or 'none'}.",
                    ko=f"`{entry[:60]}`: SYMBOL=VALUE 꼴로 적으세요. {proof.id} 증명의 기호: {known or '없음'}.",
                )
            )
        if symbol in values:
            raise LearnerError(
                Text(
                    f"{symbol} is given twice; give it once.",
                    ko=f"{symbol} 기호의 값이 두 번 나옵니다. 한 번만 적으세요.",
                )
            )
        try:
            values[symbol] = evaluate(parse(text, declare([])), {})
        except FormulaError as error:
            raise LearnerError(
                Text(
                    f"{symbol}={text[:60]}: {error.said['en'].rstrip('.')}. Give a number, a fraction or nested lists.",
                    ko=f"{symbol}={text[:60]}: {error.said['ko'].rstrip('.')}. 수, 분수 또는 중첩 리스트를 적으세요.",
                )
            ) from error
        proof.domains[symbol].check(symbol, values[symbol])
    if not values:
        return {}
    values.update(_unused(proof, values))
    if missing := [name for name in proof.symbols if name not in values]:
        raise LearnerError(
            Text(
                f"{', '.join(missing)} missing: give every symbol of {proof.id} a value, or none.",
                ko=f"{', '.join(missing)} 기호의 값이 빠졌습니다. {proof.id} 증명의 기호에 모두 값을 주거나 "
                "하나도 주지 마세요.",
            )
        )
    proof.admit(values)
    return values


def _unused(proof: Proof, values: dict[str, Value]) -> dict[str, Value]:
    """Values for the symbols that no step uses: they may be left out (FN of precision)."""
    from quizprep.formula.domain import BASES
    from quizprep.formula.tree import free_symbols

    formulas = [step.formula for step in proof.steps.values() if step.formula is not None]
    if len(formulas) < len(proof.steps):
        return {}
    used = {name for formula in formulas for name in free_symbols(proof.formula(formula))}
    return {
        name: BASES[domain.base].readable[0]
        for name, domain in proof.domains.items()
        if name not in used | set(values) and not domain.shape
    }


def _describe(proof: Proof, language: str) -> None:
    report.heading(f"{proof.id}: {proof.title[language]}")
    report.line(proof.statement[language])
    report.line(proof.source, "dim")


def _show_steps(proof: Proof, numbers: dict[str, Value], computed: Computed, language: str, seed: int) -> None:
    from quizprep.drawing import draw

    english = language == "en"
    report.line()
    columns = ["symbol", "domain", "value"] if english else ["기호", "범위", "값"]
    if numbers:
        rows = [
            (symbol(name), in_words(str(proof.domains[name]), language), _block(entry))
            for name, entry in numbers.items()
        ]
        report.table(columns, rows)
        report.line()
    columns = ["step", "formula", "value"] if english else ["단계", "식", "값"]
    report.table(columns, [(step.label, step.worked, _block(step.value)) for step in computed.steps])
    for oracle in computed.oracles:
        report.line(f"{'✓' if oracle.agreed else '✗'} {oracle.oracle}  Δ {number(oracle.difference, 2)}")
    report.line(f"{computed.device}, {number(computed.ms, 2)} ms", "dim")
    drawing = draw(proof, numbers, computed.results, language=language, device=computed.device, seed=seed)
    if drawing:
        report.picture(drawing)


def _block(entry: Value) -> str:
    from quizprep.formatting import block

    return "\n".join(block(entry, 40))


def _unnoticed(proof: Proof, mutant: Survivor) -> str:
    from quizprep.deck import shown_path

    place = f"{shown_path(proof.file)}:{mutant.line}"
    return (
        f"{place}: {mutant.kind}: {mutant.change} is noticed by nothing; let an oracle, a formula or a claim say more"
    )


def _show_trust(
    proof: Proof, tested: ProofReport, mutants: Score, numbers: Mapping[str, Value], language: str, full: bool
) -> None:
    english = language == "en"
    conventions = {mistake.name for mistake in proof.mistakes if mistake.variant}
    report.heading(f"Self-test on {tested.samples} samples" if english else f"자체 검사: 표본 {tested.samples}개")
    columns = ["oracle", "samples", "largest difference"] if english else ["검산", "표본", "최대 차이"]
    rows = [
        (f"{'✓' if each.agreed else '✗'} {each.via}", str(each.samples), number(each.difference, 2))
        for each in tested.oracles
    ]
    report.table(columns, rows)
    for claim in tested.claims:
        held = f"{claim.held}/{claim.samples}"
        report.line(f"{'✓' if claim.held == claim.samples else '✗'} {claim.text}  ({held})")
    if mutants.mutants:
        noticed, total = mutants.noticed, mutants.mutants
        changed = Text(
            f"a routine or a claim that is changed in one place is noticed  ({noticed}/{total})",
            ko=f"한 곳을 바꾼 루틴이나 주장을 알아차린다  ({noticed}/{total})",
        )
        report.line(f"{'✓' if noticed == total else '✗'} {changed[language]}")
    for mistake in tested.mistakes:
        mark = "!" if not mistake.refuted else "~" if mistake.name in conventions else "✗"
        report.line(f"{mark} {mistake.name}: {mistake.formula}", "bold" if full else "")
        if full:
            _show_mistake(mistake, numbers, english)
    if conventions:
        said = Text("~ is right in texts of another convention.", ko="~ 표시는 다른 관례의 글에서는 맞습니다.")
        report.line(said[language], "dim")
    if tested.mistakes and not full:
        report.line(
            "--full says what each of these confuses, with numbers that refute it."
            if english
            else "--full은 각각이 무엇을 혼동한 것인지와 반증하는 수를 보여 줍니다.",
            "dim",
        )
    for failure in tested.failures:
        report.line(f"✗ {failure}", "bold red")


def _show_mistake(mistake: MistakeReport, numbers: Mapping[str, Value], english: bool) -> None:
    """What it confuses, and the numbers that refute it; those that stand above are not repeated."""
    report.line(f"  {mistake.text}")
    if mistake.refuted and mistake.inputs:
        gives, right = ("gives", "the proof") if english else ("이 식의 값", "증명의 값")
        inputs = ", ".join(f"{symbol(name)} = {value(entry, 3)}" for name, entry in mistake.inputs.items())
        shown = "" if mistake.inputs == numbers else f"{inputs}: "
        report.line(f"  {shown}{gives} {value(mistake.wrong, 4)}, {right} {value(mistake.right, 4)}", "dim")


def _prove_all(language: str, device: str, seed: int, json: bool, packs: Sequence[str] | None, fresh: bool) -> int:
    from quizprep import engine
    from quizprep.proof_report import KeptReports
    from quizprep.proof_rules import all_chapter_defects

    place = engine.resolve(device)
    known = known_proofs(packs)
    kept = KeptReports(cache_path().parent, engine.described(place), seed, language)
    before = {} if fresh else {each.id: found for each in known if (found := kept.get(each)) is not None}
    reports = []
    with report.progress(len(known)) as step:
        for each in known:
            step(each.id)
            if each.id not in before:
                reports.append(_tested(each, place, seed, language))
                kept.put(each, reports[-1])
            else:
                reports.append(before[each.id])
    kept.save()
    failed = [tested for tested in reports if not tested.passed]
    wrong = all_chapter_defects()
    if json:
        tests = [{**report_json(tested), "kept": tested.proof in before} for tested in reports]
        report.json({"proofs": tests, "kept": len(before), "failed": len(failed), "defects": wrong, "device": place})
        return 1 if failed or wrong else 0
    for tested in reports:
        worst = max((each.difference for each in tested.oracles), default=0.0)
        refuted = sum(each.refuted for each in tested.mistakes)
        figures = Text(
            f"{len(tested.oracles)} oracles Δ≤{number(worst, 1)}  {refuted}/{len(tested.mistakes)} mistakes refuted",
            ko=f"검산 {len(tested.oracles)}개 Δ≤{number(worst, 1)}  실수 {refuted}/{len(tested.mistakes)} 반증",
        )
        took = Text("before", ko="이전 실행") if tested.proof in before else Text(f"{tested.ms:.0f} ms")
        report.line(f"{'✓' if tested.passed else '✗'} {tested.proof}  {figures[language]}  {took[language]}")
        for failure in tested.failures:
            report.line(f"    {failure}", "bold red")
    for line in wrong:
        report.line(line, "bold red")
    total = sum(tested.ms for tested in reports if tested.proof not in before) / 1000
    held = len(reports) - len(failed)
    verdict = Text(
        f"{held} of {len(reports)} proofs hold on {place} ({total:.1f} s)",
        ko=f"{place}: 증명 {len(reports)}개 중 {held}개 성립 ({total:.1f}초)",
    )
    report.line(verdict[language])
    if before:
        said = Text(
            f"{len(before)} of them held in an earlier run and are unchanged; --fresh runs them again.",
            ko=f"이 가운데 {len(before)}개는 이전 실행에서 성립했고 그 뒤로 바뀌지 않았습니다. 다시 실행하려면 --fresh",
        )
        report.line(said[language], "dim")
    return 1 if failed or wrong else 0


def _tested(proof: Proof, place: str, seed: int, language: str) -> ProofReport:
    from quizprep import engine

    engine.ready()
    from quizprep.self_test import self_test

    return self_test(proof, device=place, seed=seed, language=language)


def _prove_mutants(named: str | None, language: str, per_proof: int | None, seed: int, json: bool) -> int:
    """Change proofs in one place, again and again, and print of how many changes something notices it."""
    from quizprep import engine, proofs
    from quizprep.deck import shown_path

    chosen = list(proofs.discover().values()) if named is None else [find_proof(named)]
    engine.ready()
    from quizprep.content_rules import is_wrong
    from quizprep.mutation_score import ENOUGH, score

    questions: dict[str, list[Question]] = defaultdict(list)
    content = open_deck()
    for question in content.questions([entry.id for entry in content.index()]):
        questions[question.proof].append(question)

    def content_notices(changed: Proof, seed: int) -> bool:
        return any(is_wrong(question, changed, seed) for question in questions[changed.id])

    scores: dict[str, Score] = {}
    with report.progress(len(chosen)) as step:
        for each in chosen:
            step(each.id)
            found = scores[each.id] = score(each, at_most=per_proof, seed=seed, content_notices=content_notices)
            if not json and (found.survivors or named is not None):
                report.line(f"{'✗' if found.survivors else '✓'} {each.id}  {found.noticed}/{found.mutants}")
                for survivor in found.survivors:
                    report.line(f"    {shown_path(each.file)}:{survivor.line}: {survivor.kind}: {survivor.change}")
    total, noticed = (sum(getattr(found, name) for found in scores.values()) for name in ("mutants", "noticed"))
    share = noticed / total if total else 1.0
    if json:
        rows = [_score_json(each, scores[each.id]) for each in chosen]
        report.json({"proofs": rows, "mutants": total, "noticed": noticed, "share": share, "seed": seed})
        return 0 if share >= ENOUGH else 1
    by = sum((Counter(found.noticed_by) for found in scores.values()), Counter[str]())
    kinds = sum((Counter(found.kinds) for found in scores.values()), Counter[str]())
    missed = Counter(survivor.kind for found in scores.values() for survivor in found.survivors)
    columns = ["changed", "noticed", "of"] if language == "en" else ["바꾼 것", "알아차림", "전체"]
    report.table(columns, [(kind, str(kinds[kind] - missed[kind]), str(kinds[kind])) for kind in sorted(kinds)])
    report.line(", ".join(f"{name} {count}" for name, count in by.most_common()), "dim")
    alike = sum(len(found.alike) for found in scores.values())
    left_out = Text(
        f"{alike} more change no figure by more than another seed does",
        ko=f"그 밖의 {alike}개는 시드를 바꾼 것보다 더 달라지지 않음",
    )
    report.line(left_out[language], "dim")
    verdict = Text(
        f"{noticed} of {total} changes are noticed ({share:.1%}; seed {seed})",
        ko=f"바꾼 것 {total}개 중 {noticed}개를 알아차림 ({share:.1%}, 시드 {seed})",
    )
    report.line(verdict[language])
    return 0 if share >= ENOUGH else 1


def _score_json(proof: Proof, found: Score) -> dict[str, Any]:
    return {
        "proof": proof.id,
        "file": str(proof.file),
        "noticed": found.noticed,
        **asdict(found),
        "mutants": found.mutants,
    }


def report_json(tested: ProofReport) -> dict[str, Any]:
    """The object that ``--json`` prints for a self-test."""
    return {**asdict(tested), "passed": tested.passed}
