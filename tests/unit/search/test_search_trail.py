"""A search's way to the log never fails a search, nor holds it up."""

import threading
import time
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.adapters.aws.search_trail import MOST_WAITING, NoSearchTrail, SqsSearchTrail
from chalicelib.search import decode_search
from tests.support.search_log import searched


class Queue:
    """The part of an SQS client that is used."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.error: Exception | None = None
        self.open = threading.Event()
        self.open.set()

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> Any:  # noqa: N803 - boto3's names
        self.open.wait(10)
        if self.error:
            raise self.error
        self.bodies.append(MessageBody)


@pytest.fixture
def queue() -> Queue:
    return Queue()


def trail(queue: Queue, patience: float = 5.0) -> SqsSearchTrail:
    return SqsSearchTrail(queue, "url", patience)  # type: ignore[arg-type]


def test_a_search_arrives_as_it_was(queue: Queue) -> None:
    search = searched("帐篷\uffff 2人")
    trail(queue).leave(search, "u1")()
    (body,) = queue.bodies
    assert "\uffff" not in body
    assert decode_search(body) == (search, "u1")


@pytest.mark.parametrize(
    "error",
    [ClientError({"Error": {"Code": "Throttling"}}, "SendMessage"), EndpointConnectionError(endpoint_url="sqs")],
)
def test_a_queue_that_refuses_fails_no_search(queue: Queue, error: Exception) -> None:
    queue.error = error
    sending = trail(queue)
    sending.leave(searched("帐篷"))()
    queue.error = None
    sending.leave(searched("帐篷"))()
    assert len(queue.bodies) == 1


def test_a_queue_that_hangs_holds_no_search_up(queue: Queue) -> None:
    queue.open.clear()
    sending = trail(queue, patience=0.01)
    began = time.monotonic()
    finishers = [sending.leave(searched("帐篷")) for _ in range(MOST_WAITING + 50)]
    finishers[0]()
    finishers[-1]()
    assert time.monotonic() - began < 2
    queue.open.set()
    finishers[MOST_WAITING - 1]()
    sending.leave(searched("帐篷"))
    deadline = time.monotonic() + 5
    while len(queue.bodies) < MOST_WAITING and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(queue.bodies) >= MOST_WAITING


def test_a_shop_without_a_log_leaves_no_trail() -> None:
    NoSearchTrail().leave(searched("帐篷"))()
