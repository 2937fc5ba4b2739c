"""The ports of the search log: twin, moto and DynamoDB Local keep the same records."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
from chalicelib.adapters.dynamodb.log_names import DynamoLogNames
from chalicelib.adapters.dynamodb.query_lines import DynamoContestLines, DynamoPopularities, DynamoQueryLines
from chalicelib.adapters.dynamodb.search_log import DynamoSearchLog
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.search_log import (
    MemoryContestLines,
    MemoryLogNames,
    MemoryPopularities,
    MemoryQueryLines,
    MemorySearchLog,
)
from chalicelib.core.clock import MovableClock
from chalicelib.core.ids import SeededRandomness
from chalicelib.privacy import ConsentRecords, Privacy, Source
from chalicelib.search import (
    Action,
    ContestLine,
    ContestLines,
    LogNames,
    Popularities,
    QueryLine,
    QueryLines,
    SearchLog,
)
from chalicelib.search.log.contests import Score
from chalicelib.search.log.counting import Interest
from chalicelib.search.log.popularity import Popularity
from tests.support.search import NOW
from tests.support.search_log import acted, searched
from tests.support.stores import Store

HOUR = NOW.replace(minute=0)


@pytest.fixture
def log(store_or_twin: Store | None) -> SearchLog:
    if store_or_twin is None:
        return MemorySearchLog()
    return DynamoSearchLog(Table(store_or_twin.client, store_or_twin.names.events), 90, 4)


@pytest.fixture
def lines(store_or_twin: Store | None) -> QueryLines:
    if store_or_twin is None:
        return MemoryQueryLines()
    return DynamoQueryLines(Table(store_or_twin.client, store_or_twin.names.marketing), 90)


@pytest.fixture
def contests(store_or_twin: Store | None) -> ContestLines:
    if store_or_twin is None:
        return MemoryContestLines()
    return DynamoContestLines(Table(store_or_twin.client, store_or_twin.names.marketing), 90)


@pytest.fixture
def consents(store_or_twin: Store | None) -> ConsentRecords:
    if store_or_twin is None:
        return MemoryConsentRecords()
    return DynamoConsentRecords(Table(store_or_twin.client, store_or_twin.names.shoppers))


@pytest.fixture
def names(store_or_twin: Store | None, consents: ConsentRecords) -> LogNames:
    drawn = SeededRandomness("names")
    if store_or_twin is None:
        return MemoryLogNames(consents, drawn)
    return DynamoLogNames(Table(store_or_twin.client, store_or_twin.names.shoppers), drawn)


@pytest.fixture
def popular(store_or_twin: Store | None) -> Popularities:
    if store_or_twin is None:
        return MemoryPopularities()
    return DynamoPopularities(Table(store_or_twin.client, store_or_twin.names.marketing))


def test_a_search_and_its_actions_are_joined_by_query_id_whichever_came_first(log: SearchLog) -> None:
    search, other = searched("帐篷 2人"), searched("连衣裙", after=1)
    click, cart = acted(search, name="a1"), acted(search, "p2", Action.ADDED, name="a2")
    log.add_interaction(click)
    for _ in range(2):
        log.add_search(search)
        log.add_interaction(cart)
    log.add_search(other)
    assert log.of(search.query_id) == (search, [click, cart])
    assert log.of(other.query_id) == (other, [])
    assert log.of("0" * 32)[0] is None
    assert log.of("nonsense")[0] is None
    assert [log.search(each) for each in (search.query_id, "0" * 32, "nonsense")] == [search, None, None]


def test_an_hour_has_its_searches_and_their_actions_however_late(log: SearchLog) -> None:
    inside = [searched("帐篷", after=each * 100, at=HOUR) for each in range(20)]
    for search in [
        *inside,
        searched("连衣裙", at=HOUR - timedelta(seconds=1)),
        searched("连衣裙", at=HOUR, after=3600),
    ]:
        log.add_search(search)
    late = replace(acted(inside[0]), at=NOW + timedelta(days=1))
    log.add_interaction(late)
    searches, actions = log.during(HOUR)
    assert sorted(each.query_id for each in searches) == sorted(each.query_id for each in inside)
    assert list(actions) == [late]


def test_the_lines_of_a_span_are_replaced_as_a_whole(lines: QueryLines) -> None:
    many = [
        QueryLine(f"词{number}", 900 - number, shoppers=(1, 2), products={"p1": Interest(2.5, (1,))})
        for number in range(600)
    ]
    lines.save("2026-11-22", many)
    assert list(lines.load("2026-11-22")) == many
    lines.save("2026-11-22", many[:3])
    assert list(lines.load("2026-11-22")) == many[:3]
    lines.save("2026-11-22", [])
    assert list(lines.load("2026-11-22")) == list(lines.load("2026-11-21")) == []


def test_how_far_the_log_was_counted_is_remembered(lines: QueryLines) -> None:
    assert lines.counted_through() is None
    lines.set_counted_through(NOW)
    assert lines.counted_through() == NOW


def test_what_is_popular_is_found_by_its_query(popular: Popularities) -> None:
    known = Popularity("帐篷 2人", date(2026, 11, 22), {"p1": Interest(2.5, (1, 2, 3)), "p2": Interest(1.0)})
    popular.save(known)
    assert popular.of("帐篷 2人") == known
    assert popular.of("帐篷") is None
    assert popular.of("") is None


def test_the_contests_of_a_span_are_replaced_as_a_whole(contests: ContestLines) -> None:
    lines = [ContestLine("diversity", 7, Score(1, 2, 3, 4, 5)), ContestLine("personal", 1)]
    assert list(contests.load("2026-11-22T08")) == []
    contests.save("2026-11-22T08", lines)
    assert list(contests.load("2026-11-22T08")) == lines
    contests.save("2026-11-22T08", lines[1:])
    assert list(contests.load("2026-11-22T08")) == lines[1:]
    assert list(contests.load("2026-11-22")) == []


def test_a_shopper_keeps_a_name_that_says_nothing_until_it_is_forgotten(names: LogNames) -> None:
    name, other = names.of("u1"), names.of("u2")
    assert name == names.of("u1")
    assert name
    assert other
    assert len({name, other, "u1", "u2"}) == 4
    names.forget("u1")
    names.forget("nobody")
    assert names.of("u1") not in (name, None)
    assert names.of("u2") == other


def test_who_switched_personalisation_off_has_no_name(names: LogNames, consents: ConsentRecords) -> None:
    privacy = Privacy(consents, MovableClock(NOW))
    name = names.of("u1")
    privacy.set_personalisation("u1", is_on=False, source=Source("app"))
    privacy.set_personalisation("new", is_on=False, source=Source("app"))
    assert names.of("u1") is names.of("new") is None
    privacy.set_personalisation("u1", is_on=True, source=Source("app"))
    assert names.of("u1") == name
