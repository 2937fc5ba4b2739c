"""What shoppers chose after a query, as bounded factors for those products: the same for everybody, before any taste."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.core.errors import Unavailable
from chalicelib.search.exactness import names_a_model
from chalicelib.search.log.counting import NO_INTEREST, Interest, QueryLine, most_liked
from chalicelib.search.log.trail import query_key
from chalicelib.search.model import Reason
from chalicelib.search.plan import Boost, Sort
from chalicelib.search.understanding import Understood

if TYPE_CHECKING:
    from chalicelib.search.log.ports import Popularities

POPULAR = "本店热门"
MIN_PEOPLE = 3
"""Fewer different people cannot make a product popular for everybody."""
MAX_GAIN = 0.5
"""The factor stays below 1.5: less than the 2 that full coverage of the query gives."""
HALF_GAIN = 4.0
"""The weight (clicks at the first position) that gives half of ``MAX_GAIN``."""
HALF_LIFE_DAYS = 14
WINDOW_DAYS = 28
FORGOTTEN = 0.05
_REMEMBERED = 2_000
_REMEMBERED_FOR = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Popularity:
    """The interest in the products of one query as it stood on the day ``as_of``."""

    query: str
    as_of: date
    products: Mapping[str, Interest] = field(default_factory=dict)


def popularities(days: Mapping[date, Iterable[QueryLine]], today: date) -> dict[str, Popularity]:
    """What the lines of the last days come to, by query; a day's interest halves every ``HALF_LIFE_DAYS``."""
    gathered: dict[str, dict[str, Interest]] = {}
    for day, lines in sorted(days.items()):
        faded = _faded(day, today)
        for line in lines:
            if line.products:
                _gather(gathered.setdefault(line.query, {}), line.products, faded)
    return {query: Popularity(query, today, most_liked(products)) for query, products in gathered.items()}


def boosts_of(popularity: Popularity | None, today: date) -> tuple[Boost, ...]:
    """The factors of a query's popular products: 1 + ``MAX_GAIN`` x (weight / the greatest weight) x weight / (weight +
    ``HALF_GAIN``). The share keeps a busy query apart from its chance clicks, the last term waits until there is something
    to go by."""
    if popularity is None or not popularity.products:
        return ()
    faded = _faded(popularity.as_of, today)
    greatest = max(interest.weight for interest in popularity.products.values())
    boosts = []
    for object_id, interest in popularity.products.items():
        weight = interest.weight * faded
        if interest.people >= MIN_PEOPLE and weight > FORGOTTEN:
            gain = MAX_GAIN * interest.weight / greatest * weight / (weight + HALF_GAIN)
            boosts.append(Boost(object_id, round(1 + gain, 4)))
    return tuple(boosts)


def _gather(products: dict[str, Interest], more: Mapping[str, Interest], faded: float) -> None:
    for object_id, interest in more.items():
        products[object_id] = products.get(object_id, NO_INTEREST).plus(interest, faded)


def _faded(day: date, today: date) -> float:
    return float(0.5 ** (max((today - day).days, 0) / HALF_LIFE_DAYS))


def reason_of(boosts: Sequence[Boost], object_id: str) -> Reason | None:
    """Why a product stands higher for everybody, or None when it does not."""
    gain = next((boost.factor - 1 for boost in boosts if boost.object_id == object_id), 0.0)
    return Reason(POPULAR, "popular", object_id, round(gain, 4)) if gain else None


class PopularChoices:
    """The factors of a search, remembered for a minute in this process: head queries are most of all queries."""

    def __init__(self, popularities: "Popularities") -> None:
        self._popularities = popularities
        self._known: dict[str, tuple[datetime, tuple[Boost, ...]]] = {}

    def boosts(self, query: Understood, sort: Sort, now: datetime) -> tuple[Boost, ...]:
        """The factors for ``query``: none when it names a model, has no words, or asks for an order of its own."""
        if sort is not Sort.RELEVANCE or not query.characters or names_a_model(query):
            return ()
        key = query_key(query.query)
        known = self._known.get(key)
        if known and now - known[0] < _REMEMBERED_FOR:
            return known[1]
        try:
            found = boosts_of(self._popularities.of(key), now.date())
        except Unavailable:
            # A search without what is popular is better than none.
            return known[1] if known else ()
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[key] = (now, found)
        return found
