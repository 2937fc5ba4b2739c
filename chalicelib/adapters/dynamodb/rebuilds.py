"""Rebuilds of the index, in the catalogue's table: its stream brings them to the worker that indexes.

Every stored page makes a stream record, and the record makes the worker do the next page. The stream's own repetition is
what goes on with a page whose worker died. Units: starting 1 write, each page 1 write and 0.5 read.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.items import Item, to_item
from chalicelib.adapters.dynamodb.keys import BODY, PK, REBUILD_PREFIX, rebuild_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.search import Rebuild, RebuildStatus

_PAGE = "page"


class DynamoRebuildRecords:
    """``RebuildRecords`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, rebuild: Rebuild) -> None:
        self._store(rebuild, "attribute_not_exists(pk)", {})

    def get(self, rebuild_id: str) -> Rebuild | None:
        item = self._table.get(rebuild_key(rebuild_id), consistent=True)
        return _to_rebuild(item) if item else None

    def replace(self, before: Rebuild, after: Rebuild) -> bool:
        try:
            self._store(after, "page = :before AND st = :running", {":before": before.page, ":running": "running"})
        except ConditionFailed:
            return False
        return True

    def _store(self, rebuild: Rebuild, condition: str, values: Mapping[str, Any]) -> None:
        body = msgspec.json.encode(rebuild).decode()
        changed = {":page": rebuild.page, ":st": rebuild.status.value, ":b": body}
        key = rebuild_key(rebuild.rebuild_id)
        self._table.update(key, "SET page = :page, st = :st, b = :b", {**changed, **values}, condition)


def read_step(record: Mapping[str, Any]) -> tuple[str, int] | None:
    """The rebuild and the page that a record of the catalogue table's stream asks for, if any."""
    image = to_item(record["dynamodb"].get("NewImage", {}))
    if not str(image.get(PK, "")).startswith(REBUILD_PREFIX) or BODY not in image:
        return None
    rebuild = _to_rebuild(image)
    return (rebuild.rebuild_id, rebuild.page) if rebuild.status is RebuildStatus.RUNNING else None


def _to_rebuild(item: Item) -> Rebuild:
    return msgspec.json.decode(item[BODY], type=Rebuild)
