"""What connectors set aside: notes of indexes by their names, and the products of temporary ones.

Both in the marketing table, whose stream nobody reads and whose ``ttl`` clears away what was never moved. Units: a product 1
write per KB, a note 1; a page of a stage 0.5 read per 4 KB.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import BODY, INDEXES, SK, TTL, index_key, stage_partition, staged_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.catalog.model import Product
from chalicelib.catalog.shape import decode_product, encode_product
from chalicelib.core.clock import Clock
from chalicelib.search import IndexNote

KEPT_FOR = timedelta(days=2)
WRITERS = 8
"""Writes under way at once: below the SDK's pool of ten connections."""


class DynamoStages:
    """``Stages`` on DynamoDB."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def put_many(self, stage: str, products: Sequence[Product]) -> None:
        ttl = int((self._clock.now() + KEPT_FOR).timestamp())
        items: list[Item] = [
            {**staged_key(stage, each.product_id), TTL: ttl, BODY: encode_product(each)} for each in products
        ]
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self._table.put, items))

    def delete_many(self, stage: str, product_ids: Sequence[str]) -> None:
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(self._table.delete, [staged_key(stage, each) for each in dict.fromkeys(product_ids)]))

    def get_many(self, stage: str, product_ids: Sequence[str]) -> Mapping[str, Product]:
        items = self._table.get_many([staged_key(stage, each) for each in dict.fromkeys(product_ids)])
        return {item[SK]: decode_product(item[BODY]) for item in items}

    def page(self, stage: str, after: str | None, limit: int) -> tuple[Sequence[Product], str | None]:
        page = self._table.query(stage_partition(stage), limit=limit, after=after, consistent=True)
        return [decode_product(item[BODY]) for item in page.items], page.next_key


class DynamoIndexNotes:
    """``IndexNotes`` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def create(self, note: IndexNote) -> IndexNote:
        try:
            self._table.put(_item(note), "attribute_not_exists(pk)")
        except ConditionFailed as refused:
            return _to_note(refused.existing) if refused.existing else note
        return note

    def get(self, name: str) -> IndexNote | None:
        item = self._table.get(index_key(name), consistent=True)
        return _to_note(item) if item else None

    def put(self, note: IndexNote) -> None:
        self._table.put(_item(note))

    def delete(self, name: str) -> None:
        self._table.delete(index_key(name))

    def all(self) -> list[IndexNote]:
        return [_to_note(item) for item in self._table.query_all(INDEXES)]


def _item(note: IndexNote) -> Item:
    ttl = {TTL: int((note.updated_at + KEPT_FOR).timestamp())} if note.stage else {}
    return {**index_key(note.name), **ttl, BODY: msgspec.json.encode(note).decode()}


def _to_note(item: Item) -> IndexNote:
    return msgspec.json.decode(item[BODY], type=IndexNote)
