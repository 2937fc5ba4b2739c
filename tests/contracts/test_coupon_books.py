"""The check of balances on every store: silent when they are right, and exact about the one that is not."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.dynamodb.keys import budget_key, coupon_count_key, hold_key, stock_key, tally_day_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import InvalidRequest, Unavailable
from chalicelib.coupons import CouponChanged, CouponNotFound, Difference, OwnedCoupon
from tests.support.coupon_audit import differences
from tests.support.coupons import (
    NOON,
    ByLetter,
    Shop,
    dynamo_shop,
    hold,
    let_go,
    memory_shop,
    refund,
    twenty_off,
    use,
    void,
    wish,
)
from tests.support.stores import Store, local_store

TODAY = "2026-11-22"
NAME = "welcome-back"


def busy(shop: Shop) -> dict[str, OwnedCoupon]:
    """A template to which everything happened once, and another beside it."""
    shop.coupons._recipients = ByLetter()
    limits = {"per_shopper": 3, "per_shopper_per_day": 2, "budget": 20_000, "budget_per_day": 10_000}
    coupon = shop.coupons.create(twenty_off(**limits))
    shop.coupons.create(twenty_off(coupon_id="other"))
    owned = {who: shop.coupons.issue(NAME, who, wish()) for who in ("li", "wang", "zhao", "anna")}
    other = shop.coupons.issue("other", "li", wish())
    shop.coupons.move(other.code, hold())
    _, lease = shop.blocks.lease(NAME, 2, 600, "lease")
    shop.ledger.issue(coupon, shop.coupons.prepare(coupon, "sun", wish()), lease)
    batch = shop.desk.open(NAME, 2, "batch", "admin")
    made = shop.desk.page(NAME, batch.batch_id, 0)[1].codes
    shop.desk.claim(made[0], "zhou", "claim")
    shop.coupons.move(owned["li"].code, hold())
    shop.coupons.move(owned["wang"].code, use())
    shop.coupons.move(owned["wang"].code, refund(300))
    shop.coupons.move(owned["zhao"].code, void(returns=True))
    return owned


def bent(shop: Shop, balance: str, by: int) -> Difference:
    """Move one balance, and only it, by hand."""
    balances = shop.books.balances(NAME)
    assert balances is not None
    actual = balances.actual.get(balance, 0)
    if balance.startswith(("shopper:", "hold:")):
        actual = 1
    if balance.startswith("shopper_day:"):
        actual = 1
    assert shop.books.correct(balances.coupon, Difference(balance, actual + by, actual))
    return Difference(balance, actual, actual + by)


BENT = [
    ("stock", 1),
    ("stock", -1),
    ("codes", 1),
    ("budget:all", 100),
    (f"budget:{TODAY}", -100),
    (f"report:{TODAY}::i:hand", 1),
    (f"report:{TODAY}::t:hand", -5),
    (f"report:{TODAY}:dormant:r:campaign/x:y", 1),
    (f"segment:{TODAY}:vip:i:hand", 1),
    (f"segment:{TODAY}:south:r:campaign/x:y", 1),
    ("unused:2026-11-29", 1),
    ("shopper:li", 1),
    (f"shopper_day:{TODAY}:wang", -1),
]


def test_books_in_order_have_no_differences(shop: Shop) -> None:
    busy(shop)
    assert differences(shop, NAME) == []
    assert differences(shop, "other") == []


def test_a_bent_balance_is_named_it_alone_and_put_right_once(shop: Shop, store_or_twin: Store | None) -> None:
    busy(shop)
    # moto copies all its tables for every transaction: it is spared two of three.
    is_slow = store_or_twin is not None and store_or_twin.kind == "moto"
    for balance, by in BENT[:: 3 if is_slow else 1]:
        bent_by = bent(shop, balance, by)
        check = shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME, settled_after=0))
        assert list(check.differences) == [bent_by]
        # The second knows nothing of the first, as after a lost answer.
        for version in (check.version, check.version + 1):
            fixed = shop.bookkeeping.correct(replace(check, version=version))
            assert [each.is_fixed for each in fixed.differences] == [True]
        assert differences(shop, NAME) == []


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_reservation_without_its_note_and_a_note_without_its_reservation_are_found(
    shop: Shop, is_noted: bool
) -> None:
    owned = busy(shop)
    who = "li" if is_noted else "wang"
    balance = f"hold:{owned[who].issue_id}:{who}"
    difference = Difference(balance, int(is_noted), int(not is_noted))
    twist(shop, who, owned[who].issue_id, is_noted=is_noted)
    assert differences(shop, NAME) == [difference]
    check = shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME, settled_after=0))
    assert [each.is_fixed for each in shop.bookkeeping.correct(check).differences] == [True]
    assert differences(shop, NAME) == []
    shop.clock.advance(timedelta(hours=1))
    shop.coupons.lapse_due()
    assert shop.coupons.find(owned["li"].code).state == "issued", "the note leads there again"


def twist(shop: Shop, who: str, issue_id: str, *, is_noted: bool) -> None:
    """Take a note of a reservation away, or put one where there is none."""
    ledger = shop.ledger
    if hasattr(ledger, "holds"):
        (ledger.holds.discard if is_noted else ledger.holds.add)((who, issue_id))
        return
    table: Table = ledger._shoppers  # type: ignore[attr-defined]
    if is_noted:
        table.delete(hold_key(who, issue_id))
    else:
        table.put(hold_key(who, issue_id))


RAW = [
    ("stock", stock_key(NAME, 3), "n", "marketing"),
    ("codes", stock_key(NAME, 2), "m", "marketing"),
    ("blocks:001", stock_key(NAME, 1), "l", "marketing"),
    ("budget:all", budget_key(NAME, "all"), "n", "marketing"),
    (f"report:{TODAY}::r:hand", tally_day_key(NAME, TODAY, "hand", 3), "r.", "marketing"),
    (f"report:{TODAY}:new:c:hand", stock_key(NAME, 0), f"D#{TODAY}#hand#c.new", "marketing"),
    ("shopper:anna", coupon_count_key("anna", NAME), "n", "shoppers"),
    ("shopper:nobody", coupon_count_key("nobody", NAME), "n", "shoppers"),
]


def test_an_item_that_was_written_by_somebody_else_is_found(store: Store) -> None:
    shop = dynamo_shop(store)
    busy(shop)
    names = {"marketing": store.names.marketing, "shoppers": store.names.shoppers}
    for balance, key, attribute, table in RAW:
        Table(store.client, names[table]).update(key, "ADD #a :two", {":two": 2}, names={"#a": attribute})
        check = shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME, settled_after=0))
        (found,) = check.differences
        assert (found.balance, found.actual - found.expected) == (balance, 2)
        assert [each.is_fixed for each in shop.bookkeeping.correct(check).differences] == [True]
    assert differences(shop, NAME) == []


def test_a_balance_that_moved_meanwhile_is_left_alone(shop: Shop) -> None:
    owned = busy(shop)
    bent(shop, "budget:all", 100)
    check = shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME, settled_after=0))
    shop.coupons.move(owned["li"].code, let_go())
    assert [each.is_fixed for each in shop.bookkeeping.correct(check).differences] == [False]
    assert [each.balance for each in differences(shop, NAME)] == ["budget:all"]


def test_a_check_goes_on_where_it_stopped_and_a_step_repeated_changes_nothing(shop: Shop) -> None:
    busy(shop)
    check = shop.bookkeeping.begin(NAME, settled_after=0)
    steps = [check]
    while not steps[-1].is_done:
        stored = shop.bookkeeping.get(NAME, check.check_id)
        assert stored == steps[-1]
        steps.append(shop.bookkeeping.go_on(stored, lambda: True))
        with pytest.raises(CouponChanged):
            shop.bookkeeping.go_on(stored, lambda: True)
    assert (steps[-1].differences, steps[-1].coupons) == ((), 6)
    assert shop.bookkeeping.go_on(steps[-1]) == steps[-1]


def test_what_is_in_flight_is_no_difference_and_hides_none_beyond_it(shop: Shop) -> None:
    busy(shop)
    shop.clock.advance(timedelta(minutes=10))
    shop.coupons.issue(NAME, "wu", wish())
    check = shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME))
    assert check.differences == ()
    assert check.uncertain > 0, "the last issue may or may not be in the balances"
    bent(shop, "stock", 5)
    found = shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME)).differences
    assert [(each.balance, each.is_sure) for each in found] == [("stock", False)]
    corrected = shop.bookkeeping.correct(shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME)))
    assert [each.is_fixed for each in corrected.differences] == [None], "nobody knows by how much"
    shop.clock.advance(timedelta(minutes=2))
    settled = shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME))
    assert [(each.balance, each.is_sure) for each in settled.differences] == [("stock", True)]


def test_what_happens_while_the_walk_goes_on_is_not_counted(shop: Shop) -> None:
    owned = busy(shop)
    shop.clock.advance(timedelta(minutes=2))
    check = shop.bookkeeping.begin(NAME)
    shop.clock.advance(timedelta(minutes=2))
    for number in range(2):
        shop.coupons.issue(NAME, f"aa{number}", wish())
    shop.coupons.move(owned["wang"].code, refund(key="refund-2", returns=True))
    shop.coupons.move(owned["anna"].code, void(key="void-2"))
    batch = shop.desk.open(NAME, 1, "batch-2", "admin")
    shop.desk.page(NAME, batch.batch_id, 0)
    done = shop.bookkeeping.go_on(check)
    assert (done.differences, done.uncertain) == ((), 0)


def test_a_template_without_limits_and_budgets_is_checked_for_what_it_has(shop: Shop) -> None:
    shop.coupons.create(twenty_off(per_shopper=None))
    for number in range(5):
        code = shop.coupons.issue(NAME, "li", wish(f"key-{number}")).code
        shop.coupons.move(code, use())
    assert differences(shop, NAME) == []


def test_a_check_asks_for_a_coupon_that_is_there(shop: Shop) -> None:
    with pytest.raises(CouponNotFound):
        shop.bookkeeping.begin("nothing")
    shop.coupons.create(twenty_off())
    with pytest.raises(CouponNotFound):
        shop.bookkeeping.get(NAME, "nothing")
    with pytest.raises(InvalidRequest, match="settle_seconds"):
        shop.bookkeeping.begin(NAME, settled_after=-1)


def test_entries_of_clocks_that_differ_keep_their_order(shop: Shop) -> None:
    """Whoever voids it has a clock that is behind."""
    shop.coupons.create(twenty_off())
    code = shop.coupons.issue(NAME, "li", wish()).code
    assert isinstance(shop.clock, MovableClock)
    shop.clock.advance(timedelta(seconds=-30))
    shop.coupons.move(code, void())
    shop.clock.advance(timedelta(seconds=30))
    assert differences(shop, NAME) == []
    assert shop.clock.now() == NOON


@pytest.fixture(params=["twin", pytest.param("dynamodb-local", marks=pytest.mark.engine)])
def crowded(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Where real threads may meet, by a clock that runs."""
    clock = MovableClock(NOON, running=True)
    if request.param == "twin":
        yield memory_shop(clock)
    else:
        with local_store(request.getfixturevalue("dynamodb_local_url")) as store:
            yield dynamo_shop(store, clock=clock)


