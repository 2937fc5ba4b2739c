"""What every store of rebuilds promises, and that its stream asks for the next page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from chalicelib.adapters.dynamodb.rebuilds import DynamoRebuildRecords, read_step
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.rebuilds import MemoryRebuildRecords
from chalicelib.search import Rebuild, RebuildRecords, RebuildStatus
from infra.local.sources import StreamSource
from tests.support.stores import Store

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
FIRST = Rebuild("r1", NOON, NOON)


@dataclass
class Kept:
    records: RebuildRecords
    asked: Callable[[], list[tuple[str, int]]]


@pytest.fixture
def kept(store_or_twin: Store | None) -> Iterator[Kept]:
    if store_or_twin is None:
        twin = MemoryRebuildRecords()
        yield Kept(twin, lambda: twin.asked)
        return
    store, seen = store_or_twin, []

    def note(event: dict, _: object) -> None:  # type: ignore[type-arg]
        seen.extend(event["Records"])

    source = StreamSource("index_products", store.connect, store.names.catalog, note, print)

    def asked() -> list[tuple[str, int]]:
        while source.poll():
            continue
        return [step for record in seen if (step := read_step(record))]

    yield Kept(DynamoRebuildRecords(Table(store.client, store.names.catalog)), asked)


def test_a_rebuild_comes_back_as_it_was_stored_and_asks_for_its_pages(kept: Kept) -> None:
    assert kept.records.get("r1") is None
    kept.records.add(FIRST)
    assert kept.records.get("r1") == FIRST
    second = replace(FIRST, page=1, version="v", after="P#灯 P", loaded=200)
    assert kept.records.replace(FIRST, second)
    assert kept.records.get("r1") == second
    done = replace(second, page=2, status=RebuildStatus.DONE, count=200)
    assert kept.records.replace(second, done)
    assert kept.records.get("r1") == done
    assert kept.asked() == [("r1", 0), ("r1", 1)]


def test_a_page_is_stored_once_and_an_ended_rebuild_stays_ended(kept: Kept) -> None:
    kept.records.add(FIRST)
    failed = replace(FIRST, page=1, status=RebuildStatus.FAILED, reason="杯子")
    assert kept.records.replace(FIRST, failed)
    assert not kept.records.replace(FIRST, replace(FIRST, page=1))
    assert not kept.records.replace(failed, replace(failed, status=RebuildStatus.RUNNING))
    assert kept.records.get("r1") == failed
