"""Made carts and offers: every kind, on all goods, a brand or a category. The same random source makes the same ones."""

from datetime import UTC, datetime, timedelta
from random import Random

from chalicelib.coupons.offers import Candidate, Cart, Line
from chalicelib.coupons.terms import (
    AmountOff,
    Benefit,
    BundlePrice,
    BuyGet,
    Every,
    FlashSale,
    FreeShipping,
    Gift,
    MemberPrice,
    NthItem,
    PercentOff,
    Place,
    Terms,
    Tier,
    Tiers,
)

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def drawn_cart(random: Random, lines: int) -> Cart:
    """A cart of goods of 5 brands and 4 categories, ¥9 to ¥300, one to three of each."""
    return Cart(
        tuple(
            Line(
                str(number),
                f"p{number}",
                random.randrange(900, 30_000),
                random.randrange(1, 4),
                brand=f"b{random.randrange(5)}",
                category_path=(f"c{random.randrange(4)}",),
            )
            for number in range(lines)
        ),
        shipping=1_200,
    )


def drawn_offers(random: Random, count: int, groups: tuple[str | None, ...] = (None,)) -> list[Candidate]:
    """Offers of every kind that takes something, each of one of ``groups`` (None: that of its kind)."""
    return [_drawn(random, number, groups) for number in range(count)]


def _drawn(random: Random, number: int, groups: tuple[str | None, ...]) -> Candidate:
    scopes = [(), (), (Place(brands=(f"b{random.randrange(5)}",)),), (Place(categories=(f"c{random.randrange(4)}",)),)]
    terms = Terms(
        f"k{number}",
        _benefit(random),
        scope=random.choice(scopes),
        minimum_spend=random.choice([0, 0, 5_000, 20_000]),
        group=random.choice(groups),
        priority=random.choice([0, 0, 0, 1]),
        is_exclusive=random.random() < 0.03,
    )
    return Candidate(f"k{number}", terms, NOON - timedelta(days=1), NOON + timedelta(days=7))


def _benefit(random: Random) -> Benefit:
    kinds: list[Benefit] = [
        AmountOff(random.randrange(500, 5_000)),
        PercentOff(random.randrange(300, 2_500), random.choice([None, 5_000])),
        Every(random.choice([10_000, 20_000, 30_000]), random.randrange(500, 5_000), random.choice([None, 10_000])),
        Tiers((Tier(10_000, 1_000), Tier(30_000, random.randrange(2_000, 6_000)))),
        NthItem(2, 5_000, random.choice([None, 1])),
        BuyGet(2),
        BundlePrice(3, 9_900),
        FreeShipping(cap=random.choice([None, 500])),
        Gift("gift", worth=random.randrange(5_000)),
        MemberPrice(basis_points=random.randrange(200, 800)),
        FlashSale({f"p{random.randrange(5)}": random.randrange(1_000, 8_000)}, random.choice([None, 1])),
    ]
    return random.choice(kinds)
