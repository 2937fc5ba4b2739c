"""The rules at the door, and what they did, over HTTP."""

from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.guards import (
    SHIPPED,
    SINGLE,
    GuardReason,
    Guards,
    GuardsChanged,
    Hit,
    Mark,
    Mode,
    Pace,
    Verb,
)

blueprint = Blueprint(__name__)


class PaceBody(msgspec.Struct, forbid_unknown_fields=True):
    """At most ``most`` attempts at ``on`` for one mark in a window of ``seconds``."""

    id: Annotated[str, msgspec.Meta(max_length=40)]
    per: Mark
    most: int
    seconds: int
    mode: Mode = Mode.SHADOW
    on: Verb = Verb.CLAIM


class GuardsBody(msgspec.Struct, forbid_unknown_fields=True):
    """Every rule. Modes that are left out are ``shadow``; ``velocity`` left out: the shipped ones. ``version``, if it is
    sent, must be the stored one."""

    modes: dict[str, Mode] = {}
    velocity: list[PaceBody] | None = None
    version: int | None = None


@route(blueprint, "GET", "/v1/coupon-guards", scope=Scope.ADMIN)
def get_guards(_: Request) -> dict[str, Any]:
    return _view(wiring.services().guard_book.stored())


@route(blueprint, "PUT", "/v1/coupon-guards", scope=Scope.ADMIN)
def put_guards(request: Request) -> dict[str, Any]:
    body, book = request.json(GuardsBody), wiring.services().guard_book
    stored = book.stored()
    if body.version not in (None, stored.version):
        raise GuardsChanged("规则已被他人修改，请刷新后重试 (the rules were changed in between)", field="version")
    paces: tuple[Pace, ...] = SHIPPED
    if body.velocity is not None:
        paces = tuple(Pace(each.id, each.per, each.most, each.seconds, each.mode, each.on) for each in body.velocity)
    return _view(book.store(Guards(_modes(body.modes), paces, stored.version + 1)))


@route(blueprint, "GET", "/v1/coupon-guards/hits", scope=Scope.ADMIN)
def list_hits(request: Request) -> dict[str, Any]:
    hits, next_cursor = wiring.services().guard_book.hits(*request.page())
    return {"items": [_hit_view(hit) for hit in hits], "next_cursor": next_cursor}


def _modes(told: dict[str, Mode]) -> dict[GuardReason, Mode]:
    known = {reason.value: reason for reason in SINGLE}
    for name in told:
        if name not in known:
            raise InvalidRequest(f"modes.{name[:40]} is none of {', '.join(known)}", field=f"modes.{name[:40]}")
    return {known[name]: mode for name, mode in told.items()}


def _view(guards: Guards) -> dict[str, Any]:
    return {
        "modes": {reason: guards.mode(reason) for reason in SINGLE},
        "velocity": [
            {
                "id": pace.rule_id,
                "per": pace.per,
                "most": pace.most,
                "seconds": pace.seconds,
                "mode": pace.mode,
                "on": pace.on,
            }
            for pace in guards.paces
        ],
        "version": guards.version,
    }


def _hit_view(hit: Hit) -> dict[str, Any]:
    return {
        "at": to_rfc3339(hit.at),
        "reason": hit.reason,
        "rule": hit.rule,
        "mode": hit.mode,
        "verb": hit.verb,
        "coupon_id": hit.coupon_id,
        "shopper": hit.shopper_id,
    }
