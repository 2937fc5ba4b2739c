"""Numbers that come with the calendar: ages and birthdays."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from chalicelib.rules.quantities import Outcome, Range, first_flip, midnight


@dataclass(frozen=True, slots=True)
class YearsSince:
    """Full years since a day, as people count their age in ``zone``. Who was born on 29 February is older on 1 March."""

    day: date
    zone: tzinfo

    def at(self, now: datetime) -> float:
        today = now.astimezone(self.zone).date()
        return today.year - self.day.year - (today < anniversary(self.day, today.year))

    def judge(self, now: datetime, wanted: Range) -> Outcome:
        ages = {age for bound in wanted.bounds for age in (math.ceil(bound), math.floor(bound) + 1)}
        years = sorted(self.day.year + age for age in ages if self.day.year + age < 9000)
        reached = (midnight(anniversary(self.day, year).toordinal(), self.zone) for year in years if year > 0)
        return first_flip(self, now, wanted, reached)


@dataclass(frozen=True, slots=True)
class DaysToAnniversary:
    """Days until a day of the year comes again in ``zone``; 0 on the day itself."""

    day: date
    zone: tzinfo

    def at(self, now: datetime) -> float:
        today = now.astimezone(self.zone).date()
        next_one = anniversary(self.day, today.year)
        if next_one < today:
            next_one = anniversary(self.day, today.year + 1)
        return (next_one - today).days

    def judge(self, now: datetime, wanted: Range) -> Outcome:
        whole = {
            days for bound in wanted.bounds for days in (math.ceil(bound), math.floor(bound), math.ceil(bound) - 1)
        }
        year = now.astimezone(self.zone).year
        days: set[date] = set()
        # What comes round each year is out of its bounds, or in, within two of them; but for 29 February and day 365.
        for again in (anniversary(self.day, year + more) for more in range(-1, 10)):
            days |= {again, again + timedelta(days=1)}
            days |= {again - timedelta(days=distance) for distance in whole if -2 <= distance <= 370}
        return first_flip(self, now, wanted, (midnight(day.toordinal(), self.zone) for day in sorted(days)))


def anniversary(day: date, year: int) -> date:
    """The day in a year; 1 March for 29 February where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
