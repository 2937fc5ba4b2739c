"""What lifts a product for everybody: the category that the query names, and how well it sells."""

from dataclasses import replace
from functools import cache

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.catalog import Product
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import Search, SearchRequest, SearchResult, ShopDictionary, Sort, Teaching
from chalicelib.search.prior import CATEGORY_GAIN, SALES_GAIN, SALES_STEPS
from infra.local import demo_shop
from tests.support.search import NOW, FixedTastes, analyser, filled, ids, product, search_over

MOST = 1 + CATEGORY_GAIN + SALES_GAIN * len(SALES_STEPS)


def shop_of(products: list[Product]) -> Search:
    """A search that knows the categories of its products."""
    using = analyser()
    index = filled(EmbeddedProductIndex("shop"), products, using)
    learnt = ShopDictionary(index, Teaching(index, using, MovableClock(NOW)))
    return Search(index, FixedTastes(), using, SeededRandomness("prior"), dictionary=learnt)


@cache
def demo() -> Search:
    return shop_of(
        [
            product(
                str(line["id"]),
                str(line["title"]),
                category=tuple(line["category"]),
                brand=line["brand"],
                sales=line["sales_30d"],
            )
            for line in demo_shop.products()
        ]
    )


def answer(search: Search, query: str, **asked: object) -> SearchResult:
    return search.find(SearchRequest(query=query, **asked), NOW)  # type: ignore[arg-type]


def categories(search: Search, query: str, size: int) -> list[object]:
    return [hit["category"] for hit in answer(search, query, page_size=size).hits]


def test_the_name_of_a_category_shows_that_category_first() -> None:
    assert set(categories(demo(), "连衣裙", 10)) == {"连衣裙"}


def test_who_says_more_than_the_category_gets_what_was_said() -> None:
    assert set(categories(demo(), "儿童连衣裙", 5)) == {"女童连衣裙"}
    assert set(categories(demo(), "女童连衣裙", 5)) == {"女童连衣裙"}


def test_a_noun_that_is_no_category_leads_to_the_one_its_products_stand_in() -> None:
    kids = [
        product(f"k{at}", f"女童{color}公主裙连衣裙", category=("童装", "女童连衣裙"))
        for at, color in enumerate("红白")
    ]
    other = [product("o", "公主裙发卡公主裙", category=("饰品", "发卡"))]
    assert ids(shop_of([*other, *kids]), "公主裙") == ["k0", "k1", "o"]


def test_of_titles_that_say_the_same_the_better_sold_is_first_but_not_of_those_that_say_more() -> None:
    cups = [product("a", "马克杯 白色", sales=3), product("b", "马克杯 黑色", sales=3_000)]
    search = shop_of([*cups, product("c", "马克杯 带盖", sales=0), product("d", "水杯 带盖", sales=900_000)])
    assert ids(search, "马克杯")[:2] == ["b", "a"]
    assert ids(search, "马克杯带盖")[0] == "c"


def test_the_factor_is_explained_and_bounded() -> None:
    result = answer(demo(), "连衣裙", page_size=50)
    (named, *sold) = result.trace["prior"]
    assert named == {"field": "category", "operator": "is", "value": "连衣裙", "gain": CATEGORY_GAIN}
    assert [(each["value"], each["gain"]) for each in sold] == [(step, SALES_GAIN) for step in SALES_STEPS]
    for hit, explanation in zip(result.hits, result.explanations, strict=True):
        gained = CATEGORY_GAIN * (hit["category"] == "连衣裙") + SALES_GAIN * sum(
            hit["sales_30d"] >= step for step in SALES_STEPS
        )
        assert explanation.prior == pytest.approx(1 + gained)
        assert explanation.prior <= MOST


@pytest.mark.parametrize("asked", [{"query": "连衣裙", "sort": Sort.PRICE_ASC}, {"query": ""}, {"query": "5W-30"}])
def test_an_order_of_its_own_no_words_and_a_model_are_left_alone(asked: dict[str, object]) -> None:
    result = demo().find(SearchRequest(**asked), NOW)  # type: ignore[arg-type]
    assert result.trace["prior"] == []
    assert all(explanation.prior == 1 for explanation in result.explanations)


def test_without_categories_and_sales_nothing_changes() -> None:
    titles = ["碎花连衣裙", "连衣裙 雪纺 长款", "半身裙"]
    plain = [replace(product(str(at), title), sales_30d=None) for at, title in enumerate(titles)]
    result = answer(search_over(filled(EmbeddedProductIndex("plain"), plain, analyser())), "连衣裙")
    assert [explanation.prior for explanation in result.explanations] == [1.0] * len(result.hits)
