from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.profiles import (
    BY_HAND,
    Deed,
    Facts,
    ProfileChange,
    ProfileNotFound,
    Shopper,
    TagNotFound,
    TagUnknown,
    Touched,
    starter_tags,
)
from tests.support.shoppers import DRESS, NOW, TENT, TwinShop, activity

HOUR = timedelta(hours=1)


def after(*deeds: tuple[Deed, int] | Deed, facts: Facts = TENT) -> Shopper:
    """The shopper after deeds an hour apart, each with an amount in fen where a pair says so."""
    shop = TwinShop()
    for position, deed in enumerate(deeds, 1):
        kind, amount = deed if isinstance(deed, tuple) else (deed, None)
        at = NOW + HOUR * position
        shop.profiles.project(
            "u1",
            [
                activity(
                    position, kind, at, touched=(Touched(None, facts),), amount=amount, order_id="o" if amount else None
                )
            ],
        )
    return shop.profiles.get("u1")


def test_every_tag_has_a_chinese_name_and_a_group() -> None:
    assert all(any("一" <= letter <= "鿿" for letter in tag.name) for tag in starter_tags())


def test_the_first_and_the_second_order_are_told_apart() -> None:
    assert "first_order" in after(Deed.ORDERED).tags
    twice = after(Deed.ORDERED, Deed.ORDERED).tags
    assert "repeat_buyer" in twice
    assert "first_order" not in twice


def test_what_was_refunded_does_not_make_a_high_spender() -> None:
    assert "high_spender" in after((Deed.ORDERED, 200_000)).tags
    assert "high_spender" not in after((Deed.ORDERED, 200_000), (Deed.REFUNDED, 1)).tags


def test_a_cart_is_left_until_something_is_ordered() -> None:
    assert "left_in_cart" in after(Deed.ADDED_TO_CART).tags
    assert "left_in_cart" not in after(Deed.ADDED_TO_CART, Deed.ORDERED).tags
    assert "left_in_cart" in after(Deed.ORDERED, Deed.ADDED_TO_CART).tags


def test_ten_views_without_an_order_are_only_browsing() -> None:
    assert "only_browses" not in after(*[Deed.VIEWED] * 9).tags
    assert "only_browses" in after(*[Deed.VIEWED] * 10).tags


def test_a_favourite_needs_the_weight_of_a_cart_and_names_what_it_is() -> None:
    assert "favourite_brand" not in after(Deed.VIEWED).tags
    tags = after(Deed.ORDERED).tags
    favourites = {tag: tags[f"favourite_{tag}"].value for tag in ("brand", "category", "price_band")}
    assert favourites == {"brand": "山野", "category": "帐篷", "price_band": "200-500"}


def test_interests_come_from_categories() -> None:
    assert "camping_fan" in after(Deed.ORDERED).tags
    assert "camping_fan" not in after(Deed.ORDERED, facts=DRESS).tags


def test_a_tag_holds_since_the_event_that_made_it_true() -> None:
    shopper = after(Deed.VIEWED, Deed.ORDERED, Deed.VIEWED)
    assert shopper.tags["first_order"].since == NOW + 2 * HOUR


def test_a_changed_value_holds_since_the_change() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    many = tuple(Touched(None, DRESS) for _ in range(3))
    shop.profiles.project("u1", [activity(2, Deed.ORDERED, NOW + HOUR, touched=many)])
    tag = shop.profiles.get("u1").tags["favourite_brand"]
    assert (tag.value, tag.since) == ("云织", NOW + HOUR)


def test_a_tag_set_by_hand_stays_until_it_is_deleted() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    shop.profiles.set_tag("u1", "repeat_buyer", "老客")
    shop.profiles.project("u1", [activity(2)])
    tag = shop.profiles.get("u1").tags["repeat_buyer"]
    assert (tag.value, tag.rule, tag.since) == ("老客", BY_HAND, NOW)
    assert shop.tagged("repeat_buyer") == ["u1"]


def test_a_deleted_tag_is_not_brought_back_by_its_rule() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    shop.profiles.delete_tag("u1", "camping_fan")
    shop.profiles.project("u1", [activity(2, Deed.ORDERED)])
    shopper = shop.profiles.get("u1")
    assert not shopper.has_tag("camping_fan")
    assert shop.tagged("camping_fan") == []
    assert shopper.has_tag("favourite_brand")


def test_a_deleted_tag_can_be_set_by_hand_again() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    shop.profiles.delete_tag("u1", "camping_fan")
    shop.profiles.set_tag("u1", "camping_fan", "true")
    assert shop.profiles.get("u1").has_tag("camping_fan")
    assert shop.tagged("camping_fan") == ["u1"]


def test_only_tags_of_the_registry_exist() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    with pytest.raises(TagUnknown):
        shop.profiles.set_tag("u1", "lucky", "true")
    with pytest.raises(TagUnknown):
        shop.profiles.tagged("lucky", 0)


def test_a_tag_that_is_not_there_cannot_be_deleted() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    with pytest.raises(TagNotFound):
        shop.profiles.delete_tag("u1", "vip")


def test_nobody_is_nobody() -> None:
    shop = TwinShop()
    with pytest.raises(ProfileNotFound):
        shop.profiles.get("u1")
    with pytest.raises(ProfileNotFound):
        shop.profiles.set_tag("u1", "vip", "true")


def test_two_favourites_of_like_weight_do_not_take_turns() -> None:
    shop = TwinShop()
    values = []
    for position in range(1, 13):
        facts = DRESS if position % 2 else TENT
        shop.profiles.project(
            "u1", [activity(position, Deed.ORDERED, NOW + HOUR * position, touched=(Touched(None, facts),))]
        )
        values.append(shop.profiles.get("u1").tags["favourite_brand"].value)
    assert set(values) == {"云织"}


def test_a_tag_that_left_the_registry_goes_unless_a_person_set_it() -> None:
    shop = TwinShop()
    shop.profiles.project("u1", [activity(1)])
    old = replace(shop.profiles.get("u1").tags["new_customer"], tag_id="retired")
    by_hand = replace(old, tag_id="retired_by_hand", rule=BY_HAND)
    profile = replace(shop.profiles.get("u1").profile, version=2)
    shop.records.save(ProfileChange("u1", profile, tags_set=(old, by_hand)))
    shop.profiles.project("u1", [activity(2)])
    tags = shop.profiles.get("u1").tags
    assert "retired" not in tags
    assert "retired_by_hand" in tags
