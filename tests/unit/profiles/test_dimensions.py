"""Four sides of a shopper: what was said, what happened, what that suggests - each with its source and its sureness."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.activities import activity_of
from chalicelib.events import Call, Event
from chalicelib.privacy import Consents
from chalicelib.profiles import Facts, Profile, Traits, sequence_text
from chalicelib.profiles.dimensions import (
    NAMES,
    PATHS,
    VALUES,
    Dimension,
    Known,
    Source,
    Statement,
    dimensions_of,
    in_words,
    may_change_at,
    statement_of,
)
from chalicelib.profiles.dimensions.registry import RULES
from chalicelib.profiles.model import Trait
from chalicelib.profiles.subject import ShopperSubject
from chalicelib.profiles.vocabulary import VOCABULARY
from chalicelib.rules import RuleInvalid, parse
from tests.support.shoppers import NOW, TwinShop, event

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def after(*events: Event, products: dict[str, Facts] | None = None) -> Known:
    """What is known of a shopper after ``events``."""
    shop = TwinShop(products or {})
    activities = [activity_of(each, sequence_text(str(number))) for number, each in enumerate(events, 1)]
    shop.profiles.project("u1", [activity for activity in activities if activity])
    shopper = shop.profiles.get("u1")
    return Known(shopper.profile, shopper.traits, NOW, SHANGHAI)


def numbered(*said: tuple[str, dict[str, Any]], step: timedelta = timedelta(minutes=1), **changes: Any) -> list[Event]:
    """Events of the names and properties ``said``, the last one now."""
    return [
        event(f"m{number}", name, at=NOW - step * (len(said) - number), properties=properties, **changes)
        for number, (name, properties) in enumerate(said, 1)
    ]


def told(**traits: Any) -> Known:
    """A shopper of whom nothing is known but ``traits``, told a day ago."""
    return Known(Profile(), Traits({name: Trait(value, NOW - DAY) for name, value in traits.items()}), NOW, SHANGHAI)


def of(path: str, known: Known, *, may_infer: bool = True) -> Statement:
    said = statement_of(path, known, may_infer=may_infer)
    assert said is not None, path
    return said


def value(path: str, known: Known) -> Any:
    said = statement_of(path, known, may_infer=True)
    return said.value if said else None


@pytest.mark.parametrize(
    ("traits", "path", "expected"),
    [
        ({"birthday": "1996-11-23"}, "basic.age_band", "25-34"),
        ({"生日": "1961年11月22日"}, "basic.age_band", "65+"),
        ({"birthday": "20081123"}, "basic.age_band", "0-17"),
        ({"birthday": "2008-11-22T00:00:00Z"}, "basic.age_band", "18-24"),
        ({"birthday": "1996-13-45"}, "basic.age_band", None),
        ({"birthday": "2031-01-01"}, "basic.age_band", None),
        ({"age": 41}, "basic.age_band", "35-44"),
        ({"年龄": "41岁"}, "basic.age_band", "35-44"),
        ({"age": True}, "basic.age_band", None),
        ({"gender": "Female"}, "basic.gender", "female"),
        ({"性别": "先生"}, "basic.gender", "male"),
        ({"gender": "unknown"}, "basic.gender", None),
        (
            {"address": {"state": "浙江省", "city": "杭州市", "district": "西湖区", "street": "sealed"}},
            "basic.province",
            "浙江省",
        ),
        ({"address": {"city": "杭州市", "区": "西湖区"}}, "basic.district", "西湖区"),
        ({"city": "上海", "address": {"city": "杭州市"}}, "basic.city", "上海"),
        ({"address": "sealed:v1:xyz"}, "basic.city", None),
        ({"title": "工程师"}, "basic.occupation", "工程师"),
        ({"学历": "大学本科"}, "basic.education", "bachelor"),
        ({"education": "PhD"}, "basic.education", "doctor"),
        ({"月收入": "1.2万"}, "basic.income_band", "middle"),
        ({"annual_income": 300000}, "basic.income_band", "high"),
        ({"income": "4k"}, "basic.income_band", "low"),
    ],
)
def test_what_a_shopper_says_is_read_under_many_names(traits: dict[str, Any], path: str, expected: Any) -> None:
    known = told(**traits)
    assert value(path, known) == expected
    if expected is not None:
        said = of(path, known)
        assert (said.source, said.since) == (Source.GIVEN, NOW - DAY)
        assert said.confidence >= 0.9


def test_what_was_told_last_counts() -> None:
    older, newer = Trait("女", NOW - 2 * DAY), Trait("male", NOW - DAY)
    known = Known(Profile(), Traits({"性别": older, "gender": newer}), NOW, SHANGHAI)
    assert value("basic.gender", known) == "male"


def test_an_age_grows_with_the_years_since_it_was_told() -> None:
    known = Known(Profile(), Traits({"age": Trait(24, NOW - 400 * DAY)}), NOW, SHANGHAI)
    assert value("basic.age_band", known) == "25-34"


DRESS = {"product_id": "d", "category": "女装 > 裙装 > 连衣裙", "brand": "云织", "price": 259}


def test_gender_is_inferred_from_what_is_looked_at_until_it_is_told() -> None:
    looks = numbered(*[("Product Viewed", DRESS)] * 10)
    inferred = of("basic.gender", after(*looks))
    assert (inferred.value, inferred.source) == ("female", Source.INFERRED)
    assert 0 < inferred.confidence < 0.6
    identify = event("i", "", call=Call.IDENTIFY, traits={"gender": "m"})
    given_ = of("basic.gender", after(*looks, identify))
    assert (given_.value, given_.source, given_.confidence) == ("male", Source.GIVEN, 1.0)


def test_who_buys_for_both_has_no_inferred_gender() -> None:
    shirt = {"product_id": "s", "category": "男装 > 衬衫", "price": 199}
    assert value("basic.gender", after(*numbered(*[("Product Viewed", DRESS), ("Product Viewed", shirt)] * 5))) is None


def test_what_is_bought_for_a_child_is_no_sign_of_the_buyers_gender() -> None:
    dress = {"product_id": "g", "category": "童装 > 女童连衣裙", "price": 89}
    assert value("basic.gender", after(*numbered(*[("Product Viewed", dress)] * 10))) is None


def test_a_place_is_given_by_the_address_else_the_latest_that_events_came_from() -> None:
    here = {"location": {"province": "浙江省", "city": "杭州市"}}
    there = {"location": {"region": "广东省", "city": "深圳市", "district": "南山区"}}
    late = event("m2", at=NOW, context=there)
    early = event("m1", at=NOW - DAY, context=here)
    for order in itertools.permutations((late, early)):
        known = after(*order)
        assert [value(f"basic.{part}", known) for part in ("province", "city", "district")] == [
            "广东省",
            "深圳市",
            "南山区",
        ]
        assert of("basic.city", known).source is Source.INFERRED
    known = after(late, event("i", "", call=Call.IDENTIFY, traits={"address": {"city": "宁波市"}}))
    assert (of("basic.city", known).value, of("basic.city", known).source) == ("宁波市", Source.GIVEN)


def test_behaviour_is_computed_from_days_pages_hours_and_devices() -> None:
    phone = {"userAgent": "Mozilla/5.0 (iPhone) Mobile Safari"}
    visits = [
        event(f"v{day}", at=NOW - DAY * day, properties={**DRESS, "dwell_seconds": 30}, context=phone)
        for day in range(10)
    ]
    known = after(*visits, event("q", "Products Searched", at=NOW, properties={"query": "连衣裙"}))
    assert value("behaviour.visit_frequency", known) == "several_a_week"
    assert value("behaviour.dwell_seconds", known) == 30
    assert value("behaviour.entry", known) == "browse"
    assert value("behaviour.search_words", known) == ("连衣裙",)
    assert value("behaviour.active_hours", known) == "16-20"
    assert value("behaviour.device", known) == "mobile"
    assert value("behaviour.cart_rate", known) == 0
    assert value("behaviour.order_rate", known) is None


def test_the_last_step_is_the_latest_by_event_time() -> None:
    cart = event("c", "Product Added", at=NOW - DAY, properties=DRESS)
    look = event("v", at=NOW - 2 * DAY, properties=DRESS)
    said = of("behaviour.last_step", after(cart, look))
    assert (said.value, said.since) == ("at_cart", NOW - DAY)


def test_a_frequency_says_since_when_the_window_has_been_as_it_is() -> None:
    known = after(event("v", at=NOW - 40 * DAY, properties=DRESS), event("w", at=NOW - 12 * DAY, properties=DRESS))
    said = of("behaviour.visit_frequency", known)
    assert said.value == "monthly"
    # The older day fell out of the window ten days ago; twelve days ago the younger one came in.
    assert said.since == datetime(2026, 11, 12, tzinfo=SHANGHAI)


def order(number: int, at: datetime, **more: Any) -> Event:
    properties = {"order_id": f"o{number}", "total": 300, "products": [DRESS], **more}
    return event(f"o{number}", "Order Completed", at=at, properties=properties)


def test_consumption_is_computed_from_orders_and_what_came_back() -> None:
    saturday = datetime(2026, 11, 21, 13, tzinfo=UTC)
    known = after(order(1, saturday, discount=30), order(2, saturday - 7 * DAY, discount=10), order(3, NOW - 60 * DAY))
    assert value("consumption.spend", known) == 90_000
    assert value("consumption.orders", known) == 3
    assert value("consumption.average_order", known) == 30_000
    assert value("consumption.order_frequency", known) == "regular"
    assert value("consumption.discount_sensitivity", known) == "high"
    assert value("consumption.price_band", known) == "200-500"
    assert value("consumption.preferred_brands", known) == ("云织",)
    assert value("consumption.preferred_categories", known)[0] == "连衣裙"
    assert value("consumption.purchase_hours", known) == "20-24"
    assert value("consumption.purchase_day", known) == "weekend"
    assert value("consumption.satisfaction", known) == "satisfied"
    assert of("consumption.spend", known).since == saturday


def test_a_cancelled_order_leaves_no_trace_in_the_time_of_purchase() -> None:
    cancelled = event("x", "Order Cancelled", properties={"order_id": "o1"})
    for events in itertools.permutations((order(1, NOW - DAY), order(2, NOW - 2 * DAY), cancelled)):
        habits = after(*events).profile.habits
        assert (sum(habits.buy_days), sum(habits.buy_parts)) == (1, 1)


def test_who_sends_things_back_and_gives_one_star_is_dissatisfied() -> None:
    refund = event("r", "Order Refunded", properties={"order_id": "o1"})
    review = event("s", "Product Reviewed", properties={"product_id": "d", "rating": 1})
    known = after(order(1, NOW - DAY), refund, review)
    assert value("consumption.satisfaction", known) == "dissatisfied"
    assert value("psychological.attitude", known) == "critical"


@pytest.mark.parametrize(
    ("product", "tags", "motive"),
    [
        ({"product_id": "p", "category": "家居 > 收纳", "price": 29}, ("特价",), "value"),
        ({"product_id": "p", "category": "数码 > 手机", "price": 399}, ("新品",), "novelty"),
        ({"product_id": "p", "category": "数码 > 相机", "price": 6999, "brand": "观微"}, (), "quality"),
        (DRESS, (), "beauty"),
    ],
)
def test_a_motive_is_inferred_from_prices_newness_and_categories(
    product: dict[str, Any], tags: tuple[str, ...], motive: str
) -> None:
    looks = numbered(*[("Product Viewed", product)] * 12)
    said = of("psychological.motive", after(*looks, products={product["product_id"]: Facts(tags=tags)}))
    assert (said.value, said.source) == (motive, Source.INFERRED)
    assert said.confidence < 0.7


def test_after_a_few_events_no_motive_is_claimed() -> None:
    assert value("psychological.motive", after(*numbered(*[("Product Viewed", DRESS)] * 3))) is None


def test_habits_of_deciding_and_of_the_day_are_told_apart() -> None:
    night = datetime(2026, 11, 20, 15, tzinfo=UTC)
    looks = [event(f"v{number}", at=night, properties=DRESS) for number in range(40)]
    known = after(*looks, order(1, night), order(2, night))
    assert value("psychological.decision_style", known) == "planner"
    assert value("psychological.rhythm", known) == "night_owl"
    assert value("psychological.brand_attitude", known) == "loyal"
    quick = after(order(1, night), order(2, night), order(3, night))
    assert value("psychological.decision_style", quick) == "impulsive"
    assert value("psychological.attitude", quick) == "loyal"


def test_whoever_switched_personalisation_off_is_known_by_what_they_said_alone() -> None:
    known = after(*numbered(*[("Product Viewed", DRESS)] * 10), event("i", "", call=Call.IDENTIFY, traits={"age": 30}))
    sides = dimensions_of(known, may_infer=False)
    assert {side: list(statements) for side, statements in sides.items()} == {
        Dimension.BASIC: ["age_band"],
        Dimension.BEHAVIOUR: [],
        Dimension.CONSUMPTION: [],
        Dimension.PSYCHOLOGICAL: [],
    }


def test_only_the_calendar_changes_a_value_without_an_event() -> None:
    known = after(order(1, NOW - DAY), event("i", "", call=Call.IDENTIFY, traits={"birthday": "1996-11-25"}))
    changing = {path: at for path in PATHS if (at := may_change_at(path, known))}
    assert changing == {
        "basic.age_band": datetime(2026, 11, 25, tzinfo=SHANGHAI),
        "behaviour.visit_frequency": datetime(2026, 12, 21, tzinfo=SHANGHAI),
        "consumption.order_frequency": datetime(2027, 2, 19, tzinfo=SHANGHAI),
    }
    assert not any(may_change_at(path, told()) for path in PATHS)


def test_what_falls_out_today_has_fallen_out() -> None:
    known = after(event("v", at=NOW - 30 * DAY, properties=DRESS))
    assert value("behaviour.visit_frequency", known) == "rare"
    assert may_change_at("behaviour.visit_frequency", known) is None


@pytest.mark.parametrize(
    ("traits", "day"),
    [
        ({"birthday": "1996-11-22"}, datetime(2027, 11, 22, tzinfo=SHANGHAI)),
        ({"birthday": "2004-02-29"}, datetime(2027, 3, 1, tzinfo=SHANGHAI)),
        ({"age": 30}, datetime(2027, 11, 21, tzinfo=SHANGHAI)),
        ({"birthday": "soon"}, None),
    ],
)
def test_an_age_changes_on_the_next_birthday(traits: dict[str, Any], day: datetime | None) -> None:
    assert may_change_at("basic.age_band", told(**traits)) == day


def test_rules_of_tags_may_ask_for_every_value_and_are_asked_again_when_it_may_change() -> None:
    looks = numbered(*[("Product Viewed", DRESS)] * 10)
    known = after(*looks, event("i", "", call=Call.IDENTIFY, traits={"birthday": "1996-11-25"}))
    for is_on in (True, False):
        consents = Consents("u1", is_personalised=is_on)
        subject = ShopperSubject(known.profile, known.traits, {}, consents, 30 * DAY, SHANGHAI)
        female = parse({"is": {"what": "dimension.basic.gender", "equals": "female"}}, VOCABULARY)
        assert female.judge(subject, NOW).is_true is is_on
        young = parse({"is": {"what": "dimension.basic.age_band", "equals": "25-34"}}, VOCABULARY)
        verdict = young.judge(subject, NOW)
        assert (verdict.is_true, verdict.flips_at) == (True, datetime(2026, 11, 25, tzinfo=SHANGHAI))
    with pytest.raises(RuleInvalid):
        parse({"is": {"what": "dimension.basic.shoe", "equals": "42"}}, VOCABULARY)


PRODUCTS = st.fixed_dictionaries(
    {
        "product_id": st.sampled_from(["p1", "p2"]),
        "category": st.sampled_from(["女装 > 裙装", "男装 > 衬衫", "户外 > 露营"]),
        "brand": st.sampled_from(["云织", "山野"]),
        "price": st.integers(1, 9000),
    }
)
NAMED = st.sampled_from(["Product Viewed", "Product Added", "Product Reviewed", "Products Searched", "Order Completed"])


@given(st.lists(st.tuples(NAMED, PRODUCTS, st.integers(0, 120)), min_size=1, max_size=15), st.integers(0, 200))
@settings(max_examples=40, deadline=None)
def test_time_alone_changes_nothing_but_what_may_change(events: list[Any], days: int) -> None:
    known = after(
        *(
            event(
                f"m{number}", name, at=NOW - DAY * ago, properties={**product, "rating": 4, "query": "帐篷", "total": 9}
            )
            for number, (name, product, ago) in enumerate(events)
        )
    )
    later = Known(known.profile, known.traits, NOW + DAY * days, SHANGHAI)
    for path in PATHS:
        before, now = (statement_of(path, each, may_infer=True) for each in (known, later))
        flips_at = may_change_at(path, known)
        if before and now and (flips_at is None or later.now < flips_at):
            assert before.value == now.value, path
        for said in (before, now):
            if said:
                assert 0 <= said.confidence <= 1
                assert known.profile.recency.first_seen is not None
                assert said.since <= later.now


def test_every_value_has_a_chinese_name_and_every_rule_its_own_words() -> None:
    assert set(NAMES) == set(PATHS)
    assert set(VALUES) <= set(PATHS)
    assert len({(rule.path, rule.rule) for rule in RULES}) == len(RULES)


def test_every_value_is_in_the_docs() -> None:
    docs = (Path(__file__).parents[3] / "docs" / "dimensions.md").read_text()
    for path in PATHS:
        assert f"`{path}`" in docs, path
    for path, values in VALUES.items():
        row = next(line for line in docs.splitlines() if line.startswith("|") and f"`{path}`" in line)
        assert all(re.search(rf"\b{each}\b", row) for each in values), path


@pytest.mark.parametrize(
    ("path", "given_value", "said"),
    [
        ("basic.gender", "female", "女"),
        ("basic.age_band", "25-34", "25-34 岁"),
        ("basic.age_band", "65+", "65 岁以上"),
        ("consumption.spend", 129900, "¥1299"),
        ("behaviour.cart_rate", 0.25, "25%"),
        ("behaviour.active_hours", "20-24", "20-24 点"),
        ("consumption.preferred_brands", ("云织", "山野"), "云织、山野"),
        ("basic.city", "杭州市", "杭州市"),
    ],
)
def test_values_are_said_in_words(path: str, given_value: Any, said: str) -> None:
    assert in_words(path, given_value) == said
