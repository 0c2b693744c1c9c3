"""What begins with a minus and is no option: a negative number, and of some commands a formula such as ``-x``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import typer
from typer.core import TyperCommand

from quizprep.errors import LearnerError
from quizprep.text import Text

_LONG_OPTION = re.compile(r"--[A-Za-z][A-Za-z-]+")  # --x is a formula, twice negated
_NEGATIVE = re.compile(r"-(?:[.,]?\d|∞|inf\b)")


class ValueCommand(TyperCommand):
    """A command that takes a negative number as a value, and as no option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:  # not while the shell completes an unfinished line
            args = numbers_last(args, self.takes_value(ctx))
        return super().parse_args(ctx, args)

    def takes_value(self, ctx: Any) -> dict[str, bool]:
        """The names of the options, and whether a value follows each."""
        names = {
            name: not getattr(option, "is_flag", False)
            for option in self.params
            for name in (*option.opts, *option.secondary_opts)
            if _is_option(option)
        }
        return names | dict.fromkeys(ctx.help_option_names, False)


class FormulaCommand(ValueCommand):
    """A command that takes what begins with a minus as a formula, unless it is one of its options or looks like one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        most = sum(not _is_option(parameter) for parameter in self.params)
        if not ctx.resilient_parsing:
            try:
                args = options_first(args, self.takes_value(ctx), most)
            except LearnerError as error:
                from quizprep.cli.common import language_of_error
                from quizprep.screen import report

                report.error(error.said[language_of_error(value_of("--lang", args))])
                raise typer.Exit(error.exit_code) from None
        return super().parse_args(ctx, args)


def _is_option(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "option")


def value_of(option: str, arguments: Sequence[str]) -> str | None:
    """What an option has for its value, the last where it stands twice; None where it does not stand there."""
    found = None
    for place, argument in enumerate(arguments):
        if argument == option:
            found = next(iter(arguments[place + 1 :]), None)
        elif argument.startswith(f"{option}="):
            found = argument.partition("=")[2]
    return found


def numbers_last(arguments: Sequence[str], takes_value: dict[str, bool]) -> list[str]:
    """The arguments with the options before, and the values behind, ``--`` where one of these is a negative number.

    >>> numbers_last(["drill.retention", "-0.5", "--topic", "-1", "--lang", "ko"], {"--topic": True, "--lang": True})
    ['--topic', '-1', '--lang', 'ko', '--', 'drill.retention', '-0.5']
    """
    options: list[str] = []
    values: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            values.extend(waiting)
        elif argument.startswith("-") and argument != "-" and not _NEGATIVE.match(argument):
            options.append(argument)
            if takes_value.get(argument):
                options.extend(value for value in (next(waiting, None),) if value is not None)
        else:
            values.append(argument)
    return [*options, "--", *values] if any(map(_NEGATIVE.match, values)) else [*arguments]


def options_first(arguments: Iterable[str], takes_value: dict[str, bool], most: int) -> list[str]:
    """The arguments with the options before, and the formulas behind, ``--``.

    ``takes_value`` says of each option whether a value follows it; ``most`` is how many formulas there may be.
    Raises LearnerError for an option that there is not, and for more formulas.
    """
    options: list[str] = []
    formulas: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name = argument.partition("=")[0]
        if argument == "--":
            formulas.extend(waiting)
        elif name in takes_value and (name == argument or name.startswith("--")):
            options.append(argument)
            if takes_value[name] and name == argument:
                options.extend(value for value in (next(waiting, None),) if value is not None)
        elif f"-{argument}" in takes_value or _LONG_OPTION.fullmatch(name):
            raise _no_option(name, takes_value)
        else:
            formulas.append(argument)
    if len(formulas) > most:
        raise _too_many(formulas, most)
    return [*options, "--", *formulas] if formulas else options


def _no_option(written: str, known: Iterable[str]) -> LearnerError:
    from quizprep.nearest import suggest

    listed = ", ".join(name for name in known if name.startswith("--"))
    otherwise = Text(f"the options are {listed}.", ko=f"쓸 수 있는 옵션: {listed}")
    advice = suggest(f"--{written.lstrip('-')}", known, otherwise)
    return LearnerError(
        Text(
            f"There is no option {written[:40]}; {advice['en']} A formula that looks like an option goes behind `--`.",
            ko=f"{written[:40]} 옵션은 없습니다. {advice['ko']} 옵션처럼 보이는 식은 `--` 뒤에 적으세요.",
        )
    )


def _too_many(formulas: list[str], most: int) -> LearnerError:
    quoted = " ".join([*formulas[: most - 1], f'"{" ".join(formulas[most - 1 :])}"'])[:120]
    return LearnerError(
        Text(
            f"That are {len(formulas)} arguments where {most} belong. A formula with spaces stands in quotes: {quoted}",
            ko=f"인자가 {len(formulas)}개입니다({most}개까지). 빈칸이 있는 식은 따옴표로 묶으세요: {quoted}",
        )
    )
