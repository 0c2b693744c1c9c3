"""An Anki collection as a pack of plain cards, and its reviews as events of the log.

What Anki leaves to the learner's own judgement stays so: a card becomes a ``recall`` question with its back as the key
point. Where Anki has the answer typed, and for a short gap in a text, it becomes a ``word`` question.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from quizprep.deck.pack_file import slug
from quizprep.exchange import anki_file
from quizprep.exchange.anki_file import Answer, Collection
from quizprep.exchange.anki_templates import TooLong, filled, gap_fields, gaps, typed_field
from quizprep.exchange.from_html import PICTURE, Prose, prose
from quizprep.exchange.pack_files import MEDIA, PackText, PlainCard, chapter_id, covered, language_of
from quizprep.formatting import shorten, visible
from quizprep.frozen import frozen
from quizprep.memory.history import FIRST, LAST, Review
from quizprep.memory.schedule import GOOD, LEARNING, RELEARNING, REVIEW, Calendar, Memory, Scheduler
from quizprep.packs.files_of_pack import PICTURES
from quizprep.text import Text

MOST_TEXT = 10_000  # characters of a text that a question may have
MOST_FIELDS = 100_000  # characters of a note
MOST_POINTS = 9
LONGEST_WORD = 60  # characters of a gap that is to be typed
LONGEST_INTERVAL = 36_500  # days: what Anki allows
LONGEST_ANSWER = 86_400_000  # milliseconds: more than anybody thinks about a card
_MILLISECOND = timedelta(milliseconds=1)
MARKS = frozenset(("leech", "marked"))  # tags that say something about the learner, not about the card
_PLACEHOLDER = re.compile(f"{PICTURE}(\\d+){PICTURE}")
_BULLET = "• "


@dataclass
class Taken:
    """What of a collection was taken, and what was not."""

    cards: int = 0
    gaps: int = 0
    pictures: dict[str, str] = field(default_factory=dict)  # file in the package → name in the pack's media folder
    missing: set[str] = field(default_factory=set)  # pictures that cards name and the package lacks
    unshown: set[str] = field(default_factory=set)  # what a terminal cannot show
    left_out: Counter[str] = field(default_factory=Counter)  # reasons why cards are not there, in English: see REASONS
    undated: int = 0  # cards that are in review without a row in the log


REASONS = {
    "empty": Text("nothing is left to ask or to answer", ko="물을 것이나 답할 것이 없음"),
    "long": Text(f"longer than {MOST_TEXT:,} characters", ko=f"{MOST_TEXT:,}자가 넘음"),
    "image": Text("parts of a picture are covered", ko="그림의 일부를 가린 카드"),
    "twice": Text("the same card twice", ko="같은 카드가 두 번 나옴"),
}


@frozen
class Scheduled:
    """A card under the id of its question, with what is needed of it for the log."""

    question: str
    card: anki_file.Card


@frozen
class Found:
    """The pack, the cards with a place in the scheduler by their ids in Anki, and the account of it."""

    pack: PackText
    scheduled: Mapping[int, Scheduled]
    taken: Taken


def read_cards(
    collection: Collection,
    name: str,
    title: str,
    language: str | None,
    step: Callable[[], None] = lambda: None,
) -> Found:
    """Every card as a plain card of the pack ``name``; ``language`` is told by the texts where it is None.

    ``step`` is called before each card.
    """
    taken = Taken()
    cards: list[PlainCard] = []
    scheduled: dict[int, Scheduled] = {}
    chapters: dict[str, str] = {}
    topics: dict[str, tuple[str, str]] = {}
    seen: set[str] = set()
    for card in collection.cards():
        step()
        made = _made(card, collection, taken)
        if made is None:
            continue
        question, (prompt, answers, typed, explain) = _question_id(card), made
        if question in seen:
            taken.left_out["twice"] += 1
            continue
        seen.add(question)
        chapter = chapter_id(card.deck)
        chapters.setdefault(chapter, visible(shorten(card.deck.replace("::", " › "), 200)) or chapter)
        tags = [tag for tag in card.note.tags if tag.lower() not in MARKS]
        covers = covered(chapter, chapters[chapter], tags, topics)
        cards.append(PlainCard(question, chapter, prompt, answers, typed, explain, covers))
        taken.cards += 1
        taken.gaps += card.note.type.gaps
        if card.type or card.suspended:
            scheduled[card.id] = Scheduled(f"{name}/{question}", card)
    said = language or language_of(card.prompt for card in cards)
    used = {topic for card in cards for topic in card.covers}
    known = {topic: home for topic, home in topics.items() if topic in used}
    return Found(PackText(name, title, said, chapters, known, cards), scheduled, taken)


def _question_id(card: anki_file.Card) -> str:
    """The same in every import: from what tells the note from all others, and which card of it it is."""
    digest = hashlib.blake2b(card.note.guid.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"note-{digest}" if card.place == 0 else f"note-{digest}-{max(0, card.place) + 1}"


def _made(card: anki_file.Card, collection: Collection, taken: Taken) -> tuple[str, tuple[str, ...], bool, str] | None:
    """The prompt, the answers, whether they are typed, and the explanation; None where there is nothing to ask."""
    note = card.note
    if sum(map(len, note.fields)) > MOST_FIELDS:
        taken.left_out["long"] += 1
        return None
    try:
        texts = _gap_texts(card) if note.type.gaps else _template_texts(card)
    except TooLong:
        taken.left_out["long"] += 1
        return None
    if texts is None:
        taken.left_out["empty"] += 1
        return None
    asked, answered, whole, typed = texts
    if any("image-occlusion:" in text for text in answered):
        taken.left_out["image"] += 1
        return None
    shown = [_shown(text, collection, taken) for text in (asked, whole, *answered)]
    prompt, explain, *answers = shown
    answers = list(dict.fromkeys(filter(None, answers)))
    if len(answers) == 1 and not typed:
        answers = _points(answers[0])
    if not prompt or not answers:
        taken.left_out["empty"] += 1
        return None
    if max(map(len, (prompt, explain, *answers))) > MOST_TEXT or len(answers) > MOST_POINTS:
        taken.left_out["long"] += 1
        return None
    if note.type.gaps:
        typed = len(answers) == 1 and _can_be_typed(answers[0])
    elif typed:
        typed = all(map(_can_be_typed, answers))
    return prompt, tuple(answers), typed, "" if explain == prompt else explain


def _can_be_typed(answer: str) -> bool:
    return len(answer) <= LONGEST_WORD and not any(mark in answer for mark in ("$", "\n", "![](", "{{"))


def _points(answer: str) -> list[str]:
    """A list as its entries, anything else as it is."""
    lines = answer.split("\n")
    is_list = 1 < len(lines) <= MOST_POINTS and all(line.startswith(_BULLET) for line in lines)
    points = [line.removeprefix(_BULLET) for line in lines]
    return list(dict.fromkeys(points)) if is_list and all(points) else [answer]


def _fields(card: anki_file.Card) -> dict[str, str]:
    """What a template can show: the note's fields, and what the card is."""
    about = {"Tags": " ".join(card.note.tags), "Type": card.note.type.name, "Deck": card.deck}
    about["Subdeck"] = card.deck.rpartition("::")[2]
    return {**about, **dict(zip(card.note.type.fields, card.note.fields, strict=False))}


