"""Whether filters hold for facets and numbers that are at hand, as every engine decides it."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence

from chalicelib.search.plan import Condition, Filter, Operator

_COMPARE: Mapping[Operator, Callable[[float, float], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.UNEQUAL: operator.ne,
    Operator.ABOVE: operator.gt,
    Operator.AT_LEAST: operator.ge,
    Operator.BELOW: operator.lt,
    Operator.AT_MOST: operator.le,
}
Facets = Mapping[str, Sequence[str]]


def meets(facets: Facets, numbers: Mapping[str, int], filters: Iterable[Filter]) -> bool:
    """Whether every filter holds for a document of these ``facets`` and ``numbers``."""
    return all(any(holds(facets, numbers, condition) for condition in each.any_of) for each in filters)


def holds(facets: Facets, numbers: Mapping[str, int], condition: Condition) -> bool:
    """Whether ``condition`` holds for a document of these ``facets`` and ``numbers``."""
    if condition.operator is Operator.IS:
        is_met = condition.value in facets.get(condition.field, ())
    else:
        number = numbers.get(condition.field)
        is_met = number is not None and _compares(number, condition)
    return is_met is not condition.is_negated


def _compares(number: int, condition: Condition) -> bool:
    if condition.operator is Operator.BETWEEN:
        return condition.upper is not None and float(condition.value) <= number <= condition.upper
    return _COMPARE[condition.operator](number, float(condition.value))
