"""The use case: a coupon is reserved or redeemed for a cart, and takes off what the cart says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.core.errors import TooLarge
from chalicelib.coupons.codes import CouponCodeMistyped
from chalicelib.coupons.errors import CouponNotFound, CouponNotRedeemed
from chalicelib.coupons.ledger import CouponState, Movement, OwnedCoupon
from chalicelib.coupons.model import Coupon, CouponStatus
from chalicelib.coupons.offers import BestOffers, Candidate, Question, Reason
from chalicelib.coupons.passage import Passage, ShopperIds
from chalicelib.coupons.service import Coupons
from chalicelib.coupons.takings import require_same_amount, require_same_discount
from chalicelib.coupons.till.choice import Choice, OfferDoesNotApply, baskets_of, counted
from chalicelib.coupons.till.giving_back import required_pieces
from chalicelib.coupons.till.part_return import PartReturn
from chalicelib.coupons.wishes import Redeem, Reserve

Guard = Callable[[Coupon, OwnedCoupon], Passage]
MAX_BESIDE: Final = 30


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a till says of an order: the cart and who buys, the other offers on it (codes, ids of automatic ones), and a text
    that stands for all of it as it was sent."""

    question: Question
    beside: tuple[str, ...]
    asked: str
    shopper: str | None = None


