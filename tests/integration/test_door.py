"""The door over real HTTP: odd senders, imports, remarks, what was refused, and the names that came."""

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.clock import to_rfc3339
from infra.local.shop import LaptopShop
from tests.support.http import Http


def item(shop: LaptopShop, message_id: str, **changes: Any) -> dict[str, Any]:
    plain = {"type": "track", "event": "Product Viewed", "userId": "顾客", "messageId": message_id}
    at = shop.clock.now() - timedelta(hours=1)
    return plain | {"timestamp": to_rfc3339(at), "properties": {"product_id": "p1"}} | changes


@pytest.mark.parametrize(
    ("content_type", "is_zipped"),
    [(None, False), ("text/plain;charset=UTF-8", False), ("application/octet-stream", True), (None, True)],
)
def test_beacons_and_senders_without_a_content_type_are_taken(
    shop: LaptopShop, http: Http, content_type: str | None, is_zipped: bool
) -> None:
    body = json.dumps({"batch": [item(shop, f"beacon-{content_type}-{is_zipped}")]}).encode()
    headers = {"Content-Type": content_type} if content_type else {}
    answer = http("POST", "/v1/batch", gzip.compress(body) if is_zipped else body, shop.keys.write, headers)
    assert (answer.status, answer.body["results"][0]["status"]) == (200, "accepted")


def test_an_import_takes_times_as_they_are_and_a_batch_corrects_them(shop: LaptopShop, http: Http) -> None:
    sent_at = to_rfc3339(shop.clock.now() + timedelta(hours=2))
    for path, who in (("/v1/batch", "now"), ("/v1/import", "then")):
        told = item(shop, "m1", userId=who)
        answer = http("POST", path, {"batch": [told], "sentAt": sent_at, "writeKey": "x"}, shop.keys.write)
        assert answer.status == 200
    shop.pump.drain()
    at = {}
    for who in ("now", "then"):
        (event,) = http("GET", f"/v1/profiles/{who}/events", None, shop.keys.admin).body["items"]
        at[who] = event["timestamp"]
        assert ("original_timestamp" in event) == (who == "now")
    assert at["now"] < at["then"]


def test_odd_properties_are_told_beside_what_was_accepted(shop: LaptopShop, http: Http) -> None:
    odd = item(shop, "odd", properties={"product_id": "p1", "price": "cheap"})
    (result,) = http("POST", "/v1/batch", {"batch": [odd]}, shop.keys.write).body["results"]
    assert result["status"] == "accepted"
    assert [each["field"] for each in result["remarks"]] == ["batch[0].properties.price"]
    single = http("POST", "/v1/track", odd, shop.keys.write).body
    assert [each["field"] for each in single["remarks"]] == ["properties.price"]
    assert "remarks" not in http("POST", "/v1/track", item(shop, "even"), shop.keys.write).body


def test_what_a_batch_refused_can_be_looked_at_and_replayed(shop: LaptopShop, http: Http) -> None:
    early = item(shop, "early", userId="morgen", timestamp=to_rfc3339(shop.clock.now() + timedelta(days=2)))
    http("POST", "/v1/batch", {"batch": [early]}, shop.keys.write)
    (failure,) = (
        each
        for each in http("GET", "/v1/failures", None, shop.keys.admin).body["items"]
        if "batch[0].timestamp" in each["reason"]
    )
    path = f"/v1/failures/{failure['id']}/replay"
    assert http("POST", path, None, shop.keys.admin).status == 422
    shop.clock.advance(timedelta(days=1, hours=1))
    assert http("POST", path, None, shop.keys.admin).body["replayed_at"]
    shop.pump.drain()
    items = http("GET", "/v1/profiles/morgen/events", None, shop.keys.admin).body["items"]
    assert [each["message_id"] for each in items] == ["early"]


def test_the_names_that_came_are_listed_known_or_not(shop: LaptopShop, http: Http) -> None:
    for number in range(3):
        http("POST", "/v1/track", item(shop, f"name-{number}", event="直播观看"), shop.keys.write)
    http("POST", "/v1/page", item(shop, "page"), shop.keys.write)
    shop.pump.drain()
    found = http("GET", "/v1/events/names?known=false", None, shop.keys.admin).body["items"]
    assert [(each["name"], each["count"], each["is_known"]) for each in found] == [("直播观看", 3, False)]
    everything = http("GET", "/v1/events/names?days=2", None, shop.keys.admin).body["items"]
    viewed = next(each for each in everything if each["name"] == "Product Viewed")
    assert (viewed["chinese_name"], viewed["count"]) == ("浏览商品", sum(viewed["days"].values()))
    assert {each["call"] for each in everything} == {"track", "page"}
    assert http("GET", "/v1/events/names?days=91", None, shop.keys.admin).status == 400
    assert http("GET", "/v1/events/names", None, shop.keys.write).status == 403
