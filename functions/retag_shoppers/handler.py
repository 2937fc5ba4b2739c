"""Rounds of the tags over all shoppers: the shoppers table's stream asks for their pages one by one."""

from collections.abc import Mapping
from typing import Any

from chalicelib import wiring
from chalicelib.adapters.dynamodb.tag_rounds import read_round_step
from chalicelib.core.errors import Unavailable
from chalicelib.core.telemetry import logger


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Do the pages that a batch of stream records asks for; the answer names the first that must come again, if any."""
    for record in event["Records"]:
        step = read_round_step(record)
        if step is None:
            continue
        try:
            wiring.services().tag_rounds.step(*step)
        except Unavailable as error:
            logger().warning("round waits", extra={"round": step[0], "page": step[1], "reason": error.message})
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        logger().info("round page done", extra={"round": step[0], "page": step[1]})
    return {"batchItemFailures": []}
