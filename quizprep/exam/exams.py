"""The exams that were set: a date, minutes by weekday, days off, chapters and their weights; one file of JSON.

The file ``exams.json`` lies beside the database and is replaced in one step. The setting ``exam.date`` of before is an
exam of the name ``exam``: from ``config.toml`` it moves over by itself, in the environment it counts for as long as it
is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizprep.errors import LearnerError, reason_of
from quizprep.files import write_in_one_step
from quizprep.frozen import frozen
from quizprep.memory.options import number
from quizprep.text import Text, with_particle

if TYPE_CHECKING:
    from quizprep.settings import Settings

FILE = "exams.json"
SETTING = "exam.date"
LIMIT = "drill.new_per_day"
USUAL = "exam"  # the name of an exam that was given none
MINUTES = 30.0  # a day, where nothing else is said
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_MINUTES, MOST_WEIGHT, MOST_EXAMS, MOST_DAYS_OFF = 1440.0, 1000.0, 50, 1000
MAX_BYTES = 1_000_000
_NAME = re.compile(r"[\w-]{1,40}")


@frozen
class Exam:
    """One exam. ``minutes`` are those of each weekday, Monday first.

    ``chapters`` are chapters, topics or questions (all for none); ``weights`` pairs some of them with what they weigh
    (1 for the rest); on ``days_off`` nothing is planned.
    """

    name: str
    day: date
    minutes: tuple[float, ...] = (MINUTES,) * 7
    chapters: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    days_off: tuple[date, ...] = ()

    def minutes_on(self, day: date) -> float:
        """The minutes that a day has for it: none from the exam's own day on."""
        return 0.0 if day in self.days_off or day >= self.day else self.minutes[day.weekday()]

    def minutes_from(self, today: date) -> list[float]:
        """Those of today and of every day until the exam."""
        return [self.minutes_on(today + timedelta(days=ahead)) for ahead in range(max(0, (self.day - today).days))]


class Exams:
    """All exams that were set, by name, in the order of their days."""

    def __init__(self, path: Path, found: Mapping[str, Exam], most_new: int | None = None) -> None:
        self.path = path
        self.most_new = most_new  # new cards a day, where the learner set that limit: it holds before an exam too
        self._found = dict(found)

    @classmethod
    def open(cls, settings: Settings) -> Exams:
        """Those beside the settings. Raises :class:`LearnerError` for a file that holds no exams."""
        path = settings.path.with_name(FILE)
        limit = settings.find(LIMIT)
        exams = cls(path, _read(path), None if limit.origin == "default" else limit.value)
        setting = settings.find(SETTING)
        if setting.value is not None:
            exams._take_over(setting.value)
            if setting.origin == "file":
                with suppress(LearnerError):  # where nothing can be written the setting goes on counting
                    exams._write()
                    settings.unset(SETTING)
        return exams

    def all(self) -> list[Exam]:
        return sorted(self._found.values(), key=lambda exam: (exam.day, exam.name))

    def ahead(self, today: date) -> list[Exam]:
        """Those whose day is still to come."""
        return [exam for exam in self.all() if exam.day > today]

    def next(self, today: date) -> Exam | None:
        """The exam of today, or the next one."""
        return next((exam for exam in self.all() if exam.day >= today), None)

    def chosen(self, name: str | None, today: date) -> Exam:
        """The exam of a name, or the next one. Raises :class:`LearnerError` where there is none ahead."""
        ahead = self.ahead(today)
        exam = next((each for each in ahead if name in (None, each.name)), None)
        if exam is None:
            shown = "" if name is None else f" `{name[:40]}`"
            raise LearnerError(
                Text(
                    f"No exam{shown} is ahead; set one: quizprep exam set DATE --minutes 40",
                    ko=f"앞으로 볼{shown} 시험이 없습니다. 정하려면: quizprep exam set 날짜 --minutes 40",
                )
            )
        return exam

    def get(self, name: str) -> Exam | None:
        return self._found.get(name)

    def put(self, exam: Exam) -> None:
        """Add an exam, or change the one of its name, on the disk. Raises :class:`LearnerError` where it cannot be."""
        if exam.name not in self._found and len(self._found) >= MOST_EXAMS:
            raise LearnerError(
                Text(
                    f"There are {MOST_EXAMS} exams already; drop one with `quizprep exam drop NAME`.",
                    ko=f"시험이 이미 {MOST_EXAMS}개입니다. `quizprep exam drop 이름`으로 하나를 지우세요.",
                )
            )
        self._found[exam.name] = exam
        self._write()

    def drop(self, name: str) -> None:
        """Take an exam out. Raises :class:`LearnerError` where there is none of the name."""
        if name not in self._found:
            there = ", ".join(exam.name for exam in self.all()) or "–"
            raise LearnerError(
                Text(
                    f"There is no exam `{name[:40]}`; there are: {there}",
                    ko=f"`{name[:40]}` 시험은 없습니다. 있는 시험: {there}",
                )
            )
        del self._found[name]
        self._write()

    def _take_over(self, day: date) -> None:
        known = self._found.get(USUAL)
        self._found[USUAL] = replace(known, day=day) if known else Exam(USUAL, day)

    def _write(self) -> None:
        import json

        text = json.dumps({"exams": [to_json(exam) for exam in self.all()]}, ensure_ascii=False, indent=1)
        write_in_one_step(self.path, [text, "\n"], make_folder=True)


def to_json(exam: Exam) -> dict[str, Any]:
    """An exam as one JSON object."""
    return {
        "name": exam.name,
        "date": exam.day.isoformat(),
        "minutes": dict(zip(WEEKDAYS, exam.minutes, strict=True)),
        "chapters": list(exam.chapters),
        "weights": dict(exam.weights),
        "days_off": [day.isoformat() for day in exam.days_off],
    }


