"""A visitor logs in: over real HTTP, both ids answer as one shopper from then on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib import wiring
from chalicelib.core.clock import to_rfc3339
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http

PRODUCT = {"product_id": "p1", "brand": "山野", "category": "户外 > 露营 > 帐篷", "price": 399}
COUPON = {"id": "welcome", "name": "欢迎券", "value": 500, "stock": 10, "valid_days": 7, "per_shopper": None}


class Caller:
    """Calls as the shop's people make them."""

    def __init__(self, shop: LaptopShop) -> None:
        self._shop = shop
        self.http = Http(shop.base_url)

    def send(self, *events: dict[str, Any]) -> None:
        """Take the events in and let queue and stream run dry."""
        at = self._shop.clock.advance(timedelta(minutes=1)) - timedelta(hours=1)
        batch = [
            {"timestamp": to_rfc3339(at + timedelta(seconds=number)), **each} for number, each in enumerate(events)
        ]
        assert self.http("POST", "/v1/batch", {"batch": batch}, self._shop.keys.write).status == 200
        self._shop.pump.drain()

    def __call__(self, method: str, path: str, body: Any = None) -> Answer:
        return self.http(method, f"/v1/{path}", body, self._shop.keys.admin)

    def walk(self, path: str, limit: int) -> list[dict[str, Any]]:
        """Everything that a list has, page by page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        for _ in range(20):
            page = self("GET", f"{path}?limit={limit}{cursor}").body
            assert len(page["items"]) <= limit
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={quote(page['next_cursor'], safe='')}"
        raise AssertionError("the list has no end")


@pytest.fixture
def call(shop: LaptopShop) -> Iterator[Caller]:
    caller = Caller(shop)
    yield caller
    caller.http.close()


def viewed(message_id: str, **who: str) -> dict[str, Any]:
    return {"type": "track", "event": "Product Viewed", "messageId": message_id, "properties": PRODUCT, **who}


def test_after_a_log_in_the_visitors_id_answers_as_the_user(call: Caller) -> None:
    call("POST", "coupons", COUPON)
    call.send(viewed("m1", anonymousId="访客1"), viewed("m2", userId="li"))
    assert call("POST", "coupons/welcome/issue", {"shopper": "访客1"}).status == 201
    assert call("POST", "coupons/welcome/issue", {"shopper": "li"}).status == 201
    call("PUT", "profiles/访客1/personalisation", {"personalised": False, "source": "shop"})
    call.send(
        {"type": "identify", "userId": "li", "anonymousId": "访客1", "messageId": "m3", "traits": {"name": "李雷"}}
    )
    call.send(viewed("m4", anonymousId="访客1"))
    for name in ("li", "访客1"):
        profile = call("GET", f"profiles/{name}").body
        assert (profile["id"], profile["merged_from"]) == ("li", ["访客1"])
        # The last view came after the stricter switch had become the user's as well.
        assert (profile["counters"]["seen"], profile["counters"]["views"], profile["personalised"]) == (4, 2, False)
        events = call.walk(f"profiles/{name}/events", 3)
        assert [(each["message_id"], each["shopper"]) for each in events] == [
            ("m4", "访客1"),
            ("m3", "li"),
            ("m2", "li"),
            ("m1", "访客1"),
        ]
        owned = call("GET", f"profiles/{name}/coupons").body["items"]
        assert [each["shopper"] for each in owned] == ["li", "访客1"]
        history = call("GET", f"profiles/{name}/consents").body["items"]
        assert [each["source"] for each in history] == ["merged:访客1", "shop"]
        assert call("GET", f"profiles/{name}/decisions").body == {"items": [], "next_cursor": None}
    assert call("GET", "profiles/访客1/tags").body == call("GET", "profiles/li/tags").body
    (merge,) = call("GET", "profiles/访客1/merges").body["items"]
    assert (merge["into"], merge["other"], merge["told_by"], merge["outcome"]) == ("li", "访客1", "identify", "merged")
    assert call("GET", "profiles/li/merges?refused=true").body == {"items": [], "next_cursor": None}


def test_a_list_over_several_ids_is_walked_in_pages(call: Caller) -> None:
    call("POST", "coupons", COUPON)
    for name in ("a", "b", "c"):
        for _ in range(2):
            assert call("POST", "coupons/welcome/issue", {"shopper": name}).status == 201
    call.send(
        {"type": "alias", "userId": "c", "previousId": "a", "messageId": "l1"},
        {"type": "alias", "userId": "c", "previousId": "b", "messageId": "l2"},
    )
    for limit in (1, 2, 3):
        found = [each["shopper"] for each in call.walk("profiles/a/coupons", limit)]
        assert found == ["c", "c", "a", "a", "b", "b"]
    answer = call("GET", "profiles/a/coupons?cursor=nonsense")
    assert (answer.status, answer.body["error"]["field"]) == (400, "cursor")


def test_what_a_visitor_looked_at_ranks_the_users_next_search(call: Caller) -> None:
    call.send(
        viewed("v1", anonymousId="v"), {"type": "identify", "userId": "wang", "anonymousId": "v", "messageId": "v2"}
    )
    services = wiring.services()
    for name in ("wang", "v"):
        taste = services.tastes.of(name, services.clock.now())
        assert (taste.is_personalised, taste.brands["山野"]) == (True, pytest.approx(1.0, rel=0.01))


def test_a_device_of_two_users_says_why_it_is_the_firsts(call: Caller) -> None:
    call.send(viewed("s1", anonymousId="kiosk"), {"type": "identify", "userId": "s-1", "anonymousId": "kiosk"})
    call.send({"type": "identify", "userId": "s-2", "anonymousId": "kiosk", "messageId": "s2"})
    assert call("GET", "profiles/kiosk").body["id"] == "s-1"
    (refused,) = call("GET", "profiles/s-2/merges?refused=true").body["items"]
    assert (refused["other"], refused["outcome"]) == ("kiosk", "shared_device")
