"""``quizprep grade``: the answers of many students, marked."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import Content, Json, Language, Packs, language_of, open_deck
from quizprep.errors import LearnerError, QuizprepError
from quizprep.formatting import to_json
from quizprep.frozen import frozen
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.submissions.grading_run import Judge, Summary
    from quizprep.submissions.marking import Marker

PANEL = "Look after it"
SECONDS = 60.0  # for one answer, unless told: the judge stops itself long before, unless the machine is busy
MOST_JOBS = 256
MOST_LISTED = 30  # questions on the screen
MISTAKES = 2  # of each


def grade(
    submissions: Annotated[
        Path,
        typer.Argument(
            metavar="SUBMISSIONS", help="A table of answers: CSV, or JSON lines; - for stdin.", show_default=False
        ),
    ],
    paper: Annotated[
        Path | None,
        typer.Option("--paper", help="What `quizprep paper` wrote: its folder, or paper-seeds.json in it."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Where the marks go; beside the answers by default, for stdin to stdout."),
    ] = None,
    totals: Annotated[
        Path | None,
        typer.Option("--totals", help="Write what each student has in all: CSV, or JSON lines for .jsonl."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", help="Judge on the Dask cluster of the scheduler at this address."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace marks that are there already.")] = False,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", help="Processes that judge; one for each processor by default.", min=1, max=MOST_JOBS),
    ] = None,
    seconds: Annotated[
        float, typer.Option("--seconds", help="Time for one answer; then it is not judged.", min=0.1)
    ] = SECONDS,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="What the table is written in, where it is no UTF-8.")
    ] = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    json: Json = False,
    serve: Annotated[str | None, typer.Option("--serve", hidden=True)] = None,
) -> None:
    """Mark the answers of many students: verdict, marks, the named mistake and a counterexample for each.

    The columns are student, question (or proof), answer, and where needed kind (formula, number, derivation, code),
    part (a step of the proof), seed, or variant with --paper. Nothing that is handed in is run: code is read as a
    formula. What cannot be judged says so and is left to you. A run that is broken off goes on where it was.

    Exit code 1 where somebody has to look at an answer.

    Examples:

      quizprep grade answers.csv

      quizprep grade answers.jsonl --jobs 4 --output marks.jsonl

      quizprep grade midterm.csv --paper papers --totals totals.csv --lang ko

      quizprep grade - < answers.csv > marks.csv

      quizprep grade answers.csv --cluster tcp://127.0.0.1:8786
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # processes share the processors, not threads
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if serve is not None:
        _serve(serve)
        return
    from quizprep.kept import digest_of
    from quizprep.submissions.grading_journal import Journal
    from quizprep.submissions.grading_run import Grading, survey
    from quizprep.submissions.marking import needs_torch
    from quizprep.submissions.paper_seeds import PaperSeeds
    from quizprep.submissions.submission_rows import Submissions

    with ExitStack() as stack:
        piped = str(submissions) == "-"
        if piped and output is None and json:
            raise LearnerError(
                Text(
                    "Marks and --json would both go to stdout: name an --output.",
                    ko="채점 결과와 --json이 모두 표준 출력으로 나옵니다. --output을 적으세요.",
                )
            )
        if piped:
            submissions = stack.enter_context(_stdin_in_a_file())
        table = Submissions(submissions, encoding, "stdin" if piped else "")
        name = f"{submissions.stem}.marked{'.jsonl' if table.json else '.csv'}"
        written = output or submissions.with_name(name)
        for option, path in (("--output", written), ("--totals", totals)):
            if path is not None:
                _refuse_to_replace(option, path, submissions, overwrite)
        if totals is not None and totals.absolute() == written.absolute():
            raise LearnerError(
                Text("Marks and totals need two files.", ko="채점 결과와 합계는 다른 파일이어야 합니다.")
            )
        seeds = None if paper is None else PaperSeeds.read(paper)
        language = language_of(lang or (seeds.language if seeds else None))
        deck = open_deck(content, pack)
        found = survey(table)
        asked = (found, seeds, language, seconds)
        digest = digest_of(map(repr, asked), deck.files)
        journal_path = written.with_name(f"{written.name}.journal")
        plan = Plan(
            [str(path.resolve()) for path in content or ()],
            list(pack or ()),
            language,
            seconds,
            needs_torch(deck, found.asked | {(id, "") for id in (seeds.questions if seeds else ())}),
            digest_of((), deck.files),
        )
        judge = _judge(plan, jobs, cluster)
        with (
            Journal.open(journal_path, digest) as journal,
            _said_when_broken_off(language, kept=not piped or output is not None),
        ):
            grading = Grading(table, found, journal, seeds, language)
            with report.progress(found.rows) as step:
                judged = grading.judge(judge, step)
            with report.progress(found.rows) as step:
                summary = grading.write(written, step, totals)
        for ending in ("", "-wal", "-shm"):
            Path(f"{journal_path}{ending}").unlink(missing_ok=True)
        if piped and output is None:
            _print_marks(written)
            _say_what_is_open(summary, language)
        else:
            _show(summary, written, totals, judged, language, json)
    if summary.open:
        raise typer.Exit(1)


@contextmanager
def _stdin_in_a_file() -> Iterator[Path]:
    """What stands on stdin, in a file of its own: a table is read more than once."""
    with tempfile.TemporaryDirectory(prefix="quizprep-") as folder:
        path = Path(folder) / "answers"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path


def _print_marks(path: Path) -> None:
    from quizprep.screen.output import emit

    with path.open(encoding="utf-8", newline="") as file:
        while part := file.read(1 << 16):
            emit(part)


