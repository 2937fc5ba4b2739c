"""What a movement of an owned coupon writes beside it: budgets, reservations, stock and counts that come back, the report."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.adapters.dynamodb.coupon_counters import additions, counting, tally_actions
from chalicelib.adapters.dynamodb.coupon_items import to_moved_item
from chalicelib.adapters.dynamodb.coupon_passages import CouponPassages, Refusable
from chalicelib.adapters.dynamodb.coupon_places import Place
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    LIST_PK,
    LIST_SK,
    WHOLE_BUDGET,
    budget_key,
    coupon_count_key,
    coupon_day_key,
    due_place,
    held_list,
    hold_key,
    stock_key,
)
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.transactions import Action, delete_action, put_action, update_action
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.ids import shard_of
from chalicelib.coupons import Coupon, CouponChanged, OwnedCoupon

HELD_SHARDS: Final = 4
_NEW: Final = "attribute_not_exists(pk)"


class CouponMovements:
    """The actions of movements. ``zone`` is the shop's: reports count by its days."""

    def __init__(self, shoppers: Table, marketing: Table, passages: CouponPassages, zone: ZoneInfo) -> None:
        self._shoppers = shoppers
        self._marketing = marketing
        self._passages = passages
        self._zone = zone

    def of(self, moves: Sequence[tuple[Coupon, OwnedCoupon]]) -> list[Refusable]:
        """What the last movements of some coupons do in one transaction, which may touch no item twice."""
        changed = CouponChanged("优惠券刚刚被更改 (the coupon was changed in between)")
        # The coupons come first: a movement that was stored already is told by its version, not by a budget.
        stored: list[Refusable] = [
            (put_action(self._shoppers, to_moved_item(owned), "v = :before", {":before": owned.version - 1}), changed)
            for _, owned in moves
        ]
        besides = [each for coupon, owned in moves for each in self._besides(coupon, owned)]
        # Who brings stock back counts at the stock.
        counted = tally_actions(self._marketing, [owned for _, owned in moves if not owned.went_back], self._zone)
        tallies = [(action, changed) for action in counted]
        return [*stored, *self._budgets(moves), *besides, *tallies]

    def _budgets(self, moves: Sequence[tuple[Coupon, OwnedCoupon]]) -> Sequence[Refusable]:
        held: Counter[tuple[str, str]] = Counter()
        for coupon, owned in moves:
            shift = owned.last_shift
            held[coupon.coupon_id, WHOLE_BUDGET] += shift.held
            held[coupon.coupon_id, shift.day or ""] += shift.held
        templates = {coupon.coupon_id: coupon for coupon, _ in moves}
        actions: list[Refusable] = []
        for (coupon_id, span), money in held.items():
            coupon, today = templates[coupon_id], span != WHOLE_BUDGET
            budget = coupon.budget_per_day if today else coupon.budget
            if budget is not None and money:
                refusal = coupon.budget_spent(today=today)
                actions.append((self._spend(budget_key(coupon_id, span), money, budget), refusal))
        return actions

    def _spend(self, key: Place, money: int, budget: int) -> Action:
        if money < 0:
            return update_action(self._marketing, key, "ADD n :money", {":money": money})
        room = "n <= :room" if money > budget else "attribute_not_exists(n) OR n <= :room"
        return update_action(self._marketing, key, "ADD n :money", {":money": money, ":room": budget - money}, room)

    def _besides(self, coupon: Coupon, owned: OwnedCoupon) -> Sequence[Refusable]:
        """What no condition guards: the coupon's version does."""
        actions: list[Action] = []
        until = owned.standing.until
        if until is not None:
            actions.append(put_action(self._shoppers, hold_item(owned, until), _NEW))
        elif owned.was_reserved:
            actions.append(delete_action(self._shoppers, hold_key(owned.shopper_id, owned.issue_id)))
        if owned.went_back:
            actions += self._restocked(coupon, owned)
        changed = CouponChanged("优惠券刚刚被更改 (the coupon was changed in between)")
        return [(action, changed) for action in actions]

    def _restocked(self, coupon: Coupon, owned: OwnedCoupon) -> list[Action]:
        shard = shard_of(owned.issue_id, coupon.stock_shards)
        added, values, names = additions({"n": 1} | counting(owned, self._zone))
        back = update_action(self._marketing, stock_key(coupon.coupon_id, shard), added, values, names=names)
        marks = self._passages.given_back(owned)
        counts = [coupon_count_key(owned.shopper_id, coupon.coupon_id)] if coupon.per_shopper is not None else []
        # A day that is over has no count to put right.
        if coupon.per_shopper_per_day is not None and owned.entries[-1].day == owned.issued_day:
            counts.append(coupon_day_key(owned.shopper_id, coupon.coupon_id, owned.issued_day))
        return [back, *marks, *(update_action(self._shoppers, key, "ADD n :less", {":less": -1}) for key in counts)]


def hold_item(owned: OwnedCoupon, until: datetime) -> Item:
    """That a coupon is reserved, and until when."""
    return {
        **hold_key(owned.shopper_id, owned.issue_id),
        LIST_PK: held_list(shard_of(owned.issue_id, HELD_SHARDS)),
        LIST_SK: due_place(to_rfc3339(until), owned.issue_id),
    }
