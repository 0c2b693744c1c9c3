"""A drill: pick → ask → grade → record → reschedule → summary, over what it is given.

Nothing is kept in the session that the store does not know, so that one that was killed goes on
where it was: the next card follows from the log, and a question's numbers from its card (they are
fresh after every answer). An answer is on the disk before anything says that it was recorded.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from quizprep.ask import derive_seed, source_of
from quizprep.deck.route import as_written
from quizprep.editing import Editing, faults
from quizprep.errors import AuthorError, LearnerError, StoreError, TryAgainError
from quizprep.formatting import number
from quizprep.frozen import frozen
from quizprep.memory.backups import back_up
from quizprep.memory.balance import Balance, group_names
from quizprep.memory.drill_queue import DrillQueue, Pick, Plan, forecast
from quizprep.memory.history import Card, Review
from quizprep.memory.proposal import Evidence, UsualTimes, propose_grade
from quizprep.memory.schedule import AGAIN, Calendar, Scheduler, is_leech
from quizprep.memory.shown import ShownAnswer
from quizprep.memory.sqlite_file import LockedStore, UnavailableStore
from quizprep.memory.statistics import mistakes_on
from quizprep.memory.store import Recorded, Store
from quizprep.memory.today import counts_json, minutes_left, pace, retention_json
from quizprep.proofs import Proof
from quizprep.question import Asked, Attempt, Question, Reply
from quizprep.quiz_session import LONGEST_ANSWER, Answered, Examiner, topic_scores
from quizprep.screen.drill_text import GRADE_NAMES, DrillSummary, span
from quizprep.screen.exam_text import header
from quizprep.screen.messages import message
from quizprep.screen.progress import Progress

if TYPE_CHECKING:
    from quizprep.deck import Deck, Entry
    from quizprep.exam.guide import Guide
    from quizprep.screen.drill_screen import DrillPlainScreen, DrillScreen

LOCKED_SECONDS, FULL_SECONDS = 120.0, 15.0  # how long an answer is kept for a file that is locked, a disk that is full
MISTAKES_NAMED = 3  # of a leech
SHORTEST_REST = 1.0  # minutes of a plan that hold no more question
PAUSE = 1.0  # seconds between two tries


def seed_of(card: Card) -> int:
    """The seed of a card's next attempt: fresh after each answer, the same if asked again before."""
    return derive_seed(card.reps, card.id, card.last_id or "")


class Questions:
    """What a drill draws from: the deck, and the questions of it that were asked for.

    ``kind`` leaves those of one kind; ``arrange`` puts them in the order in which new ones come, that of the content
    where it is left out.
    """

    def __init__(
        self,
        open_deck: Callable[[], Deck],
        names: Sequence[str],
        arrange: Callable[[Deck, list[Entry]], list[Entry]] = as_written,
        kind: str | None = None,
    ) -> None:
        self._open, self._arrange, self._kind = open_deck, arrange, kind
        self._names = names
        self.named = bool(names)  # whether they were asked for, and are not simply all
        self._use(open_deck())

    def reload(self) -> None:
        """Read the content again. Raises AuthorError or LearnerError, and then nothing has changed."""
        self._use(self._open())

    def _use(self, deck: Deck) -> None:
        entries = self._arrange(deck, deck.select(self._names))
        if self._kind is not None:
            entries = [entry for entry in entries if entry.kind == self._kind]
        self.deck = deck
        self.topics = {entry.id: entry.covers for entry in entries}
        self.kinds = {entry.id: entry.kind for entry in entries}
        self.groups = {entry.id: group_names(entry.covers, entry.proof) for entry in entries}

    @property
    def ids(self) -> list[str]:
        """The questions' ids in the order in which new ones come."""
        return list(self.topics)

    def question(self, id: str) -> Question:
        return self.deck.questions([id])[0]


@frozen
class _Done:
    """An answer of this session."""

    review: Review
    topics: tuple[str, ...]


