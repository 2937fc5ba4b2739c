"""A search's result in the words of Algolia's answer, with our extras: trace, explanations, suggestion."""

from collections.abc import Mapping
from typing import Any

from chalicelib.api.search_marks import ranking_info, shown_hits, tags_of
from chalicelib.api.search_offers import with_offers
from chalicelib.api.search_shapes import Asked, names_of
from chalicelib.core.money import to_yuan
from chalicelib.search import MONEY, Explanation, FacetStats, SearchResult, Wanted, highlight

ALPHABETICALLY = "alpha"
_PAGED = ("page", "nbPages", "hitsPerPage")


def search_answer(asked: Asked, result: SearchResult, milliseconds: int) -> dict[str, Any]:
    """One entry of ``results``; also the answer of ``GET /v1/search``. Money is in yuan here."""
    request = asked.request
    answer = {
        "hits": _hits(asked, result),
        "nbHits": result.total,
        "page": request.page,
        "nbPages": result.pages,
        "hitsPerPage": request.page_size,
        "facets": {name: _ordered(_counts(name, counts), asked) for name, counts in result.facets.items()},
        "facets_stats": {name: _stats(name, stats) for name, stats in result.stats.items()},
        "exhaustive": {"facetsCount": True, "nbHits": True, "typo": True},
        "exhaustiveFacetsCount": True,
        "exhaustiveNbHits": True,
        "query": request.query,
        "params": asked.params,
        "index": asked.index,
        "processingTimeMS": milliseconds,
        **({} if asked.shape.click_analytics is False else {"queryID": result.query_id}),
        "explanations": {each.object_id: _explanation(each) for each in result.explanations},
        "suggestion": result.suggestion,
        "ladder": result.shown,
        **({"renderingContent": {"redirect": {"url": result.redirect}}} if result.redirect else {}),
        "trace": result.trace,
    }
    if asked.shape.is_window:
        answer = {name: value for name, value in answer.items() if name not in _PAGED}
        answer |= {"offset": request.first, "length": request.page_size}
    fields = names_of(asked.shape.response_fields)
    return answer if not fields or "*" in fields else {name: answer[name] for name in answer if name in fields}


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


def _hits(asked: Asked, result: SearchResult) -> list[dict[str, Any]]:
    wanted = Wanted(result.query_words, result.query_sounds, result.query_alike)
    shown = shown_hits(with_offers(result.hits, asked.shape.distinct), asked, wanted)
    if asked.shape.get_ranking_info:
        for hit, full, explanation in zip(shown, result.hits, result.explanations, strict=True):
            hit["_rankingInfo"] = ranking_info(explanation, highlight(str(full.get("title", "")), wanted, "", ""))
    return shown


def _ordered(counts: dict[str, int], asked: Asked) -> dict[str, int]:
    return dict(sorted(counts.items())) if asked.shape.sort_facet_values_by == ALPHABETICALLY else counts


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
    near = explanation.nearness
    meaning = {} if near is None else {"meaning": {"cosine": round(near.cosine, 4), "added": round(near.added, 6)}}
    return {
        "score": round(explanation.score, 6),
        "factor": round(explanation.factor, 4),
        "reasons": explanation.reasons,
        **meaning,
        **({} if explanation.prior == 1 else {"prior": round(explanation.prior, 4)}),
        **({} if explanation.popularity == 1 else {"popularity": round(explanation.popularity, 4)}),
        **({} if explanation.boost == 1 else {"boost": round(explanation.boost, 4)}),
    }
