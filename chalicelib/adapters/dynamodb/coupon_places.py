"""In which order an issue tries the counters of a coupon's stock."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from chalicelib.adapters.dynamodb.coupon_stock import places_left
from chalicelib.adapters.dynamodb.keys import SK, STOCK, lease_key, stock_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.transactions import Transactions
from chalicelib.core.ids import shard_of
from chalicelib.coupons import Coupon, Lease

Place = Mapping[str, str]
"""The key of a counter of stock: a shard, or a block leased from one."""

_LOOKS_AT_ALL_STOCK: Final = 12
_ENOUGH_A_SHARD: Final = 4


class StockPlaces:
    """Where stock may be left."""

    def __init__(self, marketing: Table, transactions: Transactions) -> None:
        self._marketing = marketing
        self._transactions = transactions

    def of(self, coupon: Coupon, issue_id: str, lease: Lease | None = None) -> Iterator[Place]:
        """The lease's block, the coupon's own shard, then wherever a strongly consistent look finds something, shards in
        random order, blocks that others leased last; twelve looks. Raises ``CouponSoldOut`` after one that found nothing.
        """
        yield from self._unseen(coupon, issue_id, lease)
        for _ in range(_LOOKS_AT_ALL_STOCK):
            found, is_whole = places_left(self._marketing, coupon)
            if is_whole and not found:
                raise coupon.sold_out()
            yield from self._in_turn(found)

    def _unseen(self, coupon: Coupon, issue_id: str, lease: Lease | None) -> list[Place]:
        # A refused transaction costs as many units as a claim, a look at a shard a fraction of one: shards are tried
        # unseen only where they hold enough that the coupon's own is hardly ever empty before the others.
        is_thin = coupon.stock < _ENOUGH_A_SHARD * coupon.stock_shards
        own = shard_of(issue_id, coupon.stock_shards)
        shards: list[Place] = [] if is_thin else [stock_key(coupon.coupon_id, own)]
        return [lease_key(lease.coupon_id, lease.shard, lease.lease_id), *shards] if lease else shards

    def _in_turn(self, found: Sequence[Place]) -> list[Place]:
        """Shards in random order, then blocks that others leased."""
        mixed = [found[each] for each in self._transactions.shuffled(range(len(found)))]
        return sorted(mixed, key=lambda place: place[SK] != STOCK)
