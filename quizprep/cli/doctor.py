"""``quizprep doctor``: what this installation has, and whether it works."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep import JSON_VERSION, __version__
from quizprep.cli.common import (
    STORE,
    Device,
    Json,
    Language,
    cache_path,
    database_path,
    device_of,
    installed_packs,
    language_of,
    language_of_error,
    locale_name,
    open_deck,
    settings,
    store_place,
)
from quizprep.errors import LearnerError, QuizprepError
from quizprep.folders import data_directory, left_behind, options_file
from quizprep.formatting import cell_width
from quizprep.screen import report
from quizprep.screen.output import is_terminal
from quizprep.share_done import part
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from quizprep.memory.backups import Backup

PANEL = "Look after it"
PACKAGES = ("torch", "numpy", "typer", "rich", "pyyaml", "fsrs", "platformdirs", "tomlkit", "mpmath")
SCREENS = {"en": "✓✗·›─━│●×→", "ko": "✓✗·›─━│●×→한글"}  # what screens are made of
KOREAN = {
    "json": "JSON 출력", "python": "파이썬",
    "packages": "패키지", "data": "데이터", "options": "설정", "cache": "캐시", "locale": "로캘", "language": "언어",
    "content": "문제", "packs": "팩", "python_proofs": "파이썬 증명", "own_copies": "고친 문제",
    "database": "데이터베이스", "backup": "백업", "device": "장치", "gpus": "GPU",
}  # fmt: skip


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Rebuild the database from its log; save what a damaged one still gives.")
    ] = False,
    restore: Annotated[
        str | None,
        typer.Option(
            "--restore", help="Go back to the last backup of a day, or of a time of it.", metavar="DATE[THH:MM]"
        ),
    ] = None,
    merge: Annotated[
        Path | None, typer.Option("--merge", help="Take in the answers of another database, such as one set aside.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Restore without asking.")] = False,
    lang: Language = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Report versions, places, devices, the content, the database and its backups, and say what is wrong.

    The exit code is 1 where anything is. Every event is read, and every backup.

    Backups lie beside the database, one of every session with answers. Kept are the last 3, the last of 7 days, of 4
    weeks and of 12 months, and 3 from before a new version changed the tables.

    Repairing and restoring delete nothing: a file that is replaced is set aside under a name that says when, and
    --merge takes its answers in again. Before it restores, it shows what that would bring and lose.

    Examples:

      quizprep doctor

      quizprep doctor --repair

      quizprep doctor --restore 2026-12-01

      quizprep doctor --merge quizprep-set-aside-20261201T183000Z.db
    """
    language = "en" if json else language_of_error(lang)  # the settings may be what is broken
    if repair + (restore is not None) + (merge is not None) > 1:
        raise LearnerError(
            Text(
                "Give one of --repair, --merge FILE and --restore DATE.",
                ko="--repair, --merge FILE, --restore DATE 중 하나만 쓰세요.",
            )
        )
    if (repair or restore is not None or merge is not None) and not isinstance(store_place(), Path):
        raise LearnerError(
            Text(
                f"{STORE} names a class's server: --repair, --restore and --merge mend the file of this machine. Unset "
                f"{STORE} for that; whoever looks after the server has its backups.",
                ko=f"{STORE} 변수가 수업 서버를 가리킵니다. --repair, --restore, --merge는 이 컴퓨터의 파일을 "
                f"고칩니다. 그러려면 {STORE} 변수를 없애세요. 서버의 백업은 서버를 관리하는 사람에게 있습니다.",
            )
        )
    if repair:
        report.line(_repair(language)[language])
    elif restore is not None:
        report.line(_restore(restore, language, ask=not yes)[language])
    elif merge is not None:
        report.line(_merge(merge, language)[language])
    else:
        _report(device, language, json=json)


