"""What Algolia's connectors do besides pushing records: whole reindexes, settings, rules, synonyms, browsing."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.routing import declared_scopes
from chalicelib.core.access import Scope
from chalicelib.search import overhauls
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http


@pytest.fixture
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        yield running


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop of many pages, in small: no page is done while the caller waits, each holds two products."""
    monkeypatch.setattr(overhauls, "AT_ONCE", 0)
    monkeypatch.setattr(overhauls, "PAGE_SIZE", 2)


@pytest.fixture
def call(shop: LaptopShop) -> Iterator[Any]:
    http = Http(shop.base_url)

    def asked(method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        return http(method, f"/1/indexes{path}", body, key or shop.keys.admin)

    yield asked
    http.close()


def record(number: int, **others: Any) -> dict[str, Any]:
    return {"objectID": f"p{number}", "title": f"陶瓷杯 {number} 号", "price": number, **others}


def save(call: Any, index: str, *records: dict[str, Any]) -> Answer:
    answer: Answer = call(
        "POST", f"/{index}/batch", {"requests": [{"action": "updateObject", "body": each} for each in records]}
    )
    assert answer.status == 200, answer.body
    return answer


def done(call: Any, shop: LaptopShop, task: int, index: str = "products") -> None:
    assert call("GET", f"/{index}/task/{task}").body == {"status": "notPublished", "pendingTask": True}
    shop.pump.drain()
    assert call("GET", f"/{index}/task/{task}").body == {"status": "published", "pendingTask": False}


def ids(shop: LaptopShop) -> set[str]:
    return {each.product_id for each in shop.services.catalog.all()}


def found(call: Any, shop: LaptopShop, **params: Any) -> Any:
    answer = call("POST", "/products/query", {"distinct": False, **params}, shop.keys.search)
    assert answer.status == 200, answer.body
    return answer.body


@pytest.mark.usefixtures("slow")
def test_a_temporary_index_is_filled_and_moved_over_the_shops(call: Any, shop: LaptopShop) -> None:
    save(call, "products", *(record(number) for number in range(5)))
    copied = call(
        "POST", "/products/operation", {"operation": "copy", "destination": "products_tmp_7", "scope": ["settings"]}
    )
    assert copied.status == 200
    save(call, "products_tmp_7", *(record(number, brand="青禾") for number in range(3, 8)))
    save(call, "products_tmp_7", record(99))
    call("DELETE", "/products_tmp_7/p99")
    shop.pump.drain()
    assert ids(shop) == {f"p{number}" for number in range(5)}
    assert "products_tmp_7" in [each["name"] for each in call("GET", "").body["items"]]
    moved = call("POST", "/products_tmp_7/operation", {"operation": "move", "destination": "products"})
    assert moved.status == 200, moved.body
    done(call, shop, moved.body["taskID"], "products_tmp_7")
    assert ids(shop) == {f"p{number}" for number in range(3, 8)}
    assert {each.brand for each in shop.services.catalog.all()} == {"青禾"}
    assert found(call, shop, query="陶瓷杯")["nbHits"] == 5
    again = call("POST", "/products_tmp_7/operation", {"operation": "move", "destination": "products"})
    assert again.status == 404


def test_a_small_shop_is_emptied_and_moved_at_once(call: Any, shop: LaptopShop) -> None:
    save(call, "products", record(1), record(2))
    task = call("POST", "/products/clear").body["taskID"]
    assert call("GET", f"/products/task/{task}").body["status"] == "published"
    assert not ids(shop)
    save(call, "products_tmp", record(3))
    moved = call("POST", "/products_tmp/operation", {"operation": "move", "destination": "products"}).body["taskID"]
    assert call("GET", f"/products/task/{moved}").body["status"] == "published"
    assert ids(shop) == {"p3"}
    shop.pump.drain()
    assert ids(shop) == {"p3"}


@pytest.mark.usefixtures("slow")
def test_moving_an_index_that_was_made_and_left_empty_empties_the_shop(call: Any, shop: LaptopShop) -> None:
    save(call, "products", record(1))
    scope = {"operation": "copy", "destination": "products_tmp_1", "scope": ["settings", "rules", "synonyms"]}
    assert call("POST", "/products/operation", scope).status == 200
    moved = call("POST", "/products_tmp_1/operation", {"operation": "move", "destination": "products"})
    done(call, shop, moved.body["taskID"])
    assert not ids(shop)


@pytest.mark.usefixtures("slow")
def test_what_is_written_while_a_clear_or_a_move_is_on_its_way_stays(call: Any, shop: LaptopShop) -> None:
    save(call, "products", *(record(number) for number in range(1, 6)))
    cleared = call("POST", "/products/clear")
    # The same record as before: nothing of it changes, and yet it came after the clear.
    save(call, "products", record(2), record(9))
    done(call, shop, cleared.body["taskID"])
    assert ids(shop) == {"p2", "p9"}
    save(call, "products_tmp", record(2, brand="旧"), record(3), record(4))
    moved = call("POST", "/products_tmp/operation", {"operation": "move", "destination": "products"})
    save(call, "products", record(2, brand="新"), record(8))
    call("DELETE", "/products/p3")
    done(call, shop, moved.body["taskID"])
    assert ids(shop) == {"p2", "p4", "p8"}
    assert shop.services.catalog.get("p2").brand == "新"


@pytest.mark.usefixtures("slow")
def test_a_reindex_with_the_same_records_writes_none_of_them_again(call: Any, shop: LaptopShop) -> None:
    records = [record(number) for number in range(5)]
    save(call, "products", *records)
    save(call, "products_tmp", *records[:4], record(7))
    moved = call("POST", "/products_tmp/operation", {"operation": "move", "destination": "products"}).body["taskID"]
    done(call, shop, moved)
    overhaul = shop.services.overhauls.get(moved)
    assert (overhaul.stored, overhaul.removed) == (1, 1)


@pytest.mark.usefixtures("slow")
def test_records_are_deleted_by_filters(call: Any, shop: LaptopShop) -> None:
    save(call, "products", *(record(number, brand="青禾" if number % 2 else "拾光") for number in range(6)))
    deleted = call("POST", "/products/deleteByQuery", {"filters": "brand:青禾 AND price > 1"})
    assert deleted.status == 200, deleted.body
    done(call, shop, deleted.body["taskID"])
    assert ids(shop) == {"p0", "p1", "p2", "p4"}
    text = call("POST", "/products/deleteByQuery", {"params": "facetFilters=%5B%22brand%3A%E6%8B%BE%E5%85%89%22%5D"})
    done(call, shop, text.body["taskID"])
    assert ids(shop) == {"p1"}


@pytest.mark.parametrize(
    "body",
    [{}, {"filters": ""}, {"query": "杯", "filters": "price>1"}, {"aroundLatLng": "1,2"}, {"filters": "price >"}],
)
def test_a_deletion_without_plain_filters_is_refused(call: Any, shop: LaptopShop, body: dict[str, Any]) -> None:
    save(call, "products", record(1))
    answer = call("POST", "/products/deleteByQuery", body)
    assert (answer.status, answer.body["status"]) == (400, 400)
    shop.pump.drain()
    assert ids(shop) == {"p1"}


def test_every_record_is_browsed_page_after_page(call: Any, shop: LaptopShop) -> None:
    save(call, "products", *(record(number, is_on_sale=number != 3) for number in range(7)))
    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        body = {"cursor": cursor} if cursor else {"hitsPerPage": 3, "attributesToRetrieve": ["title"]}
        answer = call("POST", "/products/browse", body)
        assert answer.status == 200, answer.body
        seen += answer.body["hits"]
        cursor = answer.body.get("cursor")
        pages += 1
    assert sorted(each["objectID"] for each in seen) == [f"p{number}" for number in range(7)]
    assert all(set(each) == {"objectID", "title"} for each in seen)
    some = call("POST", "/products/browse", {"filters": "price >= 5"}).body
    assert sorted(each["objectID"] for each in some["hits"]) == ["p5", "p6"]
    assert len(call("GET", "/products/browse").body["hits"]) == 7
    assert call("POST", "/products/browse", {"query": "杯"}).status == 400
    assert call("POST", "/products/browse", {"cursor": "x"}).status == 400
    assert call("POST", "/products/browse", {}, shop.keys.search).status == 403


def test_settings_become_the_defaults_of_searches(call: Any, shop: LaptopShop) -> None:
    save(call, "products", *(record(number) for number in range(4)))
    shop.pump.drain()
    settings = {
        "hitsPerPage": 2,
        "attributesToRetrieve": ["title"],
        "highlightPreTag": "<b>",
        "highlightPostTag": "</b>",
        "searchableAttributes": ["title,brand"],
        "customRanking": ["desc(sales)"],
        "replicas": ["products_price_asc", "virtual(products_newest)"],
    }
    answer = call("PUT", "/products/settings?forwardToReplicas=true", settings)
    assert answer.status == 200, answer.body
    assert answer.body["withoutEffect"] == ["searchableAttributes", "customRanking"]
    kept = call("GET", "/products/settings").body
    assert {name: kept[name] for name in settings} == settings
    usual = found(call, shop, query="陶瓷杯")
    assert (len(usual["hits"]), usual["hitsPerPage"]) == (2, 2)
    assert "hitsPerPage" not in usual["params"]
    assert {name for name in usual["hits"][0] if not name.startswith("_")} == {"objectID", "title"}
    assert "<b>" in usual["hits"][0]["_highlightResult"]["title"]["value"]
    assert len(found(call, shop, query="陶瓷杯", hitsPerPage=3)["hits"]) == 3
    assert call("PUT", "/products_price_asc/settings", {"hitsPerPage": 1}).status == 200
    replica = call("POST", "/products_price_asc/query", {"query": "陶瓷杯"}, shop.keys.search).body
    assert len(replica["hits"]) == 1
    assert call("PUT", "/products/settings", {"hitsPerPage": None}).status == 200
    assert len(found(call, shop, query="陶瓷杯")["hits"]) == 4


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"hitsPerPage": "many"}, "hitsPerPage"),
        ({"hitsPerPage": 5_000}, "hitsPerPage"),
        ({"replicas": ["products_by_mood"]}, "replicas[0]"),
        ({"unretrievableAttributes": ["price"]}, "unretrievableAttributes"),
    ],
)
def test_settings_that_cannot_be_kept_are_refused(call: Any, settings: dict[str, Any], field: str) -> None:
    answer = call("PUT", "/products/settings", settings)
    assert (answer.status, answer.body["status"]) == (400, 400)
    assert field in answer.body["message"]


