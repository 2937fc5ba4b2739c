"""Reports and the check of balances over real HTTP, and the operator's command."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import urllib3

from chalicelib import wiring
from chalicelib.adapters.dynamodb.keys import budget_key
from infra.local.__main__ import main
from infra.local.shop import LaptopShop
from tests.integration.test_coupon_ledger_api import COUPON, ORDER
from tests.integration.test_recall_api import Caller

SETTLED = {"settle_seconds": 0}


@pytest.fixture
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        yield running


@pytest.fixture
def call(shop: LaptopShop) -> Caller:
    made = Caller(shop)
    assert made("POST", "/v1/coupons", COUPON).status == 201
    return made


def used_once(call: Caller) -> str:
    """Two are given, one of them is redeemed."""
    code: str = call("POST", "/v1/coupons/flash/issue", {"shopper": "li"}).body["code"]
    assert call("POST", "/v1/coupons/flash/claim", {"shopper": "wang"}).status == 201
    assert call("POST", f"/v1/coupon-codes/{code}/redeem", ORDER).status == 200
    return code


def text(shop: LaptopShop, path: str, **headers: str) -> tuple[str, str]:
    """The body as it came, and what it says it is."""
    sent = {"Authorization": f"Bearer {shop.keys.admin}", **headers}
    answer = urllib3.request("GET", shop.base_url + path, headers=sent)
    return answer.data.decode(), answer.headers["Content-Type"]


def test_a_report_tells_days_stages_and_sources_and_calls_its_money_attributed(call: Caller) -> None:
    used_once(call)
    report = call("GET", "/v1/coupons/flash/report").body
    assert (report["id"], report["name"], report["currency"], report["measure"]) == (
        "flash",
        "限时抢",
        "CNY",
        "attributed",
    )
    assert "增量" in report["note"]
    row = {
        "issued": 1,
        "claimed": 1,
        "redeemed": 1,
        "refunded": 0,
        "voided": 0,
        "taken_off": 2_000,
        "given_back": 0,
        "saved": 2_000,
        "attributed_paid": 10_000,
        "redeemed_per_given": 0.5,
    }
    assert report["total"] == row | {"expired": 0}
    assert report["days"] == [{"day": report["to"], **row, "expired": 0}]
    assert report["stages"] == [{"stage": "new", **row}]
    assert [each["source"] for each in report["sources"]] == ["hand"]
    page = call("GET", "/v1/coupons/report?limit=1").body
    assert [(each["id"], each["total"]) for each in page["items"]] == [("flash", report["total"])]
    assert page["next_cursor"] is None


def test_a_report_as_csv_has_chinese_headings(shop: LaptopShop, call: Caller) -> None:
    used_once(call)
    body, kind = text(shop, "/v1/coupons/flash/report", Accept="text/csv")
    assert kind == "text/csv; charset=utf-8"
    assert body == text(shop, "/v1/coupons/flash/report?format=csv")[0]
    rows = list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff"))))
    assert [each["日期"] for each in rows[1:]] == ["合计", "阶段：新客", "来源：发放及领取"]
    assert (rows[0]["核销"], rows[0]["净优惠(元)"], rows[0]["核销/发放"]) == ("1", "20", "0.5000")
    listed = text(shop, "/v1/coupons/report?format=csv")[0].splitlines()
    assert listed[1].startswith("flash,限时抢,1,1,1,0,0,0,20,0,20,100,0.5000")


@pytest.mark.parametrize(
    ("query", "field"),
    [("from=yesterday", "from"), ("from=2026-01-02&to=2026-01-01", "from"), ("to=x", "to"), ("format=xml", "format")],
)
def test_a_report_of_nonsense_is_refused_by_the_name_of_the_field(call: Caller, query: str, field: str) -> None:
    refused = call("GET", f"/v1/coupons/flash/report?{query}")
    assert (refused.status, refused.body["error"]["field"]) == (400, field)
    assert call("GET", "/v1/coupons/nothing/report").status == 404


def test_a_bent_budget_is_found_and_put_right_over_http(call: Caller) -> None:
    used_once(call)
    path = "/v1/coupons/flash/reconcile"
    sound = call("POST", path, SETTLED)
    assert (sound.status, sound.body["done"], sound.body["differences"], sound.body["coupons"]) == (200, True, [], 2)
    bend()
    found = call("POST", path, SETTLED).body
    difference = {"balance": "budget:all", "expected": 2_000, "actual": 2_700, "in_flight": False, "fixed": None}
    assert found["differences"] == [difference]
    fixed = call("POST", path, {"cursor": found["cursor"], "fix": True}).body
    assert fixed["differences"] == [difference | {"fixed": True}]
    assert call("POST", path, {"cursor": found["cursor"], "fix": True}).body["differences"] == fixed["differences"]
    assert call("GET", "/v1/coupons/flash").body["spent"] == 2_000
    assert call("POST", path, SETTLED).body["differences"] == []
    assert call("POST", path, {"fix": True}).body["error"]["field"] == "fix"
    assert call("POST", path, {"cursor": "nothing"}).status == 404


def bend() -> None:
    wiring.services().marketing_table.update(budget_key("flash", "all"), "ADD n :more", {":more": 700})


def test_the_command_says_what_differs_and_mends_it_only_when_told(
    shop: LaptopShop, call: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    def reconcile(*words: str) -> tuple[int, str]:
        code = main(["coupons", "reconcile", *words, "--settle", "0", "--url", shop.base_url, "--key", shop.keys.admin])
        return code, capsys.readouterr().out

    used_once(call)
    code, said = reconcile()
    assert (code, "1 templates, 2 coupons: 0 balances differ" in said) == (0, True)
    bend()
    for words in ((), ("--dry-run",), ("--coupon", "flash")):
        code, said = reconcile(*words)
        assert (code, "budget:all" in said, "2700" in said) == (1, True, True)
    code, said = reconcile("--fix")
    assert (code, "fixed" in said) == (0, True)
    assert reconcile()[0] == 0
    assert reconcile("--fix", "--dry-run")[0] == 2
    assert reconcile("--coupon", "nothing")[0] == 2


def test_the_clock_folds_what_past_days_counted(shop: LaptopShop, call: Caller) -> None:
    used_once(call)
    before = call("GET", "/v1/coupons/flash/report").body
    shop.clock.advance(timedelta(days=1))
    shop.pump.fire_due()
    assert wiring.services().coupon_reports.fold_some() == 0
    after = call("GET", "/v1/coupons/flash/report").body
    assert (after["days"], after["total"]) == (before["days"], before["total"])
