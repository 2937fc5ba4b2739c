"""What every store of coupons must do: the twin, moto, and DynamoDB Local."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.core.errors import ZhaohuiError
from chalicelib.coupons import (
    CouponAlreadyRedeemed,
    CouponChanged,
    CouponExists,
    CouponKeyReused,
    CouponLimitReached,
    CouponNotFound,
    CouponSoldOut,
    CouponState,
    Issue,
    Movement,
    Redemptions,
    granted,
)
from chalicelib.coupons.offers import purse
from tests.support.coupons import Shop, dynamo_shop, memory_shop, twenty_off, use, wish

LOCAL = pytest.param("dynamodb-local", marks=pytest.mark.engine)
THREADS = 40


@pytest.fixture(params=["twin", "moto", LOCAL])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    yield from _shop_on(request)


def test_a_key_that_issued_a_coupon_is_no_claim_and_the_other_way_round(shop: Shop) -> None:
    shop.coupons.create(twenty_off(per_shopper=None))
    claim = Issue("one", "shopper", "领取", movement=Movement.CLAIMED)
    shop.coupons.issue("welcome-back", "li", wish("one"))
    with pytest.raises(CouponKeyReused):
        shop.coupons.issue("welcome-back", "li", claim)
    shop.coupons.issue("welcome-back", "wang", claim)
    with pytest.raises(CouponKeyReused):
        shop.coupons.issue("welcome-back", "wang", wish("one"))
    assert shop.coupons.left(shop.coupons.get("welcome-back")) == 8


@pytest.fixture(params=["twin", LOCAL])
def crowded_shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """Where real threads may meet: moto has no locks of its own."""
    yield from _shop_on(request)


def _shop_on(request: pytest.FixtureRequest) -> Iterator[Shop]:
    if request.param == "twin":
        yield memory_shop()
        return
    from tests.support import stores

    if request.param == "moto":
        with stores.moto_store() as store:
            yield dynamo_shop(store)
    else:
        with stores.local_store(request.getfixturevalue("dynamodb_local_url")) as store:
            yield dynamo_shop(store)


def at_once(times: int, act: Callable[[int], object]) -> Counter[str]:
    """Call ``act(0)`` ... ``act(times - 1)`` from as many threads that start together; count what came out."""
    ready = threading.Barrier(times)

    def one(number: int) -> str:
        ready.wait()
        try:
            act(number)
        except ZhaohuiError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(one, range(times)))


def test_a_coupon_is_issued_from_stock_and_found_by_its_code(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off())
    owned = shop.coupons.issue("welcome-back", "li", wish())
    assert shop.ledger.find(owned.code) == owned
    assert shop.ledger.get("li", owned.issue_id) == owned
    assert shop.coupons.left(coupon) == 9
    assert shop.coupons.owned_by("li", 10) == ([owned], None)


def test_an_issue_repeated_under_its_key_gives_the_first_coupon_and_takes_no_stock(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(stock=1))
    first = shop.coupons.issue("welcome-back", "li", wish())
    shop.clock.advance(timedelta(hours=1))
    assert shop.coupons.issue("welcome-back", "li", wish()) == first
    assert shop.coupons.left(coupon) == 0


def test_the_last_coupon_is_found_in_whichever_shard_it_is(shop: Shop) -> None:
    shop.coupons.create(twenty_off(stock=5, stock_shards=4, per_shopper=None))
    for number in range(5):
        shop.coupons.issue("welcome-back", "li", wish(f"key-{number}"))
    with pytest.raises(CouponSoldOut):
        shop.coupons.issue("welcome-back", "li", wish("key-5"))


def test_a_shopper_owns_no_more_than_the_limit(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off(per_shopper=2))
    for number in range(2):
        shop.coupons.issue("welcome-back", "li", wish(f"key-{number}"))
    with pytest.raises(CouponLimitReached, match="每人限领 2 张"):
        shop.coupons.issue("welcome-back", "li", wish("key-2"))
    shop.coupons.issue("welcome-back", "wang", wish("key-2"))
    assert shop.coupons.left(coupon) == 7


def test_a_coupon_is_redeemed_once(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    code = shop.coupons.issue("welcome-back", "li", wish(source="campaign/recall")).code
    redeemed = shop.coupons.move(code, use())
    assert redeemed.state is CouponState.REDEEMED
    assert redeemed.redemption is not None
    assert redeemed.redemption.discount == 2_000
    assert shop.coupons.move(code, use()) == redeemed
    with pytest.raises(CouponAlreadyRedeemed, match="已使用"):
        shop.coupons.move(code, use(key="redeem-2"))
    assert shop.ledger.find(code) == redeemed
    assert shop.coupons.redeemed_from("campaign/recall") == Redemptions(1, 2_000)


def test_an_outdated_redemption_is_not_stored(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    owned = shop.coupons.issue("welcome-back", "li", wish())
    redeemed = granted(use(), owned, shop.clock.now(), shop.coupons.today())
    shop.ledger.move(twenty_off(), redeemed)
    with pytest.raises(CouponChanged):
        shop.ledger.move(twenty_off(), redeemed)
    assert shop.coupons.redeemed_from("hand") == Redemptions(1, 2_000)


def test_an_unknown_code_is_not_found(shop: Shop) -> None:
    shop.coupons.create(twenty_off())
    owned = shop.coupons.prepare(twenty_off(), "li", wish())
    with pytest.raises(CouponNotFound):
        shop.coupons.move(owned.code, use())
    assert shop.ledger.get("li", owned.issue_id) is None
    assert shop.coupons.redeemed_from("nobody") == Redemptions()


def test_a_template_is_created_once(shop: Shop) -> None:
    coupon = shop.coupons.create(twenty_off())
    with pytest.raises(CouponExists):
        shop.coupons.create(twenty_off(stock=1_000))
    assert shop.coupons.get("welcome-back") == coupon
    assert shop.coupons.left(coupon) == 10


def test_templates_are_listed_page_by_page(shop: Shop) -> None:
    for number in range(3):
        shop.coupons.create(twenty_off(coupon_id=f"coupon-{number}"))
    page, cursor = shop.coupons.list(2)
    assert [coupon.coupon_id for coupon in page] == ["coupon-0", "coupon-1"]
    page, cursor = shop.coupons.list(2, cursor)
    assert [coupon.coupon_id for coupon in page] == ["coupon-2"]
    assert cursor is None


def test_a_template_is_replaced_on_its_version_and_its_stock_grows(shop: Shop) -> None:
    shop.coupons.create(twenty_off(stock=2, per_shopper=None))
    grown = shop.coupons.replace(twenty_off(stock=7, per_shopper=None))
    assert grown.version == 2
    assert shop.coupons.left(grown) == 7
    with pytest.raises(CouponChanged):
        shop.templates.replace(grown, 1)
    for number in range(7):
        shop.coupons.issue("welcome-back", "li", wish(f"key-{number}"))
    assert shop.coupons.left(grown) == 0


def test_a_shoppers_coupons_are_listed_page_by_page(shop: Shop) -> None:
    shop.coupons.create(twenty_off(per_shopper=None))
    issued = {shop.coupons.issue("welcome-back", "li", wish(f"key-{number}")).issue_id for number in range(5)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = shop.coupons.owned_by("li", 2, cursor)
        seen += [owned.issue_id for owned in page]
        if cursor is None:
            break
    assert len(seen) == 5
    assert set(seen) == issued


def test_a_purse_holds_the_coupons_of_every_id_however_many_pages_they_fill(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.coupons.create(twenty_off(per_shopper=None))
    issued = {
        shop.coupons.issue("welcome-back", who, wish(f"{who}-{number}")).code for who in "ab" for number in range(4)
    }
    monkeypatch.setattr(purse, "_A_PAGE", 3)
    for most, count, is_whole in ((8, 8, True), (7, 7, False), (4, 4, False)):
        monkeypatch.setattr(purse, "MOST_READ", most)
        found = purse.purse_of(shop.coupons, ("a", "nobody", "b"))
        assert (len(found.coupons), found.is_whole) == (count, is_whole)
        assert found.coupons.keys() <= issued


def test_a_crowd_is_never_given_more_than_the_stock(crowded_shop: Shop) -> None:
    coupon = crowded_shop.coupons.create(twenty_off(stock=17))
    outcomes = at_once(THREADS, lambda number: crowded_shop.coupons.issue("welcome-back", f"s{number}", wish()))
    assert outcomes == {"done": 17, "coupon_sold_out": THREADS - 17}
    assert crowded_shop.coupons.left(coupon) == 0


def test_a_crowd_of_one_shoppers_taps_gets_no_more_than_the_limit(crowded_shop: Shop) -> None:
    coupon = crowded_shop.coupons.create(twenty_off(stock=100, per_shopper=3))
    outcomes = at_once(THREADS, lambda number: crowded_shop.coupons.issue("welcome-back", "li", wish(f"tap-{number}")))
    assert outcomes == {"done": 3, "coupon_limit_reached": THREADS - 3}
    assert crowded_shop.coupons.left(coupon) == 97
    assert len(crowded_shop.coupons.owned_by("li", 100)[0]) == 3


def test_a_crowd_of_repeats_of_one_issue_is_one_coupon(crowded_shop: Shop) -> None:
    coupon = crowded_shop.coupons.create(twenty_off(stock=100, per_shopper=None))
    outcomes = at_once(THREADS, lambda _: crowded_shop.coupons.issue("welcome-back", "li", wish()))
    assert outcomes == {"done": THREADS}
    assert crowded_shop.coupons.left(coupon) == 99


def test_a_crowd_of_tills_redeems_one_coupon_once(crowded_shop: Shop) -> None:
    crowded_shop.coupons.create(twenty_off())
    code = crowded_shop.coupons.issue("welcome-back", "li", wish()).code
    outcomes = at_once(THREADS, lambda number: crowded_shop.coupons.move(code, use(key=f"till-{number}")))
    assert outcomes == {"done": 1, "coupon_already_redeemed": THREADS - 1}
    assert crowded_shop.coupons.redeemed_from("hand") == Redemptions(1, 2_000)