def _gap_texts(card: anki_file.Card) -> tuple[str, list[str], str, bool] | None:
    """A text with the gaps of one number: as HTML what is asked, what belongs there, the whole, and not typed."""
    note, template = card.note, card.note.type.templates[0] if card.note.type.templates else None
    if template is None:
        return None
    fields = {**_fields(card), f"c{card.place + 1}": "1"}
    with_gaps = [name for name in gap_fields(template.front) if name in fields] or note.type.fields[:1]
    found = {name: gaps(fields[name], card.place + 1) for name in with_gaps}
    answers = [answer for each in found.values() for answer in each.answers]
    asked = filled(template.front, {**fields, **{name: each.asked for name, each in found.items()}})
    whole = filled(template.back, {**fields, **{name: each.whole for name, each in found.items()}})
    return (asked, answers, whole, False) if answers else None


def _template_texts(card: anki_file.Card) -> tuple[str, list[str], str, bool] | None:
    """What a card's template asks and answers, as HTML; nothing to explain."""
    note = card.note
    if not 0 <= card.place < len(note.type.templates):
        return None
    template = note.type.templates[card.place]
    fields = _fields(card)
    asked = filled(template.front, fields)
    typed = fields.get(typed_field(template.front), "")
    answered = filled(template.back.strip().removeprefix(template.front.strip()), fields)
    return (asked, [typed], answered, True) if typed.strip() else (asked, [answered], "", False)


