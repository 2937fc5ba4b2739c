"""The no-result ladder and spelling, rung for rung the same on both engines."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.adapters.memory.words import MemoryBlockedWords, MemoryLexiconStore
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    Condition,
    Filter,
    Found,
    Ladder,
    Learning,
    Operator,
    Phrasebook,
    Plan,
    Relaxing,
    Search,
    SearchRequest,
    SearchResult,
    ShopDictionary,
    Sort,
    StoredLexicons,
    Teaching,
)
from tests.contracts.product_indexes import KINDS, made
from tests.support.search import NOW, FixedTastes, analyser, filled, product, small_shop

ANALYSER = analyser()
SHOP = [
    *small_shop(),
    product("h1", "婴儿恒温奶瓶", category=("母婴", "喂养", "奶瓶"), sales=3),
    product("h2", "婴儿推车轻便折叠", category=("母婴", "出行", "推车"), sales=7),
    product("n1", "马克思列宁主义著作选读"),
]
FAR = "马克笔列宁装主义者哲学思考原理概论教材书籍全国统一高校考试"


@pytest.fixture(scope="module", params=KINDS)
def search(request: pytest.FixtureRequest) -> Iterator[Search]:
    for index in made(request.param, request):
        filled(index, SHOP, ANALYSER)
        store, blocked = MemoryLexiconStore(), MemoryBlockedWords()
        Learning(store, _NoQueries(), ANALYSER, 3).refresh(SHOP, NOW.date())
        book = Phrasebook(StoredLexicons(store, blocked), blocked, ANALYSER)
        Teaching(index, ANALYSER, MovableClock(NOW)).teach()
        yield Search(
            index,
            FixedTastes(),
            ANALYSER,
            SeededRandomness("t"),
            ladder=Ladder(index, ANALYSER, book),
            dictionary=ShopDictionary(index),
        )


class _NoQueries:
    def on(self, day: object) -> tuple[()]:
        return ()


def find(search: Search, query: str, **asked: Any) -> SearchResult:
    return search.find(SearchRequest(query=query, **asked), NOW)


def titles(result: SearchResult) -> set[str]:
    return {str(hit["title"]) for hit in result.hits}


@pytest.mark.parametrize(
    ("query", "rung", "shown", "title"),
    [
        ("碎花连衣裙", "as_asked", "碎花连衣裙", None),
        ("SK-III", "without_model", "SK-III", "SKII 前男友面膜10片"),
        ("lianyiq", "spelling", "连衣裙", None),
        ("火箭燃料动力航天飞船蓝牙", "fewer_words", "动力航天飞船蓝牙", "蓝牙耳机 主动降噪（无线）"),
        (FAR, "bigrams", FAR, "马克思列宁主义著作选读"),
        ("火箭燃料", "shop_popular", "火箭燃料", "蓝牙音箱 无线低音炮"),
    ],
)
def test_each_rung_is_named(search: Search, query: str, rung: str, shown: str, title: str | None) -> None:
    result = find(search, query, page_size=100)
    assert (result.shown.rung, result.shown.query, result.trace["rung"]) == (rung, shown, rung)
    assert bool(result.shown.message) == (rung != "as_asked")
    assert bool(result.trace["steps"]) == (rung != "as_asked")
    assert result.total > 0
    assert title is None or title in titles(result)


def test_the_hits_are_those_of_the_query_shown_in_its_order(search: Search) -> None:
    for query in ("lianyiq", "火箭燃料动力航天飞船蓝牙"):
        result = find(search, query)
        shown = find(search, result.shown.query)
        assert [hit["objectID"] for hit in result.hits] == [hit["objectID"] for hit in shown.hits]
        assert (result.total, result.trace["prior"]) == (shown.total, shown.trace["prior"])


def test_three_fifths_of_the_nearest_products_pairs_are_asked_for(search: Search) -> None:
    result = find(search, FAR)
    (step,) = result.trace["steps"]
    # 马克, 列宁, 主义 stand in one title: two of them will do, and a marker cup has only one.
    assert step.endswith("2 will do")
    assert titles(result) == {"马克思列宁主义著作选读"}


@pytest.mark.parametrize(
    ("relaxing", "query", "rung", "shown"),
    [
        (Relaxing.NONE, "火箭燃料", "as_asked", "火箭燃料"),
        (Relaxing.NONE, "SK-III", "as_asked", "SK-III"),
        (Relaxing.NONE, "lianyiq", "as_asked", "lianyiq"),
        (Relaxing.MODEL, "SK-III", "without_model", "SK-III"),
        (Relaxing.MODEL, "lianyiq", "as_asked", "lianyiq"),
        (Relaxing.FIRST_WORDS, "火箭燃料动力航天飞船蓝牙", "fewer_words", "动力航天飞船蓝牙"),
        (Relaxing.LAST_WORDS, "蓝牙火箭燃料动力航天飞船", "fewer_words", "蓝牙火箭燃料动力"),
        (Relaxing.LAST_WORDS, "火箭燃料", "as_asked", "火箭燃料"),
        (Relaxing.ALL_OPTIONAL, "火箭燃料动力航天飞船蓝牙", "any_word", "火箭燃料动力航天飞船蓝牙"),
        (Relaxing.ALL_OPTIONAL, "火箭燃料", "as_asked", "火箭燃料"),
        (Relaxing.FULL, "火箭燃料", "shop_popular", "火箭燃料"),
    ],
)
def test_a_request_says_what_may_be_let_go(
    search: Search, relaxing: Relaxing, query: str, rung: str, shown: str
) -> None:
    result = find(search, query, relaxing=relaxing)
    assert (result.shown.rung, result.shown.query) == (rung, shown)
    assert bool(result.total) == (rung != "as_asked")


def test_filters_are_never_relaxed_and_every_order_stands_on_the_same_rung(search: Search) -> None:
    cups = (Filter((Condition("category", Operator.IS, "杯子"),)),)
    assert {hit["category"] for hit in find(search, "火箭燃料", filters=cups).hits} == {"杯子"}
    assert find(search, "连衣裙", filters=cups).total == 0
    for query in ("lianyiq", "SK-III", FAR, "火箭燃料"):
        expected = find(search, query)
        for asked in ({"sort": Sort.PRICE_ASC}, {"page": 1}, {"page_size": 0, "facets": ("brand",)}):
            other = find(search, query, **asked)
            assert (other.shown.rung, other.total) == (expected.shown.rung, expected.total), (query, asked)


def test_a_likelier_wording_is_proposed_from_what_the_engine_holds(search: Search) -> None:
    result = find(search, "连依裙")
    assert (result.suggestion, result.shown.rung) == ("连衣裙", "as_asked")
    assert find(search, "连衣裙").suggestion is None


@pytest.mark.parametrize(
    ("query", "most"), [("连衣裙", 1), ("碎花连衣裙", 1), ("婴儿推车", 1), ("SK-III", 3), ("火箭燃料", 9)]
)
def test_a_query_that_finds_what_it_says_asks_the_engine_once(
    search: Search, query: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, ask = [], search._index.search

    def noted(plan: Plan) -> Found:
        asked.append(plan)
        return ask(plan)

    monkeypatch.setattr(search._index, "search", noted)
    find(search, query)
    assert len(asked) <= most
