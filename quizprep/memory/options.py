"""What the learner can set about drills: the one table of it.

A field of :class:`Options` has its default and, in its annotation, a :class:`Setting`: the key that ``quizprep config``
and the file have for it, how its text is read, what it is for, and what it must meet. The names in the file and the
environment, the checks, and the lines of ``quizprep config`` follow from it.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from typing import Annotated, Any, Self, get_args

from quizprep.errors import LearnerError, ValueMisfitError
from quizprep.frozen import frozen
from quizprep.memory.fsrs7 import SEVEN_LOWER, SEVEN_UPPER, SEVEN_WEIGHTS
from quizprep.text import Text

# The defaults of FSRS-6, as in fsrs.scheduler.DEFAULT_PARAMETERS (a test holds them together).
DEFAULT_WEIGHTS = (
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796,
    1.4835, 0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
)  # fmt: skip


@frozen
class Demand:
    """What a value must meet, and the rest of the sentence that begins with the field's name where it does not."""

    holds: Callable[[Any], bool]
    text: Text


@frozen
class Setting:
    """One thing that can be set: its key, its default, how its text is read, and what it is for."""

    key: str
    read: Callable[[str], Any]
    about: Text
    default: Any = None
    demands: tuple[Demand, ...] = ()
    field: str = ""  # of Options, where it is one of a drill's
    topical: bool = False  # whether a chapter or topic can have it of its own

    def check(self, value: Any) -> None:
        """Raise :class:`LearnerError` for a value that makes no sense."""
        for demand in self.demands:
            if not demand.holds(value):
                raise LearnerError(Text(f"{self.key} {demand.text['en']}.", ko=f"{self.key} 값은 {demand.text['ko']}."))


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EASY_SHARE = 0.5  # of an ordinary day's cards on an easy day, where nothing else is set
ORDERS = ("course", "content", "random")  # in which new cards come
LEECH_ACTIONS = ("suspend", "mark")  # what becomes of a leech


def _one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of several words."""

    def read(text: str) -> str:
        if text not in words:
            raise LearnerError(Text(f"give {', '.join(words)}", ko=f"쓸 수 있는 값: {', '.join(words)}"))
        return text

    return read


def whole(text: str) -> int:
    """A whole number. Raises :class:`LearnerError` as all of these do."""
    try:
        return int(text)
    except ValueError:
        raise LearnerError(Text("give a whole number", ko="정수를 적으세요")) from None


def number(text: str) -> float:
    """A finite number."""
    _refuse_decimal_comma(text)
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise LearnerError(Text("give a number", ko="수를 적으세요"))
    return value


def _refuse_decimal_comma(text: str) -> None:
    """Raises LearnerError for ``0,9``."""
    if re.search(r"\d,\d", text):  # rare: the formula language is not loaded for anything else
        from quizprep.formula.read.decimal_comma import refuse_decimal_commas

        refuse_decimal_commas(text)


def numbers(text: str) -> tuple[float, ...]:
    """``1 10``, ``1, 10`` or ``[1, 10]``; nothing, or ``none``, for no numbers at all."""
    if not text.strip().startswith("["):
        _refuse_decimal_comma(text)
    words = text.strip().strip("[]()").replace(",", " ").split()
    return () if words == ["none"] else tuple(map(number, words))


def weekdays(text: str) -> tuple[str, ...]:
    """``sat sun``, ``sat=0.3`` or ``none``: weekdays, each with its share of an ordinary day's cards."""
    shares = {}
    for word in text.strip().strip("[]()").replace(",", " ").split():
        name, given, share = word.lower().partition("=")
        if name == "none":
            continue
        value = number(share) if given else EASY_SHARE
        if name[:3] not in WEEKDAYS or not 0 <= value <= 1:
            raise LearnerError(
                Text(
                    f"give weekdays ({' '.join(WEEKDAYS)}), each with a share of 0 to 1: sat=0.5",
                    ko=f"요일({' '.join(WEEKDAYS)})과 0에서 1 사이의 비율을 적으세요: sat=0.5",
                )
            )
        shares[name[:3]] = value
    return tuple(f"{day}={shares[day]:g}" for day in WEEKDAYS if day in shares)


def truth(text: str) -> bool:
    """``true``, ``yes``, ``on`` or ``1``, and their opposites."""
    word = text.strip().lower()
    if word in ("true", "yes", "on", "1"):
        return True
    if word in ("false", "no", "off", "0"):
        return False
    raise LearnerError(Text("give true or false", ko="true 또는 false를 적으세요"))


def _at_most(high: int, unit: Text) -> Demand:
    """A bound within what every clock and every database can hold."""
    return Demand(
        lambda value: value <= high,
        Text(f"must be at most {high:,} {unit['en']}", ko=f"{high:,}{unit['ko']} 이하여야 합니다"),
    )


def _all(demand: Demand) -> Demand:
    return Demand(lambda values: all(map(demand.holds, values)), demand.text)


