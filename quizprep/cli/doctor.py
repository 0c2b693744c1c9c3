"""``quizprep doctor``: what this installation has, and whether it works."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from quizprep import __version__
from quizprep.cli.common import (
    Device,
    Json,
    cache_path,
    data_directory,
    database_path,
    device_of,
    language_of,
    language_of_error,
    locale_name,
    open_deck,
    settings,
)
from quizprep.errors import LearnerError, QuizprepError
from quizprep.formatting import cell_width
from quizprep.screen import report
from quizprep.text import Text

PANEL = "Look after it"
PACKAGES = ("torch", "numpy", "typer", "rich", "pyyaml", "fsrs", "platformdirs", "mpmath")
KOREAN = {
    "packages": "패키지", "data": "데이터", "cache": "캐시", "locale": "로캘", "language": "언어", "content": "문제",
    "database": "데이터베이스", "backup": "백업", "device": "장치", "gpus": "GPU",
}  # fmt: skip


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild the database from its log; save what a damaged one still gives.")
    ] = False,
    restore: Annotated[
        str | None, typer.Option("--restore", help="Go back to the backup of a day such as 2026-12-01.", metavar="DATE")
    ] = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Report versions, places, devices, the content and the database, and say what is wrong.

    Repairing and restoring delete nothing: a file that is replaced is set aside under a name that says when.

    Examples:

      quizprep doctor

      quizprep doctor --repair

      quizprep doctor --restore 2026-12-01
    """
    language = "en" if json else language_of_error(None)  # the settings may be what is broken
    if repair or restore is not None:
        if repair and restore is not None:
            raise LearnerError(
                Text("Give either --repair or --restore DATE.", ko="--repair와 --restore DATE 중 하나만 쓰세요.")
            )
        report.line((_repair() if restore is None else _restore(restore))[language])
        return
    import platform

    none_set = "none set" if language == "en" else "없음"
    findings: dict[str, Any] = {
        "quizprep": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "packages": {name: _version(name) for name in PACKAGES},
        "data": str(data_directory()),
        "cache": str(cache_path()),
        "locale": locale_name() or none_set,
    }
    absent = Text("is not installed; install quizprep again", ko="패키지가 없습니다. quizprep을 다시 설치하세요")[
        language
    ]
    problems = [f"{name} {absent}" for name, found in findings["packages"].items() if found is None]
    checks = (_check_settings, _check_content, _check_data, _check_database, lambda: _check_device(device))
    for check in checks:
        try:
            found = check()
            findings.update(
                {name: entry[language] if isinstance(entry, Text) else entry for name, entry in found.items()}
            )
        except QuizprepError as error:
            problems.append(error.said[language])
    findings["problems"] = problems
    if json:
        report.json(findings)
    else:
        _show(findings, language)
    raise typer.Exit(1 if problems else 0)


def _show(findings: dict[str, Any], language: str) -> None:
    labels = {name: KOREAN.get(name, name) if language == "ko" else name for name in findings if name != "problems"}
    width = max(map(cell_width, labels.values()))
    missing = "(missing)" if language == "en" else "(없음)"
    for name, label in labels.items():
        found = findings[name]
        if name == "packages":
            found = ", ".join(f"{package} {number or missing}" for package, number in found.items())
        report.field(label + " " * (width - cell_width(label)), str(found))
    for problem in findings["problems"]:
        report.line(f"✗ {problem}", "bold red")
    if not findings["problems"]:
        report.line(Text("✓ everything works", ko="✓ 모두 정상입니다")[language], "green")


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _check_content() -> dict[str, Any]:
    deck = open_deck()
    questions, chapters = len(deck.index()), len(deck.chapters())
    return {"content": Text(f"{questions} questions in {chapters} chapters", ko=f"{chapters}개 장, {questions}문제")}


def _check_settings() -> dict[str, Any]:
    settings().options()
    return {"language": language_of(None)}


def _check_database() -> dict[str, Any]:
    """The database read to its last page, and its newest backup."""
    from quizprep.memory.backups import backups
    from quizprep.memory.store import Store

    path = database_path()
    if not path.exists():
        return {"database": Text(f"{path} (none yet)", ko=f"{path} (아직 없음)")}
    with Store.open(path) as store:
        store.database.check()
        events = store.event_count()
    newest = max(backups(path), default=None)
    return {
        "database": Text(f"{path} ({events} events)", ko=f"{path} (기록 {events}개)"),
        "backup": newest.isoformat() if newest else Text("none yet", ko="아직 없음"),
    }


def _repair() -> Text:
    """Repair the database; says what was done."""
    from datetime import UTC, datetime

    from quizprep.memory.repair import repair

    done = repair(_existing_database(), now=datetime.now(UTC))
    english, korean = f"{done.events} events, {done.cards} cards", f"기록 {done.events}개, 카드 {done.cards}장"
    if done.set_aside is None:
        return Text(
            f"✓ The database was sound; its cards were rebuilt from the log: {english}.",
            ko=f"✓ 데이터베이스는 정상이었습니다. 기록에서 카드를 다시 만들었습니다: {korean}.",
        )
    return Text(
        f"✓ {english} were saved, {done.from_backups} events of them from backups. "
        f"The damaged file is kept as {done.set_aside}.",
        ko=f"✓ {korean}을 살렸습니다. 그중 기록 {done.from_backups}개는 백업에서 왔습니다. "
        f"손상된 파일은 {done.set_aside} 이름으로 남겨 두었습니다.",
    )


def _restore(day: str) -> Text:
    """Go back to a day's backup; says what was done."""
    from datetime import UTC, date, datetime

    from quizprep.memory.repair import restore

    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise LearnerError(
            Text(
                f"--restore {day[:40]}: give a day such as 2026-12-01.",
                ko=f"--restore {day[:40]}: 날짜를 2026-12-01처럼 적으세요.",
            )
        ) from None
    aside = restore(database_path(), wanted, now=datetime.now(UTC))
    done = Text(f"✓ The database is that of {wanted} again.", ko=f"✓ 데이터베이스를 {wanted} 상태로 되돌렸습니다.")
    if aside is None:
        return done
    return Text(
        f"{done['en']} The replaced file is kept as {aside}.",
        ko=f"{done['ko']} 바꾸기 전 파일은 {aside} 이름으로 남겨 두었습니다.",
    )


def _existing_database() -> Path:
    path = database_path()
    if not path.exists():
        raise LearnerError(
            Text(
                f"There is no database at {path} yet; `quizprep drill` makes one.",
                ko=f"아직 데이터베이스가 없습니다: {path}. `quizprep drill`을 쓰면 만들어집니다.",
            )
        )
    return path


def _check_data() -> dict[str, Any]:
    folder = data_directory()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(existing, os.W_OK):
        raise QuizprepError(
            Text(
                f"{existing} cannot be written to; set QUIZPREP_HOME to a folder of yours.",
                ko=f"{existing} 폴더에 쓸 수 없습니다. QUIZPREP_HOME에 쓸 수 있는 폴더를 지정하세요.",
            )
        )
    return {}


def _check_device(device: str | None) -> dict[str, Any]:
    from quizprep import engine

    engine.ready()
    import torch

    place = engine.resolve(device_of(device))
    total = float(torch.ones(3, device=place).sum())
    if total != 3.0:
        raise QuizprepError(
            Text(
                f"{place} adds 1 + 1 + 1 to {total}; use `--device cpu`.",
                ko=f"{place} 장치에서 1 + 1 + 1 = {total}입니다. `--device cpu`를 쓰세요.",
            )
        )
    return {"device": place, "gpus": [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]}