def _refuse_to_replace(option: str, written: Path, submissions: Path, overwrite: bool) -> None:
    if written.exists() and written.samefile(submissions):
        raise LearnerError(
            Text(
                f"That would replace the answers in {written}: name another {option}.",
                ko=f"{written} 파일에 있는 답을 덮어쓰게 됩니다. {option}에 다른 곳을 적으세요.",
            )
        )
    if written.is_file() and not overwrite:
        raise LearnerError(
            Text(
                f"{written} is there already; replace it with --overwrite, or name another {option}.",
                ko=f"{written} 파일이 이미 있습니다. --overwrite로 덮어쓰거나 {option}에 다른 곳을 적으세요.",
            )
        )


@frozen
class Plan:
    """How tasks are judged: what a process needs to know. ``digest`` is that of the program and its content."""

    content: list[str]
    packs: list[str]
    language: str
    seconds: float
    torch: bool
    digest: str

    def marker(self) -> Marker:
        """What judges."""
        from quizprep.submissions.marking import Marker

        return Marker(self.deck(), self.language)

    def deck(self) -> Deck:
        """The questions."""
        return open_deck([Path(path) for path in self.content], self.packs)


def _judge(plan: Plan, jobs: int | None, cluster: str | None) -> Judge:
    from quizprep.submissions.judging_pool import in_processes, not_judged

    if cluster is None:
        _load_torch(plan)
        return in_processes(plan.marker, plan.language, jobs=jobs or os.cpu_count() or 1, seconds=plan.seconds)
    if jobs is not None:
        raise LearnerError(
            Text(
                "--jobs is for this machine alone: leave it out with --cluster.",
                ko="--jobs는 이 컴퓨터에서만 씁니다. --cluster와 함께 쓰지 마세요.",
            )
        )
    from quizprep.submissions.cluster import on_cluster

    return on_cluster(cluster, to_json(["grade", "-", "--serve", to_json(asdict(plan))]), not_judged(plan.language))


def _load_torch(plan: Plan) -> None:
    """Import torch before processes are split off, where any of them would: all of them have it then, at once."""
    if plan.torch:
        from quizprep import engine

        engine.ready()


def _serve(written: str) -> None:
    """Judge tasks from stdin, line by line, for a worker of a cluster; the first line says what keeps it from that."""
    import json

    from quizprep.batch import Lines, answers
    from quizprep.cli.pooled import OTHER
    from quizprep.kept import digest_of
    from quizprep.screen.output import emit
    from quizprep.submissions.judging_pool import answering, not_judged

    plan = Plan(**json.loads(written))
    try:
        refusal = [] if digest_of((), plan.deck().files) == plan.digest else [OTHER["en"], OTHER["ko"]]
    except QuizprepError as error:
        refusal = [error.said["en"], error.said["ko"]]
    emit(to_json(refusal) + "\n")
    if refusal:
        return
    _load_torch(plan)
    failed = not_judged(plan.language)
    for marks, _ in answers(Lines(0), answering(plan.marker), failed, jobs=1, seconds=plan.seconds):
        emit(marks + "\n")


@contextmanager
def _said_when_broken_off(language: str, *, kept: bool) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        said = Text(
            "Broken off. What is judged is kept: the same command goes on from here.",
            ko="중단했습니다. 판정한 것은 남아 있으니 같은 명령으로 이어서 채점합니다.",
        )
        if not kept:
            said = Text(
                "Broken off, and nothing is kept: with an --output the same command would go on from here.",
                ko="중단했고 남은 것이 없습니다. --output을 적으면 같은 명령으로 이어서 채점할 수 있습니다.",
            )
        report.say(said[language])
        raise


def _show(summary: Summary, written: Path, totals: Path | None, judged: int, language: str, json: bool) -> None:
    if json:
        report.json(summary.as_json() | {"file": str(written), "totals": totals and str(totals)})
        return
    counts = [(_VERDICTS[name][language], summary.verdicts[name]) for name in _VERDICTS if summary.verdicts[name]]
    report.table(["verdict", "answers"] if language == "en" else ["판정", "답"], counts, right=[1])
    rows = []
    for name, asked in list(summary.questions.items())[:MOST_LISTED]:
        mean = f"{asked.marks / asked.judged:.2f}" if asked.judged else ""
        common = ", ".join(f"{mistake} {count}" for mistake, count in asked.mistakes.most_common(MISTAKES))
        rows.append((name, asked.answers, mean, common))
    report.line()
    if rows:
        head = ["question", "answers", "mean", "mistakes"] if language == "en" else ["문제", "답", "평균", "실수"]
        report.table(head, rows, right=[1, 2])
        report.line()
    if len(summary.questions) > MOST_LISTED:
        more = len(summary.questions) - MOST_LISTED
        report.line(Text(f"and {more} more questions", ko=f"그 밖에 문제 {more}개")[language])
    report.line(Text(f"{judged} answers judged: {written}", ko=f"답 {judged}개 판정: {written}")[language])
    if totals is not None:
        report.line(Text(f"the totals of the students: {totals}", ko=f"학생별 합계: {totals}")[language])
    _say_what_is_open(summary, language)


def _say_what_is_open(summary: Summary, language: str) -> None:
    if summary.open:
        said = Text(f"{summary.open} answers are for you to look at.", ko=f"답 {summary.open}개는 직접 확인하세요.")
        report.say(said[language])


_VERDICTS = {
    "right": Text("right", ko="맞음"),
    "follow-on": Text("right, with an own earlier value", ko="앞의 자기 값으로는 맞음"),
    "partly": Text("partly right", ko="일부 맞음"),
    "wrong": Text("wrong", ko="틀림"),
    "blank": Text("blank", ko="빈 답"),
    "undecided": Text("undecided", ko="판정 못 함"),
    "unreadable": Text("unreadable", ko="읽지 못함"),
    "not judged": Text("not judged", ko="판정하지 않음"),
}
