"""Segments over HTTP: their rules, one tried before it is saved, and why somebody is in or not."""

from typing import Annotated, Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.answer import Answer
from chalicelib.api.paging import page_of
from chalicelib.api.profiles import checked
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.tag_reasons import why_document
from chalicelib.api.tags import EXAMPLES, MOST_NAMED, MOST_SAMPLED
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import new_id
from chalicelib.profiles import ProfileNotFound
from chalicelib.rules import parse
from chalicelib.segments import VOCABULARY, Judged, Segment

TAKEN = frozenset({"preview"})
"""This word stands where an id does in the routes."""

blueprint = Blueprint(__name__)


class SegmentBody(msgspec.Struct, forbid_unknown_fields=True):
    """A segment as it is sent. ``version``, if it is sent, must be the stored one."""

    name: str
    rule: Any
    id: str | None = None
    description: str = ""
    version: int | None = None


class PreviewRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A rule, and whom to ask it of: the ``shoppers`` named, or a sample."""

    rule: Any
    shoppers: Annotated[list[str], msgspec.Meta(max_length=MOST_NAMED)] = []
    sample: Annotated[int, msgspec.Meta(ge=1, le=MOST_SAMPLED)] = 100


@route(blueprint, "POST", "/v1/segments", scope=Scope.ADMIN)
def create_segment(request: Request) -> Answer:
    services = wiring.services()
    body = request.json(SegmentBody)
    segment = _segment(body, new_id(services.randomness) if body.id is None else body.id)
    return Answer(_view(services.segments.create(segment)), 201)


@route(blueprint, "GET", "/v1/segments", scope=Scope.ADMIN)
def list_segments(request: Request) -> dict[str, Any]:
    return page_of(request, wiring.services().segments.all(), lambda each: each.segment_id, _view)


@route(blueprint, "GET", "/v1/segments/{segment_id}", scope=Scope.ADMIN)
def get_segment(request: Request, segment_id: str) -> dict[str, Any]:
    return _view(wiring.services().segments.get(segment_id))


@route(blueprint, "PUT", "/v1/segments/{segment_id}", scope=Scope.ADMIN)
def put_segment(request: Request, segment_id: str) -> dict[str, Any]:
    body = request.json(SegmentBody)
    if body.id not in (None, segment_id):
        raise InvalidRequest("id differs from the one in the path", field="id")
    return _view(wiring.services().segments.replace(_segment(body, segment_id), body.version))


@route(blueprint, "DELETE", "/v1/segments/{segment_id}", scope=Scope.ADMIN)
def delete_segment(request: Request, segment_id: str) -> dict[str, Any]:
    wiring.services().segments.delete(segment_id)
    return {"id": segment_id, "status": "deleted"}


@route(blueprint, "GET", "/v1/segments/{segment_id}/why", scope=Scope.ADMIN)
def why_segment(request: Request, segment_id: str) -> dict[str, Any]:
    shopper_id = request.query.get("user") or ""
    if not shopper_id:
        raise InvalidRequest("user is needed: whose membership is it about?", field="user")
    segments = wiring.services().segments
    found = list(segments.judge(segments.get(segment_id).condition, [checked(shopper_id, "user")]))
    if not found:
        raise ProfileNotFound(f"nothing is known of shopper {shopper_id[:128]!r}")
    return _judged_view(found[0])


@route(blueprint, "POST", "/v1/segments/preview", scope=Scope.ADMIN)
def preview_segment(request: Request) -> dict[str, Any]:
    asked = request.json(PreviewRequest)
    rule = parse(asked.rule, VOCABULARY)
    services = wiring.services()
    named = [checked(each, f"shoppers[{position}]") for position, each in enumerate(asked.shoppers)]
    judged = list(services.segments.judge(rule, named or services.tagging.sample(asked.sample)))
    members = sum(each.is_in for each in judged)
    shown = judged if named else sorted(judged, key=lambda each: not each.is_in)[:EXAMPLES]
    return {
        "says": rule.says,
        "looked_at": len(judged),
        "members": members,
        "share": round(members / len(judged), 4) if judged else None,
        "not_personalised": sum(each.is_off for each in judged),
        "items": [_judged_view(each) for each in shown],
    }


def _segment(body: SegmentBody, segment_id: str) -> Segment:
    if segment_id in TAKEN:
        raise InvalidRequest(f"id must not be one of {', '.join(sorted(TAKEN))}", field="id")
    return Segment(segment_id, body.name, body.rule, wiring.services().clock.now(), body.description)


def _view(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.segment_id,
        "name": segment.name,
        "description": segment.description,
        "rule": segment.rule,
        "says": segment.condition.says,
        "version": segment.version,
        "created_at": to_rfc3339(segment.created_at),
    }


def _judged_view(judged: Judged) -> dict[str, Any]:
    return {
        "shopper": judged.shopper_id,
        "is_member": judged.is_in,
        "personalised": not judged.is_off,
        "why": why_document(judged.why),
    }
