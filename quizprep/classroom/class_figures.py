"""What a class that shares its answers knows, gets wrong and is stuck on; no torch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from quizprep.errors import LearnerError
from quizprep.formatting import shorten
from quizprep.frozen import frozen
from quizprep.memory.history import Review
from quizprep.memory.options import Options
from quizprep.memory.postgres import NOBODY, PostgresDatabase
from quizprep.memory.queries import Server
from quizprep.memory.rows import review_of
from quizprep.memory.schedule import Scheduler
from quizprep.memory.sqlite_file import DamagedStore
from quizprep.memory.store import NOT_UNDONE, SELECT_REVIEW, Store
from quizprep.memory.today import Mastery, mastery, recalls
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck import Entry

RECENT_DAYS = 7  # days that the answers of a learner are counted over
STUCK_LAPSES = 3  # times that a card was forgotten, after which a learner is stuck on it
STUCK_MISTAKES = 3  # times that a learner made the same mistake on one question, without a right answer since
EXAMPLES = 2  # answers shown for a mistake
LONGEST = 200  # characters of what a learner typed


@frozen
class TopicFigures:
    """A topic over the class: the mean chance of recall today of its questions, unseen ones as 0; who began it."""

    topic: str
    recall: float
    begun: int
    lowest: float


@frozen
class MistakeFigures:
    """A mistake with a name on a question: how many learners made it, how often, and answers that made it."""

    question: str
    mistake: str
    learners: int
    times: int
    examples: tuple[str, ...]


@frozen
class Stuck:
    """A learner and the question that does not go in: how often it was forgotten, or the same mistake was made."""

    learner: str
    question: str
    lapses: int
    mistake: str | None
    times: int


@frozen
class LearnerFigures:
    """A learner at a glance: the last study day (None: none yet), answers in the last week, mean chance of recall."""

    learner: str
    last: date | None
    answers: int
    right: int
    recall: float


@frozen
class ClassFigures:
    """All figures of a class on a day. ``topics`` are the least known first, ``mistakes`` the commonest first.

    ``unusable`` are learners who share rows that no program wrote, and are left out.
    """

    today: date
    learners: tuple[LearnerFigures, ...]
    topics: tuple[TopicFigures, ...]
    mistakes: tuple[MistakeFigures, ...]
    stuck: tuple[Stuck, ...]
    unusable: tuple[str, ...] = ()


class UnusableAnswers(LearnerError):
    """What a learner shares is nothing that this program wrote."""


@contextmanager
def only_what_was_written(learner: str) -> Iterator[None]:
    """What rows bring about that make no sense, though they have their checksum, as :class:`UnusableAnswers`.

    A learner's rows are what that learner makes of them, with any program; one must not keep a teacher from the others.
    """
    try:
        yield
    except (ValueError, TypeError, ArithmeticError, LookupError, RecursionError) as error:
        raise UnusableAnswers(
            Text(
                f"the answers of {learner} are not what quizprep wrote; `quizprep doctor`, run as {learner}, says more",
                ko=f"{learner}의 답이 quizprep이 기록한 것과 다릅니다. {learner} 이름으로 `quizprep doctor`를 실행하면 "
                "자세히 나옵니다",
            )
        ) from error


def sharing_with(server: Server) -> list[str]:
    """The learners who share with the role that the URL names."""
    with closing(PostgresDatabase(server, NOBODY)) as database:
        return [str(name) for (name,) in database.read("SELECT learner FROM learners ORDER BY learner")]


def figures(server: Server, entries: Sequence[Entry], options: Options, now: datetime) -> ClassFigures:
    """The figures of all learners who share with the role that the server's URL names.

    ``options`` say when a study day begins, and are a learner's own where that one's log has none. Raises
    :class:`StoreError` where the server cannot be read.
    """
    today = Scheduler(options).calendar.day_of(now)
    known = {entry.id for entry in entries}
    learners: list[LearnerFigures] = []
    by_topic: dict[str, list[Mastery]] = defaultdict(list)
    made: dict[tuple[str, str], dict[str, list[Review]]] = defaultdict(dict)
    stuck: list[Stuck] = []
    unusable: list[str] = []
    for name in sharing_with(server):
        try:
            with only_what_was_written(name), Store(PostgresDatabase(server, name)) as store:
                names: dict[str, str] = dict(store.database.read("SELECT old, current FROM names"))
                answers = [
                    replace(event, question=names.get(event.question, event.question)) for event in _answers(store, now)
                ]
                recall = recalls(store, own_scheduler(store, options), today)
                if not all(0 <= chance <= 1 for chance in recall.values()):
                    raise ValueError("a chance that is none")
                topics = mastery(entries, recall)[1]
                learner = _learner(name, answers, recall, len(entries), today)
                wrong = _by_mistake(answers, known)
                own_stuck = _stuck(name, store, answers, wrong, known)
        except (DamagedStore, LearnerError):
            unusable.append(name)
            continue
        learners.append(learner)
        stuck += own_stuck
        for topic in topics:
            by_topic[topic.name].append(topic)
        for key, events in wrong.items():
            made[key][name] = events
    return ClassFigures(
        today,
        tuple(sorted(learners, key=lambda each: (each.recall, each.learner))),
        tuple(
            sorted((_topic(name, each) for name, each in by_topic.items()), key=lambda each: (each.recall, each.topic))
        ),
        tuple(sorted((_mistake(*key, by) for key, by in made.items()), key=_commonest)),
        tuple(sorted(stuck, key=lambda each: (-max(each.lapses, each.times), each.learner, each.question))),
        tuple(unusable),
    )


def _answers(store: Store, now: datetime) -> list[Review]:
    """All answers that were not undone, in order of time; those of a time to come are left out."""
    rows = store.database.made(
        review_of, f"{SELECT_REVIEW} WHERE kind IN ('review', 'practice') AND {NOT_UNDONE} ORDER BY at, id"
    )
    return [event for event in rows if event.at <= now]


def own_scheduler(store: Store, options: Options) -> Scheduler:
    """The learner's own scheduler: that of the last review; by ``options`` where there is none."""
    last = store.database.first(
        "SELECT options FROM reviews JOIN schedulers ON schedulers.id = reviews.scheduler ORDER BY at DESC LIMIT 1"
    )
    return Scheduler(Options.from_scheduling(last[0]) if last else options)


