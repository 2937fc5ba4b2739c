"""Who a shopper is: a small hot profile, traits, and what was concluded from them. Times are UTC, money is fen."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.core.errors import Conflict, Impossible, InvalidRequest, NotFound
from chalicelib.privacy import Consents
from chalicelib.profiles.affinity import Affinities
from chalicelib.profiles.days import Days
from chalicelib.profiles.habits import Habits
from chalicelib.profiles.missed import Missed
from chalicelib.profiles.orders import Order

OWN = ""
"""The shopper's own id among the ids that a profile is fed from."""

BY_HAND = "by_hand"
"""The rule of a tag that a person set: no rule changes it or takes it away."""


class ProfileNotFound(NotFound):
    """Nothing was ever seen of this shopper."""


class TagUnknown(NotFound):
    """The registry of tags has no such tag."""


class TagNotFound(NotFound):
    """The shopper does not carry this tag."""


class LogIncomplete(Impossible):
    """The log no longer has all events that a profile was made from: a recomputation would lose the older ones."""


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
    PSYCHOLOGICAL = "psychological"
    SOCIAL = "social"
    CREDIT = "credit"
    LIFECYCLE = "lifecycle"


@dataclass(frozen=True, slots=True)
class Counters:
    """What happened over a shopper's life. ``seen`` counts every event.

    ``orders`` and ``spend`` (fen) are what stands: a cancelled order, or one that was paid back whole, gives nothing, and
    what was paid back in part is not spent. ``refunds`` and ``cancellations`` count what was told, ``refunded`` is the
    fen that went back. ``discounted`` orders had a ``discount`` (fen in all).
    """

    seen: int = 0
    views: int = 0
    searches: int = 0
    carts: int = 0
    wishes: int = 0
    orders: int = 0
    spend: int = 0
    refunds: int = 0
    refunded: int = 0
    cancellations: int = 0
    discounted: int = 0
    discount: int = 0

    def plus(self, other: "Counters") -> "Counters":
        """Both together."""
        return Counters(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Counters)))


@dataclass(frozen=True, slots=True)
class Recency:
    """The latest instant of each behaviour by event time, however late the event came in.

    ``last_order`` is when one was placed last, whatever became of it.
    """

    first_seen: datetime | None = None
    last_seen: datetime | None = None
    last_view: datetime | None = None
    last_search: datetime | None = None
    last_cart: datetime | None = None
    last_order: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reminded:
    """The last time that the shop said a coupon ends, and the latest end of those it spoke of."""

    at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The hot profile, about 1 KB as stored.

    ``applied`` has the log sequence (40 digits) of the last event counted, by the id it came under: ``OWN`` for the
    shopper's own, else an id that was merged into this one (each id's log has sequences of its own). ``version`` counts
    writes, 0: never written. ``due_at`` is when the sweep looks again, None for the dormant. ``learnt`` counts the events
    that taught ``affinities``, ``missed`` names those that were set aside. ``generation`` names the set of order records
    that belongs to this profile.
    """

    counters: Counters = field(default_factory=Counters)
    recency: Recency = field(default_factory=Recency)
    affinities: Affinities = field(default_factory=Affinities)
    days: Days = field(default_factory=Days)
    habits: Habits = field(default_factory=Habits)
    missed: Missed = field(default_factory=Missed)
    reminded: Reminded = field(default_factory=Reminded)
    learnt: int = 0
    lifecycle: Lifecycle = Lifecycle.NEW
    due_at: datetime | None = None
    applied: Mapping[str, str] = field(default_factory=dict)
    generation: str = ""
    is_known: bool = False
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
    """All that is known of one shopper. ``withheld`` names tags the shopper had removed: no rule brings them back.

    ``orders`` holds those that were asked for. ``counted`` names events that a recomputation counted before the log's
    stream brought them.
    """

    shopper_id: str
    profile: Profile
    traits: Traits
    tags: Mapping[str, Tag]
    consents: Consents
    withheld: frozenset[str] = frozenset()
    orders: Mapping[str, Order] = field(default_factory=dict)
    counted: frozenset[str] = frozenset()

    @property
    def merged_from(self) -> tuple[str, ...]:
        """The other ids whose events this profile is made from."""
        return tuple(sorted(source for source in self.profile.applied if source != OWN))

    def source_of(self, log_id: str) -> str:
        """The name under which ``Profile.applied`` has the log of ``log_id``."""
        return OWN if log_id == self.shopper_id else log_id

    def has_tag(self, tag_id: str) -> bool:
        return tag_id in self.tags


@dataclass(frozen=True, slots=True)
class CountedAhead:
    """Names of events that a recomputation counted and the log's stream may still bring, until an instant."""

    names: frozenset[str]
    until: datetime


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """One write: all of it or nothing. ``profile.version`` is one above the version it was made from.

    ``traits`` is None when they stay as they are, so is ``counted``; ``traits_before`` are those that they replace.
    ``withheld`` leaves a tombstone where a tag was.
    """

    shopper_id: str
    profile: Profile
    traits: Traits | None = None
    tags_set: tuple[Tag, ...] = ()
    tags_removed: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    orders: tuple[Order, ...] = ()
    counted: CountedAhead | None = None
    traits_before: Traits | None = None
