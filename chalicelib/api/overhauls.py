"""Overhauls of the catalogue that are on their way, and the push for one that stands still."""

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import Overhaul

blueprint = Blueprint(__name__)
MAX_ID_DIGITS = 18


@route(blueprint, "GET", "/v1/catalog/overhauls", scope=Scope.ADMIN)
def list_overhauls(request: Request) -> dict[str, Any]:
    return {"items": [_described(each) for each in wiring.services().overhauls.running()], "next_cursor": None}


@route(blueprint, "GET", "/v1/catalog/overhauls/{overhaul_id}", scope=Scope.ADMIN)
def read_overhaul(request: Request, overhaul_id: str) -> dict[str, Any]:
    return _described(wiring.services().overhauls.get(_number(overhaul_id)))


@route(blueprint, "POST", "/v1/catalog/overhauls/{overhaul_id}/resume", scope=Scope.ADMIN)
def resume_overhaul(request: Request, overhaul_id: str) -> Answer:
    return Answer(_described(wiring.services().overhauls.resume(_number(overhaul_id))), 202)


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > MAX_ID_DIGITS:
        raise InvalidRequest("overhaul_id must be a whole number", field="overhaul_id")
    return int(text)


def _described(overhaul: Overhaul) -> dict[str, Any]:
    return {
        "id": str(overhaul.overhaul_id),
        "phase": overhaul.phase,
        "pages": overhaul.page,
        "stored": overhaul.stored,
        "removed": overhaul.removed,
        "started_at": to_rfc3339(overhaul.started_at),
        "changed_at": to_rfc3339(overhaul.changed_at),
    }
