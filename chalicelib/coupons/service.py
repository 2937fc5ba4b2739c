"""The use cases of coupons."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Impossible, Unavailable
from chalicelib.core.ids import Randomness
from chalicelib.coupons.books.ports import Recipients
from chalicelib.coupons.codes import draw_code, read_code
from chalicelib.coupons.errors import BudgetFixed, CouponBudgetSpent, CouponChanged, CouponNotFound
from chalicelib.coupons.granting import answered, given_by, granted, lapsed
from chalicelib.coupons.ledger import Movement, OwnedCoupon, Redemptions, issue_id_of
from chalicelib.coupons.model import Coupon, CouponStatus, Issue
from chalicelib.coupons.operations.changes import Act, change_of
from chalicelib.coupons.passage import FREE, OneId, Passage, ShopperIds, ShopperMerged
from chalicelib.coupons.ports import CouponLedger, CouponTemplates
from chalicelib.coupons.wishes import Wish

_MOVE_TRIES: Final = 8
_LAPSE_PAGE: Final = 100
_BARRED_FOR: Final = timedelta(days=1)
"""Longer than any request lives that has not heard of a merge."""


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
        ids: ShopperIds | None = None,
        recipients: Recipients | None = None,
    ) -> None:
        """``zone`` is the shop's: its days count for limits and budgets of a day. ``ids`` says who is who, ``recipients`` by
        what reports tell shoppers apart."""
        self._recipients = recipients
        self._ids = ids or OneId()
        self._zone = zone
        self._templates = templates
        self._ledger = ledger
        self._clock = clock
        self._randomness = randomness

    def create(self, coupon: Coupon) -> Coupon:
        """Store a new template with its stock. Raises ``CouponExists``."""
        self._templates.create(coupon, change_of(coupon, Act.CREATED, self._clock.now(), ""))
        return coupon

    def get(self, coupon_id: str) -> Coupon:
        """A template. Raises ``CouponNotFound``."""
        coupon = self._templates.get(coupon_id)
        if coupon is None:
            raise CouponNotFound(f"没有这种优惠券 (there is no coupon {coupon_id[:128]!r})")
        return coupon

    def list(
        self, limit: int, cursor: str | None = None, *, is_archived: bool | None = None
    ) -> tuple[Sequence[Coupon], str | None]:
        """Templates by id, and where to go on; ``is_archived`` asks for those that are, or are not."""
        found: list[Coupon] = []
        while True:
            page, cursor = self._templates.list(limit, cursor)
            for coupon in page:
                if is_archived in (None, coupon.status is CouponStatus.ARCHIVED):
                    found.append(coupon)
                if len(found) == limit:
                    is_last = cursor is None and coupon is page[-1]
                    return found, None if is_last else coupon.coupon_id
            if cursor is None:
                return found, None

    def automatic(self) -> Sequence[Coupon]:
        """Every template that counts without a coupon now, by id."""
        return self._templates.automatic()

    def replace(self, wanted: Coupon) -> Coupon:
        """Put ``wanted`` in the place of the template with its id; what shoppers own keeps its terms.

        The shards, the time of creation and the public code stay. Raises ``StockCannotShrink``, ``BudgetFixed``,
        ``CouponNotFound``, ``CouponArchived``, ``CouponChanged``.
        """
        current = self.get(wanted.coupon_id)
        current.require_kept()
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
        self._templates.replace(changed, added, change_of(changed, Act.REPLACED, self._clock.now(), ""))
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
        owned = coupon.issued_to(shopper_id, issue, code, self._clock.now(), self.today())
        if self._recipients is None:
            return owned
        recipient = self._recipients.of(coupon, shopper_id)
        return replace(owned, stage=recipient.stage, segments=recipient.segments)

    def issue(self, coupon_id: str, shopper_id: str, issue: Issue) -> OwnedCoupon:
        """Give a shopper a coupon, once per ``issue.key``; the same wish again gives the first answer.

        An id that was merged stands for the surviving shopper, whose limits count what all ids were given. Raises
        ``CouponNotFound``, ``CouponPaused``, ``CouponExpired``, ``CouponSoldOut``, ``CouponLimitReached``,
        ``CouponDailyLimitReached``, ``CouponKeyReused``.
        """
        first = self.given(coupon_id, (shopper_id,), issue.key, issue.movement)
        if first is not None:
            return first
        coupon = self.get(coupon_id)
        try:
            return self.issue_to(coupon, self._ids.of(shopper_id), issue)
        except ShopperMerged:
            return self.issue_to(coupon, self._ids.of(shopper_id), issue)

    def given(self, coupon_id: str, ids: Sequence[str], key: str, movement: Movement) -> OwnedCoupon | None:
        """What a wish under ``key`` gave before, under any of a shopper's ids; as it was given. Raises ``CouponKeyReused``
        when that wish was no such ``movement``: what the shop issued is no answer to a claim."""
        for shopper_id in ids:
            first = self._ledger.get(shopper_id, issue_id_of(coupon_id, shopper_id, key))
            if first is not None:
                return given_by(first, movement)
        return None

    def issue_to(self, coupon: Coupon, ids: Sequence[str], issue: Issue, passage: Passage = FREE) -> OwnedCoupon:
        """``issue`` to the shopper of ``ids``, the surviving one first. Raises what ``issue`` does, what ``passage``
        refuses with, and ``ShopperMerged``."""
        first = self.given(coupon.coupon_id, ids, issue.key, issue.movement) if len(ids) > 1 else None
        if first is not None:
            return first
        owned = self.prepare(coupon, ids[0], issue).tied(passage.ties)
        within = self.within_limits(coupon, ids, owned, passage)
        first = self._given_meanwhile(coupon, ids[1:], issue)
        return first or given_by(self._ledger.issue(coupon, owned, None, within), issue.movement)

    def _given_meanwhile(self, coupon: Coupon, others: Sequence[str], issue: Issue) -> OwnedCoupon | None:
        """What the same wish gave to an id that was merged since, by somebody who had not heard of it; none will from now
        on."""
        if others and not _is_limited(coupon):
            # Where limits close the counts of old ids, these are given nothing more anyway.
            places = [(each, issue_id_of(coupon.coupon_id, each, issue.key)) for each in others]
            self._ledger.bar(places, self._clock.now() + _BARRED_FOR)
        return self.given(coupon.coupon_id, others, issue.key, issue.movement)

    def within_limits(self, coupon: Coupon, ids: Sequence[str], owned: OwnedCoupon, passage: Passage = FREE) -> Passage:
        """``passage``, and what the shopper was given under other ids: these are given no more."""
        if len(ids) == 1 or not _is_limited(coupon):
            return passage
        ever, today = self._ledger.given_elsewhere(coupon, ids[1:], owned.issued_day)
        return replace(passage, elsewhere=ever, elsewhere_today=today)

    def move(self, code: str, wish: Wish, guard: Callable[[Coupon, OwnedCoupon], Passage] | None = None) -> OwnedCoupon:
        """Reserve, redeem, release, refund or void a coupon, once per ``wish.key``; the same wish again gets the answer
        that it got first, also when the outcome of the first was never known. ``guard`` says what else it counts, or
        refuses it.

        Raises ``CouponCodeMistyped``, ``CouponNotFound``, ``CouponKeyReused``, what the wish raises,
        ``CouponBudgetSpent``, or ``Unavailable`` when others keep changing the coupon.
        """
        code = read_code(code)
        is_swept = False
        for _ in range(_MOVE_TRIES):
            owned = self._found(code)
            first = answered(wish, owned)
            if first is not None:
                return first
            now = self._clock.now()
            let_go = lapsed(owned, now) if owned.has_lapsed(now) else None
            moved = granted(wish, let_go or owned, now, self.today())
            coupon = self.get(owned.coupon_id)
            passage = guard(coupon, owned) if guard else FREE
            moved = moved.tied(passage.ties)
            try:
                if let_go is not None:
                    self._ledger.move(coupon, let_go)
                self._ledger.move(coupon, moved, passage)
            except CouponChanged:
                continue
            except CouponBudgetSpent:
                # Reservations that are over may hold the money until the clock comes by: it is not waited for.
                if is_swept or not self.lapse_due(owned.coupon_id):
                    raise
                is_swept = True
                continue
            return moved
        raise Unavailable("优惠券正忙，请稍后再试 (others are changing this coupon, try again)")

    def lapse_due(self, coupon_id: str | None = None) -> int:
        """Let go of every reservation (of one template only, if named) whose time is over, and of the money it holds: how
        many. A page of each shard is looked at."""
        now, count = self._clock.now(), 0
        for owned in self._ledger.due(now, _LAPSE_PAGE):
            if not owned.has_lapsed(now) or coupon_id not in (None, owned.coupon_id):
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


def _is_limited(coupon: Coupon) -> bool:
    return coupon.per_shopper is not None or coupon.per_shopper_per_day is not None
