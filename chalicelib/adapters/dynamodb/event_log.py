"""The event log in the events table: one item an event, at (month, message id) under its shopper."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.adapters.dynamodb.items import Item, to_item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    EVENT_PREFIX,
    PK,
    SK,
    TTL,
    event_key,
    event_time_key,
    events_prefix,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.events.model import Event, Outcome, Unreadable, decode_event, encode_event
from chalicelib.events.spans import is_claimed, place_of, settled, span_of

_DIGEST = "dig"
_AT = "at"
_RECORDED = "w"
_IS_NEW = "attribute_not_exists(pk)"


class DynamoEventLog:
    """``EventLog`` on DynamoDB. A refused put makes no stream record, so a duplicate ends here."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def append(self, event: Event, recorded_at: datetime | None = None) -> Outcome:
        timed = settled(event, self._claimed(event)) if is_claimed(event) else event
        item = {
            **event_key(timed.shopper_id, span_of(timed.told_at), timed.message_id),
            _AT: to_rfc3339(timed.at),
            _DIGEST: timed.digest,
            BODY: encode_event(timed),
            _RECORDED: int((recorded_at or event.received_at).timestamp()),
            TTL: self._expiry(timed),
        }
        try:
            self._table.put(item, _IS_NEW)
        except ConditionFailed as refused:
            known = (refused.existing or {}).get(_DIGEST)
            return Outcome.DUPLICATE if known == timed.digest else Outcome.CONFLICT
        return Outcome.RECORDED

    def of(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Event], str | None]:
        partition = shopper_partition(shopper_id)
        span = cursor.partition("#")[0] if cursor else self._span_before(partition)
        found: list[tuple[str, Event]] = []
        while span and len(found) <= limit:
            found += [each for each in self._of_span(partition, span) if not cursor or each[0] < cursor]
            span = self._span_before(partition, span)
        return [event for _, event in found[:limit]], found[limit - 1][0] if len(found) > limit else None

    def all_of(self, shopper_id: str) -> Iterable[tuple[Event | Unreadable, datetime]]:
        items = self._table.query_all(shopper_partition(shopper_id), prefix=EVENT_PREFIX, consistent=True)
        return ((_event_or_key(item), datetime.fromtimestamp(item.get(_RECORDED, 0), UTC)) for item in items)

    def _of_span(self, partition: str, span: str) -> list[tuple[str, Event]]:
        """The readable events of a month and their places, newest first."""
        entries = [_event_or_key(item) for item in self._table.query_all(partition, prefix=events_prefix(span))]
        events = [(place_of(entry), entry) for entry in entries if isinstance(entry, Event)]
        return sorted(events, key=lambda each: each[0], reverse=True)

    def _span_before(self, partition: str, span: str | None = None) -> str | None:
        """The latest month with events, before ``span`` if that is given."""
        after = events_prefix(span) if span else None
        page = self._table.query(partition, prefix=EVENT_PREFIX, limit=1, after=after, newest_first=True)
        return page.items[0][SK].removeprefix(EVENT_PREFIX).partition("#")[0] if page.items else None

    def _claimed(self, event: Event) -> datetime:
        """The time that the first delivery of ``event`` said, or was given."""
        claim = {
            **event_time_key(event.shopper_id, event.message_id),
            _AT: to_rfc3339(event.told_at),
            TTL: self._expiry(event),
        }
        try:
            self._table.put(claim, _IS_NEW)
        except ConditionFailed as refused:
            if refused.existing:
                return from_rfc3339(refused.existing[_AT])
        return event.told_at

    def _expiry(self, event: Event) -> int:
        return int((event.received_at + self._retention).timestamp())


def recorded_event(typed: Mapping[str, Any]) -> Event | None:
    """The event in a new image of the table's stream, or None for what is no event (a claimed time).

    Raises ``InvalidRequest`` or ``KeyError`` when the item cannot be read.
    """
    item: Item = to_item(typed)
    return decode_event(item[BODY]) if item[SK].startswith(EVENT_PREFIX) else None


def recorded_text(typed: Mapping[str, Any]) -> str | None:
    """The text of the event in a new image of the table's stream, or None where there is none."""
    text = to_item(typed).get(BODY)
    return text if isinstance(text, str) else None


def unreadable_event(typed: Mapping[str, Any]) -> Unreadable | None:
    """What the key of a stream record's image says of its event, or None where it is not even a key of ours."""
    try:
        return _key_of(to_item(typed))
    except (KeyError, TypeError, ValueError):
        return None


def _event_or_key(item: Item) -> Event | Unreadable:
    try:
        return decode_event(item[BODY])
    except (InvalidRequest, KeyError):
        return _key_of(item)


def _key_of(item: Item) -> Unreadable:
    span, _, message_id = item[SK].removeprefix(EVENT_PREFIX).partition("#")
    at = item.get(_AT) or f"{span}-01T00:00:00Z"
    return Unreadable(message_id, item[PK].removeprefix(shopper_partition("")), from_rfc3339(at))
