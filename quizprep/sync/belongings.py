"""What travels beside the log: packs that were added, the learner's copies of questions, and the options by choice.

Each device adds to a file of its own, ``things-DEVICE.jsonl``, in which a thing (a pack, a copy of a question, the
options) stands as often as it was changed there: its number, which grows over all devices, what it was made from, and
the digests of its files, whose contents stand before it once. The highest number counts. Where two devices changed a
thing since they last met, one of the two counts, and the other is kept in the data folder, and said: nothing is merged,
nothing is lost.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path, PurePosixPath
from typing import Any

from quizprep.deck.overlays import FOLDER as COPIES
from quizprep.deck.overlays import MADE_FROM
from quizprep.deck.pack_file import Place, is_name
from quizprep.errors import LearnerError, QuizprepError, reason_of
from quizprep.files import binary_in_one_step, write_in_one_step
from quizprep.formatting import to_json
from quizprep.frozen import frozen
from quizprep.packs.files_of_pack import MAX_FILE, Taking
from quizprep.packs.install import add, remove
from quizprep.packs.places import FOLDER as PACKS
from quizprep.packs.places import folders
from quizprep.settings import MAX_BYTES as MAX_OPTIONS
from quizprep.settings import Settings
from quizprep.sync.sealing import Header, Seal, device_file, header_line, with_checksum
from quizprep.text import Text, with_particle

FILES = "things-*.jsonl"
BASES = "things.json"  # in the data folder: each thing as this device last had it in common with the others
KEPT = "kept"  # folder of what gave way, in the data folder's folder of sync
PART = 1 << 20  # bytes of a file in one line
MAX_COPY = 1 << 20  # bytes of a copy of a question
PACK, COPY, OPTIONS = "pack", "copy", "options"

Files = Mapping[str, bytes]


@frozen
class Travelled:
    """What one exchange did with things: those sent, those taken, and sentences on what was kept or not taken."""

    sent: tuple[str, ...] = ()
    taken: tuple[str, ...] = ()
    notes: tuple[Text, ...] = field(default=())


@frozen
class _State:
    """A thing as a device wrote it: the digests of the parts of its files, None where it was removed."""

    number: int
    device: str
    parts: Mapping[str, tuple[str, ...]] | None
    before: str = ""  # the digest of what it was made from

    @property
    def digest(self) -> str:
        return (
            "" if self.parts is None else _sha(to_json({name: [*each] for name, each in self.parts.items()}).encode())
        )


@frozen
class _Shelf:
    """What the folder holds: the state of every thing that counts, every part by its digest, and this device's file."""

    states: dict[str, _State]
    befores: dict[tuple[str, str], set[str]]  # of each thing and digest, what it was made from
    parts: dict[str, bytes]
    header: Header | None
    lines: list[str]
    damaged: bool


