"""Listings of one item: which they are, and who leads them.

Two listings are one item when brand, category and price band are the same, the numbers in their titles too, one title says
nothing that the other does not (法式 and 碎花 are two dresses), no attribute contradicts another, and the titles' character
bigrams are alike enough (Jaccard).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from chalicelib.catalog import Product
from chalicelib.core.money import price_band
from chalicelib.search.document import GROUP, LISTING, Document
from chalicelib.search.text import fold

SAME_ITEM = 0.55
"""Jaccard of title bigrams. On 125 labelled pairs, titles alone: 10 of 11 right, recall .15 (at .35 11 of 12). Without asking
that one title holds all characters of the other 13 of 14, but then the variants of one design are one item.
Precision first: an item shown twice costs a place, one hidden behind another costs a sale."""
DUPLICATE = "duplicate"
OFFERS = "_offers"
"""In the hit of a leading listing: how many more there are."""
_LETTERS = re.compile(r"[^\w]+|_")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Listing:
    """What is compared of a product. ``block``: what must be the same."""

    product_id: str
    block: tuple[str, str, tuple[str, ...]]
    numbers: frozenset[str]
    letters: str
    attributes: Mapping[str, tuple[str, ...]]
    standing: tuple[bool, int]

    def leads_before(self) -> tuple[bool, int, str]:
        """Smaller leads: in stock before sold out, then by sales, then by id."""
        in_stock, sales = self.standing
        return not in_stock, -sales, self.product_id


def listing_of(product: Product) -> Listing | None:
    """``product`` for comparison; None where it has no brand or no price: too little to be sure of anything."""
    if not product.brand or product.price is None or not product.is_on_sale:
        return None
    text = fold(product.title)
    return Listing(
        product.product_id,
        (product.brand, price_band(product.price), product.category_path),
        frozenset(_NUMBER.findall(text)),
        _LETTERS.sub("", text),
        product.attributes,
        (product.stock > 0, product.sales_30d),
    )


@lru_cache(maxsize=16_384)
def bigrams_of(letters: str) -> frozenset[str]:
    """Every two neighbouring characters of ``letters``, which hold no spaces or marks."""
    return frozenset(letters[at : at + 2] for at in range(len(letters) - 1)) or frozenset((letters,))


def likeness(one: str, other: str) -> float:
    """The Jaccard of two titles' bigrams; 0 where numbers differ (8+128GB is not 8+256GB) or each says something of its own."""
    first, second = fold(one), fold(other)
    if set(_NUMBER.findall(first)) != set(_NUMBER.findall(second)):
        return 0.0
    return _letters_like(_LETTERS.sub("", first), _LETTERS.sub("", second))


def _letters_like(one: str, other: str) -> float:
    if not (set(one) <= set(other) or set(other) <= set(one)):
        return 0.0
    first, second = bigrams_of(one), bigrams_of(other)
    return len(first & second) / len(first | second)


def _like(one: Listing, other: Listing) -> float:
    if one.block != other.block or one.numbers != other.numbers:
        return 0.0
    if any(set(values).isdisjoint(other.attributes.get(name, values)) for name, values in one.attributes.items()):
        return 0.0
    return _letters_like(one.letters, other.letters)


def described(document: Document, group: Sequence[Listing]) -> Document:
    """``document`` with its place in ``group`` (the listing itself included)."""
    if len(group) < 2:
        return document
    lead = min(group, key=Listing.leads_before)
    facets = {**document.facets, GROUP: (_name(group),)}
    if lead.product_id != document.object_id:
        return replace(document, facets={**facets, LISTING: (DUPLICATE,)})
    return replace(document, facets=facets, hit={**document.hit, OFFERS: len(group) - 1})


def _name(group: Sequence[Listing]) -> str:
    return min(each.product_id for each in group)


@dataclass(slots=True)
class Grouping:
    """Groups of a whole catalogue that comes by once: a listing joins the first group whose founder is like it."""

    groups: dict[str, list[Listing]] = field(default_factory=dict)
    _blocks: dict[tuple[str, str, tuple[str, ...]], list[Listing]] = field(default_factory=lambda: defaultdict(list))

    def watched(self, products: Iterable[Product]) -> Iterator[Product]:
        """``products`` as they are, noted on their way."""
        for product in products:
            if listing := listing_of(product):
                self.join(listing)
            yield product

    def join(self, listing: Listing) -> str:
        """The name of the group that ``listing`` now belongs to: its founder's id."""
        founders = self._blocks[listing.block]
        best = max(founders, key=lambda founder: _like(founder, listing), default=None)
        if best is None or _like(best, listing) < SAME_ITEM:
            founders.append(listing)
            best = listing
        self.groups.setdefault(best.product_id, []).append(listing)
        return best.product_id

    def several(self) -> dict[str, list[Listing]]:
        """By product, its group, for those that are not alone in theirs."""
        return {each.product_id: group for group in self.groups.values() if len(group) > 1 for each in group}
