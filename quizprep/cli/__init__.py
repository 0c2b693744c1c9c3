"""The command line: arguments in, exit code out. One file a command; each imports what it needs when it runs.

Commands are found, never listed: the file ``quiz.py`` has a function ``quiz``, and names the panel of ``--help`` that
it stands in; a group such as ``log`` has ``SUBCOMMANDS`` and ``HELP`` instead.

Exit codes: 0 done (or yes), 1 answered no, 2 the request could not be read, 130 Ctrl-C.
"""

from __future__ import annotations

import errno
import functools
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Annotated, Any

import typer
from typer.core import DEFAULT_MARKUP_MODE

from quizprep import __version__
from quizprep.cli.arguments import ValueCommand, value_of
from quizprep.cli.common import Language, language_of
from quizprep.errors import AuthorError, QuizprepError, reason_of
from quizprep.formatting import shorten
from quizprep.text import Text

PANELS = ("Learn", "Check", "Look after it")
_NO_COMMANDS = {
    "__init__",
    "arguments",
    "common",
    "dates_anew",
    "exam_mock",
    "help_pages",
    "json_lines",
    "korean",
    "overview",
    "pooled",
}
COMMANDS = tuple(
    sorted(name[:-3] for name in os.listdir(__path__[0]) if name.endswith(".py") and name[:-3] not in _NO_COMMANDS)
)


def application(commands: Iterable[str]) -> typer.Typer:
    """The command line with these commands, each imported here."""
    program = typer.Typer(
        name="quizprep",
        help="Flashcards that prove their answers: deep-learning revision in the terminal.",
        rich_markup_mode=None if _choose_screen() else DEFAULT_MARKUP_MODE,
        context_settings={"help_option_names": ["-h", "--help"]},
        pretty_exceptions_enable=False,
    )
    program.callback(invoke_without_command=True)(_overview)
    for name, module in _in_order({name: import_module(f"quizprep.cli.{name}") for name in commands}):
        if hasattr(module, "SUBCOMMANDS"):
            group = typer.Typer(help=module.HELP, no_args_is_help=True, callback=_explained(_speak))
            for part, command in module.SUBCOMMANDS.items():
                group.command(part, cls=ValueCommand)(_explained(command))
            program.add_typer(group, name=name, rich_help_panel=module.PANEL)
        else:
            kind = getattr(module, "KIND", ValueCommand)  # of command, where it takes more than numbers with a minus
            program.command(cls=kind, rich_help_panel=module.PANEL)(_explained(getattr(module, name)))
    return program


def _in_order(modules: dict[str, ModuleType]) -> list[tuple[str, ModuleType]]:
    """The commands as ``--help`` shows them: panel by panel, by name within."""
    return sorted(modules.items(), key=lambda entry: (PANELS.index(entry[1].PANEL), entry[0]))


def _asked_for() -> Iterable[str]:
    """The commands that this process may need: typer spends a millisecond on each it is told about."""
    arguments = sys.argv[1:]
    if "_QUIZPREP_COMPLETE" in os.environ:  # the shell asks which commands there are
        return COMMANDS
    if arguments in ([], ["--version"]):
        return ()
    return [arguments[0]] if arguments[0] in COMMANDS else COMMANDS


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"quizprep {__version__}")
        raise typer.Exit


def _overview(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
    lang: Language = None,
) -> None:
    """Flashcards that prove their answers: deep-learning revision in the terminal."""
    _explained(_speak)(lang)
    if context.invoked_subcommand is None:
        from quizprep.cli.overview import overview

        _explained(overview)()


def _speak(lang: Language = None) -> None:
    """Of a group, and of the program: the language of the command that follows, unless that has its own."""
    if lang is not None:
        os.environ["QUIZPREP_LANG"] = language_of(lang)


def _explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with its errors said in words, and turned into exit codes."""

    @functools.wraps(command)
    def run_command(*arguments: Any, **options: Any) -> Any:
        try:
            _choose_screen()
            return command(*arguments, **options)
        except QuizprepError as error:
            raise typer.Exit(_refused(error, options.get("lang"))) from None
        except OSError as error:
            if error.filename is None and error.errno in (errno.EPIPE, errno.EIO):
                raise  # nobody reads on
            where = shorten(str(error.filename or "quizprep"))
            said = Text(f"{where}: {error.strerror or error}.", ko=f"{where}: {reason_of(error)['ko']}.")
            raise typer.Exit(_refused(QuizprepError(said), options.get("lang"))) from None
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        finally:
            if pager := sys.modules.get("quizprep.screen.pager"):
                pager.end()

    return run_command


def _choose_screen() -> bool:
    """Lines alone, or clicks, as the learner wants; whether lines. Options that are unreadable the command refuses."""
    from quizprep.cli.common import settings
    from quizprep.screen.output import is_plain, set_mouse, set_plain

    with suppress(QuizprepError, OSError):
        chosen = settings()
        set_mouse(chosen.get("screen.mouse"))
        set_plain(chosen.get("screen.plain"))
    return is_plain()


def _refused(error: QuizprepError, language: str | None = None) -> int:
    """Say what is wrong; the exit code."""
    from quizprep.cli.common import defect_said, language_of_error
    from quizprep.screen import report

    spoken = language_of_error(language)
    lines = [defect_said(line, spoken) for line in error.defects] if isinstance(error, AuthorError) else []
    report.error("\n".join(lines) or error.said[spoken])
    return error.exit_code


def run() -> int:
    """Run the command line of this process; the exit code."""
    from quizprep.screen.output import emit, end_output

    try:
        try:
            return _run(sys.argv[1:])
        except OSError as error:  # of --help: what a command raises is said above
            end_output(error)
        finally:
            emit("")  # so that a disk that is full shows here, and not at the interpreter's end
    except QuizprepError as error:
        return _refused(error)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 2


def _run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name; the exit code. Help and refusals come in the learner's language."""
    command = typer.main.get_command(application(_asked_for()))
    group = command.commands.get(arguments[0]) if len(arguments) == 1 and hasattr(command, "commands") else None
    shows_help = not {"-h", "--help"}.isdisjoint(arguments) or hasattr(group, "commands")
    if shows_help and _speaks_korean(arguments):
        from quizprep.cli import korean

        korean.translate(command)
    elif shows_help:
        from quizprep.cli import help_pages

        help_pages.lay_out(command)
    try:
        code = command.main(standalone_mode=False)
    except Exception as error:
        if not hasattr(error, "format_message"):  # typer's own word for arguments that cannot be read
            raise
        return _unreadable(error, _speaks_korean(arguments))
    return code if isinstance(code, int) else 0


def _unreadable(error: Any, in_korean: bool) -> int:
    """Say what cannot be read of the arguments; the exit code."""
    message = error.format_message().strip()
    if in_korean and message:
        from quizprep.cli import korean
        from quizprep.screen import report

        report.error(korean.usage_error(message))
        if context := getattr(error, "ctx", None):
            report.say(f"도움말: {context.command_path} --help")
    else:
        _format_error(error)
    return int(error.exit_code)


def _format_error(error: Any) -> None:
    from quizprep.screen.output import is_plain

    if is_plain():
        error.show()
    else:
        from typer.rich_utils import rich_format_error

        rich_format_error(error)


def _speaks_korean(arguments: Sequence[str]) -> bool:
    from quizprep.cli.common import language_of_error

    return language_of_error(value_of("--lang", arguments)) == "ko"
