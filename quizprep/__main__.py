"""The entry point: ``quizprep`` and ``python -m quizprep``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still starting ends politely too."""
    try:
        from quizprep.cli import run

        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
