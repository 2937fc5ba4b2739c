"""The use cases of coupons."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Impossible, Unavailable
from chalicelib.core.ids import Randomness
from chalicelib.coupons.codes import draw_code, read_code
from chalicelib.coupons.errors import BudgetFixed, CouponChanged, CouponNotFound
from chalicelib.coupons.ledger import OwnedCoupon, Redemptions, issue_id_of
from chalicelib.coupons.model import Coupon, Issue
from chalicelib.coupons.ports import CouponLedger, CouponTemplates
from chalicelib.coupons.wishes import Wish, answered, granted, lapsed

_MOVE_TRIES: Final = 8
_LAPSE_PAGE: Final = 100


class StockCannotShrink(Impossible):
    """Stock only grows: what was promised to shards may be on its way out already."""


class Coupons:
    """Templates, stock, and what shoppers own."""

    def __init__(
        self,
        templates: CouponTemplates,
        ledger: CouponLedger,
        clock: Clock,
        randomness: Randomness,
        zone: ZoneInfo = ZoneInfo("Asia/Shanghai"),  # noqa: B008
    ) -> None:
        """``zone`` is the shop's: its days count for limits and budgets of a day."""
        self._zone = zone
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

        The shards, the time of creation and the public code stay. Raises ``StockCannotShrink``, ``BudgetFixed``,
        ``CouponNotFound``, ``CouponChanged``.
        """
        current = self.get(wanted.coupon_id)
        added = wanted.stock - current.stock
        if added < 0:
            raise StockCannotShrink(f"库存只能增加 (stock cannot shrink below {current.stock})", field="stock")
        for name in ("budget", "budget_per_day"):
            if (getattr(wanted, name) is None) is not (getattr(current, name) is None):
                raise BudgetFixed("预算只能在建券时设定，之后只能改大小 (a budget is set at creation)", field=name)
        changed = replace(
            wanted,
            public_code=current.public_code,
            stock_shards=current.stock_shards,
            created_at=current.created_at,
            version=current.version + 1,
        )
        self._templates.replace(changed, added)
        return changed

    def left(self, coupon: Coupon) -> int:
        """How many of a template may still be issued."""
        return self._templates.left(coupon)

    def today(self) -> str:
        """The shop's day, ``2026-11-22``."""
        return self._clock.now().astimezone(self._zone).date().isoformat()

    def prepare(self, coupon: Coupon, shopper_id: str, issue: Issue, code: str | None = None) -> OwnedCoupon:
        """The coupon that ``issue`` would give, with a fresh code unless there is one; nothing is stored. Raises as
        ``issue`` does."""
        code = code or draw_code(self._randomness, coupon.code_prefix)
        return coupon.issued_to(shopper_id, issue, code, self._clock.now(), self.today())

    def issue(self, coupon_id: str, shopper_id: str, issue: Issue) -> OwnedCoupon:
        """Give a shopper a coupon, once per ``issue.key``; the same wish again gives the first answer.

        Raises ``CouponNotFound``, ``CouponPaused``, ``CouponExpired``, ``CouponSoldOut``, ``CouponLimitReached``,
        ``CouponDailyLimitReached``.
        """
        first = self._ledger.get(shopper_id, issue_id_of(coupon_id, shopper_id, issue.key))
        if first is not None:
            return first.as_issued()
        coupon = self.get(coupon_id)
        return self._ledger.issue(coupon, self.prepare(coupon, shopper_id, issue)).as_issued()

    def move(self, code: str, wish: Wish) -> OwnedCoupon:
        """Reserve, redeem, release, refund or void a coupon, once per ``wish.key``; the same wish again gets the answer
        that it got first, also when the outcome of the first was never known.

        Raises ``CouponCodeMistyped``, ``CouponNotFound``, ``CouponKeyReused``, what the wish raises,
        ``CouponBudgetSpent``, or ``Unavailable`` when others keep changing the coupon.
        """
        code = read_code(code)
        for _ in range(_MOVE_TRIES):
            owned = self._found(code)
            first = answered(wish, owned)
            if first is not None:
                return first
            now = self._clock.now()
            let_go = lapsed(owned, now) if owned.has_lapsed(now) else None
            moved = granted(wish, let_go or owned, now, self.today())
            try:
                coupon = self.get(owned.coupon_id)
                if let_go is not None:
                    self._ledger.move(coupon, let_go)
                self._ledger.move(coupon, moved)
            except CouponChanged:
                continue
            return moved
        raise Unavailable("优惠券正忙，请稍后再试 (others are changing this coupon, try again)")

    def redeem(self, code: str, wish: Wish) -> OwnedCoupon:
        """``move``, by the name that a till knows."""
        return self.move(code, wish)

    def lapse_due(self) -> int:
        """Let go of every reservation whose time is over, and of the money it holds: how many."""
        now, count = self._clock.now(), 0
        for owned in self._ledger.due(now, _LAPSE_PAGE):
            if not owned.has_lapsed(now):
                continue
            try:
                self._ledger.move(self.get(owned.coupon_id), lapsed(owned, now))
                count += 1
            except CouponChanged:
                # Its shopper was faster.
                continue
        return count

    def find(self, code: str) -> OwnedCoupon:
        """The coupon with that code. Raises ``CouponCodeMistyped`` or ``CouponNotFound``."""
        return self._found(read_code(code))

    def spent(self, coupon: Coupon) -> tuple[int, int]:
        """What is held or taken of a template's budgets, in all and today (minor units)."""
        return self._templates.spent(coupon, self.today())

    def _found(self, code: str) -> OwnedCoupon:
        owned = self._ledger.find(code)
        if owned is None:
            raise CouponNotFound("没有这个券码 (there is no coupon with this code)")
        return owned

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
