"""What coupons need from outside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.coupons.batches import CodeBatch, CodePage, Voucher
from chalicelib.coupons.ledger import OwnedCoupon, Redemptions
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.operations.alerts import Alert, Levels
from chalicelib.coupons.operations.changes import Change
from chalicelib.coupons.operations.reminders import Reminder
from chalicelib.coupons.passage import FREE, Passage, Tie
from chalicelib.coupons.stock import Lease


class CouponTemplates(Protocol):
    """The store of templates, each with its stock and its public code."""

    def create(self, coupon: Coupon, change: Change | None = None) -> None:
        """Store a new template and its stock, and ``change`` in its history. Raises ``CouponExists`` or
        ``CouponCodeTaken``."""
        ...

    def get(self, coupon_id: str) -> Coupon | None: ...

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Coupon], str | None]: ...

    def automatic(self) -> Sequence[Coupon]:
        """Every template that counts without a coupon now (``Coupon.counts_by_itself``), by id; may lag a moment."""
        ...

    def replace(self, coupon: Coupon, added_stock: int, change: Change | None = None) -> None:
        """Store ``coupon``, whose version is one above the stored one, add to its stock, and ``change`` to its history.
        Raises ``CouponChanged``."""
        ...

    def history(self, coupon_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Change], str | None]:
        """What was done to a template, newest first: whatever is told by a version that was read before."""
        ...

    def left(self, coupon: Coupon) -> int:
        """How many may still be issued, those in leased blocks with them."""
        ...

    def with_public_code(self, code: str) -> Coupon | None: ...

    def spent(self, coupon: Coupon, day: str) -> tuple[int, int]:
        """The money that is held or taken of its budget in all, and of that of ``day``."""
        ...


class CouponLedger(Protocol):
    """The store of owned coupons. Every movement is one write (or transaction) that happens whole or not at all."""

    def issue(
        self, coupon: Coupon, owned: OwnedCoupon, lease: Lease | None = None, passage: Passage = FREE
    ) -> OwnedCoupon:
        """Take one from the stock (``lease`` first), count it for the shopper and store it; the first one, as it is now,
        when ``issue_id`` exists.

        Raises ``CouponSoldOut``, ``CouponLimitReached``, ``CouponDailyLimitReached``, what ``passage`` refuses with,
        ``ShopperMerged``, or ``Unavailable`` after losing to others too often.
        """
        ...

    def given_elsewhere(self, coupon: Coupon, ids: Sequence[str], day: str) -> tuple[int, int]:
        """How many coupons of a limited template ``ids``, which were merged into another, were given ever, and on ``day``.

        From now on they are given no more (``ShopperMerged``), so that the counts stay true.
        """
        ...

    def bar(self, places: Sequence[tuple[str, str]], until: datetime) -> None:
        """From now on nothing is issued (``ShopperMerged``) to those shoppers under those issue ids, unless it was before."""
        ...

    def counted(self, coupon_id: str, ties: Sequence[Tie]) -> Sequence[int]:
        """How many of a template's coupons are tied to each mark; may lag a little."""
        ...

    def brought_by(self, shopper_id: str) -> Sequence[str]:
        """Who referred a shopper."""
        ...

    def get(self, shopper_id: str, issue_id: str) -> OwnedCoupon | None: ...

    def find(self, code: str) -> OwnedCoupon | None:
        """The coupon with that code, as it is now."""
        ...

    def move(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage = FREE) -> None:
        """Store ``owned`` with its last entry, and move the balances by its ``last_shift``.

        Raises ``CouponChanged`` unless the stored version is one below, ``CouponBudgetSpent``, what ``passage`` refuses
        with.
        """
        ...

    def owned_by(
        self, shopper_id: str, limit: int, cursor: str | None = None
    ) -> tuple[Sequence[OwnedCoupon], str | None]: ...

    def redeemed_from(self, source: str) -> Redemptions: ...

    def due(self, now: datetime, limit: int) -> Sequence[OwnedCoupon]:
        """Coupons whose reservation was to end by ``now``, the oldest first in each shard; ``limit`` of each."""
        ...


