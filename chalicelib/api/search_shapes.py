"""What InstantSearch sends for one search, in v5's flat form or v4's ``params`` string, as a ``SearchRequest``."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from chalicelib.api.search_filters import Filters, facet_filters, numeric_filters
from chalicelib.core.errors import InvalidRequest, NotFound, ZhaohuiError
from chalicelib.core.shapes import convert, joined
from chalicelib.search import SearchRequest, Sort

MAX_SHOPPER_ID_CHARACTERS = 128
DEFAULT_FACET_HITS = 10
_TEXTS = frozenset(
    {"query", "facetQuery", "facet", "type", "indexName", "userToken", "highlightPreTag", "highlightPostTag"}
)


class UnknownIndex(NotFound):
    """No index of that name, nor a sorted replica of one."""


class SearchShape(msgspec.Struct, rename="camel"):
    """The parameters that are read; every other parameter of Algolia's is accepted and ignored."""

    query: str | None = None
    page: int | None = None
    hits_per_page: int | None = None
    facets: str | list[str] | None = None
    facet_filters: Filters = None
    numeric_filters: Filters = None
    filters: str | None = None
    max_values_per_facet: int | None = None
    highlight_pre_tag: str | None = None
    highlight_post_tag: str | None = None
    user_token: str | None = None
    enable_personalization: bool | None = None
    personalise: bool | None = None
    type: str | None = None
    facet: str | None = None
    facet_query: str | None = None
    max_facet_hits: int | None = None
    index_name: str | None = None

    @property
    def is_facet_search(self) -> bool:
        return self.type == "facet"


class Asked(msgspec.Struct, frozen=True):
    """One search as it came: ``index`` as the client named it, ``params`` to be echoed."""

    index: str
    shape: SearchShape
    request: SearchRequest
    params: str


def read_search(given: Mapping[str, Any], index: str | None, shop_index: str, at: str = "") -> Asked:
    """One search; ``index`` None: it is named inside. Raises ``InvalidRequest`` naming the field, ``UnknownIndex``."""
    with naming(at):
        merged = _merged(given)
        shape = convert(merged, SearchShape)
        index = shape.index_name if index is None else index
        if index is None:
            raise InvalidRequest("is missing", field="indexName")
        request = _request(shape, _sort(index, shop_index))
        return Asked(index, shape, request, _echo(merged))


@contextmanager
def naming(at: str, names: Mapping[str, str] | None = None) -> Iterator[None]:
    """Errors from inside with the whole path of their field, in the message too: Algolia's clients show nothing else.

    ``names`` are what this caller calls a field (``q`` for ``query``).
    """
    try:
        yield
    except ZhaohuiError as error:
        if error.field:
            said = error.message.removeprefix(f"{error.field}: ").removeprefix(f"{error.field} ")
            error.field = joined(at, (names or {}).get(error.field, error.field))
            error.message = f"{error.field}: {said}"
        raise


def _merged(given: Mapping[str, Any]) -> dict[str, Any]:
    params = given.get("params")
    flat = {name: value for name, value in given.items() if name != "params"}
    if isinstance(params, str):
        return {**{name: _decoded(name, text) for name, text in parse_qsl(params, keep_blank_values=True)}, **flat}
    if isinstance(params, Mapping):
        return {**params, **flat}
    if params is not None:
        raise InvalidRequest("must be text or an object", field="params")
    return flat


def _decoded(name: str, text: str) -> Any:
    # v4 writes numbers, switches and lists as JSON inside the string; a lone facet name is no JSON and stays text.
    if name not in _TEXTS:
        with suppress(msgspec.DecodeError):
            return msgspec.json.decode(text)
    return text


def _sort(index: str, shop_index: str) -> Sort:
    for sort in Sort:
        if index == (shop_index if sort is Sort.RELEVANCE else f"{shop_index}_{sort}"):
            return sort
    raise UnknownIndex(f"index {index[:100]!r} does not exist", field="indexName")


def _request(shape: SearchShape, sort: Sort) -> SearchRequest:
    if shape.filters and shape.filters.strip():
        raise InvalidRequest("not supported: use facetFilters and numericFilters", field="filters")
    shopper = shape.user_token or None
    if shopper and len(shopper) > MAX_SHOPPER_ID_CHARACTERS:
        raise InvalidRequest(f"has more than {MAX_SHOPPER_ID_CHARACTERS} characters", field="userToken")
    defaults = SearchRequest()
    return SearchRequest(
        query=shape.query or "",
        page=shape.page or 0,
        page_size=defaults.page_size if shape.hits_per_page is None else shape.hits_per_page,
        sort=sort,
        filters=(
            *facet_filters(shape.facet_filters, "facetFilters"),
            *numeric_filters(shape.numeric_filters, "numericFilters"),
        ),
        facets=_facet_names(shape.facets),
        max_values_per_facet=(
            defaults.max_values_per_facet if shape.max_values_per_facet is None else shape.max_values_per_facet
        ),
        shopper_id=shopper,
        is_personalised=shape.enable_personalization is not False and shape.personalise is not False,
    )


def _facet_names(given: str | list[str] | None) -> tuple[str, ...]:
    names = given.split(",") if isinstance(given, str) else given or []
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))


def _echo(merged: Mapping[str, Any]) -> str:
    return urlencode(
        {
            name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
            for name, value in merged.items()
            if name != "indexName"
        }
    )
