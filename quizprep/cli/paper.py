"""``quizprep paper``: papers for a class, on numbers that differ, each with its key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import (
    Content,
    Device,
    Json,
    Language,
    Packs,
    complete_topic,
    device_of,
    language_of,
    open_deck,
)
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck import Deck, Entry
    from quizprep.submissions.paper_seeds import PaperSeeds

PANEL = "Look after it"
MOST_VARIANTS = 50
LONGEST_NAME = 40
TITLE = Text("Paper", ko="시험지")
DRAWN, MOST_QUESTIONS = 20, 500  # where nothing is said; at most


def paper(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Chapters, topics or questions; the whole course by default.",
            metavar="[QUESTIONS]...",
            autocompletion=complete_topic,
        ),
    ] = None,
    variants: Annotated[str, typer.Option("--variants", help="A name for each paper, with commas between.")] = "A,B",
    questions: Annotated[
        int | None,
        typer.Option(
            "--questions",
            min=1,
            max=MOST_QUESTIONS,
            help="Draw that many over the chapters; all that are named otherwise.",
            show_default=False,
        ),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="What stands above each; Paper by default.")] = None,
    minutes: Annotated[float, typer.Option("--minutes", min=0, max=1000, help="The time; none by default.")] = 0.0,
    seed: Annotated[int, typer.Option("--seed", help="The same papers again.")] = 0,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder for what is written; here by default.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace other papers that are there already.")
    ] = False,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Write papers whose questions are the same and whose numbers differ, each with a key that the proofs computed.

    Options stand in another order on each paper. Every paper is an HTML page and a Markdown file, and so is its key;
    paper-seeds.json is for `quizprep grade --paper`, which marks what the class hands in.

    Examples:

      quizprep paper optimisers normalisation --variants A,B,C --questions 10 --title "Midterm"

      quizprep paper attention-one-query-output gd-one-step --variants 1,2,3,4 --output papers
    """
    from quizprep import engine
    from quizprep.exchange.papers import papers
    from quizprep.files import write_pages
    from quizprep.mock.result_page import as_html, as_markdown, paper_html, paper_markdown
    from quizprep.submissions.marking import digest_of
    from quizprep.submissions.paper_seeds import NAME, PaperSeeds

    named = _variants(variants)
    language, deck = language_of(lang), open_deck(content, pack)
    entries = _entries(deck, names, questions, seed)
    asked = deck.questions([entry.id for entry in entries])
    place = engine.place_for(asked, device_of(device))
    folder = output or Path()
    titles = [f"{title or TITLE[language]} {name}" for name in named]
    paths: list[Path] = []
    pages: dict[str, dict[str, str]] = {}
    drawn: dict[str, list[tuple[int, str]]] = {}
    with report.progress(len(asked)) as step:
        found = papers(asked, titles, seed, language, minutes=minutes, device=place, step=step)
        for name, result in zip(named, found, strict=True):
            drawn[name] = [(each.asked.seed, digest_of(each.worked.posed)) for each in result.marked]
            pages[f"paper-{name}"] = {".html": paper_html(result), ".md": paper_markdown(result)}
            pages[f"paper-{name}-key"] = {".html": as_html(result), ".md": as_markdown(result)}
    seeds = PaperSeeds(language, tuple(each.id for each in asked), drawn)
    if not overwrite:
        _refuse_to_replace(folder / NAME, seeds)
    for stem, texts in {**pages, Path(NAME).stem: {Path(NAME).suffix: seeds.text()}}.items():
        paths += write_pages(folder, stem, texts)
    if json:
        report.json({"seed": seed, "questions": [each.id for each in asked], "files": [str(path) for path in paths]})
        return
    for path in paths:
        report.line(str(path))
    fixed = [each.id for each in asked if not each.params and each.kind.versions == 1]
    if fixed:
        said = Text(
            f"{len(fixed)} of {len(asked)} questions have no numbers and are the same on every paper.",
            ko=f"문제 {len(asked)}개 중 {len(fixed)}개는 수가 없어 모든 시험지에서 같습니다.",
        )
        report.say(said[language])


def _refuse_to_replace(path: Path, seeds: PaperSeeds) -> None:
    """Raises LearnerError where papers with other numbers lie there: what the class hands in could not be marked."""
    try:
        there = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    if there != seeds.text():
        raise LearnerError(
            Text(
                f"{path} has the numbers of other papers; replace them with --overwrite, or name another --output.",
                ko=f"{path}에 다른 시험지의 수가 있습니다. --overwrite로 덮어쓰거나 --output을 바꾸세요.",
            )
        )


def _variants(option: str) -> list[str]:
    """The names of the papers: they become names of files."""
    names = [name.strip() for name in option.split(",")]
    fits = all(name and len(name) <= LONGEST_NAME and name.replace("-", "").isalnum() for name in names)
    if not fits or len({name.casefold() for name in names}) < len(names) or len(names) > MOST_VARIANTS:
        raise LearnerError(
            Text(
                f"--variants {option[:40]}: give up to {MOST_VARIANTS} different names of letters and digits: A,B,C",
                ko=f"--variants {option[:40]}: 글자와 숫자로 된 서로 다른 이름을 {MOST_VARIANTS}개까지 적으세요: A,B,C",
            )
        )
    return names


def _entries(deck: Deck, names: Sequence[str] | None, count: int | None, seed: int) -> list[Entry]:
    """Those that are named, or so many drawn from them as for a mock exam."""
    from quizprep.mock.draw_paper import draw_paper

    entries = deck.select(names or ())
    if count is None and names:
        if len(entries) > MOST_QUESTIONS:
            raise LearnerError(
                Text(
                    f"These are {len(entries)} questions, more than {MOST_QUESTIONS}; draw some with --questions.",
                    ko=f"문제가 {len(entries)}개로 {MOST_QUESTIONS}개를 넘습니다. --questions로 몇 개를 뽑으세요.",
                )
            )
        return entries
    core = {topic.id for chapter in deck.syllabus().chapters for topic in chapter.topics if topic.core}
    return draw_paper(entries, count or DRAWN, seed, core=core)
