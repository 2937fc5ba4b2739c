"""Listings of one item: which they are, and who leads them.

Two listings are one item when brand, category and price band are the same, no attribute contradicts another, and their titles
are alike enough (``title_likeness``).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.catalog import Product
from chalicelib.search.blocks import Block, block_of
from chalicelib.search.document import DUPLICATE, GROUP, LISTING, OBJECT_ID, Document, in_yuan
from chalicelib.search.title_likeness import SAME_ITEM, Wording, likeness_of, wording_of_title

OFFERS, OTHER_OFFERS = "_offers", "_other_offers"
"""In the hit of a listing whose item has several: how many more there are, and which."""
MOST_SHOWN = 20
"""Other offers in a hit: the leading ones."""
MOST_SHARING = 50
"""A bigram that so many founders of one block hold says nothing about who is like whom: no more are noted under it."""
MOST_COMPARED = 20
"""Founders that a listing is compared with: those it shares most bigrams with, rare ones above all."""
_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What is compared of a product. ``block``: what must be the same."""

    product_id: str
    block: Block
    title: Wording
    attributes: Mapping[str, tuple[str, ...]]
    standing: tuple[bool, int]
    offer: Mapping[str, Any]

    def leads_before(self) -> tuple[bool, int, str]:
        """Smaller leads: in stock before sold out, then by sales, then by id."""
        in_stock, sales = self.standing
        return not in_stock, -sales, self.product_id


def listing_of(product: Product) -> Listing | None:
    """``product`` for comparison; None where it has no brand or no price: too little to be sure of anything."""
    block = block_of(product)
    if block is None or product.price is None:
        return None
    return Listing(
        product.product_id,
        block,
        wording_of_title(product.title),
        product.attributes,
        (product.stock > 0, product.sales_30d),
        {OBJECT_ID: product.product_id, "price": in_yuan(product.price), "stock": product.stock, "url": product.url},
    )


def _like(one: Listing, other: Listing) -> float:
    if one.block != other.block:
        return 0.0
    if any(set(values).isdisjoint(other.attributes.get(name, values)) for name, values in one.attributes.items()):
        return 0.0
    return likeness_of(one.title, other.title)


def described(document: Document, group: Sequence[Listing]) -> Document:
    """``document`` with its place in ``group`` (the listing itself included)."""
    if len(group) < 2:
        return document
    ordered = sorted(group, key=Listing.leads_before)
    others = [each.offer for each in ordered if each.product_id != document.object_id]
    hit = {**document.hit, OFFERS: len(others), OTHER_OFFERS: others[:MOST_SHOWN]}
    facets = {**document.facets, GROUP: (_name(group),)}
    if ordered[0].product_id != document.object_id:
        facets[LISTING] = (DUPLICATE,)
    return replace(document, facets=facets, hit=hit)


def _name(group: Sequence[Listing]) -> str:
    return min(each.product_id for each in group)


@dataclass(slots=True)
class _Founders:
    """The founders of one block's groups, found by the bigrams of their titles."""

    all: list[Listing] = field(default_factory=list)
    _holding: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, listing: Listing) -> None:
        for bigram in listing.title.bigrams:
            holders = self._holding[bigram]
            if len(holders) < MOST_SHARING:
                holders.append(len(self.all))
        self.all.append(listing)

    def likely(self, listing: Listing) -> Iterable[Listing]:
        """The founders that share most with ``listing``, in the order they came."""
        if len(self.all) <= MOST_COMPARED:
            return self.all
        # The fewer hold a bigram, the more it says.
        shared: dict[int, int] = defaultdict(int)
        for bigram in listing.title.bigrams:
            holders = self._holding.get(bigram, ())
            for place in holders:
                shared[place] += _ONCE // len(holders)
        best = sorted(shared, key=lambda place: (-shared[place], place))[:MOST_COMPARED]
        return [self.all[place] for place in sorted(best)]


@dataclass(slots=True)
class Grouping:
    """Groups of a whole catalogue that comes by once: a listing joins the group whose founder is most like it.

    Time and memory grow with the catalogue: a listing is compared with few, however many its block has.
    """

    groups: dict[str, list[Listing]] = field(default_factory=dict)
    _blocks: dict[tuple[Block, frozenset[str]], _Founders] = field(default_factory=lambda: defaultdict(_Founders))

    def watched(self, products: Iterable[Product]) -> Iterator[Product]:
        """``products`` as they are, noted on their way."""
        for product in products:
            if listing := listing_of(product):
                self.join(listing)
            yield product

    def join(self, listing: Listing) -> str:
        """The name of the group that ``listing`` now belongs to: its founder's id."""
        founders = self._blocks[listing.block, listing.title.numbers]
        best = max(founders.likely(listing), key=lambda founder: _like(founder, listing), default=None)
        if best is None or _like(best, listing) < SAME_ITEM:
            founders.add(listing)
            best = listing
        self.groups.setdefault(best.product_id, []).append(listing)
        return best.product_id

    def several(self) -> dict[str, list[Listing]]:
        """By product, its group, for those that are not alone in theirs."""
        return {each.product_id: group for group in self.groups.values() if len(group) > 1 for each in group}
