"""Whether the offers that a till names count together on a cart, and what each of them then takes off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chalicelib.core.errors import Impossible
from chalicelib.coupons.baskets import Basket, BasketLine
from chalicelib.coupons.ledger import OwnedCoupon
from chalicelib.coupons.offers import Candidate, Cart, Context, Offer, Reason, best_offer
from chalicelib.coupons.offers.places import name_of
from chalicelib.coupons.offers.reasons import WORDS
from chalicelib.coupons.offers.rule import Amounts, Rule, rule_of

FULL_LINES: Final = 50
"""Carts of more lines keep what was taken off each, and not what each cost."""


class OfferDoesNotApply(Impossible):
    """An offer that was named does not count on this cart, with the others, for this shopper, here and now."""

    def __init__(self, name: str, why: Reason, field: str, missing: str = "") -> None:
        words = WORDS[why] + (f"，{missing}" if missing else "")
        super().__init__(f"优惠 {name} 不可用：{words} ({why})", field=field)
        self.reason = why.value


@dataclass(frozen=True, slots=True)
class Choice:
    """Offers that count together. ``baskets`` by key: a coupon's code, or the id of an automatic template."""

    offer: Offer
    coupons: tuple[OwnedCoupon, ...]
    baskets: Mapping[str, Basket]

    @property
    def amount(self) -> int:
        """What the order costs before any offer, shipping with it."""
        return self.offer.goods + self.offer.shipping

    def saved_by(self, key: str) -> int:
        """What one of the offers takes off."""
        return next(each.saved for each in self.offer.applied if each.candidate.key == key)


def counted(cart: Cart, candidates: Sequence[Candidate], context: Context, fields: Mapping[str, str]) -> Offer:
    """The best order of exactly these offers. ``fields`` says by key where each was named.

    Raises ``OfferDoesNotApply`` for the first that does not count.
    """
    offer = best_offer(cart, candidates, context)
    if offer.not_applied:
        first = min(offer.not_applied, key=lambda each: candidates.index(each.candidate))
        key = first.candidate.key
        missing = next((tier.message for tier in offer.next_tiers if tier.candidate.key == key), "")
        raise OfferDoesNotApply(key, first.reason, fields[key], missing)
    return offer


def baskets_of(cart: Cart, offer: Offer) -> dict[str, Basket]:
    """What each offer that counts was worked out on, by key."""
    left = [*(line.amount for line in cart.lines), cart.shipping]
    base, level = list(left), (-1, 0)
    baskets = {}
    for applied in offer.applied:
        rule = rule_of(applied.candidate, cart)
        if rule.level != level:
            base, level = list(left), rule.level
        baskets[applied.candidate.key] = _basket(cart, rule, left, base, applied.by_line, applied.on_shipping)
        for position, line in enumerate(cart.lines):
            left[position] -= applied.by_line.get(line.line_id, 0)
        left[-1] -= applied.on_shipping
    return baskets


def _basket(cart: Cart, rule: Rule, left: Amounts, base: Amounts, parts: Mapping[str, int], on_shipping: int) -> Basket:
    is_brief, scope = len(cart.lines) > FULL_LINES, {*rule.judged, *rule.taken}
    lines = []
    for position, line in enumerate(cart.lines):
        part = parts.get(line.line_id, 0)
        if is_brief or position not in scope:
            lines.append(BasketLine(line.line_id, line.quantity, part))
            continue
        judged = base[position] if base[position] != left[position] else None
        name = name_of(rule.candidate.terms.benefit, line)
        lines.append(BasketLine(line.line_id, line.quantity, part, left[position], judged, name))
    return Basket(tuple(lines), on_shipping, left[-1], is_brief)
