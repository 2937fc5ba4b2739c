"""What happens to hits behind the engine, the same behind any: lifts, diversity, interleaving, pins.

Only the order of the first window changes. A pinned product that the query does not find is added, so total and facets
are those of two disjoint searches, the one without pinned products and the one for them alone, summed: exact.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from chalicelib.search.diversity import diversified
from chalicelib.search.document import GROUP, OBJECT_ID, item_of
from chalicelib.search.found import FacetStats, Found, FoundHit, Tallied
from chalicelib.search.interleaving import drafted
from chalicelib.search.plan import MAX_WINDOW, Condition, Filter, Operator, Pin, Plan, Sort

Searching = Callable[[Plan], Found]
Counts = Mapping[str, Mapping[str, int]]
WINDOW = 200
"""Hits whose order may change; what stands behind them stays where the engine put it."""


def arranged(search: Searching, plan: Plan) -> Found:
    """What ``search`` finds for ``plan``, in the order its ``arrangement`` asks for."""
    if plan.arrangement is None:
        return search(plan)
    bare = replace(plan, arrangement=None)
    pins = plan.arrangement.pins
    if not pins:
        return _reordered(search, plan, bare)
    pinned, meant = _pinned(search, bare, pins)
    among = {hit.object_id for hit in pinned.hits}
    places = _places([pin for pin in pins if pin.object_id in among])
    without = tuple(Filter((replace(each, is_negated=True),), is_firm=True) for each in meant.any_of)
    return _with_pins(search, replace(plan, filters=(*plan.filters, *without)), pinned, places)


def lifted(plan: Plan, hits: Sequence[FoundHit]) -> list[FoundHit]:
    """``hits`` by score times lifts; equal ones keep their order. Hits without scores weigh 1, 1/2, 1/3..."""
    if plan.arrangement is None or not plan.arrangement.lifts:
        return list(hits)
    is_scored = any(hit.score > 0 for hit in hits) and plan.sort is Sort.RELEVANCE
    weights = [
        (max(hit.score, 0.0) if is_scored else 1 / (rank + 1)) * plan.arrangement.factor_of(hit.facets)
        for rank, hit in enumerate(hits)
    ]
    return [hits[rank] for rank in sorted(range(len(hits)), key=lambda rank: -weights[rank])]


def _reordered(search: Searching, plan: Plan, bare: Plan) -> Found:
    """The window of ``bare`` out of the first ``WINDOW`` hits in their new order and, behind them, the engine's."""
    assert plan.arrangement is not None
    if not plan.arrangement.reorders or not bare.size or bare.first >= WINDOW:
        return search(bare)
    end = bare.first + bare.size
    found = search(replace(bare, first=0, size=max(WINDOW, end)))
    hits, notes = _order(plan, found.hits[:WINDOW])
    if plan.arrangement.rival is not None:
        hits, notes = _interleaved(search, plan, hits)
    every = [*hits, *found.hits[WINDOW:]]
    return replace(found, hits=tuple(every[bare.first : end]), notes=notes)


def _order(plan: Plan, hits: Sequence[FoundHit]) -> tuple[list[FoundHit], dict[str, Any]]:
    assert plan.arrangement is not None
    ordered = lifted(plan, hits)
    if not plan.arrangement.is_diverse:
        return ordered, {}
    diverse = diversified(ordered)
    moved = sum(one.object_id != other.object_id for one, other in zip(ordered, diverse, strict=True))
    return diverse, {"diversity": {"moved": moved}}


def _interleaved(search: Searching, plan: Plan, mine: Sequence[FoundHit]) -> tuple[list[FoundHit], dict[str, Any]]:
    """Team A is this plan's order, team B its rival's. Both orders are of the same products."""
    assert plan.arrangement is not None
    assert plan.arrangement.rival is not None
    rival = plan.arrangement.rival
    # The rival wrote no facets and knows no pins: the same products are found, only their order is its own.
    found = search(replace(rival, arrangement=None, facets=(), first=0, size=WINDOW))
    theirs, _ = _order(rival, found.hits) if rival.arrangement else (list(found.hits), {})
    # Of one item another listing may stand first in their order: it is shown as mine.
    shown = {item_of(hit): hit for hit in mine}
    theirs = [shown.get(item_of(hit), hit) for hit in theirs]
    order, teams = drafted([hit.object_id for hit in mine], [hit.object_id for hit in theirs], plan.arrangement.seed)
    hits = {hit.object_id: hit for hit in (*theirs, *mine)}
    return [hits[each] for each in order[: len(mine)]], {"interleaving": {"teams": teams}}


