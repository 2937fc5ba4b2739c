"""A shopper's history as the event log has it: every event read again, what means nothing set aside as when it came."""

from collections.abc import Sequence
from datetime import timedelta

from chalicelib.adapters.activities import activity_of, set_aside
from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.events.model import Event, Unreadable
from chalicelib.events.ports import EventLog
from chalicelib.profiles.activity import Activity, sequence_text
from chalicelib.profiles.model import CountedAhead

STREAM_KEEPS = timedelta(hours=25)
"""DynamoDB's stream holds a record for 24 hours; what was recorded before that was brought, or set aside."""


class LoggedActivities:
    """``History`` over the event log."""

    def __init__(self, log: EventLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    def of(self, source: str) -> tuple[Sequence[Activity], CountedAhead]:
        now = self._clock.now()
        logged = [
            (activity, recorded_at)
            for event, recorded_at in self._log.all_of(source)
            if (activity := _activity_or_aside(event)) is not None
        ]
        logged.sort(key=lambda entry: (entry[0].at, entry[0].key))
        recent = frozenset(activity.key for activity, recorded_at in logged if recorded_at > now - STREAM_KEEPS)
        return [activity for activity, _ in logged], CountedAhead(recent, now + STREAM_KEEPS)


def _activity_or_aside(event: Event | Unreadable) -> Activity | None:
    sequence = sequence_text("0")
    try:
        return set_aside(event, sequence) if isinstance(event, Unreadable) else activity_of(event, sequence)
    except InvalidRequest:
        return set_aside(event, sequence)
