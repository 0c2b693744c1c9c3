"""What the judge answers: one object, as ``--json`` prints it. No torch is imported here."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, NamedTuple

from quizprep.errors import CircularError, FormulaError, QuizprepError, TooMuchWorkError
from quizprep.formula.limits import OutOfTime
from quizprep.formula.names import Names
from quizprep.formula.show.caret import caret
from quizprep.formula.tree import Node
from quizprep.frozen import frozen
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.compare import Comparison
    from quizprep.judge.diagnose import Diagnosis
    from quizprep.judge.samples import Space

SECONDS = 3.0  # of the processor, for one verdict
DIAGNOSING = 2.0  # of these, for a reason
VERDICTS = ("equivalent", "different", "undecided", "unreadable")


class Doubt(NamedTuple):
    """Why nothing is decided, and what whoever wrote the formula can say on the command line to have it decided."""

    said: Text
    remedy: Text | None = None


@frozen
class Verdict:
    """What ``--json`` prints. ``counterexample``, ``diagnosis`` and ``error`` are None where there is none.

    ``max_error`` is the largest relative difference among the compared points; values that do not
    exist are None.
    """

    verdict: str
    read_as: str | None = None
    tier: str | None = None
    samples: int = 0
    max_error: float | None = None
    counterexample: Mapping[str, Any] | None = None
    diagnosis: Mapping[str, str] | None = None
    domain: str | None = None
    convention: str | None = None  # the other convention under which the formula is equivalent, in words
    step: str | None = None  # the step of the proof that the formula states, where it is not the result
    read_with: Mapping[str, str] = field(default_factory=dict)  # names as written → the proof's names, or numbers
    breaks: Sequence[Mapping[str, Any]] = ()  # where a right Python function fails: `inputs`, `got`, `expected`, `text`
    confirmed: bool | None = None  # whether torch, by the proof's routine, says what its formulas say; None: not asked
    device: str = "cpu"
    ms: float = 0.0
    statement: str = ""
    remedy: str = ""  # what can be said on the command line to have it decided; nowhere else it can
    error: Mapping[str, Any] | None = None
    caret: str = ""  # the formula with a caret below the fault, for the screen
    circular: bool = False  # unreadable because it uses what is asked for

    @property
    def exit_code(self) -> int:
        """0 equivalent, 1 different or undecided, 2 unreadable."""
        return {"equivalent": 0, "unreadable": 2}.get(self.verdict, 1)

    @property
    def advised(self) -> str:
        """The statement, with what can be done about it on the command line."""
        return " ".join(filter(None, (self.statement, self.remedy)))

    def as_json(self) -> dict[str, Any]:
        """The object of ``--json``; ``error`` is there for unreadable formulas only."""
        left_out = ("caret", "circular", "remedy")
        entries = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in left_out}
        entries["statement"] = self.advised
        if self.error is None:
            del entries["error"]
        if not self.breaks:
            del entries["breaks"]
        return entries


def unreadable(error: QuizprepError, started: float, device: str, language: str, text: str = "") -> Verdict:
    """The verdict on what could not be read; ``text`` is the formula at fault, where the error does not know it."""
    message = error.said[language]
    if isinstance(error, FormulaError):
        error.text = error.text or text
    return Verdict(
        "unreadable",
        device=device,
        ms=milliseconds(started),
        statement=message,
        error={"message": message, "offset": error.offset if isinstance(error, FormulaError) else 0},
        caret=caret(error) if isinstance(error, FormulaError) and error.text else "",
        circular=isinstance(error, CircularError),
    )


def refused(error: QuizprepError, started: float, device: str, language: str, text: str = "") -> Verdict:
    """The verdict on a formula that raises an error: undecided where it was read and takes too much work."""
    if isinstance(error, TooMuchWorkError):
        return Verdict("undecided", device=device, ms=milliseconds(started), statement=error.said[language])
    return unreadable(error, started, device, language, text)


def answered(
    judge: Callable[[], Verdict], started: float, device: str, language: str, text: str = "", *, function: str = ""
) -> Verdict:
    """What ``judge`` finds; whatever it raises is a verdict as well. ``text`` is what was typed."""
    try:
        return judge()
    except QuizprepError as error:
        return refused(error, started, device, language, text)
    except RecursionError:
        return unreadable(too_deep(), started, device, language)
    except (OutOfTime, MemoryError):
        return too_much(started, device, language, function)
    except Exception as error:  # a fault of this program, or of numpy or torch, is no verdict on a formula
        return failed(error, started, device, language)


def failed(error: Exception, started: float, device: str, language: str) -> Verdict:
    """The verdict where the judge itself fails."""
    return Verdict("undecided", device=device, ms=milliseconds(started), statement=failure(error)[language])


def failure(error: Exception) -> Text:
    """What is said where the judge itself fails."""
    said = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    return Text(
        f"Not decided: the judge failed on this, which is a fault of the program ({said}). Please report it with what "
        "you typed; written another way it may be judged.",
        ko=f"판정하지 않았습니다. 판정하다가 프로그램 오류가 났습니다({said}). 입력한 내용과 함께 알려 주세요. 다른 "
        "꼴로 적으면 판정될 수도 있습니다.",
    )


def milliseconds(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


def too_deep() -> FormulaError:
    return FormulaError(
        Text(
            "The formula is nested too deeply to be read; write it in several lines.",
            ko="식이 너무 깊이 겹쳐 있어 읽을 수 없습니다. 여러 줄로 나누어 적으세요.",
        )
    )


def too_much(started: float, device: str, language: str, function: str = "") -> Verdict:
    """The verdict where the time or the memory that a verdict may take is spent; ``function`` was called for it."""
    if function:
        statement = Text(
            f"Not decided: to hold {function} against the proof takes more computing than a verdict may. Name its "
            "parameters as the proof does.",
            ko=f"판정하지 않았습니다. {function} 함수를 증명과 견주는 계산이 너무 오래 걸립니다. 매개변수를 증명의 "
            "기호대로 이름 지으세요.",
        )
        return Verdict("undecided", device=device, ms=milliseconds(started), statement=statement[language])
    statement = Text(
        "Not decided: this takes more computing than a verdict may. State a smaller domain, shorter sums, or fewer "
        "indices.",
        ko="판정하지 않았습니다. 계산이 너무 오래 걸립니다. 범위나 합을 줄이거나 첨자를 줄여 적어 주세요.",
    )
    return Verdict("undecided", device=device, ms=milliseconds(started), statement=statement[language])


def verdict_of(
    comparison: Comparison,
    read_as: str,
    space: Space,
    diagnosis: Diagnosis | None,
    device: str,
    language: str,
    started: float,
    *,
    step: str | None = None,
    convention: str | None = None,
    read_with: Mapping[str, str] | None = None,
    notes: Sequence[Text] = (),
) -> Verdict:
    """The verdict on a comparison; ``notes`` are said before what was found."""
    example = comparison.counterexample
    return Verdict(
        verdict=comparison.verdict,
        read_as=read_as,
        tier=comparison.tier,
        samples=comparison.samples,
        max_error=_finite(comparison.max_error),
        counterexample=None
        if example is None
        else {
            "inputs": dict(example.inputs),
            "yours": example.yours,
            "expected": example.expected,
        },
        diagnosis=None if diagnosis is None else _as_shown(diagnosis, language),
        domain=str(space) if space.domains else Text("constants only", ko="상수만")[language],
        device=device,
        ms=milliseconds(started),
        convention=convention,
        step=step,
        read_with=dict(read_with or {}),
        statement=" ".join(note[language] for note in (*notes, comparison.statement)),
        remedy=comparison.remedy[language] if comparison.remedy else "",
    )


def _as_shown(diagnosis: Diagnosis, language: str) -> dict[str, str]:
    """The reason, with the formula put right where it is a change to the one that was given."""
    shown = {"kind": diagnosis.kind, "text": diagnosis.text[language]}
    return {**shown, "repair": diagnosis.repair} if diagnosis.repair else shown


def _finite(number: float | None) -> float | None:
    return number if number is not None and abs(number) < float("inf") else None


def rendered(tree: Node, names: Names | None = None) -> str:
    from quizprep.formula.show.render import render

    return render(tree, names)
