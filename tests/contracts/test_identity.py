"""Ids that are one person end as one shopper: through the real handlers, on every store, whatever dies or comes again."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.keys import TAG_PREFIX, shopper_partition
from chalicelib.adapters.dynamodb.log_names import DynamoLogNames
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.returns import LinkReturn
from chalicelib.campaigns import Admission, CapRing, FrequencyCap, Reason, Send, SendState
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import SeededRandomness
from chalicelib.events import Call, Event
from chalicelib.privacy import Channel, Purpose, StaleConsents
from chalicelib.profiles import Link, Outcome, Shopper, StaleProfile, Told, sequence_text
from chalicelib.profiles.identity import MAX_MERGES
from tests.support.alike import assert_alike
from tests.support.pipeline import Pipeline, pipeline
from tests.support.shoppers import AT_CHECKOUT, NOW, activity, event
from tests.support.stores import Store

HOUR = timedelta(hours=1)
PRODUCT = {"product_id": "p1", "brand": "山野", "category": "户外 > 露营 > 帐篷", "price": 399}
ORDER = {"order_id": "o1", "total": 300, "products": [PRODUCT]}
LOCAL = pytest.mark.parametrize("store", [pytest.param("dynamodb-local", marks=pytest.mark.engine)], indirect=True)


@pytest.fixture
def shop(store_or_twin: Store | None) -> Iterator[Pipeline]:
    with pipeline(store_or_twin) as made:
        yield made


def life(user: str = "u1", phone: str = "a1", laptop: str = "a2") -> list[Event]:
    """One person: looks around on a phone, logs in, goes on without a log-in, later with a laptop."""
    told: list[tuple[str, Call, str, dict[str, Any], str | None]] = [
        (phone, Call.TRACK, "Product Viewed", PRODUCT, None),
        (phone, Call.TRACK, "Order Completed", ORDER, None),
        (laptop, Call.TRACK, "Product Added", PRODUCT, None),
        (user, Call.IDENTIFY, "", {"city": "杭州"}, phone),
        (user, Call.TRACK, "Order Completed", ORDER, None),
        (user, Call.TRACK, "Order Completed", {"order_id": "o2", "total": 2_000}, None),
        (phone, Call.TRACK, "Order Refunded", {"order_id": "o1", "refund_id": "r1", "total": 100}, None),
        (laptop, Call.TRACK, "Product Viewed", PRODUCT, None),
        (user, Call.IDENTIFY, "", {"city": "上海"}, laptop),
        (laptop, Call.TRACK, "Products Searched", {"query": "帐篷"}, None),
    ]
    return [
        event(
            f"m{number}",
            name,
            call=call,
            shopper_id=who,
            user_id=user if who == user else None,
            anonymous_id=other if who == user else who,
            at=NOW - HOUR * (20 - number),
            properties={} if call is Call.IDENTIFY else said,
            traits=said if call is Call.IDENTIFY else {},
        )
        for number, (who, call, name, said, other) in enumerate(told)
    ]


def alias(message_id: str, into: str, other: str) -> Event:
    return event(message_id, "", call=Call.ALIAS, shopper_id=into, user_id=into, previous_id=other)


@pytest.fixture(scope="module")
def expected() -> Shopper:
    """The shopper if all had been told of one id."""
    with pipeline(None) as plain:
        plain.record([replace(each, shopper_id="u1", user_id="u1", anonymous_id=None) for each in life()])
        plain.project()
        return plain.services.profiles.get("u1")


def assert_one(shop: Pipeline, user: str, others: tuple[str, ...], expected: Shopper) -> None:
    """All ids answer as one shopper, and nothing is left under the ids that went."""
    for name in (user, *others):
        shopper = shop.services.profiles.get(name)
        assert (shopper.shopper_id, shopper.merged_from) == (user, others)
        assert_alike(shopper, expected)
    assert_gone(shop, user, others)


def assert_gone(shop: Pipeline, user: str, others: tuple[str, ...]) -> None:
    """Nothing is left of the ids that went but the way to the user."""
    carriers = _tagged(shop, "new_customer")
    assert not {*others} & {*carriers}
    records = shop.services.profiles._records
    for other in others:
        found = shop.services.identities._identities.alias_of(other)
        assert found is not None
        assert (found.to, found.is_moving) == (user, False)
        assert records.orders_of(other, "") == []


def _tagged(shop: Pipeline, tag_id: str) -> list[str]:
    profiles = shop.services.profiles
    return [each for shard in range(profiles.shards) for each in profiles.tagged(tag_id, shard)[0]]


def test_what_was_done_before_a_log_in_is_the_users(shop: Pipeline, expected: Shopper) -> None:
    shop.record(life())
    shop.project()
    assert_one(shop, "u1", ("a1", "a2"), expected)
    assert [entry.other for entry in shop.services.identities.merges_of("a1", 10)[0]].count("a1") == 1


def test_what_comes_again_after_the_merge_was_counted_before_it(shop: Pipeline, expected: Shopper) -> None:
    shop.record(life())
    for end in (4, 4, 9, 9, 10):
        shop.project(0, end)
    assert_one(shop, "u1", ("a1", "a2"), expected)


@pytest.mark.parametrize("seed", range(2))
def test_any_order_and_every_repetition_end_alike(shop: Pipeline, expected: Shopper, seed: int) -> None:
    drawn = random.Random(seed)
    deliveries = life() + drawn.choices(life(), k=5)
    drawn.shuffle(deliveries)
    shop.record(deliveries)
    done = 0
    while done < len(shop.records):
        end = drawn.randint(done + 1, len(shop.records))
        shop.project(drawn.randint(0, done), end)
        done = end
    assert_one(shop, "u1", ("a1", "a2"), expected)


@pytest.mark.parametrize("is_done", [False, True])
def test_a_death_around_any_write_of_a_merge_changes_nothing_in_the_end(shop: Pipeline, is_done: bool) -> None:
    nth = 0
    while True:
        nth += 1
        user, phone = f"u-{nth}", f"a-{nth}"
        looked, bought, _, logged_in, bought_again, *_ = life(user, phone)
        begun = len(shop.records)
        # Without personalisation there are few tags, and so few ways to die alike.
        shop.services.privacy.set_personalisation(phone, False, AT_CHECKOUT)
        shop.record([looked, bought, bought_again, logged_in])
        shop.project(begun, begun + 3)
        shop.death.comes(nth, is_done=is_done)
        shop.project(begun + 3)
        has_died = shop.death.writes >= nth
        shop.death.comes(0, is_done=False)
        shopper = shop.services.profiles.get(phone)
        counters = shopper.profile.counters
        assert (counters.orders, counters.spend, counters.seen) == (1, 30_000, 4)
        assert not shopper.consents.is_personalised
        assert_gone(shop, user, (phone,))
        if not has_died:
            break
    assert nth > 6


def test_a_circle_told_by_aliases_ends_with_one_shopper(shop: Pipeline) -> None:
    for number, name in enumerate("abc"):
        shop.record([event(f"v{number}", shopper_id=name, user_id=name)])
    shop.record([alias("l1", "b", "a"), alias("l2", "c", "b"), alias("l3", "a", "c")])
    shop.project()
    (surviving,) = {shop.services.profiles.get(name).shopper_id for name in "abc"}
    assert shop.services.profiles.get("a").profile.counters.views == 3
    assert shop.services.profiles.sources_of("b") == (surviving, *sorted({*"abc"} - {surviving}))


def test_a_storm_is_kept_as_failures_with_the_reason(shop: Pipeline) -> None:
    count = MAX_MERGES + 3
    shop.record([event("v", shopper_id="u1", user_id="u1"), *(alias(f"l{n}", "u1", f"a{n}") for n in range(count))])
    shop.project()
    shop.project()
    failures, _ = shop.services.failures.list(100)
    assert [failure.source for failure in failures] == ["link_identities"] * 3
    assert "too_many_today" in failures[0].reason
    clock = shop.services.clock
    assert isinstance(clock, MovableClock)
    clock.advance(timedelta(days=1))
    for failure in failures:
        LinkReturn(shop.services.identities.link)(failure)
    assert len(shop.services.profiles.get("u1").merged_from) == count


def test_consents_follow_and_what_is_changed_meanwhile_is_not_lost(shop: Pipeline) -> None:
    services = shop.services
    shop.record(life())
    shop.project(0, 3)
    services.privacy.set_consent("a1", Channel.EMAIL, Purpose.MARKETING, True, AT_CHECKOUT)
    stale = services.privacy.consents_of("a1")
    services.privacy.set_personalisation("a1", False, AT_CHECKOUT)
    shop.project(3)
    for name in ("u1", "a1", "a2"):
        consents = services.privacy.consents_of(name)
        assert (consents.shopper_id, consents.is_personalised) == ("u1", False)
        assert consents.allows(Channel.EMAIL, Purpose.MARKETING)
    records = services.privacy._records
    evidence = records.evidence("u1")[0]
    with pytest.raises(StaleConsents):
        records.save(stale.with_personalisation(False, NOW), evidence)
    services.privacy.set_consent("a1", Channel.EMAIL, Purpose.MARKETING, False, AT_CHECKOUT)
    assert not services.privacy.consents_of("u1").allows(Channel.EMAIL, Purpose.MARKETING)


def test_a_merge_made_from_an_older_state_is_refused_as_a_whole(shop: Pipeline) -> None:
    services = shop.services
    for name in ("u1", "a1"):
        services.profiles.project(name, [activity(1)])
    for change in (
        lambda: services.profiles.project("u1", [activity(2)]),
        lambda: services.profiles.project("a1", [activity(2)]),
        lambda: services.privacy.set_personalisation("a1", True, AT_CHECKOUT),
    ):
        identities = services.identities
        records = identities._identities
        merge, tries = records.merge, []

        def late(made: Any, change: Any = change, merge: Any = merge, tries: Any = tries) -> None:
            tries.append(made)
            if len(tries) == 1:
                change()
                with pytest.raises(StaleProfile):
                    merge(made)
                raise Unavailable("enough")

        records.merge = late
        try:
            with pytest.raises(Unavailable):
                identities.link(Link("u1", "a1", Told.ALIAS, NOW))
        finally:
            records.merge = merge
        assert services.profiles.get("a1").shopper_id == "a1"


def test_what_was_sent_to_either_counts_for_the_cap(store: Store) -> None:
    with pipeline(store) as shop:
        services, cap = shop.services, FrequencyCap(sends=2, days=7)
        _sent(services.outbox, "u1", NOW - HOUR)
        _sent(services.outbox, "a1", NOW - 2 * HOUR)
        services.identities.link(Link("u1", "a1", Told.ALIAS, NOW))
        ring = services.outbox.ring_of("u1")
        assert ring.sent_at == (NOW - 2 * HOUR, NOW - HOUR)
        assert ring.is_full(cap, NOW)
        _sent(services.outbox, "u1", NOW)


def _sent(outbox: Any, shopper_id: str, at: Any) -> None:
    send = Send(f"s{at}", "c", "r", at, shopper_id, Channel.EMAIL, SendState.PENDING, Reason.PASSED, at)
    ring: CapRing = outbox.ring_of(shopper_id)
    outbox.admit(Admission(send, ring.with_send(at)))


def test_nothing_but_the_alias_is_left_in_the_profile_of_a_merged_id(store: Store) -> None:
    with pipeline(store) as shop:
        shop.record(life())
        shop.project()
        items = list(Table(store.client, store.names.shoppers).query_all(shopper_partition("a1")))
        assert sorted(item["sk"] for item in items) == ["P", "P#C"]
        assert {item["al"] for item in items} == {"u1"}
        kept = list(Table(store.client, store.names.shoppers).query_all(shopper_partition("u1"), prefix=TAG_PREFIX))
        assert kept


def test_one_person_has_one_name_in_the_search_log_and_one_switch(store: Store) -> None:
    with pipeline(store) as shop:
        names = DynamoLogNames(Table(store.client, store.names.shoppers), SeededRandomness("names"))
        mine, theirs = names.of("u1"), names.of("a1")
        assert mine != theirs
        shop.services.identities.link(Link("u1", "a1", Told.ALIAS, NOW))
        assert names.of("a1") == mine
        shop.services.privacy.set_personalisation("a1", False, AT_CHECKOUT)
        assert names.of("u1") is names.of("a1") is None


@LOCAL
def test_merges_into_one_at_once_while_everybody_shops_lose_nothing(store: Store) -> None:
    devices = [f"a{number}" for number in range(6)]
    with pipeline(store) as shop:
        services = shop.services

        def stubbornly(step: Any) -> Any:
            for _ in range(100):
                try:
                    return step()
                except (StaleProfile, Unavailable):
                    continue
            raise AssertionError("never got through")

        def shopping(name: str) -> None:
            for number in range(1, 6):
                stubbornly(
                    lambda number=number: services.profiles.project(name, [activity(number, key=f"{name}{number}")])
                )

        def merging(other: str) -> None:
            stubbornly(lambda: services.identities.link(Link("u1", other, Told.IDENTIFY, NOW)))

        work = [(shopping, name) for name in ("u1", *devices)] + [(merging, name) for name in devices * 2]
        random.Random(1).shuffle(work)
        with ThreadPoolExecutor(8) as workers:
            for done in [workers.submit(step, name) for step, name in work]:
                done.result()
        shopper = services.profiles.get("a3")
        assert (shopper.shopper_id, shopper.merged_from) == ("u1", tuple(devices))
        assert shopper.profile.counters.views == 5 * 7
        assert len(services.identities.merges_of("u1", 100)[0]) == len(devices)
        assert set(shopper.profile.applied.values()) == {sequence_text("5")}


@LOCAL
def test_two_who_are_told_to_be_each_other_at_once_are_one(store: Store) -> None:
    with pipeline(store) as shop:
        services = shop.services
        for round_number in range(5):
            one, other = f"x{round_number}", f"y{round_number}"
            for name in (one, other):
                services.profiles.project(name, [activity(1, key=name)])

            def follow(link: Link) -> Outcome | None:
                try:
                    return services.identities.link(link)
                except (StaleProfile, Unavailable):
                    return None

            with ThreadPoolExecutor(2) as workers:
                links = [Link(one, other, Told.ALIAS, NOW), Link(other, one, Told.ALIAS, NOW)]
                list(workers.map(follow, links))
            follow(links[0])
            assert services.profiles.get(one) == services.profiles.get(other)
            assert services.profiles.get(one).profile.counters.views == 2
