"""``quizprep class``: many learners on one PostgreSQL, and what a teacher sees of those who share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import (
    STORE,
    At,
    Content,
    Json,
    Language,
    Packs,
    Pager,
    clock_at,
    database_path,
    language_of,
    open_deck,
    settings,
    store_place,
)
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from quizprep.deck import Deck
    from quizprep.memory.queries import Server

PANEL = "Look after it"
HELP = "A class on PostgreSQL: make it, let people in, share, and see what the class knows."


def set_up_class(lang: Language = None) -> None:
    """Make the class's tables in the database that QUIZPREP_STORE names, or bring them up to date.

    QUIZPREP_STORE is then the URL of somebody who may make roles there: postgresql://postgres:password@server/course.

    Examples:

      quizprep class setup
    """
    from quizprep.classroom.roles import set_up

    language = language_of(lang)
    before, now = set_up(_server().url)
    if before == now:
        said = Text("The class is there already, and up to date.", ko="수업이 이미 있고, 최신입니다.")
    elif before:
        said = Text(f"The class's tables: version {before} → {now}.", ko=f"수업의 표: 버전 {before} → {now}.")
    else:
        said = Text(
            "The class is made. Let people in: quizprep class add --teacher NAME; quizprep class add NAME ...",
            ko="수업을 만들었습니다. 사람 넣기: quizprep class add --teacher 이름, quizprep class add 이름 ...",
        )
    report.line(said[language])


def add_people(
    names: Annotated[list[str], typer.Argument(help="Who: the names of their roles on the server.")],
    teacher: Annotated[bool, typer.Option("--teacher", help="As teachers, who read what is shared with them.")] = False,
    new_password: Annotated[
        bool, typer.Option("--new-password", help="Another password for people who are in the class already.")
    ] = False,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Let people into the class; prints for each the URL that is to be that person's QUIZPREP_STORE.

    A URL holds a password that is shown once: hand it on in private. A learner sees nothing of another; a teacher sees
    what a learner shares.

    Examples:

      quizprep class add --teacher kim

      quizprep class add ada grace
    """
    from quizprep.classroom.roles import add

    language_of(lang)
    server = _server()
    made = {}
    for name in dict.fromkeys(names):
        made[name] = add(server.url, name, teacher=teacher, new_password=new_password)
        if not json:
            report.line(f"{name}  {made[name]}")
    if json:
        report.json({"added": made})


def list_people(lang: Language = None, json: Json = False) -> None:
    """List who is in the class.

    Examples:

      quizprep class list
    """
    from quizprep.classroom.roles import people

    language = language_of(lang)
    learners, teachers = people(_server().url)
    if json:
        report.json({"learners": learners, "teachers": teachers})
        return
    words = {True: Text("teacher", ko="선생님"), False: Text("learner", ko="학생")}
    columns = ["name", "part"] if language == "en" else ["이름", "역할"]
    rows = [(name, words[True][language]) for name in teachers] + [(name, words[False][language]) for name in learners]
    report.table(columns, rows)


def share_answers(
    teacher: Annotated[str, typer.Argument(help="With whom.")],
    stop: Annotated[bool, typer.Option("--stop", help="Share no longer.")] = False,
    lang: Language = None,
) -> None:
    """Let a teacher read your answers, all of them, until you stop; nobody else reads them.

    Examples:

      quizprep class share kim

      quizprep class share kim --stop
    """
    from quizprep.classroom.roles import share

    language = language_of(lang)
    changed = share(_server().url, teacher, shared=not stop)
    if stop:
        said = Text(f"{teacher} reads your answers no longer.", ko=f"이제 {teacher}에게 답이 보이지 않습니다.")
    else:
        said = Text(f"{teacher} can read all your answers.", ko=f"{teacher}에게 모든 답이 보입니다.")
    if not changed:
        said = Text(f"Nothing changed: {said['en']}", ko=f"바뀐 것이 없습니다. {said['ko']}")
    report.line(said[language])


