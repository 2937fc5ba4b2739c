"""``replay``: send recorded events (one Segment-shaped JSON object a line) to a running shop."""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from infra.local.client import DEFAULT_URL, ShopClient

BATCH_EVENTS = 100
BATCH_BYTES = 400_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("events", type=Path, metavar="EVENTS.jsonl", help="recorded events, oldest first")
    parser.add_argument("--url", default=DEFAULT_URL, help=f"the running shop (default {DEFAULT_URL})")
    parser.add_argument("--key", required=True, help="its write key")
    parser.add_argument("--speed", type=float, help="keep the recorded pauses, N times faster (default: no pauses)")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    shop = ShopClient(arguments.url, arguments.key)
    events = list(_read(arguments.events))
    pause = _Pauses(arguments.speed)
    counts = {"accepted": 0, "duplicate": 0, "rejected": 0}
    for batch in track(list(_batches(events)), description="sending", console=console):
        pause.before(batch[0])
        for result in shop.call("POST", "/v1/batch", {"batch": batch})["results"]:
            counts[result["status"]] += 1
            if result["status"] == "rejected":
                console.print(f"  refused {result['message_id']}: {result['error']['message']}", soft_wrap=True)
    console.print(f"{len(events)} events: " + ", ".join(f"{count} {status}" for status, count in counts.items()))
    return 1 if counts["rejected"] else 0


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                event = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}, line {number}: {error}") from None
            if not isinstance(event, dict):
                raise ValueError(f"{path}, line {number}: an event must be a JSON object")
            yield event


def _batches(events: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Events in order, as many at once as the API takes."""
    batch: list[dict[str, Any]] = []
    size = 0
    for event in events:
        weight = len(json.dumps(event, ensure_ascii=False).encode())
        if batch and (len(batch) == BATCH_EVENTS or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += weight
    if batch:
        yield batch


class _Pauses:
    """Waits between batches as long as the recording did, divided by ``speed``; without a speed, not at all."""

    def __init__(self, speed: float | None) -> None:
        if speed is not None and speed <= 0:
            raise ValueError("--speed must be above 0")
        self._speed = speed
        self._last: datetime | None = None

    def before(self, event: dict[str, Any]) -> None:
        if self._speed is None or "timestamp" not in event:
            return
        at = datetime.fromisoformat(event["timestamp"])
        if self._last:
            time.sleep(max(0.0, (at - self._last).total_seconds() / self._speed))
        self._last = at
