"""``pytest pack/``: every question and every proof of a pack is a test."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from program import ROOT

from quizprep.cli import COMMANDS
from quizprep.packs.new import write


class Reports:
    """What became of each test."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}
        self.said = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.outcomes[report.nodeid] = report.outcome
            self.said += report.longreprtext

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self.said += report.longreprtext


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.chdir(tmp_path)
    write("mechanics", tmp_path / "mechanics")

    def once(*arguments: str) -> tuple[int, Reports]:
        reports = Reports()
        alone = ["-q", "-s", "-c", "/dev/null", f"--rootdir={tmp_path}", "-p", "no:cacheprovider", "--quizprep-draws=5"]
        code = pytest.main(["-p", "quizprep.pytest_plugin", *alone, *arguments], plugins=[reports])
        return int(code), reports

    return once


@pytest.mark.slow
def test_a_pack_is_tested_question_by_question(run, tmp_path: Path) -> None:
    code, reports = run("mechanics")
    assert code == 0 and reports.outcomes == dict.fromkeys(
        [
            "mechanics/first-steps.yaml::mean-speed-of-two-halves",
            "mechanics/first-steps.yaml::slower-half",
            "mechanics/first-steps.yaml::unit-of-speed",
            "mechanics/pack.yaml::format",
            "mechanics/proofs.yaml::mean-speed",
        ],
        "passed",
    )
    chapter = tmp_path / "mechanics" / "first-steps.yaml"
    text = chapter.read_text()
    chapter.write_text(text.replace("params: {d: 60,", "where: u > 100\n    params: {d: 60,"))
    code, reports = run("mechanics", "-k", "halves or half")
    assert code == 1 and reports.outcomes["mechanics/first-steps.yaml::mean-speed-of-two-halves"] == "failed"
    assert "mechanics/first-steps.yaml:" in reports.said and "Traceback" not in reports.said


def test_a_fault_of_the_format_fails_where_it_stands(run, tmp_path: Path) -> None:
    chapter = tmp_path / "mechanics" / "first-steps.yaml"
    chapter.write_text(chapter.read_text().replace("kind: word", "kind: ward"))
    code, reports = run("mechanics")
    assert code != 0 and "mechanics/first-steps.yaml:" in reports.said and "unknown kind `ward`" in reports.said


def test_other_yaml_is_left_alone(run, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "settings.yaml").write_text("a: 1\n")
    code, reports = run("other")
    assert code == pytest.ExitCode.NO_TESTS_COLLECTED and not reports.outcomes


def test_hooks_for_commits_name_commands_that_there_are() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in hooks} == {"quizprep-audit", "quizprep-lint"}
    assert all(hook["entry"].split()[1] in COMMANDS for hook in hooks)
