"""Who a shopper is: a small hot profile, traits, and what was concluded from them. Times are UTC, money is fen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.core.errors import Conflict, InvalidRequest, NotFound
from chalicelib.privacy import Consents
from chalicelib.profiles.affinity import Affinities

BY_HAND = "by_hand"
"""The rule of a tag that a person set: no rule changes it or takes it away."""


class ProfileNotFound(NotFound):
    """Nothing was ever seen of this shopper."""


class TagUnknown(NotFound):
    """The registry of tags has no such tag."""


class TagNotFound(NotFound):
    """The shopper does not carry this tag."""


class StaleProfile(Conflict):
    """Someone else changed this profile in between."""


class ActivityUnusable(InvalidRequest):
    """One activity of a batch cannot be applied; ``sequence`` says which. The others can."""

    def __init__(self, sequence: str, message: str) -> None:
        super().__init__(message)
        self.sequence = sequence


class Lifecycle(StrEnum):
    """Where a shopper stands: just met, around, or not seen for ``dormant_after_days``."""

    NEW = "new"
    ACTIVE = "active"
    DORMANT = "dormant"


class TagGroup(StrEnum):
    """The kind of statement a tag makes."""

    BASIC = "basic"
    BEHAVIOUR = "behaviour"
    INTEREST = "interest"
    CONSUMPTION = "consumption"
    LIFECYCLE = "lifecycle"


@dataclass(frozen=True, slots=True)
class Counters:
    """What happened over a shopper's life. ``spend`` and ``refunded`` are fen; ``seen`` counts every event."""

    seen: int = 0
    views: int = 0
    searches: int = 0
    carts: int = 0
    wishes: int = 0
    orders: int = 0
    spend: int = 0
    refunds: int = 0
    refunded: int = 0


@dataclass(frozen=True, slots=True)
class Recency:
    """The latest instant of each behaviour by event time, however late the event came in."""

    first_seen: datetime | None = None
    last_seen: datetime | None = None
    last_view: datetime | None = None
    last_search: datetime | None = None
    last_cart: datetime | None = None
    last_order: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The hot profile, at most 1 KB as stored.

    ``applied_through`` is the log sequence (40 digits) of the last event counted; ``version`` counts writes, 0: never
    written. ``due_at`` is when the dormancy sweep looks again, None for the dormant. ``learnt`` counts the events that
    taught ``affinities``.
    """

    counters: Counters = field(default_factory=Counters)
    recency: Recency = field(default_factory=Recency)
    affinities: Affinities = field(default_factory=Affinities)
    learnt: int = 0
    lifecycle: Lifecycle = Lifecycle.NEW
    due_at: datetime | None = None
    applied_through: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True)
class Trait:
    """What a shopper said (``value``: JSON, None when taken back) and when."""

    value: Any
    at: datetime


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known by being told: name, e-mail, birthday, ..."""

    known: Mapping[str, Trait] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """The value of a trait, or None."""
        trait = self.known.get(name)
        return trait.value if trait else None

    def values(self) -> dict[str, Any]:
        """All traits that have a value."""
        return {name: trait.value for name, trait in self.known.items() if trait.value is not None}

    @property
    def name(self) -> str | None:
        return self._text("name")

    @property
    def email(self) -> str | None:
        return self._text("email")

    @property
    def phone(self) -> str | None:
        return self._text("phone")

    def _text(self, name: str) -> str | None:
        value = self.get(name)
        return value.strip() or None if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Tag:
    """A statement about a shopper: ``value`` (``"true"`` where only its presence counts), which rule and version made
    it, with which confidence (0 to 1), and since when it holds by event time.
    """

    tag_id: str
    value: str
    rule: str
    rule_version: int
    confidence: float
    since: datetime
    group: TagGroup


@dataclass(frozen=True, slots=True)
class Shopper:
    """All that is known of one shopper. ``withheld`` names tags the shopper had removed: no rule brings them back."""

    shopper_id: str
    profile: Profile
    traits: Traits
    tags: Mapping[str, Tag]
    consents: Consents
    withheld: frozenset[str] = frozenset()

    def has_tag(self, tag_id: str) -> bool:
        return tag_id in self.tags


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """One write: all of it or nothing. ``profile.version`` is one above the version it was made from.

    ``traits`` is None when they stay as they are. ``withheld`` leaves a tombstone where a tag was.
    """

    shopper_id: str
    profile: Profile
    traits: Traits | None = None
    tags_set: tuple[Tag, ...] = ()
    tags_removed: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