def test_a_rule_of_algolias_pins_hides_and_lifts(call: Any, shop: LaptopShop) -> None:
    save(call, "products", *(record(number, brand="青禾" if number == 3 else "拾光") for number in range(6)))
    shop.pump.drain()
    rule = {
        "objectID": "qr-1",
        "conditions": [{"pattern": "陶瓷杯", "anchoring": "is", "alternatives": False}],
        "consequence": {
            "promote": [{"objectID": "p5", "position": 0}, {"objectIDs": ["p1"], "position": 1}],
            "hide": [{"objectID": "p0"}],
            "params": {"optionalFilters": ["brand:青禾<score=3>"]},
        },
        "description": "杯子季",
        "enabled": True,
        "validity": [{"from": 0, "until": 4_102_444_800}],
    }
    assert call("PUT", "/products/rules/qr-1", rule).body["id"] == "qr-1"
    assert [each["objectID"] for each in found(call, shop, query="陶瓷杯")["hits"]][:3] == ["p5", "p1", "p3"]
    assert "p0" not in {each["objectID"] for each in found(call, shop, query="陶瓷杯")["hits"]}
    assert found(call, shop, query="陶瓷杯 2 号")["hits"][0]["objectID"] == "p2"
    read = call("GET", "/products/rules/qr-1").body
    assert read["conditions"] == [{"pattern": "陶瓷杯", "anchoring": "is"}]
    assert call("PUT", "/products/rules/qr-1", read).status == 200
    assert call("GET", "/products/rules/qr-1").body == read
    assert [each["objectID"] for each in call("POST", "/products/rules/search", {"query": "杯子季"}).body["hits"]] == [
        "qr-1"
    ]
    other = {"objectID": "qr-2", "consequence": {"params": {"renderingContent": {"redirect": {"url": "/sale"}}}}}
    assert call("POST", "/products/rules/batch?clearExistingRules=true", [other]).status == 200
    assert call("GET", "/products/rules/qr-1").status == 404
    assert found(call, shop, query="杯")["renderingContent"] == {"redirect": {"url": "/sale"}}
    assert call("DELETE", "/products/rules/qr-2").body["deletedAt"]
    assert call("POST", "/products/rules/search").body["nbHits"] == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"conditions": [{"pattern": "x", "anchoring": "startsWith"}]}, "conditions[0].anchoring"),
        ({"conditions": [{"pattern": "x"}, {"pattern": "y"}]}, "conditions"),
        ({"conditions": [{"pattern": "{facet:brand}", "anchoring": "is"}]}, "conditions[0].pattern"),
        ({"conditions": [{"context": "mobile"}]}, "context"),
        ({"consequence": {"params": {"automaticFacetFilters": ["brand"]}}}, "consequence.params.automaticFacetFilters"),
        ({"consequence": {"userData": {"a": 1}}}, "userData"),
        ({"consequence": {"promote": [{"objectID": "p1", "position": 500}]}}, "position"),
        ({"consequence": {"params": {"optionalFilters": ["nothing"]}}}, "optionalFilters"),
        ({"consequence": {}}, "actions"),
        ({"validity": [{"from": 5, "until": 2}]}, "ends_at"),
    ],
)
def test_a_rule_that_has_no_counterpart_is_refused_and_none_of_its_batch_is_written(
    call: Any, changes: dict[str, Any], field: str
) -> None:
    fine = {"objectID": "ok", "consequence": {"hide": [{"objectID": "p1"}]}}
    answer = call("POST", "/products/rules/batch", [fine, {**fine, "objectID": "bad", **changes}])
    assert (answer.status, answer.body["status"]) == (400, 400), answer.body
    assert field in answer.body["message"]
    assert "[1]" in answer.body["message"]
    assert call("GET", "/products/rules/ok").status == 404


