"""Templates with their stock in the marketing table; owned coupons in their shoppers' partitions.

Units: an issue is one transaction of a stock shard, the coupon (and its entry in ``lists``) and, where the template has
a limit, the shopper's count: 2 x (1 + 1 + 1) + 1 = 7 write units, 5 without a limit. A redeem is one query, one read and
a transaction of the coupon and its source's count: 4 write units.
"""

from collections.abc import Callable, Sequence

import msgspec

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BODY,
    COUPON_PREFIX,
    COUPONS,
    LIST_PK,
    LIST_SK,
    PK,
    SK,
    code_list,
    coupon_count_key,
    coupon_key,
    owned_coupon_key,
    shopper_partition,
    stock_key,
    stock_partition,
    used_key,
    used_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Action, Transactions, put_action, update_action
from chalicelib.core.ids import shard_of
from chalicelib.coupons import (
    Coupon,
    CouponChanged,
    CouponExists,
    CouponLimitReached,
    CouponSoldOut,
    OwnedCoupon,
    Redemptions,
)

_NEW = "attribute_not_exists(pk)"
_USED_SHARDS = 4
_LOOKS_AT_ALL_STOCK = 3


class DynamoCouponTemplates:
    """``CouponTemplates`` on DynamoDB."""

    def __init__(self, table: Table, transactions: Transactions) -> None:
        self._table = table
        self._transactions = transactions

    def create(self, coupon: Coupon) -> None:
        shards = [
            put_action(self._table, {**stock_key(coupon.coupon_id, shard), "n": part}, _NEW)
            for shard, part in enumerate(coupon.spread(coupon.stock))
        ]
        try:
            self._transactions.run([put_action(self._table, _template_item(coupon), _NEW), *shards])
        except ConditionFailed:
            raise CouponExists(f"优惠券 {coupon.coupon_id} 已存在 (a coupon with this id exists)", field="id") from None

    def get(self, coupon_id: str) -> Coupon | None:
        item = self._table.get(coupon_key(coupon_id), consistent=True)
        return _to_template(item) if item else None

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Coupon], str | None]:
        page = self._table.query(COUPONS, limit=limit, after=cursor)
        return [_to_template(item) for item in page.items], page.next_key

    def replace(self, coupon: Coupon, added_stock: int) -> None:
        changed = put_action(self._table, _template_item(coupon), "v = :before", {":before": coupon.version - 1})
        grown = [
            update_action(self._table, stock_key(coupon.coupon_id, shard), "ADD n :more", {":more": more})
            for shard, more in enumerate(coupon.spread(added_stock))
            if more
        ]
        try:
            self._transactions.run([changed, *grown])
        except ConditionFailed:
            raise CouponChanged("优惠券已被他人修改，请刷新后重试 (the coupon was changed in between)") from None

    def left(self, coupon: Coupon) -> int:
        return sum(_stock_left(self._table, coupon).values())


