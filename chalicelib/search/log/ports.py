"""What the search log needs from outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.search.log.counting import QueryLine
from chalicelib.search.log.popularity import Popularity
from chalicelib.search.log.trail import Interaction, LoggedSearch


class SearchTrail(Protocol):
    """Carries searches from the answering process to the log, at least once or, when the way is closed, not at all: no
    search fails or waits long because of it."""

    def leave(self, search: LoggedSearch) -> Callable[[], None]:
        """Begin to send ``search``. The answer is called before the process may be frozen: it waits, but not for long."""
        ...


class SearchLog(Protocol):
    """Searches and what was done with them, joined by query id and found by hour. Repeated additions change nothing."""

    def add_search(self, search: LoggedSearch) -> None: ...

    def add_interaction(self, interaction: Interaction) -> None:
        """Add an action, whether or not its search is there yet."""
        ...

    def of(self, query_id: str) -> tuple[LoggedSearch | None, Sequence[Interaction]]:
        """One search and its actions."""
        ...

    def during(self, hour: datetime) -> tuple[Sequence[LoggedSearch], Sequence[Interaction]]:
        """The searches of the UTC hour that begins at ``hour``, and their actions whenever those were; in any order."""
        ...


class QueryLines(Protocol):
    """Counted lines per span (an hour, a day), replaced as a whole."""

    def save(self, span: str, lines: Sequence[QueryLine]) -> None: ...

    def load(self, span: str) -> Sequence[QueryLine]:
        """The lines of ``span``, most searched first; none when it was never counted."""
        ...

    def counted_through(self) -> datetime | None:
        """Up to when the log was counted, None before the first time."""
        ...

    def set_counted_through(self, instant: datetime) -> None: ...


class Popularities(Protocol):
    """What is popular, by query."""

    def of(self, query: str) -> Popularity | None: ...

    def save(self, popularity: Popularity) -> None: ...
