"""Writes the pages of this folder that follow from the program: ``make docs`` runs it.

``PAGES`` names them with the function that gives their text; ``tests/test_docs.py`` holds the shipped files against it.
"""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import json_schema
import typer
import yaml

from quizprep import JSON_VERSION, __version__
from quizprep.cli import COMMANDS, application
from quizprep.deck import schema
from quizprep.formula.handbook import formulas_markdown
from quizprep.settings import SETTINGS, Settings, shown, variable_of

FOLDER = Path(__file__).resolve().parent
WRITTEN = "<!-- Written by `make docs` from {source}: change it there. -->"


def cli_page() -> str:
    """docs/cli.md: every command with its arguments, options, defaults and examples."""
    program = typer.main.get_command(application(COMMANDS))
    sections = list(_sections("quizprep", program.commands.items()))
    table = _table(
        ("command", "what it does"),
        [(f"[`{name}`](#{name.replace(' ', '-')})", _halves(command.help)[0][0]) for name, command in sections],
    )
    intro = (
        "Every command takes `--help`. Exit codes: 0 done, or yes; 1 answered no (a wrong formula, a defect, a proof "
        "that fails); 2 the request could not be read; 130 Ctrl-C. `quizprep` alone shows the day at a glance, "
        "`quizprep --version` the version, and `quizprep --install-completion` teaches the shell to complete names."
    )
    parts = ["# Commands", WRITTEN.format(source="`quizprep/cli/`"), _wrapped(intro), table]
    return (
        "\n\n".join([*parts, *(_section(name, command) for name, command in sections), _settings(), _terminal()]) + "\n"
    )


def _terminal() -> str:
    """What the screen may look like, and who says so."""
    points = (
        "Long reports go through `PAGER`, else `less`, at a terminal alone; `--no-pager` prints them.",
        "`NO_COLOR=1` or `CLICOLOR=0` leaves colours out; `FORCE_COLOR=1` or `CLICOLOR_FORCE=1` keeps them in a pipe, "
        "laid out for a terminal of `COLUMNS`. `NO_COLOR` beats both.",
        "`quizprep config screen.plain true`, or `QUIZPREP_SCREEN_PLAIN=1` for once, is for a screen reader: text in "
        "lines, each option and each row of a matrix on its own, answers typed on a line and ended with Enter (`?` "
        "says which letters are keys). Nothing is drawn over, there are no boxes, bars or spinners, and no pager.",
        "`quizprep config screen.mouse true` has a click on an answer, or on a key in the last lines, press it. The "
        "terminal's own scrolling and marking need Shift meanwhile; while a line is typed the mouse is the terminal's.",
        "An encoding without a sign, such as Windows-1252 without σ or −, gets it spelt: sigma, -, [ok]. Where that is "
        "not enough, for Korean say, the program says to set `PYTHONUTF8=1`.",
    )
    return "\n\n".join(["## The terminal", *map(_wrapped, points)])


def _sections(before: str, commands: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """The commands with their full names, those of a group in the group's place."""
    for name, command in commands:
        parts = getattr(command, "commands", None)
        yield from _sections(f"{before} {name}", parts.items()) if parts else [(f"{before} {name}", command)]


def _section(name: str, command: Any) -> str:
    described, examples = _halves(command.help)
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and not each.hidden]
    usage = " ".join([name, *map(_placeholder, arguments), "[OPTIONS]"])
    rows = [(f"`{_placeholder(each)}`", each.help or "", "") for each in arguments]
    rows += [(f"`{_spelled(each)}`", each.help or "", _default(each)) for each in options]
    parts = [f"## {name}", *map(_wrapped, described), f"```\n{usage}\n```"]
    parts.append(_table(("argument or option", "what it is", "default"), rows))
    if examples:
        parts.append("```sh\n" + "\n".join(examples) + "\n```")
    return "\n\n".join(parts)


def _settings() -> str:
    """What `quizprep config` knows, with the defaults."""
    defaults = Settings(Path(os.devnull), environment={})
    rows = [
        (f"`{key}`", setting.about["en"], f"`{variable_of(key)}`", shown(defaults.get(key)))
        for key, setting in SETTINGS.items()
        if key != "drill.weights"  # 21 numbers, which belong to FSRS
    ]
    rows.append(("`drill.weights`", SETTINGS["drill.weights"].about["en"], "", "those of FSRS-6"))
    return "## Settings\n\n" + _table(("key", "what it is", "in the environment", "default"), rows)


def _halves(help_: str) -> tuple[list[str], list[str]]:
    """The paragraphs of a help text, each on one line, and its examples."""
    described, _, examples = help_.partition("Examples:")
    paragraphs = [" ".join(paragraph.split()) for paragraph in described.split("\n\n")]
    return [each for each in paragraphs if each], [line.strip() for line in examples.splitlines() if line.strip()]


def _placeholder(argument: Any) -> str:
    name = (argument.metavar or argument.name).upper().strip("[].")
    name += "..." if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _spelled(option: Any) -> str:
    spelled = ", ".join([*option.opts, *option.secondary_opts])
    if option.is_flag:
        return spelled
    return f"{spelled} {option.metavar or option.name.upper()}" + (" (may be repeated)" if option.multiple else "")


