"""Messages that went out, told to the rest of the shop through the events queue."""

from collections.abc import Sequence
from typing import Final

from chalicelib.campaigns import MessageSent
from chalicelib.core.clock import whole_milliseconds
from chalicelib.events import Call, Event, EventQueue

MESSAGE_SENT: Final = "Message Sent"


class EventAnnouncements:
    """``Announcements`` as events of the shopper who was written to; the send id makes a repetition a duplicate."""

    def __init__(self, queue: EventQueue) -> None:
        self._queue = queue

    def announce(self, sent: Sequence[MessageSent]) -> None:
        if sent:
            self._queue.send([_event(each) for each in sent])


def _event(sent: MessageSent) -> Event:
    at = whole_milliseconds(sent.sent_at)
    return Event(
        message_id=sent.message_id,
        shopper_id=sent.shopper_id,
        call=Call.TRACK,
        name=MESSAGE_SENT,
        at=at,
        is_time_given=True,
        received_at=at,
        properties={
            "campaign_id": sent.campaign_id,
            "run_id": sent.run_id,
            "channel": str(sent.channel),
            "has_coupon": sent.has_coupon,
        },
    )
