"""The till over real HTTP: a cart decides what a coupon takes off, an order's coupons move together, pieces come back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.shop import LaptopShop
from tests.integration.test_recall_api import Caller

PRODUCTS: list[dict[str, Any]] = [
    {"id": "tent", "title": "露营帐篷", "price": 17_650, "brand": "山野集", "category": ["户外", "帐篷"], "stock": 9},
    {"id": "mug", "title": "马克杯", "price": 2_400, "brand": "木与火", "category": ["家居", "杯子"], "stock": 9},
]
TEMPLATES: list[dict[str, Any]] = [
    {"id": "camp", "name": "露营满减", "kind": "tiers", "tiers": [{"at_least": 20_000, "off": 4_000}], "stock": 99,
     "scope": [{"categories": ["户外"]}], "valid_days": 7, "per_shopper": None, "budget": 90_000, "group": "a"},
    {"id": "fold", "name": "九折", "kind": "percent_off", "basis_points": 1_000, "stock": 99, "valid_days": 7,
     "per_shopper": None, "channels": ["app"], "group": "b"},
    {"id": "five", "name": "五元", "value": 500, "stock": 99, "valid_days": 7, "per_shopper": None, "group": "a"},
    {"id": "ship", "name": "满99包邮", "kind": "free_shipping", "minimum_spend": 9_900, "stock": 9, "valid_days": 7,
     "is_automatic": True},
]  # fmt: skip
CART: dict[str, Any] = {
    "lines": [{"id": "t", "product_id": "tent", "quantity": 2}, {"id": "m", "product_id": "mug"}],
    "shipping": 1_200,
}


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False, start=datetime(2026, 11, 22, 4, 0, tzinfo=UTC)) as running:
        yield running


@pytest.fixture(scope="module")
def call(shop: LaptopShop) -> Iterator[Caller]:
    caller = Caller(shop)
    for product in PRODUCTS:
        assert caller("PUT", f"/v1/products/{product['id']}", product).status in (200, 201)
    shop.pump.drain()
    for template in TEMPLATES:
        answer = caller("POST", "/v1/coupons", template)
        assert answer.status == 201, answer.body
    yield caller
    caller.http.close()


def given(call: Caller, coupon_id: str, shopper: str = "li") -> str:
    answer = call("POST", f"/v1/coupons/{coupon_id}/issue", {"shopper": shopper})
    assert answer.status == 201, answer.body
    code: str = answer.body["code"]
    return code


def test_the_cart_decides_and_the_best_offer_said_the_same(call: Caller) -> None:
    code = given(call, "camp", "wu")
    best = call("POST", "/v1/offers/best", {"shopper": "wu", "cart": CART}).body
    said = {each["offer"]: each for each in best["applied"]}
    order = {"order_id": "o-1", "cart": CART, "with": ["ship"], "shopper": "wu"}
    held = call("POST", f"/v1/coupon-codes/{code}/reserve", order, Idempotency_Key="r-o-1")
    assert held.status == 200, held.body
    assert (held.body["amount"], held.body["discount"]) == (38_900, said[code]["saved"])
    assert (held.body["by_line"], held.body["on_shipping"]) == (said[code]["by_line"], 0)
    other = call("POST", f"/v1/coupon-codes/{code}/redeem", order | {"order_id": "o-1-b"})
    assert (other.status, other.body["error"]["code"]) == (409, "coupon_reserved")
    used = call("POST", f"/v1/coupon-codes/{code}/redeem", {"order_id": "o-1"}, Idempotency_Key="d-o-1")
    assert (used.body["discount"], used.body["coupon"]["state"]) == (4_000, "redeemed")
    assert used.body["by_line"] == held.body["by_line"]


@pytest.mark.parametrize(
    ("order", "status", "error"),
    [
        ({"amount": 40_000}, 422, {"code": "cart_needed", "field": "cart"}),
        ({"amount": 40_000, "discount": 4_000}, 422, {"code": "cart_needed", "field": "cart"}),
        ({}, 400, {"code": "invalid_request", "field": "amount"}),
        ({"with": ["ship"]}, 400, {"code": "invalid_request", "field": "cart"}),
        ({"cart": CART, "unchecked": True}, 400, {"code": "invalid_request", "field": "unchecked"}),
        ({"cart": CART, "discount": 3_999}, 422, {"code": "discount_differs", "field": "discount"}),
        ({"cart": CART, "amount": 1}, 422, {"code": "amount_differs", "field": "amount"}),
        (
            {"cart": {"lines": [CART["lines"][1]]}},
            422,
            {"code": "offer_does_not_apply", "reason": "no_goods_in_scope", "field": "cart"},
        ),
        (
            {"cart": CART, "shopper": "somebody"},
            422,
            {"code": "offer_does_not_apply", "reason": "not_owned", "field": "cart"},
        ),
        ({"cart": CART, "with": ["none"]}, 400, {"code": "coupon_code_mistyped", "field": "with[0]"}),
        ({"cart": CART | {"lines": []}}, 400, {"code": "invalid_request", "field": "cart.lines"}),
    ],
)
def test_refusals_name_field_and_reason(
    call: Caller, order: dict[str, Any], status: int, error: dict[str, str]
) -> None:
    code = given(call, "camp")
    answer = call("POST", f"/v1/coupon-codes/{code}/redeem", {"order_id": f"o-{code}"} | order)
    assert answer.status == status, answer.body
    assert error.items() <= answer.body["error"].items()
    assert call("GET", f"/v1/coupon-codes/{code}").body["state"] == "issued"


def test_two_coupons_that_do_not_stack_are_told_apart(call: Caller) -> None:
    code, other = given(call, "camp"), given(call, "five")
    answer = call("POST", f"/v1/coupon-codes/{code}/reserve", {"order_id": "o-2", "cart": CART, "with": [other]})
    error = answer.body["error"]
    assert (answer.status, error["reason"], error["field"]) == (422, "not_stackable", "with[0]")
    assert other in error["message"]
    assert "不能与已选优惠同享" in error["message"]


def test_a_till_may_answer_for_a_discount_itself_and_the_ledger_says_so(call: Caller) -> None:
    code = given(call, "camp")
    order = {"order_id": "o-3", "amount": 9_000, "discount": 1_500, "unchecked": True}
    used = call("POST", f"/v1/coupon-codes/{code}/redeem", order)
    assert (used.status, used.body["discount"], used.body["by_line"]) == (200, 1_500, None)
    assert [entry["unchecked"] for entry in used.body["coupon"]["entries"]] == [False, True]


def test_an_order_reserves_all_its_offers_or_none(call: Caller) -> None:
    codes = [given(call, "camp"), given(call, "fold")]
    ask = {"order_id": "o-4", "shopper": "li", "cart": CART, "offers": [*codes, "ship"]}
    refused = call("POST", "/v1/offers/reserve", ask)
    assert (refused.status, refused.body["error"]["reason"], refused.body["error"]["field"]) == (
        422,
        "wrong_channel",
        "offers[1]",
    )
    assert call("GET", f"/v1/coupon-codes/{codes[0]}").body["state"] == "issued"
    best = call("POST", "/v1/offers/best", {"coupons": codes, "cart": CART, "channel": "app"}).body
    ask["channel"] = "app"
    held = call("POST", "/v1/offers/reserve", ask, Idempotency_Key="r-o-4")
    assert held.status == 200, held.body
    assert held.body["amount"] == 38_900
    assert held.body["payable"] == 38_900 - held.body["saved"]
    assert held.body["saved"] == sum(each["discount"] for each in held.body["offers"])
    assert [each["automatic"] for each in held.body["offers"]] == [False, False, True]
    assert call("POST", "/v1/offers/reserve", ask, Idempotency_Key="r-o-4").body == held.body
    assert best["saved"] == held.body["saved"]
    again = call("POST", "/v1/offers/reserve", ask, Idempotency_Key="r-o-4-b")
    assert (again.status, again.body["error"]["code"]) == (409, "order_holds_offers")
    used = call("POST", "/v1/offers/redeem", {"order_id": "o-4"}, Idempotency_Key="d-o-4")
    assert [each["coupon"]["state"] for each in used.body["offers"][:2]] == ["redeemed"] * 2
    assert call("POST", "/v1/offers/redeem", {"order_id": "o-4"}, Idempotency_Key="d-o-4").body == used.body
    late = call("POST", "/v1/offers/release", {"order_id": "o-4"})
    assert (late.status, late.body["error"]["code"]) == (409, "coupon_not_reserved")
    unknown = call("POST", "/v1/offers/redeem", {"order_id": "o-none"})
    assert (unknown.status, unknown.body["error"]["code"]) == (404, "order_not_found")


def test_an_order_that_does_not_come_about_releases_all(call: Caller) -> None:
    codes = [given(call, "camp"), given(call, "fold")]
    ask = {"order_id": "o-5", "cart": CART, "offers": codes, "channel": "app", "seconds": 60}
    assert call("POST", "/v1/offers/reserve", ask, Idempotency_Key="r-o-5").status == 200
    released = call("POST", "/v1/offers/release", {"order_id": "o-5", "reason": "超时未付"}, Idempotency_Key="l-o-5")
    assert [each["coupon"]["state"] for each in released.body["offers"]] == ["issued"] * 2
    assert call("GET", f"/v1/coupon-codes/{codes[1]}").body["entries"][-1]["reason"] == "超时未付"


@pytest.mark.parametrize(
    ("policy", "backs"), [("proportional", [2_000, 2_000]), ("re_evaluate", [4_000]), ("keep", [0, 4_000])]
)
def test_pieces_come_back_one_by_one(call: Caller, policy: str, backs: list[int]) -> None:
    code = given(call, "camp")
    order = {"order_id": f"o-{policy}", "cart": CART}
    assert call("POST", f"/v1/coupon-codes/{code}/redeem", order).status == 200
    ask = {"order_id": f"o-{policy}", "policy": policy, "returned": {"t": 1}, "returns": True}
    over = call("POST", f"/v1/coupon-codes/{code}/refund", ask | {"returned": {"t": 3}})
    assert (over.status, over.body["error"]["field"]) == (400, "returned.t")
    for number, amount in enumerate(backs):
        key = f"b-{policy}-{number}"
        back = call("POST", f"/v1/coupon-codes/{code}/refund", ask, Idempotency_Key=key)
        assert (back.status, back.body["refunded"]) == (200, amount), back.body
        assert call("POST", f"/v1/coupon-codes/{code}/refund", ask, Idempotency_Key=key).body == back.body
        assert back.body["coupon"]["entries"][-1]["returned"] == {"t": 1}
    assert call("GET", f"/v1/coupon-codes/{code}").body["state"] == "issued"


def test_a_refund_by_amount_and_by_pieces_exclude_each_other(call: Caller) -> None:
    code = given(call, "five")
    assert call("POST", f"/v1/coupon-codes/{code}/redeem", {"order_id": "o-6", "amount": 900}).status == 200
    both = {"order_id": "o-6", "discount": 1, "returned": {"t": 1}}
    assert call("POST", f"/v1/coupon-codes/{code}/refund", both).body["error"]["field"] == "discount"
    bare = call("POST", f"/v1/coupon-codes/{code}/refund", {"order_id": "o-6", "returned": {"t": 1}})
    assert (bare.status, bare.body["error"]["code"]) == (422, "pieces_unknown")


def test_whoever_guesses_codes_is_stopped_without_being_named(call: Caller) -> None:
    order = {"order_id": "o-7", "amount": 9_000}
    guesses = [call("POST", "/v1/coupon-codes/NOPE/redeem", order).status for _ in range(21)]
    assert guesses == [400] * 20 + [429]
    ask = {"order_id": "o-8", "cart": CART, "offers": ["NOPE"], "shopper": "guesser"}
    guesses = [call("POST", "/v1/offers/reserve", ask).status for _ in range(21)]
    assert guesses == [400] * 20 + [429]


def test_a_gift_says_what_is_put_into_the_parcel(call: Caller) -> None:
    gift = {"name": "赠品", "kind": "gift", "sku": "cup-red", "quantity": 2, "stock": 9, "valid_days": 7}
    assert call("POST", "/v1/coupons", gift | {"id": "cups"}).status == 201
    code = given(call, "cups", "zhao")
    best = call("POST", "/v1/offers/best", {"shopper": "zhao", "cart": CART}).body
    told = {each["offer"]: each["gift"] for each in best["applied"]}
    assert told == {code: {"sku": "cup-red", "quantity": 2}, "ship": None}


def test_each_coupon_of_an_order_may_be_told_of_each_return(call: Caller) -> None:
    code = given(call, "camp", "sun")
    used = call("POST", f"/v1/coupon-codes/{code}/redeem", {"order_id": "o-9", "cart": CART})
    assert used.status == 200, used.body
    told = []
    for line_id, pieces in (("t", 2), ("m", 1)):
        ask = {"order_id": "o-9", "returned": {line_id: pieces}}
        answer = call("POST", f"/v1/coupon-codes/{code}/refund", ask)
        told.append((answer.status, answer.body["refunded"], answer.body["coupon"]["state"]))
    assert told == [(200, 4_000, "refunded"), (200, 0, "refunded")]


def test_offers_are_not_reserved_without_a_cart(call: Caller) -> None:
    refused = call("POST", "/v1/offers/reserve", {"order_id": "o-10", "offers": ["ship"]})
    assert (refused.status, refused.body["error"]["message"]) == (400, "the cart is needed")
