"""In-memory twins of the stores of reports and of the check of balances."""

from collections.abc import Mapping, Sequence

from chalicelib.adapters.memory.coupon_codes import MemoryCouponCodes
from chalicelib.adapters.memory.coupons import MemoryCouponLedger
from chalicelib.coupons import (
    Balances,
    Check,
    CountedMarks,
    Coupon,
    CouponChanged,
    Difference,
    MarkKind,
    MarkNote,
    ShopperBooks,
    Stretch,
    tie_of,
)
from chalicelib.coupons.books import reconciling as names
from chalicelib.coupons.books.mark_counts import balance_of, tie_in
from chalicelib.coupons.books.tallying import Counts

_STRETCH = 3
"""Few, so that every walk has several."""


class MemoryCouponTallies:
    """``CouponTallies`` beside the ledger's twin, which has nothing to fold."""

    def __init__(self, ledger: MemoryCouponLedger) -> None:
        self._ledger = ledger
        self._folded: tuple[str, str | None] = ("", None)

    def counted(self, coupon: Coupon, first: str, last: str) -> Counts:
        with self._ledger.templates.lock:
            return self._ledger.counts_of(coupon.coupon_id).between(first, last)

    def fold(self, coupon: Coupon, today: str) -> int:
        return 0

    def folded(self) -> tuple[str, str | None]:
        return self._folded

    def set_folded(self, day: str, cursor: str | None) -> None:
        self._folded = day, cursor


class MemoryCouponBooks:
    """``CouponBooks`` beside the ledger's twin."""

    def __init__(self, ledger: MemoryCouponLedger, codes: MemoryCouponCodes) -> None:
        self._ledger = ledger
        self._codes = codes
        self._checks: dict[tuple[str, str], Check] = {}
        self._notes: dict[tuple[str, str, str], MarkNote] = {}

    def balances(self, coupon_id: str) -> Balances | None:
        templates = self._ledger.templates
        with templates.lock:
            coupon = templates.get(coupon_id)
            if coupon is None:
                return None
            counts, made_ahead = self._ledger.counts_of(coupon_id), templates.made_ahead[coupon_id]
            actual = {names.STOCK: templates.left(coupon), names.CODES: made_ahead}
            actual |= {
                names.budget(span): money for (name, span), money in templates.money.items() if name == coupon_id
            }
            actual |= {names.report(cell): value for cell, value in counts.cells.items()}
            actual |= {names.unused(day): value for day, value in counts.unused.items()}
            return Balances(coupon, actual, made_ahead)

    def codes_made(self, coupon: Coupon) -> int:
        return self._codes.made(coupon.coupon_id)

    def walk(self, coupon_id: str, cursor: str | None) -> Stretch:
        with self._ledger.templates.lock:
            everybody = sorted(self._ledger.shoppers())
        behind = [each for each in everybody if cursor is None or each > cursor]
        stretch = behind[:_STRETCH]
        return Stretch(stretch, len(stretch), stretch[-1] if len(behind) > _STRETCH else None)

    def shopper(self, coupon_id: str, shopper_id: str) -> ShopperBooks:
        with self._ledger.templates.lock:
            owned, _ = self._ledger.owned_by(shopper_id, 1_000_000)
            given = self._ledger.given
            days: Mapping[str, int] = {
                span: count for (who, what, span), count in given.items() if (who, what) == (shopper_id, coupon_id)
            }
            return ShopperBooks(
                shopper_id,
                [each for each in owned if each.coupon_id == coupon_id],
                days.get("ever"),
                {span: count for span, count in days.items() if span != "ever"},
                frozenset(issue_id for who, issue_id in self._ledger.holds if who == shopper_id),
                frozenset(each.issue_id for each in owned if each.coupon_id != coupon_id),
            )

    def counted_marks(self, coupon_id: str, kinds: frozenset[MarkKind], cursor: str | None) -> CountedMarks:
        with self._ledger.templates.lock:
            counts = {tie: n for (name, tie), n in self._ledger.passages.counts.items() if name == coupon_id}
        behind = sorted(tie for tie in counts if tie_of(tie).kind in kinds and (cursor is None or tie > cursor))
        notes = [MarkNote(balance_of(tie_of(tie)), actual=counts[tie]) for tie in behind[:_STRETCH]]
        return CountedMarks(notes, len(notes), behind[_STRETCH - 1] if len(behind) > _STRETCH else None)

    def note(self, check: Check, notes: Sequence[MarkNote]) -> None:
        self._notes |= {(check.check_id, note.balance, note.of): note for note in notes}

    def noted(self, check: Check, cursor: str | None) -> tuple[Sequence[MarkNote], str | None]:
        mine = sorted(key for key in self._notes if key[0] == check.check_id)
        begin = int(cursor or 0)
        end = begin + _STRETCH
        return [self._notes[key] for key in mine[begin:end]], str(end) if len(mine) > end else None

    def correct(self, coupon: Coupon, difference: Difference) -> bool:
        with self._ledger.templates.lock:
            actual = self._now(coupon, difference.balance)
            if actual != difference.actual:
                return actual == difference.expected
            self._add(coupon.coupon_id, difference.balance, difference.expected - actual)
            return True

    def _now(self, coupon: Coupon, balance: str) -> int:
        tie = tie_in(balance)
        if tie is not None:
            return self._ledger.passages.counts[coupon.coupon_id, tie.text]
        kind, _, rest = balance.partition(":")
        first, _, second = rest.partition(":")
        if kind == "hold":
            return int((second, first) in self._ledger.holds)
        if kind.startswith("shopper"):
            return self._ledger.given[self._count(coupon.coupon_id, balance)]
        balances = self.balances(coupon.coupon_id)
        return balances.actual.get(balance, 0) if balances else 0

    def _add(self, coupon_id: str, balance: str, more: int) -> None:
        templates, counts, tie = self._ledger.templates, self._ledger.counts_of(coupon_id), tie_in(balance)
        if tie is not None:
            self._ledger.passages.counts[coupon_id, tie.text] += more
            return
        kind, _, rest = balance.partition(":")
        first, _, second = rest.partition(":")
        match kind:
            case "stock":
                templates.stock[coupon_id] += more
            case "codes":
                templates.made_ahead[coupon_id] += more
            case "budget":
                templates.money[coupon_id, rest] += more
            case "report" | "segment":
                counts.cells[names.cell_of(balance)] += more
            case "unused":
                counts.unused[rest] += more
            case "hold":
                (self._ledger.holds.add if more > 0 else self._ledger.holds.discard)((second, first))
            case _:
                self._ledger.given[self._count(coupon_id, balance)] += more

    @staticmethod
    def _count(coupon_id: str, balance: str) -> tuple[str, str, str]:
        kind, _, rest = balance.partition(":")
        day, _, shopper_id = rest.partition(":")
        return (rest, coupon_id, "ever") if kind == "shopper" else (shopper_id, coupon_id, day)

    def save(self, check: Check) -> None:
        key = check.coupon.coupon_id, check.check_id
        before = self._checks[key].version if key in self._checks else 0
        if before != check.version - 1:
            raise CouponChanged("another request took this step of the check")
        self._checks[key] = check

    def check(self, coupon_id: str, check_id: str) -> Check | None:
        return self._checks.get((coupon_id, check_id))
