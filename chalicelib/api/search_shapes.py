"""What InstantSearch sends for one search, in v5's flat form or v4's ``params`` string, as a ``SearchRequest``."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from chalicelib.api.errors import ScopeMissing
from chalicelib.api.search_filters import Filters, facet_filters, numeric_filters, tag_filters
from chalicelib.api.search_grammar import parse_filters
from chalicelib.api.search_offers import Distinct, shows_items
from chalicelib.core.errors import InvalidRequest, NotFound, ZhaohuiError
from chalicelib.core.shapes import convert, joined
from chalicelib.search import Filter, Relaxing, SearchRequest, Sort

MAX_SHOPPER_ID_CHARACTERS = 128
DEFAULT_FACET_HITS = 10
_TEXTS = frozenset(
    {
        "query",
        "facetQuery",
        "facet",
        "type",
        "indexName",
        "userToken",
        "interleave",
        "removeWordsIfNoResults",
        "filters",
        "highlightPreTag",
        "highlightPostTag",
        "snippetEllipsisText",
        "sortFacetValuesBy",
    }
)
NOTHING_FORCED: Mapping[str, str] = {}
RESTRICTED = "restrictIndices"
_ADDED = ("filters", "facetFilters", "numericFilters", "tagFilters")
Names = str | list[str] | None
"""A list of names, or (v4, ``GET``) one text with commas."""


class UnknownIndex(NotFound):
    """No index of that name, nor a sorted replica of one."""


class SearchShape(msgspec.Struct, rename="camel"):
    """The parameters that are read; every other parameter of Algolia's is accepted and ignored."""

    query: str | None = None
    page: int | None = None
    hits_per_page: int | None = None
    offset: int | None = None
    length: int | None = None
    facets: Names = None
    facet_filters: Filters = None
    numeric_filters: Filters = None
    tag_filters: Filters = None
    filters: str | None = None
    max_values_per_facet: int | None = None
    highlight_pre_tag: str | None = None
    highlight_post_tag: str | None = None
    attributes_to_retrieve: Names = None
    attributes_to_highlight: Names = None
    attributes_to_snippet: Names = None
    snippet_ellipsis_text: str | None = None
    restrict_highlight_and_snippet_arrays: bool | None = None
    response_fields: Names = None
    get_ranking_info: bool | None = None
    click_analytics: bool | None = None
    sort_facet_values_by: str | None = None
    user_token: str | None = None
    enable_personalization: bool | None = None
    personalise: bool | None = None
    distinct: Distinct = None
    diversity: bool | None = None
    interleave: str | None = None
    remove_words_if_no_results: str | None = None
    analytics: bool | None = None
    type: str | None = None
    facet: str | None = None
    facet_query: str | None = None
    max_facet_hits: int | None = None
    index_name: str | None = None

    @property
    def is_window(self) -> bool:
        """Whether hits are asked for by ``offset`` and ``length`` rather than by page."""
        return self.offset is not None or self.length is not None

    @property
    def is_facet_search(self) -> bool:
        return self.type == "facet"


class Asked(msgspec.Struct, frozen=True):
    """One search as it came: ``index`` as the client named it, ``params`` to be echoed."""

    index: str
    shape: SearchShape
    request: SearchRequest
    params: str


def read_search(
    given: Mapping[str, Any],
    index: str | None,
    shop_index: str,
    at: str = "",
    forced: Mapping[str, str] = NOTHING_FORCED,
    defaults: Callable[[str], Mapping[str, Any]] = lambda index: {},
) -> Asked:
    """One search; ``index`` None: it is named inside. ``forced``: what a secured key imposes; its filters come on top, all
    else replaces what is asked. ``defaults``: by index, what holds where nothing is asked. Raises ``InvalidRequest`` naming
    the field, ``UnknownIndex``, ``ScopeMissing``."""
    with naming(at):
        merged = merged_parameters(given)
        imposed = {name: _decoded(name, text) for name, text in forced.items()}
        merged |= {name: value for name, value in imposed.items() if name not in _ADDED and name != RESTRICTED}
        shape = convert(merged, SearchShape)
        index = shape.index_name if index is None else index
        if index is None:
            raise InvalidRequest("is missing", field="indexName")
        sort = _sort(index, shop_index)
        if usual := defaults(index):
            shape = convert({**usual, **merged}, SearchShape)
        request = _request(shape, sort)
        if forced:
            _check_restricted(index, forced.get(RESTRICTED))
            added = _filters(convert({name: imposed[name] for name in _ADDED if name in imposed}, SearchShape))
            request = replace(request, filters=(*request.filters, *added))
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


def merged_parameters(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a body, those in its ``params`` (v4's text, or an object) among them."""
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
    shopper = shape.user_token or None
    if shopper and len(shopper) > MAX_SHOPPER_ID_CHARACTERS:
        raise InvalidRequest(f"has more than {MAX_SHOPPER_ID_CHARACTERS} characters", field="userToken")
    defaults = SearchRequest()
    size = shape.length if shape.length is not None else shape.hits_per_page
    return SearchRequest(
        query=shape.query or "",
        page=shape.page or 0,
        page_size=defaults.page_size if size is None else size,
        sort=sort,
        filters=_filters(shape),
        facets=names_of(shape.facets),
        max_values_per_facet=(
            defaults.max_values_per_facet if shape.max_values_per_facet is None else shape.max_values_per_facet
        ),
        shopper_id=shopper,
        is_personalised=shape.enable_personalization is not False and shape.personalise is not False,
        is_distinct=shows_items(shape.distinct),
        is_diverse=shape.diversity is True,
        interleave=shape.interleave or None,
        relaxing=_relaxing(shape.remove_words_if_no_results),
        offset=(shape.offset or 0) if shape.is_window else None,
    )


def _relaxing(given: str | None) -> Relaxing | None:
    if given and given not in list(Relaxing):
        raise InvalidRequest(f"must be one of {', '.join(Relaxing)}", field="removeWordsIfNoResults")
    return Relaxing(given) if given else None


def _filters(shape: SearchShape) -> tuple[Filter, ...]:
    return (
        *parse_filters(shape.filters or ""),
        *facet_filters(shape.facet_filters, "facetFilters"),
        *numeric_filters(shape.numeric_filters, "numericFilters"),
        *tag_filters(shape.tag_filters, "tagFilters"),
    )


def _check_restricted(index: str, allowed: str | None) -> None:
    if allowed is not None and not any(fnmatchcase(index, pattern) for pattern in names_of(allowed)):
        raise ScopeMissing(f"this API key may not search the index {index[:100]!r}")


def names_of(given: Names) -> tuple[str, ...]:
    """Distinct names, however they were listed."""
    if isinstance(given, str) and given.startswith("["):
        # In a URL, v4 writes a list as JSON.
        with suppress(msgspec.DecodeError, msgspec.ValidationError):
            given = msgspec.json.decode(given, type=list[str])
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
