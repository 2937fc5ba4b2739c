"""Listings of one item taken as one: the best listing stands for all, and whatever is counted are items."""

from collections.abc import Iterable, Iterator

from chalicelib.adapters.embedded import bits
from chalicelib.adapters.embedded.version import IndexVersion
from chalicelib.search import DUPLICATE, DUPLICATE_FACTOR, GROUP, LISTING, NUMBERS, Document, Plan, item_of

Value = str | int


def surplus(version: IndexVersion, plan: Plan, among: int) -> int:
    """How many of ``among`` are one listing too many; 0 when the plan wants them all."""
    if not plan.is_distinct:
        return 0
    several = list(bits.numbers_in(among & version.grouped))
    return len(several) - len({item_of(version.documents[number]) for number in several})


def best_of_each(version: IndexVersion, plan: Plan, ordered: Iterable[int]) -> Iterator[int]:
    """``ordered``, of each item the first."""
    seen = set()
    for number in ordered:
        item = item_of(version.documents[number]) if plan.is_distinct else number
        if item not in seen:
            seen.add(item)
            yield number


def leads_preferred(version: IndexVersion, plan: Plan, scores: dict[int, float]) -> dict[int, float]:
    """``scores``, those of listings that do not lead their item lowered."""
    if plan.is_distinct and version.grouped:
        for number in scores:
            if DUPLICATE in version.documents[number].facets.get(LISTING, ()):
                scores[number] *= DUPLICATE_FACTOR
    return scores


def values(documents: Iterable[Document], field: str, *, is_distinct: bool) -> Iterator[Value]:
    """The values of ``field`` in each document, or in each item."""
    seen = set()
    for document in documents:
        group = document.facets.get(GROUP) if is_distinct else None
        for value in _values(document, field):
            if group is None:
                yield value
            elif (group, value) not in seen:
                seen.add((group, value))
                yield value


def count(documents: Iterable[Document], *, is_distinct: bool) -> int:
    """How many documents, or items."""
    return len({item_of(each) if is_distinct else each.object_id for each in documents})


def _values(document: Document, field: str) -> tuple[Value, ...]:
    if field in NUMBERS:
        return (document.numbers[field],) if field in document.numbers else ()
    return document.facets.get(field, ())
