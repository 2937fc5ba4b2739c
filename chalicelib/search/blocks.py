"""Blocks: only products of one brand, category and price band may be listings of one item.

Their documents carry the block's name, so that a rebuild finds who shares one without reading the catalogue again.
"""

from collections import Counter
from typing import TYPE_CHECKING

from chalicelib.catalog import Product
from chalicelib.core.ids import digest
from chalicelib.core.money import price_band

if TYPE_CHECKING:
    from chalicelib.search.ports import ProductIndex

Block = tuple[str, str, tuple[str, ...]]
Place = tuple[str, str]
PLACES_AT_ONCE = 1_000
"""Products whose blocks are looked through in one page of a rebuild. A block of more is compared in parts of so many."""
_NAME_CHARACTERS = 16


def block_of(product: Product) -> Block | None:
    """What must be the same of two listings; None where there is no brand or no price: too little to be sure of anything."""
    if not product.brand or product.price is None or not product.is_on_sale:
        return None
    return product.brand, price_band(product.price), product.category_path


def block_name(product: Product) -> str | None:
    """The block of ``product`` as its document carries it."""
    block = block_of(product)
    return digest(*block[:2], *block[2])[:_NAME_CHARACTERS] if block else None


def next_shared(index: "ProductIndex", version: str, after: Place | None) -> tuple[list[str], Place | None]:
    """The next products of ``version`` that share their block with others, whole blocks in order, and where to go on (None:
    that was the end)."""
    places = index.in_blocks(version, after, PLACES_AT_ONCE)
    following = None
    if len(places) == PLACES_AT_ONCE:
        whole = [place for place in places if place[0] != places[-1][0]]
        places = whole or places
        following = places[-1]
    sizes = Counter(block for block, _ in places)
    return [object_id for block, object_id in places if sizes[block] > 1], following
