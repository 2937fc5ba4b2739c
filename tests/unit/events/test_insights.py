"""Algolia's insights become events of our own names; nothing real is refused, displayed hits are no views."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.events import Event
from chalicelib.events.insights import read_insights
from tests.support.shoppers import NOW

CLICK = {
    "eventType": "click",
    "eventName": "Hit Clicked",
    "index": "products",
    "userToken": "anonymous-1",
    "objectIDs": ["p1"],
    "positions": [3],
    "queryID": "0" * 32,
    "timestamp": int(NOW.timestamp() * 1000) - 5_000,
}


def read(*items: object, after: float = 0.0) -> list[Event]:
    return read_insights(items, NOW + timedelta(seconds=after))


def test_a_click_is_a_product_clicked_with_its_query_and_position() -> None:
    (event,) = read(CLICK)
    assert (event.name, event.shopper_id, event.anonymous_id, event.user_id) == (
        "Product Clicked",
        "anonymous-1",
        "anonymous-1",
        None,
    )
    assert (event.at, event.is_time_given) == (NOW - timedelta(seconds=5), True)
    assert event.properties == {
        "source": "insights",
        "event_name": "Hit Clicked",
        "query_id": "0" * 32,
        "product_id": "p1",
        "position": 3,
    }


def test_a_known_shopper_goes_before_the_anonymous_one() -> None:
    (event,) = read({**CLICK, "authenticatedUserToken": "u7"})
    assert (event.shopper_id, event.user_id) == ("u7", "u7")


@pytest.mark.parametrize(
    ("kind", "subtype", "name"),
    [
        ("view", None, "Product Viewed"),
        ("conversion", "addToCart", "Product Added"),
        ("conversion", "purchase", "Product Converted"),
        ("conversion", None, "Product Converted"),
        ("conversion", "somethingNew", "Product Converted"),
    ],
)
def test_each_kind_has_its_name(kind: str, subtype: str | None, name: str) -> None:
    item = {**CLICK, "eventType": kind, "eventName": "named by the shop", "eventSubtype": subtype}
    assert [event.name for event in read(item)] == [name]


def test_a_page_of_displayed_hits_is_one_list_viewed() -> None:
    for shown in (["p1", "p2", "p3"], ["p1"]):
        item = {**CLICK, "eventType": "view", "eventName": "Hits Viewed", "objectIDs": shown}
        (event,) = read(item)
        assert event.name == "Product List Viewed"
        assert event.properties["products"] == [{"product_id": each} for each in shown]


def test_a_cart_of_several_products_is_an_event_for_each_with_its_own_query() -> None:
    item = {
        **CLICK,
        "eventType": "conversion",
        "eventSubtype": "addToCart",
        "objectIDs": ["p1", "p2"],
        "objectData": [{"price": 9.9, "quantity": 2, "queryID": "a" * 32}, {}],
    }
    one, other = read(item)
    assert (one.properties["query_id"], one.properties["quantity"]) == ("a" * 32, 2)
    assert other.properties["query_id"] == "0" * 32
    assert one.message_id != other.message_id


@pytest.mark.parametrize(
    "item",
    [
        {"eventType": "instantsearch", "eventName": "__start__", "userToken": "a"},
        {
            "eventType": "click",
            "eventName": "Filter Applied",
            "userToken": "a",
            "filters": ["brand%3AMori%2F%E6%A3%AE"],
        },
        {**CLICK, "userToken": None},
        {**CLICK, "objectIDs": []},
        {**CLICK, "objectIDs": "p1"},
        {**CLICK, "eventType": ["click"]},
        {**CLICK, "eventType": {"a": 1}},
        None,
        7,
        [],
        {},
    ],
)
def test_what_means_nothing_here_is_left_out(item: Any) -> None:
    assert read(item) == []


@pytest.mark.parametrize("timestamp", [None, "soon", True, -1, 1e30, 10**17, float("1e15")])
def test_a_time_that_is_missing_or_cannot_be_is_when_it_came(timestamp: Any) -> None:
    (event,) = read({**CLICK, "timestamp": timestamp})
    assert (event.at, event.is_time_given) == (NOW, False)


@pytest.mark.parametrize("positions", [None, [], ["first"], [0], [-3], [True], [10**9], 3])
def test_a_position_that_cannot_be_is_left_out(positions: Any) -> None:
    (event,) = read({**CLICK, "positions": positions})
    assert "position" not in event.properties


def test_the_same_click_sent_again_is_the_same_event() -> None:
    assert len(read(CLICK, dict(CLICK))) == 1
    assert read(CLICK)[0].message_id == read(CLICK, after=500)[0].message_id
    timeless = {name: value for name, value in CLICK.items() if name != "timestamp"}
    first, retry, later = (read(timeless, after=each)[0].message_id for each in (0, 3, 60))
    assert first == retry != later
