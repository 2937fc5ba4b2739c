"""One attempt at the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.coupons.guards.marks import COUNTED, KEPT, Mark
from chalicelib.coupons.guards.rules import GuardReason, Verb
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.passage import MarkKind, Tie

_REASONS = {
    MarkKind.DEVICE: GuardReason.DEVICE_LIMIT,
    MarkKind.ADDRESS: GuardReason.ADDRESS_LIMIT,
    MarkKind.PAYMENT: GuardReason.PAYMENT_LIMIT,
    MarkKind.REFERRER: GuardReason.REFERRER_LIMIT,
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """``verb`` on a coupon by the shopper of ``ids``, the surviving one first; ``marks`` are digests."""

    verb: Verb
    coupon: Coupon
    ids: tuple[str, ...]
    marks: Mapping[Mark, str] = field(default_factory=dict)

    @property
    def shopper_id(self) -> str:
        return self.ids[0]

    def mark(self, per: Mark) -> str | None:
        """What a rule per ``per`` counts."""
        return self.shopper_id if per is Mark.SHOPPER else self.marks.get(per)

    @property
    def kept(self) -> Mapping[Mark, str]:
        """The marks that are remembered of the shopper."""
        return {mark: self.marks[mark] for mark in KEPT if mark in self.marks}

    @property
    def wanted(self) -> tuple[tuple[MarkKind, int, str | None], ...]:
        """Each limit of the template by a mark: its kind, the limit, and the mark if it was sent."""
        limits = {
            Mark.DEVICE: self.coupon.per_device,
            Mark.ADDRESS: self.coupon.per_address,
            Mark.PAYMENT: self.coupon.per_payment,
        }
        return tuple(
            (COUNTED[mark], limit, self.marks.get(mark)) for mark, limit in limits.items() if limit is not None
        )

    def missing(self, tied: frozenset[MarkKind]) -> MarkKind | None:
        """A mark that a limit needs and that was not sent: the device when it is claimed, all when it is used."""
        needed = {MarkKind.DEVICE} if self.verb is Verb.CLAIM else set(MarkKind)
        return next((kind for kind, _, mark in self.wanted if mark is None and kind in needed - tied), None)


def reason_of(tie: Tie) -> GuardReason:
    """Why a coupon too many for a mark is refused."""
    return _REASONS[tie.kind]
