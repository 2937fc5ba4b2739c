"""A coupon's stock: shards in partitions of their own, and blocks leased from them beside the shard they came from.

Units: a lease, and its return, is one transaction of the shard and the block with its entry in ``lists``: 5 write units.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from chalicelib.adapters.dynamodb.coupon_counters import additions, counters_at
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    LEASE_PREFIX,
    LIST_PK,
    LIST_SK,
    PK,
    SK,
    STOCK,
    due_place,
    due_through,
    lease_key,
    leased_list,
    stock_key,
    stock_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Transactions, delete_action, put_action, update_action
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import shard_of
from chalicelib.coupons import Coupon, Lease

_NEW: Final = "attribute_not_exists(pk)"
_TRIES: Final = 16
LEASE_SHARDS: Final = 4


class DynamoCouponStock:
    """``CouponStock`` on DynamoDB."""

    def __init__(self, table: Table, transactions: Transactions) -> None:
        self._table = table
        self._transactions = transactions

    def lease(self, coupon: Coupon, lease: Lease) -> Lease:
        for _ in range(_TRIES):
            known = self._leased(coupon, lease.lease_id)
            if known is not None:
                return known
            left = {item[PK]: item["n"] for item in shards_of(self._table, coupon)}
            fullest = max(range(coupon.stock_shards), key=lambda shard: left.get(_pk(coupon, shard), 0))
            size = min(lease.size, left.get(_pk(coupon, fullest), 0))
            if size <= 0:
                raise coupon.sold_out()
            block = Lease(lease.lease_id, lease.coupon_id, size, lease.until, fullest)
            try:
                self._transactions.run([put_action(self._table, _lease_item(block), _NEW), self._taken(block)])
            except ConditionFailed:
                continue
            return block
        raise Unavailable("库存正忙，请稍后再试 (others are taking this stock, try again)")

    def _taken(self, block: Lease) -> dict[str, object]:
        return dict(
            update_action(
                self._table,
                stock_key(block.coupon_id, block.shard),
                "SET n = n - :size ADD l :one",
                {":size": block.size, ":one": 1},
                "n >= :size",
            )
        )

    def _leased(self, coupon: Coupon, lease_id: str) -> Lease | None:
        keys = [lease_key(coupon.coupon_id, shard, lease_id) for shard in range(coupon.stock_shards)]
        found = self._table.get_many(keys, consistent=True)
        return msgspec.json.decode(found[0][BODY], type=Lease) if found else None

    def give_back(self, lease: Lease) -> int:
        key = lease_key(lease.coupon_id, lease.shard, lease.lease_id)
        for _ in range(_TRIES):
            item = self._table.get(key, consistent=True)
            if item is None:
                return 0
            left: int = item["n"]
            gone = delete_action(self._table, key, "n = :left", {":left": left})
            # What was given from the block was counted on it: whoever takes one counts one.
            expression, values, names = additions({"n": left, "l": -1} | counters_at(item))
            shard = stock_key(lease.coupon_id, lease.shard)
            back = update_action(self._table, shard, expression, values, names=names)
            try:
                self._transactions.run([gone, back])
            except ConditionFailed:
                # Its holder, or a claim that found nothing else, took from it in between.
                continue
            return left
        raise Unavailable("库存正忙，请稍后再试 (others are taking from this block, try again)")

    def due(self, now: datetime, limit: int) -> Sequence[Lease]:
        found: list[Lease] = []
        for shard in range(LEASE_SHARDS):
            places, _ = self._table.query_list(leased_list(shard), limit=limit, up_to=due_through(to_rfc3339(now)))
            items = self._table.get_many([{PK: place[PK], SK: place[SK]} for place in places], consistent=True)
            found += [msgspec.json.decode(item[BODY], type=Lease) for item in items]
        return found


def places_left(table: Table, coupon: Coupon) -> tuple[list[dict[str, str]], bool]:
    """Where something is left, shards before blocks, and whether the look was whole: strongly consistent.

    A block may be leased while its partition is read, after the place of blocks and before the shard; the shard's count
    of blocks tells, and the caller looks again.
    """
    shards: list[dict[str, str]] = []
    blocks: list[dict[str, str]] = []
    is_whole = True
    for shard in range(coupon.stock_shards):
        items = list(table.query_all(stock_partition(coupon.coupon_id, shard), consistent=True))
        out = [item for item in items if item[SK].startswith(LEASE_PREFIX)]
        counted = next((item.get("l", 0) for item in items if item[SK] == STOCK), 0)
        is_whole = is_whole and counted == len(out)
        shards += [_key(item) for item in items if item[SK] == STOCK and item["n"] > 0]
        blocks += [_key(item) for item in out if item["n"] > 0]
    return [*shards, *blocks], is_whole


def shards_of(table: Table, coupon: Coupon) -> list[Item]:
    """The counters of all shards, strongly consistent."""
    return table.get_many([stock_key(coupon.coupon_id, shard) for shard in range(coupon.stock_shards)], consistent=True)


def stock_left(table: Table, coupon: Coupon) -> int:
    """How many are left in shards and blocks."""
    partitions = [stock_partition(coupon.coupon_id, shard) for shard in range(coupon.stock_shards)]
    return sum(item["n"] for partition in partitions for item in table.query_all(partition, consistent=True))


def _pk(coupon: Coupon, shard: int) -> str:
    return stock_partition(coupon.coupon_id, shard)


def _key(item: Item) -> dict[str, str]:
    return {PK: item[PK], SK: item[SK]}


def _lease_item(lease: Lease) -> Item:
    return {
        **lease_key(lease.coupon_id, lease.shard, lease.lease_id),
        LIST_PK: leased_list(shard_of(lease.lease_id, LEASE_SHARDS)),
        LIST_SK: due_place(to_rfc3339(lease.until), lease.lease_id),
        "n": lease.size,
        BODY: msgspec.json.encode(lease).decode(),
    }
