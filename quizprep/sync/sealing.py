"""The lines of a device's file: each with a checksum, and sealed where a passphrase is set.

A line is ``CHECKSUM CONTENT``; one that was cut short, or that another program mixed up, does not match its checksum
and counts as not there yet. The first line is the header. Sealing is Fernet (AES-128-CBC and HMAC-SHA256) under a key
that scrypt (RFC 7914) makes of the passphrase and the salt in the header; both are the ``cryptography`` package's.
"""

from __future__ import annotations

import base64
import functools
import json
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from quizprep.errors import LearnerError
from quizprep.frozen import frozen
from quizprep.text import Text

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

FORMAT = 1
MAX_LINE = 1 << 23  # bytes; a sealed line is a third longer than what it holds
SALT = 16  # bytes
CHECK = "quizprep"  # what a sealed file's header holds, to tell a wrong passphrase from a damaged file
SCRYPT = {"length": 32, "n": 1 << 15, "r": 8, "p": 1}  # about a tenth of a second, and 32 MB


@frozen
class Header:
    """What a file says of itself: whose it is, and with which salt it is sealed ("" where it is not)."""

    device: str
    name: str
    salt: str = ""
    check: str = ""
    format: int = FORMAT


def with_checksum(content: str) -> str:
    """A line of a file, with its line break."""
    return f"{zlib.crc32(content.encode()):08x} {content}\n"


def without_checksum(line: str) -> str | None:
    """The content of a whole line; None where it is not what was written."""
    checksum, _, content = line.rstrip("\n").partition(" ")
    whole = line.endswith("\n") and f"{zlib.crc32(content.encode('utf-8', 'surrogatepass')):08x}" == checksum
    return content if whole else None


def header_line(header: Header) -> str:
    """The first line of a file."""
    fields = {name: getattr(header, name) for name in ("format", "device", "name", "salt", "check")}
    return with_checksum(json.dumps({"quizprep": "log", **fields}, ensure_ascii=False))


def read_header(line: str) -> Header | None:
    """The header on a file's first line; None where that is none. Raises LearnerError for one of a newer version."""
    content = without_checksum(line)
    try:
        fields: Any = json.loads(content or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or fields.get("quizprep") != "log":
        return None
    if fields.get("format") != FORMAT:
        raise LearnerError(
            Text(
                "A file in the folder was written by a newer version of quizprep; update this one.",
                ko="폴더에 더 새로운 버전의 quizprep이 쓴 파일이 있습니다. 이 프로그램을 업데이트하세요.",
            )
        )
    device, name, salt, check = (fields.get(field) for field in ("device", "name", "salt", "check"))
    if isinstance(device, str) and isinstance(name, str) and isinstance(salt, str) and isinstance(check, str):
        return Header(device, name, salt, check)
    return None


class Seal:
    """Seals and opens the contents of lines, by a passphrase; without one they are as they are."""

    def __init__(self, passphrase: str | None) -> None:
        self._passphrase = passphrase

    @property
    def is_set(self) -> bool:
        return self._passphrase is not None

    def header(self, device: str, name: str) -> Header:
        """The header of a new file."""
        if not self.is_set:
            return Header(device, name)
        salt = base64.urlsafe_b64encode(os.urandom(SALT)).decode()
        return Header(device, name, salt, self._key(salt).encrypt(CHECK.encode()).decode())

    def refuse_where_it_does_not_open(self, header: Header) -> None:
        """Raises LearnerError where the file needs a passphrase, or another one, or is not to be sealed."""
        if header.salt and not self.is_set:
            raise LearnerError(
                Text(
                    "What lies in the folder is sealed: give its passphrase (QUIZPREP_PASSPHRASE, or --passphrase).",
                    ko="폴더의 기록은 암호로 잠겨 있습니다. 암호를 주세요(QUIZPREP_PASSPHRASE 또는 --passphrase).",
                )
            )
        if not header.salt and self.is_set:
            raise LearnerError(
                Text(
                    f"What {header.name} wrote there is not sealed; to seal all of it, sync into an empty folder.",
                    ko=f"{header.name} 기기가 폴더에 쓴 기록은 잠겨 있지 않습니다. 잠그려면 빈 폴더에 동기화하세요.",
                )
            )
        if header.salt and self._opened(header.salt, header.check) != CHECK:
            raise LearnerError(Text("That is not the passphrase of this folder.", ko="이 폴더의 암호가 아닙니다."))

    def close(self, header: Header, content: str) -> str:
        """The content as it stands in the file."""
        return self._key(header.salt).encrypt(content.encode()).decode() if header.salt else content

    def open(self, header: Header, content: str) -> str | None:
        """What stands in the file as it was; None where it was changed."""
        return self._opened(header.salt, content) if header.salt else content

    def _opened(self, salt: str, content: str) -> str | None:
        from cryptography.fernet import InvalidToken

        try:
            opened: bytes = self._key(salt).decrypt(content.encode())
            return opened.decode()
        except (InvalidToken, UnicodeDecodeError):
            return None

    def _key(self, salt: str) -> Fernet:
        return _key_of(self._passphrase or "", salt)


@contextmanager
def device_file(path: Path, seal: Seal) -> Iterator[tuple[Header, Iterator[tuple[str, str | None]]] | None]:
    """A device's file, opened: its header, and each line as it stands there, with its content (None: not whole).

    None where the file is not one of ours, or not there yet. Raises LearnerError where it needs another passphrase.
    """
    with path.open("rb") as file:
        header = read_header(file.readline(MAX_LINE).decode("utf-8", "replace"))
        if header is None:
            yield None
            return
        seal.refuse_where_it_does_not_open(header)
        yield header, _opened_lines(file, header, seal)


def _opened_lines(file: IO[bytes], header: Header, seal: Seal) -> Iterator[tuple[str, str | None]]:
    while read := file.readline(MAX_LINE):
        line = read.decode("utf-8", "replace")
        content = without_checksum(line)
        yield line, None if content is None else seal.open(header, content)


@functools.cache
def _key_of(passphrase: str, salt: str) -> Fernet:
    try:
        from cryptography.fernet import Fernet
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
    except ImportError:
        command = "pip install 'quizprep[sync]'"
        raise LearnerError(
            Text(
                f"A passphrase takes one more package: {command}", ko=f"암호를 쓰려면 꾸러미가 더 필요합니다: {command}"
            )
        ) from None
    key = Scrypt(salt=salt.encode(), **SCRYPT).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(key))
