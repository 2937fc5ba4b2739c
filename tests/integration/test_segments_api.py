"""Segments over HTTP: made, tried, explained; what is for them reaches them, and a coupon's report tells them apart."""

import csv
import io
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import urllib3

from infra.local.shop import LaptopShop
from tests.integration.test_tags_api import Office
from tests.support.http import Http

LOOKED = {"did": {"event": "viewed", "at_least": 2}}
COUPON: dict[str, Any] = {"name": "常客券", "value": 1_000, "stock": 10, "valid_days": 7}


@pytest.fixture(scope="module")
def office(shop: LaptopShop, http: Http) -> Office:
    made = Office(shop, http)
    made.ask("POST", "/v1/segments", {"id": "lookers", "name": "常看", "rule": LOOKED}, 201)
    return made


def test_a_segment_is_made_read_changed_and_deleted(office: Office) -> None:
    body = {"id": "rare", "name": "稀客", "rule": {"not": LOOKED}, "description": "看得少"}
    made = office.ask("POST", "/v1/segments", body, 201)
    assert (made["version"], made["says"]) == (1, "非(累计浏览商品次数≥2)")
    assert office.refused("POST", "/v1/segments", body, 409) == ("segment_exists", "id")
    assert office.ask("GET", "/v1/segments/rare") == made
    changed = office.ask("PUT", "/v1/segments/rare", {"name": "生客", "rule": LOOKED, "version": 1})
    assert (changed["version"], changed["created_at"]) == (2, made["created_at"])
    stale = {"name": "生客", "rule": LOOKED, "version": 1}
    assert office.refused("PUT", "/v1/segments/rare", stale, 409) == ("stale_segment", "version")
    assert office.ask("DELETE", "/v1/segments/rare") == {"id": "rare", "status": "deleted"}
    assert office.refused("GET", "/v1/segments/rare", status=404)[0] == "segment_unknown"
    assert office.refused("DELETE", "/v1/segments/rare", status=404)[0] == "segment_unknown"


def test_segments_are_listed_in_pages(office: Office) -> None:
    for name in ("page-a", "page-b"):
        office.ask("POST", "/v1/segments", {"id": name, "name": name, "rule": LOOKED}, 201)
    met, cursor = [], ""
    while True:
        page = office.ask("GET", f"/v1/segments?limit=1{cursor}")
        met += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert {"lookers", "page-a", "page-b"} <= set(met)
    assert len(met) == len(set(met))
    assert office.refused("GET", "/v1/segments?cursor=x") == ("invalid_request", "cursor")
    for name in ("page-a", "page-b"):
        office.ask("DELETE", f"/v1/segments/{name}")


def test_an_error_points_at_the_node(office: Office) -> None:
    wrong = {"name": "错", "rule": {"any": [{"did": {"event": "danced", "at_least": 1}}]}}
    assert office.refused("POST", "/v1/segments", wrong)[1] == "rule.any[0].did.event"
    assert office.refused("POST", "/v1/segments/preview", {"rule": wrong["rule"]})[1] == "rule.any[0].did.event"
    assert office.refused("POST", "/v1/segments", {"id": "preview", "name": "预览", "rule": LOOKED})[1] == "id"
    assert office.refused("PUT", "/v1/segments/lookers", {"id": "x", "name": "预览", "rule": LOOKED})[1] == "id"


def test_a_preview_says_who_would_be_in_and_saves_nothing(office: Office) -> None:
    once, twice = office.viewer(1), office.viewer(2)
    before = office.ask("GET", "/v1/segments")
    answer = office.ask("POST", "/v1/segments/preview", {"rule": LOOKED, "shoppers": [once, twice, twice, "nobody"]})
    assert (answer["looked_at"], answer["members"], answer["share"]) == (2, 1, 0.5)
    assert [(each["shopper"], each["is_member"]) for each in answer["items"]] == [(once, False), (twice, True)]
    assert office.ask("POST", "/v1/segments/preview", {"rule": LOOKED})["items"][0]["is_member"]
    assert office.ask("GET", "/v1/segments") == before


def test_why_somebody_is_in_names_the_value_and_off_means_out(office: Office) -> None:
    name = office.viewer(3)
    path = f"/v1/segments/lookers/why?user={quote(name)}"
    why = office.ask("GET", path)
    assert (why["is_member"], why["why"]["found"]) == (True, "3")
    switch = {"personalised": False, "source": "app", "text_version": "1"}
    office.ask("PUT", f"/v1/profiles/{quote(name)}/personalisation", switch)
    off = office.ask("GET", path)
    assert (off["is_member"], off["personalised"], off["why"]["is_true"]) == (False, False, True)
    assert office.refused("GET", "/v1/segments/lookers/why") == ("invalid_request", "user")
    assert office.refused("GET", "/v1/segments/lookers/why?user=nobody", status=404)[0] == "profile_not_found"
    assert office.refused("GET", "/v1/segments/none/why?user=x", status=404)[0] == "segment_unknown"


