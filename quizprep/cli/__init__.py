"""The command line: arguments in, exit code out. One file a command; each imports what it needs when it runs.

Exit codes: 0 done (or yes), 1 answered no, 2 the request could not be read, 130 Ctrl-C.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated, Any

import typer

from quizprep import __version__
from quizprep.cli import log
from quizprep.cli.audit import audit
from quizprep.cli.check import check
from quizprep.cli.config import config
from quizprep.cli.doctor import doctor
from quizprep.cli.drill import drill
from quizprep.cli.equal import equal
from quizprep.cli.errata import errata
from quizprep.cli.lint import lint
from quizprep.cli.optimize import optimize
from quizprep.cli.prove import prove
from quizprep.cli.quiz import quiz
from quizprep.cli.search import search
from quizprep.cli.show import show
from quizprep.cli.stats import stats
from quizprep.cli.topics import topics
from quizprep.errors import QuizprepError

COMMANDS = (quiz, drill, stats, check, equal, audit, prove, topics, search, show, errata, config, optimize, lint, doctor)

app = typer.Typer(
    name="quizprep",
    help="Flashcards that prove their answers: deep-learning revision in the terminal.",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"quizprep {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Flashcards that prove their answers: deep-learning revision in the terminal."""
    if context.invoked_subcommand is None:
        from quizprep.cli.overview import overview

        _explained(overview)()


def _explained(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with its errors said in words, and turned into exit codes."""

    @functools.wraps(command)
    def run_command(*arguments: Any, **options: Any) -> Any:
        try:
            return command(*arguments, **options)
        except QuizprepError as error:
            from quizprep.screen import report

            report.error(str(error))
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            raise typer.Exit(130) from None

    return run_command


for _command in COMMANDS:
    app.command()(_explained(_command))

_log = typer.Typer(help=log.HELP, no_args_is_help=True)
for _name, _command in log.SUBCOMMANDS.items():
    _log.command(_name)(_explained(_command))
app.add_typer(_log, name="log")


def run() -> int:
    """Run the command line of this process; the exit code."""
    try:
        app()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 2
    except OSError as error:
        import errno

        if error.errno not in (errno.EPIPE, errno.EIO):
            raise
        from quizprep.screen.output import hang_up

        hang_up()
    return 0
