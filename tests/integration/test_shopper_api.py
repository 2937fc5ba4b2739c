"""Events, profiles, tags, consents over real HTTP: queue, log, stream and projection behind them on moto."""

import gzip
import json
import uuid
from base64 import b64encode
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.core.clock import to_rfc3339
from chalicelib.events import QueueUnavailable
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http


class Shopper:
    """One shopper of her own for each test, and the calls about her."""

    def __init__(self, shop: LaptopShop, http: Http) -> None:
        self.id = f"顾客 {uuid.uuid4().hex[:8]}"
        self._shop = shop
        self._http = http

    def item(self, message_id: str = "m1", **changes: Any) -> dict[str, Any]:
        """A track event of hers, an hour ago."""
        plain = {"type": "track", "event": "Product Viewed", "userId": self.id, "messageId": message_id}
        at = self._shop.clock.now() - timedelta(hours=1)
        return plain | {"timestamp": to_rfc3339(at), "properties": {"product_id": "p1", "brand": "山野"}} | changes

    def send(self, body: Any, path: str = "/v1/batch", **headers: str) -> Answer:
        return self._http("POST", path, body, None if headers else self._shop.keys.write, headers)

    def about(self, method: str, path: str = "", body: Any = None) -> Answer:
        return self._http(method, f"/v1/profiles/{quote(self.id)}{path}", body, self._shop.keys.admin)

    def settle(self) -> None:
        """Let queue and stream run dry."""
        self._shop.pump.drain()


@pytest.fixture
def shopper(shop: LaptopShop, http: Http) -> Shopper:
    return Shopper(shop, http)


def test_a_batch_answers_for_each_item_and_the_good_ones_reach_the_profile(shopper: Shopper) -> None:
    batch = [shopper.item("m1"), {"type": "track"}, shopper.item("m2", event=None), shopper.item("m3"), 5]
    answer = shopper.send({"batch": batch, "sentAt": "2026-11-22T08:00:00Z", "writeKey": None})
    assert answer.status == 200
    assert answer.body["success"] is True
    assert answer.body["results"] == [
        {"index": 0, "message_id": "m1", "status": "accepted"},
        {
            "index": 1,
            "message_id": None,
            "status": "rejected",
            "error": {
                "code": "event_invalid",
                "message": "batch[1].userId or anonymousId is required",
                "field": "batch[1].userId",
            },
        },
        {
            "index": 2,
            "message_id": "m2",
            "status": "rejected",
            "error": {
                "code": "event_invalid",
                "message": "batch[2].event is required: the name of what happened",
                "field": "batch[2].event",
            },
        },
        {"index": 3, "message_id": "m3", "status": "accepted"},
        {
            "index": 4,
            "message_id": None,
            "status": "rejected",
            "error": {"code": "event_invalid", "message": "batch[4] must be an object", "field": "batch[4]"},
        },
    ]
    shopper.settle()
    profile = shopper.about("GET").body
    assert profile["counters"]["views"] == 2
    assert profile["affinities"]["brand"]["山野"] == pytest.approx(2, rel=0.01)


def test_a_batch_sent_again_with_a_new_sent_at_counts_once(shopper: Shopper) -> None:
    batch = [shopper.item("m1"), shopper.item("m2")]
    for attempt in range(3):
        shopper.send({"batch": batch, "sentAt": f"2026-11-22T08:0{attempt}:00Z"}, **basic(shopper))
        shopper.settle()
    assert shopper.about("GET").body["counters"]["views"] == 2


def basic(shopper: Shopper) -> dict[str, str]:
    """Segment's way to say the write key."""
    return {"Authorization": "Basic " + b64encode(f"{shopper._shop.keys.write}:".encode()).decode()}


def test_an_event_without_id_and_time_is_given_them(shopper: Shopper) -> None:
    answer = shopper.send({"batch": [shopper.item(messageId=None, timestamp=None, anonymousId=None)]})
    assert len(answer.body["results"][0]["message_id"]) == 32
    shopper.settle()
    assert shopper.about("GET").body["counters"]["views"] == 1


def test_a_gzipped_batch_is_read(shopper: Shopper) -> None:
    packed = gzip.compress(json.dumps({"batch": [shopper.item()]}).encode())
    assert shopper.send(packed).body["results"][0]["status"] == "accepted"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"batch": {}}', 400),
        (b'{"batch": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", 400),
        (b'{"batch": ["' + b"x" * 500_000 + b'"]}', 413),
        (b'{"batch": [' + b"1," * 1001 + b"1]}", 413),
    ],
)
def test_what_cannot_be_read_at_all_is_a_clear_refusal_in_segments_words(
    shopper: Shopper, body: bytes, status: int
) -> None:
    answer = shopper.send(body)
    assert answer.status == status
    assert answer.body["code"] == answer.body["error"]["code"]
    assert answer.body["message"]
    assert answer.headers["access-control-allow-origin"] == "*"


