"""An event that no projection could use comes back once its way is free: once, whatever happened since, on every store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters import activities
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.core.failures import Failure
from chalicelib.core.replays import StillFailing
from chalicelib.events import Event
from chalicelib.profiles import NotReachedYet, folding
from chalicelib.profiles.missed import MOST_KEPT
from tests.support.alike import assert_alike
from tests.support.pipeline import Pipeline, pipeline
from tests.support.shoppers import NOW, event
from tests.support.stores import Store

HOUR = timedelta(hours=1)


@pytest.fixture
def shop(store_or_twin: Store | None) -> Iterator[Pipeline]:
    with pipeline(store_or_twin) as made:
        yield made


def poisoned(number: int = 1) -> Event:
    """An order that costs less than nothing: this version of the shop cannot read it."""
    return event(f"bad{number}", "Order Completed", at=NOW - HOUR, properties={"order_id": f"o{number}", "total": -60})


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that can."""
    read = activities._amount

    def mended(properties: dict[str, Any]) -> int | None:
        return read({name: abs(value) if name == "total" else value for name, value in properties.items()})

    monkeypatch.setattr(activities, "_amount", mended)


def set_aside(shop: Pipeline, *others: Event) -> Failure:
    """A poisoned event came, then ``others``."""
    shop.record([poisoned(), *others])
    shop.project()
    (failure,) = shop.services.failures.list(10)[0]
    return failure


def orders(shop: Pipeline) -> tuple[int, int]:
    counters = shop.services.profiles.get("u1").profile.counters
    return counters.orders, counters.spend


def test_the_rest_of_the_batch_is_applied_and_the_event_waits_with_its_reason(shop: Pipeline) -> None:
    failure = set_aside(shop, event("m2"), event("m3", at=NOW - 2 * HOUR))
    profile = shop.services.profiles.get("u1").profile
    assert (profile.counters.views, profile.counters.orders, len(profile.missed.names)) == (2, 0, 1)
    assert "total" in failure.reason
    with pytest.raises(StillFailing, match="total"):
        shop.services.replays.replay(failure.failure_id)
    assert shop.services.profiles.get("u1").profile == profile


