"""Which answered searches are a shopper's, and how they are told to the log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib import wiring
from chalicelib.api.search_shapes import Asked
from chalicelib.search import SearchResult, logged, noted


def left_in_log(asked: Asked, result: SearchResult, at: datetime) -> Callable[[], None]:
    """Begin to log a search, if a shopper made it: sub-queries that only count facets, and what says ``analytics: false``,
    are none. Call what is returned when the answer is written."""
    if asked.request.page_size == 0 or asked.shape.analytics is False:
        return lambda: None
    shown = tuple(str(hit["objectID"]) for hit in result.hits)
    search = logged(
        result.query_id,
        at,
        asked.request.query,
        # Whoever keeps the log finds the shopper's name in it, unless the shopper switched personalisation off.
        None,
        asked.request.first,
        shown,
        # What the ladder showed instead is no answer to what was asked: reports count it as nothing found.
        result.total if result.shown.is_as_asked else 0,
    )
    drafted = result.trace.get("interleaving")
    attributes = noted(drafted["variant"], drafted["teams"], search.shown) if drafted else {}
    # Whoever asked for the neutral order is nobody in particular here too.
    shopper_id = asked.request.shopper_id if asked.request.is_personalised else None
    search = replace(search, rung=result.shown.rung, attributes=attributes)
    return wiring.services().search_trail.leave(search, shopper_id)