def test_an_event_over_32_kb_is_rejected_alone(shopper: Shopper) -> None:
    large = shopper.item("m1", properties={"text": "字" * 12_000})
    results = shopper.send({"batch": [large, shopper.item("m2")]}).body["results"]
    assert [result["status"] for result in results] == ["rejected", "accepted"]
    assert results[0]["error"]["code"] == "event_too_large"


def test_single_calls_are_taken_or_refused_with_a_status(shopper: Shopper) -> None:
    for call in ("page", "screen", "alias", "group"):
        assert shopper.send({"userId": shopper.id}, f"/v1/{call}").status == 200
    assert shopper.send({"userId": shopper.id, "event": "Products Searched"}, "/v1/track").body["status"] == "accepted"
    refused = shopper.send({"userId": shopper.id}, "/v1/track")
    assert (refused.status, refused.body["error"]["field"]) == (400, "event")
    shopper.settle()
    counters = shopper.about("GET").body["counters"]
    assert (counters["seen"], counters["searches"]) == (3, 1)


def test_traits_become_part_of_the_profile(shopper: Shopper) -> None:
    traits = {"name": "林小满", "email": "lin@example.com"}
    shopper.send({"userId": shopper.id, "anonymousId": "a1", "traits": traits}, "/v1/identify")
    shopper.settle()
    assert shopper.about("GET").body["traits"] == traits


def test_a_profile_shows_tags_with_name_rule_and_since(shopper: Shopper) -> None:
    order = shopper.item(event="Order Completed", properties={"revenue": 27.5, "products": []})
    shopper.send({"batch": [order]})
    shopper.settle()
    profile = shopper.about("GET").body
    assert (profile["lifecycle"], profile["personalised"], profile["consents"]) == ("active", True, [])
    assert profile["counters"]["spend"] == 2750
    tag = next(tag for tag in profile["tags"] if tag["id"] == "first_order")
    assert (tag["name"], tag["rule"], tag["since"]) == ("首单用户", "first_order", order["timestamp"])


def test_tags_are_listed_set_read_and_deleted(shopper: Shopper) -> None:
    shopper.send({"batch": [shopper.item()]})
    shopper.settle()
    assert shopper.about("PUT", "/tags/vip", {"value": "金卡"}).body["rule"] == "by_hand"
    assert shopper.about("GET", "/tags/vip").body["value"] == "金卡"
    assert [tag["id"] for tag in shopper.about("GET", "/tags").body["items"]] == ["vip", "new_customer"]
    assert shopper.about("DELETE", "/tags/vip").status == 200
    gone = shopper.about("GET", "/tags/vip")
    assert (gone.status, gone.body["error"]["code"]) == (404, "tag_not_found")
    unknown = shopper.about("PUT", "/tags/lucky", {})
    assert (unknown.status, unknown.body["error"]["code"]) == (404, "tag_unknown")
    wrong = shopper.about("PUT", "/tags/vip", {"value": 7})
    assert (wrong.status, wrong.body["error"]["field"]) == (400, "value")


def test_the_events_of_a_shopper_are_listed_newest_first_in_pages(shopper: Shopper) -> None:
    now = shopper._shop.clock.now()
    batch = [shopper.item(f"m{ago}", timestamp=to_rfc3339(now - timedelta(hours=ago))) for ago in (2, 1, 3)]
    shopper.send({"batch": batch})
    shopper.settle()
    first = shopper.about("GET", "/events?limit=2").body
    assert [event["message_id"] for event in first["items"]] == ["m1", "m2"]
    assert first["items"][0]["event"] == "Product Viewed"
    rest = shopper.about("GET", f"/events?limit=2&cursor={quote(first['next_cursor'])}").body
    assert ([event["message_id"] for event in rest["items"]], rest["next_cursor"]) == (["m3"], None)
    assert shopper.about("GET", "/events?cursor=" + "x" * 300).status == 400


def test_consent_is_recorded_with_its_source(shopper: Shopper) -> None:
    given = {"channel": "email", "purpose": "marketing", "given": True, "source": "checkout", "text_version": "v3"}
    answer = shopper.about("PUT", "/consents", given)
    assert answer.status == 200
    (consent,) = answer.body["consents"]
    assert {name: consent[name] for name in given} == given


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/consents", {"channel": "fax", "purpose": "marketing", "given": True, "source": "x"}, "channel"),
        ("/consents", {"channel": "email", "purpose": "marketing", "given": "yes", "source": "x"}, "given"),
        ("/consents", {"channel": "email", "purpose": "marketing", "given": True}, "source"),
        ("/consents", {"channel": "email", "purpose": "marketing", "given": True, "source": " "}, "source"),
        ("/personalisation", {"personalised": 1, "source": "x"}, "personalised"),
        ("/personalisation", {"personalised": True, "source": "x" * 200}, "source"),
    ],
)
def test_a_wrong_decision_is_refused_by_its_field(shopper: Shopper, path: str, body: Any, field: str) -> None:
    answer = shopper.about("PUT", path, body)
    assert (answer.status, answer.body["error"]["field"]) == (400, field)


