"""The orders of hits in OpenSearch's words."""

from typing import Any

from chalicelib.search import CREATED, PRICE, SALES, Sort

Body = dict[str, Any]
_BY_SALES: Body = {"numbers." + SALES: {"order": "desc", "missing": "_last"}}
_BY_ID: Body = {"facets.objectID": {"order": "asc"}}


def sorting(sort: Sort) -> list[Body]:
    """The keys of ``sort``; equal hits by sales, then by id."""
    if sort is Sort.SALES_DESC:
        return [_BY_SALES, _BY_ID]
    if sort is Sort.RELEVANCE:
        return [{"_score": {"order": "desc"}}, _BY_SALES, _BY_ID]
    field, order = (CREATED, "desc") if sort is Sort.NEWEST else (PRICE, "asc" if sort is Sort.PRICE_ASC else "desc")
    return [{f"numbers.{field}": {"order": order, "missing": "_last"}}, _BY_SALES, _BY_ID]
