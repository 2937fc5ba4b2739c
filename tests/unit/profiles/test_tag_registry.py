"""Tags as definitions: which there are, how they are read, how long they live, which of them exclude each other."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.profiles import (
    BY_HAND,
    VOCABULARY,
    Deed,
    Shopkeeping,
    TagDefinition,
    TagGroup,
    TagInvalid,
    TagRegistry,
    TagUnknown,
    Touched,
    ValueType,
    definition_document,
    read_definition,
    starter_registry,
    starter_tags,
    subject_of,
)
from chalicelib.profiles.service import Profiles
from chalicelib.rules import RuleInvalid
from tests.support.judging import ZONE, drawn_subject
from tests.support.shoppers import NOW, TENT, TwinShop, activity

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MS = timedelta(milliseconds=1)
FIRST_TAGS = {
    "new_customer": TagGroup.LIFECYCLE,
    "active": TagGroup.LIFECYCLE,
    "dormant": TagGroup.LIFECYCLE,
    "first_order": TagGroup.CONSUMPTION,
    "repeat_buyer": TagGroup.CONSUMPTION,
    "high_spender": TagGroup.CONSUMPTION,
    "left_in_cart": TagGroup.BEHAVIOUR,
    "only_browses": TagGroup.BEHAVIOUR,
    "favourite_brand": TagGroup.INTEREST,
    "favourite_category": TagGroup.INTEREST,
    "favourite_price_band": TagGroup.CONSUMPTION,
    "camping_fan": TagGroup.INTEREST,
    "beauty_fan": TagGroup.INTEREST,
    "young_family": TagGroup.INTEREST,
    "vip": TagGroup.BASIC,
    "staff": TagGroup.BASIC,
}
ORDERED = {"when": {"did": {"event": "ordered"}}}


def shop_with(*documents: dict[str, Any]) -> TwinShop:
    """A shop whose tags are these and no others."""
    shop = TwinShop()
    named = {"name": "标签", "name_en": "tag", "group": "behaviour"}
    registry = TagRegistry(read_definition({**named, **document}) for document in documents)
    parts = vars(shop.profiles)
    shop.profiles = Profiles(
        parts["_records"],
        parts["_facts"],
        parts["_history"],
        shop.clock,
        parts["_randomness"],
        Shopkeeping(timedelta(days=30), ZONE),
        registry=lambda: registry,
    )
    return shop


def sweep(shop: TwinShop, by: timedelta) -> None:
    """Let time pass, and look after whoever is due."""
    now = shop.clock.advance(by)
    while shop.profiles.advance_lifecycles(now):
        pass


def carried(shop: TwinShop) -> dict[str, str]:
    """The tags of the one shopper, with their values."""
    return {tag_id: tag.value for tag_id, tag in shop.profiles.get("u1").tags.items()}


def test_at_least_sixty_tags_over_all_groups_come_with_the_shop() -> None:
    tags = starter_tags()
    assert len({tag.tag_id for tag in tags}) == len(tags) >= 60
    assert {tag.group for tag in tags} == set(TagGroup)
    assert {tag.tag_id: tag.group for tag in tags if tag.tag_id in FIRST_TAGS} == FIRST_TAGS


def test_every_shipped_tag_has_a_chinese_and_an_english_name_of_its_own() -> None:
    tags = starter_tags()
    assert all(any("一" <= letter <= "鿿" for letter in tag.name) and tag.name_en.isascii() for tag in tags)
    assert len({tag.name for tag in tags}) == len({tag.name_en for tag in tags}) == len(tags)


def test_of_shipped_tags_that_exclude_each_other_no_two_have_one_priority() -> None:
    places = [(tag.exclusive_group, tag.priority) for tag in starter_tags() if tag.exclusive_group]
    assert len(set(places)) == len(places) > 10


def test_every_shipped_rule_says_what_it_asks_for_and_can_be_judged_of_anybody() -> None:
    registry = starter_registry()
    given: set[str] = set()
    for seed in range(40):
        subject = drawn_subject(seed)
        judgement = registry.judge(subject, NOW)
        given |= judgement.values.keys()
        for tag in registry.all():
            why = registry.explain(tag.tag_id, subject, NOW)
            if tag.lifetime_days is None and why is not None:
                assert why.is_true == (tag.tag_id in judgement.values), tag.tag_id
    assert len(given) > 25
    assert all(rule.says for tag in registry.all() if (rule := tag.compiled()))


def test_a_definition_reads_as_it_is_written() -> None:
    for tag in starter_tags():
        assert read_definition(definition_document(tag)) == tag


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": "Tag"}, "tag.id"),
        ({"id": "a#b"}, "tag.id"),
        ({"name": " "}, "tag.name"),
        ({"name": "标" * 41}, "tag.name"),
        ({"group": "luck"}, "tag.group"),
        ({"value_type": "colour"}, "tag.value_type"),
        ({"confidence": 1.5}, "tag.confidence"),
        ({"confidence": True}, "tag.confidence"),
        ({"lifetime_days": 0}, "tag.lifetime_days"),
        ({"visible": "yes"}, "tag.visible"),
        ({"priority": -1}, "tag.priority"),
        ({"exclusive_group": ""}, "tag.exclusive_group"),
        ({"colour": "红"}, "tag.colour"),
    ],
)
def test_a_definition_that_is_wrong_is_refused_and_says_where(change: dict[str, Any], field: str) -> None:
    sound = {"id": "lucky", "name": "幸运", "name_en": "lucky", "group": "basic"}
    assert read_definition(sound).value_type is ValueType.FLAG
    with pytest.raises(TagInvalid) as raised:
        read_definition({**sound, **change})
    assert raised.value.field == field


def test_a_wrong_rule_is_refused_and_the_node_is_named() -> None:
    wrong = {
        "id": "lucky",
        "name": "幸运",
        "name_en": "lucky",
        "group": "basic",
        "rule": {"when": {"did": {"event": "won"}}},
    }
    with pytest.raises(RuleInvalid) as raised:
        read_definition(wrong)
    assert raised.value.field == "tag.rule.when.did.event"


def test_only_what_is_in_the_registry_is_known_and_what_is_not_enabled_is_not_asked() -> None:
    tag = TagDefinition("lucky", "幸运", "lucky", TagGroup.BASIC, rule=ORDERED, is_enabled=False)
    registry = TagRegistry([tag])
    assert "lucky" in registry
    assert registry.get("lucky") is tag
    subject = drawn_subject(1)
    subject.profile = replace(subject.profile, counters=replace(subject.profile.counters, orders=1))
    assert registry.judge(subject, NOW).values == {}
    assert TagRegistry([replace(tag, is_enabled=True)]).judge(subject, NOW).values == {"lucky": "true"}
    with pytest.raises(TagUnknown):
        registry.get("vip")


def test_a_tag_of_a_window_goes_by_the_sweep_on_the_day_it_is_no_longer_true() -> None:
    shop = shop_with({"id": "buyer", "rule": {"when": {"did": {"event": "ordered", "within_days": 7}}}})
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    assert carried(shop) == {"buyer": "true"}
    # It is 16:00 in the shop: the order's day and six more, then midnight.
    midnight = NOW + 6 * DAY + 8 * HOUR
    assert shop.profiles.get("u1").profile.due_at == midnight
    sweep(shop, 6 * DAY + 8 * HOUR - MS)
    assert carried(shop) == {"buyer": "true"}
    sweep(shop, MS)
    assert carried(shop) == {}
    assert shop.profiles.get("u1").profile.due_at == NOW + 30 * DAY


def test_a_tag_that_time_brings_comes_by_the_sweep_and_holds_since_its_instant_however_late_the_sweep() -> None:
    documents = [
        {"id": f"away_{days}", "rule": {"when": {"last_did": {"event": "seen", "before_days": days}}}}
        for days in (3, 10, 40)
    ]
    shop = shop_with(*documents)
    shop.profiles.project("u1", [activity(1)])
    sweep(shop, 50 * DAY)
    tags = shop.profiles.get("u1").tags
    assert {tag_id: tag.since for tag_id, tag in tags.items()} == {
        "away_3": NOW + 3 * DAY,
        "away_10": NOW + 10 * DAY,
        "away_40": NOW + 40 * DAY,
    }
    assert shop.profiles.get("u1").profile.due_at is None


def test_an_interest_fades_away_by_the_sweep() -> None:
    rule = {"when": {"likes": {"kind": "category", "words": ["帐篷"], "at_least": 3}}}
    shop = shop_with({"id": "camper", "rule": rule})
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    assert carried(shop) == {"camper": "true"}
    weight = shop.profiles.get("u1").profile.affinities.weights("category", NOW)["帐篷"]
    due = shop.profiles.get("u1").profile.due_at
    assert due is not None
    assert 3 * 2 ** ((due - NOW) / (30 * DAY)) == pytest.approx(weight, rel=1e-3)
    sweep(shop, due - NOW - MS)
    assert carried(shop) == {"camper": "true"}
    sweep(shop, MS)
    assert carried(shop) == {}


def test_an_earlier_due_date_that_stands_is_left_where_it_is() -> None:
    shop = shop_with({"id": "buyer", "rule": {"when": {"did": {"event": "ordered", "within_days": 7}}}})
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    due = shop.profiles.get("u1").profile.due_at
    shop.profiles.project("u1", [activity(2, Deed.ORDERED, NOW + 5 * DAY)])
    assert shop.profiles.get("u1").profile.due_at == due
    sweep(shop, 7 * DAY)
    assert carried(shop) == {"buyer": "true"}
    assert shop.profiles.get("u1").profile.due_at == NOW + 11 * DAY + 8 * HOUR


def test_what_a_rule_concluded_lives_on_with_every_visit_and_no_longer_than_its_lifetime() -> None:
    shop = shop_with({"id": "buyer", "rule": ORDERED, "lifetime_days": 10})
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    shop.profiles.project("u1", [activity(2, at=NOW + 8 * DAY)])
    sweep(shop, 18 * DAY - MS)
    assert carried(shop) == {"buyer": "true"}
    sweep(shop, MS)
    assert carried(shop) == {}
    shop.profiles.project("u1", [activity(3, at=NOW + 19 * DAY)])
    assert carried(shop) == {"buyer": "true"}


def test_what_a_person_set_goes_after_its_lifetime_unless_it_is_set_again() -> None:
    shop = shop_with({"id": "watched", "lifetime_days": 10})
    shop.profiles.project("u1", [activity(1)])
    shop.profiles.set_tag("u1", "watched", "true")
    sweep(shop, 6 * DAY)
    shop.profiles.set_tag("u1", "watched", "true")
    shop.profiles.project("u1", [activity(2, at=NOW + 7 * DAY)])
    sweep(shop, 10 * DAY - MS)
    assert carried(shop) == {"watched": "true"}
    sweep(shop, MS)
    assert carried(shop) == {}


def test_of_tags_that_exclude_each_other_the_one_of_the_highest_priority_is_carried() -> None:
    seldom = {"id": "seldom", "rule": {"when": {"did": {"event": "ordered"}}}, "exclusive_group": "pace", "priority": 1}
    often = {
        "id": "often",
        "rule": {"when": {"did": {"event": "ordered", "at_least": 2}}},
        "exclusive_group": "pace",
        "priority": 2,
    }
    other = {"id": "other", "rule": {"when": {"did": {"event": "ordered"}}}}
    for documents in ([seldom, often, other], [other, often, seldom]):
        shop = shop_with(*documents)
        shop.profiles.project("u1", [activity(1, Deed.ORDERED, order_id="1")])
        assert carried(shop).keys() == {"seldom", "other"}
        shop.profiles.project("u1", [activity(2, Deed.ORDERED, order_id="2")])
        assert carried(shop).keys() == {"often", "other"}


def test_what_a_person_says_stands_before_rules_then_priority_then_the_newest_then_the_name() -> None:
    base = {"exclusive_group": "rank"}
    shop = shop_with(
        {**base, "id": "ruled", "rule": ORDERED, "priority": 9},
        {**base, "id": "gold", "priority": 5},
        {**base, "id": "silver", "priority": 1},
        {**base, "id": "bronze", "priority": 1},
    )
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    assert carried(shop).keys() == {"ruled"}
    shop.profiles.set_tag("u1", "silver", "true")
    assert carried(shop).keys() == {"silver"}
    assert shop.tagged("ruled") == []
    shop.clock.advance(HOUR)
    shop.profiles.set_tag("u1", "bronze", "true")
    assert carried(shop).keys() == {"bronze"}
    shop.profiles.set_tag("u1", "gold", "true")
    shop.clock.advance(HOUR)
    shop.profiles.set_tag("u1", "silver", "true")
    assert carried(shop).keys() == {"gold"}
    shop.profiles.delete_tag("u1", "gold")
    assert carried(shop).keys() == {"ruled"}


def test_a_rule_sees_tags_that_a_person_set_and_none_that_rules_gave() -> None:
    shop = shop_with(
        {"id": "buyer", "rule": ORDERED},
        {"id": "friend"},
        {"id": "of_a_rule", "rule": {"when": {"has": "tag.buyer"}}},
        {"id": "of_a_person", "rule": {"when": {"has": "tag.friend"}}},
    )
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    assert carried(shop).keys() == {"buyer"}
    shop.profiles.set_tag("u1", "friend", "true")
    assert carried(shop).keys() == {"buyer", "friend", "of_a_person"}
    shop.profiles.delete_tag("u1", "friend")
    assert carried(shop).keys() == {"buyer"}


def test_a_rule_with_cases_gives_the_value_of_the_first_that_holds() -> None:
    cases = [
        {"when": {"did": {"event": "ordered", "at_least": 2}}, "value": "多次"},
        {"when": {"did": {"event": "ordered"}}, "value": "一次"},
    ]
    shop = shop_with({"id": "pace", "value_type": "text", "rule": {"cases": cases}})
    shop.profiles.project("u1", [activity(1)])
    assert carried(shop) == {}
    shop.profiles.project("u1", [activity(2, Deed.ORDERED, order_id="1")])
    assert carried(shop) == {"pace": "一次"}
    shop.profiles.project("u1", [activity(3, Deed.ORDERED, order_id="2")])
    assert carried(shop) == {"pace": "多次"}


def test_the_words_of_every_rule_are_words_that_a_shopper_answers_to() -> None:
    subject = drawn_subject(3)
    for name in VOCABULARY.numbers:
        subject.number(f"{name}x" if name.endswith(".") else name, NOW)
    for name in VOCABULARY.facts:
        subject.fact(f"{name}x" if name.endswith(".") else name, NOW)
    for event in VOCABULARY.events:
        subject.count(event, None)
    for event in VOCABULARY.dated:
        subject.count(event, 7)
    for event in VOCABULARY.latest:
        subject.latest(event)
    for kind in VOCABULARY.kinds:
        subject.favourite(kind)


def test_the_reason_of_a_tag_is_said_in_chinese_with_what_was_found() -> None:
    shop = TwinShop()
    for number in range(1, 11):
        shop.profiles.project("u1", [activity(number, touched=(Touched(None, TENT),))])
    subject = subject_of(shop.profiles.get("u1"), Shopkeeping())
    why = shop.profiles.registry.explain("only_browses", subject, NOW)
    assert why is not None
    assert [(part.says, part.found, part.is_true) for part in why.parts] == [
        ("累计浏览商品次数≥10", "10", True),
        ("累计下单次数≤0", "0", True),
    ]
    assert shop.profiles.registry.explain("vip", subject, NOW) is None
    assert BY_HAND not in starter_registry()


def test_more_tags_than_one_write_may_hold_come_with_the_next_sweep() -> None:
    shop = shop_with(*({"id": f"tag_{number:03}", "rule": ORDERED} for number in range(150)))
    shop.profiles.project("u1", [activity(1, Deed.ORDERED)])
    assert len(carried(shop)) == 40
    assert shop.profiles.get("u1").profile.due_at == NOW
    sweep(shop, HOUR)
    assert len(carried(shop)) == 150
    assert shop.profiles.get("u1").profile.due_at == NOW + 30 * DAY
