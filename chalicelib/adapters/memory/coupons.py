"""In-memory twins of the stores of ``coupons``."""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from chalicelib.adapters.memory.coupon_passages import MemoryPassages
from chalicelib.coupons import (
    FREE,
    Change,
    Coupon,
    CouponChanged,
    CouponCodeTaken,
    CouponExists,
    CouponState,
    Lease,
    Movement,
    OwnedCoupon,
    Passage,
    Redemptions,
    ShopperMerged,
    Tie,
)
from chalicelib.coupons.books.tallying import Counts, Figure, tally_of


class MemoryCouponTemplates:
    """``CouponTemplates`` in a dictionary. ``lock`` is held by everything that moves a balance."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.stock: Counter[str] = Counter()
        self.leases: dict[str, tuple[Lease, int]] = {}
        self.money: Counter[tuple[str, str]] = Counter()
        self.made_ahead: Counter[str] = Counter()
        self._coupons: dict[str, Coupon] = {}
        self._changes: list[Change] = []

    def create(self, coupon: Coupon, change: Change | None = None) -> None:
        with self.lock:
            if coupon.coupon_id in self._coupons:
                raise CouponExists(f"a coupon {coupon.coupon_id} exists", field="id")
            if coupon.public_code and self.with_public_code(coupon.public_code):
                raise CouponCodeTaken("another coupon has this code", field="public_code")
            self._coupons[coupon.coupon_id] = coupon
            self.stock[coupon.coupon_id] = coupon.stock
            self._changes += [change] if change else []

    def get(self, coupon_id: str) -> Coupon | None:
        return self._coupons.get(coupon_id)

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Coupon], str | None]:
        ids = sorted(each for each in self._coupons if cursor is None or each > cursor)
        return [self._coupons[each] for each in ids[:limit]], ids[limit - 1] if len(ids) > limit else None

    def automatic(self) -> Sequence[Coupon]:
        return [coupon for _, coupon in sorted(self._coupons.items()) if coupon.counts_by_itself]

    def replace(self, coupon: Coupon, added_stock: int, change: Change | None = None) -> None:
        with self.lock:
            current = self._coupons.get(coupon.coupon_id)
            if current is None or current.version != coupon.version - 1:
                raise CouponChanged("the coupon was changed in between")
            self._coupons[coupon.coupon_id] = coupon
            self.stock[coupon.coupon_id] += added_stock
            self._changes += [change] if change else []

    def history(self, coupon_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Change], str | None]:
        mine = sorted((each for each in self._changes if each.coupon_id == coupon_id), key=lambda each: -each.version)
        after = [each for each in mine if cursor is None or each.version < int(cursor)]
        return after[:limit], f"{after[limit - 1].version:09d}" if len(after) > limit else None

    def left(self, coupon: Coupon) -> int:
        with self.lock:
            leased = sum(left for lease, left in self.leases.values() if lease.coupon_id == coupon.coupon_id)
            return self.stock[coupon.coupon_id] + leased

    def with_public_code(self, code: str) -> Coupon | None:
        return next((each for each in list(self._coupons.values()) if each.public_code == code), None)

    def spent(self, coupon: Coupon, day: str) -> tuple[int, int]:
        return self.money[coupon.coupon_id, "all"], self.money[coupon.coupon_id, day]

    def take(self, coupon: Coupon, lease: Lease | None = None) -> None:
        """One from ``lease``, else from the stock, else from any block. Raises ``CouponSoldOut``."""
        blocks = [lease.lease_id] if lease and self.leases.get(lease.lease_id, (lease, 0))[1] else []
        if not blocks and self.stock[coupon.coupon_id] > 0:
            self.stock[coupon.coupon_id] -= 1
            return
        mine = [name for name, (each, left) in self.leases.items() if each.coupon_id == coupon.coupon_id and left]
        for name in [*blocks, *mine][:1]:
            block, left = self.leases[name]
            self.leases[name] = block, left - 1
            return
        raise coupon.sold_out()


class MemoryCouponStock:
    """``CouponStock`` beside the templates' twin."""

    def __init__(self, templates: MemoryCouponTemplates) -> None:
        self._templates = templates

    def lease(self, coupon: Coupon, lease: Lease) -> Lease:
        with self._templates.lock:
            if lease.lease_id in self._templates.leases:
                return self._templates.leases[lease.lease_id][0]
            size = min(lease.size, self._templates.stock[coupon.coupon_id])
            if size <= 0:
                raise coupon.sold_out()
            self._templates.stock[coupon.coupon_id] -= size
            block = Lease(lease.lease_id, lease.coupon_id, size, lease.until)
            self._templates.leases[lease.lease_id] = block, size
            return block

    def give_back(self, lease: Lease) -> int:
        with self._templates.lock:
            _, left = self._templates.leases.pop(lease.lease_id, (lease, 0))
            self._templates.stock[lease.coupon_id] += left
            return left

    def due(self, now: datetime, limit: int) -> Sequence[Lease]:
        with self._templates.lock:
            return [lease for lease, _ in self._templates.leases.values() if lease.until <= now][:limit]


