"""Amounts and times as platforms write them. Both raise ``PayloadInvalid`` for what is none."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.webhooks.model import PayloadInvalid

_MILLISECONDS_FROM = 10**11
"""Read as seconds this would be the year 5138."""


def instant_of(found: Any, zone: ZoneInfo) -> datetime:
    """RFC 3339 text, a text without a zone (then in ``zone``), or epoch seconds or milliseconds."""
    try:
        if isinstance(found, int | float) or str(found).isdecimal():
            number = float(found)
            return datetime.fromtimestamp(number / 1000 if number >= _MILLISECONDS_FROM else number, UTC)
        instant = datetime.fromisoformat(str(found))
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise PayloadInvalid(f"{str(found)[:40]!r} is not a time") from None


def amount_of(found: Any) -> Decimal:
    """A number or the text of one, exactly."""
    try:
        amount = Decimal(str(found))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) > 10**12:
        raise PayloadInvalid(f"{str(found)[:40]!r} is not an amount")
    return amount
