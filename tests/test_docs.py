"""The pages in docs/ that follow from the program say what the program says; every link in a page leads somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib

import generate
import pytest
from program import ROOT

from quizprep.cli import COMMANDS

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "content").glob("*.md")])
LINKS = [
    pytest.param(page, link, id=f"{page.name}-{link}")
    for page in PAGES
    for link in re.findall(r"\]\(([^) ]+)\)", page.read_text(encoding="utf-8"))
    if "://" not in link
]


def anchors(text: str) -> set[str]:
    """The places in a page that a link can name, as GitHub makes them of its headings."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", generate.PAGES)
def test_a_page_is_what_the_program_says(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    shipped = (generate.FOLDER / name).read_text(encoding="utf-8")
    assert shipped == generate.PAGES[name](), f"docs/{name} is out of date: run `make docs`"


def test_every_command_has_a_section():
    text = (generate.FOLDER / "cli.md").read_text(encoding="utf-8")
    assert all(re.search(rf"^## quizprep {name}\b", text, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_a_link_leads_somewhere(page, link: str):
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    assert target.exists(), link
    assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff")
def test_the_manual_page_is_sound_roff_and_names_every_command_and_option():
    page = generate.FOLDER / "quizprep.1"
    command = ["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-rLL=200n", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert not done.stderr
    shown = re.sub(r"\x1b\[[0-9;]*m|.\x08", "", done.stdout)
    assert all(f"quizprep {name}" in shown for name in COMMANDS)
    known = re.findall(r"(?<![\w-])--[a-z][a-z-]+", (generate.FOLDER / "cli.md").read_text(encoding="utf-8"))
    assert [option for option in set(known) if option not in shown] == []


def test_the_manual_page_is_installed_where_man_looks():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared == {"docs/quizprep.1": "share/man/man1/quizprep.1"}
    assert "docs" in project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
