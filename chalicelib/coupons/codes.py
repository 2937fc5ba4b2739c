"""Coupon codes: unguessable, easy to read aloud, and a slip of the finger is noticed before any table is asked."""

from typing import Final

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import Randomness

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters (a prime), without 0, O, 1, I and L."""
DRAWN_CHARACTERS: Final = 13
"""31 ** 13 > 2 ** 64: every code carries more than 64 random bits."""
_RANDOM_BYTES: Final = 17


class CouponCodeMistyped(InvalidRequest):
    """The text cannot be a code of ours: wrong length, a character we never use, or a check character that disagrees."""


def draw_code(randomness: Randomness) -> str:
    """A fresh code: 13 random characters and a check character."""
    # 136 random bits for 64.4 bits of code: the remainder's bias is below 2 ** -71.
    number = int.from_bytes(randomness.token_bytes(_RANDOM_BYTES)) % len(ALPHABET) ** DRAWN_CHARACTERS
    drawn = ""
    for _ in range(DRAWN_CHARACTERS):
        number, position = divmod(number, len(ALPHABET))
        drawn += ALPHABET[position]
    return drawn + check_character(drawn)


def check_character(drawn: str) -> str:
    """The weighted sum modulo 31: notices every wrong character and every swap of two, since 31 is prime."""
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(drawn, start=1))
    return ALPHABET[total % len(ALPHABET)]


def read_code(typed: str) -> str:
    """The code that was meant: any case, spaces and dashes ignored. Raises ``CouponCodeMistyped``."""
    code = typed.upper().replace("-", "").replace(" ", "")
    is_ours = len(code) == DRAWN_CHARACTERS + 1 and all(character in ALPHABET for character in code)
    if not is_ours or check_character(code[:-1]) != code[-1]:
        raise CouponCodeMistyped(
            f"券码 {typed[:40]!r} 有误，请核对 (this is no coupon code: it was mistyped)", field="code"
        )
    return code
