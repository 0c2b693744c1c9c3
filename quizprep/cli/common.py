"""What several commands share: options, files that are read, and the places where they live. Cheap to import."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from quizprep.errors import LearnerError, QuizprepError, StoreError, reason_of
from quizprep.folders import cache_directory, data_directory, options_file
from quizprep.formatting import cell_width
from quizprep.provided import SEPARATOR
from quizprep.text import LANGUAGES, Text

if TYPE_CHECKING:
    from datetime import datetime

    from quizprep.deck import Deck, Place
    from quizprep.memory.practice import Practice
    from quizprep.memory.queries import Server
    from quizprep.memory.rescheduling import ReplayMark
    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.store import Store
    from quizprep.proofs import Proof
    from quizprep.settings import Settings


def complete_pack(incomplete: str) -> list[str]:
    """Shell completion of the names of packs."""
    return [pack.name for pack in open_deck().packs if pack.name.startswith(incomplete)]


STORE = "QUIZPREP_STORE"  # where the learner's memory is, where that is not a file of this machine


def one_of(*choices: str) -> Callable[[str], list[str]]:
    """Shell completion of a few words."""
    return lambda incomplete: [choice for choice in choices if choice.startswith(incomplete)]


DATES_ANEW = Text("Computing every card's date anew", ko="모든 카드의 날짜를 다시 계산하는 중")
COMPUTING = Text("Computing", ko="계산하는 중")
PLANNING = Text("Planning the days until the exam", ko="시험까지의 날들을 계획하는 중")
LOADING = Text("Loading torch", ko="torch를 불러오는 중")
WIDTH = 79  # cells of a line that every terminal shows whole

Language = Annotated[
    str | None,
    typer.Option("--lang", help="en or ko; the locale's language by default.", autocompletion=one_of(*LANGUAGES)),
]
Device = Annotated[
    str | None,
    typer.Option(
        "--device",
        help="Where to compute: auto (the default), cpu, cuda, cuda:N or mps.",
        autocompletion=one_of("auto", "cpu", "cuda", "mps"),
    ),
]
At = Annotated[str | None, typer.Option("--at", help="Do as if it were then: 2026-12-01T09:00, or a day alone (noon).")]
Content = Annotated[
    list[Path] | None, typer.Option("--content", help="Your own YAML file or folder instead of the shipped questions.")
]
Pager = Annotated[bool, typer.Option("--pager/--no-pager", help="At a terminal, page what is longer than the screen.")]
Packs = Annotated[
    list[str] | None,
    typer.Option("--pack", help="Only the questions of this pack; repeatable.", autocompletion=complete_pack),
]
ProofPacks = Annotated[
    list[str] | None,
    typer.Option("--pack", help="Only the proofs of this pack; repeatable.", autocompletion=complete_pack),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def language_of(option: str | None) -> str:
    """``--lang``, or the setting ``lang``, or the locale's language: Korean where it says so, else English."""
    if option is None and (option := settings().get("lang")) is None:
        return _language_of_locale()
    if option not in LANGUAGES:
        raise LearnerError(
            Text(
                f"--lang {option[:20]}: the languages are en and ko.",
                ko=f"--lang {option[:20]}: 쓸 수 있는 언어는 en과 ko입니다.",
            )
        )
    return option


def defect_said(line: str, language: str) -> str:
    """What is wrong with a file, in English as the checks say it, in the reader's language."""
    if language != "ko":
        return line
    from quizprep.cli import korean

    return korean.defect(line)


def language_of_error(option: str | None) -> str:
    """As :func:`language_of`; the locale's language where that is itself what went wrong."""
    try:
        return language_of(option)
    except QuizprepError:
        return _language_of_locale()


def _language_of_locale() -> str:
    return "ko" if locale_name().lower().startswith("ko") else "en"


def clock_at(at: str | None) -> Callable[[], datetime]:
    """A clock that shows the time of ``--at`` now and goes on from there; the real one without it."""
    from datetime import UTC, datetime, timedelta

    started = instant_of(at)
    ahead = timedelta() if started is None else started - datetime.now(UTC)
    return lambda: datetime.now(UTC) + ahead


