"""A search that something came of counts once, wherever a worker dies, on twins, moto and DynamoDB Local."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.memory.search_log import MemoryLogNames
from chalicelib.core.ids import SeededRandomness
from chalicelib.profiles import Kind, Profile
from tests.support.pipeline import Pipeline, pipeline
from tests.support.search_log import keeping, searched
from tests.support.shoppers import NOW, TwinShop, event
from tests.support.stores import Store

SEARCH = searched("帐篷", None, at=NOW - timedelta(minutes=1))
ACTED = {"query_id": SEARCH.query_id, "product_id": "p1", "position": 1}
TOLD = event("s1", "Products Searched", properties={"query": "帐篷", "query_id": SEARCH.query_id})
EVENTS = [event("c1", "Product Clicked", properties=ACTED), TOLD, event("c2", properties=ACTED)]


@pytest.fixture
def line(store_or_twin: Store | None) -> Iterator[Pipeline]:
    with pipeline(store_or_twin) as made:
        if store_or_twin is None:
            names = MemoryLogNames(TwinShop().consents, SeededRandomness("names"))
            vars(made.services)["record_keeping"] = keeping(names=names)
        made.services.record_keeping.record(SEARCH, "u1")
        yield made


def profile(line: Pipeline) -> Profile:
    return line.services.profiles.get("u1").profile


def assert_counted_once(line: Pipeline) -> None:
    known = profile(line)
    assert (known.counters.seen, known.counters.searches, known.counters.views) == (4, 1, 1)
    assert known.affinities.weights(Kind.SEARCH_WORD, SEARCH.at) == pytest.approx({"帐篷": 1.0}, rel=1e-3)
    assert line.services.failures.list(10)[0] == []


def test_a_click_a_view_and_the_storefronts_word_are_one_search(line: Pipeline) -> None:
    line.record(EVENTS)
    line.project()
    assert_counted_once(line)


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("nth", range(1, 12))
def test_wherever_a_worker_dies_the_search_counts_once(line: Pipeline, nth: int, is_done: bool) -> None:
    line.death.comes(nth, is_done=is_done)
    line.record(EVENTS)
    line.project()
    line.death.comes(0, is_done=False)
    line.record(EVENTS[::-1])
    line.project()
    assert_counted_once(line)


def test_a_rebuild_from_the_log_counts_it_once_too(line: Pipeline) -> None:
    line.record(EVENTS)
    line.project()
    before: Any = profile(line).counters
    line.services.profiles.rebuild("u1")
    assert profile(line).counters == before
    assert_counted_once(line)
