"""An event that could not be recorded, made ready for another try."""

from dataclasses import replace

from chalicelib.core.failures import Failure
from chalicelib.core.ids import digest
from chalicelib.events.model import MAX_ID_CHARACTERS, decode_event, encode_event
from chalicelib.events.service import RECORDING

_MARK_CHARACTERS = 17


def event_again(failure: Failure) -> str:
    """The event in a failure of ``record_events``, as its queue carries it. Raises ``InvalidRequest`` when it holds none.

    One that was kept aside because its message id was taken gets an id of its own, always the same one.
    """
    event = decode_event(failure.body)
    if failure.failure_id == digest(RECORDING, event.digest):
        kept = event.message_id[: MAX_ID_CHARACTERS - _MARK_CHARACTERS]
        event = replace(event, message_id=f"{kept}~{event.digest[: _MARK_CHARACTERS - 1]}")
    return encode_event(event)
