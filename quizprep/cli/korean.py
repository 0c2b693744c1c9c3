"""The command line in Korean: help, what is said of a command that cannot be read, and of a file that has defects.

The texts stand in ``help.ko.yaml`` and ``defects.ko.yaml``, each under its English; what is missing there is shown in
English, and a test names it. typer lays out both kinds of help.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from quizprep.cli.help_pages import paragraphs, walk
from quizprep.text import HANGUL, PARTICLES, quotations, with_particle
from quizprep.translations import every_text, translated

_TEXTS = Path(__file__).with_name("help.py")  # beside it stands its translation
_DEFECTS = Path(__file__).with_name("defects.ko.yaml")
_PLACE = re.compile(r"\S[^\n]*?:\d+: ")  # before what is wrong there: FILE:LINE
_PARTICLE = re.compile(rf"(\S+?)({'|'.join(map(re.escape, PARTICLES))})")
_ENDS_OF_SENTENCES = ("다", "요")
_PANELS = {
    "Learn": "배우기", "Check": "검사하기", "Look after it": "관리하기", "Options": "옵션", "Arguments": "인수",
    "Commands": "명령",
}  # fmt: skip
_TYPES = {
    "str": "글", "int": "정수", "int range": "정수", "float": "수", "float range": "수", "path": "경로",
}  # fmt: skip
_LAID_OUT = {"default: {default}": "기본값: {default}", "required": "필수"}  # beside the help of an option, on lines
_USAGE = (  # what typer says of arguments that it cannot read
    (r"Missing argument '(.+)'\.", "{0} 인수가 빠졌습니다."),
    (r"Missing option '(.+)'\.", "{0} 옵션이 빠졌습니다."),
    (r"Missing command\.", "명령을 적으세요."),
    (r"No such option: (\S+)\s*(.*)", "{0} 옵션은 없습니다. {1}"),
    (r"No such command '(.+?)'\.\s*(.*)", "{0} 명령은 없습니다. {1}"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", "남는 인수가 있습니다: {0}"),
    (r"Option '(.+)' requires an argument\.", "{0} 옵션에는 값이 필요합니다."),
    (r"Option '(.+)' does not take a value\.", "{0} 옵션에는 값을 적지 않습니다."),
    (r"Invalid value for '(.+)': '(.+)' is not a valid int(?:eger)?(?: range)?\.", "{0}: ‘{1}’ 값은 정수가 아닙니다."),
    (r"Invalid value for '(.+)': '(.+)' is not a valid float(?: range)?\.", "{0}: ‘{1}’ 값은 수가 아닙니다."),
    (r"Invalid value for '(.+)': (.+) is not in the range (.+)\.", "{0}: 값 {1}: 범위 {2} 밖입니다."),
    (r"Invalid value for '(.+?)': (.+)", "{0}의 값이 잘못되었습니다: {1}"),
)


def is_translated(paragraph: str) -> bool:
    """Whether a paragraph is words: examples are the same in every language."""
    return bool(paragraph) and not paragraph.startswith(("quizprep ", "printf ", "Examples:"))


def in_korean(text: str) -> str:
    """A paragraph of help in Korean; in English where that is missing."""
    return translated(text, _TEXTS, text)["ko"]


def translate(command: Any) -> None:
    """Put a command, its parameters and its commands into Korean, and what typer writes around them."""
    for each in walk(command):
        if each.help:
            parts = [in_korean(part) if is_translated(part) else part for part in paragraphs(each.help)]
            each.help = "\n\n".join("예:" if part == "Examples:" else part for part in parts)
        panel = getattr(each, "rich_help_panel", None)
        if isinstance(panel, str):
            each.rich_help_panel = _PANELS.get(panel, panel)
        each.options_metavar = "[옵션]"
        if hasattr(each, "subcommand_metavar"):
            each.subcommand_metavar = "명령 [인수]..."
        for parameter in (*each.params, each.get_help_option(SimpleNamespace(help_option_names=["-h", "--help"]))):
            if getattr(parameter, "help", None):
                parameter.help = in_korean(" ".join(parameter.help.split()))
            parameter.type.name = _TYPES.get(parameter.type.name, parameter.type.name)
    _translate_layout(type(command).context_class)


def _translate_layout(context: Any) -> None:
    """What typer writes around a help text: on a terminal by rich, on lines by its formatter."""
    from typer import core, rich_utils

    vars(rich_utils)["Text"].rstrip_end = _without_spaces_behind
    rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE, rich_utils.COMMANDS_PANEL_TITLE = (
        _PANELS[title] for title in ("Arguments", "Options", "Commands")
    )
    rich_utils.DEFAULT_STRING, rich_utils.REQUIRED_LONG_STRING = "[기본값: {}]", "[필수]"
    rich_utils.OptionHighlighter.highlights = [*rich_utils.OptionHighlighter.highlights[:-1], "(?P<usage>사용법: )"]
    vars(core)["_"] = lambda text: _LAID_OUT.get(text, text)

    class Formatter(context.formatter_class):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or "사용법: ")

        def write_heading(self, heading: str) -> None:
            super().write_heading(_PANELS.get(heading, heading))

    context.formatter_class = Formatter


def _without_spaces_behind(line: Any, size: int) -> None:
    """What rich does with the spaces behind a line, by cells: it counts characters, and cut a wide line's last word."""
    while line.cell_len > size and line.plain.endswith(" "):
        line.right_crop(1)


