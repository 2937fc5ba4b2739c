"""``functions/project_profiles``: the log's stream into profiles."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import wiring
from chalicelib.adapters.activities import activity_of
from chalicelib.core.errors import Unavailable
from chalicelib.events import Call, Event, encode_event
from chalicelib.profiles import Activity, Deed, Facts, Touched, sequence_text
from functions.project_profiles.handler import handle
from functions.record_events.handler import handle as record
from tests.support.shoppers import DRESS, NOW, TwinShop, event, queue_message, stream, without_version

ORDER = {
    "revenue": 59.970000000000006,
    "total": 99,
    "products": [
        {"product_id": "p1", "brand": "山野", "category": "户外 > 露营 > 帐篷", "price": "399.00"},
        {"product_id": 2},
    ],
}


@pytest.fixture
def shop() -> Iterator[TwinShop]:
    made = TwinShop({"p1": DRESS})
    wiring.install(made.services)
    yield made
    wiring.install(None)


def meaning(name: str, properties: dict[str, Any] | None = None, **changes: Any) -> Activity | None:
    return activity_of(event(name=name, properties=properties or {}, **changes), "1")


@pytest.mark.parametrize(
    ("name", "deed"),
    [
        ("Product Viewed", Deed.VIEWED),
        ("Product Clicked", Deed.CLICKED),
        ("Products Searched", Deed.SEARCHED),
        ("Product Added", Deed.ADDED_TO_CART),
        ("Product Added to Wishlist", Deed.WISHED),
        ("Cart Viewed", Deed.AT_CART),
        ("Checkout Started", Deed.AT_CART),
        ("Order Completed", Deed.ORDERED),
        ("Order Refunded", Deed.REFUNDED),
        ("Order Cancelled", Deed.CANCELLED),
        ("Coupon Applied", Deed.SEEN),
    ],
)
def test_segments_names_are_understood_and_others_only_seen(name: str, deed: Deed) -> None:
    found = meaning(name)
    assert found is not None
    assert found.deed is deed


def test_an_order_is_read_in_fen_with_its_products() -> None:
    found = meaning("Order Completed", ORDER)
    assert found is not None
    assert found.amount == 5997
    assert found.touched == (
        Touched("p1", Facts("山野", ("户外", "露营", "帐篷"), (), 39_900)),
        Touched("2", Facts()),
    )


@pytest.mark.parametrize(
    ("said", "size", "choices"),
    [
        ({"sku": "s-42", "variant": "黑色 / 42码"}, None, ("s-42", "黑色 / 42码", "黑色", "42码")),
        ({"size": "XL", "category": "男装 > 夹克"}, "男装 XL", ("XL",)),
        ({"size": "XL"}, None, ("XL",)),
        ({"鞋码": "245", "category": "鞋靴"}, "鞋 39", ("245",)),
        ({"size": 42, "variant": None}, None, ()),
    ],
)
def test_the_variant_taken_is_read_in_whatever_words_it_has(
    said: dict[str, Any], size: str | None, choices: tuple[str, ...]
) -> None:
    found = meaning("Product Added", {"product_id": "p1", **said})
    assert found is not None
    assert (found.touched[0].facts.size, found.touched[0].choices) == (size, choices)


def test_money_in_a_foreign_currency_is_not_counted_as_fen() -> None:
    found = meaning("Order Completed", {"revenue": 20, "currency": "USD"})
    assert found is not None
    assert (found.deed, found.amount) == (Deed.ORDERED, None)


@pytest.mark.parametrize("price", ["cheap", -1, True, [], float("nan"), "9" * 50])
def test_a_price_that_is_none_teaches_nothing_and_stops_nothing(price: object) -> None:
    found = meaning("Product Viewed", {"product_id": "p1", "price": price, "category": 7, "brand": {}})
    assert found is not None
    assert found.touched == (Touched("p1", Facts()),)


def test_page_views_are_seen_and_alias_and_group_say_nothing() -> None:
    page = meaning("首页", call=Call.PAGE)
    assert page is not None
    assert page.deed is Deed.SEEN
    assert meaning("", call=Call.ALIAS) is None
    assert meaning("", call=Call.GROUP) is None


def test_a_batch_becomes_one_write_for_each_shopper(shop: TwinShop) -> None:
    names = ["u1", "u2", "u1", "u1", "u2"]
    events = [event(f"m{number}", shopper_id=name, user_id=name) for number, name in enumerate(names)]
    assert handle({"Records": stream(events)}, None) == {"batchItemFailures": []}
    for shopper_id, views in (("u1", 3), ("u2", 2)):
        profile = shop.profiles.get(shopper_id).profile
        assert (profile.counters.views, profile.version) == (views, 1)


def test_what_the_event_left_out_is_looked_up_in_the_catalogue(shop: TwinShop) -> None:
    handle({"Records": stream([event(name="Order Completed", properties={"products": [{"product_id": "p1"}]})])}, None)
    assert shop.profiles.get("u1").tags["favourite_category"].value == "连衣裙"


def test_traits_reach_the_known_shopper_of_an_identify_with_both_ids(shop: TwinShop) -> None:
    told = event(call=Call.IDENTIFY, name="", anonymous_id="a1", traits={"email": "a@example.com", "name": "林"})
    handle({"Records": stream([told])}, None)
    traits = shop.profiles.get("u1").traits
    assert (traits.email, traits.name) == ("a@example.com", "林")


def test_only_new_events_count(shop: TwinShop) -> None:
    records = stream([event("m1"), event("m2"), event("m3")])
    records[0]["eventName"] = "REMOVE"
    records[1]["dynamodb"]["NewImage"]["sk"] = {"S": "U#m2"}
    handle({"Records": records}, None)
    assert shop.profiles.get("u1").profile.counters.seen == 1


def test_a_poisoned_record_is_set_aside_and_the_others_are_applied(shop: TwinShop) -> None:
    records = stream(
        [event("m1"), event("m2"), event("m3", name="Order Completed", properties={"total": -5}), event("m4")]
    )
    records[1]["dynamodb"]["NewImage"] = {"pk": {"S": "S#u1"}, "sk": {"S": "E#x"}, "b": {"S": "{"}}
    for _ in range(2):
        assert handle({"Records": records}, None) == {"batchItemFailures": []}
    assert shop.profiles.get("u1").profile.counters.views == 2
    reasons = sorted(failure.reason for failure in shop.failures.list(10)[0])
    assert len(reasons) == 2
    assert all(reason.startswith("InvalidRequest: ") for reason in reasons)


def test_an_activity_that_no_profile_can_take_is_set_aside(shop: TwinShop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.known_products["bad"] = Facts(price="cheap")  # type: ignore[arg-type]
    events = [event("m1"), event("m2", properties={"product_id": "bad"}), event("m3")]
    assert handle({"Records": stream(events)}, None) == {"batchItemFailures": []}
    assert shop.profiles.get("u1").profile.counters.views == 2
    (failure,) = shop.failures.list(10)[0]
    assert failure.reason.startswith("ActivityUnusable: TypeError")


def test_a_store_too_busy_for_one_shopper_asks_for_its_first_record_again(
    shop: TwinShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["u1", "u2", "u1", "u3"]
    records = stream([event(f"m{number}", shopper_id=name, user_id=name) for number, name in enumerate(names)], first=9)
    load = shop.records.load

    def busy(shopper_id: str, *about: Any) -> Any:
        if shopper_id == "u2":
            raise Unavailable("busy")
        return load(shopper_id, *about)

    monkeypatch.setattr(shop.records, "load", busy)
    assert handle({"Records": records}, None) == {"batchItemFailures": [{"itemIdentifier": "10"}]}
    monkeypatch.undo()
    assert handle({"Records": records[1:]}, None) == {"batchItemFailures": []}
    assert [shop.profiles.get(name).profile.counters.views for name in ("u1", "u2", "u3")] == [2, 1, 1]


SENT = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(["u1", "u2"])), min_size=1, max_size=14)


@given(SENT, st.data())
@settings(max_examples=40, deadline=None)
def test_from_queue_to_profile_nothing_is_counted_twice_or_lost(
    sent: list[tuple[int, str]], data: st.DataObject
) -> None:
    """Events are sent repeatedly, messages and stream records delivered repeatedly and cut anywhere."""
    events = [event(f"m{number}", shopper_id=who, user_id=who, at=NOW) for number, who in sent]
    shop = TwinShop()
    wiring.install(shop.services)
    try:
        deliver(shop, events, data)
        for who in {who for _, who in sent}:
            distinct = {number for number, each in sent if each == who}
            assert shop.profiles.get(who).profile.counters.views == len(distinct)
        plain = TwinShop()
        wiring.install(plain.services)
        handle({"Records": stream(shop.log.stream)}, None)
        for who in {who for _, who in sent}:
            assert without_version(plain.records.load(who)) == without_version(shop.records.load(who))
    finally:
        wiring.install(None)


def deliver(shop: TwinShop, events: Sequence[Event], data: st.DataObject) -> None:
    shop.queue.send(events)
    drained = shop.queue.drain()
    deliveries = data.draw(st.permutations(drained + data.draw(st.lists(st.sampled_from(drained), max_size=5))))
    record({"Records": [queue_message(encode_event(each), str(n)) for n, each in enumerate(deliveries)]}, None)
    records = stream(shop.log.stream)
    done = 0
    while done < len(records):
        end = data.draw(st.integers(done + 1, len(records)))
        begin = data.draw(st.integers(0, done))
        handle({"Records": records[begin:end]}, None)
        done = end


def test_a_sequence_number_is_compared_as_a_number() -> None:
    assert sequence_text("9") < sequence_text("10") < sequence_text("1" + "0" * 30)