class DynamoCouponLedger:
    """``CouponLedger`` on DynamoDB."""

    def __init__(self, shoppers: Table, marketing: Table, transactions: Transactions) -> None:
        self._shoppers = shoppers
        self._marketing = marketing
        self._transactions = transactions

    def issue(self, coupon: Coupon, owned: OwnedCoupon) -> OwnedCoupon:
        try:
            self.take_from_stock(
                coupon, owned, lambda shard: self._transactions.run(self.issue_actions(coupon, owned, shard))
            )
        except (ConditionFailed, CouponSoldOut, CouponLimitReached):
            # A repeated issue answers with the first coupon even after the last one is gone.
            first = self.get(owned.shopper_id, owned.issue_id)
            if first is None:
                raise
            return first
        return owned

    def issue_actions(self, coupon: Coupon, owned: OwnedCoupon, shard: int) -> Sequence[Action]:
        """What an issue from ``shard`` does, in this order: stock, the coupon, the shopper's count if it is limited."""
        stock = update_action(
            self._marketing,
            stock_key(coupon.coupon_id, shard),
            "SET n = n - :one",
            {":one": 1, ":none": 0},
            "n > :none",
        )
        kept = put_action(self._shoppers, _owned_item(owned), _NEW)
        if coupon.per_shopper is None:
            return [stock, kept]
        count = update_action(
            self._shoppers,
            coupon_count_key(owned.shopper_id, coupon.coupon_id),
            "ADD n :one",
            {":one": 1, ":limit": coupon.per_shopper},
            "attribute_not_exists(n) OR n < :limit",
        )
        return [stock, kept, count]

    def take_from_stock(
        self, coupon: Coupon, owned: OwnedCoupon, attempt: Callable[[int], None], *, stock_position: int = 0
    ) -> None:
        """Call ``attempt(shard)`` until one succeeds: the coupon's own shard, then the others in random order.

        ``attempt`` runs a transaction whose actions from ``stock_position`` on are ``issue_actions``. Raises
        ``CouponSoldOut`` only after a strongly consistent look at every shard, ``CouponLimitReached``, or the
        ``ConditionFailed`` of any other action.
        """
        own = shard_of(owned.issue_id, coupon.stock_shards)
        shards = [own, *self._transactions.shuffled([each for each in range(coupon.stock_shards) if each != own])]
        for _ in range(_LOOKS_AT_ALL_STOCK):
            for shard in shards:
                try:
                    return attempt(shard)
                except ConditionFailed as refused:
                    _raise_unless_empty(refused, coupon, stock_position)
            shards = [shard for shard, left in _stock_left(self._marketing, coupon).items() if left > 0]
            if not shards:
                break
            shards = self._transactions.shuffled(shards)
        raise coupon.sold_out()

    def get(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None:
        item = self._shoppers.get(owned_coupon_key(shopper_id, issue_id), consistent=True)
        return _to_owned(item) if item else None

    def find(self, code: str) -> OwnedCoupon | None:
        places, _ = self._shoppers.query_list(code_list(code), limit=1)
        if not places:
            return None
        # The index may lag behind: it only says where to look.
        item = self._shoppers.get({PK: places[0][PK], SK: places[0][SK]}, consistent=True)
        return _to_owned(item) if item else None

    def redeem(self, owned: OwnedCoupon) -> None:
        used = owned.redemption
        assert used is not None
        moved = put_action(self._shoppers, _owned_item(owned), "v = :before", {":before": owned.version - 1})
        counted = update_action(
            self._marketing,
            used_key(owned.source, shard_of(owned.code, _USED_SHARDS)),
            "ADD n :one, d :discount",
            {":one": 1, ":discount": used.discount or 0},
        )
        try:
            self._transactions.run([moved, counted])
        except ConditionFailed:
            raise CouponChanged("优惠券刚刚被更改 (the coupon was changed in between)") from None

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]:
        page = self._shoppers.query(shopper_partition(shopper_id), prefix=COUPON_PREFIX, limit=limit, after=cursor)
        return [_to_owned(item) for item in page.items], page.next_key

    def redeemed_from(self, source: str) -> Redemptions:
        counts = list(self._marketing.query_all(used_partition(source), consistent=True))
        return Redemptions(sum(item["n"] for item in counts), sum(item["d"] for item in counts))


def _raise_unless_empty(refused: ConditionFailed, coupon: Coupon, stock_position: int) -> None:
    """Go on to the next shard if this one was empty; everything else is the caller's business."""
    limit_position = stock_position + 2
    if refused.position == stock_position:
        return
    if refused.position == limit_position:
        raise coupon.limit_reached() from refused
    raise refused


def _stock_left(table: Table, coupon: Coupon) -> dict[int, int]:
    items = table.query_all(stock_partition(coupon.coupon_id), consistent=True)
    return {int(item[SK]): item["n"] for item in items}


def _template_item(coupon: Coupon) -> Item:
    return {**coupon_key(coupon.coupon_id), "v": coupon.version, BODY: msgspec.json.encode(coupon).decode()}


def _to_template(item: Item) -> Coupon:
    return msgspec.json.decode(item[BODY], type=Coupon)


def _owned_item(owned: OwnedCoupon) -> Item:
    return {
        **owned_coupon_key(owned.shopper_id, owned.issue_id),
        LIST_PK: code_list(owned.code),
        LIST_SK: owned.shopper_id,
        "v": owned.version,
        BODY: msgspec.json.encode(owned).decode(),
    }


def _to_owned(item: Item) -> OwnedCoupon:
    return msgspec.json.decode(item[BODY], type=OwnedCoupon)
