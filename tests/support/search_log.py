"""What tests of the search log build from."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.search_log import (
    MemoryContestLines,
    MemoryLogNames,
    MemoryPopularities,
    MemoryQueryLines,
    MemorySearchLog,
)
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import Action, Interaction, LoggedSearch, LogNames, RecordKeeping, logged
from chalicelib.search.log.trail import new_query_id
from tests.support.search import NOW

DRAWN = SeededRandomness("search log")
UTC = ZoneInfo("UTC")


def searched(
    query: str,
    shopper: str | None = "u1",
    *,
    at: datetime = NOW,
    after: float = 0.0,
    shown: tuple[str, ...] = ("p1", "p2", "p3"),
    first: int = 0,
    total: int | None = None,
) -> LoggedSearch:
    """A search ``after`` seconds from ``at``."""
    when = at + timedelta(seconds=after)
    return logged(new_query_id(when, DRAWN), when, query, shopper, first, shown, len(shown) if total is None else total)


def acted(
    search: LoggedSearch, object_id: str = "p1", action: Action = Action.CLICKED, name: str | None = None
) -> Interaction:
    """What the searcher did with one product half a minute later."""
    name = name or f"{search.query_id}-{object_id}-{action}"
    return Interaction(name, search.query_id, action, object_id, search.at + timedelta(seconds=30))


def keeping(
    zone: ZoneInfo = UTC,
    log: MemorySearchLog | None = None,
    lines: MemoryQueryLines | None = None,
    popular: MemoryPopularities | None = None,
    names: LogNames | None = None,
) -> RecordKeeping:
    """The use cases over twins."""
    return RecordKeeping(
        log or MemorySearchLog(),
        lines or MemoryQueryLines(),
        MemoryContestLines(),
        popular or MemoryPopularities(),
        names or MemoryLogNames(MemoryConsentRecords(), DRAWN),
        zone,
    )
