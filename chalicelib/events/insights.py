"""Reads Algolia's insights events, as search-insights and InstantSearch send them, into events of our own names.

Nothing a real client sends is refused: what has no meaning here is left out. A page of hits that were merely displayed
(InstantSearch's "Hits Viewed", any view of several products) is no product view: it would teach a profile twenty likes a search.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib.core.clock import whole_milliseconds
from chalicelib.core.ids import digest
from chalicelib.events.model import MAX_ID_CHARACTERS, Call, Event
from chalicelib.events.segment import MAX_AGE, MAX_AHEAD

PRODUCT_CONVERTED = "Product Converted"
LIST_VIEWED = "Product List Viewed"
MAX_OBJECTS = 20
"""Of one event, as Algolia."""
_DISPLAYED = "Hits Viewed"
_RETRY_SECONDS = 10
"""An event without a time is recognised again when it comes in the same ten seconds."""
_NAMES: Mapping[tuple[str, str], str] = {
    ("view", ""): "Product Viewed",
    ("click", ""): "Product Clicked",
    ("conversion", "addToCart"): "Product Added",
    ("conversion", "purchase"): PRODUCT_CONVERTED,
    ("conversion", ""): PRODUCT_CONVERTED,
}


def read_insights(items: Sequence[object], received_at: datetime) -> list[Event]:
    """The events in a batch of insights, one per product (one per displayed page), each once."""
    events = {event.message_id: event for item in items for event in _read(item, received_at)}
    return list(events.values())


def _read(item: object, received_at: datetime) -> Iterator[Event]:
    if not isinstance(item, dict):
        return
    shopper_id = _id(item.get("authenticatedUserToken")) or _id(item.get("userToken"))
    kind, subtype = item.get("eventType"), item.get("eventSubtype")
    name = _NAMES.get((str(kind), str(subtype or ""))) or _NAMES.get((str(kind), ""))
    given = item.get("objectIDs")
    objects = [each for each in map(_id, given) if each][:MAX_OBJECTS] if isinstance(given, list) else []
    if not shopper_id or name is None or not objects:
        # InstantSearch's own notices, clicks on filters, and what names nobody or nothing.
        return
    at = _time(item.get("timestamp"), received_at)
    message_id = _message_id(item, shopper_id, at, received_at)
    common = {"source": "insights", "event_name": _text(item.get("eventName")), "query_id": _text(item.get("queryID"))}

    def event(number: int, name: str, properties: Mapping[str, Any]) -> Event:
        said = {key: value for key, value in {**common, **properties}.items() if value is not None}
        happened = whole_milliseconds(at or received_at)
        received = whole_milliseconds(received_at)
        is_known = _id(item.get("authenticatedUserToken")) is not None
        return Event(
            message_id=f"{message_id}-{number}",
            shopper_id=shopper_id,
            call=Call.TRACK,
            name=name,
            at=happened,
            is_time_given=at is not None,
            received_at=received,
            user_id=shopper_id if is_known else None,
            anonymous_id=None if is_known else shopper_id,
            properties=said,
        )

    if kind == "view" and (len(objects) > 1 or item.get("eventName") == _DISPLAYED):
        yield event(0, LIST_VIEWED, {"products": [{"product_id": each} for each in objects]})
        return
    for number, object_id in enumerate(objects):
        yield event(number, name, {"product_id": object_id, **_about(item, number)})


def _about(item: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What the event says of its ``number``-th product."""
    position = _nth(item.get("positions"), number)
    data = _nth(item.get("objectData"), number)
    said = data if isinstance(data, dict) else {}
    return {
        "position": position if type(position) is int and 0 < position < 1_000_000 else None,
        "query_id": _text(said.get("queryID")) or _text(item.get("queryID")),
        "quantity": said.get("quantity") if isinstance(said.get("quantity"), int) else None,
    }


def _nth(values: object, number: int) -> object:
    return values[number] if isinstance(values, list) and number < len(values) else None


def _id(value: object) -> str | None:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and len(text.strip()) > 0 and len(text) <= MAX_ID_CHARACTERS else None


def _text(value: object) -> str | None:
    return value[:MAX_ID_CHARACTERS] if isinstance(value, str) and value else None


def _time(given: object, received_at: datetime) -> datetime | None:
    """The time in epoch milliseconds, or None where it is missing or cannot be."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        at = datetime.fromtimestamp(given / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if received_at - MAX_AGE < at <= received_at + MAX_AHEAD else None


def _message_id(item: Mapping[str, Any], shopper_id: str, at: datetime | None, received_at: datetime) -> str:
    """Insights carry no id: the same body is the same event."""
    body = msgspec.json.encode(item, order="deterministic").decode()
    window = "" if at else str(int(received_at.timestamp()) // _RETRY_SECONDS)
    return f"insights-{digest(shopper_id, body, window)}"
