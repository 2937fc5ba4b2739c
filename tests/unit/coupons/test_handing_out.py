"""Coupons to many: each is accounted for, and what time did not suffice for is asked again."""

from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.coupons import CouponLimitReached, Fate, OwnedCoupon, hand_out
from infra.local.coupon_issuing import read_rows
from tests.support.coupons import NOON, memory_shop, twenty_off, wish


def test_time_that_is_over_and_a_busy_store_are_later_and_the_rest_goes_on() -> None:
    shop = memory_shop(MovableClock(NOON))
    shop.coupons.create(twenty_off())
    asked: list[str] = []

    def give(shopper: str) -> OwnedCoupon:
        asked.append(shopper)
        if shopper == "busy":
            raise Unavailable("try again")
        return shop.coupons.issue("welcome-back", shopper, wish("batch"))

    shop.coupons.issue("welcome-back", "has", wish())
    handed = hand_out(["li", "has", "busy", "wang", "late"], give, lambda: len(asked) == 4)
    assert [each.fate for each in handed] == [Fate.ISSUED, Fate.REFUSED, Fate.LATER, Fate.ISSUED, Fate.LATER]
    assert isinstance(handed[1].refusal, CouponLimitReached)
    assert asked == ["li", "has", "busy", "wang"]


def test_a_list_has_a_header_or_one_shopper_a_line() -> None:
    with_header = read_rows("姓名,顾客\n李雷,u1\n\n韩梅梅,u2\n重复,u1\n无\n")
    assert [(row.line, row.shopper, bool(row.problem)) for row in with_header] == [
        (2, "u1", False),
        (4, "u2", False),
        (5, "u1", True),
        (6, "", True),
    ]
    assert [row.shopper for row in read_rows("u1\nu2")] == ["u1", "u2"]
    assert read_rows("") == []
