"""Every test has a data directory of its own, so that none touches the reader's."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from quizprep import provided

pytest_plugins = ["postgres_server"]  # a server of PostgreSQL, for the tests that ask for it

# No limit on how long an example takes: a busy machine must not fail a test. The same ones on every run; look for new
# ones with `pytest --hypothesis-profile=search`.
unhurried = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("search", deadline=None, suppress_health_check=unhurried)
settings.register_profile("repeatable", settings.get_profile("search"), derandomize=True, database=None)
settings.load_profile("repeatable")

# Before torch is imported: the tests run side by side, and threads that fight for a core only wait.
os.environ.setdefault("OMP_NUM_THREADS", "1")

for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"):  # a runner's own: what is piped in a test is plain
    os.environ.pop(name, None)

# A runner in the background ignores what a terminal sends, and every program started from it would do so too.
for sent, handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGQUIT, signal.SIG_DFL),
):
    if signal.getsignal(sent) is signal.SIG_IGN:
        signal.signal(sent, handler)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZPREP_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture(autouse=True)
def packs_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test brings as a pack, no other test in the same process finds among all proofs there are."""
    monkeypatch.setattr(provided, "_loaders", dict(provided._loaders))


FIGURES = pytest.StashKey[list[str]]()  # what tests found out by the way, printed at the end of the run


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says a figure at the end of the run, whichever process the test runs in."""
    return request.config.stash.setdefault(FIGURES, []).append


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands its figures to the one that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = session.config.stash.get(FIGURES, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash.setdefault(FIGURES, []).extend(getattr(node, "workeroutput", {}).get("figures", []))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if figures := config.stash.get(FIGURES, []):
        terminalreporter.section("figures")
        for line in sorted(figures):
            terminalreporter.line(line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """``-n`` runs nothing unless all its processes find the same ids: none may show an object with its address."""
    if odd := [item.nodeid for item in items if " at 0x" in item.nodeid]:
        raise pytest.UsageError(f"{odd[0]}: give this test ids that are the same in every process")
