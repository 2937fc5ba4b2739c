"""Consent, links out of mails, the switch and sealed values over real HTTP, with queues, streams and SES on moto behind."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
import urllib3

from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http

LINK = re.compile(r"http://\S+/v1/unsubscribe/\S+")
CAMPAIGN: dict[str, Any] = {
    "name": "好久不见",
    "audience": {"tag": "dormant"},
    "message": {"subject": "{{ name }}，好久不见", "body": "回来看看吧"},
    "status": "active",
}
GIVEN = {"channel": "email", "purpose": "marketing", "given": True, "source": "checkout", "text_version": "2026-11"}
BRANDS = ("云织", "牧高笛")


class Shop:
    """A laptop shop with two brands of one thing, and the calls of its office and its shoppers."""

    def __init__(self, laptop: LaptopShop) -> None:
        self.laptop, self.http, self.web = (
            laptop,
            Http(laptop.base_url),
            urllib3.PoolManager(timeout=20.0, retries=False),
        )
        self.sent: list[dict[str, Any]] = []
        laptop.cloud.client("sesv2").meta.events.register("provide-client-params.*.SendEmail", self._note)
        products = [
            {"id": f"p{number}", "title": "轻量徒步帐篷", "brand": BRANDS[number % 2], "price": 29900}
            for number in range(8)
        ]
        assert self.office("POST", "/v1/products/batch", {"products": products}).status == 200
        laptop.pump.drain()

    def _note(self, params: dict[str, Any], **_: Any) -> None:
        self.sent.append(params)

    def office(self, method: str, path: str, body: Any = None) -> Answer:
        return self.http(method, path, body, self.laptop.keys.admin)

    def tell(self, shopper_id: str, **traits: Any) -> None:
        self.send({"type": "identify", "userId": shopper_id, "traits": {"name": "李雷", **traits}})

    def view(self, shopper_id: str, brand: str, times: int = 1) -> None:
        said = {"type": "track", "event": "Product Viewed", "userId": shopper_id, "properties": {"brand": brand}}
        self.send(*[said] * times)

    def send(self, *events: dict[str, Any]) -> None:
        assert self.http("POST", "/v1/batch", {"batch": events}, self.laptop.keys.write).status == 200
        self.laptop.pump.drain()

    def about(self, shopper_id: str, path: str = "") -> Any:
        answer = self.office("GET", f"/v1/profiles/{quote(shopper_id)}{path}")
        assert answer.status == 200, answer.body
        return answer.body

    def put(self, shopper_id: str, path: str, body: Any) -> Answer:
        answer = self.office("PUT", f"/v1/profiles/{quote(shopper_id)}/{path}", body)
        assert answer.status == 200, answer.body
        return answer

    def launch(self, campaign_id: str) -> None:
        assert self.office("POST", "/v1/campaigns", {**CAMPAIGN, "id": campaign_id}).status == 201
        assert self.office("POST", f"/v1/campaigns/{campaign_id}/launch").status in (200, 201, 202)
        self.laptop.pump.drain()

    def decision(self, shopper_id: str, campaign_id: str) -> str:
        (decision,) = self.about(shopper_id, f"/decisions?campaign={campaign_id}")["items"]
        reason: str = decision["reason"]
        return reason

    def order(self, shopper_id: str | None) -> list[str]:
        asked = {"indexName": "products", "query": "帐篷", "hitsPerPage": 8} | (
            {"userToken": shopper_id} if shopper_id else {}
        )
        answer = self.http("POST", "/1/indexes/*/queries", {"requests": [asked]}, self.laptop.keys.search)
        return [hit["objectID"] for hit in answer.body["results"][0]["hits"]]


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with LaptopShop(pumped=False, start=datetime(2026, 11, 22, 4, 0, tzinfo=UTC)) as laptop:
        made = Shop(laptop)
        yield made
        made.http.close()
        made.web.clear()


def test_a_mail_is_unsubscribed_from_with_one_click(shop: Shop) -> None:
    shop.tell("li", email="li@example.com")
    shop.put("li", "consents", GIVEN)
    shop.laptop.clock.advance(timedelta(days=31))
    assert shop.laptop.services.profiles.advance_lifecycles(shop.laptop.clock.now())
    shop.launch("first")
    assert shop.decision("li", "first") == "passed"
    mail = shop.sent[-1]
    assert mail["Destination"]["ToAddresses"] == ["li@example.com"]
    simple = mail["Content"]["Simple"]
    (link,) = LINK.findall(simple["Body"]["Text"]["Data"])
    assert {each["Name"]: each["Value"] for each in simple["Headers"]} == {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }

    page = shop.web.request("GET", link)
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "确认退订" in page.data.decode()
    assert shop.about("li", "/consents")["consents"][0]["given"] is True

    for _ in range(2):
        done = shop.web.request("POST", link, fields={"List-Unsubscribe": "One-Click"}, encode_multipart=False)
        assert (done.status, "已退订" in done.data.decode()) == (200, True)
    told = shop.about("li", "/consents")
    assert told["consents"][0]["given"] is False
    assert [(each["given"], each["actor"], each["source"], each["text_version"]) for each in told["items"]] == [
        (False, "shopper", "unsubscribe link of campaign first", None),
        (True, "laptop admin", "checkout", "2026-11"),
    ]
    shop.launch("second")
    assert shop.decision("li", "second") == "no_consent"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_nobody_was_sent_is_told_so_in_chinese(shop: Shop, method: str) -> None:
    answer = shop.web.request(method, f"{shop.http.base_url}/v1/unsubscribe/k1_{'A' * 60}")
    assert answer.status == 404
    assert "链接无效" in answer.data.decode()


def test_the_history_of_consents_has_pages(shop: Shop) -> None:
    for given in (True, False, True):
        shop.put("pages", "consents", {**GIVEN, "given": given})
    first = shop.about("pages", "/consents?limit=2")
    rest = shop.about("pages", f"/consents?limit=2&cursor={quote(first['next_cursor'])}")
    assert [each["given"] for each in (*first["items"], *rest["items"])] == [True, False, True]
    assert rest["next_cursor"] is None
    assert shop.about("nobody", "/consents") == {
        "id": "nobody", "consents": [], "personalised": True, "items": [], "next_cursor": None,
    }  # fmt: skip


def test_off_is_felt_by_the_next_search_the_next_event_and_the_next_decision(shop: Shop) -> None:
    neutral = shop.order(None)
    shop.tell("han", email="han@example.com")
    shop.put("han", "consents", GIVEN)
    shop.view("han", BRANDS[1], times=5)
    own = shop.order("han")
    assert own != neutral
    shop.laptop.clock.advance(timedelta(days=31))
    assert shop.laptop.services.profiles.advance_lifecycles(shop.laptop.clock.now())
    before = {tag["id"] for tag in shop.about("han", "/tags")["items"]}
    assert "dormant" in before

    shop.put("han", "personalisation", {"personalised": False, "source": "settings"})
    assert shop.order("han") == neutral
    assert shop.http("GET", "/v1/suggest?q=帐&user=han", key=shop.laptop.keys.search).body == (
        shop.http("GET", "/v1/suggest?q=帐", key=shop.laptop.keys.search).body
    )
    shop.launch("third")
    assert shop.decision("han", "third") == "personalisation_off"
    shop.view("han", BRANDS[0], times=12)
    profile = shop.about("han")
    assert {tag["id"] for tag in profile["tags"]} <= before
    assert BRANDS[0] not in profile["affinities"]["brand"]
    assert profile["counters"]["views"] == 5

    shop.put("han", "personalisation", {"personalised": True, "source": "settings"})
    assert shop.order("han") == own
    turns = [
        (each["personalised"], each["actor"])
        for each in shop.about("han", "/consents")["items"]
        if "personalised" in each
    ]
    assert turns == [(True, "laptop admin"), (False, "laptop admin")]


def test_personal_values_are_sealed_in_the_log_and_opened_in_the_profile(shop: Shop) -> None:
    address = {"city": "杭州", "street": "桂花弄1号"}
    shop.tell("mei", email="mei@example.com", phone="13912345678", address=address)
    (event,) = shop.about("mei", "/events")["items"]
    assert event["traits"]["name"] == "李雷"
    assert event["traits"]["address"]["city"] == "杭州"
    for sealed in (event["traits"]["email"], event["traits"]["phone"], event["traits"]["address"]["street"]):
        assert sealed.startswith("sealed:v1:")
    traits = shop.about("mei")["traits"]
    assert traits == {"name": "李雷", "email": "mei@example.com", "phone": "13912345678", "address": address}


def test_a_shopper_is_looked_up_by_address_or_number(shop: Shop) -> None:
    shop.tell("wei", email="Wei@example.com", phone="139 8765 4321")
    for asked in ({"email": "wei@EXAMPLE.com"}, {"phone": "+8613987654321"}):
        found = shop.office("POST", "/v1/profile-lookups", asked)
        assert found.body == {"items": [{"id": "wei"}], "next_cursor": None}
    shop.tell("wei", email="new@example.com")
    assert shop.office("POST", "/v1/profile-lookups", {"email": "wei@example.com"}).body["items"] == []
    for asked in ({}, {"email": "a@b.cn", "phone": "1"}, {"email": "x" * 300}):
        assert shop.office("POST", "/v1/profile-lookups", asked).status == 400
    assert shop.http("POST", "/v1/profile-lookups", {"phone": "1"}, shop.laptop.keys.write).status == 403


def test_a_merged_id_leads_to_the_consents_of_the_person(shop: Shop) -> None:
    shop.send(
        {"type": "track", "event": "Product Viewed", "anonymousId": "device-1", "properties": {"brand": BRANDS[0]}}
    )
    shop.send(
        {"type": "identify", "userId": "person-1", "anonymousId": "device-1", "traits": {"email": "p@example.com"}}
    )
    shop.put("device-1", "consents", GIVEN)
    assert shop.about("person-1", "/consents")["consents"][0]["given"] is True
    assert shop.about("device-1", "/consents")["id"] == "person-1"


def test_after_a_rotation_new_values_have_the_new_key_and_old_ones_open(shop: Shop) -> None:
    shop.tell("old", email="old@example.com")
    made = shop.office("POST", "/v1/sealing-keys")
    assert made.status == 201
    keys = shop.office("GET", "/v1/sealing-keys").body["items"]
    assert keys[-1] == {"id": made.body["id"], "is_sealing": True}
    shop.tell("new", email="new@example.com")
    tokens = {name: shop.about(name, "/events")["items"][0]["traits"]["email"] for name in ("old", "new")}
    assert tokens["old"].startswith("sealed:v1:k1:")
    assert tokens["new"].startswith(f"sealed:v1:{made.body['id']}:")
    assert [shop.about(name)["traits"]["email"] for name in tokens] == ["old@example.com", "new@example.com"]
    found = shop.office("POST", "/v1/profile-lookups", {"email": "old@example.com"})
    assert found.body["items"] == [{"id": "old"}]
