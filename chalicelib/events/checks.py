"""Are the properties of a known event what they should be? Where money or lines are counted a wrong one refuses the event;
elsewhere it costs what the property would have told, and the sender is told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.core.clock import from_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import fen_of
from chalicelib.core.shapes import joined
from chalicelib.events.catalogue import CATALOGUE, LINE_WORDS, EventType
from chalicelib.events.model import EventInvalid
from chalicelib.events.properties import Property, Type

MAX_REMARKS = 10
_COUNTED = (Type.MONEY, Type.OBJECTS, Type.TIME)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something odd about an event that was taken: ``field`` is its path."""

    field: str
    message: str


def checked(name: str, properties: Mapping[str, Any], at: str) -> tuple[Remark, ...]:
    """What is odd about the properties of the ``track`` event ``name``, which stand at the path ``at``; at most ten remarks.

    Raises ``EventInvalid`` for an order whose money, times or lines are wrong.
    """
    kind = CATALOGUE.get(name)
    if kind is None:
        return ()
    remarks = [*_wrong(kind, properties, at), *_missing(kind, properties, at), *_wrong_in_lines(properties, at)]
    return tuple(remarks[:MAX_REMARKS])


def _wrong(kind: EventType, properties: Mapping[str, Any], at: str) -> Iterator[Remark]:
    for name, value in properties.items():
        known = kind.words.by_name.get(name)
        remark = _remark(known, value, at, name) if known else None
        if remark is None:
            continue
        if kind.is_order and known and known.type in _COUNTED:
            raise EventInvalid(remark.message, field=remark.field)
        yield remark


def _missing(kind: EventType, properties: Mapping[str, Any], at: str) -> Iterator[Remark]:
    for each in kind.required:
        if properties.get(each.name) in (None, ""):
            field = joined(at, each.name)
            yield Remark(field, f"{field} is missing: {kind.name} says little without it")


def _wrong_in_lines(properties: Mapping[str, Any], at: str) -> Iterator[Remark]:
    lines = properties.get("products")
    for number, line in enumerate(lines if isinstance(lines, list) else []):
        for name, value in line.items() if isinstance(line, dict) else ():
            known = LINE_WORDS.by_name.get(name)
            remark = _remark(known, value, at, f"products[{number}].{name}") if known else None
            if remark:
                yield remark


def _remark(known: Property, value: object, at: str, name: str) -> Remark | None:
    """What is wrong with a value, which stands at ``name`` within ``at``; None when it is right or absent."""
    if value is None or known.type is Type.ANY:
        return None
    if known.type is Type.MONEY:
        try:
            fen_of(value, field=joined(at, name))
        except InvalidRequest as error:
            return Remark(joined(at, name), error.message)
        return None
    return (
        None if _is(known.type, value) else Remark(joined(at, name), f"{joined(at, name)} must be {_SAID[known.type]}")
    )


def _is(kind: Type, value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case Type.TEXT:
            return isinstance(value, str)
        case Type.ID:
            return (isinstance(value, str) or (is_number and isinstance(value, int))) and value != ""
        case Type.WHOLE:
            return float.is_integer(value) if isinstance(value, float) else is_number or _reads_as(value, int)
        case Type.NUMBER:
            return is_number or _reads_as(value, float)
        case Type.FLAG:
            return isinstance(value, bool)
        case Type.TIME:
            return _reads_as(value, from_rfc3339)
        case Type.OBJECTS:
            return isinstance(value, list) and all(isinstance(each, dict) for each in value)
        case _:
            return isinstance(value, dict)


def _reads_as(value: object, read: Any) -> bool:
    if not isinstance(value, str) or len(value) > 64:
        return False
    try:
        read(value)
    except (ValueError, OverflowError):
        return False
    return True


_SAID: Mapping[Type, str] = {
    Type.TEXT: "text",
    Type.ID: "an id: text or a whole number",
    Type.WHOLE: "a whole number",
    Type.NUMBER: "a number",
    Type.FLAG: "true or false",
    Type.TIME: "an RFC 3339 time with a zone",
    Type.OBJECTS: "a list of objects",
    Type.OBJECT: "an object",
}
