"""The entry point: ``quizprep`` and ``python -m quizprep``."""

from __future__ import annotations

import gc
import sys

# Starting up makes many objects and no garbage; at the default threshold collecting them takes a
# tenth of the time until the first question.
gc.set_threshold(200_000, 20, 20)


def main() -> None:
    """Run the command line; Ctrl-C while it is still starting ends politely too."""
    try:
        from quizprep.cli import run

        sys.exit(run())
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
