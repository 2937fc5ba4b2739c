"""The queue of pages: what is put comes out as it was, also over SQS's ten messages a call."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.adapters.activities import activity_of
from chalicelib.adapters.aws.announcements import MESSAGE_SENT, EventAnnouncements
from chalicelib.adapters.aws.page_queue import SqsPageQueue
from chalicelib.adapters.memory.campaigns import MemoryPageQueue
from chalicelib.campaigns import MessageSent, PageMessage, PageQueue
from chalicelib.core.errors import Unavailable
from chalicelib.core.shapes import decode
from chalicelib.events import Event
from chalicelib.privacy import Channel
from infra.local.cloud import LocalCloud
from tests.support.coupons import NOON

PAGES = [PageMessage("recall", "run-1", NOON, shard, "李雷") for shard in range(23)]


@dataclass(frozen=True)
class Line:
    queue: PageQueue
    take: Callable[[], list[PageMessage]]


@pytest.fixture(params=["twin", "moto"])
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    if request.param == "twin":
        twin = MemoryPageQueue()
        yield Line(twin, lambda: twin.waiting)
        return
    with LocalCloud() as cloud:
        client = cloud.client("sqs")
        url = client.create_queue(QueueName="pages")["QueueUrl"]
        yield Line(SqsPageQueue(client, url), lambda: _receive(client, url))


def _receive(client: Any, url: str) -> list[PageMessage]:
    taken: list[PageMessage] = []
    while messages := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        taken += [decode(message["Body"].encode(), PageMessage) for message in messages]
    return taken


def test_what_is_put_comes_out_as_it_was(line: Line) -> None:
    line.queue.put(PAGES)
    line.queue.put([])
    assert sorted(line.take(), key=lambda page: page.shard) == PAGES


class HalfRefusing:
    def send_message_batch(self, **_: Any) -> Any:
        return {"Successful": [{"Id": "0"}], "Failed": [{"Id": "1"}]}


def test_a_half_refused_call_is_refused() -> None:
    with pytest.raises(Unavailable):
        SqsPageQueue(HalfRefusing(), "url").put(PAGES)  # type: ignore[arg-type]


class EventLine:
    def __init__(self) -> None:
        self.events: list[Event] = []

    def send(self, events: Any) -> None:
        self.events += events


def test_a_message_sent_is_the_same_event_each_time_and_no_act_of_the_shopper() -> None:
    line = EventLine()
    sent = MessageSent("send-1", "li", "recall", "run-1", Channel.EMAIL, NOON, True)
    EventAnnouncements(line).announce([sent])
    EventAnnouncements(line).announce([sent])
    EventAnnouncements(line).announce([])
    first, second = line.events
    assert (first.message_id, first.shopper_id, first.name, first.at) == ("send-1", "li", MESSAGE_SENT, NOON)
    assert first.digest == second.digest
    assert activity_of(first, "0") is None
