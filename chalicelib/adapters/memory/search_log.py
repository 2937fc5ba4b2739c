"""In-memory twins of the ports of the search log."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.core.ids import Randomness
from chalicelib.privacy.ports import ConsentRecords
from chalicelib.search.log.contests import ContestLine
from chalicelib.search.log.counting import QueryLine
from chalicelib.search.log.popularity import Popularity
from chalicelib.search.log.trail import Interaction, LoggedSearch, new_name, time_of


class MemorySearchTrail:
    """``SearchTrail`` in a list; ``drain`` plays the consumer."""

    def __init__(self) -> None:
        self._waiting: list[tuple[LoggedSearch, str | None]] = []

    def leave(self, search: LoggedSearch, shopper_id: str | None = None) -> Callable[[], None]:
        self._waiting.append((search, shopper_id))
        return lambda: None

    def drain(self) -> list[tuple[LoggedSearch, str | None]]:
        """What was left since the last time, and by whom."""
        drained, self._waiting = self._waiting, []
        return drained


class MemorySearchLog:
    """``SearchLog`` in dictionaries."""

    def __init__(self) -> None:
        self._searches: dict[str, LoggedSearch] = {}
        self._interactions: dict[tuple[str, str], Interaction] = {}

    def add_search(self, search: LoggedSearch) -> None:
        self._searches[search.query_id] = search

    def add_interaction(self, interaction: Interaction) -> None:
        self._interactions[interaction.query_id, interaction.action_id] = interaction

    def search(self, query_id: str) -> LoggedSearch | None:
        return self._searches.get(query_id)

    def of(self, query_id: str) -> tuple[LoggedSearch | None, Sequence[Interaction]]:
        actions = [each for each in self._interactions.values() if each.query_id == query_id]
        return self._searches.get(query_id), sorted(actions, key=lambda each: each.action_id)

    def during(self, hour: datetime) -> tuple[Sequence[LoggedSearch], Sequence[Interaction]]:
        searches = [each for each in self._searches.values() if _is_in(each.query_id, hour)]
        return searches, [each for each in self._interactions.values() if _is_in(each.query_id, hour)]


def _is_in(query_id: str, hour: datetime) -> bool:
    at = time_of(query_id)
    return at is not None and at.replace(minute=0, second=0, microsecond=0) == hour


class MemoryQueryLines:
    """``QueryLines`` in a dictionary."""

    def __init__(self) -> None:
        self._spans: dict[str, Sequence[QueryLine]] = {}
        self._through: datetime | None = None

    def save(self, span: str, lines: Sequence[QueryLine]) -> None:
        self._spans[span] = list(lines)

    def load(self, span: str) -> Sequence[QueryLine]:
        return self._spans.get(span, [])

    def counted_through(self) -> datetime | None:
        return self._through

    def set_counted_through(self, instant: datetime) -> None:
        self._through = instant


class MemoryContestLines:
    """``ContestLines`` in a dictionary."""

    def __init__(self) -> None:
        self._spans: dict[str, Sequence[ContestLine]] = {}

    def save(self, span: str, lines: Sequence[ContestLine]) -> None:
        self._spans[span] = list(lines)

    def load(self, span: str) -> Sequence[ContestLine]:
        return self._spans.get(span, [])


class MemoryLogNames:
    """``LogNames`` in a dictionary."""

    def __init__(self, consents: ConsentRecords, randomness: Randomness) -> None:
        self._consents = consents
        self._randomness = randomness
        self._names: dict[str, str] = {}

    def of(self, shopper_id: str) -> str | None:
        if not self._consents.of(shopper_id).is_personalised:
            return None
        return self._names.setdefault(shopper_id, new_name(self._randomness))

    def forget(self, shopper_id: str) -> None:
        self._names.pop(shopper_id, None)


class MemoryPopularities:
    """``Popularities`` in a dictionary."""

    def __init__(self) -> None:
        self._popularities: dict[str, Popularity] = {}

    def of(self, query: str) -> Popularity | None:
        return self._popularities.get(query)

    def save(self, popularity: Popularity) -> None:
        self._popularities[popularity.query] = replace(popularity)
