"""The search index's care: how it is, a rebuild of it, and the way back."""

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.search import Rebuild

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/v1/catalog/index", scope=Scope.ADMIN)
def read_index(request: Request) -> dict[str, Any]:
    state = wiring.services().indexing.state()
    return {"count": state.count, "analysis": state.analysis, "rebuild_needed": state.rebuild_needed}


@route(blueprint, "POST", "/v1/catalog/rebuilds", scope=Scope.ADMIN)
def start_rebuild(request: Request) -> Answer:
    return Answer(_described(wiring.services().rebuilds.start()), 202)


@route(blueprint, "GET", "/v1/catalog/rebuilds/{rebuild_id}", scope=Scope.ADMIN)
def read_rebuild(request: Request, rebuild_id: str) -> dict[str, Any]:
    return _described(wiring.services().rebuilds.get(rebuild_id))


@route(blueprint, "POST", "/v1/catalog/rebuilds/{rebuild_id}/resume", scope=Scope.ADMIN)
def resume_rebuild(request: Request, rebuild_id: str) -> Answer:
    return Answer(_described(wiring.services().rebuilds.resume(rebuild_id)), 202)


@route(blueprint, "POST", "/v1/catalog/rollback", scope=Scope.ADMIN)
def roll_back(request: Request) -> dict[str, Any]:
    return {"version": wiring.services().indexing.rollback()}


def _described(rebuild: Rebuild) -> dict[str, Any]:
    return {
        "id": rebuild.rebuild_id,
        "status": rebuild.status,
        "version": rebuild.version,
        "phase": rebuild.phase,
        "pages": rebuild.page,
        "loaded": rebuild.loaded,
        "refused": rebuild.refused,
        "count": rebuild.count,
        "reason": rebuild.reason,
        "started_at": to_rfc3339(rebuild.started_at),
        "changed_at": to_rfc3339(rebuild.changed_at),
    }
