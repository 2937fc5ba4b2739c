"""What may be said of a shopper in one word, and how sure that is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from chalicelib.profiles.model import Profile, Traits

Value = str | int | float | tuple[str, ...]


class Dimension(StrEnum):
    """The four sides that a shopper is looked at from."""

    BASIC = "basic"
    BEHAVIOUR = "behaviour"
    CONSUMPTION = "consumption"
    PSYCHOLOGICAL = "psychological"


class Source(StrEnum):
    """How something is known: the shopper said so, it was concluded from something else, or it is a sum of what happened."""

    GIVEN = "given"
    INFERRED = "inferred"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Known:
    """What rules look at: a profile and traits at an instant, in the shop's zone."""

    profile: Profile
    traits: Traits
    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def latest(self, *names: str) -> datetime:
        """The latest of some instants of ``Recency``, by their names; when the shopper was seen last if there is none."""
        recency = self.profile.recency
        instants = [at for name in names if (at := getattr(recency, name)) is not None]
        return max(instants) if instants else recency.last_seen or self.now


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: a value, a confidence from 0 to 1, and since when it holds at least."""

    value: Value
    confidence: float
    since: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """A value of a dimension and where it comes from.

    ``since`` is when it was given, or the latest event that could have changed it: it holds at least that long.
    """

    value: Value
    source: Source
    confidence: float
    since: datetime
    rule: str
    rule_version: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to know the value ``name`` of a dimension; ``judge`` answers None where it cannot say."""

    dimension: Dimension
    name: str
    rule: str
    source: Source
    judge: Callable[[Known], Finding | None]
    version: int = 1

    @property
    def path(self) -> str:
        """``basic.gender``."""
        return f"{self.dimension}.{self.name}"

    def say(self, known: Known) -> Statement | None:
        """What the rule says of a shopper."""
        found = self.judge(known)
        if found is None:
            return None
        confidence = round(found.confidence, 2)
        return Statement(found.value, self.source, confidence, found.since, self.rule, self.version)


def sureness(evidence: float, half: float) -> float:
    """From 0 to 1: ``half`` pieces of evidence make a half."""
    return evidence / (evidence + half) if evidence > 0 else 0.0


def share_of(part: float, whole: float) -> float:
    """A share, at most 1; 0 of nothing."""
    return min(part / whole, 1.0) if whole > 0 else 0.0
