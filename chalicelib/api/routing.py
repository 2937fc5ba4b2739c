"""How a route is declared: scope, key check, decoding, error mapping and CORS in one decorator around a plain view.

    @route(blueprint, "PUT", "/v1/products/{product_id}", scope=Scope.ADMIN)
    def put_product(request: Request, product_id: str) -> Answer: ...

A view that raised straight into Chalice would become a bare 500 before any middleware could see it; so it is wrapped.
"""

import functools
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from chalice import Blueprint, Chalice, CORSConfig, Response

from chalicelib.api.access import check_key
from chalicelib.api.answer import Answer, to_response
from chalicelib.api.errors import Dialect, error_body, error_headers, status_of
from chalicelib.api.idempotency import answered_once
from chalicelib.api.request import Request, from_chalice, path_value
from chalicelib.core.access import Scope
from chalicelib.core.errors import ZhaohuiError
from chalicelib.core.telemetry import logger

CORS = CORSConfig(
    allow_origin="*",
    allow_headers=[
        "Idempotency-Key",
        "X-Algolia-API-Key",
        "X-Algolia-Application-Id",
        "X-Algolia-Agent",
        "X-Algolia-Request-ID",
        "X-Algolia-UserToken",
    ],
    expose_headers=["Retry-After"],
    max_age=86_400,
)
PUBLIC = None
"""The scope of a route that needs no key; it must be written down, so that forgetting one is an error."""

_declared: dict[tuple[str, str], Scope | None] = {}


View = Callable[..., Answer | dict[str, Any]]


class ShopApp(Chalice):
    """Chalice keeps the request in one attribute of the app; Lambda runs one at a time, the laptop's server does not."""

    _local = threading.local()

    @property
    def current_request(self) -> Any:
        return getattr(self._local, "request", None)

    @current_request.setter
    def current_request(self, request: Any) -> None:
        self._local.request = request


def declared_scopes() -> Mapping[tuple[str, str], Scope | None]:
    """The scope of every (method, path) declared through ``route``."""
    return dict(_declared)


def route(
    blueprint: Blueprint,
    method: str,
    path: str,
    *,
    scope: Scope | None,
    dialect: Dialect = Dialect.ZHAOHUI,
    takes_secured: bool = False,
) -> Callable[[View], View]:
    """Declare ``view`` as the answer to ``method path`` for keys of ``scope`` (``PUBLIC``: for everyone). ``takes_secured``:
    for secured keys too; the view enforces ``request.forced``."""

    def admitted(request: Request) -> Request:
        return (
            request
            if scope is None
            else replace(request, forced=check_key(request, scope, takes_secured=takes_secured))
        )

    def declare(view: View) -> View:
        @functools.wraps(view)
        def entry(**path_parameters: str) -> Response:
            return _respond(view, admitted, dialect, from_chalice(blueprint.current_request), path_parameters)

        _declared[method, path] = scope
        blueprint.route(path, methods=[method], content_types=["*/*"], cors=CORS, name=view.__name__)(entry)
        return view

    return declare


def _respond(
    view: View,
    admitted: Callable[[Request], Request],
    dialect: Dialect,
    request: Request,
    path_parameters: Mapping[str, str],
) -> Response:
    try:
        request = admitted(request)
        parameters = {name: path_value(value) for name, value in path_parameters.items()}
        answer = answered_once(request, lambda: _answer(view(request, **parameters)))
    except ZhaohuiError as error:
        status = status_of(error)
        return to_response(
            Answer(
                error_body(error.code, error.message, error.field, status, dialect, error.reason),
                status,
                error_headers(error),
            )
        )
    except Exception:  # noqa: BLE001 - the edge: nothing may leave as a stack trace
        logger().exception("unexpected error", extra={"path": request.path, "method": request.method})
        return to_response(
            Answer(error_body("internal_error", "something went wrong on our side", None, 500, dialect), 500)
        )
    return to_response(answer)


def _answer(given: Answer | dict[str, Any]) -> Answer:
    return given if isinstance(given, Answer) else Answer(given)