class Till:
    """Works out what a coupon takes off a cart before it is reserved or redeemed."""

    def __init__(self, coupons: Coupons, offers: BestOffers, ids: ShopperIds, clock: Clock) -> None:
        self._coupons = coupons
        self._offers = offers
        self._ids = ids
        self._clock = clock

    def move(self, code: str, wish: Reserve | Redeem, purchase: Purchase, guard: Guard | None = None) -> OwnedCoupon:
        """``Coupons.move`` with what the coupon takes off the cart of ``purchase``. The same request again is answered, and
        what was reserved for it is redeemed, without working anything out again.

        Raises ``OfferDoesNotApply``, ``DiscountDiffers``, ``AmountDiffers``, what ``choose`` and ``Coupons.move`` raise.
        """
        wish = replace(wish, asked=purchase.asked)
        owned = self._coupons.find(code)
        if owned.first(wish.key) is None and not self._is_reserved(owned, wish):
            wish = self._worked_out(owned, wish, purchase)
        return self._coupons.move(code, wish, guard)

    def give_back(self, code: str, wish: PartReturn) -> tuple[int, OwnedCoupon]:
        """What goes back of the discount with some pieces of the order, and the coupon then. Of a coupon that went back whole
        before, nothing does, whatever else of the order comes back. Raises what ``Coupons.move`` raises."""
        try:
            owned = self._coupons.move(code, wish)
        except CouponNotRedeemed:
            owned = self._coupons.find(code)
            used = (Movement.REDEEMED, wish.order_id)
            if used not in [(entry.movement, entry.order_id) for entry in owned.entries]:
                raise
            standing = owned.standing
            if standing.basket is not None and standing.order_id == wish.order_id:
                required_pieces(standing.basket, standing.returned, wish.returned)
            return 0, owned
        return owned.entries[-1].discount or 0, owned

    def choose(self, names: Mapping[str, str], order_id: str, purchase: Purchase, moving: str | None = None) -> Choice:
        """The offers ``names`` (codes, ids of automatic templates; by each the field that it came in) on the cart. Whether
        the coupon ``moving`` is free to be used is left to its ledger.

        The shopper is the one that is named, or the owner of the first coupon. Raises ``OfferDoesNotApply`` for the first
        that does not count with the others, ``CouponCodeMistyped`` or ``CouponNotFound`` for what is no offer.
        """
        coupons, automatic, fields = self._named(names)
        owners = self._owners(purchase.shopper, coupons)
        cart, context = self._offers.situation(replace(purchase.question, owners=owners))
        candidates = []
        for owned in coupons:
            reason = self._why_not(owned, owners, order_id, is_moving=owned.code == moving)
            if reason is not None:
                raise OfferDoesNotApply(owned.code, reason, fields[owned.code])
            candidates.append(Candidate(owned.code, owned.terms, owned.usable_from, owned.expires_at))
        for coupon in automatic:
            candidates.append(Candidate(coupon.coupon_id, coupon.terms, *coupon.validity.window(context.now)))
        offer = counted(cart, candidates, context, fields)
        return Choice(offer, tuple(coupons), baskets_of(cart, offer))

    def _worked_out(self, owned: OwnedCoupon, wish: Reserve | Redeem, purchase: Purchase) -> Reserve | Redeem:
        if len(purchase.beside) > MAX_BESIDE:
            raise TooLarge(f"at most {MAX_BESIDE} other offers", field="with")
        beside = {name: f"with[{position}]" for position, name in enumerate(purchase.beside)}
        choice = self.choose({owned.code: "cart"} | beside, wish.order_id, purchase, owned.code)
        ours = choice.saved_by(owned.code)
        require_same_amount(wish.amount, choice.amount)
        require_same_discount(wish.discount, ours)
        return replace(wish, amount=choice.amount, discount=ours, basket=choice.baskets[owned.code])

    def _is_reserved(self, owned: OwnedCoupon, wish: Reserve | Redeem) -> bool:
        """Whether this very cart was worked out when the coupon was reserved: it is kept to, whatever the hour is now."""
        standing = owned.standing
        if not isinstance(wish, Redeem) or standing.state is not CouponState.RESERVED:
            return False
        same = (standing.order_id, standing.asked) == (wish.order_id, wish.asked)
        return same and not owned.has_lapsed(self._clock.now())

    def _named(self, names: Mapping[str, str]) -> tuple[list[OwnedCoupon], list[Coupon], dict[str, str]]:
        coupons: dict[str, OwnedCoupon] = {}
        automatic: dict[str, Coupon] = {}
        fields: dict[str, str] = {}
        for name, field in names.items():
            try:
                owned = self._coupons.find(name)
                coupons.setdefault(owned.code, owned)
                fields.setdefault(owned.code, field)
            except (CouponNotFound, CouponCodeMistyped) as unknown:
                automatic[name] = self._automatic(name, field, unknown)
                fields[name] = field
        return list(coupons.values()), list(automatic.values()), fields

    def _automatic(self, name: str, field: str, unknown: CouponNotFound | CouponCodeMistyped) -> Coupon:
        """The automatic template called ``name``. Raises ``unknown`` naming the field when there is none."""
        try:
            coupon = self._coupons.get(name)
        except CouponNotFound:
            raise type(unknown)(unknown.message, field=field) from None
        if not coupon.terms.is_automatic or coupon.status is not CouponStatus.ACTIVE:
            raise OfferDoesNotApply(name, Reason.NOT_OWNED, field)
        return coupon

    def _owners(self, shopper: str | None, coupons: Sequence[OwnedCoupon]) -> tuple[str, ...]:
        named = shopper or (coupons[0].shopper_id if coupons else None)
        return self._ids.of(named) if named else ()

    def _why_not(self, owned: OwnedCoupon, owners: Sequence[str], order_id: str, *, is_moving: bool) -> Reason | None:
        """Why a coupon is not for this order to use, whatever the cart. The order's own ones count again."""
        if owned.shopper_id not in owners:
            return Reason.NOT_OWNED
        if is_moving:
            return None
        match owned.state_at(self._clock.now()):
            case CouponState.ISSUED | CouponState.EXPIRED:
                return None
            case CouponState.VOIDED:
                return Reason.VOIDED
            case _ if owned.standing.order_id == order_id and owned.state is not CouponState.REFUNDED:
                return None
            case CouponState.RESERVED:
                return Reason.RESERVED
            case _:
                return Reason.ALREADY_USED
