"""A hypothesis state machine over the whole ledger, for whichever store: any verb, any order, any repeat, at any time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.core.errors import Conflict, Impossible
from chalicelib.coupons import (
    Count,
    Lease,
    MarkKind,
    OwnedCoupon,
    Passage,
    Redeem,
    Refund,
    Release,
    Reserve,
    Tie,
    Void,
    Wish,
)
from chalicelib.coupons.guards import CouponRefused, GuardReason
from tests.support.coupon_audit import assert_sound
from tests.support.coupons import Shop, twenty_off, wish

SHOPPERS = ["li", "wang", "zhao"]
KEYS = st.sampled_from([f"key-{number}" for number in range(8)])
ORDERS = st.sampled_from(["order-1", "order-2"])
MARKS = st.sets(st.sampled_from([Tie(kind, mark) for kind in MarkKind for mark in ("a", "b")]), max_size=4)
"""More than one of a kind too: a coupon meets another device at the till."""
PER_MARK = 2
AMOUNTS = st.sampled_from([9_000, 10_000, 15_000])


def wishes() -> st.SearchStrategy[Wish]:
    """Anything that may be asked of a coupon."""
    actor = st.just("admin")
    return st.one_of(
        st.builds(Reserve, ORDERS, AMOUNTS, KEYS, actor, st.sampled_from([60, 86_400])),
        st.builds(Redeem, ORDERS, AMOUNTS, KEYS, actor, st.sampled_from([None, 700]), st.booleans()),
        st.builds(Release, ORDERS, KEYS, actor),
        st.builds(Refund, ORDERS, KEYS, actor, st.sampled_from([None, 1, 500, 2_000]), st.booleans()),
        st.builds(Void, KEYS, actor, st.just("test"), st.booleans()),
    )


def passage(ties: set[Tie], known: Sequence[str], *, is_enforced: bool) -> Passage:
    """Counting the ties that are not known yet, enforced or in shadow."""
    refusal = CouponRefused(GuardReason.DEVICE_LIMIT) if is_enforced else None
    return Passage(tuple(Count(tie, PER_MARK, refusal) for tie in sorted(ties, key=str) if tie.text not in known))


class LedgerMachine(RuleBasedStateMachine):
    """Subclasses say on which store (``make``)."""

    make: ClassVar[Any]

    def __init__(self) -> None:
        super().__init__()
        self.shop: Shop = type(self).make()
        limits = {"per_shopper": 3, "per_shopper_per_day": 2, "budget": 7_000, "budget_per_day": 4_500}
        limits |= {f"per_{kind}": PER_MARK for kind in MarkKind} | {"referral": True}
        # One store may serve many examples: each has a template of its own.
        self.coupon = twenty_off(coupon_id=f"coupon-{id(self)}", stock=5, stock_shards=2, **limits)
        self.coupon = self.shop.coupons.create(self.coupon)
        self.source = f"campaign/{self.coupon.coupon_id}"
        self.shoppers = [f"{name}-{self.coupon.coupon_id}" for name in SHOPPERS]
        self.answers: dict[tuple[str, str], tuple[Wish, OwnedCoupon]] = {}
        self.issued: dict[tuple[str, str], OwnedCoupon] = {}
        self.leases: list[Lease] = []
        self.made_ahead = 0

    @rule(who=st.integers(0, 2), key=KEYS, leased=st.booleans(), marks=MARKS, is_enforced=st.booleans())
    def issue(self, who: int, key: str, leased: bool, marks: set[Tie], is_enforced: bool) -> None:
        shopper, asked = self.shoppers[who], wish(key, self.source)
        counts = passage(marks, (), is_enforced=is_enforced)
        try:
            if leased and self.leases and (shopper, key) not in self.issued:
                owned = self.shop.coupons.prepare(self.coupon, shopper, asked).tied(counts.ties)
                owned = self.shop.ledger.issue(self.coupon, owned, self.leases[-1], counts)
            elif marks:
                owned = self.shop.coupons.issue_to(self.coupon, (shopper,), asked, counts)
            else:
                owned = self.shop.coupons.issue(self.coupon.coupon_id, shopper, asked)
        except Conflict as refused:
            if refused.code == "coupon_sold_out":
                assert self.shop.coupons.left(self.coupon) == 0, "never while stock remains anywhere"
            return
        assert self.issued.setdefault((shopper, key), owned) == owned

    @precondition(lambda self: self.issued)
    @rule(which=st.integers(0, 9), asked=wishes(), marks=MARKS, is_enforced=st.booleans())
    def move(self, which: int, asked: Wish, marks: set[Tie], is_enforced: bool) -> None:
        code = sorted(each.code for each in self.issued.values())[which % len(self.issued)]
        first = self.answers.get((code, asked.key))
        # The door watches those two only.
        marks = marks if isinstance(asked, Reserve | Redeem) else set()
        try:
            answer = self.shop.coupons.move(
                code, asked, lambda _, owned: passage(marks, owned.ties, is_enforced=is_enforced)
            )
        except (Conflict, Impossible):
            assert first is None or first[0] != asked, "what was granted once is granted again"
            return
        assert self.answers.setdefault((code, asked.key), (asked, answer))[1] == answer

    @precondition(lambda self: self.answers)
    @rule(which=st.integers(0, 99))
    def repeat(self, which: int) -> None:
        (code, _), (asked, answer) = sorted(self.answers.items())[which % len(self.answers)]
        assert self.shop.coupons.move(code, asked) == answer

    @rule(key=KEYS, size=st.integers(1, 4))
    def lease(self, key: str, size: int) -> None:
        try:
            _, lease = self.shop.blocks.lease(self.coupon.coupon_id, size, 3_600, key)
        except Conflict:
            return
        self.leases.append(lease)

    @precondition(lambda self: self.leases)
    @rule()
    def give_back(self) -> None:
        self.shop.blocks.give_back(self.leases.pop())

    @rule(key=KEYS)
    def make_codes(self, key: str) -> None:
        batch = self.shop.desk.open(self.coupon.coupon_id, 1, f"batch-{key}", "admin")
        known = self.made_ahead
        try:
            self.shop.desk.page(self.coupon.coupon_id, batch.batch_id, 0)
        except Conflict:
            return
        self.batches = {*getattr(self, "batches", set()), batch.batch_id}
        self.made_ahead = len(self.batches)
        assert self.made_ahead - known in (0, 1)

    @rule(hours=st.sampled_from([0.02, 5, 26]))
    def wait(self, hours: float) -> None:
        self.shop.clock.advance(timedelta(hours=hours))
        self.shop.coupons.lapse_due()
        self.shop.blocks.return_due()
        self.shop.reports.fold_some()

    @rule(more=st.integers(1, 2))
    def top_up(self, more: int) -> None:
        stored = self.shop.coupons.get(self.coupon.coupon_id)
        grown = twenty_off(
            coupon_id=stored.coupon_id,
            stock=stored.stock + more,
            per_shopper=3,
            per_shopper_per_day=2,
            budget=7_000,
            budget_per_day=4_500,
            per_device=PER_MARK,
            per_address=PER_MARK,
            per_payment=PER_MARK,
            per_referrer=PER_MARK,
            referral=True,
        )
        self.coupon = self.shop.coupons.replace(grown)

    @invariant()
    def entries_and_balances_agree(self) -> None:
        assert_sound(self.shop, self.coupon, self.shoppers, self.source, self.made_ahead)


def machine_on(make: Any, examples: int, steps: int) -> Any:
    """A test case of the machine on the shops that ``make`` gives."""
    kind = type("Machine", (LedgerMachine,), {"make": staticmethod(make)})
    case = kind.TestCase
    case.settings = settings(max_examples=examples, stateful_step_count=steps, deadline=None, database=None)
    return case
