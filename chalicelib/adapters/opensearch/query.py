"""A plan as OpenSearch's query DSL, and the answer back."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.adapters.opensearch import items, meanings
from chalicelib.adapters.opensearch.mapping import WORD_JOINT, facet_place
from chalicelib.adapters.opensearch.sorting import sorting
from chalicelib.search import (
    NUMBERS,
    OBJECT_ID,
    Clause,
    Condition,
    FacetCount,
    FacetStats,
    Filter,
    Found,
    FoundHit,
    Operator,
    Plan,
    Requirement,
    Tallied,
    Tally,
)

Body = dict[str, Any]
_TOTAL = "total"
_WITNESSES = "witnesses"
_RANGES = {Operator.ABOVE: "gt", Operator.AT_LEAST: "gte", Operator.BELOW: "lt", Operator.AT_MOST: "lte"}


def compile_plan(plan: Plan) -> Body:
    """The body of a search. Filters of disjunctive facets go behind the aggregations, all others before."""
    after = [each for each in plan.filters if _is_loosened(each, plan.facets)]
    after += [
        each for each in plan.filters if each not in after and any(each in tally.without for tally in plan.tallies)
    ]
    before = [each for each in plan.filters if each not in after]
    body: Body = {
        "query": items.leads_preferred(_boosted(_nudged(_personal(_scored(plan, before), plan), plan), plan), plan),
        **items.collapsed(plan),
        "sort": sorting(plan.sort),
        "from": plan.first if plan.size else 0,
        "size": plan.size,
        "track_total_hits": True,
        "track_scores": True,
        "_source": ["hit", "stored_facets", *([meanings.FIELD] if plan.with_meanings else [])],
        "aggs": {
            **{_nth(at): _facet(facet, after, plan) for at, facet in enumerate(plan.facets)},
            **{_nth_tally(at): _tally(tally, after, plan) for at, tally in enumerate(plan.tallies)},
            **({_TOTAL: {"filter": _all(after), "aggs": items.counting(plan)}} if plan.is_distinct else {}),
            **({_WITNESSES: _witnesses(plan.witnessed, after)} if plan.witnessed else {}),
        },
    }
    if after:
        body["post_filter"] = _all(after)
    return body


def _nth(place: int) -> str:
    # An aggregation's name may not hold every character that a facet's may.
    return f"facet{place}"


def _nth_tally(place: int) -> str:
    return f"tally{place}"


def _is_loosened(each: Filter, facets: Iterable[FacetCount]) -> bool:
    return any(facet.is_disjunctive and each.fields == {facet.field} for facet in facets)


def _scored(plan: Plan, filters: Iterable[Filter]) -> Body:
    query: Body = {
        "bool": {
            "filter": [*map(_group, plan.requirements), *map(_filter, filters)],
            "should": [_clause(clause) for clause in plan.clauses],
            "minimum_should_match": 0,
        }
    }
    if not plan.clauses:
        return {"constant_score": {"filter": query, "boost": 0}}
    if plan.coverage is None or not plan.coverage.tokens:
        return query
    field, share = f"views.{plan.coverage.field}", 1 / len(plan.coverage.tokens)
    found = [{"filter": {"term": {field: token}}, "weight": share} for token in plan.coverage.tokens]
    return _multiplied(query, found)


def _personal(query: Body, plan: Plan) -> Body:
    if not plan.affinities:
        return query
    functions = [
        {"filter": _is(affinity.field, affinity.value), "weight": affinity.weight} for affinity in plan.affinities
    ]
    return _multiplied(query, functions, max_boost=plan.max_factor)


def _nudged(query: Body, plan: Plan) -> Body:
    if not plan.nudges or not plan.clauses:
        return query
    return _multiplied(query, [{"filter": _condition(each.condition), "weight": each.gain} for each in plan.nudges])


def _boosted(query: Body, plan: Plan) -> Body:
    if not plan.boosts or not plan.clauses:
        return query
    return _multiplied(
        query, [{"filter": _is(OBJECT_ID, each.object_id), "weight": each.factor - 1} for each in plan.boosts]
    )


def _multiplied(query: Body, functions: list[Body], **options: float) -> Body:
    # Without the base weight of 1 a matching function of weight .25 would be the whole factor.
    every = [{"weight": 1}, *functions]
    return {
        "function_score": {"query": query, "functions": every, "score_mode": "sum", "boost_mode": "multiply", **options}
    }


def _clause(clause: Clause) -> Body:
    return {"match": {f"views.{clause.field}": {"query": WORD_JOINT.join(clause.tokens), "boost": clause.weight}}}


def _group(requirements: Iterable[Requirement]) -> Body:
    return _any([_requirement(each) for each in requirements])


def _requirement(requirement: Requirement) -> Body:
    field = f"views.{requirement.field}"
    terms = [{"term": {field: token}} for token in requirement.tokens]
    return {"bool": {"should": terms, "minimum_should_match": requirement.at_least}}


def _witnesses(wanted: Requirement, after: Iterable[Filter]) -> Body:
    return {"filter": {"bool": {"filter": [_requirement(wanted), *map(_filter, after)]}}}


def _any(queries: list[Body]) -> Body:
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries, "minimum_should_match": 1}}


def _all(filters: Iterable[Filter]) -> Body:
    return {"bool": {"filter": [_filter(each) for each in filters]}}


def _filter(each: Filter) -> Body:
    return _any([_condition(condition) for condition in each.any_of])


def _condition(condition: Condition) -> Body:
    field = f"numbers.{condition.field}"
    if condition.operator is Operator.IS:
        query = _is(condition.field, str(condition.value))
    elif condition.operator in _RANGES:
        query = {"range": {field: {_RANGES[condition.operator]: condition.value}}}
    elif condition.operator is Operator.BETWEEN:
        query = {"range": {field: {"gte": condition.value, "lte": condition.upper}}}
    elif condition.operator is Operator.EQUAL:
        query = _equals(field, condition.value)
    else:
        query = {"bool": {"filter": [{"exists": {"field": field}}], "must_not": [_equals(field, condition.value)]}}
    return {"bool": {"must_not": [query]}} if condition.is_negated else query


def _equals(field: str, value: str | float) -> Body:
    # A term query refuses fractions on a long.
    return {"range": {field: {"gte": value, "lte": value}}} if not isinstance(value, float) else {"match_none": {}}


def _is(facet: str, value: str) -> Body:
    field, before = facet_place(facet)
    return {"term": {field: before + value}}


def _facet(facet: FacetCount, after: list[Filter], plan: Plan) -> Body:
    others = [each for each in after if not (facet.is_disjunctive and each.fields == {facet.field})]
    return {"filter": _all(others), "aggs": _counts(facet.field, plan.facet_size, plan)}


def _tally(tally: Tally, after: list[Filter], plan: Plan) -> Body:
    filters = tally.filters(tuple(after))
    counts = {
        _nth(at): {"filter": {"match_all": {}}, "aggs": _counts(name, tally.facet_size, plan)}
        for at, name in enumerate(tally.facets)
    }
    return {"filter": _all(filters), "aggs": counts | items.counting(plan)}


def _counts(name: str, size: int, plan: Plan) -> Body:
    aggregations: Body = {}
    field, before = (f"numbers.{name}", "") if name in NUMBERS else facet_place(name)
    if name in NUMBERS:
        aggregations["stats"] = {"stats": {"field": field}}
    if size:
        terms: Body = {"field": field, "size": size, "order": [{"_count": "desc"}, {"_key": "asc"}]}
        if before:
            terms["include"] = _escaped(before) + ".*"
        aggregations["values"] = items.counting_values(terms, plan)
    return aggregations


def _escaped(text: str) -> str:
    # Lucene's regular expressions have operators that Python's escape does not know.
    return re.sub(r'([.?+*|{}\[\]()"\\#@&<>~^$\-])', r"\\\1", text)


def read_answer(plan: Plan, answer: Mapping[str, Any]) -> Found:
    """The engine's answer to a compiled plan."""
    counted = answer.get("aggregations", {})
    aggregations = {facet.field: answer["aggregations"][_nth(at)] for at, facet in enumerate(plan.facets)}
    return Found(
        hits=tuple(_hit(hit) for hit in answer["hits"]["hits"]),
        total=answer["hits"]["total"]["value"] - items.surplus(counted.get(_TOTAL, {})),
        facets={name: _values(name, each, plan.facet_size) for name, each in aggregations.items()},
        stats=_all_stats(aggregations),
        tallies=tuple(_tallied(tally, answer["aggregations"][_nth_tally(at)]) for at, tally in enumerate(plan.tallies)),
        witnesses=counted[_WITNESSES]["doc_count"] if plan.witnessed else None,
    )


