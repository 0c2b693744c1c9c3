"""``quizprep doctor``: what this installation has, and whether it works."""

from __future__ import annotations

import os
import sys
from typing import Any

import typer

from quizprep import __version__
from quizprep.cli.common import Device, Json, cache_path, data_directory, language_of, open_deck
from quizprep.errors import QuizprepError
from quizprep.screen import report

PACKAGES = ("torch", "numpy", "typer", "rich", "pyyaml", "fsrs", "platformdirs", "mpmath")


def doctor(
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Report versions, places, devices and the content, and say what is wrong.

    Examples:

      quizprep doctor

      quizprep doctor --device cuda --json
    """
    import platform

    findings: dict[str, Any] = {
        "quizprep": __version__,
        "python": f"{platform.python_version()} ({sys.executable})",
        "packages": {name: _version(name) for name in PACKAGES},
        "data": str(data_directory()),
        "cache": str(cache_path()),
        "locale": next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "none set"),
        "language": language_of(None),
    }
    problems = [f"{name} is not installed; install quizprep again" for name, found in findings["packages"].items() if found is None]
    for check in (_check_content, _check_data, lambda: _check_device(device)):
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


def _check_data() -> dict[str, Any]:
    folder = data_directory()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not os.access(existing, os.W_OK):
        raise QuizprepError(f"{existing} cannot be written to; set QUIZPREP_HOME to a folder of yours.")
    return {}


def _check_device(device: str) -> dict[str, Any]:
    from quizprep import engine

    engine.ready()
    import torch

    place = engine.resolve(device)
    total = float(torch.ones(3, device=place).sum())
    if total != 3.0:
        raise QuizprepError(f"{place} adds 1 + 1 + 1 to {total}; use `--device cpu`.")
    return {"device": place, "gpus": [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]}
