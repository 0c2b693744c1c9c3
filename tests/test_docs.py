"""The pages in docs/ that follow from the program say what the program says; every link in a page leads somewhere."""

from __future__ import annotations

import re

import generate
import pytest
from program import ROOT

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
    from quizprep.cli import COMMANDS

    text = (generate.FOLDER / "cli.md").read_text(encoding="utf-8")
    assert all(re.search(rf"^## quizprep {name}\b", text, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize(("page", "link"), LINKS)
def test_a_link_leads_somewhere(page, link: str):
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    assert target.exists(), link
    assert not anchor or anchor in anchors(target.read_text(encoding="utf-8")), link
