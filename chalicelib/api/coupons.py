"""Coupon templates over HTTP: what is promised, how many there are, what they may cost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.coupon_terms import read_terms, terms_view
from chalicelib.api.request import Request, convert
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import new_id
from chalicelib.coupons import (
    Coupon,
    CouponStatus,
    Terms,
    Validity,
)

blueprint = Blueprint(__name__)

ALERT_BELOW: Final = (10, 0)
REMIND_HOURS: Final = 72
Instant = Annotated[datetime, msgspec.Meta(tz=True)]


class CouponBody(msgspec.Struct, forbid_unknown_fields=True):
    """A template as it is sent, beside its terms (``coupon_terms``); money in fen."""

    stock: int
    id: str | None = None
    per_shopper: int | None = 1
    per_shopper_per_day: int | None = None
    budget: int | None = None
    budget_per_day: int | None = None
    code_prefix: str = ""
    public_code: str | None = None
    valid_days: int | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    status: Literal["active", "paused"] = "active"
    alert_below: list[int] = msgspec.field(default_factory=lambda: [*ALERT_BELOW])
    remind_hours: int | None = REMIND_HOURS
    per_device: int | None = None
    per_address: int | None = None
    per_payment: int | None = None
    referral: bool = False
    per_referrer: int | None = None
    claims_from: Instant | None = None
    claims_until: Instant | None = None
    report_segments: list[str] | None = None


@route(blueprint, "POST", "/v1/coupons", scope=Scope.ADMIN)
def create_coupon(request: Request) -> Answer:
    services = wiring.services()
    terms, body = _template(request)
    coupon = services.coupons.create(_coupon(terms, body, new_id(services.randomness) if body.id is None else body.id))
    return Answer(_view(coupon) | {"left": coupon.stock}, 201)


@route(blueprint, "GET", "/v1/coupons", scope=Scope.ADMIN)
def list_coupons(request: Request) -> dict[str, Any]:
    is_archived = bool(request.flag("archived"))
    coupons, next_cursor = wiring.services().coupons.list(*request.page(), is_archived=is_archived)
    return {"items": [_view(coupon) for coupon in coupons], "next_cursor": next_cursor}


@route(blueprint, "GET", "/v1/coupons/{coupon_id}", scope=Scope.ADMIN)
def get_coupon(request: Request, coupon_id: str) -> dict[str, Any]:
    coupons = wiring.services().coupons
    coupon = coupons.get(coupon_id)
    spent, spent_today = coupons.spent(coupon)
    return _view(coupon) | {"left": coupons.left(coupon), "spent": spent, "spent_today": spent_today}


@route(blueprint, "PUT", "/v1/coupons/{coupon_id}", scope=Scope.ADMIN)
def put_coupon(request: Request, coupon_id: str) -> dict[str, Any]:
    terms, body = _template(request)
    if body.id not in (None, coupon_id):
        raise InvalidRequest("id differs from the one in the path", field="id")
    coupons = wiring.services().coupons
    kept = coupons.get(coupon_id).report_segments or ()
    coupon = coupons.replace(_coupon(terms, body, coupon_id, kept))
    return _view(coupon) | {"left": coupons.left(coupon)}


def _template(request: Request) -> tuple[Terms, CouponBody]:
    terms, others = read_terms(request.json(dict[str, Any]))
    return terms, convert(others, CouponBody)


def _coupon(terms: Terms, body: CouponBody, coupon_id: str, kept: Sequence[str] = ()) -> Coupon:
    services = wiring.services()
    known = {each.segment_id for each in services.segments.all()} if body.report_segments else set()
    # One that was told apart before may be gone by now: that is no reason to refuse another change.
    known.update(kept)
    for position, segment in enumerate(body.report_segments or ()):
        if segment not in known:
            at = f"report_segments[{position}]"
            raise InvalidRequest(f"{at} is no segment of /v1/segments: {segment[:40]!r}", field=at)
    return coupon_of(terms, body, coupon_id, services.settings.stock_shards, services.clock.now())


def coupon_of(terms: Terms, body: CouponBody, coupon_id: str, shards: int, now: datetime) -> Coupon:
    """The template that is asked for. Raises ``InvalidRequest`` naming the field."""
    return Coupon(
        coupon_id=coupon_id,
        terms=terms,
        validity=Validity(body.valid_days, body.starts_at, body.ends_at),
        stock=body.stock,
        stock_shards=shards,
        created_at=now,
        per_shopper=body.per_shopper,
        status=CouponStatus(body.status),
        per_shopper_per_day=body.per_shopper_per_day,
        budget=body.budget,
        budget_per_day=body.budget_per_day,
        code_prefix=body.code_prefix,
        public_code=body.public_code,
        alert_below=tuple(body.alert_below),
        remind_hours=body.remind_hours,
        per_device=body.per_device,
        per_address=body.per_address,
        per_payment=body.per_payment,
        referral=body.referral,
        per_referrer=body.per_referrer,
        claims_from=body.claims_from,
        claims_until=body.claims_until,
        report_segments=None if body.report_segments is None else tuple(body.report_segments),
    )


def _view(coupon: Coupon) -> dict[str, Any]:
    return {
        "id": coupon.coupon_id,
        **terms_view(coupon.terms),
        "stock": coupon.stock,
        "per_shopper": coupon.per_shopper,
        "per_shopper_per_day": coupon.per_shopper_per_day,
        "budget": coupon.budget,
        "budget_per_day": coupon.budget_per_day,
        "code_prefix": coupon.code_prefix,
        "public_code": coupon.public_code,
        "valid_days": coupon.validity.valid_days,
        "starts_at": _time(coupon.validity.starts_at),
        "ends_at": _time(coupon.validity.ends_at),
        "status": coupon.status,
        "alert_below": coupon.alert_below,
        "remind_hours": coupon.remind_hours,
        "per_device": coupon.per_device,
        "per_address": coupon.per_address,
        "per_payment": coupon.per_payment,
        "referral": coupon.referral,
        "per_referrer": coupon.per_referrer,
        "claims_from": _time(coupon.claims_from),
        "claims_until": _time(coupon.claims_until),
        "report_segments": coupon.report_segments,
        "created_at": _time(coupon.created_at),
        "version": coupon.version,
    }


def _time(instant: datetime | None) -> str | None:
    return to_rfc3339(instant) if instant else None
