"""Whatever is issued, reserved, redeemed, let go, refunded and voided, in whatever order: entries and balances agree."""

from tests.support.coupon_machine import machine_on
from tests.support.coupons import memory_shop

TestCouponLedger = machine_on(memory_shop, examples=60, steps=40)
