"""What was accepted and could not be done, with its reason, newest first; and its way back once the reason is gone."""

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.failures import Failure

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/v1/failures", scope=Scope.ADMIN)
def list_failures(request: Request) -> dict[str, Any]:
    limit, cursor = request.page()
    failures, following = wiring.services().failures.list(limit, cursor)
    return {"items": [_document(failure) for failure in failures], "next_cursor": following}


@route(blueprint, "GET", "/v1/failures/{failure_id}", scope=Scope.ADMIN)
def read_failure(request: Request, failure_id: str) -> dict[str, Any]:
    replays = wiring.services().replays
    failure = replays.get(failure_id)
    return _document(failure) | {"can_replay": replays.can_replay(failure)}


@route(blueprint, "POST", "/v1/failures/{failure_id}/replay", scope=Scope.ADMIN)
def replay_failure(request: Request, failure_id: str) -> dict[str, Any]:
    return _document(wiring.services().replays.replay(failure_id))


def _document(failure: Failure) -> dict[str, Any]:
    return {
        "id": failure.failure_id,
        "source": failure.source,
        "reason": failure.reason,
        "body": failure.body,
        "failed_at": to_rfc3339(failure.failed_at),
        "replayed_at": to_rfc3339(failure.replayed_at) if failure.replayed_at else None,
    }
