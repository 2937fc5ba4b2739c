"""However events come - in any order, twice, cut anyhow - the profile is the one that a recomputation from the log gives."""

import itertools
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.activities import activity_of
from chalicelib.events import Call, Event
from chalicelib.profiles import LogIncomplete, sequence_text
from tests.support.alike import assert_alike
from tests.support.shoppers import AT_CHECKOUT, NOW, TwinShop, event

HOUR = timedelta(hours=1)
BRANDS = ("山野", "云织", "晨雾")
CATEGORIES = ("户外 > 露营 > 帐篷", "女装 > 裙装 > 连衣裙")


@st.composite
def told(draw: st.DrawFn) -> list[Event]:
    """Up to 20 events of one shopper, each with an id of its own."""
    return [_event(draw, number) for number in range(draw(st.integers(1, 20)))]


def _event(draw: st.DrawFn, number: int) -> Event:
    at = NOW - HOUR * draw(st.integers(0, 24 * 95))
    kind = draw(st.sampled_from(["view", "cart", "search", "order", "order", "update", "refund", "cancel", "identify"]))
    product = {
        "product_id": f"p{draw(st.integers(1, 3))}",
        "brand": draw(st.sampled_from(BRANDS)),
        "category": draw(st.sampled_from(CATEGORIES)),
        "price": draw(st.integers(1, 500)),
    }
    order = {"order_id": f"o{draw(st.integers(1, 3))}"}
    amount = draw(st.one_of(st.none(), st.integers(0, 300)))
    money = order if amount is None else {**order, "total": amount}
    match kind:
        case "identify":
            traits = {"city": draw(st.sampled_from(["杭州", "上海", None]))}
            return event(f"m{number}", "", at=at, call=Call.IDENTIFY, traits=traits)
        case "search":
            return event(f"m{number}", "Products Searched", at=at, properties={"query": "帐篷"})
        case "view":
            return event(f"m{number}", "Product Viewed", at=at, properties=product)
        case "cart":
            return event(f"m{number}", "Product Added", at=at, properties=product)
        case "order":
            return event(f"m{number}", "Order Completed", at=at, properties={**money, "products": [product]})
        case "update":
            return event(f"m{number}", "Order Updated", at=at, properties=money)
        case "refund":
            return event(f"m{number}", "Order Refunded", at=at, properties=money)
        case _:
            return event(f"m{number}", "Order Cancelled", at=at, properties=order)


def after(events: Sequence[Event], cuts: Sequence[int] = ()) -> TwinShop:
    """The shop after its stream brought ``events`` in this order, in batches that end at ``cuts``."""
    shop = TwinShop()
    for each in events:
        shop.log.append(each)
    activities = [
        activity
        for number, each in enumerate(events, 1)
        if (activity := activity_of(each, sequence_text(str(number)))) is not None
    ]
    bounds = [0, *sorted(cut % (len(activities) + 1) for cut in cuts), len(activities)]
    for begin, end in itertools.pairwise(bounds):
        shop.profiles.project("u1", activities[begin:end])
    return shop


@given(told(), st.randoms(use_true_random=False), st.lists(st.integers(0, 40), max_size=4))
@settings(max_examples=40, deadline=None)
def test_the_order_of_arrival_and_the_cuts_of_batches_leave_no_trace(events, random, cuts) -> None:  # type: ignore[no-untyped-def]
    shuffled = random.sample(events, len(events))
    assert_alike(after(events).profiles.get("u1"), after(shuffled, cuts).profiles.get("u1"))


@given(told(), st.lists(st.integers(0, 40), max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_recomputation_from_the_log_gives_the_profile_that_was_there(events: list[Event], cuts: list[int]) -> None:
    shop = after(events, cuts)
    before = shop.profiles.get("u1")
    assert_alike(shop.profiles.rebuild("u1"), before)


@given(told(), st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_what_the_stream_had_not_brought_yet_is_counted_once(events: list[Event], brought: int) -> None:
    """The log has all events, the profile only the first ones; a rebuild comes between, then the stream goes on."""
    activities = [activity_of(each, sequence_text(str(number))) for number, each in enumerate(events, 1)]
    shop = TwinShop()
    for each in events:
        shop.log.append(each)
    cut = 1 + brought % len(activities)
    shop.profiles.project("u1", activities[:cut])  # type: ignore[arg-type]
    shop.profiles.rebuild("u1")
    shop.profiles.project("u1", activities)  # type: ignore[arg-type]
    assert_alike(shop.profiles.get("u1"), after(events).profiles.get("u1"))


def test_a_log_that_forgot_is_not_recomputed_unless_asked_to() -> None:
    shop = after([event("m1"), event("m2", at=NOW - HOUR)])
    shop.profiles.project("u1", [activity_of(event("m3"), sequence_text("9"))])  # type: ignore[list-item]
    with pytest.raises(LogIncomplete, match="2 of the 3"):
        shop.profiles.rebuild("u1")
    assert shop.profiles.rebuild("u1", may_forget=True).profile.counters.views == 2


def test_a_rebuild_keeps_what_a_person_did() -> None:
    shop = after([event("m1")])
    shop.profiles.set_tag("u1", "vip", "true")
    shop.profiles.delete_tag("u1", "new_customer")
    rebuilt = shop.profiles.rebuild("u1")
    assert (rebuilt.has_tag("vip"), rebuilt.has_tag("new_customer"), rebuilt.withheld) == (
        True,
        False,
        {"new_customer"},
    )


def test_what_was_received_while_the_switch_was_off_is_not_learnt_by_a_rebuild_after_it_is_on_again() -> None:
    shop = TwinShop()
    shop.privacy.set_personalisation("u1", False, AT_CHECKOUT)
    received = shop.clock.advance(HOUR)
    view = event("m1", received_at=received, properties={"brand": "山野"})
    shop.log.append(view)
    shop.profiles.project("u1", [activity_of(view, sequence_text("1"))])  # type: ignore[list-item]
    shop.clock.advance(HOUR)
    shop.privacy.set_personalisation("u1", True, AT_CHECKOUT)
    rebuilt = shop.profiles.rebuild("u1").profile
    assert (rebuilt.counters.seen, rebuilt.counters.views, rebuilt.affinities.scores) == (1, 0, {})
