"""Where things go that were accepted and could not be done: kept with the reason until someone looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.core.errors import NotFound


class FailureNotFound(NotFound):
    """No failure has this id, or it expired."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that failed: ``source`` names the step (``record_events``), ``body`` is what it was given, as JSON text.

    ``replayed_at`` is when that step took it back, None until then.
    """

    failure_id: str
    source: str
    reason: str
    body: str
    failed_at: datetime
    replayed_at: datetime | None = None


class Failures(Protocol):
    """The store of failures, newest first."""

    def add(self, failure: Failure) -> None:
        """Keep a failure; adding the same ``failure_id`` again changes nothing."""
        ...

    def get(self, failure_id: str) -> Failure | None: ...

    def mark_replayed(self, failure_id: str, at: datetime) -> None:
        """Note when a failure was taken back; nothing happens when it expired."""
        ...

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Failure], str | None]: ...