def locale_name() -> str:
    """The locale that the environment asks for, or nothing."""
    return next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")


def load_torch(language: str) -> None:
    """Import torch, which takes seconds, and say so."""
    from quizprep import engine
    from quizprep.screen import report

    with report.doing(LOADING[language]):
        engine.ready()


def read_text(file: str, advice: Text, most: int | None = None) -> str:
    """The UTF-8 text of a file, or of stdin for ``-``. Raises LearnerError, with advice where it is no such text."""
    try:
        return read_bytes(file, most).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LearnerError(
            Text(
                f"{file} is no UTF-8 text; {advice['en']}", ko=f"{file} 파일은 UTF-8 텍스트가 아닙니다. {advice['ko']}"
            )
        ) from error


def read_bytes(file: str, most: int | None = None) -> bytes:
    """The bytes of a file, or of stdin for ``-``. Raises LearnerError if unreadable or longer than ``most``."""
    with reading(file) as stream:
        found = stream.read(-1 if most is None else most + 1)
    if most is not None and len(found) > most:
        raise LearnerError(
            Text(
                f"{file} is longer than {most:,} bytes; split it.",
                ko=f"{file} 파일이 {most:,}바이트보다 깁니다. 나누세요.",
            )
        )
    return found


@contextmanager
def reading(file: str) -> Iterator[BinaryIO]:
    """A file opened to be read, or stdin for ``-``. Raises LearnerError where it cannot be read."""
    try:
        with nullcontext(sys.stdin.buffer) if file == "-" else open(file, "rb") as stream:
            yield stream
    except OSError as error:
        raise LearnerError(
            Text(
                f"{file} cannot be read: {error.strerror}.",
                ko=f"{file} 파일을 읽을 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from error


def settings() -> Settings:
    """The learner's options, from the environment and the file."""
    from quizprep.settings import Settings

    return Settings(options_file())


def device_of(option: str | None, otherwise: str = "auto") -> str:
    """``--device``, or the setting ``device``, or ``otherwise``: still a name such as ``auto``."""
    if option is not None:
        return option
    found = settings().find("device")
    return otherwise if found.origin == "default" else found.value


def database_path() -> Path:
    """The learner's memory."""
    return data_directory() / "quizprep.db"


def store_place() -> Path | Server:
    """Where the learner's memory is: ``QUIZPREP_STORE``, the URL of a class's database, or the file.

    Raises LearnerError for what is no such URL.
    """
    url = os.environ.get(STORE, "").strip()
    if not url:
        return database_path()
    from zlib import crc32

    from quizprep.memory.queries import Server

    if not url.startswith(("postgresql://", "postgres://")):
        raise LearnerError(
            Text(
                f"{STORE} is no URL of a class's database; it looks like postgresql://ada:password@server/course. "
                "Without it your own database is used.",
                ko=f"{STORE} 값은 postgresql://ada:password@server/course 같은 수업 데이터베이스 URL이어야 합니다. "
                "설정하지 않으면 자기 데이터베이스를 씁니다.",
            )
        )
    return Server(url, data_directory() / f"class-{crc32(url.encode()):08x}.db")


def open_practice(
    where: str, now: Callable[[], datetime], deck: Deck | None = None, *, schedule: bool = False
) -> Practice:
    """What keeps the answers of a session that moves no schedule; the database is opened at the first of them.

    Histories are carried over to the names that questions have in the ``deck``, where one is given.
    """
    from quizprep.memory.practice import Practice

    return Practice(
        store_place(),
        lambda: scheduler_of_settings(settings()),
        where,
        now,
        schedule=schedule,
        renames=lambda: deck.former_ids().items() if deck else (),
    )


def scheduler_of_settings(chosen: Settings) -> Scheduler:
    """As :func:`scheduler_of`, where no deck is at hand: one is opened where chapters have options of their own."""
    from quizprep.memory.schedule import Scheduler

    return scheduler_of(open_deck(), chosen) if chosen.topic_options() else Scheduler(chosen.options())


def scheduler_of(deck: Deck, chosen: Settings | None = None) -> Scheduler:
    """The scheduler of the settings, with the options that chapters and topics of the deck have of their own.

    A name in the settings that the deck does not have, as it is or without its pack, concerns none of its questions.
    """
    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.topic_options import TopicOptions

    if chosen is None and (mark := replay_mark()).stands:
        _end_replay(mark, scheduler_of(deck, settings()))
    chosen = chosen or settings()
    rows: dict[str, dict[str, Any]] = {}
    for name, row in chosen.topic_options().items():
        full, near = topic_meant(deck, name)
        if full is not None:
            rows.setdefault(full, {}).update(row)
        elif near:  # misspelt, rather than of a pack that is not there
            from quizprep.screen import report

            wrong = no_such_topic(name, near)[language_of_error(None)]
            report.say(f"{chosen.path}: {wrong}")
    return Scheduler(chosen.options(), topics=TopicOptions.of(rows, deck.index()))


def replay_mark() -> ReplayMark:
    """What stands while other options and the dates that follow from them are written."""
    from quizprep.memory.rescheduling import ReplayMark

    return ReplayMark(data_directory() / "replay-begun", options_file())


def _end_replay(mark: ReplayMark, scheduler: Scheduler) -> None:
    """End what a kill cut short; where nothing can be written now, the next command does."""
    from datetime import UTC, datetime

    from quizprep.memory.store import Store
    from quizprep.screen import report

    said = DATES_ANEW[language_of_error(None)]
    with suppress(StoreError), Store.open(store_place()) as store, report.share_of(said) as tell:
        mark.resume(store, scheduler, datetime.now(UTC), tell)


def topic_meant(deck: Deck, name: str) -> tuple[str | None, str]:
    """The chapter or topic of a name, with its pack where the deck has it so; or None and the nearest, "" for none."""
    names = {each for entry in deck.index() for each in (entry.chapter, *entry.covers)}
    with suppress(LearnerError):
        found = deck.full_names([name])
        if len(found) == 1 and found[0] in names:
            return found[0], ""
    from difflib import get_close_matches  # only where a name was misspelt

    return None, next(iter(get_close_matches(name[:100], sorted(names), n=1, cutoff=0.6)), "")


def no_such_topic(name: str, near: str) -> Text:
    """What is to be said of a name that is no chapter or topic."""
    if near:
        advice = Text(f"did you mean `{near}`?", ko=f"혹시 `{near}`인가요?")
    else:
        advice = Text("`quizprep topics` lists them.", ko="`quizprep topics`로 목록을 볼 수 있습니다.")
    return Text(
        f"There is no chapter or topic `{name[:80]}` with questions; {advice['en']}",
        ko=f"문제가 있는 장이나 주제 가운데 `{name[:80]}` 이름은 없습니다. {advice['ko']}",
    )


def instant_of(at: str | None, option: str = "--at") -> datetime | None:
    """An option's time as an instant: in the local zone where it names none.

    A day alone is that study day: its noon, or its beginning where it begins later than that.
    """
    if at is None:
        return None
    from datetime import UTC, datetime

    text = at.strip()
    try:
        if len(text) <= len("2026-12-01"):
            text = f"{text}T{max(12, settings().options().day_turns_over_at)}:00"
        instant = datetime.fromisoformat(text)
        if not 1970 <= instant.astimezone(UTC).year < 3000:  # beyond, cards could not be scheduled, or not exported
            raise ValueError
        return instant.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise LearnerError(
            Text(
                f"{option} {at[:40]}: give a time such as 2026-12-01T09:00, or a day.",
                ko=f"{option} {at[:40]}: 2026-12-01T09:00 같은 시각이나 날짜를 적으세요.",
            )
        ) from None


@contextmanager
def history(deck: Deck) -> Iterator[Store | None]:
    """The learner's memory as :func:`memory_of` has it; None where there is none yet."""
    from quizprep.memory.database import is_new

    if is_new(store_place()):
        yield None
        return
    with memory_of(deck) as store:
        yield store


@contextmanager
def memory_of(deck: Deck) -> Iterator[Store]:
    """The learner's memory, opened to be read, with the histories under the names that questions have in the deck.

    Those of questions and packs that were renamed are carried over first, where anything can be written.
    """
    from datetime import UTC, datetime

    from quizprep.memory.store import Store

    former = deck.former_ids()
    with Store.open_to_read(store_place()) as store:
        if not former or not store.to_carry(former.items()):
            yield store
            return
    with suppress(StoreError), Store.open(store_place()) as store:
        store.rename(former.items(), now=datetime.now(UTC))
    with Store.open_to_read(store_place()) as store:
        yield store


def cache_path() -> Path:
    """The compiled content; may be deleted at any time."""
    return cache_directory() / "deck.db"


def overlay_folder() -> Path:
    """The learner's own copies of questions."""
    from quizprep.deck.overlays import FOLDER

    return data_directory() / FOLDER


def nothing_asked(exam: str) -> LearnerError:
    """The error for an exam of which the content has no question: its pack was removed, say."""
    return LearnerError(
        Text(
            f"There is no question of what the exam `{exam}` asks; add its pack again, or change it: quizprep exam set",
            ko=f"`{exam}` 시험에 나올 문제가 없습니다. 팩을 다시 추가하거나, 바꾸세요: quizprep exam set",
        )
    )


def say_what_is_asked(deck: Deck, names: Sequence[str]) -> None:
    """Tell of a name that is a question's as well as that of a chapter or a topic, all of which is asked."""
    if not names:
        return
    index = deck.index()
    covering = {name for entry in index for name in (entry.chapter, *entry.covers)}
    for full in deck.full_names(names):
        if full in covering and any(entry.id == full for entry in index):
            from quizprep.screen import report

            said = Text(
                f"`{full}` is a question, and a topic too: all of the topic is asked. `quizprep show {full}` is the "
                "question alone.",
                ko=f"`{full}` 이름이 문제에도 주제에도 있어서 주제 전체를 묻습니다. 그 문제만 보려면 "
                f"`quizprep show {full}`을 쓰세요.",
            )
            report.say(said[language_of_error(None)])


def installed_packs() -> list[Place]:
    """Where packs lie: in the data folder, and in installed Python packages."""
    from quizprep.packs.places import installed

    return installed(data_directory(), cache_path().parent)


def open_deck(paths: Sequence[Path] | None = None, packs: Sequence[str] | None = None) -> Deck:
    """The deck in these files and folders, or in those of the setting ``content``, or the shipped one with every pack.

    ``packs`` are the names of those that alone are asked for. What an installed pack is left out for is said.
    """
    from quizprep.deck import Deck

    if not paths:
        own = None if packs else settings().get("content")
        paths = [Path(own)] if own else None
    deck = Deck.open(
        paths,
        packs=installed_packs(),
        only=packs or None,
        cache_path=cache_path(),
        overlay_folder=overlay_folder(),
    )
    for name, lines in deck.unusable.items():
        from quizprep.screen import report

        language = language_of_error(None)
        said = Text(
            f"The pack {name} is left out; `quizprep pack list` says why. {lines[0]}",
            ko=f"{name} 팩은 빠졌습니다. 까닭은 `quizprep pack list`로 볼 수 있습니다. {defect_said(lines[0], 'ko')}",
        )
        report.say(said[language])
    if deck.spoiled:
        from quizprep.screen import report

        said = Text(
            "A copy of your own is not asked, but the pack's question; mend it with `quizprep edit`:",
            ko="직접 고친 문제를 쓸 수 없어 팩의 문제를 냅니다. `quizprep edit`로 고치세요:",
        )
        language = language_of_error(None)
        report.say("\n".join([said[language], *(defect_said(line, language) for line in deck.spoiled)]))
    return deck


def find_proof(name: str, command: str = "prove", rest: str = "", packs: Sequence[str] | None = None) -> Proof:
    """The proof of that name, whatever its letter case and hyphens; that of a pack also without the pack's name.

    ``packs`` are the names of those whose proofs alone are meant; LearnerError for one that is not there.

    Raises LearnerError with the nearest ones, each in a command to copy: ``quizprep COMMAND PROOF REST``.
    """
    from quizprep import proofs
    from quizprep.deck.pack_file import SHIPPED

    name = name.removeprefix(f"{SHIPPED.name}{SEPARATOR}")
    spellings = (name, "-".join(name.casefold().replace("_", " ").replace("-", " ").split()))
    if SEPARATOR not in name and not packs:
        for spelling in spellings:
            with suppress(KeyError):
                return proofs.get(spelling)
    known = {proof.id: proof for proof in known_proofs(packs)}
    for spelling in spellings:
        alike = [id for id in known if spelling in (id, id.rpartition(SEPARATOR)[2])]
        if spelling in known or len(alike) == 1:
            return known[spelling if spelling in known else alike[0]]
    from quizprep.nearest import ranked

    titles = {
        proof.id: (proof.title["en"], proof.title["ko"])
        for proof in known.values()
        if command != "check" or not proof.takes_random  # no formula can be held against one about chance
    }
    near = ranked(name, titles)
    commands = {each: f"quizprep {command} {each}{rest}" for each in near}
    width = max(map(len, commands.values()), default=0)
    said = {}
    for language in LANGUAGES:
        lines = [f"  {command:<{width}}  {known[each].title[language]}" for each, command in commands.items()]
        if max(map(cell_width, lines), default=0) > WIDTH:  # a command that is broken cannot be copied
            lines = [f"  {command}" for command in commands.values()]
        said[language] = "\n".join(["", *lines]) if lines else ""
    shown = name[:80]
    if near:
        raise LearnerError(
            Text(
                f"There is no proof `{shown}`. Did you mean:{said['en']}",
                ko=f"`{shown}` 증명은 없습니다. 혹시 이 가운데 있나요?{said['ko']}",
            )
        )
    raise LearnerError(
        Text(
            f"There is no proof `{shown}`; `quizprep prove --list` lists them.",
            ko=f"`{shown}` 증명은 없습니다. `quizprep prove --list`로 목록을 볼 수 있습니다.",
        )
    )


def provide_proofs() -> None:
    """Let the proofs of packs be found as the shipped ones are, without opening a deck."""
    from quizprep.deck import Deck

    Deck.open([], packs=installed_packs(), cache_path=cache_path())


def known_proofs(packs: Sequence[str] | None = None) -> list[Proof]:
    """Every proof there is, those of packs among them, or those of some packs.

    Raises LearnerError for a name that no pack has.
    """
    from quizprep import proofs

    if packs:
        named = open_deck(packs=packs).packs
        return [proof for pack in named for _, proof in sorted(proofs.of_pack(pack.namespace).items())]
    provide_proofs()
    return list(proofs.discover().values())


def complete_proof(incomplete: str) -> list[str]:
    """Shell completion of proof names."""
    from quizprep import proofs

    provide_proofs()
    return [name for name in proofs.discover() if name.startswith(incomplete)]


def complete_topic(incomplete: str) -> list[str]:
    """Shell completion of chapters and topics that have questions."""
    entries = open_deck().index()
    names = dict.fromkeys(name for entry in entries for name in (entry.chapter, *entry.covers))
    return [name for name in names if name.startswith(incomplete)]


def complete_question(incomplete: str) -> list[str]:
    """Shell completion of question ids."""
    return [entry.id for entry in open_deck().index() if entry.id.startswith(incomplete)]


def complete_symbol(context: typer.Context, incomplete: str) -> list[str]:
    """Shell completion of the symbols of the proof that the line names."""
    return [name for name in _symbols(context) if name.startswith(incomplete)]


def complete_value(context: typer.Context, incomplete: str) -> list[str]:
    """Shell completion of ``SYMBOL=``, for the symbols that have no value on the line yet."""
    given = {written.partition("=")[0] for written in context.params.get("values") or ()}
    return [f"{name}=" for name in _symbols(context) if name not in given and name.startswith(incomplete)]


def complete_meaning(context: typer.Context, incomplete: str) -> list[str]:
    """Shell completion of what a name may stand for: ``o=`` and then a symbol or a step of the proof."""
    name, equals, part = incomplete.rpartition("=")
    return [f"{name}={symbol}" for symbol in _symbols(context) if symbol.startswith(part)] if equals else []


def _symbols(context: typer.Context) -> list[str]:
    named = context.params.get("proof") or next(iter(context.args), None)  # the latter before an option's own value
    with suppress(LearnerError):
        return list(find_proof(named).symbols) if named else []
    return []
