"""In-memory twin of what movements count beside stock and budgets."""

from collections import Counter

from chalicelib.coupons import OwnedCoupon, Passage


class MemoryPassages:
    """Counts of marks by template, and who brought whom; the ledger's twin holds the lock."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.brought: set[tuple[str, str]] = set()

    def check(self, coupon_id: str, passage: Passage) -> None:
        """Raises what a count, or the referral, refuses with."""
        for count in passage.counts:
            if count.refusal is not None and self.counts[coupon_id, count.tie.text] + count.times > count.limit:
                raise count.refusal
        referral = passage.referral
        if referral and referral.circle is not None and (referral.referrer, referral.shopper_id) in self.brought:
            raise referral.circle

    def note(self, coupon_id: str, passage: Passage) -> None:
        """Count the marks, and who brought whom."""
        for count in passage.counts:
            self.counts[coupon_id, count.tie.text] += count.times
        if passage.referral is not None:
            self.brought.add((passage.referral.shopper_id, passage.referral.referrer))

    def give_back(self, owned: OwnedCoupon) -> None:
        """One less for each mark of a coupon that goes back to the stock."""
        self.counts.subtract((owned.coupon_id, tie) for tie in owned.ties)
