"""Whatever happens between the queue and a profile, each event counts once: through the real handlers, on every store."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.errors import Unavailable
from chalicelib.events import Call, Event
from chalicelib.profiles import Kind, Shopper
from tests.support.alike import assert_alike
from tests.support.pipeline import Pipeline, pipeline
from tests.support.shoppers import NOW, event
from tests.support.stores import Store

HOUR = timedelta(hours=1)
PRODUCT = {"product_id": "p1", "brand": "山野", "category": "户外 > 露营 > 帐篷", "price": 399}


@pytest.fixture
def shop(store_or_twin: Store | None) -> Iterator[Pipeline]:
    with pipeline(store_or_twin) as made:
        yield made


def history(shopper_id: str = "u1") -> list[Event]:
    """A shopper's life: orders told twice, refunds before and twice, a cancellation, a poisoned event."""
    told: list[tuple[str, dict[str, Any]]] = [
        ("Product Viewed", PRODUCT),
        ("Order Refunded", {"order_id": "o1", "refund_id": "r1", "total": 30}),
        ("Order Completed", {"order_id": "o1", "total": 100, "discount": 5, "products": [PRODUCT]}),
        ("Order Completed", {"order_id": "o1", "total": 100, "discount": 5, "products": [PRODUCT]}),
        ("Order Refunded", {"order_id": "o1", "refund_id": "r1", "total": 30}),
        ("Order Refunded", {"order_id": "o1", "refund_id": "r2", "total": 20}),
        ("Order Completed", {"order_id": "o2", "total": -1}),
        ("Order Completed", {"order_id": "o3", "total": 500, "products": [PRODUCT]}),
        ("Order Refunded", {"order_id": "o3", "total": 40}),
        ("Order Cancelled", {"order_id": "o3"}),
        ("Order Completed", {"total": 60}),
        ("Products Searched", {"query": "帐篷"}),
    ]
    events = [
        event(f"m{number}", name, at=NOW - HOUR * (40 - number), properties=properties)
        for number, (name, properties) in enumerate(told)
    ]
    events.append(event("m90", "", call=Call.IDENTIFY, at=NOW - HOUR, traits={"city": "杭州"}))
    return [replace(each, shopper_id=shopper_id, user_id=shopper_id) for each in events]


def glimpse(shopper_id: str = "u1") -> list[Event]:
    """The least of that life in which everything happens."""
    whole = history(shopper_id)
    return [whole[number] for number in (0, 1, 2, 3, 6, 12)]


def untroubled(events: Sequence[Event]) -> Shopper:
    """The shopper after every event came once, in order, and nothing went wrong."""
    with pipeline(None) as plain:
        plain.record(events)
        plain.project()
        return plain.services.profiles.get("u1")


@pytest.fixture(scope="module")
def expected() -> Shopper:
    return untroubled(history())


@pytest.fixture(scope="module")
def glimpsed() -> Shopper:
    return untroubled(glimpse())


def test_orders_count_once_and_refunds_and_cancellations_take_back_what_they_gave(expected: Shopper) -> None:
    counters, profile = expected.profile.counters, expected.profile
    assert (counters.orders, counters.spend, counters.refunds, counters.refunded, counters.cancellations) == (
        2,
        5_000 + 6_000,
        3,
        5_000 + 50_000,
        1,
    )
    # A view and one order: the cancelled one taught for nothing.
    assert profile.affinities.weights(Kind.BRAND, NOW) == {"山野": pytest.approx(6, rel=0.1)}
    assert len(profile.missed.names) == 1


@pytest.mark.parametrize("seed", range(3))
def test_duplicates_and_any_order_make_the_same_profile(shop: Pipeline, expected: Shopper, seed: int) -> None:
    drawn = random.Random(seed)
    deliveries = history() + drawn.choices(history(), k=8)
    drawn.shuffle(deliveries)
    shop.record(deliveries)
    assert len(shop.records) == len(history())
    done = 0
    while done < len(shop.records):
        end = drawn.randint(done + 1, len(shop.records))
        # Each delivery begins at or before the place the last one reached, as a stream does after a failure.
        shop.project(drawn.randint(0, done), end)
        done = end
    assert_alike(shop.services.profiles.get("u1"), expected)
    assert len(shop.services.failures.list(10)[0]) == 1


@pytest.mark.parametrize("is_done", [False, True])
def test_a_death_around_any_write_changes_nothing_in_the_end(shop: Pipeline, glimpsed: Shopper, is_done: bool) -> None:
    nth = 0
    while shop.death.writes >= nth:
        # Until a round had fewer writes than the one that was to die: each was killed once.
        nth += 1
        shopper_id = f"u-{nth}"
        begun = len(shop.records)
        shop.death.comes(nth, is_done=is_done)
        shop.record(glimpse(shopper_id))
        for part in _cut(begun, len(shop.records)):
            shop.project(*part)
        assert_alike(shop.services.profiles.get(shopper_id), glimpsed)
    assert nth > len(glimpse())


@pytest.mark.parametrize("is_done", [False, True])
def test_a_rebuild_that_dies_around_any_write_is_done_again(shop: Pipeline, glimpsed: Shopper, is_done: bool) -> None:
    profiles = shop.services.profiles
    shop.record(glimpse())
    shop.project(0, 4)
    for nth in range(1, 20):
        shop.death.comes(nth, is_done=is_done)
        try:
            profiles.rebuild("u1")
        except Unavailable:
            # Whatever was left behind, the profile is whole before anybody repeats the rebuild.
            assert profiles.get("u1").profile.counters.orders == 1
        else:
            break
    assert nth > 2
    shop.death.comes(0, is_done=False)
    shop.project()
    assert_alike(profiles.get("u1"), glimpsed)
    # What comes next about an old order finds it.
    shop.record([event("late", "Order Cancelled", at=NOW, properties={"order_id": "o1"})])
    shop.project()
    counters = profiles.get("u1").profile.counters
    assert (counters.orders, counters.spend, counters.refunded) == (0, 0, 10_000)


def _cut(begin: int, end: int) -> Sequence[tuple[int, int]]:
    middle = (begin + end) // 2
    return [(begin, middle), (middle, end)]
