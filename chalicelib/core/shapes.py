"""JSON into declared shapes (msgspec Structs); every refusal names the path of what is wrong (``batch[3].event``)."""

import re
from typing import TypeVar

import msgspec

from chalicelib.core.errors import InvalidRequest

T = TypeVar("T")
_AT = re.compile(r" - at `(?:key in )?(.+)`$")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_UNKNOWN = re.compile(r"contains unknown field `([^`]+)`")


def decode(plain: bytes, shape: type[T]) -> T:
    """JSON bytes as ``shape``. Raises ``InvalidRequest`` whose field is the path of what is wrong (``batch[3].event``)."""
    try:
        # msgspec looks at the bytes of a text only where the shape has one.
        return msgspec.json.decode(plain.decode(), type=shape)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"the body is not valid JSON in UTF-8: {error}", field="body") from None
    except RecursionError:
        raise InvalidRequest("the body is nested too deeply", field="body") from None


def convert(value: object, shape: type[T], *, at: str = "") -> T:
    """A decoded value as ``shape``; ``at`` is where it stood (``batch[3]``), put before the field of an error."""
    try:
        return msgspec.convert(value, type=shape)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), at=at) from None


def joined(at: str, inside: str) -> str:
    """The path of ``inside`` (``price``, ``[0]``) within ``at`` (``products[3]``); either may be empty."""
    return f"{at}{'.' if at and inside and not inside.startswith('[') else ''}{inside}"


def _invalid(message: str, *, at: str = "") -> InvalidRequest:
    found = _AT.search(message)
    inside = found.group(1).removeprefix("$").removeprefix(".") if found else ""
    if named := _MISSING.search(message) or _UNKNOWN.search(message):
        inside = joined(inside, named.group(1))
    field = joined(at, inside) or "body"
    return InvalidRequest(f"{field}: {_AT.sub('', message)}", field=field)
