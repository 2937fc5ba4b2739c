"""Shoppers' events in Segment's shape: single calls are refused with a status, a batch answers for each of its items."""

from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.events import Call, Result

blueprint = Blueprint(__name__)


class BatchRequest(msgspec.Struct):
    """Each event is read alone, so that one bad event does not sink the others."""

    batch: list[Any]


@route(blueprint, "POST", "/v1/track", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
def track(request: Request) -> dict[str, Any]:
    return _accept(request, Call.TRACK)


@route(blueprint, "POST", "/v1/identify", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
def identify(request: Request) -> dict[str, Any]:
    return _accept(request, Call.IDENTIFY)


@route(blueprint, "POST", "/v1/page", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
def page(request: Request) -> dict[str, Any]:
    return _accept(request, Call.PAGE)


@route(blueprint, "POST", "/v1/screen", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
def screen(request: Request) -> dict[str, Any]:
    return _accept(request, Call.SCREEN)


@route(blueprint, "POST", "/v1/alias", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
def alias(request: Request) -> dict[str, Any]:
    return _accept(request, Call.ALIAS)


@route(blueprint, "POST", "/v1/group", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
def group(request: Request) -> dict[str, Any]:
    return _accept(request, Call.GROUP)


@route(blueprint, "POST", "/v1/batch", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
def batch(request: Request) -> dict[str, Any]:
    results = wiring.services().events.accept_batch(request.json(BatchRequest).batch)
    return {"success": True, "results": [_result(result) for result in results]}


def _accept(request: Request, call: Call) -> dict[str, Any]:
    message_id = wiring.services().events.accept(request.json(dict), call)
    return {"success": True, "message_id": message_id, "status": "accepted"}


def _result(result: Result) -> dict[str, Any]:
    answer = {"index": result.index, "message_id": result.message_id, "status": result.status}
    if result.error is None:
        return answer
    error = {"code": result.error.code, "message": result.error.message, "field": result.error.field}
    return answer | {"error": error}
