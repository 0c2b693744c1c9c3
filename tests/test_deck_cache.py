"""The compiled cache: fast where it can be used, and never a problem where it cannot."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_deck import HEAD, entry, written

from quizprep import deck as deck_module
from quizprep.deck import Deck, cache, content_directory, sources

pytestmark = pytest.mark.slow

ROOT = content_directory().parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "questions"
    folder.mkdir()
    written(folder, HEAD + entry(id="a") + entry(id="b", was="[old]"), "one.yaml")
    written(folder, HEAD + entry(id="c"), "two.yaml")
    return folder


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were compiled, as they are."""
    names: list[str] = []
    check = deck_module._check

    def counting(sources, *rest):
        names.extend(source.path.name for source in sources)
        return check(sources, *rest)

    monkeypatch.setattr(deck_module, "_check", counting)
    return names


def everything(folder: Path, cache_path: Path | None) -> tuple:
    deck = Deck.open([folder], cache_path=cache_path)
    return deck.index(), deck.questions([entry.id for entry in deck.index()]), dict(deck.former_ids())


def test_a_second_start_gives_the_same_and_compiles_nothing(folder: Path, tmp_path: Path, compiled: list[str]):
    path = tmp_path / "new" / "folder" / "cache.sqlite"
    first = everything(folder, path)
    assert compiled == ["one.yaml", "two.yaml"]
    assert everything(folder, path) == first == everything(folder, None)
    assert compiled == ["one.yaml", "two.yaml"] * 2  # the second time without a cache


def test_only_what_changed_is_compiled(folder: Path, tmp_path: Path, compiled: list[str]):
    path = tmp_path / "cache.sqlite"
    everything(folder, path)
    stat = (folder / "two.yaml").stat()
    written(folder, HEAD + entry(id="d"), "two.yaml")
    os.utime(folder / "two.yaml", ns=(stat.st_atime_ns, stat.st_mtime_ns))  # the contents decide, not the clock
    assert [entry.id for entry in everything(folder, path)[0]] == ["a", "b", "d"]
    assert compiled == ["one.yaml", "two.yaml", "two.yaml"]
    with sqlite3.connect(path) as database:  # the earlier version is gone
        assert [id for (id,) in database.execute("select id from question order by id")] == ["a", "b", "d"]
    database.close()


