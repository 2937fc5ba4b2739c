"""The use cases of codes: batches made ahead in pages, claims by code, and patience with those who guess."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, TypeVar

from chalicelib.core.clock import Clock, to_rfc3339
from chalicelib.core.ids import Randomness
from chalicelib.coupons.batches import CodeBatch, CodePage, batch_id_of
from chalicelib.coupons.codes import CouponCodeMistyped, draw_code, read_code, tidy
from chalicelib.coupons.errors import CouponNotFound, TooManyWrongCodes
from chalicelib.coupons.ledger import Movement, OwnedCoupon
from chalicelib.coupons.model import Coupon, Issue
from chalicelib.coupons.passage import FREE, Passage
from chalicelib.coupons.ports import CouponCodes, CouponTemplates
from chalicelib.coupons.service import Coupons

T = TypeVar("T")
Guard = Callable[[Coupon], Passage]
WRONG_GUESSES_AN_HOUR: Final = 20
UNNAMED_GUESSES_AN_HOUR: Final = 1_000
"""Of all together who type codes without being named: one stranger must not lock the others out with a few tries."""
_UNNAMED: Final = ""
"""Whom their wrong codes are held against: no shopper, client or order is called so, each has a character at least."""
_HOUR: Final = timedelta(hours=1)
_BY_CODE: Final = "code"


class CodeDesk:
    """Codes made ahead, public codes, and who may try how many."""

    def __init__(
        self,
        coupons: Coupons,
        templates: CouponTemplates,
        codes: CouponCodes,
        clock: Clock,
        randomness: Randomness,
    ) -> None:
        self._coupons = coupons
        self._templates = templates
        self._codes = codes
        self._clock = clock
        self._randomness = randomness

    def open(self, coupon_id: str, size: int, key: str, actor: str) -> CodeBatch:
        """A batch of ``size`` codes, none of them made yet; the same ``key`` gets the same batch. Raises
        ``CouponNotFound``."""
        coupon = self._coupons.get(coupon_id)
        wanted = CodeBatch(batch_id_of(coupon.coupon_id, key), coupon.coupon_id, size, actor, self._clock.now())
        return self._codes.open(wanted)

    def page(self, coupon_id: str, batch_id: str, number: int) -> tuple[CodeBatch, CodePage]:
        """Page ``number`` (from 0) of a batch, made now unless it was made before.

        Raises ``CouponNotFound``, or ``CouponSoldOut`` when less stock is left than the page needs: top it up, go on.
        """
        batch = self._codes.batch(coupon_id, batch_id)
        if batch is None or not 0 <= number < batch.pages:
            raise CouponNotFound("没有这一批券码 (there is no such page of codes)")
        known = self._codes.page(batch, number)
        if known is not None:
            return batch, known
        coupon = self._coupons.get(coupon_id)
        codes = tuple(draw_code(self._randomness, coupon.code_prefix) for _ in range(batch.size_of(number)))
        return batch, self._codes.add(coupon, CodePage(coupon_id, batch_id, number, codes))

    def claim(self, typed: str, shopper_id: str, key: str) -> OwnedCoupon:
        """The coupon that a code gives to a shopper: a public one as often as limits allow (once per ``key``), one made
        ahead once, to whoever comes first.

        Raises ``TooManyWrongCodes``, ``CouponCodeMistyped``, ``CouponNotFound``, ``CouponCodeClaimed``, and what
        ``Coupons.issue`` raises.
        """
        return self.claim_to(typed, (shopper_id,), key)

    def claim_to(
        self, typed: str, ids: Sequence[str], key: str, guard: Guard | None = None, client: str | None = None
    ) -> OwnedCoupon:
        """``claim`` by the shopper of ``ids``, the surviving one first. ``guard`` says what else it counts, or refuses
        it; a wrong code is held against ``client``, if whoever typed is named."""
        return self.guarded(client or ids[0], lambda: self._claim(typed, ids, key, guard))

    def guarded(self, who: str, act: Callable[[], T]) -> T:
        """What ``act`` gives. A code that it does not find is held against ``who``; after 20 in an hour (UTC) nothing is
        looked up any more. Raises ``TooManyWrongCodes``."""
        now = self._clock.now()
        if self.tries_left(who) <= 0:
            left = _HOUR - timedelta(minutes=now.minute, seconds=now.second)
            raise TooManyWrongCodes(
                "券码输错次数过多，请稍后再试 (too many wrong codes)", retry_after_seconds=int(left.total_seconds())
            )
        try:
            return act()
        except (CouponCodeMistyped, CouponNotFound):
            self.count_wrong(who)
            raise

    def tries_left(self, who: str | None) -> int:
        """How many more wrong codes of ``who`` (None: of all who are not named) are looked up, this hour (UTC)."""
        most = UNNAMED_GUESSES_AN_HOUR if who is None else WRONG_GUESSES_AN_HOUR
        return max(0, most - self._codes.wrong_guesses(who or _UNNAMED, self._hour()))

    def count_wrong(self, who: str | None) -> None:
        """``who`` typed a code that there is not."""
        self._codes.count_wrong_guess(who or _UNNAMED, self._hour())

    def is_waiting(self, typed: str) -> bool:
        """Whether a claim by this code would give a coupon, while there are any: a public code, or one made ahead."""
        if self._templates.with_public_code(tidy(typed)[:40]) is not None:
            return True
        try:
            return self._codes.voucher(read_code(typed)) is not None
        except CouponCodeMistyped:
            return False

    def _hour(self) -> str:
        return to_rfc3339(self._clock.now())[:13]

    def _claim(self, typed: str, ids: Sequence[str], key: str, guard: Guard | None) -> OwnedCoupon:
        public = self._templates.with_public_code(tidy(typed)[:40])
        if public is not None:
            first = self._coupons.given(public.coupon_id, ids, key, Movement.CLAIMED)
            passage = guard(public) if guard and first is None else FREE
            return first or self._coupons.issue_to(public, ids, _wish(key, "公开码"), passage)
        voucher = self._codes.voucher(read_code(typed))
        if voucher is None:
            raise CouponNotFound("没有这个券码 (there is no coupon with this code)")
        coupon = self._coupons.get(voucher.coupon_id)
        # The code is the key: whoever sends it again means the same claim.
        wish = _wish(voucher.code, "兑换码")
        first = self._coupons.given(coupon.coupon_id, ids, voucher.code, Movement.CLAIMED)
        if first is not None:
            return first
        passage = guard(coupon) if guard else FREE
        owned = self._coupons.prepare(coupon, ids[0], wish, voucher.code).tied(passage.ties)
        within = self._coupons.within_limits(coupon, ids, owned, passage)
        return self._codes.claim(coupon, replace(owned, voucher=True), within).as_issued()


def _wish(key: str, reason: str) -> Issue:
    return Issue(key, "shopper", reason, _BY_CODE, Movement.CLAIMED)
