"""What an event costs, counted on DynamoDB's own engine under the load that ``docs/access-patterns.md`` promises for."""

import random
from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Any

import pytest

from chalicelib.adapters.activities import activity_of
from chalicelib.adapters.dynamodb.event_log import DynamoEventLog
from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.logged_activities import LoggedActivities
from chalicelib.adapters.memory.profiles import MemoryProductFacts
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.events import Event
from chalicelib.profiles import Profiles, sequence_text
from tests.support.shoppers import NOW, event
from tests.support.stores import Store

SHOPPERS = 60
WINDOWS = 10
EVENTS_IN_A_WINDOW = 100
NAMES = ["Product Viewed"] * 12 + ["Products Searched"] * 5 + ["Product Added"] * 2 + ["Order Completed"]
TASTES = [
    ("山野", "户外 > 露营 > 帐篷", 399),
    ("云织", "女装 > 裙装 > 连衣裙", 259),
    ("晨雾", "食品 > 咖啡 > 手冲", 88),
    ("青禾", "家居 > 灯具 > 台灯", 129),
]


class Metered:
    """A client that adds up write units: ``flow`` for events and hot profiles, ``flips`` for what changed tags add.

    Plain puts as DynamoDB Local counts them; transactions by the price list (twice the size, and an index entry more at
    most), because the engine counts those wrong.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.flow = self.flips = 0.0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._client, name)
        return method

    def put_item(self, **arguments: Any) -> Any:
        answer = self._client.put_item(**arguments, ReturnConsumedCapacity="TOTAL")
        self.flow += answer["ConsumedCapacity"]["CapacityUnits"]
        return answer

    def transact_write_items(self, **arguments: Any) -> Any:
        answer = self._client.transact_write_items(**arguments)
        profile, *tags = [action.get("Put", {}).get("Item") for action in arguments["TransactItems"]]
        self.flow += _kilobytes(profile)
        self.flips += _kilobytes(profile) + sum(2 * _kilobytes(tag) + 1 for tag in tags)
        return answer


def _kilobytes(item: dict[str, dict[str, str]] | None) -> int:
    return (
        ceil(sum(len(name) + len(next(iter(value.values())).encode()) for name, value in (item or {}).items()) / 1024)
        or 1
    )


def zipf_events(seed: int) -> list[list[Event]]:
    """Windows of events of ``SHOPPERS`` shoppers, the k-th with weight 1/k, each mostly faithful to a taste."""
    drawn = random.Random(seed)
    weights = [1 / rank for rank in range(1, SHOPPERS + 1)]
    windows = []
    for window in range(WINDOWS):
        who = drawn.choices(range(SHOPPERS), weights, k=EVENTS_IN_A_WINDOW)
        windows.append([_event(drawn, window, number, shopper) for number, shopper in enumerate(who)])
    return windows


def _event(drawn: random.Random, window: int, number: int, shopper: int) -> Event:
    taste = shopper % len(TASTES) if drawn.random() < 0.8 else drawn.randrange(len(TASTES))
    brand, category, price = TASTES[taste]
    properties = {"product_id": f"p{number}", "name": "一件商品", "brand": brand, "category": category, "price": price}
    return event(
        f"{window:04d}-{number:04d}-9a0c-0305e82c3301",
        drawn.choice(NAMES),
        shopper_id=f"shopper-{shopper}",
        at=NOW + timedelta(hours=8 * window, seconds=number),
        properties=properties,
        context={"library": {"name": "analytics-node", "version": "3.1.0"}},
    )


@pytest.mark.parametrize("store", [pytest.param("dynamodb-local", marks=pytest.mark.engine)], indirect=True)
def test_an_event_costs_at_most_one_and_a_half_write_units_under_a_zipf_load(store: Store) -> None:
    client = Metered(store.client)
    log = DynamoEventLog(Table(client, store.names.events), 90)  # type: ignore[arg-type]
    records = DynamoProfileRecords(Table(client, store.names.shoppers), 4)  # type: ignore[arg-type]
    clock = MovableClock(NOW)
    history = LoggedActivities(log, clock)
    profiles = Profiles(records, MemoryProductFacts(), history, clock, SeededRandomness("units"))
    sequence = 0
    for window in zipf_events(7):
        batch: dict[str, list[Any]] = {}
        for each in window:
            log.append(each)
            sequence += 1
            batch.setdefault(each.shopper_id, []).append(activity_of(each, sequence_text(str(sequence))))
        for shopper_id, activities in batch.items():
            profiles.project(shopper_id, activities)
    flow, flips = client.flow / sequence, client.flips / sequence
    print(f"write units per event: {flow:.2f} for events and profiles, {flips:.2f} for tags that changed")
    assert flow <= 1.5
    # All of these shoppers are in their first weeks, when most of their tags are set.
    assert flips <= 1.5
