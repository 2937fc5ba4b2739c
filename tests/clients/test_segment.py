"""Segment's own Node and Python SDKs, unchanged but for the host, against the laptop shop over HTTP."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import segment.analytics
import segment.analytics.request

from chalicelib.events import Call, Event, EventQueue, QueueUnavailable
from infra.local.shop import LaptopShop
from tests.support.search import small_shop

HERE = Path(__file__).parent
SCENARIO_SECONDS = 60
# The SDK asks for the time in a way that newer Pythons frown upon.
pytestmark = pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        running.services.catalog.put(small_shop()[0])
        running.pump.drain()
        yield running


@pytest.fixture
def run(node: str, shop: LaptopShop) -> Callable[[str], Any]:
    def scenario(name: str) -> Any:
        known = {"base": shop.base_url, "write": shop.keys.write}
        done = subprocess.run(
            [node, "segment.cjs", name],
            cwd=HERE,
            env={**os.environ, "SHOP": json.dumps(known)},
            capture_output=True,
            timeout=SCENARIO_SECONDS,
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return scenario


class QueueThatIsBusyFirst:
    """Refuses the first batches, as SQS does when it is throttled."""

    def __init__(self, queue: EventQueue, refusals: int) -> None:
        self._queue = queue
        self.left = refusals
        self.taken: list[str] = []

    def send(self, events: Sequence[Event]) -> None:
        if self.left:
            self.left -= 1
            raise QueueUnavailable("busy", retry_after_seconds=1)
        self.taken += [event.message_id for event in events]
        self._queue.send(events)


def history(shop: LaptopShop, shopper_id: str) -> list[Event]:
    shop.pump.drain()
    return list(shop.services.events.history([shopper_id], 100)[0])


@pytest.mark.engine
def test_the_node_sdk_sends_every_call(run: Callable[[str], Any], shop: LaptopShop) -> None:
    met = run("everything")
    assert met["errors"] == []
    known = {event.call if event.call is not Call.TRACK else event.name: event for event in history(shop, "林小溪")}
    assert set(known) == {Call.IDENTIFY, "Product Added", "直播观看", Call.ALIAS, Call.GROUP}
    assert known["Product Added"].properties == {
        "product_id": "d00",
        "brand": "拾光里",
        "price": "1299.00",
        "quantity": 1,
        "备注": "送人😀",
    }
    assert (known[Call.ALIAS].previous_id, known[Call.GROUP].group_id) == ("匿名-1", "42")
    assert known[Call.IDENTIFY].traits["city"] == "杭州"
    assert known[Call.IDENTIFY].traits["phone"].startswith("sealed:")
    assert known["Product Added"].context["library"]["name"] == "@segment/analytics-node"
    assert all(event.is_time_given and event.original_at is None for event in known.values())
    assert {event.call for event in history(shop, "匿名-1")} == {Call.PAGE, Call.SCREEN}
    assert len(history(shop, "many")) == 40
    (failure,) = shop.services.failures.list(10)[0]
    assert (failure.source, "properties.revenue" in failure.reason) == ("accept_events", True)
    names = {each.name: each for each in shop.services.event_names.of_last(1)}
    assert (names["Product Viewed"].count, names["直播观看"].is_known) == (40, False)


@pytest.mark.engine
def test_the_node_sdk_sends_again_what_was_refused_for_now(
    run: Callable[[str], Any], shop: LaptopShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = QueueThatIsBusyFirst(shop.services.events._queue, 2)
    monkeypatch.setattr(shop.services.events, "_queue", queue)
    met = run("again")
    assert met["errors"] == []
    assert (queue.left, len(queue.taken)) == (0, 1)
    assert [event.name for event in history(shop, "retried")] == ["Product Viewed"]


@pytest.mark.engine
def test_events_of_a_device_whose_clock_is_ahead_get_their_true_time(
    run: Callable[[str], Any], shop: LaptopShop
) -> None:
    run("ahead")
    (event,) = history(shop, "ahead")
    assert event.original_at is not None
    assert timedelta(minutes=119) < event.original_at - event.at < timedelta(minutes=121)
    assert abs(event.at - event.received_at) < timedelta(minutes=1)


@pytest.mark.parametrize("is_zipped", [False, True])
def test_the_python_sdk_sends_every_call(shop: LaptopShop, is_zipped: bool) -> None:
    errors: list[Any] = []
    who = f"林小溪-{is_zipped}"
    client = segment.analytics.Client(
        shop.keys.write,
        host=shop.base_url,
        gzip=is_zipped,
        on_error=lambda error, items: errors.append(error),
        upload_interval=0.05,
    )
    client.identify(who, {"昵称": "小溪", "birthday": datetime(1998, 5, 1, tzinfo=UTC)})
    client.track(who, "Product Viewed", {"商品编号": "d00", "说明": "长" * 2_000})
    client.track(anonymous_id=f"匿名-{is_zipped}", event="Products Searched", properties={"query": "连衣裙"})
    client.page(who, name="首页", properties={"path": "/"})
    client.screen(who, name="Home")
    client.alias(f"匿名-{is_zipped}", who)
    client.group(who, "g1", {"name": "露营俱乐部"})
    client.shutdown()
    assert errors == []
    found = history(shop, who)
    assert {event.call for event in found} == set(Call)
    assert next(event for event in found if event.name == "Product Viewed").properties["说明"] == "长" * 2_000
    assert next(event for event in found if event.call is Call.IDENTIFY).traits["nickname"] == "小溪"
    assert [event.properties["query"] for event in history(shop, f"匿名-{is_zipped}")] == ["连衣裙"]


def test_the_python_sdk_sends_again_what_was_refused_for_now(shop: LaptopShop, monkeypatch: pytest.MonkeyPatch) -> None:
    queue = QueueThatIsBusyFirst(shop.services.events._queue, 1)
    monkeypatch.setattr(shop.services.events, "_queue", queue)
    errors: list[Any] = []
    client = segment.analytics.Client(
        shop.keys.write, host=shop.base_url, on_error=lambda error, items: errors.append(error), upload_interval=0.05
    )
    for number in range(3):
        client.track("wieder", "Product Viewed", {"product_id": "d00"}, message_id=f"again-{number}")
    client.shutdown()
    assert errors == []
    assert queue.left == 0
    assert sorted(event.message_id for event in history(shop, "wieder")) == ["again-0", "again-1", "again-2"]


def test_the_python_sdk_says_why_a_batch_was_refused(shop: LaptopShop) -> None:
    errors: list[Any] = []
    client = segment.analytics.Client(
        "no key of ours", host=shop.base_url, on_error=lambda error, items: errors.append(error), upload_interval=0.05
    )
    client.track("u1", "Product Viewed")
    client.shutdown()
    (error,) = errors
    assert isinstance(error, segment.analytics.request.APIError)
    assert error.status == 401
    assert error.message
