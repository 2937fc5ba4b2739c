"""Whether the shop answers."""

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request
from chalicelib.api.routing import PUBLIC, route

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/v1/health", scope=PUBLIC)
def read_health(request: Request) -> dict[str, Any]:
    return {"status": "ok", "stage": wiring.services().settings.stage}
