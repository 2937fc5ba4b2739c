"""Queue batches: each message on its own, and the reason why one will come again in the log."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.core.telemetry import logger


class _TellingProcessor(BatchProcessor):
    """Powertools' processor swallows the reason of a failure when others of the batch succeed."""

    def failure_handler(self, record: Any, exception: Any) -> Any:
        logger().warning("message will come again", exc_info=exception)
        return super().failure_handler(record, exception)


def each_message(event: dict[str, Any], context: Any, handle: Callable[[SQSRecord], None]) -> Any:
    """Give every message of an SQS event to ``handle``; the answer says which SQS shall deliver again."""
    processor = _TellingProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