def test_checks_amid_a_crowd_name_nothing_and_a_check_after_it_is_exact(crowded: Shop) -> None:
    shop = crowded
    limits = {"budget": 10**9, "budget_per_day": 10**9, "per_shopper": 10**6, "per_shopper_per_day": 10**6}
    shop.coupons.create(twenty_off(stock=10**6, **limits))
    for number in range(20):
        shop.coupons.issue(NAME, f"s{number}", wish())
    shop.clock.advance(timedelta(minutes=2))
    stop = threading.Event()

    def live(worker: int) -> int:
        number = 0
        while not stop.is_set() and number < 30:
            number += 1
            with suppress(Unavailable):
                code = shop.coupons.issue(NAME, f"s{worker}-{number % 5}", wish(f"key-{worker}-{number}")).code
                shop.coupons.move(code, use(key=f"use-{number}"))
                if number % 2:
                    shop.coupons.move(code, refund(key=f"back-{number}", returns=True))
        return number

    with ThreadPoolExecutor(8) as pool:
        lives = [pool.submit(live, worker) for worker in range(8)]
        try:
            checks = [shop.bookkeeping.go_on(shop.bookkeeping.begin(NAME)) for _ in range(3)]
        finally:
            stop.set()
        assert sum(each.result() for each in lives) > 8
    assert [check.differences for check in checks] == [()] * 3
    assert checks[-1].uncertain > 0
    assert differences(shop, NAME) == []
