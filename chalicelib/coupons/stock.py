"""Blocks of stock that a worker holds for a while."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.coupons.terms import require

MAX_LEASE: Final = 10_000
MAX_LEASE_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class Lease:
    """A block of ``size`` from ``shard`` of a coupon's stock, a worker's own until ``until``.

    It is a counter that its holder meets nobody at, no promise: when all else is gone, claims take from it too.
    """

    lease_id: str
    coupon_id: str
    size: int
    until: datetime
    shard: int = 0

    def __post_init__(self) -> None:
        require(0 < self.size <= MAX_LEASE, "size", f"must be between 1 and {MAX_LEASE}")
