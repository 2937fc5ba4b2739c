"""64 at once at the door: what is enforced is never exceeded, and a process may die at any write."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.core.errors import Unavailable
from chalicelib.coupons import Coupon, CouponExists, OwnedCoupon, tie_of
from chalicelib.coupons.guards import CouponRefused, GuardReason, Mark, Marks, Mode
from tests.contracts.test_coupon_crowds import LOCAL, THREADS, at_once, crowded
from tests.support.coupon_audit import assert_all_sound, assert_sound, owned_by_all
from tests.support.coupons import twenty_off, use, void, wish
from tests.support.guards import GuardedShop, guarded, pace
from tests.support.mortal import Death, Fate, Killed, Mortal, each_once
from tests.support.stores import Store

__all__ = ["crowded"]
ROUNDS = 2
SAME = Marks(device="one phone", address="文三路1号", payment="card", ip="2001:db8::1")


@pytest.fixture
def at(crowded: Store | None) -> Iterator[GuardedShop]:
    """What it ends with is checked too: counts of marks, limits and stock are what the entries say."""
    at = guarded(crowded)
    yield at
    assert_all_sound(at.shop)


def refused(outcomes: dict[str, int]) -> int:
    return outcomes.get("coupon_refused", 0)


def test_a_crowd_on_one_device_gets_the_limit_and_not_one_more(at: GuardedShop) -> None:
    at.set_modes(Mode.ENFORCE, GuardReason.DEVICE_LIMIT)
    for round_ in range(ROUNDS):
        name = f"flash-{round_}"
        coupon = at.coupons.create(twenty_off(coupon_id=name, stock=THREADS, per_device=5))

        def claim(number: int, name: str = name) -> OwnedCoupon:
            return at.door.claim(name, f"s{number}", "k", SAME)

        outcomes = at_once(claim)
        assert (outcomes["done"], refused(outcomes)) == (5, THREADS - 5)
        assert assert_sound(at.shop, coupon, [f"s{number}" for number in range(THREADS)]) == 5
        # Whoever has one gets the same again, and nobody another.
        assert at_once(claim) == outcomes


def test_a_crowd_of_tills_uses_one_card_no_more_often_than_the_limit(at: GuardedShop) -> None:
    at.set_modes(Mode.ENFORCE, GuardReason.PAYMENT_LIMIT)
    for round_ in range(ROUNDS):
        name = f"card-{round_}"
        at.coupons.create(twenty_off(coupon_id=name, stock=THREADS, per_payment=3))
        codes = [at.coupons.issue(name, f"s{number}", wish()).code for number in range(THREADS)]

        def redeem(number: int, codes: list[str] = codes) -> OwnedCoupon:
            return at.door.using(SAME, lambda guard: at.coupons.move(codes[number], use(f"o{number}"), guard))

        outcomes = at_once(redeem)
        assert (outcomes["done"], refused(outcomes)) == (3, THREADS - 3)


def test_a_crowd_keeps_the_pace(at: GuardedShop) -> None:
    at.coupons.create(twenty_off(stock=1_000, per_shopper=None))
    at.set_modes(Mode.ENFORCE, paces=[pace(Mark.IP, 7)])
    for round_ in range(ROUNDS):
        outcomes = at_once(lambda number, key=f"k{round_}": at.door.claim("welcome-back", f"s{number}", key, SAME))
        assert (outcomes["done"], refused(outcomes)) == (7, THREADS - 7)
        at.shop.clock.advance(timedelta(hours=1))


def test_a_crowd_of_merged_ids_owns_no_more_than_one_shopper_may(at: GuardedShop) -> None:
    """Half of the crowd has not heard of the merge: it claims for the old ids as if they stood for themselves."""
    ids = ("li", "v1", "v2", "v3")

    def claim_of(coupon: Coupon, number: int) -> OwnedCoupon:
        told = (ids[1 + number % 3],) if number % 2 else ids
        return at.coupons.issue_to(coupon, told, wish(f"k{number}"))

    for round_ in range(ROUNDS):
        coupon = at.coupons.create(twenty_off(coupon_id=f"merge-{round_}", stock=THREADS, per_shopper=20))
        outcomes = at_once(partial(claim_of, coupon))
        owned = [each for each in owned_by_all(at.shop, ids) if each.coupon_id == coupon.coupon_id]
        assert len(owned) == outcomes["done"]
        # What old ids were given before the first who knew closed them leaves so many less to the survivor.
        elsewhere = sum(each.shopper_id != "li" for each in owned)
        assert len(owned) - elsewhere == max(0, 20 - elsewhere)
        assert set(outcomes) <= {"done", "coupon_limit_reached", "shopper_merged"}
        assert at_once(lambda number, coupon=coupon: claim_of(coupon, 1_000 + number))["done"] == 0


def test_a_claim_told_many_times_amid_a_merge_gives_one_coupon(at: GuardedShop) -> None:
    """Without a limit, under one key, by those who have heard of the merge and those who have not."""
    coupon = at.coupons.create(twenty_off(stock=1_000, per_shopper=None))

    def claim(key: str, number: int) -> OwnedCoupon:
        return at.coupons.issue_to(coupon, ("v",) if number % 2 else ("li", "v"), wish(key))

    for round_ in range(ROUNDS):
        before = len(owned_by_all(at.shop, ("li", "v")))
        outcomes = at_once(partial(claim, f"k{round_}"))
        assert set(outcomes) <= {"done", "shopper_merged"}
        assert len(owned_by_all(at.shop, ("li", "v"))) == before + 1


def test_two_who_bring_each_other_at_once_are_not_both_rewarded(at: GuardedShop) -> None:
    at.set_modes(Mode.ENFORCE, GuardReason.REFERRAL_CIRCLE)
    at.coupons.create(twenty_off(stock=1_000, referral=True))

    def claim(number: int) -> OwnedCoupon:
        pair, is_first = divmod(number, 2)
        both = [f"a{pair}", f"b{pair}"]
        return at.door.claim("welcome-back", both[is_first], "k", None, both[1 - is_first])

    outcomes = at_once(claim)
    assert (outcomes["done"], refused(outcomes)) == (THREADS // 2, THREADS // 2)


def tell(at: GuardedShop, story: str) -> list[object]:
    """Claims with marks, a use with a card, and one of another template that goes back; under fixed keys."""
    name, other = f"coupon-{story}", f"other-{story}"
    for each in (name, other):
        with suppress(CouponExists):
            at.coupons.create(twenty_off(coupon_id=each, per_device=2, per_payment=1, referral=True, per_referrer=2))
    li, wang, zhao, boss = (f"{each}-{story}" for each in ("li", "wang", "zhao", "boss"))
    marks = Marks(device=f"device-{story}", payment=f"card-{story}")
    told: list[object] = []
    for shopper, mine in ((li, marks), (wang, Marks(device=marks.device)), (zhao, Marks(device=marks.device))):
        try:
            told.append(len(at.door.claim(name, shopper, "k", mine, boss).ties))
        except CouponRefused as refusal:
            told.append(refusal.reason)
    code = at.door.claim(name, wang, "k").code
    card = Marks(payment=f"another card-{story}")
    told.append(len(at.door.using(card, lambda guard: at.coupons.move(code, use(), guard)).ties))
    gone = at.door.claim(other, li, "k", marks, boss)
    told.append(at.coupons.move(gone.code, void(returns=True)).state)
    told.append([*at.shop.ledger.counted(other, [tie_of(text) for text in gone.ties])])
    told.append([*at.shop.ledger.counted(name, [tie_of(text) for text in gone.ties])])
    return told


@pytest.mark.parametrize("death", Death)
@pytest.mark.parametrize("crowded", [LOCAL], indirect=True)
def test_claims_with_marks_killed_at_any_write_and_told_again_end_the_same(crowded: Store, death: Death) -> None:
    def start(fate: Fate) -> GuardedShop:
        return guarded(crowded, client=Mortal(crowded.client, fate))

    start(Fate()).set_modes(Mode.ENFORCE, *GuardReason)
    untroubled = Fate()
    told = tell(start(untroubled), "0")
    assert told == [3, 2, "device_limit", 3, "voided", [0, 0, 0], [2, 1, 2]]
    assert untroubled.writes >= 8
    for at_write in each_once(untroubled.writes, death):
        fate, story = Fate(at_write, death), str(at_write)
        try:
            answers = tell(start(fate), story)
        except (Killed, ReadTimeoutError, Unavailable):
            answers = tell(start(Fate()), story)
        assert answers == told, f"{death} at write {at_write}"
    assert_all_sound(start(Fate()).shop)