def _fsrs_takes(weights: tuple[float, ...]) -> bool:
    if weights == DEFAULT_WEIGHTS:  # without the import, for every start
        return True
    if len(weights) == len(SEVEN_WEIGHTS):
        bounds = zip(SEVEN_LOWER, weights, SEVEN_UPPER, strict=True)
        return all(low <= weight <= high for low, weight, high in bounds)
    from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

    bounds = zip(LOWER_BOUNDS_PARAMETERS, weights, UPPER_BOUNDS_PARAMETERS, strict=True)
    return all(low <= weight <= high for low, weight, high in bounds)


_YEAR = 525_600  # minutes
_NOT_NEGATIVE = Demand(lambda value: value >= 0, Text("must not be negative", ko="음수일 수 없습니다"))
_ONE_OR_MORE = Demand(lambda value: value >= 1, Text("must be at least 1", ko="1 이상이어야 합니다"))
_CARDS = (_NOT_NEGATIVE, _at_most(1_000_000, Text("cards", ko="장")))
_A_CHANCE = Demand(lambda value: 0 < value < 1, Text("must lie between 0 and 1", ko="0과 1 사이여야 합니다"))
_NO_TINY_CHANCE = Demand(lambda value: value >= 0.001, Text("must be at least 0.001", ko="0.001 이상이어야 합니다"))
_MINUTES = (
    Demand(lambda steps: all(step > 0 for step in steps), Text("must be positive minutes", ko="0분보다 커야 합니다")),
    _all(_at_most(10 * _YEAR, Text("minutes", ko="분"))),
    Demand(lambda steps: len(steps) <= 100, Text("must be at most 100 numbers", ko="100개 이하여야 합니다")),
)
_AN_HOUR = Demand(lambda hour: 0 <= hour <= 23, Text("must be an hour from 0 to 23", ko="0–23시여야 합니다"))
_DAYS = Demand(lambda days: 1 <= days <= 36500, Text("must lie between 1 and 36500 days", ko="1–36500일이어야 합니다"))
_AS_MANY_AS_FSRS_HAS = Demand(
    lambda weights: len(weights) in (len(DEFAULT_WEIGHTS), len(SEVEN_WEIGHTS)),
    Text(
        f"must be {len(DEFAULT_WEIGHTS)} numbers, or {len(SEVEN_WEIGHTS)} for FSRS-7",
        ko=f"수 {len(DEFAULT_WEIGHTS)}개, FSRS-7이면 {len(SEVEN_WEIGHTS)}개여야 합니다",
    ),
)
_AS_FSRS_TAKES = Demand(
    _fsrs_takes, Text("must lie within the bounds of FSRS", ko="FSRS가 허용하는 범위에 있어야 합니다")
)


def _set_as(key: str, read: Callable[[str], Any], about: Text, *demands: Demand, topical: bool = False) -> Setting:
    return Setting(key, read, about, demands=demands, topical=topical)


