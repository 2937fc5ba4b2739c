"""The contracts of ``ProfileRecords``, ``ConsentRecords`` and ``Tastes``, which read each other's items."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.consents import DynamoConsentRecords
from chalicelib.adapters.dynamodb.profiles import DynamoProfileRecords
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.dynamodb.tastes import DynamoTastes
from chalicelib.adapters.logged_activities import LoggedActivities
from chalicelib.adapters.memory.events import MemoryEventLog
from chalicelib.adapters.memory.privacy import MemoryConsentRecords
from chalicelib.adapters.memory.profiles import MemoryProductFacts, MemoryProfileRecords, MemoryTastes
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness, shard_of
from chalicelib.privacy import Channel, ConsentRecords, Privacy, Purpose, StaleConsents
from chalicelib.profiles import (
    DORMANT,
    Deed,
    Order,
    Profile,
    ProfileChange,
    ProfileRecords,
    Profiles,
    StaleProfile,
    Tag,
    TagGroup,
    Trait,
    Traits,
)
from chalicelib.profiles.service import MAX_ORDERS
from chalicelib.profiles.tags.assignment import MAX_CHANGES
from chalicelib.search.model import NEUTRAL
from chalicelib.search.ports import Tastes
from tests.support.shoppers import AT_CHECKOUT, NOW, activity, without_version
from tests.support.stores import Store

DAY = timedelta(days=1)
SHARDS = 3
CAMPING = Tag("camping_fan", "true", "camping_fan", 1, 0.7, NOW, TagGroup.INTEREST)


@dataclass
class Parts:
    """The stores under contract, with services over them."""

    records: ProfileRecords
    consents: ConsentRecords
    tastes: Tastes

    def __post_init__(self) -> None:
        clock = MovableClock(NOW)
        self.privacy = Privacy(self.consents, clock)
        history = LoggedActivities(MemoryEventLog(), clock)
        self.profiles = Profiles(self.records, MemoryProductFacts(), history, clock, SeededRandomness("parts"))

    def due(self, up_to: Any = NOW) -> list[str]:
        return [each for shard in range(SHARDS) for each in self.records.due(shard, up_to, 100)[0]]

    def tagged(self, tag_id: str) -> list[str]:
        return [each for shard in range(SHARDS) for each in self.records.tagged(tag_id, shard, 100)[0]]


def on_dynamodb(client: Any, store: Store) -> Parts:
    table = Table(client, store.names.shoppers)
    records = DynamoProfileRecords(table, SHARDS)
    return Parts(records, DynamoConsentRecords(table), DynamoTastes(records))


@pytest.fixture
def parts(store_or_twin: Store | None) -> Parts:
    if store_or_twin is None:
        consents = MemoryConsentRecords()
        records = MemoryProfileRecords(consents, SHARDS)
        return Parts(records, consents, MemoryTastes(records))
    return on_dynamodb(store_or_twin.client, store_or_twin)


def first(shopper_id: str = "u1", **changes: Any) -> ProfileChange:
    """The first write of a shopper, due now."""
    return replace(ProfileChange(shopper_id, Profile(version=1, due_at=NOW)), **changes)


def test_of_nobody_nothing_is_known(parts: Parts) -> None:
    shopper = parts.records.load("nobody")
    assert (shopper.profile, shopper.traits, shopper.tags) == (Profile(), Traits(), {})
    assert (shopper.consents.version, shopper.withheld) == (0, frozenset())


def test_what_was_saved_is_loaded(parts: Parts) -> None:
    traits = Traits({"email": Trait("林@example.com", NOW), "phone": Trait(None, NOW - DAY)})
    parts.records.save(first(traits=traits, tags_set=(CAMPING,)))
    parts.privacy.set_consent("u1", Channel.EMAIL, Purpose.MARKETING, True, AT_CHECKOUT)
    shopper = parts.records.load("u1")
    assert (shopper.profile, shopper.traits) == (Profile(version=1, due_at=NOW), traits)
    assert shopper.tags == {"camping_fan": CAMPING}
    assert shopper.consents.allows(Channel.EMAIL, Purpose.MARKETING)


def test_a_change_made_from_an_older_state_is_refused_as_a_whole(parts: Parts) -> None:
    parts.records.save(first())
    with pytest.raises(StaleProfile):
        parts.records.save(first(tags_set=(CAMPING,), traits=Traits({"name": Trait("林", NOW)})))
    with pytest.raises(StaleProfile):
        parts.records.save(ProfileChange("u1", Profile(version=3)))
    shopper = parts.records.load("u1")
    assert (shopper.profile.version, shopper.tags, shopper.traits) == (1, {}, Traits())


def test_a_tag_goes_and_a_withheld_one_leaves_a_trace(parts: Parts) -> None:
    vip = replace(CAMPING, tag_id="vip")
    parts.records.save(first(tags_set=(CAMPING, vip)))
    assert parts.tagged("vip") == ["u1"]
    gone = ProfileChange("u1", Profile(version=2), tags_removed=("vip",), withheld=("camping_fan",))
    parts.records.save(gone)
    shopper = parts.records.load("u1")
    assert (shopper.tags, shopper.withheld) == ({}, {"camping_fan"})
    assert parts.tagged("vip") == parts.tagged("camping_fan") == []
    parts.records.save(ProfileChange("u1", Profile(version=3), tags_set=(CAMPING,)))
    shopper = parts.records.load("u1")
    assert (shopper.tags, shopper.withheld) == ({"camping_fan": CAMPING}, frozenset())


def test_shoppers_fall_due_at_their_instant_earliest_first(parts: Parts) -> None:
    ids = [f"顾客{position}" for position in range(9)]
    for position, shopper_id in enumerate(ids):
        parts.records.save(first(shopper_id, profile=Profile(version=1, due_at=NOW + DAY * (9 - position))))
    assert parts.due(NOW) == []
    assert sorted(parts.due(NOW + 3 * DAY)) == ids[6:]
    for shard in range(SHARDS):
        expected = [each for each in reversed(ids) if shard_of(each, SHARDS) == shard]
        assert list(parts.records.due(shard, NOW + 99 * DAY, 100)[0]) == expected


def test_who_has_no_due_date_is_on_no_list(parts: Parts) -> None:
    parts.records.save(first())
    assert parts.due() == ["u1"]
    parts.records.save(ProfileChange("u1", Profile(version=2)))
    assert parts.due(NOW + 99 * DAY) == []


@pytest.mark.parametrize("size", [1, 2, 7])
def test_lists_are_walked_in_pages_without_a_gap(parts: Parts, size: int) -> None:
    ids = sorted(f"u{position}#x" for position in range(8))
    for shopper_id in ids:
        parts.records.save(first(shopper_id, tags_set=(CAMPING,)))
    lists: list[Callable[[int, str | None], tuple[Any, str | None]]] = [
        lambda shard, cursor: parts.records.tagged("camping_fan", shard, size, cursor),
        lambda shard, cursor: parts.records.due(shard, NOW, size, cursor),
    ]
    for walk in lists:
        found: list[str] = []
        for shard in range(SHARDS):
            cursor: str | None = None
            while True:
                page, cursor = walk(shard, cursor)
                assert len(page) <= size
                found += page
                if cursor is None:
                    break
        assert sorted(found) == ids


def test_a_consent_made_from_an_older_state_is_refused_with_its_evidence(parts: Parts) -> None:
    known = parts.consents.of("u1")
    parts.privacy.set_personalisation("u1", False, AT_CHECKOUT)
    (evidence,) = parts.consents.evidence("u1")
    with pytest.raises(StaleConsents):
        parts.consents.save(known.with_personalisation(True, NOW), evidence)
    parts.privacy.set_personalisation("u1", True, AT_CHECKOUT)
    with pytest.raises(StaleConsents):
        parts.consents.save(replace(known, version=9), evidence)
    assert [each.is_personalised for each in parts.consents.evidence("u1")] == [False, True]


def test_consents_and_evidence_come_back_as_they_were(parts: Parts) -> None:
    set_to = parts.privacy.set_consent("u1", Channel.SMS, Purpose.SERVICE, False, AT_CHECKOUT)
    assert parts.consents.of("u1") == set_to
    (evidence,) = parts.consents.evidence("u1")
    assert (evidence.decision, evidence.at) == (set_to.decisions[0], NOW)


def test_a_taste_is_what_the_profile_learnt_decayed_to_now(parts: Parts) -> None:
    parts.profiles.project("u1", [activity(1, Deed.ORDERED)])
    taste = parts.tastes.of("u1", NOW + 30 * DAY)
    assert (taste.is_personalised, taste.events) == (True, 1)
    assert taste.brands == {"山野": pytest.approx(2.5, rel=1e-3)}
    assert taste.categories["帐篷"] == pytest.approx(2.5, rel=1e-3)
    assert taste.price_bands == {"200-500": pytest.approx(2.5, rel=1e-3)}


def test_a_switch_turned_off_makes_the_very_next_taste_neutral(parts: Parts) -> None:
    parts.profiles.project("u1", [activity(1, Deed.ORDERED)])
    assert parts.tastes.of("u1", NOW).is_personalised
    parts.privacy.set_personalisation("u1", False, AT_CHECKOUT)
    assert parts.tastes.of("u1", NOW) == NEUTRAL
    parts.privacy.set_personalisation("u1", True, AT_CHECKOUT)
    assert parts.tastes.of("u1", NOW).brands
    assert parts.tastes.of("nobody", NOW) == NEUTRAL


def test_a_shopper_goes_to_sleep_and_wakes_on_the_real_lists(parts: Parts) -> None:
    parts.profiles.project("u1", [activity(1)])
    assert parts.profiles.advance_lifecycles(NOW + 31 * DAY) == 1
    assert parts.profiles.advance_lifecycles(NOW + 31 * DAY) == 0
    assert parts.tagged(DORMANT) == ["u1"]
    parts.profiles.project("u1", [activity(2, at=NOW + 32 * DAY)])
    assert parts.tagged(DORMANT) == []
    assert parts.due(NOW + 62 * DAY) == ["u1"]


def test_tags_that_time_takes_and_brings_follow_the_real_lists(parts: Parts) -> None:
    for number in range(3):
        parts.profiles.project("u1", [activity(number, Deed.ORDERED, order_id=str(number))])
    assert parts.tagged("frequent_buyer") == parts.tagged("camping_fan") == ["u1"]
    parts.profiles.advance_lifecycles(NOW + 29 * DAY)
    assert parts.tagged("frequent_buyer") == parts.tagged("replenishment_due") == ["u1"]
    assert parts.profiles.advance_lifecycles(NOW + 45 * DAY) == 1
    assert parts.tagged("frequent_buyer") == []
    assert parts.tagged("camping_fan") == parts.tagged(DORMANT) == ["u1"]
    assert parts.profiles.advance_lifecycles(NOW + 200 * DAY) == 1
    assert parts.tagged("camping_fan") == parts.tagged("replenishment_due") == []
    assert parts.tagged("lapsed_buyer") == ["u1"]


def test_the_largest_change_is_one_write(parts: Parts) -> None:
    tags = tuple(replace(CAMPING, tag_id=f"tag_{number}") for number in range(MAX_CHANGES))
    orders = tuple(Order(f"o{number}") for number in range(MAX_ORDERS))
    traits = Traits({"email": Trait("a@example.com", NOW), "phone": Trait("13800000000", NOW)})
    parts.records.save(first(traits=traits, tags_set=tags, orders=orders, traits_before=Traits()))
    assert len(parts.records.load("u1").tags) == MAX_CHANGES


class DyingClient:
    """A client whose ``nth`` write dies: before it is done, or after, when the answer is lost."""

    def __init__(self, client: Any, nth: int, *, is_done: bool) -> None:
        self._client = client
        self._left = nth
        self._is_done = is_done

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name not in ("put_item", "transact_write_items", "delete_item", "update_item"):
            return method

        def write(**arguments: Any) -> Any:
            self._left -= 1
            if self._left == 0 and not self._is_done:
                raise Unavailable("died before the write")
            answer = method(**arguments)
            if self._left == 0:
                raise Unavailable("died after the write")
            return answer

        return write


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("is_done", [False, True])
def test_a_projection_killed_around_any_write_converges_on_redelivery(store: Store, nth: int, is_done: bool) -> None:
    history = [
        activity(1),
        activity(2, Deed.IDENTIFIED, traits={"email": "a@example.com"}),
        activity(3, Deed.ORDERED, amount=300_000),
        activity(4, at=NOW + DAY),
    ]
    batches = [history[:1], history[1:3], history[3:]]
    dying = on_dynamodb(DyingClient(store.client, nth, is_done=is_done), store)
    for batch in batches:
        try:
            dying.profiles.project("u1", batch)
        except Unavailable:
            dying.profiles.project("u1", batch)
    untouched = on_dynamodb(store.client, store)
    untouched.profiles.project("u2", history)
    killed, whole = untouched.records.load("u1"), untouched.records.load("u2")
    assert without_version(killed) == replace(
        without_version(whole), shopper_id="u1", consents=replace(whole.consents, shopper_id="u1")
    )
    assert untouched.tagged("high_spender") == sorted(["u1", "u2"], key=lambda each: shard_of(each, SHARDS))


def stubbornly(step: Callable[[], Any]) -> None:
    """Do ``step``, again whenever others were quicker."""
    for _ in range(50):
        try:
            step()
        except (StaleProfile, Unavailable):
            continue
        return
    raise AssertionError("never got through")


@pytest.mark.parametrize("store", [pytest.param("dynamodb-local", marks=pytest.mark.engine)], indirect=True)
def test_projections_sweeps_and_hands_at_once_lose_nothing(store: Store) -> None:
    parts = on_dynamodb(store.client, store)
    parts.profiles.project("u1", [activity(1)])

    def shop() -> None:
        for number in range(2, 22):
            stubbornly(lambda number=number: parts.profiles.project("u1", [activity(number)]))

    def tag() -> None:
        for number in range(10):
            stubbornly(lambda number=number: parts.profiles.set_tag("u1", "vip", str(number)))

    def sweep() -> None:
        for _ in range(10):
            stubbornly(lambda: parts.profiles.advance_lifecycles(NOW + 31 * DAY))

    with ThreadPoolExecutor(3) as workers:
        for done in [workers.submit(each) for each in (shop, tag, sweep)]:
            done.result()
    shopper = parts.records.load("u1")
    assert (shopper.profile.counters.views, shopper.tags["vip"].value) == (21, "9")
