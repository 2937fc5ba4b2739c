"""The rules at the door applied to one attempt: what to count with it, or why it is refused."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Unavailable
from chalicelib.coupons.guards.attempts import Attempt, reason_of
from chalicelib.coupons.guards.ports import Claimants, GuardRecords
from chalicelib.coupons.guards.rules import CouponRefused, GuardReason, Guards, Hit, Mode, Pace, ReferrerNeeded
from chalicelib.coupons.ledger import OwnedCoupon
from chalicelib.coupons.passage import FREE, Count, MarkKind, Passage, Referral, Tie, tie_of
from chalicelib.coupons.ports import CouponLedger

SATURATED: Final = 1_000
"""So far beyond a limit a mark is not counted on."""
_GENERATIONS: Final = 4
_ANCESTORS: Final = 50
"""How far a circle of referrals is followed."""


class Doorkeeper:
    """Judges attempts. ``report`` is told of every hit, for metrics and the log."""

    def __init__(
        self,
        records: GuardRecords,
        ledger: CouponLedger,
        claimants: Claimants,
        clock: Clock,
        report: Callable[[Hit], None],
    ) -> None:
        self._records = records
        self._ledger = ledger
        self._claimants = claimants
        self._clock = clock
        self._report = report

    def claim(self, guards: Guards, attempt: Attempt, referrer: str | None = None) -> Passage:
        """What a claim counts. Raises ``CouponRefused`` or ``ReferrerNeeded``."""
        self._require_marks(guards, attempt, ())
        referral, counts = self._referral(guards, attempt, referrer) if attempt.coupon.referral else (None, ())
        counts = self._look_ahead(guards, attempt, (*self._counts(guards, attempt, ()), *counts))
        self.keep_pace(guards, attempt)
        self._remember(guards, attempt)
        return Passage(counts, referral)

    def use(self, guards: Guards, attempt: Attempt, owned: OwnedCoupon) -> Passage:
        """What a reservation or redemption counts: marks that the coupon is not tied to yet. Raises ``CouponRefused``."""
        ties = [tie_of(text) for text in owned.ties]
        self._require_marks(guards, attempt, ties)
        counts = self._look_ahead(guards, attempt, self._counts(guards, attempt, ties))
        self._remember(guards, attempt)
        return Passage(counts) if counts else FREE

    def keep_pace(self, guards: Guards, attempt: Attempt) -> None:
        """Count the attempt for every velocity rule. Raises ``CouponRefused``."""
        for pace in guards.paces:
            mark = attempt.mark(pace.per)
            if pace.mode is Mode.OFF or pace.on is not attempt.verb or mark is None:
                continue
            if not self._is_in_pace(pace, mark):
                self._hit(attempt, GuardReason.VELOCITY, pace.mode, pace.rule_id)

    def _is_in_pace(self, pace: Pace, mark: str) -> bool:
        now = self._clock.now()
        if pace.mode is Mode.ENFORCE:
            return self._records.keep_pace(pace, mark, now, enforced=True)
        try:
            return self._records.keep_pace(pace, mark, now, enforced=False)
        except Unavailable:
            # What only watches must not stand in the way.
            return True

    def refused(self, attempt: Attempt, refusal: CouponRefused) -> None:
        """Note a refusal that came out of the ledger's transaction."""
        self._note(attempt, refusal.why, Mode.ENFORCE, refusal.rule)

    def _require_marks(self, guards: Guards, attempt: Attempt, ties: Sequence[Tie]) -> None:
        mode = guards.mode(GuardReason.MARK_MISSING)
        if mode is not Mode.OFF and attempt.missing(frozenset(tie.kind for tie in ties)) is not None:
            self._hit(attempt, GuardReason.MARK_MISSING, mode)

    def _counts(self, guards: Guards, attempt: Attempt, ties: Sequence[Tie]) -> tuple[Count, ...]:
        told = [(Tie(kind, mark), limit) for kind, limit, mark in attempt.wanted if mark is not None]
        return tuple(count for tie, limit in told if tie not in ties for count in _counted(guards, tie, limit))

    def _look_ahead(self, guards: Guards, attempt: Attempt, counts: tuple[Count, ...]) -> tuple[Count, ...]:
        """The counts that are still worth keeping. Hits in shadow, and refusals that need no transaction; the transaction
        has the last word."""
        if not counts:
            return counts
        standing = self._ledger.counted(attempt.coupon.coupon_id, [count.tie for count in counts])
        for count, already in zip(counts, standing, strict=True):
            if already >= count.limit:
                reason = reason_of(count.tie)
                self._hit(attempt, reason, guards.mode(reason))
        # Only in shadow does a count get so far. A mark that a storefront sends for everybody must not become the one
        # counter at which all claims meet.
        kept = zip(counts, standing, strict=True)
        return tuple(count for count, already in kept if already < count.limit + SATURATED)

    def _referral(
        self, guards: Guards, attempt: Attempt, referrer: str | None
    ) -> tuple[Referral | None, tuple[Count, ...]]:
        if referrer is None:
            raise ReferrerNeeded("请填写推荐人 (this coupon needs the shopper who referred)", field="referrer")
        ids = self._claimants.of(referrer).ids
        self._require_another(guards, attempt, ids)
        mode = guards.mode(GuardReason.REFERRAL_CIRCLE)
        if mode is not Mode.OFF and self._is_circle(attempt.ids, ids):
            self._hit(attempt, GuardReason.REFERRAL_CIRCLE, mode)
        limit = attempt.coupon.per_referrer
        counts = _counted(guards, Tie(MarkKind.REFERRER, ids[0]), limit) if limit is not None else ()
        if ids[0] in attempt.ids:
            return None, counts
        circle = CouponRefused(GuardReason.REFERRAL_CIRCLE) if mode is Mode.ENFORCE else None
        now, coupon_id = self._clock.now(), attempt.coupon.coupon_id
        return Referral(attempt.shopper_id, ids[0], coupon_id, now, circle), counts

    def _require_another(self, guards: Guards, attempt: Attempt, referrer: tuple[str, ...]) -> None:
        mode = guards.mode(GuardReason.SELF_REFERRAL)
        if mode is Mode.OFF:
            return
        is_self = not set(referrer).isdisjoint(attempt.ids)
        if is_self or self._records.seen(referrer) & (self._records.seen(attempt.ids) | set(attempt.kept.items())):
            self._hit(attempt, GuardReason.SELF_REFERRAL, mode)

    def _is_circle(self, shopper: tuple[str, ...], referrer: tuple[str, ...]) -> bool:
        """Whether the shopper brought the referrer, or whoever brought them."""
        known, generation = set(referrer), list(referrer)
        for _ in range(_GENERATIONS):
            generation = [each for one in generation for each in self._ledger.brought_by(one) if each not in known]
            if not set(shopper).isdisjoint(generation):
                return True
            known.update(generation)
            if not generation or len(known) > _ANCESTORS:
                break
        return False

    def _remember(self, guards: Guards, attempt: Attempt) -> None:
        if attempt.kept and guards.mode(GuardReason.SELF_REFERRAL) is not Mode.OFF:
            with suppress(Unavailable):
                self._records.see(attempt.shopper_id, attempt.kept, self._clock.now())

    def _hit(self, attempt: Attempt, reason: GuardReason, mode: Mode, rule: str | None = None) -> None:
        if mode is Mode.ENFORCE:
            # Whoever began the attempt notes it, once, wherever it was refused.
            raise CouponRefused(reason, rule)
        self._note(attempt, reason, mode, rule or reason)

    def _note(self, attempt: Attempt, reason: GuardReason, mode: Mode, rule: str) -> None:
        coupon_id, shopper_id = attempt.coupon.coupon_id, attempt.shopper_id
        hit = Hit(self._clock.now(), reason, rule, mode, attempt.verb, coupon_id, shopper_id)
        self._report(hit)
        with suppress(Unavailable):
            self._records.note(hit)


def _counted(guards: Guards, tie: Tie, limit: int) -> tuple[Count, ...]:
    reason = reason_of(tie)
    mode = guards.mode(reason)
    if mode is Mode.OFF:
        return ()
    return (Count(tie, limit, CouponRefused(reason) if mode is Mode.ENFORCE else None),)