class Belongings:
    """The things of this device: where they lie, and how one is taken in."""

    def __init__(self, data: Path, options: Path | None, installed: Callable[[], Sequence[Place]]) -> None:
        """``options`` is the file of the options, None where they stay at home."""
        self._data, self._options, self._installed = data, options, installed

    def all(self) -> Iterator[tuple[str, Files]]:
        """Every thing that is here, with the contents of its files by their names."""
        for folder in folders(self._data / PACKS):
            taking = Taking(folder)
            paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
            contents = {
                name: path.read_bytes()
                for path in paths
                if taking.admit(name := path.relative_to(folder).as_posix()) is not None
            }
            yield f"{PACK}:{folder.name}", contents
        for path in sorted((self._data / COPIES).glob("*/*.yaml")):
            made_from = path.parent / MADE_FROM / path.name
            if not path.name.startswith(".") and path.stat().st_size <= MAX_COPY:
                files = {path.name: path.read_bytes()}
                if made_from.is_file():
                    files[f"{MADE_FROM}/{path.name}"] = made_from.read_bytes()
                yield f"{COPY}:{path.parent.name}/{path.stem}", files
        if self._options is not None and self._options.is_file():
            yield OPTIONS, {self._options.name: self._options.read_bytes()}

    def take(self, thing: str, files: Files | None) -> None:
        """Put a thing of another device in place, or take it away. Raises QuizprepError where it is not in order."""
        kind, _, name = thing.partition(":")
        if kind == PACK and is_name(name):
            self._take_pack(name, files)
        elif kind == COPY and _is_copy(name):
            self._take_copy(name, files)
        elif thing == OPTIONS and self._options is not None:
            self._take_options(self._options, files)
        else:
            raise LearnerError(Text("a newer quizprep wrote it", ko="더 새로운 quizprep이 쓴 것입니다"))

    def travels(self, thing: str) -> bool:
        """Whether this device takes part in exchanging it."""
        return thing != OPTIONS or self._options is not None

    def _take_pack(self, name: str, files: Files | None) -> None:
        home = self._data / PACKS
        if files is None:
            if (home / name).is_dir():
                remove(name, home)
            return
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / name
            taking = Taking(folder)
            for path, content in files.items():
                inside = taking.admit(path)
                if inside is not None:
                    (folder / inside).parent.mkdir(parents=True, exist_ok=True)
                    (folder / inside).write_bytes(content)
            add(folder, home, [each for each in self._installed() if each.folder != home / name])

    def _take_copy(self, name: str, files: Files | None) -> None:
        pack, _, question = name.partition("/")
        folder = self._data / COPIES / pack
        for inside in (
            PurePosixPath(MADE_FROM) / f"{question}.yaml",
            PurePosixPath(f"{question}.yaml"),
        ):  # it counts last
            content = None if files is None else files.get(inside.as_posix())
            if content is None:
                (folder / inside).unlink(missing_ok=True)
            elif len(content) > MAX_COPY:
                raise LearnerError(Text("it is too large", ko="너무 큽니다"))
            else:
                (folder / inside).parent.mkdir(parents=True, exist_ok=True)
                with binary_in_one_step(folder / inside) as out:
                    out.write(content)

    def _take_options(self, path: Path, files: Files | None) -> None:
        content = next(iter((files or {}).values()), None)
        if content is None:
            return  # options are never taken away
        if len(content) > MAX_OPTIONS:
            raise LearnerError(Text("it is too large", ko="너무 큽니다"))
        with tempfile.TemporaryDirectory() as place:
            tried = Path(place) / path.name
            tried.write_bytes(content)
            Settings(tried).options()  # refused where it makes no sense
        path.parent.mkdir(parents=True, exist_ok=True)
        with binary_in_one_step(path) as out:
            out.write(content)


def exchange_things(belongings: Belongings, data: Path, folder: Path, device: str, name: str, seal: Seal) -> Travelled:
    """Take in the things that other devices changed, and write those that this one did.

    Raises LearnerError where the folder cannot be used, or what lies in it needs another passphrase.
    """
    shelf = _read_all(folder, seal, device)
    here = dict(belongings.all())
    bases = _read_bases(data)
    sent: dict[str, _State] = {}
    taken: list[str] = []
    notes: list[Text] = []
    own_parts: dict[str, bytes] = {}
    for thing in sorted(here.keys() | shelf.states.keys() | bases.keys()):
        if not belongings.travels(thing):
            continue
        parts = _parts(here[thing]) if thing in here else None
        own_parts |= parts[1] if parts else {}
        ours = _State(0, device, parts[0] if parts else None)
        theirs, base = shelf.states.get(thing), bases.get(thing)
        # What the folder does not have was changed here too: it did not arrive, or somebody put an older file back.
        changed = (base is not None or thing in here) and (
            ours.digest != base or (thing, ours.digest) not in shelf.befores
        )
        if theirs is not None and ours.digest == theirs.digest:
            bases[thing] = ours.digest
        elif theirs is None and thing not in here:
            bases.pop(thing, None)  # nobody has it any more
        elif theirs is not None and not changed:
            files = _files(theirs, shelf.parts)
            if files is None and theirs.parts is not None:
                continue  # not all of it is there yet
            if thing in here and not _comes_from(shelf, thing, theirs.digest, ours.digest):
                notes.append(_gave_way(thing, _keep(data, thing, _State(theirs.number, device, None), here[thing])))
            try:
                belongings.take(thing, files)
            except (QuizprepError, OSError) as error:
                notes.append(_not_taken(thing, error))
                continue
            taken.append(thing)
            bases[thing] = theirs.digest
        else:
            if theirs is not None and theirs.digest != (base or "") and theirs.parts is not None:
                files = _files(theirs, shelf.parts)
                if files is None:
                    continue
                notes.append(_kept(thing, _keep(data, thing, theirs, files)))
            sent[thing] = _State(
                (theirs.number if theirs else 0) + 1, device, ours.parts, theirs.digest if theirs else ""
            )
            bases[thing] = ours.digest
    if sent or shelf.damaged:
        _write(folder, device, name, seal, shelf, sent, own_parts)
    _write_bases(data, bases)
    return Travelled(tuple(sent), tuple(taken), tuple(notes))


