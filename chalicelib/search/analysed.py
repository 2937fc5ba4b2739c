"""What an index still has of a product's analysis: a change of price or stock says nothing in new words.

The analysis is kept under a digest of the texts and rules it was made from. So it does not matter when it is read: whatever has
the digest of a product's words is the analysis of those words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from chalicelib.catalog import Product
from chalicelib.core.ids import digest

if TYPE_CHECKING:
    from chalicelib.search.document import Meaning


@dataclass(frozen=True, slots=True)
class Analysed:
    """The ``views`` and ``meaning`` of a document, and the digest of what they were made from."""

    wording: str
    views: Mapping[str, tuple[str, ...]]
    meaning: "Meaning | None" = None


def wording_of(product: Product, analysis: str) -> str:
    """A digest of everything that the views of ``product`` depend on. Raise the analysis version with the rules."""
    values = [value for each in product.attributes.values() for value in each]
    texts = (product.title, product.brand, product.category_path, product.tags, values, product.brief)
    return digest(analysis, msgspec.json.encode(texts).decode())
