"""What privacy needs from outside."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.privacy.model import Consents, Evidence


class ConsentRecords(Protocol):
    """The store of consents and of the evidence for them."""

    def of(self, shopper_id: str) -> Consents:
        """The consents of a shopper as of now (version 0 when nothing was ever recorded)."""
        ...

    def save(self, consents: Consents, evidence: Evidence) -> None:
        """Store ``consents`` and its evidence, both or neither.

        Raises ``StaleConsents`` unless the stored version is the one before.
        """
        ...

    def evidence(self, shopper_id: str) -> list[Evidence]:
        """Everything that was ever decided, oldest first."""
        ...

    def history(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Evidence], str | None]:
        """One page of what was decided, newest first, and where to go on (None at the end)."""
        ...
