"""Which ids are one shopper, over HTTP."""

from typing import Any

from chalice import Blueprint

from chalicelib import wiring
from chalicelib.api.profiles import MAX_CURSOR_CHARACTERS, checked
from chalicelib.api.request import Request
from chalicelib.api.routing import route
from chalicelib.core.access import Scope
from chalicelib.core.clock import to_rfc3339
from chalicelib.core.errors import InvalidRequest

blueprint = Blueprint(__name__)


@route(blueprint, "GET", "/v1/profiles/{shopper_id}/merges", scope=Scope.ADMIN)
def list_merges(request: Request, shopper_id: str) -> dict[str, Any]:
    limit, cursor = request.page()
    if cursor and len(cursor) > MAX_CURSOR_CHARACTERS:
        raise InvalidRequest("cursor is none that this list gave", field="cursor")
    is_refused = bool(request.flag("refused"))
    identities = wiring.services().identities
    entries, next_cursor = identities.merges_of(checked(shopper_id), limit, cursor, followed=not is_refused)
    items = [
        {
            "into": entry.into,
            "other": entry.other,
            "told_by": entry.told,
            "outcome": entry.outcome,
            "at": to_rfc3339(entry.at),
        }
        for entry in entries
    ]
    return {"items": items, "next_cursor": next_cursor}