def _write(
    folder: Path,
    device: str,
    name: str,
    seal: Seal,
    shelf: _Shelf,
    sent: Mapping[str, _State],
    parts: Mapping[str, bytes],
) -> None:
    """Add to this device's file what the others cannot have yet: parts before the things that they belong to."""
    header = shelf.header or seal.header(device, name)
    known = set(shelf.parts)
    new: list[dict[str, Any]] = []
    for thing, state in sent.items():
        for digest in dict.fromkeys(each for parts_ in (state.parts or {}).values() for each in parts_):
            if digest not in known:
                known.add(digest)
                new.append({"part": digest, "content": base64.b64encode(parts[digest]).decode()})
        entries = None if state.parts is None else {name: [*each] for name, each in state.parts.items()}
        new.append({"thing": thing, "number": state.number, "before": state.before, "files": entries})
    lines = [with_checksum(seal.close(header, to_json(entry))) for entry in new]
    write_in_one_step(folder / f"things-{device}.jsonl", [header_line(header), *shelf.lines, *lines])


def _parts(files: Files) -> tuple[dict[str, tuple[str, ...]], dict[str, bytes]]:
    """The digests of the parts of each file, and the parts by their digests."""
    found: dict[str, bytes] = {}
    digests = {}
    for name, content in sorted(files.items()):
        parts = [content[start : start + PART] for start in range(0, max(len(content), 1), PART)]
        digests[name] = tuple(_sha(part) for part in parts)
        found |= zip(digests[name], parts, strict=True)
    return digests, found


def _files(state: _State, parts: Mapping[str, bytes]) -> Files | None:
    """The contents of a thing's files; None where it has none, or not all of them are there yet."""
    if state.parts is None or any(digest not in parts for each in state.parts.values() for digest in each):
        return None
    return {name: b"".join(parts[digest] for digest in each) for name, each in state.parts.items()}


