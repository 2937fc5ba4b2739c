"""moto without three habits that a shop left running cannot afford.

Every transaction of moto's copies each of its tables whole, once for each of its items, to be able to take it back; and every
copy of every item ever made is remembered, for a dashboard that is not shown here. A claim kept about two MB, for good.
Here a transaction keeps what it touches and nothing else, and copies are forgotten. And every query sorts the whole table: here
it sees its own partition.
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from inspect import signature
from typing import Any

Run = Callable[[Any, list[dict[str, Any]]], None]


@cache
def be_thrifty() -> None:
    """Change moto in this process, once."""
    from moto.core import common_models
    from moto.dynamodb import models
    from moto.dynamodb.models import table

    tracked: Any = common_models.BaseModel
    backend: Any = models.DynamoDBBackend
    copied: Any = table.Table
    tracked.__new__ = _untracked
    # What a failed transaction puts back in a table's place is the table: its items are put back below.
    copied.__deepcopy__ = lambda each, _: each
    copied.query = _in_its_partition(copied.query)
    backend.transact_write_items = _taking_back(backend.transact_write_items)


def _untracked(cls: type, *_: Any, **__: Any) -> Any:
    return object.__new__(cls)


def _in_its_partition(run: Callable[..., Any]) -> Callable[..., Any]:
    told = signature(run)

    def query(table: Any, *arguments: Any, **options: Any) -> Any:
        asked = told.bind(table, *arguments, **options).arguments
        key, whole = asked.get("hash_key"), table.items
        if key is None or asked.get("index_name"):
            return run(table, *arguments, **options)
        # Calls come one at a time: nobody else sees the table like this.
        table.items = {key: whole[key]} if key in whole else {}
        try:
            return run(table, *arguments, **options)
        finally:
            table.items = whole

    return query


def _taking_back(run: Run) -> Run:
    def transact_write_items(backend: Any, transact_items: list[dict[str, Any]]) -> None:
        before = _before(backend.tables, transact_items)
        try:
            run(backend, transact_items)
        except Exception:
            for put_back in before:
                put_back()
            raise

    return transact_write_items


def _before(tables: Mapping[str, Any], wanted: Sequence[Mapping[str, Any]]) -> list[Callable[[], None]]:
    """What makes everything that these writes touch as it is now."""
    touched = [
        (tables[write["TableName"]], write) for each in wanted for write in each.values() if _is_there(tables, write)
    ]
    steps = [_item_before(table, write.get("Key") or write.get("Item") or {}) for table, write in touched]
    return steps + [_stream_before(table) for table in {id(table): table for table, _ in touched}.values()]


def _is_there(tables: Mapping[str, Any], write: Mapping[str, Any]) -> bool:
    return isinstance(write, Mapping) and write.get("TableName") in tables


def _item_before(table: Any, attributes: Mapping[str, Any]) -> Callable[[], None]:
    from moto.dynamodb.models.dynamo_type import DynamoType

    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name]
    if not all(name in attributes for name in names):
        # It will be refused.
        return lambda: None
    first, *second = (DynamoType(attributes[name]) for name in names)
    place, key = (table.items[first], second[0]) if second else (table.items, first)
    item = copy.deepcopy(place.get(key))

    def put_back() -> None:
        if item is None:
            place.pop(key, None)
        else:
            place[key] = item

    return put_back


def _stream_before(table: Any) -> Callable[[], None]:
    length = len(table.stream_shard.items) if table.stream_shard else 0

    def put_back() -> None:
        if table.stream_shard:
            del table.stream_shard.items[length:]

    return put_back
