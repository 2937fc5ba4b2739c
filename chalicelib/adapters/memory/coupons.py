"""In-memory twins of the ports of ``coupons``."""

import threading
from collections.abc import Sequence

from chalicelib.coupons import (
    Coupon,
    CouponChanged,
    CouponExists,
    OwnedCoupon,
    Redemptions,
)


class MemoryCouponTemplates:
    """``CouponTemplates`` in a dictionary. ``lock`` is held by everything that moves stock."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.stock: dict[str, int] = {}
        self._coupons: dict[str, Coupon] = {}

    def create(self, coupon: Coupon) -> None:
        with self.lock:
            if coupon.coupon_id in self._coupons:
                raise CouponExists(f"a coupon {coupon.coupon_id} exists", field="id")
            self._coupons[coupon.coupon_id] = coupon
            self.stock[coupon.coupon_id] = coupon.stock

    def get(self, coupon_id: str) -> Coupon | None:
        return self._coupons.get(coupon_id)

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Coupon], str | None]:
        ids = sorted(each for each in self._coupons if cursor is None or each > cursor)
        return [self._coupons[each] for each in ids[:limit]], ids[limit - 1] if len(ids) > limit else None

    def replace(self, coupon: Coupon, added_stock: int) -> None:
        with self.lock:
            current = self._coupons.get(coupon.coupon_id)
            if current is None or current.version != coupon.version - 1:
                raise CouponChanged("the coupon was changed in between")
            self._coupons[coupon.coupon_id] = coupon
            self.stock[coupon.coupon_id] += added_stock

    def left(self, coupon: Coupon) -> int:
        return self.stock[coupon.coupon_id]


class MemoryCouponLedger:
    """``CouponLedger`` in a dictionary."""

    def __init__(self, templates: MemoryCouponTemplates) -> None:
        self._templates = templates
        self._owned: dict[tuple[str, str], OwnedCoupon] = {}

    def issue(self, coupon: Coupon, owned: OwnedCoupon) -> OwnedCoupon:
        with self._templates.lock:
            first = self._owned.get((owned.shopper_id, owned.issue_id))
            if first is not None:
                return first
            given = sum(each.coupon_id == coupon.coupon_id for each in self._of(owned.shopper_id))
            if self._templates.stock[coupon.coupon_id] <= 0:
                raise coupon.sold_out()
            if coupon.per_shopper is not None and given >= coupon.per_shopper:
                raise coupon.limit_reached()
            self._templates.stock[coupon.coupon_id] -= 1
            self._owned[owned.shopper_id, owned.issue_id] = owned
            return owned

    def get(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None:
        return self._owned.get((shopper_id, issue_id))

    def find(self, code: str) -> OwnedCoupon | None:
        return next((owned for owned in list(self._owned.values()) if owned.code == code), None)

    def redeem(self, owned: OwnedCoupon) -> None:
        with self._templates.lock:
            key = owned.shopper_id, owned.issue_id
            if key not in self._owned or self._owned[key].version != owned.version - 1:
                raise CouponChanged("the coupon was changed in between")
            self._owned[key] = owned

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]:
        after = [owned for owned in self._of(shopper_id) if cursor is None or f"K#{owned.issue_id}" > cursor]
        return after[:limit], f"K#{after[limit - 1].issue_id}" if len(after) > limit else None

    def redeemed_from(self, source: str) -> Redemptions:
        used = [owned.redemption for owned in list(self._owned.values()) if owned.source == source]
        discounts = [entry.discount or 0 for entry in used if entry]
        return Redemptions(len(discounts), sum(discounts))

    def _of(self, shopper_id: str) -> list[OwnedCoupon]:
        mine = [owned for (owner, _), owned in list(self._owned.items()) if owner == shopper_id]
        return sorted(mine, key=lambda owned: owned.issue_id)
