"""Frozen values: dataclasses that share their methods.

``@dataclass(frozen=True)`` writes six methods for every class and compiles them each time a program starts: a
millisecond a class, and a command that answers in a tenth of a second declares fifty. Here one of them is compiled.
The fields are those of :mod:`dataclasses`, so that its ``field``, ``fields``, ``replace`` and ``asdict`` do what they
always do.
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

    methods = (_initializer(kind, fields), __eq__, __hash__, __repr__, _set, _delete)
    names = ("__init__", "__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__")
    for name, method in zip(names, methods, strict=True):
        if name not in own or name == "__hash__":  # one that says what is equal has no hash of its own
            setattr(kind, name, method)
    return kind


def _initializer(kind: type, fields: tuple[dataclasses.Field[Any], ...]) -> Callable[..., None]:
    """``__init__`` for these fields: the one method that is compiled, because values are made all the time."""
    scope: dict[str, Any] = {"__left_out__": dataclasses.MISSING}
    taken, body = {False: ["self"], True: ["*"]}, ["__values__ = self.__dict__"]
    for item in filter(operator.attrgetter("init"), fields):
        name, default = item.name, ""
        if item.default is not dataclasses.MISSING:
            scope[f"__default_{name}"], default = item.default, f"=__default_{name}"
        elif item.default_factory is not dataclasses.MISSING:
            scope[f"__make_{name}"], default = item.default_factory, "=__left_out__"
            body.append(f"if {name} is __left_out__: {name} = __make_{name}()")
        taken[bool(item.kw_only)].append(name + default)
        body.append(f"__values__[{name!r}] = {name}")
    if hasattr(kind, "__post_init__"):
        body.append("self.__post_init__()")
    parameters = [*taken[False], *(taken[True] if len(taken[True]) > 1 else ())]
    exec("\n ".join([f"def __init__({', '.join(parameters)}):", *body]), scope)
    initializer: Callable[..., None] = scope["__init__"]
    initializer.__qualname__ = f"{kind.__qualname__}.__init__"  # errors show it
    return initializer


def _key(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """What reads the values of these fields."""
    return operator.attrgetter(*names) if names else lambda value: ()


def _set(self: Any, name: str, value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(self: Any, name: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
