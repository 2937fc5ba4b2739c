"""What operators do with coupon templates, over HTTP: pause, resume, top up, archive; history, alerts, issue to many."""

from dataclasses import asdict
from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.ids import new_id
from chalicelib.coupons import Act, Alert, Change, Instruction, TopUp

blueprint = Blueprint(__name__)

_ADMIN = "admin"
Reason = Annotated[str, msgspec.Meta(max_length=200)]


class WhyBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why."""

    reason: Reason = ""


class TopUpBody(msgspec.Struct, forbid_unknown_fields=True):
    """How much more, pieces and fen, and why."""

    stock: int = 0
    budget: int = 0
    budget_per_day: int = 0
    reason: Reason = ""


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/pause", scope=Scope.ADMIN)
def pause_coupon(request: Request, coupon_id: str) -> dict[str, Any]:
    return _carried_out(request, coupon_id, Act.PAUSED)


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/resume", scope=Scope.ADMIN)
def resume_coupon(request: Request, coupon_id: str) -> dict[str, Any]:
    return _carried_out(request, coupon_id, Act.RESUMED)


@route(blueprint, "DELETE", "/v1/coupons/{coupon_id}", scope=Scope.ADMIN)
def archive_coupon(request: Request, coupon_id: str) -> dict[str, Any]:
    return _carried_out(request, coupon_id, Act.ARCHIVED)


@route(blueprint, "POST", "/v1/coupons/{coupon_id}/top-up", scope=Scope.ADMIN)
def top_up_coupon(request: Request, coupon_id: str) -> dict[str, Any]:
    body = request.json(TopUpBody)
    added = TopUp(body.stock, body.budget, body.budget_per_day)
    instruction = Instruction(Act.TOPPED_UP, _key(request), _ADMIN, body.reason, added)
    return change_view(wiring.services().coupon_operations.carry_out(coupon_id, instruction))


@route(blueprint, "GET", "/v1/coupons/{coupon_id}/history", scope=Scope.ADMIN)
def list_coupon_history(request: Request, coupon_id: str) -> dict[str, Any]:
    changes, next_cursor = wiring.services().coupon_operations.history(coupon_id, *request.page())
    return {"items": [change_view(each) for each in changes], "next_cursor": next_cursor}


@route(blueprint, "GET", "/v1/coupons/{coupon_id}/alerts", scope=Scope.ADMIN)
def list_coupon_alerts(request: Request, coupon_id: str) -> dict[str, Any]:
    services = wiring.services()
    name = services.coupons.get(coupon_id).terms.name
    alerts, next_cursor = services.coupon_watch.list(coupon_id, *request.page())
    return {"items": [_alert_view(each, name) for each in alerts], "next_cursor": next_cursor}


def _carried_out(request: Request, coupon_id: str, act: Act) -> dict[str, Any]:
    body = request.json(WhyBody) if request.body.strip() else WhyBody()
    instruction = Instruction(act, _key(request), _ADMIN, body.reason)
    return change_view(wiring.services().coupon_operations.carry_out(coupon_id, instruction))


def _key(request: Request) -> str:
    """Without an ``Idempotency-Key`` every request is a wish of its own."""
    return request.idempotency_key or new_id(wiring.services().randomness)


def change_view(change: Change) -> dict[str, Any]:
    """An entry of a template's history as it is sent."""
    added = change.added
    return {
        "coupon_id": change.coupon_id,
        "version": change.version,
        "act": change.act,
        "at": to_rfc3339(change.at),
        "actor": change.actor,
        "reason": change.reason,
        "key": change.key or None,
        "status": change.status,
        "stock": change.stock,
        "budget": change.budget,
        "budget_per_day": change.budget_per_day,
        "added": {name: more for name, more in asdict(added).items() if more} if added else None,
    }


def _alert_view(alert: Alert, name: str) -> dict[str, Any]:
    return {
        "event": alert.kind,
        "percent": alert.percent,
        "now": alert.now,
        "of": alert.size,
        "day": alert.day,
        "at": to_rfc3339(alert.at),
        "message": alert.in_words(name),
    }