def _shown(content: str, collection: Collection, taken: Taken) -> str:
    """HTML as prose, its pictures named as they lie in the pack."""
    found: Prose = prose(content)
    taken.unshown.update(shorten(visible(each), 80) for each in found.unshown)

    if not found.pictures:  # nor the character that stands around their numbers
        return found.text

    def picture(match: re.Match[str]) -> str:
        place = int(match[1])
        name = found.pictures[place] if place < len(found.pictures) else ""
        kept = taken.pictures.get(name) or _kept_name(name, collection)
        if not kept:
            (taken.missing if name.lower().endswith(PICTURES) else taken.unshown).add(shorten(visible(name), 80))
            return shorten(_harmless(name), 80)
        taken.pictures[name] = kept
        return f"{MEDIA}/{kept}"

    return _PLACEHOLDER.sub(picture, found.text)


def _harmless(name: str) -> str:
    """A name in a text of ours: nothing in it is read."""
    return re.sub(r"[^\w .-]", "_", visible(name))


def _kept_name(name: str, collection: Collection) -> str:
    """The name of a picture in the pack: letters, digits and a digest, whatever it was called; "" for no picture."""
    ending = next((ending for ending in PICTURES if name.lower().endswith(ending)), "")
    if not ending or not collection.has_media(name):
        return ""
    return (
        slug(name[: -len(ending)], 60)
        + "-"
        + hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=4).hexdigest()
        + ending
    )


# ------------------------------------------------------------------------ the log


def events(
    found: Found, answers: Iterable[tuple[int, Answer]], collection: Collection, scheduler: Scheduler
) -> Iterator[Review]:
    """The history of the cards as events, card by card in order of time, the same in every import.

    A review has the instant, the grade and the interval that Anki wrote; the memory behind it is computed from the
    grades. A card that is due on another day than its last review says has an event for that.
    """
    reviewed: set[int] = set()
    for card, rows in groupby(answers, key=lambda row: row[0]):
        scheduled = found.scheduled.get(card)
        if scheduled is None:
            continue
        reviewed.add(card)
        history = _History(scheduled.question, scheduler)
        for _, answer in rows:
            yield from history.take(answer)
        yield from _placed(scheduled, history, collection, scheduler, found.taken)
    for card, scheduled in found.scheduled.items():
        if card not in reviewed:
            yield from _placed(scheduled, _History(scheduled.question, scheduler), collection, scheduler, found.taken)


