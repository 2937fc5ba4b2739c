"""How the parts of a template refuse what could not be true of any."""

from collections.abc import Sequence
from typing import Final

from chalicelib.core.errors import InvalidRequest

MAX_VALUE: Final = 100_000_000
"""The largest amount that a coupon may speak of, in minor units."""
MAX_NAMES: Final = 200
MAX_NAME_CHARACTERS: Final = 128
FULL: Final = 10_000
"""Basis points: 10,000 are the whole price, 1,200 are 12% (8.8折)."""


def require(holds: bool, name: str, message: str) -> None:
    """Raise ``InvalidRequest`` naming the field unless ``holds``."""
    if not holds:
        raise InvalidRequest(f"{name} {message}", field=name)


def require_money(amount: int, name: str, least: int = 0) -> None:
    """An amount of minor units between ``least`` and ``MAX_VALUE``."""
    require(least <= amount <= MAX_VALUE, name, f"must be between {least} and {MAX_VALUE} fen")


def require_count(count: int | None, name: str, most: int = 1_000) -> None:
    """A number of pieces or times between 1 and ``most``; None is fine."""
    require(count is None or 1 <= count <= most, name, f"must be between 1 and {most}")


def require_currency(currency: str, name: str = "currency") -> None:
    """The code of a currency, as ISO 4217 writes it."""
    is_code = len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()
    require(is_code, name, "must be three capital letters (ISO 4217)")


def require_share(basis_points: int, name: str = "basis_points") -> None:
    """A share of the price, above nothing and at most the whole."""
    require(0 < basis_points <= FULL, name, f"must be between 1 and {FULL} (1200 is 12% off, 8.8折)")


def require_names(names: Sequence[str], at: str) -> None:
    """A list of names, none of them empty."""
    require(len(names) <= MAX_NAMES, at, f"has more than {MAX_NAMES} entries")
    for position, name in enumerate(names):
        sound = name.strip() != "" and len(name) <= MAX_NAME_CHARACTERS
        require(sound, f"{at}[{position}]", f"must have 1 to {MAX_NAME_CHARACTERS} characters")
