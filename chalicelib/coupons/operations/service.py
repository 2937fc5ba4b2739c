"""The use cases of those who run coupons: pause, resume, top up, archive, and the history of all of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from chalicelib.core.clock import Clock
from chalicelib.core.errors import Unavailable
from chalicelib.coupons.errors import BudgetFixed, CouponChanged, CouponKeyReused, CouponNotFound
from chalicelib.coupons.model import Coupon, CouponStatus
from chalicelib.coupons.operations.changes import Act, Change, TopUp, change_of
from chalicelib.coupons.ports import CouponTemplates

_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Instruction:
    """That something be done to a template: once per ``key``."""

    act: Act
    key: str
    actor: str
    reason: str = ""
    added: TopUp | None = None


class Operations:
    """Acts on templates. Each is one write that the template's version guards, together with its entry of the history."""

    def __init__(self, templates: CouponTemplates, clock: Clock) -> None:
        self._templates = templates
        self._clock = clock

    def carry_out(self, coupon_id: str, instruction: Instruction) -> Change:
        """The entry that ``instruction`` made; the same again answers the first entry and changes nothing.

        Raises ``CouponNotFound``, ``CouponKeyReused``, ``CouponArchived``, ``BudgetFixed``, ``InvalidRequest`` for more
        than a template may have, ``Unavailable`` when others keep changing the template.
        """
        for _ in range(_TRIES):
            # The template first: whatever its version tells of is in the history that is read behind it.
            coupon = self._get(coupon_id)
            first = self._first(coupon_id, instruction)
            if first is not None:
                return first
            changed = _DEEDS[instruction.act](coupon, instruction)
            entry = change_of(
                changed,
                instruction.act,
                self._clock.now(),
                instruction.key,
                actor=instruction.actor,
                reason=instruction.reason,
                added=instruction.added,
            )
            try:
                self._templates.replace(changed, changed.stock - coupon.stock, entry)
            except CouponChanged:
                continue
            return entry
        raise Unavailable("优惠券正忙，请稍后再试 (others are changing this coupon, try again)")

    def history(self, coupon_id: str, limit: int, cursor: str | None = None) -> tuple[Sequence[Change], str | None]:
        """What was done to a template, newest first, and where to go on. Raises ``CouponNotFound``."""
        self._get(coupon_id)
        return self._templates.history(coupon_id, limit, cursor)

    def _get(self, coupon_id: str) -> Coupon:
        coupon = self._templates.get(coupon_id)
        if coupon is None:
            raise CouponNotFound(f"没有这种优惠券 (there is no coupon {coupon_id[:128]!r})")
        return coupon

    def _first(self, coupon_id: str, instruction: Instruction) -> Change | None:
        cursor: str | None = None
        while True:
            page, cursor = self._templates.history(coupon_id, 100, cursor)
            for entry in page:
                if entry.key == instruction.key:
                    return _same(entry, instruction)
            if cursor is None:
                return None


def _same(entry: Change, instruction: Instruction) -> Change:
    if (entry.act, entry.added) != (instruction.act, instruction.added):
        raise CouponKeyReused("同一幂等键已用于另一请求 (this Idempotency-Key came before with another request)")
    return entry


def _with_status(status: CouponStatus) -> Callable[[Coupon, Instruction], Coupon]:
    def deed(coupon: Coupon, instruction: Instruction) -> Coupon:
        coupon.require_kept()
        return replace(coupon, status=status, version=coupon.version + 1)

    return deed


def _archived(coupon: Coupon, instruction: Instruction) -> Coupon:
    # Archived twice is archived: a delete may be repeated without a key.
    return replace(coupon, status=CouponStatus.ARCHIVED, version=coupon.version + 1)


def _topped_up(coupon: Coupon, instruction: Instruction) -> Coupon:
    coupon.require_kept()
    more = instruction.added or TopUp()
    for name, added, size in (
        ("budget", more.budget, coupon.budget),
        ("budget_per_day", more.budget_per_day, coupon.budget_per_day),
    ):
        if added and size is None:
            raise BudgetFixed("这张券没有预算，无从追加 (there is no budget to add to)", field=name)
    return replace(
        coupon,
        stock=coupon.stock + more.stock,
        budget=None if coupon.budget is None else coupon.budget + more.budget,
        budget_per_day=None if coupon.budget_per_day is None else coupon.budget_per_day + more.budget_per_day,
        version=coupon.version + 1,
    )


_DEEDS: Final = {
    Act.PAUSED: _with_status(CouponStatus.PAUSED),
    Act.RESUMED: _with_status(CouponStatus.ACTIVE),
    Act.TOPPED_UP: _topped_up,
    Act.ARCHIVED: _archived,
}
