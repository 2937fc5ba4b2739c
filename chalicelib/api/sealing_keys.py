"""The data keys that seal personal values, over HTTP: their names only."""

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/v1/sealing-keys", scope=Scope.ADMIN)
def list_sealing_keys(request: Request) -> dict[str, Any]:
    known = wiring.services().data_keys.ids()
    items = [{"id": key_id, "is_sealing": key_id == known[-1]} for key_id in known]
    return {"items": items, "next_cursor": None}


@route(blueprint, "POST", "/v1/sealing-keys", scope=Scope.ADMIN)
def rotate_sealing_key(request: Request) -> Answer:
    return Answer({"id": wiring.services().data_keys.rotate()}, 201)
