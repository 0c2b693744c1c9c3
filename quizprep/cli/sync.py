"""``quizprep sync``: the review logs of one learner's devices, united."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from quizprep.cli.common import Json, Language, installed_packs, language_of, store_place
from quizprep.errors import LearnerError
from quizprep.folders import data_directory, options_file
from quizprep.screen import report
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from quizprep.sync.belongings import Travelled
    from quizprep.sync.folder import DeviceState, Exchanged
    from quizprep.sync.sealing import Seal

PANEL = "Look after it"
Result = TypeVar("Result")
LONGEST = 86400.0  # seconds between two looks
PASSPHRASE = "QUIZPREP_PASSPHRASE"


def sync(
    target: Annotated[
        str, typer.Argument(metavar="FOLDER|GIT-REMOTE", help="A folder that your devices share, or a git repository.")
    ],
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Seal what is written; asks for the passphrase.")
    ] = False,
    name: Annotated[str | None, typer.Option("--name", help="What to call this device; its host name else.")] = None,
    status: Annotated[bool, typer.Option("--status", help="Only say what each device has not seen.")] = False,
    with_options: Annotated[
        bool, typer.Option("--settings", help="With the options too, on devices that sync with --settings.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, every --every seconds, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option("--every", min=1, help="Seconds between looks of --watch.")] = 30,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Exchange the review log with your other devices, over a folder or a git repository that they share.

    Each device adds to a file of its own and takes in those of the others: nothing can be in conflict, nothing is lost
    where two of them were used at once, and syncing again changes nothing. Lines that another program has not brought
    whole yet are taken next time. With a passphrase (or QUIZPREP_PASSPHRASE) all that is written is sealed.

    Packs that were added and your copies of questions travel along, with --settings the options too. Where two devices
    changed the same one since they last met, one counts, the other is kept in the data folder, and you are told.

    Examples:

      quizprep sync ~/Dropbox/quizprep

      quizprep sync git@example.org:me/reviews.git --passphrase

      quizprep sync ~/Dropbox/quizprep --status
    """
    from quizprep.sync.folder import states
    from quizprep.sync.sealing import Seal

    language = language_of(lang)
    asked = os.environ.get(PASSPHRASE)
    if passphrase and asked is None:
        asked = _asked_passphrase(language)
    seal = Seal(asked)
    if status:
        found = _in_place(target, lambda folder: states(folder, seal))
        _show_states(found, language, json)
        return
    while True:
        _show(*_exchange(target, seal, name, options_file() if with_options else None, language), language, json)
        if not watch:
            return
        time.sleep(min(LONGEST, every))  # in this order it is LONGEST for nan too


def _asked_passphrase(language: str) -> str:
    """The passphrase as it is typed. Raises LearnerError where nothing is."""
    try:
        typed: str = typer.prompt("Passphrase" if language == "en" else "암호", hide_input=True)
    except typer.Abort as ended:  # typer's word for the end of the input and for Ctrl-C
        if isinstance(ended.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise LearnerError(
            Text(
                f"No passphrase was given; type it at a terminal, or set {PASSPHRASE}.",
                ko=f"암호가 없습니다. 터미널에서 적거나 {PASSPHRASE} 환경 변수에 두세요.",
            )
        ) from None
    return typed


def _exchange(
    target: str, seal: Seal, name: str | None, options: Path | None, language: str
) -> tuple[Exchanged, Travelled]:
    from quizprep.memory.store import Store
    from quizprep.sync.belongings import Belongings, exchange_things
    from quizprep.sync.folder import device_of, exchange

    data = data_directory()
    device, called = device_of(data, name or platform.node() or "device")
    belongings = Belongings(data, options, installed_packs)
    said = Text("Exchanging answers", ko="기록을 주고받는 중")[language]
    with Store.open(store_place()) as store, report.share_of(said) as tell:
        return _in_place(
            target,
            lambda folder: (
                exchange(store, folder, device, called, seal, tell),
                exchange_things(belongings, data, folder, device, called, seal),
            ),
        )


def _in_place(target: str, work: Callable[[Path], Result]) -> Result:
    from quizprep.errors import LearnerError
    from quizprep.sync.repository import in_repository, is_remote

    if not target.strip():  # of a variable that is not set, say; it would be the folder where one stands
        raise LearnerError(Text("Name a folder or a git repository.", ko="폴더나 git 저장소를 적으세요."))
    return in_repository(target, data_directory(), work) if is_remote(target) else work(Path(target).expanduser())


def _show(done: Exchanged, things: Travelled, language: str, json: bool) -> None:
    from quizprep.sync.belongings import in_words

    if json:
        notes = [note[language] for note in things.notes]
        report.json({**asdict(done), "things": {"sent": things.sent, "received": things.taken, "notes": notes}})
        return
    said = Text(
        f"{counted(done.sent, 'event')} sent, {done.received} received",
        ko=f"보낸 기록 {done.sent}개, 받은 기록 {done.received}개",
    )
    report.line(said[language])
    for names, arrow in ((things.sent, "→"), (things.taken, "←")):
        for thing in names:
            report.line(f"{arrow} {in_words(thing)[language]}")
    for note in things.notes:
        report.say(note[language])
    if done.unfinished:
        said = Text(
            f"{counted(done.unfinished, 'line')} not whole yet, to be taken at a later sync.",
            ko=f"{done.unfinished}줄은 아직 온전하지 않아 다음 동기화 때 받습니다.",
        )
        report.say(said[language])
    if done.ahead:
        said = Text(
            f"{done.ahead} of the events are ahead of the clock; is the clock of the other device right?",
            ko=f"기록 {done.ahead}개가 지금보다 뒤의 시각입니다. 다른 기기의 시계가 맞는지 확인하세요.",
        )
        report.say(said[language])


def _show_states(found: list[DeviceState], language: str, json: bool) -> None:
    if json:
        report.json({"devices": [asdict(each) for each in found]})
        return
    if not found:
        report.line(Text("No device has been here yet.", ko="아직 동기화한 기기가 없습니다.")[language])
        return
    columns = ["device", "events", "not seen"] if language == "en" else ["기기", "기록", "아직 못 본 기록"]
    report.table(columns, [(each.name, str(each.events), str(each.unseen)) for each in found], right=[1, 2])