def test_a_coupon_for_a_segment_is_claimed_and_counts_for_who_is_in_it_only(office: Office) -> None:
    body = COUPON | {"id": "for-lookers", "audience": {"segments": ["lookers"]}}
    office.ask("POST", "/v1/coupons", body, 201)
    once, twice = office.viewer(1), office.viewer(2)
    refused = office.ask("POST", "/v1/coupons/for-lookers/claim", {"shopper": once}, 422)["error"]
    assert (refused["code"], refused["reason"]) == ("coupon_not_for_shopper", "wrong_segment")
    code = office.ask("POST", "/v1/coupons/for-lookers/claim", {"shopper": twice}, 201)["code"]
    cart = {"shopper": twice, "cart": {"lines": [{"id": "1", "product_id": "p1", "price": 9_900, "quantity": 1}]}}
    assert office.ask("POST", "/v1/offers/best", cart)["saved"] == 1_000
    used = office.ask("POST", f"/v1/coupon-codes/{code}/redeem", {"order_id": "o1", "cart": cart["cart"]})
    assert (used["discount"], used["payable"]) == (1_000, 8_900)


def test_a_report_tells_segments_apart_and_one_of_them_by_day(shop: LaptopShop, office: Office) -> None:
    office.ask("POST", "/v1/coupons", COUPON | {"id": "told"}, 201)
    once, twice = office.viewer(1), office.viewer(2)
    office.ask("POST", "/v1/coupons/told/issue", {"shopper": once}, 201)
    code = office.ask("POST", "/v1/coupons/told/claim", {"shopper": twice}, 201)["code"]
    first = office.ask("GET", "/v1/coupons/told/report")["to"]
    shop.clock.advance(timedelta(days=1))
    office.ask("POST", f"/v1/coupon-codes/{code}/redeem", {"order_id": "o2", "amount": 9_900})
    report = office.ask("GET", "/v1/coupons/told/report")
    (told,) = report["segments"]
    assert (told["segment"], told["name"], told["issued"], told["claimed"]) == ("lookers", "常看", 0, 1)
    assert (told["redeemed"], told["saved"], told["attributed_paid"]) == (1, 1_000, 8_900)
    assert (report["total"]["issued"], report["total"]["claimed"], report["total"]["redeemed"]) == (1, 1, 1)
    one = office.ask("GET", "/v1/coupons/told/report?segment=lookers")
    assert [(each["day"], each["claimed"], each["redeemed"]) for each in one["days"]] == [
        (first, 1, 0),
        (report["to"], 0, 1),
    ]
    assert (one["segment"], one["total"]["issued"]) == ("lookers", 0)
    unknown = office.ask("GET", "/v1/coupons/told/report?segment=nobody")
    assert (unknown["days"], [(each["segment"], each["name"]) for each in unknown["segments"]]) == (
        [],
        [("nobody", None)],
    )
    assert office.ask("POST", "/v1/coupons/told/reconcile", {"settle_seconds": 0})["differences"] == []
    rows = csv.reader(io.StringIO(as_csv(shop, "/v1/coupons/told/report")))
    assert "人群：常看 (lookers)" in {row[0] for row in rows}


def test_a_report_tells_of_the_segments_that_the_template_names(office: Office) -> None:
    office.ask("POST", "/v1/segments", {"id": "buyers", "name": "买过", "rule": {"not": LOOKED}}, 201)
    office.ask("POST", "/v1/coupons", COUPON | {"id": "narrow", "report_segments": ["buyers"]}, 201)
    report = office.ask("GET", "/v1/coupons/narrow/report")
    assert [(each["segment"], each["issued"]) for each in report["segments"]] == [("buyers", 0)]
    for told in (["buyers", "buyers"], [""], [f"s{number}" for number in range(11)]):
        field = office.refused("POST", "/v1/coupons", COUPON | {"report_segments": told})[1] or ""
        assert field.startswith("report_segments")
    wrong = COUPON | {"report_segments": ["buyers", "typo"]}
    assert office.refused("POST", "/v1/coupons", wrong) == ("invalid_request", "report_segments[1]")
    office.ask("DELETE", "/v1/segments/buyers")
    again = office.ask("PUT", "/v1/coupons/narrow", COUPON | {"stock": 11, "report_segments": ["buyers"]})
    assert (again["stock"], again["report_segments"]) == (11, ["buyers"]), "it is gone, the template stays editable"
    assert office.ask("GET", "/v1/coupons/narrow/report?to=0001-01-05")["from"] == "0001-01-01"


def test_a_name_that_no_address_leads_to_is_no_id(office: Office) -> None:
    for name in (".", "..", "report"):
        assert office.refused("POST", "/v1/coupons", COUPON | {"id": name}) == ("invalid_request", "id")


def test_an_error_in_a_list_of_shoppers_names_its_place(office: Office) -> None:
    asked = {"rule": LOOKED, "shoppers": ["u1", ""]}
    assert office.refused("POST", "/v1/segments/preview", asked) == ("invalid_request", "shoppers[1]")
    assert office.refused("GET", f"/v1/segments/lookers/why?user={'x' * 129}") == ("invalid_request", "user")


def as_csv(shop: LaptopShop, path: str) -> str:
    headers = {"Authorization": f"Bearer {shop.keys.admin}", "Accept": "text/csv"}
    return urllib3.request("GET", shop.base_url + path, headers=headers).data.decode()