def _report(device: str | None, language: str, *, json: bool) -> None:
    """Look at everything, say what was found, and end with 1 where anything is wrong."""
    import platform

    from quizprep.memory.backups import backups

    none_set = "none set" if language == "en" else "없음"
    findings: dict[str, Any] = {
        "quizprep": __version__,
        "json": JSON_VERSION,
        "python": f"{platform.python_version()} ({sys.executable})",
        "packages": {name: _version(name) for name in PACKAGES},
        "data": str(data_directory()),
        "options": str(options_file()),
        "cache": str(cache_path()),
        "locale": locale_name() or none_set,
    }
    absent = Text("is not installed; install quizprep again", ko="패키지가 없습니다. quizprep을 다시 설치하세요")[
        language
    ]
    problems = [f"{name} {absent}" for name, found in findings["packages"].items() if found is None]
    checks: list[Callable[[], dict[str, Any]]] = [
        _check_settings,
        _check_left_behind,
        lambda: _check_screen(language),
        _check_content,
        _check_packs,
        _check_copies,
        _check_data,
        lambda: _check_database(language),
        _check_sums,
        *(partial(_check_backup, backup, language) for backup in backups(database_path())),
        lambda: _check_device(device),
    ]
    looking = Text("Looking at what is installed, the log and its backups", ko="설치, 기록, 백업을 살피는 중")[language]
    with report.progress(len(checks), looking) as step:
        for check in checks:
            step(looking)
            try:
                found = check()
                findings.update(
                    {name: entry[language] if isinstance(entry, Text) else entry for name, entry in found.items()}
                )
            except QuizprepError as error:
                if error.said[language] not in problems:
                    problems.append(error.said[language])
    findings["problems"] = problems
    if json:
        report.json(findings)
    else:
        _show(findings, language)
    raise typer.Exit(1 if problems else 0)


def _show(findings: dict[str, Any], language: str) -> None:
    english = {"json": "JSON output", "gpus": "GPUs"}
    from datetime import datetime

    labels = {
        name: KOREAN.get(name, name) if language == "ko" else english.get(name, name.replace("_", " "))
        for name in findings
    }
    del labels["problems"]
    width = max(map(cell_width, labels.values()))
    missing = "(missing)" if language == "en" else "(없음)"
    for name, label in labels.items():
        found = findings[name]
        if name == "packages":
            found = ", ".join(f"{package} {number or missing}" for package, number in found.items())
        if name == "json":
            found = Text(f"version {found}", ko=f"{found}판")[language]
        if name == "backup":
            with suppress(ValueError):  # where there is none yet
                found = f"{datetime.fromisoformat(found):%Y-%m-%d %H:%M}"
        if name == "own_copies":
            from quizprep.cli.edit import STATES

            found = {copy: STATES[state][language] for copy, state in found.items()}
        if name in ("packs", "python_proofs", "own_copies", "gpus"):
            listed = [f"{key}: {said}" for key, said in found.items()] if isinstance(found, dict) else found
            found = "\n".join(listed) or ("none" if language == "en" else "없음")
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
    if not questions:
        raise QuizprepError(
            Text(
                "There are no questions. Install quizprep again, or mend the setting `content`.",
                ko="문제가 하나도 없습니다. quizprep을 다시 설치하거나 `content` 설정을 고치세요.",
            )
        )
    return {"content": Text(f"{questions} questions in {chapters} chapters", ko=f"{chapters}개 장, {questions}문제")}


def _check_packs() -> dict[str, Any]:
    """The packs beside the shipped course, where they lie, and the proofs in Python that they bring."""
    from quizprep import proofs
    from quizprep.deck import Deck

    deck = Deck.open(packs=installed_packs(), cache_path=cache_path())
    packs = [pack for pack in deck.packs if not pack.shipped]
    written = [each for pack in packs if pack.module for each in proofs.of_module(pack.module, pack.namespace)]
    if deck.unusable:
        name, lines = next(iter(deck.unusable.items()))
        raise QuizprepError(
            Text(
                f"The pack {name} is left out: {lines[0]} (`quizprep pack list` shows all).",
                ko=f"{name} 팩은 빠졌습니다: {lines[0]} (모두 보려면 `quizprep pack list`)",
            )
        )
    return {
        "packs": {f"{pack.name} {pack.version}".rstrip(): str(pack.folder) for pack in packs},
        "python_proofs": [f"{proof.id} ({proof.file})" for proof in written],
    }


def _check_copies() -> dict[str, Any]:
    """The learner's own copies of questions, and whether they can be asked."""
    copies = open_deck().overlays()
    faulty = [line for copy in copies for line in copy.lines]
    if faulty:
        raise QuizprepError(
            Text(
                f"A copy of your own is not asked: {faulty[0]} (`quizprep edit --list` shows all).",
                ko=f"직접 고친 문제를 쓸 수 없습니다: {faulty[0]} (모두 보려면 `quizprep edit --list`)",
            )
        )
    return {"own_copies": {copy.id: copy.state for copy in copies}}


