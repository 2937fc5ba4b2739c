"""A title's vector as it lies in a document's source: never indexed, read back with the window it re-ranks."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any

from chalicelib.search import Meaning

FIELD = "meaning"
MAPPING: Mapping[str, Any] = {"type": "object", "enabled": False}


def stored(meaning: Meaning | None) -> dict[str, Any]:
    """The field to add to a document's source; none without a vector, so that an index made before goes on taking it."""
    if meaning is None:
        return {}
    values = b64encode(meaning.values).decode()
    return {FIELD: {"encoder": meaning.encoder, "scale": meaning.scale, "values": values}}


def read(source: Mapping[str, Any]) -> Meaning | None:
    """The vector in a document's source, if it was asked for and is there."""
    found = source.get(FIELD)
    return None if found is None else Meaning(found["encoder"], b64decode(found["values"]), found["scale"])