class _History:
    """One card's reviews, taken in order."""

    def __init__(self, question: str, scheduler: Scheduler) -> None:
        self.question = question
        self.memory: Memory | None = None
        self.last: datetime | None = None
        self._scheduler = scheduler
        self._previous: str | None = None
        self._count = 0

    def take(self, answer: Answer) -> Iterator[Review]:
        """The event of a row; none for one that says nothing about the memory."""
        at = _instant(answer.at)
        if at is None or (self.last is not None and at <= self.last):
            return
        if answer.grade == 0:
            if answer.sort == 4 and answer.ease == 0 and self.memory is not None:  # made new again by hand
                event = Review(self._id(at), "reset", self.question, at, previous=self._previous)
                self._previous, self.last, self.memory, self._count = event.id, at, None, 0
                yield event
            return
        if not 1 <= answer.grade <= 4 or (answer.sort == 3 and answer.ease == 0):  # looked at out of turn
            return
        yield self.review(at, answer.grade, answer.interval, answer.sort, answer.spent)

    def review(self, at: datetime, grade: int, interval: int, sort: int, spent: int = 0) -> Review:
        """A review: the memory follows from the grade, when it comes back from the interval."""
        day = self._scheduler.calendar.day_of(at).toordinal()
        stability, difficulty = self._scheduler.answered(self.memory, grade, at, day)
        if interval > 0:
            due = at + timedelta(days=min(interval, LONGEST_INTERVAL))
            state, step = REVIEW, None
        else:
            due = at + timedelta(seconds=min(-interval, 86_400 * 30))
            state, step = (LEARNING if sort == 0 else RELEARNING), 0
        memory = Memory(state, step, stability, difficulty, due, at, day)
        event = Review(
            self._id(at),
            "review",
            self.question,
            at,
            correct=grade > 1,
            ms=float(min(max(0, spent), LONGEST_ANSWER)),
            grade=grade,
            day=day,
            repetition=self._count,
            previous=self._previous,
            scheduler=self._scheduler.id,
            memory=memory,
        )
        self._previous, self.last = event.id, at
        self.memory, self._count = memory, self._count + 1
        return event

    def _id(self, at: datetime) -> str:
        return f"anki {self.question} {(at - FIRST) // _MILLISECOND}"


def _placed(
    scheduled: Scheduled, history: _History, collection: Collection, scheduler: Scheduler, taken: Taken
) -> Iterator[Review]:
    """What the card's own row says beyond its reviews: on which day it is due, and whether it is put aside."""
    card, calendar = scheduled.card, scheduler.calendar
    changed = _instant(card.changed * 1000) or FIRST
    if card.type == 2 and abs(card.due) < 10**6:
        due = calendar.start_of(collection.day_zero(calendar)) + timedelta(days=card.due, hours=12)
        if history.memory is None:
            began = due - timedelta(days=min(max(card.interval, 1), LONGEST_INTERVAL))
            if FIRST <= began < LAST["at"]:
                taken.undated += 1
                yield history.review(began, GOOD, max(card.interval, 1), 1)
        memory = history.memory
        if memory is not None and FIRST <= due < LAST["until"] and not _is_due(memory, due, calendar):
            at = max(changed, memory.last_review + timedelta(microseconds=1))
            identity = f"anki {scheduled.question} due {card.changed} {card.due}"
            yield Review(identity, "due", scheduled.question, at, until=due)
            changed = max(changed, at)
    if card.suspended:
        at = max(changed, history.last or FIRST) + timedelta(microseconds=1)
        yield Review(f"anki {scheduled.question} suspend {card.changed}", "suspend", scheduled.question, at)


def _is_due(memory: Memory, due: datetime, calendar: Calendar) -> bool:
    return memory.state == REVIEW and calendar.day_of(memory.due) == calendar.day_of(due)


def _instant(milliseconds: int) -> datetime | None:
    """None for one that the log cannot hold."""
    try:
        instant = FIRST + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
    return instant if FIRST <= instant < LAST["at"] else None


def media_of(found: Found, collection: Collection) -> dict[str, Callable[[], bytes]]:
    """The pictures of the pack, each read from the package when it is written."""

    def reader(name: str) -> Callable[[], bytes]:
        return lambda: collection.media(name) or b""

    return {kept: reader(name) for name, kept in found.taken.pictures.items()}
