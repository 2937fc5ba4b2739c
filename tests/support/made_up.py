"""A value of any shape that msgspec knows: what a route that nobody wrote a body down for is plainly asked."""

from collections.abc import Callable
from typing import Any

from msgspec import inspect

_PLAIN: dict[type[inspect.Type], Callable[[Any], Any]] = {
    inspect.StructType: lambda kind: {each.encode_name: made_up(each.type) for each in kind.fields},
    inspect.UnionType: lambda kind: made_up(
        next(each for each in kind.types if not isinstance(each, inspect.NoneType))
    ),
    inspect.ListType: lambda kind: [made_up(kind.item_type)],
    inspect.LiteralType: lambda kind: kind.values[0],
    inspect.EnumType: lambda kind: next(iter(kind.cls)).value,
    inspect.DateTimeType: lambda kind: "2026-12-01T00:00:00Z",
    inspect.BoolType: lambda kind: True,
    inspect.IntType: lambda kind: 1 if kind.ge is None else kind.ge,
    inspect.FloatType: lambda kind: 0.5,
    inspect.StrType: lambda kind: "x",
}


def made_up(kind: inspect.Type) -> Any:
    """A value of ``kind``, as JSON has it; an empty object where anything goes."""
    make = _PLAIN.get(type(kind))
    return make(kind) if make else {}
