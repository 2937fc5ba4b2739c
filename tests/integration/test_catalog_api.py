"""Products over real HTTP, onto moto's DynamoDB."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import wiring
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http

TENT: dict[str, Any] = {"id": "t1", "title": "速开帐篷", "price": 19_900}


class Caller:
    """Calls with the admin key."""

    def __init__(self, shop: LaptopShop) -> None:
        self.http, self.key = Http(shop.base_url), shop.keys.admin

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return self.http(method, path, body, self.key, headers)


@pytest.fixture(scope="module")
def call(shop: LaptopShop) -> Caller:
    return Caller(shop)


@pytest.fixture(autouse=True)
def _empty(shop: LaptopShop) -> Iterator[None]:
    yield
    for product in list(wiring.services().products.all()):
        wiring.services().products.delete(product.product_id)


def test_a_product_is_put_read_replaced_and_deleted(call: Caller) -> None:
    assert call("PUT", "/v1/products/t1", {**TENT, "category": "户外 > 露营"}).body == {
        "id": "t1",
        "status": "accepted",
    }
    assert call("PUT", "/v1/products/t1", {**TENT, "category": ["户外", "露营"]}).body["status"] == "unchanged"
    assert call("GET", "/v1/products/t1").body == {
        **TENT,
        "category": ["户外", "露营"],
        "currency": "CNY",
        "sales_30d": 0,
        "stock": 0,
        "is_on_sale": True,
    }
    assert call("PUT", "/v1/products/t1", {"title": "天幕", "price": None}).body["status"] == "accepted"
    assert call("GET", "/v1/products/t1").body["price"] is None
    assert call("DELETE", "/v1/products/t1").body == {"id": "t1", "status": "deleted"}
    gone = call("GET", "/v1/products/t1")
    assert (gone.status, gone.body["error"]["code"]) == (404, "product_not_found")
    assert call("DELETE", "/v1/products/t1").status == 404


def test_what_get_answers_can_be_put_again(call: Caller) -> None:
    call("PUT", "/v1/products/t1", {**TENT, "skus": [{"id": "a", "price": 1, "attributes": {"颜色": "米白"}}]})
    assert call("PUT", "/v1/products/t1", call("GET", "/v1/products/t1").body).body["status"] == "unchanged"


def test_an_id_may_hold_chinese_and_slashes(call: Caller) -> None:
    path = "/v1/products/%E5%B8%90%2F1"
    assert call("PUT", path, {"title": "帐篷", "price": 1}).body["id"] == "帐/1"
    assert call("GET", path).body["id"] == "帐/1"


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({**TENT, "id": "t2"}, 400, "id"),
        ({**TENT, "price": "199"}, 400, "price"),
        ({**TENT, "price": -1}, 400, "price"),
        ({**TENT, "skus": [{"id": "a", "price": -1}]}, 400, "skus[0].price"),
        ({"id": "t1", "price": 1}, 400, "title"),
        ({**TENT, "titel": "x"}, 400, "titel"),
        ([TENT], 400, "body"),
        (b"{", 400, "body"),
        (b"", 400, "body"),
        (b'{"title": "\xff"}', 400, "body"),
        ({**TENT, "brief": "长" * 160_000}, 413, None),
        (b" " * 500_001, 413, "body"),
    ],
)
def test_a_bad_product_is_a_clear_error(call: Caller, body: Any, status: int, field: str | None) -> None:
    answer = call("PUT", "/v1/products/t1", body)
    assert (answer.status, answer.body["error"].get("field")) == (status, field)
    assert call("GET", "/v1/products/t1").status == 404


def test_a_batch_takes_the_good_ones_and_names_the_bad_ones(call: Caller) -> None:
    call("PUT", "/v1/products/t1", TENT)
    products = [TENT, {**TENT, "id": "t2"}, {**TENT, "id": "t3", "price": -5}, 7, {**TENT, "id": "t2", "price": 1}]
    answer = call("POST", "/v1/products/batch", {"products": products})
    assert answer.status == 200
    assert [(each["index"], each["id"], each["status"]) for each in answer.body["results"]] == [
        (0, "t1", "unchanged"),
        (1, "t2", "accepted"),
        (2, "t3", "rejected"),
        (3, None, "rejected"),
        (4, "t2", "rejected"),
    ]
    errors = [each["error"] for each in answer.body["results"] if "error" in each]
    assert [(error["code"], error["field"]) for error in errors] == [
        ("invalid_request", "products[2].price"),
        ("invalid_request", "products[3]"),
        ("product_repeated", "id"),
    ]
    assert call("GET", "/v1/products/t2").body["price"] == 19_900


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [({}, 400, "products"), ({"products": {}}, 400, "products"), ({"products": [1] * 1_001}, 413, "products")],
)
def test_a_batch_that_is_none_is_refused_whole(call: Caller, body: Any, status: int, field: str) -> None:
    answer = call("POST", "/v1/products/batch", body)
    assert (answer.status, answer.body["error"]["field"]) == (status, field)


def test_a_repeated_post_under_one_key_gets_the_first_answer(call: Caller) -> None:
    headers = {"Idempotency-Key": "batch-1"}
    first, again = (call("POST", "/v1/products/batch", {"products": [TENT]}, **headers) for _ in range(2))
    assert first.body == again.body
    assert first.body["results"][0]["status"] == "accepted"


def test_a_jsonl_body_is_imported_and_reported(call: Caller) -> None:
    lines = [json.dumps(TENT), "", '{"id": "t2"', '{"id": "t3", "title": "天幕", "price": null}', '"text"']
    answer = call("POST", "/v1/catalog/imports", gzip.compress("\n".join(lines).encode()))
    assert answer.status == 200
    report = answer.body
    assert {name: report[name] for name in ("rows", "imported", "unpriced")} == {
        "rows": 4,
        "imported": 2,
        "unpriced": 1,
    }
    assert [(each["index"], each["error"]["code"]) for each in report["rejected"]] == [
        (1, "invalid_request"),
        (3, "invalid_request"),
    ]


def test_one_product_alone_is_a_feed_too(call: Caller) -> None:
    assert call("POST", "/v1/catalog/imports", TENT).body["imported"] == 1


def test_rows_of_a_named_format_are_imported(call: Caller) -> None:
    row = {"title": "防雨帐篷", "attributes": {"品牌": ["Peak/高峰"]}, "coarse": "户外", "fine": "帐篷"}
    report = call("POST", "/v1/catalog/imports", {"format": "openbg", "rows": [row, {"coarse": "x"}]}).body
    assert (report["imported"], report["brands"], report["rejected"][0]["error"]["field"]) == (1, 1, "title")
    csv = {"format": "csv", "rows": [{"id": "t9", "title": "帐篷", "price": "12.50"}]}
    assert call("POST", "/v1/catalog/imports", csv).body["imported"] == 1
    assert call("GET", "/v1/products/t9").body["price"] == 1_250


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b" \n", 400, "body"),
        ({"format": "litemall", "rows": []}, 400, "format"),
        ({"rows": {}}, 400, "rows"),
        (b"{}\n" * 1_001, 413, "body"),
    ],
)
def test_a_feed_that_cannot_be_read_is_refused(call: Caller, body: Any, status: int, field: str) -> None:
    answer = call("POST", "/v1/catalog/imports", body)
    assert (answer.status, answer.body["error"]["field"]) == (status, field)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/products/t1"),
        ("GET", "/v1/products/t1"),
        ("DELETE", "/v1/products/t1"),
        ("POST", "/v1/products/batch"),
        ("POST", "/v1/catalog/imports"),
    ],
)
def test_only_admin_keys_may_touch_the_catalogue(shop: LaptopShop, method: str, path: str) -> None:
    http = Http(shop.base_url)
    assert http(method, path).status == 401
    assert http(method, path, key=shop.keys.search).status == 403
    assert http(method, path, key=shop.keys.write).status == 403
