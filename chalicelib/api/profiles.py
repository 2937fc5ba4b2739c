"""Who a shopper is, over HTTP: the profile, its tags, and the events it was made from."""

from dataclasses import asdict
from datetime import datetime, tzinfo
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.profile_dimensions import dimensions_document
from chalicelib.api.profile_numbers import numbers_document
from chalicelib.api.profile_tags import explained_tag, tag_document, tags_document, tags_in_order
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.events import Event
from chalicelib.privacy import Consents
from chalicelib.profiles import Kind, Shopper, TagNotFound, day_of

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
    return _profile(services.profiles.get(checked(shopper_id)), services.clock.now(), services.profiles.zone)


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/tags", scope=Scope.ADMIN)
def list_profile_tags(request: Request, shopper_id: str) -> dict[str, Any]:
    only_visible = bool(request.flag("visible"))
    return tags_document(wiring.services().profiles.get(checked(shopper_id)), only_visible=only_visible)


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/tags/{tag}", scope=Scope.ADMIN)
def read_profile_tag(request: Request, shopper_id: str, tag: str) -> dict[str, Any]:
    shopper = wiring.services().profiles.get(checked(shopper_id))
    if tag not in shopper.tags:
        raise TagNotFound(f"shopper {shopper_id!r} does not carry the tag {tag!r}")
    return explained_tag(shopper, shopper.tags[tag])


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
    services = wiring.services()
    events, next_cursor = services.events.history(services.profiles.sources_of(checked(shopper_id)), limit, cursor)
    return {"items": [_event(event) for event in events], "next_cursor": next_cursor}


def checked(shopper_id: str, field: str = "id") -> str:
    """A shopper's id from a path, or from ``field``. Raises ``InvalidRequest`` when no shopper could have it."""
    if not 0 < len(shopper_id) <= MAX_ID_CHARACTERS:
        raise InvalidRequest(f"{field} must have 1 to {MAX_ID_CHARACTERS} characters", field=field)
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
            "actor": each.actor,
        }
        for each in consents.decisions
    ]


def _profile(shopper: Shopper, now: datetime, zone: tzinfo) -> dict[str, Any]:
    profile = shopper.profile
    return {
        "id": shopper.shopper_id,
        "merged_from": shopper.merged_from,
        "traits": wiring.services().sealer.opened(shopper.traits.values()),
        "counters": asdict(profile.counters),
        "recency": {name: to_rfc3339(at) if at else None for name, at in asdict(profile.recency).items()},
        **numbers_document(profile, day_of(now, zone)),
        "affinities": {
            kind: {name: round(weight, 3) for name, weight in profile.affinities.weights(kind, now).items()}
            for kind in Kind
        },
        "dimensions": dimensions_document(shopper, now, zone),
        "tags": [tag_document(tag) for tag in tags_in_order(shopper)],
        "lifecycle": profile.lifecycle,
        "consents": consents_document(shopper.consents),
        "personalised": shopper.consents.is_personalised,
    }


def _event(event: Event) -> dict[str, Any]:
    sometimes = {
        "original_timestamp": to_rfc3339(event.original_at) if event.original_at else None,
        "previous_id": event.previous_id,
        "group_id": event.group_id,
    }
    return {
        "message_id": event.message_id,
        "shopper": event.shopper_id,
        "type": event.call,
        "event": event.name,
        "timestamp": to_rfc3339(event.at),
        "received_at": to_rfc3339(event.received_at),
        "properties": event.properties,
        "traits": event.traits,
        "context": event.context,
    } | {name: value for name, value in sometimes.items() if value is not None}
