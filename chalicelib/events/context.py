"""What is kept of an event's ``context``: what a profile is made of, and no more."""

from collections.abc import Mapping
from typing import Any, Final

_WHOLE: Final = ("active", "channel", "groupId", "locale", "timezone", "userAgent")
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "app": ("name", "version", "build", "namespace"),
    "campaign": ("name", "source", "medium", "term", "content"),
    "device": ("type", "manufacturer", "model"),
    "library": ("name", "version"),
    "location": ("country", "province", "region", "state", "city", "district", "county"),
    "network": ("carrier", "cellular", "wifi"),
    "os": ("name", "version"),
    "page": ("path", "title"),
}
_ADDRESSES: Final = ("referrer", "url")


def kept(context: Mapping[str, Any]) -> dict[str, Any]:
    """``context`` without what identifies a device or a line (``ip``, device ids, tokens), without ``traits``, which belong
    into ``identify``, and without the query strings of a page's addresses."""
    said = {name: context[name] for name in _WHOLE if context.get(name) is not None}
    for name, parts in _PARTS.items():
        given = context.get(name)
        if isinstance(given, dict):
            inner = {part: given[part] for part in parts if given.get(part) is not None}
            if name == "page":
                inner |= {part: given[part].split("?")[0] for part in _ADDRESSES if isinstance(given.get(part), str)}
            if inner:
                said[name] = inner
    return said
