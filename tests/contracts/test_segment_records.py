"""What every store of segments promises, and the use cases over it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.segments import DynamoSegmentRecords
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.profiles import MemoryProfileRecords
from chalicelib.adapters.memory.segments import MemorySegmentRecords
from chalicelib.core.clock import MovableClock
from chalicelib.profiles import Shopkeeping
from chalicelib.segments import (
    Segment,
    SegmentExists,
    SegmentRecords,
    Segments,
    SegmentUnknown,
    StaleSegment,
    TooManySegments,
)
from tests.support.shoppers import NOW
from tests.support.stores import Store

BUYERS = {"did": {"event": "ordered", "at_least": 1}}
VIP = Segment("vip", "高价值", {"all": [BUYERS, {"spent": {"at_least": 100_000}}]}, NOW, "一千元以上", 3)


@pytest.fixture
def records(store_or_twin: Store | None) -> SegmentRecords:
    if store_or_twin is None:
        return MemorySegmentRecords()
    return DynamoSegmentRecords(Table(store_or_twin.client, store_or_twin.names.marketing))


@pytest.fixture
def segments(records: SegmentRecords) -> Segments:
    return Segments(records, MemoryProfileRecords(MemoryConsentRecords()), MovableClock(NOW), Shopkeeping, 5)


def buyers(segment_id: str = "buyers", **changes: Any) -> Segment:
    return replace(Segment(segment_id, "买过", BUYERS, NOW), **changes)


def test_a_segment_comes_back_as_it_was_stored(records: SegmentRecords) -> None:
    assert records.get("vip") is None
    records.put(VIP, None)
    records.put(buyers(), None)
    assert records.get("vip") == VIP
    assert list(records.all()) == [buyers(), VIP]


def test_of_two_changes_made_at_once_one_is_refused(records: SegmentRecords) -> None:
    records.put(buyers(), None)
    with pytest.raises(StaleSegment):
        records.put(buyers(), None)
    records.put(buyers(name="老客", version=2), 1)
    for stale in (lambda: records.put(buyers(name="新客", version=2), 1), lambda: records.delete("buyers", 1)):
        with pytest.raises(StaleSegment):
            stale()
    records.delete("buyers", 2)
    assert list(records.all()) == []


def test_segments_are_told_the_oldest_first_and_keep_their_age_when_they_are_replaced(segments: Segments) -> None:
    segments.create(buyers("b"))
    segments.create(buyers("a", created_at=NOW + timedelta(days=1)))
    changed = segments.replace(buyers("b", name="老客", created_at=NOW + timedelta(days=2)))
    assert (changed.version, changed.created_at) == (2, NOW)
    assert [each.segment_id for each in segments.all()] == ["b", "a"]
    assert [each.name for each in segments.known()] == ["老客", "买过"]
    segments.delete("b")
    assert [each.segment_id for each in segments.known()] == ["a"]


def test_what_is_there_already_is_not_there_any_more_or_was_changed_is_refused(segments: Segments) -> None:
    segments.create(buyers())
    with pytest.raises(SegmentExists):
        segments.create(buyers())
    with pytest.raises(StaleSegment):
        segments.replace(buyers(), version=2)
    for gone in (lambda: segments.get("x"), lambda: segments.replace(buyers("x")), lambda: segments.delete("x")):
        with pytest.raises(SegmentUnknown):
            gone()


def test_whoever_names_no_version_comes_last_though_others_change_it_meanwhile(records: SegmentRecords) -> None:
    segments = Segments(records, MemoryProfileRecords(MemoryConsentRecords()), MovableClock(NOW), Shopkeeping, 5)
    segments.create(buyers())

    class Late(Segments):
        """Is overtaken once, between looking and storing."""

        was_overtaken = False

        def get(self, segment_id: str) -> Segment:
            found = super().get(segment_id)
            if not self.was_overtaken:
                self.was_overtaken = True
                segments.replace(buyers(name="早来"))
            return found

    late = Late(records, MemoryProfileRecords(MemoryConsentRecords()), MovableClock(NOW), Shopkeeping, 5)
    changed = late.replace(buyers(name="晚来"))
    assert (changed.name, changed.version) == ("晚来", 3)


def test_a_crowd_does_not_make_one_too_many(monkeypatch: pytest.MonkeyPatch, records: SegmentRecords) -> None:
    monkeypatch.setattr("chalicelib.segments.service.MAX_SEGMENTS", 5)

    def make(number: int) -> bool:
        segments = Segments(records, MemoryProfileRecords(MemoryConsentRecords()), MovableClock(NOW), Shopkeeping, 5)
        try:
            segments.create(buyers(f"s{number}"))
        except TooManySegments:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        made = sum(pool.map(make, range(16)))
    assert made == len(records.all()) <= 5


def test_there_are_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.segments.service.MAX_SEGMENTS", 2)
    segments = Segments(
        MemorySegmentRecords(), MemoryProfileRecords(MemoryConsentRecords()), MovableClock(NOW), Shopkeeping, 5
    )
    for name in ("a", "b"):
        segments.create(buyers(name))
    with pytest.raises(TooManySegments):
        segments.create(buyers("c"))
