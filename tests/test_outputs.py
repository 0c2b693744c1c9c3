"""Where the program writes: through links, into devices and pipes, and on a disk that is full."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from program import ROOT, quizprep

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="devices by their names on Linux")

LONG = "a" * 300  # a name that no file system takes


def suspended(home: Path) -> Path:
    """A home whose log has one event."""
    event = {"kind": "suspend", "id": "a", "question": "f1-definition", "at": "2026-12-01T09:00:00+00:00"}
    assert quizprep("log", "import", "-", home=home, stdin=json.dumps(event)).returncode == 0
    return home


def test_an_export_is_written_through_a_link(tmp_path: Path) -> None:
    home, real, link = suspended(tmp_path / "home"), tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    real.chmod(0o600)
    (tmp_path / "hop").symlink_to("real")
    link.symlink_to("hop")
    (tmp_path / "dangling").symlink_to("new")
    for name, target in (("link", "real"), ("dangling", "new")):
        assert quizprep("log", "export", str(tmp_path / name), home=home).returncode == 0
        assert (tmp_path / name).is_symlink() and '"suspend"' in (tmp_path / target).read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600, "who may read it stays as it was"
    (tmp_path / "circle").symlink_to("circle")
    refused = quizprep("log", "export", str(tmp_path / "circle"), home=home)
    assert refused.returncode == 2 and "cannot be written" in refused.stderr


def test_settings_linked_from_elsewhere_stay_linked(tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles.toml"
    dotfiles.write_text('lang = "en"\n')
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "config.toml").symlink_to(dotfiles)
    assert quizprep("config", "drill.new_per_day", "7", home=tmp_path / "home").returncode == 0
    assert (tmp_path / "home" / "config.toml").is_symlink() and "new_per_day = 7" in dotfiles.read_text()


def test_an_export_goes_into_a_pipe_and_a_device(tmp_path: Path) -> None:
    home, pipe, read = suspended(tmp_path / "home"), tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert quizprep("log", "export", str(pipe), home=home).returncode == 0
    reader.join()
    assert stat.S_ISFIFO(pipe.stat().st_mode) and '"suspend"' in read[0]
    null = tmp_path / "null"
    try:
        os.mknod(null, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        null = Path("/dev/null")  # whoever may not make a device can replace none either
    assert quizprep("log", "export", str(null), home=home).returncode == 0
    assert stat.S_ISCHR(null.stat().st_mode)
    assert '"suspend"' in quizprep("log", "export", "/dev/stdout", home=home).stdout
    full = quizprep("log", "export", "/dev/full", home=home)
    assert full.returncode == 2 and "No space left" in full.stderr


def test_an_export_goes_behind_what_an_open_file_has(tmp_path: Path) -> None:
    home, out = suspended(tmp_path / "home"), tmp_path / "out"
    command = f"echo first; {sys.executable} -m quizprep log export /dev/stdout; echo last"
    with out.open("a") as stream:
        environment = {**os.environ, "QUIZPREP_HOME": str(home), "PYTHONPATH": str(ROOT)}
        subprocess.run(["sh", "-c", command], stdout=stream, stderr=subprocess.DEVNULL, env=environment, check=True)
    assert [line[:7] for line in out.read_text().splitlines()] == ["first", '{"id": ', "last"]


def test_an_export_takes_a_name_as_long_as_there_can_be(tmp_path: Path) -> None:
    home = suspended(tmp_path / "home")
    assert quizprep("log", "export", str(tmp_path / LONG[:255]), home=home).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [LONG[:255], "home"]


@pytest.mark.parametrize("arguments", [["log", "export"], ["--help"], ["--version"], ["topics"], ["config", "--json"]])
def test_a_full_disk_behind_stdout_is_said(tmp_path: Path, arguments: list[str]) -> None:
    environment = {**os.environ, "QUIZPREP_HOME": str(suspended(tmp_path)), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "quizprep", *arguments]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, text=True, check=False)
        assert done.returncode == 2 and done.stderr == "The output cannot be written: No space left on device.\n"
        assert subprocess.run(command, stdout=full, stderr=full, env=environment, check=False).returncode == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["log", "export", f"/tmp/{LONG}"],
        ["log", "import", f"/tmp/{LONG}"],
        ["config", "content", f"/tmp/{LONG}"],
        ["quiz", "--content", f"/tmp/{LONG}"],
        ["check", "f1-score", "--file", f"/tmp/{LONG}.py"],
        ["audit", f"/tmp/{LONG}"],
        ["lint", f"/tmp/{LONG}"],
        ["equal", "--batch", f"/tmp/{LONG}"],
    ],
    ids=lambda arguments: arguments[0] + arguments[1][:8],
)
def test_a_name_that_is_too_long_is_refused(arguments: list[str]) -> None:
    done = quizprep(*arguments)
    assert done.returncode == 2 and LONG[:50] in done.stderr


@pytest.mark.parametrize("arguments", [[], ["stats"], ["topics"], ["config"], ["log", "export"]])
def test_a_home_whose_name_is_too_long_is_refused(arguments: list[str], tmp_path: Path) -> None:
    done = quizprep(*arguments, home=tmp_path / LONG)
    assert done.returncode == 2 and "name too long" in done.stderr
