"""What the door did not take is kept until somebody has looked: no SDK reads a batch's answer item by item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

from chalicelib.core.clock import whole_milliseconds
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.failures import Failure, Failures
from chalicelib.core.ids import digest
from chalicelib.core.sealing import Sealer
from chalicelib.core.shapes import decode
from chalicelib.events import context
from chalicelib.events.model import EventTooLarge
from chalicelib.privacy import sealed_document

SOURCE: Final = "accept_events"
MOST_BYTES: Final = 50_000
"""Of one batch's rejected events; of the others the reason is kept without the event."""
MOST_ENTRIES: Final = 200
"""Reasons kept of one batch; how many more there were is said."""
_MOST_MESSAGE_CHARACTERS: Final = 300
_IDS: Final = ("userId", "anonymousId", "previousId", "groupId", "messageId")
"""What tells shoppers and events apart is a key, and goes back as it was, even where somebody chose an e-mail address."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item of a batch that was not taken, and why."""

    index: int
    item: object
    error: InvalidRequest


class _Entry(msgspec.Struct):
    item: dict[str, Any] | None = None


class _Body(msgspec.Struct):
    rejected: list[_Entry]


class Rejections:
    """Keeps rejected events in the failures, one for each batch, their personal values sealed."""

    def __init__(self, failures: Failures, sealer: Sealer) -> None:
        self._failures = failures
        self._sealer = sealer

    def keep(self, rejected: Sequence[Rejected], at: datetime) -> None:
        """Keep what was rejected of one batch; the same again changes nothing. Raises ``Unavailable``."""
        left, entries = MOST_BYTES, []
        for each in rejected[:MOST_ENTRIES]:
            entry = self._entry(each)
            size = len(msgspec.json.encode(entry))
            left -= size
            entries.append(entry if left >= 0 else entry | {"item": None})
        more = len(rejected) - len(entries)
        body = msgspec.json.encode({"rejected": entries, "more": more}).decode()
        first = rejected[0].error.message[:_MOST_MESSAGE_CHARACTERS]
        reason = first if len(rejected) == 1 else f"{len(rejected)} events of a batch were refused; the first: {first}"
        self._failures.add(Failure(digest(SOURCE, body), SOURCE, reason, body, whole_milliseconds(at)))

    def items(self, body: str) -> list[dict[str, Any]]:
        """The rejected events in the body of such a failure, as far as they were kept. Raises ``InvalidRequest``."""
        items = [entry.item for entry in decode(body.encode(), _Body).rejected if entry.item is not None]
        return [item | {name: self._sealer.opened(item[name]) for name in _IDS if name in item} for item in items]

    def _entry(self, rejected: Rejected) -> dict[str, Any]:
        error = rejected.error
        return {
            "index": rejected.index,
            "code": error.code,
            "field": error.field,
            "message": error.message[:_MOST_MESSAGE_CHARACTERS],
            "item": None if isinstance(error, EventTooLarge) else self._sealed(rejected.item),
        }

    def _sealed(self, item: object) -> dict[str, Any] | None:
        """The item as it may lie there, with a message id; None for what is no object or cannot be walked."""
        if not isinstance(item, dict):
            return None
        shopper_id = next((str(item[name]) for name in ("userId", "anonymousId") if item.get(name) is not None), "")
        said = item | ({"context": context.kept(item["context"])} if isinstance(item.get("context"), dict) else {})
        try:
            sealed = sealed_document(said, self._sealer, shopper_id)
            named = digest(msgspec.json.encode(sealed, order="deterministic").decode())
        except RecursionError:
            return None
        return sealed if sealed.get("messageId") else sealed | {"messageId": named}
