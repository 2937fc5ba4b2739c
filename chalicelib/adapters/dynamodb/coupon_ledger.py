"""Owned coupons in their shoppers' partitions, and the balances that move with them.

Units: an issue is one transaction of a stock shard, the coupon (and its entry in ``lists``) and, where the template has
limits, the shopper's counts: 5 write units without a limit, 7 with one, 9 with one of a day besides. A movement is one
transaction of the coupon and what it moves: the source's count (2), each budget (2), a reservation's due date (3).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from chalicelib.adapters.dynamodb.coupon_items import from_owned_item, to_owned_item
from chalicelib.adapters.dynamodb.coupon_stock import places_left
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    COUPON_PREFIX,
    LIST_PK,
    LIST_SK,
    PK,
    SK,
    TTL,
    WHOLE_BUDGET,
    budget_key,
    code_list,
    coupon_count_key,
    coupon_day_key,
    due_place,
    due_through,
    held_list,
    hold_key,
    lease_key,
    owned_coupon_key,
    shopper_partition,
    stock_key,
    used_key,
    used_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Action, Transactions, delete_action, put_action, update_action
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import Unavailable, ZhaohuiError
from chalicelib.core.ids import shard_of
from chalicelib.coupons import (
    Coupon,
    CouponChanged,
    CouponDailyLimitReached,
    CouponLimitReached,
    CouponSoldOut,
    Lease,
    Movement,
    OwnedCoupon,
    Redemptions,
)

Place = Mapping[str, str]
"""The key of a counter of stock: a shard, or a block leased from one."""
Refusable = tuple[Action, ZhaohuiError]
"""An action, and what its refusal means."""

_NEW: Final = "attribute_not_exists(pk)"
_USED_SHARDS: Final = 4
_HELD_SHARDS: Final = 4
_LOOKS_AT_ALL_STOCK: Final = 12
_DAY_KEPT_FOR: Final = timedelta(days=3)


class DynamoCouponLedger:
    """``CouponLedger`` on DynamoDB."""

    def __init__(self, shoppers: Table, marketing: Table, transactions: Transactions) -> None:
        self._shoppers = shoppers
        self._marketing = marketing
        self._transactions = transactions

    def issue(self, coupon: Coupon, owned: OwnedCoupon, lease: Lease | None = None) -> OwnedCoupon:
        try:
            self.take_from_stock(
                coupon,
                owned,
                lambda place: self._transactions.run(self.issue_actions(coupon, owned, place)),
                lease=lease,
            )
        except (ConditionFailed, CouponSoldOut, CouponLimitReached, CouponDailyLimitReached):
            # A repeated issue answers with the first coupon even after the last one is gone.
            first = self.get(owned.shopper_id, owned.issue_id)
            if first is None:
                raise
            return first
        return owned

    def issue_actions(self, coupon: Coupon, owned: OwnedCoupon, place: Place) -> Sequence[Action]:
        """What an issue from ``place`` does, in this order: stock, the coupon, the shopper's counts where limited."""
        stock = update_action(self._marketing, place, "SET n = n - :one", {":one": 1, ":none": 0}, "n > :none")
        kept = put_action(self._shoppers, to_owned_item(owned), _NEW)
        return [stock, kept, *(action for action, _ in self.limits(coupon, owned))]

    def limits(self, coupon: Coupon, owned: OwnedCoupon) -> Sequence[Refusable]:
        """Counting one more coupon for its shopper, ever and today, where the template has a limit."""
        counts: list[Refusable] = []
        if coupon.per_shopper is not None:
            key = coupon_count_key(owned.shopper_id, coupon.coupon_id)
            counts.append((self._one_more(key, coupon.per_shopper, owned), coupon.limit_reached()))
        if coupon.per_shopper_per_day is not None:
            key = coupon_day_key(owned.shopper_id, coupon.coupon_id, owned.issued_day)
            action = self._one_more(key, coupon.per_shopper_per_day, owned, expires=True)
            counts.append((action, coupon.daily_limit_reached()))
        return counts

    def _one_more(self, key: Place, limit: int, owned: OwnedCoupon, *, expires: bool = False) -> Action:
        ends = int((owned.entries[0].at + _DAY_KEPT_FOR).timestamp())
        return update_action(
            self._shoppers,
            key,
            "ADD n :one SET #ttl = :ends" if expires else "ADD n :one",
            {":one": 1, ":limit": limit} | ({":ends": ends} if expires else {}),
            "attribute_not_exists(n) OR n < :limit",
            {"#ttl": TTL} if expires else None,
        )

    def take_from_stock(
        self,
        coupon: Coupon,
        owned: OwnedCoupon,
        attempt: Callable[[Place], None],
        *,
        stock_position: int = 0,
        lease: Lease | None = None,
    ) -> None:
        """Call ``attempt(place)`` until one succeeds: the lease's block, the coupon's own shard, the others in random
        order, then wherever a strongly consistent look finds something, blocks that others leased last.

        ``attempt`` runs a transaction whose actions from ``stock_position`` on are ``issue_actions``. Raises
        ``CouponSoldOut`` only after a look that found nothing anywhere, ``CouponLimitReached``,
        ``CouponDailyLimitReached``, ``Unavailable`` when others were faster every time, or the ``ConditionFailed`` of
        any other action.
        """
        refusals = [refusal for _, refusal in self.limits(coupon, owned)]
        places = self._first_places(coupon, owned, lease)
        for _ in range(_LOOKS_AT_ALL_STOCK):
            for place in places:
                try:
                    return attempt(place)
                except ConditionFailed as refused:
                    _raise_unless_empty(refused, refusals, stock_position)
            found, is_whole = places_left(self._marketing, coupon)
            if is_whole and not found:
                raise coupon.sold_out()
            places = [found[each] for each in self._transactions.shuffled(range(len(found)))]
        raise Unavailable("抢券人数过多，请稍后再试 (others were faster every time, try again)")

    def _first_places(self, coupon: Coupon, owned: OwnedCoupon, lease: Lease | None) -> list[Place]:
        own = shard_of(owned.issue_id, coupon.stock_shards)
        others = self._transactions.shuffled([each for each in range(coupon.stock_shards) if each != own])
        shards = [stock_key(coupon.coupon_id, shard) for shard in (own, *others)]
        return [lease_key(lease.coupon_id, lease.shard, lease.lease_id), *shards] if lease else [*shards]

    def get(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None:
        item = self._shoppers.get(owned_coupon_key(shopper_id, issue_id), consistent=True)
        return from_owned_item(item) if item else None

    def find(self, code: str) -> OwnedCoupon | None:
        places, _ = self._shoppers.query_list(code_list(code), limit=1)
        if not places:
            return None
        # The index may lag behind: it only says where to look.
        item = self._shoppers.get({PK: places[0][PK], SK: places[0][SK]}, consistent=True)
        return from_owned_item(item) if item else None

    def move(self, coupon: Coupon, owned: OwnedCoupon) -> None:
        moved = put_action(self._shoppers, to_owned_item(owned), "v = :before", {":before": owned.version - 1})
        changed = CouponChanged("优惠券刚刚被更改 (the coupon was changed in between)")
        # The coupon comes first: a movement that was stored already is told by its version, not by a budget.
        actions: list[Refusable] = [(moved, changed), *self._budgets(coupon, owned), *self._besides(coupon, owned)]
        try:
            self._transactions.run([action for action, _ in actions])
        except ConditionFailed as refused:
            raise actions[refused.position][1] from None

    def _budgets(self, coupon: Coupon, owned: OwnedCoupon) -> Sequence[Refusable]:
        shift = owned.last_shift
        spans = [(WHOLE_BUDGET, coupon.budget, False), (shift.day or "", coupon.budget_per_day, True)]
        return [
            (self._spend(budget_key(coupon.coupon_id, span), shift.held, budget), coupon.budget_spent(today=today))
            for span, budget, today in spans
            if budget is not None and shift.held
        ]

    def _spend(self, key: Place, money: int, budget: int) -> Action:
        if money < 0:
            return update_action(self._marketing, key, "ADD n :money", {":money": money})
        room = "n <= :room" if money > budget else "attribute_not_exists(n) OR n <= :room"
        return update_action(self._marketing, key, "ADD n :money", {":money": money, ":room": budget - money}, room)

    def _besides(self, coupon: Coupon, owned: OwnedCoupon) -> Sequence[Refusable]:
        """What no condition guards: the coupon's version does."""
        actions: list[Action] = []
        shift, entry, until = owned.last_shift, owned.entries[-1], owned.standing.until
        if shift.uses or shift.used:
            key = used_key(owned.source, shard_of(owned.code, _USED_SHARDS))
            values = {":uses": shift.uses, ":used": shift.used}
            actions.append(update_action(self._marketing, key, "ADD n :uses, d :used", values))
        if until is not None:
            actions.append(put_action(self._shoppers, _hold_item(owned, until), _NEW))
        elif owned.was_reserved:
            actions.append(delete_action(self._shoppers, hold_key(owned.shopper_id, owned.issue_id)))
        if entry.movement is Movement.VOIDED and entry.returns:
            actions += self._restocked(coupon, owned)
        changed = CouponChanged("优惠券刚刚被更改 (the coupon was changed in between)")
        return [(action, changed) for action in actions]

    def _restocked(self, coupon: Coupon, owned: OwnedCoupon) -> list[Action]:
        shard = shard_of(owned.issue_id, coupon.stock_shards)
        back = update_action(self._marketing, stock_key(coupon.coupon_id, shard), "ADD n :one", {":one": 1})
        if coupon.per_shopper is None:
            return [back]
        count = coupon_count_key(owned.shopper_id, coupon.coupon_id)
        return [back, update_action(self._shoppers, count, "ADD n :less", {":less": -1})]

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]:
        page = self._shoppers.query(shopper_partition(shopper_id), prefix=COUPON_PREFIX, limit=limit, after=cursor)
        return [from_owned_item(item) for item in page.items], page.next_key

    def redeemed_from(self, source: str) -> Redemptions:
        counts = list(self._marketing.query_all(used_partition(source), consistent=True))
        return Redemptions(sum(item["n"] for item in counts), sum(item["d"] for item in counts))

    def due(self, now: datetime, limit: int) -> Sequence[OwnedCoupon]:
        keys: list[Place] = []
        for shard in range(_HELD_SHARDS):
            places, _ = self._shoppers.query_list(held_list(shard), limit=limit, up_to=due_through(to_rfc3339(now)))
            keys += [{PK: place[PK], SK: COUPON_PREFIX + place[SK][len(COUPON_PREFIX) :]} for place in places]
        return [from_owned_item(item) for item in self._shoppers.get_many(keys, consistent=True)]


def _raise_unless_empty(refused: ConditionFailed, refusals: Sequence[ZhaohuiError], stock_position: int) -> None:
    """Go on to the next place if this one was empty; everything else is the caller's business."""
    if refused.position == stock_position:
        return
    limit = refused.position - stock_position - 2
    if limit >= 0:
        raise refusals[limit] from refused
    raise refused


def _hold_item(owned: OwnedCoupon, until: datetime) -> Item:
    return {
        **hold_key(owned.shopper_id, owned.issue_id),
        LIST_PK: held_list(shard_of(owned.issue_id, _HELD_SHARDS)),
        LIST_SK: due_place(to_rfc3339(until), owned.issue_id),
    }
