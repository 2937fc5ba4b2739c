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


def _serve(call: Call) -> None:
    @route(blueprint, "POST", f"/v1/{call}", scope=Scope.WRITE, dialect=Dialect.SEGMENT)
    def accept(request: Request) -> dict[str, Any]:
        result = wiring.services().events.accept(request.json(dict), call)
        return {"success": True, "message_id": result.message_id, "status": result.status} | _remarks(result)


for _call in Call:
    _serve(_call)


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
