"""The ways back for what was set aside: what goes onto a queue again, and that no source was forgotten."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.returns import ProductReturn, ProjectionReturn, QueueReturn, deliverable, recordable
from chalicelib.campaigns import PageMessage
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.core.failures import Failure
from chalicelib.core.settings import Settings
from chalicelib.events import decode_event, encode_event
from chalicelib.events.rejections import SOURCE as ACCEPTING
from chalicelib.events.service import RECORDING
from chalicelib.search.log.trail import encode_search
from chalicelib.webhooks.service import RECEIVING
from chalicelib.wiring import Services
from functions.deliver_campaign.handler import DELIVERING
from functions.index_products.handler import SOURCE as INDEXING
from functions.project_profiles.handler import LINKING
from functions.project_profiles.handler import SOURCE as PROJECTING
from tests.support.search_log import searched
from tests.support.shoppers import NOW, TwinShop, event


def failure(body: str, source: str = RECORDING, failure_id: str = "f1") -> Failure:
    return Failure(failure_id, source, "so", body, NOW)


def test_whatever_sets_something_aside_has_a_way_back() -> None:
    services = Services(Settings(), clock=MovableClock(NOW), client=lambda _: None)
    for source in (ACCEPTING, RECORDING, PROJECTING, LINKING, INDEXING, DELIVERING, RECEIVING):
        assert services.replays.can_replay(failure("{}", source)), source


class Queue:
    """As much of SQS as a return needs."""

    def __init__(self, *, is_down: bool = False) -> None:
        self.bodies: list[str] = []
        self._is_down = is_down

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> None:  # noqa: N803 - boto3's names
        if self._is_down:
            raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "SendMessage")
        self.bodies.append(MessageBody)


def test_an_event_goes_back_onto_its_queue_as_it_was() -> None:
    queue: Any = Queue()
    QueueReturn(queue, "url", recordable)(failure(encode_event(event())))
    assert [decode_event(body) for body in queue.bodies] == [event()]


@pytest.mark.parametrize("message_id", ["m1", "m" * 128])
def test_an_event_that_met_another_under_its_id_gets_one_of_its_own_always_the_same(message_id: str) -> None:
    shop = TwinShop()
    shop.events.record(event(message_id))
    shop.events.record(event(message_id, "Product Clicked"))
    (kept,) = shop.failures.list(10)[0]
    bodies = {recordable(kept) for _ in range(2)}
    assert len(bodies) == 1
    again = decode_event(bodies.pop())
    assert (again.name, len(again.message_id) <= 128) == ("Product Clicked", True)
    assert [shop.events.record(again) for _ in range(2)] == ["recorded", "duplicate"]
    assert len(shop.log.stream) == 2


def test_a_logged_search_goes_back_as_well() -> None:
    body = encode_search(searched("帐篷", None), "u1")
    assert recordable(failure(body)) == body


@pytest.mark.parametrize(
    ("way", "body"), [(recordable, "{"), (recordable, '{"logged_search": 7}'), (deliverable, "{}")]
)
def test_what_cannot_be_read_goes_nowhere(way: Any, body: str) -> None:
    queue: Any = Queue()
    with pytest.raises(InvalidRequest):
        QueueReturn(queue, "url", way)(failure(body))
    assert queue.bodies == []


def test_a_page_of_a_campaign_goes_back_and_a_queue_that_is_down_may_be_asked_again() -> None:
    body = msgspec.json.encode(PageMessage("c1", "r1", datetime(2026, 11, 11, tzinfo=UTC), 2)).decode()
    queue: Any = Queue()
    QueueReturn(queue, "url", deliverable)(failure(body, DELIVERING))
    assert queue.bodies == [body]
    down: Any = Queue(is_down=True)
    with pytest.raises(Unavailable):
        QueueReturn(down, "url", deliverable)(failure(body, DELIVERING))


@pytest.mark.parametrize("body", ["{", "{}", '{"dynamodb": {"Keys": {"pk": {"S": "R#rebuild"}}}}'])
def test_a_record_without_a_product_or_event_says_so(body: str) -> None:
    products: Any = None
    with pytest.raises(InvalidRequest):
        ProductReturn(products, MovableClock(NOW))(failure(body, INDEXING))
    if "Keys" not in body:
        with pytest.raises(InvalidRequest):
            ProjectionReturn(lambda *_: True, lambda _: None)(failure(body, PROJECTING))
