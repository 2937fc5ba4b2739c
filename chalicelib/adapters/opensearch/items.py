"""Listings of one item taken as one: the engine shows the first of each (``collapse``) and counts listings; how many of those
are one too many is counted among the few documents that have other listings at all, and taken off.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib.search import DUPLICATE, DUPLICATE_FACTOR, GROUP, LISTING, Document, Plan, item_of

Body = dict[str, Any]
FIELD = "item"
"""The item of every document, also of one that is listed once: what has no value would all be one item."""
MAPPING: Mapping[str, Any] = {"type": "keyword"}
_SEVERAL: Body = {"exists": {"field": f"facets.{GROUP}"}}
_SURPLUS = "surplus"
_EXACT_TOTAL = 40_000
"""Items with several listings that are counted exactly (the engine's limit); beyond, to a percent of them."""
_EXACT_COUNT = 1_000
"""The same for one value of a facet: each has its own counter."""


def stored(document: Document) -> Body:
    """The field to add to a document's source."""
    return {FIELD: item_of(document)}


def collapsed(plan: Plan) -> Body:
    """What to add to the body of a search."""
    return {"collapse": {"field": FIELD}} if plan.is_distinct else {}


def leads_preferred(query: Body, plan: Plan) -> Body:
    """``query`` with the scores of listings that do not lead their item lowered."""
    if not plan.is_distinct or not plan.clauses:
        return query
    lowered = {"filter": {"term": {f"facets.{LISTING}": DUPLICATE}}, "weight": DUPLICATE_FACTOR}
    return {"function_score": {"query": query, "functions": [lowered], "boost_mode": "multiply"}}


def counting(plan: Plan) -> Body:
    """The aggregation that finds the surplus among all documents it is asked of."""
    return _counting(_EXACT_TOTAL) if plan.is_distinct else {}


def counting_values(terms: Body, plan: Plan) -> Body:
    """``terms`` with the surplus of every value. Values change places when it is taken off: some more are asked for."""
    if not plan.is_distinct:
        return {"terms": terms}
    return {"terms": {**terms, "size": 2 * terms["size"] + 10}, "aggs": _counting(_EXACT_COUNT)}


def _counting(precision: int) -> Body:
    items = {"cardinality": {"field": FIELD, "precision_threshold": precision}}
    return {_SURPLUS: {"filter": _SEVERAL, "aggs": {"items": items}}}


def surplus(aggregation: Mapping[str, Any]) -> int:
    """How many of the documents of an aggregation are one listing too many; 0 when the plan wants them all."""
    found = aggregation.get(_SURPLUS)
    return found["doc_count"] - found["items"]["value"] if found else 0


def counts(buckets: list[Mapping[str, Any]], size: int) -> dict[Any, int]:
    """The ``size`` values that most documents, or items, have."""
    found = {bucket["key"]: bucket["doc_count"] - surplus(bucket) for bucket in buckets}
    return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))[:size])
