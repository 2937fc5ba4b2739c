"""From what a shopper does to what she sees: event or search, queue, log, stream, profile, tag, the order of the next search."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chalicelib.adapters.aws.search_trail import SqsSearchTrail
from chalicelib.core.clock import to_rfc3339
from infra.local.shop import LaptopShop
from tests.support.http import Http
from tests.support.search import small_shop

BRAND = "Mori/森屿"


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop() as running:
        for each in small_shop():
            running.services.products.put(each)
        running.pump.drain()
        # However busy this machine is: no search's message is left behind.
        running.services.search_trail = SqsSearchTrail(
            running.cloud.client("sqs"), running.services.settings.events_queue_url, patience_seconds=20
        )
        yield running


@pytest.fixture(scope="module")
def call(shop: LaptopShop) -> Iterator[Http]:
    client = Http(shop.base_url)
    yield client
    client.close()


class Shopper:
    """One shopper, by everything a storefront sends of her."""

    def __init__(self, shop: LaptopShop, call: Http, shopper_id: str) -> None:
        self._shop, self._call, self._id = shop, call, shopper_id

    def search(self, query: str, **more: Any) -> dict[str, Any]:
        asked = {"indexName": "products", "query": query, "userToken": self._id, "hitsPerPage": 24, **more}
        answer = self._call("POST", "/1/indexes/*/queries", {"requests": [asked]}, self._shop.keys.search)
        assert answer.status == 200, answer.body
        result: dict[str, Any] = answer.body["results"][0]
        return result

    def track(self, *events: tuple[str, dict[str, Any]]) -> None:
        now = to_rfc3339(self._shop.clock.now())
        batch = [
            {
                "type": "track",
                "event": name,
                "userId": self._id,
                "messageId": f"m{number}",
                "timestamp": now,
                "properties": properties,
            }
            for number, (name, properties) in enumerate(events)
        ]
        answer = self._call("POST", "/v1/batch", {"batch": batch}, self._shop.keys.write)
        assert {each["status"] for each in answer.body["results"]} == {"accepted"}

    def click(self, result: dict[str, Any], position: int) -> None:
        event = {
            "eventType": "click",
            "eventName": "Hit Clicked",
            "index": "products",
            "userToken": self._id,
            "queryID": result["queryID"],
            "objectIDs": [result["hits"][position - 1]["objectID"]],
            "positions": [position],
        }
        assert self._call("POST", "/1/events", {"events": [event]}, self._shop.keys.search).status == 200

    def profile(self) -> dict[str, Any]:
        answer = self._call("GET", f"/v1/profiles/{self._id}", key=self._shop.keys.admin)
        return answer.body if answer.status == 200 else {"counters": {"seen": 0, "searches": 0}, "tags": []}

    def tag(self, tag_id: str) -> str | None:
        return next((tag["value"] for tag in self.profile()["tags"] if tag["id"] == tag_id), None)

    def order(self, query: str = "连衣裙") -> list[str]:
        return [hit["objectID"] for hit in self.search(query, analytics=False)["hits"]]


def until(holds: Callable[[], bool], patience_seconds: float = 30.0) -> None:
    """Wait for what queues and streams bring about."""
    over = time.monotonic() + patience_seconds
    while not holds():
        assert time.monotonic() < over, "nothing changed"
        time.sleep(0.02)


def test_an_event_changes_tags_and_the_order_of_the_next_search_within_seconds(shop: LaptopShop, call: Http) -> None:
    shopper = Shopper(shop, call, "viewer")
    hits = shopper.search("连衣裙", analytics=False)["hits"]
    # What stands last: liking it must move it.
    liked = [hit for hit in hits if hit["brand"] == hits[-1]["brand"]]
    shopper.track(*[("Product Viewed", {"product_id": hit["objectID"]}) for hit in liked[:4]])
    begun = time.monotonic()
    until(lambda: shopper.tag("favourite_brand") == hits[-1]["brand"])
    until(lambda: shopper.order() != [hit["objectID"] for hit in hits])
    # Measured by ``make bench ingest``; here generous, for a machine that does other things as well.
    assert time.monotonic() - begun < 10


def test_searching_for_a_brand_makes_a_tag_and_brings_the_brand_forward(shop: LaptopShop, call: Http) -> None:
    shopper = Shopper(shop, call, "searcher")
    neutral = shopper.order()
    shopper.track(*[("Products Searched", {"query": "森屿"})] * 8)
    until(lambda: shopper.profile()["counters"]["searches"] == 8)
    profile = shopper.profile()
    assert profile["affinities"]["brand"] == {BRAND: pytest.approx(4, rel=0.01)}
    assert profile["affinities"]["search_word"] == {"森屿": pytest.approx(8, rel=0.01)}
    assert shopper.tag("favourite_brand") == BRAND
    assert profile["dimensions"]["behaviour"]["search_words"]["value"] == ["森屿"]
    liked = {hit["objectID"] for hit in shopper.search("连衣裙", analytics=False)["hits"] if hit["brand"] == BRAND}
    places = [[order.index(each) for each in liked] for order in (shopper.order(), neutral)]
    assert sum(places[0]) < sum(places[1])


def test_searches_of_our_own_api_count_once_something_came_of_them(shop: LaptopShop, call: Http) -> None:
    shopper = Shopper(shop, call, "looker")
    for half_typed in ("帐", "帐篷"):
        result = shopper.search(half_typed)
    shopper.click(result, 1)
    shopper.click(result, 2)
    until(lambda: shopper.profile()["counters"]["seen"] >= 3)
    shop.pump.drain()
    profile = shopper.profile()
    assert profile["counters"]["searches"] == 1
    assert list(profile["affinities"]["search_word"]) == ["帐篷"]


def test_a_profile_shows_its_four_sides_with_where_each_value_comes_from(shop: LaptopShop, call: Http) -> None:
    shopper = Shopper(shop, call, "buyer")
    order = {"order_id": "o1", "total": 259, "discount": 20, "products": [{"product_id": "d01"}]}
    shopper.track(*[("Product Viewed", {"product_id": "d01"})] * 5, ("Order Completed", order))
    until(lambda: shopper.profile()["counters"]["seen"] == 6)
    sides = shopper.profile()["dimensions"]
    assert set(sides) == {"basic", "behaviour", "consumption", "psychological"}
    spend = sides["consumption"]["spend"]
    assert (spend["value"], spend["text"], spend["name"], spend["source"]) == (25_900, "¥259", "累计消费", "computed")
    assert (sides["basic"]["gender"]["text"], sides["basic"]["gender"]["source"]) == ("女", "inferred")
    for side in sides.values():
        for said in side.values():
            assert set(said) == {"name", "value", "text", "source", "confidence", "since", "rule", "rule_version"}
    switch = {"personalised": False, "source": "app"}
    assert call("PUT", "/v1/profiles/buyer/personalisation", switch, shop.keys.admin).status == 200
    assert shopper.profile()["dimensions"] == {side: {} for side in sides}
