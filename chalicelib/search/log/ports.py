"""What the search log needs from outside."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.search.log.contests import ContestLine
from chalicelib.search.log.counting import QueryLine
from chalicelib.search.log.popularity import Popularity
from chalicelib.search.log.trail import Interaction, LoggedSearch


class SearchTrail(Protocol):
    """Carries searches from the answering process to the log, at least once or, when the way is closed, not at all: no
    search fails or waits long because of it."""

    def leave(self, search: LoggedSearch, shopper_id: str | None = None) -> Callable[[], None]:
        """Begin to send ``search``, made by ``shopper_id``. The answer is called before the process may be frozen: it waits,
        but not for long."""
        ...


class LogNames(Protocol):
    """What shoppers are called in the search log."""

    def of(self, shopper_id: str) -> str | None:
        """The shopper's name: drawn at random when it is first asked for, the same from then on. None while the shopper has
        personalisation switched off."""
        ...

    def forget(self, shopper_id: str) -> None:
        """Forget the name: what is logged under it is nobody's from now on, and the next name is another one."""
        ...


class SearchLog(Protocol):
    """Searches and what was done with them, joined by query id and found by hour. Repeated additions change nothing."""

    def add_search(self, search: LoggedSearch) -> None: ...

    def add_interaction(self, interaction: Interaction) -> None:
        """Add an action, whether or not its search is there yet."""
        ...

    def search(self, query_id: str) -> LoggedSearch | None:
        """One search."""
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


class ContestLines(Protocol):
    """Counted contests of interleaved orders per span, replaced as a whole."""

    def save(self, span: str, lines: Sequence[ContestLine]) -> None: ...

    def load(self, span: str) -> Sequence[ContestLine]:
        """The lines of ``span`` by experiment; none when there was no experiment."""
        ...


class Popularities(Protocol):
    """What is popular, by query."""

    def of(self, query: str) -> Popularity | None: ...

    def save(self, popularity: Popularity) -> None: ...
