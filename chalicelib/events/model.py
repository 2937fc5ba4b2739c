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

    ``at`` is when it happened, or when it was received if ``is_time_given`` is False. ``original_at`` is what a client said
    whose clock was wrong; None when ``at`` is what was said. ``group_id`` comes with ``group`` only,
    ``previous_id`` with ``alias``: an id that the shopper had before.
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
    original_at: datetime | None = None
    group_id: str | None = None
    previous_id: str | None = None

    @property
    def told_at(self) -> datetime:
        """The time as the client said it: a retry repeats it, while a correction depends on when it is made."""
        return self.original_at or self.at

    @property
    def digest(self) -> str:
        """Depends on what was said to have happened, not on any time: those differ between retries."""
        who = (self.user_id, self.anonymous_id, self.group_id, self.previous_id)
        said = (self.call, self.name, *who, self.properties, self.traits, self.context)
        return digest(self.message_id, self.shopper_id, msgspec.json.encode(said, order="deterministic").decode())


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item of the log that is no event any more, by what its key says."""

    message_id: str
    shopper_id: str
    at: datetime


def encode_event(event: Event) -> str:
    """The event as JSON text, without what it does not say: the body of its queue message and of its item in the log."""
    said = {name: value for name, value in msgspec.to_builtins(event).items() if value is not None and value != {}}
    return msgspec.json.encode(said).decode()


def decode_event(text: str) -> Event:
    """The event in a JSON text. Raises ``InvalidRequest`` when it holds none."""
    return decode(text.encode(), Event)
