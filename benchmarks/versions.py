"""The quick tests with the lowest versions of the dependencies that pyproject.toml allows.

    python benchmarks/versions.py [--keep torch] [-- tests/test_deck.py ...]

The lowest version of each dependency is put into a folder of its own, before those of the environment that runs this;
what is named with ``--keep`` stays as it is there. What stands behind ``--`` goes to pytest, else the quick tests run.
The highest versions are those of an environment made anew.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def lowest(keep: list[str]) -> list[str]:
    """``name==version`` for the lower bound of each dependency."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = (re.match(r"([a-z0-9-]+)>=([0-9.]+)", each) for each in project["dependencies"])
    return [f"{bound[1]}=={bound[2]}" for bound in bounds if bound and bound[1] not in keep]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--keep", action="append", default=[], help="a dependency to leave as it is")
    options.add_argument("tests", nargs="*", help="arguments of pytest")
    asked = options.parse_args()
    wanted = lowest(asked.keep)
    print("lowest:", *wanted, flush=True)
    with tempfile.TemporaryDirectory(prefix="quizprep-versions-") as folder:
        alone = ["--no-deps"] if asked.keep else []  # else what is kept would come along after all
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--target", folder, *alone, *wanted]
        subprocess.run(install, check=True)
        path = os.pathsep.join(filter(None, (folder, os.environ.get("PYTHONPATH"))))
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *(asked.tests or ["-m", "not slow"])]
        # the plugins that the environment announces are those of its own versions
        environment = {**os.environ, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