def _default(option: Any) -> str:
    return "" if option.default is None or option.is_flag or option.multiple else f"`{option.default}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def json_page() -> str:
    """docs/json.md: what every --json prints."""
    file = json_schema.written()
    intro = (
        f"This is version {JSON_VERSION} of what `--json` prints; `quizprep doctor --json` has the number as `json`. "
        "Within a version fields may be added, so pass over names that you do not know; where one is renamed, removed "
        "or made another type the number is raised, and the changelog says so. Every object is one line of UTF-8. "
        "Numbers that JSON lacks are the strings `inf`, `-inf` and `nan`. What goes wrong is said on stderr, and the "
        "exit code is that of [the command](cli.md)."
    )
    legend = (
        "`string | null` is either of two; `[x]` is a list of x; a name with `?` may be missing; `*` stands for any "
        "other name; `any` may be anything; the other words are the shapes at the end. As JSON Schemas: "
        "[schema/output.json](schema/output.json)."
    )
    parts = ["# JSON", WRITTEN.format(source="`docs/json.yaml`"), _wrapped(intro), _wrapped(legend)]
    for name, entry in file["commands"].items():
        about = [_wrapped(entry["about"])] if "about" in entry else []
        parts += [f"## quizprep {name}", *about, _short_form(entry["prints"])]
    parts.append("## Shapes")
    for name, short in file["shapes"].items():
        parts.append(f"`{name}`:\n\n{_short_form(short)}")
    return "\n\n".join(parts) + "\n"


def _short_form(short: Any) -> str:
    text = yaml.safe_dump(short, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    return "```yaml\n" + text.removesuffix("...\n").rstrip() + "\n```"


def output_schemas() -> str:
    """docs/schema/output.json: the JSON Schema of what each command prints, ``output.json#/commands/stats`` say."""
    commands = {name: json_schema.printed_by(name) for name in json_schema.written()["commands"]}
    whole = {
        "$schema": json_schema.DIALECT,
        "version": JSON_VERSION,
        "$defs": json_schema.shapes(),
        "commands": commands,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


MAN_INTRO = (
    "Without a command it shows the day at a glance. Every command takes --help; --version prints the version, and "
    "--install-completion teaches the shell to complete names."
)


def man_page() -> str:
    """docs/quizprep.1: the same for `man quizprep`, in the macros of man(7)."""
    program = typer.main.get_command(application(COMMANDS))
    sections = list(_sections("quizprep", program.commands.items()))
    name = "quizprep \\- flashcards that prove their answers: deep-learning revision in the terminal"
    parts = [
        '.\\" Written by `make docs` from quizprep/cli/: change it there.',
        f'.TH QUIZPREP 1 "" "quizprep {__version__}" "User Commands"',
        *(".SH NAME", name, ".SH SYNOPSIS", ".B quizprep", ".RI [ COMMAND ]", ".RI [ OPTIONS ]"),
        *(".SH DESCRIPTION", _roff(MAN_INTRO)),
        ".SH COMMANDS",
        *(line for section, command in sections for line in _man_section(section, command)),
        ".SH ENVIRONMENT",
        *_man_entry("QUIZPREP_HOME", "One folder for everything, instead of those of the platform."),
        *_man_entry("PAGER", "What pages long reports at a terminal; less by default."),
        *_man_entry("NO_COLOR", "No colours. TERM=dumb: lines instead of screens, as a screen reader wants them."),
    ]
    for key, setting in SETTINGS.items():
        parts += _man_entry(variable_of(key), f"{setting.about['en']}; as `quizprep config {key}`.")
    parts += [
        ".SH FILES",
        *_man_entry("~/.local/share/quizprep", "The answers (quizprep.db), their backups, packs."),
        *_man_entry("~/.config/quizprep/config.toml", "The options."),
        *_man_entry("~/.cache/quizprep", "What is made again when it is missing."),
        ".SH EXIT STATUS",
        *_man_entry("0", "Done, or yes."),
        *_man_entry("1", "Answered no: a wrong formula, a defect, a proof that fails."),
        *_man_entry("2", "The request could not be read."),
        *_man_entry("130", "Ctrl-C."),
    ]
    return "\n".join(parts) + "\n"


def _man_section(name: str, command: Any) -> Iterator[str]:
    described, examples = _halves(command.help)
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and not each.hidden]
    yield f".SS {_roff(' '.join([name, *map(_placeholder, arguments)]))}"
    yield "\n.PP\n".join(map(_roff, described))
    for each in arguments:
        yield from _man_entry(_placeholder(each), each.help or "")
    for each in options:
        yield from _man_entry(_spelled(each), each.help or "")
    if examples:
        yield from (".PP", ".EX", *map(_roff, examples), ".EE")


def _man_entry(tag: str, text: str) -> Iterator[str]:
    yield from (".TP", f".B {_roff(tag)}", _roff(text) or "\\&")


def _roff(text: str) -> str:
    """A text that roff takes for nothing else: its control characters, and hyphens that can be typed."""
    written = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{written}" if written.startswith((".", "'")) else written


#: The pages, and what each is made of.
PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "formulas.md": formulas_markdown,
    "quizprep.1": man_page,
    "json.md": json_page,
    "schema/output.json": output_schemas,
}
PAGES |= {f"schema/{name}": partial(schema.texts().__getitem__, name) for name in schema.texts()}


if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
        print(f"docs/{name}")
