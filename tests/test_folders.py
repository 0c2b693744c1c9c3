"""Where things lie: each in its folder of the platform, moved there once, and never over what is newer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from program import PATIENCE, ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="folders as the XDG specification has them")

OLD = '# mine\nlang = "ko"\n'


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A user whose folders are all below ``tmp_path``, with options and a cache where they lay once."""
    data = tmp_path / "share" / "quizprep"
    (data / "cache").mkdir(parents=True)
    (data / "config.toml").write_text(OLD)
    (data / "cache" / "left").write_text("kept")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUIZPREP", "LC_", "LANG"))}
    folders = {"XDG_DATA_HOME": "share", "XDG_CONFIG_HOME": "config", "XDG_CACHE_HOME": "made"}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        **{variable: str(tmp_path / folder) for variable, folder in folders.items()},
    }


def run(env: dict[str, str], *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    program = f"import sys, os; sys.argv = ['quizprep', *sys.argv[1:]]\n{before}\nfrom quizprep.cli import run\nsys.exit(run())"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_options_and_cache_move_over_once(tmp_path: Path, env: dict[str, str]) -> None:
    assert run(env, "config", "lang").stdout == "ko\n"
    old, new = tmp_path / "share" / "quizprep", tmp_path / "config" / "quizprep" / "config.toml"
    assert new.read_text() == OLD and not (old / "config.toml").exists()
    assert run(env, "topics", "--json").returncode == 0
    made = tmp_path / "made" / "quizprep"
    assert (made / "left").read_text() == "kept" and (made / "deck.db").exists() and not (old / "cache").exists()
    assert run(env, "config", "drill.new_per_day", "7").returncode == 0
    assert new.read_text() == f"{OLD}\n[drill]\nnew_per_day = 7\n" and not (old / "config.toml").exists()


def test_a_home_of_ones_own_keeps_all_in_one_folder(tmp_path: Path, env: dict[str, str]) -> None:
    home = tmp_path / "home"
    assert run({**env, "QUIZPREP_HOME": str(home)}, "config", "drill.fuzz", "no").returncode == 0
    assert run({**env, "QUIZPREP_HOME": str(home)}, "topics").returncode == 0
    assert {path.name for path in home.iterdir()} == {"config.toml", "cache"}
    assert (tmp_path / "share" / "quizprep" / "config.toml").read_text() == OLD


def test_newer_options_are_never_overwritten_and_doctor_says_so(tmp_path: Path, env: dict[str, str]) -> None:
    new = tmp_path / "config" / "quizprep" / "config.toml"
    new.parent.mkdir(parents=True)
    new.write_text('lang = "en"\n')
    assert run(env, "config", "lang").stdout == "en\n" and new.read_text() == 'lang = "en"\n'
    old = tmp_path / "share" / "quizprep" / "config.toml"
    assert old.read_text() == OLD
    found = run(env, "doctor", "--device", "cpu")
    assert found.returncode == 1 and f"{old} is no longer read" in found.stdout
    for place in (tmp_path / "share" / "quizprep", new, tmp_path / "made" / "quizprep" / "deck.db"):
        assert str(place) in found.stdout


STEPS = {
    "one disk": ("os.mkdir", "os.link", "os.unlink"),
    "another": ("os.mkdir", "os.fsync", "os.replace", "os.unlink"),
}


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("disk", "step"), [(disk, step) for disk, steps in STEPS.items() for step in steps])
def test_killed_at_any_step_nothing_is_lost(
    tmp_path: Path, env: dict[str, str], disk: str, step: str, when: str
) -> None:
    """The options are whole in one of the two places, and the next start reads them."""
    other_disk = """
def no_link(*_a, **_k): raise OSError(18, 'Invalid cross-device link')
os.link = no_link
"""
    dies = f"""
real = {step}
def dying(*given, **more):
    if {when == "after"}: real(*given, **more)
    os.kill(os.getpid(), 9)
{step} = dying
"""
    killed = run(env, "config", "lang", before=(other_disk if disk == "another" else "") + dies)
    assert killed.returncode == -9
    places = [tmp_path / "share" / "quizprep" / "config.toml", tmp_path / "config" / "quizprep" / "config.toml"]
    assert OLD in [place.read_text() for place in places if place.exists()]
    assert run(env, "config", "lang").stdout == "ko\n"
    assert [place.read_text() for place in places if place.exists()] == [OLD]


def test_a_link_into_a_folder_of_ones_own_stays_one(tmp_path: Path, env: dict[str, str]) -> None:
    dotfiles, old = tmp_path / "dotfiles.toml", tmp_path / "share" / "quizprep" / "config.toml"
    dotfiles.write_text(OLD)
    old.unlink()
    old.symlink_to("../../dotfiles.toml")
    assert run(env, "config", "lang").stdout == "ko\n"
    new = tmp_path / "config" / "quizprep" / "config.toml"
    assert new.is_symlink() and new.read_text() == OLD and not old.is_symlink() and dotfiles.read_text() == OLD


@pytest.mark.parametrize("linked", ["the file", "the folder", "the other way"])
def test_a_new_place_that_is_the_old_one_is_left_alone(tmp_path: Path, env: dict[str, str], linked: str) -> None:
    old, new = tmp_path / "share" / "quizprep" / "config.toml", tmp_path / "config" / "quizprep" / "config.toml"
    if linked == "the folder":
        new.parent.parent.mkdir()
        new.parent.symlink_to(old.parent)
    else:
        new.parent.mkdir(parents=True)
        if linked == "the other way":
            old.rename(new)
            old, new = new, old
        new.symlink_to(old)
    for _ in range(2):
        assert run(env, "config", "lang").stdout == "ko\n"
    assert old.read_text() == OLD
    assert "no longer read" not in run(env, "doctor", "--device", "cpu").stdout


def test_options_that_cannot_move_are_read_where_they_are(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / "config").write_text("a file where the folder would be")
    assert run(env, "config", "lang").stdout == "ko\n"
    assert (tmp_path / "share" / "quizprep" / "config.toml").read_text() == OLD
