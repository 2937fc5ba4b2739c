"""The way of an event, from the door to the profile, through the real handlers, with the CPU time of each station."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from chalicelib import wiring
from chalicelib.core.clock import MovableClock
from chalicelib.core.settings import Settings
from chalicelib.core.shapes import decode
from chalicelib.events import encode_event
from functions.project_profiles import handler as project_profiles
from functions.record_events import handler as record_events
from infra.local.bench.load import Call
from infra.local.sources import StreamSource
from infra.local.tables import TableNames, create_tables
from tests.support.shoppers import TwinShop, queue_message, stream

BATCH = 100
"""Calls of a request, messages and records of a batch: what infra/app.yaml asks Lambda for."""
STATIONS = ("accept", "record", "project")


class Line(Protocol):
    """Three stations; each ``take`` hands on what the station before it left."""

    services: wiring.Services

    def messages(self) -> list[str]:
        """Bodies that wait in the queue."""
        ...

    def project(self) -> None:
        """Give what was recorded to the projector, batch by batch."""
        ...


@dataclass
class Spent:
    """CPU seconds by station."""

    events: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STATIONS, 0.0))

    @property
    def total(self) -> float:
        return sum(self.seconds.values())


class TwinLine:
    """On the in-memory twins: what Python costs."""

    def __init__(self) -> None:
        self.shop = TwinShop()
        self.services = self.shop.services
        self._seen = 0

    def messages(self) -> list[str]:
        return [encode_event(each) for each in self.shop.queue.drain()]

    def project(self) -> None:
        waiting = self.shop.log.stream[self._seen :]
        for start in range(0, len(waiting), BATCH):
            batch = waiting[start : start + BATCH]
            project_profiles.handle({"Records": stream(batch, 1_000 + self._seen + start)}, None)
        self._seen += len(waiting)


class _Queue:
    """SQS as far as the door knows it."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def send_message_batch(self, **call: Any) -> dict[str, Any]:
        self.bodies += [entry["MessageBody"] for entry in call["Entries"]]
        return {}


class StoreLine:
    """On a real DynamoDB engine: its tables, its streams."""

    def __init__(self, connect: Callable[[str], Any], names: TableNames, now: datetime) -> None:
        self._queue = _Queue()
        settings = replace(
            Settings(),
            catalog_table=names.catalog,
            events_table=names.events,
            shoppers_table=names.shoppers,
            marketing_table=names.marketing,
        )

        def client(service: str) -> Any:
            return self._queue if service == "sqs" else connect(service)

        self.services = wiring.Services(settings, clock=MovableClock(now), client=client)
        self._stream = StreamSource("project", connect, names.events, project_profiles.handle, _refuse)

    def messages(self) -> list[str]:
        bodies, self._queue.bodies = self._queue.bodies, []
        return bodies

    def project(self) -> None:
        while self._stream.poll():
            pass


def _refuse(record: dict[str, Any]) -> None:
    raise RuntimeError(f"the projector gave up on {record['dynamodb']['SequenceNumber']}")


def run(line: Line, batch: list[Call], spent: Spent) -> None:
    """One request's way to the end."""
    body = json.dumps({"batch": batch}, ensure_ascii=False).encode()
    with _clocked(spent, "accept"):
        results = line.services.events.accept_batch(decode(body, dict)["batch"])
        messages = line.messages()
    if any(result.error for result in results):
        raise RuntimeError(f"refused: {next(result.error for result in results if result.error)}")
    with _clocked(spent, "record"):
        answer = record_events.handle(
            {"Records": [queue_message(each, str(at)) for at, each in enumerate(messages)]}, None
        )
    if answer["batchItemFailures"]:
        raise RuntimeError("an event was not recorded")
    with _clocked(spent, "project"):
        line.project()
    spent.events += len(batch)


@contextmanager
def installed(line: Line) -> Iterator[None]:
    """The handlers work with ``line``'s services for as long as the block lasts."""
    with ExitStack() as stack:
        wiring.install(line.services)
        stack.callback(wiring.install, None)
        yield


@contextmanager
def store_line(connect: Callable[[str], Any], prefix: str, now: datetime) -> Iterator[StoreLine]:
    """A line on fresh tables."""
    names = create_tables(connect("dynamodb"), prefix)
    line = StoreLine(connect, names, now)
    with installed(line):
        yield line


@contextmanager
def _clocked(spent: Spent, station: str) -> Iterator[None]:
    begin = time.process_time()
    yield
    spent.seconds[station] += time.process_time() - begin
