"""Ids of one person become one shopper, whenever it is found out; ids of two people do not."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.activities import activity_of
from chalicelib.events import Call, Event
from chalicelib.privacy import Channel, Purpose
from chalicelib.profiles import (
    Link,
    MergeRefused,
    Outcome,
    ProfileNotFound,
    Shopper,
    Told,
    sequence_text,
)
from chalicelib.profiles.identity import MAX_MERGES, MAX_SOURCES
from tests.support.alike import assert_alike
from tests.support.shoppers import AT_CHECKOUT, NOW, TwinShop, event
from tests.unit.profiles.test_recomputation import told

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def login(into: str = "u1", other: str = "a1") -> Link:
    return Link(into, other, Told.IDENTIFY, NOW)


def same(into: str, other: str) -> Link:
    return Link(into, other, Told.ALIAS, NOW)


def seen(shop: TwinShop, *names: str) -> None:
    """One view of each id, under a user id if it begins with ``u``."""
    for name in names:
        shopper_event(shop, event(f"view of {name}", shopper_id=name, user_id=name if name[0] == "u" else None))


def shopper_event(shop: TwinShop, told_event: Event) -> None:
    shop.log.append(told_event)
    number = len(shop.log.stream)
    found = activity_of(told_event, sequence_text(str(number)))
    assert found is not None
    shop.profiles.project(told_event.shopper_id, [found])


def views(shop: TwinShop, name: str) -> int:
    return shop.profiles.get(name).profile.counters.views


def test_who_logs_in_keeps_what_was_done_before() -> None:
    shop = TwinShop()
    seen(shop, "a1", "u1")
    assert shop.identities.link(login()) is Outcome.MERGED
    for name in ("u1", "a1"):
        shopper = shop.profiles.get(name)
        assert (shopper.shopper_id, shopper.merged_from, shopper.profile.counters.views) == ("u1", ("a1",), 2)


def test_a_link_told_again_changes_nothing() -> None:
    shop = TwinShop()
    seen(shop, "a1", "u1")
    shop.identities.link(login())
    before = shop.profiles.get("u1")
    assert shop.identities.link(login()) is Outcome.ALREADY_ONE
    assert shop.identities.link(same("a1", "u1")) is Outcome.ALREADY_ONE
    assert shop.profiles.get("u1") == before


def test_several_devices_of_one_user_are_one_shopper() -> None:
    shop = TwinShop()
    seen(shop, "u1", "phone", "laptop", "tablet")
    for device in ("phone", "laptop", "tablet"):
        shop.identities.link(login(other=device))
    assert shop.profiles.sources_of("laptop") == ("u1", "laptop", "phone", "tablet")
    assert views(shop, "tablet") == 4
    merges, _ = shop.identities.merges_of("phone", 10)
    assert sorted(entry.other for entry in merges) == ["laptop", "phone", "tablet"]


def test_a_device_that_another_user_logs_in_on_stays_with_its_first() -> None:
    shop = TwinShop()
    seen(shop, "u1", "u2", "a1")
    shop.identities.link(login("u1"))
    assert shop.identities.link(login("u2")) is Outcome.SHARED_DEVICE
    seen(shop, "u2")
    assert (shop.profiles.get("a1").shopper_id, shop.profiles.get("u2").merged_from) == ("u1", ())
    (refused,), _ = shop.identities.merges_of("u2", 10, followed=False)
    assert (refused.other, refused.outcome) == ("a1", Outcome.SHARED_DEVICE)
    assert shop.identities.merges_of("u2", 10) == ([], None)


def test_a_log_in_never_makes_two_users_one_but_somebody_who_knows_does() -> None:
    shop = TwinShop()
    seen(shop, "u1", "u2")
    assert shop.identities.link(login("u1", "u2")) is Outcome.BOTH_KNOWN
    assert views(shop, "u1") == views(shop, "u2") == 1
    assert shop.identities.link(same("u1", "u2")) is Outcome.MERGED
    assert shop.profiles.get("u2").shopper_id == "u1"
    assert views(shop, "u1") == 2


def test_two_anonymous_ids_of_one_device_follow_the_log_in_of_either() -> None:
    shop = TwinShop()
    seen(shop, "a1", "a2", "u1")
    shop.identities.link(same("a1", "a2"))
    assert shop.identities.link(login("u1", "a2")) is Outcome.MERGED
    assert shop.profiles.get("a1").shopper_id == shop.profiles.get("a2").shopper_id == "u1"


def test_a_chain_leads_to_its_end_and_becomes_short() -> None:
    shop = TwinShop()
    seen(shop, "a", "b", "c")
    for into, other in (("b", "a"), ("c", "b")):
        shop.identities.link(same(into, other))
    assert shop.identities.link(same("c", "a")) is Outcome.ALREADY_ONE
    alias = shop.records.alias_of("a")
    assert alias is not None
    assert (alias.to, alias.is_moving) == ("c", False)
    assert (shop.profiles.get("a").merged_from, views(shop, "a")) == (("a", "b"), 3)
    assert sorted(entry.other for entry in shop.identities.merges_of("a", 10)[0]) == ["a", "b"]


def test_a_circle_of_links_ends_with_one_shopper() -> None:
    shop = TwinShop()
    seen(shop, "a", "b", "c")
    told = [same("b", "a"), same("a", "b"), same("c", "b"), same("a", "c")]
    assert [shop.identities.link(each) for each in told] == [
        Outcome.MERGED,
        Outcome.ALREADY_ONE,
        Outcome.MERGED,
        Outcome.ALREADY_ONE,
    ]
    assert {shop.profiles.get(name).shopper_id for name in "abc"} == {"c"}
    assert views(shop, "a") == 3


def test_a_storm_of_links_stops_and_goes_on_the_day_after() -> None:
    shop = TwinShop()
    seen(shop, "u1")
    for number in range(MAX_MERGES):
        assert shop.identities.link(login(other=f"a{number}")) is Outcome.MERGED
    for number in range(MAX_MERGES, 100):
        with pytest.raises(MergeRefused, match="too_many_today"):
            shop.identities.link(login(other=f"a{number}"))
    assert len(shop.identities.merges_of("u1", 100, followed=False)[0]) == 100 - MAX_MERGES
    shop.clock.advance(DAY)
    assert shop.identities.link(login(other="a99")) is Outcome.MERGED


def test_nobody_has_more_ids_than_the_limit() -> None:
    shop = TwinShop()
    for number in range(MAX_SOURCES):
        if number % MAX_MERGES == 0:
            shop.clock.advance(DAY)
        shop.identities.link(login(other=f"a{number}"))
    shop.clock.advance(DAY)
    with pytest.raises(MergeRefused, match="too_many_ids"):
        shop.identities.link(login(other="one more"))
    assert len(shop.profiles.get("u1").merged_from) == MAX_SOURCES
    with pytest.raises(ProfileNotFound):
        shop.profiles.get("one more")


def test_a_device_linked_before_it_did_anything_is_the_users_when_it_does() -> None:
    shop = TwinShop()
    shop.identities.link(login())
    seen(shop, "a1")
    assert views(shop, "u1") == 1
    seen(shop, "u1")
    assert shop.profiles.rebuild("a1").profile.counters.views == 2


def test_what_a_rebuild_counted_ahead_is_counted_once_after_a_merge() -> None:
    shop = TwinShop()
    events = [event(f"m{number}", shopper_id="a1", user_id=None) for number in range(3)]
    for each in events:
        shop.log.append(each)
    found = [activity_of(each, sequence_text(str(number))) for number, each in enumerate(events, 1)]
    activities = [each for each in found if each is not None]
    shop.profiles.project("a1", activities[:1])
    shop.profiles.rebuild("a1")
    shop.identities.link(login())
    shop.profiles.project("a1", activities)
    assert views(shop, "u1") == 3
    assert shop.profiles.rebuild("u1").profile.counters.views == 3
    shop.profiles.project("a1", activities)
    assert views(shop, "u1") == 3


def test_the_same_order_told_under_both_ids_counts_once() -> None:
    shop = TwinShop()
    order = {"order_id": "o1", "total": 100, "products": [{"brand": "山野"}]}
    shopper_event(shop, event("m1", "Order Completed", shopper_id="a1", user_id=None, properties=order))
    shopper_event(shop, event("m2", "Order Completed", properties=order))
    shopper_event(shop, event("m3", "Order Refunded", shopper_id="a1", user_id=None, properties=order | {"total": 30}))
    shop.identities.link(login())
    counters = shop.profiles.get("u1").profile.counters
    assert (counters.orders, counters.spend, counters.refunds, counters.refunded) == (1, 7_000, 1, 3_000)
    shopper_event(shop, event("m4", "Order Cancelled", properties=order))
    counters = shop.profiles.get("u1").profile.counters
    assert (counters.orders, counters.spend, counters.refunded, counters.cancellations) == (0, 0, 10_000, 1)


def test_tags_by_hand_move_and_what_either_removed_stays_away() -> None:
    shop = TwinShop()
    seen(shop, "a1", "u1")
    shop.profiles.set_tag("a1", "vip", "gold")
    shop.profiles.set_tag("a1", "staff", "true")
    shop.profiles.set_tag("u1", "staff", "no")
    shop.profiles.delete_tag("a1", "new_customer")
    shop.identities.link(login())
    shopper = shop.profiles.get("u1")
    assert (shopper.tags["vip"].value, shopper.tags["staff"].value) == ("gold", "no")
    assert "new_customer" in shopper.withheld
    assert not shopper.has_tag("new_customer")
    assert [shop.tagged(tag) for tag in ("vip", "staff", "new_customer")] == [["u1"], ["u1"], []]


def test_the_rules_look_at_both_together() -> None:
    shop = TwinShop()
    for number, name in enumerate(("a1", "u1")):
        order = {"order_id": f"o{number}", "total": 1_200}
        shopper_event(shop, event(f"m{number}", "Order Completed", shopper_id=name, user_id=None, properties=order))
    assert shop.tagged("high_spender") == []
    shop.identities.link(login())
    assert (shop.tagged("high_spender"), shop.tagged("repeat_buyer"), shop.tagged("first_order")) == (
        ["u1"],
        ["u1"],
        [],
    )


def test_the_later_word_about_a_trait_holds() -> None:
    shop = TwinShop()
    for name, city, at in (("a1", "上海", NOW), ("u1", "杭州", NOW - HOUR)):
        said = event(f"of {name}", "", call=Call.IDENTIFY, shopper_id=name, traits={"city": city}, at=at)
        shopper_event(shop, said)
    shop.identities.link(same("u1", "a1"))
    assert shop.profiles.get("u1").traits.get("city") == "上海"


def test_what_either_refused_stays_refused_with_a_proof() -> None:
    shop = TwinShop()
    seen(shop, "a1", "u1")
    shop.privacy.set_consent("a1", Channel.EMAIL, Purpose.MARKETING, False, AT_CHECKOUT)
    shop.privacy.set_consent("u1", Channel.EMAIL, Purpose.MARKETING, True, AT_CHECKOUT)
    shop.privacy.set_consent("a1", Channel.SMS, Purpose.MARKETING, True, AT_CHECKOUT)
    shop.privacy.set_personalisation("a1", False, AT_CHECKOUT)
    shop.identities.link(login())
    for name in ("u1", "a1"):
        consents = shop.privacy.consents_of(name)
        assert (consents.shopper_id, consents.is_personalised) == ("u1", False)
        assert not consents.allows(Channel.EMAIL, Purpose.MARKETING)
        assert consents.allows(Channel.SMS, Purpose.MARKETING)
    assert [each.source for each in shop.consents.evidence("u1")] == ["checkout", "merged:a1"]
    shop.privacy.set_consent("a1", Channel.EMAIL, Purpose.MARKETING, True, AT_CHECKOUT)
    assert shop.profiles.get("u1").consents.allows(Channel.EMAIL, Purpose.MARKETING)


def test_what_is_set_by_hand_under_a_merged_id_is_the_survivors() -> None:
    shop = TwinShop()
    seen(shop, "a1", "u1")
    shop.identities.link(login())
    shop.profiles.set_tag("a1", "vip", "true")
    shop.profiles.delete_tag("a1", "new_customer")
    shopper = shop.profiles.get("u1")
    assert (shopper.has_tag("vip"), shopper.withheld) == (True, {"new_customer"})


def test_a_merged_id_never_falls_due() -> None:
    shop = TwinShop()
    seen(shop, "a1", "u1")
    shop.identities.link(login())
    shop.clock.advance(31 * DAY)
    assert shop.profiles.advance_lifecycles(shop.clock.now()) == 1
    assert shop.tagged("dormant") == ["u1"]


@given(told(), st.randoms(use_true_random=False), st.data())
@settings(max_examples=40, deadline=None)
def test_when_it_is_found_out_leaves_no_trace(events: list[Event], random, data: st.DataObject) -> None:  # type: ignore[no-untyped-def]
    """Three ids of one person, linked anywhere among their events, which come in any order: as if all had been one id's."""
    owners = {each.message_id: data.draw(st.sampled_from(["u1", "a1", "a2"])) for each in events}
    links = data.draw(st.permutations([login(other="a1"), login(other="a2"), login(other="a1")]))
    places = [data.draw(st.integers(0, len(events))) for _ in links]
    shop, plain = TwinShop(), TwinShop()
    for number, each in enumerate([*random.sample(events, len(events)), None]):
        for link, place in zip(links, places, strict=True):
            if place == number:
                shop.identities.link(link)
        if each is not None:
            owner = owners[each.message_id]
            shopper_event(shop, replace(each, shopper_id=owner, user_id=owner if owner == "u1" else None))
    for each in events:
        shopper_event(plain, each)
    assert_alike(_known(shop.profiles.get("a2")), _known(plain.profiles.get("u1")))
    assert_alike(_known(shop.profiles.rebuild("a1")), _known(plain.profiles.get("u1")))


def _known(shopper: Shopper) -> Shopper:
    """A log-in makes a shopper known, if no event of theirs did."""
    return replace(shopper, profile=replace(shopper.profile, is_known=True))
