"""凑单: what is missing, and what it would save."""

from typing import Any

import pytest

from chalicelib.coupons import AmountOff
from chalicelib.coupons.offers import best_offer
from chalicelib.coupons.terms import (
    Benefit,
    BundlePrice,
    BuyGet,
    Every,
    FreeShipping,
    Gift,
    MemberPrice,
    NthItem,
    Part,
    PercentOff,
    Place,
    Tier,
    Tiers,
)
from tests.support.offers import asking, cart, line, offer

TIERS = Tiers((Tier(10_000, 1_000), Tier(30_000, 4_000)))


@pytest.mark.parametrize(
    ("benefit", "terms", "price", "said"),
    [
        (AmountOff(4_000), {"minimum_spend": 20_000}, 17_650, ["再买 23.50 元可减 40 元"]),
        (AmountOff(4_000), {"minimum_spend": 20_000}, 20_000, []),
        (TIERS, {}, 9_000, ["再买 10 元可减 10 元"]),
        (TIERS, {}, 10_000, ["再买 200 元可减 40 元"]),
        (TIERS, {}, 30_000, []),
        (Every(30_000, 4_000, 8_000), {}, 45_000, ["再买 150 元可减 80 元"]),
        (Every(30_000, 4_000, 8_000), {}, 60_000, []),
        (FreeShipping(), {"minimum_spend": 9_900}, 9_000, ["再买 9 元可包邮"]),
        (AmountOff(500), {"minimum_quantity": 3}, 9_000, ["再买 2 件可减 5 元"]),
        (AmountOff(500), {"minimum_quantity": 2, "minimum_spend": 9_900}, 9_000, ["再买 1 件且满 9 元可减 5 元"]),
        (FreeShipping(cap=500), {"minimum_spend": 9_900}, 9_000, ["再买 9 元可减运费 5 元"]),
        (Gift("cup", 2), {"minimum_spend": 9_900}, 9_000, ["再买 9 元可得赠品 2 件"]),
        (Gift("cup"), {"minimum_spend": 9_000}, 9_000, []),
        (NthItem(2, 5_000), {}, 9_000, ["再买 1 件可享第2件5折"]),
        (BuyGet(2), {}, 9_000, ["再买 2 件可享买2送1"]),
        (BundlePrice(3, 9_900), {}, 9_000, ["再买 2 件可享任选3件¥99"]),
        # Three pieces of 30 cost less than the bundle does.
        (BundlePrice(3, 9_900), {}, 3_000, []),
        (MemberPrice({"p1": 8_000}), {"minimum_spend": 9_900}, 9_000, ["再买 9 元可减 10 元"]),
        (PercentOff(1_000), {"minimum_spend": 20_000}, 9_000, ["再买 110 元可减 20 元"]),
    ],
)
def test_what_is_missing_for_the_next_tier_is_told(
    benefit: Benefit, terms: dict[str, Any], price: int, said: list[str]
) -> None:
    answer = best_offer(cart(line(price=price), shipping=600), [offer("k", benefit, **terms)], asking())
    assert [tier.message for tier in answer.next_tiers] == said


def test_a_tier_that_saves_less_than_what_it_replaces_is_not_told() -> None:
    offers = [offer("now", AmountOff(3_000)), offer("then", AmountOff(2_000), minimum_spend=20_000)]
    assert best_offer(cart(line()), offers, asking()).next_tiers == ()


@pytest.mark.parametrize("price", [17_650, 9_000, 29_999])
def test_buying_what_is_missing_saves_what_was_said(price: int) -> None:
    offers = [offer("k", Tiers((Tier(10_000, 1_000), Tier(20_000, 4_000), Tier(30_000, 9_000))))]
    (tier,) = best_offer(cart(line(price=price)), offers, asking()).next_tiers
    for more, saves in ((tier.amount, tier.saves), (tier.amount - 1, 0)):
        answer = best_offer(cart(line(price=price), line("more", price=more)), offers, asking())
        assert (answer.saved == tier.saves) is (saves > 0)


SET = BundlePrice(price=9_900, parts=(Part(brands=("山野",), quantity=2), Part(tags=("灯",))))
GIVEN = BuyGet(2, 1, None, (Place(tags=("杯",)),))


@pytest.mark.parametrize(
    ("benefit", "quantities", "said"),
    [
        (SET, (2, 1, 0), None),
        (SET, (2, 0, 0), ("再买 1 件可享套装价¥99", 0, SET.parts[1:])),
        (SET, (1, 1, 0), ("再买 1 件可享套装价¥99", 6_000 + 6_000 + 4_000 - 9_900, SET.parts[:1])),
        (SET, (3, 1, 0), ("再买 2 件可享套装价¥99", 2 * (6_000 + 6_000 + 4_000 - 9_900), SET.parts)),
        (GIVEN, (2, 0, 0), ("再买 1 件可享买2送1", 0, GIVEN.get_scope)),
        (GIVEN, (2, 0, 1), None),
        (GIVEN, (1, 0, 1), ("再买 1 件可享买2送1", 2_000, ())),
        (GIVEN, (1, 0, 0), None),
        (GIVEN, (4, 0, 1), ("再买 1 件可享买2送1", 4_000, GIVEN.get_scope)),
    ],
)
def test_what_completes_a_set_or_a_gift_is_told_with_its_place(
    benefit: Benefit, quantities: tuple[int, ...], said: tuple[str, int, tuple[Place, ...]] | None
) -> None:
    kinds = (("1", 6_000, "山野", ""), ("2", 4_000, "", "灯"), ("3", 2_000, "", "杯"))
    lines = [
        line(line_id, price, count, brand=brand, tags=frozenset({tag}))
        for (line_id, price, brand, tag), count in zip(kinds, quantities, strict=True)
        if count
    ]
    answer = best_offer(cart(*lines), [offer("k", benefit)], asking())
    assert [(tier.message, tier.saves, tier.wanted) for tier in answer.next_tiers] == ([said] if said else [])


def test_what_a_tier_gains_is_less_what_it_replaces() -> None:
    offers = [offer("now", AmountOff(1_000)), offer("then", AmountOff(4_000), minimum_spend=20_000)]
    (tier,) = best_offer(cart(line()), offers, asking()).next_tiers
    assert (tier.saves, tier.gain) == (4_000, 3_000)


@pytest.mark.parametrize("benefit", [NthItem(2, 5_000), BuyGet(2), BundlePrice(3, 19_900)])
def test_one_more_of_the_cheapest_saves_what_was_said(benefit: Benefit) -> None:
    (tier,) = best_offer(cart(line(price=9_000)), [offer("k", benefit)], asking()).next_tiers
    more = cart(line(price=9_000, quantity=1 + tier.pieces))
    assert best_offer(more, [offer("k", benefit)], asking()).saved == tier.saves > 0
