"""The few operations whose names or arguments differ between numpy and torch."""

from __future__ import annotations

import sys
from typing import Any

Array = Any  # numpy.ndarray or torch.Tensor


def namespace(array: Array) -> Any:
    """The library that an array belongs to, without importing the other."""
    torch = sys.modules.get("torch")
    kind = getattr(torch, "Tensor", None)  # None also while another thread is importing it
    if kind is not None and isinstance(array, kind):
        return torch
    import numpy

    return numpy


def like(array: Array, values: Any) -> Array:
    """Numbers as an array of the kind, the precision and the device of another one."""
    library = namespace(array)
    if library.__name__ == "torch":
        return library.as_tensor(values, dtype=array.dtype, device=array.device)
    return library.asarray(values, dtype=array.dtype)


def whole(array: Array) -> Array:
    """Numbers cut to whole ones, to index with: int64."""
    return array.long() if namespace(array).__name__ == "torch" else array.astype("int64")


def order_of(array: Array) -> Array:
    """The places of the last axis from its greatest value to its smallest; equal ones keep their order."""
    library = namespace(array)
    if library.__name__ == "torch":
        return library.argsort(-array, dim=-1, stable=True)
    return library.argsort(-array, axis=-1, kind="stable")


def take(array: Array, places: Array) -> Array:
    """The values of the last axis at the places."""
    library = namespace(array)
    if library.__name__ == "torch":
        return array.gather(-1, places)
    return library.take_along_axis(array, places, axis=-1)


def cumulative(array: Array) -> Array:
    """Sums of the last axis up to each place, itself included."""
    return array.cumsum(-1)


def put(array: Array, places: Array, values: Array) -> Array:
    """A copy of an array with other values at some places of its last axis, each place named once."""
    library = namespace(array)
    if library.__name__ == "torch":
        return array.scatter(-1, places, values)
    copy = array.copy()
    library.put_along_axis(copy, places, values, axis=-1)
    return copy


def wide(places: Array, models: int) -> Array:
    """Places ``[..., answers]``, the same for each of the models: ``[..., models, answers]``."""
    library = namespace(places)
    shape = (*places.shape[:-1], models, places.shape[-1])
    return library.broadcast_to(places[..., None, :], shape)
