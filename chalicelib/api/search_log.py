"""Which answered searches are a shopper's, and how they are told to the log."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from chalicelib import wiring
from chalicelib.api.search_shapes import Asked
from chalicelib.search import SearchResult, logged


def left_in_log(asked: Asked, result: SearchResult, at: datetime) -> Callable[[], None]:
    """Begin to log a search, if a shopper made it: sub-queries that only count facets, and what says ``analytics: false``,
    are none. Call what is returned when the answer is written."""
    if asked.request.page_size == 0 or asked.shape.analytics is False:
        return lambda: None
    search = logged(
        result.query_id,
        at,
        asked.request.query,
        # Whoever asked for the neutral order is nobody in particular here too.
        asked.request.shopper_id if asked.request.is_personalised else None,
        asked.request.page * asked.request.page_size,
        tuple(str(hit["objectID"]) for hit in result.hits),
        # What the ladder showed instead is no answer to what was asked: reports count it as nothing found.
        result.total if result.shown.is_as_asked else 0,
    )
    teams = result.trace.get("interleaving")
    search = replace(search, rung=result.shown.rung, attributes={"interleaving": teams} if teams else {})
    return wiring.services().search_trail.leave(search)
