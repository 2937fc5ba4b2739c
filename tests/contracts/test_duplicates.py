"""An item that is listed several times appears once, on every engine, and stays right as listings come, change and go."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.catalog import Product, ProductChange
from chalicelib.search import (
    Condition,
    Duplicates,
    Filter,
    FixedRules,
    Indexing,
    Operator,
    ProductIndex,
    SearchRequest,
    SearchResult,
)
from tests.contracts.product_indexes import KINDS, made
from tests.support.rules import pin, rule
from tests.support.search import NOW, analyser, product, search_over

TITLE = "露营天幕帐篷户外加厚防雨大号遮阳棚"


class Shop:
    """A catalogue whose changes go into an index at once, as the stream would bring them."""

    def __init__(self, index: ProductIndex) -> None:
        self.index = index
        self.products = MemoryProducts()
        self.indexing = Indexing(index, analyser(), duplicates=Duplicates(index, self.products, analyser()))

    def put(self, *products: Product) -> None:
        before = len(self.products.changes)
        self.products.put_many(products)
        self._follow(self.products.changes[before:])

    def delete(self, product_id: str) -> None:
        self.products.delete(product_id)
        self._follow(self.products.changes[-1:])

    def _follow(self, changes: Sequence[ProductChange]) -> None:
        # Revisions of one clock for the whole catalogue, as the real one's are.
        self._revision = getattr(self, "_revision", 1_000) + 10
        assert not self.indexing.apply([replace(change, revision=self._revision) for change in changes])

    def find(self, query: str = "天幕", **asked: Any) -> SearchResult:
        return search_over(self.index).find(SearchRequest(query=query, facets=("brand", "objectID"), **asked), NOW)

    def shown(self, **asked: Any) -> dict[str, int]:
        """The listings found, each with how many more offers it has."""
        result = self.find(**asked)
        assert result.total == len(result.hits) == sum(result.facets["brand"].values())
        return {hit["objectID"]: hit.get("_offers", 0) for hit in result.hits}


@pytest.fixture(params=KINDS)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    for index in made(request.param, request):
        yield Shop(index)


def listing(name: str, title: str = TITLE, *, sales: int = 0, **changes: Any) -> Product:
    given: dict[str, Any] = {
        "brand": "山野集",
        "price": 19_900,
        "category": ("户外", "天幕"),
        "sales": sales,
        **changes,
    }
    return product(name, title, **given)


def test_listings_of_one_item_appear_once_with_their_number(shop: Shop) -> None:
    shop.put(listing("a", sales=5), listing("b", f"【新款】{TITLE}", sales=9), listing("c", "黑胶天幕布 防晒银胶"))
    assert shop.shown() == {"b": 1, "c": 0}
    assert shop.shown(is_distinct=False) == {"a": 1, "b": 1, "c": 0}
    assert shop.find().facets["objectID"] == {"a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize(
    "other",
    [
        {"brand": "云上"},
        {"price": 99_900},
        {"category": ("户外", "帐篷")},
        {"title": "露营天幕帐篷户外加厚防雨大号遮阳棚3米"},
        {"title": "天幕 便携单人"},
        {"brand": None},
        {"price": None},
    ],
    ids=str,
)
def test_what_may_be_another_item_stays_apart(shop: Shop, other: dict[str, Any]) -> None:
    shop.put(listing("a"))
    shop.put(listing("b", **other))
    assert set(shop.find().facets["objectID"]) == {"a", "b"}


def test_a_listing_that_comes_later_joins_and_leads_when_it_sells_better(shop: Shop) -> None:
    shop.put(listing("a", sales=5))
    assert shop.shown() == {"a": 0}
    shop.put(listing("b", sales=9))
    assert shop.shown() == {"b": 1}
    shop.put(listing("c", sales=1))
    assert shop.shown() == {"b": 2}


def test_the_lead_passes_on_when_it_is_sold_out_or_gone_or_becomes_another_item(shop: Shop) -> None:
    shop.put(listing("a", sales=9), listing("b", sales=5), listing("c", sales=1))
    assert shop.shown() == {"a": 2}
    shop.put(listing("a", sales=9, stock=0))
    assert shop.shown() == {"b": 2}
    shop.put(listing("b", sales=5, is_on_sale=False))
    assert shop.shown() == {"c": 1}
    shop.put(listing("c", "天幕杆 铝合金伸缩支架"))
    assert shop.shown() == {"a": 0, "c": 0}
    shop.delete("a")
    assert shop.shown() == {"c": 0}


def test_one_left_alone_carries_no_trace_of_a_group(shop: Shop) -> None:
    shop.put(listing("a", sales=9), listing("b"))
    shop.delete("a")
    (hit,) = shop.find().hits
    assert "_offers" not in hit


def test_a_rebuild_finds_the_groups_of_the_whole_catalogue(shop: Shop) -> None:
    products = [
        listing("a", sales=1),
        listing("c", "黑胶天幕布 防晒银胶"),
        listing("b", sales=9),
        listing("d", sales=3),
    ]
    shop.products.put_many(products)
    report = shop.indexing.rebuild(shop.products.all(), 500)
    assert (report.count, report.failures) == (4, ())
    assert shop.shown() == {"b": 2, "c": 0}
    shop.put(listing("d", sales=30))
    assert shop.shown() == {"d": 2, "c": 0}


def test_an_item_is_shown_by_an_offer_that_passes_the_filters(shop: Shop) -> None:
    shop.put(listing("a", sales=9, price=19_900, tags=("包邮",)), listing("b", price=18_000, tags=("包邮", "清仓")))
    assert shop.shown() == {"a": 1}
    for condition, shown in (
        (Condition("brand", Operator.IS, "山野集"), {"a": 1}),
        (Condition("price", Operator.AT_MOST, 18_500), {"b": 1}),
        (Condition("tags", Operator.IS, "包邮"), {"a": 1}),
        (Condition("tags", Operator.IS, "清仓"), {"b": 1}),
        (Condition("objectID", Operator.IS, "b"), {"b": 1}),
        (Condition("price", Operator.BELOW, 18_000), {}),
    ):
        assert shop.shown(filters=(Filter((condition,)),)) == shown


def test_an_item_says_which_other_offers_it_has_from_the_leading_one_on(shop: Shop) -> None:
    shop.put(listing("a", sales=9), listing("b", price=18_050, stock=3), listing("c", sales=5, stock=0))
    (hit,) = shop.find().hits
    assert (hit["objectID"], hit["_offers"]) == ("a", 2)
    assert hit["_other_offers"] == [
        {"objectID": "b", "price": 180.5, "stock": 3, "url": None},
        {"objectID": "c", "price": 199, "stock": 0, "url": None},
    ]
    shop.put(listing("b", price=17_000))
    (hit,) = shop.find().hits
    assert [each["price"] for each in hit["_other_offers"]] == [170, 199]


def test_an_offer_whose_title_alone_says_a_word_is_found_by_it(shop: Shop) -> None:
    shop.put(listing("a", sales=9), listing("b", f"{TITLE}黑胶"))
    assert shop.shown() == {"a": 1}
    assert shop.shown(query="黑胶") == {"b": 1}


def test_a_pinned_offer_stands_for_its_item_even_when_another_leads(shop: Shop) -> None:
    shop.put(listing("a", sales=9, tags=("包邮",)), listing("b"), listing("c", "黑胶天幕布 防晒银胶", tags=("包邮",)))
    search = search_over(shop.index).under(FixedRules([rule(pin("b", 1), pin("c", 2))]))
    result = search.find(SearchRequest(query="天幕", facets=("tags", "objectID")), NOW)
    assert [hit["objectID"] for hit in result.hits] == ["b", "c"]
    assert (result.total, result.facets["tags"]) == (2, {"包邮": 2})
    result = search.find(SearchRequest(query="天幕", is_distinct=False), NOW)
    assert [hit["objectID"] for hit in result.hits] == ["b", "c", "a"]
