"""Filters and facets over documents in memory."""

from collections import Counter
from collections.abc import Iterable

from chalicelib.adapters.embedded.items import Value
from chalicelib.search import Document, FacetStats, Filter, meets


def passes(document: Document, filters: Iterable[Filter]) -> bool:
    """Whether every filter holds for ``document``."""
    return meets(document.facets, document.numbers, filters)


def ranked(values: Iterable[Value], size: int) -> dict[str, int]:
    """The ``size`` most frequent of ``values``, equally frequent ones by name (numbers by size)."""
    by_count = sorted(Counter(values).items(), key=lambda entry: (-entry[1], entry[0]))
    return {str(value): count for value, count in by_count[:size]}


def stats(documents: Iterable[Document], field: str) -> FacetStats | None:
    """Smallest, largest, mean and sum of a number; None when no document has it."""
    numbers = [document.numbers[field] for document in documents if field in document.numbers]
    if not numbers:
        return None
    return FacetStats(min(numbers), max(numbers), sum(numbers) / len(numbers), sum(numbers))
