"""Search over HTTP, as InstantSearch, a mini-program and a careless caller ask."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from chalicelib.catalog import ProductChange
from infra.local.shop import LaptopShop
from tests.support.http import Answer, Http
from tests.support.search import small_shop

INSTANT_SEARCH = {
    "clickAnalytics": True,
    "facets": ["brand", "categories.lvl0", "price"],
    "highlightPreTag": "__ais-highlight__",
    "highlightPostTag": "__/ais-highlight__",
    "hitsPerPage": 5,
    "maxValuesPerFacet": 20,
    "page": 0,
    "userToken": "anonymous-1",
}


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        changes = [ProductChange(each.product_id, 1, each) for each in small_shop()]
        assert not running.services.indexing.apply(changes)
        yield running


@pytest.fixture(scope="module")
def call(shop: LaptopShop) -> Http:
    return Http(shop.base_url)


@pytest.fixture
def ask(shop: LaptopShop, call: Http) -> Any:
    def asked(**parameters: Any) -> Answer:
        body = {"requests": [{"indexName": "products", **parameters}]}
        return call("POST", "/1/indexes/*/queries", body, shop.keys.search)

    return asked


def one(answer: Answer) -> dict[str, Any]:
    assert answer.status == 200, answer.body
    result: dict[str, Any] = answer.body["results"][0]
    return result


def test_a_hit_found_by_another_word_is_marked_at_that_word(ask: Any) -> None:
    result = one(ask(query="充电宝", hitsPerPage=1, attributesToHighlight=["title"]))
    assert result["hits"][0]["_highlightResult"]["title"]["value"].endswith("快充<em>移动電源</em>")


def test_what_instantsearch_reads_is_there(ask: Any) -> None:
    result = one(ask(query="连衣裙", **INSTANT_SEARCH))
    assert (result["nbHits"], result["page"], result["nbPages"], result["hitsPerPage"]) == (24, 0, 5, 5)
    assert (result["index"], result["query"], len(result["hits"])) == ("products", "连衣裙", 5)
    assert len(result["queryID"]) == 32
    assert int(result["queryID"], 16)
    assert result["facets"]["brand"] == {"Mori/森屿": 8, "云朵衣橱": 8, "拾光里": 8}
    assert result["facets_stats"]["price"] == {"min": 99, "max": 329, "avg": 214, "sum": 5136}
    assert result["facets"]["price"]["99"] == 1
    assert result["exhaustiveNbHits"] is True
    assert result["processingTimeMS"] >= 1
    assert result["suggestion"] is None
    assert "_automaticInsights" not in result
    marked = result["hits"][0]["_highlightResult"]["title"]
    assert "__ais-highlight__连衣裙__/ais-highlight__" in marked["value"]
    assert (marked["matchLevel"], marked["matchedWords"], marked["fullyHighlighted"]) == ("full", ["连衣裙"], False)


def test_results_come_in_the_order_of_the_requests(call: Http, shop: LaptopShop) -> None:
    requests = [
        {"indexName": "products", "query": query, "hitsPerPage": 1} for query in ("帐篷", "", "机油", "火箭燃料")
    ]
    answer = call("POST", "/1/indexes/*/queries", {"requests": requests, "strategy": "none"}, shop.keys.search)
    rungs = [result["ladder"]["rung"] for result in answer.body["results"]]
    assert rungs == ["as_asked", "as_asked", "as_asked", "shop_popular"]
    assert [result["query"] for result in answer.body["results"]] == ["帐篷", "", "机油", "火箭燃料"]


def test_version_4_sends_everything_in_one_string(ask: Any) -> None:
    params = urlencode(
        {
            "query": "连衣裙",
            "hitsPerPage": "3",
            "page": "1",
            "facets": '["brand","tags"]',
            "facetFilters": '[["brand:拾光里","brand:云朵衣橱"],["tags:-露营"]]',
            "numericFilters": '["price>=100"]',
            "tagFilters": "",
            "clickAnalytics": "true",
        }
    )
    result = one(ask(params=params))
    assert (result["page"], result["hitsPerPage"]) == (1, 3)
    assert set(result["facets"]) == {"brand", "tags"}
    assert set(result["facets"]["brand"]) == {"拾光里", "云朵衣橱"}
    assert set(result["facets"]["tags"]) == {"热卖", "新品"}


def test_a_query_that_looks_like_a_number_stays_text(ask: Any) -> None:
    assert one(ask(params="query=5060"))["query"] == "5060"
    assert one(ask(params="query=true"))["query"] == "true"


def test_a_sub_query_only_counts(ask: Any) -> None:
    result = one(
        ask(query="连衣裙", hitsPerPage=0, page=0, analytics=False, facets="brand", facetFilters=[["tags:新品"]])
    )
    assert (result["hits"], result["nbHits"], result["nbPages"]) == ([], 8, 0)
    assert sum(result["facets"]["brand"].values()) == 8


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ([["brand:拾光里", "brand:Mori/森屿"], "categories.lvl2:女装 > 裙装 > 连衣裙"], 16),
        (["brand:-拾光里"], 16),
        ("brand:拾光里", 8),
        ([[]], 24),
        (["attributes.材质:麻"], 12),
        (["brand:\\-拾光里"], 0),
        (["no.such.facet:x"], 0),
        (["url:http://x"], 0),
    ],
)
def test_facet_filters(ask: Any, filters: object, count: int) -> None:
    assert one(ask(query="连衣裙", facetFilters=filters))["nbHits"] == count


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        (["price>=109", "price<=119"], 2),
        (["price:109 TO 119"], 2),
        ([["price=109", "price=119.0"]], 2),
        ("price != 109", 23),
    ],
)
def test_numeric_filters_are_in_yuan(ask: Any, filters: object, count: int) -> None:
    assert one(ask(query="连衣裙", numericFilters=filters))["nbHits"] == count


def test_replicas_sort_and_are_named_as_asked(ask: Any) -> None:
    result = one(ask(indexName="products_price_asc", query="连衣裙", hitsPerPage=100))
    assert result["index"] == "products_price_asc"
    prices = [hit["price"] for hit in result["hits"]]
    assert prices == sorted(prices)
    sales = [hit["sales_30d"] for hit in one(ask(indexName="products_sales_desc", hitsPerPage=100))["hits"]]
    assert sales == sorted(sales, reverse=True)
    created = [hit["created_at"] for hit in one(ask(indexName="products_newest", hitsPerPage=100))["hits"]]
    assert created == sorted(created, reverse=True)


def test_every_other_parameter_of_algolia_is_accepted(ask: Any) -> None:
    others = {
        "analyticsTags": ["a"],
        "distinct": 1,
        "ruleContexts": [],
        "typoTolerance": "min",
        "attributesToRetrieve": ["*"],
    }
    assert one(ask(query="帐篷", getRankingInfo=True, optionalWords=None, **others))["nbHits"] > 0


def test_a_search_inside_a_facet(call: Http, shop: LaptopShop, ask: Any) -> None:
    tags = {"highlightPreTag": "<i>", "highlightPostTag": "</i>"}
    answer = ask(type="facet", facet="brand", facetQuery="森", query="连衣裙", maxFacetHits=5, **tags).body["results"][
        0
    ]
    assert answer["facetHits"] == [{"value": "Mori/森屿", "highlighted": "Mori/<i>森</i>屿", "count": 8}]
    direct = call(
        "POST", "/1/indexes/products/facets/brand/query", {"params": "facetQuery=mori&query="}, shop.keys.search
    )
    assert [hit["value"] for hit in direct.body["facetHits"]] == ["Mori/森屿"]


def test_one_index_by_its_own_path(call: Http, shop: LaptopShop) -> None:
    for body in ({"query": "帐篷"}, {"params": "query=%E5%B8%90%E7%AF%B7"}, {"params": {"query": "帐篷"}}):
        answer = call("POST", "/1/indexes/products/query", body, shop.keys.search)
        assert answer.body["hits"][0]["objectID"].startswith("t")


def test_the_plain_search(call: Http, shop: LaptopShop) -> None:
    path = f"/v1/search?q={quote('连衣裙')}&page=1&size=10&sort=price_desc"
    answer = call("GET", path, key=shop.keys.search)
    assert (answer.status, answer.body["nbHits"], len(answer.body["hits"])) == (200, 24, 10)
    assert answer.body["hits"][0]["price"] == 229
    assert call("GET", "/v1/search", key=shop.keys.search).body["nbHits"] == len(small_shop())


def test_every_hit_is_explained(ask: Any) -> None:
    result = one(ask(query="连衣裙", userToken="somebody"))
    assert set(result["explanations"]) == {hit["objectID"] for hit in result["hits"]}
    assert all(each["factor"] == 1 for each in result["explanations"].values())
    assert result["trace"]["why_neutral"]


def test_nothing_is_escaped(call: Http, shop: LaptopShop) -> None:
    answer = call("GET", f"/v1/search?q={quote('<b>连衣裙&')}", key=shop.keys.search)
    assert answer.body["query"] == "<b>连衣裙&"


@pytest.mark.parametrize("query", ["", "！", "\x00", "a" * 512, "😀", "lianyi'qun", "((", '"', "\\", "ﷺ" * 28])
def test_any_query_is_answered(ask: Any, query: str) -> None:
    assert one(ask(query=query))["nbHits"] >= 0


def test_half_a_character_is_no_reason_to_fail(call: Http, shop: LaptopShop) -> None:
    body = b'{"requests": [{"indexName": "products", "query": "\\ud800\\u88d9"}]}'
    assert call("POST", "/1/indexes/*/queries", body, shop.keys.search).status in (200, 400)


def test_pages_beyond_the_end_are_empty(ask: Any) -> None:
    for page in (5, 10**6, 2**62, 10**30):
        assert one(ask(query="连衣裙", page=page, hitsPerPage=1000))["hits"] == []


@pytest.mark.parametrize(
    ("parameters", "status", "field"),
    [
        ({"page": -1}, 400, "requests[0].page"),
        ({"page": "x"}, 400, "requests[0].page"),
        ({"page": 1.5}, 400, "requests[0].page"),
        ({"hitsPerPage": 1001}, 400, "requests[0].hitsPerPage"),
        ({"hitsPerPage": -1}, 400, "requests[0].hitsPerPage"),
        ({"query": 7}, 400, "requests[0].query"),
        ({"query": "长" * 10_000}, 400, "requests[0].query"),
        ({"facets": 7}, 400, "requests[0].facets"),
        ({"facetFilters": ["nocolon"]}, 400, "requests[0].facetFilters[0]"),
        ({"facetFilters": [["brand:x", "nocolon"]]}, 400, "requests[0].facetFilters[0][1]"),
        ({"facetFilters": {"brand": "x"}}, 400, "requests[0].facetFilters"),
        ({"numericFilters": ["price>ten"]}, 400, "requests[0].numericFilters[0]"),
        ({"numericFilters": ["weight>1"]}, 400, "requests[0].numericFilters[0]"),
        ({"filters": "price > ten"}, 400, "requests[0].filters"),
        ({"filters": "brand:x OR price>1"}, 400, "at character 12"),
        ({"attributesToSnippet": ["a\nb"]}, 400, "requests[0].attributesToSnippet"),
        ({"attributesToHighlight": 7}, 400, "requests[0].attributesToHighlight"),
        ({"indexName": "no-such-index"}, 404, "requests[0]"),
        ({"indexName": None}, 400, "requests[0].indexName"),
        ({"indexName": 7}, 400, "requests[0].indexName"),
        ({"params": 7}, 400, "requests[0].params"),
        ({"userToken": "x" * 129}, 400, "requests[0].userToken"),
        ({"maxValuesPerFacet": 1001}, 400, "requests[0].maxValuesPerFacet"),
        ({"type": "facet"}, 400, "requests[0].facet"),
        ({"type": "facet", "facet": "brand", "maxFacetHits": 0}, 400, "requests[0].maxFacetHits"),
    ],
)
def test_a_wrong_request_is_refused_in_words_a_client_can_show(
    ask: Any, parameters: dict[str, object], status: int, field: str
) -> None:
    answer = ask(**parameters)
    assert (answer.status, answer.body["status"]) == (status, status), answer.body
    assert field in answer.body["message"], answer.body
    assert set(answer.body) == {"message", "status"}
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'"x"', b'{"requests": 7}', b'{"requests": ["x"]}', b"{}", b"\xff\xfe", b"[" * 100_000, b""]
)
def test_a_body_that_is_no_search_is_refused(call: Http, shop: LaptopShop, body: bytes) -> None:
    answer = call("POST", "/1/indexes/*/queries", body, shop.keys.search)
    assert (answer.status, answer.body["status"]) == (400, 400)


@pytest.mark.parametrize(
    "query",
    [
        *("page=-1", "page=x", "size=1001", "sort=cheap", "q=" + "x" * 513, "user=" + "x" * 129),
        *("distinct=maybe", "diversity=2", "personalise=no", "interleave=colour"),
    ],
)
def test_a_wrong_plain_search_names_its_field(call: Http, shop: LaptopShop, query: str) -> None:
    answer = call("GET", f"/v1/search?{query}", key=shop.keys.search)
    assert answer.status == 400, answer.body
    assert answer.body["error"]["field"] == query.partition("=")[0]


def test_a_plain_search_switches_what_an_algolia_search_can(call: Http, shop: LaptopShop, ask: Any) -> None:
    def plain(more: str) -> dict[str, Any]:
        answer = call("GET", f"/v1/search?q={quote('连衣裙')}&user=s1&{more}", key=shop.keys.search)
        assert answer.status == 200, answer.body
        body: dict[str, Any] = answer.body
        return body

    drafted = plain("interleave=diversity")["trace"]["interleaving"]
    assert drafted == one(ask(query="连衣裙", userToken="s1", interleave="diversity"))["trace"]["interleaving"]
    assert plain("diversity=true")["trace"]["diversity"]["moved"] >= 0
    assert "diversity" not in plain("diversity=false&interleave=&distinct=")["trace"]
    assert plain("personalise=false")["trace"]["why_neutral"] == "the request asks for the neutral order"
    assert plain("distinct=0")["nbHits"] >= plain("distinct=1")["nbHits"]
    assert plain("sort=price_asc&diversity=1")["trace"]["why_as_ranked"] == "the order asked for is not relevance"


def test_too_many_searches_in_one_call_are_refused(call: Http, shop: LaptopShop) -> None:
    answer = call("POST", "/1/indexes/*/queries", {"requests": [{"indexName": "products"}] * 51}, shop.keys.search)
    assert answer.status == 400


def test_an_unknown_index_is_not_found(call: Http, shop: LaptopShop) -> None:
    for path in ("/1/indexes/none/query", "/1/indexes/products_cheap/query", "/1/indexes/none/facets/brand/query"):
        answer = call("POST", path, {"query": ""}, shop.keys.search)
        assert (answer.status, answer.body["status"]) == (404, 404)


def test_a_search_says_what_may_be_let_go_when_nothing_is_found(call: Http, shop: LaptopShop, ask: Any) -> None:
    said = {
        relaxing: one(ask(query="火箭燃料动力航天飞船蓝牙", removeWordsIfNoResults=relaxing))["ladder"]["rung"]
        for relaxing in ("none", "allOptional", "firstWords", "full")
    }
    assert said == {
        "none": "as_asked",
        "allOptional": "any_word",
        "firstWords": "fewer_words",
        "full": "fewer_words",
    }
    assert one(ask(params="query=5060xyz&removeWordsIfNoResults=none"))["nbHits"] == 0
    wrong = call(
        "POST", "/1/indexes/products/query", {"query": "帐篷", "removeWordsIfNoResults": "some"}, shop.keys.search
    )
    assert wrong.status == 400
    assert wrong.body["message"].startswith("removeWordsIfNoResults: must be one of full, model, none, lastWords")


def test_so_does_a_plain_search(call: Http, shop: LaptopShop) -> None:
    query = quote("火箭燃料")
    for ladder, rung in (("", "shop_popular"), ("&ladder=none", "as_asked"), ("&ladder=full", "shop_popular")):
        answer = call("GET", f"/v1/search?q={query}{ladder}", key=shop.keys.search)
        assert (answer.status, answer.body["ladder"]["rung"]) == (200, rung)
    wrong = call("GET", f"/v1/search?q={query}&ladder=up", key=shop.keys.search)
    assert (wrong.status, wrong.body["error"]["field"]) == (400, "ladder")
