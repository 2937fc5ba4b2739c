"""Sizes that can be compared: ``鞋 38.5``, ``女装 M``, ``裤 31``, ``身高 120``, whatever a shop wrote them like.

The word in front is the system: a 38 of shoes says nothing of trousers, a man's M nothing of a woman's. What fits everybody
(均码), and what is measured in other ways (rings, beds, suitcases), has no size here.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.catalog.model import Product, Sku

SHOES, TROUSERS, HEIGHT, CLOTHES = "鞋", "裤", "身高", "衣"
_NAMES = frozenset({"尺码", "鞋码", "鞋号", "码数", "码号", "尺寸", "身高", "size"})
_SHOE_NAMES = frozenset({"鞋码", "鞋号"})
_WORN = re.compile("[装衣裤裙服衫恤袜帽泳鞋靴]")
_NOT_WORN = re.compile("[包箱床戒宠]")
_SHOD = re.compile("[鞋靴]")
_WEARERS = (("童", "童装"), ("婴", "童装"), ("女", "女装"), ("男", "男装"))
_LETTERS = re.compile(r"(?P<times>[2-8]|X*)(?P<letter>X?[SL]|M)(?![A-Z])")
_SHOE = re.compile(r"(?:EUR?|欧码)?\s*(?P<size>[1-5]\d(?:\.5)?)(?:码|号)?$")
_FOOT_MILLIMETRES = re.compile(r"(?P<foot>[12]\d[05])(?:MM)?(?:/\d(?:\.5)?)?$")
_NUMBER = re.compile(r"(?P<number>\d{2,3})(?:CM|码)?(?:/\d{2,3}[A-Z]?)?$")


def size_of(name: str, value: str, category_path: Sequence[str] = ()) -> str | None:
    """The size that the specification ``name`` (尺码) = ``value`` means in a category, or None when it is none.

    Foot lengths become European sizes: millimetres / 5 - 10, as the old Chinese table has it.
    """
    name = name.strip().casefold()
    # The top of a tree is a department (鞋靴箱包): what a thing is stands below.
    kind = " ".join(category_path[1:] or category_path)
    whole = " ".join(category_path)
    is_worn = name in _SHOE_NAMES or not whole or (_WORN.search(whole) and not _NOT_WORN.search(kind))
    if name not in _NAMES or not is_worn:
        return None
    text = unicodedata.normalize("NFKC", value).strip().upper()
    if name in _SHOE_NAMES or _SHOD.search(kind):
        return _shoe(text)
    return _letters(text, whole) or _measured(text)


def sizes_in_stock(product: Product) -> tuple[str, ...]:
    """The sizes of ``product`` that can be bought now, in the order of its SKUs."""
    return tuple(dict.fromkeys(size for sku, _, size in _sized(product) if sku.stock > 0))


def sizes_by_choice(product: Product) -> Mapping[str, str]:
    """The size behind whatever names a choice: the id of a SKU, or what its specification says (XL, 42)."""
    chosen: dict[str, str] = {}
    for sku, said, size in _sized(product):
        chosen[sku.sku_id] = size
        chosen.setdefault(said.strip(), size)
        chosen.setdefault(size.partition(" ")[2], size)
    return chosen


def _sized(product: Product) -> Iterator[tuple[Sku, str, str]]:
    for sku in product.skus:
        for name, said in sku.attributes.items():
            if size := size_of(name, said, product.category_path):
                yield sku, said, size


def _shoe(text: str) -> str | None:
    if found := _SHOE.match(text):
        return f"{SHOES} {found['size']}"
    if found := _FOOT_MILLIMETRES.match(text):
        return f"{SHOES} {int(found['foot']) / 5 - 10:g}"
    return None


def _letters(text: str, path: str) -> str | None:
    found = _LETTERS.match(text)
    if not found:
        return None
    times, letter = found["times"], found["letter"]
    # XXL, XXXL are 2XL, 3XL; 2XL comes as times 2 and letter XL.
    many = int(times) if times.isdecimal() else times.count("X") + letter.count("X")
    if letter == "M":
        return None if many else f"{_wearer(path)} M"
    if times.isdecimal() and "X" not in letter:
        return None
    return f"{_wearer(path)} {'' if many < 2 else many}{'X' if many else ''}{letter[-1]}"


def _measured(text: str) -> str | None:
    found = _NUMBER.match(text)
    number = int(found["number"]) if found else 0
    if 24 <= number <= 44:
        return f"{TROUSERS} {number}"
    return f"{HEIGHT} {number}" if 59 <= number <= 195 else None


def _wearer(path: str) -> str:
    return next((wearer for word, wearer in _WEARERS if word in path), CLOTHES)
