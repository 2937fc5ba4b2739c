"""Algolia's ``filters``: conditions joined by AND, OR, NOT and parentheses, read into filters of a plan.

    expression   = disjunction { "AND" disjunction }
    disjunction  = unit { "OR" unit }                    OR binds tighter than AND: ANDs inside an OR do not exist
    unit         = [ "NOT" ] condition | "(" expression ")"
    condition    = name ":" value                        a facet's value; _tags and no name at all are tags
                 | name ":" number "TO" number
                 | name ( "<" | "<=" | "=" | "!=" | ">=" | ">" ) number

Names and values with spaces stand in quotes, ' or "; a backslash before a quote keeps it. As in Algolia, an OR joins
conditions of one kind (facets, numbers or tags), holds no AND, and NOT stands before a condition, never a parenthesis.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.api.search_filters import (
    MAX_FILTERS,
    NUMBER,
    OPPOSITE,
    TAGS,
    TAGS_ALIAS,
    amount,
    facet_condition,
    known_number,
)
from chalicelib.core.errors import InvalidRequest
from chalicelib.search import NUMBERS, Condition, Filter, Operator

MAX_DEPTH = 20

_SPACE = re.compile(r"\s*")
_NAME = re.compile(r"[^\s():<>=!\"']+")
_VALUE = re.compile(r"[^\s()]+")
_OPERATOR = re.compile(r"<=|>=|!=|=|<|>")
_NUMBER = re.compile(rf"({NUMBER})(?=[\s()]|$)")
_TO = re.compile(rf"\s+TO\s+({NUMBER})(?=[\s()]|$)")
_SCORE = re.compile(r"<score=\d+>")
_KEYWORDS = {"AND", "OR", "NOT"}


class _Kind(StrEnum):
    FACET = "facets"
    NUMBER = "numbers"
    TAG = "tags"


@dataclass(frozen=True, slots=True)
class _Group:
    """Conditions of one kind joined by OR, and where they begin."""

    kind: _Kind
    any_of: tuple[Condition, ...]
    at: int


def parse_filters(text: str) -> tuple[Filter, ...]:
    """The filters of ``text``; none of an empty one. Raises ``InvalidRequest`` saying at which character (from 1) it is wrong."""
    if not text.strip():
        return ()
    parser = _Parser(text)
    groups = parser.expression(0)
    parser.end()
    if sum(len(group.any_of) for group in groups) > MAX_FILTERS:
        raise InvalidRequest(f"has more than {MAX_FILTERS} conditions", field="filters")
    return tuple(Filter(group.any_of) for group in groups)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def expression(self, depth: int) -> list[_Group]:
        groups = self._disjunction(depth)
        while self._takes("AND"):
            groups += self._disjunction(depth)
        return groups

    def end(self) -> None:
        self._skip()
        if self._at < len(self._text):
            found = self._text[self._at]
            closing = found == ")"
            raise self._wrong("this ) closes nothing" if closing else "expected AND, OR or the end here")

    def _disjunction(self, depth: int) -> list[_Group]:
        units = [self._unit(depth)]
        while self._takes("OR"):
            units.append(self._unit(depth))
        return units[0] if len(units) == 1 else [self._joined(units)]

    def _joined(self, units: Sequence[list[_Group]]) -> _Group:
        first = units[0][0]
        for unit in units:
            if len(unit) > 1:
                raise self._wrong("an AND cannot stand inside an OR", unit[0].at)
            if unit[0].kind is not first.kind:
                raise self._wrong(f"an OR cannot join {first.kind} and {unit[0].kind}", unit[0].at)
        return _Group(first.kind, tuple(each for unit in units for each in unit[0].any_of), first.at)

    def _unit(self, depth: int) -> list[_Group]:
        self._skip()
        began = self._at
        if self._takes("NOT"):
            self._skip()
            if self._text.startswith("(", self._at):
                raise self._wrong("NOT cannot stand before a parenthesis")
            return [self._condition(began, is_negated=True)]
        if not self._text.startswith("(", self._at):
            return [self._condition(began, is_negated=False)]
        if depth >= MAX_DEPTH:
            raise self._wrong(f"more than {MAX_DEPTH} parentheses inside each other")
        self._at += 1
        groups = self.expression(depth + 1)
        self._skip()
        if not self._text.startswith(")", self._at):
            raise self._wrong(
                "expected ) here" if self._at < len(self._text) else f"the ( at {began + 1} is not closed"
            )
        self._at += 1
        return groups

    def _condition(self, began: int, *, is_negated: bool) -> _Group:
        place = self._at
        name, is_quoted = self._name()
        self._skip()
        if self._text.startswith(":", self._at):
            self._at += 1
            return self._valued(name, began, place, is_negated=is_negated)
        if operator := _OPERATOR.match(self._text, self._at):
            self._at = operator.end()
            condition = self._comparison(name, Operator(operator[0]), place)
            return _Group(_Kind.NUMBER, (_opposite(condition) if is_negated else (condition,)), began)
        field, colon, value = name.partition(":") if is_quoted else ("", "", "")
        if colon and field:
            # "county:Pima" in one pair of quotes.
            return _facet(field, value, began, is_negated=is_negated)
        return _facet(TAGS_ALIAS, name, began, is_negated=is_negated)

    def _valued(self, name: str, began: int, place: int, *, is_negated: bool) -> _Group:
        self._skip()
        low = _NUMBER.match(self._text, self._at)
        high = _TO.match(self._text, low.end()) if low else None
        if low and high:
            field = self._number_field(name, place)
            self._at = high.end()
            between = Condition(field, Operator.BETWEEN, amount(field, low[1]), upper=amount(field, high[1]))
            return _Group(_Kind.NUMBER, _opposite(between) if is_negated else (between,), began)
        return _facet(name, self._value(), began, is_negated=is_negated)

    def _comparison(self, name: str, operator: Operator, place: int) -> Condition:
        field = self._number_field(name, place)
        self._skip()
        number = _NUMBER.match(self._text, self._at)
        if number is None:
            raise self._wrong(f"expected a number after {operator}")
        self._at = number.end()
        return Condition(field, operator, amount(field, number[1]))

    def _number_field(self, name: str, place: int) -> str:
        try:
            return known_number(name)
        except InvalidRequest as error:
            raise self._wrong(error.message, place) from None

    def _name(self) -> tuple[str, bool]:
        self._skip()
        quoted = self._quoted()
        if quoted is not None:
            return quoted, True
        found = _NAME.match(self._text, self._at)
        if found is None or found[0] in _KEYWORDS:
            raise self._wrong("expected a condition such as brand:x or price>=10")
        self._at = found.end()
        return found[0], False

    def _value(self) -> str:
        quoted = self._quoted()
        if quoted is not None:
            score = _SCORE.match(self._text, self._at)
            self._at = score.end() if score else self._at
            return quoted
        found = _VALUE.match(self._text, self._at)
        if found is None or found[0] in _KEYWORDS:
            raise self._wrong("expected a value after the colon")
        self._at = found.end()
        return found[0]

    def _quoted(self) -> str | None:
        quote = self._text[self._at : self._at + 1]
        if quote not in ('"', "'"):
            return None
        found = re.compile(rf"{quote}((?:[^{quote}\\]|\\.)*){quote}", re.DOTALL).match(self._text, self._at)
        if found is None:
            raise self._wrong("this quote is not closed")
        self._at = found.end()
        return re.sub(r"\\([\"'\\])", r"\1", found[1])

    def _takes(self, keyword: str) -> bool:
        self._skip()
        after = self._at + len(keyword)
        if not self._text.startswith(keyword, self._at) or not re.match(r"[\s()]|$", self._text[after : after + 1]):
            return False
        self._at = after
        return True

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _wrong(self, message: str, at: int | None = None) -> InvalidRequest:
        place = (self._at if at is None else at) + 1
        return InvalidRequest(f"{message} (at character {place})", field="filters")


def _facet(name: str, value: str, began: int, *, is_negated: bool) -> _Group:
    condition = facet_condition(name, value, is_negated=is_negated)
    is_number = condition.operator is not Operator.IS or condition.field in NUMBERS
    kind = _Kind.NUMBER if is_number else _Kind.TAG if name in (TAGS_ALIAS, TAGS) else _Kind.FACET
    return _Group(kind, (condition,), began)


def _opposite(condition: Condition) -> tuple[Condition, ...]:
    if condition.operator is Operator.BETWEEN and condition.upper is not None:
        below = Condition(condition.field, Operator.BELOW, condition.value)
        return below, Condition(condition.field, Operator.ABOVE, condition.upper)
    return (Condition(condition.field, OPPOSITE[condition.operator], condition.value),)
