"""The use cases of events: take them in, record them once, read them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.failures import Failure, Failures
from chalicelib.core.ids import Randomness, digest, new_id
from chalicelib.events.insights import read_insights
from chalicelib.events.model import BatchTooLong, Call, Event, MessageIdReused, Outcome, encode_event
from chalicelib.events.ports import EventLog, EventQueue
from chalicelib.events.segment import read_event

MAX_BATCH_EVENTS = 1000
RECORDING = "record_events"


class Status(StrEnum):
    """The fate of one event of a batch at the door."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the event at ``index`` of a batch; ``error`` says why it was rejected."""

    index: int
    message_id: str | None
    status: Status
    error: InvalidRequest | None = None


class Events:
    """Shoppers' events, from the door to the log."""

    def __init__(
        self, log: EventLog, queue: EventQueue, failures: Failures, clock: Clock, randomness: Randomness
    ) -> None:
        self._log = log
        self._queue = queue
        self._failures = failures
        self._clock = clock
        self._randomness = randomness

    def accept(self, item: object, call: Call) -> str:
        """Queue one event and return its message id. Raises ``EventInvalid``, ``EventTooLarge``, ``QueueUnavailable``."""
        event = read_event(item, self._clock.now(), new_id(self._randomness), call=call)
        self._queue.send([event])
        return event.message_id

    def accept_batch(self, items: Sequence[object]) -> list[Result]:
        """Queue the good events of a batch; one result for each item, in order, whatever the items are.

        Raises ``BatchTooLong``, or ``QueueUnavailable`` when not all good ones could be queued: send the batch again.
        """
        if len(items) > MAX_BATCH_EVENTS:
            raise BatchTooLong(f"batch has more than {MAX_BATCH_EVENTS} events", field="batch")
        seen: dict[tuple[str, str], Event] = {}
        now = self._clock.now()
        results = [self._result(index, item, now, seen) for index, item in enumerate(items)]
        if seen:
            self._queue.send(list(seen.values()))
        return results

    def accept_insights(self, items: Sequence[object]) -> int:
        """Queue what Algolia's clients tell, and how many events that made; what means nothing here is left out.

        Raises ``QueueUnavailable`` when not all could be queued: send the batch again.
        """
        events = read_insights(items[:MAX_BATCH_EVENTS], self._clock.now())
        if events:
            self._queue.send(events)
        return len(events)

    def record(self, event: Event) -> Outcome:
        """Write an event into the log once; another body under the same id is kept aside with the reason."""
        outcome = self._log.append(event)
        if outcome is Outcome.CONFLICT:
            reason = f"message id {event.message_id!r} was recorded before with another body"
            self._failures.add(
                Failure(digest(RECORDING, event.digest), RECORDING, reason, encode_event(event), event.received_at)
            )
        return outcome

    def history(self, shopper_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Event], str | None]:
        """One page of a shopper's events, newest first, and the next cursor."""
        return self._log.of(shopper_id, limit, cursor)

    def _result(self, index: int, item: object, now: datetime, seen: dict[tuple[str, str], Event]) -> Result:
        try:
            event = read_event(item, now, new_id(self._randomness), at=f"batch[{index}]")
            earlier = seen.setdefault((event.shopper_id, event.message_id), event)
            if (earlier.digest, earlier.at) != (event.digest, event.at):
                field = f"batch[{index}].messageId"
                raise MessageIdReused(f"{field} came before in this batch with another body", field=field)
        except InvalidRequest as error:
            return Result(index, _message_id(item), Status.REJECTED, error)
        return Result(index, event.message_id, Status.ACCEPTED if earlier is event else Status.DUPLICATE)


def _message_id(item: object) -> str | None:
    given = item.get("messageId") if isinstance(item, dict) else None
    return given[:128] if isinstance(given, str) else None