def test_the_switch_stops_learning(shopper: Shopper) -> None:
    switched = shopper.about("PUT", "/personalisation", {"personalised": False, "source": "settings"})
    assert switched.body["personalised"] is False
    shopper.send({"batch": [shopper.item()]})
    shopper.settle()
    profile = shopper.about("GET").body
    assert (profile["personalised"], profile["tags"], profile["counters"]["views"]) == (False, [], 0)
    assert profile["counters"]["seen"] == 1


def test_of_a_stranger_nothing_is_known(shopper: Shopper) -> None:
    answer = shopper.about("GET")
    assert (answer.status, answer.body["error"]["code"]) == (404, "profile_not_found")
    assert shopper.about("GET", "/events").body == {"items": [], "next_cursor": None}


def test_an_id_no_shopper_could_have_is_refused(shopper: Shopper) -> None:
    shopper.id = "u" * 2000
    assert shopper.about("GET").status == 400


def test_the_write_key_reads_no_profile_and_the_search_key_writes_no_event(http: Http, shop: LaptopShop) -> None:
    assert http("GET", "/v1/profiles/u1", None, shop.keys.write).status == 403
    assert http("POST", "/v1/batch", {"batch": []}, shop.keys.search).status == 403
    assert http("POST", "/v1/batch", {"batch": []}).status == 401


def test_what_an_event_left_out_is_learnt_from_the_catalogue(shopper: Shopper, http: Http, shop: LaptopShop) -> None:
    tent = {"title": "双人帐篷", "price": 39_900, "brand": "北屿", "category": "户外 > 露营 > 帐篷", "tags": ["轻量"]}
    assert http("PUT", "/v1/products/t1", tent, shop.keys.admin).status == 200
    shopper.send({"batch": [shopper.item(event="Product Added", properties={"product_id": "t1"})]})
    shopper.settle()
    affinities = shopper.about("GET").body["affinities"]
    assert {kind: next(iter(names), None) for kind, names in affinities.items()} == {
        "brand": "北屿",
        "category": "帐篷",
        "tag": "轻量",
        "price_band": "200-500",
        "size": None,
        "search_word": None,
    }


def test_the_size_bought_twice_brings_forward_what_is_left_in_it(
    shopper: Shopper, http: Http, shop: LaptopShop
) -> None:
    def shoe(stocks: dict[str, int]) -> dict[str, Any]:
        skus = [
            {"id": f"sku-{size}", "price": 29_900, "stock": left, "attributes": {"尺码": size}}
            for size, left in stocks.items()
        ]
        return {"title": "网面透气跑步鞋", "category": "鞋靴 > 运动鞋", "price": 29_900, "skus": skus}

    for name, stocks in (("r1", {"42": 0, "43": 9}), ("r2", {"42": 9, "43": 0}), ("r3", {"42": 0, "41": 9})):
        assert http("PUT", f"/v1/products/{name}", shoe(stocks), shop.keys.admin).status == 200
    line = {"product_id": "r1", "sku": "sku-42"}
    shopper.send(
        {
            "batch": [
                shopper.item(event="Product Viewed", properties={"product_id": "r1"}),
                *(
                    shopper.item(
                        event="Order Completed", properties={"total": 1, "products": [line]}, messageId=f"o{n}"
                    )
                    for n in range(2)
                ),
            ]
        }
    )
    shopper.settle()
    assert shopper.about("GET").body["affinities"]["size"] == {"鞋 42": pytest.approx(10, abs=0.01)}
    asked = {"query": "跑步鞋", "userToken": shopper.id}
    answer = http("POST", "/1/indexes/products/query", asked, shop.keys.search).body
    assert answer["hits"][0]["objectID"] == "r2"
    assert "有常穿的尺码 鞋 42" in str(answer["explanations"]["r2"]["reasons"])
    assert "尺码" not in str(answer["explanations"]["r1"]["reasons"])
    left = http("POST", "/1/indexes/products/query", {**asked, "filters": 'sizes:"鞋 42"'}, shop.keys.search).body
    assert [hit["objectID"] for hit in left["hits"]] == ["r2"]


def test_a_queue_out_of_reach_makes_the_sdk_send_again(
    shopper: Shopper, shop: LaptopShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(events: object) -> None:
        raise QueueUnavailable("the events could not be queued, send the batch again")

    monkeypatch.setattr(shop.services.events._queue, "send", refuse)
    answer = shopper.send({"batch": [shopper.item()]})
    assert (answer.status, answer.body["code"], answer.headers["retry-after"]) == (503, "queue_unavailable", "1")