def _learner(
    name: str, answers: Sequence[Review], recall: Mapping[str, float], questions: int, today: date
) -> LearnerFigures:
    first = (today - timedelta(days=RECENT_DAYS - 1)).toordinal()
    recent = [event for event in answers if event.day is not None and event.day >= first]
    days = [event.day for event in answers if event.day is not None]
    return LearnerFigures(
        name,
        date.fromordinal(max(days)) if days else None,
        len(recent),
        sum(bool(event.correct) for event in recent),
        sum(recall.values()) / questions if questions else 0.0,
    )


def _topic(name: str, each: Sequence[Mastery]) -> TopicFigures:
    return TopicFigures(
        name,
        sum(mastery.recall for mastery in each) / len(each),
        sum(mastery.seen > 0 for mastery in each),
        min(mastery.recall for mastery in each),
    )


def _by_mistake(answers: Iterable[Review], known: set[str]) -> dict[tuple[str, str], list[Review]]:
    """The wrong answers that have a mistake's name, by question and name."""
    found: dict[tuple[str, str], list[Review]] = defaultdict(list)
    for event in answers:
        if event.mistake and not event.correct and event.question in known:
            found[event.question, event.mistake].append(event)
    return found


def _mistake(question: str, mistake: str, made: Mapping[str, Sequence[Review]]) -> MistakeFigures:
    """The examples are the latest answers of different learners, without their names."""
    latest = sorted((events[-1] for events in made.values()), key=lambda event: event.at, reverse=True)
    given = (event.given for event in latest if isinstance(event.given, str | int | float))
    examples = dict.fromkeys(shorten(str(each), LONGEST) for each in given)
    return MistakeFigures(question, mistake, len(made), sum(map(len, made.values())), tuple(examples)[:EXAMPLES])


def _commonest(figures: MistakeFigures) -> tuple[int, int, str, str]:
    return -figures.learners, -figures.times, figures.question, figures.mistake


def _stuck(
    name: str,
    store: Store,
    answers: Sequence[Review],
    wrong: Mapping[tuple[str, str], Sequence[Review]],
    known: set[str],
) -> list[Stuck]:
    """Cards forgotten again and again, and mistakes made again and again with no right answer since."""
    right = {event.question: event.at for event in answers if event.correct}  # when last
    found: dict[str, Stuck] = {}
    for (question, mistake), events in wrong.items():
        since = [event for event in events if question not in right or event.at > right[question]]
        if len(since) >= STUCK_MISTAKES:
            found[question] = Stuck(name, question, 0, mistake, len(since))
    for card in store.cards():
        if card.id in known and card.lapses >= STUCK_LAPSES and not card.suspended:
            before = found.get(card.id)
            found[card.id] = Stuck(
                name, card.id, card.lapses, before.mistake if before else None, before.times if before else 0
            )
    return list(found.values())
