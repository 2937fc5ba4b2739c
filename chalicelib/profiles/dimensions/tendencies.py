"""Shares that several rules look at: what somebody looks at mostly, when, and at which prices.

Shares within one kind of affinity do not change with time: all of its weights fade alike.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from chalicelib.profiles.affinity import Kind
from chalicelib.profiles.dimensions.model import Known, share_of
from chalicelib.profiles.habits import HOURS_PER_PART

INTERESTED = ("last_view", "last_search", "last_cart", "last_order")
"""The instants after which interests may have changed."""


def weights(known: Known, kind: Kind) -> Mapping[str, float]:
    """What is liked of a kind, heaviest first, in weights whose sum says nothing."""
    scores = known.profile.affinities.scores.get(kind, {})
    if not scores:
        return {}
    heaviest = max(scores.values())
    ranked = sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))
    return {name: math.exp2(score - heaviest) for name, score in ranked}


def share_about(known: Known, kind: Kind, words: Iterable[str]) -> float:
    """The share of what is liked of a kind that has one of ``words`` in its name."""
    liked = weights(known, kind)
    wanted = tuple(words)
    about = sum(weight for name, weight in liked.items() if any(word in name for word in wanted))
    return share_of(about, sum(liked.values()))


def strongest(known: Known, kind: Kind, words: Iterable[str], besides: Iterable[str] = ()) -> float:
    """The weight of the heaviest name of a kind that has one of ``words`` in it, and none of ``besides``: levels of one path
    are one sign."""
    wanted, unwanted = tuple(words), tuple(besides)
    about = (
        weight
        for name, weight in weights(known, kind).items()
        if any(word in name for word in wanted) and not any(word in name for word in unwanted)
    )
    return max(about, default=0.0)


def top_share(known: Known, kind: Kind) -> float:
    """The share of the one that is liked most."""
    liked = weights(known, kind)
    return share_of(max(liked.values(), default=0.0), sum(liked.values()))


def price_share(known: Known, at_least: int = 0, below: float = math.inf) -> float:
    """The share of the price bands that begin at ``at_least`` yuan or more, and under ``below``."""
    bands = weights(known, Kind.PRICE_BAND)
    within = sum(weight for band, weight in bands.items() if at_least <= band_begins(band) < below)
    return share_of(within, sum(bands.values()))


def band_begins(band: str) -> int:
    """100 of ``100-200``, 5000 of ``5000+``."""
    return int(band.removesuffix("+").partition("-")[0])


def part_name(part: int) -> str:
    """``20-24``: a part of the day in hours."""
    return f"{part * HOURS_PER_PART:02d}-{(part + 1) * HOURS_PER_PART:02d}"


def most(counts: Iterable[int]) -> tuple[int, float] | None:
    """The place of the greatest count, and its share."""
    numbers = list(counts)
    total = sum(numbers)
    if total <= 0:
        return None
    place = max(range(len(numbers)), key=lambda each: (numbers[each], -each))
    return place, share_of(numbers[place], total)


def falls_out(days: Iterable[int], window: int, today: date) -> date | None:
    """The next day on which one of ``days`` (ordinals) is no longer among the last ``window``."""
    over = [day + window for day in days if day + window > today.toordinal()]
    return date.fromordinal(min(over)) if over else None


def interested_at(known: Known) -> datetime:
    """The latest event after which interests may have changed."""
    return known.latest(*INTERESTED)
