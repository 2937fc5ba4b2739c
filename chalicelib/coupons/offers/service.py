"""The use case: a cart as a till sends it, and the best offer for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.core.errors import InvalidRequest
from chalicelib.coupons.codes import CouponCodeMistyped, tidy
from chalicelib.coupons.errors import CouponNotFound
from chalicelib.coupons.ledger import OwnedCoupon
from chalicelib.coupons.offers.best import best_offer
from chalicelib.coupons.offers.cart import Candidate, Cart, Context, Customer, Line
from chalicelib.coupons.offers.filling import Filling, fillings
from chalicelib.coupons.offers.offer import Offer
from chalicelib.coupons.offers.ports import Assortment, Customers, Fillers, Goods, TypedCodes
from chalicelib.coupons.offers.purse import MOST_READ, Unusable, open_ones, purse_of, usable
from chalicelib.coupons.offers.reasons import Reason
from chalicelib.coupons.service import Coupons
from chalicelib.coupons.terms import require

FILLERS: Final = 3
_NOT_ALL: Final = f"该顾客的券太多，只看了 {MOST_READ} 张 (only {MOST_READ} of the shopper's coupons were looked at)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line as a till sends it: what it does not say (``price``) is the catalogue's."""

    line_id: str
    product_id: str
    quantity: int = 1
    sku_id: str | None = None
    price: int | None = None
    shop: str | None = None
    grams: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A cart and who asks. ``owners`` are the shopper's ids, the surviving one first; none: only ``codes`` and automatic offers
    count. ``told`` is what the till knows of the customer beyond the profile, ``client`` whoever typed the codes."""

    lines: tuple[Wanted, ...]
    owners: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    currency: str = "CNY"
    shipping: int = 0
    region: str | None = None
    channel: str | None = None
    told: Customer = field(default_factory=Customer)
    client: str | None = None

    @property
    def guesser(self) -> str | None:
        """Against whom wrong codes are held; None: nobody is named."""
        return self.client or (self.owners[0] if self.owners else None)


@dataclass(frozen=True, slots=True)
class Answer:
    """The best offer, coupons that could not be compared, and for each next tier what to add to reach it. ``saw_all`` is False
    when the shopper has more coupons than were read: what those would save, nobody knows."""

    offer: Offer
    unusable: tuple[Unusable, ...]
    fillers: Mapping[str, Sequence[Filling]]
    saw_all: bool = True

    @property
    def is_exact(self) -> bool:
        """Whether this is known to be the lowest price."""
        return self.saw_all and self.offer.is_exact

    @property
    def at_most_missed(self) -> int:
        """No other choice is cheaper by more than this (minor units)."""
        return self.offer.at_most_missed if self.saw_all else self.offer.payable

    @property
    def note(self) -> str | None:
        """What the shop should know of how this was found, if anything."""
        return None if self.saw_all else _NOT_ALL


class BestOffers:
    """Finds the best offer for a cart."""

    def __init__(
        self,
        coupons: Coupons,
        assortment: Assortment,
        customers: Customers,
        fillers: Fillers,
        clock: Clock,
        zone: tzinfo,
        typed: TypedCodes,
    ) -> None:
        self._coupons = coupons
        self._assortment = assortment
        self._customers = customers
        self._fillers = fillers
        self._clock = clock
        self._zone = zone
        self._typed = typed

    def best(self, question: Question, fillers: int = FILLERS) -> Answer:
        """The best offer among the coupons of ``question.owners``, those of ``question.codes`` and what is automatic, with up to
        ``fillers`` products for each next tier. Nothing is reserved. Raises ``InvalidRequest`` and ``TooLarge`` naming the field.
        """
        cart, context = self.situation(question)
        now, purse = context.now, purse_of(self._coupons, question.owners)
        typed = {tidy(code) for code in question.codes}
        own = open_ones(purse, typed, now)
        named, unknown = self._named([code for code in question.codes if tidy(code) not in own], question.guesser)
        candidates, unusable = usable(own | {each.code: each for each in named}, question.owners, now)
        offer = best_offer(cart, [*candidates, *self._automatic(now)], context)
        return Answer(offer, (*unknown, *unusable), self._near(cart, offer, fillers, now), purse.is_whole)

    def _near(self, cart: Cart, offer: Offer, count: int, now: datetime) -> dict[str, Sequence[Filling]]:
        """By next tier, up to ``count`` products that reach it."""
        without = {line.product_id for line in cart.lines}
        tiers = offer.next_tiers if count else ()
        return {tier.candidate.key: fillings(tier, self._fillers, without, count, now) for tier in tiers}

    def situation(self, question: Question) -> tuple[Cart, Context]:
        """The cart, and who asks, when and where. Raises ``InvalidRequest`` and ``TooLarge`` naming the field."""
        context = Context(self._clock.now(), self._zone, self._customer(question), question.channel)
        return self.cart(question), context

    def cart(self, question: Question) -> Cart:
        """The cart with what the catalogue knows of its goods. Raises ``InvalidRequest`` and ``TooLarge`` naming the field."""
        goods = self._assortment.of(sorted({each.product_id for each in question.lines}))
        lines = tuple(
            _line(each, goods.get(each.product_id), f"cart.lines[{position}]")
            for position, each in enumerate(question.lines)
        )
        return Cart(lines, question.currency, question.shipping, question.region)

    def _customer(self, question: Question) -> Customer:
        told = question.told
        if not question.owners:
            return told
        known = self._customers.of(question.owners[0])
        return replace(
            known,
            orders=known.orders if told.orders is None else told.orders,
            levels=known.levels | told.levels,
            segments=known.segments | told.segments,
            tags=known.tags | told.tags,
        )

    def _named(self, codes: Sequence[str], guesser: str | None) -> tuple[list[OwnedCoupon], list[Unusable]]:
        """The coupons with these codes, as they were typed. Wrong ones are held against ``guesser``."""
        tries = self._typed.tries_left(guesser) if codes else 0
        found, unknown = [], []
        for code in codes:
            if tries <= 0:
                unknown.append(Unusable(code, Reason.TOO_MANY_WRONG_CODES))
                continue
            try:
                found.append(self._coupons.find(code))
            except (CouponNotFound, CouponCodeMistyped):
                is_waiting = self._typed.is_waiting(code)
                if not is_waiting:
                    self._typed.count_wrong(guesser)
                    tries -= 1
                unknown.append(Unusable(code, Reason.NOT_CLAIMED if is_waiting else Reason.UNKNOWN_CODE))
        return found, unknown

    def _automatic(self, now: datetime) -> list[Candidate]:
        return [
            Candidate(coupon.coupon_id, coupon.terms, *coupon.validity.window(now))
            for coupon in self._coupons.automatic()
        ]


def _line(wanted: Wanted, goods: Goods | None, at: str) -> Line:
    known = goods or Goods(None)
    price = wanted.price
    if price is None:
        is_known = wanted.sku_id is None or not known.sku_prices or wanted.sku_id in known.sku_prices
        require(is_known, f"{at}.sku", "is none of this product's SKUs: send its price")
        price = known.sku_prices.get(wanted.sku_id or "", known.price)
    if price is None:
        raise InvalidRequest(f"{at}.price is needed: the catalogue has none for this product", field=f"{at}.price")
    return Line(
        wanted.line_id,
        wanted.product_id,
        price,
        wanted.quantity,
        wanted.sku_id,
        known.category_path,
        known.brand,
        known.tags,
        wanted.shop,
        wanted.grams,
    )
