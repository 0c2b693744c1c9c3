"""Every test has a data directory of its own, so that none touches the reader's."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every run, and no limit on how long one takes: a busy machine must not fail a test. Look for new
# ones with `pytest --hypothesis-profile=default`.
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")

# Before torch is imported: the tests run side by side, and threads that fight for a core only wait.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A runner in the background ignores Ctrl-C, and every program started from it would do so too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZPREP_HOME", str(tmp_path_factory.mktemp("home")))
