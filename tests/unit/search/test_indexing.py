"""The index follows the catalogue."""

import random
from collections.abc import Iterable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.catalog import Product, ProductChange
from chalicelib.search import (
    Clause,
    Document,
    FacetCount,
    Indexing,
    IndexUnavailable,
    Plan,
    RebuildFailed,
    Sort,
    WriteFailure,
)
from tests.support.search import analyser, product

ANALYSER = analyser()


def made() -> tuple[EmbeddedProductIndex, Indexing]:
    index = EmbeddedProductIndex("products")
    return index, Indexing(index, ANALYSER)


def titles(index: EmbeddedProductIndex) -> dict[str, str]:
    found = index.search(Plan(analysis=ANALYSER.signature, sort=Sort.SALES_DESC, size=100))
    return {hit.object_id: hit.hit["title"] for hit in found.hits}


def change(product_id: str, revision: int, title: str | None, *, is_on_sale: bool = True) -> ProductChange:
    changed = None if title is None else product(product_id, title, is_on_sale=is_on_sale)
    return ProductChange(product_id, revision, changed)


def test_the_first_change_makes_the_index() -> None:
    index, indexing = made()
    assert indexing.apply([change("a", 1, "杯子")]) == []
    assert titles(index) == {"a": "杯子"}


def test_no_changes_touch_nothing() -> None:
    index, indexing = made()
    assert not indexing.apply([])
    assert index.analysis() is None


def test_a_product_off_sale_or_deleted_is_not_found() -> None:
    index, indexing = made()
    indexing.apply([change("a", 1, "杯子"), change("b", 1, "碗")])
    indexing.apply([change("a", 2, "杯子", is_on_sale=False), change("b", 2, None)])
    assert titles(index) == {}
    indexing.apply([change("a", 3, "杯子")])
    assert titles(index) == {"a": "杯子"}


CHANGES = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 6), st.sampled_from(["title", "off", None])),
    min_size=1,
    max_size=12,
)


@given(CHANGES, st.randoms(use_true_random=False))
def test_the_highest_revision_wins_in_any_order_and_however_often(
    drawn: list[tuple[str, int, str | None]], shuffle: st.DataObject
) -> None:
    # One product has one state per revision.
    states = {(name, revision): state for name, revision, state in drawn}
    changes = [
        change(name, revision, None if state is None else f"{name}{revision}", is_on_sale=state == "title")
        for (name, revision), state in states.items()
    ]
    delivered = [*changes, *changes]
    shuffle.shuffle(delivered)  # type: ignore[attr-defined]
    index, indexing = made()
    for each in delivered:
        indexing.apply([each])
    newest = {name: max(revision for other, revision in states if other == name) for name, _ in states}
    expected = {name: f"{name}{top}" for name, top in newest.items() if states[name, top] == "title"}
    assert titles(index) == expected


def test_a_rebuild_holds_exactly_what_is_on_sale() -> None:
    index, indexing = made()
    indexing.apply([change("old", 1, "旧杯子")])
    report = indexing.rebuild([product("a", "杯子"), product("b", "碗", is_on_sale=False)], revision=10)
    assert (report.count, report.failures) == (1, ())
    assert titles(index) == {"a": "杯子"}


def test_changes_made_while_rebuilding_win() -> None:
    index, indexing = made()
    indexing.apply([change("a", 1, "旧"), change("b", 1, "碗")])

    def catalogue() -> Iterator[Product]:
        yield product("b", "碗")
        indexing.apply([change("a", 20, "新"), change("b", 21, None)])
        yield product("a", "旧")

    indexing.rebuild(catalogue(), revision=10)
    assert titles(index) == {"a": "新"}


def test_a_rebuild_that_breaks_off_leaves_readers_where_they_were() -> None:
    index, indexing = made()
    indexing.apply([change("a", 1, "杯子")])

    def breaking() -> Iterator[Product]:
        yield product("b", "碗")
        raise OSError("the table went away")

    with pytest.raises(OSError, match="went away"):
        indexing.rebuild(breaking(), revision=10)
    assert titles(index) == {"a": "杯子"}
    assert indexing.rebuild([product("c", "盘")], revision=11).count == 1


def test_a_rebuild_with_failures_that_may_pass_is_given_up() -> None:
    class Tired(EmbeddedProductIndex):
        def load(self, version: str, documents: object) -> list[WriteFailure]:
            return [WriteFailure("a", "rejected_execution", is_retryable=True)]

    index = Tired("products")
    index.ensure(ANALYSER.signature)
    with pytest.raises(IndexUnavailable):
        Indexing(index, ANALYSER).rebuild([product("a", "杯子")], revision=10)
    assert titles(index) == {}


def test_a_version_that_lost_products_on_the_way_is_never_shown() -> None:
    class Leaking(EmbeddedProductIndex):
        def load(self, version: str, documents: Iterable[Document]) -> Sequence[WriteFailure]:
            return super().load(version, list(documents)[:5])

    index = Leaking("products")
    indexing = Indexing(index, ANALYSER)
    indexing.apply([change("old", 1, "旧杯子")])
    with pytest.raises(RebuildFailed, match="holds 5 of 9"):
        indexing.rebuild([product(f"p{number}", "杯子") for number in range(9)], revision=10)
    assert titles(index) == {"old": "旧杯子"}


def test_a_rebuild_can_be_taken_back_and_nothing_changed_since_is_lost() -> None:
    index, indexing = made()
    indexing.apply([change("a", 1, "杯子"), change("b", 1, "碗")])
    indexing.rebuild([product("a", "杯子")], revision=10)
    indexing.apply([change("c", 20, "盘")])
    indexing.rollback()
    assert titles(index) == {"a": "杯子", "b": "碗", "c": "盘"}


PRICES = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 8), st.sampled_from(["红杯子", "蓝杯子"]), st.integers(1, 3)),
    min_size=1,
    max_size=14,
    unique_by=lambda drawn: drawn[:2],
)


@given(PRICES, st.randoms(use_true_random=False))
def test_prices_that_change_without_words_leave_the_index_as_if_built_anew(
    drawn: list[tuple[str, int, str, int]], shuffle: random.Random
) -> None:
    states = [(name, revision, product(name, title, price=price * 100)) for name, revision, title, price in drawn]
    shuffle.shuffle(states)
    index, indexing = made()
    for name, revision, state in states:
        indexing.apply([ProductChange(name, revision, state)])
    newest = {name: max(each[1] for each in states if each[0] == name) for name, _, _ in states}
    anew, building = made()
    building.apply([ProductChange(*each) for each in states if each[1] == newest[each[0]]])
    plan = Plan(ANALYSER.signature, clauses=(Clause("uni", ("红", "杯", "子"), 1.0),), facets=(FacetCount("price"),))
    assert index.search(plan) == anew.search(plan)
