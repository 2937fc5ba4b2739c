"""The ledger over real HTTP: claim, reserve, redeem, partial refund, release, void, codes as CSV, and repeats of each."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from infra.local.shop import LaptopShop
from tests.integration.test_recall_api import Caller

COUPON: dict[str, Any] = {
    "id": "flash",
    "name": "限时抢",
    "value": 2_000,
    "minimum_spend": 10_000,
    "stock": 10,
    "valid_days": 7,
    "per_shopper": 3,
    "budget": 4_000,
    "public_code": "SAVE20",
}
ORDER = {"order_id": "order-1", "amount": 12_000}


@pytest.fixture
def call(shop: LaptopShop) -> Caller:
    made = Caller(shop)
    assert made("POST", "/v1/coupons", COUPON).status == 201
    return made


@pytest.fixture
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        yield running


def test_claim_reserve_redeem_and_a_partial_refund_each_repeated(call: Caller) -> None:
    claimed = call("POST", "/v1/coupons/flash/claim", {"shopper": "li"}, Idempotency_Key="c")
    assert (claimed.status, claimed.body["state"], claimed.body["entries"][0]["movement"]) == (201, "issued", "claimed")
    path = f"/v1/coupon-codes/{claimed.body['code']}"
    reserved = call("POST", f"{path}/reserve", ORDER | {"seconds": 60}, Idempotency_Key="r")
    assert (reserved.status, reserved.body["payable"], reserved.body["coupon"]["state"]) == (200, 10_000, "reserved")
    assert call("GET", "/v1/coupons/flash").body["spent"] == 2_000
    taken = call("POST", f"{path}/redeem", ORDER | {"order_id": "order-2"}, Idempotency_Key="x")
    assert (taken.status, taken.body["error"]["code"]) == (409, "coupon_reserved")
    redeemed = call("POST", f"{path}/redeem", ORDER, Idempotency_Key="d")
    assert (redeemed.status, redeemed.body["coupon"]["state"]) == (200, "redeemed")
    back = {"order_id": "order-1", "discount": 500}
    refunded = call("POST", f"{path}/refund", back, Idempotency_Key="b")
    assert (refunded.body["refunded"], refunded.body["coupon"]["state"]) == (500, "partially_refunded")
    assert call("POST", f"{path}/redeem", ORDER, Idempotency_Key="d").body == redeemed.body
    assert call("POST", f"{path}/refund", back, Idempotency_Key="b").body == refunded.body
    assert call("GET", path).body["refunded"] == 500
    assert call("GET", "/v1/coupons/flash").body["spent"] == 1_500


def test_release_and_void_over_http(call: Caller) -> None:
    code = call("POST", "/v1/coupons/flash/issue", {"shopper": "li"}).body["code"]
    path = f"/v1/coupon-codes/{code}"
    assert call("POST", f"{path}/reserve", ORDER).status == 200
    assert call("POST", f"{path}/release", {"order_id": "order-1"}).body["state"] == "issued"
    assert call("POST", f"{path}/void", {"reason": "发错了", "returns": True}).body["state"] == "voided"
    assert call("GET", "/v1/coupons/flash").body["left"] == 10
    assert call("POST", f"{path}/redeem", ORDER).body["error"]["code"] == "coupon_voided"


def test_a_reservation_ends_by_the_clock(shop: LaptopShop, call: Caller) -> None:
    code = call("POST", "/v1/coupons/flash/issue", {"shopper": "li"}).body["code"]
    assert call("POST", f"/v1/coupon-codes/{code}/reserve", ORDER | {"seconds": 60}).status == 200
    shop.clock.advance(timedelta(minutes=2))
    shop.pump.fire_due()
    assert call("GET", "/v1/coupons/flash").body["spent"] == 0
    assert call("GET", f"/v1/coupon-codes/{code}").body["entries"][-1]["movement"] == "lapsed"


def test_codes_are_made_in_pages_of_csv_and_claimed(call: Caller) -> None:
    batch = call("POST", "/v1/coupons/flash/code-batches", {"count": 3}, Idempotency_Key="batch")
    assert (batch.status, batch.body["pages"]) == (201, 1)
    page = f"/v1/coupons/flash/code-batches/{batch.body['id']}/pages"
    _, made = wiring.services().code_desk.page("flash", batch.body["id"], 0)
    assert call("PUT", f"{page}/1").status == 404
    assert call("PUT", f"{page}/x").status == 400
    claimed = call("POST", f"/v1/coupon-codes/{made.codes[0]}/claim", {"shopper": "li"})
    assert (claimed.status, claimed.body["code"]) == (201, made.codes[0])
    assert call("POST", "/v1/coupon-codes/save20/claim", {"shopper": "li"}).status == 201


def test_guessing_is_answered_with_429(call: Caller) -> None:
    for _ in range(20):
        assert call("POST", "/v1/coupon-codes/NOPE/claim", {"shopper": "li"}).status == 400
    limited = call("POST", "/v1/coupon-codes/SAVE20/claim", {"shopper": "li"})
    assert (limited.status, limited.body["error"]["code"]) == (429, "too_many_wrong_codes")
    guesses = [call("POST", "/v1/coupon-codes/NOPE/redeem", ORDER | {"client": "till-7"}).status for _ in range(21)]
    assert guesses == [400] * 20 + [429]


def test_wrong_codes_of_a_claim_are_held_against_the_client_that_typed_them(call: Caller) -> None:
    typed = [
        call("POST", "/v1/coupon-codes/NOPE/claim", {"shopper": f"s{number}", "client": "app-7"}).status
        for number in range(21)
    ]
    assert typed == [400] * 20 + [429]
    # None of these shoppers is held up by it.
    assert call("POST", "/v1/coupon-codes/SAVE20/claim", {"shopper": "s0"}).status == 201
    assert call("POST", "/v1/coupon-codes/SAVE20/claim", {"shopper": "s1", "client": "app-7"}).status == 429
    plain = call("POST", "/v1/coupons/flash/claim", {"shopper": "s2", "client": "app-7"})
    assert plain.status == 400
