"""A plan as OpenSearch's query DSL, and the answer back."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.adapters.opensearch import meanings
from chalicelib.adapters.opensearch.mapping import WORD_JOINT, facet_place
from chalicelib.search import (
    CREATED,
    NUMBERS,
    OBJECT_ID,
    PRICE,
    SALES,
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
    Sort,
    Tallied,
    Tally,
)

Body = dict[str, Any]
_RANGES = {Operator.ABOVE: "gt", Operator.AT_LEAST: "gte", Operator.BELOW: "lt", Operator.AT_MOST: "lte"}
_BY_SALES: Body = {"numbers." + SALES: {"order": "desc", "missing": "_last"}}
_BY_ID: Body = {"facets.objectID": {"order": "asc"}}


def compile_plan(plan: Plan) -> Body:
    """The body of a search. Filters of disjunctive facets go behind the aggregations, all others before."""
    after = [each for each in plan.filters if _is_loosened(each, plan.facets)]
    after += [
        each for each in plan.filters if each not in after and any(each in tally.without for tally in plan.tallies)
    ]
    before = [each for each in plan.filters if each not in after]
    body: Body = {
        "query": _boosted(_personal(_scored(plan, before), plan), plan),
        "sort": _sort(plan.sort),
        "from": plan.first if plan.size else 0,
        "size": plan.size,
        "track_total_hits": True,
        "track_scores": True,
        "_source": ["hit", "stored_facets", *([meanings.FIELD] if plan.with_meanings else [])],
        "aggs": {
            **{_nth(at): _facet(facet, after, plan.facet_size) for at, facet in enumerate(plan.facets)},
            **{_nth_tally(at): _tally(tally, after) for at, tally in enumerate(plan.tallies)},
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


def _facet(facet: FacetCount, after: list[Filter], size: int) -> Body:
    others = [each for each in after if not (facet.is_disjunctive and each.fields == {facet.field})]
    return {"filter": _all(others), "aggs": _counts(facet.field, size)}


def _tally(tally: Tally, after: list[Filter]) -> Body:
    filters = tally.filters(tuple(after))
    counts = {
        _nth(at): {"filter": {"match_all": {}}, "aggs": _counts(name, tally.facet_size)}
        for at, name in enumerate(tally.facets)
    }
    return {"filter": _all(filters), "aggs": counts}


def _counts(name: str, size: int) -> Body:
    aggregations: Body = {}
    field, before = (f"numbers.{name}", "") if name in NUMBERS else facet_place(name)
    if name in NUMBERS:
        aggregations["stats"] = {"stats": {"field": field}}
    if size:
        terms: Body = {"field": field, "size": size, "order": [{"_count": "desc"}, {"_key": "asc"}]}
        if before:
            terms["include"] = _escaped(before) + ".*"
        aggregations["values"] = {"terms": terms}
    return aggregations


def _escaped(text: str) -> str:
    # Lucene's regular expressions have operators that Python's escape does not know.
    return re.sub(r'([.?+*|{}\[\]()"\\#@&<>~^$\-])', r"\\\1", text)


def _sort(sort: Sort) -> list[Body]:
    if sort is Sort.SALES_DESC:
        return [_BY_SALES, _BY_ID]
    if sort is Sort.RELEVANCE:
        return [{"_score": {"order": "desc"}}, _BY_SALES, _BY_ID]
    field, order = (CREATED, "desc") if sort is Sort.NEWEST else (PRICE, "asc" if sort is Sort.PRICE_ASC else "desc")
    return [{f"numbers.{field}": {"order": order, "missing": "_last"}}, _BY_SALES, _BY_ID]


def read_answer(plan: Plan, answer: Mapping[str, Any]) -> Found:
    """The engine's answer to a compiled plan."""
    aggregations = {facet.field: answer["aggregations"][_nth(at)] for at, facet in enumerate(plan.facets)}
    return Found(
        hits=tuple(_hit(hit) for hit in answer["hits"]["hits"]),
        total=answer["hits"]["total"]["value"],
        facets={name: _values(name, each) for name, each in aggregations.items()},
        stats=_all_stats(aggregations),
        tallies=tuple(_tallied(tally, answer["aggregations"][_nth_tally(at)]) for at, tally in enumerate(plan.tallies)),
    )


def _tallied(tally: Tally, aggregation: Mapping[str, Any]) -> Tallied:
    counts = {name: aggregation[_nth(at)] for at, name in enumerate(tally.facets)}
    values = {name: _values(name, each) for name, each in counts.items()}
    return Tallied(aggregation["doc_count"], values, _all_stats(counts))


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


def _values(name: str, aggregation: Mapping[str, Any]) -> dict[str, int]:
    before = "" if name in NUMBERS else facet_place(name)[1]
    buckets = aggregation.get("values", {}).get("buckets", [])
    return {str(bucket["key"]).removeprefix(before): bucket["doc_count"] for bucket in buckets}
