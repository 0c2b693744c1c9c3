"""A pack in a zip: unpacked into a new folder, or refused before anything of it is written elsewhere.

A zip says of itself what it likes: only what comes out counts. Refused are names that leave the folder, links,
encrypted entries, names that are given twice, too many entries, and entries that turn out larger than a pack may be.
"""

from __future__ import annotations

import os
import stat
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from quizprep.errors import LearnerError
from quizprep.packs.files_of_pack import MAX_ENTRIES, Taking, refused

MAX_ARCHIVE = 128 * 2**20  # bytes of the zip itself
MAX_DIRECTORY = 8 * 2**20  # bytes of its list of entries, which is read at once
_END, _LARGE = b"PK\x05\x06", b"PK\x06\x07"  # of the record at its end; of one for zips beyond 4 GB
_END_SIZE, _LARGE_SIZE, _COMMENT = 22, 20, 2**16
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


def unpack(archive: Path, target: Path) -> Taking:
    """Unpack the files of a pack into a new folder. Raises LearnerError for what is no zip of a pack."""
    taking = Taking(archive)
    target.mkdir(parents=True, exist_ok=True)
    try:
        with archive.open("rb") as file:
            _refuse_large(archive, file)
            with zipfile.ZipFile(file) as zipped:
                for entry in _entries(archive, zipped):
                    _unpack_one(archive, zipped, entry, taking, target)
    except OSError as error:
        reason = error.strerror or error
        raise refused(archive, "", f"cannot be read ({reason}).", f"읽을 수 없습니다({reason}).") from error
    except _UNREADABLE as error:
        raise _no_zip(archive) from error
    return taking


def _entries(archive: Path, zipped: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = zipped.infolist()
    if len(entries) > MAX_ENTRIES:
        raise refused(
            archive,
            "",
            f"has {len(entries):,} entries; pack fewer than {MAX_ENTRIES:,}.",
            f"항목이 {len(entries):,}개입니다. {MAX_ENTRIES:,}개보다 적게 묶으세요.",
        )
    return entries


def _unpack_one(archive: Path, zipped: zipfile.ZipFile, entry: zipfile.ZipInfo, taking: Taking, target: Path) -> None:
    name = entry.orig_filename  # as it is written: zipfile itself cuts names at a zero, and turns backslashes
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise refused(archive, name, "is a link; put the file itself there.", "링크입니다. 파일 자체를 두세요.")
    if entry.flag_bits & 0x1:
        raise refused(
            archive, name, "is encrypted; pack it without a password.", "암호화되어 있습니다. 암호 없이 묶으세요."
        )
    if name.endswith("/"):
        return  # a folder is made where a file lies in it
    place = taking.admit(name)
    if place is None:
        return
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refused(
            archive,
            name,
            "is packed in an unusual way; use deflate.",
            "모르는 압축 방식입니다. deflate로 묶으세요.",
        )
    with zipped.open(entry) as stream:
        taking.copy(name, stream, target / place)  # type: ignore[arg-type]  # a stream of bytes like any other


def _refuse_large(archive: Path, file: IO[bytes]) -> None:
    """Look at the record at the end before zipfile reads as much as it says."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_SIZE - _COMMENT - _LARGE_SIZE))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_SIZE:
        raise _no_zip(archive)
    (directory,) = struct.unpack_from("<L", tail, end + 12)
    if size > MAX_ARCHIVE or directory > MAX_DIRECTORY or tail[max(0, end - _LARGE_SIZE) : end].startswith(_LARGE):
        megabytes = MAX_ARCHIVE // 2**20
        raise refused(
            archive,
            "",
            f"is too large for a pack; keep it below {megabytes} MB.",
            f"팩으로는 너무 큽니다. {megabytes} MB보다 작게 하세요.",
        )


def _no_zip(archive: Path) -> LearnerError:
    return refused(
        archive,
        "",
        "is no zip that can be read; give a folder, or pack it again.",
        "읽을 수 있는 zip이 아닙니다. 폴더를 주거나 다시 묶으세요.",
    )