def from_json(written: Any) -> Exam:
    """Inverse of :func:`to_json`. Raises ValueError, KeyError, TypeError, AttributeError or LearnerError on others."""
    minutes = tuple(_bounded(written["minutes"][weekday], MOST_MINUTES) for weekday in WEEKDAYS)
    weights = tuple((_text(name), _bounded(weight, MOST_WEIGHT)) for name, weight in written["weights"].items())
    return Exam(
        read_name(_text(written["name"])),
        date.fromisoformat(written["date"]),
        minutes,
        tuple(map(_text, written["chapters"])),
        weights,
        tuple(date.fromisoformat(day) for day in written["days_off"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _bounded(value: Any, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"not a number from 0 to {most:g}")
    return float(value)


def _read(path: Path) -> dict[str, Exam]:
    import json

    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ValueError(f"it is longer than {MAX_BYTES:,} bytes")
        exams = [from_json(each) for each in json.loads(content.decode())["exams"]]
        return {exam.name: exam for exam in exams}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise LearnerError(
            Text(
                f"{path} cannot be read: {error.strerror}.",
                ko=f"{path} 파일을 읽을 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, LearnerError):
        raise LearnerError(
            Text(
                f"{path} holds no exams as `quizprep exam set` writes them. Mend it, or delete it and set them again.",
                ko=f"{path} 파일에 `quizprep exam set`이 쓰는 형식의 시험이 없습니다. 고치거나, 지우고 다시 정하세요.",
            )
        ) from None


# ------------------------------------------------------------------------------ what is typed


def read_name(text: str) -> str:
    """A name of letters, digits, _ and -."""
    if not _NAME.fullmatch(text):
        raise LearnerError(
            Text(
                f"`{text[:40]}` is no name for an exam: use letters, digits, - and _, 40 at most.",
                ko=f"`{text[:40]}` 이름은 쓸 수 없습니다. 글자, 숫자, -, _ 를 40자까지 쓰세요.",
            )
        )
    return text


def read_day(text: str, today: date) -> date:
    """The exam's date, which must not be past."""
    day = _day("DATE", text)
    if not today <= day or day.year >= 3000:
        raise LearnerError(
            Text(
                f"{day} is past; today is {today}. Give a day to come." if day < today else "Give a year before 3000.",
                ko=f"{with_particle(str(day), '은(는)')} 지난 날짜입니다(오늘은 {today}). 앞으로 올 날짜를 적으세요."
                if day < today
                else "3000년보다 앞선 날짜를 적으세요.",
            )
        )
    return day


def read_minutes(text: str) -> tuple[float, ...]:
    """``40``, ``40 sat=90 sun=0`` or ``mon=20 wed=20``: minutes of each weekday, Monday first."""
    minutes: list[float] = []
    named: dict[str, float] = {}
    for word in _words(text):
        weekday, equals, amount = word.partition("=")
        if equals and weekday.lower()[:3] in WEEKDAYS:
            named[weekday.lower()[:3]] = _amount("--minutes", amount, MOST_MINUTES)
        elif equals or minutes:
            raise _unreadable("--minutes", word, "40, or 40,sat=90,sun=0")
        else:
            minutes.append(_amount("--minutes", word, MOST_MINUTES))
    usual = minutes[0] if minutes else 0.0
    found = tuple(named.get(weekday, usual) for weekday in WEEKDAYS)
    if not any(found):
        raise _unreadable("--minutes", text, "40, or 40,sat=90,sun=0")
    return found


def read_weights(text: str) -> tuple[tuple[str, float], ...]:
    """``attention=2,transformers=0.5``."""
    found = []
    for word in _words(text):
        name, equals, amount = word.partition("=")
        if not equals or not name:
            raise _unreadable("--weights", word, "attention=2,transformers=0.5")
        found.append((name, _amount("--weights", amount, MOST_WEIGHT)))
    return tuple(found)


def read_days_off(text: str) -> tuple[date, ...]:
    """``2026-12-20,2026-12-24..2026-12-26``; ``none`` for no day."""
    found: list[date] = []
    for word in _words(text):
        first, dots, last = word.partition("..")
        begun = _day("--days-off", first)
        ended = _day("--days-off", last) if dots else begun
        if not 0 <= (ended - begun).days < MOST_DAYS_OFF:
            raise _unreadable("--days-off", word, "2026-12-24..2026-12-26")
        found += [begun + timedelta(days=ahead) for ahead in range((ended - begun).days + 1)]
    return tuple(sorted(set(found)))


def read_names(text: str) -> tuple[str, ...]:
    """``attention,transformers``; ``all`` for the whole syllabus."""
    return tuple(_words(text.replace("all", "none") if text.strip() == "all" else text))


def _words(text: str) -> Sequence[str]:
    words = text.replace(",", " ").split()
    return [] if words == ["none"] else words


def _amount(option: str, text: str, most: float) -> float:
    try:
        amount = number(text)
    except LearnerError:
        amount = -1.0
    if not 0 <= amount <= most:
        raise _unreadable(option, text, Text(f"a number from 0 to {most:g}", ko=f"0부터 {most:g}까지의 수"))
    return amount


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise _unreadable(option, text, "2026-12-16") from None


def _unreadable(option: str, text: str, example: str | Text) -> LearnerError:
    example = example if isinstance(example, Text) else Text(f"such as {example}", ko=f"{example}처럼")
    return LearnerError(
        Text(
            f"{option}: `{text[:40]}` will not do; give {example['en']}.",
            ko=f"{option}: `{text[:40]}` 값은 쓸 수 없습니다. {example['ko']} 적으세요.",
        )
    )
