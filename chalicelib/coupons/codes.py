"""Coupon codes: unguessable, easy to read aloud, and a slip of the finger is noticed before any table is asked."""

import re
from typing import Final

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.ids import Randomness
from chalicelib.coupons.errors import PublicCodeUnfit
from chalicelib.coupons.terms import require

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters (a prime), without 0, O, 1, I and L."""
DRAWN_CHARACTERS: Final = 13
"""31 ** 13 > 2 ** 64: every code carries more than 64 random bits, its prefix not counted."""
MAX_PREFIX: Final = 6
_RANDOM_BYTES: Final = 17
_PUBLIC = re.compile(r"[0-9A-Z\u4e00-\u9fff]{4,20}")


class CouponCodeMistyped(InvalidRequest):
    """The text cannot be a code of ours: wrong length, a character we never use, or a check character that disagrees."""


def draw_code(randomness: Randomness, prefix: str = "") -> str:
    """A fresh code: ``prefix``, 13 random characters and a check character."""
    # 136 random bits for 64.4 bits of code: the remainder's bias is below 2 ** -71.
    number = int.from_bytes(randomness.token_bytes(_RANDOM_BYTES)) % len(ALPHABET) ** DRAWN_CHARACTERS
    drawn = prefix
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
    code = tidy(typed)
    if not _is_ours(code):
        raise CouponCodeMistyped(
            f"券码 {typed[:40]!r} 有误，请核对 (this is no coupon code: it was mistyped)", field="code"
        )
    return code


def tidy(typed: str) -> str:
    """Any case, spaces and dashes ignored."""
    return typed.upper().replace("-", "").replace(" ", "")


def require_prefix(prefix: str) -> None:
    """Raise ``InvalidRequest`` unless codes may begin with ``prefix``."""
    fits = len(prefix) <= MAX_PREFIX and all(character in ALPHABET for character in prefix)
    require(fits, "code_prefix", f"must have at most {MAX_PREFIX} of the characters {ALPHABET}")


def require_public(code: str | None) -> None:
    """Raise ``PublicCodeUnfit`` unless everybody may be told ``code``: nothing that looks like one of the drawn ones."""
    if code is not None and (not _PUBLIC.fullmatch(code) or _is_ours(code)):
        raise PublicCodeUnfit(
            "公开码为 4-20 位数字、大写字母或汉字 (4 to 20 digits, capital letters or Han)", field="public_code"
        )


def _is_ours(code: str) -> bool:
    shortest = DRAWN_CHARACTERS + 1
    fits = shortest <= len(code) <= shortest + MAX_PREFIX and all(character in ALPHABET for character in code)
    return fits and check_character(code[:-1]) == code[-1]
