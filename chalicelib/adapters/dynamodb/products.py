"""Products in the catalogue table, and what its stream says of them.

A revision is the epoch's milliseconds at the change, or one more than the last where the clock has not moved on (or
went back), so it only rises and a rebuild of the index can be placed in time between two changes. A deletion leaves a
tombstone, the revision without a body, so that this holds across a second beginning too; should someone clear
tombstones away, the clock alone puts the new beginning above the old end.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chalicelib.adapters.dynamodb.items import Item, to_item
from chalicelib.adapters.dynamodb.keys import BODY, PK, PRODUCT_PREFIX, SK, product_key
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.catalog.model import Product, ProductChange
from chalicelib.catalog.shape import canonical_product, decode_product, encode_product
from chalicelib.core.clock import Clock
from chalicelib.core.ids import digest

WRITERS = 8
"""Writes under way at once in ``put_many``: below the SDK's pool of ten connections."""
_REVISION = "rev"
_DIGEST = "dig"


class DynamoProducts:
    """``Products`` on DynamoDB."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def get(self, product_id: str) -> Product | None:
        return _to_product(self._table.get(product_key(product_id)))

    def put(self, product: Product) -> bool:
        return self._put(product, 0)

    def put_many(self, products: Sequence[Product], since: int = 0) -> list[bool]:
        changed = self._changed(products, since)
        with ThreadPoolExecutor(WRITERS) as writers:
            differing = [each for each, differs in zip(products, changed, strict=True) if differs]
            wrote = writers.map(lambda each: self._put(each, since), differing)
            return [next(wrote) if differs else False for differs in changed]

    def settle(self, changes: Mapping[str, Product | None], revision: int) -> int:
        products = [product for product in changes.values() if product]
        differing = {
            each.product_id for each, differs in zip(products, self._changed(products, 0), strict=True) if differs
        }
        wanted = [
            (product_id, product) for product_id, product in changes.items() if not product or product_id in differing
        ]
        with ThreadPoolExecutor(WRITERS) as writers:
            return sum(writers.map(lambda each: self._settle(each[0], each[1], revision), wanted))

    def delete(self, product_id: str, since: int = 0) -> bool:
        if not since:
            return self._change(product_id, " REMOVE dig, b", {}, "attribute_exists(b)")
        matters = "(attribute_exists(b) OR attribute_not_exists(rev) OR rev < :since)"
        return self._change(product_id, " REMOVE dig, b", {":since": since}, matters, since)

    def get_many(self, product_ids: Sequence[str]) -> dict[str, Product]:
        found = (_to_product(item) for item in self._items(product_ids))
        return {product.product_id: product for product in found if product is not None}

    def all(self) -> Iterator[Product]:
        for item in self._table.scan():
            product = _to_product(item) if item[PK].startswith(PRODUCT_PREFIX) else None
            if product is not None:
                yield product

    def page(self, after: str | None, limit: int) -> tuple[Sequence[Product], str | None]:
        pk, _, sk = (after or "").rpartition(" ")
        items, last = self._table.scan_page({PK: pk, SK: sk} if after else None, limit)
        products = [_to_product(item) for item in items if item[PK].startswith(PRODUCT_PREFIX)]
        # The place may be an item that is no product.
        following = None if last is None else f"{last[PK]} {last[SK]}"
        return [product for product in products if product is not None], following

    def _put(self, product: Product, since: int) -> bool:
        values = {":dig": _digest(product), ":b": encode_product(product), ":since": since}
        differs = "(attribute_not_exists(dig) OR dig <> :dig OR rev < :since)"
        return self._change(product.product_id, ", dig = :dig, b = :b", values, differs, since)

    def _changed(self, products: Sequence[Product], since: int) -> list[bool]:
        # A refused condition costs as much as a write; reading first makes the usual re-import of a feed cheap.
        known = {
            item[PK]: item.get(_DIGEST)
            for item in self._items([each.product_id for each in products])
            if item[_REVISION] >= since
        }
        return [known.get(product_key(each.product_id)[PK]) != _digest(each) for each in products]

    def _settle(self, product_id: str, product: Product | None, revision: int) -> bool:
        values: dict[str, Any] = {":at": revision}
        change, condition = " REMOVE dig, b", "attribute_exists(b) AND rev < :at"
        if product is not None:
            change, condition = ", dig = :dig, b = :b", "(attribute_not_exists(rev) OR rev < :at)"
            values |= {":dig": _digest(product), ":b": encode_product(product)}
        try:
            self._table.update(product_key(product_id), f"SET rev = :at{change}", values, condition)
        except ConditionFailed:
            return False
        return True

    def _change(
        self, product_id: str, change: str, values: Mapping[str, Any], condition: str, at_least: int = 0
    ) -> bool:
        """Apply ``change`` under a higher revision where ``condition`` holds; whether it did."""
        now = max(at_least, int(self._clock.now().timestamp() * 1000))
        later = f"{condition} AND (attribute_not_exists(rev) OR rev < :now)"
        key = product_key(product_id)
        try:
            self._table.update(key, f"SET rev = :now{change}", {**values, ":now": now}, later)
        except ConditionFailed as refused:
            if refused.existing is None or refused.existing[_REVISION] < now:
                return False
        else:
            return True
        try:
            self._table.update(key, f"SET rev = rev + :one{change}", {**values, ":one": 1}, condition)
        except ConditionFailed:
            return False
        return True

    def _items(self, product_ids: Sequence[str]) -> list[Item]:
        # DynamoDB refuses a batch that names a key twice.
        return self._table.get_many([product_key(each) for each in dict.fromkeys(product_ids)])


def read_change(record: Mapping[str, Any]) -> ProductChange | None:
    """What a record of the catalogue table's stream says of a product, or None when it is about something else.

    Raises ``KeyError``, ``ValueError`` (msgspec's errors are such) or ``InvalidRequest`` for an image that this version
    of the code would not have written.
    """
    images = record["dynamodb"]
    key = to_item(images["Keys"])[PK]
    if not key.startswith(PRODUCT_PREFIX):
        return None
    product_id = key.removeprefix(PRODUCT_PREFIX)
    if "NewImage" in images:
        item = to_item(images["NewImage"])
        if item.keys() == {PK, SK}:
            # moto tells of an upsert twice, first with the key alone; DynamoDB never does.
            return None
        return ProductChange(product_id, int(item[_REVISION]), _to_product(item))
    # Nobody here removes items; whoever did so by hand meant the product to go.
    return ProductChange(product_id, int(to_item(images["OldImage"])[_REVISION]) + 1, None)


def _digest(product: Product) -> str:
    return digest(canonical_product(product))


def _to_product(item: Item | None) -> Product | None:
    return decode_product(item[BODY]) if item and BODY in item else None
