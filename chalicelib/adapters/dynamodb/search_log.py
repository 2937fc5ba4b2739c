"""The search log in the events table: a search and its actions side by side, spread over shards within their hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    SK,
    TTL,
    search_action_key,
    search_hour,
    search_key,
    search_place,
)
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.ids import shard_of
from chalicelib.search.log.trail import Interaction, LoggedSearch, time_of


class DynamoSearchLog:
    """``SearchLog`` on DynamoDB. Puts without a condition: the same record again is the same item."""

    def __init__(self, table: Table, retention_days: int, shards: int) -> None:
        self._table = table
        self._retention = timedelta(days=retention_days)
        self._shards = shards

    def add_search(self, search: LoggedSearch) -> None:
        key = search_key(self._place(search.query_id), search.query_id)
        self._put(key, search, search.at)

    def add_interaction(self, interaction: Interaction) -> None:
        place = self._place(interaction.query_id)
        self._put(search_action_key(place, interaction.query_id, interaction.action_id), interaction, interaction.at)

    def search(self, query_id: str) -> LoggedSearch | None:
        if time_of(query_id) is None:
            return None
        item = self._table.get(search_key(self._place(query_id), query_id))
        return msgspec.json.decode(item[BODY], type=LoggedSearch) if item else None

    def of(self, query_id: str) -> tuple[LoggedSearch | None, Sequence[Interaction]]:
        if time_of(query_id) is None:
            return None, ()
        searches, interactions = _read(list(self._table.query_all(self._place(query_id), prefix=f"{query_id}#")))
        return (searches[0] if searches else None), interactions

    def during(self, hour: datetime) -> tuple[Sequence[LoggedSearch], Sequence[Interaction]]:
        places = [search_place(search_hour(hour), shard) for shard in range(self._shards)]
        return _read([item for place in places for item in self._table.query_all(place)])

    def _place(self, query_id: str) -> str:
        at = time_of(query_id)
        if at is None:
            raise ValueError(f"{query_id!r} is no query id")
        return search_place(search_hour(at), shard_of(query_id, self._shards))

    def _put(self, key: dict[str, str], record: LoggedSearch | Interaction, at: datetime) -> None:
        expiry = int((at + self._retention).timestamp())
        self._table.put({**key, BODY: msgspec.json.encode(record).decode(), TTL: expiry})


def _read(items: Sequence[Item]) -> tuple[list[LoggedSearch], list[Interaction]]:
    searches = [item for item in items if item[SK].endswith("#Q")]
    actions = [item for item in items if not item[SK].endswith("#Q")]
    return (
        [msgspec.json.decode(item[BODY], type=LoggedSearch) for item in searches],
        [msgspec.json.decode(item[BODY], type=Interaction) for item in actions],
    )
