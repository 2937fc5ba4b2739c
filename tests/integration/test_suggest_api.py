"""Suggestions, hot and related searches over HTTP, and the way of a search from the log to all of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.catalog import ProductChange
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http
from tests.support.search import small_shop


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        changes = [ProductChange(each.product_id, 1, each) for each in small_shop()]
        assert not running.services.indexing.apply(changes)
        yield running


@pytest.fixture(scope="module")
def get(shop: LaptopShop) -> Any:
    call = Http(shop.base_url)

    def asked(path: str, key: str | None = None) -> Answer:
        return call("GET", path, None, key or shop.keys.search)

    return asked


def queries(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [item["query"] for item in answer.body["items"]]


@pytest.mark.parametrize("typed", ["连", "lian", "lyq", "lianyiwun"])
def test_a_box_gets_suggestions(get: Any, typed: str) -> None:
    assert "连衣裙" in queries(get(f"/v1/suggest?q={quote(typed)}"))


def test_the_number_of_suggestions_is_asked_for_and_bounded(get: Any) -> None:
    assert len(queries(get("/v1/suggest?q=l&size=1"))) == 1
    refused = get("/v1/suggest?q=l&size=51")
    assert (refused.status, refused.body["error"]["field"]) == (400, "size")
    assert get("/v1/suggest?q=" + quote("连" * 513)).status == 400


def test_related_searches_and_hot_categories_come_without_a_log(get: Any) -> None:
    assert all("连衣裙" in query for query in queries(get("/v1/suggest?related=" + quote("连衣裙"))))
    body = get("/v1/hot").body
    assert body["items"] == []
    assert body["categories"][0]["name"] == "连衣裙"


def test_a_search_says_what_it_shows_and_what_was_meant(get: Any) -> None:
    meant = get("/v1/search?q=" + quote("连依裙")).body
    assert (meant["suggestion"], meant["ladder"]["rung"], meant["ladder"]["message"]) == ("连衣裙", "as_asked", None)
    shown = get("/v1/search?q=lianyiq").body
    assert shown["nbHits"] > 0
    assert shown["ladder"] == {
        "rung": "spelling",
        "query": "连衣裙",
        "dropped": [],
        "message": "没有找到“lianyiq”，为您展示“连衣裙”的结果",
    }


def test_only_an_administrator_blocks_words(shop: LaptopShop, get: Any) -> None:
    call = Http(shop.base_url)
    body = {"words": ["音箱"]}
    assert call("PUT", "/v1/suggestions/blocked", body, shop.keys.search).status == 403
    assert call("PUT", "/v1/suggestions/blocked", body, shop.keys.admin).body == {"words": ["音箱"]}
    assert get("/v1/suggestions/blocked", shop.keys.admin).body == {"words": ["音箱"]}
    shop.clock.advance(timedelta(minutes=1))
    assert not [query for query in queries(get("/v1/suggest?q=" + quote("音"))) if "音箱" in query]
    assert call("PUT", "/v1/suggestions/blocked", {"words": [" "]}, shop.keys.admin).status == 400
    call("PUT", "/v1/suggestions/blocked", {"words": []}, shop.keys.admin)


def test_what_three_shoppers_search_becomes_hot(shop: LaptopShop, get: Any) -> None:
    for shopper in ("a", "b", "c"):
        get(f"/v1/search?q={quote('露营帐篷')}&user={shopper}")
    get(f"/v1/search?q={quote('蓝牙音箱')}&user=a")
    shop.pump.drain()
    shop.services.record_keeping.fold(shop.clock.now())
    shop.clock.advance(timedelta(minutes=3))
    assert [item["query"] for item in get("/v1/hot").body["items"]] == ["露营帐篷"]
    assert "露营帐篷" in queries(get("/v1/suggest?q=ly"))
    assert queries(get("/v1/suggest?q=")) == ["露营帐篷"]
