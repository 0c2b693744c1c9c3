"""``quizprep audit``: the formulas of notes, each held against the proofs that know it."""

from __future__ import annotations

import functools
import json as jsonlib
import os
import sys
import tempfile
import time
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import (
    Json,
    Language,
    cache_path,
    clock_at,
    complete_pack,
    known_proofs,
    language_of,
    open_practice,
    read_bytes,
    read_text,
    store_place,
)
from quizprep.errors import LearnerError, QuizprepError
from quizprep.formatting import value
from quizprep.formula.symbols import symbol
from quizprep.screen import report
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from quizprep.notes.catalogue import Catalogue
    from quizprep.notes.kept_pages import KeptPages

PANEL = "Check"
MAX_BYTES = 5_000_000  # of a note
MAX_JOBS = 64
MAX_KEPT = 10_000  # characters of a formula that is kept among the mistakes
PATIENCE = 300.0  # seconds by the clock after which a page is given up: its own limits end it long before
NOTES = (".md", ".markdown", ".mdx", ".qmd", ".rmd", ".rst", ".tex", ".ipynb", ".txt")
SKIPPED = ("node_modules", "__pycache__", "site-packages")
FORMATS = ("text", "github")
POLL = 0.5  # seconds between two looks at the files of --watch
MARKS = {"right": "✓", "wrong": "✗", "in doubt": "?", "unknown": "·"}
STYLES = {"right": "green", "wrong": "bold red", "in doubt": "yellow"}
KOREAN = {"right": "맞음", "wrong": "틀림", "in doubt": "판단 보류", "unknown": "모르는 식"}
_ADVICE = Text("save it as UTF-8; of a PDF save the text.", ko="UTF-8로 저장하세요. PDF는 텍스트로 저장하세요.")

Page = Mapping[str, Any]  # as --json prints it
Known = Callable[[], "Catalogue"]  # made when a page is looked at, which takes half a second
Times = dict[str, tuple[int, int]]  # of a file when it was last changed, and its size