def test_synonyms_of_algolias_widen_searches(call: Any, shop: LaptopShop) -> None:
    save(call, "products", record(1), {"objectID": "mug", "title": "搪瓷茶缸", "price": 3})
    shop.pump.drain()
    both = {"objectID": "s-1", "type": "synonym", "synonyms": ["口缸", "茶缸"]}
    one_way = {"objectID": "s-2", "type": "oneWaySynonym", "input": "杯具", "synonyms": ["陶瓷杯"]}
    assert call("POST", "/products/synonyms/batch", [both, one_way]).status == 200
    [hit] = found(call, shop, query="口缸")["hits"]
    assert (hit["objectID"], hit["_highlightResult"]["title"]["value"]) == ("mug", "搪瓷<em>茶缸</em>")
    assert call("GET", "/products/synonyms/s-2").body == one_way
    listed = call("POST", "/products/synonyms/search", {"query": "", "type": "oneWaySynonym"}).body
    assert (listed["nbHits"], listed["hits"]) == (1, [one_way])
    assert call("POST", "/products/rules/search", {}).body["nbHits"] == 0
    assert call("POST", "/products/rules/clear").status == 200
    assert call("POST", "/products/synonyms/batch?replaceExistingSynonyms=true", [both]).status == 200
    assert call("GET", "/products/synonyms/s-2").status == 404
    assert call("DELETE", "/products/synonyms/s-1").status == 200
    assert call("POST", "/products/synonyms/clear").status == 200
    placeholder = {"objectID": "s-3", "type": "placeholder", "placeholder": "<n>", "replacements": ["1"]}
    for wrong in (placeholder, {**both, "type": "altCorrection1", "word": "x"}, {**both, "synonyms": ["一"]}):
        assert call("PUT", f"/products/synonyms/{wrong['objectID']}", wrong).status == 400


