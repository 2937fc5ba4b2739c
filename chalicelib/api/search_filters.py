"""Algolia's ``facetFilters``, ``numericFilters`` and ``tagFilters`` as filters of a plan (``filters``: ``search_grammar``)."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from chalicelib.core.errors import InvalidRequest
from chalicelib.core.money import FEN_PER_YUAN
from chalicelib.search import MONEY, NUMBERS, Condition, Filter, Operator

Filters = str | list[str | list[str]] | None
MAX_FILTERS = 200
TAGS, TAGS_ALIAS = "tags", "_tags"

NUMBER = r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?"
_COMPARISON = re.compile(rf"\s*([\w.]+)\s*(<=|>=|!=|=|<|>)\s*({NUMBER})\s*")
_RANGE = re.compile(rf"\s*([\w.]+)\s*:\s*({NUMBER})\s+TO\s+({NUMBER})\s*")
_EQUAL = re.compile(rf"\s*([\w.]+)\s*:\s*({NUMBER})\s*")
_WHOLE_NUMBER = re.compile(NUMBER)
_SCORE = re.compile(r"<score=\d+>$")
_TAG_ENTRY = re.compile(r"\(([^()]*)\)|([^(),]+)")
# A number that a filter excludes must be known: what nobody said passes no filter of numbers.
OPPOSITE = {
    Operator.EQUAL: Operator.UNEQUAL,
    Operator.UNEQUAL: Operator.EQUAL,
    Operator.ABOVE: Operator.AT_MOST,
    Operator.AT_LEAST: Operator.BELOW,
    Operator.BELOW: Operator.AT_LEAST,
    Operator.AT_MOST: Operator.ABOVE,
}


def facet_filters(given: Filters, at: str) -> tuple[Filter, ...]:
    """Outer list AND, inner list OR. ``brand:-x`` excludes x; ``brand:\\-x`` is the value ``-x``; the first ``:`` splits.

    Raises ``InvalidRequest`` naming the entry (``requests[0].facetFilters[1][0]``).
    """
    return _read(given, at, _facet_condition)


def numeric_filters(given: Filters, at: str) -> tuple[Filter, ...]:
    """``price>=10`` (yuan), ``sales_30d>100``, ``price:10 TO 20`` (both included), ``price:10``."""
    return _read(list(_texts(given)) if isinstance(given, str) else given, at, _numeric_condition)


def tag_filters(given: Filters, at: str) -> tuple[Filter, ...]:
    """``["new", ["a", "b"], "-sold"]``, or the same in one text: ``new,(a,b),-sold``. An empty one says nothing."""
    if isinstance(given, str):
        found = [entry for entry in _TAG_ENTRY.finditer(given) if entry[0].strip()]
        given = [entry[2].strip() if entry[1] is None else _texts(entry[1]) for entry in found]
    return _read([entry for entry in given or () if entry], at, _tag_condition)


def facet_condition(field: str, value: str, *, is_negated: bool) -> Condition:
    """A facet's value; of a number (``price:10``, what a list of a number's values sends) its equality."""
    field = TAGS if field == TAGS_ALIAS else field
    value = _SCORE.sub("", value)
    if field in NUMBERS and _WHOLE_NUMBER.fullmatch(value):
        operator = Operator.UNEQUAL if is_negated else Operator.EQUAL
        return Condition(field, operator, amount(field, value))
    return Condition(field, Operator.IS, value, is_negated)


def amount(field: str, number: str) -> int | float:
    """A number as the index has it: yuan become fen."""
    exact = Decimal(number) * (FEN_PER_YUAN if field in MONEY else 1)
    return int(exact) if exact == int(exact) else float(exact)


def known_number(field: str) -> str:
    """``field`` when a product has such a number; raises ``InvalidRequest`` without a place."""
    if field not in NUMBERS:
        raise InvalidRequest(f"{field[:60]!r} is no number of a product; there are {', '.join(NUMBERS)}")
    return field


def _texts(given: str) -> list[str]:
    return [text.strip() for text in given.split(",") if text.strip()]


def _read(given: Filters, at: str, read: Callable[[str], Condition]) -> tuple[Filter, ...]:
    entries: Sequence[str | list[str]] = [given] if isinstance(given, str) else given or []
    if sum(1 if isinstance(entry, str) else len(entry) for entry in entries) > MAX_FILTERS:
        raise InvalidRequest(f"has more than {MAX_FILTERS} conditions", field=at)
    filters = []
    for position, entry in enumerate(entries):
        here = f"{at}[{position}]"
        if isinstance(entry, str):
            filters.append(Filter((_placed(read, entry, here),)))
        elif entry:
            inner = enumerate(entry)
            filters.append(Filter(tuple(_placed(read, each, f"{here}[{place}]") for place, each in inner)))
    return tuple(filters)


def _placed(read: Callable[[str], Condition], text: str, at: str) -> Condition:
    try:
        return read(text)
    except InvalidRequest as error:
        error.field = at
        raise


def _facet_condition(text: str) -> Condition:
    field, colon, value = text.partition(":")
    if not colon or not field:
        raise InvalidRequest(f"must look like facet:value, not {text[:60]!r}")
    value, is_negated = _unsigned(value)
    return facet_condition(field, value, is_negated=is_negated)


def _tag_condition(text: str) -> Condition:
    value, is_negated = _unsigned(text.removeprefix(f"{TAGS_ALIAS}:"))
    return facet_condition(TAGS, value, is_negated=is_negated)


def _unsigned(value: str) -> tuple[str, bool]:
    is_negated = value.startswith("-")
    return (value[1:] if is_negated or value.startswith("\\-") else value), is_negated


def _numeric_condition(text: str) -> Condition:
    if found := _RANGE.fullmatch(text):
        field = known_number(found[1])
        return Condition(field, Operator.BETWEEN, amount(field, found[2]), upper=amount(field, found[3]))
    if found := _EQUAL.fullmatch(text):
        field = known_number(found[1])
        return Condition(field, Operator.EQUAL, amount(field, found[2]))
    found = _COMPARISON.fullmatch(text)
    if found is None:
        raise InvalidRequest(f"must look like price>=10, not {text[:60]!r}")
    field = known_number(found[1])
    return Condition(field, Operator(found[2]), amount(field, found[3]))
