"""What was accepted and could not be done, with its reason, newest first."""

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/v1/failures", scope=Scope.ADMIN)
def list_failures(request: Request) -> dict[str, Any]:
    limit, cursor = request.page()
    failures, following = wiring.services().failures.list(limit, cursor)
    items = [
        {
            "id": failure.failure_id,
            "source": failure.source,
            "reason": failure.reason,
            "body": failure.body,
            "failed_at": to_rfc3339(failure.failed_at),
        }
        for failure in failures
    ]
    return {"items": items, "next_cursor": following}
