"""Counters of the redemption report, moved in the very transaction of what they count.

A movement that takes from a counter of stock, or brings back to one, counts on that counter (no further item, no further
unit): hot stock is spread already. All others count on a shard of their day, and on one of the coupon's last day. What lies
at the stock for a past day is folded into its day once; until then reports read both.

Units: issue, claim, and a void that returns 0; a claim of a code made ahead 2; a refund 2; redeem, void, and a refund that
gives the coupon back 4; + 1 for the first of a day, source and shard. A fold of one shard 4, once per day and source. A report
reads the stock's partitions twice, and the days asked for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from chalicelib.adapters.dynamodb.coupon_counters import (
    SHARDS,
    at_stock,
    cell,
    counters_at,
    counters_in,
    day_action,
    day_and_source,
)
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    FOLDED,
    LEASE_PREFIX,
    PK,
    SK,
    STOCK,
    TALLY_DAY_PREFIX,
    TALLY_END_PREFIX,
    stock_partition,
    tally_end_key,
    tally_of_coupon,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Action, Transactions, update_action
from chalicelib.core.errors import Unavailable
from chalicelib.coupons import Coupon
from chalicelib.coupons.books.tallying import Cell, Counts

_LOOKS: Final = 5
_LAST: Final = "9999-12-31"
_AFTER: Final = "$"
"""Follows ``#``: behind every sort key of a day."""


class DynamoCouponTallies:
    """``CouponTallies`` on DynamoDB."""

    def __init__(self, table: Table, transactions: Transactions) -> None:
        self._table = table
        self._transactions = transactions

    def counted(self, coupon: Coupon, first: str, last: str) -> Counts:
        counts, _ = self.stood(coupon, first, last)
        return counts.between(first, last)

    def stood(self, coupon: Coupon, first: str = "", last: str = _LAST) -> tuple[Counts, list[Item]]:
        """The counts of some days with all that lies at the stock, and the counters of stock at the same moment."""
        for _ in range(_LOOKS):
            before = stock_items(self._table, coupon)
            kept = self._kept(coupon, first, last)
            after = stock_items(self._table, coupon)
            # A fold, or a block that came back meanwhile, would be counted twice or not at all.
            if before == after or (_folds(before) == _folds(after) and is_whole(after)):
                return kept + at_stock(after), after
        raise Unavailable("统计正在更新，请稍后再试 (the counts are on the move, try again)")

    def _kept(self, coupon: Coupon, first: str, last: str) -> Counts:
        cells: Counter[Cell] = Counter()
        unused: Counter[str] = Counter()
        pk = tally_of_coupon(coupon.coupon_id)
        for prefix in (TALLY_DAY_PREFIX, TALLY_END_PREFIX):
            span = (prefix + first, prefix + last + _AFTER)
            for item in self._table.query_all(pk, span=span, consistent=True):
                if prefix == TALLY_END_PREFIX:
                    unused[item[SK].split("#")[1]] += item["n"]
                else:
                    day, source = day_and_source(item[SK])
                    cells.update({cell(day, source, name): value for name, value in counters_in(item)})
        return Counts(cells, unused)

    def fold(self, coupon: Coupon, today: str) -> int:
        folded = 0
        for shard, item in enumerate(stock_items(self._table, coupon)):
            if item[SK] != STOCK:
                continue
            shard = int(item[PK].rpartition("#")[2])
            for actions in _folding(self._table, coupon, item, today, shard % SHARDS):
                try:
                    self._transactions.run(actions)
                    folded += 1
                except ConditionFailed:
                    # Counted on meanwhile, or folded by another: the next one sees to the rest.
                    continue
        return folded

    def folded(self) -> tuple[str, str | None]:
        item = self._table.get(FOLDED, consistent=True) or {}
        return item.get("d", ""), item.get("a")

    def set_folded(self, day: str, cursor: str | None) -> None:
        self._table.put({**FOLDED, "d": day} | ({"a": cursor} if cursor else {}))


def stock_items(table: Table, coupon: Coupon) -> list[Item]:
    """Every counter of a coupon's stock, shards and blocks, strongly consistent."""
    partitions = [stock_partition(coupon.coupon_id, shard) for shard in range(coupon.stock_shards)]
    return [item for partition in partitions for item in table.query_all(partition, consistent=True)]


def is_whole(items: Iterable[Item]) -> bool:
    """Whether no block was leased or given back while its partition was read: each shard counts its blocks."""
    blocks = Counter(item[PK] for item in items if item[SK].startswith(LEASE_PREFIX))
    return all(item.get("l", 0) == blocks[item[PK]] for item in items if item[SK] == STOCK)


def _folds(items: Iterable[Item]) -> int:
    return sum(item.get("o", 0) for item in items)


def _folding(table: Table, coupon: Coupon, item: Item, today: str, shard: int) -> Iterable[list[Action]]:
    """A transaction for each past day and source that a shard of stock counted, and for each last day."""
    key = {PK: item[PK], SK: item[SK]}
    days: dict[tuple[str, str], dict[str, int]] = {}
    for name, value in counters_at(item).items():
        if name.startswith(TALLY_END_PREFIX):
            last_day = name[len(TALLY_END_PREFIX) :]
            target = update_action(table, tally_end_key(coupon.coupon_id, last_day, shard), "ADD n :n", {":n": value})
            yield [_emptied(table, key, {name: value}), target]
        elif (place := name.rpartition("#"))[0][len(TALLY_DAY_PREFIX) :][:10] < today:
            days.setdefault(day_and_source(place[0] + "#"), {})[place[2]] = value
    for (day, source), counters in days.items():
        names = {f"{TALLY_DAY_PREFIX}{day}#{source}#{name}": value for name, value in counters.items()}
        yield [_emptied(table, key, names), day_action(table, coupon.coupon_id, day, source, shard, counters)]


def _emptied(table: Table, key: Mapping[str, str], counters: Mapping[str, int]) -> Action:
    """Take away counters that still are what they were, and count the fold."""
    numbered = list(enumerate(counters.items()))
    names = {f"#t{number}": name for number, (name, _) in numbered}
    values = {f":t{number}": value for number, (_, value) in numbered} | {":one": 1}
    condition = " AND ".join(f"#t{number} = :t{number}" for number, _ in numbered)
    return update_action(table, key, f"REMOVE {', '.join(names)} ADD o :one", values, condition, names)
