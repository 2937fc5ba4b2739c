"""The door's last step: what goes onto the queue holds personal values sealed only, and so does all that comes after it."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.core.sealing import Sealer
from chalicelib.core.telemetry import logger
from chalicelib.events.model import Event
from chalicelib.events.ports import EventQueue
from chalicelib.privacy import looks_personal, sealed_document


class SealedEventQueue:
    """``EventQueue`` that seals what it is given and passes it on."""

    def __init__(self, queue: EventQueue, sealer: Sealer) -> None:
        self._queue = queue
        self._sealer = sealer

    def send(self, events: Sequence[Event]) -> None:
        revealing = sum(looks_personal(event.shopper_id) for event in events)
        if revealing:
            # An id is a key: it cannot be sealed, and whoever chose it should choose another.
            logger().warning("shopper ids are e-mail addresses or phone numbers", extra={"events": revealing})
        self._queue.send([sealed_event(event, self._sealer) for event in events])


def sealed_event(event: Event, sealer: Sealer) -> Event:
    """The event with its personal values sealed; the same event always becomes the same one."""
    return replace(
        event,
        properties=sealed_document(event.properties, sealer, event.shopper_id),
        traits=sealed_document(event.traits, sealer, event.shopper_id),
        context=sealed_document(event.context, sealer, event.shopper_id),
    )
