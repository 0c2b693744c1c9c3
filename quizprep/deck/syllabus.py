"""The syllabus: every chapter and topic that the exam can ask about, from a pack's ``syllabus.yaml``.

A pack need not have that file: its chapters are then its files, and its topics what the questions cover.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from quizprep.deck.pack_file import NAME, SHIPPED, Pack, bare, in_words, title_of
from quizprep.frozen import frozen
from quizprep.text import Text, is_language

if TYPE_CHECKING:
    from quizprep.strict_yaml import Defect, YamlMapping

FIELDS = ("id", "title", "kind", "core", "where", "needs", "beyond")  # of a topic
TOPIC_KINDS = ("definition", "formula", "behaviour", "number", "history")


@frozen
class Topic:
    """One thing the exam can ask about. ``where`` names the places in the course notes.

    ``needs`` are the ids of the topics to know before it. One that is ``beyond`` the notes stands nowhere in them.
    """

    id: str
    chapter: str
    title: Text
    kind: str
    core: bool
    where: tuple[str, ...]
    needs: tuple[str, ...] = ()
    beyond: bool = False


@frozen
class Chapter:
    """A chapter and its topics, in the order of the course."""

    id: str
    title: Text
    topics: tuple[Topic, ...]


@frozen
class Syllabus:
    """All chapters, in the order of the course."""

    chapters: tuple[Chapter, ...]

    def topics(self) -> Iterator[Topic]:
        """Every topic of every chapter."""
        for chapter in self.chapters:
            yield from chapter.topics

    def names(self) -> tuple[set[str], set[str]]:
        """The ids of all chapters, and of all topics."""
        return {chapter.id for chapter in self.chapters}, {topic.id for topic in self.topics()}


def check(content: bytes, pack: Pack = SHIPPED) -> tuple[Any, list[Defect]]:
    """The mapping in a syllabus file, and everything wrong with it.

    The shipped one says more of a topic: its kind, and where the notes of the course hold it.
    """
    from quizprep.kinds.fields import shorten
    from quizprep.nearest import did_you_mean
    from quizprep.strict_yaml import Defect, YamlList, read

    root, defects = read(content)
    if defects:
        return root, defects
    seen: set[str] = set()
    topics: dict[str, YamlMapping] = {}
    for chapter in _entries(root, "chapters", 1, seen, defects, pack):
        for topic in _entries(chapter, "topics", chapter.line, seen, defects, pack):
            if topic.get("kind", None if pack.shipped else TOPIC_KINDS[0]) not in TOPIC_KINDS:
                kinds = ", ".join(TOPIC_KINDS)
                defects.append(Defect(topic.line, f"`kind` of {topic['id']} is none; write one of {kinds}"))
            if not isinstance(topic.get("beyond", False), bool):
                defects.append(Defect(topic.line, f"`beyond` of {topic['id']} is neither true nor false; write one"))
            elif not isinstance(topic.get("where"), YamlList) and not topic.get("beyond") and pack.shipped:
                problem = f"`where` of {topic['id']} is missing"
                advice = "list the places in the notes, or write `beyond: true` where they do not hold it"
                defects.append(Defect(topic.line, f"{problem}; {advice}"))
            for name in topic:
                if name not in FIELDS:
                    advice = did_you_mean(name, FIELDS) or f"only {', '.join(FIELDS)} belong here"
                    line = topic.lines.get(name, topic.line)
                    defects.append(Defect(line, f"unknown field `{shorten(name)}` of {topic['id']}; {advice}"))
            topics[topic["id"]] = topic
    return root, defects + _defects_of_needs(topics)


def _defects_of_needs(topics: Mapping[str, YamlMapping]) -> list[Defect]:
    """What is wrong with the topics that topics need."""
    from graphlib import CycleError, TopologicalSorter

    from quizprep.kinds.fields import shorten
    from quizprep.nearest import did_you_mean
    from quizprep.strict_yaml import Defect, YamlList

    defects = []
    graph: dict[str, list[str]] = {}
    for id, topic in topics.items():
        written, line = topic.get("needs", []), topic.lines.get("needs", topic.line)
        if "needs" in topic and not (isinstance(written, YamlList) and written):
            defects.append(Defect(line, f"`needs` of {id} is no list; list the topics to know before it"))
            continue
        graph[id] = [name for name in written if isinstance(name, str) and name in topics]
        for name in written:
            if name not in graph[id]:
                advice = did_you_mean(name, topics) or "write the id of a topic"
                defects.append(Defect(line, f"`needs` of {id} names `{shorten(name)}`, which is no topic; {advice}"))
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        line = topics[circle[0]].lines["needs"]
        defects.append(Defect(line, f"these topics need one another: {' → '.join(circle)}; remove one of `needs`"))
    return defects


def _entries(
    parent: Any, name: str, line: int, seen: set[str], defects: list[Defect], pack: Pack
) -> Iterator[YamlMapping]:
    """The mappings of a list whose id and title are in order; a defect for every other."""
    from quizprep.strict_yaml import Defect, YamlList, YamlMapping

    written = parent.get(name) if isinstance(parent, YamlMapping) else None
    if not isinstance(written, YamlList) or not written:
        defects.append(Defect(line, f"`{name}` is missing or empty; list the {name} below it"))
        return
    for entry, here in zip(written, written.lines, strict=True):
        fields = entry if isinstance(entry, YamlMapping) else {}
        id, title = fields.get("id"), fields.get("title")
        if not isinstance(id, str) or id in seen or not NAME.fullmatch(id):
            defects.append(Defect(here, "`id` is missing or taken; give it one in-words-like-this"))
        elif not _is_title(title, pack):
            languages = ", ".join(f"{language}: ..." for language in pack.languages)
            defects.append(Defect(here, f"`title` of {id} is incomplete; write {{{languages}}}"))
        else:
            seen.add(id)
            yield entry


def _is_title(written: Any, pack: Pack) -> bool:
    """The shipped one is in every language; another may be a plain text, or left out."""
    if not isinstance(written, dict):
        return not pack.shipped and (written is None or isinstance(written, str))
    known = all(is_language(language) and isinstance(said, str) for language, said in written.items())
    return known and bool(written) and (not pack.shipped or written.keys() >= {*pack.languages})


def lines_of_topics(content: bytes) -> dict[str, int]:
    """The line (from 1) on which each topic of a syllabus without defects begins."""
    from quizprep.strict_yaml import read

    root, _ = read(content)
    return {topic["id"]: topic.line for chapter in root["chapters"] for topic in chapter["topics"]}


def derived(files: Iterable[tuple[str, Sequence[Sequence[str]], Mapping[str, str]]]) -> Any:
    """A syllabus as one would have written it for files of a pack: each a chapter, what its questions cover, and the
    titles that it gives to these.
    """
    chapters: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    titles: dict[str, str] = {}
    for chapter, covers, given in files:
        titles |= given
        topics = chapters.setdefault(bare(chapter), {})
        for topic in (bare(name) for names in covers for name in names):
            if topic not in taken:
                topics[topic] = {"id": topic}
                taken.add(topic)
    written = [{"id": id, "topics": list(topics.values())} for id, topics in chapters.items()]
    for each in (*written, *itertools.chain.from_iterable(topics.values() for topics in chapters.values())):
        if each["id"] in titles:
            each["title"] = titles[each["id"]]
    return {"chapters": written}


def build(root: Mapping[str, Any], pack: Pack = SHIPPED) -> Syllabus:
    """The syllabus that a checked mapping describes."""
    return Syllabus(tuple(_chapter(written, pack) for written in root["chapters"]))


def _chapter(written: Mapping[str, Any], pack: Pack) -> Chapter:
    topics = tuple(
        Topic(
            id=pack.full(topic["id"]),
            chapter=pack.full(written["id"]),
            title=title(topic, pack),
            kind=topic.get("kind", TOPIC_KINDS[0]),
            core=topic.get("core", False),
            where=tuple(topic.get("where", ())),
            needs=tuple(map(pack.full, topic.get("needs", ()))),
            beyond=topic.get("beyond", False),
        )
        for topic in written["topics"]
    )
    return Chapter(pack.full(written["id"]), title(written, pack), topics)


def title(written: Mapping[str, Any], pack: Pack) -> Text:
    """The title of a chapter or a topic; its id in words where there is none."""
    return title_of(written.get("title") or in_words(written["id"]), pack.languages)
