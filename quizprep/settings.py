"""The learner's options: command-line flags beat the environment, which beats the TOML file.

The file is ``config.toml`` (:mod:`quizprep.folders`). A key ``drill.new_per_day`` stands in it under
``[drill]`` as ``new_per_day``, and in the environment as ``QUIZPREP_DRILL_NEW_PER_DAY``. A value is
checked when it is asked for, so that one mistyped option does not keep another from being set.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from quizprep.errors import LearnerError, reason_of
from quizprep.files import write_in_one_step
from quizprep.frozen import frozen
from quizprep.memory import options
from quizprep.memory.options import Demand, Options, Setting
from quizprep.memory.topic_options import PREFIX, TOPICAL
from quizprep.nearest import suggest
from quizprep.text import LANGUAGES, Text

MAX_BYTES = 1_000_000  # of the file
_HEADER = "# quizprep's options. `quizprep config` shows and sets them.\n"  # of a file that is new
_OLD_HEADER = "# quizprep's options. `quizprep config` shows and sets them; it does not keep comments.\n"


@frozen
class Found:
    """A setting's value as it counts, and where it comes from: environment, file or default."""

    key: str
    value: Any
    origin: str


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise LearnerError(Text(f"give {' or '.join(LANGUAGES)}", ko=f"쓸 수 있는 값: {', '.join(LANGUAGES)}"))
    return text


def _device(text: str) -> str:
    kind, _, index = text.partition(":")
    if text in ("auto", "cpu", "mps") or (kind == "cuda" and (text == kind or index.isdecimal())):
        return text
    raise LearnerError(Text("give auto, cpu, cuda, cuda:N or mps", ko="쓸 수 있는 값: auto, cpu, cuda, cuda:N, mps"))


def _path(text: str) -> str:
    """An absolute path: options are read from wherever the program is started."""
    try:
        path = Path(text).expanduser().absolute()
        found = path.exists() and bool(str(path).encode())  # TOML holds no name that is not UTF-8
    except (OSError, RuntimeError, ValueError):  # too long; the home of nobody; a broken byte
        found = False
    if not found:
        raise LearnerError(Text("there is no such file or folder", ko="그런 파일이나 폴더가 없습니다"))
    return str(path)


