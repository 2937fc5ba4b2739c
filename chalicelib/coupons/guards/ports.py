"""What the door needs from outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chalicelib.coupons.guards.marks import Mark
from chalicelib.coupons.guards.rules import Guards, Hit, Pace
from chalicelib.coupons.offers.cart import Customer


@dataclass(frozen=True, slots=True)
class Claimant:
    """A shopper: every id, the surviving one first, and what offers may know of them."""

    ids: tuple[str, ...]
    customer: Customer


class Claimants(Protocol):
    """The shop's shoppers."""

    def of(self, shopper_id: str) -> Claimant: ...


class GuardRules(Protocol):
    """The store of the rules."""

    def load(self) -> Guards | None: ...

    def store(self, guards: Guards) -> None:
        """Store rules whose version is one above the stored one. Raises ``GuardsChanged``."""
        ...


class GuardRecords(Protocol):
    """What the door remembers of attempts."""

    def keep_pace(self, pace: Pace, mark: str, now: datetime, *, enforced: bool) -> bool:
        """Count one more attempt for a mark in this window; whether it was within ``pace.most``. Beyond it nothing is
        counted where it is enforced."""
        ...

    def seen(self, ids: Sequence[str]) -> frozenset[tuple[Mark, str]]:
        """The marks remembered of a shopper's ids."""
        ...

    def see(self, shopper_id: str, marks: Mapping[Mark, str], now: datetime) -> None:
        """Remember marks of a shopper: 16 places of each kind, a later mark may take an earlier one's."""
        ...

    def note(self, hit: Hit) -> None: ...

    def hits(self, now: datetime, limit: int, cursor: str | None = None) -> tuple[Sequence[Hit], str | None]:
        """Hits of the last 30 days, latest first, and where to go on (None at the end). Raises ``InvalidRequest`` for a
        cursor that this did not give."""
        ...
