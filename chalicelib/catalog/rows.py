"""What reading a feed yields, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from chalicelib.catalog.model import Product
from chalicelib.core.errors import ZhaohuiError


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a feed: a product, or the error that says why it cannot be one.

    ``position`` is where a person finds it: the line it begins on, or its place in a list (from 0). ``remarks`` tell
    what was left out or is unusual about a product that was read all the same.
    """

    position: int
    product_id: str | None
    product: Product | None
    error: ZhaohuiError | None = None
    remarks: tuple[str, ...] = ()


class Fate(StrEnum):
    """What became of a row."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RowResult:
    """A row and its fate; ``error`` is set when it was rejected."""

    row: Row
    fate: Fate
    error: ZhaohuiError | None = None


@dataclass(slots=True)
class ImportReport:
    """What an import did, row by row summed up; ``rejected`` and ``remarked`` keep the rows that a person must look at."""

    imported: int = 0
    unchanged: int = 0
    off_sale: int = 0
    unpriced: int = 0
    skus: int = 0
    rejected: list[RowResult] = field(default_factory=list)
    remarked: list[Row] = field(default_factory=list)
    categories: set[tuple[str, ...]] = field(default_factory=set)
    brands: set[str] = field(default_factory=set)

    @property
    def rows(self) -> int:
        """How many rows were read."""
        return self.imported + self.unchanged + len(self.rejected)

    def add(self, results: Iterable[RowResult]) -> None:
        """Count results of further rows."""
        for result in results:
            if result.fate is Fate.REJECTED or result.row.product is None:
                self.rejected.append(result)
                continue
            self.imported += result.fate is Fate.ACCEPTED
            self.unchanged += result.fate is Fate.UNCHANGED
            self._count(result.row.product)
            if result.row.remarks:
                self.remarked.append(result.row)

    def _count(self, product: Product) -> None:
        self.off_sale += not product.is_on_sale
        self.unpriced += product.price is None
        self.skus += len(product.skus)
        if product.category_path:
            self.categories.add(product.category_path)
        if product.brand:
            self.brands.add(product.brand)
