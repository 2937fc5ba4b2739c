"""Which ids are one person: what links them, what must not be linked, and what is written down about it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.core.errors import Impossible
from chalicelib.privacy import Consents, Evidence
from chalicelib.profiles.model import ProfileChange, Shopper
from chalicelib.profiles.orders import Order

MAX_SOURCES = 50
"""Ids of one person. Each takes a place in the hot profile, and is asked for its own log by a recomputation."""
MAX_MERGES = 10
MERGES_WITHIN = timedelta(days=1)
"""Ten devices a day are a family's; more is a loop in somebody's code."""


class Told(StrEnum):
    """Who said that two ids are one person: a log-in, or somebody who knows."""

    IDENTIFY = "identify"
    ALIAS = "alias"


class Outcome(StrEnum):
    """What became of a link."""

    MERGED = "merged"
    ALREADY_ONE = "already_one"
    SHARED_DEVICE = "shared_device"
    BOTH_KNOWN = "both_known"
    TOO_MANY_IDS = "too_many_ids"
    TOO_MANY_TODAY = "too_many_today"


LIMITS = frozenset({Outcome.TOO_MANY_IDS, Outcome.TOO_MANY_TODAY})
"""What was not done though it may be right: kept as a failure, to be replayed."""


class MergeRefused(Impossible):
    """Two ids were not merged because a limit stands before it."""


@dataclass(frozen=True, slots=True)
class Link:
    """Somebody says that ``other`` and ``into`` are one person, who is to be found under ``into``. Told again, it is the same
    link.
    """

    into: str
    other: str
    told: Told
    at: datetime = field(compare=False)


@dataclass(frozen=True, slots=True)
class Alias:
    """What is left of a profile that was merged: where it went. While ``is_moving``, things of it are still to be brought
    there or cleared away.
    """

    to: str
    is_moving: bool


@dataclass(frozen=True, slots=True)
class LinkEntry:
    """What became of a link, kept with the surviving shopper. ``at`` is when it was done; refused: when it was told."""

    into: str
    other: str
    told: Told
    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Merge:
    """One write: all of it or nothing, on condition that neither shopper was changed since they were read.

    ``change`` is the surviving shopper's, ``other`` is who becomes an alias, as read. ``consents`` and ``evidence`` are the
    surviving shopper's; None when theirs stay as they are.
    """

    change: ProfileChange
    other: Shopper
    entry: LinkEntry
    consents: Consents | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A shopper with every order."""

    shopper: Shopper
    orders: tuple[Order, ...] = ()


def verdict(link: Link, into: Shopper, other: Shopper, merged_lately: int) -> Outcome:
    """Whether ``link`` may be followed: ``into`` and ``other`` are the shoppers that its ids lead to now.

    A log-in never makes two known shoppers one. A device stays with whom it was merged into first: who logs in on it later
    has a profile of their own, without what the device did before. Only an alias, told on purpose, goes further.
    """
    if into.shopper_id == other.shopper_id:
        return Outcome.ALREADY_ONE
    if link.told is Told.IDENTIFY and other.profile.is_known:
        return Outcome.BOTH_KNOWN if other.shopper_id == link.other else Outcome.SHARED_DEVICE
    if len({*into.merged_from, *other.merged_from, other.shopper_id}) > MAX_SOURCES:
        return Outcome.TOO_MANY_IDS
    return Outcome.TOO_MANY_TODAY if merged_lately >= MAX_MERGES else Outcome.MERGED
