"""Searches of our own API as events of a profile: one for each search that something came of, whoever tells of it.

The search log has every search, one for each key that was pressed; most are words half typed. A search is the shopper's
when something was done with what it showed, or when the storefront says ``Products Searched`` with its query id. Both
make the same event under the same id, so that it counts once; what the storefront said is kept as it was said.
"""

from chalicelib.events.model import Call, Event
from chalicelib.search.log.trail import LoggedSearch, query_key, time_of

SEARCHED = "Products Searched"
QUERY_ID = "query_id"
_ID_BEGINS = "search-"


def search_told_by(event: Event) -> Event | None:
    """The search that a storefront's event tells of by the id of one of our answers."""
    if not is_told_of(event):
        return None
    query = event.properties.get("query")
    return _event(event, str(event.properties[QUERY_ID]), query_key(query)) if isinstance(query, str) else None


def search_behind(event: Event, search: LoggedSearch) -> Event | None:
    """The search that an action of ``event`` came from; None when nobody in particular had made it."""
    return _event(event, search.query_id, search.query) if search.client is not None else None


def is_told_of(event: Event) -> bool:
    """Whether an event only tells of a search that counts by its own event."""
    query_id = event.properties.get(QUERY_ID)
    return event.name == SEARCHED and time_of(query_id) is not None and event.message_id != f"{_ID_BEGINS}{query_id}"


def _event(cause: Event, query_id: str, query: str) -> Event | None:
    at = time_of(query_id)
    if at is None or not query:
        return None
    return Event(
        message_id=f"{_ID_BEGINS}{query_id}",
        shopper_id=cause.shopper_id,
        call=Call.TRACK,
        name=SEARCHED,
        at=at,
        is_time_given=True,
        received_at=cause.received_at,
        user_id=cause.user_id,
        # One body, whichever device tells of it.
        anonymous_id=None if cause.user_id else cause.anonymous_id,
        properties={"query": query, QUERY_ID: query_id},
    )