def usage_error(message: str) -> str:
    """What typer says of arguments that it cannot read, in Korean; as it is where it is not known."""
    for pattern, korean in _USAGE:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            parts = [re.sub(r"Did you mean (.+)\?", r"혹시 \1인가요?", part or "") for part in found.groups()]
            parts = [re.sub(r"Possible options: ", "비슷한 옵션: ", part) for part in parts]
            return korean.format(*(part.replace("' / '", " / ") for part in parts)).strip()
    return message


def defect(line: str) -> str:
    """``FILE:LINE: what; what to do`` in Korean, half by half; as it is where a half is not known.

    >>> defect("own.yaml:3: unknown kind `chioce`; did you mean `choice`?")
    'own.yaml:3: 모르는 종류 `chioce`. 혹시 `choice`인가요?'
    """
    place = found[0] if (found := _PLACE.match(line)) else ""
    said = line[len(place) :]
    quoted = quotations(said, "ko")
    whole = "|".join([*map(re.escape, quoted), "(?!; )."])  # what is quoted may have two halves of its own
    halves = [half.strip() for half in re.findall(rf"(?:{whole})+", said, re.DOTALL)]
    known = [_defect_said(half, quoted) for half in halves]
    if not any(known):
        return line
    said = ". ".join(korean or english for korean, english in zip(known, halves, strict=True))
    return place + said.replace("?. ", "? ")


def _defect_said(english: str, quoted: Mapping[str, str]) -> str | None:
    """One sentence or half of one, with what stands in it in Korean, too; None where it is not known."""
    if english in quoted:
        return quoted[english]
    for pattern, korean in _defect_patterns():
        if found := pattern.fullmatch(english):
            said = korean.format(*(_defect_said(part, quoted) or part for part in found.groups()))
            return _PARTICLE.sub(lambda part: with_particle(part[1], part[2]), said)
    return None


@functools.cache
def _defect_patterns() -> list[tuple[re.Pattern[str], str]]:
    """What is said of defects, the most particular first: how the English looks, and the Korean.

    What a sentence is about comes behind all sentences: "the note of {}" is not about "`x` is empty".
    """

    def particular(text: tuple[str, str]) -> tuple[bool, int]:
        english, korean = text
        is_thing = HANGUL.fullmatch(korean[-1]) is not None and not korean.endswith(_ENDS_OF_SENTENCES)
        return not is_thing, len(english.replace("{}", ""))

    known = sorted(every_text(_DEFECTS).items(), key=particular, reverse=True)
    return [(_looking_like(english), said) for english, said in known]


def _looking_like(english: str) -> re.Pattern[str]:
    pattern = re.escape(english).replace(r"`\{\}`", "`([^`]+)`").replace(r"\{\}", "(.+?)")
    return re.compile(pattern, re.DOTALL)
