"""How well queries are understood: labelled attribute values and categories, through the real ``understand``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from chalicelib.catalog import Product, open_feed
from chalicelib.search import Analyser, Dictionary, Understood, choose_segmenter, document_of, product_types, understand
from chalicelib.search.text import fold

ATTRIBUTES, CATEGORIES = "ecomqa_query_attr.tsv", "ecomqa_query_category.tsv"
_KINDS = {"品牌": {"brand"}, "规格": {"quantity", "model"}, "产品名": {"product", "category", "model"}}


@dataclass(frozen=True)
class Tagging:
    """Attribute values: labelled, met by a tag, met by one of the right kind. Categories: chosen, right, and labelled."""

    values: int
    met: int
    right_kind: int
    chosen: int
    right: int
    labelled: int
    offered: int


def tagging(folder: Path, catalogue: Path | None) -> Tagging:
    """The figures for the labelled queries in ``folder``; the dictionary is learnt from the products of ``catalogue``."""
    analyser = Analyser(choose_segmenter())
    products = [row.product for row in open_feed(catalogue).rows] if catalogue else []
    learnt = _learnt([each for each in products if isinstance(each, Product)], analyser)
    met = [_met(understand(query, analyser, learnt), kind, value) for query, kind, value in _rows(folder / ATTRIBUTES)]
    chosen = right = labelled = offered = 0
    for query, names, wanted in _rows(folder / CATEGORIES):
        # The categories on offer are the shop's categories for this query.
        shop = Dictionary.learn([{"category": names.split(",")}])
        found = {tag.name for tag in understand(query, analyser, shop).tags if tag.kind == "category"}
        chosen += len(found)
        right += len(found & set(wanted.split(",")))
        labelled += len(set(wanted.split(",")))
        offered += len(names.split(","))
    return Tagging(
        len(met), sum(any_kind for any_kind, _ in met), sum(kind for _, kind in met), chosen, right, labelled, offered
    )


def _learnt(products: Sequence[Product], analyser: Analyser) -> Dictionary:
    listings = [(analyser.words(each.title), each.category_path) for each in products]
    return Dictionary.learn((document_of(each, 1, analyser).facets for each in products), product_types(listings))


def _met(query: Understood, kind: str, value: str) -> tuple[bool, bool]:
    wanted = fold(value)
    tags = [tag for tag in query.tags if tag.text in wanted or wanted in tag.text]
    kinds = _KINDS.get(kind, {"attribute"})
    return bool(tags), any(tag.kind in kinds and (tag.kind != "attribute" or kind == tag.name) for tag in tags)


def _rows(path: Path) -> Iterable[Sequence[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.count("\t") == 2]


def say(found: Tagging, console: Console) -> None:
    """Print the figures."""
    precision, recall = found.right / max(1, found.chosen), found.right / max(1, found.labelled)
    console.print(
        f"understanding: of {found.values} labelled values {found.met} are tagged, {found.right_kind} as what they are; "
        f"categories: precision {precision:.3f}, recall {recall:.3f} "
        f"(all that are offered: precision {found.labelled / max(1, found.offered):.3f}, recall 1)"
    )