def test_a_mended_event_counts_once_however_often_it_is_replayed(
    shop: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = set_aside(shop, event("m2"))
    shop.record([event("m3")])
    shop.project()
    mend(monkeypatch)
    assert shop.services.replays.replay(failure.failure_id).replayed_at
    shop.services.replays.replay(failure.failure_id)
    # As if the first replay had died before it was noted.
    shop.services.failures.add(Failure("again", "project_profiles", "so", failure.body, NOW))
    shop.services.replays.replay("again")
    shop.project()
    assert orders(shop) == (1, 6_000)
    assert shop.services.profiles.get("u1").profile.missed.names == frozenset()
    with pipeline(None) as plain:
        plain.record([poisoned(), event("m2"), event("m3")])
        plain.project()
        assert_alike(shop.services.profiles.get("u1"), plain.services.profiles.get("u1"))


def test_an_event_that_breaks_the_fold_itself_comes_back_the_same_way(
    shop: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = event("m1", "Order Completed", at=NOW - HOUR, properties={"order_id": "o1", "total": 60})
    shop.record([event("m0"), order, event("m2")])
    with monkeypatch.context() as broken:
        broken.setattr(folding, "exchanged", _broken)
        shop.project()
    (failure,) = shop.services.failures.list(10)[0]
    assert failure.reason.startswith("ActivityUnusable")
    assert (orders(shop), shop.services.profiles.get("u1").profile.counters.views) == ((0, 0), 2)
    for _ in range(2):
        shop.services.replays.replay(failure.failure_id)
    assert orders(shop) == (1, 6_000)


def _broken(*_: object) -> None:
    raise ValueError("this version cannot count orders")


@pytest.mark.parametrize("is_done", [False, True])
def test_a_replay_that_dies_around_any_write_is_done_again(
    shop: Pipeline, monkeypatch: pytest.MonkeyPatch, is_done: bool
) -> None:
    failure = set_aside(shop, event("m2"))
    mend(monkeypatch)
    for nth in range(1, 9):
        shop.death.comes(nth, is_done=is_done)
        try:
            shop.services.replays.replay(failure.failure_id)
        except Unavailable:
            continue
        break
    assert orders(shop) == (1, 6_000)


def test_what_a_rebuild_brought_in_is_not_counted_again(shop: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = set_aside(shop, event("m2"))
    mend(monkeypatch)
    shop.services.profiles.rebuild("u1")
    assert orders(shop) == (1, 6_000)
    shop.services.replays.replay(failure.failure_id)
    assert orders(shop) == (1, 6_000)


def test_a_rebuild_before_the_mending_leaves_the_event_to_a_replay(
    shop: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = set_aside(shop, event("m2"))
    assert shop.services.profiles.rebuild("u1").profile.missed.names
    mend(monkeypatch)
    shop.services.replays.replay(failure.failure_id)
    assert orders(shop) == (1, 6_000)


def test_a_rebuild_between_log_and_stream_leaves_a_poisoned_event_to_the_stream(
    shop: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.record([event("m1"), poisoned(), event("m2")])
    shop.project(0, 1)
    assert not shop.services.profiles.rebuild("u1").profile.missed.names
    shop.project()
    (failure,) = shop.services.failures.list(10)[0]
    assert shop.services.profiles.get("u1").profile.counters.views == 2
    mend(monkeypatch)
    shop.services.replays.replay(failure.failure_id)
    assert orders(shop) == (1, 6_000)


def test_a_replay_that_comes_before_the_projection_is_told_to_wait(
    shop: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = set_aside(shop, event("m2"))
    ahead = failure.body.replace('"SequenceNumber":"1"', '"SequenceNumber":"77"')
    shop.services.failures.add(Failure("ahead", "project_profiles", "so", ahead, NOW))
    mend(monkeypatch)
    with pytest.raises(NotReachedYet):
        shop.services.replays.replay("ahead")
    assert orders(shop) == (0, 0)


@pytest.mark.parametrize("store_or_twin", ["twin"], indirect=True)
def test_a_broken_sender_is_mended_by_a_rebuild(shop: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.record([poisoned(number) for number in range(MOST_KEPT + 2)])
    shop.project()
    failures = shop.services.failures.list(100)[0]
    assert len(failures) == MOST_KEPT + 2
    assert len(shop.services.profiles.get("u1").profile.missed.names) == MOST_KEPT
    mend(monkeypatch)
    refused: list[str] = []
    for failure in failures:
        try:
            shop.services.replays.replay(failure.failure_id)
        except StillFailing as error:
            refused.append(error.message)
    assert (len(refused), orders(shop)[0]) == (2, MOST_KEPT)
    assert all("rebuild" in message for message in refused)
    shop.services.profiles.rebuild("u1")
    assert orders(shop)[0] == MOST_KEPT + 2


LOCAL = pytest.mark.parametrize(
    "store_or_twin", [pytest.param("dynamodb-local", marks=pytest.mark.engine)], indirect=True
)


@LOCAL
def test_replays_at_once_count_once(shop: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    failure = set_aside(shop, event("m2"))
    mend(monkeypatch)
    assert shop.services.replays

    def replay(_: int) -> None:
        for _ in range(20):
            try:
                shop.services.replays.replay(failure.failure_id)
            except (Conflict, Unavailable):
                continue
            return

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(replay, range(4)))
    assert orders(shop) == (1, 6_000)


@LOCAL
def test_rebuilds_that_race_the_projection_lose_nothing_and_count_nothing_twice(shop: Pipeline) -> None:
    events = [
        event(
            f"m{number}",
            "Order Completed" if number % 3 else "Product Viewed",
            at=NOW - HOUR * number,
            properties={"order_id": f"o{number % 7}", "total": 10, "brand": "山野"},
        )
        for number in range(40)
    ]
    profiles = shop.services.profiles
    shop.record(events)
    shop.project(0, 1)

    def go_on() -> None:
        for begin in range(0, len(events), 4):
            shop.project(max(0, begin - 2), begin + 4)

    def rebuild() -> int:
        done = 0
        for _ in range(6):
            try:
                profiles.rebuild("u1")
            except (Conflict, Unavailable):
                continue
            done += 1
        return done

    with ThreadPoolExecutor(3) as workers:
        going = workers.submit(go_on)
        rebuilding = [workers.submit(rebuild) for _ in range(2)]
        going.result()
        assert sum(each.result() for each in rebuilding) > 0
    with pipeline(None) as plain:
        plain.record(events)
        plain.project()
        expected = plain.services.profiles.get("u1")
    assert_alike(profiles.get("u1"), expected)
    assert_alike(profiles.rebuild("u1"), expected)
    assert len(shop.services.profile_records.orders_of("u1", profiles.get("u1").profile.generation)) == 7
