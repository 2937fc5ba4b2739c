"""Who is in a segment: asked of the profile at the moment, and of nobody who switched personalisation off."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.profiles import MemoryProfileRecords
from chalicelib.adapters.memory.segments import MemorySegmentRecords
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.privacy import Consents
from chalicelib.profiles import Profile, Shopkeeping, Shopper, Tag, TagGroup
from chalicelib.profiles.model import Counters, Recency
from chalicelib.rules import RuleInvalid, parse, parse_value
from chalicelib.segments import VOCABULARY, Segment, Segments
from tests.support.shoppers import NOW

BUYERS = {"did": {"event": "ordered", "at_least": 1}}
NOBODY = MemoryProfileRecords(MemoryConsentRecords()).load("li")
AWAY = {"last_did": {"event": "seen", "before_days": 30}}


class Cut(MemorySegmentRecords):
    """A store that may stop answering."""

    is_down = False

    def all(self) -> Any:
        if self.is_down:
            raise Unavailable("down")
        return super().all()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(NOW)


@pytest.fixture
def records() -> Cut:
    return Cut()


@pytest.fixture
def segments(records: Cut, clock: MovableClock) -> Segments:
    made = Segments(records, MemoryProfileRecords(MemoryConsentRecords()), clock, Shopkeeping, 5)
    for segment_id, rule in (("buyers", BUYERS), ("away", AWAY), ("reader", {"has": "tag.bookworm"})):
        made.create(Segment(segment_id, segment_id, rule, NOW))
    return made


def shopper(orders: int = 0, **changes: Any) -> Shopper:
    profile = Profile(version=1, counters=Counters(orders=orders), recency=Recency(last_seen=NOW))
    return replace(NOBODY, profile=profile, **changes)


def test_a_shopper_is_in_every_segment_whose_rule_holds(segments: Segments) -> None:
    bookworm = Tag("bookworm", "true", "bookworm", 1, 1.0, NOW, TagGroup.INTEREST)
    assert segments.of(shopper()) == frozenset()
    assert segments.of(shopper(2, tags={"bookworm": bookworm})) == {"buyers", "reader"}


def test_time_alone_brings_somebody_in(segments: Segments, clock: MovableClock) -> None:
    clock.advance(timedelta(days=31))
    assert segments.of(shopper()) == {"away"}


def test_who_switched_personalisation_off_or_was_never_seen_is_in_none(segments: Segments) -> None:
    assert segments.of(shopper(2, consents=Consents("li", is_personalised=False))) == frozenset()
    assert segments.of(NOBODY) == frozenset()


def test_what_is_known_stays_in_use_while_the_store_does_not_answer(
    segments: Segments, records: Cut, clock: MovableClock
) -> None:
    assert len(segments.known()) == 3
    records.is_down = True
    clock.advance(timedelta(minutes=1))
    assert segments.of(shopper(1)) == {"buyers"}
    fresh = Segments(records, MemoryProfileRecords(MemoryConsentRecords()), clock, Shopkeeping, 5)
    with pytest.raises(Unavailable):
        fresh.known()


def test_a_change_by_another_is_seen_when_the_cache_is_over(
    segments: Segments, records: Cut, clock: MovableClock
) -> None:
    assert segments.of(shopper(1)) == {"buyers"}
    records.delete("buyers", 1)
    assert segments.of(shopper(1)) == {"buyers"}
    clock.advance(timedelta(seconds=5))
    assert segments.of(shopper(1)) == frozenset()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"segment_id": "高价值"}, "id"),
        ({"segment_id": ""}, "id"),
        ({"segment_id": "a" * 41}, "id"),
        ({"segment_id": "a.b"}, "id"),
        ({"name": " "}, "name"),
        ({"name": "名" * 41}, "name"),
        ({"description": "说" * 401}, "description"),
    ],
)
def test_what_cannot_be_a_segment_is_refused_by_the_name_of_the_field(changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        replace(Segment("vip", "高价值", BUYERS, NOW), **changes)
    assert refused.value.field == field


def test_a_rule_of_more_than_sixteen_kilobytes_is_refused() -> None:
    many = [{"is": {"what": "city", "one_of": ["汉" * 100] * 50}}] * 2
    with pytest.raises(RuleInvalid) as refused:
        Segment("vip", "高价值", {"all": many}, NOW)
    assert refused.value.field == "rule"
    with pytest.raises(RuleInvalid):
        parse_value({"when": {"all": many}}, VOCABULARY)


@pytest.mark.parametrize(
    ("rule", "field"), [("everybody", "rule"), ({}, "rule"), ({"all": [BUYERS, {"not": 1}]}, "rule.all[1].not")]
)
def test_a_rule_that_is_none_is_refused_at_its_node(rule: Any, field: str) -> None:
    with pytest.raises(RuleInvalid) as refused:
        Segment("vip", "高价值", rule, NOW)
    assert refused.value.field == field


def test_tags_are_said_to_be_any_not_only_those_set_by_hand() -> None:
    assert parse({"has": "tag.bookworm"}, VOCABULARY).says == "有标签「bookworm」"
