"""A quiz from the first question to the summary: ask → reply → compute → grade → show.

Everything it needs is given to it; it imports no torch itself and prints nothing.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from quizprep import engine, proofs
from quizprep.ask import ask, derive_seed, explanation, source_of
from quizprep.errors import AuthorError, LearnerError, TryAgainError
from quizprep.frozen import frozen
from quizprep.judging import Judging
from quizprep.kinds.kind import Input
from quizprep.proofs import Proof
from quizprep.question import Asked, Attempt, Question, Reply
from quizprep.screen.messages import message
from quizprep.screen.progress import Progress, Summary, TopicScore
from quizprep.values import NOTHING, Computed

if TYPE_CHECKING:
    from quizprep.drawing import Drawing
    from quizprep.hints import Rung
    from quizprep.memory.practice import Practice
    from quizprep.screen.plain_screen import PlainScreen
    from quizprep.screen.terminal import Screen


@frozen
class Answered:
    """One question with everything that was shown about it, so that it can be shown again."""

    asked: Asked
    attempt: Attempt
    computed: Computed
    proof: Proof
    hinted: bool
    gave_away: bool = False  # a hint told so much that little was left to know


@dataclass
class Examiner:
    """Puts single questions: what a quiz and a drill have in common.

    ``device`` is a name as on the command line; it is resolved when torch is there. ``titles`` gives
    the title of a chapter or topic by its id.
    """

    screen: Screen | PlainScreen
    language: str
    device: str = "auto"
    titles: Callable[[str], str] = field(default=lambda id: id)
    _resolved: str = ""
    _tried: tuple[str, int] | None = None  # the question, with its seed, whose answer was asked for once more
    _hinted: tuple[str, int] | None = None  # the question, with its seed, that the hints taken are of
    _taken: list[Rung] = field(default_factory=list)

    def put(self, question: Question, seed: int, progress: Progress) -> tuple[Asked, Proof]:
        """The question on the screen. One whose menu is computed shows its prompt first."""
        proof = proofs.get(question.proof, question.chapter)
        asked = ask(question, proof, seed, self.language)
        progress = replace(progress, chapter=self.titles(question.chapter))
        self.screen.question(asked, progress)
        if question.proven and engine.needed(proof):
            engine.start()
        if not question.plain:
            if not self.await_torch(proof):
                return asked, proof
            results = self._compute(proof, asked).results
            asked = ask(question, proof, seed, self.language, results)
            self.screen.question(asked, progress)
        return asked, proof

    def await_torch(self, proof: Proof) -> bool:
        """Wait for torch, with a spinner, where the proof needs it; False if Ctrl-C came first."""
        if not engine.needed(proof):
            return True
        if not self.screen.waiting(engine.wait, proof.title[self.language]):
            return False
        engine.ready()
        self._resolved = self._resolved or engine.resolve(self.device)
        return True

    def _compute(self, proof: Proof, asked: Asked) -> Computed:
        device = self._resolved or self.device
        return engine.compute(proof, asked.values, device=device, seed=asked.seed, language=self.language)

    def judge(self, asked: Asked, reply: Reply, proof: Proof, *, hinted: bool = False) -> Answered | None:
        """Compute and grade. None if Ctrl-C came first.

        Raises LearnerError where the reply cannot be read, or, once for each question, can be given better.
        """
        if asked.question.proven and not self.await_torch(proof):
            return None
        from quizprep.graded import grade, with_key  # not on the way to the first question
        from quizprep.vouching import vouched

        computed = self._compute(proof, asked) if asked.question.proven else NOTHING
        asked = with_key(asked, proof, computed.results)
        judging, here = Judging(proof, self._resolved or "cpu", self.language), (asked.question.id, asked.seed)
        try:
            attempt = grade(asked, reply, computed, proof, judging, final=here == self._tried)
        except TryAgainError:
            self._tried = here
            raise
        return Answered(
            asked,
            attempt,
            vouched(asked.question.kind, proof, computed),
            proof,
            hinted,
            any(rung.gives_away for rung in self._taken),
        )

    def show(self, answered: Answered, *, working: bool = True) -> None:
        """Right or not, the answer, the worked steps and oracles (``working``) or the source, the explanation."""
        from quizprep.graded import why_wrong

        attempt, asked = answered.attempt, answered.asked
        question = asked.question
        wrong = attempt.given is not None and not attempt.correct
        said = why_wrong(asked, attempt, answered.proof)
        if wrong and not said and question.kind.input is not Input.TICK:  # what was not ticked is marked in the answer
            said = question.kind.partly(attempt, attempt.credit, self.language)
        self.screen.outcome(
            attempt,
            answered.computed if working else None,
            given="" if attempt.given is None else question.kind.given_text(attempt),
            expected=question.kind.expected_text(attempt, answered.computed, answered.proof),
            mistake=said,
            explain=explanation(asked),
            source=source_of(question, self.language),
            drawing=self._picture(answered) if working and wrong else None,
        )

    def _picture(self, answered: Answered) -> Drawing | None:
        """What a wrong answer is shown of its proof: with a curve of its own where it was a known mistake."""
        from quizprep.drawing import draw

        asked, results = answered.asked, answered.computed.results
        return draw(
            answered.proof,
            asked.values,
            results,
            answered.attempt.mistake,
            language=self.language,
            device=self._resolved or "cpu",
            seed=asked.seed,
        )

    def put_again(self, asked: Asked, progress: Progress) -> None:
        """The question that is open on the screen once more, with the hints that were taken at it."""
        self.screen.question(asked, replace(progress, chapter=self.titles(asked.question.chapter)))
        for rung in self._taken:
            self.screen.hint(rung.content)

    def reply(self, asked: Asked, proof: Proof, back: Callable[[], str] | None = None) -> tuple[Reply, bool]:
        """The first reply that moves on, and whether a hint was taken at this question so far.

        ``back`` shows earlier answers, and says "end" where the learner ends there.
        """
        if self._hinted != (asked.question.id, asked.seed):
            self._hinted, self._taken = (asked.question.id, asked.seed), []
        while True:
            reply = self.screen.reply(asked)
            if reply.command == "hint":
                self._hint(asked, proof)
            elif reply.command == "help":
                self.screen.help()
            elif reply.command == "back" and back:
                if back() == "end":
                    return Reply(command="end"), bool(self._taken)
            else:
                return reply, bool(self._taken)

    def _hint(self, asked: Asked, proof: Proof) -> None:
        """The next hint, and what the one behind it would be."""
        from quizprep.hints import ladder

        rungs = ladder(asked, proof)
        rung = next(iter(rungs[len(self._taken) :]), None)
        if rung is None:
            self.screen.hint(message("hint_no_more" if rungs else "hint_none", self.language))
            return
        self._taken.append(rung)
        self.screen.hint(rung.content)
        if len(self._taken) < len(rungs):
            more = rungs[len(self._taken)].about[self.language]
            key = ":h" if "h" in asked.names else "h"
            self.screen.note(message("hint_next", self.language, key=key, what=more))


LONGEST_ANSWER = 300.0  # seconds that count for one answer: longer ones were a break
REPEAT = "quizprep drill --mistakes"


class Quiz:
    """A run of questions, each drawn with its own seed derived from the session's.

    ``practice`` keeps the answers; ``timed`` says whether the time that one takes means anything.
    """

    def __init__(
        self, examiner: Examiner, questions: Sequence[Question], seed: int, practice: Practice, *, timed: bool
    ) -> None:
        self._practice = practice
        self._timed = timed
        self._examiner = examiner
        self._screen = examiner.screen
        self._questions = questions
        self._seed = seed
        self.answered: list[Answered] = []
        self._skipped = 0

    def run(self) -> None:
        """Ask until the questions or the learner's patience end; the summary is always shown."""
        for position, question in enumerate(self._questions):
            if not self._one(question, derive_seed(self._seed, question.id, position), position + 1):
                break
        self._practice.write()
        summary = self._summary()
        self._screen.summary(summary)
        self._screen.record({"summary": {**asdict(summary), "seed": self._seed}})
        if self._practice.failure is not None:
            language = self._examiner.language
            reason = self._practice.failure.said[language]
            self._screen.error(message("not_kept", language, count=self._practice.missing, reason=reason))

    def _one(self, question: Question, seed: int, number: int) -> bool:
        """One question to its outcome; False to end. One of several that its proof cannot answer is left out."""
        try:
            return self._put(question, seed, number)
        except AuthorError as error:
            if len(self._questions) == 1:
                raise
            language = self._examiner.language
            said = message("cannot_be_asked", language, question=question.id, reason=error.said[language])
            self._screen.error(said)
            return True

    def _put(self, question: Question, seed: int, number: int) -> bool:
        progress = Progress(number, len(self._questions), self._correct(), len(self.answered))
        asked, proof = self._examiner.put(question, seed, progress)
        started = time.monotonic()
        while not self._screen.interrupted:
            reply, hinted = self._examiner.reply(asked, proof, lambda: self._show_last(asked, progress))
            if reply.command == "end":
                return False
            seconds = min(time.monotonic() - started, LONGEST_ANSWER)
            took_ms = round(1000 * seconds, 1) if self._timed else None
            try:
                answered = self._examiner.judge(asked, reply, proof, hinted=hinted)
            except LearnerError as error:
                self._screen.error(error.said[self._examiner.language])
                continue
            if answered is None:
                return False
            return self._close(answered, took_ms)
        return False

    def _close(self, answered: Answered, took_ms: float | None) -> bool:
        skipped = answered.attempt.given is None
        if skipped:
            self._skipped += 1
        else:
            self.answered.append(answered)
            guess = answered.asked.question.kind.guess(len(answered.asked.options))
            self._practice.keep(answered.attempt, took_ms=took_ms, hinted=answered.hinted, guess=guess)
        self._screen.record({**asdict(answered.attempt), "proven": answered.attempt.proven})
        self._examiner.show(answered)
        before = len(self.answered) - (0 if skipped else 1)
        choice = self._screen.pause(earlier=before > 0)
        return (self._look_back(before) if choice == "back" else choice) != "end"

    def _show_last(self, asked: Asked, progress: Progress) -> str:
        """Back to earlier answers, then to the question that is open; "end" where the learner ends there."""
        if not self.answered:
            self._screen.note(message("nothing_before", self._examiner.language))
            return "next"
        choice = self._look_back(len(self.answered), returns=True)
        if choice != "end":
            self._examiner.put_again(asked, progress)
        return choice

    def _look_back(self, count: int, *, returns: bool = False) -> str:
        """The last of the first ``count`` answers, and earlier ones as long as they are wanted; "next" or "end"."""
        for place in reversed(range(count)):
            answered = self.answered[place]
            chapter = self._examiner.titles(answered.asked.question.chapter)
            self._screen.question(answered.asked, Progress(0, 0, self._correct(), len(self.answered), chapter))
            self._examiner.show(answered)
            choice = self._screen.pause(earlier=place > 0, returns=returns)
            if choice != "back":
                return choice
        return "next"

    def _correct(self) -> int:
        return sum(answered.attempt.correct for answered in self.answered)

    def _summary(self) -> Summary:
        answers = ((answered.asked.question.covers, answered.attempt.correct) for answered in self.answered)
        topics = topic_scores(answers, self._examiner.titles)
        wrong = tuple(dict.fromkeys(each.attempt.question for each in self.answered if not each.attempt.correct))
        weakest = topics[0].topic if topics and topics[0].correct < topics[0].answered else ""
        return Summary(
            self._correct(),
            len(self.answered),
            self._skipped,
            topics,
            weakest,
            f"quizprep quiz {weakest}" if weakest else "",
            wrong,
            REPEAT if wrong else "",
        )


def topic_scores(
    answers: Iterable[tuple[Collection[str], bool | None]], titles: Callable[[str], str]
) -> tuple[TopicScore, ...]:
    """Right answers by topic, the weakest first, from the topics of each answer and whether it was right."""
    grades: dict[str, list[bool]] = defaultdict(list)
    for topics, correct in answers:
        for topic in topics:
            grades[topic].append(bool(correct))
    scores = (TopicScore(topic, sum(right), len(right), titles(topic)) for topic, right in grades.items())
    return tuple(sorted(scores, key=lambda score: (score.correct / score.answered, -score.answered)))
