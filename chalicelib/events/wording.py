"""What a shop calls things, put into Segment's words at the door: names of properties, and money as people write it."""

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.events.catalogue import CATALOGUE, LINE_WORDS, PAGE
from chalicelib.events.model import Call
from chalicelib.events.properties import TRAITS, Type, Vocabulary, vocabulary

_WRITTEN_AMOUNT = re.compile(r"\s*(?:[¥￥]|CNY|RMB)?\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*元?\s*", re.IGNORECASE)
_OF_PAGES = vocabulary(PAGE)
_OF_SHOPPERS = vocabulary(TRAITS.values())


def reworded(call: Call, name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a call in Segment's words. Those of a ``track`` event that is not in the catalogue stay as they are."""
    if call in (Call.PAGE, Call.SCREEN):
        return _reworded(properties, _OF_PAGES)
    kind = CATALOGUE.get(name) if call is Call.TRACK else None
    if kind is None:
        return dict(properties)
    said = _reworded(properties, kind.words)
    lines = said.get("products")
    if isinstance(lines, list):
        said["products"] = [_reworded(line, LINE_WORDS) if isinstance(line, dict) else line for line in lines]
    return said


def reworded_traits(traits: Mapping[str, Any]) -> dict[str, Any]:
    """Traits of a shopper in Segment's words."""
    return _reworded(traits, _OF_SHOPPERS)


def _reworded(given: Mapping[str, Any], words: Vocabulary) -> dict[str, Any]:
    said = words.in_segments_words(given)
    for name, value in said.items():
        if isinstance(value, str) and name in words.by_name and words.by_name[name].type is Type.MONEY:
            written = _WRITTEN_AMOUNT.fullmatch(value)
            said[name] = written[1].replace(",", "") if written else value
    return said
