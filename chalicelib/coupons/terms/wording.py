"""What a benefit is worth, in the few Chinese words of a shop's page or mail."""

from chalicelib.core.money import format_yuan
from chalicelib.coupons.terms.benefits import (
    AmountOff,
    Benefit,
    Deposit,
    Every,
    FirstOrder,
    FlashSale,
    FreeShipping,
    Gift,
    MemberPrice,
    PercentOff,
    Tiers,
)
from chalicelib.coupons.terms.checks import FULL
from chalicelib.coupons.terms.piece_kinds import BundlePrice, BuyGet, NthItem


def in_words(benefit: Benefit) -> str:  # noqa: C901 - one line a kind
    """``¥20``, ``8.8折``, ``满¥300减¥40``, ``第2件5折``, ``任选3件¥99``."""
    match benefit:
        case AmountOff(value) | FirstOrder(value):
            return format_yuan(value)
        case PercentOff(basis_points, cap):
            return _fold(basis_points) + _at_most(cap)
        case Tiers(tiers):
            return "，".join(f"满{format_yuan(tier.at_least)}减{format_yuan(tier.off)}" for tier in tiers)
        case Every(every, off, cap):
            return f"每满{format_yuan(every)}减{format_yuan(off)}{_at_most(cap)}"
        case NthItem(nth, basis_points):
            return f"第{nth}件{_fold(basis_points)}"
        case BuyGet(buy, get):
            return f"买{buy}送{get}"
        case BundlePrice(parts=parts, price=price) if parts:
            return f"套装价{format_yuan(price)}"
        case BundlePrice(quantity, price):
            return f"任选{quantity}件{format_yuan(price)}"
        case FreeShipping():
            return "包邮"
        case Gift(_, quantity):
            return f"赠品{quantity}件"
        case MemberPrice():
            return "会员价"
        case FlashSale():
            return "限时抢购价"
        case Deposit(paid, worth):
            return f"定金{format_yuan(paid)}抵{format_yuan(worth)}"


def _fold(basis_points: int) -> str:
    """12% off is 8.8折, all of it is free."""
    return f"{(FULL - basis_points) / 1_000:g}折" if basis_points < FULL else "免费"


def _at_most(cap: int | None) -> str:
    return f"，最多减{format_yuan(cap)}" if cap is not None else ""
