"""Failures in the marketing table, newest first, kept as long as events are."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.adapters.dynamodb.keys import BODY, FAILURES, TTL, failure_key
from chalicelib.adapters.dynamodb.table import Item, Table
from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.core.failures import Failure


class DynamoFailures:
    """``Failures`` on DynamoDB."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def add(self, failure: Failure) -> None:
        at = to_rfc3339(failure.failed_at)
        self._table.put(
            {
                **failure_key(at, failure.failure_id),
                "id": failure.failure_id,
                "source": failure.source,
                "reason": failure.reason,
                "at": at,
                BODY: failure.body,
                TTL: int((failure.failed_at + self._retention).timestamp()),
            }
        )

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Failure], str | None]:
        page = self._table.query(FAILURES, limit=limit, after=cursor, newest_first=True)
        return [_to_failure(item) for item in page.items], page.next_key


def _to_failure(item: Item) -> Failure:
    return Failure(item["id"], item["source"], item["reason"], item[BODY], from_rfc3339(item["at"]))
