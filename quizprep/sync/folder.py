"""Logs exchanged over a folder that some other program may synchronise. No SQL.

Each device has two files there that nobody else writes: ``log-DEVICE.jsonl``, its events, to which it only ever adds,
and ``seen-DEVICE.json``, how many events of every device it has. Copies that other programs make of a file
(``log-DEVICE (conflicted copy).jsonl``) are read like it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from quizprep.errors import LearnerError, reason_of
from quizprep.files import sweep, write_in_one_step
from quizprep.formatting import to_json
from quizprep.frozen import frozen
from quizprep.memory import history
from quizprep.memory.log_file import import_log
from quizprep.memory.store import Store
from quizprep.share_done import Tell, part, told, untold
from quizprep.sync.sealing import Header, Seal, device_file, header_line, with_checksum
from quizprep.text import Text

LOGS = "log-*.jsonl"
MAX_NAME = 80  # characters of a device's name


@frozen
class Exchanged:
    """What one exchange did: events written for the others, taken from them, and lines that are not whole (yet)."""

    sent: int
    received: int
    unfinished: int
    ahead: int


@frozen
class DeviceState:
    """A device as its files show it: its events, and how many there are in all that it has not seen."""

    device: str
    name: str
    events: int
    unseen: int


@frozen
class _Log:
    """What the folder holds of one device, copies of its file included: by the id of each event or scheduler.

    ``lines`` are as they stand in the file, ``contents`` what was written; ``damaged`` lines are those of the file
    itself, which its device writes anew.
    """

    header: Header
    contents: Mapping[str, str]
    lines: Mapping[str, str]
    damaged: int


def device_of(data: Path, name: str) -> tuple[str, str]:
    """This device's id, drawn at the first call and kept in the data folder, and its name.

    Raises LearnerError where it cannot be kept: a device without an id would write a new file each time.
    """
    path = data / "device"
    with suppress(OSError, ValueError):
        kept = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(kept, dict) and isinstance(kept.get("id"), str) and kept["id"].isalnum():
            return kept["id"], _printable(str(kept.get("name") or name))
    id = secrets.token_hex(6)
    write_in_one_step(path, [json.dumps({"id": id, "name": _printable(name)}) + "\n"], make_folder=True)
    return id, _printable(name)


def _printable(name: str) -> str:
    """A name as it may stand in a file and a table: without line breaks, and bytes that are no letters."""
    return "".join(char if char.isprintable() else "?" for char in name[:MAX_NAME])


def exchange(store: Store, folder: Path, device: str, name: str, seal: Seal, tell: Tell = untold) -> Exchanged:
    """Take in what the other devices wrote, and write what they cannot have yet.

    Raises LearnerError where the folder cannot be used, or what lies in it needs another passphrase; nothing has been
    changed then.
    """
    logs, unfinished = _read_all(folder, seal)
    there = {id for log in logs for id in log.contents}
    unknown = _unknown(store, logs)
    taken = import_log(store, unknown, refuse=lambda *_: None, part=True, tell=part(tell, 0.2, 0.6))
    own = next((log for log in logs if log.header.device == device), None)
    header = own.header if own else seal.header(device, name)
    new = dict(_missing(store, there))
    lines = list(own.lines.values()) if own else []
    written = told(new.values(), len(new), part(tell, 0.6, 1))
    lines += [with_checksum(seal.close(header, content)) for content in written]
    if new or own is None or own.damaged:
        write_in_one_step(folder / f"log-{device}.jsonl", [header_line(header), *lines])
    sweep(folder)
    _write_seen(folder, device, {**_counts(logs), device: _events(own.contents if own else {}) + _events(new)})
    return Exchanged(_events(new), taken.added, unfinished + taken.refused, taken.ahead)


def states(folder: Path, seal: Seal) -> list[DeviceState]:
    """Every device that has written into the folder, by name. Raises LearnerError as :func:`exchange` does."""
    logs, _ = _read_all(folder, seal)
    counts = _counts(logs)
    found = []
    for log in logs:
        device = log.header.device
        seen = _read_seen(folder, device)
        unseen = sum(max(count - seen.get(other, 0), 0) for other, count in counts.items() if other != device)
        found.append(DeviceState(device, _printable(log.header.name), _events(log.contents), unseen))
    return sorted(found, key=lambda state: (state.name, state.device))


def _missing(store: Store, there: Container[str]) -> Iterator[tuple[str, str]]:
    """What of this device's log nobody has written into the folder yet: schedulers first, each with its id."""
    for identity, options in sorted(store.schedulers().items()):
        entry = {"kind": "scheduler", "id": identity, "options": json.loads(options)}
        if _key(entry) not in there:
            yield _key(entry), to_json(entry)
    for event in store.events():
        if event.id not in there:
            yield event.id, to_json(history.to_json(event))


