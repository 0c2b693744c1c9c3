"""What ``optimize --all`` and ``forecast --all`` share: something computed for each learner, in many processes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import store_place
from quizprep.errors import LearnerError, QuizprepError
from quizprep.folders import data_directory
from quizprep.formatting import to_json
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.memory.store import Store

SECONDS = 1800.0  # for one task: a fit of a long log takes minutes on a slow machine
AHEAD = 4  # tasks for each process that are read ahead: they may be large

All = Annotated[
    bool, typer.Option("--all", help="For every learner who shares with you in a class; nothing is changed.")
]
Stores = Annotated[
    Path | None, typer.Option("--stores", help="With --all: for every database (*.db) in this folder instead.")
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", help="With --all: processes; one for each processor by default.", min=1, max=256)
]
Cluster = Annotated[
    str | None, typer.Option("--cluster", help="With --all: on the Dask cluster of the scheduler at this address.")
]
Serve = Annotated[str | None, typer.Option("--serve", hidden=True)]


def refuse_without_all(*given: object) -> None:
    """Raises LearnerError where options of ``--all`` are given without it."""
    if any(each is not None for each in given):
        raise LearnerError(
            Text(
                "--stores, --jobs and --cluster go with --all.", ko="--stores, --jobs, --cluster는 --all과 함께 씁니다."
            )
        )


def for_each_learner(
    command: str, task: Callable[[Store], str], stores: Path | None, jobs: int | None, cluster: str | None
) -> list[tuple[str, dict[str, Any]]]:
    """Every learner with what was computed, or with a ``problem`` in both languages, in order of their names.

    Results are kept in the data folder until all are there: a run that is broken off goes on where it was.
    """
    from quizprep.classroom.class_figures import only_what_was_written
    from quizprep.classroom.many_learners import failed, learners, too_long
    from quizprep.kept import digest_of
    from quizprep.submissions.grading_journal import Journal
    from quizprep.submissions.tasks import key_of

    if jobs is not None and cluster is not None:
        raise LearnerError(
            Text(
                "--jobs is for this machine alone: leave it out with --cluster.",
                ko="--jobs는 이 컴퓨터에서만 씁니다. --cluster와 함께 쓰지 마세요.",
            )
        )
    named = list(learners(store_place(), stores))
    digest = digest_of((), ())
    judge = _judge(command, digest, jobs, cluster)
    path = data_directory() / f"{command}-all.journal"
    path.parent.mkdir(parents=True, exist_ok=True)
    found: list[tuple[str, bytes | str]] = []  # the key of what is computed, or what is in its place
    with Journal.open(path, digest) as journal:
        waiting: dict[str, bytes] = {}

        def tasks() -> Iterator[str]:
            for name, opened in named:
                step(name)
                try:
                    with only_what_was_written(name), opened() as store:
                        line = task(store)
                except QuizprepError as error:
                    found.append((name, failed("", error.said)[0]))
                    continue
                if too_long(line):
                    long = Text("the log is too long to be sent", ko="기록이 너무 길어 보낼 수 없습니다")
                    found.append((name, failed("", long)[0]))
                    continue
                key = key_of(line)
                found.append((name, key))
                if line not in waiting and journal.marks(key) is None:
                    waiting[line] = key
                    yield line

        with report.progress(len(named)) as step:
            for line, result in judge(tasks()):
                journal.keep(waiting.pop(line), result)
        results = [
            (name, json.loads(each if isinstance(each, str) else journal.marks(each) or "")) for name, each in found
        ]
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    return results


def say_problems(found: list[tuple[str, dict[str, Any]]], language: str) -> None:
    """Say for whom nothing was computed, and why; that nobody is there, where that is so."""
    for name, result in found:
        if "problem" in result:
            report.say(f"{name}: {result['problem'][language == 'ko']}")
    if not found:
        nobody = Text(
            "Nobody shares with you yet; a learner does with: quizprep class share NAME",
            ko="아직 아무도 공유하지 않았습니다. 학생이 공유하는 법: quizprep class share 이름",
        )
        report.line(nobody[language])


def _judge(command: str, digest: str, jobs: int | None, cluster: str | None) -> Any:
    from quizprep.classroom.many_learners import computing, failed
    from quizprep.submissions.judging_pool import pool

    if cluster is not None:
        from quizprep.submissions.cluster import on_cluster

        return on_cluster(cluster, to_json([command, "--serve", digest]), failed, chunk=1)
    _prepare(command)
    return pool(computing, failed, jobs=jobs or os.cpu_count() or 1, seconds=SECONDS, ahead=AHEAD)


def _prepare(command: str) -> None:
    """Import what is heavy once, before processes are split off."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # processes share the processors, not threads
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if command == "optimize":
        from quizprep import engine

        engine.ready()


def serve(command: str, digest: str) -> None:
    """Compute tasks from stdin for a worker of a cluster; the first line written says what keeps it from that."""
    from quizprep.batch import Lines, answers
    from quizprep.classroom.many_learners import computing, failed
    from quizprep.kept import digest_of
    from quizprep.screen.output import emit

    refusal = [] if digest_of((), ()) == digest else [OTHER["en"], OTHER["ko"]]
    emit(to_json(refusal) + "\n")
    if refusal:
        return
    _prepare(command)
    for result, _ in answers(Lines(0), computing, failed, jobs=1, seconds=SECONDS):
        emit(result + "\n")


OTHER = Text(
    "A worker of the cluster has another quizprep, content, Python, torch or numpy; all must be the same.",
    ko="클러스터의 워커에 있는 quizprep, 콘텐츠, Python, torch, numpy가 다릅니다. 모두 같아야 합니다.",
)
