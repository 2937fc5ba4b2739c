"""The campaign queue to the shoppers: one message is one page of an audience, delivered once however often it comes."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib import wiring
from chalicelib.campaigns import PageMessage
from chalicelib.core.errors import InvalidRequest, NotFound
from chalicelib.core.failures import Failure
from chalicelib.core.ids import digest
from chalicelib.core.shapes import decode
from chalicelib.core.telemetry import logger
from functions.batches import each_message

DELIVERING = "deliver_campaign"


def handle(event: dict[str, Any], context: Any) -> Any:
    """Answer which pages SQS shall deliver again."""
    return each_message(event, context, _deliver)


def _deliver(record: SQSRecord) -> None:
    services = wiring.services()
    try:
        services.deliveries.deliver_page(decode(record.body.encode(), PageMessage))
    except (InvalidRequest, NotFound) as error:
        # No delivery will ever help; the time is the message's own, so that a repeat is the same failure.
        sent_at = datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)
        failure_id = digest(DELIVERING, record.message_id)
        services.failures.add(Failure(failure_id, DELIVERING, error.message, record.body, sent_at))
        logger().warning("page cannot be delivered", extra={"failure": failure_id, "reason": error.message})
