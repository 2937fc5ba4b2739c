"""Where an event lies in its shopper's log: in the month it was told with, under its message id.

So the id alone tells an event from the others of its month. Near the ends of a month, and for an event without a time, that
month is claimed first under the id, so that what comes again with another time is looked for where the first one lies.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.core.clock import to_rfc3339
from chalicelib.events.model import Event

CERTAIN = timedelta(hours=6)
"""Times of one message id that lie no further apart than this always make one event."""


def span_of(told_at: datetime) -> str:
    """The month (UTC) of a time."""
    return f"{told_at.astimezone(UTC):%Y-%m}"


def is_claimed(event: Event) -> bool:
    """Whether another delivery of ``event`` could fall into another month."""
    told_at = event.told_at
    return not event.is_time_given or span_of(told_at - CERTAIN) != span_of(told_at + CERTAIN)


def settled(event: Event, claimed_at: datetime) -> Event:
    """The event in the month of ``claimed_at``, the time that its first delivery claimed: that time is taken by an event
    without one, or with one in another month.
    """
    if event.is_time_given and span_of(event.told_at) == span_of(claimed_at):
        return event
    return replace(event, at=claimed_at, original_at=None)


def place_of(event: Event) -> str:
    """Where a recorded event stands in the history: later months compare greater, then later times."""
    return f"{span_of(event.told_at)}#{to_rfc3339(event.at)}#{event.message_id}"
