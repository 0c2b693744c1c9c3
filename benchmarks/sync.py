"""Random histories of three devices that sync: how many of them end in one log, with nothing lost and nothing twice.

``python benchmarks/sync.py [--histories N]``: answers, syncs, kills in the middle of one, files that another program
cut short, copied, put back or lost, clocks that differ. Prints the number; stops at the first history that does not.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / folder) for folder in (".", "tests")]

from hypothesis import HealthCheck, Phase, given, settings  # noqa: E402
from test_sync import STEPS, follow  # noqa: E402


def main() -> None:
    """Run them and print how many there were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1000)
    arguments = parser.parse_args()
    count, started = 0, time.perf_counter()

    @settings(
        max_examples=arguments.histories,
        deadline=None,
        derandomize=False,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(STEPS)
    def run(steps: list[tuple[object, ...]]) -> None:
        nonlocal count
        follow(steps)
        count += 1

    run()
    print(f"{count} histories of three devices, 0 events lost or doubled ({time.perf_counter() - started:.0f} s)")


if __name__ == "__main__":
    main()
