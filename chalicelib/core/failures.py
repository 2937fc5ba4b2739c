"""Where things go that were accepted and could not be done: kept with the reason until someone looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that failed: ``source`` names the step (``record_events``), ``body`` is what it was given, as JSON text."""

    failure_id: str
    source: str
    reason: str
    body: str
    failed_at: datetime


class Failures(Protocol):
    """The store of failures, newest first."""

    def add(self, failure: Failure) -> None:
        """Keep a failure; adding the same ``failure_id`` again changes nothing."""
        ...

    def list(self, limit: int, cursor: str | None = None) -> tuple[Sequence[Failure], str | None]: ...
