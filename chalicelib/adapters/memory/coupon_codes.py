"""In-memory twin of the store of codes made ahead."""

from collections import Counter

from chalicelib.adapters.memory.coupons import MemoryCouponLedger
from chalicelib.coupons import FREE, CodeBatch, CodePage, Coupon, CouponCodeClaimed, OwnedCoupon, Passage, Voucher


class MemoryCouponCodes:
    """``CouponCodes`` in dictionaries, beside the ledger's twin."""

    def __init__(self, ledger: MemoryCouponLedger) -> None:
        self._ledger = ledger
        self._batches: dict[tuple[str, str], CodeBatch] = {}
        self._pages: dict[tuple[str, str, int], CodePage] = {}
        self._vouchers: dict[str, Voucher] = {}
        self._guesses: Counter[tuple[str, str]] = Counter()

    def open(self, batch: CodeBatch) -> CodeBatch:
        return self._batches.setdefault((batch.coupon_id, batch.batch_id), batch)

    def batch(self, coupon_id: str, batch_id: str) -> CodeBatch | None:
        return self._batches.get((coupon_id, batch_id))

    def page(self, batch: CodeBatch, number: int) -> CodePage | None:
        return self._pages.get((batch.coupon_id, batch.batch_id, number))

    def add(self, coupon: Coupon, page: CodePage) -> CodePage:
        with self._ledger.templates.lock:
            key = page.coupon_id, page.batch_id, page.number
            if key in self._pages:
                return self._pages[key]
            if self._ledger.templates.stock[coupon.coupon_id] < len(page.codes):
                raise coupon.sold_out()
            self._ledger.templates.stock[coupon.coupon_id] -= len(page.codes)
            self._ledger.templates.made_ahead[coupon.coupon_id] += len(page.codes)
            self._pages[key] = page
            self._vouchers |= {code: Voucher(code, page.coupon_id, page.batch_id) for code in page.codes}
            return page

    def made(self, coupon_id: str) -> int:
        """How many codes all pages of a coupon have."""
        return sum(len(page.codes) for (name, _, _), page in list(self._pages.items()) if name == coupon_id)

    def voucher(self, code: str) -> Voucher | None:
        return self._vouchers.get(code)

    def claim(self, coupon: Coupon, owned: OwnedCoupon, passage: Passage = FREE) -> OwnedCoupon:
        with self._ledger.templates.lock:
            first = self._ledger.get(owned.shopper_id, owned.issue_id)
            if first is not None:
                return first
            known = self._vouchers[owned.code]
            if known.shopper_id is not None:
                raise CouponCodeClaimed("somebody else has this code", field="code")
            self._ledger.keep(coupon, owned, passage)
            self._vouchers[owned.code] = Voucher(known.code, known.coupon_id, known.batch_id, owned.shopper_id)
            return owned

    def wrong_guesses(self, who: str, hour: str) -> int:
        return self._guesses[who, hour]

    def count_wrong_guess(self, who: str, hour: str) -> None:
        self._guesses[who, hour] += 1
