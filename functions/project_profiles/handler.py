"""The event log's stream to profiles: one projection for each shopper in a batch, in the log's order."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib import wiring
from chalicelib.adapters.dynamodb.event_log import recorded_event
from chalicelib.core.errors import Conflict, InvalidRequest, Unavailable
from chalicelib.core.failures import Failure
from chalicelib.core.ids import digest
from chalicelib.core.telemetry import logger
from chalicelib.profiles import Activity, ActivityUnusable, sequence_text
from functions.project_profiles.activities import activity_of

SOURCE = "project_profiles"
Record = Mapping[str, Any]
Failed = tuple[str, Exception]


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer from which record the stream shall go on: the first one whose shopper could not be written."""
    records = {sequence_of(record): record for record in event["Records"] if record["eventName"] == "INSERT"}
    by_shopper, unusable = _read(records)
    retry: list[str] = []
    for shopper_id, activities in by_shopper.items():
        try:
            unusable += _project(shopper_id, activities)
        except (Unavailable, Conflict) as error:
            logger().warning("projection put off", extra={"reason": error.code, "events": len(activities)})
            retry.append(activities[0].sequence)
    for sequence, error in unusable:
        _set_aside(records[sequence], error)
    return {"batchItemFailures": [{"itemIdentifier": number_of(records[min(retry)])}] if retry else []}


def number_of(record: Record) -> str:
    """The record's sequence number, as the stream writes it."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def sequence_of(record: Record) -> str:
    """The record's sequence number, as profiles compare it."""
    return sequence_text(number_of(record))


def _read(records: Mapping[str, Record]) -> tuple[dict[str, list[Activity]], list[Failed]]:
    by_shopper: dict[str, list[Activity]] = {}
    unusable: list[Failed] = []
    for sequence, record in records.items():
        try:
            event = recorded_event(record["dynamodb"]["NewImage"])
            activity = activity_of(event, sequence) if event else None
        except (InvalidRequest, KeyError, TypeError, ValueError) as error:
            unusable.append((sequence, error))
            continue
        if event and activity:
            by_shopper.setdefault(event.shopper_id, []).append(activity)
    return by_shopper, unusable


def _project(shopper_id: str, activities: list[Activity]) -> list[Failed]:
    """Project all of ``activities`` but those that no projection could use, which are returned."""
    unusable: list[Failed] = []
    usable = activities
    while usable:
        try:
            wiring.services().profiles.project(shopper_id, usable)
        except ActivityUnusable as error:
            unusable.append((error.sequence, error))
            usable = [activity for activity in usable if activity.sequence != error.sequence]
        else:
            break
    return unusable


def _set_aside(record: Record, error: Exception) -> None:
    made_at = datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)
    failure_id = digest(SOURCE, number_of(record))
    reason = f"{type(error).__name__}: {error}"
    body = msgspec.json.encode(record["dynamodb"]).decode()
    wiring.services().failures.add(Failure(failure_id, SOURCE, reason, body, made_at))
    # The reason may quote what a shopper sent: it stays with the failure.
    logger().warning("event unusable", extra={"failure": failure_id, "kind": type(error).__name__})
