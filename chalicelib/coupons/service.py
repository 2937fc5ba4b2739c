"""The use cases of coupons."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Impossible, Unavailable
from chalicelib.core.ids import Randomness
from chalicelib.coupons.codes import draw_code, read_code
from chalicelib.coupons.errors import CouponChanged, CouponNotFound
from chalicelib.coupons.model import Coupon, Issue, OwnedCoupon, Redeem, Redemptions
from chalicelib.coupons.ports import CouponLedger, CouponTemplates

_REDEEM_TRIES: Final = 5


class StockCannotShrink(Impossible):
    """Stock only grows: what was promised to shards may be on its way out already."""


class Coupons:
    """Templates, stock, and what shoppers own."""

    def __init__(self, templates: CouponTemplates, ledger: CouponLedger, clock: Clock, randomness: Randomness) -> None:
        self._templates = templates
        self._ledger = ledger
        self._clock = clock
        self._randomness = randomness

    def create(self, coupon: Coupon) -> Coupon:
        """Store a new template with its stock. Raises ``CouponExists``."""
        self._templates.create(coupon)
        return coupon

    def get(self, coupon_id: str) -> Coupon:
        """A template. Raises ``CouponNotFound``."""
        coupon = self._templates.get(coupon_id)
        if coupon is None:
            raise CouponNotFound(f"没有这种优惠券 (there is no coupon {coupon_id[:128]!r})")
        return coupon

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Coupon], str | None]:
        """Templates by id, and where to go on."""
        return self._templates.list(limit, cursor)

    def replace(self, wanted: Coupon) -> Coupon:
        """Put ``wanted`` in the place of the template with its id; what shoppers own keeps its terms.

        The shards and the time of creation stay. Raises ``StockCannotShrink``, ``CouponNotFound``, ``CouponChanged``.
        """
        current = self.get(wanted.coupon_id)
        added = wanted.stock - current.stock
        if added < 0:
            raise StockCannotShrink(f"库存只能增加 (stock cannot shrink below {current.stock})", field="stock")
        changed = replace(
            wanted,
            stock_shards=current.stock_shards,
            created_at=current.created_at,
            version=current.version + 1,
        )
        self._templates.replace(changed, added)
        return changed

    def left(self, coupon: Coupon) -> int:
        """How many of a template may still be issued."""
        return self._templates.left(coupon)

    def prepare(self, coupon: Coupon, shopper_id: str, issue: Issue) -> OwnedCoupon:
        """The coupon that ``issue`` would give, with a fresh code; nothing is stored. Raises as ``issue`` does."""
        return coupon.issued_to(shopper_id, issue, draw_code(self._randomness), self._clock.now())

    def issue(self, coupon_id: str, shopper_id: str, issue: Issue) -> OwnedCoupon:
        """Give a shopper a coupon, once per ``issue.key``.

        Raises ``CouponNotFound``, ``CouponPaused``, ``CouponExpired``, ``CouponSoldOut``, ``CouponLimitReached``.
        """
        coupon = self.get(coupon_id)
        return self._ledger.issue(coupon, self.prepare(coupon, shopper_id, issue))

    def redeem(self, code: str, wish: Redeem) -> OwnedCoupon:
        """Use a coupon for an order, once; the same wish again gives the same answer.

        Raises ``CouponCodeMistyped``, ``CouponNotFound``, ``CouponAlreadyRedeemed``, ``CouponNotYetValid``,
        ``CouponExpired``, ``BelowMinimumSpend``, or ``Unavailable`` when others keep changing the coupon.
        """
        code = read_code(code)
        for _ in range(_REDEEM_TRIES):
            owned = self._ledger.find(code)
            if owned is None:
                raise CouponNotFound("没有这个券码 (there is no coupon with this code)")
            if owned.is_answer_to(wish):
                return owned
            redeemed = owned.redeemed(wish, self._clock.now())
            try:
                self._ledger.redeem(redeemed)
            except CouponChanged:
                continue
            return redeemed
        raise Unavailable("优惠券正忙，请稍后再试 (others are changing this coupon, try again)")

    def owned(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None:
        """One coupon of a shopper, as it is now."""
        return self._ledger.get(shopper_id, issue_id)

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]:
        """A shopper's coupons, and where to go on."""
        return self._ledger.owned_by(shopper_id, limit, cursor)

    def redeemed_from(self, source: str) -> Redemptions:
        """What became of the coupons that one source (a campaign) gave."""
        return self._ledger.redeemed_from(source)
