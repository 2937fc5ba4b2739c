"""All coupons of an order move together, on every store: reserved, redeemed, let go; refused, repeated, killed, in a crowd."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.adapters.memory.coupon_orders import MemoryOrderHolds
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import TooLarge, Unavailable, ZhaohuiError
from chalicelib.coupons import (
    AmountOff,
    Count,
    Coupon,
    CouponBudgetSpent,
    CouponExists,
    CouponKeyReused,
    CouponLimitReached,
    CouponNotFound,
    CouponNotReserved,
    CouponReserved,
    CouponState,
    MarkKind,
    OwnedCoupon,
    Passage,
    Release,
    Terms,
    Tie,
)
from chalicelib.coupons.offers import Question
from chalicelib.coupons.terms import FreeShipping, PercentOff
from chalicelib.coupons.till import MAX_TOGETHER, OfferDoesNotApply, OrderHoldsOffers, OrderNotFound
from tests.contracts.test_coupon_crowds import LOCAL, THREADS, at_once
from tests.support.coupon_audit import assert_sound
from tests.support.coupons import NOON, dynamo_shop, hold, memory_shop, use, wish
from tests.support.mortal import Death, Fate, Killed, Mortal, each_once
from tests.support.offers import cart, line
from tests.support.stores import Store
from tests.support.till import TillShop, dynamo_till, memory_till, purchase, till_on

NAMES = ("ten", "fold", "ship")


@pytest.fixture
def till(store_or_twin: Store | None) -> TillShop:
    return till_of(store_or_twin)


def till_of(store: Store | None) -> TillShop:
    return memory_till(memory_shop()) if store is None else dynamo_till(dynamo_shop(store), store)


def coupons(till: TillShop, story: str = "", **budget: int) -> list[str]:
    """One coupon of each of three templates that stack; ¥10, a tenth, the shipping."""
    terms = (
        Terms("十元", AmountOff(1_000), group="a"),
        Terms("九折", PercentOff(1_000), group="b"),
        Terms("包邮", FreeShipping()),
    )
    codes = []
    for name, each in zip(NAMES, terms, strict=True):
        with suppress(CouponExists):
            till.template(f"{name}{story}", each, **budget)
        codes.append(till.given(f"{name}{story}", f"li{story}").code)
    return codes


def goods(till: TillShop) -> Question:
    return till.sell(cart(line("1", 20_000), line("2", 5_001, 3), shipping=1_200))


def reserve(till: TillShop, codes: list[str], key: str = "r-1", order_id: str = "order-1", **more: object) -> object:
    asked = str(more.pop("asked", "cart-1"))
    return till.checkout.reserve(order_id, codes, purchase(goods(till), asked=asked), key, "admin", **more)  # type: ignore[arg-type]


def states(till: TillShop, codes: list[str]) -> list[str]:
    return [till.shop.coupons.find(code).state.value for code in codes]


def balances(till: TillShop, story: str) -> list[object]:
    made = [till.shop.coupons.get(f"{name}{story}") for name in NAMES]
    spent = [(till.shop.coupons.left(each), till.shop.coupons.spent(each)) for each in made]
    return [*spent, *(till.shop.coupons.redeemed_from(f"campaign/{each.coupon_id}") for each in made)]


def sound(till: TillShop, story: str, *names: str) -> None:
    for name in names or NAMES:
        coupon = till.shop.coupons.get(f"{name}{story}")
        assert_sound(till.shop, coupon, (f"li{story}",), f"campaign/{name}{story}")


def test_an_order_reserves_redeems_and_repeats_each_as_it_was(till: TillShop) -> None:
    codes = coupons(till, budget=50_000)
    held = till.checkout.reserve("order-1", codes, purchase(goods(till)), "r-1", "admin")
    assert [each.standing.discount for each in held.coupons] == [1_000, 3_500, 1_200]
    assert (held.hold.amount, held.hold.saved) == (36_203, 5_700)
    again = till.checkout.reserve("order-1", codes, purchase(goods(till)), "r-1", "admin")
    assert again == held
    used = till.checkout.redeem("order-1", "d-1", "admin")
    assert states(till, codes) == ["redeemed"] * 3
    assert till.checkout.redeem("order-1", "d-1", "admin") == used
    # A till that lost its key finds the order as it is.
    assert [each.state for each in till.checkout.redeem("order-1", "d-2", "admin").coupons] == ["redeemed"] * 3
    with pytest.raises(CouponNotReserved):
        till.checkout.release("order-1", "l-1", "admin")
    with pytest.raises(OrderHoldsOffers):
        reserve(till, codes, "r-2")
    with pytest.raises(OrderNotFound):
        till.checkout.redeem("order-9", "d-9", "admin")


def test_what_does_not_count_together_reserves_nothing(till: TillShop) -> None:
    codes = coupons(till)
    till.template("clash", Terms("五元", AmountOff(500), group="a"))
    other = till.given("clash").code
    with pytest.raises(OfferDoesNotApply) as refused:
        reserve(till, [*codes, other])
    assert (refused.value.reason, refused.value.field) == ("not_stackable", "offers[3]")
    assert states(till, codes) == ["issued"] * 3
    with pytest.raises(CouponNotFound) as unknown:
        reserve(till, [codes[0], till.shop.coupons.prepare(till.shop.coupons.get("ten"), "li", wish()).code])
    assert unknown.value.field == "offers[1]"


def test_a_budget_that_is_spent_reserves_nothing(till: TillShop) -> None:
    codes = coupons(till, budget=1_200)
    with pytest.raises(CouponBudgetSpent, match="九折"):
        reserve(till, codes)
    assert states(till, codes) == ["issued"] * 3
    assert [till.shop.coupons.spent(till.shop.coupons.get(name))[0] for name in NAMES] == [0, 0, 0]


def test_coupons_of_one_template_and_source_move_its_balances_in_one_write(till: TillShop) -> None:
    # Coupons of one template only stack when it changed in between: each keeps the terms it was given under.
    terms = Terms("减十", AmountOff(1_000), group="a")
    coupon = till.template("one", terms, budget=2_000, budget_per_day=5_000)
    first = till.given("one", source="campaign/one").code
    till.shop.coupons.replace(replace(coupon, terms=msgspec.structs.replace(terms, group="b")))
    second = till.given("one", key="key-2", source="campaign/one").code
    reserve(till, [first, second])
    assert till.shop.coupons.spent(till.shop.coupons.get("one")) == (2_000, 2_000)
    till.checkout.redeem("order-1", "d-1", "admin")
    assert_sound(till.shop, coupon, ("li",), "campaign/one")
    third = till.given("one", "wang", source="campaign/one").code
    with pytest.raises(CouponBudgetSpent):
        reserve(till, [third], "r-3", "order-3")


def test_release_lets_all_go_and_the_order_may_reserve_again(till: TillShop) -> None:
    codes = coupons(till, budget=50_000)
    reserve(till, codes)
    with pytest.raises(OrderHoldsOffers):
        reserve(till, codes[:1], "r-2")
    till.checkout.release("order-1", "l-1", "admin")
    till.checkout.release("order-1", "l-1", "admin")
    till.checkout.release("order-1", "l-2", "admin")
    assert states(till, codes) == ["issued"] * 3
    assert till.shop.coupons.spent(till.shop.coupons.get("ten")) == (0, 0)
    reserve(till, codes[:2], "r-2", asked="cart-2")
    assert states(till, codes) == ["reserved", "reserved", "issued"]
    with pytest.raises(CouponKeyReused):
        reserve(till, codes[:2], "r-2", asked="cart-3")
    with pytest.raises(OfferDoesNotApply) as refused:
        reserve(till, codes[:1], "r-3", "order-2")
    assert refused.value.reason == "reserved"


def test_a_reservation_that_is_over_is_not_redeemed_and_may_be_taken_again(till: TillShop) -> None:
    codes = coupons(till, budget=50_000)
    reserve(till, codes, seconds=60)
    till.shop.clock.advance(timedelta(seconds=60))
    with pytest.raises(CouponNotReserved):
        till.checkout.redeem("order-1", "d-1", "admin")
    reserve(till, codes, "r-2", "order-2")
    assert till.checkout.redeem("order-2", "d-2", "admin").hold.saved == 5_700
    # The first order's account does not bring them back.
    till.checkout.release("order-1", "l-1", "admin")
    assert states(till, codes) == ["redeemed"] * 3


def test_what_was_redeemed_or_released_alone_does_not_hold_the_order_up(till: TillShop) -> None:
    codes = coupons(till)
    reserve(till, codes)
    till.shop.coupons.move(codes[0], type(use())("order-1", None, "alone", "admin"))
    till.checkout.redeem("order-1", "d-1", "admin")
    assert states(till, codes) == ["redeemed"] * 3
    more = coupons(till, "-b")
    reserve(till, more, "r-2", "order-2")
    till.shop.coupons.move(more[0], Release("order-2", "alone", "admin"))
    till.checkout.release("order-2", "l-1", "admin")
    assert states(till, more) == ["issued"] * 3


def test_a_coupon_that_is_held_already_is_not_held_twice(till: TillShop) -> None:
    codes = coupons(till)
    till.shop.coupons.move(codes[0], hold())
    with pytest.raises(CouponReserved):
        reserve(till, codes)
    assert states(till, codes) == ["reserved", "issued", "issued"]


def test_money_of_reservations_that_are_over_is_there(till: TillShop) -> None:
    till.template("ten", Terms("十元", AmountOff(1_000)), budget=1_000)
    first, second = till.given("ten").code, till.given("ten", "wang").code
    reserve(till, [first], seconds=60)
    till.shop.clock.advance(timedelta(seconds=60))
    reserve(till, [second], "r-2", "order-2")
    assert states(till, [first, second]) == ["issued", "reserved"]


def test_what_the_door_counts_is_counted_with_the_order_or_not_at_all(till: TillShop) -> None:
    codes = coupons(till)
    more = [till.given(name, "wang").code for name in NAMES]

    def guard(coupon: Coupon, owned: OwnedCoupon) -> Passage:
        most = 1 if coupon.coupon_id == "fold" else 9
        return Passage((Count(Tie(MarkKind.PAYMENT, "card"), most, CouponLimitReached("one a card")),))

    held = till.checkout.reserve("order-1", codes, purchase(goods(till)), "r-1", "admin", guard=guard)
    assert [owned.ties for owned in held.coupons] == [("pcard",)] * 3
    with pytest.raises(CouponLimitReached):
        till.checkout.reserve("order-2", more, purchase(goods(till)), "r-2", "admin", guard=guard)
    assert states(till, more) == ["issued"] * 3
    counted = [till.shop.ledger.counted(name, [Tie(MarkKind.PAYMENT, "card")])[0] for name in NAMES]
    assert counted == [1, 1, 1]


def test_an_order_has_a_bound_and_needs_a_coupon(till: TillShop) -> None:
    till.template("auto", Terms("全场九折", PercentOff(1_000), is_automatic=True, group="auto"))
    with pytest.raises(ZhaohuiError, match="names no coupon"):
        reserve(till, ["auto"])
    code = coupons(till)[0]
    held = till.checkout.reserve("order-1", ["auto", code], purchase(goods(till)), "r-1", "admin")
    assert dict(held.hold.automatic) == {"auto": 3_500}
    assert held.hold.saved == 4_500
    many = []
    for number in range(MAX_TOGETHER + 1):
        till.template(f"m{number}", Terms("一元", AmountOff(100), group=f"m{number}"))
        many.append(till.given(f"m{number}").code)
    with pytest.raises(TooLarge):
        reserve(till, many, "r-2", "order-2")
    reserve(till, many[:MAX_TOGETHER], "r-3", "order-3")
    till.checkout.redeem("order-3", "d-3", "admin")
    assert states(till, many[:MAX_TOGETHER]) == ["redeemed"] * MAX_TOGETHER


Start = Callable[[Fate, str], TillShop]


@pytest.fixture
def start(store_or_twin: Store | None) -> Start:
    twins: dict[str, tuple[TillShop, MemoryOrderHolds]] = {}

    def on_twin(fate: Fate, story: str) -> TillShop:
        if story not in twins:
            shop = memory_shop()
            twins[story] = memory_till(shop), MemoryOrderHolds(shop.ledger)  # type: ignore[arg-type]
        till, holds = twins[story]
        return till_on(till.shop, Mortal(holds, fate, frozenset({"move"})))  # type: ignore[arg-type]

    def on_store(fate: Fate, story: str) -> TillShop:
        assert store_or_twin is not None
        client = Mortal(store_or_twin.client, fate)
        shop = dynamo_shop(store_or_twin, client, MovableClock(NOON))
        return dynamo_till(shop, store_or_twin, client)

    return on_twin if store_or_twin is None else on_store


def tell(till: TillShop, story: str) -> list[str]:
    """An order that is paid, and one that is not; what came of it."""
    codes = coupons(till, story, budget=50_000, budget_per_day=40_000)
    paid, left = f"paid{story}", f"left{story}"
    answers = [reserve(till, codes[:2], "r-1", paid), till.checkout.redeem(paid, "d-1", "admin")]
    answers += [reserve(till, codes[2:], "r-2", left), till.checkout.release(left, "l-1", "admin")]
    return [
        f"{owned.state} {owned.version} {owned.standing.held}"
        for answer in answers
        for owned in answer.coupons  # type: ignore[attr-defined]
    ]


@pytest.mark.parametrize("death", Death)
def test_an_order_killed_at_any_write_and_told_again_ends_the_same(
    start: Start, store_or_twin: Store | None, death: Death
) -> None:
    untroubled = Fate()
    till = start(untroubled, "-0")
    told, ended = tell(till, "-0"), balances(till, "-0")
    # The twin's only writes are those of orders.
    assert untroubled.writes == (4 if store_or_twin is None else 10)
    for at in range(1, untroubled.writes + 1) if store_or_twin is None else each_once(untroubled.writes, death):
        fate, story = Fate(at, death), f"-{at}"
        try:
            answers = tell(start(fate, story), story)
        except (Killed, ReadTimeoutError, Unavailable):
            codes = [each.code for each in till_coupons(start(Fate(), story), story)]
            assert len(set(states(start(Fate(), story), codes[:2]))) <= 1, "none, or both"
            answers = tell(start(Fate(), story), story)
        assert answers == told, f"{death} at write {at}"
        assert balances(start(Fate(), story), story) == ended
        # A whole audit reads the whole table: one template of each story has its turn.
        sound(start(Fate(), story), story, NAMES[at % 3])


def till_coupons(till: TillShop, story: str) -> list[object]:
    owned, _ = till.shop.coupons.owned_by(f"li{story}", 10)
    order = {f"{name}{story}": number for number, name in enumerate(NAMES)}
    return sorted(owned, key=lambda each: order[each.coupon_id])  # type: ignore[return-value]


@pytest.fixture(params=["twin", LOCAL])
def crowded(request: pytest.FixtureRequest) -> Iterator[Store | None]:
    from tests.support import stores

    if request.param == "twin":
        yield None
    else:
        with stores.local_store(request.getfixturevalue("dynamodb_local_url")) as store:
            yield store


def test_a_crowd_of_orders_on_the_same_coupons_is_one_that_has_them_all(crowded: Store | None) -> None:
    till, threads = till_of(crowded), THREADS
    for number in range(2):
        codes = coupons(till, f"-{number}", budget=50_000)
        # Every two of these orders want a coupon in common.
        orders = [codes, codes[1:], codes[:2], [codes[2], codes[0]]]
        outcome = at_once(
            lambda each, orders=orders, number=number: reserve(  # type: ignore[misc]
                till, orders[each % len(orders)], f"r-{each}", f"order-{number}-{each}"
            ),
            threads,
        )
        assert outcome["done"] == 1, outcome
        held = {till.shop.coupons.find(code).standing.order_id for code in codes} - {None}
        assert len(held) == 1
        sound(till, f"-{number}")


def test_a_crowd_of_tills_on_one_order_is_one_that_reserves(crowded: Store | None) -> None:
    till = till_of(crowded)
    till.template("ten", Terms("十元", AmountOff(1_000)))
    codes = [till.given("ten", key=f"key-{number}").code for number in range(16)]
    outcome = at_once(lambda number: reserve(till, [codes[number]], f"r-{number}", "order-1"), 16)
    # Nothing but the order's own item stands between them.
    assert outcome == {"done": 1, "order_holds_offers": 15}
    assert sorted(states(till, codes)) == ["issued"] * 15 + ["reserved"]


def test_a_crowd_of_shoppers_never_goes_over_a_budget_that_two_templates_share_in_one_order(
    crowded: Store | None,
) -> None:
    till, threads = till_of(crowded), 24
    till.template("ten", Terms("十元", AmountOff(1_000), group="a"), budget=10_500)
    till.template("five", Terms("五元", AmountOff(500), group="b"), budget=50_000)
    codes = [[till.given(name, f"s{number}").code for name in ("ten", "five")] for number in range(threads)]
    outcome = at_once(lambda number: reserve(till, codes[number], f"r-{number}", f"order-{number}"), threads)
    assert outcome == {"done": 10, "coupon_budget_spent": threads - 10}
    assert [till.shop.coupons.spent(till.shop.coupons.get(name))[0] for name in ("ten", "five")] == [10_000, 5_000]
    states_of = [states(till, pair) for pair in codes]
    assert all(len(set(pair)) == 1 for pair in states_of)
    assert sum(pair[0] == CouponState.RESERVED for pair in states_of) == 10
