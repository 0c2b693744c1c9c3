"""What travels beside the log: packs, copies of questions, options; nothing that was written is lost."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program import ROOT, quizprep

from quizprep.packs.install import add, remove
from quizprep.packs.places import folders, installed
from quizprep.sync import belongings as module
from quizprep.sync.belongings import Belongings, Travelled, exchange_things
from quizprep.sync.sealing import Seal

PLAIN = Seal(None)
PACK = ROOT / "examples" / "packs" / "mechanics"


class Device:
    def __init__(self, place: Path, number: int, folder: Path) -> None:
        self.data, self.folder, self.name = place / f"data{number}", folder, f"device{number}"
        self.data.mkdir()
        self.options = self.data / "config.toml"

    def sync(self, *, options: bool = False, seal: Seal = PLAIN) -> Travelled:
        own = Belongings(
            self.data, self.options if options else None, lambda: installed(self.data, self.data / "cache")
        )
        return exchange_things(own, self.data, self.folder, self.name, self.name, seal)

    def copy(self, name: str) -> Path:
        return self.data / "overlays" / "mechanics" / f"{name}.yaml"

    def edit(self, name: str, text: str | None) -> None:
        if text is None:
            self.copy(name).unlink(missing_ok=True)
        else:
            self.copy(name).parent.mkdir(parents=True, exist_ok=True)
            self.copy(name).write_text(text, encoding="utf-8")

    def copies(self) -> dict[str, str]:
        return {path.stem: path.read_text(encoding="utf-8") for path in sorted(self.data.glob("overlays/*/*.yaml"))}

    def kept(self) -> set[str]:
        return {path.read_text(encoding="utf-8") for path in self.data.glob("sync/kept/*/*.yaml")}


def two(tmp_path: Path) -> tuple[Device, Device]:
    folder = tmp_path / "shared"
    folder.mkdir()
    return Device(tmp_path, 0, folder), Device(tmp_path, 1, folder)


def test_a_pack_travels_is_updated_and_removed(tmp_path: Path):
    here, there = two(tmp_path)
    add(PACK, here.data / "packs", [])
    assert here.sync().sent == ("pack:mechanics",)
    assert there.sync().taken == ("pack:mechanics",)
    assert [each.name for each in folders(there.data / "packs")] == ["mechanics"]
    assert there.sync() == here.sync() == Travelled()
    changed = tmp_path / "changed"
    shutil.copytree(PACK, changed)
    file = changed / "pack.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("version: ", "version: 9.", 1), encoding="utf-8")
    add(changed, there.data / "packs", [])
    assert there.sync().sent == here.sync().taken == ("pack:mechanics",)
    assert "9." in (here.data / "packs" / "mechanics" / "pack.yaml").read_text(encoding="utf-8")
    remove("mechanics", here.data / "packs")
    assert here.sync().sent == there.sync().taken == ("pack:mechanics",)
    assert folders(there.data / "packs") == []
    assert there.sync() == here.sync() == Travelled()


def test_a_pack_with_a_defect_is_not_taken_and_said(tmp_path: Path):
    here, there = two(tmp_path)
    shutil.copytree(PACK, here.data / "packs" / "mechanics")
    chapter = here.data / "packs" / "mechanics" / "energy.yaml"
    chapter.write_text("chapter: nonsense\nquestions: 5\n", encoding="utf-8")
    here.sync()
    for _ in range(2):  # it is tried again
        done = there.sync()
        assert done.taken == () and "mechanics" in done.notes[0]["en"] and "not taken" in done.notes[0]["en"]
    assert folders(there.data / "packs") == []


@pytest.mark.parametrize("name", ["../../evil.yaml", "/etc/evil.yaml", "a/../../evil.yaml", "C:\\evil.yaml"])
def test_names_that_leave_the_folder_are_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch):
    here, there = two(tmp_path)
    content = {"pack.yaml": b"name: mechanics\n", name: b"evil"}
    monkeypatch.setattr(Belongings, "all", lambda self: iter([("pack:mechanics", content)]))
    here.sync()
    monkeypatch.undo()
    assert "not taken" in there.sync().notes[0]["en"]
    assert not list(tmp_path.rglob("evil.yaml"))


@pytest.mark.parametrize(
    "thing", ["pack:../x", "copy:../x/y", "copy:mechanics/../../y", "copy:mechanics", "virus:x", ""]
)
def test_things_that_are_none_are_refused(tmp_path: Path, thing: str, monkeypatch: pytest.MonkeyPatch):
    here, there = two(tmp_path)
    monkeypatch.setattr(Belongings, "all", lambda self: iter([(thing, {"y.yaml": b"evil"})]))
    here.sync()
    monkeypatch.undo()
    assert there.sync().taken == () and not (there.data / "overlays").exists() and not (there.data / "packs").exists()


def test_two_changes_at_once_lose_nothing(tmp_path: Path):
    here, there = two(tmp_path)
    here.edit("fall", "one")
    here.sync()
    there.sync()
    here.edit("fall", "here")
    there.edit("fall", "there")
    assert here.sync().notes == ()
    (note,) = there.sync().notes
    assert "changed your copy of mechanics/fall as well" in note["en"] and there.kept() == {"here"}
    assert here.sync().taken == ("copy:mechanics/fall",)
    assert here.copies() == there.copies() == {"fall": "there"}


def test_a_change_that_never_arrived_is_sent_again(tmp_path: Path):
    """A push that was refused, or another program that put an older file back."""
    here, there = two(tmp_path)
    here.edit("fall", "one")
    here.sync()
    there.sync()
    before = {path.name: path.read_bytes() for path in here.folder.iterdir()}
    here.edit("fall", "two")
    here.sync()
    for name, content in before.items():
        (here.folder / name).write_bytes(content)
    there.sync()
    assert here.sync().sent == ("copy:mechanics/fall",) and there.sync().taken == ("copy:mechanics/fall",)
    assert here.copies() == there.copies() == {"fall": "two"}
    before = {path.name: path.read_bytes() for path in here.folder.iterdir()}
    here.edit("fall", None)
    here.sync()
    for name, content in before.items():
        (here.folder / name).write_bytes(content)
    here.sync()
    there.sync()
    assert here.copies() == there.copies() == {}


def test_nothing_is_written_for_a_damaged_copy_of_the_file(tmp_path: Path):
    here, _ = two(tmp_path)
    here.edit("fall", "one")
    here.sync()
    path = here.folder / "things-device0.jsonl"
    (here.folder / "things-device0 (conflicted copy).jsonl").write_bytes(path.read_bytes()[:-5])
    before = path.stat().st_ino
    here.sync()
    assert path.stat().st_ino == before


def test_options_travel_by_choice_alone_and_only_where_they_make_sense(tmp_path: Path):
    here, there = two(tmp_path)
    here.options.write_text("[drill]\nretention = 0.95  # mine\n", encoding="utf-8")
    assert here.sync() == Travelled() and here.sync(options=True).sent == ("options",)
    assert there.sync() == Travelled() and not there.options.exists()
    assert there.sync(options=True).taken == ("options",)
    assert there.options.read_text(encoding="utf-8") == here.options.read_text(encoding="utf-8")
    here.options.write_text("[drill]\nretention = 95\n", encoding="utf-8")
    here.sync(options=True)
    (note,) = there.sync(options=True).notes
    assert "not taken" in note["en"] and "0.95" in there.options.read_text(encoding="utf-8")


def test_what_is_sealed_shows_nothing(tmp_path: Path):
    here, there = two(tmp_path)
    seal = Seal("open sesame")
    here.edit("fall", "a secret")
    here.sync(seal=seal)
    assert b"fall" not in b"".join(path.read_bytes() for path in here.folder.iterdir())
    assert there.sync(seal=seal).taken == ("copy:mechanics/fall",) and there.copies() == {"fall": "a secret"}
    there.edit("fall", "another")
    there.sync(seal=seal)
    here.sync(seal=seal)
    assert here.copies() == {"fall": "another"}


def test_a_file_larger_than_a_line_travels_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "PART", 7)
    here, there = two(tmp_path)
    here.edit("fall", "a text that takes several lines")
    here.sync()
    there.sync()
    assert there.copies() == here.copies()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.integers(0, 2), st.sampled_from("ab"), st.sampled_from("xyz")),
        st.tuples(st.just("remove"), st.integers(0, 2), st.sampled_from("ab")),
        st.tuples(st.just("sync"), st.integers(0, 2)),
        st.tuples(st.just("cut"), st.integers(0, 2), st.floats(0, 1)),  # another program brought half of a file
        st.tuples(st.just("copy"), st.integers(0, 2)),  # made a copy of a conflict
        st.tuples(st.just("old"), st.integers(0, 2)),  # put an older one back
    ),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=150)
def test_three_devices_agree_in_the_end_and_no_text_is_lost(steps: list[tuple]):
    """Every text that was written is still somewhere: it counts, it was replaced where it was known, or it was kept."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "shared"
        folder.mkdir()
        devices = [Device(Path(place), number, folder) for number in range(3)]
        old: dict[Path, bytes] = {}
        count = 0
        for step, number, *more in steps:
            device, own = devices[number], folder / f"things-device{number}.jsonl"
            if step == "edit":
                count += 1
                device.edit(more[0], f"{more[1]}{count}")
            elif step == "remove":
                device.edit(more[0], None)
            elif step == "sync":
                old[own] = own.read_bytes() if own.exists() else b""
                device.sync()
            elif step == "cut" and own.exists():
                content = own.read_bytes()
                own.write_bytes(content[: int(more[0] * len(content))])
            elif step == "copy" and own.exists():
                shutil.copyfile(own, folder / f"things-device{number} (conflicted copy).jsonl")
            elif step == "old" and old.get(own):
                own.write_bytes(old[own])
        written = {text for device in devices for text in device.copies().values()}
        for _ in range(3):
            for device in devices:
                device.sync()
        assert devices[0].copies() == devices[1].copies() == devices[2].copies()
        assert all(device.sync() == Travelled() for device in devices)
        left = {text for device in devices for text in (*device.copies().values(), *device.kept())}
        sent = "".join(path.read_text(encoding="utf-8") for path in folder.glob("things-*"))
        assert all(text in left or module._sha(text.encode()) in sent for text in written)


@pytest.mark.slow
def test_sync_says_what_travelled(tmp_path: Path):
    (tmp_path / "shared").mkdir()
    env = [{"QUIZPREP_HOME": str(tmp_path / name)} for name in "ab"]
    assert quizprep("pack", "add", "mechanics", env=env[0]).returncode == 0
    sent = quizprep("sync", str(tmp_path / "shared"), "--lang", "en", env=env[0])
    assert "→ the pack mechanics" in sent.stdout
    taken = json.loads(quizprep("sync", str(tmp_path / "shared"), "--json", env=env[1]).stdout)
    assert taken["things"]["received"] == ["pack:mechanics"]
    assert "mechanics" in quizprep("pack", "list", env=env[1]).stdout
