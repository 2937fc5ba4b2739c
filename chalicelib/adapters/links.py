"""What a recorded event says about who is whom."""

from chalicelib.events.model import Call, Event
from chalicelib.profiles.identity import Link, Told


def link_of(event: Event) -> Link | None:
    """The link in an ``identify`` with both ids, or in an ``alias``; None for all else, and for an id linked to itself."""
    if event.call is Call.IDENTIFY and event.user_id is not None:
        other, told = event.anonymous_id, Told.IDENTIFY
    elif event.call is Call.ALIAS:
        other, told = event.previous_id, Told.ALIAS
    else:
        return None
    return Link(event.shopper_id, other, told, event.at) if other not in (None, event.shopper_id) else None
