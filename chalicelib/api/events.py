"""Shoppers' events in Segment's shape: single calls are refused with a status, a batch answers for each of its items."""

from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.events import CATALOGUE, MOST_DAYS, Call, Result, Tally

blueprint = Blueprint(__name__)
DEFAULT_DAYS = 7


class BatchRequest(msgspec.Struct):
    """Each event is read alone, so that one bad event does not sink the others."""

    batch: list[Any]
    sent_at: Any = msgspec.field(default=None, name="sentAt")


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
    body = request.json(BatchRequest)
    return _answer(wiring.services().events.accept_batch(body.batch, body.sent_at))


@route(blueprint, "POST", "/v1/import", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
def import_events(request: Request) -> dict[str, Any]:
    return _answer(wiring.services().events.accept_batch(request.json(BatchRequest).batch, is_import=True))


@route(blueprint, "GET", "/v1/events/names", scope=Scope.ADMIN)
def count_names(request: Request) -> dict[str, Any]:
    days = request.number("days", DEFAULT_DAYS, low=1, high=MOST_DAYS)
    is_known = request.flag("known")
    tallies = wiring.services().event_names.of_last(days)
    return {"items": [_tally(each) for each in tallies if is_known in (None, each.is_known)], "next_cursor": None}


def _accept(request: Request, call: Call) -> dict[str, Any]:
    result = wiring.services().events.accept(request.json(dict), call)
    return {"success": True, "message_id": result.message_id, "status": result.status} | _remarks(result)


def _answer(results: list[Result]) -> dict[str, Any]:
    return {"success": True, "results": [_result(result) for result in results]}


def _result(result: Result) -> dict[str, Any]:
    answer = {"index": result.index, "message_id": result.message_id, "status": result.status}
    if result.error is None:
        return answer | _remarks(result)
    error = {"code": result.error.code, "message": result.error.message, "field": result.error.field}
    return answer | {"error": error}


def _remarks(result: Result) -> dict[str, Any]:
    remarks = [{"field": each.field, "message": each.message} for each in result.remarks]
    return {"remarks": remarks} if remarks else {}


def _tally(tally: Tally) -> dict[str, Any]:
    known = CATALOGUE.get(tally.name)
    return {
        "call": tally.call,
        "name": tally.name,
        "chinese_name": known.chinese if known else None,
        "is_known": tally.is_known,
        "count": tally.count,
        "days": {day.isoformat(): count for day, count in sorted(tally.days.items())},
    }
