"""Owns what shoppers did: takes Segment's calls in, records each event once, and reads the log back."""

from chalicelib.events.archive import EventArchive, archived_events, packed
from chalicelib.events.catalogue import CATALOGUE, EventType
from chalicelib.events.insights import PRODUCT_CONVERTED
from chalicelib.events.model import (
    BatchTooLong,
    Call,
    Event,
    EventInvalid,
    EventTooLarge,
    MessageIdReused,
    Outcome,
    QueueUnavailable,
    Unreadable,
    decode_event,
    encode_event,
)
from chalicelib.events.names import MOST_DAYS, EventNames, NameTallies, Tally
from chalicelib.events.ports import EventLog, EventQueue
from chalicelib.events.rejections import Rejections
from chalicelib.events.segment import AMOUNT_FIELDS, read_event
from chalicelib.events.service import MAX_BATCH_EVENTS, RECORDING, Events, Result, Status

__all__ = [
    "AMOUNT_FIELDS",
    "CATALOGUE",
    "MAX_BATCH_EVENTS",
    "MOST_DAYS",
    "PRODUCT_CONVERTED",
    "RECORDING",
    "BatchTooLong",
    "Call",
    "Event",
    "EventArchive",
    "EventInvalid",
    "EventLog",
    "EventNames",
    "EventQueue",
    "EventTooLarge",
    "EventType",
    "Events",
    "MessageIdReused",
    "NameTallies",
    "Outcome",
    "QueueUnavailable",
    "Rejections",
    "Result",
    "Status",
    "Tally",
    "Unreadable",
    "archived_events",
    "decode_event",
    "encode_event",
    "packed",
    "read_event",
]
