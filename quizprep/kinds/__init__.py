"""The kinds of question: the words the command line needs before anything else."""

from __future__ import annotations

KINDS = ("choice", "truth", "number", "word", "recall", "order", "formula")
