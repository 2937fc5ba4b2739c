"""What a shopper did on each of the last ninety days and more: windows of 7, 30 or 90 days are sums of it, exact to the day.

A day is an ordinal (``datetime.date.toordinal``) in the shop's zone. A day without behaviour takes no place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, tzinfo

DAYS_KEPT = 92
"""An event may come from a clock that is a day ahead, and the ninety days before today must be there all the same."""
WINDOWS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Counts of one day or of several together. ``spend`` is fen, less what came back, on the day of the order."""

    views: int = 0
    searches: int = 0
    carts: int = 0
    wishes: int = 0
    orders: int = 0
    spend: int = 0

    def plus(self, other: "DayCounts") -> "DayCounts":
        """Both together."""
        return DayCounts(*(getattr(self, name) + getattr(other, name) for name in DAY_COUNTS))


DAY_COUNTS = tuple(each.name for each in fields(DayCounts))
NOTHING = DayCounts()


@dataclass(frozen=True, slots=True)
class Days:
    """Counts by day, none older than ``DAYS_KEPT`` days before ``newest``: so that the order of arrival leaves no trace."""

    newest: int = 0
    counts: Mapping[int, DayCounts] = field(default_factory=dict)

    def seen_on(self, day: int) -> "Days":
        """These days after something happened on ``day``, whether it counts or not."""
        if day <= self.newest:
            return self
        oldest = day - DAYS_KEPT
        return Days(day, {each: counts for each, counts in self.counts.items() if each > oldest})

    def plus(self, day: int, more: DayCounts) -> "Days":
        """These days with ``more`` on ``day``; a day that is too old to be kept stays away."""
        moved = self.seen_on(day)
        if day <= moved.newest - DAYS_KEPT:
            return moved
        total = moved.counts.get(day, NOTHING).plus(more)
        others = {each: counts for each, counts in moved.counts.items() if each != day}
        return replace(moved, counts=others if total == NOTHING else {**others, day: total})

    def together_with(self, other: "Days") -> "Days":
        """The days of two profiles of one person."""
        merged = self.seen_on(other.newest)
        for day, counts in other.counts.items():
            merged = merged.plus(day, counts)
        return merged

    def within(self, days: int, today: int) -> DayCounts:
        """The sum over the last ``days`` days, today included."""
        total = NOTHING
        for day, counts in self.counts.items():
            if today - days < day <= today:
                total = total.plus(counts)
        return total

    def active(self, days: int, today: int) -> int:
        """On how many of the last ``days`` days something was counted."""
        return sum(today - days < day <= today for day in self.counts)


def day_of(instant: datetime, zone: tzinfo) -> int:
    """The shop's day of an instant, as an ordinal."""
    return instant.astimezone(zone).toordinal()
