"""How many offers of an item an answer shows: Algolia's ``distinct``."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.core.errors import InvalidRequest
from chalicelib.search import OTHER_OFFERS

Distinct = bool | int | None
"""Every listing (``False`` or 0), items with their other offers (``True``, 1 or nothing said), or items with that many offers in
all."""
_SAID: Mapping[str, Distinct] = {"": None, "true": True, "false": False}
_MEANT = "must be true, false or how many offers of an item to show"


def read_distinct(text: str) -> Distinct:
    """``distinct`` from a query string; None when nothing is said."""
    said = text.strip().lower()
    if said in _SAID:
        return _SAID[said]
    if not said.isascii() or not said.isdigit():
        raise InvalidRequest(f"distinct {_MEANT}, not {text[:40]!r}", field="distinct")
    return int(said[:9])


def shows_items(distinct: Distinct) -> bool:
    """Whether an item listed several times is one hit. Raises ``InvalidRequest`` for a number below 0."""
    if distinct is not None and distinct < 0:
        raise InvalidRequest(_MEANT, field="distinct")
    return distinct is None or bool(distinct)


def with_offers(hits: Iterable[Mapping[str, Any]], distinct: Distinct) -> Iterator[Mapping[str, Any]]:
    """``hits`` with no more other offers than were asked for: of three, the hit is one itself."""
    for hit in hits:
        if distinct is None or distinct <= 1 or OTHER_OFFERS not in hit:
            yield hit
        else:
            yield {**hit, OTHER_OFFERS: hit[OTHER_OFFERS][: distinct - 1]}
