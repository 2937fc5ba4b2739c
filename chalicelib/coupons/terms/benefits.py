"""What a coupon or promotion does to an order, one class a kind. They are documents: read strictly, stored as they are read.

Money is minor units (fen for CNY), shares are basis points *off* (1,200 is 12% off, 8.8折), weights are grams.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from chalicelib.coupons.terms.checks import (
    MAX_NAMES,
    require,
    require_count,
    require_money,
    require_names,
    require_share,
)
from chalicelib.coupons.terms.document import Document
from chalicelib.coupons.terms.piece_kinds import BundlePrice, BuyGet, NthItem

MAX_TIERS = 10


class CouponKind(StrEnum):
    """The kinds, as they are written in a template's ``kind``."""

    AMOUNT_OFF = "amount_off"
    PERCENT_OFF = "percent_off"
    TIERS = "tiers"
    EVERY = "every"
    NTH_ITEM = "nth_item"
    BUY_GET = "buy_get"
    BUNDLE_PRICE = "bundle_price"
    FREE_SHIPPING = "free_shipping"
    GIFT = "gift"
    MEMBER_PRICE = "member_price"
    FLASH_SALE = "flash_sale"
    DEPOSIT = "deposit"
    FIRST_ORDER = "first_order"


class AmountOff(Document, frozen=True, tag="amount_off"):
    """``value`` off (立减券)."""

    value: int

    def __post_init__(self) -> None:
        require_money(self.value, "value", 1)


class PercentOff(Document, frozen=True, tag="percent_off"):
    """``basis_points`` of the amount off, at most ``cap`` (折扣券)."""

    basis_points: int
    cap: int | None = None

    def __post_init__(self) -> None:
        require_share(self.basis_points)
        if self.cap is not None:
            require_money(self.cap, "cap", 1)


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of 满减: from ``at_least`` on, ``off`` is taken off."""

    at_least: int
    off: int


class Tiers(Document, frozen=True, tag="tiers"):
    """The highest tier that is reached (满100减10, 满300减40)."""

    tiers: tuple[Tier, ...]

    def __post_init__(self) -> None:
        require(1 <= len(self.tiers) <= MAX_TIERS, "tiers", f"must have 1 to {MAX_TIERS} entries")
        before = Tier(0, 0)
        for position, tier in enumerate(self.tiers):
            at = f"tiers[{position}]"
            require_money(tier.at_least, f"{at}.at_least", 1)
            require(before.at_least < tier.at_least, f"{at}.at_least", "must be above the tier before it")
            require(before.off < tier.off, f"{at}.off", "must be above the tier before it")
            require(tier.off <= tier.at_least, f"{at}.off", "must not exceed at_least")
            before = tier


class Every(Document, frozen=True, tag="every"):
    """``off`` for each full ``every``, at most ``cap`` (每满300减40，上限120)."""

    every: int
    off: int
    cap: int | None = None

    def __post_init__(self) -> None:
        require_money(self.every, "every", 1)
        require_money(self.off, "off", 1)
        require(self.off <= self.every, "off", "must not exceed every")
        if self.cap is not None:
            require_money(self.cap, "cap", self.off)


class FreeShipping(Document, frozen=True, tag="free_shipping"):
    """The shipping fee off, at most ``cap``: to ``regions`` (none named: everywhere) without ``except_regions``, up to
    ``max_grams``. A region is a path of names: 浙江省 holds 浙江省 > 杭州市."""

    regions: tuple[str, ...] = ()
    except_regions: tuple[str, ...] = ()
    max_grams: int | None = None
    cap: int | None = None

    def __post_init__(self) -> None:
        require_names(self.regions, "regions")
        require_names(self.except_regions, "except_regions")
        require_count(self.max_grams, "max_grams", 10_000_000)
        if self.cap is not None:
            require_money(self.cap, "cap", 1)


class Gift(Document, frozen=True, tag="gift"):
    """``quantity`` of a SKU for nothing; ``worth`` says what one is worth, to choose between gifts (赠品)."""

    sku: str
    quantity: int = 1
    worth: int = 0

    def __post_init__(self) -> None:
        require_names((self.sku,), "sku")
        require_count(self.quantity, "quantity", 100)
        require_money(self.worth, "worth")


class MemberPrice(Document, frozen=True, tag="member_price"):
    """A price of its own for SKUs or products named in ``prices``; what is not named has ``basis_points`` off (会员价)."""

    prices: Mapping[str, int] = {}
    basis_points: int = 0

    def __post_init__(self) -> None:
        _require_prices(self.prices, least=0)
        require(bool(self.prices) or self.basis_points > 0, "prices", "or basis_points are needed")
        if self.basis_points:
            require_share(self.basis_points)


class FlashSale(Document, frozen=True, tag="flash_sale"):
    """A price for SKUs or products, for at most ``per_order`` pieces of each line (限时抢购). Its stock is the template's, its
    seconds are the template's validity."""

    prices: Mapping[str, int]
    per_order: int | None = None

    def __post_init__(self) -> None:
        _require_prices(self.prices, least=1)
        require_count(self.per_order, "per_order")


class Deposit(Document, frozen=True, tag="deposit"):
    """A deposit of ``paid`` counts as ``worth`` of the price: the order costs ``worth - paid`` less (定金膨胀, 定金50抵100)."""

    paid: int
    worth: int

    def __post_init__(self) -> None:
        require_money(self.paid, "paid", 1)
        require_money(self.worth, "worth", 1)
        require(self.paid < self.worth, "worth", "must be above paid")


class FirstOrder(Document, frozen=True, tag="first_order"):
    """``value`` off for who never ordered (首单立减)."""

    value: int

    def __post_init__(self) -> None:
        require_money(self.value, "value", 1)


Benefit = (
    AmountOff
    | PercentOff
    | Tiers
    | Every
    | NthItem
    | BuyGet
    | BundlePrice
    | FreeShipping
    | Gift
    | MemberPrice
    | FlashSale
    | Deposit
    | FirstOrder
)
"""Any kind; JSON tells them apart by ``kind``."""

BY_KIND: Mapping[CouponKind, type[Benefit]] = {
    CouponKind.AMOUNT_OFF: AmountOff,
    CouponKind.PERCENT_OFF: PercentOff,
    CouponKind.TIERS: Tiers,
    CouponKind.EVERY: Every,
    CouponKind.NTH_ITEM: NthItem,
    CouponKind.BUY_GET: BuyGet,
    CouponKind.BUNDLE_PRICE: BundlePrice,
    CouponKind.FREE_SHIPPING: FreeShipping,
    CouponKind.GIFT: Gift,
    CouponKind.MEMBER_PRICE: MemberPrice,
    CouponKind.FLASH_SALE: FlashSale,
    CouponKind.DEPOSIT: Deposit,
    CouponKind.FIRST_ORDER: FirstOrder,
}


def kind_of(benefit: Benefit) -> CouponKind:
    """The kind of a benefit."""
    return CouponKind(str(benefit.__struct_config__.tag))


def _require_prices(prices: Mapping[str, int], *, least: int) -> None:
    require(least <= len(prices) <= MAX_NAMES, "prices", f"must have {least} to {MAX_NAMES} entries")
    require_names(tuple(prices), "prices")
    for name, price in prices.items():
        require_money(price, f"prices.{name}", 1)
