"""The redemption report on every store: counted in the ledger's transactions, folded when a day is over."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.dynamodb.keys import stock_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons import CouponNotFound, Issue, Movement, Redemptions, Row
from tests.support.coupon_audit import differences
from tests.support.coupons import (
    ByLetter,
    Shop,
    dynamo_shop,
    hold,
    let_go,
    refund,
    twenty_off,
    use,
    void,
    wish,
)
from tests.support.mortal import Death, Fate, Killed, Mortal
from tests.support.stores import Store

TODAY, TOMORROW, LAST_DAY = "2026-11-22", "2026-11-23", "2026-11-29"
DAY = timedelta(days=1)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.coupons._recipients = ByLetter()
    return shop


def given(shop: Shop, shopper: str, key: str = "key-1", source: str = "hand") -> str:
    return shop.coupons.issue("welcome-back", shopper, wish(key, source)).code


def test_a_life_is_told_on_the_days_it_happened_by_stage_segment_and_source(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    claim = Issue("key", "shopper", "领取", "code", Movement.CLAIMED)
    first = given(shop, "anna", source="campaign/recall")
    shop.coupons.issue("welcome-back", "dora", claim)
    shop.coupons.move(first, hold())
    shop.coupons.move(first, use())
    shop.clock.advance(DAY)
    shop.coupons.move(first, refund(500))
    third = given(shop, "zhao")
    shop.coupons.move(third, void(returns=True))
    report = shop.reports.of("welcome-back")
    assert (report.first, report.last) == ("2026-10-25", TOMORROW)
    assert report.total == Row(
        issued=2, claimed=1, redeemed=1, voided=1, expired=0, taken_off=2_000, given_back=500, attributed_paid=10_000
    )
    assert (report.total.given, report.total.saved, report.total.redeemed_per_given) == (3, 1_500, 0.3333)
    assert report.days == {
        TODAY: Row(issued=1, claimed=1, redeemed=1, expired=0, taken_off=2_000, attributed_paid=10_000),
        TOMORROW: Row(issued=1, voided=1, expired=0, given_back=500),
    }
    assert report.stages == {
        "": Row(issued=1, voided=1),
        "active": Row(issued=1, redeemed=1, taken_off=2_000, given_back=500, attributed_paid=10_000),
        "dormant": Row(claimed=1),
    }
    vip = Row(issued=1, redeemed=1, taken_off=2_000, given_back=500, attributed_paid=10_000)
    assert report.segments == {"north": vip, "vip": replace(vip, claimed=1)}
    assert set(report.sources) == {"campaign/recall", "code", "hand"}
    assert shop.coupons.redeemed_from("campaign/recall") == Redemptions(1, 1_500), "once, whatever its segments are"
    assert differences(shop, "welcome-back") == []


def test_a_coupon_given_back_whole_takes_its_order_out_of_the_revenue(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    code = given(shop, "anna")
    shop.coupons.move(code, use())
    shop.coupons.move(code, refund(500))
    shop.coupons.move(code, refund(key="refund-2"))
    total = shop.reports.of("welcome-back").total
    assert shop.reports.of("welcome-back").segments["vip"] == replace(total, expired=None)
    assert (total.redeemed, total.refunded, total.saved, total.attributed_paid) == (1, 1, 0, 0)
    assert total.redeemed_per_given == 0
    assert shop.coupons.redeemed_from("hand") == Redemptions()


def test_what_nobody_used_expires_behind_its_last_day_and_what_was_used_or_voided_does_not(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    codes = [given(shop, name) for name in ("anna", "bert", "carl", "dora")]
    shop.coupons.move(codes[0], use())
    shop.coupons.move(codes[1], void())
    shop.coupons.move(codes[2], use(order_id="order-1", key="use-2"))
    shop.coupons.move(codes[2], refund(key="back", returns=True))
    shop.clock.advance(7 * DAY)
    assert shop.reports.of("welcome-back").total.expired == 0, "its last day is not over"
    shop.clock.advance(DAY)
    report = shop.reports.of("welcome-back")
    assert (report.total.expired, report.days[LAST_DAY].expired) == (2, 2)
    assert shop.reports.of("welcome-back", TODAY, TOMORROW).total.expired == 0


def test_only_the_days_that_are_asked_for_are_told(shop: Shop) -> None:
    shop.coupons.create(twenty_off(per_shopper=None))
    for day in range(3):
        given(shop, "anna", f"key-{day}")
        shop.clock.advance(DAY)
    report = shop.reports.of("welcome-back", TOMORROW, TOMORROW)
    assert (report.total.issued, list(report.days)) == (1, [TOMORROW])


def test_one_segment_is_told_day_by_day(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    code = given(shop, "anna", source="campaign/recall")
    given(shop, "dora")
    shop.clock.advance(DAY)
    shop.reports.fold_some()
    shop.coupons.move(code, use())
    report = shop.reports.of("welcome-back", segment="north")
    assert report.days == {TODAY: Row(issued=1), TOMORROW: Row(redeemed=1, taken_off=2_000, attributed_paid=10_000)}
    assert report.total == Row(issued=1, redeemed=1, taken_off=2_000, attributed_paid=10_000)
    assert (set(report.segments), set(report.sources), report.stages) == ({"north"}, {"campaign/recall"}, {})
    assert shop.reports.of("welcome-back", segment="nobody").total == Row()


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-23", "2026-11-22", "from"),
        ("2025-01-01", "2026-11-22", "from"),
        ("today", None, "from"),
        (None, "x", "to"),
    ],
)
def test_days_that_make_no_span_are_refused(shop: Shop, first: str, last: str, field: str) -> None:
    shop.coupons.create(twenty_off())
    with pytest.raises(InvalidRequest) as refused:
        shop.reports.of("welcome-back", first, last)
    assert refused.value.field == field


def test_there_is_no_report_of_no_coupon(shop: Shop) -> None:
    with pytest.raises(CouponNotFound):
        shop.reports.of("nothing")


def test_reports_come_in_pages_of_templates(shop: Shop) -> None:
    for name in ("a", "b", "c"):
        shop.coupons.create(twenty_off(coupon_id=name))
        shop.coupons.issue(name, "anna", wish())
    first, cursor = shop.reports.page(2)
    rest, end = shop.reports.page(2, cursor)
    assert [(each.coupon.coupon_id, each.total.issued) for each in [*first, *rest]] == [("a", 1), ("b", 1), ("c", 1)]
    assert end is None


def test_every_way_to_a_coupon_is_counted_blocks_and_codes_made_ahead_too(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off())
    _, lease = shop.blocks.lease("welcome-back", 3, 600, "lease")
    shop.ledger.issue(coupon, shop.coupons.prepare(coupon, "anna", wish()), lease)
    batch = shop.desk.open("welcome-back", 2, "batch", "admin")
    made = shop.desk.page("welcome-back", batch.batch_id, 0)[1].codes
    assert shop.reports.of("welcome-back").total.given == 1, "a code is given when it is claimed"
    shop.desk.claim(made[0], "dora", "claim")
    before = shop.reports.of("welcome-back")
    assert (before.total.issued, before.total.claimed) == (1, 1)
    shop.clock.advance(DAY)
    shop.blocks.give_back(lease)
    after = shop.reports.of("welcome-back")
    assert after.days == before.days
    assert differences(shop, "welcome-back") == []


def test_what_a_repeat_asks_again_is_counted_once(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    for _ in range(3):
        code = given(shop, "anna")
        for each in (hold(), let_go(), use(), refund(1), refund(key="refund-2", returns=True), void(returns=True)):
            shop.coupons.move(code, each)
    total = shop.reports.of("welcome-back").total
    assert (total.issued, total.redeemed, total.refunded, total.voided) == (1, 1, 1, 1)


def test_a_fold_moves_past_days_and_changes_no_report(shop: Shop) -> None:
    shop.coupons.create(twenty_off(stock=20))
    for number in range(8):
        given(shop, f"a{number}")
    shop.clock.advance(DAY)
    for number in range(3):
        given(shop, f"d{number}")
    before = shop.reports.of("welcome-back")
    assert shop.reports.fold_some() == 1
    assert shop.reports.fold_some() == 0, "once a day"
    assert shop.reports.of("welcome-back") == before
    assert differences(shop, "welcome-back") == []
    shop.clock.advance(DAY)
    assert shop.reports.fold_some() == 1
    assert shop.reports.of("welcome-back").days == before.days


@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_fold_leaves_nothing_of_past_days_at_the_stock(store: Store) -> None:
    shop = dynamo_shop(store)
    shop.coupons.create(twenty_off(stock_shards=1))
    given(shop, "anna")
    table = Table(store.client, store.names.marketing)
    shop.clock.advance(DAY)
    shop.reports.fold_some()
    assert set(table.get(stock_key("welcome-back", 0)) or {}) == {"pk", "sk", "n", "o"}


@pytest.mark.parametrize("death", Death)
@pytest.mark.parametrize("store", ["moto"], indirect=True)
def test_a_fold_that_dies_half_way_is_finished_by_the_next(store: Store, death: Death) -> None:
    shop = dynamo_shop(store)
    shop.coupons.create(twenty_off(stock=20))
    for number in range(8):
        given(shop, f"a{number}", source=f"campaign/{number % 2}")
    shop.clock.advance(DAY)
    before = shop.reports.of("welcome-back")
    at = 1
    while True:
        fate = Fate(at, death)
        mortal = dynamo_shop(store, Mortal(store.client, fate), shop.clock)
        try:
            mortal.tallies.fold(shop.coupons.get("welcome-back"), TOMORROW)
        except Killed:
            assert shop.reports.of("welcome-back") == before
        at += 1
        if fate.writes < at - 1:
            break
    assert shop.reports.of("welcome-back") == before
    assert differences(shop, "welcome-back") == []
