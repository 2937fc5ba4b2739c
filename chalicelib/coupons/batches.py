"""Codes made ahead: a batch of them in pages, each of which is made once however often it is asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.core.ids import digest
from chalicelib.coupons.terms import require

PAGE_SIZE: Final = 90
"""Codes of a page are one transaction of at most 100 actions: the codes, the page, and shards of the stock."""
MAX_BATCH: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class CodeBatch:
    """``size`` codes of one coupon, wanted by ``actor``."""

    batch_id: str
    coupon_id: str
    size: int
    actor: str
    created_at: datetime

    def __post_init__(self) -> None:
        require(0 < self.size <= MAX_BATCH, "count", f"must be between 1 and {MAX_BATCH}")

    @property
    def pages(self) -> int:
        return -(-self.size // PAGE_SIZE)

    def size_of(self, page: int) -> int:
        """How many codes page ``page`` (from 0) has."""
        return min(PAGE_SIZE, self.size - page * PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class CodePage:
    """One page of a batch."""

    coupon_id: str
    batch_id: str
    number: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voucher:
    """One code made ahead: of which coupon, and whose it is by now."""

    code: str
    coupon_id: str
    batch_id: str
    shopper_id: str | None = None


def batch_id_of(coupon_id: str, key: str) -> str:
    """The id of a batch: the same wish always has the same."""
    return digest("batch", coupon_id, key)
