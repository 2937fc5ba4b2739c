"""Overhauls of the catalogue, in its own table: the stream brings them to the worker that indexes, page after page.

Every stored page makes a stream record, and the record makes the worker do the next page. Units: starting 1 write, each page
1 write; asking what is running 0.5 read.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chalicelib.adapters.dynamodb.items import Item, to_item
from chalicelib.adapters.dynamodb.keys import BODY, OVERHAULS, PK, overhaul_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.search import Overhaul

LATEST = 20


class DynamoOverhaulRecords:
    """``OverhaulRecords`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, overhaul: Overhaul) -> bool:
        return self._store(overhaul, "attribute_not_exists(pk)", {})

    def get(self, overhaul_id: int) -> Overhaul | None:
        item = self._table.get(overhaul_key(overhaul_id), consistent=True)
        return _to_overhaul(item) if item else None

    def replace(self, before: Overhaul, after: Overhaul) -> bool:
        return self._store(after, "page = :before", {":before": before.page})

    def running(self) -> Sequence[Overhaul]:
        latest = self._table.query(OVERHAULS, limit=LATEST, newest_first=True, consistent=True).items
        return [overhaul for overhaul in map(_to_overhaul, latest) if overhaul.is_running]

    def _store(self, overhaul: Overhaul, condition: str, values: Mapping[str, Any]) -> bool:
        changed = {":page": overhaul.page, ":b": msgspec.json.encode(overhaul).decode(), **values}
        key = overhaul_key(overhaul.overhaul_id)
        try:
            self._table.update(key, "SET page = :page, b = :b", changed, condition)
        except ConditionFailed:
            return False
        return True


def read_overhaul_step(record: Mapping[str, Any]) -> tuple[int, int] | None:
    """The overhaul and the page that a record of the catalogue table's stream asks for, if any."""
    image = to_item(record["dynamodb"].get("NewImage", {}))
    if image.get(PK) != OVERHAULS or BODY not in image:
        return None
    overhaul = _to_overhaul(image)
    return (overhaul.overhaul_id, overhaul.page) if overhaul.is_running else None


def _to_overhaul(item: Item) -> Overhaul:
    return msgspec.json.decode(item[BODY], type=Overhaul)
