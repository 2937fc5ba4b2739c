"""Webhook sources and deliveries: what every store of them promises."""

import itertools
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.webhooks import DynamoDeliveries, DynamoWebhookSources
from chalicelib.adapters.memory.webhooks import MemoryDeliveries, MemoryWebhookSources
from chalicelib.webhooks import Deliveries, Delivery, Scheme, Secret, Sources, WebhookSource
from tests.support.shoppers import NOW
from tests.support.stores import Store
from tests.support.webhooks import STORY, Dying, HookShop, profile_of, tell

SECRET = Secret("sealed:v1:k1:abc", "6789", NOW, NOW + timedelta(hours=1))
SOURCE = WebhookSource(
    "shop", Scheme.YOUZAN, (SECRET, replace(SECRET, until=None)), "id", "yz:", {"topic": {"path": "类型"}}
)
WAITING = Delivery("shop", "d#1", {"event-type": "退款"}, b"sealed:v1:k1:body")


@dataclass(frozen=True)
class Stores:
    sources: Sources
    deliveries: Deliveries


@pytest.fixture
def stores(store_or_twin: Store | None) -> Stores:
    if store_or_twin is None:
        return Stores(MemoryWebhookSources(), MemoryDeliveries())
    table = Table(store_or_twin.client, store_or_twin.names.marketing)
    return Stores(DynamoWebhookSources(table), DynamoDeliveries(table, 90))


def test_a_source_comes_back_as_it_was_put_until_it_is_deleted(stores: Stores) -> None:
    assert stores.sources.get("shop") is None
    stores.sources.put(SOURCE)
    stores.sources.put(replace(SOURCE, source_id="another"))
    assert stores.sources.get("shop") == SOURCE
    assert [each.source_id for each in stores.sources.all()] == ["another", "shop"]
    assert stores.sources.delete("shop") is True
    assert stores.sources.delete("shop") is False
    assert stores.sources.get("shop") is None


def test_a_delivery_is_done_once_it_was_said_and_for_its_source_only(stores: Stores) -> None:
    assert not stores.deliveries.is_done("shop", "d1")
    for _ in range(2):
        stores.deliveries.done("shop", "d1", NOW)
    assert stores.deliveries.is_done("shop", "d1")
    assert not stores.deliveries.is_done("another", "d1")


def test_an_order_is_of_who_was_said_last(stores: Stores) -> None:
    assert stores.deliveries.owner("shop", "o1") is None
    for shopper_id in ("u1", "u2"):
        stores.deliveries.own("shop", "o1", shopper_id, NOW)
    assert stores.deliveries.owner("shop", "o1") == "u2"
    assert stores.deliveries.owner("another", "o1") is None


def test_deliveries_wait_for_their_order_until_they_go(stores: Stores) -> None:
    second = replace(WAITING, key="d2")
    for each in (WAITING, second, WAITING):
        stores.deliveries.wait("o1", each, NOW)
    stores.deliveries.own("shop", "o1", "u1", NOW)
    assert list(stores.deliveries.waiting("shop", "o1")) == [WAITING, second]
    assert list(stores.deliveries.waiting("shop", "o2")) == []
    stores.deliveries.go("o1", WAITING)
    stores.deliveries.go("o1", WAITING)
    assert list(stores.deliveries.waiting("shop", "o1")) == [second]


def test_what_is_earlier_than_the_latest_is_not_the_latest(stores: Stores) -> None:
    earlier, later = NOW, NOW + timedelta(milliseconds=1)
    assert stores.deliveries.is_latest("shop", "p1", later, NOW)
    assert stores.deliveries.is_latest("shop", "p1", later, NOW)
    assert not stores.deliveries.is_latest("shop", "p1", earlier, NOW)
    assert stores.deliveries.is_latest("shop", "p2", earlier, NOW)


@pytest.mark.parametrize("is_after", [False, True])
def test_a_process_may_die_between_any_two_writes_to_a_real_store(store: Store, is_after: bool) -> None:
    table = Table(store.client, store.names.marketing)
    for at in range(is_after, 40, 4):
        deliveries = DynamoDeliveries(table, 90)
        shop = HookShop(deliveries=deliveries, store=DynamoWebhookSources(table))
        for scheme in Scheme:
            # A source of its own for each try: the table remembers what was done.
            shop.rename(scheme, f"{scheme}-{is_after}-{at}")
        calls = itertools.count()
        for name in ("_deliveries", "_door", "_shelf"):
            setattr(shop.webhooks, name, Dying(getattr(shop.webhooks, name), calls, at, is_after))
        tell(shop, STORY)
        assert profile_of(shop) == (1, 42_850, 1), at
        assert not deliveries.waiting(shop.names[Scheme.SHOPIFY], "450789469")