def _check_screen(language: str) -> dict[str, Any]:
    """Whether what the screens are made of can be printed."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        SCREENS[language].encode(encoding)
    except (UnicodeEncodeError, LookupError):
        raise QuizprepError(
            Text(
                f"The locale's encoding {encoding} lacks letters of the screens, which are spelt in ASCII or become "
                "question marks. Set LC_ALL=C.UTF-8, or PYTHONUTF8=1.",
                ko=f"로캘의 인코딩 {encoding}에는 화면에 쓰는 글자가 없어 ASCII로 풀어 쓰거나 물음표로 나옵니다. "
                "LC_ALL=C.UTF-8 또는 PYTHONUTF8=1을 설정하세요.",
            )
        ) from None
    return {}


def _check_settings() -> dict[str, Any]:
    settings().options()
    return {"language": language_of(None)}


def _check_left_behind() -> dict[str, Any]:
    if old := left_behind():
        raise QuizprepError(
            Text(
                f"{old} is no longer read: options lie in {options_file()} now. Move over what you want to keep, and "
                "delete it.",
                ko=f"{old} 파일은 이제 읽지 않습니다. 설정은 {options_file()}에 있습니다. 남길 내용을 옮기고 지우세요.",
            )
        )
    return {}


def _check_database(language: str) -> dict[str, Any]:
    """The database read to its last event, and its newest backup."""
    from quizprep.memory.backups import backups
    from quizprep.memory.database import is_new
    from quizprep.memory.postgres import place_of
    from quizprep.memory.store import Store

    place = store_place()
    newest = max((backup.at for backup in backups(database_path())), default=None)
    made = {"backup": newest.astimezone().isoformat(timespec="seconds") if newest else Text("none yet", ko="아직 없음")}
    name = str(place) if isinstance(place, Path) else place_of(place.url)
    if is_new(place):
        return {"database": Text(f"{name} (none yet)", ko=f"{name} (아직 없음)"), **made}
    reading = Text("Reading the whole log", ko="기록 전체를 읽는 중")[language]
    with Store.open_to_read(place) as store, report.share_of(reading) as tell:
        events = store.check(tell)
    return {"database": Text(f"{name} ({counted(events, 'event')})", ko=f"{name} (기록 {events}개)"), **made}


def _check_sums() -> dict[str, Any]:
    """The sums that `stats` keeps, held against the log that they are of."""
    from quizprep.memory.database import is_new
    from quizprep.memory.kept_sums import dropped_as_wrong
    from quizprep.memory.store import Store

    place = store_place()
    if is_new(place):
        return {}
    with Store.open_to_read(place) as store:
        dropped = dropped_as_wrong(store, cache_path().parent)
    if dropped is not None:
        raise QuizprepError(
            Text(
                f"The sums that `quizprep stats` keeps in {dropped} differed from the log, so that its figures were "
                "wrong. They were deleted; the next run sums the log up again. The log itself was not touched.",
                ko=f"`quizprep stats`가 {dropped} 파일에 모아 둔 합계가 기록과 달라 통계가 틀렸습니다. 그 파일을 "
                "지웠으니 다음 실행 때 기록에서 다시 셉니다. 기록은 건드리지 않았습니다.",
            )
        )
    return {}


def _check_backup(backup: Backup, language: str) -> dict[str, Any]:
    """A backup read to its last event: one that cannot be restored is worse than none."""
    from quizprep.memory.backups import contents

    with report.share_of(_reading(backup)[language]) as tell:
        contents(backup, tell)
    return {}


def _reading(backup: Backup) -> Text:
    """What is being done while a backup is read."""
    return Text(f"Reading the backup of {backup.shown}", ko=f"{backup.shown} 백업을 읽는 중")


def _repair(language: str) -> Text:
    """Repair the database; says what was done."""
    from datetime import UTC, datetime

    from quizprep.memory.database import is_new
    from quizprep.memory.repair import repair

    path = database_path()
    if is_new(path):
        raise LearnerError(
            Text(
                f"There is no database at {path} yet; `quizprep drill` makes one.",
                ko=f"아직 데이터베이스가 없습니다: {path}. `quizprep drill`을 쓰면 만들어집니다.",
            )
        )
    try:
        known = [settings().options()]
    except LearnerError:  # options that cannot be read cannot stand in for lost ones
        known = []
    mending = Text("Repairing from the log and its backups", ko="기록과 백업으로 복구하는 중")[language]
    with report.share_of(mending) as tell:
        done = repair(path, now=datetime.now(UTC), known=known, tell=tell)
    english, korean = (
        f"{counted(done.events, 'event')}, {counted(done.cards, 'card')}",
        f"기록 {done.events}개, 카드 {done.cards}장",
    )
    if done.sound:
        return Text(
            f"✓ The database was sound; its cards were rebuilt from the log: {english}.",
            ko=f"✓ 데이터베이스는 정상이었습니다. 기록에서 카드를 다시 만들었습니다: {korean}.",
        )
    saved = Text(
        f"✓ Saved: {english}; {counted(done.from_backups, 'event')} of them from backups.",
        ko=f"✓ {korean}을 살렸습니다. 그중 기록 {done.from_backups}개는 백업에서 왔습니다.",
    )
    if done.set_aside is None:
        return saved
    return Text(
        f"{saved['en']} The damaged file is kept as {done.set_aside}.",
        ko=f"{saved['ko']} 손상된 파일은 {done.set_aside} 이름으로 남겨 두었습니다.",
    )


def _restore(asked: str, language: str, *, ask: bool) -> Text:
    """Go back to a backup, once it was shown what that brings and loses; says what was done."""
    from datetime import UTC, datetime

    from quizprep.memory.backups import find
    from quizprep.memory.repair import restore

    try:
        datetime.fromisoformat(asked.strip())
    except ValueError:
        raise LearnerError(
            Text(
                f"--restore {asked[:40]}: give a day such as 2026-12-01, or a time such as 2026-12-01T18:30.",
                ko=f"--restore {asked[:40]}: 2026-12-01 같은 날짜나 2026-12-01T18:30 같은 시각을 적으세요.",
            )
        ) from None
    backup = find(database_path(), asked)
    report.line(_costs(backup, language)[language])
    if ask and is_terminal() and not typer.confirm(Text("Go back to it?", ko="되돌릴까요?")[language]):
        return Text("Nothing was changed.", ko="바뀐 것은 없습니다.")
    going_back = Text(f"Going back to {backup.shown}", ko=f"{backup.shown} 상태로 되돌리는 중")[language]
    with report.share_of(going_back) as tell:
        aside = restore(database_path(), backup, now=datetime.now(UTC), tell=tell)
    done = Text(
        f"✓ The database is that of {backup.shown} again.", ko=f"✓ 데이터베이스를 {backup.shown} 상태로 되돌렸습니다."
    )
    if aside is None:
        return done
    return Text(
        f"{done['en']} The replaced file is kept as {aside}; `quizprep doctor --merge {aside}` takes its answers in.",
        ko=f"{done['ko']} 바꾸기 전 파일은 {aside} 이름으로 남겨 두었습니다. 그 답을 다시 합치려면 "
        f"`quizprep doctor --merge {aside}`를 쓰세요.",
    )


def _costs(backup: Backup, language: str) -> Text:
    """What going back to a backup brings and loses."""
    from quizprep.memory.backups import contents
    from quizprep.memory.repair import difference

    with report.share_of(_reading(backup)[language]) as tell:
        events = contents(backup, part(tell, 0.0, 0.3)).events
        costs = difference(database_path(), backup.path, part(tell, 0.3, 1.0))
    english = f"The backup of {backup.shown} has {counted(events, 'event')}: {costs.brings} that the database lacks."
    korean = f"{backup.shown} 백업에는 기록이 {events}개 있고, 그중 {costs.brings}개는 지금 없는 것입니다."
    if costs.last_lost is None:
        return Text(f"{english} Nothing is lost.", ko=f"{korean} 잃는 것은 없습니다.")
    last = costs.last_lost.astimezone().strftime("%Y-%m-%d %H:%M")
    return Text(
        f"{english} It lacks {counted(costs.loses, 'event')} that the database has, the last of {last}; they stay in "
        "the file that is set aside.",
        ko=f"{korean} 지금 있는 기록 {costs.loses}개는 백업에 없습니다(마지막 {last}). 그 기록은 따로 둔 파일에 "
        "남습니다.",
    )


def _merge(other: Path, language: str) -> Text:
    """Take in another database; says what was new."""
    from quizprep.memory.repair import merge
    from quizprep.memory.store import Store

    taking_in = Text(f"Taking in {other.name}", ko=f"{other.name} 합치는 중")[language]
    with Store.open(store_place()) as store, report.share_of(taking_in) as tell:
        added = merge(store, other, tell)
        events = store.event_count()
    return Text(
        f"✓ {counted(added, 'new event')} of {other}; {events} in all.",
        ko=f"✓ {other}에서 새 기록 {added}개, 모두 {events}개입니다.",
    )


def _check_data() -> dict[str, Any]:
    folder = data_directory()
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not existing.is_dir():
        raise QuizprepError(
            Text(
                f"{existing} is a file; set QUIZPREP_HOME to a folder of yours.",
                ko=f"{existing}: 폴더가 아니라 파일입니다. QUIZPREP_HOME에 폴더를 지정하세요.",
            )
        )
    if not os.access(existing, os.W_OK | os.X_OK):
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
