"""The door over real HTTP: rules, claims and uses with marks, who a coupon is for, merged ids; nothing in clear anywhere."""

import json
from typing import Any

import pytest

from infra.local.shop import LaptopShop
from tests.integration.test_identity_api import viewed
from tests.integration.test_recall_api import Caller

COUPON: dict[str, Any] = {
    "id": "flash",
    "name": "限时抢",
    "value": 2_000,
    "stock": 10,
    "valid_days": 7,
    "per_shopper": 2,
    "per_device": 1,
    "per_payment": 1,
}
MARKS = {
    "device": "DEVICE-7f3a",
    "address": {"province": "浙江省", "city": "杭州市", "street": "文三路 1 号", "phone": "13800138000"},
    "payment": "CARD-FINGERPRINT-1",
    "ip": "203.0.113.7",
}
PLAIN = ("DEVICE-7f3a", "文三路", "13800138000", "CARD-FINGERPRINT-1", "cardfingerprint1", "203.0.113.7")


@pytest.fixture(scope="module")
def call(shop: LaptopShop) -> Caller:
    made = Caller(shop)
    assert made("POST", "/v1/coupons", COUPON).status == 201
    return made


def everything(shop: LaptopShop) -> str:
    client, settings = shop.cloud.client("dynamodb"), shop.services.settings
    tables = (settings.events_table, settings.shoppers_table, settings.marketing_table)
    return "\n".join(
        json.dumps(client.scan(TableName=table)["Items"], ensure_ascii=False, default=str) for table in tables
    )


def test_rules_begin_in_shadow_and_are_changed_on_their_version(call: Caller) -> None:
    shipped = call("GET", "/v1/coupon-guards").body
    assert set(shipped["modes"].values()) == {"shadow"}
    assert [each["id"] for each in shipped["velocity"]] == ["device-hour", "address-day", "ip-ten-minutes"]
    assert shipped["version"] == 0
    refused = call("PUT", "/v1/coupon-guards", {"modes": {"velocity": "enforce"}})
    assert (refused.status, refused.body["error"]["field"]) == (400, "modes.velocity")
    refused = call("PUT", "/v1/coupon-guards", {"velocity": [{"id": "x", "per": "ip", "most": 0, "seconds": 60}]})
    assert (refused.status, refused.body["error"]["field"]) == (400, "velocity[0].most")
    stored = call("PUT", "/v1/coupon-guards", {"modes": {"payment_limit": "enforce"}, "version": 0}).body
    assert (stored["modes"]["payment_limit"], stored["modes"]["device_limit"], stored["version"]) == (
        "enforce",
        "shadow",
        1,
    )
    again = call("PUT", "/v1/coupon-guards", {"version": 0})
    assert (again.status, again.body["error"]["code"]) == (409, "guards_changed")


def test_a_claim_in_shadow_goes_through_and_is_listed_and_an_enforced_use_is_refused(call: Caller) -> None:
    claims = [
        call("POST", "/v1/coupons/flash/claim", {"shopper": each, "marks": MARKS | {"payment": f"card of {each}"}})
        for each in ("li", "wang")
    ]
    assert [claim.status for claim in claims] == [201, 201]
    hits = call("GET", "/v1/coupon-guards/hits?limit=1").body
    told = {name: hits["items"][0][name] for name in ("reason", "mode", "verb", "coupon_id", "shopper")}
    assert told == {
        "reason": "device_limit",
        "mode": "shadow",
        "verb": "claim",
        "coupon_id": "flash",
        "shopper": "wang",
    }
    first, second = (f"/v1/coupon-codes/{claim.body['code']}" for claim in claims)
    order = {"order_id": "o1", "amount": 12_000, "marks": MARKS}
    assert call("POST", f"{first}/reserve", order).status == 200
    assert call("POST", f"{first}/redeem", order).status == 200
    refused = call("POST", f"{second}/redeem", order | {"order_id": "o2"})
    error = refused.body["error"]
    assert (refused.status, error["code"], error["reason"]) == (409, "coupon_refused", "payment_limit")
    assert "payment" not in error["message"]
    assert call("GET", second).body["state"] == "issued"


