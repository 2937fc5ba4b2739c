"""Numbers that a rule compares, and when time alone can carry them over a bound."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import accumulate, chain
from typing import Protocol

_DAY = timedelta(days=1)
_MS = timedelta(milliseconds=1)
_SPAN_SECONDS = 366 * 86_400 * 100
_MOST_DAYS = 100_000


Outcome = tuple[bool, datetime | None]
"""Whether something holds, and the earliest instant at which that is otherwise though nothing happens (None: never)."""


@dataclass(frozen=True, slots=True)
class Range:
    """Which numbers will do: None leaves a side open."""

    low: float | None = None
    high: float | None = None
    has_low: bool = True
    has_high: bool = True

    @property
    def bounds(self) -> tuple[float, ...]:
        """The sides that are not open."""
        return tuple(bound for bound in (self.low, self.high) if bound is not None)

    def has(self, number: float) -> bool:
        """Whether a number will do."""
        if self.low is not None and (number < self.low or (number == self.low and not self.has_low)):
            return False
        return self.high is None or number < self.high or (number == self.high and self.has_high)


class Quantity(Protocol):
    """A number as time goes by, while nothing happens."""

    def at(self, now: datetime) -> float:
        """Its value at an instant."""
        ...

    def judge(self, now: datetime, wanted: Range) -> Outcome:
        """Whether it will do, and until when."""
        ...


def first_flip(quantity: Quantity, now: datetime, wanted: Range, instants: Iterable[datetime]) -> Outcome:
    """The outcome of a quantity that crosses no bound between ``instants``, given in order."""
    is_true = wanted.has(quantity.at(now))
    for instant in instants:
        if instant > now and wanted.has(quantity.at(instant)) != is_true:
            return is_true, instant
    return is_true, None


@dataclass(frozen=True, slots=True)
class Steady:
    """A number that time does not change."""

    value: float

    def at(self, now: datetime) -> float:
        return self.value

    def judge(self, now: datetime, wanted: Range) -> Outcome:
        return wanted.has(self.value), None


@dataclass(frozen=True, slots=True)
class DaysSince:
    """Whole days of 24 hours since an instant; below 0 before it."""

    instant: datetime

    def at(self, now: datetime) -> float:
        return (now - self.instant) // _DAY

    def judge(self, now: datetime, wanted: Range) -> Outcome:
        # A whole number passes a bound when it reaches it, and again when it goes beyond it.
        days = {number for bound in wanted.bounds for number in (math.ceil(bound), math.floor(bound) + 1)}
        return first_flip(self, now, wanted, (_day_after(self.instant, number) for number in sorted(days)))


class DailyCounts:
    """What was counted on which day, as an ordinal in ``zone``: ready for sums over any days."""

    def __init__(self, counts: Mapping[int, float], zone: tzinfo) -> None:
        self.zone = zone
        self.days = sorted(counts)
        self.sums = [0.0, *accumulate(counts[day] for day in self.days)]

    def between(self, after: int, through: int) -> float:
        """The sum over the days after one and up to another."""
        return self.sums[bisect_right(self.days, through)] - self.sums[bisect_right(self.days, after)]


@dataclass(frozen=True, slots=True)
class Within:
    """What was counted on the last ``days`` days, today included."""

    counts: DailyCounts
    days: int

    def at(self, now: datetime) -> float:
        return self._on(day_of(now, self.counts.zone))

    def judge(self, now: datetime, wanted: Range) -> Outcome:
        today = day_of(now, self.counts.zone)
        is_true = wanted.has(self._on(today))
        for day, total in self._from(today):
            if wanted.has(total) != is_true:
                return is_true, midnight(day, self.counts.zone)
        return is_true, None

    def _from(self, today: int) -> Iterator[tuple[int, float]]:
        """The days after today on which the sum changes, and what it is then."""
        days, sums = self.counts.days, self.counts.sums
        first = bisect_right(days, today - self.days)
        if first < len(days) and days[-1] > today:
            # Something happened on a day that is still to come: it joins before it leaves.
            moved = {day for each in days[first:] for day in (each, each + self.days) if day > today}
            return ((day, self._on(day)) for day in sorted(moved))
        return ((days[place] + self.days, sums[-1] - sums[place + 1]) for place in range(first, len(days)))

    def _on(self, today: int) -> float:
        return self.counts.between(today - self.days, today)


_SLACK = 0.001
"""Scores are rounded sums, so one cart of weight 3 may score a hair under it; 0.07% more, and "at least 3" means it."""


@dataclass(frozen=True, slots=True)
class Fading:
    """A weight that halves every ``half_life_seconds``.

    ``score`` is the logarithm (base 2) of what it would weigh at the epoch: so it needs no time beside it.
    """

    score: float
    half_life_seconds: float

    def at(self, now: datetime) -> float:
        return math.exp2(min(self.score + _SLACK - now.timestamp() / self.half_life_seconds, 64.0))

    def judge(self, now: datetime, wanted: Range) -> Outcome:
        bounds = sorted((bound for bound in wanted.bounds if bound > 0), reverse=True)
        return first_flip(self, now, wanted, chain.from_iterable(map(self._crossing, bounds)))

    def _crossing(self, bound: float) -> Iterator[datetime]:
        seconds = (self.score + _SLACK - math.log2(bound)) * self.half_life_seconds
        if not 0 < seconds < _SPAN_SECONDS:
            return
        estimate = datetime.fromtimestamp(math.floor(seconds * 1000) / 1000, UTC)
        # Where it meets the bound exactly, ``at most`` and ``less than`` turn at two neighbouring instants.
        yield from (estimate + step * _MS for step in range(-1, 4))


@lru_cache(maxsize=256)
def day_of(instant: datetime, zone: tzinfo) -> int:
    """The day of an instant in a zone, as an ordinal."""
    return instant.astimezone(zone).toordinal()


def midnight(day: int, zone: tzinfo) -> datetime:
    """When a day, as an ordinal, begins in a zone, in UTC."""
    return datetime.fromordinal(day).replace(tzinfo=zone).astimezone(UTC)


def _day_after(instant: datetime, days: int) -> datetime:
    return instant + max(-_MOST_DAYS, min(days, _MOST_DAYS)) * _DAY
