"""A search's result in the words of Algolia's answer, with our extras: trace, explanations, suggestion."""

from collections.abc import Mapping
from typing import Any

from chalicelib.api.search_shapes import Asked
from chalicelib.core.money import to_yuan
from chalicelib.search import MONEY, Explanation, FacetStats, SearchResult, highlight

HIGHLIGHTED = ("title", "brand")
DEFAULT_TAGS = ("<em>", "</em>")


def search_answer(asked: Asked, result: SearchResult, milliseconds: int) -> dict[str, Any]:
    """One entry of ``results``; also the answer of ``GET /v1/search``. Money is in yuan here."""
    request = asked.request
    return {
        "hits": [{**hit, "_highlightResult": _highlights(hit, result, tags_of(asked))} for hit in result.hits],
        "nbHits": result.total,
        "page": request.page,
        "nbPages": result.pages,
        "hitsPerPage": request.page_size,
        "facets": {name: _counts(name, counts) for name, counts in result.facets.items()},
        "facets_stats": {name: _stats(name, stats) for name, stats in result.stats.items()},
        "exhaustive": {"facetsCount": True, "nbHits": True, "typo": True},
        "exhaustiveFacetsCount": True,
        "exhaustiveNbHits": True,
        "query": request.query,
        "params": asked.params,
        "index": asked.index,
        "processingTimeMS": milliseconds,
        "queryID": result.query_id,
        "explanations": {each.object_id: _explanation(each) for each in result.explanations},
        "suggestion": result.suggestion,
        "trace": result.trace,
    }


def facet_answer(asked: Asked, values: Mapping[str, int], facet: str, milliseconds: int) -> dict[str, Any]:
    """The answer of a search inside a facet."""
    words = [text] if (text := (asked.shape.facet_query or "").strip().lower()) else []
    return {
        "facetHits": [
            {"value": value, "highlighted": highlight(value, words, *tags_of(asked)).value, "count": count}
            for value, count in _counts(facet, values).items()
        ],
        "exhaustiveFacetsCount": True,
        "processingTimeMS": milliseconds,
        "index": asked.index,
    }


def tags_of(asked: Asked) -> tuple[str, str]:
    """The caller's highlight tags, as they are."""
    before, after = asked.shape.highlight_pre_tag, asked.shape.highlight_post_tag
    return (DEFAULT_TAGS[0] if before is None else before, DEFAULT_TAGS[1] if after is None else after)


def _highlights(hit: Mapping[str, Any], result: SearchResult, tags: tuple[str, str]) -> dict[str, Any]:
    marked = {}
    for name in HIGHLIGHTED:
        if text := hit.get(name):
            found = highlight(text, result.query_words, *tags)
            marked[name] = {
                "value": found.value,
                "matchLevel": found.level,
                "matchedWords": found.matched_words,
                "fullyHighlighted": found.is_whole,
            }
    return marked


def _counts(name: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {f"{to_yuan(int(value)):g}": count for value, count in counts.items()} if name in MONEY else dict(counts)


def _stats(name: str, stats: FacetStats) -> dict[str, float]:
    scale = to_yuan(1) if name in MONEY else 1
    return {
        "min": round(stats.min * scale, 4),
        "max": round(stats.max * scale, 4),
        "avg": round(stats.avg * scale, 4),
        "sum": round(stats.sum * scale, 4),
    }


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {
        "score": round(explanation.score, 6),
        "factor": round(explanation.factor, 4),
        "reasons": explanation.reasons,
    }
