"""The proofs that a pack brings, by their bare names: those of its Python module, where it is an installed package."""

from __future__ import annotations

from collections.abc import Mapping

from quizprep import proofs
from quizprep.deck.pack import SHIPPED, Pack, bare
from quizprep.proofs import Proof


def load(pack: Pack) -> Mapping[str, Proof]:
    """Every proof of the pack. Raises AuthorError where its files have defects."""
    return {bare(proof.id): proof for proof in (proofs.of_module(pack.module, pack.namespace) if pack.module else ())}


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
