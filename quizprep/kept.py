"""Results kept between runs that follow from code and content alone, and take many seconds to compute.

The file is disposable and lies in the cache. Its name holds a digest of all that decides the results: every file of the
program and its content, the versions that compute, and what was asked. One that cannot be read is made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Set
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from quizprep.errors import LearnerError
from quizprep.files import write_in_one_step

FILES = 4  # kept of each name: one a language, and two devices


class Kept:
    """Values of JSON by name, read at once and written by :meth:`save`; without a folder nothing is kept.

    ``beside`` are files that decide the results too, and ``but_for`` files of the program that do not, or whose part in
    them whoever keeps the values looks after.
    """

    def __init__(
        self,
        folder: Path | None,
        name: str,
        *asked: object,
        beside: Iterable[Path] = (),
        but_for: Set[Path] = frozenset(),
    ) -> None:
        self._name = name
        self._digest = partial(digest_of, asked, tuple(beside), but_for)
        self._path = None if folder is None else folder / f"{name}-{self._digest()}.json"
        self._values: dict[str, Any] = {}
        self._new = False
        if self._path is not None:
            with suppress(OSError, ValueError):
                checksum, _, values = self._path.read_text(encoding="utf-8").partition("\n")
                if checksum == _checksum(values):  # a flipped bit must not become a verdict
                    self._values = json.loads(values)

    def get(self, key: str) -> Any:
        """What is kept under the key; None for nothing."""
        return self._values.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a value of JSON."""
        self._values[key] = value
        self._new = True

    def save(self, most: int | None = None) -> None:
        """Write what is new, at most the last ``most``; where that cannot be, it is computed again next time."""
        if self._path is None or not self._new or self._digest() not in self._path.name:  # edited in the meantime
            return
        with suppress(OSError, LearnerError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            values = json.dumps(dict(list(self._values.items())[-most:] if most else self._values))
            write_in_one_step(self._path, [f"{_checksum(values)}\n", values])
            others = sorted(self._path.parent.glob(f"{self._name}-*.json"), key=os.path.getmtime)
            for old in others[:-FILES]:
                old.unlink()


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def digest_of(asked: Iterable[object], beside: Iterable[Path], but_for: Set[Path] = frozenset()) -> str:
    """Of all that decides what this program answers: its files, those ``beside`` them, its versions, what is asked.

    It is the same on another machine with the same of all.
    """
    package = Path(__file__).parent
    versions = (sys.version, *map(version, ("torch", "numpy", "mpmath")))
    found = hashlib.blake2b(repr((*asked, *versions)).encode(), digest_size=12)
    for path in (*sorted(package.rglob("*.py")), *sorted(package.rglob("*.yaml")), *beside):
        if path not in but_for:
            name = path.relative_to(package).as_posix() if path.is_relative_to(package) else path.name
            content = path.read_bytes()
            found.update(f"{name}\n{len(content)}\n".encode() + content)
    return found.hexdigest()
