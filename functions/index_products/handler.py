"""The catalogue's stream to the search index: one bulk for a batch, what cannot be indexed set aside with its reason.

The records of rebuilds and overhauls stand in the same table, so the same stream asks for their pages one by one.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib import wiring
from chalicelib.adapters.dynamodb.overhauls import read_overhaul_step
from chalicelib.adapters.dynamodb.products import read_change
from chalicelib.adapters.dynamodb.rebuilds import read_step
from chalicelib.catalog import ProductChange
from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.core.failures import Failure
from chalicelib.core.ids import digest
from chalicelib.core.telemetry import logger

SOURCE = "index_products"
_Record = Mapping[str, Any]


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Apply a batch of DynamoDB stream records; the answer names the first record that must come again, if any.

    Lambda repeats that record and all that follow it; revisions make the repetition harmless.
    """
    records: list[_Record] = event["Records"]
    changes: dict[str, tuple[_Record, ProductChange]] = {}
    for record in records:
        change = _read(record)
        if change is not None:
            # Later changes of a product contain the earlier ones.
            changes[change.product_id] = (record, change)
    again = _apply(changes) | _rebuild(records) | _overhaul(records)
    first = next((_number(record) for record in records if _number(record) in again), None)
    logger().info("products indexed", extra={"changes": len(changes), "again": len(again)})
    return {"batchItemFailures": [{"itemIdentifier": first}] if first else []}


def _apply(changes: Mapping[str, tuple[_Record, ProductChange]]) -> set[str]:
    """Bring the changes into the index; the sequence numbers of those that may succeed later."""
    again: set[str] = set()
    try:
        failed = wiring.services().indexing.apply([change for _, change in changes.values()])
    except Unavailable as error:
        logger().warning("index unavailable", extra={"reason": error.message})
        return {_number(record) for record, _ in changes.values()}
    for failure in failed:
        record, _ = changes[failure.product_id]
        if failure.is_retryable:
            again.add(_number(record))
        else:
            _set_aside(record, failure.reason)
    return again


def _rebuild(records: Sequence[_Record]) -> set[str]:
    """Do the pages of rebuilds that the records ask for; the sequence numbers of those to be done again."""
    again: set[str] = set()
    for record in records:
        step = read_step(record)
        if step is None:
            continue
        try:
            failures = wiring.services().rebuilds.step(*step)
        except Unavailable as error:
            logger().warning("rebuild waits", extra={"rebuild": step[0], "page": step[1], "reason": error.message})
            again.add(_number(record))
            continue
        for failure in failures:
            body = msgspec.json.encode({"rebuild": step[0], "product": failure.product_id}).decode()
            _keep(record, digest(SOURCE, step[0], failure.product_id), failure.reason, body)
        logger().info("rebuild page done", extra={"rebuild": step[0], "page": step[1]})
    return again


def _overhaul(records: Sequence[_Record]) -> set[str]:
    """Do the pages of overhauls that the records ask for; the sequence numbers of those to be done again."""
    again: set[str] = set()
    for record in records:
        step = read_overhaul_step(record)
        if step is None:
            continue
        try:
            wiring.services().overhauls.step(*step)
        except Unavailable as error:
            logger().warning("overhaul waits", extra={"overhaul": step[0], "page": step[1], "reason": error.message})
            again.add(_number(record))
            continue
        logger().info("overhaul page done", extra={"overhaul": step[0], "page": step[1]})
    return again


def _read(record: _Record) -> ProductChange | None:
    try:
        return read_change(record)
    except (KeyError, ValueError, InvalidRequest) as error:
        # No repetition will make it readable, and it must not hold up the shard behind it.
        _set_aside(record, f"unreadable record: {type(error).__name__}: {error}")
        return None


def _set_aside(record: _Record, reason: str) -> None:
    """Keep a change that cannot be indexed."""
    _keep(record, digest(SOURCE, _number(record)), reason, msgspec.json.encode(record).decode())


def _keep(record: _Record, failure_id: str, reason: str, body: str) -> None:
    """Note a failure. Time and id come from the record, so that a repetition adds nothing."""
    services = wiring.services()
    created = record["dynamodb"].get("ApproximateCreationDateTime")
    at = services.clock.now() if created is None else datetime.fromtimestamp(created, UTC)
    services.failures.add(Failure(failure_id, SOURCE, reason, body, at))
    logger().warning("product set aside", extra={"reason": reason, "sequence_number": _number(record)})


def _number(record: _Record) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number
