"""The contract of ``EventQueue``: the twin and SQS (moto). What the queue took in comes out, however the call went."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.adapters.aws.queues import CALL_BYTES, CALL_MESSAGES, SqsEventQueue
from chalicelib.adapters.memory.events import MemoryEventQueue
from chalicelib.events import Event, EventQueue, QueueUnavailable, decode_event
from infra.local.cloud import LocalCloud
from infra.local.tables import create_queues
from tests.support.shoppers import event


@dataclass
class Parts:
    """A queue and a hand that empties it."""

    queue: EventQueue
    drain: Callable[[], Sequence[Event]]


@pytest.fixture(params=["twin", "moto"])
def parts(request: pytest.FixtureRequest) -> Iterator[Parts]:
    if request.param == "twin":
        twin = MemoryEventQueue()
        yield Parts(twin, twin.drain)
        return
    with LocalCloud() as cloud:
        client = cloud.client("sqs")
        url = create_queues(client, "contract").events
        yield Parts(SqsEventQueue(client, url), lambda: drained(client, url))


def drained(client: Any, url: str) -> list[Event]:
    events: list[Event] = []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        events += [decode_event(message["Body"]) for message in messages]
    return events


@pytest.mark.parametrize("count", [0, 1, 10, 23])
def test_all_that_was_sent_arrives(parts: Parts, count: int) -> None:
    events = [event(f"m{number:02d}") for number in range(count)]
    parts.queue.send(events)
    assert sorted(parts.drain(), key=lambda each: each.message_id) == events


def test_every_letter_arrives(parts: Parts) -> None:
    odd = event(properties={"text": "召回 \x00\x07\ufffe\uffff\x7f 👜"})
    parts.queue.send([odd])
    assert list(parts.drain()) == [odd]


# What SQS accepts in a body; one other character refuses the whole call (moto does not check).
_SQS_TEXT = re.compile("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")


class FussyClient:
    """An SQS that refuses what SQS refuses, and the first ``failures`` tries of the entries ``picked`` by position."""

    def __init__(self, failures: int = 0, picked: tuple[int, ...] = (), error: Exception | None = None) -> None:
        self.bodies: list[str] = []
        self.calls: list[list[str]] = []
        self._failures = failures
        self._picked = picked
        self._error = error

    def send_message_batch(self, **arguments: Any) -> dict[str, Any]:
        entries = arguments["Entries"]
        self.calls.append([entry["MessageBody"] for entry in entries])
        if self._error:
            raise self._error
        assert 0 < len(entries) <= CALL_MESSAGES
        assert sum(len(entry["MessageBody"].encode()) for entry in entries) <= 256 * 1024
        assert len({entry["Id"] for entry in entries}) == len(entries)
        assert all(_SQS_TEXT.fullmatch(entry["MessageBody"]) for entry in entries)
        refused = (
            [entry for position, entry in enumerate(entries) if position in self._picked] if self._failures else []
        )
        self._failures -= 1
        self.bodies += [entry["MessageBody"] for entry in entries if entry not in refused]
        return {"Failed": [{"Id": entry["Id"], "SenderFault": False, "Code": "InternalError"} for entry in refused]}


def fussy_queue(client: Any) -> SqsEventQueue:
    return SqsEventQueue(client, "url", pause=lambda seconds: None)


def test_no_letter_refuses_the_call_for_all() -> None:
    client = FussyClient()
    odd = event(properties={"text": "\x00\x07\ufffe\uffff\x7f 👜"})
    fussy_queue(client).send([odd])
    assert [decode_event(body) for body in client.bodies] == [odd]


def test_one_call_stays_within_what_sqs_takes() -> None:
    client = FussyClient()
    events = [event(f"m{number}", properties={"text": "字" * 10_000}) for number in range(25)]
    fussy_queue(client).send(events)
    assert [decode_event(body) for body in client.bodies] == events
    assert max(len(call) for call in client.calls) * 30_000 < CALL_BYTES


def test_what_a_call_refused_in_part_is_sent_again_alone() -> None:
    client = FussyClient(failures=2, picked=(0, 3))
    events = [event(f"m{number}") for number in range(5)]
    fussy_queue(client).send(events)
    assert [len(call) for call in client.calls] == [5, 2, 1]
    assert sorted(decode_event(body).message_id for body in client.bodies) == [f"m{number}" for number in range(5)]


def test_what_stays_refused_is_never_called_accepted() -> None:
    client = FussyClient(failures=99, picked=(0, 1))
    with pytest.raises(QueueUnavailable):
        fussy_queue(client).send([event("m1"), event("m2")])


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "RequestThrottled", "Message": ""}}, "SendMessageBatch"),
        EndpointConnectionError(endpoint_url="https://sqs"),
    ],
)
def test_a_queue_out_of_reach_is_unavailable(error: Exception) -> None:
    with pytest.raises(QueueUnavailable):
        fussy_queue(FussyClient(error=error)).send([event()])
