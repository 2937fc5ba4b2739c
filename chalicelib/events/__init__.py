"""Owns what shoppers did: takes Segment's calls in, records each event once, and reads the log back."""

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
    decode_event,
    encode_event,
)
from chalicelib.events.ports import EventLog, EventQueue
from chalicelib.events.segment import AMOUNT_FIELDS, read_event
from chalicelib.events.service import MAX_BATCH_EVENTS, RECORDING, Events, Result, Status

__all__ = [
    "AMOUNT_FIELDS",
    "MAX_BATCH_EVENTS",
    "PRODUCT_CONVERTED",
    "RECORDING",
    "BatchTooLong",
    "Call",
    "Event",
    "EventInvalid",
    "EventLog",
    "EventQueue",
    "EventTooLarge",
    "Events",
    "MessageIdReused",
    "Outcome",
    "QueueUnavailable",
    "Result",
    "Status",
    "decode_event",
    "encode_event",
    "read_event",
]
