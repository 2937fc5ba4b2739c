"""What one movement of a coupon adds to the redemption report: told by the entries alone, so that it can be told again.

All money is integer minor units (fen for CNY); a day is a day of the shop (``2026-11-22``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.coupons.ledger import CouponState, Entry, Movement, OwnedCoupon, Standing

_INSTANT = timedelta(microseconds=1)


class Figure(StrEnum):
    """What is counted; the values are the names under which a store keeps the counters.

    ``REFUNDED`` counts redemptions that were given back whole; ``PAID`` is what the orders came to after the discount,
    without those of redemptions given back whole (what else of an order came back, a coupon does not know).
    """

    ISSUED = "i"
    CLAIMED = "c"
    REDEEMED = "r"
    REFUNDED = "f"
    VOIDED = "v"
    TAKEN_OFF = "t"
    GIVEN_BACK = "g"
    PAID = "p"


@dataclass(frozen=True, slots=True)
class Tally:
    """What one movement adds: ``figures`` of ``day``, for the ``source`` that the coupon was given by, the ``stage`` and the
    ``segments`` that it was given to, and how many more unused coupons there are whose ``last_day`` is that."""

    day: str
    source: str
    stage: str
    last_day: str
    figures: Mapping[Figure, int] = field(default_factory=dict)
    unused: int = 0
    segments: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.figures or self.unused)

    def cells(self) -> Iterator[tuple["Cell", int]]:
        """What is counted where: each figure once for the stage, and once more for each segment."""
        for figure, value in self.figures.items():
            yield Cell(self.day, self.source, self.stage, figure), value
            for segment in self.segments:
                yield Cell(self.day, self.source, "", figure, segment), value


def tally_of(owned: OwnedCoupon, zone: ZoneInfo) -> Tally:
    """What the last movement of ``owned`` adds."""
    entry = owned.entries[-1]
    before = owned.standing_before
    figures = {name: value for name, value in _figures(entry, before, owned.standing).items() if value}
    is_new = owned.version == 1
    unused = _is_unused(owned.standing) - (0 if is_new else _is_unused(before))
    # A coupon given is counted on the day that its limits count it on.
    day = owned.issued_day if is_new else day_of(entry.at, zone)
    return Tally(day, owned.source, owned.stage, last_day_of(owned, zone), figures, unused, owned.segments)


def _figures(entry: Entry, before: Standing, after: Standing) -> Mapping[Figure, int]:
    match entry.movement:
        case Movement.ISSUED:
            return {Figure.ISSUED: 1}
        case Movement.CLAIMED:
            return {Figure.CLAIMED: 1}
        case Movement.REDEEMED:
            return {Figure.REDEEMED: 1, Figure.TAKEN_OFF: after.discount, Figure.PAID: _paid(after)}
        case Movement.REFUNDED:
            is_whole = before.is_used and not after.is_used
            given_back = {Figure.GIVEN_BACK: entry.discount or 0}
            return given_back | ({Figure.REFUNDED: 1, Figure.PAID: -_paid(before)} if is_whole else {})
        case Movement.VOIDED:
            return {Figure.VOIDED: 1}
        case _:
            return {}


def _paid(standing: Standing) -> int:
    return standing.amount - standing.discount


def _is_unused(standing: Standing) -> bool:
    return standing.state in (CouponState.ISSUED, CouponState.RESERVED)


def last_day_of(owned: OwnedCoupon, zone: ZoneInfo) -> str:
    """The last day on which a coupon may be used: its end is exclusive."""
    return day_of(owned.expires_at - _INSTANT, zone)


def day_of(instant: datetime, zone: ZoneInfo) -> str:
    """The shop's day of an instant."""
    return instant.astimezone(zone).date().isoformat()


class Cell(NamedTuple):
    """Where one figure of the report is counted. Cells of a ``segment`` count once more what those of the stages count: a
    shopper is in one stage, and in any number of segments."""

    day: str
    source: str
    stage: str
    figure: Figure
    segment: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Every figure of a coupon, and how many of its coupons are unused, by their last day. What is zero may be left out."""

    cells: Counter[Cell] = field(default_factory=Counter)
    unused: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Counts") -> "Counts":
        cells, unused = Counter(self.cells), Counter(self.unused)
        cells.update(other.cells)
        unused.update(other.unused)
        return Counts(cells, unused)

    def between(self, first: str, last: str) -> "Counts":
        """Only those days, both included."""
        cells = {cell: value for cell, value in self.cells.items() if first <= cell.day <= last}
        return Counts(Counter(cells), Counter({day: n for day, n in self.unused.items() if first <= day <= last}))

    @classmethod
    def of(cls, tallies: Iterable[Tally]) -> "Counts":
        """What all those movements come to."""
        counts = cls()
        for tally in tallies:
            counts.cells.update(dict(tally.cells()))
            counts.unused[tally.last_day] += tally.unused
        return counts
