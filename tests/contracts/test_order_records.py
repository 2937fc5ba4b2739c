"""The contract of ``ProfileRecords`` on what stands beside a profile: orders by generation, names ahead, events missed."""

from datetime import timedelta

import pytest

from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.profiles import MemoryProfileRecords
from chalicelib.privacy import ConsentRecords
from chalicelib.profiles import (
    CountedAhead,
    Kind,
    Missed,
    Order,
    OrderStep,
    Profile,
    ProfileChange,
    ProfileRecords,
    StaleProfile,
)
from chalicelib.profiles.orders import Basket
from chalicelib.profiles.service import MAX_ORDERS
from tests.support.shoppers import NOW
from tests.support.stores import Store

HOUR = timedelta(hours=1)
LATER = "00000002bb"
GENERATION = "00000001aa"


@pytest.fixture
def records(store_or_twin: Store | None) -> ProfileRecords:
    if store_or_twin is None:
        consents: ConsentRecords = MemoryConsentRecords()
        return MemoryProfileRecords(consents, 2)
    table = Table(store_or_twin.client, store_or_twin.names.shoppers)
    DynamoConsentRecords(table)
    return DynamoProfileRecords(table, 2)


def order(order_id: str = "o#1", amount: int = 10_000) -> Order:
    """An order of which everything was said."""
    lessons = ((Kind.BRAND, "山野", 5.0), (Kind.SIZE, "鞋 42", 2.5))
    placed = Basket(NOW, "a", amount, 500, lessons)
    made = Order(order_id).after(OrderStep.PLACED, placed)
    made = made.after(OrderStep.REVISED, Basket(NOW + HOUR, "b", amount - 1))
    made = made.after(OrderStep.REFUNDED, Basket(NOW + HOUR, "c", 300), "退款#1")
    made = made.after(OrderStep.REFUNDED, Basket(NOW + HOUR, "d"))
    return made.after(OrderStep.CANCELLED, Basket(NOW + 2 * HOUR, "e"))


def test_what_was_said_of_an_order_comes_back_when_it_is_asked_for(records: ProfileRecords) -> None:
    bare = Order("o2").after(OrderStep.REFUNDED, Basket(NOW, "f", 1))
    records.save(ProfileChange("u1", Profile(version=1), orders=(order(), bare)))
    assert records.load("u1").orders == {}
    assert records.load("u1", ["o#1", "o2", "o3"]).orders == {"o#1": order(), "o2": bare}
    assert records.load("u2", ["o#1"]).orders == {}


def test_an_order_is_written_with_its_profile_or_not_at_all(records: ProfileRecords) -> None:
    records.save(ProfileChange("u1", Profile(version=1)))
    with pytest.raises(StaleProfile):
        records.save(ProfileChange("u1", Profile(version=1), orders=(order(),)))
    assert records.load("u1", ["o#1"]).orders == {}


def test_as_many_orders_as_one_write_may_change_are_written_with_it(records: ProfileRecords) -> None:
    orders = tuple(order(f"o{number}") for number in range(MAX_ORDERS))
    records.save(ProfileChange("u1", Profile(version=1), orders=orders))
    assert len(records.orders_of("u1", "")) == MAX_ORDERS


def test_staged_orders_belong_to_nobody_until_a_profile_names_them(records: ProfileRecords) -> None:
    records.save(ProfileChange("u1", Profile(version=1), orders=(order(amount=1_000),)))
    records.stage_orders("u1", GENERATION, [order(), order("o2")])
    assert records.load("u1", ["o#1", "o2"]).orders == {"o#1": order(amount=1_000)}
    records.save(ProfileChange("u1", Profile(version=2, generation=GENERATION)))
    assert records.load("u1", ["o#1", "o2"]).orders == {"o#1": order(), "o2": order("o2")}
    assert {each.order_id for each in records.orders_of("u1", GENERATION)} == {"o#1", "o2"}


def test_forgetting_takes_earlier_generations_and_leaves_this_one_and_later_ones(records: ProfileRecords) -> None:
    records.save(ProfileChange("u1", Profile(version=1), orders=(order(amount=1_000),)))
    records.stage_orders("u1", GENERATION, [order()])
    records.stage_orders("u1", LATER, [order("later")])
    records.stage_orders("u2", "", [order()])
    for _ in range(2):
        records.forget_orders("u1", GENERATION)
    kept: list[tuple[str, str]] = [("u1", GENERATION), ("u1", LATER), ("u2", "")]
    assert [len(records.orders_of(*each)) for each in [("u1", ""), *kept]] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    "profile",
    [
        Profile(version=1, missed=Missed(frozenset({"a1", "b2"}))),
        Profile(version=1, missed=Missed(frozenset(), has_more=True)),
        Profile(version=1, applied={"": "7".zfill(40), "anonymous 1": "9" * 40}, generation=GENERATION),
    ],
)
def test_what_was_missed_and_how_far_each_log_was_read_come_back(records: ProfileRecords, profile: Profile) -> None:
    records.save(ProfileChange("u1", profile))
    assert records.load("u1").profile == profile


def test_names_counted_ahead_stay_until_others_take_their_place(records: ProfileRecords) -> None:
    def change(version: int, counted: CountedAhead | None = None) -> ProfileChange:
        return ProfileChange("u1", Profile(version=version), counted=counted)

    steps: list[tuple[CountedAhead | None, set[str]]] = [
        (CountedAhead(frozenset({"a", "b"}), NOW + HOUR), {"a", "b"}),
        (None, {"a", "b"}),
        (CountedAhead(frozenset(), NOW + HOUR), set()),
    ]
    for version, (counted, expected) in enumerate(steps, 1):
        records.save(change(version, counted))
        assert records.load("u1").counted == expected
