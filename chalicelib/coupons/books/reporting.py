"""The redemption report: what became of a template's coupons, day by day, by stage and segment of shoppers, by source.

It is counted in the transactions of the ledger, so it is what the entries say. What it tells is attributed: an order that
used a coupon might have come without one, and how many did is a campaign's holdout to tell.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.books.ports import CouponTallies
from chalicelib.coupons.books.tallying import Cell, Figure, day_of
from chalicelib.coupons.errors import CouponNotFound
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.ports import CouponTemplates
from chalicelib.coupons.terms import require

DEFAULT_DAYS: Final = 30
MAX_DAYS: Final = 366
_FOLD_PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one day, stage, segment, source, or of all. Money is fen; see ``Figure``.

    ``expired`` are coupons that were not used by their last day, which is over; it is told of days and of all only.
    """

    issued: int = 0
    claimed: int = 0
    redeemed: int = 0
    refunded: int = 0
    voided: int = 0
    expired: int | None = None
    taken_off: int = 0
    given_back: int = 0
    attributed_paid: int = 0

    @property
    def given(self) -> int:
        return self.issued + self.claimed

    @property
    def saved(self) -> int:
        """What shoppers paid less, without what went back."""
        return self.taken_off - self.given_back

    @property
    def redeemed_per_given(self) -> float | None:
        """Redemptions that stood, by coupons given in the same days: not the same coupons. None: none were given."""
        return round((self.redeemed - self.refunded) / self.given, 4) if self.given else None


@dataclass(frozen=True, slots=True)
class CouponReport:
    """A template's report over the shop's days ``first`` to ``last``, both included; of shoppers of one ``segment`` only, if
    it is named. Whoever is in several segments is counted in each of ``segments``."""

    coupon: Coupon
    first: str
    last: str
    total: Row
    days: Mapping[str, Row]
    stages: Mapping[str, Row]
    sources: Mapping[str, Row]
    segments: Mapping[str, Row]
    segment: str | None = None


class CouponReports:
    """Reports, and the fold that keeps what they count small."""

    def __init__(
        self,
        tallies: CouponTallies,
        templates: CouponTemplates,
        clock: Clock,
        zone: ZoneInfo = ZoneInfo("Asia/Shanghai"),  # noqa: B008
    ) -> None:
        """``zone`` is the shop's: its days are counted."""
        self._tallies = tallies
        self._templates = templates
        self._clock = clock
        self._zone = zone

    def of(
        self, coupon_id: str, first: str | None = None, last: str | None = None, segment: str | None = None
    ) -> CouponReport:
        """The report of one template; nothing said is the last 30 days. Raises ``CouponNotFound``, or ``InvalidRequest`` for
        days that are none, the wrong way round, or more than 366."""
        first, last = self.span(first, last)
        coupon = self._templates.get(coupon_id)
        if coupon is None:
            raise CouponNotFound(f"没有这种优惠券 (there is no coupon {coupon_id[:128]!r})")
        return self._report(coupon, first, last, segment)

    def page(
        self, limit: int, cursor: str | None = None, first: str | None = None, last: str | None = None
    ) -> tuple[Sequence[CouponReport], str | None]:
        """The reports of some templates, by id, and where to go on."""
        first, last = self.span(first, last)
        coupons, next_cursor = self._templates.list(limit, cursor)
        return [self._report(coupon, first, last) for coupon in coupons], next_cursor

    def span(self, first: str | None, last: str | None) -> tuple[str, str]:
        """The days that are asked for."""
        end = _day(last, "to") if last else date.fromisoformat(self.today())
        begin = _day(first, "from") if first else end - min(timedelta(days=DEFAULT_DAYS - 1), end - date.min)
        require(begin <= end, "from", "must not be after 'to'")
        require((end - begin).days < MAX_DAYS, "from", f"must be within {MAX_DAYS} days before 'to'")
        return begin.isoformat(), end.isoformat()

    def today(self) -> str:
        """The shop's day."""
        return day_of(self._clock.now(), self._zone)

    def fold_some(self) -> int:
        """Bring what some templates counted on days that are over to where it stays: how many templates were looked at.

        One page at a time, every template once a day; what a fold that died left behind, the next one finds.
        """
        today = self.today()
        done, cursor = self._tallies.folded()
        if done == today and cursor is None:
            return 0
        coupons, cursor = self._templates.list(_FOLD_PAGE, cursor if done == today else None)
        for coupon in coupons:
            self._tallies.fold(coupon, today)
        self._tallies.set_folded(today, cursor)
        return len(coupons)

    def _report(self, coupon: Coupon, first: str, last: str, segment: str | None = None) -> CouponReport:
        counts = self._tallies.counted(coupon, first, last)
        of_segments = {cell: value for cell, value in counts.cells.items() if cell.segment}
        if segment is not None:
            return _of_one(coupon, first, last, segment, of_segments)
        everyone = {cell: value for cell, value in counts.cells.items() if not cell.segment}
        expired = Counter({day: unused for day, unused in counts.unused.items() if day < self.today()})
        days = _rows(everyone, lambda cell: cell.day)
        for day in {*days, *expired}:
            days[day] = _with_expired(days.get(day, Row()), expired[day])
        return CouponReport(
            coupon,
            first,
            last,
            _with_expired(_row(everyone.items()), expired.total()),
            {day: days[day] for day in sorted(days) if days[day] != Row(expired=0)},
            _rows(everyone, lambda cell: cell.stage),
            _rows(everyone, lambda cell: cell.source),
            _rows(of_segments, lambda cell: cell.segment),
        )


def _of_one(coupon: Coupon, first: str, last: str, segment: str, of_segments: Mapping[Cell, int]) -> CouponReport:
    cells = {cell: value for cell, value in of_segments.items() if cell.segment == segment}
    days, sources = _rows(cells, lambda cell: cell.day), _rows(cells, lambda cell: cell.source)
    rows = _rows(cells, lambda cell: cell.segment)
    return CouponReport(coupon, first, last, _row(cells.items()), days, {}, sources, rows, segment)


def _rows(cells: Mapping[Cell, int], of: Callable[[Cell], str]) -> dict[str, Row]:
    groups: dict[str, list[tuple[Cell, int]]] = {}
    for cell, value in cells.items():
        groups.setdefault(of(cell), []).append((cell, value))
    return {name: _row(groups[name]) for name in sorted(groups)}


def _row(cells: Iterable[tuple[Cell, int]]) -> Row:
    sums: Counter[Figure] = Counter()
    for cell, value in cells:
        sums[cell.figure] += value
    return Row(
        issued=sums[Figure.ISSUED],
        claimed=sums[Figure.CLAIMED],
        redeemed=sums[Figure.REDEEMED],
        refunded=sums[Figure.REFUNDED],
        voided=sums[Figure.VOIDED],
        taken_off=sums[Figure.TAKEN_OFF],
        given_back=sums[Figure.GIVEN_BACK],
        attributed_paid=sums[Figure.PAID],
    )


def _with_expired(row: Row, expired: int) -> Row:
    return replace(row, expired=expired)


def _day(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(f"must be a day such as 2026-11-22, not {text[:40]!r}", field=name) from None
