"""What was counted from the search log, in the marketing table: lines in chunks per span, contests of interleaved orders,
and what is popular by query."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from chalicelib.adapters.dynamodb.keys import (
    BODY,
    COUNTED_THROUGH,
    PK,
    SK,
    TTL,
    contests_key,
    lines_key,
    lines_partition,
    popularity_key,
)
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.clock import from_rfc3339, to_rfc3339
from chalicelib.search.log.contests import ContestLine
from chalicelib.search.log.counting import QueryLine
from chalicelib.search.log.popularity import WINDOW_DAYS, Popularity

CHUNK_LINES = 250
"""A line has at most 1.5 KB, an item 400."""
_AT = "at"


class DynamoQueryLines:
    """``QueryLines`` on DynamoDB. Days are kept for ``retention_days``, as events are."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def save(self, span: str, lines: Sequence[QueryLine]) -> None:
        chunks = [lines[at : at + CHUNK_LINES] for at in range(0, len(lines), CHUNK_LINES)] or [[]]
        expiry = _expiry(span, self._retention)
        for number, chunk in enumerate(chunks):
            body = msgspec.json.encode(chunk).decode()
            self._table.put({**lines_key(span, number), BODY: body, TTL: expiry})
        last = lines_key(span, len(chunks) - 1)[SK]
        for item in list(self._table.query_all(lines_partition(span), consistent=True)):
            if item[SK] > last:
                self._table.delete({PK: item[PK], SK: item[SK]})

    def load(self, span: str) -> Sequence[QueryLine]:
        items = self._table.query_all(lines_partition(span), consistent=True)
        return [line for item in items for line in msgspec.json.decode(item[BODY], type=list[QueryLine])]

    def counted_through(self) -> datetime | None:
        item = self._table.get(COUNTED_THROUGH, consistent=True)
        return from_rfc3339(item[_AT]) if item else None

    def set_counted_through(self, instant: datetime) -> None:
        self._table.put({**COUNTED_THROUGH, _AT: to_rfc3339(instant)})


class DynamoContestLines:
    """``ContestLines`` on DynamoDB, kept as long as lines are."""

    def __init__(self, table: Table, retention_days: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)

    def save(self, span: str, lines: Sequence[ContestLine]) -> None:
        body = msgspec.json.encode(lines).decode()
        self._table.put({**contests_key(span), BODY: body, TTL: _expiry(span, self._retention)})

    def load(self, span: str) -> Sequence[ContestLine]:
        item = self._table.get(contests_key(span), consistent=True)
        return msgspec.json.decode(item[BODY], type=list[ContestLine]) if item else []


class DynamoPopularities:
    """``Popularities`` on DynamoDB: one eventually consistent get a search, half a unit."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, query: str) -> Popularity | None:
        item = self._table.get(popularity_key(query)) if query else None
        return msgspec.json.decode(item[BODY], type=Popularity) if item else None

    def save(self, popularity: Popularity) -> None:
        expiry = int(_midnight(popularity.as_of + timedelta(days=WINDOW_DAYS)).timestamp())
        body = msgspec.json.encode(popularity).decode()
        self._table.put({**popularity_key(popularity.query), BODY: body, TTL: expiry})


def _expiry(span: str, retention: timedelta) -> int:
    return int((datetime.fromisoformat(span[:10]).replace(tzinfo=UTC) + retention).timestamp())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
