"""The events of several ids of one person, as one list."""

from collections.abc import Sequence

from chalicelib.events.model import Event
from chalicelib.events.ports import EventLog
from chalicelib.events.spans import place_of


def united(
    log: EventLog, shopper_ids: Sequence[str], limit: int, cursor: str | None
) -> tuple[Sequence[Event], str | None]:
    """One page of the events of all ``shopper_ids``, newest first, and the next cursor: a place means the same in each log."""
    pages = [log.of(shopper_id, limit, cursor) for shopper_id in shopper_ids]
    if len(pages) == 1:
        return pages[0]
    events = sorted((event for page, _ in pages for event in page), key=place_of, reverse=True)
    has_more = len(events) > limit or any(following for _, following in pages)
    return events[:limit], place_of(events[limit - 1]) if has_more else None