class MemoryCouponLedger:
    """``CouponLedger`` in a dictionary."""

    def __init__(
        self,
        templates: MemoryCouponTemplates,
        zone: ZoneInfo = ZoneInfo("Asia/Shanghai"),  # noqa: B008
    ) -> None:
        self.templates = templates
        self._owned: dict[tuple[str, str], OwnedCoupon] = {}
        self.given: Counter[tuple[str, str, str]] = Counter()
        self.holds: set[tuple[str, str]] = set()
        self._counts: dict[str, Counts] = {}
        self._zone = zone
        self._closed: set[tuple[str, str, str]] = set()
        self._barred: set[tuple[str, str]] = set()
        self.passages = MemoryPassages()
        self.reminders: dict[tuple[str, str], datetime] = {}

    def issue(
        self, coupon: Coupon, owned: OwnedCoupon, lease: Lease | None = None, passage: Passage = FREE
    ) -> OwnedCoupon:
        with self.templates.lock:
            first = self._owned.get((owned.shopper_id, owned.issue_id))
            if first is not None:
                return first
            self._check(coupon, owned, passage)
            if (owned.shopper_id, owned.issue_id) in self._barred:
                raise ShopperMerged("this id was just merged into another, try again")
            self.templates.take(coupon, lease)
            self.keep(coupon, owned, passage)
            return owned

    def _check(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage) -> None:
        given = self.given[owned.shopper_id, coupon.coupon_id, "ever"] + passage.elsewhere
        today = self.given[owned.shopper_id, coupon.coupon_id, owned.issued_day] + passage.elsewhere_today
        # As in the store, a limit is asked only of what is there to be had.
        if self.templates.left(coupon) <= 0 and not owned.voucher:
            raise coupon.sold_out()
        if any((owned.shopper_id, coupon.coupon_id, span) in self._closed for span in ("ever", owned.issued_day)):
            raise ShopperMerged("this id was just merged into another, try again")
        if coupon.per_shopper is not None and given >= coupon.per_shopper:
            raise coupon.limit_reached()
        if coupon.per_shopper_per_day is not None and today >= coupon.per_shopper_per_day:
            raise coupon.daily_limit_reached()
        self.passages.check(coupon.coupon_id, passage)

    def given_elsewhere(self, coupon: Coupon, ids: Sequence[str], day: str) -> tuple[int, int]:
        limits = {"ever": coupon.per_shopper, day: coupon.per_shopper_per_day}
        with self.templates.lock:
            keys = {span: [(each, coupon.coupon_id, span) for each in ids] for span, most in limits.items() if most}
            self._closed |= {key for each in keys.values() for key in each}
            ever, today = (sum(self.given[key] for key in keys.get(span, ())) for span in limits)
            return ever, today

    def bar(self, places: Sequence[tuple[str, str]], until: datetime) -> None:
        with self.templates.lock:
            self._barred |= {place for place in places if place not in self._owned}

    def counted(self, coupon_id: str, ties: Sequence[Tie]) -> Sequence[int]:
        return [self.passages.counts[coupon_id, tie.text] for tie in ties]

    def brought_by(self, shopper_id: str) -> Sequence[str]:
        return sorted(referrer for shopper, referrer in list(self.passages.brought) if shopper == shopper_id)

    def keep(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage) -> None:
        """Count a coupon for its shopper and store it. Raises as limits ask."""
        with self.templates.lock:
            self._check(coupon, owned, passage) if owned.voucher else None
            for span in ("ever", owned.issued_day):
                self.given[owned.shopper_id, coupon.coupon_id, span] += 1
            self._owned[owned.shopper_id, owned.issue_id] = owned
            self._count(owned)
            self.passages.note(coupon.coupon_id, passage)
            at = coupon.remind_at(owned.entries[0].at, owned.expires_at)
            if at is not None:
                self.reminders[owned.shopper_id, owned.issue_id] = at

    def get(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None:
        return self._owned.get((shopper_id, issue_id))

    def find(self, code: str) -> OwnedCoupon | None:
        return next((owned for owned in list(self._owned.values()) if owned.code == code), None)

    def move(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage = FREE) -> None:
        with self.templates.lock:
            key = owned.shopper_id, owned.issue_id
            if key not in self._owned or self._owned[key].version != owned.version - 1:
                raise CouponChanged("the coupon was changed in between")
            self.passages.check(coupon.coupon_id, passage)
            self._spend(coupon, owned)
            self._owned[key] = owned
            self._count(owned)
            self.passages.note(coupon.coupon_id, passage)
            entry = owned.entries[-1]
            if entry.movement is Movement.VOIDED and entry.returns:
                self.templates.stock[coupon.coupon_id] += 1
                self.given[owned.shopper_id, coupon.coupon_id, "ever"] -= 1
                self.given[owned.shopper_id, coupon.coupon_id, owned.issued_day] -= entry.day == owned.issued_day
                self.passages.give_back(owned)

    def _spend(self, coupon: Coupon, owned: OwnedCoupon) -> None:
        shift = owned.last_shift
        budgets = [("all", coupon.budget), (shift.day or "", coupon.budget_per_day)]
        asked = [(span, budget) for span, budget in budgets if budget is not None and shift.held]
        for span, budget in asked:
            if shift.held > 0 and self.templates.money[coupon.coupon_id, span] + shift.held > budget:
                raise coupon.budget_spent(today=span != "all")
        for span, _ in asked:
            self.templates.money[coupon.coupon_id, span] += shift.held

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]:
        after = [owned for owned in self._of(shopper_id) if cursor is None or f"K#{owned.issue_id}" > cursor]
        return after[:limit], f"K#{after[limit - 1].issue_id}" if len(after) > limit else None

    def redeemed_from(self, source: str) -> Redemptions:
        sums: Counter[Figure] = Counter()
        with self.templates.lock:
            for counts in self._counts.values():
                for cell, value in counts.cells.items():
                    sums[cell.figure] += value if cell.source == source and not cell.segment else 0
        return Redemptions(
            sums[Figure.REDEEMED] - sums[Figure.REFUNDED], sums[Figure.TAKEN_OFF] - sums[Figure.GIVEN_BACK]
        )

    def counts_of(self, coupon_id: str) -> Counts:
        """What the report counted."""
        return self._counts.setdefault(coupon_id, Counts())

    def shoppers(self) -> set[str]:
        """Everybody who owns, or was counted for, anything."""
        return {who for who, _ in [*self._owned, *self.holds]} | {who for who, _, _ in self.given}

    def _count(self, owned: OwnedCoupon) -> None:
        self._counts[owned.coupon_id] = self.counts_of(owned.coupon_id) + Counts.of([tally_of(owned, self._zone)])
        key = owned.shopper_id, owned.issue_id
        (self.holds.add if owned.state is CouponState.RESERVED else self.holds.discard)(key)

    def due(self, now: datetime, limit: int) -> Sequence[OwnedCoupon]:
        reserved = [self._owned[key] for key in list(self.holds) if key in self._owned]
        return [each for each in reserved if each.has_lapsed(now)][:limit]

    def _of(self, shopper_id: str) -> list[OwnedCoupon]:
        mine = [owned for (owner, _), owned in list(self._owned.items()) if owner == shopper_id]
        return sorted(mine, key=lambda owned: owned.issue_id)
