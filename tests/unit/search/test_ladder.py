"""No empty page: rung after rung, filters kept, the same rung for order, page and facets."""

from typing import Any

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.adapters.embedded.lexicons import EmbeddedLexicons
from chalicelib.adapters.memory.words import MemoryBlockedWords
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    BlockedCache,
    Condition,
    Filter,
    Ladder,
    Operator,
    Phrasebook,
    Search,
    SearchRequest,
    SearchResult,
    Sort,
)
from tests.support.search import NOW, FixedTastes, analyser, filled, product, small_shop

SHOP = [
    *small_shop(),
    product("h1", "婴儿恒温奶瓶", category=("母婴", "喂养", "奶瓶"), sales=3),
    product("h2", "婴儿推车轻便折叠", category=("母婴", "出行", "推车"), sales=7),
]


def shop(*, is_on: bool = True) -> Search:
    index, using = EmbeddedProductIndex("t"), analyser()
    filled(index, SHOP, using)
    words = MemoryBlockedWords()
    book = Phrasebook(EmbeddedLexicons(index, lambda now: (), BlockedCache(words).of), words, using)
    ladder = Ladder(index, using, book, is_on=is_on)
    return Search(index, FixedTastes(), using, SeededRandomness("t"), ladder=ladder)


@pytest.fixture(scope="module")
def search() -> Search:
    return shop()


def find(search: Search, query: str, **asked: Any) -> SearchResult:
    return search.find(SearchRequest(query=query, **asked), NOW)


def only(field: str, value: str) -> tuple[Filter, ...]:
    return (Filter((Condition(field, Operator.IS, value),)),)


def test_a_query_that_finds_something_stays_as_it_is(search: Search) -> None:
    result = find(search, "碎花连衣裙")
    assert (result.shown.rung, result.shown.message, result.suggestion) == ("as_asked", None, None)
    assert result.trace["rung"] == "as_asked"


@pytest.mark.parametrize(
    ("query", "rung", "shown"),
    [
        ("SK-III", "without_model", "SK-III"),
        ("lianyiq", "spelling", "连衣裙"),
        ("火箭燃料动力航天飞船蓝牙", "fewer_words", "动力航天飞船蓝牙"),
        ("璃", "shop_popular", "璃"),
        ("火箭燃料", "shop_popular", "火箭燃料"),
    ],
)
def test_each_rung_is_named(search: Search, query: str, rung: str, shown: str) -> None:
    result = find(search, query)
    assert result.total > 0
    assert (result.shown.rung, result.shown.query) == (rung, shown)
    assert result.shown.message
    assert result.trace["steps"]


def test_the_words_left_out_are_said(search: Search) -> None:
    shown = find(search, "火箭燃料动力航天飞船蓝牙").shown
    assert "火箭" in shown.dropped
    assert "蓝牙" not in shown.dropped


def test_two_neighbouring_characters_are_found_when_nothing_else_is() -> None:
    result = find(shop(), "马克思列宁主义哲学原理概论教材书籍")
    assert result.shown.rung == "bigrams"
    assert {hit["title"] for hit in result.hits} == {"纯色马克杯"}


def test_nothing_known_shows_the_most_sold_of_the_shop(search: Search) -> None:
    result = find(search, "火箭燃料", page_size=3)
    sales = [hit["sales_30d"] for hit in result.hits]
    assert sales == sorted(sales, reverse=True)
    assert result.total == find(search, "").total


def test_filters_are_never_relaxed(search: Search) -> None:
    cups = only("category", "杯子")
    result = find(search, "火箭燃料", filters=cups)
    assert result.shown.rung == "shop_popular"
    assert {hit["category"] for hit in result.hits} == {"杯子"}
    assert find(search, "连衣裙", filters=cups).total == 0
    assert find(search, "连衣裙", filters=cups).shown.rung == "as_asked"
    assert find(search, "lianyiq", filters=only("brand", "没有这个牌子")).total == 0


@pytest.mark.parametrize("query", ["lianyiq", "火箭燃料", "SK-III", "火箭燃料动力航天飞船蓝牙"])
def test_order_page_and_facets_stand_on_the_same_rung(search: Search, query: str) -> None:
    shown = find(search, query)
    for asked in (
        {"sort": Sort.PRICE_ASC},
        {"sort": Sort.NEWEST},
        {"page": 1},
        {"page_size": 0, "facets": ("brand",)},
        {"page_size": 0, "facets": ("brand",), "filters": only("tags", "热卖")},
    ):
        other = find(search, query, **asked)
        assert other.shown.rung == shown.shown.rung, asked
        if "filters" not in asked:
            assert other.total == shown.total


def test_hits_and_highlights_are_of_the_query_shown(search: Search) -> None:
    result = find(search, "lianyiq")
    assert "连衣裙" in result.query_words
    assert result.suggestion == "连衣裙"
    assert all("连衣裙" in hit["title"] for hit in result.hits)
    assert result.total == find(search, "连衣裙").total


def test_a_likelier_wording_is_suggested_but_never_replaces_what_finds_enough(search: Search) -> None:
    result = find(search, "连依裙")
    assert result.suggestion == "连衣裙"
    assert result.shown.rung == "as_asked"
    assert find(search, "连依裙", page=1).suggestion is None


def test_switched_off_the_page_stays_empty() -> None:
    result = find(shop(is_on=False), "火箭燃料")
    assert (result.total, result.shown.rung) == (0, "as_asked")
    assert find(shop(is_on=False), "SK-III").shown.rung == "without_model"


def test_an_index_without_products_answers_empty() -> None:
    using = analyser()
    index = EmbeddedProductIndex("t")
    result = Search(index, FixedTastes(), using, SeededRandomness("t"), ladder=Ladder(index, using)).find(
        SearchRequest(query="连衣裙"), NOW
    )
    assert result.total == 0
    assert result.trace["steps"] == ["nothing was indexed yet"]
