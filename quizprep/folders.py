"""Where the learner's things lie: data, options and what can be made again, each in its folder of the platform.

Once all of them lay in the data folder. What is still there moves over when it is next asked for; ``QUIZPREP_HOME``
keeps everything in one folder.
"""

from __future__ import annotations

import errno
import filecmp
import os
import shutil
from contextlib import suppress
from pathlib import Path

from quizprep.errors import LearnerError
from quizprep.files import binary_in_one_step

NAME = "quizprep"
OPTIONS = "config.toml"
CACHE = "cache"  # within the data folder, where all is in one


def data_directory() -> Path:
    """``QUIZPREP_HOME``, or the platform's data directory."""
    if home := _one_folder():
        return home
    from platformdirs import user_data_path

    return user_data_path(NAME)


def options_file() -> Path:
    """The learner's options, in the platform's folder of configuration; where they were if they cannot move there."""
    if home := _one_folder():
        return home / OPTIONS
    from platformdirs import user_config_path

    new, old = user_config_path(NAME) / OPTIONS, data_directory() / OPTIONS
    if new == old or not os.path.lexists(old):
        return new
    with suppress(OSError, LearnerError):
        _move(old, new)
    return new if os.path.lexists(new) else old


def cache_directory() -> Path:
    """What may be deleted at any time, in the platform's folder for such."""
    if home := _one_folder():
        return home / CACHE
    from platformdirs import user_cache_path

    new, old = user_cache_path(NAME), data_directory() / CACHE
    if new != old and not new.exists() and old.is_dir() and not old.is_symlink():
        with suppress(OSError):  # on another disk, say: all of it is made again
            new.parent.mkdir(parents=True, exist_ok=True)
            old.rename(new)
    return new


def left_behind() -> Path | None:
    """Options in the data folder that no longer count, because others lie where they belong; None without any."""
    old, new = data_directory() / OPTIONS, options_file()
    return old if os.path.lexists(old) and os.path.realpath(old) != os.path.realpath(new) else None


def _one_folder() -> Path | None:
    home = os.environ.get("QUIZPREP_HOME")
    return Path(home) if home else None


def _move(old: Path, new: Path) -> None:
    """Give the file its new place, never in another's; after every step, one of the two is whole."""
    new.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        if old.is_symlink():
            new.symlink_to(os.path.realpath(old))
        else:
            _link(old, new)
    if _is_moved(old, new):
        old.unlink()


def _link(old: Path, new: Path) -> None:
    """The file under another name too; a copy of it on another disk, or where a file has but one name."""
    try:
        os.link(old, new)
    except OSError as error:
        if os.path.lexists(new) or error.errno not in (errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK):
            raise
        with binary_in_one_step(new) as out, old.open("rb") as file:
            shutil.copyfileobj(file, out)


def _is_moved(old: Path, new: Path) -> bool:
    """Whether the new place has what the old one has, and does not have it from there."""
    if os.path.realpath(old.parent) == os.path.realpath(new.parent):  # one folder under two names
        return False
    if old.is_symlink() or new.is_symlink():
        return old.is_symlink() and new.is_symlink() and os.readlink(new) == os.path.realpath(old)
    return filecmp.cmp(old, new, shallow=False)
