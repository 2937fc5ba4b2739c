"""Every record of the shop for connectors, page after page, and the removal of those that pass filters."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.search_index_names import kind_named, shop_index
from chalicelib.api.search_marks import retrieved
from chalicelib.api.search_objects import record_of
from chalicelib.api.search_shapes import Asked, merged_parameters, read_search
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import MAX_PAGE_SIZE, IndexKind, SearchRequest, filtered_by, meets

blueprint = Blueprint(__name__)
MAX_LOOKS = 10
"""Pages of the catalogue read for one answer when filters let nothing pass."""
FILTERS = frozenset({"filters", "facetFilters", "numericFilters", "tagFilters"})


class BrowseCursor(msgspec.Struct):
    """Where to go on, and with which parameters: clients send nothing else with it."""

    after: str
    params: dict[str, Any]


@route(blueprint, "POST", "/1/indexes/{index}/browse", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def browse(request: Request, index: str) -> dict[str, Any]:
    given: dict[str, Any] = request.json(dict) if request.bytes().strip() else {}
    return _browsed(index, given)


@route(blueprint, "GET", "/1/indexes/{index}/browse", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def browse_plainly(request: Request, index: str) -> dict[str, Any]:
    return _browsed(index, {name: value for name in ("params", "cursor") if (value := request.query.get(name))})


@route(blueprint, "POST", "/1/indexes/{index}/deleteByQuery", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def delete_by_filters(request: Request, index: str) -> dict[str, Any]:
    kind_named(index, "index", IndexKind.SHOP)
    given = merged_parameters(request.json(dict))
    strange = sorted(name for name, value in given.items() if name not in FILTERS and value not in (None, "", []))
    if strange:
        # What is left out here would be one filter less between a slip and an empty shop.
        raise InvalidRequest(
            f"{strange[0]}: records are deleted by {', '.join(sorted(FILTERS))} only", field=strange[0]
        )
    filters = read_search(given, index, shop_index()).request.filters
    if not filters:
        raise InvalidRequest("filters: is missing; to delete every record, clear the index", field="filters")
    services = wiring.services()
    overhaul = services.overhauls.start(filters=filters)
    return {"updatedAt": to_rfc3339(services.clock.now()), "taskID": overhaul.overhaul_id}


def _browsed(index: str, given: Mapping[str, Any]) -> dict[str, Any]:
    kind_named(index, "index", IndexKind.SHOP)
    params = merged_parameters(given)
    came = params.pop("cursor", None)
    cursor = _cursor(came) if came else None
    if cursor:
        params = {**cursor.params, **params}
    asked = read_search({"hitsPerPage": MAX_PAGE_SIZE, **params}, index, shop_index())
    if asked.request.query:
        raise InvalidRequest("query: records are browsed by filters; search for words with /query", field="query")
    hits, after = _records(asked, cursor.after if cursor else None)
    page = {
        "hits": hits,
        "page": 0,
        "hitsPerPage": asked.request.page_size,
        "query": "",
        "params": asked.params,
        "processingTimeMS": 1,
    }
    return page if after is None else {**page, "cursor": _packed(BrowseCursor(after, params))}


def _records(asked: Asked, after: str | None) -> tuple[list[dict[str, Any]], str | None]:
    hits: list[dict[str, Any]] = []
    size = asked.request.page_size or SearchRequest().page_size
    for _ in range(MAX_LOOKS):
        products, after = wiring.services().products.page(after, size)
        passing = (each for each in products if meets(*filtered_by(each), asked.request.filters))
        hits += [retrieved(record_of(each), asked.shape.attributes_to_retrieve) for each in passing]
        if hits or after is None:
            break
    return hits, after


def _packed(cursor: BrowseCursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode()


def _cursor(given: object) -> BrowseCursor:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(str(given)), type=BrowseCursor)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise InvalidRequest("cursor: is none that browse answered", field="cursor") from None