def _day(text: str) -> date:
    """A date in ISO 8601."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise LearnerError(Text("give a date such as 2026-12-16", ko="날짜를 2026-12-16처럼 적으세요")) from None


_A_DAY = Demand(
    lambda day: day is None or 2000 <= day.year < 3000,
    Text("must be a day between 2000 and 2999", ko="2000년과 2999년 사이의 날짜여야 합니다"),
)

SETTINGS: Mapping[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting(
            "lang",
            _language,
            Text("language of the interface; the locale's by default", ko="화면 언어, 기본은 로캘의 언어"),
        ),
        Setting(
            "screen.plain",
            options.truth,
            Text(
                "lines alone, for a screen reader: nothing drawn, an answer a line",
                ko="화면 낭독기용: 그리지 않고 줄로만",
            ),
            default=False,
        ),
        Setting(
            "screen.mouse",
            options.truth,
            Text(
                "a click on an answer or on a key presses it; the terminal's own scrolling and marking need Shift then",
                ko="답이나 키를 마우스로 누르기. 터미널의 스크롤과 선택은 Shift와 함께",
            ),
            default=False,
        ),
        Setting("device", _device, Text("where proofs are computed", ko="증명을 계산할 장치"), default="auto"),
        Setting(
            "content",
            _path,
            Text(
                "your own YAML file or folder instead of the shipped questions",
                ko="기본 문제 대신 쓸 YAML 파일이나 폴더",
            ),
        ),
        Setting(
            "exam.date",
            _day,
            Text("day of the exam; becomes `quizprep exam set`", ko="시험 날짜. `quizprep exam set`으로 옮겨짐"),
            demands=(_A_DAY,),
        ),
        *options.SETTINGS,
    )
}


class Settings:
    """What the environment and the file say. Raises :class:`LearnerError` for a file that is no TOML."""

    def __init__(
        self, path: Path, environment: Mapping[str, str] | None = None, written: Mapping[str, Any] | None = None
    ) -> None:
        self.path = path
        self._environment = os.environ if environment is None else environment
        self._written = _read(path) if written is None else dict(written)

    def find(self, key: str) -> Found:
        """A setting's value and its origin. Raises :class:`LearnerError` for a bad key or value."""
        setting, topical = setting_of(key), _topical(key)
        variable = variable_of(key)
        if topical is None and self._environment.get(variable):
            return Found(key, _checked(variable, setting, self._environment[variable]), variable)
        if key in self._written:
            return Found(key, _checked(f"{self.path}: {key}", setting, _as_text(self._written[key])), "file")
        if topical is not None:  # what holds for all holds for it
            return replace(self.find(setting.key), key=key)
        return Found(key, setting.default, "default")

    def get(self, key: str) -> Any:
        """A setting's value."""
        return self.find(key).value

    def all(self) -> Iterator[Found]:
        """Every setting. Raises :class:`LearnerError` for a key in the file that is none."""
        self._refuse_strangers()
        return map(self.find, (*SETTINGS, *sorted(key for key in self._written if _topical(key))))

    def options(self) -> Options:
        """The drill's options. Raises :class:`LearnerError` saying which setting makes no sense."""
        self._refuse_strangers()
        chosen = {}
        for key, setting in SETTINGS.items():
            if setting.field and (found := self.find(key)).origin != "default":
                chosen[setting.field] = found.value
        return Options(**chosen)

    def topic_options(self) -> dict[str, dict[str, Any]]:
        """What chapters and topics have of their own: name → field of :class:`Options` → value.

        Raises :class:`LearnerError` as :meth:`options` does.
        """
        self._refuse_strangers()
        rows: dict[str, dict[str, Any]] = {}
        for key in self._written:
            if (topical := _topical(key)) is not None:
                rows.setdefault(topical[0], {})[setting_of(key).field] = self.get(key)
        return rows

    def with_text(self, key: str, text: str | None) -> Settings:
        """These settings once one has this text in the file, or stands there no more (None); nothing is written."""
        written = {name: value for name, value in self._written.items() if name != key}
        if text is not None:
            written[key] = _checked(key, setting_of(key), text)
        return Settings(self.path, self._environment, written)

    def set(self, key: str, text: str) -> Any:
        """Check a value and write it to the file; returns the value.

        Raises :class:`LearnerError` also where something in the file takes the key for a table, or stands where its
        table has to be.
        """
        setting = setting_of(key)
        value = _checked(key, setting, text)
        written = {**self._written, key: value}
        for name in written:
            if any(other.startswith(f"{name}.") for other in written):
                raise self._stranger(next(other for other in written if not _is_setting(other)))
        self._write(written, key)
        return value

    def unset(self, key: str) -> None:
        """Take a key out of the file, also one that is no setting. Raises where it is not there."""
        if key not in self._written:
            raise LearnerError(
                Text(f"`{key[:80]}` is not set in {self.path}.", ko=f"{self.path} 파일에 `{key[:80]}` 설정이 없습니다.")
            )
        self._write({name: value for name, value in self._written.items() if name != key}, key)

    def _refuse_strangers(self) -> None:
        for key in self._written:
            if not _is_setting(key):
                raise self._stranger(key)

    def _stranger(self, key: str) -> LearnerError:
        advice = _advice(key)
        return LearnerError(
            Text(
                f"{self.path}: `{key}` is no setting; {advice['en']} Remove it with `quizprep config {key} --unset`.",
                ko=f"{self.path}: `{key}` 설정은 없습니다. {advice['ko']} "
                f"지우려면 `quizprep config {key} --unset`을 쓰세요.",
            )
        )

    def _write(self, written: Mapping[str, Any], changed: str) -> None:
        """Replace the file in one step, all but one key as it was: a crash leaves the old one or the new one."""
        edited = _edited(_text_of(self.path).replace(_OLD_HEADER, _HEADER) or _HEADER, changed, written.get(changed))
        if _as_texts(_flat(_parsed(self.path, edited))) != _as_texts(written.items()):
            raise LearnerError(
                Text(
                    f"{self.path} is written so that `{changed}` cannot be changed from here; change it there.",
                    ko=f"{self.path} 파일의 형식 때문에 여기서 `{changed}` 설정을 바꿀 수 없습니다. 파일에서 고치세요.",
                )
            )
        write_in_one_step(self.path, [edited], make_folder=True)
        self._written = dict(written)


def variable_of(key: str) -> str:
    """The environment variable that beats the file: ``drill.fuzz`` → ``QUIZPREP_DRILL_FUZZ``."""
    return "QUIZPREP_" + key.upper().replace(".", "_")


