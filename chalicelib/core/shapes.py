"""JSON into declared shapes (msgspec Structs); every refusal names the path of what is wrong (``batch[3].event``)."""

import re
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from chalicelib.core.errors import InvalidRequest

T = TypeVar("T")
FIRST, LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 31, 16, tzinfo=UTC)
"""Instants outside have no date in some zone that they are shown in; the year 9999 ends with ``LAST`` in Shanghai."""
_AT = re.compile(r" - at `(?:key in )?(.+)`$")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_UNKNOWN = re.compile(r"contains unknown field `([^`]+)`")


def decode(plain: bytes, shape: type[T]) -> T:
    """JSON bytes as ``shape``. Raises ``InvalidRequest`` whose field is the path of what is wrong (``batch[3].event``)."""
    try:
        # msgspec looks at the bytes of a text only where the shape has one.
        decoded = msgspec.json.decode(plain.decode(), type=shape)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"the body is not valid JSON in UTF-8: {error}", field="body") from None
    except RecursionError:
        raise InvalidRequest("the body is nested too deeply", field="body") from None
    _check_times(decoded, "")
    return decoded


def convert(value: object, shape: type[T], *, at: str = "") -> T:
    """A decoded value as ``shape``; ``at`` is where it stood (``batch[3]``), put before the field of an error."""
    try:
        converted = msgspec.convert(value, type=shape)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), at=at) from None
    _check_times(converted, at)
    return converted


def joined(at: str, inside: str) -> str:
    """The path of ``inside`` (``price``, ``[0]``) within ``at`` (``products[3]``); either may be empty."""
    return f"{at}{'.' if at and inside and not inside.startswith('[') else ''}{inside}"


def _check_times(value: object, at: str) -> None:
    """Raises ``InvalidRequest`` for a time before ``FIRST`` or not before ``LAST``, wherever a declared shape has one."""
    if isinstance(value, datetime):
        if not FIRST <= (value if value.tzinfo else value.replace(tzinfo=UTC)) < LAST:
            raise InvalidRequest(f"{at}: must lie between the years 1 and 9999", field=at or "body")
    elif isinstance(value, msgspec.Struct):
        for each in msgspec.structs.fields(value):
            _check_times(getattr(value, each.name), joined(at, each.encode_name))
    elif is_dataclass(value):
        for field in fields(value):
            _check_times(getattr(value, field.name), joined(at, field.name))
    elif isinstance(value, list | tuple):
        for place, entry in enumerate(value):
            _check_times(entry, f"{at}[{place}]")


def _invalid(message: str, *, at: str = "") -> InvalidRequest:
    found = _AT.search(message)
    inside = found.group(1).removeprefix("$").removeprefix(".") if found else ""
    if named := _MISSING.search(message) or _UNKNOWN.search(message):
        inside = joined(inside, named.group(1))
    field = joined(at, inside) or "body"
    return InvalidRequest(f"{field}: {_AT.sub('', message)}", field=field)
