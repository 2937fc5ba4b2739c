"""What events need from outside."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from chalicelib.events.model import Event, Outcome, Unreadable


class EventQueue(Protocol):
    """Carries accepted events to the log, at least once, in any order."""

    def send(self, events: Sequence[Event]) -> None:
        """Queue all of ``events``. Raises ``QueueUnavailable`` when one of them could not be: then send all again."""
        ...


class EventLog(Protocol):
    """The log of every shopper's events; what is recorded once is announced once (by the table's stream)."""

    def append(self, event: Event, recorded_at: datetime | None = None) -> Outcome:
        """Record ``event`` unless its id is there already, noting when (None: when it was received)."""
        ...

    def of(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Event], str | None]:
        """One page of a shopper's events, newest first by event time, and the next cursor (None at the end)."""
        ...

    def all_of(self, shopper_id: str) -> Iterable[tuple[Event | Unreadable, datetime]]:
        """Every event of a shopper as of now, with when it was recorded."""
        ...
