"""A rebuild goes on page by page, whoever dies on the way."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.embedded import EmbeddedProductIndex
from chalicelib.adapters.memory.products import MemoryProducts
from chalicelib.adapters.memory.rebuilds import MemoryRebuildRecords
from chalicelib.catalog import ProductChange
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.search import (
    Document,
    Duplicates,
    Indexing,
    RebuildEnded,
    RebuildNotFound,
    Rebuilds,
    RebuildStatus,
    WriteFailure,
    blocks,
    rebuilds,
)
from tests.support.search import analyser, product

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
ANALYSER = analyser()


class Index(EmbeddedProductIndex):
    """``dying``: loads that end in the middle of a page; ``refusing``: an id it never takes."""

    dying = 0
    refusing = ""

    def load(self, version: str, documents: Iterable[Document]) -> Sequence[WriteFailure]:
        every = list(documents)
        if self.dying:
            self.dying -= 1
            super().load(version, every[:1])
            raise Unavailable("the worker was killed")
        super().load(version, [each for each in every if each.object_id != self.refusing])
        return [WriteFailure(each.object_id, "bad", False) for each in every if each.object_id == self.refusing]


class Shop:
    def __init__(self) -> None:
        self.index = Index("products")
        self.products = MemoryProducts()
        self.records = MemoryRebuildRecords()
        self.clock = MovableClock(NOON)
        self.indexing = Indexing(self.index, ANALYSER)
        self.rebuilds = Rebuilds(self.records, self.products, self.indexing, self.clock, SeededRandomness("rebuild"))

    def run(self) -> None:
        """Do what was asked for, in order, each page again until it succeeds, and then once more."""
        while self.records.asked:
            step = self.records.asked.pop(0)
            try:
                self.rebuilds.step(*step)
            except Unavailable:
                self.records.asked.insert(0, step)
                continue
            self.rebuilds.step(*step)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(rebuilds, "PAGE_SIZE", 3)
    made = Shop()
    for number in range(8):
        made.products.put(product(f"p{number}", f"杯子{number}", is_on_sale=number != 4))
    return made


def test_a_rebuild_ends_with_all_that_is_on_sale(shop: Shop) -> None:
    started = shop.rebuilds.start()
    assert (started.status, started.page) == (RebuildStatus.RUNNING, 0)
    shop.run()
    ended = shop.rebuilds.get(started.rebuild_id)
    assert (ended.status, ended.page, ended.loaded, ended.refused, ended.count) == (RebuildStatus.DONE, 5, 7, 0, 7)
    assert shop.indexing.state().count == 7
    with pytest.raises(RebuildEnded):
        shop.rebuilds.resume(started.rebuild_id)


def test_a_worker_killed_in_the_middle_of_a_page_loses_nothing(shop: Shop) -> None:
    started = shop.rebuilds.start()
    shop.index.dying = 2
    shop.run()
    shop.rebuilds.get(started.rebuild_id)
    assert shop.indexing.state().count == 7


def test_readers_keep_the_old_version_until_the_last_page(shop: Shop) -> None:
    shop.indexing.apply([ProductChange("old", 1, product("old", "旧杯子"))])
    started = shop.rebuilds.start()
    shop.rebuilds.step(started.rebuild_id, 0)
    shop.rebuilds.step(started.rebuild_id, 1)
    assert shop.indexing.state().count == 1
    shop.rebuilds.step(started.rebuild_id, 2)
    shop.rebuilds.step(started.rebuild_id, 3)
    assert shop.indexing.state().count == 1
    shop.rebuilds.step(started.rebuild_id, 4)
    assert shop.indexing.state().count == 7


def test_a_change_made_during_a_rebuild_wins(shop: Shop) -> None:
    shop.indexing.apply([ProductChange("p7", 1, product("p7", "旧"))])
    started = shop.rebuilds.start()
    shop.rebuilds.step(started.rebuild_id, 0)
    later = int((NOON + timedelta(seconds=1)).timestamp() * 1000)
    shop.indexing.apply([ProductChange("p0", later, None), ProductChange("p1", later, product("p1", "新杯子"))])
    shop.run()
    assert shop.rebuilds.get(started.rebuild_id).status is RebuildStatus.DONE
    assert shop.indexing.state().count == 6


def test_a_worker_that_dies_behind_the_last_page_did_not_fail(shop: Shop) -> None:
    started = shop.rebuilds.start()
    for page in range(4):
        shop.rebuilds.step(started.rebuild_id, page)
    last = shop.rebuilds.get(started.rebuild_id)
    assert last.version is not None
    # Readers see it, and the record was not written.
    shop.indexing.finish(last.version, last.loaded)
    shop.rebuilds.step(started.rebuild_id, 4)
    ended = shop.rebuilds.get(started.rebuild_id)
    assert (ended.status, ended.count, shop.indexing.state().count) == (RebuildStatus.DONE, 7, 7)


@pytest.mark.parametrize("places", [4, 5, 9, 50])
def test_items_listed_several_times_are_found_in_pages_as_all_at_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, places: int
) -> None:
    monkeypatch.setattr(blocks, "PLACES_AT_ONCE", places)
    title = "露营天幕帐篷户外加厚防雨大号遮阳棚"
    for number in range(12):
        brand = f"山野{number // 4}"
        shop.products.put(product(f"t{number:02}", f"{title}{'升级' * (number % 2)}", brand=brand, sales=number))
    shop.indexing = Indexing(shop.index, ANALYSER, duplicates=Duplicates(shop.index, shop.products, ANALYSER))
    shop.rebuilds = Rebuilds(shop.records, shop.products, shop.indexing, shop.clock, SeededRandomness("rebuild"))
    started = shop.rebuilds.start()
    shop.run()
    ended = shop.rebuilds.get(started.rebuild_id)
    assert (ended.status, ended.count) == (RebuildStatus.DONE, 19)
    paged = {each.object_id: each.facets.get("group") for each in shop.index.documents()}
    whole = Indexing(Index("whole"), ANALYSER, duplicates=Duplicates(shop.index, shop.products, ANALYSER))
    whole.rebuild(list(shop.products.all()), 1)
    at_once = {each.object_id: each.facets.get("group") for each in whole._index.documents()}  # type: ignore[attr-defined]
    assert paged == at_once
    assert len({*filter(None, paged.values())}) == 3


def test_what_cannot_be_indexed_is_told_and_counted(shop: Shop) -> None:
    shop.index.refusing = "p1"
    started = shop.rebuilds.start()
    (failure,) = shop.rebuilds.step(started.rebuild_id, 0)
    assert (failure.product_id, failure.reason) == ("p1", "bad")
    shop.run()
    ended = shop.rebuilds.get(started.rebuild_id)
    assert (ended.status, ended.refused, ended.count) == (RebuildStatus.DONE, 1, 6)


def test_a_newer_rebuild_takes_the_place_of_one_that_runs(shop: Shop) -> None:
    first = shop.rebuilds.start()
    shop.rebuilds.step(first.rebuild_id, 0)
    version = shop.rebuilds.get(first.rebuild_id).version
    assert version is not None
    shop.index.drop(version)
    shop.run()
    ended = shop.rebuilds.get(first.rebuild_id)
    assert ended.status is RebuildStatus.FAILED
    assert "does not exist" in str(ended.reason)


def test_a_rebuild_that_stands_still_is_asked_for_again(shop: Shop) -> None:
    started = shop.rebuilds.start()
    shop.records.asked.clear()
    shop.rebuilds.resume(started.rebuild_id)
    shop.run()
    assert shop.rebuilds.get(started.rebuild_id).status is RebuildStatus.DONE
    with pytest.raises(RebuildNotFound):
        shop.rebuilds.get("nobody")
