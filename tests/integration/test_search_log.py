"""From a storefront's searches and clicks, through all queues and streams, to reports, popular products and taste."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.aws.search_trail import SqsSearchTrail
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http
from tests.support.search import small_shop


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        for each in small_shop():
            running.services.products.put(each)
        running.pump.drain()
        # However busy this machine is: no search's message is left behind.
        running.services.search_trail = SqsSearchTrail(
            running.cloud.client("sqs"), running.services.settings.events_queue_url, patience_seconds=20
        )
        yield running


class Storefront:
    """What InstantSearch does for one shopper."""

    def __init__(self, shop: LaptopShop, call: Http, token: str) -> None:
        self._shop, self._call, self._token = shop, call, token

    def search(self, query: str, **more: Any) -> dict[str, Any]:
        asked = {"indexName": "products", "query": query, "userToken": self._token, "clickAnalytics": True, **more}
        counting = {**asked, "hitsPerPage": 0, "page": 0, "analytics": False, "facets": "brand"}
        answer = self._call("POST", "/1/indexes/*/queries", {"requests": [asked, counting]}, self._shop.keys.search)
        assert answer.status == 200, answer.body
        result: dict[str, Any] = answer.body["results"][0]
        return result

    def tell(self, *events: Any, key: str | None = None) -> Answer:
        return self._call("POST", "/1/events", {"events": list(events)}, key or self._shop.keys.search)

    def click(self, result: dict[str, Any], object_id: str, **more: Any) -> None:
        position = [hit["objectID"] for hit in result["hits"]].index(object_id) + 1
        event = {
            "eventType": "click",
            "eventName": "Hit Clicked",
            "index": "products",
            "userToken": self._token,
            "queryID": result["queryID"],
            "objectIDs": [object_id],
            "positions": [position],
            **more,
        }
        assert self.tell(event).body == {"status": 200, "message": "OK"}


@pytest.fixture(scope="module")
def storefront(shop: LaptopShop) -> Any:
    call = Http(shop.base_url)
    yield lambda token: Storefront(shop, call, token)
    call.close()


def report(shop: LaptopShop, name: str, **asked: Any) -> Any:
    query = "&".join(f"{key}={value}" for key, value in asked.items())
    answer = Http(shop.base_url)("GET", f"/v1/search/reports/{name}?{query}", key=shop.keys.admin)
    return answer.body["items"] if answer.status == 200 else answer.body


def test_searches_and_clicks_become_reports_and_popular_products(shop: LaptopShop, storefront: Any) -> None:
    last = storefront("looker").search("帐篷")["hits"][-1]["objectID"]
    for number in range(8):
        page = storefront(f"visitor-{number}")
        found = page.search("帐篷")
        page.click(found, last)
        page.search("火箭燃料")
    storefront("nobody").search("帐篷", analytics=False)
    shop.pump.drain()
    shop.pump.fire_now()
    (top, *_) = report(shop, "top")
    assert (top["query"], top["searches"], top["shoppers"], top["clicks"]) == ("帐篷", 9, 9, 8)
    assert top["click_through"] == pytest.approx(8 / 9, abs=1e-4)
    (missing,) = [line for line in report(shop, "zero-results") if line["query"] == "火箭燃料"]
    assert (missing["without_results"], missing["shoppers"]) == (8, 8)
    assert report(shop, "low-click") == []
    shop.clock.advance(timedelta(minutes=2))
    first = storefront("newcomer").search("帐篷")
    assert first["hits"][0]["objectID"] == last
    (reason,) = first["explanations"][last]["reasons"]
    assert reason["reason"] == "本店热门"


def test_what_a_shopper_clicks_changes_their_next_search_at_once(shop: LaptopShop, storefront: Any) -> None:
    page = storefront("taster")
    before = page.search("连衣裙", hitsPerPage=50)
    brands = {hit["objectID"]: hit["brand"] for hit in before["hits"]}
    liked = "拾光里"
    chosen = [object_id for object_id, brand in brands.items() if brand == liked][:4]
    for object_id in chosen:
        page.click(before, object_id)
    shop.pump.drain()
    after = page.search("连衣裙", hitsPerPage=50)
    places = [place for place, hit in enumerate(after["hits"]) if hit["brand"] == liked]
    assert sum(places) < sum(place for place, hit in enumerate(before["hits"]) if hit["brand"] == liked)
    assert f"偏爱 {liked}" in str(after["explanations"][chosen[0]]["reasons"])
    stranger = storefront("stranger").search("连衣裙", hitsPerPage=50)
    assert [hit["objectID"] for hit in stranger["hits"]] == [hit["objectID"] for hit in before["hits"]]


def test_clicks_of_whoever_switched_personalisation_off_teach_nothing(shop: LaptopShop, storefront: Any) -> None:
    switch = {"personalised": False, "source": "app", "text_version": "1"}
    answer = Http(shop.base_url)("PUT", "/v1/profiles/private/personalisation", switch, shop.keys.admin)
    assert answer.status == 200
    page = storefront("private")
    before = page.search("连衣裙", hitsPerPage=50)
    for hit in before["hits"][-6:]:
        page.click(before, hit["objectID"])
    shop.pump.drain()
    after = page.search("连衣裙", hitsPerPage=50)
    assert after["hits"] == before["hits"]
    assert shop.services.profile_records.load("private").profile.learnt == 0


def test_a_page_of_two_orders_is_credited_to_the_team_whose_hits_were_clicked(
    shop: LaptopShop, storefront: Any
) -> None:
    wanted = {"A": 0, "B": 0}
    for number in range(4):
        page = storefront(f"player-{number}")
        found = page.search("雪纺连衣裙", interleave="diversity")
        teams = found["trace"]["interleaving"]["teams"]
        assert set(teams) == {hit["objectID"] for hit in found["hits"]}
        chosen = next(name for name, team in teams.items() if team == ("A" if number == 0 else "B"))
        wanted[teams[chosen]] += 1
        page.click(found, chosen)
        storefront(f"idler-{number}").search("雪纺连衣裙", interleave="diversity")
    # Half an hour later somebody buys: the order's line names the search.
    line = {"product_id": chosen, "query_id": found["queryID"]}
    order = {"event": "Order Completed", "userId": "player-3", "properties": {"total": 1, "products": [line]}}
    assert Http(shop.base_url)("POST", "/v1/track", order, shop.keys.write).status == 200
    shop.pump.drain()
    shop.pump.fire_now()
    (experiment,) = report(shop, "interleaving")
    assert (experiment["experiment"], experiment["contests"]) == ("diversity", 8)
    clicks = experiment["clicks"]
    assert (clicks["losses"], clicks["wins"], clicks["ties"]) == (wanted["A"], wanted["B"], 0)
    assert (clicks["win_share"], experiment["purchases"]["wins"]) == (0.75, 1)
    assert clicks["interval"][0] < 0.75 < clicks["interval"][1]


def test_the_log_knows_shoppers_by_a_drawn_name_and_those_who_switched_off_not_at_all(
    shop: LaptopShop, storefront: Any
) -> None:
    client, private = "named", "quiet"
    switch = {"personalised": False, "source": "app", "text_version": "1"}
    call = Http(shop.base_url)
    assert call("PUT", f"/v1/profiles/{private}/personalisation", switch, shop.keys.admin).status == 200
    searches = {name: storefront(name).search("蓝牙耳机")["queryID"] for name in (client, private)}
    # Sorted by price no profile is read, and the switch holds all the same.
    searches["sorted"] = storefront(private).search("蓝牙", indexName="products_price_asc")["queryID"]
    shop.pump.drain()
    named, *others = (shop.services.search_log.of(query_id)[0] for query_id in searches.values())
    assert named is not None
    assert named.client not in (None, client)
    assert [each and each.client for each in others] == [None, None]
    shop.services.record_keeping.forget(client)
    again = storefront(client).search("蓝牙耳机")["queryID"]
    shop.pump.drain()
    assert shop.services.search_log.of(again)[0].client not in (None, named.client)  # type: ignore[union-attr]


def test_suggestions_are_the_same_for_everybody(shop: LaptopShop) -> None:
    call = Http(shop.base_url)
    answers = [
        call("GET", f"/v1/suggest?q={typed}&user={user}", key=shop.keys.search).body
        for typed in ("lyq", "zp")
        for user in ("taster", "private", "stranger")
    ]
    assert answers[0]["items"]
    assert answers[:3] == answers[:1] * 3
    assert answers[3:] == answers[3:4] * 3


@pytest.mark.parametrize(
    "event",
    [
        {"eventType": "instantsearch", "eventName": "__start__", "userToken": "t"},
        {"eventType": "click", "eventName": "Filter Applied", "index": "i", "userToken": "t", "filters": ["a%3Ab"]},
        {"eventType": "view", "eventName": "Hits Viewed", "index": "i", "userToken": "t", "objectIDs": ["d01", "d02"]},
        "nonsense",
    ],
)
def test_nothing_that_a_client_sends_is_refused(storefront: Any, event: Any) -> None:
    answer = storefront("t").tell(event)
    assert (answer.status, answer.body) == (200, {"status": 200, "message": "OK"})


def test_events_need_a_key_and_a_body_that_can_be_read(shop: LaptopShop, storefront: Any) -> None:
    assert storefront("t").tell(key="wrong").status == 401
    answer = Http(shop.base_url)("POST", "/1/events", b"{", shop.keys.search)
    assert answer.status == 400
    assert answer.body["status"] == 400


@pytest.mark.parametrize(
    ("asked", "field"), [({"from": "soon"}, "from"), ({"from": "2020-01-01"}, "from"), ({"limit": 0}, "limit")]
)
def test_a_report_says_what_is_wrong_with_the_question(shop: LaptopShop, asked: dict[str, Any], field: str) -> None:
    assert report(shop, "top", **asked)["error"]["field"] == field