def _tallied(tally: Tally, aggregation: Mapping[str, Any]) -> Tallied:
    counts = {name: aggregation[_nth(at)] for at, name in enumerate(tally.facets)}
    values = {name: _values(name, each, tally.facet_size) for name, each in counts.items()}
    return Tallied(aggregation["doc_count"] - items.surplus(aggregation), values, _all_stats(counts))


def _all_stats(aggregations: Mapping[str, Mapping[str, Any]]) -> dict[str, FacetStats]:
    return {name: _stats(each["stats"]) for name, each in aggregations.items() if _has_numbers(each)}


def _hit(found: Mapping[str, Any]) -> FoundHit:
    stored = found["_source"]
    facets = {name: tuple(values) for name, values in stored["stored_facets"].items()}
    return FoundHit(found["_id"], found["_score"], stored["hit"], facets, meanings.read(stored))


def _has_numbers(aggregation: Mapping[str, Any]) -> bool:
    return "stats" in aggregation and aggregation["stats"]["count"] > 0


def _stats(stats: Mapping[str, float]) -> FacetStats:
    return FacetStats(stats["min"], stats["max"], stats["avg"], stats["sum"])


def _values(name: str, aggregation: Mapping[str, Any], size: int) -> dict[str, int]:
    before = "" if name in NUMBERS else facet_place(name)[1]
    buckets = aggregation.get("values", {}).get("buckets", [])
    return {str(value).removeprefix(before): count for value, count in items.counts(buckets, size).items()}
