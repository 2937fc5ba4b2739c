"""The event log's stream to the archive: one file for each day in a batch, named after the places it was read from."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from chalicelib import wiring
from chalicelib.adapters.dynamodb.event_log import recorded_text
from chalicelib.core.errors import Unavailable
from chalicelib.core.telemetry import logger
from chalicelib.events import packed

Record = Mapping[str, Any]


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer from which record the stream shall go on: the first of a day whose file could not be written. The same batch
    again writes the same files."""
    by_day: dict[date, list[Record]] = {}
    for record in event["Records"]:
        if record["eventName"] == "INSERT":
            by_day.setdefault(_day(record), []).append(record)
    for day, records in by_day.items():
        first, last = (_number(records[at]) for at in (0, -1))
        try:
            wiring.services().event_archive.put(day, f"{first}-{last}.jsonl.gz", packed(map(_line, records)))
        except Unavailable as error:
            logger().warning("archiving put off", extra={"reason": error.code, "events": len(records)})
            return {"batchItemFailures": [{"itemIdentifier": records[0]["dynamodb"]["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def _line(record: Record) -> str:
    """The event as the log has it; what is no event of ours as the stream has it: nothing is left out."""
    image = record["dynamodb"].get("NewImage", {})
    return recorded_text(image) or msgspec.json.encode({"unreadable": image}).decode()


def _day(record: Record) -> date:
    return datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC).date()


def _number(record: Record) -> str:
    # Names sort as the numbers do.
    return str(record["dynamodb"]["SequenceNumber"]).zfill(40)
