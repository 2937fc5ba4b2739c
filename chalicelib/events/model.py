"""What a shopper did, as it was told: one event, immutable, in Segment's words. Times are UTC in whole milliseconds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from chalicelib.core.errors import InvalidRequest, TooLarge, Unavailable
from chalicelib.core.ids import digest
from chalicelib.core.shapes import decode

MAX_ID_CHARACTERS = 128


class EventInvalid(InvalidRequest):
    """The event is not one that could be recorded; the field says where."""


class EventTooLarge(TooLarge):
    """The event has more than 32 KB as JSON."""


class MessageIdReused(EventInvalid):
    """The same message id came with another body in the same batch."""


class BatchTooLong(TooLarge):
    """More events in one batch than are taken at once."""


class QueueUnavailable(Unavailable):
    """The events could not all be queued; send the same batch again."""


class Call(StrEnum):
    """Segment's calls."""

    TRACK = "track"
    IDENTIFY = "identify"
    PAGE = "page"
    SCREEN = "screen"
    ALIAS = "alias"
    GROUP = "group"


class Outcome(StrEnum):
    """What became of an event in the log: new, the same again, or another body under an id that was used before."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class Event:
    """One call of one shopper. ``name`` is the track event's or the page's, empty otherwise.

    ``at`` is when it happened by the client's clock, or when it was received if ``is_time_given`` is False.
    """

    message_id: str
    shopper_id: str
    call: Call
    name: str
    at: datetime
    is_time_given: bool
    received_at: datetime
    user_id: str | None = None
    anonymous_id: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Depends on all that a retry repeats: not on when it was received, nor on a time that was only given to it."""
        said = (self.call, self.name, self.user_id, self.anonymous_id, self.properties, self.traits, self.context)
        return digest(self.message_id, self.shopper_id, msgspec.json.encode(said, order="deterministic").decode())


def encode_event(event: Event) -> str:
    """The event as JSON text: the body of its queue message and of its item in the log."""
    return msgspec.json.encode(event).decode()


def decode_event(text: str) -> Event:
    """The event in a JSON text. Raises ``InvalidRequest`` when it holds none."""
    return decode(text.encode(), Event)
