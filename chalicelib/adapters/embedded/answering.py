"""What a version of the index answers to a plan: hits in order, totals, facets, tallies."""

import heapq
from collections.abc import Callable, Collection, Iterator
from itertools import islice

from chalicelib.adapters.embedded import bits, items
from chalicelib.adapters.embedded.filtering import passes, ranked, stats
from chalicelib.adapters.embedded.pruning import best_scores
from chalicelib.adapters.embedded.version import IndexVersion
from chalicelib.search import (
    CREATED,
    MAX_WINDOW,
    NUMBERS,
    PRICE,
    SALES,
    Document,
    FacetStats,
    Filter,
    Found,
    FoundHit,
    Plan,
    Sort,
    Tallied,
    prior_factor,
    taste_factor,
)

_FARTHEST = float("inf")


def found(version: IndexVersion, plan: Plan) -> Found:
    matching = version.meeting(plan.requirements)
    documents = version.documents
    passing = matching
    if plan.filters:
        passing = bits.of_numbers([each for each in bits.numbers_in(matching) if passes(documents[each], plan.filters)])
    end = min(plan.first + plan.size, MAX_WINDOW)
    surplus = items.surplus(version, plan, passing)
    window = list(_first(version, plan, passing, end, surplus))[plan.first :] if end > plan.first else []
    hits = tuple(_hit(plan, documents[number], score) for number, score in window)
    facets, facet_stats = _facets(version, plan, matching)
    return Found(
        hits,
        passing.bit_count() - surplus,
        facets,
        facet_stats,
        _tallies(version, plan, matching),
        witnesses=(passing & version.meeting(((plan.witnessed,),))).bit_count() if plan.witnessed else None,
    )


def _first(version: IndexVersion, plan: Plan, passing: int, end: int, surplus: int) -> Iterator[tuple[int, float]]:
    """The first ``end`` hits with their scores."""
    # Whichever listings there are too many, so many more hold that many items.
    wanted = end + surplus
    scores = _best(version, plan, passing, wanted)
    ordered = heapq.nsmallest(wanted, scores, key=_order(version, plan.sort, scores))
    for number in islice(items.best_of_each(version, plan, ordered), end):
        yield number, scores[number]


def _best(version: IndexVersion, plan: Plan, passing: int, end: int) -> dict[int, float]:
    """Scores of the documents that the first ``end`` are chosen from."""

    def scored(among: Collection[int]) -> dict[int, float]:
        scores = _boosted(version, plan, _nudged(version, plan, _personal(version, plan, version.scores(plan, among))))
        return items.leads_preferred(version, plan, scores)

    if plan.sort is not Sort.RELEVANCE:
        return scored(list(bits.numbers_in(passing)))
    scores = best_scores(version, plan, passing, end, scored)
    bar = heapq.nlargest(end, scores.values())[-1] if len(scores) > end else 0.0
    return {number: score for number, score in scores.items() if score >= bar}


def _personal(version: IndexVersion, plan: Plan, scores: dict[int, float]) -> dict[int, float]:
    if not plan.affinities:
        return scores
    documents = version.documents
    return {
        number: score * taste_factor(plan.affinities, plan.max_factor, documents[number].facets)
        for number, score in scores.items()
    }


def _nudged(version: IndexVersion, plan: Plan, scores: dict[int, float]) -> dict[int, float]:
    if not plan.nudges:
        return scores
    documents = version.documents
    return {
        number: score * prior_factor(plan.nudges, documents[number].facets, documents[number].numbers)
        for number, score in scores.items()
    }


def _boosted(version: IndexVersion, plan: Plan, scores: dict[int, float]) -> dict[int, float]:
    for boost in plan.boosts:
        for number in version.numbers_of([boost.object_id]):
            if number in scores:
                scores[number] *= boost.factor
    return scores


def _hit(plan: Plan, document: Document, score: float) -> FoundHit:
    meaning = document.meaning if plan.with_meanings else None
    return FoundHit(document.object_id, score, document.hit, document.facets, meaning)


Key = tuple[float, float, str]


def _order(version: IndexVersion, sort: Sort, scores: dict[int, float]) -> Callable[[int], Key]:
    def key(number: int) -> Key:
        document = version.documents[number]
        sold = -document.numbers.get(SALES, -_FARTHEST)
        if sort is Sort.RELEVANCE:
            return -scores[number], sold, document.object_id
        if sort is Sort.SALES_DESC:
            return sold, 0.0, document.object_id
        name, sign = (CREATED, -1) if sort is Sort.NEWEST else (PRICE, 1 if sort is Sort.PRICE_ASC else -1)
        number_found = document.numbers.get(name)
        return _FARTHEST if number_found is None else sign * number_found, sold, document.object_id

    return key


def _facets(
    version: IndexVersion, plan: Plan, matching: int
) -> tuple[dict[str, dict[str, int]], dict[str, FacetStats]]:
    counts: dict[str, dict[str, int]] = {}
    found_stats: dict[str, FacetStats] = {}
    counted_over: dict[tuple[Filter, ...], list[Document]] = {}
    for facet in plan.facets:
        filters = tuple(each for each in plan.filters if not (facet.is_disjunctive and each.fields == {facet.field}))
        if filters not in counted_over:
            every = (version.documents[number] for number in bits.numbers_in(matching))
            counted_over[filters] = [document for document in every if passes(document, filters)]
        documents = counted_over[filters]
        found = items.values(documents, facet.field, is_distinct=plan.is_distinct)
        counts[facet.field] = ranked(found, plan.facet_size)
        if facet.field in NUMBERS and (numbers := stats(documents, facet.field)):
            found_stats[facet.field] = numbers
    return counts, found_stats


def _tallies(version: IndexVersion, plan: Plan, matching: int) -> tuple[Tallied, ...]:
    if not plan.tallies:
        return ()
    every = [version.documents[number] for number in bits.numbers_in(matching)]
    tallied = []
    for tally in plan.tallies:
        filters = tally.filters(plan.filters)
        among = [document for document in every if passes(document, filters)]
        found = {field: stats(among, field) for field in tally.facets if field in NUMBERS}
        tallied.append(
            Tallied(
                items.count(among, is_distinct=plan.is_distinct),
                {
                    field: ranked(items.values(among, field, is_distinct=plan.is_distinct), tally.facet_size)
                    for field in tally.facets
                },
                {field: numbers for field, numbers in found.items() if numbers},
            )
        )
    return tuple(tallied)
