"""凑单: what is missing, and what it would save."""

from typing import Any

import pytest

from chalicelib.coupons import AmountOff
from chalicelib.coupons.offers import best_offer
from chalicelib.coupons.terms import Benefit, Every, FreeShipping, Tier, Tiers
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
