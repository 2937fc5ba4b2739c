"""Owned coupons in their shoppers' partitions, and the balances that move with them.

Units: an issue is one transaction of a stock shard, the coupon (and its entry in ``lists``) and, where the template has
limits, the shopper's counts: 5 write units without a limit, 7 with one, 9 with one of a day besides. A movement is one
transaction of the coupon and what it moves: the report's counts (2; 4 where the coupon becomes used, or unused again), each
budget (2), a reservation's due date (3).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.adapters.dynamodb.coupon_counters import additions, counting, redemptions_in
from chalicelib.adapters.dynamodb.coupon_items import from_owned_item, is_coupon, to_owned_item
from chalicelib.adapters.dynamodb.coupon_movements import HELD_SHARDS, CouponMovements
from chalicelib.adapters.dynamodb.coupon_passages import CouponPassages, Refusable, refusal_of
from chalicelib.adapters.dynamodb.coupon_places import Place, StockPlaces
from chalicelib.adapters.dynamodb.coupon_reminders import reminder_item
from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    COUPON_PREFIX,
    PK,
    SK,
    code_list,
    coupon_count_key,
    coupon_day_key,
    due_through,
    held_list,
    owned_coupon_key,
    shopper_partition,
    used_list,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import (
    Action,
    Transactions,
    put_action,
    update_action,
)
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import Conflict, Unavailable, ZhaohuiError
from chalicelib.coupons import (
    FREE,
    Coupon,
    Lease,
    OwnedCoupon,
    Passage,
    Redemptions,
    Reminder,
    Tie,
)

_NEW: Final = "attribute_not_exists(pk)"
_ALWAYS: Final = ""
_DAY_KEPT_FOR: Final = timedelta(days=3)


class DynamoCouponLedger:
    """``CouponLedger`` on DynamoDB."""

    def __init__(
        self,
        shoppers: Table,
        marketing: Table,
        transactions: Transactions,
        zone: ZoneInfo = ZoneInfo("Asia/Shanghai"),  # noqa: B008
    ) -> None:
        """``zone`` is the shop's: reports count by its days."""
        self._shoppers = shoppers
        self._marketing = marketing
        self._transactions = transactions
        self.zone = zone
        self._passages = CouponPassages(shoppers, marketing)
        self._movements = CouponMovements(shoppers, marketing, self._passages, zone)
        self._places = StockPlaces(marketing, transactions)

    def issue(
        self, coupon: Coupon, owned: OwnedCoupon, lease: Lease | None = None, passage: Passage = FREE
    ) -> OwnedCoupon:
        try:
            self.take_from_stock(
                coupon,
                owned,
                lambda place: self._transactions.run(self.issue_actions(coupon, owned, place, passage)),
                lease=lease,
                passage=passage,
            )
        except (ConditionFailed, Conflict) as refused:
            # A repeated issue answers with the first coupon even after the last one is gone.
            first = self.get(owned.shopper_id, owned.issue_id)
            if first is not None:
                return first
            if isinstance(refused, ConditionFailed):
                raise refusal_of(refused, refused) from refused
            raise
        return owned

    def issue_actions(
        self, coupon: Coupon, owned: OwnedCoupon, place: Place, passage: Passage = FREE
    ) -> Sequence[Action]:
        """What an issue from ``place`` does, in this order: stock, the coupon, the shopper's counts where limited, what
        ``passage`` counts."""
        added, values, names = additions(counting(owned, self.zone))
        taken = f"SET n = n - :one {added}"
        stock = update_action(self._marketing, place, taken, values | {":one": 1, ":none": 0}, "n > :none", names)
        kept = put_action(self._shoppers, to_owned_item(owned), _NEW)
        limits = [action for action, _ in self.limits(coupon, owned, passage)]
        return [stock, kept, *limits, *self.reminders(coupon, owned)]

    def reminders(self, coupon: Coupon, owned: OwnedCoupon) -> Sequence[Action]:
        """The due date on which the shopper is told that the coupon ends, where the template wants it."""
        at = coupon.remind_at(owned.entries[0].at, owned.expires_at)
        if at is None:
            return []
        return [put_action(self._shoppers, reminder_item(Reminder(owned.shopper_id, owned.issue_id, at)), _ALWAYS)]

    def limits(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage = FREE) -> Sequence[Refusable]:
        """Counting one more coupon for its shopper, ever and today, where the template has a limit; what ``passage``
        counts behind it."""
        counts: list[Refusable] = []
        if coupon.per_shopper is not None:
            key = coupon_count_key(owned.shopper_id, coupon.coupon_id)
            action = self._passages.one_more(key, coupon.per_shopper - passage.elsewhere)
            counts.append((action, coupon.limit_reached()))
        if coupon.per_shopper_per_day is not None:
            key = coupon_day_key(owned.shopper_id, coupon.coupon_id, owned.issued_day)
            most = coupon.per_shopper_per_day - passage.elsewhere_today
            action = self._passages.one_more(key, most, _day_ends(owned.issued_day))
            counts.append((action, coupon.daily_limit_reached()))
        return [*counts, *self._passages.actions(coupon.coupon_id, passage)]

    def given_elsewhere(self, coupon: Coupon, ids: Sequence[str], day: str) -> tuple[int, int]:
        return self._passages.given_elsewhere(coupon, ids, day, _day_ends(day))

    def bar(self, places: Sequence[tuple[str, str]], until: datetime) -> None:
        for place in places:
            self._passages.bar(owned_coupon_key(*place), int(until.timestamp()))

    def counted(self, coupon_id: str, ties: Sequence[Tie]) -> Sequence[int]:
        return self._passages.counted(coupon_id, ties)

    def brought_by(self, shopper_id: str) -> Sequence[str]:
        return self._passages.brought_by(shopper_id)

    def take_from_stock(
        self,
        coupon: Coupon,
        owned: OwnedCoupon,
        attempt: Callable[[Place], None],
        *,
        stock_position: int = 0,
        lease: Lease | None = None,
        passage: Passage = FREE,
    ) -> None:
        """Call ``attempt(place)`` where stock may be left (``StockPlaces``) until one succeeds.

        ``attempt`` runs a transaction whose actions from ``stock_position`` on are ``issue_actions``. Raises
        ``CouponSoldOut`` only after a look that found nothing anywhere, ``CouponLimitReached``,
        ``CouponDailyLimitReached``, what ``passage`` refuses with, ``ShopperMerged``, ``Unavailable`` when others were
        faster every time, or the ``ConditionFailed`` of any other action.
        """
        refusals = [refusal for _, refusal in self.limits(coupon, owned, passage)]
        for place in self._places.of(coupon, owned.issue_id, lease):
            try:
                return attempt(place)
            except ConditionFailed as refused:
                _raise_unless_empty(refused, refusals, stock_position)
        raise Unavailable("抢券人数过多，请稍后再试 (others were faster every time, try again)")

    def get(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None:
        item = self._shoppers.get(owned_coupon_key(shopper_id, issue_id), consistent=True)
        return from_owned_item(item) if item and is_coupon(item) else None

    def find(self, code: str) -> OwnedCoupon | None:
        places, _ = self._shoppers.query_list(code_list(code), limit=1)
        if not places:
            return None
        # The index may lag behind: it only says where to look.
        item = self._shoppers.get({PK: places[0][PK], SK: places[0][SK]}, consistent=True)
        return from_owned_item(item) if item else None

    def move(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage = FREE) -> None:
        self.run([*self.moving([(coupon, owned)]), *self.counting(coupon, passage)])

    def counting(self, coupon: Coupon, passage: Passage) -> Sequence[Refusable]:
        """What ``passage`` counts with a movement."""
        return self._passages.actions(coupon.coupon_id, passage)

    def run(self, actions: Sequence[Refusable]) -> None:
        """All of them or none. Raises what the first refusal means."""
        try:
            self._transactions.run([action for action, _ in actions])
        except ConditionFailed as refused:
            raise actions[refused.position][1] from None

    def moving(self, moves: Sequence[tuple[Coupon, OwnedCoupon]]) -> list[Refusable]:
        """What the last movements of some coupons do in one transaction, which may touch no item twice."""
        return self._movements.of(moves)

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]:
        page = self._shoppers.query(shopper_partition(shopper_id), prefix=COUPON_PREFIX, limit=limit, after=cursor)
        return [from_owned_item(item) for item in page.items if is_coupon(item)], page.next_key

    def redeemed_from(self, source: str) -> Redemptions:
        keys: list[Place] = []
        after: Item | None = None
        while True:
            places, after = self._marketing.query_list(used_list(source), limit=1_000, after=after)
            keys += [{PK: place[PK], SK: place[SK]} for place in places]
            if after is None:
                return redemptions_in(self._marketing.get_many(keys, consistent=True))

    def due(self, now: datetime, limit: int) -> Sequence[OwnedCoupon]:
        keys: list[Place] = []
        for shard in range(HELD_SHARDS):
            places, _ = self._shoppers.query_list(held_list(shard), limit=limit, up_to=due_through(to_rfc3339(now)))
            keys += [{PK: place[PK], SK: COUPON_PREFIX + place[SK][len(COUPON_PREFIX) :]} for place in places]
        return [from_owned_item(item) for item in self._shoppers.get_many(keys, consistent=True)]


def _day_ends(day: str) -> int:
    return int((datetime.fromisoformat(f"{day}T00:00:00+00:00") + _DAY_KEPT_FOR).timestamp())


def _raise_unless_empty(refused: ConditionFailed, refusals: Sequence[ZhaohuiError], stock_position: int) -> None:
    """Go on to the next place if this one was empty; everything else is the caller's business."""
    if refused.position == stock_position:
        return
    limit = refused.position - stock_position - 2
    if limit >= 0:
        raise refusal_of(refused, refusals[limit]) from refused
    raise refused
