"""A table of answers graded: read once to see what it is, judged, and written in the order of its rows.

What is judged follows from the rows alone, and goes by way of the journal: so the output is the same, to the byte, for
any number of processes, on one machine or on many, and for a run that was broken off.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from quizprep.errors import LearnerError
from quizprep.files import write_in_one_step
from quizprep.formatting import to_json, value
from quizprep.frozen import frozen
from quizprep.submissions.grading_journal import Journal
from quizprep.submissions.paper_seeds import PaperSeeds
from quizprep.submissions.student_totals import harmless, taken, write_totals
from quizprep.submissions.submission_rows import Submission, Submissions
from quizprep.submissions.tasks import JUDGED, OPEN, Marks, Task, key_of
from quizprep.text import Text

KINDS = ("choice", "truth", "number", "word", "recall", "order", "formula", "derivation", "code")
COLUMNS = (
    *("row", "student", "question", "variant", "part", "kind", "verdict", "marks", "mistake", "reason"),
    *("counterexample", "expected", "read_as"),
)  # fmt: skip
_SIDES = {"yours": Text("yours", ko="낸 답"), "expected": Text("expected", ko="정답")}  # of a counterexample
LISTED = 1000  # questions of which the summary counts marks
MOST_ASKED = 10_000  # names that a survey remembers
EVERY = 64  # rows between two steps of the bar

Judge = Callable[[Iterable[str]], Iterator[tuple[str, str]]]  # tasks as lines → tasks with their marks, in any order
Step = Callable[[str, int], None]


@frozen
class Survey:
    """What one reading of a table tells: its rows, whether decimals have a comma, whether parts are answered."""

    rows: int
    decimal_comma: bool
    parts: bool
    digest: str
    asked: frozenset[tuple[str, str]]  # the names of questions or proofs, with the kinds of their answers


def survey(table: Submissions) -> Survey:
    """Read a table to its end."""
    found = hashlib.blake2b(digest_size=16)
    rows, comma, parts = 0, False, False
    asked: set[tuple[str, str]] = set()
    for submission in table:
        rows += 1
        comma = comma or table.has_decimal_comma(submission)
        parts = parts or bool(submission.part)
        if len(asked) < MOST_ASKED:
            asked.add((submission.question or submission.proof, submission.kind.casefold()))
        found.update(repr(submission).encode("utf-8", "surrogatepass"))
    return Survey(rows, comma, parts, found.hexdigest(), frozenset(asked))


@dataclass
class Asked:
    """What came of the answers to one question."""

    answers: int = 0
    judged: int = 0
    marks: float = 0.0
    mistakes: Counter[str] = field(default_factory=Counter)


@dataclass
class Summary:
    """What came of a table: how many rows have which verdict, and the marks by question."""

    verdicts: Counter[str] = field(default_factory=Counter)
    questions: dict[str, Asked] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """How many answers have no marks."""
        return sum(self.verdicts[verdict] for verdict in OPEN)

    def as_json(self) -> dict[str, object]:
        """The object of ``--json``."""
        questions = {
            name: {
                "answers": asked.answers,
                "mean": asked.marks / asked.judged if asked.judged else None,
                "mistakes": dict(asked.mistakes.most_common()),
            }
            for name, asked in self.questions.items()
        }
        return {"answers": self.verdicts.total(), "verdicts": dict(self.verdicts), "questions": questions}

    def add(self, name: str, marks: Marks) -> None:
        """Count one row."""
        self.verdicts[marks.verdict] += 1
        if name not in self.questions and (len(self.questions) >= LISTED or marks.verdict not in JUDGED):
            return
        asked = self.questions.setdefault(name, Asked())
        asked.answers += 1
        if marks.marks is not None:
            asked.judged += 1
            asked.marks += marks.marks
        if marks.mistake and len(asked.mistakes) < LISTED:
            asked.mistakes[marks.mistake] += 1


class Grading:
    """The grading of one table."""

    def __init__(
        self, table: Submissions, found: Survey, journal: Journal, paper: PaperSeeds | None, language: str
    ) -> None:
        self._table, self._found, self._journal = table, found, journal
        self._paper, self._language = paper, language
        self._adds_up = False

    def judge(self, judge: Judge, step: Step) -> int:
        """Judge what is not judged yet; how many tasks that were."""
        if self._found.parts:
            self._keep_parts()
        judged = 0
        waiting: dict[str, bytes] = {}
        for line, marks in judge(self._open_tasks(waiting, step)):
            self._journal.keep(waiting.pop(line), marks)
            judged += 1
        return judged

    def write(self, path: Path, step: Step, totals: Path | None = None) -> Summary:
        """Write every row with its marks, as the table has them, and into ``totals`` what each student has in all."""
        summary, self._adds_up = Summary(), totals is not None
        self._journal.forget_given()
        write_in_one_step(path, self._written(summary, step), make_folder=True)
        if totals is not None:
            write_totals(totals, self._journal, self._paper, self._table, self._found.decimal_comma)
        return summary

    # What is asked of each row

    def _keep_parts(self) -> None:
        self._journal.forget_parts()
        for submission in self._table:
            if submission.part and submission.problem is None and submission.answer.strip():
                answer = self._normalised(submission)
                self._journal.keep_part(self._whose(submission), submission.row, submission.part, answer)

    def _open_tasks(self, waiting: dict[str, bytes], step: Step) -> Iterator[str]:
        """The tasks that nobody has judged, each once; ``waiting`` has those that are on their way."""
        for number, submission in enumerate(self._table, 1):
            if number % EVERY == 0:
                step(submission.question or submission.proof, EVERY)
            task = self._task(submission)
            if isinstance(task, Marks):
                continue
            line = task.line()
            if line not in waiting and self._journal.marks(key := key_of(line)) is None:
                waiting[line] = key
                yield line

    def _task(self, submission: Submission) -> Task | Marks:
        """What is to be judged; marks where the row says enough itself."""
        problem = submission.problem
        seed, question, shown = None, submission.question, ""
        kind = submission.kind.casefold()
        if problem is None and kind and kind not in KINDS:
            problem = Text(f"no kind `{kind[:20]}`; give one of {', '.join(KINDS)}", ko=f"`{kind[:20]}` 종류는 없음")
        if problem is None:
            try:
                seed, question, shown = self._drawn(submission)
            except LearnerError as error:
                problem = error.said
        if problem is not None:
            return Marks("not judged", reason=problem[self._language])
        earlier: tuple[tuple[str, str], ...] = ()
        if self._found.parts:
            answered = self._journal.parts(self._whose(submission))
            earlier = tuple((part, answer) for part, answer in answered if part != submission.part)
        answer = self._normalised(submission)
        return Task(question, submission.proof, kind, submission.part, seed, answer, shown, earlier)

    def _drawn(self, submission: Submission) -> tuple[int | None, str, str]:
        """The seed of the numbers, the question's id, and the digest of it as it was printed. Raises LearnerError."""
        if submission.seed:
            if not (submission.seed.isdecimal() and submission.seed.isascii()) or len(submission.seed) > 19:
                raise LearnerError(Text("the seed is no whole number from 0 on", ko="시드가 0 이상의 정수가 아님"))
            return int(submission.seed), submission.question, ""
        if self._paper is not None and submission.question:
            return self._paper.drawn(submission.variant, submission.question)
        if submission.variant:
            raise LearnerError(Text("a variant needs its paper: --paper", ko="시험지 이름에는 --paper가 필요함"))
        return None, submission.question, ""

    def _whose(self, submission: Submission) -> bytes:
        """Whose answer to what: parts of it belong together."""
        said = (submission.student, submission.question, submission.proof, submission.variant, submission.seed)
        return hashlib.blake2b("\0".join(said).encode("utf-8", "surrogatepass"), digest_size=12).digest()

    def _given(self, submission: Submission) -> tuple[str, str, str, str]:
        """Whose answer a row has, on which paper, to which part of what."""
        asked, variant = submission.question or submission.proof, submission.variant
        if self._paper is not None:
            with suppress(LearnerError):
                variant = self._paper.variant_named(variant)
                asked = self._drawn(submission)[1] or asked
        return submission.student, variant, asked, submission.part

    def _normalised(self, submission: Submission) -> str:
        """The answer without what makes no difference: line ends, spaces behind lines, in one line repeated ones."""
        answer = submission.answer.replace("\r\n", "\n").replace("\r", "\n")
        lines = [line.rstrip() for line in answer.strip().split("\n")]
        if self._found.decimal_comma and self._table.has_decimal_comma(submission):
            return lines[0].replace(",", ".")
        return "\n".join(lines) if len(lines) > 1 else " ".join(lines[0].split())

    # What is written

    def _written(self, summary: Summary, step: Step) -> Iterator[str]:
        cells = io.StringIO()
        writer = csv.writer(cells, delimiter=self._table.delimiter or ",", lineterminator="\n")
        if not self._table.json:
            if self._table.encoding != "utf-8":
                yield "\ufeff"  # the spreadsheet that wrote it wants to be told
            writer.writerow(COLUMNS)
            yield taken(cells)
        for number, submission in enumerate(self._table, 1):
            if number % EVERY == 0:
                step(submission.question or submission.proof, EVERY)
            marks = self._marks(submission)
            summary.add(submission.question or submission.proof, marks)
            if self._adds_up:
                self._journal.keep_given(self._given(submission), number, marks.marks)
            if self._table.json:
                yield to_json(self._row(submission, marks)) + "\n"
                continue
            writer.writerow([self._cell(content) for content in self._row(submission, marks).values()])
            yield taken(cells)

    def _marks(self, submission: Submission) -> Marks:
        task = self._task(submission)
        if isinstance(task, Marks):
            return task
        found = self._journal.marks(key_of(task.line()))
        if found is None:
            raise LearnerError(
                Text(
                    f"{self._table.name} has changed while it was graded; grade it again.",
                    ko=f"채점하는 동안 {self._table.name} 파일이 바뀌었습니다. 다시 채점하세요.",
                )
            )
        return Marks.read(found)

    def _row(self, submission: Submission, marks: Marks) -> dict[str, object]:
        asked = submission.question or submission.proof
        known = {"row": submission.row, "student": submission.student, "question": asked}
        known |= {"variant": submission.variant, "part": submission.part, "kind": submission.kind}
        return known | {name: getattr(marks, name) for name in COLUMNS[len(known) :]}

    def _cell(self, content: object) -> str:
        """A cell of a table: nothing in it is a formula to a spreadsheet."""
        if isinstance(content, Mapping):
            inputs = content.get("inputs", {})
            said = ", ".join(f"{name} = {value(entry)}" for name, entry in inputs.items())
            sides = [
                f"{_SIDES[name][self._language] if name in _SIDES else name} {value(side)}"
                for name, side in content.items()
                if name != "inputs"
            ]
            return harmless(": ".join(filter(None, [said, ", ".join(sides)])))
        if isinstance(content, float):
            shown = f"{content:g}"
            return shown.replace(".", ",") if self._found.decimal_comma else shown
        return "" if content is None else harmless(str(content))
