"""Rules that every route keeps."""

import re

import pytest

from app import app
from chalicelib.api.routing import declared_scopes
from chalicelib.core.access import Scope

ROUTES = [(method, path) for path, methods in app.routes.items() for method in methods]
PUBLIC_ROUTES = {
    ("POST", "/v1/webhooks/{source}"),
    ("GET", "/v1/health"),
    ("GET", "/v1/unsubscribe/{token}"),
    ("POST", "/v1/unsubscribe/{token}"),
}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_declares_who_may_call_it(method: str, path: str) -> None:
    assert (method, path) in declared_scopes(), f"{method} {path} was registered without chalicelib.api.routing.route"


def test_only_known_routes_need_no_key() -> None:
    assert {route for route, scope in declared_scopes().items() if scope is None} == PUBLIC_ROUTES


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_answers_errors_to_other_origins_too(method: str, path: str) -> None:
    assert app.routes[path][method].cors is not None
    assert app.routes[path][method].content_types == ["*/*"]


WRITE_SIDE = {
    ("POST", "/1/indexes/{index}"),
    ("POST", "/1/indexes/{index}/batch"),
    ("POST", "/1/indexes/{index}/clear"),
    ("POST", "/1/indexes/{index}/{object_id}/partial"),
    ("PUT", "/1/indexes/{index}/{object_id}"),
    ("DELETE", "/1/indexes/{index}/{object_id}"),
    ("GET", "/1/indexes/{index}/task/{task_id}"),
    ("GET", "/1/indexes"),
    ("DELETE", "/1/indexes/{index}"),
    ("POST", "/1/indexes/{index}/operation"),
    ("POST", "/1/indexes/{index}/browse"),
    ("GET", "/1/indexes/{index}/browse"),
    ("POST", "/1/indexes/{index}/deleteByQuery"),
    ("GET", "/1/indexes/{index}/settings"),
    ("PUT", "/1/indexes/{index}/settings"),
    *(
        (method, f"/1/indexes/{{index}}/{shelf}/{path}")
        for shelf in ("rules", "synonyms")
        for method, path in (
            ("GET", "{object_id}"),
            ("PUT", "{object_id}"),
            ("DELETE", "{object_id}"),
            ("POST", "batch"),
            ("POST", "clear"),
            ("POST", "search"),
        )
    ),
}


def test_routes_for_shoppers_browsers_are_of_scope_search_and_what_writes_is_not() -> None:
    algolia = {route: scope for route, scope in declared_scopes().items() if route[1].startswith("/1/")}
    assert {route for route, scope in algolia.items() if scope is Scope.ADMIN} == WRITE_SIDE
    assert {scope for route, scope in algolia.items() if route not in WRITE_SIDE} == {Scope.SEARCH}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_paths_are_lower_case_plural_and_versioned(method: str, path: str) -> None:
    # Algolia's own name for it.
    assert re.fullmatch(r"/(v1|1)(/([a-z0-9-]+|\{[a-z_]+\}|deleteByQuery))+", path)