def _read_all(folder: Path, seal: Seal, device: str) -> _Shelf:
    """What every device wrote, copies of a file by other programs included."""
    shelf = _Shelf({}, {}, {}, None, [], False)
    own: dict[str, None] = {}
    header, damaged, own_name = None, False, f"things-{device}.jsonl"
    try:
        for path in sorted(folder.glob(FILES)):
            with device_file(path, seal) as opened:
                if opened is None:
                    continue
                found, read = opened
                is_own = found.device == device
                if is_own:
                    if header is not None and header != found:  # a copy under another salt: all is written again
                        damaged = True
                    header = header or found
                for line, content in read:
                    if content is None or not _take_line(shelf, found.device, content):
                        damaged |= is_own and path.name == own_name  # nobody ever mends a copy
                    elif is_own and found == header:
                        own[line] = None
    except OSError as error:
        raise LearnerError(
            Text(
                f"{folder} cannot be read: {error.strerror}.",
                ko=f"{folder} 폴더를 읽을 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from error
    return _Shelf(shelf.states, shelf.befores, shelf.parts, header, [*own], damaged)


def _take_line(shelf: _Shelf, device: str, content: str) -> bool:
    """Note what a line says; whether it says anything."""
    try:
        entry = json.loads(content)
        if "part" in entry:
            part = base64.b64decode(entry["content"], validate=True)
            if len(part) > PART or _sha(part) != entry["part"]:
                return False
            shelf.parts[entry["part"]] = part
            return True
        thing, number, before, files = (entry[key] for key in ("thing", "number", "before", "files"))
        parts = None if files is None else {str(name): tuple(map(str, each)) for name, each in files.items()}
        if not isinstance(thing, str) or not isinstance(before, str) or type(number) is not int or number < 1:
            return False
        if parts and sum(map(len, parts.values())) * PART > 2 * MAX_FILE * len(parts):
            return False  # larger than any pack's files may be
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    state, highest = _State(number, device, parts, before), shelf.states.get(thing)
    shelf.befores.setdefault((thing, state.digest), set()).add(before)
    if highest is None or (highest.number, highest.device) < (number, device):
        shelf.states[thing] = state
    return True


def _comes_from(shelf: _Shelf, thing: str, digest: str, other: str) -> bool:
    """Whether a thing was made from another state of it, over however many steps."""
    seen, waiting = set(), [digest]
    while waiting:
        digest = waiting.pop()
        if digest == other:
            return True
        if digest not in seen:
            seen.add(digest)
            waiting += shelf.befores.get((thing, digest), ())
    return False


def _is_copy(name: str) -> bool:
    pack, _, question = name.partition("/")
    return is_name(pack) and is_name(question)


def _keep(data: Path, thing: str, state: _State, files: Files) -> Path:
    """Keep what gives way, in a folder that no deck reads; where."""
    place = data / "sync" / KEPT / f"{thing.replace(':', '-').replace('/', '-')}-{state.device}-{state.number}"
    taking = Taking(place)
    for name, content in files.items():
        inside = taking.admit(name if "." in name else f"{name}.txt")
        if inside is not None:
            (place / inside).parent.mkdir(parents=True, exist_ok=True)
            (place / inside).write_bytes(content)
    return place


def in_words(thing: str) -> Text:
    """A thing in words."""
    kind, _, name = thing.partition(":")
    if kind == PACK:
        return Text(f"the pack {name}", ko=f"{name} 팩")
    if kind == COPY:
        return Text(f"your copy of {name}", ko=f"{name} 문제의 내 사본")
    return Text("the options", ko="설정")


def _kept(thing: str, place: Path) -> Text:
    what = in_words(thing)
    korean = with_particle(what["ko"], "을(를)")
    return Text(
        f"Another device changed {what['en']} as well: what is here counts, the other's is kept in {place}.",
        ko=f"다른 기기도 {korean} 고쳤습니다. 이 기기의 것을 쓰고, 다른 것은 {place}에 남겼습니다.",
    )


def _gave_way(thing: str, place: Path) -> Text:
    what = in_words(thing)
    korean = with_particle(what["ko"], "을(를)")
    return Text(
        f"Another device changed {what['en']} as well: the other's counts, what was here is kept in {place}.",
        ko=f"다른 기기도 {korean} 고쳤습니다. 다른 것을 쓰고, 이 기기의 것은 {place}에 남겼습니다.",
    )


def _not_taken(thing: str, error: QuizprepError | OSError) -> Text:
    reason = error.said if isinstance(error, QuizprepError) else reason_of(error)
    return Text(
        f"Another device's {in_words(thing)['en'].removeprefix('the ')} is not taken: {reason['en']}",
        ko=f"다른 기기의 {with_particle(in_words(thing)['ko'], '은(는)')} 받지 않았습니다: {reason['ko']}",
    )


def _read_bases(data: Path) -> dict[str, str]:
    with suppress(OSError, ValueError, AttributeError):
        found = json.loads((data / "sync" / BASES).read_text(encoding="utf-8"))
        return {str(thing): str(digest) for thing, digest in found.items()}
    return {}


def _write_bases(data: Path, bases: Mapping[str, str]) -> None:
    write_in_one_step(data / "sync" / BASES, [json.dumps(bases, sort_keys=True) + "\n"], make_folder=True)


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