def test_other_code_or_proofs_make_the_cache_stale(
    folder: Path, tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "cache.sqlite"
    everything(folder, path)
    monkeypatch.setattr(sources, "MEANING", ("deck", "formula"))
    everything(folder, path)
    assert compiled == ["one.yaml", "two.yaml"] * 2
    monkeypatch.setattr(sources, "ALONE", [name for name in sources.ALONE if name != "draws"])
    everything(folder, path)
    assert compiled == ["one.yaml", "two.yaml"] * 3


def test_a_file_with_defects_is_not_kept(folder: Path, tmp_path: Path):
    path = tmp_path / "cache.sqlite"
    written(folder, HEAD + entry(id="c", covers="[nothing]"), "two.yaml")
    for _ in range(2):
        with pytest.raises(deck_module.AuthorError, match="no topic `nothing`"):
            everything(folder, path)


def test_ids_are_unique_over_files_compiled_at_different_times(folder: Path, tmp_path: Path):
    path = tmp_path / "cache.sqlite"
    written(folder, HEAD + entry(id="a"), "two.yaml")
    for name in ("one.yaml", "two.yaml"):
        Deck.open([folder / name], cache_path=path)
    with pytest.raises(deck_module.AuthorError, match="the id `a` is taken"):
        everything(folder, path)


@pytest.mark.parametrize(
    "damage",
    [b"", b"not a database", b"SQLite format 3\0" + b"\xff" * 5000],
    ids=["empty", "text", "broken header"],
)
def test_a_damaged_cache_is_replaced(folder: Path, tmp_path: Path, damage: bytes, compiled: list[str]):
    path = written(tmp_path, damage, "cache.sqlite")
    expected = everything(folder, None)
    compiled.clear()
    assert everything(folder, path) == everything(folder, path) == expected
    assert compiled == ["one.yaml", "two.yaml"]


def test_other_tables_are_replaced(folder: Path, tmp_path: Path, compiled: list[str]):
    path = tmp_path / "cache.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("create table file (x)")
    database.close()
    everything(folder, path)
    everything(folder, path)
    assert compiled == ["one.yaml", "two.yaml"]


def test_a_changed_letter_in_a_stored_text_is_never_shown(folder: Path, tmp_path: Path, compiled: list[str]):
    """The JSON is as good as before, and SQLite sees nothing: the checksum alone tells."""
    path = tmp_path / "cache.sqlite"
    expected = everything(folder, path)
    for table in ("file", "question"):
        with sqlite3.connect(path) as database:
            rows = database.execute(f"select rowid, data from {table}").fetchall()
            for row, data in rows:
                letter = next(place for place in range(len(data) // 2, len(data)) if data[place : place + 1].isalpha())
                changed = data[:letter] + bytes([data[letter] ^ 1]) + data[letter + 1 :]
                database.execute(f"update {table} set data = ? where rowid = ?", (changed, row))
        database.close()
        compiled.clear()
        assert everything(folder, path) == expected
        assert sorted(compiled) == ["one.yaml", "two.yaml"], table


@given(changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=40))
@settings(max_examples=60)
def test_flipped_bytes_never_change_a_question(folder: Path, tmp_path: Path, changes: list[tuple[float, int]]):
    path = tmp_path / "cache.sqlite"
    expected = everything(folder, path)
    content = bytearray(path.read_bytes())
    for place, value in changes:
        content[int(place * len(content))] = value
    path.write_bytes(content)
    assert everything(folder, path) == expected
    assert everything(folder, path) == expected


@pytest.mark.parametrize("word", [b"create table", b"text primary key", b"index file_path", b"stamp text"], ids=repr)
@pytest.mark.parametrize("value", [0xE7, 0x00, 0xFF])
def test_a_schema_that_is_no_text_is_damage_like_any_other(folder: Path, tmp_path: Path, word: bytes, value: int):
    """SQLite quotes the damaged statement in its message, which is then no UTF-8."""
    path = tmp_path / "cache.sqlite"
    expected = everything(folder, path)
    content = path.read_bytes()
    places = [place for place in range(len(content)) if content[place : place + len(word)].lower() == word]
    assert places
    for place in places:
        path.write_bytes(content[:place] + bytes([value]) + content[place + 1 :])
        assert everything(folder, path) == expected


def test_damage_between_opening_and_asking(folder: Path, tmp_path: Path):
    path = tmp_path / "cache.sqlite"
    expected = everything(folder, path)[1]
    deck = Deck.open([folder], cache_path=path)
    path.unlink()
    assert deck.questions(["a", "b", "c"]) == expected


def test_places_that_cannot_be_written(folder: Path, tmp_path: Path):
    file = written(tmp_path, b"x", "file")
    expected = everything(folder, None)
    for path in (file / "cache.sqlite", tmp_path, Path("/dev/null/cache.sqlite"), tmp_path / ("x" * 300)):
        assert everything(folder, path) == expected
    assert file.read_bytes() == b"x"


def test_a_read_only_folder(folder: Path, tmp_path: Path, compiled: list[str]):
    home = tmp_path / "home"
    expected = everything(folder, home / "cache.sqlite")
    home.chmod(0o500)
    (home / "cache.sqlite").chmod(0o400)
    if os.access(home, os.W_OK):
        pytest.skip("this user may write anywhere")
    try:
        assert everything(folder, home / "cache.sqlite") == expected  # read, though it cannot be written
        written(folder, HEAD + entry(id="z"), "two.yaml")
        assert [entry.id for entry in everything(folder, home / "cache.sqlite")[0]] == ["a", "b", "z"]
    finally:
        home.chmod(0o700)
    assert compiled == ["one.yaml", "two.yaml", "two.yaml"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names that are any bytes")
def test_a_file_name_that_is_not_text(
    folder: Path, tmp_path: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sources, "SETTLED", -1)  # the name of a file just written is not kept
    file = Path(os.fsdecode(os.fsencode(folder) + b"/\xff.yaml"))
    file.write_text(HEAD + entry(id="x"), encoding="utf-8")
    for _ in range(2):
        assert Deck.open([file], cache_path=tmp_path / "cache.sqlite").question("x").id == "x"
    assert compiled == [file.name]


def test_a_locked_cache(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cache, "PATIENCE", 0.05)
    path = tmp_path / "cache.sqlite"
    expected = everything(folder, path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("begin exclusive")
    try:
        assert everything(folder, path) == expected
    finally:
        holder.close()
    assert everything(folder, path) == expected


def test_a_writer_that_was_killed(folder: Path, tmp_path: Path, compiled: list[str]):
    path = tmp_path / "cache.sqlite"
    expected = everything(folder, path)
    code = (
        "import os, sqlite3, sys\n"
        "database = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "database.execute('pragma cache_size = 1')\n"
        "database.execute('begin exclusive')\n"
        "database.execute('update question set data = zeroblob(20000)')\n"
        "os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)])
    assert Path(f"{path}-journal").stat().st_size > 0
    assert everything(folder, path) == everything(folder, path) == expected
    assert not Path(f"{path}-journal").exists()
    assert compiled in (["one.yaml", "two.yaml"], ["one.yaml", "two.yaml"] * 2)


def test_many_processes_at_once(folder: Path, tmp_path: Path):
    path = tmp_path / "cache.sqlite"
    code = (
        "import sys; from pathlib import Path; from quizprep.deck import Deck\n"
        "deck = Deck.open([Path(sys.argv[1])], cache_path=Path(sys.argv[2]))\n"
        "print(*(question.id for question in deck.questions(['a', 'b', 'c'])))"
    )
    command = [sys.executable, "-c", code, str(folder), str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)
    ]
    for process in running:
        out, err = process.communicate(timeout=60)
        assert (out.split(), err) == ([b"a", b"b", b"c"], b"")
    with sqlite3.connect(path) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    database.close()


def test_a_warm_start_imports_neither_yaml_nor_proofs(folder: Path, tmp_path: Path):
    path = tmp_path / "cache.sqlite"
    code = (
        "import sys; from pathlib import Path; from quizprep.deck import Deck\n"
        "deck = Deck.open([Path(sys.argv[1])], cache_path=Path(sys.argv[2]))\n"
        "deck.questions([entry.id for entry in deck.select(['a', 'f1-score'])]); deck.syllabus()\n"
        "heavy = ('yaml', 'torch', 'numpy', 'quizprep.proofs', 'quizprep.formula', 'quizprep.deck.check_file')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    printed = [
        subprocess.run(
            [sys.executable, "-c", code, str(folder), str(path)],
            env=environment,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(2)
    ]
    assert "yaml" in printed[0]
    assert "torch" not in printed[0]
    assert printed[1] == "[]\n"
