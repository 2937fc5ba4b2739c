"""Index settings as Algolia's dashboards and connectors write them: what is a search parameter becomes its default, what decides
ranking is kept and shown again, what would be a broken promise is refused."""

from collections.abc import Mapping
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.search_index_names import kind_named, shop_index
from chalicelib.api.search_marks import SEARCHABLE
from chalicelib.api.search_shapes import Names, SearchShape, UnknownIndex, names_of
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest, TooLarge
from chalicelib.core.shapes import convert
from chalicelib.search import PLAIN_FACETS, IndexKind, SearchRequest, replicas_of

blueprint = Blueprint(__name__)
MAX_SETTINGS_BYTES = 100_000
DEFAULTS = (
    "hitsPerPage",
    "maxValuesPerFacet",
    "attributesToRetrieve",
    "attributesToHighlight",
    "attributesToSnippet",
    "highlightPreTag",
    "highlightPostTag",
    "snippetEllipsisText",
    "restrictHighlightAndSnippetArrays",
    "responseFields",
    "sortFacetValuesBy",
    "distinct",
)
"""Settings that have an effect: each is what a search goes by that does not say otherwise."""
_REPLICAS = "replicas"
_HIDDEN = "unretrievableAttributes"
_FOUND = (IndexKind.SHOP, IndexKind.REPLICA, IndexKind.TEMPORARY)


@route(blueprint, "GET", "/1/indexes/{index}/settings", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def read_settings(request: Request, index: str) -> dict[str, Any]:
    kind = kind_named(index, "index", *_FOUND)
    note = wiring.services().indexes.note(index)
    if note is None and kind is IndexKind.TEMPORARY:
        raise UnknownIndex(f"index: index {index[:100]!r} does not exist", field="index")
    usual = SearchRequest()
    return {
        "hitsPerPage": usual.page_size,
        "maxValuesPerFacet": usual.max_values_per_facet,
        "searchableAttributes": list(SEARCHABLE),
        "attributesForFaceting": list(PLAIN_FACETS),
        **({"replicas": list(replicas_of(index))} if kind is IndexKind.SHOP else {}),
        **({"primary": shop_index()} if kind is IndexKind.REPLICA else {}),
        **(note.settings if note else {}),
    }


@route(blueprint, "PUT", "/1/indexes/{index}/settings", scope=Scope.ADMIN, dialect=Dialect.ALGOLIA)
def write_settings(request: Request, index: str) -> dict[str, Any]:
    kind_named(index, "index", *_FOUND)
    given: dict[str, Any] = request.json(dict)
    if len(msgspec.json.encode(given)) > MAX_SETTINGS_BYTES:
        raise TooLarge(f"the settings have more than {MAX_SETTINGS_BYTES} bytes", field="body")
    _check(given)
    services = wiring.services()
    services.indexes.change_settings(index, given)
    now = services.clock.now()
    without_effect = [name for name, value in given.items() if name not in (*DEFAULTS, _REPLICAS) and value is not None]
    return {
        "updatedAt": to_rfc3339(now),
        "taskID": int(now.timestamp() * 1000),
        # Algolia's clients drop what they do not know; whoever asks with curl reads it.
        **({"withoutEffect": without_effect} if without_effect else {}),
    }


def search_defaults(index: str) -> Mapping[str, Any]:
    """What a search of ``index`` goes by where it says nothing."""
    settings = wiring.services().indexes.settings(index)
    return {name: settings[name] for name in DEFAULTS if name in settings}


def _check(given: Mapping[str, Any]) -> None:
    shape = convert({name: given[name] for name in DEFAULTS if name in given}, SearchShape)
    usual = SearchRequest()
    SearchRequest(
        page_size=usual.page_size if shape.hits_per_page is None else shape.hits_per_page,
        max_values_per_facet=(
            usual.max_values_per_facet if shape.max_values_per_facet is None else shape.max_values_per_facet
        ),
    )
    if given.get(_HIDDEN):
        raise InvalidRequest(f"{_HIDDEN}: every attribute of a hit can be read here; leave it out", field=_HIDDEN)
    known = replicas_of(shop_index())
    for place, name in enumerate(names_of(convert(given.get(_REPLICAS), Names))):  # type: ignore[arg-type]
        if name.removeprefix("virtual(").removesuffix(")") not in known:
            field = f"{_REPLICAS}[{place}]"
            raise InvalidRequest(f"{field}: {name[:100]!r} cannot be made; there are {', '.join(known)}", field=field)
