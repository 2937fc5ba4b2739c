"""What a recomputation would change, field by field."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.days import DAY_COUNTS
from chalicelib.profiles.model import ProfileChange, Shopper

_WEIGHT_DIGITS = 2
"""Kept of an affinity in a comparison: the order of events shows in the fourth."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field (``counters.views``, ``days.2026-11-22.orders``) as it is and as it would be; None: not there."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a recomputation would change. ``is_complete`` is False when the log has fewer events than were counted."""

    differences: tuple[Difference, ...]
    is_complete: bool


def compared(shopper: Shopper, made: ProfileChange, now: datetime) -> Comparison:
    """How a shopper differs from what ``made`` would make of them."""
    gone = {*made.tags_removed, *made.withheld}
    tags = {tag_id: tag for tag_id, tag in shopper.tags.items() if tag_id not in gone}
    tags |= {tag.tag_id: tag for tag in made.tags_set}
    after = replace(shopper, profile=made.profile, traits=made.traits or shopper.traits, tags=tags)
    old, new = dict(_fields(shopper, now)), dict(_fields(after, now))
    differing = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    differences = tuple(Difference(name, old.get(name), new.get(name)) for name in differing)
    return Comparison(differences, made.profile.counters.seen >= shopper.profile.counters.seen)


def _fields(shopper: Shopper, now: datetime) -> Iterator[tuple[str, Any]]:
    profile = shopper.profile
    for part in ("counters", "recency", "habits"):
        yield from ((f"{part}.{name}", value) for name, value in asdict(getattr(profile, part)).items())
    for kind in Kind:
        for name, weight in profile.affinities.weights(kind, now).items():
            yield f"affinities.{kind}.{name}", round(weight, _WEIGHT_DIGITS)
    for day, counts in profile.days.counts.items():
        for name in DAY_COUNTS:
            yield f"days.{date.fromordinal(day)}.{name}", getattr(counts, name) or None
    yield from ((f"traits.{name}", value) for name, value in shopper.traits.values().items())
    yield from ((f"tags.{tag_id}", tag.value) for tag_id, tag in shopper.tags.items())
    yield "lifecycle", profile.lifecycle
    yield "learnt", profile.learnt
    yield "missed", len(profile.missed.names)
    yield "reminded", profile.reminded.until
