"""What a shopper allows, over HTTP."""

from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.profiles import checked, consents_document
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.privacy import Channel, Consents, Purpose, Source

blueprint = Blueprint(__name__)


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


@route(blueprint, "PUT", "/v1/profiles/{shopper_id}/consents", scope=Scope.ADMIN)
def put_consent(request: Request, shopper_id: str) -> dict[str, Any]:
    asked = request.json(ConsentRequest)
    source = Source(asked.source, asked.text_version)
    privacy = wiring.services().privacy
    return _document(privacy.set_consent(checked(shopper_id), asked.channel, asked.purpose, asked.given, source))


@route(blueprint, "PUT", "/v1/profiles/{shopper_id}/personalisation", scope=Scope.ADMIN)
def put_personalisation(request: Request, shopper_id: str) -> dict[str, Any]:
    asked = request.json(PersonalisationRequest)
    source = Source(asked.source, asked.text_version)
    return _document(wiring.services().privacy.set_personalisation(checked(shopper_id), asked.personalised, source))


def _document(consents: Consents) -> dict[str, Any]:
    return {
        "id": consents.shopper_id,
        "consents": consents_document(consents),
        "personalised": consents.is_personalised,
    }
