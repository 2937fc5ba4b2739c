"""Search, as InstantSearch asks and as a mini-program or curl does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.search_answers import facet_answer, search_answer
from chalicelib.api.search_log import left_in_log
from chalicelib.api.search_offers import read_distinct
from chalicelib.api.search_riders import laden, rider_results, rides
from chalicelib.api.search_settings import search_defaults
from chalicelib.api.search_shapes import DEFAULT_FACET_HITS, Asked, SearchShape, naming, read_search
from chalicelib.core.access import Scope
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import MAX_PAGE_SIZE, SearchRequest, Sort

blueprint = Blueprint(__name__)
MAX_SEARCHES = 50
"""In one call; as Algolia."""
MAX_FACET_HITS = 100
MAX_PAGE = 1_000_000
_PLAIN_NAMES = {"query": "q", "userToken": "user", "removeWordsIfNoResults": "ladder"}


class Searches(msgspec.Struct):
    """The body of a multi-query."""

    requests: list[dict[str, Any]]


@route(blueprint, "POST", "/1/indexes/{index}/queries", scope=Scope.SEARCH, dialect=Dialect.ALGOLIA, takes_secured=True)
def search_many(request: Request, index: str) -> dict[str, Any]:
    given = request.json(Searches).requests
    if len(given) > MAX_SEARCHES:
        raise InvalidRequest(f"requests has more than {MAX_SEARCHES} entries", field="requests")
    named = None if index == "*" else index
    # All are read before any is run: a wrong one must not waste the work of the others.
    asked = [
        read_search(
            each,
            None if "indexName" in each else named,
            _shop_index(),
            f"requests[{position}]",
            request.forced,
            search_defaults,
        )
        for position, each in enumerate(given)
    ]
    results: dict[int, dict[str, Any]] = {}
    for ride in rides(asked):
        riders = [asked[place] for place in ride.riders]
        with naming(f"requests[{ride.leader}]"):
            answers = _answers(asked[ride.leader], riders)
        results.update(zip([ride.leader, *ride.riders], answers, strict=True))
    return {"results": [results[place] for place in range(len(asked))]}


@route(blueprint, "POST", "/1/indexes/{index}/query", scope=Scope.SEARCH, dialect=Dialect.ALGOLIA, takes_secured=True)
def search_one(request: Request, index: str) -> dict[str, Any]:
    given: dict[str, Any] = request.json(dict) if request.bytes().strip() else {}
    return _search(read_search(given, index, _shop_index(), forced=request.forced, defaults=search_defaults))[0]


@route(
    blueprint,
    "POST",
    "/1/indexes/{index}/facets/{facet}/query",
    scope=Scope.SEARCH,
    dialect=Dialect.ALGOLIA,
    takes_secured=True,
)
def search_facet(request: Request, index: str, facet: str) -> dict[str, Any]:
    given: dict[str, Any] = request.json(dict) if request.bytes().strip() else {}
    return _search_facet(read_search(given, index, _shop_index(), forced=request.forced), facet)


@route(blueprint, "GET", "/v1/search", scope=Scope.SEARCH, takes_secured=True)
def search_plainly(request: Request) -> dict[str, Any]:
    given = request.query.get("sort") or Sort.RELEVANCE
    if given not in list(Sort):
        raise InvalidRequest(f"sort must be one of {', '.join(Sort)}", field="sort")
    index = _shop_index() if given == Sort.RELEVANCE else f"{_shop_index()}_{given}"
    said = {name: value for name, value in _plainly_said(request).items() if value is not None}
    with naming("", _PLAIN_NAMES):
        asked = read_search(said, index, _shop_index(), forced=request.forced)
    return _search(asked)[0]


def _plainly_said(request: Request) -> dict[str, Any]:
    return {
        "query": request.query.get("q", ""),
        "page": request.number("page", 0, high=MAX_PAGE),
        "hitsPerPage": request.number("size", SearchRequest().page_size, high=MAX_PAGE_SIZE),
        "userToken": request.query.get("user"),
        "personalise": request.flag("personalise"),
        "distinct": read_distinct(request.query.get("distinct", "")),
        "diversity": request.flag("diversity"),
        "interleave": request.query.get("interleave"),
        "removeWordsIfNoResults": request.query.get("ladder"),
    }


def _shop_index() -> str:
    return wiring.services().settings.search_index


def _answers(asked: Asked, riders: Sequence[Asked]) -> list[dict[str, Any]]:
    if not asked.shape.is_facet_search:
        return _search(asked, riders)
    if not asked.shape.facet:
        raise InvalidRequest("is missing", field="facet")
    return [_search_facet(asked, asked.shape.facet)]


def _search(asked: Asked, riders: Sequence[Asked] = ()) -> list[dict[str, Any]]:
    """The answer of a search, and those of the searches that ride on it: one question to the engine."""
    services = wiring.services()
    began = services.clock.now()
    result = services.search.find(laden(asked.request, [rider.request for rider in riders]), began)
    finish_logging = left_in_log(asked, result, began)
    took = _milliseconds(services.clock.now() - began)
    answers = [search_answer(asked, result, took)]
    answers += [search_answer(rider, each, took) for rider, each in zip(riders, rider_results(result), strict=True)]
    finish_logging()
    return answers


def _search_facet(asked: Asked, facet: str) -> dict[str, Any]:
    services = wiring.services()
    began = services.clock.now()
    size = _facet_hits(asked.shape)
    values = services.search.find_facet_values(asked.request, facet, asked.shape.facet_query or "", size, began)
    return facet_answer(asked, values, facet, _milliseconds(services.clock.now() - began))


def _facet_hits(shape: SearchShape) -> int:
    size = DEFAULT_FACET_HITS if shape.max_facet_hits is None else shape.max_facet_hits
    if not 1 <= size <= MAX_FACET_HITS:
        raise InvalidRequest(f"must be between 1 and {MAX_FACET_HITS}", field="maxFacetHits")
    return size


def _milliseconds(duration: timedelta) -> int:
    return max(1, round(duration.total_seconds() * 1000))