class Drill:
    """One session.

    ``limit`` is the most answers to ask for. ``timed`` says whether the time an answer takes means
    anything: where lines come from a pipe, nothing is proposed as Easy. ``more`` new cards come beyond the day's limit.
    After ``minutes`` no further card is shown, unless a plan for an exam spends them.
    """

    def __init__(
        self,
        examiner: Examiner,
        store: Store,
        scheduler: Scheduler,
        questions: Questions,
        now: Callable[[], datetime],
        *,
        limit: int | None = None,
        timed: bool = True,
        plan: Callable[[Deck], Guide | None] = lambda _: None,
        more: int = 0,
        minutes: float | None = None,
    ) -> None:
        self._examiner = examiner
        self._screen: DrillScreen | DrillPlainScreen = examiner.screen  # type: ignore[assignment]
        self._language = examiner.language
        self._store = store
        self._scheduler = scheduler
        self._questions = questions
        self._now = now
        self._limit = limit
        self._timed = timed
        self._plan_of = plan
        self._more = more
        self._minutes = minutes
        self._ends = None if minutes is None else now() + timedelta(minutes=minutes)
        self._shown = ShownAnswer(store.path)
        self._left_out: set[str] = set()
        self._done: list[_Done] = []
        self._events: list[str] = []  # what this session wrote and may undo, oldest first
        self._again: str | None = None  # the question to put next, whatever the queue says
        self._complaints: list[str] = []  # to be shown below the next question
        self._backup: threading.Thread | None = None
        self._backup_failure: StoreError | None = None
        self._pace = pace(store, scheduler.calendar.day_of(now()))
        self._follow_content()

    def run(self) -> bool:
        """Drill until nothing is left or the learner ends; whether anything was asked."""
        asked = False
        pick = self._next()
        while pick.card is not None and not self._screen.interrupted:
            asked = True
            if not self._one(pick.card) or len(self._done) == self._limit or self._time_is_used():
                break
            pick = self._next()
        self._close(pick, asked)
        return asked

    def _time_is_used(self) -> bool:
        return self._plan is None and self._ends is not None and self._now() >= self._ends

    # ------------------------------------------------------------------------ which card

    def _follow_content(self) -> None:
        """Plan over the content as it is now; histories follow questions that were renamed."""
        deck = self._questions.deck
        self._store.rename(deck.former_ids().items(), now=self._now())
        groups = self._questions.groups
        ids = [id for id in self._questions.ids if id not in self._left_out]
        self._plan = self._plan_of(deck)
        self._queue = DrillQueue(self._store, self._scheduler, ids, groups.__getitem__, self._plan, self._more)
        self._balance = Balance(self._store, self._scheduler, groups)
        self._usual = UsualTimes(self._store, self._questions.kinds)

    def _next(self) -> Pick:
        self._follow_file()
        again, self._again = self._again, None
        if again in self._questions.topics:
            return Pick(self._store.card(again))
        return self._queue.next(self._now())

    # ------------------------------------------------------------------------ one card

    def _one(self, card: Card) -> bool:
        """One card until something is recorded or decided; False to end the session."""
        question = self._questions.question(card.id)
        try:
            asked, proof = self._examiner.put(question, seed_of(card), self._progress(card))
            self._back_up()
            if self._plan is not None:
                self._plan.foretell()
            for complaint in self._complaints:
                self._screen.error(complaint)
            self._complaints = []
            if self._shown.tells_of(card.id, seed_of(card)):
                self._screen.note(self._say("shown_not_graded"))
            return self._ask(card, asked, proof)
        except AuthorError as error:
            self._leave_out(card.id, error)
            return True

    def _ask(self, card: Card, asked: Asked, proof: Proof) -> bool:
        started, near = time.monotonic(), False
        while not self._screen.interrupted:
            reply, hinted = self._examiner.reply(asked, proof)
            if reply.command not in ("", "reveal", "worked"):
                decided = self._act(reply.command, asked.question)
                if decided is not None:
                    return decided
                continue
            seconds = min(time.monotonic() - started, LONGEST_ANSWER)
            given = Reply() if reply.command else reply
            try:
                answered = self._examiner.judge(asked, given, proof, hinted=hinted)
            except LearnerError as error:
                near = near or isinstance(error, TryAgainError)
                self._screen.error(error.said[self._language])
                continue
            if answered is None:
                return False
            return self._grade(card, answered, seconds, worked=reply.command == "worked", near=near)
        return False

    def _grade(self, card: Card, answered: Answered, seconds: float, *, worked: bool, near: bool) -> bool:
        """Show the answer, let it be graded, and record it; ``near``: it was given a second time."""
        question = answered.asked.question
        if self._timed:  # a line of a pipe has its grade with it
            self._shown.write(card.id, seed_of(card))
        self._examiner.show(answered, working=worked)
        if is_leech(card.lapses, self._scheduler.options):
            self._screen.note(self._leech_note(card, answered.proof))
        by_hand = question.kind.by_hand and self._timed
        proposed = None if by_hand else self._proposal(card, answered, seconds, near=near)
        while True:
            pressed = self._screen.grade(self._spans(card), proposed)
            if pressed == "worked" and question.proven:
                self._screen.worked(answered.computed)
            elif pressed == "worked":
                self._screen.note(self._say("unproven", source=source_of(question, self._language)))
            elif pressed == "help":
                self._screen.help()
            elif pressed.isdecimal():
                if self._record(card, answered, int(pressed), proposed, seconds):
                    return True
            else:
                decided = self._act(pressed, question)
                if decided:
                    self._shown.clear(card.id, seed_of(card))
                if decided is not None:
                    return decided

    def _proposal(self, card: Card, answered: Answered, seconds: float, *, near: bool) -> int:
        attempt, asked = answered.attempt, answered.asked
        evidence = Evidence(
            1.0 if attempt.correct else attempt.credit,
            answered.hinted or near,
            seconds if self._timed else None,
            self._usual.of(attempt.kind),
            asked.question.kind.guess(len(asked.options)),
            self._scheduler.retrievability(card.memory, self._now()),
        )
        return AGAIN if answered.gave_away else propose_grade(evidence, self._scheduler.options.easy_seconds)

    def _spans(self, card: Card) -> dict[int, str]:
        """How far away each grade would put the card."""
        now = self._now()
        scheduler, wanted = self._scheduler.of(card.id), self._balance.wanted(card.id)
        previews = scheduler.preview(card.memory, now, seed=card.fuzz_seed, wanted=wanted)
        return {grade: span((memory.due - now).total_seconds(), self._language) for grade, memory in previews.items()}

    def _record(self, card: Card, answered: Answered, grade: int, proposed: int | None, seconds: float) -> bool:
        """Whether the answer was recorded; at a terminal one that could not be may be graded again."""
        attempt = _graded_by_hand(answered, grade)
        try:
            recorded = self._record_patiently(card, attempt, grade, seconds, hinted=answered.hinted)
        except UnavailableStore as error:
            if not self._timed or self._screen.interrupted:
                raise
            self._screen.error(self._say("not_recorded", reason=error.said[self._language]))
            return False
        if self._follow_file():  # before anything says that it was recorded
            recorded = replace(recorded, card=self._store.card(card.id))
        self._queue.answered(card.id)
        self._balance.moved(card, recorded.card)
        self._events.append(recorded.review.id)
        self._done.append(_Done(recorded.review, answered.asked.question.covers))
        self._screen.record(review_json(recorded, attempt, proposed, self._scheduler))
        self._announce_recorded(recorded, answered.proof)
        return True

    def _record_patiently(self, card: Card, attempt: Attempt, grade: int, seconds: float, *, hinted: bool) -> Recorded:
        """Try until the file lets itself be written, for a while."""
        started, now = time.monotonic(), self._now()
        while True:
            try:
                return self._store.record(
                    attempt,
                    grade,
                    now=now,
                    scheduler=self._scheduler,
                    took_ms=round(1000 * seconds, 1) if self._timed else None,
                    hinted=hinted,
                    seen=card,
                    wanted=self._balance.wanted(card.id),
                )
            except UnavailableStore as error:
                patience = LOCKED_SECONDS if isinstance(error, LockedStore) else FULL_SECONDS
                if time.monotonic() - started > patience or self._screen.interrupted:
                    raise
                self._screen.note(self._say("recording_again", reason=error.said[self._language]))
                time.sleep(PAUSE)

    def _follow_file(self) -> bool:
        """Go on in the database that is at its path; whether that is another one by now."""
        if not self._store.follow():
            return False
        self._screen.error(self._say("database_replaced", path=self._store.path))
        self._queue.refresh()
        self._balance = Balance(self._store, self._scheduler, self._questions.groups)
        return True

    def _announce_recorded(self, recorded: Recorded, proof: Proof) -> None:
        review, card = recorded.review, recorded.card
        lines = []
        if card.memory is not None:
            length = span((card.memory.due - review.at).total_seconds(), self._language)
            grade = self._say(GRADE_NAMES[review.grade or AGAIN])
            lines.append(self._say("recorded", question=card.id, grade=grade, span=length))
        if recorded.changed_meanwhile:
            lines.append(self._say("answered_elsewhere", question=card.id))
        if recorded.became_leech:
            lines.append(self._leech_note(card, proof))
            if card.suspended:
                lines.append(self._say("leech_suspended", question=card.id))
        self._screen.announce(lines)

    # ------------------------------------------------------------------------ other keys

    def _act(self, command: str, question: Question) -> bool | None:
        """Undo, edit, bury, suspend or end. Whether the session goes on; None to stay where it is."""
        try:
            if command == "undo":
                return self._undo()
            if command == "edit":
                self._edit(question)
                return True
            if command in ("bury", "suspend"):
                self._hide(command, question)
                return True
        except UnavailableStore as error:
            if not self._timed or self._screen.interrupted:
                raise
            self._screen.error(self._say("not_done", reason=error.said[self._language]))
            return None
        return False

    def _undo(self) -> bool | None:
        event_id = self._events[-1] if self._events else None
        event = self._store.undo(now=self._now(), event_id=event_id)
        if event is None:
            self._screen.note(self._say("nothing_to_undo"))
            return None
        if event_id is not None:
            self._events.pop()
        undone = self._store.card(event.question)  # with the seed that it had when its answer was shown
        self._shown.clear(undone.id, seed_of(undone))
        self._done = [done for done in self._done if done.review.id != event.id]
        self._queue.refresh()
        self._balance.refresh()
        self._screen.record({"undone": event.id, "kind": event.kind, "question": event.question})
        known = event.question in self._questions.topics
        lines = [self._say("undone" if known else "undone_gone", question=event.question)]
        if event_id is None:
            local = event.at.astimezone(self._scheduler.calendar.zone)
            lines.append(self._say("undone_of_another", when=local.strftime("%Y-%m-%d %H:%M")))
        self._screen.announce(lines)
        self._again = event.question
        return True

    def _hide(self, command: str, question: Question) -> None:
        now = self._now()
        if command == "bury":
            until = self._scheduler.calendar.end_of(now)
            event = self._store.bury(question.id, now=now, until=until)
            self._screen.record({"buried": question.id, "until": until.isoformat()})
            self._screen.announce([self._say("buried", question=question.id)])
        else:
            event = self._store.suspend(question.id, now=now)
            self._screen.record({"suspended": question.id})
            self._screen.announce([self._say("suspended", question=question.id)])
        self._events.append(event.id)

    def _edit(self, question: Question) -> None:
        """Edit the question's file, or a copy of the learner's own; one that is then faulty is not taken over."""
        self._again = question.id
        try:
            editing = Editing(self._questions.deck, question.id)
            failure = self._screen.edit(editing.file, editing.line)
            if failure or not editing.is_changed:
                editing.leave()
                self._complaints = [failure] if failure else []
                return
            self._complaints = editing.take_over(self._faults)
        except LearnerError as error:
            self._complaints = [error.said[self._language]]
            return
        if self._complaints:
            kept = self._say("edit_kept", question=question.id)
            self._complaints = [self._say("edit_refused"), *self._complaints, kept]
            return
        self._take_over(question, "edited" if editing.own else "edited_copy")

    def _take_over(self, question: Question, said: str) -> None:
        """Read the content again; where a question's own file was edited badly, the one of before goes on."""
        before = self._questions.deck, self._questions.topics
        present = question.id
        try:
            self._questions.reload()
            present = self._questions.deck.former_ids().get(question.id, question.id)
            if said == "edited" and present in self._questions.topics:
                self._complaints = self._faults(self._questions.question(present))
        except AuthorError as error:
            self._complaints = list(error.defects)
        except LearnerError as error:
            self._complaints = [error.said[self._language]]
        if self._complaints:
            self._complaints.insert(0, self._say("edit_refused"))
            self._questions.deck, self._questions.topics = before
            return
        self._follow_content()
        self._again = present
        found = present in self._questions.topics
        self._screen.announce([self._say(said if found else "edited_gone", question=present)])

    def _faults(self, question: Question) -> list[str]:
        """What lint says about a question on some draws."""
        return faults(question)

    def _leave_out(self, id: str, error: AuthorError) -> None:
        """Content that its proof cannot answer must not end the session, nor come up again in it."""
        self._left_out.add(id)
        self._screen.announce([self._say("cannot_be_asked", question=id, reason=error.said[self._language])])
        self._follow_content()

    # ------------------------------------------------------------------------ around the cards

    def _back_up(self) -> None:
        """Back up what earlier sessions left without a backup, once the first question can be read meanwhile."""
        if self._backup is None:
            self._backup = threading.Thread(target=self._write_backup, name="backup", daemon=True)
            self._backup.start()

    def _write_backup(self) -> None:
        """By the real clock: a session in a time to come must not push out the backups of today.

        Never of a file that took the place of the session's own: opening it would play this one's log into it.
        """
        try:
            if self._store.database.is_file and self._store.database.is_in_place:
                back_up(self._store.path, now=datetime.now(UTC))
            self._backup_failure = None
        except StoreError as error:  # told at the end: it must not interrupt an answer
            self._backup_failure = error

    def _progress(self, card: Card) -> Progress:
        now = self._now()
        counts = self._queue.counts(now)
        minutes = minutes_left(self._queue, counts, self._pace, now)
        if self._plan is None and self._ends is not None:
            minutes = min(minutes, max(1, ceil((self._ends - now).total_seconds() / 60)))
        left = counts.total if self._limit is None else min(counts.total, self._limit - len(self._done))
        if left < counts.total:
            share = max(1, round(minutes * left / counts.total))
            note = self._say("left_of_session", left=left, total=counts.total, minutes=share)
        else:
            note = self._say("left", total=counts.total, minutes=minutes, **counts_json(counts))
        if self._plan is not None:
            note = f"{note} · {self._exam_note(self._plan)}"
        if is_leech(card.lapses, self._scheduler.options):
            note = f"{note} · {self._say('leech')}"
        return Progress(len(self._done) + 1, 0, note=note)

    def _exam_note(self, plan: Guide) -> str:
        """Days to the exam, minutes left, and the score to expect, which the first question does not wait for."""
        score = plan.score() if self._done else None
        return header(plan.days, max(0.0, plan.left), score, self._language)

    def _leech_note(self, card: Card, proof: Proof) -> str:
        """How often a leech was forgotten, and the mistakes made on it."""
        from quizprep.graded import usual_mistakes  # not on the way to the first question

        made = usual_mistakes(mistakes_on(self._store, card.id), proof, self._language)
        mistakes = ", ".join(f"{said} ×{count}" for said, count in made[:MISTAKES_NAMED])
        key = "leech_mistakes" if mistakes else "leech_no_mistakes"
        return self._say(key, lapses=card.lapses, **({"mistakes": mistakes} if mistakes else {}))

    def _say(self, key: str, **fields: object) -> str:
        return message(key, self._language, **fields)

    def _close(self, pick: Pick, asked: bool) -> None:
        now = self._now()
        if pick.card is None:
            used_up = self._plan is not None and self._plan.left < SHORTEST_REST
            self._screen.note(self._say("plan_done" if used_up else "done_for_now" if asked else "nothing_due"))
            self._screen.note(self._when(pick.next_at, now))
        elif self._time_is_used():
            counts = self._queue.counts(now)
            fields = {"minutes": number(self._minutes or 0.0), "total": counts.total, **counts_json(counts)}
            self._screen.note(self._say("time_used", **fields))
        summary = self._summary(now)
        if asked:
            self._screen.drill_summary(summary)
        next_at = pick.next_at.isoformat() if pick.next_at else None
        self._screen.record({"summary": summary_json(summary), "next_at": next_at})
        if self._backup is not None:
            self._backup.join()
            self._follow_file()
            self._write_backup()
        if self._backup_failure is not None:
            self._screen.error(self._say("backup_failed", reason=self._backup_failure.said[self._language]))

    def _when(self, next_at: datetime | None, now: datetime) -> str:
        if next_at is None:
            return self._say("next_never")
        local = next_at.astimezone(self._scheduler.calendar.zone)
        return self._say(
            "next_at", when=local.strftime("%Y-%m-%d %H:%M"), span=span((next_at - now).total_seconds(), self._language)
        )

    def _summary(self, now: datetime) -> DrillSummary:
        reviews = [done.review for done in self._done]
        foreseen = [(review.predicted, review.grade) for review in reviews if review.predicted is not None]
        due, new = tomorrow(self._store, self._scheduler, self._questions.groups, now, self._plan)
        return DrillSummary(
            answered=len(reviews),
            correct=sum(bool(review.correct) for review in reviews),
            counted=len(foreseen),
            recalled=sum(grade != AGAIN for _, grade in foreseen),
            predicted=sum(chance for chance, _ in foreseen),
            minutes=sum(review.ms or 0.0 for review in reviews) / 60000,
            left=self._queue.counts(now).total,
            due=due,
            new=new,
            topics=topic_scores(((done.topics, done.review.correct) for done in self._done), self._examiner.titles),
        )


