"""What is searched for makes interests: less than what is looked at, and nothing where the shop has no word for it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.activities import activity_of
from chalicelib.adapters.query_interests import WAITS, UnderstoodQueries, facts_of
from chalicelib.core.clock import MovableClock
from chalicelib.profiles import Facts, Kind, Profile, sequence_text
from chalicelib.profiles.folding import WEIGHTS
from chalicelib.profiles.observing import search_word_of
from chalicelib.search import Analyser, IndexUnavailable, choose_segmenter
from chalicelib.search.dictionary import NOTHING_LEARNT, Dictionary
from chalicelib.search.understanding import understand
from tests.support.shoppers import NOW, TwinShop, event

ANALYSER = Analyser(choose_segmenter())
SHOP = Dictionary.learn(
    [
        {"brand": ["Mori/森屿"], "category": ["户外", "露营", "帐篷"]},
        {"brand": ["Apple/苹果"], "category": ["手机"]},
        {"brand": ["卓禾（家具）"]},
        {"brand": ["Lancôme(兰蔻)"]},
        {"brand": ["云朵衣橱"], "category": ["女装", "裙装", "连衣裙"]},
    ]
)


def understood(query: str) -> Facts:
    return facts_of(understand(query, ANALYSER, SHOP), SHOP)


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("森屿帐篷", Facts("Mori/森屿", ("帐篷",))),
        ("mori 连衣裙", Facts("Mori/森屿", ("连衣裙",))),
        ("帐篷200-400元", Facts(None, ("帐篷",), (), 30_000)),
        ("连衣裙 100元以内", Facts(None, ("连衣裙",), (), 9_999)),
        ("500元以上的帐篷", Facts(None, ("帐篷",), (), 50_000)),
        ("便宜的帐篷", Facts(None, ("帐篷",))),
        ("火箭燃料", Facts()),
        ("青苹果", Facts()),
        ("苹果 帐篷", Facts("Apple/苹果", ("帐篷",))),
        ("家具 小桌", Facts()),
        ("卓禾 书桌", Facts("卓禾（家具）")),
        ("兰蔻面霜", Facts("Lancôme(兰蔻)")),
        ("不要帐篷", Facts()),
        ("", Facts()),
        ("……", Facts()),
    ],
)
def test_brand_category_and_price_are_found_in_a_query(query: str, facts: Facts) -> None:
    assert understood(query) == facts


class Shelf:
    """``ShopDictionary`` as far as it is asked."""

    def __init__(self, dictionary: Dictionary = SHOP) -> None:
        self.dictionary = dictionary
        self.error: Exception | None = None
        self.asked = 0

    def at(self, now: Any) -> Dictionary:
        self.asked += 1
        if self.error:
            raise self.error
        return self.dictionary


def queries(shelf: Shelf, clock: MovableClock | None = None) -> UnderstoodQueries:
    return UnderstoodQueries(lambda: (ANALYSER, shelf), clock or MovableClock(NOW))  # type: ignore[arg-type, return-value]


def test_without_a_dictionary_nothing_is_understood() -> None:
    assert queries(Shelf(NOTHING_LEARNT)).of(["森屿帐篷"]) == {}
    assert queries(Shelf()).of(["森屿帐篷", "火箭燃料"]) == {"森屿帐篷": Facts("Mori/森屿", ("帐篷",))}


def test_an_index_that_does_not_answer_holds_no_profile_up_and_is_left_alone_for_a_while() -> None:
    shelf, clock = Shelf(), MovableClock(NOW)
    shelf.error = IndexUnavailable("down")
    interests = queries(shelf, clock)
    assert [interests.of(["帐篷"]) for _ in range(3)] == [{}, {}, {}]
    assert shelf.asked == 1
    shelf.error = None
    clock.advance(WAITS)
    assert interests.of(["帐篷"]) == {"帐篷": Facts(None, ("帐篷",))}


class Understood:
    """``QueryInterests`` that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Sequence[str]] = []

    def of(self, queries: Sequence[str]) -> Mapping[str, Facts]:
        self.asked.append(queries)
        return {query: understood(query) for query in queries if understood(query) != Facts()}


def learnt(*said: tuple[str, dict[str, Any]]) -> tuple[Profile, Understood]:
    shop, interests = TwinShop(), Understood()
    shop.profiles._interests = interests
    events = [event(f"m{number}", name, properties=properties) for number, (name, properties) in enumerate(said)]
    for each in events:
        shop.log.append(each)
    known = [activity_of(each, sequence_text(str(number))) for number, each in enumerate(events, 1)]
    shop.profiles.project("u1", [activity for activity in known if activity])
    before = shop.profiles.get("u1").profile
    rebuilt = shop.profiles.rebuild("u1").profile
    assert replace(rebuilt, version=0, generation="", lifecycle=before.lifecycle) == replace(before, version=0)
    return before, interests


def test_a_search_teaches_half_of_what_a_look_does_and_the_word_itself() -> None:
    assert max(WEIGHTS, key=lambda deed: -WEIGHTS[deed]) == "searched"
    profile, interests = learnt(("Products Searched", {"query": "森屿 帐篷"}))
    assert profile.affinities.weights(Kind.BRAND, NOW) == pytest.approx({"Mori/森屿": 0.5}, rel=1e-3)
    assert profile.affinities.weights(Kind.CATEGORY, NOW) == pytest.approx({"帐篷": 0.5}, rel=1e-3)
    assert list(profile.affinities.scores[Kind.SEARCH_WORD]) == ["森屿 帐篷"]
    assert interests.asked == [["森屿 帐篷"]] * 2


def test_queries_are_only_understood_where_something_was_searched_for() -> None:
    _, interests = learnt(("Product Viewed", {"product_id": "p1", "brand": "山野"}))
    assert interests.asked == []


def test_what_was_searched_for_is_no_product_that_was_looked_at() -> None:
    profile, _ = learnt(("Products Searched", {"query": "帐篷"}))
    assert (profile.habits.looks, profile.counters.views) == (0, 0)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("帐篷", "帐篷"),
        ("iphone 15 pro", "iphone 15 pro"),
        ("一个人在家做什么好吃的东西又快又不用洗碗呢", None),
        ("13912345678", None),
        ("lin@example.com", None),
    ],
)
def test_a_sentence_a_number_and_an_address_are_no_words_of_interest(query: str, word: str | None) -> None:
    searched = activity_of(event("m1", "Products Searched", properties={"query": query}), sequence_text("1"))
    assert searched is not None
    assert search_word_of(searched) == word
