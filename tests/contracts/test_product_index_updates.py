"""Changes of price and stock spare the analysis, and come in any order, on every engine."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.catalog import Product, ProductChange
from chalicelib.search import (
    Analyser,
    Clause,
    Condition,
    Duplicates,
    Filter,
    Indexing,
    Meaning,
    Operator,
    Plan,
    ProductIndex,
    Sort,
    Write,
    choose_segmenter,
    document_of,
)
from chalicelib.search.text import Views
from tests.contracts.product_indexes import KINDS, made
from tests.support.search import analyser, product

ANALYSER = analyser()
EXAMPLES = itertools.count()


class CountingAnalyser(Analyser):
    """Remembers what it was asked to analyse."""

    def __init__(self) -> None:
        super().__init__(choose_segmenter())
        self.texts: list[str] = []

    def views(self, text: str) -> Views:
        self.texts.append(text)
        return super().views(text)

    def words(self, text: str) -> list[str]:
        self.texts.append(text)
        return super().words(text)


@pytest.fixture(scope="module", params=KINDS)
def index(request: pytest.FixtureRequest) -> Iterator[ProductIndex]:
    """One index for all tests here: each has products of its own."""
    for empty in made(request.param, request):
        assert empty.analysed(["a"]) == {}
        empty.ensure(ANALYSER.signature)
        yield empty


@pytest.fixture
def counting(index: ProductIndex) -> tuple[CountingAnalyser, Indexing, MemoryProducts]:
    counting, products = CountingAnalyser(), MemoryProducts()
    return counting, Indexing(index, counting, duplicates=Duplicates(index, products, counting)), products


def change(changed: Product, revision: int) -> ProductChange:
    return ProductChange(changed.product_id, revision, changed)


def tea(product_id: str) -> Product:
    return product(
        product_id,
        "SK-II 明前龙井 茶叶250g",
        brand="西湖",
        category=("食品", "茶"),
        tags=("新品",),
        attributes={"产地": ("杭州",)},
        price=9900,
    )


def shown(index: ProductIndex, *object_ids: str) -> dict[str, tuple[str, int | None]]:
    among = Filter(tuple(Condition("objectID", Operator.IS, each) for each in object_ids))
    hits = index.search(Plan(ANALYSER.signature, filters=(among,), sort=Sort.SALES_DESC, size=100)).hits
    return {hit.object_id: (hit.hit["title"], hit.hit["price"]) for hit in hits}


def test_an_analysis_comes_back_as_it_was_stored(index: ProductIndex) -> None:
    bare, described = document_of(product("bare", "杯子"), 1, ANALYSER), document_of(tea("full"), 1, ANALYSER)
    described = replace(described, meaning=Meaning("test/1", bytes([1, 2, 255]), 0.5))
    assert not index.apply([Write("bare", 1, bare), Write("full", 1, described)])
    known = index.analysed(["bare", "full", "full", "never"])
    assert set(known) == {"bare", "full"}
    for document in (bare, described):
        kept = known[document.object_id]
        assert (kept.wording, dict(kept.views), kept.meaning) == (document.wording, document.views, document.meaning)


def test_another_price_stock_or_picture_is_not_analysed_again(
    index: ProductIndex, counting: tuple[CountingAnalyser, Indexing, MemoryProducts]
) -> None:
    asked, indexing, products = counting
    first = tea("cheap")
    products.put(first)
    assert not indexing.apply([change(first, 10)])
    assert first.title in asked.texts
    asked.texts.clear()
    changed = replace(first, price=9800, stock=3, sales_30d=7, image="https://shop.example/tea.jpg")
    assert not indexing.apply([change(changed, 11)])
    assert asked.texts == []
    assert shown(index, "cheap") == {"cheap": (first.title, 98)}
    by_word = Plan(ANALYSER.signature, (Clause("title", ("龙井",), 1.0),), filters=(Filter((_is("cheap"),)),), size=1)
    assert index.search(by_word).hits[0].score > 0


@pytest.mark.parametrize(
    "words",
    [
        {"title": "明前龙井"},
        {"brand": "狮峰"},
        {"category_path": ("食品", "绿茶")},
        {"tags": ("热卖",)},
        {"attributes": {"产地": ("龙坞",)}},
        {"brief": "今年的新茶"},
    ],
    ids=lambda words: next(iter(words)),
)
def test_any_new_word_is_analysed(
    index: ProductIndex, counting: tuple[CountingAnalyser, Indexing, MemoryProducts], words: dict[str, object]
) -> None:
    asked, indexing, _ = counting
    name = f"words-{next(iter(words))}"
    indexing.apply([change(tea(name), 10)])
    asked.texts.clear()
    changed = replace(tea(name), **words)  # type: ignore[arg-type]
    indexing.apply([change(changed, 11)])
    assert asked.texts
    assert index.analysed([name])[name].views == document_of(changed, 11, ANALYSER).views


def test_a_version_being_built_says_who_shares_a_block(index: ProductIndex) -> None:
    shared = {"brand": "西湖", "category": ("食品", "茶"), "price": 9900}
    listed = [product(f"listing{number}", f"龙井{number}", **shared) for number in range(5)]  # type: ignore[arg-type]
    others = [product("alone", "龙井", brand="狮峰", price=9900), product("brandless", "龙井", price=9900)]
    version = index.create(ANALYSER.signature)
    assert not index.load(version, [document_of(each, 1, ANALYSER) for each in (*listed, *others)])
    places = index.in_blocks(version, None, 100)
    assert sorted(object_id for _, object_id in places) == ["alone", *(each.product_id for each in listed)]
    assert [*places] == sorted(places)
    assert len({block for block, _ in places}) == 2
    paged = list(index.in_blocks(version, None, 2))
    while page := index.in_blocks(version, paged[-1], 2):
        paged += page
    assert paged == [*places]
    index.drop(version)


STATES = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.integers(1, 5), st.sampled_from(["红杯子", "蓝杯子", "off", None]), st.integers(1, 3)
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda drawn: drawn[:2],
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(STATES, st.randoms(use_true_random=False))
def test_the_newest_state_stays_in_whatever_order_and_batches_records_come(
    index: ProductIndex, drawn: list[tuple[str, int, str | None, int]], shuffle: random.Random
) -> None:
    example = f"e{next(EXAMPLES)}"
    states = {
        (f"{example}{name}", revision): None
        if title is None
        else product(f"{example}{name}", title, price=price * 100, is_on_sale=title != "off")
        for name, revision, title, price in drawn
    }
    records = [ProductChange(name, revision, state) for (name, revision), state in states.items()] * 2
    shuffle.shuffle(records)
    indexing = Indexing(index, ANALYSER)
    while records:
        size = shuffle.randint(1, 4)
        assert not indexing.apply(records[:size])
        records = records[size:]
    newest = {name: states[name, max(at for other, at in states if other == name)] for name, _ in states}
    expected = {name: state for name, state in newest.items() if state and state.is_on_sale}
    assert shown(index, *newest) == {
        name: (state.title, state.price and state.price // 100) for name, state in expected.items()
    }
    known = index.analysed([*newest])
    assert {name: dict(each.views) for name, each in known.items()} == {
        name: document_of(state, 1, ANALYSER).views for name, state in expected.items()
    }


def _is(object_id: str) -> Condition:
    return Condition("objectID", Operator.IS, object_id)
