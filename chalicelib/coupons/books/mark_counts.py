"""What devices, addresses, payments and referrers must count, told by the ties in the entries of coupons.

There may be as many marks as coupons, so a check holds none of them: every count as it stood, and every coupon's share of one, is
a note; the store keeps the notes of one mark together, and they are read back and summed one mark at a time.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.coupons.books.reconciling import Difference, Expected
from chalicelib.coupons.ledger import OwnedCoupon
from chalicelib.coupons.model import Coupon
from chalicelib.coupons.passage import MarkKind, Tie, tie_of


@dataclass(frozen=True, slots=True)
class MarkNote:
    """What a count was (``of`` nothing), or what the coupon ``of`` adds to it: surely, and perhaps ``more`` or ``less``.

    Also the sum of several. ``balance`` names the count, as ``balance_of`` does.
    """

    balance: str
    of: str = ""
    actual: int = 0
    sure: int = 0
    more: int = 0
    less: int = 0

    def __add__(self, other: "MarkNote") -> "MarkNote":
        return replace(
            self,
            actual=self.actual + other.actual,
            sure=self.sure + other.sure,
            more=self.more + other.more,
            less=self.less + other.less,
        )

    @property
    def is_open(self) -> bool:
        """Whether what is in flight blurs it."""
        return self.more > 0 or self.less > 0

    @property
    def difference(self) -> Difference | None:
        """What is wrong with a sum, if no choice of what is in flight explains it."""
        if self.sure - self.less <= self.actual <= self.sure + self.more:
            return None
        return Difference(self.balance, self.sure, self.actual, is_sure=not self.is_open)


def balance_of(tie: Tie) -> str:
    """The name of a count: ``device:<mark>``, ..., ``referrer:<shopper>``."""
    return f"{tie.kind}:{tie.mark}"


def tie_in(balance: str) -> Tie | None:
    """The tie that a balance counts; None when it is another balance."""
    kind, _, mark = balance.partition(":")
    return Tie(MarkKind(kind), mark) if kind in set(MarkKind) else None


def counted_kinds(coupon: Coupon) -> frozenset[MarkKind]:
    """The marks that a template has limits for: nobody reads what others count."""
    limits = {
        MarkKind.DEVICE: coupon.per_device,
        MarkKind.ADDRESS: coupon.per_address,
        MarkKind.PAYMENT: coupon.per_payment,
        MarkKind.REFERRER: coupon.per_referrer,
    }
    return frozenset(kind for kind, limit in limits.items() if limit is not None)


def shares(owned: OwnedCoupon, kinds: frozenset[MarkKind], since: datetime, until: datetime) -> Iterator[MarkNote]:
    """What a coupon adds to each count: by its entries up to ``since`` surely, up to ``until`` perhaps."""
    sums = Expected()
    sums.add(owned, _effects, since, until)
    for balance in dict.fromkeys([*sums.sure, *sums.more, *sums.less]):
        tie = tie_in(balance)
        if tie is not None and tie.kind in kinds:
            of = f"{owned.shopper_id}:{owned.issue_id}"
            yield MarkNote(balance, of, 0, sums.sure[balance], sums.more[balance], sums.less[balance])


def summed(running: MarkNote | None, notes: Iterable[MarkNote]) -> Iterator[MarkNote]:
    """The sums of notes that come mark by mark, the last of which may go on; ``running`` is the one before them."""
    for note in notes:
        if running is not None and running.balance != note.balance:
            yield running
            running = None
        running = note if running is None else running + note
    if running is not None:
        yield running


def _effects(owned: OwnedCoupon) -> Iterator[tuple[str, int]]:
    """How the last movement of a coupon moves the counts of its marks."""
    for text in owned.entries[-1].ties:
        yield balance_of(tie_of(text)), 1
    if owned.went_back:
        for text in owned.ties:
            yield balance_of(tie_of(text)), -1
