"""The use cases of events: take them in, record them once, read them back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.core.failures import Failure, Failures
from chalicelib.core.ids import Randomness, digest, new_id
from chalicelib.events.checks import Remark
from chalicelib.events.histories import united
from chalicelib.events.insights import read_insights
from chalicelib.events.model import BatchTooLong, Call, Event, EventInvalid, MessageIdReused, Outcome, encode_event
from chalicelib.events.ports import EventLog, EventQueue
from chalicelib.events.rejections import Rejected, Rejections
from chalicelib.events.segment import Taken, read_call
from chalicelib.events.skew import instant_or_none

MAX_BATCH_EVENTS = 1000
RECORDING = "record_events"


class Status(StrEnum):
    """The fate of one event of a batch at the door."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the event at ``index`` of a batch; ``error`` says why it was rejected, ``remarks`` what is odd about it."""

    index: int
    message_id: str | None
    status: Status
    error: InvalidRequest | None = None
    remarks: tuple[Remark, ...] = ()


class Events:
    """Shoppers' events, from the door to the log."""

    def __init__(
        self,
        log: EventLog,
        queue: EventQueue,
        failures: Failures,
        rejections: Rejections,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._log = log
        self._queue = queue
        self._failures = failures
        self._rejections = rejections
        self._clock = clock
        self._randomness = randomness

    def accept(self, item: object, call: Call) -> Result:
        """Queue one event. Raises ``EventInvalid``, ``EventTooLarge``, ``QueueUnavailable``."""
        sent_at = instant_or_none(item.get("sentAt")) if isinstance(item, dict) else None
        taken = read_call(item, self._clock.now(), new_id(self._randomness), call=call, sent_at=sent_at)
        self._queue.send([taken.event])
        return Result(0, taken.event.message_id, Status.ACCEPTED, remarks=taken.remarks)

    def accept_batch(self, items: Sequence[object], sent_at: object = None, *, is_import: bool = False) -> list[Result]:
        """Queue the good events of a batch; one result for each item, in order, whatever the items are.

        ``sent_at`` is when the client says it sent the batch, an RFC 3339 text; an import's times are taken as they are.
        Rejected items are kept in the failures. Raises ``BatchTooLong``, or ``Unavailable`` when not all good ones could be
        queued: send the batch again.
        """
        if len(items) > MAX_BATCH_EVENTS:
            raise BatchTooLong(f"batch has more than {MAX_BATCH_EVENTS} events", field="batch")
        batch = _Batch(self._clock.now(), None if is_import else instant_or_none(sent_at), is_import)
        results = [self._result(index, item, batch) for index, item in enumerate(items)]
        rejected = [Rejected(each.index, items[each.index], each.error) for each in results if each.error]
        if rejected:
            self._rejections.keep(rejected, batch.received_at)
        if batch.seen:
            self._queue.send(list(batch.seen.values()))
        return results

    def take_back(self, body: str) -> None:
        """Queue the events in a kept rejection (the failure's body). Raises ``InvalidRequest`` when one is still refused."""
        batch = _Batch(self._clock.now(), None, is_import=True)
        results = [self._result(index, item, batch) for index, item in enumerate(self._rejections.items(body))]
        if batch.seen:
            self._queue.send(list(batch.seen.values()))
        refused = [each.error for each in results if each.error]
        if refused or not results:
            raise refused[0] if refused else EventInvalid("no event was kept: it must be sent again", field="body")

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
        outcome = self._log.append(event, self._clock.now())
        if outcome is Outcome.CONFLICT:
            reason = f"message id {event.message_id!r} was recorded before with another body"
            self._failures.add(
                Failure(digest(RECORDING, event.digest), RECORDING, reason, encode_event(event), event.received_at)
            )
        return outcome

    def history(
        self, shopper_ids: Sequence[str], limit: int, cursor: str | None = None
    ) -> tuple[Sequence[Event], str | None]:
        """One page of the events of all ids of a shopper, newest first, and the next cursor."""
        return united(self._log, shopper_ids, limit, cursor)

    def _result(self, index: int, item: object, batch: "_Batch") -> Result:
        try:
            taken = batch.read(index, item, new_id(self._randomness))
            event = taken.event
            earlier = batch.seen.setdefault((event.shopper_id, event.message_id), event)
            if earlier.digest != event.digest:
                field = f"batch[{index}].messageId"
                raise MessageIdReused(f"{field} came before in this batch with another body", field=field)
        except InvalidRequest as error:
            return Result(index, _message_id(item), Status.REJECTED, error)
        status = Status.ACCEPTED if earlier is event else Status.DUPLICATE
        return Result(index, event.message_id, status, remarks=taken.remarks)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What the events of one batch share, and those of them that were taken, by shopper and message id."""

    received_at: datetime
    sent_at: datetime | None
    is_import: bool
    seen: dict[tuple[str, str], Event] = field(default_factory=dict)

    def read(self, index: int, item: object, fresh_id: str) -> Taken:
        own = instant_or_none(item.get("sentAt")) if isinstance(item, dict) and not self.is_import else None
        return read_call(item, self.received_at, fresh_id, at=f"batch[{index}]", sent_at=own or self.sent_at)


def _message_id(item: object) -> str | None:
    given = item.get("messageId") if isinstance(item, dict) else None
    return given[:128] if isinstance(given, str) else None
