"""What a movement counts beside stock and budgets: limits over merged ids, and coupons by the marks they are tied to.

Units: 2 for each mark that a coupon is tied to, in its transaction; a referral 2, and 2 more where circles are refused. The
counts of an id that was merged are closed once, 1 each; then they cost reads only.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from chalicelib.adapters.dynamodb.items import Item
from chalicelib.adapters.dynamodb.keys import (
    BROUGHT_BY_PREFIX,
    PK,
    SK,
    TTL,
    brought_by_key,
    coupon_count_key,
    coupon_day_key,
    mark_count_key,
    referrer_count_key,
    shopper_partition,
)
from chalicelib.adapters.dynamodb.table import ConditionFailed, Table
from chalicelib.adapters.dynamodb.transactions import Action, check_action, put_action, update_action
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import ZhaohuiError
from chalicelib.coupons import Coupon, MarkKind, OwnedCoupon, Passage, Referral, ShopperMerged, Tie, tie_of

CLOSED: Final = "m"
"""The count, or the place of a coupon, is of an id that was merged into another."""
Refusable = tuple[Action, ZhaohuiError]
_NEW: Final = "attribute_not_exists(pk)"
_MANY: Final = 100


class CouponPassages:
    """Actions of ``Passage``, for the ledger's transactions."""

    def __init__(self, shoppers: Table, marketing: Table) -> None:
        self._shoppers = shoppers
        self._marketing = marketing

    def one_more(self, key: Mapping[str, str], limit: int, expires_at: int | None = None) -> Action:
        """Count one more coupon for a shopper unless the count is at ``limit``, or closed."""
        # Where other ids used the limit up, there must be no first one either.
        room = "attribute_not_exists(n) OR n < :limit" if limit > 0 else "n < :limit"
        values: dict[str, Any] = {":one": 1, ":limit": limit}
        if expires_at is None:
            expression, names = "ADD n :one", None
        else:
            expression, names = "ADD n :one SET #ttl = :ends", {"#ttl": TTL}
            values[":ends"] = expires_at
        condition = f"attribute_not_exists({CLOSED}) AND ({room})"
        return update_action(self._shoppers, key, expression, values, condition, names)

    def actions(self, coupon_id: str, passage: Passage) -> Sequence[Refusable]:
        """Counting the marks, and noting the referral."""
        merged = ShopperMerged("请稍后再试 (try again)")
        counts = [
            (
                self._counted(coupon_id, count.tie, count.times, count.limit if count.refusal else None),
                count.refusal or merged,
            )
            for count in passage.counts
        ]
        return [*counts, *(self._referred(passage.referral) if passage.referral else ())]

    def given_back(self, owned: OwnedCoupon) -> list[Action]:
        """One less for each mark of a coupon that goes back to the stock."""
        return [self._counted(owned.coupon_id, tie_of(text), -1) for text in owned.ties]

    def given_elsewhere(self, coupon: Coupon, ids: Sequence[str], day: str, expires_at: int) -> tuple[int, int]:
        """Close the counts of ids that were merged, and add them up."""
        ever = [coupon_count_key(each, coupon.coupon_id) for each in ids] if coupon.per_shopper else []
        today = [coupon_day_key(each, coupon.coupon_id, day) for each in ids] if coupon.per_shopper_per_day else []
        known = {(item[PK], item[SK]): item for item in self._shoppers.get_many([*ever, *today], consistent=True)}
        whole = sum(self._closed(key, known, None) for key in ever)
        return whole, sum(self._closed(key, known, expires_at) for key in today)

    def _closed(self, key: Mapping[str, str], known: Mapping[tuple[str, str], Item], expires_at: int | None) -> int:
        item = known.get((key[PK], key[SK]))
        if item is None or CLOSED not in item:
            expression, values = f"SET {CLOSED} = :one ADD n :none", {":one": 1, ":none": 0}
            if expires_at is None:
                item = self._shoppers.update(key, expression, values)
            else:
                expression = f"SET {CLOSED} = :one, #ttl = :ends ADD n :none"
                values[":ends"] = expires_at
                item = self._shoppers.update(key, expression, values, names={"#ttl": TTL})
        count: int = item["n"]
        return count

    def bar(self, key: Mapping[str, str], until: int) -> None:
        """Take the place of a coupon that is not there, so that it cannot be put."""
        with suppress(ConditionFailed):
            self._shoppers.put({**key, CLOSED: 1, TTL: until}, _NEW)

    def counted(self, coupon_id: str, ties: Sequence[Tie]) -> Sequence[int]:
        """How many coupons each tie counts."""
        found: dict[tuple[str, str], int] = {}
        for table, mine in (
            (self._shoppers, [tie for tie in ties if tie.kind is MarkKind.REFERRER]),
            (self._marketing, [tie for tie in ties if tie.kind is not MarkKind.REFERRER]),
        ):
            items = table.get_many([_count_key(coupon_id, tie) for tie in mine]) if mine else []
            found |= {(item[PK], item[SK]): item["n"] for item in items}
        keys = [_count_key(coupon_id, tie) for tie in ties]
        return [found.get((key[PK], key[SK]), 0) for key in keys]

    def place(self, coupon_id: str, tie: Tie) -> tuple[Table, dict[str, str]]:
        """The table and the key of what a tie counts."""
        table = self._shoppers if tie.kind is MarkKind.REFERRER else self._marketing
        return table, _count_key(coupon_id, tie)

    def brought_by(self, shopper_id: str) -> Sequence[str]:
        """Who referred a shopper."""
        page = self._shoppers.query(
            shopper_partition(shopper_id), prefix=BROUGHT_BY_PREFIX, limit=_MANY, consistent=True
        )
        return [item[SK].removeprefix(BROUGHT_BY_PREFIX) for item in page.items]

    def _counted(self, coupon_id: str, tie: Tie, more: int, limit: int | None = None) -> Action:
        table, key = self.place(coupon_id, tie)
        values = {":more": more}
        if limit is None:
            return update_action(table, key, "ADD n :more", values)
        values[":room"] = limit - more
        room = "attribute_not_exists(n) OR n <= :room" if more <= limit else "n <= :room"
        return update_action(table, key, "ADD n :more", values, room)

    def _referred(self, referral: Referral) -> Sequence[Refusable]:
        merged = ShopperMerged("请稍后再试 (try again)")
        key = brought_by_key(referral.shopper_id, referral.referrer)
        noted = {**key, "c": referral.coupon_id, "at": to_rfc3339(referral.at)}
        # Unconditional: whoever is brought twice by the same shopper is noted once.
        actions: list[Refusable] = [(put_action(self._shoppers, noted, None), merged)]
        if referral.circle is not None:
            other_way = brought_by_key(referral.referrer, referral.shopper_id)
            actions.append((check_action(self._shoppers, other_way, _NEW), referral.circle))
        return actions


def refusal_of(refused: ConditionFailed, meant: Exception) -> Exception:
    """What a refused count means: ``meant``, unless its shopper was merged meanwhile."""
    if refused.existing and CLOSED in refused.existing:
        return ShopperMerged("账号刚刚合并，请重试 (this id was just merged into another, try again)")
    return meant


def _count_key(coupon_id: str, tie: Tie) -> dict[str, str]:
    if tie.kind is MarkKind.REFERRER:
        return referrer_count_key(tie.mark, coupon_id)
    return mark_count_key(tie.kind, tie.mark, coupon_id)
