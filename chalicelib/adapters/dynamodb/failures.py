"""Failures in the marketing table, kept as long as events are; the ``lists`` index has them by time."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    FAILURES,
    LIST_SK,
    PK,
    SK,
    TTL,
    failure_key,
    failure_place,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.core.failures import Failure

_REPLAYED = "redone"


class DynamoFailures:
    """``Failures`` on DynamoDB. The list runs a moment behind: it is read from an index."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def add(self, failure: Failure) -> None:
        at = to_rfc3339(failure.failed_at)
        item = {
            **failure_key(failure.failure_id),
            **failure_place(at, failure.failure_id),
            "id": failure.failure_id,
            "source": failure.source,
            "reason": failure.reason,
            "at": at,
            BODY: failure.body,
            TTL: int((failure.failed_at + self._retention).timestamp()),
        }
        try:
            self._table.put(item, "attribute_not_exists(pk)")
        except ConditionFailed:
            return

    def get(self, failure_id: str) -> Failure | None:
        item = self._table.get(failure_key(failure_id), consistent=True)
        return _to_failure(item) if item else None

    def mark_replayed(self, failure_id: str, at: datetime) -> None:
        values = {":at": to_rfc3339(at)}
        with suppress(ConditionFailed):
            self._table.update(
                failure_key(failure_id), f"SET {_REPLAYED} = :at", values, condition="attribute_exists(pk)"
            )

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Failure], str | None]:
        keys, last = self._table.query_list(
            FAILURES, limit=limit, after=_place(cursor) if cursor else None, newest_first=True
        )
        items = {item[PK]: item for item in self._table.get_many([{PK: key[PK], SK: key[SK]} for key in keys])}
        # An item that expired between the two reads is gone.
        failures = [_to_failure(items[key[PK]]) for key in keys if key[PK] in items]
        return failures, last[LIST_SK] if last else None


def _place(cursor: str) -> dict[str, str]:
    at, _, failure_id = cursor.partition("#")
    return {**failure_key(failure_id), **failure_place(at, failure_id)}


def _to_failure(item: Item) -> Failure:
    replayed_at = from_rfc3339(item[_REPLAYED]) if _REPLAYED in item else None
    return Failure(item["id"], item["source"], item["reason"], item[BODY], from_rfc3339(item["at"]), replayed_at)
