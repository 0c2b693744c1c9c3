"""``quizprep errata``: the mistakes of the course notes, each refuted by a proof while you look on."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import Device, Json, Language, Pager, cache_path, device_of, language_of, one_of
from quizprep.formatting import value
from quizprep.formula.symbols import symbol
from quizprep.screen import report
from quizprep.screen.pager import page
from quizprep.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from quizprep.judge.erratum import Erratum, Refutation
    from quizprep.values import Value

PANEL = "Check"
LONGEST = 48  # characters of a vector in the text
STYLES = {"wrong": "bold red", "typo": "bold yellow", "imprecise": "bold cyan"}
SEVERITIES = {"wrong": "틀림", "typo": "오타", "imprecise": "부정확"}


def _complete_name(incomplete: str) -> list[str]:
    """Notes, chapters and ids."""
    from quizprep.deck import Deck
    from quizprep.judge.erratum import load

    listed = load(Deck.open([], cache_path=cache_path()).syllabus())
    names = dict.fromkeys(name for each in listed for name in (*each.notes, each.chapter, each.id))
    return [name for name in names if name.startswith(incomplete)]


def errata(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NOTE|CHAPTER]",
            help="A note such as 000, a chapter, or the id of an erratum.",
            autocompletion=_complete_name,
        ),
    ] = None,
    severity: Annotated[
        str | None,
        typer.Option("--severity", help="Only these: wrong, typo or imprecise.", autocompletion=one_of(*STYLES)),
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="Only list them, without refuting.")] = False,
    lang: Language = None,
    device: Device = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show the mistakes of the course notes: what they claim, what is true, and the numbers that refute the claim.

    The notes are the course's own, called 000 to 004, and do not come with this program. A place in them is a note, a
    section or week, and lines: `000 §7 L42-46`.

    Examples:

      quizprep errata 000

      quizprep errata optimisers --severity wrong --lang ko

      quizprep errata --list
    """
    from quizprep.deck import Deck
    from quizprep.judge.erratum import load, select

    language = language_of(lang)
    page(pager and not json)
    syllabus = Deck.open([], cache_path=cache_path()).syllabus()  # no questions: they need not even be sound
    chapters = {chapter.id: chapter.title[language] for chapter in syllabus.chapters}
    order = list(chapters)
    found = load(syllabus)
    chosen = sorted(select(found, name, severity), key=lambda each: order.index(each.chapter))
    if not chosen and not json:
        report.line(_none_of(name, severity, Counter(each.severity for each in select(found, name)), language))
        raise typer.Exit(0)
    failed, heading = 0, ""
    said = [(each, None) for each in chosen] if listing else _refuted(chosen, device_of(device))
    for erratum, refutation in said:
        failed += refutation is not None and not refutation.refuted
        if json:
            report.json(_as_json(erratum, refutation))
            continue
        if erratum.chapter != heading:
            heading = erratum.chapter
            report.heading(f"{heading}: {chapters[heading]}")
        _show(erratum, refutation, language)
    if not json:
        computed = sum(each.proof is not None for each in chosen)
        report.say(_summary(len(chosen), len(chosen) - computed, None if listing else computed - failed, language))
    raise typer.Exit(1 if failed else 0)


def _refuted(chosen: list[Erratum], device: str) -> list[tuple[Erratum, Refutation | None]]:
    """Each erratum with what its proof says to it, computed or kept from an earlier run of the same code."""
    from quizprep import engine
    from quizprep.judge.erratum import Refutation, path, refute
    from quizprep.kept import Kept

    kept, place = Kept(cache_path().parent, "errata", device, beside=[path()]), ""
    said: list[tuple[Erratum, Refutation | None]] = []
    try:
        with report.progress(len(chosen)) as step:
            for erratum in chosen:
                if erratum.proof is None:
                    found = None
                elif (found := kept.get(erratum.id)) is None:
                    step(erratum.id, 0)
                    engine.ready()
                    place = place or engine.resolve(device)
                    found = asdict(refute(erratum, device=place))
                    kept.put(erratum.id, found)
                step(erratum.id)
                said.append((erratum, Refutation(**found) if found else None))
    finally:
        kept.save()
    return said


