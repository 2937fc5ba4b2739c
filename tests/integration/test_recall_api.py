"""Recall over real HTTP: coupons, campaigns, schedule, queue, SES and the report, onto moto."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http

COUPON: dict[str, Any] = {
    "id": "welcome-back",
    "name": "回归礼券",
    "value": 2_000,
    "minimum_spend": 10_000,
    "stock": 100,
    "valid_days": 7,
}
CAMPAIGN: dict[str, Any] = {
    "id": "recall",
    "name": "好久不见",
    "audience": {"tag": "dormant"},
    "schedule": {"cron": "0 20 * * *"},
    "message": {"subject": "{{ name }}，{{ coupon_value }} 回归礼", "body": "券码 {{ coupon_code }}"},
    "coupon_id": "welcome-back",
    "status": "active",
}


@pytest.fixture
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False, start=datetime(2026, 11, 22, 4, 0, tzinfo=UTC)) as running:
        yield running


class Caller:
    """Calls with the admin key."""

    def __init__(self, shop: LaptopShop) -> None:
        self.http, self.key = Http(shop.base_url), shop.keys.admin

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return self.http(method, path, body, self.key, {k.replace("_", "-"): v for k, v in headers.items()})


@pytest.fixture
def call(shop: LaptopShop) -> Iterator[Caller]:
    caller = Caller(shop)
    yield caller
    caller.http.close()


def mails() -> list[Any]:
    """What moto's SES took."""
    from moto.ses.models import ses_backends

    return list(ses_backends["123456789012"]["us-east-1"].sent_messages)


def visit(shop: LaptopShop, call: Caller, shopper_id: str, *, consents: bool = True) -> None:
    """A shopper says who they are, looks at something, and is not seen again."""
    events = [
        {"type": "identify", "userId": shopper_id, "traits": {"name": "李雷", "email": f"{shopper_id}@example.com"}},
        {"type": "track", "userId": shopper_id, "event": "Product Viewed", "properties": {"brand": "牧高笛"}},
    ]
    assert call("POST", "/v1/batch", {"batch": events}).status == 200
    if consents:
        given = {"channel": "email", "purpose": "marketing", "given": True, "source": "checkout"}
        assert call("PUT", f"/v1/profiles/{shopper_id}/consents", given).status == 200
    shop.pump.drain()


def test_dormant_shoppers_are_won_back_once(shop: LaptopShop, call: Caller) -> None:
    visit(shop, call, "li")
    visit(shop, call, "wang", consents=False)
    assert call("POST", "/v1/coupons", COUPON).status == 201
    shop.clock.advance(timedelta(days=30, hours=1))
    assert call("POST", "/v1/campaigns", CAMPAIGN).body["next_launch_at"] == "2026-12-22T12:00:00.000Z"
    shop.clock.advance(timedelta(hours=8))
    shop.pump.fire_due()
    shop.pump.drain()

    (mail,) = mails()
    (owned,) = call("GET", "/v1/profiles/li/coupons").body["items"]
    assert mail.subject == "李雷，¥20 回归礼"
    assert mail.body.startswith(f"券码 {owned['code']}\n")
    assert f"退订：{shop.base_url}/v1/unsubscribe/" in mail.body
    (why_not,) = call("GET", "/v1/profiles/wang/decisions?campaign=recall").body["items"]
    assert (why_not["state"], why_not["reason"]) == ("skipped", "no_consent")
    assert why_not["reason_text"] == "未同意接收该渠道的营销信息"

    shop.clock.advance(timedelta(minutes=5))
    shop.pump.fire_due()
    shop.pump.drain()
    assert len(mails()) == 1

    use = {"order_id": "order-1", "amount": 12_000}
    used = call("POST", f"/v1/coupon-codes/{owned['code']}/redeem", use)
    assert (used.status, used.body["discount"], used.body["payable"]) == (200, 2_000, 10_000)
    again = call("POST", f"/v1/coupon-codes/{owned['code']}/redeem", use)
    assert (again.status, again.body["error"]["code"]) == (409, "coupon_already_redeemed")

    report = call("GET", "/v1/campaigns/recall/report").body
    assert report == {
        "campaign_id": "recall",
        "runs": 1,
        "open_runs": 0,
        "missed_runs": 0,
        "audience": 2,
        "sent": 1,
        "skipped": {"no_consent": 1},
        "failed": 0,
        "unknown": 0,
        "coupons_issued": 1,
        "coupons_redeemed": 1,
        "discount": 2_000,
    }
    (run,) = call("GET", "/v1/campaigns/recall/runs").body["items"]
    assert (run["status"], run["audience"]) == ("completed", 2)
    profile = call("GET", "/v1/profiles/li").body
    assert profile["lifecycle"] == "dormant", "a message we sent is nothing the shopper did"


