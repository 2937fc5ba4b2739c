"""A profile made anew from the event log, over HTTP; and who there is to make anew."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.profiles import checked
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest

blueprint = Blueprint(__name__)


class RebuildRequest(msgspec.Struct):
    """``force``: also when the log no longer has all events, whose part of the profile is then lost."""

    force: bool = False


@route(blueprint, "GET", "/v1/profiles", scope=Scope.ADMIN)
def list_profiles(request: Request) -> dict[str, Any]:
    limit, cursor = request.page()
    found, following = wiring.services().tagging.everyone(limit, _opened(cursor) if cursor else None)
    next_cursor = urlsafe_b64encode(following.encode()).decode() if following else None
    return {"items": [{"id": shopper_id} for shopper_id in found], "next_cursor": next_cursor}


@route(blueprint, "POST", "/v1/profiles/{shopper_id}/rebuild", scope=Scope.ADMIN)
def rebuild_profile(request: Request, shopper_id: str) -> dict[str, Any]:
    asked = request.json(RebuildRequest) if request.body else RebuildRequest()
    is_dry = bool(request.flag("dry_run"))
    profiles = wiring.services().profiles
    compared = profiles.compare(checked(shopper_id))
    if not is_dry:
        profiles.rebuild(shopper_id, may_forget=asked.force)
    return {
        "id": shopper_id,
        "status": "compared" if is_dry else "rebuilt",
        "log_complete": compared.is_complete,
        "differences": [{name: _shown(value) for name, value in asdict(each).items()} for each in compared.differences],
    }


def _opened(cursor: str) -> str:
    try:
        place = urlsafe_b64decode(cursor).decode()
        msgspec.json.decode(place, type=tuple[str, str])
    except (ValueError, msgspec.DecodeError):
        raise InvalidRequest("cursor must be one that this list gave", field="cursor") from None
    return place


def _shown(value: Any) -> Any:
    return to_rfc3339(value) if isinstance(value, datetime) else value
