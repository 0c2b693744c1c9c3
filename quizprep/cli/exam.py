"""``quizprep exam``: toward the day."""

from __future__ import annotations

from quizprep.cli.exam_mock import mock

PANEL = "Learn"
HELP = "Toward an exam: a mock paper, sat against the clock and marked by the proofs."

SUBCOMMANDS = {"mock": mock}
