"""The check of what devices, addresses, payments and referrers count, on every store."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from chalicelib.adapters.dynamodb import coupon_mark_notes
from chalicelib.adapters.dynamodb.keys import mark_count_key, referrer_count_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import Unavailable
from chalicelib.coupons import Check, Difference, MarkKind, OwnedCoupon, Tie, tie_of
from chalicelib.coupons.books.check import Stage
from chalicelib.coupons.books.mark_counts import balance_of
from chalicelib.coupons.guards import Marks
from tests.support.coupon_audit import differences
from tests.support.coupons import NOON, refund, twenty_off, use, void
from tests.support.guards import GuardedShop, guarded
from tests.support.mortal import Killed
from tests.support.stores import Store, local_store

NAME = "welcome-back"
LIMITS = {"per_device": 1, "per_address": 2, "per_payment": 1, "referral": True, "per_referrer": 1, "per_shopper": 5}
PHONE = Marks(device="phone", address="文三路1号", payment="tok_1")


@pytest.fixture
def at(store_or_twin: Store | None, monkeypatch: pytest.MonkeyPatch) -> GuardedShop:
    # Few at a time, so that every stage has several steps.
    monkeypatch.setattr(coupon_mark_notes, "_LOOKED_AT", 7)
    monkeypatch.setattr(coupon_mark_notes, "_PAGE", 2)
    return guarded(store_or_twin)


def claim(at: GuardedShop, shopper: str, marks: Marks | None = PHONE, key: str = "k", name: str = NAME) -> OwnedCoupon:
    return at.door.claim(name, shopper, key, marks, "boss")


def redeem(at: GuardedShop, code: str, marks: Marks, key: str = "redeem-1") -> OwnedCoupon:
    return at.door.using(marks, lambda guard: at.coupons.move(code, use(key=key), guard))


def busy(at: GuardedShop) -> dict[str, OwnedCoupon]:
    """A template whose marks were tied in every way, in shadow and beyond its limits, and another beside it."""
    at.coupons.create(twenty_off(**LIMITS, stock=50, public_code="SAVE20"))
    at.coupons.create(twenty_off(coupon_id="other", **LIMITS))
    owned = {who: claim(at, who) for who in ("li", "wang", "zhao", "qian")}
    claim(at, "li", name="other")
    owned["sun"] = claim(at, "sun", Marks(device="tablet"))
    redeem(at, owned["sun"].code, Marks(device="phone", payment="tok_2"))
    at.coupons.move(owned["sun"].code, refund())
    redeem(at, owned["li"].code, Marks(payment="tok_3"))
    at.coupons.move(owned["wang"].code, void(returns=True))
    at.coupons.move(owned["zhao"].code, void())
    at.door.claim_code("save20", "zhou", "k", PHONE, "boss")
    at.coupons.move(claim(at, "wu", Marks(device="lost"), key="gone").code, void(returns=True))
    return owned


def checked(at: GuardedShop, settled_after: int = 0) -> Check:
    return at.shop.bookkeeping.go_on(at.shop.bookkeeping.begin(NAME, settled_after))


def counted(at: GuardedShop, tie: Tie) -> int:
    return at.shop.ledger.counted(NAME, [tie])[0]


def bent(at: GuardedShop, tie: Tie, by: int) -> Difference:
    """Move one count, and only it, by hand."""
    before = counted(at, tie)
    coupon = at.coupons.get(NAME)
    assert at.shop.books.correct(coupon, Difference(balance_of(tie), before + by, before))
    assert counted(at, tie) == before + by
    return Difference(balance_of(tie), before, before + by)


def test_marks_in_order_have_no_differences(at: GuardedShop) -> None:
    owned = busy(at)
    phone, tablet, boss = tie_of(owned["li"].ties[0]), tie_of(owned["sun"].ties[0]), Tie(MarkKind.REFERRER, "boss")
    assert [counted(at, tie) for tie in (phone, tablet, boss)] == [5, 1, 5]
    assert differences(at.shop, NAME) == []
    assert differences(at.shop, "other") == []


def test_a_bent_count_is_named_it_alone_and_put_right_once(at: GuardedShop, store_or_twin: Store | None) -> None:
    owned = busy(at)
    ties = [tie_of(text) for text in (*owned["li"].ties, at.coupons.find(owned["sun"].code).ties[-1])]
    assert {tie.kind for tie in ties} == set(MarkKind)
    nobody = [Tie(MarkKind.DEVICE, "0" * 32), Tie(MarkKind.REFERRER, "nobody")]
    # moto copies all its tables for every transaction: it is spared two of three.
    is_slow = store_or_twin is not None and store_or_twin.kind == "moto"
    for tie, by in [*zip([*ties, *nobody], (1, -1, 2, -1, 3, 1, 1), strict=True)][:: 3 if is_slow else 1]:
        difference = bent(at, tie, by)
        check = checked(at)
        assert list(check.differences) == [difference]
        # The second knows nothing of the first, as after a lost answer.
        for version in (check.version, check.version + 1):
            fixed = at.shop.bookkeeping.correct(replace(check, version=version))
            assert [each.is_fixed for each in fixed.differences] == [True]
        assert differences(at.shop, NAME) == []


def test_a_count_that_somebody_else_wrote_or_took_away_is_found(store: Store) -> None:
    at = guarded(store)
    owned = busy(at)
    phone = tie_of(owned["li"].ties[0])
    marketing, shoppers = (Table(store.client, name) for name in (store.names.marketing, store.names.shoppers))
    marketing.delete(mark_count_key(phone.kind, phone.mark, NAME))
    shoppers.delete(referrer_count_key("boss", NAME))
    marketing.put({**mark_count_key("payment", "f" * 32, NAME), "n": 4})
    check = checked(at)
    found = {each.balance: (each.expected, each.actual) for each in check.differences}
    assert found == {balance_of(phone): (5, 0), "referrer:boss": (5, 0), f"payment:{'f' * 32}": (0, 4)}
    assert all(each.is_fixed for each in at.shop.bookkeeping.correct(check).differences)
    assert differences(at.shop, NAME) == []
    assert differences(at.shop, "other") == []


def test_a_count_that_moved_meanwhile_is_left_alone(at: GuardedShop) -> None:
    owned = busy(at)
    phone = tie_of(owned["li"].ties[0])
    bent(at, phone, 2)
    check = checked(at)
    claim(at, "zheng")
    assert [each.is_fixed for each in at.shop.bookkeeping.correct(check).differences] == [False]
    assert [each.balance for each in differences(at.shop, NAME)] == [balance_of(phone)]


def test_what_is_in_flight_is_no_difference_and_hides_none_beyond_it(at: GuardedShop) -> None:
    owned = busy(at)
    phone = tie_of(owned["li"].ties[0])
    at.shop.clock.advance(timedelta(minutes=10))
    quiet = checked(at, 60)
    claim(at, "zheng")
    loud = checked(at, 60)
    assert (quiet.differences, loud.differences) == ((), ())
    assert loud.uncertain - quiet.uncertain >= 3, "its device, its address and who referred it"
    bent(at, phone, 2)
    check = checked(at, 60)
    assert [(each.balance, each.is_sure) for each in check.differences] == [(balance_of(phone), False)]
    assert [each.is_fixed for each in at.shop.bookkeeping.correct(check).differences] == [None]
    at.shop.clock.advance(timedelta(minutes=2))
    assert [(each.balance, each.is_sure) for each in checked(at, 60).differences] == [(balance_of(phone), True)]


def test_claims_between_the_steps_of_a_check_are_not_named(at: GuardedShop) -> None:
    owned = busy(at)
    at.shop.clock.advance(timedelta(minutes=2))
    check, steps = at.shop.bookkeeping.begin(NAME), 0
    stages = [check.stage]
    while not check.is_done:
        steps += 1
        if steps <= 12:
            # Before and behind where the walk is.
            claim(at, f"{'az'[steps % 2]}-{steps}")
            at.shop.clock.advance(timedelta(seconds=30))
        if steps == 4:
            at.coupons.move(owned["qian"].code, void(key="late", returns=True))
        stored = at.shop.bookkeeping.get(NAME, check.check_id)
        assert stored == check
        check = at.shop.bookkeeping.go_on(stored, lambda: True)
        stages.append(check.stage)
    assert check.differences == ()
    assert [*dict.fromkeys(stages)] == [*Stage]
    at.shop.clock.advance(timedelta(minutes=10))
    settled = checked(at, 60)
    assert (settled.differences, settled.uncertain) == ((), 0)


def test_a_check_that_dies_behind_its_notes_in_every_step_ends_the_same(
    at: GuardedShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned = busy(at)
    difference = bent(at, tie_of(owned["li"].ties[0]), 1)

    def die(_: Check) -> None:
        raise Killed

    check = at.shop.bookkeeping.begin(NAME, 0)
    while not check.is_done:
        with monkeypatch.context() as dying:
            dying.setattr(at.shop.books, "save", die)
            with pytest.raises(Killed):
                at.shop.bookkeeping.go_on(check, lambda: True)
        check = at.shop.bookkeeping.go_on(at.shop.bookkeeping.get(NAME, check.check_id), lambda: True)
    assert (check.differences, check.uncertain) == ((difference,), 0)


def test_marks_without_a_limit_are_not_looked_at(at: GuardedShop) -> None:
    owned = busy(at)
    phone = tie_of(owned["li"].ties[0])
    coupon = at.coupons.get(NAME)
    bent(at, phone, 1)
    at.coupons.replace(replace(coupon, per_device=None))
    assert differences(at.shop, NAME) == []
    free = replace(coupon, per_device=None, per_address=None, per_payment=None, per_referrer=None)
    at.coupons.replace(free)
    assert at.shop.bookkeeping.begin(NAME).stage is Stage.ENTRIES
    at.coupons.replace(coupon)
    assert [each.balance for each in differences(at.shop, NAME)] == [balance_of(phone)]


def test_a_check_holds_no_marks_however_many_there_are() -> None:
    at = guarded(None)
    at.coupons.create(twenty_off(stock=1_000, **LIMITS))
    sizes = []
    for number in range(300):
        claim(at, f"s{number:03d}", Marks(device=f"phone {number}", address=f"文三路{number + 1}号"))
        if number in (9, 299):
            check, largest = at.shop.bookkeeping.begin(NAME, 0), 0
            while not check.is_done:
                check = at.shop.bookkeeping.go_on(check, lambda: True)
                largest = max(largest, len(msgspec.json.encode(check)))
            sizes.append(largest)
    assert sizes[1] - sizes[0] < 100


@pytest.fixture(params=["twin", pytest.param("dynamodb-local", marks=pytest.mark.engine)])
def crowded(request: pytest.FixtureRequest) -> Iterator[GuardedShop]:
    """Where real threads may meet, by a clock that runs."""
    clock = MovableClock(NOON, running=True)
    if request.param == "twin":
        yield guarded(None, clock=clock)
    else:
        with local_store(request.getfixturevalue("dynamodb_local_url")) as store:
            yield guarded(store, clock=clock)


def test_checks_amid_a_crowd_at_the_door_name_nothing_and_a_check_after_it_is_exact(crowded: GuardedShop) -> None:
    at = crowded
    at.coupons.create(twenty_off(stock=10**6, **LIMITS | {"per_shopper": None}))
    for number in range(20):
        claim(at, f"s{number}")
    at.shop.clock.advance(timedelta(minutes=2))
    stop = threading.Event()

    def live(worker: int) -> int:
        number = 0
        while not stop.is_set() and number < 12:
            number += 1
            with suppress(Unavailable):
                marks = Marks(device=f"phone {number % 3}", address=f"文三路{worker + 1}号")
                code = claim(at, f"s{worker}-{number % 5}", marks, f"key-{number}").code
                redeem(at, code, Marks(payment=f"tok_{number % 4}"), f"use-{number}")
                gone = claim(at, f"s{worker}-{number % 5}", marks, f"gone-{number}").code
                at.coupons.move(gone, void(returns=True))
        return number

    with ThreadPoolExecutor(8) as pool:
        lives = [pool.submit(live, worker) for worker in range(8)]
        try:
            checks = [checked(at, 60) for _ in range(2)]
        finally:
            stop.set()
        assert sum(each.result() for each in lives) > 8
    assert [check.differences for check in checks] == [()] * 2
    assert checks[-1].uncertain > 0
    assert differences(at.shop, NAME) == []
