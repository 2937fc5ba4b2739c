"""Who a shopper is, over HTTP: the profile, its tags, and the events it was made from."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.events import Event
from chalicelib.privacy import Consents
from chalicelib.profiles import REGISTRY, Kind, Shopper, Tag, TagNotFound

MAX_ID_CHARACTERS = 128
MAX_TAG_VALUE_CHARACTERS = 128
MAX_CURSOR_CHARACTERS = 200

blueprint = Blueprint(__name__)


class TagRequest(msgspec.Struct):
    """A tag set by hand; ``value`` is ``"true"`` for one whose presence says all."""

    value: str = "true"


@route(blueprint, "GET", "/v1/profiles/{shopper_id}", scope=Scope.ADMIN)
def read_profile(request: Request, shopper_id: str) -> dict[str, Any]:
    services = wiring.services()
    return _profile(services.profiles.get(checked(shopper_id)), services.clock.now())


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/tags", scope=Scope.ADMIN)
def list_profile_tags(request: Request, shopper_id: str) -> dict[str, Any]:
    shopper = wiring.services().profiles.get(checked(shopper_id))
    return {"items": [tag_document(tag) for tag in _sorted(shopper)], "next_cursor": None}


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/tags/{tag}", scope=Scope.ADMIN)
def read_profile_tag(request: Request, shopper_id: str, tag: str) -> dict[str, Any]:
    shopper = wiring.services().profiles.get(checked(shopper_id))
    if tag not in shopper.tags:
        raise TagNotFound(f"shopper {shopper_id!r} does not carry the tag {tag!r}")
    return tag_document(shopper.tags[tag])


@route(blueprint, "PUT", "/v1/profiles/{shopper_id}/tags/{tag}", scope=Scope.ADMIN)
def put_profile_tag(request: Request, shopper_id: str, tag: str) -> dict[str, Any]:
    value = request.json(TagRequest).value
    if not 0 < len(value.strip()) <= MAX_TAG_VALUE_CHARACTERS:
        raise InvalidRequest(f"value must have 1 to {MAX_TAG_VALUE_CHARACTERS} characters", field="value")
    return tag_document(wiring.services().profiles.set_tag(checked(shopper_id), tag, value))


@route(blueprint, "DELETE", "/v1/profiles/{shopper_id}/tags/{tag}", scope=Scope.ADMIN)
def delete_profile_tag(request: Request, shopper_id: str, tag: str) -> dict[str, Any]:
    wiring.services().profiles.delete_tag(checked(shopper_id), tag)
    return {"id": tag, "status": "deleted"}


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/events", scope=Scope.ADMIN)
def list_profile_events(request: Request, shopper_id: str) -> dict[str, Any]:
    limit, cursor = request.page()
    if cursor and len(cursor) > MAX_CURSOR_CHARACTERS:
        raise InvalidRequest("cursor is none that this list gave", field="cursor")
    events, next_cursor = wiring.services().events.history(checked(shopper_id), limit, cursor)
    return {"items": [_event(event) for event in events], "next_cursor": next_cursor}


def checked(shopper_id: str) -> str:
    """A shopper's id from a path. Raises ``InvalidRequest`` when no shopper could have it."""
    if not 0 < len(shopper_id) <= MAX_ID_CHARACTERS:
        raise InvalidRequest(f"id must have 1 to {MAX_ID_CHARACTERS} characters", field="id")
    return shopper_id


def consents_document(consents: Consents) -> list[dict[str, Any]]:
    """Consents as the API shows them."""
    return [
        {
            "channel": each.channel,
            "purpose": each.purpose,
            "given": each.is_given,
            "at": to_rfc3339(each.at),
            "source": each.source,
            "text_version": each.text_version,
        }
        for each in consents.decisions
    ]


def tag_document(tag: Tag) -> dict[str, Any]:
    """A tag as the API shows it; one that left the registry since has its id for a name."""
    kind = REGISTRY.get(tag.tag_id)
    return {
        "id": tag.tag_id,
        "name": kind.name if kind else tag.tag_id,
        "name_en": kind.name_en if kind else tag.tag_id,
        "group": tag.group,
        "value": tag.value,
        "rule": tag.rule,
        "rule_version": tag.rule_version,
        "confidence": tag.confidence,
        "since": to_rfc3339(tag.since),
    }


def _profile(shopper: Shopper, now: datetime) -> dict[str, Any]:
    profile = shopper.profile
    return {
        "id": shopper.shopper_id,
        "traits": shopper.traits.values(),
        "counters": asdict(profile.counters),
        "recency": {name: to_rfc3339(at) if at else None for name, at in asdict(profile.recency).items()},
        "affinities": {
            kind: {name: round(weight, 3) for name, weight in profile.affinities.weights(kind, now).items()}
            for kind in Kind
        },
        "tags": [tag_document(tag) for tag in _sorted(shopper)],
        "lifecycle": profile.lifecycle,
        "consents": consents_document(shopper.consents),
        "personalised": shopper.consents.is_personalised,
    }


def _sorted(shopper: Shopper) -> list[Tag]:
    return sorted(shopper.tags.values(), key=lambda tag: (tag.group, tag.tag_id))


def _event(event: Event) -> dict[str, Any]:
    return {
        "message_id": event.message_id,
        "type": event.call,
        "event": event.name,
        "timestamp": to_rfc3339(event.at),
        "received_at": to_rfc3339(event.received_at),
        "properties": event.properties,
        "traits": event.traits,
    }
