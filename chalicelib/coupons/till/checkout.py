"""The use case: all offers of an order are reserved, redeemed or let go together, or none of them is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Conflict, NotFound, TooLarge, Unavailable
from chalicelib.coupons.errors import CouponBudgetSpent, CouponChanged, CouponKeyReused, CouponNotReserved
from chalicelib.coupons.granting import answered, granted, lapsed
from chalicelib.coupons.ledger import CouponState, OwnedCoupon
from chalicelib.coupons.passage import FREE
from chalicelib.coupons.ports import CouponLedger
from chalicelib.coupons.service import Coupons
from chalicelib.coupons.terms import require
from chalicelib.coupons.till.choice import Choice
from chalicelib.coupons.till.holds import MAX_TOGETHER, Move, OrderHold, OrderHolds
from chalicelib.coupons.till.service import Guard, Purchase, Till
from chalicelib.coupons.wishes import MAX_RESERVED_SECONDS, Redeem, Release, Reserve

_TRIES: Final = 8


class OrderHoldsOffers(Conflict):
    """The order reserved or used offers before: they are released first."""


class OrderNotFound(NotFound):
    """The order reserved no offers."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order's offers after a movement, each coupon as it was then."""

    hold: OrderHold
    coupons: tuple[OwnedCoupon, ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    actor: str
    seconds: int
    guard: Guard | None


class Checkout:
    """The offers of whole orders."""

    def __init__(self, coupons: Coupons, ledger: CouponLedger, holds: OrderHolds, till: Till, clock: Clock) -> None:
        self._coupons = coupons
        self._ledger = ledger
        self._holds = holds
        self._till = till
        self._clock = clock

    def reserve(
        self,
        order_id: str,
        names: Sequence[str],
        purchase: Purchase,
        key: str,
        actor: str,
        seconds: int = 900,
        guard: Guard | None = None,
    ) -> Order:
        """Hold every coupon of ``names`` (which may name automatic offers besides) for the order, each with what it takes
        off the cart beside the others. The same ``key`` again gets the same answer, as long as the order keeps it.

        Raises what ``Till.choose`` and the wish to reserve raise, ``OrderHoldsOffers``, ``CouponKeyReused``,
        ``CouponBudgetSpent``, or ``Unavailable``; then nothing is held.
        """
        require(len(names) > 0, "offers", "must not be empty")
        require(0 < seconds <= MAX_RESERVED_SECONDS, "seconds", f"must be between 1 and {MAX_RESERVED_SECONDS}")
        fields = {name: f"offers[{position}]" for position, name in enumerate(names)}
        wish, is_swept = _Wanted(actor, seconds, guard), False
        for _ in range(_TRIES):
            before = self._holds.get(order_id)
            if before is not None and before.key == key:
                return self._again(before, purchase.asked)
            self._require_free(before)
            choice = self._till.choose(fields, order_id, purchase)
            try:
                hold = self._hold(order_id, choice, purchase.asked, key, seconds, before)
                moves = _counted_once([self._reserved(owned, choice, hold, wish) for owned in choice.coupons])
                self._holds.move(moves, hold)
            except CouponChanged:
                continue
            except CouponBudgetSpent:
                if is_swept or not sum(self._coupons.lapse_due(each.coupon_id) for each in choice.coupons):
                    raise
                is_swept = True
                continue
            return Order(hold, tuple(owned for _, owned, _ in moves))
        raise _busy()

    def redeem(self, order_id: str, key: str, actor: str) -> Order:
        """Use every coupon that the order reserved; those that it used already stay as they are.

        Raises ``OrderNotFound``, or ``CouponNotReserved`` when a reservation is over; then none is used.
        """
        return self._finish(order_id, Redeem(order_id, None, key, actor))

    def release(self, order_id: str, key: str, actor: str, reason: str = "订单取消") -> Order:
        """Let go of every coupon that the order still holds.

        Raises ``OrderNotFound``, or ``CouponNotReserved`` when it used one of them.
        """
        return self._finish(order_id, Release(order_id, key, actor, reason))

    def _finish(self, order_id: str, wish: Redeem | Release) -> Order:
        hold = self._holds.get(order_id)
        if hold is None:
            raise OrderNotFound("该订单没有占用优惠 (this order reserved no offers)", field="order_id")
        for _ in range(_TRIES):
            answers: list[OwnedCoupon] = []
            moves: list[Move] = []
            for code in hold.codes:
                owned = self._coupons.find(code)
                done = answered(wish, owned) or (owned if _is_done(owned, wish) else None)
                answers.append(done or self._moved(owned, wish))
                if done is None:
                    moves.append((self._coupons.get(owned.coupon_id), answers[-1], FREE))
            try:
                if moves:
                    self._holds.move(moves)
            except CouponChanged:
                continue
            return Order(hold, tuple(answers))
        raise _busy()

    def _moved(self, owned: OwnedCoupon, wish: Redeem | Release) -> OwnedCoupon:
        now, standing = self._clock.now(), owned.standing
        is_held = standing.state is CouponState.RESERVED and standing.order_id == wish.order_id
        if not is_held or (isinstance(wish, Redeem) and owned.has_lapsed(now)):
            raise CouponNotReserved(f"优惠券 {owned.code} 未被此订单占用或已超时 (it is not reserved for this order)")
        return granted(wish, owned, now, self._coupons.today())

    def _hold(
        self, order_id: str, choice: Choice, asked: str, key: str, seconds: int, before: OrderHold | None
    ) -> OrderHold:
        require(len(choice.coupons) > 0, "offers", "names no coupon")
        if len(choice.coupons) > MAX_TOGETHER:
            raise TooLarge(f"at most {MAX_TOGETHER} coupons are reserved together", field="offers")
        codes = tuple(owned.code for owned in choice.coupons)
        applied = {each.candidate.key: each.saved for each in choice.offer.applied}
        return OrderHold(
            order_id,
            codes,
            key,
            asked,
            choice.amount,
            choice.offer.saved,
            self._clock.now() + timedelta(seconds=seconds),
            {name: saved for name, saved in applied.items() if name not in codes},
            before.version + 1 if before else 1,
        )

    def _reserved(self, owned: OwnedCoupon, choice: Choice, hold: OrderHold, wish: _Wanted) -> Move:
        coupon, now = self._coupons.get(owned.coupon_id), self._clock.now()
        if owned.has_lapsed(now):
            owned = lapsed(owned, now)
            self._ledger.move(coupon, owned)
        if owned.first(hold.key) is not None:
            raise _reused()
        saved, basket = choice.saved_by(owned.code), choice.baskets[owned.code]
        asked = Reserve(
            hold.order_id,
            hold.amount,
            hold.key,
            wish.actor,
            wish.seconds,
            saved,
            basket=basket,
            asked=hold.asked,
        )
        passage = wish.guard(coupon, owned) if wish.guard else FREE
        return coupon, granted(asked, owned, now, self._coupons.today()), passage

    def _again(self, hold: OrderHold, asked: str) -> Order:
        if hold.asked != asked:
            raise _reused()
        found = [self._coupons.find(code) for code in hold.codes]
        return Order(hold, tuple(owned.first(hold.key) or owned for owned in found))

    def _require_free(self, before: OrderHold | None) -> None:
        now = self._clock.now()
        for code in before.codes if before else ():
            owned = self._coupons.find(code)
            is_used = owned.state in (CouponState.REDEEMED, CouponState.PARTIALLY_REFUNDED, CouponState.REFUNDED)
            is_held = is_used or (owned.state is CouponState.RESERVED and not owned.has_lapsed(now))
            if before and is_held and owned.standing.order_id == before.order_id:
                raise OrderHoldsOffers("该订单已占用或使用了优惠，请先释放 (release this order's offers first)")


def _is_done(owned: OwnedCoupon, wish: Redeem | Release) -> bool:
    """Whether the coupon is where the wish would bring it, under whichever key."""
    standing = owned.standing
    is_of_order = standing.order_id == wish.order_id
    if isinstance(wish, Release):
        return not is_of_order
    return is_of_order and standing.state is not CouponState.RESERVED


def _counted_once(moves: Sequence[Move]) -> list[Move]:
    """A transaction touches a count once: several coupons of one template and mark are one count of so many. Each keeps
    its ties."""
    marked = [(coupon.coupon_id, count.tie) for coupon, _, passage in moves for count in passage.counts]
    times = Counter(marked)
    counted = []
    for coupon, owned, passage in moves:
        mine = [(count, times.pop((coupon.coupon_id, count.tie), 0)) for count in passage.counts]
        counts = tuple(replace(count, times=many) for count, many in mine if many)
        counted.append((coupon, owned.tied(passage.ties), replace(passage, counts=counts)))
    return counted


def _reused() -> CouponKeyReused:
    return CouponKeyReused("同一幂等键已用于另一请求 (this Idempotency-Key came before with another request)")


def _busy() -> Unavailable:
    return Unavailable("优惠券正忙，请稍后再试 (others are changing these coupons, try again)")
