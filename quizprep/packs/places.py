"""Where packs lie: in the data folder, one folder each, and in installed Python packages.

A package says by an entry point that it is a pack::

    [project.entry-points."quizprep.packs"]
    mechanics = "quizprep_mechanics"        # the package whose folder has the pack.yaml

Nothing of it is imported to find it. Looking through the installed packages takes longer than opening a deck, so that
what was found is kept for as long as their folders have not changed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from quizprep.deck.pack_file import PACK_FILE, Place
from quizprep.files import alone, write_in_one_step

FOLDER = "packs"  # in the data folder
REMEMBERED = "packages.json"  # in the folder of the cache
GROUP = "quizprep.packs"
PATIENCE = 5.0  # seconds to wait for whoever is changing the folder of packs
REPLACED = ".old"  # the end of the name of a folder whose place a new one takes
HOMES = ("site-packages", "dist-packages")  # where installers put packages; not what a working directory has


def installed(home: Path, cache: Path) -> list[Place]:
    """The packs in the data folder ``home``, by name, and then those of packages. ``cache`` is a disposable folder."""
    return [*map(Place, folders(home / FOLDER)), *packages(cache / REMEMBERED)]


def folders(home: Path) -> list[Path]:
    """The folders of packs in the folder that keeps them; one that was about to be replaced is put back."""
    names = _names(home)
    if _left_behind(names):
        with suppress(OSError), alone(lock_of(home), PATIENCE):  # somebody may just be about to put it there
            names = _names(home)
            for name in _left_behind(names):
                (home / f".{name}{REPLACED}").rename(home / name)
            names = _names(home)
    return [home / name for name in names if not name.startswith(".")]


def lock_of(home: Path) -> Path:
    """The file whose lock is held by whoever changes the folder of packs."""
    return home.with_name(f"{home.name}.lock")


def _names(home: Path) -> list[str]:
    try:
        with os.scandir(home) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except OSError:
        return []


def _left_behind(names: Sequence[str]) -> list[str]:
    """The packs of which only what was to be replaced is there."""
    aside = [name[1 : -len(REPLACED)] for name in names if name.startswith(".") and name.endswith(REPLACED)]
    return [name for name in aside if name not in names]


def packages(remembered: Path) -> list[Place]:
    """The packs among the installed packages; ``remembered`` is the file that keeps what was found."""
    homes = [path for path in dict.fromkeys(sys.path) if Path(path).name in HOMES and os.path.isdir(path)]
    state = [[path, os.stat(path).st_mtime_ns] for path in homes]
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(remembered.read_bytes())
        if kept["homes"] == state:
            return [Place(Path(folder), str(module)) for folder, module in kept["packs"]]
    found = list(_look(homes))
    with suppress(Exception):  # where nothing can be written it is looked for again
        packs = [[str(place.folder), place.module] for place in found]
        write_in_one_step(remembered, [json.dumps({"homes": state, "packs": packs})], make_folder=True)
    return found


def _look(homes: list[str]) -> Iterator[Place]:
    from importlib.metadata import distributions

    for distribution in distributions(path=homes):
        for entry in distribution.entry_points:
            folder = _folder_of(entry.module, homes) if entry.group == GROUP else None
            if folder is not None:
                yield Place(folder, entry.module)


def _folder_of(module: str, homes: list[str]) -> Path | None:
    """The folder of a package that has a pack's file in it, without importing anything."""
    first, *rest = module.split(".")
    places = [Path(home, first) for home in homes]
    if not any(place.is_dir() for place in places):  # installed where its source lies
        from importlib.util import find_spec

        with suppress(Exception):
            spec = find_spec(first)
            places = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    found = (place.joinpath(*rest) for place in places)
    return next((folder for folder in found if (folder / PACK_FILE).is_file()), None)