def import_history(
    file: Annotated[
        Path | None, typer.Argument(help="A database of quizprep; your own of this machine by default.")
    ] = None,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Bring your own history into the class: every answer so far; those that are there already are passed by.

    Your own database stays as it is.

    Examples:

      quizprep class import
    """
    from contextlib import closing

    from quizprep.memory.database import is_new
    from quizprep.memory.log_file import export_log, import_log
    from quizprep.memory.store import Store

    language, own = language_of(lang), file or database_path()
    server = _server()
    if is_new(own):
        raise LearnerError(Text(f"There is no database at {own}.", ko=f"데이터베이스가 없습니다: {own}."))
    with (
        Store.open_to_read(own) as source,
        Store.open(server) as target,
        closing(export_log(source)) as events,
        report.progress(source.event_count()) as step,
    ):
        done = import_log(target, map(_counted(step), events))
    if json:
        report.json({"added": done.added, "known": done.known, "cards": done.cards})
        return
    said = Text(
        f"{counted(done.added, 'event')} brought into the class, {done.known} there before; "
        f"{counted(done.cards, 'card')}.",
        ko=f"기록 {done.added}개를 수업으로 가져왔고, {done.known}개는 이미 있었습니다. 카드 {done.cards}장.",
    )
    report.line(said[language])


def report_class(
    html: Annotated[Path | None, typer.Option("--html", help="Write one page that needs nothing beside it.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write the tables into this folder.")] = None,
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show what the learners who share with you know, get wrong and are stuck on.

    Ready is the mean chance of recalling the questions today, those never seen counting as 0. A mistake has the latest
    answers that made it, without names. Stuck is who forgot a card three times, or made the same mistake three times
    with no right answer since.

    Examples:

      quizprep class report

      quizprep class report --html report.html --csv tables
    """
    from dataclasses import asdict

    from quizprep.classroom.class_figures import figures
    from quizprep.classroom.report_page import SHOWN, TITLE, as_csv, as_html, tables
    from quizprep.files import write_in_one_step
    from quizprep.screen.pager import page

    language, deck, now = language_of(lang), open_deck(content, pack), clock_at(at)()
    page(pager and not (json or html or csv))
    found = figures(_server(), deck.index(), settings().options(), now)
    if json:
        report.json({**asdict(found), "today": found.today.isoformat()})
        return
    for name in found.unusable:
        said = Text(
            f"{name} is left out: the answers shared under this name are not what quizprep wrote.",
            ko=f"{name} 학생은 뺐습니다. 이 이름으로 공유된 답이 quizprep이 기록한 것과 다릅니다.",
        )
        report.say(said[language])
    parts = tables(found, lambda topic: deck.title(topic, language), _mistakes(deck, language))
    if html:
        write_in_one_step(html, as_html(found, parts, language).splitlines(keepends=True))
        report.line(str(html))
    for part in parts if csv else ():
        file = (csv or Path()) / f"{part.name}.csv"
        write_in_one_step(file, as_csv(part), make_folder=True)
        report.line(str(file))
    if html or csv:
        return
    if not (found.learners or found.unusable):
        nobody = Text(
            "Nobody shares with you yet; a learner does with: quizprep class share NAME",
            ko="아직 아무도 공유하지 않았습니다. 학생이 공유하는 법: quizprep class share 이름",
        )
        report.line(nobody[language])
        return
    report.heading(f"{TITLE[language]} · {found.today:%Y-%m-%d}")
    for part in parts:
        report.heading(part.heading[language])
        report.table([each[language] for each in part.columns], part.rows[:SHOWN], right=part.numbers)
        if len(part.rows) > SHOWN:
            more = Text(
                f"{len(part.rows) - SHOWN} more: --csv or --html", ko=f"{len(part.rows) - SHOWN}개 더: --csv, --html"
            )
            report.say(more[language])


def _counted(step: Callable[[str], None]) -> Callable[[Any], str]:
    """Makes an event a line of a log, and says that it was."""
    from quizprep.formatting import to_json

    def line(event: Any) -> str:
        step("")
        return to_json(event)

    return line


def _server() -> Server:
    """The class that QUIZPREP_STORE names. Raises LearnerError where it names none."""
    place = store_place()
    if isinstance(place, Path):
        raise LearnerError(
            Text(
                f"Set {STORE} to the class's URL, such as postgresql://ada:password@server/course; whoever looks after "
                "the class gave you yours.",
                ko=f"{STORE} 변수를 postgresql://ada:password@server/course 같은 수업 URL로 설정하세요. 수업을 "
                "관리하는 사람에게서 받습니다.",
            )
        )
    return place


def _mistakes(deck: Deck, language: str) -> Callable[[str, str], str]:
    """Gives the sentence of a mistake by its question and name; the name where the proof has it no longer."""
    from quizprep import proofs

    proof_of = {entry.id: (entry.proof, entry.chapter) for entry in deck.index()}

    def said(question: str, name: str) -> str:
        try:
            proof = proofs.get(*proof_of[question])
        except KeyError:
            return name
        return next((mistake.text[language] for mistake in proof.mistakes if mistake.name == name), name)

    return said


SUBCOMMANDS = {
    "setup": set_up_class,
    "add": add_people,
    "list": list_people,
    "share": share_answers,
    "import": import_history,
    "report": report_class,
}