def audit(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Notes, or folders of notes: Markdown, LaTeX, notebooks, text; - is stdin."
        ),
    ],
    every: Annotated[bool, typer.Option("--all", help="Also list the formulas that no proof knows.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", help="Processes that read pages; one for each processor by default.", min=1, max=MAX_JOBS
        ),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="text, or github for annotations of a pull request.")] = "text",
    fix: Annotated[bool, typer.Option("--fix", help="Print the repaired lines as a diff; nothing is written.")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="With --fix: write the repaired lines into the notes.")
    ] = False,
    learn: Annotated[
        bool,
        typer.Option("--learn", help="Ask for the formulas that are wrong until each was written right on two days."),
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again whenever a note changes, until Ctrl-C.")] = False,
    pack: Annotated[
        list[str] | None,
        typer.Option(
            "--pack", help="Hold them against the proofs of this pack alone; repeatable.", autocompletion=complete_pack
        ),
    ] = None,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Find the formulas in notes and say which are right, which are wrong and why, and which are not known.

    Worked numbers are followed as well: what does not come out as written is wrong. Exit code 1 where anything is
    wrong. With --json, one object for each page. With --learn, `quizprep mistakes` lists the wrong formulas, and
    `quizprep drill --mistakes` asks for them.

    Examples:

      quizprep audit notes.md

      quizprep audit lectures/ --jobs 2 --lang ko

      quizprep audit notes.md --fix

      quizprep audit notes/ --format github

      quizprep audit notes/ --learn
    """
    language = language_of(lang)
    _check(form, fix, write, watch, paths)
    files = list(_notes(paths))
    known, kept = _ground(pack, language)
    seen = _times(files)  # before they are read: what is saved meanwhile is looked at again
    wrong = _once(files, known, kept, every, jobs, form, fix, write, learn, language, json)
    if watch:
        _watch(
            paths,
            seen,
            lambda changed: _once(changed, known, kept, every, jobs, form, False, False, learn, language, json),
            language,
        )
    raise typer.Exit(1 if wrong else 0)


def _check(form: str, fix: bool, write: bool, watch: bool, paths: Sequence[str]) -> None:
    """Raises LearnerError for options that do not go together."""
    if form not in FORMATS:
        raise LearnerError(
            Text(
                f"--format {form[:20]}: the formats are text and github.",
                ko=f"--format {form[:20]}: 쓸 수 있는 꼴은 text와 github입니다.",
            )
        )
    if write and not fix:
        raise LearnerError(
            Text(
                "--write goes with --fix: it writes what --fix proposes.",
                ko="--write는 --fix와 함께 씁니다. --fix가 제안한 것을 파일에 씁니다.",
            )
        )
    if "-" in paths and (watch or write):
        raise LearnerError(
            Text(
                "stdin cannot be watched or written: name a file.",
                ko="표준 입력은 지켜보거나 고쳐 쓸 수 없습니다. 파일을 지정하세요.",
            )
        )


def _notes(paths: Sequence[str]) -> Iterator[str]:
    """The files that paths name; of a folder the notes in it. Raises LearnerError for a folder without notes."""
    for path in paths:
        if path == "-" or not os.path.isdir(path):
            yield path
            continue
        found = [
            str(file)
            for file in sorted(Path(path).rglob("*"))
            if file.suffix.lower() in NOTES and file.is_file() and not _is_skipped(file.relative_to(path))
        ]
        if not found:
            kinds = ", ".join(NOTES)
            raise LearnerError(
                Text(
                    f"{path} has no notes ({kinds}); name a file.",
                    ko=f"{path} 폴더에 노트({kinds})가 없습니다. 파일을 지정하세요.",
                )
            )
        yield from found


def _is_skipped(file: Path) -> bool:
    return any(part.startswith(".") or part in SKIPPED for part in file.parts)


def _once(
    files: Sequence[str],
    known: Known,
    kept: KeptPages,
    every: bool,
    jobs: int | None,
    form: str,
    fix: bool,
    write: bool,
    learn: bool,
    language: str,
    json: bool,
) -> bool:
    """Audit files and report them; whether anything is wrong. Raises what one file alone raises."""
    total: Counter[str] = Counter()
    learned: Counter[str] = Counter()
    with report.progress(len(files)) as step:
        for page in _pages(files, known, kept, jobs, language, step):
            if page.get("error") and len(files) == 1:
                raise LearnerError(Text(page["error"], ko=page["error"]))
            total.update(page["counts"])
            if learn:
                noted = _learn(page, language)
                learned.update(noted)
                page = {**page, "learned": noted["new"]}
            _show(page, every, form, fix, write, language, json, several=len(files) > 1)
    if not json and form == "text" and not (fix and not write and not total["wrong"]):
        shown = KOREAN if language == "ko" else {name: name for name in MARKS}
        report.line(" · ".join(f"{shown[name]} {total[name]}" for name in MARKS))
        if total["unknown"] and not every and not fix:
            unknown = Text("What no proof knows: --all lists it.", ko="모르는 식도 보려면: --all")
            report.line(unknown[language], "dim")
    if learn and not json:
        _say_learned(learned, language)
    return bool(total["wrong"])


# --- pages -------------------------------------------------------------------------------------


def _ground(packs: Sequence[str] | None, language: str) -> tuple[Known, KeptPages]:
    """The proofs that notes are held against, and the pages that were held against them before."""
    from quizprep.notes.kept_pages import KeptPages

    known = known_proofs(packs)

    @functools.cache
    def catalogue() -> Catalogue:
        from quizprep.notes.catalogue import Catalogue

        return Catalogue(known)

    return catalogue, KeptPages(cache_path().parent, known, language)


def _pages(
    files: Sequence[str], known: Known, kept: KeptPages, jobs: int | None, language: str, step: Any
) -> Iterator[Page]:
    """Every file's page, in their order: as it was kept, or looked at now."""
    several = len(files) > 1
    before = {file: page for file in files if (page := _kept(file, kept)) is not None}
    looked = _looked_at([file for file in files if file not in before], known, jobs, language, several)
    try:
        for file in files:
            step(file)
            if file in before:
                yield before[file]
                continue
            page, key = next(looked)
            if key is not None:
                kept.put(key, page)
            yield page
    finally:
        kept.save()


def _kept(file: str, kept: KeptPages) -> Page | None:
    """What was said of a file when it was looked at last, if it is still the same."""
    from quizprep.notes.kept_pages import key_of

    if file == "-":  # can be read but once
        return None
    with suppress(QuizprepError):
        return kept.get(file, key_of(file, read_text(file, _ADVICE, most=MAX_BYTES)))
    return None


def _looked_at(
    files: Sequence[str], known: Known, jobs: int | None, language: str, several: bool
) -> Iterator[tuple[Page, str | None]]:
    """The pages of files with their keys: one alone here, many in processes of their own."""
    jobs = min(jobs or os.cpu_count() or 1, len(files))
    if jobs < 2 or not hasattr(os, "fork"):
        yield from (_page(file, known, language, several) for file in files)
        return
    from quizprep.batch import Lines, answers

    known()  # once, before there are processes

    def start() -> Any:
        return lambda line: (jsonlib.dumps(_page(jsonlib.loads(line), known, language, several=True)), 0)

    def failed(line: str, reason: Text) -> tuple[str, int]:
        return jsonlib.dumps((_nothing(jsonlib.loads(line), reason[language]), None)), 0

    with tempfile.TemporaryFile() as names:
        names.write("\n".join(map(jsonlib.dumps, files)).encode())
        names.seek(0)
        for reply, _ in answers(Lines(names.fileno()), start, failed, jobs=jobs, seconds=PATIENCE):
            page, key = jsonlib.loads(reply)
            yield page, key


def _page(file: str, known: Known, language: str, several: bool) -> tuple[Page, str | None]:
    """What there is to say of one file, with the key to keep it by; None where it is not to be kept.

    Raises LearnerError where it cannot be read, and is not one of several.
    """
    from quizprep.notes.annotations import as_object
    from quizprep.notes.finding import audited
    from quizprep.notes.kept_pages import key_of

    try:
        text = read_text(file, _ADVICE, most=MAX_BYTES)
        found, settled = audited(file, text, known=known(), language=language)
        return as_object(file, found), key_of(file, text) if settled else None
    except QuizprepError as error:
        if not several:
            raise
        return _nothing(file, error.said[language]), None


def _nothing(file: str, reason: str) -> Page:
    return {"file": file, "formulas": [], "counts": dict.fromkeys(MARKS, 0), "error": reason}


# --- reports -----------------------------------------------------------------------------------


def _show(
    page: Page, every: bool, form: str, fix: bool, write: bool, language: str, json: bool, *, several: bool
) -> None:
    if json:
        report.json(page)
        return
    if page.get("error"):
        report.error(page["error"])
    if form == "github":
        from quizprep.notes.annotations import github

        for finding in page["formulas"]:
            if (line := github(page["file"], finding)) is not None:
                report.line(line)
        return
    if fix:
        _mend(page, write, language)
        return
    shown = [finding for finding in page["formulas"] if every or finding["outcome"] != "unknown"]
    if several and shown:
        report.heading(page["file"])
    for finding in shown:
        _line(finding, every, language)


def _line(finding: Mapping[str, Any], every: bool, language: str) -> None:
    proof = f"  ({finding['proof']})" if finding["proof"] else ""
    if every and finding["nearest"]:
        near = {"en": "nearest", "ko": "가장 가까운 증명"}[language]
        proof = f"  ({near}: {finding['nearest']})"
    outcome = finding["outcome"]
    report.line(f"{MARKS[outcome]} {finding['line']:>5}  {finding['formula']}{proof}", STYLES.get(outcome, "dim"))
    told = every or outcome != "right" or not finding["proof"]  # what no proof vouches for says why it is right
    if told and finding["reason"]:
        report.line(f"         {finding['reason']}", "" if outcome == "wrong" else "dim")
    if outcome == "wrong":
        _show_counterexample(finding["counterexample"], language)
        if finding["repair"]:
            report.line(f"         → {finding['repair']}", "green")


def _show_counterexample(counterexample: Mapping[str, Any] | None, language: str) -> None:
    if counterexample:
        inputs = ", ".join(f"{symbol(name)} = {value(entry, 3)}" for name, entry in counterexample["inputs"].items())
        yours, truth = ("the note gives", "the proof") if language == "en" else ("노트의 값", "증명의 값")
        wrong, right = (value(counterexample[which], 4) for which in ("yours", "expected"))
        report.line(f"         {inputs}: {yours} {wrong}, {truth} {right}", "dim")


def _mend(page: Page, write: bool, language: str) -> None:
    """The diff that puts a note's wrong lines right; with ``write`` it is written as well."""
    from quizprep.notes.annotations import diff, repaired

    if not any(finding["repair"] for finding in page["formulas"]):
        return
    file = page["file"]
    mark = "\ufeff" if read_bytes(file, most=MAX_BYTES).startswith(BOM_UTF8) else ""
    before = read_text(file, _ADVICE, most=MAX_BYTES)
    after, done = repaired(before, page["formulas"])
    if not done:
        return
    for line in diff(file, before, after):
        report.verbatim(line, {"+": "green", "-": "red"}.get(line[:1], "dim"))
    if write:
        from quizprep.files import write_in_one_step

        write_in_one_step(Path(file), [mark + after])
        said = Text(f"{file}: repaired: {counted(len(done), 'line')}.", ko=f"{file}: {len(done)}줄을 고쳤습니다.")
        report.say(said[language])


# --- learning ----------------------------------------------------------------------------------


def _learn(page: Page, language: str) -> Counter[str]:
    """Keep the wrong formulas of a page among the learner's mistakes; how many are ``new``, and ``known`` already."""
    from quizprep import proofs
    from quizprep.kinds.formula import Formula
    from quizprep.memory.database import is_new
    from quizprep.memory.open_mistakes import noted_formulas
    from quizprep.memory.practice import CHECKED, NOTED, STEP
    from quizprep.memory.store import Store
    from quizprep.question import Attempt

    count: Counter[str] = Counter()
    wrong = [finding for finding in page["formulas"] if finding["outcome"] == "wrong" and finding["proof"]]
    known: set[tuple[str, str, str]] = set()
    if wrong and not is_new(store_place()):
        with Store.open_to_read(store_place()) as store:
            known = noted_formulas(store)
    for finding in wrong:
        proof, step = proofs.get(finding["proof"]), finding["step"]
        step = None if step == proof.result else step
        if finding["kind"] != "formula" or Formula(step).flaw(proof):
            continue  # a number, or what no formula can be asked for
        name = CHECKED + proof.id + (f"{STEP}{step}" if step else "")
        given = finding["formula"][:MAX_KEPT]
        key = name, Path(page["file"]).name, given
        count["known" if key in known else "new"] += 1
        if key in known:
            continue
        known.add(key)
        attempt = Attempt(
            question=name,
            kind="formula",
            proof=proof.id,
            seed=0,
            given=given,
            expected=(finding["counterexample"] or {}).get("expected", ""),
            correct=False,
            mistake=finding["reason"] or None,
            results={},
            device="cpu",
            ms=0.0,
        )
        with open_practice(f"{NOTED} {page['file']}:{finding['line']}", clock_at(None)) as practice:
            practice.keep(attempt)
        if practice.failure is not None:
            raise practice.failure
    return count


def _say_learned(learned: Mapping[str, int], language: str) -> None:
    new, known = learned["new"], learned["known"]
    said = Text(
        f"To be written right on two days: {new} new, {known} known already. quizprep drill --mistakes asks."
        if new or known
        else "There is nothing to learn: no formula of a proof is wrong.",
        ko=f"이틀 맞힐 때까지 다시 묻습니다: 새로 {new}개, 이미 넣은 것 {known}개. quizprep drill --mistakes"
        if new or known
        else "다시 물을 것이 없습니다. 증명이 있는 식 가운데 틀린 것이 없습니다.",
    )
    report.say(said[language])


# --- watching ----------------------------------------------------------------------------------


def _watch(paths: Sequence[str], seen: Times, again: Any, language: str) -> None:
    """Audit the files that change after they were ``seen``, until Ctrl-C."""
    while True:
        sys.stdout.flush()
        time.sleep(POLL)
        try:
            now = _times(_notes(paths))
        except LearnerError:  # a folder may be without notes for a moment
            continue
        changed = [file for file, changed in now.items() if seen.get(file) != changed]
        seen = now
        if changed:
            try:
                again(changed)
            except LearnerError as error:
                report.error(error.said[language])


def _times(files: Iterable[str]) -> Times:
    found = {}
    for file in files:
        with suppress(OSError):
            status = os.stat(file)
            found[file] = (status.st_mtime_ns, status.st_size)
    return found
