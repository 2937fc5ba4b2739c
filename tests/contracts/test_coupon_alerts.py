"""Stocks and budgets that run out are told once for each threshold of their size, on every store."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from chalicelib.coupons import Alert, AlertKind, Coupon, Levels, Validity, Watch
from tests.support.coupon_operations import Bell, Office, office_on
from tests.support.coupons import NOON, refund, twenty_off, use, wish
from tests.support.stores import Store

LOW, OUT = (AlertKind.STOCK_LOW, 10), (AlertKind.SOLD_OUT, 0)


@pytest.fixture
def office(store_or_twin: Store | None) -> Office:
    return office_on(store_or_twin)


def give(office: Office, count: int, start: int = 0) -> list[str]:
    shoppers = [f"shopper-{number}" for number in range(start, start + count)]
    return [office.shop.coupons.issue("welcome-back", each, wish()).code for each in shoppers]


def looked(office: Office) -> list[tuple[AlertKind, int]]:
    office.watch.look()
    return office.bell.heard()


def test_each_threshold_of_a_stock_is_told_once_and_again_after_a_top_up(office: Office) -> None:
    office.shop.coupons.create(twenty_off(alert_below=(20, 10, 0)))
    give(office, 7)
    assert looked(office) == []
    give(office, 1, 7)
    assert looked(office) == [(AlertKind.STOCK_LOW, 20)]
    assert looked(office) == []
    give(office, 2, 8)
    assert looked(office) == [LOW, OUT]
    office.top_up(stock=10)
    assert looked(office) == []
    give(office, 10, 10)
    assert looked(office) == [(AlertKind.STOCK_LOW, 20), LOW, OUT]
    assert looked(office) == []
    assert office.bell.words[0] == "优惠券“回归礼券”库存降至 20% 以内：还剩 2 张，共 10 张"
    assert office.bell.words[2] == "优惠券“回归礼券”已发完（共 10 张）"


def test_budgets_are_told_of_at_80_90_and_100_percent_in_all_and_for_each_day(office: Office) -> None:
    office.shop.coupons.create(twenty_off(budget=10_000, budget_per_day=4_000, alert_below=()))
    codes = give(office, 5)
    office.shop.coupons.move(codes[0], use())
    assert looked(office) == []
    office.shop.coupons.move(codes[1], use())
    low, spent = AlertKind.BUDGET_LOW, AlertKind.BUDGET_SPENT
    assert looked(office) == [(low, 80), (low, 90), (spent, 100)]
    assert office.bell.words[-1] == "优惠券“回归礼券”2026-11-22 当日预算已用 100%：40.00 元，共 40.00 元"
    office.shop.coupons.move(codes[1], refund())
    office.shop.coupons.move(codes[2], use())
    assert looked(office) == []
    office.shop.clock.advance(timedelta(days=1))
    office.shop.coupons.move(codes[3], use())
    office.shop.coupons.move(codes[4], use())
    assert sorted(looked(office)) == sorted([(low, 80), (low, 80), (low, 90), (spent, 100)])
    told = office.watch.list("welcome-back", 10)[0]
    assert [(each.day, each.percent, each.now, each.size) for each in told if each.day is None] == [
        (None, 80, 8_000, 10_000)
    ]


def test_stock_in_a_leased_block_is_left(office: Office) -> None:
    office.shop.coupons.create(twenty_off(stock=4))
    leases = [office.shop.blocks.lease("welcome-back", 1, 600, f"lease-{number}")[1] for number in range(4)]
    assert looked(office) == []
    coupon = office.shop.coupons.get("welcome-back")
    for number, lease in enumerate(leases):
        owned = office.shop.coupons.prepare(coupon, f"shopper-{number}", wish())
        office.shop.ledger.issue(coupon, owned, lease)
    assert looked(office) == [LOW, OUT]


def test_what_was_recorded_and_never_rang_rings_at_the_next_look_with_what_was_recorded(office: Office) -> None:
    office.shop.coupons.create(twenty_off(stock=1))
    give(office, 1)

    class Broken(Bell):
        def ring(self, alert: Alert, name: str) -> None:
            raise RuntimeError("the process died")

    zone = office.watch._zone
    dying = Watch(office.shop.templates, office.alerts, Broken(), office.shop.clock, zone)
    with pytest.raises(RuntimeError):
        dying.look()
    office.shop.clock.advance(timedelta(minutes=1))
    assert looked(office) == [LOW, OUT]
    assert looked(office) == []
    alerts, cursor = office.watch.list("welcome-back", 1)
    rest, end = office.watch.list("welcome-back", 5, cursor)
    assert sorted(each.at for each in [*alerts, *rest]) == [NOON, NOON + timedelta(minutes=1)]
    assert ([each.kind for each in alerts], end) == ([AlertKind.SOLD_OUT], None)


def test_a_shard_that_was_read_before_a_top_up_is_not_believed(office: Office) -> None:
    office.shop.coupons.create(twenty_off())
    give(office, 10)
    stale = office.alerts.levels([office.shop.coupons.get("welcome-back")], "2026-11-22")
    office.top_up(stock=10)

    class Lagging:
        def __getattr__(self, name: str) -> object:
            return getattr(office.alerts, name)

        def levels(self, coupons: Sequence[Coupon], day: str, *, surely: bool = False) -> Mapping[str, Levels]:
            return office.alerts.levels(coupons, day, surely=True) if surely else stale

    watch = Watch(office.shop.templates, Lagging(), office.bell, office.shop.clock, office.watch._zone)  # type: ignore[arg-type]
    assert watch.look() == 0
    assert office.bell.heard() == []


def test_what_gives_nothing_any_more_is_not_watched(office: Office) -> None:
    ended = Validity(starts_at=NOON - timedelta(days=2), ends_at=NOON + timedelta(hours=1))
    office.shop.coupons.create(twenty_off(stock=1))
    office.shop.coupons.create(twenty_off(coupon_id="ended", stock=1, validity=ended))
    office.shop.coupons.create(twenty_off(coupon_id="empty", stock=0))
    give(office, 1)
    office.shop.coupons.issue("ended", "li", wish())
    office.archive()
    office.shop.clock.advance(timedelta(hours=2))
    assert looked(office) == []


def test_the_watch_goes_on_where_it_stopped_for_want_of_time(office: Office) -> None:
    for number in range(101):
        office.shop.coupons.create(twenty_off(coupon_id=f"c{number:03d}", stock=1))
    for name in ("c000", "c100"):
        office.shop.coupons.issue(name, "li", wish())
    reached = office.alerts.levels

    def slowly(coupons: Sequence[Coupon], day: str, *, surely: bool = False) -> Mapping[str, Levels]:
        office.shop.clock.advance(timedelta(seconds=20))
        return reached(coupons, day, surely=surely)

    office.alerts.levels = slowly  # type: ignore[method-assign]
    office.watch.look()
    assert office.bell.heard() == [LOW, OUT]
    assert office.alerts.goes_on_at() == "c099"
    office.watch.look()
    assert office.bell.heard() == [LOW, OUT]
    assert office.alerts.goes_on_at() is None
    office.watch.look()
    assert office.bell.heard() == []
