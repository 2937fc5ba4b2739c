"""Money is an integer of minor units (fen for CNY) beside a currency; floats never touch it."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

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


_BAND_EDGES_YUAN = (50, 100, 200, 500, 1000, 2000, 5000)


def price_band(fen: int) -> str:
    """The band in yuan that a price falls into: ``0-50``, ``100-200`` (100 included, 200 not), ... ``5000+``."""
    low = 0
    for high in _BAND_EDGES_YUAN:
        if fen < high * FEN_PER_YUAN:
            return f"{low}-{high}"
        low = high
    return f"{low}+"


MOST_YUAN = 10_000_000_000


def fen_of(value: object, *, field: str) -> int:
    """A JSON amount of yuan (``27.5`` or ``"27.50"``) in fen, exact through its decimal text.

    What is finer than a fen is rounded half up: browsers send sums of floats (``59.970000000000006``). Raises
    ``InvalidRequest`` naming ``field`` for what is no amount, negative, or over ``MOST_YUAN``.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise InvalidRequest(f"{field} must be an amount of money", field=field)
    if isinstance(value, str) and len(value) > 40:
        raise InvalidRequest(f"{field} must be an amount of money", field=field)
    try:
        yuan = Decimal(str(value))
    except InvalidOperation:
        raise InvalidRequest(f"{field} must be an amount of money", field=field) from None
    if not yuan.is_finite() or not 0 <= yuan <= MOST_YUAN:
        raise InvalidRequest(f"{field} must be between 0 and {MOST_YUAN} yuan", field=field)
    return int((yuan * FEN_PER_YUAN).quantize(Decimal(1), rounding=ROUND_HALF_UP))