def test_what_an_index_cannot_do_is_said(call: Any, shop: LaptopShop) -> None:
    whole = {"operation": "copy", "destination": "products_tmp"}
    assert call("POST", "/products/operation", whole).status == 400
    assert call("POST", "/products/operation", {"operation": "move", "destination": "products_tmp"}).status == 400
    assert call("POST", "/products/operation", {"operation": "blend", "destination": "products_tmp"}).status == 400
    assert call("POST", "/products/operation", {**whole, "destination": "elsewhere", "scope": ["rules"]}).status == 404
    assert call("DELETE", "/products").status == 400
    assert call("DELETE", "/products_tmp_3").status == 200
    assert call("GET", "/products_tmp_3/settings").status == 404
    assert call("POST", "/products_tmp_3/query", {}, shop.keys.search).status == 404


def test_neither_a_search_key_nor_a_secured_one_writes(call: Any, shop: LaptopShop) -> None:
    forced = "filters="
    signature = hmac.new(shop.keys.search.encode(), forced.encode(), hashlib.sha256).hexdigest()
    secured = base64.b64encode((signature + forced).encode()).decode()
    assert call("POST", "/products/query", {}, secured).status == 200
    writes = [
        (method, path)
        for (method, path), scope in declared_scopes().items()
        if path.startswith("/1/") and scope is Scope.ADMIN
    ]
    assert len(writes) > 20
    for method, path in writes:
        place = path.removeprefix("/1/indexes").format(index="products", object_id="x", task_id="1")
        for key in (shop.keys.search, secured, shop.keys.write):
            assert call(method, place, None, key).status == 403, (method, path)


