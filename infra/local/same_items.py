"""How well the same item is recognised: labelled pairs of titles, and what grouping a whole catalogue costs."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from chalicelib.catalog import Product
from chalicelib.search import SAME_ITEM, likeness
from chalicelib.search.listings import Grouping, listing_of

PAIRS = "openbg_same_item_pairs.tsv"
SAME, OTHER = "same", "not same"
THRESHOLDS = (0.15, 0.2, SAME_ITEM, 0.3, 0.4, 0.55)
SHARES = (4, 2, 1)


@dataclass(frozen=True)
class Named:
    """What a threshold names the same item: how many pairs, how many of them rightly, and how many there are to name."""

    threshold: float
    named: int
    right: int
    same: int

    @property
    def precision(self) -> float:
        return self.right / self.named if self.named else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.same


@dataclass(frozen=True)
class Cost:
    """What it took to group ``listings`` that all share a brand, a category and a price band: the worst that can be."""

    listings: int
    seconds: float


def labelled(path: Path) -> list[tuple[float, bool]]:
    """The likeness of each labelled pair in ``path`` and whether it is the same item. A line without a label is left out."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(likeness(one, other), label == SAME) for one, other, label in rows if label in (SAME, OTHER)]


def named(pairs: Iterable[tuple[float, bool]], threshold: float) -> Named:
    """What ``threshold`` says of ``pairs``."""
    known = list(pairs)
    chosen = [same for value, same in known if value >= threshold]
    return Named(threshold, len(chosen), sum(chosen), sum(same for _, same in known))


def costs(titles: Mapping[str, str]) -> list[Cost]:
    """Grouping a quarter of ``titles``, half of them and all, as products of one block."""
    return [_cost([*titles.items()][: len(titles) // share]) for share in SHARES]


def _cost(titles: Sequence[tuple[str, str]]) -> Cost:
    grouping, began = Grouping(), time.perf_counter()
    for product_id, title in titles:
        listing = listing_of(Product(product_id=product_id, title=title, price=100, brand=SAME))
        assert listing is not None
        grouping.join(listing)
    return Cost(len(titles), time.perf_counter() - began)


def say(pairs: Sequence[tuple[float, bool]], measured: Sequence[Cost], console: Console) -> None:
    """The figures as a table."""
    table = Table(title=f"The same item: {len(pairs)} labelled pairs of titles")
    for heading in ("likeness from", "named", "right", "precision", "recall"):
        table.add_column(heading, justify="right")
    for each in (named(pairs, threshold) for threshold in THRESHOLDS):
        mark = "*" if each.threshold == SAME_ITEM else ""
        figures = (f"{each.named}", f"{each.right}", f"{each.precision:.3f}", f"{each.recall:.3f}")
        table.add_row(f"{each.threshold:.2f}{mark}", *figures)
    console.print(table)
    spent = ", ".join(f"{each.listings:,} in {each.seconds:.1f} s" for each in measured)
    console.print(f"Grouping titles of a single brand, category and price band: {spent}")