def _as_json(erratum: Erratum, refutation: Refutation | None) -> dict[str, object]:
    return {
        "id": erratum.id,
        "where": erratum.where,
        "chapter": erratum.chapter,
        "claim": {"en": erratum.claim["en"], "ko": erratum.claim["ko"]},
        "truth": {"en": erratum.truth["en"], "ko": erratum.truth["ko"]},
        "severity": erratum.severity,
        "proof": erratum.proof,
        "source": None if erratum.source is None else {"en": erratum.source["en"], "ko": erratum.source["ko"]},
        "refuted": None if refutation is None else refutation.refuted,
        "counterexample": None if refutation is None else refutation.counterexample(),
    }


def _show(erratum: Erratum, refutation: Refutation | None, language: str) -> None:
    from quizprep.formula.show.prose import render_text

    english = language == "en"
    severity = erratum.severity if english else SEVERITIES[erratum.severity]
    report.line()
    report.line(f"{erratum.id}  [{severity}]  {', '.join(erratum.where)}", STYLES[erratum.severity])
    report.field("claim  " if english else "주장", render_text(erratum.claim[language]))
    report.field("truth  " if english else "사실", render_text(erratum.truth[language]))
    if refutation is not None:
        report.field("refuted" if english else "반증", _sentence(erratum, refutation, language))
    if erratum.source is not None:
        report.field("source " if english else "출처", erratum.source[language])


def _sentence(erratum: Erratum, refutation: Refutation, language: str) -> str:
    """``✗ f1 = ... gives 4, not 1, for TP = 1, FP = 0 (f1-score)``."""
    from quizprep import proofs
    from quizprep.step_names import named_step

    english, proof = language == "en", proofs.get(erratum.proof or "", erratum.chapter)
    inputs = _numbers({symbol(name): number for name, number in refutation.inputs.items()})
    results = _numbers({named_step(proof, name, language): number for name, number in refutation.results.items()})
    given = (f" for {inputs}" if english else f" ({inputs})") if inputs else ""
    source = f"  ({'proof' if english else '증명'} {erratum.proof})"
    if not refutation.refuted:
        return ("! NOT refuted: " if english else "! 반증되지 않음: ") + refutation.claimed + source
    if refutation.gives is None:
        return f"✗ {refutation.claimed}: {'but' if english else '실제로는'} {results}{given}{source}"
    gives, right = _short(value(refutation.gives, 4)), results
    return f"✗ {refutation.claimed} → {gives}{'; the proof: ' if english else '; 증명: '}{right}{given}{source}"


def _numbers(named: Mapping[str, Value]) -> str:
    """``TP = 1, FP = 0``; long vectors are cut, ``--json`` has them whole."""
    return ", ".join(f"{name} = {_short(value(entry, 4))}" for name, entry in named.items())


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _none_of(name: str | None, severity: str | None, there: Mapping[str, int], language: str) -> str:
    """That nothing is of a severity, and of which ones there is something."""
    names = {each: each if language == "en" else SEVERITIES[each] for each in STYLES}
    others = ", ".join(f"{names[each]} {count}" for each, count in there.items())
    wanted, of = names.get(severity or "", ""), name or ""
    said = Text(
        f"No errata of `{of}` are {wanted}; there are: {others}.",
        ko=f"`{of}`의 오류 가운데 {wanted} 항목은 없습니다. 있는 것: {others}.",
    )
    return said[language]


def _summary(count: int, sourced: int, refuted: int | None, language: str) -> str:
    """How many there are, how many of them a proof refuted (None where none was asked) and how many name a source."""
    parts = [f"오류 {count}개" if language == "ko" else f"{count} errata"]
    if refuted is not None:
        parts.append(f"반증 {refuted}개" if language == "ko" else f"{refuted} refuted")
    if sourced:
        parts.append(f"출처가 있는 것 {sourced}개" if language == "ko" else f"{sourced} with a source")
    return ", ".join(parts)
