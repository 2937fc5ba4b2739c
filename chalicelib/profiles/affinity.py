"""What a shopper leans towards, as weights that fade by half every 30 days (sizes: a year) and are never rewritten to fade.

Forward decay (Cormode, Shkapenyuk, Srivastava, Xu: "Forward Decay: A Practical Time Decay Model for Streaming
Systems", ICDE 2009): instead of shrinking old weights, younger ones are worth more. An entry is one number,
``log2(sum of weight_i * 2^(t_i / half-life))``: it needs no time beside it, does not depend on the order in which
events came in, and comparing two entries needs no clock.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAX_NAME_BYTES = 60
"""A longer name is not learnt: the whole profile has 1 KB."""
_DIGITS = 5
"""Kept of a score after the point (an error under 0.0004% of the weight): half the bytes of a full float. Rounded with
every event and not when stored, so that a profile that was stored in between is the same as one that was not."""
_GONE = 0.01
"""The share of what is taken back that may remain for rounding's sake: what is left under it was nothing."""


class Kind(StrEnum):
    """What can be liked."""

    BRAND = "brand"
    CATEGORY = "category"
    TAG = "tag"
    PRICE_BAND = "price_band"
    SIZE = "size"
    SEARCH_WORD = "search_word"


Lesson = tuple[Kind, str, float]
"""A kind, a name, and the weight above 0 that an event gives it."""

MOST_KEPT: Mapping[Kind, int] = {
    Kind.BRAND: 5,
    Kind.CATEGORY: 8,
    Kind.TAG: 3,
    Kind.PRICE_BAND: 8,
    Kind.SIZE: 5,
    Kind.SEARCH_WORD: 5,
}
_DAY = 86_400
HALF_LIFE_SECONDS: Mapping[Kind, int] = dict.fromkeys(Kind, 30 * _DAY) | {Kind.SIZE: 365 * _DAY}
"""A taste changes with the season, a foot does not."""


@dataclass(frozen=True, slots=True)
class Affinities:
    """Scores by kind and name; at most ``MOST_KEPT`` of each kind."""

    scores: Mapping[Kind, Mapping[str, float]] = field(default_factory=dict)

    def weights(self, kind: Kind, now: datetime) -> dict[str, float]:
        """The decayed weights of a kind at ``now``, heaviest first. One event of weight 1 just now weighs 1."""
        return {name: _weight(kind, score, now) for name, score in _ranked(self.scores.get(kind, {}))}

    def top(self, kind: Kind, now: datetime) -> tuple[str, float] | None:
        """The heaviest name of a kind and its weight at ``now``, or None."""
        ranked = _ranked(self.scores.get(kind, {}))
        return (ranked[0][0], _weight(kind, ranked[0][1], now)) if ranked else None

    def plus(self, lessons: Iterable[Lesson], at: datetime) -> "Affinities":
        """These affinities after an event at ``at`` that gave each (kind, name) a weight above 0."""
        scores = {kind: dict(entries) for kind, entries in self.scores.items()}
        for kind, name, weight in lessons:
            if not name or len(name.encode()) > MAX_NAME_BYTES:
                continue
            entries = scores.setdefault(kind, {})
            fresh = math.log2(weight) + _half_lives(kind, at)
            entries[name] = round(_log2_sum(entries[name], fresh) if name in entries else fresh, _DIGITS)
        return _kept(scores)

    def minus(self, lessons: Iterable[Lesson], at: datetime) -> "Affinities":
        """These affinities without what an event at ``at`` gave: a name that was not kept since is left alone."""
        scores = {kind: dict(entries) for kind, entries in self.scores.items()}
        for kind, name, weight in lessons:
            entries = scores.get(kind, {})
            if name not in entries:
                continue
            given = math.log2(weight) + _half_lives(kind, at)
            rest = math.exp2(min(entries[name] - given, 64.0)) - 1.0
            if rest < _GONE:
                del entries[name]
            else:
                entries[name] = round(given + math.log2(rest), _DIGITS)
        return _kept(scores)

    def together_with(self, other: "Affinities") -> "Affinities":
        """The affinities of two profiles of one person."""
        scores = {kind: dict(entries) for kind, entries in self.scores.items()}
        for kind, entries in other.scores.items():
            mine = scores.setdefault(kind, {})
            for name, score in entries.items():
                mine[name] = round(_log2_sum(mine[name], score), _DIGITS) if name in mine else score
        return _kept(scores)


def heaviest(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    """As many lessons of each kind as could be kept: an order remembers its own, and may have fifty products."""
    kept: list[Lesson] = []
    places = dict(MOST_KEPT)
    for kind, name, weight in sorted(lessons, key=lambda each: (-each[2], each[0], each[1])):
        if places[kind] and name and len(name.encode()) <= MAX_NAME_BYTES:
            places[kind] -= 1
            kept.append((kind, name, weight))
    return tuple(kept)


def _kept(scores: Mapping[Kind, Mapping[str, float]]) -> Affinities:
    most = {kind: dict(_ranked(entries)[: MOST_KEPT[kind]]) for kind, entries in scores.items()}
    return Affinities({kind: entries for kind, entries in most.items() if entries})


def _half_lives(kind: Kind, at: datetime) -> float:
    return at.timestamp() / HALF_LIFE_SECONDS[kind]


def _weight(kind: Kind, score: float, now: datetime) -> float:
    return math.exp2(min(score - _half_lives(kind, now), 64.0))


def _log2_sum(one: float, other: float) -> float:
    high, low = max(one, other), min(one, other)
    return high + math.log2(1.0 + math.exp2(low - high))


def _ranked(entries: Mapping[str, float]) -> list[tuple[str, float]]:
    return sorted(entries.items(), key=lambda entry: (-entry[1], entry[0]))