def _plain(value: Any) -> str:
    """A number or date as TOML has it; ``10.0`` is shown and written as ``10``."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(_short_number(value))


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
        setting.check(value)
    except LearnerError as error:
        english, korean = error.said["en"].rstrip("."), error.said["ko"].rstrip(".")
        raise LearnerError(
            Text(
                f"{where}: `{text[:80]}` will not do; {english}.",
                ko=f"{where}: `{text[:80]}` 값은 쓸 수 없습니다. {korean}.",
            )
        ) from None
    return value


def topic_key(key: str, topic: str) -> str:
    """The key of a drill's option for one chapter or topic: ``drill.retention`` → ``drill.topics.NAME.retention``.

    Raises :class:`LearnerError` for an option that no topic can have of its own.
    """
    found = f"{PREFIX}{topic}.{key.removeprefix('drill.')}"
    setting_of(found)
    return found


def _topical(key: str) -> tuple[str, str] | None:
    """The topic and the option of a key such as ``drill.topics.attention.retention``; None for another key."""
    topic, dot, option = key.removeprefix(PREFIX).rpartition(".")
    return (topic, option) if key.startswith(PREFIX) and dot and topic and option in TOPICAL else None


def _is_setting(key: str) -> bool:
    return key in SETTINGS or _topical(key) is not None


def setting_of(key: str) -> Setting:
    """The row of the table for a key. Raises :class:`LearnerError` for a key that is none."""
    if key in SETTINGS:
        return SETTINGS[key]
    if (topical := _topical(key)) is not None:
        return TOPICAL[topical[1]]
    advice = _advice(key)
    raise LearnerError(
        Text(f"`{key[:80]}` is no setting; {advice['en']}", ko=f"`{key[:80]}` 설정은 없습니다. {advice['ko']}")
    )


def _advice(key: str) -> Text:
    if key.startswith(PREFIX):
        possible = ", ".join(TOPICAL)
        otherwise = Text(f"a chapter or topic can have {possible}.", ko=f"장이나 주제마다 정할 수 있는 것: {possible}.")
        return suggest(key.rpartition(".")[2], TOPICAL, otherwise)
    by_last_part = {name.rpartition(".")[2]: name for name in SETTINGS}
    listed = Text("`quizprep config` lists them.", ko="`quizprep config`로 목록을 볼 수 있습니다.")
    return suggest(by_last_part.get(key, key), SETTINGS, listed)


def _read(path: Path) -> dict[str, Any]:
    """The file as flat dotted keys; none where there is no file."""
    text = _text_of(path)
    return dict(_flat(_parsed(path, text))) if text else {}


def _text_of(path: Path) -> str:
    """What is written in the file; nothing where there is no file."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise LearnerError(
            Text(
                f"{path} cannot be read: {error.strerror}.",
                ko=f"{path} 파일을 읽을 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from None
    try:
        if len(content) > MAX_BYTES:
            raise ValueError(f"it is longer than {MAX_BYTES:,} bytes")
        return content.decode("utf-8").replace("\r\n", "\n")
    except ValueError as error:  # UnicodeDecodeError is one
        raise _no_toml(path, error) from None


def _parsed(path: Path, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError
        raise _no_toml(path, error) from None


def _no_toml(path: Path, error: Exception) -> LearnerError:
    return LearnerError(
        Text(
            f"{path} is no TOML: {error}. Mend it, or delete it to go back to the defaults.",
            ko=f"{path} 파일은 TOML이 아닙니다: {error}. 고치거나, 지우고 기본값으로 돌아가세요.",
        )
    )


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _as_texts(entries: Iterable[tuple[str, Any]]) -> dict[str, str]:
    return {key: _as_text(value) for key, value in entries}


def _edited(text: str, key: str, value: Any) -> str:
    """A TOML document with another value for one key, or without it (None); comments, order and spaces stay."""
    import tomlkit  # slower than all else that a start does

    document = tomlkit.parse(text if text.endswith("\n") else f"{text}\n")
    place = _place(document, key)
    if value is None:
        if place:
            del place[0][place[1]]
        return tomlkit.dumps(document)
    table: Any = document
    *tables, name = key.split(".")
    for part in tables:
        if part not in table:
            table[part] = tomlkit.table(is_super_table=part != tables[-1])
        table = table[part]
    table[name] = [_short_number(each) for each in value] if isinstance(value, tuple) else _short_number(value)
    return tomlkit.dumps(document)


def _place(table: Any, key: str) -> tuple[Any, str] | None:
    """The table that holds a dotted key, and its name there: a quoted name may have dots of its own."""
    for name, value in table.items():
        if name == key and not isinstance(value, dict):
            return table, name
        if isinstance(value, dict) and key.startswith(f"{name}.") and (found := _place(value, key[len(name) + 1 :])):
            return found
    return None


def _short_number(value: Any) -> Any:
    """``10`` for 10.0: what a person would have written."""
    return int(value) if isinstance(value, float) and abs(value) < 2**53 and value == int(value) else value
