"""The proofs that a pack brings, by their bare names: its data, and its Python where it is an installed package.

Its files of proofs are checked once and kept in the cache: reading YAML takes longer than all else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from quizprep import proofs
from quizprep.deck.cache import Cache, Compiled
from quizprep.deck.pack_file import SHIPPED, Pack, bare
from quizprep.deck.sources import content, digest_of, proof_files, shown_path, unreadable
from quizprep.errors import AuthorError
from quizprep.proofs import Proof
from quizprep.proofs.data import Row, build, check


def load(pack: Pack, cache: Cache) -> Mapping[str, Proof]:
    """Every proof of the pack. Raises AuthorError where its files have defects."""
    found = {bare(proof.id): proof for proof in (proofs.of_module(pack.module, pack.namespace) if pack.module else ())}
    lines: list[str] = []
    for proof in _of_files(pack, cache, lines):
        taken = found.setdefault(bare(proof.id), proof)
        if taken is not proof:
            where = f"{shown_path(taken.file)}:{taken.line}"
            lines.append(f"{proof.file}:{proof.line}: the id `{bare(proof.id)}` is taken by {where}; choose another")
    if lines:
        raise AuthorError(lines)
    return found


def _of_files(pack: Pack, cache: Cache, lines: list[str]) -> Iterator[Proof]:
    """The proofs of its files, in their order; ``lines`` gets what is wrong with a file."""
    for file in proof_files(pack.folder):
        shown = shown_path(file)
        try:
            written = content(file)
        except OSError as error:
            lines.append(unreadable(file, error))
            continue
        for row in _rows(file, written, pack, shown, cache, lines):
            yield build(row, pack.namespace, shown, pack.languages)


def _rows(file: Path, written: bytes, pack: Pack, shown: str, cache: Cache, lines: list[str]) -> list[Row]:
    digest = digest_of(file, written + b"\0" + " ".join(pack.languages).encode())
    kept = cache.files([digest]).get(digest)
    if kept is not None:
        return [Row(*row) for row in kept]
    rows, defects = check(written, shown, pack.languages)
    if defects:
        lines += [f"{shown}:{line}: {message}" for line, message in defects]
        return []
    cache.save([Compiled(digest, os.fsencode(file), rows, {})])
    return rows


def library_of(pack: Pack) -> Mapping[str, Proof]:
    """The proofs that its questions may name, as they may name them: its own, and those of the packs it needs.

    Those are written bare, or with the name of their pack in front where there is another of the name.
    """
    if pack.shipped:
        return proofs.of_pack("")
    known = dict(proofs.of_pack(pack.namespace))
    for needed in pack.needs:
        theirs = proofs.of_pack("" if needed == SHIPPED.name else needed)
        known |= {f"{needed}/{name}": proof for name, proof in theirs.items()}
        known = {**theirs, **known}
    return known
