"""The use cases of the search log: record, forget, count by the hour and the day, say what is popular, report."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.search.log.contests import ReportedContest, contested, reported, together
from chalicelib.search.log.counting import QueryLine, counted, summed
from chalicelib.search.log.popularity import WINDOW_DAYS, popularities
from chalicelib.search.log.ports import ContestLines, LogNames, Popularities, QueryLines, SearchLog
from chalicelib.search.log.trail import Interaction, LoggedSearch, time_of
from chalicelib.search.model import QueryDay

_HOUR = timedelta(hours=1)
CLICKS_WITHIN = 2 * _HOUR
"""An action this long after its search still counts; later ones are only logged."""
MOST_BEHIND = timedelta(hours=48)
"""After a longer standstill the older hours stay uncounted."""
OLDEST_JOINED = timedelta(days=30)


class RecordKeeping:
    """Keeps the search log and what is counted from it. Days are the shop's, in ``zone``."""

    def __init__(
        self,
        log: SearchLog,
        lines: QueryLines,
        contests: ContestLines,
        popular: Popularities,
        names: LogNames,
        zone: ZoneInfo,
    ) -> None:
        self._log = log
        self._contests = contests
        self._names = names
        self._lines = lines
        self._popular = popular
        self._zone = zone

    def record(self, search: LoggedSearch, shopper_id: str | None = None) -> None:
        """Keep a search that ``shopper_id`` made, under the shopper's name in the log; the same one again changes nothing."""
        self._log.add_search(replace(search, client=self._names.of(shopper_id)) if shopper_id else search)

    def forget(self, shopper_id: str) -> None:
        """Make all that is logged of a shopper, and counted from it, nobody's: no id leads to it any more."""
        self._names.forget(shopper_id)

    def act(self, interaction: Interaction) -> bool:
        """Keep an action beside its search; False when its query id is none of ours or from another age."""
        searched_at = time_of(interaction.query_id)
        if searched_at is None or not -_HOUR < interaction.at - searched_at < OLDEST_JOINED:
            return False
        self._log.add_interaction(interaction)
        return True

    def search_of(self, query_id: str) -> LoggedSearch | None:
        """The search that an answer's query id names, if it is in the log."""
        return self._log.search(query_id)

    def fold(self, now: datetime) -> int:
        """Count what is new since the last time and refresh what is popular; how many hours had changed."""
        changed = [hour for hour in self._open_hours(now) if self._count_hour(hour)]
        days = sorted({hour.astimezone(self._zone).date() for hour in changed})
        for day in days:
            spans = [_hour_span(hour) for hour in self._hours_of(day)]
            self._lines.save(_day_span(day), summed(map(self._lines.load, spans)))
            if contests := together(map(self._contests.load, spans)):
                self._contests.save(_day_span(day), contests)
        if days:
            self._refresh_popularity(days, now.astimezone(self._zone).date())
        self._lines.set_counted_through(now)
        return len(changed)

    def on(self, day: date) -> Iterable[QueryDay]:
        """``QueryCounts``: the queries of one day of the shop's zone, most searched first."""
        for line in self._lines.load(_day_span(day)):
            yield QueryDay(line.query, line.searches, line.people, line.empty)

    def over(self, first: date, last: date) -> Sequence[QueryLine]:
        """The lines of all days from ``first`` to ``last``, most searched first."""
        days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
        return summed(self._lines.load(_day_span(day)) for day in days)

    def contests(self, first: date, last: date) -> list[ReportedContest]:
        """How the experiments with two orders stand over all days from ``first`` to ``last``."""
        days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
        return reported(together(self._contests.load(_day_span(day)) for day in days))

    def today(self, now: datetime) -> date:
        """The shop's day."""
        return now.astimezone(self._zone).date()

    def _open_hours(self, now: datetime) -> list[datetime]:
        through = self._lines.counted_through() or now - MOST_BEHIND
        hour = _hour_of(max(min(through, now) - CLICKS_WITHIN, now - MOST_BEHIND))
        hours = []
        while hour <= now:
            hours.append(hour)
            hour += _HOUR
        return hours

    def _count_hour(self, hour: datetime) -> bool:
        searches, interactions = self._log.during(hour)
        lines, contests = counted(searches, interactions), contested(searches, interactions)
        span = _hour_span(hour)
        is_same = lines == list(self._lines.load(span))
        if not is_same:
            self._lines.save(span, lines)
        if contests != list(self._contests.load(span)):
            self._contests.save(span, contests)
            return True
        return not is_same

    def _hours_of(self, day: date) -> list[datetime]:
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        # A zone may stand half an hour off: an hour belongs to the day it begins in.
        hours = (_hour_of(midnight.timestamp()) + each * _HOUR for each in range(26))
        return [hour for hour in hours if hour.astimezone(self._zone).date() == day]

    def _refresh_popularity(self, changed: Sequence[date], today: date) -> None:
        window = [today - timedelta(days=each) for each in range(WINDOW_DAYS)]
        days = {day: self._lines.load(_day_span(day)) for day in window}
        asked = {line.query for day in changed for line in days.get(day, ()) if line.products}
        popular = popularities(days, today)
        for query in sorted(asked):
            self._popular.save(popular[query])


def _hour_of(instant: datetime | float) -> datetime:
    seconds = instant if isinstance(instant, float) else instant.timestamp()
    return datetime.fromtimestamp(seconds // 3600 * 3600, UTC)


def _hour_span(hour: datetime) -> str:
    return f"{hour:%Y-%m-%dT%H}"


def _day_span(day: date) -> str:
    return day.isoformat()
