"""The use cases at the door: a shopper takes a coupon, and uses it."""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import TypeVar

from chalicelib.core.clock import Clock
from chalicelib.coupons.code_desk import CodeDesk
from chalicelib.coupons.guards.attempts import Attempt
from chalicelib.coupons.guards.book import GuardBook
from chalicelib.coupons.guards.doorkeeper import Doorkeeper
from chalicelib.coupons.guards.marks import Mark, Marks
from chalicelib.coupons.guards.ports import Claimant, Claimants
from chalicelib.coupons.guards.rules import CouponRefused, Verb
from chalicelib.coupons.guards.welcome import require_welcome
from chalicelib.coupons.ledger import CouponState, Movement, OwnedCoupon
from chalicelib.coupons.model import Coupon, Issue
from chalicelib.coupons.passage import Passage
from chalicelib.coupons.service import Coupons

T = TypeVar("T")
UseGuard = Callable[[Coupon, OwnedCoupon], Passage]


class Door:
    """Claims and uses that the rules watch. ``blind`` makes a keyed digest of a mark."""

    def __init__(
        self,
        coupons: Coupons,
        desk: CodeDesk,
        book: GuardBook,
        keeper: Doorkeeper,
        claimants: Claimants,
        clock: Clock,
        zone: tzinfo,
        blind: Callable[[str], str],
    ) -> None:
        self._coupons = coupons
        self._desk = desk
        self._book = book
        self._keeper = keeper
        self._claimants = claimants
        self._clock = clock
        self._zone = zone
        self._blind = blind

    def claim(
        self, coupon_id: str, shopper_id: str, key: str, marks: Marks | None = None, referrer: str | None = None
    ) -> OwnedCoupon:
        """A coupon that a shopper takes, once per ``key``.

        Raises ``CouponNotForShopper``, ``CouponRefused``, ``ReferrerNeeded``, and what ``Coupons.issue`` raises.
        """
        first = self._coupons.given(coupon_id, (shopper_id,), key, Movement.CLAIMED)
        if first is not None:
            return first
        digests = _digests(marks, self._blind)
        coupon, claimant = self._coupons.get(coupon_id), self._claimants.of(shopper_id)
        others = tuple(each for each in claimant.ids if each != shopper_id)
        first = self._coupons.given(coupon_id, others, key, Movement.CLAIMED)
        if first is not None:
            return first
        issue = Issue(key, "shopper", "领取", movement=Movement.CLAIMED)
        attempt = Attempt(Verb.CLAIM, coupon, claimant.ids, digests)
        return self._noting(
            attempt,
            lambda: self._coupons.issue_to(
                coupon, claimant.ids, issue, self._passage(attempt, claimant, issue, referrer)
            ),
        )

    def claim_code(
        self,
        typed: str,
        shopper_id: str,
        key: str,
        marks: Marks | None = None,
        referrer: str | None = None,
        client: str | None = None,
    ) -> OwnedCoupon:
        """``claim`` by a code; a wrong one is held against ``client``, else the shopper. Raises besides what
        ``CodeDesk.claim`` raises."""
        digests = _digests(marks, self._blind)
        claimant = self._claimants.of(shopper_id)
        issue = Issue(key, "shopper", "领取")
        attempts: list[Attempt] = []

        def guard(coupon: Coupon) -> Passage:
            attempts.append(Attempt(Verb.CLAIM, coupon, claimant.ids, digests))
            return self._passage(attempts[0], claimant, issue, referrer)

        try:
            return self._desk.claim_to(typed, claimant.ids, key, guard, client)
        except CouponRefused as refusal:
            self._keeper.refused(attempts[0], refusal)
            raise

    def using(self, marks: Marks | None, act: Callable[[UseGuard], T]) -> T:
        """What ``act(guard)`` gives, which reserves or redeems by ``Coupons.move(code, wish, guard)``. Raises
        ``CouponRefused`` besides."""
        digests = _digests(marks, self._blind)
        attempts: dict[str, Attempt] = {}

        def guard(coupon: Coupon, owned: OwnedCoupon) -> Passage:
            return self._use(attempts, Attempt(Verb.REDEEM, coupon, (owned.shopper_id,), digests), owned)

        try:
            return act(guard)
        except CouponRefused as refusal:
            self._keeper.refused(list(attempts.values())[-1], refusal)
            raise

    def _use(self, attempts: dict[str, Attempt], attempt: Attempt, owned: OwnedCoupon) -> Passage:
        guards, is_again = self._book.current(), owned.code in attempts
        attempts[owned.code] = attempt
        # A coupon that is paid for was counted when it was reserved; so was one that lost a race and comes again.
        if not is_again and owned.state_at(self._clock.now()) is not CouponState.RESERVED:
            self._keeper.keep_pace(guards, attempt)
        return self._keeper.use(guards, attempt, owned)

    def _passage(self, attempt: Attempt, claimant: Claimant, issue: Issue, referrer: str | None) -> Passage:
        # Paused, archived or ended: no attempt is counted for what nobody is given.
        self._coupons.prepare(attempt.coupon, attempt.shopper_id, issue)
        require_welcome(attempt.coupon, claimant.customer, self._clock.now(), self._zone)
        return self._keeper.claim(self._book.current(), attempt, referrer)

    def _noting(self, attempt: Attempt, act: Callable[[], OwnedCoupon]) -> OwnedCoupon:
        try:
            return act()
        except CouponRefused as refusal:
            self._keeper.refused(attempt, refusal)
            raise


def _digests(marks: Marks | None, blind: Callable[[str], str]) -> Mapping[Mark, str]:
    return marks.digests(blind) if marks else {}