def tomorrow(
    store: Store,
    scheduler: Scheduler,
    groups: Mapping[str, Collection[str]],
    now: datetime,
    plan: Plan | None = None,
) -> tuple[int, int]:
    """Tomorrow's load if nothing more is answered today: cards due, and new ones.

    ``groups`` names what each question is about, in the order in which new ones come.
    """
    if plan is not None:
        others = {question: about for question, about in groups.items() if question not in plan.asked}
        due, new = tomorrow(store, scheduler, others, now)
        planned_due, planned_new = plan.tomorrow()
        return due + planned_due, new + planned_new
    due = sum(forecast(store, scheduler, now, 2, known=frozenset(groups)))
    calendar: Calendar = scheduler.calendar
    new = DrillQueue(store, scheduler, list(groups), groups.__getitem__).counts(calendar.end_of(now)).new
    return due, new


def _graded_by_hand(answered: Answered, grade: int) -> Attempt:
    """The attempt; where the learner alone can say whether it was right, the grade says it."""
    attempt = answered.attempt
    if attempt.given is None or answered.asked.question.kind.by_hand:
        return replace(attempt, correct=grade != AGAIN)
    return attempt


def review_json(recorded: Recorded, attempt: Attempt, proposed: int | None, scheduler: Scheduler) -> dict[str, Any]:
    """What ``--json`` prints for a review: the attempt, the grade, and the card after it."""
    review, memory = recorded.review, recorded.card.memory
    after = (
        {
            "state": {1: "learning", 2: "review", 3: "relearning"}[memory.state],
            "step": memory.step,
            "stability": memory.stability,
            "difficulty": memory.difficulty,
            "due": memory.due.isoformat(),
        }
        if memory
        else {}
    )
    return {
        "id": review.id,
        "question": recorded.card.id,
        "kind": attempt.kind,
        "proven": attempt.proven,
        "at": review.at.isoformat(),
        "seed": attempt.seed,
        "given": attempt.given,
        "expected": attempt.expected,
        "correct": attempt.correct,
        "credit": attempt.credit,
        "mistake": attempt.mistake,
        "hinted": review.hinted,
        "took_ms": review.ms,
        "proposed": proposed,
        "grade": review.grade,
        **after,
        "lapses": recorded.card.lapses,
        "leech": is_leech(recorded.card.lapses, scheduler.options),
        "suspended": recorded.card.suspended,
    }


def summary_json(summary: DrillSummary) -> dict[str, Any]:
    """What ``--json`` prints in the end."""
    return {
        "answered": summary.answered,
        "correct": summary.correct,
        "retention": retention_json(summary.counted, summary.recalled, summary.predicted),
        "minutes": summary.minutes,
        "left": summary.left,
        "tomorrow": {"due": summary.due, "new": summary.new},
        "topics": [
            {"topic": score.topic, "correct": score.correct, "answered": score.answered} for score in summary.topics
        ],
    }
