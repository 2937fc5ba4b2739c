"""What a segmenter must not cut: quantities (1.8米 = 1.8m) and model codes (SK-II, 5w-30, PD1728)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
MAX_TOKEN_CHARACTERS = 64
"""A longer token is cut there: OpenSearch's own tokenizers cut at 255, and no word or code is that long."""

# Spellings that mean exactly the same; quantities are not converted (1kg stays apart from 500g).
_UNITS = {
    "m": "米|m",
    "cm": "厘米|公分|cm",
    "mm": "毫米|mm",
    "l": "升|l",
    "ml": "毫升|ml",
    "g": "克|g",
    "kg": "千克|公斤|kg",
    "mah": "毫安时|毫安|mah|ma",
    "v": "伏特|伏|v",
    "w": "瓦特|瓦|w",
    "寸": "英寸|寸|吋",
}
_CANONICAL = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings.split("|")}
_SPELLINGS = "|".join(sorted(_CANONICAL, key=len, reverse=True))
# 5克拉, 3升级, 2米粉 and 6寸衫 are not five grams, three litres, two metres and six inches.
_NOT_UNITS = "克(?=拉|力)|升(?=级|降|温)|米(?=粉|饭|线|色|白|兰|奇|其|老)|瓦(?=斯|片|罐)|寸(?=衫)"
_QUANTITY = re.compile(
    rf"(?<![a-z0-9.])(?P<number>\d+(?:\.\d+)?) ?(?!{_NOT_UNITS})(?P<unit>{_SPELLINGS})(?![a-z0-9])(?![-_/+][a-z0-9])"
)
_ALNUM = re.compile(r"[a-z0-9]+(?:[-_./+][a-z0-9]+)*")
_JOINERS = re.compile(r"[-_./+]")
_LETTER = re.compile(r"[a-z]")
_DIGIT = re.compile(r"[0-9]")
_PROTECTED = re.compile(rf"(?P<quantity>{_QUANTITY.pattern})|(?P<alnum>{_ALNUM.pattern})")


class Kind(Enum):
    """What a piece of a text is."""

    TEXT = "text"
    QUANTITY = "quantity"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of folded text; ``token`` is its one spelling (``1.8m`` for 1.80米, ``skii`` for sk-ii)."""

    kind: Kind
    text: str
    token: str


def pieces(folded: str) -> Iterator[Piece]:
    """``folded`` from left to right; TEXT pieces are what a segmenter may cut."""
    done = 0
    for found in _PROTECTED.finditer(folded):
        piece = _piece(found)
        if piece is None:
            continue
        if found.start() > done:
            yield _text(folded[done : found.start()])
        yield piece
        done = found.end()
    if done < len(folded):
        yield _text(folded[done:])


def _text(text: str) -> Piece:
    return Piece(Kind.TEXT, text, text)


def _piece(found: re.Match[str]) -> Piece | None:
    if found["quantity"]:
        number, unit = found["number"], _CANONICAL[found["unit"]]
        number = number.rstrip("0").rstrip(".") if "." in number else number
        return Piece(Kind.QUANTITY, found[0], (number + unit)[:MAX_TOKEN_CHARACTERS])
    text = found[0]
    if not _is_code(text):
        return None
    return Piece(Kind.CODE, text, _JOINERS.sub("", text)[:MAX_TOKEN_CHARACTERS])


def _is_code(text: str) -> bool:
    # A slash, dot or plus also stands between things of equal rank (s/m/l, led/lcd); a hyphen rarely does.
    if not _LETTER.search(text):
        return False
    return "-" in text or "_" in text or _DIGIT.search(text) is not None
