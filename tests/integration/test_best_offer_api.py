"""The best offer over real HTTP: templates of many kinds, a shopper's coupons, the catalogue, and products to fill up with."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.coupons import Issue, Redeem
from chalicelib.coupons.ledger import issue_id_of
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http

PRODUCTS: list[dict[str, Any]] = [
    {"id": "tent", "title": "露营帐篷", "price": 17_650, "brand": "山野集", "category": ["户外", "帐篷"], "stock": 9},
    {"id": "mug", "title": "马克杯", "price": 2_400, "brand": "木与火", "category": ["家居", "杯子"], "stock": 9},
    {"id": "lamp", "title": "营地灯", "price": 3_900, "brand": "山野集", "category": ["户外", "灯具"], "stock": 9},
    {"id": "peg", "title": "地钉", "price": 900, "brand": "山野集", "category": ["户外", "帐篷"], "stock": 9},
]
TEMPLATES: list[dict[str, Any]] = [
    {"id": "camp", "name": "露营满减券", "kind": "tiers", "tiers": [{"at_least": 20_000, "off": 4_000}], "stock": 9,
     "scope": [{"categories": ["户外"]}], "valid_days": 7},
    {"id": "ship", "name": "满99包邮", "kind": "free_shipping", "minimum_spend": 9_900, "stock": 9, "valid_days": 7,
     "is_automatic": True},
    {"id": "members", "name": "会员95折", "kind": "member_price", "basis_points": 500, "stock": 9, "valid_days": 7,
     "is_automatic": True, "audience": {"levels": ["金卡"]}},
]  # fmt: skip


class Caller:
    """Calls with the admin key."""

    def __init__(self, shop: LaptopShop) -> None:
        self._call, self._key = Http(shop.base_url), shop.keys.admin

    def __call__(self, method: str, path: str, body: Any = None) -> Answer:
        return self._call(method, f"/v1/{path}", body, self._key)


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False, start=datetime(2026, 11, 22, 4, 0, tzinfo=UTC)) as running:
        yield running


@pytest.fixture(scope="module")
def call(shop: LaptopShop) -> Caller:
    caller = Caller(shop)
    for product in PRODUCTS:
        assert caller("PUT", f"products/{product['id']}", product).status in (200, 201)
    shop.pump.drain()
    for template in TEMPLATES:
        answer = caller("POST", "coupons", template)
        assert answer.status == 201, answer.body
    return caller


@pytest.fixture(scope="module")
def code(call: Caller) -> str:
    answer = call("POST", "coupons/camp/issue", {"shopper": "li"})
    assert answer.status == 201, answer.body
    text: str = answer.body["code"]
    return text


def cart(**lines: int) -> dict[str, Any]:
    return {"lines": [{"product_id": name, "quantity": count} for name, count in lines.items()], "shipping": 1_200}


def test_a_template_is_shown_as_it_was_sent(call: Caller) -> None:
    for template in TEMPLATES:
        shown = call("GET", f"coupons/{template['id']}").body
        assert template.items() <= shown.items()
    refused = call("POST", "coupons", TEMPLATES[0] | {"id": "bad", "tiers": [{"at_least": 1, "off": 2}]})
    assert (refused.status, refused.body["error"]["field"]) == (400, "tiers[0].off")


def test_the_lowest_price_is_told_line_by_line(call: Caller, code: str) -> None:
    answer = call("POST", "offers/best", {"shopper": "li", "cart": cart(tent=2, mug=1)})
    assert answer.status == 200, answer.body
    best = answer.body
    assert (best["goods"], best["saved"], best["payable"], best["is_exact"]) == (37_700, 5_200, 33_700, True)
    assert [(each["offer"], each["saved"]) for each in best["applied"]] == [(code, 4_000), ("ship", 1_200)]
    assert [(line["id"], line["payable"]) for line in best["lines"]] == [("0", 31_300), ("1", 2_400)]
    assert [(each["offer"], each["reason"]) for each in best["not_applied"]] == [("members", "wrong_level")]


def test_what_is_missing_comes_with_products_that_reach_it(call: Caller, code: str) -> None:
    best = call("POST", "offers/best", {"coupons": [code], "cart": cart(tent=1)}).body
    (tier,) = best["next_tiers"]
    assert (tier["offer"], tier["missing_amount"], tier["message"]) == (code, 2_350, "再买 23.50 元可减 40 元")
    # The mug is out of scope, the peg costs too little, the tent is in the cart.
    assert [each["product_id"] for each in tier["suggestions"]] == ["lamp"]
    assert (tier["gain"], tier["suggestions"][0]["exceeds_by"], tier["together"]) == (4_000, 1_550, [])
    none = call("POST", "offers/best", {"coupons": [code], "cart": cart(tent=1), "suggestions": 0}).body
    assert none["next_tiers"][0]["suggestions"] == []


def test_two_products_are_told_together_where_one_is_over_by_more_than_is_missing(call: Caller) -> None:
    template = {"id": "home", "name": "家居券", "value": 500, "minimum_spend": 18_800, "stock": 9, "valid_days": 7}
    assert call("POST", "coupons", template).status == 201
    issued = call("POST", "coupons/home/issue", {"shopper": "wang"}).body["code"]
    best = call("POST", "offers/best", {"coupons": [issued], "cart": cart(tent=1), "suggestions": 5}).body
    tier = next(each for each in best["next_tiers"] if each["offer"] == issued)
    # 11.50 yuan are missing: the mug is over by 12.50, two pegs by 6.50.
    assert next((each["product_id"], each["exceeds_by"]) for each in tier["suggestions"]) == ("mug", 1_250)
    assert [(way["exceeds_by"], [each["product_id"] for each in way["products"]]) for way in tier["together"]] == [
        (650, ["peg", "peg"])
    ]


def test_what_completes_a_set_comes_with_products_of_the_missing_part(call: Caller) -> None:
    template = {"id": "set", "name": "露营套装", "kind": "bundle_price", "price": 18_800, "stock": 9, "valid_days": 7,
                "parts": [{"categories": ["户外 > 帐篷"]}, {"categories": ["户外 > 灯具"]}], "is_automatic": True}  # fmt: skip
    assert call("POST", "coupons", template).status == 201
    best = call("POST", "offers/best", {"cart": cart(tent=1)}).body
    tier = next(each for each in best["next_tiers"] if each["offer"] == "set")
    assert (tier["message"], [each["product_id"] for each in tier["suggestions"]]) == (
        "再买 1 件可享套装价¥188",
        ["lamp"],
    )
    both = call("POST", "offers/best", {"cart": cart(tent=1, lamp=1)}).body
    assert next((each["offer"], each["saved"]) for each in both["applied"]) == ("set", 17_650 + 3_900 - 18_800)
    assert call("PUT", "coupons/set", template | {"status": "paused"}).status == 200
    assert call("POST", "offers/best", {"cart": cart(tent=1)}).body["next_tiers"] == []


def test_what_the_till_knows_counts(call: Caller) -> None:
    body = {"cart": cart(tent=1), "customer": {"levels": ["金卡"]}}
    best = call("POST", "offers/best", body).body
    assert [each["offer"] for each in best["applied"]] == ["members", "ship"]
    assert best["applied"][0]["saved"] == 883


def test_coupons_that_cannot_be_compared_say_why(call: Caller, code: str) -> None:
    body = {"shopper": "wang", "coupons": [code, "NOSUCHCODE"], "cart": cart(tent=2)}
    best = call("POST", "offers/best", body).body
    reasons = {each["offer"]: each["reason"] for each in best["not_applied"]}
    assert (reasons[code], reasons["NOSUCHCODE"]) == ("not_owned", "unknown_code")


def test_spent_coupons_hide_no_usable_one(call: Caller, shop: LaptopShop) -> None:
    for name, value in (("aa-spent", 100), ("zz-big", 5_000)):
        template: dict[str, Any] = {
            "id": name,
            "name": f"{name}券",
            "value": value,
            "stock": 130,
            "valid_days": 7,
            "per_shopper": None,
        }
        assert call("POST", "coupons", template).status == 201
    coupons = shop.services.coupons
    for number in range(130):
        owned = coupons.issue("aa-spent", "sun", Issue(f"k{number}", "admin", "测试"))
        coupons.move(owned.code, Redeem(f"order-{number}", 9_000, f"d{number}", "admin"))
    # Coupons are read by the order of their ids: this one comes last.
    last = max((f"k{number}" for number in range(1_000)), key=lambda key: issue_id_of("zz-big", "sun", key))
    usable = call("POST", "coupons/zz-big/issue", {"shopper": "sun", "batch": last}).body["code"]
    best = call("POST", "offers/best", {"shopper": "sun", "cart": cart(tent=1) | {"shipping": 0}}).body
    assert [(each["offer"], each["saved"]) for each in best["applied"]] == [(usable, 5_000)]
    assert (best["is_exact"], best["left_out"], best["note"]) == (True, 0, None)
    assert not [each for each in best["not_applied"] if each["reason"] == "already_used"]
    typed = call("POST", "offers/best", {"shopper": "sun", "cart": cart(tent=1), "coupons": [owned.code]}).body
    told = next(each for each in typed["not_applied"] if each["offer"] == owned.code)
    assert (told["reason"], told["name"]) == ("already_used", "aa-spent券")


def test_wrong_codes_are_counted_for_the_client_the_shopper_or_all_who_are_not_named(call: Caller) -> None:
    def reasons(**who: str) -> list[str]:
        asked = {"cart": cart(tent=1), "coupons": ["NOSUCHCODE"] * 22, **who}
        return [each["reason"] for each in call("POST", "offers/best", asked).body["not_applied"]]

    stopped = ["unknown_code"] * 20 + ["too_many_wrong_codes"] * 2
    for who in ({"client": "app-7", "shopper": "zhao"}, {"shopper": "zhao"}):
        assert [each for each in reasons(**who) if each in stopped] == stopped
    for _ in range(2):
        assert "too_many_wrong_codes" not in reasons()


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"cart": {"lines": []}}, 400, "cart.lines"),
        ({"cart": cart(tent=1) | {"currency": "rmb"}}, 400, "cart.currency"),
        ({"cart": {"lines": [{"product_id": "nothing"}]}}, 400, "cart.lines[0].price"),
        ({"cart": {"lines": [{"product_id": "tent", "quantity": 0}]}}, 400, "cart.lines[0].quantity"),
        ({"cart": {"lines": [{"product_id": "tent", "price": 1.5}]}}, 400, "cart.lines[0].price"),
        ({"cart": {"lines": [{"product_id": f"p{n}", "price": 1} for n in range(201)]}}, 413, "cart.lines"),
        ({"coupons": ["X"] * 51}, 400, "coupons"),
        ({"client": ""}, 400, "client"),
    ],
)
def test_a_cart_that_cannot_be_is_refused_by_its_field(
    call: Caller, change: dict[str, Any], status: int, field: str
) -> None:
    answer = call("POST", "offers/best", {"cart": cart(tent=1)} | change)
    assert (answer.status, answer.body["error"]["field"]) == (status, field)


def test_a_part_that_comes_back_is_owed_by_the_policy(call: Caller, code: str) -> None:
    best = call("POST", "offers/best", {"coupons": [code], "cart": cart(tent=2)}).body
    order = {
        "cart": cart(tent=2),
        "offers": [each["offer"] for each in best["applied"]],
        "paid": best["payable"],
        "returned": {"0": 1},
    }
    for policy, owed, lost in (("keep", 17_650, 0), ("proportional", 15_650, 2_000), ("re_evaluate", 13_650, 4_000)):
        answer = call("POST", "offers/refunds", order | {"policy": policy})
        assert answer.status == 200, answer.body
        assert (answer.body["amount"], answer.body["discount_lost"]) == (owed, lost)
    refused = call("POST", "offers/refunds", order | {"policy": "keep", "paid": 1})
    assert (refused.status, refused.body["error"]["code"]) == (422, "paid_otherwise")
    refused = call("POST", "offers/refunds", order | {"policy": "keep", "returned": {"0": 3}})
    assert (refused.status, refused.body["error"]["field"]) == (400, "returned.0")
