"""Recomputes every balance of a coupon from the entries of its ledgers, and compares."""

from collections import Counter
from collections.abc import Iterable

from chalicelib.coupons import Coupon, Movement, OwnedCoupon, Redemptions
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


def assert_sound(shop: Shop, coupon: Coupon, shoppers: Iterable[str], source: str = "hand", made_ahead: int = 0) -> int:
    """Balances are what the entries say and within their bounds: issued <= stock, given <= limits, money <= budgets,
    given back <= taken off. ``made_ahead`` is the stock that codes took when they were made. Returns how many are issued.
    """
    coupon = shop.coupons.get(coupon.coupon_id)
    owned = [each for each in owned_by_all(shop, shoppers) if each.coupon_id == coupon.coupon_id]
    issued = sum(not each.voucher for each in owned) - sum(_went_back(each) for each in owned)
    assert shop.coupons.left(coupon) == coupon.stock - made_ahead - issued
    assert 0 <= issued <= coupon.stock
    assert len({each.code for each in owned}) == len(owned)
    _assert_limits(coupon, owned)
    _assert_money(shop, coupon, owned, source)
    return issued


def _went_back(owned: OwnedCoupon) -> bool:
    return owned.entries[-1].movement is Movement.VOIDED and owned.entries[-1].returns


def _assert_limits(coupon: Coupon, owned: list[OwnedCoupon]) -> None:
    ever = Counter(each.shopper_id for each in owned if not _went_back(each))
    daily = Counter((each.shopper_id, each.issued_day) for each in owned)
    assert all(coupon.per_shopper is None or count <= coupon.per_shopper for count in ever.values()), ever
    most = coupon.per_shopper_per_day
    assert all(most is None or count <= most for count in daily.values()), daily


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
