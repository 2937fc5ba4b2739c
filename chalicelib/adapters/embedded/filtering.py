"""Filters and facets over documents in memory."""

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from chalicelib.search import NUMBERS, Condition, Document, FacetStats, Filter, Operator

_COMPARE: Mapping[Operator, Callable[[float, float], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.UNEQUAL: operator.ne,
    Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge,
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
}


def passes(document: Document, filters: Iterable[Filter]) -> bool:
    """Whether every filter holds for ``document``."""
    return all(any(_holds(document, condition) for condition in each.any_of) for each in filters)


def _holds(document: Document, condition: Condition) -> bool:
    if condition.operator is Operator.IS:
        holds = condition.value in document.facets.get(condition.field, ())
    else:
        number = document.numbers.get(condition.field)
        holds = number is not None and _compares(number, condition)
    return holds is not condition.is_negated


def _compares(number: int, condition: Condition) -> bool:
    if condition.operator is Operator.BETWEEN:
        return condition.upper is not None and float(condition.value) <= number <= condition.upper
    return _COMPARE[condition.operator](number, float(condition.value))


def counted(documents: Sequence[Document], field: str, size: int) -> dict[str, int]:
    """The ``size`` most frequent values of ``field``, equally frequent ones by name (numbers by size)."""
    if field in NUMBERS:
        numbers = Counter(document.numbers[field] for document in documents if field in document.numbers)
        ranked = sorted(numbers.items(), key=lambda entry: (-entry[1], entry[0]))
        return {str(number): count for number, count in ranked[:size]}
    values = Counter(value for document in documents for value in document.facets.get(field, ()))
    return dict(sorted(values.items(), key=lambda entry: (-entry[1], entry[0]))[:size])


def stats(documents: Iterable[Document], field: str) -> FacetStats | None:
    """Smallest, largest, mean and sum of a number; None when no document has it."""
    numbers = [document.numbers[field] for document in documents if field in document.numbers]
    if not numbers:
        return None
    return FacetStats(min(numbers), max(numbers), sum(numbers) / len(numbers), sum(numbers))
