"""What a shopper allows, over HTTP."""

from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.access import caller_name
from chalicelib.api.profiles import MAX_CURSOR_CHARACTERS, checked, consents_document
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.api.sources import across
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest
from chalicelib.privacy import Channel, Consents, Evidence, PersonalKind, Purpose, Source, name_to_find

MAX_LOOKUP_CHARACTERS = 254
blueprint = Blueprint(__name__)


class LookupRequest(msgspec.Struct):
    """By what a shopper is looked for."""

    email: str | None = None
    phone: str | None = None


class ConsentRequest(msgspec.Struct):
    """One decision, with where it was made and which text was shown."""

    channel: Channel
    purpose: Purpose
    given: bool
    source: str
    text_version: str | None = None


class PersonalisationRequest(msgspec.Struct):
    """The switch, with where it was turned."""

    personalised: bool
    source: str
    text_version: str | None = None


@route(blueprint, "POST", "/v1/profile-lookups", scope=Scope.ADMIN)
def look_up_profiles(request: Request) -> dict[str, Any]:
    # In the body, not in the address: addresses are logged on their way.
    asked = request.json(LookupRequest)
    given = [
        (kind, text) for kind, text in ((PersonalKind.EMAIL, asked.email), (PersonalKind.PHONE, asked.phone)) if text
    ]
    if len(given) != 1 or len(given[0][1]) > MAX_LOOKUP_CHARACTERS:
        raise InvalidRequest(f"give email or phone, of at most {MAX_LOOKUP_CHARACTERS} characters", field="email")
    services = wiring.services()
    found = services.finding.find(name_to_find(*given[0], services.sealer))
    return {"items": [{"id": shopper.shopper_id} for shopper in found], "next_cursor": None}


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/consents", scope=Scope.ADMIN)
def read_consents(request: Request, shopper_id: str) -> dict[str, Any]:
    privacy = wiring.services().privacy
    person = who(shopper_id)
    limit, cursor = request.page()
    if cursor and len(cursor) > MAX_CURSOR_CHARACTERS:
        raise InvalidRequest("cursor is none that this list gave", field="cursor")
    items, next_cursor = across(person, privacy.history, limit, cursor)
    history = {"items": [_evidence(each) for each in items], "next_cursor": next_cursor}
    return _document(privacy.consents_of(person)) | history


@route(blueprint, "PUT", "/v1/profiles/{shopper_id}/consents", scope=Scope.ADMIN)
def put_consent(request: Request, shopper_id: str) -> dict[str, Any]:
    asked = request.json(ConsentRequest)
    source = Source(asked.source, asked.text_version, caller_name(request))
    privacy = wiring.services().privacy
    return _document(privacy.set_consent(who(shopper_id), asked.channel, asked.purpose, asked.given, source))


@route(blueprint, "PUT", "/v1/profiles/{shopper_id}/personalisation", scope=Scope.ADMIN)
def put_personalisation(request: Request, shopper_id: str) -> dict[str, Any]:
    asked = request.json(PersonalisationRequest)
    source = Source(asked.source, asked.text_version, caller_name(request))
    return _document(wiring.services().privacy.set_personalisation(who(shopper_id), asked.personalised, source))


def who(shopper_id: str) -> str:
    """The id under which the person of an id in a path is kept now."""
    return wiring.services().profiles.sources_of(checked(shopper_id))[0]


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """One decision or one turn of the switch, as it was recorded."""
    decision = evidence.decision
    what: dict[str, Any] = {"personalised": evidence.is_personalised}
    if decision is not None:
        what = {"channel": decision.channel, "purpose": decision.purpose, "given": decision.is_given}
    return what | {
        "at": to_rfc3339(evidence.at),
        "source": evidence.source,
        "text_version": evidence.text_version,
        "actor": evidence.actor,
    }


def _document(consents: Consents) -> dict[str, Any]:
    return {
        "id": consents.shopper_id,
        "consents": consents_document(consents),
        "personalised": consents.is_personalised,
    }
