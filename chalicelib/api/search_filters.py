"""Algolia's ``facetFilters`` and ``numericFilters`` as filters of a plan."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import FEN_PER_YUAN
from chalicelib.search import MONEY, NUMBERS, Condition, Filter, Operator

Filters = str | list[str | list[str]] | None
MAX_FILTERS = 200

_NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?"
_COMPARISON = re.compile(rf"\s*([\w.]+)\s*(<=|>=|!=|=|<|>)\s*({_NUMBER})\s*")
_RANGE = re.compile(rf"\s*([\w.]+)\s*:\s*({_NUMBER})\s+TO\s+({_NUMBER})\s*")


def facet_filters(given: Filters, at: str) -> tuple[Filter, ...]:
    """Outer list AND, inner list OR. ``brand:-x`` excludes x; ``brand:\\-x`` is the value ``-x``; the first ``:`` splits.

    Raises ``InvalidRequest`` naming the entry (``requests[0].facetFilters[1][0]``).
    """
    return _read(given, at, _facet_condition)


def numeric_filters(given: Filters, at: str) -> tuple[Filter, ...]:
    """``price>=10`` (yuan), ``sales_30d>100``, ``price:10 TO 20`` (both included; not inside an OR)."""
    if isinstance(given, str):
        given = [given]
    spread: list[str | list[str]] = []
    for entry in given or ():
        found = _RANGE.fullmatch(entry) if isinstance(entry, str) else None
        spread += [f"{found[1]}>={found[2]}", f"{found[1]}<={found[3]}"] if found else [entry]
    return _read(spread, at, _numeric_condition)


def _read(given: Filters, at: str, read: Callable[[str, str], Condition]) -> tuple[Filter, ...]:
    entries: Sequence[str | list[str]] = [given] if isinstance(given, str) else given or []
    if sum(1 if isinstance(entry, str) else len(entry) for entry in entries) > MAX_FILTERS:
        raise InvalidRequest(f"has more than {MAX_FILTERS} conditions", field=at)
    filters = []
    for position, entry in enumerate(entries):
        here = f"{at}[{position}]"
        if isinstance(entry, str):
            filters.append(Filter((read(entry, here),)))
        elif entry:
            filters.append(Filter(tuple(read(each, f"{here}[{inner}]") for inner, each in enumerate(entry))))
    return tuple(filters)


def _facet_condition(text: str, at: str) -> Condition:
    field, colon, value = text.partition(":")
    if not colon or not field:
        raise InvalidRequest(f"must look like facet:value, not {text[:60]!r}", field=at)
    is_negated = value.startswith("-")
    value = value[1:] if is_negated or value.startswith("\\-") else value
    return Condition(field, Operator.IS, value, is_negated)


def _numeric_condition(text: str, at: str) -> Condition:
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise InvalidRequest(f"must look like price>=10, not {text[:60]!r}", field=at)
    field, operator, number = found.groups()
    if field not in NUMBERS:
        raise InvalidRequest(f"{field[:60]!r} is no number of a product; there are {', '.join(NUMBERS)}", field=at)
    amount = Decimal(number) * (FEN_PER_YUAN if field in MONEY else 1)
    return Condition(field, Operator(operator), int(amount) if amount == int(amount) else float(amount))
