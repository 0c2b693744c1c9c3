"""The learner's options: command-line flags beat the environment, which beats the TOML file.

The file ``config.toml`` lies beside the database. A key ``drill.new_per_day`` stands in it under
``[drill]`` as ``new_per_day``, and in the environment as ``QUIZPREP_DRILL_NEW_PER_DAY``. A value is
checked when it is asked for, so that one mistyped option does not keep another from being set.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizprep.errors import LearnerError
from quizprep.kinds import LANGUAGES

if TYPE_CHECKING:
    from quizprep.schedule import Options

FILE = "config.toml"
_HEADER = "# quizprep's options. `quizprep config` shows and sets them; it does not keep comments.\n"


@dataclass(frozen=True)
class Setting:
    """One option: how its text is read, what it does, and which field of the drill's options it is."""

    read: Callable[[str], Any]
    about: str
    field: str = ""


@dataclass(frozen=True)
class Found:
    """A setting's value as it counts, and where it comes from: environment, file or default."""

    key: str
    value: Any
    origin: str


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise LearnerError("give a whole number") from None


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise LearnerError("give a number")
    return number


def _numbers(text: str) -> tuple[float, ...]:
    """``1 10``, ``1, 10`` or ``[1, 10]``; nothing, or ``none``, for no numbers at all."""
    words = text.strip().strip("[]()").replace(",", " ").split()
    return () if words == ["none"] else tuple(map(_number, words))


def _truth(text: str) -> bool:
    word = text.strip().lower()
    if word in ("true", "yes", "on", "1"):
        return True
    if word in ("false", "no", "off", "0"):
        return False
    raise LearnerError("give true or false")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise LearnerError("give a date such as 2026-12-16") from None


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise LearnerError(f"give {' or '.join(LANGUAGES)}")
    return text


def _device(text: str) -> str:
    kind, _, index = text.partition(":")
    if text in ("auto", "cpu", "mps") or (kind == "cuda" and (text == kind or index.isdecimal())):
        return text
    raise LearnerError("give auto, cpu, cuda, cuda:N or mps")


def _path(text: str) -> str:
    """An absolute path: options are read from wherever the program is started."""
    path = Path(text).expanduser().absolute()
    if not path.exists():
        raise LearnerError("there is no such file or folder")
    return str(path)


SETTINGS: Mapping[str, Setting] = {
    "lang": Setting(_language, "language of the interface; the locale's by default"),
    "device": Setting(_device, "where proofs are computed"),
    "content": Setting(_path, "your own YAML file or folder instead of the shipped questions"),
    "exam.date": Setting(_date, "day of the exam: new cards are paced towards it", "exam_day"),
    "drill.new_per_day": Setting(_whole, "new cards a day", "new_per_day"),
    "drill.reviews_per_day": Setting(_whole, "reviews a day, at most", "reviews_per_day"),
    "drill.retention": Setting(_number, "chance of recall at which a card comes back", "desired_retention"),
    "drill.fuzz": Setting(_truth, "spread due dates a little", "fuzz"),
    "drill.learning_steps": Setting(_numbers, "minutes between the first answers", "learning_steps"),
    "drill.relearning_steps": Setting(_numbers, "minutes after a card was forgotten", "relearning_steps"),
    "drill.maximum_interval": Setting(_whole, "longest interval, in days", "maximum_interval"),
    "drill.day_starts_at": Setting(_whole, "hour at which a study day begins", "day_turns_over_at"),
    "drill.easy_seconds": Setting(_number, "a right answer quicker than this is proposed as Easy", "easy_seconds"),
    "drill.leech_lapses": Setting(_whole, "times forgotten that make a leech", "leech_lapses"),
    "drill.learn_ahead": Setting(_number, "minutes a learning step may be taken early", "learn_ahead"),
    "drill.weights": Setting(_numbers, "FSRS weights; `quizprep optimize` sets them", "weights"),
}
_PLAIN_DEFAULTS = {"lang": None, "device": "auto", "content": None}


