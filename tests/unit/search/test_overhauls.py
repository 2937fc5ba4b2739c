"""Overhauls happen when they are asked for, however long they take and whatever is written meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.adapters.memory.stages import MemoryIndexNotes, MemoryOverhaulRecords, MemoryStages
from chalicelib.catalog import Product
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    Condition,
    Filter,
    Indexes,
    IndexKind,
    Operator,
    OverhaulEnded,
    OverhaulNotFound,
    OverhaulPhase,
    Overhauls,
    kind_of,
)
from chalicelib.search import overhauls as module

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
IDS = st.sampled_from("abcde")
BRANDS = st.sampled_from(["青禾", "拾光"])
STEPS = st.one_of(
    st.tuples(st.just("put"), IDS, BRANDS),
    st.tuples(st.just("delete"), IDS),
    st.tuples(st.just("clear")),
    st.tuples(st.just("move"), st.dictionaries(IDS, BRANDS, max_size=4)),
    st.tuples(st.just("take out"), BRANDS),
    st.tuples(st.just("work"), st.integers(0, 5)),
)


class Shop:
    """A catalogue and its overhauls, beside what it should be: a dictionary on which everything happens at once."""

    def __init__(self) -> None:
        self.clock = MovableClock(NOON)
        self.products, self.records, self.stages = MemoryProducts(), MemoryOverhaulRecords(), MemoryStages()
        self.overhauls = Overhauls(self.records, self.products, self.stages, self.clock)
        self.expected: dict[str, str] = {}
        self.done = 0

    def act(self, kind: str, *given: Any) -> None:
        self.clock.advance(timedelta(seconds=1))
        getattr(self, f"_{kind.replace(' ', '_')}")(*given)

    def _put(self, name: str, brand: str) -> None:
        self.products.put_many([product(name, brand)], self.overhauls.since())
        self.expected[name] = brand

    def _delete(self, name: str) -> None:
        self.products.delete(name, self.overhauls.since())
        self.expected.pop(name, None)

    def _clear(self) -> None:
        self.overhauls.start()
        self.expected.clear()

    def _move(self, staged: dict[str, str]) -> None:
        stage = f"s{len(self.records.asked)}"
        self.stages.put_many(stage, [product(*each) for each in staged.items()])
        self.overhauls.start(stage)
        self.expected = dict(staged)

    def _take_out(self, brand: str) -> None:
        self.overhauls.start(filters=[Filter((Condition("brand", Operator.IS, brand),))])
        self.expected = {name: each for name, each in self.expected.items() if each != brand}

    def _work(self, pages: int) -> None:
        for _ in range(pages):
            if self.done < len(self.records.asked):
                step = self.records.asked[self.done]
                self.done += 1
                self.overhauls.step(*step)
                # A worker that dies after its page does it again.
                self.overhauls.step(*step)


def product(name: str, brand: str) -> Product:
    return Product(name, "陶瓷杯", 100, brand=brand)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE_SIZE", 2)
    monkeypatch.setattr(module, "AT_ONCE", 0)


@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_whatever_happens_meanwhile_the_catalogue_becomes_what_was_asked_in_that_order(steps: list[Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PAGE_SIZE", 2)
        patch.setattr(module, "AT_ONCE", 0)
        shop = Shop()
        for step in steps:
            shop.act(*step)
        shop.act("work", 1_000)
    assert {each.product_id: each.brand for each in shop.products.all()} == shop.expected
    assert not shop.overhauls.running()


def test_an_overhaul_is_found_resumed_and_ends() -> None:
    shop = Shop()
    shop.act("put", "a", "青禾")
    started = shop.overhauls.start()
    assert shop.overhauls.start().overhaul_id == started.overhaul_id + 1
    assert shop.overhauls.resume(started.overhaul_id).page == 0
    shop.act("work", 100)
    assert shop.overhauls.get(started.overhaul_id).removed == 1
    with pytest.raises(OverhaulEnded):
        shop.overhauls.resume(started.overhaul_id)
    with pytest.raises(OverhaulNotFound):
        shop.overhauls.get(1)


def test_one_that_stands_still_is_given_up_by_the_next_which_waits_for_others() -> None:
    shop = Shop()
    for name in "abc":
        shop.act("put", name, "青禾")
    stuck = shop.overhauls.start()
    shop.act("clear")
    second, page = shop.records.asked[-1]
    shop.overhauls.step(second, page)
    assert shop.overhauls.get(second).removed == 0
    shop.clock.advance(module.PATIENCE)
    shop.overhauls.step(second, page + 1)
    assert shop.overhauls.get(stuck.overhaul_id).phase is OverhaulPhase.GIVEN_UP
    shop.act("work", 100)
    assert shop.overhauls.get(second).removed == 3
    with pytest.raises(OverhaulEnded):
        shop.overhauls.resume(stuck.overhaul_id)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("products", IndexKind.SHOP),
        ("products_price_asc", IndexKind.REPLICA),
        ("products_tmp", IndexKind.TEMPORARY),
        ("products_tmp_4f2x", IndexKind.TEMPORARY),
        ("tmp_products", IndexKind.TEMPORARY),
        ("products_temp", IndexKind.TEMPORARY),
        ("products_tmp_" + "x" * 200, IndexKind.UNKNOWN),
        ("products_by_mood", IndexKind.UNKNOWN),
        ("products_tmp/1", IndexKind.UNKNOWN),
        ("other", IndexKind.UNKNOWN),
        ("", IndexKind.UNKNOWN),
    ],
)
def test_a_name_says_what_an_index_is(name: str, kind: IndexKind) -> None:
    assert kind_of(name, "products") is kind


def test_settings_are_seen_by_others_a_little_later_and_survive_a_silent_store() -> None:
    shop, notes = Shop(), MemoryIndexNotes()
    mine, others = (Indexes(notes, shop.overhauls, shop.clock, SeededRandomness("i"), "products", 5) for _ in range(2))
    assert others.settings("products") == {}
    mine.change_settings("products", {"hitsPerPage": 3, "distinct": True})
    mine.change_settings("products_price_asc", {"hitsPerPage": 4})
    mine.change_settings("products", {"distinct": None})
    assert mine.settings("products_price_asc") == {"hitsPerPage": 4}
    assert others.settings("products") == {}
    shop.clock.advance(timedelta(seconds=5))
    assert others.settings("products") == {"hitsPerPage": 3}
    assert mine.move("products_tmp") is None
