"""From the queue's messages to profiles through the real handlers, on twins or a DynamoDB, with deaths around any write."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from chalicelib import wiring
from chalicelib.adapters.dynamodb.keys import EVENT_PREFIX
from chalicelib.adapters.returns import ProjectionReturn
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.core.replays import Replays
from chalicelib.core.settings import Settings
from chalicelib.events import Event, encode_event
from functions.project_profiles.handler import handle as project
from functions.record_events.handler import handle as record
from tests.support.shoppers import NOW, TwinShop, queue_message, stream
from tests.support.stores import Store

Record = dict[str, Any]
_WRITES = ("put_item", "transact_write_items", "delete_item", "update_item")


class Death:
    """Kills the ``nth`` write that is ``counted``: before it is done, or after, when its answer is lost."""

    def __init__(self) -> None:
        self.writes = 0
        self._nth = 0
        self._is_done = False

    def comes(self, nth: int, *, is_done: bool) -> None:
        """Let the ``nth`` write from now on die. 0: none."""
        self.writes, self._nth, self._is_done = 0, nth, is_done

    def around(self, write: Callable[[], Any]) -> Any:
        """Do ``write``, or die."""
        self.writes += 1
        is_hit = self.writes == self._nth
        if is_hit and not self._is_done:
            raise Unavailable("died before the write")
        answer = write()
        if is_hit:
            raise Unavailable("died after the write")
        return answer


class StreamedClient:
    """A DynamoDB client whose writes can die, and that notes what the stream of the events table would bring."""

    def __init__(self, client: Any, events_table: str, death: Death) -> None:
        self._client = client
        self._events_table = events_table
        self._death = death
        self.records: list[Record] = []

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name not in _WRITES:
            return method
        return lambda **arguments: self._death.around(lambda: self._written(name, method, arguments))

    def _written(self, name: str, method: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        answer = method(**arguments)
        is_event = name == "put_item" and arguments["TableName"] == self._events_table
        if is_event and arguments["Item"]["sk"]["S"].startswith(EVENT_PREFIX):
            self.records.append(_record(arguments["Item"], len(self.records) + 1))
        return answer


class Pipeline:
    """A shop whose queue and stream are turned by hand."""

    def __init__(self, services: wiring.Services, death: Death, records: Callable[[], list[Record]]) -> None:
        self.services = services
        self.death = death
        self._records = records

    @property
    def records(self) -> list[Record]:
        """All that the stream has brought or will bring, in order."""
        return self._records()

    def record(self, events: Sequence[Event]) -> None:
        """The queue delivers ``events`` until they are taken."""
        waiting = {str(number): encode_event(each) for number, each in enumerate(events)}
        for _ in range(10):
            if not waiting:
                return
            answer = record({"Records": [queue_message(body, name) for name, body in waiting.items()]}, None)
            waiting = {each["itemIdentifier"]: waiting[each["itemIdentifier"]] for each in answer["batchItemFailures"]}
        raise AssertionError("messages are delivered for ever")

    def project(self, begin: int = 0, end: int | None = None) -> None:
        """The stream delivers its records from ``begin`` to ``end``, again from where one failed."""
        batch = self.records[begin:end]
        for _ in range(10):
            if not batch:
                return
            failed = self._failed(batch)
            numbers = [each["dynamodb"]["SequenceNumber"] for each in batch]
            batch = batch[min((numbers.index(each) for each in failed), default=len(batch)) :]
        raise AssertionError("records are delivered for ever")

    def _failed(self, batch: list[Record]) -> set[str]:
        try:
            answer = project({"Records": batch}, None)
        except Unavailable:
            # As Lambda: whatever a handler raises fails its whole batch.
            return {batch[0]["dynamodb"]["SequenceNumber"]}
        return {each["itemIdentifier"] for each in answer["batchItemFailures"]}


@contextmanager
def pipeline(store: Store | None) -> Iterator[Pipeline]:
    """A pipeline over twins (None) or over ``store``, installed for the handlers."""
    made = _over_twins() if store is None else _over(store)
    wiring.install(made.services)
    try:
        yield made
    finally:
        wiring.install(None)


def _over_twins() -> Pipeline:
    shop, death = TwinShop(), Death()
    written = (
        (shop.log, ["append"]),
        (shop.records, ["save", "stage_orders", "forget_orders"]),
        (shop.identity_records, ["merge", "bring_along", "clear", "point", "refused"]),
        (shop.failures, ["add"]),
    )
    for part, names in written:
        for name in names:
            setattr(part, name, _dying(getattr(part, name), death))
    services = shop.services
    ways = {"project_profiles": ProjectionReturn(shop.profiles.recover, shop.identities.link)}
    vars(services)["replays"] = Replays(shop.failures, ways, shop.clock)
    return Pipeline(services, death, lambda: stream(shop.log.stream, first=1))


def _over(store: Store) -> Pipeline:
    death = Death()
    client = StreamedClient(store.client, store.names.events, death)
    names = {f"{name}_table": getattr(store.names, name) for name in ("catalog", "events", "shoppers", "marketing")}
    settings = replace(Settings(search_log="off"), **names)
    services = wiring.Services(
        settings,
        clock=MovableClock(NOW),
        randomness=SeededRandomness("pipeline"),
        client=lambda service: client if service == "dynamodb" else None,
    )
    return Pipeline(services, death, lambda: client.records)


def _dying(method: Callable[..., Any], death: Death) -> Callable[..., Any]:
    return lambda *arguments, **options: death.around(lambda: method(*arguments, **options))


def _record(item: dict[str, Any], number: int) -> Record:
    made_at = datetime.fromtimestamp(int(item["w"]["N"]), UTC) if "w" in item else NOW
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": str(number),
            "ApproximateCreationDateTime": made_at.timestamp(),
            "NewImage": item,
        },
    }
