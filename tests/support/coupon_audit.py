"""Asks the product itself whether every balance of a coupon is what the entries of its ledgers say, and adds the bounds that
no balance may pass.
"""

from collections import Counter
from collections.abc import Iterable

from chalicelib.coupons import Coupon, Difference, Movement, OwnedCoupon, Redemptions
from chalicelib.coupons.books.reconciling import given_on
from tests.support.coupons import Shop


def owned_by_all(shop: Shop, shoppers: Iterable[str]) -> list[OwnedCoupon]:
    """Every coupon of ``shoppers``."""
    found: list[OwnedCoupon] = []
    for shopper in shoppers:
        cursor: str | None = None
        while True:
            page, cursor = shop.coupons.owned_by(shopper, 100, cursor)
            found += page
            if cursor is None:
                break
    return found


def differences(shop: Shop, coupon_id: str) -> list[Difference]:
    """What a check of the balances finds while nothing moves."""
    check = shop.bookkeeping.begin(coupon_id, settled_after=0)
    done = shop.bookkeeping.go_on(check)
    assert done.is_done
    assert done.uncertain == 0
    return list(done.differences)


def assert_all_sound(shop: Shop) -> None:
    """No balance of any template differs from what the entries say."""
    cursor: str | None = None
    while True:
        page, cursor = shop.coupons.list(100, cursor)
        for coupon in page:
            assert differences(shop, coupon.coupon_id) == [], coupon.coupon_id
        if cursor is None:
            return


def assert_sound(shop: Shop, coupon: Coupon, shoppers: Iterable[str], source: str = "hand", made_ahead: int = 0) -> int:
    """Balances are what the entries say and within their bounds: issued <= stock, given <= limits, money <= budgets,
    given back <= taken off. ``made_ahead`` is the stock that codes took when they were made. Returns how many are issued.
    """
    assert differences(shop, coupon.coupon_id) == []
    coupon = shop.coupons.get(coupon.coupon_id)
    owned = [each for each in owned_by_all(shop, shoppers) if each.coupon_id == coupon.coupon_id]
    issued = sum(not each.voucher for each in owned) - sum(each.went_back for each in owned)
    assert shop.coupons.left(coupon) == coupon.stock - made_ahead - issued
    assert 0 <= issued <= coupon.stock
    assert len({each.code for each in owned}) == len(owned)
    _assert_limits(coupon, owned)
    _assert_money(shop, coupon, owned, source)
    return issued


def _assert_limits(coupon: Coupon, owned: list[OwnedCoupon]) -> None:
    ever = Counter(each.shopper_id for each in owned if not each.went_back)
    assert all(coupon.per_shopper is None or count <= coupon.per_shopper for count in ever.values()), ever
    most = coupon.per_shopper_per_day
    for shopper, day in {(each.shopper_id, each.issued_day) for each in owned}:
        mine = [each for each in owned if each.shopper_id == shopper]
        assert most is None or given_on(mine, day) <= most, (shopper, day)


def _assert_money(shop: Shop, coupon: Coupon, owned: list[OwnedCoupon], source: str) -> None:
    days: Counter[str] = Counter()
    taken, given_back = Counter[str](), Counter[str]()
    for each in owned:
        keys = [entry.key for entry in each.entries[1:]]
        assert len(set(keys)) == len(keys), "one movement per key"
        if each.standing.day:
            days[each.standing.day] += each.standing.held
        for entry in each.entries:
            side = {Movement.REDEEMED: taken, Movement.REFUNDED: given_back}.get(entry.movement)
            if side is not None:
                side[each.code] += entry.discount or 0
        assert given_back[each.code] <= taken[each.code]
    held = sum(each.standing.held for each in owned)
    if coupon.budget is not None:
        assert shop.templates.spent(coupon, "any")[0] == held <= coupon.budget
    if coupon.budget_per_day is not None:
        for day, money in days.items():
            assert shop.templates.spent(coupon, day)[1] == money <= coupon.budget_per_day
    used = [each.standing.held for each in owned if each.standing.is_used]
    assert shop.coupons.redeemed_from(source) == Redemptions(len(used), sum(used))
    assert sum(taken.values()) - sum(given_back.values()) == sum(used)