def test_hits_by_offset_and_length(call: Any, shop: LaptopShop) -> None:
    save(call, "products", *(record(number, sales_30d=100 - number) for number in range(8)))
    shop.pump.drain()
    every = [each["objectID"] for each in found(call, shop, query="")["hits"]]
    some = found(call, shop, query="", offset=3, length=2)
    assert [each["objectID"] for each in some["hits"]] == every[3:5]
    assert (some["offset"], some["length"], some["nbHits"]) == (3, 2, 8)
    assert "page" not in some
    assert call("POST", "/products/query", {"offset": -1, "length": 2}).status == 400


@pytest.mark.usefixtures("slow")
def test_an_overhaul_that_stands_still_is_pushed(call: Any, shop: LaptopShop) -> None:
    save(call, "products", record(1))
    task = call("POST", "/products/clear").body["taskID"]
    http = Http(shop.base_url)
    assert [each["id"] for each in http("GET", "/v1/catalog/overhauls", None, shop.keys.admin).body["items"]] == [
        str(task)
    ]
    assert http("POST", f"/v1/catalog/overhauls/{task}/resume", None, shop.keys.admin).status == 202
    shop.pump.drain()
    assert http("GET", f"/v1/catalog/overhauls/{task}", None, shop.keys.admin).body["removed"] == 1
    assert http("POST", f"/v1/catalog/overhauls/{task}/resume", None, shop.keys.admin).status == 409
    assert http("GET", "/v1/catalog/overhauls/x", None, shop.keys.admin).status == 400
    http.close()
    assert not ids(shop)