@frozen
class Options:
    """Everything about a drill that the learner can set. Steps are in minutes, intervals in days.

    Raises :class:`LearnerError` for a value that makes no sense.
    """

    order: Annotated[
        str,
        _set_as(
            "drill.order",
            _one_of(*ORDERS),
            Text(
                "how new cards come: course (foundations first), content (as the files have them), random",
                ko="새 카드를 내는 순서: course(기초부터), content(파일에 적힌 대로), random",
            ),
        ),
    ] = "course"
    new_per_day: Annotated[
        int,
        _set_as(
            "drill.new_per_day", whole, Text("new cards a day", ko="하루에 배울 새 카드 수"), *_CARDS, topical=True
        ),
    ] = 20
    reviews_per_day: Annotated[
        int,
        _set_as(
            "drill.reviews_per_day",
            whole,
            Text("reviews a day, at most", ko="하루 복습 수의 상한"),
            *_CARDS,
            topical=True,
        ),
    ] = 200
    desired_retention: Annotated[
        float,
        _set_as(
            "drill.retention",
            number,
            Text("chance of recall at which a card comes back", ko="카드를 다시 낼 때의 회상률"),
            _A_CHANCE,
            _NO_TINY_CHANCE,
            topical=True,
        ),
    ] = 0.9
    fuzz: Annotated[
        bool,
        _set_as("drill.fuzz", truth, Text("spread due dates a little", ko="복습 날짜를 조금씩 흩어 놓기")),
    ] = True
    easy_days: Annotated[
        tuple[str, ...],
        _set_as(
            "drill.easy_days",
            weekdays,
            Text(
                "weekdays with fewer cards: sat sun, or with their share of an ordinary day: sat=0.3",
                ko="카드를 줄일 요일: sat sun, 또는 보통 날에 대한 비율과 함께 sat=0.3",
            ),
        ),
    ] = ()
    bury_siblings: Annotated[
        bool,
        _set_as(
            "drill.bury_siblings",
            truth,
            Text(
                "leave what shares a proof or topic with today's answers for another day, always",
                ko="오늘 답한 증명이나 주제의 다른 문제는 남은 것이 없어도 다른 날로 미루기",
            ),
        ),
    ] = False
    learning_steps: Annotated[
        tuple[float, ...],
        _set_as(
            "drill.learning_steps",
            numbers,
            Text("minutes between the first answers", ko="처음 답들 사이의 간격(분)"),
            *_MINUTES,
            topical=True,
        ),
    ] = (1, 10)
    relearning_steps: Annotated[
        tuple[float, ...],
        _set_as(
            "drill.relearning_steps",
            numbers,
            Text("minutes after a card was forgotten", ko="잊은 카드를 다시 낼 간격(분)"),
            *_MINUTES,
            topical=True,
        ),
    ] = (10,)
    maximum_interval: Annotated[
        int,
        _set_as("drill.maximum_interval", whole, Text("longest interval, in days", ko="가장 긴 복습 간격(일)"), _DAYS),
    ] = 36500
    day_turns_over_at: Annotated[
        int,
        _set_as(
            "drill.day_starts_at",
            whole,
            Text("hour at which a study day begins", ko="학습일이 시작되는 시각(시)"),
            _AN_HOUR,
        ),
    ] = 4
    easy_seconds: Annotated[
        float,
        _set_as(
            "drill.easy_seconds",
            number,
            Text("a right answer quicker than this is proposed as Easy", ko="이보다 빨리(초) 맞히면 ‘쉬움’을 제안"),
            _NOT_NEGATIVE,
            _at_most(86_400, Text("seconds", ko="초")),
        ),
    ] = 8.0
    leech_lapses: Annotated[
        int,
        _set_as(
            "drill.leech_lapses",
            whole,
            Text("times forgotten that make a leech", ko="거머리로 여길 잊은 횟수"),
            _ONE_OR_MORE,
            _at_most(1_000_000, Text("times", ko="번")),
        ),
    ] = 8
    leech_action: Annotated[
        str,
        _set_as(
            "drill.leech_action",
            _one_of(*LEECH_ACTIONS),
            Text(
                "what becomes of a leech: suspend, or mark alone",
                ko="거머리를 어떻게 할지: suspend(보류), mark(표시만)",
            ),
        ),
    ] = "suspend"
    learn_ahead: Annotated[
        float,
        _set_as(
            "drill.learn_ahead",
            number,
            Text("minutes a learning step may be taken early", ko="학습 단계를 앞당길 수 있는 시간(분)"),
            _NOT_NEGATIVE,
            _at_most(_YEAR, Text("minutes", ko="분")),
        ),
    ] = 20.0
    weights: Annotated[
        tuple[float, ...],
        _set_as(
            "drill.weights",
            numbers,
            Text("FSRS weights; `quizprep optimize` sets them", ko="FSRS 가중치, `quizprep optimize`가 맞춤"),
            _AS_MANY_AS_FSRS_HAS,
            _AS_FSRS_TAKES,
        ),
    ] = DEFAULT_WEIGHTS

    def __post_init__(self) -> None:
        for setting in SETTINGS:
            setting.check(getattr(self, setting.field))

    @property
    def six_weights(self) -> tuple[float, ...]:
        """Weights for what takes those of FSRS-6 alone: the learner's, or the defaults where theirs are of FSRS-7."""
        return self.weights if len(self.weights) == len(DEFAULT_WEIGHTS) else DEFAULT_WEIGHTS

    @property
    def shares(self) -> tuple[float, ...]:
        """The cards of each weekday, Monday first, as a share of those of an ordinary day."""
        easy = dict(day.split("=") for day in self.easy_days)
        return tuple(float(easy.get(day, 1)) for day in WEEKDAYS)

    def new_on(self, day: date) -> int:
        """New cards of a study day."""
        return round(self.new_per_day * self.shares[day.weekday()])

    def scheduling(self) -> str:
        """The part that decides states and dates, as canonical JSON: kept in the log for replay."""
        return json.dumps(
            {
                "desired_retention": float(self.desired_retention),
                "learning_steps": [float(step) for step in self.learning_steps],
                "relearning_steps": [float(step) for step in self.relearning_steps],
                "maximum_interval": int(self.maximum_interval),
                "fuzz": bool(self.fuzz),
                "weights": [float(weight) for weight in self.weights],
            },
            sort_keys=True,
            separators=(",", ":"),
        )

    def scheduling_id(self) -> str:
        """A name for :meth:`scheduling`: equal names schedule equally."""
        return scheduling_name(self.scheduling())

    @classmethod
    def from_scheduling(cls, text: str) -> Self:
        """Inverse of :meth:`scheduling`. Raises ValueError or :class:`LearnerError` on other text."""
        values = json.loads(text)
        expected = {"desired_retention", "learning_steps", "relearning_steps", "maximum_interval"}
        if not isinstance(values, dict) or set(values) != expected | {"fuzz", "weights"}:
            raise ValueMisfitError(Text("not a scheduler's options", ko="스케줄러의 설정이 아닙니다"))
        for name in ("learning_steps", "relearning_steps", "weights"):
            values[name] = tuple(float(value) for value in values[name])
        return cls(**values)


def scheduling_name(scheduling: str) -> str:
    """The name of canonical JSON: its hash."""
    import hashlib

    return hashlib.blake2b(scheduling.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


#: The rows of the table, each with the name of its field, in the order in which they are listed.
SETTINGS = tuple(replace(get_args(each.type)[1], default=each.default, field=each.name) for each in fields(Options))
