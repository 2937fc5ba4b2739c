"""The event queue to the event log: each message once, what cannot be read set aside with its reason."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib import wiring
from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.core.failures import Failure
from chalicelib.core.ids import digest
from chalicelib.core.telemetry import logger
from chalicelib.events import RECORDING, Event, Outcome, decode_event
from chalicelib.search import SEARCH_MARK, decode_search
from functions.batches import each_message
from functions.record_events.interactions import interactions_of
from functions.record_events.searches import searches_of


def handle(event: dict[str, Any], context: Any) -> Any:
    """Answer which messages SQS shall deliver again: those the store was too busy for."""
    recorded: list[Event] = []
    answer = each_message(event, context, lambda record: _record(record, recorded))
    try:
        wiring.services().event_names.count(recorded)
    except Unavailable:
        # They are recorded and will not come again: the day's counts miss them.
        logger().warning("events not counted by name", extra={"events": len(recorded)})
    return answer


def _record(record: SQSRecord, recorded: list[Event]) -> None:
    services = wiring.services()
    try:
        if record.body.startswith(SEARCH_MARK):
            search, shopper_id = decode_search(record.body)
            services.record_keeping.record(search, shopper_id)
            return
        event = decode_event(record.body)
    except InvalidRequest as error:
        # No delivery will ever make it readable; the time is the message's own, so that a repeat is the same failure.
        sent_at = datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)
        failure_id = digest(RECORDING, record.message_id)
        services.failures.add(Failure(failure_id, RECORDING, error.message, record.body, sent_at))
        logger().warning("event unreadable", extra={"failure": failure_id})
        return
    outcome = services.events.record(event)
    if outcome is Outcome.RECORDED:
        recorded.append(event)
    # Whatever the outcome was: a delivery that died between the writes comes again as a duplicate.
    interactions = list(interactions_of(event))
    for interaction in interactions:
        services.record_keeping.act(interaction)
    for meant in searches_of(event, interactions, lambda query_id: services.record_keeping.search_of(query_id)):
        services.events.record(meant)
    logger().debug("event recorded", extra={"message_id": event.message_id, "outcome": outcome})
