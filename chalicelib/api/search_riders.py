"""InstantSearch's sub-queries (the same search without one of its filters, counts only) ride on the search they belong to.

A page with three refined lists asks four searches; the engine is asked once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.api.search_shapes import Asked
from chalicelib.search import Filter, SearchRequest, SearchResult, Sort, Tally

EVERY_FACET = "*"


@dataclass(slots=True)
class Ride:
    """A search that is run, and those whose answers come with it, by their places in the call."""

    leader: int
    riders: list[int] = field(default_factory=list)


def rides(asked: Sequence[Asked]) -> list[Ride]:
    """Who rides on whom: a search that only counts, on the first of the call that asks the same but for its filters."""
    leaders: dict[SearchRequest, Ride] = {}
    for place, each in enumerate(asked):
        if not each.shape.is_facet_search and each.request.page_size > 0:
            leaders.setdefault(_kernel(each.request), Ride(place))
    found = []
    for place, each in enumerate(asked):
        ride = leaders.get(_kernel(each.request)) if _only_counts(each) else None
        if ride:
            ride.riders.append(place)
        else:
            mine = leaders.get(_kernel(each.request))
            found.append(mine if mine and mine.leader == place else Ride(place))
    return found


def laden(leader: SearchRequest, riders: Sequence[SearchRequest]) -> SearchRequest:
    """The leader's request with what its riders want counted."""
    return replace(leader, tallies=tuple(_tally(leader.filters, rider) for rider in riders))


def rider_results(result: SearchResult) -> Iterator[SearchResult]:
    """The riders' results out of the leader's, in their order."""
    for tallied in result.tallies:
        yield replace(
            result,
            hits=(),
            explanations=(),
            total=tallied.total,
            pages=0,
            facets=tallied.facets,
            stats=tallied.stats,
            tallies=(),
        )


def _only_counts(asked: Asked) -> bool:
    request = asked.request
    return not asked.shape.is_facet_search and request.page_size == 0 and EVERY_FACET not in request.facets


def _kernel(request: SearchRequest) -> SearchRequest:
    # Order, window and taste change no count.
    return replace(
        request,
        page=0,
        page_size=0,
        offset=None,
        sort=Sort.RELEVANCE,
        filters=(),
        facets=(),
        max_values_per_facet=0,
        shopper_id=None,
        is_personalised=True,
    )


def _tally(of_leader: tuple[Filter, ...], rider: SearchRequest) -> Tally:
    return Tally(
        facets=rider.facets,
        without=tuple(each for each in of_leader if each not in rider.filters),
        plus=tuple(each for each in rider.filters if each not in of_leader),
        facet_size=rider.max_values_per_facet,
    )