class Settings:
    """What the environment and the file say. Raises :class:`LearnerError` for a file that is no TOML."""

    def __init__(self, path: Path, environment: Mapping[str, str] | None = None) -> None:
        self.path = path
        self._environment = os.environ if environment is None else environment
        self._written = _read(path)

    def find(self, key: str) -> Found:
        """A setting's value and its origin. Raises :class:`LearnerError` for a bad key or value."""
        setting = _setting(key)
        variable = variable_of(key)
        if self._environment.get(variable):
            return Found(key, _checked(variable, setting, self._environment[variable]), variable)
        if key in self._written:
            return Found(key, _checked(f"{self.path}: {key}", setting, _as_text(self._written[key])), "file")
        return Found(key, self._default(key), "default")

    def get(self, key: str) -> Any:
        """A setting's value."""
        return self.find(key).value

    def all(self) -> Iterator[Found]:
        """Every setting. Raises :class:`LearnerError` for a key in the file that is none."""
        self._refuse_strangers()
        return map(self.find, SETTINGS)

    def options(self) -> Options:
        """The drill's options. Raises :class:`LearnerError` saying which setting makes no sense."""
        from quizprep.schedule import Options

        self._refuse_strangers()
        chosen = {}
        for key, setting in SETTINGS.items():
            if setting.field and (found := self.find(key)).origin != "default":
                chosen[setting.field] = found.value
        return Options(**chosen)

    def set(self, key: str, text: str) -> Any:
        """Check a value and write it to the file; returns the value."""
        setting = _setting(key)
        value = _checked(key, setting, text)
        self._write({**self._written, key: value})
        return value

    def unset(self, key: str) -> None:
        """Take a key out of the file, also one that is no setting. Raises where it is not there."""
        if key not in self._written:
            raise LearnerError(f"`{key[:80]}` is not set in {self.path}.")
        self._write({name: value for name, value in self._written.items() if name != key})

    def _default(self, key: str) -> Any:
        from quizprep.schedule import Options

        return _PLAIN_DEFAULTS[key] if key in _PLAIN_DEFAULTS else getattr(Options(), SETTINGS[key].field)

    def _refuse_strangers(self) -> None:
        for key in self._written:
            if key not in SETTINGS:
                advice = _advice(key)
                raise LearnerError(
                    f"{self.path}: `{key}` is no setting; {advice} Remove it with `quizprep config {key} --unset`."
                )

    def _write(self, written: Mapping[str, Any]) -> None:
        """Replace the file in one step: a crash leaves the old one or the new one."""
        temporary = self.path.with_suffix(f".{os.getpid()}.partial")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(toml(written), encoding="utf-8")
            temporary.replace(self.path)
        except OSError as error:
            raise LearnerError(f"{self.path} cannot be written: {error.strerror}.") from error
        self._written = dict(written)


def variable_of(key: str) -> str:
    """The environment variable that beats the file: ``drill.fuzz`` → ``QUIZPREP_DRILL_FUZZ``."""
    return "QUIZPREP_" + key.upper().replace(".", "_")


def toml(settings: Mapping[str, Any]) -> str:
    """Flat dotted keys as a TOML document with one table for each first part.

    >>> print(toml({"lang": "ko", "drill.fuzz": False}), end="")  # doctest: +ELLIPSIS
    # ...
    lang = "ko"
    <BLANKLINE>
    [drill]
    fuzz = false
    """
    tables: dict[str, list[str]] = {}
    for key, value in settings.items():
        table, _, name = key.rpartition(".")
        tables.setdefault(table, []).append(f"{_toml_key(name)} = {_toml_value(value)}\n")
    bare = "".join(tables.pop("", []))
    named = ("".join([f"\n[{'.'.join(map(_toml_key, table.split('.')))}]\n", *lines]) for table, lines in tables.items())
    return _HEADER + bare + "".join(named)


def _toml_key(name: str) -> str:
    return name if name and all(char.isascii() and (char.isalnum() or char in "-_") for char in name) else _toml_text(name)


def _toml_text(text: str) -> str:
    """A basic string; JSON's escapes are all TOML escapes, but TOML wants DEL escaped too."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_toml_value, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_toml_key(key)} = {_toml_value(entry)}' for key, entry in value.items())}}}"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return _toml_text(value) if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> str:
    """A number or date as TOML has it; ``10.0`` is shown and written as ``10``."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value == int(value) and abs(value) < 2**53 else str(value)


def shown(value: Any) -> str:
    """A value as `quizprep config` shows it, and takes it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return " ".join(map(_plain, value)) or "none"
    return value if isinstance(value, str) else _plain(value)


def _as_text(written: Any) -> str:
    """What a person would have typed for a value of the file."""
    return shown(tuple(written)) if isinstance(written, list) else shown(written)


def _checked(where: str, setting: Setting, text: str) -> Any:
    """The value that a text stands for, which must also make sense to the scheduler."""
    try:
        value = setting.read(text)
        if setting.field:
            from quizprep.schedule import Options

            Options(**{setting.field: value})
    except LearnerError as error:
        raise LearnerError(f"{where}: `{text[:80]}` will not do; {str(error).rstrip('.')}.") from None
    return value


def _setting(key: str) -> Setting:
    if key in SETTINGS:
        return SETTINGS[key]
    raise LearnerError(f"`{key[:80]}` is no setting; {_advice(key)}")


def _advice(key: str) -> str:
    from quizprep.deck.nearest import did_you_mean

    by_last_part = {name.rpartition(".")[2]: name for name in SETTINGS}
    if key in by_last_part:
        return f"did you mean `{by_last_part[key]}`?"
    return did_you_mean(key, SETTINGS) or "`quizprep config` lists them."


def _read(path: Path) -> dict[str, Any]:
    """The file as flat dotted keys; none where there is no file."""
    if not path.exists():
        return {}
    import tomllib

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LearnerError(f"{path} is no TOML: {error}. Mend it, or delete it to go back to the defaults.") from None
    except OSError as error:
        raise LearnerError(f"{path} cannot be read: {error.strerror}.") from None
    return dict(_flat(document))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