def test_a_cursor_that_no_list_gave_reads_no_more_than_thirty_days(call: Caller) -> None:
    assert call("GET", "/v1/coupon-guards/hits?cursor=nonsense").body["error"]["field"] == "cursor"
    assert call("GET", "/v1/coupon-guards/hits?cursor=9999-12-31").status == 200
    assert call("GET", "/v1/coupon-guards/hits?cursor=0001-01-01").body == {"items": [], "next_cursor": None}


def test_nothing_that_was_sent_as_a_mark_is_stored_in_clear(shop: LaptopShop, call: Caller) -> None:
    held = everything(shop)
    assert "MARK#device#" in held
    assert [plain for plain in PLAIN if plain.lower() in held.lower()] == []


def test_marks_that_are_none_are_named(call: Caller) -> None:
    for marks, field in (({"ip": "here"}, "marks.ip"), ({"device": 5}, "marks.device"), ({"mac": "x"}, "marks")):
        refused = call("POST", "/v1/coupons/flash/claim", {"shopper": "sun", "marks": marks})
        assert refused.status == 400
        assert refused.body["error"]["field"].startswith(field)


def test_a_coupon_for_new_shoppers_is_not_claimed_by_others_and_given_by_hand(shop: LaptopShop, call: Caller) -> None:
    audience = {"audience": {"segments": ["回流"]}}
    assert call("POST", "/v1/coupons", COUPON | audience | {"id": "seg", "public_code": "HUILIU"}).status == 201
    for path in ("coupons/seg/claim", "coupon-codes/huiliu/claim"):
        refused = call("POST", f"/v1/{path}", {"shopper": "zhao"})
        assert (refused.status, refused.body["error"]["code"]) == (422, "coupon_not_for_shopper")
        assert refused.body["error"]["reason"] == "wrong_segment"
        assert refused.body["error"]["message"].startswith("不能领取：不在活动人群内")
    assert call("POST", "/v1/coupons/seg/issue", {"shopper": "zhao"}).status == 201


def test_a_merged_id_has_no_limit_of_its_own(shop: LaptopShop, call: Caller) -> None:
    for id_, limit in (("one", 1), ("two", 2)):
        call("POST", "/v1/coupons", {**COUPON, "id": id_, "per_shopper": limit, "per_device": None})
        assert call("POST", f"/v1/coupons/{id_}/claim", {"shopper": "访客7"}).status == 201
    http = call.http
    batch = [
        {"type": "identify", "userId": "qian", "anonymousId": "访客7", "messageId": "m1"},
        viewed("m2", userId="qian"),
    ]
    assert http("POST", "/v1/batch", {"batch": batch}, shop.keys.write).status == 200
    shop.pump.drain()
    for who in ("qian", "访客7"):
        for verb in ("claim", "issue"):
            refused = call("POST", f"/v1/coupons/one/{verb}", {"shopper": who})
            assert (refused.status, refused.body["error"]["code"]) == (409, "coupon_limit_reached")
    assert call("POST", "/v1/coupons/two/claim", {"shopper": "访客7"}).body["shopper"] == "qian"
    assert call("POST", "/v1/coupons/two/claim", {"shopper": "qian"}).status == 409


def test_a_referral_needs_somebody_else(call: Caller) -> None:
    call("POST", "/v1/coupons", COUPON | {"id": "friend", "referral": True, "per_referrer": 1, "per_device": None})
    call("PUT", "/v1/coupon-guards", {"modes": {"self_referral": "enforce", "referrer_limit": "enforce"}})
    refused = call("POST", "/v1/coupons/friend/claim", {"shopper": "a"})
    assert (refused.status, refused.body["error"]["field"]) == (422, "referrer")
    refused = call("POST", "/v1/coupons/friend/claim", {"shopper": "a", "referrer": "a"})
    assert (refused.status, refused.body["error"]["reason"]) == (409, "self_referral")
    assert call("POST", "/v1/coupons/friend/claim", {"shopper": "a", "referrer": "b"}).status == 201
    refused = call("POST", "/v1/coupons/friend/claim", {"shopper": "c", "referrer": "b"})
    assert (refused.status, refused.body["error"]["reason"]) == (409, "referrer_limit")
    wrong = call("POST", "/v1/coupons", COUPON | {"id": "wrong", "per_referrer": 1})
    assert (wrong.status, wrong.body["error"]["field"]) == (400, "per_referrer")