def _pinned(search: Searching, bare: Plan, pins: Sequence[Pin]) -> tuple[Found, Filter]:
    """The pinned products that exist and pass the filters, whatever the query, and the filter that leads to them."""
    meant = Filter(tuple(Condition(OBJECT_ID, Operator.IS, pin.object_id) for pin in pins), is_firm=True)
    whatever = replace(bare, clauses=(), requirements=(), coverage=None, meaning=None, first=0)
    found = search(replace(whatever, filters=(*bare.filters, meant), size=len(pins)))
    items = dict.fromkeys(name for hit in found.hits for name in hit.facets.get(GROUP, ())) if bare.is_distinct else ()
    if not items:
        return found, meant
    # The pinned listing stands for its item, which counts as any item does: by whatever its listings have.
    meant = replace(meant, any_of=(*meant.any_of, *(Condition(GROUP, Operator.IS, name) for name in items)))
    counted = search(replace(whatever, filters=(*bare.filters, meant), size=0))
    return replace(counted, hits=found.hits), meant


def _places(pins: Sequence[Pin]) -> dict[str, int]:
    """From 0, each place once; of two pins for one place the first has it and the other follows."""
    taken = -1
    places = {}
    for pin in sorted(pins, key=lambda pin: pin.position):
        taken = max(taken + 1, pin.position - 1)
        places[pin.object_id] = taken
    return places


def _with_pins(search: Searching, plan: Plan, pinned: Found, places: Mapping[str, int]) -> Found:
    """What ``plan``, which leaves the ``pinned`` products out, finds, and them at their ``places``."""
    assert plan.arrangement is not None
    first = max(0, plan.first - len(places))
    size = min(plan.size + len(places), MAX_WINDOW - first) if plan.size else 0
    others = replace(plan, first=first, size=size)
    found = _reordered(search, others, replace(others, arrangement=None))
    # Where too few others are found, pins follow the last of them.
    slots = [min(place, found.total + rank) for rank, place in enumerate(places.values())]
    at = dict(zip(slots, places, strict=True))
    by_id = {hit.object_id: hit for hit in pinned.hits}
    window = []
    for place in range(plan.first, min(plan.first + plan.size, found.total + len(slots))):
        if place in at:
            window.append(by_id[at[place]])
        elif (rank := place - bisect_left(slots, place) - first) < len(found.hits):
            window.append(found.hits[rank])
    return Found(
        hits=tuple(window),
        total=found.total + pinned.total,
        facets=_counted(found.facets, pinned.facets, plan.facet_size),
        stats=_joined(found.stats, pinned.stats),
        tallies=tuple(
            Tallied(
                one.total + other.total,
                _counted(one.facets, other.facets, tally.facet_size),
                _joined(one.stats, other.stats),
            )
            for tally, one, other in zip(plan.tallies, found.tallies, pinned.tallies, strict=True)
        ),
        notes=found.notes,
        meaning=found.meaning,
    )


def _counted(one: Counts, other: Counts, size: int) -> Counts:
    return {name: _sum(counts, other.get(name, {}), size) for name, counts in one.items()}


def _sum(one: Mapping[str, int], other: Mapping[str, int], size: int) -> dict[str, int]:
    counts = dict(one)
    for value, count in other.items():
        counts[value] = counts.get(value, 0) + count
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], _natural(entry[0])))[:size])


def _natural(value: str) -> tuple[int, str]:
    # Numbers come as text, and are ordered as numbers.
    return (int(value), "") if value.lstrip("-").isdecimal() else (0, value)


def _joined(one: Mapping[str, FacetStats], other: Mapping[str, FacetStats]) -> dict[str, FacetStats]:
    return {name: _both(one.get(name), other.get(name)) for name in dict.fromkeys((*one, *other))}


def _both(one: FacetStats | None, other: FacetStats | None) -> FacetStats:
    if one is None or other is None:
        either = one or other
        assert either is not None
        return either
    count = _count(one) + _count(other)
    total = one.sum + other.sum
    return FacetStats(min(one.min, other.min), max(one.max, other.max), total / count if count else 0.0, total)


def _count(stats: FacetStats) -> int:
    return round(stats.sum / stats.avg) if stats.avg else 0
