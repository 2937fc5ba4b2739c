"""The event log in the events table: one item an event, at (event time, message id) under its shopper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from chalicelib.adapters.dynamodb.items import Item, to_item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    EVENT_PREFIX,
    SK,
    TTL,
    event_key,
    event_time_key,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.events.model import Event, Outcome, decode_event, encode_event

_DIGEST = "dig"
_AT = "at"
_IS_NEW = "attribute_not_exists(pk)"


class DynamoEventLog:
    """``EventLog`` on DynamoDB. A refused put makes no stream record, so a duplicate ends here."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def append(self, event: Event) -> Outcome:
        timed = event if event.is_time_given else self._timed(event)
        item = {
            **event_key(timed.shopper_id, to_rfc3339(timed.at), timed.message_id),
            _DIGEST: timed.digest,
            BODY: encode_event(timed),
            TTL: self._expiry(timed),
        }
        try:
            self._table.put(item, _IS_NEW)
        except ConditionFailed as refused:
            known = (refused.existing or {}).get(_DIGEST)
            return Outcome.DUPLICATE if known == timed.digest else Outcome.CONFLICT
        return Outcome.RECORDED

    def of(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Event], str | None]:
        page = self._table.query(
            shopper_partition(shopper_id),
            prefix=EVENT_PREFIX,
            limit=limit,
            after=EVENT_PREFIX + cursor if cursor else None,
            newest_first=True,
        )
        next_cursor = page.next_key.removeprefix(EVENT_PREFIX) if page.next_key else None
        return [decode_event(item[BODY]) for item in page.items], next_cursor

    def _timed(self, event: Event) -> Event:
        """The event at the time its first delivery gave it: a retry must meet the same key."""
        claim = {
            **event_time_key(event.shopper_id, event.message_id),
            _AT: to_rfc3339(event.at),
            TTL: self._expiry(event),
        }
        try:
            self._table.put(claim, _IS_NEW)
        except ConditionFailed as refused:
            if refused.existing:
                return replace(event, at=from_rfc3339(refused.existing[_AT]))
        return event

    def _expiry(self, event: Event) -> int:
        return int((event.received_at + self._retention).timestamp())


def recorded_event(typed: Mapping[str, Any]) -> Event | None:
    """The event in a new image of the table's stream, or None for what is no event (a claimed time).

    Raises ``InvalidRequest`` or ``KeyError`` when the item cannot be read.
    """
    item: Item = to_item(typed)
    return decode_event(item[BODY]) if item[SK].startswith(EVENT_PREFIX) else None
