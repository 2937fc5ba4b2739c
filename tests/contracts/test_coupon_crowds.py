"""64 at once, round after round: nothing is ever given beyond its bound, nor refused within it."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.adapters.dynamodb.keys import budget_key, stock_key
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.core.clock import MovableClock
from chalicelib.core.errors import ZhaohuiError
from chalicelib.coupons import OwnedCoupon
from tests.support.coupon_audit import assert_sound, owned_by_all
from tests.support.coupons import NOON, Shop, dynamo_shop, hold, let_go, memory_shop, refund, twenty_off, use, wish
from tests.support.mortal import Death, Fate, Killed, Mortal
from tests.support.stores import Store

LOCAL = pytest.param("dynamodb-local", marks=pytest.mark.engine)
THREADS = 64
ROUNDS = 4


@pytest.fixture(params=["twin", LOCAL])
def crowded(request: pytest.FixtureRequest) -> Iterator[Store | None]:
    """Where real threads may meet: moto has no locks of its own."""
    from tests.support import stores

    if request.param == "twin":
        yield None
    else:
        with stores.local_store(request.getfixturevalue("dynamodb_local_url")) as store:
            yield store


@pytest.fixture
def shop(crowded: Store | None) -> Shop:
    return memory_shop() if crowded is None else dynamo_shop(crowded)


def at_once(act: Callable[[int], object], times: int = THREADS) -> Counter[str]:
    """Call ``act`` from threads that start together; whoever is asked to come back (503) does. Count what came out."""
    ready = threading.Barrier(times)

    def one(number: int) -> str:
        ready.wait()
        for _ in range(50):
            try:
                act(number)
            except ZhaohuiError as refused:
                if refused.code == "unavailable":
                    continue
                return refused.code
            return "done"
        return "unavailable"

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(one, range(times)))


def test_the_stock_goes_to_the_last_one_and_never_beyond_with_blocks_leased_and_coming_back(shop: Shop) -> None:
    for round_ in range(ROUNDS):
        name = f"flash-{round_}"
        coupon = shop.coupons.create(twenty_off(coupon_id=name, stock=40, stock_shards=8))
        _, lease = shop.blocks.lease(name, 5, 60, "worker")

        def claim(number: int, name: str = name) -> OwnedCoupon:
            return shop.coupons.issue(name, f"s{number}", wish())

        def claim_or_give_back(number: int, lease: object = lease, claim: Callable[[int], OwnedCoupon] = claim) -> None:
            if number == 7:
                shop.blocks.give_back(lease)  # type: ignore[arg-type]
            claim(number)

        assert at_once(claim_or_give_back) == {"done": 40, "coupon_sold_out": THREADS - 40}
        assert assert_sound(shop, coupon, [f"s{number}" for number in range(THREADS)]) == 40


def test_a_budget_is_spent_to_the_last_fen_and_never_beyond(shop: Shop) -> None:
    for round_ in range(ROUNDS):
        name, source = f"budget-{round_}", f"campaign/{round_}"
        coupon = shop.coupons.create(
            twenty_off(coupon_id=name, stock=THREADS, budget=50_000, budget_per_day=30_000, per_shopper=None)
        )
        codes = [shop.coupons.issue(name, f"s{number}", wish(source=source)).code for number in range(THREADS)]

        def redeem(number: int, codes: list[str] = codes) -> None:
            shop.coupons.move(codes[number], use(order_id=f"order-{number}"))

        assert at_once(redeem) == {"done": 15, "coupon_budget_spent": THREADS - 15}
        assert shop.coupons.spent(coupon) == (30_000, 30_000)
        assert_sound(shop, coupon, [f"s{number}" for number in range(THREADS)], source)


def test_one_coupon_in_a_crowd_of_tills_is_refunded_exactly_once(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=ROUNDS, per_shopper=None, budget=10_000))
    for round_ in range(ROUNDS):
        code = shop.coupons.issue("welcome-back", "li", wish(f"issue-{round_}")).code
        assert at_once(lambda number, code=code: shop.coupons.move(code, use(key=f"till-{number}")))["done"] == 1
        assert at_once(lambda number, code=code: shop.coupons.move(code, refund(key=f"back-{number}")))["done"] == 1
        assert shop.coupons.spent(coupon)[0] == 0
    assert_sound(shop, coupon, ["li"])


def test_one_code_made_ahead_goes_to_one_shopper(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=ROUNDS))
    batch = shop.desk.open("welcome-back", ROUNDS, "batch", "admin")
    pages = [shop.desk.page("welcome-back", batch.batch_id, 0)[1] for _ in range(2)]
    assert pages[0] == pages[1]
    for code in pages[0].codes:
        taken = at_once(lambda number, code=code: shop.desk.claim(code, f"s{number}", "claim"))
        assert taken["done"] == 1
    assert_sound(shop, coupon, [f"s{number}" for number in range(THREADS)], made_ahead=ROUNDS)


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_crowd_of_processes_that_die_at_random_writes_leaves_the_books_right(
    crowded: Store | None, seed: int
) -> None:
    """Each of 64 lives through claim, reserve, redeem or release, refund, dies on the way, and comes back once."""
    shared = memory_shop() if crowded is None else dynamo_shop(crowded)
    source = f"campaign/{seed}"
    coupon = shared.coupons.create(
        twenty_off(stock=30, stock_shards=3, per_shopper=2, per_shopper_per_day=2, budget=40_000, budget_per_day=36_000)
    )

    def live(shop: Shop, number: int) -> None:
        code = shop.coupons.issue("welcome-back", f"s{number % 20}", wish(f"claim-{number}", source)).code
        shop.coupons.move(code, hold(f"order-{number}", key="hold"))
        if number % 3 == 0:
            shop.coupons.move(code, let_go(f"order-{number}"))
            return
        shop.coupons.move(code, use(f"order-{number}"))
        if number % 3 == 1:
            shop.coupons.move(code, type(refund())(f"order-{number}", "refund", "admin", 500))

    def die_and_live_again(number: int) -> None:
        dice = random.Random(seed * 1_000 + number)
        if crowded is not None:
            fate = Fate(dice.randint(1, 6), dice.choice(list(Death)))
            mortal = Mortal(crowded.client, fate)
            try:
                return live(dynamo_shop(crowded, mortal, MovableClock(NOON)), number)
            except Killed:
                pass
        return live(shared, number)

    outcomes = at_once(die_and_live_again)
    assert set(outcomes) <= {
        "done",
        "coupon_sold_out",
        "coupon_limit_reached",
        "coupon_daily_limit_reached",
        "coupon_budget_spent",
    }
    everybody = [f"s{number}" for number in range(20)]
    assert assert_sound(shared, coupon, everybody, source) == 30
    shared.clock.advance(timedelta(hours=1))
    while shared.coupons.lapse_due():
        pass
    assert_sound(shared, coupon, everybody, source)
    assert not [each for each in owned_by_all(shared, everybody) if each.state == "reserved"]


@pytest.mark.parametrize("store", [LOCAL], indirect=True)
def test_reading_checking_and_writing_is_caught_by_the_same_crowd(store: Store) -> None:
    """The naive design: it gives more than the stock, spends more than the budget, and loses count of both."""
    table = Table(store.client, store.names.marketing)
    stock, money = stock_key("naive", 0), budget_key("naive", "all")
    over = 0
    for _ in range(ROUNDS):
        table.put({**stock, "n": 5})
        table.put({**money, "n": 0})

        def claim_and_redeem(_: int) -> None:
            left, spent = table.get(stock, consistent=True), table.get(money, consistent=True)
            assert left is not None
            assert spent is not None
            if left["n"] <= 0 or spent["n"] + 2_000 > 8_000:
                raise twenty_off().sold_out()
            table.put({**stock, "n": left["n"] - 1})
            table.put({**money, "n": spent["n"] + 2_000})

        given = at_once(claim_and_redeem)["done"]
        over += given > 5 and given * 2_000 > 8_000
    assert over == ROUNDS
