"""What InstantSearch asks beyond one search: sub-queries in one engine call, marks, snippets, chosen attributes."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.catalog import ProductChange
from infra.local.shop import LaptopShop
from tests.support.http import Http
from tests.support.search import PlanRecorder, small_shop

FACETS = ["brand", "categories.lvl0", "categories.lvl1", "categories.lvl2", "price", "tags"]
TITLE = "法式碎花連衣裙 夏季新款 收腰顯瘦 長裙 女裝 度假 海邊 拍照 旅行 必備 單品 送 腰帶"


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        traditional = small_shop()[0]
        traditional = type(traditional)("x1", TITLE, 100, brief="雪紡面料", brand="拾光里", tags=("露營", "新品"))
        changes = [ProductChange(each.product_id, 1, each) for each in [*small_shop(), traditional]]
        assert not running.services.indexing.apply(changes)
        yield running


@pytest.fixture
def index(shop: LaptopShop, monkeypatch: pytest.MonkeyPatch) -> PlanRecorder:
    """Counts what the engine is asked."""
    recorder = PlanRecorder(shop.services.product_index)
    monkeypatch.setattr(shop.services.search, "_index", recorder)
    return recorder


@pytest.fixture
def ask(shop: LaptopShop) -> Any:
    call = Http(shop.base_url)

    def asked(*searches: dict[str, Any]) -> list[dict[str, Any]]:
        requests = [{"indexName": "products", **search} for search in searches]
        answer = call("POST", "/1/indexes/*/queries", {"requests": requests}, shop.keys.search)
        assert answer.status == 200, answer.body
        results: list[dict[str, Any]] = answer.body["results"]
        return results

    yield asked
    call.close()


def sub_query(facets: str | list[str], **others: Any) -> dict[str, Any]:
    return {"hitsPerPage": 0, "page": 0, "analytics": False, "clickAnalytics": False, "facets": facets, **others}


def test_a_page_with_three_refined_lists_asks_the_engine_once(ask: Any, index: PlanRecorder) -> None:
    brand, tag = ["brand:拾光里", "brand:云朵衣橱"], ["tags:热卖"]
    level = ["categories.lvl2:女装 > 裙装 > 连衣裙"]
    searches = [
        {
            "query": "连衣裙",
            "hitsPerPage": 4,
            "facets": FACETS,
            "facetFilters": [brand, tag, level],
            "numericFilters": ["price>=100"],
        },
        sub_query("brand", query="连衣裙", facetFilters=[tag, level], numericFilters=["price>=100"]),
        sub_query("tags", query="连衣裙", facetFilters=[brand, level], numericFilters=["price>=100"]),
        sub_query("price", query="连衣裙", facetFilters=[brand, tag, level]),
        sub_query(["categories.lvl0"], query="连衣裙", facetFilters=[brand, tag], numericFilters=["price>=100"]),
        sub_query(
            ["categories.lvl0", "categories.lvl1"],
            query="连衣裙",
            facetFilters=[brand, tag, "categories.lvl0:女装"],
            numericFilters=["price>=100"],
        ),
    ]
    together = ask(*searches)
    assert len(index.plans) == 1
    alone = [ask(search)[0] for search in searches]
    assert len(index.plans) == 1 + len(searches)
    for one, other in zip(together, alone, strict=True):
        for name in ("nbHits", "facets", "facets_stats", "hitsPerPage", "params", "query", "index"):
            assert one[name] == other[name], name
        assert [hit["objectID"] for hit in one["hits"]] == [hit["objectID"] for hit in other["hits"]]
    assert len(together[0]["hits"]) == 4
    assert "queryID" not in together[1]


def test_another_query_or_a_search_with_hits_is_asked_for_itself(ask: Any, index: PlanRecorder) -> None:
    results = ask(
        {"query": "帐篷", "hitsPerPage": 2},
        sub_query("brand", query="连衣裙"),
        {"query": "帐篷", "hitsPerPage": 3},
        sub_query("brand", query="帐篷"),
        {"type": "facet", "facet": "brand", "facetQuery": "", "query": "帐篷"},
        sub_query("*", query="帐篷"),
    )
    assert len(index.plans) == 5
    assert [len(result.get("hits", ())) for result in results] == [2, 0, 3, 0, 0, 0]
    assert results[3]["facets"]["brand"] == {"山野集": 5}


def test_originals_in_traditional_characters_are_marked_with_any_tags(ask: Any) -> None:
    tags = {"highlightPreTag": "<b class='x'>", "highlightPostTag": "</b>"}
    hit = next(
        each for each in ask({"query": "连衣裙 露营", "hitsPerPage": 50, **tags})[0]["hits"] if each["objectID"] == "x1"
    )
    assert "<b class='x'>連衣裙</b>" in hit["_highlightResult"]["title"]["value"]
    assert [each["value"] for each in hit["_highlightResult"]["tags"]] == ["<b class='x'>露營</b>", "新品"]
    assert [each["matchLevel"] for each in hit["_highlightResult"]["tags"]] == ["partial", "none"]


@pytest.mark.parametrize(("query", "marked"), [("lianyiqun", "連衣裙"), ("lyq", "連衣裙"), ("lianyi'qun", "連衣裙")])
def test_what_pinyin_found_is_marked(ask: Any, query: str, marked: str) -> None:
    hit = next(each for each in ask({"query": query, "hitsPerPage": 50})[0]["hits"] if each["objectID"] == "x1")
    assert hit["_highlightResult"]["title"]["value"].startswith(f"法式碎花<em>{marked}</em> ")
    assert hit["_highlightResult"]["title"]["matchLevel"] == "full"


def test_snippets_show_where_the_words_are(ask: Any) -> None:
    search = {
        "query": "海边",
        "attributesToSnippet": ["title:5", "brief"],
        "snippetEllipsisText": "[…]",
        "hitsPerPage": 50,
    }
    hit = next(each for each in ask(search)[0]["hits"] if each["objectID"] == "x1")
    title = hit["_snippetResult"]["title"]
    assert title["value"].startswith("[…]")
    assert title["value"].endswith("[…]")
    assert "<em>海邊</em>" in title["value"]
    assert title["matchLevel"] == "full"
    assert len(title["value"]) < len(TITLE)
    assert hit["_snippetResult"]["brief"] == {"value": "雪紡面料", "matchLevel": "none"}


@pytest.mark.parametrize(
    ("given", "keys"),
    [
        (["title", "price"], {"objectID", "title", "price"}),
        ("title,brand", {"objectID", "title", "brand"}),
        ([], {"objectID"}),
        (["categories.lvl0", "nothing"], {"objectID", "categories"}),
    ],
)
def test_only_the_attributes_asked_for_come(ask: Any, given: object, keys: set[str]) -> None:
    hit = ask({"query": "帐篷", "attributesToRetrieve": given})[0]["hits"][0]
    assert {name for name in hit if not name.startswith("_")} == keys


def test_attributes_can_be_left_out(ask: Any) -> None:
    every, fewer = (
        ask({"query": "帐篷", "attributesToRetrieve": given})[0]["hits"][0]
        for given in (["*"], ["*", "-skus", "-brief"])
    )
    assert set(every) - set(fewer) == {"skus", "brief"}
    assert fewer["_highlightResult"]


def test_nested_attributes_are_highlighted_as_they_stand(ask: Any) -> None:
    asked = ["attributes", "categories.lvl2"]
    hit = ask({"query": "帐篷 2-3人", "attributesToHighlight": asked})[0]["hits"][0]
    assert set(hit["_highlightResult"]) == {"attributes", "categories"}
    assert hit["_highlightResult"]["categories"]["lvl2"]["value"] == "户外 > 露营 > <em>帐篷</em>"


def test_ranking_info_facet_order_and_fields_on_demand(ask: Any) -> None:
    result = ask({"query": "帐篷", "getRankingInfo": True, "facets": ["brand"], "responseFields": ["hits", "facets"]})[
        0
    ]
    assert set(result) == {"hits", "facets"}
    assert result["hits"][0]["_rankingInfo"]["nbTypos"] == 0
    assert result["hits"][0]["_rankingInfo"]["score"] > 0
    facets = ask({"query": "", "facets": "brand", "sortFacetValuesBy": "alpha"})[0]["facets"]["brand"]
    assert list(facets) == sorted(facets)


def test_filters_narrow_like_the_lists_they_stand_for(ask: Any) -> None:
    text = "(brand:拾光里 OR brand:'Mori/森屿') AND NOT tags:新品 AND price:100 TO 200"
    lists = {
        "facetFilters": [["brand:拾光里", "brand:Mori/森屿"], "tags:-新品"],
        "numericFilters": ["price>=100", "price<=200"],
    }
    one, other, none = ask(
        {"query": "连衣裙", "filters": text}, {"query": "连衣裙", **lists}, {"query": "连衣裙", "filters": " "}
    )
    assert one["nbHits"] == other["nbHits"] > 0
    assert none["nbHits"] > one["nbHits"]


def test_a_number_of_a_list_of_values_filters(ask: Any) -> None:
    result = ask({"query": "连衣裙", "facetFilters": ["price:109"], "facets": ["price"]})[0]
    assert result["facets"]["price"] == {"109": 1}


def test_tag_filters(ask: Any) -> None:
    assert (
        ask({"query": "连衣裙", "tagFilters": "新品"})[0]["nbHits"]
        == ask({"query": "连衣裙", "filters": "_tags:新品"})[0]["nbHits"]
        > 0
    )
