"""What the stores of overhauls, stages and index notes promise, kept by the twins, by moto and by DynamoDB Local alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.adapters.dynamodb.overhauls import DynamoOverhaulRecords, read_overhaul_step
from chalicelib.adapters.dynamodb.stages import DynamoIndexNotes, DynamoStages
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.stages import MemoryIndexNotes, MemoryOverhaulRecords, MemoryStages
from chalicelib.catalog import Product
from chalicelib.core.clock import MovableClock
from chalicelib.search import (
    Condition,
    Filter,
    IndexNote,
    IndexNotes,
    Operator,
    Overhaul,
    OverhaulPhase,
    OverhaulRecords,
    Stages,
)
from infra.local.sources import StreamSource
from tests.support.stores import Store

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
FILTERS = (Filter((Condition("brand", Operator.IS, "青禾", is_negated=True), Condition("price", Operator.ABOVE, 9.5))),)
FIRST = Overhaul(1_700, OverhaulPhase.SWEEP, NOON, NOON, filters=FILTERS)
CUP = Product("杯/1", "陶瓷杯", 100)


@dataclass
class Kept:
    records: OverhaulRecords
    stages: Stages
    notes: IndexNotes
    asked: Callable[[], list[tuple[int, int]]]


@pytest.fixture
def kept(store_or_twin: Store | None) -> Kept:
    if store_or_twin is None:
        twin = MemoryOverhaulRecords()
        return Kept(twin, MemoryStages(), MemoryIndexNotes(), lambda: twin.asked)
    store, seen = store_or_twin, []

    def note(event: dict, _: object) -> None:  # type: ignore[type-arg]
        seen.extend(event["Records"])

    source = StreamSource("index_products", store.connect, store.names.catalog, note, print)

    def asked() -> list[tuple[int, int]]:
        while source.poll():
            continue
        return [step for record in seen if (step := read_overhaul_step(record))]

    marketing = Table(store.client, store.names.marketing)
    records = DynamoOverhaulRecords(Table(store.client, store.names.catalog))
    return Kept(records, DynamoStages(marketing, MovableClock(NOON)), DynamoIndexNotes(marketing), asked)


def test_an_overhaul_comes_back_as_it_was_stored_and_asks_for_its_pages(kept: Kept) -> None:
    assert kept.records.get(1_700) is None
    assert kept.records.add(FIRST)
    assert not kept.records.add(FIRST)
    assert kept.records.get(1_700) == FIRST
    second = replace(FIRST, page=1, after="P#灯 P", removed=2)
    assert kept.records.replace(FIRST, second)
    assert not kept.records.replace(FIRST, second)
    assert kept.records.running() == [second]
    other = replace(FIRST, overhaul_id=1_800, stage="s", phase=OverhaulPhase.FILL)
    assert kept.records.add(other)
    assert kept.records.running() == [other, second]
    assert kept.records.replace(second, replace(second, page=2, phase=OverhaulPhase.DONE))
    assert kept.records.running() == [other]
    assert kept.asked() == [(1_700, 0), (1_700, 1), (1_800, 0)]


def test_what_is_staged_comes_in_pages_and_under_its_stage_alone(kept: Kept) -> None:
    cups = [replace(CUP, product_id=f"杯{number}") for number in range(5)]
    kept.stages.put_many("s1", cups)
    kept.stages.put_many("s2", [CUP])
    kept.stages.put_many("s1", [replace(cups[0], price=7)])
    kept.stages.delete_many("s1", ["杯4", "没有"])
    first, after = kept.stages.page("s1", None, 3)
    rest, end = kept.stages.page("s1", after, 3)
    assert ([each.product_id for each in first], first[0].price) == (["杯0", "杯1", "杯2"], 7)
    assert ([each.product_id for each in rest], end) == (["杯3"], None)
    assert kept.stages.get_many("s1", ["杯1", "杯1", "杯4"]) == {"杯1": cups[1]}
    assert kept.stages.page("none", None, 3) == ([], None)


def test_an_index_has_one_note(kept: Kept) -> None:
    first = IndexNote("products_tmp", NOON, NOON, {"hitsPerPage": 3, "词": ["杯"]}, "s1")
    assert kept.notes.get("products_tmp") is None
    assert kept.notes.create(first) == first
    assert kept.notes.create(replace(first, stage="s2")) == first
    later = replace(first, updated_at=NOON + timedelta(days=1), settings={})
    kept.notes.put(later)
    kept.notes.put(IndexNote("products", NOON, NOON))
    assert [note.name for note in kept.notes.all()] == ["products", "products_tmp"]
    assert kept.notes.get("products_tmp") == later
    kept.notes.delete("products_tmp")
    kept.notes.delete("products_tmp")
    assert kept.notes.get("products_tmp") is None