def _key(entry: object) -> str:
    """An id that no other entry has: those of schedulers are apart from those of events."""
    if not isinstance(entry, dict):
        return ""
    mark = "scheduler:" if entry.get("kind") == "scheduler" else ""
    return f"{mark}{entry.get('id', '')}"


def _events(contents: Mapping[str, str]) -> int:
    return sum(not id.startswith("scheduler:") for id in contents)


def _unknown(store: Store, logs: list[_Log]) -> Iterator[str]:
    """The lines of the others whose events this device lacks, and the schedulers that they need."""
    known = {event.id for event in store.events()} | {f"scheduler:{id}" for id in store.schedulers()}
    for log in logs:
        for id, content in log.contents.items():
            if id not in known:
                known.add(id)
                yield content


def _read_all(folder: Path, seal: Seal) -> tuple[list[_Log], int]:
    """What every device wrote; also how many lines are not whole."""
    try:
        paths = sorted(folder.glob(LOGS)) if folder.is_dir() else []
        if not folder.is_dir():
            raise LearnerError(
                Text(f"{folder} is no folder; make it first.", ko=f"{folder} 폴더가 없습니다. 먼저 만드세요.")
            )
        found: dict[str, _Log] = {}
        for path in paths:
            log = _read(path, seal)
            if log is None:
                continue  # not ours, or not there yet
            header, damaged = log.header, log.damaged
            before = found.get(header.device)
            if path.name != f"log-{header.device}.jsonl":  # a copy: what either has
                header, damaged = before.header if before else header, 0  # nobody ever mends it
            if before is not None:
                damaged += before.damaged
                log = _Log(header, {**before.contents, **log.contents}, {**before.lines, **log.lines}, damaged)
            else:
                log = _Log(header, log.contents, log.lines, damaged)
            found[log.header.device] = log
    except OSError as error:
        raise LearnerError(
            Text(
                f"{folder} cannot be read: {error.strerror}.",
                ko=f"{folder} 폴더를 읽을 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from error
    return list(found.values()), sum(log.damaged for log in found.values())


def _read(path: Path, seal: Seal) -> _Log | None:
    contents: dict[str, str] = {}
    lines: dict[str, str] = {}
    damaged = 0
    with device_file(path, seal) as opened:
        if opened is None:
            return None
        header, read = opened
        for line, content in read:
            key = "" if content is None else _key_of(content)
            if content is None or not key:
                damaged += 1
            else:
                contents[key], lines[key] = content, line
    return _Log(header, contents, lines, damaged)


def _key_of(content: str) -> str:
    try:
        return _key(json.loads(content))
    except (ValueError, RecursionError):
        return ""


def _counts(logs: list[_Log]) -> dict[str, int]:
    return {log.header.device: _events(log.contents) for log in logs}


def _write_seen(folder: Path, device: str, counts: Mapping[str, int]) -> None:
    write_in_one_step(folder / f"seen-{device}.json", [json.dumps({"seen": counts}) + "\n"])


def _read_seen(folder: Path, device: str) -> dict[str, int]:
    with suppress(OSError, ValueError):
        found = json.loads((folder / f"seen-{device}.json").read_text(encoding="utf-8"))
        counts = found.get("seen") if isinstance(found, dict) else None
        if isinstance(counts, dict):
            return {name: count for name, count in counts.items() if isinstance(count, int)}
    return {}
