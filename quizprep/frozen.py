"""Frozen values: dataclasses that share their methods.

``@dataclass(frozen=True)`` writes six methods for every class and compiles them each time a program starts: a
millisecond a class, and a command that answers in a tenth of a second declares fifty. The fields are those of
:mod:`dataclasses`, so that its ``field``, ``fields``, ``replace`` and ``asdict`` do what they always do.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, dataclass_transform

Kind = TypeVar("Kind", bound=type)


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(kind: Kind) -> Kind:
    """Make a class of annotated fields one of frozen values, equal where these are; methods it has itself are kept."""
    own = set(vars(kind))
    dataclasses.dataclass(init=False, repr=False, eq=False)(kind)
    fields = dataclasses.fields(kind)
    key = _key(tuple(item.name for item in fields if item.compare))
    shown = tuple(item.name for item in fields if item.repr)

    def __eq__(self: Any, other: object) -> bool:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self: Any) -> int:
        return hash(key(self))

    def __repr__(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

    methods = (_initializer(fields, hasattr(kind, "__post_init__")), __eq__, __hash__, __repr__, _set, _delete)
    names = ("__init__", "__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__")
    for name, method in zip(names, methods, strict=True):
        if name not in own or name == "__hash__":  # one that says what is equal has no hash of its own
            setattr(kind, name, method)
    return kind


def _initializer(fields: tuple[dataclasses.Field[Any], ...], then: bool) -> Callable[..., None]:
    """``__init__`` for these fields. What is left out is the class's default: it is found there."""
    names = tuple(item.name for item in fields if item.init and not item.kw_only)
    known = {item.name for item in fields if item.init}
    made = {item.name: item.default_factory for item in fields if item.default_factory is not dataclasses.MISSING}
    needed = known - made.keys() - {item.name for item in fields if item.default is not dataclasses.MISSING}

    def __init__(self: Any, *values: Any, **named: Any) -> None:
        given = self.__dict__
        given.update(zip(names, values, strict=False))
        if named:
            given.update(named)
        if len(given) < len(values) + len(named) or not (needed <= given.keys() and known.issuperset(named)):
            raise TypeError(f"{type(self).__name__} takes {', '.join(names)}, not {values} and {named}")
        for name in made:
            if name not in given:
                given[name] = made[name]()
        if then:
            self.__post_init__()

    return __init__


def _key(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """What reads the values of these fields."""
    return operator.attrgetter(*names) if names else lambda value: ()


def _set(self: Any, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: Any, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
