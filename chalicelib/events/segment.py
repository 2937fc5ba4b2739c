"""Reads one of Segment's calls, leniently where its SDKs differ (absent and null ids), strictly where data would be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib.core.clock import whole_milliseconds
from chalicelib.core.shapes import joined
from chalicelib.events import context, skew
from chalicelib.events.checks import Remark, checked
from chalicelib.events.model import MAX_ID_CHARACTERS, Call, Event, EventInvalid, EventTooLarge
from chalicelib.events.wording import reworded, reworded_traits
from chalicelib.privacy import looks_personal

MAX_EVENT_BYTES = 32 * 1024
MAX_NAME_CHARACTERS = 200
MAX_NESTING = 64
MAX_AHEAD = timedelta(days=1)
MAX_AGE = timedelta(days=3653)
AMOUNT_FIELDS = ("revenue", "total", "value")


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that was read, and what is odd about it."""

    event: Event
    remarks: tuple[Remark, ...] = ()


def read_event(item: object, received_at: datetime, fresh_id: str, *, call: Call | None = None, at: str = "") -> Event:
    """The event in ``item``, as ``read_call`` reads it, without the remarks."""
    return read_call(item, received_at, fresh_id, call=call, at=at).event


def read_call(
    item: object,
    received_at: datetime,
    fresh_id: str,
    *,
    call: Call | None = None,
    at: str = "",
    sent_at: datetime | None = None,
) -> Taken:
    """The event in ``item``, a decoded JSON value. ``call`` is given by the route, else ``type`` says it.

    ``fresh_id`` is used when no ``messageId`` came; ``at`` (``batch[3]``) begins the field of an error; ``sent_at`` is when
    the client says it sent this. Raises ``EventInvalid`` or ``EventTooLarge``.
    """
    if not isinstance(item, dict):
        raise EventInvalid(f"{at or 'the body'} must be an object", field=at or "body")
    _check_size(item, at)
    reader = _Reader(item, at)
    event = _event(reader, call or reader.call(), received_at, fresh_id, sent_at)
    remarks = checked(event.name, event.properties, joined(at, "properties")) if event.call is Call.TRACK else ()
    return Taken(event, (*_remarks_of_ids(event, at), *remarks))


def _event(reader: "_Reader", kind: Call, received_at: datetime, fresh_id: str, sent_at: datetime | None) -> Event:
    user_id, anonymous_id = reader.id("userId"), reader.id("anonymousId")
    shopper_id = user_id or anonymous_id
    if shopper_id is None:
        raise reader.wrong("userId", "or anonymousId is required")
    name = reader.name("event") if kind is Call.TRACK else reader.text("name", MAX_NAME_CHARACTERS) or ""
    happened_at, told_at = reader.times(sent_at, received_at)
    traits = reader.object("traits")
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
        properties=reworded(kind, name, reader.object("properties")),
        traits=reworded_traits(traits) if kind is Call.IDENTIFY else traits,
        context=context.kept(reader.object("context")),
        original_at=whole_milliseconds(told_at) if told_at and told_at != happened_at else None,
        group_id=reader.id("groupId") if kind is Call.GROUP else None,
        previous_id=reader.id("previousId") if kind is Call.ALIAS else None,
    )


def _remarks_of_ids(event: Event, at: str) -> tuple[Remark, ...]:
    if not looks_personal(event.shopper_id):
        return ()
    field = joined(at, "userId" if event.user_id else "anonymousId")
    text = f"{field} is an e-mail address or a phone number: ids are shown and never sealed, choose others"
    return (Remark(field, text),)


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

    def times(self, sent_at: datetime | None, received_at: datetime) -> tuple[datetime | None, datetime | None]:
        """When it happened by our clock, and by the client's; both None when nothing was said."""
        known, original = self._time("timestamp", received_at), self._time("originalTimestamp", received_at)
        told_at = original or known
        # With both, somebody before us made the correction.
        happened_at = known if known and original else told_at and skew.corrected(told_at, sent_at, received_at)
        if happened_at:
            self._check_time("timestamp", happened_at, received_at)
        return happened_at, told_at

    def _time(self, name: str, received_at: datetime) -> datetime | None:
        value = self.text(name, 64)
        if value is None:
            return None
        instant = skew.instant_or_none(value)
        if instant is None:
            raise self.wrong(name, f"must be an RFC 3339 time with a zone, not {value!r}")
        self._check_time(name, instant, received_at, leeway=skew.MOST)
        return instant

    def _check_time(
        self, name: str, instant: datetime, received_at: datetime, *, leeway: timedelta = timedelta(0)
    ) -> None:
        if instant > received_at + MAX_AHEAD + leeway:
            raise self.wrong(name, "lies more than a day ahead: the clock of the client is wrong")
        if instant < received_at - MAX_AGE - leeway:
            raise self.wrong(name, "lies more than ten years back")


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
