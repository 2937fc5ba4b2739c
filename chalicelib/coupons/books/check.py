"""A check of one template's balances, as far as it is: what is stored between its steps."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.coupons.books.mark_counts import MarkNote
from chalicelib.coupons.books.reconciling import Difference, Expected
from chalicelib.coupons.model import Coupon


class Stage(StrEnum):
    """What a check does next: read what marks count, walk through the shoppers, compare what marks count."""

    COUNTS = "counts"
    ENTRIES = "entries"
    SUMS = "sums"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Check:
    """How far a check of one template's balances is. ``actual`` are the balances as they were when it ``began``;
    ``counted_until`` is when a movement may at latest have come into the counts of marks, which are read after those;
    ``running`` is the sum of the mark at which the comparison is.
    """

    check_id: str
    coupon: Coupon
    began: datetime
    since: datetime
    until: datetime
    actual: dict[str, int]
    made_ahead: int
    sure: dict[str, int] = field(default_factory=dict)
    more: dict[str, int] = field(default_factory=dict)
    less: dict[str, int] = field(default_factory=dict)
    cursor: str | None = None
    last_shopper: str = ""
    looked_at: int = 0
    shoppers: int = 0
    coupons: int = 0
    differences: tuple[Difference, ...] = ()
    uncertain: int = 0
    stage: Stage = Stage.ENTRIES
    counted_until: datetime | None = None
    running: MarkNote | None = None
    version: int = 1

    @property
    def is_done(self) -> bool:
        return self.stage is Stage.DONE

    @property
    def expected(self) -> Expected:
        return Expected(Counter(self.sure), Counter(self.more), Counter(self.less))
