"""An item with several offers, over HTTP: one hit, its other offers reachable, totals and facets that agree."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.catalog import ProductChange
from infra.local.shop import LaptopShop
from tests.support.http import Http
from tests.support.search import product

TITLE = "露营天幕帐篷户外加厚防雨大号遮阳棚"
OFFERS = [
    product("a", TITLE, brand="山野集", price=19_900, sales=9, tags=("包邮",)),
    product("b", f"【新款】{TITLE}", brand="山野集", price=18_050, sales=5, tags=("清仓",)),
    product("c", f"{TITLE}！", brand="山野集", price=17_000, sales=1, tags=("包邮",)),
    product("d", "黑胶天幕布 防晒银胶", brand="山野集", price=9_900),
]


@pytest.fixture(scope="module")
def shop() -> Iterator[LaptopShop]:
    with LaptopShop(pumped=False) as running:
        assert not running.services.indexing.apply([ProductChange(each.product_id, 1, each) for each in OFFERS])
        yield running


@pytest.fixture
def ask(shop: LaptopShop) -> Any:
    call = Http(shop.base_url)

    def asked(**parameters: Any) -> dict[str, Any]:
        answer = call("POST", "/1/indexes/products/query", {"query": "天幕", **parameters}, shop.keys.search)
        assert answer.status == 200, answer.body
        body: dict[str, Any] = answer.body
        return body

    return asked


@pytest.fixture
def plain(shop: LaptopShop) -> Any:
    call = Http(shop.base_url)
    return lambda more: call("GET", f"/v1/search?q={quote('天幕')}{more}", key=shop.keys.search)


def ids(answer: dict[str, Any]) -> set[str]:
    return {hit["objectID"] for hit in answer["hits"]}


@pytest.mark.parametrize(
    ("said", "others"), [({}, "bc"), ({"distinct": True}, "bc"), ({"distinct": 1}, "bc"), ({"distinct": 2}, "b")]
)
def test_an_item_is_one_hit_with_its_other_offers(ask: Any, said: dict[str, Any], others: str) -> None:
    answer = ask(facets=["tags", "brand"], **said)
    assert (ids(answer), answer["nbHits"], answer["facets"]["brand"]) == ({"a", "d"}, 2, {"山野集": 2})
    assert answer["facets"]["tags"] == {"包邮": 1, "清仓": 1}
    hit = next(each for each in answer["hits"] if each["objectID"] == "a")
    assert hit["_offers"] == 2
    assert [each["objectID"] for each in hit["_other_offers"]] == list(others)
    assert hit["_other_offers"][0] == {"objectID": "b", "price": 180.5, "stock": 10, "url": None}


@pytest.mark.parametrize("said", [False, 0])
def test_every_offer_is_a_hit_when_that_is_asked_for(ask: Any, said: object) -> None:
    answer = ask(distinct=said, facets=["tags"])
    assert (ids(answer), answer["nbHits"]) == ({"a", "b", "c", "d"}, 4)
    assert answer["facets"]["tags"] == {"包邮": 2, "清仓": 1}


def test_a_filter_shows_the_offer_that_passes_it(ask: Any) -> None:
    for parameters, shown in (
        ({"filters": "price <= 180.5"}, {"c", "d"}),
        ({"facetFilters": ["tags:清仓"]}, {"b"}),
        ({"filters": "objectID:c"}, {"c"}),
        ({"facetFilters": ["group:a"], "distinct": False}, {"a", "b", "c"}),
    ):
        answer = ask(**parameters)
        assert (ids(answer), answer["nbHits"]) == (shown, len(shown))


def test_the_plain_search_takes_it_too(plain: Any) -> None:
    assert [plain(f"&distinct={said}").body["nbHits"] for said in ("", "true", "2", "false", "0")] == [2, 2, 2, 4, 4]
    for said in ("maybe", "-1", "1.5"):
        answer = plain(f"&distinct={said}")
        assert (answer.status, answer.body["error"]["field"]) == (400, "distinct")


def test_a_number_below_zero_is_refused(shop: LaptopShop) -> None:
    answer = Http(shop.base_url)("POST", "/1/indexes/products/query", {"distinct": -1}, shop.keys.search)
    assert (answer.status, answer.body["message"]) == (
        400,
        "distinct: must be true, false or how many offers of an item to show",
    )
