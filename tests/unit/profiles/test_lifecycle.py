"""Dormancy: a due list that is moved only when it must, and swept."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.profiles import DORMANT, Deed, Lifecycle
from tests.support.shoppers import AT_CHECKOUT, NOW, TwinShop, activity

DAY = timedelta(days=1)


def sweep(shop: TwinShop, now: datetime) -> int:
    """Sweep until nothing is due; how many were looked after in all."""
    total = 0
    while done := shop.profiles.advance_lifecycles(now):
        total += done
    return total


def test_who_was_not_seen_for_thirty_days_is_dormant_since_that_instant() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    assert sweep(shop, NOW + 30 * DAY - timedelta(seconds=1)) == 0
    assert sweep(shop, NOW + 45 * DAY) == 1
    shopper = shop.profiles.get("u1")
    assert (shopper.profile.lifecycle, shopper.profile.due_at) == (Lifecycle.DORMANT, None)
    assert shopper.tags[DORMANT].since == NOW + 30 * DAY
    assert "new_customer" not in shopper.tags
    assert shop.tagged(DORMANT) == ["u1"]


def test_an_active_shopper_keeps_the_old_due_date_until_the_sweep_moves_it() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    shop.profiles.project("u1", [activity(2, at=NOW + 20 * DAY)])
    assert shop.profiles.get("u1").profile.due_at == NOW + 30 * DAY
    assert sweep(shop, NOW + 31 * DAY) == 1
    shopper = shop.profiles.get("u1")
    assert (shopper.profile.lifecycle, shopper.profile.due_at) == (Lifecycle.ACTIVE, NOW + 50 * DAY)
    assert sweep(shop, NOW + 50 * DAY) == 1
    assert shop.profiles.get("u1").profile.lifecycle is Lifecycle.DORMANT


def test_the_next_event_wakes_a_dormant_shopper_and_sets_a_new_due_date() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    sweep(shop, NOW + 31 * DAY)
    shop.profiles.project("u1", [activity(2, at=NOW + 40 * DAY)])
    shopper = shop.profiles.get("u1")
    assert (shopper.profile.lifecycle, shopper.profile.due_at) == (Lifecycle.ACTIVE, NOW + 70 * DAY)
    assert not shopper.has_tag(DORMANT)
    assert shop.tagged(DORMANT) == []


def test_a_late_event_from_before_the_silence_wakes_nobody() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    sweep(shop, shop.clock.advance(31 * DAY))
    shop.profiles.project("u1", [activity(2, at=NOW - DAY)])
    shopper = shop.profiles.get("u1")
    assert (shopper.profile.lifecycle, shopper.profile.counters.views) == (Lifecycle.DORMANT, 2)
    assert shopper.has_tag(DORMANT)


def test_with_personalisation_off_nobody_is_tagged_dormant_but_a_false_tag_still_goes() -> None:
    shop = TwinShop()
    for shopper_id in ("u1", "u2"):
        shop.profiles.project(shopper_id, [activity(1)])
    shop.privacy.set_personalisation("u2", False, AT_CHECKOUT)
    sweep(shop, NOW + 31 * DAY)
    assert shop.profiles.get("u2").profile.lifecycle is Lifecycle.DORMANT
    assert shop.tagged(DORMANT) == ["u1"]
    shop.privacy.set_personalisation("u1", False, AT_CHECKOUT)
    shop.profiles.project("u1", [activity(2, Deed.SEEN, NOW + 40 * DAY)])
    assert shop.tagged(DORMANT) == []


def test_one_sweep_looks_after_at_most_the_given_number() -> None:
    shop = TwinShop()
    for position in range(10):
        shop.profiles.project(f"u{position}", [activity(1)])
    assert shop.profiles.advance_lifecycles(NOW + 31 * DAY, limit=4) == 4
    assert sweep(shop, NOW + 31 * DAY) == 6
    assert len(shop.tagged(DORMANT)) == 10


@given(st.lists(st.integers(1, 100), min_size=1, max_size=12), st.lists(st.integers(1, 140), max_size=6))
@settings(max_examples=40, deadline=None)
def test_however_often_it_is_swept_the_end_is_the_same(visits: list[int], sweeps: list[int]) -> None:
    """Visits in order with sweeps anywhere between them: at the end only the last visit decides."""
    shop = TwinShop()
    steps = sorted([(day, "visit") for day in visits] + [(day, "sweep") for day in sweeps] + [(150, "sweep")])
    for number, (day, step) in enumerate(steps, 1):
        if step == "sweep":
            sweep(shop, NOW + day * DAY)
        else:
            shop.profiles.project("u1", [activity(number, at=NOW + day * DAY)])
    shopper = shop.profiles.get("u1")
    last = NOW + max(visits) * DAY
    assert shopper.profile.lifecycle is Lifecycle.DORMANT
    assert shopper.tags[DORMANT].since == last + 30 * DAY
