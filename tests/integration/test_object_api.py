"""Algolia's write side: what a connector pushes is what the catalogue keeps and search finds."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api import search_writes
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http
from tests.support.search import small_shop


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop() as running:
        yield running


@pytest.fixture
def call(shop: LaptopShop) -> Iterator[Any]:
    http = Http(shop.base_url)

    def asked(method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        return http(method, f"/1/indexes/{path}", body, key or shop.keys.admin)

    yield asked
    http.close()


def batch(call: Any, *operations: tuple[str, dict[str, Any]]) -> Answer:
    requests = [{"action": action, "body": body} for action, body in operations]
    answer: Answer = call("POST", "products/batch", {"requests": requests})
    return answer


def product(shop: LaptopShop, product_id: str) -> Any:
    return shop.services.catalog.get(product_id)


RECORD = {
    "objectID": "a1",
    "name": "法式碎花连衣裙",
    "price": 199.9,
    "list_price": "299",
    "brand": "拾光里",
    "categories": {"lvl0": "女装", "lvl1": "女装 > 裙装"},
    "description": "轻盈",
    "image_url": "https://shop.example/a1.jpg",
    "_tags": ["新品"],
    "color": ["蓝", "白"],
    "in_promotion": True,
    "_geoloc": {"lat": 1},
    "created_at": 1_767_225_600,
    "stock": 7,
}


def test_a_record_becomes_a_product_and_is_found(call: Any, shop: LaptopShop) -> None:
    answer = batch(call, ("addObject", RECORD))
    assert (answer.status, answer.body["objectIDs"]) == (200, ["a1"])
    assert call("GET", f"products/task/{answer.body['taskID']}").body["status"] == "published"
    kept = product(shop, "a1")
    assert (kept.title, kept.price, kept.list_price, kept.stock) == ("法式碎花连衣裙", 19_990, 29_900, 7)
    assert (kept.category_path, kept.tags, kept.brief) == (("女装", "裙装"), ("新品",), "轻盈")
    assert kept.attributes == {"color": ("蓝", "白"), "in_promotion": ("true",)}
    assert kept.created_at.isoformat() == "2026-01-01T00:00:00+00:00"
    until = time.monotonic() + 10
    while True:
        hits = call(
            "POST", "products/query", {"query": "法式碎花", "filters": "attributes.color:蓝"}, shop.keys.search
        ).body["hits"]
        if hits or time.monotonic() > until:
            break
        time.sleep(0.05)
    assert [hit["objectID"] for hit in hits] == ["a1"]


@pytest.mark.parametrize("each", small_shop()[::7], ids=lambda each: each.product_id)
def test_what_is_read_can_be_written_back_unchanged(call: Any, shop: LaptopShop, each: Any) -> None:
    shop.services.catalog.put(each)
    record = call("GET", f"products/{each.product_id}", key=shop.keys.search).body
    assert call("PUT", f"products/{each.product_id}", record).status == 200
    assert product(shop, each.product_id) == each


def test_operations_happen_in_order(call: Any, shop: LaptopShop) -> None:
    answer = batch(
        call,
        ("addObject", {"name": "无号", "price": 1}),
        ("updateObject", {"objectID": "b1", "title": "一", "price": 1, "category": ["女装", "裙装"]}),
        ("partialUpdateObject", {"objectID": "b1", "price": 2.5, "stock": {"_operation": "Increment", "value": 3}}),
        (
            "partialUpdateObject",
            {"objectID": "b1", "tags": {"_operation": "AddUnique", "value": "热卖"}, "category": "男装"},
        ),
        ("updateObject", {"objectID": "b2", "title": "二", "price": 1}),
        ("deleteObject", {"objectID": "b2"}),
        ("deleteObject", {"objectID": "never-there"}),
        ("partialUpdateObjectNoCreate", {"objectID": "b3", "price": 1}),
    )
    assert answer.status == 200, answer.body
    made, *others = answer.body["objectIDs"]
    assert others == ["b1", "b1", "b1", "b2", "b2", "never-there", "b3"]
    assert product(shop, made).title == "无号"
    kept = product(shop, "b1")
    assert (kept.price, kept.stock, kept.tags, kept.category_path) == (250, 3, ("热卖",), ("男装",))
    for gone in ("b2", "b3"):
        assert call("GET", f"products/{gone}").status == 404


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("addObject", {"objectID": "c2"}, "requests[1].body"),
        ("addObject", {"objectID": "c2", "title": "x", "price": "many"}, "requests[1].body.price"),
        ("addObject", {"objectID": "c2", "title": "x", "price": -1}, "requests[1].body: price"),
        ("updateObject", {"title": "x"}, "requests[1].body.objectID"),
        ("partialUpdateObject", {"objectID": "c2", "title": {"_operation": "Blur"}}, "requests[1].body.title"),
        ("partialUpdateObject", {"objectID": "no-title", "price": 1}, "requests[1].body"),
        ("moveObject", {}, "requests[1].body"),
        ("addObject", {"objectID": "c2", "title": "x", "attributes": 7}, "requests[1].body.attributes"),
        ("addObject", {"objectID": "c2", "title": "x", "skus": [7]}, "requests[1].body.skus[0]"),
        ("addObject", {"objectID": "c2", "title": "x" * 501}, "requests[1].body: title"),
    ],
)
def test_a_batch_with_a_wrong_record_changes_nothing(
    call: Any, shop: LaptopShop, action: str, body: dict[str, Any], field: str
) -> None:
    answer = batch(call, ("addObject", {"objectID": "c1", "title": "好", "price": 1}), (action, body))
    assert (answer.status, answer.body["status"]) == (400, 400), answer.body
    assert field in answer.body["message"]
    assert call("GET", "products/c1").status == 404


def test_one_object_by_its_own_routes(call: Any, shop: LaptopShop) -> None:
    made = call("POST", "products", {"title": "新", "price": 3}).body
    assert call("POST", f"products/{made['objectID']}/partial", {"price": 4}).status == 200
    assert call("GET", f"products/{made['objectID']}?attributesToRetrieve=price").body == {
        "objectID": made["objectID"],
        "price": 4,
    }
    several = call(
        "POST",
        "*/objects",
        {
            "requests": [
                {"indexName": "products", "objectID": made["objectID"]},
                {"indexName": "products", "objectID": "-"},
            ]
        },
    )
    assert [each and each["title"] for each in several.body["results"]] == ["新", None]
    assert call("DELETE", f"products/{made['objectID']}").body["deletedAt"]
    assert call("GET", f"products/{made['objectID']}").body == {"message": "ObjectID does not exist", "status": 404}


def test_what_is_off_sale_is_shown_to_nobody(call: Any, shop: LaptopShop) -> None:
    batch(call, ("addObject", {"objectID": "off", "title": "下架", "price": 1, "is_on_sale": False}))
    assert product(shop, "off").is_on_sale is False
    assert call("GET", "products/off", key=shop.keys.search).status == 404


def test_an_index_that_is_not_the_shops_is_not_written_to(call: Any) -> None:
    for path in ("other/batch", "products_price_asc/batch"):
        assert call("POST", path, {"requests": []}).status == 404
    assert call("PUT", "other/x", {"title": "x"}).status == 404
    assert call("GET", "other/x").status == 404
    assert call("GET", "products/task/x").status == 400


def test_only_an_admin_writes(call: Any, shop: LaptopShop) -> None:
    for key in (shop.keys.search, shop.keys.write):
        assert call("POST", "products/batch", {"requests": []}, key).status == 403
        assert call("DELETE", "products/a1", None, key).status == 403


def test_a_batch_is_bounded_and_clear_empties_the_shop(
    call: Any, shop: LaptopShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_writes, "MAX_OPERATIONS", 20)
    # More than other routes take: connectors send a thousand records at once.
    records = [
        ("addObject", {"objectID": f"m{number}", "title": f"商品{number}", "price": 1, "brief": "很" * 9_000})
        for number in range(20)
    ]
    assert len(batch(call, *records).body["objectIDs"]) == 20
    assert batch(call, *records, records[0]).status == 413
    assert batch(call, ("clear", {}), records[3]).status == 200
    assert [each.product_id for each in shop.services.catalog.all()] == ["m3"]
    assert call("POST", "products/clear").status == 200
    assert not list(shop.services.catalog.all())
