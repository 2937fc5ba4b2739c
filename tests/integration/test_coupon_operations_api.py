"""Operations of coupons over real HTTP: pause, top up, archive, alerts, many at once, and a reminder that reaches a campaign."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local import coupon_issuing
from infra.local.__main__ import main
from infra.local.logs import log_to_file
from infra.local.shop import LaptopShop
from tests.integration.test_recall_api import Caller, mails, visit

COUPON: dict[str, Any] = {
    "id": "flash",
    "name": "限时抢",
    "value": 2_000,
    "minimum_spend": 10_000,
    "stock": 10,
    "valid_days": 7,
    "budget": 4_000,
}
REMINDER: dict[str, Any] = {
    "id": "hurry",
    "name": "券快到期了",
    "audience": {"tag": "coupon_expiring"},
    "schedule": {"cron": "0 20 * * *"},
    "message": {"subject": "{{ name }}，您的券快到期了", "body": "别忘了用"},
    "status": "active",
}


@pytest.fixture
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False, start=datetime(2026, 11, 22, 4, 0, tzinfo=UTC)) as running:
        yield running


@pytest.fixture
def call(shop: LaptopShop) -> Caller:
    made = Caller(shop)
    assert made("POST", "/v1/coupons", COUPON).status == 201
    return made


def test_pause_top_up_and_resume_are_told_in_the_history(call: Caller) -> None:
    paused = call("POST", "/v1/coupons/flash/pause", {"reason": "预算复核"}, Idempotency_Key="p")
    assert (paused.status, paused.body["status"], paused.body["act"]) == (200, "paused", "paused")
    refused = call("POST", "/v1/coupons/flash/claim", {"shopper": "li"})
    assert (refused.status, refused.body["error"]["code"]) == (409, "coupon_paused")
    more = {"stock": 5, "budget": 1_000, "reason": "加量"}
    first = call("POST", "/v1/coupons/flash/top-up", more, Idempotency_Key="t")
    assert (first.status, first.body["stock"], first.body["budget"]) == (200, 15, 5_000)
    assert first.body["added"] == {"stock": 5, "budget": 1_000}
    assert call("POST", "/v1/coupons/flash/top-up", more, Idempotency_Key="t").body == first.body
    assert call("POST", "/v1/coupons/flash/resume").body["status"] == "active"
    assert call("GET", "/v1/coupons/flash").body["left"] == 15
    history = call("GET", "/v1/coupons/flash/history").body["items"]
    told = [(each["act"], each["actor"], each["reason"], each["key"] is not None) for each in history]
    assert told == [
        ("resumed", "admin", "", True),
        ("topped_up", "admin", "加量", True),
        ("paused", "admin", "预算复核", True),
        ("created", "admin", "", False),
    ]
    wrong = call("POST", "/v1/coupons/flash/top-up", {"budget_per_day": 5})
    assert (wrong.status, wrong.body["error"]["code"], wrong.body["error"]["field"]) == (
        422,
        "budget_fixed",
        "budget_per_day",
    )
    assert call("POST", "/v1/coupons/flash/top-up", {}).body["error"]["field"] == "stock"
    assert call("POST", "/v1/coupons/nothing/pause").status == 404


def test_a_top_up_is_not_repeated_even_when_the_remembered_answers_are_gone(shop: LaptopShop, call: Caller) -> None:
    call("POST", "/v1/coupons/flash/top-up", {"stock": 5}, Idempotency_Key="t")
    shop.clock.advance(timedelta(days=30))
    assert call("POST", "/v1/coupons/flash/top-up", {"stock": 5}, Idempotency_Key="t").body["version"] == 2
    reused = call("POST", "/v1/coupons/flash/top-up", {"stock": 6}, Idempotency_Key="t2")
    assert reused.body["stock"] == 21


def test_a_deleted_coupon_is_archived(call: Caller) -> None:
    owned = call("POST", "/v1/coupons/flash/claim", {"shopper": "li"}).body
    assert call("DELETE", "/v1/coupons/flash").body["status"] == "archived"
    assert call("DELETE", "/v1/coupons/flash").status == 200
    refused = call("POST", "/v1/coupons/flash/claim", {"shopper": "wang"})
    assert (refused.status, refused.body["error"]["code"]) == (409, "coupon_archived")
    assert call("PUT", "/v1/coupons/flash", COUPON).body["error"]["code"] == "coupon_archived"
    assert call("GET", "/v1/coupons").body["items"] == []
    (archived,) = call("GET", "/v1/coupons?archived=true").body["items"]
    assert (archived["id"], archived["status"]) == ("flash", "archived")
    used = call("POST", f"/v1/coupon-codes/{owned['code']}/redeem", {"order_id": "o", "amount": 12_000})
    assert used.status == 200


def test_what_runs_out_is_listed_and_counted_for_the_alarms(shop: LaptopShop, call: Caller, tmp_path: Path) -> None:
    asked = {"shoppers": [f"shopper-{number}" for number in range(12)]}
    handed = call("POST", "/v1/coupons/flash/issue", asked, Idempotency_Key="i").body
    assert (handed["issued"], handed["refused"], handed["later"]) == (10, 2, 0)
    for each in handed["results"][:2]:
        call("POST", f"/v1/coupon-codes/{each['coupon']['code']}/redeem", {"order_id": "o", "amount": 12_000})
    with log_to_file(tmp_path / "log"):
        for _ in range(2):
            shop.clock.advance(timedelta(minutes=1))
            shop.pump.fire_due()
    alerts = call("GET", "/v1/coupons/flash/alerts").body["items"]
    assert sorted((each["event"], each["percent"], each["now"], each["of"]) for each in alerts) == [
        ("Coupon Budget Low", 80, 4_000, 4_000),
        ("Coupon Budget Low", 90, 4_000, 4_000),
        ("Coupon Budget Spent", 100, 4_000, 4_000),
        ("Coupon Sold Out", 0, 0, 10),
        ("Coupon Stock Low", 10, 0, 10),
    ]
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    counted = [line for line in lines if "_aws" in line]
    names = [line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for line in counted]
    assert sorted(names) == ["CouponBudgetLow"] * 2 + ["CouponBudgetSpent", "CouponSoldOut", "CouponStockLow"]
    sold_out = next(line for line in counted if "CouponSoldOut" in line)
    assert (sold_out["stage"], sold_out["message"]) == ("laptop", "优惠券“限时抢”已发完（共 10 张）")
    assert sold_out["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["stage"]]


def test_each_of_many_shoppers_is_accounted_for_and_has_one_coupon_for_a_batch(call: Caller) -> None:
    call("POST", "/v1/coupons/flash/issue", {"shopper": "li"})
    asked = {"shoppers": ["li", "wang", "wang"], "batch": "double-eleven", "reason": "双十一"}
    first = call("POST", "/v1/coupons/flash/issue", asked)
    assert (first.status, first.body["issued"], first.body["refused"]) == (200, 2, 1)
    refused, one, two = first.body["results"]
    assert (refused["status"], refused["error"]["code"]) == ("refused", "coupon_limit_reached")
    assert one["coupon"] == two["coupon"]
    assert one["coupon"]["entries"][0]["reason"] == "双十一"
    assert call("POST", "/v1/coupons/flash/issue", asked).body == first.body
    assert call("GET", "/v1/coupons/flash").body["left"] == 8
    for wrong in ({}, {"shopper": "li", "shoppers": ["wang"]}):
        answer = call("POST", "/v1/coupons/flash/issue", wrong)
        assert (answer.status, answer.body["error"]["field"]) == (400, "shopper")
    assert call("POST", "/v1/coupons/flash/issue", {"shoppers": ["x"] * 101}).status == 400
    assert call("POST", "/v1/coupons/nothing/issue", {"shoppers": ["x"]}).status == 404


def test_a_list_is_handed_out_by_the_command_line_and_going_on_gives_nobody_a_second(
    shop: LaptopShop,
    call: Caller,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(coupon_issuing, "MAX_SHOPPERS", 5)
    call("POST", "/v1/coupons", COUPON | {"id": "many", "stock": 11, "per_shopper": 3, "budget": None})
    path = tmp_path / "list.csv"
    names = [f"shopper-{number}" for number in range(12)]
    path.write_text("\n".join(["姓名,顾客", *(f"李雷,{each}" for each in names), "韩梅梅,shopper-7", "无,"]))
    command = ["coupons", "issue", "--coupon", "many", str(path), "--url", shop.base_url, "--key", shop.keys.admin]
    assert main([*command, "--dry-run"]) == 3
    assert call("GET", "/v1/coupons/many").body["left"] == 11
    assert main(command) == 3
    printed = capsys.readouterr().out
    assert "11 issued, 3 refused, 0 later" in printed
    assert "twice in the list" in printed
    assert "已发完" in printed
    call("POST", "/v1/coupons/many/top-up", {"stock": 10})
    assert main(command) == 3
    assert "12 issued, 2 refused" in capsys.readouterr().out
    assert call("GET", "/v1/coupons/many").body["left"] == 9


def test_a_reminder_reaches_the_shopper_whose_coupon_ends_by_tag_and_campaign(shop: LaptopShop, call: Caller) -> None:
    for shopper in ("li", "used"):
        visit(shop, call, shopper)
        assert call("POST", "/v1/coupons/flash/issue", {"shopper": shopper}).status == 201
    call("POST", "/v1/campaigns", REMINDER)
    (used,) = call("GET", "/v1/profiles/used/coupons").body["items"]
    call("POST", f"/v1/coupon-codes/{used['code']}/redeem", {"order_id": "o", "amount": 12_000})
    # Four days from noon: three days before its end.
    shop.clock.advance(timedelta(days=4, minutes=2))
    shop.pump.fire_due()
    shop.pump.drain()
    events = [each["event"] for each in call("GET", "/v1/profiles/li/events").body["items"] if "event" in each]
    assert events.count("Coupon Expiring") == 1
    (tag,) = [each for each in call("GET", "/v1/profiles/li/tags").body["items"] if each["id"] == "coupon_expiring"]
    assert (tag["name"], tag["reason"]) == ("有券将到期", "有将到期而未再下单的优惠券（是）")
    before = len(mails())
    shop.clock.advance(timedelta(hours=8))
    shop.pump.fire_due()
    shop.pump.drain()
    assert [(each.subject, each.destinations["ToAddresses"]) for each in mails()[before:]] == [
        ("李雷，您的券快到期了", ["li@example.com"])
    ]
    shop.clock.advance(timedelta(days=3))
    shop.pump.fire_due()
    shop.pump.drain()
    tags = {each["id"] for each in call("GET", "/v1/profiles/li/tags").body["items"]}
    assert "coupon_expiring" not in tags


def test_whoever_orders_after_the_reminder_is_left_alone(shop: LaptopShop, call: Caller) -> None:
    visit(shop, call, "li")
    call("POST", "/v1/coupons/flash/issue", {"shopper": "li"})
    shop.clock.advance(timedelta(days=4, minutes=2))
    shop.pump.fire_due()
    shop.pump.drain()
    order = {"type": "track", "userId": "li", "event": "Order Completed"}
    call("POST", "/v1/batch", {"batch": [order | {"properties": {"order_id": "o-1", "total": 99}}]})
    shop.pump.drain()
    tags = {each["id"] for each in call("GET", "/v1/profiles/li/tags").body["items"]}
    assert "first_order" in tags
    assert "coupon_expiring" not in tags


def test_the_reminder_of_a_merged_id_reaches_the_shopper_it_became(shop: LaptopShop, call: Caller) -> None:
    seen = {"type": "track", "anonymousId": "visitor", "event": "Product Viewed", "properties": {"brand": "牧高笛"}}
    call("POST", "/v1/batch", {"batch": [seen]})
    shop.pump.drain()
    call("POST", "/v1/coupons/flash/issue", {"shopper": "visitor"})
    call("POST", "/v1/batch", {"batch": [{"type": "identify", "userId": "li", "anonymousId": "visitor"}]})
    shop.pump.drain()
    shop.clock.advance(timedelta(days=4, minutes=2))
    shop.pump.fire_due()
    shop.pump.drain()
    assert "coupon_expiring" in {each["id"] for each in call("GET", "/v1/profiles/li/tags").body["items"]}
