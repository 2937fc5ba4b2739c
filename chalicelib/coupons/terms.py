"""What a coupon promises, and when. Money is integer minor units (fen for CNY); times are UTC."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import format_yuan
from chalicelib.coupons.errors import BelowMinimumSpend

MAX_VALUE: Final = 100_000_000
MAX_VALID_DAYS: Final = 3_660


@dataclass(frozen=True, slots=True)
class Terms:
    """What a coupon promises: ``value`` off an order of at least ``minimum_spend``.

    An owned coupon keeps the terms it was issued under: a later change of the template breaks no promise.
    """

    name: str
    value: int
    minimum_spend: int = 0
    currency: str = "CNY"

    def __post_init__(self) -> None:
        require(0 < len(self.name.strip()) <= 100, "name", "must have 1 to 100 characters")
        require(0 < self.value <= MAX_VALUE, "value", f"must be between 1 and {MAX_VALUE} fen")
        require(0 <= self.minimum_spend <= MAX_VALUE, "minimum_spend", f"must be between 0 and {MAX_VALUE} fen")
        require(
            len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper(),
            "currency",
            "must be three capital letters (ISO 4217)",
        )

    def discount_on(self, amount: int) -> int:
        """What is taken off an order of ``amount``. Raises ``BelowMinimumSpend`` naming what is missing."""
        if amount < self.minimum_spend:
            raise BelowMinimumSpend(
                f"订单金额 {format_yuan(amount)} 未满 {format_yuan(self.minimum_spend)}，还差 "
                f"{format_yuan(self.minimum_spend - amount)} "
                f"(the order of {amount} is below the minimum spend of {self.minimum_spend})",
                field="amount",
            )
        return min(self.value, amount)


@dataclass(frozen=True, slots=True)
class Validity:
    """When an issued coupon may be used: ``valid_days`` from its issue, or in the period from ``starts_at`` to ``ends_at``."""

    valid_days: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        has_period = self.ends_at is not None
        require((self.valid_days is None) == has_period, "valid_days", "or ends_at is needed, and not both")
        require(has_period or self.starts_at is None, "starts_at", "needs ends_at beside it")
        require(
            self.valid_days is None or 0 < self.valid_days <= MAX_VALID_DAYS,
            "valid_days",
            f"must be between 1 and {MAX_VALID_DAYS}",
        )
        if self.starts_at and self.ends_at:
            require(self.starts_at < self.ends_at, "ends_at", "must be later than starts_at")

    def window(self, issued_at: datetime) -> tuple[datetime, datetime]:
        """From when until when (exclusive) a coupon issued at that instant may be used."""
        if self.ends_at is not None:
            return self.starts_at or issued_at, self.ends_at
        return issued_at, issued_at + timedelta(days=self.valid_days or 0)


def require(holds: bool, name: str, message: str) -> None:
    """Raise ``InvalidRequest`` naming the field unless ``holds``."""
    if not holds:
        raise InvalidRequest(f"{name} {message}", field=name)
