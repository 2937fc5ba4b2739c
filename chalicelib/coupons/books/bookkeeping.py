"""The use cases of checking a template's balances against the entries of its coupons, step by step, and putting them right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.core.clock import Clock
from chalicelib.core.ids import Randomness, new_id
from chalicelib.coupons.books.check import Check, Stage
from chalicelib.coupons.books.mark_counts import MarkNote, counted_kinds, shares, summed
from chalicelib.coupons.books.ports import CouponBooks, ShopperBooks
from chalicelib.coupons.books.reconciling import Difference, compare, effects, shopper_differences
from chalicelib.coupons.books.tallying import day_of
from chalicelib.coupons.errors import CouponNotFound
from chalicelib.coupons.terms import require

SETTLED_AFTER: Final = 60
"""Seconds after which a movement surely happened or not: longer than any request, or function, that makes one lives."""
MAX_SETTLING: Final = 900
MAX_DIFFERENCES: Final = 1_000


class Bookkeeping:
    """Checks of balances."""

    def __init__(
        self,
        books: CouponBooks,
        clock: Clock,
        randomness: Randomness,
        zone: ZoneInfo = ZoneInfo("Asia/Shanghai"),  # noqa: B008
    ) -> None:
        self._books = books
        self._clock = clock
        self._randomness = randomness
        self._zone = zone

    def begin(self, coupon_id: str, settled_after: int = SETTLED_AFTER) -> Check:
        """Read the balances, now. Raises ``CouponNotFound``."""
        require(0 <= settled_after <= MAX_SETTLING, "settle_seconds", f"must be between 0 and {MAX_SETTLING}")
        began, settling = self._clock.now(), timedelta(seconds=settled_after)
        balances = self._books.balances(coupon_id)
        if balances is None:
            raise CouponNotFound(f"没有这种优惠券 (there is no coupon {coupon_id[:128]!r})")
        check = Check(
            new_id(self._randomness),
            balances.coupon,
            began,
            since=began - settling,
            until=self._clock.now() + settling,
            actual=dict(balances.actual),
            made_ahead=balances.made_ahead,
            stage=Stage.COUNTS if counted_kinds(balances.coupon) else Stage.ENTRIES,
        )
        self._books.save(check)
        return check

    def get(self, coupon_id: str, check_id: str) -> Check:
        """A check that was begun within a day. Raises ``CouponNotFound``."""
        check = self._books.check(coupon_id, check_id)
        if check is None:
            raise CouponNotFound("没有这次核对 (there is no such check of this coupon)")
        return check

    def go_on(self, check: Check, is_enough: Callable[[], bool] = lambda: False) -> Check:
        """Go on until ``is_enough``, or to the end: read what marks count, walk through the shoppers, compare.

        Repeating a step is harmless: it goes on from what was stored. Raises ``CouponChanged`` when another step of the
        same check was faster.
        """
        if check.is_done:
            return check
        walked = self._step(check)
        while not walked.is_done and not is_enough():
            walked = self._step(walked)
        walked = replace(walked, version=check.version + 1)
        self._books.save(walked)
        return walked

    def correct(self, check: Check) -> Check:
        """Put right what surely differs, each balance if it still is what it was. Entries are never touched."""
        done = [
            replace(each, is_fixed=self._books.correct(check.coupon, each))
            if each.is_sure and not each.is_fixed
            else each
            for each in check.differences
        ]
        corrected = replace(check, differences=tuple(done), version=check.version + 1)
        self._books.save(corrected)
        return corrected

    def _step(self, check: Check) -> Check:
        match check.stage:
            case Stage.COUNTS:
                return self._read_counts(check)
            case Stage.ENTRIES:
                walked = self._stretch(check)
                return walked if walked.cursor is not None else self._compared(walked)
            case _:
                return self._sum_up(check)

    def _read_counts(self, check: Check) -> Check:
        """Note what marks count, before any entry is looked at: whatever is in a count has its entry by then."""
        coupon = check.coupon
        marks = self._books.counted_marks(coupon.coupon_id, counted_kinds(coupon), check.cursor)
        self._books.note(check, marks.counts)
        read = replace(check, cursor=marks.cursor, looked_at=check.looked_at + marks.looked_at)
        if marks.cursor is not None:
            return read
        return replace(read, stage=Stage.ENTRIES, counted_until=self._clock.now() + (check.began - check.since))

    def _sum_up(self, check: Check) -> Check:
        notes, cursor = self._books.noted(check, check.cursor)
        sums = [*summed(check.running, notes)]
        # The notes of the last mark may go on.
        running = sums.pop() if cursor is not None and sums else None
        found = [each.difference for each in sums if each.difference is not None]
        return replace(
            check,
            cursor=cursor,
            running=running,
            differences=tuple([*check.differences, *found][:MAX_DIFFERENCES]),
            uncertain=check.uncertain + sum(each.is_open for each in sums),
            stage=Stage.SUMS if cursor is not None else Stage.DONE,
        )

    def _stretch(self, check: Check) -> Check:
        stretch = self._books.walk(check.coupon.coupon_id, check.cursor)
        expected, found = check.expected, list(check.differences)
        shoppers = [each for each in stretch.shoppers if each != check.last_shopper]
        coupons, notes = 0, list[MarkNote]()
        for shopper_id in shoppers:
            books = self._books.shopper(check.coupon.coupon_id, shopper_id)
            coupons += len(books.owned)
            for owned in books.owned:
                expected.add(owned, lambda each: effects(each, self._zone), check.since, check.until)
            notes += _of_marks(check, books)
            found += self._of_shopper(check, books)
        self._books.note(check, notes)
        return replace(
            check,
            sure=dict(expected.sure),
            more=dict(expected.more),
            less=dict(expected.less),
            cursor=stretch.cursor,
            last_shopper=shoppers[-1] if shoppers else check.last_shopper,
            looked_at=check.looked_at + stretch.looked_at,
            shoppers=check.shoppers + len(shoppers),
            coupons=check.coupons + coupons,
            differences=tuple(found[:MAX_DIFFERENCES]),
        )

    def _of_shopper(self, check: Check, books: ShopperBooks) -> list[Difference]:
        """What differs in a shopper's books, and does so again: once may be a movement that was seen half."""
        now = self._clock.now()
        # Counts of a day expire; those of the day before are surely there.
        days = [day_of(now - timedelta(days=back), self._zone) for back in (0, 1)]
        found = shopper_differences(check.coupon, books, days)
        if not found:
            return []
        again = self._books.shopper(check.coupon.coupon_id, books.shopper_id)
        return [each for each in shopper_differences(check.coupon, again, days) if each in found]

    def _compared(self, check: Check) -> Check:
        pages, later = self._books.codes_made(check.coupon), self._books.balances(check.coupon.coupon_id)
        made_by_now = later.made_ahead if later else check.made_ahead
        # Pages were made since the balances were read: as many as the counter moved by.
        codes = check.made_ahead if check.made_ahead <= pages <= made_by_now else pages
        found, uncertain = compare(check.coupon, check.actual, check.expected, codes)
        return replace(
            check,
            differences=tuple([*check.differences, *found][:MAX_DIFFERENCES]),
            uncertain=uncertain,
            stage=Stage.DONE if check.counted_until is None else Stage.SUMS,
        )


def _of_marks(check: Check, books: ShopperBooks) -> list[MarkNote]:
    """What a shopper's coupons add to the counts of marks."""
    if check.counted_until is None:
        return []
    kinds, until = counted_kinds(check.coupon), check.counted_until
    return [note for each in books.owned for note in shares(each, kinds, check.since, until)]
