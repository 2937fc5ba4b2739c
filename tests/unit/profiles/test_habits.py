"""Habits are sums and one latest place: no order of arrival, cut, merge or storage leaves a trace in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.activities import activity_of
from chalicelib.adapters.dynamodb.profile_items import profile_item, to_profile
from chalicelib.events import Event
from chalicelib.profiles import Facts, Habits, Profile, sequence_text
from chalicelib.profiles.folding import together
from chalicelib.profiles.habits import Place
from tests.support.shoppers import NOW, TwinShop, event

HOUR = timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PRODUCTS = {"new": Facts(tags=("新品上市",)), "cheap": Facts(tags=("限时特价",)), "plain": Facts(tags=("棉麻",))}


@st.composite
def told(draw: st.DrawFn) -> list[Event]:
    """Up to 15 events that say something of habits."""
    return [_event(draw, number) for number in range(draw(st.integers(1, 15)))]


def _event(draw: st.DrawFn, number: int) -> Event:
    name = draw(
        st.sampled_from(["Product Viewed", "Product Reviewed", "Order Completed", "Order Cancelled", "Cart Viewed"])
    )
    where = draw(
        st.sampled_from([None, {"province": "浙江省", "city": "杭州市"}, {"region": "上海市", "district": "徐汇区"}])
    )
    properties: dict[str, Any] = {
        "product_id": draw(st.sampled_from(sorted(PRODUCTS))),
        "dwell_seconds": draw(st.integers(1, 4000)),
        "rating": draw(st.integers(1, 5)),
        "order_id": f"o{draw(st.integers(1, 3))}",
    }
    context = {"device": {"type": draw(st.sampled_from(["ios", "mini_program"]))}} | (
        {"location": where} if where else {}
    )
    at = NOW - HOUR * draw(st.integers(0, 24 * 9))
    return event(f"m{number}", name, at=at, properties=properties, context=context)


def profile_of(events: Sequence[Event], cut: int = 0) -> Profile:
    shop = TwinShop(dict(PRODUCTS))
    activities = [activity_of(each, sequence_text(str(number))) for number, each in enumerate(events, 1)]
    known = [activity for activity in activities if activity]
    for part in (known[:cut], known[cut:]):
        if part:
            shop.profiles.project("u1", part)
    return shop.profiles.get("u1").profile


@given(told(), st.randoms(use_true_random=False), st.integers(0, 15))
@settings(max_examples=40, deadline=None)
def test_neither_order_nor_batches_leave_a_trace(events: list[Event], random: Any, cut: int) -> None:
    shuffled = random.sample(events, len(events))
    assert profile_of(shuffled, cut).habits == profile_of(events).habits


@given(told(), st.integers(0, 15))
@settings(max_examples=40, deadline=None)
def test_two_profiles_together_have_the_habits_of_one(events: list[Event], cut: int) -> None:
    # An order that both know of is the merge's own business.
    mine = [each for each in events[:cut] if not each.name.startswith("Order")] or [event("x")]
    theirs = events[cut:] or [event("y")]
    united = together(profile_of(mine), profile_of(theirs)).habits
    assert united == together(profile_of(theirs), profile_of(mine)).habits == profile_of([*mine, *theirs]).habits


@given(told())
@settings(max_examples=40, deadline=None)
def test_what_is_stored_is_what_was_known(events: list[Event]) -> None:
    profile = profile_of(events)
    assert to_profile(profile_item("u1", profile, 4)).habits == profile.habits


def test_new_and_reduced_goods_are_told_by_their_tags() -> None:
    looks = [event(f"m{number}", properties={"product_id": each}) for number, each in enumerate(PRODUCTS)]
    habits = profile_of(looks).habits
    assert (habits.looks, habits.novelties, habits.bargains) == (3, 1, 1)


def test_a_place_is_as_long_as_a_place_and_no_longer() -> None:
    told_of = event("m1", context={"location": {"city": "长" * 500, "province": 7, "district": " "}})
    place = profile_of([told_of]).habits.place
    assert place == Place(NOW, ("", "长" * 20, ""))
    for location in ("杭州", {}, {"city": None}):
        assert profile_of([event("m1", context={"location": location})]).habits.place is None


def test_an_order_counts_on_its_day_and_hour_of_the_shops_zone() -> None:
    habits = Habits().bought(NOW, SHANGHAI, 1)
    # Sunday the 22nd, four in the afternoon.
    assert (habits.buy_days, habits.buy_parts) == ((0, 0, 0, 0, 0, 0, 1), (0, 0, 0, 0, 1, 0))
    assert habits.bought(NOW, SHANGHAI, -1) == Habits()


def test_of_two_places_at_one_instant_always_the_same_one_stays() -> None:
    here, there = Place(NOW, ("浙江", "", "")), Place(NOW, ("上海", "", ""))
    assert Habits().seen_in(here).seen_in(there) == Habits().seen_in(there).seen_in(here)
    assert replace(Habits(), place=here).together_with(Habits()).place == here


@pytest.mark.parametrize("name", ["Order Completed", "Order Updated"])
def test_what_is_ordered_is_no_look(name: str) -> None:
    ordered = event("m1", name, properties={"order_id": "o", "products": [{"product_id": "new"}]})
    assert profile_of([ordered]).habits.looks == 0
