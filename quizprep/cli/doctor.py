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
    open_deck,
    settings,
)
from quizprep.errors import LearnerError, QuizprepError
from quizprep.screen import report

PACKAGES = ("torch", "numpy", "typer", "rich", "pyyaml", "fsrs", "platformdirs", "mpmath")


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
    if repair or restore is not None:
        if repair and restore is not None:
            raise LearnerError("Give either --repair or --restore DATE.")
        report.line(_repair() if restore is None else _restore(restore))
        return
    import platform

    findings: dict[str, Any] = {
        "quizprep": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "packages": {name: _version(name) for name in PACKAGES},
        "data": str(data_directory()),
        "cache": str(cache_path()),
        "locale": next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "none set"),
    }
    problems = [f"{name} is not installed; install quizprep again" for name, found in findings["packages"].items() if found is None]
    checks = (_check_settings, _check_content, _check_data, _check_database, lambda: _check_device(device))
    for check in checks:
        try:
            findings.update(check())
        except QuizprepError as error:
            problems.append(str(error))
    findings["problems"] = problems
    if json:
        report.json(findings)
    else:
        for name, found in findings.items():
            if name == "packages":
                found = ", ".join(f"{package} {number or '(missing)'}" for package, number in found.items())
            if name != "problems":
                report.field(f"{name:<9}", str(found))
        for problem in problems:
            report.line(f"✗ {problem}", "bold red")
        if not problems:
            report.line("✓ everything works", "green")
    raise typer.Exit(1 if problems else 0)


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _check_content() -> dict[str, Any]:
    deck = open_deck()
    return {"content": f"{len(deck.index())} questions in {len(deck.chapters())} chapters"}


def _check_settings() -> dict[str, Any]:
    settings().options()
    return {"language": language_of(None)}


def _check_database() -> dict[str, Any]:
    """The database read to its last page, and its newest backup."""
    from quizprep.backups import backups
    from quizprep.store import Store

    path = database_path()
    if not path.exists():
        return {"database": f"{path} (none yet)"}
    with Store.open(path) as store:
        store.check()
        events = store.event_count()
    newest = max(backups(path), default=None)
    return {"database": f"{path} ({events} events)", "backup": newest.isoformat() if newest else "none yet"}


def _repair() -> str:
    """Repair the database; says what was done."""
    from datetime import UTC, datetime

    from quizprep.store import repair

    done = repair(_existing_database(), now=datetime.now(UTC))
    counted = f"{done.events} events, {done.cards} cards"
    if done.set_aside is None:
        return f"✓ The database was sound; its cards were rebuilt from the log: {counted}."
    return (
        f"✓ {counted} were saved, {done.from_backups} events of them from backups. "
        f"The damaged file is kept as {done.set_aside}."
    )


def _restore(day: str) -> str:
    """Go back to a day's backup; says what was done."""
    from datetime import UTC, date, datetime

    from quizprep.store import restore

    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise LearnerError(f"--restore {day[:40]}: give a day such as 2026-12-01.") from None
    aside = restore(database_path(), wanted, now=datetime.now(UTC))
    kept = f" The replaced file is kept as {aside}." if aside else ""
    return f"✓ The database is that of {wanted} again.{kept}"


def _existing_database() -> Path:
    path = database_path()
    if not path.exists():
        raise LearnerError(f"There is no database at {path} yet; `quizprep drill` makes one.")
    return path


def _check_data() -> dict[str, Any]:
    folder = data_directory()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(existing, os.W_OK):
        raise QuizprepError(f"{existing} cannot be written to; set QUIZPREP_HOME to a folder of yours.")
    return {}


def _check_device(device: str | None) -> dict[str, Any]:
    from quizprep import engine

    engine.ready()
    import torch

    place = engine.resolve(device_of(device))
    total = float(torch.ones(3, device=place).sum())
    if total != 3.0:
        raise QuizprepError(f"{place} adds 1 + 1 + 1 to {total}; use `--device cpu`.")
    return {"device": place, "gpus": [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]}
