"""Whatever is issued and redeemed in whatever order: stock, limits, once, and money that adds up."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.core.errors import ZhaohuiError
from chalicelib.coupons import Coupon, CouponLimitReached, CouponSoldOut, OwnedCoupon, Redeem
from tests.support.coupons import memory_shop, twenty_off, wish

SHOPPERS = st.sampled_from(["li", "wang", "zhao"])
KEYS = st.sampled_from(["a", "b", "c", "d"])


class CouponLedgerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.shop = memory_shop()
        self.coupon: Coupon = self.shop.coupons.create(twenty_off(stock=4, per_shopper=2))
        self.issued: dict[tuple[str, str], OwnedCoupon] = {}
        self.redeemed: dict[str, Redeem] = {}

    @rule(shopper=SHOPPERS, key=KEYS)
    def issue(self, shopper: str, key: str) -> None:
        mine = sum(owner == shopper for owner, _ in self.issued)
        try:
            owned = self.shop.coupons.issue("welcome-back", shopper, wish(key))
        except CouponSoldOut:
            assert len(self.issued) == self.coupon.stock
        except CouponLimitReached:
            assert mine == 2
        else:
            assert self.issued.setdefault((shopper, key), owned).code == owned.code
            assert len(self.issued) <= self.coupon.stock

    @precondition(lambda self: self.issued)
    @rule(data=st.data(), amount=st.integers(9_000, 30_000), key=KEYS)
    def redeem(self, data: st.DataObject, amount: int, key: str) -> None:
        owned = data.draw(st.sampled_from(sorted(self.issued.values(), key=lambda each: each.code)))
        wanted = Redeem("order-1", amount, key, "admin")
        first = self.redeemed.get(owned.code)
        try:
            self.shop.coupons.redeem(owned.code, wanted)
        except ZhaohuiError:
            assert (first is not None and first != wanted) or amount < 10_000
        else:
            assert self.redeemed.setdefault(owned.code, wanted) == wanted

    @rule(more=st.integers(0, 2))
    def grow(self, more: int) -> None:
        self.coupon = self.shop.coupons.replace(twenty_off(stock=self.coupon.stock + more, per_shopper=2))

    @invariant()
    def stock_and_money_add_up(self) -> None:
        left = self.shop.coupons.left(self.coupon)
        assert left >= 0
        assert left + len(self.issued) == self.coupon.stock
        used = self.shop.coupons.redeemed_from("hand")
        assert (used.count, used.discount) == (len(self.redeemed), 2_000 * len(self.redeemed))


TestCouponLedger = CouponLedgerMachine.TestCase
TestCouponLedger.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
