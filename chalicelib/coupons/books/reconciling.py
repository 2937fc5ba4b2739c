"""What every balance of a template must be, told by the entries of its coupons alone.

Balances have names: ``stock`` (what is left, blocks included), ``codes`` (made ahead), ``blocks:<shard>`` (how many are
leased), ``budget:all`` and ``budget:<day>``, ``report:<day>:<stage>:<figure>:<source>``,
``segment:<day>:<segment>:<figure>:<source>``, ``unused:<last day>``, ``shopper:<id>``, ``shopper_day:<day>:<id>``,
``hold:<issue>:<shopper>`` (1: noted as reserved), and of marks ``device:<digest>``, ``address:<digest>``,
``payment:<digest>``, ``referrer:<shopper>`` (``mark_counts``).

The ledger does not stand still while it is read. Balances are read first, at one moment; entries carry their time. Those from
well before that moment are in the balances, those from after it are not, and those in between may be either: what they add
is told apart, and a balance is wrong only where no choice of them explains it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from chalicelib.coupons.books.tallying import Cell, Figure, tally_of
from chalicelib.coupons.ledger import CouponState, OwnedCoupon
from chalicelib.coupons.model import Coupon

if TYPE_CHECKING:
    from chalicelib.coupons.books.ports import ShopperBooks

STOCK: Final = "stock"
CODES: Final = "codes"
_TAKEN: Final = "taken"


@dataclass(frozen=True, slots=True)
class Difference:
    """A balance that is not what the entries say. ``is_sure``: nothing in flight blurs ``expected``, so it may be put right.

    ``is_fixed``: True after it was, False when it had moved meanwhile.
    """

    balance: str
    expected: int
    actual: int
    is_sure: bool = True
    is_fixed: bool | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """What entries come to: ``sure``, and by how much those in flight may raise (``more``) or lower (``less``) it."""

    sure: Counter[str] = field(default_factory=Counter)
    more: Counter[str] = field(default_factory=Counter)
    less: Counter[str] = field(default_factory=Counter)

    def add(self, owned: OwnedCoupon, effects_of: "EffectsOf", since: datetime, until: datetime) -> None:
        """Add what a coupon's entries do: those up to ``since`` surely, those up to ``until`` perhaps, later ones not."""
        latest = owned.entries[0].at
        for count, entry in enumerate(owned.entries, start=1):
            # Clocks differ: an entry is no earlier than the one before it.
            latest = max(latest, entry.at)
            if latest > until:
                return
            for name, value in effects_of(_first_entries(owned, count)):
                if latest <= since:
                    self.sure[name] += value
                else:
                    (self.more if value > 0 else self.less)[name] += abs(value)


EffectsOf = Callable[[OwnedCoupon], Iterable[tuple[str, int]]]
"""How the last movement of a coupon moves balances."""


def effects(owned: OwnedCoupon, zone: ZoneInfo) -> Iterator[tuple[str, int]]:
    """How the last movement of a coupon moves each balance of its template."""
    if owned.version == 1 and not owned.voucher:
        yield _TAKEN, 1
    if owned.went_back:
        yield _TAKEN, -1
    shift = owned.last_shift
    if shift.held:
        yield budget("all"), shift.held
        yield budget(shift.day or ""), shift.held
    tally = tally_of(owned, zone)
    for cell, value in tally.cells():
        yield report(cell), value
    if tally.unused:
        yield unused(tally.last_day), tally.unused


def compare(coupon: Coupon, actual: Mapping[str, int], expected: Expected, codes: int) -> tuple[list[Difference], int]:
    """What differs, and how many balances what is in flight leaves open. ``codes`` were made ahead."""
    sums = _balances(coupon, expected, codes)
    found: list[Difference] = []
    uncertain = 0
    for name in sorted({*sums.sure, *sums.more, *sums.less, *actual}):
        low, high = sums.sure[name] - sums.less[name], sums.sure[name] + sums.more[name]
        uncertain += low != high
        if not low <= actual.get(name, 0) <= high:
            found.append(Difference(name, sums.sure[name], actual.get(name, 0), is_sure=low == high))
    return found, uncertain


def _balances(coupon: Coupon, expected: Expected, codes: int) -> Expected:
    """``expected`` without what a template does not have, and with the stock that is left."""
    sure, more, less = (Counter(each) for each in (expected.sure, expected.more, expected.less))
    taken = sure.pop(_TAKEN, 0), more.pop(_TAKEN, 0), less.pop(_TAKEN, 0)
    sure[STOCK] = coupon.stock - codes - taken[0]
    sure[CODES] = codes
    # Who takes more leaves less.
    more[STOCK], less[STOCK] = taken[2], taken[1]
    absent = [
        name
        for name in {*sure, *more, *less}
        if name.startswith(budget("")) and (coupon.budget if name == budget("all") else coupon.budget_per_day) is None
    ]
    for counter in (sure, more, less):
        for name in absent:
            counter.pop(name, None)
    return Expected(sure, more, less)


def shopper_differences(coupon: Coupon, books: "ShopperBooks", days: Iterable[str]) -> list[Difference]:
    """What differs in one shopper's books; counts of a day are kept for ``days`` only."""
    found: list[Difference] = []
    kept = [each for each in books.owned if not each.went_back]
    if coupon.per_shopper is not None:
        found.append(Difference(f"shopper:{books.shopper_id}", len(kept), books.ever or 0))
    if coupon.per_shopper_per_day is not None:
        found += [
            Difference(f"shopper_day:{day}:{books.shopper_id}", given_on(books.owned, day), books.days.get(day, 0))
            for day in days
        ]
    held = {each.issue_id for each in books.owned if each.state is CouponState.RESERVED}
    found += [
        Difference(f"hold:{issue_id}:{books.shopper_id}", int(issue_id in held), int(issue_id in books.holds))
        for issue_id in sorted((held | books.holds) - books.others)
    ]
    return [each for each in found if each.expected != each.actual]


def given_on(owned: Sequence[OwnedCoupon], day: str) -> int:
    """How many of a shopper's coupons the limit of a day counts: those that went back on it are not among them."""
    mine = [each for each in owned if each.issued_day == day]
    return sum(not (each.went_back and each.entries[-1].day == day) for each in mine)


def _first_entries(owned: OwnedCoupon, count: int) -> OwnedCoupon:
    return owned if count == owned.version else owned.up_to(count)


def budget(span: str) -> str:
    return f"budget:{span}"


def report(cell: Cell) -> str:
    if cell.segment:
        return f"segment:{cell.day}:{cell.segment}:{cell.figure}:{cell.source}"
    return f"report:{cell.day}:{cell.stage}:{cell.figure}:{cell.source}"


def cell_of(balance: str) -> Cell:
    """The cell that a ``report:`` or ``segment:`` balance names."""
    kind, day, group, figure, source = balance.split(":", 4)
    return (
        Cell(day, source, "", Figure(figure), group) if kind == "segment" else Cell(day, source, group, Figure(figure))
    )


def unused(day: str) -> str:
    return f"unused:{day}"


def blocks(shard: int) -> str:
    return f"blocks:{shard:03d}"
