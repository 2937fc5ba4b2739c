"""Algolia's insights: what search-insights and InstantSearch tell of views, clicks and conversions."""

from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.errors import Dialect
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope

blueprint = Blueprint(__name__)


class Insights(msgspec.Struct):
    """The body of a batch; each event is read alone."""

    events: list[Any] = []


@route(blueprint, "POST", "/1/events", scope=Scope.SEARCH, dialect=Dialect.ALGOLIA, takes_secured=True)
def insights(request: Request) -> dict[str, Any]:
    wiring.services().events.accept_insights(request.json(Insights).events)
    return {"status": 200, "message": "OK"}
