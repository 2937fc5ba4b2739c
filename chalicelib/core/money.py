"""Money is an integer of minor units (fen for CNY) beside a currency; floats never touch it."""

from decimal import Decimal, InvalidOperation

from chalicelib.core.errors import InvalidRequest

FEN_PER_YUAN = 100


def parse_yuan(text: str, *, field: str) -> int:
    """``"12.30"`` or ``"¥1,299"`` in fen. Raises ``InvalidRequest`` naming ``field`` for anything finer than a fen."""
    try:
        amount = Decimal(text.strip().removeprefix("¥").removeprefix("￥").replace(",", "")) * FEN_PER_YUAN
    except InvalidOperation:
        raise InvalidRequest(f"{text!r} is not an amount of money", field=field) from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise InvalidRequest(f"{text!r} is not a whole number of fen", field=field)
    return int(amount)


def to_yuan(fen: int) -> float:
    """The number shown to shoppers and compared by ``price>=100``; for display and filters only, never for sums."""
    return fen / FEN_PER_YUAN


def format_yuan(fen: int) -> str:
    """``¥1299``, ``¥12.50``: as a shop writes it."""
    whole, rest = divmod(abs(fen), FEN_PER_YUAN)
    return f"{'-' if fen < 0 else ''}¥{whole}" + (f".{rest:02d}" if rest else "")
