"""Any dictionary word inside an indexed title finds that title: the segmenter's words and those learnt from the shop, on both
engines, with the plans that ``Search`` makes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.catalog import Product
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    Dictionary,
    Relaxing,
    Search,
    SearchRequest,
    ShopDictionary,
    Teaching,
    choose_segmenter,
)
from chalicelib.search.text import fold
from infra.local.demo_shop import products
from tests.contracts.product_indexes import KINDS, made
from tests.support.search import NOW, FixedTastes, analyser, filled, product

ANALYSER = analyser()


@dataclass(frozen=True)
class Shop:
    search: Search
    products: list[Product]
    learnt: Dictionary


@pytest.fixture(scope="module", params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    goods = [
        product(
            line["id"],
            line["title"],
            brand=line.get("brand"),
            category=line["category"],
            tags=line.get("tags", ()),
            attributes={name: tuple(values) for name, values in line.get("attributes", {}).items()},
        )
        for line in products()
    ]
    for index in made(request.param, request):
        filled(index, goods, ANALYSER)
        learnt = Teaching(index, ANALYSER, MovableClock(NOW)).teach()
        search = Search(index, FixedTastes(), ANALYSER, SeededRandomness("find"), dictionary=ShopDictionary(index))
        yield Shop(search, goods, learnt)


def finds(shop: Shop, word: str, product_id: str) -> bool:
    request = SearchRequest(query=word, page_size=1_000, is_distinct=False, relaxing=Relaxing.NONE)
    return product_id in {hit["objectID"] for hit in shop.search.find(request, NOW).hits}


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_word_of_the_dictionary_finds_every_title_that_holds_it(shop: Shop, data: st.DataObject) -> None:
    sold = data.draw(st.sampled_from(shop.products))
    words = {word for word in choose_segmenter().lattice(fold(sold.title)) if any(map(str.isalnum, word))}
    word = data.draw(st.sampled_from(sorted(words)))
    assert finds(shop, word, sold.product_id), (word, sold.title)


@given(st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_so_does_a_word_learnt_from_the_shop(shop: Shop, data: st.DataObject) -> None:
    learnt = shop.learnt
    word = data.draw(
        st.sampled_from(sorted({*learnt.brands, *learnt.categories, *learnt.attributes, *learnt.products}))
    )
    holders = [each for each in shop.products if word in fold(each.title).replace(" ", "")]
    if holders:
        sold = data.draw(st.sampled_from(holders))
        assert finds(shop, word, sold.product_id), (word, sold.title)