class CouponStock(Protocol):
    """Blocks of stock leased to workers, so that they do not meet at the shards."""

    def lease(self, coupon: Coupon, lease: Lease) -> Lease:
        """Move up to ``lease.size`` from one shard into a block; the block as it is when it was leased before.

        Raises ``CouponSoldOut``.
        """
        ...

    def give_back(self, lease: Lease) -> int:
        """Put what is left of the block back to its shard: how many; 0 when it went back before."""
        ...

    def due(self, now: datetime, limit: int) -> Sequence[Lease]:
        """Leases that were to end by ``now``; ``limit`` of each shard."""
        ...


class CouponAlerts(Protocol):
    """The store of what was told of stocks and budgets, and of how far the watch came."""

    def levels(self, coupons: Sequence[Coupon], day: str, *, surely: bool = False) -> Mapping[str, Levels]:
        """By template: what is left and spent; ``surely`` no earlier than now, else a moment old at times."""
        ...

    def rung(self, coupon_id: str, alert_ids: Sequence[str]) -> frozenset[str]:
        """Which of them the bell rang for."""
        ...

    def record(self, alert: Alert) -> Alert:
        """Store a new alert; the first one when its id exists."""
        ...

    def set_rung(self, alert: Alert) -> None: ...

    def list(self, coupon_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Alert], str | None]:
        """A template's alerts, newest first."""
        ...

    def goes_on_at(self) -> str | None:
        """Where in the list of templates the watch stopped for want of time; None: at its beginning."""
        ...

    def go_on_at(self, cursor: str | None) -> None: ...


class AlertBell(Protocol):
    """Whoever tells people."""

    def ring(self, alert: Alert, name: str) -> None:
        """Tell of ``alert`` on the template called ``name``; a repetition does no harm."""
        ...


class CouponReminders(Protocol):
    """Which shoppers are to be told that a coupon of theirs ends, and when."""

    def due(self, now: datetime, limit: int) -> Sequence[tuple[Reminder, OwnedCoupon]]:
        """Reminders for which it is time, with their coupons as they are now; ``limit`` of each shard."""
        ...

    def done(self, reminder: Reminder) -> None:
        """Take it off the list."""
        ...

    def put_off(self, reminder: Reminder, until: datetime) -> None:
        """Look again at ``until``."""
        ...


class ReminderPost(Protocol):
    """Brings reminders to the rest of the shop."""

    def send(self, reminders: Sequence[tuple[Reminder, OwnedCoupon]]) -> None:
        """Once per coupon, however often it is sent."""
        ...


class CouponCodes(Protocol):
    """Codes made ahead, in batches, and the count of wrong guesses."""

    def open(self, batch: CodeBatch) -> CodeBatch:
        """Store a new batch; the first one when its id exists."""
        ...

    def batch(self, coupon_id: str, batch_id: str) -> CodeBatch | None: ...

    def page(self, batch: CodeBatch, number: int) -> CodePage | None: ...

    def add(self, coupon: Coupon, page: CodePage) -> CodePage:
        """Store the codes of a page and take as many from the stock; the first page when its number exists.

        Raises ``CouponSoldOut`` when less is left.
        """
        ...

    def voucher(self, code: str) -> Voucher | None: ...

    def claim(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage = FREE) -> OwnedCoupon:
        """Give the code ``owned.code``, made ahead, to its shopper; the first one when this very issue was stored before.

        Raises ``CouponCodeClaimed``, ``CouponLimitReached``, ``CouponDailyLimitReached``, ``ShopperMerged``, what
        ``passage`` refuses with.
        """
        ...

    def wrong_guesses(self, who: str, hour: str) -> int: ...

    def count_wrong_guess(self, who: str, hour: str) -> None: ...
