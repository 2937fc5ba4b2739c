"""Answers remembered under an ``Idempotency-Key``, so that a repeated request gets the first answer again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was asked under a key (``digest`` of the request) and, once it is known, answered (``None`` while running)."""

    digest: str
    answer: str | None
    status: int = 200


class IdempotencyRecords(Protocol):
    """The store of remembered answers; records live for at least 24 hours."""

    def begin(self, key: str, digest: str, now: datetime) -> Remembered | None:
        """Claim ``key``: None when it was free, else what is known of it.

        A holder that has not finished for a minute is taken for dead; the key is then free for the same ``digest`` only.
        """
        ...

    def finish(self, key: str, digest: str, status: int, answer: str, now: datetime) -> None: ...

    def forget(self, key: str, digest: str) -> None:
        """Free a claimed key after an error, so that the corrected request may use it."""
        ...
