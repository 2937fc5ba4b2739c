"""What a laptop can do and AWS cannot: move the clock. Answers under ``/_local/`` to the shop's admin key."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from chalicelib.api.access import check_key
from chalicelib.api.errors import status_of
from chalicelib.api.request import Request
from chalicelib.core.access import Scope
from chalicelib.core.clock import MovableClock, to_rfc3339
from chalicelib.core.errors import InvalidRequest, NotFound, ZhaohuiError
from infra.local.gateway import JSON_TYPE, Gateway, StartResponse
from infra.local.pump import Pump

MOST_SECONDS = 10 * 365 * 86_400


class LocalControl:
    """A WSGI layer over the gateway with ``GET`` and ``POST /_local/clock {"advance_seconds": 259200}``."""

    def __init__(self, gateway: Gateway, clock: MovableClock, pump: Pump) -> None:
        self._gateway = gateway
        self._clock = clock
        self._pump = pump

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/_local/"):
            return self._gateway(environ, start_response)
        try:
            answer, status = self._control(environ), "200 OK"
        except ZhaohuiError as error:
            answer = {"error": {"code": error.code, "message": error.message}}
            status = f"{status_of(error)} Refused"
        payload = json.dumps(answer, ensure_ascii=False).encode()
        start_response(status, [("Content-Type", JSON_TYPE), ("Content-Length", str(len(payload)))])
        return [payload]

    def _control(self, environ: dict[str, Any]) -> dict[str, Any]:
        headers = {"authorization": environ.get("HTTP_AUTHORIZATION", "")}
        request = Request(environ["REQUEST_METHOD"], environ["PATH_INFO"], headers, {}, environ["wsgi.input"].read())
        check_key(request, Scope.ADMIN)
        if request.path != "/_local/clock":
            raise NotFound(f"there is no {request.path}")
        if request.method == "GET":
            return {"now": to_rfc3339(self._clock.now()), "fired": []}
        seconds = request.json(dict).get("advance_seconds")
        if not isinstance(seconds, int) or not 0 <= seconds <= MOST_SECONDS:
            raise InvalidRequest(f"advance_seconds must be 0 to {MOST_SECONDS}", field="advance_seconds")
        now = self._clock.advance(timedelta(seconds=seconds))
        return {"now": to_rfc3339(now), "fired": self._pump.fire_due()}
