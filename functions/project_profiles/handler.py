"""The event log's stream to profiles: one projection for each shopper in a batch, in the log's order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib import wiring
from chalicelib.adapters.activities import activity_of, set_aside
from chalicelib.adapters.dynamodb.event_log import recorded_event, unreadable_event
from chalicelib.adapters.links import link_of
from chalicelib.core.errors import Conflict, InvalidRequest, Unavailable
from chalicelib.core.failures import Failure
from chalicelib.core.ids import digest
from chalicelib.core.telemetry import logger
from chalicelib.events import Event, Unreadable
from chalicelib.profiles import Activity, ActivityUnusable, Link, MergeRefused, sequence_text

SOURCE = "project_profiles"
LINKING = "link_identities"
Record = Mapping[str, Any]


@dataclass
class Told:
    """What a batch brought of one id: its activities in the log's order, and its links, each once. ``first`` is the
    sequence of its first record.
    """

    first: str
    activities: list[Activity] = field(default_factory=list)
    links: dict[Link, str] = field(default_factory=dict)

    def add(self, sequence: str, activity: Activity | None, link: Link | None) -> None:
        """Take in what one record says."""
        if activity is not None:
            self.activities.append(activity)
        if link is not None:
            self.links.setdefault(link, sequence)


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Answer from which record the stream shall go on: the first one whose shopper could not be written."""
    records = {sequence_of(record): record for record in event["Records"] if record["eventName"] == "INSERT"}
    retry: list[str] = []
    for shopper_id, told in _read(records).items():
        try:
            if told.activities:
                _project(shopper_id, told.activities, records)
            _link(told.links, records)
        except (Unavailable, Conflict) as error:
            logger().warning("projection put off", extra={"reason": error.code, "events": len(told.activities)})
            retry.append(told.first)
    return {"batchItemFailures": [{"itemIdentifier": number_of(records[min(retry)])}] if retry else []}


def number_of(record: Record) -> str:
    """The record's sequence number, as the stream writes it."""
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def sequence_of(record: Record) -> str:
    """The record's sequence number, as profiles compare it."""
    return sequence_text(number_of(record))


def _read(records: Mapping[str, Record]) -> dict[str, Told]:
    by_shopper: dict[str, Told] = {}
    for sequence, record in records.items():
        event: Event | Unreadable | None
        try:
            event = recorded_event(record["dynamodb"]["NewImage"])
            activity = activity_of(event, sequence) if event else None
        except (InvalidRequest, KeyError, TypeError, ValueError) as error:
            _set_aside(record, error)
            event = unreadable_event(record["dynamodb"].get("NewImage", {}))
            activity = set_aside(event, sequence) if event else None
        link = link_of(event) if isinstance(event, Event) else None
        if event and (activity or link):
            by_shopper.setdefault(event.shopper_id, Told(sequence)).add(sequence, activity, link)
    return by_shopper


def _project(shopper_id: str, activities: list[Activity], records: Mapping[str, Record]) -> None:
    """Project ``activities``; of what no projection could use only its name is kept in the profile."""
    while True:
        try:
            wiring.services().profiles.project(shopper_id, activities)
        except ActivityUnusable as error:
            # Before the profile moves past it: a process that dies in between sets the same thing aside again.
            _set_aside(records[error.sequence], error)
            activities = [each.set_aside() if each.sequence == error.sequence else each for each in activities]
        else:
            return


def _link(links: Mapping[Link, str], records: Mapping[str, Record]) -> None:
    """Follow ``links``, told by the records of these sequences; what a limit forbids is set aside, to be replayed."""
    for link, sequence in links.items():
        try:
            outcome = wiring.services().identities.link(link)
        except MergeRefused as error:
            _set_aside(records[sequence], error, LINKING)
        else:
            logger().debug("link followed", extra={"outcome": outcome})


def _set_aside(record: Record, error: Exception, source: str = SOURCE) -> None:
    made_at = datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)
    failure_id = digest(source, number_of(record))
    reason = f"{type(error).__name__}: {error}"
    body = msgspec.json.encode(record["dynamodb"]).decode()
    wiring.services().failures.add(Failure(failure_id, source, reason, body, made_at))
    # The reason may quote what a shopper sent: it stays with the failure.
    logger().warning("event unusable", extra={"failure": failure_id, "kind": type(error).__name__})
