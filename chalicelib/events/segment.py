"""Reads one of Segment's calls, leniently where its SDKs differ (absent and null ids), strictly where data would be wrong."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.core.clock import from_rfc3339, whole_milliseconds
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import fen_of
from chalicelib.core.shapes import joined
from chalicelib.events.model import MAX_ID_CHARACTERS, Call, Event, EventInvalid, EventTooLarge

MAX_EVENT_BYTES = 32 * 1024
MAX_NAME_CHARACTERS = 200
MAX_NESTING = 64
MAX_AHEAD = timedelta(days=1)
MAX_AGE = timedelta(days=3653)
ORDER_EVENTS = frozenset({"Order Completed", "Order Refunded", "Order Cancelled"})
AMOUNT_FIELDS = ("revenue", "total", "value")


def read_event(item: object, received_at: datetime, fresh_id: str, *, call: Call | None = None, at: str = "") -> Event:
    """The event in ``item``, a decoded JSON value. ``call`` is given by the route, else ``type`` says it.

    ``fresh_id`` is used when no ``messageId`` came; ``at`` (``batch[3]``) begins the field of an error. Raises
    ``EventInvalid`` or ``EventTooLarge``.
    """
    if not isinstance(item, dict):
        raise EventInvalid(f"{at or 'the body'} must be an object", field=at or "body")
    _check_size(item, at)
    reader = _Reader(item, at)
    kind = call or reader.call()
    user_id, anonymous_id = reader.id("userId"), reader.id("anonymousId")
    shopper_id = user_id or anonymous_id
    if shopper_id is None:
        raise reader.wrong("userId", "or anonymousId is required")
    name = reader.name("event") if kind is Call.TRACK else reader.text("name", MAX_NAME_CHARACTERS) or ""
    happened_at = reader.time("timestamp", received_at)
    properties = reader.object("properties")
    if kind is Call.TRACK and name in ORDER_EVENTS:
        _check_order(properties, joined(at, "properties"))
    return Event(
        message_id=reader.text("messageId", MAX_ID_CHARACTERS) or fresh_id,
        shopper_id=shopper_id,
        call=kind,
        name=name,
        at=whole_milliseconds(happened_at or received_at),
        is_time_given=happened_at is not None,
        received_at=whole_milliseconds(received_at),
        user_id=user_id,
        anonymous_id=anonymous_id,
        properties=properties,
        traits=reader.object("traits"),
        context=reader.object("context"),
    )


class _Reader:
    """Takes values out of one call; every refusal names the path."""

    def __init__(self, item: Mapping[str, Any], at: str) -> None:
        self._item = item
        self._at = at

    def wrong(self, name: str, message: str) -> EventInvalid:
        field = joined(self._at, name)
        return EventInvalid(f"{field} {message}", field=field)

    def call(self) -> Call:
        kind = self._item.get("type")
        if not isinstance(kind, str) or kind not in list(Call):
            raise self.wrong("type", f"must be one of {', '.join(Call)}")
        return Call(kind)

    def text(self, name: str, most: int) -> str | None:
        value = self._item.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong(name, "must be text")
        if len(value) > most:
            raise self.wrong(name, f"has more than {most} characters")
        return value if value.strip() else None

    def id(self, name: str) -> str | None:
        value = self._item.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
            # Segment's libraries of other languages send numeric ids as numbers.
            return str(value)
        return self.text(name, MAX_ID_CHARACTERS)

    def name(self, name: str) -> str:
        value = self.text(name, MAX_NAME_CHARACTERS)
        if value is None:
            raise self.wrong(name, "is required: the name of what happened")
        return value

    def object(self, name: str) -> dict[str, Any]:
        value = self._item.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.wrong(name, "must be an object")
        return value

    def time(self, name: str, received_at: datetime) -> datetime | None:
        value = self.text(name, 64)
        if value is None:
            return None
        try:
            instant = from_rfc3339(value)
        except (ValueError, OverflowError):
            raise self.wrong(name, f"must be an RFC 3339 time with a zone, not {value!r}") from None
        if instant > received_at + MAX_AHEAD:
            raise self.wrong(name, "lies more than a day ahead: the clock of the client is wrong")
        if instant < received_at - MAX_AGE:
            raise self.wrong(name, "lies more than ten years back")
        return instant


def _check_size(item: dict[str, Any], at: str) -> None:
    # Measured before nesting is: what is small enough to be walked is walked.
    try:
        size = len(msgspec.json.encode(item))
    except RecursionError:
        raise EventInvalid(f"{at or 'the event'} is nested too deeply", field=at or "body") from None
    if size > MAX_EVENT_BYTES:
        raise EventTooLarge(f"{at or 'the event'} has more than {MAX_EVENT_BYTES} bytes as JSON", field=at or "body")
    if _nesting(item) > MAX_NESTING:
        raise EventInvalid(f"{at or 'the event'} is nested more than {MAX_NESTING} levels deep", field=at or "body")


def _nesting(item: dict[str, Any]) -> int:
    depth, level = 0, list[dict[str, Any] | list[Any]]([item])
    while level:
        depth += 1
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
    return depth


def _check_order(properties: Mapping[str, Any], at: str) -> None:
    for name in AMOUNT_FIELDS:
        if properties.get(name) is not None:
            try:
                fen_of(properties[name], field=joined(at, name))
            except InvalidRequest as error:
                raise EventInvalid(error.message, field=error.field) from None
    products = properties.get("products")
    if products is not None and not (isinstance(products, list) and all(isinstance(each, dict) for each in products)):
        raise EventInvalid(f"{at}.products must be a list of objects", field=joined(at, "products"))
