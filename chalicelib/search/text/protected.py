"""What a segmenter must not cut: quantities (1.8米 = 180cm = 1.8m), counts (两件套 = 2件套) and model codes (SK-II, 5w-30)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
MAX_TOKEN_CHARACTERS = 64
"""A longer token is cut there: OpenSearch's own tokenizers cut at 255, and no word or code is that long."""

# Spellings that mean exactly the same.
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
    "斤": "市斤|斤",
}
# How many of the base unit, from large to small: a quantity is written in the largest unit that leaves no 0 before the point.
_SCALES = {
    unit: scale
    for scale in (
        {"m": Decimal(1000), "cm": Decimal(10), "mm": Decimal(1)},
        {"l": Decimal(1000), "ml": Decimal(1)},
        {"kg": Decimal(1000), "斤": Decimal(500), "g": Decimal(1)},
    )
    for unit in scale
}
_CANONICAL = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings.split("|")}
_SPELLINGS = "|".join(sorted(_CANONICAL, key=len, reverse=True))
# 5克拉, 3升级, 2米粉 and 6寸衫 are not five grams, three litres, two metres and six inches.
_NOT_UNITS = "斤(?=斤)|克(?=拉|力)|升(?=级|降|温)|米(?=粉|饭|线|色|白|兰|奇|其|老)|瓦(?=斯|片|罐)|寸(?=衫)"
_QUANTITY = re.compile(
    rf"(?<![a-z0-9.])(?P<number>\d+(?:\.\d+)?) ?(?!{_NOT_UNITS})(?P<unit>{_SPELLINGS})(?![a-z0-9])(?![-_/+][a-z0-9])"
)
_SPOKEN = ("m", "cm", "mm", "l", "ml", "kg", "g")
MAX_QUANTITY_DIGITS = 12
# Only measures that say what is in a parcel: 三轮车 and 一次性 are words.
_MEASURES = "件套|件装|片装|只装|支装|瓶装|盒装|袋装|条装|双装|枚装|卷装|个装|人座|人位"
_NUMERALS = {numeral: str(number) for number, numeral in enumerate("一二三四五六七八九十", start=1)} | {"两": "2"}
_COUNT = re.compile(rf"(?P<numeral>[{''.join(_NUMERALS)}])(?P<measure>{_MEASURES})")
_ALNUM = re.compile(r"[a-z0-9]+(?:[-_./+][a-z0-9]+)*")
_JOINERS = re.compile(r"[-_./+]")
_LETTER = re.compile(r"[a-z]")
_DIGIT = re.compile(r"[0-9]")
_PROTECTED = re.compile(rf"(?P<quantity>{_QUANTITY.pattern})|{_COUNT.pattern}|(?P<alnum>{_ALNUM.pattern})")


class Kind(Enum):
    """What a piece of a text is."""

    TEXT = "text"
    QUANTITY = "quantity"
    COUNT = "count"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of folded text; ``token`` is its one spelling (``1.8m`` for 1.80米, ``1kg`` for 2斤, ``skii`` for sk-ii)."""

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
        return Piece(Kind.QUANTITY, found[0], _one_spelling(found["number"], _CANONICAL[found["unit"]]))
    if found["numeral"]:
        return Piece(Kind.COUNT, found[0], _NUMERALS[found["numeral"]] + found["measure"])
    text = found[0]
    if not _is_code(text):
        return None
    return Piece(Kind.CODE, text, _JOINERS.sub("", text)[:MAX_TOKEN_CHARACTERS])


def _one_spelling(number: str, unit: str) -> str:
    scale = _SCALES.get(unit)
    if scale is None or len(number) > MAX_QUANTITY_DIGITS:
        return (_plain(number) + unit)[:MAX_TOKEN_CHARACTERS]
    amount = Decimal(number) * scale[unit]
    largest = next((each for each in _SPOKEN if each in scale and amount >= scale[each]), unit)
    return (_plain(f"{amount / scale[largest]:f}") + largest)[:MAX_TOKEN_CHARACTERS]


def _plain(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def _is_code(text: str) -> bool:
    # A slash, dot or plus also stands between things of equal rank (s/m/l, led/lcd); a hyphen rarely does.
    if not _LETTER.search(text):
        return False
    return "-" in text or "_" in text or _DIGIT.search(text) is not None