def test_a_campaign_is_launched_by_hand_paused_and_resumed(shop: LaptopShop, call: Caller) -> None:
    visit(shop, call, "li")
    shop.clock.advance(timedelta(days=31))
    shop.pump.fire_due()
    plain = {"name": "手动", "audience": {"tag": "dormant"}, "message": {"subject": "{{ name }}", "body": "想你"}}
    created = call("POST", "/v1/campaigns", plain)
    assert (created.status, created.body["status"], created.body["next_launch_at"]) == (201, "draft", None)
    path = f"/v1/campaigns/{created.body['id']}"
    refused = call("POST", f"{path}/launch")
    assert (refused.status, refused.body["error"]["code"]) == (409, "campaign_not_active")
    assert call("POST", f"{path}/resume").body["status"] == "active"
    launched = call("POST", f"{path}/launch", Idempotency_Key="once")
    assert launched.status == 202
    assert call("POST", f"{path}/launch", Idempotency_Key="once").body == launched.body
    assert call("POST", f"{path}/pause").body["status"] == "paused"
    shop.pump.drain()
    assert mails() == []
    assert call("POST", f"{path}/resume").status == 200
    shop.pump.drain()
    assert len(mails()) == 1
    renamed = call("PUT", path, plain | {"name": "改名"})
    assert (renamed.body["name"], renamed.body["status"]) == ("改名", "active")
    listed = call("GET", "/v1/campaigns?limit=1").body
    assert [item["name"] for item in listed["items"]] == ["改名"]


def test_coupons_are_created_read_replaced_listed_and_issued(call: Caller) -> None:
    assert call("POST", "/v1/coupons", COUPON, Idempotency_Key="k1").status == 201
    assert call("POST", "/v1/coupons", COUPON, Idempotency_Key="k1").status == 201
    again = call("POST", "/v1/coupons", COUPON)
    assert (again.status, again.body["error"]["code"]) == (409, "coupon_exists")
    grown = call("PUT", "/v1/coupons/welcome-back", COUPON | {"stock": 101})
    assert (grown.status, grown.body["left"]) == (200, 101)
    assert call("PUT", "/v1/coupons/welcome-back", COUPON).status == 422
    issued = call("POST", "/v1/coupons/welcome-back/issue", {"shopper": "li"}, Idempotency_Key="k2")
    assert issued.status == 201
    assert call("POST", "/v1/coupons/welcome-back/issue", {"shopper": "li"}, Idempotency_Key="k2").body == issued.body
    limited = call("POST", "/v1/coupons/welcome-back/issue", {"shopper": "li"})
    assert (limited.status, limited.body["error"]["code"]) == (409, "coupon_limit_reached")
    assert call("GET", "/v1/coupons/welcome-back").body["left"] == 100
    assert [item["id"] for item in call("GET", "/v1/coupons").body["items"]] == ["welcome-back"]
    small = call("POST", f"/v1/coupon-codes/{issued.body['code']}/redeem", {"order_id": "o", "amount": 9_999})
    assert (small.status, small.body["error"]["code"], small.body["error"]["field"]) == (
        422,
        "below_minimum_spend",
        "amount",
    )
    assert call("GET", "/v1/coupons/nothing").status == 404
    assert call("POST", "/v1/coupon-codes/NOPE/redeem", {"order_id": "o", "amount": 1}).status == 400


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"schedule": {"cron": "61 * * * *"}}, "schedule.cron"),
        ({"schedule": {"cron": "0 0 30 2 *"}}, "schedule.cron"),
        ({"schedule": {"at": "2020-01-01T00:00:00Z"}}, "schedule.at"),
        ({"schedule": {"at": "2020-01-01T00:00:00"}}, "schedule.at"),
        ({"schedule": {"cron": "0 0 * * *", "at": "2030-01-01T00:00:00Z"}}, "schedule"),
        ({"coupon_id": "nothing"}, "coupon_id"),
        ({"audience": {"tag": "nobody"}}, "audience.tag"),
        ({"audience": {}}, "audience.tag"),
        ({"message": {"subject": "{{ name", "body": "x"}}, "message.subject"),
        ({"message": {"subject": "x", "body": "{{ nickname }}"}}, "message.body"),
        ({"message": {"subject": "x", "body": ""}}, "message.body"),
        ({"cap": {"sends": 0}}, "cap.sends"),
        ({"on_unknown": "maybe"}, "on_unknown"),
        ({"channel": "sms"}, "channel"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_campaign_is_refused_by_its_field(change: dict[str, Any], field: str, bad_call: Caller) -> None:
    answer = bad_call(
        "POST", "/v1/campaigns", {**CAMPAIGN, "coupon_id": None, "message": {"subject": "a", "body": "b"}} | change
    )
    assert answer.status == 400, answer.body
    assert answer.body["error"]["field"] == field


@pytest.fixture(scope="module")
def bad_call() -> Iterator[Caller]:
    """One shop for all requests that change nothing."""
    with LaptopShop(pumped=False) as running:
        caller = Caller(running)
        yield caller
        caller.http.close()


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"value": 0}, 400, "value"),
        ({"value": "20"}, 400, "value"),
        ({"value": 19.9}, 400, "value"),
        ({"stock": -1}, 400, "stock"),
        ({"valid_days": None}, 400, "valid_days"),
        ({"kind": "cashback"}, 400, "kind"),
        ({"name": None}, 400, "name"),
    ],
)
def test_a_bad_coupon_is_refused_by_its_field(
    change: dict[str, Any], status: int, field: str, bad_call: Caller
) -> None:
    answer = bad_call("POST", "/v1/coupons", COUPON | change)
    assert (answer.status, answer.body["error"]["field"]) == (status, field)
